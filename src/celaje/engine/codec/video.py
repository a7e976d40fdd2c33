"""The video codec: each chunk of 4 frames by 32 x 32 pixels becomes 384 numbers, and back.

A chunk is encoded alone, so any run of whole chunks can be cut out, extended or joined, and a still is one chunk of
four equal frames. The decoder looks at the latents before and after a chunk and carries its last frame on to the next
chunk, so decoding needs one latent of look-ahead and can be streamed. It is told how much of each latent is noise
(noise conditioning, Ho et al. 2021, arXiv 2106.15282): what a model made is true in its first channels and invented in
its last, and there the neighbours know more of how things move. A linear map set by principal components runs beside
both networks; where it alone encodes, what is drawn of encoded frames is made to agree with their latents. It does not
know losses, training or sound.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import torch
from einops import rearrange, reduce
from torch import Tensor, nn
from torch.nn import functional as F

from celaje.engine.codec.blocks import Carry, Fold, Residual, Unfold
from celaje.engine.codec.patches import LinearPatches, from_patches, to_patches
from celaje.engine.codec.scale import LatentScale
from celaje.engine.latents import FRAMES_PER_LATENT, PIXELS_PER_LATENT, VIDEO_CHANNELS

Widths = tuple[int, int, int, int]
STEM_PIXELS = 4
TEMPER = 0.5


@dataclass(frozen=True, kw_only=True)
class VideoCodecConfig:
    """Sizes of the networks at 1/4, 1/8, 1/16 and 1/32 of the picture: widths, and numbers of residual blocks.

    Without an encoder network the encoder is the linear map alone, and fixed: latents made once stay valid while the
    decoder goes on learning.
    """

    encoder_widths: Widths | None = None
    encoder_blocks: Widths | None = None
    decoder_widths: Widths
    decoder_blocks: Widths
    channels: int = VIDEO_CHANNELS


TINY_VIDEO = VideoCodecConfig(
    encoder_widths=(8, 16, 24, 32),
    encoder_blocks=(0, 1, 1, 1),
    decoder_widths=(8, 16, 24, 32),
    decoder_blocks=(1, 1, 1, 1),
)
#: For two CPU cores.
SMALL_VIDEO = VideoCodecConfig(decoder_widths=(64, 128, 256, 384), decoder_blocks=(2, 2, 3, 3))
#: For one GPU.
BASE_VIDEO = VideoCodecConfig(
    encoder_widths=(64, 128, 256, 512),
    encoder_blocks=(2, 2, 2, 2),
    decoder_widths=(96, 192, 384, 512),
    decoder_blocks=(2, 3, 3, 3),
)


class VideoCodec(nn.Module):
    """Frames to normalised latents, and back.

    The networks run in the type of their weights, or of autocast. Latents and frames that come out are float32.
    """

    def __init__(self, config: VideoCodecConfig) -> None:
        super().__init__()
        self.config = config
        self.linear = LinearPatches(config.channels)
        self.encoder = Encoder(config) if config.encoder_widths else None
        self.decoder = Decoder(config)
        self.scale = LatentScale(config.channels, momentum=0.01 if self.encoder else 0.0)
        if self.encoder is None:
            self.linear.analysis.requires_grad_(requires_grad=False)

    def init_from_clips(self, clips: Sequence[Tensor]) -> None:
        """Start from the principal components of real clips, each [B, F, 32H, 32W, 3] in -1 to 1; sizes may differ."""
        self.linear.fit(clips, temper=TEMPER)
        self.measure_latents(clips)

    @torch.no_grad()
    def measure_latents(self, clips: Sequence[Tensor]) -> None:
        """Set the latents' statistics to those of `clips`. Decoding what was encoded is unchanged by it."""
        self.scale.measure(torch.cat([self._encode_raw(clip).flatten(0, -2) for clip in clips]))

    def mirror_map(self) -> Tensor:
        """[C, C]: latents times it, their columns reversed, are those of the mirrored picture.

        Exact for what the encoder sees. Raises ValueError for a codec whose encoder is more than linear.
        """
        return self._map_of(lambda frames: frames.flip(3))

    def still_map(self) -> Tensor:
        """[C, C]: latents times it are those of a picture that does not move, the mean of the four frames.

        Exact for what the encoder sees, but for what latents have on average of motion, which is next to nothing.
        Raises ValueError for a codec whose encoder is more than linear.
        """
        return self._map_of(lambda frames: frames.mean(1, keepdim=True).expand_as(frames))

    @torch.no_grad()
    def _map_of(self, change: Callable[[Tensor], Tensor]) -> Tensor:
        """What a linear change of patches [C, 4, 32, 32, 3] does to latents."""
        if self.encoder is not None:
            raise ValueError("latents of an encoder that is more than linear cannot be mirrored or brought to rest")
        analysis = self.linear.analysis.weight.float()
        seen = torch.linalg.solve(analysis @ analysis.T, analysis)  # [C, 12288], what moves one latent alone
        return to_patches(change(from_patches(seen[:, None, None, None])))[:, 0, 0, 0] @ analysis.T

    def encode(self, frames: Tensor) -> Tensor:
        """[B, F, 32H, 32W, 3] in -1 to 1, F a multiple of 4, to latents [B, F/4, H, W, C].

        In training mode it also follows the latents' statistics.
        """
        num_frames, height, width = frames.shape[1:4]
        if num_frames % FRAMES_PER_LATENT or height % PIXELS_PER_LATENT or width % PIXELS_PER_LATENT:
            raise ValueError(
                f"{num_frames} frames of {width}x{height} do not divide into chunks: "
                f"give a multiple of {FRAMES_PER_LATENT} frames, and sides that are multiples of {PIXELS_PER_LATENT}"
            )
        latents: Tensor = self.scale(self._encode_raw(frames))
        return latents

    def decode(self, latents: Tensor, noise: Tensor | None = None) -> Tensor:
        """Latents [B, T, H, W, C] to frames [B, 4T, 32H, 32W, 3], about -1 to 1, not clamped.

        `noise` [B, T, H, W] is each latent's level, see `losses.as_made`; none means that all were encoded from frames.
        Frames of a latent of level 0 encode to it again, if the encoder is linear.
        """
        told = _told(latents, noise)
        return self._decode_between(told, told[:, :1], told[:, -1:], None)[0]

    def _encode_raw(self, frames: Tensor) -> Tensor:
        frames = frames.to(self.linear.analysis.weight.dtype)
        raw: Tensor = self.linear.encode(frames).float()
        return raw if self.encoder is None else raw + self.encoder(frames).float()

    def _decode_between(
        self, told: Tensor, before: Tensor, after: Tensor, carried: "Carried | None"
    ) -> tuple[Tensor, "Carried"]:
        """Decode `told` [B, T, H, W, C + 1] that lies between `before` and `after`, each [B, 1, H, W, C + 1]."""
        three = torch.cat([before, told, after], 1)
        raw = self.scale.invert(three[..., :-1]).to(self.linear.analysis.weight.dtype)
        sketch = self.linear.decode(raw[:, 1:-1])  # [B, 4T, 32H, 32W, 3]
        detail, carried = self.decoder(torch.cat([raw, three[..., -1:].to(raw.dtype)], -1), sketch, carried)
        frames = sketch.float() + detail.float()
        is_encoded = told[..., -1] == 0  # [B, T, H, W]
        if self.encoder is None and is_encoded.any():
            frames = self.linear.agree(frames, self.scale.invert(told[..., :-1]), is_encoded.float())
        return frames, carried


class DecodeStream:
    """Decodes a clip piece by piece, one latent behind what it was given.

    All frames together equal `VideoCodec.decode` of all latents together.
    """

    def __init__(self, codec: VideoCodec) -> None:
        self._codec = codec
        self._carried: Carried | None = None
        self._before: Tensor | None = None  # [B, 1, H, W, C + 1], the last latent that was decoded, and its noise
        self._waiting: Tensor | None = None  # [B, 1, H, W, C + 1], the newest

    @torch.no_grad()
    def push(self, latents: Tensor, noise: Tensor | None = None) -> Tensor:
        """Latents [B, T, H, W, C], T at least 1, to the frames that can be made now, [B, F, 32H, 32W, 3].

        `noise` [B, T, H, W] as in `VideoCodec.decode`.
        """
        told = _told(latents, noise)
        if self._waiting is not None:
            told = torch.cat([self._waiting, told], 1)
        self._waiting = told[:, -1:]
        return self._decode(told[:, :-1], self._waiting)

    @torch.no_grad()
    def finish(self) -> Tensor:
        """The last frames [B, 4, 32H, 32W, 3] of the clip. The stream may then start another."""
        if self._waiting is None:
            raise ValueError("the stream has no latents to finish: push some first")
        frames = self._decode(self._waiting, self._waiting)
        self._carried = self._before = self._waiting = None
        return frames

    def _decode(self, told: Tensor, after: Tensor) -> Tensor:
        batch, num_latents, rows, columns, _ = told.shape
        if num_latents == 0:
            return told.new_zeros(batch, 0, rows * PIXELS_PER_LATENT, columns * PIXELS_PER_LATENT, 3)
        before = told[:, :1] if self._before is None else self._before
        frames, self._carried = self._codec._decode_between(told, before, after, self._carried)
        self._before = told[:, -1:]
        return frames


class Encoder(nn.Module):
    """What the linear map misses of a chunk, as a correction to its latents. It starts at zero."""

    def __init__(self, config: VideoCodecConfig) -> None:
        super().__init__()
        assert config.encoder_widths is not None
        assert config.encoder_blocks is not None
        quarter, eighth, sixteenth, whole = config.encoder_widths
        blocks = config.encoder_blocks
        self.layers = nn.Sequential(
            nn.Conv2d(STEM_PIXELS**2 * 3, quarter, 3, padding=1),
            *(Residual(quarter) for _ in range(blocks[0])),
            Fold(quarter, eighth, frames=2),
            *(Residual(eighth) for _ in range(blocks[1])),
            Fold(eighth, sixteenth, frames=2),
            *(Residual(sixteenth) for _ in range(blocks[2])),
            Fold(sixteenth, whole, frames=1),
            *(Residual(whole) for _ in range(blocks[3])),
            nn.ReLU(),
        )
        self.head = nn.Conv2d(whole, config.channels, 1)
        nn.init.zeros_(self.head.weight)
        nn.init.zeros_(self.head.bias)  # type: ignore[arg-type]

    def forward(self, frames: Tensor) -> Tensor:
        """[B, F, 32H, 32W, 3] to [B, F/4, H, W, C]."""
        latents: Tensor = self.head(self.layers(_cells(frames)))  # [B * F/4, C, H, W]
        return rearrange(latents, "(b t) c h w -> b t h w c", b=len(frames))


@dataclass(frozen=True, kw_only=True)
class Carried:
    """What the decoder hands from one chunk to the next: its last frame at 1/16, 1/8 and 1/4, each [B, C, H, W]."""

    sixteenth: Tensor
    eighth: Tensor
    quarter: Tensor


class Decoder(nn.Module):
    """What the linear map misses of the frames. It starts at zero.

    It grows the latents to 1/4 of the picture, and there looks at what the linear map made of them, so that its last
    blocks can mend the seams between patches and sharpen edges from the first step on. Each frame also sees
    what the four frames of its latent have in common.
    """

    def __init__(self, config: VideoCodecConfig) -> None:
        super().__init__()
        quarter, eighth, sixteenth, whole = config.decoder_widths
        blocks = config.decoder_blocks
        self.stem = nn.Conv2d(3 * (config.channels + 1), whole, 3, padding=1)
        self.blocks_whole = _residuals(whole, blocks[3])
        self.unfold_whole = Unfold(whole, sixteenth, frames=1)
        self.carry_sixteenth = Carry(sixteenth)
        self.blocks_sixteenth = _residuals(sixteenth, blocks[2])
        self.unfold_sixteenth = Unfold(sixteenth, eighth, frames=2)
        self.carry_eighth = Carry(eighth)
        self.blocks_eighth = _residuals(eighth, blocks[1])
        self.unfold_eighth = Unfold(eighth, quarter, frames=2)
        self.look = nn.Conv2d(STEM_PIXELS**2 * 3, quarter, 1)
        self.common = nn.Conv2d(quarter, quarter, 1)
        self.carry_quarter = Carry(quarter)
        self.blocks_quarter = _residuals(quarter, blocks[0])
        self.head = nn.Conv2d(quarter, STEM_PIXELS**2 * 3, 3, padding=1)
        for layer in (self.head, self.common):
            for parameter in layer.parameters():
                nn.init.zeros_(parameter)

    def forward(self, latents: Tensor, sketch: Tensor, carried: Carried | None) -> tuple[Tensor, Carried]:
        """Latents and their noise [B, T + 2, H, W, C + 1], both ends only looked at, to what `sketch` lacks.

        That is the linear map's frames, [B, 4T, 32H, 32W, 3].
        """
        num_latents = latents.shape[1] - 2
        three = torch.cat([latents[:, :-2], latents[:, 1:-1], latents[:, 2:]], -1)  # [B, T, H, W, 3C + 3]
        x = self.stem(three.flatten(0, 1).permute(0, 3, 1, 2))  # [B * T, D, H, W]
        x = self.unfold_whole(self.blocks_whole(x))  # [B * T, D, 2H, 2W]
        x, sixteenth = self.carry_sixteenth(x, num_latents, carried and carried.sixteenth)
        x = self.unfold_sixteenth(self.blocks_sixteenth(x))  # [B * 2T, D, 4H, 4W]
        x, eighth = self.carry_eighth(x, 2 * num_latents, carried and carried.eighth)
        x = self.unfold_eighth(self.blocks_eighth(x)) + self.look(_cells(sketch))  # [B * 4T, D, 8H, 8W]
        common = reduce(x, "(n f) d h w -> n d h w", "mean", f=FRAMES_PER_LATENT)
        x = x + self.common(common).repeat_interleave(FRAMES_PER_LATENT, 0)
        x, quarter = self.carry_quarter(x, 4 * num_latents, carried and carried.quarter)
        x = self.head(F.relu(self.blocks_quarter(x)))  # [B * 4T, 48, 8H, 8W]
        frames = rearrange(x, "(b f) (p q c) h w -> b f (h p) (w q) c", b=len(latents), p=STEM_PIXELS, q=STEM_PIXELS)
        return frames, Carried(sixteenth=sixteenth, eighth=eighth, quarter=quarter)


def _told(latents: Tensor, noise: Tensor | None) -> Tensor:
    """Latents [B, T, H, W, C] and how much of each is noise, [B, T, H, W, C + 1]."""
    return torch.cat([latents, torch.zeros_like(latents[..., :1]) if noise is None else noise[..., None]], -1)


def _cells(frames: Tensor) -> Tensor:
    """4 x 4 pixels into channels: [B, F, 4H, 4W, 3] to [B * F, 48, H, W] in channels-last memory."""
    cells = rearrange(frames, "b f (h p) (w q) c -> (b f) h w (p q c)", p=STEM_PIXELS, q=STEM_PIXELS)
    return cells.permute(0, 3, 1, 2)


def _residuals(width: int, count: int) -> nn.Sequential:
    return nn.Sequential(*(Residual(width) for _ in range(count)))

"""The loaded model: all networks of one folder of weights on one device, ready to make clips."""

import math
from dataclasses import dataclass, replace
from pathlib import Path

import torch
from torch import Tensor

from celaje.clip.language import language_of
from celaje.clip.quotes import without_quotations
from celaje.engine.codec.audio import AudioCodec, AudioCodecConfig
from celaje.engine.codec.video import VideoCodec, VideoCodecConfig
from celaje.engine.generate.critic import Critic, load_critic
from celaje.engine.generate.enlarger import Enlarger, load_enlarger
from celaje.engine.generate.plain_words import in_plain_words
from celaje.engine.generate.reading import encode_prompts, spoken_of
from celaje.engine.generate.styles import unlearned_style, without_style
from celaje.engine.generate.weights import MANIFEST, Manifest, check_files, load_network, read_manifest, tuples
from celaje.engine.latents import TextTokens
from celaje.engine.model import Transformer, TransformerConfig
from celaje.engine.precision import fast_dtype
from celaje.engine.text.encoder import Slot, TextConfig, TextEncoder
from celaje.engine.text.tokenizer import Tokenizer
from celaje.engine.text.understand import Understanding, load_known_words, understand, unknown_words

PARTS = ("tokenizer", "words", "text", "transformer", "video", "audio")


@dataclass(frozen=True, kw_only=True)
class Sampling:
    """How the model is best asked: chosen by measurement, stored beside the weights."""

    steps: int = 8
    guidance: float = 3.0
    sound_guidance: float | None = 3.0  # of the sound, where a request does not say; the picture's when None
    guided_above: float = 0.6  # of a window's first noise: its last steps are taken without guidance
    continued_guidance: float = 1.5  # at most, of windows some of whose picture is given
    led_guidance: float = 1.0  # at most, of windows that keep to a first picture that was thought of
    led_steps: int = 4  # of those windows: that picture has been guided and chosen
    liveliness: float = 7.0  # what moves within a latent, made larger by this in all steps of such a window together
    picture_steps: int = 8  # of a first picture that the clip then keeps to; 0 is none
    picture_takes: int = 16  # of that picture at most, of which the critic keeps one
    draft_level: float = 0.93  # of noise over that picture, from which the first window starts; 1 is noise alone
    draft_end: float = 0.95  # the same at the window's end, where things have moved away from that picture
    return_level: float = 0.95  # the same of all windows after the first: a long clip comes back to how it began
    again_level: float = 0.9  # the same of a later window that is made again, see `again.py`; 1 makes none again
    palette: float = 0.7  # how far their mean colours are drawn to those of that picture; 0 is not at all
    camera_level: float = 0.2  # of noise over what a camera that moves would see, see `drafts.py`; 1 drafts nothing
    fade_level: float = 0.9  # of noise over a fade from one given picture to the next; 1 is noise alone
    way_level: float = 0.7  # the same where the camera's way is found, see `between.py`
    sound_takes: int = 4  # at most of the first window's sound, likewise
    guided_channels: int = 128  # of the picture, the leading ones
    decoder_noise: float = 0.1  # what the video decoder is told of latents that were made: how much of them is noise
    shift: float = 4.0
    window: int = 9  # latent frames made at once: five seconds are two windows
    context: int = 2  # of those, how many are taken from the window before


@dataclass(frozen=True, kw_only=True)
class Engine:
    """The networks. Weights may come without an enlarger: then large clips are only scaled. Without a critic: then a
    clip's first picture is the first that came to mind. And with an encoder of which there is no map to rest: then
    stills are what the model takes them for.
    """

    manifest: Manifest
    sampling: Sampling
    tokenizer: Tokenizer
    known_words: frozenset[str]
    text: TextEncoder
    transformer: Transformer
    video: VideoCodec
    audio: AudioCodec
    device: torch.device
    enlarger: Enlarger | None = None
    critic: Critic | None = None
    rest: Tensor | None = None  # brings latents [..., C] to rest, see `VideoCodec.still_map`

    def read(self, prompt: str, *, start_s: float = 0.0, end_s: float = math.inf) -> TextTokens:
        """One prompt as tokens, for a window of these seconds: it does not hear what is said of others.

        What the model never met is read as what is nearest, see `plain_words.py`, and of styles that it never learned
        it does not hear.
        """
        seen = without_style(_seen(prompt), self.known_words)
        prompt = spoken_of(in_plain_words(seen, self.known_words).text, start_s, end_s)
        starts_s = torch.tensor([start_s])
        return encode_prompts(
            self.text,
            self.tokenizer,
            [prompt],
            starts_s,
            device=self.device,
            as_answers=self.transformer.config.num_answers > 0,
        )

    def understand(self, prompt: str) -> Understanding:
        """Which words the model never met, and what it takes the prompt to say, and the style to draw over it."""
        seen = _seen(prompt)
        style, prompt = unlearned_style(seen, self.known_words), without_style(seen, self.known_words)
        plain = in_plain_words(prompt, self.known_words)
        read = understand(
            plain.text,
            encoder=self.text,
            tokenizer=self.tokenizer,
            known_words=self.known_words,
            names=self.manifest.slots,
        )
        replaced = [word for phrase in plain.instead for word in phrase.split() if word not in self.known_words]
        unknown = dict.fromkeys((*unknown_words(prompt, self.known_words), *replaced))
        drawn = {} if style is None else {"style": (style,)}
        return replace(read, unknown=tuple(unknown), instead=plain.instead, taken={**read.taken, **drawn})


def _seen(prompt: str) -> str:
    """A prompt without what is said aloud in it: "I love the snow" does not make it snow."""
    language = language_of(without_quotations(prompt))
    return without_quotations(prompt, said="talking" if language == "en" else "hablando")


def load_engine(folder: Path, *, device: str | None = None) -> Engine:
    """Load the weights of `folder` on `device` (the fastest one there is when None).

    Raises ValueError when weights are missing, damaged or of another version of Celaje.
    """
    manifest = read_manifest(folder)
    chosen = choose_device(device)
    dtype = fast_dtype(chosen)
    if missing := [name for name in PARTS if name not in manifest.parts]:
        raise ValueError(f"the weights in {folder} are incomplete: {MANIFEST} does not name {', '.join(missing)}")
    for name in PARTS:
        check_files(folder, manifest.parts[name])
    try:
        sampling = Sampling(**tuples(manifest.sampling))
    except (TypeError, AttributeError) as error:
        raise ValueError(f"the weights in {folder} are of another version of Celaje: {error}") from error
    text = load_network(folder, manifest, "text", lambda sizes: TextEncoder(TextConfig(**sizes), _slots(manifest)))
    transformer = load_network(folder, manifest, "transformer", lambda sizes: Transformer(TransformerConfig(**sizes)))
    video = load_network(folder, manifest, "video", lambda sizes: VideoCodec(VideoCodecConfig(**sizes)))
    audio = load_network(folder, manifest, "audio", lambda sizes: AudioCodec(AudioCodecConfig(**sizes)))
    for fast in (transformer, video.linear, video.encoder, video.decoder):
        if fast is not None:
            fast.to(dtype)
    for network in (text, transformer, video, audio):
        network.to(chosen).eval().requires_grad_(requires_grad=False)
    transformer.use_fastest_attention()
    return Engine(
        manifest=manifest,
        sampling=sampling,
        tokenizer=Tokenizer.load(folder / "tokenizer.json"),
        known_words=load_known_words(folder / "words.json"),
        text=text,
        transformer=transformer,
        video=video,
        audio=audio,
        device=chosen,
        enlarger=load_enlarger(folder, device=chosen),
        critic=load_critic(folder, device=chosen),
        rest=video.still_map() if video.encoder is None else None,
    )


def _slots(manifest: Manifest) -> dict[str, Slot]:
    """The slots that the text encoder was trained with."""
    many = set(manifest.slots_with_many)
    return {name: Slot(size=len(values), many=name in many) for name, values in manifest.slots.items()}


def choose_device(name: str | None) -> torch.device:
    """The device called `name`, or the fastest one there is. Raises ValueError when this machine does not have it."""
    there = {"cpu": True, "cuda": torch.cuda.is_available(), "mps": torch.backends.mps.is_available()}
    if name is None:
        return torch.device("cuda" if there["cuda"] else "mps" if there["mps"] else "cpu")
    if not there.get(name.partition(":")[0]):
        raise ValueError(f'there is no device "{name}" here: choose {", ".join(key for key in there if there[key])}')
    return torch.device(name)

"""What each choice of the transformer's recipe is worth, and what more compute is: docs/ablations.md, docs/scaling.md.

  python runs/compare.py ablations RUN HELD_OUT OUT SEED...
  python runs/compare.py scaling RUN HELD_OUT OUT SEED...

RUN is the folder of a run of the recipe `small` with latents, HELD_OUT one with latents of combinations that it never
trains on. Checkpoints and what was measured are kept in OUT: a call goes on where one was cut, two calls for other
seeds share two cores, and each writes the tables of all that is there.
"""

import json
import sys
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path

import numpy as np
import torch

from celaje.engine.data import LatentShards
from celaje.engine.generate import load_engine
from celaje.engine.generate.weights import load_network, read_manifest
from celaje.engine.model import Transformer, TransformerConfig
from celaje.engine.training.compare import SLOTS, Grounds, Outcome, learn, measure
from celaje.engine.training.compute import step_flop
from celaje.engine.training.noise import NoiseMix
from celaje.engine.training.recipe import Recipe, TransformerStage
from celaje.engine.training.run import held_out_scenes, load_jury, transformer_samples
from celaje.engine.training.transformer_task import TransformerTask
from celaje.media import whole
from celaje.recipes.small import small
from celaje.settings import weights_folder

DOCS = Path(__file__).parents[1] / "docs"
TOGETHER = NoiseMix(
    together=1.0, apart=0.0, sound_for_picture=0.0, picture_for_sound=0.0, extend=0.0, between=0.0, inpaint=0.0,
    per_frame=0.0,
)  # fmt: skip
#: Width, depth and the head's width, and after how many stable steps each is cooled and measured.
SIZES: dict[str, tuple[int, int, int, tuple[int, ...]]] = {
    "1.7 M": (128, 4, 256, (100, 200, 400, 800)),
    "4.4 M": (192, 6, 384, (50, 100, 200, 400)),
    "9.1 M": (256, 8, 512, (40, 80, 160)),
}
SHIPPED, SHIPPED_TOKENS = "what ships", 605e6  # docs/lab.md counts them
ABLATED, ABLATED_STEPS = next(iter(SIZES)), 300
COOL_SHARE, NUM_SCENES = 0.3, 60
MEASURED = " | ".join(("seeds", "picture", "sound", *(f"{slot}, %" for slot in SLOTS)))
WARM_UP = 20  # of runs that are measured after few steps


def sized(recipe: Recipe, width: int, depth: int, head: int) -> Recipe:
    """The recipe with a transformer of this size, which learns from half as many clips a step, not compiled."""
    config = replace(recipe.transformer, width=width, depth=depth, feedforward=11 * width // 4, head=head)
    budget = replace(recipe.transformer_stage.budget, cool_share=COOL_SHARE, show_minutes=1e9)
    optimizer = replace(recipe.transformer_stage.optimizer, batches=1)
    return staged(replace(recipe, transformer=config), compiled=False, budget=budget, optimizer=optimizer)


def staged(recipe: Recipe, **changes: object) -> Recipe:
    """The recipe with changes to how its transformer learns."""
    stage: TransformerStage = replace(recipe.transformer_stage, **changes)  # type: ignore[arg-type]
    return replace(recipe, transformer_stage=stage)


def shaped(recipe: Recipe, **changes: object) -> Recipe:
    """The recipe with changes to the transformer itself."""
    config: TransformerConfig = replace(recipe.transformer, **changes)  # type: ignore[arg-type]
    return replace(recipe, transformer=config)


def adam_alone(recipe: Recipe) -> Recipe:
    """AdamW for the matrices of the blocks, too."""
    return staged(recipe, optimizer=replace(recipe.transformer_stage.optimizer, muon_rate=0.0))


VARIANTS: dict[str, Callable[[Recipe], Recipe]] = {
    "as it is": lambda recipe: recipe,
    "AdamW instead of Muon": adam_alone,
    "no head beside the stream": lambda recipe: shaped(recipe, head=0),
    "a prompt's words instead of its answers": lambda recipe: shaped(recipe, num_answers=0),
    "all channels count alike": lambda recipe: staged(recipe, leading=0.0),
    "channels count as their spread": lambda recipe: staged(recipe, leading=1.0),
    "who is there counts as all else": lambda recipe: staged(recipe, subject_weight=0.0),
    "weathers as often as they are": lambda recipe: staged(recipe, weather_evenness=0.0),
    "one level of noise for all tokens": lambda recipe: staged(recipe, mix=TOGETHER),
}


@dataclass(frozen=True, kw_only=True)
class Book:
    """The outcomes of one kind, on disk."""

    path: Path
    kind: str

    def read(self) -> list[Outcome]:
        """All that there are, by size and steps."""
        lines = self.path.read_text().splitlines() if self.path.exists() else []
        found = [json.loads(line) for line in lines]
        return [Outcome(**one["outcome"]) for one in found if one["kind"] == self.kind]

    def has(self, variant: str, seed: int, stable_steps: int) -> bool:
        """Whether a variant was measured after so many stable steps."""
        steps = stable_steps + max(1, round(stable_steps * COOL_SHARE))
        return any((one.variant, one.seed, one.steps) == (variant, seed, steps) for one in self.read())

    def write(self, outcome: Outcome) -> None:
        """Append one."""
        with self.path.open("a") as file:
            file.write(json.dumps({"kind": self.kind, "outcome": asdict(outcome)}) + "\n")
        print(outcome.variant, outcome.seed, outcome.steps, round(outcome.loss, 4), dict(outcome.right), flush=True)


def ablations(grounds: Grounds, out: Path, seeds: Sequence[int]) -> None:
    """Learn every variant from every seed, and write the table."""
    book = Book(path=out / "comparisons.jsonl", kind="ablations")
    width, depth, head, _ = SIZES[ABLATED]
    for seed in seeds:
        for index, (name, change) in enumerate(VARIANTS.items()):
            if not book.has(name, seed, ABLATED_STEPS):
                recipe = change(sized(replace(small(), seed=seed), width, depth, head))
                book.write(learn(name, recipe, grounds, out / f"ablation-{index}-{seed}", steps=ABLATED_STEPS))
    with whole(DOCS / "ablations.md") as partial:
        partial.write_text(ablations_page(book.read()), encoding="utf-8")


def scaling(grounds: Grounds, out: Path, seeds: Sequence[int]) -> None:
    """Learn every size from every seed, measure it on the way, and write the table and the chart."""
    book = Book(path=out / "comparisons.jsonl", kind="scaling")
    for seed in seeds:
        for name, (width, depth, head, stops) in SIZES.items():
            recipe = sized(replace(small(), seed=seed), width, depth, head)
            recipe = staged(recipe, optimizer=replace(recipe.transformer_stage.optimizer, warmup_steps=WARM_UP))
            for steps in stops:
                if not book.has(name, seed, steps):
                    book.write(learn(name, recipe, grounds, out / f"scaling-{width}-{seed}", steps=steps))
    outcomes = [*book.read(), shipped(grounds)]
    for path, text in (("scaling.md", scaling_page(outcomes)), ("scaling.svg", chart(outcomes))):
        with whole(DOCS / path) as partial:
            partial.write_text(text, encoding="utf-8")


def shipped(grounds: Grounds) -> Outcome:
    """How the weights that ship do by the same measures."""
    folder, device = weights_folder(), torch.device("cpu")
    manifest = read_manifest(folder)
    model = load_network(folder, manifest, "transformer", lambda sizes: Transformer(TransformerConfig(**sizes)))
    learned = {name: value.clone() for name, value in model.state_dict().items()}
    recipe = staged(small(), compiled=False)
    task = TransformerTask(
        model, transformer_samples(recipe, grounds.folder, device), LatentShards(grounds.held_out, device=device)
    )
    model.load_state_dict(learned, strict=True)  # the task has measured the spread of its channels anew
    steps = int(manifest.scores["trained"]["transformer"]["steps"])
    stage = recipe.transformer_stage
    flop = step_flop(recipe) * SHIPPED_TOKENS / (stage.tokens * stage.optimizer.batches)
    return measure(Outcome(variant=SHIPPED, seed=0, steps=steps, flop=flop), task, grounds)


def ablations_page(outcomes: Sequence[Outcome]) -> str:
    """The table of the ablations: means over seeds, and how far seeds differ."""
    first = next(iter(VARIANTS))
    lines = [
        "# Ablations",
        "",
        f"What each choice of the recipe `small` is worth, by `runs/compare.py`: a transformer of {ABLATED} parameters "
        f"learns for {ABLATED_STEPS} steps of 1536 tokens and {COOL_SHARE:.0%} more to cool down, once with each "
        "choice undone. Means over seeds, and their standard error. Losses are of held-out clips and do not depend on "
        f"what was trained for (lower is better); what pictures show is told by the judge, of {NUM_SCENES} held-out "
        "captions at first attempt. What matters only to a larger or longer-trained model cannot be seen here.",
        "",
        f"| | {MEASURED} |",
        "|---" * (4 + len(SLOTS)) + "|",
    ]
    for name in VARIANTS:
        found = [one for one in outcomes if one.variant == name]
        if found:
            shown = f"**{name}**" if name == first else name
            lines.append(f"| {shown} | {_cells(found)} |")
    return "\n".join(lines) + "\n"


def scaling_page(outcomes: Sequence[Outcome]) -> str:
    """The table of all sizes, the fitted line, and where the shipped weights stand."""
    level, power = fitted(outcomes)
    ours = outcomes[-1]
    lines = [
        "# Scaling",
        "",
        "What more compute is worth, by `runs/compare.py`: transformers of three sizes learn from the same latents and "
        "are cooled down and measured on the way; means over seeds. The loss is that of the picture on held-out clips; "
        f"what pictures show is told by the judge, of {NUM_SCENES} held-out captions at first attempt, without the "
        "critic's choice.",
        "",
        "![Loss against compute](scaling.svg)",
        "",
        f"The line through the best of each compute: loss = {level:.3g} x (FLOP / 1e14)^-{power:.3f}. At the "
        f"{ours.flop:.2g} FLOP of what ships it says {level * (ours.flop / 1e14) ** -power:.3f}; what ships has "
        f"{ours.loss:.3f}. It is fitted to what took at most {max(one.flop for one in outcomes[:-1]):.2g} FLOP, and "
        "drawn on from there.",
        "",
        f"| parameters | steps | FLOP | {MEASURED} |",
        "|---" * (6 + len(SLOTS)) + "|",
    ]
    for (name, steps), found in _groups(outcomes).items():
        lines.append(f"| {name} | {steps} | {found[0].flop:.2g} | {_cells(found)} |")
    return "\n".join(lines) + "\n"


def fitted(outcomes: Sequence[Outcome]) -> tuple[float, float]:
    """Loss at 1e14 FLOP and the power with which it falls: a line through the points that no cheaper one undercuts."""
    points = [(found[0].flop, _mean([one.loss for one in found])) for found in _groups(outcomes[:-1]).values()]
    best = [(flop, loss) for flop, loss in points if all(loss < other for cost, other in points if cost < flop)]
    slope, offset = np.polyfit([np.log(flop / 1e14) for flop, _ in best], [np.log(loss) for _, loss in best], 1)
    return float(np.exp(offset)), float(-slope)


def chart(outcomes: Sequence[Outcome]) -> str:
    """Loss against compute, both in logarithms: a line for each size, the fitted one, a star for what ships."""
    width, height, left, bottom = 640, 400, 60, 50
    level, power = fitted(outcomes)
    flops = [one.flop for one in outcomes]
    ends = [(flop, level * (flop / 1e14) ** -power) for flop in (min(flops), max(flops))]
    losses = [one.loss for one in outcomes] + [loss for _, loss in ends]
    low, high = np.log10(min(flops)) - 0.1, np.log10(max(flops)) + 0.1
    least, most = np.log10(min(losses) * 0.95), np.log10(max(losses) * 1.05)

    def at(flop: float, loss: float) -> str:
        x = left + (np.log10(flop) - low) / (high - low) * (width - left - 20)
        y = height - bottom - (np.log10(loss) - least) / (most - least) * (height - bottom - 20)
        return f"{x:.1f},{y:.1f}"

    def text(place: str, said: str, more: str = "") -> str:
        x, y = place.split(",")
        return f'<text x="{x}" y="{y}" {more}>{said}</text>'

    colors = dict(zip(SIZES, ("#e4572e", "#2e86ab", "#3b8c3f"), strict=True))
    parts = []
    for exponent in range(int(np.ceil(low)), int(high) + 1):
        parts.append(
            f'<polyline class="grid" points="{at(10.0**exponent, 10**least)} {at(10.0**exponent, 10**most)}"/>'
        )
        parts.append(text(at(10.0**exponent, 10**least), f"1e{exponent}", 'dy="18" text-anchor="middle"'))
    for tenths in range(int(np.ceil(10 * 10**least)), int(10 * 10**most) + 1):
        loss = tenths / 10
        parts.append(f'<polyline class="grid" points="{at(10**low, loss)} {at(10**high, loss)}"/>')
        parts.append(text(at(10**low, loss), f"{loss:.1f}", 'dx="-8" dy="4" text-anchor="end"'))
    parts.append(f'<polyline class="fit" points="{" ".join(at(*end) for end in ends)}"/>')
    for name, color in colors.items():
        found = [
            (some[0].flop, _mean([one.loss for one in some]))
            for (of, _), some in _groups(outcomes).items()
            if of == name
        ]
        parts.append(f'<polyline style="stroke:{color}" points="{" ".join(at(*point) for point in found)}"/>')
        parts += [f'<circle cx="{x}" cy="{y}" r="4" fill="{color}"/>' for x, y in (at(*p).split(",") for p in found)]
        parts.append(text(at(*found[-1]), name, f'dx="8" dy="-6" fill="{color}"'))
    ours = at(outcomes[-1].flop, outcomes[-1].loss)
    parts.append(text(ours, "&#9733;", 'text-anchor="middle" dy="5" font-size="18"'))
    parts.append(text(ours, SHIPPED, 'text-anchor="end" dx="-12" dy="5"'))
    parts.append(text(f"{(width + left) / 2},{height - 12}", "FLOP of training", 'text-anchor="middle"'))
    parts.append(text("16,200", "loss of held-out pictures", 'text-anchor="middle" transform="rotate(-90 16 200)"'))
    style = (
        "text{font:13px system-ui,sans-serif;fill:#444}polyline{fill:none;stroke-width:2}"
        ".grid{stroke:#ddd;stroke-width:1}.fit{stroke:#888;stroke-dasharray:6 4}"
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" role="img">'
        f"<title>Loss against compute</title><style>{style}</style>"
        f'<rect width="{width}" height="{height}" fill="#fff"/>{"".join(parts)}</svg>\n'
    )


def _groups(outcomes: Sequence[Outcome]) -> dict[tuple[str, int], list[Outcome]]:
    """Outcomes of one variant after as many steps, in the order of variants and steps."""
    order = [*SIZES, SHIPPED]
    found: dict[tuple[str, int], list[Outcome]] = {}
    for one in sorted(outcomes, key=lambda one: (order.index(one.variant), one.steps)):
        found.setdefault((one.variant, one.steps), []).append(one)
    return found


def _cells(found: Sequence[Outcome]) -> str:
    """What was `MEASURED` of one variant from several seeds."""
    cells = [_with_error([one.loss for one in found], 4), _with_error([_sound(one) for one in found], 4)]
    cells += [_with_error([100 * one.right[slot] for one in found], 0) for slot in SLOTS]
    return " | ".join((str(len(found)), *cells))


def _sound(outcome: Outcome) -> float:
    return _mean([value for name, value in outcome.losses.items() if name.startswith("audio_0")])


def _mean(values: Sequence[float]) -> float:
    return float(np.mean(values))


def _with_error(values: Sequence[float], digits: int) -> str:
    """The mean, with its standard error where there are several."""
    shown = f"{_mean(values):.{digits}f}"
    if len(values) == 1:
        return shown
    return f"{shown} <small>&plusmn; {np.std(values, ddof=1) / len(values) ** 0.5:.{digits}f}</small>"


def main() -> None:
    """See the top of this file."""
    what, run, held_out, out, *seeds = sys.argv[1:]
    torch.set_num_threads(1)
    recipe, folder = small(), weights_folder()
    jury = load_jury(recipe, folder / "nothing", folder)
    assert jury is not None, "the judges ship"
    Path(out).mkdir(parents=True, exist_ok=True)
    grounds = Grounds(
        folder=Path(run),
        held_out=Path(held_out),
        engine=load_engine(folder, device="cpu"),
        jury=jury.to(torch.device("cpu")),
        scenes=held_out_scenes(recipe, NUM_SCENES),
    )
    {"ablations": ablations, "scaling": scaling}[what](grounds, Path(out), [int(seed) for seed in seeds])


if __name__ == "__main__":
    main()

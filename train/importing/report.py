"""What `import` says: which layers it recognised, and how the readings that it tried compare."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from .choose import Choice, Trial
from .convolutions import Sizes
from .network import Step
from .parts import Part

MOST_ROWS = 6
MOST_NAMED = 8


def recognised(trial: Trial) -> list[str]:
    """Lines that say which layers of the file are what, and with which strides."""
    network, turned = trial.network, trial.conventions.log_var_first
    encoder, decoder = iter(trial.geometry.encoder), iter(trial.geometry.decoder)
    lines = ["encoder    " + ", ".join(_step(step, encoder) for step in network.trunk)] if network.trunk else []
    names = [_step(step) for step in network.heads]
    if network.deterministic:
        lines.append(f"code       {names[0]}; no log variance: a plain autoencoder")
    elif len(names) == 1:
        halves = ("log variance", "mu") if turned else ("mu", "log variance")
        lines.append(f"posterior  {names[0]}: first {halves[0]}, then {halves[1]}")
    else:
        mu, log_var = reversed(names) if turned else names
        lines += [f"mu         {mu}", f"log var    {log_var}"]
    lines.append("decoder    " + ", ".join(_step(step, decoder) for step in network.decoder))
    classes = f", conditional on {network.classes} classes" if network.classes else ""
    lines.append(f"latent     {network.latent_dim} dimension{'s' * (network.latent_dim > 1)}{classes}")
    return lines


def compared(choice: Choice, grey: float) -> list[str]:
    """A table of losses and of the options that give them; `grey` is the loss of a grey picture."""
    shown = sorted({*choice.trials[:MOST_ROWS], choice.plain}, key=lambda trial: trial.nats)
    rows = list({trial.conventions.options(): trial.nats for trial in reversed(shown)}.items())[::-1]
    lines = ["nats per image  options"]
    lines += [f"{nats:14.1f}  {options or '(none: as in the textbook)'}" for options, nats in rows]
    return [*lines, f"{grey:14.1f}  for comparison: a grey picture"]


def shapes(parts: Sequence[Part]) -> str:
    """The layers of a file in a few words."""
    words = [f"{part.name} {'x'.join(map(str, part.shape))}" for part in parts[:MOST_NAMED]]
    return ", ".join(words) + (f" and {len(parts) - MOST_NAMED} more" if len(parts) > MOST_NAMED else "")


def loss(nats: float, grey: float) -> str:
    """What there is to compare with what a script said, before the minutes that publishing takes."""
    return (
        f"loss       {nats:.1f} nats per image on the test pictures, a grey picture {grey:.1f}. If the script "
        "that trained it reported less, something was read wrongly: say what you know (--help)"
    )


def _step(step: Step, sizes: Iterator[Sizes] | None = None) -> str:
    """A layer in a few words; `sizes` has those of this convolution and the next ones."""
    first, second, *kernel = step.part.shape
    inputs, outputs = (first, second) if step.op == "conv_transpose" else (second, first)
    size = f" {kernel[0]}x{kernel[0]}" if kernel else ""
    if kernel and sizes is not None:
        of_this = next(sizes)
        size += f" stride {of_this.stride}" * (of_this.stride > 1) + " behind enlarged planes" * of_this.doubled
    norm = " + batch norm" if step.part.norm else ""
    return f"{step.part.name} {inputs}→{outputs}{size}{norm}"

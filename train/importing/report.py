"""What `import` says: which layers it recognised, and how the readings that it tried compare."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from .choose import AS_NAMED, Choice, Trial
from .conventions import Conventions
from .convolutions import Sizes
from .network import Network, Step
from .parts import Part
from .state_dict import Tensors
from .weights_file import Place

MOST_ROWS = 6
MOST_NAMED = 8
MOST_BESIDE = 4


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


def beside(tensors: Tensors, network: Network) -> list[str]:
    """A line about layers in the file that are not of this network, if there are any but those of an optimizer."""
    used = {step.part.name for step in (*network.trunk, *network.heads, *network.decoder)}
    names = [".".join(place[:-1]) for place, tensor in tensors.items() if tensor.dim() >= 2 and not _is_state(place)]
    others = [name for name in dict.fromkeys(names) if not any(f"{name}.".startswith(f"{one}.") for one in used)]
    if not others or len(used & {*names}) < len(used):  # layers without names of their own
        return []
    more = f" and {len(others) - MOST_BESIDE} more" if len(others) > MOST_BESIDE else ""
    return [f"not used   {', '.join(others[:MOST_BESIDE])}{more}: also in the file, but not of this VAE"]


def _is_state(place: Place) -> bool:
    return any(re.search("optim|exp_avg|momentum", word) for word in place)


def spreads(choice: Choice) -> list[str]:
    """A line about the ways to read the second head, where another one than that taken is nearly as good."""
    least = choice.best.nats
    near = [trial for trial in choice.by_spread() if trial.nats <= AS_NAMED * least]
    if len(near) < 2 or choice.best.network.deterministic:
        return []
    words = [f"{_spread(trial.conventions)} {trial.nats:.1f}" for trial in near]
    return [
        f"spread     read as {_spread(choice.best.conventions)}. Nats by reading: {', '.join(words)}. If the KL was "
        "weighted, or the error squared, the least need not be true; --no-log-sigma --no-softplus-sigma: log variance"
    ]


def _spread(conventions: Conventions) -> str:
    if conventions.softplus_sigma:
        return "softplus for sigma"
    return "log sigma" if conventions.log_sigma else "log variance"


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

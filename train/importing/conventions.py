"""What weights alone do not say: the conventions of the script that trained them.

Each can be given as an option; the others are tried. All are folded into the weights when a model is built of them, so
that nothing of them stays in the model folder.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields, replace
from itertools import product
from typing import TYPE_CHECKING, Any, Literal

from vae_explorer.errors import ConfigError
from vae_explorer.model.layer import Layer

if TYPE_CHECKING:
    from .network import Network  # imports torch, which those who only ask for the options need not wait for

InputScale = Literal["zero-one", "minus-one-one", "normalised"]
Output = Literal["sigmoid", "tanh"]

# The usual ones first: only of these another one is tried in each half as a whole.
ACTIVATIONS: dict[str, Layer | None] = {
    "relu": Layer("relu"),
    "tanh": Layer("tanh"),
    "silu": Layer("silu"),
    "gelu": Layer("gelu"),
    "leaky_relu": Layer("leaky_relu", slope=0.01),
    "leaky_relu_0.2": Layer("leaky_relu", slope=0.2),
    "elu": Layer("elu"),
    "softplus": Layer("softplus"),
    "sigmoid": Layer("sigmoid"),
    "selu": Layer("selu"),
    "mish": Layer("mish"),
    "leaky_relu_0.1": Layer("leaky_relu", slope=0.1),
    "leaky_relu_0.3": Layer("leaky_relu", slope=0.3),
    "none": None,
}
USUAL = tuple(ACTIVATIONS)[:9]

# How pixels x in 0…1 were changed for the encoder, (x - mean) / deviation. The last are those of MNIST's training
# digits, which every tutorial has.
SCALES: dict[InputScale, tuple[float, float]] = {
    "zero-one": (0.0, 1.0),
    "minus-one-one": (0.5, 0.5),
    "normalised": (0.1307, 0.3081),
}


@dataclass(frozen=True)
class Conventions:
    """How weights are to be read; the defaults are the textbook's.

    Attributes:
        log_var_first: the first head, or the first half of its rows, is the log variance.
        log_sigma: what stands in its place is the logarithm of the deviation, half of log variance.
        softplus_sigma: what stands there becomes the deviation by softplus, not by an exponential.
        activation: what is between two layers: one name of `ACTIVATIONS`, or one for each place, between commas.
        decoder_activation: the same in the decoder, where that has another one.
        norm_last: batch norms stand behind the activation, not before it.
        input_scale: the range of the pixels that the encoder was trained with.
        output: what turns the decoder's last numbers into pixels: a sigmoid in 0…1, or tanh in -1…1.
        class_first: of a conditional model, the one-hot class stands before pixels and code.
    """

    log_var_first: bool = False
    log_sigma: bool = False
    softplus_sigma: bool = False
    activation: str = "relu"
    decoder_activation: str | None = None
    norm_last: bool = False
    input_scale: InputScale = "zero-one"
    output: Output = "sigmoid"
    class_first: bool = False

    def between(self, count: int, decoding: bool = False) -> list[str]:
        """The activation at each of so many places of a half.

        Raises:
            ConfigError: it names another number of them.
        """
        option = "--decoder-activation" if decoding and self.decoder_activation else "--activation"
        asked = (decoding and self.decoder_activation) or self.activation
        names = asked.split(",")
        if len(names) not in (1, count):
            raise ConfigError(
                f"{option} {asked} names {len(names)} activations; this half has {count} of them. Name one, or all"
            )
        return names * count if len(names) == 1 else names

    def with_activations(self, names: Sequence[str], decoding: bool) -> Conventions:
        """The same with these activations in one half; both halves keep their own."""
        spelled = names[0] if len({*names}) == 1 else ",".join(names)
        if decoding:
            return replace(self, decoder_activation=None if spelled == self.activation else spelled)
        of_decoder = self.decoder_activation or self.activation
        return replace(self, activation=spelled, decoder_activation=None if of_decoder == spelled else of_decoder)

    @property
    def reads_sigma(self) -> bool:
        """Whether the second head is about sigma, not about the variance."""
        return self.log_sigma or self.softplus_sigma

    @property
    def spread(self) -> tuple[bool, bool]:
        """What stands in the place of log variance, if anything."""
        return self.log_sigma, self.softplus_sigma

    @property
    def mixture(self) -> int:
        """0 for one activation everywhere, 1 for one in each half, 2 for others in one half."""
        names = self.activation, self.decoder_activation or self.activation
        return 2 if any("," in each for each in names) else int(names[0] != names[1])

    @property
    def choices(self) -> int:
        """How many of them are not the textbook's; each further activation counts."""
        return len(self.options().split()) + self.options().count(",")

    def options(self) -> str:
        """The options that ask for them, as a person would type them; nothing for the textbook's."""
        words = []
        for field in fields(self):
            value = getattr(self, field.name)
            if value != field.default:
                option = "--" + field.name.replace("_", "-")
                words.append(option if value is True else f"{option} {value}")
        return " ".join(words)


def preferred(asked: dict[str, Any]) -> Conventions:
    """The conventions that were asked for, and the textbook's for others; tanh draws pixels in -1…1."""
    implied = {"output": "tanh"} if asked.get("input_scale") == "minus-one-one" else {}
    if asked.get("log_sigma") and asked.get("softplus_sigma"):
        raise ConfigError("--log-sigma and --softplus-sigma are two readings of the same numbers. Give one of them")
    for option in ("activation", "decoder_activation"):
        unknown = {*str(asked.get(option) or "relu").split(",")} - {*ACTIVATIONS}
        if unknown:
            raise ConfigError(
                f"--{option.replace('_', '-')} is {asked[option]!r}; it must be one of {', '.join(ACTIVATIONS)}, "
                "or one for each place, with commas between them"
            )
    return Conventions(**{**implied, **asked})


def other_numbers(
    start: Conventions, asked: dict[str, Any], network: Network, softplus: bool = False
) -> list[Conventions]:
    """All that differ from `start` in nothing but the numbers: what goes in and out, and the meaning of the heads.

    Args:
        softplus: also with sigma by softplus, which is so near to log sigma that it need not be tried at first.
    """
    heads = [False] if network.deterministic else [False, True]
    choices: dict[str, list[Any]] = {
        "log_var_first": heads[:1] if network.says_which_is_mu else heads,
        "log_sigma": heads,
        "softplus_sigma": heads if softplus else [start.softplus_sigma],
        "class_first": [False, True] if network.classes else [False],
    }
    choices |= {name: [value] for name, value in asked.items() if name in choices}
    ranges: list[dict[str, Any]] = [
        {"input_scale": scale, "output": output}
        for scale in SCALES
        for output in (("sigmoid", "tanh") if scale == "minus-one-one" or "output" in asked else ("sigmoid",))
    ]
    fitting = [each for each in ranges if all(asked.get(name, value) == value for name, value in each.items())]
    found = [
        replace(start, **dict(zip(choices, values, strict=True)), **scale)
        for *values, scale in product(*choices.values(), fitting)
    ]
    return [each for each in found if not (each.log_sigma and each.softplus_sigma)]


def other_activations(start: Conventions, asked: dict[str, Any]) -> Iterator[Conventions]:
    """All that differ from `start` in nothing but the activation, the same in both halves unless it was asked for."""
    for activation in [asked["activation"]] if "activation" in asked else ACTIVATIONS:
        yield replace(start, activation=activation, decoder_activation=asked.get("decoder_activation"))


def two_activations(start: Conventions, asked: dict[str, Any]) -> Iterator[Conventions]:
    """All that differ from `start` in nothing but the activations, another one in each half."""
    for one in other_activations(start, asked):
        for activation in [asked["decoder_activation"]] if "decoder_activation" in asked else USUAL:
            if activation != one.activation and (one.activation in USUAL or "activation" in asked):
                yield replace(one, decoder_activation=activation)


def others_at(start: Conventions, place: int, count: int, decoding: bool) -> list[Conventions]:
    """All that differ from `start` in nothing but the activation at one of the `count` places of a half."""
    names = start.between(count, decoding)
    return [start.with_activations([*names[:place], name, *names[place + 1 :]], decoding) for name in ACTIVATIONS]

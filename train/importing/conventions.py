"""What weights alone do not say: the conventions of the script that trained them.

Each can be given as an option; the others are tried. All are folded into the weights when a model is built of them, so
that nothing of them stays in the model folder.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields, replace
from itertools import product
from typing import TYPE_CHECKING, Any, Literal

from vae_explorer.model.layer import Layer

if TYPE_CHECKING:
    from .network import Network  # imports torch, which those who only ask for the options need not wait for

Activation = Literal["relu", "tanh", "silu", "gelu", "leaky_relu", "leaky_relu_0.2", "elu", "softplus", "sigmoid"]
InputScale = Literal["zero-one", "minus-one-one", "normalised"]
Output = Literal["sigmoid", "tanh"]

ACTIVATIONS: dict[Activation, Layer] = {
    "relu": Layer("relu"),
    "tanh": Layer("tanh"),
    "silu": Layer("silu"),
    "gelu": Layer("gelu"),
    "leaky_relu": Layer("leaky_relu", slope=0.01),
    "leaky_relu_0.2": Layer("leaky_relu", slope=0.2),
    "elu": Layer("elu"),
    "softplus": Layer("softplus"),
    "sigmoid": Layer("sigmoid"),
}

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
        activation: what is between two layers.
        decoder_activation: the same in the decoder, where that has another one.
        input_scale: the range of the pixels that the encoder was trained with.
        output: what turns the decoder's last numbers into pixels: a sigmoid in 0…1, or tanh in -1…1.
        class_first: of a conditional model, the one-hot class stands before pixels and code.
    """

    log_var_first: bool = False
    log_sigma: bool = False
    activation: Activation = "relu"
    decoder_activation: Activation | None = None
    input_scale: InputScale = "zero-one"
    output: Output = "sigmoid"
    class_first: bool = False

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
    return Conventions(**{**implied, **asked})


def other_numbers(start: Conventions, asked: dict[str, Any], network: Network) -> list[Conventions]:
    """All that differ from `start` in nothing but the numbers: what goes in and out, and the meaning of the heads."""
    heads = [False] if network.deterministic else [False, True]
    choices: dict[str, list[Any]] = {
        "log_var_first": heads[:1] if network.says_which_is_mu else heads,
        "log_sigma": heads,
        "class_first": [False, True] if network.classes else [False],
    }
    choices |= {name: [value] for name, value in asked.items() if name in choices}
    ranges: list[dict[str, Any]] = [
        {"input_scale": scale, "output": output}
        for scale in SCALES
        for output in (("sigmoid", "tanh") if scale == "minus-one-one" or "output" in asked else ("sigmoid",))
    ]
    fitting = [each for each in ranges if all(asked.get(name, value) == value for name, value in each.items())]
    return [
        replace(start, **dict(zip(choices, values, strict=True)), **scale)
        for *values, scale in product(*choices.values(), fitting)
    ]


def other_activations(start: Conventions, asked: dict[str, Any]) -> Iterator[Conventions]:
    """All that differ from `start` in nothing but the activation, the same in both halves unless it was asked for."""
    for activation in ACTIVATIONS:
        if asked.get("activation", activation) == activation:
            yield replace(start, activation=activation, decoder_activation=asked.get("decoder_activation"))


def two_activations(start: Conventions, asked: dict[str, Any]) -> Iterator[Conventions]:
    """All that differ from `start` in nothing but the activations, another one in each half."""
    for one in other_activations(start, asked):
        for activation in ACTIVATIONS:
            if activation != one.activation and asked.get("decoder_activation", activation) == activation:
                yield replace(one, decoder_activation=activation)

"""The configuration of a model: the settings that determine its layers. Those of a run are in `train.fit.config`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, fields
from typing import Any, Literal, get_args

from vae_explorer.errors import ConfigError
from vae_explorer.model.layer import Layer, Shape, shapes_between, total_multiply_adds

IMAGE_SIZE = 28
PIXELS = IMAGE_SIZE * IMAGE_SIZE

# What a few numbers describe, and `fit` trains; and any other plain lists of layers.
Family = Literal["mlp", "conv"]
Architecture = Literal[Family, "layers"]
Likelihood = Literal["bce", "mse"]

LARGEST_HIDDEN = 8192

# What a page can be asked to run: far more layers, and far more work, than it can run while somebody drags.
MOST_LAYERS = 64
MOST_MULTIPLY_ADDS = 2**28


@dataclass(frozen=True)
class ModelConfig:
    """The architecture of one VAE; `vae_explorer.model.layers` turns it into layers.

    Attributes:
        architecture: `mlp` (two dense layers in encoder and decoder each), `conv` (strided convolutions), or `layers`:
            those that `encoder` and `decoder` list.
        latent_dim: D, the number of latent dimensions, 1…256.
        hidden: width of the dense hidden layer, 1…8192. Not used by `layers`.
        channels: channels of the layer next to the image, 1…256; deeper layers have 2 and 4 times as many. Only
            `conv` uses it.
        encoder_convs: additional 3x3 convolutions in the encoder, on its smallest feature maps, 0…8. Only `conv`
            uses it.
        decoder_dense: 0, or how many dense hidden layers the decoder has instead of its convolutions, 1…8. Only `conv`
            uses it.
        likelihood: `bce` (Bernoulli on grey pixels) or `mse` (Gaussian with a fixed deviation of 0.1).
        classes: 0, or the number of classes that encoder and decoder are conditioned on.
        deterministic: True for a plain autoencoder: z = mu, and `log_var` is unused.
        encoder, decoder: the layers of `layers`, what `encoder_layers` and `decoder_layers` return; empty otherwise.

    Raises:
        ConfigError: a value is out of range, or the layers do not fit each other.
    """

    architecture: Architecture = "mlp"
    latent_dim: int = 20
    hidden: int = 400
    channels: int = 16
    encoder_convs: int = 0
    decoder_dense: int = 0
    likelihood: Likelihood = "bce"
    classes: int = 0
    deterministic: bool = False
    encoder: tuple[Layer, ...] = ()
    decoder: tuple[Layer, ...] = ()

    def __post_init__(self) -> None:
        require_choice("architecture", self.architecture, get_args(Architecture))
        require_choice("likelihood", self.likelihood, get_args(Likelihood))
        require_whole("latent_dim", self.latent_dim, 1, 256)
        require_whole("hidden", self.hidden, 1, LARGEST_HIDDEN)
        require_whole("channels", self.channels, 1, 256)
        require_whole("encoder_convs", self.encoder_convs, 0, 8)
        require_whole("decoder_dense", self.decoder_dense, 0, 8)
        require_whole("classes", self.classes, 0, 256)
        if not isinstance(self.deterministic, bool):
            raise ConfigError(f"deterministic is {self.deterministic!r}; it must be true or false")
        code = (self.latent_dim + self.classes,)
        for half, layers, start, end in (
            ("encoder", self.encoder, image_shape(self.encoder, self.classes), (2 * self.latent_dim,)),
            ("decoder", self.decoder, code, (PIXELS,)),
        ):
            if bool(layers) != (self.architecture == "layers"):
                raise ConfigError(f"{half} has {len(layers)} layers; the architecture `layers` alone lists them")
            if layers:
                _require_network(half, layers, start, end)

    def to_json(self) -> dict[str, Any]:
        """The settings that the architecture uses: `from_json` takes the defaults for others.

        Those in `NEWER` are left out where they have their default, so that older programs can read the others.
        """
        value = asdict(self) | {half: [layer.to_json() for layer in getattr(self, half)] for half in _HALVES}
        unused = {name for name in NEWER if not value[name]}
        unused |= set(_OF_FAMILIES) if self.architecture == "layers" else set()
        return {name: setting for name, setting in value.items() if name not in unused}

    @classmethod
    def from_json(cls, value: object) -> ModelConfig:
        """The inverse of `to_json`.

        Raises:
            ConfigError: not an object, an unknown key, or a value out of range.
        """
        if not isinstance(value, dict):
            raise ConfigError(f"the model's settings are {type(value).__name__}; an object was expected")
        known = {field.name for field in fields(cls)}
        unknown = sorted(str(key) for key in value if key not in known)
        if unknown:
            raise ConfigError(f"unknown model setting {unknown[0]!r}; known are {', '.join(sorted(known))}")
        return cls(**value | {half: _layers(half, value[half]) for half in _HALVES if half in value})


_HALVES = ("encoder", "decoder")
_OF_FAMILIES = ("hidden", "channels", "encoder_convs", "decoder_dense")

# Settings that a program before format version 4 does not know.
NEWER = (*_HALVES, "decoder_dense")


def image_shape(encoder: Sequence[Layer], classes: int) -> Shape:
    """What an encoder is given of one image: numbers if its first layer is dense, else a plane and one per class."""
    dense = not encoder or encoder[0].op == "linear"
    return (PIXELS + classes,) if dense else (1 + classes, IMAGE_SIZE, IMAGE_SIZE)


def _layers(half: str, value: object) -> tuple[Layer, ...]:
    if not isinstance(value, list) or len(value) > MOST_LAYERS:
        raise ConfigError(f"{half}: a list of at most {MOST_LAYERS} layers expected")
    found = []
    for index, layer in enumerate(value):
        try:
            found.append(Layer.from_json(layer))
        except ConfigError as error:
            raise ConfigError(f"{half} layer {index}: {error}") from error
    return tuple(found)


def _require_network(half: str, layers: tuple[Layer, ...], start: Shape, end: Shape) -> None:
    """Raise ConfigError unless the layers lead from `start` to `end`, in a moderate number of steps."""
    if len(layers) > MOST_LAYERS:
        raise ConfigError(f"{half} has {len(layers)} layers, at most {MOST_LAYERS} can be run")
    try:
        shapes, cost = shapes_between(layers, start), total_multiply_adds(layers, start)
    except ConfigError as error:
        raise ConfigError(f"{half} {error}") from error
    if shapes[-1] != end:
        raise ConfigError(f"{half} ends in {' x '.join(map(str, shapes[-1]))}, {end[0]} expected")
    if cost > MOST_MULTIPLY_ADDS:
        raise ConfigError(f"{half} takes {cost:,} multiply-adds an image, at most {MOST_MULTIPLY_ADDS:,} can be run")


def require_whole(name: str, value: object, low: int, high: int) -> None:
    """Raise ConfigError unless `value` is an int in low…high."""
    if not isinstance(value, int) or isinstance(value, bool) or not low <= value <= high:
        raise ConfigError(f"{name} is {value!r}; it must be a whole number from {low} to {high:,}")


def require_choice(name: str, value: object, choices: tuple[str, ...]) -> None:
    """Raise ConfigError unless `value` is one of `choices`."""
    if value not in choices:
        raise ConfigError(f"{name} is {value!r}; it must be one of: {', '.join(choices)}")

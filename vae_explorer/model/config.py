"""The configuration of a model: the settings that determine its layers. Those of a run are in `train.fit.config`."""

from __future__ import annotations

from dataclasses import asdict, dataclass, fields
from typing import Any, Literal, get_args

from vae_explorer.errors import ConfigError

IMAGE_SIZE = 28
PIXELS = IMAGE_SIZE * IMAGE_SIZE

Architecture = Literal["mlp", "conv"]
Likelihood = Literal["bce", "mse"]


@dataclass(frozen=True)
class ModelConfig:
    """The architecture of one VAE; `vae_explorer.model.layers` turns it into layers.

    Attributes:
        architecture: `mlp` (two dense layers in encoder and decoder each) or `conv` (strided convolutions).
        latent_dim: D, the number of latent dimensions, 1…256.
        hidden: width of the dense hidden layer, 1…8192.
        channels: channels of the layer next to the image, 1…256; deeper layers have 2 and 4 times as many. Only
            `conv` uses it.
        encoder_convs: additional 3x3 convolutions in the encoder, on its smallest feature maps, 0…8. Only `conv`
            uses it.
        likelihood: `bce` (Bernoulli on grey pixels) or `mse` (Gaussian with a fixed deviation of 0.1).
        classes: 0, or the number of classes that encoder and decoder are conditioned on.
        deterministic: True for a plain autoencoder: z = mu, and `log_var` is unused.

    Raises:
        ConfigError: a value is out of range.
    """

    architecture: Architecture = "mlp"
    latent_dim: int = 20
    hidden: int = 400
    channels: int = 16
    encoder_convs: int = 0
    likelihood: Likelihood = "bce"
    classes: int = 0
    deterministic: bool = False

    def __post_init__(self) -> None:
        require_choice("architecture", self.architecture, get_args(Architecture))
        require_choice("likelihood", self.likelihood, get_args(Likelihood))
        require_whole("latent_dim", self.latent_dim, 1, 256)
        require_whole("hidden", self.hidden, 1, 8192)
        require_whole("channels", self.channels, 1, 256)
        require_whole("encoder_convs", self.encoder_convs, 0, 8)
        require_whole("classes", self.classes, 0, 256)
        if not isinstance(self.deterministic, bool):
            raise ConfigError(f"deterministic is {self.deterministic!r}; it must be true or false")

    def to_json(self) -> dict[str, Any]:
        return asdict(self)

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
        return cls(**value)


def require_whole(name: str, value: object, low: int, high: int) -> None:
    """Raise ConfigError unless `value` is an int in low…high."""
    if not isinstance(value, int) or isinstance(value, bool) or not low <= value <= high:
        raise ConfigError(f"{name} is {value!r}; it must be a whole number from {low} to {high:,}")


def require_choice(name: str, value: object, choices: tuple[str, ...]) -> None:
    """Raise ConfigError unless `value` is one of `choices`."""
    if value not in choices:
        raise ConfigError(f"{name} is {value!r}; it must be one of: {', '.join(choices)}")

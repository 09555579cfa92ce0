"""Named pairs of a model and the run that fits it: the textbook's, a fast one, and those of the shipped models."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from vae_explorer.errors import ConfigError
from vae_explorer.model.config import ModelConfig

from .config import TrainConfig


@dataclass(frozen=True)
class Recipe:
    """A model and the run that fits it; the app shows `title` and `teaches`."""

    model: ModelConfig
    train: TrainConfig
    title: str
    teaches: str
    data_set: str = "mnist"


def _conv(epochs: int, **more: Any) -> TrainConfig:
    """How the convolutional models are trained; the rate and the average were chosen on `conv-20`."""
    usual = TrainConfig(learning_rate=3e-3, schedule="one-cycle", average=0.999, precision="bfloat16")
    return replace(usual, epochs=epochs, **more)


# Two dimensions hold little, so both halves have to say exactly where a digit lies and what lies there: the decoder is
# dense and deep, the encoder wide. Deformations until shortly before the end keep the encoder from learning its
# pictures by heart.
_TWO_DIMENSIONS = ModelConfig("conv", latent_dim=2, hidden=512, channels=16, encoder_convs=2, decoder_dense=3)
_TWO_DIMENSIONS_TRAIN = _conv(epochs=160, learning_rate=1.5e-3, clip=1000.0, augment=0.8, augment_until=0.9)

# The textbook's recipe, exactly: 784-400-ReLU-2x20, 20-400-ReLU-784-sigmoid, BCE summed, Adam 1e-3, batches of
# 128, 100 epochs.
PLAIN = Recipe(
    ModelConfig("mlp", latent_dim=20, hidden=400),
    TrainConfig(),
    "Textbook VAE",
    "20 dimensions, two dense layers on each side: see how far the plain recipe gets.",
)

RECIPES = {
    "plain": PLAIN,
    "fast": Recipe(
        ModelConfig("conv", latent_dim=20, hidden=128, channels=8),
        # Half the usual batch: as many pictures a second on a CPU, and twice the steps.
        _conv(epochs=3, batch_size=64, average=0.995),
        "Fast VAE",
        "Convolutions, trained for only three epochs: see how much they have learned already.",
    ),
    "mlp-20": PLAIN,
    "conv-20": Recipe(
        ModelConfig("conv", latent_dim=20, hidden=128, channels=16, encoder_convs=1),
        _conv(epochs=130, augment=0.7, augment_until=0.85),
        "Convolutional VAE",
        "20 dimensions and convolutions: sharper digits than dense layers draw.",
    ),
    "conv-2": Recipe(
        _TWO_DIMENSIONS,
        replace(_TWO_DIMENSIONS_TRAIN, beta_warm_up=30),
        "Two dimensions",
        "The whole latent space on one screen: see which digits end up side by side.",
    ),
    # Beta was chosen between 2 and 4 by looking at the traversals after six epochs: with 4 a slider less often changes
    # two features at once, and the classifier still recognises 90 % of the reconstructions (94 % with 2).
    "beta-10": Recipe(
        ModelConfig("conv", latent_dim=10, hidden=128, channels=8),
        _conv(epochs=40, beta=4.0, augment=0.7),
        "Beta-VAE",
        "The KL term counts four times, so the code carries less: see what each slider still changes.",
    ),
    "ae-2": Recipe(
        replace(_TWO_DIMENSIONS, deterministic=True),
        replace(_TWO_DIMENSIONS_TRAIN, beta=0.0),
        "Plain autoencoder",
        "Two dimensions without the KL term: look for gaps between the codes, and at what lies in them.",
    ),
    "cvae-8": Recipe(
        ModelConfig("conv", latent_dim=8, hidden=128, channels=8, classes=10),
        _conv(epochs=40, augment=0.7),
        "Conditional VAE",
        "The decoder is told the class, so the code only holds the style: keep z and change the class.",
    ),
    "fashion-20": Recipe(
        ModelConfig("conv", latent_dim=20, hidden=128, channels=8),
        _conv(epochs=40, augment=0.7),
        "Clothes",
        "20 dimensions and convolutions, trained on clothes: it isn't only about digits.",
        data_set="fashion-mnist",
    ),
}

# The models that the project ships, each trained by the recipe of its name.
ZOO = ("mlp-20", "conv-20", "conv-2", "beta-10", "ae-2", "cvae-8", "fashion-20")


def find_recipe(name: str) -> Recipe:
    """The recipe of that name.

    Raises:
        ConfigError: there is none.
    """
    if name not in RECIPES:
        raise ConfigError(f"unknown recipe {name!r}; known are: {', '.join(RECIPES)}")
    return RECIPES[name]

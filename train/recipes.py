"""Models and runs that go together, by name."""

from __future__ import annotations

from dataclasses import dataclass

from train.config import TrainConfig
from vae_explorer.config import ModelConfig
from vae_explorer.errors import ConfigError


@dataclass(frozen=True)
class Recipe:
    """A model and the run that fits it."""

    model: ModelConfig
    train: TrainConfig


RECIPES = {
    # The textbook's recipe, exactly: 784-400-ReLU-2x20, 20-400-ReLU-784-sigmoid, BCE summed, Adam 1e-3,
    # batches of 128, 100 epochs.
    "plain": Recipe(ModelConfig("mlp", latent_dim=20, hidden=400), TrainConfig()),
    "conv": Recipe(
        ModelConfig("conv", latent_dim=20, hidden=128, channels=16),
        TrainConfig(epochs=100, learning_rate=3e-3, schedule="one-cycle", average=0.999, precision="bfloat16"),
    ),
}


def find_recipe(name: str) -> Recipe:
    """The recipe of that name.

    Raises:
        ConfigError: there is none.
    """
    if name not in RECIPES:
        raise ConfigError(f"unknown recipe {name!r}; known are: {', '.join(RECIPES)}")
    return RECIPES[name]

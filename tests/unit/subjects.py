"""What tests of `evaluate`'s tables measure: models with the small MNIST of `data_dir`."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import torch

from train.data.load import load_data
from train.evaluate.classifier import shipped_classifier
from train.evaluate.subject import Subject
from vae_explorer import load
from vae_explorer.model.config import ModelConfig
from vae_explorer.storage.model_folder import ModelFolder

from .test_model_folder import small_folder


def subject(folder: ModelFolder, data_dir: Path) -> Subject:
    """A model with the small MNIST, whatever it was made from."""
    data, device = load_data("mnist", data_dir), torch.device("cpu")
    return Subject(folder, data, data_dir, shipped_classifier(data.spec, device), device)


def shipped_subject(name: str, data_dir: Path) -> Subject:
    """A shipped model."""
    return subject(load(name).folder, data_dir)


def untrained_subject(config: ModelConfig, data_dir: Path) -> Subject:
    """A model that never learned."""
    folder = small_folder(config)
    return subject(replace(folder, data=replace(folder.data, name="mnist")), data_dir)

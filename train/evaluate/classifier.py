"""A small classifier of a data set's images: what it predicts for samples says what they are worth.

It is made of the same layers as the VAEs and runs in the browser too (`vae_explorer.storage.classifier_file`). How it
is trained is in `train_classifier`.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from vae_explorer.model.vae import VAE, sequential
from vae_explorer.storage import classifier_file
from vae_explorer.storage.classifier_file import ClassifierFile

from ..data.named_sets import DataSpec
from .encode import BATCH, batches

# An image counts as recognised if the classifier gives one class more than this probability.
RECOGNISED = 0.9


@dataclass(frozen=True)
class Prediction:
    """A classifier's output for N images: `probabilities` `(N, classes)`, `features` `(N, F)`, float32."""

    probabilities: Tensor
    features: Tensor

    @property
    def recognised(self) -> float:
        """The share of images with one class above `RECOGNISED`."""
        return float((self.probabilities.max(dim=1).values > RECOGNISED).float().mean())

    def class_shares(self) -> Tensor:
        """The share of images that each class is the most probable for, `(classes,)` float64 on the CPU."""
        counts = torch.bincount(self.probabilities.argmax(dim=1).cpu(), minlength=self.probabilities.shape[1])
        return counts.double() / counts.sum()


class Classifier:
    """A trained classifier as a torch network on `device`."""

    def __init__(self, file: ClassifierFile, device: torch.device) -> None:
        self.file = file
        self.device = device
        self.network = sequential(file.layers)
        # Copies, because arrays that safetensors reads are read-only.
        self.network.load_state_dict({name: torch.from_numpy(array.copy()) for name, array in file.tensors.items()})
        self.network.to(device).to(memory_format=torch.channels_last).eval().requires_grad_(False)

    @torch.no_grad()
    def predict(self, images: Tensor) -> Prediction:
        """The prediction for images `(N, 1, 28, 28)`, float32 in 0…1."""
        probabilities, features = [], []
        body, head = self.network[: self.file.feature_layer + 1], self.network[self.file.feature_layer + 1 :]
        for x in images.to(self.device).split(BATCH):
            feature = body(x)  # (B, F)
            features.append(feature)
            probabilities.append(head(feature).softmax(dim=1))
        return Prediction(torch.cat(probabilities), torch.cat(features))


def open_classifier(path: Path, device: torch.device) -> Classifier:
    """The classifier in a file.

    Raises:
        DataError: the file is missing, or no classifier.
    """
    return Classifier(classifier_file.read(path), device)


def shipped_classifier(spec: DataSpec, device: torch.device) -> Classifier | None:
    """The classifier that is shipped for the data set; None if there is none."""
    path = classifier_file.shipped_path(spec.name)
    found = open_classifier(path, device) if path.exists() else None
    return found if found is not None and found.file.classes == spec.classes else None


@torch.no_grad()
def predict_reconstructions(classifier: Classifier, model: VAE, mu: Tensor, labels: Tensor) -> dict[str, NDArray[Any]]:
    """Predictions for the reconstructions from `mu` `(N, D)`, as `model_folder.prediction_shapes` has them."""
    pairs = [classifier.predict(model.decode(z, label)).probabilities for z, label in batches(mu, labels)]
    best = torch.cat(pairs).max(dim=1)
    return {
        "prediction": best.indices.cpu().numpy().astype(np.uint8),
        "prediction_confidence": best.values.cpu().numpy(),
    }

"""A finished run -> a model folder: figures, codes, projections, mixture and a sheet of samples."""

from __future__ import annotations

import io
import subprocess
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from PIL import Image

from train import projections
from train.config import TrainConfig
from train.data import DataSet
from train.device import describe
from train.evaluate import encode_all, figures
from train.loop import Epoch, Images
from vae_explorer import digits, model_folder
from vae_explorer.config import IMAGE_SIZE
from vae_explorer.layers import parameter_shapes
from vae_explorer.model_folder import ModelFolder
from vae_explorer.model_json import DataInfo
from vae_explorer.network import VAE

SAMPLE_ROWS = 8
SAMPLE_SEED = 0
MIXTURE_SAMPLES = 20_000

# A run of fewer epochs is a trial, or a class that waits: its t-SNE map is laid out from fewer codes.
QUICK_EPOCHS = 10
QUICK_LANDMARKS = 2_000


def publish(
    model: VAE,
    data: DataSet,
    images: Images,
    config: TrainConfig,
    history: list[Epoch],
    *,
    path: Path,
    title: str,
    teaches: str,
    device: torch.device,
    overwrite: bool = False,
    say: Callable[[str], None] = print,
) -> ModelFolder:
    """Write the model folder of a finished run and return it.

    Raises:
        OutputError: the folder cannot be written, or holds a model already.
    """
    say("encoding the test pictures")
    encoded = encode_all(model, images.test, images.test_labels)
    mu = encoded.mu.cpu().numpy()
    codes: dict[str, Any] = {
        "mu": mu,
        "log_var": encoded.log_var.cpu().numpy(),
        "label": data.test.labels.copy(),
        "reconstruction": encoded.reconstruction.cpu().numpy(),
        "kl": encoded.kl.cpu().numpy(),
        **projections.pca(mu),
    }
    say("fitting a Gaussian mixture to the codes")
    codes |= projections.mixture(_posterior_samples(model, images))
    say("laying out the t-SNE map")
    landmarks = QUICK_LANDMARKS if config.epochs < QUICK_EPOCHS else None
    codes["tsne"] = projections.tsne(mu, landmarks)
    spec = data.spec
    folder = ModelFolder(
        name=path.name,
        title=title,
        teaches=teaches,
        config=model.config,
        data=DataInfo(
            name=spec.name,
            noun=spec.noun,
            nouns=spec.nouns,
            classes=spec.classes,
            count=len(data.test.labels),
            sha256=digits.pictures_sha256(data.test.images),
        ),
        training=config.to_json() | {"pictures": len(data.train.labels)},
        metrics=figures(model, images.test, images.test_labels, encoded),
        history=[asdict(epoch) for epoch in history],
        made_by={
            "torch": torch.__version__.split("+")[0],
            "device": describe(device),
            "seconds": round(sum(epoch.seconds for epoch in history), 1),
            "commit": _commit(),
            "tsne_landmarks": min(landmarks or len(mu), len(mu)),
        },
        weights={name: model.state_dict()[name].cpu().contiguous().numpy() for name in parameter_shapes(model.config)},
        codes={name: np.ascontiguousarray(array) for name, array in codes.items()},
        path=path,
    )
    pictures = {"samples.png": sample_sheet(model)}
    if not digits.is_shipped(folder.data):
        pictures["digits.png"] = digits.atlas_bytes(data.test.images)
    model_folder.write(folder, path, pictures, overwrite)
    return folder


@torch.no_grad()
def sample_sheet(model: VAE, seed: int = SAMPLE_SEED) -> bytes:
    """An 8x8 grid of random samples of the prior as PNG; rows go through the classes of a conditional model."""
    count = SAMPLE_ROWS**2
    device = next(model.parameters()).device
    z = torch.randn(count, model.config.latent_dim, generator=torch.Generator().manual_seed(seed)).to(device)
    label = torch.arange(count, device=device) // SAMPLE_ROWS % model.config.classes if model.config.classes else None
    means = model.decode(z, label).view(SAMPLE_ROWS, SAMPLE_ROWS, IMAGE_SIZE, IMAGE_SIZE)
    sheet = means.transpose(1, 2).reshape(SAMPLE_ROWS * IMAGE_SIZE, -1)
    buffer = io.BytesIO()
    Image.fromarray((sheet * 255).round().byte().cpu().numpy()).save(buffer, format="PNG")
    return buffer.getvalue()


@torch.no_grad()
def _posterior_samples(model: VAE, images: Images) -> NDArray[np.float32]:
    """One z of each of the first training pictures, `(M, D)`: samples of the aggregate posterior."""
    encoded = encode_all(model, images.train[:MIXTURE_SAMPLES], images.train_labels[:MIXTURE_SAMPLES])
    eps = torch.randn(encoded.mu.shape, generator=torch.Generator().manual_seed(SAMPLE_SEED)).to(encoded.mu.device)
    samples: NDArray[np.float32] = model.reparameterize(encoded.mu, encoded.log_var, eps).cpu().numpy()
    return samples


def _commit() -> str:
    """The commit that the code was at, or `unknown` outside a checkout."""
    command = ["git", "-C", str(Path(__file__).parent), "rev-parse", "--short=12", "HEAD"]
    try:
        return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()
    except (OSError, subprocess.CalledProcessError):
        return "unknown"

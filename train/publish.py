"""From a finished run to its model folder: metrics, codes, projections, samplers and a sheet of samples."""

from __future__ import annotations

import subprocess
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any, Literal

import numpy as np
import torch
from torch import Tensor

from vae_explorer import paths
from vae_explorer.model import half
from vae_explorer.model.layers import parameter_shapes
from vae_explorer.model.vae import VAE
from vae_explorer.projections.projection import Projection
from vae_explorer.projections.registry import PROJECTIONS
from vae_explorer.samplers import registry as samplers
from vae_explorer.storage import model_folder, picture_atlas
from vae_explorer.storage.model_folder import ModelFolder
from vae_explorer.storage.model_json import DataInfo

from . import sheets
from .data.data_set import DataSet, Split
from .data.named_sets import DataSpec
from .device import describe
from .evaluate.classifier import predict_reconstructions, shipped_classifier
from .evaluate.encode import Encoded, codes_to_fit, encode_all
from .evaluate.metrics import model_metrics
from .fit.loop import Epoch, Images
from .projecting import project_codes
from .rounding import rounded

# How many codes are laid out if somebody is waiting; the others are placed between them.
QUICK_LANDMARKS = 1_000


def publish(
    model: VAE,
    data: DataSet,
    images: Images,
    training: dict[str, Any],
    history: list[Epoch],
    *,
    path: Path,
    title: str,
    teaches: str,
    device: torch.device,
    overwrite: bool = False,
    quick: bool = False,
) -> ModelFolder:
    """Write the model folder of a finished run and return it. Rounds the model's weights to float16 first.

    `training` is what is known about the run's settings. `quick` takes seconds instead of a minute, for a coarser
    mixture, maps laid out from fewer codes, and only the projections that are `in_quick_runs`.

    Raises:
        OutputError: the folder cannot be written, or holds a model already.
    """
    round_weights(model)
    projections = [projection for projection in PROJECTIONS if projection.in_quick_runs or not quick]
    landmarks = QUICK_LANDMARKS if quick else None
    print("fitting the samplers to the codes", flush=True)
    to_fit = codes_to_fit(model, images.train, images.train_labels)
    # Samplers are fitted in processes of their own, projections by threads that need no Python.
    with ThreadPoolExecutor(1) as beside:
        fitted = beside.submit(samplers.fit, *to_fit, quick=quick)
        encoded, codes, laid_out = codes_of(model, data.spec, images.test, images.test_labels, projections, landmarks)
        codes |= fitted.result()
    for projection in PROJECTIONS:
        if projection not in projections:
            print(f"{projection.title} is left out of a short run. Add it: {paths.train_command()} project {path}")
    folder = ModelFolder(
        name=path.name,
        title=title,
        teaches=teaches,
        config=model.config,
        data=data_info(data.spec, data.test, "test"),
        training=training,
        metrics=model_metrics(model, images.test, images.test_labels, encoded),
        history=[{name: rounded(value) for name, value in asdict(epoch).items()} for epoch in history],
        made_by={
            "torch": torch.__version__.split("+")[0],
            "device": describe(device),
            "seconds": round(sum(epoch.seconds for epoch in history), 1),
            "commit": _commit(),
            "landmarks": laid_out,
        },
        weights={name: model.state_dict()[name].cpu().contiguous().numpy() for name in parameter_shapes(model.config)},
        codes={name: np.ascontiguousarray(array) for name, array in codes.items()},
        path=path,
    )
    pictures = {"samples.png": sheets.png(sheets.samples(model))}
    if not picture_atlas.is_shipped(folder.data):
        pictures["digits.png"] = picture_atlas.atlas_bytes(data.test.images)
    model_folder.write(folder, path, pictures, overwrite)
    return folder


def data_info(spec: DataSpec, split: Split, name: Literal["test", "training"]) -> DataInfo:
    """What `model.json` says about the images whose codes it comes with: those of the split with this name."""
    return DataInfo(
        name=spec.name,
        noun=spec.noun,
        nouns=spec.nouns,
        classes=spec.classes,
        count=len(split.labels),
        sha256=picture_atlas.pictures_sha256(split.images),
        split=name,
    )


def codes_of(
    model: VAE,
    spec: DataSpec,
    images: Tensor,
    labels: Tensor,
    projections: Iterable[Projection] = PROJECTIONS,
    landmarks: int | None = None,
) -> tuple[Encoded, dict[str, Any], dict[str, int]]:
    """The content of `codes.safetensors` for images `(N, 1, 28, 28)` with labels `(N,)`, except for the samplers'.

    Returns:
        The posteriors, the arrays by name, and how many codes each of the slow `projections` laid out: at most
        `landmarks`, or all where that is None.
    """
    print("encoding the pictures", flush=True)
    encoded = _rounded_codes(encode_all(model, images, labels))
    mu = encoded.mu.cpu().numpy()
    codes: dict[str, Any] = {
        "mu": mu,
        "log_var": encoded.log_var.cpu().numpy(),
        "label": labels.cpu().numpy().astype(np.uint8),
        "reconstruction": encoded.terms.reconstruction.cpu().numpy(),
        "kl": encoded.terms.kl.cpu().numpy(),
    }
    classifier = shipped_classifier(spec, images.device)
    if classifier is not None:
        codes |= predict_reconstructions(classifier, model, encoded.mu, labels)
    projected = project_codes(mu, projections, landmarks)
    return encoded, codes | projected.tensors, projected.landmarks


def round_weights(model: VAE) -> None:
    """Round the weights to what float16 holds, in place; they stay float32."""
    for parameter in model.parameters():
        parameter.data.copy_(torch.from_numpy(half.rounded(parameter.detach().cpu().numpy())))


def _rounded_codes(encoded: Encoded) -> Encoded:
    """The same with posteriors that float16 holds: what is derived from codes is derived from those in the folder."""
    mu, log_var = (
        torch.from_numpy(half.rounded(codes.cpu().numpy())).to(codes.device) for codes in (encoded.mu, encoded.log_var)
    )
    return replace(encoded, mu=mu, log_var=log_var)


def _commit() -> str:
    """The commit of the checkout that this code is in, or `unknown` if it was installed."""
    if paths.train_package() == paths.INSTALLED_TRAIN:
        return "unknown"  # git would find the repository that the environment is in, if any
    command = ["git", "-C", str(Path(__file__).parent), "rev-parse", "--short=12", "HEAD"]
    try:
        return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()
    except (OSError, subprocess.CalledProcessError):
        return "unknown"

"""What a page is told about a model: a small JSON object, and the files that it may fetch."""

from __future__ import annotations

import hashlib
import math
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from vae_explorer.catalog import page_files
from vae_explorer.projections.tsne_settings import LANDMARKS, LEAST_PERPLEXITY, largest_perplexity
from vae_explorer.storage import classifier_file, picture_atlas
from vae_explorer.storage.model_folder import ModelFolder

SMALLEST_LIMIT = 3

# Relative, without a leading slash: the page resolves it against its own address, so that it holds under a
# base path and behind a proxy as well.
FILES_URL = "vx/files"


@dataclass(frozen=True)
class PageFile:
    """A file that a page fetches. `digest` names its content, so it may be cached for ever."""

    name: str
    digest: str
    size: int
    crc32: int

    def to_json(self) -> dict[str, Any]:
        return {"url": f"{FILES_URL}/{self.digest}/{self.name}", "bytes": self.size, "crc32": self.crc32}


def _atlas_bytes(folder: ModelFolder) -> bytes:
    path = picture_atlas.atlas_path(folder)
    if not picture_atlas.is_shipped(folder.data):
        picture_atlas.read_atlas(path, folder.data.count)  # raises where the person's own picture is damaged
    return path.read_bytes()


def _judge_bytes(folder: ModelFolder) -> bytes | None:
    """The shipped judge of the model's data set; there is none for a data set of one's own."""
    path = classifier_file.shipped_path(folder.data.name)
    if not path.exists() or classifier_file.read(path).classes != folder.data.classes:
        return None
    return path.read_bytes()


# Name in the manifest, name in the URL, what makes the bytes; None for a file that the model does without.
_FILES: dict[str, tuple[str, Callable[[ModelFolder], bytes | None]]] = {
    "decoder": ("decoder.safetensors", page_files.decoder_bytes),
    "encoder": ("encoder.safetensors", page_files.encoder_bytes),
    "codes": ("codes.safetensors", page_files.codes_bytes),
    "digits": ("digits.png", _atlas_bytes),
    "judge": ("judge.safetensors", _judge_bytes),
}


def page_bytes(folder: ModelFolder) -> dict[str, bytes]:
    """The content of every file that a page may fetch, by its name in the manifest.

    Raises:
        VaeExplorerError: the atlas of the test pictures is missing, damaged or too small.
        OSError: it cannot be read.
    """
    bodies = {kind: build(folder) for kind, (_, build) in _FILES.items()}
    return {kind: body for kind, body in bodies.items() if body is not None}


def page_file(kind: str, body: bytes) -> PageFile:
    """The entry of one of `page_bytes`; the digest is 128 bits of SHA-256, the CRC-32 that of zlib."""
    digest = hashlib.sha256(body).hexdigest()[:32]
    return PageFile(name=_FILES[kind][0], digest=digest, size=len(body), crc32=zlib.crc32(body))


def manifest(model_id: str, folder: ModelFolder, files: dict[str, PageFile]) -> dict[str, Any]:
    """The JSON object that each view is given. `model_id` is unique in this server."""
    return {
        "id": model_id,
        "name": folder.name,
        "title": folder.title,
        "teaches": folder.teaches,
        "latent_dim": folder.config.latent_dim,
        "classes": folder.config.classes,
        "deterministic": folder.config.deterministic,
        "limit": slider_limit(folder),
        "mean_kl": mean_kl(folder),
        "data": {
            "name": folder.data.name,
            "noun": folder.data.noun,
            "nouns": folder.data.nouns,
            "classes": list(folder.data.classes),
            "count": folder.data.count,
            "split": folder.data.split,
        },
        "tsne": {
            "least_perplexity": LEAST_PERPLEXITY,
            "largest_perplexity": largest_perplexity(folder.data.count),
            "landmarks": LANDMARKS,
            "model_landmarks": _model_landmarks(folder),
        },
        "files": {kind: file.to_json() for kind, file in files.items()},
    }


def _model_landmarks(folder: ModelFolder) -> int:
    """How many codes the model's own t-SNE map was laid out from; the others were placed between these."""
    told = folder.made_by.get("tsne_landmarks")
    return told if type(told) is int and 0 < told < folder.data.count else folder.data.count


def slider_limit(folder: ModelFolder) -> int:
    """How far the sliders go to each side: a whole number that no test code lies beyond, at least 3."""
    return max(SMALLEST_LIMIT, math.ceil(float(np.abs(folder.codes["mu"]).max())))


def mean_kl(folder: ModelFolder) -> list[float]:
    """KL(q(z_i | x) || N(0, 1)) of each dimension in nats, the mean over the test pictures.

    0.5 (mu^2 + exp(log_var) - 1 - log_var), Kingma and Welling 2014, appendix B. A plain autoencoder has no
    posterior and so no KL: each dimension is then given its variance over the test pictures, which orders
    the dimensions by what they carry just as well.
    """
    mu = folder.codes["mu"].astype(np.float64)
    if folder.config.deterministic:
        per_dimension = mu.var(axis=0)
    else:
        # Finite float32 may still overflow below, and infinity is no JSON: a variance of e^80 says enough.
        log_var = np.minimum(folder.codes["log_var"].astype(np.float64), 80.0)
        per_dimension = 0.5 * (mu**2 + np.exp(log_var) - 1 - log_var).mean(axis=0)
    return [round(float(value), 6) for value in per_dimension]  # (D,)

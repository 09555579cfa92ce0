"""What a page gets to know about a model: a small JSON object.

Its types are those of `frontend/types.js`; a test compares the two.
"""

from __future__ import annotations

import math
from typing import Literal, NotRequired, TypedDict, cast

import numpy as np

from vae_explorer.catalog.latent_dims import used_dims
from vae_explorer.catalog.page_files import FileRef, page_codes
from vae_explorer.catalog.start_code import StartCode, start_code
from vae_explorer.model.config import Likelihood
from vae_explorer.projections import registry as projection_registry
from vae_explorer.projections import tsne
from vae_explorer.projections.projection import Kind, Projection
from vae_explorer.projections.tsne_settings import LANDMARKS, LEAST_PERPLEXITY, largest_perplexity
from vae_explorer.samplers import registry as sampler_registry
from vae_explorer.storage.model_folder import LARGEST_NUMBER, ModelFolder

SMALLEST_LIMIT = 3
REACHED = 0.995


class ManifestFiles(TypedDict):
    """The files of a model; a user's own data set has no classifier."""

    decoder: FileRef
    encoder: FileRef
    codes: FileRef
    digits: FileRef
    classifier: NotRequired[FileRef]


class ManifestData(TypedDict):
    """The pictures that were encoded, as `DataInfo` describes them."""

    name: str
    noun: str
    nouns: str
    classes: list[str]
    count: int
    split: Literal["test", "training"]


class ManifestProjection(TypedDict):
    """One map of the codes. `tensor` names its points in the file of codes; `about` is its caption.

    `axes` holds the titles of its two or three axes, or none if they mean nothing. `landmarks` is how many codes were
    laid out; the others were placed between these.
    """

    name: str
    title: str
    kind: Kind
    about: str
    tensor: str
    axes: list[str]
    landmarks: int


class TsneLimits(TypedDict):
    """The limits of a t-SNE with a visitor's own settings, and how many codes it lays out.

    If `largest_perplexity` is below the least, none can be computed: there are too few codes, or the model has no t-SNE
    map that it could replace.
    """

    least_perplexity: int
    largest_perplexity: int
    landmarks: int


class Recognised(TypedDict):
    """The shares of random samples and of test pictures that a classifier is sure of, 0…1."""

    samples: float
    test: float


class ManifestSampler(TypedDict):
    """A density to draw codes from: the file of its tensors, if it has any, and its shares, if measured."""

    name: str
    title: str
    file: NotRequired[FileRef]
    recognised: NotRequired[Recognised]


class Manifest(TypedDict):
    """What a page knows about a model before it fetches anything. `id` is unique on this server.

    `classes` is 0 if the decoder is not conditioned on a class; `likelihood` is what the reconstruction was trained
    with, and `beta` the weight of the KL then, 0 for a plain autoencoder; sliders go from -limit to limit; `mean_kl` is
    `(D,)`, nats; `used` are the dimensions that the decoder has a use for, from 0, most informative first; `start` is
    the code to open with.
    """

    id: str
    name: str
    title: str
    teaches: str
    latent_dim: int
    classes: int
    deterministic: bool
    likelihood: Likelihood
    beta: float
    limit: int
    mean_kl: list[float]
    used: list[int]
    start: StartCode
    data: ManifestData
    projections: list[ManifestProjection]
    tsne: TsneLimits
    samplers: list[ManifestSampler]
    files: ManifestFiles


def manifest(model_id: str, folder: ModelFolder, files: dict[str, FileRef]) -> Manifest:
    """The manifest that each view gets. `files` refers to the bodies of `page_files.page_bytes`."""
    has_tsne = tsne.PROJECTION.tensor in folder.codes
    return {
        "id": model_id,
        "name": folder.name,
        "title": folder.title,
        "teaches": folder.teaches,
        "latent_dim": folder.config.latent_dim,
        "classes": folder.config.classes,
        "deterministic": folder.config.deterministic,
        "likelihood": folder.config.likelihood,
        "beta": training_beta(folder),
        "limit": slider_limit(folder),
        "mean_kl": folder.mean_kl,
        "used": used_dims(folder),
        "start": start_code(folder),
        "data": {
            "name": folder.data.name,
            "noun": folder.data.noun,
            "nouns": folder.data.nouns,
            "classes": list(folder.data.classes),
            "count": folder.data.count,
            "split": folder.data.split,
        },
        "projections": projections(folder),
        "tsne": {
            "least_perplexity": LEAST_PERPLEXITY,
            "largest_perplexity": largest_perplexity(folder.data.count) if has_tsne else 0,
            "landmarks": LANDMARKS,
        },
        "samplers": samplers(folder, files),
        "files": cast(ManifestFiles, {kind: files[kind] for kind in ManifestFiles.__annotations__ if kind in files}),
    }


def training_beta(folder: ModelFolder) -> float:
    """The weight of the KL that the model was trained with; 1 where its maker has not said so, as that is −ELBO."""
    if folder.config.deterministic:
        return 0.0
    beta = folder.training.get("beta")
    is_number = isinstance(beta, int | float) and not isinstance(beta, bool) and 0 <= beta <= LARGEST_NUMBER
    return float(cast(float, beta)) if is_number else 1.0


def projections(folder: ModelFolder) -> list[ManifestProjection]:
    """The maps that the pages can show, at least one. Three linear axes make a second map, in 3-D."""
    codes = page_codes(folder)

    def has_depth(projection: Projection) -> bool:
        return projection.kind == "linear" and codes[projection.tensor].shape[1] == 3 <= folder.config.latent_dim

    return [
        projection_entry(projection, axes, projection.describe(codes, axes), _landmarks(folder, projection.name))
        for projection in projection_registry.shown_of(codes)
        for axes in ((2, 3) if has_depth(projection) else (2,))
    ]


def projection_entry(projection: Projection, axes: int, about: str, landmarks: int) -> ManifestProjection:
    """The map of the first `axes` axes of a projection."""
    return {
        "name": projection.name if axes == 2 else f"{projection.name}3",
        "title": projection.title if axes == 2 else f"{projection.title} 3-D",
        "kind": projection.kind,
        "about": about,
        "tensor": projection.tensor,
        "axes": projection.axis_titles(axes),
        "landmarks": landmarks,
    }


def _landmarks(folder: ModelFolder, projection: str) -> int:
    """How many codes a projection laid out."""
    count = folder.made_by.get("landmarks", {}).get(projection)
    return count if type(count) is int and 0 < count < folder.data.count else folder.data.count


def samplers(folder: ModelFolder, files: dict[str, FileRef]) -> list[ManifestSampler]:
    """What the page can draw codes from, the prior first."""
    found: list[ManifestSampler] = []
    for sampler in sampler_registry.present_in(folder.codes):
        entry: ManifestSampler = {"name": sampler.name, "title": sampler.title}
        if sampler.name in files:
            entry["file"] = files[sampler.name]
        samples, test = (folder.metrics.get(f"{what}_recognised") for what in (sampler.name, "test"))
        if samples and test:
            entry["recognised"] = {"samples": samples["value"], "test": test["value"]}
        found.append(entry)
    return found


def slider_limit(folder: ModelFolder) -> int:
    """How far the sliders of a folder's model go to each side, see `limit_of`."""
    return limit_of(float(np.quantile(np.abs(folder.codes["mu"]), REACHED)))


def limit_of(reach: float) -> int:
    """How far sliders go to each side: the smallest whole number that is at least `reach`, and at least 3.

    `reach` is what all but one in two hundred numbers in the codes do not exceed, without their sign: the farthest code
    of ten thousand says little of where digits are, and would leave them a small part of each slider. A number beyond
    is shown all the same.
    """
    return max(SMALLEST_LIMIT, math.ceil(reach))

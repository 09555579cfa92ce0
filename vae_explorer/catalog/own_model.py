"""A model that the visitor's browser keeps: what its pages get, made of its facts as a folder's is of its arrays.

Its files have addresses below its id, which `frontend/model.js` looks up in the browser. Nothing here can be seen by
another visitor: it is in the session of the one who told of it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from vae_explorer.catalog.facts import Facts
from vae_explorer.catalog.latent_dims import used_of
from vae_explorer.catalog.manifest import Manifest, ManifestProjection, limit_of, projection_entry
from vae_explorer.catalog.page_files import FileRef
from vae_explorer.catalog.zoo import Listing, Model
from vae_explorer.errors import ConfigError
from vae_explorer.projections import code_plane, pca
from vae_explorer.projections.tsne_settings import LANDMARKS, LEAST_PERPLEXITY
from vae_explorer.samplers import prior
from vae_explorer.storage import picture_atlas


@dataclass(frozen=True)
class OwnModel:
    """A model that the visitor's browser keeps; `manifest` is what the pages get."""

    id: str
    manifest: Manifest

    @property
    def tables(self) -> dict[str, Any]:
        """None: what such a model is good for was not measured."""
        return {}


AnyModel = Model | OwnModel


def of(facts: Facts, listing: Listing) -> OwnModel:
    """The model that a browser has told of.

    Raises:
        ConfigError: no model that is listed has the shipped test pictures of its data set, or they lack a class.
    """
    like = next((model for model in listing.models if _has_pictures(model, facts.data)), None)
    if like is None or facts.start_label >= len(like.manifest["data"]["classes"]):
        raise ConfigError(f"the test pictures of {facts.data!r} are not here; install the app again")
    return OwnModel(facts.id, _manifest(facts, like.manifest))


def _has_pictures(model: Model, data: str) -> bool:
    return model.folder.data.name == data and picture_atlas.is_shipped(model.folder.data)


def _manifest(facts: Facts, like: Manifest) -> Manifest:
    """The manifest; the pictures and their classifier are those of `like`."""
    manifest: Manifest = {
        "id": facts.id,
        "name": facts.name,
        "title": facts.title,
        "teaches": facts.teaches,
        "latent_dim": facts.latent_dim,
        "classes": 0,
        "deterministic": facts.deterministic,
        "likelihood": facts.likelihood,
        "beta": 0.0 if facts.deterministic else facts.beta,
        "limit": limit_of(facts.reach),
        "mean_kl": list(facts.mean_kl),
        "used": used_of(facts.mean_kl, deterministic=facts.deterministic),
        "start": {"z": list(facts.start), "label": facts.start_label},
        "data": like["data"],
        "projections": _projections(facts, like["data"]["count"]),
        # The server, which has not got the codes, cannot lay them out.
        "tsne": {"least_perplexity": LEAST_PERPLEXITY, "largest_perplexity": 0, "landmarks": LANDMARKS},
        "samplers": [{"name": prior.SAMPLER.name, "title": prior.SAMPLER.title}],
        "files": {
            "decoder": _file(facts, "decoder"),
            "encoder": _file(facts, "encoder"),
            "codes": _file(facts, "codes"),
            "digits": like["files"]["digits"],
        },
    }
    if "classifier" in like["files"]:
        manifest["files"]["classifier"] = like["files"]["classifier"]
    return manifest


def _projections(facts: Facts, count: int) -> list[ManifestProjection]:
    if facts.latent_dim == code_plane.DIMENSIONS:
        return [projection_entry(code_plane.PROJECTION, 2, code_plane.PROJECTION.about, count)]
    axes = (2, 3) if facts.latent_dim >= 3 else (2,)
    return [
        projection_entry(pca.PROJECTION, each, pca.PROJECTION.caption(facts.latent_dim, each, share), count)
        for each, share in zip(axes, facts.shares, strict=False)
    ]


def _file(facts: Facts, kind: str) -> FileRef:
    """Nobody fetches it: the browser has it, and makes it of the folder that it keeps."""
    return {"url": f"{facts.id}/{kind}.safetensors", "bytes": 0, "crc32": 0}

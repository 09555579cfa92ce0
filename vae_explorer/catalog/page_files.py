"""The files that a page fetches, derived from a model folder in memory, so that nothing is stored twice.

All are safetensors, float16 where nothing is lost by it. Those of encoder and decoder have the list of layers, which
`frontend/network/network.js` runs, in the header's metadata.
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Callable
from typing import TypedDict

import numpy as np
from safetensors.numpy import save

from vae_explorer.catalog.neighbour_distances import neighbour_distances
from vae_explorer.model import half
from vae_explorer.model.config import image_shape
from vae_explorer.model.layer import Layer
from vae_explorer.model.layers import decoder_layers, encoder_layers
from vae_explorer.projections import pca
from vae_explorer.projections import registry as projections
from vae_explorer.samplers import registry as samplers
from vae_explorer.storage import classifier_file, picture_atlas, sample_sheet
from vae_explorer.storage.content_digest import content_digest
from vae_explorer.storage.model_folder import Array, ModelFolder, prediction_shapes

# Relative, without a leading slash: the page resolves it against its own address, so that it holds under a
# base path and behind a proxy as well.
FILES_URL = "vx/files"

# What the pages read from codes.safetensors beside projections; the tensors of a sampler are a file of their own.
PAGE_CODES = ("mu", "label", "kl", "reconstruction", *prediction_shapes(0))


class FileRef(TypedDict):
    """A file that a page fetches. Its address holds a digest of its content, so it may be cached for ever."""

    url: str
    bytes: int
    crc32: int


def decoder_bytes(folder: ModelFolder) -> bytes:
    """The decoder: a code `(D + classes,)` to 784 pixel means in 0…1."""
    layers = [*decoder_layers(folder.config), Layer("sigmoid")]
    return _network(layers, "decoder", folder.weights, [folder.config.latent_dim + folder.config.classes])


def encoder_bytes(folder: ModelFolder) -> bytes:
    """The encoder: an image to mu and log_var, `(2 D,)`."""
    layers = encoder_layers(folder.config)
    return _network(layers, "encoder", folder.weights, list(image_shape(layers, folder.config.classes)))


def page_codes(folder: ModelFolder) -> dict[str, Array]:
    """The arrays of the codes that the pages read. A folder without any projection gets PCA, so that there is a map."""
    codes = folder.codes
    if not projections.shown_of(codes):
        codes = codes | pca.PROJECTION.tensors(codes["mu"])
    names = {name for name in PAGE_CODES if name in codes}
    for projection in projections.shown_of(codes):
        names |= {projection.tensor, *projection.part_shapes(folder.config.latent_dim)}
    return {name: codes[name] for name in sorted(names)}


def codes_bytes(folder: ModelFolder) -> bytes:
    """The encoded test pictures, and how far apart such codes are."""
    return _file(page_codes(folder) | neighbour_distances(folder))


def sampler_bytes(folder: ModelFolder) -> dict[str, bytes]:
    """The tensors that each of the folder's samplers draws with, by its name; one that needs none has no file."""
    return {
        sampler.name: _file({name: folder.codes[name] for name in sampler.tensors})
        for sampler in samplers.present_in(folder.codes)
        if sampler.tensors
    }


def _classifier_bytes(folder: ModelFolder) -> bytes | None:
    """The shipped classifier of the model's data set; a user's own data set has none."""
    path = classifier_file.shipped_path(folder.data.name)
    if not path.exists() or classifier_file.read(path).classes != folder.data.classes:
        return None
    return path.read_bytes()


# Name in the manifest, name in the URL, what makes the bytes; None for a file that the model does not have.
_FILES: dict[str, tuple[str, Callable[[ModelFolder], bytes | None]]] = {
    "decoder": ("decoder.safetensors", decoder_bytes),
    "encoder": ("encoder.safetensors", encoder_bytes),
    "codes": ("codes.safetensors", codes_bytes),
    "digits": ("digits.png", picture_atlas.file_bytes),
    "classifier": ("classifier.safetensors", _classifier_bytes),
    "samples": (sample_sheet.NAME, sample_sheet.file_bytes),
}


def page_bytes(folder: ModelFolder) -> dict[str, bytes]:
    """The content of every file that a page may fetch, by its name in the manifest, or that of its sampler.

    Raises:
        VaeExplorerError: the atlas of the test pictures is missing, damaged or too small.
        OSError: it cannot be read.
    """
    bodies = {kind: build(folder) for kind, (_, build) in _FILES.items()}
    return {kind: body for kind, body in bodies.items() if body is not None} | sampler_bytes(folder)


def file_ref(kind: str, body: bytes) -> FileRef:
    """The entry in the manifest of one of `page_bytes`."""
    name = _FILES[kind][0] if kind in _FILES else f"{kind}.safetensors"
    return reference(f"{FILES_URL}/{content_digest(body)}/{name}", body)


def reference(url: str, body: bytes) -> FileRef:
    """What a page needs to fetch a file and check it; the CRC-32 is that of zlib."""
    return {"url": url, "bytes": len(body), "crc32": zlib.crc32(body)}


def media_type(kind: str) -> str:
    """What a browser is told about a file of this kind. The address does not decide: anybody can ask for any name."""
    return "image/png" if kind in ("digits", "samples") else "application/octet-stream"


def digest_of(file: FileRef) -> str:
    """The digest in a file's address."""
    return file["url"].split("/")[-2]


def _network(layers: list[Layer], half: str, weights: dict[str, Array], input_shape: list[int]) -> bytes:
    tensors = {
        f"{index}.{name}": np.ascontiguousarray(weights[f"{half}.{index}.{name}"])
        for index, layer in enumerate(layers)
        for name in layer.parameter_shapes()
    }
    metadata = {
        "layers": json.dumps([layer.to_json() for layer in layers]),
        "input_shape": json.dumps(input_shape),
    }
    return _file(tensors, metadata)


def _file(tensors: dict[str, Array], metadata: dict[str, str] | None = None) -> bytes:
    """A safetensors file with a sorted header.

    The library writes metadata in a different order each time, but a model must keep its address when the server
    restarts.
    """
    body = save(half.packed(tensors), metadata=metadata)
    length = int.from_bytes(body[:8], "little")
    header = json.dumps(json.loads(body[8 : 8 + length]), sort_keys=True, separators=(",", ":")).encode()
    header += b" " * (-len(header) % 8)
    return len(header).to_bytes(8, "little") + header + body[8 + length :]

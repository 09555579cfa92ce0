"""The files that a page fetches, derived from a model folder in memory, so that nothing is stored twice.

All are safetensors; those of encoder and decoder have the list of layers, which `frontend/network/network.js` runs, in
the header's metadata.
"""

from __future__ import annotations

import json

import numpy as np
from safetensors.numpy import save

from vae_explorer.model.config import IMAGE_SIZE, PIXELS
from vae_explorer.model.layers import Layer, decoder_layers, encoder_layers
from vae_explorer.storage.model_folder import Array, ModelFolder, verdict_shapes

# What the pages read of codes.safetensors; log_var and the mixture stay on the server until a page needs them.
PAGE_CODES = ("mu", "label", "pca", "pca_mean", "pca_components", "tsne", "kl", "reconstruction", *verdict_shapes(0))


def decoder_bytes(folder: ModelFolder) -> bytes:
    """The decoder: a code `(D + classes,)` to 784 pixel means in 0…1."""
    layers = [*decoder_layers(folder.config), Layer("sigmoid")]
    return _network(layers, "decoder", folder.weights, [folder.config.latent_dim + folder.config.classes])


def encoder_bytes(folder: ModelFolder) -> bytes:
    """The encoder: an image to mu and log_var, `(2 D,)`."""
    layers, classes = encoder_layers(folder.config), folder.config.classes
    dense = layers[0].op == "linear"
    shape = [PIXELS + classes] if dense else [1 + classes, IMAGE_SIZE, IMAGE_SIZE]
    return _network(layers, "encoder", folder.weights, shape)


def codes_bytes(folder: ModelFolder) -> bytes:
    """The encoded test pictures: the arrays that the pages read."""
    return _with_sorted_header(save({name: folder.codes[name] for name in PAGE_CODES if name in folder.codes}))


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
    return _with_sorted_header(save(tensors, metadata=metadata))


def _with_sorted_header(body: bytes) -> bytes:
    """A safetensors file with a sorted header.

    The library writes metadata in a different order each time, but a model must keep its address when the server
    restarts.
    """
    length = int.from_bytes(body[:8], "little")
    header = json.dumps(json.loads(body[8 : 8 + length]), sort_keys=True, separators=(",", ":")).encode()
    header += b" " * (-len(header) % 8)
    return len(header).to_bytes(8, "little") + header + body[8 + length :]

"""The page's own networks, in a real browser, against torch."""

from __future__ import annotations

import base64
from typing import Any

import numpy as np
import pytest
import torch
from numpy.typing import NDArray
from playwright.sync_api import Page

from tests.browser.conftest import OpenPage
from tests.browser.pixels import decoded, expect_picture, torch_model
from tests.browser.test_models import write_model
from tests.browser.visitor import MODULE, SHIPPED, open_view, picture, shipped
from tests.server import Server
from tests.unit.test_layer_lists import CONFIG, ENCODER
from vae_explorer import paths
from vae_explorer.catalog.zoo import SHIPPED as PLACE
from vae_explorer.catalog.zoo import Zoo
from vae_explorer.model.config import ModelConfig
from vae_explorer.model.layer import Layer
from vae_explorer.model.vae import ACTIVATIONS, sequential
from vae_explorer.storage import picture_atlas

LARGEST_DIFFERENCE = 1e-5

# `part` is "decoder" or "encoder". The modules are those that the page itself has loaded.
RUN = (
    f"async ([part, manifest, baseUrl, inputs]) => {{ {MODULE}"
    + """
  const network = await (await module("model.js")).openModel(manifest, baseUrl)[part]();
  const bytes = Uint8Array.from(atob(inputs), character => character.charCodeAt(0));
  const values = new Float32Array(bytes.buffer);
  const count = values.length / network.inputs;
  let text = "";
  for (let i = 0; i < count; i++) {
    const out = network.run(values.subarray(i * network.inputs, (i + 1) * network.inputs));
    text += String.fromCharCode(...new Uint8Array(out.buffer, out.byteOffset, out.byteLength));
  }
  return btoa(text);
}
"""
)


def run_in_page(page: Page, server: Server, model: str, part: str, inputs: NDArray[np.float32]) -> NDArray[np.float32]:
    """`inputs` `(N, ...)` through a network of the page, `(N, outputs)`."""
    flat = base64.b64encode(np.ascontiguousarray(inputs, "<f4").tobytes()).decode()
    answer = page.evaluate(RUN, [part, manifest_of(model), server.url + "/", flat])
    return np.frombuffer(base64.b64decode(answer), "<f4").reshape(len(inputs), -1)


def manifest_of(model: str) -> dict[str, Any]:
    found = Zoo(lambda: {PLACE: paths.shipped_models()}).scan().find(f"{PLACE}/{model}")
    assert found is not None
    return found.manifest


# One op alone, as a file would name it.
RUN_OP = (
    f"async ([layer, values]) => {{ {MODULE}"
    + """
  const { Network } = await module("network/network.js");
  const metadata = { layers: JSON.stringify([layer]), input_shape: JSON.stringify([values.length]) };
  return Array.from(new Network({ metadata, tensors: {} }).run(values));
}
"""
)


def test_activations(page: Page, explorer: Server) -> None:
    """Those of torch, for which the page may have a formula of its own; shipped models need not have them all."""
    values = torch.tensor([-800.0, -80, -30, -5, -1, -0.1, 0, 0.1, 1, 5, 30, 80, 800])
    open_view(page, explorer)
    for layer in (*map(Layer, ACTIVATIONS), Layer("leaky_relu", slope=0.2)):
        found = torch.tensor(page.evaluate(RUN_OP, [layer.to_json(), values.tolist()]))
        # In float64: torch's GELU in float32 is a sixth off at -5.
        wanted = sequential([layer])(values.double()).float()
        assert torch.allclose(found, wanted, rtol=1e-5, atol=1e-7), layer.op


@pytest.mark.parametrize("webassembly", [True, False])
@pytest.mark.parametrize("model", SHIPPED)
def test_decoder(open_page: OpenPage, explorer: Server, model: str, webassembly: bool) -> None:
    page = open_page(new_tab=not webassembly)
    if not webassembly:  # an old browser, or one whose owner has switched it off
        page.add_init_script("delete globalThis.WebAssembly")
    mu = shipped(model).codes["mu"]
    random = np.random.default_rng(0).standard_normal((120, mu.shape[1]), dtype=np.float32)
    far = np.clip(4 * random[:8], -1000, 1000)
    z = np.concatenate([random, far, mu[:128]])
    assert len(z) == 256
    open_view(page, explorer, model=model)
    found = run_in_page(page, explorer, model, "decoder", z)
    wanted = torch_model(model).decode(torch.from_numpy(z)).flatten(1).numpy()
    assert np.ptp(wanted) > 0.9
    assert np.abs(found - wanted).max() <= LARGEST_DIFFERENCE


@pytest.mark.parametrize("model", SHIPPED)
def test_encoder(page: Page, explorer: Server, model: str) -> None:
    folder = shipped(model)
    pictures = picture_atlas.read_atlas(picture_atlas.atlas_path(folder), 16).astype(np.float32) / 255
    open_view(page, explorer, model=model)
    mu, log_var = np.split(run_in_page(page, explorer, model, "encoder", pictures), 2, axis=1)
    wanted = torch_model(model).encode(torch.from_numpy(pictures[:, np.newaxis]))
    # mu and log_var have no fixed scale, so the difference is relative where they are larger than 1.
    for found, tensor in zip((mu, log_var), wanted, strict=True):
        array = tensor.numpy()
        assert np.abs(array).max() > 1
        assert (np.abs(found - array) / np.maximum(1, np.abs(array))).max() <= LARGEST_DIFFERENCE
    # And the codes that the map shows are what the encoder says.
    assert np.abs(mu - folder.codes["mu"][:16]).max() < 1e-3


# Two hidden layers and tanh, as other people train them; convolutions with output padding.
LISTED = {
    "dense": ModelConfig(
        "layers",
        latent_dim=3,
        encoder=ENCODER,
        decoder=(
            Layer("linear", inputs=3, outputs=30),
            Layer("tanh"),
            Layer("linear", inputs=30, outputs=40),
            Layer("tanh"),
            Layer("linear", inputs=40, outputs=784),
        ),
    ),
    "convolutional": CONFIG,
}


@pytest.mark.parametrize("kind", LISTED)
def test_a_model_that_lists_its_layers(page: Page, explorer: Server, kind: str) -> None:
    path = write_model(explorer.models / kind, LISTED[kind])
    open_view(page, explorer, model=f"own/{kind}")
    wanted = decoded(str(path), [3 * [0.0]])[0]  # a link that says no code opens the origin
    assert np.ptp(wanted) > 100
    expect_picture(picture(page), wanted)

"""Posterior and loss as the page computes them, in a real browser, against torch: all shipped models."""

from __future__ import annotations

import base64
from typing import Any

import numpy as np
import pytest
import torch
from numpy.typing import NDArray
from playwright.sync_api import Page

from tests.browser.pixels import torch_model
from tests.browser.test_decoder_parity import manifest_of
from tests.browser.visitor import MODULE, ZOO, go_to, open_view, shipped
from tests.server import Server
from vae_explorer.model.vae import kl_nats, reconstruction_nats
from vae_explorer.storage import picture_atlas

PICTURES = 24
POSTERIOR = 1e-4
NATS = 2e-3  # a code of two numbers that is a millionth off costs `conv-2` a thousandth
GREY = 4e-5  # a hundredth of one of 256 grey levels
LARGEST_LOG_VAR = 40

# What the view does for each picture, with the modules that it has itself loaded.
RUN = (
    f"async ([manifest, baseUrl, pixels, labels, noise]) => {{ {MODULE}"
    + """
  const { openModel } = await module("model.js");
  const { Computation } = await module("views/shared/computation.js");
  const model = openModel(manifest, baseUrl);
  const computation = new Computation(manifest, await model.encoder(), await model.decoderLogits());
  const floats = text => new Float32Array(Uint8Array.from(atob(text), each => each.charCodeAt(0)).buffer);
  const [images, eps] = [floats(pixels), floats(noise)];
  const dim = manifest.latent_dim;
  return labels.map((label, i) => {
    computation.encode(images.slice(784 * i, 784 * (i + 1)), manifest.classes ? label : null);
    const found = {};
    for (const term of ["bce", "mse"]) {
      const noise = manifest.deterministic ? null : Float64Array.from(eps.slice(dim * i, dim * (i + 1)));
      computation.decode(noise, 1, term);
      found[term] = computation.passed.reconstruction;
    }
    const { posterior, kl, klTotal, xHat } = computation.passed;
    return { ...found, mu: [...posterior.mu], logVar: [...posterior.logVar].map(value => Math.max(value, -1e9)),
      kl: [...kl], klTotal, xHat: [...xHat] };
  });
}
"""
)


@pytest.mark.parametrize("model", ZOO)
def test_posterior_and_loss(page: Page, explorer: Server, model: str) -> None:
    folder = shipped(model)
    raw = picture_atlas.read_atlas(picture_atlas.atlas_path(folder), PICTURES)
    # Two that are no test pictures: nothing at all, and noise.
    noisy = np.random.default_rng(1).integers(0, 256, (1, 28, 28), dtype=np.uint8)
    raw = np.concatenate([raw, np.zeros((1, 28, 28), np.uint8), noisy])
    pictures = raw.astype(np.float32) / 255
    labels = np.concatenate([folder.codes["label"][:PICTURES], [3, 8]]).astype(int)
    dim = folder.config.latent_dim
    eps = np.random.default_rng(0).standard_normal((len(pictures), dim)).astype(np.float32)
    open_view(page, explorer, model=model)
    go_to(page, "Encode")
    packed = [base64.b64encode(array.tobytes()).decode() for array in (pictures, eps)]
    found: list[dict[str, Any]] = page.evaluate(
        RUN, [manifest_of(model), explorer.url + "/", packed[0], labels.tolist(), packed[1]]
    )

    torch_vae = torch_model(model)
    x = torch.from_numpy(pictures[:, np.newaxis])
    label = torch.from_numpy(labels) if folder.config.classes else None
    mu, log_var = torch_vae.encode(x, label)
    z = torch_vae.reparameterize(mu, log_var, torch.from_numpy(eps))
    logits = torch_vae.decode_logits(z, label)
    # What is no picture of the set may get a sigma beyond float32, and leaves torch without a number.
    usual = np.ones(len(x), bool) if folder.config.deterministic else log_var.numpy().max(axis=1) < LARGEST_LOG_VAR
    assert usual[:PICTURES].all()
    # In double precision from the logits on: the sum of 784 float32 has an error of its own.
    for term in ("bce", "mse"):
        wanted = reconstruction_nats(logits.double(), x.double(), term).numpy()
        mine = np.array([each[term] for each in found])
        # A difference of grey counts fifty times in squared error, which none of these models was trained with.
        most = NATS if term == folder.config.likelihood else 50 * NATS
        assert np.abs(mine - wanted)[:PICTURES].max() <= most, term
        # What is no picture of the set may lie far out, with figures beyond any use: there float32 has seven places.
        assert not np.isnan(mine).any(), term
        assert np.allclose(mine[usual], wanted[usual], rtol=1e-3, atol=most), term
    expect_posterior([each["mu"] for each in found], mu.numpy())
    off = np.abs(np.array([each["xHat"] for each in found]) - torch.sigmoid(logits).numpy())
    assert off[:PICTURES].max() <= GREY
    if folder.config.deterministic:
        assert all(each["klTotal"] == 0 for each in found)
        return
    expect_posterior([each["logVar"] for each in found], log_var.numpy())
    kl = kl_nats(mu.double(), log_var.double()).numpy()
    assert np.abs(np.array([each["kl"] for each in found])[:PICTURES] - kl[:PICTURES]).max() <= NATS
    totals = np.array([each["klTotal"] for each in found])
    assert np.abs(totals[:PICTURES] - kl.sum(axis=1)[:PICTURES]).max() <= NATS
    assert np.allclose(totals[usual], kl.sum(axis=1)[usual], rtol=1e-3)
    # And the model's own -ELBO of these pictures is what the whole page is about.
    terms = torch_vae.elbo(x, label, torch.from_numpy(eps))
    likelihood = folder.config.likelihood
    mine = np.array([each[likelihood] + each["klTotal"] for each in found])
    assert np.abs(mine - terms.negative_elbo.numpy())[:PICTURES].max() <= NATS


def expect_posterior(found: list[list[float]], wanted: NDArray[np.float32]) -> None:
    # Relative, for mu has no fixed scale: a plain autoencoder has codes in the hundreds.
    off = np.abs(np.array(found) - wanted)
    assert (off <= POSTERIOR * np.maximum(1, np.abs(wanted))).all()

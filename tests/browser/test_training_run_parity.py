"""A run of training in the page, in a real browser, against `train`: the textbook's model on shipped digits.

Both begin with the same weights and take the same digits in the same order with the same noise, so what is left is how
they calculate. A long run: `PARITY_DIGITS=12000 PARITY_EPOCHS=5 pytest -s tests/browser/test_training_run_parity.py`.
"""

from __future__ import annotations

import base64
import os
from typing import Any

import numpy as np
import pytest
import torch
from playwright.sync_api import Page

from tests.browser.modules_page import modules_server
from train.evaluate.encode import elbo_terms
from train.fit.config import TrainConfig
from train.fit.loop import Images, Trainer
from vae_explorer import paths
from vae_explorer.model.config import ModelConfig
from vae_explorer.model.vae import VAE
from vae_explorer.storage.picture_atlas import read_atlas

DIGITS = int(os.environ.get("PARITY_DIGITS", "640"))
EPOCHS = int(os.environ.get("PARITY_EPOCHS", "3"))
TESTED = min(DIGITS, 2000)
BATCH = 128
# What the project promises. It is measured to be a hundredth of that after 15 steps: rounding errors grow.
MOST_APART = 0.5
SAMPLING = 1.0  # between figures with other noise, of so few test digits

# The run, and what it drew: the digits of a step in their order, and their noise.
RUN = """
async ([base, settings, digits, tested, epochs]) => {
  const module = (path) => import(`${base}vae_explorer/frontend/training/${path}`);
  const [{ readAtlas, firstDigits }, { TrainingRun }, { checked }, { normalsFor, orderOf }] = await Promise.all(
    ["atlas.js", "training_run.js", "settings.js", "streams.js"].map(module));
  const body = async (name) => (await fetch(`${base}assets/mnist/${name}.png`)).arrayBuffer();
  const read = async (name, count) => readAtlas(await body(name), count);
  const [train, test] = [await read("training", 12000), await read("digits", 10000)];
  const pack = (array) => {
    const bytes = new Uint8Array(array.buffer, array.byteOffset, array.byteLength);
    let text = "";
    for (let at = 0; at < bytes.length; at += 8192) text += String.fromCharCode(...bytes.subarray(at, at + 8192));
    return btoa(text);
  };
  const packed = (weights) => Object.fromEntries(Object.entries(weights).map(([name, tensor]) => [name, pack(tensor)]));
  const used = checked(settings);
  const run = await TrainingRun.create({
    settings: used, train: firstDigits(train, digits), test: firstDigits(test, tested),
  });
  const before = packed(run.trainer.weights());
  const orders = [], noise = [];
  while (run.step < epochs * run.stepsPerEpoch || run.isMeasuring) {
    if (run.step % run.stepsPerEpoch === 0 && orders.length === run.step / run.stepsPerEpoch) {
      orders.push(pack(orderOf(used.seed, orders.length, digits)));
      const steps = Array.from({ length: run.stepsPerEpoch }, (_, i) => normalsFor(used.seed, "noise",
        used.latentDim * Math.min(used.batchSize, digits - i * used.batchSize), run.step + i));
      noise.push(pack(Float32Array.from(steps.flatMap((each) => [...each]))));
    }
    run.advance();
  }
  const measuring = run.test.evaluate(run.trainer, run.step);
  let measured = measuring.next();
  while (!measured.done) measured = measuring.next();
  return { before, orders, noise, after: packed(run.trainer.weights()), figures: measured.value, history: run.history,
    epoch: run.epoch };
}
"""


@pytest.mark.parametrize("likelihood", ["bce", "mse"])
def test_a_run_ends_where_train_ends(page: Page, likelihood: str) -> None:
    beta, warm_up = (2, 2) if likelihood == "mse" else (1, 0)
    settings = {
        "latentDim": 20, "hidden": 400, "batchSize": BATCH, "learningRate": 1e-3, "likelihood": likelihood,
        "beta": beta, "warmUp": warm_up,
    }  # fmt: skip
    with modules_server() as url:
        page.goto(url)
        found: dict[str, Any] = page.evaluate(RUN, [url, settings, DIGITS, TESTED, EPOCHS])
    assert found["epoch"] == EPOCHS
    model = VAE(ModelConfig("mlp", latent_dim=20, hidden=400, likelihood=likelihood))
    load(model, found["before"])
    images = Images(*pictures("training", DIGITS), *pictures("digits", TESTED))
    config = TrainConfig(epochs=EPOCHS, batch_size=BATCH, beta=beta, beta_warm_up=warm_up)
    trainer = Trainer(model, config, images)
    fill = trainer.inputs.fill

    def fill_as_the_page(epoch: int) -> None:
        fill(epoch)
        trainer.inputs.order.copy_(numbers(found["orders"][epoch], np.uint32))
        trainer.inputs.eps.copy_(numbers(found["noise"][epoch], np.float32).view(DIGITS, 20))

    trainer.inputs.fill = fill_as_the_page  # type: ignore[method-assign]
    history = [trainer.run_epoch() for _ in range(EPOCHS)]

    mine = VAE(model.config)
    load(mine, found["after"])
    of_page = float(elbo_terms(mine, images.test, images.test_labels).mean().negative_elbo)
    of_train = history[-1].test_negative_elbo
    said = found["figures"]["negativeElbo"]
    print(
        f"{likelihood}: {DIGITS:,} digits, {EPOCHS} epochs: page {of_page:.3f} (says {said:.3f}), train {of_train:.3f}"
    )
    assert abs(of_page - of_train) <= MOST_APART
    assert abs(said - of_page) <= SAMPLING + 0.002 * abs(of_page)
    for row in found["history"]:
        epoch = history[int(row["epoch"]) - 1]
        assert row["reconstruction"] == pytest.approx(epoch.reconstruction, abs=MOST_APART)
        assert row["kl"] == pytest.approx(epoch.kl, abs=MOST_APART)


def load(model: VAE, packed: dict[str, str]) -> None:
    shapes = {name: tensor.shape for name, tensor in model.state_dict().items()}
    assert shapes.keys() == packed.keys()
    model.load_state_dict({name: numbers(packed[name], np.float32).view(shape) for name, shape in shapes.items()})


def numbers(packed: str, dtype: type[np.generic]) -> torch.Tensor:
    array = np.frombuffer(base64.b64decode(packed), dtype)
    return torch.from_numpy(array.astype(np.int64) if dtype is np.uint32 else array.copy())


def pictures(atlas: str, count: int) -> tuple[torch.Tensor, torch.Tensor]:
    read = read_atlas(paths.assets() / "mnist" / f"{atlas}.png", count)
    return torch.from_numpy(read.astype(np.float32) / 255)[:, None], torch.zeros(count, dtype=torch.int64)

"""A model that the page has trained, as a folder: other programs unpack it, the app and `evaluate` open it."""

from __future__ import annotations

import base64
import io
import shutil
import zipfile
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from PIL import Image
from playwright.sync_api import Page

from tests.browser.conftest import OpenPage
from tests.browser.modules_page import modules_server
from tests.browser.visitor import expect_view, open_view, shipped
from tests.mnist import idx_bytes
from tests.server import Server
from train.data.named_sets import NAMED_SETS
from train.evaluate.evaluate import Evaluation, evaluate
from vae_explorer import load, paths
from vae_explorer.model import half
from vae_explorer.storage import model_folder, picture_atlas
from vae_explorer.storage.model_folder import ModelFolder

DIM, HIDDEN = 3, 40

# Random weights, and a run's settings, to a zip file; with the weights as they were before they were rounded.
MAKE = """
async ([change, labels]) => {
  const { openModel } = await import("/vae_explorer/frontend/model.js");
  const { modelFolder } = await import("/vae_explorer/frontend/model_folder/model_files.js");
  const { modelZip } = await import("/vae_explorer/frontend/model_folder/model_zip.js");
  const { parameterShapes } = await import("/vae_explorer/frontend/training/mlp.js");
  const { standardNormals } = await import("/vae_explorer/frontend/space/random.js");
  const settings = { latentDim: 3, hidden: 40, beta: 2, warmUp: 1, likelihood: "bce", learningRate: 0.001,
    batchSize: 64, seed: 5, classes: [0, 1, 7], data: "mnist", drawings: 10, ...change };
  const normal = standardNormals(1);
  const weights = Object.fromEntries(Object.entries(parameterShapes(settings)).map(([name, shape]) =>
    [name, Float32Array.from({ length: shape.reduce((a, b) => a * b) }, () => 0.15 * normal())]));
  const picture = await (await fetch("/assets/mnist/digits.png")).arrayBuffer();
  const { Atlas } = await import("/vae_explorer/frontend/model.js");
  const bitmap = await createImageBitmap(new Blob([picture], { type: "image/png" }), { colorSpaceConversion: "none" });
  const canvas = new OffscreenCanvas(bitmap.width, bitmap.height);
  const context = canvas.getContext("2d");
  context.drawImage(bitmap, 0, 0);
  const pixels = new Uint8Array(784 * 10000);
  for (let n = 0; n < 10000; n += 100) {
    const row = context.getImageData(0, 28 * n / 100, 2800, 28).data;
    for (let i = 0; i < 2800 * 28; i++) {
      const [x, y] = [i % 2800, Math.floor(i / 2800)];
      pixels[784 * (n + Math.floor(x / 28)) + 28 * y + x % 28] = row[4 * i];
    }
  }
  const history = [{ epoch: 1, reconstruction: 200.5, kl: 3.25, seconds: 0.5 }];
  const figures = { steps: 30, epochs: 1.5, pictures: 1200, drawings: 3, seconds: 0.75 };
  const run = { weights, settings, history, figures };
  const shares = [];
  const test = { pixels, labels: Uint8Array.from(labels) };
  const called = { name: "mine-3", title: "Anna’s digits" };
  const files = await modelFolder(run, test, { ...called, onProgress: (share) => shares.push(share) });
  const text = (bytes) => new Promise((resolve) => {
    const reader = new FileReader();
    reader.onload = () => resolve(reader.result.split(",")[1]);
    reader.readAsDataURL(new Blob([bytes]));
  });
  const given = {};
  for (const [name, values] of Object.entries(weights)) given[name] = await text(values);
  return { zip: await text(modelZip("mine-3", files)), weights: given, shares };
}
"""


@pytest.fixture(scope="module")
def modules() -> Iterator[str]:
    with modules_server() as url:
        yield url


def saved(page: Page, modules: str, **change: Any) -> dict[str, Any]:
    page.goto(modules)
    labels = shipped("mlp-20").codes["label"].tolist()
    made: dict[str, Any] = page.evaluate(MAKE, [change, labels])
    return made


def unpacked(made: dict[str, Any], into: Path) -> Path:
    """As a person does who saves a model: unpacked in a folder of models."""
    with zipfile.ZipFile(io.BytesIO(base64.b64decode(made["zip"]))) as file:
        assert file.testzip() is None
        file.extractall(into)
    return into / "mine-3"


def expect_weights(folder: ModelFolder, made: dict[str, Any]) -> None:
    for name, text in made["weights"].items():
        given = np.frombuffer(base64.b64decode(text), "<f4").reshape(folder.weights[name].shape)
        assert np.array_equal(folder.weights[name], half.rounded(given)), name
    assert set(folder.weights) == set(made["weights"])


def test_evaluate_agrees_with_the_page(open_page: OpenPage, modules: str, tmp_path: Path) -> None:
    made = saved(open_page(), modules)
    path = unpacked(made, tmp_path)
    folder = model_folder.read(path)
    assert (folder.name, folder.title) == ("mine-3", "Anna’s digits")
    assert (folder.config.latent_dim, folder.config.hidden, folder.config.architecture) == (DIM, HIDDEN, "mlp")
    assert folder.training["classes"] == [0, 1, 7]
    assert folder.training["beta"] == 2
    assert folder.training["pictures"] == 1200
    assert folder.training["own_drawings"] == {"count": 3, "times_in_an_epoch": 10}
    assert folder.history == [{"epoch": 1, "reconstruction": 200.5, "kl": 3.25, "seconds": 0.5}]
    assert picture_atlas.is_shipped(folder.data)
    assert made["shares"] == sorted(made["shares"])
    assert len(made["shares"]) > 3
    expect_weights(folder, made)
    with Image.open(path / "samples.png") as sheet:
        assert (sheet.size, sheet.mode) == ((224, 224), "L")
        assert np.asarray(sheet).std() > 10

    pictures = picture_atlas.read_atlas(paths.assets() / "mnist" / "digits.png", 10_000)
    raw = tmp_path / "data" / "MNIST" / "raw"
    raw.mkdir(parents=True)
    for stem, count in (("train", 500), ("t10k", 10_000)):
        (raw / f"{stem}-images-idx3-ubyte").write_bytes(idx_bytes(pictures[:count]))
        (raw / f"{stem}-labels-idx1-ubyte").write_bytes(idx_bytes(folder.codes["label"][:count]))
    evaluate(Evaluation(str(path), None, tmp_path / "data", "cpu", None, 20, 10))
    computed = model_folder.read(path).metrics
    for name, entry in folder.metrics.items():
        assert entry["unit"] == computed[name]["unit"], name
        assert entry.get("pictures") == computed[name].get("pictures"), name
        nats = entry["unit"] == "nats per image"
        assert entry["value"] == pytest.approx(computed[name]["value"], rel=1e-3, abs=0.1 if nats else 1e-5), name


@pytest.mark.parametrize(
    "change",
    [
        {"latentDim": 1, "hidden": 64, "likelihood": "mse"},
        {"latentDim": 2, "hidden": 16, "deterministic": True},
        {"latentDim": 20, "hidden": 24},
    ],
)
def test_codes_are_what_torch_says(open_page: OpenPage, modules: str, tmp_path: Path, change: dict[str, Any]) -> None:
    made = saved(open_page(), modules, **change)
    folder = model_folder.read(unpacked(made, tmp_path))
    expect_weights(folder, made)
    model = load(folder.path)
    x = torch.from_numpy(picture_atlas.read_atlas(picture_atlas.atlas_path(folder), 200).astype(np.float32) / 255)
    mu, log_var = model.encode(x[:, np.newaxis])
    for name, tensor in (("mu", mu), ("log_var", log_var)):
        wanted = tensor.numpy()
        assert np.allclose(folder.codes[name][:200], wanted, rtol=2e-3, atol=1e-3), name
    is_plain = change.get("deterministic", False)
    wanted_kl = np.zeros(200) if is_plain else 0.5 * (mu**2 + log_var.exp() - 1 - log_var).sum(dim=1).numpy()
    assert np.allclose(folder.codes["kl"][:200], wanted_kl, rtol=1e-4, atol=1e-4)
    assert ("test_kl" in folder.metrics) != is_plain
    points, mean = folder.codes["projection/pca"], folder.codes["projection/pca/mean"]
    turned = (folder.codes["mu"] - mean) @ folder.codes["projection/pca/components"].T
    assert np.allclose(points, turned, atol=1e-3)
    # Which axes are the widest is numpy's to say, too.
    values = np.linalg.eigvalsh(np.atleast_2d(np.cov(folder.codes["mu"].astype(np.float64), rowvar=False)))[::-1][:3]
    assert np.allclose(points.var(axis=0, ddof=1)[: len(values)], values, rtol=1e-3)


def test_the_app_opens_it(open_page: OpenPage, explorer: Server, modules: str, tmp_path: Path) -> None:
    path = unpacked(saved(open_page(), modules), tmp_path)
    shutil.copytree(path, explorer.models / "mine-3")
    page = open_page()
    open_view(page, explorer, model="own/mine-3")
    for view in ("Encode", "Samples", "Map", "Interpolate", "Uses"):
        page.get_by_role("link", name=view, exact=True).click()
        expect_view(page, view)


@pytest.mark.parametrize(("weight", "sentence"), [(float("nan"), "not finite"), (1e30, "diverged"), (10.0, "1,000")])
def test_what_has_diverged_is_not_kept(open_page: OpenPage, modules: str, weight: float, sentence: str) -> None:
    page = open_page()
    page.goto(modules)
    message = page.evaluate(
        """async (weight) => {
          const { modelFolder } = await import("/vae_explorer/frontend/model_folder/model_files.js");
          const { ModelError } = await import("/vae_explorer/frontend/model_folder/model_error.js");
          const { parameterShapes } = await import("/vae_explorer/frontend/training/mlp.js");
          const settings = { latentDim: 2, hidden: 8, likelihood: "bce", data: "mnist", deterministic: true };
          const weights = Object.fromEntries(Object.entries(parameterShapes(settings)).map(([name, shape]) =>
            [name, new Float32Array(shape.reduce((a, b) => a * b)).fill(Number(weight))]));
          const test = { pixels: new Uint8Array(7_840_000).fill(255), labels: new Uint8Array(10_000) };
          const run = { weights, settings, history: [], figures: {} };
          const error = await modelFolder(run, test, { name: "mine" }).catch((error) => error);
          return error instanceof ModelError ? error.message : String(error);
        }""",
        str(weight),
    )
    assert sentence in message


def test_data_sets_are_those_of_the_package(open_page: OpenPage, modules: str) -> None:
    page = open_page()
    page.goto(modules)
    script = 'async () => (await import("/vae_explorer/frontend/training/data_sets.js")).DATA_SETS'
    found = page.evaluate(script)
    assert {name: row["sha256"] for name, row in found.items()} == picture_atlas.SHIPPED_SHA256
    for name, row in found.items():
        spec = NAMED_SETS[name].spec
        model = next(each for each in ("mlp-20", "fashion-20") if shipped(each).data.name == name)
        said = {key: row[key] for key in ("name", "noun", "nouns", "classes")}
        assert said == {**asdict(spec), "classes": list(spec.classes)}
        assert row["count"] == shipped(model).data.count

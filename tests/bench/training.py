"""A training step in the page, beside the same step in torch with one thread and in TensorFlow.js in the same browser.

Digits a second of the whole step: forward, backward, Adam. All take turns, so that a machine that slows down slows
all of them, and each ratio is that of figures taken one after the other.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import tarfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from playwright.sync_api import Browser, Page, Route

from vae_explorer.server.frontend import FRONTEND

BATCH = 128
EPOCH = 12_000  # digits that the page has to train on
# Hidden units and dimensions; what is expected of the page.
SIZES = {(400, 20): "at least a quarter of torch's", (128, 2): ""}
SECONDS = 0.5  # that a turn takes, or one step where that is longer

TENSORFLOW = ("@tensorflow/tfjs@4.22.0", "@tensorflow/tfjs-backend-wasm@4.22.0")
TENSORFLOW_FILES = ("tf.min.js", "tf-backend-wasm.min.js", "tfjs-backend-wasm-simd.wasm", "tfjs-backend-wasm.wasm")

# A page of its own, whose every request is answered from this machine's files.
ORIGIN = "http://127.0.0.1"
MIME = {".js": "text/javascript", ".wasm": "application/wasm"}

START = """
async ([hidden, dim, batch]) => {
  const { initialWeights, VaeTrainer } = await import("/frontend/training/vae_trainer.js");
  const { randomIntegers, standardNormals } = await import("/frontend/space/random.js");
  const model = { latentDim: dim, hidden, likelihood: "bce" };
  const normal = standardNormals(1);
  // As digits are: a fifth of the pixels has ink.
  const images = Float32Array.from({ length: batch * 784 }, () => Math.min(1, Math.max(0, normal() - 0.85)));
  const eps = Float32Array.from({ length: batch * dim }, normal);
  const own = async plain => {
    const trainer = await VaeTrainer.create(model, { plain });
    if (trainer.plain !== plain) return null;
    trainer.load(initialWeights(model, randomIntegers(1)));
    return () => trainer.step(images, eps, { beta: 1, learningRate: 1e-3 }).finite;
  };
  window.steps = { page: await own(false), plain: await own(true) };

  const tensorflow = async backend => {
    tf.wasm?.setWasmPaths("/tensorflow/");
    if (!(await tf.setBackend(backend))) return null;
    const dense = (inputs, outputs) => {
      const bound = 1 / Math.sqrt(inputs);
      return [[inputs, outputs], [outputs]].map(shape => tf.variable(tf.randomUniform(shape, -bound, bound)));
    };
    const layers = [dense(784, hidden), dense(hidden, 2 * dim), dense(dim, hidden), dense(hidden, 784)];
    const [x, noise] = [tf.tensor2d(images, [batch, 784]), tf.tensor2d(eps, [batch, dim])];
    const through = (value, [weight, bias]) => value.matMul(weight).add(bias);
    const loss = () => {
      const [mu, logVar] = tf.split(through(through(x, layers[0]).relu(), layers[1]), 2, 1);
      const z = mu.add(logVar.mul(0.5).exp().mul(noise));
      const l = through(through(z, layers[2]).relu(), layers[3]);
      const reconstruction = l.relu().sub(l.mul(x)).add(l.abs().neg().exp().add(1).log()).sum();
      const kl = mu.square().add(logVar.exp()).sub(1).sub(logVar).mul(0.5).sum();
      return reconstruction.add(kl).div(batch);
    };
    const adam = tf.train.adam(1e-3);
    return () => {
      tf.setBackend(backend);
      const value = tf.tidy(() => adam.minimize(loss, true));
      const finite = Number.isFinite(value.dataSync()[0]);
      value.dispose();
      return finite;
    };
  };
  window.said = {};
  for (const backend of window.tf ? ["wasm", "cpu"] : []) {
    try {
      window.steps[backend] = await tensorflow(backend);
      window.steps[backend]?.();
    } catch (error) {
      window.said[backend] = String(error.message).split("\\n")[0];
      window.steps[backend] = null;
    }
  }
  return window.said;
}
"""

# Digits a second in one turn; null: there is no such step here.
TURN = """
([name, batch, milliseconds]) => {
  const step = window.steps[name];
  if (!step) return null;
  if (!step()) throw new Error(`a step of ${name} is not finite`);
  const begin = performance.now();
  let taken = 0;
  let passed = 0;
  while (passed < milliseconds) {
    step();
    taken++;
    passed = performance.now() - begin;
  }
  return (1000 * taken * batch) / passed;
}
"""

# By the names above.
TITLES = {
    "page": "in the page",
    "torch": "torch, one thread",
    "plain": "in the page, without WebAssembly",
    "wasm": "TensorFlow.js, WASM",
    "cpu": "TensorFlow.js, CPU",
}


@dataclass(frozen=True)
class Rates:
    """Digits a second by run, for each of TITLES; none where it did not run, and then `why`."""

    found: dict[str, list[float]]
    why: dict[str, str]


def rows(browser: Browser, folder: Path, runs: int) -> Iterator[tuple[str, str, str]]:
    """Rows of the bench's table; `folder` is an empty one."""
    missing = fetch_tensorflow(folder)
    for (hidden, dim), wanted in SIZES.items():
        rates = measure(browser, folder, hidden, dim, runs)
        what = f"training 784-{hidden}-{dim}"
        for name, title in TITLES.items():
            found = rates.found[name]
            figure = f"{median(found):,.0f} /s" if found else "not run"
            remark = wanted if name == "page" else rates.why.get(name, "" if found else missing)
            yield f"{what}, {title}", figure, remark
        for name in ("torch", "wasm"):
            if rates.found[name]:
                pairs = zip(rates.found["page"], rates.found[name], strict=True)
                ratio = median(mine / other for mine, other in pairs)
                goal = "at least 0.25" if name == "torch" else "above 1"
                yield f"{what}, the page's share of {TITLES[name]}", f"{ratio:.2f}", goal
        seconds = EPOCH / median(rates.found["page"])
        yield f"{what}, an epoch of {EPOCH:,} digits", f"{seconds:.2f} s", "at most 1.5 s" if dim == 2 else ""


def measure(browser: Browser, folder: Path, hidden: int, dim: int, runs: int) -> Rates:
    step_of_torch = torch_step(hidden, dim)
    found: dict[str, list[float]] = {name: [] for name in TITLES}
    page = browser.new_page()
    try:
        open_blank(page, folder)
        why = page.evaluate(START, [hidden, dim, BATCH])
        for _ in range(runs):
            for name, rates in found.items():
                if name == "torch":
                    rates.append(turn(step_of_torch))
                    continue
                rate = page.evaluate(TURN, [name, BATCH, 1000 * SECONDS])
                if rate is not None:
                    rates.append(rate)
    finally:
        page.close()
    return Rates(found, why)


def open_blank(page: Page, folder: Path) -> None:
    """A page with nothing in it but TensorFlow.js, where that was fetched."""
    there = [name for name in TENSORFLOW_FILES[:2] if (folder / name).exists()]
    scripts = [f'<script src="/tensorflow/{name}"></script>' for name in there]

    def answer(route: Route) -> None:
        path = route.request.url.removeprefix(ORIGIN)
        for prefix, place in (("/frontend/", FRONTEND), ("/tensorflow/", folder)):
            if path.startswith(prefix) and (file := place / path.removeprefix(prefix)).is_file():
                route.fulfill(path=file, content_type=MIME[file.suffix])
                return
        route.fulfill(body="<!doctype html><title>Bench</title>" + "".join(scripts), content_type="text/html")

    page.route(f"{ORIGIN}/**", answer)
    page.goto(ORIGIN + "/")


def fetch_tensorflow(folder: Path) -> str:
    """Puts what the page needs of TensorFlow.js into the folder; returns why it could not, or nothing."""
    npm = shutil.which("npm")
    if npm is None:
        return "no npm here, which fetches TensorFlow.js"
    done = subprocess.run(
        [npm, "pack", "--silent", "--json", *TENSORFLOW], cwd=folder, capture_output=True, text=True, check=False
    )
    if done.returncode:
        return "npm cannot fetch TensorFlow.js"
    for package in json.loads(done.stdout):
        with tarfile.open(folder / package["filename"]) as archive:
            for name in TENSORFLOW_FILES:
                if f"package/dist/{name}" in archive.getnames():
                    body = archive.extractfile(f"package/dist/{name}")
                    assert body is not None
                    (folder / name).write_bytes(body.read())
    return ""


def torch_step(hidden: int, dim: int) -> Callable[[], None]:
    """The same step in torch, as its tutorials have it."""
    import torch

    from vae_explorer.model.config import ModelConfig
    from vae_explorer.model.vae import VAE

    torch.manual_seed(0)
    model = VAE(ModelConfig("mlp", dim, hidden=hidden))
    optimizer = torch.optim.Adam(model.parameters(), lr=1e-3)
    images = (torch.randn(BATCH, 1, 28, 28) - 0.85).clamp(0, 1)
    eps = torch.randn(BATCH, dim)

    torch.set_num_threads(1)  # nothing else in this process uses torch

    def step() -> None:
        optimizer.zero_grad()
        model.elbo(images, eps=eps).negative_elbo.mean().backward()
        optimizer.step()

    return step


def turn(step: Callable[[], None]) -> float:
    """Digits a second."""
    step()
    taken, passed, begin = 0, 0.0, time.perf_counter()
    while passed < SECONDS:
        step()
        taken += 1
        passed = time.perf_counter() - begin
    return taken * BATCH / passed

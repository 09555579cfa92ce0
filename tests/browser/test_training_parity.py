"""Training in the page, in a real browser, against torch: gradients of every weight, and where 50 steps lead."""

from __future__ import annotations

import base64
from typing import Any

import numpy as np
import pytest
import torch
from numpy.typing import NDArray
from playwright.sync_api import Page, Route

from tests.browser.conftest import OpenPage
from tests.browser.visitor import open_view, shipped
from tests.server import Server
from vae_explorer.model.config import Likelihood, ModelConfig
from vae_explorer.model.vae import VAE
from vae_explorer.server.frontend import FRONTEND
from vae_explorer.storage import picture_atlas

GRADIENT = 1e-4  # of the largest of a tensor
AFTER_50_STEPS = 1e-3
STEPS = 50
RATE = 1e-3

# A page has the modules that train in the bundle of a worker, where a test cannot reach; so it gets them as they are.
MODULES = "as-they-are"

Arrays = dict[str, NDArray[np.float32]]

# Each batch is (first digit, how many); one gradient a batch if `gradients`, else the weights after all of them.
TRAIN = """
async ([root, model, plain, weights, digits, eps, batches, beta, learningRate, gradients]) => {
  const { VaeTrainer } = await import(root + "training/vae_trainer.js");
  const bytesOf = text => Uint8Array.from(atob(text), character => character.charCodeAt(0));
  const floatsOf = text => new Float32Array(bytesOf(text).buffer);
  const textOf = ({ buffer }) => {
    let text = "";
    const bytes = new Uint8Array(buffer);
    for (let at = 0; at < bytes.length; at += 8192) text += String.fromCharCode(...bytes.subarray(at, at + 8192));
    return btoa(text);
  };
  const packed = tensors => Object.fromEntries(Object.entries(tensors).map(([name, values]) => [name, textOf(values)]));
  const trainer = await VaeTrainer.create(model, { plain });
  if (trainer.plain !== plain) throw new Error(`plain is ${trainer.plain}`);
  trainer.load(Object.fromEntries(Object.entries(weights).map(([name, text]) => [name, floatsOf(text)])));
  const images = Float32Array.from(bytesOf(digits), byte => byte / 255);
  const noise = floatsOf(eps);
  const dim = model.latentDim;
  const found = [];
  let at = 0;
  for (const [first, count] of batches) {
    const batch = images.subarray(784 * first, 784 * (first + count));
    const { finite, ...losses } = trainer.step(batch, noise.slice(at, at + count * dim), { beta, learningRate });
    at += count * dim;
    if (!finite) throw new Error("a step is not finite");
    if (gradients) found.push({ ...losses, tensors: packed(trainer.gradients()) });
    else found[0] = { ...losses, tensors: packed(trainer.weights()) };
  }
  return found;
}
"""


def packed(array: NDArray[Any]) -> str:
    return base64.b64encode(np.ascontiguousarray(array).tobytes()).decode()


def trained(
    page: Page,
    server: Server,
    model: VAE,
    digits: NDArray[np.uint8],
    eps: list[NDArray[np.float32]],
    batches: list[tuple[int, int]],
    *,
    beta: float,
    rate: float,
    gradients: bool,
    plain: bool,
) -> list[tuple[float, float, Arrays]]:
    """What the page makes of it: reconstruction, KL and tensors."""
    config = model.config
    names = {"latentDim": config.latent_dim, "hidden": config.hidden, "likelihood": config.likelihood}
    weights = {name: packed(tensor.detach().numpy()) for name, tensor in model.state_dict().items()}
    noise = packed(np.concatenate([each.ravel() for each in eps]))
    given = {**names, "deterministic": config.deterministic}
    root = f"{server.url}/{MODULES}/"
    found = page.evaluate(TRAIN, [root, given, plain, weights, packed(digits), noise, batches, beta, rate, gradients])
    return [
        (
            each["reconstruction"],
            each["kl"],
            {name: np.frombuffer(base64.b64decode(text), "<f4") for name, text in each["tensors"].items()},
        )
        for each in found
    ]


def hand_over(route: Route) -> None:
    name = route.request.url.partition(f"/{MODULES}/")[2]
    route.fulfill(path=FRONTEND / name, content_type="text/javascript")


@pytest.fixture
def training_page(open_page: OpenPage, explorer: Server) -> Page:
    """A page of the app, with its policies, that can also import the frontend's modules."""
    page = open_page(new_tab=True)
    page.route(f"**/{MODULES}/**", hand_over)
    open_view(page, explorer)
    return page


def textbook(hidden: int, dim: int, likelihood: Likelihood, deterministic: bool = False) -> VAE:
    torch.manual_seed(0)
    return VAE(ModelConfig("mlp", dim, hidden=hidden, likelihood=likelihood, deterministic=deterministic))


def first_digits(count: int) -> NDArray[np.uint8]:
    return picture_atlas.read_atlas(picture_atlas.atlas_path(shipped("mlp-20")), count)


def noise(batches: list[tuple[int, int]], dim: int) -> list[NDArray[np.float32]]:
    random = np.random.default_rng(0)
    return [random.standard_normal((count, dim), dtype=np.float32) for _, count in batches]


@pytest.mark.parametrize("likelihood", ["bce", "mse"])
@pytest.mark.parametrize(
    ("hidden", "dim", "deterministic", "plain"),
    [
        (64, 1, False, False),
        (128, 2, False, False),
        (128, 2, True, False),
        (128, 3, False, True),
        (256, 5, False, False),
        (400, 10, False, False),
        (400, 20, False, False),
    ],
)
def test_gradients(
    training_page: Page,
    explorer: Server,
    likelihood: Likelihood,
    hidden: int,
    dim: int,
    deterministic: bool,
    plain: bool,
) -> None:
    model = textbook(hidden, dim, likelihood, deterministic)
    batches = [(0, 1), (1, 128)]
    digits, eps = first_digits(129), noise(batches, dim)
    for beta in (0.0, 10.0):
        found = trained(
            training_page, explorer, model, digits, eps, batches, beta=beta, rate=0, gradients=True, plain=plain
        )
        for (first, count), each, (reconstruction, kl, gradients) in zip(batches, eps, found, strict=True):
            what = f"beta {beta}, {count} digits"
            terms = elbo(model, digits[first : first + count], each)
            model.zero_grad()
            (terms[0] + beta * terms[1]).backward()
            assert reconstruction == pytest.approx(terms[0].item(), rel=1e-5), what
            assert kl == pytest.approx(terms[1].item(), rel=1e-5, abs=1e-6), what
            for name, parameter in model.named_parameters():
                assert parameter.grad is not None
                wanted = parameter.grad.numpy().ravel()
                largest = np.abs(wanted).max()
                assert largest > 0, (what, name)
                assert np.abs(gradients[name] - wanted).max() <= GRADIENT * largest, (what, name)


def elbo(model: VAE, digits: NDArray[np.uint8], eps: NDArray[np.float32]) -> tuple[torch.Tensor, torch.Tensor]:
    """Means over the digits of reconstruction and KL."""
    images = torch.from_numpy(digits[:, np.newaxis].astype(np.float32) / 255)
    terms = model.elbo(images, eps=torch.from_numpy(eps))
    return terms.reconstruction.mean(), terms.kl.mean()


@pytest.mark.parametrize(("hidden", "dim", "likelihood"), [(400, 20, "bce"), (128, 2, "bce"), (128, 2, "mse")])
def test_50_steps(training_page: Page, explorer: Server, hidden: int, dim: int, likelihood: Likelihood) -> None:
    model = textbook(hidden, dim, likelihood)
    batches = [(128 * (step % 10), 128) for step in range(STEPS)]
    digits, eps = first_digits(1280), noise(batches, dim)
    ((reconstruction, _, weights),) = trained(
        training_page, explorer, model, digits, eps, batches, beta=1, rate=RATE, gradients=False, plain=False
    )
    before = {name: tensor.clone() for name, tensor in model.state_dict().items()}
    optimizer = torch.optim.Adam(model.parameters(), lr=RATE)
    last = 0.0
    for (first, count), each in zip(batches, eps, strict=True):
        terms = elbo(model, digits[first : first + count], each)
        optimizer.zero_grad()
        (terms[0] + terms[1]).backward()
        optimizer.step()
        last = terms[0].item()
    assert reconstruction == pytest.approx(last, rel=1e-4)
    for name, tensor in model.state_dict().items():
        assert float((tensor - before[name]).abs().max()) > 10 * AFTER_50_STEPS, f"{name} has hardly moved"
        assert np.abs(weights[name] - tensor.numpy().ravel()).max() <= AFTER_50_STEPS, name

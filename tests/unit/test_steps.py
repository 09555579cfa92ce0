"""Steps of training, some at a time: it must not matter how many, and what is summed up must keep all digits."""

from __future__ import annotations

from typing import Any

import pytest
import torch

from train.fit.config import Precision, TrainConfig
from train.fit.loop import Images, Trainer
from train.fit.precision import products_of, with_capability
from train.fit.step import UNROLLED, best_unrolling, first, groups
from vae_explorer.model.config import Architecture, ModelConfig
from vae_explorer.model.vae import VAE, kl_nats

EPOCHS, COUNT, BATCH = 2, 100, 15


def trainer(architecture: Architecture, unrolled: int, **settings: Any) -> Trainer:
    torch.manual_seed(0)
    x, labels = torch.rand(COUNT, 1, 28, 28), torch.zeros(COUNT, dtype=torch.int64)
    model = VAE(ModelConfig(architecture, latent_dim=3, hidden=8, channels=2))
    usual = {"schedule": "one-cycle", "learning_rate": 1e-2, "average": 0.9, "augment": 0.5}
    config = TrainConfig(epochs=EPOCHS, batch_size=BATCH, **usual | settings)
    return Trainer(model, config, Images(x, labels, x, labels), unrolled=unrolled)


def assert_same(found: Trainer, expected: Trainer) -> None:
    mine, theirs = found.state(), expected.state()
    assert all(torch.equal(mine[name], theirs[name]) for name in theirs)
    assert [epoch.loss for epoch in found.history] == [epoch.loss for epoch in expected.history]


@pytest.mark.parametrize("architecture", ["mlp", "conv"])
def test_steps_taken_together_are_those_taken_one_by_one(architecture: Architecture) -> None:
    single, together = trainer(architecture, 1), trainer(architecture, 4)
    for each in (single, together):
        for _ in range(EPOCHS):
            each.run_epoch()
    assert together.history[0].loss != together.history[1].loss
    assert_same(together, single)


def test_beta_rises_step_by_step_to_its_value() -> None:
    config = TrainConfig(epochs=4, beta=2.0, beta_warm_up=2)
    assert [config.beta_at(step, 5) for step in (0, 4, 9, 10, 19)] == [0.2, 1.0, 2.0, 2.0, 2.0]
    assert TrainConfig(beta=2.0).beta_at(0, 5) == 2.0


def test_steps_weigh_the_kl_as_their_place_in_the_run_says() -> None:
    """The first step of a rising beta is that of a run with a beta as small, and the second one is not."""
    rising, constant = trainer("mlp", 1, beta=1000, beta_warm_up=1000), trainer("mlp", 1, beta=1000 * (1 / 7000))
    steps = [each.begin(0) for each in (rising, constant)]
    assert rising.inputs.steps == 7
    for count in (1, 2):
        for each, next_steps in zip((rising, constant), steps, strict=True):
            each.take([next(next_steps)])
        mine, theirs = rising.state(), constant.state()
        assert all(torch.equal(mine[name], theirs[name]) for name in theirs) == (count == 1)


def test_a_gradient_is_no_longer_than_its_limit_and_keeps_its_direction() -> None:
    free, wide, narrow = trainer("mlp", 1), trainer("mlp", 1, clip=1e6), trainer("mlp", 1, clip=0.5)
    for each in (free, wide, narrow):
        each.take([next(each.begin(0))])
    found, same, short = (
        torch.cat([p.grad.flatten() for p in each.model.parameters() if p.grad is not None])
        for each in (free, wide, narrow)
    )
    assert found.norm() > 10
    assert torch.equal(same, found)
    torch.testing.assert_close(short, found * (0.5 / found.norm()))


def test_where_no_graph_can_be_captured_training_goes_on_and_says_so(capsys: pytest.CaptureFixture[str]) -> None:
    if torch.cuda.is_available():
        pytest.skip("graphs can be captured here")
    plain, refused = trainer("mlp", 2), trainer("mlp", 2)
    refused.steps.captured = True
    for each in (plain, refused):
        for _ in range(EPOCHS):
            each.run_epoch()
    assert_same(refused, plain)
    assert capsys.readouterr().out.count("goes on without CUDA graphs") == 1


def test_each_image_is_in_one_step_of_an_epoch_and_the_smaller_batch_is_the_last() -> None:
    for images, batch_size, unrolled in ((60_000, 128, 18), (100, 15, 4), (100, 100, 12), (7, 100, 12), (60, 20, 3)):
        steps = list(groups(images, batch_size, unrolled))
        assert sum(count * size for count, size in steps) == images
        assert {size for _, size in steps[:-1]} <= {batch_size}
        assert {count for count, _ in steps} <= {1, unrolled}


def test_the_first_steps_of_an_epoch_end_where_steps_that_go_together_do() -> None:
    epoch = list(groups(100, 15, 4))
    assert epoch == [(4, 15), (1, 15), (1, 15), (1, 10)]
    taken = [sum(steps for steps, _ in first(epoch, count)) for count in (0, 1, 4, 5, 7, 9)]
    assert taken == [0, 4, 4, 5, 7, 7]
    assert first(iter(epoch), 5) == epoch[:2]


@pytest.mark.parametrize(("images", "batch_size"), [(60_000, 128), (60_000, 64), (480, 128), (100, 7)])
def test_few_steps_of_an_epoch_are_left_out_of_the_long_graph(images: int, batch_size: int) -> None:
    unrolled = best_unrolling(images, batch_size)
    assert unrolled in UNROLLED
    assert (images // batch_size) % unrolled <= max(1, images // batch_size // 24) or images // batch_size < 12


@pytest.mark.parametrize("architecture", ["mlp", "conv"])
def test_losses_keep_all_digits_where_products_are_bfloat16(architecture: Architecture) -> None:
    torch.manual_seed(0)
    model = VAE(ModelConfig(architecture, latent_dim=20, hidden=16, channels=2))
    x, eps = torch.rand(8, 1, 28, 28), torch.randn(8, 20)
    with torch.autocast("cpu", torch.bfloat16):
        terms = model.elbo(x, eps=eps)
        mu, log_var = model.encode(x)
        logits = model.decode_logits(mu)
    assert {terms.kl.dtype, terms.reconstruction.dtype, mu.dtype, log_var.dtype, logits.dtype} == {torch.float32}
    assert torch.allclose(terms.kl, kl_nats(mu, log_var).sum(dim=1), rtol=1e-6)
    assert not torch.equal(terms.kl, terms.kl.bfloat16().float())


def tf32_is_allowed() -> tuple[bool, bool]:
    return torch.backends.cuda.matmul.allow_tf32, torch.backends.cudnn.allow_tf32


@pytest.mark.parametrize(("precision", "allowed"), [("float32", False), ("tf32", True), ("bfloat16", True)])
def test_products_are_tf32_only_within_steps_of_a_run_that_allows_it(precision: Precision, allowed: bool) -> None:
    with products_of(TrainConfig(precision=precision)):
        assert tf32_is_allowed() == (allowed, allowed)
    assert tf32_is_allowed() == (False, False)
    one = trainer("mlp", 1)
    one.run_epoch()
    assert tf32_is_allowed() == (False, False), "the test pictures are evaluated in full float32"


def test_a_card_without_bfloat16_trains_in_float32_and_says_so(capsys: pytest.CaptureFixture[str]) -> None:
    config = TrainConfig(precision="bfloat16", seed=3)
    assert with_capability(config, (7, 5)) == TrainConfig(precision="float32", seed=3)
    assert capsys.readouterr().out.splitlines() == [
        "the card (compute capability 7.5) has no bfloat16: training in float32 instead"
    ]
    for capability in ((8, 0), (8, 9), (12, 0)):
        assert with_capability(config, capability) == config
    assert with_capability(TrainConfig(precision="tf32"), (7, 5)).precision == "tf32"
    assert capsys.readouterr().out == ""

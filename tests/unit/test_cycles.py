"""How rate, deformations and average go over the epochs of a run, of one cycle or two."""

from __future__ import annotations

import math

import pytest
import torch

from train.config import TrainConfig
from train.loop import Images, Trainer
from vae_explorer.config import ModelConfig
from vae_explorer.errors import ConfigError
from vae_explorer.network import VAE

ONE = TrainConfig(epochs=8, learning_rate=1e-2, schedule="one-cycle", deformed=0.5)
TWO = TrainConfig(epochs=12, learning_rate=1e-2, schedule="one-cycle", deformed=0.5, average=0.9, second_cycle=4)
STEPS = 10


def rates(config: TrainConfig) -> list[float]:
    return [config.learning_rate_at(epoch, step, STEPS) for epoch in range(config.epochs) for step in range(STEPS)]


def test_one_cycle_rises_over_a_tenth_and_falls_to_nothing() -> None:
    found = rates(ONE)
    peak = max(found)
    assert found.index(peak) == 8  # of 80 steps
    assert math.isclose(peak, 1e-2, rel_tol=0.01)
    assert found[:8] == sorted(found[:8])
    assert found[8:] == sorted(found[8:], reverse=True)
    assert found[-1] < 1e-5


def test_second_cycle_is_the_first_at_half_the_rate() -> None:
    found = rates(TWO)
    assert found[: 8 * STEPS] == rates(ONE)
    second = TrainConfig(epochs=4, learning_rate=5e-3, schedule="one-cycle")
    assert found[8 * STEPS :] == rates(second)


def test_last_quarter_of_each_cycle_shows_the_data_as_they_are() -> None:
    assert [ONE.deformed_in(epoch) for epoch in range(8)] == [0.5] * 6 + [0.0] * 2
    assert [TWO.deformed_in(epoch) for epoch in range(12)] == [0.5] * 6 + [0.0] * 2 + [0.25] * 3 + [0.0]


@pytest.mark.parametrize("second_cycle", [-1, 8, 9, 1.5])
def test_second_cycle_leaves_epochs_to_the_first(second_cycle: int) -> None:
    with pytest.raises(ConfigError, match="second_cycle"):
        TrainConfig(epochs=8, second_cycle=second_cycle)


def test_second_cycle_begins_with_the_average_and_a_fresh_optimizer() -> None:
    torch.manual_seed(0)
    x, labels = torch.rand(64, 1, 28, 28), torch.zeros(64, dtype=torch.int64)
    config = TrainConfig(epochs=3, batch_size=32, average=0.9, second_cycle=1)
    trainer = Trainer(VAE(ModelConfig("mlp", 2, 4)), config, Images(x, labels, x, labels))
    seen: list[tuple[list[torch.Tensor], float]] = []

    def look() -> bool:
        weights = [weight.detach().clone() for weight in trainer.model.parameters()]
        moments = [state["exp_avg"].abs().sum() for state in trainer.optimizer.state.values()]
        seen.append((weights, float(sum(moments))))
        return False

    trainer.stop = look  # asked before each step
    trainer.run_epoch()
    trainer.run_epoch()
    kept = [weight.detach().clone() for weight in trainer.result.parameters()]
    trainer.run_epoch()
    before_last_epoch, first_of_last_epoch = seen[3], seen[4]
    assert before_last_epoch[1] > 0
    assert first_of_last_epoch[1] == 0
    assert all(map(torch.equal, first_of_last_epoch[0], kept))

"""The settings of a training run. Those of a model are in `vae_explorer.model.config`, named pairs in `recipes`."""

from __future__ import annotations

import math
from dataclasses import asdict, dataclass
from typing import Any, Literal, get_args

from vae_explorer.errors import ConfigError
from vae_explorer.model.config import require_choice, require_whole

Schedule = Literal["constant", "one-cycle"]
Precision = Literal["float32", "tf32", "bfloat16"]

# A one-cycle rate rises over this share of the steps, then falls along a cosine towards zero.
WARM_UP_SHARE = 0.1


@dataclass(frozen=True)
class TrainConfig:
    """One training run.

    Attributes:
        epochs: passes over the training images, 1…100,000.
        batch_size: images per step, 1…60,000.
        learning_rate: Adam's rate, above 0; the peak where the schedule is `one-cycle`.
        schedule: `constant`, or `one-cycle` (rise over a tenth of the steps, then a cosine to zero).
        beta: weight of the KL in the loss, at least 0.
        beta_warm_up: epochs in which beta rises evenly from 0; 0 for none. Codes then first find their places, and a
            posterior widens where they have (KL annealing: Bowman et al., "Generating Sentences from a Continuous
            Space", 2016, section 3.1).
        average: decay per step of an exponential moving average of the weights, 0…1; 0 turns it off. The
            average is what is evaluated and saved.
        augment: share of the images, 0…1, that are rotated, sheared and scaled a little, anew in each step.
        augment_until: share of the epochs, 0…1, in which they are; the last ones show the data as they are.
        weight_decay: decoupled decay of the weights, AdamW's, at least 0.
        clip: the largest norm that the gradient of all weights may have in a step, 0 for any. The loss is in nats per
            image, so norms are in the hundreds; a limit above the usual ones stops only what an outlier would do.
        precision: of the products inside the networks; weights and losses are float32. `float32`; `tf32`, which
            is faster on NVIDIA's cards since Ampere and float32 elsewhere; or `bfloat16`.
        seed: determines initial weights, the order of the images and the noise.

    Raises:
        ConfigError: a value is out of range.
    """

    epochs: int = 100
    batch_size: int = 128
    learning_rate: float = 1e-3
    schedule: Schedule = "constant"
    beta: float = 1.0
    beta_warm_up: int = 0
    average: float = 0.0
    augment: float = 0.0
    augment_until: float = 0.75
    weight_decay: float = 0.0
    clip: float = 0.0
    precision: Precision = "float32"
    seed: int = 0

    def __post_init__(self) -> None:
        require_whole("epochs", self.epochs, 1, 100_000)
        require_whole("batch_size", self.batch_size, 1, 60_000)
        require_whole("seed", self.seed, 0, 2**31 - 1)
        require_choice("schedule", self.schedule, get_args(Schedule))
        require_choice("precision", self.precision, get_args(Precision))
        _require_range("learning_rate", self.learning_rate, 0, 10, low_open=True)
        _require_range("beta", self.beta, 0, 1000)
        require_whole("beta_warm_up", self.beta_warm_up, 0, 100_000)
        _require_range("average", self.average, 0, 0.999999)
        _require_range("augment", self.augment, 0, 1)
        _require_range("augment_until", self.augment_until, 0, 1)
        _require_range("weight_decay", self.weight_decay, 0, 10)
        _require_range("clip", self.clip, 0, 1e9)

    def to_json(self) -> dict[str, Any]:
        return asdict(self)

    def average_decay_at(self, step: int) -> float:
        """The average's decay after step `step` (from 0): it grows, or the random start would linger in the average."""
        return min(self.average, (1 + step) / (10 + step))

    def augment_in(self, epoch: int) -> float:
        """The share of images that are augmented in epoch `epoch` (from 0)."""
        return self.augment if epoch < self.augment_until * self.epochs else 0.0

    def beta_at(self, step: int, steps_per_epoch: int) -> float:
        """The weight of the KL in step `step` (from 0)."""
        rising = self.beta_warm_up * steps_per_epoch
        return self.beta * min(1.0, (step + 1) / rising) if rising else self.beta

    def learning_rate_at(self, step: int, steps: int) -> float:
        """The rate of step `step` (from 0) of `steps`."""
        if self.schedule == "constant":
            return self.learning_rate
        done = (step + 0.5) / steps
        if done < WARM_UP_SHARE:
            return self.learning_rate * done / WARM_UP_SHARE
        return self.learning_rate * 0.5 * (1 + math.cos(math.pi * (done - WARM_UP_SHARE) / (1 - WARM_UP_SHARE)))


def _require_range(name: str, value: object, low: float, high: float, low_open: bool = False) -> None:
    number = isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)
    if not number or not low <= float(value) <= high or (low_open and value == low):  # type: ignore[arg-type]
        above = "above" if low_open else "from"
        raise ConfigError(f"{name} is {value!r}; it must be a number {above} {low:g} up to {high:g}")

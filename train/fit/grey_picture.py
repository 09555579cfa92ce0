"""Losses compared with that of a plain grey picture: whether a run has diverged, whether it has learned anything."""

from __future__ import annotations

import math
from collections.abc import Sequence

from torch import Tensor

from vae_explorer.errors import TrainingError
from vae_explorer.model.config import PIXELS

from ..evaluate.scores import grey_picture_nats

# A run has diverged when its loss is so many times that of the grey picture, or when it was below it once and is now
# so many times it. Random weights cost about as much as the grey picture, and a first step too long some times more.
DIVERGED, DIVERGED_AGAIN = 10.0, 3.0

# Losses are measured in this, the nats of pixels that are black or white with even odds, where those of the grey
# picture are fewer: if the likelihood is Gaussian they can be near zero, or negative.
UNIT = PIXELS * math.log(2)

LIKELY_CAUSE = "The likely cause is a learning rate that is too high, {rate:g}: try a third of it with --learning-rate"


class GreyPicture:
    """The loss of a picture that is grey everywhere, on the training images.

    Losses are reconstruction and KL, nats per image; a KL that counts less than once in training counts as much here.

    Args:
        images: `(N, 1, 28, 28)` float32 in 0…1.
        likelihood, beta: those of the run.
    """

    def __init__(self, images: Tensor, likelihood: str, beta: float) -> None:
        self.nats, self._kl_weight = grey_picture_nats(images, likelihood), min(beta, 1.0)

    def loss(self, reconstruction: float, kl: float) -> float:
        """What is compared."""
        return reconstruction + self._kl_weight * kl

    def is_better_than(self, reconstruction: float, kl: float) -> bool:
        """Whether grey costs less than a model does, or as much."""
        return not self.loss(reconstruction, kl) < self.nats

    def require_no_divergence(
        self, reconstruction: float, kl: float, before: Sequence[tuple[float, float]], where: str, rate: float
    ) -> None:
        """Raise TrainingError if a loss is no number, or far above that of the grey picture.

        Args:
            before: reconstruction and KL after each epoch before.
            where: which loss it is, and when, for the message.
            rate: the learning rate.
        """
        loss, learned = self.loss(reconstruction, kl), not all(self.is_better_than(*terms) for terms in before)
        most = self.nats + ((DIVERGED_AGAIN if learned else DIVERGED) - 1) * max(self.nats, UNIT)
        if not math.isfinite(loss):
            what = f"{where} is not a number"
        elif loss > most:
            what = f"{where} is {loss:,.0f} nats per image: it diverged. A plain grey picture has {self.nats:,.0f}"
        else:
            return
        raise TrainingError(f"{what}. {LIKELY_CAUSE.format(rate=rate)}")

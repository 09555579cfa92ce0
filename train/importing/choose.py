"""Tries what a file leaves open on test pictures, and takes the reading with the best loss."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass, replace
from itertools import chain
from typing import Any

import torch
from torch import Tensor

from vae_explorer.model.vae import VAE

from ..evaluate.encode import elbo_terms
from .build import build
from .conventions import Conventions, other_activations, other_numbers, others_at, preferred, two_activations
from .convolutions import Geometry, geometries
from .network import Network

# Test pictures that decide, and fewer that say what is worth deciding between.
PICTURES, FIRST_LOOK = 1_000, 100
# How many readings go on from the first look.
FINALISTS = 3

# Strides and paddings whose losses differ by less are as good as each other at the first look, when the activation is
# not known yet; the likeliest are gone on with.
AS_GOOD = 1.01
# The same of readings in the end, of which the plainest is taken: of a network that was trained for a short time ReLU
# cannot be told from one that leaks a hundredth. No more than that, for the loss is to be the one its script had.
NO_WORSE = 1.002
# By how much a reading has to be better to be taken with one activation in each half, or with one at each place.
WORTH = (1.0, 1.01, 1.02)
# How much more log variance may cost than sigma where a name says that it is log variance: with another weight of the
# KL than 1, or another likelihood, a wrong reading may cost less than the true one.
AS_NAMED = 1.1


@dataclass(frozen=True)
class Trial:
    """One way to read a file, and its loss on some test pictures.

    Attributes:
        nats: -ELBO, or the reconstruction error of a plain autoencoder, in nats per image; infinite if not a number.
        place: 0 for the likeliest layers, strides and paddings, 1 for the next, and so on.
    """

    network: Network
    geometry: Geometry
    conventions: Conventions
    nats: float
    place: int

    @property
    def weighed(self) -> float:
        """The loss, and more where activations differ: of many readings some cost less than the true one by chance."""
        return self.nats * WORTH[self.conventions.mixture]

    def model(self) -> VAE:
        return build(self.network, self.geometry, self.conventions)


@dataclass(frozen=True)
class Choice:
    """What was tried, the best first; `plain` has the conventions that were asked for, else the textbook's."""

    trials: tuple[Trial, ...]
    plain: Trial

    def by_spread(self) -> list[Trial]:
        """The best of each reading of the second head, the best first."""
        return _first_of_each_spread(self.trials)

    @property
    def best(self) -> Trial:
        """The plainest of those that are as good as the first: the one with the fewest options, then the likeliest."""
        if math.isinf(self.trials[0].nats):
            return self.plain
        trials = sorted(self.trials, key=lambda trial: trial.weighed)
        named = [trial for trial in trials if trial.network.says_variance and not trial.conventions.reads_sigma]
        first = trials[0]
        if named and first.conventions.reads_sigma and named[0].weighed <= AS_NAMED * first.weighed:
            first = named[0]
        spread = first.conventions.spread
        good = [
            trial
            for trial in trials
            if trial.conventions.spread == spread and trial.weighed <= NO_WORSE * first.weighed
        ]
        return min(good, key=lambda trial: (trial.conventions.choices, trial.place))


class _Tries:
    """Losses of readings on so many pictures; each is computed once."""

    def __init__(self, readings: list[tuple[Network, Geometry]], images: Tensor, labels: Tensor) -> None:
        self.images, self.labels = images, labels
        self._places = {(id(network), geometry): place for place, (network, geometry) in enumerate(readings)}
        self._found: dict[tuple[int, Geometry, Conventions], Trial] = {}

    def best(self, what: Iterable[tuple[Network, Geometry, Conventions]]) -> Trial:
        return min((self.of(*each) for each in what), key=lambda trial: trial.nats)

    def of(self, network: Network, geometry: Geometry, conventions: Conventions) -> Trial:
        key = (id(network), geometry, conventions)
        if key not in self._found:
            model = build(network, geometry, conventions).to(self.images.device)
            nats = loss(model, self.images, self.labels)
            self._found[key] = Trial(network, geometry, conventions, nats, self._places[key[:2]])
        return self._found[key]

    def ranked(self) -> list[Trial]:
        return sorted(self._found.values(), key=lambda trial: trial.nats)


def loss(model: VAE, images: Tensor, labels: Tensor) -> float:
    """-ELBO or, of a plain autoencoder, the reconstruction error, in nats per image; infinite if it is not a number."""
    nats = float(elbo_terms(model, images, labels).mean().negative_elbo)
    return nats if math.isfinite(nats) else math.inf


def choose(networks: list[Network], asked: dict[str, Any], images: Tensor, labels: Tensor) -> Choice | None:
    """Try the readings, and for the best of them the conventions that were not asked for.

    Args:
        networks: readings of one file, the likeliest first.
        asked: conventions that are known, by their names.
        images, labels: `(N, 1, 28, 28)` in 0…1 and `(N,)`, on the device to compute on.

    Returns:
        None if no strides and paddings fit any of the readings.
    """
    # Noise and order of test pictures are fixed, and so is the choice.
    start = preferred(asked)
    readings = [(network, geometry) for network in networks for geometry in geometries(network)]
    if not readings:
        return None
    few = _Tries(readings, images[:FIRST_LOOK], labels[:FIRST_LOOK])
    many = _Tries(readings, images[:PICTURES], labels[:PICTURES])
    if len(readings) > 1:
        # By two activations, of which one is near enough to any: with a wrong one a wrong stride may look better.
        starts = [start, *(each for each in other_activations(start, asked) if each.activation == "silu")]
        looks = [few.best((*reading, each) for each in starts) for reading in readings]
        good = AS_GOOD * min(trial.nats for trial in looks)
        looks.sort(key=lambda trial: (trial.nats > good, trial.place if trial.nats <= good else trial.nats))
        readings = [(trial.network, trial.geometry) for trial in looks[:FINALISTS]]
    for network, geometry in readings:
        _try_conventions(few, network, geometry, start, asked)
    # Another activation in each half, which is rarer, for the best of them; also with the textbook's numbers, for with
    # one activation in both halves wrong numbers may have looked better.
    best = few.ranked()[0]
    for each in chain(two_activations(best.conventions, asked), two_activations(start, asked)):
        few.of(best.network, best.geometry, each)
    found = _try_places(few, few.ranked()[0], asked)
    others = other_numbers(found.conventions, asked, found.network, softplus=True)
    again = few.best((found.network, found.geometry, each) for each in others)
    if again.nats < found.nats / NO_WORSE:
        _try_places(few, again, asked)
    for trial in _finalists(few.ranked()):
        many.of(trial.network, trial.geometry, trial.conventions)
    first = many.ranked()[0]
    plain = many.of(first.network, first.geometry, start)
    return Choice(tuple(many.ranked()), plain)


def _try_conventions(
    tries: _Tries, network: Network, geometry: Geometry, start: Conventions, asked: dict[str, Any]
) -> None:
    """What goes in and out first, with two activations that differ much, then the activation, then the former again."""
    starts = [start, *(each for each in other_activations(start, asked) if each.activation == "tanh")]
    if network.has_norms and "norm_last" not in asked:
        ways = [replace(each, norm_last=last) for each in starts for last in (False, True)]
        last = tries.best((network, geometry, each) for each in ways).conventions.norm_last
        starts = [replace(each, norm_last=last) for each in starts]
    best = tries.best((network, geometry, each) for one in starts for each in other_numbers(one, asked, network))
    best = tries.best((network, geometry, each) for each in other_activations(best.conventions, asked))
    tries.best((network, geometry, each) for each in other_numbers(best.conventions, asked, network, softplus=True))


def _try_places(tries: _Tries, best: Trial, asked: dict[str, Any]) -> Trial:
    """Another activation at each place in turn, or none, as long as one of them lowers the loss."""
    while True:
        before = best
        for decoding, count in enumerate(best.network.places):
            if "activation" in asked if not decoding else {"activation", "decoder_activation"} & {*asked}:
                continue
            for place in range(count):
                others = others_at(best.conventions, place, count, bool(decoding))
                best = tries.best((best.network, best.geometry, each) for each in others)
        if best.nats >= before.nats / NO_WORSE:
            return best


def _finalists(ranked: list[Trial]) -> list[Trial]:
    """The best with one activation, with two and with more, and of each other reading of the second head the best."""
    of_mixtures = [[trial for trial in ranked if trial.conventions.mixture == each][:FINALISTS] for each in range(3)]
    return list(dict.fromkeys([*chain(*of_mixtures), *_first_of_each_spread(ranked)]))


def _first_of_each_spread(ranked: Iterable[Trial]) -> list[Trial]:
    firsts: dict[object, Trial] = {}
    for trial in ranked:
        firsts.setdefault(trial.conventions.spread, trial)
    return [*firsts.values()]


def sample_of(images: Tensor, labels: Tensor) -> tuple[Tensor, Tensor]:
    """`PICTURES` of the test pictures with their labels, by chance, but always the same."""
    order = torch.randperm(len(images), generator=torch.Generator().manual_seed(0))[:PICTURES].to(images.device)
    return images[order], labels[order]

"""Which of the readings that were tried `train import` takes, and what it says of the others."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import torch
from torch import nn

from tests.unit.foreign import dense
from train.importing import report
from train.importing.choose import Choice, Trial
from train.importing.conventions import Conventions, others_at, preferred
from train.importing.convolutions import Geometry
from train.importing.network import Network
from train.importing.run import networks_in
from vae_explorer.errors import ConfigError


def network(second_head: str) -> Network:
    torch.manual_seed(0)
    module = nn.ModuleDict(
        {"e": nn.Linear(784, 9), "fc_mu": nn.Linear(9, 3), second_head: nn.Linear(9, 3), "d": dense(3, 9, 784)}
    )
    tensors = {tuple(name.split(".")): tensor for name, tensor in module.state_dict().items()}
    return networks_in(Path("vae.pth"), tensors)[0]


def choice(second_head: str, *found: tuple[float, dict[str, Any]]) -> Choice:
    """Of trials with these losses and conventions, the best first; the last is the textbook's."""
    of = network(second_head)
    trials = [Trial(of, Geometry(), Conventions(**each), nats, 0) for nats, each in found]
    return Choice(tuple(trials), trials[-1])


@pytest.mark.parametrize(
    ("second_head", "nats", "options"),
    [
        ("fc_logvar", 155.6, ""),  # trained with the KL four times: as log sigma it would cost less
        ("fc_logvar", 130.0, "--log-sigma"),
        ("fc_scale", 155.6, "--log-sigma"),
        ("fc_scale", 159.1, "--log-sigma"),
    ],
)
def test_a_name_decides_between_readings_that_cost_nearly_the_same(second_head: str, nats: float, options: str) -> None:
    found = choice(second_head, (nats, {"log_sigma": True}), (159.2, {}))
    assert found.best.conventions.options() == options
    said = report.spreads(found)
    assert bool(said) == (nats > 150)
    assert all(f"log sigma {nats}" in line and "log variance 159.2" in line for line in said)


def test_of_readings_that_are_as_good_the_plainest_is_taken() -> None:
    leaky = {"activation": "leaky_relu"}
    assert choice("b", (100.0, leaky), (100.1, {})).best.conventions == Conventions()
    assert choice("b", (100.0, leaky), (100.5, {})).best.conventions == Conventions(**leaky)


def test_activations_that_differ_have_to_be_worth_it() -> None:
    """Of so many readings some cost less than the true one by chance."""
    halves = {"activation": "leaky_relu", "decoder_activation": "relu"}
    places = {"activation": "leaky_relu,relu", "decoder_activation": "relu"}
    assert choice("b", (99.5, halves), (100.0, {})).best.conventions == Conventions()
    assert choice("b", (98.0, halves), (100.0, {})).best.conventions == Conventions(**halves)
    assert choice("b", (98.0, places), (100.0, {})).best.conventions == Conventions()
    assert choice("b", (95.0, places), (100.0, {})).best.conventions == Conventions(**places)


def test_an_activation_at_one_place() -> None:
    start = Conventions(activation="elu,tanh")
    found = {each.options() for each in others_at(start, 1, 2, decoding=False)}
    assert {
        "--activation elu --decoder-activation elu,tanh",
        "--activation elu,mish --decoder-activation elu,tanh",
    } <= (found)
    assert Conventions(activation="elu,tanh", decoder_activation="none").between(1, decoding=True) == ["none"]


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ({"activation": "elu,swish"}, "--activation is 'elu,swish'; it must be one of relu, tanh"),
        ({"decoder_activation": "sin"}, "--decoder-activation is 'sin'"),
        ({"log_sigma": True, "softplus_sigma": True}, "two readings of the same numbers"),
    ],
)
def test_what_cannot_be_asked_for(asked: dict[str, Any], expected: str) -> None:
    with pytest.raises(ConfigError, match=expected):
        preferred(asked)


def test_as_many_activations_as_places() -> None:
    with pytest.raises(ConfigError, match="names 2 activations; this half has 3 of them"):
        Conventions(activation="elu,tanh").between(3)

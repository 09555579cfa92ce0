"""What a browser says of a model that it keeps: numbers and a few texts, each checked, for anybody may send them.

The model itself, a folder as any other, is in the browser's IndexedDB; the server never gets it.
`frontend/own/facts.js` makes these of such a folder.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, TypeGuard, cast, get_args

from vae_explorer.errors import ConfigError
from vae_explorer.model.config import Likelihood
from vae_explorer.storage.json_fields import choice, named, number, numbers, one_line, whole
from vae_explorer.storage.model_folder import LARGEST_CODE, LARGEST_NUMBER

OWN_ID = re.compile(r"mine/[0-9a-f]{12}")

MOST_DIMENSIONS = 20
MOST_CLASSES = 256
LARGEST_BETA = 1000

_WHERE = "model"


@dataclass(frozen=True)
class Facts:
    """What the server has to know of a model to show its pages.

    Attributes:
        id: `mine/` and twelve random hexadecimal digits.
        name, title, teaches: as in `model.json`.
        data: the name of the data set whose test pictures it has encoded.
        latent_dim: D, 1…20.
        deterministic: a plain autoencoder.
        likelihood: what the reconstruction was trained with.
        beta: the weight of the KL in training; 0 for a plain autoencoder.
        reach: how far the codes reach, see `manifest.limit_of`.
        mean_kl: `(D,)` nats, as `vae_explorer.storage.mean_kl` has it.
        start: `(D,)`, the code to open with; `start_label` is its picture's class.
        shares: of the codes' variance on the two and on the three widest axes, 0…1.
    """

    id: str
    name: str
    title: str
    teaches: str
    data: str
    latent_dim: int
    deterministic: bool
    likelihood: Likelihood
    beta: float
    reach: float
    mean_kl: tuple[float, ...]
    start: tuple[float, ...]
    start_label: int
    shares: tuple[float, float]


def is_own_id(value: object) -> TypeGuard[str]:
    """Whether it is the id of a model that a browser keeps."""
    return isinstance(value, str) and OWN_ID.fullmatch(value) is not None


def read(sent: Mapping[str, Any]) -> Facts:
    """What a browser has sent, checked.

    Raises:
        ConfigError: a field is missing or has a wrong value.
    """
    of = dict(sent)
    if not is_own_id(of.get("id")):
        raise ConfigError(f"{_WHERE}.id: the id of a model that a browser keeps expected")
    if not isinstance(of.get("deterministic"), bool):
        raise ConfigError(f"{_WHERE}.deterministic: true or false expected")
    dim = whole(of, "latent_dim", _WHERE, 1, MOST_DIMENSIONS)
    two, three = _exactly(of, "shares", 2, 0, 1)
    return Facts(
        id=of["id"],
        name=named(of, "name", _WHERE),
        title=one_line(of, "title", _WHERE),
        teaches=one_line(of, "teaches", _WHERE),
        data=named(of, "data", _WHERE),
        latent_dim=dim,
        deterministic=of["deterministic"],
        likelihood=cast(Likelihood, choice(of, "likelihood", _WHERE, get_args(Likelihood))),
        beta=number(of, "beta", _WHERE, 0, LARGEST_BETA),
        reach=number(of, "reach", _WHERE, 0, LARGEST_CODE),
        mean_kl=_exactly(of, "mean_kl", dim, 0, LARGEST_NUMBER),
        start=_exactly(of, "start", dim, -LARGEST_CODE, LARGEST_CODE),
        start_label=whole(of, "start_label", _WHERE, 0, MOST_CLASSES - 1),
        shares=(two, three),
    )


def _exactly(of: dict[str, Any], name: str, count: int, low: float, high: float) -> tuple[float, ...]:
    found = numbers(of, name, _WHERE, count, low, high)
    if len(found) != count:
        raise ConfigError(f"{_WHERE}.{name}: {len(found)} numbers found, {count} expected")
    return tuple(found)

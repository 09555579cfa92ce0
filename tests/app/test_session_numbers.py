"""Numbers from a browser: too long for a float, or a size of grid that the Samples page does not offer."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.app.conftest import Visit
from vae_explorer.pages import GRID_SIZES
from vae_explorer.paths import PACKAGE

Open = Callable[..., Visit]
Add = Callable[..., Path]

pytestmark = pytest.mark.usefixtures("only_own")


@pytest.mark.parametrize("number", [10**400, -(10**400)], ids=["10^400", "-10^400"])
def test_number_too_long_for_a_float_is_left_alone(visit: Open, add_model: Add, number: int) -> None:
    add_model("first")
    visitor = visit()
    visitor.commit("code", {"z": [1, 2, number], "label": number})
    assert not visitor.at.exception
    assert visitor.data["z"] == visitor.start
    visitor.go("Samples")
    before = visitor.data
    visitor.commit("settings", {"size": number, "temperature": number, "seed": number, "label": number})
    assert not visitor.at.exception
    assert visitor.data == before


def test_only_sizes_that_are_offered_are_kept(visit: Open, add_model: Add) -> None:
    add_model("first")
    visitor = visit()
    visitor.go("Samples")
    kept = 8
    for size in range(18):
        visitor.commit("settings", {"size": size})
        kept = size if size in GRID_SIZES else kept
        assert visitor.data["size"] == kept


def test_view_offers_the_same_sizes() -> None:
    source = (PACKAGE / "frontend" / "views" / "samples" / "settings.js").read_text(encoding="utf-8")
    offered = re.search(r"^export const SIZES = (\[.*\]);$", source, re.MULTILINE)
    assert offered is not None
    assert tuple(json.loads(offered[1])) == GRID_SIZES

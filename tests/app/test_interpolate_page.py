"""The Interpolate page: what its view is given, and what becomes of a code that it sends."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.app.conftest import Visit
from vae_explorer.server.gif_route import GIF_URL
from vae_explorer.settings import LONGEST_TEXT

Open = Callable[..., Visit]
Add = Callable[..., Path]

PATH = "paths!t0~m3~r5!closed!!1.25"

pytestmark = pytest.mark.usefixtures("only_own")


def test_view_gets_the_address_of_gifs(visit: Open, add_model: Add) -> None:
    add_model("a")
    visitor = visit()
    visitor.go("Interpolate")
    assert visitor.data["gifUrl"] == GIF_URL
    assert visitor.data["path"] == ""


def test_path_of_a_link_is_for_its_model_alone(visit: Open, add_model: Add) -> None:
    add_model("a")
    add_model("b")
    visitor = visit(model="own/b", path=PATH)
    visitor.go("Interpolate")
    assert visitor.data["path"] == PATH
    visitor.choose("own/a")
    assert visitor.data["path"] == ""


def test_link_from_before_a_path_was_called_path(visit: Open, add_model: Add) -> None:
    add_model("a")
    visitor = visit(model="own/a", way=PATH)
    visitor.go("Interpolate")
    assert visitor.data["path"] == PATH


def test_longest_path(visit: Open, add_model: Add) -> None:
    add_model("a")
    stop = "z" + LONGEST_TEXT * "1"
    for path in (f"paths!t0~{stop}"[:LONGEST_TEXT], "paths!t0~m3~r5!closed!!1.25!t1~m2~m3!!2!1"):
        visitor = visit(model="own/a", path=path)
        assert visitor.captions == []
        visitor.go("Interpolate")
        assert visitor.data["path"] == path
    visitor = visit(model="own/a", path=100_000 * "x")
    assert len(visitor.captions) == 1
    visitor.go("Interpolate")
    assert visitor.data["path"] == ""


def test_sent_code_opens_in_morph(visit: Open, add_model: Add) -> None:
    add_model("a")
    visitor = visit()
    visitor.go("Interpolate")
    visitor.commit("code", {"z": [0.5, -1, 2], "label": None})
    visitor.send("open", "morph")
    assert visitor.title == "Morph"
    assert visitor.data["z"] == [0.5, -1, 2]


def test_view_names_the_page_to_go_to(visit: Open, add_model: Add) -> None:
    add_model("a")
    visitor = visit()
    visitor.go("Encode")
    for nonsense in (True, "", "nowhere", ["interpolate"], {"view": "interpolate"}):
        visitor.send("open", nonsense)
        assert visitor.title == "Encode"
    visitor.send("open", "interpolate")
    assert visitor.title == "Interpolate"

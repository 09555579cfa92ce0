"""A folder that cannot be opened is listed with what is wrong, and the others work."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.app.conftest import Visit
from tests.unit.test_model_folder import DAMAGE, edit_json
from vae_explorer.storage import model_folder
from vae_explorer.ui.layout import plain

pytestmark = pytest.mark.usefixtures("only_own")

Open = Callable[..., Visit]
Add = Callable[..., Path]


GONE = f"The model “{plain('own/b')}” cannot be opened any more. This is another one."


@pytest.mark.parametrize("kind", DAMAGE)
def test_damage_is_listed(visit: Open, add_model: Add, kind: str) -> None:
    damage, message = DAMAGE[kind]
    add_model("good")
    damage(add_model("bad"))
    visitor = visit()
    assert not visitor.at.exception
    assert visitor.data["manifest"]["id"] == "own/good"
    (text,) = visitor.broken
    assert text.startswith("bad: ")
    assert message in text


def test_atlas_is_missing(visit: Open, add_model: Add) -> None:
    (add_model("bad") / "digits.png").unlink()
    (text,) = visit().broken
    assert "missing" in text


@pytest.mark.parametrize("size", [0, 20, 120])
def test_atlas_is_cut_short(visit: Open, add_model: Add, size: int) -> None:
    atlas = add_model("bad") / "digits.png"
    assert atlas.stat().st_size > size
    atlas.write_bytes(atlas.read_bytes()[:size])
    (text,) = visit().broken
    assert "not a readable picture" in text


def test_error_that_nobody_thought_of(visit: Open, add_model: Add, monkeypatch: pytest.MonkeyPatch) -> None:
    add_model("good")
    bad = add_model("bad")
    real = model_folder.read

    def read(path: Path) -> object:
        if path == bad:
            raise ZeroDivisionError("surprise")
        return real(path)

    monkeypatch.setattr("vae_explorer.storage.model_folder.read", read)
    visitor = visit()
    assert visitor.data["manifest"]["id"] == "own/good"
    assert "surprise" in visitor.broken[0]


def test_mended_folder_opens(visit: Open, add_model: Add) -> None:
    path = add_model("a")
    (path / "codes.safetensors").rename(path / "elsewhere")
    visitor = visit()
    assert visitor.title == "No models yet"
    assert len(visitor.broken) == 1
    (path / "elsewhere").rename(path / "codes.safetensors")
    visitor.look_again()
    assert visitor.data["manifest"]["id"] == "own/a"
    assert not visitor.broken


def test_model_breaks_while_it_is_open(visit: Open, add_model: Add) -> None:
    add_model("a")
    bad = add_model("b")
    add_model("c")
    visitor = visit()
    visitor.choose("own/b")
    (bad / "weights.safetensors").write_bytes(b"")
    visitor.look_again()
    assert visitor.data["manifest"]["id"] == "own/a"
    assert visitor.broken[0].startswith("b: ")
    assert GONE in visitor.captions
    visitor.go("Samples")
    assert GONE in visitor.captions
    visitor.choose("own/c")
    assert GONE not in visitor.captions


def test_model_goes_while_it_is_open(visit: Open, add_model: Add) -> None:
    add_model("a")
    path = add_model("b")
    visitor = visit()
    visitor.choose("own/b")
    path.rename(path.with_name(".b"))
    visitor.look_again()
    assert visitor.data["manifest"]["id"] == "own/a"
    assert GONE in visitor.captions
    path.with_name(".b").rename(path)
    visitor.look_again()
    assert GONE not in visitor.captions  # it can be chosen again


def test_model_that_the_page_had_chosen_is_gone_after_a_restart(visit: Open, add_model: Add) -> None:
    add_model("a")
    visitor = visit()
    visitor.send("resume", "own/b")
    assert visitor.data["manifest"]["id"] == "own/a"
    assert GONE in visitor.captions


HOSTILE = "<b>x</b> ![i](http://a/b.png) :red[r] $x$ `c` **b** https://a.example www.b.example c@d.example"


def test_texts_of_a_folder_are_shown_as_text(visit: Open, add_model: Add) -> None:
    edit_json(lambda about: about.update(title=HOSTILE, teaches=HOSTILE))(add_model("a"))
    visitor = visit(model="own/none")
    (entry,) = visitor.listed  # the page makes text nodes of these
    assert (entry["title"], entry["teaches"]) == (HOSTILE, HOSTILE)
    (said,) = visit(model=HOSTILE).captions
    assert not re.search(r"(?<!\\)[^\w\s\\\N{WORD JOINER}“”,.]", said), "a sign that Markdown would act on"
    assert not re.search(r"https\\|www\\|@[^\N{WORD JOINER}]", said), "a link"


def test_name_of_a_folder_is_shown_as_text(visit: Open, models_folder: Path) -> None:
    bad = models_folder / "**x** <b>\n\udcff"
    bad.mkdir()
    (bad / "model.json").write_text("{}")
    visitor = visit()
    assert not visitor.at.exception
    assert visitor.broken[0].startswith("**x** <b>\N{REPLACEMENT CHARACTER}\N{REPLACEMENT CHARACTER}: ")

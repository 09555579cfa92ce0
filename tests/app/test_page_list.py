"""The list of pages: what an entry names has to be there, and settings have to tell each other apart."""

from __future__ import annotations

import pytest

from vae_explorer.pages import PAGES, Page
from vae_explorer.paths import PACKAGE
from vae_explorer.settings import (
    Choice,
    ClassLabel,
    ListedChoice,
    ModelsChoice,
    ModelsNumber,
    Number,
    Setting,
    Value,
    WholeNumber,
)
from vae_explorer.text_settings import EncodedPicture, Numbers, OneNumber, RunText

FRONTEND = PACKAGE / "frontend"
MANIFEST = {
    "classes": 10,
    "things": [{"name": "a"}, {"name": "b"}],
    "beta": 4,
    "likelihood": "mse",
    "data": {"count": 20},
}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.view)
def test_files_of_a_page_are_there(page: Page) -> None:
    assert (FRONTEND / "views" / f"{page.view}.js").is_file()
    assert (FRONTEND / "views" / page.view).is_dir()


def test_names_are_used_once() -> None:
    """Those of settings too: in a link nothing says which page a setting is of."""
    for names in (
        [page.view for page in PAGES],
        [page.title for page in PAGES],
        [setting.name for page in PAGES for setting in page.settings],
    ):
        assert [name for name in names if names.count(name) > 1] == []


@pytest.mark.parametrize(
    ("setting", "first", "kept", "refused"),
    [
        (Number("x", -1, 2, usual=0.5), 0.5, {-1: -1.0, 2.0: 2.0}, [2.1, "1", True, None, float("nan"), 10**400]),
        (WholeNumber("x", 0, 2**32 - 1, usual=1), 1, {3.0: 3, 2**32 - 1: 2**32 - 1}, [-1, 0.5, 2**32, "3", []]),
        (Choice("x", (4, 8), usual=8), 8, {4.0: 4}, [5, "4", None, [4]]),
        (Choice("x", ("a", "b"), usual="a"), "a", {"b": "b"}, ["c", 1, None, ["a"]]),
        (ListedChoice("x", "things"), "a", {"b": "b"}, ["c", "", None, {}]),
        (ClassLabel(), 0, {9.0: 9}, [10, -1, "3", True]),
        (ModelsNumber("x", 0, 10, usual=1, key="beta"), 4.0, {0.5: 0.5, 10: 10.0}, [-1, 10.5, "1", None]),
        (ModelsNumber("x", 0, 2, usual=1, key="beta"), 2.0, {}, [4]),  # trained with more than can be set
        (ModelsChoice("x", ("bce", "mse"), usual="bce", key="likelihood"), "mse", {"bce": "bce"}, ["l1", None]),
        (
            EncodedPicture("x"),
            "",
            {"t19": "t19", "t0/9": "t0/9", "d/9": "d/9"},
            ["t20", "t1/10", "t1/", "0", "d", 3],
        ),
        (Numbers("x", lambda _: 3, start=1), "", {"3,1": "3,1", "": ""}, ["0", "4", "1,1", "1,", 1, None]),
        (OneNumber("x", lambda _: 3), "", {"2": "2", "0": "0", "": ""}, ["3", "1,2", "-1", "a", 1, None]),
        (
            RunText("x"),
            "",
            {"": "", "z10,b10,c17,mse": "z10,b10,c17,mse", "r0.003": "r0.003", "r1e-5,ae": "r1e-5,ae"},
            ["z10,", "Z10", "r1.", "a b", "r" * 11, ",".join(["z10"] * 60), "z12345678901", 3, None],
        ),
    ],
    ids=lambda value: type(value).__name__ if isinstance(value, Setting) else None,
)
def test_setting(setting: Setting, first: Value, kept: dict[object, Value], refused: list[object]) -> None:
    assert setting.first(MANIFEST) == first
    for sent, value in kept.items():
        assert setting.accepted(sent, MANIFEST) == value
        assert type(setting.accepted(sent, MANIFEST)) is type(value)
        assert setting.accepted(setting.from_text(str(value)), MANIFEST) == value
    for sent in refused:
        assert setting.accepted(sent, MANIFEST) is None


def test_class_of_a_model_that_has_none() -> None:
    manifest = MANIFEST | {"classes": 0}
    assert ClassLabel().first(manifest) is None
    assert ClassLabel().accepted(0, manifest) is None
    assert EncodedPicture("x").accepted("t1/0", manifest) is None
    assert EncodedPicture("x").accepted("t1", manifest) == "t1"

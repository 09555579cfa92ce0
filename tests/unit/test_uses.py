"""The field `uses` of model.json: written and read back, absent in older folders, and refused where it is wrong."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests.uses import SMALL_USES
from vae_explorer.errors import ModelFolderError
from vae_explorer.storage import model_folder
from vae_explorer.storage.json_text import compact
from vae_explorer.storage.uses import Uses

from .test_model_folder import small_folder


@pytest.fixture
def path(tmp_path: Path) -> Path:
    model_folder.write(small_folder(), tmp_path / "m", {})
    return tmp_path / "m"


def edit(path: Path, change: Callable[[dict[str, Any]], object]) -> None:
    about = json.loads((path / "model.json").read_text())
    change(about)
    (path / "model.json").write_text(json.dumps(about))


def test_tables_are_read_back(path: Path) -> None:
    assert model_folder.read(path).uses == SMALL_USES
    some = replace(SMALL_USES, anomaly=None)
    model_folder.update(replace(small_folder(), uses=some), path)
    assert model_folder.read(path).uses == some


def test_a_folder_without_tables_opens_and_stays_without(path: Path) -> None:
    edit(path, lambda about: about.pop("uses"))
    found = model_folder.read(path)
    assert found.uses == Uses()
    model_folder.update(found, path)
    assert "uses" not in json.loads((path / "model.json").read_text())


def test_tables_of_a_newer_program_are_passed_over(path: Path) -> None:
    edit(path, lambda about: about["uses"].update(compression={"bits": 3}))
    edit(path, lambda about: about["uses"]["imputation"].update(seconds=3))
    assert model_folder.read(path).uses == SMALL_USES


def test_a_row_is_a_line(path: Path) -> None:
    lines = (path / "model.json").read_text().splitlines()
    assert sum("left-half" in line and "squared_error" in line for line in lines) == 1
    value = {"a": [{"b": [1, 2], "c": {"d": None}}], "e": {}, "f": [], "g": {"h": "\u03b2"}}
    assert json.loads(compact(value)) == value
    assert len(compact(value).splitlines()) == 10
    with pytest.raises(ValueError, match="JSON"):
        compact([{"a": float("nan")}])


def at(*keys: str | int) -> Callable[[dict[str, Any], object], None]:
    """Puts a value at this place of `uses`."""

    def put(uses: dict[str, Any], value: object) -> None:
        inner: Any = uses
        for key in keys[:-1]:
            inner = inner[key]
        inner[keys[-1]] = value

    return put


ROW = ("imputation", "rows", 0)
SCORE = ("anomaly", "scores", 0)
SET = ("anomaly", "sets", 0)
RUN = ("augmentation", "rows", 0)
WRONG: dict[str, tuple[Callable[[dict[str, Any], object], None], object, str]] = {
    "table a list": (at("anomaly"), [], "field uses: anomaly: list found, an object expected"),
    "table nothing": (at("imputation"), None, "field uses: imputation: NoneType found"),
    "method of lines": (at("imputation", "method"), "a\nb", "imputation.method: one line of 1 to 500 characters"),
    "no pictures": (
        at("imputation", "pictures"),
        0,
        "imputation.pictures: 0 found, a whole number from 1 to 1,000,000",
    ),
    "pictures true": (at("anomaly", "pictures"), True, "anomaly.pictures: True found"),
    "no rows": (at("imputation", "rows"), [], "imputation.rows: a list of 1 to 64 objects expected"),
    "many rows": (at("augmentation", "rows"), [{}] * 65, "augmentation.rows: a list of 1 to 64 objects expected"),
    "row a number": (at("imputation", "rows"), [3], "imputation.rows: a list of 1 to 64 objects expected"),
    "odd preset": (at(*ROW, "preset"), "\x1b[2J", "imputation.rows[0].preset: '\\x1b[2J' is not a name of a-z"),
    "long preset": (at(*ROW, "preset"), "x" * 41, "is not a name of a-z, 0-9 and -"),
    "preset missing": (at(*ROW), {}, "imputation.rows[0].preset: nothing is not a name"),
    "more than all missing": (at(*ROW, "missing"), 1.5, "rows[0].missing: 1.5 found, a number from 0 to 1 expected"),
    "no fills": (at(*ROW, "fills"), {}, "imputation.rows[0].fills: 0 found, 1 to 64 expected"),
    "odd fill": (at(*ROW, "fills"), {"\ud800": {}}, "imputation.rows[0].fills.name: '\ufffd' is not a name"),
    "fill a text": (at(*ROW, "fills"), {"model": "good"}, "rows[0].fills.model: str found, an object expected"),
    "share a text": (at(*ROW, "fills", "model", "right_class"), "1", "fills.model.right_class: '1' found"),
    "share missing": (at(*ROW, "fills", "model"), {"squared_error": 0}, "fills.model.right_class: nothing found"),
    "huge error": (at(*ROW, "fills", "mean", "squared_error"), 10**400, "fills.mean.squared_error: 1000000000"),
    "AUC above one": (at(*SET, "auc", "elbo"), 1.01, "anomaly.sets[0].auc.elbo: 1.01 found, a number from 0 to 1"),
    "AUC missing": (at(*SET, "auc"), {}, "anomaly.sets[0].auc.elbo: nothing found"),
    "bins upside down": (at(*SCORE, "low"), 300, "anomaly.scores[0]: low is 300, which is not below high, 300"),
    "other bins": (at(*SET, "histograms", "elbo"), [20], "histograms.elbo: 1 counts found, 2 expected"),
    "half a picture": (at(*SCORE, "histogram"), [18.5, 1.5], "scores[0].histogram: whole numbers expected"),
    "negative count": (at(*SCORE, "histogram"), [21, -1], "anomaly.scores[0].histogram[1]: -1 found"),
    "histogram a text": (at(*SCORE, "histogram"), "18", "histogram: a list of 1 to 200 numbers expected"),
    "no steps": (at("augmentation", "steps"), 0, "augmentation.steps: 0 found"),
    "runs of nothing": (at(*RUN, "runs"), [None], "augmentation.rows[0].runs[0]: nothing found"),
    "accuracy in percent": (at(*RUN, "accuracy"), 95, "augmentation.rows[0].accuracy: 95 found"),
}


@pytest.mark.parametrize("kind", WRONG)
def test_what_is_wrong_is_said_in_a_sentence(path: Path, kind: str) -> None:
    put, value, expected = WRONG[kind]
    edit(path, lambda about: put(about["uses"], value))
    with pytest.raises(ModelFolderError) as caught:
        model_folder.read(path)
    message = str(caught.value)
    assert expected in message
    assert message.startswith("model.json: field uses: ")
    assert message.isprintable()
    assert message.endswith(".")


@pytest.mark.parametrize("value", [None, [], 3, "good"])
def test_uses_must_be_an_object(path: Path, value: object) -> None:
    edit(path, lambda about: about.update(uses=value))
    with pytest.raises(ModelFolderError, match=r"field uses: .* found, an object expected"):
        model_folder.read(path)


def test_texts_can_be_sent_whatever_was_in_them(path: Path) -> None:
    edit(path, lambda about: about["uses"]["augmentation"].update(method="By \udc80 hand."))
    found = model_folder.read(path).uses.augmentation
    assert found is not None
    assert found.method == "By \ufffd hand."

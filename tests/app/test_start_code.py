"""The code that a model opens with."""

from __future__ import annotations

import re
from dataclasses import replace

import numpy as np
import pytest

from tests.unit.test_model_folder import small_folder
from vae_explorer import paths
from vae_explorer.catalog.start_code import start_code
from vae_explorer.catalog.zoo import TEACHING_ORDER
from vae_explorer.storage import model_folder


def test_every_shipped_model_has_its_place_in_the_order() -> None:
    assert sorted(TEACHING_ORDER) == sorted(path.parent.name for path in paths.shipped_models().glob("*/model.json"))


@pytest.mark.parametrize("name", TEACHING_ORDER)
def test_what_a_model_teaches_can_be_read_alone(name: str) -> None:
    """The order of a list, and what else is in it, may be another one day."""
    teaches = model_folder.read(paths.shipped_models() / name).teaches
    assert not re.search(r"\b(same|other|like|above|below|previous|former|too)\b", teaches, re.IGNORECASE), teaches


@pytest.mark.parametrize("name", TEACHING_ORDER)
def test_start_is_the_code_of_a_picture_that_is_drawn_clearly(name: str) -> None:
    folder = model_folder.read(paths.shipped_models() / name)
    start, codes = start_code(folder), folder.codes
    index = int(np.abs(codes["mu"].round(2) - start["z"]).max(axis=1).argmin())
    assert np.abs(codes["mu"][index] - start["z"]).max() <= 0.006
    assert codes["label"][index] == codes["prediction"][index] == start["label"]
    assert codes["prediction_confidence"][index] > 0.99
    assert codes["reconstruction"][index] < np.median(codes["reconstruction"])


def test_start_of_few_pictures() -> None:
    folder = small_folder()
    assert np.abs(folder.codes["mu"] - start_code(folder)["z"]).max(axis=1).min() <= 0.006
    alike = replace(folder, codes=folder.codes | {"label": np.zeros_like(folder.codes["label"])})
    assert start_code(alike)["label"] == 0
    one = small_folder(count=1)
    assert np.abs(one.codes["mu"][0] - start_code(one)["z"]).max() <= 0.006

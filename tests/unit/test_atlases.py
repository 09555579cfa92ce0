"""The shipped pictures: those to train with are training pictures under their right labels, never test pictures."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch

from tests.atlases import atlases
from tests.mnist import write_data_dir
from train.data.named_files import load_named
from train.data.named_sets import NAMED_SETS
from train.evaluate.classifier import shipped_classifier
from vae_explorer import paths
from vae_explorer.catalog import training_sets
from vae_explorer.storage import model_folder, picture_atlas
from vae_explorer.storage.labelled_atlas import labelled_atlas_bytes, read_labels

COUNTS = training_sets.COUNTS
# Of the pixels of every fifth picture, or tenth, of the files as published.
TRAINING_SHA256 = {
    "mnist": "2134182b9378606ecb7c82df2a9e8ef3d5a181d14143192bc7f94521000316c3",
    "fashion-mnist": "994ed0322cf684894772c55e4c309c9cd1018a9bc2e08270de8a3e0d225a76f5",
}
MODELS = {"mnist": "mlp-20", "fashion-mnist": "fashion-20"}
# How often the shipped classifier is right; of other labels it would be a tenth.
LEAST_RIGHT = {"mnist": 0.99, "fashion-mnist": 0.9}


def pictures(name: str, atlas: str) -> np.ndarray:
    return picture_atlas.read_atlas(paths.assets() / name / f"{atlas}.png", COUNTS[name][atlas])


def labels(name: str, atlas: str) -> np.ndarray:
    return read_labels(paths.assets() / name / f"{atlas}.png", COUNTS[name][atlas])


@pytest.mark.parametrize("name", COUNTS)
def test_no_training_picture_is_a_test_picture(name: str) -> None:
    training = pictures(name, "training")
    assert picture_atlas.pictures_sha256(training) == TRAINING_SHA256[name]
    tested = {picture.tobytes() for picture in pictures(name, "digits")}
    assert not [index for index, picture in enumerate(training) if picture.tobytes() in tested]


@pytest.mark.parametrize("name", COUNTS)
def test_labels_of_training_pictures_are_right(name: str) -> None:
    classifier = shipped_classifier(NAMED_SETS[name].spec, torch.device("cpu"))
    assert classifier is not None
    images = torch.from_numpy(pictures(name, "training")[:1000].astype(np.float32) / 255)[:, None]
    found = classifier.predict(images).probabilities.argmax(dim=1).numpy()
    assert (found == labels(name, "training")[:1000]).mean() > LEAST_RIGHT[name]
    assert np.bincount(labels(name, "training"), minlength=10).min() > 0.08 * COUNTS[name]["training"]


@pytest.mark.parametrize("name", COUNTS)
def test_labels_of_test_pictures_are_those_of_the_models(name: str) -> None:
    codes = model_folder.read(paths.shipped_models() / MODELS[name]).codes
    assert np.array_equal(labels(name, "digits"), codes["label"])


def test_atlases_are_made_from_the_right_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_data_dir(tmp_path, train=2_000, test=300)
    monkeypatch.setitem(COUNTS, "mnist", {"training": 400, "digits": 300})
    data = load_named(NAMED_SETS["mnist"], tmp_path)
    made = atlases("mnist", tmp_path)
    for atlas, images, expected in (
        ("training", data.train.images[::5], data.train.labels[::5]),
        ("digits", data.test.images, data.test.labels),
    ):
        file = tmp_path / f"{atlas}.png"
        file.write_bytes(made[atlas])
        assert np.array_equal(picture_atlas.read_atlas(file, len(images)), images)
        assert np.array_equal(read_labels(file, len(images)), expected)


@pytest.mark.parametrize("count", [1, 100, 101, 2800, 2801])
def test_labels_come_back(tmp_path: Path, count: int) -> None:
    random = np.random.default_rng(0)
    images = random.integers(0, 256, (count, 28, 28), dtype=np.uint8)
    given = random.integers(0, 10, count, dtype=np.uint8)
    file = tmp_path / "atlas.png"
    file.write_bytes(labelled_atlas_bytes(images, given))
    assert np.array_equal(read_labels(file, count), given)
    assert np.array_equal(picture_atlas.read_atlas(file, count), images)

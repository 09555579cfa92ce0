"""`python -m train map`: a model folder whose codes and pictures are those of the training set."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from tests.mnist import TRAIN
from tests.unit.conftest import HALF
from train.data.load import load_data
from train.evaluate.evaluate import Evaluation, evaluate
from train.picture_map import PictureMap, write_map
from vae_explorer import load, paths
from vae_explorer.errors import DataError, OutputError
from vae_explorer.storage import model_folder, picture_atlas
from vae_explorer.storage.model_folder import ModelFolder


def request(output: Path, data_dir: Path, split: str = "train", model: str = "mlp-20") -> PictureMap:
    return PictureMap(model, split, output, None, data_dir, "cpu", landmarks=200)


@pytest.fixture(scope="module")
def mapped(data_dir: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("models") / "mlp-20-train"
    write_map(request(path, data_dir))
    return path


@pytest.fixture(scope="module")
def folder(mapped: Path) -> ModelFolder:
    return model_folder.read(mapped)


def test_codes_are_those_of_the_training_pictures(folder: ModelFolder, data_dir: Path) -> None:
    split = load_data("mnist", data_dir).train
    model = load("mlp-20")
    mu, log_var = model.encode(torch.from_numpy(split.images.astype("float32") / 255).unsqueeze(1))
    assert folder.data.count == TRAIN
    assert np.array_equal(folder.codes["label"], split.labels)
    assert np.allclose(folder.codes["mu"], mu.numpy(), rtol=HALF, atol=1e-5)
    assert np.allclose(folder.codes["log_var"], log_var.numpy(), rtol=HALF, atol=1e-4)
    centred = folder.codes["mu"] - folder.codes["projection/pca/mean"]
    placed = centred @ folder.codes["projection/pca/components"].T
    assert np.allclose(folder.codes["projection/pca"], placed, atol=1e-4)


def test_pictures_are_those_of_the_training_set(folder: ModelFolder, data_dir: Path) -> None:
    split = load_data("mnist", data_dir).train
    assert not picture_atlas.is_shipped(folder.data)
    assert np.array_equal(picture_atlas.read_atlas(picture_atlas.atlas_path(folder), TRAIN), split.images)
    assert folder.data.sha256 == picture_atlas.pictures_sha256(split.images)


def test_it_says_what_it_is_and_keeps_the_rest(folder: ModelFolder, mapped: Path) -> None:
    source = model_folder.read(paths.shipped_models() / "mlp-20")
    assert folder.data.split == "training"
    assert folder.title == "mlp-20: training digits"
    assert folder.teaches == "2,000 training digits at their codes."
    assert folder.made_by["landmarks"]["tsne"] == 200
    assert (folder.config, folder.metrics, folder.history) == (source.config, source.metrics, source.history)
    for name, array in source.weights.items():
        assert np.array_equal(array, folder.weights[name])
    assert np.array_equal(folder.codes["mixture_means"], source.codes["mixture_means"])
    assert json.loads((mapped / "model.json").read_text())["data"]["split"] == "training"


def test_the_usual_split_is_not_written_for_older_programs() -> None:
    about = json.loads((paths.shipped_models() / "mlp-20" / "model.json").read_text())
    assert "split" not in about["data"]
    assert model_folder.read(paths.shipped_models() / "mlp-20").data.split == "test"


def test_codes_without_a_place_of_their_own_lie_between_landmarks(folder: ModelFolder) -> None:
    laid_out, placed = np.split(folder.codes["projection/tsne"], [200])
    assert (placed.min(axis=0) >= laid_out.min(axis=0)).all()
    assert (placed.max(axis=0) <= laid_out.max(axis=0)).all()
    # The nearest landmark of a code is near it on the map as well, or the placing has mixed the rows up.
    mu = folder.codes["mu"]
    nearest = np.array([((mu[:200] - code) ** 2).sum(axis=1).argmin() for code in mu[200:]])
    away = np.linalg.norm(placed - laid_out[nearest], axis=1)
    across = np.linalg.norm(placed - laid_out[np.roll(nearest, 1)], axis=1)
    assert np.median(away) < 0.5 * np.median(across)


def test_evaluate_refuses_it(mapped: Path, data_dir: Path) -> None:
    with pytest.raises(DataError, match="holds codes of training pictures"):
        evaluate(Evaluation(str(mapped), None, data_dir, "cpu", None, 10, 10))


def test_nothing_is_replaced_unasked(mapped: Path, data_dir: Path) -> None:
    with pytest.raises(OutputError, match="already holds a model"):
        write_map(request(mapped, data_dir))


def test_a_model_of_own_pictures_asks_for_them(tmp_path: Path, data_dir: Path, mapped: Path) -> None:
    folder = model_folder.read(mapped)
    path = tmp_path / "of cats"
    model_folder.write(replace(folder, data=replace(folder.data, name="cats", split="test")), path, {}, False)
    for split in ("train", "test"):
        with pytest.raises(DataError, match=r"was made with pictures called cats.*Name them: --data"):
            write_map(request(tmp_path / "m", data_dir, split, str(path)))
    with pytest.raises(DataError, match=r"was made with pictures called cats.*Name them: --data"):
        evaluate(Evaluation(str(path), None, data_dir, "cpu", None, 10, 10))


def test_pictures_of_other_classes_are_refused(tmp_path: Path, data_dir: Path) -> None:
    pictures = np.random.default_rng(0).integers(0, 256, (200, 28, 28), np.uint8)
    np.savez(tmp_path / "own.npz", images=pictures, labels=np.arange(200) % 3)
    with pytest.raises(DataError, match="knows other classes"):
        write_map(PictureMap("mlp-20", "train", tmp_path / "m", str(tmp_path / "own.npz"), data_dir, "cpu", 100))

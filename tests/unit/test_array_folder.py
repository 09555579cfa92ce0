"""Folders of arrays: pictures and labels in files of their own, or a file for each class."""

from __future__ import annotations

import gzip
from pathlib import Path

import numpy as np
import pytest

from tests.mnist import idx_bytes
from train.data.own_pictures import open_pictures

from .test_picture_arrays import COUNT, TRAIN, as_given, load, refused, x, y

__all__ = ["x", "y"]  # fixtures


def test_arrays_in_files_of_their_own(x: np.ndarray, y: np.ndarray, tmp_path: Path) -> None:
    """As courses give them, as KMNIST is published, and a file for each split."""
    for place in ("npy", "kmnist", "splits", "folders/train", "folders/test"):
        (tmp_path / place).mkdir(parents=True)
    for split, part in (("train", slice(TRAIN)), ("test", slice(TRAIN, None))):
        np.save(tmp_path / "npy" / f"x_{split}.npy", x[part])
        np.save(tmp_path / "npy" / f"y_{split}.npy", y[part])
        np.save(tmp_path / "folders" / split / "x.npy", x[part])
        np.save(tmp_path / "folders" / split / "y.npy", y[part])
        np.savez(tmp_path / "kmnist" / f"kmnist-{split}-imgs.npz", x[part])
        np.savez(tmp_path / "kmnist" / f"kmnist-{split}-labels.npz", y[part])
        np.savez(tmp_path / "splits" / f"{split}.npz", images=x[part], labels=y[part])
    note = ("labels", "none in this file. If y_train.npy has them, name the folder of both")
    assert open_pictures(tmp_path / "npy" / "x_train.npy").source.notes == (note,)
    for place in ("npy", "kmnist", "splits", "folders"):
        found = load(tmp_path / place)
        assert (len(found.train.labels), len(found.test.labels)) == (TRAIN, COUNT - TRAIN)
        label = {picture.tobytes(): str(name) for picture, name in zip(x, y, strict=True)}
        for split in (found.train, found.test):
            names = [found.spec.classes[index] for index in split.labels]
            assert names == [label[picture.tobytes()] for picture in split.images]


@pytest.mark.parametrize("name", ["emnist-digits", "qmnist"])
def test_idx_files_of_sets_that_have_no_name_here(
    name: str, x: np.ndarray, y: np.ndarray, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """EMNIST's have rows and columns exchanged."""
    pictures = x.swapaxes(1, 2) if name == "emnist-digits" else x
    for split, part in (("train", slice(TRAIN)), ("test", slice(TRAIN, None))):
        (tmp_path / f"{name}-{split}-images-idx3-ubyte").write_bytes(idx_bytes(np.ascontiguousarray(pictures[part])))
        labels = gzip.compress(idx_bytes(y[part].astype(np.uint8)))
        (tmp_path / f"{name}-{split}-labels-idx1-ubyte.gz").write_bytes(labels)
    in_order = np.r_[TRAIN:COUNT, :TRAIN]  # that of the files' names
    assert as_given(open_pictures(tmp_path), x[in_order], y[in_order])
    load(tmp_path)
    assert ("rows and columns exchanged" in capsys.readouterr().out) == (name == "emnist-digits")
    next(tmp_path.glob("*train-images*")).write_bytes(b"<html>")
    refused(tmp_path, "train-images-idx3-ubyte: not an IDX file of bytes. Download it again")


def test_an_array_for_each_class(x: np.ndarray, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """As Quick, Draw! is published."""
    for name, part in (("cat", slice(0, 50)), ("dog", slice(50, 120))):
        np.save(tmp_path / f"full_numpy_bitmap_{name}.npy", x[part].reshape(-1, 784))
    found = open_pictures(tmp_path)
    assert as_given(found, x[:120], np.repeat(["cat", "dog"], [50, 70]))
    (tmp_path / "labels.csv").write_text("label\ncat")
    load(tmp_path)
    assert "skipped    1 of kind .csv: labels.csv" in capsys.readouterr().out
    load(tmp_path)
    assert "labels     by the names of the files" in capsys.readouterr().out


def test_arrays_that_say_nothing_are_refused(x: np.ndarray, tmp_path: Path) -> None:
    np.save(tmp_path / "a.npy", x)
    np.save(tmp_path / "b.npy", x[:, :20])
    refused(tmp_path, r"it holds a \(150, 28, 28\), b \(150, 20, 28\), no images")
    for index in range(257):
        np.save(tmp_path / f"{index}.npy", x[0])
    refused(tmp_path, "259 files of arrays found, at most 256 expected. Expected are names such as x_train")


def test_single_pictures_and_parts_of_a_set_are_refused(x: np.ndarray, y: np.ndarray, tmp_path: Path) -> None:
    for index in range(3):
        for place in ("single/0", "parts"):
            (tmp_path / place).mkdir(exist_ok=True, parents=True)
        np.save(tmp_path / "single" / "0" / f"{index}.npy", x[index])
        np.savez(tmp_path / "parts" / f"part_{index}.npz", images=x[index:], labels=y[index:])
    refused(tmp_path / "single", r"it holds 0 \(28, 28\), .* save single pictures as PNG")
    refused(tmp_path / "parts", "0_images found, and 1_images, which may be pictures as well. Expected are names")

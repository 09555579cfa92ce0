"""Data sets by name: read as torchvision reads them, refused in one line where they are something else."""

from __future__ import annotations

import gzip
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from tests.mnist import idx_bytes, write_data_dir
from train.data.load import load_data
from train.data.named_sets import NAMED_SETS
from vae_explorer import paths
from vae_explorer.errors import DataError
from vae_explorer.storage import picture_atlas

CHECKOUT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def mnist() -> np.ndarray:
    return picture_atlas.read_atlas(paths.assets() / "mnist" / "digits.png", 400)


def write_named(name: str, folder: Path, pictures: np.ndarray, labels: np.ndarray) -> None:
    """Write `pictures` as both splits of a named set, in the layout that torchvision has."""
    row = NAMED_SETS[name]
    raw = folder / row.torchvision_class / "raw"
    raw.mkdir(parents=True)
    for split, part in ((row.train, slice(0, 300)), (row.test, slice(300, None))):
        (raw / f"{split}-images-idx3-ubyte").write_bytes(idx_bytes(pictures[part]))
        (raw / f"{split}-labels-idx1-ubyte").write_bytes(idx_bytes(labels[part]))


@pytest.mark.parametrize("name", NAMED_SETS)
def test_a_named_set_is_read_as_torchvision_reads_it(name: str, mnist: np.ndarray, tmp_path: Path) -> None:
    from torchvision import datasets

    row = NAMED_SETS[name]
    labels = (np.arange(len(mnist)) % len(row.spec.classes) + row.first_label).astype(np.uint8)
    write_named(name, tmp_path, mnist, labels)
    found = load_data(name, tmp_path)
    assert found.spec == row.spec
    for is_train, split in ((True, found.train), (False, found.test)):
        # It finds the files, so our names for them are those that a download makes.
        expected = getattr(datasets, row.torchvision_class)(tmp_path, train=is_train, **row.options)
        wanted = expected.data.numpy().swapaxes(1, 2) if row.transposed else expected.data.numpy()
        assert np.array_equal(split.images, wanted)
        names = [row.spec.classes[label] for label in split.labels]
        if name == "emnist-letters":
            assert names == [expected.classes[int(label)].upper() for label in expected.targets]
        assert split.labels.min() == 0
        assert len(split.labels) == (300 if is_train else 100)


def test_letters_stand_upright(mnist: np.ndarray, tmp_path: Path) -> None:
    write_named("emnist-letters", tmp_path, mnist.swapaxes(1, 2), np.full(400, 26, np.uint8))
    found = load_data("emnist-letters", tmp_path)
    assert np.array_equal(found.train.images, mnist[:300])
    assert {found.spec.classes[label] for label in found.train.labels} == {"Z"}


@pytest.mark.parametrize(("name", "wrong"), [("emnist-letters", 0), ("emnist-letters", 27), ("kmnist", 10)])
def test_labels_out_of_range_are_refused(name: str, wrong: int, mnist: np.ndarray, tmp_path: Path) -> None:
    labels = np.ones(len(mnist), np.uint8)
    labels[5] = wrong
    write_named(name, tmp_path, mnist, labels)
    with pytest.raises(DataError, match=r"labels from \d to \d+ expected"):
        load_data(name, tmp_path)


@pytest.mark.parametrize("name", ["cats", "absent/cats", "~nobody-of-this-name/x", "a" * 5000, "", "two\nlines"])
def test_an_unknown_name_lists_the_known_ones(name: str, tmp_path: Path) -> None:
    with pytest.raises(
        DataError, match=r"nothing is there, where a folder of pictures.*mnist, .*emnist-letters"
    ) as caught:
        load_data(name, tmp_path)
    assert len(str(caught.value)) < 450
    assert "\n" not in str(caught.value)


def test_no_torch_is_imported_before_it_is_needed() -> None:
    code = "import sys, train.data.load, train.data.inspect; sys.exit('torch' in sys.modules)"
    subprocess.run([sys.executable, "-c", code], cwd=CHECKOUT, check=True)


def test_other_pictures_under_a_known_name_are_said_to_differ(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    load_data("mnist", write_data_dir(tmp_path / "cut", 20, 10))
    assert "its 10 test pictures are not those of mnist as published" in capsys.readouterr().out
    digits = picture_atlas.read_atlas(paths.assets() / "mnist" / "digits.png", 10_000)
    for split in ("train", "t10k"):
        raw = tmp_path / "whole" / "MNIST" / "raw"
        raw.mkdir(parents=True, exist_ok=True)
        (raw / f"{split}-images-idx3-ubyte").write_bytes(idx_bytes(digits))
        (raw / f"{split}-labels-idx1-ubyte").write_bytes(idx_bytes(np.zeros(10_000, np.uint8)))
    load_data("mnist", tmp_path / "whole")
    assert "as published" not in capsys.readouterr().out


def test_gzipped_file_that_unpacks_to_too_much(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(picture_atlas, "LARGEST_IDX", 10_000)
    file = tmp_path / "images.gz"
    file.write_bytes(gzip.compress(idx_bytes(np.zeros((100, 28, 28), np.uint8))))
    with pytest.raises(DataError, match="unpacks to more than 10,000 bytes"):
        picture_atlas.read_idx(file)

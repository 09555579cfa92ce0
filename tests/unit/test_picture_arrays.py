"""Arrays of pictures as people save them: names, splits, shapes, ranges of values, labels, tables."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from train.data.array_names import pairs
from train.data.data_set import DataSet
from train.data.load import load_data
from train.data.own_pictures import OwnPictures, open_pictures
from train.data.reading import Reading
from train.data.value_range import find_range
from vae_explorer import paths
from vae_explorer.errors import DataError
from vae_explorer.storage import model_folder, picture_atlas

COUNT = 150
TRAIN = 100

# What git leaves in the place of a large file.
LFS = "version https://git-lfs.github.com/spec/v1\noid sha256:" + "0" * 64 + "\nsize 2603471\n"


@pytest.fixture(scope="module")
def x() -> np.ndarray:
    """Digits, `(150, 28, 28)` uint8; the highest value among them is 255."""
    return picture_atlas.read_atlas(paths.assets() / "mnist" / "digits.png", COUNT)


@pytest.fixture(scope="module")
def y() -> np.ndarray:
    return model_folder.read(paths.shipped_models() / "mlp-20").codes["label"][:COUNT].astype(np.int64)


def saved(folder: Path, **arrays: np.ndarray) -> Path:
    np.savez(folder / "p.npz", **arrays)
    return folder / "p.npz"


def load(path: Path) -> DataSet:
    return load_data(str(path), path.parent)


def refused(path: Path, expected: str) -> None:
    with pytest.raises(DataError, match=expected) as caught:
        load(path)
    assert str(path) in str(caught.value)
    assert "\n" not in str(caught.value)


def as_given(found: OwnPictures, x: np.ndarray, y: np.ndarray) -> bool:
    """Whether pictures and classes, in order, are those that were saved."""
    names = [found.classes[label] for label in found.labels]
    return np.array_equal(found.to_28x28(), x) and names == [str(label) for label in y]


# --- names and splits ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "names",
    [
        ("images", "labels"),
        ("X", "Y"),
        ("data", "target"),
        ("arr_0", "arr_1"),
        ("arr_1", "arr_0"),
        ("faces", "who"),
        ("pixels", "label"),
    ],
)
def test_pictures_and_labels_by_many_names(
    names: tuple[str, str], x: np.ndarray, y: np.ndarray, tmp_path: Path
) -> None:
    assert as_given(open_pictures(saved(tmp_path, **{names[0]: x, names[1]: y})), x, y)


SPLIT_NAMES = [
    ("x_train", "y_train", "x_test", "y_test"),
    ("X_train", "Y_train", "X_test", "Y_test"),
    ("train_images", "train_labels", "test_images", "test_labels"),
    ("trainImages", "trainLabels", "testImages", "testLabels"),
    ("Xtrain", "ytrain", "Xtest", "ytest"),
    ("training_data", "training_targets", "testing_data", "testing_targets"),
    ("x_tr", "y_tr", "x_te", "y_te"),
    ("train_x", "train_y", "val_x", "val_y"),
]


@pytest.mark.parametrize("names", SPLIT_NAMES)
def test_a_split_of_its_own_is_kept(names: tuple[str, ...], x: np.ndarray, y: np.ndarray, tmp_path: Path) -> None:
    arrays = (x[:TRAIN], y[:TRAIN], x[TRAIN:], y[TRAIN:])
    found = load(saved(tmp_path, **dict(zip(names, arrays, strict=True))))
    label = {picture.tobytes(): str(name) for picture, name in zip(x, y, strict=True)}
    for split, wanted in ((found.train, x[:TRAIN]), (found.test, x[TRAIN:])):
        assert {picture.tobytes() for picture in split.images} == {picture.tobytes() for picture in wanted}
        names_found = [found.spec.classes[index] for index in split.labels]
        assert names_found == [label[picture.tobytes()] for picture in split.images]


def test_medmnist_has_three_splits_and_labels_in_a_column(
    x: np.ndarray, y: np.ndarray, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    arrays = {}
    for split, part in (("train", slice(0, 90)), ("val", slice(90, 110)), ("test", slice(110, None))):
        arrays |= {f"{split}_images": x[part], f"{split}_labels": y[part, None].astype(np.uint8)}
    found = load(saved(tmp_path, **arrays))
    assert (len(found.train.images), len(found.test.images)) == (110, 40)
    assert "110 for training, 40 for testing: the data's own; val is trained on" in capsys.readouterr().out


def test_a_lone_array_of_pictures(x: np.ndarray, tmp_path: Path) -> None:
    assert np.array_equal(open_pictures(saved(tmp_path, anything=x)).to_28x28(), x)
    np.save(tmp_path / "faces.npy", x)
    found = open_pictures(tmp_path / "faces.npy")
    assert np.array_equal(found.to_28x28(), x)
    assert found.classes == ("faces",)


def test_a_set_that_has_pictures_twice_is_read_once(x: np.ndarray, y: np.ndarray, tmp_path: Path) -> None:
    """As scikit-learn's digits, with words beside them, which are not read: they may be Python objects."""
    objects = np.array([{"a": 1}], dtype=object)
    file = saved(tmp_path, data=x.reshape(COUNT, -1), images=x, target=y, target_names=np.arange(10), about=objects)
    assert as_given(open_pictures(file), x, y)


def test_the_best_name_wins() -> None:
    shapes = {"data": (5, 64), "images": (5, 8, 8), "labels": (5,), "y": (5,)}
    (pair,) = pairs(shapes)
    assert (pair.pictures, pair.labels, pair.split) == ("images", "labels", "")


@pytest.mark.parametrize(
    ("arrays", "expected"),
    [
        ({"a": (5, 28, 28), "b": (5, 28, 28)}, r"it holds a \(5, 28, 28\), b \(5, 28, 28\), no images"),
        ({"a": (5, 28, 28), "b": (4,)}, r"it holds a \(5, 28, 28\), b \(4,\), no images"),
        ({"x_train": (5, 28, 28), "y_train": (5,), "x_test": (5, 28, 28)}, "x_test has no labels, and the others"),
        ({"images": (28, 28, 5), "labels": (6,)}, r"labels are float64 \(6,\), 28 whole numbers or names expected"),
        ({"images": (5, 3071)}, r"images are \(5, 3071\); \(N, height"),
        ({"images": (5, 3072)}, r"perhaps rows in colour. Save them as \(N, 32, 32, 3\): images.reshape"),
        ({"images": (5, 28, 28, 28)}, r"images are \(5, 28, 28, 28\)"),
        ({}, "it holds nothing, no images"),
        (
            dict.fromkeys(("data", "indices", "indptr", "shape", "format"), (5,)),
            r"a sparse matrix .*matrix.toarray\(\)",
        ),
    ],
)
def test_arrays_that_do_not_fit_are_named(arrays: dict[str, tuple[int, ...]], expected: str, tmp_path: Path) -> None:
    refused(saved(tmp_path, **{name: np.zeros(shape) for name, shape in arrays.items()}), expected)


# --- shapes --------------------------------------------------------------------------------------------------------


FLAT: dict[str, Callable[[np.ndarray], np.ndarray]] = {
    "rows": lambda p: p.reshape(len(p), 784),
    "rows in a column": lambda p: p.reshape(len(p), 784, 1),
    "rows in a row": lambda p: p.reshape(len(p), 1, 784),
    "fortran": lambda p: np.asfortranarray(p.reshape(len(p), 784)),
}


@pytest.mark.parametrize("kind", FLAT)
def test_rows_of_784(kind: str, x: np.ndarray, y: np.ndarray, tmp_path: Path) -> None:
    assert as_given(open_pictures(saved(tmp_path, images=FLAT[kind](x), labels=y)), x, y)


# MATLAB's order, with the pictures along the last axis.
LAST: dict[str, Callable[[np.ndarray], np.ndarray]] = {
    "grey": lambda p: np.moveaxis(p, 0, -1),
    "colour": lambda p: np.moveaxis(np.stack([p] * 3, axis=-1), 0, -1),
    "columns": lambda p: p.reshape(len(p), 784).T,
}


@pytest.mark.parametrize("kind", LAST)
def test_labels_say_which_axis_is_that_of_pictures(
    kind: str, x: np.ndarray, y: np.ndarray, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = saved(tmp_path, X=LAST[kind](x), y=y)
    assert as_given(open_pictures(file), x, y)
    load(file)
    assert re.search(r"shape +X \(.*, 150\) taken as \(150, 28, 28", capsys.readouterr().out)


def test_arrays_that_are_not_read_are_said(
    x: np.ndarray, y: np.ndarray, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    load(saved(tmp_path, X=x, y=y, Xt=x[:5], yt=y[:5], x_extra=x, z=y, zz=y))
    assert "left out   Xt, x_extra, yt and 2 more: not taken for pictures" in capsys.readouterr().out


def test_records_are_told_what_to_be(x: np.ndarray, y: np.ndarray, tmp_path: Path) -> None:
    records = np.zeros(COUNT, [("image", np.uint8, (28, 28)), ("label", np.int64)])
    refused(
        saved(tmp_path, images=records), r"images are records \(image, label\). Save it .*, each an array of its own"
    )


# --- ranges of values ----------------------------------------------------------------------------------------------


UNIT: Callable[[np.ndarray], np.ndarray] = lambda p: p.astype(np.float64) / 255  # noqa: E731

# Another way to store bytes, and how far each may come back from them.
STORED: dict[str, tuple[Callable[[np.ndarray], np.ndarray], float]] = {
    "floats to 255": (lambda p: p.astype(np.float32), 0),
    "floats to 1": (UNIT, 0),
    "half floats": (lambda p: UNIT(p).astype(np.float16), 0),
    "minus one to one": (lambda p: (2 * UNIT(p) - 1).astype(np.float32), 0),
    "minus a half to a half": (lambda p: UNIT(p) - 0.5, 0),
    "standardised": (lambda p: (UNIT(p) - 0.1307) / 0.3081, 0),
    "sixteen": (lambda p: np.rint(16 * UNIT(p)), 8),
    "sixteen, bytes": (lambda p: np.rint(16 * UNIT(p)).astype(np.uint8), 8),
    "12 bits in 16": (lambda p: np.rint(4095 * UNIT(p)).astype(np.uint16), 0),
    "16 bits": (lambda p: p.astype(np.uint16) * 257, 0),
    "32 bits": (lambda p: p.astype(np.uint32) * 16_843_009, 0),
    "bytes in 64 bits": (lambda p: p.astype(">i8"), 0),
    "overshot": (lambda p: UNIT(p) * 1.1 - 0.05, 14),
}


@pytest.mark.parametrize("kind", STORED)
def test_values_of_any_range(kind: str, x: np.ndarray, tmp_path: Path) -> None:
    change, most = STORED[kind]
    found = open_pictures(saved(tmp_path, images=change(x))).to_28x28()
    assert np.abs(found.astype(int) - x).max() <= most
    assert (found.min(), found.max()) == (0, 255)


@pytest.mark.parametrize("dtype", [bool, np.uint8, np.int64, np.float32])
def test_zero_and_one_are_black_and_white_and_that_is_said(
    dtype: type, x: np.ndarray, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    found = load(saved(tmp_path, images=(x > 127).astype(dtype)))
    assert set(np.unique(found.train.images)) == {0, 255}
    assert "0…1, scaled so that 0 is black and 1 white" in capsys.readouterr().out


def test_a_range_is_of_all_splits(x: np.ndarray, tmp_path: Path) -> None:
    """A dark training split is not made brighter than a bright test split."""
    found = load(saved(tmp_path, x_train=x[:TRAIN] // 4, x_test=x[TRAIN:]))
    assert found.train.images.max() == 63
    assert found.test.images.max() == 255


def test_a_split_of_another_scale_is_refused(x: np.ndarray, tmp_path: Path) -> None:
    """Only one was divided by 255: its pictures would be black."""
    refused(
        saved(tmp_path, x_train=x[:TRAIN] / 255, x_test=x[TRAIN:]),
        "images for train reach 1, others 255; one scale for all expected",
    )


def test_dim_bytes_stay_as_they_are() -> None:
    found = find_range(3, 200)
    assert found is not None
    assert found.to_bytes(np.array([3, 200], np.uint8)).tolist() == [3, 200]
    assert found.words() == "3…200 of 0…255"


def test_signed_bytes_are_refused(x: np.ndarray, tmp_path: Path) -> None:
    refused(saved(tmp_path, images=x.view(np.int8)), "images go from -128 to 127; bytes 0…255")


def test_image_files_have_a_range_too(x: np.ndarray, tmp_path: Path) -> None:
    """Masks, twelve bits in sixteen, and floats, each kind by the highest value of all its files."""
    for kind, suffix, change in (
        ("mask", "png", lambda p: (p > 127).astype(np.uint8)),
        ("twelve", "tiff", lambda p: np.rint(4095 * UNIT(p)).astype(np.uint16)),
        ("floats", "tif", lambda p: UNIT(p).astype(np.float32)),
        ("scanner", "tiff", lambda p: p.astype(np.int32) * 1_000_000),
    ):
        (tmp_path / kind).mkdir()
        for index, picture in enumerate(x[:40]):
            Image.fromarray(change(picture)).save(tmp_path / kind / f"{index:03}.{suffix}")
        found = open_pictures(tmp_path / kind).to_28x28()
        wanted = np.where(x[:40] > 127, 255, 0) if kind == "mask" else x[:40]
        assert np.array_equal(found, wanted), kind


@pytest.mark.parametrize(("dtype", "ink"), [(np.uint8, 1), (np.uint16, 4095), (np.float32, 0.25)])
def test_a_large_file_of_any_range_looks_like_a_small_one(dtype: type, ink: float, tmp_path: Path) -> None:
    """One that is shrunk before its range is known."""
    for side in (2240, 280):
        (tmp_path / str(side)).mkdir()
        drawing = np.zeros((side, side), dtype)
        drawing[side // 4 : side // 2, side // 4 : side // 2] = ink
        Image.fromarray(drawing).save(tmp_path / str(side) / "x.tiff")
    (large,), (small,) = (open_pictures(tmp_path / str(side)).to_28x28() for side in (2240, 280))
    assert small.max() == 255
    assert np.abs(large.astype(int) - small).max() <= 12


def test_a_colour_mask_keeps_its_opacity(tmp_path: Path) -> None:
    ink = np.zeros((30, 30, 4), np.uint8)
    ink[10:20, 10:20] = (1, 1, 1, 255)
    Image.fromarray(ink).save(tmp_path / "x.png")
    (picture,) = open_pictures(tmp_path).to_28x28()
    assert (picture[14, 14], picture[0, 0]) == (255, 0)


def test_files_of_two_depths_look_alike(x: np.ndarray, tmp_path: Path) -> None:
    Image.fromarray(x[0]).save(tmp_path / "a.png")
    Image.fromarray(x[0].astype(np.uint16) * 257).save(tmp_path / "b.png")
    first, second = open_pictures(tmp_path).to_28x28()
    assert np.array_equal(first, second)


# --- dark on light -------------------------------------------------------------------------------------------------


def test_all_pictures_are_inverted_or_none(x: np.ndarray, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    mixed = np.concatenate([255 - x[:110], x[110:]])
    file = saved(tmp_path, images=mixed)
    assert np.array_equal(open_pictures(file).to_28x28(), 255 - mixed)
    load(file)
    assert "73% have a bright background; all are inverted" in capsys.readouterr().out
    assert np.array_equal(open_pictures(file, Reading(invert=False)).to_28x28(), mixed)
    bright = saved(tmp_path, images=x)
    assert np.array_equal(open_pictures(bright, Reading(invert=True)).to_28x28(), 255 - x)


def test_one_backdrop_for_all_transparent_pictures(tmp_path: Path) -> None:
    """Two dark drawings and a bright one, on nothing: behind all of them is white, which becomes black."""
    for name, ink in (("a", 0), ("b", 10), ("c", 250)):
        drawing = np.zeros((30, 30, 4), np.uint8)
        drawing[10:20, 10:20] = (ink, ink, ink, 255)
        Image.fromarray(drawing).save(tmp_path / f"{name}.png")
    pictures = open_pictures(tmp_path).to_28x28()
    assert pictures[:, 0, 0].tolist() == [0, 0, 0]
    assert pictures[:, 14, 14].tolist() == [255, 245, 5]


# --- labels --------------------------------------------------------------------------------------------------------


LABELS: dict[str, Callable[[np.ndarray], np.ndarray]] = {
    "whole floats": lambda y: y.astype(np.float32),
    "a column": lambda y: y[:, None],
    "a column of floats": lambda y: y[:, None].astype(np.float64),
    "a row": lambda y: y[None],
    "one-hot": lambda y: np.eye(10, dtype=np.float32)[y],
    "one-hot, bool": lambda y: np.eye(10, dtype=bool)[y],
    "one-hot, bytes": lambda y: np.eye(10, dtype=np.uint8)[y],
    "texts": lambda y: y.astype(str),
    "bytes": lambda y: y.astype("S3"),
}


@pytest.mark.parametrize("kind", LABELS)
def test_labels_of_many_kinds(kind: str, x: np.ndarray, y: np.ndarray, tmp_path: Path) -> None:
    assert as_given(open_pictures(saved(tmp_path, images=x, labels=LABELS[kind](y))), x, y)


def test_names_that_are_numbers_are_in_their_order(x: np.ndarray, y: np.ndarray, tmp_path: Path) -> None:
    found = open_pictures(saved(tmp_path, images=x, labels=(y + 5).astype(str)))
    assert found.classes == tuple(map(str, range(5, 15)))


def test_names_that_look_alike_are_one_class(x: np.ndarray, tmp_path: Path) -> None:
    labels = np.array(["e\u0301te\u0301", "été", " été "])[np.arange(COUNT) % 3]
    assert open_pictures(saved(tmp_path, images=x, labels=labels)).classes == ("été",)


def test_a_masked_array_is_a_pickle(x: np.ndarray, tmp_path: Path) -> None:
    np.ma.masked_less(x, 9).dump(tmp_path / "p.npy")
    refused(tmp_path / "p.npy", "a pickle, which may be a program and is not read")


def test_objects_of_python_are_named(x: np.ndarray, y: np.ndarray, tmp_path: Path) -> None:
    """As pandas makes names of classes, and numpy a dict."""
    refused(
        saved(tmp_path, images=x, labels=y.astype(str).astype(object)),
        r"'labels' holds objects of Python, .* names as labels.astype\(str\)",
    )
    np.save(tmp_path / "p.npy", np.array({"images": x, "labels": y}, dtype=object))
    refused(tmp_path / "p.npy", "'images' holds objects of Python")


@pytest.mark.parametrize("name", ["p.npz", "p.npy"])
def test_what_stands_for_a_file_is_named(name: str, tmp_path: Path) -> None:
    (tmp_path / name).write_text(LFS)
    refused(tmp_path / name, "this is a Git LFS pointer, .* git lfs pull")


def test_half_of_a_file(x: np.ndarray, tmp_path: Path) -> None:
    file = saved(tmp_path, images=x)
    file.write_bytes(file.read_bytes()[:1000])
    refused(file, "damaged, or cut short. Download it again")


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("mnist.parquet", r"Open it with pandas.read_parquet\(FILE\); then: save it with numpy.savez\(FILE"),
        ("mnist.pkl", "Open it with pickle.load, if you trust it"),
        ("usps.h5", "Open it with h5py.File"),
        ("train_32x32.mat", "Open it with scipy.io.loadmat"),
        ("training.pt", "Open it with torch.load"),
        ("digits.xlsx", "Save it as CSV"),
        ("a.png", "one picture. Name the folder that it lies in"),
        ("a.HEIC", "Save it as PNG, and name the folder"),
        ("digits.zip", "Unpack it first: python -m zipfile -e digits.zip FOLDER, and name"),
        ("digits.tar.gz", "Unpack it first: tar -xf digits.tar.gz, and name"),
        ("train.csv.xz", "Unpack it first, and name"),
        ("train-images-idx3-ubyte.gz", "read with --data mnist"),
        ("anything", "If it is a picture, give it a suffix"),
        ("any.thing", r"Save it with numpy.savez\(FILE"),
    ],
)
def test_files_of_other_kinds_are_told_what_to_be(name: str, expected: str, tmp_path: Path) -> None:
    (tmp_path / name).write_bytes(b"PAR1")
    refused(tmp_path / name, f"an .npz, .npy or .csv was expected. .*{expected}")


@pytest.mark.parametrize(
    ("labels", "expected"),
    [
        (np.full((COUNT, 4), 0.25), "not one-hot"),
        (np.ones((COUNT, 3), np.uint8), "not one-hot"),
        (np.where(np.arange(COUNT) < 3, np.nan, 1), r"no whole numbers \(3 of them are NaN\)"),
        (np.where(np.arange(COUNT) < 3, " ", "cat"), "3 of 150 labels are empty"),
        (np.full(COUNT, 1.5), "no whole numbers"),
        (np.zeros(COUNT, complex), "labels are complex128"),
        (np.zeros(COUNT, "datetime64[s]"), "labels are datetime64"),
    ],
)
def test_labels_that_are_none_are_refused(labels: np.ndarray, expected: str, x: np.ndarray, tmp_path: Path) -> None:
    refused(saved(tmp_path, images=x, labels=labels), expected)

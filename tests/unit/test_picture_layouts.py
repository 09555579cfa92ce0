"""Folders of pictures as people have them: nested, linked, split, with files that cannot be read."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from train.data import folder_walk
from train.data.load import load_data
from train.data.other_formats import PICTURES
from train.data.own_pictures import open_pictures
from train.data.reading import Reading
from vae_explorer import paths
from vae_explorer.errors import DataError
from vae_explorer.storage import picture_atlas

HEIC = b"\0\0\0\x24ftypheic\0\0\0\0mif1heic" + bytes(200)


@pytest.fixture(scope="module")
def mnist() -> np.ndarray:
    return picture_atlas.read_atlas(paths.assets() / "mnist" / "digits.png", 400)


def save(folder: Path, pictures: np.ndarray, suffix: str = ".png") -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for index, picture in enumerate(pictures):
        Image.fromarray(picture).save(folder / f"{index:03}{suffix}")


def counts(folder: Path) -> dict[str, int]:
    """How many pictures each class has."""
    found = open_pictures(folder)
    return dict(zip(found.classes, np.bincount(found.labels).tolist(), strict=True))


def refused(path: Path, expected: str, reading: Reading | None = None) -> None:
    with pytest.raises(DataError, match=expected) as caught:
        load_data(str(path), path, *([reading] if reading else []))
    assert str(path) in str(caught.value)
    assert "\n" not in str(caught.value)


# --- classes -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("above", ["p", "p/p", "p/My Digits (1)/data/images"])
def test_an_archive_unpacked_into_folders_of_its_own(above: str, mnist: np.ndarray, tmp_path: Path) -> None:
    for name, part in (("A", 3), ("B", 4), ("C", 5)):
        save(tmp_path / above / name, mnist[:part])
    (tmp_path / "p" / "readme.txt").write_text("no picture")
    save(tmp_path / "p" / "__MACOSX" / "A", mnist[:2])
    assert counts(tmp_path / "p") == {"A": 3, "B": 4, "C": 5}


def test_folders_whose_names_look_alike_are_one_class(mnist: np.ndarray, tmp_path: Path) -> None:
    """A Mac writes letters and accents apart."""
    save(tmp_path / "e\u0301te\u0301", mnist[:3])
    save(tmp_path / "été", mnist[3:5])
    save(tmp_path / "hiver", mnist[5:6])
    assert counts(tmp_path) == {"hiver": 1, "été": 5}


def test_one_class_keeps_its_name_below_folders(mnist: np.ndarray, tmp_path: Path) -> None:
    save(tmp_path / "p" / "data" / "cats", mnist[:3])
    assert counts(tmp_path / "p") == {"cats": 3}


@pytest.mark.parametrize(
    ("first", "second"),
    [("train", "test"), ("Training", "Testing"), ("TRAIN", "t10k"), ("train_set", "valid"), ("train-images", "val")],
)
def test_a_split_of_its_own_is_kept(first: str, second: str, mnist: np.ndarray, tmp_path: Path) -> None:
    for name, start in (("1", 0), ("10", 200)):
        save(tmp_path / "p" / "p" / first / name, mnist[start : start + 100])
        save(tmp_path / "p" / "p" / second / name, mnist[start + 100 : start + 120])
    found = load_data(str(tmp_path / "p"), tmp_path)
    assert found.spec.classes == ("1", "10")
    wanted = {picture.tobytes() for start in (100, 300) for picture in mnist[start : start + 20]}
    assert {picture.tobytes() for picture in found.test.images} == wanted
    assert np.bincount(found.train.labels).tolist() == [100, 100]


def test_val_is_trained_on_where_there_is_a_test(
    mnist: np.ndarray, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    save(tmp_path / "train", mnist[:100])
    save(tmp_path / "val", mnist[100:130])
    save(tmp_path / "test", mnist[130:150])
    found = load_data(str(tmp_path), tmp_path)
    assert (len(found.train.images), len(found.test.images)) == (130, 20)
    assert "130 for training, 20 for testing: the data's own; val is trained on" in capsys.readouterr().out


def test_split_folders_inside_classes(mnist: np.ndarray, tmp_path: Path) -> None:
    for name, start in (("A", 0), ("B", 200)):
        save(tmp_path / name / "train", mnist[start : start + 100])
        save(tmp_path / name / "test", mnist[start + 100 : start + 120])
    found = load_data(str(tmp_path), tmp_path)
    assert found.spec.classes == ("A", "B")
    assert np.bincount(found.test.labels).tolist() == [20, 20]


def test_copies_in_both_halves_of_a_split_are_said(
    mnist: np.ndarray, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    save(tmp_path / "train", mnist[:120])
    save(tmp_path / "test", mnist[100:150])
    found = load_data(str(tmp_path), tmp_path)
    assert (len(found.train.images), len(found.test.images)) == (120, 50)
    assert "20 test pictures are copies of training pictures" in capsys.readouterr().out


def test_split_folders_with_the_name_of_the_set(mnist: np.ndarray, tmp_path: Path) -> None:
    """Each an archive of its own, unpacked into a folder of its own."""
    for split, part in (("signs_train", slice(0, 150)), ("signs_test", slice(150, 200))):
        save(tmp_path / "p" / split / split / "a", mnist[part][::2])
        save(tmp_path / "p" / split / split / "b", mnist[part][1::2])
    data = load_data(str(tmp_path / "p"), tmp_path)
    assert data.spec.classes == ("a", "b")
    assert (len(data.train.labels), len(data.test.labels)) == (150, 50)
    save(tmp_path / "q" / "bullet_train", mnist[:3])
    save(tmp_path / "q" / "car", mnist[3:5])
    assert counts(tmp_path / "q") == {"bullet_train": 3, "car": 2}


def test_the_files_of_a_named_set_are_told_how_to_be_read(tmp_path: Path) -> None:
    for name in ("train-images-idx3-ubyte.gz", "train-labels-idx1-ubyte.gz"):
        (tmp_path / name).write_bytes(b"\x1f\x8b")
    refused(tmp_path, "read with --data mnist, .* and their folder: --data-dir")


def test_a_class_may_be_called_test(mnist: np.ndarray, tmp_path: Path) -> None:
    save(tmp_path / "cat", mnist[:2])
    save(tmp_path / "test", mnist[2:5])
    assert counts(tmp_path) == {"cat": 2, "test": 3}


def test_layouts_that_say_two_things_are_refused(mnist: np.ndarray, tmp_path: Path) -> None:
    save(tmp_path / "a" / "train" / "cats", mnist[:2])
    save(tmp_path / "a" / "test", mnist[:2])
    refused(tmp_path / "a", "pictures for test lie in no folder of a class, others do")
    save(tmp_path / "b" / "train", mnist[:2])
    save(tmp_path / "b" / "test", mnist[:2])
    save(tmp_path / "b" / "extra", mnist[:2])
    refused(tmp_path / "b", "the folder 'extra' lies beside those of training and test pictures")
    save(tmp_path / "c" / "train", mnist[:120])
    save(tmp_path / "c" / "test", mnist[120:125])
    refused(tmp_path / "c", "5 test pictures found, at least 10 expected")


def test_folders_inside_those_of_classes_are_said(
    mnist: np.ndarray, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for index, name in enumerate(("Greek/alpha", "Greek/beta", "Latin/a", "Latin/b")):
        save(tmp_path / "p" / name, mnist[30 * index : 30 * index + 30])
    assert load_data(str(tmp_path / "p"), tmp_path).spec.classes == ("Greek", "Latin")
    assert "folders    4 inside those of classes count as these: Greek/alpha, Greek/beta, Latin/a and 1 more" in (
        capsys.readouterr().out
    )


def test_what_systems_leave_is_no_class(mnist: np.ndarray, tmp_path: Path) -> None:
    save(tmp_path / "A", mnist[:3])
    for name in ("@eaDir", "#recycle", "__pycache__", "_vti_cnf", ".ipynb_checkpoints"):
        save(tmp_path / name, mnist[:1])
    (tmp_path / "A" / "~$x.png").write_bytes(b"open")
    (tmp_path / "A" / "ehthumbs.db").write_bytes(b"")
    found = open_pictures(tmp_path)
    assert (found.classes, len(found.labels), found.unreadable, found.source.skipped) == (("A",), 3, (), ())


# --- links ---------------------------------------------------------------------------------------------------------


def test_links_are_followed_and_lead_in_no_circle(mnist: np.ndarray, tmp_path: Path) -> None:
    save(tmp_path / "elsewhere" / "B", mnist[:4])
    save(tmp_path / "elsewhere" / "single", mnist[:1])
    save(tmp_path / "p" / "A", mnist[:3])
    (tmp_path / "p" / "B").symlink_to(Path("..") / "elsewhere" / "B")
    (tmp_path / "p" / "A" / "one.png").symlink_to(tmp_path / "elsewhere" / "single" / "000.png")
    (tmp_path / "p" / "A" / "round").symlink_to(tmp_path / "p")
    (tmp_path / "p" / "B" / "up").symlink_to(tmp_path)  # holds all of it
    (tmp_path / "p" / "A" / "itself").symlink_to("itself")
    assert counts(tmp_path / "p") == {"A": 4, "B": 4}


def test_nothing_is_counted_twice(mnist: np.ndarray, tmp_path: Path) -> None:
    save(tmp_path / "p" / "B", mnist[:3])
    save(tmp_path / "elsewhere", mnist[:2])
    (tmp_path / "p" / "A").symlink_to("B")  # before it in order
    (tmp_path / "p" / "B" / "again.png").symlink_to("000.png")
    (tmp_path / "p" / "C").symlink_to(tmp_path / "elsewhere")
    (tmp_path / "p" / "D").symlink_to(tmp_path / "elsewhere")
    (tmp_path / "p" / "B" / "of C.png").symlink_to(tmp_path / "elsewhere" / "000.png")
    assert counts(tmp_path / "p") == {"B": 3, "C": 2}


def test_links_to_files_without_a_suffix(mnist: np.ndarray, tmp_path: Path) -> None:
    """As version control of data keeps them, in a folder beside those of classes."""
    save(tmp_path / "p" / "blobs", mnist[:3])
    for index, file in enumerate(sorted((tmp_path / "p" / "blobs").iterdir())):
        blob = file.rename(file.with_suffix(""))
        link = tmp_path / "p" / "AB"[index % 2] / f"{index}.png"
        link.parent.mkdir(exist_ok=True)
        link.symlink_to(blob)
    assert counts(tmp_path / "p") == {"A": 2, "B": 1}


def test_a_data_set_that_is_a_link_itself(mnist: np.ndarray, tmp_path: Path) -> None:
    save(tmp_path / "real" / "A", mnist[:3])
    (tmp_path / "p").symlink_to("real")
    assert counts(tmp_path / "p") == {"A": 3}


def test_too_many_files(mnist: np.ndarray, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(folder_walk, "MOST_FILES", 10)
    save(tmp_path / "p", mnist[:11])
    refused(tmp_path / "p", "more than 10 files found")


# --- files that cannot be read -------------------------------------------------------------------------------------


def with_a_class_of_heic(folder: Path, mnist: np.ndarray) -> Path:
    save(folder / "A", mnist[:70])
    save(folder / "B", mnist[70:140])
    (folder / "C").mkdir()
    for index in range(70):
        (folder / "C" / f"IMG_{index:04}.HEIC").write_bytes(HEIC)
    return folder


def test_a_class_of_another_kind_is_not_lost_in_silence(
    mnist: np.ndarray, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = with_a_class_of_heic(tmp_path / "p", mnist)
    (folder / "A" / "Thumbs.db").write_bytes(b"")
    (folder / "A" / "list.txt").write_text("000.png")
    refused(folder, r"no picture that can be read in class C \(70 of kind .heic\).*--skip-unreadable")
    shown = capsys.readouterr().out
    assert "class C (70 of kind .heic) has no picture that can be read" in shown, "the table comes before the error"
    assert "70 of kind .heic: C/IMG_0000.HEIC, C/IMG_0001.HEIC, C/IMG_0002.HEIC and 67 more" in shown
    assert "1 of kind .txt: A/list.txt" in shown
    assert "Thumbs" not in shown
    found = load_data(str(folder), tmp_path, Reading(skip_unreadable=True))
    assert found.spec.classes == ("A", "B")
    assert len(found.train.images) + len(found.test.images) == 140


def test_a_class_that_is_lost_in_one_split(mnist: np.ndarray, tmp_path: Path) -> None:
    save(tmp_path / "train" / "A", mnist[:60])
    save(tmp_path / "train" / "B", mnist[60:120])
    save(tmp_path / "test" / "A", mnist[120:150])
    (tmp_path / "test" / "B").mkdir()
    (tmp_path / "test" / "B" / "a.avif").write_bytes(b"no picture")
    refused(tmp_path, r"no picture that can be read in class B in test \(1 of kind .avif\)")


def test_a_folder_of_documents_is_no_class(mnist: np.ndarray, tmp_path: Path) -> None:
    save(tmp_path / "A", mnist[:60])
    save(tmp_path / "B", mnist[60:120])
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs" / "licence.txt").write_text("free")
    assert load_data(str(tmp_path), tmp_path).spec.classes == ("A", "B")


def test_all_unreadable_files_are_listed_at_once(
    mnist: np.ndarray, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "p"
    save(folder / "A", mnist[:120])
    save(folder / "B", mnist[120:123])
    for index in range(12):
        (folder / "A" / f"{index:03}.png").write_bytes(b"<html>")
    for index in range(3):
        (folder / "B" / f"{index:03}.png").write_bytes(b"")
    (folder / "A" / "gone.png").symlink_to("nowhere")
    with pytest.raises(DataError) as caught:
        load_data(str(folder), tmp_path)
    message = str(caught.value)
    assert f"{folder}: 16 of 124 pictures cannot be read: A/000.png: a web page" in message
    assert message.count("a web page") == 10
    assert "; and 6 more" in message
    assert "no picture that can be read in class B (3 unreadable)" in message
    assert "16: A/000.png: " in capsys.readouterr().out
    found = load_data(str(folder), tmp_path, Reading(skip_unreadable=True))
    assert found.spec.classes == ("A",)
    assert {picture.tobytes() for picture in np.concatenate([found.train.images, found.test.images])} == {
        picture.tobytes() for picture in mnist[12:120]
    }


def test_a_folder_without_one_picture_that_can_be_read(tmp_path: Path) -> None:
    (tmp_path / "p").mkdir()
    (tmp_path / "p" / "a.HEIC").write_bytes(HEIC)
    refused(tmp_path / "p", r"no pictures found, but files: 1 of kind .heic \(a.HEIC\)")
    (tmp_path / "q").mkdir()
    (tmp_path / "q" / "train.csv").write_text("1,2")
    refused(tmp_path / "q", "Name the file itself")
    (tmp_path / "q" / "train.csv").rename(tmp_path / "q" / "data.parquet")
    (tmp_path / "q" / "a.json").write_text("{}")
    (tmp_path / "q" / "b.json").write_text("{}")
    refused(tmp_path / "q", r"1 of kind .parquet \(data.parquet\). Open it with pandas.read_parquet")
    (tmp_path / "r").mkdir()
    (tmp_path / "r" / "a.png").write_bytes(b"")
    refused(tmp_path / "r", "1 of 1 pictures cannot be read", Reading(skip_unreadable=True))


def test_a_place_that_may_not_be_looked_at(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Whoever runs the tests may look anywhere, perhaps."""

    def no(self: Path, **_: object) -> bool:
        raise PermissionError(13, "Permission denied", str(self))

    monkeypatch.setattr(Path, "exists", no)
    refused(tmp_path / "p", r"cannot be read \(Permission denied\)")


def test_every_suffix_is_read(tmp_path: Path) -> None:
    kinds = {"jpe": "JPEG", "jfif": "JPEG", "pbm": "PPM", "pnm": "PPM"}
    for suffix in PICTURES:
        mode = "1" if suffix == ".pbm" else "L"
        Image.new(mode, (30, 30)).save(tmp_path / f"x{suffix}", kinds.get(suffix[1:]))
    assert len(open_pictures(tmp_path).labels) == len(PICTURES)

"""Classes of pictures that lie in no folders of classes: from a table beside them, or from their names."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from train.data.load import load_data
from train.data.own_pictures import open_pictures

from .test_picture_layouts import counts, mnist, refused, save

__all__ = ["mnist"]  # a fixture


def classes_of(folder: Path, mnist: np.ndarray) -> list[str]:
    """The class of each of `mnist`'s pictures that is in `folder`, by the pixels."""
    found = open_pictures(folder)
    names = (found.classes[label] for label in found.labels)
    by_pixels = {picture.tobytes(): name for picture, name in zip(found.to_28x28(), names, strict=True)}
    return [by_pixels[picture.tobytes()] for picture in mnist if picture.tobytes() in by_pixels]


LISTS = {
    "labels.csv": ("filename,label\n", "{0:03}.png,{1}\n"),
    "train.csv": ("id,digit\n", "{0:03},{1}\n"),
    "labels.tsv": ("", "images/{0:03}.png\t{1}\n"),
    "labels.txt": ("", "{0:03}.png {1}\n"),
    "more.csv": ("index;file;class;width\n", "{0};images\\{0:03}.png;{1};28\n"),
    "moved.csv": ("path,label\n", "C:\\data\\{0:03}.PNG,{1}\n"),
    "_classes.csv": ("filename, a, b, c\n", "{0:03}.png, {2}\n"),
}


@pytest.mark.parametrize("name", LISTS)
@pytest.mark.parametrize("place", ["", "images"])
def test_labels_in_a_table_beside_pictures(name: str, place: str, mnist: np.ndarray, tmp_path: Path) -> None:
    save(tmp_path / "p" / "images", mnist[:30])
    first, row = LISTS[name]
    one_hot = ("1, 0, 0", "0, 1, 0", "0, 0, 1")
    text = first + "".join(row.format(index, "abc"[index % 3], one_hot[index % 3]) for index in range(30))
    if place and "images" in row:
        text = text.replace("images/", "./").replace("images\\", "")
    (tmp_path / "p" / place / name).write_text(text)
    assert classes_of(tmp_path / "p", mnist) == ["abc"[index % 3] for index in range(30)]


def test_a_table_of_each_split(mnist: np.ndarray, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The same names in both, and other documents beside."""
    for split, start in (("train", 0), ("test", 100)):
        save(tmp_path / split, mnist[start : start + 100])
        rows = "".join(f"{index:03}.png,{'ab'[(index + start // 100) % 2]}\n" for index in range(100))
        (tmp_path / split / "labels.csv").write_text("file,label\n" + rows)
    (tmp_path / "notes.txt").write_text("About these pictures\n\nThey are few\n")
    found = load_data(str(tmp_path), tmp_path)
    assert (found.spec.classes, len(found.train.labels), len(found.test.labels)) == (("a", "b"), 100, 100)
    assert "labels     of labels.csv, column label" in capsys.readouterr().out
    wanted = [*(index % 2 for index in range(100)), *((index + 1) % 2 for index in range(100))]
    assert classes_of(tmp_path, mnist[:200]) == ["ab"[index] for index in wanted]


def test_a_table_without_a_column_of_classes_is_said(mnist: np.ndarray, tmp_path: Path) -> None:
    save(tmp_path, mnist[:20])
    note = ("labels", "a.csv names these pictures, but no column of it is called `label`")
    for row in ("{0:03}.png,{0},b\n", "{0:03}.png\n"):
        (tmp_path / "a.csv").write_text("".join(row.format(index) for index in range(20)))
        assert (open_pictures(tmp_path).source.notes, len(open_pictures(tmp_path).classes)) == ((note,), 1)


def test_notes_on_single_pictures_are_no_tables(mnist: np.ndarray, tmp_path: Path) -> None:
    """As detectors of objects have them: a class and a box in a file beside each picture."""
    folder = tmp_path / "p"
    folder.mkdir()
    for index in range(30):
        Image.fromarray(mnist[index]).save(folder / f"{index}.png")
        (folder / f"{index}.txt").write_text(f"{index % 10} 0.5 0.5 1 1\n")
    (folder / "readme.csv").write_text("These are\ndigits, as\n7, 8\nand others\n")
    assert open_pictures(folder).source.notes == ()


def test_tables_that_leave_out_or_contradict_are_refused(mnist: np.ndarray, tmp_path: Path) -> None:
    save(tmp_path, mnist[:30])
    (tmp_path / "a.csv").write_text("file,label\n" + "".join(f"{index:03}.png,x\n" for index in range(25)))
    refused(tmp_path, "5 of 30 pictures are not in the table a.csv, column label, the first 025.png. Add them")
    (tmp_path / "b.csv").write_text("file,label\n" + "".join(f"{index:03}.png,y\n" for index in range(30)))
    refused(tmp_path, "a.csv has 000.png in class 'x', b.csv in 'y'. Move one away")
    (tmp_path / "a.csv").write_text(
        "file,label\n" + "".join(f"{index:03}.png,{'' if index else 'x'}\n" for index in range(30))
    )
    refused(tmp_path, "a.csv: 001.png has no label")


PATTERNS = (
    "{1}_{0:04}.png", "digit_{1}_{0}.png", "Class{1}-{0}.png", "{1} ({0}).png", "{2}.{0}.png", "{2}{0}.png",
    "{2}-{0}.PNG",
)  # fmt: skip


@pytest.mark.parametrize("pattern", PATTERNS)
def test_labels_in_names(pattern: str, mnist: np.ndarray, tmp_path: Path) -> None:
    wanted = []
    for index, picture in enumerate(mnist[:40]):
        number, word = str(index % 11), ("cat", "dog")[index % 2]
        wanted.append(number if "{1}" in pattern else word)
        Image.fromarray(picture).save(tmp_path / pattern.format(index, number, word))
    assert classes_of(tmp_path, mnist) == wanted


@pytest.mark.parametrize(
    "pattern", ["img_{0}.png", "{0}.png", "{1}.png", "train_{0}_3.png", "{2}_{0}.png", "a b c {0}.png"]
)
def test_names_that_say_no_class(pattern: str, mnist: np.ndarray, tmp_path: Path) -> None:
    folder = tmp_path / "p"
    folder.mkdir()
    for index, picture in enumerate(mnist[:40]):
        Image.fromarray(picture).save(folder / pattern.format(index, index + 1000, ("train", "test")[index % 2]))
    assert counts(folder) == {"p": 40}

"""Tables of pictures, a row each, as people have them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from train.data import csv_pictures
from train.data.own_pictures import open_pictures

from .test_picture_arrays import LFS, as_given, refused, x, y

__all__ = ["x", "y"]  # fixtures


HEADER = ["label", *(f"pixel{index}" for index in range(784))]


def table(x: np.ndarray, y: np.ndarray) -> list[list[str]]:
    return [[str(label), *map(str, picture.reshape(-1))] for picture, label in zip(x, y, strict=True)]


def text(rows: list[list[str]], separator: str = ",") -> str:
    return "\n".join(separator.join(row) for row in rows)


TABLES: dict[str, Callable[[list[list[str]]], str]] = {
    "Kaggle's": lambda rows: text([HEADER, *rows]) + "\n",
    "without a header": text,
    "semicolons": lambda rows: text([HEADER, *rows], ";"),
    "tabs": lambda rows: text(rows, "\t"),
    "from Windows": lambda rows: "\ufeff" + text([HEADER, *rows]).replace("\n", "\r\n"),
    "quoted": lambda rows: text([[f'"{cell}"' for cell in row] for row in [HEADER, *rows]]),
    "label last, named": lambda rows: text([row[1:] + row[:1] for row in [["Class", *HEADER[1:]], *rows]]),
    "label last": lambda rows: text([row[1:] + row[:1] for row in rows]),
    "with pandas' index": lambda rows: text([["", *HEADER], *([str(i), *row] for i, row in enumerate(rows))]),
    "pandas' numbered columns": lambda rows: text([[*map(str, range(785))], *rows]),
    "label last, numbered columns": lambda rows: text([[*map(str, range(785))], *(row[1:] + row[:1] for row in rows)]),
    "pixels as a header": lambda rows: text([["0", *(f"0.{index}" for index in range(1, 785))], *rows]),
    "spaces": lambda rows: text([[cell.rjust(4) for cell in row] for row in rows], " "),
    "decimal commas": lambda rows: text([[row[0], *(f"{cell},0" for cell in row[1:])] for row in rows], ";"),
    "whole floats": lambda rows: text([[f"{cell}.0" for cell in row] for row in rows]),
    "blank lines": lambda rows: "\n\n".join([text(rows[:9]), text(rows[9:])]) + "\n\n",
}


@pytest.mark.parametrize("kind", TABLES)
def test_a_csv_of_many_kinds(kind: str, x: np.ndarray, y: np.ndarray, tmp_path: Path) -> None:
    (tmp_path / "p.csv").write_text(TABLES[kind](table(x[:60], y[:60])), encoding="utf-8", newline="")
    assert as_given(open_pictures(tmp_path / "p.csv"), x[:60], y[:60])


def test_a_csv_with_names_and_one_without_labels(x: np.ndarray, y: np.ndarray, tmp_path: Path) -> None:
    rows = table(x[:20], y[:20])
    (tmp_path / "p.csv").write_text(text([[f"digit {row[0]}", *row[1:]] for row in rows]))
    found = open_pictures(tmp_path / "p.csv")
    assert [found.classes[label] for label in found.labels] == [f"digit {label}" for label in y[:20]]
    (tmp_path / "test.csv").write_text(text([row[1:] for row in [HEADER, *rows]]))
    found = open_pictures(tmp_path / "test.csv")
    assert np.array_equal(found.to_28x28(), x[:20])
    assert found.classes == ("test",)


def test_rows_that_are_counted_are_no_classes(x: np.ndarray, y: np.ndarray, tmp_path: Path) -> None:
    """As pandas writes an array, with its index and numbers for names, or without names."""
    rows = [row[1:] for row in table(x[:60], y[:60])]
    counted = [[str(index), *row] for index, row in enumerate(rows)]
    for name, lines in (("named", [["", *map(str, range(784))], *counted]), ("bare", counted)):
        (tmp_path / f"{name}.csv").write_text(text(lines))
        found = open_pictures(tmp_path / f"{name}.csv")
        assert np.array_equal(found.to_28x28(), x[:60])
        assert found.classes == (name,)


BAD_TABLES: dict[str, tuple[Callable[[list[list[str]]], str], str]] = {
    "empty": (lambda rows: "\n", "empty. A row for each picture"),
    "a header alone": (lambda rows: text([HEADER]), "no row of numbers found"),
    "a web page": (lambda rows: "<html>\n<body>log in</body></html>", "this is a web page. Download it again"),
    "one column": (lambda rows: "1\n2", "1 columns found"),
    "a pointer": (lambda rows: LFS, "this is a Git LFS pointer, .* git lfs pull"),
    "short row": (lambda rows: text([HEADER, *rows[:3], ["1", "2"]]), "line 5 has 2 columns, the first one 785"),
    "hole": (lambda rows: text([HEADER, rows[0], [*rows[1][:9], "", *rows[1][10:]]]), "line 3 has a pixel that is no"),
    "names of files": (lambda rows: "file,label\na.png,1\nb.png,2", "names of files in them. Name the folder"),
    "in colour": (lambda rows: text([["1", *["7"] * 2352]] * 3), r"in colour. Save those as \(N, 28, 28, 3\)"),
    "no label": (lambda rows: text([HEADER, rows[0], ["", *rows[1][1:]]]), "1 of 2 labels are empty"),
    "one endless line": (lambda rows: "1," * 2_000_000, "line 1 is no row of a CSV"),
    "nan": (
        lambda rows: text([rows[0], [*rows[1][:9], "nan", *rows[1][10:]]]),
        "images hold a value that is not finite",
    ),
}


@pytest.mark.parametrize("kind", BAD_TABLES)
def test_other_tables_are_refused(kind: str, x: np.ndarray, y: np.ndarray, tmp_path: Path) -> None:
    change, expected = BAD_TABLES[kind]
    (tmp_path / "p.csv").write_text(change(table(x[:5], y[:5])))
    refused(tmp_path / "p.csv", expected)


def test_a_csv_of_another_encoding_or_size_is_refused(
    x: np.ndarray, y: np.ndarray, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "p.csv").write_text(text(table(x[:5], y[:5])), encoding="utf-16")
    refused(tmp_path / "p.csv", "line 1 is no row of a CSV in UTF-8")
    monkeypatch.setattr(csv_pictures, "MOST_PIXELS_TOGETHER", 784)
    (tmp_path / "q.csv").write_text(text(table(x[:5], y[:5])))
    refused(tmp_path / "q.csv", "more than 784 pixels found")
    monkeypatch.setattr(csv_pictures, "MOST_BYTES", 100)
    refused(tmp_path / "q.csv", "bytes found, at most 100 expected")

"""What a person is shown of a data set before training, and what a wrong one makes of other commands."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from train import command_line
from train.data.inspect import write_sheet
from train.data.load import load_data
from train.evaluate.subject import Evaluation, open_subject
from vae_explorer import paths
from vae_explorer.errors import ConfigError, DataError
from vae_explorer.storage import picture_atlas

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def mnist() -> np.ndarray:
    return picture_atlas.read_atlas(paths.assets() / "mnist" / "digits.png", 300)


def save(folder: Path, pictures: np.ndarray) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for index, picture in enumerate(pictures):
        Image.fromarray(picture).save(folder / f"{index:03}.png")


def test_the_table(mnist: np.ndarray, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = tmp_path / "p"
    save(folder / "cats", 255 - mnist[:100])
    save(folder / "dogs", 255 - mnist[100:120])
    Image.new("L", (40, 30), 255).save(folder / "dogs" / "other.png")
    for index in range(5):
        (folder / "dogs" / f"{index}.mov").write_bytes(b"")
    load_data(str(folder), tmp_path)
    assert capsys.readouterr().out.splitlines() == [
        f"  pictures   121 in {folder}, from 28x28 to 40x30, made 28x28",
        "  classes    2: cats 100, dogs 21",
        "  range      0…255 (8 bits)",
        "  ink        100% have a bright background; all are inverted",
        "  blank      1 of one colour in this range, or nearly: dogs/other.png",
        "  skipped    5 of kind .mov: dogs/0.mov, dogs/1.mov, dogs/2.mov and 2 more",
        "  split      104 for training, 17 for testing: every picture by its pixels, one in seven for testing",
    ]


def rows(folder: Path, capsys: pytest.CaptureFixture[str]) -> list[str]:
    """The table of what is found in `folder`."""
    write_sheet(str(folder), folder.parent / "sheet.png")
    return capsys.readouterr().out.splitlines()


@pytest.mark.parametrize("suffix", ["tiff", "gif", "webp", "png"])
def test_pages_that_are_not_read_are_said(
    suffix: str, mnist: np.ndarray, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    save(tmp_path / "p", mnist[:3])
    first, *others = (Image.fromarray(picture) for picture in mnist[3:6])
    first.save(tmp_path / "p" / f"many.{suffix}", save_all=True, append_images=others)
    first.save(tmp_path / "p" / f"one.{suffix}")
    assert f"  pages      1 have more than one, of which the first is read: many.{suffix}" in rows(
        tmp_path / "p", capsys
    )


def test_pictures_that_nobody_would_see_are_said(
    mnist: np.ndarray, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Masks of 0 and 1 among pictures of 0…255; ink of one colour on nothing is not of the kind."""
    save(tmp_path / "p" / "a", mnist[:3])
    save(tmp_path / "p" / "b", (mnist[3:7] > 127).astype(np.uint8))
    ink = np.zeros((28, 28, 4), np.uint8)
    ink[..., 3] = mnist[7]
    Image.fromarray(ink).save(tmp_path / "p" / "a" / "ink.png")
    wanted = "  blank      4 of one colour in this range, or nearly: b/000.png, b/001.png, b/002.png and 1 more"
    assert wanted in rows(tmp_path / "p", capsys)


@pytest.mark.parametrize("kind", ["PNG", "JPEG"])
def test_sizes_are_those_of_the_files(
    kind: str, mnist: np.ndarray, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Large ones are shrunk while they are read, and some lie on their side."""
    save(tmp_path / "p", mnist[:1])
    turned = Image.Exif()
    turned[0x0112] = 6
    Image.new("L", (2600, 2400), 9).save(tmp_path / "p" / f"x.{kind}", exif=turned)
    Image.new("L", (10, 3000), 9).save(tmp_path / "p" / "thin.png")
    assert "from 28x28 to 2,400x2,600, made 28x28" in rows(tmp_path / "p", capsys)[0]


def test_a_class_without_training_pictures_is_said(
    mnist: np.ndarray, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    save(tmp_path / "p" / "train" / "a", mnist[:100])
    save(tmp_path / "p" / "test" / "a", mnist[100:110])
    save(tmp_path / "p" / "test" / "b", mnist[110:115])
    assert rows(tmp_path / "p", capsys)[-1] == "  untrained  1 of the classes are for testing alone: b"


def test_pictures_of_both_polarities_are_said(
    mnist: np.ndarray, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    save(tmp_path / "p", np.concatenate([mnist[:5], 255 - mnist[5:12]]))
    assert any("all are inverted; some are dark on light and some" in row for row in rows(tmp_path / "p", capsys))


def test_of_many_classes_a_few_are_named(mnist: np.ndarray, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    np.savez(tmp_path / "p.npz", images=mnist[:200], labels=np.arange(200) % 49)
    load_data(str(tmp_path / "p.npz"), tmp_path)
    (row,) = [line for line in capsys.readouterr().out.splitlines() if line.startswith("  classes")]
    assert row.startswith("  classes    49: 0 5, 1 5, 2 5, 3 5, 4 4, ")
    assert row.endswith(", 11 4 and 37 more")


def test_inspect_prints_the_same_table(mnist: np.ndarray, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    save(tmp_path / "p" / "A", mnist[:120])
    load_data(str(tmp_path / "p"), tmp_path)
    wanted = capsys.readouterr().out
    write_sheet(str(tmp_path / "p"), tmp_path / "sheet.png")
    assert capsys.readouterr().out == wanted
    save(tmp_path / "few" / "A", mnist[:2])
    assert write_sheet(str(tmp_path / "few"), tmp_path / "sheet.png") == 2
    assert "split      none: 2 different pictures found, at least 100" in capsys.readouterr().out


def test_inspect_takes_its_data_as_other_commands_do(mnist: np.ndarray, tmp_path: Path) -> None:
    save(tmp_path / "p", mnist[:1])
    place, output = str(tmp_path / "p"), ["--output", str(tmp_path / "sheet.png")]
    assert command_line.run(["inspect", "--data", place, *output], "typed") == 0
    for wrong in ([], [place, "--data", place]):
        with pytest.raises(ConfigError, match="one place of pictures expected"):
            command_line.run(["inspect", *wrong, *output], "typed")


@pytest.mark.parametrize("option", ["--invert", "--no-invert"])
def test_polarity_can_be_set(option: str, mnist: np.ndarray, tmp_path: Path) -> None:
    np.savez(tmp_path / "p.npz", images=mnist[:1])
    output = tmp_path / "sheet.png"
    assert command_line.run(["inspect", str(tmp_path / "p.npz"), "--output", str(output), option], "typed") == 0
    with Image.open(output) as sheet:
        corner = np.asarray(sheet)[14, 140]  # of the right picture of the first pair
    assert corner[0] == (255 if option == "--invert" else 0)


@pytest.mark.parametrize("encoding", ["cp1252", "ascii"])
def test_a_console_that_cannot_print_a_name_stops_nothing(encoding: str, mnist: np.ndarray, tmp_path: Path) -> None:
    save(tmp_path / "手書き" / "五", mnist[:2])
    code = "import sys; from train.__main__ import main; main(['inspect', '手書き', '--output', 'sheet.png'])"
    done = subprocess.run(
        [sys.executable, "-X", "utf8", "-c", code],
        cwd=tmp_path,
        env={"PYTHONPATH": str(ROOT), "PYTHONIOENCODING": encoding, "PATH": ""},
        capture_output=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, b"")
    assert rb"2 in \u624b\u66f8\u304d" in done.stdout
    assert rb"1: \u4e94 2" in done.stdout
    assert (tmp_path / "sheet.png").exists()


def test_the_apps_own_command_line_prints_any_name(tmp_path: Path) -> None:
    code = "from vae_explorer.__main__ import main; main(['--models', '手書き'])"
    done = subprocess.run(
        [sys.executable, "-X", "utf8", "-c", code],
        cwd=tmp_path,
        env={"PYTHONPATH": str(ROOT), "PYTHONIOENCODING": "cp1252:strict", "PATH": ""},
        capture_output=True,
        check=False,
    )
    assert done.returncode == 2
    assert done.stderr.startswith(b"error: ")
    assert rb"\u624b\u66f8\u304d" in done.stderr
    assert b"Traceback" not in done.stderr


@pytest.mark.parametrize(
    ("labels", "count", "expected"),
    [
        (np.arange(300) % 3, 300, "knows the classes 0, 1, 2, 3, 4, 5, 6, 7, 8, 9; p has 0, 1, 2"),
        (np.arange(300) % 49, 300, "p has 0, 1, 2, 3, 4, 5, 6, 7, 8, 9 and 39 more"),
        (np.arange(300) % 10, 300, r"was tested on 10,000 pictures; p has \d\d for testing"),
    ],
)
def test_evaluate_of_a_model_on_other_data_is_one_line(
    labels: np.ndarray, count: int, expected: str, mnist: np.ndarray, tmp_path: Path
) -> None:
    np.savez(tmp_path / "p.npz", images=mnist[:count], labels=labels)
    with pytest.raises(DataError, match=expected) as caught:
        open_subject(Evaluation("mlp-20", str(tmp_path / "p.npz"), tmp_path, "cpu", None, 10, 10))
    assert "\n" not in str(caught.value)

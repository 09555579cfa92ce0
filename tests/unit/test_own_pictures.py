"""The user's own pictures: a folder or an `.npz`, turned to 28x28 as promised, refused in one line."""

from __future__ import annotations

import os
import struct
import zipfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageDraw

from tests.command import train
from train.data import array_files, own_pictures
from train.data.inspect import GAP, SIDE, write_sheet
from train.data.load import load_data
from train.data.own_pictures import open_pictures
from train.data.to_28x28 import to_28x28
from vae_explorer import paths
from vae_explorer.errors import DataError, OutputError
from vae_explorer.storage import picture_atlas, picture_file

from .test_digits import png_header


@pytest.fixture(scope="module")
def mnist() -> np.ndarray:
    return picture_atlas.read_atlas(paths.assets() / "mnist" / "digits.png", 400)


# --- the user's own pictures ---------------------------------------------------------------------------------------


def save_all(folder: Path, pictures: np.ndarray, suffix: str = ".png") -> None:
    folder.mkdir(parents=True)
    for index, picture in enumerate(pictures):
        Image.fromarray(picture).save(folder / f"{index:04}{suffix}")


def test_a_folder_of_28x28_pictures_is_taken_as_it_is(mnist: np.ndarray, tmp_path: Path) -> None:
    folder = tmp_path / "My Digits (2)"
    save_all(folder / "10", mnist[:50])
    save_all(folder / "9", mnist[50:150])
    save_all(folder / "Größe", mnist[150:200])
    (folder / "notes.txt").write_text("not a picture")
    (folder / ".hidden.png").write_text("not one either")
    found = load_data(str(folder), tmp_path)
    assert found.spec.name == "my-digits-2"
    assert found.spec.classes == ("9", "10", "Größe")
    assert (found.spec.noun, found.spec.nouns) == ("picture", "pictures")
    assert (len(found.train.labels), len(found.test.labels)) == (172, 28), "a seventh for the test, as MNIST has"
    of = {mnist[index].tobytes(): (1, 0, 2)[(index >= 50) + (index >= 150)] for index in range(200)}
    seen = [
        (image.tobytes(), label)
        for split in (found.train, found.test)
        for image, label in zip(split.images, split.labels, strict=True)
    ]
    assert len({body for body, _ in seen}) == 200, "each picture once"
    assert all(of[body] == label for body, label in seen)


def test_the_split_follows_from_the_pictures_alone(mnist: np.ndarray, tmp_path: Path) -> None:
    save_all(tmp_path / "a", mnist)
    save_all(tmp_path / "b", mnist[::-1], ".bmp")
    np.savez(tmp_path / "c.npz", images=mnist)
    first, second, third = (load_data(str(tmp_path / name), tmp_path) for name in ("a", "b", "c.npz"))
    for other in (second, third):
        assert np.array_equal(first.train.images, other.train.images)
        assert np.array_equal(first.test.images, other.test.images)
    assert (first.spec.classes, third.spec.classes) == (("a",), ("c",))


def test_a_picture_that_is_there_twice_is_not_on_both_sides(mnist: np.ndarray, tmp_path: Path) -> None:
    np.savez(tmp_path / "p.npz", images=np.concatenate([mnist[:130], mnist[:100], mnist[:77]]))
    found = load_data(str(tmp_path / "p.npz"), tmp_path)
    assert len(found.train.images) + len(found.test.images) == 307
    assert not {p.tobytes() for p in found.train.images} & {p.tobytes() for p in found.test.images}
    assert len({p.tobytes() for p in found.test.images}) == 130 // 7


def test_classes_are_mixed_in_both_splits(mnist: np.ndarray, tmp_path: Path) -> None:
    np.savez(tmp_path / "p.npz", images=mnist, labels=np.repeat([5, 7], 200))
    found = load_data(str(tmp_path / "p.npz"), tmp_path)
    for split in (found.train, found.test):
        assert 0.3 < split.labels.mean() < 0.7
        assert 0.3 < split.labels[: len(split.labels) // 2].mean() < 0.7, "a part of it has both classes as well"


@pytest.mark.parametrize("name", ["mnist", "kmnist"])
def test_a_folder_with_the_name_of_a_known_set_gets_another(name: str, mnist: np.ndarray, tmp_path: Path) -> None:
    save_all(tmp_path / name, mnist)
    assert load_data(str(tmp_path / name), tmp_path).spec.name == f"own-{name}"


def stroke(size: tuple[int, int], mode: str, background: object, ink: object) -> Image.Image:
    """A bar from top to bottom in the middle fifth of the picture, with a margin of a tenth."""
    image = Image.new(mode, size, background)  # type: ignore[arg-type]
    width, height = size
    box = (width * 0.4, height * 0.1, width * 0.6 - 1, height * 0.9 - 1)
    ImageDraw.Draw(image).rectangle(box, fill=ink)  # type: ignore[arg-type]
    return image


DRAWINGS = {
    "grey, white on black": stroke((200, 200), "L", 0, 255),
    "grey, black on white": stroke((200, 200), "L", 255, 0),
    "colour, black on white": stroke((200, 200), "RGB", "white", "black"),
    "two colours": stroke((200, 200), "1", 1, 0),
    "palette": stroke((200, 200), "RGB", "white", "black").convert("P"),
    "print colours": stroke((200, 200), "RGB", "white", "black").convert("CMYK"),
    "black ink on nothing": stroke((200, 200), "RGBA", (0, 0, 0, 0), "black"),
    "white ink on nothing": stroke((200, 200), "RGBA", (255, 255, 255, 0), "white"),
    "white ink on nothing, grey": stroke((200, 200), "LA", (0, 0), (255, 255)),
}


@pytest.mark.parametrize("kind", DRAWINGS)
def test_ink_is_bright_on_a_dark_background(kind: str) -> None:
    picture = to_28x28(DRAWINGS[kind])
    assert picture.shape == (28, 28)
    assert picture.dtype == np.uint8
    assert picture[14, 14] == 255
    assert picture[:2].max() == 0
    assert picture[:, :9].max() == 0
    assert (picture > 127).mean() == pytest.approx(0.2 * 0.8, abs=0.03)


def test_grey_is_luma() -> None:
    colours = {(255, 0, 0): 76, (0, 255, 0): 150, (0, 0, 255): 29}  # ITU-R 601: 0.299, 0.587, 0.114
    for colour, luma in colours.items():
        picture = to_28x28(stroke((100, 100), "RGB", (0, 0, 0), colour))
        assert picture[14, 14] == luma


def test_proportions_are_kept_and_the_rest_is_background() -> None:
    wide = Image.new("L", (100, 50), 40)
    ImageDraw.Draw(wide).rectangle((10, 10, 89, 39), fill=240)
    picture = to_28x28(wide)
    assert (picture[:7] == 40).all()
    assert (picture[21:] == 40).all()
    rows, columns = np.nonzero(picture > 140)
    assert (np.ptp(rows) + 1, np.ptp(columns) + 1) == pytest.approx((0.3 * 28, 0.8 * 28), abs=1)
    assert to_28x28(wide.transpose(Image.Transpose.ROTATE_90))[14].tolist() == picture[:, 14].tolist()


def test_shrinking_is_antialiased() -> None:
    """A fine chess board is a flat grey; taking every n-th pixel would give stripes or black."""
    board = (np.indices((280, 280)).sum(axis=0) % 2 * 255).astype(np.uint8)
    board[0] = board[-1] = board[:, 0] = board[:, -1] = 0
    inner = to_28x28(Image.fromarray(board))[2:-2, 2:-2].astype(int)
    assert np.abs(inner - 127).max() <= 2


@pytest.mark.parametrize("size", [(1, 1), (1, 900), (900, 1), (2, 3), (27, 29), (4000, 30)])
def test_any_size_is_taken(size: tuple[int, int]) -> None:
    assert to_28x28(Image.new("L", size, 200)).shape == (28, 28)


def test_files_of_many_kinds_look_alike(tmp_path: Path) -> None:
    image = stroke((300, 300), "L", 255, 0)
    (tmp_path / "p").mkdir()
    for suffix in (".png", ".jpg", ".gif", ".bmp", ".webp", ".tiff", ".pgm", ".JPEG"):
        image.save(tmp_path / "p" / f"x{suffix}")
    Image.fromarray(np.asarray(image).astype(np.uint16) * 257).save(tmp_path / "p" / "sixteen bits.png")
    pictures = open_pictures(tmp_path / "p").to_28x28()
    assert len(pictures) == 9
    for picture in pictures[1:]:
        assert np.abs(picture.astype(int) - pictures[0]).max() <= 12, "a JPEG differs a little"


def test_a_photograph_is_turned_as_its_camera_says(tmp_path: Path) -> None:
    image = Image.new("L", (90, 60), 0)
    ImageDraw.Draw(image).rectangle((60, 0, 89, 59), fill=255)  # the right third
    exif = Image.Exif()
    exif[0x0112] = 6  # to be shown a quarter turn to the right
    image.save(tmp_path / "x.jpg", exif=exif, quality=95)
    (picture,) = open_pictures(tmp_path).to_28x28()
    assert picture[24, 14] > 240, "the right is now below"
    assert picture[3, 14] < 15


# --- arrays --------------------------------------------------------------------------------------------------------


ARRAYS: dict[str, Callable[[np.ndarray], np.ndarray]] = {
    "bytes": lambda p: p,
    "floats": lambda p: (p / 255).astype(np.float32),
    "whole numbers": lambda p: p.astype(np.int64),
    "one channel": lambda p: p[..., None],
    "one channel first": lambda p: p[:, None],
    "colour": lambda p: np.stack([p] * 3, axis=-1),
    "colour first": lambda p: np.stack([p] * 3, axis=1),
    "colour and opacity": lambda p: np.stack([p, p, p, np.full_like(p, 255)], axis=-1),
}


@pytest.mark.parametrize("kind", ARRAYS)
def test_arrays_of_many_kinds_give_the_same_pictures(kind: str, mnist: np.ndarray, tmp_path: Path) -> None:
    np.savez_compressed(tmp_path / "p.npz", images=ARRAYS[kind](mnist[:20]), labels=np.arange(20) % 3 - 1)
    found = open_pictures(tmp_path / "p.npz")
    assert np.array_equal(found.to_28x28(), mnist[:20])
    assert found.classes == ("-1", "0", "1")
    assert found.labels.tolist() == [index % 3 for index in range(20)]


def test_labels_may_be_names(mnist: np.ndarray, tmp_path: Path) -> None:
    np.savez(tmp_path / "p.npz", images=mnist[:3], labels=np.array(["dog", "cat", "dog"]))
    found = open_pictures(tmp_path / "p.npz")
    assert found.classes == ("cat", "dog")
    assert found.labels.tolist() == [1, 0, 1]


class Trap:
    """Makes a file when it is unpickled."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __reduce__(self) -> tuple[object, ...]:
        return Path.touch, (self.path,)


BAD_ARRAYS: dict[str, tuple[dict[str, np.ndarray], str]] = {
    "no images": ({"scores": np.zeros(3)}, r"it holds scores \(3,\), no images. Save it with numpy.savez"),
    "flat and not square": ({"images": np.zeros((5, 785), np.uint8)}, r"images are \(5, 785\); \(N, height, width\)"),
    "five channels": ({"images": np.zeros((9, 8, 8, 5), np.uint8)}, r"images are \(9, 8, 8, 5\)"),
    "none": ({"images": np.zeros((0, 28, 28), np.uint8)}, r"images are \(0, 28, 28\)"),
    "one number": ({"images": np.float32(3)}, r"images are \(\); \(N, height, width\)"),
    "not finite": ({"images": np.full((5, 8, 8), np.nan)}, "hold a value that is not finite"),
    "below zero": ({"images": np.full((5, 8, 8), -1)}, "images go from -1 to -1"),
    "texts": ({"images": np.full((5, 8, 8), "a")}, "images are <U1; bytes 0…255"),
    "labels too few": ({"images": np.zeros((5, 8, 8), np.uint8), "labels": np.zeros(4, int)}, r"labels are int64 \(4,"),
    "labels real": ({"images": np.zeros((5, 8, 8), np.uint8), "labels": np.full(5, 0.5)}, "labels are float64"),
    "classes": (
        {"images": np.zeros((300, 8, 8), np.uint8), "labels": np.arange(300)},
        "300 classes found, at most 256",
    ),
}


@pytest.mark.parametrize("kind", BAD_ARRAYS)
def test_other_arrays_are_refused(kind: str, tmp_path: Path) -> None:
    arrays, expected = BAD_ARRAYS[kind]
    np.savez(tmp_path / "p.npz", **arrays)
    refused(tmp_path / "p.npz", expected)


def test_no_code_in_a_hostile_npz_runs(tmp_path: Path) -> None:
    trap = tmp_path / "trap"
    images = np.array([Trap(trap)], dtype=object)
    np.savez(tmp_path / "p.npz", images=images)
    with np.load(tmp_path / "p.npz", allow_pickle=True) as arrays:
        arrays["images"]
    assert trap.exists(), "the file is a real danger"
    trap.unlink()
    refused(tmp_path / "p.npz", "'images' holds objects of Python")
    assert not trap.exists()


# --- messages ------------------------------------------------------------------------------------------------------


def refused(path: Path, expected: str) -> None:
    with pytest.raises(DataError, match=expected) as caught:
        load_data(str(path), path.parent)
    assert str(path) in str(caught.value)
    assert "\n" not in str(caught.value)


def npy_header(shape: tuple[int, ...]) -> bytes:
    text = f"{{'descr': '|u1', 'fortran_order': False, 'shape': {shape}, }}".ljust(117) + "\n"
    return b"\x93NUMPY\x01\x00" + struct.pack("<H", len(text)) + text.encode()


def test_npz_that_unpacks_to_too_much(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(array_files, "MOST_BYTES_OF_ARRAYS", 10**6)
    file = tmp_path / "bomb.npz"
    np.savez_compressed(file, images=np.zeros((2000, 28, 28), np.uint8))
    assert file.stat().st_size < 10_000
    with pytest.raises(DataError, match=r"arrays of 1,568,128 bytes found, at most 1,000,000 expected"):
        load_data(str(file), tmp_path)


def test_npz_that_states_more_than_it_holds(tmp_path: Path) -> None:
    """Numpy would make room for all that is stated before it reads any."""
    file = tmp_path / "bomb.npz"
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("images.npy", npy_header((10**10, 28, 28)) + b"a few")
    with pytest.raises(DataError, match=r"'images.npy' is damaged: 133 bytes found, \(10000000000, 28, 28\)"):
        load_data(str(file), tmp_path)


@pytest.mark.parametrize("version", [2, 3])
def test_npz_that_states_a_header_of_any_length(version: int, tmp_path: Path) -> None:
    """Numpy would read and decode all of it before it refuses it."""
    file = tmp_path / "bomb.npz"
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("images.npy", b"\x93NUMPY" + bytes([version, 0]) + struct.pack("<I", 2**30) + b"a few")
    refused(file, r"'images.npy' is damaged: a header of 1,073,741,824 bytes found, at most 10,000 expected")


def test_npz_that_is_a_pipe(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.npz")
    with pytest.raises(DataError, match="a pipe found"):
        load_data(str(tmp_path / "pipe.npz"), tmp_path)


def test_an_empty_folder(tmp_path: Path) -> None:
    (tmp_path / "p" / "class").mkdir(parents=True)
    refused(tmp_path / "p", "no pictures found. Expected: .png, ")


@pytest.mark.parametrize("content", [b"no picture", b"\x89PNG\r\n\x1a\n" + bytes(50)])
def test_a_picture_that_cannot_be_read_is_named(content: bytes, mnist: np.ndarray, tmp_path: Path) -> None:
    save_all(tmp_path / "p", mnist[:120])
    (tmp_path / "p" / "0060.png").write_bytes(content)
    refused(tmp_path / "p", r"0060.png: not a readable picture \(")


def test_a_picture_that_is_cut_short_is_named(mnist: np.ndarray, tmp_path: Path) -> None:
    save_all(tmp_path / "p", mnist[:120])
    file = tmp_path / "p" / "0060.png"
    file.write_bytes(file.read_bytes()[:-80])
    refused(tmp_path / "p", r"0060.png: not a readable picture \(")


def test_a_picture_that_unpacks_to_too_much_is_named(
    mnist: np.ndarray, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    save_all(tmp_path / "p", mnist[:3])
    monkeypatch.setattr(Image, "MAX_IMAGE_PIXELS", 300)
    refused(tmp_path / "p", r"0000.png: not a readable picture \(Image size \(784 pixels\) exceeds")


def test_a_program_in_a_pictures_clothes_is_not_started(tmp_path: Path) -> None:
    (tmp_path / "p").mkdir()
    Image.new("L", (30, 30)).save(tmp_path / "p" / "x.eps")
    (tmp_path / "p" / "x.eps").rename(tmp_path / "p" / "x.png")  # Pillow would run Ghostscript on it
    refused(tmp_path / "p", r"x.png: not a readable picture \(cannot identify")


def test_a_picture_that_is_too_large_is_refused_by_its_header(tmp_path: Path) -> None:
    (tmp_path / "p").mkdir()
    (tmp_path / "p" / "x.png").write_bytes(png_header(9_000, 9_000))
    refused(tmp_path / "p", "x.png: 9,000 x 9,000 pixels found, 64,000,000 at most expected")


def jpeg_header(frame: int, components_of_first_scan: int) -> bytes:
    """The start of a JPEG in colour, 9,000 x 9,000; its pixels are not there. `frame` is the marker of its coding."""
    components = b"".join(bytes([component, 0x11, 0]) for component in (1, 2, 3))
    scan = b"".join(bytes([component, 0]) for component in range(1, components_of_first_scan + 1))
    return (
        b"\xff\xd8"
        + struct.pack(">BBHBHHB", 0xFF, frame, 8 + len(components), 8, 9_000, 9_000, 3)
        + components
        + struct.pack(">BBHB", 0xFF, 0xDA, 6 + len(scan), components_of_first_scan)
        + scan
        + bytes([0, 63, 0])
    )


@pytest.mark.parametrize(
    ("frame", "components_of_first_scan", "expected"),
    [
        (0xC2, 3, "9,000 x 9,000 pixels found, 64,000,000 at most expected"),  # progressive
        (0xC0, 1, "9,000 x 9,000 pixels found, 64,000,000 at most expected"),  # one component after the other
        (0xC0, 3, "not a readable picture"),  # all in one scan, of which an eighth of the size would be decoded
    ],
)
def test_a_jpeg_that_is_held_whole_is_judged_by_its_whole_size(
    frame: int, components_of_first_scan: int, expected: str, tmp_path: Path
) -> None:
    (tmp_path / "p").mkdir()
    (tmp_path / "p" / "x.jpg").write_bytes(jpeg_header(frame, components_of_first_scan))
    refused(tmp_path / "p", f"x.jpg: {expected}")


@pytest.mark.parametrize("body", [jpeg_header(0xC2, 3)[:-9], jpeg_header(0xC0, 3)[:12], b"\xff\xd8\xff\xe0\0\0"])
def test_a_jpeg_that_is_cut_short_in_its_header(body: bytes, tmp_path: Path) -> None:
    (tmp_path / "p").mkdir()
    (tmp_path / "p" / "x.jpg").write_bytes(body)
    refused(tmp_path / "p", "x.jpg: not a readable picture")


def test_a_jpeg_in_one_scan_is_decoded_at_a_fraction_and_others_are_not(tmp_path: Path) -> None:
    image = stroke((900, 900), "RGB", "white", "black")
    found = {}
    for name, options in {"one scan": {}, "progressive": {"progressive": True}}.items():
        image.save(tmp_path / f"{name}.jpg", exif=Image.Exif(), **options)
        body = (tmp_path / f"{name}.jpg").read_bytes()
        with picture_file.opened(body, tmp_path, "", most_pixels=10**6, enough=(224, 224)) as picture:
            found[name] = picture.size, to_28x28(picture)
    assert (found["one scan"][0], found["progressive"][0]) == ((225, 225), (900, 900))
    assert np.abs(found["one scan"][1].astype(int) - found["progressive"][1]).max() <= 12


def test_what_pillow_warns_of_does_not_reach_the_person(tmp_path: Path) -> None:
    """In a process of its own: pytest makes errors of warnings."""
    (tmp_path / "p").mkdir()
    cut_short = b"Exif\0\0MM\0*\0\0\0\x08\0\x05"
    Image.new("L", (50, 50)).save(tmp_path / "p" / "x.jpg", exif=cut_short)
    done = train("inspect", "p", cwd=tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    (tmp_path / "p" / "x.jpg").write_bytes(png_header(10_000, 10_000))
    done = train("inspect", "p", cwd=tmp_path)
    assert done.returncode == 2
    assert "10,000 x 10,000 pixels found" in done.stderr
    assert "DecompressionBomb" not in done.stderr


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (b"\0\0\0\x24ftypheic\0\0\0\0mif1heic", "a picture in HEIC"),
        (b"\0\0\0\x20ftypavif\0\0\0\0avif", "a picture in AVIF"),
        (b"\0\0\0\x20ftypisom\0\0\0\0", "a film"),
        (b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"/>', "a drawing in SVG"),
        (b"%PDF-1.4", "a PDF"),
        (bytes(500), "nothing but zeros"),
    ],
)
def test_another_kind_of_picture_under_a_usual_name_is_named(body: bytes, expected: str, tmp_path: Path) -> None:
    (tmp_path / "p").mkdir()
    (tmp_path / "p" / "x.jpg").write_bytes(body + bytes(99))
    refused(tmp_path / "p", f"x.jpg: {expected}$")


def test_a_pipe_is_no_picture(tmp_path: Path) -> None:
    (tmp_path / "p").mkdir()
    os.mkfifo(tmp_path / "p" / "x.png")
    refused(tmp_path / "p", "x.png: a pipe found, a file expected")


@pytest.mark.parametrize("mode", ["1", "L", "P", "RGB", "RGBA"])
def test_a_large_picture_looks_like_a_small_one(mode: str, tmp_path: Path) -> None:
    """One that is shrunk before anything else is done to it."""
    for name, side in (("large", 2400), ("small", 300)):
        (tmp_path / name).mkdir()
        stroke((side, side), "L", 255, 0).convert(mode).save(tmp_path / name / "x.png")
    (large,), (small,) = (open_pictures(tmp_path / name).to_28x28() for name in ("large", "small"))
    assert np.abs(large.astype(int) - small).max() <= 12


def test_pixels_that_are_no_numbers_are_refused(tmp_path: Path) -> None:
    (tmp_path / "p").mkdir()
    Image.fromarray(np.full((30, 30), np.nan, np.float32)).save(tmp_path / "p" / "x.tiff")
    refused(tmp_path / "p", "a value that is not finite")


@pytest.mark.parametrize(("count", "different"), [(99, 99), (200, 60)])
def test_too_few_pictures(count: int, different: int, mnist: np.ndarray, tmp_path: Path) -> None:
    save_all(tmp_path / "p", mnist[np.arange(count) % different])
    refused(tmp_path / "p", f"{different} different pictures found, at least 100 expected")


def test_pictures_beside_classes(mnist: np.ndarray, tmp_path: Path) -> None:
    save_all(tmp_path / "p" / "cats", mnist[:3])
    Image.fromarray(mnist[3]).save(tmp_path / "p" / "loose.png")
    refused(tmp_path / "p", "pictures lie beside sub-folders of pictures: 1, the first loose.png. Move")


def test_a_split_is_not_taken_for_classes(mnist: np.ndarray, tmp_path: Path) -> None:
    save_all(tmp_path / "p" / "train" / "cats", mnist[:100])
    save_all(tmp_path / "p" / "Test" / "cats", mnist[100:120])
    found = load_data(str(tmp_path / "p"), tmp_path)
    assert found.spec.classes == ("cats",)
    assert (len(found.train.images), len(found.test.images)) == (100, 20)
    assert load_data(str(tmp_path / "p" / "train"), tmp_path).spec.classes == ("cats",)


def test_too_many_classes(mnist: np.ndarray, tmp_path: Path) -> None:
    for index in range(257):
        (tmp_path / "p" / str(index)).mkdir(parents=True)
        (tmp_path / "p" / str(index) / "x.png").touch()
    refused(tmp_path / "p", "257 classes found, at most 256")


def test_too_many_pictures(mnist: np.ndarray, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(own_pictures, "MOST_PICTURES", 10)
    np.savez(tmp_path / "p.npz", images=mnist[:11])
    refused(tmp_path / "p.npz", "11 pictures found, at most 10")


@pytest.mark.parametrize(
    ("name", "content"), [("p.zip", b"PK"), ("p.npz", b"PK\3\4 no"), ("p.npz", b""), ("p.png", b"")]
)
def test_another_file(name: str, content: bytes, tmp_path: Path) -> None:
    (tmp_path / name).write_bytes(content)
    refused(
        tmp_path / name,
        "p.npz: (damaged, or cut short|this is an empty file)"
        if name.endswith("npz")
        else "a folder of pictures, an .npz, .npy or .csv was expected",
    )


# --- inspect -------------------------------------------------------------------------------------------------------


def test_inspect_shows_each_picture_beside_what_the_model_sees(tmp_path: Path) -> None:
    (tmp_path / "p").mkdir()
    stroke((300, 150), "RGB", (250, 240, 10), (200, 0, 0)).save(tmp_path / "p" / "a.png")
    stroke((50, 50), "L", 0, 255).save(tmp_path / "p" / "b.png")
    assert write_sheet(str(tmp_path / "p"), tmp_path / "inspect.png") == 2
    with Image.open(tmp_path / "inspect.png") as sheet:
        before = np.asarray(sheet.crop((GAP, GAP, GAP + SIDE, GAP + SIDE)))
        after = np.asarray(sheet.crop((2 * GAP + SIDE, GAP, 2 * GAP + 2 * SIDE, GAP + SIDE)))
    assert before[SIDE // 2, SIDE // 2].tolist() == [200, 0, 0], "in its own colours"
    assert before[SIDE // 2, 5].tolist() == [250, 240, 10]
    assert before[5, SIDE // 2].tolist() == [128, 128, 128], "and proportions"
    (first, _) = open_pictures(tmp_path / "p").to_28x28()
    assert np.array_equal(after[2::4, 2::4, 0], first)


def test_inspect_says_what_it_cannot_show(mnist: np.ndarray, tmp_path: Path) -> None:
    with pytest.raises(DataError, match="mnist is 28x28 already"):
        write_sheet("mnist", tmp_path / "inspect.png")
    np.savez(tmp_path / "p.npz", images=mnist[:5])
    with pytest.raises(OutputError, match="cannot be written"):
        write_sheet(str(tmp_path / "p.npz"), tmp_path / "absent" / "inspect.png")

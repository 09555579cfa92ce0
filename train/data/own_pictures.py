"""The user's own pictures: a folder of image files or an `.npz`, of any size, converted to 28x28. No torch.

In a folder each sub-folder is a class; without sub-folders there is one class. An `.npz` has `images` and, if there are
classes, `labels`.

Not torchvision's ImageFolder: it knows neither an `.npz` nor pictures without classes, and lets Pillow open any format.
"""

from __future__ import annotations

import io
import math
import os
import threading
import zipfile
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
from numpy.lib import format as npy
from numpy.typing import NDArray
from PIL import Image, ImageOps

from vae_explorer.errors import DataError
from vae_explorer.model.config import IMAGE_SIZE
from vae_explorer.storage import picture_file, regular_file
from vae_explorer.storage.clean_text import printable

# The files that are searched for.
SUFFIXES = (".png", ".jpg", ".jpeg", ".gif", ".bmp", ".webp", ".tif", ".tiff", ".pgm", ".ppm")

MOST_CLASSES = 256
MOST_PICTURES = 1_000_000
BRIGHT = 128

# A photograph is read at a fraction of its size, if its format allows that, but its sides are never below this.
ENOUGH_PIXELS = 8 * IMAGE_SIZE

# The largest picture: what a telephone takes. One takes up to a gigabyte while it is read (of 63 million pixels: 0.1 GB
# as a grey PNG, 0.6 as a progressive JPEG, 0.8 as a PNG with opacity, 1.0 as WebP), so that those above `LARGE_PIXELS`
# are read one at a time, and shrunk at once. Six of them, in as many threads, still take up to 2 GB: the C library
# keeps some of what each thread has freed.
MOST_PIXELS = 64_000_000
LARGE_PIXELS = 4_000_000
MOST_BYTES = 256 * 2**20
MOST_BYTES_OF_ARRAYS = 4 * 2**30
MOST_BYTES_OF_ARRAY_HEADER = 10_000  # as numpy itself; that of pictures has 118
SAVE_AGAIN = "Remove it, or save it again as a PNG that is not too large"

_one_large = threading.Lock()

SPLIT_NAMES = {"train", "training", "test", "testing", "val", "valid", "validation"}


@dataclass(frozen=True)
class OwnPictures:
    """Pictures as they are: `picture(i)` returns one; `labels`: `(N,)` uint8, indices into `classes`."""

    labels: NDArray[np.uint8]
    classes: tuple[str, ...]
    picture: Callable[[int], Image.Image]

    def to_28x28(self) -> NDArray[np.uint8]:
        """All of them, `(N, 28, 28)` uint8.

        Raises:
            DataError: one of them cannot be read.
        """
        with ThreadPoolExecutor() as pool:
            return np.stack(list(pool.map(lambda index: to_28x28(self.picture(index)), range(len(self.labels)))))


def open_pictures(path: Path) -> OwnPictures:
    """The pictures at `path`, a folder or an `.npz`.

    Raises:
        DataError: there are no pictures, too many pictures or classes, or it is something else.
    """
    try:
        found = _open_folder(path) if path.is_dir() else _open_npz(path)
    except OSError as error:
        raise DataError(f"{path}: cannot be read ({error.strerror or error}). Allow it to be read") from error
    if len(found.classes) > MOST_CLASSES:
        raise DataError(f"{path}: {len(found.classes):,} classes found, at most {MOST_CLASSES} expected. Join some")
    if len(found.labels) > MOST_PICTURES:
        raise DataError(f"{path}: {len(found.labels):,} pictures found, at most {MOST_PICTURES:,} expected. Leave some")
    return found


def to_28x28(image: Image.Image) -> NDArray[np.uint8]:
    """One picture of any size as `(28, 28)` uint8, bright ink on a dark background.

    Converted to grey by luma; inverted if the background, the median of its outermost pixels, is bright; shrunk with
    antialiasing or enlarged to fit, keeping its proportions; padded with the background.
    """
    grey = np.asarray(_grey(image))
    background = _background(grey)
    if background >= BRIGHT:
        grey, background = 255 - grey, 255 - background
    height, width = grey.shape
    scale = IMAGE_SIZE / max(height, width)
    size = max(1, round(width * scale)), max(1, round(height * scale))
    small = np.asarray(Image.fromarray(grey).resize(size, Image.Resampling.BILINEAR))
    left, top = (IMAGE_SIZE - size[0]) // 2, (IMAGE_SIZE - size[1]) // 2
    result = np.full((IMAGE_SIZE, IMAGE_SIZE), background, np.uint8)
    result[top : top + size[1], left : left + size[0]] = small
    return result


def _background(grey: NDArray[np.uint8]) -> int:
    """The median of the outermost pixels."""
    return int(np.median(np.concatenate([grey[0], grey[-1], grey[:, 0], grey[:, -1]])))


def _grey(image: Image.Image) -> Image.Image:
    """8-bit luma (ITU-R 601). Transparent pixels become black behind bright ink, white behind dark ink."""
    if not image.has_transparency_data:
        return image.convert("L")
    luma, opacity = (np.asarray(band, np.float64) for band in image.convert("RGBA").convert("LA").split())
    dark_ink = opacity.any() and np.average(luma, weights=opacity) < BRIGHT
    flat = (luma * opacity + (255 if dark_ink else 0) * (255 - opacity)) / 255
    return Image.fromarray(flat.round().astype(np.uint8))


def _open_folder(folder: Path) -> OwnPictures:
    files = _image_files(folder)
    if not files:
        raise DataError(f"{folder}: no pictures found. Expected: {', '.join(SUFFIXES)}, one sub-folder per class")
    parents = [file.relative_to(folder).parts[:-1][:1] for file in files]
    if not all(parents) and any(parents):
        loose = files[parents.index(())].name
        raise DataError(f"{folder}: {loose!r} lies beside sub-folders of pictures. Move it into one, its class")
    names = [parent[0] if parent else folder.resolve().name for parent in parents]
    if any(parents) and {name.lower() for name in names} <= SPLIT_NAMES:
        raise DataError(
            f"{folder}: its sub-folders are {' and '.join(sorted(set(names)))}, but sub-folders are taken for classes "
            "and the split is made automatically. Name one of them instead"
        )
    classes = sorted(set(names), key=_numbers_first)
    place = {name: index for index, name in enumerate(classes)}
    return OwnPictures(
        labels=_labels(np.array([place[name] for name in names])),
        classes=tuple(_class_name(name) for name in classes),
        picture=lambda index: _open_image(files[index]),
    )


def _image_files(folder: Path) -> list[Path]:
    """Files with a suffix of `SUFFIXES` under `folder`, in order, without hidden ones."""
    found = []
    for place, folders, names in os.walk(folder, onerror=_raise):
        folders[:] = [name for name in folders if not name.startswith(".")]
        found += [Path(place, name) for name in names if name.lower().endswith(SUFFIXES) and not name.startswith(".")]
    return sorted(found)


def _raise(error: OSError) -> None:
    raise error


def _open_image(file: Path) -> Image.Image:
    body = regular_file.read(file, MOST_BYTES, SAVE_AGAIN)
    enough = (ENOUGH_PIXELS, ENOUGH_PIXELS)
    with picture_file.opened(body, file, SAVE_AGAIN, most_pixels=MOST_PIXELS, enough=enough) as image:
        if image.width * image.height <= LARGE_PIXELS:
            return _eight_bits(ImageOps.exif_transpose(image), file)
        with _one_large:
            ImageOps.exif_transpose(image, in_place=True)
            return _shrunk(_eight_bits(image, file))


def _eight_bits(image: Image.Image, file: Path) -> Image.Image:
    if image.mode.startswith("I;16"):
        return Image.fromarray(((np.asarray(image).astype(np.uint32) + 128) // 257).astype(np.uint8))
    if image.mode in ("I", "F"):
        raise DataError(f"{file}: its pixels are no grey values of 8 or 16 bits. Save it again as PNG")
    return image


def _shrunk(image: Image.Image) -> Image.Image:
    """A large picture with a longer side of no less than `ENOUGH_PIXELS`, and less than twice that."""
    if image.has_transparency_data or image.mode in ("P", "1"):
        image = image.convert("RGBA")
    return image.reduce(max(image.size) // ENOUGH_PIXELS)


def _open_npz(file: Path) -> OwnPictures:
    if file.suffix.lower() != ".npz":
        raise DataError(f"{file}: a folder of pictures or an .npz was expected")
    save = "Save it with numpy.savez(FILE, images=images, labels=labels)"
    try:
        regular_file.require_regular(file, file.stat())
        with file.open("rb") as handle:
            _require_moderate(handle, file)
            handle.seek(0)
            with np.load(handle, allow_pickle=False) as arrays:
                held = sorted(arrays)
                if "images" not in held:
                    raise DataError(f"{file}: it holds {held[:5]}, no images. {save}")
                images = arrays["images"]
                labels = arrays["labels"] if "labels" in held else np.full(len(images), file.stem)
    except DataError:
        raise
    except Exception as error:  # whatever a damaged or foreign file makes numpy raise
        raise DataError(f"{file}: not a readable .npz ({str(error)[:120]}). {save}") from error
    pixels = _pixels(images, file)
    if labels.size != len(images) or labels.dtype.kind not in "biuSU":
        raise DataError(
            f"{file}: labels are {labels.dtype} {labels.shape}, {len(images)} whole numbers or names expected. {save}"
        )
    classes, places = np.unique(labels.reshape(-1), return_inverse=True)
    names = [name.decode("utf-8", "replace") if isinstance(name, bytes) else str(name) for name in classes]
    return OwnPictures(
        labels=_labels(places),
        classes=tuple(_class_name(name) for name in names),
        picture=partial(_nth, pixels),
    )


def _require_moderate(handle: BinaryIO, file: Path) -> None:
    """Raise DataError if the arrays of an `.npz` take more than `MOST_BYTES_OF_ARRAYS`, or more than is in the file.

    Both are known from its headers: a kilobyte can unpack to a terabyte, or say that it does.
    """
    with zipfile.ZipFile(handle) as archive:
        members = archive.infolist()
        total = sum(member.file_size for member in members)
        if total > MOST_BYTES_OF_ARRAYS:
            raise DataError(
                f"{file}: arrays of {total:,} bytes found, at most {MOST_BYTES_OF_ARRAYS:,} expected. "
                "Save them as bytes 0…255, or leave some out"
            )
        for member in members:
            with archive.open(member) as array:
                start = array.read(12 + MOST_BYTES_OF_ARRAY_HEADER)
            # Numpy reads and decodes as long a header as is stated before it refuses it.
            length = int.from_bytes(start[8:10] if start[6:7] == b"\1" else start[8:12], "little")
            if start.startswith(npy.MAGIC_PREFIX) and length > MOST_BYTES_OF_ARRAY_HEADER:
                raise DataError(
                    f"{file}: {member.filename[:60]!r} is damaged: a header of {length:,} bytes found, at most "
                    f"{MOST_BYTES_OF_ARRAY_HEADER:,} expected. Save it again"
                )
            stream = io.BytesIO(start)
            version = npy.read_magic(stream)
            header = npy.read_array_header_1_0 if version == (1, 0) else npy.read_array_header_2_0
            shape, _, dtype = header(stream)
            if math.prod(shape) * dtype.itemsize > member.file_size:
                raise DataError(
                    f"{file}: {member.filename[:60]!r} is damaged: {member.file_size:,} bytes found, {shape} of "
                    f"{dtype} stated. Save it again"
                )


def _nth(pixels: NDArray[np.uint8], index: int) -> Image.Image:
    return Image.fromarray(pixels[index])


def _pixels(images: NDArray[Any], file: Path) -> NDArray[np.uint8]:
    """`images` as `(N, H, W)` or `(N, H, W, 3 or 4)` uint8."""
    if images.ndim == 4 and images.shape[3] not in (1, 3, 4) and images.shape[1] in (1, 3, 4):
        images = np.moveaxis(images, 1, 3)  # torch's order, channels first
    if images.ndim == 4 and images.shape[3] == 1:
        images = images[..., 0]
    if images.ndim not in (3, 4) or images.size == 0 or (images.ndim == 4 and images.shape[3] not in (3, 4)):
        raise DataError(f"{file}: images are {images.shape}; (N, height, width) or (N, height, width, 3) expected")
    if images.dtype == np.uint8:
        return np.ascontiguousarray(images)
    if images.dtype.kind not in "biuf":
        raise DataError(f"{file}: images are {images.dtype}; bytes 0…255 or floats 0…1 expected")
    most = 255 if images.dtype.kind in "iu" else 1
    low, high = images.min(), images.max()
    if not (low >= 0 and high <= most):  # so that a NaN is refused as well
        raise DataError(f"{file}: images go from {low:g} to {high:g}; bytes 0…255 or floats 0…1 expected")
    scaled: NDArray[np.uint8] = np.rint(images * (255.0 / most)).astype(np.uint8)
    return scaled


def _labels(places: NDArray[Any]) -> NDArray[np.uint8]:
    """Indices as bytes; `open_pictures` refuses more than 256 classes."""
    return places.astype(np.uint8)


def _numbers_first(name: str) -> tuple[bool, int, str]:
    """A sort key: 2 before 10, and both before words."""
    return (False, int(name), name) if name.isdecimal() else (True, 0, name)


def _class_name(name: str) -> str:
    return printable(name[:100]) or "?"

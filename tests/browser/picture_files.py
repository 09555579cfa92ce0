"""Files as people bring them: pictures of many kinds, and what only looks like one."""

from __future__ import annotations

import io
import struct
import zlib

import numpy as np
from PIL import Image, ImageDraw

Colour = str | int | tuple[int, ...]


def figure(size: tuple[int, int] = (120, 90), mode: str = "L", ground: Colour = 255, ink: Colour = 0) -> Image.Image:
    """A hook that looks another way when it is turned or mirrored: dark on light, if nothing else is said."""
    image = Image.new(mode, size, ground)
    width, height = size
    pen = ImageDraw.Draw(image)
    pen.rectangle((width * 0.3, height * 0.2, width * 0.4, height * 0.8), fill=ink)
    pen.rectangle((width * 0.3, height * 0.2, width * 0.7, height * 0.35), fill=ink)
    return image


def saved(image: Image.Image, kind: str, **options: object) -> bytes:
    body = io.BytesIO()
    image.save(body, kind, **options)  # type: ignore[arg-type]
    return body.getvalue()


def png(width: int, height: int, bits: int, colour: int, rows: bytes) -> bytes:
    """A PNG by hand: what its header claims need not be in it."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    header = struct.pack(">IIBBBBB", width, height, bits, colour, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")


def sixteen_bits(image: Image.Image) -> bytes:
    wide = np.asarray(image.convert("L")).astype(">u2") * 257
    return png(image.width, image.height, 16, 0, b"".join(b"\0" + row.tobytes() for row in wide))


def rotated_by_exif(image: Image.Image, orientation: int) -> bytes:
    exif = Image.Exif()
    exif[0x0112] = orientation
    return saved(image, "JPEG", exif=exif, quality=98)


def claiming(body: bytes, width: int, height: int) -> bytes:
    """A JPEG in one scan whose header claims another size."""
    place = body.index(b"\xff\xc0")
    return body[: place + 5] + struct.pack(">HH", height, width) + body[place + 9 :]


def photograph(size: tuple[int, int] = (800, 600)) -> Image.Image:
    """Dark ink on paper in bad light: a shadow from one side, noise."""
    grey = np.asarray(figure(size, "L", 190, 60)).astype(float)
    shadow = np.linspace(0, 50, size[0])[np.newaxis]
    noise = np.random.default_rng(0).normal(0, 4, grey.shape)
    return Image.fromarray(np.clip(grey - shadow + noise, 0, 255).astype(np.uint8)).convert("RGB")


def pictures() -> dict[str, bytes]:
    """What has to be read, by names that need not fit."""
    colour = figure(mode="RGB", ground=(250, 240, 10), ink=(120, 0, 30))
    see_through = figure(mode="RGBA", ground=(0, 0, 0, 0), ink=(0, 0, 0, 255))
    palette = figure(mode="P", ground=0, ink=1)
    palette.putpalette([255, 0, 0, 0, 0, 0])
    frames = [figure(), figure().transpose(Image.Transpose.FLIP_TOP_BOTTOM)]
    animation = {"save_all": True, "append_images": frames[1:]}
    return {
        "grey.png": saved(figure(), "PNG"),
        "colour.png": saved(colour, "PNG"),
        "two colours.png": saved(figure(mode="1"), "PNG"),
        "a png.jpg": saved(figure(), "PNG"),
        "photo.jpg": saved(colour, "JPEG", quality=98),
        "progressive.jpg": saved(colour, "JPEG", quality=98, progressive=True),
        "print.jpg": saved(figure(mode="CMYK", ground=(0, 0, 0, 0), ink=(0, 0, 0, 255)), "JPEG", quality=98),
        "sixteen.png": sixteen_bits(figure()),
        "palette.png": saved(palette, "PNG", transparency=0),
        "black on nothing.png": saved(see_through, "PNG"),
        "white on nothing.png": saved(figure(mode="LA", ground=(0, 0), ink=(255, 255)), "PNG"),
        "animated.gif": saved(frames[0], "GIF", **animation),
        "animated.png": saved(frames[0], "PNG", **animation),
        "animated.webp": saved(frames[0].convert("RGB"), "WEBP", lossless=True, **animation),
        "plain.bmp": saved(figure(mode="RGB", ground="white", ink="black"), "BMP"),
        "plain.webp": saved(colour, "WEBP", lossless=True),
        **{f"turned {turn}.jpg": rotated_by_exif(figure(), turn) for turn in (3, 6, 8)},
        "tall.png": saved(figure((40, 700)), "PNG"),
        "small.png": saved(figure((7, 5)), "PNG"),
    }


def no_pictures() -> dict[str, tuple[bytes, str]]:
    """What cannot be read, each with what is said of it."""
    jpeg = saved(figure(mode="RGB", ground="white", ink="black"), "JPEG")
    noise = Image.fromarray(np.random.default_rng(0).integers(0, 256, (90, 120), np.uint8))
    return {
        "empty.png": (b"", "is empty (0 bytes)"),
        "text.png": (b"not a picture at all", "is not a picture that a browser can read"),
        "cut.png": (saved(noise, "PNG")[:3_000], "was cut short"),
        "cut.jpg": (saved(noise, "JPEG")[:3_000], "was cut short"),
        "cut.gif": (saved(noise, "GIF")[:3_000], "was cut short"),
        "cut.webp": (saved(noise, "WEBP", lossless=True)[:3_000], "was cut short"),
        "cut in its header.png": (saved(noise, "PNG")[:18], "was cut short"),
        "damaged.png": (png(120, 90, 8, 0, b"\0" * 100)[:-20] + b"IEND", "was cut short"),
        "bomb.png": (png(30_000, 30_000, 1, 0, b"\0" * 3_751 * 1_000), "has 30,000 × 30,000 pixels"),
        "bomb.jpg": (claiming(jpeg, 30_000, 30_000), "has 30,000 × 30,000 pixels"),
        "bomb.gif": (b"GIF89a" + struct.pack("<HH", 30_000, 30_000) + b"\0\0\0;", "has 30,000 × 30,000 pixels"),
        "paper.pdf": (b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n", "is a PDF, not a picture"),
        "scan.tiff": (saved(figure(), "TIFF"), "is a TIFF"),
        "drawing.svg": (b'<svg xmlns="http://www.w3.org/2000/svg"/>', "is an SVG"),
        "IMG_0001.HEIC": (
            b"\0\0\0\x18ftypheic\0\0\0\0mif1heic" + b"\0\0\0\x14ispe\0\0\0\0\0\0\x0f\xc0\0\0\x0b\xd0" + b"\0" * 99,
            "is in Apple's format HEIC",
        ),
        "film.mp4": (b"\0\0\0\x18ftypisom\0\0\0\0mp42" + b"\0" * 99, "is not a picture that a browser can read"),
        "black.png": (saved(Image.new("L", (50, 40), 0), "PNG"), "is black all over"),
        "white.jpg": (saved(Image.new("L", (50, 40), 255), "JPEG"), "is white all over"),
        "one pixel.png": (saved(Image.new("RGB", (1, 1), (200, 30, 30)), "PNG"), "is one shade of grey all over"),
        "nothing.png": (saved(Image.new("RGBA", (50, 40), (0, 0, 0, 0)), "PNG"), "is transparent all over"),
    }

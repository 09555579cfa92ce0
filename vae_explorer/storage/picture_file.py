"""Opening a picture that comes from anybody: the only place where Pillow opens a file."""

from __future__ import annotations

import io
import re
import warnings
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from pathlib import Path

from PIL import Image

from vae_explorer.errors import DataError

# For some other formats Pillow starts programs: PostScript is run by Ghostscript.
FORMATS = ("PNG", "JPEG", "GIF", "BMP", "WEBP", "TIFF", "PPM")

# Where `Image.info` has the size before a JPEG was decoded at a fraction of it.
WHOLE_SIZE = "whole size"

# Markers in a JPEG.
_START = b"\xff\xd8"
_BASELINE_FRAMES = (b"\xc0", b"\xc1")
_SCAN = b"\xda"

# Pillow warns of damaged metadata, which does not matter here, and of large pictures, which `most_pixels` judges. Not
# around each picture: that would change the filters of other threads too.
warnings.filterwarnings("ignore", module=r"PIL\.")


@contextmanager
def opened(
    body: bytes,
    file: Path,
    fix: str,
    *,
    most_pixels: int,
    formats: Collection[str] = FORMATS,
    enough: tuple[int, int] | None = None,
) -> Iterator[Image.Image]:
    """A picture, not decoded yet, for a `with` block that decodes it; its own size is in `info[WHOLE_SIZE]`.

    Args:
        body: the content of `file`; `regular_file.read` gets it.
        fix: what to do about one that cannot be opened, a sentence for the message.
        most_pixels: width times height of what would be decoded, which the header tells.
        formats: those of `FORMATS` that are allowed here, whatever the file is called.
        enough: width and height that do; a JPEG in one scan is then decoded at a fraction of its size, but not below.

    Raises:
        DataError: it is no picture or too large, or its pixels turn out to be damaged in the block.
    """
    try:
        with Image.open(io.BytesIO(body), formats=tuple(formats)) as image:
            image.info[WHOLE_SIZE] = image.size
            if enough is not None and _in_one_scan(body):
                image.draft("RGB", enough)
            if image.width * image.height > most_pixels:
                raise DataError(
                    f"{file}: {image.width:,} x {image.height:,} pixels found, {most_pixels:,} at most expected. {fix}"
                )
            yield image
    except DataError:
        raise
    except Exception as error:  # whatever a damaged file makes its decoder raise
        reason = re.sub(r" <_io.*?>", "", str(error))[:120]
        raise DataError(f"{file}: not a readable picture ({reason}). {fix}") from error


def _in_one_scan(body: bytes) -> bool:
    """Whether this is a JPEG whose first scan has all components, none of them in parts.

    Of such a one the decoder holds some rows at a time. Of any other, such as a progressive one, it holds all
    coefficients, two bytes for each of up to four components of each pixel, however small the decoded picture is.
    """
    if not body.startswith(_START):
        return False
    components = None
    place = len(_START)
    while body[place : place + 1] == b"\xff":
        marker, content = body[place + 1 : place + 2], place + 4
        if marker in _BASELINE_FRAMES:
            components = body[content + 5 : content + 6]
        if marker == _SCAN:
            return body[content : content + 1] == components
        place += 2 + int.from_bytes(body[place + 2 : content], "big")
    return False

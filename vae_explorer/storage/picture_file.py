"""Opening a picture that comes from anybody: the only place where Pillow opens a file."""

from __future__ import annotations

import io
import re
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from pathlib import Path

from PIL import Image

from vae_explorer.errors import DataError

# For some other formats Pillow starts programs: PostScript is run by Ghostscript.
FORMATS = ("PNG", "JPEG", "GIF", "BMP", "WEBP", "TIFF", "PPM")


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
    """A picture, not decoded yet, for a `with` block that decodes it.

    Args:
        body: the content of `file`; `regular_file.read` gets it.
        fix: what to do about one that cannot be opened, a sentence for the message.
        most_pixels: width times height of what would be decoded, which the header tells.
        formats: those of `FORMATS` that are allowed here, whatever the file is called.
        enough: width and height that do; a JPEG is then decoded at a fraction of its size, but not below.

    Raises:
        DataError: it is no picture or too large, or its pixels turn out to be damaged in the block.
    """
    try:
        with Image.open(io.BytesIO(body), formats=tuple(formats)) as image:
            if enough is not None:
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

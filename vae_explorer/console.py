"""The streams of a command line, made so that printing cannot fail."""

from __future__ import annotations

import io
import sys
from contextlib import suppress


def print_anything() -> None:
    """From now on, what the console cannot show is printed as an escape such as `\\u624b`.

    Names of files and classes may hold any character, and a console on Windows, or one without a locale, only some. By
    default printing another one ends the program.
    """
    for stream in (sys.stdout, sys.stderr):
        # One that led to a file when it was opened, and now to a pipe, cannot say where it is.
        with suppress(OSError):
            if isinstance(stream, io.TextIOWrapper):
                stream.reconfigure(errors="backslashreplace")

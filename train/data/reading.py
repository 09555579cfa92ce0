"""How the user's own pictures are to be read, as the command line says it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Reading:
    """Options of every command that reads a data set; the named data sets need none.

    Attributes:
        invert: whether dark and light change places; None to find out from the edges of the pictures.
        skip_unreadable: leave out files that cannot be read, and classes that have no other, instead of refusing them.
    """

    invert: bool | None = None
    skip_unreadable: bool = False


# Nothing was said: find out, and refuse what cannot be read.
AS_FOUND = Reading()

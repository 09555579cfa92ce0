"""Old names of commands and options, which go on working for one release and say what they are called now."""

from __future__ import annotations

import functools
import sys
from collections.abc import Callable


def renamed(command: Callable[..., None], old: str, new: str) -> Callable[..., None]:
    """`command` under its old name."""

    @functools.wraps(command)
    def under_its_old_name(*arguments: object, **options: object) -> None:
        say_renamed(old, new)
        command(*arguments, **options)

    return under_its_old_name


def say_renamed(old: str, new: str) -> None:
    """Tell the user, on stderr."""
    print(f"{old} is now called {new}; the old name will go with the next release", file=sys.stderr)

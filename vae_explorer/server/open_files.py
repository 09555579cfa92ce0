"""How many files and connections the server may have open: each visitor takes about six."""

from __future__ import annotations

import importlib

# macOS allows 256 to begin with. More than any class needs.
WANTED = 8192
PER_VISITOR = 6
# The program itself, and reserves.
BASE = 60
ENOUGH_VISITORS = 150

TEXT = "Only {limit} files may be open at once here, enough for about {visitors} visitors. For more: ulimit -n {wanted}"


def allow_many() -> tuple[int, str | None]:
    """Raise this process's own limit as far as it may.

    Returns:
        How many may be open, and a line for the person at the terminal if these are few.
    """
    try:
        resource = importlib.import_module("resource")
    except ModuleNotFoundError:  # Windows has no such limit
        return WANTED, None
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    unlimited = resource.RLIM_INFINITY
    limit = WANTED if hard == unlimited else min(WANTED, hard)
    if soft == unlimited or soft >= limit:
        limit = soft
    else:
        try:
            resource.setrlimit(resource.RLIMIT_NOFILE, (limit, hard))
        except (OSError, ValueError):  # some systems have a limit of their own above
            limit = soft
    visitors = (limit - BASE) // PER_VISITOR
    if limit == unlimited:
        return WANTED, None
    if visitors >= ENOUGH_VISITORS:
        return limit, None
    return limit, TEXT.format(limit=limit, visitors=max(visitors, 0), wanted=WANTED)

"""Rounding of what is written to `model.json`."""

from __future__ import annotations

import math

# More digits would depend on the number of threads.
SIGNIFICANT = 6


def rounded(value: float) -> float:
    """`value` to six significant digits; integers stay as they are."""
    if isinstance(value, int) or value == 0 or not math.isfinite(value):
        return value
    return round(value, SIGNIFICANT - 1 - math.floor(math.log10(abs(value))))

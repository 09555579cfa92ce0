"""Which values of a data set are black and white: found once, from the lowest and the highest in all of its pictures.

A mask holds 0 and 1, a scanner's file twelve bits in sixteen, an array floats in 0…1, in -1…1 or up to 255. Nothing in
the file says which.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

BYTE, WORD = 255.0, 65535.0

# How far values may stray from their range, in proportion to it: resampling with a sharp kernel overshoots.
OVERSHOOT = 0.2


@dataclass(frozen=True)
class ValueRange:
    """`low` and `high` were found in the data; `black` and `white` are the values that become 0 and 255."""

    low: float
    high: float
    black: float
    white: float

    def to_bytes(self, values: NDArray[np.generic]) -> NDArray[np.uint8]:
        """`values` of any shape as uint8; what lies outside black…white is cut off."""
        if values.dtype == np.uint8 and (self.black, self.white) == (0, BYTE):
            return values.astype(np.uint8, copy=False)
        scaled = (values.astype(np.float64) - self.black) * (BYTE / (self.white - self.black))
        as_bytes: NDArray[np.uint8] = np.rint(scaled.clip(0, BYTE)).astype(np.uint8)
        return as_bytes

    def to_byte(self, value: float) -> float:
        """One value in 0…255, not rounded."""
        return (value - self.black) * BYTE / (self.white - self.black)

    def words(self) -> str:
        """What a person should know of it, such as `0…16, scaled so that 0 is black and 16 white`."""
        found = f"{_plain(self.low)}…{_plain(self.high)}"
        if (self.black, self.white) == (0, BYTE):
            return found if self.high == BYTE else f"{found} of 0…255"
        return f"{found}, scaled so that {_plain(self.black)} is black and {_plain(self.white)} white"


def _plain(value: float) -> str:
    return f"{value:,.0f}" if abs(value) >= 100_000 else f"{value:.5g}"


def find_range(low: float, high: float) -> ValueRange | None:
    """The range of pictures whose values, whole numbers or floats, go from `low` to `high`; None where none is known.

    It is the first of 0…1, 0…255 and 0…65535 that holds them, where they reach beyond its middle; else white is the
    highest value. Below zero, -1…1 is known, anything else goes from the lowest value to the highest.
    """
    if not (math.isfinite(low) and math.isfinite(high)):
        return None
    for full in (1.0, BYTE):
        if -OVERSHOOT * full <= low and full / 2 < high <= full * (1 + OVERSHOOT * (low < 0 or full == 1)):
            return ValueRange(low, high, 0, full)
    if low >= 0:
        full = BYTE if high <= BYTE else WORD
        white = full if full / 2 < high <= full or high == 0 else high
        return ValueRange(low, high, 0, white)
    if -1 <= low < -0.5 and high <= 1:
        return ValueRange(low, high, -1, 1)
    return ValueRange(low, high, low, max(high, low + 1e-6))

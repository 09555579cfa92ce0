"""The ten digits as a hand writes them: strokes in shares of the canvas, with about as many points as a pen reports."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

POINTS = 5  # from one of the places below to the next

# Where each stroke passes, from its start to its end, in hundredths.
PLACES = {
    0: ["56,22 40,27 32,47 36,70 50,79 64,68 69,47 64,28 54,22"],
    1: ["56,18 53,38 50,58 46,82"],
    2: ["32,34 42,22 58,22 65,34 60,50 46,65 32,77 33,79 50,77 70,78"],
    3: ["34,27 48,20 62,25 64,37 55,46 45,49 57,51 67,60 64,73 50,80 33,75"],
    4: ["36,22 33,37 33,50 46,54 68,49", "65,20 62,42 59,62 56,82"],
    5: ["40,24 37,36 36,46 50,44 63,54 63,69 50,79 33,76", "40,24 52,23 68,21"],
    6: ["58,19 45,32 37,50 36,67 46,79 60,75 64,62 54,54 40,62"],
    7: ["30,26 45,25 66,24 62,36 54,56 46,82"],
    8: ["64,27 52,20 39,27 41,41 54,51 63,64 57,77 44,78 37,66 46,52 58,41 64,27"],
    9: ["63,30 51,21 37,29 38,43 51,47 62,36 64,27 61,50 57,66 52,82"],
}


def strokes_of(digit: int) -> list[NDArray[np.float64]]:
    """Each `(N, 2)`, x to the right and y down, in 0…1."""
    written = [[place.split(",") for place in stroke.split()] for stroke in PLACES[digit]]
    return [smooth(np.array(places, float) / 100) for places in written]


def smooth(places: NDArray[np.float64]) -> NDArray[np.float64]:
    """A curve through all places `(K, 2)`: a Catmull-Rom spline, whose ends go straight on."""
    padded = np.concatenate([2 * places[:1] - places[1:2], places, 2 * places[-1:] - places[-2:-1]])
    t = np.linspace(0, 1, POINTS, endpoint=False)[:, np.newaxis]
    curve = [
        ((2 * b) + (c - a) * t + (2 * a - 5 * b + 4 * c - d) * t**2 + (3 * b - a - 3 * c + d) * t**3) / 2
        for a, b, c, d in zip(padded, padded[1:], padded[2:], padded[3:], strict=False)
    ]
    return np.concatenate([*curve, places[-1:]])

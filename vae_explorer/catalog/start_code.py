"""The code that a model opens with: that of a picture which its decoder draws clearly, near the middle of them all."""

from __future__ import annotations

from typing import TypedDict

import numpy as np
from numpy.typing import NDArray

from vae_explorer.catalog.latent_dims import used_dims
from vae_explorer.storage.model_folder import ModelFolder

# The share of pictures that are reconstructed best. The class that is best of all does not count: ones, where there is
# little to see.
BEST = 0.1
# Of the classifier, if there is one: it sees in such a reconstruction what it is of.
SURE = 0.99

DECIMALS = 2  # as the page shows a code, and a link holds it


class StartCode(TypedDict):
    """`z` is `(D,)`; `label` is the picture's class."""

    z: list[float]
    label: int


def start_code(folder: ModelFolder) -> StartCode:
    """The code, rounded.

    At the origin itself many decoders draw a blend of several classes.
    """
    codes, used = folder.codes, used_dims(folder)
    clear = _is_clear(folder)
    offsets = codes["mu"][:, used] - codes["mu"][:, used].mean(axis=0)
    distances = np.where(clear, np.square(offsets).sum(axis=1), np.inf)
    index = int(distances.argmin())
    z = codes["mu"][index].astype(np.float64).round(DECIMALS) + 0.0  # no -0
    return {"z": z.tolist(), "label": int(codes["label"][index])}


def _is_clear(folder: ModelFolder) -> NDArray[np.bool_]:
    """Which pictures are reconstructed clearly: `(N,)`, at least one."""
    label, loss = folder.codes["label"], folder.codes["reconstruction"]
    classes = np.unique(label)
    others = np.ones(len(loss), bool)
    if len(classes) > 1:
        others = label != classes[np.argmin([np.median(loss[label == each]) for each in classes])]
    best: NDArray[np.bool_] = others & (loss <= np.quantile(loss[others], BEST))
    if "prediction" not in folder.codes:
        return best
    sure: NDArray[np.bool_] = (
        best & (folder.codes["prediction"] == label) & (folder.codes["prediction_confidence"] > SURE)
    )
    return sure if sure.any() else best

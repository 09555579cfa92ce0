"""Tables of what a model is good for, as small as they can be."""

from __future__ import annotations

from vae_explorer.storage.uses import (
    Anomaly,
    Augmentation,
    AugmentationRow,
    Fill,
    Imputation,
    ImputationRow,
    OtherSet,
    ScoreRange,
    Uses,
)

SMALL_USES = Uses(
    imputation=Imputation(
        method="By guessing.",
        pictures=20,
        whole_right_class=0.95,
        rows=(ImputationRow("left-half", 0.5, {"model": Fill(0.05, 0.9), "mean": Fill(0.07, None)}),),
    ),
    anomaly=Anomaly(
        pictures=20,
        samples=10,
        scores=(ScoreRange("elbo", "-ELBO, nats", 100.5, 40.25, 300.0, (18, 2)),),
        sets=(OtherSet("blank", 20, {"elbo": 0.0}, {"elbo": (20, 0)}),),
    ),
    augmentation=Augmentation(
        method="By hand.",
        steps=3,
        temperature=1.5,
        rows=(AugmentationRow(10, "none", 0.5, 0.1, (0.4, 0.6)),),
    ),
)

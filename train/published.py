"""The shipped models beside published ones: README's table, from their model.json.

All of it is of MNIST's test digits binarised at random, in nats per image; `evaluate/bound.py` says why. Only models
that are the same kind of thing are compared: no class, no beta.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from vae_explorer.storage import model_folder

COLUMNS = {
    "reconstruction": "test_binarised_reconstruction",
    "KL": "test_binarised_kl",
    "-ELBO": "test_binarised_negative_elbo",
    "bound on -log p(x)": "test_binarised_importance_weighted_bound",
}


@dataclass(frozen=True)
class Published:
    """A row of a published table: nats per image by the names of `COLUMNS`, losses as positive numbers."""

    source: str
    latent_dim: int
    values: dict[str, float]


# Names of shipped models, each followed by what it is compared with. Table 1 of Davidson et al., "Hyperspherical
# Variational Auto-Encoders", UAI 2018: N-VAE, means of 10 runs, 500 samples; table 1 of Burda, Grosse and
# Salakhutdinov, "Importance Weighted Autoencoders", ICLR 2016: VAE, one stochastic layer, k = 1, 5,000 samples. Read as
# quoted by public reproductions of them: github.com/raphaelrubrice/HVAE and github.com/nbip/IWAE.
DAVIDSON, BURDA = "Davidson et al., 2018, table 1", "Burda et al., 2016, table 1"
ROWS: tuple[str | Published, ...] = (
    "conv-2",
    Published(DAVIDSON, 2, {"reconstruction": 129.84, "KL": 7.24, "-ELBO": 137.08, "bound on -log p(x)": 135.73}),
    "mlp-20",
    "conv-20",
    Published(DAVIDSON, 20, {"reconstruction": 71.29, "KL": 23.50, "-ELBO": 94.79, "bound on -log p(x)": 88.90}),
    Published(BURDA, 50, {"bound on -log p(x)": 86.76}),
)


def comparison(models: Path) -> str:
    """The table, in Markdown, of the model folders in `models`; without those that `evaluate` has not been run for."""
    lines = [_line("binarised MNIST", "dimensions", *COLUMNS), "|---" * (2 + len(COLUMNS)) + "|"]
    for row in ROWS:
        if isinstance(row, Published):
            values = [row.values.get(column) for column in COLUMNS]
            lines.append(_line(row.source, str(row.latent_dim), *map(_nats, values)))
            continue
        folder = model_folder.read(models / row)
        if all(name in folder.metrics for name in COLUMNS.values()):
            values = [folder.metrics[name]["value"] for name in COLUMNS.values()]
            lines.append(_line(f"`{row}`", str(folder.config.latent_dim), *map(_nats, values)))
    return "\n".join(lines)


def _line(*cells: str) -> str:
    return "| " + " | ".join(cells) + " |"


def _nats(value: float | None) -> str:
    return "-" if value is None else f"{value:.1f}"

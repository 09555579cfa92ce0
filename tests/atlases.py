"""Makes the shipped pictures from the files of the data sets: `python -m tests.atlases --data-dir data`.

Test pictures are all there are, in their own order. Training pictures are every fifth of MNIST's and every tenth of
Fashion-MNIST's: as many as fit 2.5 MB, with the classes as they are in the data. The same pixels each time; with the
versions of `constraints.txt` the same bytes.
"""

from __future__ import annotations

import argparse
from pathlib import Path

from train.data.named_files import load_named
from train.data.named_sets import NAMED_SETS
from vae_explorer import paths
from vae_explorer.catalog.training_sets import COUNTS
from vae_explorer.storage.labelled_atlas import labelled_atlas_bytes


def main() -> None:
    """Write both atlases of each data set to the folder of the assets."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data-dir", type=Path, default=Path("data"), help="folder of the data sets")
    parser.add_argument("--to", type=Path, default=paths.assets(), help="folder of the assets")
    options = parser.parse_args()
    for name in COUNTS:
        folder = options.to / name
        folder.mkdir(parents=True, exist_ok=True)
        for atlas, body in atlases(name, options.data_dir).items():
            (folder / f"{atlas}.png").write_bytes(body)
            print(f"{folder / atlas}.png  {len(body):,} bytes")


def atlases(name: str, data_dir: Path) -> dict[str, bytes]:
    """Those of a data set, by the names of `COUNTS`."""
    data = load_named(NAMED_SETS[name], data_dir)
    every = len(data.train.labels) // COUNTS[name]["training"]
    return {
        "training": labelled_atlas_bytes(data.train.images[::every], data.train.labels[::every]),
        "digits": labelled_atlas_bytes(data.test.images, data.test.labels),
    }


if __name__ == "__main__":
    main()

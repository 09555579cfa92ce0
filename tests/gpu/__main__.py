"""Measures on a GPU what cannot be measured without one, and prints a table: `python -m tests.gpu --data-dir DIR`.

It takes at most six minutes, and needs no network and no pytest. DIR is MNIST as torchvision keeps it, or has its four
files, gzipped or not, in a folder `MNIST`.
"""

from __future__ import annotations

import argparse
import gzip
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from tests import command
from tests.gpu.parts import PARTS, within_limit
from tests.gpu.rows import Row, Setting
from tests.mnist import idx_bytes
from train.data.data_set import DataSet
from train.data.named_files import load_named
from train.data.named_sets import NAMED_SETS
from vae_explorer.errors import VaeExplorerError

SMALL_TRAIN, SMALL_TEST = 480, 100


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.gpu", description=__doc__)
    parser.add_argument("--data-dir", type=Path, required=True, help="folder with MNIST")
    parser.add_argument("--device", default="cuda", help="default: %(default)s")
    parser.add_argument("--small", action="store_true", help="few pictures, no goals: does everything run?")
    parser.add_argument("--only", choices=PARTS, action="append", help="this part; may be given more than once")
    given = parser.parse_args(arguments)
    not_ok = 0
    with tempfile.TemporaryDirectory() as folder:
        work = Path(folder)
        try:
            data_dir = unpacked(given.data_dir, work / "data")
            if given.small:
                data_dir = cut(load_named(NAMED_SETS["mnist"], data_dir), work / "small")
        except (OSError, ValueError, VaeExplorerError) as error:
            sys.exit(f"error: {error}")
        setting = Setting(data_dir, work, given.device, given.small)
        command.start_server()  # its imports are no part's time
        print(Row("what", "goal", "figure", None), flush=True)
        for name in given.only or PARTS:
            for row in within_limit(name, setting, PARTS[name].limit * (5 if given.small else 1)):
                print(row, flush=True)
                not_ok += row.ok is False
    print(f"{not_ok} not ok" if not_ok else "all ok", flush=True)
    sys.exit(1 if not_ok else 0)


def unpacked(folder: Path, to: Path) -> Path:
    """The folder itself if torchvision's layout is in it, else a new one with that layout."""
    if (folder / "MNIST" / "raw" / "train-images-idx3-ubyte").exists():
        return folder
    raw = to / "MNIST" / "raw"
    raw.mkdir(parents=True)
    for stem in ("train-images-idx3", "train-labels-idx1", "t10k-images-idx3", "t10k-labels-idx1"):
        packed = folder / "MNIST" / f"{stem}-ubyte.gz"
        if not packed.exists():
            raise ValueError(f"{packed} is not there. Name the folder that has MNIST: --data-dir")
        (raw / f"{stem}-ubyte").write_bytes(gzip.decompress(packed.read_bytes()))
    return to


def cut(data: DataSet, to: Path) -> Path:
    """The first pictures of a data set as one of their own."""
    raw = to / "MNIST" / "raw"
    raw.mkdir(parents=True)
    for stem, split, count in (("train", data.train, SMALL_TRAIN), ("t10k", data.test, SMALL_TEST)):
        (raw / f"{stem}-images-idx3-ubyte").write_bytes(idx_bytes(split.images[:count]))
        (raw / f"{stem}-labels-idx1-ubyte").write_bytes(idx_bytes(split.labels[:count]))
    return to


if __name__ == "__main__":
    main()

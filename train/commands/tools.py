"""`judge`, `look` and `bench`: the classifier of samples, one's own pictures, and speed."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from .options import DataDir, Device, Overwrite


def judge(
    data_set: Annotated[str, typer.Option("--data", help="Data set whose classes it tells apart.")] = "mnist",
    data_dir: DataDir = Path("data"),
    epochs: Annotated[int, typer.Option(min=1, help="Passes over the training images.")] = 10,
    seed: Annotated[int, typer.Option(min=0, max=2**31 - 1, help="Fixes weights, order and shifts.")] = 0,
    device: Device = "auto",
    output: Annotated[Path | None, typer.Option(help="File to write.  [default: the shipped judge of DATA]")] = None,
    overwrite: Overwrite = False,
) -> None:
    """Train the classifier that judges random samples."""
    from vae_explorer.storage import classifier_file

    from ..data.load import load_data
    from ..device import choose_device
    from ..evaluate.classifier import require_free, train_judge

    if output is not None:
        require_free(output, overwrite)
    where = choose_device(device)
    data = load_data(data_set, data_dir)
    path = output or classifier_file.shipped_path(data.spec.name)
    require_free(path, overwrite)
    found = train_judge(data, where, epochs, seed)
    classifier_file.write(found, path)
    print(f"Wrote {path}: names {found.accuracy:.2%} of {len(data.test.labels):,} test pictures right")


def look(
    data_set: Annotated[str, typer.Argument(metavar="DATA", help="A folder of pictures, or an .npz.")],
    output: Annotated[Path, typer.Option(help="PNG to write.")] = Path("look.png"),
) -> None:
    """Show how pictures of your own are turned to 28x28."""
    from ..data.inspect import write_look

    pairs = write_look(data_set, output)
    print(f"Wrote {output}: {pairs} pictures, each as it is and as the model sees it")


def bench(
    data_dir: DataDir = Path("data"),
    device: Device = "auto",
    rounds: Annotated[int, typer.Option(min=1, help="Alternations of the two loops.")] = 5,
    steps: Annotated[int, typer.Option(min=1, max=469, help="Steps of batch 128 a round.")] = 150,
    full: Annotated[bool, typer.Option("--full", help="Run the plain recipe until it is there, too.")] = False,
) -> None:
    """Measure speed against the plain loop, alternating the two in one run."""
    from ..bench.bench import bench as measure

    measure(data_dir, device, rounds, steps, full)

"""`classifier`, `inspect` and `bench`: the classifier of samples, your own pictures, and speed."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from .options import DataDir, Device, Overwrite


def classifier(
    data_set: Annotated[str, typer.Option("--data", help="Data set whose classes it distinguishes.")] = "mnist",
    data_dir: DataDir = Path("data"),
    epochs: Annotated[int, typer.Option(min=1, help="Passes over the training images.")] = 10,
    seed: Annotated[int, typer.Option(min=0, max=2**31 - 1, help="Determines weights, order and shifts.")] = 0,
    device: Device = "auto",
    output: Annotated[
        Path | None, typer.Option(help="File to write.  [default: the shipped classifier of DATA]")
    ] = None,
    overwrite: Overwrite = False,
) -> None:
    """Train the classifier that random samples are measured with."""
    from vae_explorer.storage import classifier_file

    from ..data.load import load_data
    from ..device import choose_device
    from ..evaluate.train_classifier import require_free, train_classifier

    if output is not None:
        require_free(output, overwrite)
    where = choose_device(device)
    data = load_data(data_set, data_dir)
    path = output or classifier_file.shipped_path(data.spec.name)
    require_free(path, overwrite)
    found = train_classifier(data, where, epochs, seed)
    classifier_file.write(found, path)
    print(f"Wrote {path}: recognises {found.accuracy:.2%} of {len(data.test.labels):,} test pictures")


def inspect(
    data_set: Annotated[str, typer.Argument(metavar="DATA", help="A folder of pictures, or an .npz.")],
    output: Annotated[Path, typer.Option(help="PNG to write.")] = Path("inspect.png"),
) -> None:
    """Show how your own pictures are converted to 28x28."""
    from ..data.inspect import write_sheet

    pairs = write_sheet(data_set, output)
    print(f"Wrote {output}: {pairs} pictures, each as it is and as the model sees it")


def bench(
    data_dir: DataDir = Path("data"),
    device: Device = "auto",
    rounds: Annotated[int, typer.Option(min=1, help="Alternations of the two loops.")] = 5,
    steps: Annotated[int, typer.Option(min=1, max=469, help="Steps of batch size 128 per round.")] = 150,
    full: Annotated[
        bool, typer.Option("--full", help="Also run the plain recipe until it reaches the target.")
    ] = False,
) -> None:
    """Measure speed against the plain loop, alternating the two in one run."""
    from ..bench.bench import bench as measure

    measure(data_dir, device, rounds, steps, full)

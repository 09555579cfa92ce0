"""`classifier`, `inspect` and `bench`: the classifier of samples, your own pictures, and speed."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from .options import DATA_HELP, DataDir, Device, Invert, Overwrite, SkipUnreadable


def classifier(
    data_set: Annotated[str, typer.Option("--data", help=DATA_HELP)] = "mnist",
    data_dir: DataDir = Path("data"),
    invert: Invert = None,
    skip_unreadable: SkipUnreadable = False,
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
    from ..data.reading import Reading
    from ..device import choose_device
    from ..evaluate.train_classifier import require_free, train_classifier

    if output is not None:
        require_free(output, overwrite)
    where = choose_device(device)
    data = load_data(data_set, data_dir, Reading(invert, skip_unreadable))
    path = output or classifier_file.shipped_path(data.spec.name)
    require_free(path, overwrite)
    found = train_classifier(data, where, epochs, seed)
    classifier_file.write(found, path)
    print(f"Wrote {path}: recognises {found.accuracy:.2%} of {len(data.test.labels):,} test pictures")


def inspect(
    context: typer.Context,
    data_set: Annotated[
        str | None, typer.Argument(metavar="DATA", help="A folder of pictures, an .npz, .npy or .csv.")
    ] = None,
    as_elsewhere: Annotated[
        str | None, typer.Option("--data", help="The same, as other commands have it.", hidden=True)
    ] = None,
    output: Annotated[Path, typer.Option(help="PNG to write.")] = Path("inspect.png"),
    invert: Invert = None,
    skip_unreadable: SkipUnreadable = False,
) -> None:
    """Show what is found in your own pictures. The PNG has some, each beside what becomes of it at 28x28."""
    from ..data.inspect import write_sheet
    from ..data.reading import Reading

    place = data_set or as_elsewhere
    if place is None or (data_set and as_elsewhere):
        raise typer.BadParameter("one place of pictures expected, DATA", ctx=context)
    pairs = write_sheet(place, output, Reading(invert, skip_unreadable))
    print(f"Wrote {output}: {pairs} picture{'s' * (pairs != 1)}, each as it is and as the model sees it")


def bench(
    data_dir: DataDir = Path("data"),
    device: Device = "auto",
    rounds: Annotated[int, typer.Option(min=1, help="Alternations of the two loops.")] = 5,
    steps: Annotated[int, typer.Option(min=1, max=469, help="Steps of batch size 128 per round.")] = 150,
    full: Annotated[
        bool, typer.Option("--full", help="Run the plain loop to the same loss, instead of estimating its time.")
    ] = False,
) -> None:
    """Measure the speed of training beside a plain PyTorch loop. The two take turns."""
    from ..bench.bench import bench as measure

    measure(data_dir, device, rounds, steps, full)

"""Options that several commands share, each with the one text that explains it."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from ..data.named_sets import NAMED_SETS

DATA_HELP = f"{', '.join(NAMED_SETS)}, or your own: a folder of pictures, an .npz, .npy or .csv."

DataDir = Annotated[Path, typer.Option(help="Folder of the data sets; they are downloaded to it if absent.")]
Invert = Annotated[
    bool | None,
    typer.Option(
        "--invert/--no-invert",
        help="Your own pictures: swap dark and light, or do not.  [default: swap if most have light edges]",
    ),
]
SkipUnreadable = Annotated[
    bool,
    typer.Option("--skip-unreadable", help="Your own pictures: leave out files and classes that cannot be read."),
]
Device = Annotated[str, typer.Option(help="auto, cpu, cuda, cuda:N (the card with this number) or mps.")]
ModelName = Annotated[str, typer.Argument(help="Name of a shipped model or of one in models/, or a model folder.")]
Overwrite = Annotated[bool, typer.Option("--overwrite", help="Replace what is there.")]
PublishAnyway = Annotated[
    bool, typer.Option("--publish-anyway", help="Write the model folder even if its loss is above a grey picture's.")
]
Resume = Annotated[bool, typer.Option("--resume", help="Continue a stopped run for the same output.")]

"""Options that several commands share, each with the one text that explains it."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from ..data.named_sets import NAMED_SETS

DATA_HELP = f"{', '.join(NAMED_SETS)}, or your own: a folder of pictures, an .npz."

DataDir = Annotated[Path, typer.Option(help="Folder of the data sets; they are downloaded to it if absent.")]
Device = Annotated[str, typer.Option(help="auto, cpu, cuda or mps.")]
ModelName = Annotated[str, typer.Argument(help="Name of a shipped model, or a model folder.")]
Overwrite = Annotated[bool, typer.Option("--overwrite", help="Replace what is there.")]
PublishAnyway = Annotated[
    bool, typer.Option("--publish-anyway", help="Write the model folder even if a grey picture is better.")
]
Resume = Annotated[bool, typer.Option("--resume", help="Continue a stopped run for the same output.")]

"""`python -m train COMMAND`, also `vae-explorer train COMMAND`; the commands are in `command_line`."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence

from vae_explorer.console import print_anything
from vae_explorer.errors import MissingExtraError, VaeExplorerError

PACKAGE = __name__.partition(".")[0] if __name__ != "__main__" else __package__ or ""

# What the extra `train` installs. Nothing here or in what is imported above needs it.
EXTRA = {"typer", "rich", "torch", "torchvision"}


def main(arguments: Sequence[str] | None = None, program: str = f"python -m {PACKAGE}") -> None:
    """Run a command and exit; an error of ours is one line on stderr and exit code 2.

    `program` is what the user typed before the command, for the texts that repeat it.
    """
    print_anything()
    # By default torch's threads spin for long while they wait for each other, and a step takes many times as long on a
    # machine that is also doing something else; threads that sleep at once make it a third slower on an idle one. So
    # they spin briefly. The variable is read when torch is imported, which no command has done yet.
    if "OMP_WAIT_POLICY" not in os.environ:
        os.environ.setdefault("GOMP_SPINCOUNT", "30000")
    try:
        sys.exit(_run(sys.argv[1:] if arguments is None else arguments, program))
    except VaeExplorerError as error:
        print(f"error: {error}", file=sys.stderr)
        sys.exit(2)


def _run(arguments: Sequence[str], program: str) -> int:
    try:
        from .command_line import run

        return run(arguments, program)
    except ModuleNotFoundError as error:
        if error.name not in EXTRA:
            raise
        raise MissingExtraError(error.name, "train") from error


if __name__ == "__main__":
    main()

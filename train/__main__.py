"""Command line: `python -m train COMMAND`; each command is a function of `train.commands`."""

from __future__ import annotations

import os
import sys

import typer

from vae_explorer.errors import VaeExplorerError

from .commands import fitting, models, tools

app = typer.Typer(add_completion=False, pretty_exceptions_enable=False, rich_markup_mode=None)
app.command()(fitting.fit)
app.command()(fitting.zoo)
app.command()(models.sample)
app.command("list")(models.list_models)
app.command()(models.evaluate)
app.command("map")(models.map_pictures)
app.command()(models.project)
app.command("import")(models.import_model)
app.command()(models.export)
app.command()(tools.judge)
app.command()(tools.look)
app.command()(tools.bench)

# What typer raises for an option that it cannot take; it has no public name in every version.
UsageError: type[typer.BadParameter] = typer.BadParameter.__bases__[0]


def main() -> None:
    """Run the command line; an error of ours is one line on stderr and exit code 2."""
    # Threads of torch that wait for each other spin long, unless told otherwise, and on a machine that does anything
    # else besides a step then takes many times as long; threads that sleep at once cost a third of an idle one. So
    # they spin shortly. Read once, when torch is imported, which no command has done yet.
    if "OMP_WAIT_POLICY" not in os.environ:
        os.environ.setdefault("GOMP_SPINCOUNT", "30000")
    try:
        sys.exit(app(sys.argv[1:] or ["--help"], prog_name="python -m train", standalone_mode=False))
    except UsageError as error:
        command = error.ctx.command_path if error.ctx else "python -m train"
        sys.exit(_refuse(f"{error.format_message().rstrip('.')}. See: {command} --help"))
    except VaeExplorerError as error:
        sys.exit(_refuse(str(error)))
    except RuntimeError as error:
        # Torch's own kind, known by its name: only a command that computes has imported torch.
        if type(error).__name__ != "OutOfMemoryError":
            raise
        sys.exit(_refuse("the device is out of memory. Try --device cpu"))
    except (typer.Abort, KeyboardInterrupt):
        sys.exit(_refuse("stopped; nothing was written"))


def _refuse(message: str) -> int:
    """Print the one line of an error; the exit code that goes with it."""
    print(f"error: {message}", file=sys.stderr)
    return 2


if __name__ == "__main__":
    main()

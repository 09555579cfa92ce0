"""The commands of the training package, by name; each is a function of `commands`."""

from __future__ import annotations

from collections.abc import Sequence

import typer

from vae_explorer.errors import ConfigError, DeviceError, StoppedError

from .commands import fitting, models, tools
from .commands.renamed import renamed

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
app.command()(tools.classifier)
app.command()(tools.inspect)
app.command()(tools.bench)
# Old names, for one release.
app.command("judge", hidden=True)(renamed(tools.classifier, "judge", "classifier"))
app.command("look", hidden=True)(renamed(tools.inspect, "look", "inspect"))


def run(arguments: Sequence[str], program: str) -> int:
    """Run a command; returns the exit code. `program` stands before the command in the texts that it prints.

    Raises:
        VaeExplorerError: a wrong option, a device without enough memory, a person who stopped it, or the command's own.
    """
    try:
        code: int | None = app(list(arguments) or ["--help"], prog_name=program, standalone_mode=False)
    except typer.TyperException as error:
        context = getattr(error, "ctx", None)
        command = context.command_path if context else program
        raise ConfigError(f"{error.format_message().rstrip('.')}. See: {command} --help") from error
    except (typer.Abort, KeyboardInterrupt) as error:
        raise StoppedError("stopped; nothing was written") from error
    except RuntimeError as error:
        from torch import AcceleratorError, OutOfMemoryError  # a command that uses a device has imported torch

        if isinstance(error, OutOfMemoryError):
            raise DeviceError("the device is out of memory. Try --device cpu") from error
        if isinstance(error, AcceleratorError):
            why = str(error).strip().split("\n")[0]
            raise DeviceError(f"the device failed ({why}). Start again, or try --device cpu") from error
        raise
    return code or 0

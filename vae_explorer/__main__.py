"""The command `vae-explorer`, also `python -m vae_explorer`: opens the app, or hands over to the training package."""

from __future__ import annotations

import importlib
import os
import sys
from collections.abc import Sequence
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import click

from vae_explorer.console import print_anything
from vae_explorer.paths import MODELS_VARIABLE, PACKAGE, train_package

PROGRAM = "vae-explorer"

# Streamlit's option that --share sets, and what it sets it to.
ADDRESS = "--server.address"
EVERYWHERE = "0.0.0.0"  # noqa: S104


@click.command(
    context_settings={"ignore_unknown_options": True, "help_option_names": ["-h", "--help"]},
    epilog=f"`{PROGRAM} train` trains models of your own, and needs the extra `train`: {PROGRAM} train --help",
)
@click.option(
    "--models",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help=f"Folder of your own models.  [default: the one that {MODELS_VARIABLE} names, else models/]",
)
@click.option("--share", is_flag=True, help="Let everybody on this network open the app.")
@click.option("--version", "show_version", is_flag=True, help="Show the version and exit.")
@click.argument("streamlit_options", nargs=-1, type=click.UNPROCESSED)
def open_app(models: Path | None, share: bool, show_version: bool, streamlit_options: tuple[str, ...]) -> None:
    """Open the latent space explorer in your browser, with the shipped models and your own.

    STREAMLIT_OPTIONS are those of `streamlit run`: --server.port 8600 for another port than 8501, --server.headless
    true to open no browser.
    """
    if show_version:
        click.echo(_version())
        return
    if models is not None:
        os.environ[MODELS_VARIABLE] = str(models.resolve())
    if share:
        if any(option.partition("=")[0] == ADDRESS for option in streamlit_options):
            raise click.UsageError(f"--share and {ADDRESS} were given; one of them expected. Leave one out")
        streamlit_options = (*streamlit_options, ADDRESS, EVERYWHERE)
    # Imported here: --help and a mistake are answered at once.
    from streamlit.web import cli as streamlit

    # Theme and server settings are in .streamlit/config.toml beside app.py, which Streamlit reads by itself.
    streamlit.main(["run", str(PACKAGE / "app.py"), *streamlit_options], prog_name="streamlit")


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command; it ends when the server does. A mistake is one line on stderr and exit code 2."""
    print_anything()
    given = list(sys.argv[1:] if arguments is None else arguments)
    if given[:1] == ["train"]:
        _train(given[1:])
    try:
        open_app.main(given, prog_name=PROGRAM, standalone_mode=False)
    except click.ClickException as error:
        print(f"error: {error.format_message().rstrip('.')}. See: {PROGRAM} --help", file=sys.stderr)
        sys.exit(error.exit_code)
    except click.Abort:
        sys.exit(1)


def _train(arguments: Sequence[str]) -> None:
    """Hand over to the training package, by name: nothing of this package imports it."""
    sys.path.insert(0, str(PACKAGE.parent))  # a file of the user's called train.py must not be taken for it
    importlib.import_module(f"{train_package()}.__main__").main(arguments, f"{PROGRAM} train")


def _version() -> str:
    try:
        return f"{PROGRAM} {version('vae-explorer')}"
    except PackageNotFoundError:
        return f"{PROGRAM}, run from its source"


if __name__ == "__main__":
    main()

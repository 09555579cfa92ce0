"""The command `vae-explorer`, also `python -m vae_explorer`: opens the app, from whatever folder it is called in."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from vae_explorer.paths import MODELS_VARIABLE, PACKAGE

TEXT = """\
usage: vae-explorer [--models FOLDER] [OPTION VALUE …]

Opens the latent space explorer in your browser, with the shipped models and your own.

  --models FOLDER       where your own models are; else the folder that {variable} names, else models/
  --server.port PORT    another port than 8501; any other option of "streamlit run" works as well
  --server.headless true    do not open a browser
  --version             show the version
  --help                show this text
"""


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command; it ends when the server does."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    if "--help" in given or "-h" in given:
        print(TEXT.format(variable=MODELS_VARIABLE), end="")
        return
    if "--version" in given:
        print(_version())
        return
    given = _take_models(given)
    # Imported here: --help and a mistake are answered at once.
    from streamlit.web import cli as streamlit

    # Theme and server settings are in .streamlit/config.toml beside app.py, which Streamlit reads by itself.
    streamlit.main(["run", str(PACKAGE / "app.py"), *given], prog_name="streamlit")


def _take_models(given: list[str]) -> list[str]:
    """Put the folder after --models where `paths` looks for it; returns the other arguments."""
    rest: list[str] = []
    waiting = iter(given)
    for argument in waiting:
        name, equals, value = argument.partition("=")
        if name != "--models":
            rest.append(argument)
            continue
        folder = value if equals else next(waiting, "")
        if not folder or not Path(folder).is_dir():
            print(f"--models: {folder or 'nothing'} is no folder; name the one that holds your models", file=sys.stderr)
            raise SystemExit(2)
        os.environ[MODELS_VARIABLE] = str(Path(folder).resolve())
    return rest


def _version() -> str:
    try:
        return f"vae-explorer {version('vae-explorer')}"
    except PackageNotFoundError:
        return "vae-explorer, run from its source"


if __name__ == "__main__":
    main()

"""Where things lie: what the package ships, and where a person's own models are."""

from __future__ import annotations

import os
from pathlib import Path

PACKAGE = Path(__file__).resolve().parent

MODELS_VARIABLE = "VAE_EXPLORER_MODELS"


def assets() -> Path:
    """The shipped files: packed into the installed package, in a checkout the folder beside it."""
    packed = PACKAGE / "_assets"
    return packed if packed.is_dir() else PACKAGE.parent / "assets"


def shipped_models() -> Path:
    """The shipped model folders."""
    return assets() / "models"


def user_models() -> Path:
    """The person's own model folders: the folder named by VAE_EXPLORER_MODELS, else `models` where they are."""
    return Path(os.environ.get(MODELS_VARIABLE) or "models").expanduser().absolute()

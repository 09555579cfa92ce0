"""Where things lie: what the package ships, and where a person's own models are, what may be computed again."""

from __future__ import annotations

import os
import sys
from pathlib import Path

PACKAGE = Path(__file__).resolve().parent

MODELS_VARIABLE = "VAE_EXPLORER_MODELS"
CACHE_VARIABLE = "VAE_EXPLORER_CACHE"


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


def cache() -> Path:
    """What was computed and may be again: the folder named by VAE_EXPLORER_CACHE, else the platform's own place."""
    named = os.environ.get(CACHE_VARIABLE)
    if named:
        return Path(named).expanduser().absolute()
    if sys.platform == "win32":
        return Path(os.environ.get("LOCALAPPDATA") or Path.home() / "AppData" / "Local") / "vae-explorer" / "Cache"
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Caches" / "vae-explorer"
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "vae-explorer"

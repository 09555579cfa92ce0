"""Where files are: what the package ships, the user's own models, and the cache."""

from __future__ import annotations

import os
import sys
from pathlib import Path

PACKAGE = Path(__file__).resolve().parent

# The training package as it is called where it was installed; in a checkout it is `train`, which is short to type.
INSTALLED_TRAIN = "vae_explorer_train"

MODELS_VARIABLE = "VAE_EXPLORER_MODELS"
CACHE_VARIABLE = "VAE_EXPLORER_CACHE"


def assets() -> Path:
    """The shipped files: inside an installed package, in a checkout the folder beside it."""
    packed = PACKAGE / "_assets"
    return packed if packed.is_dir() else PACKAGE.parent / "assets"


def shipped_models() -> Path:
    """The shipped model folders."""
    return assets() / "models"


def train_package() -> str:
    """The name of the training package beside this one, to import it by."""
    return INSTALLED_TRAIN if (PACKAGE.parent / INSTALLED_TRAIN).is_dir() else "train"


def train_command() -> str:
    """What is typed before the name of a training command; for error messages."""
    return "vae-explorer train" if train_package() == INSTALLED_TRAIN else "python -m train"


def user_models() -> Path:
    """The user's own model folders: the folder named by VAE_EXPLORER_MODELS, else `models` in the current folder."""
    return Path(os.environ.get(MODELS_VARIABLE) or "models").expanduser().absolute()


def cache() -> Path:
    """Results that can be recomputed: the folder named by VAE_EXPLORER_CACHE, else the platform's cache folder."""
    named = os.environ.get(CACHE_VARIABLE)
    if named:
        return Path(named).expanduser().absolute()
    if sys.platform == "win32":
        return Path(os.environ.get("LOCALAPPDATA") or Path.home() / "AppData" / "Local") / "vae-explorer" / "Cache"
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Caches" / "vae-explorer"
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "vae-explorer"

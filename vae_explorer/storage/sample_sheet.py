"""The sheet of random samples in a model folder: what the list of models shows of it."""

from __future__ import annotations

from vae_explorer.errors import VaeExplorerError
from vae_explorer.storage import picture_file
from vae_explorer.storage.model_folder import ModelFolder
from vae_explorer.storage.model_json import AGAIN, read_file

NAME = "samples.png"

# `train` writes 20 kB and 224 x 224.
LARGEST = 256 * 2**10
MOST_PIXELS = 2**20


def file_bytes(folder: ModelFolder) -> bytes | None:
    """The PNG; None if it is missing or damaged, since the model works without it."""
    path = folder.path / NAME
    try:
        body = read_file(path, LARGEST)
        with picture_file.opened(body, path, AGAIN, most_pixels=MOST_PIXELS, formats=("PNG",)) as image:
            image.load()
    except VaeExplorerError:
        return None
    return body

"""The command `map`: a copy of a model folder with codes of the training images instead of the test images."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from vae_explorer.errors import DataError
from vae_explorer.notebook import LoadedVAE, find_folder
from vae_explorer.samplers import registry
from vae_explorer.storage import model_folder, model_json, picture_atlas
from vae_explorer.storage.model_folder import ModelFolder
from vae_explorer.storage.model_json import Split

from .data.data_set import to_device
from .data.load import load_data, name_for
from .data.reading import AS_FOUND, Reading
from .device import choose_device
from .publish import codes_of, data_info

# What the command calls a split, and what model.json and the app's captions call it.
SPLITS: dict[str, Split] = {"train": "training", "test": "test"}

# Bytes of samples.png, which is copied; `train.sheets` writes 20 kB.
LARGEST_SHEET = 4 * 2**20


@dataclass(frozen=True)
class PictureMap:
    """What `map` was asked to do; `data_set` is None for the one that the model names."""

    model: str
    split: str
    output: Path
    data_set: str | None
    data_dir: Path
    device: str
    landmarks: int
    overwrite: bool = False
    reading: Reading = AS_FOUND


def write_map(what: PictureMap) -> ModelFolder:
    """Encode the images, project the codes, and write and return the folder. Metrics and samples stay as they are.

    Raises:
        VaeExplorerError: any of its kinds; what is at `output` is then unchanged.
    """
    output = what.output.absolute()
    model_json.require_text("--output", output.name)
    model_folder.require_free(output, what.overwrite)
    source = find_folder(what.model)
    folder = model_folder.read(source)
    device = choose_device(what.device)
    data = load_data(name_for(source, folder.data.name, what.data_set), what.data_dir, what.reading)
    if data.spec.classes != folder.data.classes:
        raise DataError(
            f"{source} knows other classes than {data.spec.name} has. Name the data set it was made with: --data"
        )
    pictures = data.train if what.split == "train" else data.test
    model_folder.require_moderate(folder.config, len(pictures.labels))
    split, count = SPLITS[what.split], len(pictures.labels)
    words = f"{split} {data.spec.nouns}"
    print(f"{folder.name}: {count:,} {words} of {data.spec.name}", flush=True)
    model = LoadedVAE(folder).to(device)
    _, codes, landmarks = codes_of(model, data.spec, *to_device(pictures, device), landmarks=what.landmarks)
    fitted = {name: folder.codes[name] for sampler in registry.present_in(folder.codes) for name in sampler.tensors}
    fresh = replace(
        folder,
        name=output.name,
        title=f"{folder.name}: {words}",
        teaches=f"{count:,} {words} at their codes.",
        data=data_info(data.spec, pictures, split),
        made_by=folder.made_by | {"landmarks": landmarks},
        codes={name: np.ascontiguousarray(array) for name, array in (codes | fitted).items()},
        path=output,
    )
    sheets = (
        {"samples.png": model_json.read_file(source / "samples.png", LARGEST_SHEET)}
        if (source / "samples.png").exists()
        else {}
    )
    if not picture_atlas.is_shipped(fresh.data):
        print("drawing the sheet of pictures", flush=True)
        sheets["digits.png"] = picture_atlas.atlas_bytes(pictures.images)
    model_folder.write(fresh, output, sheets, what.overwrite)
    return fresh

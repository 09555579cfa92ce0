"""What `evaluate` measures: a model folder, opened, with its data set, its classifier and a device."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import torch
from torch import Tensor

from vae_explorer import paths
from vae_explorer.errors import DataError
from vae_explorer.notebook import LoadedVAE, find_folder
from vae_explorer.storage import model_folder, picture_atlas
from vae_explorer.storage.model_folder import ModelFolder

from ..data.data_set import DataSet, to_device
from ..data.load import load_data, name_for
from ..data.reading import AS_FOUND, Reading
from ..device import choose_device
from .classifier import Classifier, open_classifier, shipped_classifier
from .encode import spread

# That are named in a message.
FEW_CLASSES = 10


@dataclass(frozen=True)
class Evaluation:
    """What `evaluate` was asked to do.

    `data_set` is None for the one that the model names, `classifier` for the one that is shipped for the data set,
    `bound_pictures` for as many as the device can take. `tables` names those of `uses.TABLES` to compute; without any,
    `evaluate` computes the metrics.
    """

    model: str
    data_set: str | None
    data_dir: Path
    device: str
    classifier: Path | None
    bound_pictures: int | None
    bound_samples: int
    refit_samplers: bool = False
    tables: tuple[str, ...] = ()
    reading: Reading = AS_FOUND


@dataclass(frozen=True)
class Subject:
    """A model on a device, and what it is measured with; without a classifier some figures are left out."""

    folder: ModelFolder
    data: DataSet
    data_dir: Path
    classifier: Classifier | None
    device: torch.device

    @cached_property
    def model(self) -> LoadedVAE:
        """The model on the device."""
        return LoadedVAE(self.folder).to(self.device).to(memory_format=torch.channels_last)

    def test_pictures(self, at_most: int) -> tuple[Tensor, Tensor]:
        """Test pictures spread evenly, `(N, 1, 28, 28)` in 0…1, and their labels `(N,)`, on the device."""
        return spread(*to_device(self.data.test, self.device), at_most)


def open_subject(what: Evaluation) -> Subject:
    """Open what is to be evaluated.

    Raises:
        VaeExplorerError: any of its kinds, such as a DataError for pictures that the model was not tested on.
    """
    path = find_folder(what.model)
    folder = model_folder.read(path)
    if folder.data.split != "test":
        raise DataError(f"{path} holds codes of {folder.data.split} pictures. Evaluate the model that it was made from")
    device = choose_device(what.device)
    data = load_data(name_for(path, folder.data.name, what.data_set), what.data_dir, what.reading)
    _require_its_pictures(folder, data)
    return Subject(folder, data, what.data_dir, _classifier(what, data, device), device)


def _require_its_pictures(folder: ModelFolder, data: DataSet) -> None:
    """Raise DataError unless `data` has the classes and the very test pictures that the model was tested on."""
    found, wanted = (data.spec.classes, len(data.test.labels)), (folder.data.classes, folder.data.count)
    if picture_atlas.pictures_sha256(data.test.images) == folder.data.sha256 and found[0] == wanted[0]:
        return
    if found[0] != wanted[0]:
        problem = f"knows the classes {_few(wanted[0])}; {data.spec.name} has {_few(found[0])}"
    elif found[1] != wanted[1]:
        problem = f"was tested on {wanted[1]:,} pictures; {data.spec.name} has {found[1]:,} for testing"
    else:
        problem = f"was tested on other pictures than the {found[1]:,} of {data.spec.name}"
    raise DataError(
        f"{folder.path} {problem}. Name the data set it was made with, and how it was read: --data, --invert"
    )


def _few(classes: tuple[str, ...]) -> str:
    left = len(classes) - FEW_CLASSES
    return ", ".join(classes[:FEW_CLASSES]) + f" and {left} more" * (left > 0)


def _classifier(what: Evaluation, data: DataSet, device: torch.device) -> Classifier | None:
    """The classifier that was named, else the one that is shipped for the data set, else none."""
    mend = f"Train one: {paths.train_command()} classifier --data {what.data_set or data.spec.name}"
    if what.classifier is None:
        shipped = shipped_classifier(data.spec, device)
        if shipped is None:
            print(f"There is no classifier for {data.spec.name}, so samples are not classified. {mend}")
        return shipped
    named = open_classifier(what.classifier, device)
    if named.file.classes != data.spec.classes:
        raise DataError(f"{what.classifier} has other classes than {data.spec.name}. {mend}")
    return named

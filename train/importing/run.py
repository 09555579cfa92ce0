"""The command `import`: read, recognise, try, and publish."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from vae_explorer import paths
from vae_explorer.errors import ConfigError, DataError, FileError
from vae_explorer.model.config import PIXELS
from vae_explorer.model.vae import VAE
from vae_explorer.storage import model_folder
from vae_explorer.storage.model_folder import LARGEST_CODE, LARGEST_TENSORS, ModelFolder

from ..data.load import load_data
from ..data.reading import AS_FOUND, Reading
from ..device import choose_device
from ..evaluate.encode import encode_codes
from ..evaluate.scores import grey_picture_nats
from ..fit.loop import Images
from ..publish import publish
from . import report
from .build import require_numbers
from .choose import FIRST_LOOK, Choice, Trial, choose, loss, sample_of
from .network import FAR_LESS_LIKELY, Network, readings
from .parts import NotAPlainLayerError, Part, parts_of
from .pooling import pools
from .state_dict import Tensors, candidates
from .weights_file import read_tensors

COLOURS = 3
SMALLEST_SIDE = 8

USUAL_CAUSES = (
    "Such weights usually expect another range of pixels (--input-scale), have log variance first (--log-var-first), "
    "are not trained, or are of another model. --publish-anyway publishes them all the same"
)


@dataclass(frozen=True)
class Import:
    """What `import` was asked to do. `name` is that of the new folder among the user's own models; `conventions` holds
    those of `conventions.Conventions` that the user has given."""

    file: Path
    name: str
    title: str
    teaches: str
    data_set: str
    data_dir: Path
    device: str
    conventions: dict[str, Any] = field(default_factory=dict)
    publish_anyway: bool = False
    overwrite: bool = False
    reading: Reading = AS_FOUND


def import_weights(what: Import) -> ModelFolder:
    """Read, recognise, evaluate and publish.

    Raises:
        VaeExplorerError: any of its kinds; a model that already has this name is then unchanged.
    """
    require_plain_name(what.name)
    output = paths.user_models() / what.name
    model_folder.require_free(output, what.overwrite)
    tensors = read_tensors(what.file)
    networks = networks_in(what.file, tensors)
    device = choose_device(what.device)
    data = load_data(what.data_set, what.data_dir, what.reading)
    _require_classes(what.file, networks[0], len(data.spec.classes), data.spec.name)
    images = Images.of(data, device)
    choice = _choose(what, networks, images)
    for line in report.beside(tensors, choice.best.network):
        print(line, flush=True)
    grey = grey_picture_nats(images.test, "bce")
    chosen = _decide(what, choice, images, grey)
    model = chosen.model()
    model_folder.require_moderate(model.config, len(data.test.labels))
    model.to(device)
    _require_small_codes(what.file, model, images)
    return publish(
        model,
        data,
        images,
        {"imported_from": what.file.name} | _said(chosen),
        [],
        path=output,
        title=what.title,
        teaches=what.teaches,
        device=device,
        overwrite=what.overwrite,
    )


def require_plain_name(name: str) -> None:
    """Raise ConfigError unless `name` can be the name of a model folder anywhere."""
    if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}", name):
        raise ConfigError(
            f"name is {name[:80]!r}; it must be 1 to 64 letters, digits, dots, hyphens or underscores, and start with "
            "a letter or a digit"
        )


def read_networks(file: Path) -> list[Network]:
    """The readings of a file as a VAE, the likeliest first.

    Raises:
        DataError: the file cannot be read, or is no VAE of plain layers; the message says what was found.
    """
    return networks_in(file, read_tensors(file))


def networks_in(file: Path, all_tensors: Tensors) -> list[Network]:
    """The same of the tensors that were read from the file."""
    found: list[Part] = []
    problem = ""
    best: tuple[int, list[Network]] | None = None
    for tensors in candidates(all_tensors):
        try:
            parts = parts_of(tensors)
        except NotAPlainLayerError as error:
            problem = problem or str(error)
            continue
        found = max(found, parts, key=len)
        if 4 * sum(part.weight.numel() for part in parts) > LARGEST_TENSORS:
            problem = problem or f"its weights take more than the {LARGEST_TENSORS:,} bytes that the app can open"
            continue
        networks, doubt = readings(parts)
        left_out = {".".join(place[:-1]).lower() for place in all_tensors if place not in tensors}
        if (
            networks
            and networks[0].deterministic
            and any(re.search("mu|mean|loc|var|std|sigma|scale", name) for name in left_out)
        ):
            # Without its variance a VAE would pass for a plain autoencoder, at a loss without the KL.
            problem = problem or "mu and variance have hidden layers each of their own, which cannot be imported"
            continue
        if networks and (best is None or doubt < best[0]):
            best = doubt, networks
        if best is not None and best[0] < FAR_LESS_LIKELY:
            break
    if best is not None:
        require_numbers(best[1][0], str(file))
        return best[1]
    raise FileError(
        file, problem or _no_vae(found), "Only VAEs of plain layers for 28x28 grey pictures can be imported"
    )


def _no_vae(parts: list[Part]) -> str:
    """What a file is that holds layers, but no VAE."""
    if not parts:
        return "it holds tensors, but no layers"
    takes = [part for part in parts if (part.is_dense and part.shape[1] >= PIXELS) or part.shape[1] == 1]
    gives = [part for part in parts if part.shape[0] == PIXELS or (not part.is_dense and 1 in part.shape[:2])]
    what = (
        "they lead not from 784 pixels to a mean and a variance and back, one behind the other, as those of a plain VAE"
    )
    if any(part.shape[1] == COLOURS and not part.is_dense for part in parts):
        what = "they take pictures in colour"
    elif (side := _other_side(parts)) and not (takes and gives):
        what = f"they lead from {side**2:,} numbers to as many: perhaps a VAE for pictures of {side}x{side}"
    elif not takes:
        what = "no layer takes a picture, as an encoder does: perhaps a decoder or a GAN's generator alone"
    elif not gives:
        what = "no layer gives 784 pixels, as a decoder does: perhaps a classifier or an encoder alone"
    return f"its layers are {report.shapes(parts)}; {what}"


def _other_side(parts: list[Part]) -> int:
    """The side of square pictures of another size that dense layers begin and end with; 0 if they do not."""
    dense = [part for part in parts if part.is_dense]
    sizes = {part.shape[1] for part in dense} & {part.shape[0] for part in dense}
    largest = max((size for part in dense for size in part.shape), default=0)
    side = math.isqrt(largest)
    return side if largest in sizes and side**2 == largest != PIXELS and side >= SMALLEST_SIDE else 0


def _require_classes(file: Path, network: Network, classes: int, data: str) -> None:
    if network.classes not in (0, classes):
        raise FileError(
            file,
            f"its layers take {network.classes} numbers beside pixels and code; {data} has {classes} classes",
            "Name the data set that it was trained on with --data. If it knows no classes, its layers are connected in "
            "a way that cannot be imported",
        )


def _choose(what: Import, networks: list[Network], images: Images) -> Choice:
    few, labels = sample_of(images.test, images.test_labels)
    choice = choose(networks, what.conventions, few, labels)
    if choice is None:
        raise FileError(
            what.file,
            "its convolutions lead from 28x28 pixels to its dense layers with no strides and paddings that were tried",
            "Pooling, dilation and pictures of another size cannot be imported",
        )
    for line in (*report.recognised(choice.best), *report.spreads(choice)):
        print(line, flush=True)
    if pools(choice, few[:FIRST_LOOK], labels[:FIRST_LOOK]):
        raise FileError(
            what.file,
            "its encoder has pooling, with which its loss is lower than with strides",
            "Pooling cannot be imported: train it with stride 2 in place of each pooling",
        )
    return choice


def _decide(what: Import, choice: Choice, images: Images, grey: float) -> Trial:
    """The trial to publish.

    Raises:
        DataError: none is better than a grey picture, and it was not asked for anyway; or a loss is not a number.
    """
    best, plain = choice.best, choice.plain
    nats = loss(best.model().to(images.test.device), images.test, images.test_labels)
    if nats < grey:
        if best.conventions != plain.conventions:
            print("\n".join(report.compared(choice, grey)))
            print(f"taken: {best.conventions.options() or 'as in the textbook'}")
        print(report.loss(nats, grey), flush=True)
        return best
    print("\n".join(report.compared(choice, grey)), flush=True)
    if math.isinf(plain.nats):
        raise DataError(f"{what.file}: on the test pictures its loss is not a number. {USUAL_CAUSES}")
    if what.publish_anyway:
        return plain
    raise DataError(
        f"{what.file}: {nats:.1f} nats per image on the test pictures, where one grey picture for all has {grey:.1f}. "
        f"{USUAL_CAUSES}"
    )


def _require_small_codes(file: Path, model: VAE, images: Images) -> None:
    largest = max(float(codes.abs().max()) for codes in encode_codes(model, images.test, images.test_labels))
    if largest > LARGEST_CODE:
        raise DataError(f"{file}: its codes reach {largest:.3g}, at most {LARGEST_CODE:g} can be shown. {USUAL_CAUSES}")


def _said(chosen: Trial) -> dict[str, str]:
    """The options that give this reading again, where there are any."""
    options = chosen.conventions.options()
    return {"imported_with": options} if options else {}

"""`model.json`: what a model is, how it was made, how good it is. Every field is checked when it is read."""

from __future__ import annotations

import json
import re
from dataclasses import asdict, dataclass, field, fields
from pathlib import Path
from typing import Any, Literal, get_args

from vae_explorer.errors import ConfigError, FileError, ModelFolderError
from vae_explorer.model.config import NEWER, ModelConfig
from vae_explorer.storage import regular_file, version_1
from vae_explorer.storage.clean_text import printable, without_surrogates
from vae_explorer.storage.json_fields import LONGEST_TEXT, is_number, is_one_line
from vae_explorer.storage.json_text import compact
from vae_explorer.storage.uses import Uses

FORMAT = "vae-explorer-model"
# Version 4 is the same with settings of a model that older programs do not know, 2 the same without float16. What older
# programs can open is written as they know it.
FORMAT_VERSION = 4
VERSION_BEFORE = 3
READABLE_VERSIONS = (1, 2, VERSION_BEFORE, FORMAT_VERSION)

AGAIN = "Train or copy the model again; other models are not affected."
LARGEST_JSON = 8 * 2**20
Split = Literal["test", "training"]
SPLITS: tuple[Split, ...] = get_args(Split)


@dataclass(frozen=True)
class DataInfo:
    """The data set behind a model. `noun` and `nouns` are the words for its pictures in captions.

    `classes` names the classes in the order of the labels. `split` says which pictures were encoded, `test` or
    `training`; `count` how many; `sha256` is that of their pixels.
    """

    name: str
    noun: str
    nouns: str
    classes: tuple[str, ...]
    count: int
    sha256: str
    split: Split = "test"


@dataclass(frozen=True)
class About:
    """The content of `model.json`.

    `metrics` maps a name to `{"value": number, "unit": text, …}`; `training` holds the settings of the run,
    `made_by` torch version, device, seconds, commit, and in `landmarks` how many codes each projection without a
    formula laid out; `history` one entry per epoch; `uses` tables of what the model is good for, as far as they were
    computed.
    """

    name: str
    title: str
    teaches: str
    config: ModelConfig
    data: DataInfo
    training: dict[str, Any]
    metrics: dict[str, dict[str, Any]]
    history: list[dict[str, Any]]
    made_by: dict[str, Any]
    uses: Uses = field(default=Uses(), kw_only=True)


def read(file: Path) -> About:
    """Read and check `model.json`.

    Raises:
        ModelFolderError: missing, unreadable, no JSON, of another version, or a field has a wrong value.
    """
    about = _load(file)
    return About(
        name=_text(about, "name"),
        title=_text(about, "title"),
        teaches=_text(about, "teaches"),
        config=_model(about),
        data=_data(about),
        training=_object(about, "training"),
        metrics=_metrics(about),
        history=_history(about),
        made_by=_made_by(about),
        uses=_uses(about),
    )


def read_file(file: Path, most: int) -> bytes:
    """The content of a file of a model folder, `most` bytes at most.

    Raises:
        ModelFolderError: it is missing, no regular file, larger, or cannot be read.
    """
    try:
        return regular_file.read(file, most, AGAIN)
    except FileError as error:
        raise ModelFolderError(file.name, error.problem, error.fix) from error


def to_text(about: About) -> str:
    """The text that `read` reads.

    Raises:
        ValueError: it contains a number that is not finite, which JSON does not have.
    """
    model = about.config.to_json()
    value = {
        "format": FORMAT,
        "format_version": VERSION_BEFORE if model.keys().isdisjoint(NEWER) else FORMAT_VERSION,
        "name": about.name,
        "title": about.title,
        "teaches": about.teaches,
        "model": model,
        "data": _data_json(about.data),
        "pixels": {"shape": [28, 28], "range": [0, 1], "order": "row-major, grey, ink is 1"},
        "training": about.training,
        "metrics": about.metrics,
        "made_by": about.made_by,
    }
    # One row of a table and one epoch per line: they are many, and easiest to read in columns.
    head = json.dumps(value, indent=1, allow_nan=False).removesuffix("\n}")
    uses = f',\n "uses": {compact(about.uses.to_json(), 1)}' if about.uses != Uses() else ""
    epochs = ",\n  ".join(json.dumps(epoch, allow_nan=False) for epoch in about.history)
    return f'{head}{uses},\n "history": [\n  {epochs}\n ]\n}}\n'


def _load(file: Path) -> dict[str, Any]:
    body = read_file(file, LARGEST_JSON)
    try:
        about = without_surrogates(json.loads(body.decode("utf-8"), parse_constant=_refuse_constant))
    except (ValueError, RecursionError) as error:
        raise ModelFolderError(file.name, f"not valid JSON ({str(error)[:80]})", AGAIN) from error
    if not isinstance(about, dict) or about.get("format") != FORMAT:
        raise ModelFolderError(file.name, f'not a model: "format": "{FORMAT}" expected', AGAIN)
    version = about.get("format_version")
    if version not in READABLE_VERSIONS or isinstance(version, bool):
        newer = isinstance(version, int) and version > FORMAT_VERSION
        fix = "Update this program to open it." if newer else AGAIN
        known = " or ".join(map(str, READABLE_VERSIONS))
        raise ModelFolderError(file.name, f"format version {version!r} found, {known} expected", fix)
    return about


def _refuse_constant(name: str) -> None:
    raise ValueError(f"{name} is not a JSON number")


def _model(about: dict[str, Any]) -> ModelConfig:
    try:
        return ModelConfig.from_json(about.get("model"))
    except (ConfigError, TypeError) as error:
        raise ModelFolderError("model.json", f"field model: {error}", AGAIN) from error


def _data(about: dict[str, Any]) -> DataInfo:
    value = {"split": SPLITS[0]} | _object(about, "data")
    if set(value) != {item.name for item in fields(DataInfo)}:
        raise ModelFolderError("model.json", f"field data: {sorted(value)} found", AGAIN)
    classes, count = value["classes"], value["count"]
    if not isinstance(classes, list) or not 1 <= len(classes) <= 256 or not all(map(is_one_line, classes)):
        raise ModelFolderError("model.json", "field data.classes: a list of 1 to 256 names expected", AGAIN)
    if not isinstance(count, int) or isinstance(count, bool) or not 10 <= count <= 1_000_000:
        raise ModelFolderError("model.json", f"field data.count: {count!r} found, 10 to 1,000,000 expected", AGAIN)
    texts = {name: _text(value, name) for name in ("name", "noun", "nouns", "sha256")}
    if value["split"] not in SPLITS:
        raise ModelFolderError("model.json", f"field data.split: {' or '.join(SPLITS)} expected", AGAIN)
    if not re.fullmatch(r"[a-z0-9-]+", texts["name"]):
        raise ModelFolderError("model.json", f"field data.name: {texts['name']!r} is not a-z, 0-9 and -", AGAIN)
    return DataInfo(classes=tuple(classes), count=count, split=value["split"], **texts)


def _data_json(data: DataInfo) -> dict[str, Any]:
    """The inverse of `_data`; the usual split is left out, because older programs do not know the field."""
    value = asdict(data)
    if data.split == SPLITS[0]:
        del value["split"]
    return value


def _metrics(about: dict[str, Any]) -> dict[str, dict[str, Any]]:
    metrics = _object(about, "metrics")
    for name, entry in metrics.items():
        if not isinstance(entry, dict) or not is_number(entry.get("value")) or not is_one_line(entry.get("unit")):
            raise ModelFolderError(
                "model.json", f"field metrics.{printable(name[:40])}: a value with a unit expected", AGAIN
            )
    return metrics


def _history(about: dict[str, Any]) -> list[dict[str, Any]]:
    history = about.get("history")
    if not isinstance(history, list) or not all(
        isinstance(entry, dict) and all(map(is_number, entry.values())) for entry in history
    ):
        raise ModelFolderError("model.json", "field history: a list of epochs with numbers expected", AGAIN)
    return history


def _made_by(about: dict[str, Any]) -> dict[str, Any]:
    made_by = version_1.renamed_made_by(_object(about, "made_by"))
    if not isinstance(made_by.get("landmarks", {}), dict):
        raise ModelFolderError("model.json", "field made_by.landmarks: an object expected", AGAIN)
    return made_by


def _uses(about: dict[str, Any]) -> Uses:
    try:
        return Uses.from_json(about.get("uses", {}))
    except ConfigError as error:
        raise ModelFolderError("model.json", f"field uses: {error}", AGAIN) from error


def require_text(name: str, value: str) -> None:
    """Raise ConfigError unless `value` can be the name, title or line of a model, as `read` accepts it."""
    if not is_one_line(value):
        raise ConfigError(f"{name} is {value[:40]!r}; it must be one line of 1 to {LONGEST_TEXT} characters")


def _object(about: dict[str, Any], name: str) -> dict[str, Any]:
    value = about.get(name)
    if not isinstance(value, dict):
        raise ModelFolderError("model.json", f"field {name}: {type(value).__name__} found, an object expected", AGAIN)
    return value


def _text(about: dict[str, Any], name: str) -> str:
    value = about.get(name)
    if not isinstance(value, str) or not is_one_line(value):
        raise ModelFolderError(
            "model.json", f"field {name}: one line of 1 to {LONGEST_TEXT} characters expected", AGAIN
        )
    return value

"""The format: what is written is read back, and every kind of damage ends in one error that names it."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import load_file, save_file

from tests.uses import SMALL_USES
from vae_explorer.errors import ModelFolderError, OutputError
from vae_explorer.model import half
from vae_explorer.model.config import ModelConfig
from vae_explorer.model.layers import parameter_shapes
from vae_explorer.projections import pca
from vae_explorer.samplers import mixture, registry
from vae_explorer.storage import model_folder
from vae_explorer.storage.model_folder import ModelFolder, code_shapes
from vae_explorer.storage.model_json import DataInfo


def small_folder(config: ModelConfig | None = None, count: int = 20) -> ModelFolder:
    config = config or ModelConfig("mlp", latent_dim=3, hidden=5)
    random = np.random.default_rng(0)

    def arrays(shapes: dict[str, tuple[int, ...]]) -> dict[str, np.ndarray]:
        return {name: random.standard_normal(shape).astype(np.float32) for name, shape in shapes.items()}

    weights = {"mixture_weights": np.full(4, 0.25, np.float32)}
    codes = arrays(code_shapes(config, count) | registry.tensor_shapes(weights, config.latent_dim)) | weights
    codes |= arrays({"projection/pca": (count, 3), "projection/tsne": (count, 2)})
    codes |= arrays(pca.PROJECTION.part_shapes(config.latent_dim))
    codes["label"] = random.integers(0, 10, count, dtype=np.uint8)
    return ModelFolder(
        name="small",
        title="Small",
        teaches="Nothing yet.",
        config=config,
        data=DataInfo("made-up", "digit", "digits", tuple("0123456789"), count, "0" * 64),
        training={"epochs": 1},
        metrics={"test_negative_elbo": {"value": 100.5, "unit": "nats per image"}},
        history=[{"epoch": 1, "loss": 120.0}],
        made_by={"torch": "2", "device": "none", "seconds": 1.0, "commit": "unknown"},
        uses=SMALL_USES,
        weights=arrays(parameter_shapes(config)),
        codes=codes,
    )


@pytest.fixture
def path(tmp_path: Path) -> Path:
    target = tmp_path / "place" / "small"
    model_folder.write(small_folder(), target, {"samples.png": b"png"})
    return target


def test_a_folder_without_a_mixture_opens(tmp_path: Path) -> None:
    folder = small_folder()
    codes = {name: array for name, array in folder.codes.items() if not name.startswith("mixture_")}
    model_folder.write(replace(folder, codes=codes), tmp_path / "without", {})
    found = model_folder.read(tmp_path / "without").codes
    assert mixture.SAMPLER not in registry.present_in(found)


def test_predictions_of_a_classifier_come_both_or_not_at_all(tmp_path: Path) -> None:
    folder = small_folder()
    confidence = np.linspace(0, 1, folder.data.count, dtype=np.float32)
    predicted = {"prediction": folder.codes["label"], "prediction_confidence": confidence}
    model_folder.write(replace(folder, codes=folder.codes | predicted), tmp_path / "both", {})
    assert np.array_equal(model_folder.read(tmp_path / "both").codes["prediction_confidence"], confidence)
    model_folder.write(
        replace(folder, codes=folder.codes | {"prediction_confidence": confidence}), tmp_path / "one", {}
    )
    with pytest.raises(ModelFolderError, match="prediction is missing"):
        model_folder.read(tmp_path / "one")
    predicted["prediction"] = np.full_like(folder.codes["label"], 10)
    model_folder.write(replace(folder, codes=folder.codes | predicted), tmp_path / "eleventh", {})
    with pytest.raises(ModelFolderError, match="a prediction of 10 found"):
        model_folder.read(tmp_path / "eleventh")


@pytest.mark.parametrize("config", [ModelConfig("mlp", 3, 5), ModelConfig("conv", 2, 8, 4, classes=10)])
def test_round_trip(tmp_path: Path, config: ModelConfig) -> None:
    written = small_folder(config)
    model_folder.write(written, tmp_path / "m", {"samples.png": b"png"})
    found = model_folder.read(tmp_path / "m")
    for kind in ("weights", "codes"):
        before, after = getattr(written, kind), getattr(found, kind)
        assert before.keys() == after.keys()
        assert all(np.array_equal(before[name], after[name]) for name in before)
    assert replace(found, weights={}, codes={}, path=Path()) == replace(written, weights={}, codes={})
    assert (tmp_path / "m" / "samples.png").read_bytes() == b"png"
    assert sorted(entry.name for entry in tmp_path.iterdir()) == ["m", "models"]


def test_projections_are_optional_and_may_be_unknown(tmp_path: Path) -> None:
    folder = small_folder()
    bare = {name: array for name, array in folder.codes.items() if not name.startswith("projection/")}
    newer = {"projection/x": np.zeros((20, 3), np.float32), "projection/x/sizes": np.zeros(7, np.float32)}
    for codes in (bare, bare | newer, folder.codes | newer):
        model_folder.write(replace(folder, codes=codes), tmp_path / "m", {}, overwrite=True)
        assert model_folder.read(tmp_path / "m").codes.keys() == codes.keys()


def test_what_float16_holds_takes_half_the_room(tmp_path: Path) -> None:
    folder = small_folder()
    exact = {name: half.rounded(array) for name, array in folder.weights.items()}
    codes = folder.codes | {"mu": half.rounded(folder.codes["mu"])}
    codes["log_var"] = np.full_like(codes["log_var"], 70_000)  # beyond float16
    model_folder.write(replace(folder, weights=exact, codes=codes), tmp_path / "m", {})
    kept = load_file(tmp_path / "m" / "weights.safetensors")
    assert {array.dtype for array in kept.values()} == {np.dtype(np.float16)}
    kept = load_file(tmp_path / "m" / "codes.safetensors")
    assert kept["mu"].dtype == np.float16
    assert {kept[name].dtype for name in ("log_var", "kl", "projection/pca")} == {np.dtype(np.float32)}
    found = model_folder.read(tmp_path / "m")
    assert all(array.dtype == np.float32 for name, array in found.weights.items())
    assert np.array_equal(found.codes["mu"], codes["mu"])
    assert np.array_equal(found.codes["log_var"], codes["log_var"])


def test_rounding() -> None:
    numbers = np.array([[0, 1 / 3, -65504], [2**-24, 1e-9, 100.01]])
    found = half.rounded(numbers)
    assert found.dtype == np.float32
    assert np.array_equal(found, numbers.astype(np.float16))
    assert np.array_equal(half.rounded(found), found)
    beyond = np.array([1 / 3, 65520.0])
    assert np.array_equal(half.rounded(beyond), beyond.astype(np.float32))


def test_a_folder_of_version_1_opens(path: Path) -> None:
    """As the program before version 2 wrote it."""
    folder = small_folder()
    confidence = np.linspace(0, 1, folder.data.count, dtype=np.float32)
    old = {name: array for name, array in folder.codes.items() if not name.startswith("projection/")}
    old |= {
        "pca": folder.codes["projection/pca"],
        "pca_mean": folder.codes["projection/pca/mean"],
        "pca_components": folder.codes["projection/pca/components"],
        "tsne": folder.codes["projection/tsne"],
        "judge_class": folder.codes["label"],
        "judge_confidence": confidence,
    }
    save_file(old, path / "codes.safetensors")
    edit_json(lambda about: about.update(format_version=1))(path)
    edit_json(lambda about: about["made_by"].update(tsne_landmarks=10))(path)
    found = model_folder.read(path)
    expected = folder.codes | {"prediction": folder.codes["label"], "prediction_confidence": confidence}
    assert found.codes.keys() == expected.keys()
    assert all(np.array_equal(found.codes[name], expected[name]) for name in expected)
    assert found.made_by == folder.made_by | {"landmarks": {"tsne": 10}}
    # What it is written as again is the newest version; between its two files lies a moment with one of each.
    about = (path / "model.json").read_bytes()
    model_folder.update(found, path)
    assert json.loads((path / "model.json").read_text())["format_version"] == 3
    assert load_file(path / "codes.safetensors").keys() == expected.keys()
    (path / "model.json").write_bytes(about)
    assert model_folder.read(path).codes.keys() == expected.keys()


def edit_json(change: Callable[[dict], object]) -> Callable[[Path], object]:
    def apply(path: Path) -> None:
        about = json.loads((path / "model.json").read_text())
        change(about)
        (path / "model.json").write_text(json.dumps(about))

    return apply


def edit_tensors(file: str, change: Callable[[dict], object]) -> Callable[[Path], object]:
    def apply(path: Path) -> None:
        tensors = dict(load_file(path / file))
        change(tensors)
        save_file(tensors, path / file)

    return apply


def put(number: float, name: str) -> Callable[[dict], object]:
    def apply(tensors: dict) -> None:
        tensors[name] = tensors[name].copy()
        tensors[name][0, 0] = number

    return apply


def replaced(file: str, make: Callable[[Path], object]) -> Callable[[Path], object]:
    def apply(path: Path) -> None:
        (path / file).unlink()
        make(path / file)

    return apply


def link_to(target: str) -> Callable[[Path], object]:
    return lambda file: file.symlink_to(target)


DAMAGE: dict[str, tuple[Callable[[Path], object], str]] = {
    "no model.json": (lambda p: (p / "model.json").unlink(), "model.json: missing"),
    "no weights": (lambda p: (p / "weights.safetensors").unlink(), "weights.safetensors: missing"),
    "no codes": (lambda p: (p / "codes.safetensors").unlink(), "codes.safetensors: missing"),
    "cut weights": (
        lambda p: (p / "weights.safetensors").write_bytes((p / "weights.safetensors").read_bytes()[:-7]),
        "weights.safetensors: damaged",
    ),
    "empty codes": (lambda p: (p / "codes.safetensors").write_bytes(b""), "codes.safetensors: damaged"),
    "huge header": (lambda p: (p / "codes.safetensors").write_bytes(b"\xff" * 64), "codes.safetensors: damaged"),
    "large header": (
        lambda p: (p / "codes.safetensors").write_bytes((2**21).to_bytes(8, "little") + b" " * 2**21),
        "damaged (a header of 2,097,152 bytes, at most 1,048,576 expected)",
    ),
    "large weights": (
        lambda p: os.truncate(p / "weights.safetensors", 2**30),
        "weights.safetensors: 1,073,741,824 bytes found, at most ",
    ),
    "large codes": (lambda p: os.truncate(p / "codes.safetensors", 2**33), "8,589,934,592 bytes found, at most "),
    "large weights stated": (
        edit_json(lambda a: a["model"].update(architecture="conv", channels=256, hidden=8192)),
        "model.json: its weights take 3,",
    ),
    "large codes stated": (
        edit_json(lambda a: (a["model"].update(latent_dim=256), a["data"].update(count=1_000_000))),
        "the codes of 1,000,000 pictures (256 dimensions) take 2,060,000,000 bytes, at most 201,326,592 can be opened",
    ),
    "a pipe as JSON": (replaced("model.json", os.mkfifo), "model.json: a pipe found, a file expected. Remove it."),
    "a pipe as weights": (replaced("weights.safetensors", os.mkfifo), "weights.safetensors: a pipe found"),
    "a pipe as codes": (replaced("codes.safetensors", os.mkfifo), "codes.safetensors: a pipe found"),
    "a folder as codes": (replaced("codes.safetensors", Path.mkdir), "codes.safetensors: a folder found"),
    "a device as codes": (replaced("codes.safetensors", link_to("/dev/zero")), "codes.safetensors: a device found"),
    "a device as JSON": (replaced("model.json", link_to("/dev/zero")), "model.json: a device found"),
    "a link to itself": (
        replaced("codes.safetensors", link_to("codes.safetensors")),
        "codes.safetensors: cannot be read (Too many levels of symbolic links). Allow it to be read.",
    ),
    "other type": (
        edit_tensors("weights.safetensors", lambda t: t.update({"decoder.0.bias": np.zeros(5, np.complex64)})),
        "decoder.0.bias is complex64",
    ),
    "metric of half a character": (edit_json(lambda a: a["metrics"].update({"\ud800": 1})), "field metrics.\ufffd: a"),
    "metric that clears the screen": (edit_json(lambda a: a["metrics"].update({"\x1b[2J": 1})), "metrics.\ufffd[2J: a"),
    "a code far out": (
        edit_tensors("codes.safetensors", put(3e38, "mu")),
        "codes.safetensors: mu reaches 3e+38, at most 1000 expected",
    ),
    "a point far out": (
        edit_tensors("codes.safetensors", put(-3e38, "projection/tsne")),
        "projection/tsne reaches 3e+38, at most 1e+09 expected",
    ),
    "not JSON": (lambda p: (p / "model.json").write_text("{"), "not valid JSON"),
    "not UTF-8": (lambda p: (p / "model.json").write_bytes(b"\xff\xfe{"), "not valid JSON"),
    "deep JSON": (lambda p: (p / "model.json").write_text("[" * 200_000), "not valid JSON"),
    "huge JSON": (
        lambda p: (p / "model.json").write_bytes(b" " * (9 * 2**20)),
        "9,437,184 bytes found, at most 8,388,608 expected",
    ),
    "NaN in JSON": (edit_json(lambda a: a["metrics"].update(x={"value": float("nan"), "unit": "n"})), "NaN"),
    "a list": (lambda p: (p / "model.json").write_text("[]"), "not a model"),
    "other format": (edit_json(lambda a: a.update(format="zip")), "not a model"),
    "newer": (edit_json(lambda a: a.update(format_version=5)), "Update this program"),
    "version true": (edit_json(lambda a: a.update(format_version=True)), "format version True found"),
    "huge metric": (edit_json(lambda a: a["metrics"].update(x={"value": 10**400, "unit": "n"})), "field metrics.x"),
    "version text": (edit_json(lambda a: a.update(format_version="1")), "format version '1' found"),
    "no settings": (edit_json(lambda a: a.pop("model")), "field model"),
    "unknown setting": (edit_json(lambda a: a["model"].update(layers=3)), "unknown model setting 'layers'"),
    "zero dimensions": (edit_json(lambda a: a["model"].update(latent_dim=0)), "latent_dim is 0"),
    "huge dimensions": (edit_json(lambda a: a["model"].update(latent_dim=10**12)), "latent_dim is"),
    "list as setting": (edit_json(lambda a: a["model"].update(architecture=["mlp"])), "architecture is"),
    "title a number": (edit_json(lambda a: a.update(title=3)), "field title"),
    "title of lines": (edit_json(lambda a: a.update(title="a\nb")), "field title"),
    "title too long": (edit_json(lambda a: a.update(title="x" * 501)), "field title"),
    "metric a text": (edit_json(lambda a: a["metrics"].update(x="good")), "field metrics.x"),
    "history a text": (edit_json(lambda a: a.update(history="long")), "field history"),
    "landmarks a list": (edit_json(lambda a: a["made_by"].update(landmarks=[7])), "field made_by.landmarks"),
    "count too large": (edit_json(lambda a: a["data"].update(count=21)), "mu is float32 (20, 3)"),
    "count negative": (edit_json(lambda a: a["data"].update(count=-1)), "field data.count"),
    "no classes": (edit_json(lambda a: a["data"].update(classes=[])), "field data.classes"),
    "few classes": (edit_json(lambda a: a["data"].update(classes=["0"])), "1 classes stated"),
    "path as data name": (edit_json(lambda a: a["data"].update(name="../../etc")), "is not a-z"),
    "wrong shape": (
        edit_tensors("weights.safetensors", lambda t: t.update({"decoder.0.bias": np.zeros(4, np.float32)})),
        "decoder.0.bias is float32 (4,), float32 (5,) expected",
    ),
    "wrong dtype": (
        edit_tensors("weights.safetensors", lambda t: t.update({"decoder.0.bias": np.zeros(5, np.float64)})),
        "decoder.0.bias is float64",
    ),
    "NaN": (
        edit_tensors("weights.safetensors", put(np.nan, "decoder.0.weight")),
        "decoder.0.weight holds a number that is not finite",
    ),
    "missing tensor": (edit_tensors("codes.safetensors", lambda t: t.pop("kl")), "kl is missing"),
    "projection of other codes": (
        edit_tensors("codes.safetensors", lambda t: t.update({"projection/x": np.zeros((19, 2), np.float32)})),
        "projection/x is float32 (19, 2), float32 (20, 2) expected",
    ),
    "projection on a line": (
        edit_tensors("codes.safetensors", lambda t: t.update({"projection/tsne": np.zeros((20, 1), np.float32)})),
        "projection/tsne is float32 (20, 1), float32 (20, 2) expected",
    ),
    "projection without a part": (
        edit_tensors("codes.safetensors", lambda t: t.pop("projection/pca/mean")),
        "projection/pca/mean is missing",
    ),
    "part without its projection": (
        edit_tensors("codes.safetensors", lambda t: t.pop("projection/pca")),
        "projection/pca is missing",
    ),
    "extra tensor": (
        edit_tensors("weights.safetensors", lambda t: t.update(extra=np.zeros(1, np.float32))),
        "'extra' found",
    ),
    "empty mixture": (
        edit_tensors("codes.safetensors", lambda t: t.update(mixture_weights=np.zeros(0, np.float32))),
        "mixture_weights is float32 (0,)",
    ),
    "half a mixture": (
        edit_tensors("codes.safetensors", lambda t: t.pop("mixture_weights")),
        "mixture_weights is missing",
    ),
}


@pytest.mark.parametrize("kind", DAMAGE)
def test_damage_is_named(path: Path, kind: str) -> None:
    damage, expected = DAMAGE[kind]
    damage(path)
    with pytest.raises(ModelFolderError) as caught:
        model_folder.read(path)
    message = str(caught.value)
    assert expected in message
    assert "\n" not in message
    assert message.endswith(".")


def test_a_model_is_not_replaced_unless_asked(path: Path) -> None:
    before = {file.name: file.read_bytes() for file in path.iterdir()}
    with pytest.raises(OutputError, match="already holds a model"):
        model_folder.write(small_folder(), path, {})
    assert {file.name: file.read_bytes() for file in path.iterdir()} == before
    model_folder.write(replace(small_folder(), title="New"), path, {}, overwrite=True)
    assert model_folder.read(path).title == "New"
    assert [entry.name for entry in path.parent.iterdir()] == ["small"]


def test_a_folder_of_other_things_is_never_replaced(tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").write_text("years of work")
    with pytest.raises(OutputError, match="holds other files"):
        model_folder.write(small_folder(), tmp_path, {}, overwrite=True)
    assert (tmp_path / "thesis.txt").read_text() == "years of work"


def test_a_failed_write_leaves_the_old_model_and_no_rest(path: Path) -> None:
    broken = replace(small_folder(), metrics={"x": {"value": float("inf"), "unit": "n"}})
    with pytest.raises(ValueError, match="JSON"):
        model_folder.write(broken, path, {}, overwrite=True)
    assert model_folder.read(path).title == "Small"
    assert [entry.name for entry in path.parent.iterdir()] == ["small"]


def test_texts_can_be_sent_whatever_was_in_them(path: Path) -> None:
    half = {"\ud800": {"value": 1.0, "unit": "nats"}}
    edit_json(lambda about: (about["metrics"].update(half), about["training"].update(by=["\udc80", "手 \U0001f600"])))(
        path
    )
    found = model_folder.read(path)
    assert found.metrics["\ufffd"] == half["\ud800"]
    assert found.training["by"] == ["\ufffd", "手 \U0001f600"]

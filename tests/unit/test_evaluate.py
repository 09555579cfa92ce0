"""Metrics against cases whose answer is known in closed form, and the command that writes them."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from train.data.load import load_data
from train.data.named_sets import DataSpec
from train.evaluate.classifier import shipped_classifier
from train.evaluate.encode import encode_all
from train.evaluate.evaluate import Evaluation, evaluate
from train.evaluate.metrics import mean_metric, model_metrics, neighbour_accuracy, separability_metrics
from train.rounding import rounded
from vae_explorer import load
from vae_explorer.errors import DataError, OutputError
from vae_explorer.model.config import ModelConfig
from vae_explorer.model.vae import VAE
from vae_explorer.samplers import mixture
from vae_explorer.storage import model_folder, picture_atlas

from .test_model_folder import small_folder


def test_metrics_of_a_deterministic_model_leave_out_what_has_no_meaning() -> None:
    images, labels = torch.rand(30, 1, 28, 28), torch.zeros(30, dtype=torch.int64)
    found = {}
    for deterministic in (False, True):
        model = VAE(ModelConfig("mlp", latent_dim=2, hidden=4, deterministic=deterministic))
        found[deterministic] = model_metrics(model, images, labels, encode_all(model, images, labels))
    assert set(found[False]) - set(found[True]) == {"test_negative_elbo", "test_kl"}
    assert {"test_reconstruction", "test_squared_error", "active_units"} <= set(found[True])
    assert all(entry["unit"] for entry in found[True].values())


def test_active_units_count_the_dimensions_that_move() -> None:
    model = VAE(ModelConfig("mlp", latent_dim=3, hidden=4))
    images, labels = torch.rand(50, 1, 28, 28), torch.zeros(50, dtype=torch.int64)
    encoded = encode_all(model, images, labels)
    mu = torch.stack([torch.linspace(-1, 1, 50), torch.full((50,), 3.0), torch.linspace(0, 0.01, 50)], dim=1)
    assert model_metrics(model, images, labels, replace(encoded, mu=mu))["active_units"]["value"] == 1


def test_neighbours_know_classes_that_lie_apart() -> None:
    random = torch.Generator().manual_seed(0)
    labels, test_labels = torch.arange(300) % 3, torch.arange(60) % 3
    centres = torch.tensor([[0.0, 0.0], [10.0, 0.0], [0.0, 10.0]])
    codes = centres[labels] + torch.randn(300, 2, generator=random)
    test_codes = centres[test_labels] + torch.randn(60, 2, generator=random)
    assert neighbour_accuracy(codes, labels, test_codes, test_labels, 10) == 1.0
    assert neighbour_accuracy(codes, labels, test_codes, (test_labels + 1) % 3, 10) == 0.0
    mixed = torch.randn(300, 2, generator=random)
    assert neighbour_accuracy(mixed, labels, torch.randn(60, 2, generator=random), test_labels, 10) < 0.7


def test_the_silhouette_of_a_plane_is_that_of_its_definition() -> None:
    codes, labels = torch.tensor([[0.0, 0.0], [0.0, 1.0], [10.0, 0.0], [10.0, 1.0]]), torch.tensor([0, 0, 1, 1])
    found = separability_metrics(codes, labels)["class_silhouette"]
    between = (10 + 101**0.5) / 2  # of every code to those of the other class; 1 to the one of its own
    assert found["value"] == pytest.approx((between - 1) / between, rel=1e-6)
    assert found["pictures"] == 4
    assert separability_metrics(codes, torch.tensor([0, 1, 0, 1]))["class_silhouette"]["value"] < 0


def test_no_silhouette_where_it_has_no_meaning() -> None:
    codes, labels = torch.randn(6, 2), torch.tensor([0, 0, 0, 1, 1, 1])
    assert separability_metrics(torch.randn(6, 3), labels) == {}
    assert separability_metrics(codes, torch.zeros(6, dtype=torch.int64)) == {}
    assert separability_metrics(codes, torch.arange(6)) == {}


def test_a_mean_has_its_standard_error() -> None:
    found = mean_metric(torch.tensor([1.0, 2.0, 3.0, 4.0]), "nats", samples=7)
    error = pytest.approx((5 / 3 / 4) ** 0.5)
    assert found == {"value": 2.5, "unit": "nats", "pictures": 4, "samples": 7, "standard_error": error}


def two_clouds(count: int = 4000) -> tuple[np.ndarray, np.ndarray]:
    """Codes of two classes: a quarter around (4, 0) with a tilted covariance, the rest round around (-4, 0)."""
    random = np.random.default_rng(0)
    labels = (np.arange(count) % 4 == 0).astype(np.uint8)
    tilt = np.array([[1.0, 0.0], [0.8, 0.3]])
    noise = random.standard_normal((count, 2))
    codes = np.where(labels[:, None] == 1, np.array([4.0, 0.0]) + noise @ tilt.T, np.array([-4.0, 0.0]) + noise)
    return codes.astype(np.float32), labels


@pytest.mark.parametrize("quick", [False, True])
def test_the_mixture_has_the_codes_mean_and_covariance(quick: bool) -> None:
    codes, labels = two_clouds()
    found = mixture.fit(codes, labels, quick=quick)
    weights, means, cholesky = (
        found[f"mixture_{name}"].astype(np.float64) for name in ("weights", "means", "cholesky")
    )
    assert weights.sum() == pytest.approx(1, abs=1e-5)
    assert weights[means[:, 0] > 0].sum() == pytest.approx(0.25, abs=0.01)
    assert np.array_equal(cholesky, np.tril(cholesky))
    mean = weights @ means
    spread = means - mean
    within = np.einsum("k,kij,klj->il", weights, cholesky, cholesky)
    covariance = within + np.einsum("k,ki,kj->ij", weights, spread, spread)
    assert np.allclose(mean, codes.mean(axis=0), atol=0.02)
    assert np.allclose(covariance, np.cov(codes, rowvar=False), atol=0.1)
    assert all(array.dtype == np.float32 for array in found.values())


def test_held_out_codes_choose_few_components_for_a_single_gaussian(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mixture, "COMPONENTS", (1, 4, 30))
    random = np.random.default_rng(0)
    round_cloud = random.standard_normal((1500, 3)).astype(np.float32)
    assert len(mixture.fit(round_cloud)["mixture_weights"]) == 1
    places = random.standard_normal((30, 3)) * 20
    many = places[np.arange(3000) % 30] + random.standard_normal((3000, 3)) * 0.1
    assert len(mixture.fit(many.astype(np.float32))["mixture_weights"]) == 30


def test_a_mixture_of_very_few_codes() -> None:
    codes = np.random.default_rng(0).standard_normal((30, 20)).astype(np.float32)
    found = mixture.fit(codes, np.arange(30, dtype=np.uint8) % 10)
    assert all(np.isfinite(array).all() for array in found.values())
    assert found["mixture_weights"].sum() == pytest.approx(1, abs=1e-5)


def untrained_model(path: Path, data_dir: Path, config: ModelConfig | None = None) -> Evaluation:
    """What `evaluate` is asked for a model at `path` that never learned, with real digits and little patience."""
    pictures = load_data("mnist", data_dir).test.images
    folder = small_folder(config, len(pictures))
    sha256 = picture_atlas.pictures_sha256(pictures)
    folder = replace(folder, data=replace(folder.data, name="mnist", sha256=sha256))
    model_folder.write(folder, path, {})
    return Evaluation(str(path), None, data_dir, "cpu", None, bound_pictures=10, bound_samples=4)


@pytest.fixture
def untrained(data_dir: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Evaluation:
    monkeypatch.setattr("train.evaluate.evaluate.SAMPLES", 300)
    return untrained_model(tmp_path / "m", data_dir)


def test_evaluate_writes_every_metric_and_the_same_each_time(untrained: Evaluation) -> None:
    path = Path(untrained.model)
    evaluate(replace(untrained, refit_samplers=True))
    first = model_folder.read(path)
    assert first.codes["mixture_weights"].sum() == pytest.approx(1, abs=1e-5)
    assert {
        "test_negative_elbo", "test_reconstruction", "test_kl", "test_squared_error", "active_units",
        "test_importance_weighted_bound", "test_importance_weighted_gain", "neighbour_accuracy", "test_recognised",
        "test_mutual_information", "test_aggregate_kl", "test_binarised_importance_weighted_bound",
        "test_binarised_negative_elbo", "test_binarised_reconstruction", "test_binarised_kl",
        *(f"{sampler}_{metric}" for sampler in ("prior", "mixture")
          for metric in ("recognised", "class_balance", "smallest_class", "frechet_distance")),
    } <= set(first.metrics)  # fmt: skip
    assert first.metrics["test_negative_elbo"]["value"] != 100.5, "the old value"
    assert all(entry["unit"] for entry in first.metrics.values())
    assert first.metrics["test_recognised"]["value"] > 0.95
    evaluate(untrained)
    assert model_folder.read(path).metrics == first.metrics


def test_of_a_plain_autoencoder_is_said_what_it_cannot_have(
    small_data_dir: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("train.evaluate.evaluate.SAMPLES", 100)
    config = ModelConfig("mlp", latent_dim=2, hidden=4, deterministic=True)
    evaluate(untrained_model(tmp_path / "ae", small_data_dir, config))
    assert "a plain autoencoder has no posterior" in capsys.readouterr().out
    found = model_folder.read(tmp_path / "ae").metrics
    assert {"test_reconstruction", "class_silhouette", "neighbour_accuracy"} <= set(found)
    assert not [name for name in found if "bound" in name or "information" in name or "aggregate" in name]


def test_predictions_are_those_of_the_reconstructions(untrained: Evaluation) -> None:
    evaluate(replace(untrained, refit_samplers=True))
    model = load(untrained.model)
    codes = model.folder.codes
    mu, label = torch.from_numpy(codes["mu"].copy()), torch.from_numpy(codes["label"].astype("int64"))
    classifier = shipped_classifier(DataSpec("mnist", "digit", "digits", tuple("0123456789")), torch.device("cpu"))
    assert classifier is not None
    probabilities = classifier.predict(model.decode(mu, label)).probabilities.numpy()
    assert np.array_equal(codes["prediction"], probabilities.argmax(axis=1))
    assert np.allclose(codes["prediction_confidence"], probabilities.max(axis=1), atol=1e-6)


def test_no_classifier_for_a_data_set_of_ones_own() -> None:
    assert shipped_classifier(DataSpec("leaves", "leaf", "leaves", ("a", "b")), torch.device("cpu")) is None
    assert shipped_classifier(DataSpec("mnist", "digit", "digits", ("a", "b")), torch.device("cpu")) is None


def test_evaluate_refuses_pictures_that_the_model_was_not_tested_on(untrained: Evaluation) -> None:
    path = Path(untrained.model)
    folder = model_folder.read(path)
    model_folder.update(replace(folder, data=replace(folder.data, sha256="1" * 64)), path)
    before = (path / "model.json").read_bytes()
    with pytest.raises(DataError, match="--data"):
        evaluate(untrained)
    assert (path / "model.json").read_bytes() == before


def test_rounding_keeps_six_digits_and_whole_numbers() -> None:
    assert rounded(100.88571234) == 100.886
    assert rounded(0.00123456789) == 0.00123457
    assert rounded(20) == 20
    assert rounded(0.0) == 0.0


def test_update_replaces_the_metrics_and_nothing_else(tmp_path: Path) -> None:
    folder = small_folder()
    model_folder.write(folder, tmp_path / "m", {"samples.png": b"png"})
    weights = (tmp_path / "m" / "weights.safetensors").read_bytes()
    model_folder.update(replace(folder, metrics={"x": {"value": 1.5, "unit": "n"}}), tmp_path / "m")
    found = model_folder.read(tmp_path / "m")
    assert found.metrics == {"x": {"value": 1.5, "unit": "n"}}
    assert np.array_equal(found.codes["mu"], folder.codes["mu"])
    assert (tmp_path / "m" / "weights.safetensors").read_bytes() == weights
    names = {"model.json", "weights.safetensors", "codes.safetensors", "samples.png"}
    assert {file.name for file in (tmp_path / "m").iterdir()} == names


def test_update_writes_codes(tmp_path: Path) -> None:
    folder = small_folder()
    model_folder.write(folder, tmp_path / "m", {})
    changed = replace(folder, codes=folder.codes | {"mixture_means": folder.codes["mixture_means"] + 1})
    model_folder.update(changed, tmp_path / "m")
    assert np.array_equal(model_folder.read(tmp_path / "m").codes["mixture_means"], changed.codes["mixture_means"])


def test_update_that_fails_leaves_the_old_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = small_folder()
    model_folder.write(folder, tmp_path / "m", {})
    before = (tmp_path / "m" / "model.json").read_text()

    def fail(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", fail)
    with pytest.raises(OutputError, match="No space left"):
        model_folder.update(replace(folder, title="Other"), tmp_path / "m")
    assert (tmp_path / "m" / "model.json").read_text() == before
    assert json.loads(before)["title"] == "Small"
    assert not [file.name for file in (tmp_path / "m").iterdir() if file.name.endswith(".new")]

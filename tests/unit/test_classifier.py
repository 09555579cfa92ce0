"""The shipped classifiers know their test images; metrics of samples are right where the answer is known."""

from __future__ import annotations

import math
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from torch import nn

from train.evaluate import train_classifier
from train.evaluate.classifier import Classifier, Prediction, open_classifier
from train.evaluate.sample_metrics import class_balance, frechet_distance, sample_metrics
from train.evaluate.train_classifier import classifier_layers
from vae_explorer import paths
from vae_explorer.errors import DataError, OutputError
from vae_explorer.model.config import ModelConfig
from vae_explorer.model.layers import multiply_adds
from vae_explorer.model.vae import sequential
from vae_explorer.notebook import LoadedVAE
from vae_explorer.storage import classifier_file, picture_atlas
from vae_explorer.storage.classifier_file import ClassifierFile

from .test_model_folder import small_folder

CPU = torch.device("cpu")


def random_classifier(classes: int = 10, seed: int = 0) -> ClassifierFile:
    torch.manual_seed(seed)
    layers = classifier_layers(classes)
    network = sequential(layers)
    tensors = {name: tensor.numpy().copy() for name, tensor in network.state_dict().items()}
    return ClassifierFile(layers, tuple("abcdefghijklmnopqrstuvwxyz"[:classes]), 0.5, len(layers) - 2, tensors)


def test_the_shipped_classifier_knows_the_test_digits() -> None:
    labels = digits_labels()
    images = picture_atlas.read_atlas(paths.assets() / "mnist" / "digits.png", len(labels))
    classifier = open_classifier(classifier_file.shipped_path("mnist"), CPU)
    prediction = classifier.predict(torch.from_numpy(images.copy()).unsqueeze(1).float() / 255)
    right = float((prediction.probabilities.argmax(dim=1).numpy() == labels).mean())
    assert right >= 0.99
    assert right == pytest.approx(classifier.file.accuracy, abs=2e-4)
    assert prediction.recognised > 0.97
    assert prediction.features.shape == (len(labels), 64)


def digits_labels() -> np.ndarray:
    from safetensors.numpy import load_file

    return load_file(paths.shipped_models() / "mlp-20" / "codes.safetensors")["label"]


@pytest.mark.parametrize("name", ["mnist", "fashion-mnist"])
def test_shipped_classifiers_are_small_enough_for_a_page(name: str) -> None:
    classifier = classifier_file.read(classifier_file.shipped_path(name))
    assert classifier_file.shipped_path(name).stat().st_size < 500_000
    assert multiply_adds(list(classifier.layers), side=28) < 1_000_000
    assert len(classifier.classes) == 10
    assert classifier.layers[classifier.feature_layer].op == "relu"
    assert {layer.op for layer in classifier.layers} <= {"conv", "linear", "relu", "silu", "reshape"}, (
        "network.js runs them"
    )


def test_a_classifier_is_read_as_it_was_written(tmp_path: Path) -> None:
    written = random_classifier()
    classifier_file.write(written, tmp_path / "deep" / "j.safetensors")
    found = classifier_file.read(tmp_path / "deep" / "j.safetensors")
    assert replace(found, tensors={}) == replace(written, tensors={})
    assert all(np.array_equal(found.tensors[name], written.tensors[name]) for name in written.tensors)
    assert [file.name for file in (tmp_path / "deep").iterdir()] == ["j.safetensors"]


BROKEN = {
    "a class too many": lambda file: replace(file, classes=(*file.classes, "k")),
    "no such layer": lambda file: replace(file, feature_layer=99),
    "a tensor missing": lambda file: replace(file, tensors={k: v for k, v in file.tensors.items() if k != "0.bias"}),
    "not finite": lambda file: replace(file, tensors=file.tensors | {"0.bias": np.full(16, np.nan, np.float32)}),
}


@pytest.mark.parametrize("kind", BROKEN)
def test_a_classifier_whose_parts_do_not_fit_is_refused(kind: str, tmp_path: Path) -> None:
    classifier_file.write(BROKEN[kind](random_classifier()), tmp_path / "j.safetensors")
    with pytest.raises(DataError, match="not a readable classifier"):
        classifier_file.read(tmp_path / "j.safetensors")


def test_a_file_that_is_no_classifier_is_refused(tmp_path: Path) -> None:
    classifier_file.write(random_classifier(), tmp_path / "j")
    (tmp_path / "cut").write_bytes((tmp_path / "j").read_bytes()[:-5])
    for name in ("absent", "cut"):
        with pytest.raises(DataError, match="python -m train classifier"):
            classifier_file.read(tmp_path / name)


def test_a_classifier_is_not_written_over_another(tmp_path: Path) -> None:
    (tmp_path / "j").write_text("here")
    with pytest.raises(OutputError, match="--overwrite"):
        train_classifier.require_free(tmp_path / "j", overwrite=False)
    train_classifier.require_free(tmp_path / "j", overwrite=True)
    train_classifier.require_free(tmp_path / "new", overwrite=False)


def test_folding_a_batch_norm_changes_nothing_but_the_layers() -> None:
    torch.manual_seed(0)
    layers = classifier_layers(10)
    network = train_classifier.with_norms(layers)
    for norm in network.modules():
        if isinstance(norm, nn.BatchNorm1d | nn.BatchNorm2d):
            nn.init.uniform_(norm.weight, 0.5, 2)
            nn.init.normal_(norm.bias)
            for name, low, high in (("running_mean", -1.0, 1.0), ("running_var", 0.5, 2.0)):
                nn.init.uniform_(norm.get_buffer(name), low, high)
    network.eval()
    x = torch.rand(7, 1, 28, 28)
    classifier = Classifier(
        ClassifierFile(layers, tuple("0123456789"), 0.0, 8, train_classifier._folded(layers, network)), CPU
    )
    expected = network(x).softmax(dim=1)
    torch.testing.assert_close(classifier.predict(x).probabilities, expected, rtol=1e-4, atol=1e-5)


def test_shifts_move_whole_pictures_by_up_to_two_pixels() -> None:
    x = torch.zeros(200, 1, 28, 28)
    x[:, 0, 14, 10] = 1
    moved = train_classifier.shifted(x, torch.Generator().manual_seed(0))
    assert moved.shape == x.shape
    assert torch.equal(moved.sum(dim=(1, 2, 3)), torch.ones(200))
    places = moved.flatten(1).argmax(dim=1)
    assert set((places // 28).tolist()) == {12, 13, 14, 15, 16}
    assert set((places % 28).tolist()) == {8, 9, 10, 11, 12}


def test_frechet_distance_of_known_gaussians() -> None:
    random = np.random.default_rng(0)
    a = random.standard_normal((200_000, 3)) * [1.0, 2.0, 3.0]
    b = random.standard_normal((200_000, 3)) * [1.0, 1.0, 5.0] + [1.0, 0.0, -2.0]
    # Commuting covariances: |m_a - m_b|² + Σ (s_a - s_b)² = 5 + 0 + 1 + 4.
    assert frechet_distance(torch.from_numpy(a), torch.from_numpy(b)) == pytest.approx(10.0, rel=0.02)
    assert frechet_distance(torch.from_numpy(a), torch.from_numpy(a)) == pytest.approx(0.0, abs=1e-9)


def test_frechet_distance_is_that_of_the_formula_with_a_matrix_root() -> None:
    from scipy.linalg import sqrtm

    random = np.random.default_rng(1)
    a, b = (random.standard_normal((500, 6)) @ random.standard_normal((6, 6)) for _ in range(2))
    covariances = np.cov(a, rowvar=False), np.cov(b, rowvar=False)
    means = a.mean(axis=0) - b.mean(axis=0)
    root = sqrtm(covariances[0] @ covariances[1]).real
    expected = means @ means + np.trace(covariances[0] + covariances[1] - 2 * root)
    found = frechet_distance(torch.from_numpy(a), torch.from_numpy(b))
    assert found == pytest.approx(expected, rel=1e-8)
    assert found == pytest.approx(frechet_distance(torch.from_numpy(b), torch.from_numpy(a)), rel=1e-8)


def test_frechet_distance_of_features_that_never_vary() -> None:
    a = torch.cat([torch.rand(100, 2), torch.zeros(100, 3)], dim=1)
    assert frechet_distance(a, a + 2) == pytest.approx(5 * 4.0, rel=1e-6)


def test_class_balance() -> None:
    assert class_balance(torch.full((10,), 0.1)) == pytest.approx(1.0)
    assert class_balance(torch.tensor([1.0, 0.0])) == 0.0
    expected = -(0.25 * math.log(0.25) + 0.75 * math.log(0.75)) / math.log(2)
    assert class_balance(torch.tensor([0.25, 0.75])) == pytest.approx(expected)


def test_a_prediction_counts_what_is_recognised_and_the_classes() -> None:
    prediction = Prediction(
        torch.tensor([[0.95, 0.05, 0.0], [0.5, 0.4, 0.1], [0.01, 0.01, 0.98], [0.91, 0.09, 0.0]]), torch.rand(4, 2)
    )
    assert prediction.recognised == 0.75
    assert prediction.class_shares().tolist() == [0.75, 0.0, 0.25]


@pytest.mark.parametrize("classes", [0, 10])
def test_sample_metrics_come_out_the_same_each_time(classes: int) -> None:
    folder = small_folder(ModelConfig("mlp", latent_dim=3, hidden=5, classes=classes))
    model, classifier = LoadedVAE(folder), Classifier(random_classifier(), CPU)
    train, test = torch.rand(50, 1, 28, 28), torch.rand(40, 1, 28, 28)
    found = sample_metrics(model, classifier, train, test, samples=70)
    assert found == sample_metrics(model, classifier, train, test, samples=70)
    assert ("prior_as_asked" in found) == bool(classes)
    for sampler in ("prior", "mixture"):
        assert found[f"{sampler}_frechet_distance"]["value"] > found["train_frechet_distance"]["value"] > 0
        assert found[f"{sampler}_recognised"]["samples"] == 70
    assert all(np.isfinite(entry["value"]) and entry["unit"] for entry in found.values())

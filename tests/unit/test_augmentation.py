"""Variations of few labelled pictures, the classifiers trained on them, and the command that writes every table."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest
import torch

from train import command_line
from train.data.data_set import to_device
from train.evaluate import augmentation, variations
from train.evaluate.anomaly import anomaly
from train.evaluate.evaluate import evaluate
from train.evaluate.few_labels import Labelled, choose
from train.evaluate.imputation import imputation
from train.evaluate.subject import Evaluation
from vae_explorer.errors import ConfigError
from vae_explorer.model.config import ModelConfig
from vae_explorer.model.vae import VAE
from vae_explorer.storage import model_folder, picture_atlas

from .subjects import shipped_subject, untrained_subject
from .test_model_folder import small_folder


def seeded(seed: int = 0) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


def test_so_many_of_each_class_others_with_each_seed() -> None:
    labels = torch.arange(200) % 4
    labels[:3] = 4
    every = Labelled(torch.arange(200.0)[:, None, None, None].expand(-1, 1, 28, 28), labels)
    few = choose(every, 7, seed=0)
    assert torch.bincount(few.labels).tolist() == [7, 7, 7, 7, 3]
    assert len(few.images[:, 0, 0, 0].unique()) == len(few)
    assert torch.equal(every.labels[few.images[:, 0, 0, 0].long()], few.labels)
    assert torch.equal(few.images, choose(every, 7, seed=0).images)
    assert not torch.equal(few.images, choose(every, 7, seed=1).images)


def test_codes_between_are_between_two_of_one_class() -> None:
    labels = torch.tensor([0, 1, 0, 1, 1])
    mu = torch.tensor([[0.0], [10.0], [1.0], [12.0], [11.0]])
    z, source = variations.between(mu, torch.zeros_like(mu), labels, 100, seeded())
    assert torch.bincount(source).tolist() == [20] * 5
    ones = labels[source] == 1
    assert bool(((z[ones] >= 10) & (z[ones] <= 12)).all())
    assert bool(((z[~ones] >= 0) & (z[~ones] <= 1)).all())
    assert len(z.unique()) > 50


def test_codes_from_the_posterior_spread_with_the_temperature(monkeypatch: pytest.MonkeyPatch) -> None:
    mu, log_var = torch.tensor([[0.0, 5.0], [1.0, 6.0]]), torch.tensor([[0.0, -2.0], [0.0, -2.0]])
    monkeypatch.setattr(variations, "TEMPERATURE", 3.0)
    z, source = variations.from_posterior(mu, log_var, torch.tensor([0, 1]), 20_000, seeded())
    away = z - mu[source]
    torch.testing.assert_close(away.mean(dim=0), torch.zeros(2), rtol=0, atol=0.1)
    torch.testing.assert_close(away.std(dim=0), 3 * (0.5 * log_var[0]).exp(), rtol=0.02, atol=0)


def test_an_autoencoder_has_no_posterior_to_draw_from() -> None:
    kinds = {
        deterministic: variations.kinds_of(VAE(ModelConfig("mlp", 3, hidden=5, deterministic=deterministic))).keys()
        for deterministic in (False, True)
    }
    assert kinds == {False: {"posterior", "between"}, True: {"between"}}


def test_the_table(data_dir: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(augmentation, "VARIATIONS", 100)
    subject = shipped_subject("mlp-20", data_dir)
    found = augmentation.augmentation(subject, per_class=(5, 10), seeds=2, steps=8)
    assert found is not None
    kinds = ["none", "posterior", "posterior-checked", "between", "between-checked"]
    assert [(row.per_class, row.variations) for row in found.rows] == [(n, kind) for n in (5, 10) for kind in kinds]
    for row in found.rows:
        assert len(row.runs) == 2
        assert row.accuracy == pytest.approx(sum(row.runs) / 2, abs=1e-5)
        assert 0.05 < row.accuracy < 1
    assert "5 per class  posterior-checked" in capsys.readouterr().out
    assert found == augmentation.augmentation(subject, per_class=(5, 10), seeds=2, steps=8)
    every = Labelled(*to_device(subject.data.train, subject.device))
    few = choose(every, 5, seed=0)
    made, labels = variations.variations(subject.model, few.images, few.labels, variations.between, 70, seeded())
    assert made.shape == (70, 1, 28, 28)
    assert torch.equal(labels, few.labels[torch.arange(70) % 50])


def test_a_model_that_was_told_every_label_is_left_out(data_dir: Path, capsys: pytest.CaptureFixture[str]) -> None:
    subject = untrained_subject(ModelConfig("mlp", latent_dim=3, hidden=5, classes=10), data_dir)
    assert augmentation.augmentation(subject) is None
    assert "was trained with the labels" in capsys.readouterr().out


def test_the_command_writes_the_tables_that_are_asked_for(
    data_dir: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    subject = untrained_subject(ModelConfig("mlp", latent_dim=3, hidden=5), data_dir)
    count, sha256 = len(subject.data.test.labels), picture_atlas.pictures_sha256(subject.data.test.images)
    folder = small_folder(count=count)
    folder = replace(folder, data=replace(folder.data, name="mnist", sha256=sha256))
    path = tmp_path / "m"
    model_folder.write(folder, path, {})
    quick = {"imputation": partial(imputation, pictures=10), "anomaly": partial(anomaly, pictures=20)}
    monkeypatch.setattr("train.evaluate.uses.TABLES", quick)
    what = Evaluation(str(path), None, data_dir, "cpu", None, 10, 4)
    evaluate(replace(what, tables=("anomaly",)))
    found = model_folder.read(path)
    assert found.uses.anomaly is not None
    assert found.uses.anomaly.pictures == 20
    assert found.uses == replace(folder.uses, anomaly=found.uses.anomaly)
    assert found.metrics == folder.metrics
    assert command_line.run(["evaluate", str(path), "--data-dir", str(data_dir), "--imputation"], "typed") == 0
    again = model_folder.read(path)
    assert again.uses.imputation is not None
    assert len(again.uses.imputation.rows) == 7
    assert again.uses.anomaly == found.uses.anomaly
    printed = capsys.readouterr().out
    assert "every-second-row" in printed
    assert "AUC against 20 test pictures" in printed


def test_options_that_do_not_go_together() -> None:
    with pytest.raises(ConfigError, match="--refit-samplers goes with the metrics"):
        command_line.run(["evaluate", "mlp-20", "--refit-samplers", "--anomaly"], "typed")

"""Runs that diverge, and runs that learn nothing, measured against a picture that is grey everywhere."""

from __future__ import annotations

import math
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from train.data.load import load_data
from train.evaluate.scores import grey_picture_nats
from train.fit.config import TrainConfig
from train.fit.grey_picture import GreyPicture
from train.fit.loop import Images, Trainer, fit
from train.fit.recipes import Recipe
from train.fit.run import Run, run
from vae_explorer.errors import TrainingError
from vae_explorer.model.config import ModelConfig
from vae_explorer.model.vae import VAE
from vae_explorer.storage import model_folder

IMAGES = torch.rand(50, 1, 28, 28, generator=torch.Generator().manual_seed(0))


def test_the_loss_of_a_grey_picture_by_its_definition() -> None:
    assert grey_picture_nats(IMAGES, "bce") == pytest.approx(784 * math.log(2), rel=1e-6)
    x = IMAGES.double().flatten(1).numpy()
    densities = np.exp(-((0.5 - x) ** 2) / (2 * 0.01)) / (0.1 * math.sqrt(2 * math.pi))
    assert grey_picture_nats(IMAGES, "mse") == pytest.approx(-np.log(densities).sum(axis=1).mean(), rel=1e-5)


@pytest.mark.parametrize(
    ("loss", "before", "said"),
    [
        ((math.nan, 1.0), [], "is not a number"),
        ((math.inf, 1.0), [(90.0, 20.0)], "is not a number"),
        ((6_000.0, 1.0), [], "is 6,001 nats per image: it diverged. A plain grey picture has 543."),
        ((4_000.0, 1_500.0), [(600.0, 3.0)], "is 5,500 nats per image"),
        ((1_700.0, 10.0), [(90.0, 20.0)], "is 1,710 nats per image"),
        ((5_000.0, 10.0), [], None),  # a first epoch with a rate that is too high: it may still come down
        ((1_700.0, 10.0), [(900.0, 1.0)], None),
        ((1_500.0, 10.0), [(90.0, 20.0)], None),
    ],
)
def test_a_loss_that_is_far_beyond_grey_is_divergence(
    loss: tuple[float, float], before: list[tuple[float, float]], said: str | None
) -> None:
    grey = GreyPicture(IMAGES, "bce", beta=1.0)
    if said is None:
        grey.require_no_divergence(*loss, before, "the test loss of epoch 2", 0.3)
        return
    with pytest.raises(TrainingError) as caught:
        grey.require_no_divergence(*loss, before, "the test loss of epoch 2", 0.3)
    assert said in str(caught.value)
    assert str(caught.value).startswith("the test loss of epoch 2 ")
    assert "too high, 0.3: try a third of it with --learning-rate" in str(caught.value)


def test_a_kl_that_does_not_count_in_training_does_not_count_here() -> None:
    GreyPicture(IMAGES, "bce", beta=0.0).require_no_divergence(100.0, 1e9, [], "the loss", 0.1)
    with pytest.raises(TrainingError):
        GreyPicture(IMAGES, "bce", beta=4.0).require_no_divergence(100.0, 1e9, [], "the loss", 0.1)
    assert GreyPicture(IMAGES, "bce", beta=0.0).is_better_than(100.0, 1e9) is False
    assert GreyPicture(IMAGES, "bce", beta=1000.0).is_better_than(200.0, 5.0) is False


def test_a_run_whose_loss_grows_without_end_stops_before_it_is_no_number(small_data_dir: Path) -> None:
    images = Images.of(load_data("mnist", small_data_dir), torch.device("cpu"))
    torch.manual_seed(0)
    model = VAE(ModelConfig("mlp", latent_dim=2, hidden=64, deterministic=True))
    trainer = Trainer(model, TrainConfig(epochs=20, batch_size=16, learning_rate=3.0, beta=0.0), images)
    with pytest.raises(TrainingError, match=r"the test loss of epoch \d+ is [\d,]+ nats per image: it div"):
        fit(trainer, lambda _: None)


def test_a_run_that_has_learned_nothing_is_published_only_if_that_was_asked_for(
    small_data_dir: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    recipe = Recipe(ModelConfig(hidden=8), TrainConfig(epochs=1, learning_rate=1e-9), "Nothing", "It knows nothing.")
    output = tmp_path / "out" / "model"
    what = Run(recipe, small_data_dir, "cpu", output)
    with pytest.raises(TrainingError) as caught:
        run(what)
    said = str(caught.value)
    assert "the test loss ended at 5" in said
    assert "a plain grey picture has 543.4" in said
    assert "--publish-anyway" in said
    assert f"The last full epoch is kept: {what.checkpoint}" in said
    assert "\n" not in said
    assert [path.name for path in output.parent.iterdir()] == [what.checkpoint.name]
    run(replace(what, resume=True, publish_anyway=True))
    assert "resuming after epoch 1 of 1" in capsys.readouterr().out
    assert model_folder.read(output).metrics["test_negative_elbo"]["value"] > 543
    assert not what.checkpoint.exists()

"""`python -m train import`: other people's weights become a model with their loss; what is open is tried and said."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from torch import Tensor, nn

from tests.unit.conftest import HALF
from tests.unit.foreign import Weights, chosen, dense, five_layers, saved, shipped_weights
from train.__main__ import main
from train.data.data_set import to_device
from train.data.load import load_data
from train.evaluate.encode import elbo_terms
from train.importing import report
from train.importing.conventions import SCALES
from train.importing.pooling import pools
from train.importing.run import Import, import_weights
from vae_explorer import load
from vae_explorer.catalog.zoo import Zoo
from vae_explorer.errors import ConfigError, DataError, OutputError
from vae_explorer.model.layers import decoder_layers
from vae_explorer.storage import model_folder

Test = tuple[Tensor, Tensor]

# Nothing is left to try.
PLAIN = {"log_var_first": False, "log_sigma": False, "activation": "relu", "input_scale": "zero-one"}


@pytest.fixture(scope="module")
def test(data_dir: Path) -> Test:
    """Test pictures and labels."""
    return to_device(load_data("mnist", data_dir).test, torch.device("cpu"))


def asked(file: Path, data_dir: Path, **changes: Any) -> Import:
    settings = {"name": "mine", "title": "Mine", "teaches": "It.", "data_set": "mnist", "device": "cpu"}
    return Import(file=file, data_dir=data_dir, **{**settings, **changes})


def loss_of(name: str, test: Test) -> float:
    """The loss of a shipped model on these pictures."""
    return float(elbo_terms(load(name), *test).mean().negative_elbo)


def test_the_vae_that_is_copied_most(test: Test, tmp_path: Path) -> None:
    best = chosen(saved(five_layers(), tmp_path), *test).best
    for line in ("mu         fc21 400→20", "log var    fc22 400→20", "latent     20 dimensions"):
        assert line in report.recognised(best)
    wanted = load("mlp-20")
    assert best.conventions.options() == ""
    assert best.model().config == wanted.config
    assert best.nats == pytest.approx(loss_of("mlp-20", test), rel=1e-3)
    for name, tensor in best.model().state_dict().items():
        assert torch.equal(tensor, wanted.state_dict()[name]), name


def with_encoder(encoder: nn.Sequential, images: Tensor) -> Weights:
    """`mlp-20` with another encoder, fitted to what its own makes of the pictures."""
    with torch.no_grad():
        wanted = torch.cat(load("mlp-20").encode(images), dim=1)
    optimizer = torch.optim.Adam(encoder.parameters(), 3e-3)
    for _ in range(60):
        optimizer.zero_grad()
        (encoder(images) - wanted).square().mean().backward()
        optimizer.step()
    kept = {name: tensor for name, tensor in shipped_weights("mlp-20").items() if name.startswith("decoder")}
    return {f"encoder.{name}": tensor for name, tensor in encoder.state_dict().items()} | kept


@pytest.fixture(scope="module")
def two_activations(test: Test) -> Weights:
    """ReLU in the decoder, tanh in the encoder."""
    torch.manual_seed(0)
    return with_encoder(nn.Sequential(nn.Flatten(), *dense(784, 200, 40, between=nn.Tanh)), test[0])


def test_another_activation_in_each_half_is_tried(two_activations: Weights, test: Test, tmp_path: Path) -> None:
    best = chosen(saved(two_activations, tmp_path), *test).best
    assert best.conventions.options() == "--activation tanh --decoder-activation relu"


def test_from_the_command_to_the_list_of_models(
    two_activations: Weights,
    small_data_dir: Path,
    models_folder: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """A model of layers that no family has: it opens, and is listed with all that a page needs."""
    file = saved(two_activations, tmp_path)
    with pytest.raises(SystemExit) as ended:
        main(["import", str(file), "--name", "mine", "--data-dir", str(small_data_dir), "--device", "cpu"])
    assert ended.value.code == 0
    printed = capsys.readouterr().out
    assert "taken: --activation tanh --decoder-activation relu\n" in printed
    (model,) = Zoo(lambda: {"own": models_folder}).scan().models
    found = model.folder
    nats = found.metrics["test_negative_elbo"]["value"]
    assert f"loss       {nats:.1f} nats per image on the test pictures, a grey picture 5" in printed
    assert model.manifest["latent_dim"] == 20
    assert [layer.op for layer in found.config.encoder] == ["linear", "tanh", "linear"]
    assert [layer.op for layer in found.config.decoder] == ["linear", "relu", "linear"]
    assert found.history == [], "nobody knows how it was trained"
    assert found.training == {
        "imported_from": "theirs.pth",
        "imported_with": "--activation tanh --decoder-activation relu",
    }
    images, labels = to_device(load_data("mnist", small_data_dir).test, torch.device("cpu"))
    opened = load(found.path)
    assert nats == pytest.approx(float(elbo_terms(opened, images, labels).mean().negative_elbo), rel=1e-3)
    assert np.allclose(model_folder.read(found.path).codes["mu"], opened.encode(images)[0], rtol=HALF, atol=1e-3)
    z = torch.randn(4, 20)
    with torch.no_grad():
        assert torch.allclose(opened.decode(z), load("mlp-20").decode(z), atol=1e-3)


def log_var_first(w: Weights) -> Weights:
    return w | {f"encoder.2.{leaf}": torch.cat(w[f"encoder.2.{leaf}"].chunk(2)[::-1]) for leaf in ("weight", "bias")}


def log_sigma(w: Weights) -> Weights:
    halves = {leaf: w[f"encoder.2.{leaf}"].chunk(2) for leaf in ("weight", "bias")}
    return w | {f"encoder.2.{leaf}": torch.cat([mu, log_var / 2]) for leaf, (mu, log_var) in halves.items()}


def scaled(scale: Any, w: Weights) -> Weights:
    """For pixels in another range: what was 0…1 was (x - mean) / deviation."""
    mean, deviation = SCALES[scale]
    weight = w["encoder.0.weight"]
    return w | {"encoder.0.weight": weight * deviation, "encoder.0.bias": w["encoder.0.bias"] + mean * weight.sum(1)}


def with_tanh(w: Weights) -> Weights:
    return w | {f"decoder.2.{leaf}": w[f"decoder.2.{leaf}"] / 2 for leaf in ("weight", "bias")}


TRIED: dict[str, Callable[[Weights], Weights]] = {
    "": lambda w: w,
    "--log-var-first": log_var_first,
    "--log-sigma": log_sigma,
    "--log-var-first --log-sigma": lambda w: log_var_first(log_sigma(w)),
    "--input-scale normalised": lambda w: scaled("normalised", w),
    "--input-scale minus-one-one": lambda w: scaled("minus-one-one", w),
    "--input-scale minus-one-one --output tanh": lambda w: with_tanh(scaled("minus-one-one", w)),
    "--log-sigma --input-scale normalised": lambda w: log_sigma(scaled("normalised", w)),
}


@pytest.mark.parametrize("options", TRIED)
def test_what_a_file_leaves_open_is_tried(options: str, test: Test, tmp_path: Path) -> None:
    best = chosen(saved(TRIED[options](shipped_weights("mlp-20")), tmp_path), *test).best
    assert best.conventions.options() == options
    assert best.nats == pytest.approx(loss_of("mlp-20", test), rel=1e-3)


@pytest.mark.parametrize("pooled", [True, False])
def test_pooling_is_told_from_a_stride_of_2(pooled: bool, test: Test, tmp_path: Path) -> None:
    torch.manual_seed(0)
    down = [nn.Conv2d(1, 8, 3, 1, 1), nn.ReLU(), nn.MaxPool2d(2)] if pooled else [nn.Conv2d(1, 8, 3, 2, 1), nn.ReLU()]
    encoder = nn.Sequential(*down, nn.Flatten(), nn.Linear(8 * 14 * 14, 40))
    choice = chosen(saved(with_encoder(encoder, test[0]), tmp_path), *test, **PLAIN)
    assert pools(choice, *test) == pooled


def test_what_is_asked_for_is_not_tried(test: Test, tmp_path: Path) -> None:
    choice = chosen(saved(log_sigma(shipped_weights("mlp-20")), tmp_path), *test, log_sigma=False, activation="relu")
    assert {trial.conventions.log_sigma for trial in choice.trials} == {False}
    assert {trial.conventions.activation for trial in choice.trials} == {"relu"}


@pytest.mark.parametrize(("name", "options"), [("conv-2", "--activation silu")])
def test_strides_and_paddings_are_tried(name: str, options: str, test: Test, tmp_path: Path) -> None:
    best = chosen(saved(shipped_weights(name), tmp_path), *test, input_scale="zero-one", log_sigma=False).best
    assert best.conventions.options() == options
    assert best.nats == pytest.approx(loss_of(name, test), rel=5e-3)  # another order, so other noise for each picture
    assert best.model().config.classes == load(name).config.classes
    assert decoder_layers(best.model().config) == decoder_layers(load(name).config)


@pytest.fixture
def untrained(tmp_path: Path) -> Path:
    torch.manual_seed(1)
    module = nn.ModuleDict({"encoder": dense(784, 40, 30, 6), "decoder": dense(3, 30, 784)})
    return saved(module.state_dict(), tmp_path)


def test_what_is_worse_than_a_grey_picture_is_not_published(
    untrained: Path, data_dir: Path, models_folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(DataError, match=r"5\d\d\.\d nats .* for all has 543\.4\. .*are not trained") as caught:
        import_weights(asked(untrained, data_dir))
    assert str(caught.value).isprintable()
    assert list(models_folder.iterdir()) == []
    table = capsys.readouterr().out.partition("nats per image  options\n")[2].splitlines()
    assert table[-1].split() == ["543.4", "for", "comparison:", "a", "grey", "picture"]
    assert any(line.endswith("(none: as in the textbook)") for line in table)
    assert any("--activation " in line for line in table)


def test_a_loss_that_is_no_number(data_dir: Path, models_folder: Path, tmp_path: Path) -> None:
    w = shipped_weights("mlp-20")
    w["encoder.2.bias"][:] = 1000  # the variance is its exponential
    with pytest.raises(DataError, match="its loss is not a number"):
        import_weights(asked(saved(w, tmp_path), data_dir, publish_anyway=True, conventions=PLAIN))
    assert list(models_folder.iterdir()) == []


def test_codes_that_no_page_can_show(data_dir: Path, models_folder: Path, tmp_path: Path) -> None:
    w = shipped_weights("mlp-20")
    w["encoder.2.bias"][:20] = 2000
    with pytest.raises(DataError, match=r"its codes reach 2.*e\+03, at most 1000 can be shown"):
        import_weights(asked(saved(w, tmp_path), data_dir, publish_anyway=True, conventions=PLAIN))
    assert list(models_folder.iterdir()) == []


def test_classes_of_another_data_set(data_dir: Path, tmp_path: Path) -> None:
    module = nn.ModuleDict({"encoder": dense(810, 9, 6), "decoder": dense(29, 9, 784)})
    with pytest.raises(DataError, match="take 26 numbers beside pixels and code; mnist has 10 classes"):
        import_weights(asked(saved(module.state_dict(), tmp_path), data_dir))


def test_pooling_is_refused(data_dir: Path, tmp_path: Path) -> None:
    """From 28x28 to 5x5 no stride and padding lead."""
    module = nn.ModuleDict(
        {
            "conv": nn.Conv2d(1, 2, 1),
            "posterior": nn.Linear(2 * 13 * 13, 6),
            "decoder": dense(3, 9, 784),
        }
    )
    with pytest.raises(DataError, match="with no strides and paddings that were tried"):
        import_weights(asked(saved(module.state_dict(), tmp_path), data_dir))


def test_a_model_that_is_there_is_kept(untrained: Path, data_dir: Path, models_folder: Path) -> None:
    (models_folder / "mine").mkdir()
    (models_folder / "mine" / "model.json").write_text("{}")
    with pytest.raises(OutputError, match="--overwrite"):
        import_weights(asked(untrained, data_dir))
    assert (models_folder / "mine" / "model.json").read_text() == "{}"


@pytest.mark.parametrize("name", ["", "../mine", "a/b", ".hidden", "two\nlines", "a" * 65])
def test_a_name_that_leads_elsewhere_is_refused(name: str, tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="name is"):
        import_weights(asked(tmp_path / "vae.pth", tmp_path, name=name))

"""`python -m train import`: the textbook script's weights become a model; anything else is one line, and never run."""

from __future__ import annotations

import os
import pickle
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from torch import nn

from tests.command import train
from tests.unit.conftest import HALF
from train import importing
from train.__main__ import main
from train.importing import Import, import_weights, read_config, read_weights
from vae_explorer import load
from vae_explorer.errors import ConfigError, DataError, OutputError
from vae_explorer.model import half
from vae_explorer.storage import model_folder
from vae_explorer.storage.model_folder import ModelFolder


class TextbookVAE(nn.Module):
    """The module of the textbook script, written here on purpose a second time."""

    def __init__(self, latent_dim: int, hidden: int) -> None:
        super().__init__()
        self.encoder = nn.Sequential(nn.Linear(784, hidden), nn.ReLU(), nn.Linear(hidden, 2 * latent_dim))
        self.decoder = nn.Sequential(nn.Linear(latent_dim, hidden), nn.ReLU(), nn.Linear(hidden, 784), nn.Sigmoid())


@pytest.fixture
def textbook() -> TextbookVAE:
    torch.manual_seed(0)
    return TextbookVAE(latent_dim=7, hidden=33)


def asked(file: Path, data_dir: Path, **changes: Any) -> Import:
    settings = {"name": "mine", "title": "Mine", "teaches": "It.", "data_set": "mnist", "device": "cpu"}
    return Import(file=file, data_dir=data_dir, **{**settings, **changes})


@dataclass(frozen=True)
class Imported:
    """What `python -m train import` made of the textbook's weights, as a person runs it, and what it printed."""

    weights: TextbookVAE
    path: Path
    printed: str

    @property
    def folder(self) -> ModelFolder:
        return model_folder.read(self.path)


@pytest.fixture(scope="module")
def imported(data_dir: Path, tmp_path_factory: pytest.TempPathFactory) -> Imported:
    torch.manual_seed(0)
    weights = TextbookVAE(latent_dim=7, hidden=33)
    folder = tmp_path_factory.mktemp("import")
    torch.save(weights.state_dict(), folder / "vae.pth")
    options = ("--name", "mine", "--data-dir", data_dir, "--device", "cpu")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("VAE_EXPLORER_MODELS", str(folder / "models"))
        result = train("import", "vae.pth", *options, cwd=folder)
    assert result.returncode == 0, result.stderr
    for parameter in weights.parameters():
        parameter.data = torch.from_numpy(half.rounded(parameter.detach().numpy()))  # as they are published
    return Imported(weights, folder / "models" / "mine", result.stdout)


def test_the_textbook_weights_become_a_model(imported: Imported) -> None:
    assert "test -ELBO" in imported.printed
    folder, textbook = imported.folder, imported.weights
    assert (folder.config.architecture, folder.config.latent_dim, folder.config.hidden) == ("mlp", 7, 33)
    for name, tensor in textbook.state_dict().items():
        assert np.array_equal(folder.weights[name], tensor.numpy()), name
    assert folder.training["imported_from"] == "vae.pth"
    assert not {"epochs", "learning_rate", "seed"} & set(folder.training), "nobody knows how it was trained"
    assert folder.history == []
    assert (imported.path / "samples.png").is_file()
    with torch.no_grad():
        model = load(imported.path)
        pictures = torch.rand(5, 1, 28, 28)
        assert torch.allclose(model.encode(pictures)[0], textbook.encoder(pictures.flatten(1))[:, :7], atol=1e-6)
        z = torch.randn(5, 7)
        assert torch.allclose(model.decode(z).flatten(1), textbook.decoder(z), atol=1e-6)


def test_the_metrics_are_those_of_the_weights(imported: Imported, data_dir: Path) -> None:
    from train.data.data_set import to_device
    from train.data.load import load_data

    folder, textbook = imported.folder, imported.weights
    torch.manual_seed(1)
    x = to_device(load_data("mnist", data_dir).test, torch.device("cpu"))[0].flatten(1)
    with torch.no_grad():
        mu, log_var = textbook.encoder(x).chunk(2, dim=1)
        normal = torch.distributions.Normal(mu, (0.5 * log_var).exp())
        kl = torch.distributions.kl_divergence(normal, torch.distributions.Normal(0, 1)).sum(dim=1)
        means = textbook.decoder(normal.rsample())
        reconstruction = nn.functional.binary_cross_entropy(means, x, reduction="none").sum(dim=1)
    assert np.allclose(folder.codes["mu"], mu.numpy(), rtol=HALF, atol=1e-3)
    assert np.allclose(folder.codes["kl"], kl.numpy(), rtol=2e-3)
    # One sample of z each, and other samples: the two means of 500 pictures differ a little.
    assert folder.metrics["test_negative_elbo"]["value"] == pytest.approx(float((reconstruction + kl).mean()), rel=5e-3)


@pytest.mark.parametrize(
    "saved",
    [
        lambda weights: {"epoch": 3, "state_dict": weights},
        lambda weights: {"model_state_dict": weights, "optimizer": {"lr": 1e-3}},
        lambda weights: {"model": {f"module.{name}": tensor for name, tensor in weights.items()}},
        lambda weights: {name: tensor.double() for name, tensor in weights.items()},
        lambda weights: {name: nn.Parameter(tensor) for name, tensor in weights.items()},
    ],
    ids=["state_dict", "model_state_dict", "data parallel", "float64", "parameters"],
)
def test_what_scripts_wrap_around_it(textbook: TextbookVAE, tmp_path: Path, saved: Callable[[Any], Any]) -> None:
    file = tmp_path / "vae.pth"
    torch.save(saved(textbook.state_dict()), file)
    weights = read_weights(file)
    config = read_config(weights, file)
    assert (config.latent_dim, config.hidden) == (7, 33)
    for name, tensor in textbook.state_dict().items():
        assert weights[name].dtype == torch.float32
        assert weights[name].equal(tensor)


class Hostile:
    """Makes the file at `path` when it is unpickled."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __reduce__(self) -> tuple[Any, ...]:
        return Path.touch, (self.path,)


@pytest.mark.parametrize("kind", ["plain pickle", "protocol 4", "zip archive", "old format", "inside a state dict"])
def test_no_code_in_a_hostile_file_runs(
    kind: str,
    textbook: TextbookVAE,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    trap = tmp_path / "trap"
    hostile = Hostile(trap)
    file = tmp_path / "vae.pth"
    if kind in ("plain pickle", "protocol 4"):
        body = pickle.dumps({"encoder.0.weight": hostile}, protocol=2 if kind == "plain pickle" else 4)
        pickle.loads(body)  # noqa: S301
        assert trap.exists(), "the file is a real danger"
        trap.unlink()
        file.write_bytes(body)
    else:
        weights = dict(textbook.state_dict()) if kind == "inside a state dict" else {}
        torch.save(weights | {"decoder.2.bias": hostile}, file, _use_new_zipfile_serialization=kind != "old format")
    monkeypatch.setattr(sys, "argv", ["train", "import", str(file), "--name", "mine"])
    with pytest.raises(SystemExit) as caught:
        main()
    assert caught.value.code == 2
    assert not trap.exists()
    (line,) = capsys.readouterr().err.splitlines()
    assert line.startswith(f"error: {file}: ")
    assert not (tmp_path / "models" / "mine").exists()


def with_tensor(name: str, tensor: Callable[[torch.Tensor], Any]) -> Callable[[dict[str, Any]], Any]:
    return lambda weights: {**weights, name: tensor(weights[name])}


FOREIGN: dict[str, tuple[Callable[[dict[str, Any]], Any], str]] = {
    "a tensor": (lambda _: torch.zeros(3), "a Tensor found, a state dict expected"),
    "an empty dict": (lambda _: {}, "an empty dict found"),
    "a list": (lambda _: [1, 2], "a list found"),
    "other names": (lambda w: {**w, "fc1.weight": torch.zeros(2, 2)}, "'fc1.weight' found; expected are encoder.0"),
    "a name that is no text": (lambda w: {**w, 3: torch.zeros(2)}, "'3' found"),
    "a name over two lines": (lambda w: {**w, "a\nb": torch.zeros(2)}, r"'a\\nb' found"),
    "a missing bias": (lambda w: {k: v for k, v in w.items() if k != "decoder.0.bias"}, "decoder.0.bias is missing"),
    "a text": (with_tensor("encoder.0.bias", lambda _: "hello"), "'encoder.0.bias' is a str"),
    "other pixels": (
        with_tensor("encoder.0.weight", lambda t: t[:, :100]),
        r"encoder.0.weight is \(33, 100\); \(33, 7",
    ),
    "another latent size": (with_tensor("encoder.2.weight", lambda t: t[:6]), r"encoder.2.weight is \(6, 33\); \(14, "),
    "other hidden sizes": (with_tensor("decoder.0.weight", lambda t: t[:20]), "33 hidden units and the decoder 20"),
    "no matrix": (with_tensor("encoder.0.weight", lambda t: t[0]), "two numbers each expected"),
    "no latent dimension": (with_tensor("decoder.0.weight", lambda t: t[:, :0]), "latent_dim is 0"),
    "a NaN": (with_tensor("decoder.2.bias", lambda t: t * float("nan")), "not finite. Save it from"),
    "whole numbers": (with_tensor("decoder.2.bias", lambda t: t.long()), "not a dense tensor of floats"),
    "a sparse tensor": (with_tensor("decoder.2.weight", lambda t: t.to_sparse()), "not a dense tensor of floats"),
    "a tensor without numbers": (with_tensor("decoder.2.bias", lambda t: t.to("meta")), "not a dense tensor of floats"),
    "a whole module": (lambda _: nn.Linear(2, 2), r"asks for torch.nn.modules.linear.Linear.*model.state_dict\(\)"),
}


@pytest.mark.parametrize("kind", FOREIGN)
def test_a_foreign_file_is_refused_in_one_line(kind: str, textbook: TextbookVAE, tmp_path: Path) -> None:
    change, expected = FOREIGN[kind]
    file = tmp_path / "vae.pth"
    torch.save(change(textbook.state_dict()), file)
    with pytest.raises(DataError, match=expected) as caught:
        read_config(read_weights(file), file)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("kind", ["absent", "a folder", "empty", "text", "a picture", "cut short", "half an archive"])
def test_a_damaged_file_is_refused_in_one_line(kind: str, textbook: TextbookVAE, tmp_path: Path) -> None:
    file = tmp_path / "vae.pth"
    torch.save(textbook.state_dict(), file)
    body = file.read_bytes()
    file.unlink()
    contents = {"empty": b"", "text": b"hello\n" * 99, "a picture": b"\x89PNG\r\n\x1a\n" + bytes(99)}
    contents |= {"cut short": body[:-500], "half an archive": body[: len(body) // 2]}
    if kind == "a folder":
        file.mkdir()
    elif kind != "absent":
        file.write_bytes(contents[kind])
    with pytest.raises(DataError, match=r"vae.pth: ") as caught:
        read_weights(file)
    assert "\n" not in str(caught.value)


def test_what_is_no_file_is_not_opened(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "vae.pth")
    for path, kind in ((tmp_path / "vae.pth", "a pipe"), (tmp_path, "a folder")):
        with pytest.raises(DataError, match=f"{path.name}: {kind} found, a file expected. Name a file saved by torch"):
            read_weights(path)


def test_a_file_that_unpacks_to_more_than_any_model_is_not_unpacked(
    textbook: TextbookVAE, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    torch.save(textbook.state_dict(), tmp_path / "vae.pth")
    monkeypatch.setattr(importing, "LARGEST_FILE", 1000)
    monkeypatch.setattr(torch, "load", lambda *_, **__: pytest.fail("it was opened"))
    with pytest.raises(DataError, match="more than any model of this kind"):
        read_weights(tmp_path / "vae.pth")


def test_weights_whose_loss_is_no_number_are_refused(
    textbook: TextbookVAE, data_dir: Path, models_folder: Path, tmp_path: Path
) -> None:
    with torch.no_grad():
        textbook.encoder[2].bias[7:] = 1000  # the variance is its exponential
    torch.save(textbook.state_dict(), tmp_path / "vae.pth")
    with pytest.raises(DataError, match=r"not a number\. The second half"):
        import_weights(asked(tmp_path / "vae.pth", data_dir))
    assert list(models_folder.iterdir()) == []


def test_a_model_that_is_there_is_kept(
    textbook: TextbookVAE, data_dir: Path, models_folder: Path, tmp_path: Path
) -> None:
    (models_folder / "mine").mkdir()
    (models_folder / "mine" / "model.json").write_text("{}")
    torch.save(textbook.state_dict(), tmp_path / "vae.pth")
    with pytest.raises(OutputError, match="--overwrite"):
        import_weights(asked(tmp_path / "vae.pth", data_dir))
    assert (models_folder / "mine" / "model.json").read_text() == "{}"


@pytest.mark.parametrize("name", ["", "../mine", "a/b", ".hidden", "two\nlines", "a" * 65])
def test_a_name_that_leads_elsewhere_is_refused(name: str, textbook: TextbookVAE, tmp_path: Path) -> None:
    torch.save(textbook.state_dict(), tmp_path / "vae.pth")
    with pytest.raises(ConfigError, match="name is"):
        import_weights(asked(tmp_path / "vae.pth", tmp_path, name=name))

"""`python -m train export --onnx`: onnxruntime gives what torch gives, for any batch; bad requests write nothing."""

from __future__ import annotations

import errno
import sys
from pathlib import Path

import numpy as np
import onnxruntime
import pytest
import torch

from train import exporting
from train.commands.models import export
from train.exporting import export_onnx
from vae_explorer.errors import ConfigError, MissingExtraError, ModelFolderError, OutputError
from vae_explorer.model.config import ModelConfig
from vae_explorer.model.vae import VAE

CONFIGS = {
    "mlp": ModelConfig("mlp", latent_dim=5, hidden=40),
    "conv": ModelConfig("conv", latent_dim=3, hidden=16, channels=4),
    "conditional": ModelConfig("conv", latent_dim=4, hidden=16, channels=4, classes=26),
}


def make(config: ModelConfig) -> VAE:
    torch.manual_seed(1)
    return VAE(config).eval().requires_grad_(False)


@pytest.fixture(scope="module", params=CONFIGS)
def exported(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> tuple[VAE, Path]:
    model = make(CONFIGS[request.param])
    folder = tmp_path_factory.mktemp("onnx") / "new" / "folder"
    export_onnx(model, folder)
    return model, folder


def session(file: Path) -> onnxruntime.InferenceSession:
    return onnxruntime.InferenceSession(file, providers=["CPUExecutionProvider"])


def test_each_file_stands_alone(exported: tuple[VAE, Path]) -> None:
    _, folder = exported
    assert sorted(file.name for file in folder.iterdir()) == ["decoder.onnx", "encoder.onnx"]


def test_inputs_and_outputs_are_named_and_batched(exported: tuple[VAE, Path]) -> None:
    model, folder = exported
    dim = model.config.latent_dim
    label = [("label", ["batch"], "tensor(int64)")] if model.config.classes else []
    pictures, codes = ["batch", 1, 28, 28], ["batch", dim]
    encoder, decoder = session(folder / "encoder.onnx"), session(folder / "decoder.onnx")

    def ports(nodes: list[onnxruntime.NodeArg]) -> list[tuple[str, list[int | str], str]]:
        return [(node.name, node.shape, node.type) for node in nodes]

    assert ports(encoder.get_inputs()) == [("x", pictures, "tensor(float)"), *label]
    assert ports(encoder.get_outputs()) == [("mu", codes, "tensor(float)"), ("log_var", codes, "tensor(float)")]
    assert ports(decoder.get_inputs()) == [("z", codes, "tensor(float)"), *label]
    assert ports(decoder.get_outputs()) == [("x", pictures, "tensor(float)")]


@pytest.mark.parametrize("batch", [1, 2, 7])
def test_onnxruntime_gives_what_torch_gives(exported: tuple[VAE, Path], batch: int) -> None:
    model, folder = exported
    generator = torch.Generator().manual_seed(batch)
    x = torch.rand(batch, 1, 28, 28, generator=generator)
    z = 2 * torch.randn(batch, model.config.latent_dim, generator=generator)
    label = torch.arange(batch) % model.config.classes if model.config.classes else None
    extra = {} if label is None else {"label": label.numpy()}
    mu, log_var = session(folder / "encoder.onnx").run(["mu", "log_var"], {"x": x.numpy(), **extra})
    (means,) = session(folder / "decoder.onnx").run(["x"], {"z": z.numpy(), **extra})
    for found, expected in zip((mu, log_var, means), (*model.encode(x, label), model.decode(z, label)), strict=True):
        assert found.shape == expected.shape
        assert np.abs(found - expected.numpy()).max() <= 1e-5
    assert np.ptp(means) > 1e-3, "a constant would agree as well"
    assert means.min() >= 0
    assert means.max() <= 1


def test_files_that_are_there_are_kept(tmp_path: Path) -> None:
    (tmp_path / "decoder.onnx").write_text("mine")
    with pytest.raises(OutputError, match=r"decoder.onnx is there already. Add --overwrite"):
        export_onnx(make(CONFIGS["mlp"]), tmp_path)
    assert (tmp_path / "decoder.onnx").read_text() == "mine"
    assert not (tmp_path / "encoder.onnx").exists()
    export_onnx(make(CONFIGS["mlp"]), tmp_path, overwrite=True)
    assert session(tmp_path / "decoder.onnx").get_inputs()[0].name == "z"


def test_a_full_disk_leaves_neither_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    flushed = 0

    def fail_at_the_second(_: int) -> None:
        nonlocal flushed
        flushed += 1
        if flushed == 2:
            raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("os.fsync", fail_at_the_second)
    with pytest.raises(OutputError, match="No space left"):
        export_onnx(make(CONFIGS["mlp"]), tmp_path / "onnx")
    assert list((tmp_path / "onnx").iterdir()) == []


def test_a_place_that_cannot_be_written(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(OutputError, match="cannot be written"):
        export_onnx(make(CONFIGS["mlp"]), tmp_path / "file" / "onnx")


def test_a_missing_package_is_named_with_its_command(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "onnxscript", None)
    with pytest.raises(MissingExtraError, match=r"onnxscript is not installed.*pip install '\.\[onnx\]'"):
        export_onnx(make(CONFIGS["mlp"]), tmp_path / "onnx")
    assert not (tmp_path / "onnx").exists()


def test_the_command_exports_a_shipped_model(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    export("mlp-20", onnx=True, output=None, overwrite=False)
    assert sorted(path.name for path in (tmp_path / "mlp-20-onnx").iterdir()) == [exporting.DECODER, exporting.ENCODER]


def test_the_command_names_what_it_lacks(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="--onnx"):
        export("mlp-20", onnx=False, output=tmp_path, overwrite=False)
    with pytest.raises(ModelFolderError, match="no such model"):
        export("mlp-0", onnx=True, output=tmp_path, overwrite=False)
    assert list(tmp_path.iterdir()) == [tmp_path / "models"]

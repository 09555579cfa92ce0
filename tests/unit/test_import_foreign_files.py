"""`train import` of files that are no VAE it can read: one line says what each is."""

from __future__ import annotations

import pickle
import warnings
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from safetensors.torch import save_file
from torch import nn

from tests.unit.foreign import Weights, dense, saved, small_layers
from train.importing import report
from train.importing.run import networks_in, read_networks
from vae_explorer.errors import DataError


@pytest.fixture
def weights() -> Weights:
    return small_layers()


@dataclass
class Settings:
    """A script's own."""


def without(name: str) -> Callable[[Weights], Any]:
    return lambda weights: {key: tensor for key, tensor in weights.items() if key != name}


def changed(name: str, change: Callable[[torch.Tensor], Any]) -> Callable[[Weights], Any]:
    return lambda weights: {**weights, name: change(weights[name])}


FOREIGN: dict[str, tuple[Callable[[Weights], Any], str]] = {
    "an empty dict": (lambda _: {}, "an empty dict found, a state dict expected"),
    "numbers": (lambda _: [1, 2], "a list without tensors found"),
    "a vector": (lambda _: torch.zeros(3), "it holds tensors, but no layers"),
    "a missing layer": (without("fc4.weight"), "perhaps a classifier or an encoder alone"),
    "pictures of another size": (
        lambda _: {"q": dense(1024, 20, 6).state_dict(), "p": dense(3, 20, 1024).state_dict()},
        "from 1,024 numbers to as many: perhaps a VAE for pictures of 32x32",
    ),
    "a weight in parts": (
        lambda w: w | {"fc4.weight_g": torch.ones(3), "fc4.weight_v": torch.ones(9, 9)},
        "fc4 has a weight in parts that do not fit each other",
    ),
    "two encoders": (
        lambda _: {
            "mu_net": dense(784, 9, 3).state_dict(),
            "var_net": dense(784, 9, 3).state_dict(),
            "d": dense(3, 9, 784).state_dict(),
        },
        "mu and variance have hidden layers each of their own",
    ),
    "other pixels": (changed("fc1.weight", lambda t: t[:, :100]), "no layer takes a picture"),
    "a NaN": (changed("fc4.bias", lambda t: t * float("nan")), "fc4 holds a number that is not finite. Save it from"),
    "whole numbers": (changed("fc4.bias", lambda t: t.long()), "fc4 is not a dense .* before it was quantised"),
    "a sparse tensor": (changed("fc4.weight", lambda t: t.to_sparse()), "fc4 is not a dense .* tensor.to_dense"),
    "no numbers": (changed("fc4.bias", lambda t: t.to("meta")), "fc4 is not a dense tensor of floats"),
    "far too large": (lambda _: {"fc1.weight": torch.zeros(1, 1).expand(10**6, 784)}, "the app can open"),
    "a layer norm": (lambda w: w | {"norm.weight": torch.ones(9)}, "norm is a layer norm, a PReLU or the like"),
    "a recurrent layer": (lambda w: w | {"gru.w": torch.ones(2, 3, 4)}, "gru has a weight of 3 dimensions"),
    "a norm of nothing": (
        lambda w: w | {"bn.running_mean": torch.ones(5), "bn.running_var": torch.ones(5)},
        "bn is a batch norm of 5 features behind no layer",
    ),
    "a name over two lines": (lambda _: {"a\nb": torch.zeros(2, 2)}, "a\N{REPLACEMENT CHARACTER}b 2x2"),
    "a classifier": (lambda _: dense(784, 20, 10).state_dict(), "perhaps a classifier"),
    "a generator": (lambda _: dense(20, 20, 784).state_dict(), "perhaps a decoder or a GAN's generator alone"),
    "a GAN": (
        lambda _: {"G": dense(50, 20, 784).state_dict(), "D": dense(784, 20, 1).state_dict()},
        "one behind the other, as those of a plain VAE",
    ),
    "a VAE of colours": (lambda _: {"conv_in.weight": torch.zeros(8, 3, 3, 3)}, "they take pictures in colour"),
    "an array for a weight": (lambda w: w | {"fc4.bias": np.zeros(784)}, "fc4.bias is no tensor but an object"),
    "an object": (lambda _: Settings(), "an object of .*Settings found, a state dict expected"),
    "a module in a dict": (lambda _: {"model": nn.Linear(2, 2), "epoch": 3}, "this is a whole module"),
    "a whole module": (lambda _: nn.Linear(2, 2), r"this is a whole module \(it asks for torch.nn.modules.linear"),
}


@pytest.mark.parametrize("kind", FOREIGN)
def test_weights_of_something_else_are_refused_in_one_line(kind: str, weights: Weights, tmp_path: Path) -> None:
    change, expected = FOREIGN[kind]
    with pytest.raises(DataError, match=expected) as caught:
        read_networks(saved(change(weights), tmp_path))
    assert str(caught.value).isprintable()


LFS = b"version https://git-lfs.github.com/spec/v1\noid sha256:" + b"0" * 64 + b"\nsize 2603471\n"
FILES: dict[str, tuple[bytes, str]] = {
    "empty": (b"", "an empty file"),
    "a pointer": (LFS, "a Git LFS pointer, .* git lfs pull"),
    "a page": (b"\n<!DOCTYPE html><html><head>", "a web page; .* Download it again"),
    "text": (b"hello\n" * 99, "a text"),
    "long text": ("é".encode() * 5000, "a text"),
    "a picture": (b"\x89PNG\r\n\x1a\n" + bytes(99), "a picture"),
    "Keras": (b"\x89HDF\r\n\x1a\n" + bytes(99), "an HDF5 file, as Keras saves"),
    "TensorFlow Lite": (b"\x1c\0\0\0TFL3" + bytes(99), "a network of TensorFlow Lite"),
    "TensorFlow": (b'model_checkpoint_path: "vae-10"', "the list of what TensorFlow saved"),
    "gzip": (b"\x1f\x8b\x08" + bytes(99), r"a compressed file \(gzip\)"),
    "numpy": (b"\x93NUMPY" + bytes(99), "an array of numpy"),
    "ONNX": (b"\x08\x0a\x12\x07pytorch" + bytes(99), "a network as ONNX"),
    "safetensors, cut": (b"\x20" + bytes(7) + b'{"a":{"dtype":"F32"}}' + b" " * 30, "a damaged safetensors file"),
    "a pickle": (pickle.dumps({"fc1.weight": [0.0]}), "a pickle that torch did not write"),
    "noise": (bytes(range(128, 256)) * 9, "no file of weights that torch can read"),
}


@pytest.mark.parametrize("kind", FILES)
def test_what_is_no_file_of_weights(kind: str, tmp_path: Path) -> None:
    body, expected = FILES[kind]
    (tmp_path / "vae.pth").write_bytes(body)
    with pytest.raises(DataError, match=rf"vae.pth: this is {expected}") as caught:
        read_networks(tmp_path / "vae.pth")
    assert str(caught.value).isprintable()


@pytest.mark.parametrize("part", [0.1, 0.5, 0.99])
@pytest.mark.parametrize("old", [False, True])
def test_a_part_of_a_download(part: float, old: bool, weights: Weights, tmp_path: Path) -> None:
    torch.save(weights, tmp_path / "vae.pth", _use_new_zipfile_serialization=not old)
    body = (tmp_path / "vae.pth").read_bytes()
    (tmp_path / "vae.pth").write_bytes(body[: int(part * len(body))])
    with pytest.raises(DataError, match=r"a part of .* Download it again$"):
        read_networks(tmp_path / "vae.pth")


@pytest.mark.parametrize(
    ("names", "expected"),
    [
        (["archive/data.pkl", "archive/code/m.py", "archive/constants.pkl"], "a program of TorchScript"),
        (["metadata.json", "config.json", "model.weights.h5"], "a model of Keras"),
        (["x.npy", "y.npy"], "a file of arrays of numpy"),
        (["vae.pth", "readme.txt"], "an archive of other files; .* Unpack it"),
    ],
)
def test_other_archives(names: list[str], expected: str, tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "vae.pth", "w") as archive:
        for name in names:
            archive.writestr(name, b"x")
    with pytest.raises(DataError, match=f"this is {expected}"):
        read_networks(tmp_path / "vae.pth")


def test_a_program_of_torchscript(tmp_path: Path) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it is deprecated, and in use
        torch.jit.script(nn.Sequential(nn.Linear(3, 3))).save(tmp_path / "vae.pt")
    with pytest.raises(DataError, match="TorchScript"):
        read_networks(tmp_path / "vae.pt")


@pytest.mark.parametrize(
    ("name", "expected"),
    [("vae-1.data-00000-of-00001", "TensorFlow"), ("vae.ckpt-1.index", "TensorFlow"), ("vae.msgpack", "JAX")],
)
def test_what_only_a_name_says(name: str, expected: str, tmp_path: Path) -> None:
    (tmp_path / name).write_bytes(bytes(range(128, 256)) * 9)
    with pytest.raises(DataError, match=f"as {expected} saves|what {expected} saves"):
        read_networks(tmp_path / name)


def test_a_folder_with_the_file_in_it(weights: Weights, tmp_path: Path) -> None:
    save_file(weights, tmp_path / "model.safetensors")
    with pytest.raises(DataError, match=r"a folder found, .* Name the file in it: .*model\.safetensors"):
        read_networks(tmp_path)


def test_layers_that_are_no_part_of_it_are_named(weights: Weights) -> None:
    beside = {"flow.0.weight": torch.ones(5, 7), "flow.1.weight": torch.ones(7, 5), "optim.0.exp_avg": torch.ones(2, 2)}
    tensors = {tuple(name.split(".")): tensor for name, tensor in (weights | beside).items()}
    (network, *_) = networks_in(Path("vae.pth"), tensors)
    assert report.beside(tensors, network) == ["not used   flow.0, flow.1: also in the file, but not of this VAE"]
    assert report.beside({place: tensors[place] for place in tensors if place[0] != "flow"}, network) == []

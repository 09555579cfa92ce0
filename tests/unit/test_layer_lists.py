"""Models that list their layers: they are what their lists say, older programs are told, and damage is one line."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import torch
from torch.utils.flop_counter import FlopCounterMode

from tests.unit.test_model_folder import edit_json, small_folder
from vae_explorer.catalog.page_files import decoder_bytes, encoder_bytes
from vae_explorer.errors import ConfigError, ModelFolderError
from vae_explorer.model.config import ModelConfig
from vae_explorer.model.layer import OPS, Layer
from vae_explorer.model.layers import decoder_layers, encoder_layers, multiply_adds, parameter_shapes
from vae_explorer.model.vae import VAE, sequential
from vae_explorer.storage import model_folder

ENCODER = (
    Layer("conv", inputs=1, outputs=2, kernel=3, stride=2, padding=1),
    Layer("leaky_relu", slope=0.2),
    Layer("reshape", shape=(392,)),
    Layer("linear", inputs=392, outputs=6),
)
DECODER = (
    Layer("linear", inputs=3, outputs=98),
    Layer("tanh"),
    Layer("reshape", shape=(2, 7, 7)),
    Layer("conv_transpose", inputs=2, outputs=2, kernel=3, stride=2, padding=1, output_padding=1),
    Layer("elu"),
    Layer("conv_transpose", inputs=2, outputs=1, kernel=4, stride=2, padding=1),
    Layer("reshape", shape=(784,)),
)
CONFIG = ModelConfig("layers", latent_dim=3, encoder=ENCODER, decoder=DECODER)


def test_the_lists_are_the_model() -> None:
    assert (encoder_layers(CONFIG), decoder_layers(CONFIG)) == (list(ENCODER), list(DECODER))
    model = VAE(CONFIG)
    mu, log_var = model.encode(torch.rand(2, 1, 28, 28))
    assert mu.shape == log_var.shape == (2, 3)
    assert model.decode(mu).shape == (2, 1, 28, 28)
    assert {name: tuple(tensor.shape) for name, tensor in model.state_dict().items()} == parameter_shapes(CONFIG)


def test_shapes_and_costs_are_those_of_torch() -> None:
    for layers, start in ((ENCODER, (1, 28, 28)), (DECODER, (3,))):
        for end in range(1, len(layers) + 1):
            x = torch.zeros(1, *start)
            with FlopCounterMode(display=False) as counter:
                found = sequential(layers[:end])(x)
            assert multiply_adds(list(layers[:end]), 28) == counter.get_total_flops() // 2
            shape = start
            for layer in layers[:end]:
                shape = layer.shape_after(shape)
            assert shape == tuple(found.shape[1:])


def test_round_trip_and_version(tmp_path: Path) -> None:
    """Older programs say that they are too old; what they can open is written as they know it."""
    for config, version in ((CONFIG, 4), (ModelConfig("mlp", 3, 5), 3)):
        path = tmp_path / config.architecture
        model_folder.write(small_folder(config), path, {})
        about = json.loads((path / "model.json").read_text())
        assert about["format_version"] == version
        assert ("encoder" in about["model"]) == (config is CONFIG)
        assert ("hidden" in about["model"]) == (config is not CONFIG)
        found = model_folder.read(path)
        assert found.config == config
    uneven = ModelConfig("conv", 2, 8, 2, decoder_dense=2)
    model_folder.write(small_folder(uneven), tmp_path / "uneven", {})
    about = json.loads((tmp_path / "uneven" / "model.json").read_text())
    assert (about["format_version"], about["model"]["decoder_dense"]) == (4, 2)
    assert model_folder.read(tmp_path / "uneven").config == uneven
    assert b"leaky_relu" in encoder_bytes(replace(found, config=CONFIG, weights=small_folder(CONFIG).weights))
    assert b"output_padding" in decoder_bytes(small_folder(CONFIG))


def in_half(half: str, change: Callable[[list[Any]], object]) -> Callable[[Path], object]:
    return edit_json(lambda about: change(about["model"][half]))


def to(half: str, index: int, **sizes: Any) -> Callable[[Path], object]:
    return in_half(half, lambda layers: layers[index].update(sizes))


DAMAGE: dict[str, tuple[Callable[[Path], object], str]] = {
    "no list": (edit_json(lambda a: a["model"].update(encoder=3)), "encoder: a list of at most 64 layers expected"),
    "no layers": (edit_json(lambda a: a["model"].update(decoder=[])), "decoder has 0 layers"),
    "layers of a family": (
        edit_json(lambda a: a["model"].update(architecture="mlp")),
        "encoder has 4 layers; the",
    ),
    "too many": (in_half("encoder", lambda x: x.extend([{"op": "tanh"}] * 99)), "at most 64 layers"),
    "no object": (in_half("encoder", lambda x: x.append("tanh")), "encoder layer 4: a layer is no object"),
    "unknown op": (to("encoder", 1, op="gru"), "encoder layer 1: op 'gru' of a layer is unknown"),
    "list as op": (to("encoder", 1, op=["tanh"]), "of a layer is unknown"),
    "unknown size": (to("decoder", 0, bias=3), "decoder layer 0: unknown size 'bias'"),
    "size of another op": (to("decoder", 1, kernel=3), "kernel of a layer tanh is 3"),
    "text as size": (to("decoder", 0, outputs="98"), "outputs of a layer linear is 98"),
    "half a unit": (to("decoder", 0, outputs=98.5), "outputs of a layer linear is 98.5"),
    "stride 0": (to("encoder", 0, stride=0), "stride of a layer conv is 0"),
    "huge": (to("decoder", 0, outputs=10**30), "outputs of a layer linear is 1000"),
    "no slope": (in_half("encoder", lambda x: x[1].pop("slope")), "slope of a layer leaky_relu is 0"),
    "flat planes": (to("decoder", 2, shape=[2, 49]), "shape of a layer reshape is (2, 49)"),
    "output padding": (to("decoder", 3, output_padding=2), "output_padding is 2; it must be less than the stride, 2"),
    "other inputs": (to("encoder", 3, inputs=10), "encoder layer 3: linear gets 392, 10 expected"),
    "another reshape": (to("decoder", 2, shape=[2, 6, 6]), "reshape gets 98 and is to make 2 x 6 x 6 of it"),
    "no pixels left": (to("encoder", 0, kernel=99), "encoder layer 0: conv makes 2 planes with a side of"),
    "too few outputs": (to("encoder", 3, outputs=5), "encoder ends in 5, 6 expected"),
    "fewer pixels": (in_half("decoder", lambda x: x.pop()), "decoder ends in 1 x 28 x 28, 784 expected"),
    "planes without end": (to("decoder", 3, stride=2**19), "conv_transpose makes 2 planes with a side of"),
    "a class nobody told": (edit_json(lambda a: a["model"].update(classes=2)), "conv gets 3 x 28 x 28, 1 square"),
}


@pytest.mark.parametrize("kind", DAMAGE)
def test_damage_is_named(kind: str, tmp_path: Path) -> None:
    model_folder.write(small_folder(CONFIG), tmp_path / "m", {})
    damage, expected = DAMAGE[kind]
    damage(tmp_path / "m")
    with pytest.raises(ModelFolderError) as caught:
        model_folder.read(tmp_path / "m")
    assert expected in str(caught.value)
    assert str(caught.value).isprintable()


def test_absurd_work_is_refused() -> None:
    wide = [Layer("conv", inputs=1 if i == 0 else 200, outputs=200, kernel=9, stride=1, padding=4) for i in range(5)]
    end = (Layer("reshape", shape=(200 * 784,)), Layer("linear", inputs=200 * 784, outputs=6))
    with pytest.raises(ConfigError, match="multiply-adds an image, at most 268,435,456 can be run"):
        replace(CONFIG, encoder=(*wide, *end))


def test_every_op_has_a_module() -> None:
    sizes: dict[str, dict[str, Any]] = {
        "linear": {"inputs": 1, "outputs": 1},
        "reshape": {"shape": (1,)},
        "leaky_relu": {"slope": 0.1},
        **{op: {"inputs": 1, "outputs": 1, "kernel": 1, "stride": 1} for op in ("conv", "conv_transpose")},
    }
    assert len(sequential([Layer(op, **sizes.get(op, {})) for op in OPS])) == len(OPS)

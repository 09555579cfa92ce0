"""The architectures as data: one list of layers each for encoder and decoder.

The same list is used three times, so that nothing can drift apart: `vae.py` builds torch modules from it,
`storage.model_folder` checks stored weights against it, and `catalog.page_files` sends it to the page, where
`frontend/network/network.js` runs it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any

from vae_explorer.model.config import IMAGE_SIZE, PIXELS, Architecture, ModelConfig

# Side of the smallest feature maps of the convolutional networks, after two halvings. With 4x4 kernels at stride 2 an
# output pixel of the decoder costs four multiply-adds per pair of channels, less than half of "upsample, then 3x3".
INNER_SIDE = IMAGE_SIZE // 4


@dataclass(frozen=True)
class Layer:
    """One layer. `op` is its kind, such as `conv` or `relu`; `vae.py` and `frontend/network/layers.js` know the same.

    `inputs` and `outputs` count features (linear) or channels (convolutions); `shape` is the result of `reshape` for
    one image, for example (784,) or (32, 7, 7). Sizes that an op does not use are 0 or ().
    """

    op: str
    inputs: int = 0
    outputs: int = 0
    kernel: int = 0
    stride: int = 0
    padding: int = 0
    shape: tuple[int, ...] = ()

    def parameter_shapes(self) -> dict[str, tuple[int, ...]]:
        """Names and shapes of the layer's parameters, in torch's layout."""
        if self.op == "linear":
            return {"weight": (self.outputs, self.inputs), "bias": (self.outputs,)}
        if self.op == "conv":
            return {"weight": (self.outputs, self.inputs, self.kernel, self.kernel), "bias": (self.outputs,)}
        if self.op == "conv_transpose":
            return {"weight": (self.inputs, self.outputs, self.kernel, self.kernel), "bias": (self.outputs,)}
        return {}

    def to_json(self) -> dict[str, Any]:
        """The layer without the sizes that it does not use."""
        return {key: value for key, value in asdict(self).items() if value}

    @classmethod
    def from_json(cls, value: dict[str, Any]) -> Layer:
        """The inverse of `to_json`; raises TypeError for anything else."""
        return cls(**{**value, "shape": tuple(value.get("shape", ()))})


def encoder_layers(config: ModelConfig) -> list[Layer]:
    """Layers from an image to its posterior, `(B, 2 D)`: mu, then log_var.

    The input is `(B, 784 + classes)` where the first layer is dense, else `(B, 1 + classes, 28, 28)`.
    """
    return _BUILDERS[config.architecture][0](config)


def decoder_layers(config: ModelConfig) -> list[Layer]:
    """Layers from a code to pixel logits: `(B, D + classes)` to `(B, 784)`; a sigmoid turns them into means."""
    return _BUILDERS[config.architecture][1](config)


def parameter_shapes(config: ModelConfig) -> dict[str, tuple[int, ...]]:
    """Every parameter of the model, by the name that torch gives it (`encoder.0.weight`, …)."""
    return {
        f"{half}.{index}.{name}": shape
        for half, layers in (("encoder", encoder_layers(config)), ("decoder", decoder_layers(config)))
        for index, layer in enumerate(layers)
        for name, shape in layer.parameter_shapes().items()
    }


def multiply_adds(layers: list[Layer], side: int = 0) -> int:
    """Multiply-adds for one image; `side` is the side in pixels of the first layer's input, if that is an image."""
    total = 0
    for layer in layers:
        if layer.op == "reshape":
            side = layer.shape[-1] if len(layer.shape) == 3 else 0
        elif layer.op == "linear":
            total += layer.inputs * layer.outputs
        elif layer.op == "conv":
            side = (side + 2 * layer.padding - layer.kernel) // layer.stride + 1
            total += layer.inputs * layer.outputs * layer.kernel**2 * side**2
        elif layer.op == "conv_transpose":
            total += layer.inputs * layer.outputs * layer.kernel**2 * side**2
            side = (side - 1) * layer.stride - 2 * layer.padding + layer.kernel
    return total


def _mlp_encoder(config: ModelConfig) -> list[Layer]:
    return [
        Layer("linear", inputs=PIXELS + config.classes, outputs=config.hidden),
        Layer("relu"),
        Layer("linear", inputs=config.hidden, outputs=2 * config.latent_dim),
    ]


def _mlp_decoder(config: ModelConfig) -> list[Layer]:
    return [
        Layer("linear", inputs=config.latent_dim + config.classes, outputs=config.hidden),
        Layer("relu"),
        Layer("linear", inputs=config.hidden, outputs=PIXELS),
    ]


def _conv_encoder(config: ModelConfig) -> list[Layer]:
    outer, middle, inner = config.channels, 2 * config.channels, 4 * config.channels
    more = [Layer("conv", inputs=inner, outputs=inner, kernel=3, stride=1, padding=1), Layer("silu")]
    more *= config.encoder_convs
    return [
        Layer("conv", inputs=1 + config.classes, outputs=outer, kernel=4, stride=2, padding=1),
        Layer("silu"),
        Layer("conv", inputs=outer, outputs=middle, kernel=4, stride=2, padding=1),
        Layer("silu"),
        Layer("conv", inputs=middle, outputs=inner, kernel=3, stride=1, padding=1),
        Layer("silu"),
        *more,
        Layer("reshape", shape=(inner * INNER_SIDE**2,)),
        Layer("linear", inputs=inner * INNER_SIDE**2, outputs=config.hidden),
        Layer("silu"),
        Layer("linear", inputs=config.hidden, outputs=2 * config.latent_dim),
    ]


def _conv_decoder(config: ModelConfig) -> list[Layer]:
    outer, middle, inner = config.channels, 2 * config.channels, 4 * config.channels
    return [
        Layer("linear", inputs=config.latent_dim + config.classes, outputs=config.hidden),
        Layer("silu"),
        Layer("linear", inputs=config.hidden, outputs=inner * INNER_SIDE**2),
        Layer("silu"),
        Layer("reshape", shape=(inner, INNER_SIDE, INNER_SIDE)),
        Layer("conv_transpose", inputs=inner, outputs=middle, kernel=4, stride=2, padding=1),
        Layer("silu"),
        Layer("conv_transpose", inputs=middle, outputs=outer, kernel=4, stride=2, padding=1),
        Layer("silu"),
        Layer("conv", inputs=outer, outputs=1, kernel=3, stride=1, padding=1),
        Layer("reshape", shape=(PIXELS,)),
    ]


Builder = Callable[[ModelConfig], list[Layer]]

# For each architecture its encoder and decoder.
_BUILDERS: dict[Architecture, tuple[Builder, Builder]] = {
    "mlp": (_mlp_encoder, _mlp_decoder),
    "conv": (_conv_encoder, _conv_decoder),
}

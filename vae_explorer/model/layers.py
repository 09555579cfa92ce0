"""The architectures as data (`layer.py` has what a layer is): one list of layers each for encoder and decoder.

The same list is used three times, so that nothing can drift apart: `vae.py` builds torch modules from it,
`storage.model_folder` checks stored weights against it, and `catalog.page_files` sends it to the page, where
`frontend/network/network.js` runs it.
"""

from __future__ import annotations

import math
from collections.abc import Callable

from vae_explorer.model.config import IMAGE_SIZE, PIXELS, ModelConfig
from vae_explorer.model.layer import Layer, Shape, total_multiply_adds

# Side of the smallest feature maps of the convolutional networks, after two halvings. With 4x4 kernels at stride 2 an
# output pixel of the decoder costs four multiply-adds per pair of channels, less than half of "upsample, then 3x3".
INNER_SIDE = IMAGE_SIZE // 4


def encoder_layers(config: ModelConfig) -> list[Layer]:
    """Layers from an image to its posterior, `(B, 2 D)`: mu, then log_var.

    The input is `(B, 784 + classes)` where the first layer is dense, else `(B, 1 + classes, 28, 28)`.
    """
    return list(config.encoder) or _BUILDERS[config.architecture][0](config)


def decoder_layers(config: ModelConfig) -> list[Layer]:
    """Layers from a code to pixel logits: `(B, D + classes)` to `(B, 784)`; a sigmoid turns them into means."""
    return list(config.decoder) or _BUILDERS[config.architecture][1](config)


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
    first = layers[0]
    if first.op == "reshape":
        start: Shape = (math.prod(first.shape),)
    else:
        start = (first.inputs,) if first.op == "linear" else (first.inputs, side, side)
    return total_multiply_adds(layers, start)


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
    first = [Layer("linear", inputs=config.latent_dim + config.classes, outputs=config.hidden), Layer("silu")]
    if config.decoder_dense:
        more = [Layer("linear", inputs=config.hidden, outputs=config.hidden), Layer("silu")]
        more *= config.decoder_dense - 1
        return [*first, *more, Layer("linear", inputs=config.hidden, outputs=PIXELS)]
    return [
        *first,
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

# For each family its encoder and decoder.
_BUILDERS: dict[str, tuple[Builder, Builder]] = {
    "mlp": (_mlp_encoder, _mlp_decoder),
    "conv": (_conv_encoder, _conv_decoder),
}

"""Whether a network has pooling, which no state dict holds: a stride of 2 leads to the same sizes."""

from __future__ import annotations

from dataclasses import replace

from torch import Tensor, nn

from vae_explorer.model.vae import VAE

from .build import build
from .choose import AS_GOOD, Choice, loss
from .convolutions import geometries


def pools(choice: Choice, images: Tensor, labels: Tensor) -> bool:
    """Whether the loss on these pictures is lower with maximum pooling in place of the encoder's strides of 2.

    Args:
        choice: what was taken for the best without pooling.
        images, labels: `(N, 1, 28, 28)` in 0…1 and `(N,)`, on the device to compute on.
    """
    best = choice.best
    encoders = dict.fromkeys(each.encoder for each in geometries(best.network))
    pooled = [
        model
        for encoder in encoders
        for conventions in dict.fromkeys((best.conventions, choice.plain.conventions))
        if _put_pooling(model := build(best.network, replace(best.geometry, encoder=encoder), conventions))
    ]
    if not pooled:
        return False
    strided = loss(best.model().to(images.device), images, labels)
    return AS_GOOD * min(_loss(model.to(images.device), images, labels) for model in pooled) < strided


def _put_pooling(model: VAE) -> bool:
    """Put it behind each convolution of stride 2 but the last layer, which then has stride 1; whether there is one.

    Behind an activation, which rises everywhere, a maximum is the same as before it.
    """
    found = False
    for place, layer in enumerate(model.encoder[:-2]):
        if isinstance(layer, nn.Conv2d) and layer.stride == (2, 2):
            layer.stride = (1, 1)
            model.encoder[place] = nn.Sequential(layer, nn.MaxPool2d(2))
            found = True
    return found


def _loss(model: VAE, images: Tensor, labels: Tensor) -> float:
    try:
        return loss(model, images, labels)
    except RuntimeError:  # it leads to other sizes
        return float("inf")

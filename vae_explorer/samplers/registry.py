"""The list of samplers, in the order of the Samples page. A new one is one more entry."""

from __future__ import annotations

from collections.abc import Container

from vae_explorer.samplers import mixture, prior
from vae_explorer.samplers.sampler import Codes, Labels, Sampler, Shapes, Tensors

SAMPLERS: tuple[Sampler, ...] = (prior.SAMPLER, mixture.SAMPLER)


def present_in(tensors: Container[str]) -> list[Sampler]:
    """The samplers whose tensors a model folder has."""
    return [sampler for sampler in SAMPLERS if all(name in tensors for name in sampler.tensors)]


def tensor_shapes(found: Tensors, dim: int) -> Shapes:
    """Names and shapes of the tensors of all samplers that have any in a model folder; D is `dim`."""
    return {
        name: shape
        for sampler in SAMPLERS
        if any(name in found for name in sampler.tensors)
        for name, shape in sampler.tensor_shapes(found, dim).items()
    }


def fit(codes: Codes, labels: Labels | None = None, quick: bool = False) -> Tensors:
    """The tensors of every sampler, fitted to codes `(N, D)`; for `labels` and `quick` see `Sampler`."""
    return {name: tensor for sampler in SAMPLERS for name, tensor in sampler.fit(codes, labels, quick).items()}

"""Every sampler: what it fits has the shapes that it states, and what it draws from that is as the codes are."""

from __future__ import annotations

import numpy as np
import pytest

from tests.unit.test_model_folder import small_folder
from vae_explorer.samplers import mixture
from vae_explorer.samplers.registry import SAMPLERS
from vae_explorer.samplers.sampler import Sampler


def test_draws_have_the_mean_and_covariance_of_the_mixture() -> None:
    codes = small_folder().codes
    weights, means, factors = (codes[f"mixture_{part}"].astype(float) for part in ("weights", "means", "cholesky"))
    drawn = mixture.draw(codes, 100_000, 3, np.random.default_rng(0))
    mean = weights @ means
    apart = means - mean
    covariance = np.einsum("k,kij,klj->il", weights, factors, factors) + np.einsum("k,ki,kj->ij", weights, apart, apart)
    assert np.allclose(drawn.mean(axis=0), mean, atol=0.03)
    assert np.allclose(np.cov(drawn, rowvar=False), covariance, atol=0.08)


@pytest.mark.parametrize("sampler", SAMPLERS, ids=lambda sampler: sampler.name)
@pytest.mark.parametrize("dim", [1, 5])
def test_tensors_and_codes_have_the_shapes_that_are_stated(sampler: Sampler, dim: int) -> None:
    codes = np.random.default_rng(0).standard_normal((300, dim)).astype(np.float32)
    for labels in (None, (np.arange(300) % 3).astype(np.uint8)):
        tensors = sampler.fit(codes, labels, True)
        assert {name: tensor.shape for name, tensor in tensors.items()} == sampler.tensor_shapes(tensors, dim)
        assert all(tensor.dtype == np.float32 for tensor in tensors.values())
        drawn = sampler.draw(tensors, 2000, dim, np.random.default_rng(1))
        assert (drawn.shape, drawn.dtype) == ((2000, dim), np.float32)
        assert np.array_equal(drawn, sampler.draw(tensors, 2000, dim, np.random.default_rng(1)))
        assert np.abs(drawn.mean(axis=0)).max() < 0.3
        assert np.abs(drawn.std(axis=0) - 1).max() < 0.3

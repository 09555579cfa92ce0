"""Drawing from the samplers; fitting them is tested with `evaluate`."""

from __future__ import annotations

import numpy as np

from tests.unit.test_model_folder import small_folder
from vae_explorer.samplers import mixture


def test_draws_have_the_mean_and_covariance_of_the_mixture() -> None:
    codes = small_folder().codes
    weights, means, factors = (codes[f"mixture_{part}"].astype(float) for part in ("weights", "means", "cholesky"))
    drawn = mixture.draw(codes, 100_000, 3, np.random.default_rng(0))
    mean = weights @ means
    apart = means - mean
    covariance = np.einsum("k,kij,klj->il", weights, factors, factors) + np.einsum("k,ki,kj->ij", weights, apart, apart)
    assert np.allclose(drawn.mean(axis=0), mean, atol=0.03)
    assert np.allclose(np.cov(drawn, rowvar=False), covariance, atol=0.08)

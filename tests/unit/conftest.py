"""What tests of training share."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.mnist import write_data_dir

# How far float16 rounds, in proportion: weights and codes are published as it holds them.
HALF = 2**-11


@pytest.fixture(scope="session")
def data_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small MNIST in torchvision's layout; a test that changes it writes one of its own."""
    return write_data_dir(tmp_path_factory.mktemp("data"))


@pytest.fixture(scope="session")
def small_data_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The fewest pictures that a run can learn from, for tests whose runs need not learn much."""
    return write_data_dir(tmp_path_factory.mktemp("small-data"), train=480, test=100)

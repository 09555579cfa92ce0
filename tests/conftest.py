"""What every test gets: models of its own, and not more threads than its share of the machine."""

from __future__ import annotations

import os
from pathlib import Path

import pytest


def pytest_configure() -> None:
    # torch and BLAS would each take every core, in each of the workers. They read this when they are imported.
    if "PYTEST_XDIST_WORKER" in os.environ:
        os.environ.setdefault("OMP_NUM_THREADS", "1")


@pytest.fixture(autouse=True)
def models_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Empty folders for the user's own models and for maps: a developer's must not show up in a test."""
    folder = tmp_path / "models"
    folder.mkdir()
    monkeypatch.setenv("VAE_EXPLORER_MODELS", str(folder))
    monkeypatch.setenv("VAE_EXPLORER_CACHE", str(tmp_path / "cache"))
    return folder

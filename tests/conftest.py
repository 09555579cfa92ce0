"""What every test gets: models of its own, and not more threads than its share of the machine."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from xdist.remote import Producer
from xdist.scheduler import LoadScopeScheduling


def pytest_configure() -> None:
    # torch and BLAS would each take every core, in each of the workers. They read this when they are imported.
    if "PYTEST_XDIST_WORKER" in os.environ:
        os.environ.setdefault("OMP_NUM_THREADS", "1")


class Scheduling(LoadScopeScheduling):
    """A file's tests run in one worker, and so do all that train: they share what torch and numba take long to load."""

    def _split_scope(self, nodeid: str) -> str:
        return "tests/unit" if nodeid.startswith("tests/unit/") else nodeid.partition("::")[0]


def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> LoadScopeScheduling:
    return Scheduling(config, log)


@pytest.fixture(autouse=True)
def models_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Empty folders for the user's own models and for maps: a developer's must not show up in a test."""
    folder = tmp_path / "models"
    folder.mkdir()
    monkeypatch.setenv("VAE_EXPLORER_MODELS", str(folder))
    monkeypatch.setenv("VAE_EXPLORER_CACHE", str(tmp_path / "cache"))
    return folder

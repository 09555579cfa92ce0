"""The lock that keeps a second run from an output."""

from __future__ import annotations

from pathlib import Path

import pytest

from train.fit.one_run import only_run_at
from vae_explorer.errors import OutputError


def test_folder_of_two_names(tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(tmp_path / "model")
    for first, second in (("model", "link"), ("link", "model"), ("model", "a/../model")):
        with (
            only_run_at(tmp_path / first),
            pytest.raises(OutputError, match="another run is training"),
            only_run_at(tmp_path / second),
        ):
            pass
    with only_run_at(tmp_path / "model"), only_run_at(tmp_path / "other"):
        pass
    assert not list(tmp_path.glob(".*")), "a lock is left"


def test_file_of_somebody_else_that_has_the_name_of_the_lock(tmp_path: Path) -> None:
    theirs = tmp_path / ".model.lock"
    theirs.write_text("mine")
    with only_run_at(tmp_path / "model"):
        pass
    assert theirs.read_text() == "mine"


def test_lock_that_cannot_be_written(tmp_path: Path) -> None:
    (tmp_path / ".model.lock").mkdir()
    with (
        pytest.raises(OutputError, match=r"\.model\.lock cannot be written .*another folder with --output"),
        only_run_at(tmp_path / "model"),
    ):
        pass


def test_rank_alone_is_no_reason_to_share(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A machine of a cluster may have set RANK; only torchrun sets the size of its world too."""
    monkeypatch.setenv("RANK", "1")
    monkeypatch.delenv("WORLD_SIZE", raising=False)
    with only_run_at(tmp_path / "model"), pytest.raises(OutputError), only_run_at(tmp_path / "model"):
        pass
    monkeypatch.setenv("RANK", "0")
    monkeypatch.setenv("WORLD_SIZE", "2")
    with only_run_at(tmp_path / "model"):
        monkeypatch.setenv("RANK", "1")
        with only_run_at(tmp_path / "model"):  # the second process of the same run
            pass

"""Which browser the tests take, where there are several, one or none."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.browser import browser_path
from tests.browser.browser_path import VARIABLE, NoBrowserError, find_browser


def program(path: Path) -> Path:
    path.parent.mkdir(exist_ok=True)
    path.touch(mode=0o755)
    return path


@pytest.fixture(autouse=True)
def no_other_place(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(browser_path, "PLACES", ())


def test_order_is_environment_then_system_then_playwrights_own(tmp_path: Path) -> None:
    named = program(tmp_path / "mine" / "chrome")
    system = program(tmp_path / "bin" / "chromium")
    own = program(tmp_path / "own" / "chrome")
    path = {"PATH": str(system.parent)}
    assert find_browser(own, {VARIABLE: str(named), **path}) == named
    assert find_browser(own, path) == system
    assert find_browser(own, {"PATH": str(tmp_path)}) == own


def test_none_is_one_line_that_says_how_to_get_one(tmp_path: Path) -> None:
    with pytest.raises(NoBrowserError, match=r"^No Chromium or Chrome found\. Install one .*apt install chromium.*$"):
        find_browser(tmp_path / "own", {"PATH": str(tmp_path)})


def test_a_named_one_that_is_not_there_is_not_replaced_by_another(tmp_path: Path) -> None:
    own = program(tmp_path / "own" / "chrome")
    with pytest.raises(NoBrowserError, match="nowhere"):
        find_browser(own, {VARIABLE: str(tmp_path / "nowhere"), "PATH": str(tmp_path)})

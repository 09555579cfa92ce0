"""The server goes away and comes back while a page is open: the page goes on where it was."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from playwright.sync_api import Page, expect

from tests.browser.visitor import (
    choose_model,
    expect_idle,
    go_to,
    model_list,
    open_view,
    picture,
    shown_code,
    type_value,
)
from tests.browser.waiting import wait_until
from tests.server import free_port, serve

PATIENCE_MS = 20_000

# What the browser says of a server that is away.
pytestmark = pytest.mark.console_errors(
    r"Failed to load resource|WebSocket connection|ERR_CONNECTION|reaching server endpoint|server is not responding"
)


def test_page_goes_on(page: Page, tmp_path: Path) -> None:
    env = {"STREAMLIT_SERVER_PORT": str(free_port())}
    for name in ("first", "second"):
        (tmp_path / name).mkdir()
    with serve(tmp_path / "first", env=env) as server:
        open_view(page, server, "Samples", "conv-2")
        page.get_by_role("combobox", name="Size").select_option(label="4 × 4")
        go_to(page, "Morph")
        choose_model(page, "Convolutional VAE")
        type_value(page, 3, "1.25")
        page.get_by_role("button", name="Keep", exact=True).click()
        type_value(page, 4, "-0.5")
        expect_idle(page)
        before = shown_code(page)
    # The server is away. What needs only the page works; nothing is in its way.
    type_value(page, 5, "0.75")
    wait_until(page, lambda: shown_code(page)[4] == 0.75, "the slider does not move")
    notice = page.locator("[data-vx-connection]")
    expect(notice).to_contain_text("This page works on")
    expect(page.get_by_role("dialog")).to_have_count(0)
    page.get_by_role("link", name="Samples", exact=True).click()
    expect(notice).to_contain_text("What you chose comes as soon as it is back")
    with serve(tmp_path / "second", env=env):
        expect(page.get_by_role("combobox", name="Size")).to_be_visible(timeout=PATIENCE_MS)
        go_to(page, "Morph")
        expected = before.copy()
        expected[4] = 0.75
        wait_until(page, lambda: bool(np.allclose(shown_code(page), expected)), "the code is another")
        expect(picture(page)).to_be_visible()
        expect(notice).to_have_count(0)
        page.get_by_role("button", name="Undo", exact=True).click()
        wait_until(page, lambda: bool(np.allclose(shown_code(page), before)), "nothing was undone")


@pytest.mark.parametrize("model", ["conv-20", "mlp-20"])
def test_first_thing_after_a_restart_is_to_open_a_sample(page: Page, tmp_path: Path, model: str) -> None:
    """The new session hears of the model, and of the code, only by that."""
    env = {"STREAMLIT_SERVER_PORT": str(free_port())}
    for name in ("first", "second"):
        (tmp_path / name).mkdir()
    with serve(tmp_path / "first", env=env) as server:
        open_view(page, server, "Morph", model)
        type_value(page, 3, "1.25")
        go_to(page, "Samples")
        expect_idle(page)
    with serve(tmp_path / "second", env=env):
        expect(page.locator("[data-test-connection-state=CONNECTED]")).to_have_count(1, timeout=PATIENCE_MS)
        page.get_by_role("gridcell", name="Sample 5", exact=True).click()
        expect(picture(page)).to_be_visible(timeout=PATIENCE_MS)
        code = shown_code(page)
        assert abs(code[2] - 1.25) > 1e-6
        assert np.abs(code).max() > 0.5
        page.get_by_role("button", name="Undo", exact=True).click()
        wait_until(page, lambda: shown_code(page)[2] == 1.25, "the code before is not in the history")


def test_model_that_is_chosen_while_the_server_is_away(page: Page, tmp_path: Path) -> None:
    env = {"STREAMLIT_SERVER_PORT": str(free_port())}
    for name in ("first", "second"):
        (tmp_path / name).mkdir()
    with serve(tmp_path / "first", env=env) as server:
        open_view(page, server, "Morph", "mlp-20")
        type_value(page, 3, "1.25")
        expect_idle(page)
    expect(page.locator("[data-test-connection-state=CONNECTED]")).to_have_count(0)
    model_list(page).locator("strong").get_by_text("Conditional VAE", exact=True).click()
    expect(page.locator("[data-vx-connection]")).to_contain_text("What you chose comes as soon as it is back")
    with serve(tmp_path / "second", env=env):
        expect(page.get_by_role("group", name="Class given to the decoder")).to_be_visible(timeout=PATIENCE_MS)
        choose_model(page, "Beta-VAE")
        choose_model(page, "Textbook VAE")
        wait_until(page, lambda: shown_code(page)[2] == 1.25, "the code of the first model is lost")

"""Finds a Chromium or Chrome, and starts it the same way for the tests and for the bench."""

from __future__ import annotations

import os
import shutil
from collections.abc import Mapping
from pathlib import Path

from playwright.sync_api import Browser, Playwright

VARIABLE = "VAE_EXPLORER_BROWSER"
COMMANDS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
PLACES = (
    Path("/Applications/Google Chrome.app/Contents/MacOS/Google Chrome"),
    Path("/Applications/Chromium.app/Contents/MacOS/Chromium"),
    Path("C:/Program Files/Google/Chrome/Application/chrome.exe"),
)
HOW_TO_GET_ONE = (
    "No Chromium or Chrome found. Install one (Debian and Ubuntu: sudo apt install chromium; anywhere: "
    f"python -m playwright install chromium), or name one: {VARIABLE}=/path/to/chrome"
)

# No sandbox: it cannot be had as root or in most containers, and only this machine's own pages are opened.
# The host rule and the rest keep the browser from calling home.
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost",
)


class NoBrowserError(Exception):
    """There is no browser to test with; the message says how to get one."""


def find_browser(playwrights_own: Path, environment: Mapping[str, str] = os.environ) -> Path:
    """The browser named in the environment, else one that is installed, else the one Playwright downloaded.

    Raises:
        NoBrowserError: there is none, or the one named in the environment is not there.
    """
    named = environment.get(VARIABLE)
    if named:
        found = shutil.which(named)
        if found is None:
            raise NoBrowserError(f"{VARIABLE} is {named}, which is not a program. Name a Chromium or Chrome there.")
        return Path(found)
    for command in COMMANDS:
        found = shutil.which(command, path=environment.get("PATH"))
        if found is not None:
            return Path(found)
    for place in (*PLACES, playwrights_own):
        if place.is_file():
            return place
    raise NoBrowserError(HOW_TO_GET_ONE)


def launch(playwright: Playwright) -> Browser:
    """A headless browser; each test or measurement opens a context of its own in it."""
    chromium = playwright.chromium
    return chromium.launch(executable_path=find_browser(Path(chromium.executable_path)), args=list(FLAGS))

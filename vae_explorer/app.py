"""`streamlit run vae_explorer/app.py`: the server, with routes of its own beside Streamlit's."""

from __future__ import annotations

import gc
import importlib
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

# Streamlit puts this file's folder on the path, but the package is one level up; and with this folder on the path other
# packages' top-level imports would find our modules.
HERE = Path(__file__).resolve().parent
sys.path[:] = [str(HERE.parent), *(entry for entry in sys.path if Path(entry or ".").resolve() != HERE)]

import streamlit as st  # noqa: E402
from starlette.middleware import Middleware  # noqa: E402

from vae_explorer.catalog import zoo  # noqa: E402
from vae_explorer.errors import ConfigError  # noqa: E402
from vae_explorer.server import addresses, tsne_api  # noqa: E402
from vae_explorer.server.departures import Departures  # noqa: E402
from vae_explorer.server.headers import SecurityHeaders, headers_of_this_server  # noqa: E402
from vae_explorer.server.origins import OwnSockets  # noqa: E402
from vae_explorer.server.routes import Uncompressed, routes  # noqa: E402


@asynccontextmanager
async def lifespan(_: st.App) -> AsyncIterator[None]:
    """Do once, at start, what would otherwise cost the first visitor time, or every visitor."""
    # This imports all that a page needs. Not at the top: components can only be registered now.
    importlib.import_module("vae_explorer.ui.page")
    zoo.shared().scan()
    # Streamlit collects garbage after every page run, which stalls all sessions. What is imported by now stays for
    # ever, so the collector need not walk it each time.
    gc.collect()
    gc.freeze()
    addresses.announce()
    yield


BASE_PATH = st.get_option("server.baseUrlPath")

try:
    HEADERS = headers_of_this_server()
except ConfigError as error:
    sys.exit(f"error: {error}")

app = st.App(
    HERE / "main.py",
    routes=[*tsne_api.routes(BASE_PATH), *routes(BASE_PATH)],
    middleware=[
        Middleware(Departures),
        Middleware(SecurityHeaders, HEADERS),
        Middleware(Uncompressed),
        Middleware(OwnSockets),
    ],
    lifespan=lifespan,
)

"""`streamlit run vae_explorer/app.py`: the server, with routes of its own beside Streamlit's."""

from __future__ import annotations

import asyncio
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
from vae_explorer.catalog.page_files import FILES_URL  # noqa: E402
from vae_explorer.errors import ConfigError  # noqa: E402
from vae_explorer.pages import PAGES  # noqa: E402
from vae_explorer.server import addresses, connection_count, slow_connections, socket_frames, tsne_api  # noqa: E402
from vae_explorer.server.bodies import BoundedBodies  # noqa: E402
from vae_explorer.server.connecting import Connecting  # noqa: E402
from vae_explorer.server.departures import Departures  # noqa: E402
from vae_explorer.server.headers import SecurityHeaders, headers_of_this_server  # noqa: E402
from vae_explorer.server.open_files import allow_many  # noqa: E402
from vae_explorer.server.origins import OwnSockets  # noqa: E402
from vae_explorer.server.routes import Uncompressed, routes  # noqa: E402
from vae_explorer.server.session_api import session_route  # noqa: E402
from vae_explorer.server.socket_rate import LimitedSockets  # noqa: E402
from vae_explorer.ui.session import store  # noqa: E402


@asynccontextmanager
async def lifespan(_: st.App) -> AsyncIterator[None]:
    """Do once, at start, what would otherwise cost the first visitor time, or every visitor."""
    files, warning = allow_many()
    slow_connections.close_after()
    connection_count.limit(files)
    connection_count.say_briefly(asyncio.get_running_loop())
    socket_frames.limit()
    # This imports all that a page needs. Not at the top: components can only be registered now.
    importlib.import_module("vae_explorer.ui.page")
    zoo.shared().scan()
    # What is imported by now stays for ever, so the collector, which stalls all sessions, need not walk it each time.
    gc.collect()
    gc.freeze()
    addresses.announce(warning)
    yield


BASE_PATH = st.get_option("server.baseUrlPath")

try:
    HEADERS = headers_of_this_server()
except ConfigError as error:
    sys.exit(f"error: {error}")

app = st.App(
    HERE / "main.py",
    routes=[session_route(BASE_PATH, store), *tsne_api.routes(BASE_PATH), *routes(BASE_PATH)],
    middleware=[
        Middleware(Departures),
        Middleware(SecurityHeaders, HEADERS),
        Middleware(BoundedBodies),
        Middleware(Uncompressed, [FILES_URL, tsne_api.TABLES_URL]),
        Middleware(OwnSockets),
        Middleware(LimitedSockets),
        Middleware(Connecting, PAGES[0].view, ["models"]),
    ],
    lifespan=lifespan,
)

"""`streamlit run vae_explorer/app.py`: the server, with the routes that Streamlit does not have."""

from __future__ import annotations

import gc
import importlib
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

# Streamlit puts this file's folder on the path; the package lies one higher. Left as it was, `import config`
# of any other package would find ours.
HERE = Path(__file__).resolve().parent
sys.path[:] = [str(HERE.parent), *(entry for entry in sys.path if Path(entry or ".").resolve() != HERE)]

import streamlit as st  # noqa: E402
from starlette.middleware import Middleware  # noqa: E402

from vae_explorer.catalog import zoo  # noqa: E402
from vae_explorer.server import addresses, tsne_api  # noqa: E402
from vae_explorer.server.routes import Wrapper, routes  # noqa: E402


@asynccontextmanager
async def lifespan(_: st.App) -> AsyncIterator[None]:
    """Everything that would cost the first visitor time, or every visitor."""
    # With it, all that a page imports; not above, because its components can be registered only now.
    importlib.import_module("vae_explorer.ui.page")
    zoo.shared().look()
    # Streamlit collects garbage after every run of a page and stalls all sessions meanwhile. What is imported
    # by now stays for ever, so it need not be walked over each time.
    gc.collect()
    gc.freeze()
    addresses.announce()
    yield


BASE_PATH = st.get_option("server.baseUrlPath")

app = st.App(
    HERE / "main.py",
    routes=[*tsne_api.routes(BASE_PATH), *routes(BASE_PATH)],
    middleware=[Middleware(Wrapper)],
    lifespan=lifespan,
)

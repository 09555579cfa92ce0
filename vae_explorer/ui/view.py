"""The view of a page as a Streamlit component.

The component's own JavaScript is only `loader.js`: it imports the view from the address that Python passes, which
contains a hash of the whole frontend, and hands over to `frontend/shell.js`.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import streamlit as st

from vae_explorer.catalog.zoo import Model
from vae_explorer.pages import PAGES, Page
from vae_explorer.server import routes
from vae_explorer.server.session_api import SESSION_URL
from vae_explorer.ui import session

LOADER = (Path(__file__).parent / "loader.js").read_text(encoding="utf-8")

# Shared by all views, in `frontend`.
STYLE_SHEET = "style.css"

_components = {
    page.view: st.components.v2.component(f"vae_explorer_{page.view}", js=LOADER, isolate_styles=page.isolate_styles)
    for page in PAGES
}


@dataclass(frozen=True)
class Events:
    """What a view has just said, unchecked; None if nothing.

    `open`: the code that the page has just kept is to be shown in Morph. `resume`: the model that the visitor had
    chosen before the server forgot.
    """

    open: object
    resume: object


def mount(page: Page, model: Model) -> Events:
    """Show the page's view."""
    key = f"{page.view}:{model.id}"  # each model has its own component, so that nothing of another one is left in it
    result = _components[page.view](
        key=key,
        data=_data(page, model),
        on_open_change=lambda: None,
        on_resume_change=lambda: None,
    )
    return Events(result.open, result.resume)


def _data(page: Page, model: Model) -> list[dict[str, Any]]:
    """The view's props.

    They are wrapped in a list of one, which `loader.js` unwraps: Streamlit searches the values of a dictionary for data
    frames, and imports pandas and pyarrow to do so, which costs the first visitor half a second, and 60 MB.
    """
    visitor = session.current()
    known = visitor.state(model)
    code = known.code
    data = {
        "frontend": routes.frontend_url(),
        "view": page.view,
        "parts": routes.with_integrity([*routes.modules_of(page.view), STYLE_SHEET, *page.style_sheets]),
        "manifest": model.manifest,
        "session": visitor.token,
        "sessionUrl": SESSION_URL,
        "z": code.z,
        "label": code.label,
        "rev": code.rev,
        "link": visitor.link_settings(model),
        "linkDefaults": session.link_defaults(model),
        **{name: url() for name, url in page.urls.items()},
        **known.settings[page.view],
    }
    return [data]

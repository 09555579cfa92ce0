"""The view of a page as a Streamlit component.

The component's own JavaScript is only `loader.js`: it imports the view from the address that Python passes, which
contains a hash of the whole frontend, and hands over to `frontend/shell.js`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import streamlit as st

from vae_explorer.catalog.manifest import Manifest
from vae_explorer.catalog.own_model import AnyModel
from vae_explorer.pages import PAGES, Page
from vae_explorer.server.addresses import network_url
from vae_explorer.server.frontend import frontend_url, parts_of
from vae_explorer.server.session_api import SESSION_URL
from vae_explorer.ui import session
from vae_explorer.ui.session_state import Session

MOST_OTHERS = 15  # a manifest takes 3 kB, and people compare few

LOADER = (Path(__file__).parent / "loader.js").read_text(encoding="utf-8")


def component(view: str, *, isolate_styles: bool) -> Any:
    """The component of `frontend/views/{view}.js`; `isolate_styles`: whether it is in a shadow root."""
    return st.components.v2.component(f"vae_explorer_{view}", js=LOADER, isolate_styles=isolate_styles)


def data_of(view: str, content: Mapping[str, Any]) -> list[dict[str, Any]]:
    """What such a component gets: where its parts are, and the content.

    It is wrapped in a list of one, which `loader.js` unwraps: Streamlit searches the values of a dictionary for data
    frames, and imports pandas and pyarrow to do so, which costs the first visitor half a second, and 60 MB.
    """
    return [{"frontend": frontend_url(), "view": view, "parts": parts_of(view), **content}]


_components = {page.view: component(page.view, isolate_styles=page.isolate_styles) for page in PAGES}


@dataclass(frozen=True)
class Events:
    """What a view has just said, unchecked; None if nothing.

    `open`: the page to go to, where what the view has just kept is shown. `resume`: the model that the visitor had
    chosen before the server forgot. `explore`: the facts of a model that the browser keeps, to be shown in Morph.
    """

    open: object
    resume: object
    explore: object


def mount(page: Page, model: AnyModel) -> Events:
    """Show the page's view."""
    key = f"{page.view}:{model.id}"  # each model has its own component, so that nothing of another one is left in it
    result = _components[page.view](
        key=key,
        data=data_of(page.view, _props(page, model)),
        on_open_change=lambda: None,
        on_resume_change=lambda: None,
        on_explore_change=lambda: None,
    )
    return Events(result.open, result.resume, result.explore)


def _others(visitor: Session, model: AnyModel) -> list[Manifest]:
    """The manifests of models to compare this one with, in the order of the list; not all of a long list."""
    return [other.manifest for other in visitor.known if other.id != model.id][:MOST_OTHERS]


def _reference(visitor: Session, page: Page) -> dict[str, Any]:
    """What the page compares with: nothing if the model is not there, or was not evaluated."""
    found = visitor.listing.find(page.reference)
    if found is None or "test_negative_elbo" not in found.folder.metrics:
        return {}
    folder = found.folder
    negative_elbo = folder.metrics["test_negative_elbo"]["value"]
    of = {"title": folder.title, "latentDim": folder.config.latent_dim, "negativeElbo": negative_elbo}
    return {"reference": {"id": found.id, **of}}


def _props(page: Page, model: AnyModel) -> dict[str, Any]:
    visitor = session.current()
    known = visitor.state(model)
    code = known.code
    data = model.manifest["data"]
    return {
        "question": page.question.format(count=data["count"], split=data["split"], nouns=data["nouns"]),
        "manifest": model.manifest,
        "session": visitor.token,
        "modelRev": visitor.model_rev,
        "sessionUrl": SESSION_URL,
        "networkUrl": network_url(),
        "z": code.z,
        "label": code.label,
        "rev": code.rev,
        "settingsRev": known.settings_revs[page.view],
        "link": visitor.link_settings(model),
        "linkDefaults": session.link_defaults(model),
        **({"others": _others(visitor, model)} if page.compares else {}),
        **({"tables": model.tables} if page.measured else {}),
        **_reference(visitor, page),
        **{name: url() for name, url in page.urls.items()},
        **known.settings[page.view],
    }

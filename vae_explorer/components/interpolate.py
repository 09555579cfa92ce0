"""The Interpolate view: paths between codes, and code arithmetic."""

from __future__ import annotations

import streamlit as st

from vae_explorer.catalog.zoo import Model
from vae_explorer.components import LOADER, component_key, view_data
from vae_explorer.server.gif_route import GIF_URL
from vae_explorer.ui import session

_interpolate = st.components.v2.component("vae_explorer_interpolate", js=LOADER)


def interpolate(model: Model) -> object:
    """Mount the view. Returns the code that the visitor has just opened in Morph, unchecked, or None."""
    result = _interpolate(
        key=component_key("interpolate", model),
        data=view_data("interpolate", model, way=session.state(model).way, gifUrl=GIF_URL),
        on_open_change=lambda: None,
    )
    opened: object = result.open
    return opened

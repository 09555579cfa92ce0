"""The Map view: the encoded test pictures as a scatter plot."""

from __future__ import annotations

from dataclasses import asdict

import streamlit as st

from vae_explorer.catalog.zoo import Model
from vae_explorer.components import LOADER, component_key, view_data
from vae_explorer.server import routes
from vae_explorer.ui import session

# Plotly adds its style sheet to the document: inside a shadow root its tool bar and legend would lack it.
_map = st.components.v2.component("vae_explorer_map", js=LOADER, isolate_styles=False)


def map_view(model: Model) -> object:
    """Mount the view. Returns the code that the visitor has just opened in Morph, unchecked, or None."""
    key = component_key("map", model)
    result = _map(
        key=key,
        data=view_data("map", model, plotlyUrl=routes.plotly_url(), **asdict(session.state(model).map)),
        on_settings_change=lambda: session.keep_map(model, st.session_state[key].get("settings")),
        on_open_change=lambda: None,
    )
    opened: object = result.open
    return opened

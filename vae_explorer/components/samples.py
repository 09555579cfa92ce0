"""The Samples view: a grid of pictures decoded from random codes."""

from __future__ import annotations

from dataclasses import asdict

import streamlit as st

from vae_explorer.catalog.zoo import Model
from vae_explorer.components import LOADER, component_key, view_data
from vae_explorer.ui import session

_samples = st.components.v2.component("vae_explorer_samples", js=LOADER)


def samples(model: Model) -> object:
    """Mount the view. Returns the code that the visitor has just opened in Morph, unchecked, or None."""
    key = component_key("samples", model)
    result = _samples(
        key=key,
        data=view_data("samples", model, **asdict(session.state(model).samples)),
        on_settings_change=lambda: session.keep_samples(model, st.session_state[key].get("settings")),
        on_open_change=lambda: None,
    )
    opened: object = result.open
    return opened

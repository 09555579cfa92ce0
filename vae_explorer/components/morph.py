"""The Morph view: sliders and the picture that they decode to."""

from __future__ import annotations

import streamlit as st

from vae_explorer.catalog.zoo import Model
from vae_explorer.components import LOADER, component_key, view_data
from vae_explorer.ui import session

_morph = st.components.v2.component("vae_explorer_morph", js=LOADER)


def morph(model: Model) -> None:
    """Mount the view. The session gets the code each time a slider is released."""
    key = component_key("morph", model)
    _morph(
        key=key,
        data=view_data("morph", model),
        on_code_change=lambda: session.keep_code(model, st.session_state[key].get("code")),
    )

"""What lies between two codes?"""

import streamlit as st

from vae_explorer.components.interpolate import interpolate
from vae_explorer.ui import layout, session
from vae_explorer.ui.heading import heading

TEXT = {
    "title": "Interpolate",
    "line": "What lies between two codes, and what does their difference do?",
}

model = session.shown_model()
heading(TEXT["title"], TEXT["line"])
if session.open_code(model, interpolate(model)):
    st.switch_page(layout.MORPH)

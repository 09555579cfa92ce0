"""What does the decoder draw from random codes?"""

import streamlit as st

from vae_explorer.components.samples import samples
from vae_explorer.ui import layout, session
from vae_explorer.ui.heading import heading

TEXT = {
    "title": "Samples",
    "line": "What does the decoder draw from random codes?",
}

model = session.shown_model()
heading(TEXT["title"], TEXT["line"])
if session.open_code(model, samples(model)):
    st.switch_page(layout.MORPH)

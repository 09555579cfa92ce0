"""What does the decoder make of codes that nobody chose?"""

import streamlit as st

from vae_explorer import layout, session
from vae_explorer.components.samples import samples

TEXT = {
    "title": "Samples",
    "line": "What does the decoder make of codes that nobody chose?",
}

model = session.model()
if model is None:
    layout.no_models()
else:
    layout.heading(TEXT["title"], TEXT["line"])
    if session.open_code(model, samples(model)):
        st.switch_page(layout.MORPH)

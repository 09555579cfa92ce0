"""What does the model draw when nobody guides it?"""

import streamlit as st

from vae_explorer import layout, session
from vae_explorer.components.samples import samples

TEXT = {
    "title": "Samples",
    "line": "Each picture is decoded from a random code z. Click one to open it in Morph.",
}

model = session.model()
if model is None:
    layout.no_models()
else:
    layout.heading(TEXT["title"], TEXT["line"])
    if session.open_code(model, samples(model)):
        st.switch_page(layout.MORPH)

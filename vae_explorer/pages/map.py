"""Where do the test pictures lie in the latent space?"""

import streamlit as st

from vae_explorer import layout, session
from vae_explorer.components.map import map_view

TEXT = {
    "title": "Map",
    "line": "The {count:,} test {nouns}, each at its code. Point at one to see it, click it to open it in Morph.",
}

model = session.model()
if model is None:
    layout.no_models()
else:
    data = model.folder.data
    layout.heading(TEXT["title"], TEXT["line"].format(count=data.count, nouns=layout.plain(data.nouns)))
    if session.open_code(model, map_view(model)):
        st.switch_page(layout.MORPH)

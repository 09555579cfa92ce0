"""Where in the latent space does the encoder put the test pictures?"""

import streamlit as st

from vae_explorer.components.map import map_view
from vae_explorer.ui import layout, session
from vae_explorer.ui.heading import heading

TEXT = {
    "title": "Map",
    "line": "Where in the latent space does the encoder put the {count:,} {split} {nouns}?",
}

model = session.shown_model()
data = model.folder.data
heading(TEXT["title"], TEXT["line"].format(count=data.count, split=data.split, nouns=layout.plain(data.nouns)))
if session.open_code(model, map_view(model)):
    st.switch_page(layout.MORPH)

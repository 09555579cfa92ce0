"""Streamlit runs this file for every visit and every answer: navigation, then the page."""

import streamlit as st

from vae_explorer import paths
from vae_explorer.catalog import zoo
from vae_explorer.pages import PAGES
from vae_explorer.ui import chooser, layout, page, session

st.set_page_config(page_title=chooser.TEXT["name"], page_icon=paths.PACKAGE / "icon.png", layout="wide")
# Before the list of pages is sent: who clicks in it at once ends this run, and with it the link's query.
session.current().listing = zoo.shared().look()
chosen = st.navigation([page.entry(each) for each in PAGES], position="top")
layout.style()
if session.model() is None:
    layout.no_models()
    chooser.choose()
else:
    chosen.run()

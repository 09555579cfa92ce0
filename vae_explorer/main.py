"""Streamlit runs this file for every visit and every interaction: navigation, then the page."""

import streamlit as st

from vae_explorer import paths
from vae_explorer.catalog import zoo
from vae_explorer.pages import PAGES
from vae_explorer.ui import chooser, layout, page, session

st.set_page_config(page_title=layout.TEXT["name"], page_icon=paths.PACKAGE / "icon.png", layout="wide")
# Before the navigation is sent: an early click in it ends this run, and with it the link's query would be lost.
session.current().listing = zoo.shared().scan()
entries = {each.title: page.entry(each) for each in PAGES}
chosen = st.navigation(list(entries.values()), position="hidden")
view = next((each.view for each in PAGES if entries[each.title] is chosen), PAGES[0].view)
session.current().arrive(view, st.query_params.to_dict())
layout.style()
with layout.top(entries):
    chooser.choose()
if session.current().awaited:
    layout.looking()
elif session.model() is None:
    layout.no_models()
else:
    chosen.run()

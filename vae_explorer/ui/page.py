"""What a page shows: its title, the question it answers, and its view."""

from __future__ import annotations

from functools import partial

import streamlit as st
from streamlit.navigation.page import StreamlitPage

from vae_explorer.pages import MORPH, PAGES, Page
from vae_explorer.ui import chooser, session, view


def entry(page: Page) -> StreamlitPage:
    """The page in the form that `st.navigation` takes."""
    return st.Page(partial(_show, page), title=page.title, url_path=page.view, default=page is MORPH)


def _show(page: Page) -> None:
    model = session.shown_model()
    with st.container(key="title"):  # for screen readers: the row above shows which page it is
        st.title(page.title, anchor=False)
    chooser.say_what_is_missing()
    events = view.mount(page, model)
    if session.resume(events.resume):
        st.rerun()
    if session.choose(events.explore):
        st.switch_page(entry(MORPH))
    for other in PAGES:
        if other.view == events.open:
            st.switch_page(entry(other))

"""What every page shows: its title, the question it answers, the model chooser, and its view."""

from __future__ import annotations

from functools import partial

import streamlit as st
from streamlit.navigation.page import StreamlitPage

from vae_explorer.catalog.zoo import Model
from vae_explorer.pages import MORPH, Page
from vae_explorer.ui import chooser, layout, session, view


def entry(page: Page) -> StreamlitPage:
    """The page in the form that `st.navigation` takes."""
    return st.Page(partial(_show, page), title=page.title, url_path=page.view, default=page is MORPH)


def _show(page: Page) -> None:
    model = session.shown_model()
    _heading(page, model)
    events = view.mount(page, model)
    if session.resume(events.resume):
        st.rerun()
    if events.open:
        st.switch_page(entry(MORPH))


def _heading(page: Page, model: Model) -> None:
    data = model.folder.data
    question = page.question.format(count=data.count, split=data.split, nouns=layout.plain(data.nouns))
    with st.container(key="heading", horizontal=True, vertical_alignment="center"):
        st.title(page.title, anchor=False, width="content")
        st.caption(question, width="stretch")
        chooser.choose()

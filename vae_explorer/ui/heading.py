"""The first row of every page: its title, the question it answers, and the model chooser."""

from __future__ import annotations

import streamlit as st

from vae_explorer.ui import chooser


def heading(title: str, line: str) -> None:
    """Show the row; `line` is Markdown."""
    with st.container(key="heading", horizontal=True, vertical_alignment="center"):
        st.title(title, anchor=False, width="content")
        st.caption(line, width="stretch")
        chooser.choose()

"""What the pages share: their style, escaping of text, and the page of a server without models."""

from __future__ import annotations

import re
import string
from collections.abc import Mapping

import streamlit as st
from streamlit.delta_generator import DeltaGenerator
from streamlit.navigation.page import StreamlitPage

from vae_explorer import paths

TEXT = {
    "name": "Latent space explorer",
    "looking": "Looking for the model in this browser…",
    "none": "No models yet",
    "none_why": "No model was found in `{shipped}` or in `{own}`.",
    "none_fix": "Train a small one, which takes a few minutes on a laptop, then press “Refresh list”:",
    "none_command": "pip install '.[train]'\n{command} fit --epochs 2 --output {own}/first",
    "none_other": "Or set the variable `VAE_EXPLORER_MODELS` to a folder that holds models, and restart.",
}

# Streamlit leaves wide margins around a page, and room for a header of its own, which has nothing in it here. A view
# that has to fit a projector needs that space. On a phone the pages' names are a row at the bottom, under the thumb.
# All sizes follow the root's, which grows with a screen above 1366x768, more slowly than the screen: zooming in still
# makes text larger, and pictures get what is left.
STYLE = """
<style>
:root { font-size: clamp(15px, 5px + min(100vw / 136.6, 100vh / 76.8), 36px); }
.stAppHeader { display: none; }
.stMainBlockContainer { padding-inline: 1.25rem; padding-top: 0.5rem; }
.stMain .stVerticalBlock { gap: 0.6rem; }
.stMain .st-key-top { align-items: center; gap: 0.25rem 1.5rem; min-height: 2.5rem; }
.stMain .st-key-top > :last-child { margin-inline-start: auto; }
.stMain .st-key-top strong { font-size: 1rem; white-space: nowrap; }
.stMain .st-key-pages { gap: 0 0.25rem; }
.stMain .st-key-pages a { min-height: 2rem; }
.stMain .st-key-title { position: absolute; overflow: hidden; width: 1px; height: 1px; clip-path: inset(50%); }
@media (max-width: 40rem) {
  .stMain { scroll-padding-bottom: 4rem; }
  .stMainBlockContainer { padding-bottom: 4.5rem; }
  .stMain .st-key-top > :has(> .st-key-pages) { position: absolute; }
  .stMain .st-key-pages {
    position: fixed;
    z-index: 900;
    inset: auto 0 0;
    flex-wrap: nowrap;
    justify-content: space-around;
    width: 100%;
    gap: 0;
    padding: 0.25rem 0.25rem env(safe-area-inset-bottom, 0.25rem);
    border-top: 1px solid var(--st-border-color, #8884);
    background: var(--st-background-color, Canvas);
  }
  .stMain .st-key-pages a { justify-content: center; min-width: 2.75rem; min-height: 3rem; padding-inline: 0.125rem; }
}
</style>
"""


def style() -> None:
    """Add the pages' shared style sheet to this page."""
    st.html(STYLE)


def top(entries: Mapping[str, StreamlitPage]) -> DeltaGenerator:
    """The app's name and its pages by their titles; what is added to it comes at the end of the row."""
    row = st.container(key="top", horizontal=True, vertical_alignment="center")
    with row:
        st.html(f"<strong>{TEXT['name']}</strong>", width="content")
        with st.container(key="pages", horizontal=True, width="content"):
            for title, entry in entries.items():
                st.page_link(entry, label=title)
    return row


def no_models() -> None:
    """The page that is shown when there is no model."""
    own = paths.user_models()
    st.title(TEXT["none"], anchor=False)
    st.markdown(TEXT["none_why"].format(shipped=code(str(paths.shipped_models())), own=code(str(own))))
    st.markdown(TEXT["none_fix"])
    st.code(TEXT["none_command"].format(own=own, command=paths.train_command()), language="shell")
    st.markdown(TEXT["none_other"])


def looking() -> None:
    """The page that is shown until the visitor's browser has said whether it keeps a model."""
    st.caption(TEXT["looking"])


def plain(text: str) -> str:
    """`text` escaped for Markdown: a model folder may come from anyone."""
    escaped = re.sub(f"([{re.escape(string.punctuation)}])", r"\\\1", " ".join(text.split()))
    # Addresses become links even if each character is escaped; an invisible joiner breaks them up.
    return re.sub(r"(?i)((?:https?|ftp|mailto|xmpp)(?=\\:)|www(?=\\\.)|\\@)", "\\1\N{WORD JOINER}", escaped)


def code(text: str) -> str:
    """`text` made safe between two backticks."""
    return " ".join(text.replace("`", "'").split())

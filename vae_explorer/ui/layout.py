"""What the pages share: their style, safe text, and the page of a server without models."""

from __future__ import annotations

import re
import string

import streamlit as st

from vae_explorer import paths

TEXT = {
    "none": "No models yet",
    "none_why": "No model was found in `{shipped}` or in `{own}`.",
    "none_mend": "Train a small one, a few minutes on a laptop, then choose “Look again”:",
    "none_command": "pip install '.[train]'\npython -m train fit --epochs 2 --output {own}/first",
    "none_other": "Or name a folder that holds models in the variable `VAE_EXPLORER_MODELS` and start again.",
}

# Streamlit leaves a hand's breadth around a page. A view that has to fit a projector needs the room.
STYLE = """
<style>
.stAppHeader { height: 2.75rem; min-height: 2.75rem; }
.stMainBlockContainer { padding-inline: 1.25rem; padding-top: 3.25rem; }
.stMain .stVerticalBlock { gap: 0.6rem; }
.stMain .st-key-heading { gap: 0 1rem; }
.stMain h1 { padding: 0; line-height: 1.2; }
</style>
"""


def style() -> None:
    """Put the one style sheet of the pages into this page."""
    st.html(STYLE)


def no_models() -> None:
    """The page where there is no model to show."""
    own = paths.user_models()
    st.title(TEXT["none"], anchor=False)
    st.markdown(TEXT["none_why"].format(shipped=code(str(paths.shipped_models())), own=code(str(own))))
    st.markdown(TEXT["none_mend"])
    st.code(TEXT["none_command"].format(own=own), language="shell")
    st.markdown(TEXT["none_other"])


def plain(text: str) -> str:
    """`text` so that Markdown shows it as it is; a model folder may be anybody's."""
    escaped = re.sub(f"([{re.escape(string.punctuation)}])", r"\\\1", " ".join(text.split()))
    # Addresses become links even where each sign is escaped; a joiner that takes no room parts them.
    return re.sub(r"(?i)((?:https?|ftp|mailto|xmpp)(?=\\:)|www(?=\\\.)|\\@)", "\\1\N{WORD JOINER}", escaped)


def code(text: str) -> str:
    """`text` for between two backticks."""
    return " ".join(text.replace("`", "'").split())

"""What the pages share: their style, escaping of text, and the page of a server without models."""

from __future__ import annotations

import re
import string

import streamlit as st

from vae_explorer import paths

TEXT = {
    "none": "No models yet",
    "none_why": "No model was found in `{shipped}` or in `{own}`.",
    "none_fix": "Train a small one, which takes a few minutes on a laptop, then press “Refresh list”:",
    "none_command": "pip install '.[train]'\n{command} fit --epochs 2 --output {own}/first",
    "none_other": "Or set the variable `VAE_EXPLORER_MODELS` to a folder that holds models, and restart.",
}

# Streamlit leaves wide margins around a page. A view that has to fit a projector needs that space.
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
    """Add the pages' shared style sheet to this page."""
    st.html(STYLE)


def no_models() -> None:
    """The page that is shown when there is no model."""
    own = paths.user_models()
    st.title(TEXT["none"], anchor=False)
    st.markdown(TEXT["none_why"].format(shipped=code(str(paths.shipped_models())), own=code(str(own))))
    st.markdown(TEXT["none_fix"])
    st.code(TEXT["none_command"].format(own=own, command=paths.train_command()), language="shell")
    st.markdown(TEXT["none_other"])


def plain(text: str) -> str:
    """`text` escaped for Markdown: a model folder may come from anyone."""
    escaped = re.sub(f"([{re.escape(string.punctuation)}])", r"\\\1", " ".join(text.split()))
    # Addresses become links even if each character is escaped; an invisible joiner breaks them up.
    return re.sub(r"(?i)((?:https?|ftp|mailto|xmpp)(?=\\:)|www(?=\\\.)|\\@)", "\\1\N{WORD JOINER}", escaped)


def code(text: str) -> str:
    """`text` made safe between two backticks."""
    return " ".join(text.replace("`", "'").split())

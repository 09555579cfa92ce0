"""The session of the visitor whose page is running, and what is done with it.

Streamlit drops the state of a widget or component when the visitor leaves its page, so what has to last is copied here,
under one key of `st.session_state`.
"""

from __future__ import annotations

from typing import Any
from weakref import WeakValueDictionary

import streamlit as st

from vae_explorer.catalog.facts import is_own_id
from vae_explorer.catalog.own_model import AnyModel
from vae_explorer.pages import PAGES
from vae_explorer.settings import Value
from vae_explorer.ui import link
from vae_explorer.ui.session_state import Session, in_every_link

_KEY = "vae_explorer"

DEFAULT_MODEL = "shipped/conv-2"

# By token. Streamlit keeps a session as long as its visitor may come back, and drops it then.
_sessions: WeakValueDictionary[str, Session] = WeakValueDictionary()


def current() -> Session:
    """The session of the visitor whose page is running."""
    if _KEY not in st.session_state:
        found = link.read(st.query_params)
        st.session_state[_KEY] = Session(link=found, chosen=found.model)
    session: Session = st.session_state[_KEY]
    _sessions[session.token] = session
    return session


def store(token: str, sent: dict[str, Any]) -> bool:
    """Store what a view has committed: `{"model": id, "view": name, "code": …, "settings": …}`.

    No page is running then. What is not valid is ignored. False if there is no such session, or not any more.
    """
    session = _sessions.get(token)
    if session is None:
        return False
    of = next((model for model in session.known if model.id == sent.get("model")), None)
    page = next((page for page in PAGES if page.view == sent.get("view")), None)
    if of is not None and page is not None:
        session.store_code(of, sent.get("code"))
        session.store_settings(of, page, sent.get("settings"))
    return True


def choose(wanted: object) -> bool:
    """Choose a model by its id, or one that the browser keeps by its facts; False if nothing has changed."""
    session = current()
    if isinstance(wanted, dict):
        awaited = session.awaited
        wanted = session.hear(wanted)
        if wanted is None:
            return awaited is not None
    if not any(model.id == wanted for model in session.known):
        return False
    session.chosen, session.gone = str(wanted), None
    return True


def resume(model_id: object) -> bool:
    """Choose the model that the page's visitor had chosen before the server forgot; False if it is no id.

    One that is not there any more counts as gone.
    """
    if not isinstance(model_id, str):
        return False
    session = current()
    if is_own_id(model_id):
        session.chosen = model_id  # the browser is asked for it
    elif not choose(model_id):
        session.gone = model_id
        session.model_rev += 1
    return True


def model() -> AnyModel | None:
    """The chosen model; if it is gone or none was chosen the default, else the first; None if there are none.

    None, too, while the browser is asked for it. What is shown counts as chosen: a model that appears later must not
    replace it.
    """
    session = current()
    if session.awaited:
        return None
    listing = session.listing
    found = session.find(session.chosen)
    shown = found or listing.find(DEFAULT_MODEL) or next(iter(listing.models), None)
    if found is None and session.chosen is not None and session.link.model != session.chosen:
        session.gone = session.chosen
        session.model_rev += 1
    if shown is not None:
        session.chosen = shown.id
    return shown


def gone_model() -> str | None:
    """The model that the visitor had chosen, if it is not there any more and no other was chosen since."""
    session = current()
    return None if session.find(session.gone) else session.gone


def missing_model() -> str | None:
    """The model that the visitor's link names, if it does not exist."""
    session = current()
    wanted = session.link.model
    return wanted if wanted is not None and session.find(wanted) is None else None


def wrong_values() -> tuple[str, ...]:
    """The names of the values in the visitor's link that the shown model does not take; once, then they are said."""
    session = current()
    session.state(shown_model())  # follows the link
    wrong, session.wrong = session.wrong, ()
    return wrong


def shown_model() -> AnyModel:
    """The model of a page; `main.py` runs no page without one."""
    shown = model()
    if shown is None:
        raise LookupError("a page was run without a model")
    return shown


def link_defaults(of: AnyModel) -> dict[str, Value | None]:
    """The values of these settings when a link does not name them."""
    return {setting.name: setting.first(of.manifest) for _, setting in in_every_link()}

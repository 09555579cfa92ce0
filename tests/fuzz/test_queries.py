"""Links that anybody may have written: the page shows something that is true, and no error."""

from __future__ import annotations

import functools
import json
import math

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.app.conftest import Visit
from tests.fuzz.json_values import NUMBERS, TEXTS
from vae_explorer.catalog import zoo
from vae_explorer.pages import PAGES
from vae_explorer.storage.model_folder import LARGEST_CODE
from vae_explorer.ui import link
from vae_explorer.ui.session_state import Session

NAMES = sorted({"model", "z", "label", "way", *(each.name for page in PAGES for each in page.settings)})
NUMBER_LISTS = st.lists(NUMBERS, max_size=25).map(lambda numbers: ",".join(map(str, numbers)))
MODELS = st.sampled_from(["conv-20", "shipped/conv-20", "own/conv-20", "cvae-8", "ae-2"])
# Of the pieces that texts of links are made of.
PIECES = st.lists(
    st.sampled_from(
        ["!", "~", ",", ".", "-", "pca", "all", "list", "paths", "t0", "m", "closed", "0", "1", "3", "1e5", "own/a%20b"]
    ),
    max_size=20,
).map("".join)
QUERIES = st.dictionaries(
    st.one_of(st.sampled_from(NAMES), TEXTS),
    st.one_of(NUMBERS.map(str), NUMBER_LISTS, PIECES, MODELS, TEXTS),
    max_size=8,
)


@functools.cache
def listing() -> zoo.Listing:
    return zoo.shared().scan()


@settings(max_examples=4000)
@given(QUERIES, MODELS)
def test_what_a_link_says_is_checked(query: dict[str, str], name: str) -> None:
    found = link.read(query | {"model": name})
    session = Session(listing=listing(), link=found, chosen=found.model)
    model = listing().find(name)
    if model is None:
        return
    state = session.state(model)
    assert len(state.code.z) == model.folder.config.latent_dim
    assert all(math.isfinite(value) and abs(value) <= LARGEST_CODE for value in state.code.z)
    classes = model.folder.config.classes
    assert state.code.label is None if classes == 0 else state.code.label in range(classes)
    for page in PAGES:
        for each in page.settings:
            value = state.settings[page.view][each.name]
            assert value == each.first(model.manifest) or each.accepted(value, model.manifest) == value
    json.dumps(session.link_settings(model), allow_nan=False)


def valid(text: str) -> str:
    return text.encode("utf-8", "replace").decode()


@settings(max_examples=100)
@given(QUERIES, st.sampled_from([page.title for page in PAGES]))
def test_page_opens(query: dict[str, str], page: str) -> None:
    # What comes from an address is valid UTF-8.
    visitor = Visit(**{valid(name): valid(text) for name, text in query.items() if name})
    visitor.go(page)
    assert not visitor.at.exception
    assert visitor.title == page
    json.dumps(visitor.data, allow_nan=False)

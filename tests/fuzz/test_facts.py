"""What anybody may send as the facts of a model: a model comes of it or a sentence, and nothing grows large."""

from __future__ import annotations

import json
import tracemalloc
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.app.test_own_models import FACTS, ID
from tests.fuzz.json_values import NUMBERS, TEXTS, VALUES
from tests.fuzz.test_queries import listing
from vae_explorer.catalog import facts, own_model
from vae_explorer.errors import ConfigError
from vae_explorer.ui.session_state import Session

LONGEST_SENTENCE = 300
MOST_BYTES = 20_000  # of a manifest

# What is nearly right: whole facts in which some have another value, or are missing.
LISTS = st.lists(NUMBERS, max_size=25)
IDS = st.sampled_from([ID, "mine/", "mine/0123456789AB", "mine/٠١٢٣٤٥٦٧٨٩ab", f"{ID}\n", "shipped/conv-2"])
WORDS = st.sampled_from(["mnist", "fashion-mnist", "kmnist", "bce", "mse"])
CHANGES = st.dictionaries(st.sampled_from([*FACTS, "absent"]), st.one_of(VALUES, LISTS, IDS, WORDS), max_size=4)
NEAR = st.builds(
    lambda changes, without: {name: each for name, each in (FACTS | changes).items() if name not in without},
    CHANGES,
    st.sets(st.sampled_from(list(FACTS)), max_size=1),
)
# What is right: it has to be taken.
RIGHT = st.integers(1, 20).flatmap(
    lambda dim: st.fixed_dictionaries(
        {
            "id": st.from_regex(facts.OWN_ID, fullmatch=True),
            "name": st.from_regex(r"[a-z0-9-]{1,40}", fullmatch=True),
            "title": st.from_regex(r"[A-Za-zé漢 0-9]{1,500}", fullmatch=True),
            "teaches": st.just("Trained in the browser."),
            "data": st.sampled_from(["mnist", "fashion-mnist"]),
            "latent_dim": st.just(dim),
            "deterministic": st.booleans(),
            "likelihood": st.sampled_from(["bce", "mse"]),
            "beta": st.floats(0, 1000),
            "reach": st.floats(0, 1000),
            "mean_kl": st.lists(st.floats(0, 1e9), min_size=dim, max_size=dim),
            "start": st.lists(st.floats(-1000, 1000), min_size=dim, max_size=dim),
            "start_label": st.integers(0, 9),
            "shares": st.lists(st.floats(0, 1), min_size=2, max_size=2),
        }
    )
)


def as_sent(value: Any) -> Any:
    """As it comes out of the JSON that a browser sends."""
    return json.loads(json.dumps(value))


@settings(max_examples=3000)
@given(st.one_of(NEAR, st.dictionaries(TEXTS, VALUES)))
def test_anything(given_: dict[str, Any]) -> None:
    sent = as_sent(given_)
    sentence = ""
    try:
        found = own_model.of(facts.read(sent), listing())
        assert len(json.dumps(found.manifest, allow_nan=False)) <= MOST_BYTES
    except ConfigError as error:
        sentence = str(error)
    assert sentence.isprintable()
    assert len(sentence) <= LONGEST_SENTENCE


@settings(max_examples=500)
@given(RIGHT)
def test_what_is_right_is_taken(given_: dict[str, Any]) -> None:
    found = own_model.of(facts.read(as_sent(given_)), listing())
    assert found.id == given_["id"]
    assert len(json.dumps(found.manifest, allow_nan=False)) <= MOST_BYTES


@settings(max_examples=1000)
@given(st.lists(st.one_of(NEAR, RIGHT, st.dictionaries(TEXTS, VALUES)), min_size=1, max_size=15))
def test_a_session_hears_anything(all_sent: list[dict[str, Any]]) -> None:
    visitor = Session(listing=listing(), chosen=ID)
    for each in all_sent:
        told = visitor.hear(as_sent(each))
        found = visitor.find(told)
        assert (found is None) == (told is None)
        if found is not None:
            state = visitor.state(found)
            json.dumps([state.code.z, state.settings, found.manifest], allow_nan=False)
    assert len(visitor.own.known) <= 10
    assert visitor.own.absent is None or facts.is_own_id(visitor.own.absent)
    assert visitor.awaited in (None, ID)


@pytest.mark.parametrize("value", ["x" * 10**7, [0.5] * 10**6, [[[0]]] * 10**6, 10**4000], ids=type)
@pytest.mark.parametrize("field", FACTS)
def test_what_is_enormous_is_not_copied(field: str, value: object) -> None:
    sent = FACTS | {field: value}
    tracemalloc.start()
    try:
        with pytest.raises(ConfigError):
            facts.read(sent)
        assert tracemalloc.get_traced_memory()[1] < 100_000
    finally:
        tracemalloc.stop()

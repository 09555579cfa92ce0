"""Models that a visitor's browser keeps: the server knows their facts alone, and nobody else's session does."""

from __future__ import annotations

from typing import Any

import pytest

from tests.app.conftest import Visit
from vae_explorer.catalog import facts, zoo
from vae_explorer.errors import ConfigError
from vae_explorer.ui.session import DEFAULT_MODEL
from vae_explorer.ui.session_state import Session

ID = "mine/0123456789ab"

FACTS: dict[str, Any] = {
    "id": ID,
    "name": "my-vae",
    "title": "Anna’s digits",
    "teaches": "Trained in the browser on 500 digits.",
    "data": "mnist",
    "latent_dim": 3,
    "deterministic": False,
    "likelihood": "bce",
    "beta": 2,
    "reach": 4.2,
    "mean_kl": [0.5, 0.001, 2],
    "start": [0.25, 0, -1.5],
    "start_label": 4,
    "shares": [0.81, 1],
}


def test_a_model_of_the_browser_has_all_pages() -> None:
    visit = Visit()
    visit._send("models", "choose", FACTS)
    manifest = visit.data["manifest"]
    assert (manifest["id"], manifest["title"], manifest["limit"], manifest["used"]) == (ID, "Anna’s digits", 5, [2, 0])
    assert visit.data["z"] == FACTS["start"]
    assert [each["name"] for each in manifest["projections"]] == ["pca", "pca3"]
    assert "81" in manifest["projections"][0]["about"]
    for page in ("Encode", "Samples", "Map", "Interpolate", "Uses"):
        visit.go(page)
        assert visit.data["manifest"] == manifest, page
        assert not visit.captions
    assert manifest["data"]["count"] == 10_000
    assert manifest["files"]["decoder"]["url"] == f"{ID}/decoder.safetensors"
    assert manifest["files"]["digits"]["url"].startswith("vx/files/")
    assert visit.data["tables"] == {}


def test_maps_are_those_of_a_folder() -> None:
    for dim, names in ((1, ["pca"]), (2, ["z"]), (5, ["pca", "pca3"])):
        visit = Visit()
        of = FACTS | {"latent_dim": dim, "mean_kl": [1] * dim, "start": [0] * dim}
        visit._send("models", "choose", of)
        projections = visit.data["manifest"]["projections"]
        assert [each["name"] for each in projections] == names
        assert ("merely rotates" in projections[0]["about"]) == (dim == 1)


def test_what_it_keeps_is_the_sessions_as_for_any_model() -> None:
    visit = Visit()
    visit._send("models", "choose", FACTS)
    visit.commit("code", {"z": [1, 2, 3], "label": None})
    visit.choose(DEFAULT_MODEL)
    assert visit.data["manifest"]["id"] == DEFAULT_MODEL
    visit.choose(ID)  # it is known now
    assert visit.data["z"] == [1, 2, 3]
    visit.go("Encode")
    assert FACTS["title"] in [other["title"] for other in _others(visit, DEFAULT_MODEL)]


def _others(visit: Visit, model: str) -> list[dict[str, Any]]:
    visit.choose(model)
    others: list[dict[str, Any]] = visit.data["others"]
    return others


def test_other_visitors_do_not_see_it() -> None:
    Visit()._send("models", "choose", FACTS)
    other = Visit()
    other.choose(ID)
    assert other.data["manifest"]["id"] == DEFAULT_MODEL


def test_a_link_waits_for_the_browser() -> None:
    visit = Visit(model=ID, z="1,2,3")
    assert visit._data_of("models")["wanted"] == ID
    assert visit.captions == ["Looking for the model in this browser…"]
    visit._send("models", "choose", FACTS)
    assert visit.data["manifest"]["id"] == ID
    assert visit.data["z"] == [1, 2, 3]
    assert visit._data_of("models")["wanted"] is None
    assert not visit.captions


def test_a_link_of_another_browser_is_one_sentence() -> None:
    visit = Visit(model=ID)
    visit._send("models", "choose", {"absent": ID})
    assert visit.data["manifest"]["id"] == DEFAULT_MODEL
    (caption,) = visit.captions
    assert "not in this browser" in caption
    assert visit._data_of("models")["wanted"] is None


def test_facts_that_cannot_be_shown_are_an_absent_model() -> None:
    visit = Visit(model=ID)
    visit._send("models", "choose", FACTS | {"latent_dim": 400})
    assert visit.data["manifest"]["id"] == DEFAULT_MODEL
    assert "not in this browser" in visit.captions[0]


def test_what_was_chosen_before_the_server_forgot_is_asked_for() -> None:
    visit = Visit()
    visit.send("resume", ID)
    assert visit._data_of("models")["wanted"] == ID
    visit._send("models", "choose", FACTS)
    assert visit.data["manifest"]["id"] == ID


def test_train_leads_to_morph() -> None:
    visit = Visit()
    visit.go("Samples")
    visit.send("explore", FACTS)
    assert visit.title == "Morph"
    assert visit.data["manifest"]["id"] == ID


def test_a_session_knows_ten() -> None:
    visit = Visit()
    for number in range(12):
        visit._send("models", "choose", FACTS | {"id": f"mine/{number:012x}"})
    visit.choose("mine/000000000001")  # dropped: it was told before the last ten
    assert visit.data["manifest"]["id"] == "mine/00000000000b"
    visit.choose("mine/000000000002")
    assert visit.data["manifest"]["id"] == "mine/000000000002"


def test_a_session_keeps_nothing_of_models_that_it_has_dropped() -> None:
    visitor = Session(listing=zoo.shared().scan())
    for number in range(100):
        told = visitor.hear(FACTS | {"id": f"mine/{number:012x}"})
        found = visitor.find(told)
        assert found is not None
        visitor.store_code(found, {"z": [1, 2, 3]})
    assert list(visitor.models) == list(visitor.own.known) == [f"mine/{number:012x}" for number in range(90, 100)]


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("id", "shipped/conv-2"),
        ("id", "mine/0123456789AB"),
        ("id", ["mine/0123456789ab"]),
        ("name", "../models"),
        ("title", "two\nlines"),
        ("title", ""),
        ("teaches", "a" * 501),
        ("data", "Mnist"),
        ("latent_dim", 0),
        ("latent_dim", 21),
        ("latent_dim", True),
        ("deterministic", 1),
        ("likelihood", "l1"),
        ("likelihood", []),
        ("beta", -1),
        ("beta", float("nan")),
        ("reach", 1001),
        ("mean_kl", [1, 2]),
        ("mean_kl", [1, 2, float("inf")]),
        ("mean_kl", [1, 2, 3, 4]),
        ("start", [0, 0, 1e9]),
        ("start", "000"),
        ("start_label", -1),
        ("shares", [0.5]),
        ("shares", [0.5, 2]),
    ],
)
def test_each_fact_is_checked(field: str, value: object) -> None:
    with pytest.raises(ConfigError, match=field):
        facts.read(FACTS | {field: value})
    without = {name: each for name, each in FACTS.items() if name != field}
    with pytest.raises(ConfigError, match=field):
        facts.read(without)
    visit = Visit()
    visit._send("models", "choose", FACTS | {field: value})
    assert visit.data["manifest"]["id"] == DEFAULT_MODEL


def test_a_class_or_data_set_that_is_not_there() -> None:
    for change in ({"start_label": 10}, {"data": "kmnist"}):
        visit = Visit()
        visit._send("models", "choose", FACTS | change)
        assert visit.data["manifest"]["id"] == DEFAULT_MODEL

"""Visits to the app without a browser: Streamlit runs the real files, a test plays the part of the views."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from streamlit.proto.WidgetStates_pb2 import WidgetState
from streamlit.testing.v1 import AppTest
from streamlit.util import calc_hash

from tests.server import Server, serve
from tests.unit.test_model_folder import small_folder
from vae_explorer import pages
from vae_explorer.model.config import ModelConfig
from vae_explorer.paths import PACKAGE
from vae_explorer.storage import model_folder, picture_atlas
from vae_explorer.ui import session

PAGES = {page.title: page for page in pages.PAGES}

# A run of a page takes 20 ms; tests share the machine.
TIMEOUT_S = 30


class Visit:
    """One visitor: reads what the page shows, and says what a view would say."""

    def __init__(self, **query: str) -> None:
        self.at = AppTest.from_file(PACKAGE / "main.py", default_timeout=TIMEOUT_S)
        for name, value in query.items():
            self.at.query_params[name] = value
        self.at.run()

    def go(self, page: str) -> None:
        self._arrive(page, {})

    def go_back(self, page: str, **query: str) -> None:
        """To a page that was left with an address that says so."""
        self._arrive(page, query)

    def _arrive(self, page: str, query: dict[str, str]) -> None:
        # As Streamlit's page does: an address that is chosen in the app comes without a query.
        self.at.query_params.clear()
        for name, value in query.items():
            self.at.query_params[name] = value
        # `switch_page` knows only pages that are files.
        self.at._page_hash = calc_hash(PAGES[page].view)
        self.at.run()

    def choose(self, model_id: str) -> None:
        self._send("models", "choose", model_id)

    def look_again(self) -> None:
        self._send("models", "refresh", True)

    @property
    def title(self) -> str:
        (title,) = self.at.title
        return str(title.value)

    @property
    def listed(self) -> list[dict[str, Any]]:
        """The entries of the list of models."""
        listed: list[dict[str, Any]] = self._data_of("models")["models"]
        return listed

    @property
    def models(self) -> list[str]:
        """Ids of the models that can be chosen."""
        return [entry["id"] for entry in self.listed]

    @property
    def captions(self) -> list[str]:
        """The small print of the page."""
        return [caption.value for caption in self.at.main.caption]

    @property
    def broken(self) -> list[str]:
        """What the list says of the folders that cannot be opened."""
        return [f"{entry['name']}: {entry['problem']}" for entry in self._data_of("models")["broken"]]

    @property
    def more_broken(self) -> int:
        """How many of these it does not name."""
        return int(self._data_of("models")["more"])

    @property
    def data(self) -> dict[str, Any]:
        """What the page's view was given."""
        return self._data_of(self._view)

    @property
    def start(self) -> list[float]:
        """The code that the model opens with."""
        z: list[float] = self.data["manifest"]["start"]["z"]
        return z

    def commit(self, name: str, value: object) -> None:
        """What a view's `callbacks.commit` does; then the script runs, which shows what is kept."""
        data = self.data
        of = {"model": data["manifest"]["id"], "view": data["view"]}
        assert session.store(data["session"], json.loads(json.dumps({**of, name: value})))
        self.at.run()

    def send(self, name: str, value: object) -> None:
        """What a view's `callbacks` send."""
        self._send(self._view, name, value)

    def _send(self, view: str, name: str, value: object) -> None:
        # AppTest offers no way to answer as a component; this is what its own widgets do.
        events = f"$$STREAMLIT_INTERNAL_KEY_{self._components[view].id}__events"
        states = self.at._tree.get_widget_states()
        states.widgets.append(WidgetState(id=events, json_trigger_value=json.dumps([{"event": name, "value": value}])))
        self.at._run(states)

    @property
    def _view(self) -> str:
        (view,) = set(self._components) - {"models"}
        return view

    def _data_of(self, view: str) -> dict[str, Any]:
        (data,) = json.loads(self._components[view].json)
        assert isinstance(data, dict)
        return data

    @property
    def _components(self) -> dict[str, Any]:
        protos = [component.proto for component in self.at.main.get("bidi_component")]
        return {json.loads(proto.json)[0]["view"]: proto for proto in protos}


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """The app with the shipped models; no test changes anything in it."""
    with serve(tmp_path_factory.mktemp("server")) as running:
        yield running


@pytest.fixture
def visit() -> Callable[..., Visit]:
    """Opens the app; the visitor's own models are those that the test has made before."""
    return Visit


@pytest.fixture
def add_model(models_folder: Path) -> Callable[..., Path]:
    """Writes a small model into the visitor's own folder."""

    def add(name: str, config: ModelConfig | None = None) -> Path:
        folder = small_folder(config)
        path = models_folder / name
        pictures = np.zeros((folder.data.count, 28, 28), np.uint8)
        model_folder.write(folder, path, {"digits.png": picture_atlas.atlas_bytes(pictures)})
        return path

    return add


@pytest.fixture
def only_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No shipped models: what is listed is what the test has made."""
    empty = tmp_path / "shipped"
    empty.mkdir()
    monkeypatch.setattr("vae_explorer.paths.shipped_models", lambda: empty)


@pytest.fixture
def count_looks(monkeypatch: pytest.MonkeyPatch) -> Callable[[], list[object]]:
    """To be called when looks at files are to be counted: what is asked for from then on gets into its list."""

    def begin() -> list[object]:
        looks: list[object] = []
        stat = os.stat

        def count(path: object, **options: object) -> os.stat_result:
            looks.append(path)
            return stat(path, **options)  # type: ignore[arg-type,call-overload,no-any-return]

        monkeypatch.setattr(os, "stat", count)
        return looks

    return begin

"""Own t-SNE maps and tables over HTTP, from a real server, as another program than our page would ask for them."""

from __future__ import annotations

import csv
import io
import json
import os
import signal
import time
import urllib.error
import urllib.parse
import urllib.request
import zlib
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from safetensors.numpy import load

from tests.server import Server, serve
from tests.unit.test_model_folder import small_folder
from tests.unit.test_tsne import child_map
from vae_explorer.catalog.page_files import FileRef, digest_of
from vae_explorer.catalog.zoo import Zoo
from vae_explorer.model.config import ModelConfig
from vae_explorer.server.tables import Table
from vae_explorer.storage import model_folder, picture_atlas
from vae_explorer.storage.model_folder import ModelFolder

COUNT, MANY = 40, 8000
# Seconds on a machine that has much else to do; on an idle one nothing takes five.
PATIENCE = 300.0
CLASSES = ("zero, or nought", '"one"', *"23456789")


@dataclass(frozen=True)
class Answer:
    status: int
    body: bytes
    headers: dict[str, str]

    @property
    def json(self) -> Any:
        return json.loads(self.body)


@dataclass
class Visitor:
    """Asks one server; `digests` are those of the models' codes, by name."""

    server: Server
    digests: dict[str, str]
    tokens: list[str] = field(default_factory=list)

    def call(self, path: str, method: str = "GET", body: object = None, **headers: str) -> Answer:
        data = body if isinstance(body, bytes) or body is None else json.dumps(body).encode()
        headers = headers or {"Origin": self.server.url}  # as a page's own requests have it
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        request = urllib.request.Request(f"{self.server.url}/{path}", data, sent, method=method)
        try:
            with urllib.request.urlopen(request, timeout=PATIENCE) as answer:
                return Answer(answer.status, answer.read(), dict(answer.headers))
        except urllib.error.HTTPError as error:
            return Answer(error.code, error.read(), dict(error.headers))

    def ask(self, model: str = "few", perplexity: object = 7, seed: object = 3, **headers: str) -> Answer:
        body = {"codes": self.digests.get(model, model), "perplexity": perplexity, "seed": seed}
        answer = self.call("vx/tsne", "POST", body, **headers)
        if "token" in answer.json:
            self.tokens.append(answer.json["token"])
        return answer

    def state(self, token: str) -> Answer:
        return self.call(f"vx/tsne/jobs/{token}")

    def map(self, perplexity: int = 7, seed: int = 3) -> FileRef:
        """The reference of a finished map of `few`."""
        answer = self.ask(perplexity=perplexity, seed=seed).json
        give_up = time.monotonic() + PATIENCE
        while answer["state"] != "done":
            assert answer["state"] in ("waiting", "running")
            assert time.monotonic() < give_up
            time.sleep(0.1)
            answer = self.state(self.tokens[-1]).json
        found: FileRef = answer["map"]
        return found


def write(models: Path, name: str, count: int, config: ModelConfig | None = None) -> ModelFolder:
    folder = small_folder(config, count)
    folder = replace(folder, data=replace(folder.data, classes=CLASSES))
    pictures = {"digits.png": picture_atlas.atlas_bytes(np.zeros((count, 28, 28), np.uint8))}
    model_folder.write(folder, models / name, pictures)
    return folder


Running = tuple[Server, dict[str, ModelFolder], dict[str, str]]


@pytest.fixture(scope="module")
def running(
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[tuple[Server, dict[str, ModelFolder], dict[str, str]]]:
    root = tmp_path_factory.mktemp("explorer")
    models = root / "models"
    folders = {
        "few": write(models, "few", COUNT),
        "many": write(models, "many", MANY),
        "plain": write(models, "plain", COUNT, ModelConfig("mlp", latent_dim=2, hidden=5, deterministic=True)),
    }
    found = Zoo(lambda: {"own": models}).scan().models
    digests = {model.folder.path.name: digest_of(model.manifest["files"]["codes"]) for model in found}
    with serve(root) as server:
        yield server, folders, digests


@pytest.fixture
def visitor(running: Running) -> Iterator[Visitor]:
    server, _, digests = running
    visitor = Visitor(server, digests)
    yield visitor
    for token in visitor.tokens:
        visitor.call(f"vx/tsne/jobs/{token}", "DELETE")


@pytest.fixture
def few(running: Running) -> ModelFolder:
    return running[1]["few"]


def test_a_map_comes_with_its_checksum_and_at_once_the_second_time(visitor: Visitor, few: ModelFolder) -> None:
    reference = visitor.map()
    answer = visitor.call(reference["url"])
    assert answer.status == 200
    assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert (len(answer.body), zlib.crc32(answer.body)) == (reference["bytes"], reference["crc32"])
    wanted = child_map(few.codes["mu"], 7, 3)
    assert np.array_equal(load(answer.body)["tsne"], wanted)
    assert visitor.ask().json == {"state": "done", "map": reference}


def test_the_others_get_their_place(visitor: Visitor) -> None:
    first = visitor.ask("many").json
    second = visitor.ask("few", seed=4).json
    assert second["place"] == 2
    assert visitor.state(second["token"]).json == {
        "state": "waiting", "place": 2, "iteration": 0, "iterations": 1000,
    }  # fmt: skip
    assert visitor.call(f"vx/tsne/jobs/{second['token'][:-1]}", "DELETE").status == 404
    assert visitor.call(f"vx/tsne/jobs/{first['token']}", "DELETE").status == 204
    assert visitor.state(first["token"]).status == 404
    assert visitor.state(second["token"]).json["place"] == 1


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "http://elsewhere.example"},
        {"Origin": "null"},
        {"Origin": "http://["},
        {"Accept": "application/json"},  # neither of the two: no browser
        {"Sec_Fetch_Site": "cross-site"},
        {"Sec_Fetch_Site": "same-site"},
    ],
)
def test_another_sites_page_is_refused(visitor: Visitor, headers: dict[str, str]) -> None:
    answer = visitor.ask("many", **headers)
    assert answer.status == 403
    assert "own page" in answer.json["message"]


def test_the_apps_own_page_is_not_refused(visitor: Visitor) -> None:
    assert visitor.ask(perplexity=1, Origin=visitor.server.url).status == 422
    assert visitor.ask(perplexity=1, Sec_Fetch_Site="same-origin", Origin="http://behind.a.proxy").status == 422


@pytest.mark.parametrize(
    ("body", "status", "message"),
    [
        (b"", 400, "not understood"),
        (b"{", 400, "not understood"),
        (b"[]", 400, "not understood"),
        (b"\xff", 400, "not understood"),
        ({"codes": "few"}, 400, "not understood"),
        ({"codes": "few", "perplexity": 7, "seed": 3, "more": 1}, 400, "not understood"),
        (b" " * 1000, 400, "not understood"),
        ({"codes": "0" * 32, "perplexity": 7, "seed": 3}, 404, "no longer has"),
        ({"codes": ["few"], "perplexity": 7, "seed": 3}, 404, "no longer has"),
        ({"codes": "few", "perplexity": 4, "seed": 3}, 422, "perplexity is 4; it must be a whole number from 5 to"),
        ({"codes": "few", "perplexity": "7", "seed": 3}, 422, "perplexity is '7'"),
        ({"codes": "few", "perplexity": 14, "seed": 3}, 422, "40 codes allow 13 at most"),
        ({"codes": "few", "perplexity": 7, "seed": -1}, 422, "seed is -1"),
    ],
)
def test_what_is_asked_for_is_checked(visitor: Visitor, body: Any, status: int, message: str) -> None:
    if isinstance(body, dict) and body["codes"] == "few":
        body = body | {"codes": visitor.digests["few"]}
    answer = visitor.call("vx/tsne", "POST", body)
    assert answer.status == status
    assert message in answer.json["message"]


@pytest.mark.parametrize(
    "path", ["vx/tsne/jobs/0", "vx/tsne/maps/*/tsne.safetensors", "vx/tsne/maps/00/tsne.safetensors"]
)
def test_unknown_addresses(visitor: Visitor, path: str) -> None:
    assert visitor.call(path).status == 404


def test_table_as_csv(visitor: Visitor, few: ModelFolder) -> None:
    answer = visitor.call(f"vx/tables/{visitor.digests['few']}/model/few.csv")
    assert answer.status == 200
    assert answer.headers["content-disposition"] == 'attachment; filename="few.csv"'
    rows = list(csv.DictReader(io.StringIO(answer.body.decode())))
    assert list(rows[0]) == [
        "index", "label", "class", "mu1", "mu2", "mu3", "pca1", "pca2", "pca3", "tsne1", "tsne2",
        "reconstruction_nats", "kl_nats",
    ]  # fmt: skip
    assert [int(row["index"]) for row in rows] == list(range(COUNT))
    assert [row["class"] for row in rows] == [CLASSES[label] for label in few.codes["label"]]

    def column(*names: str) -> np.ndarray:
        return np.array([[row[name] for name in names] for row in rows], np.float32)

    assert np.array_equal(column("mu1", "mu2", "mu3"), few.codes["mu"])
    assert np.array_equal(column("tsne1", "tsne2"), few.codes["projection/tsne"])
    assert np.array_equal(column("kl_nats")[:, 0], few.codes["kl"])


def test_table_with_an_own_map(visitor: Visitor) -> None:
    reference = visitor.map()
    digest = digest_of(reference)
    answer = visitor.call(f"vx/tables/{visitor.digests['few']}/{digest}/few.npz")
    with np.load(io.BytesIO(answer.body)) as table:
        assert np.array_equal(table["tsne"], load(visitor.call(reference["url"]).body)["tsne"])
        assert table["mu"].shape == (COUNT, 3)
        assert tuple(table["classes"]) == CLASSES
    assert visitor.call(f"vx/tables/{visitor.digests['many']}/{digest}/few.npz").status == 404


def test_table_of_an_autoencoder_of_two_dimensions(visitor: Visitor) -> None:
    answer = visitor.call(f"vx/tables/{visitor.digests['plain']}/model/plain.csv")
    header = answer.body.decode().splitlines()[0]
    assert header == "index,label,class,mu1,mu2,tsne1,tsne2,reconstruction_nats"


FORMULAS = ("=1+1", "+1+1", "-1+1", "@A1", "＝1", "-1", "+2.5", "a=b", "-", "")


def test_table_is_made_once_for_all_who_ask(visitor: Visitor) -> None:
    address = f"vx/tables/{visitor.digests['many']}/model/many.csv"
    first = visitor.call(address)

    def seconds_of_the_server() -> float:
        ticks = Path(f"/proc/{visitor.server.pid}/stat").read_text().rpartition(")")[2].split()[11:13]
        return sum(map(int, ticks)) / os.sysconf("SC_CLK_TCK")

    before = seconds_of_the_server()
    with ThreadPoolExecutor(10) as others:
        answers = list(others.map(visitor.call, [address] * 40))
    assert {answer.body for answer in answers} == {first.body}
    assert "Content-Encoding" not in first.headers
    assert seconds_of_the_server() - before < 2  # made anew for each it takes eight


def test_no_class_is_a_formula() -> None:
    count = len(FORMULAS)
    codes = small_folder(count=count).codes | {"label": np.arange(count, dtype=np.uint8)}
    rows = list(csv.DictReader(io.StringIO(Table(codes, FORMULAS, False).csv().decode())))
    assert [row["class"] for row in rows] == [
        "'=1+1", "'+1+1", "'-1+1", "'@A1", "'＝1", "-1", "+2.5", "a=b", "'-", "",
    ]  # fmt: skip


@pytest.mark.parametrize("name", ["few.txt", 'a".csv', "a%0d%0ab.csv", ".csv", "a b.csv"])
def test_names_of_tables_are_plain(visitor: Visitor, name: str) -> None:
    assert (
        visitor.call(f"vx/tables/{visitor.digests['few']}/model/{urllib.request.quote(name, safe='%')}").status == 404
    )


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="looks for processes in /proc")
def test_maps_outlive_the_server_and_processes_do_not(visitor: Visitor, tmp_path: Path) -> None:
    reference = visitor.map()
    kept = visitor.server.models.parent / "cache"
    env = {"VAE_EXPLORER_MODELS": str(visitor.server.models), "VAE_EXPLORER_CACHE": str(kept)}
    (tmp_path / "other").mkdir()
    with serve(tmp_path / "other", env=env) as other:
        there = Visitor(other, visitor.digests)
        assert there.ask().json == {"state": "done", "map": reference}
        token = there.ask("many", seed=5).json["token"]
        give_up = time.monotonic() + PATIENCE
        while not children(other.pid):
            assert time.monotonic() < give_up, there.state(token).body
            time.sleep(0.05)
        left = children(other.pid)
    while any(is_alive(pid) for pid in left):
        assert time.monotonic() < give_up, "the process goes on without a server"
        time.sleep(0.05)


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="looks for processes in /proc")
def test_process_that_is_killed_says_so(visitor: Visitor) -> None:
    start = visitor.server.log_size()
    token = visitor.ask("many", seed=6).json["token"]
    give_up = time.monotonic() + PATIENCE
    while not (started := children(visitor.server.pid)):
        assert time.monotonic() < give_up, visitor.state(token).body
        time.sleep(0.02)
    os.kill(started[0], signal.SIGKILL)
    while (answer := visitor.state(token).json)["state"] != "failed":
        assert time.monotonic() < give_up, answer
        time.sleep(0.02)
    assert "was ended from outside (SIGKILL)" in answer["message"]
    assert "log" not in answer["message"]
    assert visitor.server.log(start).strip() == "A t-SNE map was not finished: its process was ended by SIGKILL."


def children(parent: int) -> list[int]:
    """The t-SNE processes that a server has started."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            status = (folder / "stat").read_text().rpartition(")")[2].split()
            command = (folder / "cmdline").read_bytes()
        except OSError:
            continue
        if int(status[1]) == parent and b"vae_explorer.tsne_jobs.child" in command:
            found.append(int(folder.name))
    return found


def is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
        return b"vae_explorer.tsne_jobs.child" in Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return False

"""A folder of models holds whatever people put there: none of it may harm, stop or slow what others do."""

from __future__ import annotations

import io
import os
import threading
import time
import tracemalloc
import urllib.request
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pytest
from PIL import Image, PngImagePlugin

from tests.app.conftest import PAGES, Visit
from tests.app.test_routes import get
from tests.server import serve
from tests.unit.test_model_folder import edit_json, small_folder
from train.table import print_models
from vae_explorer.catalog import watch, zoo
from vae_explorer.catalog.zoo import Zoo
from vae_explorer.errors import ModelFolderError, OutputError
from vae_explorer.notebook import find_folder
from vae_explorer.storage import model_folder, picture_atlas

Open = Callable[..., Visit]
Add = Callable[..., Path]

NOBODY = 65534

pytestmark = pytest.mark.usefixtures("only_own")


@pytest.fixture
def own(models_folder: Path) -> Zoo:
    return Zoo(lambda: {"own": models_folder})


def test_the_server_starts_and_answers_beside_files_that_are_none(tmp_path: Path, add_model: Add) -> None:
    for name in ("model.json", "weights.safetensors", "codes.safetensors", "digits.png"):
        for kind, make in (("pipe", os.mkfifo), ("zero", lambda file: file.symlink_to("/dev/zero"))):
            path = add_model(f"{kind} as {name}")
            (path / name).unlink()
            make(path / name)
    with serve(tmp_path) as server, urllib.request.urlopen(f"{server.url}/_stcore/health", timeout=5) as answer:
        assert answer.status == 200


def test_half_a_character_fails_no_page(visit: Open, add_model: Add, models_folder: Path) -> None:
    add_model("good")
    edit_json(lambda about: about["metrics"].update({"\ud800": 1}))(add_model("metric"))
    edit_json(lambda about: about["metrics"].update({"\ud800": {"value": 1, "unit": "nats"}}))(add_model("whole"))
    edit_json(lambda about: about["model"].update({"\ud800": 1}))(add_model("setting"))
    (add_model("a").rename(models_folder / "name \udcff") / "digits.png").write_bytes(b"")
    visitor = visit()
    for page in PAGES:
        visitor.go(page)
        assert not visitor.at.exception
        assert visitor.title == page
    assert len(visitor.broken) == 3
    for text in visitor.broken:
        text.encode()


def test_names_that_look_alike_are_two_models(own: Zoo, add_model: Add, models_folder: Path) -> None:
    for name in ("a\udcfe", "a\udcff"):
        add_model("a").rename(models_folder / name)
    assert [model.id for model in own.scan().models] == ["own/a\ufffd", "own/a\ufffd (2)"]


def test_many_names_that_look_alike(own: Zoo, models_folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    numbered: list[str] = []

    class Counted(Counter[str]):
        def __setitem__(self, name: str, count: int) -> None:
            numbered.append(name)
            super().__setitem__(name, count)

    names = [f"a{chr(0xDC80 + i // 64)}{chr(0xDC80 + i % 64)}" for i in range(2000)]
    for name in [*names, "a\ufffd\ufffd (7)"]:
        (models_folder / name).mkdir(parents=True)
        (models_folder / name / "model.json").touch()
    monkeypatch.setattr(zoo, "Counter", Counted)
    ids = [broken.id for broken in own.scan().broken]
    assert len(set(ids)) == 2001
    assert 1999 <= len(numbered) <= 2001  # trying all numbers for each would be two million
    assert max(map(len, ids)) < 20


def test_a_folder_that_takes_long_and_keeps_changing_is_left_as_it_was_for_a_while(
    own: Zoo, add_model: Add, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = add_model("a")
    edit_json(lambda about: about.update(title="before"))(path)
    monkeypatch.setattr(zoo, "LONG_S", 0.0)  # any folder takes that
    monkeypatch.setattr(zoo, "PAUSE", 1000)
    assert [model.folder.title for model in own.scan().models] == ["before"]
    edit_json(lambda about: about.update(title="after"))(path)
    assert [model.folder.title for model in own.scan().models] == ["before"]
    add_model("b")  # others come at once
    assert [model.id for model in own.scan().models] == ["own/a", "own/b"]
    monkeypatch.setattr("time.monotonic", lambda now=time.monotonic: now() + 10_000)
    assert [model.folder.title for model in own.scan().models] == ["after", "Small"]


def test_many_that_cannot_be_opened(visit: Open, add_model: Add, models_folder: Path) -> None:
    add_model("good")
    for number in range(130):
        (models_folder / f"bad {number:03}").mkdir()
        (models_folder / f"bad {number:03}" / "model.json").touch()
    visitor = visit()
    assert len(visitor.broken) == 100
    assert visitor.more_broken == 30


def test_half_a_character_fails_no_command(
    add_model: Add, models_folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    edit_json(lambda about: about["metrics"].update({"\ud800": 1}))(add_model("metric"))
    (add_model("a").rename(models_folder / "name \udcff") / "digits.png").write_bytes(b"")
    print_models()
    shown = capsys.readouterr().out.encode()
    assert shown.count(b"cannot be opened") == 2


def test_a_broken_folder_keeps_nothing_in_memory(models_folder: Path, own: Zoo) -> None:
    folder = small_folder(count=200_000)
    for name in "abc":
        model_folder.write(replace(folder, name=name), models_folder / name, {})  # no atlas
    size = (models_folder / "a" / "codes.safetensors").stat().st_size
    del folder
    tracemalloc.start()
    try:
        assert len(own.scan().broken) == 3
        kept, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert size > 7_000_000
    assert kept < 500_000


def test_others_are_served_while_a_folder_is_read(own: Zoo, add_model: Add, monkeypatch: pytest.MonkeyPatch) -> None:
    add_model("a")
    before = own.scan()
    (model,) = before.models
    slow = add_model("b")
    begun, go_on = threading.Event(), threading.Event()
    real = model_folder.read

    def read(path: Path) -> object:
        if path == slow:
            begun.set()
            go_on.wait(30)
        return real(path)

    monkeypatch.setattr("vae_explorer.storage.model_folder.read", read)
    reader = threading.Thread(target=own.scan)
    reader.start()
    assert begun.wait(30)
    try:
        assert own.scan() is before
        assert all(own.file(zoo.digest_of(file)) for file in model.files.values())
    finally:
        go_on.set()
        reader.join()
    assert len(own.scan().models) == 2


MANY = 1000


@pytest.fixture
def many(models_folder: Path) -> Path:
    """A thousand folders, broken ones, which are made fastest."""
    for index in range(MANY):
        (models_folder / f"m{index:03}").mkdir()
        for name in watch.MODEL_FILES:
            (models_folder / f"m{index:03}" / name).touch()
    return models_folder


def test_looking_again_at_a_thousand_folders_looks_into_few(
    many: Path, own: Zoo, count_looks: Callable[[], list[object]]
) -> None:
    assert len(own.scan().broken) == MANY
    looks = count_looks()
    own.scan()
    files = watch.FOLDERS_EACH_TIME * len(watch.MODEL_FILES + watch.OTHER_FILES)
    assert files <= len(looks) <= files + 10, "those of the folders whose turn it is, and hardly more"


def test_any_change_among_a_thousand_folders_is_found(many: Path, own: Zoo) -> None:
    before = own.scan()
    (many / "m700" / "weights.safetensors").unlink()
    after = own.scan()
    assert after is not before, "a file that comes or goes at once"
    (many / "m500" / "model.json").write_text("[]")
    turns = next(turn for turn in range(MANY) if own.scan() is not after)
    assert turns <= MANY // watch.FOLDERS_EACH_TIME, "one that is written in place when its turn comes"


def test_a_file_that_may_be_read_at_last_is_read(visit: Open, add_model: Add) -> None:
    path = add_model("a")
    (path / "model.json").rename(path / "elsewhere")
    (path / "model.json").symlink_to("model.json")
    assert "Too many levels" in visit().broken[0]
    (path / "model.json").unlink()
    (path / "elsewhere").rename(path / "model.json")
    assert visit().data["manifest"]["id"] == "own/a"


@contextmanager
def as_nobody() -> Iterator[None]:
    """Rights do not bind root."""
    if os.geteuid():
        yield
        return
    os.seteuid(NOBODY)
    try:
        yield
    finally:
        os.seteuid(0)


@pytest.fixture
def anybodys() -> Iterator[Path]:
    """A folder that another user than root can reach, too."""
    with TemporaryDirectory() as name:
        Path(name).chmod(0o755)
        yield Path(name)


@pytest.mark.parametrize(
    ("closed", "problem"),
    [
        (".", "cannot be read (Permission denied). Allow it to be read"),
        ("a", "model.json: cannot be read (Permission denied). Allow it to be read."),
        ("a/model.json", "model.json: cannot be read (Permission denied). Allow it to be read."),
        ("a/codes.safetensors", "codes.safetensors: cannot be read (Permission denied). Allow it to be read."),
        ("a/digits.png", "digits.png: cannot be read (Permission denied). Allow it to be read."),
    ],
)
def test_what_may_not_be_read_is_said_until_it_may(anybodys: Path, closed: str, problem: str) -> None:
    pictures = {"digits.png": picture_atlas.atlas_bytes(np.zeros((20, 28, 28), np.uint8))}
    model_folder.write(small_folder(), anybodys / "a", pictures)
    (anybodys / "a").chmod(0o755)
    mode = (anybodys / closed).stat().st_mode
    (anybodys / closed).chmod(0)
    there = Zoo(lambda: {"own": anybodys})
    with as_nobody():
        listing = there.scan()
    (anybodys / closed).chmod(mode)
    (broken,) = listing.broken
    assert broken.problem.startswith(problem)
    with as_nobody():
        assert [model.id for model in there.scan().models] == ["own/a"]


def test_a_command_names_a_folder_that_may_not_be_read(anybodys: Path) -> None:
    model_folder.write(small_folder(), anybodys / "a", {})
    (anybodys / "a").chmod(0)
    with as_nobody(), pytest.raises(ModelFolderError):
        model_folder.read(find_folder(anybodys / "a"))
    with as_nobody(), pytest.raises(OutputError, match=r"cannot be looked into \(Permission denied\). Allow it"):
        model_folder.require_free(anybodys / "a", overwrite=True)


def test_a_script_in_a_picture_stays_in_it(add_model: Add) -> None:
    """Whatever the address calls the file, a browser is told that it is a picture."""
    script = b"<script>alert(1)</script>"
    text = PngImagePlugin.PngInfo()
    text.add_text("Comment", script.decode())
    png = io.BytesIO()
    Image.new("L", (2800, 28)).save(png, "PNG", pnginfo=text)
    (add_model("a") / "digits.png").write_bytes(png.getvalue())
    (model,) = zoo.shared().scan().models
    for kind, file in model.files.items():
        digest = zoo.digest_of(file)
        for name in (file["url"].rpartition("/")[2], "x.html", "x.svg", "x.js", "x"):
            answer = get(f"/vx/files/{digest}/{name}")
            assert answer.status == 200
            assert answer.headers["content-type"] == ("image/png" if kind == "digits" else "application/octet-stream")
    assert script in get(f"/{model.files['digits']['url']}").body, "the file is a real danger"

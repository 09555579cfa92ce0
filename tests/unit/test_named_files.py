"""MNIST's files where people keep them, and their download, from mirrors that are not always well."""

from __future__ import annotations

import gc
import gzip
import hashlib
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import numpy as np
import pytest

from tests.mnist import write_data_dir
from train.data import download
from train.data.load import load_data
from train.data.named_files import is_present
from train.data.named_sets import NAMED_SETS
from vae_explorer.errors import DataError

# Of an answer that is an error torchvision leaves the connection open, for the collector to find.
pytestmark = pytest.mark.filterwarnings("ignore::ResourceWarning")

STEMS = ("train-images-idx3-ubyte", "train-labels-idx1-ubyte", "t10k-images-idx3-ubyte", "t10k-labels-idx1-ubyte")


@pytest.fixture(scope="module")
def bodies(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """A small MNIST, its four files by name."""
    raw = write_data_dir(tmp_path_factory.mktemp("mnist"), 60, 20) / "MNIST" / "raw"
    return {stem: (raw / stem).read_bytes() for stem in STEMS}


def write(place: Path, files: dict[str, bytes]) -> None:
    for name, body in files.items():
        (place / name).parent.mkdir(parents=True, exist_ok=True)
        (place / name).write_bytes(body)


def is_read(folder: Path, bodies: dict[str, bytes], name: str = "mnist") -> bool:
    assert is_present(NAMED_SETS[name], folder)
    found = load_data(name, folder)
    wanted = np.frombuffer(bodies[STEMS[0]], np.uint8)[16:], np.frombuffer(bodies[STEMS[3]], np.uint8)[8:]
    return np.array_equal(found.train.images.reshape(-1), wanted[0]) and np.array_equal(found.test.labels, wanted[1])


# --- where files are -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("place", ["MNIST/raw", "MNIST", "raw", "."])
@pytest.mark.parametrize("packed", [False, True])
def test_gzipped_or_not_in_every_usual_place(
    place: str, packed: bool, bodies: dict[str, bytes], tmp_path: Path
) -> None:
    files = {f"{stem}.gz" if packed else stem: gzip.compress(body) if packed else body for stem, body in bodies.items()}
    write(tmp_path / place, files)
    before = sorted(tmp_path.rglob("*"))
    assert is_read(tmp_path, bodies)
    assert sorted(tmp_path.rglob("*")) == before, "nothing is unpacked there"


def test_a_folder_that_is_called_as_the_option(bodies: dict[str, bytes], tmp_path: Path) -> None:
    write(tmp_path / "fashion-mnist", bodies)
    assert is_read(tmp_path, bodies, "fashion-mnist")
    assert not is_present(NAMED_SETS["mnist"], tmp_path)


def test_what_lies_there_instead_is_said(
    bodies: dict[str, bytes], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from torchvision import datasets

    monkeypatch.setattr(datasets.MNIST, "mirrors", ["http://127.0.0.1:9/"])
    write(tmp_path / "half", {stem: bodies[stem] for stem in STEMS[2:]})
    write(tmp_path / "other", {"mnist.npz": b"", "a": b"", "b": b"", "c": b"", "d": b""})
    write(tmp_path / "raw" / "MNIST" / "raw", {f"{stem} (1)": body for stem, body in bodies.items()})
    for name, expected in (
        ("half", rf"Found in {tmp_path}/half: t10k-images-idx3-ubyte, t10k-labels-idx1-ubyte. Needed are train-images"),
        ("other", rf": a, b, c, d and 1 more, which --data {tmp_path}/other/mnist.npz reads. Needed"),
        ("raw", r"MNIST/raw: t10k-images-idx3-ubyte \(1\), "),
    ):
        with pytest.raises(DataError, match=expected):
            load_data("mnist", tmp_path / name)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("MNIST", "Did you mean mnist"),
        ("FashionMNIST", "Did you mean fashion-mnist"),
        ("fashion_mnist", "Did you mean fashion-mnist"),
        ("https://example.org/digits.zip", "is an address. Download what it leads to"),
    ],
)
def test_names_that_are_nearly_right(name: str, expected: str, tmp_path: Path) -> None:
    with pytest.raises(DataError, match=expected):
        load_data(name, tmp_path)


def test_names_with_dots_and_folders_of_the_same_name(bodies: dict[str, bytes], tmp_path: Path) -> None:
    dotted = {stem.replace("-idx", ".idx"): body for stem, body in bodies.items()}
    write(tmp_path / "files", dotted)
    assert is_read(tmp_path / "files", bodies)
    write(tmp_path / "folders", {f"{name}/{name}": body for name, body in dotted.items()})
    assert is_read(tmp_path / "folders", bodies)
    write(tmp_path / "both", {f"{stem}/{stem.replace('-idx', '.idx')}": body for stem, body in bodies.items()})
    assert is_read(tmp_path / "both", bodies)


def test_names_that_lie_about_gzip(bodies: dict[str, bytes], tmp_path: Path) -> None:
    """Some browsers unpack what they download and keep its name; some people rename."""
    write(tmp_path / "a", {f"{stem}.gz": body for stem, body in bodies.items()})
    assert is_read(tmp_path / "a", bodies)
    write(tmp_path / "b", {stem: gzip.compress(body) for stem, body in bodies.items()})
    assert is_read(tmp_path / "b", bodies)


def test_what_old_versions_left_is_ignored(bodies: dict[str, bytes], tmp_path: Path) -> None:
    write(tmp_path / "MNIST" / "raw", bodies)
    write(tmp_path / "MNIST" / "processed", dict.fromkeys(("training.pt", "test.pt"), b"version https://git-lfs"))
    assert is_read(tmp_path, bodies)


def test_files_of_another_set_are_not_taken_for_this_one(bodies: dict[str, bytes], tmp_path: Path) -> None:
    """Those of MNIST, Fashion-MNIST and KMNIST have the same names."""
    write(tmp_path / "MNIST" / "raw", bodies)
    assert not is_present(NAMED_SETS["fashion-mnist"], tmp_path)
    assert not is_present(NAMED_SETS["kmnist"], tmp_path / "MNIST")
    assert is_present(NAMED_SETS["mnist"], tmp_path / "MNIST")


def test_published_digits_in_a_bare_folder_are_no_clothes(bodies: dict[str, bytes], tmp_path: Path) -> None:
    from tests.mnist import idx_bytes
    from vae_explorer import paths
    from vae_explorer.storage import picture_atlas

    digits = picture_atlas.read_atlas(paths.assets() / "mnist" / "digits.png", 10_000)
    write(tmp_path, bodies | {STEMS[2]: idx_bytes(digits), STEMS[3]: idx_bytes(np.zeros(10_000, np.uint8))})
    assert is_present(NAMED_SETS["mnist"], tmp_path)
    assert not is_present(NAMED_SETS["fashion-mnist"], tmp_path)


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (b"<!DOCTYPE html><html>log in</html>", "not an IDX file of bytes. Delete it"),
        (b"version https://git-lfs.github.com/spec/v1\n", "not an IDX file of bytes. Delete it"),
        (b"\x1f\x8b\x08\0half of it", "cannot be read"),
    ],
)
def test_a_file_that_is_something_else_is_named(
    body: bytes, expected: str, bodies: dict[str, bytes], tmp_path: Path
) -> None:
    write(tmp_path / "MNIST" / "raw", bodies | {STEMS[2]: body})
    with pytest.raises(DataError, match=expected) as caught:
        load_data("mnist", tmp_path)
    assert STEMS[2] in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_short_table_says_what_was_found(
    bodies: dict[str, bytes], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write(tmp_path, bodies)
    load_data("mnist", tmp_path)
    *_, first, second = capsys.readouterr().out.splitlines()
    assert first.split(None, 1) == ["digits", f"60 for training, 20 for testing: mnist in {tmp_path}"]
    assert second.startswith("  classes    10: 0 ")


# --- downloads -----------------------------------------------------------------------------------------------------


class Mirror(BaseHTTPRequestHandler):
    """Serves `/STATE/NAME`: whole files, halves, a page that asks to log in, an error, or nothing until the end."""

    packed: dict[str, bytes]
    asked: list[str]
    is_over: threading.Event
    timeout = 10

    def do_GET(self) -> None:
        state, _, name = self.path.strip("/").partition("/")
        self.asked.append(self.path)
        body = self.packed[name]
        if state == "missing" or (state == "first" and "train-images" not in name):
            self.send_error(404)
            return
        if state == "silent":
            self.is_over.wait(10)
            return
        page = b"<html>log in</html>"
        self.send_response(200)
        self.send_header("Content-Length", str(len(page if state == "page" else body)))
        self.end_headers()
        self.wfile.write(page if state == "page" else body[: len(body) // 2] if state == "half" else body)

    do_HEAD = do_GET  # noqa: N815

    def log_message(self, *arguments: object) -> None:
        """Say nothing."""


@pytest.fixture
def mirrors(bodies: dict[str, bytes], monkeypatch: pytest.MonkeyPatch) -> Iterator[ThreadingHTTPServer]:
    """A server in this process that stands for the mirrors, and torchvision's sums of the files that it has."""
    from torchvision import datasets

    Mirror.packed = {f"{stem}.gz": gzip.compress(body) for stem, body in bodies.items()}
    Mirror.asked, Mirror.is_over = [], threading.Event()
    sums = [(name, hashlib.md5(body).hexdigest()) for name, body in Mirror.packed.items()]  # noqa: S324
    monkeypatch.setattr(datasets.MNIST, "resources", sums)
    server = ThreadingHTTPServer(("127.0.0.1", 0), Mirror)
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    yield server
    Mirror.is_over.set()
    server.shutdown()
    server.server_close()
    gc.collect()


def use(server: ThreadingHTTPServer, monkeypatch: pytest.MonkeyPatch, *states: str) -> None:
    from torchvision import datasets

    address = f"http://127.0.0.1:{server.server_address[1]}"
    monkeypatch.setattr(datasets.MNIST, "mirrors", [f"{address}/{state}/" for state in states])


@pytest.mark.parametrize("bad", ["missing", "half", "page", "silent", "first"])
def test_a_second_mirror_goes_on_where_the_first_failed(
    bad: str,
    mirrors: ThreadingHTTPServer,
    bodies: dict[str, bytes],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(download, "SILENCE_S", 0.2 if bad == "silent" else 30.0)
    use(mirrors, monkeypatch, bad, "whole")
    write(tmp_path / "MNIST" / "processed", dict.fromkeys(("training.pt", "test.pt"), b"version https://git-lfs"))
    load_data("mnist", tmp_path)
    assert is_read(tmp_path, bodies)
    if bad == "first":
        assert "/whole/train-images-idx3-ubyte.gz" not in Mirror.asked, "what is there whole is kept"


@pytest.mark.parametrize("bad", ["missing", "half", "page"])
def test_a_failed_download_is_one_line_and_leaves_nothing(
    bad: str, mirrors: ThreadingHTTPServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    use(mirrors, monkeypatch, bad)
    folder = tmp_path / "new" / "data"
    with pytest.raises(DataError) as caught:
        load_data("mnist", folder)
    message = str(caught.value)
    assert "\n" not in message
    for part in (*STEMS, f"{folder}/MNIST/raw", "its download failed", "python -c", "download=True"):
        assert part in message
    assert not (tmp_path / "new").exists()


def test_what_came_whole_stays_for_the_next_try(
    mirrors: ThreadingHTTPServer, bodies: dict[str, bytes], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    use(mirrors, monkeypatch, "first")
    with pytest.raises(DataError, match="its download failed"):
        load_data("mnist", tmp_path)
    assert (tmp_path / "MNIST" / "raw" / "train-images-idx3-ubyte.gz").exists()
    assert not is_present(NAMED_SETS["mnist"], tmp_path)
    use(mirrors, monkeypatch, "whole")
    load_data("mnist", tmp_path)
    assert is_read(tmp_path, bodies)


def test_remains_of_old_versions_alone_are_one_line(
    mirrors: ThreadingHTTPServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Torchvision would unpickle them."""
    use(mirrors, monkeypatch, "missing")
    write(tmp_path / "MNIST" / "processed", dict.fromkeys(("training.pt", "test.pt"), b"version https://git-lfs"))
    with pytest.raises(DataError, match="its download failed"):
        load_data("mnist", tmp_path)
    assert sorted(path.name for path in (tmp_path / "MNIST").iterdir()) == ["processed"]

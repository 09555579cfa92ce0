"""Bundles of the frontend: what is in which, and what a module may hold."""

from __future__ import annotations

import base64
import hashlib
import re
from pathlib import Path

import pytest

from vae_explorer.pages import PAGES
from vae_explorer.server import frontend

WORKERS = ("decoding/decode_worker.js", "training/train_worker.js")
MODULE = re.compile(r'^modules\["([^"]+)"\] = ', re.MULTILINE)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A frontend of two views, in place of the real one."""
    modules = {
        "connection.js": "",
        "shell.js": "export const connect = 1;\n",
        "decode_worker.js": 'import { a } from "./a.js";\na();\n',
        "a.js": "/** Says a. */\nexport function a() {}\n",
        "views/x.js": 'import { a } from "../a.js";\nimport {\n b } from "./x/b.js";\nexport const mount = [a, b];\n',
        "views/x/b.js": "// One.\nexport const b = 1; // kept\n",
        "views/x/z.css": "z",
        "views/x.css": "x",
        "views/y.js": 'import { a } from "../a.js";\nexport class mount {}\n',
    }
    for name, text in modules.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    monkeypatch.setattr(frontend, "FRONTEND", tmp_path)
    return tmp_path


def sent(name: str) -> str:
    return frontend.current().files[name].decode()


def test_every_module_is_in_one_bundle() -> None:
    """Or in two, if a worker has it as well: what a module remembers is one thing for the whole page."""
    files = [path.relative_to(frontend.FRONTEND).as_posix() for path in frontend.FRONTEND.rglob("*.js")]
    bundles = {name for name in frontend.current().files if name.endswith(".js")}
    assert bundles == {"shell.js", *WORKERS, "views/models.js", *(f"views/{page.view}.js" for page in PAGES)}
    found = [name for bundle in bundles - {*WORKERS} for name in MODULE.findall(sent(bundle))]
    assert sorted(found) == sorted({*files} - {*WORKERS} - {"types.js"})


@pytest.mark.parametrize("worker", WORKERS)
def test_a_worker_is_a_plain_script(worker: str) -> None:
    assert MODULE.findall(sent(worker))[-1] == worker
    assert not re.search(r"^import|^export|import\.meta", sent(worker), re.MULTILINE)


def test_every_style_sheet_is_sent_once() -> None:
    files = frontend.current().files
    text = "".join(body.decode() for name, body in files.items() if name.endswith(".css"))
    assert len(text) == sum(len(path.read_text(encoding="utf-8")) for path in frontend.FRONTEND.rglob("*.css"))


def test_integrity() -> None:
    for path, integrity in frontend.parts_of("map"):
        digest = hashlib.sha256(frontend.current().files[path]).digest()
        assert integrity == f"sha256-{base64.b64encode(digest).decode()}"
    assert [path for path, _ in frontend.parts_of("map")] == ["shell.js", "views/map.js", "style.css", "views/map.css"]


@pytest.mark.usefixtures("folder")
def test_bundles() -> None:
    assert frontend.bundles_of("x") == ("shell.js", "views/x.js")
    assert frontend.bundles_of("none") == ()
    assert MODULE.findall(sent("shell.js")) == ["connection.js", "shell.js", "a.js"]  # two views have it
    assert sent("views/x.js") == (
        'import { modules } from "../shell.js";\n'
        'modules["views/x/b.js"] = (() => {\nconst b = 1; // kept\nreturn { b };\n})();\n'
        'modules["views/x.js"] = (() => {\nconst { a } = modules["a.js"];\nconst {\n b } = modules["views/x/b.js"];\n'
        "const mount = [a, b];\nreturn { mount };\n})();\n"
        'export const { mount } = modules["views/x.js"];\n'
    )
    assert MODULE.findall(sent("views/y.js")) == ["views/y.js"]
    assert MODULE.findall(sent("decode_worker.js")) == ["a.js", "decode_worker.js"]
    assert sent("views/x.css") == "xz"


def test_address_changes_with_the_content(folder: Path) -> None:
    before = frontend.frontend_url()
    assert frontend.frontend_url() == before
    (folder / "views" / "x.css").write_text("other")
    assert frontend.frontend_url() != before


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ('import * as a from "../a.js";\n', "import [*] as a"),
        ('import a from "../a.js";\n', "import a from"),
        ("export default 1;\n", "export default"),
        ("export let a = 1;\n", "export let"),
        ('import { mount } from "./y.js";\n', "views/x.js → views/y.js → views/x.js"),
    ],
)
def test_what_a_bundle_cannot_have_is_said(folder: Path, text: str, problem: str) -> None:
    (folder / "views" / "y.js").write_text('import { mount } from "./x.js";\n')
    (folder / "views" / "x.js").write_text(text)
    with pytest.raises(ValueError, match=problem):
        frontend.current()

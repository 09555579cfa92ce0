"""Imports point one way: train → core ← app. Each is proved in a process of its own."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

from tests.server import ROOT

PACKAGE = ROOT / "vae_explorer"
TRAIN = ROOT / "train"

# Which parts of the package each part may import; a part is a folder, or a module at the top. `errors` and `paths` are
# everybody's. Those of the app may import Streamlit, those of the core may not.
CORE_PARTS = {
    "settings": set(),
    "text_settings": {"settings"},
    "model": set(),
    "samplers": {"model"},
    "projections": {"model"},
    "storage": {"model", "projections", "samplers"},
    "tsne_jobs": {"projections", "storage"},
    "catalog": {"model", "storage", "samplers", "projections"},
    "notebook": {"model", "storage", "samplers"},
}
APP_PARTS = {
    "server": {"catalog", "storage", "projections", "tsne_jobs"},
    "pages": {"catalog", "server", "settings", "text_settings"},
    "ui": {"catalog", "pages", "server", "settings", "storage"},
    "main": {"catalog", "pages", "ui"},
    "app": {"catalog", "pages", "server", "ui"},
    "__main__": set(),
}
EVERYBODYS = {"console", "errors", "paths"}
# The core's modules that need torch, for those who ask for it.
TORCH = {"notebook", "model.vae"}


def modules(folder: Path) -> list[str]:
    files = (path.relative_to(folder).with_suffix("").parts for path in folder.rglob("*.py"))
    return sorted(".".join(parts[:-1] if parts[-1] == "__init__" else parts) for parts in files)


def part(name: str) -> str:
    return name.partition(".")[0]


MODULES = modules(PACKAGE)
CORE = [name for name in MODULES if part(name) not in APP_PARTS]
APP = [name for name in MODULES if part(name) in APP_PARTS]


BLOCK = """
import importlib.abc, sys
class Block(importlib.abc.MetaPathFinder):
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in {blocked!r}:
            raise ModuleNotFoundError(f"No module named {{name!r}}", name=name)
sys.meta_path.insert(0, Block())
"""


def run(code: str, *blocked: str) -> str:
    """The output of `code`, run where these packages cannot be imported."""
    script = BLOCK.format(blocked=set(blocked)) + code
    done = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


def qualified(name: str) -> str:
    return f"vae_explorer.{name}" if name else "vae_explorer"


def test_core_imports_no_streamlit_and_no_train() -> None:
    lines = [f"import {qualified(name)}" for name in CORE]
    run("\n".join(lines), "streamlit", "train", "plotly")


def test_core_without_torch() -> None:
    lines = [f"import {qualified(name)}" for name in CORE if name not in TORCH]
    run("\n".join(lines), "streamlit", "train", "plotly", "torch", "torchvision")


def test_app_imports_neither_torch_nor_train() -> None:
    lines = [f"import {qualified(name)}" for name in APP]
    run("\n".join(lines), "train", "torch", "torchvision", "typer")


def test_train_in_an_environment_with_nothing_but_what_it_needs() -> None:
    lines = [f"import train.{name}" for name in modules(TRAIN) if name]
    run("\n".join(lines), "streamlit", "plotly", "click", "tensorboard", "onnx", "onnxscript")


def test_train_says_what_is_missing_in_one_line() -> None:
    code = "import sys, train.__main__ as train\ntry: train.main(['list'])\nexcept SystemExit as ended: print(ended)"
    assert run(code, "typer").strip() == "2"


@pytest.mark.parametrize("name", modules(TRAIN))
def test_train_does_not_know_its_own_name(name: str) -> None:
    """In a wheel it has another one."""
    path = TRAIN.joinpath(*name.split(".")) if name else TRAIN
    imported = imported_by(path / "__init__.py" if path.is_dir() else path.with_suffix(".py"))
    assert "train" not in {module.split(".")[0] for module in imported}


def test_no_torch_after_every_page_was_served() -> None:
    printed = run(
        """
from streamlit.testing.v1 import AppTest
from streamlit.util import calc_hash
from vae_explorer.pages import PAGES
visit = AppTest.from_file("vae_explorer/main.py", default_timeout=60).run()
for page in PAGES:
    visit._page_hash = calc_hash(page.view)
    assert not visit.run().exception
    assert visit.title[0].value == page.title
heavy = {"torch", "torchvision", "sklearn", "scipy", "umap", "numba", "pandas", "pyarrow", "typer", "train"}
heavy &= set(sys.modules)
print("heavy:", sorted(heavy))
"""
    )
    assert printed.splitlines()[-1] == "heavy: []"


def imported_by(path: Path) -> set[str]:
    """Every module that a file imports, wherever in it: the processes above only see what is imported at once."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            found |= {f"{node.module}.{alias.name}" for alias in node.names}
    return found


@pytest.mark.parametrize("name", MODULES)
def test_each_part_imports_only_what_it_may(name: str) -> None:
    path = PACKAGE.joinpath(*name.split(".")) if name else PACKAGE
    imported = imported_by(path / "__init__.py" if path.is_dir() else path.with_suffix(".py"))
    others = {module.split(".")[0] for module in imported}
    assert "train" not in others
    if name in ("", *EVERYBODYS):
        assert "streamlit" not in others
        return
    mine = part(name)
    core = mine in CORE_PARTS
    assert not others & ({"streamlit"} if core else {"torch", "torchvision"})
    allowed = (CORE_PARTS | APP_PARTS)[mine] | EVERYBODYS | {mine}
    ours = {module.split(".")[1] for module in imported if module.startswith("vae_explorer.")}
    assert ours <= allowed

"""Imports point one way: train → core ← app. Each is proved in a process of its own."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

from tests.server import ROOT

PACKAGE = ROOT / "vae_explorer"

# The app side of the package; every other module is core.
APP = {
    "addresses",
    "app",
    "app_pages",
    "chooser",
    "cli",
    "components",
    "gif_route",
    "heading",
    "layout",
    "main",
    "map_routes",
    "routes",
    "same_origin",
    "session",
}
# The core's modules that need torch, for those who ask for it.
TORCH = {"loading", "network"}


def modules(folder: Path) -> list[str]:
    files = (path.relative_to(folder).with_suffix("").parts for path in folder.rglob("*.py"))
    return sorted(".".join(parts[:-1] if parts[-1] == "__init__" else parts) for parts in files)


def is_app(name: str) -> bool:
    return name.partition(".")[0] in APP


CORE = [name for name in modules(PACKAGE) if not is_app(name)]
APP_MODULES = [name for name in modules(PACKAGE) if is_app(name) and not name.startswith("app_pages.")]

BLOCK = """
import importlib.abc, sys
class Block(importlib.abc.MetaPathFinder):
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in {blocked!r}:
            raise ImportError(f"{{name}} is blocked")
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
    lines = [f"import {qualified(name)}" for name in APP_MODULES]
    run("\n".join(lines), "train", "torch", "torchvision", "typer")


def test_train_without_streamlit_and_plotly() -> None:
    run("import train.__main__", "streamlit", "plotly")


def test_no_torch_after_every_page_was_served() -> None:
    printed = run(
        """
from streamlit.testing.v1 import AppTest
from vae_explorer import layout
visit = AppTest.from_file("vae_explorer/main.py", default_timeout=60).run()
for page in (layout.SAMPLES, layout.MAP, layout.INTERPOLATE, layout.MORPH):
    assert not visit.switch_page(page).run().exception
heavy = {"torch", "torchvision", "sklearn", "scipy", "pandas", "pyarrow", "typer", "train"} & set(sys.modules)
print("heavy:", sorted(heavy))
"""
    )
    assert printed.splitlines()[-1] == "heavy: []"


@pytest.mark.parametrize("path", sorted(PACKAGE.rglob("*.py")), ids=lambda path: str(path.relative_to(PACKAGE)))
def test_no_import_hides_in_a_function(path: Path) -> None:
    """The processes above only see what is imported at once; this sees every `import` that is written."""
    imported = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            imported |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            imported.add(node.module.partition(".")[0])
    assert "train" not in imported
    if is_app(path.relative_to(PACKAGE).with_suffix("").as_posix().replace("/", ".")):
        assert not imported & {"torch", "torchvision"}
    else:
        assert "streamlit" not in imported

"""The WebAssembly that is committed is what its C gives."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests import kernels
from tests.server import ROOT

needs_compiler = pytest.mark.skipif(
    kernels.compiler() is None, reason="no ziglang here: make kernels-check, or pip install '.[kernels]'"
)


def test_every_source_has_its_module_and_no_other_is_there() -> None:
    wanted = {kernels.module_of(source).name for source in kernels.sources()}
    assert wanted == {path.name for path in kernels.KERNELS.glob("*_wasm.js")} != set()


def test_modules_are_of_the_pinned_compiler() -> None:
    pinned = re.search(r"^ziglang==(\S+)$", (ROOT / "constraints.txt").read_text(encoding="utf-8"), re.MULTILINE)
    assert pinned
    for source in kernels.sources():
        text = kernels.module_of(source).read_text(encoding="utf-8")
        assert text.startswith(f"// Compiled from {source.name} by ziglang {pinned[1]}:")


@needs_compiler
def test_modules_are_what_their_sources_give() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "tests.kernels", "--check"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr


@needs_compiler
def test_a_source_that_has_changed_is_told(tmp_path: Path) -> None:
    for path in kernels.KERNELS.glob("*.[ch]"):
        (tmp_path / path.name).write_bytes(path.read_bytes())
    source = tmp_path / "forward.c"
    version = kernels.compiler()
    assert version
    before = kernels.compiled(source, version)
    source.write_text(source.read_text(encoding="utf-8").replace("0.0f", "1.0f"), encoding="utf-8")
    kernels.module_of(source).write_text(before, encoding="utf-8")
    assert not kernels.up_to_date(kernels.module_of(source), kernels.compiled(source, version))

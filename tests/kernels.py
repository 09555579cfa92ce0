"""Compiles the frontend's kernels: `python -m tests.kernels`, or `make kernels`; `--check` only compares.

Each `frontend/kernels/NAME.c` becomes `NAME_wasm.js` beside it, which is committed. The compiler is the clang of the
package `ziglang`, at the version that constraints.txt pins (`pip install '.[kernels]'`): one that gives the same bytes
on every system.
"""

from __future__ import annotations

import argparse
import base64
import importlib.metadata
import subprocess
import sys
import tempfile
from pathlib import Path

from vae_explorer.paths import PACKAGE

KERNELS = PACKAGE / "frontend" / "kernels"

# No operating system, no start-up code, and a memory that the page makes. Without a stack a kernel that needs one is
# out of bounds at once, instead of writing over what the page has put there.
OPTIONS = (
    *("-target", "wasm32-freestanding", "-O3", "-Wall", "-Wextra", "-Werror", "-nostdlib"),
    *("-Wl,--no-entry", "-Wl,--import-memory", "-Wl,--strip-all", "-Wl,-z,stack-size=0"),
)
# By the names that `webassembly.js` knows them by.
VARIANTS = {"relaxed": ("-msimd128", "-mrelaxed-simd"), "simd": ("-msimd128",)}


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.kernels", description=__doc__)
    parser.add_argument("--check", action="store_true", help="say whether what is committed is what the sources give")
    given = parser.parse_args()
    if not (version := compiler()):
        print("The compiler is missing: pip install --constraint constraints.txt '.[kernels]'", file=sys.stderr)
        return 1
    for source in sources():
        target, text = module_of(source), compiled(source, version)
        if given.check and not up_to_date(target, text):
            print(f"{target.name} is not what {source.name} gives: make kernels, and commit it", file=sys.stderr)
            return 1
        if not given.check:
            target.write_text(text, encoding="utf-8", newline="\n")
        print(f"{target.name}: {len(text):,} bytes")
    return 0


def sources() -> list[Path]:
    return sorted(KERNELS.glob("*.c"))


def module_of(source: Path) -> Path:
    return source.with_name(f"{source.stem}_wasm.js")


def compiler() -> str | None:
    """The version of the compiler; None if it is not installed."""
    try:
        return importlib.metadata.version("ziglang")
    except importlib.metadata.PackageNotFoundError:
        return None


def up_to_date(module: Path, text: str) -> bool:
    return module.is_file() and module.read_text(encoding="utf-8") == text


def compiled(source: Path, version: str) -> str:
    """The text of a source's module."""
    codes = {name: base64.b64encode(_wasm(source, options)).decode() for name, options in VARIANTS.items()}
    fields = "".join(f'  {name}: "{code}",\n' for name, code in codes.items())
    made_by = f"// Compiled from {source.name} by ziglang {version}: change that, and run `make kernels`.\n\n"
    return f"{made_by}export const {source.stem.upper()} = {{\n{fields}}};\n"


def _wasm(source: Path, options: tuple[str, ...]) -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        target = Path(folder) / "kernels.wasm"
        # From its folder and by its name alone, so that no path of this machine is in what comes out.
        command = [sys.executable, "-m", "ziglang", "cc", *OPTIONS, *options, "-o", str(target), source.name]
        subprocess.run(command, cwd=source.parent, check=True)
        return target.read_bytes()


if __name__ == "__main__":
    sys.exit(main())

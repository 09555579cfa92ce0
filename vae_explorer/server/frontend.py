"""The frontend folder as browsers get it: a few bundles of its hundred modules, and a style sheet for each view.

On a slow network each request takes its time, however small it is. `shell.js` is the bundle of what all views share;
`views/NAME.js` is the bundle of what only that view has, and takes the rest from the first; `…_worker.js` is a whole of
its own, since a worker shares nothing with its page, and a plain script, which every browser runs in one. They are put
together when the server first needs them, without Node, so that an edited module is in the page after a reload.

All modules are written in the same way, which a linter keeps: named imports at the top, exports of functions, classes
and constants where they are declared, no circles. So a module becomes a function that is called once and returns its
exports; `modules` in `shell.js` has these by path.
"""

from __future__ import annotations

import base64
import functools
import hashlib
import os
import posixpath
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from vae_explorer.paths import PACKAGE

FRONTEND = PACKAGE / "frontend"
FRONTEND_URL = "vx/frontend"

SHELL = "shell.js"
# In the page from the start, before any view: see `connecting.py`.
ALWAYS = "connection.js"
WORKER = re.compile(r"(?:.*/)?\w+_worker\.js")
STYLE_SHEET = "style.css"

IMPORT = re.compile(r'^import \{([^}]*)\} from "(\.{1,2}/[^"]+)";\n', re.MULTILINE)
EXPORT = re.compile(r"^export (?=(?:async function|function\*?|class|const) (\w+))", re.MULTILINE)
# A module of types alone.
NO_EXPORTS = re.compile(r"^export \{\};\n", re.MULTILINE)
LEFT_OVER = re.compile(r"^(?:import|export)\b.*", re.MULTILINE)
# Those that have lines of their own: half of what would be sent.
COMMENT = re.compile(r"^[ \t]*(?:/\*\*(?:(?!\*/).)*\*/|//[^\n]*)\n", re.MULTILINE | re.DOTALL)

# Name, size and modification time of each file.
Stamp = tuple[tuple[str, int, int], ...]


@dataclass(frozen=True)
class Frontend:
    """What is sent: bundles and style sheets by their paths. `digest` is part of their addresses.

    `integrity` has of each file what a browser, told so beforehand, compares with what arrives.
    """

    digest: str
    files: dict[str, bytes]
    integrity: dict[str, str]


def current() -> Frontend:
    """The frontend as it is on the disk now."""
    return _frontend(FRONTEND, _stamp(FRONTEND))


def frontend_url() -> str:
    """The address of the frontend, with a slash at its end, relative to the app's."""
    return f"{FRONTEND_URL}/{current().digest}/"


def bundles_of(*views: str) -> tuple[str, ...]:
    """The bundles that `ui/loader.js` imports for these views; none if there is no such view."""
    files = current().files
    found = [f"views/{view}.js" for view in views if f"views/{view}.js" in files]
    return (SHELL, *found) if found else ()


def parts_of(view: str) -> list[tuple[str, str]]:
    """Bundles and style sheets of a view, with what `fetch` proves by that one arrived whole."""
    frontend = current()
    return [(path, frontend.integrity[path]) for path in (*bundles_of(view), STYLE_SHEET, f"views/{view}.css")]


def _stamp(folder: Path, prefix: str = "") -> Stamp:
    """Names, sizes and times of the folder's files: runs for every page, hence the bare `scandir`."""
    found: list[tuple[str, int, int]] = []
    with os.scandir(folder) as entries:
        for entry in entries:
            if entry.is_dir():
                found.extend(_stamp(Path(entry.path), f"{prefix}{entry.name}/"))
            elif entry.name.endswith((".js", ".css")):
                found.append((prefix + entry.name, entry.stat().st_size, entry.stat().st_mtime_ns))
    return tuple(sorted(found))


@functools.lru_cache(maxsize=1)
def _frontend(folder: Path, stamp: Stamp) -> Frontend:
    texts = {name: (folder / name).read_text(encoding="utf-8") for name, _, _ in stamp}
    files = {name: text.encode() for name, text in (_bundles(texts) | _style_sheets(texts)).items()}
    digest = hashlib.sha256()
    for name, body in files.items():
        digest.update(f"{name}\0{len(body)}\0".encode())
        digest.update(body)
    return Frontend(digest.hexdigest()[:16], files, {name: _integrity(body) for name, body in files.items()})


def _integrity(body: bytes) -> str:
    return f"sha256-{base64.b64encode(hashlib.sha256(body).digest()).decode()}"


def _style_sheets(texts: dict[str, str]) -> dict[str, str]:
    """One of what views share, at the top or in their shared folder; one for each view, of its own folder."""
    shared = re.compile(r"(views/shared/.*|[^/]+)\.css")
    found = {STYLE_SHEET: "".join(texts[name] for name in texts if shared.fullmatch(name))}
    for view in _views(texts):
        own = [name for name in texts if name == f"{view}.css" or re.fullmatch(rf"{view}/[^/]+\.css", name)]
        found[f"{view}.css"] = "".join(texts[name] for name in own)
    return found


def _bundles(texts: dict[str, str]) -> dict[str, str]:
    """All bundles, by path."""
    needed = {view: set(_in_order(texts, f"{view}.js")) for view in _views(texts)}
    always = [*_in_order(texts, ALWAYS), *_in_order(texts, SHELL)]
    everywhere = [name for names in needed.values() for name in names]
    shared = [name for name in texts if everywhere.count(name) > 1]
    core = list(dict.fromkeys([*always, *(each for name in shared for each in _in_order(texts, name))]))
    bundles = {
        SHELL: "export const modules = {};\n" + _joined(texts, core, SHELL) + _entry(texts, SHELL),
        **{
            worker: '"use strict";\nconst modules = {};\n' + _joined(texts, _in_order(texts, worker), worker)
            for worker in filter(WORKER.fullmatch, texts)
        },
    }
    for view in needed:
        path = f"{view}.js"
        own = [name for name in _in_order(texts, path) if name not in core]
        bundles[path] = 'import { modules } from "../shell.js";\n' + _joined(texts, own, path) + _entry(texts, path)
    return bundles


def _views(texts: Iterable[str]) -> list[str]:
    """The views' paths, without an extension."""
    return [name.removesuffix(".js") for name in texts if re.fullmatch(r"views/[^/]+\.js", name)]


def _in_order(texts: dict[str, str], first: str) -> list[str]:
    """A module and all that it imports, directly or not, each after those that it needs."""
    found: dict[str, None] = {}

    def add(name: str, above: tuple[str, ...]) -> None:
        if name in above:
            raise ValueError(f"modules import each other in a circle: {' → '.join([*above, name])}")
        if name not in found:
            for needed in _imports(texts[name], name):
                add(needed, (*above, name))
            found[name] = None

    add(first, ())
    return list(found)


def _imports(text: str, name: str) -> Iterator[str]:
    for _, path in IMPORT.findall(text):
        yield _resolved(name, path)


def _resolved(name: str, path: str) -> str:
    return posixpath.normpath(posixpath.join(posixpath.dirname(name), path))


def _joined(texts: dict[str, str], names: Iterable[str], bundle: str) -> str:
    return "".join(_module(texts[name], name, bundle) for name in names)


def _module(text: str, name: str, bundle: str) -> str:
    """A module as a statement that sets `modules[name]` to its exports."""
    body = COMMENT.sub("", text)
    body = IMPORT.sub(lambda found: f'const {{{found[1]}}} = modules["{_resolved(name, found[2])}"];\n', body)
    exports = EXPORT.findall(body)
    body = NO_EXPORTS.sub("", EXPORT.sub("", body))
    if left := LEFT_OVER.search(body):
        raise ValueError(f"{name}: a bundle cannot have {left[0]!r}; see frontend.py for what a module may hold")
    here = posixpath.relpath(name, posixpath.dirname(bundle) or ".")
    body = body.replace("import.meta.url", f'new URL("{here}", import.meta.url)')
    return f'modules["{name}"] = (() => {{\n{body}return {{ {", ".join(exports)} }};\n}})();\n'


def _entry(texts: dict[str, str], name: str) -> str:
    """What a bundle exports itself: what its first module does."""
    exports = EXPORT.findall(texts[name])
    return f'export const {{ {", ".join(exports)} }} = modules["{name}"];\n' if exports else ""

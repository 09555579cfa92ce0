"""The Map page's API: computing t-SNE maps with custom settings, and downloading tables.

    POST   vx/tsne                            {"codes": digest, "perplexity": 12, "seed": 3} -> a map, or a token
    GET    vx/tsne/jobs/{token}               progress
    DELETE vx/tsne/jobs/{token}               cancel
    GET    vx/tsne/maps/{digest}/tsne.safetensors
    GET    vx/tables/{digest}/{map}/{name}    codes, coordinates and labels as .csv or .npz; map: a digest, or `model`

`digest` is that of the model's codes, as in the manifest. An error is JSON with a `message` for the visitor.
"""

from __future__ import annotations

import re
from typing import Any

from safetensors import SafetensorError
from safetensors.numpy import load
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from vae_explorer.catalog import zoo
from vae_explorer.catalog.byte_cache import ByteCache
from vae_explorer.catalog.page_files import FileRef, digest_of, reference
from vae_explorer.errors import BusyError, ConfigError
from vae_explorer.projections import tsne
from vae_explorer.projections.tsne_settings import ITERATIONS, TsneSettings
from vae_explorer.server import bodies
from vae_explorer.server.origins import is_own_page
from vae_explorer.server.places import Places
from vae_explorer.server.routes import IMMUTABLE, InChunks, root_path
from vae_explorer.server.tables import Table
from vae_explorer.storage.model_folder import Array
from vae_explorer.tsne_jobs import queue
from vae_explorer.tsne_jobs.cache import TsneMap
from vae_explorer.tsne_jobs.queue import JobState

TSNE_URL = "vx/tsne"
TABLES_URL = "vx/tables"

DIGEST = re.compile(r"[0-9a-f]{32}")
FILE_NAME = re.compile(r"[A-Za-z0-9._-]{1,150}\.(?P<kind>csv|npz)")

MEDIA_TYPES = {"csv": "text/csv; charset=utf-8", "npz": "application/octet-stream"}

# Tables that may wait for one address: a class behind a proxy, and mostly they are there already.
TABLES_OF_ONE = 60
# Bytes of tables that are kept; one of 10,000 codes has 2 MB.
TABLES_BYTES = 32 * 2**20

# A valid request has some eighty bytes.
MAX_BODY_BYTES = 500

TEXT = {
    "gone": "The server no longer has this. Reload the page.",
    "foreign": "Only this app's own page may request a map.",
    "busy": "Too many tables are waiting for your network's address. Try again in a moment.",
    "bad": "The request was not understood. Reload the page.",
    "failed": "The map could not be computed. The server's log says why.",
    "killed": (
        "The map could not be computed: the process that did it was ended from outside ({signal}), as happens when "
        "memory runs out. Close other programs on the server's computer, then try again."
    ),
}


_places = Places(TABLES_OF_ONE, TEXT["busy"])
_tables = ByteCache(TABLES_BYTES)


def routes(base_path: str) -> list[BaseRoute]:
    """The routes under `base_path`, Streamlit's `server.baseUrlPath`; they must come before those of `routes.py`."""
    root = root_path(base_path)
    return [
        Route(f"{root}/{TSNE_URL}", _submit, methods=["POST"]),
        Route(f"{root}/{TSNE_URL}/jobs/{{token}}", _state, methods=["GET"]),
        Route(f"{root}/{TSNE_URL}/jobs/{{token}}", _cancel, methods=["DELETE"]),
        Route(f"{root}/{TSNE_URL}/maps/{{digest}}/tsne.safetensors", _map, methods=["GET"]),
        Route(f"{root}/{TABLES_URL}/{{digest}}/{{map}}/{{name}}", _table, methods=["GET"]),
    ]


async def _submit(request: Request) -> Response:
    if not is_own_page(request.headers):
        return _error(403, TEXT["foreign"])
    wanted = await bodies.json_object(request, MAX_BODY_BYTES)
    if wanted is None or set(wanted) != {"codes", "perplexity", "seed"}:
        return _error(400, TEXT["bad"])
    return await run_in_threadpool(_start, wanted, _address(request))


def _start(wanted: dict[str, Any], address: str) -> Response:
    codes = _codes(str(wanted["codes"]))
    if codes is None:
        return _error(404, TEXT["gone"])
    try:
        settings = TsneSettings(wanted["perplexity"], wanted["seed"])
        answer = queue.shared().submit(codes["mu"], settings, address)
    except ConfigError as error:
        return _error(422, str(error))
    except BusyError as error:
        return _error(503, str(error))
    if isinstance(answer, TsneMap):
        return _json({"state": "done", "map": _reference(answer)})
    return _json({"token": answer, **_job_json(queue.shared().state(answer) or JobState("waiting"))})


def _state(request: Request) -> Response:
    state = queue.shared().state(request.path_params["token"])
    return _error(404, TEXT["gone"]) if state is None else _json(_job_json(state))


def _cancel(request: Request) -> Response:
    if not queue.shared().cancel(request.path_params["token"]):
        return _error(404, TEXT["gone"])
    return Response(status_code=204)


def _map(request: Request) -> Response:
    found = _map_of(request.path_params["digest"])
    if found is None:
        return _error(404, TEXT["gone"])
    return Response(found.body, headers={"Cache-Control": IMMUTABLE}, media_type="application/octet-stream")


async def _table(request: Request) -> Response:
    """Made one at a time, and kept: each takes a third of a second of everybody's."""
    name = FILE_NAME.fullmatch(request.path_params["name"])
    if name is None:
        return _error(404, TEXT["gone"])
    try:
        async with _places.turn(_address(request)):
            if await request.is_disconnected():
                return Response(status_code=204)  # nobody is left to read it
            digest, points = request.path_params["digest"], request.path_params["map"]
            body = await run_in_threadpool(_table_body, digest, points, name["kind"])
    except BusyError as error:
        return _error(503, str(error))
    if body is None:
        return _error(404, TEXT["gone"])
    headers = {"Cache-Control": "no-cache", "Content-Disposition": f'attachment; filename="{name[0]}"'}
    return InChunks(body, headers=headers, media_type=MEDIA_TYPES[name["kind"]])


def _table_body(digest: str, points: str, kind: str) -> bytes | None:
    """The table of the codes with this digest, with the map `points`; None if there is no such model or map."""
    model = next((model for model in zoo.shared().scan().models if _codes_digest(model) == digest), None)
    if model is None:
        return None
    key = f"{digest}/{points}.{kind}"
    body = _tables.get(key)
    if body is None:
        table = _make_table(model, digest, points)
        if table is None:
            return None
        body = table.csv() if kind == "csv" else table.npz()
        _tables.put({key: body})
    return body


def _make_table(model: zoo.Model, digest: str, points: str) -> Table | None:
    codes = _codes(digest)
    if codes is None:
        return None
    if points != "model":
        own = _map_of(points)
        found = None if own is None else load(own.body)["tsne"]
        if found is None or len(found) != len(codes["mu"]):
            return None
        codes |= {tsne.PROJECTION.tensor: found}
    return Table(codes, model.folder.data.classes, model.folder.config.deterministic)


def _address(request: Request) -> str:
    return request.client.host if request.client else ""


def _codes(digest: str) -> dict[str, Array] | None:
    """The arrays of a model's codes as the page has them, or None if no model has them (any more)."""
    file = zoo.shared().file(digest)
    try:
        tensors = {} if file is None else load(file.body)
    except SafetensorError:  # another file of a model: a picture
        return None
    return tensors if "mu" in tensors else None


def _codes_digest(model: zoo.Model) -> str:
    return digest_of(model.manifest["files"]["codes"])


def _map_of(digest: str) -> TsneMap | None:
    return queue.shared_cache().open(digest) if DIGEST.fullmatch(digest) else None


def _reference(finished: TsneMap) -> FileRef:
    return reference(f"{TSNE_URL}/maps/{finished.digest}/tsne.safetensors", finished.body)


def _job_json(state: JobState) -> dict[str, Any]:
    value: dict[str, Any] = {
        "state": state.phase,
        "place": state.place,
        "iteration": state.iteration,
        "iterations": ITERATIONS,
    }
    if state.result is not None:
        value["map"] = _reference(state.result)
    if state.phase == "failed":
        killed = state.killed_by is not None
        value["message"] = TEXT["killed"].format(signal=state.killed_by) if killed else TEXT["failed"]
    return value


def _json(value: dict[str, Any], status: int = 200) -> Response:
    return JSONResponse(value, status_code=status, headers={"Cache-Control": "no-store"})


def _error(status: int, message: str) -> Response:
    return _json({"message": message}, status)

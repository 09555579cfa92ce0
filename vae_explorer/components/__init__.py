"""The views of `frontend/views`, as functions that a page calls.

A component's own JavaScript is only `loader.js`: it imports the view from the address that Python passes, which
contains a hash of the whole frontend, and hands over to `frontend/shell.js`.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from vae_explorer.catalog.zoo import Model
from vae_explorer.server import routes
from vae_explorer.ui import session

LOADER = (Path(__file__).parent / "loader.js").read_text(encoding="utf-8")


def component_key(view: str, model: Model) -> str:
    """Each model has its own component, so that nothing of another one is left in it."""
    return f"{view}:{model.id}"


def view_data(view: str, model: Model, **own: object) -> list[dict[str, Any]]:
    """What every view gets, including the current code of Morph, and `own`, what only this view needs.

    It is wrapped in a list of one, which `loader.js` unwraps: Streamlit searches the values of a dictionary for data
    frames, and imports pandas and pyarrow to do so, which costs the first visitor half a second, and 60 MB.
    """
    known = session.state(model)
    code = known.code
    data = {
        "frontend": routes.frontend_url(),
        "view": view,
        "manifest": model.manifest,
        "session": session.current().token,
        "z": code.z,
        "label": code.label,
        "rev": code.rev,
        "link": {
            "size": known.samples.size,
            "temperature": known.samples.temperature,
            "seed": known.samples.seed,
            "projection": known.map.projection,
        },
    }
    return [data | own]

"""The views of `frontend/views`, as functions that a page calls.

A component's own JavaScript is only `loader.js`: it imports the view from the address that Python gives it,
which holds a hash of the whole frontend, and hands over to `frontend/shell.js`.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from vae_explorer.catalog.zoo import Model
from vae_explorer.server import routes
from vae_explorer.ui import session

LOADER = (Path(__file__).parent / "loader.js").read_text(encoding="utf-8")


def component_key(view: str, model: Model) -> str:
    """Another model is another component: nothing of the one before is left in it."""
    return f"{view}:{model.id}"


def view_data(view: str, model: Model, **own: object) -> list[dict[str, Any]]:
    """What every view is given, the code that is in Morph now among it, and `own`, what this one needs besides.

    In a list of one, which `loader.js` takes it out of: Streamlit looks for data frames among the values of a
    dictionary, and imports pandas and pyarrow to know one, half a second for the first visitor and 60 MB.
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

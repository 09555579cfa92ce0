"""The list of models: what each teaches, its figures, some of its samples; and the folders that cannot be opened."""

from __future__ import annotations

from collections import Counter
from typing import Any

import streamlit as st

from vae_explorer.catalog.facts import is_own_id
from vae_explorer.catalog.own_model import AnyModel, OwnModel
from vae_explorer.catalog.zoo import Model
from vae_explorer.storage.model_folder import ModelFolder
from vae_explorer.ui import session, view
from vae_explorer.ui.layout import plain
from vae_explorer.ui.session_state import Session

TEXT = {
    "missing": "The link names the model “{name}”, which this server does not have.",
    "absent": (
        "The model of this link is not in this browser: it is kept where it was trained, or was removed. Whoever has it"
        " can save it as a file, which opens here."
    ),
    "gone": "The model “{name}” cannot be opened any more. This is another one.",
    "wrong": "The link has values that this model does not take ({names}). The usual ones are shown instead.",
    "dimensions": "{count} dimensions",
    "one_dimension": "1 dimension",
}

VIEW = "models"

LONGEST_NAME = 60
MOST_BROKEN = 100
ENORMOUS = 1e6

# The metric shown beside a model, by its name in model.json: label and decimals. False: with a posterior; True: a plain
# autoencoder, which has no ELBO.
METRICS = {
    False: {"test_negative_elbo": ("−ELBO", 1)},
    True: {"test_reconstruction": ("reconstruction", 1)},
}

_component = view.component(VIEW, isolate_styles=True)


def choose() -> None:
    """Show the list, folded away; the session remembers the choice."""
    events = _component(
        key=VIEW,
        data=view.data_of(VIEW, _content(session.current(), session.model())),
        on_choose_change=lambda: None,
        on_refresh_change=lambda: None,  # any run of the script looks for models anew
        width="content",
    )
    if session.choose(events.get("choose")):
        st.rerun()


def say_what_is_missing() -> None:
    """A sentence, where the model that the visitor wanted is not there, or not with all that the link says of it."""
    for reason, name in (("missing", session.missing_model()), ("gone", session.gone_model())):
        if name is not None:
            text = TEXT["absent" if is_own_id(name) else reason]
            st.caption(text.format(name=plain(name[:LONGEST_NAME])))
    wrong = session.wrong_values()
    if wrong:
        st.caption(TEXT["wrong"].format(names=", ".join(wrong)))


def figures(folder: ModelFolder) -> list[str]:
    """The number of latent dimensions and the metric of a model, each with its unit."""
    dimensions = folder.config.latent_dim
    texts = [TEXT["one_dimension"] if dimensions == 1 else TEXT["dimensions"].format(count=dimensions)]
    for name, (label, digits) in METRICS[folder.config.deterministic].items():
        if name in folder.metrics:
            metric = folder.metrics[name]
            unit = metric["unit"].removesuffix(" per image")
            value = metric["value"]
            number = f"{value:.{digits}f}" if abs(value) < ENORMOUS else f"{value:.1e}"
            texts.append(f"{label} {number} {unit}")
    return texts


def _content(visitor: Session, shown: AnyModel | None) -> dict[str, Any]:
    listing = visitor.listing
    titles = Counter(model.folder.title for model in listing.models)
    return {
        "chosen": None if shown is None else shown.id,
        "ownTitle": shown.manifest["title"] if isinstance(shown, OwnModel) else None,
        "wanted": visitor.awaited,
        "models": [_entry(model, titles[model.folder.title] == 1) for model in listing.models],
        "broken": [{"name": entry.name, "problem": entry.problem} for entry in listing.broken[:MOST_BROKEN]],
        "more": max(0, len(listing.broken) - MOST_BROKEN),
    }


def _entry(model: Model, is_unique: bool) -> dict[str, Any]:
    folder = model.folder
    return {
        "id": model.id,
        "title": folder.title if is_unique else f"{folder.title} ({model.id})",
        "teaches": folder.teaches,
        "figures": figures(folder),
        "picture": model.files["samples"]["url"] if "samples" in model.files else None,
    }

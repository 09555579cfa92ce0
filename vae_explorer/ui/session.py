"""What one visitor's session remembers: the model, and for each model the code and each view's settings.

Streamlit drops the state of a widget or component when its page is left, so what has to last is copied here,
under one key of `st.session_state`. What a browser sends is checked before it is kept.
"""

from __future__ import annotations

import math
import secrets
from dataclasses import dataclass, field

import streamlit as st

from vae_explorer.catalog.zoo import Listing, Model
from vae_explorer.ui import link
from vae_explorer.ui.link import Link

_KEY = "vae_explorer"

DEFAULT_MODEL = "shipped/conv-20"

LARGEST_VALUE = 1000.0
LARGEST_TEMPERATURE = 2.0
LARGEST_SEED = 2**32 - 1

GRID_SIZES = (4, 8, 12, 16)  # those that the Samples view offers
PROJECTIONS = ("pca", "pca3", "tsne")


@dataclass
class Code:
    """A point of latent space: `z` has one number a dimension, `label` only where the model is told a class.

    `rev` counts how often the server has set the code. A view takes `z` over when `rev` is a new one; what the
    view itself commits leaves `rev` alone, so a late answer never pulls a slider back.
    """

    z: list[float]
    label: int | None = None
    rev: int = 0


@dataclass
class SampleSettings:
    """The Samples page: `size` x `size` pictures, `temperature` the deviation of z."""

    size: int = 8
    temperature: float = 1.0
    seed: int = 1
    label: int | None = None


@dataclass
class MapSettings:
    """The Map page: which projection is shown, and what a link says of a t-SNE with settings of one's own."""

    projection: str = PROJECTIONS[0]
    tsne: str = ""  # the view takes it from there


@dataclass
class ModelState:
    """What a session remembers of one model."""

    code: Code
    samples: SampleSettings = field(default_factory=SampleSettings)
    map: MapSettings = field(default_factory=MapSettings)
    way: str = ""  # what a link says of the Interpolate page; the view takes it from there


NOTHING_FOUND = Listing((), ())


@dataclass
class Session:
    """What a session remembers. `token` tells sessions apart in a browser's own storage, nothing else."""

    token: str = field(default_factory=lambda: secrets.token_hex(8))
    listing: Listing = NOTHING_FOUND
    link: Link = field(default_factory=Link)
    chosen: str | None = None
    models: dict[str, ModelState] = field(default_factory=dict)


def current() -> Session:
    """The session of the visitor whose page is being run."""
    if _KEY not in st.session_state:
        found = link.read(st.query_params)
        st.session_state[_KEY] = Session(link=found, chosen=found.model)
    session: Session = st.session_state[_KEY]
    return session


def model() -> Model | None:
    """The chosen model; where it is gone or none was chosen the default one, else the first; None without any.

    What is shown counts as chosen: a model that appears later must not push it aside.
    """
    session = current()
    listing = session.listing
    shown = listing.find(session.chosen) or listing.find(DEFAULT_MODEL) or next(iter(listing.models), None)
    if shown is not None:
        session.chosen = shown.id
    return shown


def missing_model() -> str | None:
    """The model that the visitor's link names, where it is not there."""
    session = current()
    wanted = session.link.model
    return wanted if wanted is not None and session.listing.find(wanted) is None else None


def shown_model() -> Model:
    """The model of a page; `main.py` runs none where there is no model."""
    shown = model()
    if shown is None:
        raise LookupError("a page was run without a model")
    return shown


def state(of: Model) -> ModelState:
    """What the session remembers of a model; a new one starts where the link says, else at the origin."""
    models = current().models
    known = models.get(of.id)
    # A folder may have been written anew, under the same name and with another number of dimensions.
    if known is None or len(known.code.z) != of.folder.config.latent_dim:
        known = ModelState(Code(z=[0.0] * of.folder.config.latent_dim, label=_first_label(of)))
        known.samples.label = _first_label(of)
        models[of.id] = known
        _follow_link(of)
    return known


def keep_code(of: Model, sent: object) -> None:
    """Keep a code that a view has committed: `{"z": […], "label": …}`. Anything else is left alone."""
    code = _code_of(of, sent)
    if code is not None:
        known = state(of).code
        known.z, known.label = code


def open_code(of: Model, sent: object) -> bool:
    """Set the code for every view, as if the visitor had moved there; True if it was a code of this model."""
    code = _code_of(of, sent)
    if code is None:
        return False
    known = state(of).code
    known.z, known.label = code
    known.rev += 1
    return True


def keep_samples(of: Model, sent: object) -> None:
    """Keep the settings that the Samples view has committed; a value out of its range is left as it was."""
    if not isinstance(sent, dict):
        return
    known = state(of).samples
    temperature = _number(sent.get("temperature"))
    if temperature is not None and 0 <= temperature <= LARGEST_TEMPERATURE:
        known.temperature = temperature
    size = _whole(sent.get("size"), min(GRID_SIZES), max(GRID_SIZES), known.size)
    if size in GRID_SIZES:
        known.size = size
    known.seed = _whole(sent.get("seed"), 0, LARGEST_SEED, known.seed)
    known.label = _label_of(of, sent.get("label"), known.label)


def keep_map(of: Model, sent: object) -> None:
    """Keep the settings that the Map view has committed."""
    if isinstance(sent, dict) and sent.get("projection") in PROJECTIONS:
        state(of).map.projection = sent["projection"]


def _follow_link(of: Model) -> None:
    """Take over what the link says about this model, once: it was made for one model and one visit."""
    session = current()
    found = session.link
    if found.model not in (of.id, of.folder.name):
        return
    session.link = Link()
    state(of).way = found.way or ""
    open_code(of, {"z": found.z, "label": found.label})
    keep_samples(of, {"size": found.size, "temperature": found.temperature, "seed": found.seed, "label": found.label})
    keep_map(of, {"projection": found.projection})
    state(of).map.tsne = found.tsne or ""


def _code_of(of: Model, sent: object) -> tuple[list[float], int | None] | None:
    if not isinstance(sent, dict) or not isinstance(sent.get("z"), list):
        return None
    z = [_number(value) for value in sent["z"]]
    finite = [max(-LARGEST_VALUE, min(LARGEST_VALUE, value)) for value in z if value is not None]
    if len(finite) != len(z) or len(z) != of.folder.config.latent_dim:
        return None
    return finite, _label_of(of, sent.get("label"), state(of).code.label)


def _label_of(of: Model, sent: object, before: int | None) -> int | None:
    classes = of.folder.config.classes
    return _whole(sent, 0, classes - 1, before or 0) if classes else None


def _first_label(of: Model) -> int | None:
    return 0 if of.folder.config.classes else None


def _number(value: object) -> float | None:
    if not isinstance(value, int | float) or isinstance(value, bool):
        return None
    try:
        number = float(value)
    except OverflowError:  # a whole number of hundreds of digits
        return None
    return number if math.isfinite(number) else None


def _whole(value: object, low: int, high: int, otherwise: int) -> int:
    """`value` if it is a whole number in low…high; a browser sends 3 as 3.0 where it likes."""
    number = _number(value)
    if number is None or not number.is_integer() or not low <= number <= high:
        return otherwise
    return int(number)

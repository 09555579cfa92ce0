"""The model chooser: the models, what each one teaches, and the folders that cannot be opened."""

from __future__ import annotations

from collections import Counter

import streamlit as st

from vae_explorer.catalog.zoo import BrokenModel, Model
from vae_explorer.storage.model_folder import ModelFolder
from vae_explorer.ui import session
from vae_explorer.ui.layout import plain

TEXT = {
    "name": "Latent space explorer",
    "model": "Model",
    "help": "Choose another model",
    "none": "No model",
    "missing": "The link names the model “{name}”, which this server does not have.",
    "gone": "The model “{name}” cannot be opened any more. This is another one.",
    "refresh": "Refresh list",
    "refresh_help": "Finds models that were trained or copied since this page was opened.",
    "broken": "Cannot be opened",
    "more": "And {count} more.",
    "dimensions": "{count} latent dimensions",
    "one_dimension": "1 latent dimension",
}

_WIDGET = "chosen_model"
LONGEST_NAME = 60
MOST_BROKEN = 50

# The metric shown beside a model, by its name in model.json: label and decimals. False: with a posterior; True: a plain
# autoencoder, which has no ELBO.
METRICS = {
    False: {"test_negative_elbo": ("test −ELBO", 1)},
    True: {"test_reconstruction": ("test reconstruction", 1)},
}


def choose() -> None:
    """Show a button that opens the list; the session remembers the choice."""
    listing = session.current().listing
    model = session.model()
    for reason, name in (("missing", session.missing_model()), ("gone", session.gone_model())):
        if name is not None:
            st.caption(TEXT[reason].format(name=plain(name[:LONGEST_NAME])), width="content")
    with st.popover(TEXT["none"] if model is None else _button(model), width="content", help=TEXT["help"]):
        if model is not None:
            labels = _labels(listing.models)
            st.session_state[_WIDGET] = model.id
            st.radio(
                TEXT["model"],
                list(labels),
                key=_WIDGET,
                format_func=labels.__getitem__,
                captions=[_caption(entry) for entry in listing.models],
                on_change=_keep_choice,
            )
        st.button(TEXT["refresh"], help=TEXT["refresh_help"], type="tertiary", icon=":material/refresh:")
        if listing.broken:
            _show_broken(listing.broken)


def metrics(folder: ModelFolder) -> list[str]:
    """The number of latent dimensions and the metric of a model, each with its unit."""
    dimensions = folder.config.latent_dim
    texts = [TEXT["one_dimension"] if dimensions == 1 else TEXT["dimensions"].format(count=dimensions)]
    for name, (label, digits) in METRICS[folder.config.deterministic].items():
        if name in folder.metrics:
            metric = folder.metrics[name]
            texts.append(f"{label} {metric['value']:.{digits}f} {metric['unit']}")
    return texts


def _button(model: Model) -> str:
    return " · ".join(plain(text) for text in (model.folder.title, *metrics(model.folder)))


def _labels(models: tuple[Model, ...]) -> dict[str, str]:
    """The unique label of each model in the list, by id: Streamlit distinguishes choices by label alone."""
    titles = Counter(model.folder.title for model in models)
    return {
        model.id: plain(model.folder.title if titles[model.folder.title] == 1 else f"{model.folder.title} ({model.id})")
        for model in models
    }


def _keep_choice() -> None:
    session.choose(st.session_state[_WIDGET])


def _caption(model: Model) -> str:
    return "  \n".join(plain(line) for line in (model.folder.teaches, *metrics(model.folder)))


def _show_broken(broken: tuple[BrokenModel, ...]) -> None:
    with st.expander(f"{TEXT['broken']} ({len(broken)})"):
        texts = [f"**{plain(entry.name)}**  \n{plain(entry.problem)}" for entry in broken[:MOST_BROKEN]]
        if len(broken) > MOST_BROKEN:
            texts.append(TEXT["more"].format(count=len(broken) - MOST_BROKEN))
        st.caption("\n\n".join(texts))

"""The pages of the app, in the order of its navigation: all there is to a page besides its view.

To add one, write `frontend/views/NAME.js` and add an entry to `PAGES`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from vae_explorer.catalog import training_sets
from vae_explorer.server import gif_route, routes
from vae_explorer.settings import (
    Choice,
    ClassLabel,
    ListedChoice,
    Manifest,
    ModelsChoice,
    ModelsNumber,
    Number,
    Setting,
    WholeNumber,
)
from vae_explorer.text_settings import (
    Camera,
    Colouring,
    ComparedModels,
    EncodedPicture,
    Extent,
    Group,
    InsetKind,
    Numbers,
    OneNumber,
    OwnTsne,
    PathText,
    RunText,
)

GRID_SIZES = (4, 8, 12, 16)
PLAY_SPEEDS = (0.25, 0.5, 1, 2, 4)
COLOURINGS = ("class", "kl", "reconstruction", "confidence", "prediction")
NO_YES = ("no", "yes")
# As `train evaluate` measures them; the packages share no names.
PRESETS = ("left-half", "bottom-half", "centre", "every-second-row", "random-30", "random-60", "random-90")
SCORES = ("elbo", "reconstruction", "kl", "bound", "typicality", "saving")
OTHER_SETS = ("clothes", "digits", "turned", "mirrored", "half", "shuffled", "noise", "blank")
AMOUNTS = (32, 100, 1000)  # of variations in a file
STRIP = 8  # samples beside each other on the Encode page
BESIDE = 3  # models beside the one in view, there


def _dimensions(manifest: Manifest) -> int:
    return int(manifest["latent_dim"])


def _classes_of_data(manifest: Manifest) -> int:
    return len(manifest["data"]["classes"])


@dataclass(frozen=True)
class Page:
    """One page.

    Args:
        view: names the module `frontend/views/{view}.js`; also the page's address.
        title: in the navigation.
        question: a sentence or two above the view; `{count}`, `{split}` and `{nouns}` are of the model's pictures.
        isolate_styles: whether the view is in a shadow root.
        settings: what a session remembers of the page for each model; no two pages share a name.
        urls: addresses, or files, that its view needs beside those of its model, by their name in its props.
        compares: whether its view gets the manifests of other models, too.
        measured: whether its view gets the tables of what the model is good for, `storage/uses.py`.
        reference: the id of a model that its view gets the −ELBO of, to compare with.
    """

    view: str
    title: str
    question: str
    isolate_styles: bool = True
    settings: tuple[Setting, ...] = ()
    urls: Mapping[str, Callable[[], object]] = field(default_factory=dict)
    compares: bool = False
    measured: bool = False
    reference: str | None = None


# Every page can open a code here.
MORPH = Page(
    view="morph",
    title="Morph",
    question=(
        "A variational autoencoder squeezes each of its {nouns} into a few numbers, the code z, and draws it again "
        "from them. All codes that there can be are its latent space: drag, and move through it."
    ),
    settings=(
        Numbers("locked", _dimensions, start=1),  # as the page counts them
        Choice("speed", PLAY_SPEEDS, usual=1),
        InsetKind("inset"),
    ),
)
ENCODE = Page(
    view="encode",
    title="Encode",
    question=(
        "What does the encoder make of a picture, and what does the decoder get back from it? Point at a stage or a "
        "symbol to read what it is."
    ),
    settings=(
        EncodedPicture("picture"),
        Choice("draw", ("mean", "sample"), usual="mean"),
        WholeNumber("noise", 0, 2**32 - 1, usual=1),
        WholeNumber("pick", 0, STRIP - 1, usual=0),
        Number("spread", 0, 2, usual=1),
        ModelsChoice("term", ("bce", "mse"), usual="bce", key="likelihood"),
        ModelsNumber("weight", 0, 10, usual=1, key="beta"),
        ComparedModels("compared", BESIDE),
    ),
    compares=True,
)
SAMPLES = Page(
    view="samples",
    title="Samples",
    question="What does the decoder draw from codes at random?",
    settings=(
        ListedChoice("sampler", "samplers"),
        Choice("size", GRID_SIZES, usual=8),
        Number("temperature", 0, 2, usual=1),
        WholeNumber("seed", 0, 2**32 - 1, usual=1),
        ClassLabel(),
    ),
)
MAP = Page(
    view="map",
    title="Map",
    question="Where in the latent space does the encoder put the {count:,} {split} {nouns}?",
    isolate_styles=False,  # Plotly adds its style sheet to the document, where a shadow root would lack it
    settings=(
        ListedChoice("projection", key="projections", former=(("pca", "z"),)),  # of a model with two dimensions
        OwnTsne("tsne"),
        Colouring("colour", COLOURINGS, usual="class"),
        Numbers("hidden", _classes_of_data),
        Choice("misclassified", NO_YES, usual="no"),  # whether only those are shown
        Choice("everywhere", NO_YES, usual="no"),
        Choice("rest", ("current", "mean"), usual="current"),
        Extent("extent"),
        Camera("camera"),
        Group("groupA"),
        Group("groupB"),
    ),
    urls={"plotlyUrl": routes.plotly_url},
)
INTERPOLATE = Page(
    view="interpolate",
    title="Interpolate",
    question="What lies between two codes, and what does their difference do?",
    settings=(PathText("path"),),
    urls={"gifUrl": lambda: gif_route.GIF_URL},
)

USES = Page(
    view="uses",
    title="Uses",
    question=(
        "What is a variational autoencoder good for besides drawing? Mend pictures, find the odd one out, make more of "
        "a kind."
    ),
    settings=(
        Choice("use", ("repair", "detect", "augment"), usual="repair"),
        EncodedPicture("usedPicture"),
        Choice("erased", (*PRESETS, "nothing"), usual="bottom-half"),
        WholeNumber("chains", 0, 2**32 - 1, usual=1),
        Choice("score", SCORES, usual="saving"),
        Choice("against", OTHER_SETS, usual="turned"),
        Number("bar", -1, 100, usual=-1),  # below 0: where 5 % of test pictures are beyond
        OneNumber("around", _classes_of_data),  # "": the picture
        Choice("kind", ("posterior", "between"), usual="posterior"),
        Number("stretch", 0, 4, usual=1),
        WholeNumber("made", 0, 2**32 - 1, usual=1),
        Choice("agreeing", NO_YES, usual="no"),
        Choice("amount", AMOUNTS, usual=100),
    ),
    compares=True,
    measured=True,
)

TRAIN = Page(
    view="train",
    title="Train",
    question=(
        "Watch a latent space form: press Start, and a variational autoencoder learns digits, here in your browser. "
        "Then change one thing, and see what it does."
    ),
    settings=(RunText("run"),),
    urls={"gifUrl": lambda: gif_route.GIF_URL, "trainingSets": training_sets.training_sets},
    reference="shipped/mlp-20",  # the textbook's recipe, to its end
)

PAGES = (MORPH, ENCODE, SAMPLES, MAP, INTERPOLATE, USES, TRAIN)

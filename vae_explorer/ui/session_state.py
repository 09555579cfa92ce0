"""What a session remembers of its visitor: the model, and for each model the code and each page's settings.

What a browser sends is checked first.
"""

from __future__ import annotations

import secrets
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from vae_explorer.catalog.facts import is_own_id
from vae_explorer.catalog.own_model import AnyModel
from vae_explorer.catalog.zoo import Listing
from vae_explorer.pages import PAGES, Page
from vae_explorer.settings import ClassLabel, Setting, Value, number
from vae_explorer.storage.model_folder import LARGEST_CODE
from vae_explorer.ui import link
from vae_explorer.ui.link import Link
from vae_explorer.ui.own_models import OwnModels

LABEL = ClassLabel()

# What a link says of a code differs from it by less, as frontend/link.js rounds.
IN_LINK = 0.00501


@dataclass
class Code:
    """A point in latent space: `z` has one number per dimension, `label` is None unless the model is conditional.

    `rev` counts how often the server has set the code. A view adopts `z` when `rev` is new; what the view itself
    commits leaves `rev` alone, so a late run of the script never pulls a slider back.
    """

    z: list[float]
    label: int | None = None
    rev: int = 0


@dataclass
class ModelState:
    """What a session remembers about one model; `settings` by page and name, as declared in `pages.py`.

    `settings_revs` counts by page how often a link has set them, as `rev` of the code does: otherwise a view knows
    better how its visitor has left them.
    """

    code: Code
    settings: dict[str, dict[str, Value | None]]
    settings_revs: Counter[str] = field(default_factory=Counter)


NOTHING_FOUND = Listing((), ())


@dataclass
class Session:
    """What a session remembers. Who knows its `token` may change that, so only its own page is told.

    `chosen` is the model that is shown, and `model_rev` counts how often the server has set it by itself, not at the
    visitor's word: otherwise the page knows better. `gone` is the model that was shown, if it is not there any more;
    `wrong` names the values in the visitor's link that the model does not take; `view` is the page that was last shown.
    `own` are the models that the visitor's browser keeps.
    """

    token: str = field(default_factory=lambda: secrets.token_hex(16))
    listing: Listing = NOTHING_FOUND
    link: Link = field(default_factory=Link)
    chosen: str | None = None
    model_rev: int = 0
    gone: str | None = None
    wrong: tuple[str, ...] = ()
    models: dict[str, ModelState] = field(default_factory=dict)
    view: str | None = None
    own: OwnModels = field(default_factory=OwnModels)

    def find(self, wanted: str | None) -> AnyModel | None:
        """The model of this browser with this id, else the one of the server with this id or name, else None."""
        return self.own.known.get(wanted or "") or self.listing.find(wanted)

    @property
    def known(self) -> tuple[AnyModel, ...]:
        """All that can be shown."""
        return (*self.own.known.values(), *self.listing.models)

    @property
    def awaited(self) -> str | None:
        """The id of the chosen model, if only the visitor's browser can know it and has not said so yet."""
        return self.chosen if self.own.is_awaited(self.chosen) else None

    def hear(self, sent: Mapping[str, object]) -> str | None:
        """To be told of a model that the browser keeps, or that it does not keep one; the id of what is known now."""
        found = self.own.hear(sent, self.awaited, self.listing)
        for known in [each for each in self.models if is_own_id(each) and each not in self.own.known]:
            del self.models[known]  # a browser may tell of any number of models
        return found

    def state(self, of: AnyModel) -> ModelState:
        """What the session remembers about a model; initially what the link says, else a code that is drawn clearly."""
        known = self.models.get(of.id)
        # A folder may have been replaced by one of the same name with another number of dimensions.
        if known is None or len(known.code.z) != of.manifest["latent_dim"]:
            known = ModelState(
                code=Code(z=list(of.manifest["start"]["z"]), label=LABEL.first(of.manifest)),
                settings={page.view: {each.name: each.first(of.manifest) for each in page.settings} for page in PAGES},
            )
            self.models[of.id] = known
            self._follow_link(of)
        return known

    def store_code(self, of: AnyModel, sent: object) -> None:
        """Store a code that a view has committed: `{"z": […], "label": …}`. Anything else is ignored."""
        code = self._code_of(of, sent)
        if code is not None:
            known = self.state(of).code
            known.z, known.label = code

    def open_code(self, of: AnyModel, sent: object) -> bool:
        """Set the code for all views, as if the visitor had moved there; True if it was a code of this model."""
        code = self._code_of(of, sent)
        if code is None:
            return False
        known = self.state(of).code
        known.z, known.label = code
        known.rev += 1
        return True

    def store_settings(self, of: AnyModel, page: Page, sent: object) -> None:
        """Store the settings that a page's view has committed; one that is out of range stays as it was."""
        if not isinstance(sent, dict):
            return
        stored = self.state(of).settings[page.view]
        for setting in page.settings:
            value = setting.accepted(sent.get(setting.name), of.manifest)
            if value is not None:
                stored[setting.name] = value

    def link_settings(self, of: AnyModel) -> dict[str, Value | None]:
        """The settings that a link to this model contains beside the code."""
        stored = self.state(of).settings
        return {setting.name: stored[page.view][setting.name] for page, setting in in_every_link()}

    def arrive(self, view: str, query: Mapping[str, str]) -> None:
        """To be told which page is about to be shown, and what the address says.

        A page that is chosen has an address without a query. With one, the visitor has gone back or forward to a page
        that was left so: that is what it has to show again.
        """
        before, self.view = self.view, view
        found = link.read(query)
        if before in (None, view) or found.model is None:
            return
        self.link, self.chosen = found, found.model
        self.model_rev += 1
        of = self.find(found.model)
        if of is not None and of.id in self.models:
            # The other pages stay as the visitor has left them: their own addresses say more of them.
            self._follow_link(of, [page for page in PAGES if page.view == view])

    def _follow_link(self, of: AnyModel, pages: Sequence[Page] = PAGES) -> None:
        """Apply what the link says about this model and these pages, once: a link is for one model and one visit."""
        found = self.link
        if found.model not in (of.id, of.manifest["name"]):
            return
        self.link = Link()
        label = LABEL.from_text(found.texts.get(LABEL.name, ""))
        wrong = set()
        if not self.open_code(of, {"z": self._unrounded(of, found.z), "label": label}):
            self.open_code(of, {"z": [0.0] * of.manifest["latent_dim"], "label": label})  # links leave the origin out
            wrong |= {"z"} & found.texts.keys()
        stored, revs = self.state(of).settings, self.state(of).settings_revs
        for page in pages:
            revs[page.view] += 1
            for setting in page.settings:
                stored[page.view][setting.name] = setting.first(of.manifest)
                if setting.name not in found.texts:
                    continue
                value = setting.accepted(setting.from_text(found.texts[setting.name]), of.manifest)
                if value is None:
                    wrong.add(setting.name)
                else:
                    stored[page.view][setting.name] = value
        self.wrong = tuple(sorted(wrong))

    def _unrounded(self, of: AnyModel, z: list[float] | None) -> list[float] | None:
        """The code as it is, if it is the one that a link holds: a link rounds it."""
        known = self.state(of).code.z
        if z is None or len(z) != len(known):
            return z
        return known if all(abs(one - other) < IN_LINK for one, other in zip(z, known, strict=True)) else z

    def _code_of(self, of: AnyModel, sent: object) -> tuple[list[float], int | None] | None:
        if not isinstance(sent, dict) or not isinstance(sent.get("z"), list):
            return None
        z = [number(value) for value in sent["z"]]
        finite = [max(-LARGEST_CODE, min(LARGEST_CODE, value)) for value in z if value is not None]
        if len(finite) != len(z) or len(z) != of.manifest["latent_dim"]:
            return None
        label = LABEL.accepted(sent.get(LABEL.name), of.manifest)
        return finite, self.state(of).code.label if label is None else label


def in_every_link() -> list[tuple[Page, Setting]]:
    """The settings that every link names, with their pages."""
    return [(page, setting) for page in PAGES for setting in page.settings if setting.in_every_link]

"""The models that a visitor's browser keeps, as far as it has told this session of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from vae_explorer.catalog import facts, own_model
from vae_explorer.catalog.own_model import OwnModel
from vae_explorer.catalog.zoo import Listing
from vae_explorer.errors import ConfigError

MOST_KNOWN = 10  # a browser keeps as many


@dataclass
class OwnModels:
    """What the browser has told: `known` by id, the last told at the end; `absent` is one that it does not keep."""

    known: dict[str, OwnModel] = field(default_factory=dict)
    absent: str | None = None

    def is_awaited(self, wanted: str | None) -> bool:
        """Whether only the browser can know this model, and has not said so yet."""
        return facts.is_own_id(wanted) and wanted not in self.known and wanted != self.absent

    def hear(self, sent: Mapping[str, object], asked: str | None, listing: Listing) -> str | None:
        """The browser tells of a model that it keeps, or that it does not keep one; the id of what is known now.

        What is neither counts as the answer that there is no model `asked`, the one that the browser was asked for: its
        facts are of another version, so it cannot be shown here.
        """
        absent = sent.get("absent")
        if facts.is_own_id(absent):
            self.absent = absent
            return None
        try:
            found = own_model.of(facts.read(sent), listing)
        except ConfigError:
            self.absent = asked
            return None
        self.known.pop(found.id, None)
        self.known[found.id] = found
        while len(self.known) > MOST_KNOWN:
            del self.known[next(iter(self.known))]
        return found.id

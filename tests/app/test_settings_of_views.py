"""What Python accepts of a link is what the views write and know."""

from __future__ import annotations

import re

from vae_explorer.pages import AMOUNTS, BESIDE, COLOURINGS, ENCODE, PLAY_SPEEDS, STRIP
from vae_explorer.paths import PACKAGE
from vae_explorer.settings import Number
from vae_explorer.text_settings import LONGEST_GROUP

VIEWS = PACKAGE / "frontend" / "views"


def found(path: str, pattern: str) -> list[str]:
    return re.findall(pattern, (VIEWS / path).read_text(encoding="utf-8"), re.MULTILINE)


def test_colourings_are_those_of_the_map() -> None:
    (table,) = re.findall(
        r"COLOURINGS = \{(.*?)^\};", (VIEWS / "map/colours.js").read_text(encoding="utf-8"), re.S | re.M
    )
    assert tuple(re.findall(r"^  (\w+): \{", table, re.MULTILINE)) == COLOURINGS


def test_speeds_are_those_of_play() -> None:
    (speeds,) = found("morph/play.js", r"SPEEDS = \[(.*)\]")
    assert tuple(float(speed) for speed in speeds.split(",")) == PLAY_SPEEDS


def test_selections_are_no_longer_than_accepted() -> None:
    assert found("map/groups.js", r"LONGEST = (\d+)") == [str(LONGEST_GROUP)]


def test_as_many_models_are_compared_as_are_accepted() -> None:
    assert found("encode/compare_panel.js", r"MOST = (\d+)") == [str(BESIDE)]


def test_sliders_of_encode_go_as_far_as_is_accepted() -> None:
    assert found("encode/state.js", r"STRIP = (\d+)") == [str(STRIP)]
    ranges = {setting.name: (setting.low, setting.high) for setting in ENCODE.settings if isinstance(setting, Number)}
    for name, constant in (("spread", "TEMPERATURE"), ("weight", "BETA")):
        ((low, high),) = re.findall(
            rf"{constant} = {{ min: (\d+), max: (\d+)", (VIEWS / "encode/state.js").read_text(encoding="utf-8")
        )
        assert (float(low), float(high)) == ranges[name]


def test_amounts_are_those_of_augment() -> None:
    (amounts,) = found("uses/augment_controls.js", r"AMOUNTS = \[(.*)\]")
    assert tuple(int(amount) for amount in amounts.split(",")) == AMOUNTS

"""Every setting of every page is in its link: whoever opens it in another browser finds what was set."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import OpenPage
from tests.browser.encode_page import loss_numbers
from tests.browser.interpolate_page import choose_stop, open_part, scrubber, stops
from tests.browser.map_page import choose
from tests.browser.samples_page import choose_sampler, copy_link, sampler_button, set_seed, set_size
from tests.browser.test_map_selection import drag, part_of_the_map, selected_card, take
from tests.browser.visitor import MODEL, expect_view, go_to, map_stage, open_view, shown_code, type_value
from tests.browser.waiting import wait_until
from tests.server import Server

CLIPBOARD = ["clipboard-read", "clipboard-write"]
STCORE = r"404.*/_stcore/"  # Streamlit looks for its own base path in the address

RANGES = """plot => {
  const { xaxis, yaxis, scene } = plot._fullLayout;
  if (!scene) return [...xaxis.range, ...yaxis.range];
  const { eye, center, up } = scene._scene.getCamera();
  return [eye, center, up].flatMap(({ x, y, z }) => [x, y, z]);
}"""


def button(page: Page, name: str, group: str | None = None) -> Locator:
    among = page.get_by_role("group", name=group, exact=True) if group else page
    return among.get_by_role("button", name=name, exact=True)


def pressed(name: str, group: str | None = None) -> Callable[[Page], Any]:
    return lambda page: button(page, name, group).get_attribute("aria-pressed")


def press(name: str, group: str | None = None) -> Callable[[Page], Any]:
    return lambda page: button(page, name, group).click()


def select(name: str, label: str) -> Callable[[Page], Any]:
    return lambda page: page.get_by_role("combobox", name=name, exact=True).select_option(label=label)


def selected(name: str) -> Callable[[Page], Any]:
    return lambda page: page.get_by_role("combobox", name=name, exact=True).input_value()


def check(name: str) -> Callable[[Page], Any]:
    return lambda page: page.get_by_role("checkbox", name=name).check()


def checked(name: str) -> Callable[[Page], Any]:
    return lambda page: page.get_by_role("checkbox", name=name).is_checked()


def move_range(name: str) -> Callable[[Page], Any]:
    def move(page: Page) -> None:
        page.get_by_role("slider", name=name).focus()
        for _ in range(3):
            page.keyboard.press("ArrowRight")

    return move


def value_of_range(name: str) -> Callable[[Page], Any]:
    return lambda page: page.get_by_role("slider", name=name).input_value()


def number_of_picture(page: Page) -> str:
    return page.get_by_role("spinbutton", name="Number of a test digit").input_value()


def ranges(page: Page) -> Any:
    expect(map_stage(page)).to_have_attribute("aria-busy", "false")
    page.wait_for_function("document.querySelector('.js-plotly-plot')?._fullLayout")
    return page.locator(".js-plotly-plot").evaluate(RANGES)


def zoom_and_move(page: Page) -> None:
    before = ranges(page)
    for _ in range(2):
        button(page, "Zoom in", "Zoom").click()
    wait_until(page, lambda: not same(ranges(page), before), "the map is as large as before")
    box = map_stage(page).bounding_box()
    assert box is not None
    middle = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.move(*middle)
    page.mouse.down()
    page.mouse.move(middle[0] + 90, middle[1] + 50, steps=5)
    page.mouse.up()
    page.mouse.move(5, 5)


def show_depth(page: Page) -> None:
    choose(page, "PCA 3-D")
    expect(map_stage(page)).to_have_attribute("aria-busy", "false")


def turn(page: Page) -> None:
    show_depth(page)
    page.wait_for_function("document.querySelector('.js-plotly-plot')?._fullLayout?.scene?._scene?.glplot")
    zoom_and_move(page)


def select_by_line(page: Page) -> None:
    take(page, "Lasso")
    left, top, right, bottom = part_of_the_map(page, 0.3, 0.2, 0.7, 0.8)
    angles = np.linspace(0, 2 * np.pi, 60, endpoint=False)
    x, y = (
        (left + right) / 2 + (right - left) / 2 * np.cos(angles),
        (top + bottom) / 2 + (bottom - top) / 2 * np.sin(angles) * (1 + 0.2 * np.cos(3 * angles)),
    )
    drag(page, list(zip(x.tolist(), y.tolist(), strict=True)))
    expect(selected_card(page, "A").get_by_role("status")).not_to_have_text("nothing selected")


def select_by_box(page: Page) -> None:
    take(page, "Box")
    left, top, right, bottom = part_of_the_map(page, 0.35, 0.15, 0.48, 0.4)
    drag(page, [(left, top), (right, bottom)])
    expect(selected_card(page, "A").get_by_role("status")).not_to_have_text("nothing selected")


def select_rest_into_b(page: Page) -> None:
    button(page, "3", "Classes").click()
    button(page, "Select into B").click()
    button(page, "Select all").click()
    expect(selected_card(page, "B").get_by_role("status")).not_to_have_text("nothing selected")
    button(page, "3", "Classes").click()  # what is hidden later changes nothing


def select_few_in_depth(page: Page) -> None:
    """On a screen that a link cannot name: so it names the dots."""
    show_depth(page)
    page.wait_for_function("document.querySelector('.js-plotly-plot')?._fullLayout?.scene?._scene?.glplot")
    take(page, "Box")
    left, top, right, bottom = part_of_the_map(page, 0.49, 0.49, 0.51, 0.51)
    drag(page, [(left, top), (right, bottom)])
    expect(selected_card(page, "A").get_by_role("status")).not_to_have_text("nothing selected")


def card_text(letter: str) -> Callable[[Page], Any]:
    return lambda page: selected_card(page, letter).inner_text()  # how many digits, and their spread


def part(name: str, then: Callable[[Page], Any]) -> Callable[[Page], Any]:
    def act(page: Page) -> None:
        open_part(page, name)
        then(page)

    return act


def tab(page: Page, name: str) -> Locator:
    return page.get_by_role("tab", name=name, exact=True)


def open_tab(name: str) -> Callable[[Page], Any]:
    return lambda page: tab(page, name).click()


def term(number: int) -> Locator | Any:
    return lambda page: page.get_by_role("list", name="Terms").get_by_role("listitem").nth(number - 1)


def chosen(entry: Callable[[Page], Locator]) -> Callable[[Page], Any]:
    return lambda page: entry(page).get_by_role("button").first.get_attribute("aria-pressed")


BESIDE = "Models beside this one"


def compared_models(page: Page) -> str:
    """The rows of the table, from top to bottom; "" if it is closed."""
    return ", ".join(page.get_by_role("region", name="Other models").get_by_role("rowheader").all_inner_texts())


def press_all(*names: str) -> Callable[[Page], Any]:
    def act(page: Page) -> None:
        for name in names:
            press(name, BESIDE)(page)

    return act


@dataclass(frozen=True)
class Setting:
    """`act` sets it as a visitor does; `see` reads it, `before` what a page that nobody has touched shows."""

    view: str
    name: str
    act: Callable[[Page], Any]
    see: Callable[[Page], Any]
    model: str = MODEL
    before: Callable[[Page], Any] = field(default=lambda _: None)


SETTINGS = [
    Setting("Morph", "code", lambda page: type_value(page, 3, "1.25"), lambda page: shown_code(page).tolist()),
    Setting("Morph", "class", press("7", "Class given to the decoder"), pressed("7"), "cvae-8"),
    Setting("Morph", "lock", press("Lock z3"), pressed("Lock z3")),
    Setting("Morph", "speed", select("Playback speed", "2×"), selected("Playback speed")),
    Setting("Morph", "inset", press("t-SNE"), pressed("t-SNE")),
    Setting("Morph", "inset of a plane", press("Test codes"), pressed("Test codes"), "conv-2"),
    Setting(
        "Samples",
        "sampler",
        lambda page: choose_sampler(page, "Mixture"),
        lambda page: sampler_button(page, "Mixture").get_attribute("aria-pressed"),
    ),
    Setting("Samples", "size", lambda page: set_size(page, 4), selected("Size")),
    Setting("Samples", "temperature", move_range("Temperature"), value_of_range("Temperature")),
    Setting(
        "Samples",
        "seed",
        lambda page: set_seed(page, 77),
        lambda page: page.get_by_role("spinbutton", name="Seed").input_value(),
    ),
    Setting("Samples", "class", press("7", "Class given to the decoder"), pressed("7"), "cvae-8"),
    Setting("Encode", "picture", press("Test digit of class 3"), number_of_picture),
    Setting("Encode", "sample", press("Sample"), pressed("Sample")),
    Setting("Encode", "which sample", press("Sample 5"), pressed("Sample 5")),
    Setting("Encode", "noise", press("Sample again"), loss_numbers),
    Setting("Encode", "temperature", move_range("Temperature"), value_of_range("Temperature")),
    Setting("Encode", "reconstruction term", press("Squared error"), pressed("Squared error")),
    Setting("Encode", "beta", move_range("beta"), value_of_range("beta"), "beta-10"),
    Setting("Encode", "class", press("4", "Class given to both networks"), pressed("4"), "cvae-8"),
    Setting("Encode", "models that are compared", press("Compare models"), compared_models),
    Setting(
        "Encode",
        "another model",
        press_all("Convolutional VAE", "Clothes"),
        compared_models,
        before=press("Compare models"),
    ),
    Setting(
        "Encode",
        "no other model",
        press_all("Convolutional VAE", "Two dimensions", "Plain autoencoder"),
        compared_models,
        before=press("Compare models"),
    ),
    Setting("Encode", "no comparison", press("Compare models"), compared_models, before=press("Compare models")),
    Setting("Map", "projection", press("t-SNE", "Projection"), pressed("t-SNE", "Projection")),
    Setting("Map", "colour", select("Colour", "Classifier errors"), selected("Colour")),
    Setting("Map", "classes", press("3", "Classes"), pressed("3", "Classes")),
    Setting("Map", "no class at all", press("None", "Classes"), pressed("7", "Classes")),
    Setting("Map", "misclassified", check("Misclassified"), checked("Misclassified")),
    Setting("Map", "decode everywhere", check("Decode under the dots"), checked("Decode under the dots")),
    Setting("Map", "other dimensions", select("Other dimensions from", "mean code"), selected("Other dimensions from")),
    Setting("Map", "zoom", zoom_and_move, ranges),
    Setting("Map", "camera", turn, ranges, before=show_depth),
    Setting("Map", "A, a box", select_by_box, card_text("A")),
    Setting("Map", "A, a line", select_by_line, card_text("A")),
    Setting("Map", "A, in three dimensions", select_few_in_depth, card_text("A")),
    Setting("Map", "B, all that is shown", select_rest_into_b, card_text("B")),
    Setting("Interpolate", "stop", press("Mean of class 5"), lambda page: stops(page).first.inner_text()),
    Setting(
        "Interpolate",
        "stop that is chosen",
        lambda page: choose_stop(page, 2),
        chosen(lambda page: stops(page).nth(1)),
    ),
    Setting("Interpolate", "one more stop", press("Add a stop"), lambda page: stops(page).count()),
    Setting("Interpolate", "way back", check("Return to start"), checked("Return to start")),
    Setting(
        "Interpolate",
        "position",
        lambda page: (scrubber(page).focus(), page.keyboard.press("Home")),
        lambda page: scrubber(page).input_value(),
    ),
    Setting(
        "Interpolate",
        "class",
        press("3", "Class given to the decoder along the path"),  # the first stop is a 7
        pressed("3", "Class given to the decoder along the path"),
        "cvae-8",
    ),
    Setting(
        "Interpolate",
        "part",
        lambda page: open_part(page, "Traversals"),
        lambda page: page.get_by_role("tab", name="Traversals").get_attribute("aria-selected"),
    ),
    Setting(
        "Interpolate",
        "term",
        part("Arithmetic", press("Mean of class 5")),
        lambda page: term(1)(page).inner_text(),
        before=lambda page: open_part(page, "Arithmetic"),
    ),
    Setting(
        "Interpolate",
        "term that is chosen",
        part("Arithmetic", lambda page: term(2)(page).get_by_role("button").first.click()),
        chosen(term(2)),
        before=lambda page: open_part(page, "Arithmetic"),
    ),
    Setting("Uses", "tab", open_tab("Augment"), lambda page: tab(page, "Augment").get_attribute("aria-selected")),
    Setting("Uses", "picture", press("Test digit of class 3"), number_of_picture),
    Setting("Uses", "what is erased", press("Centre"), pressed("Centre")),
    Setting("Uses", "score", press("KL"), pressed("KL"), before=open_tab("Detect")),
    Setting("Uses", "other set", press("Noise"), pressed("Noise"), before=open_tab("Detect")),
    Setting("Uses", "threshold", move_range("Threshold"), value_of_range("Threshold"), before=open_tab("Detect")),
    Setting(
        "Uses",
        "source",
        press("4", "Variations of"),
        pressed("4", "Variations of"),
        before=open_tab("Augment"),
    ),
    Setting("Uses", "kind", press("Between two"), pressed("Between two"), before=open_tab("Augment")),
    Setting(
        "Uses", "temperature", move_range("Temperature"), value_of_range("Temperature"), before=open_tab("Augment")
    ),
    Setting("Uses", "only those that agree", check("Keep only"), checked("Keep only"), before=open_tab("Augment")),
    Setting(
        "Uses",
        "how many",
        select("How many are made", "1,000 variations"),
        selected("How many are made"),
        before=open_tab("Augment"),
    ),
    Setting("Train", "dimensions", select("Dimensions of z", "10"), selected("Dimensions of z")),
    Setting("Train", "preset", press("Collapse"), pressed("Collapse")),
    Setting("Train", "classes", press("7", "Classes to train on"), pressed("7", "Classes to train on")),
    Setting("Train", "beta", move_range("beta"), value_of_range("beta")),
    Setting(
        "Train",
        "seed",
        lambda page: set_seed(page, 77),
        lambda page: page.get_by_role("spinbutton", name="Seed").input_value(),
    ),
]


def same(one: Any, other: Any) -> bool:
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and bool(np.allclose(one, other, atol=0.01))
    return bool(one == other)


@pytest.mark.console_errors(STCORE)
@pytest.mark.parametrize("setting", SETTINGS, ids=lambda each: f"{each.view}, {each.name}")
def test_setting_is_found_again(open_page: OpenPage, explorer: Server, setting: Setting) -> None:
    one = open_page(permissions=CLIPBOARD)
    open_view(one, explorer, setting.view, setting.model)
    setting.before(one)
    before = setting.see(one)
    setting.act(one)
    wait_until(one, lambda: not same(setting.see(one), before), "nothing has changed")
    expect_view(one, setting.view)
    link = copy_link(one)
    wanted = setting.see(one)
    address = one.url

    other = open_page()
    other.goto(link)
    expect_view(other, setting.view)
    wait_until(other, lambda: same(setting.see(other), wanted), f"{link} shows {setting.see(other)}, not {wanted}")
    expect(other.get_by_text("The link has values")).to_have_count(0)
    # And the address has it by itself, once more, and on the way back.
    wait_until(one, lambda: query_of(one.url) == query_of(link), f"the address is {address}, the link {link}")
    go_to(other, "Samples" if setting.view != "Samples" else "Map")
    other.go_back()
    expect_view(other, setting.view)
    wait_until(other, lambda: same(setting.see(other), wanted), "it is another one on the way back")


def query_of(address: str) -> str:
    return address.partition("?")[2]

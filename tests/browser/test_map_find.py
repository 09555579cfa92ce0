"""Map: what colours say, which points are in view, going to one test digit, the link."""

from __future__ import annotations

import dataclasses
import re

import numpy as np
import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import OpenPage
from tests.browser.map_page import choose, expect_card, expect_ranges_around, frame, marker_place, projected
from tests.browser.visitor import MODEL, expect_view, go_to, map_stage, open_view, shipped, shown_code, type_value
from tests.browser.waiting import wait_until
from tests.server import Server
from vae_explorer.storage import model_folder

SCALE_ENDS = ("rgb(58, 99, 216)", "rgb(242, 177, 52)")


def drawn_colours(page: Page) -> list[str]:
    """The colour of each point, in the test set's order."""
    colours: list[str] = page.locator(".js-plotly-plot").evaluate("plot => Array.from(plot._fullData[0].marker.color)")
    return colours


def test_colour_by_a_quantity_has_a_bar_and_its_own_scale(page: Page, explorer: Server) -> None:
    open_view(page, explorer, "Map")
    codes = shipped(MODEL).codes
    for title, name in (("KL", "kl"), ("Reconstruction error", "reconstruction")):
        page.get_by_label("Colour", exact=True).select_option(title)
        values = codes[name]
        ordered = np.sort(values)
        low, high = ordered[round(0.01 * 9999)], ordered[round(0.99 * 9999)]
        bar = page.get_by_role("img", name=re.compile(f"^{title}: from "))
        expect(bar).to_have_accessible_name(re.compile(rf"from {_nats(low)} \(blue\) to {_nats(high)} \(yellow\)"))
        expect_colour(page, int(values.argmin()), SCALE_ENDS[0])
        colours = np.array(drawn_colours(page))
        assert set(colours[values <= low]) == {SCALE_ENDS[0]}
        assert set(colours[values >= high]) == {SCALE_ENDS[1]}
        assert len(set(colours)) > 30
    page.get_by_label("Colour", exact=True).select_option("Class")
    expect(bar).to_be_hidden()
    wait_until(page, lambda: len(set(drawn_colours(page))) == 10, "classes have other colours than ten")


def expect_colour(page: Page, index: int, colour: str) -> None:
    wait_until(page, lambda: drawn_colours(page)[index] == colour, f"the point is not {colour}")


def _nats(value: float) -> str:
    return f"{value:.{1 if value < 10 else 0}f} nats"


@pytest.fixture
def classified(explorer: Server) -> tuple[Server, list[int]]:
    """A model whose classifier errs on every hundredth reconstruction."""
    folder = shipped(MODEL)
    wrong = list(range(7, 10_000, 100))
    prediction = folder.codes["label"].copy()
    prediction[wrong] = (prediction[wrong] + 1) % 10
    confidence = np.linspace(0.5, 1, 10_000, dtype=np.float32)
    codes = folder.codes | {"prediction": prediction, "prediction_confidence": confidence}
    model_folder.write(dataclasses.replace(folder, name="classified", codes=codes), explorer.models / "classified", {})
    return explorer, wrong


def test_misclassified_only(page: Page, classified: tuple[Server, list[int]]) -> None:
    server, wrong = classified
    open_view(page, server, "Map", "own/classified")
    page.get_by_label("Colour", exact=True).select_option("Classifier errors")
    expect(page.get_by_text("read as another class (100)")).to_be_visible()
    page.get_by_label("Misclassified reconstructions only").check()
    expect(page.get_by_text("100 of 10,000 test digits", exact=True)).to_be_visible()
    x = shipped(MODEL).codes["projection/pca"][wrong, 0]
    page.wait_for_function("document.querySelector('.js-plotly-plot')._fullData[0].x.length === 100")
    drawn = page.locator(".js-plotly-plot").evaluate("plot => Array.from(plot._fullData[0].x)")
    assert np.allclose(drawn, x)
    label = int(shipped(MODEL).codes["label"][7])
    go_to_digit(page, "7")
    expect_card(page, 7, label)
    expect(map_stage(page).get_by_text(f"classifier: {(label + 1) % 10} (50\u00a0%)")).to_be_visible()


def test_without_predictions_nothing_of_them_is_offered(page: Page, explorer: Server) -> None:
    folder = shipped(MODEL)
    codes = {name: array for name, array in folder.codes.items() if not name.startswith("prediction")}
    model_folder.write(
        dataclasses.replace(folder, name="unclassified", codes=codes), explorer.models / "unclassified", {}
    )
    open_view(page, explorer, "Map", "own/unclassified")
    expect(page.get_by_label("Colour", exact=True).get_by_role("option")).to_have_text(
        ["Class", "KL", "Reconstruction error"]
    )
    expect(page.get_by_label("Misclassified reconstructions only")).to_be_hidden()


def go_to_digit(page: Page, text: str) -> None:
    field = page.get_by_role("textbox", name="Go to test digit")
    field.fill(text)
    field.press("Enter")


def test_go_to_a_test_digit(page: Page, explorer: Server) -> None:
    open_view(page, explorer, "Map")
    labels = shipped(MODEL).codes["label"]
    # Near enough that most of the map is out of view.
    for _ in range(6):
        page.get_by_role("button", name="Zoom in").click()
    far = int(np.argmax(projected(MODEL, "pca")[:, 0]))
    for index in (1234, far):
        go_to_digit(page, str(index))
        expect_card(page, index, int(labels[index]))
        wanted = frame(page).pixels(projected(MODEL, "pca")[index : index + 1])[0]
        box = map_stage(page).bounding_box()
        assert box is not None
        assert box["x"] < wanted[0] < box["x"] + box["width"]
        assert box["y"] < wanted[1] < box["y"] + box["height"]
    for text in ("10000", "-1", "3.5", "1e3", "three", ""):
        go_to_digit(page, "7")
        expect(page.get_by_text("The test digits are numbered from 0 to 9,999.")).to_be_hidden()
        go_to_digit(page, text)
        expect(page.get_by_text("The test digits are numbered from 0 to 9,999.")).to_be_visible()
    page.get_by_role("group", name="Classes").get_by_role("button", name="None").click()
    go_to_digit(page, "1,234")
    expect_card(page, 1234, int(labels[1234]))
    expect(page.get_by_text("Test digit 1234 is hidden at the moment.")).to_be_visible()


def test_card_of_a_found_digit_can_be_reached_with_the_mouse(page: Page, explorer: Server) -> None:
    open_view(page, explorer, "Map")
    labels = shipped(MODEL).codes["label"]
    go_to_digit(page, "1234")
    expect_card(page, 1234, int(labels[1234]))
    box = map_stage(page).bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + 6, box["y"] + box["height"] - 6)  # a corner where no dot is
    page.mouse.move(box["x"] - 20, box["y"] + box["height"] / 2)  # and out
    expect_card(page, 1234, int(labels[1234]))
    map_stage(page).get_by_role("button", name="Open in Morph").click()
    expect_view(page, "Morph")
    assert np.allclose(shown_code(page), shipped(MODEL).codes["mu"][1234], atol=0.00501)


@pytest.mark.console_errors(r"404.*/map/_stcore/")  # Streamlit looks for its own base path in the address
def test_copied_link_opens_the_same_map(open_page: OpenPage, explorer: Server) -> None:
    page = open_page(permissions=["clipboard-read", "clipboard-write"])
    open_view(page, explorer)
    type_value(page, 2, "1.25")
    go_to(page, "Map")
    choose(page, "t-SNE")
    expect_ranges_around(page, projected(MODEL, "tsne"))
    page.get_by_role("button", name="Copy link").click()
    expect(page.get_by_text("Link copied")).to_be_visible()
    link = page.evaluate("navigator.clipboard.readText()")
    other = open_page()
    other.goto(link)
    expect(other.get_by_role("heading", name="Map", level=1)).to_be_visible()
    expect(map_stage(other)).to_have_attribute("aria-busy", "false")
    expect(other.get_by_role("button", name="t-SNE", exact=True)).to_have_attribute("aria-pressed", "true")
    expect_ranges_around(other, projected(MODEL, "tsne"))
    assert np.abs(marker_place(other) - marker_place(page)).max() < 1

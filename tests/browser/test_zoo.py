"""Every shipped model on every page: its pictures are torch's, and what the page says is true of its kind."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from playwright.sync_api import Page

from tests.browser.pixels import expect_picture, torch_model
from tests.browser.visitor import ZOO, expect_idle, expect_view, go_to, picture, shipped
from tests.server import Server
from vae_explorer.pages import PAGES

VIEWS = tuple(page.title for page in PAGES)

# All that a person can read or be read, in whatever shadow root it stands.
WORDS = """
() => {
  const words = [];
  const walk = node => {
    if (node.nodeType === Node.TEXT_NODE) words.push(node.textContent);
    if (node.nodeType !== Node.ELEMENT_NODE && node.nodeType !== Node.DOCUMENT_FRAGMENT_NODE) return;
    if (["STYLE", "SCRIPT"].includes(node.nodeName)) return;
    for (const name of ["aria-label", "title", "alt"]) words.push(node.getAttribute?.(name) ?? "");
    if (node.shadowRoot) walk(node.shadowRoot);
    node.childNodes.forEach(walk);
  };
  walk(document.querySelector("[data-testid=stMain]"));
  return words.join("\\n");
}
"""


def words_of_every_page(page: Page) -> dict[str, str]:
    found = {}
    for view in VIEWS:
        if view != "Morph":
            go_to(page, view)
        expect_idle(page)
        found[view] = str(page.evaluate(WORDS))
    return found


@pytest.mark.parametrize("model", ZOO)
def test_pages_tell_the_truth(page: Page, explorer: Server, model: str) -> None:
    folder = shipped(model)
    codes = folder.codes
    index = 7
    label = int(codes["label"][index]) if folder.config.classes else None
    z = np.round(codes["mu"][index].astype(float), 2)
    asked = f"model={model}&z={','.join(map(str, z))}" + (f"&label={label}" if label is not None else "")
    page.goto(f"{explorer.url}/?{asked}")
    expect_view(page, "Morph")
    given = None if label is None else torch.tensor([label])
    means = torch_model(model).decode(torch.tensor(z[np.newaxis], dtype=torch.float32), given)
    expect_picture(picture(page), np.rint(255 * means[0, 0].numpy()).astype(np.uint8))

    found = words_of_every_page(page)
    assert "slant" not in "\n".join(found.values()).lower()
    # Train is of the model that is trained there, whichever was chosen.
    everything = "\n".join(text for page_name, text in found.items() if page_name != "Train")
    assert ("Class given to the decoder" in found["Morph"]) == bool(folder.config.classes)
    if folder.config.deterministic:
        assert "ELBO" not in everything
        assert "mean KL" not in everything
        assert "variance" in found["Morph"]
        assert "trained without a prior" in found["Samples"]
    else:
        assert "mean KL" in found["Morph"]
    if folder.data.noun != "digit":
        assert "digit" not in everything.lower()

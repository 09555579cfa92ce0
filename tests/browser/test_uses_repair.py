"""Repair: what is erased is filled in, nothing else is touched, and every number is what Python computes."""

from __future__ import annotations

import base64
import re
from typing import Any

import numpy as np
import pytest
import torch
from numpy.typing import NDArray
from playwright.sync_api import Page, expect

from tests.browser.axe import violations
from tests.browser.conftest import OpenPage
from tests.browser.pixels import difference, read_picture, torch_model
from tests.browser.repair_page import (
    board,
    button,
    choose,
    completions,
    drag,
    erased,
    expect_done,
    heat,
    open_repair,
    readings,
    results,
    shown_board,
    summary,
)
from tests.browser.test_decoder_parity import manifest_of
from tests.browser.visitor import MODEL, MODULE, Sent, expect_view, open_view, shipped
from tests.server import Server
from train.evaluate import pseudo_gibbs
from train.evaluate.masks import PRESETS
from vae_explorer.storage import picture_atlas

pytestmark = pytest.mark.console_errors(r"404.*/_stcore/")  # Streamlit looks for its own base path in the address

CHAINS = 6
STEPS = 10
SEVEN = 0  # the number of a test picture that shows one

NAMES = {
    "left-half": "Left half",
    "bottom-half": "Bottom half",
    "centre": "Centre",
    "every-second-row": "Every second row",
    "random-30": "30 % at random",
    "random-60": "60 % at random",
    "random-90": "90 % at random",
}


def digit(number: int) -> NDArray[np.uint8]:
    """`(28, 28)` of mlp-20's test pictures."""
    return picture_atlas.read_atlas(picture_atlas.atlas_path(shipped(MODEL)), number + 1)[number]


def expect_visible_untouched(page: Page, original: NDArray[np.uint8]) -> NDArray[np.bool_]:
    """All that is not erased is as it was, in every completion; returns what is erased, `(28, 28)`."""
    missing = erased(page)
    for picture in (*completions(page), summary(page, "Mean")):
        assert (picture[~missing] == original[~missing]).all()
    assert (shown_board(page)[~missing] == original[~missing][:, np.newaxis]).all()
    assert (heat(page)[~missing] == 0).all()
    assert (summary(page, "Original") == original).all()
    return missing


def test_presets_erase_what_pythons_do(page: Page, explorer: Server) -> None:
    open_view(page, explorer, "Uses")
    for preset, name in NAMES.items():
        choose(page, name)
        missing = erased(page)
        if preset.startswith("random"):
            assert missing.mean() == pytest.approx(int(preset[-2:]) / 100, abs=0.05)
        else:
            assert (missing == PRESETS[preset](1, torch.Generator())[0, 0].numpy()).all(), preset
        pressed = page.get_by_role("group", name="What is erased").locator("[aria-pressed=true]")
        expect(pressed).to_have_text(name)


def test_only_what_is_erased_is_filled_in(page: Page, explorer: Server) -> None:
    original = digit(SEVEN)
    open_repair(page, explorer, usedPicture="t0", erased="bottom-half")
    missing = expect_visible_untouched(page, original)
    assert missing[14:].all()
    assert not missing[:14].any()
    # What is filled in is not what was there, nor the same six times.
    six = completions(page)
    assert all(difference(picture, original) > 8 for picture in six)
    assert all(difference(six[0], other) > 8 for other in six[1:])
    assert heat(page)[missing].max() > 50

    # With the brush a stroke across the visible part, and one that brings a part back.
    drag(page, (3.5, 4.5), (24.5, 4.5))
    expect_done(page)
    brushed = expect_visible_untouched(page, original)
    assert brushed[4, 4:24].all()
    assert not brushed[10:14].any()
    assert brushed[14:].all()
    expect(page.get_by_text("A link keeps no brush strokes: it opens with “Bottom half”.")).to_be_visible()
    page.get_by_role("button", name="Bring back", exact=True).click()
    drag(page, (10.5, 20.5), (18.5, 20.5))
    expect_done(page)
    restored = expect_visible_untouched(page, original)
    assert not restored[20, 11:18].any()
    assert restored[4, 4:24].all()

    choose(page, "Nothing")
    expect(results(page)).to_be_hidden()
    expect(page.get_by_text("Nothing is erased. Choose")).to_be_visible()
    assert not erased(page).any()
    assert (shown_board(page) == original[..., np.newaxis]).all()


def test_link_shows_the_same_completions(page: Page, explorer: Server, open_page: OpenPage) -> None:
    open_repair(page, explorer, usedPicture="t3", erased="random-60", chains=5)
    first = completions(page)
    button(page, "Start again").click()
    expect(page).not_to_have_url(re.compile(r"chains=5\b"))
    expect_done(page)
    second = completions(page)
    assert difference(first, second) > 8
    other = open_page()
    other.goto(page.url)
    expect_done(other)
    assert (completions(other) == second).all()
    open_repair(other, explorer, usedPicture="t3", erased="random-60", chains=5)
    assert (completions(other) == first).all()


def test_steps_one_by_one(page: Page, explorer: Server) -> None:
    open_repair(page, explorer, usedPicture="t0", erased="left-half")
    at_once = completions(page)
    expect(button(page, "Run")).to_be_disabled()
    expect(button(page, "Step")).to_be_disabled()
    button(page, "Start again").click()
    button(page, "Step").click()
    expect(button(page, "Run")).to_be_enabled()
    choose(page, "Bottom half")  # paused, it waits at the start
    expect_done(page, 0)
    start = completions(page)
    button(page, "Step").click()
    expect_done(page, 1)
    expect(results(page).get_by_text("step 1 of 10")).to_be_visible()
    one = completions(page)
    assert difference(start, one) > 8
    button(page, "Step").click()
    expect_done(page, 2)
    assert difference(completions(page), one) > 8
    button(page, "Run").click()
    expect_done(page)
    assert difference(completions(page), at_once) > 8


def test_completion_opens_in_morph(page: Page, explorer: Server) -> None:
    open_repair(page, explorer, usedPicture="t0", erased="bottom-half")
    missing = erased(page)
    third = completions(page)[2]
    page.get_by_role("button", name="Completion 3: open its code in Morph", exact=True).click()
    expect_view(page, "Morph")
    decoded = page.get_by_role("img", name="Decoded picture", exact=True)
    expect(decoded).to_be_visible()
    side: int = decoded.evaluate("canvas => canvas.width")
    assert side == 28
    assert difference(read_picture(decoded)[missing], third[missing]) <= 1


@pytest.mark.parametrize("model", ["ae-2", "cvae-8", "fashion-20"])
def test_other_kinds_of_model(page: Page, explorer: Server, model: str) -> None:
    open_repair(page, explorer, model=model, usedPicture="t0", erased="centre")
    original = picture_atlas.read_atlas(picture_atlas.atlas_path(shipped(model)), 1)[0]
    expect_visible_untouched(page, original)
    given = results(page).get_by_text("decoded as ")
    expect(given.filter(visible=True)).to_have_count(CHAINS if model == "cvae-8" else 0)
    nouns = "pictures" if model == "fashion-20" else "digits"
    about = page.get_by_text(
        f"Of 2,000 codes drawn where the codes of training {nouns} lie (from a mixture of Gaussians fitted to them), "
        "the six that explain the visible pixels best"
    )
    assert ("samples z" in about.inner_text()) == (model != "ae-2")
    expect(page.get_by_text(f"Measured on 1,000 test {nouns}")).to_be_visible()


def test_table(page: Page, explorer: Server) -> None:
    table = shipped(MODEL).uses.imputation
    assert table is not None
    open_repair(page, explorer, usedPicture="t0", erased="centre")
    page.get_by_text("Measured on 1,000 test digits").click()
    shown = page.get_by_role("table").filter(has_text="named right")
    names = ["model", "pseudo-gibbs", "nearest", "mean"]
    for row in table.rows:
        cells = shown.get_by_role("row").filter(has_text=NAMES[row.preset]).get_by_role("cell")
        fills = [row.fills[name] for name in names]
        wanted = [f"{round(100 * row.missing)} %"]
        for fill in fills:
            assert fill.right_class is not None
            wanted += [f"{fill.squared_error:.3f}", f"{100 * fill.right_class:.1f} %"]
        expect(cells).to_have_text(wanted)
        best = [min(fill.squared_error for fill in fills), max(fill.right_class or 0 for fill in fills)]
        expect(cells.locator("strong")).to_have_text(
            [
                text
                for fill in fills
                for text, is_best in (
                    (f"{fill.squared_error:.3f}", fill.squared_error == best[0]),
                    (f"{100 * (fill.right_class or 0):.1f} %", fill.right_class == best[1]),
                )
                if is_best
            ]
        )
    expect(page.get_by_text(table.method)).to_be_visible()

    # Beside the pictures: the error of their mean, and what was measured with the same preset.
    (centre,) = [row for row in table.rows if row.preset == "centre"]
    missing, original = erased(page), digit(SEVEN) / 255
    mine = np.square(summary(page, "Mean") / 255 - original)[missing].mean()
    figures = results(page).get_by_role("row")
    assert float(figures.filter(has_text="Mean of these six").get_by_role("cell").inner_text()) == pytest.approx(
        mine, abs=0.001
    )
    for line, way in (("this model", "model"), ("the mean training digit", "mean")):
        expect(figures.filter(has_text=line).get_by_role("cell")).to_have_text(f"{centre.fills[way].squared_error:.3f}")


def test_nothing_but_settings_goes_to_the_server(page: Page, explorer: Server) -> None:
    sent = Sent(page)
    open_repair(page, explorer, usedPicture="t0", erased="bottom-half")
    before = sent.count()
    drag(page, (3.5, 4.5), (24.5, 4.5))
    expect_done(page)
    choose(page, "Centre")
    expect_done(page)
    sent.values(before, "settings", 1)
    messages = sent.values(before, "settings", 0)
    assert [message["erased"] for message in messages] == ["centre"]
    assert all(isinstance(value, str | int | float) for message in messages for value in message.values())


# The page's whole way, with the modules that it has itself loaded: codes, ranking, ten steps, mean, what it is read as.
RUN = (
    f"async ([manifest, baseUrl, pixels, masks, noise]) => {{ {MODULE}"
    + """
  const { openModel } = await module("model.js");
  const { SAMPLERS } = await module("samplers/registry.js");
  const { Computation } = await module("views/shared/computation.js");
  const { CANDIDATES, SEED, findCandidates, samplerOf } = await module("views/uses/candidates.js");
  const { CHAINS, Completions, STEPS } = await module("views/uses/completion.js");
  const model = openModel(manifest, baseUrl);
  const computation = new Computation(manifest, await model.encoder(), await model.decoderLogits());
  const classifier = await model.classifier();
  const bytes = text => Uint8Array.from(atob(text), each => each.charCodeAt(0));
  const text = numbers => btoa(Array.from(new Uint8Array(new Float32Array(numbers).buffer),
    byte => String.fromCharCode(byte)).join(""));
  const drain = work => { let next; do next = work.next(); while (!next.done); return next.value; };
  const images = new Float32Array(bytes(pixels).buffer);
  const missing = bytes(masks);
  const normals = new Float32Array(bytes(noise).buffer);
  const dim = manifest.latent_dim;
  const { name } = samplerOf(manifest);
  const draws = { count: CANDIDATES, dim, temperature: 1, seed: SEED };
  const codes = SAMPLERS[name].draw(await model.samplerTensors(name), draws);
  let candidates;
  await findCandidates(model, new AbortController().signal, found => (candidates = found));
  let used = 0;
  const found = [];
  for (let n = 0; n < images.length / 784; n++) {
    const [x, mask] = [images.slice(784 * n, 784 * (n + 1)), missing.slice(784 * n, 784 * (n + 1))];
    const starts = drain(candidates.best(x, mask, CHAINS));
    const completions = new Completions(manifest, x, mask, starts, 1);
    let first = null;
    for (let step = 0; step < STEPS; step++) {
      drain(completions.step(computation, () => normals.slice(used, (used += dim))));
      first ??= text(completions.chains.flatMap(({ pixels }) => [...pixels]));
    }
    const mean = completions.mean();
    const logits = [...classifier.run(mean)];
    found.push({
      codes: text(starts.flatMap(({ z }) => [...z])),
      labels: starts.map(({ label }) => label),
      logLikelihoods: starts.map(({ logLikelihood }) => logLikelihood),
      first, mean: text(mean), read: logits.indexOf(Math.max(...logits)),
    });
  }
  return { name, codes: text(codes), found };
}
"""
)


def run(page: Page, server: Server, model: str, images: torch.Tensor, missing: torch.Tensor, noise: Any) -> Any:
    packed = [base64.b64encode(array.numpy().tobytes()).decode() for array in (images, missing, noise)]
    return page.evaluate(RUN, [manifest_of(model), server.url + "/", *packed])


def floats(text: str, *shape: int) -> torch.Tensor:
    return torch.from_numpy(np.frombuffer(base64.b64decode(text), np.float32).copy()).view(*shape)


def pictures(model: str, count: int) -> torch.Tensor:
    """`(count, 1, 28, 28)` in 0…1: the first test pictures."""
    raw = picture_atlas.read_atlas(picture_atlas.atlas_path(shipped(model)), count)
    return torch.from_numpy(raw[:, np.newaxis].astype(np.float32) / 255)


@pytest.mark.parametrize("model", ["mlp-20", "conv-2", "ae-2", "cvae-8"])
def test_completions_are_pythons(page: Page, explorer: Server, model: str) -> None:
    """With the same codes and noise, `pseudo_gibbs.fill` ranks the same, and fills in the same."""
    presets = ["bottom-half", "random-60", "centre"]
    images = pictures(model, len(presets))
    missing = torch.cat([PRESETS[name](1, torch.Generator().manual_seed(1)) for name in presets])
    dim = shipped(model).config.latent_dim
    randoms = [torch.Generator().manual_seed(n) for n in range(len(images))]
    noise = torch.stack([torch.randn((CHAINS, dim), generator=random) for random in randoms for _ in range(STEPS)])
    open_view(page, explorer, "Uses", model)
    answer = run(page, explorer, model, images, missing, noise)

    network = torch_model(model)
    assert answer["name"] == pseudo_gibbs.sampler_of(network).name
    codes = floats(answer["codes"], -1, dim)
    assert len(codes) == pseudo_gibbs.CANDIDATES
    labels = torch.arange(len(codes)) % max(1, network.config.classes)
    among = pseudo_gibbs.Candidates(network.decode_logits(codes, labels), labels)
    for n, found in enumerate(answer["found"]):
        x, erased_here = images[n : n + 1], missing[n : n + 1]
        explained = pseudo_gibbs.each_visible_log_likelihood(among.logits, x, ~erased_here, network.config.likelihood)
        best = explained[0].topk(CHAINS)
        assert np.allclose(found["logLikelihoods"], best.values.numpy(), rtol=1e-4, atol=1e-2)
        assert torch.equal(floats(found["codes"], CHAINS, dim), codes[best.indices])
        if network.config.classes:
            assert found["labels"] == labels[best.indices].tolist()
        start = among.logits[best.indices].sigmoid().view(-1, 1, 28, 28)
        many = (x.repeat(CHAINS, 1, 1, 1), erased_here.repeat(CHAINS, 1, 1, 1))
        again = torch.Generator().manual_seed(n)
        first = next(pseudo_gibbs.chain(network, *many, start, labels[best.indices], again)).filled
        assert float((floats(found["first"], CHAINS, 1, 28, 28) - first).abs().max()) <= 1e-3
        again = torch.Generator().manual_seed(n)
        filled = pseudo_gibbs.fill(network, x, erased_here, among, again, chains=CHAINS, steps=STEPS)
        assert float((floats(found["mean"], 1, 1, 28, 28) - filled).abs().max()) <= 1e-2


def test_digits_are_recognised(page: Page, explorer: Server) -> None:
    """Most of twenty test digits are read as what they are: of 1,000, the table says 98 and 91 %."""
    images = pictures(MODEL, 20)
    dim = shipped(MODEL).config.latent_dim
    labels = shipped(MODEL).codes["label"][: len(images)].tolist()
    random = torch.Generator().manual_seed(0)
    noise = torch.randn((len(images), STEPS, CHAINS, dim), generator=random)
    open_view(page, explorer, "Uses")
    for preset, least in (("every-second-row", 19), ("bottom-half", 15)):
        missing = PRESETS[preset](len(images), random)
        found = run(page, explorer, MODEL, images, missing, noise)["found"]
        right = sum(each["read"] == label for each, label in zip(found, labels, strict=True))
        assert right >= least, f"{preset}: {right} of {len(images)}"


def test_readings(page: Page, explorer: Server) -> None:
    open_repair(page, explorer, usedPicture="t0", erased="every-second-row")
    assert readings(page) == 7 * ["7"]  # six and their mean


def test_no_picture_and_a_drawing(page: Page, explorer: Server) -> None:
    open_repair(page, explorer, usedPicture="t0", erased="bottom-half")
    page.get_by_role("button", name="Clear", exact=True).click()
    expect(page.get_by_text("Nothing to repair yet: draw something, or choose a picture.")).to_be_visible()
    expect(results(page)).to_be_hidden()
    expect(board(page)).to_be_hidden()
    box = page.get_by_role("img", name="Draw a digit here").bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + 0.2 * box["height"])
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + 0.8 * box["height"], steps=6)
    page.mouse.up()
    expect_done(page)
    original = summary(page, "Original")
    assert original.max() > 200
    expect_visible_untouched(page, original)


@pytest.mark.console_errors("net::ERR_FAILED")
def test_codes_that_do_not_come(open_page: OpenPage, explorer: Server) -> None:
    page = open_page(new_tab=True)
    page.route("**/*mixture*", lambda route: route.abort())
    page.goto(f"{explorer.url}/uses?model={MODEL}&use=repair")
    retry = page.get_by_role("alert").get_by_role("button", name="Try again")
    expect(retry).to_be_visible()
    expect(page.get_by_text("Looking for codes")).to_have_count(0)
    page.unroute("**/*mixture*")
    retry.click()
    expect_done(page)
    expect(page.get_by_role("alert")).to_have_count(0)


def test_phone(phone_page: Page, explorer: Server) -> None:
    open_repair(phone_page, explorer, usedPicture="t0", erased="bottom-half")
    assert phone_page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    small = (
        phone_page.locator(".vx-repair")
        .locator("button:not(.vx-cell), summary")
        .evaluate_all(
            "nodes => nodes.filter(node => node.getBoundingClientRect().height < 39.5).map(node => node.textContent)"
        )
    )
    assert small == []
    assert violations(phone_page) == []


def test_laptop_shows_all_at_once(page: Page, dark_page: Page, explorer: Server) -> None:
    for each in (page, dark_page):
        open_repair(each, explorer, usedPicture="t0", erased="bottom-half")
        assert each.get_by_test_id("stMain").evaluate("main => main.scrollHeight <= main.clientHeight")
        assert violations(each) == []

"""What a browser keeps of the models that were trained in it: tabs, limits, and browsers that keep nothing."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Page

from tests.browser.conftest import OpenPage
from tests.browser.modules_page import modules_server
from tests.browser.waiting import wait_until

ADDRESS = "vae_explorer/frontend/own/own_models.js"

# `store` is open and `model` makes one; the value is what `act` returns, or the sentence that a person sees.
ASK = """
async ([url, act]) => {
  const { openOwnModels, StoreError } = await import(url);
  const noise = (bytes) => {
    const made = new Uint8Array(bytes); // what can be compressed takes little room
    for (let at = 0; at < bytes; at += 65536) crypto.getRandomValues(made.subarray(at, at + 65536));
    return made;
  };
  const model = (title, bytes = 1000) => [
    { facts: { title }, figures: ["2 dimensions"] },
    new Map([["model.json", new Uint8Array([1, 2])], ["weights.safetensors", noise(bytes)]]),
  ];
  const AsyncFunction = (async () => {}).constructor;
  let store = null;
  try {
    store = await openOwnModels();
    return await new AsyncFunction("store", "model", act)(store, model);
  } catch (error) {
    if (!(error instanceof StoreError)) throw error;
    return error.message;
  } finally {
    store?.close();
  }
}
"""

TITLES = "return (await store.list()).map(({ facts }) => facts.title);"
ADD = "await store.add(...model(%r)); "
# In a tab that goes on: it holds the store open.
HOLD = """
async (url) => {
  globalThis.store = await (await import(url)).openOwnModels();
}
"""


@pytest.fixture(scope="module")
def modules() -> Iterator[str]:
    with modules_server() as url:
        yield url


@pytest.fixture
def tab(open_page: OpenPage, modules: str) -> Page:
    """A browser that has kept nothing yet."""
    page = open_page(new_tab=True)
    page.goto(modules)
    return page


def ask(page: Page, modules: str, act: str) -> Any:
    return page.evaluate(ASK, [modules + ADDRESS, act])


def another(page: Page, modules: str) -> Page:
    """Another tab of the same browser."""
    other = page.context.new_page()
    other.goto(modules)
    return other


def test_kept_over_a_reload_and_in_another_tab(tab: Page, modules: str) -> None:
    assert ask(tab, modules, TITLES) == []
    kept = ask(tab, modules, "return store.add(...model('first'));")
    ask(tab, modules, ADD % "second")
    tab.reload()
    for page in (tab, another(tab, modules)):
        assert ask(page, modules, TITLES) == ["second", "first"]
        assert ask(page, modules, f"return store.get({kept['id']!r});") == kept
        files = f"return Array.from(await store.files({kept['id']!r}), ([name, body]) => [name, body.length]);"
        assert ask(page, modules, files) == [["model.json", 2], ["weights.safetensors", 1000]]
    assert kept["figures"] == ["2 dimensions"]
    assert len(kept["id"]) == 12


def test_removed_in_one_tab_is_gone_in_the_other(tab: Page, modules: str) -> None:
    other = another(tab, modules)
    other.evaluate(HOLD, modules + ADDRESS)
    kept = ask(tab, modules, "return store.add(...model('first'));")
    ask(tab, modules, f"await store.remove({kept['id']!r}); await store.remove({kept['id']!r});")
    assert other.evaluate("store.list()") == []
    gone = f"return [await store.get({kept['id']!r}), await store.files({kept['id']!r})];"
    assert ask(other, modules, gone) == [None, None]


def test_ten_are_kept_whichever_tabs_add_them(tab: Page, modules: str) -> None:
    other = another(tab, modules)
    for number in range(8):
        ask(tab, modules, ADD % f"model {number}")
    for page in (tab, other):
        page.evaluate(HOLD, modules + ADDRESS)
        page.evaluate(
            "globalThis.results = Promise.allSettled([1, 2, 3].map(() =>"
            " store.add({ facts: { title: 'at once' }, figures: [] }, new Map([['a', new Uint8Array(10)]])))), null"
        )
    results = [each for page in (tab, other) for each in page.evaluate("results")]
    assert sum(each["status"] == "fulfilled" for each in results) == 2
    assert len(ask(tab, modules, TITLES)) == 10
    assert "10 models already" in ask(tab, modules, ADD % "one more")
    ask(tab, modules, "await store.remove((await store.list())[0].id);")
    ask(tab, modules, ADD % "one more")
    assert ask(tab, modules, TITLES)[0] == "one more"


def test_no_room_is_a_sentence_and_leaves_nothing_half(tab: Page, modules: str) -> None:
    session = tab.context.new_cdp_session(tab)
    session.send("Storage.overrideQuotaForOrigin", {"origin": modules.rstrip("/"), "quotaSize": 200_000})
    ask(tab, modules, ADD % "small")
    assert "There is no room left" in ask(tab, modules, "await store.add(...model('large', 20_000_000));")
    assert ask(tab, modules, TITLES) == ["small"]
    ask(tab, modules, ADD % "another")
    assert ask(tab, modules, TITLES) == ["another", "small"]


def test_a_tab_that_is_closed_meanwhile_leaves_all_or_nothing(tab: Page, modules: str) -> None:
    for number in range(4):
        other = another(tab, modules)
        other.evaluate(HOLD, modules + ADDRESS)
        other.evaluate(
            "() => { const files = new Map([['a', new Uint8Array(3e7)]]);"
            " store.add({ facts: { title: 'large' }, figures: [] }, files); return null; }"
        )
        if number % 2:
            other.wait_for_timeout(10 * number)
        other.close()
    whole = "return Promise.all((await store.list()).map(async ({ id }) => (await store.files(id)).get('a').length));"
    assert set(ask(tab, modules, whole)) <= {30_000_000}


def test_a_version_of_the_future(tab: Page, modules: str) -> None:
    tab.evaluate(HOLD, modules + ADDRESS)
    newer = another(tab, modules)
    opened = newer.evaluate(
        """() => new Promise((resolve) => {
          const request = indexedDB.open("vae-explorer", 99);
          request.onupgradeneeded = () => resolve([...request.result.objectStoreNames]);
          request.onblocked = () => resolve("blocked");
        })"""
    )
    assert opened == ["files", "models"]  # the older tab has let go
    failed = "store.list().then(() => 'listed', ({ name, message }) => `${name}: ${message}`)"
    assert tab.evaluate(failed).startswith("StoreError: A newer version of this program is open in another tab")
    newer.close()
    assert "kept by a newer version" in ask(tab, modules, TITLES)


@pytest.mark.parametrize("by", ["the browser", "another tab"])
def test_data_are_deleted_while_a_tab_is_open(tab: Page, modules: str, by: str) -> None:
    ask(tab, modules, ADD % "first")
    tab.evaluate(HOLD, modules + ADDRESS)
    if by == "the browser":
        session = tab.context.new_cdp_session(tab)
        session.send("Storage.clearDataForOrigin", {"origin": modules.rstrip("/"), "storageTypes": "indexeddb"})
    else:
        another(tab, modules).evaluate(
            """() => new Promise((resolve) => {
              indexedDB.deleteDatabase("vae-explorer").onsuccess = () => resolve(null);
            })"""
        )
    failed = "() => store.list().then(() => 'listed', ({ name, message }) => `${name}: ${message}`)"
    wait_until(
        tab, lambda: tab.evaluate(failed).startswith("StoreError: The data of this page were deleted"), "it is not said"
    )
    assert ask(tab, modules, TITLES) == []


@pytest.mark.parametrize(
    "lack",
    ["globalThis.indexedDB = undefined", "indexedDB.open = () => { throw new DOMException('', 'SecurityError') }"],
)
def test_no_indexed_db(open_page: OpenPage, modules: str, lack: str) -> None:
    page = open_page(new_tab=True)
    page.add_init_script(
        f"Object.defineProperty(globalThis, 'indexedDB', {{ value: indexedDB, writable: true }}); {lack}"
    )
    page.goto(modules)
    assert "does not let the page keep models" in ask(page, modules, TITLES)


def test_a_page_that_may_keep_nothing(tab: Page, modules: str) -> None:
    """As in some private windows: here a page without an origin."""
    tab.set_content("<iframe sandbox='allow-scripts' src='/'></iframe>")
    frame = tab.frames[1]
    frame.wait_for_load_state()
    assert "does not let the page keep models" in frame.evaluate(ASK, [modules + ADDRESS, TITLES])

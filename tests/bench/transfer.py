"""What a page fetches with a cold cache, and how long that takes a slow phone."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlsplit

from playwright.sync_api import Browser, Page

from tests.bench.visit import WATCH_FIRST_PICTURE, fresh_page
from tests.browser.conftest import PHONE
from tests.browser.visitor import expect_view
from tests.server import Server

# A slow phone: what arrives in bytes a second (2 Mbit/s), after how many milliseconds, and by how much its processor is
# slower than this machine.
BANDWIDTH = 250_000
LATENCY_MS = 100
SLOWER = 4

MEGABYTE = 1_000_000
QUIET_MS = 3000

# When Streamlit's own scripts and style sheets had come that the page could not begin without, in milliseconds.
STREAMLIT_CAME = """
() => Math.max(
  ...performance.getEntriesByType("resource")
    .filter(({ name, initiatorType }) => !name.includes("/vx/") && ["script", "link", "other"].includes(initiatorType))
    .map(({ responseEnd }) => responseEnd)
    .filter(end => end < benchFirst),
)
"""


@dataclass
class Fetched:
    """`ours`, `streamlit`: megabytes as they travel, with their headers; `modules`: requests for the frontend."""

    ours: float = 0
    streamlit: float = 0
    modules: int = 0


def fetched(browser: Browser, server: Server, title: str, model: str) -> Fetched:
    """What a page of a model fetches until nothing has come for a while; nobody touches it."""
    with fresh_page(browser) as page:
        found = _count(page)
        page.goto(f"{server.url}/{'' if title == 'Morph' else title.lower()}?model={model}")
        expect_view(page, title)
        page.wait_for_timeout(QUIET_MS)
        return found


def slow_phone_seconds(browser: Browser, server: Server, model: str) -> tuple[float, float]:
    """From the start of the navigation until Streamlit's part has come, and from then to the first picture."""
    with fresh_page(browser, viewport=PHONE, is_mobile=True, has_touch=True) as page:
        session = page.context.new_cdp_session(page)
        session.send("Network.enable")
        conditions = {
            "offline": False,
            "latency": LATENCY_MS,
            "downloadThroughput": BANDWIDTH,
            "uploadThroughput": BANDWIDTH,
        }
        session.send("Network.emulateNetworkConditions", conditions)
        session.send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
        page.add_init_script(WATCH_FIRST_PICTURE)
        page.goto(f"{server.url}/?model={model}", wait_until="commit")
        page.wait_for_function("window.benchFirst")
        came, first = page.evaluate(STREAMLIT_CAME), page.evaluate("benchFirst")
        return came / 1000, (first - came) / 1000


def _count(page: Page) -> Fetched:
    """Keeps count of what the page fetches."""
    session = page.context.new_cdp_session(page)
    session.send("Network.enable")
    urls: dict[str, str] = {}
    found = Fetched()

    def sent(event: dict) -> None:
        urls[event["requestId"]] = event["request"]["url"]

    def arrived(event: dict) -> None:
        path = urlsplit(urls.get(event["requestId"], "")).path
        size = event["encodedDataLength"] / MEGABYTE
        if "/vx/" in path:
            found.ours += size
            found.modules += "/vx/frontend/" in path
        else:
            found.streamlit += size

    session.on("Network.requestWillBeSent", sent)
    session.on("Network.loadingFinished", arrived)
    return found

"""A real server and a real browser: `explorer` runs the app, `page` is a fresh visitor at a laptop.

    explorer       the server, one a worker; `explorer.url`, `explorer.models`, which is emptied after each test
    page           1366x768, light; any error in its console fails the test
    dark_page      the same, for a person who prefers dark
    phone_page     390x844, touch
    open_page      makes any other: open_page(viewport=..., color_scheme=..., ...); with new_tab=True for a test that
                   adds to it what cannot be taken away again: scripts, emulations, routes of a WebSocket
    start_explorer makes another server: for a test of its start
    next_server    one server after the other at the same address: for a test of a restart

`@pytest.mark.console_errors("pattern")` allows the errors that a test provokes.
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable, Generator, Iterator
from contextlib import AbstractContextManager, ExitStack, suppress
from pathlib import Path
from typing import Any, Protocol

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Error, Page, Playwright, Request, expect, sync_playwright

from tests.browser.browser_path import NoBrowserError, launch
from tests.browser.tabs import Tabs
from tests.server import Server, free_port, serve

HERE = Path(__file__).resolve().parent
LAPTOP = {"width": 1366, "height": 768}
PHONE = {"width": 390, "height": 844}

# How long a test waits for what it expects to see. Nothing takes two seconds on an idle machine, but a busy one with
# two cores has been seen to need more than twenty for the map.
PATIENCE_MS = 60_000

# What a failing test shows beside its traceback: the server with the size of its log before, the pages.
SERVER = pytest.StashKey[tuple[Server, int]]()
PAGES = pytest.StashKey[list[tuple[Page, Path]]]()
FAILED = pytest.StashKey[bool]()


class OpenPage(Protocol):
    """Makes a page in a context of its own; `options` are those of Playwright's `new_context`."""

    def __call__(self, *, new_tab: bool = False, **options: Any) -> Page: ...


class StartExplorer(Protocol):
    """Starts another server; `env` is added to its environment."""

    def __call__(self, env: dict[str, str] | None = None) -> Server: ...


class NextServer(Protocol):
    """Runs a server as long as the context lasts."""

    def __call__(self) -> AbstractContextManager[Server]: ...


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if HERE in item.path.parents:
            item.add_marker(pytest.mark.browser)
            item.add_marker(pytest.mark.no_cover)  # the server runs in a process of its own; watching costs a tenth


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    item.stash[FAILED] = report.failed or item.stash.get(FAILED, False)
    if report.failed and SERVER in item.stash:
        server, start = item.stash[SERVER]
        report.sections.append(("what the server said", server.log(start) or "(nothing)"))
    if report.failed and report.when == "call":
        opened: list[tuple[Page, Path]] = item.stash.get(PAGES, [])
        for number, (page, folder) in enumerate(opened, start=1):
            with suppress(Error):
                picture = folder / f"page-{number}.png"
                page.screenshot(path=picture)
                report.sections.append(("what the page showed", str(picture)))
    return report


@pytest.fixture(scope="session")
def running_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with serve(tmp_path_factory.mktemp("explorer")) as server:
        yield server


@pytest.fixture
def explorer(running_server: Server, request: pytest.FixtureRequest) -> Iterator[Server]:
    """The explorer that runs for all tests of a worker; what a test leaves in its folder of models is removed."""
    request.node.stash[SERVER] = (running_server, running_server.log_size())
    yield running_server
    for folder in running_server.models.iterdir():
        shutil.rmtree(folder)


@pytest.fixture
def start_explorer(tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest) -> Iterator[StartExplorer]:
    """Makes servers that only this test uses."""
    with ExitStack() as stack:

        def start(env: dict[str, str] | None = None) -> Server:
            server = stack.enter_context(serve(tmp_path_factory.mktemp("explorer"), env=env))
            request.node.stash[SERVER] = (server, 0)
            return server

        yield start


@pytest.fixture
def next_server(tmp_path_factory: pytest.TempPathFactory) -> NextServer:
    """Servers at one address, by which a browser keeps things; each in a new folder, and knowing of none before it."""
    env = {"STREAMLIT_SERVER_PORT": str(free_port())}
    return lambda: serve(tmp_path_factory.mktemp("explorer"), env=env)


# Not for the whole session: Playwright keeps an event loop in this thread, and a test elsewhere may want its own.
@pytest.fixture(scope="package")
def playwright() -> Iterator[Playwright]:
    with sync_playwright() as instance:
        expect.set_options(timeout=PATIENCE_MS)
        yield instance


@pytest.fixture(scope="package")
def browser(playwright: Playwright) -> Iterator[Browser]:
    try:
        instance = launch(playwright)
    except NoBrowserError as error:
        raise pytest.fail.Exception(str(error), pytrace=False) from None
    yield instance
    instance.close()


@pytest.fixture(scope="package")
def tabs(browser: Browser) -> Tabs:
    return Tabs(browser)


@pytest.fixture
def open_page(
    browser: Browser,
    tabs: Tabs,
    explorer: Server,
    start_explorer: StartExplorer,
    tmp_path: Path,
    request: pytest.FixtureRequest,
) -> Iterator[OpenPage]:
    """Makes pages. When the test ends, none may have reported an error or asked another machine for anything.

    It asks for `explorer` and `start_explorer` so that no server and no model goes before the pages that show it.
    """
    problems: list[str] = []
    shown = request.node.stash.setdefault(PAGES, [])
    opened: list[tuple[Page, dict[str, Any] | None, Callable[[], None]]] = []

    def open_page(*, new_tab: bool = False, **options: Any) -> Page:
        options = {"viewport": LAPTOP, "locale": "en-GB", **options}
        page = browser.new_context(**options).new_page() if new_tab else tabs.take(options)
        page.set_default_timeout(PATIENCE_MS)
        opened.append((page, None if new_tab else options, _watch(page, problems.append)))
        shown.append((page, tmp_path))
        return page

    yield open_page

    for page, options, unwatch in opened:
        if options is None or page.is_closed() or request.node.stash[FAILED]:
            page.context.close()
        else:
            tabs.give_back(page, options)
        unwatch()
    patterns = [marker.args[0] for marker in request.node.iter_markers("console_errors")]
    unexpected = [text for text in problems if not any(re.search(pattern, text) for pattern in patterns)]
    if unexpected:
        pytest.fail("The page reported errors:\n" + "\n".join(unexpected), pytrace=False)


@pytest.fixture
def page(open_page: OpenPage) -> Page:
    return open_page()


@pytest.fixture
def dark_page(open_page: OpenPage) -> Page:
    return open_page(color_scheme="dark")


@pytest.fixture
def phone_page(open_page: OpenPage) -> Page:
    return open_page(viewport=PHONE, device_scale_factor=2, has_touch=True, is_mobile=True)


def _watch(page: Page, report: Callable[[str], None]) -> Callable[[], None]:
    """Report what goes wrong in a page, until the function that is returned is called."""

    def on_console(message: ConsoleMessage) -> None:
        if message.type == "error":
            report(f"console: {message.text} ({message.location['url']})")

    def on_request(sent: Request) -> None:
        if not re.match(r"(https?|wss?)://(127\.0\.0\.1|localhost)[:/]|data:|blob:|about:", sent.url):
            report(f"asked another machine: {sent.url}")

    listeners: dict[Any, Callable[..., None]] = {
        "console": on_console,
        "pageerror": lambda error: report(f"page error: {error.name}: {error.stack or error.message}"),
        "crash": lambda _: report("the page crashed"),
        "request": on_request,
    }
    for event, listener in listeners.items():
        page.on(event, listener)

    def unwatch() -> None:
        for event, listener in listeners.items():
            page.remove_listener(event, listener)

    return unwatch

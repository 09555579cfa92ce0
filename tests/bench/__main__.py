"""Prints the table: `python -m tests.bench`, or `make bench`. Takes some minutes; best on an idle machine."""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from statistics import median, quantiles

from playwright.sync_api import Browser, expect, sync_playwright

from tests.bench import machine, process, train_page, training, transfer, visit
from tests.browser.browser_path import launch
from tests.browser.visitor import SHIPPED
from tests.server import Server, serve

RUNS = 5
SESSIONS = 10
PATIENCE_MS = 60_000

# What is measured, the figure, and what it should be.
Row = tuple[str, str, str]


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("--runs", type=int, default=RUNS, help="how often each figure is taken (default: %(default)s)")
    parser.add_argument(
        "--data-dir", type=Path, help="folder of MNIST: then also a map of its 60,000 training digits is looked at"
    )
    given = parser.parse_args()
    runs = given.runs
    with sync_playwright() as playwright, tempfile.TemporaryDirectory() as folder:
        expect.set_options(timeout=PATIENCE_MS)
        browser = launch(playwright)
        print(machine.describe(browser.version), f"Medians of {runs} runs.", sep="\n", end="\n\n", flush=True)
        for row in rows_of_process(runs):
            show(row)
        with tempfile.TemporaryDirectory() as fetched:
            for row in training.rows(browser, Path(fetched), runs):
                show(row)
        with serve(Path(folder)) as server:
            for row in train_page.rows(browser, server, runs):
                show(row)
            for model in SHIPPED:
                for row in rows_of_model(browser, server, model, runs):
                    show(row)
            for row in rows_of_memory(browser, server):
                show(row)
            if given.data_dir:
                for row in rows_of_map(browser, server, training_map(server, given.data_dir), runs):
                    show(row)
        browser.close()


def rows_of_process(runs: int) -> Iterator[Row]:
    process.start_seconds()  # after this the disk is warm
    yield "server ready", seconds(times(process.start_seconds, runs)), "at most 3 s"


def rows_of_model(browser: Browser, server: Server, model: str, runs: int) -> Iterator[Row]:
    drags = [visit.drag(browser, server, model) for _ in range(runs)]
    for event, latencies, wanted in (
        ("input event to painted", [percentiles(drag.inputs) for drag in drags], "at most 16 ms"),
        ("pointer moved to painted", [percentiles(drag.moves) for drag in drags], "with the wait for a frame"),
        ("filmstrips behind", [percentiles(drag.strips) for drag in drags], "at most 150 ms"),
    ):
        yield f"{model}: {event}, p50", f"{median(p50 for p50, _ in latencies):.1f} ms", ""
        yield f"{model}: {event}, p95", f"{median(p95 for _, p95 in latencies):.1f} ms", wanted
    yield f"{model}: pictures a second", f"{median(drag.rate for drag in drags):.1f}", "at least 55"
    slow = times(lambda: visit.drag(browser, server, model, transfer.SLOWER).rate, runs)
    yield f"{model}: pictures a second, 4 times slower", f"{median(slow):.1f}", "at least 30"
    yield f"{model}: messages while dragging", f"{sum(drag.messages for drag in drags)}", "0"
    yield from rows_of_encode(browser, server, model, runs)
    decoder = times(lambda: visit.decoder_milliseconds(browser, server, model), runs)
    yield f"{model}: decoder, one picture", f"{median(decoder):.2f} ms", ""
    first = times(lambda: visit.first_picture_seconds(browser, server, model), runs)
    yield f"{model}: first picture, cold cache", seconds(first), "at most 2.5 s"
    yield from rows_of_transfer(browser, server, model, runs)
    yield from rows_of_map(browser, server, model, runs)


def rows_of_encode(browser: Browser, server: Server, model: str, runs: int) -> Iterator[Row]:
    """A stroke on Encode until reconstruction, posterior and loss are painted."""
    three = ",".join(f"shipped/{other}" for other in (*SHIPPED, "conv-2", "ae-2") if other != model)
    for what, slower, compared, most, least in (
        ("stroke", 1, "", "at most 16 ms", "at least 55"),
        ("stroke, 4 models compared", 1, three, "at most 33 ms", ""),
        ("stroke, 4 times slower", transfer.SLOWER, "", "", "at least 30"),
    ):
        drawn = [visit.stroke(browser, server, model, slower, compared) for _ in range(runs)]
        for event, latencies, wanted in (
            ("to painted", [percentiles(each.inputs) for each in drawn], most),
            ("moved to painted", [percentiles(each.moves) for each in drawn], "with the wait for a frame"),
        ):
            yield f"{model}: {what}, {event}, p50", f"{median(p50 for p50, _ in latencies):.1f} ms", ""
            yield f"{model}: {what}, {event}, p95", f"{median(p95 for _, p95 in latencies):.1f} ms", wanted
        yield f"{model}: {what}, pictures a second", f"{median(each.rate for each in drawn):.1f}", least
        yield f"{model}: {what}, messages", f"{sum(each.messages for each in drawn)}", "0"


def rows_of_transfer(browser: Browser, server: Server, model: str, runs: int) -> Iterator[Row]:
    for title, wanted in (("Morph", "at most 1.3 MB"), ("Map", "at most 3.2 MB")):
        found = transfer.fetched(browser, server, title, model)
        yield f"{model}: {title}, ours", f"{found.ours:.2f} MB", wanted
        yield f"{model}: {title}, Streamlit's", f"{found.streamlit:.2f} MB", ""
        yield f"{model}: {title}, requests for modules", f"{found.modules}", "at most 12"
    slow = [transfer.slow_phone_seconds(browser, server, model) for _ in range(runs)]
    yield f"{model}: slow phone, Streamlit has come", seconds([came for came, _ in slow]), ""
    yield f"{model}: slow phone, first picture after it", seconds([first for _, first in slow]), "at most 5 s"


def rows_of_map(browser: Browser, server: Server, model: str, runs: int) -> Iterator[Row]:
    maps = [visit.map_seconds(browser, server, model) for _ in range(runs)]
    yield f"{model}: map, points painted", seconds([points for points, _ in maps]), "at most 2 s for 10,000"
    yield f"{model}: map, Plotly has drawn", seconds([chart for _, chart in maps]), ""
    hover = times(lambda: visit.hover_rate(browser, server, model), runs)
    yield f"{model}: map, cards a second", f"{median(hover):.1f}", "at least 45 for 10,000"


def training_map(server: Server, data_dir: Path) -> str:
    """Has the training digits encoded by the command line and returns the model that shows them."""
    name = f"{SHIPPED[0]}-train"
    options = ["--data-dir", str(data_dir), "--output", str(server.models / name), "--landmarks", "1000"]
    subprocess.run([sys.executable, "-m", "train", "map", SHIPPED[0], *options], check=True, stdout=subprocess.DEVNULL)
    return f"own/{name}"


def rows_of_memory(browser: Browser, server: Server) -> Iterator[Row]:
    with visit.visitors(browser, server, SESSIONS, SHIPPED):
        held, torch = process.resident_megabytes(server), process.holds_torch(server)
    yield f"web process, {SESSIONS} sessions", "no /proc here" if held is None else f"{held:.0f} MB", "at most 250 MB"
    yield "torch in it", {None: "no /proc here", True: "yes", False: "no"}[torch], "no"


def times(measure: Callable[[], float], runs: int) -> list[float]:
    return [measure() for _ in range(runs)]


def percentiles(values: list[float]) -> tuple[float, float]:
    """(p50, p95)"""
    cuts = quantiles(values, n=20, method="inclusive")
    return cuts[9], cuts[18]


def seconds(values: list[float]) -> str:
    return f"{median(values):.2f} s"


def show(row: Row) -> None:
    what, figure, wanted = row
    print(f"{what:<60}{figure:>14}   {wanted}".rstrip(), flush=True)


if __name__ == "__main__":
    main()

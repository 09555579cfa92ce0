"""Prints how the server fares with a class on it: `python -m tests.load`, or `make load`. Takes five minutes.

All is on this machine: the visitors, which are in this process, and a real browser take their part of its cores.
"""

from __future__ import annotations

import argparse
import asyncio
import random
import tempfile
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median

from playwright.sync_api import expect, sync_playwright

from tests.bench import machine, process
from tests.bench.__main__ import PATIENCE_MS, percentiles
from tests.bench.visit import Drag, drag
from tests.browser.browser_path import launch
from tests.load.visitor import Visitor, VisitorGoneError
from tests.server import Server, serve
from vae_explorer.pages import PAGES

MODELS = ("mlp-20", "conv-20", "conv-2")
WANDERERS = 5
PAUSE_S = 5.0


@dataclass
class Seen:
    """What was seen of a class: seconds, and megabytes."""

    commits: list[float] = field(default_factory=list)
    runs: list[float] = field(default_factory=list)
    openings: list[float] = field(default_factory=list)
    drags: list[Drag] = field(default_factory=list)
    memory: list[float] = field(default_factory=list)
    dropped: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Lesson:
    """A class: how many visitors open the app in `opening_s`, how often each acts, and for how long."""

    title: str
    visitors: int
    every_s: float
    lasts_s: float
    wanted_ms: float
    opening_s: float = 10.0


LESSONS = (
    Lesson("100 visitors, a commit every 5 s", 100, 5, 120, 50),
    Lesson("100 visitors, a commit a second", 100, 1, 60, 150),
    Lesson("60 visitors, three commits a second", 60, 1 / 3, 30, 500),
)


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.load", description=__doc__)
    parser.add_argument("--part", type=float, default=1.0, help="of each lesson's time (default: %(default)s)")
    part = parser.parse_args().part
    with sync_playwright() as playwright:
        browser = launch(playwright)
        print(machine.describe(browser.version), end="\n\n", flush=True)
        browser.close()
    expect.set_options(timeout=PATIENCE_MS)
    for lesson in LESSONS:
        with tempfile.TemporaryDirectory() as folder, serve(Path(folder)) as server:
            seen = asyncio.run(teach(server, lesson, part))
            show(lesson, seen, server.log())


async def teach(server: Server, lesson: Lesson, part: float) -> Seen:
    seen = Seen()
    end = time.monotonic() + lesson.opening_s + lesson.lasts_s * part
    watching = asyncio.create_task(watch_memory(server, seen))
    dragging = asyncio.to_thread(drag_in_a_browser, server, seen, end)
    visits = (visit(server, lesson, seen, number, end) for number in range(lesson.visitors))
    await asyncio.gather(dragging, *visits)
    watching.cancel()
    return seen


async def visit(server: Server, lesson: Lesson, seen: Seen, number: int, end: float) -> None:
    chance = random.Random(number)  # noqa: S311
    await asyncio.sleep(lesson.opening_s * number / lesson.visitors)
    visitor = Visitor(server.url, MODELS[number % len(MODELS)])
    try:
        seen.openings.append(await visitor.open())
        acting = [repeat(lesson.every_s, end, chance, lambda: commit(visitor, chance, seen))]
        if number < WANDERERS:
            acting.append(repeat(PAUSE_S, end, chance, lambda: wander(visitor, chance, seen)))
        await asyncio.gather(*acting)
        await visitor.close()
    except (VisitorGoneError, OSError) as error:
        seen.dropped.append(str(error))


async def repeat(every_s: float, end: float, chance: random.Random, act: Callable[[], Awaitable[None]]) -> None:
    """Act in this rhythm, beginning anywhere in it; what takes longer delays the next."""
    due = time.monotonic() + every_s * chance.random()
    while due < end:
        await asyncio.sleep(max(0.0, due - time.monotonic()))
        await act()
        due = max(due + every_s, time.monotonic())


async def commit(visitor: Visitor, chance: random.Random, seen: Seen) -> None:
    seen.commits.append(await visitor.commit([chance.gauss(0, 1) for _ in range(20)]))


async def wander(visitor: Visitor, chance: random.Random, seen: Seen) -> None:
    """Go to another page, or choose another model."""
    if chance.random() < 0.5:
        seen.runs.append(await visitor.go(chance.choice(PAGES).view))
    else:
        seen.runs.append(await visitor.choose(f"shipped/{chance.choice(MODELS)}"))


def drag_in_a_browser(server: Server, seen: Seen, end: float) -> None:
    """One page after another in a real browser, with a slider dragged on it."""
    with sync_playwright() as playwright:
        browser = launch(playwright)
        while time.monotonic() < end:
            seen.drags.append(drag(browser, server, MODELS[0]))
        browser.close()


async def watch_memory(server: Server, seen: Seen) -> None:
    while True:
        seen.memory.append(process.resident_megabytes(server) or 0)
        await asyncio.sleep(1)


def show(lesson: Lesson, seen: Seen, log: str) -> None:
    print(lesson.title)
    for what, values, wanted in (
        ("commits", seen.commits, f"p95 at most {lesson.wanted_ms:.0f} ms"),
        ("pages and models changed", seen.runs, ""),
        ("pages opened", seen.openings, ""),
    ):
        if len(values) > 1:
            p50, p95 = (1000 * each for each in percentiles(values))
            figures = f"p50 {p50:6.1f} ms   p95 {p95:6.1f} ms   most {1000 * max(values):6.1f} ms"
            print(f"  {what:<26}{len(values):>6}   {figures}   {wanted}".rstrip())
    _, p95 = percentiles([latency for each in seen.drags for latency in each.inputs])
    rate = median(each.rate for each in seen.drags)
    print(f"  pages in Chromium         {len(seen.drags):>6}   dragged: {rate:.0f} pictures a second, p95 {p95:.1f} ms")
    last = seen.memory[-60:]
    print(
        f"  memory, MB                {max(seen.memory):6.0f}   in the last minute {min(last):.0f} to {max(last):.0f}"
    )
    print(f"  visitors dropped          {'; '.join([str(len(seen.dropped)), *sorted(set(seen.dropped))]):>6}")
    print(f"  tracebacks in the log     {log.count('Traceback'):>6}", flush=True)


if __name__ == "__main__":
    main()

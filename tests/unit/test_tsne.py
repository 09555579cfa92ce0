"""t-SNE with custom settings: their limits, the process that computes a map, the queue, the cache on disk."""

from __future__ import annotations

import itertools
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import save
from threadpoolctl import threadpool_limits

from tests.server import ROOT
from vae_explorer.errors import BusyError, ConfigError
from vae_explorer.projections.tsne import tsne
from vae_explorer.projections.tsne_settings import TsneSettings, largest_perplexity
from vae_explorer.storage.content_digest import content_digest
from vae_explorer.tsne_jobs.cache import TsneCache, TsneMap
from vae_explorer.tsne_jobs.process import TsneProcess, child_environment
from vae_explorer.tsne_jobs.queue import (
    MAX_CLIENTS_OF_ONE,
    MAX_JOBS,
    MAX_JOBS_OF_ONE,
    POLL_S,
    TIMEOUT_S,
    JobState,
    TsneJobs,
)

Array = np.ndarray

# A process imports scikit-learn, two seconds on an idle machine.
PATIENCE = 300.0


def codes(count: int, seed: int = 0) -> Array:
    return np.random.default_rng(seed).standard_normal((count, 4)).astype(np.float32)


FEW = codes(40)
MANY = codes(8000)  # half a minute at least


def child_map(array: Array, perplexity: int, seed: int) -> Array:
    """The map as the child process makes it: its last digits hang on the number of threads."""
    with threadpool_limits(int(child_environment()["OMP_NUM_THREADS"])):
        return tsne(array, perplexity=perplexity, seed=seed)


def wait_until(condition: Callable[[], object], otherwise: str) -> None:
    give_up = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < give_up, otherwise
        time.sleep(0.02)


# ---- settings --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("perplexity", "seed"), [(4, 0), (101, 0), (5.5, 0), (True, 0), ("9", 0), (9, -1), (9, 2**32)])
def test_settings_out_of_range(perplexity: object, seed: object) -> None:
    with pytest.raises(ConfigError, match="perplexity is" if seed == 0 else "seed is"):
        TsneSettings(perplexity, seed)  # type: ignore[arg-type]


@pytest.mark.parametrize(("count", "largest"), [(10, 3), (16, 5), (40, 13), (301, 100), (10_000, 100), (60_000, 100)])
def test_perplexity_stays_below_a_third_of_the_codes(count: int, largest: int) -> None:
    assert largest_perplexity(count) == largest
    assert largest == 100 or 3 * largest < count <= 3 * (largest + 1)


def test_key_is_of_codes_and_settings() -> None:
    keys = {
        TsneSettings(perplexity, seed).key(array)
        for perplexity in (5, 6)
        for seed in (0, 1)
        for array in (FEW, FEW + 1, FEW.reshape(80, 2))
    }
    assert len(keys) == 12
    assert TsneSettings(5, 0).key(FEW) == TsneSettings(5, 0).key(np.asfortranarray(FEW))


# ---- layout and process ----------------------------------------------------------------------------------------------


def test_reports_do_not_change_the_map(capsys: pytest.CaptureFixture[str]) -> None:
    reported: list[int] = []
    points = tsne(FEW, perplexity=7, seed=3, report=reported.append)
    assert np.array_equal(points, tsne(FEW, perplexity=7, seed=3))
    assert reported == sorted(reported)
    assert reported[0] == 50
    assert reported[-1] <= 1000
    assert capsys.readouterr().out == ""
    assert not np.allclose(points, tsne(FEW, perplexity=12, seed=3), atol=1)


def test_process_lays_out_what_train_would() -> None:
    process = TsneProcess(FEW, TsneSettings(7, 3))
    assert process.ended.wait(PATIENCE)
    assert process.points is not None
    assert np.array_equal(process.points, child_map(FEW, 7, 3))
    assert process.iteration >= 50


def test_process_that_is_killed_has_no_map() -> None:
    process = TsneProcess(MANY, TsneSettings(30, 0))
    process.kill()
    assert process.ended.wait(PATIENCE)
    assert process.points is None


def test_child_ends_with_whoever_started_it() -> None:
    numbers = (*MANY.shape, 30, 0, 10_000)
    child = subprocess.Popen(
        [sys.executable, "-m", "vae_explorer.tsne_jobs.child", *map(str, numbers)],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    assert child.stdin is not None
    assert child.stdout is not None
    child.stdin.write(MANY.tobytes())
    child.stdin.flush()
    assert child.stdout.readline() == b"0\n"  # it is at work
    child.stdin.close()
    assert child.wait(PATIENCE) == 1
    assert b"points" not in child.stdout.read()
    child.stdout.close()


def test_each_seed_gives_a_map_of_its_own() -> None:
    array = codes(300)
    maps = [tsne(array, perplexity=10, seed=seed) for seed in range(4)]
    for one, other in itertools.combinations(maps, 2):
        assert np.abs(one - other).max() > 1
    assert np.array_equal(maps[0], tsne(array, perplexity=10, seed=0))


# ---- cache -----------------------------------------------------------------------------------------------------------

KEYS = [f"{number:032x}" for number in range(10)]


def points(seed: int) -> Array:
    return np.random.default_rng(seed).standard_normal((100, 2)).astype(np.float32)


def test_cache_finds_by_key_and_by_digest_after_a_restart(tmp_path: Path) -> None:
    made = TsneCache(tmp_path / "a" / "b").put(KEYS[0], points(0))
    again = TsneCache(tmp_path / "a" / "b")
    assert again.find(KEYS[0], 100) == made
    assert again.open(made.digest) == made
    assert again.find(KEYS[1], 100) is None
    assert again.open("0" * 32) is None


def test_damaged_file_is_found_out(tmp_path: Path) -> None:
    folder = tmp_path / "maps"
    made = TsneCache(folder).put(KEYS[0], points(0))
    (file,) = folder.iterdir()
    file.write_bytes(made.body[:-1])
    assert TsneCache(folder).find(KEYS[0], 100) is None
    assert list(folder.iterdir()) == []


def without_metadata(array: Array) -> bytes:
    """Valid, but the library never writes it so."""
    body = save({"tsne": array})
    length = int.from_bytes(body[:8], "little")
    header = b'{"__metadata__":null,' + body[8 : 8 + length].strip()[1:]
    return len(header).to_bytes(8, "little") + header + body[8 + length :]


def test_map_under_another_name_is_not_served(tmp_path: Path) -> None:
    """Whoever can write to the folder may have put it there, or taken it from another program's."""
    folder = tmp_path / "maps"
    made = TsneCache(folder).put(KEYS[0], points(0))
    (file,) = folder.iterdir()
    for body in (
        made.body,  # of other codes
        save({"tsne": points(0)}),
        save({"tsne": points(0).astype(np.float64)}, {"key": KEYS[1]}),
        save({"tsne": points(0)[:, :1]}, {"key": KEYS[1]}),
        save({"tsne": np.full((100, 2), np.nan, np.float32)}, {"key": KEYS[1]}),
        save({"other": points(0)}, {"key": KEYS[1]}),
        without_metadata(points(0)),
        b"<!doctype html>",
        b"",
    ):
        digest = content_digest(body)
        (folder / f"{KEYS[1]}-{digest}.safetensors").write_bytes(body)
        assert TsneCache(folder).find(KEYS[1], 100) is None
        if body != made.body:
            assert TsneCache(folder).open(digest) is None
    assert TsneCache(folder).find(KEYS[0], 99) is None
    assert TsneCache(folder).find(KEYS[0], 100) == made
    assert list(folder.iterdir()) == [file]


def test_pipe_in_the_cache_keeps_nobody(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / f"{KEYS[0]}-{'0' * 32}.safetensors")
    assert TsneCache(tmp_path).find(KEYS[0], 100) is None


def test_cache_gives_up_the_least_recently_used(tmp_path: Path) -> None:
    size = len(TsneCache(tmp_path / "size").put(KEYS[0], points(0)).body)
    folder = tmp_path / "maps"
    for number in range(3):
        TsneCache(folder, largest_on_disk=3 * size).put(KEYS[number], points(number))
    for age, key in enumerate((KEYS[2], KEYS[1], KEYS[0]), start=1):
        (file,) = folder.glob(f"{key}-*")
        os.utime(file, (1e9 + age, 1e9 + age))
    assert TsneCache(folder).find(KEYS[2], 100) is not None  # used now, so that KEYS[1] is the oldest
    TsneCache(folder, largest_on_disk=3 * size).put(KEYS[3], points(3))
    assert {path.name[:32] for path in folder.iterdir()} == {KEYS[0], KEYS[2], KEYS[3]}


def test_memory_is_bounded(tmp_path: Path) -> None:
    cache = TsneCache(tmp_path / "maps", largest_in_memory=1)
    made = [cache.put(KEYS[number], points(number)) for number in range(3)]
    for file in (tmp_path / "maps").iterdir():
        file.unlink()
    assert [cache.open(one.digest) == one for one in made] == [False, False, True]


def test_folder_that_cannot_be_written_to(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "file").write_text("")
    cache = TsneCache(tmp_path / "file")
    made = [cache.put(KEYS[number], points(number)) for number in range(2)]
    assert cache.find(KEYS[0], 100) == made[0]
    said = capsys.readouterr().err
    assert said.count("\n") == 1
    assert "VAE_EXPLORER_CACHE" in said


# ---- queue -----------------------------------------------------------------------------------------------------------


@dataclass
class Clock:
    now: float = 0.0

    def __call__(self) -> float:
        return self.now


@dataclass
class Queue:
    jobs: TsneJobs
    clock: Clock

    def ask(self, array: Array, seed: int = 0, address: str = "here") -> str:
        token = self.jobs.submit(array, TsneSettings(5, seed), address)
        assert isinstance(token, str)
        return token

    def state(self, token: str) -> JobState:
        state = self.jobs.state(token)
        assert state is not None
        return state

    def expect(self, token: str, phase: str) -> JobState:
        wait_until(lambda: self.state(token).phase == phase, f"never {phase}")
        return self.state(token)


@pytest.fixture
def queue(tmp_path: Path) -> Iterator[Queue]:
    clock = Clock()
    queue = Queue(TsneJobs(TsneCache(tmp_path / "maps"), clock), clock)
    yield queue
    clock.now += 1e6  # nobody waits any more, so the queue ends what it does
    queue.jobs.state("")


def test_one_after_the_other_and_known_maps_at_once(queue: Queue) -> None:
    long, short = queue.ask(MANY), queue.ask(FEW)
    assert queue.expect(long, "running").place == 1
    assert queue.state(short) == JobState("waiting", place=2)
    assert queue.jobs.cancel(long)
    assert queue.jobs.state(long) is None
    made = queue.expect(short, "done").result
    assert made is not None
    assert queue.jobs.submit(FEW, TsneSettings(5, 0), "here") == made


def test_two_who_ask_for_the_same_share_a_job(queue: Queue) -> None:
    first, second = queue.ask(MANY), queue.ask(MANY)
    assert first != second
    assert queue.expect(first, "running").place == queue.state(second).place == 1
    assert queue.jobs.cancel(first)
    assert not queue.jobs.cancel(first)
    time.sleep(3 * POLL_S)
    assert queue.state(second).phase == "running"


def test_who_does_not_ask_is_gone(queue: Queue) -> None:
    gone, stays = queue.ask(MANY), queue.ask(FEW)
    queue.expect(gone, "running")
    for _ in range(3):
        queue.clock.now += TIMEOUT_S / 2
        assert queue.jobs.state(stays) is not None
    assert queue.jobs.state(gone) is None
    assert queue.expect(stays, "done").result is not None


def test_queue_is_bounded(queue: Queue) -> None:
    tokens = [queue.ask(MANY, seed, f"computer {seed}") for seed in range(MAX_JOBS)]
    with pytest.raises(BusyError, match="other maps are waiting"):
        queue.ask(FEW)
    assert queue.ask(MANY, 0) not in tokens  # one more client of a pending map
    queue.jobs.cancel(tokens[-1])
    assert queue.state(queue.ask(FEW)).place == MAX_JOBS


def test_nobody_takes_all_places(queue: Queue) -> None:
    tokens = [queue.ask(MANY, seed) for seed in range(MAX_JOBS_OF_ONE)]
    with pytest.raises(BusyError, match="are waiting for your network's address"):
        queue.ask(FEW)
    assert queue.ask(MANY, 0) not in tokens  # no further map
    assert queue.state(queue.ask(FEW, address="there")).place == MAX_JOBS_OF_ONE + 1
    queue.jobs.cancel(tokens[-1])
    assert queue.ask(FEW, 1)


def test_nobody_takes_all_places_of_those_who_wait(queue: Queue) -> None:
    for _ in range(MAX_CLIENTS_OF_ONE):
        queue.ask(MANY)
    with pytest.raises(BusyError, match="at your network's address"):
        queue.ask(MANY)
    assert queue.ask(MANY, address="there")


def test_too_few_codes_for_the_perplexity(queue: Queue) -> None:
    with pytest.raises(ConfigError, match="40 codes allow 13 at most"):
        queue.jobs.submit(FEW, TsneSettings(14, 0), "here")


def test_a_map_that_fails_leaves_the_queue_going(queue: Queue, capfd: pytest.CaptureFixture[str]) -> None:
    broken = queue.ask(np.full((40, 4), np.nan, np.float32))
    assert queue.expect(broken, "failed").result is None
    assert "NaN" in capfd.readouterr().err
    assert isinstance(queue.expect(queue.ask(FEW), "done").result, TsneMap)

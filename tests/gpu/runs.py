"""Whole commands: a run, killed and resumed; a shipped model again; evaluate, classifier, and what an error says."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from tests.command import Command, train
from tests.gpu.rows import Row, Setting, left_out, measured
from tests.server import ROOT
from vae_explorer import paths
from vae_explorer.storage import model_folder

# Test -ELBO of the plain recipe after each epoch, nats per image, on a CPU.
PLAIN_NATS, TOLERANCE = (127.9, 115.7, 111.7, 109.5), 0.5
ZOO, ZOO_TOLERANCE = "conv-20", 0.15
LEAST_ACCURACY = 99.0
ONE_LINE = "one line, no traceback"


def fit_words(setting: Setting, output: Path, *options: str) -> list[str]:
    words = ["fit", "--recipe", "plain", "--epochs", "4", "--device", setting.device]
    return [*words, "--data-dir", str(setting.data_dir), "--output", str(output), *options]


def model_of_four_epochs(setting: Setting) -> tuple[Path, str]:
    """The folder of a run of four epochs, which is trained unless it is there, and what the run printed."""
    output, log = setting.work / "four", setting.work / "four.txt"
    if not log.exists():
        done = train(*fit_words(setting, output), cwd=setting.work)
        if done.returncode:
            raise RuntimeError(done.stderr.strip())
        log.write_text(done.stdout, encoding="utf-8")
    return output, log.read_text(encoding="utf-8")


def fit_rows(setting: Setting) -> Iterator[Row]:
    def nats() -> tuple[str, bool | None]:
        _, printed = model_of_four_epochs(setting)
        found = [float(number) for number in re.findall(r"test -elbo +([\d.]+)", printed)]
        near = all(abs(a - b) <= TOLERANCE for a, b in zip(found, PLAIN_NATS, strict=True))
        return ", ".join(f"{number:.1f}" for number in found), None if setting.small else near

    def resumed() -> tuple[str, bool]:
        whole, _ = model_of_four_epochs(setting)
        output = setting.work / "killed"
        first = Command(*fit_words(setting, output), cwd=setting.work)
        reached = any(line.startswith("epoch   2") for line in first.lines)
        first.kill()
        first.finish()
        done = train(*fit_words(setting, output, "--resume"), cwd=setting.work)
        if done.returncode or not reached:
            return done.stderr.strip()[-200:] or "the second epoch was not reached", False
        weights = [model_folder.read(path).weights for path in (whole, output)]
        same = all(np.array_equal(weights[0][name], weights[1][name]) for name in weights[0])
        where = re.search(r"resuming after epoch \d+", done.stdout)
        return f"{'the same' if same else 'others'}, {where[0] if where else 'not resumed'}", same and bool(where)

    goal = ", ".join(map(str, PLAIN_NATS))
    yield measured("test -ELBO of four epochs of the plain recipe", goal, nats)
    yield measured("killed after its second epoch and resumed: weights", "the same", resumed)


def zoo_rows(setting: Setting) -> Iterator[Row]:
    shipped = model_folder.read(paths.shipped_models() / ZOO).metrics["test_negative_elbo"]["value"]
    what = f"zoo {ZOO}: test -ELBO, seconds from command to folder"
    if setting.small:
        yield left_out(what, "it takes an hour without a GPU")
        return

    def again() -> tuple[str, bool]:
        words = ["zoo", ZOO, "--device", setting.device, "--data-dir", str(setting.data_dir)]
        started = time.perf_counter()
        done = train(*words, "--output", setting.work / ZOO, cwd=setting.work)
        if done.returncode:
            return done.stderr.strip()[-200:], False
        found = model_folder.read(setting.work / ZOO).metrics["test_negative_elbo"]["value"]
        return f"{found:.2f}, {time.perf_counter() - started:.0f} s", abs(found - shipped) <= ZOO_TOLERANCE

    yield measured(what, f"{shipped:.2f} ± {ZOO_TOLERANCE}", again)


def evaluate_rows(setting: Setting) -> Iterator[Row]:
    # With the usual 5,000 samples of z, noise for all pictures alone takes most of a minute: it is drawn on the CPU.
    more = ["--bound-samples", "500"] if not setting.small else ["--bound-samples", "10", "--bound-pictures", "20"]
    place = ["--data-dir", str(setting.data_dir), "--device", setting.device]

    def evaluate() -> tuple[str, bool]:
        model, _ = model_of_four_epochs(setting)
        started = time.perf_counter()
        done = train("evaluate", model, *place, *more, cwd=setting.work)
        return done.stderr.strip()[-200:] or f"{time.perf_counter() - started:.0f} s", done.returncode == 0

    def classifier() -> tuple[str, bool | None]:
        epochs = "1" if setting.small else "3"
        output = setting.work / "classifier.safetensors"
        done = train("classifier", "--epochs", epochs, *place, "--output", output, "--overwrite", cwd=setting.work)
        found = re.search(r"recognises ([\d.]+)%", done.stdout)
        if done.returncode or not found:
            return done.stderr.strip()[-200:], False
        return f"{found[1]} %", None if setting.small else float(found[1]) >= LEAST_ACCURACY

    yield measured(f"evaluate {' '.join(more)}", "ends well", evaluate)
    yield measured("classifier of three epochs", f"at least {LEAST_ACCURACY:g} %", classifier)


def error_rows(setting: Setting) -> Iterator[Row]:
    absent = ["fit", "--data-dir", str(setting.data_dir), "--output", str(setting.work / "none"), "--device"]

    def number() -> tuple[str, bool]:
        done = train(*absent, "cuda:99", cwd=setting.work)
        return one_line(done.stderr, done.returncode, "cuda:99 is not ")

    def no_device() -> tuple[str, bool]:
        done = python("-m", "train", *absent, "cuda", CUDA_VISIBLE_DEVICES="")
        return one_line(done.stderr, done.returncode, "cuda is not available")

    def memory() -> tuple[str, bool]:
        big = [*fit_words(setting, setting.work / "big"), "--architecture", "conv", "--batch-size", "60000"]
        code = (
            "import torch; torch.cuda.set_per_process_memory_fraction(0.02)\n"
            f"from train.__main__ import main; main({big!r})"
        )
        done = python("-c", code)
        return one_line(done.stderr, done.returncode, "out of memory")

    def torchrun(processes: int, words: list[str]) -> subprocess.CompletedProcess[str]:
        runner = ["-m", "torch.distributed.run", "--standalone", "--nproc-per-node", str(processes), "-m", "train"]
        return python(*runner, *words)

    def one_process() -> tuple[str, bool]:
        done = torchrun(1, [*fit_words(setting, setting.work / "alone"), "--epochs", "1"])
        return done.stderr.strip()[-200:] if done.returncode else "ends well", done.returncode == 0

    def two_processes() -> tuple[str, bool]:
        import torch

        count = torch.cuda.device_count() + 1
        done = torchrun(count, fit_words(setting, setting.work / "two"))
        line = next((line for line in done.stderr.splitlines() if "each process needs its own" in line), "")
        return line.strip()[:120] or done.stderr.strip()[-200:], bool(line) and done.returncode != 0

    yield measured("a device number that is not there", ONE_LINE, number)
    if not setting.cuda:
        for what in ("no device", "out of memory", "torchrun, one process", "torchrun, more processes than cards"):
            yield left_out(what, "it is about CUDA")
        return
    yield measured("no device", ONE_LINE, no_device)
    yield measured("out of memory", ONE_LINE, memory)
    yield measured("torchrun, one process", "ends well", one_process)
    yield measured("torchrun, more processes than cards", "a line that says so", two_processes)


def python(*words: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """A fresh Python: what is told to a process before it imports torch, or by torchrun."""
    env = {**os.environ, "PYTHONPATH": str(ROOT), **environment}
    return subprocess.run([sys.executable, *words], cwd=ROOT, env=env, capture_output=True, text=True, check=False)


def one_line(stderr: str, code: int, expected: str) -> tuple[str, bool]:
    """Whether a command failed with a single line that says this."""
    lines = [line for line in stderr.strip().splitlines() if line.strip()]
    errors = [line for line in lines if line.startswith("error: ")]
    ok = code == 2 and len(errors) == 1 and expected in errors[0] and "Traceback" not in stderr
    return (errors[0] if errors else " ".join(lines)[-200:])[:120], ok

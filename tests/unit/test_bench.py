"""`python -m train bench` on a few hundred digits: that it measures and says what it found. No figure is checked."""

from __future__ import annotations

import re
from pathlib import Path

from tests.command import train
from tests.server import ROOT


def test_bench_prints_rates_their_ratio_and_the_time_to_quality(small_data_dir: Path) -> None:
    options = ("--rounds", "2", "--steps", "3", "--data-dir", small_data_dir, "--device", "cpu")
    done = train("bench", *options, cwd=ROOT)
    assert done.returncode == 0, done.stderr
    assert re.search(r"torch [\d.]+\S*, Python 3\.", done.stdout)

    def figure(name: str) -> float:
        found = re.search(rf"^  {name} +([\d,.]+) ", done.stdout, re.MULTILINE)
        assert found, done.stdout
        return float(found[1].replace(",", ""))

    low, high = (float(text) for text in re.findall(r"from ([\d.]+) to ([\d.]+)", done.stdout)[0])
    assert 0 < low <= figure("ratio") <= high
    assert figure("plain loop") > 0
    # A median of two lies between them, so the ratio of the medians is near the median of the ratios.
    assert low * 0.5 < figure("this package") / figure("plain loop") < high * 2
    assert re.search(r"[\d.]+ s per epoch, [\d.]+ s are matrix products", done.stdout)
    assert "profiler_start" not in done.stdout + done.stderr  # torch's profiler tells of itself, unless asked not to
    # Some hundred digits teach nobody 100.9 nats, and the command says so instead of making a number up.
    assert "recipe fast   did not reach 100.9 nats" in done.stdout

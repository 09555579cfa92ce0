"""`python -m tests.gpu` on the CPU, with few pictures: that each part fills its lines. No figure is checked."""

from __future__ import annotations

import gzip
import multiprocessing
from pathlib import Path

import pytest

from tests.gpu.__main__ import main
from tests.gpu.parts import PARTS, within_limit
from tests.gpu.rows import Row, Setting


@pytest.fixture(scope="module")
def packed(small_data_dir: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The four files gzipped, as a machine without a network is given them."""
    folder = tmp_path_factory.mktemp("packed")
    (folder / "MNIST").mkdir()
    for path in (small_data_dir / "MNIST" / "raw").iterdir():
        (folder / "MNIST" / f"{path.name}.gz").write_bytes(gzip.compress(path.read_bytes()))
    return folder


def run(*arguments: str | Path) -> int | str | None:
    with pytest.raises(SystemExit) as ended:
        main([str(word) for word in arguments])
    return ended.value.code


def test_every_part_runs_on_the_cpu_and_says_what_needs_a_gpu(packed: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code = run("--data-dir", packed, "--device", "cpu", "--small")
    table = capsys.readouterr().out
    assert code == 0, table
    assert "NOT OK" not in table
    assert table.splitlines()[-1] == "all ok"
    for what in (
        "torch ",
        "sums of 60 steps, cpu against cpu ",
        "pictures a second, this package and the plain loop ",
        "test -ELBO of four epochs of the plain recipe ",
        "evaluate ",
        "classifier of three epochs ",
    ):
        assert table.count(f"\n{what}") == 1, what
    assert table.count("left out: graphs are CUDA's") == 2
    assert "the same, resuming after epoch" in table
    assert "error: device cuda:99 is not " in table


def test_a_part_that_fails_is_a_line_and_the_next_one_is_measured(
    packed: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code = run("--data-dir", packed, "--device", "cuda:99", "--small", "--only", "agreement", "--only", "machine")
    table = capsys.readouterr().out.splitlines()
    assert code == 1
    agreement, card = (line for line in table if line.endswith("NOT OK"))
    for line, start in ((agreement, "agreement "), (card, "card ")):
        assert line.startswith(start)
        assert "DeviceError: device cuda:99 is not " in line
    assert table[-2].startswith("torch "), "the lines after it are there"
    assert table[-1] == "2 not ok"


def test_a_part_whose_time_is_over_is_ended_and_says_so(small_data_dir: Path, tmp_path: Path) -> None:
    before = set(multiprocessing.active_children())  # other tests' pools
    rows = list(within_limit("fit", Setting(small_data_dir, tmp_path, "cpu", small=True), limit=0.0))
    assert rows == [Row("fit", "within 0 s", "took longer, the rest is left out", False)]
    assert set(multiprocessing.active_children()) <= before


def test_the_whole_table_takes_at_most_six_minutes() -> None:
    assert sum(part.limit for part in PARTS.values()) <= 360


def test_a_folder_without_mnist_is_told_what_is_missing(tmp_path: Path) -> None:
    said = run("--data-dir", tmp_path, "--device", "cpu")
    missing = tmp_path / "MNIST" / "train-images-idx3-ubyte.gz"
    assert said == f"error: {missing} is not there. Name the folder that has MNIST: --data-dir"

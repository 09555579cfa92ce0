"""README's figures of the shipped models are those of their model.json."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest

from train import command_line
from train.fit.recipes import ZOO
from train.published import BURDA, COLUMNS, DAVIDSON, comparison
from vae_explorer import paths
from vae_explorer.storage import model_folder
from vae_explorer.storage.model_folder import ModelFolder

from .test_model_folder import small_folder

README = (paths.PACKAGE.parent / "README.md").read_text(encoding="utf-8")


def shipped(name: str) -> ModelFolder:
    return model_folder.read(paths.shipped_models() / name)


def row_of(name: str) -> dict[str, str]:
    """The row of a model in the table of all shipped ones, cells by their column."""
    lines = README.splitlines()
    start = next(number for number, line in enumerate(lines) if line.startswith("| | what it is |"))
    header, row = lines[start], next(line for line in lines[start:] if line.startswith(f"| `{name}` |"))
    cells = [[cell.strip() for cell in line.split("|")[1:-1]] for line in (header, row)]
    return dict(zip(*cells, strict=True))


@pytest.mark.parametrize("name", ZOO)
def test_the_table_of_shipped_models_is_that_of_their_folders(name: str) -> None:
    folder, row = shipped(name), row_of(name)

    def value(metric: str, digits: int = 1, scale: float = 1.0) -> str:
        return f"{scale * folder.metrics[metric]['value']:.{digits}f}"

    deterministic = folder.config.deterministic
    assert row["epochs"] == str(len(folder.history))
    assert row["active units"] == value("active_units", 0)
    assert row["recognised"] == " / ".join(f"{value(f'{one}_recognised', 1, 100)} %" for one in ("prior", "mixture"))
    assert row["Fréchet distance"] == " / ".join(value(f"{one}_frechet_distance", 2) for one in ("prior", "mixture"))
    assert row["test -ELBO"] == (f"({value('test_reconstruction')})" if deterministic else value("test_negative_elbo"))
    assert row["bound"] == ("-" if deterministic else value("test_importance_weighted_bound"))


def test_of_how_many_samples_and_pictures_the_bounds_are() -> None:
    said = re.search(r"bound\s+\(([\d,]+) samples, ([\d,]+) test pictures\)", README)
    assert said is not None
    samples, pictures = (int(number.replace(",", "")) for number in said.groups())
    for name in ZOO:
        bound = shipped(name).metrics.get("test_importance_weighted_bound")
        assert bound is None or (bound["samples"], bound["pictures"]) == (samples, pictures), name


def test_readme_has_the_comparison_with_published_figures() -> None:
    lines = comparison(paths.shipped_models()).splitlines()
    assert [line for line in lines if line not in README] == []
    assert sum(line.count(DAVIDSON) for line in lines) == 2
    assert sum(line.count(BURDA) for line in lines) == 1


def test_a_model_has_a_row_once_it_was_measured(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    values = dict(zip(COLUMNS.values(), (70.04, 24.96, 95.0, 89.95), strict=True))
    measured = {name: {"value": value, "unit": "nats"} for name, value in values.items()}
    for name in ("conv-2", "mlp-20", "conv-20"):
        folder = small_folder()
        metrics = folder.metrics | (measured if name == "mlp-20" else {})
        model_folder.write(replace(folder, metrics=metrics), tmp_path / name, {})
    lines = comparison(tmp_path).splitlines()
    assert [line for line in lines if line.startswith("| `")] == ["| `mlp-20` | 3 | 70.0 | 25.0 | 95.0 | 90.0 |"]
    assert len({line.count("|") for line in lines}) == 1
    assert command_line.run(["list", "--published"], "typed") == 0
    assert capsys.readouterr().out == comparison(paths.shipped_models()) + "\n"

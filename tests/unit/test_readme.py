"""What the texts at the top say is so: figures are those of model.json, and files, links and options exist."""

from __future__ import annotations

import re
import tomllib
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from typer.main import get_command

from train import command_line
from train.evaluate.masks import PRESETS
from train.fit.recipes import ZOO
from train.published import BURDA, COLUMNS, DAVIDSON, comparison
from vae_explorer import __main__, paths
from vae_explorer.storage import model_folder
from vae_explorer.storage.model_folder import ModelFolder

from .test_model_folder import small_folder

ROOT = paths.PACKAGE.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")

# CHANGELOG also names what is gone.
TEXTS = ("README.md", "CONTRIBUTING.md", "assets/README.md")
# What a person has or gets, not this repository.
THEIRS = {"data/", "models/", "MNIST/raw"}
# Of programs that are not this project's.
FOREIGN_OPTIONS = re.compile(r"--(server\.\w+|constraint|index-url|nproc-per-node|hypothesis-profile|cov|test)")
# Of `python -m tests.bench`.
BENCH_OPTIONS = {"--runs"}


def shipped(name: str) -> ModelFolder:
    return model_folder.read(paths.shipped_models() / name)


def table(first_line: str) -> list[dict[str, str]]:
    """The table that begins with this, a row a dictionary of cells by their column."""
    lines = README.splitlines()
    start = next(number for number, line in enumerate(lines) if line.startswith(first_line))
    cells = []
    for line in lines[start:]:
        if not line.startswith("|"):
            break
        cells.append([cell.strip() for cell in line.split("|")[1:-1]])
    header, _, *rows = cells
    return [dict(zip(header, row, strict=True)) for row in rows]


def row_of(name: str) -> dict[str, str]:
    """The row of a model in the table of all shipped ones."""
    return next(row for row in table("| | what it is |") if row[""] == f"`{name}`")


@pytest.mark.parametrize("name", ZOO)
def test_the_table_of_shipped_models_is_that_of_their_folders(name: str) -> None:
    folder, row = shipped(name), row_of(name)

    def value(metric: str, digits: int = 1, scale: float = 1.0) -> str:
        return f"{scale * folder.metrics[metric]['value']:.{digits}f}"

    deterministic = folder.config.deterministic
    assert row["epochs"] == str(len(folder.history))
    assert row["time"] == f"{folder.made_by['seconds'] / 60:.0f} min"
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


def test_the_table_of_missing_pixels_is_that_of_the_model_folders() -> None:
    columns = {
        "`conv-20`": ("conv-20", "model"),
        "`mlp-20`": ("mlp-20", "model"),
        "nearest": ("conv-20", "nearest"),
        "mean digit": ("conv-20", "mean"),
        "one chain, `conv-20`": ("conv-20", "pseudo-gibbs"),
    }
    rows = table("| erased |")
    assert len(rows) == len(PRESETS)
    for column, (name, fill) in columns.items():
        imputation = shipped(name).uses.imputation
        assert imputation is not None
        fills = [measured.fills[fill] for measured in imputation.rows]
        expected = [f"{found.squared_error:.3f} / {100 * found.right_class:.1f} %" for found in fills]
        assert [row[column] for row in rows] == expected, column


def test_which_models_fill_in_better_than_the_nearest_picture() -> None:
    ahead, nearly = re.search(  # type: ignore[union-attr]
        r"^(.*?) are ahead of the nearest digit on every line; (.*?) on every error\b", README, re.MULTILINE
    ).groups()
    errors, shares = set(), set()
    for name in ZOO:
        imputation = shipped(name).uses.imputation
        assert imputation is not None
        fills = [(row.fills["model"], row.fills["nearest"]) for row in imputation.rows]
        errors |= {name} if all(model.squared_error < nearest.squared_error for model, nearest in fills) else set()
        shares |= {name} if all(model.right_class > nearest.right_class for model, nearest in fills) else set()
    assert set(re.findall(r"`(.*?)`", ahead)) == errors & shares
    assert set(re.findall(r"`(.*?)`", nearly)) == errors - shares


def test_the_areas_under_roc_curves_are_those_of_the_model_folder() -> None:
    said = re.search(r"^`evaluate --anomaly`.*?\n\n", README, re.MULTILINE | re.DOTALL)
    anomaly = shipped("mlp-20").uses.anomaly
    assert said is not None
    assert anomaly is not None
    auc = {(each.name, score): f"{value:.2f}" for each in anomaly.sets for score, value in each.auc.items()}
    blank, *saving, turned, mirrored, turned_elbo, mirrored_elbo = re.findall(r"\d\.\d\d", said[0])
    assert blank == auc["blank", "elbo"]
    assert {auc[name, "saving"] for name in ("clothes", "noise", "shuffled", "blank")} == {saving[0]}
    assert [*saving[1:], turned, mirrored] == [auc[name, "saving"] for name in ("half", "turned", "mirrored")]
    assert [turned_elbo, mirrored_elbo] == [auc[name, "elbo"] for name in ("turned", "mirrored")]


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


def files_and_folders() -> set[str]:
    """All of the repository, relative to its top."""
    folders = [ROOT / name for name in ("vae_explorer", "train", "tests", "assets", ".ci")]
    found = [*ROOT.iterdir(), *(path for folder in folders for path in folder.rglob("*"))]
    return {path.relative_to(ROOT).as_posix() for path in found}


def in_code(text: str) -> list[str]:
    """What stands between backticks within a line, and the lines of blocks of code."""
    blocks = re.findall(r"^```\w*\n(.*?)^```", text, re.MULTILINE | re.DOTALL)
    outside = re.sub(r"^```.*?^```", "", text, flags=re.MULTILINE | re.DOTALL)
    return [*re.findall(r"`([^`]+)`", outside), *(line for block in blocks for line in block.splitlines())]


@pytest.mark.parametrize("text", TEXTS)
def test_files_that_the_texts_name_exist(text: str) -> None:
    there = files_and_folders()
    ends = {path[start:] for path in there for start in (0, *(at.end() for at in re.finditer("/", path)))}
    content = (ROOT / text).read_text(encoding="utf-8")
    named = {code for code in in_code(content) if re.fullmatch(r"[\w.-]+/[\w./-]*", code) and "NAME" not in code}
    assert sorted(name for name in named - THEIRS if name.rstrip("/") not in ends) == []
    layout = re.search(r"```\n(vae_explorer/ .*?)```", content, re.DOTALL)
    words = re.findall(r"(?<![\w`])[\w.]+(?:\.py|/)(?!\w)", layout[1]) if layout else []
    assert [word for word in words if word.rstrip("/") not in ends] == []
    assert bool(words) == (text == "README.md")


@pytest.mark.parametrize("text", [*TEXTS, "CHANGELOG.md"])
def test_links_within_the_repository_lead_somewhere(text: str) -> None:
    targets = re.findall(r"\]\(([^)\s]+)\)", (ROOT / text).read_text(encoding="utf-8"))
    inside = [target for target in targets if not target.startswith("https://")]
    assert [target for target in inside if not (ROOT / text).parent.joinpath(target).exists()] == []


@pytest.mark.parametrize("text", TEXTS)
def test_commands_and_options_that_the_texts_name_exist(text: str) -> None:
    commands = {name: options_of(command) for name, command in get_command(command_line.app).commands.items()}
    own = BENCH_OPTIONS.union(options_of(__main__.open_app), *commands.values())
    wrong = []
    for code in in_code((ROOT / text).read_text(encoding="utf-8")):
        line = code.partition("#")[0]
        called = re.search(r"(?:vae-explorer|-m) train ([a-z]+)", line)
        known = commands.get(called[1], set()) if called else own
        options = re.findall(r"(?<!\S)--[a-z][\w.-]*", line)
        wrong += [f"{code}: {one}" for one in options if one not in known and not FOREIGN_OPTIONS.fullmatch(one)]
        wrong += [code] if called and called[1] not in commands else []
    assert wrong == []


def options_of(command: Any) -> set[str]:
    """The long options of a command, those that switch off included."""
    return {"--help", *(name for option in command.params for name in (*option.opts, *option.secondary_opts))}


def test_the_table_of_extras_names_all_packages_of_pyproject() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    extras = {"pip install .": project["dependencies"]}
    extras |= {f".[{name}]": packages for name, packages in project["optional-dependencies"].items()}
    rows = {row["install"].strip("`"): row["adds"].lower() for row in table("| install |")}
    assert sorted(rows) == sorted(extras)
    for name, packages in extras.items():
        names = [re.match(r"[\w-]+", package)[0] for package in packages]  # type: ignore[index]
        missing = [one for one in names if one != "vae-explorer" and one not in re.split(r"[, ]+", rows[name])]
        assert missing == [], name

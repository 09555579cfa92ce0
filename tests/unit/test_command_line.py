"""The commands of `train` as one command line: their names, old and new, and mistakes."""

from __future__ import annotations

from pathlib import Path

import pytest

from train import command_line
from vae_explorer.errors import ConfigError, DataError


def test_every_command_is_listed_under_its_new_name_only(capsys: pytest.CaptureFixture[str]) -> None:
    assert command_line.run([], "typed") == 0
    shown = capsys.readouterr().out
    assert "Usage: typed" in shown
    assert "classifier" in shown
    assert "inspect" in shown
    assert "judge" not in shown
    assert "look" not in shown
    assert "..." not in shown.partition("Commands:")[2]  # each is said in a sentence that the list has room for


def test_an_old_name_still_works_and_says_the_new_one(capsys: pytest.CaptureFixture[str]) -> None:
    for old, new, arguments in (
        ("look", "inspect", ["mnist"]),
        ("judge", "classifier", ["--data", "cats", "--output", "c"]),
    ):
        with pytest.raises(DataError, match=r"mnist is 28x28 already|unknown data set 'cats'"):
            command_line.run([old, *arguments], "typed")
        assert capsys.readouterr().err == f"{old} is now called {new}; the old name will go with the next release\n"


def test_the_old_option_names_the_classifier(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    command = ["evaluate", "mlp-20", "--data-dir", str(tmp_path), "--data", "cats", "--judge", "c"]
    with pytest.raises(DataError, match="unknown data set 'cats'"):
        command_line.run(command, "typed")
    assert "--judge is now called --classifier" in capsys.readouterr().err
    assert command_line.run(["evaluate", "--help"], "typed") == 0
    assert "--judge" not in capsys.readouterr().out


@pytest.mark.parametrize("arguments", [["fit", "--epoch", "3"], ["fit", "--epochs", "x"], ["nothing"], ["inspect"]])
def test_a_mistake_is_one_line_that_names_the_help(arguments: list[str]) -> None:
    command = ["typed"] if arguments == ["nothing"] else ["typed", arguments[0]]
    with pytest.raises(ConfigError, match=rf"See: {' '.join(command)} --help$") as caught:
        command_line.run(arguments, "typed")
    assert "\n" not in str(caught.value)

"""The command `vae-explorer`, from a folder that is not the checkout."""

from __future__ import annotations

import os
import subprocess
import sys
import urllib.error
import urllib.request
from pathlib import Path

import pytest

from tests.server import ROOT, serve
from vae_explorer import __main__ as cli

COMMAND = (sys.executable, "-m", "vae_explorer")


def test_help(capsys: pytest.CaptureFixture[str]) -> None:
    cli.main(["--help"])
    shown = capsys.readouterr().out
    assert shown.startswith("Usage: vae-explorer")
    for part in ("--models", "VAE_EXPLORER_MODELS", "--server.port", "vae-explorer train"):
        assert part in shown


def test_version(capsys: pytest.CaptureFixture[str]) -> None:
    cli.main(["--version"])
    assert capsys.readouterr().out.startswith("vae-explorer")


@pytest.mark.parametrize("arguments", [["--models"], ["--models", "not/there"], ["--models=not/there"], ["--models="]])
def test_models_folder_that_is_none(capsys: pytest.CaptureFixture[str], arguments: list[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        cli.main(arguments)
    assert ended.value.code == 2
    error = capsys.readouterr().err
    assert error.count("\n") == 1
    assert "--models" in error


@pytest.mark.parametrize(("command", "name"), [("vae_explorer", "vae-explorer train"), ("train", "python -m train")])
def test_training_commands_call_themselves_what_was_typed(command: str, name: str, tmp_path: Path) -> None:
    (tmp_path / "train.py").write_text("raise SystemExit('not this one')")
    words = ["train"] if command == "vae_explorer" else []
    cwd = tmp_path if command == "vae_explorer" else ROOT
    for options, code, expected in (
        ([], 0, f"Usage: {name} [OPTIONS] COMMAND"),
        (["fit", "--help"], 0, f"Usage: {name} fit"),
        (["fit", "--epoch", "3"], 2, f"See: {name} fit --help"),
        (["nothing"], 2, f"See: {name} --help"),
    ):
        done = subprocess.run(
            [sys.executable, "-m", command, *words, *options],
            cwd=cwd,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == code, done.stderr
        assert expected in done.stdout + done.stderr
        assert not code or done.stderr.count("\n") == 1


def test_unknown_option(tmp_path: Path) -> None:
    command = [*COMMAND, "--server.prot", "1"]
    env = {"PYTHONPATH": str(ROOT), "PATH": "/usr/bin:/bin", "HOME": str(tmp_path)}
    done = subprocess.run(command, cwd=tmp_path, env=env, capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert "--server.prot" in done.stderr


def test_opens_the_app_from_any_folder(tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    own = tmp_path / "own"
    own.mkdir()
    command = (*COMMAND, "--models", str(own), "--client.toolbarMode", "viewer")
    with serve(tmp_path, command=command, cwd=elsewhere, env={"PYTHONPATH": str(ROOT)}) as server:
        assert "Latent space explorer" in server.log()
        assert server.url.rpartition(":")[2] in server.log()
        with pytest.raises(urllib.error.HTTPError) as missing:
            urllib.request.urlopen(f"{server.url}/vx/files/0/decoder.safetensors")
        assert missing.value.code == 404
        missing.value.close()
        with urllib.request.urlopen(f"{server.url}/_stcore/host-config") as answer:
            assert answer.status == 200
        loaded = Path(f"/proc/{server.pid}/maps")
        if loaded.exists():
            assert "libtorch" not in loaded.read_text()

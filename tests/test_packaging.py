"""What a person gets from `pip install`: a wheel with everything in it, in an environment with nothing else."""

from __future__ import annotations

import os
import subprocess
import sys
import urllib.request
import venv
import zipfile
from pathlib import Path, PurePosixPath

import pytest

from tests.server import ROOT, serve

pytestmark = pytest.mark.network

BUILD_S = 60.0
INSTALL_S = 150.0
COMMAND_S = 30.0

SCRIPTS = "Scripts" if os.name == "nt" else "bin"
PACKED = {"vae_explorer": "vae_explorer", "train": "vae_explorer_train", "assets": "vae_explorer/_assets"}
ONLY_IN_THE_CHECKOUT = PurePosixPath("vae_explorer/_assets/readme")


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    run(sys.executable, "-m", "pip", "wheel", "--no-deps", "--wheel-dir", folder, ROOT, cwd=folder, seconds=BUILD_S)
    (built,) = folder.glob("*.whl")
    return built


@pytest.fixture(scope="module")
def scripts(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of programs of a new environment that holds the base install of the wheel."""
    folder = tmp_path_factory.mktemp("clean")
    venv.create(folder / "venv", with_pip=True)
    scripts = folder / "venv" / SCRIPTS
    pip = (scripts / "python", "-m", "pip", "install", "--quiet", "--no-compile")
    run(*pip, "--constraint", ROOT / "constraints.txt", wheel, cwd=folder, seconds=INSTALL_S)
    return scripts


def test_wheel_holds_what_the_checkout_holds(wheel: Path) -> None:
    expected = {
        PurePosixPath(packed) / path.relative_to(ROOT / folder).as_posix()
        for folder, packed in PACKED.items()
        for path in (ROOT / folder).rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    expected = {path for path in expected if ONLY_IN_THE_CHECKOUT not in path.parents}
    with zipfile.ZipFile(wheel) as archive:
        names = map(PurePosixPath, archive.namelist())
        found = {name for name in names if not name.parts[0].endswith(".dist-info")}
    assert found == expected
    assert {name.parts[0] for name in found} == {"vae_explorer", "vae_explorer_train"}, "no name that others have too"


def test_command_helps_from_any_folder(scripts: Path, tmp_path: Path) -> None:
    assert "vae-explorer" in run(scripts / "vae-explorer", "--help", cwd=tmp_path)


def test_training_command_without_its_extra_says_what_installs_it(scripts: Path, tmp_path: Path) -> None:
    (tmp_path / "train.py").write_text("raise SystemExit('not this one')")
    for command in ([scripts / "vae-explorer", "train"], [scripts / "python", "-m", "vae_explorer_train"]):
        for options in ([], ["--help"], ["fit", "--epochs", "1"]):
            said = run(*command, *options, cwd=tmp_path, ends_with=2)
            assert said.count("\n") == 1
            assert "pip install '.[train]'" in said


def test_command_serves_the_app(scripts: Path, tmp_path: Path) -> None:
    with serve(tmp_path, command=[scripts / "vae-explorer"], cwd=tmp_path, env=clean()) as server:
        with urllib.request.urlopen(server.url) as answer:
            assert "<title>" in answer.read().decode()
        assert "Traceback" not in server.log()


def test_every_shipped_model_opens(scripts: Path, tmp_path: Path) -> None:
    code = (
        "from vae_explorer.catalog import zoo; listing = zoo.shared().scan();"
        "print(*sorted(model.id for model in listing.models), len(listing.broken))"
    )
    *found, broken = run(scripts / "python", "-c", code, cwd=tmp_path).split()
    assert found == sorted(f"shipped/{folder.name}" for folder in (ROOT / "assets" / "models").iterdir())
    assert found
    assert broken == "0"


def test_base_install_has_no_torch(scripts: Path, tmp_path: Path) -> None:
    code = (
        "import importlib.util as u; print([n for n in ('torch', 'torchvision', 'typer', 'pytest') if u.find_spec(n)])"
    )
    assert run(scripts / "python", "-c", code, cwd=tmp_path).strip() == "[]"


def run(*command: str | Path, cwd: Path, seconds: float = COMMAND_S, ends_with: int = 0) -> str:
    """What `command` prints; fails with all of it unless it ends in time with the exit code `ends_with`."""
    words = [str(word) for word in command]
    try:
        done = subprocess.run(
            words,
            cwd=cwd,
            env={**os.environ, **clean()},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=seconds,
            check=False,
        )
    except subprocess.TimeoutExpired as late:
        pytest.fail(f"{' '.join(words)}: not done within {seconds:.0f} s.\n{late.stdout!r}", pytrace=False)
    if done.returncode != ends_with:
        pytest.fail(f"{' '.join(words)}: exit code {done.returncode}.\n{done.stdout}", pytrace=False)
    return done.stdout


def clean() -> dict[str, str]:
    """Settings that keep this checkout and this environment out of the one under test."""
    return {"PYTHONPATH": "", "PYTHONNOUSERSITE": "1", "PIP_DISABLE_PIP_VERSION_CHECK": "1"}

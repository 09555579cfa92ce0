"""`python -m train`, run as a person runs it, on real digits: what it writes, and what it refuses."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from tests.command import train
from tests.mnist import write_data_dir
from tests.unit.conftest import HALF
from train.data.data_set import DataSet, Split
from train.data.named_sets import DataSpec
from train.fit.recipes import PLAIN, RECIPES, ZOO
from train.fit.run import with_classes_of
from vae_explorer import load, paths
from vae_explorer.storage import model_folder

CHECKOUT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory, data_dir: Path) -> tuple[Path, str]:
    """A model trained for two epochs, and what the command printed."""
    folder = tmp_path_factory.mktemp("run")
    result = train("fit", "--epochs", "2", "--data-dir", data_dir, "--output", folder / "small", cwd=folder)
    assert result.returncode == 0, result.stderr
    return folder / "small", result.stdout


def test_a_short_run_goes_without_umap_and_says_so(small: tuple[Path, str]) -> None:
    path, printed = small
    assert "projection/umap" not in model_folder.read(path).codes
    (line,) = [line for line in printed.splitlines() if "UMAP" in line]
    assert line == f"UMAP is left out of a short run. Add it: python -m train project {path}"


def test_fit_writes_a_model_that_has_learned(small: tuple[Path, str]) -> None:
    path, _ = small
    folder = model_folder.read(path)
    assert [entry["epoch"] for entry in folder.history] == [1, 2]
    first, last = folder.history
    assert last["test_negative_elbo"] < first["test_negative_elbo"] < 543.4, "784 ln 2: a network that knows nothing"
    assert folder.metrics["test_negative_elbo"]["value"] == pytest.approx(last["test_negative_elbo"], abs=1e-3)
    assert folder.metrics["test_negative_elbo"]["unit"] == "nats per image"
    assert folder.training["batch_size"] == 128
    assert np.abs(folder.codes["mixture_weights"].sum() - 1) < 1e-4
    with Image.open(path / "samples.png") as sheet:
        assert sheet.size == (224, 224)
    assert sorted(file.name for file in path.parent.iterdir()) == ["small"], "no checkpoint is left behind"


def test_fit_prints_one_line_an_epoch(small: tuple[Path, str]) -> None:
    lines = [line for line in small[1].splitlines() if line.startswith("epoch")]
    assert len(lines) == 2
    for part in ("loss", "reconstruction", "kl", "test -elbo", "nats", "images/s", "left"):
        assert part in lines[0]


def test_the_same_seed_gives_the_same_weights(small: tuple[Path, str], data_dir: Path, tmp_path: Path) -> None:
    result = train("fit", "--epochs", "2", "--data-dir", data_dir, "--output", tmp_path / "again", cwd=tmp_path)
    assert result.returncode == 0, result.stderr
    first, second = model_folder.read(small[0]).weights, model_folder.read(tmp_path / "again").weights
    assert all(np.array_equal(first[name], second[name]) for name in first)


def test_codes_are_those_of_the_saved_weights(small: tuple[Path, str], data_dir: Path) -> None:
    import torch

    from train.data.data_set import to_device
    from train.data.load import load_data

    folder = model_folder.read(small[0])
    images, _ = to_device(load_data("mnist", data_dir).test, torch.device("cpu"))
    mu, log_var = load(small[0]).encode(images)
    assert np.allclose(mu.numpy(), folder.codes["mu"], rtol=HALF, atol=1e-4)
    assert np.allclose(log_var.numpy(), folder.codes["log_var"], rtol=HALF, atol=1e-4)
    placed = (folder.codes["mu"] - folder.codes["projection/pca/mean"]) @ folder.codes["projection/pca/components"].T
    assert np.allclose(placed, folder.codes["projection/pca"], atol=1e-3)


def test_load_samples_are_seeded_and_in_range(small: tuple[Path, str]) -> None:
    model = load(small[0])
    for sampler in ("prior", "mixture"):
        pictures = model.sample(5, sampler, seed=3)
        assert pictures.shape == (5, 1, 28, 28)
        assert pictures.min() >= 0
        assert pictures.max() <= 1
        assert pictures.equal(model.sample(5, sampler, seed=3))
        assert not pictures.equal(model.sample(5, sampler, seed=4))


def test_sample_writes_the_grid(small: tuple[Path, str], tmp_path: Path) -> None:
    result = train("sample", small[0], "--output", tmp_path / "grid.png", cwd=tmp_path)
    assert result.returncode == 0, result.stderr
    assert (tmp_path / "grid.png").read_bytes() == (small[0] / "samples.png").read_bytes()


def test_list_shows_shipped_and_own_and_broken_models(small: tuple[Path, str], models_folder: Path) -> None:
    (models_folder / "mine").symlink_to(small[0])
    (models_folder / "broken").mkdir()
    (models_folder / "broken" / "model.json").write_text("{")
    result = train("list", cwd=models_folder)
    assert result.returncode == 0, result.stderr
    for text in ("shipped/mlp-20", "shipped/conv-20", "own/mine", "own/broken cannot be opened", "not valid JSON"):
        assert text in result.stdout


def test_every_option_of_fit_shows_its_default(tmp_path: Path) -> None:
    text = " ".join(train("fit", "--help", cwd=tmp_path).stdout.split())
    for part in (
        "Latent dimensions, 1 to 256. [default: the recipe's; plain: 20]",
        "Images per step. [default: the recipe's; plain: 128]",
        "[default: mnist]",
        "[default: models/KIND-DIM]",
    ):
        assert part in text
    assert text.count("[default: ") >= 20


def test_the_recipes_that_readme_names_are_there() -> None:
    readme = (CHECKOUT / "README.md").read_text(encoding="utf-8")
    named = re.findall(r"--recipe (\S+?)[`\s]", readme)
    assert named
    assert [name for name in named if name not in RECIPES] == []


def test_the_zoo_is_what_is_shipped() -> None:
    assert sorted(ZOO) == sorted(path.name for path in paths.shipped_models().iterdir())


def test_the_zoo_is_small_enough_to_ship() -> None:
    files = [file for file in paths.shipped_models().rglob("*") if file.is_file()]
    # Seven models with 10,000 codes each; 80 kB of a model are its UMAP.
    assert sum(file.stat().st_size for file in files) <= 26_000_000


def test_a_conditional_model_has_as_many_classes_as_the_data_set() -> None:
    letters = DataSpec("letters", "letter", "letters", tuple("ABCDEFGHIJKLMNOPQRSTUVWXYZ"))
    nothing = Split(np.zeros((0, 28, 28), np.uint8), np.zeros(0, np.uint8))
    data = DataSet(letters, nothing, nothing)
    assert with_classes_of(data, RECIPES["cvae-8"]).model.classes == 26
    assert with_classes_of(data, PLAIN) == PLAIN


BAD_INPUT = {
    "latent dimension": (["--latent-dim", "0"], "latent_dim is 0"),
    "epochs": (["--epochs", "0"], "epochs is 0"),
    "learning rate": (["--learning-rate", "-1"], "learning_rate is -1"),
    "not a number": (["--beta", "nan"], "beta is nan"),
    "unknown device": (["--device", "tpu"], "unknown device 'tpu'"),
    "unknown recipe": (["--recipe", "magic"], "unknown recipe 'magic'"),
    "unknown data": (["--data", "cats"], "unknown data set 'cats'"),
    "unknown architecture": (["--architecture", "transformer"], "transformer"),
    "wrong type": (["--epochs", "many"], "--epochs"),
    "title too long": (["--title", "x" * 501], "--title is"),
    "title of two lines": (["--title", "a\nb"], "--title is"),
    "unknown option": (["--epoch", "3"], "--epoch"),
}


@pytest.mark.parametrize("kind", BAD_INPUT)
def test_bad_settings_end_with_one_line_and_nothing_written(kind: str, data_dir: Path, tmp_path: Path) -> None:
    options, expected = BAD_INPUT[kind]
    result = train("fit", "--data-dir", data_dir, "--output", tmp_path / "m", *options, cwd=tmp_path)
    assert result.returncode == 2
    assert expected in result.stderr
    assert len(result.stderr.strip().splitlines()) == 1
    assert not (tmp_path / "m").exists()


def test_a_device_that_is_not_there(data_dir: Path, tmp_path: Path) -> None:
    import torch

    absent = "mps" if not torch.backends.mps.is_available() else "cuda"
    result = train("fit", "--data-dir", data_dir, "--output", tmp_path / "m", "--device", absent, cwd=tmp_path)
    assert result.returncode == 2
    assert f"device {absent} is not available" in result.stderr
    assert len(result.stderr.strip().splitlines()) == 1


def test_a_truncated_file_is_named(tmp_path: Path) -> None:
    folder = write_data_dir(tmp_path / "data")
    file = folder / "MNIST" / "raw" / "train-images-idx3-ubyte"
    file.write_bytes(file.read_bytes()[:-100])
    result = train("fit", "--data-dir", folder, "--output", tmp_path / "m", cwd=tmp_path)
    assert result.returncode == 2
    assert "train-images-idx3-ubyte" in result.stderr
    assert "cut short" in result.stderr
    assert len(result.stderr.strip().splitlines()) == 1


def test_a_data_directory_that_is_a_file(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("no folder")
    result = train("fit", "--data-dir", tmp_path / "data", "--output", tmp_path / "m", cwd=tmp_path)
    assert result.returncode == 2
    assert "a folder for the data sets was expected" in result.stderr
    assert (tmp_path / "data").read_text() == "no folder"


def test_an_output_that_holds_a_model_is_kept(small: tuple[Path, str], data_dir: Path, tmp_path: Path) -> None:
    before = (small[0] / "weights.safetensors").read_bytes()
    result = train("fit", "--data-dir", data_dir, "--output", small[0], cwd=tmp_path)
    assert result.returncode == 2
    assert "--overwrite" in result.stderr
    assert (small[0] / "weights.safetensors").read_bytes() == before


def test_a_full_disk_ends_with_one_line_and_no_half_model(data_dir: Path, tmp_path: Path) -> None:
    result = train(
        "fit", "--epochs", "1", "--data-dir", data_dir, "--output", tmp_path / "m", cwd=tmp_path, largest_file=100_000
    )
    assert result.returncode == 2
    assert "cannot be written" in result.stderr
    assert "Traceback" not in result.stderr
    assert not (tmp_path / "m").exists()
    assert [file.name for file in tmp_path.iterdir() if file.name != "models"] == []


def test_an_unwritable_place_for_the_output(data_dir: Path, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    result = train("fit", "--data-dir", data_dir, "--output", tmp_path / "file" / "m", cwd=tmp_path)
    assert result.returncode == 2
    assert "is not a folder that can be written to" in result.stderr
    assert "epoch" not in result.stdout, "it is said before the work, not after it"
    assert len(result.stderr.strip().splitlines()) == 1

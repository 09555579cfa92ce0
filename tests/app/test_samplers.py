"""Which samplers a page is offered, and what it is given to draw with."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import load

from tests.app.conftest import Visit
from vae_explorer import paths
from vae_explorer.catalog import zoo
from vae_explorer.catalog.page_files import digest_of
from vae_explorer.paths import PACKAGE
from vae_explorer.samplers import registry
from vae_explorer.samplers.registry import SAMPLERS
from vae_explorer.storage import model_folder

Open = Callable[..., Visit]
Add = Callable[..., Path]

PART_IN_THE_PAGE = PACKAGE / "frontend" / "samplers"


def test_every_sampler_has_its_part_in_the_page() -> None:
    listed = re.search(r"SAMPLERS = \{(.*)\};", (PART_IN_THE_PAGE / "registry.js").read_text(encoding="utf-8"))
    assert listed is not None
    assert listed[1].replace(" ", "").split(",") == [sampler.name for sampler in SAMPLERS]
    for sampler in SAMPLERS:
        assert (PART_IN_THE_PAGE / f"{sampler.name}.js").is_file()


@pytest.mark.parametrize("model_name", sorted(path.name for path in paths.shipped_models().iterdir()))
def test_shipped_models_have_prior_and_mixture_with_their_metrics(model_name: str) -> None:
    model = zoo.shared().scan().find(f"shipped/{model_name}")
    assert model is not None
    found = {sampler["name"]: sampler for sampler in model.manifest["samplers"]}
    metrics = model.folder.metrics
    for name in ("prior", "mixture"):
        share = metrics[f"{name}_recognised"]["value"]
        assert found[name]["recognised"] == {"samples": share, "test": metrics["test_recognised"]["value"]}
    assert "file" not in found["prior"]
    file = zoo.shared().file(digest_of(found["mixture"]["file"]))
    assert file is not None
    tensors, stored = load(file.body), model_folder.read(model.folder.path).codes
    assert tensors.keys() == {name for name in stored if name.startswith("mixture_")}
    assert all(np.array_equal(tensor, stored[name]) for name, tensor in tensors.items())


@pytest.mark.usefixtures("only_own")
class TestOwnModels:
    def test_nothing_is_said_that_was_not_measured(self, visit: Open, add_model: Add) -> None:
        add_model("a")
        assert not any("recognised" in sampler for sampler in visit().data["manifest"]["samplers"])

    def test_folder_without_tensors_offers_the_prior(self, visit: Open, add_model: Add) -> None:
        path = add_model("a")
        folder = model_folder.read(path)
        names = registry.tensor_shapes(folder.codes, folder.config.latent_dim)
        left = {name: array for name, array in folder.codes.items() if name not in names}
        model_folder.update(replace(folder, codes=left), path)
        visitor = visit(model="own/a", sampler="mixture", seed="5")
        visitor.go("Samples")
        offered = [sampler["name"] for sampler in visitor.data["manifest"]["samplers"]]
        assert offered == [sampler.name for sampler in SAMPLERS if not sampler.tensors]
        assert (visitor.data["sampler"], visitor.data["seed"]) == ("prior", 5)

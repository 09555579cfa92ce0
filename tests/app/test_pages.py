"""Each page with each shipped model, and what a session remembers."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.app.conftest import PAGES, Visit
from vae_explorer import paths
from vae_explorer.model.config import ModelConfig

Open = Callable[..., Visit]
Add = Callable[..., Path]

SHIPPED = [f"shipped/{path.name}" for path in sorted(paths.shipped_models().iterdir())]


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("model_id", SHIPPED)
def test_page_shows_shipped_model(visit: Open, page: str, model_id: str) -> None:
    visitor = visit()
    visitor.choose(model_id)
    visitor.go(page)
    assert not visitor.at.exception
    assert visitor.title == page
    assert visitor.data["view"] == PAGES[page].view
    assert visitor.data["manifest"]["id"] == model_id
    dimensions = int(model_id.rpartition("-")[2])
    assert visitor.data["manifest"]["latent_dim"] == dimensions
    assert len(visitor.data["manifest"]["mean_kl"]) == dimensions
    assert visitor.data["manifest"]["limit"] >= 3
    assert set(visitor.data["manifest"]["files"]) == {"decoder", "encoder", "codes", "digits", "classifier"}


def test_first_page_and_first_model(visit: Open) -> None:
    visitor = visit()
    assert visitor.title == "Morph"
    assert visitor.data["manifest"]["id"] == "shipped/conv-2"
    assert visitor.data["z"] == visitor.start != [0.0] * 2
    names = [model.partition("/")[2] for model in visitor.models]
    assert names == ["conv-2", "ae-2", "mlp-20", "conv-20", "beta-10", "cvae-8", "fashion-20"]


USUAL_SHOWN = "The usual ones are shown instead."


@pytest.mark.usefixtures("only_own")
class TestOwnModels:
    def test_chooser_says_what_a_model_is(self, visit: Open, add_model: Add) -> None:
        add_model("first")
        (entry,) = visit().listed
        assert (entry["title"], entry["teaches"]) == ("Small", "Nothing yet.")
        assert entry["figures"] == ["3 dimensions", "−ELBO 100.5 nats"]
        assert entry["picture"] is None

    def test_plain_autoencoder_shows_no_elbo(self, visit: Open, add_model: Add) -> None:
        add_model("ae", ModelConfig("mlp", 2, 5, deterministic=True))
        visitor = visit()
        assert visitor.listed[0]["figures"] == ["2 dimensions"]
        assert len(visitor.data["manifest"]["mean_kl"]) == 2

    @pytest.mark.parametrize("page", PAGES)
    @pytest.mark.parametrize(
        "config",
        [
            ModelConfig("mlp", 1, 5),
            ModelConfig("conv", 2, 8, 4),
            ModelConfig("mlp", 2, 5, deterministic=True),
            ModelConfig("conv", 3, 8, 4, classes=10),
        ],
        ids=["one dimension", "two dimensions", "plain autoencoder", "conditional"],
    )
    def test_page_shows_every_kind(self, visit: Open, add_model: Add, page: str, config: ModelConfig) -> None:
        add_model("kind", config)
        visitor = visit()
        visitor.go(page)
        assert not visitor.at.exception
        assert visitor.title == page
        assert visitor.data["manifest"]["classes"] == config.classes
        assert visitor.data["label"] == (0 if config.classes else None)

    def test_committed_code_is_kept_and_not_pushed_back(self, visit: Open, add_model: Add) -> None:
        add_model("first")
        visitor = visit()
        visitor.commit("code", {"z": [1, -2.5, 0.25], "label": None})
        assert (visitor.data["z"], visitor.data["rev"]) == ([1.0, -2.5, 0.25], 0)
        visitor.go("Map")
        assert visitor.data["z"] == [1.0, -2.5, 0.25]
        visitor.go("Morph")
        assert (visitor.data["z"], visitor.data["rev"]) == ([1.0, -2.5, 0.25], 0)

    def test_each_model_keeps_its_code(self, visit: Open, add_model: Add) -> None:
        add_model("a")
        add_model("b", ModelConfig("conv", 2, 8, 4, classes=10))
        visitor = visit()
        visitor.commit("code", {"z": [1, 2, 3], "label": None})
        visitor.choose("own/b")
        assert visitor.data["z"] == visitor.start
        visitor.commit("code", {"z": [4, 5], "label": 7})
        visitor.go("Samples")
        visitor.choose("own/a")
        visitor.go("Morph")
        assert visitor.data["manifest"]["id"] == "own/a"
        assert visitor.data["z"] == [1.0, 2.0, 3.0]
        visitor.choose("own/b")
        assert (visitor.data["z"], visitor.data["label"]) == ([4.0, 5.0], 7)

    @pytest.mark.parametrize("page", ["Samples", "Map"])
    def test_opening_a_picture_sets_morph(self, visit: Open, add_model: Add, page: str) -> None:
        add_model("first")
        visitor = visit()
        visitor.commit("code", {"z": [1, 1, 1], "label": None})
        visitor.go(page)
        visitor.commit("code", {"z": [0.5, 0.25, -3], "label": None, "index": 12})
        visitor.send("open", "morph")
        assert visitor.title == "Morph"
        # The page that has opened it shows it already.
        assert (visitor.data["z"], visitor.data["rev"]) == ([0.5, 0.25, -3.0], 0)

    def test_settings_are_kept(self, visit: Open, add_model: Add) -> None:
        add_model("first")
        visitor = visit()
        visitor.go("Samples")
        chosen = {"sampler": "mixture", "size": 16, "temperature": 0.5, "seed": 4_294_967_295, "label": None}
        visitor.commit("settings", chosen)
        visitor.go("Map")
        visitor.commit("settings", {"projection": "tsne"})
        visitor.go("Samples")
        assert {name: visitor.data[name] for name in chosen} == chosen
        visitor.go("Map")
        assert visitor.data["projection"] == "tsne"

    @pytest.mark.parametrize(
        "nonsense",
        [
            None,
            "z",
            [1, 2, 3],
            {},
            {"z": None},
            {"z": [1, 2]},
            {"z": [1, 2, 3, 4]},
            {"z": [1, 2, None]},
            {"z": [1, 2, "3"]},
            {"z": [1, 2, True]},
            {"z": [1, 2, float("nan")]},
            {"z": [1, 2, float("inf")]},
            {"z": [[1], [2], [3]]},
        ],
        ids=repr,
    )
    def test_nonsense_is_no_code(self, visit: Open, add_model: Add, nonsense: object) -> None:
        add_model("first")
        visitor = visit()
        visitor.commit("code", nonsense)
        assert not visitor.at.exception
        assert (visitor.data["z"], visitor.data["rev"]) == (visitor.start, 0)

    @pytest.mark.parametrize(
        "nonsense",
        [
            None,
            7,
            {"size": 0, "temperature": -1, "seed": -1, "label": 99, "sampler": "?", "projection": "?"},
            {"size": 17, "temperature": 2.1, "seed": 2**32, "label": "3", "sampler": 1, "projection": None},
            {
                "size": 1e300,
                "temperature": float("nan"),
                "seed": 0.5,
                "label": True,
                "sampler": {},
                "projection": ["pca"],
            },
        ],
        ids=repr,
    )
    @pytest.mark.parametrize("page", ["Samples", "Map"])
    def test_nonsense_is_no_setting(self, visit: Open, add_model: Add, page: str, nonsense: object) -> None:
        add_model("first", ModelConfig("mlp", 3, 5, classes=10))
        visitor = visit()
        visitor.go(page)
        before = visitor.data
        visitor.commit("settings", nonsense)
        assert not visitor.at.exception
        assert visitor.data == before

    def test_label_out_of_range_is_left_as_it_was(self, visit: Open, add_model: Add) -> None:
        add_model("first", ModelConfig("mlp", 3, 5, classes=10))
        visitor = visit()
        visitor.commit("code", {"z": [1, 2, 3], "label": 4.0})
        visitor.commit("code", {"z": [1, 2, 4], "label": 10})
        assert (visitor.data["z"], visitor.data["label"]) == ([1.0, 2.0, 4.0], 4)

    def test_two_visitors_share_nothing(self, visit: Open, add_model: Add) -> None:
        add_model("a")
        add_model("b")
        one, two = visit(), visit()
        one.choose("own/b")
        one.commit("code", {"z": [1, 2, 3], "label": None})
        two.look_again()
        assert two.data["manifest"]["id"] == "own/a"
        two.choose("own/b")
        assert two.data["z"] == two.start
        assert one.data["session"] != two.data["session"]

    @pytest.mark.parametrize("link", ["own/b", "small"])
    def test_link_names_the_model(self, visit: Open, add_model: Add, link: str) -> None:
        add_model("b")
        assert visit(model=link).data["manifest"]["id"] == "own/b"

    def test_link_to_no_model_says_so(self, visit: Open, add_model: Add) -> None:
        add_model("b")
        visitor = visit(model="../../etc/passwd")
        assert visitor.data["manifest"]["id"] == "own/b"
        captions = [caption.value.replace("\\", "") for caption in visitor.at.caption]
        assert "The link names the model “../../etc/passwd”, which this server does not have." in captions
        assert not any("link names" in caption.value for caption in visit(model="own/b").at.caption)

    def test_link_holds_code_and_settings(self, visit: Open, add_model: Add) -> None:
        add_model("b", ModelConfig("mlp", 3, 5, classes=10))
        settings = {"sampler": "mixture", "size": 4, "temperature": 0.5, "seed": 9, "projection": "tsne"}
        in_link = {name: str(value) for name, value in settings.items()}
        visitor = visit(model="own/b", z="0.5,-1.25,0", label="7", tsne="5,7", **in_link)
        assert (visitor.data["z"], visitor.data["label"]) == ([0.5, -1.25, 0.0], 7)
        assert settings.items() <= visitor.data["link"].items()
        visitor.go("Map")
        assert (visitor.data["projection"], visitor.data["tsne"]) == ("tsne", "5,7")

    @pytest.mark.parametrize("z", ["", "1,2", "1,2,x", "1,2,nan", "1e999,0,0", "1," * 5000], ids=lambda z: z[:9])
    def test_link_with_nonsense_is_the_origin(self, visit: Open, add_model: Add, z: str) -> None:
        add_model("b")
        visitor = visit(model="own/b", z=z, seed="-1", size="5", temperature="hot", projection="?", sampler="?")
        assert visitor.data["z"] == [0.0, 0.0, 0.0]
        defaults = {"sampler": "prior", "size": 8, "temperature": 1.0, "seed": 1, "projection": "pca"}
        assert defaults.items() <= visitor.data["linkDefaults"].items()
        assert visitor.data["link"] == visitor.data["linkDefaults"]
        names = "projection, sampler, seed, size, temperature, z"
        assert visitor.captions == [f"The link has values that this model does not take ({names}). {USUAL_SHOWN}"]
        visitor.go("Samples")
        assert visitor.captions == []

    def test_link_holds_the_map(self, visit: Open, add_model: Add) -> None:
        add_model("b")
        settings = {
            "colour": "kl",
            "hidden": "0,3",
            "misclassified": "yes",
            "everywhere": "yes",
            "rest": "mean",
            "extent": "-1.5,2,-0.25,1e-3",
            "camera": "1,1,1,0,0,0,0,0,1",
            "groupA": "pca!3!m!-1,0~1,0~0,2.5",
            "groupB": "list!0.1.a",
        }
        visitor = visit(model="own/b", locked="1,3", speed="0.25", inset="tsne", **settings)
        assert visitor.captions == []
        assert (visitor.data["locked"], visitor.data["speed"], visitor.data["inset"]) == ("1,3", 0.25, "tsne")
        visitor.go("Map")
        assert settings.items() <= visitor.data.items()

    @pytest.mark.parametrize(
        ("name", "texts"),
        {
            "colour": ["", "red", "Class"],
            "hidden": ["10", "-1", "1,1", "1,", "1.0", "a", "1" * 5000, "١"],
            "misclassified": ["", "true"],
            "rest": ["none"],
            "locked": ["0", "4", "1,1"],
            "speed": ["3", "nan", "1e999"],
            "inset": ["manifold", "pca3", "x"],
            "extent": ["0,1,0", "1,0,0,1", "0,1,nan,1", "0,1,0,inf", "0,1e20,0,1", "1_0,20,0,1", "0,1,0,1,2"],
            "camera": ["1,1,1,0,0,0,0,0", "0,0,0,0,0,0,0,0,1", "1,1,1,0,0,0,0,0,0", "1,1,1,0,0,0,0,0,x"],
            "tsne": ["1000,0", "5,4294967296", "5", "5,-1"],
            "groupA": [
                "x!!!0,0~1,0~0,1",
                "pca!!!0,0~1,0",
                "pca!!!0,0~1,0~0,x",
                "pca!99!!0,0~1,0~0,1",
                "all!!m!",
                "all!!x",
            ],
            "groupB": ["list!", "list!-1", "list!0.0", "list!zzzzzz", "list", "!", "pca!!!" + "~".join(["0,0"] * 200)],
            "compared": ["a,a", "a,b,c,d", "a,", ",", "a b", "<b>", "a&b", "é", "x" * 801],
            "path": [
                "nowhere",
                "paths!t0",
                "paths!t0~~t1",
                "paths!!open",
                "paths!!!99",
                "paths!!!!x",
                "!" * 20,
                "sum!!!!!t1",
            ],
        }.items(),
    )
    def test_wrong_text_of_a_link_is_said(self, visit: Open, add_model: Add, name: str, texts: list[str]) -> None:
        add_model("b")
        for text in texts:
            visitor = visit(model="own/b", z="1,2,3", **{name: text})
            assert not visitor.at.exception
            said = f"The link has values that this model does not take ({name}). {USUAL_SHOWN}"
            assert visitor.captions == [said], text

    def test_what_an_address_says_is_shown_on_the_way_back(self, visit: Open, add_model: Add) -> None:
        add_model("a")
        add_model("b")
        visitor = visit(model="own/b", z="1,2,3", seed="4")
        visitor.go("Map")
        first = visitor.data["settingsRev"], visitor.data["rev"]
        visitor.commit("settings", {"colour": "reconstruction", "hidden": "1"})
        visitor.commit("code", {"z": [0.123, 0.5, -1], "label": None})
        visitor.go("Samples")
        visitor.commit("settings", {"seed": 5, "size": 4})
        visitor.choose("own/a")
        # Other pages stay as they were left. What the address rounds is the same code.
        visitor.go_back("Map", model="own/b", z="0.12,0.5,-1", colour="kl", extent="0,1,0,1", seed="9", groupA="?")
        assert visitor.data["manifest"]["id"] == "own/b"
        assert visitor.data["z"] == [0.123, 0.5, -1.0]
        assert (visitor.data["colour"], visitor.data["hidden"], visitor.data["extent"]) == ("kl", "", "0,1,0,1")
        assert visitor.data["settingsRev"] == first[0] + 1
        assert visitor.captions == [f"The link has values that this model does not take (groupA). {USUAL_SHOWN}"]
        visitor.look_again()
        assert (visitor.data["colour"], visitor.captions) == ("kl", [])
        visitor.go("Samples")
        assert (visitor.data["seed"], visitor.data["size"]) == (5, 4)
        visitor.go_back("Morph", model="own/b", z="3,2,1")
        assert visitor.data["z"] == [3.0, 2.0, 1.0]
        assert visitor.data["rev"] > first[1]
        visitor.go_back("Map")  # an address that says nothing
        assert (visitor.data["z"], visitor.data["colour"]) == ([3.0, 2.0, 1.0], "kl")

    def test_link_without_faults_is_no_reason_for_words(self, visit: Open, add_model: Add) -> None:
        add_model("b")
        visitor = visit(model="own/b", z="1,2,3", seed="4", size="8", temperature="0.5", projection="pca", other="?")
        assert visitor.data["z"] == [1.0, 2.0, 3.0]
        assert visitor.captions == []

    def test_link_to_the_pca_of_a_plane_opens_the_plane(self, visit: Open, add_model: Add) -> None:
        add_model("flat", config=ModelConfig("mlp", 2, 5))
        visitor = visit(model="own/flat", z="1,2", projection="pca")
        assert visitor.data["link"]["projection"] == "z"
        assert visitor.captions == []

    def test_new_model_is_noticed(self, visit: Open, add_model: Add) -> None:
        add_model("b")
        visitor = visit()
        visitor.commit("code", {"z": [1, 2, 3], "label": None})
        add_model("a")
        visitor.look_again()
        assert len(visitor.models) == 2
        assert visitor.data["manifest"]["id"] == "own/b"
        assert visitor.data["z"] == [1.0, 2.0, 3.0]

    def test_model_that_goes_away(self, visit: Open, add_model: Add) -> None:
        path = add_model("a")
        add_model("b")
        visitor = visit()
        visitor.choose("own/a")
        path.rename(path.with_name(".gone"))
        visitor.look_again()
        assert not visitor.at.exception
        assert visitor.data["manifest"]["id"] == "own/b"

    def test_model_trained_again_with_other_dimensions(self, visit: Open, add_model: Add) -> None:
        path = add_model("a")
        visitor = visit()
        visitor.commit("code", {"z": [1, 2, 3], "label": None})
        path.rename(path.with_name(".old"))
        add_model("a", ModelConfig("mlp", 2, 5))
        visitor.look_again()
        assert visitor.data["z"] == visitor.start
        assert len(visitor.start) == 2

    def test_no_models_at_all(self, visit: Open, models_folder: Path) -> None:
        visitor = visit()
        for page in PAGES:
            visitor.go(page)
            assert not visitor.at.exception
            assert visitor.title == "No models yet"
            assert str(models_folder) in visitor.at.code[0].value
            assert "python -m train fit" in visitor.at.code[0].value

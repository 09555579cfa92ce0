"""What a run logs is read back with TensorBoard's own reader."""

from __future__ import annotations

import io
import sys
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image
from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

from train import sheets
from train.data.data_set import Split, to_device
from train.fit import event_log
from train.fit.event_log import EventLog
from train.fit.loop import Epoch, Images
from vae_explorer import paths
from vae_explorer.errors import MissingExtraError, OutputError
from vae_explorer.model.config import ModelConfig
from vae_explorer.model.vae import VAE
from vae_explorer.storage import picture_atlas


@pytest.fixture(scope="module")
def images() -> Images:
    pictures = picture_atlas.read_atlas(paths.assets() / "mnist" / "digits.png", 1500)
    x, labels = to_device(Split(pictures, np.arange(len(pictures), dtype=np.uint8) % 10), torch.device("cpu"))
    return Images(x[:100], labels[:100], x[100:], labels[100:])


def make(**settings: object) -> VAE:
    torch.manual_seed(0)
    return VAE(ModelConfig("mlp", latent_dim=3, hidden=20, **settings)).requires_grad_(False)  # type: ignore[arg-type]


def epoch(number: int) -> Epoch:
    figures = dict.fromkeys(event_log.TAGS, 0.0) | {"seconds": 1.0}
    figures |= {name: 100 * number + place for place, name in enumerate(event_log.TAGS)}
    return Epoch(epoch=number, **figures)


def read(folder: Path) -> EventAccumulator:
    events = EventAccumulator(str(folder), size_guidance={"images": 0, "scalars": 0})
    events.Reload()
    return events


def picture(events: EventAccumulator, tag: str, place: int = -1) -> np.ndarray:
    with Image.open(io.BytesIO(events.Images(tag)[place].encoded_image_string)) as image:
        return np.asarray(image.convert("L"))


def test_losses_are_logged_each_epoch(images: Images, tmp_path: Path) -> None:
    log = EventLog(tmp_path / "new" / "folder")
    for number in (1, 2, 3):
        log.epoch(epoch(number), make(), images)
    events = read(tmp_path / "new" / "folder")  # before it is closed: it can be watched while the run goes on
    for place, tag in enumerate(event_log.TAGS.values()):
        assert [(event.step, event.value) for event in events.Scalars(tag)] == [
            (1, 100 + place), (2, 200 + place), (3, 300 + place),
        ]  # fmt: skip
    log.close()


def test_kl_of_each_dimension_is_the_mean_over_the_test_pictures(images: Images, tmp_path: Path) -> None:
    model = make()
    log = EventLog(tmp_path)
    log.epoch(epoch(1), model, images)
    log.close()
    events = read(tmp_path)
    mu, log_var = model.encode(images.test)
    normal = torch.distributions.Normal(mu, (0.5 * log_var).exp())
    expected = torch.distributions.kl_divergence(normal, torch.distributions.Normal(0, 1)).mean(dim=0)
    for index, nats in enumerate(expected.tolist()):
        assert events.Scalars(event_log.kl_tag(index + 1))[0].value == pytest.approx(nats, rel=1e-4)
    assert event_log.kl_tag(4) not in events.Tags()["scalars"]


def test_reconstructions_stand_below_the_pictures_that_they_are_of(images: Images, tmp_path: Path) -> None:
    model = make()
    log = EventLog(tmp_path)
    log.epoch(epoch(1), model, images)
    log.close()
    sheet = picture(read(tmp_path), event_log.RECONSTRUCTIONS) / 255
    assert sheet.shape == (2 * 28 * sheets.PAIR_ROWS, 28 * sheets.PAIRS_PER_ROW)
    means = model.decode(model.encode(images.test)[0])
    for index in (0, 15, 16, 63):
        row, column = divmod(index, sheets.PAIRS_PER_ROW)
        pair = sheet[56 * row : 56 * row + 56, 28 * column : 28 * column + 28]
        assert np.abs(pair[:28] - images.test[index, 0].numpy()).max() < 1 / 250
        assert np.abs(pair[28:] - means[index, 0].numpy()).max() < 1 / 250


def test_samples_keep_their_codes_from_epoch_to_epoch(images: Images, tmp_path: Path) -> None:
    log = EventLog(tmp_path)
    model = make()
    log.epoch(epoch(1), model, images)
    log.epoch(epoch(2), model, images)
    model.decoder[2].bias += 1
    log.epoch(epoch(3), model, images)
    log.close()
    events = read(tmp_path)
    first, second, third = (picture(events, event_log.SAMPLES, place) for place in range(3))
    assert first.shape == (224, 224)
    assert np.array_equal(first, second)
    assert third.mean() > second.mean() + 20
    assert not np.array_equal(first[:28, :28], first[:28, 28:56])


def test_a_conditional_model_shows_a_class_a_row(images: Images, tmp_path: Path) -> None:
    model = make(classes=10)
    model.decoder[0].weight.zero_()
    model.decoder[0].weight[:, 3:] = torch.eye(20, 10)  # hidden unit c is the class c
    model.decoder[2].weight.zero_()
    model.decoder[2].weight[:, 2] = 9
    model.decoder[2].bias.fill_(-4)
    model.decoder[0].bias.zero_()
    log = EventLog(tmp_path)
    log.epoch(epoch(1), model, images)
    log.close()
    rows = picture(read(tmp_path), event_log.SAMPLES).reshape(8, 28, 224).mean(axis=(1, 2))
    assert np.argmax(rows) == 2
    assert np.sort(rows)[-2] < 10


def test_a_plain_autoencoder_has_no_kl(images: Images, tmp_path: Path) -> None:
    log = EventLog(tmp_path)
    log.epoch(epoch(1), make(deterministic=True), images)
    log.close()
    tags = read(tmp_path).Tags()["scalars"]
    assert event_log.TAGS["test_reconstruction"] in tags
    assert [tag for tag in tags if "kl" in tag or "elbo" in tag] == []


def test_logging_uses_up_no_random_number(images: Images, tmp_path: Path) -> None:
    log = EventLog(tmp_path)
    model = make(classes=10)
    torch.manual_seed(5)
    expected = torch.rand(3)
    torch.manual_seed(5)
    log.epoch(epoch(1), model, images)
    log.close()
    assert torch.rand(3).equal(expected)


def test_a_run_that_goes_on_takes_back_what_it_does_again(images: Images, tmp_path: Path) -> None:
    first = EventLog(tmp_path)
    for number in (1, 2, 3):
        first.epoch(epoch(number), make(), images)
    first.close()
    second = EventLog(tmp_path, done=1)
    second.epoch(epoch(2), make(), images)
    second.close()
    assert [event.step for event in read(tmp_path).Scalars(event_log.TAGS["loss"])] == [1, 2]


def test_fewer_pictures_than_a_row(images: Images) -> None:
    assert sheets.reconstructions(make(), images.test[:5], images.test_labels[:5]).shape == (1, 56, 140)
    assert sheets.reconstructions(make(), images.test[:20], images.test_labels[:20]).shape == (1, 56, 448)


def test_a_place_that_cannot_be_written(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(OutputError, match=r"cannot be written .*--tensorboard"):
        EventLog(tmp_path / "file" / "log")


def test_a_missing_package_is_named_with_its_command(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "torch.utils.tensorboard", None)
    with pytest.raises(MissingExtraError, match=r"tensorboard is not installed.*pip install '\.\[tensorboard\]'"):
        EventLog(tmp_path / "log")
    assert not (tmp_path / "log").exists()

"""`fit` and `zoo`: train a model and write its folder."""

from __future__ import annotations

from dataclasses import asdict, replace
from pathlib import Path
from typing import Annotated, Any

import typer

from vae_explorer import paths
from vae_explorer.errors import ConfigError
from vae_explorer.model.config import Family, Likelihood

from ..fit.config import Precision, Schedule
from ..fit.recipes import PLAIN
from .options import DATA_HELP, DataDir, Device, Invert, Overwrite, PublishAnyway, Resume, SkipUnreadable


def _setting(name: str, text: str) -> Any:
    """An option that overrides a setting of the recipe; its help text gives that of `plain`."""
    plain = asdict(PLAIN.model) | asdict(PLAIN.train)
    return typer.Option(help=f"{text}  [default: the recipe's; plain: {plain[name]}]")


def fit(
    recipe: Annotated[str, typer.Option(help="Settings to start from: plain, fast, or a shipped model.")] = "plain",
    architecture: Annotated[Family | None, _setting("architecture", "Kind of network.")] = None,
    latent_dim: Annotated[int | None, _setting("latent_dim", "Latent dimensions, 1 to 256.")] = None,
    hidden: Annotated[int | None, _setting("hidden", "Width of the dense hidden layers, in units.")] = None,
    channels: Annotated[int | None, _setting("channels", "Channels of the layer next to the image; conv only.")] = None,
    encoder_convs: Annotated[
        int | None, _setting("encoder_convs", "Additional convolutions in the encoder; conv only.")
    ] = None,
    decoder_dense: Annotated[
        int | None, _setting("decoder_dense", "Dense hidden layers of the decoder instead of convolutions; conv only.")
    ] = None,
    likelihood: Annotated[Likelihood | None, _setting("likelihood", "Reconstruction term.")] = None,
    epochs: Annotated[int | None, _setting("epochs", "Passes over the training images.")] = None,
    batch_size: Annotated[int | None, _setting("batch_size", "Images per step.")] = None,
    learning_rate: Annotated[
        float | None, _setting("learning_rate", "Adam's learning rate; the peak if the schedule is one-cycle.")
    ] = None,
    schedule: Annotated[Schedule | None, _setting("schedule", "Schedule of the learning rate.")] = None,
    beta: Annotated[float | None, _setting("beta", "Weight of the KL in the loss; 1 gives the ELBO.")] = None,
    beta_warm_up: Annotated[int | None, _setting("beta_warm_up", "Epochs in which beta rises from 0.")] = None,
    average: Annotated[
        float | None, _setting("average", "Decay per step of the weights' moving average; 0 is off.")
    ] = None,
    augment: Annotated[
        float | None, _setting("augment", "Share of images that are deformed a little each time, 0 to 1.")
    ] = None,
    augment_until: Annotated[
        float | None, _setting("augment_until", "Share of the epochs, the first ones, in which they are deformed.")
    ] = None,
    weight_decay: Annotated[float | None, _setting("weight_decay", "Decoupled weight decay, AdamW's.")] = None,
    clip: Annotated[float | None, _setting("clip", "Largest norm of a step's gradient; 0 is any.")] = None,
    precision: Annotated[Precision | None, _setting("precision", "Number format inside the networks.")] = None,
    seed: Annotated[int | None, _setting("seed", "Whole number that determines weights, order and noise.")] = None,
    device: Device = "auto",
    data_set: Annotated[str | None, typer.Option("--data", help=DATA_HELP + "  [default: mnist]")] = None,
    data_dir: DataDir = Path("data"),
    invert: Invert = None,
    skip_unreadable: SkipUnreadable = False,
    output: Annotated[Path | None, typer.Option(help="Model folder to write.  [default: models/KIND-DIM]")] = None,
    title: Annotated[str | None, typer.Option(help="Title shown in the app.  [default: the recipe's]")] = None,
    teaches: Annotated[
        str | None, typer.Option(help="One line shown in the app: what there is to see.  [default: the recipe's]")
    ] = None,
    tensorboard: Annotated[
        Path | None, typer.Option(help="Folder for TensorBoard's event files.  [default: none]")
    ] = None,
    overwrite: Overwrite = False,
    resume: Resume = False,
    publish_anyway: PublishAnyway = False,
) -> None:
    """Fit a VAE and write a model folder. The app shows it at once."""
    from ..data.reading import Reading
    from ..fit.recipes import Recipe, find_recipe
    from ..fit.run import Run, run

    chosen = find_recipe(recipe)
    model = _override(
        chosen.model,
        architecture=architecture,
        latent_dim=latent_dim,
        hidden=hidden,
        channels=channels,
        encoder_convs=encoder_convs,
        decoder_dense=decoder_dense,
        likelihood=likelihood,
    )
    train = _override(
        chosen.train,
        epochs=epochs,
        batch_size=batch_size,
        learning_rate=learning_rate,
        schedule=schedule,
        beta=beta,
        beta_warm_up=beta_warm_up,
        average=average,
        augment=augment,
        augment_until=augment_until,
        weight_decay=weight_decay,
        clip=clip,
        precision=precision,
        seed=seed,
    )
    data = data_set or chosen.data_set
    if (model, train, data) != (chosen.model, chosen.train, chosen.data_set):
        # The words of a recipe describe that recipe; once it is changed, plain ones are used.
        plain_title = f"{model.architecture}, {model.latent_dim} latent dimensions"
        chosen = Recipe(
            model,
            train,
            plain_title,
            f"Trained for {train.epochs} epoch{'s' * (train.epochs > 1)} on {Path(data).name}.",
            data,
        )
    run(
        Run(
            replace(chosen, title=title or chosen.title, teaches=teaches or chosen.teaches),
            data_dir=data_dir,
            device=device,
            output=output or paths.user_models() / f"{model.architecture}-{model.latent_dim}",
            overwrite=overwrite,
            resume=resume,
            tensorboard=tensorboard,
            publish_anyway=publish_anyway,
            reading=Reading(invert, skip_unreadable),
        )
    )


def zoo(
    name: Annotated[str, typer.Argument(help="A shipped model, for example conv-20.")],
    data_dir: DataDir = Path("data"),
    device: Device = "auto",
    output: Annotated[Path | None, typer.Option(help="Model folder to write.  [default: models/NAME]")] = None,
    overwrite: Overwrite = False,
    resume: Resume = False,
) -> None:
    """Train a shipped model again, with its own recipe."""
    from ..fit.recipes import ZOO, find_recipe
    from ..fit.run import Run, run

    if name not in ZOO:
        raise ConfigError(f"{name!r} is not a shipped model; there are: {', '.join(ZOO)}")
    path = output or paths.user_models() / name
    run(Run(find_recipe(name), data_dir=data_dir, device=device, output=path, overwrite=overwrite, resume=resume))


def _override(settings: Any, **given: Any) -> Any:
    return replace(settings, **{name: value for name, value in given.items() if value is not None})

"""Command line: `python -m train fit | sample | list`."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path
from typing import Annotated, Any, Literal

import typer

from vae_explorer import paths
from vae_explorer.errors import OutputError, VaeExplorerError

app = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False)

ArchitectureName = Literal["mlp", "conv"]
LikelihoodName = Literal["bce", "mse"]
ScheduleName = Literal["constant", "one-cycle"]
PrecisionName = Literal["float32", "bfloat16"]


@app.command()
def fit(
    recipe: Annotated[str, typer.Option(help="Named settings to start from: plain, conv. Options below override.")] = (
        "plain"
    ),
    architecture: Annotated[ArchitectureName | None, typer.Option(help="Kind of network.")] = None,
    latent_dim: Annotated[int | None, typer.Option(help="Latent dimensions, 1 to 256.")] = None,
    hidden: Annotated[int | None, typer.Option(help="Width of the dense hidden layer, in units.")] = None,
    channels: Annotated[int | None, typer.Option(help="conv only: channels next to the image.")] = None,
    likelihood: Annotated[LikelihoodName | None, typer.Option(help="Reconstruction term.")] = None,
    epochs: Annotated[int | None, typer.Option(help="Passes over the training images.")] = None,
    batch_size: Annotated[int | None, typer.Option(help="Images a step.")] = None,
    learning_rate: Annotated[float | None, typer.Option(help="Adam's rate; the peak of a one-cycle.")] = None,
    schedule: Annotated[ScheduleName | None, typer.Option(help="How the rate goes.")] = None,
    beta: Annotated[float | None, typer.Option(help="Weight of the KL term; 1 is the ELBO.")] = None,
    average: Annotated[float | None, typer.Option(help="Decay a step of the weights' average; 0 is off.")] = None,
    precision: Annotated[PrecisionName | None, typer.Option(help="Numbers inside the networks.")] = None,
    seed: Annotated[int | None, typer.Option(help="Fixes weights, order and noise.")] = None,
    device: Annotated[str, typer.Option(help="auto, cpu, cuda or mps.")] = "auto",
    data_set: Annotated[str, typer.Option("--data", help="Data set: mnist, fashion-mnist.")] = "mnist",
    data_dir: Annotated[Path, typer.Option(help="Folder of the data sets; downloaded to when absent.")] = Path("data"),
    output: Annotated[Path | None, typer.Option(help="Model folder to write.  [default: models/RECIPE-DIM]")] = None,
    title: Annotated[str | None, typer.Option(help="Title shown in the app.")] = None,
    teaches: Annotated[str | None, typer.Option(help="One line shown in the app: what to look at.")] = None,
    overwrite: Annotated[bool, typer.Option("--overwrite", help="Replace a model that is there.")] = False,
) -> None:
    """Fit a VAE and write a model folder that the app shows at once."""
    from train.recipes import find_recipe
    from train.run import Run, run

    chosen = find_recipe(recipe)
    model = _override(
        chosen.model,
        architecture=architecture,
        latent_dim=latent_dim,
        hidden=hidden,
        channels=channels,
        likelihood=likelihood,
    )
    train = _override(
        chosen.train,
        epochs=epochs,
        batch_size=batch_size,
        learning_rate=learning_rate,
        schedule=schedule,
        beta=beta,
        average=average,
        precision=precision,
        seed=seed,
    )
    path = output or paths.user_models() / f"{model.architecture}-{model.latent_dim}"
    run(
        Run(
            model=model,
            train=train,
            data_set=data_set,
            data_dir=data_dir,
            device=device,
            output=path,
            title=title or f"{model.architecture}, {model.latent_dim} latent dimensions",
            teaches=teaches or f"Trained for {train.epochs} epochs on {data_set}.",
            overwrite=overwrite,
        )
    )


@app.command()
def sample(
    model: Annotated[str, typer.Argument(help="A shipped model's name, or a model folder.")],
    output: Annotated[Path, typer.Option(help="PNG to write.")] = Path("samples.png"),
    seed: Annotated[int, typer.Option(help="The same seed gives the same pictures.")] = 0,
) -> None:
    """Write an 8x8 grid of random samples as PNG."""
    from train.publish import sample_sheet
    from vae_explorer import load

    png = sample_sheet(load(model), seed)
    try:
        output.write_bytes(png)
    except OSError as error:
        raise OutputError(f"{output} cannot be written ({error.strerror}). Name another file: --output") from error
    print(f"Wrote {output}")


@app.command("list")
def list_models() -> None:
    """Show the models that the app would show, with their figures."""
    from train.table import print_models

    print_models()


def _override(settings: Any, **given: Any) -> Any:
    return replace(settings, **{name: value for name, value in given.items() if value is not None})


def main() -> None:
    """Run the command line; an error of ours is one line on stderr and exit code 2."""
    try:
        app(prog_name="python -m train")
    except VaeExplorerError as error:
        print(f"error: {error}", file=sys.stderr)
        sys.exit(2)


if __name__ == "__main__":
    main()

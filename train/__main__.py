"""Command line: `python -m train fit | zoo | sample | list | evaluate | judge | import | export | look | bench`."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path
from typing import Annotated, Any, Literal

import typer

from train.recipes import PLAIN
from vae_explorer import paths
from vae_explorer.errors import ConfigError, OutputError, VaeExplorerError

app = typer.Typer(add_completion=False, pretty_exceptions_enable=False, rich_markup_mode=None)

# What typer raises for an option that it cannot take; it has no public name in every version.
UsageError: type[typer.BadParameter] = typer.BadParameter.__bases__[0]

ArchitectureName = Literal["mlp", "conv"]
LikelihoodName = Literal["bce", "mse"]
ScheduleName = Literal["constant", "one-cycle"]
PrecisionName = Literal["float32", "bfloat16"]

DATA_HELP = "mnist, fashion-mnist, kmnist, emnist-letters, or your own: a folder of pictures, an .npz."


def _setting(name: str, text: str) -> Any:
    """An option that overrides a recipe's setting; its help line tells what `plain` has."""
    plain = PLAIN.model.to_json() | PLAIN.train.to_json()
    return typer.Option(help=f"{text}  [default: the recipe's; plain: {plain[name]}]")


@app.command()
def fit(
    recipe: Annotated[str, typer.Option(help="Settings to start from: plain, fast or a zoo name.")] = "plain",
    architecture: Annotated[ArchitectureName | None, _setting("architecture", "Kind of network.")] = None,
    latent_dim: Annotated[int | None, _setting("latent_dim", "Latent dimensions, 1 to 256.")] = None,
    hidden: Annotated[int | None, _setting("hidden", "Width of the dense hidden layer, in units.")] = None,
    channels: Annotated[int | None, _setting("channels", "Channels next to the image; conv only.")] = None,
    likelihood: Annotated[LikelihoodName | None, _setting("likelihood", "Reconstruction term.")] = None,
    epochs: Annotated[int | None, _setting("epochs", "Passes over the training images.")] = None,
    batch_size: Annotated[int | None, _setting("batch_size", "Images a step.")] = None,
    learning_rate: Annotated[
        float | None, _setting("learning_rate", "Adam's rate, a step; the peak of a one-cycle.")
    ] = None,
    schedule: Annotated[ScheduleName | None, _setting("schedule", "How the rate goes.")] = None,
    beta: Annotated[float | None, _setting("beta", "Weight of the KL, nats against nats; 1 is the ELBO.")] = None,
    average: Annotated[float | None, _setting("average", "Decay a step of the weights' average; 0 is off.")] = None,
    deformed: Annotated[
        float | None, _setting("deformed", "Share of images turned and sheared a little, 0 to 1.")
    ] = None,
    weight_decay: Annotated[
        float | None, _setting("weight_decay", "Decoupled decay of the weights, a step and rate.")
    ] = None,
    precision: Annotated[PrecisionName | None, _setting("precision", "Numbers inside the networks.")] = None,
    seed: Annotated[int | None, _setting("seed", "Whole number that fixes weights, order and noise.")] = None,
    device: Annotated[str, typer.Option(help="auto, cpu, cuda or mps.")] = "auto",
    data_set: Annotated[str | None, typer.Option("--data", help=DATA_HELP + "  [default: mnist]")] = None,
    data_dir: Annotated[Path, typer.Option(help="Folder of the data sets; downloaded to when absent.")] = Path("data"),
    output: Annotated[Path | None, typer.Option(help="Model folder to write.  [default: models/KIND-DIM]")] = None,
    title: Annotated[str | None, typer.Option(help="Title shown in the app.  [default: the recipe's]")] = None,
    teaches: Annotated[
        str | None, typer.Option(help="One line in the app: what to see.  [default: the recipe's]")
    ] = None,
    tensorboard: Annotated[
        Path | None, typer.Option(help="Folder for TensorBoard's event files.  [default: none]")
    ] = None,
    overwrite: Annotated[bool, typer.Option("--overwrite", help="Replace a model that is there.")] = False,
    resume: Annotated[bool, typer.Option("--resume", help="Go on where a run for this output was stopped.")] = False,
) -> None:
    """Fit a VAE and write a model folder that the app shows at once."""
    from train.recipes import Recipe, find_recipe
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
        deformed=deformed,
        weight_decay=weight_decay,
        precision=precision,
        seed=seed,
    )
    data = data_set or chosen.data_set
    if (model, train, data) != (chosen.model, chosen.train, chosen.data_set):
        # A recipe's own words are about that recipe; what was changed gets plain ones.
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
        )
    )


@app.command()
def zoo(
    name: Annotated[str, typer.Argument(help="A shipped model: mlp-20, conv-20.")],
    data_dir: Annotated[Path, typer.Option(help="Folder of the data sets; downloaded to when absent.")] = Path("data"),
    device: Annotated[str, typer.Option(help="auto, cpu, cuda or mps.")] = "auto",
    output: Annotated[Path | None, typer.Option(help="Model folder to write.  [default: models/NAME]")] = None,
    overwrite: Annotated[bool, typer.Option("--overwrite", help="Replace a model that is there.")] = False,
    resume: Annotated[bool, typer.Option("--resume", help="Go on where a run for this output was stopped.")] = False,
) -> None:
    """Train a shipped model again, by its own recipe."""
    from train.recipes import ZOO, find_recipe
    from train.run import Run, run

    if name not in ZOO:
        raise ConfigError(f"{name!r} is no shipped model; there are: {', '.join(ZOO)}")
    path = output or paths.user_models() / name
    run(Run(find_recipe(name), data_dir=data_dir, device=device, output=path, overwrite=overwrite, resume=resume))


@app.command()
def bench(
    data_dir: Annotated[Path, typer.Option(help="Folder that holds MNIST.")] = Path("data"),
    device: Annotated[str, typer.Option(help="auto, cpu, cuda or mps.")] = "auto",
    rounds: Annotated[int, typer.Option(min=1, help="Alternations of the two loops.")] = 5,
    steps: Annotated[int, typer.Option(min=1, max=469, help="Steps of batch 128 a round.")] = 150,
    full: Annotated[bool, typer.Option("--full", help="Run the plain recipe until it is there, too.")] = False,
) -> None:
    """Measure speed against the plain loop, alternating the two in one run."""
    from train.bench import bench as measure

    measure(data_dir, device, rounds, steps, full)


@app.command()
def sample(
    model: Annotated[str, typer.Argument(help="A shipped model's name, or a model folder.")],
    output: Annotated[Path, typer.Option(help="PNG to write.")] = Path("samples.png"),
    seed: Annotated[int, typer.Option(min=0, max=2**31 - 1, help="The same seed gives the same pictures.")] = 0,
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


@app.command()
def judge(
    data_set: Annotated[str, typer.Option("--data", help="Data set whose classes it tells apart.")] = "mnist",
    data_dir: Annotated[Path, typer.Option(help="Folder of the data sets; downloaded to when absent.")] = Path("data"),
    epochs: Annotated[int, typer.Option(min=1, help="Passes over the training images.")] = 10,
    seed: Annotated[int, typer.Option(min=0, help="Fixes weights, order and shifts.")] = 0,
    device: Annotated[str, typer.Option(help="auto, cpu, cuda or mps.")] = "auto",
    output: Annotated[Path | None, typer.Option(help="File to write.  [default: the shipped judge of DATA]")] = None,
    overwrite: Annotated[bool, typer.Option("--overwrite", help="Replace a judge that is there.")] = False,
) -> None:
    """Train the classifier that judges random samples."""
    from train.data import load_data
    from train.device import choose_device
    from train.judge import require_free, train_judge
    from vae_explorer import judge_file

    if output is not None:
        require_free(output, overwrite)
    where = choose_device(device)
    data = load_data(data_set, data_dir)
    path = output or judge_file.shipped_path(data.spec.name)
    require_free(path, overwrite)
    found = train_judge(data, where, epochs, seed)
    judge_file.write(found, path)
    print(f"Wrote {path}: names {found.accuracy:.2%} of {len(data.test.labels):,} test pictures right")


@app.command()
def evaluate(
    model: Annotated[str, typer.Argument(help="A shipped model's name, or a model folder.")],
    data_set: Annotated[str | None, typer.Option("--data", help="Data set.  [default: the model's]")] = None,
    data_dir: Annotated[Path, typer.Option(help="Folder of the data sets; downloaded to when absent.")] = Path("data"),
    device: Annotated[str, typer.Option(help="auto, cpu, cuda or mps.")] = "auto",
    judge_path: Annotated[Path | None, typer.Option("--judge", help="Judge.  [default: the data set's own]")] = None,
    bound_pictures: Annotated[int, typer.Option(min=2, help="Test pictures for the importance-weighted bound.")] = 1000,
    bound_samples: Annotated[int, typer.Option(min=1, help="Samples of z a picture for that bound.")] = 500,
    refit_mixture: Annotated[bool, typer.Option("--refit-mixture", help="Fit the mixture of the codes anew.")] = False,
) -> None:
    """Measure what a model is worth and write the figures into its model.json."""
    from train.assess import Assessment, assess

    assess(Assessment(model, data_set, data_dir, device, judge_path, bound_pictures, bound_samples, refit_mixture))


@app.command("list")
def list_models() -> None:
    """Show the models that the app would show, with their figures."""
    from train.table import print_models

    print_models()


@app.command("import")
def import_model(
    file: Annotated[Path, typer.Argument(help="State dict that the textbook script saved, .pth or .pt.")],
    name: Annotated[str, typer.Option(help="Name of the model folder to write.")],
    data_set: Annotated[str, typer.Option("--data", help=DATA_HELP)] = "mnist",
    data_dir: Annotated[Path, typer.Option(help="Folder of the data sets; downloaded to when absent.")] = Path("data"),
    device: Annotated[str, typer.Option(help="auto, cpu, cuda or mps.")] = "auto",
    title: Annotated[str | None, typer.Option(help="Title shown in the app.  [default: NAME]")] = None,
    teaches: Annotated[str | None, typer.Option(help="One line shown in the app: what to look at.")] = None,
    overwrite: Annotated[bool, typer.Option("--overwrite", help="Replace a model that is there.")] = False,
) -> None:
    """Make a model folder of weights from elsewhere. No code in the file is run."""
    from train.evaluate import headline
    from train.importing import Import, import_weights

    what = Import(
        file=file,
        name=name,
        title=title or name,
        teaches=teaches or "Weights from elsewhere, evaluated here.",
        data_set=data_set,
        data_dir=data_dir,
        device=device,
        overwrite=overwrite,
    )
    folder = import_weights(what)
    print(f"Wrote {folder.path}: {headline(folder.metrics)}. See it: vae-explorer")


@app.command()
def export(
    model: Annotated[str, typer.Argument(help="A shipped model's name, or a model folder.")],
    onnx: Annotated[bool, typer.Option("--onnx", help="Write encoder.onnx and decoder.onnx.")] = False,
    output: Annotated[Path | None, typer.Option(help="Folder to write to.  [default: MODEL-onnx]")] = None,
    overwrite: Annotated[bool, typer.Option("--overwrite", help="Replace the files that are there.")] = False,
) -> None:
    """Write a model in another format."""
    if not onnx:
        raise ConfigError("no format was named. There is one: --onnx")
    from train.exporting import export_onnx
    from vae_explorer import load

    loaded = load(model)
    folder = output or Path(f"{loaded.folder.path.resolve().name}-onnx")
    export_onnx(loaded, folder, overwrite)
    print(f"Wrote {folder}: encoder.onnx and decoder.onnx")


@app.command()
def look(
    data_set: Annotated[str, typer.Argument(metavar="DATA", help="A folder of pictures, or an .npz.")],
    output: Annotated[Path, typer.Option(help="PNG to write.")] = Path("look.png"),
) -> None:
    """Show how pictures of your own are turned to 28x28."""
    from train.look import write_look

    pairs = write_look(data_set, output)
    print(f"Wrote {output}: {pairs} pictures, each as it is and as the model sees it")


def _override(settings: Any, **given: Any) -> Any:
    return replace(settings, **{name: value for name, value in given.items() if value is not None})


def main() -> None:
    """Run the command line; an error of ours is one line on stderr and exit code 2."""
    try:
        sys.exit(app(sys.argv[1:] or ["--help"], prog_name="python -m train", standalone_mode=False))
    except UsageError as error:
        command = error.ctx.command_path if error.ctx else "python -m train"
        sys.exit(_refuse(f"{error.format_message().rstrip('.')}. See: {command} --help"))
    except VaeExplorerError as error:
        sys.exit(_refuse(str(error)))
    except (typer.Abort, KeyboardInterrupt):
        sys.exit(_refuse("stopped; nothing was written"))


def _refuse(message: str) -> int:
    """Print the one line of an error; the exit code that goes with it."""
    print(f"error: {message}", file=sys.stderr)
    return 2


if __name__ == "__main__":
    main()

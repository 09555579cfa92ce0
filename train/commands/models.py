"""`sample`, `list`, `evaluate`, `map`, `project`, `import` and `export`: commands for models that exist already."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import typer

from vae_explorer import paths
from vae_explorer.errors import ConfigError, OutputError

from ..importing.conventions import ACTIVATIONS, InputScale, Output
from .options import DATA_HELP, DataDir, Device, Invert, ModelName, Overwrite, PublishAnyway, SkipUnreadable
from .renamed import say_renamed


def sample(
    model: ModelName,
    output: Annotated[Path, typer.Option(help="PNG to write.")] = Path("samples.png"),
    seed: Annotated[int, typer.Option(min=0, max=2**31 - 1, help="The same seed gives the same pictures.")] = 0,
) -> None:
    """Write an 8x8 grid of random samples as PNG."""
    from vae_explorer import load
    from vae_explorer.storage import atomic

    from .. import sheets

    png = sheets.png(sheets.samples(load(model), seed))
    try:
        atomic.write_file(output, png)
    except OSError as error:
        raise OutputError(f"{output} cannot be written ({error.strerror}). Name another file: --output") from error
    print(f"Wrote {output}")


def list_models(
    published: Annotated[
        bool, typer.Option("--published", help="The shipped models beside published ones, as README's table.")
    ] = False,
) -> None:
    """List the models that the app shows, with their metrics."""
    if published:
        from ..published import comparison

        print(comparison(paths.shipped_models()))
        return
    from ..table import print_models

    print_models()


def evaluate(
    model: ModelName,
    data_set: Annotated[str | None, typer.Option("--data", help="Data set.  [default: the model's]")] = None,
    data_dir: DataDir = Path("data"),
    invert: Invert = None,
    skip_unreadable: SkipUnreadable = False,
    device: Device = "auto",
    classifier: Annotated[
        Path | None, typer.Option(help="Classifier of samples.  [default: the one shipped for the data set]")
    ] = None,
    judge: Annotated[Path | None, typer.Option(hidden=True)] = None,
    bound_pictures: Annotated[
        int | None,
        typer.Option(min=2, help="Test pictures for the importance-weighted bounds.  [default: all; on a CPU 1000]"),
    ] = None,
    bound_samples: Annotated[int, typer.Option(min=1, help="Samples of z per picture for those bounds.")] = 5000,
    refit_samplers: Annotated[
        bool, typer.Option("--refit-samplers", help="Fit the samplers to the codes again.")
    ] = False,
    imputation: Annotated[
        bool, typer.Option("--imputation", help="Only the table of missing pixels filled in.")
    ] = False,
    anomaly: Annotated[bool, typer.Option("--anomaly", help="Only the table of anomalies detected.")] = False,
    augmentation: Annotated[
        bool, typer.Option("--augmentation", help="Only the table of classifiers trained with variations.")
    ] = False,
) -> None:
    """Compute all metrics of a model. They are written to its model.json.

    With --imputation, --anomaly or --augmentation only those tables are.
    """
    from ..data.reading import Reading
    from ..evaluate.evaluate import evaluate as run
    from ..evaluate.subject import Evaluation

    asked = {"imputation": imputation, "anomaly": anomaly, "augmentation": augmentation}
    if judge is not None:
        say_renamed("--judge", "--classifier")
    if refit_samplers and any(asked.values()):
        raise ConfigError("--refit-samplers goes with the metrics, not with a table. Run evaluate twice")
    run(
        Evaluation(
            model,
            data_set,
            data_dir,
            device,
            classifier or judge,
            bound_pictures,
            bound_samples,
            refit_samplers,
            tuple(name for name, wanted in asked.items() if wanted),
            Reading(invert, skip_unreadable),
        )
    )


def map_pictures(
    model: ModelName,
    split: Annotated[Literal["train", "test"], typer.Option(help="Which pictures of the data set.")] = "train",
    data_set: Annotated[str | None, typer.Option("--data", help="Data set.  [default: the model's]")] = None,
    data_dir: DataDir = Path("data"),
    invert: Invert = None,
    skip_unreadable: SkipUnreadable = False,
    device: Device = "auto",
    landmarks: Annotated[
        int,
        typer.Option(min=100, help="Codes that t-SNE and UMAP lay out; the others are placed between them."),
    ] = 10_000,
    output: Annotated[Path | None, typer.Option(help="Model folder.  [default: models/MODEL-SPLIT]")] = None,
    overwrite: Overwrite = False,
) -> None:
    """Write a copy of a model whose map shows the training pictures."""
    from ..data.reading import Reading
    from ..picture_map import PictureMap, write_map

    path = output or paths.user_models() / f"{Path(model).resolve().name}-{split}"
    reading = Reading(invert, skip_unreadable)
    folder = write_map(PictureMap(model, split, path, data_set, data_dir, device, landmarks, overwrite, reading))
    print(f"Wrote {path}: {folder.data.count:,} {folder.data.split} {folder.data.nouns}. See it: vae-explorer")


def project(
    model: ModelName,
    only: Annotated[
        list[str] | None,
        typer.Option(metavar="NAME", help="One projection, such as umap.  [default: all that are missing]"),
    ] = None,
    overwrite: Overwrite = False,
) -> None:
    """Add projections to a model, such as UMAP. They lay out the codes in its folder; pictures are not needed."""
    from ..projecting import add_projections

    added = add_projections(model, only or (), overwrite)
    print(f"Added to {model}: {', '.join(added)}. See it: vae-explorer" if added else f"Nothing was added to {model}")


def import_model(
    file: Annotated[Path, typer.Argument(help="State dict or checkpoint of torch, or safetensors.")],
    name: Annotated[str, typer.Option(help="Name of the model folder to write.")],
    log_var_first: Annotated[
        bool | None, typer.Option(help="Whether the log variance comes before mu.  [default: tried]")
    ] = None,
    log_sigma: Annotated[
        bool | None, typer.Option(help="Whether log sigma stands in place of the log variance.  [default: tried]")
    ] = None,
    softplus_sigma: Annotated[
        bool | None, typer.Option(help="Whether softplus makes sigma of what stands there.  [default: tried]")
    ] = None,
    activation: Annotated[
        str | None,
        typer.Option(
            help=f"Between two layers: {', '.join(ACTIVATIONS)}; or one for each place, as elu,tanh.  [default: tried]"
        ),
    ] = None,
    decoder_activation: Annotated[
        str | None, typer.Option(help="In the decoder, if it is another one.  [default: tried]")
    ] = None,
    norm_last: Annotated[
        bool | None, typer.Option(help="Whether batch norms stand behind the activation.  [default: tried]")
    ] = None,
    input_scale: Annotated[
        InputScale | None,
        typer.Option(help="Range of the pixels that it was trained with.  [default: tried]"),
    ] = None,
    output: Annotated[
        Output | None, typer.Option(help="What turns the decoder's last numbers into pixels.  [default: tried]")
    ] = None,
    class_first: Annotated[
        bool | None, typer.Option(help="Whether the class stands before pixels and code.  [default: tried]")
    ] = None,
    data_set: Annotated[str, typer.Option("--data", help=DATA_HELP)] = "mnist",
    data_dir: DataDir = Path("data"),
    invert: Invert = None,
    skip_unreadable: SkipUnreadable = False,
    device: Device = "auto",
    title: Annotated[str | None, typer.Option(help="Title shown in the app.  [default: NAME]")] = None,
    teaches: Annotated[str | None, typer.Option(help="One line shown in the app: what there is to see.")] = None,
    publish_anyway: PublishAnyway = False,
    overwrite: Overwrite = False,
) -> None:
    """Turn weights trained elsewhere into a model folder. No code in the file is run."""
    from ..data.reading import Reading
    from ..evaluate.metrics import headline
    from ..importing.run import Import, import_weights

    conventions = {
        "log_var_first": log_var_first,
        "log_sigma": log_sigma,
        "softplus_sigma": softplus_sigma,
        "activation": activation,
        "decoder_activation": decoder_activation,
        "norm_last": norm_last,
        "input_scale": input_scale,
        "output": output,
        "class_first": class_first,
    }
    what = Import(
        file=file,
        name=name,
        title=title or name,
        teaches=teaches or "Weights trained elsewhere, evaluated here.",
        data_set=data_set,
        data_dir=data_dir,
        device=device,
        conventions={name: value for name, value in conventions.items() if value is not None},
        publish_anyway=publish_anyway,
        overwrite=overwrite,
        reading=Reading(invert, skip_unreadable),
    )
    folder = import_weights(what)
    print(f"Wrote {folder.path}: {headline(folder.metrics)}. See it: vae-explorer")


def export(
    model: ModelName,
    onnx: Annotated[bool, typer.Option("--onnx", help="Write encoder.onnx and decoder.onnx.")] = False,
    output: Annotated[Path | None, typer.Option(help="Folder to write to.  [default: MODEL-onnx]")] = None,
    overwrite: Overwrite = False,
) -> None:
    """Convert a model to another format."""
    if not onnx:
        raise ConfigError("no format was given. There is one: --onnx")
    from vae_explorer import load

    from ..exporting import export_onnx

    loaded = load(model)
    folder = output or Path(f"{loaded.folder.path.resolve().name}-onnx")
    export_onnx(loaded, folder, overwrite)
    print(f"Wrote {folder}: encoder.onnx and decoder.onnx")

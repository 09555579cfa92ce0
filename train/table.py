"""The command `list`: the models that the app shows, as a table."""

from __future__ import annotations

from rich.console import Console
from rich.table import Table

from vae_explorer.catalog import zoo


def print_models() -> None:
    """Print every model folder; for broken ones, what is wrong with them."""
    table = Table("model", "architecture", "D", "test -ELBO\nnats per image", "trained on", "epochs", box=None)
    listing = zoo.shared().scan()
    for model in listing.models:
        folder = model.folder
        bound = folder.metrics.get("test_negative_elbo", {}).get("value")
        table.add_row(
            model.id,
            folder.config.architecture,
            str(folder.config.latent_dim),
            f"{bound:.2f}" if bound is not None else "-",
            folder.data.name,
            str(len(folder.history)),
        )
    console = Console()
    console.print(table)
    for broken in listing.broken:
        console.print(f"{broken.id} cannot be opened. {broken.problem}", style="red", highlight=False, markup=False)

"""Latent space explorer: see a VAE's latent space by moving through it.

>>> from vae_explorer import load
>>> model = load("conv-20")
>>> mu, log_var = model.encode(x)  # x: (B, 1, 28, 28) float32 in 0…1
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from vae_explorer.notebook import load

__all__ = ["load"]


def __getattr__(name: str) -> object:
    """Import `load` on first use: it brings torch, which the app must never import."""
    if name == "load":
        from vae_explorer.notebook import load

        return load
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")

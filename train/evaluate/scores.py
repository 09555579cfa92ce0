"""How unusual a picture is to a model: the scores of the table of anomalies. A higher one speaks for an anomaly.

-ELBO alone takes plain pictures for the most usual ones: a blank page is cheap to reconstruct, and cheaper than any
digit. `saving` mends it. It subtracts what the picture would cost without knowing any shapes: -log p under pixels that
are all inked with the same probability, the picture's own mean, and independent of each other. What is left is minus
what the model saves; with a blank page there is nothing to save. It is a likelihood ratio against a simple model of
pixels, as in Ren et al., "Likelihood Ratios for Out-of-Distribution Detection", NeurIPS 2019; that this one is fitted
to the picture itself, as a compressor is, makes it one of those of Serrà et al., "Input Complexity and Out-of-
distribution Detection with Likelihood-based Generative Models", ICLR 2020. `typicality` is the other way to mend it:
Nalisnick et al., "Detecting Out-of-Distribution Inputs to Deep Generative Models Using Typicality", 2019, equation 5
for a single picture.
"""

from __future__ import annotations

import torch
from torch import Tensor

from vae_explorer.model.config import PIXELS
from vae_explorer.model.vae import VAE, kl_nats, reconstruction_nats

from .metrics import importance_weighted_bound

SAMPLES = 10
BATCH = 100
LARGEST = 1e8  # of a model that overflows

# By name, what a score is, in words.
SCORES = {
    "elbo": "-ELBO, reconstruction + KL, nats",
    "reconstruction": "reconstruction error, -log p(x|z), nats",
    "kl": "KL(q(z|x) || p(z)), nats",
    "bound": f"importance-weighted bound on -log p(x), {SAMPLES} samples, nats",
    "typicality": "how far -ELBO is from its mean over test pictures, nats",
    "saving": "-ELBO minus -log p(x) under independent pixels with the picture's mean brightness, nats",
}
# A plain autoencoder has no KL; to it the reconstruction error is what -ELBO is to others.
DETERMINISTIC_SCORES = {
    "reconstruction": "reconstruction error, -log p(x|z), nats",
    "typicality": "how far the reconstruction error is from its mean over test pictures, nats",
    "saving": "reconstruction error minus -log p(x) under independent pixels with the picture's mean brightness, nats",
}


def names_of(model: VAE) -> dict[str, str]:
    """The scores that a model of this kind has, each in words."""
    return DETERMINISTIC_SCORES if model.config.deterministic else SCORES


@torch.no_grad()
def scores(model: VAE, images: Tensor, typical: float | None, random: torch.Generator) -> dict[str, Tensor]:
    """Every score of each image, `(N,)` float64 on the CPU.

    A class-conditional model is not told the class, which an anomaly does not have: it takes the one with the lowest
    -ELBO.

    Args:
        images: `(N, 1, 28, 28)` float32 in 0…1.
        typical: the mean of -ELBO over test pictures; None for that of these images.
        random: a generator on their device.
    """
    parts = [_terms(model, x, random) for x in images.split(BATCH)]
    found = {name: torch.cat([part[name] for part in parts]) for name in parts[0]}
    total = found["reconstruction" if model.config.deterministic else "elbo"]
    mean = float(total.mean()) if typical is None else typical
    found |= {"typicality": (total - mean).abs(), "saving": total - independent_nats(images, model.config.likelihood)}
    return {name: found[name].nan_to_num(LARGEST).clamp(-LARGEST, LARGEST) for name in names_of(model)}


def independent_nats(images: Tensor, likelihood: str) -> Tensor:
    """-log p(x) of each image under a picture that is its mean brightness everywhere, `(N,)` float64 on the CPU."""
    brightness = images.flatten(1).mean(dim=1, keepdim=True)  # (N, 1)
    logits = torch.logit(brightness, eps=1e-6).expand(-1, PIXELS)
    return reconstruction_nats(logits, images, likelihood).cpu().double()


def grey_picture_nats(images: Tensor, likelihood: str) -> float:
    """-log p(x) under a picture that is mid-grey everywhere, the mean over images `(N, 1, 28, 28)`, nats.

    It is what a decoder draws that has learned nothing. For `bce` that is 784 log 2, 543.4, whatever the images.
    """
    logits = torch.zeros(1, PIXELS, device=images.device).expand(len(images), -1)
    return float(reconstruction_nats(logits, images, likelihood).cpu().double().mean())


def _terms(model: VAE, x: Tensor, random: torch.Generator) -> dict[str, Tensor]:
    """The terms of -ELBO, its mean over `SAMPLES` samples, and the bound; each `(B,)`."""
    label = likeliest_class(model, x, random) if model.config.classes else torch.zeros(len(x), device=x.device).long()
    mu, log_var = model.encode(x, label)
    drawn: list[Tensor] = []

    def negative_log_likelihood(z: Tensor) -> Tensor:
        count = len(z) // len(x)
        logits = model.decode_logits(z, label.repeat(count))
        nats = reconstruction_nats(logits, x.repeat(count, 1, 1, 1), model.config.likelihood)
        drawn.append(nats.cpu().double().view(count, -1))
        return nats

    if model.config.deterministic:
        return {"reconstruction": negative_log_likelihood(mu).cpu().double()}
    bound = importance_weighted_bound(mu, log_var, negative_log_likelihood, SAMPLES, random, chunk=1)
    reconstruction, kl = torch.cat(drawn).mean(dim=0), kl_nats(mu, log_var).cpu().double().sum(dim=1)
    return {"elbo": reconstruction + kl, "reconstruction": reconstruction, "kl": kl, "bound": bound}


def likeliest_class(model: VAE, x: Tensor, random: torch.Generator) -> Tensor:
    """The class with the lowest -ELBO, with one sample of z, `(B,)` int64: of a class-conditional model."""
    eps = torch.randn(len(x), model.config.latent_dim, generator=random, device=x.device)
    each = [
        model.elbo(x, torch.full((len(x),), label, device=x.device), eps).negative_elbo
        for label in range(model.config.classes)
    ]
    return torch.stack(each).argmin(dim=0)

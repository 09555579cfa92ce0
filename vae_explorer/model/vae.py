"""The VAE in torch: encode, reparameterize, decode, and the terms of the ELBO in nats per image.

Formulas: Kingma and Welling, "Auto-Encoding Variational Bayes", 2014 (arXiv 1312.6114); beta from Higgins et
al., "beta-VAE", ICLR 2017.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional

from vae_explorer.model.config import IMAGE_SIZE, ModelConfig
from vae_explorer.model.layer import Layer
from vae_explorer.model.layers import decoder_layers, encoder_layers

# Standard deviation of the Gaussian that `mse` stands for, in units of the pixel range. A good decoder of MNIST is off
# by about this much, so that reconstruction and KL are in balance without a beta.
MSE_SIGMA = 0.1


@dataclass(frozen=True)
class ElboTerms:
    """The two terms of -ELBO, nats per image.

    Attributes:
        reconstruction: -log p(x|z) with z from q(z|x), one number per image, `(B,)`; or their mean, `()`.
        kl: KL(q(z|x) || N(0, I)), of the same shape.
    """

    reconstruction: Tensor
    kl: Tensor

    @property
    def negative_elbo(self) -> Tensor:
        """-ELBO, of the terms' shape: the loss with beta = 1."""
        return self.weighted(1.0)

    def weighted(self, beta: float | Tensor) -> Tensor:
        """The loss that training minimises, reconstruction + beta * KL, of the terms' shape (Higgins et al., 2017)."""
        return self.reconstruction + beta * self.kl

    def mean(self) -> ElboTerms:
        """The means over the images, `()` float64 on the CPU: some devices have no float64."""
        return ElboTerms(self.reconstruction.cpu().double().mean(), self.kl.cpu().double().mean())


class VAE(nn.Module):
    """A variational autoencoder for 28x28 grey images.

    `encoder` and `decoder` are plain `nn.Sequential`s built from `vae_explorer.model.layers`, so that a state dict
    holds nothing but `encoder.N.weight`, `encoder.N.bias`, `decoder.N.weight`, `decoder.N.bias`.

    Images are float32 `(B, 1, 28, 28)` in 0…1 throughout, codes `(B, D)` float32. For a class-conditional
    model (`config.classes` > 0) `label` is `(B,)` int64 and must be given.
    """

    def __init__(self, config: ModelConfig) -> None:
        super().__init__()
        self.config = config
        self.encoder = sequential(encoder_layers(config))
        self.decoder = sequential(decoder_layers(config))

    def encode(self, x: Tensor, label: Tensor | None = None) -> tuple[Tensor, Tensor]:
        """The posterior q(z|x) = N(mu, exp(log_var)).

        Args:
            x: `(B, 1, 28, 28)` float32 in 0…1.
            label: `(B,)` int64 in 0…classes - 1, for a class-conditional model.

        Returns:
            mu and log_var, each `(B, D)` float32; log_var is unused in a deterministic model.

        Raises:
            ValueError: a class-conditional model was given no label.
        """
        if isinstance(self.encoder[0], nn.Linear):
            x = x.flatten(1)  # (B, 784)
        if self.config.classes:
            one_hot = self._one_hot(label)  # (B, classes)
            if x.dim() == 4:
                one_hot = one_hot[:, :, None, None].expand(-1, -1, IMAGE_SIZE, IMAGE_SIZE)
            x = torch.cat([x, one_hot], dim=1)
        # Under autocast layers return less than float32; what is summed up from here on keeps all digits.
        mu, log_var = self.encoder(x).float().chunk(2, dim=1)  # (B, D) each
        return mu, log_var

    def reparameterize(self, mu: Tensor, log_var: Tensor, eps: Tensor | None = None) -> Tensor:
        """A sample of the posterior, z = mu + sigma * eps, `(B, D)` float32; in a deterministic model z is mu.

        Args:
            mu, log_var: `(B, D)` float32, as `encode` returns them.
            eps: `(B, D)` standard normal; drawn here unless given.
        """
        if self.config.deterministic:
            return mu
        if eps is None:
            eps = torch.randn_like(mu)
        return reparameterize(mu, log_var, eps)

    def decode_logits(self, z: Tensor, label: Tensor | None = None) -> Tensor:
        """Pixel logits `(B, 784)` float32 of p(x|z); arguments and errors are those of `decode`."""
        if self.config.classes:
            z = torch.cat([z, self._one_hot(label)], dim=1)
        logits: Tensor = self.decoder(z).float()
        return logits

    def decode(self, z: Tensor, label: Tensor | None = None) -> Tensor:
        """Pixel means of p(x|z), `(B, 1, 28, 28)` float32 in 0…1.

        Args:
            z: `(B, D)` float32, the codes.
            label: `(B,)` int64 in 0…classes - 1, for a class-conditional model.

        Raises:
            ValueError: a class-conditional model was given no label.
        """
        return torch.sigmoid(self.decode_logits(z, label)).view(-1, 1, IMAGE_SIZE, IMAGE_SIZE)

    def elbo(self, x: Tensor, label: Tensor | None = None, eps: Tensor | None = None) -> ElboTerms:
        """The two terms of -ELBO, each `(B,)` float32 in nats per image, from one sample of z per image.

        ELBO = E[log p(x|z)] - KL(q(z|x) || N(0, I)): Kingma and Welling, equation 10.

        Args:
            x: `(B, 1, 28, 28)` float32 in 0…1.
            label: `(B,)` int64 in 0…classes - 1, for a class-conditional model.
            eps: `(B, D)` standard normal, the noise of that sample; drawn here unless given.

        Raises:
            ValueError: a class-conditional model was given no label.
        """
        mu, log_var = self.encode(x, label)
        logits = self.decode_logits(self.reparameterize(mu, log_var, eps), label)
        return ElboTerms(
            reconstruction=reconstruction_nats(logits, x, self.config.likelihood),
            kl=torch.zeros_like(mu[:, 0]) if self.config.deterministic else kl_nats(mu, log_var).sum(dim=1),
        )

    def forward(self, x: Tensor, label: Tensor | None = None) -> tuple[Tensor, Tensor, Tensor]:
        """A reconstruction `(B, 1, 28, 28)` from one sample of z, mu and log_var `(B, D)`; raises as `encode` does."""
        mu, log_var = self.encode(x, label)
        return self.decode(self.reparameterize(mu, log_var), label), mu, log_var

    def _one_hot(self, label: Tensor | None) -> Tensor:
        if label is None:
            raise ValueError(f"this model is conditional: give label, (B,) int64 in 0…{self.config.classes - 1}")
        return functional.one_hot(label, self.config.classes).to(next(self.parameters()).dtype)


def reparameterize(mu: Tensor, log_var: Tensor, eps: Tensor) -> Tensor:
    """z = mu + sigma * eps, of the shape that the three broadcast to: Kingma and Welling, section 2.4.

    Args:
        mu, log_var: mean and log variance of the posterior, `(B, D)`.
        eps: standard normal, `(B, D)`, or `(n, B, D)` for n samples of each.
    """
    return mu + torch.exp(0.5 * log_var) * eps


def reconstruction_nats(logits: Tensor, x: Tensor, likelihood: str) -> Tensor:
    """-log p(x|z), summed over pixels: `(B,)`, nats per image.

    Args:
        logits: `(B, 784)`, as `VAE.decode_logits` returns them.
        x: B images in 0…1, of any shape with 784 numbers each.
        likelihood: `bce`, the cross entropy with grey pixels taken as probabilities; or `mse`, a Gaussian with standard
            deviation 0.1 around the means, including its constant, so that the result can be negative.
    """
    target = x.flatten(1)
    if likelihood == "bce":
        return functional.binary_cross_entropy_with_logits(logits, target, reduction="none").sum(dim=1)
    squared = (torch.sigmoid(logits) - target).square().sum(dim=1)
    constant = target.shape[1] * math.log(MSE_SIGMA * math.sqrt(2 * math.pi))
    return squared / (2 * MSE_SIGMA**2) + constant


def kl_nats(mu: Tensor, log_var: Tensor) -> Tensor:
    """KL(q(z|x) || N(0, I)) of each dimension, `(B, D)`, nats: appendix B of Kingma and Welling."""
    return 0.5 * (mu.square() + log_var.exp() - 1.0 - log_var)


ACTIVATIONS: dict[str, Callable[[], nn.Module]] = {
    "relu": nn.ReLU,
    "silu": nn.SiLU,
    "gelu": nn.GELU,
    "sigmoid": nn.Sigmoid,
    "tanh": nn.Tanh,
    "elu": nn.ELU,
    "softplus": nn.Softplus,
    "selu": nn.SELU,
    "mish": nn.Mish,
}


def sequential(layers: Iterable[Layer]) -> nn.Sequential:
    """The torch module of a list of layers; parameters are named `<index>.weight`, `<index>.bias`."""
    return nn.Sequential(*(_module(layer) for layer in layers))


def _module(layer: Layer) -> nn.Module:
    if layer.op == "linear":
        return nn.Linear(layer.inputs, layer.outputs)
    if layer.op == "conv":
        return nn.Conv2d(layer.inputs, layer.outputs, layer.kernel, layer.stride, layer.padding)
    if layer.op == "conv_transpose":
        sizes = (layer.kernel, layer.stride, layer.padding, layer.output_padding)
        return nn.ConvTranspose2d(layer.inputs, layer.outputs, *sizes)
    if layer.op == "reshape":
        return nn.Unflatten(1, layer.shape) if len(layer.shape) > 1 else nn.Flatten()
    if layer.op == "leaky_relu":
        return nn.LeakyReLU(layer.slope)
    return ACTIVATIONS[layer.op]()

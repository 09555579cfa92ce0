"""Sigma by softplus, in layers that the app has: log softplus(a) as a sum of softplus of a few multiples of a."""

from __future__ import annotations

import torch
from torch import Tensor

# log softplus(a) = CONSTANT - sum of weight * softplus(offset - scale * a), to 0.0012 for a from -16 to 12, that is for
# sigma from 1e-7 to 12. Fitted by least squares with no weight below 0, so that nothing large cancels; float16 holds
# all but the constant, so that publishing rounds nothing else.
CONSTANT = 2.8766360690981383
TERMS = (  # scale, offset, weight
    (1.0, 0.0, 0.390869140625),
    (1.0, 1.0, 0.2880859375),
    (1.0, 3.0, 0.09014892578125),
    (1.0, 4.0, 0.04989624023437500),
    (1.0, 6.0, 0.0479125976562500),
    (1.0, 8.0, 0.0235595703125),
    (1.0, 9.0, 0.000446796417236328),
    (1.0, 10.0, 0.0173492431640625),
    (0.5, 8.0, 0.1832275390625),
)


def log_softplus(dim: int) -> tuple[tuple[Tensor, Tensor], tuple[Tensor, Tensor]]:
    """Two dense layers with softplus between them, each as weight and bias in float64.

    From `dim` numbers and as many others a they lead to the former, unchanged, and to 2 log softplus(a):
    softplus of x less that of -x is x.
    """
    one, none = torch.eye(dim, dtype=torch.float64), torch.zeros(dim, dim, dtype=torch.float64)
    inner = [torch.cat([one, none], 1), torch.cat([-one, none], 1)]
    inner += [torch.cat([none, -scale * one], 1) for scale, _, _ in TERMS]
    offsets = [0.0, 0.0, *(offset for _, offset, _ in TERMS)]
    outer = [torch.cat([one, none]), torch.cat([-one, none])]
    outer += [torch.cat([none, -2 * weight * one]) for _, _, weight in TERMS]
    first_bias = torch.tensor(offsets, dtype=torch.float64).repeat_interleave(dim)
    last_bias = torch.cat([torch.zeros(dim, dtype=torch.float64), torch.full((dim,), 2 * CONSTANT).double()])
    return (torch.cat(inner), first_bias), (torch.cat(outer, 1), last_bias)

"""Which layers of a file are encoder, posterior and decoder: by their shapes, and by their order where shapes allow
more than one reading. Names only break ties.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from vae_explorer.model.config import IMAGE_SIZE, PIXELS

from .parts import Part

LARGEST_DIM = LARGEST_CLASSES = 256
MOST_READINGS = 4
# What makes a reading not worth trying beside another one.
FAR_LESS_LIKELY = 4
USUAL_CLASSES = 10
# A bound on the search, which few shapes in common keep far below it.
MOST_STEPS = 20_000


@dataclass(frozen=True)
class Step:
    """A layer in its place; `op` is `linear`, `conv` or `conv_transpose`."""

    op: str
    part: Part


@dataclass(frozen=True)
class Network:
    """A reading of a file as a VAE.

    Attributes:
        trunk: the encoder up to the layers that mu and log variance come from.
        heads: those layers: one of 2 D outputs, or two of D; of a plain autoencoder one of D.
        decoder: the layers from a code to the picture.
        encoder_classes, decoder_classes: how many numbers of a one-hot class each half takes beside its input.
    """

    trunk: tuple[Step, ...]
    heads: tuple[Step, ...]
    decoder: tuple[Step, ...]
    latent_dim: int
    encoder_classes: int
    decoder_classes: int
    deterministic: bool

    @property
    def classes(self) -> int:
        return max(self.encoder_classes, self.decoder_classes)

    @property
    def is_dense(self) -> bool:
        return all(step.op == "linear" for step in (*self.trunk, *self.heads, *self.decoder))

    @property
    def has_norms(self) -> bool:
        """Whether batch norms stand where an activation is."""
        return any(step.part.norm for step in (*self.trunk, *self.decoder[:-1]))

    @property
    def places(self) -> tuple[int, int]:
        """How many activations there are in the encoder, and in the decoder."""
        return len(self.trunk), len(self.decoder) - 1

    @property
    def says_variance(self) -> bool:
        """Whether a name says that it is log variance: those of sigma are `std`, `scale` and the like."""
        return any("var" in _last_words(step.part.name) for step in self.heads)

    @property
    def says_which_is_mu(self) -> bool:
        """Whether names tell mu from log variance."""
        first, *second = (_role(step.part.name) for step in self.heads)
        return bool(second) and first != second[0]


def readings(parts: list[Part]) -> tuple[list[Network], int]:
    """The readings that use every layer, the likeliest first, at most `MOST_READINGS`; and how unlikely that one is."""
    likely: dict[object, tuple[int, Network]] = {}
    # Layers of the same shape are taken in their order; a file may have its decoder before its encoder.
    for order in (sorted(parts, key=_half), _encoder_first(parts), parts):
        for network in _search(order):
            key = (network.trunk, frozenset(network.heads), network.decoder)
            doubt = _doubt(network, parts)
            if key not in likely or doubt < likely[key][0]:
                likely[key] = (doubt, network)
    ranked = sorted(likely.values(), key=lambda pair: pair[0])[:MOST_READINGS]
    near = [network for doubt, network in ranked if doubt < ranked[0][0] + FAR_LESS_LIKELY]
    return near, ranked[0][0] if ranked else 0


def _doubt(network: Network, parts: list[Part]) -> int:
    """How unlikely a reading is: by names that speak against it, unusual sizes, and layers out of their order."""
    encoder, decoder = (*network.trunk, *network.heads), network.decoder
    against = sum(_half(step.part) > 0 for step in encoder) + sum(_half(step.part) < 0 for step in decoder)
    place = {id(part): index for index, part in enumerate(parts)}
    turns = sum(
        place[id(one.part)] > place[id(other.part)] for steps in (encoder, decoder) for one, other in pairwise(steps)
    )
    lopsided = network.encoder_classes != network.decoder_classes
    odd = int(network.classes not in (0, USUAL_CLASSES))
    widths = (step.part.shape[0] for step in (*network.trunk, *network.decoder) if step.op == "linear")
    odd += network.deterministic and network.latent_dim > min(widths, default=network.latent_dim)
    return FAR_LESS_LIKELY * (against + odd) + turns + 2 * lopsided + network.deterministic


def _encoder_first(parts: list[Part]) -> list[Part]:
    """Before all others those whose names begin as that of the first layer that takes a picture."""
    names = [part.name.split(".") for part in parts]
    takes = [index for index, part in enumerate(parts) if part.shape[1] == (PIXELS if part.is_dense else 1)]
    if not takes:
        return parts
    # What all names begin with says nothing: a wrapper's attribute, or the name of a compiled module.
    shared = next((depth for depth, words in enumerate(zip(*names, strict=False)) if len(set(words)) > 1), 0)
    start = names[takes[0]][: shared + 1]
    order = sorted(range(len(parts)), key=lambda index: names[index][: shared + 1] != start)
    return [parts[index] for index in order]


# What goes from layer to layer: a list of so many numbers, or planes whose side is not known yet.
@dataclass(frozen=True)
class _Signal:
    size: int
    planes: bool = False


PICTURE, PICTURE_PLANE = _Signal(PIXELS), _Signal(1, planes=True)

_Used = frozenset[int]


def _search(parts: list[Part]) -> Iterator[Network]:
    budget = [MOST_STEPS]

    def following(signal: _Signal, used: _Used, decoding: bool) -> Iterator[tuple[Step, _Signal, _Used]]:
        """Each layer that can come next, the first of those with equal shapes."""
        shapes = set()
        for index, part in enumerate(parts):
            if index in used or part.shape in shapes or budget[0] <= 0:
                continue
            shapes.add(part.shape)
            for op, after in _ways(signal, part, decoding):
                budget[0] -= 1
                yield Step(op, part), after, used | {index}

    def chains(signal: _Signal, used: _Used, decoding: bool) -> Iterator[tuple[tuple[Step, ...], _Signal, _Used]]:
        yield (), signal, used
        for step, after, then in following(signal, used, decoding):
            if after == PICTURE_PLANE or (step.op == "linear" and after == PICTURE and not decoding):
                # What makes a picture is the end of a decoder; else copies of a network would be one behind the other.
                if decoding:
                    yield (step,), after, then
                continue
            for steps, last, all_used in chains(after, then, decoding):
                yield (step, *steps), last, all_used

    def heads(signal: _Signal, used: _Used) -> Iterator[tuple[tuple[Step, ...], int, _Used]]:
        """One layer, or two of the same shape; with how many outputs both have together.

        Planes of a convolution are of one pixel, the kernel as large as what it gets.
        """
        for step, after, then in following(signal, used, False):
            if after.planes and step.part.shape[-1] == 1:
                continue
            yield (step,), after.size, then
            twin = next((i for i, p in enumerate(parts) if i not in then and p.shape == step.part.shape), None)
            if twin is not None:
                pair = _mu_first((step, Step(step.op, parts[twin])))
                yield pair, 2 * after.size, then | {twin}

    for start, encoder_classes in _starts(parts):
        for trunk, signal, used in chains(start, frozenset(), False):
            for tops, outputs, with_heads in heads(signal, used):
                for dim, decoder_classes, deterministic in _codes(parts, with_heads, outputs, len(tops)):
                    if decoder_classes and encoder_classes and decoder_classes != encoder_classes:
                        continue
                    code = _Signal(dim + decoder_classes)
                    for decoder, last, all_used in chains(code, with_heads, True):
                        ends = last in (PICTURE, PICTURE_PLANE)
                        # A code becomes planes as a whole, with the class of both halves or without.
                        fits = decoder and (decoder[0].op == "linear" or encoder_classes == decoder_classes)
                        if ends and fits and len(all_used) == len(parts):
                            yield Network(trunk, tops, decoder, dim, encoder_classes, decoder_classes, deterministic)


def _starts(parts: list[Part]) -> Iterator[tuple[_Signal, int]]:
    """What an encoder may be given, and how many of it are a one-hot class."""
    inputs = sorted({(part.shape[1], part.is_dense) for part in parts})
    for size, is_dense in inputs:
        classes = size - (PIXELS if is_dense else 1)
        if 0 <= classes <= LARGEST_CLASSES:
            yield _Signal(size, planes=not is_dense), classes


def _codes(parts: list[Part], used: _Used, outputs: int, heads: int) -> Iterator[tuple[int, int, bool]]:
    """Latent dimensions, classes of the decoder, and whether there is no log variance, for a layer that takes both."""
    inputs = set()
    for index, part in enumerate(parts):
        if index not in used:
            inputs |= {part.shape[1]} if part.is_dense else set(part.shape[:2])
    for size in sorted(inputs):
        for dim, deterministic in ((outputs // 2, False), (outputs, True)):
            whole = deterministic or outputs % 2 == 0
            classes = size - dim
            if deterministic and (heads == 2 or classes):
                continue
            if whole and 1 <= dim <= LARGEST_DIM and 0 <= classes <= LARGEST_CLASSES:
                yield dim, classes, deterministic


def _ways(signal: _Signal, part: Part, decoding: bool) -> Iterator[tuple[str, _Signal]]:
    """How a layer can take a signal, and what it makes of it."""
    first, second, *kernel = part.shape
    if part.is_dense:
        # An encoder may become dense behind its planes, a decoder not again; nor is there anything behind its picture.
        if decoding and signal == PICTURE:
            return
        if signal == _Signal(second) or (signal.planes and not decoding and side_of(second, signal.size)):
            yield "linear", _Signal(first)
        return
    # In a decoder a list of numbers becomes planes where a whole number of squares fits.
    for op, inputs, outputs in (("conv_transpose", first, second), ("conv", second, first)):
        takes = signal.size == inputs if signal.planes else decoding and side_of(signal.size, inputs) > 0
        if takes and (decoding or op == "conv") and kernel[0] == kernel[1] and part.has_outputs(outputs):
            yield op, _Signal(outputs, planes=True)


def side_of(numbers: int, planes: int) -> int:
    """The side of so many square planes with so many numbers in all; 0 if there are no such planes."""
    if planes < 1 or numbers % planes:
        return 0
    side = math.isqrt(numbers // planes)
    return side if side * side * planes == numbers and side <= IMAGE_SIZE else 0


def _half(part: Part) -> int:
    """-1 for a name of an encoder, 1 for one of a decoder, 0 for any other."""
    name = part.name.lower()
    return ("dec" in name or "gener" in name) - ("enc" in name)


def _last_words(name: str) -> str:
    return ".".join(name.lower().split(".")[-2:])


def _role(name: str) -> str:
    """What a head's name calls it: `mu`, `log_var` or nothing."""
    last = _last_words(name)
    if re.search(r"var|sig|std|scale|disp", last):
        return "log_var"
    return "mu" if re.search(r"mu|mean|loc", last) else ""


def _mu_first(pair: tuple[Step, Step]) -> tuple[Step, Step]:
    """Two heads in the order of the file, unless their names say that the second is mu."""
    first, second = (_role(step.part.name) for step in pair)
    is_turned = first != second and (first == "log_var" or second == "mu")
    return pair[::-1] if is_turned else pair

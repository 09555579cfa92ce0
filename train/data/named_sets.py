"""The data sets that torchvision downloads. Nothing heavy is imported here: the command line lists them in its help."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class DataSpec:
    """What a data set is called, and what captions call one of its images and several."""

    name: str
    noun: str
    nouns: str
    classes: tuple[str, ...]


@dataclass(frozen=True)
class NamedSet:
    """A data set that torchvision downloads, and how its files differ from those of MNIST.

    Attributes:
        torchvision_class: its class in `torchvision.datasets`, after which its folder is named.
        train, test: the prefixes of the IDX files of each split.
        first_label: the label of the first class.
        transposed: whether rows and columns of the images are swapped.
        options: arguments of that class.
    """

    spec: DataSpec
    torchvision_class: str
    train: str = "train"
    test: str = "t10k"
    first_label: int = 0
    transposed: bool = False
    options: Mapping[str, str] = field(default_factory=dict)


_DIGITS = tuple("0123456789")
_CLOTHES = (
    "T-shirt", "Trousers", "Pullover", "Dress", "Coat", "Sandal", "Shirt", "Sneaker", "Bag", "Ankle boot",
)  # fmt: skip
_KANA = ("o", "ki", "su", "tsu", "na", "ha", "ma", "ya", "re", "wo")
_LETTERS = tuple("ABCDEFGHIJKLMNOPQRSTUVWXYZ")

NAMED_SETS = {
    row.spec.name: row
    for row in (
        NamedSet(DataSpec("mnist", "digit", "digits", _DIGITS), "MNIST"),
        NamedSet(DataSpec("fashion-mnist", "picture", "pictures", _CLOTHES), "FashionMNIST"),
        NamedSet(DataSpec("kmnist", "character", "characters", _KANA), "KMNIST"),
        NamedSet(
            DataSpec("emnist-letters", "letter", "letters", _LETTERS),
            "EMNIST",
            train="emnist-letters-train",
            test="emnist-letters-test",
            first_label=1,
            transposed=True,
            options={"split": "letters"},
        ),
    )
}

"""What a file is that holds no weights that can be read: people bring what a browser or git left them."""

from __future__ import annotations

import re
import zipfile
from pathlib import Path

from ..data.stand_in import AGAIN, HEAD, stand_in

STATE_DICT = "Save it where it was made: torch.save(model.state_dict(), FILE)"

ARRAYS = (
    "Weights of torch are read. Make them: torch.save({name: torch.from_numpy(array) for name, array in "
    'numpy.load(FILE).items()}, "vae.pth")'
)
KERAS = (
    "Weights of torch are read. Make them where it was trained, from dense layers: torch.save({w.path: "
    'torch.tensor(w.numpy()) for w in model.weights}, "vae.pth")'
)
TENSORFLOW = f"Load it with TensorFlow. {KERAS}"
JAX = "Weights of torch are read. Make them where it was trained: torch.save of a dict of torch tensors, by layer"

# Which kind a name says, where a file does not begin with it.
_NAMES = (
    (r"\.(data-\d+-of-\d+|index|meta|pb)$", "a part of what TensorFlow saves", TENSORFLOW),
    (r"\.(msgpack|flax)$", "a file of msgpack, as JAX saves", JAX),
)

# By what a file begins with: what it is, and what to do.
_BEGINNINGS: tuple[tuple[bytes, str, str], ...] = (
    (b"\x89HDF\r\n\x1a\n", "an HDF5 file, as Keras saves", KERAS),
    (b"\x1f\x8b", "a compressed file (gzip)", "Unpack it, and name the file of weights that is in it"),
    (b"BZh", "a compressed file (bzip2)", "Unpack it, and name the file of weights that is in it"),
    (b"\xfd7zXZ", "a compressed file (xz)", "Unpack it, and name the file of weights that is in it"),
    (b"7z\xbc\xaf", "a 7z archive", "Unpack it, and name the file of weights that is in it"),
    (b"Rar!", "a RAR archive", "Unpack it, and name the file of weights that is in it"),
    *(
        (b"\x80" + bytes([protocol]), "a pickle that torch did not write", f"Weights of torch are read. {STATE_DICT}")
        for protocol in (3, 4, 5)
    ),
    (b"\x93NUMPY", "an array of numpy", f"Weights of torch are read. {STATE_DICT}"),
    (b"model_checkpoint_path:", "the list of what TensorFlow saved", TENSORFLOW),
    (b"\x89PNG", "a picture", "Name a file of weights"),
    (b"\xff\xd8\xff", "a picture", "Name a file of weights"),
    (b"%PDF", "a PDF", "Name a file of weights"),
)


def foreign_kind(file: Path) -> tuple[str, str] | None:
    """What the file is and what to do about it, or None where torch or safetensors may be able to read it.

    Raises:
        OSError: it cannot be read.
    """
    with file.open("rb") as opened:
        head = opened.read(HEAD)
    found = stand_in(head)
    if found is not None:
        return found
    for beginning, what, fix in _BEGINNINGS:
        if head.startswith(beginning):
            return what, fix
    if head.startswith(b"PK"):
        return _archive_kind(file)
    if file.suffix.lower() == ".onnx" or (head[:1] == b"\x08" and b"torch" in head[:64]):
        return "a network as ONNX", STATE_DICT
    if head[4:8] == b"TFL3":
        return "a network of TensorFlow Lite", TENSORFLOW
    for name, what, fix in _NAMES:
        if re.search(name, file.name.lower()):
            return what, fix
    if head[257:262] == b"ustar":
        return "a tar archive", "Unpack it, and name the file of weights that is in it"
    if _is_text(head):
        return "a text", "Name a file of weights"
    return None


def _archive_kind(file: Path) -> tuple[str, str] | None:
    try:
        with zipfile.ZipFile(file) as archive:
            names = archive.namelist()
    except (zipfile.BadZipFile, NotImplementedError, ValueError):
        return "a part of an archive, which ends too early or was changed", AGAIN
    last = {name.rpartition("/")[2] for name in names}
    if "constants.pkl" in last or any("/code/" in name for name in names):
        return "a program of TorchScript", f"{STATE_DICT}, also of a module that torch.jit.load returned"
    if "model.weights.h5" in last:
        return "a model of Keras", KERAS
    if "data.pkl" in last:
        return None
    if names and all(name.endswith(".npy") for name in names):
        return "a file of arrays of numpy", ARRAYS
    return "an archive of other files", "Unpack it, and name the file of weights that is in it"


def _is_text(head: bytes) -> bool:
    """Whether people wrote it, as far as its beginning tells."""
    try:
        text = head.decode("utf-8")
    except UnicodeDecodeError as error:
        if error.start < len(head) - 3:  # else a character that the beginning cuts
            return False
        text = head[: error.start].decode("utf-8")
    return all(character.isprintable() or character in "\t\r\n" for character in text)

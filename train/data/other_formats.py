"""Formats that are not read, and how what they hold becomes one that is: a sentence for each."""

from __future__ import annotations

from pathlib import Path

from .array_files import SAVE

PICTURES = (
    ".png", ".jpg", ".jpeg", ".jpe", ".jfif", ".gif", ".bmp", ".webp", ".tif", ".tiff", ".pgm", ".ppm", ".pbm", ".pnm",
)  # fmt: skip
OTHER_PICTURES = (
    ".heic", ".heif", ".avif", ".svg", ".pdf", ".psd", ".jp2", ".jxl", ".ico", ".tga", ".eps", ".dng", ".cr2", ".nef",
    ".arw", ".dcm", ".mov", ".mp4", ".avi",
)  # fmt: skip
ARRAYS = (".npz", ".npy")
PACKED = (".zip", ".gz", ".tar", ".tgz", ".bz2", ".xz", ".zst", ".7z", ".rar")

# What opens the other formats, as people find it in a manual.
_OPENED_WITH = {
    **dict.fromkeys((".mat",), "scipy.io.loadmat(FILE)"),
    **dict.fromkeys((".h5", ".hdf5", ".hdf"), "h5py.File(FILE)"),
    **dict.fromkeys((".pt", ".pth"), "torch.load(FILE)"),
    **dict.fromkeys((".pkl", ".pickle", ".p"), "pickle.load, if you trust it: it may be a program"),
    **dict.fromkeys((".joblib",), "joblib.load, if you trust it: it may be a program"),
    **dict.fromkeys((".parquet",), "pandas.read_parquet(FILE)"),
    **dict.fromkeys((".feather",), "pandas.read_feather(FILE)"),
    **dict.fromkeys((".arrow",), "datasets.load_from_disk(FOLDER)"),
    **dict.fromkeys((".json", ".jsonl"), "json.load"),
    **dict.fromkeys((".tfrecord", ".tfrecords"), "tensorflow.data.TFRecordDataset(FILE)"),
    **dict.fromkeys((".mdb", ".lmdb"), "lmdb.open(FOLDER)"),
    **dict.fromkeys((".db", ".sqlite", ".sqlite3"), "sqlite3.connect(FILE)"),
}


def is_idx(name: str) -> bool:
    """Whether a file of this name is one of MNIST's kind."""
    return "-ubyte" in name.lower() or Path(name).suffix.lower() in (".idx", ".ubyte")


def how_to_bring(name: str) -> str:
    """What to do with a file called `name` so that its pictures can be read, a sentence without its stop."""
    suffix = Path(name).suffix.lower()
    if is_idx(name):
        return "Files as MNIST's are read with --data mnist, or another named set, and their folder: --data-dir"
    if suffix in (*ARRAYS, ".csv"):
        return "Name the file itself"
    if not suffix:
        return "If it is a picture, give it a suffix, such as .png"
    if suffix in PICTURES:
        return "This is one picture. Name the folder that it lies in"
    if suffix in OTHER_PICTURES:
        return "Save it as PNG, and name the folder of all pictures"
    if suffix in PACKED:
        tar = ".tar" in name.lower() or suffix == ".tgz"
        how = f": python -m zipfile -e {name} FOLDER" * (suffix == ".zip") + f": tar -xf {name}" * tar
        return f"Unpack it first{how}, and name what was in it"
    if suffix in (".xls", ".xlsx", ".ods"):
        return "Save it as CSV"
    if suffix in _OPENED_WITH:
        return f"Open it with {_OPENED_WITH[suffix]}; then: {SAVE[0].lower()}{SAVE[1:]}"
    return SAVE

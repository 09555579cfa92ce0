"""Every error that this project raises on purpose.

VaeExplorerError
├── ConfigError          a setting is out of range
├── ModelFolderError     a model folder cannot be used
├── DataError            a data set cannot be read, or is not what it claims to be
│   └── FileError        a file is missing, no file at all, too large, or cannot be read
├── DeviceError          the requested device is missing or has too little memory
├── OutputError          a result cannot be written to the requested place
├── BusyError            the server has no room for another job
├── TrainingError        a run cannot continue
│   └── StoppedError     a person stopped it
└── MissingExtraError    a package of an optional extra is not installed

Each message says what was found, what was expected, and how to fix it. The command line prints it as one line and
exits with 2; a page shows it without a traceback.
"""

from __future__ import annotations

from pathlib import Path


class VaeExplorerError(Exception):
    """Base of all errors below. `str(error)` is written for the person at the screen."""


class ConfigError(VaeExplorerError):
    """A setting is out of range."""


class ModelFolderError(VaeExplorerError):
    """A model folder cannot be used: `file` and `problem` say what is wrong, `fix` what to do about it."""

    def __init__(self, file: str, problem: str, fix: str) -> None:
        super().__init__(f"{file}: {problem}. {fix}")
        self.file = file
        self.problem = problem
        self.fix = fix


class DataError(VaeExplorerError):
    """A data set cannot be read, or is not what it claims to be."""


class FileError(DataError):
    """A file is missing, no file at all, too large, or cannot be read: `problem` says which, `fix` what to do."""

    def __init__(self, path: Path, problem: str, fix: str) -> None:
        super().__init__(f"{path}: {problem}. {fix}")
        self.problem = problem
        self.fix = fix


class DeviceError(VaeExplorerError):
    """The requested device is missing or has too little memory."""


class OutputError(VaeExplorerError):
    """A result cannot be written to the requested place."""


class BusyError(VaeExplorerError):
    """The server has no room for another job."""


class TrainingError(VaeExplorerError):
    """A run cannot continue, for example because its loss is no longer finite."""


class StoppedError(TrainingError):
    """A person stopped the run; its last checkpoint is kept."""


class MissingExtraError(VaeExplorerError):
    """A package of an optional extra is missing; the message holds the command that installs it."""

    def __init__(self, package: str, extra: str) -> None:
        super().__init__(
            f"{package} is not installed, but is needed for this. In this project's folder: pip install '.[{extra}]'"
        )

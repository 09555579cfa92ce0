"""Every error that this project raises on purpose.

VaeExplorerError
├── ConfigError          a setting is out of its range
├── ModelFolderError     a model folder cannot be used
├── DataError            a data set cannot be read, or is not what it says
├── DeviceError          the device asked for is not there, or too small
├── OutputError          a result cannot be written where it was asked for
├── BusyError            the server has too much to do
├── TrainingError        a run cannot go on
│   └── StoppedError     a person stopped it
└── MissingExtraError    a package of an optional extra is not installed

Each message says what was found, what was expected, and what mends it. The command line prints it as one
line and exits with 2; a page shows it without a traceback.
"""

from __future__ import annotations


class VaeExplorerError(Exception):
    """Base of all errors below. `str(error)` is meant for the person at the screen."""


class ConfigError(VaeExplorerError):
    """A setting is out of its range."""


class ModelFolderError(VaeExplorerError):
    """A model folder cannot be used: `file` and `problem` say which part, `mend` says what to do."""

    def __init__(self, file: str, problem: str, mend: str) -> None:
        super().__init__(f"{file}: {problem}. {mend}")
        self.file = file
        self.problem = problem
        self.mend = mend


class DataError(VaeExplorerError):
    """A data set cannot be read, or is not what it says it is."""


class DeviceError(VaeExplorerError):
    """The device asked for is not there, or has too little memory."""


class OutputError(VaeExplorerError):
    """A result cannot be written where it was asked for."""


class BusyError(VaeExplorerError):
    """The server has too much to do to take one more thing."""


class TrainingError(VaeExplorerError):
    """A run cannot go on, for example because its loss is no longer a number."""


class StoppedError(TrainingError):
    """A person stopped the run; what it had saved is kept."""


class MissingExtraError(VaeExplorerError):
    """A package is missing that an optional extra brings; the message holds the command that installs it."""

    def __init__(self, package: str, extra: str) -> None:
        super().__init__(
            f"{package} is not installed, and this needs it. In this project's folder: pip install '.[{extra}]'"
        )

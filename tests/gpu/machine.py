"""Card, driver and versions."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator

import torch

from tests.gpu.rows import Row, Setting, measured
from train.device import choose_device, describe


def rows(setting: Setting) -> Iterator[Row]:
    def card() -> tuple[str, None]:
        return describe(choose_device(setting.device)), None

    def driver() -> tuple[str, None]:
        query = ["nvidia-smi", "--query-gpu=driver_version", "--format=csv,noheader"]
        try:
            done = subprocess.run(query, capture_output=True, text=True, check=False)
        except OSError:
            return "none", None
        return done.stdout.strip().splitlines()[0] if done.stdout.strip() else "none", None

    def versions() -> tuple[str, None]:
        return f"{torch.__version__}, CUDA {torch.version.cuda}, Python {sys.version.split()[0]}", None

    yield measured("card", "", card)
    yield measured("driver", "", driver)
    yield measured("torch", "", versions)

"""What the figures were measured on."""

from __future__ import annotations

import importlib.metadata
import os
import platform
from pathlib import Path

PACKAGES = ("streamlit", "numpy", "plotly")


def describe(browser_version: str) -> str:
    """Two lines: the hardware with how busy it was, and the versions."""
    load = f", load {os.getloadavg()[0]:.1f} before the start" if hasattr(os, "getloadavg") else ""
    versions = [f"{name} {importlib.metadata.version(name)}" for name in PACKAGES]
    return (
        f"{_processor()}, {os.cpu_count()} cores, {platform.system()} {platform.machine()}{load}\n"
        f"Python {platform.python_version()}, {', '.join(versions)}, Chromium {browser_version}"
    )


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        return platform.processor() or "unknown processor"
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else "unknown processor"

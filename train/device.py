"""The device of a run."""

from __future__ import annotations

import os
import platform
from pathlib import Path

import torch

from vae_explorer.errors import DeviceError

DEVICES = ("auto", "cpu", "cuda", "mps")


def choose_device(name: str) -> torch.device:
    """`auto` takes CUDA, then Apple's MPS, then the CPU.

    Raises:
        DeviceError: an unknown name, or a device that this machine does not have.
    """
    present = {"cpu": True, "cuda": torch.cuda.is_available(), "mps": torch.backends.mps.is_available()}
    if name == "auto":
        name = next(kind for kind in ("cuda", "mps", "cpu") if present[kind])
    if name not in present:
        raise DeviceError(f"unknown device {name!r}; known are: {', '.join(DEVICES)}")
    if not present[name]:
        there = ", ".join(kind for kind, available in present.items() if available)
        raise DeviceError(f"device {name} is not available; this machine has: {there}. Choose one with --device")
    if name == "cuda" and "LOCAL_RANK" in os.environ:  # under torchrun each process has its own GPU
        torch.cuda.set_device(int(os.environ["LOCAL_RANK"]))
        return torch.device("cuda", int(os.environ["LOCAL_RANK"]))
    return torch.device(name)


def describe(device: torch.device) -> str:
    """The name of the hardware, for example `NVIDIA H200` or `AMD EPYC, 2 threads`."""
    if device.type == "cuda":
        return torch.cuda.get_device_name(device)
    return f"{_processor()}, {torch.get_num_threads()} thread" + "s" * (torch.get_num_threads() > 1)


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        lines = []
    names = [line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.processor() or platform.machine()

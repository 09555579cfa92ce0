"""The device of a run."""

from __future__ import annotations

import os
import platform
import re
import warnings
from collections.abc import Iterable
from pathlib import Path

import torch
from torch.nn import functional

from vae_explorer.errors import DeviceError

DEVICES = ("auto", "cpu", "cuda", "cuda:N", "mps")


def choose_device(name: str) -> torch.device:
    """`auto` takes CUDA, then Apple's MPS, then the CPU: the first that works. Products there are in full float32.

    Raises:
        DeviceError: an unknown name, or a device that this machine does not have, or that does not work.
    """
    multiply_in_float32()
    if not re.fullmatch(r"auto|cpu|mps|cuda(:\d{1,3})?", name):
        raise DeviceError(f"unknown device {name[:40]!r}; known are: {', '.join(DEVICES)}")
    missing = _missing()
    if name == "auto":
        for kind, why in missing.items():
            if "warned" in why:
                print(f"{kind} is left out: {why}", flush=True)
        return first_working(_numbered(kind) for kind in ("cuda", "mps", "cpu") if kind not in missing)
    kind = name.partition(":")[0]
    if kind in missing:
        there = ", ".join(other for other in ("cpu", "cuda", "mps") if other not in missing)
        raise DeviceError(
            f"device {name} is not available ({missing[kind]}); this machine has: {there}. Choose one with --device"
        )
    device = _numbered(name)
    why = failure(device)
    if why:
        raise DeviceError(f"device {device} does not work: {why}. {_mend(why)}, or choose another with --device")
    return device


def first_working(devices: Iterable[torch.device]) -> torch.device:
    """The first of these on which `failure` finds none; a line for each before it says what it found. Else the CPU."""
    for device in devices:
        why = failure(device)
        if not why:
            return device
        print(f"{device} is there but does not work, so it is left out: {why}. {_mend(why)}", flush=True)
    return torch.device("cpu")


def failure(device: torch.device) -> str:
    """Why the device cannot multiply and convolve, in one line; empty if it can.

    A card can be there and yet be of no use: torch's wheel may hold no kernels for it, its driver may be too old, its
    memory may be full.
    """
    try:
        x = torch.ones(4, 1, 8, 8, device=device)
        y = functional.conv2d(x, torch.ones(2, 1, 3, 3, device=device)).flatten(1)
        float((y @ y.T).sum())  # waits for the result
    except (RuntimeError, AssertionError) as error:  # a torch without CUDA asserts
        return str(error).strip().split("\n")[0].rstrip(".")[:200] or type(error).__name__
    return ""


def multiply_in_float32() -> None:
    """All products on CUDA in full float32; unless told, torch convolves in TF32."""
    _allow_tf32(False)


def multiply_in_tf32() -> None:
    """Products of float32 numbers on CUDA with ten bits after the point, where a card is faster with that."""
    _allow_tf32(True)


def _allow_tf32(allowed: bool) -> None:
    # By the older of torch's two names: torch.export reads them, and fails where the newer, `fp32_precision`, were set.
    torch.backends.cuda.matmul.allow_tf32 = allowed
    torch.backends.cudnn.allow_tf32 = allowed


def describe(device: torch.device) -> str:
    """The name of the hardware, for example `NVIDIA H200` or `AMD EPYC, 2 threads`."""
    if device.type == "cuda":
        return torch.cuda.get_device_name(device)
    return f"{_processor()}, {torch.get_num_threads()} thread" + "s" * (torch.get_num_threads() > 1)


def _missing() -> dict[str, str]:
    """The kinds of devices that this machine, or this torch, does not have, each with the reason."""
    missing: dict[str, str] = {}
    with warnings.catch_warnings(record=True) as warned:  # of a driver that is too old, for example, in some lines
        warnings.simplefilter("always")
        if not torch.cuda.is_available():
            missing["cuda"] = "no NVIDIA card or driver was found"
    if missing and torch.version.cuda is None:
        missing["cuda"] = f"torch {torch.__version__} was built without CUDA; README says how to install one with it"
    elif missing and warned:
        missing["cuda"] = f"torch warned: {str(warned[0].message).splitlines()[0][:200]}"
    if not torch.backends.mps.is_available():
        missing["mps"] = "it is Apple's"
    return missing


def _numbered(name: str) -> torch.device:
    """The device of that name; for `cuda` the current one, or under torchrun the one of this process.

    Raises:
        DeviceError: there is no card of that number.
    """
    if not name.startswith("cuda"):
        return torch.device(name)
    count = torch.cuda.device_count()
    local = os.environ.get("LOCAL_RANK")
    if local is not None and name == "cuda":
        if int(local) >= count:
            raise DeviceError(
                f"process {int(local) + 1} of torchrun found {count} GPU{'s' * (count != 1)}; each process needs its "
                f"own. Start as many as there are: --nproc-per-node {count}, or choose --device cpu"
            )
        name = f"cuda:{local}"
    device = torch.device(name)
    if ":" in name and device.index >= count:
        raise DeviceError(
            f"device {name} is not there: this machine has {count} GPU{'s' * (count != 1)}, numbered from 0. "
            "Choose one with --device"
        )
    if ":" in name:
        torch.cuda.set_device(device)  # streams and graphs are those of the current one
    return device


def _mend(why: str) -> str:
    if "out of memory" in why:
        return "Free its memory"
    if "no kernel image" in why or "not compatible" in why:
        return "Install a torch that has kernels for this card"
    return "Update its driver, or install a torch that suits it"


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        lines = []
    names = [line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.processor() or platform.machine()

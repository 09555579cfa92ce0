"""The parts of the table, each in a process of its own that is ended when its time is over."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from multiprocessing.connection import Connection

from tests import command
from tests.gpu import agreement, machine, runs, speed
from tests.gpu.rows import Row, Setting, failed


@dataclass(frozen=True)
class Part:
    """Some lines of the table, and how many seconds they may take; together six minutes."""

    rows: Callable[[Setting], Iterator[Row]]
    limit: float


PARTS = {
    "machine": Part(machine.rows, 10),
    "agreement": Part(agreement.rows, 60),
    "speed": Part(speed.rows, 90),
    "fit": Part(runs.fit_rows, 40),
    "zoo": Part(runs.zoo_rows, 80),
    "evaluate": Part(runs.evaluate_rows, 40),
    "errors": Part(runs.error_rows, 40),
}


def within_limit(name: str, setting: Setting, limit: float) -> Iterator[Row]:
    """The lines of a part, computed in a process of its own, which is ended when its time is over."""
    context = command.forks()
    receiving, sending = context.Pipe(duplex=False)
    process = context.Process(target=send_rows, args=(name, setting, sending))
    process.start()
    sending.close()
    ends = time.monotonic() + limit
    try:
        while receiving.poll(max(0.0, ends - time.monotonic())):
            yield receiving.recv()
        yield Row(name, f"within {limit:g} s", "took longer, the rest is left out", False)
    except EOFError:  # it has sent all
        process.join()
        if process.exitcode:
            yield Row(name, "ends well", f"exit code {process.exitcode}", False)
    finally:
        receiving.close()
        process.kill()
        assert process.pid is not None
        with suppress(ProcessLookupError):  # commands that it has started would keep the card from the next part
            os.killpg(process.pid, signal.SIGKILL)
        process.join()


def send_rows(name: str, setting: Setting, sending: Connection) -> None:
    """In the new process."""
    os.setpgid(0, 0)  # a group of its own, with all that it starts
    with sending:
        try:
            for row in PARTS[name].rows(setting):
                sending.send(row)
        except Exception as error:  # the other parts are measured all the same
            sending.send(failed(name, "ends well", error))

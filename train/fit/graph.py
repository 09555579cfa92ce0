"""CUDA graphs: a function's kernels, recorded once and replayed with a single call.

A graph reads and writes the same addresses each time, so its function may only use tensors that stay, and whatever
differs between replays has to stand in them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import torch


class Graph:
    """The kernels that `function` starts, captured on the current stream. Nothing is computed before `replay`.

    What the function does has to have run on this stream before, uncaptured: libraries load and choose their kernels
    at first use, which cannot be captured.

    Raises:
        RuntimeError: something that it does cannot be captured, or there is no CUDA.
    """

    def __init__(self, function: Callable[[], None]) -> None:
        self._graph = torch.cuda.CUDAGraph()
        with torch.cuda.graph(self._graph, stream=torch.cuda.current_stream()):
            function()

    def replay(self) -> None:
        """Compute what was captured, with what its tensors now hold."""
        self._graph.replay()


@contextmanager
def side_stream(stream: torch.cuda.Stream | None) -> Iterator[None]:
    """Within the block work is queued on `stream`, which waits for what came before and is waited for; None: no change.

    The default stream cannot be captured, and autograd and cuBLAS keep what belongs to the stream they first ran on.
    """
    if stream is None:
        yield
        return
    stream.wait_stream(torch.cuda.current_stream(stream.device))
    with torch.cuda.stream(stream):
        yield
    torch.cuda.current_stream(stream.device).wait_stream(stream)

"""A process that lays out one t-SNE map: `python -m vae_explorer.tsne_jobs.child COUNT DIM PERPLEXITY SEED LANDMARKS`.

It reads the codes, `(COUNT, DIM)` float32, from its standard input. To its standard output it writes a line with a
whole number now and then, the iterations done, a line `points`, and the `(COUNT, 2)` float32 of the map.

It ends by itself when its standard input is closed: whoever started it is gone then, however that came about.
"""

from __future__ import annotations

import os
import sys
import threading

import numpy as np

POINTS = "points"


def main() -> None:
    """Read, lay out, write."""
    count, dim, perplexity, seed, landmarks = map(int, sys.argv[1:])
    output = sys.stdout.buffer
    codes = np.frombuffer(sys.stdin.buffer.read(4 * count * dim), "<f4").reshape(count, dim)
    threading.Thread(target=_end_with_the_parent, daemon=True).start()

    def line(text: str) -> None:
        output.write(f"{text}\n".encode())
        output.flush()

    # Not at the top: that takes a second or two, in which nobody would notice that the parent is gone.
    from vae_explorer.projections.tsne import tsne

    line("0")
    points = tsne(codes, landmarks, seed, perplexity, report=lambda done: line(str(done)))
    line(POINTS)
    output.write(points.astype("<f4").tobytes())
    output.flush()


def _end_with_the_parent() -> None:
    os.read(sys.stdin.fileno(), 1)  # not through the buffer: its lock, held by this thread, would spoil a good end
    os._exit(1)


if __name__ == "__main__":
    main()

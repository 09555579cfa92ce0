"""A process that computes one t-SNE map: `python -m vae_explorer.tsne_jobs.child COUNT DIM PERPLEXITY SEED LANDMARKS`.

It reads the codes, `(COUNT, DIM)` float32, from standard input. To standard output it writes progress, the number of
iterations done on a line of its own, then a line `points`, then the `(COUNT, 2)` float32 of the map.

It exits when its standard input is closed: its parent is gone then, for whatever reason.
"""

from __future__ import annotations

import os
import sys
import threading

import numpy as np

POINTS = "points"


def main() -> None:
    """Read the codes, compute the map, write it."""
    count, dim, perplexity, seed, landmarks = map(int, sys.argv[1:])
    output = sys.stdout.buffer
    codes = np.frombuffer(sys.stdin.buffer.read(4 * count * dim), "<f4").reshape(count, dim)
    threading.Thread(target=_end_with_the_parent, daemon=True).start()

    def line(text: str) -> None:
        output.write(f"{text}\n".encode())
        output.flush()

    # Not at the top: it takes a second or two, during which a closed standard input would go unnoticed.
    from vae_explorer.projections.tsne import tsne

    line("0")
    points = tsne(codes, landmarks, seed, perplexity, report=lambda done: line(str(done)))
    line(POINTS)
    output.write(points.astype("<f4").tobytes())
    output.flush()


def _end_with_the_parent() -> None:
    os.read(sys.stdin.fileno(), 1)  # unbuffered: this thread would hold the buffer's lock, which a normal exit needs
    os._exit(1)


if __name__ == "__main__":
    main()

"""Layouts of the codes in two or three dimensions: one module per projection, listed in `registry`."""

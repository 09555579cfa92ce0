"""Codes laid out in two or three dimensions: one module per projection, listed in `registry`."""

"""Densities that random codes are drawn from: one module per sampler, listed in `registry`."""

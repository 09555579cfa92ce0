"""Densities that random codes are drawn from: one module a sampler, listed in `registry`."""

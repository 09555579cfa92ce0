"""Densities that random codes are drawn from."""

"""Codes laid out in two or three dimensions."""

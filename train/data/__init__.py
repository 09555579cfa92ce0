"""Data sets as arrays of 28x28 images: named ones, and the user's own."""

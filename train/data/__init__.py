"""Data sets as arrays of 28x28 pictures: named ones, and a person's own."""

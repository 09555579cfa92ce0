"""`python -m tests.bench`: how fast the app is here. Prints figures, judges nothing."""

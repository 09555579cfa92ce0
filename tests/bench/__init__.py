"""`python -m tests.bench`: how fast the app is on this machine. Prints figures and asserts nothing."""

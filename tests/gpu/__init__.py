"""What only a GPU can tell: agreement with the CPU, speed, whole runs. `python -m tests.gpu` measures and prints it."""

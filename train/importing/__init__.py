"""Weights trained elsewhere: from whatever file they are in to a model folder. No code of the file is ever run."""

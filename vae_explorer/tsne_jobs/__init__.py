"""t-SNE maps that visitors ask for: the queue, the process that computes one, the files that keep them."""

"""t-SNE maps that visitors request: the queue, the process that computes one, and the cache on disk."""

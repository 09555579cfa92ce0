"""A VAE: its configuration, its layers as data, and the torch module built from them."""

"""What a VAE is: its settings, its layers, and torch's view of them."""

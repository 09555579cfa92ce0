"""What a model is worth: metrics of the model, of its samples, and the classifier that reads them."""

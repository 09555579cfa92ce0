"""Which models there are, and what a page is given of each."""

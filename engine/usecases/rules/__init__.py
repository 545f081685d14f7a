"""The owner's rules: written, tried, published, and why they fired."""

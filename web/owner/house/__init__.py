"""The house itself, and how fair and sound it is."""

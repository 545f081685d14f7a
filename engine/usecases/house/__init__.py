"""The owner's house: its units, contents, fairness and health."""

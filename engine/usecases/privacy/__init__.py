"""Guests' data: what is kept, for how long, what goes, what comes back from a backup."""

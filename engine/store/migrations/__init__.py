"""Alembic scripts, oldest first; each is final once it was released."""

HEAD = "0007"
"""Revision that this Tact works with."""

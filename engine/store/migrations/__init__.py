"""Alembic scripts, oldest first; each is final once it was released."""

HEAD = "0008"
"""Revision that this Tact works with."""

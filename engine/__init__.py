"""Tact: how close to come to this guest, and why."""

__version__ = "0.1.0"

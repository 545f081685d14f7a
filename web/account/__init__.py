"""Signing in and out, accounts, help."""

from __future__ import annotations

from web.account.blueprint import bp

from web.account import people, views  # isort: skip  # their routes join the blueprint

__all__ = ["bp", "people", "views"]

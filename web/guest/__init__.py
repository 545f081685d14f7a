"""The guest's own page and the guide; no script at all."""

from __future__ import annotations

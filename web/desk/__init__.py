"""The desk: who comes today, how to meet them, what was noticed and how it landed."""

from __future__ import annotations

from web.desk import behalf, consent, note_form, wishes
from web.desk.views import bp

__all__ = ["behalf", "bp", "consent", "note_form", "wishes"]

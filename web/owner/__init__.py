"""The owner's rooms: rules, what guests say, content, the house."""

from __future__ import annotations

from web.owner.blueprint import bp

from web.owner import rooms, start  # isort: skip  # their routes join the blueprint
from web.owner.content import pictures, printed, views as content  # isort: skip
from web.owner.guests_say import views as guests_say  # isort: skip
from web.owner.house import fairness, health, outbox, reservations, views as house  # isort: skip
from web.owner.rules import (  # isort: skip
    draft,
    pinning,
    publishing,
    table,
    views as rules,
    whole_rule,
    why,
)

__all__ = [
    "bp",
    "content",
    "draft",
    "fairness",
    "guests_say",
    "health",
    "house",
    "outbox",
    "pictures",
    "pinning",
    "printed",
    "publishing",
    "reservations",
    "rooms",
    "rules",
    "start",
    "table",
    "whole_rule",
    "why",
]

"""Ids that connectors, rules and tests rely on: `seed/` may add more, never drop one.

They are the vocabulary page of the design; a rename here is a break for every house.
"""

from __future__ import annotations

FACTS = (
    *("purpose", "nights", "adults", "children", "lead_days", "stays_before", "special_requests"),
    *("party", "channel", "online_checkin", "self_checkin_before", "personal_comment"),
    *("company_booking", "complaint_before", "problem_now", "unit_complexity", "unit_ready"),
    *("arrival_mode", "arrival_hour", "delayed", "queue", "house_class"),
    *("language", "form_of_address", "home_market"),
)
"""Known from the reservation, the house and the clock."""

CUES = (
    *("tired", "in_hurry", "on_phone"),
    *("talks_freely", "asks_questions", "unsure", "looks_around"),
    *("heavy_luggage", "wet_or_cold", "celebrating", "with_children"),
    *("asks_for_privacy", "asks_for_advice"),
)
"""Tapped at the desk."""

QUESTIONS = (
    *("welcome", "unit_tour", "local_tips", "check_on_me"),
    *("news", "housekeeping", "recognised"),
)

OFFERS = (
    *("unit_tour", "local_tips", "luggage_help", "luggage_store", "message_when_ready"),
    *("breakfast_info", "restaurant_booking", "late_checkout", "water_or_hot_drink"),
)

STYLES = ("leave_be", "brief", "near", "attentive", "hosted")
"""Least contact first."""

PACKS = (
    *("arrival_basics", "access", "getting_here", "accessibility", "wifi", "heating", "kitchen"),
    *("breakfast", "parking", "waste", "attractions", "trails", "emergency", "checkout"),
)

INSTRUCTIONS = (
    *("asks_for_privacy", "asks_for_advice"),
    *("check_on_me", "news", "housekeeping", "recognised"),
)
"""A wish that is an order: cues and questions that are obeyed literally."""

CULTURE_FACTS = ("language", "form_of_address")
"""Of the culture family: off by default, capped where switched on."""

NEVER_SCORED = ("home_market",)
"""No rule may ask about these: they stand for somebody's origin."""

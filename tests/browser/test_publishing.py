"""The room where a draft is tried and published later, in a real browser."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from playwright.sync_api import Page, expect

from engine.usecases.rules.rollout import start_trial
from engine.usecases.rules.tune_rules import RuleChange, edit_rule, rules_room

pytestmark = pytest.mark.browser

RULE = "business_trip"
ROOM = "/owner/publishing"
NOW = datetime(2026, 6, 12, 14, 20, tzinfo=UTC)


def draft(live) -> str:
    edit_rule(live.context, RULE, RuleChange(weight=2.5), by="Ana", now=NOW)
    return rules_room(live.context).mark


@pytest.mark.parametrize("width", [320, 1280])
def test_the_room_is_accessible_before_and_while_rules_are_tried(
    owner: Page, live, check_page: Callable[[Page], None], width: int
):
    owner.set_viewport_size({"width": width, "height": 900})
    seen = draft(live)
    owner.goto(ROOM)
    check_page(owner)
    start_trial(live.context, 25, "more talk", by="Ana", now=NOW, seen=seen)
    owner.goto(ROOM)
    expect(owner.locator(".say")).to_contain_text("25 of 100 guests")
    check_page(owner)


def test_a_trial_is_begun_and_stopped_with_the_keyboard_alone(owner: Page, live):
    draft(live)
    owner.goto(ROOM)
    owner.locator("input[name=percent][value='0']").focus()
    owner.keyboard.press("ArrowDown")
    owner.keyboard.press("Tab")
    owner.keyboard.type("more talk")
    owner.keyboard.press("Enter")
    expect(owner.locator(".notice.ok")).to_have_text("The trial has begun.")
    expect(owner.locator(".say")).to_contain_text("10 of 100 guests")
    owner.locator("#stop").focus()
    owner.keyboard.press("Enter")
    expect(owner.locator("#begin")).to_be_visible()


def test_a_stay_is_pinned_in_a_page_that_is_accessible(
    owner: Page, live, check_page: Callable[[Page], None]
):
    with live.context.store.read() as work:
        house = work.houses.all()[0].id
        stay = work.stays.between(house, NOW.date(), NOW.date())[0]
    owner.goto(f"{ROOM}/pin/{stay.ref}")
    check_page(owner)
    owner.locator("input[name=rule]:not([disabled])").first.check()
    owner.locator("#pin").click()
    expect(owner.locator("h1")).to_have_text("Rules")


@pytest.mark.parametrize("width", [320, 1280])
def test_a_refused_discard_and_its_way_back_are_accessible(
    owner: Page, live, check_page: Callable[[Page], None], faults: list[str], width: int
):
    owner.set_viewport_size({"width": width, "height": 900})
    draft(live)
    owner.goto("/owner/rules")
    edit_rule(live.context, "one_night", RuleChange(weight=0.5), by="Ben", now=NOW)
    owner.locator("#discard").click()
    expect(owner.locator("#problem")).to_contain_text("weight −0.15 → +0.50")
    check_page(owner)
    owner.get_by_role("button", name="Discard the draft").click()
    owner.goto("/owner/rules/history")
    check_page(owner)
    owner.get_by_role("button", name="Bring back").click()
    expect(owner.locator("#draft-title")).to_have_text("Draft: 2 changes")
    faults.clear()  # the 409 that was asked for

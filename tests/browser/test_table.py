"""Rules as a table and whole rules in a real browser: without script, every width and scheme."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from engine.usecases.rules.table_files import rules_file
from engine.usecases.rules.tune_rules import rules_room

pytestmark = pytest.mark.browser

RULE = "company_booking"
PAGES = ("/owner/rules/table", "/owner/rules/new-rule", f"/owner/rules/{RULE}/edit")


def test_a_rule_is_written_looked_at_and_saved_without_script(
    new_page: Callable[..., Page], live, faults: list[str]
):
    page = new_page("Ana", java_script_enabled=False)
    page.goto("/owner/rules")
    page.locator("#new-rule").click()
    page.locator("#because_en").fill("Brings a dog")
    page.locator("#add-when").select_option("nights")
    page.locator("#add-row-when").click()
    expect(page.locator("#operator-0")).to_be_focused()
    page.locator("#value-0").fill("two")
    page.locator("#look").click()
    expect(page.locator("#problem")).to_be_focused()
    expect(page.locator("#value-0-wrong")).to_contain_text("two is no value")
    assert len(faults) == 1, "the refusal itself"
    faults.clear()
    page.locator("#value-0").fill("2")
    page.locator("#value-0").press("Enter")  # looks; only the button saves
    expect(page.locator("#matches")).to_be_focused()
    expect(page.locator(".say")).to_have_text("When: Nights: at least 2.")
    assert rules_room(live.context).draft is None
    page.locator("#save").click()
    expect(page.locator("#rule-brings_a_dog")).to_contain_text("new rule")


def test_a_file_goes_into_the_draft_after_its_preview(owner: Page, live, tmp_path: Path):
    file = tmp_path / "rules.csv"
    file.write_bytes(rules_file(live.context, "csv").replace(b"-0.35", b"-0.8"))
    owner.goto("/owner/rules/table")
    owner.locator("#file").set_input_files(file)
    owner.get_by_role("button", name="Show what would change").click()
    expect(owner.locator(".result")).to_contain_text("weight −0.35 → −0.80")
    owner.locator("#take").click()
    expect(owner.locator("#draft-title")).to_have_text("Draft: 1 change")


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_page_is_accessible_on_a_desk(
    new_page: Callable[..., Page], check_page: Callable[[Page], None], path: str, scheme: str
):
    page = new_page("Ana", color_scheme=scheme)
    page.goto(path)
    check_page(page)


@pytest.mark.parametrize("path", PAGES)
def test_every_page_is_accessible_on_the_smallest_phone(
    new_page: Callable[..., Page], check_page: Callable[[Page], None], path: str
):
    page = new_page("Ana", viewport={"width": 320, "height": 640})
    page.goto(path)
    check_page(page)

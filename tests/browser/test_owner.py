"""The owner's rooms in a real browser: taps counted, keyboard only, every width and scheme."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from engine.domain.people import Role
from engine.usecases.accounts.people import add_person
from engine.usecases.rules.tune_rules import rules_room
from engine.usecases.rules.write_rules import remove_rule

pytestmark = pytest.mark.browser

RULE = "business_trip"
PAGES = (
    "/owner",
    "/owner/rules",
    "/owner/rules/preview",
    "/owner/rules/history",
    "/owner/rules/history/1",
    "/owner/start-own-house",
    "/owner/reservations",
)


def weight(live, id: str = RULE) -> float:
    return next(rule.weight for rule in rules_room(live.context).rules if rule.id == id)


def choose(page: Page, place: str, rule: str = RULE) -> None:
    page.locator(f"#rule-{rule} label.{place}").click()


def save(page: Page, rule: str = RULE) -> None:
    page.locator(f"#save-{rule}").click()


def test_one_rule_changes_in_three_taps(owner: Page, live):
    owner.goto("/owner/rules")
    choose(owner, "efficiency_strong")
    save(owner)  # 1: edit
    owner.locator("#preview").click()  # 2
    expect(owner.locator("h1")).to_have_text("Preview")
    owner.locator("#reason").fill("work trips want the key")
    owner.locator("#publish-now").click()  # 3
    expect(owner.locator(".notice.ok")).to_contain_text("Version 2 is now in force.")
    assert weight(live) == -1.5


def test_saving_stays_on_the_page_and_keeps_place_focus_and_what_others_hold(owner: Page):
    owner.goto("/owner/rules")
    choose(owner, "contact_weak", "one_night")
    choose(owner, "efficiency_medium")
    before = owner.evaluate("performance.timeOrigin")
    save(owner)
    expect(owner.locator("#draft-title")).to_have_text("Draft: 1 change")
    expect(owner.locator(f"#rule-{RULE}")).to_contain_text("weight −0.35 → −0.80")
    assert owner.evaluate("performance.timeOrigin") == before
    assert owner.evaluate("document.activeElement.id") == f"save-{RULE}"
    expect(owner.locator("#rule-one_night input[value=contact_weak]")).to_be_checked()
    expect(owner.locator("#live")).to_have_text("Saved in the draft")


def test_a_wrong_number_is_explained_in_place_and_kept(owner: Page, faults: list[str]):
    owner.goto("/owner/rules")
    field = owner.locator(f"#number-{RULE}")
    field.fill("much")
    save(owner)
    expect(owner.locator("#problem")).to_contain_text("Write a number")
    expect(field).to_have_value("much")
    field.fill("−0,5")
    save(owner)
    expect(owner.locator(f"#rule-{RULE}")).to_contain_text("weight −0.35 → −0.50")
    expect(owner.locator("#problem")).to_have_count(0)
    assert len(faults) == 1, "the refusal itself"
    faults.clear()


def test_of_two_owners_on_one_rule_the_second_sees_the_first_and_loses_nothing(
    owner: Page, new_page: Callable[..., Page], live, faults: list[str]
):
    add_person(live.context, "Eva", Role.OWNER, "another pass phrase", by="test", now=live.clock())
    other = new_page("Eva")
    for page in (owner, other):
        page.goto("/owner/rules")
    choose(other, "contact_weak")
    save(other)
    expect(other.locator("#draft-title")).to_have_text("Draft: 1 change")
    choose(owner, "efficiency_strong")
    save(owner)
    problem = owner.locator("#problem")
    expect(problem).to_contain_text("Eva changed this rule while you were looking at it.")
    expect(problem).to_contain_text("weight −0.35 → +0.30")
    problem.get_by_role("button", name="Save mine instead").click()
    expect(owner.locator(f"#rule-{RULE}")).to_contain_text("weight −0.35 → −1.50")
    expect(problem).to_have_count(0)
    assert len(faults) == 1, "the refusal itself"
    faults.clear()


def test_a_rule_taken_out_meanwhile_comes_back_with_what_was_chosen(
    owner: Page, live, faults: list[str]
):
    owner.goto("/owner/rules")
    remove_rule(live.context, RULE, by="Eva", now=live.clock())
    choose(owner, "efficiency_strong")
    save(owner)
    problem = owner.locator("#problem")
    expect(problem).to_contain_text("Eva took this rule out while you were looking at it.")
    expect(problem).to_contain_text("weight −0.35 → −1.50")
    problem.get_by_role("button", name="Bring it back with what I chose").click()
    expect(owner.locator(f"#rule-{RULE}")).to_contain_text("weight −0.35 → −1.50")
    expect(problem).to_have_count(0)
    assert len(faults) == 1, "the refusal itself"
    faults.clear()


def test_one_click_restores_what_was(owner: Page, live):
    owner.goto("/owner/rules")
    choose(owner, "efficiency_strong")
    save(owner)
    owner.locator("#publish").click()
    owner.locator("#reason").fill("a try")
    owner.locator("#reason").press("Enter")
    expect(owner.locator(".notice.ok")).to_be_visible()
    owner.goto("/owner/rules/history")
    owner.locator("#restore-1").click()
    expect(owner.locator("#version-3")).to_contain_text("in force")
    assert weight(live) == -0.35


def test_the_scale_works_by_keyboard_alone(owner: Page, live):
    owner.goto("/owner/rules")
    owner.locator(f"#rule-{RULE} input[value=own]").focus()
    owner.keyboard.press("ArrowLeft")
    expect(owner.locator(f"#rule-{RULE} input[value=contact_strong]")).to_be_checked()
    owner.locator(f"#save-{RULE}").focus()
    owner.keyboard.press("Enter")
    expect(owner.locator(f"#rule-{RULE}")).to_contain_text("weight −0.35 → +1.50")


def test_everything_goes_without_script(new_page: Callable[..., Page], live):
    page = new_page("Ana", java_script_enabled=False)
    page.goto("/owner/rules")
    choose(page, "efficiency_strong")
    save(page)
    page.locator("#preview").click()
    page.locator("#reason").fill("work trips want the key")
    page.locator("#publish-now").click()
    expect(page.locator(".notice.ok")).to_be_visible()
    page.goto("/owner/rules/history")
    page.locator("#restore-1").click()
    expect(page.locator("#version-3")).to_contain_text("in force")
    assert weight(live) == -0.35
    assert rules_room(live.context).published.version == 3


def test_reservations_come_in_after_a_preview(owner: Page, live, tmp_path: Path):
    file = tmp_path / "stays.csv"
    file.write_text(
        "booking,arrival,departure,name,language,unit,adults,children\n"
        "B1,2026-06-13,2026-06-15,Jonas Berg,de,C7,2,0\n"
    )
    owner.goto("/owner/reservations")
    owner.locator("#file").set_input_files(file)
    owner.get_by_role("button", name="Preview").click()
    expect(owner.locator("#result")).to_have_text("Preview: nothing was changed")
    owner.get_by_role("button", name="Import: stays.csv").click()
    expect(owner.locator("#result")).to_have_text("Imported")
    with live.context.store.read() as work:
        assert len(work.stays.find("las_cabanas", "Jonas Berg")) == 1


def test_the_own_house_starts_from_the_page(owner: Page):
    owner.goto("/owner/start-own-house")
    owner.locator("#name").fill("Haus am See")
    owner.locator("#units").fill("12")
    owner.locator("#time_zone").select_option("Europe/Berlin")
    owner.get_by_role("button", name="Start, and remove the demo house").click()
    expect(owner.locator("h1")).to_have_text("Reservations")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("path", PAGES)
def test_every_room_is_accessible_on_a_desk(
    new_page: Callable[..., Page], check_page, scheme: str, path: str
):
    page = new_page("Ana", color_scheme=scheme)
    page.goto("/owner/rules")
    choose(page, "efficiency_strong")
    save(page)
    expect(page.locator("#preview")).to_be_visible()
    page.goto(path)
    check_page(page)


@pytest.mark.parametrize("path", PAGES)
def test_every_room_is_accessible_on_the_smallest_phone(
    new_page: Callable[..., Page], check_page, path: str
):
    page = new_page("Ana", viewport={"width": 320, "height": 640})
    page.goto("/owner/rules")
    choose(page, "efficiency_strong")
    save(page)
    expect(page.locator("#preview")).to_be_visible()
    page.goto(path)
    check_page(page)

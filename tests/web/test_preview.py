"""What owners see of a draft before they publish it: who, how they were, what it is worth."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from engine.bootstrap import open_context
from engine.domain.consent import LegalBasis
from engine.domain.evidence import Evidence, EvidenceKind
from engine.domain.stays import StayStatus
from engine.usecases.context import Context
from engine.usecases.demo import DEMO
from engine.usecases.jobs import work_one
from engine.usecases.rules import preview_rules
from engine.usecases.rules.preview_rules import Band, LongWork, Preview, Worth, matching, preview
from engine.usecases.rules.tune_rules import RuleChange, edit_rule
from engine.usecases.stays.outcomes import record_outcome
from engine.usecases.stays.recording import Actor
from web.owner.rules import draft

NOW = datetime(2026, 6, 12, 14, 20, tzinfo=UTC)
RULE = "one_night"
PAGE = "/owner/rules/preview"


@pytest.fixture
def context(tmp_path: Path) -> Iterator[Context]:
    ctx = open_context(
        f"sqlite:///{tmp_path / 'profiles.db'}", base_url="http://localhost", now=NOW
    )
    edit_rule(ctx, RULE, RuleChange(weight=-1.5), by="Ana", now=NOW)
    yield ctx
    ctx.store.close()


def plain(page: str) -> str:
    """Text of a page without tags, on one line."""
    return " ".join(re.sub(r"<[^>]+>", " ", page).split())


def shown_with(monkeypatch: pytest.MonkeyPatch, **told: object) -> None:
    """Let the preview tell something that would take hundreds of stays to be true."""
    whole = draft.preview

    def other(*given: object, **named: object) -> Preview:
        return replace(whole(*given, **named), **told)  # type: ignore[arg-type]  # passed on

    monkeypatch.setattr(draft, "preview", other)


def test_a_stay_that_changes_stands_with_what_its_guest_said(owner: FlaskClient, context: Context):
    shown = preview(context, now=NOW)
    listed = [one.ref for one in shown.changed[: preview_rules.MOST_LISTED]]
    ref = next(ref for ref in listed if shown.stays[ref].status is StayStatus.DEPARTED)
    record_outcome(context, DEMO, ref, 2, Actor("Ana", NOW))
    page = owner.get(PAGE).text
    row = page.split(f'href="/desk/{ref}"')[1].split("</li>")[0]
    assert "said: poor" in row
    assert "said: very good" not in page


def test_without_chance_the_page_says_that_nobody_can_tell(owner: FlaskClient):
    told = plain(owner.get(PAGE).text)
    assert "Nobody can say yet, so Tact does not guess." in told
    assert "No style was ever left to chance here" in told


@pytest.mark.parametrize(
    ("now", "then", "verdict"),
    [
        (Band(71.2, 69.8, 72.6), Band(75.0, 73.1, 77.0), "Yes, as far as chance has shown."),
        (Band(71.2, 69.8, 72.6), Band(65.0, 63.1, 67.0), "No, they would be less satisfied"),
        (Band(71.2, 69.8, 72.6), Band(72.0, 69.0, 75.0), "No difference can be told yet."),
    ],
)
def test_the_worth_is_told_in_words_first_then_the_number_always_with_its_band(
    owner: FlaskClient, monkeypatch: pytest.MonkeyPatch, now: Band, then: Band, verdict: str
):
    shown_with(monkeypatch, worth=Worth(now, then, 812, 230.4, ()))
    told = plain(owner.get(PAGE).text)
    assert verdict in told
    assert "With the rules in force: 71 points of 100 (between 70 and 73)." in told
    assert f"With the draft: {then.mean:.0f} points of 100" in told
    assert "Told by 812 stays" in told
    assert told.index(verdict) < told.index("With the draft")


def test_every_reason_to_refuse_has_its_words(owner: FlaskClient, monkeypatch: pytest.MonkeyPatch):
    kinds = ("never_logged", "no_chance", "weights_off", "too_few")
    shown_with(monkeypatch, worth=Worth(None, None, 31, 12.4, kinds))
    told = plain(owner.get(PAGE).text)
    assert "31 stays were left to chance; for this draft they are worth about 12." in told
    assert told.count("tell nothing of the draft") == 1


def test_a_long_replay_shows_how_far_it_is_and_can_be_left(
    owner: FlaskClient, context: Context, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(preview_rules, "MOST_AT_ONCE", 10)
    page = owner.get(PAGE).text
    assert "The draft is about to be tried on" in plain(page)
    assert "This goes on without you" in plain(page)
    assert f'<a class="button" id="look-again" href="{PAGE}">' in page
    assert 'id="publish-now"' in page
    while work_one(context, now=NOW):
        pass
    after = plain(owner.get(PAGE).text)
    assert "This goes on without you" not in after
    assert "past and coming stays would be served otherwise" in after


@pytest.mark.parametrize(
    ("work", "told"),
    [
        (LongWork("read", 500, 60_000), "Reading past stays: 500 of 60000."),
        (LongWork("serve", 8192, 60_000), "Trying the draft: 8192 of 60000 stays."),
        (LongWork("failed"), "could not be tried on past stays"),
    ],
)
def test_each_state_of_long_work_has_its_words(
    owner: FlaskClient, monkeypatch: pytest.MonkeyPatch, work: LongWork, told: str
):
    shown_with(monkeypatch, long_work=work, changed=(), turns=(), n_changed=0)
    page = owner.get(PAGE).text
    assert told in plain(page)
    assert (f'<progress max="{work.of}" value="{work.done}"' in page) == bool(work.of)


def test_beside_each_rule_stands_for_how_many_stays_it_fires(owner: FlaskClient, context: Context):
    found = matching(context, context.catalogue.rules, now=NOW)
    assert found is not None
    page = owner.get("/owner/rules").text
    for id, (fires, unknown) in found.by_rule.items():
        told = plain(page.split(f'id="matches-{id}"')[1].split("</p>")[0])
        assert f"Fires for {fires} of {found.n_stays} stays" in told
        assert (f"For {unknown} it cannot be told yet." in told) == bool(unknown)


def test_the_count_of_a_rule_comes_anew_with_the_rule_itself(owner: FlaskClient, context: Context):
    def fragment() -> str:
        return owner.get(f"/owner/rules?rule={RULE}", headers={"X-Fragment": "1"}).text

    before = fragment()
    with context.store.begin() as work:
        stay = work.stays.between(DEMO, NOW.date(), NOW.date())[0]
        nights = 1 if stay.facts.get("nights") != 1 else 9
        work.stays.change(stay, facts={**stay.facts, "nights": nights})
    after = fragment()
    assert f'id="matches-{RULE}"' in before
    assert (
        before.split(f'id="matches-{RULE}"')[1][:90] != after.split(f'id="matches-{RULE}"')[1][:90]
    )


def test_what_guests_say_reaches_the_next_preview(owner: FlaskClient, context: Context):
    """The snapshot is never older than the ledger: a wish takes a stay out of the list at once."""
    shown = preview(context, now=NOW)
    turned = next(one for one in shown.changed if one.after == "leave_be")
    with context.store.begin() as work:
        stay = work.stays.get(DEMO, turned.ref)
        basis = LegalBasis.LEGITIMATE_INTEREST
        said = Evidence(EvidenceKind.ANSWER, "welcome", 3, "Ana", NOW, basis, "desk")
        work.ledger.append(stay.id, said)
    again = preview(context, now=NOW)
    assert turned.ref not in {one.ref for one in again.changed if one.after == "leave_be"}

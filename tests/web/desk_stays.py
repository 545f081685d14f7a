"""Stays for tests of the desk: one house of the seed, and who is expected today."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from engine.bootstrap import first_rule_set
from engine.catalogue.rules import rule_set_to_dict
from engine.domain.stays import Stay, StayDraft, StayStatus
from engine.usecases.context import Context
from engine.usecases.guests.links import issue_link

HOUSE = "las_cabanas"
TODAY = date(2026, 6, 12)
FORM = {"X-Fragment": "1"}


def move_in(context: Context, now: datetime) -> None:
    """Begin with the starter rules and one own house."""
    content = rule_set_to_dict(first_rule_set(context.catalogue))
    with context.store.begin() as work:
        work.rule_sets.publish(content, reason="starter", by="test", at=now, based_on=0)
        work.houses.save(context.catalogue.houses[HOUSE])


def arrive(context: Context, ref: str, name: str = "Jonas Berg", **changes: object) -> Stay:
    """Expect a guest today; `changes` are fields of the draft."""
    draft = {
        "house": HOUSE,
        "ref": ref,
        "guest_name": name,
        "language": "en",
        "email": None,
        "unit": "C7",
        "arrival_on": TODAY,
        "departure_on": TODAY + timedelta(days=1),
        "status": StayStatus.EXPECTED,
        "facts": {"purpose": "business", "online_checkin": True, "nights": 1},
        "source": "test",
        "expected_hour": 14,
    }
    with context.store.begin() as work:
        stay = work.stays.add(StayDraft(**(draft | changes)))  # type: ignore[arg-type]  # by name
        issue_link(work, context.secret, stay)
    return stay


def stay_now(context: Context, ref: str) -> Stay:
    with context.store.read() as work:
        return work.stays.get(HOUSE, ref)


def n_entries(context: Context, ref: str) -> int:
    with context.store.read() as work:
        return len(work.ledger.of(work.stays.get(HOUSE, ref).id))


def post(client: FlaskClient, path: str, **fields: object) -> TestResponse:
    return client.post(path, data=fields, follow_redirects=True)

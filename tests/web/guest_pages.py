"""A house with rules, a booked stay, and a browser whose guest has pressed Start."""

from __future__ import annotations

from datetime import timedelta

from flask.testing import FlaskClient

from engine.bootstrap import first_rule_set
from engine.catalogue.rules import rule_set_to_dict
from engine.domain.stays import StayDraft, StayStatus
from engine.usecases.context import Context
from engine.usecases.guests.links import guest_code, issue_link
from engine.usecases.stays.arrivals import Card, card
from engine.usecases.stays.import_stays import Importing

HOUSE, NAME, MAIL = "las_cabanas", "Jonas Berg", "jonas@berg.example"


def open_house(context: Context, now) -> None:
    content = rule_set_to_dict(first_rule_set(context.catalogue))
    with context.store.begin() as work:
        work.rule_sets.publish(content, reason="starter", by="test", at=now, based_on=0)
        work.houses.save(context.catalogue.houses[HOUSE])


def drafted(now, ref: str = "A1", **more) -> StayDraft:
    usual = {"language": "en", "email": MAIL, "unit": "C7", "arrival_on": now.date()}
    usual |= {"departure_on": now.date() + timedelta(days=1), "status": StayStatus.EXPECTED}
    usual |= {"facts": {"nights": 1, "purpose": "business"}, "source": "csv", "guest_key": "p-1"}
    return StayDraft(house=HOUSE, ref=ref, guest_name=NAME, **(usual | more))


def book(context: Context, now, ref: str = "A1", **more) -> str:
    """Book a stay of one night on business; return its code."""
    with context.store.begin() as work:
        stay = work.stays.add(drafted(now, ref, **more))
        issue_link(work, context.secret, stay)
        return guest_code(context.secret, stay.id, 1)


def read_in(context: Context, now, ref: str = "A1", **more) -> None:
    """Read the booking in again, as the source tells it."""
    importing = Importing(context.catalogue.facts, now, context.secret)
    with context.store.begin() as work:
        importing.take(work, drafted(now, ref, **more))


def start(client: FlaskClient, code: str) -> FlaskClient:
    assert client.post(f"/g/{code}").status_code == 303
    return client


def card_of(context: Context, now, ref: str = "A1") -> Card:
    return card(context, ref, now=now, house_id=HOUSE)

"""The record of processing (GDPR, article 30), made from schema, purposes and rules in force."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, datetime
from typing import Any

from engine.domain.cues import Fact
from engine.domain.evidence import BASIS_OF
from engine.domain.rules import Rule
from engine.rules.evaluate import tests_of
from engine.store import Work
from engine.store.columns import DataClass, Row
from engine.store.erasing import columns_of, rows_of_guest
from engine.usecases.context import Context
from engine.usecases.privacy.backups import KEPT
from engine.usecases.rules.in_words import rule_set_of

HERS = (DataClass.IDENTITY, DataClass.BEHAVIOUR, DataClass.FREE_TEXT)
MEASURES = (
    "The database and the folder beside it can be read by the user of the program alone.",
    "What is deleted is overwritten in the file, and the log of the database is emptied.",
    "Links of guests cannot be guessed, end a week after departure and can be revoked.",
    "Accounts have roles; passwords are kept as Argon2id hashes; sessions end by themselves.",
    "Logs hold no data of guests.",
    f"A backup is made every night, checked, and kept for {KEPT} days.",
)
"""Article 32, in a sentence each."""


def processing_record(ctx: Context, *, now: datetime) -> dict[str, Any]:
    """Return the record as JSON can hold it; a column or rule added later is in it."""
    privacy = ctx.catalogue.privacy
    with ctx.store.read() as work:
        return {
            "made_at": now.isoformat(),
            "controllers": [
                {"house": house.id, "name": house.name, "contact": house.contact}
                for house in work.houses.all()
            ],
            "purpose": "To meet each guest with as much or as little contact as suits her.",
            "people": ["guests", "people who work in the house"],
            "recipients": "The people of the house. No data of guests leaves it.",
            "transfers": "None.",
            "legal_bases": {kind.value: basis.value for kind, basis in BASIS_OF.items()},
            "data": list(_data(guests_only=True)),
            "data_of_staff": list(_data(guests_only=False)),
            "consents": [
                {
                    "purpose": asked.purpose.value,
                    "version": asked.version,
                    "months": asked.months,
                    "text": asked.text.get("en", ""),
                }
                for asked in privacy.consents.values()
            ],
            "erased_after_days": {
                "free_text": privacy.retention.free_text,
                "identity": privacy.retention.identity,
                "behaviour": privacy.retention.behaviour,
            },
            "rules": _rules(ctx, work, now.date()),
            "measures": list(MEASURES),
        }


def in_markdown(record: Mapping[str, Any]) -> Iterator[str]:
    """Say the record line by line, as Markdown."""
    yield f"# Record of processing\n\nMade {record['made_at']} from the database in use.\n"
    yield "## Who is responsible\n"
    yield from (f"- {c['name']} ({c['house']}): {c['contact']}" for c in record["controllers"])
    yield f"\n## Why, and who gets it\n\n{record['purpose']} {record['recipients']}"
    yield f"Transfers to other countries: {record['transfers']}\n"
    yield from _table("What is kept of guests", record["data"])
    yield from _table("What is kept of people who work here", record["data_of_staff"])
    yield "\n## On what ground\n\n| entry | legal basis |\n|---|---|"
    yield from (f"| {kind} | {basis} |" for kind, basis in record["legal_bases"].items())
    yield "\n## What guests are asked\n\n| purpose | words | version | months |\n|---|---|---|---|"
    yield from (
        f"| {c['purpose']} | {_cell(c['text'])} | {c['version']} | {c['months']} |"
        for c in record["consents"]
    )
    yield "\n## When it is deleted\n\n| data | days after departure |\n|---|---|"
    yield from (f"| {name} | {days} |" for name, days in record["erased_after_days"].items())
    yield f"\n## What the rules look at\n\nRules in force: version {record['rules']['version']}.\n"
    yield "| looked at | kind | by rules |\n|---|---|---|"
    yield from (
        f"| {_cell(one['label'])} | {one['kind']} | {', '.join(one['rules'])} |"
        for one in record["rules"]["looks_at"]
    )
    yield "\n## How it is kept safe\n"
    yield from (f"- {measure}" for measure in record["measures"])


def _table(title: str, data: list[Mapping[str, Any]]) -> Iterator[str]:
    yield f"\n## {title}\n\n| table | what it is | columns |\n|---|---|---|"
    for one in data:
        columns = ", ".join(f"{name} ({kind})" for name, kind in one["columns"].items())
        yield f"| {one['table']} | {_cell(one['about'])} | {columns} |"


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ")


def _data(*, guests_only: bool) -> Iterator[dict[str, Any]]:
    about = {row.__tablename__: row.__doc__ or "" for row in _row_types(Row)}
    of_guests = rows_of_guest()
    for table in Row.metadata.sorted_tables:
        columns = columns_of(table, *HERS)
        if columns and (table in of_guests) is guests_only:
            yield {
                "table": table.name,
                "about": " ".join(about.get(table.name, "").split()),
                "columns": {column.name: column.info["data_class"] for column in columns},
            }


def _row_types(kind: type[Row]) -> Iterator[type[Row]]:
    for sub in kind.__subclasses__():
        yield sub
        yield from _row_types(sub)


def _rules(ctx: Context, work: Work, today: date) -> dict[str, Any]:
    record = work.rule_sets.published()
    rules = [rule for rule in rule_set_of(record).rules if rule.is_valid_on(today)]
    looked_at = (_looked_at(fact, rules) for fact in ctx.catalogue.facts.values())
    return {"version": record.version, "looks_at": [one for one in looked_at if one["rules"]]}


def _looked_at(fact: Fact, rules: list[Rule]) -> dict[str, Any]:
    return {
        "id": fact.id,
        "label": fact.label.get("en", fact.id),
        "kind": "noticed at the desk" if fact.is_cue else f"told by {fact.source}",
        "rules": [rule.id for rule in rules if any(t.fact == fact.id for t in tests_of(rule))],
    }

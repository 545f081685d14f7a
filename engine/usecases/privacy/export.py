"""Everything that is kept of one guest, made from the schema: for programs, and to be read."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from engine.domain.catalogue import Catalogue
from engine.domain.consent import LegalBasis
from engine.domain.cues import Texts
from engine.domain.languages import first_read
from engine.domain.rules import Rule
from engine.domain.stays import Stay
from engine.errors import NotFoundError
from engine.store import RecommendationRecord, Work
from engine.store.columns import DataClass
from engine.store.erasing import rows_told
from engine.store.letting_go import rows_of_stays
from engine.usecases.context import Context
from engine.usecases.rules.in_words import rule_set_of

FORMAT = "tact-guest-1"
HERS = (DataClass.IDENTITY, DataClass.BEHAVIOUR, DataClass.FREE_TEXT)
STAFF = frozenset({"by", "checked_in_by"})
"""Who at the desk did something is data of somebody else: left out but where she did it herself."""
HERSELF = "guest"
BASIS = {
    **dict.fromkeys(("guest", "stay", "mail"), LegalBasis.CONTRACT),
    **dict.fromkeys(("trait", "consent_terms"), LegalBasis.CONSENT),
}
"""Legal basis of a table whose rows do not tell their own; of all others, legitimate interest."""
MADE_HERE = "tact"
"""Source of what was made from the rest."""
OF_BOOKING = frozenset({"guest"})


def export_of(
    ctx: Context, guest_id: int, *, now: datetime, stay_id: int | None = None
) -> dict[str, Any]:
    """Return every column that says anything of a guest, as JSON can hold it.

    Parameters
    ----------
    guest_id : int
    stay_id : int, optional
        One of her stays: of the others nothing is told. Whoever holds the link of a stay may not
        be who was here before.

    Returns
    -------
    dict
        `format`, `house`, `guest`, `language`, `made_at`, `kept`: one entry a row with `table`,
        `source`, `basis` and `data`; `advice`: what was advised, with each reason in words.

    Raises
    ------
    NotFoundError
        If there is no such guest.
    """
    with ctx.store.read() as work:
        person = work.guests.get(guest_id)
        house = work.houses.get(person.house)
        language = _language(ctx.catalogue, person.language, house.languages)
        only = rows_of_stays() if stay_id is not None else None
        rows = rows_told(work.connection, guest_id, *HERS, only=only, stays=[stay_id])
        stays = [one for one in work.stays.of_guest(guest_id) if stay_id in (None, one.id)]
        return {
            "format": FORMAT,
            "house": {"id": house.id, "name": house.name, "contact": house.contact},
            "guest": guest_id,
            "language": language,
            "made_at": now.isoformat(),
            "kept": [_kept(table.name, told) for table, told in rows],
            "advice": list(_advice(ctx.catalogue, work, stays, language)),
        }


def _language(catalogue: Catalogue, asked: str | None, spoken: tuple[str, ...]) -> str:
    """Return hers where Tact speaks it, else the first of the house that it speaks."""
    return first_read((asked, *spoken), catalogue.languages) or catalogue.languages[0]


def _kept(table: str, told: Mapping[str, Any]) -> dict[str, Any]:
    source = told.get("source") or ("booking" if table in OF_BOOKING else MADE_HERE)
    basis = told.get("basis") or BASIS.get(table, LegalBasis.LEGITIMATE_INTEREST)
    data = {
        name: _plain(value)
        for name, value in told.items()
        if name not in ("source", "basis") and (name not in STAFF or value == HERSELF)
    }
    return {"table": table, "source": source, "basis": LegalBasis(basis).value, "data": data}


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date | datetime) else value


def _advice(
    catalogue: Catalogue, work: Work, stays: Sequence[Stay], language: str
) -> Iterator[dict[str, Any]]:
    for stay in stays:
        for given in work.recommendations.of(stay.id):
            rules = _rules(work, given)
            style = catalogue.styles.get(given.output["style"])
            yield {
                "ref": stay.ref,
                "at": given.at.isoformat(),
                "style": _in(style.guest_text, language) if style else given.output["style"],
                "reasons": [
                    {**reason, "words": _words(catalogue, rules, reason["key"], language)}
                    for reason in given.output["reasons"]
                ],
            }


def _rules(work: Work, given: RecommendationRecord) -> Mapping[str, Rule]:
    """Return the rules by which somebody was advised, none where they are gone."""
    try:
        record = work.rule_sets.version(int(given.versions["rules"]))
    except (NotFoundError, KeyError, ValueError):
        return {}
    return {rule.id: rule for rule in rule_set_of(record).rules}


def _words(catalogue: Catalogue, rules: Mapping[str, Rule], key: str, language: str) -> str:
    kind, _, id = key.partition(".")
    if kind == "rule" and id in rules:
        return _kindly(catalogue, rules[id], language) or _in(rules[id].because, language)
    if kind == "answer" and id in catalogue.questions:
        return _in(catalogue.questions[id].text, language)
    if kind == "reaction" and id in catalogue.offers:
        return _in(catalogue.offers[id].label, language)
    return id


def _kindly(catalogue: Catalogue, rule: Rule, language: str) -> str:
    """Return kinder words for what was noticed than staff need; empty where there are none."""
    cues = (test.fact for test in (*rule.when, *rule.any) if test.fact in catalogue.cues)
    words = (catalogue.words.get(language, {}).get(f"kindly.{cue}", "") for cue in cues)
    return next((text for text in words if text), "")


def _in(texts: Texts, language: str) -> str:
    return texts.get(language) or next(iter(texts.values()), "")

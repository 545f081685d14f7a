"""`seed/cues/<family>.toml`: what can be known about a stay, and what staff tap."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from marshmallow import fields

from engine.catalogue.reading import Reading, Table
from engine.catalogue.shape import Id, OneOf, SeedFile, Shape, Text, Texts, Whole, YesNo, unknown
from engine.domain.cues import Fact, FactKind, Scope, Value

SHARE_SLACK = 1e-6
"""Shares are written with a few digits; their sum may miss 1 by rounding only."""

CULTURE_FAMILY = "culture"
"""Facts that may break a tie and no more; rules about them are off until an owner says so."""


class FactsFile(SeedFile):
    """One family of facts and cues."""

    family = Id(required=True)
    fact = fields.List(fields.Raw(), load_default=list)
    cue = fields.List(fields.Raw(), load_default=list)


class _Common(Shape):
    id = Id(required=True)
    source = Text(required=True)
    label = Texts(required=True)
    value_labels = fields.Dict(keys=Text(), values=Texts(), load_default=dict)
    scope = OneOf("scope", [scope.value for scope in Scope], load_default="state")
    scored = YesNo(load_default=True)
    instruction = YesNo(load_default=False)
    adds_help = Texts(load_default=dict)
    most_style = Text(load_default="")
    least_style = Text(load_default="")
    asks_to_be_left = YesNo(load_default=False)
    recovery = YesNo(load_default=False)
    brief = YesNo(load_default=False)
    waiting = YesNo(load_default=False)
    key = Whole(0, 9, load_default=0)
    usual = fields.Raw(load_default=None)


class FactShape(_Common):
    """One fact of a reservation, the house or the clock."""

    kind = OneOf("kind", [kind.value for kind in FactKind], required=True)
    values = fields.List(Text(), load_default=list)
    lowest = Whole(load_default=0)
    highest = Whole(load_default=100_000)
    or_yes_no = YesNo(load_default=False)


class CueShape(_Common):
    """One thing that staff notice: yes, or nothing said."""

    kind = OneOf("kind", [FactKind.YES_NO.value], load_default=FactKind.YES_NO.value)


def read_facts(reading: Reading) -> dict[str, Fact]:
    """Return all facts and cues by id."""
    facts: dict[str, Fact] = {}
    for file, data in reading.tables("cues/*.toml"):
        family = reading.load(FactsFile(), data, file)
        for kind, shape in (("fact", FactShape()), ("cue", CueShape())):
            for entry in family[kind] if family else []:
                loaded = reading.item("fact", shape, entry, file)
                if loaded and family:
                    fact = _fact(reading, loaded, file, family["family"], is_cue=kind == "cue")
                    facts[fact.id] = fact
    return facts


def may_be(fact: Fact, value: object) -> bool:
    """Return whether `value` can be a value of `fact`."""
    if fact.kind is FactKind.YES_NO:
        return isinstance(value, bool)
    if fact.kind is FactKind.WHOLE:
        is_whole = isinstance(value, int) and not isinstance(value, bool)
        return is_whole and fact.lowest <= value <= fact.highest  # type: ignore[operator]  # is_whole
    if fact.kind is FactKind.ONE_OF:
        return value in fact.values
    return isinstance(value, str) and bool(value)


def allowed_values(fact: Fact) -> tuple[str, ...]:
    """Return what may be written as a value of `fact`, in words."""
    return {
        FactKind.YES_NO: ("true", "false"),
        FactKind.WHOLE: (f"{fact.lowest} to {fact.highest}",),
        FactKind.ONE_OF: fact.values,
        FactKind.TAG: ("a tag such as de or pt-BR",),
    }[fact.kind]


def _fact(reading: Reading, table: Table, file: str, family: str, *, is_cue: bool) -> Fact:
    fact = _without_shares(table, family, is_cue=is_cue)
    at = (file, fact.id)
    if fact.kind is FactKind.ONE_OF:
        _tell_values(reading, fact, at)
    labelled = ("yes", "no") if fact.kind is FactKind.YES_NO else fact.values
    if labelled:
        reading.must_know("value", list(fact.value_labels), labelled, (*at, "value_labels"))
    shares = _shares(reading, fact, table["usual"], at)
    if fact.is_scored and shares is not None and abs(sum(shares.values()) - 1) > SHARE_SLACK:
        reading.tell(*at, "usual", f"the shares sum to {sum(shares.values()):.6g}, not 1")
    return replace(fact, usual=shares or {})


def _without_shares(table: Table, family: str, *, is_cue: bool) -> Fact:
    return Fact(
        id=table["id"],
        kind=FactKind(table["kind"]),
        family=family,
        usual={},
        source=table["source"],
        label=table["label"],
        values=tuple(table.get("values", ())),
        value_labels=table["value_labels"],
        lowest=table.get("lowest", 0),
        highest=table.get("highest", 1),
        or_yes_no=table.get("or_yes_no", False),
        is_cue=is_cue,
        is_scored=table["scored"],
        is_instruction=table["instruction"],
        scope=Scope(table["scope"]),
        adds_help=table["adds_help"],
        most_style=table["most_style"],
        least_style=table["least_style"],
        asks_to_be_left=table["asks_to_be_left"],
        is_recovery=table["recovery"],
        is_brief=table["brief"],
        is_waiting=table["waiting"],
        key=table["key"],
    )


def _tell_values(reading: Reading, fact: Fact, at: tuple[str, str]) -> None:
    if not fact.values:
        reading.tell(*at, "values", "is missing: a fact of kind one_of lists its values")
    for value in fact.values:
        if value not in fact.value_labels:
            reading.tell(*at, f"value_labels.{value}", "is missing")


def _shares(
    reading: Reading, fact: Fact, usual: object, at: tuple[str, str]
) -> dict[Value, float] | None:
    """Return the share of each value, or None after telling what is wrong."""
    if usual is None and not fact.is_scored:
        return None
    if fact.kind is FactKind.YES_NO:
        return _yes_no_shares(reading, usual, at)
    if not isinstance(usual, Mapping):
        reading.tell(*at, "usual", "must give a share for each value")
        return None
    shares: dict[Value, float] = {}
    for written, share in usual.items():
        value = _as_value(fact, written)
        if not may_be(fact, value):
            told = unknown("value", written, allowed_values(fact))
            reading.tell(*at, f"usual.{written}", told, allowed_values(fact))
        elif not _is_share(share):
            reading.tell(*at, f"usual.{written}", "is not a share", ["0 to 1"])
        else:
            shares[value] = float(share)
    return shares if len(shares) == len(usual) else None


def _yes_no_shares(
    reading: Reading, usual: object, at: tuple[str, str]
) -> dict[Value, float] | None:
    if not _is_share(usual):
        reading.tell(*at, "usual", "must be the share of yes", ["0 to 1"])
        return None
    share = float(usual)  # type: ignore[arg-type]  # a number, as just seen
    return {True: share, False: 1 - share}


def _as_value(fact: Fact, written: str) -> Value:
    """Return a key of `usual` as a value: TOML writes all keys as texts."""
    is_whole = fact.kind is FactKind.WHOLE and written.isascii() and written.isdigit()
    return int(written) if is_whole else written


def _is_share(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value <= 1

"""The form of a rule as it is written: which keys, and what may stand behind each."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from marshmallow import ValidationError, fields, validates_schema

from engine.catalogue.near import spelled
from engine.catalogue.reading import Table
from engine.catalogue.shape import (
    Day,
    Fault,
    Id,
    Number,
    OneOf,
    SeedFile,
    Shape,
    Text,
    Texts,
    YesNo,
    fault,
)
from engine.domain.cues import Scope
from engine.domain.rules import STRENGTHS, Sureness

MOST_WEIGHT = 3.0
"""Largest |weight| of one rule: twice what all rules together may move; more is a slip."""

LEANINGS: Mapping[str, float] = {"efficiency": -1.0, "contact": 1.0}
"""Which way a strength points."""

IN_WORDS: Mapping[str, tuple[str, ...]] = {
    "strength": tuple(STRENGTHS),
    "leaning": tuple(LEANINGS),
}
"""The keys that say a weight in words, and what each may be."""

WAYS = ("weight", "strength, leaning")
"""How a weight may be said: one of them."""

GROUPS = ("when", "any", "unless")

EXPECTATIONS = ("fires", "silent", "unknown")
"""What an example may expect of a rule."""


class RulesFile(SeedFile):
    """Rules that belong together."""

    rule = fields.List(fields.Raw(), required=True)


class ExampleShape(Shape):
    """A guest with what the rule must say of her."""

    guest = fields.Dict(keys=Text(), values=fields.Raw(), load_default=dict)
    expect = OneOf("expectation", EXPECTATIONS, required=True)
    missing = fields.List(Text(), load_default=list)


class ValidShape(Shape):
    """First and last day on which a rule speaks."""

    from_ = Day(data_key="from", load_default=None, allow_none=True)
    until = Day(load_default=None, allow_none=True)

    @validates_schema
    def days_are_in_order(self, data: Table, **_more: Any) -> None:
        """Refuse a rule that ends before it begins."""
        if data["from_"] and data["until"] and data["until"] < data["from_"]:
            raise fault(f"ends on {data['until']}, before it begins on {data['from_']}")


class RuleShape(Shape):
    """One rule."""

    id = Id(required=True)
    scope = OneOf("scope", [scope.value for scope in Scope], required=True)
    weight = Number(-MOST_WEIGHT, MOST_WEIGHT)
    strength = OneOf("strength", tuple(STRENGTHS))
    leaning = OneOf("leaning", tuple(LEANINGS))
    sure = OneOf("sureness", [sure.value for sure in Sureness], load_default=Sureness.USUAL.value)
    when = fields.Raw(load_default=dict)
    any = fields.Raw(load_default=dict)
    unless = fields.Raw(load_default=dict)
    because = Texts(required=True)
    source = Text(required=True)
    valid = fields.Nested(ValidShape, load_default={"from_": None, "until": None})
    on = YesNo(load_default=True)
    test = fields.List(fields.Nested(ExampleShape), load_default=list)

    @validates_schema(pass_original=True, skip_on_field_errors=False)
    def weight_is_said_once(self, _data: Table, original: Table, **_more: Any) -> None:
        """Ask for a weight, or for strength and leaning, not for both."""
        told = _weight_fault(original)
        if told:
            raise ValidationError(told)


def _weight_fault(written: Table) -> dict[str, list[Fault]]:
    """Return what is wrong with the keys of a weight, by key; their values are fields of their own.

    A strength without its leaning lacks the leaning, and the other way round.
    """
    in_words = {key: written[key] for key in IN_WORDS if key in written}
    said = ", ".join(f"{key} = {spelled(value)}" for key, value in in_words.items())
    if "weight" in written:
        number = spelled(written["weight"])
        told = f"the weight is given twice: as a number, {number}, and in words, {said}"
        return {"weight": [Fault(told, WAYS)]} if in_words else {}
    if not in_words:
        return {"weight": [Fault("needs a weight, or strength and leaning", WAYS)]}
    missing = [key for key in IN_WORDS if key not in in_words]
    return {key: [Fault(f"is missing beside {said}", IN_WORDS[key])] for key in missing}

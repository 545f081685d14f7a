"""`seed/privacy.toml`: what guests are asked about their data, and how long it is kept."""

from __future__ import annotations

from dataclasses import fields as fields_of

from marshmallow import fields

from engine.catalogue.reading import Reading
from engine.catalogue.shape import OneOf, SeedFile, Shape, Text, Texts, Whole
from engine.domain.consent import Purpose
from engine.domain.privacy import NO_PRIVACY, ConsentText, Privacy, Retention

PRIVACY_FILE = "privacy.toml"
TEN_YEARS = 3650
"""Days: nothing of a guest has a reason to be kept for longer."""

RetentionShape = Shape.from_dict(
    {one.name: Whole(0, TEN_YEARS, required=True) for one in fields_of(Retention)},
    name="RetentionShape",
)


class ConsentShape(Shape):
    """One question of consent."""

    purpose = OneOf("purpose", [purpose.value for purpose in Purpose], required=True)
    version = Text(required=True)
    months = Whole(1, 120, required=True)
    text = Texts(required=True)
    means = Texts(required=True)


class PrivacyFile(SeedFile):
    """The whole file."""

    retention = fields.Nested(RetentionShape, required=True)
    consent = fields.List(fields.Nested(ConsentShape), required=True)
    relays = fields.List(Text(), load_default=list)


def read_privacy(reading: Reading) -> Privacy:
    """Return what the seed says of guests' data; a seed without the file asks nothing."""
    data = reading.tree.get(PRIVACY_FILE)
    loaded = reading.load(PrivacyFile(), data, PRIVACY_FILE) if data is not None else None
    if loaded is None:
        return NO_PRIVACY
    texts = [
        ConsentText(**(one | {"purpose": Purpose(one["purpose"])})) for one in loaded["consent"]
    ]
    retention = Retention(**loaded["retention"])
    if not retention.free_text <= retention.identity <= retention.behaviour:
        message = "free_text is kept no longer than identity, identity no longer than behaviour"
        reading.tell(PRIVACY_FILE, "", "retention", message)
    relays = tuple(domain.lower() for domain in loaded["relays"])
    return Privacy({one.purpose: one for one in texts}, retention, relays)

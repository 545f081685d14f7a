"""`seed/offers/<id>.toml`: what staff may propose once."""

from __future__ import annotations

from marshmallow import fields

from engine.catalogue.questions import ItemFile, item_of, tell_item
from engine.catalogue.reading import Reading, Table
from engine.catalogue.shape import Id, OneOf, Texts, YesNo
from engine.domain.offers import Offer, Reaction
from engine.domain.styles import Need

NEEDS = tuple(need.value for need in Need)
N_GRADED_REACTIONS = sum(reaction.grade is not None for reaction in Reaction)


class OfferFile(ItemFile):
    """One offer."""

    label = Texts(required=True)
    needs = fields.List(OneOf("need", NEEDS), required=True)
    styles = fields.List(Id(), load_default=list)
    only_if_asked = YesNo(load_default=False)


def read_offers(reading: Reading) -> dict[str, Offer]:
    """Return all offers by id."""
    shape = OfferFile()
    offers: dict[str, Offer] = {}
    for file, data in reading.tables("offers/*.toml"):
        loaded = reading.file_item("offer", shape, data, file)
        if loaded:
            tell_item(reading, loaded, file, n_grades=N_GRADED_REACTIONS)
            offers[loaded["id"]] = _offer(loaded)
    return offers


def _offer(table: Table) -> Offer:
    return Offer(
        id=table["id"],
        topic=table["topic"],
        item=item_of(table),
        label=table["label"],
        spoken=table["spoken"],
        needs=tuple(table["needs"]),
        source=table["source"],
        styles=tuple(table["styles"]),
        only_if_asked=table["only_if_asked"],
    )

"""`seed/packs/<id>/`: pages that a guest reads, prints or keeps."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import PurePosixPath

from marshmallow import fields

from engine.catalogue.conditions import tests_of
from engine.catalogue.offers import NEEDS
from engine.catalogue.reading import Reading, Table
from engine.catalogue.shape import (
    FALLBACK_LANGUAGE,
    Fault,
    Id,
    OneOf,
    SeedFile,
    Text,
    Texts,
    Whole,
    YesNo,
)
from engine.domain.cues import Fact
from engine.domain.packs import Pack
from engine.domain.rules import Test
from engine.domain.styles import Need


class PackFile(SeedFile):
    """One pack; its body stands beside it, one Markdown file per language."""

    id = Id(required=True)
    order = Whole(required=True)
    needs = fields.List(OneOf("need", NEEDS), required=True)
    topic = fields.String(load_default="")
    for_everyone = YesNo(load_default=False)
    guarded = YesNo(load_default=False)
    styles = fields.List(Id(), load_default=list)
    source = Text(required=True)
    title = Texts(required=True)
    any = fields.Raw(load_default=dict)


def read_packs(reading: Reading, facts: Mapping[str, Fact]) -> dict[str, Pack]:
    """Return all packs by id, in the order in which they are shown."""
    shape = PackFile()
    packs: list[Pack] = []
    for file, data in reading.tables("packs/*/pack.toml"):
        loaded = reading.file_item("pack", shape, data, file)
        if loaded:
            packs.append(_pack(reading, loaded, file, facts))
    return {pack.id: pack for pack in sorted(packs, key=lambda pack: (pack.order, pack.id))}


def _pack(reading: Reading, table: Table, file: str, facts: Mapping[str, Fact]) -> Pack:
    return Pack(
        id=table["id"],
        title=table["title"],
        body=_body(reading, table["id"], file),
        needs=tuple(Need(need) for need in table["needs"]),
        order=table["order"],
        source=table["source"],
        topic=table["topic"],
        is_for_everyone=table["for_everyone"],
        is_guarded=table["guarded"],
        styles=tuple(table["styles"]),
        any=_situations(reading, table, file, facts),
    )


def _body(reading: Reading, id: str, file: str) -> dict[str, str]:
    folder = PurePosixPath(file).parent
    body = {
        PurePosixPath(path).stem: text
        for path, text in sorted(reading.tree.items())
        if PurePosixPath(path).parent == folder and isinstance(text, str)
    }
    if FALLBACK_LANGUAGE not in body:
        reading.tell(f"{folder}/{FALLBACK_LANGUAGE}.md", id, "", "is missing")
    for language, text in body.items():
        if not text.strip():
            reading.tell(f"{folder}/{language}.md", id, "", "is blank")
    return body


def _situations(
    reading: Reading, table: Table, file: str, facts: Mapping[str, Fact]
) -> tuple[Test, ...]:
    def tell(key: str, told: Fault) -> None:
        reading.tell(file, table["id"], f"any.{key}".strip("."), told, told.allowed)

    return tests_of(table["any"], tell, facts, reading.unread)

"""`seed/styles/<id>.toml`: five ways to serve, with words for every stage."""

from __future__ import annotations

from marshmallow import fields

from engine.catalogue.reading import Reading, Table
from engine.catalogue.shape import Id, Number, OneOf, SeedFile, Shape, Text, Texts
from engine.domain.styles import Line, Mode, Need, Script, ServiceStyle, Stage

POSITIONS = (-1.0, -0.5, 0.0, 0.5, 1.0)
"""Where styles may stand on the axis."""


class LineShape(Shape):
    """What to say or do in one stage."""

    text = Texts(required=True)
    needs = fields.List(OneOf("need", [need.value for need in Need]), required=True)
    topics = fields.List(Id(), load_default=list)


StagesShape = Shape.from_dict(
    {stage.value: fields.Nested(LineShape, required=True) for stage in Stage}, name="StagesShape"
)
ScriptShape = Shape.from_dict(
    {mode.value: fields.Nested(StagesShape, required=True) for mode in Mode}, name="ScriptShape"
)


class StyleFile(SeedFile):
    """One style."""

    id = Id(required=True)
    position = Number(-1, 1, required=True)
    name = Texts(required=True)
    verb = Texts(required=True)
    guest_text = Texts(required=True)
    topics = fields.List(Id(), load_default=list)
    verb_otherwise = Texts(load_default=dict)
    guest_text_otherwise = Texts(load_default=dict)
    source = Text(required=True)
    script = fields.Nested(ScriptShape, required=True)


def read_styles(reading: Reading) -> dict[str, ServiceStyle]:
    """Return all styles by id, least contact first."""
    shape = StyleFile()
    styles: dict[float, ServiceStyle] = {}
    for file, data in reading.tables("styles/*.toml"):
        loaded = reading.file_item("style", shape, data, file)
        if loaded:
            _tell_position(reading, loaded, file, styles)
            styles.setdefault(loaded["position"], _style(loaded))
    return {styles[position].id: styles[position] for position in sorted(styles)}


def _tell_position(
    reading: Reading, table: Table, file: str, styles: dict[float, ServiceStyle]
) -> None:
    position = table["position"]
    if position not in POSITIONS:
        allowed = [f"{place:g}" for place in POSITIONS]
        reading.tell(file, table["id"], "position", f"{position:g} is no place of a style", allowed)
    if position in styles:
        message = f"{position:g} is the place of {styles[position].id}"
        reading.tell(file, table["id"], "position", message)


def _style(table: Table) -> ServiceStyle:
    return ServiceStyle(
        id=table["id"],
        position=table["position"],
        name=table["name"],
        verb=table["verb"],
        guest_text=table["guest_text"],
        script=_script(table["script"]),
        source=table["source"],
        topics=tuple(table["topics"]),
        verb_otherwise=table["verb_otherwise"],
        guest_text_otherwise=table["guest_text_otherwise"],
    )


def _script(table: Table) -> Script:
    return {
        mode: {stage: _line(table[mode.value][stage.value]) for stage in Stage} for mode in Mode
    }


def _line(table: Table) -> Line:
    needs = tuple(Need(need) for need in table["needs"])
    return Line(table["text"], needs, tuple(table["topics"]))

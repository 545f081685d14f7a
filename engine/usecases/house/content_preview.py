"""How an edited text will sound and look, and which words of it the lint points at."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from engine.catalogue.checks import STAY_VALUES, values_of
from engine.catalogue.edits import BODY
from engine.catalogue.lint import Lexicon, Warned, lint, read_lexicons
from engine.catalogue.texts import marks_in
from engine.decision.script import Setting, script_in, with_name
from engine.domain.catalogue import Catalogue
from engine.domain.stays import House, Unit
from engine.domain.styles import Mode, Stage
from engine.usecases.context import Context
from engine.usecases.guests.guide import Guide, GuidePack
from engine.usecases.house.content_told import trees


@dataclass(frozen=True, slots=True)
class Pointed:
    """One warning about one field; the text stays as its owner wrote it."""

    field: str
    language: str
    warned: Warned


def lexicons(ctx: Context) -> dict[str, Lexicon]:
    """Return the lexicon of the lint for each language."""
    with ctx.store.read() as work:
        tree, _ = trees(ctx, work)
    return read_lexicons(tree)


def pointed_at(told: Mapping[str, object], words: Mapping[str, Lexicon]) -> tuple[Pointed, ...]:
    """Return every warning about the texts of one thing, field by field."""
    texts = [
        (name, name.rpartition(".")[2], text)
        for name, text in told.items()
        if isinstance(text, str)
    ]
    return tuple(
        Pointed(name, language, warned)
        for name, language, text in texts
        for warned in lint(text, words.get(language, ()))
    )


def spoken_lines(
    ctx: Context, catalogue: Catalogue, style: str, mode: Mode, language: str, *, guest: str
) -> Mapping[Stage, str]:
    """Return what the desk would say to a made-up guest of this house, stage by stage.

    Parameters
    ----------
    ctx : Context
    catalogue : Catalogue
        With what was typed.
    style : str
        Id of the style.
    mode : Mode
    language : str
    guest : str
        Name of nobody.
    """
    house, unit = example_place(ctx)
    must_know = unit.must_know if unit else ()
    setting = Setting(
        style=style,
        language=language,
        is_brief=False,
        house_name=house.name,
        unit_kind=unit.kind if unit else "room",
        must_know=tuple(line.get(language) or line[catalogue.languages[0]] for line in must_know),
        mode=mode,
    )
    lines = script_in(catalogue, setting)
    return {stage: with_name(line, guest) for stage, line in lines.items()}


def guest_page(ctx: Context, catalogue: Catalogue, pack: str, language: str) -> GuidePack:
    """Return a pack as a guest of this house would read it."""
    house, unit = example_place(ctx)
    pages = Guide(catalogue, house, unit, language).packs([pack])
    return next(page for page in pages if page.id == pack)


def untold_values(ctx: Context, told: Mapping[str, object]) -> tuple[str, ...]:
    """Return what a pack mentions and the house does not tell: guests would read a dash."""
    house, _ = example_place(ctx)
    bodies = [str(text or "") for name, text in told.items() if name.startswith(f"{BODY}.")]
    wanted = frozenset().union(*map(marks_in, bodies))
    return tuple(sorted(wanted - values_of(house) - STAY_VALUES))


def example_place(ctx: Context) -> tuple[House, Unit | None]:
    """Return the house and unit that previews speak of: the own one, else the demo."""
    with ctx.store.read() as work:
        houses: Sequence[House] = work.houses.all()
    house = next(iter(houses), None) or next(iter(ctx.catalogue.houses.values()))
    return house, next(iter(house.units), None)

"""Pages with one form of the house: the values of one pack, one room or cabin."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from engine.catalogue.houses import COMPLEXITIES
from engine.domain.cues import Texts
from engine.domain.stays import MOST_MUST_KNOWS, House, Unit
from engine.errors import Problem
from engine.usecases.house import room as rooms
from engine.usecases.house.own_house import KINDS
from engine.usecases.house.room import PackGaps, UnitRow
from web.i18n import own_name
from web.owner.house.fields import Field, Option, Typed, chosen, filled
from web.owner.house.hints import PATH, Hint, house_hints
from web.owner.told import text
from web.words import word

__all__ = ["PATH", "FormPart", "PartPage", "form_part", "pack_page", "text_fields", "unit_page"]


@dataclass(frozen=True, slots=True)
class FormPart:
    """One form of the page."""

    id: str
    action: str
    fields: tuple[Field, ...]
    seen: str
    problems: Sequence[Problem] = ()
    is_conflict: bool = False


@dataclass(frozen=True, slots=True)
class PartPage:
    """A page with one form: values of one pack, or one unit."""

    title: str
    back: str
    form: FormPart
    is_new: bool = False
    remove: str = ""
    """Where to post to remove it; empty where nothing can be removed."""
    kept_by: int = 0
    """Stays for which it cannot be removed."""
    problem: str = ""
    warnings: tuple[Hint, ...] = ()
    """Words of it to look at again."""


def form_part(
    id: str, at: str, fields: Sequence[Field], seen: str, typed: Typed | None
) -> FormPart:
    """Return a form as it is stored, or as it was typed where that could not be used."""
    return FormPart(
        id=id,
        action=f"{at}/{id}",
        fields=filled(fields, typed),
        seen=seen,
        problems=typed.problems if typed else (),
        is_conflict=typed.is_conflict if typed else False,
    )


def text_fields(
    name: str, label: Markup | str, told: Texts, house: House, kind: str = "text"
) -> Iterator[Field]:
    """Give one field per language of the house."""
    for tag in house.languages:
        said = word("house.in_language", what=label, spoken=own_name(tag))
        yield Field(f"{name}.{tag}", said, kind, told.get(tag, ""), lang=tag)


def pack_page(house: House, gaps: PackGaps, typed: Typed | None = None) -> PartPage:
    """Make the page of the values that one pack mentions."""
    fields = [
        field
        for key in gaps.keys
        for field in text_fields(key, f"{{{key}}}", house.values.get(key, {}), house)
    ]
    mark = rooms.mark_of_values(house, gaps.keys)
    at = f"{PATH}/{house.id}"
    form = form_part(f"packs/{gaps.pack.id}", at, fields, mark, typed)
    warnings = house_hints(house, (gaps,), keys=gaps.keys)
    back = f"{PATH}?house={house.id}"
    return PartPage(text(gaps.pack.title), back, form, warnings=warnings)


def unit_page(
    house: House,
    row: UnitRow,
    keys: Sequence[str],
    *,
    is_new: bool = False,
    typed: Typed | None = None,
    problem: str = "",
) -> PartPage:
    """Make the page of one room or cabin."""
    unit, n_stays, at = row.unit, row.n_stays, f"{PATH}/{house.id}"
    id = "units/new" if is_new else f"units/{unit.code}"
    form = form_part(
        id, at, list(_unit(house, unit, keys, is_new)), rooms.mark_of_unit(unit), typed
    )
    return PartPage(
        title=str(word("house.new_unit")) if is_new else unit.name,
        back=f"{PATH}?house={house.id}",
        form=form,
        is_new=is_new,
        remove="" if is_new or n_stays else f"{at}/{id}/remove",
        kept_by=n_stays,
        problem=problem,
        warnings=() if is_new else house_hints(house, (), unit=unit.code),
    )


def _unit(house: House, unit: Unit, keys: Sequence[str], is_new: bool) -> Iterator[Field]:
    if is_new:
        yield Field("code", word("house.code"), "text", unit.code, hint=word("house.code_hint"))
    yield Field("name", word("house.unit_name"), "text", unit.name)
    yield Field("kind", word("house.kind"), "select", unit.kind, _kinds())
    hint = word("house.complexity_hint")
    ways = chosen(COMPLEXITIES, "house.complexity")
    yield Field("complexity", word("house.complexity"), "select", unit.complexity, ways, hint)
    for n in range(1, MOST_MUST_KNOWS + 1):
        line = unit.must_know[n - 1] if n <= len(unit.must_know) else {}
        yield from text_fields(f"must_know_{n}", word("house.must_know", n=n), line, house, "area")
    for key in keys:
        yield Field(f"value.{key}", f"{{{key}}}", "text", unit.values.get(key, ""))


def _kinds() -> tuple[Option, ...]:
    return tuple(Option(kind, str(word(f"unit.{kind}.name"))) for kind in KINDS)

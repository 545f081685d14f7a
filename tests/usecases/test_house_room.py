"""Owners change their house: checked at the field, nobody's change is lost, all is remembered."""

from __future__ import annotations

from dataclasses import asdict, replace

import pytest

from engine.domain.stays import House, Unit
from engine.errors import ConflictError, FormError, NotFoundError
from engine.usecases.advice.advising import adviser_in_force
from engine.usecases.context import Context
from engine.usecases.demo import DEMO
from engine.usecases.guests.guide import Guide
from engine.usecases.house import room as rooms
from engine.usecases.house.edits import Basics, save_basics, save_exploration, save_values
from engine.usecases.house.room import GRANTS, house_room
from engine.usecases.house.unit_edits import add_unit, remove_unit, save_unit
from engine.usecases.stays.arrivals import board
from tests.usecases.conftest import NOW
from tests.usecases.own_stays import OWN, open_house

SAUNA = Unit("S1", "Sauna hut", "cabin", "complex", ({"de": "Der Ofen: erst lüften."},), {})


def house(ctx: Context, id: str = DEMO) -> House:
    return house_room(ctx, id, now=NOW).house


def basics(ctx: Context, **changes: object) -> Basics:
    here = house(ctx)
    told = Basics(**{name: getattr(here, name) for name in Basics.__slots__})
    return replace(told, **changes)


def save(ctx: Context, *, seen: str | None = None, **changes: object) -> None:
    mark = rooms.mark_of_basics(house(ctx)) if seen is None else seen
    save_basics(ctx, DEMO, basics(ctx, **changes), by="Ana", now=NOW, seen=mark)


def problems(error: pytest.ExceptionInfo[FormError]) -> set[str]:
    return {problem.key for problem in error.value.problems}


def test_what_the_house_is_can_be_changed_and_the_history_says_who(ctx: Context):
    save(ctx, name="  Haus  am See ", quiet_hours=(22, 7), languages=("de",))
    here = house(ctx)
    assert (here.name, here.quiet_hours, here.languages) == ("Haus am See", (22, 7), ("de",))
    (entry,) = house_room(ctx, DEMO, now=NOW).history
    assert (entry.by, entry.detail["part"]) == ("Ana", "basics")
    assert {change[0] for change in entry.detail["changes"]} == {
        *("name", "quiet_hours", "languages")
    }
    assert board(ctx, now=NOW, house_id=DEMO).rows, "the desk goes on"


def test_saving_what_is_there_already_leaves_no_trace(ctx: Context):
    before = house(ctx)
    save(ctx)
    assert house(ctx) == before
    assert house_room(ctx, DEMO, now=NOW).history == ()


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"name": "  "}, "name"),
        ({"name": "x" * 81}, "name"),
        ({"time_zone": "Mars/Olympus"}, "time_zone"),
        ({"languages": ()}, "languages"),
        ({"languages": ("xx",)}, "languages"),
        ({"house_class": "palace"}, "house_class"),
        ({"usual_style": "butler"}, "usual_style"),
        ({"contact": "x" * 201}, "contact"),
        ({"quiet_hours": (24, 7)}, "quiet_from"),
        ({"quiet_hours": (21, -1)}, "quiet_until"),
    ],
)
def test_what_cannot_be_is_refused_at_its_field(ctx: Context, changes, field):
    before = house(ctx)
    with pytest.raises(FormError) as error:
        save(ctx, **changes)
    assert problems(error) == {field}
    assert house(ctx) == before


def test_of_two_owners_the_second_is_told_and_nothing_is_overwritten(ctx: Context):
    seen = rooms.mark_of_basics(house(ctx))
    save(ctx, name="First")
    with pytest.raises(ConflictError):
        save(ctx, seen=seen, name="Second")
    assert house(ctx).name == "First"


def test_owners_who_change_other_parts_do_not_meet(ctx: Context):
    seen = rooms.mark_of_basics(house(ctx))
    add_unit(ctx, DEMO, SAUNA, by="Ben", now=NOW)
    save(ctx, seen=seen, name="First")
    assert house(ctx).name == "First"
    assert house(ctx).units[-1].code == "S1"


def test_every_value_that_a_pack_mentions_can_be_told_and_what_is_missing_is_named(ctx: Context):
    open_house(ctx, NOW)
    room = house_room(ctx, OWN, now=NOW)
    wifi = next(gaps for gaps in room.packs if gaps.pack.id == "wifi")
    assert "wifi_name" in wifi.missing
    assert room.n_missing > 50
    told = {"wifi_name": {"en": "Birch"}}
    mark = rooms.mark_of_values(room.house, ("wifi_name",))
    save_values(ctx, OWN, told, by="Ana", now=NOW, seen=mark)
    wifi = next(g for g in house_room(ctx, OWN, now=NOW).packs if g.pack.id == "wifi")
    assert "wifi_name" not in wifi.missing
    pages = Guide(ctx.catalogue, house(ctx, OWN), None, "en").packs()
    assert "Birch" in next(pack.text for pack in pages if pack.id == "wifi")


def test_the_demo_house_misses_nothing(ctx: Context):
    room = house_room(ctx, DEMO, now=NOW)
    assert room.n_missing == 0
    assert [row.unit.code for row in room.units if row.missing] == []
    mentioned = {key for gaps in room.packs for key in gaps.keys}
    assert "access_code" not in mentioned, "that belongs to the unit"


def test_a_value_of_one_language_is_called_untranslated(ctx: Context):
    mark = rooms.mark_of_values(house(ctx), ("desk_hours",))
    save_values(ctx, DEMO, {"desk_hours": {"de": ""}}, by="Ana", now=NOW, seen=mark)
    _, gaps = rooms.pack_gaps(ctx, DEMO, "arrival_basics")
    assert gaps.untranslated == (("desk_hours", "de"),)
    assert house(ctx).values["desk_hours"]["en"] == "8 to 20"
    assert "de" not in house(ctx).values["desk_hours"]


def test_what_staff_may_grant_is_kept_and_no_guest_reads_it(ctx: Context):
    mark = rooms.mark_of_values(house(ctx), (GRANTS,))
    told = {GRANTS: {"en": "A coffee\nLate check-out", "de": ""}}
    save_values(ctx, DEMO, told, by="Ana", now=NOW, seen=mark)
    assert rooms.grants_of(house(ctx)) == {"en": "A coffee\nLate check-out"}
    pages = Guide(ctx.catalogue, house(ctx), None, "en").packs()
    assert not any("Late check-out" in pack.text for pack in pages)


def test_passwords_and_codes_are_named_in_the_history_and_never_repeated(ctx: Context):
    mark = rooms.mark_of_values(house(ctx), ("wifi_password",))
    told = {"wifi_password": {"en": "Secret-99", "de": "Secret-99"}}
    save_values(ctx, DEMO, told, by="Ana", now=NOW, seen=mark)
    _, row = rooms.unit_row(ctx, DEMO, "C3")
    unit = replace(row.unit, values={**row.unit.values, "access_code": "9999"})
    save_unit(ctx, DEMO, unit, by="Ana", now=NOW, seen=rooms.mark_of_unit(row.unit))
    text = str([entry.detail for entry in house_room(ctx, DEMO, now=NOW).history])
    assert "wifi_password.en" in text
    assert "access_code" in text
    assert "Secret-99" not in text
    assert "9999" not in text


def test_a_unit_comes_is_changed_and_goes(ctx: Context):
    add_unit(ctx, DEMO, SAUNA, by="Ana", now=NOW)
    _, row = rooms.unit_row(ctx, DEMO, "S1")
    assert row.unit.must_know[0]["en"] == SAUNA.must_know[0]["de"], "nobody hears nothing"
    other = replace(row.unit, name="Sauna", complexity="simple")
    save_unit(ctx, DEMO, other, by="Ana", now=NOW, seen=rooms.mark_of_unit(row.unit))
    with pytest.raises(ConflictError):
        save_unit(ctx, DEMO, row.unit, by="Ben", now=NOW, seen=rooms.mark_of_unit(row.unit))
    assert rooms.unit_row(ctx, DEMO, "S1")[1].unit.name == "Sauna"
    remove_unit(ctx, DEMO, "S1", by="Ana", now=NOW)
    with pytest.raises(NotFoundError):
        rooms.unit_row(ctx, DEMO, "S1")
    parts = [entry.detail["part"] for entry in house_room(ctx, DEMO, now=NOW).history]
    assert parts == ["unit_removed", "unit", "unit_added"]


def test_a_unit_that_stays_name_cannot_be_removed(ctx: Context):
    _, row = rooms.unit_row(ctx, DEMO, "C3")
    assert row.n_stays > 0
    with pytest.raises(ConflictError, match=f"{row.n_stays} stays name C3"):
        remove_unit(ctx, DEMO, "C3", by="Ana", now=NOW)
    assert rooms.unit_row(ctx, DEMO, "C3")


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"code": ""}, "code"),
        ({"code": "a b"}, "code"),
        ({"code": "c3"}, "code"),
        ({"name": ""}, "name"),
        ({"kind": "tent"}, "kind"),
        ({"complexity": "hard"}, "complexity"),
        ({"must_know": ({"en": "x"},) * 3}, "must_know"),
        ({"must_know": ({"en": "x" * 601},)}, "must_know_1.en"),
    ],
)
def test_a_unit_that_cannot_be_is_refused_at_its_field(ctx: Context, changes, field):
    with pytest.raises(FormError) as error:
        add_unit(ctx, DEMO, replace(SAUNA, **changes), by="Ana", now=NOW)
    assert problems(error) == {field}


def test_lines_in_a_language_that_the_form_does_not_show_stay(ctx: Context):
    save(ctx, languages=("de",))
    _, row = rooms.unit_row(ctx, DEMO, "C3")
    typed = replace(row.unit, must_know=tuple({"de": line["de"]} for line in row.unit.must_know))
    save_unit(ctx, DEMO, typed, by="Ana", now=NOW, seen=rooms.mark_of_unit(row.unit))
    assert rooms.unit_row(ctx, DEMO, "C3")[1].unit == row.unit


def test_every_unit_can_be_advised_on_whatever_its_lines(ctx: Context):
    add_unit(ctx, DEMO, SAUNA, by="Ana", now=NOW)
    with ctx.store.read() as work:
        adviser = adviser_in_force(ctx, work, DEMO)
    assert adviser.recommend is not None
    rows = board(ctx, now=NOW, house_id=DEMO).rows
    with ctx.store.begin() as work:
        stay = work.stays.change(rows[0].stay, unit="S1")
    moved = next(r for r in board(ctx, now=NOW, house_id=DEMO).rows if r.stay.id == stay.id)
    assert moved.recommendation.must_know == ("Der Ofen: erst lüften.",)


def test_chance_is_let_in_only_within_its_limits(ctx: Context):
    room = house_room(ctx, DEMO, now=NOW)
    assert not room.exploration.is_on
    assert room.spent == 0.0
    told = {**asdict(room.exploration), "is_on": True, "control_share": 0.2}
    mark = rooms.mark_of_exploration(room.exploration)
    wrong = {**told, "floor": 0.3, "reach": -1.0}
    with pytest.raises(FormError) as error:
        save_exploration(ctx, DEMO, wrong, by="Ana", now=NOW, seen=mark)
    assert problems(error) == {"floor", "reach"}
    save_exploration(ctx, DEMO, told, by="Ana", now=NOW, seen=mark)
    assert house_room(ctx, DEMO, now=NOW).exploration.control_share == 0.2
    with pytest.raises(ConflictError):
        save_exploration(ctx, DEMO, told, by="Ben", now=NOW, seen=mark)
    assert [e.what for e in house_room(ctx, DEMO, now=NOW).history] == ["exploration.changed"]

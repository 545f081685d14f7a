"""How fast guests are forgotten is the owner's to say, within bounds, and every version is kept."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from engine.bootstrap import open_context
from engine.domain.axis import Trait
from engine.errors import ConflictError, FormError, NotFoundError
from engine.usecases.advice.traits import faded
from engine.usecases.context import Context
from engine.usecases.house.content import Signature
from engine.usecases.house.content_checks import LEAST_REMAINS, MOST_REMAINS
from engine.usecases.house.forgetting import forgetting_told, restore_forgetting, set_forgetting
from engine.usecases.house.room import house_room
from tests.usecases.conftest import NOW

ANA = Signature("Ana", NOW, "They come every second year")


@pytest.fixture
def ctx(tmp_path: Path) -> Iterator[Context]:
    path = f"sqlite:///{tmp_path / 'profiles.db'}"
    opened = open_context(path, base_url="http://localhost", now=NOW)
    yield opened
    opened.store.close()


def share(ctx: Context) -> float:
    return ctx.catalogue.model.prior.forgetting


def test_the_share_counts_at_once_and_nothing_else_of_the_model_moves(ctx: Context):
    before = ctx.catalogue
    set_forgetting(ctx, 0.8, ANA, seen=0)
    assert share(ctx) == 0.8
    prior = replace(ctx.catalogue.model.prior, forgetting=before.model.prior.forgetting)
    assert replace(ctx.catalogue.model, prior=prior) == before.model
    assert ctx.catalogue.version != before.version, "advice names what it was made with"


def test_a_guest_fades_by_the_share_that_the_owner_set(ctx: Context):
    known, left, again = Trait(1.0, 0.25), date(2024, 6, 12), date(2026, 6, 12)
    set_forgetting(ctx, 0.5, ANA, seen=0)
    then = faded(known, left, again, ctx.catalogue.model.prior)
    assert then.mean == pytest.approx(0.25, abs=1e-3)
    assert then.variance == pytest.approx(0.75 - 0.0625 * 0.5, abs=1e-3)


def test_another_process_forgets_alike_from_its_next_request(ctx: Context):
    other = replace(ctx)
    set_forgetting(ctx, 0.8, ANA, seen=0)
    assert share(other) == 0.9
    other.refresh()
    assert share(other) == 0.8


@pytest.mark.parametrize("wrong", [0.0, 0.49, 0.99, 1.0, 90.0, -1.0, float("nan")])
def test_nobody_is_remembered_for_ever_nor_forgotten_by_half_and_more(ctx: Context, wrong: float):
    with pytest.raises(FormError) as refused:
        set_forgetting(ctx, wrong, ANA, seen=0)
    (problem,) = refused.value.problems
    assert (problem.key, str(problem.allowed[0])) == ("forgetting", "50 to 98")
    assert share(ctx) == 0.9
    for fine in (LEAST_REMAINS, MOST_REMAINS):
        set_forgetting(ctx, fine, ANA, seen=None)
        assert share(ctx) == fine


def test_versions_are_kept_and_brought_back_as_new_ones(ctx: Context):
    set_forgetting(ctx, 0.8, ANA, seen=0)
    first = forgetting_told(ctx).seen
    set_forgetting(ctx, 0.7, ANA, seen=first)
    restore_forgetting(ctx, first, ANA)
    assert share(ctx) == 0.8
    restore_forgetting(ctx, 0, ANA)
    assert share(ctx) == 0.9
    assert len(forgetting_told(ctx).versions) == 5, "four edits, and as shipped"
    with pytest.raises(NotFoundError):
        restore_forgetting(ctx, 99, ANA)


def test_of_two_owners_the_second_is_told(ctx: Context):
    set_forgetting(ctx, 0.8, ANA, seen=0)
    seen = forgetting_told(ctx).seen
    set_forgetting(ctx, 0.7, ANA, seen=seen)
    with pytest.raises(ConflictError, match="Ana changed this"):
        set_forgetting(ctx, 0.6, replace(ANA, by="Eva"), seen=seen)
    assert share(ctx) == 0.7


def test_the_room_says_who_changed_it_and_saving_the_same_keeps_nothing(ctx: Context):
    set_forgetting(ctx, 0.9, ANA, seen=0)
    assert forgetting_told(ctx).seen == 0
    set_forgetting(ctx, 0.8, ANA, seen=0)
    (entry,) = house_room(ctx, now=NOW).history
    assert (entry.by, entry.detail["thing"]) == ("Ana", "model")

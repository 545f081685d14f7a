"""Codes of guests are unguessable, and what refuses them tells nothing by its work."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest
import sqlalchemy as sa

from engine.domain.stays import Stay, StayDraft, StayStatus
from engine.errors import LinkError, TooManyTriesError
from engine.store.rows import CounterRow, DeskCodeRow
from engine.usecases.context import Context
from engine.usecases.demo import DEMO
from engine.usecases.guests.desk_codes import (
    LETTERS,
    LIFETIME,
    MOST_TRIES,
    TRIES_WINDOW,
    code_of,
    desk_code,
    make_code,
    open_with_code,
)
from engine.usecases.guests.links import (
    fingerprint,
    guest_code,
    issue_link,
    reissue_link,
    stay_of_code,
)
from tests.usecases.conftest import NOW

SECRET = bytes(range(32))
N_CODES = 4000
FIVE_SIGMA = 5.0


def book(ctx: Context, ref: str, **more: object) -> Stay:
    """Expect a guest today; `more` are fields of the draft."""
    today = NOW.date()
    draft = {"house": DEMO, "ref": ref, "guest_name": "Vera Lind", "source": "test"}
    draft |= {"language": "en", "email": None, "unit": "C7", "facts": {}}
    draft |= {"arrival_on": today, "departure_on": today + timedelta(days=2)}
    draft |= {"status": StayStatus.EXPECTED}
    with ctx.store.begin() as work:
        stay = work.stays.add(StayDraft(**(draft | more)))  # type: ignore[arg-type]  # by name
        issue_link(work, ctx.secret, stay)
    return stay


def test_each_bit_of_a_link_is_as_good_as_a_coin() -> None:
    alphabet = "abcdefghijklmnopqrstuvwxyz234567"
    codes = [guest_code(SECRET, stay, 1) for stay in range(N_CODES)]
    bits = [f"{alphabet.index(sign):05b}" for code in codes for sign in code[:25]]
    ones = Counter(
        (place % 25 * 5 + at) for place, told in enumerate(bits) for at in range(5)
        if told[at] == "1"
    )  # fmt: skip
    sd = (N_CODES / 4) ** 0.5
    assert max(abs(ones[at] - N_CODES / 2) for at in range(125)) < FIVE_SIGMA * sd
    assert len(set(codes)) == N_CODES


def test_the_next_stay_and_the_next_link_share_no_more_than_chance() -> None:
    pairs = [
        (guest_code(SECRET, stay, 1), guest_code(SECRET, stay + shift, 2 - shift))
        for stay in range(N_CODES)
        for shift in (0, 1)
    ]
    same = sum(a == b for one, other in pairs for a, b in zip(one[:25], other[:25], strict=True))
    n = 25 * len(pairs)
    assert abs(same - n / 32) < FIVE_SIGMA * (n / 32 * 31 / 32) ** 0.5


def test_each_letter_of_a_desk_code_is_as_likely_at_each_place() -> None:
    codes = [desk_code(SECRET, stay, NOW) for stay in range(N_CODES)]
    expected = N_CODES / len(LETTERS)
    sd = (expected * (1 - 1 / len(LETTERS))) ** 0.5
    for place in range(8):
        seen = Counter(code[place] for code in codes)
        assert set(seen) == set(LETTERS)
        assert max(abs(n - expected) for n in seen.values()) < FIVE_SIGMA * sd
    assert len(set(codes)) == N_CODES
    assert not set("AEIOUL01") & set(LETTERS)


@contextmanager
def counted(ctx: Context) -> Iterator[list[str]]:
    """Note every statement meanwhile."""
    statements: list[str] = []

    def note(*told: object) -> None:
        statements.append(str(told[2]))

    sa.event.listen(sa.Engine, "before_cursor_execute", note)
    yield statements
    sa.event.remove(sa.Engine, "before_cursor_execute", note)


def test_a_wrong_an_expired_and_a_revoked_link_take_the_same_work(ctx: Context) -> None:
    today = NOW.date()
    old = book(ctx, "old", arrival_on=today - timedelta(9), departure_on=today - timedelta(8))
    gone, again = book(ctx, "gone", status=StayStatus.CANCELLED), book(ctx, "again")
    reissue_link(ctx, "again", DEMO)
    codes = [guest_code(ctx.secret, stay.id, 1) for stay in (old, gone, again)]
    worked = []
    for code in ("a" * 26, "", *codes):
        with ctx.store.read() as work, counted(ctx) as statements:
            with pytest.raises(LinkError):
                stay_of_code(ctx, work, code, now=NOW)
            worked.append(len(statements))
    assert len(set(worked)) == 1


def test_the_database_holds_no_code(ctx: Context) -> None:
    stay = book(ctx, "A1")
    link, short = guest_code(ctx.secret, stay.id, 1), make_code(ctx, "A1", now=NOW).code
    ctx.store.checkpoint()
    path = ctx.store.folder.parent / "profiles.db"
    held = path.read_bytes()
    assert fingerprint(link).encode() in held
    assert not any(code.encode() in held for code in (link, short, short.lower()))


def test_a_code_opens_the_page_once_however_it_is_typed(ctx: Context) -> None:
    stay = book(ctx, "A1")
    code = make_code(ctx, "A1", now=NOW).code
    typed = f" {code[:4].lower()}-{code[4:]} "
    assert open_with_code(ctx, typed, sender="x", now=NOW) == guest_code(ctx.secret, stay.id, 1)
    with pytest.raises(LinkError):
        open_with_code(ctx, code, sender="x", now=NOW)
    assert code_of(ctx, "A1", now=NOW) is None


def test_a_code_is_shown_again_until_it_dies_and_a_new_one_kills_it(ctx: Context) -> None:
    book(ctx, "A1")
    first = make_code(ctx, "A1", now=NOW)
    assert code_of(ctx, "A1", now=NOW + LIFETIME - timedelta(seconds=1)) == first
    assert code_of(ctx, "A1", now=NOW + LIFETIME) is None
    second = make_code(ctx, "A1", now=NOW + timedelta(minutes=1))
    later = NOW + timedelta(minutes=2)
    for dead in (first.code, "BCDFGHJK", ""):
        with pytest.raises(LinkError):
            open_with_code(ctx, dead, sender="x", now=later)
    with pytest.raises(LinkError):
        open_with_code(ctx, second.code, sender="x", now=NOW + timedelta(minutes=1) + LIFETIME)
    assert open_with_code(ctx, second.code, sender="x", now=later)


def test_five_wrong_tries_lock_one_station_and_no_other(ctx: Context) -> None:
    book(ctx, "A1")
    code = make_code(ctx, "A1", now=NOW).code
    for _ in range(MOST_TRIES):
        with pytest.raises(LinkError):
            open_with_code(ctx, "BCDFGHJK", sender="lobby", now=NOW)
    with pytest.raises(TooManyTriesError):
        open_with_code(ctx, code, sender="lobby", now=NOW)
    assert open_with_code(ctx, code, sender="bar", now=NOW)
    fresh = make_code(ctx, "A1", now=NOW + TRIES_WINDOW).code
    assert open_with_code(ctx, fresh, sender="lobby", now=NOW + TRIES_WINDOW)


def test_a_busy_desk_with_right_codes_is_never_locked(ctx: Context) -> None:
    for n in range(2 * MOST_TRIES):
        book(ctx, f"A{n}")
        code = make_code(ctx, f"A{n}", now=NOW).code
        assert open_with_code(ctx, code, sender="lobby", now=NOW)


def test_a_stay_has_one_code_and_expired_ones_are_forgotten(ctx: Context) -> None:
    for n, ref in enumerate(("A1", "A1", "A2", "A3")):
        if n != 1:
            book(ctx, ref)
        make_code(ctx, ref, now=NOW + n * timedelta(minutes=4))
    with ctx.store.read() as work:
        n_codes = work.connection.scalar(sa.select(sa.func.count()).select_from(DeskCodeRow))
        senders = list(work.connection.scalars(sa.select(CounterRow.key)))
    assert n_codes == 3
    assert not any("lobby" in key for key in senders)


def test_a_cancelled_stay_gets_no_code_and_its_code_opens_nothing(ctx: Context) -> None:
    stay = book(ctx, "A1")
    code = make_code(ctx, "A1", now=NOW).code
    with ctx.store.begin() as work:
        work.stays.change(stay, status=StayStatus.CANCELLED)
    with pytest.raises(LinkError):
        open_with_code(ctx, code, sender="x", now=NOW)
    with pytest.raises(LinkError):
        make_code(ctx, "A1", now=NOW)

"""Advice is kept with all that is needed to give it again."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest

from engine.domain.stays import Stay, StayDraft
from engine.errors import NotFoundError
from engine.store import Store


def test_advice_comes_back_with_inputs_and_versions(
    store: Store, stay: Stay, now: datetime
) -> None:
    with store.begin() as work:
        id = work.recommendations.add(
            stay.id,
            at=now,
            by="ana",
            inputs={"facts": {"nights": 3, "online_checkin": True}},
            output={"style": "brief", "belief": {"mean": -0.25}},
            versions={"rules": 1},
            propensity=0.5,
        )
    with store.read() as work:
        record = work.recommendations.get(id)
    assert (record.stay_id, record.at, record.by) == (stay.id, now, "ana")
    assert record.inputs["facts"]["online_checkin"] is True
    assert record.output == {"style": "brief", "belief": {"mean": -0.25}}
    assert (record.versions, record.propensity) == ({"rules": 1}, 0.5)


def test_the_latest_advice_is_the_last_one_given_whatever_the_clock_said(
    store: Store, stay: Stay, draft: Callable[..., StayDraft], now: datetime
) -> None:
    with store.begin() as work:
        other = work.stays.add(draft(ref="B-2"))
        assert work.recommendations.latest(stay.id) is None
        for minutes in (0, -5):
            at = now + timedelta(minutes=minutes)
            last = work.recommendations.add(
                stay.id, at=at, by="ana", inputs={}, output={}, versions={}
            )
        latest = work.recommendations.latest(stay.id)
        assert latest is not None
        assert latest.id == last
        assert [record.id for record in work.recommendations.of(stay.id)] == [last - 1, last]
        assert work.recommendations.latest_of_many([stay.id, other.id]) == {stay.id: latest}


def test_advice_that_was_never_given_is_not_found(store: Store) -> None:
    with store.read() as work, pytest.raises(NotFoundError):
        work.recommendations.get(1)

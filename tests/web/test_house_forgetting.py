"""Forgetting in the room House: set in percent, within bounds, version by version, no script."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from engine.usecases.context import Context
from tests.web.demo_house import copied, made

HOUSE = "/owner/house"
POST = "/owner/house/demo/forgetting"


@pytest.fixture(scope="module")
def seeded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return made(tmp_path_factory)


@pytest.fixture
def context(seeded: Path, tmp_path: Path) -> Iterator[Context]:
    yield from copied(seeded, tmp_path)


def part(page: str) -> str:
    return page.split('id="forgetting-part"', 1)[1].split("</section>", 1)[0]


def seen(page: str) -> str:
    return re.search(r'name="seen" value="(\d+)"', part(page))[1]


def test_the_share_is_shown_set_and_kept_as_a_version(owner: FlaskClient, context: Context):
    page = owner.get(HOUSE).text
    assert 'name="forgetting" value="90"' in part(page)
    assert "After 5 years that is 59 %." in part(page)
    assert "Versions" not in part(page)
    told = {"forgetting": "82,5", "reason": "few come again", "seen": seen(page)}
    answer = owner.post(POST, data=told)
    assert answer.status_code == 303
    page = owner.get(answer.location).text
    assert 'name="forgetting" value="82.5"' in part(page)
    assert "<q>few come again</q>" in part(page)
    assert "changed how fast guests are forgotten" in page
    assert context.catalogue.model.prior.forgetting == 0.825
    assert owner.post(f"{POST}/restore/0").status_code == 303
    assert context.catalogue.model.prior.forgetting == 0.9
    assert part(owner.get(HOUSE).text).count('<li class="spread">') == 3
    assert owner.post(f"{POST}/restore/99").status_code == 404


@pytest.mark.parametrize(
    ("typed", "said"),
    [("100", "50 to 98"), ("20", "50 to 98"), ("much", "Write a number"), ("", "Write a number")],
)
def test_what_does_not_fit_is_told_at_the_field(
    owner: FlaskClient, context: Context, typed: str, said: str
):
    answer = owner.post(POST, data={"forgetting": typed, "reason": "why not", "seen": "0"})
    assert answer.status_code == 422
    assert said in part(answer.text)
    assert 'id="forgetting-wrong"' in part(answer.text)
    assert f'name="forgetting" value="{typed}"' in part(answer.text)
    assert 'name="reason" value="why not"' in part(answer.text)
    assert context.catalogue.model.prior.forgetting == 0.9


def test_who_comes_second_sees_what_is_there_now(owner: FlaskClient, context: Context):
    page = owner.get(HOUSE).text
    owner.post(POST, data={"forgetting": "85", "seen": seen(page)})
    owner.post(POST, data={"forgetting": "80", "seen": seen(owner.get(HOUSE).text)})
    first = re.findall(r"/forgetting/restore/(\d+)", owner.get(HOUSE).text)[0]
    answer = owner.post(POST, data={"forgetting": "70", "seen": first, "reason": "mine"})
    assert answer.status_code == 409
    assert "There now: <q>80</q>" in part(answer.text)
    assert "There now: <q>nothing</q>" not in part(answer.text)
    assert context.catalogue.model.prior.forgetting == 0.8


def test_it_is_said_in_german_too(owner: FlaskClient):
    page = part(owner.get(f"{HOUSE}?lang=de").text)
    assert "Was davon nach einem Jahr bleibt (%)" in page
    assert "Nach 5 Jahren sind das 59 %." in page

"""Words that a house could do without are pointed at where they were typed; nothing is refused."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from engine.usecases.context import Context
from engine.usecases.house.room import GRANTS, house_room
from tests.web.demo_house import NOW, copied, made

HOUSE = "/owner/house"


@pytest.fixture(scope="module")
def seeded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return made(tmp_path_factory)


@pytest.fixture
def context(seeded: Path, tmp_path: Path) -> Iterator[Context]:
    yield from copied(seeded, tmp_path)


def tell(ctx: Context) -> None:
    """Let the house press, sell and flatter."""
    house = house_room(ctx, "demo", now=NOW).house
    first, *others = house.units
    unit = replace(first, must_know=({"en": "Hurry, the gas is open.", "de": "Das Gas ist auf."},))
    values = {"wifi_reach": {"en": "here, <b>today only</b>"}, GRANTS: {"en": "An upgrade"}}
    told = replace(house, units=(unit, *others), values={**house.values, **values})
    with ctx.store.begin() as work:
        work.houses.save(told)


def lint(page: str) -> str:
    return page.split('id="lint"', 1)[1].split("</section>", 1)[0]


def test_a_clean_house_shows_no_warning(owner: FlaskClient):
    for path in ("", "/demo/units/C1", "/demo/packs/wifi"):
        assert 'id="lint"' not in owner.get(HOUSE + path).text


def test_the_room_lists_each_word_with_the_way_to_its_field(owner: FlaskClient, context: Context):
    tell(context)
    page = owner.get(HOUSE).text
    assert '<a class="tap" href="#lint">3 words to look at</a>' in page
    told = lint(page)
    for href, found in (
        ("/owner/house/demo/packs/wifi#wifi_reach--en", "today only"),
        ("/owner/house?house=demo#may_grant--en", "upgrade"),
        ("/owner/house/demo/units/C1#must_know_1--en", "Hurry"),
    ):
        assert f'href="{href}"' in told
        assert f'<b lang="en">{found}</b>' in told
        path, _, field = href.partition("#")
        assert f'id="{field}"' in owner.get(path).text, "the link leads to the field"


@pytest.mark.parametrize(
    ("path", "found", "others"),
    [
        ("/owner/house/demo/units/C1", "Hurry", "upgrade"),
        ("/owner/house/demo/packs/wifi", "today only", "Hurry"),
        ("/owner/packs/wifi", "today only", "upgrade"),
    ],
)
def test_each_page_speaks_of_its_own_words(
    owner: FlaskClient, context: Context, path: str, found: str, others: str
):
    tell(context)
    told = lint(owner.get(path).text)
    assert found in told
    assert others not in told
    assert "Better:" in told

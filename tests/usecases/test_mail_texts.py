"""The words of mails: the guest's language, her own page and no other address, nothing bent."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from engine.usecases.context import Context
from engine.usecases.guests.mail_texts import direction_of
from tests.mail_sink import Sink
from tests.usecases.mail_stays import (
    ADDRESS,
    DAY,
    MINUTE,
    NOW,
    TODAY,
    body,
    book,
    code,
    open_house,
    told,
    work_until_idle,
)


@pytest.fixture
def ctx(tmp_path: Path) -> Iterator[Context]:
    opened = open_house(tmp_path)
    yield opened
    opened.store.close()


def test_a_mail_speaks_the_language_of_the_booking_and_holds_no_other_address(
    ctx: Context, sink: Sink
) -> None:
    book(ctx, told(arrival=TODAY + DAY, language="de-AT", guest_name="Ana <b>Li</b>"))
    work_until_idle(ctx, NOW + MINUTE)
    (message,) = sink.messages
    assert message["Content-Language"] == "de"
    assert message["Subject"] == "Vor Ihrem Aufenthalt bei Las Cabañas"
    assert "Guten Tag Ana <b>Li</b>," in body(sink)
    part = message.get_body(("html",))
    assert part is not None
    html = str(part.get_content())
    assert "<bdi>Ana &lt;b&gt;Li&lt;/b&gt;</bdi>" in html
    assert "<img" not in html
    own = f"https://tact.example/g/{code(ctx)}"
    links = html.split('href="')[1:]
    assert len(links) == 2
    assert all(link.startswith(own) for link in links)
    assert "src=" not in html


def test_a_mail_runs_the_way_its_letters_run() -> None:
    assert direction_of("مرحبا Ana") == "rtl"
    assert direction_of("Hello مرحبا, welcome") == "ltr"
    assert direction_of("") == "ltr"


def test_a_booking_number_is_not_a_name(ctx: Context, sink: Sink) -> None:
    book(ctx, told(arrival=TODAY + DAY, guest_name="A1"))
    work_until_idle(ctx, NOW + MINUTE)
    assert body(sink).startswith("Hello,\n")
    assert sink.messages[0]["To"] == ADDRESS

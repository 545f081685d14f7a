"""The privacy notice, open to everybody: it says what is done with guests' data in this house."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from flask import render_template
from flask.typing import ResponseReturnValue

from engine.domain.cues import Fact
from engine.usecases.guests.notice import Notice, notice_of_stay, notice_of_unit
from web.guest.blueprint import bp
from web.guest.door import code, has_code, opened
from web.guest.writing import told
from web.i18n import prefer
from web.policy import allow
from web.work import context, now


@dataclass(frozen=True, slots=True)
class Asked:
    """One thing that is done only where the guest says yes."""

    text: str
    means: str


@dataclass(frozen=True, slots=True)
class NoticePage:
    """The notice in the language of the guest."""

    house: str
    contact: str
    facts: tuple[str, ...]
    cues: tuple[str, ...]
    cues_besides: tuple[str, ...]
    questions: tuple[str, ...]
    consents: tuple[Asked, ...]
    days_words: int
    days_identity: int
    days_behaviour: int
    learns: bool
    explores: bool
    has_code: bool
    """Whether links to her own pages lead anywhere."""

    @classmethod
    def of(cls, notice: Notice) -> NoticePage:
        """Write a notice."""
        kept = notice.retention
        return cls(
            house=notice.house.name,
            contact=notice.house.contact,
            facts=_labels(notice.facts),
            cues=_labels(notice.cues),
            cues_besides=_labels(notice.cues_besides),
            questions=tuple(told(question.text) for question in notice.questions),
            consents=tuple(Asked(told(one.text), told(one.means)) for one in notice.consents),
            days_words=kept.free_text,
            days_identity=kept.identity,
            days_behaviour=kept.behaviour,
            learns=notice.learns,
            explores=notice.explores,
            has_code=has_code(),
        )


def _labels(facts: Iterable[Fact]) -> tuple[str, ...]:
    return tuple(told(fact.label) for fact in facts)


@bp.get("/g/notice")
@allow("anyone")
def notice() -> ResponseReturnValue:
    """Show the notice of the house whose guest opens it, else of the house in use."""
    sent = code() if has_code() else ""
    found = notice_of_stay(context(), sent, now=now())
    prefer(found.language)
    return _page(found)


@bp.get("/p/<unit_code>/notice")
@allow("anyone")
def unit_notice(unit_code: str) -> ResponseReturnValue:
    """Show the notice behind a printed code."""
    return _page(opened(lambda: notice_of_unit(context(), unit_code, now=now())))


def _page(found: Notice) -> str:
    return render_template("guest/notice.html", page=NoticePage.of(found))

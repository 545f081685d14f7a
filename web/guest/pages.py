"""What the templates of the guest get: no name, no profile."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import quote

from engine.usecases.guests.guide import GuidePack
from web.guest.consent import ConsentView


@dataclass(frozen=True, slots=True)
class StartPage:
    """One button."""

    house: str


@dataclass(frozen=True, slots=True)
class CodePage:
    """A field for the short code that the desk tells."""

    is_wrong: bool = False
    is_locked: bool = False
    house: str = ""


@dataclass(frozen=True, slots=True)
class DeadPage:
    """The same for every code that opens nothing."""

    contact: str
    house: str = ""


@dataclass(frozen=True, slots=True)
class GuestErrorPage:
    """Something went wrong on a page of the guest."""

    title: str
    message: str
    back: str
    """Address of the guest's own page, empty where none is open."""
    house: str = ""


@dataclass(frozen=True, slots=True)
class Option:
    """One answer that can be chosen."""

    grade: int
    text: str
    is_chosen: bool


@dataclass(frozen=True, slots=True)
class QuestionPage:
    """One question."""

    house: str
    question: str
    text: str
    options: tuple[Option, ...]
    number: int
    most: int
    back: str | None
    """Id of the question before."""
    contact: str
    is_answered: bool
    may_stop: bool
    is_unchosen: bool = False
    """Continue was pressed with nothing chosen."""
    is_at_desk: bool = False
    """On the tablet of the desk, which the guest gives back."""

    @property
    def query(self) -> str:
        """What the address of this page asks for, so that another language keeps it."""
        return f"question={quote(self.question)}"


@dataclass(frozen=True, slots=True)
class Answered:
    """One question put, with the answer in words."""

    question: str
    text: str
    answer: str | None
    """None: skipped."""


@dataclass(frozen=True, slots=True)
class PackLink:
    """One page of the guide."""

    title: str
    path: str
    is_forward: bool


@dataclass(frozen=True, slots=True)
class WordsField:
    """A field for her own words."""

    prompt: str
    """Also the name of the field."""
    label: str
    """Trade word."""
    text: str
    is_too_long: bool = False


@dataclass(frozen=True, slots=True)
class Choice:
    """One of several answers, by the value that the form sends."""

    value: str
    word: str
    """Trade word."""
    is_chosen: bool


@dataclass(frozen=True, slots=True)
class AfterView:
    """What may be told after the stay, and what was told; nothing is chosen beforehand."""

    contact: tuple[Choice, ...]
    satisfaction: tuple[Choice, ...]
    words: tuple[WordsField, ...]
    most: int
    """Characters of one text."""
    keep: str
    """The question whether her words may be kept; empty where it is not asked."""
    means: str
    may_keep: bool | None
    days_kept: int
    is_told: bool
    is_saved: bool
    is_taken_back: bool

    @property
    def problems(self) -> tuple[WordsField, ...]:
        """Fields to be mended."""
        return tuple(one for one in self.words if one.is_too_long)


@dataclass(frozen=True, slots=True)
class EndPage:
    """Thank you, what we will do, the guide."""

    house: str
    we_will: str
    answered: tuple[Answered, ...]
    has_answers: bool
    packs: tuple[PackLink, ...]
    unit_kind: str
    """Trade word of the unit, empty where no unit is known."""
    has_stopped: bool
    is_over: bool
    is_deleted: bool
    after: AfterView | None = None
    """None: nothing is asked of her after the stay."""
    memory: ConsentView | None = None
    mail: ConsentView | None = None
    """Whether we may remember her; None where it is not asked."""
    is_without_notes: bool = False
    is_at_desk: bool = False


@dataclass(frozen=True, slots=True)
class UnitPage:
    """All packs of a unit, for printed codes."""

    house: str
    unit: str
    packs: tuple[PackLink, ...]


def links(packs: tuple[GuidePack, ...], folder: str) -> tuple[PackLink, ...]:
    """Return a link to each of `packs` below `folder`."""
    return tuple(PackLink(pack.title, f"{folder}/{pack.id}", pack.is_forward) for pack in packs)

"""After the stay: how our contact was, how the stay was, and what she would tell us.

Every part may be left out, changed and taken back. Nothing is asked of a guest who wished to be
left alone or wanted no more questions.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from engine.decision.situation import Situation
from engine.domain.consent import Purpose
from engine.domain.evidence import Evidence, EvidenceKind, standing
from engine.domain.outcomes import ContactFelt, Satisfaction
from engine.domain.privacy import ConsentText
from engine.domain.stays import House, Stay, StayStatus
from engine.errors import BadInputError, ConflictError
from engine.store import Work
from engine.store.voices import Voice
from engine.usecases.advice.advising import Advised, advise_stays
from engine.usecases.advice.patterns import SATISFACTION
from engine.usecases.context import Context
from engine.usecases.guests.links import stay_of_code
from engine.usecases.stays.consent import keep_word
from engine.usecases.stays.outcomes import CONTACT
from engine.usecases.stays.recording import Act, Actor, count

MISSED, CHANGE = "missed", "change"
"""What she expected that was missing; the one thing that she would change."""
PROMPTS = (MISSED, CHANGE)
LONGEST = 2000
"""Characters of one text: about a page, and an end to what a form can put into the database."""
GRADES: Mapping[str, frozenset[int]] = {
    CONTACT: frozenset(ContactFelt),
    SATISFACTION: frozenset(Satisfaction),
}


@dataclass(frozen=True, slots=True)
class Told:
    """What a guest tells of her stay; each part may be missing."""

    contact: int | None = None
    """-1 too little, 0 just right, 1 too much."""
    satisfaction: int | None = None
    """From 1, very poor, to 5, very good."""
    words: Mapping[str, str] = field(default_factory=dict)
    """By prompt, without empty ones."""
    may_keep: bool | None = None
    """Whether her words may be kept beyond the days after her departure; None: she did not say."""

    @property
    def is_empty(self) -> bool:
        """Whether she told nothing."""
        return self.contact is None and self.satisfaction is None and not self.words


@dataclass(frozen=True, slots=True)
class AfterStay:
    """Where a guest stands after her stay."""

    house: House
    stay: Stay
    is_asked: bool
    """False: she is still here, or wished to be asked nothing."""
    told: Told
    consent: ConsentText | None
    """What she reads before she lets us keep her words; None where the seed asks nothing."""
    days_kept: int
    """How long her words are kept after the departure without that."""


def open_after_stay(ctx: Context, code: str, *, now: datetime) -> AfterStay:
    """Show what the guest may tell, and what she told.

    Raises
    ------
    LinkError
        If the link is wrong, revoked or expired.
    """
    with ctx.store.read() as work:
        stay = stay_of_code(ctx, work, code, now=now)
        house = work.houses.get(stay.house)
        (advised,) = advise_stays(ctx, work, house, [stay], now=now)
        return _state(ctx, work, house, advised)


def tell(ctx: Context, code: str, told: Told, actor: Actor, language: str) -> AfterStay:
    """Keep what a guest tells instead of what she told before; what she leaves out is taken back.

    Her grades are outcomes like any other and are counted in the same transaction. A choice
    about her words stands until she makes another one.

    Parameters
    ----------
    ctx : Context
    code : str
        Of her page.
    told : Told
        All that her page says now.
    actor : Actor
        The guest, and where she writes.
    language : str
        Tag of the language in which she was asked.

    Raises
    ------
    BadInputError
        If a grade is none, or a text is longer than 2,000 characters.
    ConflictError
        If nothing is asked of her.
    LinkError
        If the link is wrong, revoked or expired.
    """
    words = _words(told.words)
    _refuse_unknown(told)

    def do(act: Act, asked: AfterStay) -> None:
        if not asked.is_asked:
            raise ConflictError("This question is no longer asked. Nothing was changed.")
        _keep_grade(act, CONTACT, told.contact)
        _keep_grade(act, SATISFACTION, told.satisfaction)
        for prompt in PROMPTS:
            _keep_words(act, prompt, words.get(prompt, ""), language)
        if asked.consent and told.may_keep is not None and told.may_keep != asked.told.may_keep:
            keep_word(act, asked.consent, language, is_allowed=told.may_keep)

    return _do(ctx, code, do, actor)


def take_back(ctx: Context, code: str, actor: Actor) -> AfterStay:
    """Take back all that a guest told after her stay; her words are deleted at once.

    Raises
    ------
    LinkError
        If the link is wrong, revoked or expired.
    """

    def do(act: Act, asked: AfterStay) -> None:
        for key in GRADES:
            _keep_grade(act, key, None)
        for prompt in PROMPTS:
            act.work.voices.remove(act.stay.id, prompt)
        for said in act.of(EvidenceKind.CONSENT, Purpose.KEEP_WORDS):
            act.retract(said)

    return _do(ctx, code, do, actor)


def _do(ctx: Context, code: str, do: Callable[[Act, AfterStay], None], actor: Actor) -> AfterStay:
    with ctx.store.begin() as work:
        stay = stay_of_code(ctx, work, code, now=actor.at)
        house = work.houses.get(stay.house)
        (advised,) = advise_stays(ctx, work, house, [stay], now=actor.at)
        act = Act(work, house, stay, standing(work.ledger.of(stay.id)), actor)
        do(act, _state(ctx, work, house, advised))
        (advised,) = advise_stays(ctx, work, house, [stay], now=actor.at)
        count(ctx, work, house, advised, now=actor.at)
        return _state(ctx, work, house, advised)


def _state(ctx: Context, work: Work, house: House, advised: Advised) -> AfterStay:
    stay, privacy = advised.stay, ctx.catalogue.privacy
    voices = work.voices.of(stay.id)
    keep = _last(advised.entries, EvidenceKind.CONSENT, Purpose.KEEP_WORDS)
    told = Told(
        contact=_grade(advised.entries, CONTACT),
        satisfaction=_grade(advised.entries, SATISFACTION),
        words={prompt: voices[prompt].text for prompt in PROMPTS if prompt in voices},
        may_keep=None if keep is None else keep.value is True,
    )
    consent = privacy.consents.get(Purpose.KEEP_WORDS)
    is_asked = stay.status is StayStatus.DEPARTED and not _wants_peace(ctx, advised)
    return AfterStay(house, stay, is_asked, told, consent, privacy.retention.free_text)


def _wants_peace(ctx: Context, advised: Advised) -> bool:
    """Whether she said in some way: leave me be, or no more questions."""
    case = advised.case
    return case.has_stopped or Situation(case, ctx.catalogue).asks_to_be_left


def _last(entries: Iterable[Evidence], kind: EvidenceKind, key: str) -> Evidence | None:
    said = [one for one in entries if one.kind is kind and one.key == key]
    return said[-1] if said else None


def _grade(entries: Iterable[Evidence], key: str) -> int | None:
    said = _last(entries, EvidenceKind.OUTCOME, key)
    return None if said is None else int(said.value or 0)


def _words(words: Mapping[str, str]) -> dict[str, str]:
    """Return the texts without empty ones and without what cannot be read."""
    plain = {prompt: _readable(words.get(prompt, "")) for prompt in PROMPTS}
    if any(len(text) > LONGEST for text in plain.values()):
        raise BadInputError("This text is too long: at most 2,000 characters.")
    return {prompt: text for prompt, text in plain.items() if text}


def _readable(text: str) -> str:
    lines = ("".join(sign for sign in line if sign.isprintable()) for line in text.splitlines())
    return "\n".join(lines).strip()


def _refuse_unknown(told: Told) -> None:
    for key, grade in ((CONTACT, told.contact), (SATISFACTION, told.satisfaction)):
        if grade is not None and (type(grade) is not int or grade not in GRADES[key]):
            raise BadInputError("Choose one of the answers, or skip the question.")


def _keep_grade(act: Act, key: str, grade: int | None) -> None:
    earlier = act.of(EvidenceKind.OUTCOME, key)
    if grade is not None and not (earlier and earlier[-1].value == grade):
        act.append(EvidenceKind.OUTCOME, key, grade)
    for said in earlier if grade is None else ():
        act.retract(said)


def _keep_words(act: Act, prompt: str, text: str, language: str) -> None:
    known = act.work.voices.of(act.stay.id).get(prompt)
    if not text:
        act.work.voices.remove(act.stay.id, prompt)
    elif known is None or known.text != text:
        voice = Voice(prompt, text, language, act.actor.source, act.actor.at)
        act.work.voices.put(act.stay, voice)

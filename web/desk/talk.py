"""What is said of a guest and to a guest, in words: situation, wishes, reasons, offers."""

from __future__ import annotations

from dataclasses import dataclass

from engine.domain.advice import Reason
from engine.domain.catalogue import Catalogue
from engine.domain.cues import FactKind
from engine.domain.evidence import Evidence, EvidenceKind
from engine.domain.stays import Stay
from engine.usecases.advice.advising import Advised
from engine.usecases.house.grants import grants_for, grants_in
from engine.usecases.stays.arrivals import Card
from web.desk.shown import clock_time, signed, text, text_in, value_in_words
from web.i18n import language
from web.words import word
from web.work import context

AT_A_GLANCE = ("purpose", "party")
"""Facts with a word in the line under the name; whatever holds with a plain yes joins them."""


@dataclass(frozen=True, slots=True)
class Known:
    """One thing that the booking tells."""

    label: str
    value: str


@dataclass(frozen=True, slots=True)
class Wish:
    """The guest's own word, obeyed literally by everybody."""

    said: str
    do: str


@dataclass(frozen=True, slots=True)
class QuestionView:
    """What to ask aloud, and the answers to tap."""

    id: str
    spoken: str
    grades: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ReasonView:
    """Why, in words, with the shift that it makes."""

    what: str
    shift: str
    leaning: str
    """Trade word: desk.to_contact or desk.to_efficiency."""
    rule: str
    """Id of the rule, for 'remove this'; empty where it is the guest's own word."""


@dataclass(frozen=True, slots=True)
class OfferView:
    """One offer: open, or how and when it was taken."""

    id: str
    label: str
    spoken: str
    reaction: str
    """Empty: not made yet."""
    time: str
    is_closed: bool


@dataclass(frozen=True, slots=True)
class Grants:
    """What staff may grant on the spot; without lines where nothing went wrong."""

    language: str
    lines: tuple[str, ...]


def situation(catalogue: Catalogue, stay: Stay) -> tuple[str, ...]:
    """Say in a few words what kind of visit it is."""
    told = []
    for id, value in stay.facts.items():
        fact = catalogue.facts.get(id)
        if fact is None or not fact.is_scored:
            continue
        if id in AT_A_GLANCE or (fact.kind is FactKind.YES_NO and value is True):
            told.append(value_in_words(fact, value))
    return tuple(told)


def known(catalogue: Catalogue, stay: Stay) -> tuple[Known, ...]:
    """Say all that the booking tells and rules may use; nothing else is shown."""
    facts = ((catalogue.facts.get(id), value) for id, value in stay.facts.items())
    return tuple(
        Known(text(fact.label), value_in_words(fact, value))
        for fact, value in facts
        if fact is not None and fact.is_scored
    )


def wishes(catalogue: Catalogue, advised: Advised) -> tuple[Wish, ...]:
    """Say what the guest asked for, and what everybody does about it."""
    answers, told = advised.case.answers, []
    for id in advised.recommendation.instructions:
        if id in catalogue.questions:
            grade = catalogue.questions[id].grades[answers[id]]
            we_will = word("desk.we_will", text=text(grade.we_will))
            told.append(Wish(f"“{text(grade.text)}”", str(we_will.unescape())))
        else:
            fact = catalogue.facts[id]
            told.append(Wish(value_in_words(fact, True), text(fact.adds_help)))
    return tuple(told)


def granted(card: Card) -> Grants:
    """Say what may be granted to this guest, in the language of the desk where it is told in it."""
    return Grants(*grants_in(card.house, grants_for(context(), card), language()))


def question(catalogue: Catalogue, id: str | None, language: str) -> QuestionView | None:
    """Write a question: spoken in the guest's language, the answers in that of the desk."""
    if id is None:
        return None
    asked = catalogue.questions[id]
    grades = tuple(text(grade.text) for grade in asked.grades)
    return QuestionView(id, text_in(asked.spoken, language), grades)


def reasons(card: Card, catalogue: Catalogue) -> tuple[ReasonView, ...]:
    """Say what moved the belief most."""
    return tuple(_reason(reason, card, catalogue) for reason in card.advised.recommendation.reasons)


def _reason(reason: Reason, card: Card, catalogue: Catalogue) -> ReasonView:
    kind, id = reason.key.split(".", maxsplit=1)
    return ReasonView(
        what=_REASONS[kind](id, card, catalogue),
        shift=signed(reason.shift),
        leaning="desk.to_contact" if reason.shift > 0 else "desk.to_efficiency",
        rule=id if kind == "rule" else "",
    )


def _of_rule(id: str, card: Card, catalogue: Catalogue) -> str:
    rules = {rule.id: rule for rule in (*catalogue.rules, *card.fired)}
    return text(rules[id].because) if id in rules else id


def _of_answer(id: str, card: Card, catalogue: Catalogue) -> str:
    return _answered(id, card.advised.case.answers[id], catalogue)


def _of_reaction(id: str, card: Card, catalogue: Catalogue) -> str:
    taken = next(state.reaction for state in card.offers if state.offer == id)
    return _taken(id, taken.value if taken else "", catalogue)


_REASONS = {"rule": _of_rule, "answer": _of_answer, "reaction": _of_reaction}


def _answered(question: str, grade: int, catalogue: Catalogue) -> str:
    said = text(catalogue.questions[question].grades[grade].text)
    return word("desk.reason_said", said=said).unescape()


def _taken(offer: str, reaction: str, catalogue: Catalogue) -> str:
    how = word(f"desk.reaction_{reaction}").unescape()
    return word("desk.reason_taken", offer=text(catalogue.offers[offer].label), how=how).unescape()


def offers(card: Card, catalogue: Catalogue) -> tuple[OfferView, ...]:
    """Write all offers with what became of each in this stay."""
    views = []
    for state in card.offers:
        offer = catalogue.offers[state.offer]
        views.append(
            OfferView(
                id=offer.id,
                label=text(offer.label),
                spoken=text_in(offer.spoken, card.language),
                reaction=state.reaction.value if state.reaction else "",
                time=clock_time(state.at, card.house) if state.at else "",
                is_closed=state.is_closed,
            )
        )
    return tuple(views)


def entry_in_words(entry: Evidence, card: Card, catalogue: Catalogue) -> str:
    """Say what an entry of the ledger records, for the undo button."""
    if entry.kind is EvidenceKind.CUE:
        return text(catalogue.facts[entry.key].label)
    if entry.kind is EvidenceKind.ANSWER:
        return _answered(entry.key, int(entry.value or 0), catalogue)
    if entry.kind is EvidenceKind.REACTION:
        return _taken(entry.key, str(entry.value), catalogue)
    if entry.kind is EvidenceKind.SET_ASIDE:
        return _of_rule(entry.key, card, catalogue)
    return word(f"desk.did_{entry.kind.value}").unescape()

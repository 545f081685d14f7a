"""Three ways to serve a guest who is known: without a question, as advised, asking all one may."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np

from engine.audit.simulated_guests import SimulatedGuest
from engine.decision.advise import Adviser
from engine.decision.guardrails import guard
from engine.decision.options import Options
from engine.decision.situation import Situation
from engine.domain.offers import OfferReaction
from engine.domain.stays import Case
from engine.inference.adaptive import ItemBank
from engine.inference.graded import answer_table
from engine.inference.grid import NODES, Array
from engine.inference.outcome import expected_points

TAIL = 0.05
"""Chance left on either side of a 90 % band."""

HALF_STEP = float(NODES[1] - NODES[0]) / 2.0
EDGES: Array = np.append(NODES - HALF_STEP, NODES[-1] + HALF_STEP)
"""A node stands for all places up to halfway to the next one."""

WAYS = ("never_asking", "engine", "always_three")
"""How every guest is served."""


@dataclass(frozen=True, slots=True)
class Visit:
    """One guest served in one way."""

    style: str
    n_questions: int
    price: float
    """Points that asking and watching cost her."""
    is_covered: bool
    """Whether the 90 % band of the belief, by its quantiles, holds her place at the end."""


@dataclass(frozen=True, slots=True)
class Served:
    """One guest with the three ways she was served."""

    guest: SimulatedGuest
    allowed: frozenset[str]
    """Styles that were open before the first question."""
    contact_price: float
    """Points that contact costs: unwanted contact, or missed contact where something is wrong."""
    visits: Mapping[str, Visit]
    """By way."""


class Desk:
    """Serves guests.

    Parameters
    ----------
    adviser : Adviser
        What the desk goes by.
    """

    def __init__(self, adviser: Adviser) -> None:
        self._adviser = adviser
        self._catalogue = adviser.catalogue
        self._cost = adviser.catalogue.model.cost
        spoken = {q.id: q.item for q in self._catalogue.questions.values() if q.at_desk}
        self._ids = list(spoken)
        self._bank = ItemBank(
            [answer_table(item.discrimination, item.thresholds) for item in spoken.values()]
        )
        self._utilities_of = lru_cache(maxsize=64)(self._make_utilities)

    def serve(self, guest: SimulatedGuest) -> Served:
        """Serve one guest in every way; she answers all alike."""
        situation, options, _ = self._look(guest.case)
        visits = (self.without_asking(guest), self.as_advised(guest), self.asking_all(guest))
        return Served(
            guest=guest,
            allowed=options.styles,
            contact_price=self._contact_price(situation.is_recovery),
            visits=dict(zip(WAYS, visits, strict=True)),
        )

    def without_asking(self, guest: SimulatedGuest) -> Visit:
        """Serve by what is known before the first question."""
        return self._act(guest, guest.case, 0.0)

    def as_advised(self, guest: SimulatedGuest) -> Visit:
        """Ask and watch for as long as the engine advises it, then serve."""
        case, price = guest.case, 0.0
        while True:
            situation, options, belief = self._look(case)
            choice = self._adviser.choose(situation, options, belief)
            if choice.question:
                case, price = _answered(guest, case, choice.question), price + self._price(guest)
            elif choice.offer:
                case, price = _offered(guest, case, choice.offer), price + self._cost.observe
            else:
                return self._act(guest, case, price)

    def asking_all(self, guest: SimulatedGuest) -> Visit:
        """Ask as many questions as may be asked, whatever they cost, the most telling first.

        Nobody asks what a guest has closed, nor on when she wants to be left: those get fewer.
        """
        case, price = guest.case, 0.0
        for _ in range(self._cost.most_questions):
            question = self._most_telling(case)
            if question is None:
                break
            case, price = _answered(guest, case, question), price + self._price(guest)
        return self._act(guest, case, price)

    def _look(self, case: Case) -> tuple[Situation, Options, Array]:
        """Say what is so, what is still allowed, and what is believed."""
        situation = Situation(case, self._catalogue)
        options = guard(situation, self._adviser.everything)
        return situation, options, self._adviser.think(situation).probabilities

    def _act(self, guest: SimulatedGuest, case: Case, price: float) -> Visit:
        situation, options, belief = self._look(case)
        style = next(iter(self._adviser.choose(situation, options, belief).expected))
        is_covered = TAIL <= mass_below(belief, guest.theta) <= 1.0 - TAIL
        return Visit(style, len(case.answers), price, is_covered)

    def _most_telling(self, case: Case) -> str | None:
        situation, options, belief = self._look(case)
        is_open = np.array([id in options.questions for id in self._ids], dtype=np.bool_)
        if not is_open.any():
            return None
        utilities = self._utilities_of(options.styles, situation.is_recovery)
        worth = self._bank.information_value(belief, utilities)
        return self._ids[int(np.where(is_open, worth, -np.inf).argmax())]

    def _make_utilities(self, allowed: frozenset[str], is_recovery: bool) -> Array:
        """Points of each allowed style at each node, after the cost of contact."""
        styles = list(self._catalogue.styles.values())
        positions = [style.position for style in styles]
        points = expected_points(positions, self._catalogue.model.outcome)
        points = points - self._contact_price(is_recovery) * np.array(positions)[:, None]
        return np.asarray(points[[style.id in allowed for style in styles]], dtype=np.float64)

    def _contact_price(self, is_recovery: bool) -> float:
        return self._cost.contact_after_problem if is_recovery else self._cost.contact_first

    def _price(self, guest: SimulatedGuest) -> float:
        """Return what one question costs this guest, whose place is known here."""
        price = self._cost.question_base + self._cost.question_slope * max(0.0, -guest.theta)
        is_waiting = Situation(guest.case, self._catalogue).is_waiting
        return price * (self._cost.question_while_waiting if is_waiting else 1.0)


def mass_below(probabilities: Array, theta: float) -> float:
    """Chance that a belief gives to places below `theta`, each node spread evenly over its cell."""
    below = np.concatenate([[0.0], probabilities.cumsum()])
    return float(np.interp(theta, EDGES, below))


def _answered(guest: SimulatedGuest, case: Case, question: str) -> Case:
    answers = {**case.answers, question: guest.answers[question]}
    return replace(case, answers=answers, asked=case.asked | {question})


def _offered(guest: SimulatedGuest, case: Case, offer: str) -> Case:
    taken = OfferReaction(offer, guest.reactions[offer])
    return replace(case, reactions=(*case.reactions, taken))

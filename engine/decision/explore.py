r"""A little chance in the choice of style, with odds that are known exactly.

Without it nobody can tell whether a style helps or only goes to guests who are easily pleased. It
is off by default, bounded in what it may cost, and never goes against what a guest has said. Who
gets what is decided by a keyed hash of the stay: the same stay always gets the same, and nobody
without the key can tell who comes next.
"""

from __future__ import annotations

import hmac
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from hashlib import sha256
from math import inf
from typing import TypeVar

import numpy as np

from engine.decision.advise import Adviser
from engine.decision.guardrails import guard
from engine.decision.situation import Situation
from engine.domain.exploration import Arm, Assignment, Exploration
from engine.domain.stays import Case
from engine.inference.grid import Array

LEAST_KEY = 16
"""Bytes of a key: 128 bits are not guessed."""

Name = TypeVar("Name", bound=str)


@dataclass(frozen=True, slots=True)
class Opening:
    """What is open for one stay before chance has its say."""

    stay: str
    """Its own key, such as house and reference."""
    expected: Mapping[str, float]
    """Expected points of each style that no guardrail has taken away."""
    usual: str
    """The owner's usual style."""
    may_explore: bool
    """False: the guest has said something, and is served accordingly."""
    by_draw: Mapping[str, Array] = field(default_factory=dict)
    """Expected points of the same styles in each draw of the global parameters, shape (n_draws,);
    without any, Thompson sampling is the best style and the floor."""

    @property
    def best(self) -> str:
        """The style of highest points, the first one on a tie."""
        return max(self.expected, key=lambda style: self.expected[style])

    def within(self, reach: float) -> tuple[str, ...]:
        """Styles at most `reach` points below the best, in the order of their names."""
        least = self.expected[self.best] - reach
        return tuple(sorted(style for style, points in self.expected.items() if points >= least))

    def cost_of(self, style: str) -> float:
        """Points that `style` gives away against the best."""
        return self.expected[self.best] - self.expected[style]


def may_explore(situation: Situation) -> bool:
    """Whether the guest has left the choice to us: no answer, no wish, no refusal so far."""
    case = situation.case
    said = case.answers or case.has_stopped or situation.closed or situation.asks_to_be_left
    return not said and not any(situation.instructions())


def opening_of(adviser: Adviser, case: Case, usual: str, tables: Array | None = None) -> Opening:
    """Look at one stay as the adviser does: what is allowed, and what it is worth.

    Parameters
    ----------
    adviser : Adviser
        Rules and catalogue in force.
    case : Case
        All that may be known of the stay.
    usual : str
        The style that the house would serve without advice.
    tables : ndarray of shape (n_draws, n_styles, n_nodes), optional
        From `engine.decision.draws.points_by_draw`; styles in the order of the catalogue.

    Returns
    -------
    Opening
        With the styles that the guardrails leave, and no others.
    """
    situation = Situation(case, adviser.catalogue)
    probabilities = adviser.think(situation).probabilities
    options = guard(situation, adviser.everything)
    expected = adviser.choose(situation, options, probabilities).expected
    by_draw = {} if tables is None else _points_in_draws(situation, tables @ probabilities)
    return Opening(
        stay=f"{case.house}/{case.ref}",
        expected=expected,
        usual=usual,
        may_explore=may_explore(situation),
        by_draw={style: by_draw[style] for style in expected} if by_draw else {},
    )


def _points_in_draws(situation: Situation, points: Array) -> dict[str, Array]:
    """Points of each style in each draw, after the cost of contact."""
    cost = situation.catalogue.model.cost
    price = cost.contact_after_problem if situation.is_recovery else cost.contact_first
    styles = situation.catalogue.styles.values()
    return {style.id: points[:, k] - price * style.position for k, style in enumerate(styles)}


def assign(
    opening: Opening, settings: Exploration, *, key: bytes, spent: float = 0.0
) -> Assignment:
    r"""Choose the style of one stay, with its exact odds.

    With :math:`q` the share of the control group and :math:`t` that of the test slice:

    .. math:: P(a) = q\,1[a = usual] + (1 - q)\,(t\,U(a) + (1 - t)\,R(a))

    where U is uniform over the styles within reach and R the rest: the best style, or bounded
    Thompson sampling [1]_ [2]_. An arm that might cost more than what is left of the month's
    budget is closed, for every stay alike, before the hash is looked at: so the odds stay exact
    and the budget is never passed.

    Parameters
    ----------
    opening : Opening
        What is open.
    settings : Exploration
        What the owner allows.
    key : bytes
        Secret of the house, at least 16 bytes.
    spent : float
        Points that exploring has cost this month so far.

    Returns
    -------
    Assignment
        The same for the same arguments, always.

    Raises
    ------
    ValueError
        If nothing is open, or the key is too short to keep a secret.

    References
    ----------
    .. [1] Chapelle & Li (2011), NeurIPS 24.
    .. [2] Russo, Van Roy, Kazerouni, Osband & Wen (2018), Foundations and Trends in Machine
       Learning 11.
    """
    if not opening.expected:
        raise ValueError("no style is open for this stay")
    if len(key) < LEAST_KEY:
        raise ValueError(f"the key must have at least {LEAST_KEY} bytes, not {len(key)}")
    if not 0.0 <= spent < inf:
        raise ValueError(f"what was spent must be 0 or more points, not {spent}")
    arms = _arms(opening, _within_budget(opening, settings, spent))
    odds = _mixture(opening, arms)
    arm = _drawn({arm: share for arm, (share, _) in arms.items()}, _lot(key, "arm", opening.stay))
    style = _drawn(arms[arm][1], _lot(key, arm.value, opening.stay))
    return Assignment(style, odds[style], arm, odds, opening.cost_of(style))


Arms = dict[Arm, tuple[float, Mapping[str, float]]]
"""Share of each arm, and the odds of each style in it."""


def _arms(opening: Opening, settings: Exploration) -> Arms:
    """Return the arms that are open to this stay; their shares add up to 1."""
    if not (settings.is_on and opening.may_explore):
        return {Arm.ENGINE: (1.0, {opening.best: 1.0})}
    control = settings.control_share if opening.usual in opening.expected else 0.0
    eligible = opening.within(settings.reach)
    rest = Arm.ENGINE
    rest_odds: Mapping[str, float] = {opening.best: 1.0}
    if settings.has_thompson:
        rest, rest_odds = Arm.THOMPSON, bounded_thompson(opening, eligible, settings.floor)
    test = settings.test_share
    arms: Arms = {
        Arm.CONTROL: (control, {opening.usual: 1.0}),
        Arm.TEST: ((1.0 - control) * test, dict.fromkeys(eligible, 1.0 / len(eligible))),
        rest: ((1.0 - control) * (1.0 - test), rest_odds),
    }
    return {arm: entry for arm, entry in arms.items() if entry[0] > 0}


def _within_budget(opening: Opening, settings: Exploration, spent: float) -> Exploration:
    """Close every arm that might cost this stay more than the month has left."""
    left = settings.monthly_budget - spent
    dearest = max(opening.cost_of(style) for style in opening.within(settings.reach))
    if left <= 0:
        return replace(settings, is_on=False)
    if dearest > left:
        settings = replace(settings, test_share=0.0, has_thompson=False)
    if opening.usual in opening.expected and opening.cost_of(opening.usual) > left:
        settings = replace(settings, control_share=0.0)
    return settings


def bounded_thompson(
    opening: Opening, eligible: Sequence[str], floor: float
) -> Mapping[str, float]:
    r"""Odds of each eligible style: :math:`(1 - |E| f) P_{TS}(a \mid E) + f`.

    :math:`P_{TS}` is the share of draws of the global parameters in which the style is the best of
    the eligible ones.

    Parameters
    ----------
    opening : Opening
        With the points of each style in each draw.
    eligible : sequence of str
        Styles within reach.
    floor : float
        f, the least chance of each.

    Returns
    -------
    mapping of str to float
        Adds up to 1.
    """
    shares = _best_shares(opening, eligible)
    free = 1.0 - floor * len(eligible)
    return {style: free * shares[style] + floor for style in eligible}


def _best_shares(opening: Opening, eligible: Sequence[str]) -> Mapping[str, float]:
    if not opening.by_draw:
        return {style: float(style == opening.best) for style in eligible}
    winners = np.argmax(np.stack([opening.by_draw[style] for style in eligible]), axis=0)
    counts = np.bincount(winners, minlength=len(eligible)) / winners.size
    return dict(zip(eligible, counts.tolist(), strict=True))


def _mixture(opening: Opening, arms: Arms) -> Mapping[str, float]:
    """Odds of each open style, over all arms."""
    return {
        style: sum(share * odds.get(style, 0.0) for share, odds in arms.values())
        for style in opening.expected
    }


def _lot(key: bytes, purpose: str, stay: str) -> float:
    """Number in [0, 1) that looks like chance, and is the same for the same key and words."""
    # the length keeps one purpose and stay from reading like another pair
    words = f"explore:{len(purpose)}:{purpose}:{stay}".encode()
    digest = hmac.new(key, words, sha256).digest()
    # 53 bits are what a float between 0 and 1 can hold
    return (int.from_bytes(digest[:8], "big") >> 11) / 2.0**53


def _drawn(odds: Mapping[Name, float], lot: float) -> Name:
    """Return the entry that `lot` falls on; never one whose odds are 0."""
    possible = [name for name, chance in odds.items() if chance > 0]
    climbed = np.cumsum([odds[name] for name in possible])
    place = int(np.searchsorted(climbed, lot * climbed[-1], side="right"))
    return possible[min(place, len(possible) - 1)]

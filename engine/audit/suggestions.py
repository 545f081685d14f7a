r"""Rules that the stays of a house ask for and nobody wrote: shown with evidence, never used.

Each candidate is tested at weight 0 beside all rules that were learned; a pair of tests also
beside each test alone, so that it must say more than its parts. What is shown was then learned
together with the rules.

Of all that are found, a tenth on average is chance, by the procedure of Benjamini and Hochberg. It
was proved for tests that are independent or depend positively. Values of one fact exclude each
other, so ours do not all; for two-sided normal tests the share nevertheless stays below [1]_, and
our tests measure it. The procedure of Benjamini and Yekutieli, safe under any dependence, would
ask for evidence about eight times as rare and hide true rules from houses with few stays.

References
----------
.. [1] Reiner-Benaim (2007), Biometrical Journal 49:107-126.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from engine.audit.candidates import rule_of
from engine.audit.gates import LARGEST_WEIGHT, LEAST_STAYS
from engine.audit.lessons import Lesson
from engine.audit.unsaid import Candidate, Field, field_of
from engine.decision.advise import Adviser
from engine.domain.catalogue import Catalogue
from engine.domain.rules import Rule
from engine.inference.score_tests import chance_of_more, discoveries
from engine.inference.stats import Stats
from engine.rules.sentence import sentence

FALSE_SHARE = 0.1
"""Of the rules that are found, at most this share is chance on average: an owner who accepts ten
accepts one that means nothing, with a small weight."""

MOST_WEIGHED = 50
"""Found candidates that are held against each other: what comes later says the same once more."""

BECAUSE = {
    "en": "Found in the stays of this house: {n} guests were so.",
    "de": "In den Aufenthalten dieses Hauses gefunden: {n} Gäste waren so.",
    "da": "Fundet i dette hus' ophold: sådan var {n} gæster.",
    "nb": "Funnet i oppholdene i dette huset: slik var {n} gjester.",
    "fi": "Löytyi tämän talon vierailuista: tällaisia vieraita oli {n}.",
    "hr": "Pronađeno u boravcima ove kuće, broj takvih gostiju: {n}.",
    "es": "Hallado en las estancias de este alojamiento; huéspedes así: {n}.",
    "fr": "Trouvé dans les séjours de cet établissement\u202f; clients ainsi\u202f: {n}.",
    "it": "Trovato nei soggiorni di questa struttura; ospiti così: {n}.",
    "ar": "وُجد هذا في إقامات هذه المنشأة؛ عدد هؤلاء الضيوف: {n}.",
}
"""Why such a rule is there; its owner may say it better."""

SOURCE = "Suggested by a score test on {n} stays of this house."


@dataclass(frozen=True, slots=True)
class Suggestion:
    """One rule that its owner may accept or decline."""

    rule: Rule
    """As it would be written; its weight is rounded and within what a rule may weigh."""
    weight: float
    """What the stays tell, in standard deviations of the guest population; plus is contact."""
    sd: float
    chance: float
    """Probability that chance alone shows so much, beside all rules and other suggestions."""
    n_holds: int
    """Stays that told something and for which it holds."""
    n_fails: int
    """Stays that told something and for which it does not."""

    @property
    def z(self) -> float:
        """Weight over its standard deviation."""
        return self.weight / self.sd


@dataclass(frozen=True, slots=True)
class Suggestions:
    """What was looked for and what was found, strongest evidence first."""

    shown: tuple[Suggestion, ...]
    n_stays: int
    """That told something."""
    n_tried: int
    """Candidates."""

    @property
    def words(self) -> str:
        """Say how it went."""
        if self.n_stays < LEAST_STAYS:
            return f"{self.n_stays} stays told something; rules are sought from {LEAST_STAYS}."
        sought = f"{self.n_tried} situations were tried on {self.n_stays} stays"
        if not self.shown:
            return f"{sought}: none moves guests in a way that the rules do not say yet."
        n = len(self.shown)
        found = "1 rule is" if n == 1 else f"{n} rules are"
        return f"{sought}: {found} suggested; of such, about one in ten is chance."


def suggest(stats: Stats, adviser: Adviser, lesson: Lesson) -> Suggestions:
    """Look for rules that the set lacks; an owner accepts or declines them, nobody else.

    Parameters
    ----------
    stats : Stats
        Of one house.
    adviser : Adviser
        Rules and catalogue.
    lesson : Lesson
        What these stays taught: which rules, at which degree of trust.

    Returns
    -------
    Suggestions
        The same for the same counts, to the last bit.
    """
    field = field_of(stats, adviser, lesson)
    if field is None or field.n_stays < LEAST_STAYS:
        return Suggestions((), field.n_stays if field else 0, 0)
    tried = field.candidates(adviser.rule_set)
    z = field.evidence(tried)
    is_found = discoveries(chance_of_more(z), FALSE_SHARE)
    if not is_found.any():
        return Suggestions((), field.n_stays, len(tried))
    found = [tried[k] for k in np.argsort(-np.abs(z), kind="stable") if is_found[k]]
    limit = float(np.abs(z[is_found]).min())
    shown = field.told_apart(found[:MOST_WEIGHED], limit)
    return Suggestions(_written(field, shown, adviser.catalogue), field.n_stays, len(tried))


def in_words(suggestion: Suggestion, catalogue: Catalogue, language: str = "en") -> str:
    """Say one suggestion: the situation, which way it leans, and on what evidence."""
    words, rule = catalogue.words[language], suggestion.rule
    told = sentence(rule, catalogue.facts, words, language)
    leaning = "more contact" if suggestion.weight > 0 else "more efficiency"
    return (
        f"{told}: {leaning}, {suggestion.weight:+.2f} ± {suggestion.sd:.2f}, "
        f"seen in {suggestion.n_holds} stays against {suggestion.n_fails}."
    )


def _written(
    field: Field, shown: Sequence[Candidate], catalogue: Catalogue
) -> tuple[Suggestion, ...]:
    """Estimate the weights of those shown, beside each other, and write their rules."""
    if not shown:
        return ()
    weights, sds = field.learned_with(shown)
    chances = chance_of_more(weights / sds)
    rows = zip(shown, weights.tolist(), sds.tolist(), chances.tolist(), strict=True)
    written = [_suggestion(field, catalogue, *row) for row in rows]
    return tuple(sorted(written, key=lambda each: (-abs(each.z), each.rule.id)))


def _suggestion(
    field: Field, catalogue: Catalogue, places: Candidate, weight: float, sd: float, chance: float
) -> Suggestion:
    holds, fails = field.looks.sides(field.counts, places)
    kept = round(min(max(weight, -LARGEST_WEIGHT), LARGEST_WEIGHT), 2)
    plain = rule_of([field.looks.tests[k] for k in places], catalogue.facts, kept)
    because = {tag: BECAUSE[tag].format(n=holds) for tag in catalogue.languages if tag in BECAUSE}
    rule = replace(plain, because=because, source=SOURCE.format(n=field.n_stays))
    return Suggestion(rule, weight, sd, chance, holds, fails)

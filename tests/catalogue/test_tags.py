"""A language in a rule is a tag in its usual letters, or it is told: no rule waits for nobody."""

from __future__ import annotations

from typing import Any

import pytest

from engine.catalogue.rules import rule_from_dict, rule_problems
from engine.catalogue.tags import usual_tag
from engine.domain.catalogue import Catalogue
from engine.errors import Problem, RuleError
from engine.sentences import Sentence

RULE: dict[str, Any] = {
    "id": "spoken",
    "scope": "state",
    "weight": 0.1,
    "because": {"en": "Spoken."},
    "source": "a test",
    "when": {"purpose": "business"},
}


def problems_of(catalogue: Catalogue, **changes: Any) -> tuple[Problem, ...]:
    with pytest.raises(RuleError) as caught:
        rule_from_dict({**RULE, **changes}, catalogue.facts)
    return caught.value.problems


@pytest.mark.parametrize(
    "tag",
    [
        "de",
        "gsw",
        "pt-BR",
        "zh-Hant-TW",
        "es-419",
        "de-CH-1996",
        "de-1a2b",
        "sl-rozaj",
        "zh-yue",
        "en-u-ca-gregory",
        "de-x-dorf-am-see",
        "und",
    ],
)
def test_a_tag_in_its_usual_letters_stays_as_it_is(catalogue: Catalogue, tag: str) -> None:
    assert usual_tag(tag) == tag
    rule = rule_from_dict({**RULE, "when": {"language": {"any_of": [tag]}}}, catalogue.facts)
    assert rule_problems(rule, catalogue.facts) == []


@pytest.mark.parametrize(
    ("written", "usual"),
    [
        ("DE", "de"),
        ("pt-br", "pt-BR"),
        ("pt_BR", "pt-BR"),
        (" de ", "de"),
        ("ZH-HANT-tw", "zh-Hant-TW"),
        ("EN-u-CA-Gregory", "en-u-ca-gregory"),
    ],
)
def test_other_letters_are_refused_with_what_was_meant(
    catalogue: Catalogue, written: str, usual: str
) -> None:
    (problem,) = problems_of(catalogue, when={"language": written})
    assert problem.key == "when.language"
    assert problem.message == f"{written!r} is not a value of language; did you mean {usual!r}?"
    assert isinstance(problem.message, Sentence)
    assert problem.allowed == ("a tag such as de or pt-BR",)


@pytest.mark.parametrize(
    "written", ["not a tag!", "german", "d", "de-", "-de", "de--AT", "d\u00e9"]
)
def test_what_is_no_tag_is_refused(catalogue: Catalogue, written: str) -> None:
    assert usual_tag(written) is None
    (problem,) = problems_of(catalogue, unless={"language": {"none_of": ["de", written]}})
    assert problem.key == "unless.language"
    assert problem.message == f"{written!r} is not a value of language."


def test_each_wrong_tag_of_a_list_is_told(catalogue: Catalogue) -> None:
    told = problems_of(catalogue, any={"language": {"any_of": ["not a tag!", "DE", "fr"]}})
    assert [problem.message.split(";")[0] for problem in told] == [
        "'not a tag!' is not a value of language.",
        "'DE' is not a value of language",
    ]


def test_the_guest_of_an_example_speaks_a_language_too(catalogue: Catalogue) -> None:
    examples = [{"guest": {"language": "DE", "home_market": "DK"}, "expect": "unknown"}]
    (problem,) = problems_of(catalogue, test=examples)
    assert problem.key == "test.0.guest.language"
    assert "did you mean 'de'?" in problem.message


def test_a_rule_that_was_stored_with_other_letters_is_still_read() -> None:
    rule = rule_from_dict({**RULE, "when": {"language": "DE"}})
    assert rule.when[0].operand == "DE"

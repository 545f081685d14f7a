"""One line of `tact score`: read strictly, refused in one sentence, kept exactly."""

from __future__ import annotations

import json
from dataclasses import fields
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.catalogue.case import (
    CaseReader,
    case_from_dict,
    case_from_inputs,
    case_inputs,
    case_to_dict,
    recommendation_to_dict,
)
from engine.domain.advice import Advice, Reason, Recommendation, Versions
from engine.domain.axis import Belief, Trait
from engine.domain.catalogue import Catalogue
from engine.domain.offers import OfferReaction, Reaction
from engine.domain.stays import Case, Place
from engine.domain.styles import Stage
from engine.errors import BadInputError, CaseError

FULL: dict[str, Any] = {
    "ref": "B-17",
    "house": "las_cabanas",
    "facts": {"purpose": "business", "nights": 1, "online_checkin": True, "language": "de"},
    "cues": ["tired", "in_hurry"],
    "answers": {"welcome": 1},
    "reactions": [{"offer": "unit_tour", "reaction": "declined"}],
    "at": "2026-11-21T15:00:00+01:00",
}


@pytest.fixture(scope="session")
def reader(catalogue: Catalogue) -> CaseReader:
    return CaseReader(catalogue)


def test_a_full_line_is_read_as_written(reader: CaseReader):
    assert reader.read(FULL) == Case(
        ref="B-17",
        house="las_cabanas",
        facts={"purpose": "business", "nights": 1, "online_checkin": True, "language": "de"},
        cues=frozenset({"tired", "in_hurry"}),
        answers={"welcome": 1},
        reactions=(OfferReaction("unit_tour", Reaction.DECLINED),),
        language="de",
        at=datetime(2026, 11, 21, 15, tzinfo=timezone(timedelta(hours=1))),
    )


def test_a_line_is_written_back_as_it_was_read(catalogue: Catalogue):
    case = case_from_dict(FULL, catalogue)

    assert case_from_dict(json.loads(json.dumps(case_to_dict(case))), catalogue) == case


def test_a_reference_alone_is_enough(catalogue: Catalogue, reader: CaseReader):
    case = reader.read({"ref": "x"})

    assert case == Case(ref="x", house=next(iter(catalogue.houses)))


def test_without_a_house_the_first_of_those_that_exist_is_meant(catalogue: Catalogue):
    assert case_from_dict({"ref": "x"}, catalogue, ["my_house"]).house == "my_house"
    with pytest.raises(CaseError, match="none to fall back on"):
        case_from_dict({"ref": "x"}, catalogue, [])


def test_a_fact_without_a_value_is_unknown_not_false(reader: CaseReader):
    assert reader.read({"ref": "x", "facts": {"online_checkin": None}}).facts == {}


@pytest.mark.parametrize(("written", "meant"), [("yes", True), ("no", False), (True, True)])
def test_yes_and_no_may_be_written_in_words(reader: CaseReader, written: Any, meant: bool):
    facts = reader.read({"ref": "x", "facts": {"delayed": written}}).facts

    assert facts["delayed"] is meant


@pytest.mark.parametrize(
    ("change", "kind", "message"),
    [
        ({"ref": None}, "missing", "'ref' is missing"),
        ({"ref": " "}, "bad_value", "'ref' must be"),
        ({"ref": 7}, "bad_value", "'ref' must be"),
        ({"fact": {}}, "unknown_id", "did you mean 'facts'?"),
        ({"house": "las_cabana"}, "unknown_id", "did you mean 'las_cabanas'?"),
        ({"house": 1}, "bad_value", "'house'"),
        ({"facts": {"nigths": 1}}, "unknown_id", "did you mean 'nights'?"),
        ({"facts": {"nigths": None}}, "unknown_id", "did you mean 'nights'?"),
        ({"facts": {"tired": True}}, "unknown_id", "belongs under 'cues'"),
        ({"facts": {"nights": -1}}, "bad_value", "'nights' cannot be -1"),
        ({"facts": {"nights": 10**30}}, "bad_value", "'nights' cannot be"),
        ({"facts": {"nights": "1"}}, "bad_value", "'nights' cannot be '1'"),
        ({"facts": {"nights": 1.5}}, "bad_value", "'nights' cannot be 1.5"),
        ({"facts": {"nights": True}}, "bad_value", "'nights' cannot be True"),
        ({"facts": {"nights": [1]}}, "bad_value", "'nights' cannot be [1]"),
        ({"facts": {"arrival_hour": 24}}, "bad_value", "allowed: 0 to 23"),
        ({"facts": {"purpose": "buisness"}}, "bad_value", "did you mean 'business'?"),
        ({"facts": {"purpose": ["business"]}}, "bad_value", "'purpose' cannot be"),
        ({"facts": {"delayed": 1}}, "bad_value", "'delayed' cannot be 1"),
        ({"facts": {"delayed": "maybe"}}, "bad_value", "'delayed' cannot be"),
        ({"facts": {"language": "German!"}}, "bad_value", "a tag such as"),
        ({"facts": []}, "bad_value", "'facts' must be an object"),
        ({"cues": ["tird"]}, "unknown_id", "did you mean 'tired'?"),
        ({"cues": ["queue"]}, "unknown_id", "belongs under 'facts'"),
        ({"cues": [["tired"]]}, "bad_value", "'cues' holds ids"),
        ({"cues": "tired"}, "bad_value", "'cues' must be a list"),
        ({"answers": {"welcom": 1}}, "unknown_id", "did you mean 'welcome'?"),
        ({"answers": {"welcome": 4}}, "bad_value", "a grade from 0 to 3, not 4"),
        ({"answers": {"welcome": -1}}, "bad_value", "a grade from 0 to 3"),
        ({"answers": {"welcome": True}}, "bad_value", "a grade from 0 to 3"),
        ({"answers": [1]}, "bad_value", "'answers' must be an object"),
        ({"reactions": {}}, "bad_value", "'reactions' must be a list"),
        ({"reactions": ["x"]}, "bad_value", "an entry of 'reactions'"),
        ({"reactions": [{"offer": "unit_tour"}]}, "missing", "'reaction' of a reaction"),
        (
            {"reactions": [{"offer": "unit_tours", "reaction": "declined"}]},
            "unknown_id",
            "did you mean 'unit_tour'?",
        ),
        (
            {"reactions": [{"offer": "unit_tour", "reaction": "refused"}]},
            "bad_value",
            "'refused' is not a reaction",
        ),
        (
            {"reactions": [{"offer": 1, "reaction": "declined"}]},
            "bad_value",
            "must be texts",
        ),
        (
            {"reactions": [{"offer": "unit_tour", "reaction": "declined", "by": "x"}]},
            "unknown_id",
            "'by' is not a known key",
        ),
        ({"at": "2026-11-21T15:00:00"}, "bad_value", "with offset"),
        ({"at": "yesterday"}, "bad_value", "with offset"),
        ({"at": 1}, "bad_value", "with offset"),
    ],
)
def test_a_line_that_cannot_be_used_is_refused_in_one_sentence(
    reader: CaseReader, change: dict[str, Any], kind: str, message: str
):
    with pytest.raises(CaseError) as caught:
        reader.read({**FULL, **change})

    assert caught.value.kind == kind
    assert message in caught.value.message
    assert isinstance(caught.value, BadInputError)


@pytest.mark.parametrize("junk", [None, [], "x", 1, [["ref", "x"]]])
def test_a_line_that_is_no_object_is_refused(reader: CaseReader, junk: Any):
    with pytest.raises(CaseError, match="must be an object"):
        reader.read(junk)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=5,
)


@settings(max_examples=200, deadline=None, derandomize=True)
@given(part=st.sampled_from(["facts", "cues", "answers", "reactions", "at", "house"]), junk=JSON)
def test_whatever_stands_in_a_line_it_is_read_or_refused(reader: CaseReader, part: str, junk: Any):
    kind = ""
    try:
        reader.read({"ref": "x", part: junk})
    except CaseError as refused:
        kind = refused.kind
    assert kind in ("", "unknown_id", "bad_value", "missing")


IDS = st.from_regex(r"[a-z][a-z_]{0,6}", fullmatch=True)
SETS = st.frozensets(IDS, max_size=3)
TEXTS = st.dictionaries(st.sampled_from(["en", "de"]), st.text(max_size=6), max_size=2)
NUMBERS = st.floats(-5, 5)
HOURS = st.integers(0, 23)
PLACES = st.builds(
    Place,
    house_name=st.text(max_size=6),
    languages=st.lists(IDS, max_size=2).map(tuple),
    quiet_hours=st.tuples(HOURS, HOURS),
    unit_kind=IDS,
    must_know=st.lists(TEXTS, max_size=2).map(tuple),
)
CASES = st.builds(
    Case,
    ref=st.text(min_size=1, max_size=8),
    house=IDS,
    facts=st.dictionaries(IDS, st.booleans() | st.integers(0, 9) | IDS, max_size=4),
    cues=SETS,
    answers=st.dictionaries(IDS, st.integers(0, 4), max_size=3),
    reactions=st.lists(
        st.builds(OfferReaction, IDS, st.sampled_from(Reaction), st.booleans()), max_size=3
    ).map(tuple),
    reopened=SETS,
    set_aside=SETS,
    asked=SETS,
    has_stopped=st.booleans(),
    is_arrived=st.booleans(),
    arrived_at=st.none() | st.datetimes(timezones=st.just(UTC)),
    unit=st.none() | IDS,
    place=st.none() | PLACES,
    language=st.none() | IDS,
    trait=st.builds(Trait, NUMBERS, NUMBERS),
    at=st.none() | st.datetimes(timezones=st.just(UTC)),
)


@settings(max_examples=150, deadline=None, derandomize=True)
@given(CASES)
def test_a_kept_case_is_the_same_case_again(case: Case):
    kept = json.loads(json.dumps(case_inputs(case)))

    assert case_from_inputs(kept) == case
    assert case_inputs(case_from_inputs(kept)) == kept


def test_nothing_of_a_case_is_left_out_when_it_is_kept():
    assert case_inputs(Case("x", "y")).keys() == {field.name for field in fields(Case)}


def test_a_recommendation_is_written_as_the_contract_says():
    written = recommendation_to_dict(
        Recommendation(
            ref="B-17",
            belief=Belief(-0.7, 0.6, 0.12),
            advice=Advice.ACT,
            style="brief",
            alternatives=("near",),
            question=None,
            packs=("arrival_basics", "wifi"),
            script={Stage.GREET: "Good evening."},
            reasons=(Reason("rule.tired", -0.5),),
            closed=("unit_tour",),
            instructions=("news",),
            versions=Versions(3, "2026-11-1", "abc", "0.1.0"),
        )
    )

    assert {"offer", "expected", "must_know", "helps"} <= written.pop("more").keys()
    assert json.loads(json.dumps(written)) == {
        "ref": "B-17",
        "belief": {"mean": -0.7, "sd": 0.6, "p_contact": 0.12},
        "advice": "act",
        "style": "brief",
        "alternatives": ["near"],
        "question": None,
        "packs": ["arrival_basics", "wifi"],
        "script": {"greet": "Good evening."},
        "reasons": [{"key": "rule.tired", "shift": -0.5}],
        "closed": ["unit_tour"],
        "instructions": ["news"],
        "versions": {"rules": 3, "model": "2026-11-1", "seed": "abc", "tact": "0.1.0"},
    }

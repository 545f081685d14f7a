"""A seed that is wrong in one place is told in one sentence: file, id, key, allowed, near miss."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from engine.catalogue import catalogue_from
from engine.catalogue.checks import check
from engine.errors import Problem, SeedError

Tree = dict[str, Any]
Look = Callable[[], Problem]

NOTICED, RESERVATION, HOUSE = "cues/noticed.toml", "cues/reservation.toml", "cues/house.toml"
WELCOME, TOUR = "questions/welcome.toml", "offers/unit_tour.toml"
BRIEF, WIFI, CABINS = "styles/brief.toml", "packs/wifi/pack.toml", "houses/las_cabanas.toml"


def entry(tree: Tree, file: str, kind: str, id: str) -> dict[str, Any]:
    found: dict[str, Any] = next(each for each in tree[file][kind] if each["id"] == id)
    return found


def place(problem: Problem) -> tuple[str, str, str]:
    return problem.file, problem.id, problem.key


def test_a_slip_in_a_key_names_the_key_that_was_meant(tree: Tree, only_problem: Look):
    tired = entry(tree, NOTICED, "cue", "tired")
    tired["lable"] = {"en": "Tired", "de": "Müde"}

    problem = only_problem()

    assert place(problem) == (NOTICED, "tired", "lable")
    assert "did you mean 'label'?" in problem.message
    assert "label" in problem.allowed


def test_a_missing_source_is_told(tree: Tree, only_problem: Look):
    del entry(tree, NOTICED, "cue", "looks_around")["source"]

    problem = only_problem()

    assert place(problem) == (NOTICED, "looks_around", "source")
    assert problem.message == "is missing"


def test_all_problems_are_told_at_once(tree: Tree):
    del tree[WELCOME]["text"]
    tree[TOUR]["needs"] = ["empaty"]
    tree[BRIEF]["position"] = 7

    told = {place(problem) for problem in check(tree)}

    assert (WELCOME, "welcome", "text") in told
    assert (TOUR, "unit_tour", "needs.0") in told
    assert (BRIEF, "brief", "position") in told
    with pytest.raises(SeedError):
        catalogue_from(tree)


def test_shares_must_sum_to_one(tree: Tree, only_problem: Look):
    entry(tree, RESERVATION, "fact", "purpose")["usual"]["business"] = 0.99

    problem = only_problem()

    assert place(problem) == (RESERVATION, "purpose", "usual")
    assert "not 1" in problem.message


def test_a_share_of_a_value_that_does_not_exist_names_the_near_miss(tree: Tree, only_problem: Look):
    usual = entry(tree, HOUSE, "fact", "house_class")["usual"]
    usual["luxus"] = usual.pop("luxury")

    problem = only_problem()

    assert place(problem) == (HOUSE, "house_class", "usual.luxus")
    assert "did you mean 'luxury'?" in problem.message
    assert problem.allowed == ("budget", "extended_stay", "average", "luxury")


@pytest.mark.parametrize("share", [1.2, -0.1, True, "0.2", None])
def test_the_share_of_a_cue_lies_between_none_and_all(tree: Tree, only_problem: Look, share: Any):
    entry(tree, NOTICED, "cue", "looks_around")["usual"] = share

    problem = only_problem()

    assert place(problem) == (NOTICED, "looks_around", "usual")
    assert problem.allowed == ("0 to 1",)


def test_a_value_without_words_is_told(tree: Tree, only_problem: Look):
    del entry(tree, HOUSE, "fact", "house_class")["value_labels"]["luxury"]

    assert place(only_problem()) == (HOUSE, "house_class", "value_labels.luxury")


def test_an_id_is_used_once_whatever_the_family(tree: Tree, only_problem: Look):
    tree[HOUSE]["fact"].append(dict(entry(tree, RESERVATION, "fact", "nights")))

    problem = only_problem()

    assert problem.id == "nights"
    assert "used twice, first in cues/house.toml" in problem.message


def test_two_cues_do_not_share_a_place_on_the_desk(tree: Tree, only_problem: Look):
    entry(tree, NOTICED, "cue", "in_hurry")["key"] = entry(tree, NOTICED, "cue", "tired")["key"]

    assert "is the place of tired" in only_problem().message


@pytest.mark.parametrize("thresholds", [[1.0, 0.0, 2.0], [0.0, 0.0, 1.0]])
def test_thresholds_must_increase(tree: Tree, only_problem: Look, thresholds: list[float]):
    tree[WELCOME]["thresholds"] = thresholds

    problem = only_problem()

    assert place(problem) == (WELCOME, "welcome", "thresholds")
    assert problem.message == "must increase"


@pytest.mark.parametrize("number", [float("nan"), float("inf"), "0", True])
def test_a_threshold_is_a_finite_number(tree: Tree, only_problem: Look, number: Any):
    tree[WELCOME]["thresholds"][2] = number

    assert place(only_problem()) == (WELCOME, "welcome", "thresholds.2")


def test_thresholds_are_one_fewer_than_grades(tree: Tree, only_problem: Look):
    tree[WELCOME]["grade"].pop()

    problem = only_problem()

    assert problem.message == "3 thresholds for 3 grades"
    assert problem.allowed == ("2 thresholds",)


def test_an_offer_has_a_threshold_between_any_two_reactions(tree: Tree, only_problem: Look):
    tree[TOUR]["thresholds"] = [0.0]

    assert only_problem().allowed == ("3 thresholds",)


def test_a_file_is_named_after_its_id(tree: Tree):
    tree["questions/hello.toml"] = tree.pop(WELCOME)

    assert Problem(
        "questions/hello.toml", "welcome", "id", "differs from the name of its file", ("hello",)
    ) in check(tree)


def test_a_need_with_a_slip_is_told_with_the_needs(tree: Tree, only_problem: Look):
    tree[TOUR]["needs"][0] = "empaty"

    problem = only_problem()

    assert "did you mean 'empathy'?" in problem.message
    assert len(problem.allowed) == 6


@pytest.mark.parametrize("file", [TOUR, WIFI])
def test_a_style_that_does_not_exist_is_told(tree: Tree, only_problem: Look, file: str):
    tree[file]["styles"] = ["hostd"]

    problem = only_problem()

    assert problem.file == file
    assert problem.key == "styles"
    assert "did you mean 'hosted'?" in problem.message


def test_a_house_serves_in_a_style_that_exists(tree: Tree, only_problem: Look):
    tree[CABINS]["usual_style"] = "nearby"

    assert place(only_problem()) == (CABINS, "las_cabanas", "usual_style")


def test_every_stage_has_words(tree: Tree, only_problem: Look):
    del tree[BRIEF]["script"]["by_phone"]["thanks"]

    assert place(only_problem()) == (BRIEF, "brief", "script.by_phone.thanks")


def test_no_style_leaves_a_need_unmet(tree: Tree, only_problem: Look):
    for line in tree[BRIEF]["script"]["in_person"].values():
        line["needs"] = [need for need in line["needs"] if need != "fairness"]

    problem = only_problem()

    assert place(problem) == (BRIEF, "brief", "script.in_person")
    assert problem.message == "meets no need for fairness"


def test_a_script_mentions_only_what_it_will_be_given(tree: Tree):
    for text in ("en", "de"):
        tree[BRIEF]["script"]["in_person"]["greet"]["text"][text] = "Hello {room_number}"

    problems = check(tree)

    assert {problem.key for problem in problems} == {
        "script.in_person.greet.text.en",
        "script.in_person.greet.text.de",
    }
    assert "to_unit" in problems[0].allowed


def test_a_script_with_half_a_brace_is_told(tree: Tree, only_problem: Look):
    tree[BRIEF]["script"]["in_person"]["thanks"]["text"]["de"] += " {"

    assert only_problem().message == "has a brace without its partner"


def test_two_styles_do_not_share_a_place_on_the_axis(tree: Tree):
    tree[BRIEF]["position"] = 0

    told = [problem for problem in check(tree) if problem.key == "position"]

    assert [problem.message for problem in told] == ["0 is the place of brief"]


def test_a_text_without_translation_is_told(tree: Tree, only_problem: Look):
    del tree[WELCOME]["grade"][1]["we_will"]["de"]

    problem = only_problem()

    assert place(problem) == (WELCOME, "welcome", "grade.1.we_will.de")
    assert problem.message == "is not translated"


def test_a_text_without_the_fallback_language_is_told(tree: Tree, only_problem: Look):
    del tree[WELCOME]["spoken"]["en"]

    assert place(only_problem()) == (WELCOME, "welcome", "spoken.en")


def test_a_pack_without_a_page_in_one_language_is_told(tree: Tree, only_problem: Look):
    del tree["packs/wifi/de.md"]

    assert place(only_problem()) == ("packs/wifi/de.md", "wifi", "")


def test_a_translation_mentions_the_same_values(tree: Tree, only_problem: Look):
    tree["packs/wifi/de.md"] = tree["packs/wifi/de.md"].replace("{wifi_name}", "Gast")

    problem = only_problem()

    assert problem.file == "packs/wifi/de.md"
    assert "{wifi_name}" in problem.message


def test_a_value_that_a_pack_mentions_is_told_by_every_house(tree: Tree, only_problem: Look):
    del tree[CABINS]["values"]["wifi_reach"]

    problem = only_problem()

    assert place(problem) == (CABINS, "las_cabanas", "values.wifi_reach")
    assert "pack wifi" in problem.message


def test_a_code_of_one_stay_stands_in_guarded_packs_only(tree: Tree, only_problem: Look):
    for language in ("en", "de"):
        tree[f"packs/wifi/{language}.md"] += "\n{access_code}\n"

    problem = only_problem()

    assert place(problem) == (WIFI, "wifi", "guarded")
    assert problem.allowed == ("true",)


def test_a_word_of_the_trade_exists_in_every_language(tree: Tree):
    del tree["words/de.toml"]["unit"]["cabin"]["to_unit"]

    assert "unit.cabin.to_unit" in {problem.key for problem in check(tree)}


def test_a_unit_carries_at_most_two_lines_that_one_must_know(tree: Tree, only_problem: Look):
    tree[CABINS]["unit"][0]["must_know"] = [{"en": "Mind the step", "de": "Achtung, Stufe"}] * 3

    problem = only_problem()

    assert place(problem) == (CABINS, "las_cabanas", "unit.0.must_know")
    assert problem.allowed == ("at most 2",)


def test_a_time_zone_that_does_not_exist_names_the_near_miss(tree: Tree, only_problem: Look):
    tree[CABINS]["time_zone"] = "Europe/Kopenhagen"

    assert "did you mean 'Europe/Copenhagen'?" in only_problem().message


def test_a_situation_of_a_pack_asks_about_facts_that_exist(tree: Tree, only_problem: Look):
    tree[WIFI]["any"] = {"porpose": "business"}

    problem = only_problem()

    assert place(problem) == (WIFI, "wifi", "any.porpose")
    assert "did you mean 'purpose'?" in problem.message


@pytest.mark.parametrize(
    ("file", "id"),
    [("questions/news.toml", "news"), ("offers/luggage_store.toml", "luggage_store")],
)
def test_an_id_of_the_vocabulary_is_never_dropped(
    tree: Tree, only_problem: Look, file: str, id: str
):
    del tree[file]

    problem = only_problem()

    assert problem.id == id
    assert "part of the vocabulary" in problem.message


def test_a_wish_stays_an_order(tree: Tree, only_problem: Look):
    tree["questions/news.toml"]["instruction"] = False

    assert place(only_problem()) == ("questions/news.toml", "news", "instruction")


def test_the_home_market_is_never_scored(tree: Tree, only_problem: Look):
    del entry(tree, "cues/culture.toml", "fact", "home_market")["scored"]

    assert place(only_problem()) == ("cues/culture.toml", "home_market", "scored")


def test_a_folder_that_nobody_reads_is_told(tree: Tree, only_problem: Look):
    tree["rule/mine.toml"] = {"schema": 1}

    assert "did you mean 'rules'?" in only_problem().message


def test_a_file_of_another_format_is_told(tree: Tree):
    tree[WELCOME]["schema"] = 2

    assert Problem(WELCOME, "welcome", "schema", "2 is of another format", ("1",)) in check(tree)


def test_without_the_model_nothing_is_loaded(tree: Tree):
    del tree["model.toml"]

    with pytest.raises(SeedError, match=r"model\.toml: is missing"):
        catalogue_from(tree)


@pytest.mark.parametrize(
    ("part", "key", "value"),
    [
        ("prior", "trait_variance", -1),
        ("outcome", "cuts", [0.4, -0.4, 1.2, 2.0]),
        ("outcome", "points", [0.0, 100.0]),
        ("cost", "most_questions", 4),
    ],
)
def test_a_constant_out_of_range_is_told(
    tree: Tree, only_problem: Look, part: str, key: str, value: Any
):
    tree["model.toml"][part][key] = value

    assert only_problem().key == f"{part}.{key}"


def test_a_broken_fact_is_told_once_and_not_by_every_rule_about_it(tree: Tree, only_problem: Look):
    del entry(tree, RESERVATION, "fact", "purpose")["label"]

    assert place(only_problem()) == (RESERVATION, "purpose", "label")


@pytest.mark.parametrize("junk", [[], "text", 1, None])
def test_junk_in_place_of_a_table_is_told_and_no_crash(tree: Tree, junk: Any):
    for data in tree.values():
        if isinstance(data, dict):
            data[next(key for key in data if key != "schema")] = junk

    with pytest.raises(SeedError):
        catalogue_from(tree)

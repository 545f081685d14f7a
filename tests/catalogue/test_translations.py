"""A further language is one file that mirrors the content."""

from __future__ import annotations

from pathlib import Path
from shutil import copytree

import pytest
import tomlkit

from engine.bootstrap import first_rule_set
from engine.catalogue.checks import check
from engine.catalogue.load import load_catalogue, read_catalogue
from engine.catalogue.translations import text_places, with_translations
from engine.catalogue.tree import read_tree, seed_folder
from engine.decision.advise import Adviser
from engine.domain.stays import Case
from engine.domain.styles import Stage


@pytest.fixture
def seed(tmp_path: Path) -> Path:
    return Path(copytree(seed_folder(), tmp_path / "seed"))


def write(seed: Path, language: str, **tables: object) -> None:
    (seed / "texts").mkdir(exist_ok=True)
    (seed / "texts" / f"{language}.toml").write_text(tomlkit.dumps(tables), encoding="utf-8")


def test_a_text_lands_where_its_place_says(seed: Path) -> None:
    welcome = {"text": "Ongi etorri?", "grade": {"0": {"text": "Giltza bakarrik"}}}
    write(seed, "eu", questions={"welcome": welcome}, packs={"wifi": {"title": "Wifia"}})
    tree = read_tree(seed)
    assert tree["questions/welcome.toml"]["text"]["eu"] == "Ongi etorri?"
    assert tree["questions/welcome.toml"]["grade"][0]["text"]["eu"] == "Giltza bakarrik"
    assert tree["packs/wifi/pack.toml"]["title"]["eu"] == "Wifia"
    assert not [path for path in tree if path.startswith("texts/")]


def test_a_thing_of_a_list_is_named_by_its_id(seed: Path) -> None:
    write(seed, "eu", cues={"noticed": {"cue": {"tired": {"label": "Nekatuta"}}}})
    tired = next(f for f in read_tree(seed)["cues/noticed.toml"]["cue"] if f["id"] == "tired")
    assert tired["label"]["eu"] == "Nekatuta"


def test_a_text_of_nothing_is_told_with_the_near_miss(seed: Path) -> None:
    write(seed, "de", questions={"welcom": {"text": "Was?"}})
    _, problems = read_catalogue(read_tree(seed))
    (problem,) = problems
    assert problem.file == "texts/de.toml"
    assert "questions.welcome.text" in problem.message


def test_every_text_of_the_content_has_one_place(seed: Path) -> None:
    places = [place for place, _ in text_places(read_tree(seed))]
    assert len(places) == len(set(places)) > 400


def test_all_texts_moved_to_a_file_make_the_same_catalogue(seed: Path) -> None:
    whole = read_tree(seed)
    bare = read_tree(seed)
    moved: dict[str, object] = {}
    for place, texts in text_places(bare):
        if "de" in texts:
            table = moved
            for part in place[:-1]:
                table = table.setdefault(part, {})  # type: ignore[assignment]  # tables all the way
            table[place[-1]] = texts.pop("de")
    assert with_translations({**bare, "texts/de.toml": moved}) == whole


def test_a_language_with_a_gap_is_not_whole_and_speaks_english_there(seed: Path) -> None:
    words = (seed / "words" / "en.toml").read_text(encoding="utf-8")
    (seed / "words" / "eu.toml").write_text(words, encoding="utf-8")
    write(seed, "eu", questions={"welcome": {"text": "Ongi etorri?"}})
    problems = check(read_tree(seed))
    assert {problem.message for problem in problems} == {"is not translated"}
    assert len(problems) > 400
    catalogue = load_catalogue(seed)
    assert "eu" in catalogue.languages
    assert catalogue.questions["welcome"].text["eu"] == "Ongi etorri?"
    adviser = Adviser(catalogue, first_rule_set(catalogue))
    advice = adviser.recommend(Case(ref="B-1", house="las_cabanas", language="eu"))
    assert advice.script[Stage.GREET].startswith("Welcome")

"""What a house tells by itself is looked at like what is shipped: values, grants, lines to know."""

from __future__ import annotations

import re
from copy import deepcopy
from dataclasses import replace

from engine.catalogue import read_tree, seed_folder
from engine.catalogue.lint import lint_tree, read_lexicons, texts_of
from engine.catalogue.lint_house import lint_house
from engine.catalogue.load import load_catalogue
from engine.domain.stays import House

SEED = read_tree(seed_folder())
LEXICONS = read_lexicons(SEED)
FILE = "houses/las_cabanas.toml"


def changed() -> House:
    house = load_catalogue().houses["las_cabanas"]
    first, *others = house.units
    unit = replace(
        first,
        must_know=({"en": "Hurry, the gas is open.", "de": "Nur heute offen."},),
        values={"access_code": "VIP 4711"},
    )
    values = {
        "breakfast_hours": {"en": "7 to 10, only today", "de": "7 bis 10 Uhr"},
        "may_grant": {"en": "A coffee\nAn upgrade"},
    }
    return replace(house, units=(unit, *others), values=values)


def test_each_warning_names_unit_key_and_language():
    found = [
        (one.place.unit, one.place.key, one.place.language, one.warned.found)
        for one in lint_house(changed(), LEXICONS)
    ]
    code = changed().units[0].code
    assert found == [
        ("", "breakfast_hours", "en", "only today"),
        ("", "may_grant", "en", "upgrade"),
        (code, "must_know_1", "en", "Hurry"),
        (code, "must_know_1", "de", "Nur heute"),
        *((code, "value.access_code", tag, "VIP") for tag in changed().languages),
    ]


def test_what_is_shipped_of_houses_is_looked_at_and_clean():
    houses = [key for file, _, key, _, _ in texts_of(SEED) if file.startswith("houses/")]
    for part in ("values.breakfast_hours.en", "values.wifi_name"):
        assert part in houses, part
    for part in (r"unit\.\d+\.must_know\.0\.de", r"unit\.\d+\.values\.access_code"):
        assert any(re.fullmatch(part, key) for key in houses), part
    assert not any(key.endswith("name") and key.startswith("unit.") for key in houses)
    for house in load_catalogue().houses.values():
        assert lint_house(house, LEXICONS) == ()


def test_a_word_in_a_file_of_a_house_is_told_with_its_place():
    tree = deepcopy(dict(SEED))
    tree[FILE]["unit"][0]["must_know"] = [{"en": "Hurry.", "de": "Ruhig."}]
    tree[FILE]["values"]["wifi_name"] = "VIPcorner VIP"
    told = [(one.file, one.key, one.language) for one in lint_tree(tree)]
    assert (FILE, "unit.0.must_know.0.en", "en") in told
    assert (FILE, "values.wifi_name", "en") in told


def test_a_house_that_is_none_is_for_the_check_to_tell():
    for broken in ("text", {"values": 3, "unit": [4, {"values": "x"}]}, {"unit": None}):
        lint_tree(dict(SEED) | {FILE: broken})

"""Words of health, belief and origin are pointed at in notes, in ten languages."""

from __future__ import annotations

import pytest

from engine.catalogue import read_tree, seed_folder
from engine.catalogue.checks import check
from engine.catalogue.load import catalogue_from
from engine.catalogue.reading import Reading
from engine.catalogue.sensitive import read_sensitive
from engine.domain.sensitive import About, Sensitive, sensitive

TREE = read_tree(seed_folder())
LEXICONS = catalogue_from(TREE).sensitive
LANGUAGES = ("en", "de", "da", "nb", "fi", "hr", "es", "fr", "it", "ar")
ABOUT = (About.HEALTH, About.RELIGION, About.ETHNICITY)
NOTES = {
    "en": ("Has a nut allergy.", "They are Muslim, no pork.", "An Asian couple."),
    "de": ("Erdnussallergie!", "Ist Jude, isst koscher.", "Südländischer Typ."),
    "da": ("Har sukkersyge.", "Spiser halal.", "En mørkhudet gæst."),
    "nb": ("Sitter i rullestol.", "Er muslim.", "En samisk familie."),
    "fi": ("Vaimo on raskaana.", "Rukoilee aamulla.", "Maahanmuuttaja."),
    "hr": ("Gost je dijabetičar.", "Katolička obitelj.", "Romkinja s djecom."),
    "es": ("Es celíaca.", "Familia musulmana.", "Familia gitana."),
    "fr": ("Elle est enceinte.", "Mange casher.", "Couple asiatique."),
    "it": ("È allergico alle noci.", "Ospite ebreo.", "Una coppia africana."),
    "ar": ("الضيف مصاب بالسكري.", "عائلة مسيحية.", "الضيف من أصله كردي."),
}
HARMLESS = {
    "en": "The window blinds are broken; late breakfast; a tablet and a race bike; blue dress.",
    "de": "Spätes Frühstück, Hund heißt Miko, schwarzer Tee, schwere Koffer.",
    "da": "Gæsten beder om et glas vand og en bred seng; sort kaffe.",
    "nb": "Faste gjester, ber om rom med utsikt; brett med kaffe.",
    "fi": "Raskas matkatavara, herätys kello kuusi, kahvi mustana.",
    "hr": "Gosti mole tišinu, dječja kolica, crna kava.",
    "es": "Un té negro y el coche negro; pide silencio.",
    "fr": "Je vous prie d'apporter un thé noir; lit bébé.",
    "it": "Prega di non disturbare; passeggino; tè nero.",
    "ar": "غرفة في الطابق العلوي من جهة الجنوب، حبوب الإفطار، مدينة قريبة.",
}


def about(text: str, language: str) -> list[About]:
    return [one.about for one in sensitive(text, [LEXICONS[language]])]


def test_every_language_of_guests_has_a_lexicon_with_all_three_things():
    assert set(LEXICONS) == set(LANGUAGES)
    for lexicon in LEXICONS.values():
        assert {telling.about for telling in lexicon} == set(ABOUT)
        assert sum(len(telling.words) for telling in lexicon) >= 120


@pytest.mark.parametrize("language", LANGUAGES)
def test_notes_that_tell_such_things_are_pointed_at(language: str):
    for note, thing in zip(NOTES[language], ABOUT, strict=True):
        assert thing in about(note, language), note
        assert thing in about(note.upper(), language), note.upper()


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_ordinary_note_is_left_alone(language: str):
    assert sensitive(HARMLESS[language], [LEXICONS[language]]) == ()


def test_the_place_is_told_as_it_stands_and_once():
    text = "Wife  is PREGNANT, wheelchair\nneeded"
    found = sensitive(text, [LEXICONS["en"], LEXICONS["en"]])
    assert found == (
        Sensitive(About.HEALTH, "PREGNANT", 9),
        Sensitive(About.HEALTH, "wheelchair", 19),
    )


def test_a_phrase_is_found_over_any_white_space():
    (found,) = sensitive("after a panic\n  attack", [LEXICONS["en"]])
    assert found.found == "panic\n  attack"


def test_a_broken_lexicon_is_told_and_warns_of_nothing():
    broken = {"schema": 1, "telling": [{"about": "money", "words": ["rich"]}]}
    tree = {**TREE, "sensitive/en.toml": broken}
    (problem,) = check(tree)
    assert (problem.file, problem.key) == ("sensitive/en.toml", "telling.0.about")
    assert "en" not in read_sensitive(Reading(tree))

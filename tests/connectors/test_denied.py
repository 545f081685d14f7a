"""No column that tells a protected trait is taken in, in whatever language it is named."""

from __future__ import annotations

import pytest

from engine.catalogue.load import load_catalogue
from engine.connectors.csv_mapping_reader import read_mapping
from engine.connectors.denied import is_denied, tells_origin
from engine.errors import MappingError

PROTECTED = {
    "en": "nationality ethnicity religion passport_no birthPlace date_of_birth health guest_sex",
    "de": "Nationalität Staatsangehörigkeit Ethnie Religion Reisepass Geburtsort Geburtsdatum "
    "Gesundheit Gästegeschlecht_Geschlecht",
    "da": "nationalitet statsborgerskab etnicitet religion pasnummer fødested fødselsdato helbred",
    "nb": "nasjonalitet statsborgerskap etnisitet religion passnummer fødested fødselsdato helse",
    "fi": "kansalaisuus etninen_tausta uskonto passinumero syntymäpaikka syntymäaika terveys",
    "hr": "nacionalnost državljanstvo etnička vjera putovnica rođenje datum_rođenja zdravlje",
    "es": "nacionalidad etnia religión pasaporte lugar_nacimiento fecha_nacimiento salud",
    "fr": "nationalité ethnie religion passeport lieu_naissance date_naissance santé",
    "it": "nazionalità etnia religione passaporto luogo_nascita data_nascita salute",
    "ar": "الجنسية جنسية العرق الديانة جواز_السفر مكان_الولادة تاريخ_الميلاد الصحة",
}
HARMLESS = (
    *("adults", "lead_time", "market_segment", "Anreise", "Zimmertyp", "Sprache", "ankomst"),
    *("saapumispäivä", "dolazak", "llegada", "técnico", "intéressante", "camera", "وصول", "لغة"),
    *("Landschaft", "paseo", "spa_card_id", "interesse", "first_name", "Erwachsene", "kommentar"),
)
STAY = '[stay]\nref = "A"\narrival = "B"\nnights = "C"\n'


@pytest.mark.parametrize("language", PROTECTED)
def test_protected_traits_are_known_in_every_language(language: str):
    names = PROTECTED[language].split()
    assert [name for name in names if not is_denied(name)] == []
    assert [name.upper() for name in names if not is_denied(name.upper())] == []


def test_other_columns_are_not_taken_for_protected_ones():
    assert [name for name in HARMLESS if is_denied(name)] == []
    assert [name for name in HARMLESS if tells_origin(name)] == []


@pytest.mark.parametrize("column", ["Herkunftsland", "país", "zemlja", "Opprinnelse", "البلد"])
def test_origin_fills_nothing_but_the_home_market(column: str):
    facts = load_catalogue().facts
    with pytest.raises(MappingError, match="tells origin"):
        read_mapping(f'{STAY}[facts]\npurpose = "{column}"\n', facts)
    mapping = read_mapping(f'{STAY}[facts]\nhome_market = "{column}"\n', facts)
    assert mapping.columns()[column] == "facts.home_market"


@pytest.mark.parametrize("column", ["Geburtsdatum", "religión", "الجنسية"])
@pytest.mark.parametrize("place", ["[facts]\npurpose", "guest_key"])
def test_such_a_column_is_refused_with_the_reason(column: str, place: str):
    with pytest.raises(MappingError) as refused:
        read_mapping(f'{STAY}{place} = "{column}"\n', load_catalogue().facts)
    assert f"column '{column}' is a protected trait and is never taken in" in str(refused.value)

"""Columns that are never taken in, by their names in ten languages.

Protected traits and what stands in for them (nationality, ethnicity, religion, passport, place
and date of birth, health, sex) stay in the reservation system; origin may fill `home_market`,
which is never scored, and nothing else.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

PLAIN = str.maketrans({"ø": "o", "æ": "ae", "å": "a", "ß": "ss", "đ": "d", "ł": "l", "œ": "oe"})
"""Letters that do not fall into a letter and an accent by themselves."""


def folded(name: str) -> str:
    """Return a name in small letters without accents: `Geburtstag_Kïnd` is `geburtstag_kind`."""
    apart = unicodedata.normalize("NFKD", name.casefold().translate(PLAIN))
    return "".join(sign for sign in apart if not unicodedata.combining(sign))


def _folded(words: str) -> frozenset[str]:
    return frozenset(map(folded, words.split()))


DENIED = _folded(
    "nationality citizenship ethnicity ethnic race religion faith sex gender health medical "
    "disability disabled passport blacklist birth birthday birthdate birthplace dob "
    "rasse pass glaube geschlecht race pas køn tro helbred rase kjønn helse rotu passi sukupuoli "
    "terveys rasa vjera spol zdravlje raza fe sexo género salud sexe foi santé razza fede sesso "
    "salute دين الدين ديانة الديانة جنس الجنس صحة الصحة عرق العرق"
)
"""Whole words of a column name; short ones would be found inside of others."""

DENIED_PARTS = _folded(
    "nationalit staatsangehör staatsbürger ethni hautfarbe religi konfession reisepass passnummer "
    "geburt gesundheit krankheit behinder allergi "
    "statsborger etnis etnic hudfarve trosretning pasnummer fødsel fødested fødeby sygdom "
    "nasjonalitet hudfarge trossamfunn sykdom funksjonsneds "
    "kansalaisuu kansallisuu etnin ihonväri uskonto uskonno passinumero syntym terveyd sairau "
    "vammais "
    "nacionalnost državljan etnič vjeroispovijest putovnic rođenj zdravstv bolest invalidit "
    "nacionalidad ciudadanía étnic etnia pasaporte nacimiento enfermedad discapacid alergi "
    "citoyenneté passeport naissance maladie handicap "
    "nazionalità cittadinanza passaporto nascita malatti disabilit "
    "جنسي ديان إثني جواز ميلاد ولادة صحي مرض إعاق حساسي"
)
"""Parts of a column name that mean the same wherever they stand, as in `Gästenationalität`."""

ORIGIN = _folded(
    "country origin homeland land herkunft herkunftsland heimatland hjemland oprindelse "
    "opprinnelse maa kotimaa alkuperä država zemlja podrijetlo porijeklo país origen pays origine "
    "paese بلد البلد دولة الدولة"
)
"""Whole words of columns that tell where somebody comes from."""


def words_of(name: str) -> frozenset[str]:
    """Return the single words of a column name, such as `dateOfBirth` or `guest_sex`."""
    parted = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", name)
    return frozenset(re.split(r"[\W\d_]+", folded(parted)))


def is_denied(name: str) -> bool:
    """Whether a column of this name tells a protected trait."""
    return bool(words_of(name) & DENIED) or _has_part(folded(name), DENIED_PARTS)


def tells_origin(name: str) -> bool:
    """Whether a column of this name tells where somebody comes from."""
    return bool(words_of(name) & ORIGIN)


def _has_part(name: str, parts: Iterable[str]) -> bool:
    joined = re.sub(r"[\W_]+", "", name)
    return any(part in joined for part in parts)

"""A guest reads her own language, or the nearest one that is written."""

from __future__ import annotations

import pytest

from engine.domain.languages import first_read, read_by

KNOWN = ("en", "da", "nb", "pt-BR")


@pytest.mark.parametrize(
    ("spoken", "read"),
    [
        ("da", "da"),
        ("DA", "da"),
        ("da-DK", "da"),
        ("en_GB", "en"),
        ("no", "nb"),
        ("nn-NO", "nb"),
        ("nb-NO", "nb"),
        ("pt-br", "pt-BR"),
        ("pt", None),
        ("", None),
        (None, None),
    ],
)
def test_a_tag_leads_to_what_its_speaker_reads(spoken: str | None, read: str | None) -> None:
    assert read_by(spoken, KNOWN) == read


def test_the_first_who_reads_anything_decides() -> None:
    assert first_read((None, "sv", "no", "da"), KNOWN) == "nb"
    assert first_read(("sv", None), KNOWN) is None

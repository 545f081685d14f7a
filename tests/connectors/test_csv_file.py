"""Any CSV file can be read, and every row that cannot be used says why."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from engine.catalogue.load import load_catalogue
from engine.connectors import csv_text
from engine.connectors.base import Refused, Result, Skipped
from engine.connectors.csv_file import drafts, read_mapping
from engine.connectors.csv_mapping import STAY_KEYS
from engine.connectors.csv_text import open_sheet
from engine.domain.stays import StayDraft, StayStatus
from engine.errors import MappingError, UnreadableError

PAYLOADS = Path(__file__).parent / "payloads" / "csv"
FACTS = load_catalogue().facts

STAY = """
[stay]
ref = "Booking"
arrival = "Arrival"
nights = "Nights"
guest_name = "Guest"
"""
HEADER = "Booking,Arrival,Nights,Guest\n"
GOOD = HEADER + "B1,2026-11-21,2,Ana Pérez\nB2,2026-11-22,1,Jörg Weiß\n"


def results(data: bytes | str, mapping: str = STAY, **options: object) -> list[Result]:
    raw = data.encode() if isinstance(data, str) else data
    return list(drafts(raw, read_mapping(mapping, FACTS), FACTS, "las_cabanas", **options))  # type: ignore[arg-type]  # options of drafts


def only(data: bytes | str, mapping: str = STAY) -> StayDraft:
    (result,) = results(data, mapping)
    assert isinstance(result, StayDraft), result
    return result


def refusal(row: str, mapping: str = STAY, header: str = HEADER) -> Refused:
    (result,) = results(header + row, mapping)
    assert isinstance(result, Refused), result
    return result


def facts_of(header: str, cells: str, mapping: str) -> dict[str, object]:
    draft = only(f"Booking,Arrival,Nights,{header}\nB1,2026-11-21,2,{cells}\n", STAY_ONLY + mapping)
    return dict(draft.facts)


STAY_ONLY = STAY.replace('guest_name = "Guest"\n', "")


def test_a_good_file_gives_one_draft_per_row() -> None:
    first, second = results(GOOD)
    assert first == StayDraft(
        house="las_cabanas",
        ref="B1",
        guest_name="Ana Pérez",
        language=None,
        email=None,
        unit=None,
        arrival_on=date(2026, 11, 21),
        departure_on=date(2026, 11, 23),
        status=StayStatus.EXPECTED,
        facts={"nights": 2},
        source="csv",
    )
    assert isinstance(second, StayDraft)
    assert second.guest_name == "Jörg Weiß"


def test_real_bookings_are_read_by_the_documented_mapping() -> None:
    mapping = (PAYLOADS / "hotel_bookings.toml").read_text(encoding="utf-8")
    found = results((PAYLOADS / "hotel_bookings.csv").read_bytes(), mapping)
    assert len(found) == 40
    stays = [result for result in found if isinstance(result, StayDraft)]
    assert len(stays) == 40
    assert stays[0].arrival_on == date(2015, 10, 23)
    assert stays[0].departure_on == date(2015, 10, 25)
    assert {stay.facts.get("purpose") for stay in stays} <= {"business", "leisure", None}
    assert sum("children" not in stay.facts for stay in stays) == 2


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252"])
@pytest.mark.parametrize("declared", ["", '[file]\nencoding = "auto"\n'])
def test_the_encoding_is_found_out(encoding: str, declared: str) -> None:
    first, second = results(GOOD.encode(encoding), declared + STAY)
    assert isinstance(first, StayDraft)
    assert isinstance(second, StayDraft)
    assert (first.ref, first.guest_name, second.guest_name) == ("B1", "Ana Pérez", "Jörg Weiß")


def test_a_byte_order_mark_does_not_hide_the_first_column() -> None:
    assert only((HEADER + "B1,2026-11-21,2,Ana").encode("utf-8-sig"), _file('"utf-8"')).ref == "B1"


def _file(encoding: str) -> str:
    return f"[file]\nencoding = {encoding}\n{STAY}"


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be"])
def test_utf_16_is_refused_with_what_to_do(encoding: str) -> None:
    with pytest.raises(UnreadableError, match="save it as 'CSV UTF-8'"):
        results(GOOD.encode(encoding))


def test_a_wrongly_declared_encoding_is_told() -> None:
    with pytest.raises(UnreadableError, match=r"not written in utf-8\. Try encoding = .auto"):
        results(GOOD.encode("cp1252"), _file('"utf-8"'))


def test_bytes_of_no_known_encoding_are_refused() -> None:
    with pytest.raises(UnreadableError, match="UTF-8 nor in Windows-1252"):
        results(HEADER.encode() + b"B1,2026-11-21,2,\x81\x8d\xff")


def test_a_file_with_nul_bytes_is_refused() -> None:
    with pytest.raises(UnreadableError, match="NUL"):
        results(GOOD + "B3,2026-11-21,2,A\0na\n")


def test_a_file_beyond_the_cap_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(csv_text, "MOST_BYTES", 20)
    with pytest.raises(UnreadableError, match="larger than"):
        results(GOOD)


@pytest.mark.parametrize("data", ["", "\n", "\ufeff", ",,,\n"])
def test_a_file_without_a_header_is_refused(data: str) -> None:
    with pytest.raises(UnreadableError, match="header line"):
        results(data)


def test_a_file_with_only_a_header_holds_no_stays() -> None:
    assert results(HEADER) == []


@pytest.mark.parametrize("mark", [",", ";", "\t"])
def test_the_separator_is_found_out(mark: str) -> None:
    assert len(results(GOOD.replace(",", mark))) == 2


@pytest.mark.parametrize("ending", ["\n", "\r\n", "\r"])
def test_all_line_endings_are_read(ending: str) -> None:
    assert len(results(GOOD.replace("\n", ending))) == 2


def test_a_line_break_within_quotes_belongs_to_the_cell() -> None:
    first, second = results(HEADER + 'B1,2026-11-21,2,"Ana\r\nMaría ""Any"""\nB2,x,1,Jo\n')
    assert isinstance(first, StayDraft)
    assert first.guest_name == 'Ana María "Any"'
    assert isinstance(second, Refused)
    assert second.record == "line 4"


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ("B1,2026-11-21,2\n", "has 3 cells where the header has 4"),
        ("B1,2026-11-21,2,Ana,more\n", "has 5 cells where the header has 4"),
        (",2026-11-21,2,Ana\n", "reference of the booking is empty"),
        ("B1,21.11.2026,2,Ana\n", "'21.11.2026' is no date written as %Y-%m-%d"),
        ("B1,2026-02-30,2,Ana\n", "'2026-02-30' is no date"),
        ("B1,,2,Ana\n", "arrival date is empty"),
        ("B1,2026-11-21,-1,Ana\n", "a stay of -1 nights cannot be"),
        ("B1,2026-11-21,5000,Ana\n", "a stay of 5000 nights cannot be"),
        ("B1,9999-12-31,2,Ana\n", "2000 to 2199 are allowed"),
        ("B1,2026-11-21,two,Ana\n", "'two' is no whole number"),
        ("B1,2026-11-21,,Ana\n", "neither nights nor a departure date"),
        (f"B1,2026-11-21,2,{'x' * 201}\n", "more than 200 characters"),
    ],
)
def test_a_row_that_cannot_be_used_says_why_and_where(row: str, message: str) -> None:
    refused = refusal(row)
    assert refused.record == "line 2"
    assert message in refused.message


def test_one_bad_row_never_stops_the_rest() -> None:
    kinds = [type(result) for result in results(GOOD + "B3\n,,,\n\nB4,2026-11-21,2,Eve\n")]
    assert kinds == [StayDraft, StayDraft, Refused, Skipped, StayDraft]


@pytest.mark.parametrize("n_swallowed", [1, 8000])
def test_an_open_quotation_mark_is_told(n_swallowed: int) -> None:
    swallowed = 'B3,2026-11-21,2,"Eve\n' + "B4,2026-11-21,2,Eve\n" * n_swallowed
    refused = results(GOOD + swallowed)[2]
    assert isinstance(refused, Refused)
    assert refused.record == "line 4"
    assert "is a quotation mark open?" in refused.message


def test_a_letter_after_a_closing_quotation_mark_is_told_and_the_rest_goes_on() -> None:
    refused, kept = results(HEADER + 'B1,2026-11-21,2,"Ana"s\nB2,2026-11-21,2,Bo\n')
    assert isinstance(refused, Refused)
    assert isinstance(kept, StayDraft)


def test_the_same_booking_twice_in_one_file_counts_once() -> None:
    *_, skipped = results(GOOD + "B1,2026-12-01,9,Other\n")
    assert skipped == Skipped("line 4", "the same booking stands on line 2, which counts")


def test_units_of_other_houses_are_refused_with_the_nearest() -> None:
    mapping = STAY.replace("guest_name", "unit")
    (result,) = results(HEADER + "B1,2026-11-21,2,C77\n", mapping, units=("C1", "C7"))
    assert result == Refused("line 2", "unit 'C77' is not one of this house. Did you mean 'C7'?")


def test_a_departure_date_gives_the_nights() -> None:
    mapping = STAY.replace(
        'nights = "Nights"', 'departure = { column = "Nights", date = "%d/%m/%y" }'
    )
    draft = only(HEADER + "B1,2026-11-21,24/11/26,Ana\n", mapping)
    assert draft.departure_on == date(2026, 11, 24)
    assert draft.facts["nights"] == 3
    assert "-3 nights" in refusal("B1,2026-11-21,18/11/26,Ana\n", mapping).message


@pytest.mark.parametrize(("cell", "nights"), [("2,0", 2), ("3.0", 3), ("+4", 4)])
def test_decimal_commas_and_points_are_read(cell: str, nights: int) -> None:
    assert only(HEADER + f'B1,2026-11-21,"{cell}",Ana\n').facts["nights"] == nights


def test_a_number_that_can_be_read_in_two_ways_is_asked_about() -> None:
    refused = refusal("B1,2026-11-21,1.000,Ana\n")
    assert "say in [file]" in refused.message
    german = '[file]\ndecimal = ","\n' + STAY
    assert only(HEADER + "B1,2026-11-21,1.000,Ana\n", german).facts["nights"] == 1000
    assert "2,5" in refusal('B1,2026-11-21,"2,5",Ana\n', german).message


def test_names_and_references_can_be_put_together() -> None:
    mapping = """
    [stay]
    ref = { columns = ["Hotel", "No"] }
    arrival = "Arrival"
    nights = "Nights"
    guest_name = { columns = ["First", "Last"] }
    """
    draft = only("Hotel,No,Arrival,Nights,First,Last\nH1,7,2026-11-21,1,,Ruiz\n", mapping)
    assert (draft.ref, draft.guest_name) == ("H1-7", "Ruiz")


@pytest.mark.parametrize(
    ("text", "hour"),
    [
        ("14", 14),
        ("14:30", 14),
        ("9:05:00", 9),
        ("2 pm", 14),
        ("12 AM", 0),
        ("16 Uhr", 16),
        ("", None),
    ],
)
def test_the_expected_hour_is_read_as_people_write_it(text: str, hour: int | None) -> None:
    mapping = STAY.replace("guest_name", "expected_hour")
    draft = only(HEADER + f"B1,2026-11-21,2,{text}\n", mapping)
    assert draft.expected_hour == hour
    assert draft.facts.get("arrival_hour") == hour


@pytest.mark.parametrize("text", ["25", "14 pm", "evening"])
def test_an_hour_that_is_none_is_refused(text: str) -> None:
    mapping = STAY.replace("guest_name", "expected_hour")
    assert "time of day" in refusal(f"B1,2026-11-21,2,{text}\n", mapping).message


def test_a_status_is_translated_and_an_unknown_one_refused() -> None:
    mapping = STAY.replace(
        'guest_name = "Guest"', 'status = { column = "Guest", values = { Cxl = "cancelled" } }'
    )
    assert only(HEADER + "B1,2026-11-21,2,CXL\n", mapping).status is StayStatus.CANCELLED
    assert only(HEADER + "B1,2026-11-21,2,\n", mapping).status is StayStatus.EXPECTED
    assert "'Odd' has no meaning" in refusal("B1,2026-11-21,2,Odd\n", mapping).message


@pytest.mark.parametrize(
    ("text", "email"), [("ana@example.org", "ana@example.org"), ("n/a", None), ("a b@x.y", None)]
)
def test_what_is_no_address_is_left_out(text: str, email: str | None) -> None:
    mapping = STAY.replace("guest_name", "email")
    assert only(HEADER + f"B1,2026-11-21,2,{text}\n", mapping).email == email


@pytest.mark.parametrize(("text", "tag"), [("DE", "de"), ("pt_BR", "pt-BR"), ("german", None)])
def test_languages_are_tags(text: str, tag: str | None) -> None:
    mapping = STAY.replace("guest_name", "language")
    assert only(HEADER + f"B1,2026-11-21,2,{text}\n", mapping).language == tag


@pytest.mark.parametrize(
    ("adults", "children", "party"),
    [
        ("1", "0", "solo"),
        ("2", "0", "couple"),
        ("2", "1", "family"),
        ("5", "", "group"),
        ("3", "0", None),
        ("2", "", None),
        ("0", "2", None),
    ],
)
def test_the_party_follows_from_adults_and_children(
    adults: str, children: str, party: str | None
) -> None:
    mapping = '[facts]\nadults = "A"\nchildren = "C"\n'
    assert facts_of("A,C", f"{adults},{children}", mapping).get("party") == party


def test_days_of_lead_follow_from_the_booking_date() -> None:
    mapping = 'booked_on = "Booked"\n'
    assert facts_of("Booked", "2026-11-01", mapping)["lead_days"] == 20
    assert "lead_days" not in facts_of("Booked", "2026-12-01", mapping)


def test_a_value_that_is_not_listed_stays_unknown() -> None:
    mapping = '[facts.purpose]\ncolumn = "Why"\nvalues = { Work = "business" }\n'
    assert facts_of("Why", "WORK ", mapping)["purpose"] == "business"
    assert "purpose" not in facts_of("Why", "Wedding", mapping)


def test_the_first_column_that_tells_something_counts() -> None:
    mapping = """
    [[facts.stays_before]]
    column = "N"
    missing = ["0"]
    [[facts.stays_before]]
    column = "R"
    """
    assert facts_of("N,R", "4,1", mapping)["stays_before"] == 4
    assert facts_of("N,R", "0,1", mapping)["stays_before"] == 1
    assert facts_of("N,R", "0,0", mapping)["stays_before"] == 0


@pytest.mark.parametrize(("text", "value"), [("yes", True), ("0", False), ("Ja", True), ("", None)])
def test_yes_and_no_are_read_as_people_write_them(text: str, value: bool | None) -> None:
    mapping = '[facts]\nonline_checkin = "O"\n'
    assert facts_of("O", text, mapping).get("online_checkin") is value


@pytest.mark.parametrize(
    ("fact", "text", "message"),
    [
        ("online_checkin", "perhaps", "allowed: true, false"),
        ("purpose", "holiday", "allowed: business, leisure"),
        ("children", "-1", "allowed: whole numbers from 0"),
        ("children", "NA", "name it under 'missing'"),
        ("home_market", "nowhere at all", "allowed: a tag"),
    ],
)
def test_a_value_that_a_fact_cannot_have_is_refused(fact: str, text: str, message: str) -> None:
    mapping = f'{STAY_ONLY}[facts]\n{fact} = "X"\n'
    header = "Booking,Arrival,Nights,X\n"
    assert message in refusal(f"B1,2026-11-21,2,{text}\n", mapping, header).message


@pytest.mark.parametrize(
    ("mapping", "parts"),
    [
        ("[stay\n", ["mapping:", "not valid TOML"]),
        (STAY + "[fact]\n", ["mapping: fact:", "Did you mean 'facts'?"]),
        ("stay = 3\n", ["stay: must be a table"]),
        (STAY + 'gest = "Guest"\n', ["stay.gest", "Allowed: ref, arrival"]),
        (STAY.replace("ref", "unit"), ["stay.ref: is needed"]),
        (STAY + 'departure = "D"\n', ["either 'nights' or 'departure'"]),
        ('[file]\nencoding = "utf-16"\n' + STAY, ["file.encoding", "'utf-8'", "'cp1252'"]),
        ('[file]\ndate = "%d.%m"\n' + STAY, ["file.date", "year, month and day"]),
        ('[file]\ndelimiter = "|"\n' + STAY, ["file.delimiter", "';'"]),
        (STAY + '[facts]\npurpos = "G"\n', ["facts.purpos", "Did you mean 'purpose'?", "nights"]),
        (STAY + '[facts]\nnationality = "G"\n', ["facts.nationality", "never taken in"]),
        (STAY + '[facts]\npurpose = "guestSex"\n', ["'guestSex' is a protected trait"]),
        (STAY + '[facts]\npurpose = "Birth date"\n', ["'Birth date' is a protected trait"]),
        (STAY + '[facts]\npurpose = "country"\n', ["tells origin", "facts.home_market"]),
        (STAY + "[facts]\nadults = 3\n", ["facts.adults", "name of a column"]),
        (STAY + "[facts.adults]\nmissing = []\n", ["facts.adults", "exactly one way"]),
        (STAY + '[facts.adults]\ncolumn = "A"\nskored = true\n', ["facts.adults.skored"]),
        (STAY + '[facts.channel]\nsum = ["A"]\n', ["facts.channel.sum", "whole numbers"]),
        (
            STAY + '[facts.purpose]\ncolumn = "G"\nvalues = { x = "busines" }\n',
            ["facts.purpose.values", "Did you mean 'business'?", "Allowed: business"],
        ),
        (
            STAY + 'status = { column = "G", values = { x = "canceled" } }\n',
            ["stay.status.values", "Did you mean 'cancelled'?"],
        ),
    ],
)
def test_a_wrong_mapping_names_key_allowed_and_nearest(mapping: str, parts: list[str]) -> None:
    with pytest.raises(MappingError) as caught:
        read_mapping(mapping, FACTS)
    assert all(part in caught.value.message for part in parts), caught.value.message


def test_everything_wrong_with_a_mapping_is_told_at_once() -> None:
    with pytest.raises(MappingError) as caught:
        read_mapping("[stay]\nreff = 'B'\n[facts]\nnope = 'x'\n", FACTS, name="m.toml")
    for part in ("m.toml: stay.reff", "m.toml: stay.arrival", "m.toml: facts.nope"):
        assert part in caught.value.message


def test_the_home_market_may_be_kept_for_statistics() -> None:
    assert facts_of("country", "DK", '[facts]\nhome_market = "country"\n')["home_market"] == "DK"


def test_a_missing_column_is_named_with_the_columns_that_exist() -> None:
    with pytest.raises(MappingError) as caught:
        results(GOOD, STAY.replace('"Guest"', '"Guests"'))
    message = caught.value.message
    assert "stay.guest_name: the file has no column 'Guests'. Did you mean 'Guest'?" in message
    assert "The file has: 'Booking', 'Arrival', 'Nights', 'Guest'." in message


def test_a_column_that_comes_twice_cannot_be_meant() -> None:
    with pytest.raises(MappingError, match="2 columns named 'Guest'"):
        results(GOOD.replace("Booking,", "Booking,Guest,", 1))


def test_control_characters_and_letter_forms_do_not_make_another_name() -> None:
    assert only(HEADER + "B1,2026-11-21,2,Jose\u0301\x0b\x1b Ruiz\n").guest_name == "José Ruiz"


def test_rows_are_read_one_by_one() -> None:
    found: Iterator[Result] = drafts(
        (HEADER + "B1,2026-11-21,2,Ana\n" * 3).encode(), read_mapping(STAY, FACTS), FACTS, "h"
    )
    assert isinstance(next(found), StayDraft)
    assert [type(rest) for rest in found] == [Skipped, Skipped]


def test_the_mapping_of_the_howto_can_be_read() -> None:
    page = Path(__file__).parents[2] / "docs" / "howto" / "import-csv.md"
    text = page.read_text(encoding="utf-8").split("```toml\n")[1].split("```")[0]
    mapping = read_mapping(text, FACTS)
    assert set(mapping.stay) == set(STAY_KEYS) - {"nights"}
    assert mapping.columns()["Infants"] == "facts.children"


def test_a_header_in_quotation_marks_is_read_with_any_separator():
    for mark in ",;\t":
        sheet = open_sheet(f'"ref"{mark}"day"\r\n"B1"{mark}"2026-12-01"\r\n'.encode())
        assert sheet.header == ("ref", "day")

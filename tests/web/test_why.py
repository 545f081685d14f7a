"""An owner sees why a stay was advised as it was, and what would be otherwise if."""

from __future__ import annotations

import re

import pytest
from flask.testing import FlaskClient

from engine.domain.exploration import Exploration
from engine.usecases.context import Context
from engine.usecases.learning.exploring import set_exploration
from tests.web.conftest import Clock
from tests.web.desk_stays import HOUSE, arrive, move_in, n_entries, post

WHY = f"/owner/stays/B-1/why?house={HOUSE}"
IF = f"/owner/stays/B-1/what-if?house={HOUSE}"
CONTROL = Exploration(is_on=True, control_share=1.0)


@pytest.fixture(autouse=True)
def stay(context: Context, clock: Clock) -> None:
    """A guest on business for one night, expected today."""
    move_in(context, clock())
    arrive(context, "B-1")


def plain(page: str) -> str:
    """Text of a page without tags, on one line."""
    return " ".join(re.sub(r"<[^>]+>", " ", page).split())


def steps(page: str) -> list[float]:
    """Numbers beside the steps of the sum, from nothing known to this guest."""
    told = page.split('class="plot-waterfall"')[1].split("</figure>", maxsplit=1)[0]
    numbers = re.findall(r'<b class="number" dir="ltr">([^<]+)</b>', told)
    return [float(number.replace("\N{MINUS SIGN}", "-").replace(",", ".")) for number in numbers]


def test_the_owner_finds_a_stay_by_name_and_by_reference(owner: FlaskClient, context: Context):
    arrive(context, "X-77", "Ólöf Jökulsdóttir")
    assert "Jonas Berg" in owner.get("/owner/stays").text
    for asked in ("olof", "x-77"):
        found = owner.get(f"/owner/stays?q={asked}").text
        assert "Ólöf Jökulsdóttir" in found
        assert "Jonas Berg" not in found
    nobody = owner.get("/owner/stays?q=<b>nobody").text
    assert "No stay of this house has “&lt;b&gt;nobody”" in nobody
    assert "Show the recent ones" in nobody


def test_a_house_without_stays_says_so(clock: Clock, request: pytest.FixtureRequest):
    clock.forward(days=60)
    owner = request.getfixturevalue("owner")  # signs in today, not sixty days ago
    assert "No stays in the last two weeks" in owner.get("/owner/stays").text


def test_each_rule_says_whether_it_holds_and_why_not(owner: FlaskClient):
    told = plain(owner.get(WHY).text)
    assert re.search(r"On a business trip −0\.\d\d|On a business trip Holds\.", told)
    assert "Does not hold, because: Purpose of the trip: on a business trip." in told
    assert "Does not hold, because: Nights: 1." in told
    assert "Cannot be told; not known: Tired." in told
    assert "Your number: −0.35." in told


def test_the_steps_shown_add_up_exactly_to_the_belief_shown(desk: FlaskClient, owner: FlaskClient):
    path = "/desk/B-1"
    post(desk, f"{path}/cues", cue="tired")
    post(desk, f"{path}/answers", question="welcome", grade=1)
    post(desk, f"{path}/reactions", offer="local_tips", reaction="asked_more")
    page = owner.get(WHY).text
    first, *middle, total = steps(page)
    assert first == 0
    assert round(sum(middle), 2) == total
    assert f"The belief stands at {total:+.2f}".replace("-", "−") in plain(page)
    for word in ("Said: A short hello, then I&#39;m fine", "Tips for the area: Asked for more"):
        assert word in page


def test_without_a_word_of_the_guest_the_smaller_rules_make_up_the_rest(owner: FlaskClient):
    page = owner.get(WHY).text
    first, *middle, total = steps(page)
    assert (first, round(sum(middle), 2)) == (0, total)
    assert "All smaller rules together" in page
    assert "not: On holiday" in page


def test_guardrails_styles_and_the_worth_of_a_question_are_told(
    desk: FlaskClient, owner: FlaskClient
):
    told = plain(owner.get(WHY).text)
    assert re.search(r"(Worth|Not worth) asking: the answer to the best question is worth", told)
    post(desk, "/desk/B-1/answers", question="welcome", grade=0)
    told = plain(owner.get(WHY).text)
    assert "The guest&#39;s own word goes before every rule" in told
    assert "Taken away, ways: " in told
    assert "Behind the best" in told


def test_all_advice_is_listed_and_made_again_the_same(desk: FlaskClient, owner: FlaskClient):
    assert "Nothing has been recorded of this stay yet" in owner.get(WHY).text
    post(desk, "/desk/B-1/cues", cue="tired")
    post(desk, "/desk/B-1/check-in", style="brief")
    page = owner.get(WHY).text
    assert page.count("Made again just now from the same: it is the same.") == 2
    assert "Rules 1, model " in page
    link = re.findall(r'href="(/owner/stays/B-1/why\?[^"]*given=\d+)"', page)[-1]
    then = owner.get(link.replace("&amp;", "&")).text
    assert "As it was given to Maria on " in then
    assert 'aria-current="true"' in then
    assert "See how it would be now" in then


def test_supposing_shows_the_change_and_saves_nothing(owner: FlaskClient, context: Context):
    form = owner.get(IF).text
    assert '<option value="business" selected>' in form
    assert "As supposed" not in form
    before = n_entries(context, "B-1")
    asked = "&asked=1&fact.purpose=leisure&fact.nights=6&cue=talks_freely"
    told = plain(owner.get(IF + asked).text)
    assert "Then the advice would change: " in told
    assert "Rules that would say something else" in told
    assert "Cannot be told; not known: Talks freely. → Holds." in told
    assert n_entries(context, "B-1") == before
    assert '<option value="business" selected>' in owner.get(IF).text


def test_a_form_sent_as_it_is_changes_nothing(owner: FlaskClient):
    assert "Then nothing would change." in owner.get(f"{IF}&asked=1").text


def test_what_cannot_be_supposed_is_said_and_kept(owner: FlaskClient):
    answer = owner.get(f"{IF}&asked=1&fact.nights=<many>")
    assert answer.status_code == 422
    assert "Unknown nights &#39;&lt;many&gt;&#39;. Allowed: 0 – 3650." in answer.text
    assert 'value="&lt;many&gt;"' in answer.text


def test_usual_service_is_not_spoilt_by_a_look_unless_the_owner_insists(
    desk: FlaskClient, owner: FlaskClient, context: Context, clock: Clock
):
    set_exploration(context, HOUSE, CONTROL, by="Ana", now=clock())
    closed = owner.get(WHY).text
    assert "usual service, for comparison" in closed
    assert "plot-waterfall" not in closed
    assert "Why (" not in owner.get("/desk/B-1").text
    assert "plot-waterfall" in owner.get(f"{WHY}&show=1").text
    assert "Chance had a say: usual service" in plain(owner.get(f"{WHY}&show=1").text)
    post(desk, "/desk/B-1/check-in", style="near")
    assert "plot-waterfall" in owner.get(WHY).text


def test_supposing_is_closed_where_looking_is(owner: FlaskClient, context: Context, clock: Clock):
    set_exploration(context, HOUSE, CONTROL, by="Ana", now=clock())
    shut = owner.get(IF)
    assert (shut.status_code, shut.location) == (303, f"{WHY}&now=1")
    assert owner.get(f"{IF}&show=1").status_code == 200


def test_the_card_leads_owners_here_and_nobody_else(desk: FlaskClient, owner: FlaskClient):
    link = 'href="/owner/stays/B-1/why"'
    assert link in owner.get("/desk/B-1").text
    assert link not in desk.get("/desk/B-1").text
    assert owner.get("/owner/stays/B-1/why").status_code == 200
    for path in (WHY, IF, "/owner/stays"):
        assert desk.get(path).status_code == 403


@pytest.mark.parametrize("path", ["/owner/stays/none/why", "/owner/stays/none/what-if"])
def test_what_is_not_here_is_not_found(owner: FlaskClient, path: str):
    assert owner.get(path).status_code == 404
    assert owner.get(f"{WHY}&given=99").status_code == 404
    assert owner.get("/owner/stays?house=nowhere").status_code == 404


def test_a_stay_of_any_reference_has_its_page(owner: FlaskClient, context: Context):
    arrive(context, "A 1/ä?<b>", "<script>Eve</script>")
    page = owner.get("/owner/stays").text
    path = next(p for p in re.findall(r'href="(/owner/stays/~[^"]+)"', page))
    told = owner.get(path.replace("&amp;", "&"))
    assert told.status_code == 200
    assert "<script>Eve" not in told.text
    assert "A 1/ä?&lt;b&gt;" in told.text


def test_german_owners_read_german(owner: FlaskClient):
    told = plain(owner.get(f"{WHY}&lang=de").text)
    assert "Wie die Einschätzung entstand" in told
    assert "Trifft nicht zu, weil: Nächte: 1." in told
    assert "Was wäre, wenn …?" in told

"""An owner's edit is checked like the seed, is in force at once everywhere, and loses nothing."""

from __future__ import annotations

import io
import json
import threading
from datetime import timedelta
from typing import Any

import pytest

from engine.bootstrap import open_context, open_scorer
from engine.catalogue.load import catalogue_from
from engine.domain.styles import Mode, Stage
from engine.errors import ConflictError, FormError, NotFoundError
from engine.store import Store
from engine.usecases import jobs
from engine.usecases.advice.advising import adviser_in_force
from engine.usecases.context import Context
from engine.usecases.house.content import (
    Signature,
    confirm_translations,
    move_question,
    rehearse,
    restore,
    save,
)
from engine.usecases.house.content_preview import (
    guest_page,
    lexicons,
    pointed_at,
    spoken_lines,
    untold_values,
)
from engine.usecases.house.content_told import open_thing, things
from tests.usecases.conftest import NOW

WELCOME = "questions/welcome"
ANA = Signature("Ana", NOW, "a try")


def edit(ctx: Context, thing: str = WELCOME, *, seen: int | None = None, **more: Any) -> int:
    """Save a thing as it stands but for the fields in `told`."""
    told = open_thing(ctx, thing).fields | more["told"]
    return save(ctx, thing, told, more.get("signed", ANA), seen=seen)


def wrong(ctx: Context, thing: str, **told: Any) -> list[tuple[str, str]]:
    with pytest.raises(FormError) as refused:
        edit(ctx, thing, told={name.replace("__", "."): value for name, value in told.items()})
    return [(problem.key, str(problem.message)) for problem in refused.value.problems]


def test_an_edit_is_in_force_for_who_made_it_at_once(ctx: Context):
    before = ctx.catalogue
    edit(ctx, told={"text.en": "What suits you?"})
    assert ctx.catalogue.questions["welcome"].text["en"] == "What suits you?"
    assert ctx.catalogue.version != before.version
    assert ctx.catalogue.rules == before.rules


def test_another_process_sees_it_at_its_next_request_and_not_in_the_middle_of_one(ctx: Context):
    other = Context(Store(f"sqlite:///{ctx.store.path}"), ctx.seed, ctx.secret, ctx.base_url)
    shipped = other.catalogue
    edit(ctx, told={"text.en": "What suits you?"})
    assert other.catalogue is shipped
    other.refresh()
    assert other.catalogue == ctx.catalogue
    other.store.close()


def test_a_thread_stays_with_one_version_until_it_asks_again(ctx: Context):
    seen, is_read, is_edited = [], threading.Event(), threading.Event()

    def request() -> None:
        seen.append(ctx.catalogue.version)
        is_read.set()
        is_edited.wait(10)
        seen.append(ctx.catalogue.version)
        ctx.refresh()
        seen.append(ctx.catalogue.version)

    thread = threading.Thread(target=request)
    thread.start()
    is_read.wait(10)
    edit(ctx, told={"text.en": "What suits you?"})
    is_edited.set()
    thread.join()
    assert seen == [ctx.seed.version, ctx.seed.version, ctx.catalogue.version]


def test_advice_after_an_edit_names_its_version_and_can_be_made_again(ctx: Context):
    with ctx.store.read() as work:
        old = adviser_in_force(ctx, work)
        assert adviser_in_force(ctx, work) is old
    edit(ctx, told={"thresholds": [-1.2, 0.1, 0.9]})
    with ctx.store.read() as work:
        new = adviser_in_force(ctx, work)
        assert new.catalogue.version == ctx.catalogue.version != old.catalogue.version
        for adviser in (old, new):
            kept = catalogue_from(work.seeds.get(adviser.catalogue.version))
            assert kept == adviser.catalogue


def test_an_edit_is_kept_as_the_little_that_differs(ctx: Context):
    edit(ctx, "packs/wifi", told={"body.en": "Ask us.", "body.de": "Fragen Sie uns."})
    with ctx.store.read() as work:
        rows = work.connection.exec_driver_sql("SELECT length(tree) FROM seed").scalars().all()
    assert min(rows) < max(rows) / 50


def test_a_restart_knows_every_edit(ctx: Context):
    edit(ctx, told={"text.en": "What suits you?"})
    again = open_context(f"sqlite:///{ctx.store.path}", base_url="http://x", now=NOW)
    assert again.catalogue == ctx.catalogue
    again.store.close()


def test_the_scorer_scores_with_what_owners_changed(ctx: Context, monkeypatch: pytest.MonkeyPatch):
    edit(ctx, "styles/near", told={f"name.{tag}": "Close by" for tag in ("en", "de")})
    monkeypatch.setenv("TACT_DATABASE_URL", f"sqlite:///{ctx.store.path}")
    scorer = open_scorer(now=NOW)
    (line,) = scorer.score(io.StringIO('{"ref": "A"}\n'))
    assert json.loads(line)["versions"]["seed"] == ctx.catalogue.version


def test_a_job_works_with_the_newest_edit(ctx: Context):
    other = Context(Store(f"sqlite:///{ctx.store.path}"), ctx.seed, ctx.secret, ctx.base_url)
    with ctx.store.begin() as work:
        work.jobs.add("look", {}, key="look", due_at=NOW, at=NOW)
    assert other.catalogue is ctx.seed
    edit(ctx, told={"text.en": "What suits you?"})
    seen = []
    tasks = {"look": lambda its, _payload, _now: seen.append(its.catalogue.version)}
    assert jobs.work_one(other, now=NOW, tasks=tasks)
    assert seen == [ctx.catalogue.version]
    other.store.close()


@pytest.mark.parametrize("blank", ["", "  \n "])
def test_a_text_is_needed_in_every_language(ctx: Context, blank: str):
    assert wrong(ctx, WELCOME, text__de=blank) == [("text.de", "A text is needed here.")]


def test_numbers_rise_and_stay_on_the_axis(ctx: Context):
    rise = "Each number must be larger than the one before."
    assert wrong(ctx, WELCOME, thresholds=[-1.0, -1.0, 1.0]) == [("thresholds.1", rise)]
    assert wrong(ctx, WELCOME, thresholds=[-1.0, 2.0, 1.0]) == [("thresholds.2", rise)]
    assert wrong(ctx, WELCOME, thresholds=[-99.0, 0.0, 1.0])[0][0] == "thresholds.0"
    for number in (0.0, -1.0, 11.0, float("nan")):
        assert wrong(ctx, WELCOME, discrimination=number)[0][0] == "discrimination"


def test_a_script_mentions_only_what_is_filled_in(ctx: Context):
    told = {"script__in_person__greet__text__en": "Hello {gest}", "name__en": "x"}
    said = wrong(ctx, "styles/near", **told)
    assert ("script.in_person.greet.text.en", "Nothing is called {gest} here.") in said
    brace = wrong(ctx, "styles/near", name__en="a { b")
    assert brace == [("name.en", "A brace is without its partner.")]


def test_languages_mention_the_same_values(ctx: Context):
    ((field, said),) = wrong(ctx, "packs/wifi", title__de="WLAN {wifi_name}")
    assert field == "title.de"
    assert "{wifi_name}" in said


def test_a_door_code_stays_in_guarded_packs(ctx: Context):
    body = {f"body__{tag}": "The code is {access_code}." for tag in ("en", "de")}
    assert any("guarded" in said for _, said in wrong(ctx, "packs/wifi", **body))


def test_what_is_refused_changes_nothing(ctx: Context):
    before = ctx.catalogue.version
    wrong(ctx, WELCOME, text__de="")
    with ctx.store.read() as work:
        assert work.content.newest() == 0
    ctx.refresh()
    assert ctx.catalogue.version == before


def test_a_value_that_the_house_does_not_tell_yet_may_be_mentioned_and_is_named(ctx: Context):
    bodies = {f"body.{tag}": "Sauna: {sauna_hours}" for tag in ("en", "de")}
    edit(ctx, "packs/wifi", told=bodies)
    assert untold_values(ctx, open_thing(ctx, "packs/wifi").fields) == ("sauna_hours",)


def test_a_page_without_translation_is_told_in_the_first_language(ctx: Context):
    edit(ctx, "packs/wifi", told={"body.de": " "})
    assert open_thing(ctx, "packs/wifi").missing == ("de",)
    assert "Choose the network" in guest_page(ctx, ctx.catalogue, "wifi", "de").text


def test_a_translation_that_did_not_follow_is_named_until_somebody_looked(ctx: Context):
    others = ctx.catalogue.languages[1:]
    edit(ctx, told={"text.en": "What suits you?"})
    assert open_thing(ctx, WELCOME).outdated == others
    confirm_translations(ctx, WELCOME, ANA)
    assert open_thing(ctx, WELCOME).outdated == ()
    edit(ctx, told={"text.en": "What would suit you?"})
    edit(ctx, told={"spoken.de": "Was passt Ihnen?"})
    assert open_thing(ctx, WELCOME).outdated == others, "another text is no translation of it"
    edit(ctx, told={"text.de": "Was passt Ihnen am besten?"})
    assert open_thing(ctx, WELCOME).outdated == tuple(tag for tag in others if tag != "de")
    edit(ctx, told={f"text.{tag}": "?" for tag in ctx.catalogue.languages})
    assert open_thing(ctx, WELCOME).outdated == ()


def test_of_two_owners_the_second_is_told_and_overwrites_nothing(ctx: Context):
    first = open_thing(ctx, WELCOME)
    number = edit(ctx, told={"text.en": "Ana's"}, seen=first.seen)
    eva = Signature("Eva", NOW + timedelta(minutes=1))
    with pytest.raises(ConflictError, match="Ana changed this"):
        edit(ctx, told={"text.en": "Eva's"}, seen=first.seen, signed=eva)
    assert ctx.catalogue.questions["welcome"].text["en"] == "Ana's"
    edit(ctx, told={"text.en": "Eva's"}, seen=number, signed=eva)
    assert ctx.catalogue.questions["welcome"].text["en"] == "Eva's"


def test_every_version_is_kept_and_comes_back_as_a_new_one(ctx: Context):
    one = edit(ctx, "packs/wifi", told={"title.en": "One"})
    edit(ctx, "packs/wifi", told={"title.en": "Two"})
    restore(ctx, "packs/wifi", one, ANA)
    opened = open_thing(ctx, "packs/wifi")
    assert opened.fields["title.en"] == "One"
    changes = [version.changes for version in opened.versions]
    assert changes[:3] == [
        (("title.en", "Two", "One"),),
        (("title.en", "One", "Two"),),
        (("title.en", "Wi-Fi", "One"),),
    ]
    assert [version.is_in_force for version in opened.versions] == [True, False, False, False]
    restore(ctx, "packs/wifi", 0, ANA)
    assert ctx.catalogue.version == ctx.seed.version
    with pytest.raises(NotFoundError):
        restore(ctx, "packs/heating", one, ANA)


def test_saving_what_stands_makes_no_version(ctx: Context):
    fields = open_thing(ctx, "packs/wifi").fields
    crlf = {name: text.replace("\n", "\r\n") + "\r\n" for name, text in fields.items()}
    assert save(ctx, "packs/wifi", crlf, ANA) == 0
    assert len(open_thing(ctx, "packs/wifi").versions) == 1


def test_a_question_moves_and_stays_where_it_was_put(ctx: Context):
    first, second, *_ = ctx.catalogue.questions
    move_question(ctx, second, -1, ANA)
    assert list(ctx.catalogue.questions)[:2] == [second, first]
    move_question(ctx, second, -1, ANA)
    assert things(ctx, "questions")[0].thing == f"questions/{second}"
    with pytest.raises(NotFoundError):
        move_question(ctx, "nothing", 1, ANA)


def test_a_rehearsal_keeps_nothing_and_speaks_as_typed(ctx: Context):
    told = open_thing(ctx, "styles/near").fields | {
        "script.in_person.greet.text.en": "Hello {guest}, this is {house}."
    }
    made = rehearse(ctx, "styles/near", told)
    lines = spoken_lines(ctx, made, "near", Mode.IN_PERSON, "en", guest="Robin Berg")
    assert lines[Stage.GREET] == "Hello Robin Berg, this is Las Cabañas (demo)."
    assert ctx.catalogue.version == ctx.seed.version
    with ctx.store.read() as work:
        assert work.content.newest() == 0


def test_the_lint_points_and_does_not_refuse(ctx: Context):
    edit(ctx, told={"text.en": "What suits you, my friend?"})
    (pointed,) = pointed_at(open_thing(ctx, WELCOME).fields, lexicons(ctx))
    assert (pointed.field, pointed.warned.found) == ("text.en", "my friend")


def test_an_edit_that_a_later_tact_cannot_use_is_left_out_and_kept(ctx: Context):
    with ctx.store.begin() as work:
        told = {"thresholds": [0.0, 1.0]}  # of a question that had one answer fewer
        work.content.add(WELCOME, told, by="Ana", at=NOW, reason="")
    edit(ctx, "packs/wifi", told={"title.en": "Net"})
    again = open_context(f"sqlite:///{ctx.store.path}", base_url="http://x", now=NOW)
    assert again.content.left_out == (WELCOME,)
    assert again.catalogue.packs["wifi"].title["en"] == "Net"
    opened = open_thing(again, WELCOME)
    assert opened.is_left_out
    assert len(opened.versions) == 2
    again.store.close()


def test_every_edit_stands_in_the_history_of_the_house(ctx: Context):
    number = edit(ctx, told={"text.en": "What suits you?"})
    with ctx.store.read() as work:
        (entry,) = work.history.of("content.edited")
    assert (entry.by, entry.detail) == ("Ana", {"thing": WELCOME, "edit": number})

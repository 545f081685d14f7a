"""Plots carry their numbers in attributes and say the same numbers as text, without any style."""

from __future__ import annotations

import re

import pytest
from flask import Flask, render_template_string
from hypothesis import given
from hypothesis import strategies as st

from web.plots import EDGE, MOST_TICKS, ForestRow, Histogram, Sparkline, Stretch, Waterfall

IMPORT = (
    "{% from '_plots.html' import plot_axis, forest_row, forest_key, histogram, sparkline, "
    "waterfall %}"
)
FALL = Waterfall.of(
    ["Business trip", "Tired"],
    [-0.35, -0.6],
    ["−0.35", "−0.60"],
    start=("Usual guest", 0.1, "+0.10"),
    total=("This guest", "−0.85"),
)


def drawn(app: Flask, text: str, **values: object) -> str:
    with app.test_request_context("/"):
        return render_template_string(IMPORT + text, **values)


def numbers_in(html: str, element: str, attribute: str) -> list[float]:
    found = re.findall(rf'<{element} [^>]*\b{attribute}="(-?[\d.]+)%?"', html)
    return [float(number) for number in found]


def test_zero_stands_in_the_middle_and_both_ends_within_the_edge() -> None:
    stretch = Stretch.around_zero([0.2, -1.2])
    assert (stretch.low, stretch.high) == (-1.5, 1.5)
    assert stretch.zero == 50.0
    assert (stretch.at(-9), stretch.at(9)) == (EDGE, 100 - EDGE)


@given(st.floats(-50, 50), st.floats(-50, 50))
def test_more_contact_never_stands_further_left(one: float, other: float) -> None:
    stretch = Stretch.around_zero([one, other])
    low, high = sorted((one, other))
    assert 0 <= stretch.at(low) <= stretch.at(high) <= 100
    assert stretch.span(low, high).width >= 0


@given(st.floats(-100, 100), st.floats(0.01, 200))
def test_ticks_are_few_and_lie_on_the_line(low: float, length: float) -> None:
    stretch = Stretch(low, low + length)
    assert len(stretch.ticks) <= MOST_TICKS
    assert all(low - 1e-6 <= tick.value <= low + length + 0.011 for tick in stretch.ticks)


@pytest.mark.parametrize(("low", "high"), [(1, 1), (2, 1), (float("nan"), 1)])
def test_a_line_without_length_is_refused(low: float, high: float) -> None:
    with pytest.raises(ValueError, match="rises"):
        Stretch(low, high)


def test_half_of_a_belief_is_in_the_thick_bar_and_nine_tenths_in_the_thin_one() -> None:
    stretch = Stretch(-2.0, 2.0)
    row = ForestRow.of(stretch, (0.5, 0.2), (-0.4, 0.3), 0.7)
    assert row.now.at == stretch.at(0.5)
    assert row.now.narrow == stretch.span(0.5 - 0.6745 * 0.2, 0.5 + 0.6745 * 0.2)
    assert row.now.wide == stretch.span(0.5 - 1.6449 * 0.2, 0.5 + 1.6449 * 0.2)
    assert row.before is not None
    assert row.before.narrow is None
    assert row.told == stretch.at(0.7)


def test_what_lies_beyond_the_drawing_has_no_tick() -> None:
    assert ForestRow.of(Stretch(-1, 1), (0, 0.1), told=4.0).told is None
    assert ForestRow.of(Stretch(-1, 1), (0, 0.1)).told is None


def test_a_row_says_itself_to_those_who_do_not_see_it(app: Flask) -> None:
    row = ForestRow.of(Stretch(-2, 2), (0.5, 0.2), (-0.4, 0.3), 0.7)
    html = drawn(app, "{{ forest_row(row, label) }}", row=row, label='You say <−0.40> "so"')
    assert 'aria-label="You say &lt;−0.40&gt; &#34;so&#34;"' in html
    assert numbers_in(html, "circle", "cx") == [row.before.at, row.now.at]  # type: ignore[union-attr]  # drawn above
    assert numbers_in(html, "line", "x1")[-1] == row.told


def test_a_histogram_is_as_high_as_its_numbers_and_tells_them(app: Flask) -> None:
    plot = Histogram.of(["0", "1"], [5, 10], ["5", "10"], marks=[None, 8], mark_texts=["", "8"])
    assert [bar.height for bar in plot.bars] == [50.0, 100.0]
    assert [bar.mark for bar in plot.bars] == [None, 20.0]
    html = drawn(app, "{{ histogram(p, 'Stays', 'Grade', 'Seen', 'Expected') }}", p=plot)
    assert numbers_in(html, "rect", "height")[:2] == [50.0, 100.0]
    assert '<th scope="row">1</th><td class="number">10</td><td class="number">8</td>' in html


def test_columns_of_nothing_are_flat() -> None:
    assert [bar.height for bar in Histogram.of(["a", "b"], [0, 0], ["0", "0"]).bars] == [0, 0]
    assert Histogram.of([], [], []).bars == ()


def test_a_course_runs_left_to_right_and_higher_is_further_up(app: Flask) -> None:
    plot = Sparkline.of(["W1", "W2", "W3"], [1, 3, 2], ["1.0", "3.0", "2.0"], level=2)
    (x1, y1), (x2, y2), (x3, y3) = (
        tuple(map(float, point.split(","))) for point in plot.points.split()
    )
    assert x1 < x2 < x3
    assert y2 < y3 < y1
    assert (plot.last_x, plot.last_y, plot.level) == (x3, y3, y3)
    html = drawn(app, "{{ sparkline(p, 'Loss by week', 'Week', 'Loss') }}", p=plot)
    assert plot.points in html
    assert '<th scope="row">W2</th><td class="number">3.0</td>' in html


def test_one_number_is_a_course_and_none_is_refused() -> None:
    assert Sparkline.of(["W1"], [2], ["2"]).last_y == 50.0
    with pytest.raises(ValueError, match="at least one"):
        Sparkline.of([], [], [])


def test_each_piece_of_a_sum_begins_where_the_one_before_ended() -> None:
    stretch = FALL.stretch
    start, business, tired, total = FALL.steps
    assert start.span == stretch.span(0, 0.1)
    assert business.span == stretch.span(-0.25, 0.1)
    assert tired.span == stretch.span(-0.85, -0.25)
    assert total.span == stretch.span(-0.85, 0)
    assert tired.link == stretch.at(-0.25)
    assert [step.side for step in FALL.steps] == [
        "contact",
        "efficiency",
        "efficiency",
        "efficiency",
    ]


def test_every_step_stands_with_its_name_and_number(app: Flask) -> None:
    html = drawn(app, "{{ waterfall(p, 'From the usual guest to this one') }}", p=FALL)
    for name, number in [("Business trip", "−0.35"), ("Tired", "−0.60"), ("This guest", "−0.85")]:
        assert f"<span>{name}</span>" in html
        assert f'<b class="number" dir="ltr">{number}</b>' in html


def test_no_plot_needs_a_style_or_a_script(app: Flask) -> None:
    html = drawn(
        app,
        "{{ plot_axis(p.stretch, 'less', 'more') }}{{ forest_key('a', 'b', 'c') }}"
        "{{ waterfall(p, 'w') }}{{ histogram(h, 'h', 'a', 'b') }}{{ sparkline(s, 's', 'a', 'b') }}",
        p=FALL,
        h=Histogram.of(["a"], [1], ["1"]),
        s=Sparkline.of(["a"], [1], ["1"]),
    )
    assert "style=" not in html
    assert "<script" not in html
    assert 'dir="ltr"' in html


def test_ticks_are_written_in_the_language_of_the_page(app: Flask) -> None:
    told = Stretch(-0.5, 0.5)
    with app.test_request_context("/?lang=de"):
        assert [tick.label for tick in told.ticks] == ["−0,4", "−0,2", "0", "0,2", "0,4"]

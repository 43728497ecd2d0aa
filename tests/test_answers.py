"""Hand answers: what is read, what is refused, and what is said."""

import math
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from utils.exercises.answers import Hand, Unreadable, close, parse
from utils.reply import NOT_YET, SOLVED


def a_hand(right, **more):
    fields = {"wrong": (), "hints": ("a", "b", "c"), "working": "because", "then": "", "also": (), "unit": ""}
    return Hand("13.h99", "?", right, **{**fields, **more}, tolerance=0.005)


@pytest.mark.parametrize(
    ("typed", "value"),
    [
        ("3/5", 0.6),
        ("0.6", 0.6),
        (".6", 0.6),
        ("sqrt(5)", math.sqrt(5)),
        ("√5", math.sqrt(5)),
        ("-3/4", -0.75),
        ("−3/4", -0.75),
        ("1e-3", 0.001),
        ("2*sqrt(5)", 2 * math.sqrt(5)),
        ("2 · √5", 2 * math.sqrt(5)),
        ("½", 0.5),
        ("ln(2)", math.log(2)),
        ("2*pi", 2 * math.pi),
        ("(1, 2)", [1, 2]),
        ("1/2, 1/4, 1/8, 1/8", [0.5, 0.25, 0.125, 0.125]),
        ("[[1, 2], [3, 4]]", [[1, 2], [3, 4]]),
        ("((1, 2), (3, 4))", [[1, 2], [3, 4]]),
        (3, 3),
        (Fraction(3, 5), 0.6),
        (np.float32(0.5), 0.5),
        ((1, (2)), [1, 2]),
    ],
)
def test_what_is_read(typed, value):
    np.testing.assert_allclose(parse(typed), value, rtol=1e-12)


@pytest.mark.parametrize(
    "typed",
    [
        "__import__('os').system('true')",
        "open('x')",
        "(1).__class__",
        "2**9**9",
        "[i for i in (1, 2)]",
        "lambda: 1",
        "1 if 1 else 2",
        "'3'",
        "True",
        "1/0",
        "sqrt(-1)",
        "exp(1e9)",
        "9" * 400,
        "(" * 300,
        "1, (2, 3), 4, (5",
        "((1, 2), (3,))",
        "sqrt(1, 2)",
        "x",
        "\0",
        "",
        object(),
        {1: 2},
        [1, [2, 3]],
        True,
        1j,
    ],
)
def test_what_is_refused_and_never_evaluated(typed):
    with pytest.raises(Unreadable):
        parse(typed)


@given(st.text(max_size=60))
def test_any_text_is_read_or_refused(text):
    try:
        value = parse(text)
    except Unreadable:
        return
    assert value.dtype == float and np.isfinite(value).all()


@given(st.fractions(min_value=-1000, max_value=1000, max_denominator=1000))
def test_every_fraction_reads_as_its_value(fraction):
    assert parse(str(fraction)) == pytest.approx(float(fraction), abs=1e-12)


def test_tolerance_is_half_a_hundredth_or_half_a_percent():
    assert close(np.array(0.604), np.array(0.6))
    assert not close(np.array(0.607), np.array(0.6))
    assert close(np.array(171.2), np.array(171.9))
    assert not close(np.array(2470.0), np.array(2480.0)), "a count is exact"
    assert not close(np.array([0.6]), np.array(0.6)), "one number is no list"


def test_units_words_and_other_spellings():
    assert a_hand("0.8696", unit="bit").judge("0.87 bits").outcome == SOLVED
    assert a_hand("0.8696", unit="bit").judge("20/23").outcome == SOLVED
    for spelling in ("171.9", "171.9°", "171.9 degrees"):
        assert a_hand("171.9", unit="°/degrees").judge(spelling).outcome == SOLVED
    assert "171.9°." in a_hand("171.9", unit="°/degrees").solution_text
    assert a_hand("mat, the").judge("Mat; THE").outcome == SOLVED
    assert a_hand("mat, the").judge("the, mat").outcome == NOT_YET
    assert a_hand("3", also=("three",)).judge("Three").outcome == SOLVED


def test_infinity_is_a_word_with_many_spellings():
    item = a_hand("∞", also=("inf",), unit="bit")
    for spelling in ("∞", "+∞", "infinity", "inf", "∞ bit", "Infinity bits", math.inf, np.float64("inf")):
        assert item.judge(spelling).outcome == SOLVED
    for other in ("-∞", "−inf", "minus infinity", -math.inf, "0", 5, "?", math.nan):
        assert item.judge(other).outcome == NOT_YET


def test_the_first_failure_gives_no_number_away():
    item = a_hand("0.6")
    assert "0.6" not in item.judge("0.7").plain
    assert "0.6" in item.judge("0.7", failures=1).plain


def test_what_is_said_of_a_wrong_answer():
    item = a_hand("1, 2, 3", wrong=(("3, 2, 1", "The other way round."),))
    assert "The other way round." in item.judge("3, 2, 1").plain
    assert "A list of 2 came; a list of 3 was expected." in item.judge("1, 2").plain
    assert "position 1" in item.judge("1, 5, 3").plain
    assert "could not be read" in item.judge("one two").plain
    assert "a function came" in item.judge(len).plain


def test_what_was_typed_is_escaped():
    page = a_hand("1").judge("<img src=x onerror=alert(1)>").html
    assert "<img" not in page

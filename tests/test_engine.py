"""The checker against everything a learner can hand it."""

import os

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from tests.test_exercises import CHOICES, EXERCISES, FRESH, HANDS, passes_for
from utils.exercises import aid, find, registry
from utils.exercises.engine import Exercise, case, mistake
from utils.reply import NOT_ATTEMPTED, NOT_YET, SOLVED


def an_exercise(**more):
    fields = {
        "id": "13.e99",
        "signature": "double(x)",
        "reference": lambda x: 2.0 * np.asarray(x),
        "also": lambda x: np.asarray(x) + x,
        "cases": (case(np.array([1.0, 2.0])), case(np.array([[1.0, 2.0, 3.0], [4.0, 5.0, 6.5]]))),
        "mistakes": (mistake("squared", lambda x: x**2, "You squared."), mistake("sign", lambda x: -2 * x)),
        "properties": (),
        "exact": True,
        "difficulty": 1,
        "importance": 1,
        "minutes": 1,
        "hints": ("a", "b", "c"),
        "then": "And halve?",
        "rtol": 1e-7,
        "atol": 1e-9,
    }
    return Exercise(**{**fields, **more})


def prints(x):
    print(2 * x)


def mutates(x):
    x *= 2
    return x / 1.0


def has_nan(x):
    return np.where(x > 1, np.nan, 2 * x)


def wrong_key(x):
    return {}["cat"]


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (prints, "It printed something and returned nothing"),
        (lambda x: [].append(x), "returned nothing (None)"),
        (lambda x: 2 * x[0], "where an array of shape (2,) was expected"),
        (lambda x: x.T @ x, "where an array of shape"),
        (lambda x: "2", "a word came"),
        (lambda x: 2j * x, "Complex numbers"),
        (lambda x: x > 1, "dtype is bool"),
        (has_nan, "nan"),
        (lambda x: x / 0, "inf"),
        (mutates, "changed its argument x"),
        (lambda x: y, "does not know the name 'y'"),  # noqa: F821
        (lambda: 1, "signature"),
        (wrong_key, "looks up a key"),
        (lambda x: x**2, "You squared."),
        (lambda x: np.where(x > 1, 2 * x, 0), "the numbers are not"),
        (lambda x: object(), "an object of type object"),
        (np.array([2.0, 4.0]), "without calling double"),
        ("double", "The function itself was expected"),
    ],
)
def test_a_wrong_answer_gets_its_sentence(answer, words):
    with np.errstate(all="ignore"):
        verdict = an_exercise().judge(answer)
    assert verdict.outcome == NOT_YET
    assert words in verdict.plain


def test_an_unfinished_answer_is_not_attempted():
    def left_as_it_was(x):
        y = np.asarray(x)  # noqa: F841
        return ...

    for answer in (None, ..., lambda x: None, lambda x: ..., left_as_it_was):
        assert an_exercise().judge(answer).outcome == NOT_ATTEMPTED


def test_lists_and_boxed_numbers_are_accepted():
    assert an_exercise().judge(lambda x: (2 * x).tolist()).outcome == SOLVED
    total = an_exercise(
        signature="total(x)",
        reference=lambda x: float(np.sum(x)),
        mistakes=(mistake("first", lambda x: float(np.ravel(x)[0]), "Only the first."),),
    )
    for boxed in (lambda x: np.array(np.sum(x)), lambda x: np.sum(x), lambda x: float(np.sum(x))):
        assert total.judge(boxed).outcome == SOLVED
    assert "One number was expected" in total.judge(lambda x: np.array([np.sum(x)])).plain


def test_a_wrong_word_is_called_a_word():
    item = an_exercise(
        signature="side(x)",
        reference=lambda x: "right" if np.sum(x) > 4 else "left",
        mistakes=(mistake("always", lambda x: "left", "Not always."),),
    )
    assert "A word is expected here, but another one" in item.judge(lambda x: "upper").plain
    assert "Not always." in item.judge(lambda x: "left").plain


def test_the_order_of_the_reasons():
    """An error is told before a misfit, a misfit before a mutation, a mutation before wrong numbers."""

    def breaks_later(x):
        if x.ndim == 2:
            raise KeyError("late")
        return x[0]

    assert "looks up a key" in an_exercise().judge(breaks_later).plain

    def mutates_and_is_wrong(x):
        x += 1
        return x * 1.0

    assert "changed its argument" in an_exercise().judge(mutates_and_is_wrong).plain


def test_numbers_come_with_the_second_failure():
    def almost(x):
        return np.where(x > 4, 0.0, 2 * x)

    first, second = (an_exercise().judge(almost, failures=n).plain for n in (0, 1))
    assert "row 1, column 1" in first and "Yours:" in first and "Expected:" not in first
    assert "Expected:" in second and "13." in second


def test_a_reference_that_raises_wants_the_same_error():
    def inverse(x):
        if x == 0:
            raise ValueError("no inverse")
        return 1 / x

    item = an_exercise(reference=inverse, cases=(case(2.0), case(0.0)), mistakes=(), exact=True)
    assert item.judge(inverse).outcome == SOLVED
    assert "should raise ValueError" in item.judge(lambda x: 1 / x if x else 0.0).plain
    assert "divides by zero" in item.judge(lambda x: 1 / x).plain


def test_what_a_learner_wrote_is_escaped():
    def evil(x):
        raise ValueError("<script>alert(1)</script>")

    assert "<script>" not in an_exercise().judge(evil).html
    assert "<b>" not in an_exercise().judge(lambda x: "<b>bold</b>").html
    assert "<script>" not in aid.unknown("<script>").html


class Hostile:
    """Fails in every way an object can fail."""

    def _fail(self, *args, **kwargs):
        raise RuntimeError("hostile")

    __call__ = __array__ = __len__ = __iter__ = __eq__ = __bool__ = __float__ = __repr__ = __str__ = _fail
    __getitem__ = __deepcopy__ = __getattr__ = _fail
    __hash__ = object.__hash__


SCALARS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.text(max_size=8),
    st.complex_numbers(),
    st.binary(max_size=4),
)
ARRAYS = st.one_of(
    arrays(float, st.tuples(st.integers(0, 3), st.integers(0, 3)), elements=st.floats()),
    arrays(float, st.integers(0, 5), elements=st.floats()),
    arrays(bool, st.integers(0, 3)),
    arrays(np.int64, st.integers(0, 3)),
)
VALUES = st.recursive(
    SCALARS
    | ARRAYS
    | st.builds(Hostile)
    | st.just(...)
    | st.sampled_from([ValueError, KeyError, OSError, object(), len]),
    lambda inner: st.lists(inner, max_size=3) | st.tuples(inner, inner) | st.dictionaries(st.text(max_size=2), inner),
    max_leaves=4,
)


class Constant:
    """A function that gives the same thing whatever it is asked."""

    def __init__(self, value, raises):
        self.value, self.raises = value, raises

    def __call__(self, *args, **kwargs):
        if self.raises and isinstance(self.value, type):
            raise self.value("on purpose")
        return self.value


THINGS = VALUES | st.builds(Constant, VALUES, st.booleans())


def of(days, items):
    return [item for item in items if registry.day_of(item.id) in days]


@pytest.mark.parametrize("days", [range(11), range(11, 21), range(21, 31)], ids=lambda days: f"to day {days[-1]}")
@settings(max_examples=2000 if os.environ.get("CI") else 300, deadline=None, suppress_health_check=list(HealthCheck))
@given(thing=THINGS)
def test_no_wrong_object_raises_or_is_solved(days, thing):
    """Each drawn object goes to every item of these days: 300 every day, 2,000 where CI is set."""
    for exercise in of(days, EXERCISES):
        assert exercise.judge(thing).outcome != SOLVED, exercise.id
    for item in of(days, (*HANDS, *FRESH)):
        if not passes_for(item, thing):
            assert item.judge(thing).outcome != SOLVED, item.id
    for item in of(days, CHOICES):
        if not isinstance(thing, int | str):
            assert item.judge(thing).outcome != SOLVED, item.id


def test_check_never_raises_and_names_what_exists():
    assert "13.e1" in aid.unknown("13.e77").plain
    assert find("13.e77") is None and find("31.e1") is None and find(13) is None and find(Hostile()) is None
    assert "Ids look like" in aid.unknown("e1").plain


def test_judge_survives_a_broken_item(monkeypatch):
    item = find("13.e1")
    monkeypatch.setattr(type(item), "judge", lambda *_: 1 / 0)
    assert "could not judge" in registry.judge(item, len).plain


def test_hints_come_one_by_one_and_then_the_solution():
    aid._given.clear()
    item = find("13.e1")
    shown = [aid.hint("13.e1").plain for _ in range(4)]
    for text, expected in zip(shown, item.hints, strict=False):
        assert expected in text
    assert "def softmax" in shown[3] and "# solution" not in shown[3] and "keepdims=True" in shown[3]
    hand_hints = [aid.hint("13.h1").plain for _ in range(4)]
    assert "1/2, 1/4" in hand_hints[3]
    assert "explains itself" in aid.hint("13.q1").plain


def test_compare_puts_both_codes_and_results_side_by_side():
    def softmax(z, axis=-1):
        return z / z.sum()  # <my way>

    reply = aid.compare("13.e1", softmax)
    assert "# <my way>" in reply.plain and "np.max(z" in reply.plain
    assert "&lt;my way&gt;" in reply.html and "<my way>" not in reply.html
    assert "Yours:    [0.1667 0.3333 0.5   ]" in reply.plain
    assert "Solution: [0.09   0.2447 0.6652]" in reply.plain
    assert "../solutions/day13_softmax.ipynb#cell-id=e1" in reply.html
    for answer in (None, ..., 3, Hostile(), lambda z: 1 / 0, len):
        assert "def softmax" in aid.compare("13.e1", answer).plain
    assert "1/2, 1/4, 1/8, 1/8" in aid.compare("13.h1", "3/7, 2/7").plain

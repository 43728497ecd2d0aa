"""Nothing that a learner's function does may stop the notebook."""

import signal
import time
import warnings

import numpy as np
import pytest

from utils import guard


def _stub(x):
    """Docstring."""
    ...


def _passes(x):
    pass


def _outer():
    x = 1

    def inner():
        return x

    return inner


@pytest.mark.parametrize("thing", [None, ..., _stub, _passes, lambda: None, lambda: ...])
def test_placeholders(thing):
    assert guard.is_placeholder(thing)


@pytest.mark.parametrize("thing", [lambda: 3, lambda x: x, lambda: "", print, 0, "", [], _outer(), np.zeros(0), type])
def test_attempts(thing):
    assert not guard.is_placeholder(thing)


def test_a_value_and_an_error():
    assert guard.run(lambda a, b=1: a + b, 2, b=3).value == 5
    assert isinstance(guard.run(lambda: 1 / 0).error, ZeroDivisionError)
    assert isinstance(guard.run(exit).error, SystemExit)


def test_the_person_at_the_keyboard_can_stop_it():
    def stop():
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        guard.run(stop)


def endless():
    while True:
        pass


def endless_and_stubborn():
    while True:
        try:
            while True:
                pass
        except Exception:
            pass


def endless_with_a_bare_except():
    for _ in range(3):
        try:
            while True:
                pass
        except:  # noqa: E722
            pass


@pytest.mark.skipif(not hasattr(signal, "setitimer"), reason="this system has no interval timer")
@pytest.mark.parametrize("function", [endless, endless_and_stubborn, lambda: time.sleep(60)])
def test_an_endless_loop_ends(function):
    assert isinstance(guard.run(function, seconds=0.1).error, guard.OutOfTime)


@pytest.mark.skipif(not hasattr(signal, "setitimer"), reason="this system has no interval timer")
def test_a_loop_that_catches_everything_is_asked_again():
    assert guard.run(endless_with_a_bare_except, seconds=0.1).error is None


@pytest.mark.skipif(not hasattr(signal, "setitimer"), reason="this system has no interval timer")
def test_a_guard_inside_a_guard_gives_the_outer_alarm_back():
    def outer():
        guard.run(lambda: 1, seconds=5)
        endless()

    assert isinstance(guard.run(outer, seconds=0.2).error, guard.OutOfTime)


def test_warnings_are_silenced():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert guard.run(lambda: np.log(np.zeros(2))).value[0] == -np.inf


class Silent(Exception):
    def __str__(self):
        raise RuntimeError


@pytest.mark.parametrize(
    ("function", "words"),
    [
        (lambda: np.ones((2, 3)) @ np.ones((2, 3)), "Two shapes do not fit"),
        (lambda: np.ones(3) + np.ones(4), "Two shapes do not fit"),
        (lambda: softmx, "'softmx'"),  # noqa: F821
        (lambda: [][1], "Count positions from 0"),
        (lambda: {}["cat"], "cat"),
        (lambda: 1 / 0, "divides by zero"),
        (lambda: (lambda x: x)(), "signature"),
        (lambda: "a" + 1, "TypeError"),
        (exit, "Return the answer instead"),
    ],
)
def test_errors_in_plain_words(function, words):
    assert words in guard.in_words(guard.run(function).error)


def test_an_exception_that_cannot_be_printed():
    assert "Silent" in guard.in_words(Silent())


def test_endless_recursion():
    def again():
        return again()

    assert "without end" in guard.in_words(guard.run(again).error)

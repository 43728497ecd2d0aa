"""Draw with a learner's function: what it gives is drawn, and what goes wrong is said in a sentence."""

import contextlib
import io
import warnings

import numpy as np

from utils import guard

SECONDS = 1.0


class Learner:
    """A learner's function with the course's version behind it.

        softmax = Learner(function, probability.softmax)
        shares, remark = softmax(scores / temperature)

    A call gives a value that can always be drawn, and a remark for the caption: empty when the learner's function did
    its work (its numbers may be wrong: then the picture shows that), else the reason why this is the course's version.

    function    the learner's; a placeholder counts as not written yet, None as not given (no remark)
    course      the function of the course with the same arguments
    check       check(value, expected) -> sentence or None: what, besides type, shape and NaN, makes a value unfit
    name        what the learner calls the function; default is the course's name for it
    seconds     how long one call may take; more than the default is for trainings, never for a slider's step
    through     what both functions go through first, such as by_place(words): function -> function
    """

    def __init__(self, function, course, check=None, name=None, seconds=SECONDS, through=None):
        self._name = name or course.__name__
        if through is not None:
            course = through(course)
            # What is no function yet stays as it is, so that the remark can say so.
            function = through(function) if callable(function) and not guard.is_placeholder(function) else function
        self._function = function
        self._course = course
        self._check = check
        self._seconds = seconds
        self._endless = False

    def __call__(self, *args, **kwargs):
        expected = self._course(*args, **kwargs)
        if self._function is None:
            return expected, ""
        if guard.is_placeholder(self._function):
            return expected, f"{self._name} is not written yet: this is the course's version."
        if not callable(self._function):
            kind = type(self._function).__name__
            return expected, f"{self._name} is not a function but {_a(kind)}: this is the course's version."
        value, problem = self._attempt(args, kwargs, expected)
        if problem:
            stop = "" if problem[-1] in ".?!" else "."
            return expected, f"Your {self._name} {problem}{stop} This is the course's version."
        return value, ""

    def _attempt(self, args, kwargs, expected):
        """The learner's value and None, or None and what is wrong with it."""
        long = "a second" if self._seconds == 1 else f"{self._seconds:g} seconds"
        if self._endless:  # a second for every step of a slider would be too long
            return None, f"did not end within {long}. Run this cell again when you have changed it."
        given = {name: _copy(kwargs[name]) for name in kwargs}
        run = _quietly(self._function, self._seconds, *map(_copy, args), **given)
        if isinstance(run.error, guard.OutOfTime):
            self._endless = True
            return None, f"was still running after {long} and was stopped. Does its loop ever end?"
        if run.error is not None:
            return None, f"stopped. {guard.in_words(run.error)}"
        fitted = guard.run(_fit, run.value, expected, seconds=SECONDS)
        if fitted.error is not None:
            return None, f"gave {_a(type(run.value).__name__)} that cannot be drawn"
        value, problem = fitted.value
        if problem is None and self._check is not None:
            problem = self._check(value, expected)
        return value, problem


def by_place(words):
    """For functions that answer with one of some words: they give its place, since pictures are drawn from numbers."""

    def through(function):
        def coded(*args):
            word = function(*args)
            if word is not None and (not isinstance(word, str) or word not in words):
                raise ValueError(f"it gave {word!r}, which is none of {', '.join(words)}")
            return None if word is None else words.index(word)

        return coded

    return through


def _quietly(function, seconds, /, *args, **kwargs):
    """Run the function without what it prints or warns: a slider would repeat it twenty times a second."""
    with contextlib.redirect_stdout(io.StringIO()), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return guard.run(function, *args, seconds=seconds, **kwargs)


def _copy(argument):
    return argument.copy() if isinstance(argument, np.ndarray) else argument


def _fit(value, expected):
    """The value as an array like the expected one and None, or None and what does not fit."""
    if value is None:
        return None, "returned nothing. Is the `return` missing?"
    if isinstance(expected, tuple):
        if not isinstance(value, tuple | list) or len(value) != len(expected):
            return None, f"gave {_a(type(value).__name__)} where {len(expected)} values were expected"
        fitted = [_fit(part, like) for part, like in zip(value, expected, strict=True)]
        problems = [problem for _, problem in fitted if problem]
        return tuple(part for part, _ in fitted), problems[0] if problems else None
    like = np.asarray(expected)
    try:
        array = np.asarray(value)
        array = array.astype(like.dtype if array.dtype.kind in "biuf" else float)
    except (TypeError, ValueError):
        return None, f"gave {_a(type(value).__name__)} where numbers were expected"
    if array.shape != like.shape:
        return None, f"gave shape {array.shape} where {like.shape} was expected"
    if like.dtype.kind == "f":
        for test, word in ((np.isnan, "nan (not a number)"), (np.isinf, "an infinite number")):
            places = int(np.sum(test(array) & ~test(like)))
            if places:
                return None, f"gave {word} in {places} of {array.size} places"
    return (array if isinstance(expected, np.ndarray) else array[()].item()), None


def _a(kind: str) -> str:
    return f"an {kind}" if kind[0] in "aeiou" else f"a {kind}"

"""Comparing what a function returned with what it should return, and saying how the two differ."""

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Thing:
    """A value that is neither number, text nor a collection of those; known by its type's name only."""

    kind: str


def is_ellipsis(value) -> bool:
    """Is this the normal form of `...`, which stands where the learner has still to write?"""
    return isinstance(value, Thing) and value.kind == "ellipsis"


def normal(value):
    """The comparable form of any value: arrays for numbers, tuples and dicts of such, str, None or Thing.

    Never raises: a learner's object may fail in any of its methods.
    """
    try:
        return _normal(value, depth=0)
    except Exception:
        return Thing(type(value).__name__)


def _normal(value, depth):
    if value is None or isinstance(value, str):
        return value
    if depth > 6:
        return Thing("deeply nested " + type(value).__name__)
    if isinstance(value, dict):
        return {str(key): _normal(part, depth + 1) for key, part in value.items()}
    if isinstance(value, np.ndarray | np.generic | bool | int | float | complex):
        return _array(value)
    if isinstance(value, list | tuple):
        if all(isinstance(part, np.ndarray | np.generic | bool | int | float | list) for part in value):
            array = _regular(value)
            if array is not None:
                return array
        return tuple(_normal(part, depth + 1) for part in value)
    return Thing(type(value).__name__)


def _regular(parts):
    try:
        array = np.asarray(parts)
    except (ValueError, OverflowError):
        return None
    return array if array.dtype.kind in "biufc" else None


def _array(value):
    array = np.asarray(value)
    if array.dtype.kind in "US":
        return str(value) if array.ndim == 0 else tuple(str(part) for part in array.ravel())
    return array if array.dtype.kind in "biufc" else Thing(f"array of {array.dtype}")


def same(a, b, rtol: float, atol: float) -> bool:
    """Do two normal forms agree: shapes, kinds, and numbers within the tolerances (NaN equals NaN)?"""
    if isinstance(a, np.ndarray) and isinstance(b, np.ndarray):
        if a.shape != b.shape or (a.dtype.kind == "b") != (b.dtype.kind == "b"):
            return False
        if "c" in (a.dtype.kind, b.dtype.kind) and a.dtype.kind != b.dtype.kind:
            return False
        if a.dtype == b.dtype and a.tobytes() == b.tobytes():  # the usual case, and ten times faster than allclose
            return True
        with np.errstate(all="ignore"):
            return bool(np.allclose(a, b, rtol=rtol, atol=atol, equal_nan=True))
    if isinstance(a, tuple) and isinstance(b, tuple):
        return len(a) == len(b) and all(same(x, y, rtol, atol) for x, y in zip(a, b, strict=True))
    if isinstance(a, dict) and isinstance(b, dict):
        return a.keys() == b.keys() and all(same(a[key], b[key], rtol, atol) for key in a)
    return type(a) is type(b) and not isinstance(a, np.ndarray) and a == b


def misfit(value, expected) -> str:
    """What is wrong with the kind of a value: its type, length, shape, dtype or a NaN; "" when all fit."""
    if isinstance(expected, np.ndarray):
        return _array_misfit(value, expected)
    if isinstance(expected, tuple):
        if not isinstance(value, tuple):
            return f"{describe(value)} came where {describe(expected)} was expected."
        if len(value) != len(expected):
            return f"{len(value)} values came where {len(expected)} were expected."
        return next((text for pair in zip(value, expected, strict=True) if (text := misfit(*pair))), "")
    if isinstance(expected, dict) and isinstance(value, dict):
        if value.keys() != expected.keys():
            return f"The keys are {_names(value)}; they should be {_names(expected)}."
        return next((f"{key}: {text}" for key in expected if (text := misfit(value[key], expected[key]))), "")
    if type(value) is not type(expected):
        return f"{describe(value)} came where {describe(expected)} was expected."
    return ""


def _array_misfit(value, expected):
    if value is None:
        return "Nothing came back (None). Did you forget `return`?"
    if not isinstance(value, np.ndarray):
        return f"{describe(value)} came where {describe(expected)} was expected."
    if value.shape != expected.shape:
        if expected.shape == () and value.size == 1:
            return f"One number was expected, not an array of shape {value.shape} with one number in it."
        return f"{describe(value)} came where {describe(expected)} was expected."
    if value.dtype.kind == "c" and expected.dtype.kind != "c":
        return "Complex numbers came where real numbers were expected."
    if (value.dtype.kind == "b") != (expected.dtype.kind == "b"):
        return f"The dtype is {value.dtype}; {_dtype(expected)} was expected."
    if value.dtype.kind in "fc" and np.isnan(value).any() and not np.isnan(expected.astype(float)).any():
        return (
            'There is nan ("not a number") in it: somewhere 0/0, inf/inf, inf − inf or the root of a negative number '
            "was computed."
        )
    if value.dtype.kind in "fc" and np.isinf(value).any() and np.isfinite(expected.astype(float)).all():
        return "There is inf in it: a number grew too large, or something was divided by 0."
    return ""


def _dtype(array):
    return "True/False" if array.dtype.kind == "b" else "numbers"


def _names(mapping) -> str:
    return ", ".join(mapping) or "none"


def describe(value) -> str:
    """A value's kind in a few words, with its shape."""
    if value is None:
        return "None"
    if isinstance(value, str):
        return "a word"
    if isinstance(value, np.ndarray):
        if value.shape == ():
            return "True or False" if value.dtype.kind == "b" else "one number"
        return f"an array of shape {value.shape}"
    if isinstance(value, tuple):
        return f"a tuple of {len(value)}"
    if isinstance(value, dict):
        return "a dict"
    return f"an object of type {value.kind}"


def first_difference(value, expected, rtol: float, atol: float) -> str:
    """Where two values of the same kind part for the first time, in words; "" for single values."""
    if isinstance(expected, tuple) and isinstance(value, tuple):
        parts = [(f"value {i}", *pair) for i, pair in enumerate(zip(value, expected, strict=False))]
        return _first_different_part(parts, rtol, atol)
    if isinstance(expected, dict) and isinstance(value, dict):
        parts = [(key, value[key], expected[key]) for key in expected if key in value]
        return _first_different_part(parts, rtol, atol)
    if not isinstance(expected, np.ndarray) or not isinstance(value, np.ndarray) or value.shape != expected.shape:
        return ""
    if expected.ndim == 0:
        return ""
    with np.errstate(all="ignore"):
        differs = ~np.isclose(value, expected, rtol=rtol, atol=atol, equal_nan=True)
    if not differs.any():  # False stands where 0 was expected: the kind differs, no number does
        return ""
    index = tuple(int(i) for i in np.argwhere(differs)[0])
    if expected.ndim == 1:
        return f"position {index[0]}"
    if expected.ndim == 2:
        return f"row {index[0]}, column {index[1]}"
    return f"index {index}"


def _first_different_part(parts, rtol, atol) -> str:
    for name, x, y in parts:
        if not same(x, y, rtol, atol):
            inner = first_difference(x, y, rtol, atol)
            return f"{name}, {inner}" if inner else name
    return ""


def show(value) -> str:
    """A value as a learner would read it: rounded, no minus zero, long arrays shortened."""
    if isinstance(value, np.ndarray):
        if value.dtype.kind == "b":
            return np.array2string(value)
        if value.dtype.kind in "iu":
            return np.array2string(value, threshold=60)
        return np.array2string(value + 0.0, precision=4, suppress_small=_moderate(value), threshold=60)
    if isinstance(value, tuple):
        return "(" + ", ".join(show(part) for part in value) + ")"
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key}: {show(part)}" for key, part in value.items()) + "}"
    return f"<{value.kind}>" if isinstance(value, Thing) else repr(value)


def _moderate(array) -> bool:
    finite = np.abs(array[np.isfinite(array)])
    return bool(finite.size == 0 or finite.max() < 1e5)


def show_argument(value) -> str:
    """An argument of a call, in a form that can be read: arrays as nested lists, functions by name."""
    if callable(value):
        return getattr(value, "__name__", "a function")
    return show(normal(value))


def labelled(label: str, text: str) -> str:
    """A label and a text that may have several lines, aligned below one another."""
    label = f"{label:<10}" if label.endswith(":") else label + " "
    return label + text.replace("\n", "\n" + " " * len(label))

"""Comparing values, and saying where they part."""

import numpy as np
import pytest

from utils.exercises.values import Thing, first_difference, misfit, normal, same, show

A = np.arange(6.0).reshape(2, 3)


def changed(array, index, value=9.0):
    array = array.copy()
    array[index] = value
    return array


@pytest.mark.parametrize(
    ("value", "expected", "where"),
    [
        (changed(A, (1, 2)), A, "row 1, column 2"),
        (changed(A[0], 1), A[0], "position 1"),
        (changed(A[None], (0, 1, 0)), A[None], "index (0, 1, 0)"),
        ((A, changed(A[0], 2)), (A, A[0]), "value 1, position 2"),
        ({"dQ": A, "dK": changed(A, (0, 1))}, {"dQ": A, "dK": A}, "dK, row 0, column 1"),
        (np.array(1.0), np.array(2.0), ""),
        (np.array([[False]]), np.array([[0.0]]), ""),
    ],
)
def test_the_first_difference(value, expected, where):
    assert first_difference(value, expected, 1e-7, 1e-9) == where


def test_dicts_name_the_key_that_does_not_fit():
    assert misfit({"dQ": A, "dK": A.T}, {"dQ": A, "dK": A}).startswith("dK: ")
    assert "dK" in misfit({"dQ": A}, {"dQ": A, "dK": A})
    assert misfit({"dQ": A}, {"dQ": A}) == ""


def test_nan_is_traced_to_what_makes_it():
    with np.errstate(invalid="ignore"):
        assert "the root of a negative number" in misfit(normal(np.sqrt(np.array([4.0, -1.0]))), np.array([2.0, 1.0]))


def test_normal_forms():
    assert same(normal([1, 2]), np.array([1.0, 2.0]), 0, 0)
    assert normal(np.float64(2)).shape == ()
    assert isinstance(normal(object()), Thing)
    assert isinstance(normal([1, [2, 3]]), tuple)
    assert normal(["cat", "mat"]) == ("cat", "mat")
    assert same(normal(np.nan), normal(np.nan), 0, 0)
    assert not same(normal(True), normal(1.0), 0, 0)


def test_numbers_are_shown_rounded_and_without_minus_zero():
    assert show(np.array([-0.0, 1 / 3])) == "[0.     0.3333]"
    assert show(np.array(np.float64(2.5))) == "2.5"

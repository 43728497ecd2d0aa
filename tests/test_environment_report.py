"""The start page's look at the Python it runs in."""

import pytest

from utils import environment
from utils.reply import NOT_YET, SOLVED


def test_all_is_well_here(monkeypatch):
    monkeypatch.setenv("OPENBLAS_NUM_THREADS", "1")
    assert environment.problems() == []
    assert environment.report().outcome == SOLVED


@pytest.mark.parametrize(
    ("name", "installed", "words"),
    [("numpy", "1.20.0", "numpy >=2.0 is needed; 1.20.0 is installed"), ("jupytext", None, "jupytext is missing")],
)
def test_what_is_missing_is_named(monkeypatch, name, installed, words):
    real = environment.version

    def version(asked):
        if asked != name:
            return real(asked)
        if installed is None:
            raise environment.PackageNotFoundError(asked)
        return installed

    monkeypatch.setattr(environment, "version", version)
    assert words in environment.report().plain
    assert environment.report().outcome == NOT_YET


def test_an_old_python_and_many_threads(monkeypatch):
    monkeypatch.setattr(environment.sys, "version_info", (3, 9, 1, "final", 0))
    monkeypatch.setenv("OPENBLAS_NUM_THREADS", "8")
    said = environment.report().plain
    assert "this is 3.9.1" in said and "OPENBLAS_NUM_THREADS" in said


def test_a_course_that_is_not_installed(monkeypatch):
    monkeypatch.setattr(environment, "DISTRIBUTION", "no-such-distribution-at-all")
    assert "not installed here" in environment.report().plain

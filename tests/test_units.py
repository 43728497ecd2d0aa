"""Bits and nats never mix: what a lesson prints and says about information carries its unit, and converts rightly."""

import re
from fractions import Fraction
from itertools import pairwise
from math import log

import nbformat
import pytest

from utils import build

lessons = pytest.mark.parametrize("day", build.sources(), ids=lambda day: build.sources()[day].stem)

INFORMATION = re.compile(
    r"\b(entrop\w*|surpris\w*|loss(es)?|KL|NLL|floors?|code length|log-likelihood)\b", re.IGNORECASE
)
UNIT = re.compile(r"\b(bits?|nats?)\b", re.IGNORECASE)
NO_AMOUNT = re.compile(r"(gradient|slope)s? of the loss|no unit|distance from")  # the number there is of another kind
AMOUNT = re.compile(r"(?P<number>\d+(?:\.\d+|/\d+)?) (?P<unit>bit|nat)s?(?:/token| per token| a token)?\b")
EQUATES = re.compile(r"\s*(=|≈|, or|or|\()\s*")


def outputs(day):
    """(cell id, text) of everything that the solution edition of a day prints or shows."""
    for cell in nbformat.read(build.sources()[day].with_suffix(".ipynb"), as_version=4).cells:
        for output in cell.get("outputs", []):
            yield cell.id, output.get("text") or output.get("data", {}).get("text/plain", "")


def without_unit(text):
    """Lines that name an amount of information with decimals, and no unit there or in the table's head."""
    lines = text.splitlines()
    if not lines or UNIT.search(lines[0]):
        return []
    named = (line for line in lines if INFORMATION.search(line) and re.search(r"\d\.\d", line))
    return [line for line in named if not UNIT.search(line) and not NO_AMOUNT.search(line)]


def in_nats(match):
    """The smallest and the largest amount that are written like this."""
    value = float(Fraction(match["number"]))
    decimals = len(match["number"].partition(".")[2])
    rounding = 0.51 * 10.0**-decimals if decimals else 1e-12
    factor = log(2) if match["unit"] == "bit" else 1.0
    return (value - rounding) * factor, (value + rounding) * factor


def unequal(text):
    """Pairs like "1.75 bit = 1.213 nat" that are not the same amount."""
    found = list(AMOUNT.finditer(text))
    pairs = [(a, b) for a, b in pairwise(found) if EQUATES.fullmatch(text[a.end() : b.start()])]
    low_high = [(in_nats(a), in_nats(b), text[a.start() : b.end()]) for a, b in pairs]
    return [said for (low, high), (least, most), said in low_high if most < low or least > high]


@pytest.mark.parametrize(
    ("text", "caught"),
    [
        ("loss 0.60   floor 0.60", True),
        ("loss 0.60 nat", False),
        ("bit per token\nentropy of the row   0.87", False),
        ("share 0.60", False),
        ("three losses, four floors", False),
        ("the gradient of the loss is 0.5", False),
    ],
)
def test_an_amount_without_a_unit_is_caught(text, caught):
    assert bool(without_unit(text)) == caught


@pytest.mark.parametrize(
    ("text", "caught"),
    [
        ("1.75 bit = 1.213 nat", False),
        ("1.213 bit = 1.75 nat", True),
        ("20/23 bit = 0.870 bit = 0.603 nat", False),
        ("0.870 bit per token (0.870 nat)", True),
        ("2 bit, or 1.386 nat", False),
        ("0.870 bit here, 0.241 nat there", False),
    ],
)
def test_a_wrong_conversion_is_caught(text, caught):
    assert bool(unequal(text)) == caught


@lessons
def test_every_printed_amount_of_information_has_a_unit(day):
    assert [(key, line) for key, text in outputs(day) for line in without_unit(text)] == []


@lessons
def test_bits_and_nats_that_are_equated_are_equal(day):
    prose = build.sources()[day].read_text(encoding="utf-8")
    texts = [("lesson", re.sub(r"\n# ?", " ", prose)), *outputs(day)]
    assert [(key, said) for key, text in texts for said in unequal(text)] == []

"""Hand calculations: reading what a learner typed, and judging it.

Typed answers are parsed, never evaluated: `3/5`, `.6`, `-3/4`, `1e-3`, `2*sqrt(5)`, a tuple or nested list of
those, or words such as `mat, the`.
"""

import ast
import math
import re
from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from utils import guard
from utils.exercises import registry
from utils.reply import NOT_ATTEMPTED, NOT_YET, SOLVED, Reply, reply

LONGEST = 500  # characters; a longer answer is no hand calculation

_FUNCTIONS = {"sqrt": math.sqrt, "ln": math.log, "log2": math.log2, "exp": math.exp}
_CONSTANTS = {"pi": math.pi}
_OPERATORS = {
    ast.Add: lambda a, b: a + b,
    ast.Sub: lambda a, b: a - b,
    ast.Mult: lambda a, b: a * b,
    ast.Div: lambda a, b: a / b,
}
# What people type or paste instead of ASCII.
_SPELLINGS = str.maketrans({"−": "-", "–": "-", "×": "*", "·": "*", "π": " pi", "[": "(", "]": ")", ";": ","})
_VULGAR = {"½": "1/2", "¼": "1/4", "¾": "3/4", "⅛": "1/8", "⅓": "1/3", "⅔": "2/3", "⅙": "1/6", "⅕": "1/5"}


class Unreadable(ValueError):
    """The text is not a number, nor a list of numbers, that this parser knows."""


def parse(given) -> np.ndarray:
    """Read an answer into a float64 array of any shape (a scalar has shape ()).

    given   a string as in the module's docstring, a number, or a nested list, tuple or array of numbers
    Raises Unreadable, with a sentence for the learner.
    """
    if isinstance(given, str):
        return _as_array(_value(_tree(given)))
    if isinstance(given, Fraction):
        return np.array(float(given))
    try:
        array = np.asarray(given)
        if array.dtype.kind not in "iuf":
            raise Unreadable("numbers were expected")
        return array.astype(float)
    except Unreadable:
        raise
    except Exception as error:
        raise Unreadable("its parts have different lengths, or are no numbers") from error


def _tree(text: str) -> ast.expr:
    if len(text) > LONGEST:
        raise Unreadable(f"it is longer than {LONGEST} characters")
    for sign, fraction in _VULGAR.items():
        text = text.replace(sign, f"({fraction})")
    text = text.translate(_SPELLINGS)
    text = re.sub(r"√\s*(\d+(?:\.\d+)?)", r"sqrt(\1)", text).replace("√", "sqrt")
    try:
        return ast.parse(text.strip(), mode="eval").body
    except (SyntaxError, ValueError, MemoryError, RecursionError) as error:
        raise Unreadable("it is not written as numbers") from error


def _value(node: ast.expr):
    match node:
        case ast.Constant(value=bool()):
            raise Unreadable("True and False are not numbers")
        case ast.Constant(value=int() | float() as number):
            return _finite(number)
        case ast.Name(id=name) if name in _CONSTANTS:
            return _CONSTANTS[name]
        case ast.UnaryOp(op=ast.USub() | ast.UAdd() as sign, operand=inner):
            number = _number(inner)
            return -number if isinstance(sign, ast.USub) else number
        case ast.BinOp(left=left, op=operator, right=right) if type(operator) in _OPERATORS:
            try:
                return _finite(_OPERATORS[type(operator)](_number(left), _number(right)))
            except ZeroDivisionError as error:
                raise Unreadable("it divides by zero") from error
        case ast.Call(func=ast.Name(id=name), args=[inner], keywords=[]) if name in _FUNCTIONS:
            try:
                return _finite(_FUNCTIONS[name](_number(inner)))
            except (ValueError, OverflowError) as error:
                raise Unreadable(f"{name} is not defined there") from error
        case ast.Tuple(elts=parts) | ast.List(elts=parts):
            return [_value(part) for part in parts]
        case ast.Name(id=name):
            raise Unreadable(f"{name!r} is not a number")
    raise Unreadable("only + − * /, sqrt(), ln() and lists of numbers are read")


def _number(node: ast.expr) -> float:
    value = _value(node)
    if isinstance(value, list):
        raise Unreadable("a list cannot be calculated with here; work out each number")
    return value


def _finite(number) -> float:
    try:
        number = float(number)
    except OverflowError as error:
        raise Unreadable("it is too large") from error
    if not math.isfinite(number):
        raise Unreadable("it is too large")
    return number


def _as_array(value) -> np.ndarray:
    try:
        return np.array(value, dtype=float)
    except ValueError as error:
        raise Unreadable("its rows have different lengths") from error


def close(value: np.ndarray, target: np.ndarray, tolerance: float = 0.005) -> bool:
    """Same shape, and each entry within ±tolerance or ±0.5 %; whole numbers admit no 0.5 %."""
    if value.shape != target.shape:
        return False
    share = np.where(target == np.round(target), 0.0, 0.005 * np.abs(target))
    return bool(np.all(np.abs(value - target) <= np.maximum(tolerance, share) + 1e-12))


def same_words(given: object, words: str) -> bool:
    """Do two answers made of words agree? Case, punctuation and spacing do not count; ∞ is the word "infinity"."""
    if isinstance(given, float) and math.isinf(given):
        given = "∞" if given > 0 else "-∞"
    return isinstance(given, str) and len(given) <= LONGEST and _words(given) == _words(words)


def _words(text: str) -> list[str]:
    text = re.sub(r"[-−–]\s*(?=∞|inf)", "minus ", text.casefold()).replace("∞", " infinity ")
    return re.findall(r"[^\W_]+", text)


@dataclass(frozen=True)
class Hand:
    """A calculation by hand, and what is known about wrong answers to it.

    right   the answer as a learner would type it; numbers, or words when it does not parse as numbers
    wrong   (answer, sentence) pairs: known wrong values and what each of them means
    also    further right answers, e.g. "unchanged"
    unit    a unit that may follow the number, e.g. "bit"; several spellings with a stroke between: "°/degrees"
    """

    id: str
    text: str
    right: str
    wrong: tuple[tuple[str, str], ...]
    hints: tuple[str, ...]
    working: str
    then: str
    also: tuple[str, ...]
    unit: str
    tolerance: float

    options = ()  # a card asks for a typed answer

    @property
    def title(self) -> str:
        return self.id

    @property
    def solution_text(self) -> str:
        unit = self.unit.partition("/")[0]
        space = "" if unit in ("", "°", "%") else " "
        return f"{self.right}{space}{unit}. {self.working}".rstrip()

    def answer(self, given) -> Reply:
        """Judge what was typed; records it and never raises."""
        return registry.judge(self, given)

    def judge(self, given, failures: int = 0) -> Reply:
        if guard.is_placeholder(given) or (isinstance(given, str) and not given.strip()):
            return reply(NOT_ATTEMPTED, self.title, [self.text])
        if callable(given):
            return self._not_yet("A number was expected here, and a function came.", failures)
        for right in (self.right, *self.also):
            if self._agrees(given, right):
                return reply(SOLVED, self.title, [self.working, self.then])
        for value, sentence in self.wrong:
            if self._agrees(given, value):
                return self._not_yet(sentence, failures)
        return self._not_yet(self._difference(given), failures)

    def _not_yet(self, reason: str, failures: int) -> Reply:
        # The first reply names the kind of error; only the next one gives the number away.
        expected = f"Expected: {self.solution_text}" if failures else ""
        return reply(NOT_YET, self.title, [reason, expected, f'hint("{self.id}") helps.'])

    def _agrees(self, given, target: str) -> bool:
        try:
            wanted = parse(target)
        except Unreadable:
            return same_words(self._bare(given), target)
        try:
            return close(parse(self._bare(given)), wanted, self.tolerance)
        except Unreadable:
            return False

    def _bare(self, given):
        """The answer without its unit."""
        if self.unit and isinstance(given, str):
            spellings = "|".join(re.escape(unit) for unit in self.unit.split("/"))
            return re.sub(rf"\s*(?:{spellings})s?\s*$", "", given.strip())
        return given

    def _difference(self, given) -> str:
        try:
            wanted = parse(self.right)
        except Unreadable:
            return "That is not it. Answer with the word or words asked for."
        try:
            value = parse(self._bare(given))
        except Unreadable as why:
            return (
                f"That could not be read: {why}. Write numbers like 3/5, 0.6, -3/4 or sqrt(5), "
                "several of them with commas between."
            )
        if value.shape != wanted.shape:
            return f"{_count(value.shape)} came; {_count(wanted.shape)} was expected.".capitalize()
        if value.shape == ():
            return f"{value + 0.0:.6g} is not it."
        first = np.argwhere(np.abs(value - wanted) > 0.005)
        place = ", ".join(str(int(i)) for i in (first[0] if len(first) else [0]))
        return f"Not every number is right. The first one that is off stands at position {place}, counted from 0."


def _count(shape: tuple[int, ...]) -> str:
    if shape == ():
        return "one number"
    if len(shape) == 1:
        return f"a list of {shape[0]}"
    return "a table of shape " + " × ".join(map(str, shape))


def hand(id, text, right, *, wrong=(), hints=(), working="", then="", also=(), unit="", tolerance=0.005):
    """Declare a hand calculation; see Hand for the fields."""
    item = Hand(id, text, right, tuple(wrong), tuple(hints), working, then, tuple(also), unit, tolerance)
    registry.add(item)
    return item

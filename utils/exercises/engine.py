"""Code exercises: a reference, the mistakes that people make, and a checker that tells them apart."""

import ast
import contextlib
import copy
import io
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property

from utils import guard
from utils.exercises import registry, values
from utils.exercises.phrases import FAMILY_HINT
from utils.reply import NOT_ATTEMPTED, NOT_YET, SOLVED, Reply, reply


@dataclass(frozen=True)
class Case:
    """One input of a function under test."""

    args: tuple
    kwargs: dict

    def fresh(self) -> "Case":
        """A copy that a learner's function may spoil."""
        return Case(copy.deepcopy(self.args), copy.deepcopy(self.kwargs))


@dataclass(frozen=True)
class Mistake:
    """A way of being wrong that has a name, code that does it, and the sentence that helps."""

    name: str
    function: Callable
    hint: str


@dataclass(frozen=True)
class Property:
    """A law that right answers obey on every input.

    counterexample(function) returns "" when the law holds, else the smallest counterexample in words.
    """

    name: str
    counterexample: Callable[[Callable], str]


@dataclass(frozen=True)
class Outcome:
    """What one call did: the normal form of its value or its error, what it printed, which argument it changed."""

    value: object = None
    error: BaseException | None = None
    printed: bool = False
    mutated: str = ""

    def same_as(self, other: "Outcome", rtol: float, atol: float) -> bool:
        if self.error is not None or other.error is not None:
            return type(self.error) is type(other.error)
        return values.same(self.value, other.value, rtol, atol)


def case(*args, **kwargs) -> Case:
    """One input: the arguments of a call."""
    return Case(args, kwargs)


def mistake(name: str, function: Callable, hint: str = "") -> Mistake:
    """A known mistake; without a hint of its own it takes the sentence of its family (see phrases.py)."""
    if not hint and name not in FAMILY_HINT:
        raise ValueError(f"mistake {name!r} needs a hint: its name belongs to no family in phrases.py")
    return Mistake(name, function, hint or FAMILY_HINT[name])


def law(name: str, counterexample: Callable[[Callable], str]) -> Property:
    """A property that the function must have, checked last because it explains most."""
    return Property(name, counterexample)


@dataclass(frozen=True)
class Exercise:
    """A function for the learner to write, and all that the checker knows about it.

    signature    "softmax(z, axis=-1)"
    reference    the right function, from the course's mathematics where it has one
    also         a second right function, written differently; it keeps the checker from being too narrow
    cases        inputs, the smallest first; sizes are distinct primes, plus one square
    mistakes     the named wrong answers; every pair of them differs on the cases
    properties   laws that are checked last
    exact        False: any function with the properties is right, the reference's values are not compared
    difficulty   1 to 5;  importance 1 to 5;  minutes: a guess for a first attempt
    hints        three, from a nudge to nearly everything
    then         one question to go on with, shown with *solved*
    """

    id: str
    signature: str
    reference: Callable
    also: Callable
    cases: tuple[Case, ...]
    mistakes: tuple[Mistake, ...]
    properties: tuple[Property, ...]
    exact: bool
    difficulty: int
    importance: int
    minutes: int
    hints: tuple[str, ...]
    then: str
    rtol: float
    atol: float

    @property
    def name(self) -> str:
        return self.signature.partition("(")[0]

    @property
    def title(self) -> str:
        return f"{self.id} {self.signature}"

    @cached_property
    def parameters(self) -> tuple[str, ...]:
        """Names of the parameters; raises SyntaxError when the signature is not Python."""
        definition = ast.parse(f"def {self.signature}: ...").body[0]
        return tuple(argument.arg for argument in definition.args.args)

    @cached_property
    def expected(self) -> tuple[Outcome, ...]:
        """What the reference does on each case."""
        return self.outcomes(self.reference)

    @cached_property
    def mistaken(self) -> tuple[tuple[Outcome, ...], ...]:
        """What each mistake does on each case."""
        return tuple(self.outcomes(known.function) for known in self.mistakes)

    def outcomes(self, function) -> tuple[Outcome, ...]:
        """What a function does on each case; an endless loop ends the tour."""
        seen = []
        for each in self.cases:
            seen.append(self.outcome(function, each))
            if isinstance(seen[-1].error, guard.OutOfTime):
                break
        return tuple(seen)

    def outcome(self, function, each: Case) -> Outcome:
        given = each.fresh()
        printed = io.StringIO()
        with contextlib.redirect_stdout(printed):
            ran = guard.run(function, *given.args, **given.kwargs)
        if ran.error is not None:
            return Outcome(error=ran.error)
        return Outcome(
            values.normal(ran.value),
            printed=ran.value is None and bool(printed.getvalue()),
            mutated=self._mutated(given, each),
        )

    def _mutated(self, given: Case, original: Case) -> str:
        names = [*self.parameters[: len(given.args)], *given.kwargs]
        pairs = zip(
            names,
            [*given.args, *given.kwargs.values()],
            [*original.args, *original.kwargs.values()],
            strict=False,
        )
        for name, now, before in pairs:
            if not values.same(values.normal(now), values.normal(before), 0.0, 0.0):
                return name
        return ""

    def judge(self, answer, failures: int = 0) -> Reply:
        """The outcome for a learner's object. Raises nothing that a learner's function raised."""
        if guard.is_placeholder(answer):
            return reply(
                NOT_ATTEMPTED,
                self.title,
                [f'Write it above, then run this cell again. hint("{self.id}") helps.'],
            )
        if not callable(answer):
            return self._not_yet([self._not_a_function(answer)])
        outcomes = self.outcomes(answer)
        if all(values.is_ellipsis(outcome.value) for outcome in outcomes):
            return reply(NOT_ATTEMPTED, self.title, ["It still returns `...`. Write your own line there."])
        wrong = self._first(outcomes, self._fails)
        if wrong is None:
            wrong = self._first(outcomes, self._misfits)
        if wrong is not None:
            return self._not_yet(self._reasons(outcomes, wrong, failures))
        changed = self._first(outcomes, lambda mine, wanted: bool(mine.mutated))
        if changed is not None:
            name = outcomes[changed].mutated
            return self._not_yet([f"The call changed its argument {name}. Copy it before you change it."])
        wrong = self._first(outcomes, self._differs) if self.exact else None
        if wrong is not None:
            return self._not_yet(self._reasons(outcomes, wrong, failures))
        for each in self.properties:
            counterexample = guard.run(each.counterexample, answer)
            text = counterexample.value if counterexample.error is None else guard.in_words(counterexample.error)
            if text:
                return self._not_yet([f"One law does not hold: {each.name}.", text])
        return reply(SOLVED, self.title, [self.then], link=registry.place(self.id))

    def _not_a_function(self, answer) -> str:
        kind = values.describe(values.normal(answer))
        return (
            f"The function itself was expected, and {kind} came. "
            f'Write check("{self.id}", {self.name}), without calling {self.name}.'
        )

    def _first(self, outcomes, is_wrong) -> int | None:
        """The first case on which is_wrong(outcome, expected outcome) holds."""
        pairs = zip(outcomes, self.expected, strict=False)
        return next((i for i, (mine, wanted) in enumerate(pairs) if is_wrong(mine, wanted)), None)

    @staticmethod
    def _fails(mine: Outcome, wanted: Outcome) -> bool:
        """An error that should not be, or another error, or none where one should be."""
        return type(mine.error) is not type(wanted.error)

    @staticmethod
    def _misfits(mine: Outcome, wanted: Outcome) -> bool:
        return wanted.error is None and bool(values.misfit(mine.value, wanted.value))

    def _differs(self, mine: Outcome, wanted: Outcome) -> bool:
        return not mine.same_as(wanted, self.rtol, self.atol)

    def recognise(self, outcomes: Sequence[Outcome]) -> Mistake | None:
        """The named mistake that does the same on every case."""
        for known, theirs in zip(self.mistakes, self.mistaken, strict=True):
            if len(outcomes) == len(theirs) and all(
                mine.same_as(other, self.rtol, self.atol) for mine, other in zip(outcomes, theirs, strict=True)
            ):
                return known
        return None

    def _reasons(self, outcomes, i: int, failures: int) -> list[str]:
        """The sentences for a wrong answer: its nature at first, with numbers from the second failure on."""
        known = self.recognise(outcomes)
        nature = known.hint if known else self._nature(outcomes[i], self.expected[i])
        if known and not failures:
            return [nature]
        wanted = self.expected[i]
        numbers = [values.labelled("Input:", self.inputs[i])]
        if outcomes[i].error is None:
            numbers.append(values.labelled("Yours:", values.show(outcomes[i].value)))
        if failures and wanted.error is None:
            numbers.append(values.labelled("Expected:", values.show(wanted.value)))
        where = ""
        if outcomes[i].error is None and wanted.error is None:
            where = values.first_difference(outcomes[i].value, wanted.value, self.rtol, self.atol)
        if where:
            numbers.append(f"First difference: {where}")
        return [nature, "\n".join(numbers)]

    def _nature(self, outcome: Outcome, wanted: Outcome) -> str:
        if outcome.error is not None:
            return guard.in_words(outcome.error)
        if wanted.error is not None:
            return f"For this input it should raise {type(wanted.error).__name__}; it returned something."
        if outcome.value is None:
            if outcome.printed:
                return "It printed something and returned nothing. `print` shows a value, `return` hands it over."
            return "It returned nothing (None). Did you forget `return`?"
        if isinstance(outcome.value, str) and isinstance(wanted.value, str):
            return "A word is expected here, but another one: compare with the words that the docstring lists."
        return values.misfit(outcome.value, wanted.value) or "The kind of answer is right, the numbers are not."

    @cached_property
    def inputs(self) -> tuple[str, ...]:
        """Each case as a learner would read it: one line for each argument."""
        return tuple(",\n".join(self._arguments(each)) for each in self.cases)

    def _arguments(self, each: Case):
        for name, value in (*zip(self.parameters, each.args, strict=False), *each.kwargs.items()):
            yield values.labelled(f"{name} =", values.show_argument(value))

    def _not_yet(self, reasons: list[str]) -> Reply:
        return reply(NOT_YET, self.title, [*reasons, f'hint("{self.id}") helps.'])


def exercise(
    id: str,
    signature: str,
    *,
    reference: Callable,
    also: Callable,
    cases: Sequence[Case],
    mistakes: Sequence[Mistake] = (),
    properties: Sequence[Property] = (),
    exact: bool = True,
    difficulty: int,
    importance: int,
    minutes: int,
    hints: tuple[str, str, str],
    then: str,
    rtol: float = 1e-7,
    atol: float = 1e-9,
) -> Exercise:
    """Declare a code exercise; see Exercise for the fields. Raises ValueError for a bad declaration."""
    item = Exercise(
        id, signature, reference, also, tuple(cases), tuple(mistakes), tuple(properties), exact,
        difficulty, importance, minutes, tuple(hints), then, rtol, atol,
    )  # fmt: skip
    if len(item.hints) != 3:
        raise ValueError(f"{id} needs three hints, has {len(item.hints)}")
    if not item.mistakes and not item.properties:
        raise ValueError(f"{id} needs mistakes to recognise, or properties to check")
    registry.add(item)
    return item

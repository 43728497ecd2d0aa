"""What holds for every item of every day that exists: the mistakes are code, so they are tests."""

from itertools import combinations

import pytest

from utils.exercises import registry
from utils.exercises.answers import Hand, Unreadable, close, parse, same_words
from utils.exercises.choices import Choice
from utils.exercises.engine import Exercise
from utils.exercises.recall import Fresh
from utils.reply import NOT_ATTEMPTED, NOT_YET, SOLVED

ITEMS = [item for day in registry.DAYS for item in registry.items(day).values()]
EXERCISES = [item for item in ITEMS if isinstance(item, Exercise)]
HANDS = [item for item in ITEMS if isinstance(item, Hand)]
CHOICES = [item for item in ITEMS if isinstance(item, Choice)]
FRESH = [item for item in ITEMS if isinstance(item, Fresh)]
MISTAKES = [(exercise, known) for exercise in EXERCISES for known in exercise.mistakes]


def by_id(item):
    return item.id


def by_name(pair):
    return f"{pair[0].id}-{pair[1].name}"


@pytest.mark.parametrize("exercise", EXERCISES, ids=by_id)
def test_a_stub_is_not_attempted(exercise):
    namespace = {}
    exec(f'def {exercise.signature}:\n    """What it should do."""\n    ...', namespace)
    assert exercise.judge(namespace[exercise.name]).outcome == NOT_ATTEMPTED


@pytest.mark.parametrize("exercise", EXERCISES, ids=by_id)
def test_the_reference_is_solved(exercise):
    verdict = exercise.judge(exercise.reference)
    assert verdict.outcome == SOLVED, verdict.plain
    assert exercise.then in verdict.plain


@pytest.mark.parametrize("exercise", EXERCISES, ids=by_id)
def test_another_right_answer_is_solved(exercise):
    assert exercise.also is not exercise.reference
    verdict = exercise.judge(exercise.also)
    assert verdict.outcome == SOLVED, verdict.plain


@pytest.mark.parametrize(("exercise", "known"), MISTAKES, ids=map(by_name, MISTAKES))
def test_a_mistake_is_told_by_its_own_hint(exercise, known):
    verdict = exercise.judge(known.function)
    assert verdict.outcome == NOT_YET
    assert known.hint in verdict.plain
    others = [other.hint for other in exercise.mistakes if other is not known]
    assert not [hint for hint in others if hint in verdict.plain]


@pytest.mark.parametrize("exercise", EXERCISES, ids=by_id)
def test_every_pair_of_mistakes_differs_on_the_cases(exercise):
    alike = [
        (one.name, other.name)
        for (one, mine), (other, theirs) in combinations(zip(exercise.mistakes, exercise.mistaken, strict=True), 2)
        if len(mine) == len(theirs)
        and all(a.same_as(b, exercise.rtol, exercise.atol) for a, b in zip(mine, theirs, strict=True))
    ]
    assert alike == []


@pytest.mark.parametrize("exercise", EXERCISES, ids=by_id)
def test_the_first_failure_hides_the_numbers_and_the_second_shows_them(exercise):
    if not exercise.mistakes:
        pytest.skip("a property exercise has no table of numbers")
    returning = [
        known
        for known, outcomes in zip(exercise.mistakes, exercise.mistaken, strict=True)
        if all(outcome.error is None for outcome in (*outcomes, *exercise.expected))
    ]
    for known in returning:
        assert "Expected:" not in exercise.judge(known.function, failures=0).plain
        assert "Expected:" in exercise.judge(known.function, failures=1).plain


@pytest.mark.parametrize("exercise", EXERCISES, ids=by_id)
def test_a_level_one_hint_is_no_solution(exercise):
    assert len(exercise.hints) == 3 and len(set(exercise.hints)) == 3
    assert all(hint.strip() for hint in exercise.hints)
    assert 1 <= exercise.difficulty <= 5 and 1 <= exercise.importance <= 5 and exercise.minutes > 0
    assert exercise.parameters


@pytest.mark.parametrize("item", HANDS, ids=by_id)
def test_a_hand_answer_and_its_other_spellings_are_solved(item):
    for right in (item.right, *item.also):
        assert item.judge(right).outcome == SOLVED
    for unit in filter(None, item.unit.split("/")):
        assert item.judge(f"{item.right} {unit}").outcome == SOLVED


@pytest.mark.parametrize("item", HANDS, ids=by_id)
def test_each_known_wrong_value_is_told_by_its_sentence(item):
    assert item.text and item.hints and item.working
    for value, sentence in item.wrong:
        verdict = item.judge(value)
        assert verdict.outcome == NOT_YET
        assert sentence in verdict.plain, f"{value}: {verdict.plain}"


@pytest.mark.parametrize("item", HANDS, ids=by_id)
def test_nothing_typed_is_not_attempted(item):
    for nothing in (..., None, "", "  "):
        assert item.judge(nothing).outcome == NOT_ATTEMPTED


@pytest.mark.parametrize("item", CHOICES, ids=by_id)
def test_each_option_explains_itself(item):
    assert len({option.text for option in item.answers}) == len(item.answers) >= 2
    for index, option in enumerate(item.answers):
        verdict = item.judge(index)
        assert verdict.outcome == (SOLVED if option.right else NOT_YET)
        assert option.why and option.why in verdict.plain
        assert item.judge("abcdefgh"[index]).outcome == verdict.outcome
        assert item.judge(option.text).outcome == verdict.outcome
    assert item.judge(...).outcome == NOT_ATTEMPTED


@pytest.mark.parametrize("item", FRESH, ids=by_id)
def test_drawn_numbers_never_let_a_wrong_answer_pass(item):
    texts = set()
    for seed in range(50):
        drawn = item.with_seed(seed)
        texts.add(drawn.text)
        assert drawn.judge(drawn.right).outcome == SOLVED
        for value, sentence in drawn.wrong:
            assert sentence in drawn.judge(value).plain
    assert len(texts) > 3, "new seeds should bring new numbers"


@pytest.mark.parametrize("day", [day for day in registry.DAYS if day and registry.lesson(day)])
def test_a_day_brings_all_kinds_of_items(day):
    kinds = [name.split(".")[1][0] for name in registry.items(day)]
    for kind, least in {"e": 2, "h": 1, "w": 1, "q": 3, "p": 2, "r": 3}.items():
        assert kinds.count(kind) >= least, f"day {day} has too few items of kind {kind}"
    if day in (10, 20, 30):
        assert kinds.count("r") == 10


def right_answers(item):
    """Typed texts that must be solved, so that a generator of wrong ones can leave them out."""
    return (item.right, *item.also) if isinstance(item, Hand) else ()


def passes_for(item, thing) -> bool:
    """Is this object a right answer by the plain definition, without the checker?"""
    if isinstance(item, Fresh):
        item = item.with_seed(0)
    for right in right_answers(item):
        try:
            if close(parse(thing), parse(right), item.tolerance):
                return True
        except Unreadable:
            if same_words(thing, right):
                return True
    return False

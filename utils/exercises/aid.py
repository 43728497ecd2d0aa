"""Help on an item: the next hint, and the learner's code beside the solution."""

import ast
import inspect
from collections import Counter
from html import escape

from utils import guard
from utils.exercises import registry, values
from utils.exercises.answers import Hand
from utils.exercises.engine import Exercise
from utils.reply import NOTE, Reply, reply

_given: Counter[str] = Counter()  # hints given since the kernel started


def unknown(item_id) -> Reply:
    """The reply to an id that does not exist: it names those that do."""
    day = registry.day_of(item_id)
    known = list(registry.items(day)) if day is not None else []
    if known:
        return reply(NOTE, str(item_id)[:40], [f"Day {day} has no such item. It has: {', '.join(known)}."])
    return reply(NOTE, str(item_id)[:40], ['There is no such item. Ids look like "13.e1": day 13, exercise 1.'])


def hint(item_id) -> Reply:
    """The next hint for an exercise or a hand calculation; after the last one, the solution."""
    item = registry.find(item_id)
    if item is None:
        return unknown(item_id)
    hints = getattr(item, "hints", ())
    if not hints:
        return reply(NOTE, item.title, ["No hints here: answer, and each option explains itself."])
    number = _given[item.id]
    _given[item.id] += 1
    if number < len(hints):
        return reply(NOTE, f"{item.title}: hint {number + 1} of {len(hints)}", [hints[number]])
    solution = _solution_code(item) if isinstance(item, Exercise) else item.solution_text
    return reply(NOTE, f"{item.title}: the solution", [solution], link=registry.place(item.id))


def compare(item_id, answer) -> Reply:
    """The learner's answer beside the solution, and what both give on the same input."""
    item = registry.find(item_id)
    if item is None:
        return unknown(item_id)
    if isinstance(item, Exercise):
        return _compare_code(item, answer)
    if isinstance(item, Hand):
        mine = "nothing yet" if guard.is_placeholder(answer) else values.show_argument(answer)
        return _side_by_side(item, ("You", mine), ("The course", item.solution_text), [])
    return reply(NOTE, item.title, [f"{'✓' if ok else '✗'} {text}: {why}" for text, ok, why in item.explanations])


def _compare_code(item: Exercise, answer) -> Reply:
    solution = _solution_code(item)
    if guard.is_placeholder(answer):
        mine, result = "not written yet", ""
    else:
        mine, result = _source(answer), _result(item, answer)
    lines = [
        values.labelled("Input:", item.inputs[0]),
        values.labelled("Yours:", result or "nothing yet"),
        values.labelled("Solution:", _result(item, item.reference)),
    ]
    return _side_by_side(item, ("Your code", mine), ("The solution", solution), ["\n".join(lines)])


def _result(item: Exercise, function) -> str:
    if not callable(function):
        return f"not a function: {values.show_argument(function)}"
    outcome = item.outcome(function, item.cases[0])
    return values.show(outcome.value) if outcome.error is None else guard.in_words(outcome.error)


def _source(function) -> str:
    try:
        return inspect.getsource(function).rstrip()
    except Exception:  # built-ins, objects, functions typed into a shell that keeps no source
        return "(its source cannot be read here)"


def _solution_code(item: Exercise) -> str:
    """The function as the lesson writes it, without the builder's marks; else the reference's source."""
    lesson = registry.lesson(registry.day_of(item.id))
    if lesson is not None:
        text = lesson.read_text(encoding="utf-8")
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.FunctionDef) and node.name == item.name:
                lines = text.splitlines()[node.lineno - 1 : node.end_lineno]
                marks = {"# solution", "# end solution"}
                return "\n".join(line for line in lines if line.strip() not in marks)
    return _source(item.reference)


def _side_by_side(item, left: tuple[str, str], right: tuple[str, str], below: list[str]) -> Reply:
    title = f"{item.title}: yours and the solution"
    link = registry.place(item.id)
    plain = reply(NOTE, title, [f"{name}:\n{text}" for name, text in (left, right)] + below, link=link).plain
    columns = "".join(
        f'<div style="flex:1 1 24em;min-width:0"><strong>{escape(name)}</strong>'
        '<pre style="font-size:.85em;overflow-x:auto;border:1px solid #8888;padding:.4em">'
        f"{escape(text)}</pre></div>"
        for name, text in (left, right)
    )
    table = f'<div style="display:flex;flex-wrap:wrap;gap:1em">{columns}</div>'
    html = reply(NOTE, title, below, table=table, link=link).html
    return Reply(NOTE, plain, html)

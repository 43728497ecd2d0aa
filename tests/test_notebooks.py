"""Every lesson that exists, in both editions; the outputs of solutions/ are compared by `pytest --nbval`."""

import ast
import functools
import re

import nbformat
import pytest
from nbclient import NotebookClient

from utils import build
from utils.exercises import items, registry
from utils.exercises.engine import Exercise

SOURCES = build.sources()
lessons = pytest.mark.parametrize("day", SOURCES, ids=[path.stem for path in SOURCES.values()])
days = pytest.mark.parametrize(
    "day", [day for day in SOURCES if day], ids=[path.stem for day, path in SOURCES.items() if day]
)

HEADING = re.compile(r"## (?P<title>.+?)( · (?P<minutes>\d+) min(?P<core> · core)?)?")
ITEM = r"\d+\.[ehwqpr]\d+[a-z]?"


def learner(day):
    return build.learner(build.read(SOURCES[day]))


def code(notebook):
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


def markdown(notebook):
    return "\n\n".join(cell.source for cell in notebook.cells if cell.cell_type == "markdown")


# --- the notebooks are what their sources give ---


@lessons
def test_nothing_is_stale(day):
    assert build.stale(SOURCES[day]) == []


def test_no_notebook_without_a_source():
    known = {path.stem for path in SOURCES.values()}
    found = {
        path.stem for folder in ("notebooks", "solutions") for path in (build.ROOT / folder).glob("[0-9d]*_*.ipynb")
    }
    assert found <= known


@lessons
def test_learners_notebook_is_untouched(day):
    target = build.learner_path(SOURCES[day])
    assert not build.worked_in(target), f"{target.name} holds somebody's work: keep a copy, build with --overwrite"
    nbformat.validate(nbformat.read(target, as_version=4))


@lessons
def test_no_stored_output_depends_on_a_place_in_memory(day):
    notebook = nbformat.read(SOURCES[day].with_suffix(".ipynb"), as_version=4)
    for cell in code(notebook):
        for output in cell.outputs:
            text = output.get("text") or output.get("data", {}).get("text/plain", "")
            assert not re.search(r" at 0x[0-9a-f]{6,}", text), f"cell {cell.id!r} shows {text.strip()}"


# --- Run All on an untouched notebook ---


@pytest.fixture(scope="session")
def run_all(tmp_path_factory):
    """A function that runs the learner's edition of a day from top to bottom, once, where a learner would."""

    @functools.cache
    def run(day):
        notebook = learner(day)
        place = {"metadata": {"path": str(build.learner_path(SOURCES[day]).parent)}}
        client = NotebookClient(notebook, timeout=120, resources=place, extra_arguments=["--log-level=ERROR"])
        client.execute(env=build.kernel_environment(str(tmp_path_factory.mktemp("progress"))))
        return notebook

    return run


def stubs(cells):
    """The names that wait for the learner's answer."""
    text = "\n".join(cell.source for cell in cells)
    answers = re.findall(r"^(\w+) = \.\.\.  # your answer here$", text, re.MULTILINE)
    functions = [
        function.name
        for cell in cells
        if "...  # your code here" in cell.source
        for function in ast.parse(cell.source).body  # what is defined inside an answer is part of it
        if isinstance(function, ast.FunctionDef)
    ]
    return {*answers, *functions}


def checks(cell, names):
    """How many calls of check in a cell judge one of `names`."""
    calls = [part for part in ast.walk(ast.parse(cell.source)) if isinstance(part, ast.Call) and len(part.args) > 1]
    return sum(
        ast.unparse(call.func) == "check" and isinstance(call.args[1], ast.Name) and call.args[1].id in names
        for call in calls
    )


@lessons
def test_run_all_on_an_untouched_notebook_reaches_the_end(day, run_all):
    notebook = run_all(day)  # a cell that raises ends this with its traceback
    noise = [cell.id for cell in code(notebook) for output in cell.outputs if output.get("name") == "stderr"]
    assert noise == []


@lessons
def test_each_check_answers_not_attempted(day, run_all):
    cells = code(run_all(day))
    names = stubs(cells)
    for cell in cells:
        said = [output.data.get("text/plain", "") for output in cell.outputs if "data" in output]
        empty = [text for text in said if text.split("\n")[0].endswith(": not attempted")]
        assert len(empty) == checks(cell, names), f"cell {cell.id!r} answers {said}"
    assert names and sum(checks(cell, names) for cell in cells) >= len(names)


# --- how a lesson is made ---


def headings(day):
    """(title, minutes or None, is core) of the sections of a lesson."""
    lines = re.sub(r"^```.*?^```", "", markdown(learner(day)), flags=re.MULTILINE | re.DOTALL).splitlines()
    found = [HEADING.fullmatch(line.strip()) for line in lines if line.startswith("## ")]
    return [(match["title"], match["minutes"] and int(match["minutes"]), bool(match["core"])) for match in found]


@days
def test_minutes_add_up(day):
    sections = headings(day)
    print(*sections, sep="\n")
    assert all(minutes for _, minutes, _ in sections), "a section without minutes"
    assert 75 <= sum(minutes for _, minutes, _ in sections) <= 90
    short = sum(minutes for _, minutes, core in sections if core)
    assert 45 <= short <= 55
    said = re.search(r"Sections marked \*\*core\*\* .*", learner(day).cells[0].source, re.DOTALL)[0]
    assert [int(number) for number in re.findall(r"\d+", said)] == [short, sum(minutes for _, minutes, _ in sections)]


@lessons
def test_no_line_of_code_is_cut_at_the_side(day):
    """A code cell shows about a hundred characters beside the file browser; it does not wrap."""
    lines = [line for cell in code(learner(day)) for line in cell.source.splitlines()]
    assert [line for line in lines if len(line) > 100] == []


def prose(text):
    """The words of a text, without code, tables, mathematics set apart, HTML and addresses."""
    for noise in (r"^```.*?^```", r"\$\$.*?\$\$", r"^\|.*?$", r"</?[a-z][^<>]*>", r"(?<=\])\([^)]*\)"):
        text = re.sub(noise, " ", text, flags=re.MULTILINE | re.DOTALL)
    return [word for word in text.split() if re.search(r"[^\W\d_]", word)]


STARS = {1: 5, 2: 8, 3: 12, 4: 20}  # minutes of an exercise
ITEMS = {"h": 2, "p": 2, "w": 1.5, "q": 0.75, "r": 1}  # minutes of an item that is no exercise
QUICK = 0.75  # of the third and each further bet on one picture
AGAIN = 30  # this day goes once more through what others have built, in shorter times
SECOND_EVENING = {"30.e13", "30.e14"}  # as their lesson says


def minutes(item):
    """What one item takes."""
    if isinstance(item, Exercise):
        return 0 if item.id in SECOND_EVENING else item.minutes
    kind, bet = re.fullmatch(r"\d+\.([a-z])\d+([a-z]?)", item.id).groups()
    return QUICK if kind == "w" and bet >= "c" else ITEMS[kind]


@days
def test_minutes_are_honest(day):
    """Words at 200 a minute, exercises by stars, a glance at each other cell: within an eighth of what is said."""
    notebook, said = learner(day), sum(minutes for _, minutes, _ in headings(day))
    glances = [
        cell for cell in code(notebook) if not re.search(r"\b(check|quiz|recall|widgets\.\w+)\(|your", cell.source)
    ]
    parts = {
        "words": len(prose(markdown(notebook))) / 200,
        "items": sum(map(minutes, items(day).values())),
        "cells": 0.5 * len(glances),
    }
    print(parts, "together", sum(parts.values()), "said", said)
    assert abs(sum(parts.values()) / said - 1) <= 1 / 8


@pytest.mark.parametrize(
    "exercise",
    [item for day in SOURCES for item in items(day).values() if isinstance(item, Exercise)],
    ids=lambda exercise: exercise.id,
)
def test_stars_are_minutes(exercise):
    assert registry.day_of(exercise.id) in (0, AGAIN) or exercise.minutes == STARS[exercise.difficulty]


@pytest.mark.parametrize(
    "text, words",
    [
        ("Two words", 2),
        ("a **bold** word, 12 · —", 3),
        ("see [the place](../solutions/x.ipynb#cell-id=e1)", 3),
        ("<details><summary>Why is it so?</summary>\n\nBecause.\n</details>", 5),
        ("| a | table |\n|---|---|\nafter", 1),
        ("before $$\na + b\n$$ after", 2),
        ("where x < 0 the slope is small, where y > 0 large", 9),
        ("```python\nx = y\n```\nafter", 1),
    ],
)
def test_what_counts_as_prose(text, words):
    assert len(prose(text)) == words


@days
def test_length_of_the_prose(day):
    """What everybody reads, and that with what is folded away."""
    text = markdown(learner(day))
    read = len(prose(re.sub(r"<details>.*?</details>", "", text, flags=re.DOTALL)))
    print(f"{SOURCES[day].stem}: {read} words, with the folded ones {len(prose(text))}")
    assert 900 <= read <= 1500 and len(prose(text)) <= 1700


@lessons
def test_declared_items_occur_in_the_lesson_and_the_other_way_round(day):
    notebook = learner(day)
    keys = {cell.id for cell in notebook.cells}
    text = "\n".join(cell.source for cell in code(notebook))
    for item in items(day):
        kind = item.split(".")[1][0]
        if kind in "eh" or kind == "p":
            assert re.search(rf"\bcheck\(\s*['\"]{re.escape(item)}['\"]", text), f"{item} is never checked"
        elif kind == "q":
            assert f"quiz({day})" in text or item in text, f"{item} is never asked"
        elif kind == "r":
            assert f"recall({day})" in text or item in text, f"{item} is never asked"
    keyed = {key for key in keys if re.fullmatch(r"[ehpw]\d+", key)}
    declared = {re.match(r"[a-z]\d+", name.split(".")[1])[0] for name in items(day)}
    assert keyed == {name for name in declared if name[0] in "ehpw"}
    named = set(re.findall(rf"['\"]({ITEM})['\"]", text))
    assert [item for item in named if registry.find(item) is None] == []


@lessons
def test_links_between_notebooks_lead_somewhere(day):
    addresses = [registry.place(item)[1] for item in items(day) if item.split(".")[1][0] in "eh"]
    addresses += re.findall(r"\]\(((?:\.\./)?[\w/]+\.(?:ipynb|html|md)[^)]*)\)", markdown(learner(day)))
    for address in addresses:
        name, _, fragment = address.partition("#")
        target = build.ROOT / "notebooks" / name
        assert target.exists(), address
        if fragment:
            kind, _, key = fragment.partition("=")
            ids = [cell.id for cell in nbformat.read(target, as_version=4).cells]
            assert kind == "cell-id" and key in ids, address

"""Every item of every day by its id, and the one way of judging it."""

import importlib
import importlib.util
import re
from collections import Counter
from pathlib import Path

from utils import reply
from utils.progress import progress

DAYS = range(31)  # day 0 is the start page
_SOLUTIONS = Path(__file__).parents[2] / "solutions"

_items: dict[int, dict[str, object]] = {}
_failures: Counter[str] = Counter()  # since the kernel started: the second failure says more than the first


def add(item) -> None:
    """Called by every declaration. Raises ValueError when the id is malformed or taken."""
    day = day_of(item.id)
    if day is None:
        raise ValueError(f"an id looks like '13.e1', '13.h2', '13.w1b', '13.q3', '13.p1' or '13.r1'; got {item.id!r}")
    declared = _items.setdefault(day, {})
    if item.id in declared:
        raise ValueError(f"{item.id} is declared twice")
    declared[item.id] = item


def day_of(item_id) -> int | None:
    """The day that an id belongs to, or None when it is no id."""
    found = re.fullmatch(r"(\d{1,2})\.[ehwqpr]\d{1,2}[a-z]?", item_id) if isinstance(item_id, str) else None
    return int(found[1]) if found and int(found[1]) in DAYS else None


def items(day: int) -> dict[str, object]:
    """The items of a day by id, in the order of their declaration; empty for a day that is not written."""
    name = f"utils.exercises.day{day:02d}"
    if importlib.util.find_spec(name) is not None:
        importlib.import_module(name)
    return _items.get(day, {})


def find(item_id):
    """The item with this id, or None."""
    day = day_of(item_id)
    return items(day).get(item_id) if day is not None else None


def lesson(day: int) -> Path | None:
    """The lesson's source file, or None for a day that is not written."""
    return next(iter(sorted(_SOLUTIONS.glob(f"*{day:02d}_*.py"))), None)


def place(item_id: str) -> tuple[str, str] | None:
    """(text, address) of an item's place in the solution notebook, as seen from a learner's notebook."""
    source = lesson(day_of(item_id))
    if source is None:
        return None
    key = item_id.split(".")[1]
    return "Its place in the solution notebook", f"../solutions/{source.stem}.ipynb#cell-id={key}"


def judge(item, answer) -> reply.Reply:
    """Judge an answer, remember the failure, record the outcome. Never raises."""
    try:
        verdict = item.judge(answer, _failures[item.id])
    except Exception as error:
        # What a learner can hand over is unbounded; what it may do to the notebook is not.
        return reply.reply(reply.NOT_YET, item.title, [f"The checker could not judge this ({type(error).__name__})."])
    if verdict.outcome == reply.NOT_YET:
        _failures[item.id] += 1
    if verdict.outcome in (reply.NOT_YET, reply.SOLVED):
        progress.record(item.id, verdict.outcome)
    return verdict

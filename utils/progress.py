"""What a learner has tried and solved: one SQLite file in the user's own data folder.

Nothing leaves the machine. Every answer is one row that is only ever added, in one transaction, so a killed
kernel loses nothing that was recorded before. SQLite's rollback journal is kept on purpose: the faster
write-ahead log shares memory between processes, which fails on the network file systems of many
university home folders, and a learner writes a few rows a minute.

What cannot be saved (read-only folder, full disk, locked or damaged file) stays in memory and is tried again
with the next answer; the learner is told once per kernel, in one sentence, and the course goes on.
"""

import contextlib
import json
import os
import re
import sqlite3
import threading
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from html import escape
from pathlib import Path

from IPython.display import display
from platformdirs import user_data_path

from utils.reply import NOT_ATTEMPTED, NOT_YET, NOTE, SOLVED, Reply, reply

VARIABLE = "THIRTY_DAYS_PROGRESS"
FILE_NAME = "progress.sqlite3"
EXPORT_NAME = "thirty-days-progress.json"

PHASES = (
    ("Linear algebra", range(1, 11)),
    ("Probability and information", range(11, 21)),
    ("Optimisation", range(21, 31)),
)

# The first wait for another notebook may be long; once saving has failed, no check must wait that long again.
_WAIT_SECONDS = 5.0
_WAIT_AGAIN_SECONDS = 0.1

_TABLE = """
CREATE TABLE IF NOT EXISTS events (
    id INTEGER PRIMARY KEY,
    at TEXT NOT NULL,
    item TEXT NOT NULL,
    outcome TEXT NOT NULL
)
"""

Event = tuple[str, str, str]  # when (UTC), item, outcome


class Progress:
    """The record of one learner; `progress` below is the one that the course uses.

    path   the database file; by default the variable THIRTY_DAYS_PROGRESS, else the user's data folder
    items  a function from a day to its items: a mapping keyed by item id, empty for a day not written yet.
           The exercises import this module, so the function is handed over instead of imported here.
    """

    def __init__(self, path: str | Path | None = None, items: Callable[[int], Mapping] | None = None):
        self.items = items or (lambda day: {})
        self._path = path
        self._unsaved: list[Event] = []
        self._paused = False
        self._warned = False
        self._lock = threading.RLock()

    @property
    def path(self) -> Path:
        """Where the record is kept."""
        chosen = self._path or os.environ.get(VARIABLE)
        if chosen:
            return Path(chosen).expanduser()
        return user_data_path("thirty-days-to-attention", appauthor=False) / FILE_NAME

    def __repr__(self) -> str:
        return f"<progress: write progress() to see the thirty days; the record is {self.path}>"

    # ---- writing ----

    def record(self, item: str, outcome: str) -> None:
        """Add one answer: the item's id and its outcome. Never raises.

        "not attempted" is no answer and is not recorded: running an untouched notebook leaves no trace.
        """
        if outcome == NOT_ATTEMPTED:
            return
        with self._lock:
            self._unsaved.append((_now(), str(item), str(outcome)))
            if not self._paused:
                self._save()

    def pause(self) -> None:
        """Record nothing from this kernel from now on, and leave the learner's record out of it.

        A solution notebook calls it: showing answers is not solving them. What happens in the kernel still
        counts in memory, so that a second wrong answer is told more than the first.
        """
        with self._lock:
            self._paused = True
            self._unsaved = []
        display(reply(NOTE, "This notebook shows solutions: nothing in it is recorded as your progress."))

    def _save(self) -> None:
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            with self._connection() as connection:
                # IMMEDIATE takes the write lock at once: notebooks wait for each other, none fails halfway.
                connection.execute("BEGIN IMMEDIATE")
                connection.execute(_TABLE)
                connection.executemany("INSERT INTO events (at, item, outcome) VALUES (?, ?, ?)", self._unsaved)
                connection.execute("COMMIT")
            self._unsaved = []
        except (sqlite3.Error, OSError) as error:
            self._warn(error)

    @contextlib.contextmanager
    def _connection(self):
        wait = _WAIT_AGAIN_SECONDS if self._warned else _WAIT_SECONDS
        # Without an isolation level sqlite3 opens no transaction by itself; closing rolls back an open one.
        connection = sqlite3.connect(self.path, timeout=wait, isolation_level=None)
        try:
            yield connection
        finally:
            connection.close()

    def _warn(self, error: Exception) -> None:
        if self._warned:
            return
        self._warned = True
        why = f"Your progress cannot be kept in {self.path} ({_reason(error)})"
        display(reply(NOTE, f"{why}; the course goes on without recording."))

    # ---- reading ----

    def solved(self) -> set[str]:
        """Ids of everything that has been solved at least once."""
        return {item for _, item, outcome in self._events() if outcome == SOLVED}

    def attempts(self, item: str) -> int:
        """How many answers have been given to an item, right ones included."""
        return sum(1 for _, name, outcome in self._events() if name == item and outcome in (NOT_YET, SOLVED))

    def missed(self, before_day: int | None = None) -> list[str]:
        """Quiz and recall items whose latest answer was wrong, in the order of the course.

        before_day  leave out that day and all later ones
        """
        latest = {item: outcome for _, item, outcome in self._events() if outcome in (NOT_YET, SOLVED)}
        places = {item: _place(item) for item, outcome in latest.items() if outcome == NOT_YET}
        return sorted(
            (
                item
                for item, (day, kind, *_) in places.items()
                if kind in ("q", "r") and (before_day is None or day < before_day)
            ),
            key=places.get,
        )

    def _events(self) -> list[Event]:
        """All answers, oldest first: the stored ones, then those of this kernel that are not stored."""
        with self._lock:
            stored = [] if self._paused else self._stored()
            return [*stored, *self._unsaved]

    def _stored(self) -> list[Event]:
        try:
            if not self.path.exists():  # reading must not create a file
                return []
            with self._connection() as connection:
                return connection.execute("SELECT at, item, outcome FROM events ORDER BY id").fetchall()
        except (sqlite3.Error, OSError) as error:
            if "no such table" not in str(error):  # a new, empty file is an empty record
                self._warn(error)
            return []

    def export(self, path: str | Path | None = None) -> None:
        """Write the record as JSON, by default to thirty-days-progress.json in this folder, and say where."""
        target = Path(path or EXPORT_NAME).expanduser().absolute()
        events = self._events()
        content = {
            "course": "Thirty Days to Attention",
            "exported": _now(),
            "solved": sorted({item for _, item, outcome in events if outcome == SOLVED}, key=_place),
            "events": [{"when": at, "item": item, "outcome": outcome} for at, item, outcome in events],
        }
        try:
            target.write_text(json.dumps(content, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
        except OSError as error:
            display(reply(NOTE, f"The export could not be written to {target} ({_reason(error)})."))
            return
        display(reply(NOTE, f"Your progress ({_count(len(events), 'answer')}) is in {target}."))

    # ---- showing ----

    def __call__(self) -> None:
        """Show the thirty days and what is solved in each."""
        display(self.overview())

    def overview(self) -> Reply:
        """The thirty days as a Reply: the same words in plain text and in a 3 × 10 grid.

        Where the record is paused there is none to show, and a count of what exists would age in a stored output.
        """
        if self._paused:
            return reply(NOTE, "The thirty days and what you have solved stand here in the learner's notebook.")
        solved = self.solved()
        days = {}
        for day in range(1, 31):
            ids = set(self.items(day))
            days[day] = (len(ids & solved), len(ids))
        done, of = (sum(column) for column in zip(*days.values(), strict=True))
        title = f"Thirty days: {done} of {of} solved"
        lines = [title]
        for phase, numbers in PHASES:
            lines.append(phase)
            lines.extend(f"  day {day:2}  {' '.join(_state(*days[day]))}" for day in numbers)
        return Reply(NOTE, "\n".join(lines), _grid(title, days))


def _state(done: int, of: int) -> tuple[str, str]:
    """Symbol and words for a day: the state must be readable without colour."""
    if of == 0:
        return "–", "not written yet"
    if done == 0:
        return "○", f"not started, 0 of {of}"
    if done < of:
        return "△", f"begun, {done} of {of}"
    return "✓", f"done, {of} of {of}"


# Half-transparent fills and the page's own text colour: legible on a light and on a dark theme.
_FILLS = {
    "–": "border:1px dashed rgba(128,128,128,.6)",
    "○": "border:1px solid rgba(128,128,128,.9)",
    "△": "border:2px solid #d55e00;background:rgba(213,94,0,.14)",
    "✓": "border:2px solid #009e73;background:rgba(0,158,115,.18)",
}


def _grid(title: str, days: Mapping[int, tuple[int, int]]) -> str:
    body = "".join(
        f'<tr><th scope="rowgroup" colspan="10" style="text-align:left;padding:.5em 0 .1em;background:none">'
        f"{escape(phase)}</th></tr>"
        f'<tr style="background:none">{"".join(_cell(day, *days[day]) for day in numbers)}</tr>'
        for phase, numbers in PHASES
    )
    # The region can be reached and scrolled by keyboard where the page is narrower than ten cells.
    return (
        '<div role="region" aria-label="The thirty days" tabindex="0" style="overflow-x:auto;max-width:60em">'
        '<table style="table-layout:fixed;width:100%;min-width:40em;border-collapse:separate;'
        'border-spacing:4px;margin:0;color:inherit;border:none">'
        '<caption style="caption-side:top;text-align:left;color:inherit">'
        f"<strong>{escape(title)}</strong></caption><tbody>{body}</tbody></table></div>"
    )


def _cell(day: int, done: int, of: int) -> str:
    symbol, words = _state(done, of)
    words = words.replace(" of ", "&nbsp;of&nbsp;")  # the numbers stay on one line
    return (
        '<td style="text-align:center;vertical-align:top;padding:.3em .2em;border-radius:4px;'
        f'white-space:normal;line-height:1.25;{_FILLS[symbol]}">day <strong>{day}</strong><br>'
        f'<span aria-hidden="true" style="font-size:1.2em">{symbol}</span><br><small>{words}</small></td>'
    )


def _place(item: str) -> tuple[int, str, int, str]:
    """Where an item stands in the course: "13.w1b" is (13, "w", 1, "b"); anything else comes last."""
    match = re.fullmatch(r"(\d+)\.([a-z])(\d+)([a-z]*)", item)
    if not match:
        return (1000, "", 0, item)
    day, kind, number, further = match.groups()
    return (int(day), kind, int(number), further)


def _reason(error: Exception) -> str:
    """Why a file could not be used, in plain words; the system's own where there are no better ones."""
    text = getattr(error, "strerror", None) or str(error)
    for sign, words in _REASONS.items():
        if sign in text.lower():
            return words
    return text


_REASONS = {
    "disk is full": "the disk is full",
    "no space left": "the disk is full",
    "readonly": "the file or its folder is read-only",
    "read-only": "the file or its folder is read-only",
    "permission denied": "you may not write there",
    "unable to open": "no file can be opened there",
    "not a database": "the file is damaged; rename it to begin a new record",
    "malformed": "the file is damaged; rename it to begin a new record",
    "no column named": "the file is not a record of this course; rename it to begin a new one",
    "no such column": "the file is not a record of this course; rename it to begin a new one",
    "locked": "another program keeps the file locked",
}


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="milliseconds")


progress = Progress()

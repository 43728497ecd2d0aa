"""The record survives eight notebooks at once, a killed kernel, and every way in which a file can fail."""

import json
import re
import signal
import sqlite3
import subprocess
import sys
from html import unescape
from pathlib import Path

import pytest

from utils.progress import EXPORT_NAME, PHASES, VARIABLE, Progress
from utils.reply import NOT_ATTEMPTED, NOT_YET, NOTE, SOLVED

ROOT = Path(__file__).parents[1]
MODULE = sys.modules["utils.progress"]  # `utils.progress` itself is the object that learners call


@pytest.fixture
def path(tmp_path):
    return tmp_path / "data" / "progress.sqlite3"


def items(day):
    """Two written days of four items each."""
    return {f"{day}.{name}": object() for name in ("e1", "e2", "h1", "q1")} if day in (1, 13) else {}


def child(code, *arguments):
    """Another kernel: a Python process that runs `code` and talks through its pipes."""
    return subprocess.Popen(
        [sys.executable, "-c", code, *map(str, arguments)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        cwd=ROOT,
    )


def rows(path):
    with sqlite3.connect(path) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        return connection.execute("SELECT item, outcome FROM events ORDER BY id").fetchall()


def test_another_kernel_sees_what_was_recorded(path):
    mine, other = Progress(path), Progress(path)
    mine.record("13.e1", NOT_YET)
    mine.record("13.e1", SOLVED)
    assert other.solved() == {"13.e1"}
    assert other.attempts("13.e1") == 2
    assert other.attempts("13.e2") == 0


def test_an_untouched_notebook_leaves_no_trace(path):
    progress = Progress(path, items)
    progress.record("13.e1", NOT_ATTEMPTED)
    progress()
    assert progress.solved() == set() and progress.missed() == [] and progress.attempts("13.e1") == 0
    assert not path.exists()


def test_a_note_is_kept_but_is_no_attempt(path):
    progress = Progress(path)
    progress.record("13.w1", NOTE)
    assert progress.attempts("13.w1") == 0
    assert rows(path) == [("13.w1", NOTE)]


def test_missed_are_questions_whose_latest_answer_is_wrong(path):
    progress = Progress(path)
    for item, outcome in [
        ("13.q2", NOT_YET),
        ("2.q10", NOT_YET),
        ("2.q9", NOT_YET),
        ("4.r1", SOLVED),
        ("4.r1", NOT_YET),
        ("5.q1", NOT_YET),
        ("5.q1", SOLVED),
        ("6.e1", NOT_YET),
        ("20.r2", NOT_YET),
    ]:
        progress.record(item, outcome)
    assert progress.missed() == ["2.q9", "2.q10", "4.r1", "13.q2", "20.r2"]
    assert progress.missed(before_day=13) == ["2.q9", "2.q10", "4.r1"]


def test_the_variable_moves_the_file(tmp_path, monkeypatch):
    monkeypatch.setenv(VARIABLE, str(tmp_path / "elsewhere.sqlite3"))
    Progress().record("1.e1", SOLVED)
    assert rows(tmp_path / "elsewhere.sqlite3") == [("1.e1", SOLVED)]


WRITER = """
import sys
from utils.progress import Progress
progress = Progress(sys.argv[1])
print("ready", flush=True)
sys.stdin.readline()
for number in range(25):
    progress.record(f"{sys.argv[2]}.e{number}", "solved")
"""


def test_eight_notebooks_at_once_lose_nothing(path):
    notebooks = [child(WRITER, path, day) for day in range(1, 9)]
    for notebook in notebooks:
        assert notebook.stdout.readline() == "ready\n"
    for notebook in notebooks:  # all of them are waiting: let them write at the same time
        notebook.stdin.write("go\n")
        notebook.stdin.flush()
    for notebook in notebooks:
        said, _ = notebook.communicate(timeout=60)
        assert (notebook.returncode, said) == (0, "")
    written = [item for item, _ in rows(path)]
    for day in range(1, 9):
        assert [item for item in written if item.startswith(f"{day}.")] == [f"{day}.e{n}" for n in range(25)]


ENDLESS = """
import itertools, sys
from utils.progress import Progress
progress = Progress(sys.argv[1])
for number in itertools.count():
    progress.record(f"1.e{number}", "solved")
    print(number, flush=True)
"""

HALFWAY = """
import sqlite3, sys
from utils.progress import Progress
class Stops(sqlite3.Connection):
    def execute(self, statement, *parameters):
        if statement == "COMMIT" and sys.argv[2] == "stop":
            print("inside", flush=True)
            sys.stdin.readline()
        return super().execute(statement, *parameters)
connect = sqlite3.connect
sqlite3.connect = lambda *a, **k: connect(*a, factory=Stops, **k)
Progress(sys.argv[1]).record("1.e2", "solved")
"""


def test_a_killed_kernel_loses_nothing_it_had_recorded(path):
    kernel = child(ENDLESS, path)
    told = [int(kernel.stdout.readline()) for _ in range(20)]
    kernel.send_signal(signal.SIGKILL)  # it is writing all the time, so this falls somewhere in a write
    told += [int(line) for line in kernel.stdout]  # not communicate(): it skips what readline has read ahead
    kernel.communicate()
    written = [item for item, _ in rows(path)]
    assert written[: len(told)] == [f"1.e{number}" for number in told]
    assert len(written) <= len(told) + 1


def test_a_kernel_killed_inside_a_transaction_blocks_nobody(path):
    Progress(path).record("1.e1", SOLVED)
    kernel = child(HALFWAY, path, "stop")
    assert kernel.stdout.readline() == "inside\n"
    kernel.send_signal(signal.SIGKILL)
    kernel.communicate()
    Progress(path).record("1.e3", SOLVED)
    assert rows(path) == [("1.e1", SOLVED), ("1.e3", SOLVED)]


def full_disk(path, monkeypatch):
    """SQLite refuses every page beyond those that the file has now."""
    Progress(path).record("1.e0", SOLVED)
    monkeypatch.setattr(MODULE.sqlite3, "connect", _limited(sqlite3.connect))


def _limited(connect):
    def limited(*arguments, **options):
        connection = connect(*arguments, **options)
        connection.execute("PRAGMA max_page_count = 1")  # SQLite raises it to the present size of the file
        return connection

    return limited


def folder_is_a_file(path, monkeypatch):
    path.parent.write_text("not a folder")


def damaged_file(path, monkeypatch):
    path.parent.mkdir()
    path.write_bytes(b"this has never been a database" * 100)


def another_programs_database(path, monkeypatch):
    path.parent.mkdir()
    with sqlite3.connect(path) as connection:
        connection.execute("CREATE TABLE events (something_else TEXT)")


def locked_file(path, monkeypatch):
    monkeypatch.setattr(MODULE, "_WAIT_SECONDS", 0.05)
    path.parent.mkdir()
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN EXCLUSIVE")
    return other  # the lock lasts as long as this connection


def path_is_a_folder(path, monkeypatch):
    path.mkdir(parents=True)


FAILURES = [
    (full_disk, "the disk is full"),
    (folder_is_a_file, ""),
    (damaged_file, "the file is damaged"),
    (another_programs_database, "not a record of this course"),
    (locked_file, "keeps the file locked"),
    (path_is_a_folder, "no file can be opened there"),
]


@pytest.mark.parametrize(("failure", "reason"), FAILURES, ids=[case[0].__name__ for case in FAILURES])
def test_what_cannot_be_saved_is_said_once_and_the_course_goes_on(failure, reason, path, monkeypatch, capsys):
    kept = failure(path, monkeypatch)
    progress = Progress(path, items)
    long = "x" * 5000  # more than the free space of any page
    progress.record(long, NOT_YET)
    progress.record("13.e1", NOT_YET)
    progress.record("13.e1", SOLVED)
    progress.attempts("13.e1")
    said = capsys.readouterr().out
    assert said.count("the course goes on without recording.") == 1
    assert said.count("\n") == 1 and str(path) in said and reason in said
    # This kernel still knows what happened in it.
    assert progress.attempts("13.e1") == 2
    assert "13.e1" in progress.solved()
    assert "day 13  △ begun, 1 of 4" in progress.overview().plain
    assert capsys.readouterr().out == ""
    del kept


def test_what_could_not_be_saved_is_saved_when_the_disk_has_room_again(path, monkeypatch, capsys):
    with monkeypatch.context() as full:
        full_disk(path, full)
        progress = Progress(path)
        progress.record("x" * 5000, NOT_YET)
    assert "the disk is full" in capsys.readouterr().out
    progress.record("13.e2", SOLVED)
    assert rows(path) == [("1.e0", SOLVED), ("x" * 5000, NOT_YET), ("13.e2", SOLVED)]


def test_reading_an_empty_file_is_an_empty_record(path, capsys):
    path.parent.mkdir()
    path.touch()
    assert Progress(path).solved() == set()
    assert capsys.readouterr().out == ""


def test_export_holds_everything_and_says_where(path, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    progress = Progress(path)
    progress.record("13.e2", NOT_YET)
    progress.record("13.e2", SOLVED)
    progress.record("2.e1", SOLVED)
    progress.export()
    target = tmp_path / EXPORT_NAME
    assert str(target) in capsys.readouterr().out
    content = json.loads(target.read_text(encoding="utf-8"))
    assert content["solved"] == ["2.e1", "13.e2"]
    assert [(event["item"], event["outcome"]) for event in content["events"]] == [
        ("13.e2", NOT_YET),
        ("13.e2", SOLVED),
        ("2.e1", SOLVED),
    ]
    assert all(event["when"].endswith("+00:00") for event in content["events"])


def test_export_to_an_impossible_place_is_one_sentence(path, tmp_path, capsys):
    progress = Progress(path)
    progress.export(tmp_path / "no" / "such" / "folder.json")
    assert "could not be written" in capsys.readouterr().out


def test_a_paused_kernel_records_nothing_and_shows_nobodys_record(path, capsys):
    Progress(path).record("13.e1", SOLVED)
    progress = Progress(path, items)
    progress.pause()
    assert capsys.readouterr().out.count("\n") == 1
    progress.record("13.e2", NOT_YET)
    assert progress.solved() == set()
    assert progress.attempts("13.e2") == 1  # the second wrong answer is told more, here too
    assert rows(path) == [("13.e1", SOLVED)]


def test_the_grid_and_the_plain_text_say_the_same(path):
    progress = Progress(path, items)
    for item in ("1.e1", "1.e2", "1.h1", "1.q1", "13.e1"):
        progress.record(item, SOLVED)
    overview = progress.overview()
    words = unescape(re.sub("<[^>]*>", " ", overview.html)).split()
    assert words == overview.plain.split()
    assert len(re.findall("<td", overview.html)) == 30
    for phase, days in PHASES:
        assert phase in overview.html and len(days) == 10
    for line in ("Thirty days: 5 of 8 solved", "✓ done, 4 of 4", "△ begun, 1 of 4", "– not written yet"):
        assert line in overview.plain


def test_the_grid_takes_its_text_colour_from_the_page(path):
    html = Progress(path, items).overview().html
    colours = set(re.findall(r"(?<![-\w])color:([^;\"]*)", html))
    assert colours == {"inherit"}  # a fixed text colour would vanish in one of the two themes
    assert set(re.findall(r"background:([^;\"]*)", html)) <= {"none"} | set(re.findall(r"rgba\([^)]*\)", html))

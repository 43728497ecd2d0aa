"""The README's table of days, the cheat sheet and the glossary follow from the lessons that exist."""

import os
import re
from pathlib import Path

import pytest

from tests.bench import lab
from utils import build, contents

TABLE = """| day | what | |
|---|---|---|
| | **Linear algebra** | |
| 1 | Vectors \\| arrows | not written yet |
| | **Probability** | |
| 2 | Rank | [open](notebooks/x.ipynb) |
"""
LESSON = """# %% [markdown] key="title"
# # Day 2 · A sixth row
#
# > a quotation that is not on the sheet

# %% [markdown] key="end"
# ## Take with you · 1 min
#
# > **rank** counts directions,
# > P(A|B) < 1 counts nothing.
#
# **Words of today**
#
# | word | 中文 | symbol | paper |
# |---|---|---|---|
# | rank | 秩 | P(A\\|B) | §3.2 |
# | span | 张成空间 | – | – |
#
# **Teach it back.** Why?
"""


@pytest.fixture
def root(tmp_path):
    (tmp_path / "notebooks").mkdir()
    (tmp_path / "README.md").write_text(TABLE, encoding="utf-8")
    (tmp_path / "day02_rank.py").write_text(LESSON, encoding="utf-8")
    return tmp_path


def test_a_row_says_whether_its_day_is_written():
    changed = contents.with_links(TABLE, {1: Path("solutions/day01_vectors.py")})
    assert "| 1 | Vectors \\| arrows | [open](notebooks/day01_vectors.ipynb) |" in changed
    assert "| 2 | Rank | not written yet |" in changed
    assert contents.with_links(changed, {1: Path("solutions/day01_vectors.py")}) == changed


def test_a_lesson_gives_its_title_its_summary_and_its_words(root):
    found = contents.lesson(root / "day02_rank.py")
    assert found.title == "A sixth row"
    assert found.summary == "**rank** counts directions, P(A|B) < 1 counts nothing."
    assert found.words == [["rank", "秩", "P(A\\|B)", "§3.2"], ["span", "张成空间", "–", "–"]]


def test_the_sheet_holds_the_summary_under_its_phase_and_escapes_it(root):
    sheet = contents.cheat_sheet(TABLE, {2: contents.lesson(root / "day02_rank.py")})
    entry = '<i class="day">2</i> <strong>rank</strong> counts directions, P(A|B) &lt; 1 counts nothing.'
    assert f"<h2>Linear algebra</h2>\n<h2>Probability</h2>\n<p>{entry}</p>" in sheet
    assert "not on the sheet" not in sheet


def test_a_word_stands_once_with_all_its_days():
    lessons = {
        day: contents.Lesson("", "", words)
        for day, words in {
            7: [["rank", "秩", "r", "–"], ["view", "视图", "–", "–"]],
            2: [["rank", "秩", "rank A", "§3.2"]],
        }.items()
    }
    assert contents.glossary(lessons).endswith(
        "|---|---|---|---|---|\n| rank A | rank | 秩 | 2, 7 | §3.2 |\n| – | view | 视图 | 7 | – |\n"
    )


@pytest.mark.parametrize("gone", ["# # Day 2 · A sixth row", "# > ", "# | word | 中文 | symbol | paper |"])
def test_a_lesson_without_one_of_the_three_is_named(root, gone):
    (root / "day02_rank.py").write_text(LESSON.replace(gone, "# "), encoding="utf-8")
    for check in (True, False):
        (problem,) = contents.update(root, {2: root / "day02_rank.py"}, check)
        assert problem.startswith("day02_rank.py needs a title")
    assert list((root / "notebooks").iterdir()) == []


def test_checking_writes_nothing_and_building_does(root):
    days = {2: root / "day02_rank.py"}
    stale = [Path(text.split(" is not")[0]).name for text in contents.update(root, days, check=True)]
    assert stale == ["README.md", "cheat_sheet.html", "glossary.md"]
    assert (root / "README.md").read_text(encoding="utf-8") == TABLE
    assert contents.update(root, days, check=False) == []
    assert contents.update(root, days, check=True) == []
    assert "秩" in (root / "notebooks" / "glossary.md").read_text(encoding="utf-8")


def test_those_of_the_project_are_up_to_date():
    assert contents.update(build.ROOT, build.sources(), check=True) == []


@pytest.mark.parametrize(
    "source", [path for day, path in build.sources().items() if day], ids=lambda source: source.stem
)
def test_the_words_of_a_lesson_are_complete(source):
    """English, 中文, a symbol or a dash, a section of the paper or a dash."""
    words = contents.lesson(source).words
    assert len(words) >= 3 and len({english for english, *_ in words}) == len(words)
    for english, chinese, symbol, paper in words:
        assert english and any("\u4e00" <= letter <= "\u9fff" for letter in chinese)
        assert symbol and (paper == "–" or paper.startswith("§"))


@pytest.mark.skipif(not lab.browser_path() and not os.environ.get("CI"), reason="no Chromium on this machine")
def test_the_cheat_sheet_prints_on_one_page():
    with lab.page() as page:
        page.goto((build.ROOT / "notebooks" / "cheat_sheet.html").as_uri())
        printed = page.pdf(prefer_css_page_size=True)
    assert len(re.findall(rb"/Type\s*/Page\b", printed)) == 1

"""The README's table of days and the cheat sheet follow from the lessons that exist."""

from pathlib import Path

import pytest

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
# > P(A|B) counts nothing.
#
# **Words of today**: rank.
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


def test_the_sheet_holds_the_quotation_of_the_last_cell_under_its_phase(root):
    sheet = contents.cheat_sheet(TABLE, {2: root / "day02_rank.py"})
    entry = "**[Day 2 · A sixth row](day02_rank.ipynb)**<br>\n**rank** counts directions,\nP(A|B) counts nothing.\n"
    assert sheet.endswith(f"## Linear algebra\n\n## Probability\n\n{entry}")
    assert "not on the sheet" not in sheet and "Words of today" not in sheet


def test_a_lesson_without_an_entry_is_named(root):
    (root / "day02_rank.py").write_text(LESSON.replace("# > **", "# **").replace("# > P", "# P"), encoding="utf-8")
    for check in (True, False):
        (problem,) = contents.update(root, {2: root / "day02_rank.py"}, check)
        assert "day02_rank.py needs" in problem and "quotation" in problem
    assert not (root / "notebooks" / "cheat_sheet.md").exists()


def test_checking_writes_nothing_and_building_does(root):
    days = {2: root / "day02_rank.py"}
    assert [Path(text.split()[0]).name for text in contents.update(root, days, check=True)] == [
        "README.md",
        "cheat_sheet.md",
    ]
    assert (root / "README.md").read_text(encoding="utf-8") == TABLE
    assert contents.update(root, days, check=False) == []
    assert contents.update(root, days, check=True) == []
    assert "rank" in (root / "notebooks" / "cheat_sheet.md").read_text(encoding="utf-8")


def test_those_of_the_project_are_up_to_date():
    assert contents.update(build.ROOT, build.sources(), check=True) == []

"""The README's table of days follows from the lessons that exist."""

from pathlib import Path

from utils import build, contents

TABLE = """| day | what | |
|---|---|---|
| 1 | Vectors \\| arrows | not written yet |
| 2 | Rank | [open](notebooks/x.ipynb) |
"""


def test_a_row_says_whether_its_day_is_written():
    changed = contents.with_links(TABLE, {1: Path("solutions/day01_vectors.py")})
    assert "| 1 | Vectors \\| arrows | [open](notebooks/day01_vectors.ipynb) |" in changed
    assert "| 2 | Rank | not written yet |" in changed
    assert contents.with_links(changed, {1: Path("solutions/day01_vectors.py")}) == changed


def test_checking_writes_nothing_and_building_does(tmp_path):
    readme = tmp_path / "README.md"
    readme.write_text(TABLE, encoding="utf-8")
    assert contents.update(readme, {}, check=True) == [f"{readme} does not list the days that are written."]
    assert readme.read_text(encoding="utf-8") == TABLE
    assert contents.update(readme, {}, check=False) == []
    assert contents.update(readme, {}, check=True) == []


def test_the_readme_of_the_project_is_up_to_date():
    assert contents.update(build.ROOT / "README.md", build.sources(), check=True) == []

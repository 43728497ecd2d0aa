"""What lists all days: the README's table, whose last column says which are written, and the cheat sheet.

Both follow from solutions/. A lesson's lines on the cheat sheet are the quotation in its last cell, key="end".
"""

import re
from collections.abc import Mapping
from pathlib import Path

_ROW = re.compile(r"^(\| (\d+) \|.*\|) [^|]*\|$", re.MULTILINE)
_ROW_OR_PHASE = re.compile(r"^\| \| \*\*(?P<phase>.+)\*\* \| \|$|^\| (?P<day>\d+) \|.*\|$", re.MULTILINE)
_TITLE = re.compile(r"^# # (.+)$", re.MULTILINE)
_END = re.compile(r'^# %% \[markdown\] key="end"\n((?:#.*\n?)+)', re.MULTILINE)
_CHEAT_SHEET = """# Cheat sheet

One entry a day, as the lesson's last page has it. Logarithms are natural unless bits are named; tokens are rows.
"""


def with_links(readme: str, sources: Mapping[int, Path]) -> str:
    """The README's text with a link in each row whose day has a source, and "not written yet" in the others."""

    def row(found):
        source = sources.get(int(found[2]))
        state = f"[open](notebooks/{source.stem}.ipynb)" if source else "not written yet"
        return f"{found[1]} {state} |"

    return _ROW.sub(row, readme)


def cheat_sheet(readme: str, sources: Mapping[int, Path]) -> str:
    """The entries of the days that are written, under the phases of the README's table.

    Raises ValueError for a lesson without a quotation in its last cell.
    """
    lines = [_CHEAT_SHEET]
    for found in _ROW_OR_PHASE.finditer(readme):
        if found["phase"]:
            lines.append(f"## {found['phase']}\n")
        elif source := sources.get(int(found["day"])):
            title, entry = _entry(source)
            lines.append(f"**[{title}]({source.stem}.ipynb)**<br>\n{entry}\n")
    return "\n".join(lines)


def _entry(source: Path) -> tuple[str, str]:
    """A lesson's title and its lines on the cheat sheet."""
    text = source.read_text(encoding="utf-8")
    title, end = _TITLE.search(text), _END.search(text)
    entry = [line.removeprefix("# >").strip() for line in end[1].splitlines() if line.startswith("# >")] if end else []
    if not title or not entry:
        raise ValueError(f"{source.name} needs a title and, in its last cell `end`, a quotation for the cheat sheet")
    return title[1], "\n".join(entry)


def update(root: Path, sources: Mapping[int, Path], check: bool) -> list[str]:
    """Write the README's table and the cheat sheet, or only say what is stale; returns that, a sentence each."""
    readme, sheet = root / "README.md", root / "notebooks" / "cheat_sheet.md"
    if not readme.exists():  # lessons without a table of days
        return []
    before = readme.read_text(encoding="utf-8")
    try:
        wanted = {readme: with_links(before, sources), sheet: cheat_sheet(before, sources)}
    except ValueError as error:
        return [str(error)]
    stale = [path for path, text in wanted.items() if not path.exists() or path.read_text(encoding="utf-8") != text]
    if check:
        return [f"{path} is not what the lessons give." for path in stale]
    for path in stale:
        path.write_text(wanted[path], encoding="utf-8", newline="\n")
    return []

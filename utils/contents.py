"""What is collected from all lessons: the README's table of days, the cheat sheet and the glossary.

The last cell of a lesson, key="end", holds its share: a quotation for the cheat sheet, and a table of its words.
"""

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

from markdown_it import MarkdownIt

_ROW = re.compile(r"^(\| (\d+) \|.*\|) [^|]*\|$", re.MULTILINE)
_ROW_OR_PHASE = re.compile(r"^\| \| \*\*(?P<phase>.+)\*\* \| \|$|^\| (?P<day>\d+) \|.*\|$", re.MULTILINE)
_TITLE = re.compile(r"^# # Day \d+ · (.+)$", re.MULTILINE)
_END = re.compile(r'^# %% \[markdown\] key="end"\n((?:#.*\n?)+)', re.MULTILINE)
_WORDS = "| word | 中文 | symbol | paper |"
_CELLS = re.compile(r"(?<!\\)\|")
_SHEET = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>Thirty Days to Attention: cheat sheet</title>
<style>
@page {{ size: A4 landscape; margin: 7mm; }}
body {{ font: 7.6pt/1.22 "DejaVu Sans", Verdana, sans-serif; color: #1a1a1a; background: white; margin: 0; columns: 4;
       column-gap: 4mm; column-rule: .3pt solid #999; }}
h1 {{ font-size: 11pt; margin: 0 0 1mm; }}
h2 {{ font-size: 9pt; margin: 1.6mm 0 .6mm; color: #0072b2; break-after: avoid; }}
p {{ margin: 0 0 1.1mm; break-inside: avoid; }} i.day {{ font-style: normal; color: #b34700; }}
@media screen {{ body {{ font-size: 13px; line-height: 1.4; margin: 1em; columns: 26em; }} h1 {{ font-size: 1.4em; }}
               h2 {{ font-size: 1.1em; }} p {{ margin-bottom: .7em; }} }}
</style></head><body>
<h1>Thirty Days to Attention</h1>
<p>Tokens are rows, positions count from 0. Logarithms are natural unless bits are named.</p>
{entries}
</body></html>
"""
_GLOSSARY = """# Glossary

Collected from the last page of each lesson; "paper" is the place in *Attention Is All You Need* where the word, or what
it names, is used.

| symbol | English | 中文 | day | paper |
|---|---|---|---|---|
"""


class Lesson(NamedTuple):
    """What a lesson gives: its title, its lines on the cheat sheet, its words as (English, 中文, symbol, paper)."""

    title: str
    summary: str
    words: list[list[str]]


def lesson(source: Path) -> Lesson:
    """Read a lesson's source. Raises ValueError when the title, the quotation or the table of words is missing."""
    text = source.read_text(encoding="utf-8")
    title, end = _TITLE.search(text), _END.search(text)
    lines = [line.removeprefix("#").strip() for line in end[1].splitlines()] if end else []
    summary = " ".join(line.removeprefix(">").strip() for line in lines if line.startswith(">"))
    if not title or not summary or _WORDS not in lines:
        raise ValueError(
            f"{source.name} needs a title `Day N · ...`, and in its last cell `end` a quotation for the cheat sheet "
            f"and a table `{_WORDS}`"
        )
    rows = [_CELLS.split(line)[1:-1] for line in lines[lines.index(_WORDS) + 2 :] if line.startswith("|")]
    return Lesson(title[1], summary, [[cell.strip() for cell in row] for row in rows])


def with_links(readme: str, sources: Mapping[int, Path]) -> str:
    """The README's text with a link in each row whose day has a source, and "not written yet" in the others."""

    def row(found):
        source = sources.get(int(found[2]))
        state = f"[open](notebooks/{source.stem}.ipynb)" if source else "not written yet"
        return f"{found[1]} {state} |"

    return _ROW.sub(row, readme)


def cheat_sheet(readme: str, lessons: Mapping[int, Lesson]) -> str:
    """A page to print, A4 landscape: the summaries of the days, under the phases of the README's table."""
    return _SHEET.format(entries="\n".join(_entries(readme, lessons)))


def _entries(readme: str, lessons: Mapping[int, Lesson]) -> Iterator[str]:
    inline = MarkdownIt().renderInline
    for found in _ROW_OR_PHASE.finditer(readme):
        if found["phase"]:
            yield f"<h2>{inline(found['phase'])}</h2>"
        elif known := lessons.get(int(found["day"])):
            yield f'<p><i class="day">{found["day"]}</i> {inline(known.summary)}</p>'


def glossary(lessons: Mapping[int, Lesson]) -> str:
    """One row a word, in the order in which the words come; a word that comes again adds its day."""
    rows: dict[str, list[str]] = {}
    for day, known in sorted(lessons.items()):
        for english, chinese, symbol, paper in known.words:
            if english in rows:
                rows[english][3] += f", {day}"
            else:
                rows[english] = [symbol, english, chinese, str(day), paper]
    return _GLOSSARY + "".join(f"| {' | '.join(row)} |\n" for row in rows.values())


def update(root: Path, sources: Mapping[int, Path], check: bool) -> list[str]:
    """Write the three, or only say which are stale; returns that, a sentence each."""
    readme = root / "README.md"
    if not readme.exists():  # lessons without a table of days
        return []
    before = readme.read_text(encoding="utf-8")
    try:
        lessons = {day: lesson(source) for day, source in sources.items() if day}
    except ValueError as error:
        return [str(error)]
    wanted = {
        readme: with_links(before, sources),
        root / "notebooks" / "cheat_sheet.html": cheat_sheet(before, lessons),
        root / "notebooks" / "glossary.md": glossary(lessons),
    }
    stale = [path for path, text in wanted.items() if not path.exists() or path.read_text(encoding="utf-8") != text]
    if check:
        return [f"{path} is not what the lessons give." for path in stale]
    for path in stale:
        path.write_text(wanted[path], encoding="utf-8", newline="\n")
    return []

"""The README's table of days: its last column says which days are written, and follows from solutions/."""

import re
from collections.abc import Mapping
from pathlib import Path

_ROW = re.compile(r"^(\| (\d+) \|.*\|) [^|]*\|$", re.MULTILINE)


def with_links(readme: str, sources: Mapping[int, Path]) -> str:
    """The README's text with a link in each row whose day has a source, and "not written yet" in the others."""

    def row(found):
        source = sources.get(int(found[2]))
        state = f"[open](notebooks/{source.stem}.ipynb)" if source else "not written yet"
        return f"{found[1]} {state} |"

    return _ROW.sub(row, readme)


def update(readme: Path, sources: Mapping[int, Path], check: bool) -> list[str]:
    """Write the table, or only say that it is stale; returns what is stale, a sentence each."""
    before = readme.read_text(encoding="utf-8") if readme.exists() else ""
    after = with_links(before, sources)
    if before == after:
        return []
    if check:
        return [f"{readme} does not list the days that are written."]
    readme.write_text(after, encoding="utf-8", newline="\n")
    return []

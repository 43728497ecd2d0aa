"""Build the two editions of every day from its one source.

    python -m utils.build [13 20]     all days, or some of them (0 is the start page)
    python -m utils.build --check     say which notebooks are stale, and end with 1 if any is

solutions/NAME.py (jupytext's percent format, a key on every cell) becomes notebooks/NAME.ipynb, the learner's edition
without outputs, and solutions/NAME.ipynb, the solution edition, executed. Nothing is ever read back from a notebook.
"""

import argparse
import ast
import difflib
import os
import re
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor, as_completed
from pathlib import Path
from typing import NamedTuple

import jupytext
import nbformat
from nbclient import NotebookClient, exceptions
from nbformat import v4
from tqdm import tqdm

from utils import contents

ROOT = Path(__file__).resolve().parent.parent
OPEN, CLOSE = "# solution", "# end solution"
PAUSE = ("solution-edition", "solution-pause")  # ids of the two cells that the solution edition adds
METADATA = {
    "kernelspec": {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"},
    "language_info": {"name": "python"},
}
# A view opens as an error box when its widget's state is not stored with it; the state is never stored.
WIDGET_VIEW = "application/vnd.jupyter.widget-view+json"
_SOURCE = re.compile(r"day(\d\d)_\w+|00_\w+")
# Lines that give nothing away: punctuation, a bare keyword, an import, an empty start value, a plain loop.
_TRIVIAL = re.compile(
    r"[\W_]*|# (end )?solution|(else|try|finally|pass|return|break|continue)\W*|return \w+|(import|from)\b.*"
    r"|\w+ = (0|0\.0|1|1\.0|\[\]|\{\}|\(\)|None|True|False)|for \w+ in range\(\w+\):"
)
# Expressions with names of their own; and `x += 1`, which changes a name that is there already.
_NOTHING_BOUND = (ast.Lambda, ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp, ast.AugAssign)


class BuildError(Exception):
    """Something in a source that must be changed before it can be built; says where and what."""

    def __init__(self, path: Path, line: int, text: str):
        super().__init__(f"{path.parent.name}/{path.name}:{line}: {text}")


class Cell(NamedTuple):
    """A cell of a source, as a notebook's cell; its lines that a learner gets and does not, with their numbers."""

    node: nbformat.NotebookNode
    number: int
    shown: list[tuple[int, str]]
    hidden: list[tuple[int, str]]


def read(path: Path) -> list[Cell]:
    """The cells of a source; raises BuildError with file and line for whatever breaks the rules."""
    text = path.read_text(encoding="utf-8")
    lines, nodes = text.splitlines(), jupytext.reads(text, fmt="py:percent").cells
    starts = [number for number, line in enumerate(lines, 1) if re.match(r"#\s*%%(\s|$)", line)]
    if len(starts) != len(nodes):
        problem = f"{len(starts)} lines `# %%` make {len(nodes)} cells: is there text before the first one?"
        raise BuildError(path, starts[0] if starts else 1, problem)
    cells = [_cell(path, number, lines, node) for number, node in zip(starts, nodes, strict=True)]
    seen = dict.fromkeys(PAUSE, "the builder")
    for number, key in ((cell.number, cell.node.id) for cell in cells):
        if key in seen:
            raise BuildError(path, number, f"the key {key!r} is already that of {seen[key]}")
        seen[key] = f"line {number}"
    _refuse_leaks(path, cells)
    return cells


def _cell(path, number, lines, node) -> Cell:
    key, tags = str(node.metadata.pop("key", "")), node.metadata.get("tags", [])
    if not re.fullmatch(r"[A-Za-z0-9_-]{1,64}", key):
        problem = f"{key!r} is no valid key" if key else "this cell has no key"
        raise BuildError(path, number, problem + ': write key="..." with 1 to 64 letters, digits, - or _')
    if any(tag != "solution" and _like_solution(tag) for tag in tags):
        raise BuildError(path, number, f"unknown tag in {tags}; the tag is `solution`")
    node.id = key
    node.metadata = {name: value for name, value in node.metadata.items() if not name.startswith("lines_to_")}
    # Blank lines after the marker are no part of the cell: look for its first line, which may be commented.
    body = node.source.split("\n")
    first = next((n for n in range(number, len(lines)) if body[0] in lines[n]), number)
    shown, hidden = _split(path, node, list(enumerate(body, first + 1)))
    return Cell(node, number, *(([], shown + hidden) if "solution" in tags else (shown, hidden)))


def _like_solution(text) -> bool:
    words = re.findall("[a-z]+", text.lower())
    return any(difflib.get_close_matches(word, ["solution", "endsolution"], cutoff=0.87) for word in words)


def _split(path, node, lines):
    """The lines of a cell for the learner, with stubs in place of solutions, and the lines of its solutions."""
    shown, hidden, opened = [], [], None
    for place, (number, line) in enumerate(lines):
        marker = line.strip() if line.strip() in (OPEN, CLOSE) else None
        near = not marker and _like_solution(line.partition("#")[2])
        if near if node.cell_type == "code" else marker:
            raise BuildError(path, number, f"is this a marker? `{OPEN}` and `{CLOSE}` are lines of code cells")
        if marker == (CLOSE if opened is None else OPEN):
            problem = f"without `{OPEN}`" if opened is None else f"inside that of line {lines[opened][0]}"
            raise BuildError(path, number, f"`{marker}` {problem}")
        if marker == OPEN:
            opened = place
        elif marker == CLOSE:
            shown += [(number, stub) for stub in _stubs(path, node, lines, opened, place)]
            opened = None
        else:
            (shown if opened is None else hidden).append((number, line))
    if opened is not None:
        raise BuildError(path, lines[opened][0], f"`{OPEN}` without `{CLOSE}` in this cell")
    return shown, hidden


def _stubs(path, node, lines, first, last) -> list[str]:
    """The lines that stand in for the solution between lines `first` and `last` of a cell."""
    number, opening = lines[first]
    indent = opening[: len(opening) - len(opening.lstrip())]
    if any(line.strip() and not line.startswith(indent) for _, line in lines[first : last + 1]):
        raise BuildError(path, number, "a solution is indented less than its first marker")
    try:
        cell = ast.parse(node.source)
    except SyntaxError as error:
        raise BuildError(path, number, f"the cell of this solution is not plain Python: {error.msg}") from None
    functions = [part for part in ast.walk(cell) if isinstance(part, ast.FunctionDef)]
    if any(part.lineno <= first and last <= part.end_lineno for part in functions if indent):
        return [f"{indent}...  # your code here"]
    bound = _bound(ast.Module([part for part in cell.body if first < part.lineno <= last], []))
    if indent or not bound:
        problem = "it is indented, but in no function" if indent else "it binds no name; tag the cell `solution`"
        raise BuildError(path, number, f"nothing can stand in for this solution: {problem}")
    return [f"{name} = ...  # your answer here" for name in bound]


def _bound(part) -> list[str]:
    """The names that a piece of code binds, in order, each once."""
    if isinstance(part, ast.FunctionDef | ast.ClassDef):
        return [part.name]
    if isinstance(part, ast.Name):
        return [part.id] if isinstance(part.ctx, ast.Store) else []
    if isinstance(part, _NOTHING_BOUND):
        return []
    return list(dict.fromkeys(name for child in ast.iter_child_nodes(part) for name in _bound(child)))


def _refuse_leaks(path, cells):
    """No line of a solution may be readable anywhere in the learner's edition."""
    shown = [(number, " ".join(line.split())) for cell in cells for number, line in cell.shown]
    for number, line in (row for cell in cells for row in cell.hidden):
        secret = " ".join(line.split("  #")[0].split())
        whole = re.compile(rf"(?<!\w){re.escape(secret)}(?!\w)")
        for seen, text in [] if _TRIVIAL.fullmatch(secret) else shown:
            if secret in text and whole.search(text):
                raise BuildError(path, number, f"learners read this at {path.name}:{seen}: {secret}")


def learner(cells: list[Cell]) -> nbformat.NotebookNode:
    """The learner's edition: stubs in place of the solutions, nothing executed."""
    shown = [(cell.node, "\n".join(line for _, line in cell.shown)) for cell in cells if cell.shown]
    return v4.new_notebook(
        cells=[nbformat.from_dict(node | {"source": text}) for node, text in shown], metadata=METADATA
    )


def solution(name: str, cells: list[Cell]) -> nbformat.NotebookNode:
    """The solution edition before it is executed; on top it says what it is and stops the record."""
    note = f"**Solution edition.** Nothing here is recorded. Your notebook is [{name}](../notebooks/{name}.ipynb)."
    pause = "from utils import progress\n\nprogress.pause()"
    top = [v4.new_markdown_cell(note, id=PAUSE[0]), v4.new_code_cell(pause, id=PAUSE[1])]
    return v4.new_notebook(cells=top + [cell.node for cell in cells], metadata=METADATA)


def serialise(notebook) -> bytes:
    """The one way in which a notebook is written: sorted, UTF-8, an indent of one, a newline at the end."""
    return (nbformat.writes(notebook).rstrip("\n") + "\n").encode()


def execute(path: Path) -> nbformat.NotebookNode:
    """The solution edition with its outputs, run in the folder of the source as a learner's kernel would."""
    cells, reached = read(path), [PAUSE[0]]
    notebook, at = solution(path.stem, cells), {cell.node.id: cell.number for cell in cells}
    client = NotebookClient(notebook, timeout=300, store_widget_state=False, record_timing=False)
    client.resources, client.extra_arguments = {"metadata": {"path": str(path.parent)}}, ["--log-level=ERROR"]
    client.on_cell_start = lambda cell, cell_index: reached.append(cell.id)
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as scratch:
        try:
            client.execute(env=kernel_environment(scratch))
        except (exceptions.CellControlSignal, RuntimeError) as error:
            raise BuildError(path, at.get(reached[-1], 1), f"the cell {reached[-1]!r} stops: {error}") from None
    streams = ((cell.id, out) for cell in tidy(notebook).cells for out in cell.get("outputs", []))
    for key, output in streams:
        if output.get("name") == "stderr":
            raise BuildError(path, at.get(key, 1), f"the cell {key!r} warns: {output.text.strip()}")
    return notebook


def kernel_environment(scratch: str) -> dict[str, str]:
    """What a kernel starts with: nobody's settings, history or progress; one thread; inline pictures."""
    fixed = {"PYTHONHASHSEED": "0", "OPENBLAS_NUM_THREADS": "1"}
    fixed["PYTHONPATH"] = os.pathsep.join(filter(None, [str(ROOT), os.environ.get("PYTHONPATH")]))
    fixed |= {"IPYTHONDIR": scratch, "THIRTY_DAYS_PROGRESS": str(Path(scratch, "progress.sqlite"))}
    return {name: value for name, value in os.environ.items() if name != "MPLBACKEND"} | fixed


def tidy(notebook):
    """The canonical form of an executed notebook: numbered 1..n, streams merged, no widget views, no state."""
    notebook.metadata = nbformat.from_dict(METADATA)
    for number, cell in enumerate((cell for cell in notebook.cells if cell.cell_type == "code"), 1):
        cell.execution_count, before, cell.outputs = number, cell.outputs, []
        for output in before:
            output.get("data", {}).pop(WIDGET_VIEW, None)
            if "execution_count" in output:
                output.execution_count = number
            if cell.outputs and cell.outputs[-1].get("name") == output.get("name", ""):
                cell.outputs[-1].text += output.text
            elif output.get("data", True):
                cell.outputs.append(output)
    return notebook


def sources() -> dict[int, Path]:
    """The sources by day; the start page is day 0."""
    found = sorted(ROOT.glob("solutions/*.py"))
    return {int(match[1] or 0): path for path in found if (match := _SOURCE.fullmatch(path.stem))}


def learner_path(path: Path) -> Path:
    return path.parent.parent / "notebooks" / f"{path.stem}.ipynb"


def build(path: Path, overwrite=False) -> list[str]:
    """Write both editions of a source; returns what could not be done, a sentence each."""
    solved, target = execute(path), learner_path(path)
    path.with_suffix(".ipynb").write_bytes(serialise(solved))
    if worked_in(target) and not overwrite:
        return [f"{target} holds somebody's work and stays as it is; --overwrite replaces it."]
    target.write_bytes(serialise(learner(read(path))))
    return []


def worked_in(target: Path) -> bool:
    """True for a notebook with outputs or counts (quotes inside a cell are escaped, so no text looks like them)."""
    return target.exists() and bool(re.search(rb'"execution_count": \d|"output_type": "', target.read_bytes()))


def stale(path: Path) -> list[str]:
    """Which notebooks are not what their source determines, a sentence each."""
    cells, target, solved = read(path), learner_path(path), path.with_suffix(".ipynb")
    wanted = {target: serialise(learner(cells)), solved: _with_outputs_of(solved, solution(path.stem, cells))}
    differ = [stored for stored, content in wanted.items() if not stored.exists() or stored.read_bytes() != content]
    return [f"{stored} is not what its source gives." for stored in differ]


def _with_outputs_of(stored: Path, notebook) -> bytes:
    """A solution edition as the builder writes it, with the outputs that are stored already."""
    try:
        outputs = {cell.id: cell.get("outputs", []) for cell in nbformat.read(stored, as_version=4).cells}
    except (OSError, ValueError):  # not there, or no notebook
        outputs = {}
    for cell in (cell for cell in notebook.cells if cell.cell_type == "code"):
        cell.outputs = outputs.get(cell.id, [])
    return serialise(tidy(notebook))


def for_each(work, paths) -> list[str]:
    """Do `work` on every source, as many at a time as there are cores; returns the problems."""
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        jobs = [pool.submit(work, path) for path in paths]
        list(tqdm(as_completed(jobs), total=len(jobs), unit="day", disable=work is stale))
    failed = [str(job.exception()) for job in jobs if isinstance(job.exception(), BuildError)]
    return failed + [text for job in jobs if not isinstance(job.exception(), BuildError) for text in job.result()]


def main(arguments=None):
    parser = argparse.ArgumentParser(prog="python -m utils.build", description=__doc__.splitlines()[0])
    parser.add_argument("days", nargs="*", type=int, help="all if none is named; 0 is the start page")
    parser.add_argument("--check", action="store_true", help="only say what is stale")
    parser.add_argument("--overwrite", action="store_true", help="also replace notebooks that hold work")
    options, known = parser.parse_args(arguments), sources()
    if unknown := sorted(set(options.days) - set(known)):
        parser.error(f"there is no source for day {unknown[0]} in solutions/")
    paths = [known[day] for day in options.days or known]
    work = stale if options.check else (lambda path: build(path, options.overwrite))
    sys.exit("\n".join(for_each(work, paths) + contents.update(ROOT, known, options.check)) or 0)


if __name__ == "__main__":
    main()

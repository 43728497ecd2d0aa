import json
import os
import re
import shutil
import subprocess
import sys

import jupytext
import nbformat
import pytest
from nbformat import v4

from utils import build
from utils.build import BuildError, learner, read, serialise, solution, tidy

NAME = "day13_sample"
LEARNERS, SOLUTIONS = "notebooks", "solutions"

LESSON = '''\
# ---
# jupyter:
#   jupytext:
#     text_representation:
#       format_name: percent
# ---

# %% [markdown] key="story"
# # Größe und 词元
#
# A cake.

# %% key="setup"
import numpy as np

scale = 2

# %% key="e1"
def softmax(z):
    """Shares of one cake."""
    # solution
    e = np.exp(z - z.max())

    return e / e.sum()
    # end solution


# %% key="h1"
# solution
h1, (h2, *h3) = (3 / 5, (0.25, 8, 9))
# end solution

# %% [markdown] key="why" tags=["solution"]
# Because one point more multiplies a share.

# %% key="proof" tags=["solution"]
print("checked", scale * 21)
'''


@pytest.fixture
def project(tmp_path, monkeypatch):
    """A project of its own; returns a function that writes a source and returns its path."""
    (tmp_path / "solutions").mkdir()
    (tmp_path / "notebooks").mkdir()
    monkeypatch.setattr(build, "ROOT", tmp_path)

    def write(text=LESSON, name=NAME):
        path = tmp_path / "solutions" / f"{name}.py"
        path.write_text(text, encoding="utf-8")
        return path

    return write


def code(*lines, key="e1", extra=""):
    """A source with one code cell; its first line is line 2 of the file."""
    return "\n".join([f'# %% key="{key}"{extra}', *lines, ""])


def cell(notebook, key):
    return next(each for each in notebook.cells if each.id == key)


def shown(path, key="e1"):
    return cell(learner(read(path)), key).source


def main(*arguments):
    """What the command prints and its exit code."""
    with pytest.raises(SystemExit) as ended:
        build.main(list(arguments))
    said = ended.value.code
    return (said, 1) if isinstance(said, str) else ("", said)


# --- the two editions ---


def test_ids_are_keys_and_the_keys_leave_the_metadata(project):
    path = project()
    assert [each.id for each in learner(read(path)).cells] == ["story", "setup", "e1", "h1"]
    ids = [each.id for each in solution(NAME, read(path)).cells]
    assert ids == [*build.PAUSE, "story", "setup", "e1", "h1", "why", "proof"]
    for notebook in (learner(read(path)), solution(NAME, read(path))):
        nbformat.validate(notebook)
        assert all(set(each.metadata) <= {"tags"} for each in notebook.cells)


def test_in_a_function_the_block_becomes_one_stub_at_its_indentation(project):
    assert shown(project()) == 'def softmax(z):\n    """Shares of one cake."""\n    ...  # your code here'


def test_signature_comments_and_code_around_the_block_stay(project):
    path = project(
        code(
            "class Layer:",
            "    def forward(",
            "        self,",
            "        x,  # (tokens, width)",
            "    ):",
            "        y = 3 * x",
            "        # solution",
            "        for k in range(9):",
            "            y += k**2",
            "        # end solution",
            "        return y",
        )
    )
    assert shown(path).splitlines()[5:] == ["        y = 3 * x", "        ...  # your code here", "        return y"]


@pytest.mark.parametrize(
    "lines, names",
    [
        (["h1 = 3 / 5"], ["h1"]),
        (["a = b = 3 / 5"], ["a", "b"]),
        (["(a, b), [c, *d] = table"], ["a", "b", "c", "d"]),
        (["rate: float = 0.125"], ["rate"]),
        (["first = 4", "first = 5", "second = 6"], ["first", "second"]),
        (["def shares(z):", "    inner = z", "    return inner"], ["shares"]),
        (["best = max(k for k in rows)", "key = lambda row: (t := row)"], ["best", "key"]),
        (["import math", "root = math.sqrt(5)", "root += 2", "box.size = 7", "box[0] = 8"], ["root"]),
        (["with open(name) as file:", "    text = file.read()"], ["file", "text"]),
    ],
)
def test_at_top_level_each_bound_name_becomes_a_stub(project, lines, names):
    path = project(code("# solution", *lines, "# end solution"))
    assert shown(path) == "\n".join(f"{name} = ...  # your answer here" for name in names)


def test_several_blocks_in_one_cell(project):
    path = project(code("# solution", "a = 17", "# end solution", "b = 2", "# solution", "c = 19", "# end solution"))
    assert shown(path).splitlines() == ["a = ...  # your answer here", "b = 2", "c = ...  # your answer here"]


def test_learners_edition_has_no_outputs_and_fixed_metadata(project):
    notebook = learner(read(project()))
    assert notebook.metadata == build.METADATA
    assert all(each.execution_count is None and not each.outputs for each in notebook.cells if "outputs" in each)
    assert "version" not in json.dumps(notebook.metadata)


def test_the_solution_edition_holds_the_whole_source_and_nothing_else(project):
    notebook = solution(NAME, read(project()))
    notebook.cells = notebook.cells[2:]
    again = jupytext.reads(jupytext.writes(notebook, fmt="py:percent"), fmt="py:percent")
    source = jupytext.reads(LESSON, fmt="py:percent")
    assert [(each.cell_type, each.source) for each in again.cells] == [
        (each.cell_type, each.source) for each in source.cells
    ]


def test_an_empty_cell_is_a_cell(project):
    assert shown(project(code("x = 1", key="a") + '\n# %% key="e1"\n')) == ""


def test_bytes_are_utf8_with_plain_newlines_one_space_and_a_newline_at_the_end(project):
    written = serialise(learner(read(project())))
    assert "Größe und 词元".encode() in written
    assert b"\r" not in written
    assert written.endswith(b"}\n") and not written.endswith(b"\n\n")
    assert written.startswith(b'{\n "cells": [\n  {\n')


def test_a_source_with_windows_line_ends_gives_the_same_bytes(project):
    same = serialise(learner(read(project())))
    path = project()
    path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))
    assert serialise(learner(read(path))) == same


def test_solution_edition_says_what_it_is_links_back_and_stops_the_record(project):
    note, pause = solution(NAME, read(project())).cells[:2]
    assert f"(../notebooks/{NAME}.ipynb)" in note.source
    assert pause.source == "from utils import progress\n\nprogress.pause()"


# --- refusals: each names the file and the line ---


def block(*inner):
    return code("def f(x):", "    # solution", *inner, "    # end solution")


REFUSED = {
    "no key": ("# %%\nx = 1\n", 1, "no key"),
    "no key, markdown": ('# %% key="a"\nx = 1\n\n# %% [markdown]\n# hello\n', 4, "no key"),
    "key with a dot": (code("x = 1", key="13.e1"), 1, "13.e1"),
    "key too long": (code("x = 1", key="k" * 65), 1, "valid key"),
    "key twice": (code("x = 1") + "\n" + code("y = 2"), 4, "already that of line 1"),
    "key of the builder": (code("x = 1", key="solution-pause"), 1, "the builder"),
    "text before the first cell": ("x = 1\n\n" + code("y = 2"), 3, "before the first"),
    "unknown tag": (code("x = 1", extra=' tags=["solutions"]'), 1, "unknown tag"),
    "tag with a capital": (code("x = 1", extra=' tags=["Solution"]'), 1, "unknown tag"),
    "never closed": (code("# solution", "x = 11"), 2, "without `# end solution`"),
    "closed in another cell": (code("# solution", "x = 11") + "\n" + code("# end solution", key="b"), 2, "without"),
    "never opened": (code("x = 11", "# end solution"), 3, "without `# solution`"),
    "closed twice": (code("# solution", "x = 11", "# end solution", "# end solution"), 5, "without `# solution`"),
    "nested": (code("# solution", "x = 11", "# solution", "# end solution"), 4, "inside that of line 2"),
    "in markdown": ('# %% [markdown] key="a"\n# # solution\n# text\n', 2, "code cells"),
    "no code": (code("# solution", "# nothing here", "# end solution"), 2, "binds no name"),
    "binds nothing": (code("# solution", "print(11)", "# end solution"), 2, "binds no name"),
    "in a loop": (code("for k in range(3):", "    # solution", "    x = 11", "    # end solution"), 3, "no function"),
    "after a function": (
        code("def f(): pass", "if 1:", "    # solution", "    x = 11", "    # end solution"),
        4,
        "no func",
    ),
    "end further left": (code("def f(x):", "    # solution", "    return 11", "# end solution"), 3, "indented less"),
    "two functions": (
        code("def f(x):", "    # solution", "    return 11", "def g(x):", "    # end solution"),
        3,
        "indented less",
    ),
    "no Python": (code("# solution", "x = = 11", "# end solution"), 2, "not plain Python"),
}
NEARLY = ["# Solution", "# SOLUTION", "#solution", "##  solution", "# solutions", "# endsolution", "# end_solution"]
NEARLY += ["# End Solution", "# end of solution", "# begin solution", "# solution:", "# solution here", "# soluton"]
NEARLY += ["x = 1  # solution", "# --- solution ---", "# end  solution"]


@pytest.mark.parametrize("source, line, said", REFUSED.values(), ids=REFUSED)
def test_refused_with_file_and_line(project, source, line, said):
    with pytest.raises(BuildError) as error:
        read(project(source))
    assert str(error.value).startswith(f"solutions/{NAME}.py:{line}: ")
    assert said in str(error.value)


@pytest.mark.parametrize("marker", NEARLY)
def test_what_only_looks_like_a_marker_is_refused(project, marker):
    with pytest.raises(BuildError, match=rf"^solutions/{NAME}\.py:3: is this a marker"):
        read(project(code("y = 1", marker)))


@pytest.mark.parametrize("line", ["# the resulting shares", "y = 'x'  # evolves", "colour = '#009e73'", "# so lucid"])
def test_other_comments_are_no_markers(project, line):
    assert shown(project(code("y = 1", line))) == f"y = 1\n{line}"


@pytest.mark.parametrize("secret", ["return x**3 + 7", "return X @ W", "total = x.sum(axis=1)", "h2 = 0.6"])
@pytest.mark.parametrize("place", ["# %% key='b'\n{}\n", "# %% [markdown] key='b'\n# Write `{}` and be done.\n"])
def test_a_line_of_a_solution_that_learners_can_read_is_refused(project, secret, place):
    leak = place.format(secret).replace("'", '"')
    with pytest.raises(BuildError) as error:
        read(project(block(f"    {secret}  # a remark", "    return 0") + "\n" + leak))
    assert str(error.value).startswith(f"solutions/{NAME}.py:4: ")
    assert f"{NAME}.py:9: {secret}" in str(error.value)


def test_a_line_of_a_cell_tagged_solution_leaks_too(project):
    tagged = code("print(softmax([3, 1, 4]))", extra=' tags=["solution"]')
    with pytest.raises(BuildError, match=rf"{NAME}\.py:2: .*{NAME}\.py:5: print"):
        read(project(tagged + "\n" + code("print(softmax([3, 1, 4]))", key="b")))


@pytest.mark.parametrize(
    "trivial", ["else:", ")", "return", "return x", "pass", "total = 0", "rows = []", "import numpy as np", "try:"]
)
def test_lines_that_give_nothing_away_may_be_repeated(project, trivial):
    tagged = '# %% [markdown] key="a" tags=["solution"]\n# ' + trivial + "\n\n"
    read(project(tagged + '# %% [markdown] key="b"\n# ' + trivial + "\n"))


def test_part_of_a_longer_word_is_no_leak(project):
    read(project(block("    return x + 1") + '\n# %% key="b"\ndef g(x): return x + 12\n'))


def test_the_whole_lesson_leaks_nothing(project):
    written = serialise(learner(read(project()))).decode()
    for secret in ("np.exp", "e.sum()", "3 / 5", "0.25", "multiplies", "checked", "# solution", "end solution"):
        assert secret not in written


# --- building, rebuilding and checking ---


def test_tidy_keeps_text_and_pictures_and_drops_views_state_and_timestamps():
    view = {build.WIDGET_VIEW: {"model_id": "5f"}}
    noisy = v4.new_code_cell("x", execution_count=7)
    noisy.outputs = [
        v4.new_output("stream", name="stdout", text="a\n"),
        v4.new_output("stream", name="stdout", text="b\n"),
        v4.new_output("display_data", data=dict(view)),
        v4.new_output("display_data", data=view | {"text/plain": "p = 0.665", "text/html": "<p>0.665</p>"}),
        v4.new_output("display_data", data={"image/png": "aGk=", "text/plain": "a figure"}),
        v4.new_output("execute_result", data={"text/plain": "5"}, execution_count=7),
        v4.new_output("stream", name="stdout", text="c\n"),
    ]
    notebook = v4.new_notebook(cells=[v4.new_code_cell("y"), noisy], metadata={"widgets": {"state": {}}})
    tidied = tidy(notebook)
    assert tidied.metadata == build.METADATA
    assert [each.execution_count for each in tidied.cells] == [1, 2]
    outputs = tidied.cells[1].outputs
    assert [each.get("text") or sorted(each.data) for each in outputs] == [
        "a\nb\n",
        ["text/html", "text/plain"],
        ["image/png", "text/plain"],
        ["text/plain"],
        "c\n",
    ]
    assert outputs[3].execution_count == 2


@pytest.fixture(scope="module")
def sample(tmp_path_factory):
    """A sample project, built once."""
    root = tmp_path_factory.mktemp("sample")
    for folder in (LEARNERS, SOLUTIONS):
        (root / folder).mkdir()
    path = root / "solutions" / f"{NAME}.py"
    path.write_text(LESSON, encoding="utf-8")
    assert build.for_each(build.build, [path]) == []
    return root


@pytest.fixture
def built(sample, tmp_path, monkeypatch):
    """The source of the built sample and its two notebooks, in a copy to break."""
    root = tmp_path / "project"
    shutil.copytree(sample, root)
    monkeypatch.setattr(build, "ROOT", root)
    path = root / "solutions" / f"{NAME}.py"
    return path, build.learner_path(path), path.with_suffix(".ipynb")


def test_build_writes_both_editions_and_check_agrees(built):
    path, target, solved = built
    assert target.read_bytes() == serialise(learner(read(path)))
    notebook = nbformat.read(solved, as_version=4)
    nbformat.validate(notebook)
    code_cells = [each for each in notebook.cells if each.cell_type == "code"]
    assert [each.execution_count for each in code_cells] == list(range(1, len(code_cells) + 1))
    assert cell(notebook, "proof").outputs == [v4.new_output("stream", name="stdout", text="checked 42\n")]
    assert "recorded" in json.dumps(cell(notebook, build.PAUSE[1]).outputs)
    assert not any({"execution", "widgets"} & set(part.metadata) for part in [notebook, *notebook.cells])
    assert main("--check") == ("", 0)


def test_two_builds_are_byte_identical(built):
    before = [each.read_bytes() for each in built]
    assert main("13") == ("", 0)
    assert [each.read_bytes() for each in built] == before


def edit(path, old, new):
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


UNRUN, VIEW = '"execution_count": null', f'"{build.WIDGET_VIEW}": {{}},'
STALE = {  # what is done: (to which file, old, new, what becomes stale)
    "text changed": ("py", "A cake.", "A pie.", {LEARNERS, SOLUTIONS}),
    "cell added": ("py", '# %% key="e1"', '# %% key="new"\n3\n\n# %% key="e1"', {LEARNERS, SOLUTIONS}),
    "key changed": ("py", 'key="h1"', 'key="h2"', {LEARNERS, SOLUTIONS}),
    "solution changed": ("py", "8, 9", "8, 7", {SOLUTIONS}),
    "learner's edited": (LEARNERS, "A cake.", "A pie.", {LEARNERS}),
    "learner's worked in": (LEARNERS, UNRUN, '"execution_count": 1', {LEARNERS}),
    "solution edited": (SOLUTIONS, "scale = 2", "scale = 3", {SOLUTIONS}),
    "solution unrun": (SOLUTIONS, '"execution_count": 2', UNRUN, {SOLUTIONS}),
    "solution misnumbered": (SOLUTIONS, '"execution_count": 2', '"execution_count": 5', {SOLUTIONS}),
    "solution in other bytes": (SOLUTIONS, '\n "cells"', '\n  "cells"', {SOLUTIONS}),
    "solution with widget state": (SOLUTIONS, '"language_info"', '"widgets": {},\n  "language_info"', {SOLUTIONS}),
    "solution with a view": (SOLUTIONS, '"text/plain": [', f'{VIEW}\n      "text/plain": [', {SOLUTIONS}),
    "solution no JSON": (SOLUTIONS, "{", "<<<<<<< HEAD\n{", {SOLUTIONS}),
}


def is_stale(said):
    return {folder for folder in (LEARNERS, SOLUTIONS) if re.search(rf"{folder}\W{NAME}\.ipynb is not", said)}


@pytest.mark.parametrize("where, old, new, stale", STALE.values(), ids=STALE)
def test_check_says_what_is_stale(built, where, old, new, stale):
    edit(built[["py", LEARNERS, SOLUTIONS].index(where)], old, new)
    said, code = main("--check")
    assert code == 1 and is_stale(said) == stale


@pytest.mark.parametrize("place, folder", [(1, LEARNERS), (2, SOLUTIONS)])
def test_check_misses_a_notebook_that_is_not_there(built, place, folder):
    built[place].unlink()
    said, code = main("--check")
    assert code == 1 and is_stale(said) == {folder}


def test_check_is_about_what_the_source_determines_not_about_outputs(built):
    edit(built[2], "checked 42", "checked 43")  # strict nbval finds this one
    assert main("--check") == ("", 0)


def test_check_reports_a_refused_source(built):
    edit(built[0], "# end solution", "# end solutoin")
    said, code = main("--check")
    assert code == 1 and said.startswith(f"solutions/{NAME}.py:")


def test_work_in_a_learners_notebook_is_kept_unless_asked(built):
    path, target, _ = built
    edit(target, UNRUN, '"execution_count": 1')
    worked = target.read_bytes()
    said, code = main("13")
    assert code == 1 and said.count(".") >= 1 and "--overwrite" in said and f"{NAME}.ipynb" in said
    assert "\n" not in said and target.read_bytes() == worked
    assert main("13", "--overwrite") == ("", 0)
    assert target.read_bytes() == serialise(learner(read(path)))


@pytest.mark.parametrize("text", ["execution_count", '"execution_count": 1', '"output_type": "x"'])
def test_text_that_speaks_of_outputs_is_no_work(project, text):
    path = project(code(f"said = '{text}'"))
    build.learner_path(path).write_bytes(serialise(learner(read(path))))
    assert not build.worked_in(build.learner_path(path))


@pytest.mark.parametrize(
    "line, said",
    [
        ("1 / 0", "ZeroDivisionError"),
        ("import warnings; warnings.warn('careful')", "warns: .*careful"),
        ("import sys; print('progress', file=sys.stderr)", "warns: progress"),
        ("import os; os._exit(3)", "DeadKernel|died"),
    ],
)
def test_a_cell_that_fails_or_warns_is_named_and_nothing_is_written(project, line, said):
    path = project(code("x = 1") + "\n" + code(line, "", key="bad"))
    told, code_ = main()
    assert code_ == 1 and told.startswith(f"solutions/{NAME}.py:4: the cell 'bad' ")
    assert re.search(said, told)
    assert not path.with_suffix(".ipynb").exists() and not build.learner_path(path).exists()


def test_kernels_run_in_solutions_with_one_thread_and_a_record_of_their_own(project, monkeypatch):
    monkeypatch.setenv("MPLBACKEND", "agg")
    names = ("OPENBLAS_NUM_THREADS", "PYTHONHASHSEED", "MPLBACKEND")
    path = project(code("import os, utils.build", f"print([os.environ.get(n) for n in {names}], os.getcwd())"))
    path.write_text(path.read_text() + "print(os.environ['THIRTY_DAYS_PROGRESS'])\n")
    assert main() == ("", 0)
    text = cell(nbformat.read(path.with_suffix(".ipynb"), as_version=4), "e1").outputs[0].text
    variables, record = text.splitlines()
    assert variables == f"['1', '0', 'module://matplotlib_inline.backend_inline'] {os.path.realpath(path.parent)}"
    assert record != os.environ.get("THIRTY_DAYS_PROGRESS")


def test_only_the_days_that_are_named_are_built(project):
    start = project(code("x = 1"), "00_start_here")
    other = project(code("x = 1"), "day20_positions")
    project("no lesson", "conftest")
    assert build.sources() == {0: start, 20: other}
    assert main("20") == ("", 0)
    assert other.with_suffix(".ipynb").exists() and not start.with_suffix(".ipynb").exists()
    assert main("0") == ("", 0) and start.with_suffix(".ipynb").exists()


def test_a_day_without_a_source_is_told_in_a_sentence(project, capsys):
    project()
    with pytest.raises(SystemExit) as ended:
        build.main(["14"])
    assert ended.value.code == 2
    assert "no source for day 14" in capsys.readouterr().err


# --- what strict nbval sees in a notebook of this builder ---

SHOWN = """\
# %% key="shown"
from IPython.display import display
import matplotlib.pyplot as plt

print("share 0.1")
display({"text/plain": "share 0.2", "text/html": "<p>share 0.3</p>", "text/latex": "$0.4$"}, raw=True)
figure, axes = plt.subplots(figsize=(1, 1))

# %% key="widget"
from ipywidgets import FloatSlider, VBox


class Picture(VBox):
    def _repr_mimebundle_(self, **how):
        return super()._repr_mimebundle_(**how) | {"text/plain": "share 0.5"}


display(FloatSlider())
Picture([FloatSlider()])
"""
CHANGES = {  # what is changed in the stored notebook: (old, new, does nbval mind)
    "nothing": ("", "", False),
    "stdout": ("share 0.1\\n", "share 0.8\\n", True),
    "plain": ('"share 0.2"\n', '"share 0.8"\n', True),
    "html": ("<p>share 0.3</p>", "<p>share 0.8</p>", True),
    "latex": ('"$0.4$"\n', '"$0.8$"\n', True),
    "widget": ('"share 0.5"\n', '"share 0.8"\n', True),
    "picture": ('"image/png": "iVBOR', '"image/png": "iVBOX', False),
}


def test_nbval_catches_every_changed_text_and_no_changed_picture(project):
    path = project(SHOWN)
    assert main() == ("", 0)
    stored = path.with_suffix(".ipynb").read_text(encoding="utf-8")
    assert build.WIDGET_VIEW not in stored
    for name, (old, new, _) in CHANGES.items():
        assert old in stored, name
        changed = stored.replace(old, new, 1)  # sorted keys: a cell's outputs stand above its source
        path.with_name(f"{name}.ipynb").write_text(changed, encoding="utf-8")
    command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "-q", "--nbval", "--nbval-current-env"]
    told = subprocess.run([*command, str(path.parent)], cwd=path.parent, capture_output=True, text=True).stdout
    minded = {name for name in CHANGES if re.search(rf"^FAILED {name}\.ipynb", told, re.MULTILINE)}
    assert minded == {name for name, (*_, minds) in CHANGES.items() if minds}, told

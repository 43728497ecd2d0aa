"""How long building, comparing and opening the notebooks takes: `python -m tests.bench.notebooks`.

Each figure stands beside a baseline of the same run. Nothing here fails: it prints.
"""

import shutil
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path

from jupyter_client.manager import start_new_kernel
from nbclient import NotebookClient

from tests.bench import lab
from utils import build

QUIET = ["--log-level=ERROR"]
READY = ".jp-Notebook-ExecutionIndicator[data-status=idle]"


def seconds(work, *arguments) -> float:
    started = time.perf_counter()
    work(*arguments)
    return time.perf_counter() - started


def line(what, measured, baseline, of):
    print(f"{what:<44}{measured:7.1f} s   {of} {baseline:.1f} s   ratio {measured / baseline:.2f}")


def main():
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        building(Path(folder))
    comparing()
    opening()


# --- building ---


def building(folder: Path):
    """All days at once by the builder, against the same notebooks one after the other; and the check."""
    for name in ("solutions", "notebooks"):
        (folder / name).mkdir()
    paths = [Path(shutil.copy(path, folder / "solutions")) for path in build.sources().values()]
    line(
        f"build {len(paths)} notebooks",
        seconds(build.for_each, build.build, paths),
        seconds(lambda: [execute(path) for path in paths]),
        "one after the other",
    )
    thirty = (paths * 30)[:30]
    checked, read = seconds(build.for_each, build.stale, thirty), seconds(lambda: [p.read_text() for p in thirty])
    print(f"{'check of 30 days, without starting Python':<44}{checked:7.1f} s   reading the files {read:.3f} s")


def execute(path):
    notebook = build.solution(path.stem, build.read(path))
    place = {"metadata": {"path": str(path.parent)}}
    with tempfile.TemporaryDirectory() as scratch:
        client = NotebookClient(notebook, resources=place, extra_arguments=QUIET)
        client.execute(env=build.kernel_environment(scratch))


# --- comparing ---


def comparing():
    """nbval of each day, with pytest's own start, against a kernel that starts and stops."""
    baseline = seconds(start_and_stop)
    for path in build.sources().values():
        stored = path.with_suffix(".ipynb")
        command = [sys.executable, "-m", "pytest", "--nbval", "--nbval-current-env", "-q", str(stored)]
        line(f"nbval {path.stem}", seconds(quietly, command), baseline, "a kernel's start and stop")


def quietly(command):
    done = subprocess.run(command, cwd=build.ROOT, capture_output=True, text=True)
    if done.returncode:
        print(done.stdout.splitlines()[-1] if done.stdout else done.stderr)


def start_and_stop():
    manager, client = start_new_kernel(extra_arguments=QUIET)
    client.stop_channels()
    manager.shutdown_kernel(now=True)


# --- opening ---


def opening():
    """From the command to the start page with an idle kernel, against the server's first answer alone."""
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        shutil.copy(build.learner_path(build.sources()[0]), folder)
        alone = first_answer(Path(folder))
        try:
            usable = start_page(Path(folder))
        except RuntimeError as error:
            print(f"JupyterLab to a usable notebook: not measured, {error}; the server alone {alone:.1f} s")
            return
    line("JupyterLab to a usable notebook", usable, alone, "the server's first answer")


def first_answer(folder: Path) -> float:
    started = time.perf_counter()
    with lab.server(folder) as (address, token):
        urllib.request.urlopen(f"{address}api?token={token}", timeout=30).read()
        return time.perf_counter() - started


def start_page(folder: Path) -> float:
    with lab.page() as page:
        started = time.perf_counter()
        with lab.server(folder) as (address, token):
            page.goto(f"{address}lab/tree/00_start_here.ipynb?token={token}")
            page.locator(READY).wait_for(timeout=60_000)
            return time.perf_counter() - started


if __name__ == "__main__":
    main()

"""The course in a browser: its own first command in a copy of the project, and a notebook as seen through the page."""

import secrets
import shutil
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path

from tests.bench import lab

ROOT = Path(__file__).resolve().parents[1]
SECONDS = 60
RAN = (
    "[...window.jupyterapp.shell.currentWidget.content.model.cells]"
    ".every(c => c.type !== 'code' || c.executionState === 'idle' && c.executionCount > 0)"
)


@contextmanager
def course(folder: Path, height: int = 1000):
    """The course started with its first command from a copy in `folder`; gives the page of a browser that opened it."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    for name in listed.stdout.splitlines():
        if (ROOT / name).exists():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / name, folder / name)
    token = secrets.token_hex(16)
    command = [sys.executable, folder / "utils" / "launch.py", "lab", "--here", "--no-browser"]
    command += [f"--IdentityProvider.token={token}", "--expose-app-in-browser"]
    with lab.started(command, folder, SECONDS) as url, lab.page(1200, height) as page:
        page.set_default_timeout(SECONDS * 1000)
        page.goto(f"{url}?token={token}")
        page.wait_for_function("window.jupyterapp?.shell.currentWidget?.context?.isReady")  # the start page is open
        yield page


class Notebook:
    """The notebook in front, as seen through the page."""

    @classmethod
    def opened(cls, page, path: str) -> "Notebook":
        """Open a notebook of the course and wait until its kernel is idle."""
        page.evaluate(f"void window.jupyterapp.commands.execute('docmanager:open', {{path: '{path}'}})")
        page.wait_for_function(f"window.jupyterapp.shell.currentWidget?.context?.path === '{path}'")
        return cls(page)

    def __init__(self, page):
        self.page = page
        page.wait_for_function(
            "window.jupyterapp?.shell.currentWidget?.sessionContext?.session?.kernel?.status === 'idle'"
        )
        self.keys = page.evaluate("[...window.jupyterapp.shell.currentWidget.content.model.cells].map(c => c.id)")

    def run_all(self):
        self.page.get_by_role("menuitem", name="Run", exact=True).click()
        self.page.get_by_role("menuitem", name="Run All Cells", exact=True).click()
        self.page.wait_for_function(RAN)

    def cell(self, key):
        """Scroll to a cell and give its place in the page."""
        index = self.keys.index(key)
        self.page.evaluate(f"window.jupyterapp.shell.currentWidget.content.scrollToItem({index}, 'start')")
        found = self.page.locator(f'.jp-NotebookPanel:not(.lm-mod-hidden) .jp-Cell[data-windowed-list-index="{index}"]')
        found.wait_for()
        return found

    def write(self, key, code):
        """Replace a cell's text as a person does: click, select all, type."""
        self.cell(key).locator(".cm-content").click()
        self.page.keyboard.press("Control+a")
        self.page.keyboard.insert_text(code)
        self.page.keyboard.press("Shift+Enter")

    def outputs(self, key):
        """A cell's outputs as the notebook would store them."""
        index = self.keys.index(key)
        return self.page.evaluate(
            f"window.jupyterapp.shell.currentWidget.content.model.cells.get({index}).outputs?.toJSON() ?? []"
        )

    def says(self, key, words):
        """Run a check's cell and wait until its output contains the words."""
        cell = self.cell(key)
        cell.locator(".cm-content").click()
        self.page.keyboard.press("Control+Enter")
        cell.locator(".jp-OutputArea").filter(has_text=words).wait_for()
        return cell

    def source(self, key):
        index = self.keys.index(key)
        return self.page.evaluate(
            f"window.jupyterapp.shell.currentWidget.content.model.cells.get({index}).sharedModel.source"
        )

    def close(self):
        """End the kernel and close the tab, without saving."""
        self.page.evaluate(
            "(async () => { const panel = window.jupyterapp.shell.currentWidget;"
            " await panel.sessionContext.shutdown(); panel.context.model.dirty = false; panel.close(); })()"
        )

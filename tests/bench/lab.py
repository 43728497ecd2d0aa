"""A JupyterLab server and a headless browser for measurements and browser tests, both in a folder of their own."""

import json
import os
import secrets
import shutil
import subprocess
import sys
import tempfile
import time
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PROMPT = "--ServerApp.kernel_websocket_connection_class=utils.server.PromptConnection"
BROWSER = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


def browser_path() -> str | None:
    """The Chromium of this machine, or None."""
    return shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")


@contextmanager
def server(folder: Path, *options: str, prompt: bool = True, seconds: float = 60.0):
    """Start JupyterLab on a free port in `folder`; gives its address and its token; ends it by its own process."""
    token = secrets.token_hex(16)
    command = [sys.executable, "-m", "jupyterlab", "--no-browser", "--ServerApp.port=0", "--allow-root"]
    command += [f"--IdentityProvider.token={token}", f"--ServerApp.root_dir={folder}"]
    command += [PROMPT] if prompt else []
    with started([*command, *options], folder, seconds) as address:
        yield address, token


@contextmanager
def started(command, folder: Path, seconds: float = 60.0):
    """Run a command that starts JupyterLab, with settings of its own; gives the address; ends it by its own process."""
    with tempfile.TemporaryDirectory(prefix="lab-") as own:
        paths = {
            name: str(Path(own, name.lower()))
            for name in ("JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR", "JUPYTER_RUNTIME_DIR", "IPYTHONDIR")
        }
        paths |= {
            "JUPYTERLAB_SETTINGS_DIR": str(Path(own, "settings")),
            "JUPYTERLAB_WORKSPACES_DIR": str(Path(own, "workspaces")),
            "THIRTY_DAYS_PROGRESS": str(Path(own, "progress.sqlite")),
            "PYTHONPATH": os.pathsep.join(filter(None, [str(ROOT), os.environ.get("PYTHONPATH")])),
        }
        with open(Path(own, "log"), "wb") as log:
            process = subprocess.Popen(
                command, env=os.environ | paths, stdout=log, stderr=subprocess.STDOUT, cwd=folder
            )
        try:
            yield _address(process, Path(own), seconds)
        finally:
            process.terminate()
            try:
                process.wait(15)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def _address(process, own: Path, seconds: float) -> str:
    ends = time.monotonic() + seconds
    while time.monotonic() < ends and process.poll() is None:
        for note in own.glob("jupyter_runtime_dir/jpserver-*.json"):
            try:
                return json.loads(note.read_text())["url"]
            except (ValueError, KeyError):
                pass  # half written
        time.sleep(0.1)
    raise RuntimeError(f"JupyterLab did not start; its log says:\n{Path(own, 'log').read_text()}")


@contextmanager
def page(width: int = 1100, height: int = 1000, **context):
    """A page of a headless Chromium with a fresh profile."""
    from playwright.sync_api import sync_playwright

    found = browser_path()
    if found is None:
        raise RuntimeError("no Chromium on this machine")
    with sync_playwright() as playwright, tempfile.TemporaryDirectory(prefix="browser-") as profile:
        browser = playwright.chromium.launch_persistent_context(
            profile,
            executable_path=found,
            args=BROWSER,
            viewport={"width": width, "height": height},
            **context,
        )
        try:
            yield browser.pages[0]
        finally:
            browser.close()


def write_notebook(path: Path, *cells: str) -> None:
    """A notebook of code cells without outputs."""
    import nbformat

    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(code) for code in cells])
    notebook.metadata["kernelspec"] = {"name": "python3", "display_name": "Python 3", "language": "python"}
    nbformat.write(notebook, path)

"""The launcher says in plain words what is missing, installs once, and starts what it was asked to start.

Most tests run the real file in a small copy of the project, with a real .venv in which `pip` and `jupyterlab` are
stand-ins that write down how they were called.
"""

import ast
import json
import os
import shutil
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from utils import launch

ROOT = Path(__file__).parents[1]

# Stands in for a program in the environment: writes its arguments down, then does what the test has asked for.
STAND_IN = """
import json, os, sys
name = os.path.basename(os.path.dirname(__file__))
with open(os.environ["CALLS"], "a") as file:
    file.write(json.dumps([name, *sys.argv[1:]]) + "\\n")
if os.environ.get("FAIL") == name and sys.argv[1] != "--version":
    print(os.environ.get("SAY", ""))
    sys.exit(int(os.environ.get("STATUS", "1")))
if name == "jupyterlab":
    print("OPENBLAS_NUM_THREADS is", os.environ["OPENBLAS_NUM_THREADS"], "in", os.getcwd())
print("the record is", os.environ.get("THIRTY_DAYS_PROGRESS"))
"""


class Project:
    """A copy of what the launcher reads, and a way to run it as a learner does."""

    def __init__(self, folder):
        self.root = folder / "course"
        (self.root / "utils").mkdir(parents=True)
        for name in ("pyproject.toml", "requirements.txt", "utils/launch.py"):
            shutil.copy(ROOT / name, self.root / name)
        self.calls_file = folder / "calls"
        stand_ins = folder / "stand_ins"
        for name in ("pip", "jupyterlab", "ruff", "pytest", "uv", "tests/bench/latency", "tests/bench/notebooks"):
            (stand_ins / name).mkdir(parents=True)
            (stand_ins / name / "__main__.py").write_text(STAND_IN)
            (stand_ins / name / "__init__.py").touch()  # a package without it would give way to the real one
        self.variables = {
            **{name: value for name, value in os.environ.items() if name not in ("PORT", "OPENBLAS_NUM_THREADS")},
            "PYTHONPATH": str(stand_ins),
            "CALLS": str(self.calls_file),
        }

    def make_environment(self):
        subprocess.run([sys.executable, "-m", "venv", "--without-pip", self.root / ".venv"], check=True)

    def run(self, *arguments, **variables):
        self.calls_file.write_text("")
        return subprocess.run(
            [sys.executable, str(self.root / "utils" / "launch.py"), *arguments],
            env={**self.variables, **variables},
            capture_output=True,
            text=True,
            timeout=120,
        )

    def calls(self, name=None):
        """How the stand-ins were called in the latest run; `pip --version` only asks whether there is a pip."""
        calls = [json.loads(line) for line in self.calls_file.read_text().splitlines()]
        return [call for call in calls if call[1:] != ["--version"] and (name is None or call[0] == name)]


@pytest.fixture
def project(tmp_path):
    project = Project(tmp_path)
    project.make_environment()
    return project


@pytest.fixture
def taken_port():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        yield listener.getsockname()[1]


def test_an_old_python_can_read_the_file():
    ast.parse((ROOT / "utils" / "launch.py").read_text(encoding="utf-8"), feature_version=(3, 6))


def test_an_old_python_gets_a_sentence(monkeypatch):
    monkeypatch.setattr(launch.shutil, "which", lambda name: None)
    with pytest.raises(launch.Missing, match=r"needs Python 3\.11 or newer, and this is Python 3\.8\. Install"):
        launch.require_python((3, 8, 10), (3, 11))


def test_an_old_python_names_the_new_one_that_is_there(monkeypatch):
    monkeypatch.setattr(launch.shutil, "which", lambda name: "/x" if name == "python3.12" else None)
    with pytest.raises(launch.Missing, match=r"make lab PYTHON=python3\.12"):
        launch.require_python((3, 9, 2), (3, 11))


def test_the_oldest_python_comes_from_pyproject(monkeypatch):
    monkeypatch.chdir(ROOT)
    assert launch.required_python() == (3, 11)
    launch.require_python((3, 11, 0), (3, 11))
    launch.require_python((4, 0, 0), (3, 11))


def test_the_first_run_installs_and_the_second_installs_nothing(project):
    first = project.run("lab", "--no-browser")
    assert first.returncode == 0, first.stderr
    assert [call[-1] for call in project.calls("pip")] == ["requirements.txt", "."]
    assert "--require-hashes" in project.calls("pip")[0]
    assert {"--no-deps", "--no-build-isolation", "-e"} <= set(project.calls("pip")[1])

    second = project.run("lab")
    assert second.returncode == 0
    assert project.calls("pip") == []
    assert "Installing" not in second.stdout
    assert len(project.calls("jupyterlab")) == 1


@pytest.mark.parametrize("name", ["requirements.txt", "pyproject.toml"])
def test_a_changed_lock_is_installed(project, name):
    project.run("lab")
    with (project.root / name).open("a") as file:
        file.write("\n# changed\n")
    project.run("lab")
    assert len(project.calls("pip")) == 2


def test_an_installation_that_failed_is_tried_again(project):
    assert project.run("lab", FAIL="pip", SAY="ERROR: something odd").returncode == 1
    assert project.run("lab").returncode == 0
    assert len(project.calls("pip")) == 2


def test_without_a_network_there_is_a_sentence(tmp_path):
    """The environment's own pip against an address at which nobody answers."""
    project = Project(tmp_path)
    del project.variables["PYTHONPATH"]
    settings = {"PIP_CONFIG_FILE": os.devnull, "PIP_INDEX_URL": "http://127.0.0.1:9/", "PIP_RETRIES": "1"}
    run = project.run("lab", **settings, PIP_EXTRA_INDEX_URL="", PIP_FIND_LINKS="", PIP_NO_CACHE_DIR="1")
    assert run.returncode == 1
    assert "the network cannot be reached" in run.stderr
    assert "Traceback" not in run.stderr and run.stderr.count("\n") == 1
    log = project.root / ".venv" / "install.log"
    assert str(log) in run.stderr and "127.0.0.1" in log.read_text()


def test_another_failure_of_pip_is_not_called_a_missing_network(project):
    said = "Collecting a\nConnection refused, retrying\nCollecting b\nERROR: the hashes do not match"
    run = project.run("lab", FAIL="pip", SAY=said)
    assert run.returncode == 1
    assert "network" not in run.stderr
    assert "ERROR: the hashes do not match" in run.stderr and "install.log" in run.stderr


def test_a_python_that_cannot_make_environments_gets_a_sentence(tmp_path):
    project = Project(tmp_path)
    (tmp_path / "stand_ins" / "sitecustomize.py").write_text("import sys; sys.modules['ensurepip'] = None")
    run = project.run("lab")
    assert run.returncode == 1
    assert "python3-venv" in run.stderr and "sudo apt install" in run.stderr
    assert not (project.root / ".venv").exists()


def test_an_environment_of_an_old_python_is_named(project):
    (project.root / ".venv" / "pyvenv.cfg").write_text("version = 3.9.2\n")
    run = project.run("lab")
    assert run.returncode == 1
    assert "made by Python 3.9" in run.stderr and "Delete the folder" in run.stderr


def test_lab_starts_jupyterlab_on_the_start_page(project):
    run = project.run("lab", "--no-browser")
    (arguments,) = project.calls("jupyterlab")
    assert f"OPENBLAS_NUM_THREADS is 1 in {project.root}" in run.stdout
    assert "--LabApp.default_url=/lab/tree/notebooks/00_start_here.ipynb" in arguments
    assert f"--ServerApp.root_dir={project.root}" in arguments
    assert arguments[-1] == "--no-browser"
    # The token and the loopback address are JupyterLab's own defaults.
    assert not any("token" in word or "password" in word or ".ip=" in word for word in arguments)


def test_jupyterlab_knows_every_setting_that_it_is_given(monkeypatch):
    from jupyter_server.serverapp import ServerApp
    from jupyterlab.handlers.announcements import CheckForUpdateABC
    from jupyterlab.labapp import LabApp
    from traitlets import import_item

    settings = dict(word[2:].split("=", 1) for word in launch.lab_arguments(None) if "=" in word)
    for name in settings:
        owner, trait = name.split(".")
        assert {"ServerApp": ServerApp, "LabApp": LabApp}[owner].class_traits()[trait].metadata["config"]
    assert issubclass(import_item(settings["LabApp.check_for_updates_class"]), CheckForUpdateABC)
    import_item(settings["ServerApp.kernel_websocket_connection_class"])


def test_a_taken_port_is_replaced_and_said(taken_port, monkeypatch, capsys):
    monkeypatch.setattr(launch, "FIRST_PORT", taken_port)
    port, chosen = launch.choose_port(None)
    assert port > taken_port and not chosen
    assert f"Port {taken_port} is taken" in capsys.readouterr().out


@pytest.mark.parametrize("way", ["variable", "option"])
def test_a_chosen_port_that_is_taken_gets_a_sentence(project, taken_port, way):
    if way == "variable":
        run = project.run("lab", PORT=str(taken_port))
    else:
        run = project.run("lab", "--port", str(taken_port))
    assert run.returncode == 1
    assert f"Port {taken_port} is taken" in run.stderr and "make lab PORT=" in run.stderr
    assert project.calls("jupyterlab") == []


def test_a_chosen_port_that_is_free_is_used_and_no_other(project, taken_port):
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        free = probe.getsockname()[1]
    project.run("lab", PORT=str(free))
    (arguments,) = project.calls("jupyterlab")
    assert f"--ServerApp.port={free}" in arguments and "--ServerApp.port_retries=0" in arguments


@pytest.mark.parametrize("port", ["none", "0", "65536", "-1"])
def test_what_is_no_port_gets_a_sentence(port):
    with pytest.raises(launch.Missing, match="is not a port"):
        launch.choose_port(port)


def test_test_runs_style_and_all_tests_and_passes_arguments_on(project):
    run = project.run("test", "-k", "softmax or mask")
    assert run.returncode == 0
    assert project.calls("ruff") == [["ruff", "check", "."], ["ruff", "format", "--check", "."]]
    assert project.calls("pytest") == [
        [
            "pytest",
            "-n",
            "auto",
            "--nbval",
            "--nbval-current-env",
            "-ra",
            "-k",
            "softmax or mask",
        ],
    ]


@pytest.mark.parametrize(("name", "status"), [("ruff", 1), ("pytest", 5)])
def test_test_fails_when_style_or_a_test_fails(project, name, status):
    run = project.run("test", FAIL=name, STATUS=str(status))
    assert run.returncode == status
    assert len(project.calls("pytest")) == 1  # a fault of style does not hide the tests


def test_tests_leave_the_learners_record_alone(project, tmp_path):
    mine = str(tmp_path / "mine.sqlite3")
    assert f"the record is {mine}" in project.run("lab", THIRTY_DAYS_PROGRESS=mine).stdout
    for command in ("test", "bench"):
        said = project.run(command, THIRTY_DAYS_PROGRESS=mine).stdout
        assert "the record is " in said and mine not in said


def test_bench_and_lock_run_in_the_environment(project):
    project.run("bench")
    assert [call[0] for call in project.calls()[-2:]] == ["latency", "notebooks"]
    project.run("lock", "--upgrade")
    (call,) = project.calls("uv")
    header = (ROOT / "requirements.txt").read_text().splitlines()[1]
    assert header.split()[1:] == ["uv", *call[1:-1]]  # the lock says how it was made
    assert call[-1] == "--upgrade"


def test_here_uses_this_python_and_installs_nothing(tmp_path):
    project = Project(tmp_path)
    run = project.run("lab", "--here")
    assert run.returncode == 0, run.stderr
    assert len(project.calls("jupyterlab")) == 1 and project.calls("pip") == []
    assert not (project.root / ".venv").exists()


def test_here_names_what_this_python_lacks(tmp_path):
    project = Project(tmp_path)
    settings = project.root / "pyproject.toml"
    settings.write_text(settings.read_text().replace('"numpy>=', '"no-such-package>=1", "numpy>='))
    run = project.run("lab", "--here")
    assert run.returncode == 1
    assert "lacks no-such-package." in run.stderr and "pip install -e ." in run.stderr

"""Versions live in pyproject.toml; whatever repeats or derives from it must agree, and so must the README's tables."""

import ast
import importlib.metadata
import importlib.util
import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
import yaml
from packaging.markers import default_environment
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
README = (ROOT / "README.md").read_text(encoding="utf-8")
LOCK = (ROOT / "requirements.txt").read_text(encoding="utf-8")
SIX = ["jupyterlab", "numpy", "matplotlib", "ipywidgets", "nbval", "jupytext"]


def declared():
    """Every requirement of pyproject.toml, the tests' included."""
    return [Requirement(text) for text in PROJECT["dependencies"] + PROJECT["optional-dependencies"]["dev"]]


def locked():
    """name -> all locked requirements of that name; one package may be locked twice, for different Pythons."""
    lock = {}
    for line in re.findall(r"^[A-Za-z0-9][^\\\n]*", LOCK, re.MULTILINE):
        requirement = Requirement(line)
        lock.setdefault(canonicalize_name(requirement.name), []).append(requirement)
    return lock


def conda():
    return yaml.safe_load((ROOT / "environment.yml").read_text(encoding="utf-8"))


def test_the_six_packages_come_first_in_pyproject():
    assert [requirement.name for requirement in declared()][:6] == SIX


@pytest.mark.parametrize("requirement", declared(), ids=lambda requirement: requirement.name)
def test_the_lock_satisfies_every_bound(requirement):
    pins = locked().get(canonicalize_name(requirement.name))
    assert pins, f"{requirement.name} is not in the lock: make lock"
    for pin in pins:
        (exact,) = pin.specifier
        assert exact.operator == "==" and requirement.specifier.contains(exact.version), f"{pin}: make lock"


@pytest.mark.parametrize("python", ["3.11.5", "3.12.0", "3.13.0", "3.14.0"])
@pytest.mark.parametrize("system", [("linux", "posix"), ("darwin", "posix"), ("win32", "nt")], ids=lambda s: s[0])
def test_the_lock_holds_one_version_of_each_package_on_every_machine(python, system):
    machine = {
        **default_environment(),
        "python_version": ".".join(python.split(".")[:2]),
        "python_full_version": python,
        "sys_platform": system[0],
        "os_name": system[1],
    }
    for requirement in declared():
        pins = locked()[canonicalize_name(requirement.name)]
        fitting = [pin for pin in pins if pin.marker is None or pin.marker.evaluate(machine)]
        assert len(fitting) == 1, f"{requirement.name} on {system[0]} with Python {python}: {fitting}"


def test_every_locked_package_has_a_hash_and_the_lock_names_no_address():
    blocks = re.split(r"^(?=[A-Za-z0-9])", LOCK, flags=re.MULTILINE)[1:]
    assert len(blocks) == sum(len(pins) for pins in locked().values())
    assert all("--hash=sha256:" in block for block in blocks)
    assert "://" not in LOCK and "--index" not in LOCK and "--find-links" not in LOCK


@pytest.mark.parametrize("folder", ["utils", "tests"])
def test_everything_that_is_imported_is_declared(folder):
    known = importlib.metadata.packages_distributions()
    declared_here = PROJECT["dependencies"] + (PROJECT["optional-dependencies"]["dev"] if folder == "tests" else [])
    names = {canonicalize_name(Requirement(text).name) for text in declared_here} | {PROJECT["name"]}
    for path in (ROOT / folder).rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            modules = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            if isinstance(node, ast.ImportFrom) and not node.level:
                modules = [node.module]
            for module in {name.split(".")[0] for name in modules} - sys.stdlib_module_names - {"utils", "tests"}:
                givers = {canonicalize_name(name) for name in known[module]}
                assert givers & names, f"{path.relative_to(ROOT)} imports {module}; pyproject.toml has no {givers}"


def test_the_lock_is_made_for_the_oldest_python():
    oldest = re.search(r"--python-version (\S+)", LOCK).group(1)
    assert SpecifierSet(PROJECT["requires-python"]) == SpecifierSet(f">={oldest}")


def test_environment_yml_names_the_six_packages_and_no_versions():
    environment = conda()
    assert environment["name"] == PROJECT["name"]
    python, *packages, pip = environment["dependencies"]
    assert python == f"python{PROJECT['requires-python']}"  # the one bound that conda and Binder must know themselves
    assert packages == [*SIX, "pip"]
    assert pip == {"pip": ["-e ."]}


def test_the_readme_names_the_python_that_pyproject_requires():
    named = set(re.findall(r"Python (\d+\.\d+)", README))
    assert named == {PROJECT["requires-python"].removeprefix(">=")}
    packages = "|".join(SIX)
    assert not re.findall(rf"\b(?:{packages})[ =<>~]*\d", README, re.IGNORECASE)


def test_ci_runs_the_readmes_test_command():
    assert re.search(r"^make test$", README, re.MULTILINE)
    script = ROOT / ".ci" / "run"
    assert re.search(r"^make test\b", script.read_text(encoding="utf-8"), re.MULTILINE)
    assert os.access(script, os.X_OK)
    subprocess.run(["bash", "-n", script], check=True)


def test_every_make_command_of_the_readme_exists():
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    targets = set(re.findall(r"^(\w+):", makefile, re.MULTILINE))
    assert set(re.findall(r"(?:^|`)make (\w+)", README, re.MULTILINE)) <= targets
    assert targets == {"lab", "test", "build", "check", "bench", "lock"}


def rows():
    """day -> last column of its row in the README's table of days."""
    return {int(day): last.strip() for day, last in re.findall(r"^\| (\d+) \|.*\|([^|]*)\|$", README, re.MULTILINE)}


def test_the_readme_lists_thirty_days():
    assert list(rows()) == list(range(1, 31))


@pytest.mark.parametrize("day", range(1, 31))
def test_the_readme_links_the_days_that_are_written(day):
    lessons = [path.stem for path in (ROOT / "solutions").glob(f"day{day:02d}_*.py")]
    if not lessons:
        assert rows()[day] == "not written yet"
    else:
        (stem,) = lessons
        assert rows()[day] == f"[open](notebooks/{stem}.ipynb)"
        assert (ROOT / "notebooks" / f"{stem}.ipynb").exists()


def test_every_file_that_the_readme_links_exists():
    for link in re.findall(r"\]\(([^):#]+)\)", README):
        assert (ROOT / link).exists(), link


def test_the_readme_shows_every_module_of_utils():
    shown = README.split("## What is in utils")[1]
    for path in (ROOT / "utils").glob("*.py"):
        if path.name != "server.py":  # a setting of JupyterLab, named by launch.py
            assert f"`{path.name}`" in shown, path.name


def test_the_version_is_said_once():
    citation = yaml.safe_load((ROOT / "CITATION.cff").read_text(encoding="utf-8"))
    assert citation["version"] == PROJECT["version"]


def test_the_licence_covers_every_folder():
    licence = (ROOT / "LICENSE").read_text(encoding="utf-8")
    assert "BSD-3-Clause" in licence and "CC BY 4.0" in licence
    for folder in ("utils/", "tests/", ".ci/", "solutions/", "notebooks/"):
        assert folder in licence


def test_the_package_is_installed_from_this_folder():
    assert Path(importlib.util.find_spec("utils").origin).parent == ROOT / "utils"

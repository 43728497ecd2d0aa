"""Does this Python have what the course needs? Asked by the start page."""

import os
import sys
from importlib.metadata import PackageNotFoundError, metadata, requires, version

from IPython.display import display
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet

from utils.reply import NOT_YET, SOLVED, Reply, reply

DISTRIBUTION = "thirty-days-to-attention"


def problems() -> list[str]:
    """One sentence for each thing that is missing or too old; empty when all is well."""
    try:
        wanted = [Requirement(text) for text in requires(DISTRIBUTION) or ()]
        python = SpecifierSet(metadata(DISTRIBUTION)["Requires-Python"] or "")
    except PackageNotFoundError:
        return ["The course itself is not installed here. In its folder, run: python -m pip install -e ."]
    running = ".".join(map(str, sys.version_info[:3]))
    found = [] if python.contains(running) else [f"Python {python} is needed; this is {running}."]
    for requirement in wanted:
        if requirement.marker is None or requirement.marker.evaluate({"extra": ""}):
            found += _problem(requirement)
    if os.environ.get("OPENBLAS_NUM_THREADS") != "1":
        found.append("OPENBLAS_NUM_THREADS is not 1: training on day 30 may take five times as long.")
    return found


def _problem(requirement: Requirement) -> list[str]:
    try:
        installed = version(requirement.name)
    except PackageNotFoundError:
        return [f"The package {requirement.name} is missing."]
    if requirement.specifier.contains(installed, prereleases=True):
        return []
    return [f"{requirement.name} {requirement.specifier} is needed; {installed} is installed."]


def report() -> Reply:
    """The state of this Python in words; it names no versions while all is well, and so reads the same everywhere."""
    found = problems()
    if found:
        return reply(NOT_YET, "environment", [*found, "The README's first command installs what is missing."])
    return reply(SOLVED, "environment", ["Python, the packages and the thread setting are what the course needs."])


def check_environment() -> None:
    """Show the report."""
    display(report())

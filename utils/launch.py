"""Make the environment of the course and start something in it: python3 utils/launch.py lab

    lab     open JupyterLab on the start page          test    run every test
    build   make both editions of the lessons          check   say which editions are stale
    bench   measure speed, with baselines              lock    write requirements.txt anew

    --here  use the Python that runs this file (conda) instead of the folder .venv
    --port  the port for JupyterLab; the variable PORT does the same

Everything else goes on to the program that is started: JupyterLab, pytest, the builder.

Only the standard library, and only syntax that Python 3.6 can read, so that an old Python gets a sentence and not a
SyntaxError.
"""

import argparse
import errno
import hashlib
import importlib.util
import os
import re
import shutil
import socket
import subprocess
import sys
import tempfile

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
START_PAGE = "notebooks/00_start_here.ipynb"
FIRST_PORT = 8888
COMMANDS = ("lab", "test", "build", "check", "bench", "lock")
WINDOWS = os.name == "nt"

# What pip's log says when no package index could be reached.
NO_NETWORK = (
    "newconnectionerror",
    "connecttimeouterror",
    "nameresolutionerror",
    "proxyerror",
    "readtimeouterror",
    "read timed out",
    "failed to connect",
    "failed to establish a new connection",
    "connection aborted",
    "connection refused",
    "name or service not known",
    "temporary failure in name resolution",
    "getaddrinfo failed",
    "network is unreachable",
)


class Missing(Exception):
    """What is missing, and what to do about it, in plain words."""


def main(arguments):
    options, rest = parse(arguments)
    try:
        os.chdir(ROOT)
        require_python(sys.version_info, required_python())
        if options.here:
            require_packages(extra="dev" if options.command != "lab" else None)
            python = sys.executable
        else:
            python = environment()
        return start(options, python, rest)
    except Missing as missing:
        print(missing, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("Stopped. Nothing is lost: run the same command again.", file=sys.stderr)
        return 130


def parse(arguments):
    """The command and our own options; the rest is for the program that is started."""
    parser = argparse.ArgumentParser(
        prog="launch.py",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        usage="python3 utils/launch.py COMMAND [--here] [--port PORT] [...]",
        allow_abbrev=False,
    )
    parser.add_argument("command", choices=COMMANDS, help=argparse.SUPPRESS)
    parser.add_argument("--here", action="store_true", help=argparse.SUPPRESS)
    parser.add_argument("--port", default=os.environ.get("PORT"), help=argparse.SUPPRESS)
    return parser.parse_known_args(arguments)


# ---- what the machine must have ----


def required_python():
    """The oldest Python that pyproject.toml allows, as a pair: versions are named there and nowhere else."""
    found = re.search(r'^requires-python = ">=(\d+)\.(\d+)"', read("pyproject.toml"), re.MULTILINE)
    return int(found.group(1)), int(found.group(2))


def require_python(running, required):
    if tuple(running[:2]) >= required:
        return
    wanted = ".".join(map(str, required))
    sentence = "This course needs Python {} or newer, and this is Python {}.{}.".format(wanted, *running[:2])
    newer = newer_python(required)
    if newer:
        advice = f"You have {newer} too: run `make lab PYTHON={newer}` or `{newer} utils/launch.py lab`."
    else:
        advice = "Install a newer one from python.org or with conda; the README says how."
    raise Missing(sentence + " " + advice)


def newer_python(required):
    """The name of a new enough Python on the PATH, or None."""
    names = [f"python{required[0]}.{minor}" for minor in range(required[1] + 9, required[1] - 1, -1)]
    return next((name for name in names if shutil.which(name)), None)


def require_packages(extra):
    """With --here nothing is installed: say what this Python lacks."""
    import tomllib
    from importlib.metadata import PackageNotFoundError, distribution

    project = tomllib.loads(read("pyproject.toml"))["project"]
    wanted = [project["name"], *project["dependencies"]]
    if extra:
        wanted += project["optional-dependencies"][extra]
    lacking = []
    for requirement in wanted:
        name = re.match(r"[\w.-]+", requirement).group()
        try:
            distribution(name)
        except PackageNotFoundError:
            lacking.append(name)
    if lacking:
        what = f'".[{extra}]"' if extra else "."
        raise Missing(
            "This Python ({}) lacks {}. Install them with: python -m pip install -e {}".format(
                sys.executable, ", ".join(lacking), what
            )
        )


# ---- the environment in .venv ----


def environment():
    """Make .venv, or bring it up to date, and return its Python; does nothing when nothing has changed."""
    folder = os.path.join(ROOT, ".venv")
    python = os.path.join(folder, "Scripts", "python.exe") if WINDOWS else os.path.join(folder, "bin", "python")
    if not os.path.exists(python):
        make_environment(folder)
    version = environment_version(folder)
    if version < required_python():
        raise Missing(
            "The folder .venv was made by Python {}.{}, which is too old. Delete the folder and run this again.".format(
                *version
            )
        )
    stamp = os.path.join(folder, "installed.txt")
    wanted = fingerprint(version)
    if not os.path.exists(stamp) or read(stamp) != wanted:
        install(python, os.path.join(folder, "install.log"))
        with open(stamp, "w", encoding="utf-8") as file:
            file.write(wanted)
    return python


def make_environment(folder):
    if importlib.util.find_spec("venv") is None or importlib.util.find_spec("ensurepip") is None:
        raise Missing(
            "This Python cannot make virtual environments: a part of it, usually called python3-venv, is missing. "
            "On Debian or Ubuntu: sudo apt install python{}.{}-venv".format(*sys.version_info[:2])
        )
    print("Making the folder .venv for the packages of the course ...", flush=True)
    # --clear: a folder without a working Python is half-made, or its Python has been removed.
    made = subprocess.run([sys.executable, "-m", "venv", "--clear", folder], stderr=subprocess.PIPE, text=True)
    if made.returncode:
        raise Missing("The folder .venv could not be made. Python says: " + last_line(made.stderr))


def environment_version(folder):
    """Major and minor version of the environment's Python; every tool that makes one writes it down."""
    found = re.search(r"^version(?:_info)? *= *(\d+)\.(\d+)", read(os.path.join(folder, "pyvenv.cfg")), re.MULTILINE)
    return (int(found.group(1)), int(found.group(2))) if found else sys.version_info[:2]


def fingerprint(version):
    """Changes when the packages, the project's settings, the environment's Python or the folder's place change."""
    content = "\n".join([read("requirements.txt"), read("pyproject.toml"), ROOT, repr(tuple(version))])
    return hashlib.sha256(content.encode("utf-8")).hexdigest() + "\n"


def install(python, log):
    """Install the locked packages and the project itself; pip's words go to the log."""
    if subprocess.call([python, "-m", "pip", "--version"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL):
        subprocess.call([python, "-m", "ensurepip"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    packages = len(re.findall(r"^[\w.-]+==", read("requirements.txt"), re.MULTILINE))
    print("Installing the packages of the course (once, a minute or two) ...", flush=True)
    pip = [python, "-m", "pip", "install", "--disable-pip-version-check", "--no-input"]
    with open(log, "w", encoding="utf-8") as file:
        done = pip_step([*pip, "--require-hashes", "-r", "requirements.txt"], file, packages)
        done = done and pip_step([*pip, "--no-deps", "--no-build-isolation", "-e", "."], file, 0)
    if done:
        return
    said = read(log)
    # Only the last package counts: an earlier connection may have failed once and succeeded on the second try.
    end = said.lower().rpartition("\ncollecting ")[-1]
    if any(sign in end for sign in NO_NETWORK):
        raise Missing(
            "The packages could not be downloaded: the network cannot be reached. Connect and run the same command "
            f"again. (Only the first run needs a network. What pip said is in {log}.)"
        )
    raise Missing(
        f"The packages could not be installed. pip's last words: {last_line(said)} (All of them are in {log}.)"
    )


def pip_step(command, log, packages):
    """Run pip, its output into the log and a count of packages onto the terminal; True when it succeeded."""
    count = 0
    settings = dict(os.environ, PIP_USER="0", PYTHONUNBUFFERED="1", PYTHONIOENCODING="utf-8")
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, env=settings, encoding="utf-8", errors="replace"
    ) as pip:
        for line in pip.stdout:
            log.write(line)
            log.flush()
            if line.startswith(("Collecting ", "Ignoring ", "Requirement already satisfied")):
                count += 1
                if packages and sys.stdout.isatty():
                    print(f"\r  {min(count, packages)} of {packages} packages", end="", flush=True)
    if packages and count and sys.stdout.isatty():
        print()
    return pip.returncode == 0


# ---- what is started ----


def start(options, python, rest):
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # small matrices: one thread is several times faster
    run = [python, "-m"]
    if options.command == "lab":
        return replace([*run, "jupyterlab", *lab_arguments(options.port), *rest])
    if options.command in ("test", "bench"):
        with tempfile.TemporaryDirectory() as folder:
            # What the tests solve is not what the learner has solved.
            os.environ["THIRTY_DAYS_PROGRESS"] = os.path.join(folder, "progress.sqlite3")
            if options.command == "test":
                return test(run, rest)
            return call([*run, "tests.bench.latency", *rest]) or call([*run, "tests.bench.notebooks", *rest])
    if options.command == "lock":
        return call([*run, "uv", "pip", "compile", *lock_arguments(), *rest])
    check = ["--check"] if options.command == "check" else []
    return replace([*run, "utils.build", *check, *rest])


def lab_arguments(port):
    """JupyterLab's own defaults for token and address stay; it asks nobody for news, updates or extensions."""
    number, chosen = choose_port(port)
    root = hasattr(os, "geteuid") and os.geteuid() == 0
    if root:  # the normal case in a container, where JupyterLab would refuse to start
        print("You are root, so JupyterLab and everything in a notebook run as root.")
    return [
        # Not the page as an argument: that would make notebooks/ the root, which has no way to solutions/, and the
        # address printed in the terminal would not lead to the page.
        "--ServerApp.root_dir=" + ROOT,
        "--LabApp.default_url=/lab/tree/" + START_PAGE,
        f"--ServerApp.port={number}",
        *(["--ServerApp.port_retries=0"] if chosen else []),
        *(["--allow-root"] if root else []),
        "--ServerApp.kernel_websocket_connection_class=utils.server.PromptConnection",
        "--LabApp.news_url=None",
        "--LabApp.check_for_updates_class=jupyterlab.handlers.announcements.NeverCheckForUpdate",
        "--LabApp.extension_manager=readonly",
    ]


def choose_port(asked):
    """The port to use, and whether the user has chosen it."""
    if asked:
        if not (asked.isdigit() and 0 < int(asked) < 65536):
            raise Missing(f"{asked!r} is not a port: it must be a number from 1 to 65535.")
        if not is_free(int(asked)):
            raise Missing(
                "Port {0} is taken by another program, or not yours to use. Choose another one: "
                "`make lab PORT={1}` or `python3 utils/launch.py lab --port {1}`.".format(asked, FIRST_PORT + 100)
            )
        return int(asked), True
    for port in range(FIRST_PORT, FIRST_PORT + 100):
        if is_free(port):
            if port != FIRST_PORT:
                print(f"Port {FIRST_PORT} is taken (another JupyterLab?), so this one uses port {port}.")
            return port, False
    raise Missing(f"No port from {FIRST_PORT} to {port} is free. Choose one: make lab PORT=9999")


def is_free(port):
    """True when JupyterLab can listen here: it uses the name localhost, which is an IPv4 and often an IPv6 address."""
    for family, host in ((socket.AF_INET, "127.0.0.1"), (socket.AF_INET6, "::1")):
        try:
            with socket.socket(family, socket.SOCK_STREAM) as probe:
                if not WINDOWS:
                    probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                probe.bind((host, port))
        except OSError as error:
            if family == socket.AF_INET or error.errno == errno.EADDRINUSE:
                return False
    return True


def test(run, rest):
    """Style first, then every test; pytest says at the end what was skipped and why."""
    style = [call([*run, "ruff", *check]) for check in (["check", "."], ["format", "--check", "."])]
    tests = call([*run, "pytest", "-n", "auto", "--nbval", "--nbval-current-env", "-ra", *rest])
    if any(style):
        print("The style check failed; what it found stands before the tests.", file=sys.stderr)
    return tests or int(any(style))


def lock_arguments():
    oldest = "{}.{}".format(*required_python())
    how = ["--universal", "--generate-hashes", "--no-emit-index-url", "--python-version", oldest]
    return [*how, "--extra", "dev", "pyproject.toml", "-o", "requirements.txt"]


def replace(command):
    """Become the program, so that Ctrl-C goes to it alone; Windows cannot, and waits for it."""
    if WINDOWS:
        return call(command)
    sys.stdout.flush()
    os.execv(command[0], command)


def call(command):
    sys.stdout.flush()
    return subprocess.call(command)


def read(path):
    with open(path, encoding="utf-8") as file:
        return file.read()


def last_line(text):
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    return lines[-1] if lines else "nothing."


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

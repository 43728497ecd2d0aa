"""What every test run shares; here, above tests/ and solutions/, so that `pytest --nbval solutions` alone gets it too.

The variables are set before a test imports NumPy and before any kernel starts: kernels inherit them.
"""

import os
import shutil
import tempfile
from pathlib import Path

import pytest

collect_ignore = ["notebooks"]  # the learner's own: they have no outputs to compare; tests/test_notebooks.py runs them

_scratch = Path(tempfile.mkdtemp(prefix="thirty-days-"))
os.environ["THIRTY_DAYS_PROGRESS"] = str(_scratch / "progress.sqlite3")  # never the record of whoever runs the tests
os.environ["IPYTHONDIR"] = str(_scratch / "ipython")
os.environ["OPENBLAS_NUM_THREADS"] = "1"
os.environ["PYTHONHASHSEED"] = "0"
os.environ["PYTHONPATH"] = os.pathsep.join(filter(None, [str(Path(__file__).parent), os.environ.get("PYTHONPATH")]))
os.environ.pop("MPLBACKEND", None)  # a kernel chooses inline pictures itself


def pytest_unconfigure():
    shutil.rmtree(_scratch, ignore_errors=True)


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items):
    """What one process must do in order stays together: a file's tests, and within a file those of a day.

    The cells of a stored notebook need one kernel, a module's fixtures one browser, the tests of a lesson its run.
    """
    for item in items:
        parameters = item.callspec.params if hasattr(item, "callspec") else {}
        parts = [str(parameters[name]) for name in ("day", "days") if name in parameters]
        item.add_marker(pytest.mark.xdist_group(" ".join([item.path.name, *parts])))

"""What every test run shares; here, above tests/ and solutions/, so that `pytest --nbval solutions` alone gets it too.

The variables are set before a test imports NumPy and before any kernel starts: kernels inherit them.
"""

import os
import re
import shutil
import tempfile
from pathlib import Path

from xdist.scheduler import LoadScopeScheduling

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


class ByDay(LoadScopeScheduling):
    """Hands a file's tests to one process, in order; in two large files those of a day.

    The cells of a stored notebook need one kernel, a module's fixtures one browser, the tests of a lesson its run.
    """

    def _split_scope(self, nodeid):
        file = nodeid.partition("::")[0]
        day = re.search(r"\[(day\d\d_\w+|00_\w+|to day \d+)\]", nodeid)
        return f"{file} {day[1]}" if day and file.endswith(("test_notebooks.py", "test_engine.py")) else file


def pytest_xdist_make_scheduler(config, log):
    return ByDay(config, log)

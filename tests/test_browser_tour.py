"""Every notebook of both editions in a real browser, from top to bottom, every picture opened.

It takes some ten seconds a notebook, twice as long on a busy machine, so it runs where CI is set (as .ci/run does).
Screenshots of the pictures stay in .artifacts/tour.
"""

import os
import re
import shutil

import pytest

from tests import pages
from utils import build

SHOTS = pages.ROOT / ".artifacts" / "tour"
PATHS = [f"{folder}/{path.stem}.ipynb" for path in build.sources().values() for folder in ("notebooks", "solutions")]

pytestmark = pytest.mark.skipif(not os.environ.get("CI"), reason="takes minutes: set CI=true to walk through all days")


@pytest.fixture(scope="module")
def page(tmp_path_factory):
    shutil.rmtree(SHOTS, ignore_errors=True)
    SHOTS.mkdir(parents=True)
    with pages.course(tmp_path_factory.mktemp("tour") / "thirty-days") as page:
        yield page


def open_pictures(page, cell):
    """Skip the questions in front of a picture, one after the other, and wait for the picture."""
    picture = cell.locator("img.thirty-days-picture:visible")
    skip = cell.locator("button[title^='Just show me']:visible")
    skip.or_(picture).first.wait_for()
    while not picture.count():
        button = skip.first.element_handle()
        button.click()
        button.wait_for_element_state("hidden")
        skip.or_(picture).first.wait_for()
    page.wait_for_function("image => image.complete && image.naturalWidth > 0", arg=picture.first.element_handle())


@pytest.mark.parametrize("path", PATHS)
def test_a_notebook_runs_from_top_to_bottom(page, path):
    notebook = pages.Notebook.opened(page, path)
    notebook.run_all()
    outputs = {key: notebook.outputs(key) for key in notebook.keys}
    assert [key for key, all_of_it in outputs.items() for each in all_of_it if each["output_type"] == "error"] == []
    assert [key for key, all_of_it in outputs.items() for each in all_of_it if each.get("name") == "stderr"] == []
    for key in notebook.keys:
        cell = notebook.cell(key)
        assert cell.locator("mjx-merror").count() == 0, f"the mathematics of {key!r} is not drawn"
        if re.fullmatch(r"w\d+", key) and "widgets." in notebook.source(key):
            open_pictures(page, cell)
            cell.screenshot(path=SHOTS / f"{path.replace('/', '-').removesuffix('.ipynb')}-{key}.png")
    notebook.close()

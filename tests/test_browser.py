"""A learner's first hour in a real browser: the first command, the start page, day 13, a slider, a wrong answer.

Screenshots of every step stay in .artifacts/browser.
"""

import os
import shutil

import pytest

from tests import pages
from tests.bench import lab

SHOTS = pages.ROOT / ".artifacts" / "browser"

pytestmark = pytest.mark.skipif(
    not lab.browser_path() and not os.environ.get("CI"), reason="no Chromium on this machine"
)

WRONG = """def softmax(z, axis=-1):
    e = np.exp(z - np.max(z))
    return e / e.sum()"""
RIGHT = """def softmax(z, axis=-1):
    e = np.exp(z - np.max(z, axis=axis, keepdims=True))
    return e / e.sum(axis=axis, keepdims=True)"""


@pytest.fixture(scope="module")
def page(tmp_path_factory):
    shutil.rmtree(SHOTS, ignore_errors=True)
    SHOTS.mkdir(parents=True)
    with pages.course(tmp_path_factory.mktemp("course") / "thirty-days") as page:
        yield page


@pytest.fixture(scope="module")
def day13(page):
    notebook = pages.Notebook.opened(page, "notebooks/day13_softmax.ipynb")
    notebook.run_all()
    return notebook


def test_the_first_command_opens_the_start_page(page):
    notebook = pages.Notebook(page)
    page.get_by_role("heading", name="Thirty Days to Attention").wait_for()
    assert page.evaluate("window.jupyterapp.shell.currentWidget.context.path") == "notebooks/00_start_here.ipynb"
    notebook.run_all()
    assert "environment: solved" in notebook.cell("setup").inner_text()
    assert "Those are the means of the columns" in notebook.cell("wrong").inner_text()
    page.screenshot(path=SHOTS / "1-start-page.png")
    notebook.cell("progress").screenshot(path=SHOTS / "2-progress.png")
    assert not page.get_by_text("Would you like to").is_visible(), "no pop-up about news or updates"


def test_day_13_runs_untouched_from_top_to_bottom(page, day13):
    said = {key: day13.outputs(key) for key in day13.keys}
    assert not [key for key, outputs in said.items() for output in outputs if output["output_type"] == "error"]
    checks = {key: outputs for key, outputs in said.items() if key.endswith("-check") or key.startswith(("h", "p"))}
    texts = [o["data"]["text/plain"] for outputs in checks.values() for o in outputs if "data" in o]
    assert len(texts) >= 10
    assert all("not attempted" in text for text in texts)
    page.screenshot(path=SHOTS / "3-day-13.png")


@pytest.fixture(scope="module")
def temperature(page, day13):
    """The cell of the temperature slider, with its questions skipped."""
    cell = day13.cell("w1")
    for name in ("13.w1", "13.w1b", "13.w1c"):
        skip = cell.get_by_title(f"Just show me: {name}", exact=True)
        skip.click()
        skip.wait_for(state="hidden")
    cell.locator("img.thirty-days-picture").wait_for()
    cell.get_by_role("slider").first.scroll_into_view_if_needed()
    return cell


def shown(cell):
    """The picture and the sentence that stand on the page."""
    return cell.locator("img.thirty-days-picture").get_attribute("src"), cell.get_by_role("status").last.inner_text()


def wait_until_it_follows(page, cell, before):
    """Wait until the page shows another picture and another sentence; gives the sentence."""
    page.wait_for_function(
        "([cell, picture, sentence]) => cell.querySelector('img.thirty-days-picture').src !== picture"
        " && [...cell.querySelectorAll('[role=status]')].pop().innerText !== sentence",
        arg=[cell.element_handle(), *before],
    )
    return shown(cell)[1]


def share(sentence):
    return float(sentence.split("largest share is ")[1].split(" ")[0])


def test_the_slider_follows_the_keyboard(page, temperature):
    before = shown(temperature)
    assert share(before[1]) == pytest.approx(0.772)
    temperature.get_by_role("slider").first.focus()
    page.keyboard.press("ArrowLeft")
    assert share(wait_until_it_follows(page, temperature, before)) > 0.772
    page.screenshot(path=SHOTS / "4-slider-by-keyboard.png")


def test_the_slider_follows_the_mouse(page, temperature):
    before = shown(temperature)
    box = temperature.get_by_role("slider").first.bounding_box()
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    height = temperature.bounding_box()["height"]
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + 100, y, steps=10)
    page.mouse.up()
    wait_until_it_follows(page, temperature, before)
    rests = "el => /largest share is 0\\.[23]/.test([...el.querySelectorAll('[role=status]')].pop().innerText)"
    page.wait_for_function(rests, arg=temperature.element_handle())
    assert temperature.bounding_box()["height"] == height, "the page must not jump"
    page.screenshot(path=SHOTS / "5-slider-by-mouse.png")
    temperature.locator(".jp-Cell-outputArea").screenshot(path=SHOTS / "temperature.png")


def test_a_wrong_softmax_is_told_what_is_wrong_and_the_right_one_is_solved(page, day13):
    day13.write("e1", WRONG)
    day13.says("e1-check", "You normalised the whole table; each row is its own cake.")
    page.screenshot(path=SHOTS / "6-wrong-answer.png")
    day13.write("e1", RIGHT)
    day13.says("e1-check", "13.e1 softmax(z, axis=-1): solved")
    page.screenshot(path=SHOTS / "7-right-answer.png")


def test_compare_shows_both_and_the_solution_notebook_opens_at_the_place(page, day13):
    day13.write("e1-check", 'compare("13.e1", softmax)')
    cell = day13.cell("e1-check")
    cell.get_by_text("Your code").wait_for()
    assert "The solution" in cell.inner_text()
    page.screenshot(path=SHOTS / "8-compare.png")
    cell.get_by_role("link", name="Its place in the solution notebook").click()
    page.wait_for_function("window.jupyterapp.shell.currentWidget?.context?.path === 'solutions/day13_softmax.ipynb'")
    page.locator(".jp-NotebookPanel:not(.lm-mod-hidden) .jp-Cell").filter(
        has_text="shifted = z - np.max"
    ).first.wait_for()
    page.screenshot(path=SHOTS / "9-solution.png")

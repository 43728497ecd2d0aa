"""LivePlot: what is drawn, sent and said, how questions stand in front, and what is left behind."""

import base64
import gc
import io
import time
from pathlib import Path

import ipywidgets
import numpy as np
import pytest
from ipywidgets.widgets.widget import _instances
from matplotlib.figure import Figure
from matplotlib.text import Text
from PIL import Image

from utils.cards import ChoiceCard
from utils.reply import NOTE, reply
from utils.widgets.frames import Frames, data_url, jpeg, moving, png, with_text
from utils.widgets.learner import Learner, by_place
from utils.widgets.live import LivePlot


def scene(height: float = 1.0):
    """A figure with one moving bar, one moving curve and a fixed title."""
    figure = Figure(figsize=(3.2, 2.0), dpi=100)
    axes = figure.subplots()
    (bar,) = axes.bar([0.0], [height], color="tab:blue", zorder=3)
    (line,) = axes.plot([-1, 0, 1], [0, height, 0], color="tab:orange", zorder=2)
    axes.set(xlim=(-2, 2), ylim=(-1, 6), title="fixed")
    return figure, axes, bar, line


def plot_of(question=None, **options):
    """A LivePlot of the scene with one slider, and the parts of its figure."""
    figure, axes, bar, line = scene()
    for artist in (bar, line):
        artist.set_animated(True)

    def draw(height):
        if height == 4.0:
            raise ZeroDivisionError("<b>no</b>")
        bar.set_height(height)
        line.set_ydata([0, height, 0])
        return f"The bar is {height:.1f} high."

    slider = ipywidgets.FloatSlider(1.0, min=0, max=5, step=0.1)
    return LivePlot(figure, draw, question=question, height=slider, **options), figure, axes


def pixels_of(address) -> np.ndarray:
    """The picture in a data URL."""
    packed = base64.b64decode(bytes(address).split(b",")[1])
    return np.asarray(Image.open(io.BytesIO(packed)).convert("RGBA"))


class Question:
    """What a card needs."""

    id, text, options = "13.w1", "Higher or lower?", ("higher", "lower")

    def answer(self, given):
        return reply(NOTE, "because", [f"You chose {given}."])


def test_the_sentence_is_the_plain_text():
    plot, *_ = plot_of()
    bundle = plot._repr_mimebundle_()
    assert bundle["text/plain"] == repr(plot) == plot.sentence == "The bar is 1.0 high."
    assert bundle["application/vnd.jupyter.widget-view+json"]["model_id"] in _instances
    assert bundle["image/png"].startswith(b"\x89PNG")


def test_the_still_picture_is_the_same_every_time_and_carries_no_metadata():
    first, second = plot_of()[0].still(), plot_of()[0].still()
    assert first == second
    assert Image.open(io.BytesIO(first)).info == {}


def test_a_move_changes_sentence_caption_text_alternative_and_picture():
    plot, *_ = plot_of()
    before = bytes(plot._picture.value)
    plot.controls["height"].value = 2.5
    assert plot.sentence == "The bar is 2.5 high."
    assert "The bar is 2.5 high." in plot._caption.value
    assert plot._picture.tooltip == "The bar is 2.5 high."
    assert bytes(plot._picture.value) != before


def test_the_picture_is_sent_only_when_it_changes():
    figure, _, bar, _ = scene()
    bar.set_animated(True)
    sent = []
    plot = LivePlot(figure, lambda step: f"Step {step}.", step=ipywidgets.IntSlider())
    plot._picture.observe(lambda change: sent.append(change), "value")
    plot.controls["step"].value = 3
    assert plot.sentence == "Step 3."
    assert sent == []


def test_only_what_moves_is_drawn_again(monkeypatch):
    plot, _, axes = plot_of()
    drawn = []
    whole = Text.draw
    monkeypatch.setattr(Text, "draw", lambda text, renderer: drawn.append(text) or whole(text, renderer))
    plot.controls["height"].value = 2.0
    assert axes.title not in drawn
    axes.set_title("changed")
    plot.controls["height"].value = 3.0
    assert axes.title in drawn


def test_a_moved_picture_is_the_same_as_one_drawn_from_nothing():
    plot, figure, _ = plot_of()
    for height in (4.9, 0.3, 2.2):
        plot.controls["height"].value = height
    fresh, _, bar, line = scene(2.2)
    assert moving(figure) and not moving(fresh)
    assert np.array_equal(pixels_of(plot._picture.value), Frames(fresh).next())
    for artist in (bar, line):
        artist.set_animated(True)
    assert np.array_equal(plot._pixels, Frames(fresh).next())


def test_what_moves_is_drawn_in_the_order_of_zorder_and_only_where_visible():
    figure, axes, bar, line = scene()
    note = figure.text(0.5, 0.5, "note", animated=True)
    for artist in (bar, line):
        artist.set_animated(True)
    assert [artist for artist in moving(figure) if artist is not note] == [line, bar]
    assert note in moving(figure)
    axes.set_visible(False)
    assert moving(figure) == [note]


def test_an_error_is_said_in_the_caption_and_the_picture_goes_on():
    plot, *_ = plot_of()
    plot.controls["height"].value = 2.0
    before = bytes(plot._picture.value)
    plot.controls["height"].value = 4.0
    assert isinstance(plot.error, ZeroDivisionError)
    assert "divides by zero" in plot.sentence
    assert bytes(plot._picture.value) == before
    plot.controls["height"].value = 3.0
    assert plot.error is None
    assert plot.sentence == "The bar is 3.0 high."


def test_an_error_in_the_first_draw_leaves_a_picture():
    figure, *_ = scene()
    plot = LivePlot(figure, lambda: 1 / 0)
    assert "divides by zero" in plot.sentence
    assert plot.still().startswith(b"\x89PNG")


def test_draw_must_return_a_sentence():
    figure, *_ = scene()
    assert isinstance(LivePlot(figure, lambda: None).error, TypeError)


def test_what_a_learner_wrote_is_escaped():
    figure, *_ = scene()
    plot = LivePlot(figure, lambda: "a <script> & b")
    assert plot.sentence == "a <script> & b"
    assert "<script>" not in plot._caption.value
    assert "&lt;script&gt; &amp; b" in plot._caption.value
    assert 'aria-live="polite"' in plot._caption.value


def test_several_controls_come_by_name_with_descriptions_that_are_not_cut():
    figure, *_ = scene()
    plot = LivePlot(
        figure,
        lambda head, may_look_ahead: f"Head {head}, {may_look_ahead}.",
        head=ipywidgets.Dropdown(options=[0, 1], description="attention head"),
        may_look_ahead=ipywidgets.Checkbox(False),
    )
    plot.controls["head"].value = 1
    plot.controls["may_look_ahead"].value = True
    assert plot.sentence == "Head 1, True."
    assert [control.description for control in plot.controls.values()] == ["attention head", "may look ahead"]
    assert plot.controls["head"].style.description_width == f"{len('attention head')}ch"


def test_sliders_begin_at_the_same_place():
    figure, *_ = scene()
    short, long = ipywidgets.FloatSlider(description="T"), ipywidgets.FloatSlider(description="add to every score")
    LivePlot(figure, lambda short, long: "One sentence.", short=short, long=long)
    assert short.style.description_width == long.style.description_width == "18ch"


def test_a_control_needs_a_value():
    figure, *_ = scene()
    with pytest.raises(ValueError, match="needs a value"):
        LivePlot(figure, lambda box: "", box=ipywidgets.HBox())


def test_the_size_is_fixed_and_independent_of_the_resolution():
    figure = Figure(figsize=(3.2, 2.0), dpi=200)
    plot = LivePlot(figure, lambda: "Fine.")
    assert (plot._picture.width, plot._picture.height) == ("320", "200")
    assert plot._pixels.shape == (400, 640, 4)


def test_a_question_stands_in_front_and_its_explanation_stays():
    plot, *_ = plot_of(question=Question())
    (card,) = plot._view.children
    assert isinstance(card, ChoiceCard)
    assert "Higher" not in repr(plot)
    card.control.index = 1
    card.button.click()
    assert plot._view.children == (card, plot._body)
    assert "You chose 1." in card.reply.value


def test_questions_come_one_after_the_other_and_can_be_skipped():
    plot, *_ = plot_of(question=[Question(), Question()])
    plot._view.children[0].skip.click()
    first, second = plot._view.children
    assert isinstance(second, ChoiceCard)
    second.skip.click()
    assert plot._view.children == (first, second, plot._body)


def test_closing_frees_the_figure_and_leaves_the_sentence():
    before = set(_instances)
    plot, figure, _ = plot_of(question=[Question(), Question()])
    plot._view.children[0].skip.click()
    plot.close()
    plot.close()
    assert set(_instances) == before
    assert figure.axes == []
    assert plot._repr_mimebundle_() == {"text/plain": "The bar is 1.0 high."}


def test_a_plot_that_nobody_holds_takes_its_widgets_with_it():
    gc.collect()
    before = set(_instances)
    plot, *_ = plot_of(question=Question())
    assert set(_instances) > before
    del plot
    gc.collect()
    assert set(_instances) == before


def test_pictures_are_packed_without_loss_at_rest_and_nearly_so_on_the_move():
    pixels = Frames(scene()[0]).next()
    assert np.array_equal(pixels_of(data_url(png(pixels))), pixels)
    difference = pixels_of(data_url(jpeg(pixels))).astype(float) - pixels
    assert np.sqrt(np.mean(difference**2)) < 4
    assert data_url(jpeg(pixels)).startswith(b"data:image/jpeg;base64,")
    assert data_url(png(pixels)).startswith(b"data:image/png;base64,")


def test_a_long_sentence_is_not_cut_at_the_edge():
    pixels = np.full((10, 640, 4), 255, dtype=np.uint8)
    for letter in "m0i,":
        strip = with_text(pixels, f"{letter * 7} " * 60)[10:]
        assert (strip[:, -6:] == 255).all() and (strip < 128).any()


def test_the_still_picture_grows_with_its_text():
    pixels = np.full((50, 300, 4), 255, dtype=np.uint8)
    short, long = with_text(pixels, "a"), with_text(pixels, "a word and " * 20)
    assert pixels.shape[0] < short.shape[0] < long.shape[0]
    assert with_text(pixels, "a $ in 一 sentence").shape[1] == 300


def course(z, scale=1.0):
    """A stand-in for a function of the course."""
    return np.asarray(z) / np.sum(z) * scale


def endless(z):
    """A learner's loop without an end."""
    while True:
        pass


@pytest.mark.parametrize(
    ("function", "remark"),
    [
        (..., "share is not written yet: this is the course's version."),
        (lambda z: ..., "share is not written yet: this is the course's version."),
        (3.0, "share is not a function but a float: this is the course's version."),
        (lambda z: z[:2], "Your share gave shape (2,) where (4,) was expected. This is the course's version."),
        (lambda z: z[7], "It reads a place that is not there"),
        (lambda z: z * np.nan, "Your share gave nan (not a number) in 4 of 4 places."),
        (lambda z: z / 0.0, "an infinite number in 4 of 4"),
        (lambda z: print(z), "Is the `return` missing?"),
        (lambda z: "abc", "Your share gave a str where numbers were expected."),
        (lambda z: [1, [2]], "where numbers were expected"),
        (lambda z: exit(), "tried to end Python"),
    ],
)
def test_what_goes_wrong_with_a_learners_function_is_said(function, remark, capsys):
    z = np.array([1.0, 2.0, 3.0, 4.0])
    value, said = Learner(function, course, name="share")(z)
    assert np.array_equal(value, course(z))
    assert remark in said
    assert said.endswith("this is the course's version.") or said.endswith("This is the course's version.")
    assert capsys.readouterr().out == ""


def test_a_learners_function_is_drawn_as_it_is():
    z = np.array([1.0, 2.0, 5.0])
    value, remark = Learner(lambda z: [1, 2, 3], course)(z)
    assert np.array_equal(value, [1.0, 2.0, 3.0]) and value.dtype == float
    assert remark == ""
    assert Learner(None, course)(z)[1] == ""


def test_a_learners_function_cannot_change_what_it_was_given():
    z = np.array([1.0, 2.0])

    def spoil(z):
        z[:] = 7
        return z

    Learner(spoil, course)(z)
    assert np.array_equal(z, [1.0, 2.0])


def test_several_results_are_compared_one_by_one():
    pair = lambda z: (np.zeros((2, 3)), np.zeros((2, 2)))
    assert Learner(pair, pair, name="attention")(0)[1] == ""
    wrong = Learner(lambda z: (np.zeros((2, 3)), np.zeros((3, 2))), pair, name="attention")
    assert "gave shape (3, 2) where (2, 2) was expected" in wrong(0)[1]
    assert "where 2 values were expected" in Learner(lambda z: np.zeros(3), pair, name="attention")(0)[1]


def test_a_check_can_say_more():
    rule = lambda value, expected: "gave a negative share" if (value < 0).any() else None
    remark = Learner(lambda z: -z, course, check=rule, name="share")(np.ones(2))[1]
    assert remark == "Your share gave a negative share. This is the course's version."


def test_an_endless_loop_is_waited_for_once():
    share = Learner(endless, course, name="share")
    started = time.monotonic()
    assert "does its loop ever end" in share(np.ones(3))[1].lower()
    assert time.monotonic() - started < 5  # one second; more on a busy machine
    assert "Run this cell again" in share(np.ones(3))[1]


def test_words_are_drawn_by_their_place():
    def verdict(x):
        return "high" if x > 1 else "low"

    through = by_place(("low", "high"))
    assert Learner(verdict, verdict, through=through)(2) == (1, "")
    assert "verdict is not written yet" in Learner(..., verdict, through=through)(2)[1]
    value, remark = Learner(lambda x: "up", verdict, through=through)(2)
    assert value == 1 and "'up', which is none of low, high" in remark


def test_a_training_may_be_given_its_own_time():
    share = Learner(endless, course, name="share", seconds=0.1)
    assert "was still running after 0.1 seconds" in share(np.ones(3))[1]
    assert "did not end within 0.1 seconds" in share(np.ones(3))[1]


def run_in(client, code: str, cell: str | None = None) -> str:
    """Run code in a kernel as a cell and give what it printed."""
    content = {"code": code, "silent": False, "store_history": True, "user_expressions": {}, "allow_stdin": False}
    message = client.session.msg("execute_request", content, metadata={"cellId": cell} if cell else {})
    client.shell_channel.send(message)
    printed, request = "", message["header"]["msg_id"]
    while True:
        answer = client.get_iopub_msg(timeout=60)
        if answer["parent_header"].get("msg_id") != request:
            continue
        if answer["msg_type"] == "stream":
            printed += answer["content"]["text"]
        assert answer["msg_type"] != "error", "\n".join(answer["content"]["traceback"])
        if answer["content"].get("execution_state") == "idle":
            return printed


@pytest.fixture(scope="module")
def kernel():
    """A kernel that has the scene of this file."""
    from jupyter_client.manager import start_new_kernel

    manager, client = start_new_kernel()
    try:
        run_in(client, f"import sys; sys.path.insert(0, {str(ROOT)!r})\n{PREPARE}")
        yield client
    finally:
        client.stop_channels()
        manager.shutdown_kernel(now=True)


ROOT = Path(__file__).resolve().parents[1]
PREPARE = """
import gc, psutil
from ipywidgets.widgets.widget import _instances
from matplotlib.figure import Figure
from tests.test_live import plot_of

def left():
    gc.collect()
    figures = sum(isinstance(one, Figure) for one in gc.get_objects())
    print(figures, len(_instances), psutil.Process().memory_info().rss)
"""


def test_two_hundred_runs_of_a_cell_leave_one_figure(kernel):
    pytest.importorskip("psutil")
    run_in(kernel, "from tests.bench import scenes")
    for _ in range(20):  # until everything that is loaded on demand is there
        run_in(kernel, "scenes.bars_live()", "the-cell")
    figures, widgets, memory = map(int, run_in(kernel, "left()").split())
    for _ in range(200):
        run_in(kernel, "scenes.bars_live()", "the-cell")
    after = list(map(int, run_in(kernel, "left()").split()))
    assert figures == after[0] == 1
    assert after[1] == widgets
    one_figure = 4 * 640 * 360 * 4  # what is drawn, the background, the frame and its copy
    assert after[2] - memory <= one_figure


def test_a_front_end_that_sends_no_cell_ids_is_told_cells_by_their_code(kernel):
    count = "gc.collect(); print(sum(isinstance(one, Figure) for one in gc.get_objects()))"
    before = int(run_in(kernel, count))
    for _ in range(3):
        run_in(kernel, "plot_of()[0]")
    assert int(run_in(kernel, count)) == before + 1


def test_a_shown_plot_lives_without_a_name_until_its_cell_runs_again(kernel):
    count = "gc.collect(); print(sum(isinstance(one, Figure) for one in gc.get_objects()))"
    before = int(run_in(kernel, count))
    run_in(kernel, "from IPython.display import display; display(plot_of()[0])", "a")
    assert int(run_in(kernel, count)) == before + 1
    run_in(kernel, "pass", "a")
    assert int(run_in(kernel, count)) == before


def test_moves_within_one_message_are_drawn_once(kernel):
    run_in(kernel, "plot, *_ = plot_of(); draws = []; plot._draw = lambda height: draws.append(height) or 'Moved.'")
    run_in(kernel, "for height in (1.5, 2.5, 3.5): plot.controls['height'].value = height")
    assert run_in(kernel, "print(draws)").strip() == "[3.5]"


def test_a_sentence_asked_for_after_a_move_is_the_new_one(kernel):
    said = run_in(kernel, "plot, *_ = plot_of(); plot.controls['height'].value = 2.5; print(plot)")
    assert said.strip() == "The bar is 2.5 high."

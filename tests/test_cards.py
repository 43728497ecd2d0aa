"""Cards: what they show, what they call, what they leave behind."""

import asyncio
import json
import os
import subprocess
import sys
import time
from dataclasses import dataclass, field

import ipywidgets
import nbclient
import nbformat
import pytest
from ipywidgets.widgets.widget import _instances

from utils import cards
from utils.reply import NOT_YET, SOLVED, reply

VIEW = cards.VIEW
NASTY = "<script>alert(1)</script> & <b>'quoted\"</b>"


@dataclass
class Question:
    """A question as the checker makes them, with a note of what it was asked."""

    id: str = "13.q1"
    text: str = "softmax(z + 5)?"
    options: tuple = ("the same", "sharper", "flatter")
    right: object = 0
    given: list = field(default_factory=list)

    def answer(self, given):
        self.given.append(given)
        return reply(SOLVED if given == self.right else NOT_YET, self.id, [f"You said {given}."])

    @property
    def explanations(self):
        return tuple((text, i == self.right, f"why {i}") for i, text in enumerate(self.options))

    solution_text = "3/5, because 3 of 5."


@pytest.fixture(autouse=True)
def no_widgets():
    """Every test starts without widgets."""
    for widget in list(_instances.values()):
        widget.close()
    cards._shown.clear()


def press_enter(card):
    card.control._handle_custom_msg({"event": "submit"}, [])


# -- one card --------------------------------------------------------------------------------------------------------


def test_nothing_is_chosen_at_first():
    card = cards.ChoiceCard(Question())
    assert isinstance(card.control, ipywidgets.RadioButtons)
    assert card.control.index is None
    assert [label for label, _ in card.control.options] == ["a) the same", "b) sharper", "c) flatter"]


def test_answering_shows_the_reply_and_is_done_once():
    question, done = Question(), []
    card = cards.ChoiceCard(question, done=lambda: done.append(1))
    card.control.index = 1
    assert not question.given  # choosing is not answering
    card.button.click()
    assert question.given == [1] and done == [1]
    assert "You said 1." in card.reply.value and "not yet" in card.reply.value
    card.control.index = 0
    card.button.click()
    assert question.given == [1, 0] and done == [1]
    assert "You said 0." in card.reply.value and "solved" in card.reply.value


def test_an_answer_needs_a_choice():
    question, done = Question(), []
    card = cards.ChoiceCard(question, done=lambda: done.append(1))
    card.button.click()
    assert not question.given and not done
    assert "Choose one of the options first." in card.reply.value


def shown(card):
    """The parts of a card that stand on the page."""
    return [] if card.layout.display == "none" else [part for part in card.children if part.layout.display != "none"]


def test_a_card_that_is_skipped_goes_on_and_disappears():
    question, done = Question(), []
    card = cards.ChoiceCard(question, done=lambda: done.append(1), skip_label="just show me")
    assert card.skip.description == "just show me"
    card.skip.click()
    assert done == [1] and not question.given
    assert shown(card) == []


def test_an_answered_card_in_front_of_a_picture_keeps_question_and_reply_only():
    card = cards.ChoiceCard(Question(), skip_label="just show me")
    card.control.index = 2
    card.button.click()
    assert shown(card) == [card.children[0], card.reply]
    assert "You said 2." in card.reply.value


def test_a_card_of_its_own_stays_open_for_another_answer():
    card = cards.ChoiceCard(Question())
    card.control.index = 2
    card.button.click()
    assert len(shown(card)) == len(card.children)


def test_two_equal_options_stay_apart():
    question = Question(options=("half", "half"))
    card = cards.ChoiceCard(question)
    assert len({label for label, _ in card.control.options}) == 2
    card.control.index = 1
    card.button.click()
    assert question.given == [1]


def test_a_typed_answer():
    question = Question(options=(), right="3/5")
    card = cards.ChoiceCard(question)
    card.button.click()
    assert not question.given and "Type an answer first." in card.reply.value
    card.control.value = "0.5"
    assert not question.given  # leaving the field is not answering
    card.button.click()
    card.control.value = "3/5"
    press_enter(card)  # no event loop here: answered at once
    assert question.given == ["0.5", "3/5"]
    assert "solved" in card.reply.value


@pytest.mark.parametrize("press", [press_enter, lambda card: card.button.click()], ids=["enter", "button"])
def test_an_answer_waits_for_the_text_that_follows(press):
    """The browser reports Enter, and may report a click, before it sends the text."""
    question = Question(options=(), right="3/5")

    async def session():
        card = cards.ChoiceCard(question)
        press(card)
        card.control.value = "3/5"
        assert question.given == ["3/5"]
        await asyncio.sleep(0.3)
        assert question.given == ["3/5"]  # not a second time
        press(card)  # the same text again: nothing follows
        assert question.given == ["3/5"]
        await asyncio.sleep(0.3)
        assert question.given == ["3/5", "3/5"]

    asyncio.run(session())


def test_everything_is_escaped():
    question = Question(text=NASTY, options=(NASTY, "b"))
    card = cards.ChoiceCard(question, skip_label=NASTY)
    html = card.children[0].value
    assert "<script" not in html and "&lt;script&gt;" in html
    # options, labels and buttons are set as text by the page; nobody asked for HTML there
    assert not card.control.description_allow_html
    shown = cards.QuestionSet(NASTY, [question])._repr_mimebundle_()["text/html"]
    revealed = cards.QuestionSet(NASTY, [question], reveal=True)._repr_mimebundle_()["text/html"]
    assert "<script" not in shown + revealed and "<b>" not in shown + revealed


def test_every_control_has_a_description():
    for question in (Question(), Question(options=())):
        card = cards.ChoiceCard(question, skip_label="just show me")
        for control in (card.control, card.button, card.skip):
            assert control.description


def test_closing_a_card_leaves_nothing():
    before = len(_instances)
    card = cards.ChoiceCard(Question(), skip_label="just show me")
    typed = cards.ChoiceCard(Question(options=()))
    assert len(_instances) > before
    cards.close_tree(card)
    cards.close_tree(typed)
    assert len(_instances) == before


# -- several questions -----------------------------------------------------------------------------------------------


def quiz(**options):
    return cards.QuestionSet("Quiz of day 13", [Question(), Question("13.q2", "cos(cat, mat)?", ())], **options)


def test_a_question_set_says_the_same_three_times():
    data = quiz()._repr_mimebundle_()
    assert data["text/plain"] == (
        "Quiz of day 13\n"
        "13.q1  softmax(z + 5)?\n"
        "  a) the same\n"
        "  b) sharper\n"
        "  c) flatter\n"
        '  Answer: check("13.q1", "your letter")\n'
        "13.q2  cos(cat, mat)?\n"
        '  Answer: check("13.q2", "your answer")'
    )
    for piece in ("Quiz of day 13", "13.q1", "softmax(z + 5)?", "a) the same", "c) flatter", "13.q2"):
        assert piece in data["text/html"]
    assert "check(&quot;13.q1&quot;, &quot;your letter&quot;)" in data["text/html"]
    box = _instances[data[VIEW]["model_id"]]
    assert [type(child) for child in box.children[1:]] == [cards.ChoiceCard, cards.ChoiceCard]


def test_a_revealed_set_explains_every_option_and_has_no_widget():
    before = len(_instances)
    data = quiz(reveal=True)._repr_mimebundle_()
    assert set(data) == {"text/plain", "text/html"}
    assert len(_instances) == before
    assert "a) the same — ✓ right: why 0" in data["text/plain"]
    assert "b) sharper — not this one: why 1" in data["text/plain"]
    assert "✓ 3/5, because 3 of 5." in data["text/plain"]
    assert "<strong>a) the same — ✓ right:</strong> why 0" in data["text/html"]
    assert data["text/html"].count("✓") == 2
    assert "check(" not in data["text/plain"]


def test_widgets_are_made_when_they_are_shown():
    before = len(_instances)
    shown = quiz()
    repr(shown)
    assert len(_instances) == before
    shown._repr_mimebundle_()
    assert len(_instances) > before


def test_running_the_same_cell_again_leaves_one_set():
    quiz()._repr_mimebundle_()
    once = len(_instances)
    for _ in range(10):
        quiz()._repr_mimebundle_()
    assert len(_instances) == once
    cards.QuestionSet("Recall before day 13", [Question()])._repr_mimebundle_()
    assert len(_instances) > once  # another title is another set


def test_ten_questions_take_no_time():
    questions = [Question(f"10.r{i}") for i in range(10)]
    cards.QuestionSet("warm up", questions)._repr_mimebundle_()
    start = time.perf_counter()
    cards.QuestionSet("Recall before day 10", questions)._repr_mimebundle_()
    assert time.perf_counter() - start < 1


def test_an_empty_set_is_only_its_title():
    assert repr(cards.QuestionSet("Quiz of day 2", [])) == "Quiz of day 2"


# -- the training bar ------------------------------------------------------------------------------------------------


def test_a_training_bar_gives_every_step(capsys):
    bar = cards.training_bar(range(5), "previous word")
    bar._repr_mimebundle_()  # as a notebook shows it
    assert list(bar) == [0, 1, 2, 3, 4]
    assert bar.bar.value == bar.bar.max == 5
    assert bar.bar.bar_style == "success"
    assert bar.readout.value.startswith("5 of 5 steps, ")
    assert bar._repr_mimebundle_()["text/plain"] == "training previous word: 5 steps"


def test_plain_python_prints_the_sentence(capsys):
    assert list(cards.training_bar([7, 8], "toy")) == [7, 8]
    assert capsys.readouterr().out == "training toy: 2 steps\n"


def test_it_draws_about_ten_times_a_second():
    bar = cards.training_bar(range(3000), "many")
    bar._repr_mimebundle_()
    moves = []
    bar.bar.observe(moves.append, "value")
    start = time.perf_counter()
    for _ in bar:
        time.sleep(0.0001)
    assert 1 <= len(moves) <= 10 * (time.perf_counter() - start) + 2


def test_a_loop_that_stops_early_says_where():
    bar = cards.training_bar(range(100), "stopped")
    bar._repr_mimebundle_()
    for step in bar:
        if step == 41:
            break
    assert bar.readout.value.startswith("stopped after 41 of 100 steps")
    assert bar.bar.bar_style == "warning"

    bar = cards.training_bar(range(100), "failed")
    bar._repr_mimebundle_()
    with pytest.raises(ZeroDivisionError):
        for step in bar:
            1 / (3 - step)
    assert bar.readout.value.startswith("stopped after 3 of 100 steps")


def test_no_steps_are_a_finished_training():
    bar = cards.training_bar([], "nothing")
    bar._repr_mimebundle_()
    assert list(bar) == [] and bar.bar.bar_style == "success"


def test_it_needs_to_know_the_number_of_steps():
    with pytest.raises(ValueError, match="how many steps"):
        cards.training_bar((i for i in range(3)), "unknown")


def test_running_the_training_again_leaves_one_bar():
    cards.training_bar(range(3), "again")._repr_mimebundle_()
    once = len(_instances)
    for _ in range(5):
        cards.training_bar(range(3), "again")._repr_mimebundle_()
    assert len(_instances) == once


# -- in a notebook ---------------------------------------------------------------------------------------------------

CELLS = [
    "from utils.cards import QuestionSet, training_bar",
    "for step in training_bar(range(40), 'previous word'):\n    pass\nprint('trained')",
    "from types import SimpleNamespace\nq = SimpleNamespace(id='1.q1', text='2 + 2?', options=('3', '4'),\n"
    "    explanations=(('3', False, 'one short'), ('4', True, 'count')))\nQuestionSet('Quiz', [q])",
    "QuestionSet('Quiz', [q], reveal=True)",
]


def test_strict_nbval_passes_without_the_widget_views(tmp_path, run_pytest):
    notebook = nbformat.v4.new_notebook(
        cells=[nbformat.v4.new_code_cell(source) for source in CELLS],
        metadata={"kernelspec": {"name": "python3", "display_name": "Python 3"}},
    )
    nbclient.NotebookClient(notebook, timeout=60, store_widget_state=False).execute()
    outputs = [output for cell in notebook.cells for output in cell.outputs]
    bundles = [output["data"] for output in outputs if "data" in output]
    assert [VIEW in data for data in bundles] == [True, True, False]
    assert [data["text/plain"].splitlines()[0] for data in bundles] == [
        "training previous word: 40 steps",
        "Quiz",
        "Quiz",
    ]
    for data in bundles:
        data.pop(VIEW, None)
    path = tmp_path / "cards.ipynb"
    path.write_text(json.dumps(notebook), encoding="utf-8")
    result = run_pytest("--nbval", path)
    assert result.returncode == 0, result.stdout
    assert "4 passed" in result.stdout


@pytest.fixture
def run_pytest(tmp_path):
    """Run pytest in a process of its own, outside the project's settings."""

    def run(*arguments):
        return subprocess.run(
            [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "-c", os.devnull, *map(str, arguments)],
            capture_output=True,
            text=True,
            cwd=tmp_path,
            timeout=120,
        )

    return run

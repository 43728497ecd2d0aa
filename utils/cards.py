"""Cards in a notebook: a question with options or a typed answer, several of them under a title, a training bar.

A card knows nothing about exercises. It shows any object with `id`, `text`, `options` and `answer(given) -> Reply`.
"""

import asyncio
import time
from collections.abc import Iterable, Iterator
from html import escape
from string import ascii_lowercase as LETTERS

import ipywidgets
from IPython.display import display

from utils.reply import NOTE, reply

VIEW = "application/vnd.jupyter.widget-view+json"

# The stock radio buttons are cut after 300 pixels and 20 pixels of height: long options have to wrap instead.
_CSS = """<style>
.course-card { border: 1px solid var(--jp-border-color2, #bdbdbd); border-radius: 4px; padding: 8px 14px; margin: 6px 0;
  max-width: 52em; box-sizing: border-box; overflow: visible; }
.course-card .widget-html, .course-card .widget-html-content, .course-set .widget-html-content { height: auto;
  line-height: 1.45; white-space: normal; overflow-wrap: anywhere; font-size: var(--jp-content-font-size1, 14px);
  color: var(--jp-content-font-color1, inherit); }
.course-card .widget-html-content p { margin: 0 0 4px; }
.course-card .widget-radio { width: 100%; height: auto; flex-direction: column; overflow: visible; }
.course-card .widget-radio > .widget-label { position: absolute; width: 1px; height: 1px; overflow: hidden;
  clip-path: inset(50%); }
.course-card .widget-radio-box { width: 100%; margin-bottom: 0 !important; }
.course-card .widget-radio-box label { height: auto; line-height: 1.45; padding: 3px 0 3px 26px; position: relative;
  white-space: normal; overflow-wrap: anywhere; font-size: var(--jp-content-font-size1, 14px); cursor: pointer;
  color: var(--jp-content-font-color1, inherit); }
.course-card .widget-radio-box input { position: absolute; left: 0; top: 3px; height: 1.45em; width: 15px;
  margin: 0 4px; float: none; }
.course-card .widget-radio-box label:focus-within, .course-card .widget-text input:focus,
.course-card button:focus-visible { outline: 2px solid #0072b2; outline-offset: 1px; }
.course-card .widget-text { width: 100%; max-width: 34em; height: auto; }
.course-card .widget-button { width: auto; min-width: 7em; height: auto; line-height: 2; }
</style>"""


def close_tree(widget: ipywidgets.Widget) -> None:
    """Close a widget, everything inside it, and their layouts and styles.

    ipywidgets keeps each of these in a list for ever; closing only the outer box would leave the rest there.
    """
    for child in getattr(widget, "children", ()):
        close_tree(child)
    for part in ("layout", "style"):
        if isinstance(piece := getattr(widget, part, None), ipywidgets.Widget):
            piece.close()
    widget.close()


class ChoiceCard(ipywidgets.VBox):
    """One question, its controls, and the reply below them.

    question    id, text, options (strings; empty means a typed answer) and answer(index or text) -> Reply
    done        called once, without arguments, after the first answer or after "skip"
    skip_label  text of a second button that goes on without an answer: the card then stands in front of something
                else and makes room for it. Answered, it keeps the question and the reply; skipped, it disappears

    Without skip_label an answer can be given again, so that every option's explanation can be read.
    """

    def __init__(self, question, done=None, skip_label: str | None = None):
        self._question, self._done, self._waiting = question, done, None
        text = ipywidgets.HTML(_CSS + _asked(question))
        if question.options:
            # The letters are the ones that check() takes; they also keep two equal options apart.
            options = [(line, index) for index, line in enumerate(_lettered(question.options))]
            self.control = ipywidgets.RadioButtons(options=options, index=None, description="Choose one")
        else:
            self.control = ipywidgets.Text(
                description="Your answer", continuous_update=False, style={"description_width": "initial"}
            )
            self.control.on_msg(self._entered)
            self.control.observe(self._changed, "value")
        self.button = ipywidgets.Button(description="Answer", tooltip=f"Answer {question.id}")
        self.button.on_click(self._answer if question.options else self._soon)
        self.skip = None
        if skip_label:
            self.skip = ipywidgets.Button(description=skip_label, tooltip=f"{skip_label}: {question.id}")
            self.skip.on_click(self._pass)
        self.reply = ipywidgets.HTML()
        self._buttons = ipywidgets.HBox([button for button in (self.button, self.skip) if button])
        super().__init__([text, self.control, self._buttons, self.reply])
        self.add_class("course-card")

    def _answer(self, _=None) -> None:
        self._waiting = None
        given = self.control.value
        if given is None or given == "":
            what = "Choose one of the options first." if self._question.options else "Type an answer first."
            self.reply.value = reply(NOTE, what).html
            return
        self.reply.value = self._question.answer(given).html
        self._go_on()

    def _pass(self, _=None) -> None:
        self.layout.display = "none"
        self._go_on()

    def _go_on(self) -> None:
        if self.skip:
            self.control.layout.display = self._buttons.layout.display = "none"
        done, self._done = self._done, None
        if done:
            done()

    def _entered(self, _, content, buffers) -> None:
        if content.get("event") == "submit":
            self._soon()

    def _soon(self, _=None) -> None:
        """Enter or the button was pressed. The browser may say so just before it sends the new text: wait for that."""
        if self._waiting:
            return
        try:
            self._waiting = asyncio.get_running_loop().call_later(0.15, self._answer)
        except RuntimeError:  # no event loop, so nothing is on its way
            self._answer()

    def _changed(self, _) -> None:
        if self._waiting:
            self._waiting.cancel()
            self._answer()


def _asked(question) -> str:
    return f'<p style="white-space:pre-line"><strong>{escape(question.id)}</strong> {escape(question.text)}</p>'


def _lettered(options) -> list[str]:
    return [f"{letter}) {option}" for letter, option in zip(LETTERS, options, strict=False)]


_shown: dict[str, ipywidgets.Widget] = {}  # the latest box under each title


class QuestionSet:
    """Several questions under a title, as cards; without widgets, as text that says how to answer.

    reveal  show each option with its explanation, or a typed question's solution, instead of asking: needs
            `explanations` ((option, is it right, why), ...) or `solution_text` on the questions
    """

    def __init__(self, title: str, questions: Iterable, reveal: bool = False):
        self.title, self.questions, self.reveal = title, tuple(questions), reveal

    def __repr__(self) -> str:
        return "\n".join([self.title, *(self._plain(question) for question in self.questions)])

    def _repr_mimebundle_(self, include=None, exclude=None):
        data = {"text/plain": repr(self), "text/html": self._html()}
        if not self.reveal:
            data[VIEW] = self._box()._repr_mimebundle_()[VIEW]
        return data

    def _box(self) -> ipywidgets.VBox:
        """The widgets, made when they are shown; the ones an earlier run of the same cell left are closed."""
        if earlier := _shown.pop(self.title, None):
            close_tree(earlier)
        heading = ipywidgets.HTML(f"<h3>{escape(self.title)}</h3>")
        box = ipywidgets.VBox([heading, *(ChoiceCard(question) for question in self.questions)])
        box.add_class("course-set")
        _shown[self.title] = box
        return box

    def _plain(self, question) -> str:
        lines = [f"{question.id}  {question.text}"]
        if self.reveal and question.options:
            for line, right, why in _revealed(question):
                lines.append(f"  {line} — {'✓ right' if right else 'not this one'}: {why}")
        elif self.reveal:
            lines.append(f"  ✓ {question.solution_text}")
        else:
            lines += [f"  {line}" for line in _lettered(question.options)]
            lines.append(f"  Answer: {_how(question)}")
        return "\n".join(lines)

    def _html(self) -> str:
        return f"<h3>{escape(self.title)}</h3>" + "".join(self._html_of(q) for q in self.questions)

    def _html_of(self, question) -> str:
        body = _asked(question)
        if self.reveal and question.options:
            items = [
                f"<strong>{escape(line)} — ✓ right:</strong> {escape(why)}"
                if right
                else f"{escape(line)} — not this one: {escape(why)}"
                for line, right, why in _revealed(question)
            ]
        elif self.reveal:
            items = [f"✓ {escape(question.solution_text)}"]
        else:
            items = [escape(line) for line in _lettered(question.options)]
            items.append(f"Answer: <code>{escape(_how(question))}</code>")
        rows = "".join(f'<li style="list-style:none">{item}</li>' for item in items)
        return f"{body}<ul>{rows}</ul>"


def _revealed(question):
    texts = [text for text, _, _ in question.explanations]
    marks = [(right, why) for _, right, why in question.explanations]
    return [(line, *mark) for line, mark in zip(_lettered(texts), marks, strict=True)]


def _how(question) -> str:
    example = "your letter" if question.options else "your answer"  # a real letter might give the answer away
    return f'check("{question.id}", "{example}")'


class TrainingBar:
    """A progress bar around the steps of a loop; see `training_bar`."""

    _between = 0.1  # seconds between two redraws: more would only slow the training

    def __init__(self, steps: Iterable, label: str):
        try:
            self.total = len(steps)
        except TypeError:
            raise ValueError(f"a training bar needs to know how many steps there are; got {steps!r}") from None
        self.steps, self.label, self.box = steps, label, None

    def __repr__(self) -> str:
        return f"training {self.label}: {self.total} steps"

    def _repr_mimebundle_(self, include=None, exclude=None):
        if self.box is None:
            self._build()
        return {"text/plain": repr(self), VIEW: self.box._repr_mimebundle_()[VIEW]}

    def _build(self) -> None:
        if earlier := _shown.pop(repr(self), None):
            close_tree(earlier)
        self.bar = ipywidgets.IntProgress(
            max=max(self.total, 1), description=self.label, style={"description_width": "initial"}
        )
        self.readout = ipywidgets.Label()
        self.box = _shown[repr(self)] = ipywidgets.HBox([self.bar, self.readout])
        self._say(0, 0.0)

    def _say(self, count: int, seconds: float, end: str = "") -> None:
        self.bar.value = count if self.total else 1
        self.readout.value = f"{end}{count} of {self.total} steps, {seconds:.1f} s"

    def __iter__(self) -> Iterator:
        if self.box is None:
            display(self)
        if self.box is None:  # plain Python: the text has been printed, there is nothing to move
            yield from self.steps
            return
        started = drawn = time.monotonic()
        count = 0
        try:
            for count, step in enumerate(self.steps):
                if (now := time.monotonic()) - drawn >= self._between:
                    drawn = now
                    self._say(count, now - started)
                yield step
            count = self.total
        finally:
            done = count == self.total
            self.bar.bar_style = "success" if done else "warning"
            self._say(count, time.monotonic() - started, "" if done else "stopped after ")


def training_bar(steps: Iterable, label: str) -> TrainingBar:
    """Iterate over `steps` (anything with a length) and show how far the training is, about ten times a second:

        for step in training_bar(range(400), "previous word"):
            ...

    Its plain text, "training previous word: 400 steps", is the same in every run.
    """
    return TrainingBar(steps, label)

"""LivePlot: a picture that follows sliders, a sentence that says what it shows, and a question in front of it."""

import weakref
from html import escape

import ipywidgets
from traitlets import Unicode

from utils import guard
from utils.cards import VIEW, ChoiceCard, close_tree
from utils.widgets import kernel
from utils.widgets.frames import Frames, data_url, jpeg, png, with_text

SECONDS = 3.0  # a draw that takes longer is stopped
PATIENCE = 60.0  # the very first picture on a machine may have to look for fonts
REST = 0.05  # seconds without a move, after which the picture is sent once more without loss
AFTER = 0.02  # seconds by which the caption lets the picture go ahead
CAPTION_LINES = 3  # room below the picture: a longer sentence must not move the page

_STYLE = f"""<style>
.thirty-days-picture {{ background: white; border-radius: 8px; }}
.thirty-days-caption {{ height: {CAPTION_LINES * 1.45 + 0.2:.2f}em; overflow-y: auto; }}
.thirty-days-caption p {{ margin: 0; line-height: 1.45; }}
</style>"""


class Picture(ipywidgets.Image):
    """An Image that carries its text alternative as its tooltip.

    ipywidgets gives an <img> no alt attribute; a browser takes the title, which is the tooltip, in its place. The page
    sets the title only on widgets whose description is an empty string, and Image has none.
    """

    description = Unicode("").tag(sync=True)


class LivePlot:
    """A figure that is redrawn while the controls move.

    figure      a matplotlib Figure (not made by pyplot). What moves is marked `artist.set_animated(True)` and is drawn
                above the rest, in the order of zorder (mark what must stay on top of it too, a spine for example).
                Anything else may change too, at the price of a whole redraw
    draw        called with the value of every control by name; moves artists and returns one sentence that says what
                the picture now shows with its numbers
    question    one question or several (see utils.cards); the picture opens when they are answered or skipped
    controls    ipywidgets with a `value`, e.g. temperature=FloatSlider(1.0, min=0.1, max=5.0)

    The sentence is the caption, the text alternative of the picture and the plain text of the object. An error in
    `draw` is said there too and kept in `error`; the picture stays as it was. A plot closes itself and frees its
    figure when its cell is run again, and when it was never shown and nobody holds it any more.
    """

    def __init__(self, figure, draw, question=None, **controls):
        self._frames = Frames(figure)
        self._draw = draw
        self._controls = controls
        self._sentence = ""
        self._pixels = None
        self._packed = b""  # the picture that the page shows, as it is packed on the move
        self._lossy = True  # it has not yet been sent without loss
        self._number = 0  # of draws
        self._moves = False  # a control has moved since the last draw
        self.error = None

        width, height = self._frames.size
        self._picture = Picture(format="url", width=str(width), height=str(height))
        self._picture.add_class("thirty-days-picture")
        self._caption = ipywidgets.HTML(layout={"max_width": f"{width}px"})
        self._caption.add_class("thirty-days-caption")
        for name, control in controls.items():
            _dress(control, name, width)
        _align(controls.values())
        style = ipywidgets.HTML(_STYLE, layout={"display": "none"})
        self._body = ipywidgets.VBox([style, *controls.values(), self._picture, self._caption])
        self._view = ipywidgets.VBox()

        self._widgets = [self._view, self._body]
        self._finish = weakref.finalize(self, _close, self._widgets)
        self._finish.atexit = False
        self._questions = _as_list(question)
        self._ask()
        self._update()
        self._packed = jpeg(self._pixels)
        self._rest(self._number)
        self._say()
        moved = _weakly(LivePlot._moved, self)
        for control in controls.values():
            control.observe(moved, "value")
        kernel.opened(self)

    @property
    def controls(self) -> dict:
        """The controls by name."""
        return dict(self._controls)

    @property
    def sentence(self) -> str:
        """What the picture shows now."""
        if self._moves:
            self._update()
        return self._sentence

    def still(self) -> bytes:
        """The picture as it is now with its sentence below, as PNG; the same picture gives the same bytes."""
        sentence = self.sentence
        return png(with_text(self._pixels, sentence))

    def close(self):
        """Take the picture off the page and free its figure."""
        if self._view is None:
            return
        kernel.closed(self, self._view.model_id)
        self._frames.free()
        self._finish()
        self._frames = self._draw = self._pixels = self._packed = None
        self._view = self._body = self._picture = self._caption = None
        self._controls, self._widgets, self._questions = {}, [], []
        self._moves = False

    def __repr__(self):
        return self.sentence

    def _repr_mimebundle_(self, include=None, exclude=None):
        data = {"text/plain": self.sentence}
        if self._view is None:
            return data
        kernel.shown(self)
        return data | {VIEW: self._view._repr_mimebundle_()[VIEW], "image/png": self.still()}

    def _ask(self):
        """Put the next question below those answered, or open the picture."""
        if self._questions:
            answered = _weakly(LivePlot._ask, self)
            shown = ChoiceCard(self._questions.pop(0), done=answered, skip_label="Just show me")
        else:
            shown = self._body
        self._widgets.append(shown)
        self._view.children = (*self._view.children, shown)

    def _moved(self, change=None):
        """A control has moved. However often that happens, the picture is drawn once, for the values of that moment."""
        if not self._moves:
            self._moves = True
            kernel.soon(_weakly(LivePlot._follow, self))

    def _follow(self):
        if self._moves:
            self._update()
            self._send()
            number = self._number
            kernel.later(_weakly(LivePlot._say, self), AFTER)
            kernel.later(_weakly(lambda plot: plot._rest(number), self), REST)

    def _update(self):
        """Draw for the values of this moment."""
        self._moves = False
        self._number += 1
        values = {name: control.value for name, control in self._controls.items()}
        first = self._pixels is None

        def draw():
            return _sentence(self._draw(**values)), self._frames.next()

        drawn = guard.run(draw, seconds=PATIENCE if first else SECONDS)
        self.error = drawn.error
        if self.error is not None:
            self._sentence = f"This cannot be drawn. {guard.in_words(self.error)}"
            if first:  # what stands still can be shown
                still = guard.run(self._frames.next, seconds=PATIENCE)
                self._pixels = self._frames.blank() if still.error else still.value
            return
        self._sentence, self._pixels = drawn.value

    def _send(self):
        """Send the picture of a move, if it differs from what the page shows."""
        packed = jpeg(self._pixels)
        if packed != self._packed:
            self._picture.value = data_url(packed)
            self._packed, self._lossy = packed, True

    def _say(self):
        if self._view is not None:
            self._caption.value = f'<p role="status" aria-live="polite">{escape(self._sentence)}</p>'

    def _rest(self, number):
        """Send the picture once more, without loss and with its text, if there was no move since."""
        if self._view is not None and number == self._number:
            with self._picture.hold_sync():  # one message
                self._picture.tooltip = self._sentence
                if self._lossy:
                    self._picture.value = data_url(png(self._pixels))
                    self._lossy = False


def _sentence(said) -> str:
    if not isinstance(said, str):
        raise TypeError(f"draw returns one sentence; it returned {type(said).__name__}")
    return " ".join(said.split())


def _as_list(question) -> list:
    if question is None:
        return []
    return [question] if hasattr(question, "answer") else list(question)


def _dress(control, name, width):
    """Give a control a description that is not cut off, and a length that fits the picture."""
    if not hasattr(control, "value"):
        raise ValueError(f"the control {name} needs a value; got {type(control).__name__}")
    if not control.description:
        control.description = name.replace("_", " ")
    if isinstance(control, ipywidgets.Checkbox):
        control.indent = False
    if control.layout.width is None and not isinstance(control, ipywidgets.ToggleButtons):
        control.layout.width = f"{min(width, 480)}px"
    control.layout.max_width = "100%"


def _align(controls):
    """Let all sliders begin at the same place, behind the longest description."""
    labelled = [control for control in controls if not isinstance(control, ipywidgets.Checkbox)]
    longest = max((len(control.description) for control in labelled), default=0)
    for control in labelled:
        if hasattr(control.style, "description_width"):
            control.style.description_width = f"{longest}ch"  # a digit's width each: wide enough for letters


def _weakly(method, plot):
    """`plot.method` that does not keep the plot alive: ipywidgets keeps every widget and its callbacks for ever."""
    reference = weakref.ref(plot)

    def call(*arguments):
        plot = reference()
        if plot is not None:
            method(plot, *arguments)

    return call


def _close(widgets):
    for widget in widgets:
        close_tree(widget)

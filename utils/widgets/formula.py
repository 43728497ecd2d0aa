"""Pictures of the attention formula: five steps with every number, sharper scores, and the shapes of two products."""

import numpy as np
from ipywidgets import Dropdown, FloatSlider, IntSlider, ToggleButtons
from matplotlib.patches import Polygon, Rectangle

from utils import linalg, probability, story, transformer
from utils.exercises import find
from utils.style import (
    HALO,
    PALETTE,
    Still,
    course_style,
    heat_map,
    label_axes,
    matrix_boxes,
    new_figure,
    number,
    plane,
    set_moving,
    still,
)
from utils.widgets.learner import Learner
from utils.widgets.live import LivePlot

_HEADS = {"A: who?": story.HEAD_A, "B: where?": story.HEAD_B}


def _attention(Q, K, V):
    """The output of the course's version, without the weights."""
    return transformer.scaled_dot_product_attention(Q, K, V)[0]


# --- formula X-ray --------------------------------------------------------------------------------------------

_STEPS = ("X", "Q, K, V", "Q Kᵀ", "÷ √d_k", "softmax", "· V")
_CELL = (0.42, 0.30)  # inches
_WIDTH, _HEIGHT = 7.2, 4.2
# name, stage, columns, left edge and bottom in inches, range of colours (None: shares)
_PANELS = (
    ("X", 0, 4, 0.75, 2.35, 4),
    ("Q", 1, 2, 3.05, 2.35, 4),
    ("K", 1, 2, 4.40, 2.35, 4),
    ("V", 1, 2, 5.75, 2.35, 4),
    ("S = Q Kᵀ", 2, 3, 0.75, 0.28, 4),
    ("S / √d_k", 3, 3, 2.55, 0.28, 4),
    ("A = softmax", 4, 3, 4.35, 0.28, None),
    ("A V", 5, 2, 6.15, 0.28, 4),
)


class _Panel:
    """One matrix of the formula: hidden behind a question mark until its step has come."""

    def __init__(self, figure, name, stage, columns, left, bottom, reach):
        self.name, self.stage, self.columns = name, stage, columns
        box = (left / _WIDTH, bottom / _HEIGHT, columns * _CELL[0] / _WIDTH, 3 * _CELL[1] / _HEIGHT)
        self.ax = figure.add_axes(box)
        share = reach is None
        decimals = 0 if stage in (0, 1, 2) else 2
        self.map = heat_map(
            self.ax,
            np.zeros((3, columns)),
            signed=not share,
            vmax=1 if share else reach,
            decimals=decimals,
            aspect="auto",
        )
        self.ax.set(xticks=[], yticks=[])
        self.between_words = stage in (2, 3, 4)  # columns are words: the keys
        with course_style():
            self.question = self.ax.text(
                0.5,
                0.5,
                "?",
                transform=self.ax.transAxes,
                ha="center",
                va="center",
                fontsize=22,
                color=PALETTE["muted"],
            )
            above = 1.24 if self.between_words or stage == 0 else 1.06
            self.ax.text(0, above, name, transform=self.ax.transAxes, fontweight="bold", fontsize=10, va="bottom")
            self.ax.text(1, -0.07, f"(3, {columns})", transform=self.ax.transAxes, fontsize=8.5, va="top", ha="right")
            self.mark = self.ax.add_patch(
                Rectangle((-0.5, -0.5), 1, 1, fill=False, edgecolor=PALETTE["vermilion"], linewidth=3, zorder=5)
            )
            self.mark.set_clip_on(False)
            self.rows = [self._word(-0.62, i, "right", "center") for i in range(3)] if left < 1 else []
            for j, feature in enumerate(story.AXES_4D if stage == 0 else ()):
                self._word(j, -0.58, "center", "bottom").set(text=feature, fontsize=7.5)
            self.ax.add_patch(Rectangle((-0.5, -0.5), columns, 3, fill=False, edgecolor=PALETTE["grid"], zorder=0.5))
            keys = range(3) if self.between_words else ()
            self.heads = [self._word(j, -0.58, "center", "bottom") for j in keys]
        self.artists = [*self.map.artists, self.question, self.mark, *self.rows, *self.heads]

    def _word(self, x, y, ha, va):
        return self.ax.text(x, y, "", ha=ha, va=va, fontsize=9, color=PALETTE["ink"])

    def show(self, matrix, stage, words):
        """The matrix with its words, if its step has come; the largest cell is framed while the step lasts."""
        self.map.update(matrix)
        seen = stage >= self.stage
        for artist in self.map.artists:
            artist.set_visible(seen)
        self.question.set_visible(not seen)
        i, j = _largest(matrix)
        self.mark.set_xy((j - 0.5, i - 0.5))
        self.mark.set_visible(stage == self.stage)
        for text, word in zip(self.rows, words, strict=False):
            text.set_text(word)
        for text, word in zip(self.heads, words, strict=False):
            text.set_text(word)


def _largest(matrix) -> tuple[int, int]:
    """Row and column of the largest entry; of several the first, and 1e-12 is no difference."""
    i, j = np.argwhere(matrix >= np.max(matrix) - 1e-12)[0]
    return int(i), int(j)


def formula_xray(attention=None) -> LivePlot:
    """Three words on their way through the formula, one step at a time, with every number.

    attention   the learner's attention(Q, K, V) for the last step; with one there is no question in front
    """
    names = ("10.w1", "10.w1b", "10.w1c", "10.w1d", "10.w1e") if attention is None else ()
    run = Learner(attention, _attention, name="attention")
    figure = new_figure(_WIDTH, _HEIGHT, layout=None)
    panels = [_Panel(figure, *panel) for panel in _PANELS]
    with course_style():
        steps = [
            figure.text((0.75 + 1.25 * i) / _WIDTH, 0.93, name, fontsize=12, va="center", ha="center")
            for i, name in enumerate(_STEPS)
        ]
        for i in range(len(_STEPS) - 1):
            figure.text((1.375 + 1.25 * i) / _WIDTH, 0.93, "→", fontsize=12, va="center", ha="center")
    set_moving(figure, [*steps, *(artist for panel in panels for artist in panel.artists)])

    def draw(stage, head, first, second, third):
        words = (first, second, third)
        X = np.array([story.TABLE_4D[word] for word in words])
        chosen = _HEADS[head]
        Q, K, V = X @ chosen.W_Q, X @ chosen.W_K, X @ chosen.W_V
        S = Q @ K.T
        scaled = S / np.sqrt(Q.shape[1])
        A = probability.softmax(scaled)
        out, remark = run(Q, K, V)
        for panel, matrix in zip(panels, (X, Q, K, V, S, scaled, A, out), strict=True):
            panel.show(matrix, stage, words)
        for i, text in enumerate(steps):
            text.set_fontweight("bold" if i == stage else "normal")
            text.set_color(PALETTE["vermilion"] if i == stage else PALETTE["ink" if i < stage else "muted"])
        said = _told(stage, words, Q, S, scaled, A, out)
        return f"Step {stage}. {said} {remark if stage == 5 else ''}"

    words = ["the", "cat", "sat", "on", "mat"]
    return LivePlot(
        figure,
        draw,
        question=[find(name) for name in names],
        stage=IntSlider(value=0 if attention is None else 5, min=0, max=5, description="step"),
        head=ToggleButtons(options=list(_HEADS), description="head"),
        first=Dropdown(options=words, value="cat", description="first word"),
        second=Dropdown(options=words, value="sat", description="second word"),
        third=Dropdown(options=words, value="mat", description="third word"),
    )


def _told(stage, words, Q, S, scaled, A, out) -> str:
    """What the step does, and where its largest number stands."""
    if stage == 0:
        return "X holds three words, one row each: how much of a thing, a doing, an animal, a place. Shape (3, 4)."
    if stage == 1:
        i, j = _largest(Q)
        return (
            "X times three matrices gives a query, a key and a value for each word, (3, 2) each. The largest number "
            f"of Q is {number(Q[i, j], 0)}, in the query of “{words[i]}”."
        )
    if stage == 5:
        i, j = _largest(out)
        return (
            f"Weights times values: three outputs of two numbers. “{words[1]}” gets ({number(out[1, 0])}, "
            f"{number(out[1, 1])}). The largest number is {number(out[i, j])}, in the row of “{words[i]}”."
        )
    matrix = {2: S, 3: scaled, 4: A}[stage]
    i, j = _largest(matrix)
    who = f"“{words[i]}” asks and “{words[j]}” answers"
    ties = int(np.sum(matrix >= matrix[i, j] - 1e-12))
    if ties > 1:
        who += f" (the first of {ties} equal ones)"
    top = number(matrix[i, j])
    if stage == 2:
        return f"Every query meets every key: (3, 2)(2, 3) = (3, 3). The largest score is {top}: {who}."
    if stage == 3:
        return f"All nine are divided by √2 = 1.41. The largest is now {top}, and it stands where it stood: {who}."
    sums = ", ".join(number(total) for total in A.sum(axis=1))
    return f"Each row became shares; the rows add up to {sums}. The largest weight is {number(A[i, j], 3)}: {who}."


# --- sharpness ------------------------------------------------------------------------------------------------

_THREE = ("the", "cat", "sat")
_X3 = np.array([story.TABLE_4D[word] for word in _THREE])
_Q3, _K3, _V3 = (_X3 @ W for W in (story.HEAD_A.W_Q, story.HEAD_A.W_K, story.HEAD_A.W_V))
_MOST = 4.0


def sharpness(attention=None) -> LivePlot:
    """A multiplier on all scores of head A: the weights of *the*, *cat* and *sat*, and where their outputs go.

    attention   the learner's attention(Q, K, V); the course's version stands in for an unfinished one
    """
    run = Learner(attention, _attention, name="attention")
    figure = new_figure(7.2, 3.9)
    axes = figure.subplot_mosaic([["weights", "plane"]], width_ratios=(1, 1.25))
    label_axes(axes["weights"], x="word that is read (key)", y="word that asks", title="Weights A")
    weights = heat_map(axes["weights"], np.eye(3), _THREE, _THREE)
    ax = plane(axes["plane"], limit=3, title="Values, and the outputs between them")
    ax.set(xlim=(-1.7, 3.5), ylim=(-1.2, 2.8), xticks=range(-1, 4), yticks=range(-1, 3))
    ax.add_patch(Polygon(_V3, facecolor=PALETTE["sky"], alpha=0.2, edgecolor=PALETTE["blue"], linewidth=1.2))
    colours = [PALETTE[name] for name in ("first", "second", "third")]
    for word, corner, offset in zip(_THREE, _V3, ((0.14, -0.3), (0.16, 0.1), (-0.2, 0.3)), strict=True):
        ax.plot(*corner, "s", color=PALETTE["ink"], markersize=7, zorder=3)
        ax.text(*(corner + offset), f"value of {word}", fontsize=9, path_effects=HALO, zorder=5)
    grid = np.linspace(0, _MOST, 81)
    paths = np.array([_attention(m * _Q3, _K3, _V3) for m in grid])
    for i, colour in enumerate(colours):
        ax.plot(*paths[:, i].T, "-", color=colour, linewidth=1.2, alpha=0.7, zorder=2)
    dots = []
    for word, colour, marker in zip(_THREE, colours, "oD^", strict=True):
        dots += ax.plot([0], [0], marker, color=colour, markersize=10, markeredgecolor="white", zorder=6, label=word)
    ax.legend(title="output of", loc="lower left", fontsize=9, title_fontsize=9)
    set_moving(figure, [*weights.artists, *dots])

    def draw(multiplier):
        Q = multiplier * _Q3
        A, remark = run(Q, _K3, np.eye(3))
        out, _ = run(Q, _K3, _V3)
        weights.update(A)
        for dot, place in zip(dots, out, strict=True):
            dot.set_data([place[0]], [place[1]])
        inside = all(linalg.in_hull(place, _V3, tol=1e-9) for place in out)
        told = ", ".join(
            f"“{word}” ({number(place[0])}, {number(place[1])})" for word, place in zip(_THREE, out, strict=True)
        )
        return (
            f"Scores times {multiplier:.2f}: “sat” reads {number(A[2, 1], 3)} of “cat”, “cat” reads "
            f"{number(A[1, 1], 3)} of itself, “the” reads {number(A[0, 1], 3)} of “cat”. Outputs: {told}, "
            f"{'all within the triangle' if inside else 'not all within the triangle'}. {remark}"
        )

    return LivePlot(
        figure,
        draw,
        question=[find("10.w2"), find("10.w2b")],
        multiplier=FloatSlider(value=1.0, min=0, max=_MOST, step=0.05, description="multiply all scores by"),
    )


# --- shapes ---------------------------------------------------------------------------------------------------


def two_products() -> Still:
    """The two matrix products of the formula for three queries and five keys, d_k = 4 and d_v = 6, as boxes."""
    figure = new_figure(7.2, 4.8, layout=None)
    top, bottom = figure.add_axes((0.01, 0.52, 0.98, 0.42)), figure.add_axes((0.01, 0.01, 0.98, 0.42))
    matrix_boxes(
        top, ("Q", (3, 4), "query"), "@", ("Kᵀ", (4, 5), "key"), "=", ("S", (3, 5), "quiet"), title="who reads whom"
    )
    matrix_boxes(
        bottom,
        ("A", (3, 5), "quiet"),
        "@",
        ("V", (5, 6), "value"),
        "=",
        ("A V", (3, 6), "result"),
        title="what is read",
    )
    return still(
        figure,
        "Two products. Q (3, 4) times Kᵀ (4, 5) gives S (3, 5): a score for each query and key. Scale and softmax keep "
        "that shape. A (3, 5) times V (5, 6) gives (3, 6): a row for each query, as wide as a value.",
    )

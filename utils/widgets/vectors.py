"""Pictures of vectors: an arrow on a dial, every word with every word, and three pictures that stand still."""

import numpy as np
from ipywidgets import FloatSlider, ToggleButtons
from matplotlib.patches import Polygon, Rectangle

from utils import linalg, story
from utils.exercises import find
from utils.style import (
    PALETTE,
    Still,
    draw_arrow,
    factor_text,
    heat_map,
    label_axes,
    matrix_boxes,
    new_figure,
    number,
    pair_text,
    plane,
    readable,
    set_moving,
    still,
)
from utils.widgets.learner import Learner
from utils.widgets.live import LivePlot

_CAT = story.TABLE_2D["cat"]
_COLOURS = {"the": "grey", "cat": "first", "sat": "second", "on": "pink", "mat": "third"}


def five_arrows() -> Still:
    """The five words of the table as arrows."""
    figure = new_figure(4.6, 4.2)
    ax = plane(figure.subplots(), limit=2.8, title="Five words, two numbers each")
    for word, vector in story.TABLE_2D.items():
        draw_arrow(ax, vector, PALETTE[_COLOURS[word]], word)
    listed = ", ".join(f"{word} {pair_text(vector, 0)}" for word, vector in story.TABLE_2D.items())
    return still(figure, f"Five arrows from the origin: {listed}.")


def arrow_dial(dot=None, cosine=None) -> LivePlot:
    """*cat* and an arrow b that turns and grows; the side on which the dot product is positive is shaded.

    dot      the learner's dot(a, b); the course's version stands in for an unfinished one
    cosine   the learner's cosine(a, b)
    """
    dot, cosine = Learner(dot, linalg.dot), Learner(cosine, linalg.cosine)
    figure = new_figure(7.2, 4.1)
    axes = figure.subplot_mosaic(
        [["plane", "list"], ["plane", "dot"], ["plane", "cosine"]], width_ratios=(1.3, 1), height_ratios=(1.7, 1, 1)
    )
    ax = plane(axes["plane"], limit=4.6, title="Shaded: the dot product with cat is positive")
    across = np.array([_CAT[1], -_CAT[0]])  # perpendicular to cat
    corners = [10 * across, 10 * across + 10 * _CAT, 10 * _CAT - 10 * across, -10 * across]
    ax.add_patch(Polygon(corners, facecolor=PALETTE["positive"], alpha=0.13, linewidth=0))
    name = draw_arrow(ax, _CAT, PALETTE["first"], "cat").text
    axes["list"].axis("off")
    lines = axes["list"].text(0, 0.5, "", va="center", linespacing=1.7)
    dot_gauge = _Gauge(axes["dot"], "dot product cat·b", 9, 3)
    cosine_gauge = _Gauge(axes["cosine"], "cosine", 1, 0.5)
    arrow = draw_arrow(ax, (1, 1), PALETTE["second"], "b")
    set_moving(figure, [lines, name, *arrow.artists, *dot_gauge.artists, *cosine_gauge.artists])

    def draw(angle, length):
        apart = _apart(angle)
        b = length * _direction(angle)
        product, remark = dot(_CAT, b)
        closeness, other_remark = cosine(_CAT, b)
        arrow.update(b)
        dot_gauge.update(product)
        cosine_gauge.update(closeness)
        lines.set_text(
            f"cat = (2, 1)\nb = {pair_text(b)}\n2·{factor_text(b[0])} + 1·{factor_text(b[1])} = {number(product)}"
        )
        if length == 0:
            return (
                f"With length 0, b = (0, 0) is the zero vector and has no direction. cat·b = {number(product)}; the "
                f"cosine has no value of its own, and {number(closeness)} is shown. {remark} {other_remark}"
            )
        between = "b is perpendicular to cat" if apart == 90 else f"the arrows are {apart:.1f}° apart"
        return (
            f"At {angle:.1f}° and length {length:.2f}, b = {pair_text(b)}: cat·b = {number(product)}, and the cosine "
            f"is {number(closeness)}; {between}. {remark} {other_remark}"
        )

    return LivePlot(
        figure,
        draw,
        question=[find("1.w1"), find("1.w1b")],
        angle=FloatSlider(value=60, min=0, max=360, step=0.2, description="angle of b (degrees)", readout_format=".1f"),
        length=FloatSlider(value=2, min=0, max=4, step=0.05, description="length of b"),
    )


_ANGLE_OF_CAT = float(np.degrees(np.arctan2(_CAT[1], _CAT[0])))  # 26.565...


def _apart(angle: float) -> float:
    """Degrees between cat and an arrow at `angle`, 0 to 180; the slider's 116.6 and 296.6 count as perpendicular."""
    apart = abs((angle - _ANGLE_OF_CAT + 180) % 360 - 180)
    return 90.0 if abs(apart - 90) < 0.05 else apart


def _direction(angle: float):
    """The unit vector at `angle`; exact where the slider's one decimal stands for a right angle with cat."""
    if _apart(angle) == 90:
        unit = np.array([-_CAT[1], _CAT[0]]) / np.sqrt(5)
        return unit if angle < 180 else -unit
    return np.array([np.cos(np.radians(angle)), np.sin(np.radians(angle))])


class _Gauge:
    """A bar that grows from 0 to the right or to the left, with its number in the title's line."""

    def __init__(self, ax, name: str, reach: float, step: float):
        label_axes(ax, title=name)
        ax.set(xlim=(-reach, reach), ylim=(0, 1), yticks=[], xticks=np.arange(-reach, reach + step / 2, step))
        ax.spines["left"].set_visible(False)
        ax.axvline(0, color=PALETTE["ink"], linewidth=1, zorder=3)
        self.reach = reach
        self.bar = ax.add_patch(Rectangle((0, 0.15), 0, 0.7, linewidth=0))
        self.text = ax.text(0, 0.5, "", va="center", zorder=4)
        self.artists = [self.bar, self.text]

    def update(self, value: float) -> None:
        shown = float(np.clip(value, -self.reach, self.reach))
        self.bar.set_width(shown)
        self.bar.set_facecolor(PALETTE["positive" if shown >= 0 else "negative"])
        gap = 0.03 * self.reach
        self.text.set_text(number(value))
        # The number stands on the empty side of the 0, so that no bar is ever behind it.
        self.text.set_ha("right" if shown >= 0 else "left")
        self.text.set_x(-gap if shown >= 0 else gap)


_RULERS = {"dot product": ("dot", 5.0, 1), "cosine": ("cosine", 1.0, 2)}


def sentence_grid(dot=None, cosine=None) -> LivePlot:
    """Every word of the sentence with every word: 36 dot products or 36 cosines, and a slider that stretches *mat*.

    dot      the learner's dot(a, b); the course's version stands in for an unfinished one
    cosine   the learner's cosine(a, b)
    """
    rulers = {"dot product": Learner(dot, linalg.dot), "cosine": Learner(cosine, linalg.cosine)}
    figure = new_figure(6.4, 5.0)
    ax = figure.subplots()
    label_axes(ax, x="and this word", y="this word", title="Every word with every word")
    handle = heat_map(ax, story.X2 @ story.X2.T, story.SENTENCE, story.SENTENCE, signed=True, vmin=-5, vmax=5, size=10)
    frame = [
        ax.add_patch(Rectangle((0, 0), 1, 1, fill=False, edgecolor=PALETTE["ink"], linewidth=2.5, zorder=5))
        for _ in range(2)
    ]
    set_moving(figure, [*handle.artists, *frame])

    def draw(ruler, stretch):
        X = story.X2.copy()
        X[5] *= stretch
        measure, remarks = rulers[ruler], []
        table = np.zeros((6, 6))
        for i, a in enumerate(X):
            for j, b in enumerate(X):
                table[i, j], remark = measure(a, b)
                remarks.append(remark)
        _, reach, _ = _RULERS[ruler]
        handle.norm.vmin, handle.norm.vmax = -reach, reach
        handle.update(table)
        i, j = (int(place) for place in np.unravel_index(np.argmin(table), table.shape))
        for patch, corner in zip(frame, ((j, i), (i, j)), strict=True):
            patch.set_xy((corner[0] - 0.5, corner[1] - 0.5))
        mirrored = "symmetric" if np.allclose(table, table.T) else "not symmetric"
        return (
            f"{ruler.capitalize()} of each pair, mat stretched by {stretch:.1f}: the smallest is {number(table[i, j])} "
            f"({story.SENTENCE[i]}, {story.SENTENCE[j]}), cat and mat have {number(table[1, 5])}, mat with itself has "
            f"{number(table[5, 5])}; the grid is {mirrored}. {next(filter(None, remarks), '')}"
        )

    return LivePlot(
        figure,
        draw,
        question=[find("1.w2"), find("1.w2b")],
        ruler=ToggleButtons(options=list(_RULERS), description="ruler"),
        stretch=FloatSlider(value=1, min=0, max=2, step=0.1, description="stretch mat by", readout_format=".1f"),
    )


def one_question() -> Still:
    """X q with its numbers: one row, one answer."""
    figure = new_figure(6.4, 3.6, layout=None)
    ax = figure.add_axes((0, 0, 1, 0.9))
    q = _CAT[:, None]
    answers = story.X2 @ q
    parts = ("X", story.X2, "key"), "@", ("q", q, "query"), "=", ("X q", answers, "result")
    boxes = matrix_boxes(ax, *parts, numbers=True, title="One question, six answers")
    for word, cell in zip(story.SENTENCE, boxes.cells[0][::2], strict=True):  # the first cell of each row
        ax.text(cell.get_x() - 8, cell.get_y() + cell.get_height() / 2, word, ha="right", va="center")
    listed = ", ".join(f"{word} {number(value, 0)}" for word, value in zip(story.SENTENCE, answers[:, 0], strict=True))
    return still(figure, f"A matrix of shape (6, 2) times a vector of 2 gives 6 numbers, one for each row: {listed}.")


def columns_mixed() -> Still:
    """The product of a matrix with columns *cat* and *sat* and the vector (2, 1), tip to tail."""
    figure = new_figure(4.8, 4.2)
    ax = plane(figure.subplots(), limit=5, title="Two steps along cat, one along sat")
    ax.set(xlim=(-0.5, 5), ylim=(-0.5, 5), xticks=range(6), yticks=range(6))
    cat, sat = _CAT, story.TABLE_2D["sat"]
    tip = linalg.matvec(np.column_stack([cat, sat]), np.array([2.0, 1.0]))
    for vector, tail, colour in ((cat, 0 * cat, "first"), (cat, cat, "first"), (sat, 2 * cat, "second")):
        draw_arrow(ax, vector, PALETTE[colour], tail=tail)
    draw_arrow(ax, tip, PALETTE["third"], dashed=True)
    for x, y, label, colour in (
        (1.15, 0.3, "cat", "first"),
        (3.15, 1.3, "cat", "first"),
        (3.65, 3.1, "sat", "second"),
        (0.15, 2.55, f"A x = {pair_text(tip, 0)}", "third"),
    ):
        ax.text(x, y, label, color=readable(PALETTE[colour]), fontweight="bold")
    return still(figure, f"Two arrows cat and one arrow sat, tip to tail, end at the tip of A x = {pair_text(tip, 0)}.")

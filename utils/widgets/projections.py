"""Pictures of projections and weight matrices: a shadow on a line, a question of your own, three that stand still."""

import numpy as np
from ipywidgets import Dropdown, FloatSlider
from matplotlib.patches import Polygon

from utils import linalg, story
from utils.exercises import find
from utils.style import (
    HALO,
    PALETTE,
    Still,
    bars,
    draw_arrow,
    freeze_layout,
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

_CAT, _MAT = story.TABLE_2D["cat"], story.TABLE_2D["mat"]
_FAR = 12.0  # half the length of a line that leaves the picture on both sides
_MARK = 0.28  # side of the small square that marks a right angle


def _rows(matrix) -> str:
    return "\n".join("  ".join(f"{number(value):>6}" for value in row) for row in matrix)


def shadow(project_onto=None) -> LivePlot:
    """An arrow b, a line through the arrow a, and the foot of the perpendicular from b to the line.

    project_onto   the learner's project_onto(b, a); the course's version stands in for an unfinished one
    """
    project_onto = Learner(project_onto, linalg.project_onto)
    figure = new_figure(7.2, 4.2)
    axes = figure.subplot_mosaic([["plane", "side"]], width_ratios=(1.45, 1))
    ax = plane(axes["plane"], limit=3.6, title="The shadow of b on the line of a")
    axes["side"].axis("off")
    mono = {"va": "top", "linespacing": 1.5, "family": "DejaVu Sans Mono", "fontsize": 9.5}
    legend = [
        axes["side"].text(0, 0.99 - 0.067 * i, "", color=readable(PALETTE[colour]), **mono)
        for i, colour in enumerate(("first", "second", "third", "ink"))
    ]
    side = axes["side"].text(0, 0.99 - 0.067 * 4, "", **mono)
    lamp = axes["side"].text(0, 0.06, "", va="bottom", fontsize=12, fontweight="bold")
    (line,) = ax.plot([0, 0], [0, 0], color=PALETTE["quiet"], linewidth=6, alpha=0.6, zorder=1)
    (drop,) = ax.plot([0, 0], [0, 0], "--", color=PALETTE["ink"], linewidth=1.5, zorder=2)
    corner = ax.add_patch(Polygon([(0, 0)] * 4, closed=False, fill=False, edgecolor=PALETTE["ink"], linewidth=1.2))
    foot_arrow = draw_arrow(ax, (1, 1), PALETTE["third"], width=4)
    spanning = draw_arrow(ax, _CAT, PALETTE["first"], width=1.8)
    b_arrow = draw_arrow(ax, _MAT, PALETTE["second"], "b")
    set_moving(
        figure, [line, drop, corner, *legend, side, lamp, *foot_arrow.artists, *spanning.artists, *b_arrow.artists]
    )

    def draw(angle, length, b0, b1):
        direction = np.array([np.cos(np.radians(angle)), np.sin(np.radians(angle))])
        a, b = length * direction, np.array([b0, b1])
        foot, remark = project_onto(b, a)
        P = np.array([project_onto(unit, a)[0] for unit in np.eye(2)])
        leftover = b - foot
        product = linalg.dot(leftover, a)
        lit = bool(np.allclose(P @ P, P, atol=1e-6))
        line.set_data(*np.outer(direction, [-_FAR, _FAR]))
        drop.set_data([b[0], foot[0]], [b[1], foot[1]])
        _mark_right_angle(corner, foot, -direction, leftover, abs(product) < 1e-6)
        for arrow, vector in ((foot_arrow, foot), (spanning, a), (b_arrow, b)):
            arrow.update(vector)
        for text, name, vector in zip(legend, ("a", "b", "shadow", "leftover"), (a, b, foot, leftover), strict=True):
            text.set_text(f"{name:8} = {pair_text(vector)}")
        side.set_text(f"leftover·a = {number(product)}\n\nP =\n{_rows(P)}\n\nP P =\n{_rows(P @ P)}")
        lamp.set_text("● P² = P" if lit else "○ P² is not P")
        lamp.set_color(readable(PALETTE["third" if lit else "second"]))
        return (
            f"The line points at {angle:.1f}°, a is {length:.2f} long, b = {pair_text(b)}: "
            f"the shadow is {pair_text(foot)}, the leftover {pair_text(leftover)}, "
            f"and leftover·a = {number(product)}. P² is {'' if lit else 'not '}P. "
            f"{remark}"
        )

    return LivePlot(
        figure,
        draw,
        question=[find("6.w1"), find("6.w1b")],
        angle=FloatSlider(value=26.6, min=0, max=180, step=0.2, description="angle of the line", readout_format=".1f"),
        length=FloatSlider(value=2.24, min=0.5, max=3.5, step=0.01, description="length of a"),
        b0=FloatSlider(value=2, min=-3, max=3, step=0.1, description="b, thing", readout_format=".1f"),
        b1=FloatSlider(value=-1, min=-3, max=3, step=0.1, description="b, doing", readout_format=".1f"),
    )


def _mark_right_angle(patch, foot, along, leftover, shown: bool) -> None:
    """A small square at the foot, between the line and the perpendicular; none where the perpendicular is too short."""
    height = float(np.hypot(*leftover))
    patch.set_visible(shown and height > 1.5 * _MARK)
    if patch.get_visible():
        up = leftover / height * _MARK
        patch.set_xy([foot + along * _MARK, foot + along * _MARK + up, foot + up])


_KEYS = story.X4 @ story.HEAD_B.W_K  # (place, thing) of each word
_REACH = 6.0


def own_question(score=None) -> LivePlot:
    """One word asks with two weights of the learner's; six keys of head B answer.

    score   the learner's score(xi, xj, WQ, WK); the course's version stands in for an unfinished one
    """
    score = Learner(score, linalg.score)
    figure = new_figure(7.2, 4.0)
    left, right_side = figure.subplots(1, 2)
    plane(left, limit=2.6, x="column 0: place", y="column 1: thing", title="Keys, and their shadows on the query")
    label_axes(right_side, x="word that answers", y="score", title="Query · key")
    right_side.set_box_aspect(1)
    handle = bars(right_side, story.SENTENCE, np.zeros(6), low=-_REACH, high=_REACH, decimals=1)
    words = story.SENTENCE[1:]  # "the" once is enough for a picture
    keys = _KEYS[1:]
    names = []
    for word, key in zip(words, keys, strict=True):
        names += left.plot(*key, "o", color=PALETTE["key"], markersize=6, zorder=4)
        aside = 0.14 if key[0] > 0 else -0.14  # away from the other keys
        name = left.text(key[0] + aside, key[1], word, ha="left" if key[0] > 0 else "right", va="center", zorder=5)
        name.set(color=readable(PALETTE["key"]), path_effects=HALO)
        names.append(name)
    (line,) = left.plot([0, 0], [0, 0], color=PALETTE["quiet"], linewidth=5, alpha=0.6, zorder=1)
    drops = [left.plot([0, 0], [0, 0], ":", color=PALETTE["ink"], linewidth=1.3, zorder=2)[0] for _ in words]
    query = draw_arrow(left, (1, 1), PALETTE["query"], "query")
    set_moving(figure, [line, *drops, *query.artists, *names, *handle.artists])

    def draw(word, place, thing):
        W_Q = np.zeros((4, 2))
        W_Q[1] = place, thing  # the row of "doing"
        x = story.TABLE_4D[word]
        answers = [score(x, other, W_Q, story.HEAD_B.W_K) for other in story.X4]
        scores = np.array([value for value, _ in answers])
        q = linalg.linear(x, W_Q)
        silent = not q.any()
        query.update(q)
        line.set_visible(not silent)
        for drop, key in zip(drops, keys, strict=True):
            drop.set_visible(not silent)
            if not silent:
                foot = linalg.project_onto(key, q)
                drop.set_data([key[0], foot[0]], [key[1], foot[1]])
        if not silent:
            line.set_data(*np.outer(q / linalg.norm(q), [-_FAR, _FAR]))
        ahead = np.isclose(scores, scores.max())
        handle.update(scores, [PALETTE["query"] if first else PALETTE["quiet"] for first in ahead])
        return (
            f"{word} (doing {number(x[1], 0)}) asks with the query {pair_text(q)}. {_verdict(scores, ahead)} "
            f"{next((remark for _, remark in answers if remark), '')}"
        )

    return LivePlot(
        figure,
        draw,
        question=[find("6.w2"), find("6.w2b")],
        word=Dropdown(options=story.WORDS, value="sat", description="word that asks"),
        place=FloatSlider(value=0.5, min=-1, max=1, step=0.25, description="W_Q: doing asks for place"),
        thing=FloatSlider(value=0.5, min=-1, max=1, step=0.25, description="W_Q: doing asks for thing"),
    )


def _verdict(scores, ahead) -> str:
    listed = ", ".join(f"{word} {number(value, 1)}" for word, value in zip(story.SENTENCE, scores, strict=True))
    if ahead.all():
        return f"Every score is {number(scores[0], 1)}: it listens to all alike."
    best = list(dict.fromkeys(word for word, first in zip(story.SENTENCE, ahead, strict=True) if first))
    return f"Ahead: {' and '.join(best)}. Scores: {listed}."


_ROOM = (" ",) * 3  # for names of rows between two matrices


def six_queries() -> Still:
    """X W_Q = Q for head A, with all numbers."""
    figure = new_figure(6.8, 3.4, layout=None)
    ax = figure.add_axes((0.02, 0, 0.98, 0.9))
    W_Q = story.HEAD_A.W_Q
    Q = story.X4 @ W_Q
    parts = ("X", story.X4, "value"), "@", *_ROOM, ("W_Q of “who?”", W_Q, "quiet"), "=", ("Q", Q, "query")
    boxes = matrix_boxes(ax, *parts, numbers=True, title="Six words, one matrix, six queries")
    _name_rows(ax, boxes.cells[0][::4], story.SENTENCE)
    _name_rows(ax, boxes.cells[1][::2], story.AXES_4D)
    listed = ", ".join(f"{word} {pair_text(q, 0)}" for word, q in zip(story.SENTENCE, Q, strict=True))
    return still(figure, f"X of shape (6, 4) times W_Q of shape (4, 2) gives six queries of two numbers: {listed}.")


def _name_rows(ax, first_cells, names) -> None:
    for name, cell in zip(names, first_cells, strict=True):
        middle = cell.get_y() + cell.get_height() / 2
        ax.text(cell.get_x() - 6, middle, name, ha="right", va="center", fontsize=9)


def who_scores_whom() -> Still:
    """Head A: all 36 scores, and the matrix M that stands behind them."""
    figure = new_figure(7.2, 3.9)
    left, right_side = figure.subplots(1, 2, width_ratios=(1.25, 1))
    M = linalg.bilinear(story.HEAD_A.W_Q, story.HEAD_A.W_K)
    table = story.X4 @ M @ story.X4.T
    label_axes(left, x="… and this word answers", y="this word asks", title="Scores of head A")
    heat_map(left, table, story.SENTENCE, story.SENTENCE, signed=True, vmax=4, decimals=0, size=11)
    label_axes(right_side, x="entry of the answering word", y="entry of the asking word", title="M = W_Q W_Kᵀ")
    heat_map(right_side, M, story.AXES_4D, story.AXES_4D, signed=True, vmax=4, decimals=0, size=11)
    return still(
        figure,
        f"Row sat, column cat is {number(table[2, 1], 0)}; row cat, column sat is {number(table[1, 2], 0)}. M has two "
        "entries that are not 0: doing asks for animal (2), animal asks for place (1). Neither table is symmetric.",
    )


# A little flag: its foot, its pole, and a cloth to one side, so that a turn and a mirror can be told apart.
_FLAG = np.array([[0.4, 0.2], [0.4, 2.2], [1.6, 1.8], [0.4, 1.4]])


def four_maps() -> Still:
    """A flag and its image under a rotation, a scaling, a reflection and a projection (rows times matrix)."""
    figure = new_figure(8.0, 2.7)
    for ax, (name, M) in zip(figure.subplots(1, 4), linear_maps().items(), strict=True):
        plane(ax, limit=2.6, x="", y="", title=name)
        ax.set(xticks=range(-2, 3), yticks=range(-2, 3))
        ax.tick_params(labelsize=8)
        for corners, colour, width in ((_FLAG, "muted", 1.5), (_FLAG @ M, "first", 2.5)):
            ax.plot(*corners.T, color=PALETTE[colour], linewidth=width, zorder=3)
    freeze_layout(figure)
    return still(
        figure,
        "A flag in grey and its image in blue: turned by 90°, made 1.5 times as wide and half as high, mirrored at "
        "the horizontal axis, and pressed flat onto the line of cat.",
    )


def linear_maps() -> dict[str, np.ndarray]:
    """Four named maps of the plane as matrices for rows: v @ M."""
    return {
        "rotation": np.array([[0.0, 1.0], [-1.0, 0.0]]),
        "scaling": np.diag([1.5, 0.5]),
        "reflection": np.diag([1.0, -1.0]),
        "projection": np.outer(_CAT, _CAT) / linalg.dot(_CAT, _CAT),
    }

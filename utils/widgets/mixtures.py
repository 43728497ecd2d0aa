"""Pictures of mixtures: a recipe to be found, a system read by rows and by columns, shares in a triangle, four maps."""

import numpy as np
from ipywidgets import Checkbox, FloatSlider, IntSlider
from matplotlib.patches import Polygon

from utils import linalg, story
from utils.exercises import find
from utils.style import (
    HALO,
    PALETTE,
    Still,
    bars,
    draw_arrow,
    label_axes,
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

_CAT, _SAT, _MAT = (story.TABLE_2D[word] for word in ("cat", "sat", "mat"))


def _star(ax, place, label: str, offset=(0.5, 0.0), **options):
    (star,) = ax.plot(*place, "*", color=PALETTE["third"], markersize=20, zorder=2, **options)
    text = ax.text(
        *np.add(place, offset), label, color=readable(PALETTE["third"]), fontweight="bold", va="center", zorder=4
    )
    text.set_path_effects(HALO)
    return star


def recipe() -> LivePlot:
    """a·cat, and from its tip b·sat: sliders for both amounts, and a star at *mat* to be reached."""
    figure = new_figure(7.0, 4.2)
    axes = figure.subplot_mosaic([["plane", "list"]], width_ratios=(1.6, 1))
    ax = plane(axes["plane"], limit=6.5, title="a steps along cat, then b along sat")
    _star(ax, _MAT, "mat")
    axes["list"].axis("off")
    lines = axes["list"].text(0, 0.5, "", va="center", linespacing=1.8)
    along_cat = draw_arrow(ax, _CAT, PALETTE["first"], "a·cat")
    along_sat = draw_arrow(ax, _SAT, PALETTE["second"], "b·sat")
    (tip,) = ax.plot([0], [0], "o", color=PALETTE["ink"], markersize=6, zorder=5)
    set_moving(figure, [lines, *along_cat.artists, *along_sat.artists, tip])

    def draw(a, b):
        first, second = a * _CAT, b * _SAT
        end = first + second
        along_cat.update(first)
        along_sat.update(second, tail=first)
        tip.set_data([end[0]], [end[1]])
        away = linalg.norm(end - _MAT)
        reached = away < 1e-9
        lines.set_text(
            f"a·cat = {pair_text(first)}\nb·sat = {pair_text(second)}\n"
            f"sum = {pair_text(end)}\nmat = {pair_text(_MAT, 0)}\n" + ("there" if reached else f"{number(away)} away")
        )
        verdict = "that is mat" if reached else f"{number(away)} away from mat = {pair_text(_MAT, 0)}"
        return f"{number(a)} times cat plus {number(b)} times sat ends at {pair_text(end)}: {verdict}."

    return LivePlot(
        figure,
        draw,
        question=find("3.w1"),
        a=FloatSlider(value=1, min=-2, max=2, step=0.05, description="a, amount of cat"),
        b=FloatSlider(value=1, min=-2, max=2, step=0.05, description="b, amount of sat"),
    )


_PIVOT = np.array([1.0, 0.0])  # a point of line 1, 2a − b = 2; line 2 passes through it when it is not pushed
_ROW = np.array([2.0, -1.0])
_REACH = 4.0


def two_lines(solve_2x2=None) -> LivePlot:
    """One system of two equations, by rows (two lines) and by columns (two arrows and a target).

    Line 1 stands still; line 2 turns and is pushed. At 90° and −2 it is the system of the recipe for *mat*.

    solve_2x2   the learner's solve_2x2(A, b), asked for the crossing point; the course's version stands in
    """
    solve_2x2 = Learner(solve_2x2, linalg.solve_2x2)
    figure = new_figure(7.4, 4.0)
    rows, columns = figure.subplots(1, 2)
    plane(rows, limit=_REACH, x="amount a", y="amount b", title="Rows: line 1 (solid), line 2 (dashed)")
    plane(columns, limit=6.5, x="first equation", y="second equation", title="Columns: a mix must reach the target")
    rows.plot(*_segment(_ROW, 2.0), color=PALETTE["first"], linewidth=3)
    name = rows.text(-1.1, -3.6, "2a − b = 2", ha="right", color=readable(PALETTE["first"]), fontweight="bold")
    name.set(path_effects=HALO, zorder=6)
    (line,) = rows.plot([], [], color=PALETTE["second"], linewidth=2, dashes=(5, 3), zorder=3)
    (crossing,) = rows.plot([], [], "o", color=PALETTE["ink"], markersize=9, zorder=5)
    count = rows.text(0.03, 0.97, "", transform=rows.transAxes, va="top", fontweight="bold", zorder=6)
    count.set_path_effects(HALO)
    first = draw_arrow(columns, (2, 1), PALETTE["first"], "column a")
    second = draw_arrow(columns, (-1, 2), PALETTE["second"], "column b")
    star = _Target(columns)
    set_moving(figure, [line, crossing, count, name, *first.artists, *second.artists, *star.artists])

    def draw(turn, push):
        A, b = _system(turn, push)
        answer = linalg.classify(A, b)
        line.set_data(*_segment(A[1], b[1]))
        first.update(A[:, 0])
        second.update(A[:, 1])
        star.update(b)
        ranks = f"rank A = {linalg.rank(A)}, rank [A|b] = {linalg.rank(np.column_stack([A, b]))}"
        equation = f"Turned by {turn}°, line 2 is {_equation(A[1], b[1])}"
        if answer != "unique":
            crossing.set_data([], [])
            count.set_text("solutions: " + ("none" if answer == "none" else "infinitely many"))
            many, where = ("no solution", "off") if answer == "none" else ("infinitely many solutions", "on")
            return f"{equation}: {many}. Both columns are on one line, and the target lies {where} it; {ranks}."
        point, remark = solve_2x2(A, b)
        crossing.set_data([point[0]], [point[1]])
        count.set_text("solutions: 1")
        if not np.allclose(A @ point, b):
            return f"{equation}: one solution, but your solve_2x2 gave {pair_text(point)}, not on both lines; {ranks}."
        beyond = "" if np.max(np.abs(point)) <= _REACH else ", outside the picture"
        return f"{equation}: one solution, {pair_text(point)}{beyond}; {ranks}. {remark}"

    return LivePlot(
        figure,
        draw,
        question=[find("3.w3"), find("3.w3b")],
        turn=IntSlider(value=90, min=0, max=180, step=1, description="turn line 2 (degrees)"),
        push=FloatSlider(value=-2, min=-4, max=4, step=0.5, description="push line 2", readout_format=".1f"),
    )


def _system(turn: float, push: float):
    """A and b: line 1 is 2a − b = 2; line 2 has its row turned, and misses the pivot by `push`."""
    angle = np.radians(turn)
    across = np.array([-_ROW[1], _ROW[0]])
    row = np.round(np.cos(angle) * _ROW + np.sin(angle) * across, 12) + 0.0
    return np.array([_ROW, row]), np.array([2.0, row @ _PIVOT + push])


def _segment(row, target: float):
    """Two far points of the line row · (a, b) = target, as xs and ys."""
    foot = np.asarray(row) * target / (row @ row)
    along = np.array([-row[1], row[0]]) * 10
    return np.stack([foot - along, foot + along], axis=1)


def _equation(row, target: float) -> str:
    sign = "−" if row[1] < 0 else "+"
    return f"{_short(row[0])} a {sign} {_short(abs(row[1]))} b = {_short(target)}"


def _short(value: float) -> str:
    return number(value, 0 if float(value).is_integer() else 2)


class _Target:
    """A star with its name that can be moved."""

    def __init__(self, ax):
        self.star = _star(ax, (0, 0), "")
        self.star.set_zorder(4)
        self.text = ax.text(0, 0, "target", color=readable(PALETTE["third"]), fontweight="bold", va="center", zorder=5)
        self.text.set_path_effects(HALO)
        self.artists = [self.star, self.text]

    def update(self, place) -> None:
        self.star.set_data([place[0]], [place[1]])
        self.text.set_position((place[0] + 0.6, place[1]))


def weight_triangle(combine=None) -> LivePlot:
    """Three sliders become shares of *cat*, *sat* and *mat*; the mix moves and leaves a trace.

    combine   the learner's combine(w, V); the course's version stands in for an unfinished one
    """
    combine = Learner(combine, linalg.combine)
    values = np.array([_CAT, _SAT, _MAT])
    colours = [PALETTE[name] for name in ("first", "second", "third")]
    figure = new_figure(7.2, 4.2)
    axes = figure.subplot_mosaic([["plane", "shares"]], width_ratios=(1.5, 1))
    ax = plane(axes["plane"], limit=4.4, title="The mix of three words, and where it has been")
    ax.set(xlim=(-3.2, 3.6), ylim=(-2.2, 4.6), xticks=range(-3, 4), yticks=range(-2, 5))
    ax.add_patch(Polygon(values, facecolor=PALETTE["sky"], alpha=0.25, edgecolor=PALETTE["blue"], linewidth=1.5))
    for word, corner, colour, offset in zip(
        ("cat", "sat", "mat"), values, colours, ((0.2, 0.1), (-0.75, 0.15), (0.2, -0.35)), strict=True
    ):
        ax.plot(*corner, "o", color=colour, markersize=9, zorder=3)
        ax.text(*(corner + offset), word, color=readable(colour), fontweight="bold", zorder=4)
    label_axes(axes["shares"], y="share", title="Shares")
    handle = bars(axes["shares"], ("cat", "sat", "mat"), np.full(3, 1 / 3), colour=colours, low=0, high=1)
    (trace,) = ax.plot([], [], ".", color=PALETTE["muted"], markersize=6, zorder=3)
    (dot,) = ax.plot([], [], "o", color=PALETTE["ink"], markersize=10, zorder=6)
    set_moving(figure, [*handle.artists, trace, dot])
    visited = []

    def draw(cat, sat, mat, residual):
        amounts = np.array([cat, sat, mat])
        nothing = amounts.sum() == 0
        shares = np.full(3, 1 / 3) if nothing else amounts / amounts.sum()
        mix, remark = combine(shares, values)
        out = mix + _SAT if residual else mix
        visited.append(out)
        del visited[:-300]
        trace.set_data(*np.array(visited).T)
        dot.set_data([out[0]], [out[1]])
        handle.update(shares)
        inside = (
            "inside the triangle or on its edge" if linalg.in_hull(out, values, tol=1e-9) else "outside the triangle"
        )
        told = ", ".join(number(share) for share in shares)
        said = f"Shares of cat, sat, mat: {told}. The mix is {pair_text(mix)}"
        said += f"; with sat added it is {pair_text(out)}, {inside}." if residual else f", {inside}."
        return f"{said} {'All three sliders are at 0, so equal shares are taken.' if nothing else ''} {remark}"

    return LivePlot(
        figure,
        draw,
        question=[find("3.w2"), find("3.w2b")],
        **{
            word: FloatSlider(value=start, min=0, max=1, step=0.01, description=f"amount of {word}")
            for word, start in (("cat", 0.5), ("sat", 0.25), ("mat", 0.25))
        },
        residual=Checkbox(value=False, description="then add the asker's own vector, sat (the residual)"),
    )


# Tokens are rows, so a map is x @ W: row 0 of W is where (1, 0) goes, row 1 where (0, 1) goes.
MAPS = {
    "rotation": np.array([[0.0, 1.0], [-1.0, 0.0]]),
    "scaling": np.array([[2.0, 0.0], [0.0, 1.0]]),
    "reflection": np.array([[1.0, 0.0], [0.0, -1.0]]),
    "projection": np.array([[1.0, 0.0], [0.0, 0.0]]),
}
_TITLES = {
    "rotation": "rotation by 90°",
    "scaling": "scaling: thing × 2",
    "reflection": "reflection in the\nthing axis",
    "projection": "projection onto\nthe thing axis",
}


def four_maps() -> Still:
    """What four 2×2 matrices do to the unit square and to *cat*."""
    figure = new_figure(7.6, 2.5)
    square = np.array([[0.0, 0.0], [1.0, 0.0], [1.0, 1.0], [0.0, 1.0]])
    for ax, (name, W) in zip(figure.subplots(1, 4, sharey=True), MAPS.items(), strict=True):
        plane(ax, limit=2.6, y="doing" if name == "rotation" else "", title=_TITLES[name])
        ax.set(xlim=(-1.6, 4.6), xticks=range(-1, 5), yticks=range(-2, 3))
        ax.add_patch(Polygon(square, facecolor="none", edgecolor=PALETTE["muted"], linestyle="--", zorder=2))
        ax.add_patch(
            Polygon(
                square @ W,
                facecolor=PALETTE["sky"],
                alpha=0.45,
                edgecolor=PALETTE["blue"],
                linewidth=2 if linalg.rank(W) == 2 else 8,
            )
        )
        draw_arrow(ax, _CAT, PALETTE["muted"], "cat", dashed=True, width=1.5)
        draw_arrow(ax, _CAT @ W, PALETTE["second"])
    listed = ", ".join(f"{name} carries it to {pair_text(_CAT @ W, 0)}" for name, W in MAPS.items())
    return still(figure, f"cat = (2, 1) and the unit square under four maps: {listed}.")

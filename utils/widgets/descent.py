"""Live pictures of descent: a ball in a valley, a walk through a ravine, the noise of mini-batches, a fitted line."""

import functools

import numpy as np
from ipywidgets import FloatSlider, IntSlider, SelectionSlider, ToggleButtons

from utils import calculus, optimize, story
from utils.exercises import find
from utils.style import (
    HALO,
    PALETTE,
    SMALL,
    Still,
    course_style,
    draw_arrow,
    freeze_layout,
    label_axes,
    new_figure,
    number,
    readable,
    set_moving,
    still,
)
from utils.widgets.learner import Learner
from utils.widgets.live import LivePlot

_HOME = 3.0


# --- a ball in a valley -----------------------------------------------------------------------------------------

_STRETCH, _LIFT = 3.0, 1.3052  # x⁴ − 2x² + 0.3x with x = (w − 3)/2, three times as high, its lowest point at 0


def _two_valleys(w):
    x = (w - _HOME) / 2
    return _STRETCH * (x**4 - 2 * x**2 + 0.3 * x + _LIFT)


def _slope_of_two_valleys(w):
    x = np.clip((w - _HOME) / 2, -20, 20)  # a ball that has left the picture need not overflow
    return _STRETCH * (4 * x**3 - 4 * x + 0.3) / 2


# name: (height, slope)
_LANDSCAPES = {
    "one valley, (w − 3)²": (lambda w: (w - _HOME) ** 2, lambda w: 2 * (w - _HOME)),
    "two valleys": (_two_valleys, _slope_of_two_valleys),
}
_LEFT, _RIGHT, _TOP = -0.5, 6.5, 10.0
_HILL = 3.1513  # where the ground between the two valleys is highest


def ball(gd=None, question=("23.w1", "23.w1b")) -> LivePlot:
    """A ball that rolls by gradient descent: its places on the ground, and beside it w for each step.

    gd         the learner's gd(grad, w0, lr, steps); the course's version stands in for an unfinished one
    question   ids of the predictions in front of it; none if it was answered before
    """
    gd = Learner(gd, optimize.gradient_descent, name="gd")
    figure = new_figure(7.6, 3.6)
    left, right = figure.subplots(1, 2, width_ratios=(1.15, 1))
    label_axes(left, x="w", y="height f(w)", title="Where the ball was")
    left.set(xlim=(_LEFT, _RIGHT), ylim=(-0.6, _TOP), xticks=range(7))
    label_axes(right, x="step", y="w", title="The same, step by step")
    right.set(xlim=(-0.5, 20.5), ylim=(_LEFT, _RIGHT), xticks=range(0, 21, 5), yticks=range(7))
    freeze_layout(figure)
    grid = np.linspace(_LEFT, _RIGHT, 281)
    with course_style():
        (ground,) = left.plot(grid, grid, color=PALETTE["muted"], animated=True, zorder=1)
        (hops,) = left.plot([], [], color=PALETTE["first"], linewidth=1, animated=True, zorder=2)
        (places,) = left.plot([], [], "o", color=PALETTE["first"], markersize=5, animated=True, zorder=3)
        (now,) = left.plot([], [], "o", color=PALETTE["second"], markersize=12, animated=True, zorder=4)
        floors = [
            right.plot([-1, 21], [0, 0], "--", color=PALETTE["third"], linewidth=1.2, animated=True)[0] for _ in "ab"
        ]
        floor_name = right.text(20.3, 3.1, "home", ha="right", va="bottom", color=readable(PALETTE["third"]))
        floor_name.set(animated=True, path_effects=HALO, zorder=2)
        (line,) = right.plot([], [], "o-", color=PALETTE["first"], linewidth=1, markersize=5, animated=True, zorder=3)
        (last,) = right.plot([], [], "o", color=PALETTE["second"], markersize=10, animated=True, zorder=4)

    def draw(landscape, eta, steps, start):
        height, slope = _LANDSCAPES[landscape]
        way, remark = gd(slope, np.array([start]), eta, steps)
        way = way[:, 0]
        shown = _until_lost(way)
        heights = height(shown)
        ground.set_ydata(height(grid))
        hops.set_data(shown, heights)
        places.set_data(shown, heights)
        now.set_data(np.clip(way[-1:], _LEFT, _RIGHT), np.clip(height(way[-1:]), 0, _TOP))
        single = landscape.startswith("one")
        for each, level in zip(floors, (_HOME, _HOME) if single else (0.928, 4.920), strict=True):
            each.set_ydata([level, level])
        floor_name.set_text("home" if single else "dashed: valley bottoms")
        floor_name.set_y(_HOME + 0.12 if single else 6.0)
        line.set_data(np.arange(len(shown)), shown)
        last.set_data([steps], np.clip(way[-1:], _LEFT, _RIGHT))
        told = _in_one_valley(way, eta) if single else _in_two_valleys(way, eta)
        return f"η = {eta:.2f} from w = {start:.1f}: after {_times(steps)} {told} {remark}"

    return LivePlot(
        figure,
        draw,
        question=[find(each) for each in question],
        landscape=ToggleButtons(options=list(_LANDSCAPES), description="ground", style={"button_width": "auto"}),
        eta=FloatSlider(value=0.3, min=0.02, max=1.1, step=0.02, description="η, learning rate"),
        steps=IntSlider(value=1, min=0, max=20, description="steps"),
        start=FloatSlider(value=0.0, min=0, max=6, step=0.1, description="start", readout_format=".1f"),
    )


def _until_lost(way):
    """The walk up to the first place that is so far away that nothing of its next steps can be seen."""
    lost = np.abs(way).reshape(len(way), -1).max(axis=1) > 1000
    return way[: int(np.argmax(lost)) + 1] if lost.any() else way


def _times(steps: int) -> str:
    return "1 step" if steps == 1 else f"{steps} steps"


def _in_one_valley(way, eta) -> str:
    factor = 1 - 2 * eta
    apart = way - _HOME
    here = f"w = {number(way[-1], 3)}, at a distance of {abs(apart[-1]):.3f} from home."
    if not _LEFT <= way[-1] <= _RIGHT:
        here = f"it is {abs(apart[-1]):.1f} from home and has left the picture."
    if apart[0] == 0:
        return f"{here} At home the slope is 0, so nothing moves."
    if not np.allclose(apart[1:], factor * apart[:-1], atol=1e-6):
        return f"{here} Against the slope, each step would multiply the distance by 1 − 2η = {number(factor)}."
    return f"{here} Each step multiplies the distance by 1 − 2η = {number(factor)}: {_gait(factor)}."


def _gait(factor: float) -> str:
    if abs(factor) > 1 + 1e-9:
        return "it runs away, bouncing"
    if abs(factor + 1) < 1e-9:
        return "it bounces for ever"
    if abs(factor) < 1e-9:
        return "one step, and it is home"
    return "it bounces home" if factor < 0 else "it crawls home from one side"


def _in_two_valleys(way, eta) -> str:
    if not np.all((way >= _LEFT - 1) & (way <= _RIGHT + 1)):
        return "it has left the picture at least once: the steps are too long for such steep walls."
    slope = _slope_of_two_valleys(way[-1])
    side = "left valley, the lower one" if way[-1] < _HILL else "right valley, the higher one"
    still_moving = "" if abs(slope) < 0.005 else ", not yet at its bottom"
    return f"w = {number(way[-1], 3)}, where the slope is {number(slope)}. It is in the {side}{still_moving}."


# --- a walk through a ravine ------------------------------------------------------------------------------------

_TILT = np.radians(25)
_AXES = np.array([[np.cos(_TILT), np.sin(_TILT)], [-np.sin(_TILT), np.cos(_TILT)]])  # rows: along, across
_START = np.array([-4.6, 1.6]) @ _AXES  # 4.6 along the valley, 1.6 up its wall
_LEVELS = np.array([0.15, 0.35, 0.55, 0.77, 1.23, 1.47, 1.72, 2.0, 2.3])  # √(2 height), start = 1
_ROUND = np.stack([np.cos(np.linspace(0, 2 * np.pi, 181)), np.sin(np.linspace(0, 2 * np.pi, 181))], axis=1)


def ravine(gd=None) -> LivePlot:
    """Contours of a quadratic valley seen from above, the gradient at the start and the way of descent.

    gd   the learner's gd(grad, w0, lr, steps); the course's version stands in for an unfinished one
    """
    gd = Learner(gd, optimize.gradient_descent, name="gd")
    figure = new_figure(7.4, 4.3)
    ax = figure.subplots()
    label_axes(ax, x="w₁", y="w₂", title="A valley from above: every curve has one height", equal=True)
    ax.set(xlim=(-7.2, 4.8), ylim=(-3.4, 3.4))
    freeze_layout(figure)
    with course_style():
        curves = [ax.plot([], [], color=PALETTE["quiet"], linewidth=1, animated=True, zorder=1)[0] for _ in _LEVELS]
        ax.plot([0], [0], "*", color=PALETTE["third"], markersize=15, animated=True, zorder=2)
        (level,) = ax.plot([], [], color=PALETTE["ink"], linewidth=1, animated=True, zorder=2)
        (way_line,) = ax.plot(
            [], [], "o-", color=PALETTE["first"], linewidth=1.4, markersize=4, animated=True, zorder=3
        )
        (last,) = ax.plot([], [], "o", color=PALETTE["ink"], markersize=8, animated=True, zorder=5)
    up = draw_arrow(ax, (1, 0), PALETTE["second"], "gradient: up", tail=_START)
    down = draw_arrow(ax, (1, 0), PALETTE["fourth"], "minus", tail=_START)
    for each in (*up.artists, *down.artists):
        each.set_animated(True)

    def draw(kappa, eta, steps):
        H = _AXES.T @ np.diag([1 / kappa, 1.0]) @ _AXES
        way, remark = gd(lambda w: H @ w, _START, eta, steps)
        gradient = H @ _START
        here = np.sqrt(_START @ gradient)
        for curve, across in zip((level, *curves), (here, *(here * _LEVELS)), strict=True):
            ellipse = (_ROUND * (across * np.sqrt(kappa), across)) @ _AXES
            curve.set_data(ellipse[:, 0], ellipse[:, 1])
        direction = 1.2 * gradient / np.hypot(*gradient)
        up.update(direction)
        down.update(-direction)
        shown = _until_lost(way)
        way_line.set_data(shown[:, 0], shown[:, 1])
        last.set_data(shown[-1:, 0], shown[-1:, 1])
        along, across = np.abs(_AXES @ way[-1])
        off = np.degrees(np.arccos(np.clip(gradient @ _START / np.hypot(*gradient) / np.hypot(*_START), -1, 1)))
        where = f"{number(across, 3)} from the valley's middle line, with {number(along, 3)} to go along it"
        if np.any((way[-1] < (-7.2, -3.4)) | (way[-1] > (4.8, 3.4))):
            where = "out of the picture"
        return (
            f"Condition number {kappa}: minus the gradient starts {off:.0f}° off the way home. A step of descent with "
            f"η = {eta:.1f} multiplies the rest by {number(1 - eta)} across and {number(1 - eta / kappa, 3)} along. "
            f"After {_times(steps)} it is {where}. {remark}"
        )

    return LivePlot(
        figure,
        draw,
        question=find("23.w2"),
        kappa=IntSlider(value=1, min=1, max=50, description="condition number"),
        eta=FloatSlider(value=0.5, min=0.1, max=2.1, step=0.1, description="η, learning rate", readout_format=".1f"),
        steps=IntSlider(value=20, min=0, max=100, description="steps"),
    )


# --- the noise of mini-batches ----------------------------------------------------------------------------------

_READINGS = 256
_SUBJECTS = np.tile([float(sentence[1] == "cat") for sentence in story.CORPUS], _READINGS)  # 1024 sentences
_SENTENCES = _SUBJECTS.size
_SIZES = [1, 2, 4, 8, 16, 32, 64]
_SHOWN = 256  # mini-batches in the picture
_SIGMA = float(np.std(_SUBJECTS))  # of one sentence's gradient


def noise(minibatches=None) -> LivePlot:
    """Gradients of 256 mini-batches at logit 0, and their spread for each batch size.

    minibatches   the learner's minibatches(N, B, rng); the course's version stands in for an unfinished one
    """
    minibatches = Learner(minibatches, _minibatches, check=_indexes, name="minibatches")
    figure = new_figure(7.8, 3.7)
    left, right = figure.subplots(1, 2, width_ratios=(1.5, 1))
    label_axes(left, x="number of the mini-batch", y="its gradient, mean of p − y", title="256 mini-batches at logit 0")
    left.set(xlim=(-6, 262), ylim=(-0.74, 0.74), xticks=range(0, 257, 64), yticks=[-0.5, -0.25, 0, 0.25, 0.5])
    label_axes(right, x="sentences in a batch, B", y="standard deviation", title="Their spread")
    with course_style():
        left.axhline(0, color=PALETTE["grid"], linewidth=1, zorder=0)
        right.set(xscale="log", yscale="log", xlim=(0.8, 80), ylim=(0.03, 0.6))
        right.set_xticks(_SIZES, [str(size) for size in _SIZES])
        right.set_yticks([0.05, 0.1, 0.2, 0.4], ["0.05", "0.1", "0.2", "0.4"])
        right.minorticks_off()
        curve = np.array([0.8, 80])
        right.plot(curve, _SIGMA / np.sqrt(curve), "--", color=PALETTE["third"], linewidth=1.4, label="0.433 / √B")
        (before,) = right.plot([], [], "o", color=PALETTE["quiet"], markersize=6, label="other sizes")
        (here,) = right.plot([], [], "o", color=PALETTE["second"], markersize=10, label="this B")
        right.legend(loc="lower left")
        (dots,) = left.plot([], [], "o", color=PALETTE["first"], markersize=3.5, alpha=0.6)
        (mean_line,) = left.plot([-6, 262], [-0.25, -0.25], color=PALETTE["ink"], linewidth=1.4, zorder=3)
        band = [left.plot([-6, 262], [0, 0], "--", color=PALETTE["second"], linewidth=1.4, zorder=3)[0] for _ in "ab"]
        label = left.text(
            258, 0.69, "", ha="right", va="top", fontsize=SMALL, color=readable(PALETTE["second"]), zorder=4
        )
        label.set_path_effects(HALO)
    set_moving(figure, [dots, mean_line, *band, label, before, here])

    def draw(B):
        batches, remarks = [], []
        for seed in range(-(-_SHOWN * B // _SENTENCES)):  # as many epochs as it takes
            epoch, remark = minibatches(_SENTENCES, B, np.random.default_rng([220, seed]))
            batches.append(epoch)
            remarks.append(remark)
        gradients = _gradients(np.concatenate(batches))
        remark = next(filter(None, remarks), "")
        spread = float(gradients.std())
        dots.set_data(np.arange(_SHOWN), gradients)
        for edge, side in zip(band, (-1, 1), strict=True):
            edge.set_ydata([-0.25 + side * spread] * 2)
        label.set_text(f"dashed: full gradient −0.25 ± {spread:.3f}")
        others = [size for size in _SIZES if size != B]
        before.set_data(others, [_spread(size) for size in others])
        here.set_data([B], [np.clip(spread, 0.031, 0.59)])
        wrong = float(np.mean(gradients > 0))
        return (
            f"B = {B}: {_SHOWN} mini-batches have a mean gradient of {number(gradients.mean(), 3)} (full: −0.250) "
            f"and a standard deviation of {spread:.3f}; 0.433/√{B} is {_SIGMA / np.sqrt(B):.3f}. {wrong:.1%} of them "
            f"point the wrong way. {remark}"
        )

    return LivePlot(
        figure,
        draw,
        question=[find("23.w3"), find("23.w3b")],
        B=SelectionSlider(options=_SIZES, value=1, description="B, sentences in a batch"),
    )


def _minibatches(N, B, rng):
    """One epoch as one array, since B divides N here."""
    return np.array(optimize.minibatches(N, B, rng))


def _indexes(value, expected):
    """Which sentences a batch holds may be wrong; they have to exist."""
    return "names a sentence that is not there" if value.min() < 0 or value.max() >= _SENTENCES else None


def _gradients(batches):
    """Mean of p − y over each of the first mini-batches, at logit 0."""
    return np.mean(0.5 - _SUBJECTS[batches[:_SHOWN]], axis=1)


@functools.cache
def _spread(size: int) -> float:
    """Standard deviation over the mini-batches of the course."""
    epochs = range(-(-_SHOWN * size // _SENTENCES))
    batches = [_minibatches(_SENTENCES, size, np.random.default_rng([220, seed])) for seed in epochs]
    return float(_gradients(np.concatenate(batches)).std())


# --- a line for three sentences ---------------------------------------------------------------------------------


def line_and_valley(X, y, lr=0.1) -> Still:
    """Lines on the way of descent, and the way itself on the contours of the mean squared error.

    X   (n, 2), a column of ones and a column of places. y: (n,). lr: the learning rate
    """
    way = optimize.gradient_descent(lambda w: calculus.mse_grad(X, w, y), np.zeros(2), lr, 300)
    best = np.linalg.solve(X.T @ X, X.T @ y)
    figure = new_figure(8.2, 4.0)
    left, right = figure.subplots(1, 2, width_ratios=(1, 1.25))
    label_axes(left, x="sentences read", y="cats met", title="The line after 0, 1, 10, 300 steps")
    left.set(xlim=(0, 3.6), ylim=(-0.2, 3.1), xticks=range(4), yticks=range(4))
    ends = np.array([0.0, 3.6])
    with course_style():
        for step, colour in ((0, "grey"), (1, "sky"), (10, "blue"), (300, "vermilion")):
            b, a = way[step]
            left.plot(
                ends,
                b + a * ends,
                color=PALETTE[colour],
                linewidth=1.8,
                label=f"{step} steps" if step != 1 else "1 step",
            )
        left.plot(X[:, 1], y, "o", color=PALETTE["ink"], markersize=8, zorder=4)
        left.legend(loc="upper left")
    label_axes(right, x="intercept b", y="slope a", title="Level lines of the mean squared error", equal=True)
    right.set(xlim=(-0.75, 1.35), ylim=(-0.85, 1.15), xticks=[-0.5, 0, 0.5, 1], yticks=[-0.5, 0, 0.5, 1])
    b, a = np.meshgrid(np.linspace(-0.75, 1.35, 211), np.linspace(-0.85, 1.15, 201))
    heights = np.mean((b[..., None] + a[..., None] * X[:, 1] - y) ** 2, axis=-1)
    with course_style():
        levels = [0.07, 0.15, 0.4, 1, 2, 3, 5, 8, 12]
        right.contour(b, a, heights, levels=levels, colors=PALETTE["quiet"], linewidths=1)
        right.plot(*way.T, "o-", color=PALETTE["first"], linewidth=1.2, markersize=3, zorder=3)
        right.plot(*best, "*", color=PALETTE["third"], markersize=15, zorder=4)
    gradient = calculus.mse_grad(X, np.zeros(2), y)
    draw_arrow(right, 0.05 * gradient, PALETTE["second"], "gradient: up")
    draw_arrow(right, -0.05 * gradient, PALETTE["fourth"], "minus")
    return still(
        figure,
        f"Left: three dots and the line of descent with η = {lr}, after 300 steps with intercept {way[300][0]:.3f} "
        f"and slope {way[300][1]:.3f}. Right: the valley from above. At (0, 0) the gradient ({number(gradient[0], 3)}, "
        f"{number(gradient[1], 3)}) stands at a right angle on the level line and points up; the way goes against it, "
        f"across first, then along the valley to the star at ({best[0]:.3f}, {best[1]:.3f}).",
    )

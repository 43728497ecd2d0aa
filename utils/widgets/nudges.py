"""Live pictures of nudges: one number of W_Q, the tangent with its error valley, and shapes laid like dominoes."""

import numpy as np
from ipywidgets import Checkbox, Dropdown, FloatLogSlider, FloatSlider, ToggleButtons
from matplotlib.patches import Rectangle

from utils import calculus, probability, story
from utils.exercises import find
from utils.style import (
    HALO,
    PALETTE,
    TITLE,
    bars,
    heat_map,
    label_axes,
    matrix_boxes,
    new_figure,
    number,
    readable,
    set_moving,
)
from utils.widgets.learner import Learner
from utils.widgets.live import LivePlot

_SEATS = {f"{row} → {column}": (i, column) for i, row in enumerate(story.AXES_4D) for column in (0, 1)}
_KEYS = story.X4 @ story.HEAD_A.W_K


def shares_of_sat(W_Q) -> np.ndarray:
    """How head A lets *sat* look at the six words of the sentence, when its query matrix is W_Q."""
    return probability.softmax((story.X4 @ W_Q)[2] @ _KEYS.T / np.sqrt(2))


def eight_numbers() -> LivePlot:
    """Head A's W_Q with one number nudged, and the six shares of *sat* beside it."""
    figure = new_figure(6.8, 3.6)
    left, right = figure.subplots(1, 2, width_ratios=(1, 2.2))
    table = heat_map(left, story.HEAD_A.W_Q, story.AXES_4D, (0, 1), signed=True, vmax=2, decimals=1, aspect="auto")
    label_axes(left, title="W_Q of head A\n")
    label_axes(right, x="word that sat looks at", y="share", title="How sat divides its attention")
    before = shares_of_sat(story.HEAD_A.W_Q)
    handle = bars(right, story.SENTENCE, before, colour=PALETTE["first"], low=0, high=1, decimals=3)
    (mark,) = right.plot([0.55, 1.45], [before[1]] * 2, color=PALETTE["second"], label="cat, without a nudge", zorder=3)
    right.legend(loc="upper right")
    for text in handle.texts:  # a number may stand on the mark
        text.set_path_effects(HALO)
    frame = left.add_patch(Rectangle((-0.46, -0.46), 0.92, 0.92, fill=False, edgecolor=PALETTE["ink"], linewidth=3))
    set_moving(figure, [*table.artists, frame, mark, *handle.artists])

    def draw(seat, nudge):
        W_Q = np.array(story.HEAD_A.W_Q)
        i, j = _SEATS[seat]
        W_Q[i, j] += nudge
        shares = shares_of_sat(W_Q)
        table.update(W_Q)
        frame.set_xy((j - 0.46, i - 0.46))
        handle.update(shares)
        change = f"{shares[1] - before[1]:+.4f}".replace("-", "−")
        query = ", ".join(number(entry) for entry in (story.X4 @ W_Q)[2])
        return (
            f"{seat} nudged by {number(nudge)}: the query of sat is ({query}), and cat gets {shares[1]:.4f}, "
            f"{'no change' if abs(shares[1] - before[1]) < 5e-5 else change + ' against no nudge'}."
        )

    return LivePlot(
        figure,
        draw,
        question=find("9.w3"),
        seat=Dropdown(options=list(_SEATS), value="thing → 0", description="number of W_Q"),
        nudge=FloatSlider(value=0.0, min=-1, max=1, step=0.1, description="nudge", readout_format=".1f"),
    )


# name: (function, its slope), written with products so that every machine rounds alike
_CURVES = {
    "x³ / 3": (lambda x: x * x * x / 3, lambda x: x * x),
    "x² / 2": (lambda x: x * x / 2, lambda x: x),
    "exp(x)": (np.exp, np.exp),
    "sin(2x)": (lambda x: np.sin(2 * x), lambda x: 2 * np.cos(2 * x)),
}
_STEPS = np.logspace(-14, 0, 113)
_FLOOR = 1e-15  # an error of exactly 0 has no place on a log axis


def _central(f, x, h):
    return (f(x + h) - f(x - h)) / (2 * h)


def _forward(f, x, h):
    return (f(x + h) - f(x)) / h


def tangent(numeric_grad=None) -> LivePlot:
    """A curve with the line through x − h and x + h, and beside it the error of that slope for every h.

    numeric_grad   the learner's numeric_grad(f, x, h); the course's version stands in for an unfinished one
    """
    numeric_grad = Learner(numeric_grad, calculus.numeric_gradient, name="numeric_grad")
    figure = new_figure(7.4, 3.8)
    left, right = figure.subplots(1, 2, width_ratios=(1, 1.15))
    label_axes(left, x="x", y="f(x)", title="The slope between two neighbours", grid=True)
    left.set(xlim=(-2.6, 2.6), ylim=(-3.5, 7))
    label_axes(right, x="h", y="error of the slope", title="Its error, for every h")
    right.set(xscale="log", yscale="log", xlim=(4e-15, 2.5), ylim=(_FLOOR / 2, 1e4))
    right.set_xticks([1e-14, 1e-11, 1e-8, 1e-5, 1e-2])
    right.axvline(np.finfo(float).eps ** (1 / 3), color=PALETTE["muted"], linewidth=1, linestyle=":")
    grid = np.linspace(-2.6, 2.6, 201)
    (curve,) = left.plot(grid, 0 * grid, color=PALETTE["first"])
    (touching,) = left.plot([], [], color=PALETTE["ink"], linewidth=1, linestyle="--", label="true slope")
    (line,) = left.plot([], [], color=PALETTE["second"], linewidth=1.8, label="slope by nudging")
    (pair,) = left.plot([], [], "o", color=PALETTE["second"], markersize=7)
    left.legend(loc="upper left")
    (one_sided,) = right.plot(_STEPS, _STEPS, color=PALETTE["sixth"], linewidth=1.4, label="forward")
    (valley,) = right.plot(_STEPS, _STEPS, color=PALETTE["first"], linewidth=1.4, label="central")
    (here,) = right.plot([], [], "o", color=PALETTE["ink"], markersize=8, label="this h")
    right.legend(loc="upper center", ncols=3, columnspacing=1.0, handlelength=1.4)
    set_moving(figure, [curve, touching, line, pair, one_sided, valley, here])

    def draw(function, x, h):
        f, slope = _CURVES[function]
        slopes, remark = numeric_grad(lambda point: float(f(point[0])), np.array([x]), h)
        error = abs(slopes[0] - slope(x))
        curve.set_ydata(f(grid))
        touching.set_data(grid, f(x) + slope(x) * (grid - x))
        line.set_data(grid, (f(x - h) + f(x + h)) / 2 + slopes[0] * (grid - x))
        pair.set_data([x - h, x + h], [f(x - h), f(x + h)])
        with np.errstate(all="ignore"):
            for artist, way in ((valley, _central), (one_sided, _forward)):
                artist.set_ydata(np.maximum(np.abs(way(f, x, _STEPS) - slope(x)), _FLOOR))
        here.set_data([h], [np.clip(error, _FLOOR, 30)])
        return (
            f"f(x) = {function} at x = {number(x, 1)}: nudged by h = {h:.1e} the slope is {number(slopes[0], 6)}, "
            f"the true one {number(slope(x), 6)}; the error is {_error(error)}. {remark}"
        )

    return LivePlot(
        figure,
        draw,
        question=[find("9.w1"), find("9.w1b")],
        function=Dropdown(options=list(_CURVES), value="x³ / 3", description="function"),
        x=FloatSlider(value=1.0, min=-1.5, max=1.5, step=0.1, description="x", readout_format=".1f"),
        h=FloatLogSlider(value=1.0, min=-14, max=0, step=0.25, description="h", readout_format=".1e"),
    )


def _error(error: float) -> str:
    """An error in words: to one digit, and below 1e-8 only its size, because rounding decides the digits there."""
    if error < 5e-16:
        return "0 to the last digit"
    return f"{error:.0e}" if error >= 1e-8 else f"about 10^{round(np.log10(error))}".replace("-", "−")


_RNG = np.random.default_rng(9)
_SIZES = {False: (5, 2, 3), True: (3, 3, 3)}  # tokens, inputs, outputs; equal or not


class _Layer:
    """Y = X W with whole numbers and the loss ½‖Y − Z‖²: six pieces, and both gradients found by nudging."""

    def __init__(self, tokens: int, inputs: int, outputs: int):
        X, W, Z = (
            _RNG.integers(-3, 4, shape) * 1.0 for shape in ((tokens, inputs), (inputs, outputs), (tokens, outputs))
        )
        dY = X @ W - Z
        self.pieces = {"X": X, "Xᵀ": X.T, "dY": dY, "dYᵀ": dY.T, "W": W, "Wᵀ": W.T}
        self.nudged = {
            "dW": calculus.numeric_gradient(lambda W: np.sum((X @ W - Z) ** 2) / 2, W, h=0.5),  # exact: a quadratic
            "dX": calculus.numeric_gradient(lambda X: np.sum((X @ W - Z) ** 2) / 2, X, h=0.5),
        }

    def product(self, left: str, right: str):
        """The product of two pieces, or None where the inner sizes do not meet."""
        one, other = self.pieces[left], self.pieces[right]
        return one @ other if one.shape[1] == other.shape[0] else None

    def counts(self, target: str) -> tuple[int, int]:
        """How many of all products have the target's shape, and how many of those its numbers."""
        wanted = self.nudged[target]
        products = [self.product(left, right) for left in self.pieces for right in self.pieces]
        fitting = [product for product in products if product is not None and product.shape == wanted.shape]
        return len(fitting), sum(np.allclose(product, wanted) for product in fitting)


_TABLE = (0.02, 0.26, 0.96, 0.72)
_LAYERS = {square: _Layer(*sizes) for square, sizes in _SIZES.items()}


def dominoes() -> LivePlot:
    """Two of six pieces side by side: do the inner sizes meet, is it the target's shape, are these its numbers?"""
    figure = new_figure(7.2, 3.9, layout=None)
    table = figure.add_axes(_TABLE)
    lamps = [figure.text(0.04, 0.19 - 0.075 * i, "", fontsize=TITLE) for i in range(3)]

    def draw(target, left, right, square):
        layer = _LAYERS[square]
        product, wanted = layer.product(left, right), layer.nudged[target]
        fits = product is not None and product.shape == wanted.shape
        agrees = fits and bool(np.allclose(product, wanted))
        one, other = layer.pieces[left], layer.pieces[right]
        table.clear()
        table.set_aspect("auto")
        table.set_position(_TABLE)  # drawing boxes of equal scale had shrunk it
        result = "= ?" if product is None else ("product", product, "third" if agrees else "quiet")
        parts = [result] if product is None else ["=", result]
        goal = (f"wanted: {target}", wanted, "third")
        matrix_boxes(table, (left, one, "first"), "·", (right, other, "second"), *parts, "     ", goal, numbers=True)
        inner = f"inner sizes {one.shape[1]} and {other.shape[0]}"
        _light(lamps[0], product is not None, f"{inner} meet", f"{inner} do not meet")
        _light(lamps[1], fits, f"the product has the shape of {target[1]}", f"not the shape of {target[1]}")
        _light(lamps[2], agrees if fits else None, "every number agrees with nudging", "other numbers than nudging")
        shaped, true = layer.counts(target)
        have = "has" if shaped == 1 else "have"
        many = f"Of all 36 products {shaped} {have} the shape of {target[1]}, and {true} its numbers"
        return f"{left} {right}: {_verdict(one, other, product, fits, agrees, target)}. {many}."

    return LivePlot(
        figure,
        draw,
        question=[find("9.w2"), find("9.w2b")],
        target=ToggleButtons(options=["dW", "dX"], description="wanted"),
        left=Dropdown(options=list(_LAYERS[False].pieces), value="X", description="first piece"),
        right=Dropdown(options=list(_LAYERS[False].pieces), value="dY", description="second piece"),
        square=Checkbox(value=False, description="all sizes equal (T = d_in = d_out = 3)"),
    )


def _verdict(one, other, product, fits, agrees, target) -> str:
    shapes = f"{one.shape} times {other.shape}"
    if product is None:
        return f"{shapes} cannot be multiplied, {one.shape[1]} is not {other.shape[0]}"
    if not fits:
        return f"{shapes} gives {product.shape}, and {target[1]} has another shape"
    if not agrees:
        return f"{shapes} gives {product.shape}, the shape of {target[1]}, but other numbers than nudging"
    return f"{shapes} gives {product.shape}, the shape of {target[1]}, and the numbers of nudging: this is {target}"


def _light(lamp, on: bool | None, yes: str, no: str) -> None:
    lamp.set_text("–  no numbers to compare" if on is None else f"✓  {yes}" if on else f"✗  {no}")
    lamp.set_color(readable(PALETTE["muted" if on is None else "third" if on else "negative"]))

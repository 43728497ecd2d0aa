"""Live pictures of the chain rule: three gears, a fork in the road, thirty layers; and twelve roads at rest."""

import numpy as np
from ipywidgets import Checkbox, Dropdown, FloatSlider, IntSlider, ToggleButtons
from matplotlib.patches import FancyArrowPatch, Polygon

from utils import calculus, linalg, probability, story
from utils.exercises import find
from utils.style import (
    HALO,
    PALETTE,
    SMALL,
    TEXT,
    TITLE,
    Still,
    bars,
    course_style,
    factor_text,
    label_axes,
    new_figure,
    number,
    readable,
    set_moving,
    still,
)
from utils.widgets.learner import Learner
from utils.widgets.live import LivePlot

_INK = PALETTE["ink"]

# --- w1: three gears ----------------------------------------------------------------------------------------

_WHEELS = {"dial of W_Q": "sixth", "query": "query", "score of cat": "key", "share of cat": "value"}
_TEETH, _STEP = 12, 2.95  # teeth of a wheel; distance of two wheels
_TURN = np.pi / 3  # angle that stands for one unit


def _wheel(angle: float, centre: float) -> np.ndarray:
    """Outline of a toothed wheel of radius 1 that has turned by `angle`."""
    corner = np.tile([0.84, 1.0, 1.0, 0.84], _TEETH)
    spread = np.array([-0.2, -0.13, 0.13, 0.2])
    at = (np.arange(_TEETH)[:, None] * 2 * np.pi / _TEETH + spread).ravel() + np.pi / 2 - angle
    return np.column_stack([centre + corner * np.cos(at), corner * np.sin(at)])


def _slope_of_share() -> float:
    """How fast the share of *cat* grows with its own score in the row of *sat*: p (1 − p)."""
    scores = (story.X4 @ story.HEAD_A.W_K) @ (story.X4 @ story.HEAD_A.W_Q)[2] / np.sqrt(2)
    share = probability.softmax(scores)[1]
    return float(share * (1 - share))


def gears(chain3=None) -> LivePlot:
    """Four wheels in a row, each turned by the one before: three slopes, and how far the last wheel turns.

    chain3   the learner's chain3(f, df, x); it decides how far the last wheel turns
    """
    chain3 = Learner(chain3, calculus.chain3)
    figure = new_figure(7.6, 2.9)
    ax = figure.subplots()
    label_axes(ax, title="Each wheel turns the next, faster, slower or backwards")
    ax.set_aspect("equal")
    ax.set(xlim=(-1.25, 3 * _STEP + 1.25), ylim=(-1.75, 1.6))
    ax.axis("off")
    wheels, marks, turns, rates = [], [], [], []
    with course_style():
        for i, (name, colour) in enumerate(_WHEELS.items()):
            colour, centre = PALETTE[colour], i * _STEP
            wheels.append(ax.add_patch(Polygon(_wheel(0, centre), facecolor=colour, edgecolor=colour, alpha=0.45)))
            marks += ax.plot([centre, centre], [0, 0.8], color=PALETTE["ink"], linewidth=3, solid_capstyle="round")
            ax.plot([centre], [0], "o", color=PALETTE["ink"], markersize=5)
            ax.text(centre, 1.28, name, ha="center", fontweight="bold", color=readable(colour))
            turns.append(ax.text(centre, -1.5, "", ha="center", fontsize=TEXT))
            if i:
                between = centre - _STEP / 2
                ax.add_patch(
                    FancyArrowPatch(
                        (between - 0.3, 0),
                        (between + 0.3, 0),
                        arrowstyle="-|>",
                        mutation_scale=14,
                        color=PALETTE["ink"],
                    )
                )
                rates.append(ax.text(between, 0.24, "", ha="center", fontsize=SMALL, path_effects=HALO))
    set_moving(figure, [*wheels, *marks, *turns, *rates])

    def draw(turn, first, second, third):
        slopes = (first, second, third)
        f = [lambda x, slope=slope: slope * x for slope in slopes]
        df = [lambda x, slope=slope: slope for slope in slopes]
        total, remark = chain3(f, df, turn)
        turned = [turn, turn * first, turn * first * second, turn * total]
        for i, by in enumerate(turned):
            wheels[i].set_xy(_wheel(by * _TURN, i * _STEP))
            marks[i].set_data([i * _STEP, i * _STEP + 0.8 * np.sin(by * _TURN)], [0, 0.8 * np.cos(by * _TURN)])
            turns[i].set_text(f"turned by {number(by)}")
        for rate, slope in zip(rates, slopes, strict=True):
            rate.set_text(f"× {number(slope)}")
        chain = " · ".join(f"({number(slope)})" if slope < 0 else number(slope) for slope in slopes)
        return (
            f"{chain} = {number(total)}: the dial turns by {number(turn)}, and the last wheel by "
            f"{number(turn * total)}. {remark}"
        )

    return LivePlot(
        figure,
        draw,
        question=find("22.w1"),
        turn=FloatSlider(value=0.5, min=-1, max=1, step=0.05, description="turn the dial"),
        first=FloatSlider(value=2.0, min=-3, max=3, step=0.01, description="slope: dial to query"),
        second=FloatSlider(value=1.41, min=-3, max=3, step=0.01, description="slope: query to score"),
        third=FloatSlider(
            value=round(_slope_of_share(), 2), min=-3, max=3, step=0.01, description="slope: score to share"
        ),
    )


# --- w2: a fork ---------------------------------------------------------------------------------------------

_W = 3.0


class _Fork:
    """y made of two parts that both see x: each part and its slope, how they join, and the slope of y for each."""

    def __init__(self, upper, lower, joined, parts, slopes, join, outer):
        self.upper, self.lower, self.joined = upper, lower, joined  # texts
        self.parts, self.slopes, self.join, self.outer = parts, slopes, join, outer  # functions


_FORKS = {
    "y = x·w + x²": _Fork(
        "u = x·w", "v = x²", "y = u + v",
        lambda x: (x * _W, x * x), lambda x: (_W, 2 * x), lambda u, v: u + v, lambda u, v: (1.0, 1.0),
    ),
    "y = u·v": _Fork(
        "u = x²", "v = 3 − x", "y = u·v",
        lambda x: (x * x, 3 - x), lambda x: (2 * x, -1.0), lambda u, v: u * v, lambda u, v: (v, u),
    ),
    "y = x + f(x), f(x) = x²/2": _Fork(
        "u = x", "v = x²/2", "y = u + v",
        lambda x: (x, x * x / 2), lambda x: (1.0, x), lambda u, v: u + v, lambda u, v: (1.0, 1.0),
    ),
}  # fmt: skip
_PLACES = {"x": (0.0, 0.0), "u": (1.0, 0.62), "v": (1.0, -0.62), "y": (2.0, 0.0)}
_ROADS = (("x", "u"), ("u", "y"), ("x", "v"), ("v", "y"))


def _nudged(fork, x, upper_open, lower_open, h=1e-5):
    """Slope of y by nudging x, when a shut road holds its part still."""
    still_u, still_v = fork.parts(x)

    def y(at):
        u, v = fork.parts(at)
        return fork.join(u if upper_open else still_u, v if lower_open else still_v)

    return (y(x + h) - y(x - h)) / (2 * h)


def fork() -> LivePlot:
    """A graph in which x reaches y on two roads; each can be shut, and bars show what arrives."""
    figure = new_figure(7.6, 3.5)
    left, right = figure.subplots(1, 2, width_ratios=(1.9, 1))
    label_axes(left, title="Local slopes on the arrows")
    left.set(xlim=(-0.32, 2.4), ylim=(-1.05, 1.05))
    left.axis("off")
    colours = {"u": PALETTE["first"], "v": PALETTE["second"]}
    with course_style():
        arrows = {
            road: left.add_patch(
                FancyArrowPatch(
                    _PLACES[road[0]], _PLACES[road[1]], arrowstyle="-|>", mutation_scale=16, shrinkA=26, shrinkB=30,
                    linewidth=2.4,
                )
            )
            for road in _ROADS
        }  # fmt: skip
        rates = {
            (a, b): left.text(
                (_PLACES[a][0] + _PLACES[b][0]) / 2 + (-0.1 if a == "x" else 0.1),
                0.75 * (_PLACES[a][1] + _PLACES[b][1]), "",
                ha="center", va="center", fontsize=SMALL, path_effects=HALO, fontweight="bold",
            )
            for a, b in _ROADS
        }  # fmt: skip
        boxes = {
            name: left.text(
                *place, "", ha="center", va="center", linespacing=1.3, fontsize=TEXT, zorder=4,
                bbox={"boxstyle": "round,pad=0.35", "facecolor": "white", "edgecolor": colours.get(name, _INK)},
            )
            for name, place in _PLACES.items()
        }  # fmt: skip
    label_axes(right, y="slope of y for x", title="What arrives")
    names = ("upper\nroad", "lower\nroad", "added\nup")
    tones = (PALETTE["first"], PALETTE["second"], PALETTE["third"])
    handle = bars(right, names, (3, 2, 5), colour=tones, low=-10, high=10)
    set_moving(figure, [*arrows.values(), *rates.values(), *boxes.values(), *handle.artists])

    def draw(graph, x, upper, lower):
        made = _FORKS[graph]
        u, v = made.parts(x)
        slopes = dict(zip("uv", made.slopes(x), strict=True))
        outer = dict(zip("uv", made.outer(u, v), strict=True))
        opened = {"u": upper, "v": lower}
        for a, b in _ROADS:
            part = b if a == "x" else a
            colour = colours[part] if opened[part] else PALETTE["grid"]
            arrows[a, b].set_color(colour)
            arrows[a, b].set_linestyle("-" if opened[part] else ":")
            rates[a, b].set_text(number(slopes[part] if a == "x" else outer[part]))
            rates[a, b].set_color(readable(colours[part] if opened[part] else PALETTE["muted"]))
        boxes["x"].set_text(f"x\n{number(x)}")
        boxes["u"].set_text(f"{made.upper}\n{number(u)}")
        boxes["v"].set_text(f"{made.lower}\n{number(v)}")
        boxes["y"].set_text(f"{made.joined}\n{number(made.join(u, v))}")
        arriving = [outer[part] * slopes[part] if opened[part] else 0.0 for part in "uv"]
        total = sum(arriving)
        handle.update([*arriving, total])
        nudging = number(_nudged(made, x, upper, lower))
        return f"{graph} at x = {number(x, 1)}: {_roads(opened, slopes, outer, arriving)}; nudging x agrees: {nudging}."

    return LivePlot(
        figure,
        draw,
        question=find("22.w2"),
        graph=Dropdown(options=list(_FORKS), value="y = x·w + x²", description="graph (w = 3)"),
        x=FloatSlider(value=1.0, min=-1, max=3, step=0.1, description="x", readout_format=".1f"),
        upper=Checkbox(value=True, description="upper road open"),
        lower=Checkbox(value=True, description="lower road open (shut: its part is held still)"),
    )


def _roads(opened, slopes, outer, arriving) -> str:
    """What the open roads bring, in words."""
    products = [f"{factor_text(slopes[part])} · {factor_text(outer[part])}" for part in "uv"]
    if all(opened.values()):
        return f"{products[0]} + {products[1]} = {number(sum(arriving))}, the total derivative"
    for part, other, one in (("u", "v", 0), ("v", "u", 1)):
        if opened[part]:
            return f"with {other} held still only {products[one]} = {number(arriving[one])} arrives, one road of two"
    return "with both roads shut nothing arrives, 0"


# --- w3: depth ----------------------------------------------------------------------------------------------

_TOKEN = np.array([-1.0, 1.0, -1.0, 1.0])  # a normalised token: LN(on)
_ARRIVING = (
    np.array([1.0, 1.0, -1.0, -1.0]) / 2
)  # a gradient of length 1, at right angles to the token and to (1, 1, 1, 1)
_LOW, _HIGH = 1e-12, 1e12
_RAISED = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")
_KINDS = {"f(x)": "second", "x + f(x)": "first", "LayerNorm(x + f(x))": "third"}


def _block(kind: str, slope: float) -> np.ndarray:
    """Jacobian (4, 4) of one layer at a normalised token, where f(x) = slope · x."""
    factor = slope if kind == "f(x)" else 1 + slope
    if kind != "LayerNorm(x + f(x))":
        return factor * np.eye(4)
    summed = np.tile(factor * _TOKEN, (4, 1))
    return factor * calculus.vjp_layer_norm(np.eye(4), summed, np.ones(4))[0]


def _sizes(kind: str, slope: float, depth: int) -> np.ndarray:
    """Size of the gradient after 0, 1, ... depth layers on the way back."""
    J, g, sizes = _block(kind, slope), _ARRIVING, [1.0]
    for _ in range(depth):
        g = g @ J
        sizes.append(float(linalg.norm(g)))
    return np.array(sizes)


def _size(value: float) -> str:
    """A size that may be tiny or huge, readable: 0.930 or 9.3·10⁻¹⁰."""
    if value == 0:
        return "0"
    if 1e-3 <= value < 1e3:
        return number(value, 3)
    digits, exponent = f"{value:.1e}".split("e")
    return f"{digits}·10{str(int(exponent)).translate(_RAISED)}"


def depth(compose=None) -> LivePlot:
    """How large a gradient of length 1 is after each layer on its way back, for three kinds of layers.

    compose   the learner's compose(J_list, v); it decides what arrives at the first layer (the large dot)
    """
    compose = Learner(compose, calculus.compose)
    figure = new_figure(7.2, 3.7)
    ax = figure.subplots()
    label_axes(ax, x="layers walked back from the loss", y="size of the gradient", grid=True)
    ax.set_title("One gradient of length 1, on its way back", fontsize=TITLE)
    ax.set(yscale="log", xlim=(-1, 61), ylim=(_LOW / 1e4, _HIGH * 1e4))
    ax.set_yticks([1e-12, 1e-9, 1e-6, 1e-3, 1, 1e3, 1e6, 1e9, 1e12])
    ax.minorticks_off()
    ax.axhline(1, color=PALETTE["muted"], linewidth=1)
    curves = {
        kind: ax.plot([], [], color=PALETTE[colour], label=kind, animated=True)[0] for kind, colour in _KINDS.items()
    }
    (dot,) = ax.plot([], [], "o", markersize=10, animated=True, zorder=5)
    with course_style():
        said = ax.text(0, 1, "", fontweight="bold", ha="right", va="center", path_effects=HALO, zorder=6)
    with course_style():
        figure.legend(handles=list(curves.values()), loc="outside lower center", ncols=3)
    set_moving(figure, [*curves.values(), dot, said])

    def draw(kind, slope, layers):
        for name, curve in curves.items():
            sizes = _sizes(name, slope, layers)
            curve.set_data(range(layers + 1), np.clip(sizes, _LOW, _HIGH))
            curve.set_linewidth(3.2 if name == kind else 1.2)
            curve.set_alpha(1.0 if name == kind else 0.45)
            curve.set_zorder(4 if name == kind else 3)
        arrived, remark = compose([_block(kind, slope)] * layers, _ARRIVING)
        size = float(linalg.norm(arrived))
        shown = float(np.clip(size, _LOW, _HIGH))
        colour = PALETTE[_KINDS[kind]]
        dot.set_data([layers], [shown])
        dot.set_color(colour)
        beyond = "below the picture: " if size < _LOW else "above the picture: " if size > _HIGH else ""
        said.set_text(f"{beyond}{_size(size)}")
        said.set_color(readable(colour))
        said.set_position((layers, shown * (200 if size > 1.01 else 1 / 200)))
        said.set_ha("left" if layers < 25 else "right")
        fate = "It vanishes" if size < 1e-6 else "It explodes" if size > 1e4 else "It stays alive"
        factor = float(linalg.norm(_ARRIVING @ _block(kind, slope)))
        many = "one layer multiplies" if layers == 1 else f"each of {layers} layers multiplies"
        return (
            f"{kind} with slope {number(slope)} for f: {many} the gradient's length by "
            f"{number(factor, 3)}, and {_size(size)} arrives. {fate}. {remark}"
        )

    return LivePlot(
        figure,
        draw,
        question=[find("22.w3"), find("22.w3b")],
        kind=ToggleButtons(options=list(_KINDS), value="f(x)", description="layer", style={"button_width": "auto"}),
        slope=FloatSlider(value=0.5, min=-1.5, max=1.0, step=0.05, description="slope of f"),
        layers=IntSlider(value=30, min=1, max=60, description="layers"),
    )


# --- at rest: twelve roads ----------------------------------------------------------------------------------


def twelve_roads(slopes_of_shares, values, slopes_of_output, first, second) -> Still:
    """Head A as a graph, from one number of W_Q to the loss, with the local slope of every gear.

    slopes_of_shares   (6,): how each share of sat moves with the score of cat
    values             (6, 2): the rows of V
    slopes_of_output   (2,): how the loss moves with the output
    first, second      slopes dial to query, query to score
    """
    figure = new_figure(8.4, 4.6)
    ax = figure.subplots()
    label_axes(ax, title="One dial, twelve roads, one loss: local slopes, blue raises, orange lowers")
    ax.set(xlim=(-0.45, 5.5), ylim=(-0.75, 6.0))
    ax.axis("off")
    heights = np.linspace(5.3, 0.0, 6)
    outputs = (3.75, 1.55)

    def line(start, end, slope, full):
        if abs(slope) < 1e-12:
            ax.plot(*zip(start, end, strict=True), color=PALETTE["grid"], linestyle=":", linewidth=1.2, zorder=1)
            return
        colour = PALETTE["positive" if slope > 0 else "negative"]
        width = 1.0 + 3.5 * abs(slope) / full
        ax.plot(*zip(start, end, strict=True), color=colour, linewidth=width, alpha=0.75, zorder=2)

    def node(place, text, colour="ink"):
        box = {"boxstyle": "round,pad=0.3", "facecolor": "white", "edgecolor": PALETTE[colour], "linewidth": 1.5}
        ax.text(*place, text, ha="center", va="center", fontsize=SMALL, bbox=box, zorder=5, linespacing=1.25)

    def rate(place, slope, decimals=2):
        tone = readable(PALETTE["positive" if slope > 0 else "negative"])
        ax.text(*place, number(slope, decimals), ha="center", va="center", fontsize=SMALL, color=tone,
                fontweight="bold", path_effects=HALO, zorder=6)  # fmt: skip

    with course_style():
        middle = 2.65
        line((0, middle), (0.95, middle), first, 2)
        line((0.95, middle), (1.9, middle), second, 2)
        rate((0.47, middle + 0.3), first)
        rate((1.43, middle + 0.3), second)
        for i, word in enumerate(story.SENTENCE):
            line((1.9, middle), (3.1, heights[i]), slopes_of_shares[i], 0.18)
            for j in (0, 1):
                line((3.1, heights[i]), (4.25, outputs[j]), values[i, j], 2)
            node((3.1, heights[i]), f"share of {word}", "value")
            at = 0.5
            rate((1.9 + at * 1.2, middle + at * (heights[i] - middle)), slopes_of_shares[i], 3)
        for j, name in enumerate(story.AXES_2D):
            line((4.25, outputs[j]), (5.15, middle), slopes_of_output[j], 0.35)
            node((4.25, outputs[j]), f"output:\n{name}", "result")
            rate((4.78, (outputs[j] + middle) / 2 + (0.22 if j == 0 else -0.22)), slopes_of_output[j])
        for x, text, colour in (
            (0, "dial\ndoing → 0", "sixth"), (0.95, "query", "query"), (1.9, "score\nof cat", "key"),
            (5.15, "loss", "ink"),
        ):  # fmt: skip
            node((x, middle), text, colour)
        for x, text in (
            (0.0, "W_Q"),
            (0.95, "q = xW_Q"),
            (1.9, "q·k/√2"),
            (3.1, "softmax"),
            (4.25, "· V"),
            (5.15, "nat"),
        ):
            ax.text(x, -0.65, text, ha="center", va="center", fontsize=SMALL, color=PALETTE["muted"])
    roads = first * second * slopes_of_shares[:, None] * values * slopes_of_output
    silent = int(np.sum(np.abs(values) < 1e-12))
    return still(
        figure,
        f"From the dial to the loss lead {roads.size} roads, {silent} of them with a slope of 0; their slopes "
        f"add up to {number(roads.sum(), 4)} nat for each unit of the dial.",
    )

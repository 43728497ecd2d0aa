"""Pictures of backpropagation: a graph to step through, a table that names the first wrong line, blame by layer."""

import numpy as np
from ipywidgets import Checkbox, Dropdown, FloatSlider, IntSlider
from matplotlib.patches import Circle, Rectangle

from utils import calculus, guard, story, transformer
from utils.exercises import find
from utils.reply import NOTE, Reply, reply
from utils.style import HALO, PALETTE, SMALL, TEXT, course_style, label_axes, new_figure, readable, set_moving
from utils.widgets.learner import Learner
from utils.widgets.live import LivePlot

# --- graph stepper --------------------------------------------------------------------------------------------

_W1 = np.array([[1.0, -1.0], [0.0, 1.0]])
_W2 = np.array([3.0, 1.0])
_TARGET = 5.0
_NODES = {  # name: place
    "x₁": (0.7, 3.0),
    "x₂": (0.7, 0.9),
    "z₁": (3.5, 3.0),
    "z₂": (3.5, 0.9),
    "h₁": (5.4, 3.0),
    "h₂": (5.4, 0.9),
    "ŷ": (7.6, 1.95),
    "L": (9.3, 1.95),
}
_WEIGHTS = {  # (from, to): share of the way at which its number stands
    ("x₁", "z₁"): 0.5,
    ("x₁", "z₂"): 0.26,
    ("x₂", "z₁"): 0.26,
    ("x₂", "z₂"): 0.5,
    ("h₁", "ŷ"): 0.45,
    ("h₂", "ŷ"): 0.45,
}
_PLAIN = [("z₁", "h₁"), ("z₂", "h₂"), ("ŷ", "L")]  # edges without a weight
_LAST = 8
_FORWARD = {"x": 0, "z": 1, "h": 2, "ŷ": 3, "L": 4}  # step at which a value appears, by first letter
_BACK = {"ŷ": 5, "h": 6, "z": 7, "x": 8}  # and its gradient
_RADIUS = 0.36


def _network(x1, x2, w11, w12, w21, w22, v1, v2, minus_target, half):
    """½(ŷ − 5)² as a program of Values."""
    h1, h2 = (x1 * w11 + x2 * w21).relu(), (x1 * w12 + x2 * w22).relu()
    error = h1 * v1 + h2 * v2 + minus_target
    return error * error * half


def _autograd(program, numbers):
    inputs = [calculus.Value(number) for number in numbers]
    end = program(*inputs)
    end.backward()
    return end.data, np.array([each.grad for each in inputs])


def _plain(value) -> str:
    """A number as one would write it: 3, −0.5."""
    return f"{value + 0.0:.4g}".replace("-", "−")


def _pair(values) -> str:
    return f"({_plain(values[0])}, {_plain(values[1])})"


class _Pass:
    """Every number of one word's way through the network and back."""

    def __init__(self, word, autograd):
        self.x = np.array(story.TABLE_2D[word])
        self.z = self.x @ _W1
        self.h = np.maximum(self.z, 0.0)
        self.y = float(self.h @ _W2)
        self.loss = 0.5 * (self.y - _TARGET) ** 2
        self.dy = self.y - _TARGET
        self.dh = self.dy * _W2
        self.dz = np.where(self.z > 0, self.dh, 0.0)
        numbers = [float(number) for number in (*self.x, *_W1.ravel(), *_W2, -_TARGET, 0.5)]
        (_, slopes), self.remark = autograd(_network, numbers)
        self.dx, self.dW1, self.dW2 = slopes[:2], slopes[2:6].reshape(2, 2), slopes[6:8]

    def values(self) -> dict:
        numbers = (*self.x, *self.z, *self.h, self.y, self.loss)
        return dict(zip(_NODES, numbers, strict=True))

    def gradients(self) -> dict:
        numbers = (*self.dx, *self.dz, *self.dh, self.dy)
        return dict(zip(_NODES, numbers, strict=False))

    def weights(self) -> dict:
        return dict(zip(_WEIGHTS, zip((*_W1.ravel(), *_W2), (*self.dW1.ravel(), *self.dW2), strict=True), strict=True))

    def told(self, step) -> str:
        """What this step has computed, and what comes next."""
        gates = ["open" if z > 0 else "shut" for z in self.z]
        return (
            f"x = {_pair(self.x)} and six weights. Next, z = x W₁: each unit adds what its arrows bring.",
            f"z = x W₁ = {_pair(self.z)}. Next, the gate: h = max(0, z).",
            f"h = {_pair(self.h)}: gate 1 is {gates[0]}, gate 2 {gates[1]}. Next, ŷ = 3 h₁ + 1 h₂.",
            f"ŷ = {_plain(self.y)}, and 5 was right. Next, L = ½(ŷ − 5)².",
            f"L = {_plain(self.loss)}. Now back. Next: by how much does L move per unit of ŷ?",
            f"At ŷ arrives ŷ − 5 = {_plain(self.dy)}. Next: what do h₁ and h₂ get, and their weights 3 and 1?",
            f"dh = {_pair(self.dh)}, weight times what arrives; dW₂ = {_pair(self.dW2)}, h times what arrives. "
            "Next: which of dh come through the gates?",
            f"dz = {_pair(self.dz)}: gate 1 is {gates[0]}, gate 2 {gates[1]}. Next: W₁ and x.",
            f"dW₁ = [{_pair(self.dW1[0])}, {_pair(self.dW1[1])}], x times what arrives; dx = {_pair(self.dx)}, where "
            "the blame of two ways adds.",
        )[step]


class _Board:
    """The graph's artists: circles, arrows, their numbers, and the gradients below."""

    def __init__(self, ax):
        ax.set(xlim=(0, 10), ylim=(-0.15, 4.3))
        ax.set_aspect("equal", adjustable="box")
        ax.axis("off")
        blame = {"color": readable(PALETTE["vermilion"]), "fontweight": "bold", "path_effects": HALO, "zorder": 5}
        centre = {"ha": "center", "va": "center"}
        self.lines, self.values, self.grads, self.weights, self.blames = {}, {}, {}, {}, {}
        for edge in (*_WEIGHTS, *_PLAIN):
            start, end = (np.array(_NODES[name]) for name in edge)
            inset = _RADIUS * (end - start) / np.hypot(*(end - start))  # what moves is drawn above the circles
            (self.lines[edge],) = ax.plot(*zip(start + inset, end - inset, strict=True), zorder=1)
        for name, (x, y) in _NODES.items():
            ax.add_patch(
                Circle((x, y), _RADIUS, facecolor="#e8f1f7", edgecolor=PALETTE["blue"], linewidth=1.5, zorder=2)
            )
            ax.text(
                x, y + _RADIUS + 0.17, name, fontsize=TEXT, fontweight="bold", zorder=3, path_effects=HALO, **centre
            )
            self.values[name] = ax.text(x, y, "", fontsize=TEXT + 1, zorder=3, **centre)
            self.grads[name] = ax.text(x, y - _RADIUS - 0.19, "", fontsize=TEXT + 1, **blame, **centre)
        for edge, share in _WEIGHTS.items():
            start, end = (np.array(_NODES[name]) for name in edge)
            x, y = start + share * (end - start)
            self.weights[edge] = ax.text(x, y + 0.2, "", fontsize=TEXT, zorder=5, path_effects=HALO, **centre)
            self.blames[edge] = ax.text(x, y - 0.2, "", fontsize=TEXT, **blame, **centre)
        ax.text(9.3, 3.0, "target 5", fontsize=SMALL, color=PALETTE["ink"], **centre)
        ax.text(4.45, 4.1, "gates", fontsize=SMALL, color=PALETTE["ink"], **centre)
        ax.text(2.1, 4.1, "W₁", fontsize=SMALL, color=PALETTE["ink"], **centre)
        ax.text(6.6, 4.1, "W₂", fontsize=SMALL, color=PALETTE["ink"], **centre)
        ax.text(0.05, -0.1, "black: the way forward", fontsize=SMALL, va="bottom")
        ax.text(3.2, -0.1, "orange: slope of the loss, the way back", fontsize=SMALL, va="bottom", color=blame["color"])
        self.artists = [
            artist
            for part in (self.lines, self.values, self.grads, self.weights, self.blames)
            for artist in part.values()
        ]

    def show(self, run: _Pass, step: int) -> None:
        gradients = run.gradients()
        for name, value in run.values().items():
            self.values[name].set_text(_plain(value) if step >= _FORWARD[name[0]] else "?")
            back = step >= _BACK.get(name[0], _LAST + 1)
            self.grads[name].set_text(_plain(gradients[name]) if back else "")
        for edge, (weight, slope) in run.weights().items():
            flows = step >= (_LAST if edge[1][0] == "z" else 6)
            self.weights[edge].set_text(_plain(weight))
            self.blames[edge].set_text(_plain(slope) if flows else "")
            self._line(edge, flows and slope != 0, False)
        for edge in _PLAIN:
            gate = edge[1][0] == "h"
            shut = gate and step >= 2 and run.values()[edge[0]] <= 0
            self._line(edge, step >= (7 if gate else 5) and not shut, shut)

    def _line(self, edge, blamed, shut) -> None:
        line = self.lines[edge]
        line.set_color(PALETTE["vermilion"] if blamed else PALETTE["muted"])
        line.set_linewidth(2.6 if blamed else 1.3)
        line.set_linestyle(":" if shut else "-")


def graph_stepper(autograd=None) -> LivePlot:
    """A two-layer network, step by step: values forward, then the slopes of the loss backward.

    autograd   the learner's autograd(program, numbers): its slopes stand at the weights and inputs; with one there
               is no question in front
    """
    names = ("26.w1", "26.w1b", "26.w1c", "26.w1d") if autograd is None else ()
    if autograd is not None and guard.run(autograd, lambda a: a + a, [1.0]).value is ...:
        autograd = ...  # it says itself that it is not written yet
    run = Learner(autograd, _autograd, name="autograd")
    figure = new_figure(7.4, 3.5, layout=None)
    with course_style():
        board = _Board(figure.add_axes((0.0, 0.0, 1.0, 0.91)))
    figure.suptitle("Two layers, one word", fontsize=11, y=0.985)
    set_moving(figure, board.artists)
    passes = {}

    def draw(step, word):
        if word not in passes:
            passes[word] = _Pass(word, run)
        board.show(passes[word], step)
        return f"{word}, step {step} of {_LAST}: {passes[word].told(step)} {passes[word].remark}"

    return LivePlot(
        figure,
        draw,
        question=[find(name) for name in names],
        step=IntSlider(value=0, min=0, max=_LAST, step=1, description="step"),
        word=Dropdown(options=["sat", "cat", "mat", "on", "the"], value="sat", description="word"),
    )


# --- line by line ---------------------------------------------------------------------------------------------

_AGREES = 1e-6  # relative error below which a line agrees with nudging


def line_by_line(backward, *inputs, wanted) -> Reply:
    """A table of every gradient that a backward function returns, compared with the ones wanted: the first wrong line.

    backward   the learner's function of `inputs`; it returns a dict of gradients by name
    wanted     the right gradients by name, in the order in which they are calculated
    """
    name = getattr(backward, "__name__", "it")
    if guard.is_placeholder(backward):
        return reply(NOTE, f"{name}, line by line", ["It is not written yet. Run this cell again when it is."])
    run = guard.run(backward, *(np.array(each) for each in inputs))
    if run.error is not None:
        return reply(NOTE, f"{name}, line by line", [f"It stopped. {guard.in_words(run.error)}"])
    if not isinstance(run.value, dict):
        return reply(NOTE, f"{name}, line by line", [f"It should return a dict with the keys {', '.join(wanted)}."])
    rows = [(f"d{key}", *_judged(run.value.get(key), right)) for key, right in wanted.items()]
    first = next((row[0] for row in rows if row[2] != "agrees"), None)
    lines = [f"{'line':6}{'shape':10}compared with nudging"]
    for line, shape, verdict in rows:
        if line == first:
            verdict += "   ← first wrong line"
        elif verdict != "agrees":
            verdict += f"   (perhaps only because of {first})"
        lines.append(f"{line:6}{shape:10}{verdict}")
    end = (
        "Every line agrees." if first is None else f"Look at {first} first. What comes after it may be right by itself."
    )
    return reply(NOTE, f"{name}, line by line", ["\n".join(lines), end])


def _judged(yours, wanted) -> tuple[str, str]:
    """The shape of one line, and a verdict in words."""
    try:
        yours = np.asarray(yours, dtype=float)
    except (TypeError, ValueError):
        return "-", "no array of numbers"
    shape = str(yours.shape).replace(" ", "")
    if yours.shape != wanted.shape:
        missing = yours.shape == () and not np.isfinite(yours)
        return ("-", "missing") if missing else (shape, f"wrong shape, {wanted.shape} was expected")
    error = calculus.rel_error(yours, wanted)
    return shape, "agrees" if error < _AGREES else f"relative error {error:.2f}"


# --- gradient by layer ----------------------------------------------------------------------------------------

_WIDTH, _TOKENS, _DEEPEST = 32, 6, 40
_REACH = 18  # powers of ten


def blame_by_layer(depth: int, scale: float, residual: bool, norm: bool) -> np.ndarray:
    """Length of dL/d(output of a layer), for each layer of a stack of ReLU layers, divided by that of the last one.

    Layer: s = max(0, x W) (+ x with a residual), output = LayerNorm(s) or s; W normal with standard deviation
    scale · √(2 / width). Width 32, six tokens, one fixed seed. Returns (depth,).
    """
    rng = np.random.default_rng(26)
    x, kept = rng.normal(size=(_TOKENS, _WIDTH)), []
    gain, bias = np.ones(_WIDTH), np.zeros(_WIDTH)
    for _ in range(depth):
        W = scale * np.sqrt(2 / _WIDTH) * rng.normal(size=(_WIDTH, _WIDTH))
        z = x @ W
        s = np.maximum(z, 0.0) + (x if residual else 0.0)
        kept.append((W, z, s))
        x = transformer.layer_norm(s, gain, bias) if norm else s
    g, lengths = rng.normal(size=x.shape), []
    for W, z, s in reversed(kept):
        lengths.append(np.linalg.norm(g))
        g = calculus.vjp_layer_norm(g, s, gain)[0] if norm else g
        g = calculus.vjp_relu(z, g) @ W.T + (g if residual else 0.0)
    return np.array(lengths[::-1]) / lengths[0]


def gradient_by_layer() -> LivePlot:
    """How much blame reaches each layer of a deep stack: sliders for depth and init scale, switches for the cures."""
    figure = new_figure(7.2, 3.7)
    ax = figure.subplots()
    title = "Blame that arrives at each layer (the last layer: 1)"
    label_axes(ax, x="layer (1 is the first, farthest from the loss)", y="size, powers of ten", title=title)
    ax.set(xlim=(0.3, _DEEPEST + 0.7), ylim=(-_REACH, _REACH))
    ax.set_xticks([1, 10, 20, 30, 40])
    ax.set_yticks([-15, -10, -5, 0, 5, 10, 15], ["10⁻¹⁵", "10⁻¹⁰", "10⁻⁵", "1", "10⁵", "10¹⁰", "10¹⁵"])
    ax.grid(True, axis="y")
    with course_style():
        rows = [ax.add_patch(Rectangle((i + 0.6, 0), 0.8, 0, zorder=2)) for i in range(_DEEPEST)]
        label = ax.text(1, 0, "", fontsize=SMALL, ha="left", fontweight="bold", zorder=4)
    label.set_path_effects(HALO)
    level = ax.axhline(0, color=PALETTE["ink"], linewidth=1, zorder=3)
    rows[0].set_color(PALETTE["vermilion"])
    for patch in rows[1:]:
        patch.set_color(PALETTE["blue"])
    set_moving(figure, [*rows, level, label])

    def draw(depth, scale, residual, norm):
        sizes = blame_by_layer(depth, scale, residual, norm)
        for patch, height in zip(rows, np.log10(sizes), strict=False):
            patch.set_height(np.clip(height, -_REACH, _REACH))
        for i, patch in enumerate(rows):
            patch.set_visible(i < depth)
        first = float(sizes[0])
        height = np.clip(np.log10(first), -_REACH, _REACH)
        label.set_text(f"first layer: {_times(first)}")
        label.set_position((0.6, height + (0.5 if height >= 0 else -0.5)))
        label.set_va("bottom" if height >= 0 else "top")
        has = {(0, 0): "neither residual nor LayerNorm", (1, 0): "with residuals", (0, 1): "with LayerNorm"}
        what = has.get((residual, norm), "with residuals and LayerNorm, the paper's order")
        return (
            f"{depth} layers, init scale {scale:.1f}, {what}: the first layer receives {_times(first)} what the last "
            f"one receives{_verdict(first)}."
        )

    return LivePlot(
        figure,
        draw,
        question=[find("26.w2"), find("26.w2b")],
        depth=IntSlider(value=30, min=2, max=_DEEPEST, step=1, description="depth"),
        scale=FloatSlider(value=0.5, min=0.4, max=2.0, step=0.1, description="init scale", readout_format=".1f"),
        residual=Checkbox(value=False, description="residual: x + f(x)"),
        norm=Checkbox(value=False, description="LayerNorm after each layer"),
    )


_SUPERSCRIPT = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


def _times(ratio: float) -> str:
    """A factor in words: 7.3 times, 9·10⁻¹⁰ times."""
    if 0.01 <= ratio < 1000:
        return f"{ratio:.2g} times" if ratio < 100 else f"{ratio:.0f} times"
    digit, power = f"{ratio:.0e}".split("e")
    return f"{digit}·10{str(int(power)).translate(_SUPERSCRIPT)} times"


def _verdict(ratio: float) -> str:
    if ratio < 1e-3:
        return ": it vanishes"
    return ": it explodes" if ratio > 1e3 else ""

"""Live pictures of optimisers: a race in a ravine, Adam's dashboard, bias correction, and two valleys."""

import numpy as np
from ipywidgets import Checkbox, FloatSlider, IntSlider, ToggleButtons

from utils import guard, optimize
from utils.exercises import find
from utils.style import PALETTE, bars, freeze_layout, label_axes, moving_line, new_figure, number, set_moving
from utils.widgets.learner import Learner
from utils.widgets.live import LivePlot

NAMES = ("plain descent", "momentum", "Adam")
_COLOURS = (PALETTE["first"], PALETTE["second"], PALETTE["third"])
_WIDTHS = (2.4, 1.1, 1.8)
_MARKERS = ("o", "s", "^")


# Steps for optimize.run: (w, g, state, t) -> (new w, new state)


def plain(lr):
    """Plain descent, which remembers nothing."""
    return lambda w, g, state, t: (optimize.sgd_step(w, g, lr), None)


def ball(lr, beta=0.9):
    """The heavy ball; its state is v."""
    return lambda w, g, v, t: optimize.momentum_step(w, g, 0.0 if v is None else v, lr, beta)


def adam(lr, beta1=0.9, beta2=0.999):
    """Adam; its state is the pair m, v."""

    def step(w, g, state, t):
        m, v = (0.0, 0.0) if state is None else state
        w, *state = optimize.adam_step(w, g, m, v, t, lr, beta1, beta2)
        return w, state

    return step


# --- a race in a ravine -------------------------------------------------------------------------------------

RAVINE_START = (-4.0, 1.0)
RAVINE_STEPS = 120
_ACROSS = (2, 10, 50, 100)
_HEIGHTS = (0.1, 0.5, 2, 5, 10, 20, 40)
_ROUND = np.linspace(0, 2 * np.pi, 121)


def ravine(across: float) -> dict[str, np.ndarray]:
    """The ways (steps + 1, 2) of the three in the ravine ½(w₁² + across · w₂²), by name.

    Plain descent and momentum use 90 % of plain descent's limit 2 / largest curvature, Adam 0.3.
    """
    curvatures = np.array([1.0, across])
    lr = 0.9 * 2 / max(curvatures)
    steps = (plain(lr), ball(lr), adam(0.3))
    ways = [optimize.run(step, lambda w: curvatures * w, RAVINE_START, RAVINE_STEPS) for step in steps]
    return dict(zip(NAMES, ways, strict=True))


def ravine_height(way, across: float) -> np.ndarray:
    """Height of each point (..., 2) of a way."""
    return 0.5 * (way[..., 0] ** 2 + across * way[..., 1] ** 2)


def race() -> LivePlot:
    """Plain descent, momentum and Adam in one ravine: their ways, and their heights step by step."""
    ways = {across: ravine(across) for across in _ACROSS}
    heights = {across: [ravine_height(way, across) for way in ways[across].values()] for across in _ACROSS}
    figure = new_figure(7.8, 4.0)
    left, right = figure.subplots(1, 2, width_ratios=(1.5, 1))
    label_axes(left, x="w₁, along the ravine", y="w₂, across it", title="The ravine from above")
    left.set(xlim=(-4.8, 4.0), ylim=(-1.45, 1.45))
    label_axes(right, x="step", y="height (log scale)", title="How high they stand", grid=True)
    right.set(xlim=(0, RAVINE_STEPS + 4), ylim=(1e-5, 3e3), yscale="log", xticks=range(0, 121, 40))
    right.set_yticks([1e-5, 1e-3, 1e-1, 1e1, 1e3])
    left.plot(*RAVINE_START, "s", color=PALETTE["ink"], markersize=7)
    left.text(-4.0, 1.12, "start", ha="center", va="bottom")
    left.plot(0, 0, "*", color=PALETTE["ink"], markersize=12, zorder=5)
    looks = list(zip(NAMES, _COLOURS, _WIDTHS, _MARKERS, strict=True))
    for name, colour, width, marker in looks:
        right.plot([], [], marker + "-", color=colour, linewidth=width, markersize=7, label=name)
    right.legend(loc="upper right")
    freeze_layout(figure)
    rings = [moving_line(left, color=PALETTE["grid"], linewidth=1, zorder=1) for _ in _HEIGHTS]
    trails = [moving_line(left, color=colour, linewidth=0.7 * width, zorder=3) for _, colour, width, _ in looks]
    dots = [moving_line(left, marker, color=colour, markersize=9, zorder=4) for _, colour, _, marker in looks]
    curves = [moving_line(right, color=colour, linewidth=width) for _, colour, width, _ in looks]

    def draw(across, step):
        for ring, height in zip(rings, _HEIGHTS, strict=True):
            ring.set_data(np.sqrt(2 * height) * np.cos(_ROUND), np.sqrt(2 * height / across) * np.sin(_ROUND))
        for i, way in enumerate(ways[across].values()):
            trails[i].set_data(*way[: step + 1].T)
            dots[i].set_data(*way[step : step + 1].T)
            curves[i].set_data(np.arange(step + 1), heights[across][i][: step + 1])
        now = ", ".join(f"{name} {_short(heights[across][i][step])}" for i, name in enumerate(NAMES))
        past = [max(way[: step + 1, 0].max(), 0.0) for way in ways[across].values()]
        furthest = ", ".join(f"{name} {number(reach)}" for name, reach in zip(NAMES, past, strict=True))
        return f"Curvature {across} across and 1 along, step {step}. Heights: {now}. Past the lowest point: {furthest}."

    return LivePlot(
        figure,
        draw,
        question=find("25.w1"),
        across=ToggleButtons(options=list(_ACROSS), value=50, description="curvature across"),
        step=IntSlider(value=8, min=0, max=RAVINE_STEPS, step=1, description="step"),
    )


def _short(height: float) -> str:
    """A height with three digits, or as a power of ten once it is tiny."""
    return f"{height:.3g}" if height >= 1e-3 else f"{height:.0e}"


# --- Adam's dashboard ---------------------------------------------------------------------------------------

_T = np.arange(1, 61)
SIGNALS = {
    "constant": np.full(60, 2.0),
    "alternating": 2.0 * (-1.0) ** (_T + 1),
    "spike": np.where(_T == 20, 10.0, 0.1),
}


def _needles(adam_step):
    """adam_step watched at work: slopes, β₂ -> rows (m̂, √v̂, stride / η), one for each step."""

    def watch(slopes, beta2):
        w, m, v = np.zeros(1), np.zeros(1), np.zeros(1)
        rows = []
        for t, slope in enumerate(slopes, start=1):
            before = w
            w, m, v = adam_step(w.copy(), np.array([slope]), m.copy(), v.copy(), t, 1.0, 0.9, beta2)
            mean, square = m / (1 - 0.9**t), v / (1 - beta2**t)
            rows.append([mean.item(), np.sqrt(max(square.item(), 0.0)), (before - w).item()])
        return np.array(rows)

    return watch


def _watched(adam_step):
    """The learner's adam_step behind the dashboard; what cannot be called goes to Learner as it is."""
    ready = callable(adam_step) and not guard.is_placeholder(adam_step)
    return Learner(_needles(adam_step) if ready else adam_step, _needles(optimize.adam_step), name="adam_step")


def dashboard(adam_step=None) -> LivePlot:
    """Adam fed with a signal of slopes: m̂, √v̂ and the stride as three needles, and the strides so far.

    adam_step   the learner's adam_step(w, g, m, v, t, lr, beta1, beta2); the course's version stands in
    """
    watch = _watched(adam_step)
    known = {}  # one walk for each signal and β₂, however often the slider moves
    figure = new_figure(7.8, 4.3)
    grid = figure.add_gridspec(2, 2, width_ratios=(1.7, 1))
    upper, lower, right = (figure.add_subplot(grid[place]) for place in ((0, 0), (1, 0), (slice(None), 1)))
    label_axes(upper, y="slope g", title="What Adam is fed")
    upper.set(xlim=(0, 61), ylim=(-3.2, 11), yticks=[-2, 0, 2, 10])
    label_axes(lower, x="step t", y="stride / η", title="What it does")
    lower.set(xlim=(0, 61), ylim=(-0.6, 1.6), yticks=[-0.5, 0, 0.5, 1])
    for ax in (upper, lower):
        ax.axhline(0, color=PALETTE["muted"], linewidth=1)
    lower.axhline(1, color=PALETTE["grid"], linewidth=1)
    label_axes(right, title="Needles at step t")
    colours = (PALETTE["first"], PALETTE["second"], PALETTE["third"])
    names = (r"$\hat{m}$", r"$\sqrt{\hat{v}}$", "stride / η")
    handle = bars(right, names, [2, 2, 1], colour=colours, low=-0.6, high=2.6, decimals=3)
    set_moving(figure, handle.artists)
    ahead = moving_line(upper, "o", color=PALETTE["grid"], markersize=3)
    fed = moving_line(upper, "o-", color=PALETTE["first"], markersize=3, linewidth=1)
    strides = moving_line(lower, "o-", color=PALETTE["third"], markersize=3, linewidth=1)
    here = [moving_line(ax, "o", color=PALETTE["ink"], markersize=7, zorder=4) for ax in (upper, lower)]

    def draw(signal, beta2, t):
        if (signal, beta2) not in known:
            known[signal, beta2] = watch(SIGNALS[signal], beta2)
        slopes = SIGNALS[signal]
        needles, remark = known[signal, beta2]
        handle.update(needles[t - 1])
        ahead.set_data(_T, slopes)
        fed.set_data(_T[:t], slopes[:t])
        strides.set_data(_T[:t], np.clip(needles[:t, 2], -0.5, 1.45))
        here[0].set_data([t], [slopes[t - 1]])
        here[1].set_data([t], [np.clip(needles[t - 1, 2], -0.5, 1.45)])
        mean, loud, stride = (number(needle, 3) for needle in needles[t - 1])
        return (
            f"Signal {signal}, β₂ = {beta2}, step {t}: the slope is {number(slopes[t - 1], 1)}, m̂ = {mean}, "
            f"√v̂ = {loud}, and the stride {stride} η. {remark}"
        )

    return LivePlot(
        figure,
        draw,
        question=[find("25.w2"), find("25.w2b")],
        signal=ToggleButtons(options=list(SIGNALS), description="slopes"),
        beta2=ToggleButtons(options=[0.98, 0.999], value=0.999, description="β₂"),
        t=IntSlider(value=1, min=1, max=60, step=1, description="step t"),
    )


# --- correction on and off ----------------------------------------------------------------------------------

_FIRST = np.arange(1, 21)


def uncorrected(beta1: float, beta2: float) -> np.ndarray:
    """The first 20 strides, in units of η, for a constant slope when m and v are used as they are."""
    return (1 - beta1**_FIRST) / np.sqrt(1 - beta2**_FIRST)


def correction(first_step_factor=None) -> LivePlot:
    """The first 20 strides under a constant slope, with bias correction and without it.

    first_step_factor   the learner's first_step_factor(b1, b2), drawn as a diamond at t = 1
    """
    given = first_step_factor is not None
    first_step_factor = Learner(first_step_factor, optimize.first_step_factor)
    figure = new_figure(7.4, 3.9)
    ax = figure.subplots()
    label_axes(ax, x="step t", y="stride / η (log scale)", title="A constant slope, the first 20 strides", grid=True)
    ax.set(xlim=(0.3, 20.7), ylim=(0.08, 45), yscale="log", xticks=[1, 5, 10, 15, 20])
    ax.set_yticks([0.1, 0.3, 1, 3, 10, 30], ["0.1", "0.3", "1", "3", "10", "30"])
    ax.minorticks_off()
    ax.axhline(1, color=PALETTE["ink"], linewidth=1)
    ax.text(20.5, 32, "too long", ha="right", va="center")
    ax.text(20.5, 0.105, "too short", ha="right", va="center")
    freeze_layout(figure)
    raw = moving_line(ax, "o-", color=PALETTE["second"], markersize=6, linewidth=1.4, zorder=3)
    fixed = moving_line(ax, "o-", color=PALETTE["third"], markersize=6, linewidth=1.4, zorder=3)
    mark = moving_line(ax, "D", color=PALETTE["ink"], markersize=11, fillstyle="none", markeredgewidth=2, zorder=4)

    def draw(beta1, beta2, corrected):
        strides = uncorrected(beta1, beta2)
        factor, remark = first_step_factor(beta1, beta2)
        raw.set_data(_FIRST, np.full(20, np.nan) if corrected else strides)
        fixed.set_data(_FIRST, np.ones(20) if corrected else np.full(20, np.nan))
        shown = given and not corrected and factor > 0
        mark.set_data([1], [np.clip(factor, 0.095, 34) if shown else np.nan])
        mine = f"The diamond, first_step_factor, is at {number(factor, 3)}. {remark}" if given and not corrected else ""
        if corrected:
            return f"β₁ = {beta1:.2f}, β₂ = {beta2}, corrected: every stride is η, from the first to the last."
        top = int(np.argmax(strides))
        return (
            f"β₁ = {beta1:.2f}, β₂ = {beta2}, not corrected: the first stride is {strides[0]:.3f} η, the longest "
            f"of these 20 is {strides[top]:.2f} η (step {top + 1}), the last {strides[-1]:.2f} η. {mine}"
        )

    return LivePlot(
        figure,
        draw,
        question=[find("25.w3"), find("25.w3b")],
        beta1=FloatSlider(value=0.9, min=0, max=0.95, step=0.05, description="β₁", readout_format=".2f"),
        beta2=ToggleButtons(options=[0.9, 0.98, 0.999], value=0.999, description="β₂"),
        corrected=Checkbox(value=False, description="bias correction on"),
    )


# --- two valleys --------------------------------------------------------------------------------------------

STARTS = np.round(np.linspace(-1.8, 1.8, 37), 1)
VALLEY_STEPS = 400
_X = np.linspace(-2, 2, 241)
SHALLOW, HILL, DEEP = 0.96014956, 0.07542916, -1.03557871  # where 4x³ − 4x + 0.3 is 0


def height(x):
    """x⁴ − 2x² + 0.3x."""
    return x * x * x * x - 2 * x * x + 0.3 * x


def slope(x):
    """Slope of height."""
    return 4 * x * x * x - 4 * x + 0.3


def valley_steps() -> tuple:
    """Plain descent, momentum (β = 0.9) and Adam, all with the learning rate 0.01."""
    return plain(0.01), ball(0.01), adam(0.01)


def two_valleys(run=None) -> LivePlot:
    """Three walkers in a landscape with a shallow and a deep valley; sliders for the start and the step.

    run   the learner's run(step, grad, w0, n); it walks from all starts at once
    """
    run = Learner(run, optimize.run, name="run")
    known = []  # the three walks, each (steps + 1, starts), and a remark
    figure = new_figure(7.8, 4.0)
    left, right = figure.subplots(1, 2, width_ratios=(1.35, 1))
    label_axes(left, x="x", y="f(x)", title="x⁴ − 2x² + 0.3x")
    left.set(xlim=(-2, 2), ylim=(-2.0, 4.3))
    label_axes(right, x="step", y="x", title="Where they are")
    right.set(xlim=(0, VALLEY_STEPS), ylim=(-1.95, 1.95))
    left.plot(_X, height(_X), color=PALETTE["muted"], linewidth=1.6)
    for place, name in ((SHALLOW, "shallow"), (DEEP, "deep")):
        right.axhline(place, color=PALETTE["grid"], linewidth=1)
        left.text(place, height(place) - 0.28, name, ha="center", va="top", fontsize=9)
    looks = list(zip(NAMES, _COLOURS, (4.5, 2.6, 1.2), (14, 9.5, 5), strict=True))
    for name, colour, _, size in looks:
        left.plot([], [], "o", color=colour, markersize=size, label=name)
    left.legend(loc="upper center", fontsize=9)
    freeze_layout(figure)
    balls = [moving_line(left, "o", color=colour, markersize=size, zorder=4) for _, colour, _, size in looks]
    lines = [moving_line(right, color=colour, linewidth=width) for _, colour, width, _ in looks]

    def draw(start, step):
        if not known:
            walks = [run(each, slope, STARTS.copy(), VALLEY_STEPS) for each in valley_steps()]
            known.extend([[way for way, _ in walks], next((remark for _, remark in walks if remark), "")])
        column = int(np.argmin(np.abs(STARTS - start)))
        places = [way[: step + 1, column] for way in known[0]]
        for i, way in enumerate(places):
            balls[i].set_data([way[-1]], [height(way[-1])])
            lines[i].set_data(np.arange(step + 1), way)
        now = ", ".join(f"{name} {number(way[-1], 3)}" for name, way in zip(NAMES, places, strict=True))
        deep = [name for name, way in zip(NAMES, places, strict=True) if way[-1] < HILL]
        who = " and ".join(deep) if 0 < len(deep) < 3 else "All three" if deep else "None of them"
        verb = "is" if len(deep) < 2 else "are"
        side = f"{who[0].upper()}{who[1:]} {verb} on the side of the deep valley."
        return f"From {number(start, 1)}, after {step} steps: {now}. {side} {known[1]}"

    return LivePlot(
        figure,
        draw,
        question=[find("25.w4"), find("25.w4b")],
        start=FloatSlider(value=1.5, min=-1.8, max=1.8, step=0.1, description="start", readout_format=".1f"),
        step=IntSlider(value=0, min=0, max=VALLEY_STEPS, step=5, description="step"),
    )

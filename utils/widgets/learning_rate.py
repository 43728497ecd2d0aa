"""Live pictures of the learning rate: regimes on a bowl, a ravine, three real loss curves, and the paper's schedule."""

import numpy as np
from ipywidgets import FloatSlider, IntSlider, SelectionSlider, ToggleButtons

from utils import optimize, probability, story
from utils.exercises import find
from utils.style import (
    HALO,
    PALETTE,
    SMALL,
    freeze_layout,
    label_axes,
    moving_line,
    new_figure,
    number,
    readable,
    still,
)
from utils.widgets.learner import Learner, by_place
from utils.widgets.live import LivePlot

_WORDS = ("crawl", "oscillate", "diverge")
_START, _STEPS = 3.0, 12
_SIDE, _TOP = 4.3, 18.5  # what the picture of the bowl shows


def regimes(regime=None) -> LivePlot:
    """Descent on the bowl ½λw² from w = 3: sliders for λ and η; the walk shows when you have said what it will do.

    regime   the learner's regime(lr, lam), which gives the verdict; the course's version stands in
    """
    judge = Learner(regime, optimize.regime, through=by_place(_WORDS))
    figure = new_figure(7.6, 3.6)
    left, right = figure.subplots(1, 2)
    label_axes(left, x="w", y="½ λ w²", title="The bowl")
    left.set(xlim=(-_SIDE, _SIDE), ylim=(-0.7, _TOP))
    label_axes(right, x="step", y="w", title="The walk")
    right.set(xlim=(-0.4, _STEPS + 0.4), ylim=(-_SIDE, _SIDE), xticks=range(0, _STEPS + 1, 2))
    right.axhline(0, color=PALETTE["muted"], linewidth=1)
    freeze_layout(figure)
    grid = np.linspace(-_SIDE, _SIDE, 201)
    bowl = moving_line(left, color=PALETTE["first"])
    hops = moving_line(left, "o-", color=PALETTE["second"], markersize=5, linewidth=1.2)
    walk = moving_line(right, "o-", color=PALETTE["second"], markersize=5, linewidth=1.2)
    beyond = moving_line(right, "^", color=PALETTE["ink"], markersize=7, clip_on=False)
    starts = [moving_line(ax, "o", color=PALETTE["ink"], markersize=8, zorder=4) for ax in (left, right)]
    note = right.text(_STEPS / 2, 3.6, "", ha="center", color=readable(PALETTE["ink"]), animated=True)
    note.set_path_effects(HALO)

    def draw(lam, lr, guess):
        bowl.set_data(grid, lam * grid**2 / 2)
        starts[0].set_data([_START], [lam * _START**2 / 2])
        starts[1].set_data([0], [_START])
        told = guess in _WORDS
        way = _START * (1 - lr * lam) ** np.arange(_STEPS + 1) + 0.0
        seen = np.abs(way) <= _SIDE
        leaves = _STEPS + 1 if seen.all() else int(np.argmin(seen))
        shown = way[: leaves + 1] if told else way[:0]  # one point more, so that the line leaves the picture
        hops.set_data(shown, lam * shown**2 / 2)
        walk.set_data(np.arange(len(shown)), shown)
        out = told and leaves <= _STEPS
        beyond.set_data([leaves] if out else [], [np.sign(way[leaves]) * _SIDE] if out else [])
        beyond.set_marker("^" if out and way[leaves] > 0 else "v")
        if not told:
            note.set_text("What will it do? Say so above.")
            return (
                f"λ = {lam:.1f}, η = {lr:.2f}. At w = 3 the slope is λw = {lam * _START:.1f}, so the first stride is "
                f"{lr * lam * _START:.2f} long, and the bottom is 3 away. What will the walk do?"
            )
        verdict, remark = judge(lr, lam)
        word = _WORDS[int(verdict)] if 0 <= int(verdict) < len(_WORDS) else "?"
        note.set_text(f"factor {number(1 - lr * lam)} each step")
        agrees = "and so did you" if word == guess else f"you said {guess}"
        bounces = " It bounces for ever." if np.isclose(lr * lam, 2) else ""
        return (
            f"λ = {lam:.1f}, η = {lr:.2f}: regime says {word}, {agrees}. Each step multiplies w by 1 − ηλ = "
            f"{number(1 - lr * lam)}; after {_STEPS} steps w = {_short(way[-1])}.{bounces} Edges: 1/λ = "
            f"{1 / lam:.3f}, 2/λ = {2 / lam:.3f}. {remark}"
        )

    guess = ToggleButtons(options=["?", *_WORDS], value="?", description="it will")
    sliders = {
        "lam": FloatSlider(value=2.0, min=0.5, max=4, step=0.5, description="curvature λ", readout_format=".1f"),
        "lr": FloatSlider(value=0.1, min=0.05, max=2.2, step=0.05, description="learning rate η"),
    }
    for slider in sliders.values():  # another walk: the label hides again
        slider.observe(lambda change: setattr(guess, "value", "?"), "value")
    return LivePlot(figure, draw, question=[find("24.w1"), find("24.w1b")], **sliders, guess=guess)


def _short(value: float) -> str:
    """Three digits, with a real minus sign; large numbers as powers of ten."""
    if value != 0 and not 1e-3 <= abs(value) < 1e4:
        digits, power = f"{value:.1e}".split("e")
        return f"{digits}·10^{int(power)}".replace("-", "−")
    return number(value, 3)


_FLAT = 1.0  # the smaller curvature of the ravine
_WALK = 15
_FROM = np.array([9.5, 2.2])


def ravine(best_lr=None) -> LivePlot:
    """A bowl with curvature 1 one way and κ the other: the walk, and both factors against η.

    best_lr   the learner's best_lr(H), which places the diamond; the course's version stands in
    """
    best_lr = Learner(best_lr, optimize.best_lr)
    figure = new_figure(7.0, 5.0)
    left, right = figure.subplots(2, 1, height_ratios=(1.1, 1))
    label_axes(left, x="w₁, along: curvature 1", y="w₂, across: κ", title=f"{_WALK} steps in the ravine", equal=True)
    left.set(xlim=(-10.8, 10.8), ylim=(-3.5, 3.5), xticks=range(-10, 11, 5))
    label_axes(
        right, x="η in parts of the limit 2/κ", y="size of the factor", title="What a step leaves of the distance"
    )
    right.set(xlim=(0, 1.1), ylim=(0, 1.25))
    right.axhline(1, color=PALETTE["muted"], linewidth=1)
    freeze_layout(figure)
    angles = np.linspace(0, 2 * np.pi, 121)
    rings = [moving_line(left, color=PALETTE["quiet"], linewidth=1) for _ in range(5)]
    walk = moving_line(left, "o-", color=PALETTE["ink"], markersize=4, linewidth=1.2, zorder=3)
    parts = np.linspace(0, 1.1, 221)
    flat = moving_line(right, color=PALETTE["first"])
    steep = moving_line(right, color=PALETTE["second"])
    names = [
        right.text(0, 0, text, color=readable(PALETTE[role]), fontsize=SMALL, animated=True, path_effects=HALO)
        for text, role in (("along, 1 − η", "first"), ("across, 1 − ηκ", "second"))
    ]
    names[0].set(position=(0.02, 1.08), ha="left")
    names[1].set(position=(0.6, 0.06), ha="left")
    dots = [moving_line(right, "o", color=PALETTE[role], markersize=8, zorder=4) for role in ("first", "second")]
    diamond = moving_line(right, "D", color=PALETTE["third"], markersize=8, zorder=3)

    def draw(kappa, part):
        (lr_best, rate), remark = best_lr(np.diag([_FLAT, float(kappa)]))
        limit = 2 / kappa
        lr = part * limit
        for ring, height in zip(rings, (0.5, 4, 13, 28, 50), strict=True):
            radius = np.sqrt(2 * height)
            ring.set_data(radius * np.cos(angles), radius / np.sqrt(kappa) * np.sin(angles))
        factors = np.array([1 - lr * _FLAT, 1 - lr * kappa])
        way = _FROM * factors ** np.arange(_WALK + 1)[:, None]
        walk.set_data(*way.T)
        flat.set_data(parts, np.abs(1 - parts * limit))
        steep.set_data(parts, np.abs(1 - 2 * parts))
        for dot, factor in zip(dots, factors, strict=True):
            dot.set_data([part], [abs(factor)])
        diamond.set_data([lr_best / limit], [rate])
        slower = (
            "both alike" if np.isclose(*np.abs(factors)) else "along" if abs(factors[0]) > abs(factors[1]) else "across"
        )
        return (
            f"κ = {kappa}, η = {lr:.4f} ({part:.2f} of the limit {limit:.3f}): factors {number(factors[0], 3)} along "
            f"and {number(factors[1], 3)} across; slower: {slower}. best_lr, the diamond: η = {number(lr_best, 4)}, "
            f"rate {number(rate, 3)}. {remark}"
        )

    return LivePlot(
        figure,
        draw,
        question=find("24.w4"),
        kappa=IntSlider(value=10, min=1, max=50, description="κ, curvature across"),
        part=FloatSlider(value=0.5, min=0.05, max=1.05, step=0.01, description="η in parts of 2/κ"),
    )


# --- three real curves --------------------------------------------------------------------------------------

_COUNTS = probability.bigram_counts(story.CORPUS, story.VOCABULARY)
_FROM_HERE = _COUNTS.sum(axis=1, keepdims=True)  # how often each word has a successor
# Curvature of the loss at its minimum, where the row of *the* is steepest: 8 of 23 events, Jacobian of softmax.
LIMIT = optimize.max_lr(8 / 23 * probability.softmax_jacobian(story.SHARES))
_MYSTERY = {"A": 20.0, "B": 0.5, "C": 5.0}
_TRIED = [0.2, 0.5, 1.0, 2.0, 3.0, 5.0, 8.0, 12.0, 16.0, 18.0, 20.0, 25.0, 30.0, 40.0]
_RUN = 60


def losses(rates) -> np.ndarray:
    """Mean surprise in nat of the bigram model of the corpus, before and after every step of descent from zeros.

    rates   learning rates, (..., steps): each leading place is a run of its own. Returns (..., steps + 1)
    """
    rates = np.asarray(rates, dtype=float)
    logits = np.zeros((*rates.shape[:-1], *_COUNTS.shape))
    course = [_loss(logits)]
    for lr in np.moveaxis(rates, -1, 0):
        gradient = (_FROM_HERE * probability.softmax(logits) - _COUNTS) / story.EVENTS  # p − y, day 19
        logits = logits - lr[..., None, None] * gradient
        course.append(_loss(logits))
    return np.stack(course, axis=-1)


def _loss(logits):
    return -np.sum(_COUNTS * probability.log_softmax(logits), axis=(-2, -1)) / story.EVENTS


def _loss_axes(ax, steps, title):
    label_axes(ax, x="step", y="loss in nat per token", title=title)
    ax.set(xlim=(-0.5, steps), ylim=(0.5, 2.3))
    ax.axhline(story.BIGRAM_NATS, color=PALETTE["muted"], linestyle="--", linewidth=1.2)
    return ax


def match_curves() -> LivePlot:
    """Three loss curves of the bigram model without their learning rates; a slider shows the run of any other."""
    runs = dict(zip(_TRIED, losses(np.tile(np.array(_TRIED)[:, None], _RUN)), strict=True))
    figure = new_figure(7.0, 3.9)
    ax = _loss_axes(figure.subplots(), _RUN + 3, "One model, one corpus, three learning rates")
    steps = np.arange(_RUN + 1)
    for name, role in zip(_MYSTERY, ("first", "second", "third"), strict=True):
        course = runs[_MYSTERY[name]]
        ax.plot(steps, course, color=PALETTE[role], linewidth=4, alpha=0.55, solid_capstyle="round")
        ax.text(
            _RUN + 0.8,
            course[-1] + (0.03 if name == "A" else 0),
            name,
            color=readable(PALETTE[role]),
            fontweight="bold",
            va="center",
        )
    ax.text(_RUN / 2, 0.52, f"floor of all bigram models, {story.BIGRAM_NATS:.4f} nat", ha="center", fontsize=SMALL)
    freeze_layout(figure)
    yours = moving_line(ax, color=PALETTE["ink"], linewidth=1.5, marker="o", markersize=2.5)

    def draw(lr):
        course = runs[lr]
        yours.set_data(steps, course)
        gaps = {name: float(np.abs(course - runs[_MYSTERY[name]]).mean()) for name in _MYSTERY}
        hit = next((name for name, gap in gaps.items() if gap < 1e-12), None)
        ups = int(np.sum(np.diff(course) > 1e-9))
        apart = ", ".join(f"{name} {gap:.3f}" for name, gap in gaps.items())
        found = f"It lies on {hit}." if hit else f"Mean distance in nat: {apart}."
        return (
            f"η = {lr:g}: {course[1]:.3f} nat after 1 step, {course[-1]:.3f} nat after {_RUN}; the loss went up in "
            f"{ups} of {_RUN} steps. {found}"
        )

    return LivePlot(
        figure,
        draw,
        question=[find("24.w3"), find("24.w3b")],
        lr=SelectionSlider(options=[(f"{lr:g}", lr) for lr in _TRIED], value=2.0, description="try η ="),
    )


# --- schedules ----------------------------------------------------------------------------------------------

_LAST, _HIGH = 32_000, 2.2
_PAPER = (512, 4000)


def _rates(noam):
    """noam for a whole row of steps, since a learner's takes one number."""

    def course(d, warmup):
        return np.array([float(noam(int(step), d, warmup)) for step in _grid(warmup)])

    return course


def _grid(warmup):
    """Some hundred steps, with those that matter among them: the first, the peak, and four times as far."""
    return np.unique([1, warmup, 4 * warmup, *np.linspace(1, _LAST, 120).astype(int)])


def schedule(noam=None) -> LivePlot:
    """Equation (3): the learning rate over the steps, with sliders for the width and the warm-up.

    noam   the learner's noam(step, d, warmup); the course's version stands in
    """
    rates = Learner(noam, optimize.noam, through=_rates)
    figure = new_figure(7.2, 3.9)
    ax = figure.subplots()
    label_axes(ax, x="step", y="learning rate in thousandths", title="The smaller of two curves")
    ax.set(xlim=(0, 33_000), ylim=(0, _HIGH), xticks=range(0, _LAST + 1, 4000))
    paper = _grid(_PAPER[1])
    ax.plot(
        paper, 1000 * optimize.noam(paper, *_PAPER), color=PALETTE["quiet"], linewidth=5, label="the paper's: 512, 4000"
    )
    steps = np.linspace(100, _LAST, 320)
    falling = moving_line(ax, color=PALETTE["second"], linewidth=1.2, dashes=(4, 3))
    rising = moving_line(ax, color=PALETTE["third"], linewidth=1.2, dashes=(4, 3))
    curve = moving_line(ax, color=PALETTE["first"], linewidth=2.5, zorder=3)
    marks = moving_line(ax, "o", color=PALETTE["ink"], markersize=7, zorder=4)
    ax.plot([], [], color=PALETTE["second"], linewidth=1.2, dashes=(4, 3), label="step^−0.5, scaled")
    ax.plot([], [], color=PALETTE["third"], linewidth=1.2, dashes=(4, 3), label="step · warmup^−1.5, scaled")
    ax.legend(loc="upper center", bbox_to_anchor=(0.5, -0.2), ncols=3, frameon=False)
    freeze_layout(figure)
    texts = [ax.text(0, 0, "", fontsize=SMALL, animated=True, path_effects=HALO) for _ in range(2)]

    def draw(d, warmup):
        values, remark = rates(d, warmup)
        places = _grid(warmup)
        values = 1000 * values
        falling.set_data(steps, 1000 * d**-0.5 * steps**-0.5)
        rising.set_data([0, _LAST], [0, 1000 * d**-0.5 * _LAST * warmup**-1.5])
        curve.set_data(places, values)
        peak, later = (float(values[places == place][0]) for place in (warmup, 4 * warmup))
        marks.set_data([warmup, 4 * warmup], [peak, later])
        for text, place, value in zip(texts, (warmup, 4 * warmup), (peak, later), strict=True):
            side = "right" if place > 30_000 else "left"
            text.set(position=(place + 450, value + 0.05), ha=side, text=number(value, 3), visible=value < _HIGH - 0.1)
        top = int(places[np.argmax(values)])
        height = 1000 * (d * warmup) ** -0.5
        return (
            f"d = {d}, warmup = {warmup}: largest at step {top}. {_tiny(peak)} at step {warmup}, where 1/√(d · warmup) "
            f"= {_tiny(height)}; {_tiny(later)} at step {4 * warmup}; {_tiny(values[0])} at step 1. "
            f"{remark}"
        )

    return LivePlot(
        figure,
        draw,
        question=[find("24.w2"), find("24.w2b")],
        d=SelectionSlider(options=[256, 512, 1024], value=512, description="width d"),
        warmup=IntSlider(value=4000, min=1000, max=8000, step=500, description="warm-up steps"),
    )


def _tiny(thousandths: float) -> str:
    """As on paper: 1.75e-7."""
    return f"{thousandths / 1000:.2e}".replace("e-0", "e-")


def plans(steps=120, peak=20.0):
    """Four ways of spending the same number of steps: {name: learning rates}."""
    step = np.arange(steps)
    return {
        "constant": np.full(steps, peak),
        "stairs": optimize.step_decay(step, peak, 0.5, 40),
        "cosine": optimize.cosine_schedule(step, steps, peak, 10),
        "eq. (3)": optimize.noam(step + 1, 1, 10) * peak * np.sqrt(10),
    }


def four_plans():
    """The four schedules, and what the bigram model makes of each: a picture at rest."""
    figure = new_figure(7.6, 3.6)
    left, right = figure.subplots(1, 2)
    label_axes(left, x="step", y="learning rate", title="Four plans")
    right = _loss_axes(right, 121, "The bigram model trained with them")
    ends = {}
    for (name, rates), role in zip(plans().items(), ("second", "first", "third", "fourth"), strict=True):
        course = losses(rates)
        left.plot(np.arange(1, len(rates) + 1), rates, color=PALETTE[role], label=name)
        right.plot(np.arange(len(course)), course, color=PALETTE[role], linewidth=1.6)
        ends[name] = float(course[-1])
    right.set(ylim=(0.58, 1.0))
    right.text(60, 0.599, f"floor {story.BIGRAM_NATS:.3f} nat", ha="center", va="top", fontsize=SMALL)
    left.set(ylim=(0, 23), xlim=(0, 121))
    left.axhline(LIMIT, color=PALETTE["muted"], linestyle="--", linewidth=1.2, zorder=0)
    left.text(119, LIMIT + 0.25, f"limit {LIMIT:.1f}", ha="right", fontsize=SMALL)
    left.legend(loc="upper center", bbox_to_anchor=(0.5, -0.2), ncols=4, frameon=False, handlelength=1, columnspacing=1)
    said = ", ".join(f"{name} {loss:.3f}" for name, loss in ends.items())
    return still(figure, f"Loss after 120 steps, in nat: {said}; the floor is {story.BIGRAM_NATS:.3f} nat.")

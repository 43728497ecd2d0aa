"""Live pictures of regularisation: degree and λ, dropout, and weight decay under Adam; a still of two curves."""

import numpy as np
from ipywidgets import Checkbox, FloatLogSlider, FloatSlider, IntSlider
from matplotlib.lines import Line2D

from utils import optimize, story, style
from utils.exercises import find
from utils.exercises.day27 import dropout as course_dropout
from utils.style import HALO, PALETTE, freeze_layout, label_axes, moving_line, new_figure, number, readable
from utils.widgets.learner import Learner
from utils.widgets.live import LivePlot

# --- two curves of one training ---


def two_curves(train, unseen) -> style.Still:
    """A still: loss on the corpus and on the unseen sentence, in bit/token, after each step of one training."""
    train, unseen = np.asarray(train, dtype=float), np.asarray(unseen, dtype=float)
    figure = new_figure(7.2, 3.6)
    ax = figure.subplots()
    label_axes(ax, x="step", y="loss, bit/token", title="One training, read on two sides")
    ax.set(xlim=(0, len(train)), ylim=(0, 3))
    ax.plot(train, color=PALETTE["first"])
    ax.plot(unseen, color=PALETTE["second"])
    best = int(np.argmin(unseen))
    ax.plot(best, unseen[best], "o", color=PALETTE["ink"], markersize=8, zorder=4)
    for height, name in ((1.0, "bigram, on the unseen sentence"), (story.FULL_CONTEXT_BITS, "floor of the corpus")):
        ax.axhline(height, color=PALETTE["muted"], linestyle="--", linewidth=1)
        ax.text(len(train), height - 0.04, f"{name}: {height:.2f}", ha="right", va="top", color=PALETTE["ink"])
    end = 0.72 * len(train)
    place = {"ha": "center", "path_effects": HALO}
    ax.text(end, unseen[int(end)] + 0.22, "the dog sat on the rug", color=readable(PALETTE["second"]), **place)
    ax.text(end, train[int(end)] + 0.1, "the four sentences", color=readable(PALETTE["first"]), **place)
    ax.annotate(
        f"step {best}: {unseen[best]:.2f}",
        (best, unseen[best]),
        (best + 8, unseen[best] + 1.2),
        arrowprops={"arrowstyle": "-", "color": PALETTE["muted"]},
        va="bottom",
    )
    return style.still(
        figure,
        f"Loss in bit/token: on the corpus it falls to {train[-1]:.2f}; on the unseen sentence it falls to "
        f"{unseen[best]:.2f} at step {best} and climbs to {unseen[-1]:.2f} at step {len(unseen) - 1}.",
    )


# --- degree and λ ---

DEGREES = range(1, 12)
EXPONENTS = np.round(np.arange(-6, 2.01, 0.25), 2)  # λ = 10^…
_NOISE = np.random.default_rng(32)
HOURS, HOURS_BETWEEN = np.linspace(-1, 1, 12), np.linspace(-1, 1, 12)[:-1] + 1 / 11
WARMTH = np.sin(2.6 * HOURS + 0.4) + 0.3 * _NOISE.standard_normal(12)
WARMTH_BETWEEN = np.sin(2.6 * HOURS_BETWEEN + 0.4) + 0.3 * _NOISE.standard_normal(11)
_GRID = np.linspace(-1, 1, 161)


def powers(x, degree: int) -> np.ndarray:
    """Columns x, x², … of a polynomial without its constant, shape (n, degree)."""
    return np.asarray(x, dtype=float)[:, None] ** np.arange(1, degree + 1)


def degree_and_penalty(ridge=None) -> LivePlot:
    """A polynomial through twelve points, and its errors over the degree and over λ.

    ridge   the learner's ridge(X, y, lam) -> (w, b); the course's version stands in for an unfinished one
    """
    ridge = Learner(ridge, optimize.ridge)
    fits = {(d, j): ridge(powers(HOURS, d), WARMTH, 10**e) for d in DEGREES for j, e in enumerate(EXPONENTS)}

    def errors(x, y):
        rows = [[np.mean((powers(x, d) @ fits[d, j][0][0] + fits[d, j][0][1] - y) ** 2) for j in range(len(EXPONENTS))]
                for d in DEGREES]  # fmt: skip
        return np.array(rows)

    train, between = errors(HOURS, WARMTH), errors(HOURS_BETWEEN, WARMTH_BETWEEN)
    figure = new_figure(7.8, 4.2)
    left, by_degree, by_penalty = figure.subplot_mosaic([["fit", "d"], ["fit", "l"]], width_ratios=(1.25, 1)).values()
    label_axes(left, x="time of day (noon = 0)", y="warmth of the mat", title="The curve")
    left.set(xlim=(-1.06, 1.06), ylim=(-2.2, 2.2), xticks=[-1, 0, 1])
    left.plot(HOURS, WARMTH, "o", color=PALETTE["first"], markersize=7, label="training")
    open_dot = {"markerfacecolor": "white", "markeredgewidth": 1.8}
    left.plot(HOURS_BETWEEN, WARMTH_BETWEEN, "s", color=PALETTE["second"], markersize=6, label="validation", **open_dot)
    left.legend(loc="lower right", frameon=False)
    label_axes(by_degree, x="degree, at this λ", y="mean square", title="Errors")
    by_degree.set(xlim=(0.6, 11.4), xticks=[1, 3, 5, 7, 9, 11])
    label_axes(by_penalty, x="λ, at this degree", y="mean square")
    by_penalty.set(xlim=(EXPONENTS[0] - 0.2, EXPONENTS[-1] + 0.2), xticks=[-6, -4, -2, 0, 2])
    by_penalty.set_xticklabels(["10⁻⁶", "10⁻⁴", "0.01", "1", "100"])
    for ax in (by_degree, by_penalty):
        ax.set(ylim=(0, 0.62), yticks=[0, 0.2, 0.4, 0.6])
    freeze_layout(figure)

    curve = moving_line(left, color=PALETTE["ink"], zorder=1)
    lines = [
        [moving_line(ax, color=PALETTE[role], zorder=2) for role in ("first", "second")]
        for ax in (by_degree, by_penalty)
    ]
    dots = [
        [moving_line(ax, "o", color=PALETTE[role], markersize=7, zorder=3) for role in ("first", "second")]
        for ax in (by_degree, by_penalty)
    ]

    def draw(degree, lam):
        j = int(np.argmin(np.abs(EXPONENTS - np.log10(lam))))
        (w, b), remark = fits[degree, j]
        curve.set_data(_GRID, powers(_GRID, degree) @ w + b)
        for k, table in enumerate((train, between)):
            here = table[degree - 1, j]
            lines[0][k].set_data(DEGREES, table[:, j])
            lines[1][k].set_data(EXPONENTS, table[degree - 1])
            dots[0][k].set_data([degree], [min(here, 0.6)])
            dots[1][k].set_data([EXPONENTS[j]], [min(here, 0.6)])
        best_degree, best = int(np.argmin(between[:, j])) + 1, int(np.argmin(between[degree - 1]))
        here, lowest = _decimal(10 ** EXPONENTS[j]), _decimal(10 ** EXPONENTS[best])
        return (
            f"Degree {degree}, λ = {here}, length of w {number(np.linalg.norm(w), 1)}: mean square "
            f"{train[degree - 1, j]:.3f} on training, {between[degree - 1, j]:.3f} on validation. Validation is lowest "
            f"at degree {best_degree} for this λ, and at λ = {lowest} for this degree. {remark}"
        )

    return LivePlot(
        figure,
        draw,
        question=[find("27.w1"), find("27.w1b")],
        degree=IntSlider(value=1, min=1, max=11, description="degree"),
        lam=FloatLogSlider(value=1e-6, min=-6, max=2, step=0.25, description="λ", readout_format=".1e"),
    )


def _decimal(value: float) -> str:
    """Two digits that count, without a power of ten."""
    return np.format_float_positional(value, precision=2, fractional=False, trim="-")


# --- dropout ---

_NEURONS, _MASKS = 40, 2000
# One row a mask; a neuron is kept where its chance is at least p. Each column has every chance once: exact shares.
_CHANCES = np.random.default_rng(27).permuted(np.tile((np.arange(_MASKS) + 0.5) / _MASKS, (_NEURONS, 1)), axis=1).T


def dropout(function=None) -> LivePlot:
    """Forty neurons that all say 2 under one mask, and their mean over two thousand masks for every p.

    function   the learner's dropout(x, mask, p, train=True); the course's version stands in for an unfinished one
    """
    learners = Learner(function, course_dropout, name="dropout")
    figure = new_figure(7.8, 3.9)
    left, right = figure.subplots(1, 2, width_ratios=(1.5, 1))
    label_axes(left, x="neuron", y="what it hands on", title="One mask")
    left.set(xlim=(-1, _NEURONS), ylim=(0, 9.4), xticks=[0, 10, 20, 30, 39], yticks=range(0, 9, 2))
    label_axes(right, x="p, share that is dropped", y="mean", title=f"Mean over {_MASKS:,} masks")
    right.set(xlim=(-0.04, 0.84), ylim=(-0.1, 4.2), xticks=[0, 0.2, 0.4, 0.6, 0.8])
    right.axhline(2, color=PALETTE["muted"], linestyle="--", linewidth=1)
    right.text(0.82, 2.18, "without dropout: 2", ha="right", va="bottom")
    right.plot([0, 0.8], [2, 0.4], color=PALETTE["quiet"], linewidth=1.5)
    right.text(0.34, 1.16, "2 (1 − p)", ha="right", va="top", color=readable(PALETTE["quiet"]))
    freeze_layout(figure)
    stems = left.vlines(np.arange(_NEURONS), 0, 2, color=PALETTE["first"], linewidth=4, animated=True)
    (zeros,) = left.plot([], [], "x", color=PALETTE["second"], markersize=6, animated=True, clip_on=False, zorder=4)
    (mean_line,) = left.plot([-1, _NEURONS], [2, 2], color=PALETTE["ink"], linewidth=2, animated=True, zorder=3)
    note = left.text(_NEURONS - 0.5, 9.2, "", ha="right", va="top", animated=True, zorder=5)
    note.set_bbox({"facecolor": "white", "edgecolor": "none", "pad": 2})
    (dot,) = right.plot([0], [2], "o", color=PALETTE["ink"], markersize=9, animated=True, zorder=4)

    def draw(p, which, rescale, evaluate):
        x, mask = np.full((_MASKS, _NEURONS), 2.0), p <= _CHANCES
        remark = ""
        if rescale:
            out, remark = learners(x, mask, p, train=not evaluate)
        else:
            out = x if evaluate else np.where(mask, x, 0.0)
        row = out[which - 1]
        stems.set_segments([[(i, 0), (i, height)] for i, height in enumerate(row)])
        dropped = np.flatnonzero(row == 0)
        zeros.set_data(dropped, np.full(len(dropped), 0.12))
        mean_line.set_ydata([row.mean()] * 2)
        note.set_text(f"mean of these forty: {number(row.mean())}")
        dot.set_data([p], [min(out.mean(), 4.0)])
        what = "Evaluation" if evaluate else "Training"
        how = "rescaled" if rescale else "not rescaled"
        kept = np.unique(np.round(row[row != 0], 3))
        value = f"each kept neuron says {number(kept[0], 3)}" if len(kept) == 1 else "no single kept value"
        return (
            f"{what}, p = {p:.2f}, {how}: {len(dropped)} of {_NEURONS} are silent under mask {which}, {value}, and "
            f"their mean is {number(row.mean())}. Over {_MASKS:,} masks the mean is {number(out.mean())}, the variance "
            f"{number(out.var())}. {remark}"
        )

    return LivePlot(
        figure,
        draw,
        question=find("27.w2"),
        p=FloatSlider(value=0.5, min=0, max=0.75, step=0.05, description="p"),
        which=IntSlider(value=1, min=1, max=20, description="another mask"),
        rescale=Checkbox(value=False, description="rescale by 1/(1 − p)"),
        evaluate=Checkbox(value=False, description="evaluation instead of training"),
    )


# --- weight decay under Adam ---

STEPS, LR = 300, 0.01
LAMBDAS = np.round(np.arange(-2, 0.01, 0.125), 3)  # λ = 10^…
LOUDNESS = np.round(np.arange(-2, 2.01, 0.25), 2)  # a gradient is ± 10^…


def _decays():
    """Weights that start at 1 under gradients of alternating sign, (2, steps + 1, λ, loudness): Adam-L2, AdamW."""
    lam, size = np.meshgrid(10.0**LAMBDAS, 10.0**LOUDNESS, indexing="ij")
    inside = outside = np.ones(lam.shape)
    state = [(np.zeros(lam.shape),) * 2] * 2
    way = [(inside, outside)]
    for t in range(1, STEPS + 1):
        g = size * (1 if t % 2 else -1)
        inside, *first = optimize.adam_step(inside, g + lam * inside, *state[0], t, LR)
        stride, *second = optimize.adam_step(outside, g, *state[1], t, LR)
        outside = stride - LR * lam * outside
        state = [first, second]
        way.append((inside, outside))
    return np.array(way).transpose(1, 0, 2, 3)


def adam_or_adamw() -> LivePlot:
    """Two weights, a loud and a quiet one, pulled towards 0 by the same λ: inside Adam's gradient, or outside."""
    inside, outside = _decays()
    figure = new_figure(7.8, 3.8)
    panels = figure.subplots(1, 2, sharey=True)
    for ax, name in zip(panels, ("loud", "quiet"), strict=True):
        label_axes(ax, x="step", y="weight" if ax is panels[0] else "", title=f"The weight with {name} gradients")
        ax.set(xlim=(0, STEPS), ylim=(-0.05, 1.08), xticks=[0, 100, 200, 300])
        ax.axhline(0, color=PALETTE["grid"], linewidth=1)
    forms = {"first": {"linewidth": 4, "alpha": 0.55, "zorder": 2}, "second": {"linewidth": 2, "zorder": 3}}
    samples = [Line2D([], [], color=PALETTE[role], **form) for role, form in forms.items()]
    names = ["AdamW: decay outside", "Adam: λw in the gradient"]
    figure.legend(samples, names, loc="outside upper center", ncols=2, frameon=False)
    freeze_layout(figure)
    x = np.arange(STEPS + 1)
    lines = [
        [ax.plot([], [], color=PALETTE[role], animated=True, **form)[0] for role, form in forms.items()]
        for ax in panels
    ]

    def draw(lam, loud, quiet):
        i = int(np.argmin(np.abs(LAMBDAS - np.log10(lam))))
        ends = []
        for k, loudness in enumerate((loud, quiet)):
            j = int(np.argmin(np.abs(LOUDNESS - np.log10(loudness))))
            both = outside[:, i, j], inside[:, i, j]
            ends.append([way[-1] for way in both])
            for way, line in zip(both, lines[k], strict=True):
                line.set_data(x, way)
        (w_loud, l2_loud), (w_quiet, l2_quiet) = ends
        return (
            f"λ = {lam:.2g}, gradients ±{loud:.3g} and ±{quiet:.3g}, {STEPS} steps from 1. With λw inside Adam's "
            f"gradient the loud weight ends at {number(l2_loud)}, the quiet one at {number(l2_quiet)}. AdamW takes ηλw "
            f"outside: {number(w_loud)} and {number(w_quiet)}. {STEPS} factors 1 − ηλ make "
            f"{number((1 - LR * 10 ** LAMBDAS[i]) ** STEPS)}; the first stride took {LR}."
        )

    return LivePlot(
        figure,
        draw,
        question=[find("27.w3"), find("27.w3b")],
        lam=FloatLogSlider(value=0.1, min=-2, max=0, step=0.125, description="λ", readout_format=".2f"),
        loud=FloatLogSlider(
            value=10.0, min=0, max=2, step=0.25, description="size of loud gradients", readout_format=".3g"
        ),
        quiet=FloatLogSlider(
            value=0.1, min=-2, max=0, step=0.25, description="size of quiet gradients", readout_format=".3g"
        ),
    )

"""Live pictures of likelihood: L and log L over p, and a bell fitted to five numbers."""

import numpy as np
from ipywidgets import Checkbox, FloatSlider, ToggleButtons

from utils import probability
from utils.exercises import find
from utils.style import HALO, PALETTE, freeze_layout, label_axes, moving_line, new_figure, number, readable
from utils.widgets.learner import Learner
from utils.widgets.live import LivePlot

TITLE = ("Attention", "Is", "All", "You", "Need")
LETTERS = np.array([len(word) for word in TITLE], dtype=float)

_DATA = {"3 of 4": (3, 4), "30 of 40": (30, 40)}
_P = np.round(np.linspace(0.01, 0.99, 197), 6)  # steps of 0.005
_STEP = 1e-6  # for the slope
_DEEPEST = -60.0  # nat, the lowest value that the picture of log L shows


def likelihood(log_likelihood=None) -> LivePlot:
    """L(p) in parts of its largest value, and log L(p) with its slope; a slider for p and two sets of data.

    log_likelihood   the learner's log_likelihood(p, k, n); the course's version stands in for an unfinished one
    """
    log_likelihood = Learner(log_likelihood, probability.log_likelihood, check=_drawable)
    figure = new_figure(7.6, 3.7)
    left, right = figure.subplots(1, 2)
    label_axes(left, x="p", y="L(p) / largest L", title="Likelihood")
    left.set(xlim=(0, 1), ylim=(-0.03, 1.08), xticks=[0, 0.25, 0.5, 0.75, 1])
    label_axes(right, x="p", y="log L(p) in nat", title="Its logarithm")
    right.set(xlim=(0, 1), ylim=(_DEEPEST, 2), xticks=[0, 0.25, 0.5, 0.75, 1])
    left.axhline(0.5, color=PALETTE["grid"], linewidth=1, zorder=0)
    freeze_layout(figure)

    curve = moving_line(left, color=PALETTE["first"], zorder=2)
    half = moving_line(left, color=PALETTE["third"], linewidth=5, solid_capstyle="butt", zorder=2)
    name = left.text(0.04, 0.55, "at least half of\nthe largest", color=readable(PALETTE["third"]), animated=True)
    name.set_path_effects(HALO)
    log_curve = moving_line(right, color=PALETTE["first"], zorder=2)
    tangent = moving_line(right, color=PALETTE["second"], zorder=3)
    slope_text = right.text(0.24, -57, "", color=readable(PALETTE["second"]), animated=True, path_effects=HALO)
    dots = [moving_line(ax, "o", color=PALETTE["ink"], markersize=8, zorder=4) for ax in (left, right)]

    def draw(data, p):
        k, n = _DATA[data]
        logs, remark = log_likelihood(np.concatenate([_P, [p - _STEP, p + _STEP]]), k, n)
        logs, (before, after) = logs[:-2], logs[-2:]
        place = int(np.argmin(np.abs(_P - p)))
        top = int(np.argmax(logs))
        parts = np.exp(logs - logs[top])
        within = _P[parts >= 0.5]
        slope = (after - before) / (2 * _STEP)
        here = logs[place]
        curve.set_data(_P, parts)
        half.set_data([within[0], within[-1]], [0.5, 0.5])
        log_curve.set_data(_P, logs)
        reach = 0.12 / np.hypot(1, slope / 60)  # about equally long at every slope
        tangent.set_data([p - reach, p + reach], [here - slope * reach, here + slope * reach])
        dots[0].set_data([p], [parts[place]])
        beyond = here < _DEEPEST
        dots[1].set_data([p], [_DEEPEST + 2 if beyond else here])
        dots[1].set_marker("v" if beyond else "o")
        slope_text.set_text(f"slope {number(slope, 1)} nat per unit of p")
        way = "level" if abs(slope) < 1e-4 else "uphill to the right" if slope > 0 else "uphill to the left"
        return (
            f"{data} at p = {p:.3f}: L = {np.exp(here):.4g}, {parts[place]:.1%} of its largest value; log L = "
            f"{number(here, 2)} nat, {way}. The largest is at p = {_P[top]:.3f}; L is at least half of it "
            f"from {within[0]:.2f} to {within[-1]:.2f}. {remark}"
        )

    return LivePlot(
        figure,
        draw,
        question=[find("17.w1"), find("17.w1b")],
        data=ToggleButtons(options=list(_DATA), description="cats"),
        p=FloatSlider(value=0.5, min=0.02, max=0.98, step=0.005, description="p", readout_format=".3f"),
    )


def _drawable(value, expected):
    """A learner's curve may be wrong, but where it is far above 0 its exponential cannot be drawn."""
    return "gave a log-likelihood above 0, and no probability is above 1" if np.max(value) > 1e-9 else None


_X = np.linspace(-2, 14, 321)
_SIGMAS = np.linspace(0.8, 6.0, 261)
_MOST = 5.6  # nat per word, the highest value that the picture of the loss shows


def bell(fit_gauss=None) -> LivePlot:
    """A bell over the word lengths of the paper's title, and the loss of every σ at this μ.

    fit_gauss   the learner's fit_gauss(x), drawn dashed on request; the course's version stands in
    """
    fit_gauss = Learner(fit_gauss, probability.fit_gauss, check=_has_width)
    figure = new_figure(7.6, 3.9)
    left, right = figure.subplots(1, 2, width_ratios=(1.25, 1))
    label_axes(left, x="letters in a word", y="density per letter", title=" ".join(TITLE))
    left.set(xlim=(-2, 14), ylim=(-0.055, 0.53), xticks=range(0, 15, 2))
    label_axes(right, x="σ in letters", y="loss in nat per word", title="−log L / n at this μ")
    right.set(xlim=(0.6, 6.2), ylim=(2, _MOST), xticks=range(1, 7))
    left.axhline(0, color=PALETTE["muted"], linewidth=1)
    for length in np.unique(LETTERS):
        many = int(np.sum(length == LETTERS))
        left.plot(length, 0, "o", color=PALETTE["ink"], markersize=7, clip_on=False, zorder=4)
        if many > 1:
            left.text(length, -0.018, f"{many} words", ha="center", va="top", fontsize=9)
    freeze_layout(figure)

    curve = moving_line(left, color=PALETTE["first"], zorder=3)
    theirs = moving_line(left, color=PALETTE["third"], dashes=(3, 4), zorder=3)
    stems = [moving_line(left, color=PALETTE["second"], linewidth=2.5, zorder=2) for _ in LETTERS]
    loss_curve = moving_line(right, color=PALETTE["first"], zorder=2)
    lowest = moving_line(right, "D", color=PALETTE["third"], markersize=8, zorder=3)
    dot = moving_line(right, "o", color=PALETTE["ink"], markersize=8, zorder=4)
    note = right.text(6.1, 5.45, "", ha="right", va="top", color=readable(PALETTE["third"]), animated=True)
    note.set_path_effects(HALO)

    def draw(mu, sigma, show):
        (mean, variance), remark = fit_gauss(LETTERS)
        heights = probability.normal_pdf(LETTERS, mu, sigma)
        curve.set_data(_X, probability.normal_pdf(_X, mu, sigma))
        for stem, length, height in zip(stems, LETTERS, heights, strict=True):
            stem.set_data([length, length], [0, height])
        theirs.set_data(_X, probability.normal_pdf(_X, mean, np.sqrt(variance)) if show else np.full(_X.size, np.nan))
        loss_curve.set_data(_SIGMAS, [_loss(mu, each) for each in _SIGMAS])
        best = float(np.sqrt(np.mean((LETTERS - mu) ** 2)))
        here = _loss(mu, sigma)
        lowest.set_data([best], [_loss(mu, best)])
        dot.set_data([sigma], [min(here, _MOST - 0.1)])
        dot.set_marker("^" if here > _MOST else "o")
        note.set_text(f"lowest at σ = {best:.2f}")
        fitted = ""
        if show:
            root = float(np.sqrt(variance))
            fitted = f"Dashed, fit_gauss: mean {number(mean)}, σ = √{number(variance)} = {root:.2f}, "
            fitted += f"{_loss(mean, root):.3f} nat/word. {remark}"
        return (
            f"The bell with μ = {mu:.1f} and σ = {sigma:.2f} costs {here:.3f} nat/word. For this μ the best σ is "
            f"{best:.2f} ({_loss(mu, best):.3f} nat/word). {fitted}"
        )

    return LivePlot(
        figure,
        draw,
        question=[find("17.w2"), find("17.w2b")],
        mu=FloatSlider(value=4.2, min=2, max=7, step=0.1, description="μ, centre", readout_format=".1f"),
        sigma=FloatSlider(value=1.0, min=0.8, max=6, step=0.02, description="σ, width"),
        show=Checkbox(value=False, description="show the bell of fit_gauss (dashed)"),
    )


def _loss(mu: float, sigma: float) -> float:
    """Mean of −log density of the five lengths, in nat."""
    return float(np.mean(0.5 * ((LETTERS - mu) / sigma) ** 2) + np.log(sigma * np.sqrt(2 * np.pi)))


def _has_width(value, expected):
    """A bell needs a positive variance; a tiny one is a spike that no picture shows."""
    return None if value[1] > 0.05 else f"gave the variance {value[1]:.3g}, too narrow to draw"

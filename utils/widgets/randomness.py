"""Live pictures of random variables: sums that become bells, loud scores, five samples; and what a model puts out."""

from functools import cache
from math import erf, sqrt

import numpy as np
from ipywidgets import Checkbox, IntSlider, SelectionSlider, ToggleButtons

from utils import linalg, probability, story
from utils.exercises import day12, find
from utils.style import (
    PALETTE,
    SMALL,
    Still,
    bars,
    course_style,
    label_axes,
    new_figure,
    number,
    set_moving,
    still,
)
from utils.widgets.learner import Learner
from utils.widgets.live import LivePlot

_SEED = 12


def not_a_bell() -> Still:
    """What a language model puts out: the row of *the*, and the shares of 1000 words beside a bell."""
    counts = probability.bigram_counts(story.CORPUS, story.VOCABULARY)
    row = probability.conditional(counts)[story.VOCABULARY.index("the")]
    shares = 1000 * probability.softmax(np.random.default_rng(_SEED).normal(size=1000))
    mean, variance = linalg.mean_var(shares)
    spread = sqrt(variance)
    below = (1 + erf(-mean / spread / sqrt(2))) / 2

    figure = new_figure(9.2, 3.4)
    left, right = figure.subplots(1, 2, width_ratios=(1, 1.15))
    label_axes(left, x="next word", y="probability", title="After “the”: one number for each word")
    bars(left, story.VOCABULARY, row, colour=PALETTE["first"], low=0, high=0.6, decimals=3)
    label_axes(right, x="share, in thousandths", y="density", title="1000 words, normal logits, then softmax")
    edges = np.arange(0, 8.01, 0.25)
    heights = np.histogram(shares, edges)[0] / (shares.size * 0.25)
    x = np.linspace(-3.6, 8, 465)
    bell = probability.normal_pdf(x, mean, spread)
    with course_style():
        right.stairs(heights, edges, fill=True, color=PALETTE["first"], label="the 1000 shares")
        right.plot(x, bell, color=PALETTE["second"], label="bell with their mean and spread")
        right.fill_between(x, bell, where=x <= 0, color=PALETTE["second"], alpha=0.35, linewidth=0)
        right.set(xlim=(-3.6, 8), ylim=(0, 1.1 * heights.max()))
        right.annotate(
            f"{below:.0%} of the bell\nis below 0",
            (-0.6, 0.09),
            (-1.9, 0.42),
            ha="center",
            fontsize=SMALL,
            arrowprops={"arrowstyle": "-", "color": PALETTE["muted"]},
        )
        right.legend(loc="upper right")
    skew, _ = day12.shape_numbers(shares)
    return still(
        figure,
        f"Left, the bigram model after 'the': cat {row[1]:.3f}, mat {row[4]:.3f}, rug and dog {row[5]:.3f}. "
        f"Right, 1000 normal logits after a softmax: mean {mean:.2f} and standard deviation {spread:.2f} thousandths, "
        f"skew {skew:.1f}, the largest share {shares.max():.1f}; a bell of that mean and spread would put "
        f"{below:.0%} of its area below 0.",
    )


# --- sums of n terms --------------------------------------------------------------------------------------------

_MOST = 30
_FINE = 0.02


def _shapes():
    """Name -> (smallest value, step, probabilities): what one term can be. A small step stands for a continuum."""
    cells = np.arange(0, 20, _FINE)
    return {
        "coin": (-1.0, 2.0, np.array([0.5, 0.5])),
        "X of h1": (1.0, 1.0, np.array([0.25, 0.25, 0.0, 0.5])),
        "flat": (_FINE / 2 - 1, _FINE, np.full(round(2 / _FINE), _FINE / 2)),
        "skewed": (_FINE / 2, _FINE, np.exp(-cells) * (1 - np.exp(-_FINE)) / (1 - np.exp(-20))),
    }


@cache
def _sum(shape: str, n: int):
    """Distribution of the sum of n independent terms: (values, probabilities)."""
    low, step, one = _shapes()[shape]
    probs = one if n == 1 else np.convolve(_sum(shape, n - 1)[1], one)
    return n * low + step * np.arange(probs.size), probs


def _moments(values, probs):
    """Mean, standard deviation, skew and excess kurtosis."""
    mean, variance = probability.expectation(values, probs), probability.variance(values, probs)
    z = (values - mean) / sqrt(variance)
    third, fourth = probability.expectation(z**3, probs), probability.expectation(z**4, probs)
    return mean, sqrt(variance), third, fourth - 3


def sum_of_n(normal_pdf=None) -> LivePlot:
    """The distribution of a sum of n terms beside a bell of the same mean and spread.

    normal_pdf   the learner's normal_pdf(x, mu, sigma), which draws the bell
    """
    pdf = Learner(normal_pdf, probability.normal_pdf)
    figure = new_figure(6.4, 3.7)
    ax = figure.subplots()
    label_axes(
        ax,
        x="distance from the mean, in standard deviations",
        y="density (stick: probability / gap)",
        title="A sum of n terms",
    )
    ax.set(xlim=(-4.2, 4.2), ylim=(0, 1.08))
    z = np.linspace(-4.2, 4.2, 421)
    with course_style():
        area = ax.fill_between(z, 0 * z, color=PALETTE["first"], alpha=0.75, linewidth=0, label="the sum")
        sticks = ax.vlines([0], [0], [0], colors=PALETTE["first"], linewidth=3.5)
        (bell,) = ax.plot(z, probability.normal_pdf(z, 0.0, 1.0), color=PALETTE["second"], label="bell")
        ax.legend(loc="upper right")
        note = ax.text(0.02, 0.97, "", transform=ax.transAxes, va="top", fontsize=SMALL, linespacing=1.5)
    set_moving(figure, [area, sticks, bell, note])

    def draw(shape, n, copies):
        values, probs = _sum(shape, 1 if copies else n)
        values = n * values if copies else values
        mean, spread, skew, excess = _moments(values, probs)
        step = values[1] - values[0]
        heights, places = probs / step * spread, (values - mean) / spread
        stands_apart = shape in ("coin", "X of h1")
        shown = probs > 1e-9 if stands_apart else np.zeros(probs.size, bool)
        sticks.set_segments([((x, 0), (x, height)) for x, height in zip(places[shown], heights[shown], strict=True)])
        curve = np.zeros(z.size) if stands_apart else np.interp(z, places, heights, left=0, right=0)
        area.set_data(z, curve, 0)
        drawn, remark = pdf(mean + spread * z, mean, spread)
        bell.set_ydata(spread * drawn)
        note.set_text(f"n = {n}\nskew {number(skew)}\nexcess {number(excess)}")
        who = "copies of one draw" if copies else "independent terms"
        fits = "could pass for a bell" if abs(skew) < 0.5 and abs(excess) < 1 else "is no bell"
        return (
            f"{shape[0].upper() + shape[1:]}, {n} {who if n > 1 else 'term'}: the sum has mean {number(mean)} and "
            f"standard deviation {number(spread)}, skew {number(skew)}, excess kurtosis {number(excess)}; "
            f"it {fits}. {remark}"
        )

    return LivePlot(
        figure,
        draw,
        question=[find("12.w1"), find("12.w1b")],
        shape=ToggleButtons(options=list(_shapes()), value="skewed", description="one term"),
        n=IntSlider(value=1, min=1, max=_MOST, description="n, how many"),
        copies=Checkbox(value=False, description="all terms are copies of one draw"),
    )


# --- loud scores ------------------------------------------------------------------------------------------------

_SIZES = [1, 2, 3, 4, 6, 8, 12, 16, 24, 32, 48, 64, 96, 128, 192, 256, 384, 512]
_QUERIES, _KEYS = 1000, 10


@cache
def _scores(kind: str) -> dict[int, np.ndarray]:
    """Scores of random queries and ten keys each, for every size; a longer vector continues a shorter one."""
    rng = np.random.default_rng(_SEED)
    total, scores, before = np.zeros((_QUERIES, _KEYS)), {}, 0
    for size in _SIZES:
        q = day12.entries((_QUERIES, size - before), rng, kind)
        k = day12.entries((_QUERIES, _KEYS, size - before), rng, kind)
        total = total + np.einsum("nd,nkd->nk", q, k)
        scores[size], before = total, size
    return scores


def loud_scores(scale_scores=None) -> LivePlot:
    """Histogram of random scores q·k as d_k grows, and of the largest of ten shares.

    scale_scores   the learner's scale_scores(S, d_k), used where the switch asks for scaling
    """
    scale_scores = Learner(scale_scores, day12.scale_scores)
    figure = new_figure(8.0, 3.5)
    left, right = figure.subplots(1, 2, width_ratios=(1.5, 1))
    label_axes(left, x="score q·k", y="how many (tallest = 1)", title="10,000 scores")
    label_axes(right, x="largest of ten shares", y="how many (tallest = 1)", title="1,000 softmax rows")
    edges, steps = np.arange(-75.5, 76), np.linspace(0, 1, 26)
    left.set(xlim=(-75, 75), ylim=(0, 1.18), yticks=[0, 0.5, 1])
    right.set(xlim=(0, 1), ylim=(0, 1.18), yticks=[0, 0.5, 1])
    with course_style():
        scores_drawn = left.stairs(np.zeros(151), edges, fill=True, color=PALETTE["first"])
        tops_drawn = right.stairs(np.zeros(25), steps, fill=True, color=PALETTE["third"])
        fences = [left.plot([0, 0], [0, 1.03], "--", color=PALETTE["second"], linewidth=1.5)[0] for _ in range(2)]
        fences[0].set_label("± √d_k, or ± 1 when scaled")
        left.legend(loc="upper right")
        (mean_line,) = right.plot([0, 0], [0, 1.03], color=PALETTE["ink"], linewidth=1.5)
        mean_text = right.text(0, 1.07, "", ha="center", fontsize=SMALL)
    set_moving(figure, [scores_drawn, tops_drawn, *fences, mean_line, mean_text])

    def draw(d_k, entries, scale):
        S, remark = _scores(entries)[d_k], ""
        if scale:
            S, remark = scale_scores(S, d_k)
        counts = np.histogram(S, edges)[0]
        scores_drawn.set_data(counts / max(counts.max(), 1))
        top = probability.softmax(S).max(axis=-1)
        found = np.histogram(top, steps)[0]
        tops_drawn.set_data(found / max(found.max(), 1))
        reach = 1.0 if scale else sqrt(d_k)
        for fence, side in zip(fences, (-1, 1), strict=True):
            fence.set_xdata([side * reach] * 2)
        mean_line.set_xdata([top.mean()] * 2)
        mean_text.set_text(f"mean {top.mean():.2f}")
        mean_text.set_x(np.clip(top.mean(), 0.16, 0.84))
        return (
            f"d_k = {d_k}, entries {entries}, {'scaled' if scale else 'not scaled'}: the scores have standard "
            f"deviation {S.std():.2f}, the largest of ten shares is {top.mean():.2f} on average, and above 0.9 in "
            f"{np.mean(top > 0.9):.0%} of the rows. {remark}"
        )

    return LivePlot(
        figure,
        draw,
        question=[find("12.w2"), find("12.w2b")],
        d_k=SelectionSlider(options=_SIZES, value=2, description="d_k"),
        entries=ToggleButtons(options=["normal", "coin", "uniform"], description="entries of q, k"),
        scale=Checkbox(value=False, description="divide by √d_k"),
    )


# --- five samples -----------------------------------------------------------------------------------------------

_ORDER = [3, 1, 4, 2, 0]  # the order of the letters A to E in mystery_samples()


def which_is_normal(looks_normal=None) -> LivePlot:
    """Five samples of a small network, one at a time, each beside a bell of its mean and spread.

    looks_normal   the learner's looks_normal(sample), whose verdict stands in the caption
    """
    verdict = Learner(looks_normal, day12.looks_normal)
    samples = [list(day12.mystery_samples().items())[i] for i in _ORDER]
    letters = "ABCDE"
    figure = new_figure(6.4, 3.7)
    ax = figure.subplots()
    label_axes(ax, x="distance from the mean, in standard deviations", y="density")
    ax.set(xlim=(-4.2, 5.2))
    z = np.linspace(-4.2, 5.2, 471)
    with course_style():
        ax.set_title("Sample A", fontsize=11)
        drawn = ax.stairs(np.zeros(4), np.arange(5.0), fill=True, color=PALETTE["first"], label="the sample")
        (bell,) = ax.plot(z, probability.normal_pdf(z, 0.0, 1.0), color=PALETTE["second"], label="bell")
        ax.legend(loc="upper right")
    ax.set_ylim(0, 2)  # its labels are the widest: the layout leaves room for them
    set_moving(figure, [drawn, bell])

    def draw(sample, name):
        source, numbers = samples[letters.index(sample)]
        standard, _ = linalg.standardise(numbers)
        edges = np.arange(-4.25, 5.3, 0.25 if numbers.size > 200 else 0.5)
        heights = np.histogram(standard, edges)[0] / (numbers.size * (edges[1] - edges[0]))
        drawn.set_data(heights, edges)
        ax.set_ylim(0, 1.15 * max(heights.max(), 0.45))
        ax.set_title(f"Sample {sample}" + (f": {source}" if name else ""))
        skew, excess = day12.shape_numbers(numbers)
        normal, remark = verdict(numbers)
        return (
            f"Sample {sample}{f', {source}' if name else ''}, {numbers.size} numbers: skew {number(skew)}, excess "
            f"kurtosis {number(excess)}; looks_normal says {bool(normal)}. {remark}"
        )

    return LivePlot(
        figure,
        draw,
        question=find("12.w3"),
        sample=ToggleButtons(options=list(letters), description="sample"),
        name=Checkbox(value=False, description="say where it comes from"),
    )

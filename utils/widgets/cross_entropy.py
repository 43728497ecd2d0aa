"""Pictures of cross-entropy: a bet that pays for the word that came, what 23 words cost, and smoothed labels."""

import numpy as np
from ipywidgets import FloatSlider, ToggleButtons
from matplotlib.patches import Polygon

from utils import probability, story
from utils.exercises import find
from utils.style import (
    PALETTE,
    SMALL,
    TITLE,
    Still,
    bars,
    heat_map,
    label_axes,
    new_figure,
    number,
    readable,
    set_moving,
    signed_text,
    still,
    text_colour,
)
from utils.widgets.learner import Learner
from utils.widgets.live import LivePlot

_POINTS = {"cat": 3.0, "mat": 2.0, "dog": 1.0, "rug": 1.0}  # times ln 2: exactly the shares ½, ¼, ⅛, ⅛


def _nll(logits, y):
    return probability.cross_entropy(logits, y)


def _outline(x, length) -> np.ndarray:
    """An upright arrow from (x, 0) to (x, length); a short one is all head, so that it never crosses the line at 0."""
    neck = np.sign(length) * max(abs(length) - 0.16, 0.0)
    return np.array(
        [
            (x - 0.04, 0),
            (x - 0.04, neck),
            (x - 0.14, neck),
            (x, length),
            (x + 0.14, neck),
            (x + 0.04, neck),
            (x + 0.04, 0),
        ]
    )


def bet(nll=None) -> LivePlot:
    """Four shares, the word that came, what it costs, and an arrow p − y for each score.

    nll   the learner's nll(logits, y); the course's version stands in for an unfinished one
    """
    nll = Learner(nll, _nll, name="nll")
    words = story.AFTER_THE
    figure = new_figure(7.2, 3.7)
    left, right = figure.subplots(1, 2)
    label_axes(left, x="next word", y="share", title="The bet")
    label_axes(right, x="next word", y="p − y", title="Prediction minus truth")
    share = bars(left, words, np.full(4, 0.25), colour=PALETTE["quiet"], low=0, high=1, decimals=3)
    left.set(ylim=(0, 1.4), yticks=[0, 0.25, 0.5, 0.75, 1])  # room for the price above the bars
    right.set(xlim=(-0.6, 3.6), ylim=(-1.25, 1.25), xticks=range(4), yticks=[-1, -0.5, 0, 0.5, 1])
    right.set_xticklabels(words)
    right.axhline(0, color=PALETTE["ink"], linewidth=1)
    arrows = [right.add_patch(Polygon(_outline(i, 0.5), color=PALETTE["first"], zorder=3)) for i in range(4)]
    lengths = [right.text(i, 0, "", ha="center", fontsize=SMALL, color=PALETTE["ink"], zorder=4) for i in range(4)]
    price = left.text(
        0.98, 0.97, "", transform=left.transAxes, ha="right", va="top", fontsize=TITLE, color=readable(PALETTE["key"])
    )
    for text in (*lengths, price):
        text.set_in_layout(False)
    set_moving(figure, [*share.artists, price, *arrows, *lengths])

    def draw(truth, **points):
        z = np.log(2) * np.array(list(points.values()))
        y = words.index(truth)
        p = probability.softmax(z)
        loss, remark = nll(z[None], np.array([y]))
        slope = p - np.eye(4)[y]
        share.update(p, [PALETTE["key"] if i == y else PALETTE["quiet"] for i in range(4)])
        price.set_text(f"{truth} came\n{number(loss / np.log(2))} bit = {number(loss, 3)} nat")
        for i, arrow in enumerate(arrows):
            arrow.set_xy(_outline(i, slope[i]))
            lengths[i].set_text(signed_text(slope[i], 3))
            lengths[i].set_va("bottom" if slope[i] >= 0 else "top")
            lengths[i].set_position((i, slope[i] + (0.05 if slope[i] >= 0 else -0.05)))
        listed = ", ".join(f"{word} {signed_text(value, 3)}" for word, value in zip(words, slope, strict=True))
        return (
            f"{truth} came and had the share {p[y]:.3f}: the loss is {number(loss / np.log(2), 3)} bit = "
            f"{number(loss, 3)} nat. Arrows p − y: {listed}; together they are {number(slope.sum(), 3)}. {remark}"
        )

    return LivePlot(
        figure,
        draw,
        question=[find("16.w1"), find("16.w1b")],
        truth=ToggleButtons(options=words, value="mat", description="word that came", style={"button_width": "5em"}),
        **{
            word: FloatSlider(value=start, min=-6, max=9, step=0.1, description=f"score of {word} / ln 2")
            for word, start in _POINTS.items()
        },
    )


def price_sheet(bits, mask) -> Still:
    """What each next word of the corpus costs: one row for each sentence, empty seats in grey.

    bits: (4, 6) prices. mask: (4, 6), True where there is a word.
    """
    bits, mask = np.asarray(bits, dtype=float), np.asarray(mask)
    rows, columns = bits.shape
    figure = new_figure(7.2, 2.8)
    ax = figure.subplots()
    shown = np.where(mask, bits, np.nan)
    sheet = heat_map(
        ax,
        shown,
        [f"sentence {i + 1}" for i in range(rows)],
        [f"word {t + 1}" for t in range(columns)],
        vmax=4,
        numbers=False,
        aspect="auto",
    )
    for i, sentence in enumerate(story.CORPUS):
        for t in range(columns):
            said = f"{sentence[t + 1]}\n{number(bits[i, t], 0)} bit" if mask[i, t] else "empty seat"
            back = sheet.map(sheet.norm(shown[i, t])) if mask[i, t] else "#dcdcdc"
            ax.text(t, i, said, ha="center", va="center", fontsize=SMALL, color=text_colour(back), zorder=4)
    label_axes(ax, title="What each next word costs a bigram model that knows the counts")
    total = float(bits[mask].sum())
    by_row = ", ".join(number(float(bits[i][mask[i]].sum()), 0) for i in range(rows))
    return still(
        figure,
        f"{int(mask.sum())} next words in {rows} sentences, and {int((~mask).sum())} empty seat at the end of the last "
        f"one. The sentences cost {by_row} bit, together {number(total, 0)} bit.",
    )


_GAPS = np.linspace(-2, 10, 241)


def _losses(target, gaps):
    """Loss in nat for a target (K,), when the true word 1 leads all others by each of the gaps."""
    top = np.logaddexp(gaps, np.log(len(target) - 1))
    return target.sum() * top - target[1] * gaps


def _fit(value, expected):
    if np.any(np.asarray(value) < 0):
        return "gave a negative share"
    return None


def smoothing(smooth=None) -> LivePlot:
    """Loss against the lead of the true word's score, for a smoothed label of four words.

    smooth   the learner's smooth(y, K, eps)
    """
    smooth = Learner(smooth, probability.smooth_labels, check=_fit, name="smooth")
    figure = new_figure(6.8, 3.7)
    ax = figure.subplots()
    label_axes(
        ax,
        x="gap: score of the true word minus the score of each other",
        y="loss (nat)",
        title="Four words, one of them true",
        grid=True,
    )
    ax.set(xlim=(-2.2, 10.2), ylim=(-0.15, 4.3))
    hard = probability.smooth_labels(np.array([1]), 4, 0.0)[0]
    ax.plot(_GAPS, _losses(hard, _GAPS), color=PALETTE["muted"], linewidth=1.5, label="plain label, ε = 0")
    (curve,) = ax.plot(_GAPS, _losses(hard, _GAPS), color=PALETTE["first"], linewidth=2.4, label="smoothed label")
    (lowest,) = ax.plot([], [], "o", color=PALETTE["second"], markersize=9, label="lowest point")
    (floor,) = ax.plot([-2, 10], [0, 0], color=PALETTE["second"], linewidth=1.2, linestyle=":")
    (here,) = ax.plot([], [], "D", color=PALETTE["ink"], markersize=7, label="your gap")
    ax.legend(loc="upper center", ncols=4, columnspacing=1.2, handlelength=1.4)
    set_moving(figure, [curve, floor, lowest, here])

    def draw(eps, gap):
        table, remark = smooth(np.array([1]), 4, eps)
        target = table[0]
        curve.set_ydata(_losses(target, _GAPS))
        mine = float(_losses(target, np.array([gap]))[0])
        here.set_data([gap], [mine])
        rest = target.sum() - target[1]
        bottom = rest > 1e-9 and target[1] > 1e-9
        lowest.set_visible(bottom)
        floor.set_visible(bottom)
        if bottom:
            best = float(np.log(3 * target[1] / rest))
            least = float(_losses(target, np.array([best]))[0])
            lowest.set_data([best], [least])
            floor.set_ydata([least, least])
            where = f"the lowest point is at the gap {number(best)}, {number(least, 3)} nat"
        else:
            where = "there is no lowest point, the curve falls for ever"
        shares = ", ".join(number(value, 3) for value in target)
        return (
            f"ε = {eps:.2f}, target ({shares}): {where}. At your gap of {number(gap, 1)} the true word has the share "
            f"{np.exp(gap) / (np.exp(gap) + 3):.3f} and the loss is {number(mine, 3)} nat. {remark}"
        )

    return LivePlot(
        figure,
        draw,
        question=[find("16.w2"), find("16.w2b")],
        eps=FloatSlider(value=0.1, min=0, max=0.5, step=0.01, description="ε"),
        gap=FloatSlider(value=7.0, min=-2, max=10, step=0.1, description="your gap", readout_format=".1f"),
    )

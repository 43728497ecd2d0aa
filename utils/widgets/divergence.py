"""Pictures of KL divergence: two outcomes and two bills, two hills under one tent, and a line above the logarithm."""

import numpy as np
from ipywidgets import Checkbox, FloatSlider

from utils import probability
from utils.exercises import find
from utils.style import HALO, PALETTE, TITLE, Still, bars, label_axes, new_figure, number, set_moving, still
from utils.widgets.learner import Learner
from utils.widgets.live import LivePlot

_FORWARD, _BACKWARD = "KL(p‖q)", "KL(q‖p)"
_COLOURS = {_FORWARD: PALETTE["first"], _BACKWARD: PALETTE["second"]}
_LN2 = np.log(2)


def _pair(share: float) -> np.ndarray:
    share = round(share, 4)  # a slider's 0.3 may be 0.30000000000000004
    return np.array([share, 1 - share])


class _Prices:
    """Two bars, one for each direction, in bits; what is higher than the axis ends there with an arrow."""

    def __init__(self, ax, high: float, decimals: int):
        label_axes(ax, y="bit", title="The price, both ways")
        self.bars = bars(
            ax, list(_COLOURS), [1.0, 1.0], colour=list(_COLOURS.values()), low=0, high=high, decimals=decimals
        )
        for text in self.bars.texts:
            text.set(path_effects=HALO, zorder=6)
        self.artists = self.bars.artists

    def update(self, forward: float, backward: float):
        """Show both, given in nats; returns both in bits."""
        bits = np.array([forward, backward]) / _LN2
        self.bars.update(np.minimum(bits, 1e6))  # no bar is infinite
        for text, value in zip(self.bars.texts, bits, strict=True):
            if np.isinf(value):
                text.set_text("↑ ∞")
        return bits


def two_outcomes(kl=None) -> LivePlot:
    """p = (a, 1 − a) and q = (b, 1 − b): both divergences as curves over b, and a dot on each for the q chosen.

    kl   the learner's kl(p, q) in nats: it sets dots and bars, the course's version draws the curves
    """
    kl = Learner(kl, probability.kl_divergence, name="kl")
    top = 3.0
    figure = new_figure(7.6, 3.8)
    axes = figure.subplot_mosaic([["curves", "prices"]], width_ratios=(2.2, 1))
    ax = axes["curves"]
    label_axes(ax, x="b, the share that q gives to the first event", y="bit")
    ax.set_title("p = (a, 1 − a) and q = (b, 1 − b)", pad=22, fontsize=TITLE)
    ax.set(xlim=(-0.04, 1.04), ylim=(-0.12, top))
    prices = _Prices(axes["prices"], top, 3)
    half = np.concatenate([np.logspace(-40, -4, 40), np.linspace(0.0002, 0.5, 200)])  # a curve that ends at ∞ climbs
    believed = np.stack([half, 1 - half], axis=-1)
    believed = np.concatenate([believed, believed[-2::-1, ::-1]])
    grid = believed[:, 0]
    curves, dots = [], []
    for (name, colour), dashes, size in zip(_COLOURS.items(), ("-", "--"), (13, 8), strict=True):
        curves.append(ax.plot([], [], dashes, color=colour, label=name)[0])
        dots.append(ax.plot([], [], "o", color=colour, markersize=size, zorder=5)[0])
    lines = [ax.plot([0.3, 0.3], [-0.12, top], ":", color=PALETTE["muted"], linewidth=1.5)[0] for _ in range(2)]
    names = [ax.text(0.3, top * 1.01, "", ha="center", va="bottom", color=PALETTE["muted"]) for _ in range(2)]
    ax.legend(loc="upper center", bbox_to_anchor=(0.5, -0.16), ncols=2, frameon=False)
    set_moving(figure, [*lines, *names, *curves, *dots, *prices.artists])
    drawn = {}

    def draw(b, a):
        p, q = _pair(a), _pair(b)
        if drawn.get("a") != a:  # the curves depend on p alone
            drawn["a"] = a
            curves[0].set_data(grid, probability.kl_divergence(p, believed) / _LN2)
            curves[1].set_data(grid, probability.kl_divergence(believed, p) / _LN2)
            same = abs(a - 0.5) < 1e-9
            for line, name, place, word in zip(lines, names, (a, 1 - a), ("b = a", "b = 1 − a"), strict=True):
                line.set_xdata([place, place])
                name.set_position((place, top * 1.01))
                name.set_text("" if same and word == "b = a" else "b = a = 1 − a" if same else word)
        forward, remark = kl(p, q)
        backward, other = kl(q, p)
        bits = prices.update(forward, backward)
        for dot, value in zip(dots, bits, strict=True):
            dot.set_data([b], [min(value, top * 0.97)])
        alike = " They agree." if np.isclose(*bits, rtol=0, atol=1e-9) else ""
        return (
            f"p = ({a:.2f}, {1 - a:.2f}), q = ({b:.2f}, {1 - b:.2f}): KL(p‖q) = {number(bits[0], 3)} bit, "
            f"KL(q‖p) = {number(bits[1], 3)} bit.{alike} {remark or other}"
        )

    return LivePlot(
        figure,
        draw,
        question=[find("15.w2"), find("15.w2b")],
        b=FloatSlider(value=0.15, min=0, max=1, step=0.01, description="b, first share of q"),
        a=FloatSlider(value=0.3, min=0.05, max=0.95, step=0.05, description="a, first share of p"),
    )


# Places on a line of words, animals on the left, places on the right. After "the" five of eight words are animals.
PLACES = np.linspace(-8, 8, 161)
HILLS = ((5 / 8, -2.0), (3 / 8, 2.0))
HILL_WIDTH = 0.6


def tent(mean, width):
    """Shares of a bell over PLACES; mean and width may be arrays of one shape (the places come last)."""
    mean, width = np.asarray(mean, dtype=float)[..., None], np.asarray(width, dtype=float)[..., None]
    heights = np.exp(-0.5 * ((PLACES - mean) / width) ** 2)
    return heights / heights.sum(axis=-1, keepdims=True)


def two_hills_shares() -> np.ndarray:
    """The truth p of the picture: 5/8 of it on the hill of animals, 3/8 on the hill of places."""
    return sum(share * tent(middle, HILL_WIDTH) for share, middle in HILLS)


_MEANS = np.round(np.arange(-4, 4.01, 0.05), 2)
_WIDTHS = np.round(np.arange(0.4, 3.01, 0.05), 2)


def best_tents() -> dict:
    """Both directions over all tents of the sliders: name to (mean, width, bits) of the smallest one."""
    p = two_hills_shares()
    q = tent(*np.broadcast_arrays(_MEANS[:, None], _WIDTHS))
    found = {}
    for name, nats in (
        (_FORWARD, probability.kl_divergence(p, q)),
        (_BACKWARD, probability.kl_divergence(q, p)),
    ):
        i, j = np.unravel_index(np.argmin(nats), nats.shape)
        found[name] = (float(_MEANS[i]), float(_WIDTHS[j]), float(nats[i, j] / _LN2))
    return found


def two_hills(kl=None) -> LivePlot:
    """Two hills p, one tent q with sliders for its place and width, both divergences and the best values so far.

    kl   the learner's kl(p, q) in nats, asked for both bars; the course's version stands in
    """
    kl = Learner(kl, probability.kl_divergence, name="kl")
    p, best, high = two_hills_shares(), best_tents(), 6.0
    figure = new_figure(7.6, 3.8)
    axes = figure.subplot_mosaic([["hills", "prices"]], width_ratios=(2.2, 1))
    ax = axes["hills"]
    label_axes(ax, x="animals  ←  a line of words  →  places", y="share", title="Two hills p, one tent q")
    ax.set(xlim=(-7, 7), ylim=(0, 0.135), yticks=(0, 0.05, 0.1))
    truth = ax.fill_between(PLACES, p, color=PALETTE["quiet"], alpha=0.6, linewidth=0, label="p, the truth")
    (cloth,) = ax.plot(PLACES, p, color=PALETTE["ink"], label="q, your tent", linewidth=2.5)
    tents = [
        ax.plot(PLACES, tent(*best[name][:2]), dashes, color=colour, label=f"best for {name}")[0]
        for (name, colour), dashes in zip(_COLOURS.items(), ("-.", "--"), strict=True)
    ]
    key = ax.legend(handles=tents, loc="upper center", bbox_to_anchor=(0.5, 0.9), ncols=2, frameon=False)
    ax.add_artist(key)
    ax.legend(handles=[truth, cloth], loc="upper center", ncols=2, frameon=False)
    prices = _Prices(axes["prices"], high, 2)
    marks = [
        axes["prices"].plot([i - 0.44, i + 0.44], [0, 0], color=PALETTE["ink"], linewidth=2, zorder=5)[0]
        for i in range(2)
    ]
    set_moving(figure, [cloth, *tents, key, *prices.artists, *marks])
    lowest = np.full(2, np.inf)

    def draw(mean, width, reveal):
        q = tent(mean, width)
        cloth.set_ydata(q)
        for artist in (*tents, key):
            artist.set_visible(reveal)
        forward, remark = kl(p, q)
        backward, other = kl(q, p)
        bits = prices.update(forward, backward)
        lowest[:] = np.minimum(lowest, bits)
        for mark, value in zip(marks, lowest, strict=True):
            mark.set_ydata([min(value, high)] * 2)
        told = "; ".join(
            f"{name} = {number(value)} bit (your lowest {number(low)})"
            for name, value, low in zip(_COLOURS, bits, lowest, strict=True)
        )
        (m, s, _), (n, t, _) = best.values()
        answer = f"Smallest KL(p‖q) at {number(m)}, width {s:.2f}; KL(q‖p) at {number(n)}, {t:.2f}." if reveal else ""
        return f"Tent at {number(mean)}, width {width:.2f}: {told}. {answer} {remark or other}"

    return LivePlot(
        figure,
        draw,
        question=[find("15.w1"), find("15.w1b")],
        mean=FloatSlider(value=1.0, min=-4, max=4, step=0.05, description="place of the tent"),
        width=FloatSlider(value=1.0, min=0.4, max=3, step=0.05, description="width of the tent"),
        reveal=Checkbox(value=False, description="show the best tent of each direction"),
    )


def line_above_logarithm() -> Still:
    """ln x and its tangent x − 1: the whole proof that KL is never negative."""
    figure = new_figure(5.6, 3.0)
    ax = figure.subplots()
    label_axes(ax, x="x = q/p at one event", y="nat", title="The line x − 1 is never below ln x", grid=True)
    x = np.linspace(0.05, 3, 300)
    ax.fill_between(x, np.log(x), x - 1, color=PALETTE["quiet"], alpha=0.4, linewidth=0)
    ax.plot(x, x - 1, color=PALETTE["second"], label="x − 1")
    ax.plot(x, np.log(x), "--", color=PALETTE["first"], label="ln x")
    ax.plot([1], [0], "o", color=PALETTE["ink"], markersize=7)
    ax.set(xlim=(0, 3), ylim=(-3, 2.2))
    ax.legend(loc="lower right", frameon=False)
    gap = x - 1 - np.log(x)
    touch = float(x[np.argmin(gap)])
    return still(
        figure,
        f"ln x and the line x − 1 touch at x = {touch:.2f} and nowhere else; "
        f"at x = 0.5 they are {-0.5 - np.log(0.5):.3f} apart, at x = 2 {1 - np.log(2):.3f}.",
    )

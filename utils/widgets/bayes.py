"""Live pictures of Bayes: a hundred kittens and an alarm, scores that become a posterior, a prior against data."""

import numpy as np
from ipywidgets import Checkbox, IntSlider
from matplotlib.colors import to_rgba
from matplotlib.lines import Line2D
from matplotlib.patches import PathPatch, Rectangle
from matplotlib.path import Path
from matplotlib.transforms import Affine2D

from utils import probability, story
from utils.exercises import find
from utils.style import PALETTE, bars, label_axes, new_figure, number, set_moving
from utils.widgets.learner import Learner
from utils.widgets.live import LivePlot

_FLEAS, _CLEAN = PALETTE["second"], PALETTE["first"]
_PALE = 0.25  # of a colour, where a kitten is silent
_LOW, _HIGH = -0.36, 0.46  # chin and ears of a kitten at height 0


def _kitten() -> Path:
    """A head with two ears and two eyes around (0, 0); the eyes run the other way round, which makes them holes."""
    head = Path.unit_circle().transformed(Affine2D().scale(0.37, 0.34).translate(0, -0.02))
    parts = [head]
    for side in (-1, 1):
        ear = [(side * 0.37, -0.02), (side * 0.33, _HIGH), (side * 0.08, 0.29)]
        parts.append(Path([*ear, ear[0]][::side], closed=True))
        around = np.radians(np.arange(360, -1, -45))
        eye = np.stack([side * 0.14 + 0.055 * np.cos(around), 0.0 + 0.075 * np.sin(around)], axis=1)
        parts.append(Path(eye, closed=True))
    return Path.make_compound_path(*parts)


class _Kittens:
    """A hundred kittens, row by row: pale is silent, strong rings; who rings in part is filled in part."""

    def __init__(self, ax):
        ax.set(xlim=(-0.5, 9.5), ylim=(-0.5, 9.6), aspect="equal")
        ax.axis("off")
        self.ax, self.pale, self.strong = ax, [], []
        self.places = [(i % 10, 9 - i // 10) for i in range(100)]
        for place in self.places:
            head = _kitten().transformed(Affine2D().translate(*place))
            self.pale.append(ax.add_patch(PathPatch(head, linewidth=0)))
            self.strong.append(ax.add_patch(PathPatch(head, linewidth=0, zorder=3)))
        self.artists = [*self.pale, *self.strong]

    def update(self, fleas: int, ringing) -> None:
        """The first `fleas` have fleas; ringing: the part of each kitten that rings, (100,)."""
        for i, (part, (x, y)) in enumerate(zip(ringing, self.places, strict=True)):
            colour = _FLEAS if i < fleas else _CLEAN
            self.pale[i].set_facecolor(to_rgba(colour, _PALE))
            self.strong[i].set_facecolor(colour)
            self.strong[i].set_visible(part > 0)
            filled = Rectangle((x - 0.5, y + _LOW), 1, (_HIGH - _LOW) * part, transform=self.ax.transData)
            self.strong[i].set_clip_path(filled)


def _ringing(fleas: int, right: float, false: float):
    """Which part of each of 100 kittens rings: right alarms end the first group, false ones begin the second."""
    kittens = np.arange(100)
    first = np.clip(right - (fleas - 1 - kittens), 0, 1) * (kittens < fleas)
    return first + np.clip(false - (kittens - fleas), 0, 1) * (kittens >= fleas)


def hundred_kittens(bayes=None) -> LivePlot:
    """Of 100 kittens some have fleas; an alarm rings for most of these, and for some of the others too.

    bayes   the learner's bayes(prior, lik); the course's version stands in for an unfinished one
    """
    update = Learner(bayes, probability.bayes)
    figure = new_figure(7.4, 4.2)
    left, right = figure.subplots(1, 2, width_ratios=(1.45, 1))
    label_axes(left, title="One hundred kittens, on average")
    kittens = _Kittens(left)
    names = {"fleas, rings": to_rgba(_FLEAS), "fleas, silent": to_rgba(_FLEAS, _PALE),
             "no fleas, rings": to_rgba(_CLEAN), "no fleas, silent": to_rgba(_CLEAN, _PALE)}  # fmt: skip
    marks = [Line2D([], [], marker=_kitten(), linestyle="", markersize=13, color=tone, markeredgewidth=0,
                    label=name) for name, tone in names.items()]  # fmt: skip
    left.legend(
        handles=marks, loc="upper center", bbox_to_anchor=(0.5, 0.01), ncols=2, handletextpad=0.4, frameon=False
    )
    label_axes(right, y="probability of fleas", title="Before and after a ring")
    handle = bars(right, ["prior", "posterior"], [0.01, 1 / 6], colour=_FLEAS, low=0, high=1, decimals=3)
    set_moving(figure, [*kittens.artists, *handle.artists])

    def draw(prior, hits, false_alarms):
        shares, lik = np.array([prior, 100 - prior]) / 100, np.array([hits, false_alarms]) / 100
        rings = 100 * shares * lik
        total = rings.sum()
        kittens.update(prior, _ringing(prior, *rings))
        have = "has" if prior == 1 else "have"
        counted = (
            f"Of 100 kittens {prior} {have} fleas. The alarm rings for {_amount(rings[0])} of them and for "
            f"{_amount(rings[1])} of the other {100 - prior}"
        )
        if total == 0:
            handle.update([shares[0], np.nan])
            return f"{counted}: P(ring) = 0. It never rings, and there is no posterior: 0/0."
        posterior, remark = update(shares, lik)
        handle.update([shares[0], posterior[0]])
        return (
            f"{counted}: P(ring) = {total / 100:.4f}. Of {_amount(total)} rings {_amount(rings[0])} mean fleas: "
            f"P(fleas | ring) = {number(posterior[0], 3)}, P(no fleas | ring) = {number(posterior[1], 3)}. {remark}"
        )

    return LivePlot(
        figure,
        draw,
        question=[find("18.w1"), find("18.w1b")],
        prior=IntSlider(value=1, min=0, max=100, description="kittens with fleas (%)"),
        hits=IntSlider(value=99, min=0, max=100, description="alarm, given fleas (%)"),
        false_alarms=IntSlider(value=5, min=0, max=100, description="alarm, given no fleas (%)"),
    )


def _amount(kittens: float) -> str:
    """Two decimals, without the zeros at the end."""
    return number(kittens, 2).rstrip("0").rstrip(".") if kittens else "0"


def _given(subject: str, *heard: str) -> float:
    """P(last word heard | subject and the words heard before), counted in the corpus."""
    known = [words for words in story.CORPUS if words[1] == subject and set(heard[:-1]) <= set(words)]
    return sum(heard[-1] in words for words in known) / len(known)


_SUBJECTS = ["cat", "dog"]
_DEEP = -4.7  # nat; log 5 % + log 1/3 is −4.1


def score_board(posterior_from_logs=None) -> LivePlot:
    """Log prior and log likelihoods of cat and dog stacked into two scores, and the softmax of the scores.

    posterior_from_logs   the learner's posterior_from_logs(lp, ll)
    """
    posterior = Learner(posterior_from_logs, probability.posterior_from_logs)
    figure = new_figure(7.4, 4.0)
    left, right = figure.subplots(1, 2, width_ratios=(1.45, 1))
    label_axes(left, y="logarithm (nat)", title="Scores: logarithms, stacked")
    left.set(xlim=(-0.6, 1.6), ylim=(_DEEP, 0), xticks=[0, 1])
    left.set_xticklabels(_SUBJECTS)
    left.xaxis.tick_top()
    left.tick_params(axis="x", length=0)
    left.spines["top"].set_visible(True)
    left.spines["bottom"].set_visible(False)
    tones = {"log prior": PALETTE["first"], 'log P("sat" | …)': PALETTE["sixth"], 'log P("mat" | …)': PALETTE["third"]}
    pieces = [
        [left.add_patch(Rectangle((i - 0.3, 0), 0.6, 0, facecolor=tone, linewidth=0)) for tone in tones.values()]
        for i in range(2)
    ]
    totals = [left.text(i, 0, "", ha="center", va="top", fontweight="bold") for i in range(2)]
    marks = [Rectangle((0, 0), 1, 1, facecolor=tone, label=name) for name, tone in tones.items()]
    left.legend(
        handles=marks,
        loc="upper center",
        bbox_to_anchor=(0.5, 0),
        ncols=3,
        columnspacing=1,
        handlelength=1,
        frameon=False,
    )
    label_axes(right, y="probability", title="Posterior: their softmax")
    handle = bars(right, _SUBJECTS, [0.5, 0.5], colour=PALETTE["fourth"], low=0, high=1, decimals=3)
    set_moving(figure, [*(piece for pair in pieces for piece in pair), *totals, *handle.artists])

    def draw(prior, sat, mat):
        lp = np.log(np.array([prior, 100 - prior]) / 100)
        words = ["sat"] * sat + ["mat"] * mat
        steps = {word: np.log([_given(subject, *words[: n + 1]) for subject in _SUBJECTS])
                 for n, word in enumerate(words)}  # fmt: skip
        nothing = np.zeros(2)
        stacked = np.array([lp, steps.get("sat", nothing), steps.get("mat", nothing)])
        scores = stacked.sum(axis=0)
        for i in range(2):
            top = 0.0
            for piece, size in zip(pieces[i], stacked[:, i], strict=True):
                piece.set_y(top + size)
                piece.set_height(-size)
                piece.set_visible(size < 0)
                top += size
            totals[i].set_text(number(top, 2))
            totals[i].set_y(top - 0.08)
        shares, remark = posterior(lp, scores - lp)
        handle.update(shares)
        heard = " and ".join(f'"{word}"' for word in words) or "nothing"
        return (
            f"Prior of cat {prior} %, heard {heard}: scores {number(scores[0], 2)} and {number(scores[1], 2)} nat, "
            f"{_gap(scores)}. Their softmax: cat {number(shares[0], 3)}, dog {number(shares[1], 3)}. {remark}"
        )

    return LivePlot(
        figure,
        draw,
        question=find("18.w3"),
        prior=IntSlider(value=75, min=5, max=95, description="prior of cat (%)"),
        sat=Checkbox(value=True, description='"sat" is heard'),
        mat=Checkbox(value=True, description='"mat" is heard'),
    )


def _gap(scores) -> str:
    """How far the two scores lie apart, and the ratio that this makes."""
    apart = abs(scores[0] - scores[1])
    if apart < 1e-9:
        return "no gap"
    ahead = _SUBJECTS[int(np.argmax(scores))]
    return f"{ahead} ahead by {apart:.2f} nat, a ratio of {np.exp(apart):.2f}"


_GRID = np.linspace(0, 1, 501)
_INSIDE = np.clip(_GRID, 1e-12, 1 - 1e-12)


def _hill(hits: float, misses: float, p=_INSIDE):
    """p^hits (1 − p)^misses, scaled so that its peak is 1."""
    p = np.clip(p, 1e-12, 1 - 1e-12)
    best = np.clip(hits / (hits + misses), 1e-12, 1 - 1e-12) if hits + misses else 0.5
    heights = hits * (np.log(p) - np.log(best)) + misses * (np.log1p(-p) - np.log1p(-best))
    return np.exp(heights)


def _peak(hits: float, misses: float):
    """Where that hill has its peak, None where it is flat."""
    return hits / (hits + misses) if hits + misses else None


def prior_and_data(map_beta=None) -> LivePlot:
    """Three hills over a rate p: the prior Beta(a, b), the likelihood of k hits in n, and the posterior.

    map_beta   the learner's map_beta(a, b, k, n); it places the dot of the posterior
    """
    place = Learner(map_beta, probability.map_beta)
    figure = new_figure(7.2, 3.9)
    ax = figure.subplots()
    label_axes(ax, x="rate p", y="height, each scaled to peak 1", title="Prior, likelihood, posterior", grid=True)
    ax.set(xlim=(-0.01, 1.01), ylim=(0, 1.12), xticks=np.arange(0, 1.01, 0.1))
    looks = {
        "prior": (PALETTE["first"], "--", "s"),
        "likelihood": (PALETTE["second"], ":", "^"),
        "posterior": (PALETTE["third"], "-", "o"),
    }
    hills, dots = {}, {}
    for name, (tone, line, mark) in looks.items():
        below = name == "posterior"  # a flat prior makes it the likelihood: both must be seen
        (hills[name],) = ax.plot(
            _GRID, _GRID, line, color=tone, linewidth=4 if below else 2.2, zorder=2 if below else 3
        )
        (dots[name],) = ax.plot(
            [], [], mark, color=tone, markersize=13 if below else 8, markeredgecolor="white", zorder=4 if below else 5
        )
    handles = [Line2D([], [], color=tone, linestyle=line, marker=mark, label=name, linewidth=2.4)
               for name, (tone, line, mark) in looks.items()]  # fmt: skip
    ax.legend(handles=handles, loc="lower center", bbox_to_anchor=(0.5, 1.07), ncols=3, handlelength=3.5, frameon=False)
    set_moving(figure, [*hills.values(), *dots.values()])

    def draw(a, b, hits, misses):
        n = hits + misses
        sizes = {"prior": (a - 1, b - 1), "likelihood": (hits, misses), "posterior": (a - 1 + hits, b - 1 + misses)}
        peaks = {name: _peak(*size) for name, size in sizes.items()}
        remark = ""
        if min(sizes["posterior"]) > 0:
            peaks["posterior"], remark = place(a, b, hits, n)
        for name, size in sizes.items():
            hills[name].set_ydata(_hill(*size))
            peak = peaks[name]
            dots[name].set_visible(peak is not None and 0 <= peak <= 1)
            if peak is not None:
                dots[name].set_data([peak], [_hill(*size, p=peak)])
        said = {name: "flat" if peak is None else f"peak {peak:.3f}" for name, peak in peaks.items()}
        data = f"Data {hits} of {n}: {said['likelihood']}" if n else "No data"
        return (
            f"Prior Beta({a}, {b}): {said['prior']}. {data}. Posterior Beta({a + hits}, {b + misses}): "
            f"{said['posterior']}, mean {(a + hits) / (a + b + n):.3f}. {remark}"
        )

    return LivePlot(
        figure,
        draw,
        question=[find("18.w2"), find("18.w2b")],
        a=IntSlider(value=10, min=1, max=50, description="a of the prior"),
        b=IntSlider(value=10, min=1, max=50, description="b of the prior"),
        hits=IntSlider(value=8, min=0, max=100, description="hits k"),
        misses=IntSlider(value=2, min=0, max=100, description="misses n − k"),
    )

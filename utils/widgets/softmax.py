"""Live pictures of softmax: temperature and shift, overflow, and what a mask does to a row."""

import numpy as np
from ipywidgets import Checkbox, FloatLogSlider, FloatSlider, IntSlider

from utils import probability, story
from utils.exercises import find
from utils.style import HALO, PALETTE, bars, freeze_layout, label_axes, new_figure, set_moving
from utils.widgets.learner import Learner
from utils.widgets.live import LivePlot

_SCORE_OF_CAT = 4 / np.sqrt(2)  # head A: sat asks "who?", cat answers 4; scaled by the root of d_k = 2
_PLACE = {"cat": 1, "sat": 2, "on": 3, "mat": 5}


def temperature(softmax=None) -> LivePlot:
    """Six shares of the row of *sat*: sliders for the temperature, a shift of all scores, and four scores.

    softmax   the learner's softmax(z, axis=-1); the course's version stands in for an unfinished one
    """
    softmax = Learner(softmax, probability.softmax)
    figure = new_figure()
    ax = figure.subplots()
    label_axes(ax, x="word that sat looks at", y="share", title="How sat divides its attention")
    handle = bars(ax, story.SENTENCE, np.full(6, 1 / 6), colour=PALETTE["first"], low=0, high=1, decimals=3)
    set_moving(figure, handle.artists)

    def draw(temperature, shift, **scores):
        z = np.zeros(6)
        for word, place in _PLACE.items():
            z[place] = scores[word]
        shares, remark = softmax((z + shift) / temperature)
        handle.update(shares)
        top = int(np.argmax(shares))
        rest = np.delete(shares, top).max()
        return (
            f"Temperature {temperature:.2f}, {shift:+.1f} on every score: the largest share is {shares[top]:.3f} "
            f"({story.SENTENCE[top]}), the next {rest:.3f}; together they are {shares.sum():.3f}. {remark}"
        )

    return LivePlot(
        figure,
        draw,
        question=[find("13.w1"), find("13.w1b"), find("13.w1c")],
        temperature=FloatLogSlider(
            value=1.0, min=-1, max=1, step=0.05, description="temperature", readout_format=".2f"
        ),
        shift=FloatSlider(value=0.0, min=-10, max=10, step=0.5, description="add to every score"),
        **{
            word: FloatSlider(
                value=_SCORE_OF_CAT if word == "cat" else 0.0, min=-6, max=6, step=0.01, description=f"score of {word}"
            )
            for word in _PLACE
        },
    )


def overflow_cliff(softmax=None) -> LivePlot:
    """The shares of the scores (m, m − 1) as m grows: the formula as printed, and the learner's function.

    softmax   the learner's softmax(z, axis=-1)
    """
    softmax = Learner(softmax, probability.softmax)
    figure = new_figure()
    ax = figure.subplots()
    label_axes(ax, x="larger score m", y="share of the larger score", title="Two scores, m and m − 1")
    ax.set(xlim=(-1040, 1040), ylim=(0, 1.05))
    grid = np.linspace(-1000, 1000, 401)
    ax.plot(grid, [_printed(m) for m in grid], color=PALETTE["second"], linewidth=5, alpha=0.45, label="as printed")
    ax.axhline(probability.softmax([1.0, 0.0])[0], color=PALETTE["third"], linewidth=1.5, label="subtract the maximum")
    ax.legend(loc="lower center", ncols=2)
    freeze_layout(figure)
    (dot,) = ax.plot([0], [0.7311], "o", color=PALETTE["ink"], markersize=9, animated=True)
    (line,) = ax.plot([0, 0], [0, 1.05], color=PALETTE["ink"], linewidth=1, animated=True)

    def draw(magnitude):
        share, remark = softmax(np.array([magnitude, magnitude - 1.0]))
        dot.set_data([magnitude], [share[0]])
        line.set_xdata([magnitude, magnitude])
        printed = _printed(magnitude)
        formula = "nan" if np.isnan(printed) else f"{printed:.4f}"
        return f"At m = {magnitude}, the formula as printed gives {formula}; softmax gives {share[0]:.4f}. {remark}"

    return LivePlot(
        figure,
        draw,
        question=find("13.w2"),
        magnitude=IntSlider(value=0, min=-1000, max=1000, step=1, description="larger score m"),
    )


def _printed(m: float) -> float:
    """exp(z) / sum(exp(z)) for z = (m, m − 1), just as the formula is printed."""
    with np.errstate(all="ignore"):
        e = np.exp(np.array([m, m - 1.0]))
        return float(e[0] / e.sum())


def mask_switches(masked_softmax=None, question: str = "13.w3") -> LivePlot:
    """The row of *sat* with a switch for each of its six words.

    masked_softmax   the learner's masked_softmax(z, mask), mask True = may attend
    question         id of the prediction in front of it
    """
    masked_softmax = Learner(masked_softmax, probability.masked_softmax)
    figure = new_figure()
    ax = figure.subplots()
    label_axes(ax, x="word that sat looks at", y="share", title="Scores: cat 2.83, mat 1, the others 0")
    z = np.array([0.0, _SCORE_OF_CAT, 0.0, 0.0, 0.0, 1.0])
    before = probability.softmax(z)
    handle = bars(ax, story.SENTENCE, before, colour=PALETTE["first"], low=0, high=1, decimals=3)
    marks = [
        ax.plot([i - 0.38, i + 0.38], [share] * 2, color=PALETTE["second"], animated=True, zorder=3)[0]
        for i, share in enumerate(before)
    ]
    marks[0].set_label("without a mask")
    ax.legend(loc="upper right")
    for text in handle.texts:  # a number may stand on a mark
        text.set_path_effects(HALO)
    set_moving(figure, handle.artists)

    def draw(**seen):
        mask = np.array(list(seen.values()))
        shares, remark = masked_softmax(z, mask)
        handle.update(shares)
        hidden = [word for word, visible in zip(story.SENTENCE, mask, strict=True) if not visible]
        if not mask.any():
            return f"Nothing may be seen: every share is 0, and together they are {shares.sum():.3f}. {remark}"
        lost = before[~mask].sum()
        what = f"Hidden: {', '.join(hidden)}" if hidden else "Nothing is hidden"
        return (
            f"{what}. A share of {lost:.3f} is free; each visible one is multiplied by "
            f"{1 / (1 - lost):.3f}, and together they are {shares.sum():.3f}. {remark}"
        )

    return LivePlot(
        figure,
        draw,
        question=find(question),
        **{
            f"word{i}": Checkbox(value=True, description=f"{word} (position {i}) may be seen")
            for i, word in enumerate(story.SENTENCE)
        },
    )

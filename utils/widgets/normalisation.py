"""Live pictures of layer norm: an equaliser for one token, who shares statistics, and a neighbour who is swapped."""

import numpy as np
from ipywidgets import FloatSlider, IntSlider, ToggleButtons
from matplotlib.patches import Rectangle

from utils import linalg, story, transformer
from utils.exercises import find
from utils.exercises.day08 import batch_norm_train as course_batch_norm
from utils.style import (
    HALO,
    PALETTE,
    SMALL,
    TEXT,
    bars,
    freeze_layout,
    heat_map,
    label_axes,
    new_figure,
    number,
    set_moving,
)
from utils.widgets.learner import Learner
from utils.widgets.live import LivePlot

_EPS = 1e-5
_ONE, _ZERO = np.ones(4), np.zeros(4)
_REACH = 13.0


def _listed(values) -> str:
    return "(" + ", ".join(number(value) for value in values) + ")"


def _haloed(handle):
    """Bars whose numbers can be read on a line."""
    for text in handle.texts:
        text.set_path_effects(HALO)
    return handle


def equaliser(layer_norm=None) -> LivePlot:
    """Four features of one token before and after layer norm, with a common factor and a common shift.

    layer_norm   the learner's layer_norm(X, g, b, eps); the course's version stands in for an unfinished one
    """
    layer_norm = Learner(layer_norm, transformer.layer_norm)
    figure = new_figure(7.6, 3.7)
    panels, handles = figure.subplots(1, 3), []
    for ax, title, colour, reach in zip(
        panels,
        ("one token", "minus its mean", "after layer norm"),
        ("first", "sixth", "third"),
        (_REACH, 6, 2),
        strict=True,
    ):
        label_axes(ax, x="feature", y="value" if ax is panels[0] else "", title=title)
        handles.append(_haloed(bars(ax, story.AXES_4D, _ZERO, colour=PALETTE[colour], low=-reach, high=reach)))
        ax.tick_params(axis="x", labelsize=SMALL)
    (level,) = panels[0].plot([-0.6, 3.6], [0, 0], color=PALETTE["second"], linewidth=1.5, zorder=3)
    spread = panels[1].add_patch(Rectangle((-0.6, 0), 4.2, 0, facecolor=PALETTE["sky"], alpha=0.35, zorder=1))
    figure.legend([level, spread], ["mean μ", "from −σ to σ"], loc="outside lower center", ncols=2)
    set_moving(figure, [spread, level, *(artist for handle in handles for artist in handle.artists)])

    def draw(times, add, **features):
        x = times * np.array(list(features.values())) + add
        y, remark = layer_norm(x, _ONE, _ZERO, _EPS)
        mean, variance = linalg.mean_var(x)
        sigma = float(np.sqrt(variance))
        for handle, values in zip(handles, (x, x - mean, y), strict=True):
            handle.update(values)
        level.set_ydata([mean, mean])
        spread.set_bounds(-0.6, -sigma, 4.2, 2 * sigma)
        even = " All four are equal, so nothing is left." if variance < 1e-12 else ""
        return (
            f"Before: {_listed(x)}, mean {number(mean)}, σ {number(sigma)}, length {number(linalg.norm(x))}. "
            f"After: {_listed(y)}, length {number(linalg.norm(y))}.{even} {remark}"
        )

    return LivePlot(
        figure,
        draw,
        question=[find("8.w1"), find("8.w1b"), find("8.w1c"), find("8.w1d")],
        **{
            name: FloatSlider(value=value, min=-3, max=3, step=0.5, description=name, readout_format=".1f")
            for name, value in zip(story.AXES_4D, story.TABLE_4D["cat"], strict=True)
        },
        times=FloatSlider(value=1, min=-2, max=2, step=0.5, description="multiply all by", readout_format=".1f"),
        add=FloatSlider(value=0, min=-10, max=10, step=0.5, description="add to all", readout_format=".1f"),
    )


_NEIGHBOURS = {
    "on the mat the cat sat": ["on", "the", "mat", "the", "cat", "sat"],
    "cat cat cat cat cat cat": ["cat"] * 6,
    "mat on mat on mat on": ["mat", "on"] * 3,
}
_NORMS = {"layer norm": 1, "batch norm": 0}  # the axis that the statistics use up


def shared_statistics() -> LivePlot:
    """A batch of two sentences as a table; coloured are the cells whose mean and variance one entry uses."""
    words = story.SENTENCE + next(iter(_NEIGHBOURS.values()))
    X = np.array([story.TABLE_4D[word] for word in words])
    labels = [f"{word}  {i % 6}" for i, word in enumerate(words)]
    figure = new_figure(6.4, 5.2)
    ax, side = figure.subplots(1, 2, width_ratios=(1.6, 1))
    label_axes(ax, x="feature", title="Two sentences, 12 tokens, 4 features")
    for height, text in ((0.75, "first sentence"), (0.25, "second sentence")):
        ax.text(-0.27, height, text, rotation=90, ha="center", va="center", transform=ax.transAxes, fontsize=TEXT)
    handle = heat_map(ax, X, labels, story.AXES_4D, signed=True, vmax=2.5, decimals=0, size=10, aspect="auto")
    between = ax.axhline(5.5, color=PALETTE["muted"], linewidth=2, linestyle="--", zorder=6)
    side.axis("off")
    lines = side.text(0, 0.5, "", va="center", linespacing=1.8)
    freeze_layout(figure)
    veil = ax.imshow(
        np.zeros((12, 4, 4)), extent=(-0.5, 3.5, 11.5, -0.5), interpolation="nearest", aspect="auto", zorder=5
    )
    used = ax.add_patch(
        Rectangle((0, 0), 1, 1, fill=False, edgecolor=PALETTE["ink"], linewidth=2.5, zorder=6, clip_on=False)
    )
    entry = ax.add_patch(
        Rectangle((0, 0), 1, 1, fill=False, edgecolor=PALETTE["pink"], linewidth=4, zorder=7, clip_on=False)
    )
    set_moving(figure, [*handle.artists, veil, between, used, entry, lines])

    def draw(norm, token, feature):
        seen = np.zeros((12, 4), dtype=bool)
        place = (token, slice(None)) if _NORMS[norm] else (slice(None), feature)
        seen[place] = True
        shade = np.ones((12, 4, 4))
        shade[..., 3] = np.where(seen, 0.0, 0.75)
        veil.set_data(shade)
        x, y, width, height = (-0.5, token - 0.5, 4, 1) if _NORMS[norm] else (feature - 0.5, -0.5, 1, 12)
        used.set_bounds(x, y, width, height)
        entry.set_bounds(feature - 0.5, token - 0.5, 1, 1)
        mean, variance = linalg.mean_var(X[place])
        result = (X[token, feature] - mean) / np.sqrt(variance + _EPS)
        lines.set_text(
            f"{norm}\n{seen.sum()} numbers used\nmean {number(mean)}\nvariance {number(variance)}\n"
            f"{number(X[token, feature], 0)} becomes {number(result)}"
        )
        whose = "the features of this token" if _NORMS[norm] else "this feature of all 12 tokens"
        return (
            f"{norm.capitalize()}, entry '{story.AXES_4D[feature]}' of {words[token]} at position {token % 6} of the "
            f"{'first' if token < 6 else 'second'} sentence: mean {number(mean)} and variance {number(variance)} come "
            f"from {seen.sum()} numbers, {whose}; {number(X[token, feature], 0)} becomes {number(result)}."
        )

    return LivePlot(
        figure,
        draw,
        question=find("8.w2"),
        norm=ToggleButtons(options=list(_NORMS), description="norm"),
        token=IntSlider(value=1, min=0, max=11, description="token (row)"),
        feature=IntSlider(value=1, min=0, max=3, description="feature (column)"),
    )


def swapped_neighbour(batch_norm_train=None) -> LivePlot:
    """*cat* of the first sentence under both norms, while the second sentence of the batch is replaced.

    batch_norm_train   the learner's batch_norm_train(X, eps); the course's version stands in for an unfinished one
    """
    batch_norm = Learner(batch_norm_train, course_batch_norm)
    figure = new_figure(6.8, 3.6)
    axes = figure.subplots(1, 2, sharey=True)
    handles, rows = [], []
    start = _batch(next(iter(_NEIGHBOURS)))
    row = {
        "layer norm": transformer.layer_norm(start, _ONE, _ZERO, _EPS)[1],
        "batch norm": course_batch_norm(start, _EPS)[1],
    }
    for ax, (name, values), colour in zip(axes, row.items(), ("third", "sixth"), strict=True):
        label_axes(ax, x="feature of cat", y="value" if ax is axes[0] else "", title=f"cat after {name}")
        handles.append(_haloed(bars(ax, story.AXES_4D, values, colour=PALETTE[colour], low=-2, high=3.5)))
        for i, value in enumerate(values):
            rows.append(ax.plot([i - 0.38, i + 0.38], [value] * 2, color=PALETTE["ink"], linewidth=1.5, zorder=3)[0])
    axes[0].legend(rows[:1], ["with the first neighbour"], loc="upper right", fontsize=SMALL)
    set_moving(figure, [artist for handle in handles for artist in handle.artists] + rows)

    def draw(second):
        batch = _batch(second)
        layered = transformer.layer_norm(batch, _ONE, _ZERO, _EPS)[1]
        batched, remark = batch_norm(batch, _EPS)
        handles[0].update(layered)
        handles[1].update(batched[1])
        return (
            f"Second sentence '{second}': layer norm makes {_listed(layered)} of cat, "
            f"batch norm {_listed(batched[1])}. {remark}"
        )

    return LivePlot(
        figure,
        draw,
        question=find("8.w3"),
        second=ToggleButtons(options=list(_NEIGHBOURS), description="second sentence", style={"button_width": "13em"}),
    )


def _batch(second: str) -> np.ndarray:
    """The tokens of the story's sentence and of a second one, one a row: (12, 4)."""
    return np.array([story.TABLE_4D[word] for word in story.SENTENCE + _NEIGHBOURS[second]])

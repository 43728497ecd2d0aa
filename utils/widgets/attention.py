"""Live pictures of the attention layer: heads as heat maps, the root of d_k, and a head that falls silent."""

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np
from ipywidgets import Checkbox, Dropdown, FloatLogSlider, IntSlider, ToggleButtons

from utils import probability, story, transformer
from utils.exercises import find
from utils.style import PALETTE, bars, heat_map, label_axes, new_figure, set_moving
from utils.widgets.learner import Learner
from utils.widgets.live import LivePlot


class Pair(NamedTuple):
    """Queries and keys of one head, (T, d_k) each."""

    Q: np.ndarray
    K: np.ndarray


def _story_heads() -> dict[str, Pair]:
    """The two heads of the running example, built by hand."""
    return {
        f"{letter}: {head.name}": Pair(story.X4 @ head.W_Q, story.X4 @ head.W_K)
        for letter, head in (("A", story.HEAD_A), ("B", story.HEAD_B))
    }


def heat_maps(
    softmax=None, heads: Mapping[str, Pair] | None = None, words=None, questions=None, row: int = 2, mask: bool = False
) -> LivePlot:
    """The attention weights of one head: sliders and switches for the head, temperature, mask and scale.

    softmax     the learner's softmax(z, axis=-1); masked scores reach it as −∞
    heads       name -> (Q, K) of shape (T, d_k) each; the running example's two heads by default
    words       the T words beside the rows and above the columns
    questions   predictions; those of day 30 stand in front of the running example's heads
    row, mask   where the controls start
    """
    if questions is None:
        questions = [] if heads else [find(name) for name in ("30.w1", "30.w1b", "30.w1c")]
    heads = {name: Pair(*pair) for name, pair in (heads or _story_heads()).items()}
    words = list(story.SENTENCE if words is None else words)
    softmax = Learner(softmax, probability.softmax, name=getattr(softmax, "__name__", None))
    figure = new_figure(6.4, 4.6)
    ax = figure.subplots()
    label_axes(ax, x="word that is looked at (key)", y="word that asks (query)")
    size = len(words)
    handle = heat_map(ax, np.eye(size), words, words, numbers=size <= 10)
    set_moving(figure, handle.artists)

    def draw(head, temperature, row, mask, scale):
        Q, K = heads[head]
        scores = Q @ K.T / temperature
        if scale:
            scores = scores / np.sqrt(Q.shape[-1])
        if mask:
            scores = np.where(transformer.causal_mask(size), scores, -np.inf)
        weights, remark = softmax(scores)
        handle.update(weights)
        top = int(np.argmax(weights[row]))
        return (
            f"Head {head}, temperature {temperature:.2f}, {'scaled' if scale else 'not scaled'}, "
            f"{'causal mask' if mask else 'no mask'}. Row {row} ({words[row]}): the largest weight is "
            f"{weights[row, top]:.3f} on {words[top]} (position {top}). {remark}"
        )

    return LivePlot(
        figure,
        draw,
        question=questions,
        head=ToggleButtons(options=list(heads), description="head"),
        temperature=FloatLogSlider(value=1.0, min=-2, max=2, base=2, step=0.125, readout_format=".2f"),
        row=Dropdown(
            options=[(f"{word} (position {i})", i) for i, word in enumerate(words)],
            value=row,
            description="row to read",
        ),
        mask=Checkbox(value=mask, description="causal mask"),
        scale=Checkbox(value=True, description="divide by √d_k"),
    )


_KEYS = 10  # words that a query looks at in the sweep
_TRIALS = 400
_LARGEST = 512


class _Sweep:
    """Random queries and keys of 512 entries; a smaller d_k uses the first ones."""

    def __init__(self):
        rng = np.random.default_rng(30)
        q = rng.normal(size=(_TRIALS, 1, _LARGEST))
        k = rng.normal(size=(_TRIALS, _KEYS, _LARGEST))
        products = np.cumsum(q * k, axis=-1)
        self.sizes = np.unique(np.round(2 ** np.linspace(0, 9, 73)).astype(int))
        self.scores = products[..., self.sizes - 1]  # (trials, keys, sizes)
        self.top = {
            scaled: probability.softmax(self.scores / (np.sqrt(self.sizes) if scaled else 1.0), axis=1)
            .max(axis=1)
            .mean(axis=0)
            for scaled in (False, True)
        }


def sweep_d_k(softmax=None) -> LivePlot:
    """The largest of ten attention weights as d_k grows, with and without the division by √d_k.

    Entries of queries and keys are drawn independently with mean 0 and variance 1, from a fixed seed.

    softmax   the learner's softmax(z, axis=-1)
    """
    softmax = Learner(softmax, probability.softmax, name=getattr(softmax, "__name__", None))
    sweep = _Sweep()
    figure = new_figure(7.2, 3.6)
    left, right = figure.subplots(1, 2, width_ratios=(1.2, 1))
    label_axes(left, x="d_k", y="largest weight, mean of 400 queries")
    left.set(xscale="log", xlim=(0.9, 620), ylim=(0, 1.04))
    left.set_xticks([1, 4, 16, 64, 512], ["1", "4", "16", "64", "512"])
    left.minorticks_off()
    left.plot(sweep.sizes, sweep.top[False], color=PALETTE["second"], label="q·k")
    left.plot(sweep.sizes, sweep.top[True], color=PALETTE["first"], linestyle="--", label="q·k / √d_k")
    left.legend(loc="center right")
    (line,) = left.plot([1, 1], [0, 1.04], color=PALETTE["ink"], linewidth=1)
    (dot,) = left.plot([1], [0], "o", color=PALETTE["ink"], markersize=8)
    label_axes(right, x="key", y="weight", title="one query")
    handle = bars(right, range(_KEYS), np.full(_KEYS, 1 / _KEYS), colour=PALETTE["first"], low=0, high=1, numbers=False)
    set_moving(figure, [line, dot, *handle.artists])

    def draw(exponent, scale):
        place = int(np.argmin(np.abs(sweep.sizes - 2**exponent)))
        d_k = int(sweep.sizes[place])
        scores = sweep.scores[..., place] / (np.sqrt(d_k) if scale else 1.0)
        weights, remark = softmax(scores[0])
        handle.update(weights)
        line.set_xdata([d_k, d_k])
        dot.set_data([d_k], [sweep.top[scale][place]])
        return (
            f"d_k = {d_k}, {'scaled' if scale else 'not scaled'}: the scores have standard deviation "
            f"{scores.std():.2f}, and the largest of ten weights is {sweep.top[scale][place]:.2f} on average "
            f"({weights.max():.2f} for the query on the right). {remark}"
        )

    return LivePlot(
        figure,
        draw,
        question=find("30.w2"),
        exponent=IntSlider(value=2, min=0, max=9, description="d_k = 2 to the power of"),
        scale=Checkbox(value=False, description="divide by √d_k"),
    )


# A W_O that mixes the heads: every output column takes from both.
_MIXING = np.array([[1.0, 0, 1, 0], [0, 1, 0, 1], [1, 0, -1, 0], [0, 1, 0, -1]]) / np.sqrt(2)


def ablate_a_head() -> LivePlot:
    """The output of the two heads of the running example, with a switch for each head and for W_O."""
    parts = [
        transformer.scaled_dot_product_attention(*(story.X4 @ W for W in (head.W_Q, head.W_K, head.W_V)))[0]
        for head in (story.HEAD_A, story.HEAD_B)
    ]
    figure = new_figure(7.2, 3.9)
    axes = figure.subplots(1, 2)
    columns = ["0", "1", "2", "3"]
    handles = []
    for ax, title in zip(axes, ("both heads", "now"), strict=True):
        label_axes(ax, x="column of the output", y="word", title=title)
        zero = np.zeros((6, 4))
        handles.append(heat_map(ax, zero, story.SENTENCE, columns, signed=True, vmax=2.5, aspect="auto"))
    set_moving(figure, [artist for handle in handles for artist in handle.artists])

    def draw(head_a, head_b, mixing):
        W_O = _MIXING if mixing == "mixes the heads" else np.eye(4)
        full = np.concatenate(parts, axis=-1) @ W_O
        now = np.concatenate([part * speaks for part, speaks in zip(parts, (head_a, head_b), strict=True)], -1) @ W_O
        handles[0].update(full)
        handles[1].update(now)
        moved = np.abs(now - full) > 1e-12
        silent = [name for name, speaks in (("A", head_a), ("B", head_b)) if not speaks]
        who = f"Silent: head {' and '.join(silent)}" if silent else "Both heads speak"
        where = ", ".join(str(i) for i in np.flatnonzero(moved.any(axis=0)))
        what = f"{moved.sum()} of 24 numbers have moved, in the columns {where}" if where else "no number has moved"
        return f"{who}; W_O {mixing}: {what}."

    return LivePlot(
        figure,
        draw,
        question=find("30.w3"),
        head_a=Checkbox(value=True, description="head A speaks"),
        head_b=Checkbox(value=True, description="head B speaks"),
        mixing=ToggleButtons(options=["keeps the heads apart", "mixes the heads"], description="W_O"),
    )

"""Pictures of learning from p − y: four scores in a tug of war, two losses compared, and the race to the floor."""

import numpy as np
from ipywidgets import Button, FloatSlider, IntSlider, SelectionSlider, ToggleButtons
from matplotlib.patches import Polygon
from traitlets import Int

from utils import probability, story
from utils.cards import training_bar
from utils.exercises import day19, find
from utils.style import (
    HALO,
    PALETTE,
    SMALL,
    Still,
    bars,
    freeze_layout,
    label_axes,
    new_figure,
    number,
    readable,
    set_moving,
    signed_text,
    still,
)
from utils.widgets.learner import Learner
from utils.widgets.live import LivePlot

_PULLS = 30
_LOW, _HIGH = -3.0, 8.5  # scores that the tug of war shows
_LENGTH = 2.6  # a pull of 1, in points of score


class _StepButton(Button):
    """A button that moves a slider on by one; `value` counts how often it was pressed."""

    value = Int(0)

    def __init__(self, slider, description):
        super().__init__(description=description, tooltip=description, layout={"width": "12em"})
        self._slider = slider
        self.on_click(self._pressed)

    def _pressed(self, _):
        self.value += 1
        self._slider.value = min(self._slider.value + 1, self._slider.max)


def _backward(p, y):
    return (p - np.eye(p.shape[1])[y]) / len(y)


def _arrow(x, y, length) -> np.ndarray:
    """A level arrow from (x, y); a short one is all head."""
    neck = x + np.sign(length) * max(abs(length) - 0.3, 0.0)
    tip = x + length
    return np.array(
        [(x, y - 0.05), (neck, y - 0.05), (neck, y - 0.17), (tip, y), (neck, y + 0.17), (neck, y + 0.05), (x, y + 0.05)]
    )


def tug_of_war(backward=None) -> LivePlot:
    """Four scores on four ropes: each step pulls every knot by −(p − y), and beside them the cake is shared anew.

    backward   the learner's backward(p, y), the gradient for one row here; the course's stands in
    """
    backward = Learner(backward, _backward, name="backward")
    words = story.AFTER_THE
    figure = new_figure(7.6, 3.7)
    left, right = figure.subplots(1, 2, width_ratios=(1.9, 1))
    label_axes(left, x="score z", title="Four ropes, and the pull −(p − y) on each")
    left.set(xlim=(_LOW, _HIGH), ylim=(3.5, -0.75), yticks=range(4))
    left.set_yticklabels(words)
    left.tick_params(axis="y", length=0)
    for post in (_LOW + 0.15, _HIGH - 0.15):
        left.plot([post] * 2, [-0.35, 3.35], color=PALETTE["muted"], linewidth=5, solid_capstyle="round")
    for lane in range(4):
        left.plot([_LOW + 0.15, _HIGH - 0.15], [lane] * 2, color=PALETTE["quiet"], linewidth=2, zorder=1)
    label_axes(right, x="next word", y="share", title="The cake")
    share = bars(right, words, np.full(4, 0.25), colour=PALETTE["quiet"], low=0, high=1, decimals=3)
    (trail,) = left.plot([], [], "o", color=PALETTE["quiet"], markersize=5, zorder=2)
    (knots,) = left.plot([], [], "o", color=PALETTE["ink"], markersize=8, zorder=4)
    arrows = [left.add_patch(Polygon(_arrow(0, i, 1.0), zorder=3)) for i in range(4)]
    labels = [left.text(0, i - 0.2, "", ha="center", va="bottom", zorder=5, path_effects=HALO) for i in range(4)]
    for text in labels:
        text.set_in_layout(False)
    set_moving(figure, [trail, knots, *arrows, *labels, *share.artists])

    def draw(truth, lr, steps, pull=0):
        y = np.array([words.index(truth)])
        z, way = story.LOGITS.copy(), []
        for _ in range(steps):
            way.append(z)
            slope, _ = backward(probability.softmax(z[None]), y)
            z = z - lr * slope[0]
        p = probability.softmax(z)
        slope, remark = backward(p[None], y)
        pulls = 0.0 - slope[0]
        seen = np.clip(z, _LOW + 0.4, _HIGH - 0.4)
        knots.set_data(seen, range(4))
        before = np.clip(way, _LOW + 0.4, _HIGH - 0.4) if way else np.zeros((0, 4))
        trail.set_data(before.ravel(), np.tile(range(4), len(before)))
        for i, (arrow, text) in enumerate(zip(arrows, labels, strict=True)):
            colour = PALETTE["second"] if i == y[0] else PALETTE["first"]
            tip = np.clip(seen[i] + _LENGTH * pulls[i], _LOW + 0.3, _HIGH - 0.3)
            arrow.set_xy(_arrow(seen[i], i, tip - seen[i]))
            arrow.set_color(colour)
            text.set_text(signed_text(pulls[i]))
            text.set_color(readable(colour))
            text.set_x(np.clip(seen[i], _LOW + 0.9, _HIGH - 0.9))
        share.update(p, [PALETTE["second"] if i == y[0] else PALETTE["quiet"] for i in range(4)])
        told = ", ".join(f"{word} {signed_text(value)}" for word, value in zip(words, pulls, strict=True))
        shares = ", ".join(f"{value:.3f}" for value in p)
        return (
            f"{truth} came. After {steps} step{'' if steps == 1 else 's'} with learning rate {lr:g} the shares of "
            f"{', '.join(words)} are {shares}, and the loss is {number(-np.log(p[y[0]]), 3)} nat. "
            f"Pulls −(p − y): {told}; together {number(pulls.sum())}. {remark}"
        )

    steps = IntSlider(value=0, min=0, max=_PULLS, step=1, description="steps")
    return LivePlot(
        figure,
        draw,
        question=[find("19.w1"), find("19.w1b")],
        truth=ToggleButtons(options=words, value="mat", description="word that came", style={"button_width": "5em"}),
        lr=FloatSlider(value=1.0, min=0.1, max=4, step=0.1, description="learning rate", readout_format=".1f"),
        steps=steps,
        pull=_StepButton(steps, "pull once"),
    )


def two_pulls() -> Still:
    """How hard two losses pull the right one of two words up, for every share that it may have."""
    p = np.geomspace(0.001, 0.999, 300)
    rows = np.stack([p, 1 - p], axis=1)
    error = rows - [1.0, 0.0]
    squared = -np.array([probability.softmax_jacobian(row) @ gap for row, gap in zip(rows, error, strict=True)])[:, 0]
    plain = -error[:, 0]
    figure = new_figure(6.8, 3.4)
    ax = figure.subplots()
    label_axes(ax, x="share p of the right word", y="pull on its score", title="Two words: who pulls when?", grid=True)
    ax.set(xscale="log", xlim=(0.0009, 1.1), ylim=(-0.04, 1.1))
    ax.set_xticks([0.001, 0.01, 0.1, 0.5, 1], ["0.001", "0.01", "0.1", "0.5", "1"])
    ax.minorticks_off()
    ax.plot(p, plain, color=PALETTE["first"], linewidth=2.5, label="cross-entropy: 1 − p")
    ax.plot(p, squared, color=PALETTE["second"], linewidth=2.5, label="squared error: 2p(1 − p)²")
    for value, below in ((plain[0], True), (squared[0], False)):
        ax.plot(p[0], value, "o", color=PALETTE["ink"], markersize=6, zorder=4, clip_on=False)
        place, align = (0.00115, value - 0.03), "top"
        if not below:
            place, align = (0.00115, value + 0.03), "bottom"
        ax.text(*place, f"p = 0.001: {value:.3f}", ha="left", va=align, fontsize=SMALL, path_effects=HALO)
    ax.legend(loc="center", bbox_to_anchor=(0.42, 0.62))
    most = int(np.argmax(squared))
    return still(
        figure,
        f"At p = 0.001 cross-entropy pulls the score of the right word with {plain[0]:.3f} nat per point, squared "
        f"error with {squared[0]:.4f} (it has no unit). Squared error pulls hardest near p = {p[most]:.2f}, with "
        f"{squared[most]:.3f}; both fade to 0 as p goes to 1.",
    )


_RATES = (0.1, 0.5, 1.0, 2.0, 5.0, 10.0, 15.0, 20.0, 30.0, 50.0)
_LAPS = 1000
_PLACES = np.unique(np.round(np.geomspace(1, _LAPS + 1, 220)).astype(int)) - 1  # steps that the picture shows
_PLAIN = "plain run"
_UNSHIFTED, _SEATS = "targets not shifted", "empty seat counted"


def _accident(tokens, lr, steps, kind):
    """Losses of a run with one of two classic accidents."""
    events = day19.padded_events if kind == _SEATS else day19.unshifted_events
    return day19.walk(*events(tokens), tokens.max() + 1, lr, steps)[0]


def _run_all(learner):
    """Losses by (kind, rate), and what is to be said about the learner's function."""
    jobs = [(kind, rate) for kind in (_PLAIN, _UNSHIFTED, _SEATS) for rate in _RATES]
    losses, remark = {}, ""
    for kind, rate in training_bar(jobs, "the race"):
        if kind == _PLAIN:
            (losses[kind, rate], _), remark = learner(day19.C4, rate, _LAPS)
        else:
            losses[kind, rate] = _accident(day19.C4, rate, _LAPS, kind)
    return losses, remark


def to_the_floor(train_bigram=None) -> LivePlot:
    """Gradient descent on C4 at ten learning rates, trained when this is called; the floor of every bigram is dashed.

    train_bigram   the learner's train_bigram(tokens, lr, steps); the course's version stands in
    """
    losses, remark = _run_all(Learner(train_bigram, day19.train_bigram, seconds=5))
    floor = story.BIGRAM_NATS
    figure = new_figure(7.8, 3.8)
    left, right = figure.subplots(1, 2)
    label_axes(left, x="step + 1", y="loss (nat)", title="Loss on the four sentences")
    left.set(xscale="log", xlim=(0.9, 1300), ylim=(-0.06, 2.6))
    left.axhline(floor, color=PALETTE["third"], linestyle="--", linewidth=2, zorder=3)
    name = left.text(
        1, floor - 0.05, f"bigram floor {floor:.4f} nat", va="top", color=readable(PALETTE["third"]), path_effects=HALO
    )
    name.set_zorder(6)
    label_axes(right, x="step + 1", y="loss minus floor (nat)", title="Distance to the floor")
    right.set(xscale="log", yscale="log", xlim=(0.9, 1300), ylim=(4e-4, 20))
    for ax in (left, right):
        ax.set_xticks([1, 10, 100, 1000], ["1", "10", "100", "1000"])
        ax.minorticks_off()
    right.set_yticks([0.001, 0.01, 0.1, 1], ["0.001", "0.01", "0.1", "1"])
    freeze_layout(figure)
    pale = [[ax.plot([], [], color=PALETTE["grid"], linewidth=1, zorder=1)[0] for _ in _RATES] for ax in (left, right)]
    chosen = [ax.plot([], [], color=PALETTE["first"], linewidth=2.5, zorder=4)[0] for ax in (left, right)]
    (under,) = left.plot([], [], color=PALETTE["second"], linewidth=4, zorder=5)
    note = right.text(0.97, 0.95, "", transform=right.transAxes, ha="right", va="top", path_effects=HALO, zorder=6)
    for artist in (*pale[0], *pale[1], *chosen, under, note, name):
        artist.set_animated(True)

    def draw(lr, run):
        for rate, one, other in zip(_RATES, *pale, strict=True):
            _show(losses[run, rate], one, other)
        mine = np.asarray(losses[run, lr])
        _show(mine, *chosen)
        below = np.flatnonzero(mine < floor - 1e-9)
        under.set_data(_PLACES + 1, np.where(mine < floor - 1e-9, mine, np.nan)[_PLACES])
        note.set_text("below the floor:\nlook for the bug" if below.size else "")
        note.set_color(readable(PALETTE["second"]))
        said = f"{run.capitalize()}, learning rate {lr:g}: the loss goes from {mine[0]:.4f} to {mine[-1]:.4f} nat"
        if below.size:
            end = (
                f". After step {below[0]} it is below the floor of {floor:.4f} nat. No bigram model can do that: look "
                "for the bug."
            )
        else:
            last = mine[-100:]
            end = (
                f", {mine[-1] - floor:.4f} nat above the floor of {floor:.4f} nat. Its last 100 values lie between "
                f"{last.min():.4f} and {last.max():.4f} nat; no value of the run is below it."
            )
        return f"{said}{end} {remark if run == _PLAIN else ''}"

    return LivePlot(
        figure,
        draw,
        question=[find("19.w2"), find("19.w2b")],
        lr=SelectionSlider(options=[(f"{rate:g}", rate) for rate in _RATES], value=5.0, description="learning rate"),
        run=ToggleButtons(options=[_PLAIN, _UNSHIFTED, _SEATS], description="run", style={"button_width": "13em"}),
    )


def _show(losses, one, other):
    """A run in both halves of the picture."""
    seen = np.asarray(losses)[_PLACES]
    gap = seen - story.BIGRAM_NATS
    one.set_data(_PLACES + 1, seen)
    other.set_data(_PLACES + 1, np.where(gap > 0, gap, np.nan))

"""The scenes whose latency is measured: the same picture, drawn the usual way and as a LivePlot."""

import ipywidgets
import matplotlib.pyplot as plt
import numpy as np
from matplotlib.figure import Figure

from utils.widgets.live import LivePlot

SIZE = (6.4, 3.6)
SCORES = np.linspace(0.0, 7.0, 8)
POSITIONS = np.arange(64)[:, None]
PAIRS = np.arange(64)


def slider():
    """The control of every scene: 100 steps."""
    return ipywidgets.FloatSlider(value=2.0, min=0.5, max=5.5, step=0.05, description="value", readout_format=".2f")


def empty():
    """From a slider to a label: what the way to the kernel and back costs, without a picture."""
    control, label = slider(), ipywidgets.Label("value 2.00")

    def follow(change):
        label.value = f"value {change['new']:.2f}"

    control.observe(follow, "value")
    return ipywidgets.VBox([control, label])


def shares(value):
    """Eight bar heights that sum to 1."""
    weights = np.exp(SCORES / value)
    return weights / weights.sum()


def waves(value):
    """A table 64 × 128 of sines and cosines."""
    angles = POSITIONS / (10.0**value) ** (PAIRS / 64)
    return np.concatenate([np.sin(angles), np.cos(angles)], axis=1)


def bars_interact():
    """What courses do: a new figure for every step."""

    def draw(value):
        figure, axes = plt.subplots(figsize=SIZE, dpi=100)
        figure.subplots_adjust(bottom=0.15)
        axes.bar(range(8), shares(value))
        _bars_frame(axes)
        plt.show()

    return ipywidgets.interactive(draw, value=slider())


def bars_live():
    """The same bars, moved."""
    figure = Figure(figsize=SIZE, dpi=100)
    axes = figure.subplots()
    figure.subplots_adjust(bottom=0.15)
    bars = axes.bar(range(8), shares(2.0))
    _bars_frame(axes)
    for bar in bars:
        bar.set_animated(True)

    def draw(value):
        heights = shares(value)
        for bar, height in zip(bars, heights, strict=True):
            bar.set_height(height)
        return f"At value {value:.2f} the highest bar is {heights.max():.3f}."

    return LivePlot(figure, draw, value=slider())


def _bars_frame(axes):
    axes.set(ylim=(0, 1), xlabel="token", ylabel="share", title="Eight shares of one whole")


def heat_interact():
    """What courses do: a new figure for every step."""

    def draw(value):
        figure, places = plt.subplots(1, 2, figsize=SIZE, dpi=100)
        _heat_artists(figure, places, waves(value))
        plt.show()

    return ipywidgets.interactive(draw, value=slider())


def heat_live():
    """The same heat map and curves, moved."""
    figure = Figure(figsize=SIZE, dpi=100)
    image, lines = _heat_artists(figure, figure.subplots(1, 2), waves(2.0))
    for artist in (image, *lines):
        artist.set_animated(True)

    def draw(value):
        table = waves(value)
        image.set_data(table)
        for line, column in zip(lines, (0, 8, 16, 32), strict=True):
            line.set_ydata(table[:, column])
        return f"At value {value:.2f} the table's mean is {table.mean():.3f}."

    return LivePlot(figure, draw, value=slider())


def _heat_artists(figure, places, table):
    left, right = places
    figure.subplots_adjust(bottom=0.15, wspace=0.65)
    image = left.imshow(table, cmap="RdBu", vmin=-1, vmax=1, aspect="auto")
    left.set(xlabel="column", ylabel="position", title="64 × 128")
    figure.colorbar(image, ax=left)
    lines = [right.plot(table[:, column], label=f"column {column}")[0] for column in (0, 8, 16, 32)]
    right.set(ylim=(-1.1, 2.5), xlabel="position", title="Four columns")
    right.legend(loc="upper left", fontsize=8)
    return image, lines

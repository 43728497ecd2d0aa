"""Live pictures of positional encoding: a wall of clocks, the map of stripes, and similarity against distance."""

import numpy as np
from ipywidgets import FloatLogSlider, IntSlider, SelectionSlider
from matplotlib.lines import Line2D
from matplotlib.patches import Circle
from matplotlib.patheffects import withStroke

from utils import transformer
from utils.exercises import find
from utils.style import (
    PALETTE,
    SMALL,
    TITLE,
    colour_bar,
    heat_map,
    label_axes,
    new_figure,
    number,
    readable,
    set_moving,
)
from utils.widgets.learner import Learner
from utils.widgets.live import LivePlot

BASE = 10000.0  # the paper's


def clock_wall(positional_encoding=None) -> LivePlot:
    """One clock for each pair of columns: its hand ends at (sin, cos), across and up.

    positional_encoding   the learner's positional_encoding(T, d); the course's version stands in for an unfinished one
    """
    encode = Learner(positional_encoding, transformer.positional_encoding)
    figure = new_figure(6.4, 4.1, layout=None)
    ax = figure.add_axes((0, 0, 1, 1))
    ax.set(xlim=(0, 640), ylim=(0, 410))  # pixels of the page
    ax.axis("off")
    ax.text(320, 396, "Every pair of columns is a clock", ha="center", va="center", fontsize=TITLE)
    for x, name, colour in (
        (18, "▬ across: sin, column 2i", PALETTE["first"]),
        (228, "▬ up: cos, column 2i + 1", PALETTE["second"]),
        (440, "one turn: counted in positions", PALETTE["ink"]),
    ):
        ax.text(x, 374, name, color=readable(colour), ha="left", va="center", fontsize=SMALL)
    clocks = [_Clock(ax) for _ in range(8)]

    def draw(position, width):
        table, remark = encode(position + 1, width)
        hands = table[position].reshape(-1, 2)
        turns = 2 * np.pi * BASE ** (2 * np.arange(width // 2) / width)
        for clock in clocks[width // 2 :]:
            clock.hide()
        for i, (hand, place) in enumerate(zip(hands, _WALLS[width], strict=True)):
            clocks[i].show(i, hand, turns[i], *place)
        fast, slow = _degrees(hands[0]), _degrees(hands[-1])
        longest = np.hypot(*hands.T).max()
        odd = "" if np.allclose(np.hypot(*hands.T), 1) else f" The longest hand has length {longest:.2f}, not 1."
        more = ", …" if width > 4 else ""
        return (
            f"Position {position}, width {width}: the fast hand (pair 0) points at {fast:.1f}°, the slow one (pair "
            f"{width // 2 - 1}) at {slow:.1f}°. PE({position}) = ({_row(table[position, :4])}{more}).{odd} {remark}"
        )

    return LivePlot(
        figure,
        draw,
        question=[find("20.w1"), find("20.w1b")],
        position=IntSlider(value=0, min=0, max=200, description="position p"),
        width=SelectionSlider(options=[4, 8, 16], value=4, description="width d"),
    )


# Where the clocks hang for each width: centre and radius in pixels.
_WALLS = {
    4: [(175, 215, 110), (465, 215, 110)],
    8: [(80 + 160 * i, 225, 66) for i in range(4)],
    16: [(80 + 160 * (i % 4), 284 - 178 * (i // 4), 52) for i in range(8)],
}


class _Clock:
    """One face with its hand, the two legs of the hand, and its texts."""

    def __init__(self, ax):
        grey, ink = PALETTE["muted"], PALETTE["ink"]
        self.face = ax.add_patch(Circle((0, 0), 1, facecolor="#fafafa", edgecolor=grey, linewidth=1.5))
        (self.marks,) = ax.plot([], [], color=grey, linewidth=1)
        (self.across,) = ax.plot([], [], color=PALETTE["first"], linewidth=3, solid_capstyle="butt")
        (self.up,) = ax.plot([], [], color=PALETTE["second"], linewidth=3, solid_capstyle="butt")
        (self.hand,) = ax.plot([], [], color=ink, linewidth=2.2, marker="o", markevery=[1], markersize=6)
        self.name = ax.text(0, 0, "", ha="center", va="bottom", fontsize=SMALL, fontweight="bold")
        self.text = ax.text(0, 0, "", ha="center", va="top", fontsize=SMALL, linespacing=1.25)
        self.artists = [self.face, self.marks, self.across, self.up, self.hand, self.name, self.text]
        for artist in self.artists:
            artist.set_animated(True)

    def hide(self):
        for artist in self.artists:
            artist.set_visible(False)

    def show(self, pair, hand, turn, x, y, radius):
        for artist in self.artists:
            artist.set_visible(True)
        self.face.set(center=(x, y), radius=radius)
        angles = np.arange(12) * np.pi / 6
        spokes = np.stack([np.sin(angles), np.cos(angles)])[:, :, None] * radius * np.array([0.9, 1.0, np.nan])
        self.marks.set_data(spokes[0].ravel() + x, spokes[1].ravel() + y)
        # A hand that is too long ends at the rim, so that it strikes out no text; the sentence says so.
        tip_x, tip_y = hand / max(1.0, np.hypot(*hand)) * radius + [x, y]
        self.up.set_data([x, x], [y, tip_y])
        self.across.set_data([x, tip_x], [tip_y, tip_y])
        self.hand.set_data([x, tip_x], [y, tip_y])
        self.name.set(position=(x, y + radius + 3), text=f"pair {pair}: {_degrees(hand):.1f}°")
        self.text.set(
            position=(x, y - radius - 5),
            text=f"sin {number(hand[0], 3)}  cos {number(hand[1], 3)}\none turn: {_short(turn)}",
        )


def _degrees(hand) -> float:
    """The direction of a hand, clockwise from the top, 0 up to 360."""
    return round(float(np.degrees(np.arctan2(hand[0], hand[1]))) % 360, 1) % 360


def _short(turn: float) -> str:
    return f"{turn:.2f}" if turn < 100 else f"{turn:,.1f}" if turn < 1000 else f"{turn:,.0f}"


def _row(values) -> str:
    return ", ".join(number(value, 3) for value in values)


_LONGEST, _WIDEST = 100, 96


def stripe_map(positional_encoding=None) -> LivePlot:
    """The whole table, a row for each position: sliders for the base, the length and the width.

    positional_encoding   the learner's positional_encoding(T, d, base=10000.0)
    """
    encode = Learner(positional_encoding, transformer.positional_encoding)
    figure = new_figure(6.4, 4.0)
    ax = figure.subplots()
    start = transformer.positional_encoding(_LONGEST, _WIDEST)
    handle = heat_map(ax, start, signed=True, numbers=False, vmax=1, aspect="auto")
    label_axes(ax, x="column: sin, cos, sin, cos, …", y="position p", title="Black line: first full turn of each hand")
    ax.set_facecolor("#e8e8e8")
    colour_bar(handle, "sin or cos")
    (line,) = ax.plot([], [], color=PALETTE["ink"], linewidth=2, zorder=5)
    line.set_path_effects([withStroke(linewidth=4.5, foreground="white")])
    set_moving(figure, [handle.image, line])

    def draw(base, length, width):
        # The paper's base is left out of the call, so that a function without that argument can be drawn too.
        paper = np.isclose(base, BASE)
        table, remark = encode(length, width) if paper else encode(length, width, base)
        handle.image.set_data(table)
        handle.image.set_extent((-0.5, width - 0.5, length - 0.5, -0.5))
        turns = 2 * np.pi * base ** (2 * np.arange(width // 2) / width)
        done = int(np.sum(turns <= length - 1))
        # One pair more than has turned, cut off at the last row: the line leaves the map where the hands are too slow.
        inside = min(done + 1, width // 2)
        columns = 2 * np.arange(inside) + 0.5
        if done < inside and done > 0:
            share = (length - 0.5 - turns[done - 1]) / (turns[done] - turns[done - 1])
            columns[-1] = columns[-2] + 2 * share
        line.set_data(columns, np.minimum(turns[:inside], length - 0.5))
        return (
            f"Base {base:,.0f}, {length} positions, {width} columns: a turn takes 6.28 positions in the first pair and "
            f"{_short(turns[-1])} in the last; hands that complete a turn here: {done} of {width // 2}. {remark}"
        )

    return LivePlot(
        figure,
        draw,
        question=find("20.w2"),
        base=FloatLogSlider(value=100.0, min=1, max=7, step=0.1, description="base", readout_format=",.0f"),
        length=IntSlider(value=80, min=8, max=_LONGEST, description="length T"),
        width=IntSlider(value=64, min=4, max=_WIDEST, step=2, description="width d"),
    )


_SEATS = 65


def similarity_by_distance(similarity=None) -> LivePlot:
    """Dot products of one position with all others: on the map of all pairs, and against the distance.

    similarity   the learner's similarity(T, d)
    """
    similar = Learner(similarity, transformer.similarity)
    figure = new_figure(6.4, 3.6)
    left, right = figure.subplots(1, 2, width_ratios=[1, 1.25])
    handle = heat_map(left, transformer.similarity(_SEATS, 64), signed=True, numbers=False, vmax=32)
    label_axes(left, x="position q", y="position p", title="All pairs of positions")
    label_axes(right, x="distance q − p", y="PE(p) · PE(q)", title="Your position against all others", grid=True)
    far = np.linspace(1 - _SEATS, _SEATS - 1, 1025)
    right.set(xlim=(far[0] - 2, far[-1] + 2), ylim=(-160, 300))  # the widest numbers, for the layout
    (course,) = right.plot([], [], color=PALETTE["quiet"], linewidth=4, label="sum of cosines")
    right.axhline(0, color=PALETTE["muted"], linewidth=1)
    (row,) = left.plot([-0.5, _SEATS - 0.5], [0, 0], color=PALETTE["ink"], linewidth=2)
    look = {"marker": "o", "linestyle": "none", "color": PALETTE["second"], "markersize": 3.5}
    (dots,) = right.plot([], [], **look)
    right.legend(handles=[Line2D([], [], label="row p of the map", **look), course], loc="lower center", frameon=False)
    set_moving(figure, [row, dots])
    shown = {}

    def draw(position, width):
        table, remark = similar(_SEATS, width)
        if shown.get("width") != width or not np.array_equal(shown.get("table"), table):
            shown.update(width=width, table=table)
            handle.image.set(data=table, clim=(-width / 2, width / 2))
            speeds = BASE ** (-np.arange(0, width, 2) / width)
            course.set_data(far, np.cos(far[:, None] * speeds).sum(axis=1))
            right.set_ylim(-0.65 * width / 2, 1.15 * width / 2)
        row.set_ydata([position, position])
        dots.set_data(np.arange(_SEATS) - position, table[position])
        nearest = 1 if position + 1 < _SEATS else -1
        further = 12 if position + 12 < _SEATS else -12
        return (
            f"Width {width}, you stand at {position}: {number(table[position, position])} at distance 0, "
            f"{number(table[position, position + nearest])} at distance 1, "
            f"{number(table[position, position + further])} at distance 12. {remark}"
        )

    return LivePlot(
        figure,
        draw,
        question=find("20.w3"),
        position=IntSlider(value=20, min=0, max=_SEATS - 1, description="you stand at p"),
        width=SelectionSlider(options=[4, 8, 16, 64, 512], value=64, description="width d"),
    )

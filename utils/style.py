"""How the course's pictures look: colours, text sizes, arrows, heat maps, bars and matrices drawn as boxes.

Everything here works on `matplotlib.figure.Figure` itself, never on pyplot, so that no figure stays behind in a global
list. What a live picture moves is returned as a handle: `handle.update(...)` moves it without creating anything,
`handle.artists` names what has to be drawn again.
"""

import base64
import functools
import io
import math
import warnings
from contextlib import contextmanager

import matplotlib
import numpy as np
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.collections import LineCollection
from matplotlib.colors import Colormap, LinearSegmentedColormap, Normalize, to_rgb
from matplotlib.figure import Figure
from matplotlib.patches import FancyArrowPatch, Rectangle
from matplotlib.patheffects import withStroke
from matplotlib.text import Text
from matplotlib.textpath import TextPath
from matplotlib.transforms import IdentityTransform

# The eight colours of Okabe and Ito ("Color Universal Design", 2008), which stay apart for every common kind of colour
# vision; yellow is left out because it disappears on white. Roles come first: a lesson asks for "query", not for blue.
_BLUE, _ORANGE, _GREEN, _PINK = "#0072b2", "#e69f00", "#009e73", "#cc79a7"
_SKY, _VERMILION, _INK, _GREY, _LIGHT = "#56b4e9", "#d55e00", "#1a1a1a", "#767676", "#d9d9d9"
PALETTE = {
    "query": _BLUE,
    "key": _VERMILION,
    "value": _GREEN,
    "result": _PINK,
    "first": _BLUE,
    "second": _VERMILION,
    "third": _GREEN,
    "fourth": _PINK,
    "fifth": _SKY,
    "sixth": _ORANGE,
    "highlight": _VERMILION,
    "positive": _BLUE,
    "negative": _VERMILION,
    "quiet": "#9fb8c8",
    "ink": _INK,
    "muted": _GREY,
    "grid": _LIGHT,
    "blue": _BLUE,
    "orange": _ORANGE,
    "green": _GREEN,
    "pink": _PINK,
    "sky": _SKY,
    "vermilion": _VERMILION,
    "grey": _GREY,
}

_BAD = "#dcdcdc"  # nan, and the ∞ of a masked score: the one grey, which neither map contains


def _colour_map(name: str, colours) -> Colormap:
    return LinearSegmentedColormap.from_list(name, colours).with_extremes(bad=_BAD)


# Lightness falls steadily from 0 to 1, so the order survives a grey print and every kind of colour vision.
WEIGHTS = _colour_map("weights", ["#ffffff", "#9fcde8", _BLUE, "#00253d"])
# Orange is negative, blue is positive, white is zero; both arms darken alike.
SIGNED = _colour_map("signed", ["#4d2200", _VERMILION, "#f3bd95", "#ffffff", "#9fcde8", _BLUE, "#00253d"])

TEXT, SMALL, TITLE = 10, 9, 11
_RC = {
    "font.family": ["DejaVu Sans"],
    "font.size": TEXT,
    "axes.titlesize": TITLE,
    "axes.labelsize": TEXT,
    "xtick.labelsize": TEXT,
    "ytick.labelsize": TEXT,
    "legend.fontsize": SMALL,
    "mathtext.fontset": "dejavusans",
    "axes.unicode_minus": True,
    "axes.edgecolor": _GREY,
    "axes.labelcolor": _INK,
    "axes.titlecolor": _INK,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.axisbelow": True,
    "axes.prop_cycle": matplotlib.cycler(color=[_BLUE, _VERMILION, _GREEN, _PINK, _SKY, _ORANGE]),
    "xtick.color": _INK,
    "ytick.color": _INK,
    "text.color": _INK,
    "text.usetex": False,
    "grid.color": _LIGHT,
    "grid.linewidth": 0.8,
    "lines.linewidth": 2.0,
    "figure.facecolor": "white",
    "axes.facecolor": "white",
    "legend.frameon": False,
    "path.simplify": True,
}


@contextmanager
def course_style():
    """Inside, matplotlib uses the course's settings, and a character that the font lacks is an error.

    Raises UserWarning ("Glyph ... missing from font(s)") where matplotlib would draw a hollow box and go on.
    """
    with matplotlib.rc_context(_RC), warnings.catch_warnings():
        warnings.filterwarnings("error", message=".*[Gg]lyph.*missing")
        yield


class CourseFigure(Figure):
    """A Figure whose axes and drawing follow `course_style`, whatever the reader's own settings are."""

    def add_axes(self, *args, **kwargs):
        with course_style():
            return super().add_axes(*args, **kwargs)

    def add_subplot(self, *args, **kwargs):
        with course_style():
            return super().add_subplot(*args, **kwargs)

    def colorbar(self, *args, **kwargs):
        with course_style():
            return super().colorbar(*args, **kwargs)

    def draw(self, renderer):
        with course_style():
            super().draw(renderer)


def new_figure(width: float = 6.4, height: float = 3.6, dpi: float = 100, layout: str | None = "constrained"):
    """An empty figure of width × height inches with an Agg canvas; add axes with `figure.subplots(...)`.

    layout  "constrained" leaves room for every label; None leaves the axes where you put them
    """
    with course_style():
        figure = CourseFigure(figsize=(width, height), dpi=dpi, layout=layout)
    FigureCanvasAgg(figure)
    return figure


def freeze_layout(figure: Figure) -> None:
    """Lay the figure out once and keep the axes there: a live picture must not move when a label gets longer."""
    for _ in range(2):  # axes of equal scale shrink once they are placed: the second look is final
        figure.draw_without_rendering()
    figure.set_layout_engine("none")


def set_moving(figure: Figure, artists) -> None:
    """Say which artists a live picture moves: the layout is frozen, and the rest is drawn once as their background."""
    freeze_layout(figure)
    for artist in artists:
        artist.set_animated(True)


def number(value: float, decimals: int = 2) -> str:
    """A number for a picture: fixed decimals, a real minus sign, never "-0.00"; ∞ and nan in words that fit a cell."""
    value = float(value)
    if math.isnan(value):
        return "nan"
    if math.isinf(value):
        return "∞" if value > 0 else "−∞"
    text = f"{value:.{decimals}f}"
    if float(text) == 0:
        text = text.lstrip("-")
    return text.replace("-", "−")


def short_text(value: float) -> str:
    """A number with at most two decimals, none where it is whole: "3", "−0.5"."""
    text = number(value)
    return text.rstrip("0").rstrip(".") if "." in text else text


def signed_text(value: float, decimals: int = 2) -> str:
    """A number with its sign, "+0.50" or "−0.50"; 0 has none."""
    text = number(value, decimals)
    return text if text.startswith("−") or float(text) == 0 else f"+{text}"


def factor_text(value: float) -> str:
    """A number to multiply with: a negative one stands in brackets, "(−0.50)"."""
    text = number(value)
    return f"({text})" if text.startswith("−") else text


def matrix_text(A) -> str:
    """A matrix in one line, "[[2, −1], [1, 0.5]]"."""
    return "[" + ", ".join("[" + ", ".join(map(short_text, row)) + "]" for row in A) + "]"


def pair_text(vector, decimals: int = 2) -> str:
    """Two numbers for a picture or a sentence: "(2.00, −1.00)"."""
    return f"({number(vector[0], decimals)}, {number(vector[1], decimals)})"


def moving_line(ax: Axes, *form, **options):
    """An empty line that a live picture will set and redraw; `form` and `options` as for `Axes.plot`."""
    return ax.plot([], [], *form, animated=True, **options)[0]


def luminance(colour) -> float:
    """Relative luminance of a colour, 0 (black) to 1 (white), as WCAG 2.1 defines it."""
    channels = np.array(to_rgb(colour))
    linear = np.where(channels <= 0.04045, channels / 12.92, ((channels + 0.055) / 1.055) ** 2.4)
    return float(linear @ np.array([0.2126, 0.7152, 0.0722]))


def contrast(one, other) -> float:
    """Contrast ratio of two colours, 1 to 21 (WCAG 2.1); text needs 4.5."""
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def text_colour(background) -> str:
    """Black or white, whichever is easier to read on this background; the contrast is at least 4.5."""
    return "#000000" if luminance(background) > 0.179 else "#ffffff"


def readable(colour) -> tuple[float, float, float]:
    """The colour, darkened as far as text on white needs it (contrast 4.5)."""
    channels = np.array(to_rgb(colour))
    while contrast(channels, "white") < 4.5:
        channels = channels * 0.95
    return tuple(float(channel) for channel in channels)


def label_axes(ax: Axes, x: str = "", y: str = "", title: str = "", grid: bool = False, equal: bool = False) -> Axes:
    """Name both axes and the picture; `equal` makes one unit as long on x as on y (angles need that)."""
    with course_style():
        ax.set_xlabel(x)
        ax.set_ylabel(y)
        if title:
            ax.set_title(title, fontsize=TITLE)
        if grid:
            ax.grid(True, color=PALETTE["grid"], linewidth=0.8)
        if equal:
            ax.set_aspect("equal", adjustable="box")
    return ax


def plane(ax: Axes, limit: float = 3, x: str = "thing", y: str = "doing", title: str = "") -> Axes:
    """Prepare axes for arrows: from −limit to limit both ways, a unit grid, and lines through the origin."""
    label_axes(ax, x, y, title, grid=True, equal=True)
    ax.set(xlim=(-limit, limit), ylim=(-limit, limit))
    step = max(1, math.ceil(limit / 4))
    ticks = np.arange(-math.floor(limit / step) * step, limit + 1e-9, step)
    ax.set(xticks=ticks, yticks=ticks)
    ax.axhline(0, color=PALETTE["muted"], linewidth=1, zorder=1)
    ax.axvline(0, color=PALETTE["muted"], linewidth=1, zorder=1)
    return ax


HALO = [withStroke(linewidth=3, foreground="white")]  # keeps a text readable on lines and shades


class Arrow:
    """An arrow from `tail` to `tail + vector` with its label beside the tip.

    update(vector, tail=None, label=None) moves it. `artists` are the arrow, the dot that stands for a vector of
    length 0, and the label.
    """

    def __init__(self, ax: Axes, vector, colour: str, label: str = "", tail=(0, 0), width: float = 2.2, dashed=False):
        self.ax = ax
        self.tail = _pair(tail, "tail")
        with course_style():
            self.arrow = ax.add_patch(
                FancyArrowPatch(
                    (0, 0),
                    (1, 1),
                    arrowstyle="-|>,head_length=0.5,head_width=0.25",
                    mutation_scale=16,
                    shrinkA=0,
                    shrinkB=0,
                    linewidth=width,
                    linestyle="--" if dashed else "-",
                    color=colour,
                    joinstyle="miter",
                    capstyle="butt",
                    zorder=3,
                )
            )
            (self.dot,) = ax.plot([0], [0], "o", color=colour, markersize=6, zorder=3)
            self.text = ax.add_artist(_TipLabel(label, readable(colour)))
        self.artists = [self.arrow, self.dot, self.text]
        self.update(vector)

    def update(self, vector, tail=None, label: str | None = None) -> None:
        vector = _pair(vector, "vector")
        if tail is not None:
            self.tail = _pair(tail, "tail")
        if label is not None:
            self.text.set_text(label)
        shown = bool(np.isfinite(vector).all())
        length = float(np.hypot(*vector)) if shown else 0.0
        tip = self.tail + vector if shown else self.tail
        self.arrow.set_visible(length > 1e-9)
        self.dot.set_visible(shown and length <= 1e-9)
        self.text.set_visible(shown)
        if length > 1e-9:
            self.arrow.set_positions(tuple(self.tail), tuple(tip))
        self.dot.set_data([tip[0]], [tip[1]])
        self.text.tail, self.text.tip = self.tail, tip


class _TipLabel(Text):
    """A label that finds its place when it is drawn: beyond the arrow's tip, or beside it, but inside the axes."""

    def __init__(self, label: str, colour):
        super().__init__(0, 0, label, color=colour, fontsize=TEXT, fontweight="bold", zorder=4)
        self.set(horizontalalignment="center", verticalalignment="center", path_effects=HALO)
        self.set_in_layout(False)
        self.tail = self.tip = np.zeros(2)

    def draw(self, renderer):
        self._place(renderer)
        super().draw(renderer)

    def get_window_extent(self, renderer=None, dpi=None):
        self._place(renderer)
        return super().get_window_extent(renderer, dpi)

    def _place(self, renderer) -> None:
        if not self.get_text() or not self.get_visible():
            return
        self.set_transform(IdentityTransform())  # its position is in pixels
        size = super().get_window_extent(renderer)
        half = np.array([size.width, size.height]) / 2
        gap = 4 * self.get_figure(root=True).dpi / 72
        frame = self.axes.bbox
        low, high = np.array(frame.min) + half + gap / 2, np.array(frame.max) - half - gap / 2
        tail, tip = self.axes.transData.transform([self.tail, self.tip])
        way = tip - tail
        # A tip outside the axes: the label goes where the arrow leaves them.
        with np.errstate(divide="ignore", invalid="ignore"):
            room = np.where(way > 0, (frame.max - tail) / way, np.where(way < 0, (frame.min - tail) / way, np.inf))
        tip = tail + way * min(1.0, max(0.0, room.min()))
        length = np.hypot(*way)
        direction = way / length if length > 1e-9 else np.array([0.0, 1.0])
        spot = tip + direction * (gap + np.abs(direction) @ half)
        if not _between(low, spot, high):
            side = np.array([-direction[1], direction[0]])
            if (tip - frame.min - frame.size / 2) @ side > 0:  # first the side that looks back into the picture
                side = -side
            away = side * (2.5 * gap + np.abs(side) @ half)
            beside = [tip - direction * gap - back * way + aside for back in (0, 0.15, 0.3) for aside in (away, -away)]
            spot = next((place for place in beside if _between(low, place, high)), spot)
        self.set_position(tuple(np.clip(spot, low, np.maximum(low, high))))


def _between(low, spot, high) -> bool:
    return bool(((spot >= low - 1) & (spot <= high + 1)).all())


def draw_arrow(ax: Axes, vector, colour: str = _BLUE, label: str = "", tail=(0, 0), **options) -> Arrow:
    """Draw `vector` (two numbers) as an arrow that starts at `tail`; returns the Arrow, which can be moved."""
    return Arrow(ax, vector, colour, label, tail, **options)


def _pair(values, name: str) -> np.ndarray:
    values = np.asarray(values, dtype=float)
    if values.shape != (2,):
        raise ValueError(f"{name} must be two numbers, shape (2,); got shape {values.shape}")
    return values


class HeatMap:
    """A matrix as colours, with its numbers; see `heat_map`. `image` is the AxesImage, `numbers` what the cells say."""

    def __init__(self, ax, matrix, row_labels, column_labels, signed, numbers, vmin, vmax, decimals, size, aspect):
        matrix = _matrix(matrix)
        self.shape, self.decimals = matrix.shape, decimals
        rows, columns = matrix.shape
        low, high = _limits(matrix, signed, vmin, vmax)
        self.map, self.norm = (SIGNED if signed else WEIGHTS), Normalize(low, high, clip=True)
        with course_style():
            self.image = ax.imshow(
                matrix, cmap=self.map, norm=self.norm, interpolation="nearest", aspect=aspect, zorder=1
            )
            ax.set(xlim=(-0.5, columns - 0.5), ylim=(rows - 0.5, -0.5))
            _name_cells(ax, row_labels, column_labels, rows, columns)
            self.lines, self.numbers = [], None
            if max(rows, columns) <= 24:  # thin lines between cells, also where neighbours are equally light
                cuts = [[(-0.5, i - 0.5), (columns - 0.5, i - 0.5)] for i in range(rows + 1)]
                cuts += [[(j - 0.5, -0.5), (j - 0.5, rows - 0.5)] for j in range(columns + 1)]
                grid = LineCollection(cuts, colors="#b8b8b8", linewidths=0.6, zorder=2, clip_on=False)
                self.lines.append(ax.add_collection(grid, autolim=False))
            if numbers:
                self.numbers = ax.add_artist(_Numbers(self.shape, size))
        self.artists = [self.image, *self.lines, *([self.numbers] if numbers else [])]
        self.update(matrix)

    def update(self, matrix) -> None:
        """Show another matrix of the same shape; the colour scale stays, so that pictures can be compared."""
        matrix = _matrix(matrix)
        if matrix.shape != self.shape:
            raise ValueError(f"the heat map shows a matrix of shape {self.shape}; got shape {matrix.shape}")
        finite = np.ma.masked_invalid(matrix)
        self.image.set_data(finite)
        if self.numbers:
            colours = self.map(self.norm(finite)).reshape(-1, 4)
            self.numbers.show([number(value, self.decimals) for value in matrix.flat], map(text_colour, colours))


class _Numbers(Artist):
    """The numbers of all cells as one artist, since drawing them as 36 Text objects takes 20 ms of a live picture.

    Every different string is rasterised once; a redraw copies the pieces into one image.
    """

    def __init__(self, shape: tuple[int, int], size: float):
        super().__init__()
        self.set_zorder(3)
        self.set_in_layout(False)
        self.shape, self.size = shape, size
        self.strings, self.colours, self._pieces = [], [], {}

    def show(self, strings, colours) -> None:
        """One string and one colour for each cell, row by row."""
        self.strings, self.colours, self.stale = list(strings), list(colours), True

    def places(self) -> list[tuple[int, int, int, int]]:
        """(left, bottom, width, height) of every number, in whole pixels."""
        rows, columns = self.shape
        cells = [(j, i) for i in range(rows) for j in range(columns)]
        centres = self.axes.transData.transform(cells)
        sizes = [self._piece(text).shape[::-1] for text in self.strings]
        return [
            (round(x - width / 2), round(y - height / 2), width, height)
            for (x, y), (width, height) in zip(centres.tolist(), sizes, strict=True)
        ]

    def draw(self, renderer) -> None:
        if not self.get_visible() or not self.strings:
            return
        places = self.places()
        left, bottom = min(p[0] for p in places), min(p[1] for p in places)
        right, top = max(p[0] + p[2] for p in places), max(p[1] + p[3] for p in places)
        image = np.zeros((top - bottom, right - left, 4), np.uint8)  # row 0 is the lowest
        for (x, y, width, height), text, colour in zip(places, self.strings, self.colours, strict=True):
            target = image[y - bottom : y - bottom + height, x - left : x - left + width]
            target[..., :3] = 0 if colour == "#000000" else 255
            target[..., 3] = self._piece(text)
        gc = renderer.new_gc()
        renderer.draw_image(gc, left, bottom, image)
        gc.restore()
        self.stale = False

    def _piece(self, text: str) -> np.ndarray:
        """How much each pixel of `text` is covered, 0 to 255, without an empty border; row 0 is the lowest."""
        dpi = self.get_figure(root=True).dpi
        if (text, dpi) not in self._pieces:
            if len(self._pieces) > 5000:
                self._pieces.clear()
            pixels = self.size * dpi / 72
            canvas = FigureCanvasAgg(Figure((pixels * (len(text) + 1) / dpi, 2 * pixels / dpi), dpi, facecolor="none"))
            with course_style():
                canvas.figure.text(0.5, 0.5, text, ha="center", va="center", fontsize=self.size, color="black")
                canvas.draw()
            covered = np.asarray(canvas.buffer_rgba())[::-1, :, 3]
            rows, columns = np.flatnonzero(covered.any(axis=1)), np.flatnonzero(covered.any(axis=0))
            self._pieces[text, dpi] = covered[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1].copy()
        return self._pieces[text, dpi]


def heat_map(
    ax: Axes,
    matrix,
    row_labels=None,
    column_labels=None,
    signed: bool = False,
    numbers: bool = True,
    vmin: float | None = None,
    vmax: float | None = None,
    decimals: int = 2,
    size: float = SMALL,
    aspect: str = "equal",
) -> HeatMap:
    """Draw `matrix` (rows, columns) as a heat map, row 0 on top; column names stand above.

    signed        False: white is vmin (0), dark is vmax (1). True: white is 0, orange is negative, blue is positive,
                  and the scale reaches as far as the largest entry in size
    numbers       write each entry into its cell, in black or white, whichever can be read there
    vmin, vmax    ends of the colour scale; it stays put when the matrix moves

    Returns a HeatMap: `.update(matrix)`, `.artists`. nan and ±∞ are grey.
    """
    return HeatMap(ax, matrix, row_labels, column_labels, signed, numbers, vmin, vmax, decimals, size, aspect)


def colour_bar(handle: HeatMap, label: str):
    """Put a colour scale with its name beside a heat map (needed where the cells carry no numbers)."""
    ax = handle.image.axes
    with course_style():
        bar = ax.get_figure().colorbar(handle.image, ax=ax, fraction=0.05, pad=0.03)
        bar.set_label(label)
        bar.outline.set_visible(False)
    return bar


def _name_cells(ax, row_labels, column_labels, rows, columns) -> None:
    for names, count, what in ((row_labels, rows, "row"), (column_labels, columns, "column")):
        if names is not None and len(names) != count:
            raise ValueError(f"{count} {what}s need {count} {what} labels; got {len(names)}")
    ax.xaxis.tick_top()
    ax.xaxis.set_label_position("top")
    ax.tick_params(length=0, labelsize=TEXT)
    ax.spines[:].set_visible(False)
    if row_labels is not None:
        ax.set_yticks(range(rows), list(row_labels))
    if column_labels is not None:
        ax.set_xticks(range(columns), list(column_labels))


def _matrix(values) -> np.ndarray:
    values = np.asarray(values, dtype=float)
    if values.ndim != 2 or 0 in values.shape:
        raise ValueError(f"expected a matrix with rows and columns; got shape {values.shape}")
    return values


def _limits(matrix, signed, vmin, vmax) -> tuple[float, float]:
    if not signed:
        return (0.0 if vmin is None else vmin), (1.0 if vmax is None else vmax)
    finite = np.abs(matrix[np.isfinite(matrix)])
    reach = max((abs(v) for v in (vmin, vmax) if v is not None), default=finite.max(initial=0.0)) or 1.0
    return -reach, reach  # symmetric: white must stay 0


class Bars:
    """Bars with their values written on them; see `bars`. `patches[i]` is a Rectangle, `texts[i]` its number."""

    def __init__(self, ax, labels, values, colour, low, high, decimals, numbers):
        values = _row(values, len(labels))
        self.ax, self.decimals = ax, decimals
        colours = [colour] * len(labels) if isinstance(colour, str) else list(colour)
        finite = values[np.isfinite(values)]
        self.high = float(max(finite.max(initial=0.0), 0.0) or 1.0) if high is None else high
        self.low = float(min(finite.min(initial=0.0), 0.0)) if low is None else low
        room = (self.high - self.low) * (0.12 if numbers else 0.03)
        with course_style():
            self.patches = [
                ax.add_patch(Rectangle((i - 0.38, 0), 0.76, 0, color=tone, zorder=2)) for i, tone in enumerate(colours)
            ]
            ax.set_xticks(range(len(labels)), list(labels))
            ax.tick_params(axis="x", length=0)
            ax.set(xlim=(-0.6, len(labels) - 0.4))
            ax.set_ylim(self.low - (room if self.low < 0 else 0), self.high + room)
            self.lines = []
            if self.low < 0:
                self.lines.append(ax.axhline(0, color=PALETTE["ink"], linewidth=1, zorder=3))
            self.texts = [
                ax.text(i, 0, "", ha="center", va="bottom", fontsize=SMALL, color=_INK, zorder=4)
                for i in range(len(labels) if numbers else 0)
            ]
        self.artists = [*self.patches, *self.lines, *self.texts]
        self.update(values)

    def update(self, values, colours=None) -> None:
        """Show other values (as many as before); the axis stays, and a bar that would leave it ends there with ↑."""
        values = _row(values, len(self.patches))
        shown = np.clip(np.nan_to_num(values, nan=0.0, posinf=self.high, neginf=self.low), self.low, self.high)
        for patch, height in zip(self.patches, shown, strict=True):
            patch.set_height(height)
        if colours is not None:
            for patch, colour in zip(self.patches, colours, strict=True):
                patch.set_color(colour)
        gap = (self.high - self.low) * 0.015
        for i, text in enumerate(self.texts):
            down = values[i] < 0 and self.low < 0
            beyond = "↑ " if values[i] > self.high else "↓ " if values[i] < self.low else ""
            text.set_text(beyond + number(values[i], self.decimals))
            text.set_va("top" if down else "bottom")
            text.set_position((i, shown[i] - gap if down else shown[i] + gap))


def bars(
    ax: Axes,
    labels,
    values,
    colour=_BLUE,
    low: float | None = None,
    high: float | None = None,
    decimals: int = 2,
    numbers: bool = True,
) -> Bars:
    """Draw one bar for each label, with its value above (below, if negative).

    colour      one colour, or one for each bar
    low, high   the smallest and largest value that the axis has to show; taken from `values` where left out

    Returns Bars: `.update(values)`, `.artists`.
    """
    return Bars(ax, list(labels), values, colour, low, high, decimals, numbers)


def _row(values, count: int) -> np.ndarray:
    values = np.asarray(values, dtype=float)
    if values.shape != (count,):
        raise ValueError(f"{count} bars need {count} values; got shape {values.shape}")
    return values


class MatrixBoxes:
    """Matrices drawn as boxes of cells; see `matrix_boxes`. `cells[k]` are the rectangles of matrix k, row by row."""

    def __init__(self):
        self.artists, self.cells, self.labels = [], [], []


_MOST_CELLS = 16  # a longer side is drawn without lines between its cells, 16 cells long


def matrix_boxes(ax: Axes, *items, numbers: bool = False, decimals: int = 0, title: str = "") -> MatrixBoxes:
    """Draw a product of matrices as boxes with names above and shapes below, e.g.

        matrix_boxes(ax, ("Q", (6, 2), "query"), "@", ("Kᵀ", (2, 6), "key"), "=", ("scores", (6, 6), "result"))

    items     a string is an operator; (name, shape or array) or (name, shape or array, colour or role) is a matrix.
              A shape (n,) is drawn as one row. All cells have one size, so boxes can be compared
    numbers   write an array's entries into its cells

    The picture fills the axes as they are, so give the axes their place in the figure first.
    """
    parts = [_box(item) for item in items]
    with course_style():
        ax.axis("off")
        if title:
            ax.set_title(title, fontsize=TITLE)
        figure = ax.get_figure()
        if figure.get_layout_engine() is not None:
            figure.draw_without_rendering()  # the engine finds the axes' place
        width, height = ax.get_position().size * figure.get_size_inches() * 72  # in points
        cell, spans = _cell_size(parts, width, height)
        return _draw_boxes(ax, parts, spans, cell, width, height, numbers, decimals)


def _box(item):
    """("operator", text) or (name, rows drawn, columns drawn, shape, array or None, colour)."""
    if isinstance(item, str):
        return item
    try:
        name, content, *rest = item
        shape = content.shape if isinstance(content, np.ndarray) else tuple(content)
    except (TypeError, ValueError):
        raise ValueError(
            f"a matrix is (name, shape) or (name, shape, colour), an operator a string; got {item!r}"
        ) from None
    array = content if isinstance(content, np.ndarray) else None
    if len(shape) not in (1, 2) or not all(isinstance(n, int) and n > 0 for n in shape):
        raise ValueError(f"{name}: expected a shape of one or two positive sizes; got {shape}")
    colour = rest[0] if rest else "quiet"
    rows, columns = shape if len(shape) == 2 else (1, shape[0])
    return name, rows, columns, shape, array, PALETTE.get(colour, colour)


@functools.lru_cache(maxsize=2000)  # half the time of a matrix picture that a live plot draws again
def _text_width(text: str, size: float) -> float:
    """Width of a text in points."""
    return float(TextPath((0, 0), text, size=size).get_extents().width) if text.strip() else 0.0


_GAP, _LINE = 12.0, 18.0  # points between neighbours; height of a line of text


def _cell_size(parts, width: float, height: float):
    """The largest cell (points) with which all parts fit side by side, and the width that each part takes."""

    def spans(cell):
        result = []
        for part in parts:
            if isinstance(part, str):
                result.append(_text_width(part, TITLE + 3))
            else:
                name, _, columns, shape, *_ = part
                texts = max(_text_width(name, TITLE), _text_width(_shape_text(shape), TEXT))
                result.append(max(texts, cell * min(columns, _MOST_CELLS)))
        return result

    tallest = max((min(p[1], _MOST_CELLS) for p in parts if not isinstance(p, str)), default=1)
    cell = min(40.0, (height - 2 * _LINE - 8) / tallest)
    while cell > 1 and sum(spans(cell)) + _GAP * (len(parts) + 1) > width:
        cell *= 0.97
    return cell, spans(cell)


def _shape_text(shape) -> str:
    return f"({shape[0]},)" if len(shape) == 1 else f"({shape[0]}, {shape[1]})"


def _draw_boxes(ax, parts, spans, cell, width, height, numbers, decimals) -> MatrixBoxes:
    handle = MatrixBoxes()
    ax.set(xlim=(0, width), ylim=(0, height))
    ax.set_aspect("equal", adjustable="box")
    middle, x = height / 2, (width - sum(spans) - _GAP * (len(parts) - 1)) / 2

    def write(at_x, at_y, text, size, **more):
        handle.labels.append(ax.text(at_x, at_y, text, fontsize=size, ha="center", va="center", **more))

    for part, span in zip(parts, spans, strict=True):
        centre = x + span / 2
        x += span + _GAP
        if isinstance(part, str):
            write(centre, middle, part, TITLE + 3)
            continue
        name, rows, columns, shape, array, colour = part
        drawn_rows, drawn_columns = min(rows, _MOST_CELLS), min(columns, _MOST_CELLS)
        left, top = centre - drawn_columns * cell / 2, middle + drawn_rows * cell / 2
        down, across = (rows if rows == drawn_rows else 1), (columns if columns == drawn_columns else 1)
        tall, wide = drawn_rows * cell / down, drawn_columns * cell / across
        cells = []
        for i in range(down):
            for j in range(across):
                corner = (left + j * wide, top - (i + 1) * tall)
                patch = Rectangle(corner, wide, tall, facecolor=_tint(colour), edgecolor=colour, linewidth=1)
                cells.append(ax.add_patch(patch))
                if numbers and array is not None and (down, across) == (rows, columns):
                    entry = number(np.atleast_2d(array)[i, j], decimals)
                    size = min(SMALL, cell * 0.42, 0.8 * SMALL * cell / max(_text_width(entry, SMALL), 1))
                    write(corner[0] + wide / 2, corner[1] + tall / 2, entry, size)
        handle.cells.append(cells)
        handle.artists.extend(cells)
        write(centre, top + _LINE / 2 + 2, name, TITLE, fontweight="bold")
        write(centre, top - drawn_rows * cell - _LINE / 2 - 2, _shape_text(shape), TEXT)
    handle.artists.extend(handle.labels)
    return handle


def _tint(colour, share: float = 0.35):
    """The colour mixed with white, light enough for black text."""
    return tuple(1 - share * (1 - channel) for channel in to_rgb(colour))


class Still:
    """A picture at rest with the sentence that says what it shows; see `still`."""

    def __init__(self, figure: Figure, sentence: str, scale: float = 2):
        if not sentence or not sentence.strip():
            raise ValueError("a picture needs a sentence that says what it shows, with its numbers")
        self.figure, self.sentence, self.scale = figure, " ".join(sentence.split()), scale
        self._png = None

    def __repr__(self) -> str:
        return self.sentence

    def png(self) -> bytes:
        """The picture as PNG, drawn once; the same figure gives the same bytes."""
        if self._png is None:
            buffer = io.BytesIO()
            with course_style():
                self.figure.savefig(buffer, format="png", dpi=self.figure.dpi * self.scale, metadata={"Software": None})
            self._png = buffer.getvalue()
        return self._png

    def _repr_mimebundle_(self, include=None, exclude=None):
        width, height = (round(float(side)) for side in self.figure.get_size_inches() * self.figure.dpi)
        data = {"image/png": base64.b64encode(self.png()).decode("ascii"), "text/plain": self.sentence}
        return data, {"image/png": {"alt": self.sentence, "width": width, "height": height}}


def still(figure: Figure, sentence: str, scale: float = 2) -> Still:
    """Show a finished figure in a notebook, with `sentence` as its text and alternative text.

    scale  pixels drawn for each pixel shown; 2 keeps it sharp on dense screens
    """
    return Still(figure, sentence, scale)

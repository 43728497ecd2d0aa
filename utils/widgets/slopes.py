"""Pictures of slopes: two slices of a surface, a walker with a compass on a hill, a cliff that two slices miss."""

import numpy as np
from ipywidgets import Dropdown, FloatSlider

from utils import calculus, story
from utils.exercises import find
from utils.style import (
    HALO,
    PALETTE,
    SIGNED,
    SMALL,
    WEIGHTS,
    Still,
    draw_arrow,
    heat_map,
    label_axes,
    new_figure,
    number,
    pair_text,
    set_moving,
    still,
)
from utils.widgets.learner import Learner
from utils.widgets.live import LivePlot


def hill(x, y):
    """The hill of the day: a top at (1, 1), a hollow at (−1, −1), passes at (1, −1) and (−1, 1)."""
    return x - x * x * x / 3 + y - y * y * y / 3


def hill_gradient(x, y):
    """(1 − x², 1 − y²)"""
    return np.array([1 - x * x, 1 - y * y])


_LEVEL = {(1, 1): "a top", (-1, -1): "the bottom of a hollow", (1, -1): "a pass", (-1, 1): "a pass"}

# name: (z, lowest and highest z that a slice shows)
_SURFACES = {
    "bowl: z = ½x² + y²": (lambda x, y: x * x / 2 + y * y, (-1.5, 6.5)),
    "the plan's: z = x² + 2xy": (lambda x, y: x * x + 2 * x * y, (-6, 13)),
    "today's hill": (hill, (-1.7, 2)),
}
_REACH = 2.2
_GRID = np.linspace(-_REACH, _REACH, 177)
_X, _Y = np.meshgrid(_GRID, _GRID)


def _map(ax, z, levels, colour_levels=12):
    """Height as shades, with contour lines."""
    shades = ax.contourf(_X, _Y, z, levels=colour_levels, cmap=WEIGHTS, alpha=0.35)
    lines = ax.contour(_X, _Y, z, levels=levels, colors=PALETTE["muted"], linewidths=0.8, linestyles="solid")
    ticks = np.arange(-2, 3)
    ax.set(xlim=(-_REACH, _REACH), ylim=(-_REACH, _REACH), xticks=ticks, yticks=ticks)
    return shades, lines


def slices(partial=None) -> LivePlot:
    """A surface seen from above, and the two curves that a knife along x and a knife along y cut out of it.

    partial   the learner's partial(f, x, i); its slopes draw the tangents
    """
    partial = Learner(partial, calculus.partial)
    figure = new_figure(7.6, 3.3)
    above, along_x, along_y = figure.subplots(1, 3, width_ratios=(1.05, 1, 1))
    label_axes(above, x="x", y="y", title="From above: contour lines", equal=True)
    label_axes(along_x, x="x", y="z", title="Knife along x, y held", grid=True)
    label_axes(along_y, x="y", y="z", title="Knife along y, x held", grid=True)
    maps = {}
    for name, (z, _) in _SURFACES.items():
        maps[name] = _map(above, z(_X, _Y), levels=10)
    moving = []
    cuts = [above.plot([], [], color=PALETTE[colour], linewidth=2.4)[0] for colour in ("first", "second")]
    (place,) = above.plot([], [], "o", color=PALETTE["ink"], markersize=8)
    panels = []
    for ax, colour in ((along_x, "first"), (along_y, "second")):
        ax.set(xlim=(-_REACH, _REACH), xticks=np.arange(-2, 3))
        (curve,) = ax.plot([], [], color=PALETTE[colour])
        (tangent,) = ax.plot([], [], color=PALETTE["ink"], linewidth=1.6, linestyle="--")
        (dot,) = ax.plot([], [], "o", color=PALETTE["ink"], markersize=8)
        said = ax.text(0.5, 0.97, "", transform=ax.transAxes, ha="center", va="top", fontsize=SMALL)
        said.set_path_effects(HALO)
        panels.append((ax, curve, tangent, dot, said))
        moving += [curve, tangent, dot, said]
    set_moving(figure, [*cuts, place, *moving])
    shown = [None]

    def choose(surface):
        """Another surface: another map, other heights. This redraws what stands still."""
        for name, artists in maps.items():
            for artist in artists:
                artist.set_visible(name == surface)
        low, high = _SURFACES[surface][1]
        for ax, *_ in panels:
            ax.set_ylim(low, high)
        shown[0] = surface

    def draw(surface, x, y):
        if surface != shown[0]:
            choose(surface)
        z = _SURFACES[surface][0]
        point = np.array([x, y])
        f = lambda at: float(z(at[0], at[1]))
        slopes, remarks = zip(*(partial(f, point, i) for i in (0, 1)), strict=True)
        height = z(x, y)
        cuts[0].set_data([-_REACH, _REACH], [y, y])
        cuts[1].set_data([x, x], [-_REACH, _REACH])
        place.set_data([x], [y])
        curves = (z(_GRID, y), z(x, _GRID))
        for (_, curve, tangent, dot, said), heights, at, slope, name in zip(
            panels, curves, (x, y), slopes, "xy", strict=True
        ):
            curve.set_data(_GRID, heights)
            tangent.set_data(_GRID, height + slope * (_GRID - at))
            dot.set_data([at], [height])
            said.set_text(f"∂z/∂{name} = {number(slope)}")
        return (
            f"At x = {number(x, 1)}, y = {number(y, 1)} the height is {number(height)}. With y held at {number(y, 1)} "
            f"the slope along x is {number(slopes[0])}; with x held at {number(x, 1)} the slope along y is "
            f"{number(slopes[1])}. {next(filter(None, remarks), '')}"
        )

    return LivePlot(
        figure,
        draw,
        question=[find("21.w2"), find("21.w2b")],
        surface=Dropdown(options=list(_SURFACES), value="bowl: z = ½x² + y²", description="surface"),
        x=FloatSlider(value=1, min=-2, max=2, step=0.1, description="x", readout_format=".1f"),
        y=FloatSlider(value=-1, min=-2, max=2, step=0.1, description="y", readout_format=".1f"),
    )


_HEADINGS = np.arange(0, 361, 5)
_SHRUNK = 0.35  # both arrows are drawn so much shorter, to stay on the map


def _unit(degrees: float):
    """The unit vector of a heading, with exact zeros where a right angle gives one."""
    radians = np.radians(degrees)
    return np.round(np.array([np.cos(radians), np.sin(radians)]), 15) + 0.0


def hill_and_compass(directional=None) -> LivePlot:
    """A walker on the hill: where you stand, where you head, and the slope in every heading.

    directional   the learner's directional(g, u); it reads the slopes
    """
    directional = Learner(directional, calculus.directional)
    figure = new_figure(7.6, 3.8)
    left, right = figure.subplots(1, 2, width_ratios=(1, 1.15))
    label_axes(left, x="x", y="y", title="The hill from above", equal=True)
    _, lines = _map(left, hill(_X, _Y), levels=np.arange(-2, 2.1, 0.25))
    spots = [(1.0, 1.5), (1.0, 1.75), (-1.0, -1.5), (-1.0, -1.75), (0.6, -0.6), (-0.6, 0.6)]
    for text in left.clabel(lines, manual=spots, fmt=lambda z: number(z, 1), fontsize=SMALL):
        text.set_color(PALETTE["ink"])
    label_axes(right, x="heading of u (degrees; 0 along x, 90 along y)", y="slope", title="The slope in every heading")
    right.set(xlim=(-8, 368), ylim=(-2.1, 2.4), xticks=range(0, 361, 45), yticks=range(-2, 3))
    right.grid(True, color=PALETTE["grid"], linewidth=0.8)
    right.axhline(0, color=PALETTE["ink"], linewidth=1)
    (wave,) = right.plot([], [], color=PALETTE["first"])
    bounds = [right.plot([], [], color=PALETTE["third"], linewidth=1.3, linestyle="--")[0] for _ in range(2)]
    (here,) = right.plot([], [], "o", color=PALETTE["second"], markersize=9)
    up = draw_arrow(left, (1, 1), PALETTE["third"], "∇f")
    arrow = draw_arrow(left, (1, 0), PALETTE["second"], "u")
    (walker,) = left.plot([], [], "o", color=PALETTE["ink"], markersize=7, zorder=5)
    bounds[0].set_label("±‖∇f‖")
    right.legend(handles=[bounds[0]], loc="upper right", frameon=False)
    set_moving(figure, [wave, *bounds, here, *up.artists, *arrow.artists, walker])

    def draw(x, y, heading, length):
        g = hill_gradient(x, y)
        g = np.where(np.abs(g) < 1e-9, 0.0, g)
        steepness = float(np.hypot(*g))
        slopes, remarks = zip(*(directional(g, length * _unit(each)) for each in _HEADINGS), strict=True)
        slope, _ = directional(g, length * _unit(heading))
        wave.set_data(_HEADINGS, slopes)
        here.set_data([heading], [slope])
        for bound, sign in zip(bounds, (1, -1), strict=True):
            bound.set_data([-8, 368], [sign * steepness] * 2)
        walker.set_data([x], [y])
        u = length * _unit(heading)
        together = steepness > 0 and np.hypot(*(u - g)) < 0.9  # two labels would lie on each other
        arrow.update(_SHRUNK * u, tail=(x, y), label="u, ∇f" if together else "u")
        up.update(_SHRUNK * g, tail=(x, y), label="∇f" if steepness and not together else "")
        where = f"At ({number(x, 1)}, {number(y, 1)}), height {number(hill(x, y))}"
        remark = next(filter(None, remarks), "")
        if steepness == 0:
            level = _LEVEL[round(x), round(y)]
            return f"{where}, the gradient is (0, 0): level in every heading. This is {level}. {remark}"
        uphill = float(np.degrees(np.arctan2(g[1], g[0]))) % 360
        return (
            f"{where}, the gradient is {pair_text(g)}: uphill is {uphill:.0f}°, and the steepest slope is "
            f"{number(steepness)}. Heading {heading:.0f}°, the slope is {number(slope)}. {remark}"
        )

    return LivePlot(
        figure,
        draw,
        question=[find("21.w1"), find("21.w1b")],
        x=FloatSlider(value=0, min=-1.5, max=1.5, step=0.1, description="x", readout_format=".1f"),
        y=FloatSlider(value=0, min=-1.5, max=1.5, step=0.1, description="y", readout_format=".1f"),
        heading=FloatSlider(value=0, min=0, max=360, step=5, description="heading (degrees)", readout_format=".0f"),
        length=FloatSlider(value=1, min=0.5, max=2, step=0.5, description="length of u", readout_format=".1f"),
    )


def fan(x, y):
    """xy / (x² + y²), and 0 at the origin: both partial derivatives exist there, but it jumps."""
    x, y = np.asarray(x, dtype=float), np.asarray(y, dtype=float)
    below = x * x + y * y
    return np.divide(x * y, below, out=np.zeros(np.broadcast(x, y).shape), where=below > 0)


def hidden_cliff() -> Still:
    """The fan from above, and the heights along both axes and along the diagonal."""
    figure = new_figure(7.4, 3.3)
    left, right = figure.subplots(1, 2, width_ratios=(1, 1.25))
    label_axes(left, x="x", y="y", title="f = xy / (x² + y²) from above", equal=True)
    left.contourf(_X, _Y, fan(_X, _Y), levels=np.linspace(-0.5, 0.5, 11), cmap=SIGNED, alpha=0.6)
    left.plot([-2, 2], [0, 0], color=PALETTE["first"])
    left.plot([0, 0], [-2, 2], color=PALETTE["first"])
    left.plot([-2, 2], [-2, 2], color=PALETTE["ink"], linestyle="--")
    left.set(xlim=(-2, 2), ylim=(-2, 2), xticks=range(-2, 3), yticks=range(-2, 3))
    label_axes(right, x="distance from the origin", y="f", title="Three walks through the origin", grid=True)
    right.plot([-2, 2], [0, 0], color=PALETTE["first"], label="along x, and along y")
    for side in (-1, 1):
        right.plot([0, 2 * side], [0.5, 0.5], "--", color=PALETTE["ink"], label="diagonal" if side > 0 else None)
    right.plot([0], [0.5], "o", markerfacecolor="white", markeredgecolor=PALETTE["ink"], markersize=8)
    right.plot([0], [0], "o", color=PALETTE["first"], markersize=8)
    right.set(xlim=(-2, 2), ylim=(-0.2, 0.75), xticks=range(-2, 3))
    right.legend(loc="upper center", ncols=2, frameon=False)
    return still(
        figure,
        "f is 0 along both axes, so both partial derivatives at the origin are 0. Along the diagonal f is ½ up to the "
        "origin, and 0 only at the origin itself.",
    )


def twenty_four_slopes(gradient) -> Still:
    """The slopes of a loss for the three matrices of one head, each in the seat of its number.

    gradient   (3, 4, 2): for W_Q, W_K and W_V
    """
    figure = new_figure(7.0, 3.0)
    for ax, table, name in zip(figure.subplots(1, 3), gradient, ("W_Q", "W_K", "W_V"), strict=True):
        rows = story.AXES_4D if name == "W_Q" else [""] * 4
        heat_map(ax, table, rows, (0, 1), signed=True, vmax=float(np.max(np.abs(gradient))), decimals=2, aspect="auto")
        ax.set_title(f"∂L/∂{name}\n")
    flat = int(np.sum(np.abs(gradient) < 1e-9))
    i = np.unravel_index(np.argmax(np.abs(gradient)), np.shape(gradient))
    seat = f"{('W_Q', 'W_K', 'W_V')[i[0]]}, {story.AXES_4D[i[1]]} → {i[2]}"
    return still(
        figure,
        f"{np.size(gradient)} slopes, one for each number of the head, in nat per unit; {flat} of them are 0. "
        f"The steepest belongs to {seat}: {number(gradient[i])}.",
    )

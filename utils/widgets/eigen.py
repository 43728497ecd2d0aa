"""Live pictures of eigenvectors: a compass with a lamp, rounds of mixing, power iteration; and five fates at rest."""

import numpy as np
from ipywidgets import Checkbox, FloatSlider, IntSlider, ToggleButtons
from matplotlib.patches import Circle

from utils import linalg, story
from utils.exercises import find
from utils.style import (
    PALETTE,
    SMALL,
    Still,
    draw_arrow,
    label_axes,
    matrix_text,
    new_figure,
    number,
    pair_text,
    plane,
    readable,
    set_moving,
    short_text,
    still,
)
from utils.widgets.learner import Learner
from utils.widgets.live import LivePlot

START = np.array([[2.0, 1.0], [1.0, 2.0]])
QUARTER_TURN = np.array([[0.0, -1.0], [1.0, 0.0]])
FRIENDS = ["cat", "sat", "mat"]
MIX = np.array([[0.5, 0.5, 0.0], [0.25, 0.5, 0.25], [0.0, 0.5, 0.5]])
_NEAR = 0.6  # degrees: a slider stops at whole degrees, a kept line need not


def _unit(degrees: float):
    """The unit vector at an angle, with exact zeros on the axes."""
    radians = np.radians(degrees)
    return np.round(np.array([np.cos(radians), np.sin(radians)]), 15) + 0.0


def _kept(turn: float) -> list[float]:
    """Angles from 0 to 180 of the lines that the compass's matrix keeps."""
    under = round(1 - 2 * turn, 9)  # its eigenvectors are (±√(1 − 2t), 1)
    if under < 0:
        return []
    return sorted({float(np.degrees(np.arctan2(1.0, across))) for across in (np.sqrt(under), -np.sqrt(under) + 0.0)})


def compass(is_eigenvector=None) -> LivePlot:
    """An arrow x, its image A x, and a lamp that lights when both lie on one line; A turns into a quarter turn.

    A = (1 − t) [[2, 1], [1, 2]] + t [[0, −1], [1, 0]] keeps two lines for t < ½, one at ½ (a shear), then none.
    x snaps to a kept line that is less than a degree away.

    is_eigenvector   the learner's is_eigenvector(A, v); it switches the lamp
    """
    switch = Learner(is_eigenvector, linalg.is_eigenvector)
    figure = new_figure(6.6, 4.3)
    axes = figure.subplot_mosaic([["plane", "lamp"], ["plane", "text"]], width_ratios=(1.5, 1), height_ratios=(1, 1.25))
    ax = plane(
        axes["plane"], limit=3.4, x="first entry", y="second entry", title="x on the circle, and where A sends it"
    )
    circle = np.stack([np.cos(np.linspace(0, 2 * np.pi, 181)), np.sin(np.linspace(0, 2 * np.pi, 181))])
    ax.plot(*circle, color=PALETTE["first"], linewidth=1, alpha=0.6)
    (image,) = ax.plot([], [], color=PALETTE["second"], linewidth=1, alpha=0.7)
    lines = [ax.plot([], [], color=PALETTE["third"], linewidth=1.6, linestyle="--", zorder=2)[0] for _ in range(2)]
    sent = draw_arrow(ax, (1, 1), PALETTE["second"], "A x", width=4)
    arrow = draw_arrow(ax, (1, 0), PALETTE["first"], "x")
    lamp = _Lamp(axes["lamp"])
    axes["text"].axis("off")
    text = axes["text"].text(0, 1, "", va="top", linespacing=1.6)
    set_moving(figure, [image, *lines, *sent.artists, *arrow.artists, *lamp.artists, text])

    def draw(angle, turn, show):
        A = (1 - turn) * START + turn * QUARTER_TURN
        kept = _kept(turn)
        for line in kept:
            for direction in (line, line + 180):
                if abs((angle - direction + 180) % 360 - 180) <= _NEAR:
                    angle = direction
        x = _unit(angle)
        y = linalg.matvec(A, x)
        on, remark = switch(A, x)
        image.set_data(*(A @ circle))
        for i, line in enumerate(lines):
            ends = 5 * _unit(kept[i]) if show and i < len(kept) else np.zeros(2)
            line.set_data([-ends[0], ends[0]], [-ends[1], ends[1]])
        together = linalg.norm(y - x) < 0.55  # two labels would lie on each other
        arrow.update(x, label="" if together else "x")
        sent.update(y, label="x, A x" if together else "A x")
        lamp.update(on)
        text.set_text(f"A = {matrix_text(A)}\nλ: {_eigenvalues(turn)}\nx = {pair_text(x)}\nA x = {pair_text(y)}")
        apart = float(np.degrees(np.arctan2(abs(linalg.det_2x2(np.stack([x, y]))), abs(linalg.dot(x, y)))))
        how = f"on, A x = {short_text(linalg.dot(x, y))} x" if on else f"off, A x is {apart:.1f}° off the line of x"
        return (
            f"x at {angle:.1f}°: the lamp is {how}. A = {matrix_text(A)} has λ: {_eigenvalues(turn)}; "
            f"it lights {2 * len(kept)} directions of a full turn. {remark}"
        )

    return LivePlot(
        figure,
        draw,
        question=[find("4.w1"), find("4.w1b")],
        angle=FloatSlider(value=20, min=0, max=360, step=1, description="angle of x (degrees)", readout_format=".0f"),
        turn=FloatSlider(value=0, min=0, max=1, step=0.05, description="towards a quarter turn"),
        show=Checkbox(value=False, description="draw the lines that are kept"),
    )


def _eigenvalues(turn: float) -> str:
    """(2 − 2t) ± √(1 − 2t), real or complex."""
    middle, under = 2 - 2 * turn, round(1 - 2 * turn, 9)
    if under < 0:
        return f"{short_text(middle)} ± {short_text(np.sqrt(-under))} i"
    if under == 0:
        return f"{short_text(middle)}, twice"
    return f"{short_text(middle + np.sqrt(under))} and {short_text(middle - np.sqrt(under))}"


class _Lamp:
    """A lamp that is on or off, in light and in words."""

    def __init__(self, ax):
        ax.axis("off")
        ax.set(xlim=(-2, 2), ylim=(-1.6, 1.7), aspect="equal")
        self.bulb = ax.add_patch(Circle((0, 0.25), 0.8, edgecolor=PALETTE["ink"], linewidth=2))
        angles = np.radians([-30, 0, 30, 60, 90, 120, 150, 180, 210])
        self.rays = [
            ax.plot([0.95 * np.cos(a), 1.3 * np.cos(a)], [0.25 + 0.95 * np.sin(a), 0.25 + 1.3 * np.sin(a)],
                    color=PALETTE["orange"], linewidth=3)[0]
            for a in angles
        ]  # fmt: skip
        self.text = ax.text(0, -1.1, "", ha="center", va="center", fontweight="bold")
        self.artists = [self.bulb, *self.rays, self.text]

    def update(self, on: bool) -> None:
        self.bulb.set_facecolor(PALETTE["orange"] if on else "white")
        for ray in self.rays:
            ray.set_visible(bool(on))
        self.text.set_text("ON: one line" if on else "off: two lines")


_LOOK = {"cat": ("first", "o", 13), "sat": ("second", "s", 19), "mat": ("third", "^", 8)}
_MOST = 10  # rounds


def rounds(repeat_mix=None) -> LivePlot:
    """Three points of the plane replace themselves by weighted averages, round after round.

    repeat_mix   the learner's repeat_mix(M, X, k); the course's version stands in for an unfinished one
    """
    mix = Learner(repeat_mix, linalg.repeat_mix)
    X = np.array([story.TABLE_2D[name] for name in FRIENDS])
    figure = new_figure(7.2, 3.9)
    left, right = figure.subplots(1, 2, width_ratios=(1.1, 1))
    plane(left, limit=3, title="Three friends in the plane")
    left.set(xlim=(-1.6, 2.6), ylim=(-1.6, 2.6), xticks=range(-1, 3), yticks=range(-1, 3))
    left.plot(*X[[0, 1, 2, 0]].T, color=PALETTE["muted"], linewidth=1, linestyle="--")
    for name, place, shift in zip(FRIENDS, X, ((0.25, 0.2), (-0.12, 0.34), (0.3, -0.3)), strict=True):
        left.text(*(place + shift), name, color=readable(PALETTE[_LOOK[name][0]]), fontweight="bold", ha="center")
    label_axes(right, x="round k", y="gap cat to mat, % of the start", title="How far apart cat and mat are", grid=True)
    right.set(xlim=(-0.4, _MOST + 0.4), ylim=(-4, 108), xticks=range(0, _MOST + 1, 2))
    right.axhline(5, color=PALETTE["ink"], linewidth=1, linestyle=":")
    right.text(-0.3, 6.5, "5 %", ha="left", va="bottom", fontsize=SMALL)
    ways = [left.plot([], [], color=PALETTE[_LOOK[name][0]], linewidth=1.6)[0] for name in FRIENDS]
    dots = {
        name: left.plot([], [], _LOOK[name][1], color=PALETTE[_LOOK[name][0]], markersize=_LOOK[name][2], zorder=zorder,
                        markeredgecolor="white")[0]
        for name, zorder in (("sat", 4), ("cat", 5), ("mat", 6))
    }  # fmt: skip
    (gaps,) = right.plot([], [], "o-", color=PALETTE["first"], markersize=5, linewidth=1.2)
    (now,) = right.plot([], [], "o", color=PALETTE["second"], markersize=9)
    set_moving(figure, [*ways, *dots.values(), gaps, now])

    def draw(k, own_voice):
        M = (np.eye(3) + MIX) / 2 if own_voice else MIX
        walked, remarks = zip(*(mix(M, X, step) for step in range(k + 1)), strict=True)
        walk = np.array(walked)
        for i, name in enumerate(FRIENDS):
            ways[i].set_data(walk[:, i, 0], walk[:, i, 1])
            dots[name].set_data(walk[-1:, i, 0], walk[-1:, i, 1])
        apart = linalg.norm(walk[:, 0] - walk[:, 2])
        share = 100 * apart / linalg.norm(X[0] - X[2])
        gaps.set_data(np.arange(k + 1), share)
        now.set_data([k], share[-1:])
        listed = ", ".join(f"{name} {pair_text(place)}" for name, place in zip(FRIENDS, walk[-1], strict=True))
        voice = "half of the own voice kept" if own_voice else "M alone"
        return (
            f"After {k} {'round' if k == 1 else 'rounds'}, {voice}: {listed}. The gap between cat and mat is "
            f"{number(apart[-1], 3)}, {number(share[-1], 1)} % of the start. {next(filter(None, remarks), '')}"
        )

    return LivePlot(
        figure,
        draw,
        question=[find("4.w2"), find("4.w2b")],
        k=IntSlider(value=0, min=0, max=_MOST, description="rounds k"),
        own_voice=Checkbox(value=False, description="keep your own voice: ½X + ½MX in place of MX"),
    )


_MATRICES = {
    "[[2, 1], [1, 2]]": (START, "its eigenvalues are 3 and 1"),
    "[[−2, 1], [1, −2]]": (np.array([[-2.0, 1.0], [1.0, -2.0]]), "its eigenvalues are −3 and −1"),
    "[[0, −1], [1, 0]]": (QUARTER_TURN, "a quarter turn: no real eigenvalue, so the number means nothing"),
}
_STEPS = 12


def homing(power_iteration=None) -> LivePlot:
    """Apply A, shorten to length 1, repeat: the arrow of each step, and the estimate of λ.

    power_iteration   the learner's power_iteration(A, x0, steps)
    """
    iterate = Learner(power_iteration, linalg.power_iteration)
    figure = new_figure(7.2, 3.9)
    left, right = figure.subplots(1, 2, width_ratios=(1.1, 1))
    plane(left, limit=1.3, x="first entry", y="second entry", title="Old arrows pale, the last one strong")
    left.plot(*_unit_circle(), color=PALETTE["grid"], linewidth=1.5)
    label_axes(right, x="step", y="v·Av", title="The estimate of λ", grid=True)
    right.set(xlim=(-0.5, _STEPS + 0.5), ylim=(-3.6, 3.6), xticks=range(0, _STEPS + 1, 2), yticks=range(-3, 4))
    levels = [right.plot([], [], color=PALETTE["third"], linewidth=1.5, linestyle="--")[0] for _ in range(2)]
    (values,) = right.plot([], [], "o-", color=PALETTE["first"], markersize=5, linewidth=1.2)
    (trail,) = left.plot([], [], color=PALETTE["quiet"], linewidth=2)
    arrow = draw_arrow(left, (1, 0), PALETTE["first"], "v")
    set_moving(figure, [trail, *arrow.artists, *levels, values])

    def draw(matrix, angle, steps):
        A, what = _MATRICES[matrix]
        x0 = _unit(angle)
        seen, remarks = zip(*(iterate(A, x0, step) for step in range(steps + 1)), strict=True)
        found = np.array([value for value, _ in seen])
        arrows = np.array([v for _, v in seen])
        spokes = np.stack([np.zeros_like(arrows), arrows, np.full_like(arrows, np.nan)], axis=1).reshape(-1, 2)
        trail.set_data(*spokes.T)
        arrow.update(arrows[-1])
        values.set_data(np.arange(steps + 1), found)
        real = linalg.eig_2x2(A)
        for i, level in enumerate(levels):
            level.set_data([-0.5, _STEPS + 0.5] if real else [], [real[i]] * 2 if real else [])
        return (
            f"{steps} {'step' if steps == 1 else 'steps'} from {angle:.0f}° with {matrix}: "
            f"v = {pair_text(arrows[-1], 3)}, and v·Av = {number(found[-1], 4)}; {what}. "
            f"{next(filter(None, remarks), '')}"
        )

    return LivePlot(
        figure,
        draw,
        question=find("4.w3"),
        matrix=ToggleButtons(options=list(_MATRICES), description="matrix A"),
        angle=FloatSlider(value=0, min=0, max=360, step=5, description="start at (degrees)", readout_format=".0f"),
        steps=IntSlider(value=0, min=0, max=_STEPS, description="steps"),
    )


def _unit_circle():
    angles = np.linspace(0, 2 * np.pi, 181)
    return np.cos(angles), np.sin(angles)


# Name, matrix, the arrow v that is shown, angles of the lines that are kept.
FATES = [
    ("λ = 3: stretched", START, (0.7, 0.7), (45, 135)),
    ("λ = −1: turned round", np.array([[0.0, 1.0], [1.0, 0.0]]), (1.2, -1.2), (45, 135)),
    ("λ = 0: collapsed", np.ones((2, 2)), (1.2, -1.2), (45, 135)),
    ("shear: one line only", np.array([[1.0, 0.0], [1.0, 1.0]]), (1.2, 0.0), (90,)),
    ("quarter turn: none", QUARTER_TURN, (1.5, 0.0), ()),
]


def five_fates() -> Still:
    """What can happen to a line: stretched, turned round, collapsed; a shear keeps one line, a quarter turn none."""
    figure = new_figure(9.4, 2.5)
    said = []
    for ax, (name, A, v, kept) in zip(figure.subplots(1, 5), FATES, strict=True):
        plane(ax, limit=2.4, x="", y="", title=name)
        ax.set_title(name, fontsize=SMALL + 1)
        ax.tick_params(labelbottom=False, labelleft=False, length=0)
        ax.set_xlabel("A = " + matrix_text(A), fontsize=SMALL)
        for line in kept:
            ends = 5 * _unit(line)
            ax.plot([-ends[0], ends[0]], [-ends[1], ends[1]], "--", color=PALETTE["third"], linewidth=1.4, zorder=2)
        v = np.array(v)
        image = linalg.matvec(A, v)
        draw_arrow(ax, image, PALETTE["second"], "A v")
        draw_arrow(ax, v, PALETTE["first"], "v")
        said.append(f"{name}, {pair_text(v, 1)} goes to {pair_text(image, 1)}")
    return still(figure, "Dashed: the lines that are kept. " + "; ".join(said) + ".")

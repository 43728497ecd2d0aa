"""Pictures of singular values: a circle becomes an ellipse, a cat comes out of its layers, a rank is counted."""

import numpy as np
from ipywidgets import Checkbox, FloatSlider, IntSlider
from matplotlib.patches import Polygon, Rectangle

from utils import linalg
from utils.exercises import find
from utils.style import (
    PALETTE,
    SMALL,
    TITLE,
    Still,
    bars,
    colour_bar,
    draw_arrow,
    heat_map,
    label_axes,
    matrix_boxes,
    new_figure,
    number,
    plane,
    readable,
    set_moving,
    still,
)
from utils.widgets.learner import Learner
from utils.widgets.live import LivePlot

PIXELS = 32
_DARK, _GREY, _LIGHT = 0.25, 0.55, 0.92


def cat_picture() -> np.ndarray:
    """A cat on its mat, 32 × 32 grey levels from 0 (black) to 1 (white), drawn with discs, triangles and a ring."""
    y, x = np.mgrid[0:PIXELS, 0:PIXELS].astype(float)
    picture = np.full((PIXELS, PIXELS), _LIGHT)

    def disc(across, down, wide, tall):
        return ((x - across) / wide) ** 2 + ((y - down) / tall) ** 2 <= 1

    picture[27:31, 1:31] = _GREY  # the mat, with stripes
    picture[27:31, 3:31:4] = 0.70
    picture[disc(22.5, 21, 6, 6.5) & ~disc(22.5, 21, 3.6, 4.2) & (x > 21)] = _DARK  # the tail
    picture[disc(14, 23, 8, 7.5) & (y < 30)] = _DARK  # the body
    picture[disc(14, 24.5, 3.6, 5) & (y < 30)] = _GREY
    for side in (-1, 1):  # the ears
        away = np.abs(x - 14 - 6 * side)
        picture[(y >= 1) & (y <= 9) & (away <= 0.62 * (y - 1))] = _DARK
        picture[(y >= 4) & (y <= 8) & (away <= 0.5 * (y - 4))] = _GREY
    picture[disc(14, 11, 8.6, 6.9)] = _DARK  # the head
    for side in (-1, 1):  # the eyes
        picture[disc(14 + 3.8 * side, 10, 2.3, 2.3)] = 1.0
        picture[disc(14 + 3.8 * side, 10, 0.8, 2.0)] = 0.0
    picture[(y >= 13) & (y <= 14) & (np.abs(x - 14) <= 0.8 * (15 - y))] = 0.75  # nose and mouth
    picture[15, 12:17] = 0.75
    picture[16, [12, 16]] = _DARK
    for side in (-1, 1):  # the whiskers
        for height, slope in ((13, -0.25), (14.5, 0.25)):
            for step in range(5, 13):
                row, column = round(height + slope * (step - 5)), 14 + side * step
                picture[row, column] = 0.62 if step < 9 else 0.45
    return picture


def pixel_cat(low_rank=None, questions=("5.w2b", "5.w2")) -> LivePlot:
    """The cat from its k largest stretches, all 32 stretches, and how far the picture still is from the cat.

    low_rank   the learner's low_rank(A, k); the course's version stands in for an unfinished one
    questions  ids of the predictions in front of it; () opens the picture at once
    """
    low_rank = Learner(low_rank, linalg.low_rank)
    cat = cat_picture()
    stretches, length = linalg.singular_values(cat), linalg.norm(cat.ravel())
    figure = new_figure(7.2, 3.6)
    axes = figure.subplot_mosaic([["cat", "stretches"], ["cat", "error"]], width_ratios=(1, 1.15), height_ratios=(4, 1))
    picture = axes["cat"].imshow(cat, cmap="gray", vmin=0, vmax=1, interpolation="nearest")
    label_axes(axes["cat"], title="The picture from k layers")
    axes["cat"].axis("off")
    ax = label_axes(axes["stretches"], x="layer", y="stretch σ (log scale)", title="Blue is kept, grey is dropped")
    ax.set(yscale="log", ylim=(0.03, 40), xlim=(0, PIXELS + 1), xticks=[1, 8, 16, 24, 32])
    blocks = [
        ax.add_patch(Rectangle((i + 0.6, 0.03), 0.8, max(sigma - 0.03, 0), linewidth=0))
        for i, sigma in enumerate(stretches)
    ]
    gauge = label_axes(axes["error"], x="error in % of the cat", title="")
    gauge.set(xlim=(0, 40), ylim=(0, 1), yticks=[], xticks=range(0, 41, 10))
    gauge.spines["left"].set_visible(False)
    bar = gauge.add_patch(Rectangle((0, 0.15), 0, 0.7, linewidth=0, facecolor=PALETTE["second"]))
    text = gauge.text(0, 0.5, "", va="center", zorder=4)
    set_moving(figure, [picture, *blocks, bar, text])

    def draw(k):
        shown, remark = low_rank(cat, k)
        error, best = linalg.norm((cat - shown).ravel()) / length, linalg.approx_error(cat, k) / length
        picture.set_data(shown)
        for i, block in enumerate(blocks):
            block.set_facecolor(PALETTE["first"] if i < k else PALETTE["grid"])
        percent = min(100 * error, 40.0)
        bar.set_width(percent)
        text.set_text(f"{number(100 * error, 1)} %" + (" →" if 100 * error > 40 else ""))
        text.set(x=percent + 0.8 if percent < 32 else percent - 0.8, ha="left" if percent < 32 else "right")
        if error < 1e-9 and k >= linalg.rank(cat):
            verdict = f"it is the cat, a matrix of rank {linalg.rank(cat)}"
        elif abs(error - best) < 1e-6:
            verdict = f"no matrix of rank {k} comes closer"
        elif error > best:
            verdict = f"the best matrix of rank {k} has {100 * best:.1f} %"
        else:
            verdict = f"no matrix of rank {k} can do that, and this one has rank {linalg.rank(shown)}"
        return (
            f"{k} of {PIXELS} layers, {k * 2 * PIXELS} numbers to store ({PIXELS**2} pixels): the picture is "
            f"{100 * error:.1f} % of the cat away; {verdict}. {remark}"
        )

    return LivePlot(
        figure,
        draw,
        question=[find(name) for name in questions],
        k=IntSlider(value=1, min=1, max=PIXELS, description="layers k"),
    )


_CIRCLE = np.stack([np.cos(np.linspace(0, 2 * np.pi, 181)), np.sin(np.linspace(0, 2 * np.pi, 181))])
_REACH = 10.5


def circle_to_ellipse(singular_values=None) -> LivePlot:
    """The unit circle and what a 2×2 matrix makes of it, with the stretched directions and the eigenvectors.

    singular_values   the learner's singular_values(A): it gives the lengths of the two arrows
    """
    stretches = Learner(singular_values, linalg.singular_values)
    figure = new_figure(7.2, 3.9)
    left, right = figure.subplots(1, 2, width_ratios=(1, 1.35))
    plane(left, 1.5, x="first number", y="second number", title="Before: a circle, radius 1")
    left.set(xticks=[-1, 0, 1], yticks=[-1, 0, 1])
    plane(right, _REACH, x="first number", y="second number", title="After: an ellipse")
    right.set(xticks=range(-10, 11, 5), yticks=range(-10, 11, 5))
    left.plot(*_CIRCLE, color=PALETTE["muted"])
    (ellipse,) = right.plot([], [], color=PALETTE["muted"])
    lines = [right.plot([], [], "--", color=PALETTE["third"], linewidth=1.8)[0] for _ in range(2)]
    lines[0].set_label("eigenvectors")
    legend = right.legend(loc="lower right", facecolor="white", framealpha=1)
    tones = (PALETTE["first"], PALETTE["second"])
    inputs = [draw_arrow(left, (1, 0), tone, f"v{name}") for tone, name in zip(tones, "₁₂", strict=True)]
    outputs = [draw_arrow(right, (1, 0), tone, f"σ{name}u{name}") for tone, name in zip(tones, "₁₂", strict=True)]
    moving = [artist for arrow in (*inputs, *outputs) for artist in arrow.artists]
    set_moving(figure, [ellipse, *lines, legend, *moving])

    def draw(a, b, c, d, eigenvectors):
        A = np.array([[a, b], [c, d]])
        sigma, remark = stretches(A)
        V, U = _directions(A)
        ellipse.set_data(*(A @ _CIRCLE))
        for arrow, v in zip(inputs, V, strict=True):
            arrow.update(v)
        for arrow, u, length in zip(outputs, U, sigma, strict=True):
            arrow.update(length * u)
        ways, words = _eigenlines(A, U)
        for i, line in enumerate(lines):
            line.set_visible(eigenvectors and i < len(ways))
            if i < len(ways):
                line.set_data(*np.outer(ways[i], [-2 * _REACH, 2 * _REACH]))
        legend.set_visible(eigenvectors and len(ways) > 0)
        entries = f"[[{_short(a)}, {_short(b)}], [{_short(c)}, {_short(d)}]]"
        return (
            f"A = {entries}: the stretches are {number(sigma[0])} and {number(sigma[1])}, their product is "
            f"{number(sigma[0] * sigma[1])}. |det A| = {number(abs(a * d - b * c))}. "
            f"{words if eigenvectors else ''} {remark}"
        )

    entries = {"a": 3.0, "b": 0.0, "c": 4.0, "d": 5.0}
    places = {"a": "a (row 0, left)", "b": "b (row 0, right)", "c": "c (row 1, left)", "d": "d (row 1, right)"}
    return LivePlot(
        figure,
        draw,
        question=find("5.w1"),
        **{
            name: FloatSlider(value=value, min=-5, max=5, step=0.5, description=places[name], readout_format=".1f")
            for name, value in entries.items()
        },
        eigenvectors=Checkbox(value=False, description="show the eigenvectors of A"),
    )


def _short(value: float) -> str:
    return number(value, 0 if value == round(value) else 1)


def _directions(A):
    """Rows v₁, v₂ and rows u₁, u₂ with A v = σ u, each pair a turn; v₁ looks to the right (or straight up)."""
    U, sigma, Vt = np.linalg.svd(A)
    if sigma[0] - sigma[1] < 1e-9 * max(sigma[0], 1.0):  # a circle: any right angle will do
        Vt = np.eye(2)
        U = (A / sigma[0] if sigma[0] > 0 else np.eye(2)) @ Vt.T
    U, V = U.T.copy(), Vt.copy()
    for i in range(2):
        if V[i] @ (1, 1e-6) < 0 if i == 0 else V[0, 0] * V[1, 1] - V[0, 1] * V[1, 0] < 0:
            U[i], V[i] = -U[i], -V[i]
    return V, U


def _eigenlines(A, U):
    """The directions that A keeps, and a sentence that compares them with the axes u₁, u₂ of the ellipse."""
    values = linalg.eig_2x2(A)
    if values is None:
        return [], "No direction is kept: A has no real eigenvectors."
    if np.allclose(A, A[0, 0] * np.eye(2)):
        return [], "Every direction is that of an eigenvector."
    ways = []
    for value in values:
        M = A - value * np.eye(2)
        row = M[np.argmax(np.abs(M).sum(axis=1))]
        way = np.array([-row[1], row[0]]) / linalg.norm(row)
        if not ways or abs(way @ ways[0]) < 1 - 1e-9:
            ways.append(way)
    if np.allclose(A.T @ A, (A.T @ A)[0, 0] * np.eye(2)):
        return ways, "The ellipse is a circle: every direction is an axis of it."
    apart = [np.degrees(np.arccos(np.clip(np.abs(U @ way).max(), 0, 1))) for way in ways]
    if len(ways) == 2 and max(apart) < 1e-4:
        return ways, "Both eigenvectors lie on the axes of the ellipse: A is symmetric."
    listed = " and ".join(f"{angle:.1f}°" for angle in apart)
    which = "The eigenvectors lie" if len(ways) == 2 else "The only line of eigenvectors lies"
    return ways, f"{which} {listed} away from the nearest axis."


_HEAD = [(0.0, -0.6), (0.42, -0.45), (0.6, -0.05), (0.62, 0.7), (0.25, 0.38), (-0.25, 0.38), (-0.62, 0.7),
         (-0.6, -0.05), (-0.42, -0.45)]  # fmt: skip
_EYES = [(-0.25, 0.05), (0.25, 0.05)]
_WHISKERS = [[(0.2, -0.2), (0.9, -0.1)], [(0.2, -0.3), (0.85, -0.4)]]  # on one side, so that a mirror image would show


def three_steps() -> Still:
    """What Vᵀ, Σ and U of [[3, 0], [4, 5]] do to a circle with a cat in it, one after the other."""
    V, U = _directions(np.array([[3.0, 0.0], [4.0, 5.0]]))
    sigma = linalg.singular_values([[3.0, 0.0], [4.0, 5.0]])
    first = float(np.degrees(np.arctan2(V[0, 1], V[0, 0])))
    last = float(np.degrees(np.arctan2(U[0, 1], U[0, 0])))
    names = (
        "x: a circle, a cat",
        f"Vᵀ x: turned by {number(-first, 1)}°",
        "Σ Vᵀ x: stretched",
        "U Σ Vᵀ x = A x: turned",
    )
    figure = new_figure(8.0, 2.7)
    now = np.eye(2)
    panels = zip(figure.subplots(1, 4), names, (None, V, np.diag(sigma), U.T), (1.6, 1.6, 7.5, 7.5), strict=True)
    for ax, name, step, limit in panels:
        now = now if step is None else step @ now
        plane(ax, limit, x="first number", y="second number" if step is None else "")
        ax.set_title(name, fontsize=TITLE - 1)
        tick = 1 if limit < 2 else 5
        ax.set(xticks=[-tick, 0, tick], yticks=[-tick, 0, tick])
        ax.plot(*(now @ _CIRCLE), color=PALETTE["muted"])
        ax.add_patch(Polygon((now @ np.transpose(_HEAD)).T, facecolor=PALETTE["quiet"], edgecolor=PALETTE["ink"]))
        ax.plot(*(now @ np.transpose(_EYES)), "o", color=PALETTE["ink"], markersize=4)
        for whisker in _WHISKERS:
            ax.plot(*(now @ np.transpose(whisker)), color=PALETTE["ink"], linewidth=1.2)
        for v, tone in zip(V, ("first", "second"), strict=True):
            draw_arrow(ax, now @ v, PALETTE[tone])
    return still(
        figure,
        f"Right to left: Vᵀ turns by {number(-first, 1)}°, Σ stretches across by {number(sigma[0])} and up by "
        f"{number(sigma[1])}, U turns by {number(last, 1)}°. The circle of radius 1 ends as an ellipse. "
        "The last two panels show about five times as much of the plane.",
    )


def full_and_thin() -> Still:
    """The shapes of the two forms of the SVD of a matrix with six rows and four columns."""
    figure = new_figure(7.2, 4.2, layout=None)
    forms = {
        "full: U and V are square": ((6, 6), (6, 4), (4, 4)),
        "thin: columns of U that only meet zeros are left out": ((6, 4), (4, 4), (4, 4)),
    }
    for bottom, (title, (u, s, v)) in zip((0.5, 0.0), forms.items(), strict=True):
        ax = figure.add_axes((0, bottom, 1, 0.42))
        parts = ("X", (6, 4), "quiet"), "=", ("U", u, "first"), "@", ("Σ", s, "second"), "@", ("Vᵀ", v, "third")
        boxes = matrix_boxes(ax, *parts, title=title)
        for i in range(s[0]):  # only the diagonal of Σ carries numbers
            for j in range(s[1]):
                if i != j:
                    boxes.cells[2][i * s[1] + j].set_facecolor("white")
    return still(
        figure,
        "The sentence X has shape (6, 4). Full: U (6, 6), Σ (6, 4), Vᵀ (4, 4). Thin: U (6, 4), Σ (4, 4), Vᵀ (4, 4). "
        "Only the four cells on the diagonal of Σ may differ from 0.",
    )


def energy_curve(energy: float = 0.95) -> Still:
    """The share of all σ² in the k largest, for the cat and for noise of the same size."""
    noise = np.random.default_rng(5).normal(size=(PIXELS, PIXELS))
    figure = new_figure(6.4, 3.4)
    ax = label_axes(
        figure.subplots(), x="layers k", y="share of all σ² held", title="A cat needs few layers, noise needs many"
    )
    ax.set(xlim=(0, PIXELS + 1), ylim=(0, 1.05), xticks=[1, 4, 8, 12, 16, 20, 24, 28, 32])
    ax.axhline(energy, color=PALETTE["muted"], linewidth=1, linestyle=":")
    needed = []
    for name, A, tone in (("the cat", cat_picture(), "first"), ("noise", noise, "second")):
        squares = linalg.singular_values(A) ** 2
        held = np.cumsum(squares) / squares.sum()
        k = linalg.effective_rank(A, energy)
        needed.append(k)
        ax.plot(range(1, PIXELS + 1), held, "o-", color=PALETTE[tone], markersize=4, linewidth=1.5)
        ax.plot([k, k], [0, held[k - 1]], color=PALETTE[tone], linewidth=1.2, linestyle="--")
        ax.text(k + 0.4, 0.06, f"k = {k}", color=readable(PALETTE[tone]), fontsize=SMALL)
        at = 9 if A is noise else 7
        ax.text(
            at + 0.6,
            held[at - 1] - (0.03 if A is noise else 0.09),
            name,
            color=readable(PALETTE[tone]),
            va="top",
            ha="left",
            fontweight="bold",
        )
    ax.text(0.3, energy + 0.02, f"{100 * energy:.0f} %", fontsize=SMALL, va="bottom")
    return still(
        figure,
        f"Energy curves: the cat holds {100 * energy:.0f} % of its σ² in {needed[0]} layers, a picture of random "
        f"numbers in {needed[1]}.",
    )


def break_even() -> Still:
    """What two factors of rank r cost, in percent of the matrix that they replace."""
    figure = new_figure(6.8, 3.4)
    axes = figure.subplots(1, 2, sharey=True)
    figure.get_layout_engine().set(wspace=0.08)
    said = []
    for ax, (m, n) in zip(axes, ((4096, 4096), (512, 2048)), strict=True):
        edge, most = m * n / (m + n), min(m, n)
        label_axes(ax, x="rank r", title=f"{m} × {n}", grid=True)
        ax.set(xlim=(0, most), ylim=(0, 210), xticks=[0, most // 4, most // 2, 3 * most // 4, most])
        ax.axhline(100, color=PALETTE["muted"], linewidth=1.5)
        ax.fill_between([0, edge], [0, 100], [100, 100], color=PALETTE["third"], alpha=0.18, linewidth=0)
        ax.plot([0, most], [0, 100 * most / edge], color=PALETTE["first"])
        ax.plot([edge], [100], "o", color=PALETTE["second"], markersize=8)
        low = edge > 0.7 * most
        ax.text(
            edge - 0.02 * most if low else edge + 0.03 * most,
            108 if low else 88,
            f"r = {edge:g}",
            ha="right" if low else "left",
            va="bottom" if low else "center",
            color=readable(PALETTE["second"]),
            fontweight="bold",
        )
        ax.text(0.04 * most, 90, "saves", color=readable(PALETTE["third"]), va="top", fontweight="bold")
        said.append(f"{m} × {n}: break-even at r = {edge:g}, {100 * most / edge:.0f} % at full rank {most}")
    axes[0].set_ylabel("numbers stored, % of m·n")
    return still(figure, "Two factors hold r(m + n) numbers instead of m·n. " + "; ".join(said) + ".")


def rank_gauge(singular_values=None) -> LivePlot:
    """W_Q W_Kᵀ for random W_Q and W_K of 8 rows and d_k columns: the product, its eight stretches, its rank.

    singular_values   the learner's singular_values(A)
    """
    stretches = Learner(singular_values, linalg.singular_values)
    figure = new_figure(7.2, 3.5)
    left, right = figure.subplots(1, 2, width_ratios=(1, 1.35))
    handle = heat_map(left, np.zeros((8, 8)), signed=True, numbers=False, vmax=6)
    label_axes(left, x="column", y="row", title="W_Q W_Kᵀ, 8 × 8")
    left.set(xticks=[], yticks=[])
    colour_bar(handle, "entry")
    blocks = bars(right, range(1, 9), np.zeros(8), colour=PALETTE["first"], low=0, high=1, decimals=3)
    label_axes(right, x="stretch", y="σ / largest σ", title="How many are not 0?")
    set_moving(figure, [*handle.artists, *blocks.artists])

    def draw(d_k, sample):
        rng = np.random.default_rng([5, sample])
        W_Q, W_K = rng.normal(size=(2, 8, 8))[:, :, :d_k]
        product = W_Q @ W_K.T
        sigma, remark = stretches(product)
        handle.update(product)
        top = float(np.max(np.abs(sigma))) or 1.0
        counted = sigma > 1e-6 * top
        rank = int(counted.sum())
        blocks.update(
            np.where(counted, sigma / top, 0.0), [PALETTE["first"] if yes else PALETTE["grid"] for yes in counted]
        )
        return (
            f"W_Q and W_K are 8 × {d_k}, their product is 8 × 8. Stretches above a millionth of the largest: {rank}. "
            f"So its rank is {rank}. {remark}"
        )

    return LivePlot(
        figure,
        draw,
        question=find("5.w3"),
        d_k=IntSlider(value=3, min=1, max=8, description="d_k"),
        sample=IntSlider(value=1, min=1, max=20, description="other random numbers"),
    )

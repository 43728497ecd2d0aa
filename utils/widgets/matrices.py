"""Pictures of matrices: a press for the grid, a counter of directions, and two pictures that stand still."""

import numpy as np
from ipywidgets import Checkbox, FloatSlider, ToggleButtons
from matplotlib.collections import LineCollection
from matplotlib.patches import Polygon, Rectangle

from utils import linalg, story
from utils.exercises import find
from utils.style import (
    PALETTE,
    SMALL,
    TITLE,
    Still,
    draw_arrow,
    heat_map,
    label_axes,
    matrix_boxes,
    matrix_text,
    new_figure,
    number,
    plane,
    readable,
    set_moving,
    short_text,
    still,
)
from utils.widgets.learner import Learner
from utils.widgets.live import LivePlot

_REACH = 6  # of the pressed grid's picture; the slider's largest corner is (6, 6)
_SQUARE = np.array([[0, 0], [1, 0], [1, 1], [0, 1]], dtype=float)
_LETTER_F = [np.array([[0.3, 0.15], [0.3, 0.85], [0.75, 0.85]]), np.array([[0.3, 0.5], [0.62, 0.5]])]
_MOST_LINES = 300  # to each side of the middle one


def grid_press(inverse_2x2=None, undo: bool = False, question=("2.w1", "2.w1b")) -> LivePlot:
    """The whole grid, pressed by a matrix of four sliders; the unit square carries a letter F.

    inverse_2x2   the learner's inverse_2x2(A); the course's version stands in for an unfinished one
    undo          with a switch that presses a second time, with the inverse
    question      ids of the predictions in front of it
    """
    inverse = Learner(inverse_2x2, linalg.inverse_2x2)
    figure = new_figure(7.2, 4.4)
    axes = figure.subplot_mosaic([["before", "after"], ["text", "after"]], width_ratios=(1, 1.75), height_ratios=(3, 1))
    before = plane(axes["before"], limit=2, x="first", y="second", title="Before")
    after = plane(axes["after"], limit=_REACH, x="first", y="second", title="After the press")
    axes["text"].axis("off")
    words = axes["text"].text(0.5, 0.45, "", ha="center", va="center", linespacing=1.7)
    _Pressed(before, limit=2, names=("the", "on")).update(np.eye(2))
    after.add_patch(Polygon(_SQUARE, fill=False, edgecolor=PALETTE["muted"], linestyle=":", linewidth=1.5, zorder=2))
    pressed = _Pressed(after, limit=_REACH, names=("A·the", "A·on"), moves=True)
    set_moving(figure, [words, *pressed.artists])

    def draw(a, b, c, d, back=False):
        A = np.round([[a, b], [c, d]], 2) + 0.0
        det = round(linalg.det_2x2(A), 4) + 0.0
        words.set_text(f"a·d − b·c\n= {_factor(a)}·{_factor(d)} − {_factor(b)}·{_factor(c)}\n= {short_text(det)}")
        pressed.names = ("A·the", "A·on")
        if back and det != 0:
            undone, remark = inverse(A)
            P = undone @ A
            pressed.names = ("back: the", "back: on")
            pressed.update(P)
            same = "every point is back" if np.allclose(P, np.eye(2)) else "that is not the identity"
            both = f"A = {matrix_text(A)}, then with {matrix_text(undone)}"
            return f"Pressed with {both}: together {matrix_text(P)}, {same}. {remark}"
        pressed.update(A)
        lands = f"A = {matrix_text(A)} takes (1, 0) to {_pair(A[:, 0])} and (0, 1) to {_pair(A[:, 1])}."
        if det == 0:
            flat = "a line" if A.any() else "one point"
            none = "There is no inverse to press with." if back else ""
            return f"{lands} det A = 0: the whole plane lies on {flat}, the square has area 0. {none}"
        side = "reads as before" if det > 0 else "is seen in a mirror"
        size = "keeps its size" if abs(det) == 1 else f"becomes {short_text(abs(det))} times as large"
        return f"{lands} det A = {short_text(det)}: each area {size}, the F {side}."

    sliders = {
        name: FloatSlider(value=value, min=-3, max=3, step=0.1, description=f"{name} ({place})", readout_format=".1f")
        for name, value, place in (
            ("a", 2, "row 0, column 0"),
            ("b", -1, "row 0, column 1"),
            ("c", 1, "row 1, column 0"),
            ("d", 2, "row 1, column 1"),
        )
    }
    if undo:
        sliders["back"] = Checkbox(value=False, description="then press with the inverse")
    return LivePlot(figure, draw, question=[find(item) for item in question], **sliders)


class _Pressed:
    """A grid, its unit square with an F in it, and the arrows of *the* and *on*, all under one matrix."""

    def __init__(self, ax, limit: int, names, moves: bool = False):
        self.view = limit * (2 * _SQUARE - 1)  # the corners of the picture
        self.names, self.moves = names, moves
        self.lines = [
            ax.add_collection(LineCollection([], colors=PALETTE[role], linewidths=0.9, alpha=0.55, zorder=2))
            for role in ("first", "second")
        ]
        self.square = ax.add_patch(Polygon(_SQUARE, linewidth=1.8, zorder=2.5))
        self.letter = [ax.plot([], [], color=PALETTE["ink"], linewidth=2.4, zorder=4)[0] for _ in _LETTER_F]
        self.arrows = [
            draw_arrow(ax, unit, PALETTE[role], name)
            for unit, role, name in zip(np.eye(2), ("first", "second"), names, strict=True)
        ]
        arrows = [artist for arrow in self.arrows for artist in arrow.artists]
        self.artists = [*self.lines, self.square, *self.letter, *arrows]

    def update(self, A) -> None:
        det = linalg.det_2x2(A)
        for lines, ends in zip(self.lines, self._grid(A, det), strict=True):
            lines.set_segments(ends @ A.T)
        tone = PALETTE["positive" if det > 0 else "negative"]
        self.square.set_xy(_SQUARE @ A.T)
        self.square.set(facecolor=(tone, 0.3), edgecolor=tone)
        for line, stroke in zip(self.letter, _LETTER_F, strict=True):
            line.set_data(*(stroke @ A.T).T)
        near = np.hypot(*(A[:, 0] - A[:, 1])) < 0.2 * self.view.max()
        labels = (", ".join(self.names), "") if near and self.moves else self.names  # else one hides the other
        for arrow, column, label in zip(self.arrows, A.T, labels, strict=True):
            arrow.update(column, label=label)

    def _grid(self, A, det):
        """The upright and the level lines that reach into the picture when A has pressed them, by their ends."""
        far = _MOST_LINES
        if abs(det) > 1e-9:
            far = min(far, np.ceil(np.abs(self.view @ np.linalg.inv(A).T).max()))
        run = np.arange(-far, far + 1)[:, None, None]
        along = np.broadcast_to(np.array([-far, far])[:, None], (len(run), 2, 1))
        across = np.broadcast_to(run, along.shape)
        return np.concatenate([across, along], axis=2), np.concatenate([along, across], axis=2)


def _factor(value: float) -> str:
    """A number to multiply with: a negative one in brackets."""
    text = short_text(value)
    return f"({text})" if text.startswith("−") else text


def _pair(vector) -> str:
    return f"({short_text(vector[0])}, {short_text(vector[1])})"


_TABLES = {"four numbers": story.X4, "two numbers": story.X2}
_TOKENS = ["the", "cat", "sat", "on", "the (again)", "mat"]


def direction_counter(rank=None, question=("2.w2", "2.w2b")) -> LivePlot:
    """Words of the sentence as rows, in the order in which they are pressed, and how many directions they have.

    rank       the learner's rank(A); the course's version stands in for an unfinished one
    question   ids of the predictions in front of it
    """
    rank = Learner(rank, linalg.rank)
    figure = new_figure(6.6, 3.2, layout=None)
    ax = figure.add_axes((0, 0, 1, 1))
    ax.set(xlim=(0, 660), ylim=(320, 0))  # pixels of the page
    ax.axis("off")
    ax.text(330, 16, "Which row brings a new direction?", ha="center", va="center", fontsize=TITLE)
    for x, name in ((100, "row"), (202, "its numbers"), (330, "counter"), (385, "what it brings")):
        align = {"row": "right", "what it brings": "left"}.get(name, "center")
        ax.text(x, 44, name, ha=align, va="center", fontsize=SMALL, color=PALETTE["muted"])
    slots = [_Slot(ax, 62 + 42 * i) for i in range(6)]
    order: list[int] = []

    def draw(table, **chosen):
        pressed = [int(name.removeprefix("word")) for name, on in chosen.items() if on]
        order[:] = [i for i in order if i in pressed] + [i for i in pressed if i not in order]
        for slot in slots:
            slot.hide()
        if not order:
            return "No word is pressed yet: no rows, no directions, and the counter stands at 0."
        X = _TABLES[table]
        basis, counts, remarks = [], [], []
        for slot, i in zip(slots, order, strict=False):
            count, remark = rank(X[order[: len(counts) + 1]])
            recipe = _recipe(X, i, basis)
            if not recipe:
                basis.append(i)
            moved = count - (counts[-1] if counts else 0)
            counts.append(count)
            remarks.append(remark)
            slot.show(story.SENTENCE[i], X[i], count, moved, recipe)
        word = story.SENTENCE[order[-1]]
        said = f"nothing new, {word} = {recipe}" if recipe else "a new direction"
        if recipe == word:
            said = "nothing new, it is a copy"
        rows = "1 row" if len(order) == 1 else f"{len(order)} rows"
        odd = "" if counts[-1] == len(basis) else f" The course counts {len(basis)}."
        listed = ", ".join(story.SENTENCE[place] for place in order)
        return (
            f"{listed}: {rows}, rank {counts[-1]}. The last row brings {said}.{odd} {next(filter(None, remarks), '')}"
        )

    return LivePlot(
        figure,
        draw,
        question=[find(item) for item in question],
        table=ToggleButtons(options=list(_TABLES), description="table: each word has"),
        **{f"word{i}": Checkbox(value=i == 3, description=name) for i, name in enumerate(_TOKENS)},
    )


class _Slot:
    """One line of the counter: a word, its row in boxes, the count so far and what the row brings."""

    def __init__(self, ax, top: float):
        middle = top + 18
        self.name = ax.text(100, middle, "", ha="right", va="center", fontweight="bold")
        self.boxes = [ax.add_patch(Rectangle((112 + 45 * j, top), 45, 36, linewidth=1)) for j in range(4)]
        self.entries = [ax.text(134.5 + 45 * j, middle, "", ha="center", va="center") for j in range(4)]
        self.count = ax.text(330, middle, "", ha="center", va="center", fontsize=14, fontweight="bold")
        self.verdict = ax.text(385, middle, "", ha="left", va="center")
        self.artists = [self.name, *self.boxes, *self.entries, self.count, self.verdict]
        for artist in self.artists:
            artist.set_animated(True)

    def hide(self) -> None:
        for artist in self.artists:
            artist.set_visible(False)

    def show(self, word: str, row, count: int, moved: int, recipe: str) -> None:
        tone = PALETTE["positive" if moved else "muted"]
        for artist in (self.name, self.count, self.verdict):
            artist.set_visible(True)
        for j, value in enumerate(row):
            self.boxes[j].set(visible=True, facecolor=(tone, 0.2), edgecolor=tone)
            self.entries[j].set(visible=True, text=number(value, 0))
        self.name.set_text(word)
        self.count.set(text=str(count), color=readable(tone))
        step = "" if moved == 0 else f" ({moved:+d})".replace("-", "−")
        self.verdict.set(
            text=(f"nothing, {word} = {recipe}" if recipe else "a new direction") + step, color=readable(tone)
        )


def _recipe(X, i: int, basis: list[int]) -> str:
    """Row i as a mix of the basis rows, "" when it is none."""
    if not basis:
        return ""
    rows = X[basis]
    shares = np.linalg.lstsq(rows.T, X[i], rcond=None)[0]
    if not np.allclose(shares @ rows, X[i]):
        return ""
    text = ""
    for share, place in zip(shares, basis, strict=True):
        share = round(float(share), 6)
        if share == 0:
            continue
        sign = "−" if share < 0 else "+"
        lead = ("−" if share < 0 else "") if not text else f" {sign} "
        size = "" if abs(share) == 1 else f"{short_text(abs(share))}·"
        text += f"{lead}{size}{story.SENTENCE[place]}"
    return text


def two_products() -> Still:
    """QKᵀ and QᵀK as boxes: which sizes meet, which remain."""
    figure = new_figure(6.4, 4.3, layout=None)
    top, bottom = figure.add_axes((0, 0.42, 1, 0.5)), figure.add_axes((0, 0, 1, 0.36))
    Q, K, scores = ("Q", (6, 2), "query"), ("K", (6, 2), "key"), ("Q Kᵀ", (6, 6), "result")
    matrix_boxes(top, Q, "@", ("Kᵀ", (2, 6), "key"), "=", scores, title="Words with words, and columns with columns")
    matrix_boxes(bottom, ("Qᵀ", (2, 6), "query"), "@", K, "=", ("Qᵀ K", (2, 2), "result"))
    return still(
        figure,
        "Q of shape (6, 2) times K transposed, (2, 6), gives (6, 6): a number for every pair of words. Q transposed, "
        "(2, 6), times K, (6, 2), gives (2, 2): a number for every pair of columns.",
    )


def special_matrices() -> Still:
    """Six matrices with names, three rows and columns each."""
    figure = new_figure(6.4, 4.8)
    figure.get_layout_engine().set(w_pad=0.12, h_pad=0.1)
    kinds = {
        "identity": np.eye(3),
        "zero": np.zeros((3, 3)),
        "diagonal": np.diag([2.0, 1.0, -1.0]),
        "symmetric": story.X2[1:4] @ story.X2[1:4].T,
        "lower triangular": np.tril(np.ones((3, 3))),
        "orthogonal": np.array([[0.6, -0.8, 0.0], [0.8, 0.6, 0.0], [0.0, 0.0, 1.0]]),
    }
    for ax, (name, A) in zip(figure.subplots(2, 3).flat, kinds.items(), strict=True):
        whole = np.array_equal(A, np.round(A))
        heat_map(ax, A, signed=True, vmin=-8, vmax=8, decimals=0 if whole else 1, size=11)
        label_axes(ax, title=name)
        ax.set(xticks=[], yticks=[])
    return still(
        figure,
        "Six matrices, 3 × 3. Identity: ones on the diagonal, zeros elsewhere. Zero: zeros only. Diagonal: 2, 1, −1 "
        "on the diagonal. Symmetric: the dot products of cat, sat and on. Lower triangular: zeros above the diagonal. "
        "Orthogonal: its columns have length 1 and are perpendicular.",
    )

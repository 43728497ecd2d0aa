"""Pictures of shapes: three ways to join two heads, a table cut into heads, and what every tensor weighs."""

import numpy as np
from ipywidgets import Checkbox, IntSlider, SelectionSlider, ToggleButtons
from matplotlib.patches import Rectangle

from utils import story, transformer
from utils.exercises import find
from utils.style import PALETTE, SMALL, TITLE, Still, label_axes, new_figure, readable, set_moving, still, text_colour
from utils.widgets.learner import Learner
from utils.widgets.live import LivePlot

_TOKENS, _FEATURES, _HEADS = 6, 4, 2
_COLOURS = [PALETTE[name] for name in ("first", "second", "third", "fourth", "fifth", "sixth")]
_CUBES = np.arange(_TOKENS * _FEATURES, dtype=float).reshape(1, _TOKENS, _FEATURES)  # cube 4t + f: token t, feature f


def three_ways() -> Still:
    """Two tables of six words joined on axis −1, on axis 0, and stacked."""
    figure = new_figure(7.2, 3.9, layout=None)
    ax = figure.add_axes((0, 0, 1, 1))
    ax.set(xlim=(0, 28.8), ylim=(15.6, 0))
    ax.axis("off")
    tables = {"A": np.zeros((6, 2)), "B": np.ones((6, 2))}
    left = 2.4
    for name, table in tables.items():
        _sheet(ax, table, left, 5, f"head {name}", "(6, 2)", rows=name == "A")
        left += 3.2
    for x, table, title, shape in (
        (11.3, np.concatenate([*tables.values()], axis=-1), "axis −1", "(6, 4)"),
        (18.4, np.concatenate([*tables.values()], axis=0), "axis 0", "(12, 2)"),
    ):
        _sheet(ax, table, x, 5 if len(table) == 6 else 2, title, shape)
    stack = np.stack([*tables.values()])
    _sheet(ax, stack[1], 25.1, 4.2, "", "", depth=1)
    _sheet(ax, stack[0], 24.1, 5, "stack", "(2, 6, 2)", over=0.8)
    return still(
        figure,
        "Two tables of shape (6, 2), head A and head B. Joined on axis −1 they make six rows of four; on axis 0 twelve "
        "rows of two, and every word stands there twice; stacked, two sheets of shape (6, 2).",
    )


def _sheet(ax, table, left, top, title, shape, rows=True, over=0.0, depth=2):
    """A table of heads (0 is A, 1 is B): one letter in each cell, the words at its left, its shape below."""
    for (i, j), head in np.ndenumerate(table):
        colour = PALETTE["first" if head == 0 else "sixth"]
        ax.add_patch(
            Rectangle((left + j, top + i), 1, 1, facecolor=colour, edgecolor="white", linewidth=1.2, zorder=depth)
        )
        ax.text(
            left + j + 0.5,
            top + i + 0.52,
            "AB"[int(head)],
            ha="center",
            va="center",
            fontsize=SMALL,
            color=text_colour(colour),
            zorder=depth + 0.5,
        )
    if rows and title:
        for i in range(len(table)):
            word = story.SENTENCE[i % _TOKENS]
            ax.text(left - 0.2, top + i + 0.52, word, ha="right", va="center", fontsize=SMALL, color=PALETTE["muted"])
    middle = left + table.shape[1] / 2 + over / 2
    ax.text(middle, top - over - 0.7, title, ha="center", va="center", fontsize=TITLE, fontweight="bold")
    ax.text(middle, top + len(table) + 0.7, shape, ha="center", va="center", fontsize=SMALL)


def colour_cubes(split_heads=None, merge_heads=None) -> LivePlot:
    """Six tokens of four features on their way into two heads and back; a colour and a number for each token.

    split_heads   the learner's split_heads(X, h)
    merge_heads   the learner's merge_heads(O); with a function of the learner there is no question in front
    """
    question = [find("7.w1"), find("7.w1b")] if split_heads is None and merge_heads is None else None
    split = Learner(split_heads, transformer.split_heads, check=_same_cubes)
    merge = Learner(merge_heads, transformer.merge_heads, check=_same_cubes)
    figure = new_figure(7.2, 4.3, layout=None)
    board = _Board(figure.add_axes((0, 0, 1, 1)))
    set_moving(figure, board.artists)

    def draw(step, skip_split, skip_merge):
        cut = _CUBES[0].reshape(_TOKENS, _HEADS, -1)
        remarks, by_learner = [], False
        if skip_split:
            heads = _CUBES.reshape(1, _HEADS, _TOKENS, -1)
        else:
            heads, remark = split(_CUBES, _HEADS)
            remarks.append(remark)
            by_learner = split_heads is not None and not remark
        if step == 0:
            board.show(_CUBES[0], "X: (6, 4), one row for each token", _words(), [""])
            text = "Each token has one row of four cubes."
        elif step == 1 and not skip_split:
            titles = [f"token {i}" for i in range(_TOKENS)]
            board.show(cut, "reshape: (6, 2, 2), every token cut in two", ["head 0", "head 1"], titles)
            text = "Every row is cut into two rows of two. The strip is as before, only cut at other places."
        elif step < 3:
            way = f"{'your split_heads' if by_learner else 'transpose'}: (2, 6, 2), heads in front"
            if skip_split:
                way = "reshape straight to (2, 6, 2)" if step == 1 else "no transpose: (2, 6, 2) as it is"
            board.show(heads[0], way, _row_names(), ["head 0", "head 1"])
            text = f"{_where(heads[0])} {_order(heads[0])}"
        else:
            if skip_merge:
                merged, name = heads.reshape(1, _TOKENS, _FEATURES), "merge, its transpose skipped"
            else:
                merged, remark = merge(heads)
                remarks.append(remark)
                name = "merge" if merge_heads is None or remark else "your merge_heads"
            board.show(merged[0], f"{name}: (6, 4)", _row_names(), [""])
            text = f"{_owners(merged[0])} {_order(merged[0])}"
            if skip_split and skip_merge:
                text += " Two wrongs: the round trip is perfect, the heads were not."
        return f"Step {step}. {text} {' '.join(filter(None, remarks))}"

    return LivePlot(
        figure,
        draw,
        question=question,
        step=IntSlider(value=0, min=0, max=3, description="step"),
        skip_split=Checkbox(value=False, description="skip the transpose in the split"),
        skip_merge=Checkbox(value=False, description="skip the transpose in the merge"),
    )


def _same_cubes(value, expected):
    same = np.array_equal(np.sort(value, axis=None), np.sort(expected, axis=None))
    return None if same else "lost or changed numbers; a cut only moves them"


def _words():
    return [f"{i} {word}" for i, word in enumerate(story.SENTENCE)]


def _row_names():
    return [f"row {i}" for i in range(_TOKENS)]


def _token(cubes) -> np.ndarray:
    return np.asarray(cubes).astype(int) // _FEATURES


def _list(items) -> str:
    items = [str(item) for item in items]
    return items[0] if len(items) == 1 else f"{', '.join(items[:-1])} and {items[-1]}"


def _where(heads) -> str:
    """Where token 0 is, and what head 1 sees."""
    places = []
    for i, head in enumerate(_token(heads)):
        rows = [r for r, row in enumerate(head) if 0 in row]
        if rows:
            places.append(f"row{'s' if len(rows) > 1 else ''} {_list(rows)} of head {i}")
    seen = sorted(set(_token(heads[1]).ravel().tolist()))
    what = "all six tokens" if len(seen) == _TOKENS else f"only the tokens {_list(seen)}"
    return f"Token 0 fills {_list(places)}. Head 1 sees {what}."


def _owners(table) -> str:
    """How many rows hold one token only, and that the right one."""
    own = sum(set(row) == {i} for i, row in enumerate(_token(table).tolist()))
    if own == _TOKENS:
        return "Every row belongs to one token again."
    mixed = sorted(set(_token(table)[0].tolist()))
    return f"{own} of 6 rows belong to their own token; row 0 holds cubes of the tokens {_list(mixed)}."


def _order(array) -> str:
    moved = not np.array_equal(array.ravel(), _CUBES.ravel())
    return "The strip has been dealt anew." if moved else "The strip is in its old order."


class _Board:
    """24 cubes as blocks of rows, and below them the same cubes as one strip, in the order in which they are read."""

    _SIDE, _GAP, _TOP = 1.35, 1.0, 3.0  # of a cube, between blocks, of the blocks: a cube of the strip has side 1

    def __init__(self, ax):
        ax.set(xlim=(-1, 31), ylim=(19.1, 0))
        ax.axis("off")
        self.heading = ax.text(15, 0.9, "", ha="center", va="center", fontsize=TITLE, fontweight="bold")
        self.cubes = [_Cube(ax, self._SIDE, SMALL) for _ in range(24)]
        self.strip = [_Cube(ax, 1, SMALL - 1.5) for _ in range(24)]
        self.titles = [ax.text(0, 0, "", ha="center", va="center", fontsize=SMALL) for _ in range(6)]
        grey = {"ha": "right", "va": "center", "fontsize": SMALL, "color": readable(PALETTE["muted"])}
        self.rows = [ax.text(0, 0, "", **grey) for _ in range(12)]
        ax.text(0.3, 13.2, "read row by row, the same 24 cubes:", va="center", fontsize=SMALL, color=grey["color"])
        for i, word in enumerate(story.SENTENCE):
            x = 3.6 + 4.4 * i
            key = _Cube(ax, 1, SMALL)
            key.show(4 * i, x, 16.7, letters=False)
            ax.text(x + 1.4, 17.25, word, va="center", fontsize=SMALL)
        cubes = [artist for cube in (*self.cubes, *self.strip) for artist in cube.artists]
        self.artists = [self.heading, *cubes, *self.titles, *self.rows]

    def show(self, array, heading: str, rows: list[str], titles: list[str]) -> None:
        """An array (rows, columns) or (blocks, rows, columns) of cubes."""
        blocks = array if array.ndim == 3 else array[None]
        count, tall, wide = blocks.shape
        self.heading.set_text(heading)
        gap = self._GAP + (3.2 if count == 2 else 0)
        left = (30 - count * wide * self._SIDE - (count - 1) * gap) / 2
        labels, names = iter(self.rows), iter(self.titles)
        for artist in (*self.rows, *self.titles):
            artist.set_text("")
        cubes = iter(self.cubes)
        for number, (block, title) in enumerate(zip(blocks, titles, strict=True)):
            name = next(names)
            name.set_text(title)
            name.set_position((left + wide * self._SIDE / 2, self._TOP - 0.65))
            for i in range(tall):
                y = self._TOP + i * self._SIDE
                if number == 0 or count == 2:
                    label = next(labels)
                    label.set_text(rows[i])
                    label.set_position((left - 0.35, y + self._SIDE / 2))
                for j in range(wide):
                    next(cubes).show(int(block[i, j]), left + j * self._SIDE, y)
            left += wide * self._SIDE + gap
        gaps = 24 // wide - 1
        for place, cube in enumerate(array.ravel().astype(int).tolist()):
            x = 0.3 + place + (5.4 / gaps) * (place // wide)
            self.strip[place].show(cube, x, 14)


class _Cube:
    """A square in its token's colour, with the token's number and a letter for the feature."""

    def __init__(self, ax, side: float, size: float):
        self.side = side
        self.box = ax.add_patch(Rectangle((0, 0), side, side, edgecolor="white", linewidth=1.2, zorder=2))
        self.text = ax.text(0, 0, "", ha="center", va="center_baseline", fontsize=size, zorder=3)
        self.artists = [self.box, self.text]

    def show(self, cube: int, x: float, y: float, letters: bool = True) -> None:
        token, feature = divmod(cube, _FEATURES)
        self.box.set_xy((x, y))
        self.box.set_facecolor(_COLOURS[token])
        self.text.set_text(f"{token}{'abcd'[feature]}" if letters else str(token))
        self.text.set_position((x + self.side / 2, y + self.side / 2))
        self.text.set_color(text_colour(_COLOURS[token]))


_BATCH = (1, 2, 4, 8, 16, 32)
_LENGTH = (6, 12, 64, 128, 256, 512, 1024, 2048, 4096, 8192)
_WIDTH = (4, 64, 128, 256, 512, 768, 1024)
_COUNT = (1, 2, 4, 8, 12, 16)
_NAMES = (
    "X",
    "W_Q, W_K, W_V",
    "Q, K, V",
    "scores QKᵀ",
    "weights",
    "head outputs",
    "Concat",
    "W_O",
    "output",
)


def shape_calculator(out_shape=None) -> LivePlot:
    """Every tensor of multi-head attention with its shape, its count of numbers and its memory.

    out_shape   the learner's out_shape(a, b, op="@"): it says the shapes of the products
    """
    product = Learner(out_shape, transformer.out_shape)
    figure = new_figure(7.2, 3.9, layout=None)
    ax = figure.add_axes((0, 0, 1, 1))
    label_axes(ax)
    ax.set(xlim=(0, 100), ylim=(11.2, -0.6))
    ax.axis("off")
    heads = (("tensor", 2, "left"), ("shape", 22, "left"), ("numbers", 61, "right"), ("MB", 74, "right"))
    for text, x, side in (*heads, ("MiB", 86, "right"), ("size", 88, "left")):
        ax.text(x, 0.1, text, ha=side, va="center", fontweight="bold")
    for i, name in enumerate(_NAMES):
        ax.text(2, 1.2 + i, name, va="center")
        ax.plot([2, 98], [0.7 + i] * 2, color=PALETTE["grid"], linewidth=0.8)
    style = {"va": "center", "animated": True}
    cells = [
        [ax.text(x, 1.2 + i, "", ha=side, **style) for _, x, side in (*heads[1:], ("", 86, "right"))]
        for i in range(len(_NAMES))
    ]
    bars = [ax.add_patch(Rectangle((88, 0.95 + i), 0, 0.5, fc=PALETTE["first"], lw=0)) for i in range(len(_NAMES))]
    ax.text(2, 10.6, "1 MiB = 1.048576 MB", va="center")
    total = ax.text(86, 10.6, "", ha="right", va="center", fontweight="bold")
    set_moving(figure, [*(cell for row in cells for cell in row), *bars, total])

    def draw(B, T, d_model, h, bytes_each):
        if d_model % h:
            for cell in (cell for row in cells for cell in row):
                cell.set_text("")
            for bar in bars:
                bar.set_width(0)
            total.set_text("")
            return f"{d_model} features do not divide into {h} heads of one width: there is no table. Choose another h."
        shapes, remark = _shapes(B, T, d_model, h, product)
        weights = [int(np.prod(shape, dtype=float)) * bytes_each for shape in shapes]
        for row, bar, shape, weight in zip(cells, bars, shapes, weights, strict=True):
            texts = (_text(shape), f"{weight // bytes_each:,}", _mega(weight, 10**6), _mega(weight, 2**20))
            for cell, text in zip(row, texts, strict=True):
                cell.set_text(text)
            bar.set_width(max(10 * weight / max(weights), 0.3))
        times = np.array([1, 3, 3, 1, 1, 1, 1, 1, 1])
        together = int(times @ weights)
        total.set_text(f"all 13 tensors: {_mega(together, 10**6)} MB = {_mega(together, 2**20)} MiB")
        return (
            f"d_k = {d_model} / {h} = {d_model // h}. At {bytes_each} bytes a number, Q takes "
            f"{_mega(weights[2], 10**6)} MB and the scores {_mega(weights[3], 10**6)} MB: "
            f"{weights[3] / weights[2]:.3g} times as much. {remark}"
        )

    return LivePlot(
        figure,
        draw,
        question=[find("7.w2"), find("7.w2b")],
        B=SelectionSlider(options=_BATCH, value=1, description="B, sentences"),
        T=SelectionSlider(options=_LENGTH, value=512, description="T, tokens"),
        d_model=SelectionSlider(options=_WIDTH, value=512, description="d_model, features"),
        h=SelectionSlider(options=_COUNT, value=8, description="h, heads"),
        bytes_each=ToggleButtons(options=[2, 4, 8], value=4, description="bytes a number"),
    )


def _shapes(B, T, d, h, product):
    """The shapes of the nine tensors, those of products by `product`, and its first remark."""
    d_k = d // h
    head, table = (B, h, T, d_k), (B, h, T, T)
    products = [product(head, (B, h, d_k, T)), product(table, head), product((B, T, d), (d, d))]
    (scores, outputs, output), remarks = zip(*products, strict=True)
    shapes = [(B, T, d), (d, d), head, scores, scores, outputs, (B, T, d), (d, d), output]
    return shapes, next(filter(None, remarks), "")


def _text(shape) -> str:
    return f"({', '.join(str(size) for size in shape)})"


def _mega(amount: int, unit: int) -> str:
    value = amount / unit
    return f"{value:,.1f}" if value >= 1000 else f"{value:.2f}" if value >= 1 else f"{value:.5f}"

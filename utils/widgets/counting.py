"""Live pictures of counted words: a table and its sums, the unit square, a babbler; and the sentences as a tree."""

from fractions import Fraction

import numpy as np
from ipywidgets import FloatSlider, IntSlider, ToggleButtons
from matplotlib.patches import Polygon, Rectangle

from utils import probability, story
from utils.exercises import find
from utils.style import (
    PALETTE,
    SMALL,
    TEXT,
    TITLE,
    Still,
    bars,
    heat_map,
    label_axes,
    new_figure,
    number,
    readable,
    set_moving,
    still,
)
from utils.widgets.learner import Learner
from utils.widgets.live import LivePlot

_WORDS = story.VOCABULARY
_COUNTS = probability.bigram_counts(story.CORPUS, _WORDS)
_SHARES = probability.conditional(_COUNTS)
_MODES = ("counts", "÷ all 23", "÷ row sum", "÷ column sum")


def count_table(conditional=None) -> LivePlot:
    """The 9 × 9 table of counted pairs, divided by nothing, by everything, by rows or by columns.

    The row of the chosen word is drawn as bars below the table, its column as bars beside it.

    conditional   the learner's conditional(C); it divides the rows, and the columns of the table turned over
    """
    divide = Learner(conditional, probability.conditional)
    figure = new_figure(6.6, 5.2)
    axes = figure.subplot_mosaic([["table", "column"], ["row", "sums"]], width_ratios=(2.6, 1), height_ratios=(2.6, 1))
    label_axes(axes["table"], x="next word", y="current word")
    table = heat_map(axes["table"], _COUNTS, _WORDS, _WORDS, decimals=0, aspect="auto")
    below, beside = axes["row"], axes["column"]
    label_axes(below, y="row")
    below.set(xlim=(-0.5, 8.5), ylim=(0, 1.25), xticks=[], yticks=[])
    label_axes(beside, x="column")
    beside.set(xlim=(0, 1.45), ylim=(8.5, -0.5), xticks=[], yticks=[])
    frames = [
        axes["table"].add_patch(
            Rectangle((0, 0), 1, 1, fill=False, edgecolor=PALETTE[role], linewidth=2.5, zorder=5, clip_on=False)
        )
        for role in ("second", "third")
    ]
    row = _Strip(below, "second", upright=True)
    column = _Strip(beside, "third", upright=False)
    axes["sums"].axis("off")
    sums = [
        axes["sums"].text(0.05, y, "", color=readable(PALETTE[role]), fontweight="bold", va="center")
        for y, role in ((0.62, "second"), (0.3, "third"))
    ]
    axes["sums"].text(0.05, 0.92, "added up", va="center")
    set_moving(figure, [*table.artists, *frames, *row.artists, *column.artists, *sums])

    def draw(mode, word):
        values, remark = _COUNTS, ""
        if mode == _MODES[1]:
            values = _COUNTS / story.EVENTS
        elif mode == _MODES[2]:
            values, remark = divide(_COUNTS)
        elif mode == _MODES[3]:
            values, remark = divide(np.ascontiguousarray(_COUNTS.T))
            values = values.T
        decimals = 0 if mode == _MODES[0] else 3
        i = _WORDS.index(word)
        table.decimals, table.norm.vmax = decimals, max(float(values.max()), 1e-9)
        table.update(values)
        table.numbers.strings = [
            text if value else "·" for text, value in zip(table.numbers.strings, values.flat, strict=True)
        ]
        frames[0].set_bounds(-0.5, i - 0.5, 9, 1)
        frames[1].set_bounds(i - 0.5, -0.5, 1, 9)
        row.update(values[i], table.norm.vmax, decimals)
        column.update(values[:, i], table.norm.vmax, decimals)
        across, down, all_of_it = (number(part.sum(), decimals) for part in (values[i], values[:, i], values))
        sums[0].set_text(f"row: {across}")
        sums[1].set_text(f"column: {down}")
        return (
            f"{mode}. Row of {word}: {_listed(values[i], decimals)}; together {across}. "
            f"Column of {word}: {_listed(values[:, i], decimals)}; together {down}. "
            f"The whole table: {all_of_it}. {remark}"
        )

    return LivePlot(
        figure,
        draw,
        question=[find("11.w1"), find("11.w1b")],
        mode=ToggleButtons(options=_MODES, description="show", style={"button_width": "10em"}),
        word=ToggleButtons(options=_WORDS, value="cat", description="word", style={"button_width": "5em"}),
    )


def _listed(values, decimals) -> str:
    """The words with a value, e.g. "sat 0.50, saw 0.25"."""
    named = [f"{word} {number(value, decimals)}" for word, value in zip(_WORDS, values, strict=True) if value]
    return ", ".join(named) or "nothing"


class _Strip:
    """Nine bars along one side of the table, each at the place of its word."""

    def __init__(self, ax, role, upright):
        self.upright = upright
        self.bars = [ax.add_patch(Rectangle((0, 0), 0, 0, facecolor=PALETTE[role], linewidth=0)) for _ in _WORDS]
        place = {"ha": "center", "va": "bottom"} if upright else {"ha": "left", "va": "center"}
        self.texts = [ax.text(0, 0, "", fontsize=SMALL, **place) for _ in _WORDS]
        self.artists = [*self.bars, *self.texts]

    def update(self, values, top, decimals):
        for i, (bar, text, value) in enumerate(zip(self.bars, self.texts, values, strict=True)):
            length = float(np.clip(value / top, 0, 1.1))
            bar.set_bounds(*((i - 0.36, 0, 0.72, length) if self.upright else (0, i - 0.36, length, 0.72)))
            text.set_position((i, length + 0.03) if self.upright else (length + 0.03, i))
            text.set_text(number(value, decimals) if value else "")


_NONE = float("nan")


def unit_square(total_probability=None) -> LivePlot:
    """A square of area 1, cut at P(B): the filled part is A, and what the stroke is turned round to is read off.

    It opens on the four sentences: B is "mat occurs", A is "sat occurs".

    total_probability   the learner's total_probability(prior, cond); it gives P(A)
    """
    total = Learner(total_probability, probability.total_probability)
    figure = new_figure(7.2, 3.9)
    left, right = figure.subplots(1, 2, width_ratios=(1, 1.15))
    label_axes(left, x="B on the left, not B on the right", y="share of A", title="The square has area 1", equal=True)
    left.set(xlim=(0, 1), ylim=(0, 1), xticks=[0, 0.5, 1], yticks=[0, 0.5, 1])
    left.spines[["top", "right"]].set_visible(True)
    both = left.add_patch(Rectangle((0, 0), 0, 0, color=PALETTE["first"], zorder=1))
    only_a = left.add_patch(Rectangle((0, 0), 0, 0, color=PALETTE["fifth"], zorder=1))
    cut = left.plot([0, 0], [0, 1], color=PALETTE["ink"], linewidth=2, zorder=3)[0]
    style = {"ha": "center", "va": "center", "fontsize": SMALL, "zorder": 4}
    style["bbox"] = {"boxstyle": "round,pad=0.2", "facecolor": "white", "edgecolor": "none", "alpha": 0.9}
    texts = [left.text(0, 0, "", **style) for _ in range(2)]
    names = ["P(B)", "P(A)", "P(A | B)", "P(B | A)"]
    label_axes(right, y="probability", title="One area, divided by P(B) or by P(A)")
    tones = [PALETTE["muted"], PALETTE["muted"], PALETTE["second"], PALETTE["third"]]
    handle = bars(right, names, [0.5] * 4, colour=tones, low=0, high=1)
    set_moving(figure, [both, only_a, cut, *texts, *handle.artists])

    def draw(b, a_given_b, a_given_not_b):
        cond = np.array([[a_given_b, 1 - a_given_b], [a_given_not_b, 1 - a_given_not_b]])
        (p_a, _), remark = total(np.array([b, 1 - b]), cond)
        joint = b * a_given_b
        known = [joint / b if b > 0 else _NONE, joint / p_a if p_a > 0 else _NONE]
        both.set_bounds(0, 0, b, a_given_b)
        only_a.set_bounds(b, 0, 1 - b, a_given_not_b)
        cut.set_xdata([b, b])
        for text, x, wide, height, area, what in (
            (texts[0], b / 2, b, a_given_b, joint, "A and B"),
            (texts[1], (1 + b) / 2, 1 - b, a_given_not_b, (1 - b) * a_given_not_b, "A, not B"),
        ):
            text.set_position((x, height / 2 if height > 0.2 else height + 0.1))
            text.set_text(f"{what}\n{number(area, 3)}" if wide >= 0.28 else "")
        handle.update([b, p_a, *known])
        for text, value in zip(handle.texts[2:], known, strict=True):
            if np.isnan(value):
                text.set_text("no meaning")
        turned = [
            f"P(A | B) = {number(joint, 3)} / {number(b)} = {number(known[0])}"
            if b > 0
            else "P(A | B) has no meaning, P(B) is 0",
            f"P(B | A) = {number(joint, 3)} / {number(p_a, 3)} = {number(known[1])}"
            if p_a > 0
            else "P(B | A) has no meaning, P(A) is 0",
        ]
        free = 0 < b < 1 and abs(a_given_b - a_given_not_b) < 1e-9
        verdict = "A and B are independent: equal heights." if free else ""
        return (
            f"P(A) = {number(joint, 3)} + {number((1 - b) * a_given_not_b, 3)} = {number(p_a, 3)}. "
            f"{turned[0]}; {turned[1]}. {verdict} {remark}"
        )

    def share(value, description):
        return FloatSlider(value=value, min=0, max=1, step=0.05, description=description)

    return LivePlot(
        figure,
        draw,
        question=[find("11.w2"), find("11.w2b")],
        b=share(0.5, "P(B)"),
        a_given_b=share(1.0, "P(A | B)"),
        a_given_not_b=share(0.5, "P(A | not B)"),
    )


_STEPS = 14  # draws that the picture has room for
_SEEDS = 60


def babbler(sample_next=None) -> LivePlot:
    """A sentence drawn word by word: each row is the table's row of the current word, the pin is the number u.

    sample_next   the learner's sample_next(P, row, u)
    """
    sample = Learner(sample_next, probability.sample_next, check=_is_a_word)
    figure = new_figure(7.2, 4.6, layout=None)
    ax = figure.add_axes((0, 0, 1, 1))
    ax.set(xlim=(0, 100), ylim=(_STEPS + 1.6, -1.9))
    ax.axis("off")
    label_axes(ax)
    heading = ax.text(2, -1.15, "", va="center", fontsize=TITLE, fontweight="bold")
    grey = {"va": "center", "fontsize": SMALL, "color": readable(PALETTE["muted"])}
    ax.text(11, 0, "current", ha="right", **grey)
    ax.text(48, 0, "its row of the table, laid from 0 to 1; the pin is u", ha="center", **grey)
    ax.text(90, 0, "factor", ha="center", **grey)
    rows = [_Draw(ax, 1 + i) for i in range(_STEPS)]
    set_moving(figure, [heading, *(artist for row in rows for artist in row.artists)])

    def draw(seed):
        rng = np.random.default_rng(seed)
        said, factors, remark = [0], [], ""
        for row in rows:
            if _WORDS[said[-1]] == story.END:
                row.clear()
                continue
            u = rng.random()
            drawn, problem = sample(_SHARES, said[-1], u)
            remark = remark or problem
            row.show(said[-1], u, drawn)
            factors.append(_SHARES[said[-1], drawn])
            said.append(drawn)
        words = [_WORDS[i] for i in said]
        ended = words[-1] == story.END
        text = " ".join(words[:-1] if ended else words)
        heading.set_text(text if ended else f"{text} …")
        if not ended:
            return f"Seed {seed}: {text} … and {_STEPS} draws were not enough to end this sentence. {remark}"
        p = Fraction(float(np.prod(factors)))
        known = "one of the four" if words in story.CORPUS else "new: nobody said it in the corpus"
        return f"Seed {seed}: {text}. Its probability in the bigram model is {p}. The sentence is {known}. {remark}"

    return LivePlot(
        figure,
        draw,
        question=find("11.w3"),
        seed=IntSlider(value=2, min=0, max=_SEEDS, description="seed"),
    )


def _is_a_word(value, expected):
    return None if 0 <= value < len(_WORDS) else f"gave {value}, and the words have the numbers 0 to {len(_WORDS) - 1}"


class _Draw:
    """One draw: the current word, its shares laid end to end, the pin, and the factor of the word drawn."""

    _LEFT, _WIDE = 14, 68

    def __init__(self, ax, y):
        self.y = y
        self.word = ax.text(11, y, "", ha="right", va="center", fontsize=TEXT, fontweight="bold")
        self.pieces = [
            ax.add_patch(Rectangle((0, y - 0.28), 0, 0.6, edgecolor="white", linewidth=1.5)) for _ in range(4)
        ]
        self.names = [ax.text(0, y, "", ha="center", va="center", fontsize=SMALL) for _ in range(4)]
        self.pin = ax.add_patch(Polygon([(0, 0)] * 3, closed=True, color=PALETTE["ink"], zorder=4))
        self.factor = ax.text(90, y, "", ha="center", va="center", fontsize=TEXT)
        self.artists = [self.word, *self.pieces, *self.names, self.pin, self.factor]

    def clear(self):
        for artist in self.artists:
            artist.set_visible(False)

    def show(self, current, u, drawn):
        self.clear()
        shares = _SHARES[current]
        left = self._LEFT
        for piece, name, i in zip(self.pieces, self.names, np.flatnonzero(shares), strict=False):
            wide = self._WIDE * shares[i]
            piece.set_x(left)
            piece.set_width(wide)
            piece.set_facecolor(PALETTE["fifth"] if i == drawn else "#e9eef1")
            name.set_position((left + wide / 2, self.y))
            name.set_text(_WORDS[i])
            name.set_fontweight("bold" if i == drawn else "normal")
            left += wide
            piece.set_visible(True)
            name.set_visible(True)
        x = self._LEFT + self._WIDE * u
        self.pin.set_xy([(x, self.y - 0.3), (x - 0.6, self.y - 0.66), (x + 0.6, self.y - 0.66)])
        self.word.set_text(_WORDS[current])
        self.factor.set_text(str(Fraction(float(shares[drawn]))))
        for artist in (self.word, self.pin, self.factor):
            artist.set_visible(True)


def sentence_tree() -> Still:
    """The four sentences as one tree; at each fork the true share, and the share in a memory of one word."""
    figure = new_figure(8.0, 3.8, layout=None)
    ax = figure.add_axes((0, 0, 1, 1))
    label_axes(ax)
    ax.axis("off")
    ax.set(xlim=(-0.45, 8.35), ylim=(3.45, -1.0))
    exact, cut = readable(PALETTE["first"]), readable(PALETTE["second"])
    ax.text(0, -0.62, "all words before", color=exact, fontsize=TEXT, fontweight="bold", va="center")
    ax.text(2.2, -0.62, "only the word before", color=cut, fontsize=TEXT, fontweight="bold", va="center")
    heads = {"ha": "center", "va": "center", "fontsize": SMALL, "color": readable(PALETTE["muted"])}
    ax.text(7.55, -0.62, "whole sentence", **heads)
    places = _tree_places()
    for before, (x, y) in places.items():
        nexts = [other for other in places if other[:-1] == before]
        for other in nexts:
            x2, y2 = places[other]
            ax.plot([x, x2], [y, y2], color=PALETTE["quiet"], linewidth=1.5, zorder=1)
            truth = Fraction(_continuing(other), _continuing(before))
            guess = Fraction(float(_SHARES[_WORDS.index(before[-1]), _WORDS.index(other[-1])]))
            if truth != 1 or guess != 1:
                _on_both_sides(ax, (x, y), (x2, y2), (str(truth), exact), (str(guess), cut))
        box = {"boxstyle": "round,pad=0.25", "facecolor": "white", "edgecolor": PALETTE["quiet"], "linewidth": 1.2}
        ax.text(x, y, before[-1], ha="center", va="center", fontsize=SMALL, bbox=box, zorder=3)
    chains = []
    for words in story.CORPUS:
        x, y = places[tuple(words)]
        chain = Fraction(probability.sentence_prob([_WORDS.index(word) for word in words], _SHARES))
        chains.append(chain)
        ax.text(7.3, y, "1/4", ha="center", va="center", color=exact, fontweight="bold")
        ax.text(7.85, y, str(chain), ha="center", va="center", color=cut, fontweight="bold")
    return still(
        figure,
        "The four sentences as a tree. With all words before, the shares along each path multiply to 1/4. With the "
        f"word before only, they multiply to {', '.join(map(str, chains))}: together {sum(chains)}.",
    )


def _on_both_sides(ax, start, end, above, below):
    """Two texts with their colours, on the two sides of a line from start to end; y runs down."""
    start, end = np.array(start), np.array(end)
    way = end - start
    normal = np.array([way[1], -way[0]]) / np.hypot(*way)
    for (text, colour), side in ((above, 1), (below, -1)):
        x, y = (start + end) / 2 + side * normal * np.array([0.2, 0.17])
        ax.text(x, y, text, color=colour, ha="center", va="center", fontsize=SMALL, fontweight="bold")


def _continuing(before) -> int:
    """How many sentences begin with these words."""
    return sum(tuple(words[: len(before)]) == before for words in story.CORPUS)


def _tree_places():
    """(x, y) of every beginning of a sentence; sentences that share it share its node, half-way between them."""
    order = {0: 0, 1: 1, 3: 2, 2: 3}  # cat … mat, cat … rug, cat saw, dog: no lines cross
    rows = {}
    for i, words in enumerate(story.CORPUS):
        for t in range(1, len(words) + 1):
            rows.setdefault(tuple(words[:t]), []).append(order[i])
    return {before: (len(before) - 1.0, float(np.mean(lines))) for before, lines in rows.items()}

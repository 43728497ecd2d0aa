"""Pictures of the whole paper: Figure 1 with live shapes, what a layer costs, blanks to fill, and a list to tick."""

from itertools import pairwise

import numpy as np
from ipywidgets import Checkbox, Dropdown, FloatLogSlider, IntSlider, SelectionSlider
from matplotlib.patches import FancyBboxPatch, Rectangle

from utils import guard, story
from utils.exercises import find
from utils.exercises.day29 import cross_attention, shape_trace
from utils.style import (
    HALO,
    PALETTE,
    SMALL,
    TEXT,
    TITLE,
    course_style,
    heat_map,
    label_axes,
    new_figure,
    set_moving,
    still,
)
from utils.widgets.learner import Learner
from utils.widgets.live import LivePlot

# --- Figure 1 -------------------------------------------------------------------------------------------------

_ENCODER, _DECODER, _WIDE, _TALL = 95, 272, 136, 27  # pixels: middles of the two towers, size of a block
_D, _FF, _V = 512, 2048, 37000
# name, tower, height of its middle, colour, arrays of shape_trace made inside, days, what it does
_BLOCKS = (
    ("Input embedding", _ENCODER, 50, "third", (), "16, 20", "A row of the table for each word, times √d_model."),
    ("+ positions", _ENCODER, 91, "sixth", ("source",), "20", "Sines and cosines are added, so the width stays."),
    ("Multi-head attention", _ENCODER, 150, "first", ("enc_q", "enc_scores", "enc_heads", "enc_concat"),
     "1, 2, 6, 7, 10, 12, 13", "The source asks itself: every word may see every word."),
    ("Add & norm", _ENCODER, 183, "quiet", (), "8, 22", "The shortcut is added, then each row is normalised."),
    ("Feed forward", _ENCODER, 237, "second", ("enc_hidden",), "6, 26", "Each word by itself: wider, gate, narrow."),
    ("Add & norm", _ENCODER, 270, "quiet", ("memory",), "8, 22", "After six layers: the memory that the decoder asks."),
    ("Output embedding", _DECODER, 50, "third", (), "28", "Shifted right: each place knows the words before."),
    ("+ positions", _DECODER, 91, "sixth", ("target",), "20", "The same sines and cosines as on the left."),
    ("Masked attention", _DECODER, 150, "first", ("dec_q", "dec_scores", "dec_heads"), "13, 28",
     "The target asks itself, and the future is masked with −∞."),
    ("Add & norm", _DECODER, 183, "quiet", (), "8, 22", "The first of three norms."),
    ("Cross-attention", _DECODER, 237, "first", ("cross_q", "cross_k", "cross_v", "cross_scores", "cross_heads"), "29",
     "The target asks, the source answers: K and V are made from the memory."),
    ("Add & norm", _DECODER, 270, "quiet", (), "8, 22", "The second norm."),
    ("Feed forward", _DECODER, 324, "second", ("dec_hidden",), "6, 26", "The same shape as before, other weights."),
    ("Add & norm", _DECODER, 357, "quiet", (), "8, 22", "The third norm; after six layers the tower ends."),
    ("Linear", _DECODER, 416, "fifth", ("logits",), "19", "A score for each of 37,000 words, by the shared table."),
    ("Softmax", _DECODER, 454, "fourth", (), "13, 16, 19", "Scores become shares: what comes next?"),
)  # fmt: skip
_NAMES = tuple(shape_trace({"S": 1, "T": 1, "d": 1, "h": 1, "ff": 1, "V": 1}))
_ROWS = 5  # most arrays inside one block


def _in_order(shape_trace):
    """The learner's shape_trace as a function that gives a tuple of shapes, in the course's order."""
    if shape_trace is None or guard.is_placeholder(shape_trace) or not callable(shape_trace):
        return shape_trace

    def shapes(cfg):
        trace = shape_trace(dict(cfg))
        return None if trace is None else tuple(tuple(trace[name]) for name in _NAMES)

    return shapes


def _shapes(cfg):
    return tuple(shape_trace(cfg).values())


def _said(shape) -> str:
    return "(" + ", ".join(str(int(size)) for size in shape) + ("," if len(shape) == 1 else "") + ")"


class _Board:
    """The two towers, a frame that moves, and the panel beside them."""

    def __init__(self, ax):
        ax.set(xlim=(0, 740), ylim=(0, 480))
        ax.axis("off")
        for name, x, y, colour, *_ in _BLOCKS:
            corner = (x - _WIDE / 2, y - _TALL / 2)
            look = {"facecolor": _pale(PALETTE[colour]), "edgecolor": PALETTE["muted"], "linewidth": 1, "zorder": 2}
            ax.add_patch(FancyBboxPatch(corner, _WIDE, _TALL, boxstyle="round,pad=0,rounding_size=4", **look))
            ax.text(x, y, name, ha="center", va="center", fontsize=SMALL, zorder=3)
        for x, top in ((_ENCODER, 290), (_DECODER, 377)):
            ax.add_patch(
                Rectangle(
                    (x - 84, 118), 168, top - 118, fill=False, edgecolor=PALETTE["muted"], linestyle="--", zorder=1
                )
            )
        ax.text(_ENCODER - 78, 294, "6 ×", fontsize=SMALL)
        ax.text(_DECODER + 78, 381, "6 ×", fontsize=SMALL, ha="right")
        ax.text(_ENCODER, 11, "source words", ha="center", va="center", fontsize=SMALL)
        ax.text(_DECODER, 11, "target, shifted right", ha="center", va="center", fontsize=SMALL)
        self._arrows(ax)
        self.frame = ax.add_patch(
            Rectangle((0, 0), _WIDE + 8, _TALL + 6, fill=False, edgecolor=PALETTE["vermilion"], linewidth=3, zorder=5)
        )
        ax.plot([376, 376], [5, 475], color=PALETTE["grid"], linewidth=1)
        top = {"fontsize": TITLE + 1, "fontweight": "bold", "va": "center"}
        self.name = ax.text(390, 440, "", **top)
        line = {"fontsize": TEXT, "va": "center"}
        for y, label in ((400, "goes in"), (365, "inside"), (190, "comes out"), (150, "taught on day")):
            ax.text(390, y, label, color=PALETTE["muted"], **line)
        self.into, self.out, self.days = (ax.text(500, y, "", **line) for y in (400, 190, 150))
        self.inside = [ax.text(500, 365 - 30 * i, "", **line) for i in range(_ROWS)]
        self.artists = [self.frame, self.name, self.into, self.out, self.days, *self.inside]

    @staticmethod
    def _arrows(ax):
        style = {"arrowstyle": "-|>", "color": PALETTE["ink"], "linewidth": 1, "shrinkA": 0, "shrinkB": 0}
        towers = [[block for block in _BLOCKS if block[1] == x] for x in (_ENCODER, _DECODER)]
        for tower in towers:
            ax.annotate("", (tower[0][1], tower[0][2] - _TALL / 2), (tower[0][1], 20), arrowprops=style)
            for low, high in pairwise(tower):
                start, end = low[2] + _TALL / 2, high[2] - _TALL / 2
                ax.annotate("", (low[1], end), (low[1], start), arrowprops=style)
                if high[0] == "Add & norm":  # the shortcut round the sub-layer
                    x = low[1] - _WIDE / 2
                    below = low[2] - _TALL / 2 - 9
                    ax.plot(
                        [low[1], x - 7, x - 7], [below, below, high[2]], color=PALETTE["ink"], linewidth=1, zorder=1
                    )
                    ax.annotate("", (x, high[2]), (x - 7, high[2]), arrowprops={**style, "mutation_scale": 7})
        blue = {**style, "color": PALETTE["blue"], "linewidth": 1.8}
        middle = (_ENCODER + _DECODER) / 2
        ax.plot(
            [_ENCODER, _ENCODER, middle, middle], [270 + _TALL / 2, 316, 316, 237], color=PALETTE["blue"], linewidth=1.8
        )
        ax.annotate("", (_DECODER - _WIDE / 2, 237), (middle, 237), arrowprops=blue)
        ax.text(middle, 320, "K, V", fontsize=SMALL, color=PALETTE["blue"], ha="right", fontweight="bold")

    def show(self, step, into, inside, out):
        name, x, y, _, _, days, _ = _BLOCKS[step]
        self.frame.set_xy((x - _WIDE / 2 - 4, y - _TALL / 2 - 3))
        self.name.set_text(f"{'Encoder' if x == _ENCODER else 'Decoder'}: {name}")
        self.into.set_text(into)
        self.out.set_text(out)
        self.days.set_text(days)
        for i, text in enumerate(self.inside):
            text.set_text(inside[i] if i < len(inside) else "–" if i == 0 else "")


def _pale(colour):
    channels = np.array([int(colour[i : i + 2], 16) for i in (1, 3, 5)]) / 255
    return tuple(1 - 0.3 * (1 - channels))


def _flow(step, shapes, cfg):
    """(what goes in, what is made inside, what comes out) of a block, as texts."""
    name, x, _, _, made, _, _ = _BLOCKS[step]
    words = cfg["S"] if x == _ENCODER else cfg["T"]
    plain = f"({words}, {_D})"
    inside = [f"{array}  {_said(shapes[array])}" for array in made]
    if "embedding" in name:
        return f"{words} ids", inside, plain
    if name == "Linear":
        return plain, inside, _said(shapes["logits"])
    if name == "Softmax":
        return f"({words}, {_V})", [], f"({words}, {_V})"
    if name == "+ positions" or "memory" in made:
        return plain, inside, _said(shapes[made[0]])
    if name == "Cross-attention":
        return f"{plain} and ({cfg['S']}, {_D})", inside, plain
    return plain, inside, plain


def live_figure(shape_trace=None) -> LivePlot:
    """Figure 1 of the paper, block by block: shape in, arrays inside, shape out, and the day that taught it.

    shape_trace   the learner's shape_trace(cfg): the shapes shown are its own; with one there is no question in front
    """
    names = ("29.w1", "29.w1b", "29.w1c") if shape_trace is None else ()
    run = Learner(_in_order(shape_trace), _shapes, name="shape_trace")
    figure = new_figure(7.4, 4.8, layout=None)
    with course_style():
        board = _Board(figure.add_axes((0, 0, 1, 1)))
    set_moving(figure, board.artists)

    def draw(step, source, target, heads):
        cfg = {"S": source, "T": target, "d": _D, "h": heads, "ff": _FF, "V": _V}
        values, remark = run(cfg)
        shapes = dict(zip(_NAMES, values, strict=True))
        into, inside, out = _flow(step - 1, shapes, cfg)
        board.show(step - 1, into, inside, out)
        name, x, *_, told = _BLOCKS[step - 1]
        tower = "encoder" if x == _ENCODER else "decoder"
        between = f"inside {', '.join(' '.join(each.split()) for each in inside)}, " if inside else ""
        return f"Block {step} of {len(_BLOCKS)}, {tower}, {name}: in {into}, {between}out {out}. {told} {remark}"

    return LivePlot(
        figure,
        draw,
        question=[find(name) for name in names],
        step=IntSlider(value=1 if shape_trace is None else 11, min=1, max=len(_BLOCKS), description="block"),
        source=IntSlider(value=6, min=1, max=60, description="source words"),
        target=IntSlider(value=7, min=1, max=60, description="target words"),
        heads=SelectionSlider(options=[1, 2, 4, 8, 16, 32], value=8, description="heads"),
    )


# --- cross-attention on the sentence --------------------------------------------------------------------------

TARGET = ["<s>", "die", "Katze", "saß", "auf", "der", "Matte"]
_MEANS = dict(zip(TARGET[1:], story.SENTENCE, strict=True))
X_TARGET = np.array([np.zeros(4)] + [story.TABLE_4D[_MEANS[word]] for word in TARGET[1:]])  # (7, 4)


def who_reads_whom():
    """Seven German words ask six English ones; both share our table, and the queries are doubled."""
    _, weights = cross_attention(X_TARGET, story.X4, 2 * np.eye(4), np.eye(4), np.eye(4))
    figure = new_figure(5.6, 3.7)
    ax = figure.subplots()
    label_axes(ax, x="source words answer", y="target words ask", title="")
    heat_map(ax, weights, TARGET, story.SENTENCE, aspect="auto")
    figure.suptitle("Cross-attention: weights of shape (7, 6)", fontsize=TITLE)
    return still(
        figure,
        f"Seven target words ask six source words. “Katze” reads {weights[2, 1]:.2f} of “cat”, “Matte” "
        f"{weights[6, 5]:.2f} of “mat”, but “auf” {weights[4, 2]:.2f} of “sat” and {weights[4, 3]:.2f} of “on”. The "
        f"start mark asks nothing and reads everyone, {weights[0, 0]:.2f} each.",
    )


# --- cost -----------------------------------------------------------------------------------------------------


def cost() -> LivePlot:
    """Table 1: what a self-attention and a recurrent layer cost, as the sentence gets longer."""
    figure = new_figure(7.2, 3.9)
    ax = figure.subplots()
    label_axes(
        ax,
        x="length of the sentence, n words",
        y="multiplications, up to constants",
        title="What one layer costs",
        grid=True,
    )
    ax.set(xscale="log", yscale="log", xlim=(1, 10_000), ylim=(4, 1e14))
    n = np.logspace(0, 4, 60)
    with course_style():
        (attention,) = ax.plot(n, n, color=PALETTE["first"], label="self-attention")
        (recurrent,) = ax.plot(n, n, color=PALETTE["second"], linestyle="--", label="recurrent")
        (border,) = ax.plot([1, 1], [1, 1], color=PALETTE["muted"], linewidth=1)
        marks = (("o", "first"), ("s", "second"))
        dots = [
            ax.plot([1], [1], mark, color=PALETTE[colour], markersize=9, clip_on=False)[0] for mark, colour in marks
        ]
        equal = ax.text(1, 2e3, "", fontsize=SMALL, va="bottom", path_effects=HALO)
        ax.legend(loc="upper left")
    set_moving(figure, [border, attention, recurrent, *dots, equal])

    def draw(words, width, everything):
        words, width = round(words), round(width)
        ours, theirs = _costs(words, width, everything)
        for line, heights in zip((attention, recurrent), _costs(n, width, everything), strict=True):
            line.set_ydata(heights)
        for dot, height in zip(dots, (ours, theirs), strict=True):
            dot.set_data([words], [height])
        border.set_visible(not everything)
        border.set_data([width, width], [4, 1e14])
        equal.set_visible(not everything)
        equal.set_position((width * (0.92 if width > 100 else 1.1), 8))
        equal.set_ha("right" if width > 100 else "left")
        equal.set_text(f"equal at n = {width}")
        terms = ("2n²d + 4nd²", "2nd²") if everything else ("n²d", "nd²")
        end = "no length makes them equal." if everything else f"they are equal at n = d = {width}."
        return (
            f"n = {words}, d = {width}: self-attention {terms[0]} = {ours:,}, recurrent {terms[1]} = {theirs:,}. "
            f"{_ratio(ours, theirs)}; {end}"
        )

    return LivePlot(
        figure,
        draw,
        question=find("29.w2"),
        words=FloatLogSlider(value=50, min=0, max=4, step=0.02, description="words n", readout_format=".0f"),
        width=FloatLogSlider(value=512, base=2, min=4, max=13, step=0.125, description="width d", readout_format=".0f"),
        everything=Checkbox(value=False, description="count the matrices W too, and constants"),
    )


def _costs(n, d, everything):
    """(self-attention, recurrent): the terms of Table 1, or all multiplications of both layers."""
    return (2 * n**2 * d + 4 * n * d**2, 2 * n * d**2) if everything else (n**2 * d, n * d**2)


def _ratio(ours, theirs) -> str:
    if ours == theirs:
        return "Both cost the same"
    times = max(ours, theirs) / min(ours, theirs)
    said = f"{times:,.0f}" if times >= 100 else f"{times:.3g}"
    return f"{'Attention' if ours < theirs else 'Recurrence'} is cheaper, by a factor of {said}"


# --- bingo ----------------------------------------------------------------------------------------------------

# Formulas with nine blanks: a text, or (blank, raised by so many pixels). Their options: text -> why not ("" = right).
_FORMULAS = (
    ("(1)  Attention(Q, K, V) = softmax( Q", ("A", 0), "/", ("B", 0), ")", ("C", 0)),
    ("(2)  FFN(x) = max(", ("D", 0), ", xW₁ +", ("E", 0), ")", ("F", 0), "+ b₂"),
    ("(3)  lrate = d_model", ("G", 12), "· min( step", ("H", 12), ", step · warmup", ("I", 12), ")"),
)
_BANK = {
    "A": {"K": "Rows of Q meet rows of K; the inner sizes only fit with Kᵀ.", "Kᵀ": "", "V": "Values are not asked."},
    "B": {
        "d_k": "That is the variance. The root of it is the spread.",
        "√d_model": "One head adds up d_k products.",
        "√d_k": "",
    },
    "C": {"V": "", "K": "Keys only decide who is read. What is read?", "Q": "The queries have done their work."},
    "D": {"1": "ReLU lets pass what is positive.", "0": "", "b₂": "The gate needs a threshold, no learned number."},
    "E": {"b₁": "", "b₂": "b₂ has 512 entries; here 2048 are needed.", "W₂": "A matrix cannot be added here."},
    "F": {"W₁": "W₁ goes from 512 to 2048. The way back is another matrix.", "W₂": "", "V": "That is equation (1)."},
    "G": {"0.5": "A wider model takes smaller steps.", "−0.5": "", "−1": "It is the inverse root."},
    "H": {"−0.5": "", "0.5": "After warm-up the rate falls.", "−1.5": "That exponent belongs to the warm-up."},
    "I": {"−0.5": "At step = warmup both branches must agree.", "1.5": "The rate would explode.", "−1.5": ""},
}
_BLANK, _HIGH = 80, 30  # pixels


def bingo() -> LivePlot:
    """The three numbered equations with nine blanks: choose a symbol for each."""
    figure = new_figure(7.4, 3.1, layout=None)
    boxes, texts = {}, {}
    with course_style():
        ax = figure.add_axes((0, 0, 1, 1))
        ax.set(xlim=(0, 740), ylim=(0, 310))
        ax.axis("off")
        renderer = figure.canvas.get_renderer()
        for row, pieces in enumerate(_FORMULAS):
            x, y = 14, 250 - 95 * row
            for piece in pieces:
                if isinstance(piece, str):
                    text = ax.text(x, y, piece, fontsize=TITLE + 2, va="center")
                    x += text.get_window_extent(renderer).width + 7
                    continue
                key, raised = piece
                corner = (x, y - _HIGH / 2 + raised)
                boxes[key] = ax.add_patch(Rectangle(corner, _BLANK, _HIGH, linewidth=1.5, zorder=2))
                centre = (x + _BLANK / 2, y + raised)
                texts[key] = ax.text(*centre, "", fontsize=TEXT + 1, ha="center", va="center", zorder=3)
                x += _BLANK + 7
    set_moving(figure, [*boxes.values(), *texts.values()])

    def draw(**chosen):
        why = []
        for key, symbol in chosen.items():
            verdict = None if symbol == "?" else _BANK[key][symbol]
            colour = PALETTE["muted"] if verdict is None else PALETTE["vermilion" if verdict else "blue"]
            boxes[key].set(facecolor="white" if verdict is None else _pale(colour), edgecolor=colour)
            boxes[key].set_linestyle("--" if verdict else "-")
            texts[key].set_fontsize(TEXT + 1 if len(symbol) < 6 else SMALL)
            texts[key].set_text(f"{key} ?" if verdict is None else f"{symbol} {'✗' if verdict else '✓'}")
            if verdict:
                why.append(f"{key}: {verdict}")
        right = {key for key, symbol in chosen.items() if symbol != "?" and not _BANK[key][symbol]}
        whole = [str(i + 1) for i, keys in enumerate(("ABC", "DEF", "GHI")) if set(keys) <= right]
        said = f"{len(right)} of 9 blanks are right. "
        if whole:
            said += f"Complete: ({'), ('.join(whole)}). "
        return said + ("Bingo." if len(right) == 9 else " ".join(why[-2:]))

    return LivePlot(
        figure,
        draw,
        question=find("29.w3"),
        **{
            key: Dropdown(options=["?", *options], value="?", description=f"blank {key}")
            for key, options in _BANK.items()
        },
    )


# --- read it again --------------------------------------------------------------------------------------------

# place in the paper, in the order of its pages; what to read there; days that made it readable
_PLACES = (
    ("§1–2", "why: recurrence goes word by word", (11,)),
    ("§3, §3.1", "Figure 1, stacks, LayerNorm(x + Sublayer(x))", (8, 22, 29)),
    ("§3.2.1", "equation (1), Figure 2, the footnote on the variance", (1, 2, 3, 10, 12, 13)),
    ("§3.2.2", "MultiHead, the W's and their shapes", (3, 5, 6, 7)),
    ("§3.2.3", "three uses of attention, the mask", (13, 28, 29)),
    ("§3.3", "equation (2)", (6, 26)),
    ("§3.4", "embeddings times √d_model, one shared table, softmax", (16, 19, 20)),
    ("§3.5", "sines and cosines", (4, 20)),
    ("§4", "Table 1: cost, steps in a row, path length", (22, 29)),
    ("§5.1–5.2", "batches of 25,000 tokens, steps, hours", (23, 28)),
    ("§5.3", "Adam and equation (3)", (9, 21, 23, 24, 25)),
    ("§5.4", "dropout and label smoothing", (15, 16, 27)),
    ("§6.1–6.2", "Tables 2 and 3, perplexity", (14, 17, 18, 29)),
)


def reading() -> LivePlot:
    """The paper's sections to tick; each lights the days that made it readable."""
    figure = new_figure(7.2, 2.3)
    ax = figure.subplots()
    label_axes(ax, title="Days that you have met on the page")
    ax.set(xlim=(0.4, 10.6), ylim=(3.5, 0.5), yticks=[1, 2, 3], xticks=[], aspect="equal")
    with course_style():
        ax.set_yticklabels(["linear algebra", "probability", "optimisation"])
        ax.spines[:].set_visible(False)
        ax.tick_params(length=0)
        cells, labels = {}, []
        for day in range(1, 31):
            row, column = divmod(day - 1, 10)
            corner = (column + 0.55, row + 0.55)
            cells[day] = ax.add_patch(Rectangle(corner, 0.9, 0.9, facecolor="white", edgecolor=PALETTE["muted"]))
            labels.append(ax.text(column + 1, row + 1, str(day), ha="center", va="center", fontsize=TEXT, zorder=3))
    set_moving(figure, [*cells.values(), *labels])

    def draw(**ticks):
        done = [place for place, ticked in zip(_PLACES, ticks.values(), strict=True) if ticked]
        lit = {day for _, _, days in done for day in days}
        for day, cell in cells.items():
            cell.set_facecolor(_pale(PALETTE["blue"]) if day in lit else "white")
            cell.set_linewidth(2 if day in lit else 0.8)
        left = next((place for place, ticked in zip(_PLACES, ticks.values(), strict=True) if not ticked), None)
        said = f"{len(done)} of {len(_PLACES)} places ticked, {len(lit)} days met on the page. "
        if left is None:
            return said + "Day 30 is the one that you build yourself."
        return said + f"Next: {left[0]}, {left[1]} (day {', '.join(map(str, left[2]))})."

    return LivePlot(
        figure,
        draw,
        **{
            f"p{i}": Checkbox(value=False, description=f"{place}: {what}") for i, (place, what, _) in enumerate(_PLACES)
        },
    )

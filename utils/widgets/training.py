"""Live pictures of a training: the control room with its six finished runs, and true history against free run."""

from itertools import pairwise

import numpy as np
from ipywidgets import Checkbox, FloatSlider, IntSlider, ToggleButtons

from utils import language_model, probability, story
from utils.exercises import day28, find
from utils.style import HALO, PALETTE, SMALL, TEXT, freeze_layout, label_axes, new_figure, readable, set_moving
from utils.widgets.learner import Learner, by_place
from utils.widgets.live import LivePlot

# --- the control room ---

# (mask, positions, attention): what such a reader knows when word t + 1 is asked, in words and as a function.
READERS = {
    (True, True, True): ("all words so far, in order", lambda s, t: tuple(s[: t + 1])),
    (True, False, True): ("its word and a bag of the words so far", lambda s, t: (s[t], tuple(sorted(s[: t + 1])))),
    (False, True, True): ("the whole sentence, in order", lambda s, t: (tuple(s[:-1]), t)),
    (False, False, True): ("its word and a bag of the whole sentence", lambda s, t: (s[t], tuple(sorted(s[:-1])))),
    (True, True, False): ("its word and its place", lambda s, t: (s[t], t)),
    (True, False, False): ("its word", lambda s, t: s[t]),
}
FLOORS = {setting: story.floor_bits(knows) * np.log(2) for setting, (_, knows) in READERS.items()}
_LEVELS = sorted({f"{nats:.3f}" for nats in FLOORS.values()})


def machine(mask: bool, positions: bool, attention: bool) -> language_model.Machine:
    """The machine with these switches; attention off means that each word attends to itself only."""
    seen = "self" if not attention else "causal" if mask else "none"
    return language_model.Machine(heads=2, mask=seen, positions=positions)


def control_room(runs, diagnose=None) -> LivePlot:
    """Finished trainings behind three switches; a curve shows when its floor has been bet on.

    runs       dict (mask, positions, attention) -> losses in nat, one a step, for the settings in READERS
    diagnose   the learner's diagnose(loss); the course's version stands in for an unfinished one
    """
    missing = [setting for setting in READERS if setting not in runs]
    if missing:
        raise ValueError(f"runs should hold the settings {list(READERS)}, but {missing} is missing")
    judge = Learner(diagnose, day28.diagnose, through=by_place(day28.VERDICTS))
    figure = new_figure(7.6, 3.9)
    ax = figure.subplots()
    label_axes(ax, x="step (each mark is twice the one before)", y="loss, nat", title="Where will it come to rest?")
    steps = min(map(len, runs.values()))
    ticks = [2**k for k in range(3, 20) if 2**k <= steps]
    ax.set(xscale="log", xlim=(6, steps), ylim=(-0.03, 1.0))
    ax.set_xticks(ticks, [str(tick) for tick in ticks])
    ax.minorticks_off()
    for level in _LEVELS:
        ax.axhline(float(level), color=PALETTE["grid"], linewidth=1.2, zorder=1)
    freeze_layout(figure)
    moving = {"animated": True, "color": PALETTE["second"]}
    (line,) = ax.plot([], [], linestyle="--", linewidth=1.8, zorder=3, **moving)
    label = ax.text(steps * 0.97, 0, "", ha="right", va="bottom", fontsize=TEXT, zorder=5, path_effects=HALO, **moving)
    label.set_color(readable(PALETTE["second"]))
    (curve,) = ax.plot([], [], color=PALETTE["first"], zorder=2, animated=True)
    ask = ax.text((6 * steps) ** 0.5, 0.78, "", ha="center", va="center", animated=True, zorder=5, path_effects=HALO)

    def draw(mask, positions, attention, bet):
        setting = (mask or not attention, positions, attention)
        knows, own_floor = READERS[setting][0], FLOORS[setting]
        state = ", ".join(
            f"{name} {'on' if on else 'off'}"
            for name, on in (("mask", mask), ("positions", positions), ("attention", attention))
        )
        idle = " Without attention the mask has nothing to hide." if not attention and not mask else ""
        told = bet != "?"
        ask.set_text("" if told else f"This reader knows {knows}.\nWhich floor? Say so above.")
        losses = np.asarray(runs[setting], dtype=float)[:steps]
        curve.set_data(np.arange(1, steps + 1) if told else [], losses if told else [])
        line.set_data([6, steps] if told else [], [own_floor] * 2 if told else [])
        label.set_position((steps * 0.97, own_floor + 0.02))
        label.set_text(f"knows {knows}: {own_floor:.3f}" if told else "")
        if not told:
            return f"{state[0].upper()}{state[1:]}: this reader knows {knows}.{idle} Where will its loss end, in nat?"
        end = float(losses[-1])
        verdict, remark = judge(end)
        phrase = day28.VERDICTS[int(verdict)] if 0 <= int(verdict) < len(day28.VERDICTS) else "?"
        hit = "your bet" if bet == f"{own_floor:.3f}" else f"you said {bet} nat"
        return (
            f"{state[0].upper()}{state[1:]}: the loss ends at {end:.3f} nat. Counted floor of one who knows {knows}: "
            f"{own_floor:.4f} nat ({hit}). diagnose says: {phrase}. {remark}"
        )

    switches = {
        name: Checkbox(value=name == "mask", description=text)
        for name, text in (
            ("mask", "causal mask"),
            ("positions", "positions"),
            ("attention", "attention (off: each word sees itself only)"),
        )
    }
    bet = ToggleButtons(options=["?", *_LEVELS], value="?", description="it ends at (nat)")
    for switch in switches.values():  # another machine: the curve hides again
        switch.observe(lambda change: setattr(bet, "value", "?"), "value")
    bets = [find(name) for name in ("28.w1", "28.w1b", "28.w1c")]
    return LivePlot(figure, draw, question=bets, **switches, bet=bet)


# --- true history against free run ---

_LINES, _SEEDS = 6, 30
_PAIRS = {pair for words in story.CORPUS for pair in pairwise(words)}
_NEXT = {}  # a history that occurs in the corpus -> the words that follow it there
for _words in story.CORPUS:
    for _t in range(1, len(_words)):
        _NEXT.setdefault(tuple(_words[:_t]), set()).add(_words[_t])
_PLACES = max(map(len, story.CORPUS)) - 1
_V = language_model.VOCABULARY


class Histories:
    """What a trained model does after the corpus's own histories, and after its first wrong word; exact, no dice.

    model   ids of a line -> logits, one row a word
    """

    def __init__(self, model):
        self.model = _remembering(model)

    def shares(self, words, T):
        """Shares of the next word, (V,), after these words."""
        return probability.softmax_T(self.model(tuple(int(i) for i in language_model.ids(words)))[-1], T)

    def wrong(self, T):
        """(places,): the share of wrong words at each place when every history is true, mean over the sentences."""
        miss = {past: 1 - sum(self.shares(past, T)[_V.index(w)] for w in words) for past, words in _NEXT.items()}
        return np.array([np.mean([miss[tuple(s[:t])] for s in story.CORPUS if len(s) > t]) for t in self.places])

    def astray(self, T):
        """(places,): the share of free lines that have left the corpus's sentences by each place."""
        alive, ended, gone = {("the",): 1.0}, 0.0, []
        for _ in self.places:
            following = {}
            for past, p in alive.items():
                shares = self.shares(past, T)
                for word in _NEXT[past]:
                    q = p * shares[_V.index(word)]
                    if word == story.END:
                        ended += q
                    else:
                        following[(*past, word)] = q
            alive = following
            gone.append(1 - ended - sum(alive.values()))
        return np.array(gone)

    def unheard(self, T):
        """Two shares of a next word that never follows the current one: after a true history, after a first slip."""
        true = [self._unheard(tuple(s[:t]), T) for s in story.CORPUS for t in range(1, len(s))]
        slips, weights = [], []
        for past, words in _NEXT.items():
            shares = self.shares(past, T)
            for word in story.VOCABULARY:
                if word not in words and word != story.END:
                    slips.append(self._unheard((*past, word), T))
                    weights.append(shares[_V.index(word)])
        return float(np.mean(true)), float(np.average(slips, weights=weights))

    def _unheard(self, past, T):
        shares = self.shares(past, T)
        return 1 - sum(shares[_V.index(b)] for a, b in _PAIRS if a == past[-1])

    places = range(1, _PLACES + 1)


def _remembering(model):
    """The model, asked only once about each line; it takes a tuple, a list or an array."""
    known = {}

    def logits(line):
        key = tuple(int(i) for i in line)
        if key not in known:
            known[key] = np.asarray(model(list(key)))
        return known[key]

    return logits


def _as_table(generate):
    """A function that gives _LINES lines as one table of ids, -1 behind their ends, since Learner draws arrays."""

    def lines(model, seed, T):
        table = np.full((_LINES, day28.LONGEST), -1.0)
        for i in range(_LINES):
            line = generate(model, np.random.default_rng([seed, i]), T)
            if line is None:
                return None
            if not isinstance(line, list | tuple | np.ndarray) or not 0 < len(line) <= day28.LONGEST:
                raise ValueError(f"a line should be a list of 1 to {day28.LONGEST} ids")
            if not all(isinstance(i, int | np.integer) and 0 <= i < len(_V) for i in line):
                raise ValueError(f"ids should be whole numbers from 0 to {len(_V) - 1}")
            table[i, : len(line)] = line
        return table

    return lines


def _first_wrong(words):
    """The place of the first word that the corpus does not have after these words, or the line's length."""
    return next((t for t in range(1, len(words)) if words[t] not in _NEXT.get(tuple(words[:t]), ())), len(words))


def free_run(model, generate=None) -> LivePlot:
    """A trained machine with a true history and with its own; sliders for the temperature and the seed.

    model      ids of a line -> logits (T, V), row t for the word after word t
    generate   the learner's generate(model, rng, T); the course's version stands in for an unfinished one
    """
    histories = Histories(model)
    write = Learner(generate, day28.generate, through=_as_table)
    figure = new_figure(7.8, 5.6)
    (left, right), (below, _) = figure.subplots(2, 2, width_ratios=(1.7, 1), height_ratios=(1.25, 1))
    _.remove()
    below.set_subplotspec(figure.axes[0].get_subplotspec().get_gridspec()[1, :])
    label_axes(left, x="place of the word", y="share", title="Word by word, and line by line")
    left.set(xlim=(0.5, _PLACES + 0.5), ylim=(0, 1.02), xticks=list(histories.places))
    label_axes(right, y="share", title="Next pair never heard")
    right.set(xlim=(-0.6, 1.6), ylim=(0, 1.02))
    right.set_xticks([0, 1], ["true\nhistory", "after its\nown slip"])
    right.tick_params(axis="x", length=0)
    below.set(xlim=(0, 100), ylim=(_LINES + 0.4, -0.9))
    below.axis("off")
    below.text(
        0, -0.5, "Lines that it writes alone, in colour from the first wrong word on", va="center", fontweight="bold"
    )
    places = np.array(histories.places)
    bars = left.bar(
        places, np.zeros(_PLACES), width=0.5, color=PALETTE["first"], label="wrong at this place, true history"
    )
    (line,) = left.plot(places, places * 0.0, "o-", color=PALETTE["second"], label="free run: astray by this place")
    figure.legend(loc="outside upper left", ncols=2, frameon=False)
    pair = right.bar([0, 1], [0, 0], width=0.6, color=[PALETTE["first"], PALETTE["second"]])
    marks = [right.text(i, 0, "", ha="center", va="bottom", fontsize=TEXT) for i in range(2)]
    good = [below.text(2, i + 0.4, "", va="center", family="monospace", fontsize=SMALL) for i in range(_LINES)]
    bad = [
        below.text(2, i + 0.4, "", va="center", family="monospace", fontsize=SMALL, color=readable(PALETTE["second"]))
        for i in range(_LINES)
    ]
    set_moving(figure, [*bars, line, *pair, *marks, *good, *bad])

    def draw(T, seed):
        wrong, astray, unheard = histories.wrong(T), histories.astray(T), histories.unheard(T)
        for bar, height in zip(bars, wrong, strict=True):
            bar.set_height(height)
        line.set_ydata(astray)
        for bar, text, height in zip(pair, marks, unheard, strict=True):
            bar.set_height(height)
            text.set_y(height + 0.02)
            text.set_text(_percent(height))
        table, remark = write(histories.model, seed, T)
        clean = 0
        for ids, fine, off in zip(table.astype(int), good, bad, strict=True):
            words = [_V[i] for i in ids if i >= 0]
            first = _first_wrong(words)
            clean += first == len(words) and words[-1] == story.END
            start = " ".join(words[:first])
            fine.set_text(start)
            off.set_text(" " * (len(start) + 1) + " ".join(words[first:]))
        return (
            f"Temperature {T:.1f}. True history: {_percent(wrong.mean())} of the words are wrong. Free run: "
            f"{_percent(astray[-1])} of the lines end astray; of these {_LINES}, {clean} are right. Pairs that nobody "
            f"ever said: {_percent(unheard[0])} after a true history, {_percent(unheard[1])} after its own first slip. "
            f"{remark}"
        )

    return LivePlot(
        figure,
        draw,
        question=[find("28.w2"), find("28.w2b")],
        T=FloatSlider(value=2.0, min=0.5, max=4, step=0.1, description="temperature", readout_format=".1f"),
        seed=IntSlider(value=6, min=0, max=_SEEDS, description="seed"),
    )


def _percent(share: float) -> str:
    """A share in per cent, with one decimal below 1."""
    percent = 100 * max(share, 0.0)
    if percent < 0.1:
        return "below 0.1 %"
    return f"{percent:.1f} %" if percent < 0.95 else f"{percent:.0f} %"

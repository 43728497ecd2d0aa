"""Pictures of entropy: a coin, twenty questions, the temperature, a training that ends less sure, the ladder."""

import numpy as np
from ipywidgets import Dropdown, FloatLogSlider, FloatSlider, IntSlider, ToggleButtons
from matplotlib.patches import Rectangle

from utils import probability, story
from utils.exercises import find
from utils.style import (
    HALO,
    PALETTE,
    SMALL,
    Still,
    bars,
    freeze_layout,
    label_axes,
    new_figure,
    number,
    readable,
    set_moving,
    still,
)
from utils.widgets.learner import Learner
from utils.widgets.live import LivePlot

_BASE = {"bit": 2, "nat": np.e}


def coin(entropy=None) -> LivePlot:
    """The entropy of a coin over its chance of heads, and what each side adds to it.

    entropy   the learner's entropy(p, base); the course's version stands in for an unfinished one
    """
    entropy = Learner(entropy, probability.entropy)
    chances = np.linspace(0, 1, 101)
    heights = {unit: [entropy(np.array([p, 1 - p]), base=base)[0] for p in chances] for unit, base in _BASE.items()}
    figure = new_figure(7.2, 3.6)
    ax, side = figure.subplots(1, 2, width_ratios=(1.7, 1))
    label_axes(ax, x="chance of heads", y="entropy", title="How undecided is the coin?", grid=True)
    ax.set(xlim=(0, 1), ylim=(0, 1.12))
    label_axes(side, x="side", y="chance × surprise", title="What each side adds")
    handle = bars(side, ("heads", "tails"), np.zeros(2), PALETTE["third"], low=0, high=0.6, decimals=3)
    freeze_layout(figure)
    (curve,) = ax.plot([], [], color=PALETTE["first"])
    (dot,) = ax.plot([], [], "o", color=PALETTE["ink"], markersize=9, clip_on=False, zorder=5)
    label = ax.text(0.5, 0.08, "", ha="center", fontweight="bold", path_effects=HALO)
    set_moving(figure, [curve, dot, label, *handle.artists])

    def draw(heads, unit):
        p = np.array([heads, 1 - heads])
        height, remark = entropy(p, base=_BASE[unit])
        surprise = np.log(1 / p, out=np.zeros(2), where=p > 0) / np.log(_BASE[unit])
        curve.set_data(chances, heights[unit])
        dot.set_data([heads], [height])
        label.set_text(f"{number(height, 3)} {unit}")
        handle.update(p * surprise)
        told = [
            f"{name} {number(s, 3)} {unit}" if share > 0 else f"{name} never comes and counts as 0"
            for name, share, s in zip(("heads", "tails"), p, surprise, strict=True)
        ]
        return (
            f"Chance of heads {heads:.2f}. Surprises: {told[0]}, {told[1]}. Weighed with the chances: "
            f"{number(height, 3)} {unit}. {remark}"
        )

    return LivePlot(
        figure,
        draw,
        question=find("14.w1"),
        heads=FloatSlider(value=0.1, min=0, max=1, step=0.01, description="chance of heads"),
        unit=ToggleButtons(options=list(_BASE), description="unit"),
    )


_QUESTIONS = {
    f"{' or '.join(words)}?": set(words)
    for words in (("cat",), ("mat",), ("dog",), ("rug",), ("cat", "mat"), ("cat", "dog"), ("cat", "rug"))
}


def _answers(questions):
    """For each word after *the*: one answer for each question, 0 (yes), 1 (no) or None where it would tell nothing."""
    groups, given = [story.AFTER_THE], {word: [] for word in story.AFTER_THE}
    for question in questions:
        split = []
        for group in groups:
            yes = [word for word in group if word in _QUESTIONS[question]]
            no = [word for word in group if word not in yes]
            for word in group:
                given[word].append((0 if word in yes else 1) if yes and no else None)
            split += [part for part in (yes, no) if part]
        groups = split
    return given, [group for group in groups if len(group) > 1]


def twenty_questions(code_length=None) -> LivePlot:
    """Three questions of the learner's choice about the word after *the*; their average against the entropy.

    code_length   the learner's code_length(p, code): it averages the answers, written as digits
    """
    code_length = Learner(code_length, probability.code_length)
    entropy = probability.entropy(story.SHARES)
    figure = new_figure(7.4, 3.5)
    grid, side = figure.subplots(1, 2, width_ratios=(1.5, 1))
    label_axes(grid, title="Answers: 0 is yes, 1 is no")
    grid.set(xlim=(-0.5, 2.5), ylim=(3.5, -0.5))
    names = [f"{word}  {share}" for word, share in zip(story.AFTER_THE, ("½", "¼", "⅛", "⅛"), strict=True)]
    grid.set_yticks(range(4), names)
    grid.set_xticks(range(3), ["\nquestion 1", "\nquestion 2", "\nquestion 3"])
    grid.tick_params(length=0)
    grid.spines[:].set_visible(False)
    label_axes(side, x="word", y="questions", title="Questions asked")
    handle = bars(side, story.AFTER_THE, np.zeros(4), PALETTE["first"], low=0, high=3.9, decimals=0)
    side.set(yticks=range(4))
    marks = [
        side.plot([i - 0.42, i + 0.42], [surprise] * 2, color=PALETTE["second"], linewidth=2.5, zorder=3)[0]
        for i, surprise in enumerate(np.log2(1 / story.SHARES))
    ]
    side.legend(marks[:1], ["surprise of the word, in bit"], loc="upper left")
    for text in handle.texts:
        text.set_path_effects(HALO)
    freeze_layout(figure)
    cells, words = [], []
    for i in range(4):
        for k in range(3):
            cells.append(grid.add_patch(Rectangle((k - 0.46, i - 0.44), 0.92, 0.88, edgecolor="white")))
            words.append(grid.text(k, i, "", ha="center", va="center"))
    heads = [grid.text(k, 3.62, "", ha="center", va="top", fontweight="bold", fontsize=SMALL) for k in range(3)]
    set_moving(figure, [*cells, *words, *heads, *handle.artists, *marks])

    def draw(**questions):
        given, together = _answers(questions.values())
        for i, word in enumerate(story.AFTER_THE):
            for k, answer in enumerate(given[word]):
                colour = {0: PALETTE["sky"], 1: "#f3bd95", None: "#eeeeee"}[answer]
                cells[3 * i + k].set_facecolor(colour)
                words[3 * i + k].set_text({0: "yes  0", 1: "no  1", None: "not asked"}[answer])
                words[3 * i + k].set_color(PALETTE["ink"] if answer is not None else "#6b6b6b")
        for head, question in zip(heads, questions.values(), strict=True):
            head.set_text(question)
        code = ["".join(str(answer) for answer in given[word] if answer is not None) for word in story.AFTER_THE]
        handle.update([len(digits) for digits in code])
        told = ", ".join(f"{word} {digits or 'nothing'}" for word, digits in zip(story.AFTER_THE, code, strict=True))
        if together:
            same = " and of ".join(", ".join(group) for group in together)
            return f"Answers as digits: {told}. Those of {same} are equal, so three questions did not find the word."
        mean, remark = code_length(np.array(story.SHARES), code)
        return (
            f"Answers as digits: {told}. On average {number(mean, 3)} questions; the entropy is "
            f"{number(entropy, 3)} bit. {remark}"
        )

    start = ("cat or mat?", "cat or dog?", "rug?")
    return LivePlot(
        figure,
        draw,
        question=find("14.w2"),
        **{
            f"question{k}": Dropdown(options=list(_QUESTIONS), value=value, description=f"question {k}: is it …")
            for k, value in enumerate(start, 1)
        },
    )


_SCORES = np.array([0.0, 4 / np.sqrt(2), 0.0, 0.0, 0.0, 0.0])  # head A: sat asks "who?"


def temperature(row_entropy=None) -> LivePlot:
    """Six shares of the row of *sat*, and its entropy, as the temperature moves.

    row_entropy   the learner's row_entropy(A); the course's version stands in for an unfinished one
    """
    row_entropy = Learner(row_entropy, probability.row_entropy)
    most = np.log2(6)
    figure = new_figure(7.4, 3.6)
    left, ax = figure.subplots(1, 2)
    label_axes(left, x="word that sat looks at", y="share", title="How sat divides its attention")
    handle = bars(left, story.SENTENCE, np.full(6, 1 / 6), PALETTE["first"], low=0, high=1, decimals=3)
    for text in handle.texts:
        text.set_fontsize(8)
    label_axes(ax, x="temperature", y="entropy of the row (bit)", title="How undecided sat is", grid=True)
    ax.set(xscale="log", xlim=(0.1, 100), ylim=(-0.05, 2.9))
    ax.set_xticks([0.1, 1, 10, 100], ["0.1", "1", "10", "100"])
    ax.minorticks_off()
    ax.axhline(most, color=PALETTE["muted"], linestyle="--", linewidth=1.5)
    ax.text(0.11, most + 0.04, "log₂ 6 = 2.585 bit", fontsize=SMALL, color=PALETTE["ink"])
    heats = np.logspace(-1, 2, 91)
    table = np.array([probability.softmax(_SCORES / T) for T in heats])
    ax.plot(heats, row_entropy(table)[0], color=PALETTE["first"])
    freeze_layout(figure)
    (dot,) = ax.plot([], [], "o", color=PALETTE["ink"], markersize=9, clip_on=False, zorder=5)
    set_moving(figure, [dot, *handle.artists])

    def draw(temperature):
        shares = probability.softmax(_SCORES / temperature)
        entropies, remark = row_entropy(shares[None])
        handle.update(shares)
        dot.set_data([temperature], [entropies[0]])
        words = 2.0 ** entropies[0]
        return (
            f"Temperature {temperature:.2f}: cat has {shares[1]:.3f}, each other word {shares[0]:.3f}. The entropy is "
            f"{number(entropies[0], 3)} bit, as undecided as a fair choice among {words:.2f} words. {remark}"
        )

    return LivePlot(
        figure,
        draw,
        question=[find("14.w3"), find("14.w3b")],
        temperature=FloatLogSlider(
            value=1.0, min=-1, max=2, step=0.05, description="temperature", readout_format=".2f"
        ),
    )


_TRUTH = np.array([0.5, 0.5])
_STEPS = 40


def _trained(steps=_STEPS, size=0.5) -> np.ndarray:
    """The prediction after 0, 1, ... steps downhill from the logits (5, 0): (steps + 1, 2) shares.

    The slope of the loss is prediction minus truth; day 19 derives it.
    """
    z, seen = np.array([5.0, 0.0]), []
    for _ in range(steps + 1):
        seen.append(probability.softmax(z))
        z = z - size * (seen[-1] - _TRUTH)
    return np.array(seen)


def training(entropy=None) -> LivePlot:
    """A model that starts out sure and learns that the truth is undecided: loss and entropy over the steps.

    entropy   the learner's entropy(p, base); the course's version stands in for an unfinished one
    """
    entropy = Learner(entropy, probability.entropy)
    shares = _trained()
    loss = probability.cross_entropy_pq(_TRUTH, shares)
    height = [entropy(q, base=np.e)[0] for q in shares]
    figure = new_figure(7.4, 3.6)
    left, ax = figure.subplots(1, 2, width_ratios=(1, 2))
    label_axes(left, x="word", y="predicted share", title="The prediction")
    handle = bars(left, ("mat", "rug"), np.zeros(2), PALETTE["first"], low=0, high=1, decimals=3)
    left.axhline(0.5, color=PALETTE["third"], linestyle="--", linewidth=2, zorder=3, label="truth")
    left.legend(loc="upper right")
    for text in handle.texts:
        text.set_path_effects(HALO)
    label_axes(ax, x="training step", y="nat", title="Training lowers the loss. And the entropy?", grid=True)
    ax.set(xlim=(-1, _STEPS + 1), ylim=(0, 2.8))
    ax.axhline(np.log(2), color=PALETTE["third"], linestyle="--", linewidth=2)
    ax.text(_STEPS + 0.6, 0.79, "entropy of the truth", ha="right", color=readable(PALETTE["third"]), fontsize=SMALL)
    ax.plot(loss, color=PALETTE["second"], linewidth=2.5, label="loss")
    ax.plot(height, color=PALETTE["first"], linewidth=2.5, label="entropy of the prediction")
    ax.legend(loc="upper right")
    freeze_layout(figure)
    (ends,) = ax.plot([], [], "o", color=PALETTE["ink"], markersize=7, zorder=5)
    set_moving(figure, [ends, *handle.artists])

    def draw(step):
        now, remark = entropy(shares[step], base=np.e)
        handle.update(shares[step])
        ends.set_data([step, step], [loss[step], now])
        return (
            f"Step {step}: predicted are mat {shares[step][0]:.3f} and rug {shares[step][1]:.3f}, true is 0.5 each. "
            f"Loss {loss[step]:.3f} nat, entropy of the prediction {number(now, 3)} nat. {remark}"
        )

    return LivePlot(
        figure,
        draw,
        question=find("14.w4"),
        step=IntSlider(value=0, min=0, max=_STEPS, step=1, description="training step"),
    )


def ladder() -> Still:
    """The floors of the corpus, from knowing nothing to knowing all words before, in bit and nat per token."""
    rungs = {
        "which 9\nsymbols exist": (story.UNIFORM_BITS, story.UNIFORM_NATS),
        "how often\neach comes": (story.UNIGRAM_BITS, story.UNIGRAM_NATS),
        "the word\nbefore": (story.BIGRAM_BITS, story.BIGRAM_NATS),
        "all words\nbefore": (story.FULL_CONTEXT_BITS, story.FULL_CONTEXT_NATS),
    }
    figure = new_figure(7.0, 3.6)
    ax = figure.subplots()
    label_axes(ax, x="what a model knows", y="bit per token", title="The ladder: no model gets below its rung")
    heights = [bits for bits, _ in rungs.values()]
    colours = [PALETTE[name] for name in ("muted", "sky", "first", "third")]
    handle = bars(ax, rungs, heights, colours, low=0, high=3.6, numbers=False)
    for patch, (bits, nats) in zip(handle.patches, rungs.values(), strict=True):
        middle = patch.get_x() + patch.get_width() / 2
        ax.text(middle, bits + 0.06, f"{bits:.3f} bit\n{nats:.3f} nat", ha="center", va="bottom", fontsize=SMALL)
    told = "; ".join(
        f"{' '.join(name.split())} {bits:.3f} bit = {nats:.3f} nat" for name, (bits, nats) in rungs.items()
    )
    return still(figure, f"Surprise per token that is left to a model that knows: {told}.")

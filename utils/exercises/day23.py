"""Day 23, gradient descent: exercises, hand calculations, predictions, quiz and recall."""

import copy
import math

import numpy as np

from utils import calculus, optimize
from utils.exercises.answers import hand
from utils.exercises.choices import choice, right, wrong
from utils.exercises.engine import case, exercise, law, mistake
from utils.exercises.recall import Draw, fresh

_rng = np.random.default_rng(23)


def _numbers(*shape):
    return np.round(_rng.normal(size=shape), 2)


def _named(text, function):
    """A function that a learner can read in the reply of a check."""
    function.__name__ = text
    return function


_BOWL = _named("2(w − 3)", lambda w: 2 * (w - 3))
_RAVINE = _named("(w₀ − 1, 4w₁ + w₀)", lambda w: np.array([w[0] - 1, 4 * w[1] + w[0]]))
_TABLE = _named("W + 0.1·W³ − 1", lambda W: W + 0.1 * W**3 - 1)
_THREE = _named("3w − sum(w)", lambda w: 3 * w - w.sum())


def _way(grad, w0, lr, steps):
    """The walk of the right answer, for the mistakes to misuse."""
    way = [np.array(w0, dtype=float)]
    for _ in range(steps):
        way.append(way[-1] - lr * grad(way[-1]))
    return np.array(way)


def _preallocated(grad, w0, lr, steps):
    way = np.empty((steps + 1, *np.shape(w0)))
    way[0] = w0
    for i in range(steps):
        way[i + 1] = way[i] - lr * np.asarray(grad(way[i]))
    return way


def _stale(grad, w0, lr, steps):
    slope = np.asarray(grad(np.array(w0, dtype=float)))
    return _way(lambda w: slope, w0, lr, steps)


def _one_array(grad, w0, lr, steps):
    w = np.array(w0, dtype=float)
    way = [w]
    for _ in range(steps):
        w -= lr * grad(w)
        way.append(w)
    return np.array(way)


def _from_the_start(grad, w0, lr, steps):
    way = _way(grad, w0, lr, steps)
    return np.array([way[0], *(way[0] - lr * grad(w) for w in way[:-1])])


def _keeps_its_share(gd) -> str:
    for lr, factor in ((0.1, 0.8), (0.9, -0.8), (0.5, 0.0)):
        errors = np.asarray(gd(_BOWL, 0.0, lr, 3)) - 3
        if not np.allclose(errors[1:], factor * errors[:-1], atol=1e-9):
            return f"With η = {lr} every step should multiply the distance from 3 by {factor:g}; yours: {errors}."
    return ""


exercise(
    "23.e1",
    "gd(grad, w0, lr, steps)",
    reference=optimize.gradient_descent,
    also=_preallocated,
    cases=[
        case(_BOWL, 0.0, 0.1, 3),
        case(_RAVINE, np.array([2.0, -1.0]), 0.2, 5),
        case(_TABLE, np.array([[0.5, -0.5, 2.0], [0.0, 1.5, -1.0]]), 0.3, 7),
        case(_THREE, np.array([1.0, 2.0, -1.0]), 0.1, 2),
        case(_RAVINE, np.array([0.5, 0.5]), 0.1, 0),
    ],
    mistakes=[
        mistake(
            "ascent",
            lambda grad, w0, lr, steps: _way(grad, w0, -lr, steps),
            "Same size, opposite direction: you walk uphill. The gradient points up.",
        ),
        mistake(
            "stale",
            _stale,
            "You took the gradient once, at the start. Feel the slope again after every step.",
        ),
        mistake(
            "off_by_one",
            lambda grad, w0, lr, steps: _way(grad, w0, lr, steps)[:-1],
            "One step early. The start is row 0, and `steps` steps follow: steps + 1 rows.",
        ),
        mistake(
            "no_start",
            lambda grad, w0, lr, steps: _way(grad, w0, lr, steps)[1:],
            "The start is missing. The walk begins with w0 itself, so there are steps + 1 rows.",
        ),
        mistake(
            "no_lr",
            lambda grad, w0, lr, steps: _way(grad, w0, 1.0, steps),
            "Your step is the whole gradient. The learning rate lr says how much of it you take.",
        ),
        mistake(
            "one_array",
            _one_array,
            "All your rows are one and the same array: w −= … changes it in place, and the start with it. "
            "Write w = w − …, which makes a new one.",
        ),
        mistake(
            "last_only",
            lambda grad, w0, lr, steps: _way(grad, w0, lr, steps)[-1],
            "That is the place where the walk ends. All places were asked for, the start included.",
        ),
        mistake(
            "from_the_start",
            _from_the_start,
            "Each of your steps sets out from w0. A step sets out from where the last one ended.",
        ),
    ],
    properties=[law("on (w − 3)² every step multiplies the distance from 3 by 1 − 2η", _keeps_its_share)],
    difficulty=2,
    importance=5,
    minutes=8,
    hints=(
        "Keep a list. It starts with w0; each step adds one more place.",
        "The new place is the last one minus lr times the gradient at the last one.",
        "way.append(way[-1] - lr * grad(way[-1])), `steps` times; return np.array(way).",
    ),
    then="Next question: on (w − 3)², which η is home in one step?",
)


def fit_logit(k, n, lr, steps):
    """The logit after so many steps down the mean cross-entropy of k hits among n, from 0."""
    z = 0.0
    for _ in range(steps):
        z -= lr * (_share(z) - k / n)
    return z


def _share(z):
    return 1 / (1 + np.exp(-z))


def _with_slope(slope):
    """A walk from 0 along slope(z, k, n)."""

    def walk(k, n, lr, steps):
        z = 0.0
        for _ in range(steps):
            z = z - lr * slope(z, k, n)
        return z

    return walk


exercise(
    "23.e2",
    "fit_logit(k, n, lr, steps)",
    reference=fit_logit,
    also=_with_slope(lambda z, k, n: (1 + math.tanh(z / 2)) / 2 - k / n),
    cases=[
        case(3, 4, 1.0, 1),
        case(3, 4, 2.0, 40),
        case(2, 7, 0.5, 11),
        case(5, 5, 1.0, 13),
        case(3, 11, 1.0, 0),
    ],
    mistakes=[
        mistake(
            "share_returned",
            lambda k, n, lr, steps: _share(fit_logit(k, n, lr, steps)),
            "That is the share p. The logit z was asked for, the number before the sigmoid.",
        ),
        mistake(
            "sign",
            lambda k, n, lr, steps: fit_logit(k, n, -lr, steps),
            "Same size, opposite direction: your share moves away from k/n. Step against the gradient p − k/n.",
        ),
        mistake(
            "summed",
            _with_slope(lambda z, k, n: n * _share(z) - k),
            "Right direction, wrong by a constant factor: you added the n gradients. The mean was asked for.",
        ),
        mistake(
            "no_sigmoid",
            _with_slope(lambda z, k, n: z - k / n),
            "You compared the logit itself with k/n. The sigmoid makes a share of it first.",
        ),
        mistake(
            "squared",
            _with_slope(lambda z, k, n: (_share(z) - k / n) * _share(z) * (1 - _share(z))),
            "That is the gradient of a squared error. With cross-entropy the factor p(1 − p) cancels: p − k/n is all.",
        ),
        mistake(
            "closed_form",
            lambda k, n, lr, steps: np.log(np.float64(k) / (n - k)),
            "That is where the walk leads. Asked is where it stands after `steps` steps from 0.",
        ),
        mistake(
            "misses",
            lambda k, n, lr, steps: fit_logit(n - k, n, lr, steps),
            "You fitted the share of the misses. k counts the hits.",
        ),
        mistake(
            "stale",
            _with_slope(lambda z, k, n: 0.5 - k / n),
            "Your share stays ½. Compute p again from the new logit in every step.",
        ),
        mistake(
            "one_too_many",
            lambda k, n, lr, steps: fit_logit(k, n, lr, steps + 1),
            "One step late. With steps = 0 the logit is still 0.",
        ),
    ],
    properties=[
        law(
            "a long walk ends at the logit of k/n",
            lambda fit: "" if abs(fit(3, 4, 2.0, 200) - math.log(3)) < 1e-6 else "k = 3, n = 4 should end at ln 3.",
        )
    ],
    difficulty=2,
    importance=3,
    minutes=8,
    hints=(
        "Start with z = 0. In each step: the share p, the mean gradient, a step against it.",
        "p = 1 / (1 + np.exp(-z)); the mean gradient of k hits and n − k misses is p − k/n.",
        "z = z - lr * (1 / (1 + np.exp(-z)) - k / n), `steps` times, then return z.",
    ),
    then="Next question: for k = n the walk never ends. Where is it heading, and why does it get slower?",
)


class _Shuffler(np.random.Generator):
    """A generator that draws the same order for every way of shuffling, so that all right answers agree."""

    def choice(self, a, size=None, replace=True, p=None, axis=0, shuffle=True):
        whole = size is not None and not replace and p is None and np.size(size) == 1 and size == _length(a)
        return self.permutation(a) if whole else super().choice(a, size, replace, p, axis, shuffle)

    def random(self, size=None, *args, **kwargs):
        if not isinstance(size, int | np.integer):
            return super().random(size, *args, **kwargs)
        numbers = np.empty(size)
        numbers[self.permutation(size)] = (np.arange(size) + 0.5) / max(size, 1)
        return numbers

    def __deepcopy__(self, memo):
        return _Shuffler(copy.deepcopy(self.bit_generator, memo))


_Shuffler.__name__ = "Generator"  # what a reply calls it


def _length(a) -> int:
    return int(a) if np.ndim(a) == 0 else len(a)


def _cut(order, B):
    return [order[start : start + B] for start in range(0, len(order), B)]


def _sizes(N, B):
    return [min(B, N - start) for start in range(0, N, B)]


def _shuffled_batches(N, B, rng):
    batches = _cut(np.arange(N), B)
    return [batches[i] for i in rng.permutation(len(batches))]


def _filled_up(N, B, rng):
    count = -(-N // B)
    return list(np.resize(rng.permutation(N), (count, B)))


def _shuffled_numbers(N, B, rng):
    order = np.arange(N)
    rng.shuffle(order)
    return [order[i * B : (i + 1) * B] for i in range(math.ceil(N / B))]


def _every_index_once(minibatches) -> str:
    for N, B in ((17, 5), (12, 4), (3, 7)):
        batches = minibatches(N, B, _Shuffler(np.random.PCG64(N)))
        seen = sorted(int(i) for batch in batches for i in batch)
        if seen != list(range(N)):
            return f"N = {N}, B = {B}: the batches together hold {seen}."
    return ""


exercise(
    "23.e3",
    "minibatches(N, B, rng)",
    reference=optimize.minibatches,
    also=_shuffled_numbers,
    cases=[
        case(N, B, _Shuffler(np.random.PCG64(N + B))) for N, B in ((7, 3), (13, 5), (6, 3), (11, 2), (5, 5), (2, 7))
    ],
    mistakes=[
        mistake(
            "with_replacement",
            lambda N, B, rng: [rng.integers(0, N, size=size) for size in _sizes(N, B)],
            "You drew with replacement: some indexes come twice, others never. Shuffle all N once, then cut.",
        ),
        mistake(
            "last_lost",
            lambda N, B, rng: [batch for batch in _cut(rng.permutation(N), B) if len(batch) == B],
            "The last, shorter batch is lost, and its sentences are never read in this epoch.",
        ),
        mistake(
            "fresh_each_time",
            lambda N, B, rng: [rng.permutation(N)[:size] for size in _sizes(N, B)],
            "Every batch is drawn afresh from all N, so one index can sit in two of them. Shuffle once, then cut.",
        ),
        mistake(
            "in_order",
            lambda N, B, rng: _cut(np.arange(N), B),
            "Nothing is shuffled: the same neighbours meet in every epoch.",
        ),
        mistake(
            "shuffled_batches",
            _shuffled_batches,
            "You shuffled the batches, not the indexes: the same neighbours still meet in every epoch.",
        ),
        mistake(
            "filled_up",
            _filled_up,
            "You filled the last batch up with indexes that had their turn. It may be shorter.",
        ),
        mistake(
            "equal_parts",
            lambda N, B, rng: np.array_split(rng.permutation(N), -(-N // B)),
            "You cut equal parts. Each batch has B indexes; only the last one has what is left.",
        ),
        mistake(
            "one_list",
            lambda N, B, rng: rng.permutation(N),
            "That is the shuffled order in one piece. It still has to be cut into batches of B.",
        ),
    ],
    properties=[law("every index occurs exactly once", _every_index_once)],
    difficulty=2,
    importance=3,
    minutes=8,
    hints=(
        "Two steps: one order for all N indexes, then cut it into pieces.",
        "rng.permutation(N) is a random order. A slice order[start : start + B] is one batch; slices may end early.",
        "[order[start : start + B] for start in range(0, N, B)].",
    ),
    then="Next question: how many steps has an epoch of N = 23 examples with B = 4?",
)


def sgd_epoch(X, y, w, batches, lr):
    """One epoch of mini-batch descent on the mean squared error: one step for each batch."""
    for rows in batches:
        w = optimize.sgd_step(w, calculus.mse_grad(X[rows], w, y[rows]), lr)
    return w


def _epoch(slope):
    """An epoch in which a batch's step is lr times slope(X, y, w, rows)."""

    def walk(X, y, w, batches, lr):
        for rows in batches:
            w = w - lr * slope(X, y, w, rows)
        return w

    return walk


def _sum_of(X, y, w, rows):
    return 2 * X[rows].T @ (X[rows] @ w - y[rows])


def _one_by_one(X, y, w, rows):
    return np.mean([2 * (X[i] @ w - y[i]) * X[i] for i in rows], axis=0)


def _old_weights(X, y, w, batches, lr):
    return w - lr * sum(calculus.mse_grad(X[rows], w, y[rows]) for rows in batches)


def _one_step(X, y, w, batches, lr):
    return w - lr * sum(calculus.mse_grad(X[rows], w, y[rows]) for rows in batches) / len(batches)


def _in_order(X, y, w, batches, lr):
    ends = np.cumsum([len(rows) for rows in batches])
    starts = ends - [len(rows) for rows in batches]
    return sgd_epoch(X, y, w, [np.arange(a, b) for a, b in zip(starts, ends, strict=True)], lr)


def _last_row_of_each(X, y, w, batches, lr):
    return sgd_epoch(X, y, w, [rows[-1:] for rows in batches], lr)


_LINE_X, _LINE_Y = np.array([[1.0, 1.0], [1.0, 2.0], [1.0, 3.0]]), np.array([1.0, 2.0, 2.0])
_SEVEN, _ELEVEN, _SQUARE = _numbers(7, 2), _numbers(11, 5), _numbers(3, 3)

exercise(
    "23.e4",
    "sgd_epoch(X, y, w, batches, lr)",
    reference=sgd_epoch,
    also=_epoch(_one_by_one),
    cases=[
        case(_LINE_X, _LINE_Y, np.zeros(2), [np.array([2, 0]), np.array([1])], 0.05),
        case(_SEVEN, _numbers(7), _numbers(2), [np.array([5, 0, 3]), np.array([6, 2, 1]), np.array([4])], 0.1),
        case(_ELEVEN, _numbers(11), _numbers(5), [np.array([9, 1, 4, 7, 0]), np.array([10, 3, 2, 8, 5, 6])], 0.05),
        case(_SQUARE, _numbers(3), _numbers(3), [np.array([2, 0]), np.array([1])], 0.1),
    ],
    mistakes=[
        mistake(
            "summed",
            _epoch(_sum_of),
            "You added the gradients of a batch and did not divide. Your stride grows with the batch.",
        ),
        mistake(
            "old_weights",
            _old_weights,
            "All batches took their gradient at the old weights. Each one needs the weights that the last one left.",
        ),
        mistake(
            "one_step",
            _one_step,
            "You averaged over all batches and stepped once. Every batch takes a step of its own.",
        ),
        mistake(
            "over_N",
            _epoch(lambda X, y, w, rows: _sum_of(X, y, w, rows) / len(y)),
            "You divided by the number of all examples. A batch divides by its own length.",
        ),
        mistake(
            "whole",
            _epoch(lambda X, y, w, rows: calculus.mse_grad(X, w, y)),
            "Each of your steps reads all examples. A batch says which rows to look at.",
        ),
        mistake(
            "in_order",
            _in_order,
            "You took the rows in order. The indexes in the batch say which rows belong to it.",
        ),
        mistake(
            "ascent",
            _epoch(lambda X, y, w, rows: -calculus.mse_grad(X[rows], w, y[rows])),
            "Same size, opposite direction: the step takes minus the gradient.",
        ),
        mistake(
            "no_two",
            _epoch(lambda X, y, w, rows: calculus.mse_grad(X[rows], w, y[rows]) / 2),
            "A constant factor went missing: the square brings a 2.",
        ),
        mistake(
            "one_row",
            _last_row_of_each,
            "One row of each batch moved the weights. All of its rows have a say, in equal parts.",
        ),
    ],
    difficulty=2,
    importance=2,
    minutes=8,
    hints=(
        "A loop over the batches; inside, one step of descent with only the rows of that batch.",
        "X[rows] and y[rows] are the batch. calculus.mse_grad wants X, w, y, and takes the mean itself.",
        "w = w - lr * calculus.mse_grad(X[rows], w, y[rows]) for each batch; return w after the last one.",
    ),
    then="Next question: with a single batch of all rows, what is an epoch?",
)


hand(
    "23.h1",
    "f(w) = (w − 3)². Start at w₀ = 0 with η = 0.1. Where do you stand after one, two and three steps?",
    "0.6, 1.08, 1.464",
    wrong=[
        (
            "-0.6, -1.32, -2.184",
            "You went uphill. The slope at 0 is −6; minus a negative number is a step to the right.",
        ),
        ("-0.6", "You went uphill. The slope at 0 is −6; minus a negative number is a step to the right."),
        ("0.9, 1.341, 1.616", "You used f, the height. The step uses f′, the slope: 2(w − 3)."),
        ("0.9", "You used f, the height. The step uses f′, the slope: 2(w − 3)."),
        (
            "-0.9, -2.421, -5.360",
            "You used f, the height, and it even leads away from home. The step uses f′, the slope.",
        ),
        ("0.6, 1.2, 1.8", "You kept the slope of the start. It has changed when you stand at 0.6: feel it again."),
        ("0.3, 0.57, 0.813", "A constant factor went missing: the slope of (w − 3)² is 2(w − 3)."),
        ("6, 0, 6", "You took the whole slope. The step is η = 0.1 of it."),
    ],
    hints=("The slope of (w − 3)² is 2(w − 3).", "At 0 it is −6. So w₁ = 0 − 0.1 · (−6).", "At 0.6 it is −4.8."),
    working="0 + 0.6 = 0.6; the slope there is −4.8: 1.08; the slope there is −3.84: 1.464.",
)
hand(
    "23.h1b",
    "The distance from home was 3, then 2.4, then 1.92. By which factor does every step multiply it?",
    "0.8",
    wrong=[
        ("0.2", "That is the part that is lost, ηλ. What is kept is 1 − ηλ."),
        ("0.9", "1 − η would be right for a curvature of 1. Here it is 2."),
        ("1.2", "With that factor the distance would grow."),
        ("-0.6", "By a factor of −0.6 you would jump across home."),
        ("0.6", "0.6 is the length of the first step. Divide 2.4 by 3."),
    ],
    hints=("2.4 / 3.", "1.92 / 2.4 is the same number.", "1 − η · 2."),
    working="2.4/3 = 1.92/2.4 = 0.8 = 1 − 0.1 · 2.",
)
hand(
    "23.h2",
    "The logit is 0, so p = ½. What is the gradient p − y of each sentence, for cat, cat, cat, dog?",
    "-1/2, -1/2, -1/2, 1/2",
    also=("-1/2, -1/2, 1/2, -1/2",),  # the corpus has its dog in the third sentence
    wrong=[
        ("1/2, 1/2, 1/2, -1/2", "Signs turned round: that is y − p. The gradient is prediction minus truth."),
        ("1/2, 1/2, 1/2, 1/2", "Those are the shares p. The truth has still to be subtracted."),
        ("-1/2, -1/2, -1/2, -1/2", "For the dog y is 0: p − y = ½ − 0."),
        ("-1/2, -1/2, -1/2, -1", "For the dog y is 0: p − y = ½ − 0."),
        ("-1, -1, -1, 0", "That is −y. The prediction is missing."),
        ("-0.693, -0.693, -0.693, -0.693", "That is log p. The loss itself was not asked for, but its slope."),
    ],
    hints=("y is 1 for a cat and 0 for a dog.", "A cat: ½ − 1.", "The dog: ½ − 0."),
    working="½ − 1 = −½ for each cat, ½ − 0 = ½ for the dog.",
)
hand(
    "23.h2b",
    "And the mean of the four?",
    "-1/4",
    wrong=[
        ("1/4", "Same size, opposite direction: the three cats pull to minus."),
        ("-1", "That is the sum. Divide by the four sentences."),
        ("3/4", "That is the share of cats. The mean gradient is p minus that share."),
        ("1/2", "Without signs every gradient is ½. One of them points the other way."),
        ("-1/2", "One of the four points the other way."),
    ],
    hints=("Add: −½ − ½ − ½ + ½.", "That is −1.", "Divided by 4."),
    working="(−½ − ½ − ½ + ½)/4 = −¼. The same as p − ¾: prediction minus the share of cats.",
)
choice(
    "23.p1",
    "The plan says: the gradient is the vector of partial derivatives and points where the function changes fastest. "
    "Which sentence is true?",
    wrong(
        "It points to where the weights have to go.",
        "It points uphill. The step takes minus the gradient.",
    ),
    wrong(
        "It is the partial derivative, so one number for each function.",
        "A partial derivative is one number for one weight. The gradient is the vector of all of them.",
    ),
    right(
        "It points to where f grows fastest; f falls fastest the opposite way, and the step takes minus.",
        "Fastest per unit of length, with lengths measured as usual (√ of the sum of squares).",
    ),
    wrong(
        "It points away from the lowest point.",
        "Only where the level lines are circles. At w = 0 in our valley, minus the gradient is 29° off.",
    ),
)
choice(
    "23.p2",
    "The mean squared error of ŷᵢ = b + a·xᵢ is (1/n) Σ eᵢ² with eᵢ = ŷᵢ − yᵢ, and its slope in b is (2/n) Σ eᵢ. "
    "What is its slope in a?",
    wrong("(2/n) Σ eᵢ", "That is the slope in b. A nudge of a moves ŷᵢ by xᵢ, not by 1."),
    wrong("(2/n) Σ xᵢ", "The chain rule has two factors: 2eᵢ outside, xᵢ inside. The error is missing."),
    right("(2/n) Σ eᵢxᵢ", "Nudge a by h: eᵢ moves by h·xᵢ, and eᵢ² by 2eᵢ·h·xᵢ."),
    wrong("(2/n) Σ eᵢ²xᵢ", "The slope of a square has the error once: 2eᵢ."),
    wrong("(1/n) Σ eᵢxᵢ", "The square brings a 2. It is gone only where the loss carries a ½."),
)
hand(
    "23.p2b",
    "X = [[1, 1], [1, 2], [1, 3]], y = (1, 2, 2), w = (0, 0). What is the gradient of the mean squared error?",
    "-10/3, -22/3",
    wrong=[
        ("-5, -11", "Xᵀ(Xw − y) is right. The factor 2/n is missing."),
        ("-5/3, -11/3", "A constant factor went missing: the square brings a 2."),
        ("-10, -22", "You added the three gradients. The mean was asked for."),
        ("10/3, 22/3", "Same size, opposite direction: the error is prediction minus truth, Xw − y."),
        ("-22/3, -10/3", "Right numbers, exchanged: the first column of X is the one of the intercept."),
        ("-10/3, -10/3", "The second one weights each error with its x: −1·1 − 2·2 − 2·3."),
    ],
    hints=(
        "At w = 0 the predictions are 0, so the errors are −1, −2, −2.",
        "Their sum is −5; weighted with x = 1, 2, 3 it is −11.",
        "Times 2/3.",
    ),
    working="Errors (−1, −2, −2). (2/3)·(−5) = −3.333 and (2/3)·(−1 − 4 − 6) = −7.333.",
)
hand(
    "23.p2c",
    "Set the gradient to 0: XᵀX w = Xᵀy, so 3b + 6a = 5 and 6b + 14a = 11. What is (b, a)?",
    "2/3, 1/2",
    wrong=[
        ("1/2, 2/3", "Right numbers, exchanged: first the intercept b, then the slope a."),
        ("5/3, 0", "That is the flat line through the mean of y. It solves only the first equation."),
        ("0, 11/14", "That is the best line through the origin. Here b is free."),
        ("1/3, 11/15", "That is where the first step of descent ends."),
        ("5, 11", "That is Xᵀy. Solve the two equations."),
    ],
    hints=(
        "Subtract twice the first equation from the second.",
        "14a − 12a = 11 − 10.",
        "a = ½; then 3b = 5 − 3.",
    ),
    working="Second minus twice the first: 2a = 1, a = ½. Then 3b = 5 − 3, b = ⅔.",
)

choice(
    "23.w1",
    "The valley is (w − 3)², the start is 0, η = 0.1. What does the walk do?",
    wrong("It bounces: right of 3, left of 3, and so on", "A step of 0.6 where home is 3 away does not cross it."),
    right(
        "It crawls: always left of 3, in shorter and shorter steps",
        "The slope shrinks with the distance, so the steps do too: each one takes away a fifth of what is left.",
    ),
    wrong("It arrives after five equal steps", "The first step is 0.6. But the slope gets smaller on the way down."),
    wrong("It runs away to the left", "That is what plus would do. The step takes minus the slope."),
)
choice(
    "23.w1b",
    "The same start, η = 0.9. What now?",
    wrong("It runs away", "Each step multiplies the distance by 1 − 1.8 = −0.8: it still shrinks."),
    wrong("It is home nine times as soon", "The first step goes from 0 to 5.4, far past 3."),
    right(
        "It bounces, and gets home as fast as with 0.1",
        "The factors are −0.8 and 0.8: another sign, the same size.",
    ),
    wrong("It jumps between the same two places for ever", "That is η = 1, where the factor is −1."),
)
choice(
    "23.w2",
    "A round bowl becomes a ravine, 20 times as steep across as along. η = 1.8 is just small enough for the steep "
    "walls. What does the walk do?",
    wrong(
        "It goes straight to the lowest point, only slower",
        "At the start the steep wall counts most: minus the gradient points across the valley.",
    ),
    right(
        "It zigzags from wall to wall and creeps along the valley",
        "Across, each step multiplies the distance by −0.8; along, by 1 − 1.8/20 = 0.91.",
    ),
    wrong("It circles around the lowest point", "A gradient has no swirl: f falls with each of these steps."),
    wrong("It slides along the valley at once", "Along the valley the slope is smallest: it counts least."),
)
choice(
    "23.w3",
    "Mini-batches of one sentence scatter with a standard deviation of 0.43. Batches of four?",
    wrong("0.43, as before", "Four draws partly cancel each other: the mean scatters less than one of them."),
    wrong("0.11, a quarter", "The variance is a quarter. The standard deviation is its root."),
    right("0.22, half", "The variance of a mean of four is a quarter; its root is half."),
    wrong("0.87, twice", "That is the sum of four. A mini-batch takes the mean."),
)
choice(
    "23.w3b",
    "You want a tenth of the noise of one sentence. How many sentences does a batch need?",
    wrong("10", "Ten times the work divides the noise by √10 = 3.2."),
    right("100", "√100 = 10. Each further digit costs a hundred times the work."),
    wrong("20", "The noise would shrink by √20 = 4.5."),
    wrong("1000", "The noise would shrink by √1000 = 32."),
)

choice(
    "23.q1",
    "Why is there a minus in w ← w − η∇f?",
    wrong("Because losses are negative", "A squared error or a cross-entropy is never negative."),
    right("The gradient points up", "It is the direction of steepest growth. We want down."),
    wrong("Because η is negative", "η is positive: it says how far, not where to."),
)
choice(
    "23.q2",
    "A mini-batch gradient is unbiased. What does that mean?",
    wrong("It equals the full gradient", "A single one hardly ever does. It may even point the other way."),
    right("It is right on average", "Over all batches that could be drawn, its mean is the full gradient."),
    wrong("It has no noise", "It has: a standard deviation of σ/√B."),
    wrong("It never points uphill", "At logit 0, the gradient of a single dog sends you uphill."),
)
choice(
    "23.q3",
    "Does gradient descent find the global minimum?",
    wrong("Yes, if you wait long enough", "At the bottom of a side valley the slope is 0, and there it stays."),
    right(
        "It is guaranteed only for convex problems, with a suitable step", "There a place of slope 0 is the lowest one."
    ),
    wrong("Yes, if η is small enough", "A small step only stays more surely in the valley where it began."),
    wrong("Never", "On (w − 3)² it does, up to rounding."),
)
choice(
    "23.q4",
    "You replace the mean over N = 100 sentences by their sum. Which η gives the same walk?",
    wrong("The same η", "The gradient of the sum is 100 times as long."),
    right("η / 100", "η/N times the sum is η times the mean."),
    wrong("100 · η", "That would make the step 10,000 times as long."),
    wrong("η / 10", "The root belongs to the noise. The gradient itself grows by 100."),
)


def _chain_with_a_fork(rng) -> Draw:
    while True:
        a, b, c = (int(n) for n in rng.integers(2, 6, size=3))
        x = int(rng.integers(1, 5))
        u = a * x + b
        right_one, *others = 2 * u * a + c, 2 * u + c, 2 * x * a + c, 2 * u * a, 2 * u * a * c, u * u + c * x
        if len({right_one, *others}) == 6:
            break
    reasons = (
        f"Along the first path you lost the inner slope: {a}x + {b} grows {a} times as fast as x.",
        "Evaluate the outer slope at the inner value, not at x.",
        "x has two paths to y. The second one is missing.",
        "Along a path slopes are multiplied; the two paths are added.",
        "That is y itself, not its slope.",
    )
    return Draw(
        f"Day 22: y = ({a}x + {b})² + {c}x. What is dy/dx at x = {x}?",
        str(right_one),
        tuple(zip(map(str, others), reasons, strict=True)),
        f"Along the square: 2·{u}·{a} = {2 * u * a}. Along the other path: {c}. Paths add: {right_one}.",
    )


fresh("23.r1", _chain_with_a_fork)
choice(
    "23.r2",
    "Day 20: PE(p)·PE(q) depends on …",
    wrong("p and q, each by itself", "Turn all hands by the same step: every angle between two of them stays."),
    right(
        "the distance q − p only", "Each pair is a hand; the dot product adds the cosines of the angles between hands."
    ),
    wrong("nothing: it is always d/2", "That is PE(p)·PE(p), the distance 0."),
    wrong("which words stand there", "A positional encoding knows places, not words."),
)
choice(
    "23.r3",
    "Day 16: a model gives the true word ¼ and the rest to others. What does this word cost, in bit?",
    wrong("0.25 bit", "That is the share. The price is −log₂ of it."),
    wrong("It depends on how the rest is split", "The price reads one share only, the one of the true word."),
    right("2 bit", "−log₂ ¼ = 2: two halvings."),
    wrong("1.386 bit", "That is the same price in nat: 2 · ln 2."),
)
choice(
    "23.r4",
    "Day 9: Y = XW, with X of shape (7, 3) and dY of shape (7, 5). What is dW?",
    right("Xᵀ dY, of shape (3, 5)", "Summed over the seven tokens, in the shape of W."),
    wrong("X dY", "Inner sizes 3 and 7 do not meet."),
    wrong("Xᵀ dY / 7, of shape (3, 5)", "No one asked for an average: every token pushes W, and pushes add up."),
    wrong("dYᵀ X, of shape (5, 3)", "The numbers are right, their seats are exchanged."),
)

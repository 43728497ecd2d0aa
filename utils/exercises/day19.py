"""Day 19, softmax with cross-entropy: exercises, hand calculations, predictions, quiz and recall."""

from fractions import Fraction

import numpy as np

from utils import calculus, probability, story
from utils.exercises.answers import hand
from utils.exercises.choices import choice, right, wrong
from utils.exercises.engine import case, exercise, law, mistake
from utils.exercises.recall import Draw, fresh
from utils.probability import log_softmax, softmax

_rng = np.random.default_rng(19)
_BET = np.array([story.LOGITS])
_TWO = np.array([[0.5, -1.0, 2.0], [1.0, 3.0, -2.0]])
_THREE = np.round(_rng.normal(size=(3, 7)) * 2, 2)
_SQUARE = np.round(_rng.normal(size=(5, 5)) * 2, 2)
_LOUD = np.array([[1000.0, 0.0, -1000.0], [0.0, -1000.0, 1000.0]])


def _plain(z):
    return np.exp(z) / np.exp(z).sum(axis=-1, keepdims=True)


def _taken(table, y):
    """One entry of each row."""
    return np.take_along_axis(np.asarray(table), np.asarray(y)[:, None], axis=1)[:, 0]


def _forward(logits, y):
    log_p = log_softmax(logits)
    return -_taken(log_p, y).mean(), np.exp(log_p)


def _whole(logits):
    return softmax(np.ravel(logits)).reshape(np.shape(logits))


exercise(
    "19.e1",
    "forward(logits, y)",
    reference=lambda logits, y: (probability.cross_entropy(logits, y), softmax(logits)),
    also=_forward,
    cases=[
        case(_BET, np.array([1])),
        case(_TWO, np.array([2, 0])),
        case(_THREE, np.array([6, 0, 3])),
        case(_SQUARE, np.array([1, 1, 4, 0, 2])),
        case(_LOUD, np.array([1, 2])),
    ],
    mistakes=[
        mistake(
            "double_softmax",
            lambda logits, y: (
                -_taken(log_softmax(softmax(logits)), y).mean(),
                softmax(logits),
            ),
            "Too gentle: the best that your loss can reach is not 0. You took a softmax of shares; one is enough.",
        ),
        mistake(
            "summed",
            lambda logits, y: (-_taken(log_softmax(logits), y).sum(), softmax(logits)),
            "Right direction, wrong by a constant factor: sum or mean?",
        ),
        mistake(
            "all_columns",
            lambda logits, y: (-log_softmax(logits)[:, y].mean(), softmax(logits)),
            "log_p[:, y] takes a table; you need one entry per row.",
        ),
        mistake(
            "overflow",
            lambda logits, y: (-np.log(_taken(_plain(logits), y)).mean(), _plain(logits)),
            "Right for small scores. At a score of 1000 exp gives inf, and inf/inf is nan. "
            "Subtract the row maximum first.",
        ),
        mistake(
            "unstable",
            lambda logits, y: (-np.log(_taken(softmax(logits), y)).mean(), softmax(logits)),
            "The shares are right. But one of them rounds to 0, and its logarithm makes the loss infinite: "
            "take log-softmax from the scores, and the shares from its exponential.",
        ),
        mistake(
            "whole",
            lambda logits, y: (-np.log(_taken(_whole(logits), y)).mean(), _whole(logits)),
            "You normalised the whole table; each row is its own cake.",
        ),
        mistake(
            "log_p",
            lambda logits, y: (-_taken(log_softmax(logits), y).mean(), log_softmax(logits)),
            "The loss is right. The second value should be the shares, and those are their logarithms.",
        ),
        mistake(
            "swapped",
            lambda logits, y: _forward(logits, y)[::-1],
            "Both are right. The order is: the loss first, then the shares.",
        ),
        mistake(
            "sign",
            lambda logits, y: (_taken(log_softmax(logits), y).mean(), softmax(logits)),
            "Same size, opposite direction. A logarithm of a share is negative, a loss is not.",
        ),
        mistake(
            "bits",
            lambda logits, y: (
                -_taken(log_softmax(logits), y).mean() / np.log(2),
                softmax(logits),
            ),
            "Check the unit: bits use log₂, nats use ln. Nats were asked for.",
        ),
    ],
    difficulty=2,
    importance=5,
    minutes=8,
    hints=(
        "Log-softmax of each row first. Both results come from it.",
        "log_p[np.arange(len(y)), y] takes one entry of each row; p is np.exp(log_p).",
        "log_p = log_softmax(logits); return -log_p[np.arange(len(y)), y].mean(), np.exp(log_p).",
    ),
    then="Next question: which of the two results does the backward step need, and why not the loss?",
)


def _one_hot(y, K):
    return np.eye(K)[np.asarray(y)]


def _minus_truth(p, y):
    return p - _one_hot(y, p.shape[1])


def _label_column(p, y):
    return _minus_truth(p, y) * _one_hot(y, p.shape[1])


def _all_rows(p, y):
    g = p.copy()
    g[:, y] -= 1
    return g / len(y)


def _rows_cancel(backward):
    g = np.asarray(backward(np.array([[0.5, 0.25, 0.25], [0.1, 0.1, 0.8]]), np.array([1, 2])))
    sums = g.sum(axis=1)
    if np.allclose(sums, 0):
        return ""
    return f"For p = [[0.5, 0.25, 0.25], [0.1, 0.1, 0.8]], y = [1, 2] your rows add up to {np.round(sums, 4)}."


_P1 = np.array([story.SHARES])
_P3 = np.round(softmax(_THREE), 3)
_P3[:, 0] += 1 - _P3.sum(axis=1)
_P5 = np.round(softmax(_SQUARE), 3)
_P5[:, 0] += 1 - _P5.sum(axis=1)

exercise(
    "19.e2",
    "backward(p, y)",
    reference=lambda p, y: (p - np.eye(p.shape[1])[y]) / len(y),
    also=lambda p, y: np.array([(row - (np.arange(len(row)) == t)) / len(p) for row, t in zip(p, y, strict=True)]),
    cases=[
        case(_P1, np.array([1])),
        case(np.array([[0.5, 0.25, 0.25], [0.1, 0.1, 0.8]]), np.array([1, 2])),
        case(_P3, np.array([6, 0, 3])),
        case(_P5, np.array([1, 1, 4, 0, 2])),
    ],
    mistakes=[
        mistake(
            "no_mean",
            lambda p, y: _minus_truth(p, y),
            "Right direction, N times too long. The loss is a mean over N rows, so each row has 1/N of a say.",
        ),
        mistake(
            "by_size",
            lambda p, y: _minus_truth(p, y) / p.size,
            "You divided by all N · K entries. The loss is a mean over the N rows.",
        ),
        mistake("sign", lambda p, y: -_minus_truth(p, y) / len(y), "Same size, opposite direction: p − y, not y − p."),
        mistake(
            "no_onehot",
            lambda p, y: p / len(y),
            "That is the prediction alone. The truth has to be subtracted: 1 in the true column of each row.",
        ),
        mistake("all_rows", _all_rows, "p[:, y] touches every row. Each row has one true column of its own."),
        mistake(
            "label_column_only",
            lambda p, y: _label_column(p, y) / len(y),
            "The other words must go down too. Only the true column is filled in.",
        ),
        mistake(
            "one_over_p",
            lambda p, y: -_one_hot(y, p.shape[1]) / p / len(y),
            "That is the slope for the shares, −1/p in the true column. The scores lie one step further back: "
            "multiply with the softmax Jacobian, and see what cancels.",
        ),
    ],
    properties=[law("each row adds up to 0", _rows_cancel)],
    difficulty=2,
    importance=5,
    minutes=8,
    hints=(
        "Prediction minus truth, and a mean.",
        "np.eye(p.shape[1])[y] has the truth of each row as a one-hot row.",
        "(p - np.eye(p.shape[1])[y]) / len(y). Or copy p first, and subtract 1 at [np.arange(len(y)), y].",
    ),
    then="Next question: which entry of a row can be the longest, and how long at most?",
)


def _named(name, function):
    function.__name__ = function.__qualname__ = name
    return function


def _nudge(f, x, h=1e-4):
    """Central differences by a loop of our own."""
    slopes = np.zeros(x.shape)
    for place in np.ndindex(x.shape):
        e = np.zeros(x.shape)
        e[place] = h
        slopes[place] = (f(x + e) - f(x - e)) / (2 * h)
    return slopes


def _gap(a, b, size=None):
    return float(np.max(np.abs(a - b)) / (size or max(np.max(np.abs(a)), np.max(np.abs(b)))))


def _gradient_error(forward, backward, logits, y):
    p = forward(logits, y)[1]
    return calculus.gradient_check(lambda z: forward(z, y)[0], backward(p, y), logits)


def _both(forward, backward, logits, y):
    """The claim and what nudging says."""
    return backward(forward(logits, y)[1], y), _nudge(lambda z: forward(z, y)[0], logits)


def _of_shares(forward, backward, logits, y):
    p = forward(logits, y)[1]
    return _gap(backward(p, y), _nudge(lambda q: -np.log(_taken(q, y)).mean(), p, 1e-7))


def _last_row_wrong(p, y):
    g = _minus_truth(p, y) / len(y)
    g[-1] *= 0.5
    return g


_FORWARD = _named("forward", lambda logits, y: _forward(logits, y))
_RIGHT = _named("(p − y) / N", lambda p, y: _minus_truth(p, y) / len(y))
_NO_MEAN = _named("p − y", lambda p, y: _minus_truth(p, y))
_TURNED = _named("(y − p) / N", lambda p, y: -_minus_truth(p, y) / len(y))
_ONE_COLUMN = _named("only the true column of (p − y) / N", lambda p, y: _label_column(p, y) / len(y))
_LAST = _named("(p − y) / N, its last row halved", _last_row_wrong)
_SURE = np.array([[14.0, 0.0, 0.5]])

exercise(
    "19.e3",
    "gradient_error(forward, backward, logits, y)",
    reference=_gradient_error,
    also=lambda forward, backward, logits, y: _gap(*_both(forward, backward, logits, y)),
    cases=[
        case(_FORWARD, _RIGHT, _TWO, np.array([2, 0])),
        case(_FORWARD, _TURNED, _BET, np.array([1])),
        case(_FORWARD, _NO_MEAN, _THREE, np.array([6, 0, 3])),
        case(_FORWARD, _ONE_COLUMN, _SQUARE, np.array([1, 1, 4, 0, 2])),
        case(_FORWARD, _LAST, _TWO, np.array([1, 1])),
        case(_FORWARD, _NO_MEAN, np.repeat(_SURE, 2, axis=0), np.array([0, 0])),
    ],
    mistakes=[
        mistake(
            "absolute",
            lambda forward, backward, logits, y: _gap(*_both(forward, backward, logits, y), size=1.0),
            "That is an absolute error. Where the model is nearly sure, the whole gradient is about 10⁻⁶, and a claim "
            "that is twice too long passes.",
        ),
        mistake(
            "of_shares",
            _of_shares,
            "You nudged the shares. The claim is about the scores: nudge the logits, and let forward do the softmax.",
        ),
        mistake(
            "logits_as_p",
            lambda forward, backward, logits, y: _gap(backward(logits, y), _nudge(lambda z: forward(z, y)[0], logits)),
            "backward takes the shares p, the second result of forward. You handed it the logits.",
        ),
        mistake(
            "sizes_only",
            lambda forward, backward, logits, y: _gap(*map(np.abs, _both(forward, backward, logits, y))),
            "You compared sizes. A claim with the wrong sign passes.",
        ),
        mistake(
            "first_row",
            lambda forward, backward, logits, y: _gap(*(g[0] for g in _both(forward, backward, logits, y))),
            "You looked at the first row only. A mistake in the last one passes.",
        ),
        mistake(
            "summed",
            lambda forward, backward, logits, y: _gap(
                backward(forward(logits, y)[1], y), _nudge(lambda z: forward(z, y)[0] * len(y), logits)
            ),
            "You nudged the summed loss. Right claims fail now, and the one without the mean passes.",
        ),
    ],
    difficulty=2,
    importance=3,
    minutes=8,
    rtol=1e-3,
    atol=2e-6,
    hints=(
        "Two gradients for the same logits: the claim of backward, and what nudging the loss says.",
        "The loss as a function of the logits alone: lambda z: forward(z, y)[0].",
        "calculus.gradient_check(lambda z: forward(z, y)[0], backward(forward(logits, y)[1], y), logits).",
    ),
    then="Next question: forward and backward share one mistake in the order of y. Does the check notice?",
)

SEAT = -1  # an empty seat of a batch


def seats(sentences, vocabulary):
    """Sentences as one table of word ids: (B, T), empty seats are −1."""
    place = {word: i for i, word in enumerate(vocabulary)}
    table = np.full((len(sentences), max(map(len, sentences))), SEAT)
    for row, words in zip(table, sentences, strict=True):
        row[: len(words)] = [place[word] for word in words]
    return table


def _events(tokens):
    """The present word and the next one, of every place that has a next word."""
    now, following = tokens[:, :-1], tokens[:, 1:]
    real = following != SEAT
    return now[real], following[real]


def walk(now, y, V, lr, steps, push=None):
    """Gradient descent on a (V, V) table of scores: losses before, between and after the steps, and the scores.

    push: (Z, G, X) -> the change of Z, in parts of lr; G = (p − y) / N of each event, X = the one-hot present words.
    """
    X, Y, Z, losses = np.eye(V)[now], np.eye(V)[y], np.zeros((V, V)), []
    for step in range(steps + 1):
        log_p = log_softmax(X @ Z)
        losses.append(-np.sum(Y * log_p) / len(y))
        if step < steps:
            G = (np.exp(log_p) - Y) / len(y)
            Z = Z + lr * (-X.T @ G if push is None else push(Z, G, X))
    return np.array(losses), Z


def train_bigram(tokens, lr, steps):
    """A table of next-word shares, learned from all-zero scores by gradient descent on the mean loss.

    tokens: (B, T) word ids 0..V-1, empty seats -1. lr: how far a step goes. steps: how many.
    Returns (losses, P): steps + 1 losses in nat, (V, V) shares, row = present word.
    """
    losses, Z = walk(*_events(tokens), tokens.max() + 1, lr, steps)
    return losses, softmax(Z)


def _trained(tokens, lr, steps, events=None, push=None):
    """train_bigram, with something wrong."""
    losses, Z = walk(*(_events(tokens) if events is None else events), tokens.max() + 1, lr, steps, push)
    return losses, softmax(Z)


def _without_add(tokens, lr, steps):
    now, y = _events(tokens)

    def push(Z, G, X):
        change = np.zeros_like(Z)
        change[now] -= G  # of several pushes on one row the last one stays
        return change

    return _trained(tokens, lr, steps, (now, y), push)


def _stale(tokens, lr, steps):
    first = []

    def push(Z, G, X):
        first.append(X.T @ G)
        return -first[0]

    return _trained(tokens, lr, steps, push=push)


def unshifted_events(tokens):
    """Every word is asked for itself: the other classic accident."""
    now, _ = _events(tokens)
    return now, now


def padded_events(tokens):
    """Every seat counts, and −1 is read as the last word: the classic accident."""
    return tokens[:, :-1].ravel(), tokens[:, 1:].ravel()


def _in_one_line(tokens):
    line = tokens[tokens != SEAT]
    return line[:-1], line[1:]


def _by_hand_loops(tokens, lr, steps):
    """A second right answer: sentence by sentence, place by place."""
    V = int(tokens.max()) + 1
    Z, losses = np.zeros((V, V)), []
    pairs = [(row[t - 1], row[t]) for row in tokens for t in range(1, len(row)) if row[t] >= 0]
    for step in range(steps + 1):
        P = softmax(Z)
        losses.append(-sum(np.log(P[a, b]) for a, b in pairs) / len(pairs))
        if step < steps:
            G = np.zeros((V, V))
            for a, b in pairs:
                G[a] += P[a] / len(pairs)
                G[a, b] -= 1 / len(pairs)
            Z = Z - lr * G
    return losses, P


C4 = seats(story.CORPUS, story.VOCABULARY)
_PAIR = np.array([[0, 1, 0, 1, 1]])
_RAGGED = np.array([[0, 1, 2, 0, 3], [0, 4, 2, 6, SEAT], [5, 0, 1, SEAT, SEAT]])
_FIVES = np.array([[0, 1, 2, 3, 4], [2, 2, 0, 1, 4], [0, 3, 3, 4, SEAT], [1, 0, 4, SEAT, SEAT], [3, 2, 1, 0, 4]])


def _stands_on_the_floor(train):
    losses = np.asarray(train(C4.copy(), 5.0, 1000)[0])
    if losses.min() < story.BIGRAM_NATS - 1e-9:
        return (
            f"Your loss on C4 falls to {losses.min():.4f} nat. No bigram model is below {story.BIGRAM_NATS:.4f} nat: "
            "it has seen something that it should predict."
        )
    if losses[-1] > story.BIGRAM_NATS + 0.003:
        return f"With lr 5, 1000 steps on C4 should end near {story.BIGRAM_NATS:.4f} nat, not at {losses[-1]:.4f} nat."
    return ""


exercise(
    "19.e4",
    "train_bigram(tokens, lr, steps)",
    reference=train_bigram,
    also=_by_hand_loops,
    cases=[
        case(_PAIR, 1.0, 2),
        case(_RAGGED, 0.7, 3),
        case(_FIVES, 2.0, 3),
        case(C4, 5.0, 7),
    ],
    mistakes=[
        mistake(
            "ascent",
            lambda tokens, lr, steps: _trained(tokens, lr, steps, push=lambda Z, G, X: X.T @ G),
            "Same size, opposite direction. Your loss grows: go against the gradient.",
        ),
        mistake(
            "summed",
            lambda tokens, lr, steps: _trained(tokens, lr, steps, push=lambda Z, G, X: -X.T @ G * len(X)),
            "Your steps are N times too long. The gradient of a mean is (p − y) / N.",
        ),
        mistake(
            "lost_pushes",
            _without_add,
            "Several events share one row, and their pushes must be added up. Z[now] -= … keeps only the last of them.",
        ),
        mistake(
            "unshifted",
            lambda tokens, lr, steps: _trained(tokens, lr, steps, unshifted_events(tokens)),
            "Your model predicts the word that it was just given. The target of place t is the word at t + 1.",
        ),
        mistake(
            "padded",
            lambda tokens, lr, steps: _trained(tokens, lr, steps, padded_events(tokens)),
            "Empty seats were counted as words: as an index, −1 is the last word of the vocabulary. Keep real targets.",
        ),
        mistake(
            "in_one_line",
            lambda tokens, lr, steps: _trained(tokens, lr, steps, _in_one_line(tokens)),
            "You went across the ends of sentences. The first word of a sentence does not follow from the one before.",
        ),
        mistake(
            "backwards",
            lambda tokens, lr, steps: _trained(tokens, lr, steps, _events(tokens)[::-1]),
            "Your rows are the next words, and they predict the word before. The present word chooses the row.",
        ),
        mistake(
            "per_row",
            lambda tokens, lr, steps: _trained(
                tokens, lr, steps, push=lambda Z, G, X: -X.T @ G * len(X) / np.maximum(X.sum(axis=0), 1)[:, None]
            ),
            "You divided each row by its own count, so a rare word gets as much say as a frequent one. "
            "The mean is over all N events.",
        ),
        mistake("stale", _stale, "You used an old gradient: every step needs the shares of the scores of that moment."),
        mistake(
            "scores",
            lambda tokens, lr, steps: walk(*_events(tokens), tokens.max() + 1, lr, steps),
            "The losses are right. The second value should be shares; those are the scores. One softmax is missing.",
        ),
        mistake(
            "off_by_one",
            lambda tokens, lr, steps: (train_bigram(tokens, lr, steps)[0][:-1], train_bigram(tokens, lr, steps)[1]),
            "The loss after the last step is missing: steps + 1 losses, the first one before any step.",
        ),
        mistake(
            "bits",
            lambda tokens, lr, steps: (
                train_bigram(tokens, lr, steps)[0] / np.log(2),
                train_bigram(tokens, lr, steps)[1],
            ),
            "Check the unit: your losses are in bit, nats were asked for.",
        ),
    ],
    properties=[law("lr 5 and 1000 steps end at the bigram floor of C4, and never below it", _stands_on_the_floor)],
    difficulty=3,
    importance=5,
    minutes=12,
    hints=(
        "First make two flat lists: the present word of every event, and the word that follows. "
        "tokens[:, :-1] and tokens[:, 1:], where the second is not −1.",
        "Row now of Z is one-hot(now) @ Z: a linear layer with weights Z. Its gradient is day 9's Xᵀ dY, with X the "
        "one-hot rows, np.eye(V)[now], and dY from probability.cross_entropy_backward.",
        "In the loop: logits = X @ Z; note probability.cross_entropy(logits, y); then "
        "Z = Z - lr * X.T @ probability.cross_entropy_backward(logits, y). One more loss after the last step.",
    ),
    then="Next question: which row of P has learned nothing at all, and why?",
)


def _half_squares(p, y):
    """Gradient of half the summed squared error of each row, for the scores; no mean yet."""
    e = _minus_truth(p, y)
    return p * (e - np.sum(p * e, axis=1, keepdims=True))


exercise(
    "19.e5",
    "backward_squared(p, y)",
    reference=lambda p, y: _half_squares(p, y) / len(y),
    also=lambda p, y: (
        np.array([probability.softmax_jacobian(row) @ gap for row, gap in zip(p, _minus_truth(p, y), strict=True)])
        / len(y)
    ),
    cases=[
        case(np.array([[0.999, 0.001]]), np.array([1])),
        case(np.array([[0.5, 0.25, 0.25], [0.1, 0.1, 0.8]]), np.array([1, 2])),
        case(_P3, np.array([6, 0, 3])),
        case(_P5, np.array([1, 1, 4, 0, 2])),
    ],
    mistakes=[
        mistake(
            "no_jacobian",
            lambda p, y: _minus_truth(p, y) / len(y),
            "That is the slope for the shares (and cross-entropy's for the scores). "
            "Here the softmax Jacobian does not cancel.",
        ),
        mistake(
            "diag",
            lambda p, y: p * (1 - p) * _minus_truth(p, y) / len(y),
            "Raising one share lowers the others; include the cross terms of the Jacobian.",
        ),
        mistake(
            "no_half",
            lambda p, y: 2 * _half_squares(p, y) / len(y),
            "Twice too long: the loss has a ½ in front, which eats the 2 of the square.",
        ),
        mistake(
            "no_mean",
            lambda p, y: _half_squares(p, y),
            "Right direction, N times too long. The loss is a mean over N rows.",
        ),
        mistake("sign", lambda p, y: -_half_squares(p, y) / len(y), "Same size, opposite direction: p − y, not y − p."),
        mistake(
            "label_column_only",
            lambda p, y: _half_squares(p, y) * _one_hot(y, p.shape[1]) / len(y),
            "The other words move too. Only the true column is filled in.",
        ),
        mistake(
            "by_size",
            lambda p, y: _half_squares(p, y) / p.size,
            "You divided by all N · K entries. The loss is a mean over the N rows.",
        ),
    ],
    properties=[law("each row adds up to 0", _rows_cancel)],
    difficulty=2,
    importance=2,
    minutes=8,
    hints=(
        "The chain again: slope for the shares, then the softmax Jacobian diag(p) − ppᵀ.",
        "The slope for the shares is p − y. J (p − y) = p ⊙ (p − y) − p · (sum of p ⊙ (p − y)).",
        "e = p - np.eye(p.shape[1])[y]; p * (e - (p * e).sum(axis=1, keepdims=True)) / len(y).",
    ),
    then="Next question: where is this gradient 0 although the loss is as large as it can be?",
)


def _lm(logits, tokens):
    """Prices of all places with a next word."""
    y = tokens[:, 1:]
    prices = -np.take_along_axis(log_softmax(logits[:, :-1]), np.where(y == SEAT, 0, y)[..., None], axis=-1)[..., 0]
    return prices, y != SEAT


def _pair(loss):
    return float(loss), float(np.exp(loss))


def _lm_mean(logits, tokens):
    prices, real = _lm(logits, tokens)
    return prices[real].mean()


def _lm_of(log_p, y, real):
    return _pair(-np.take_along_axis(log_p, y[..., None], axis=-1)[..., 0][real].mean())


_SCORES_3 = np.round(_rng.normal(size=(2, 3, 5)) * 1.5, 2)
_TOKENS_3 = np.array([[0, 3, 4], [2, 1, SEAT]])
_SCORES_5 = np.round(_rng.normal(size=(3, 5, 7)) * 1.5, 2)
_CUBE = np.round(_rng.normal(size=(5, 5, 5)) * 1.5, 2)
_CUBE_TOKENS = np.where(_FIVES >= 0, (_FIVES + 1) % 5, SEAT)

exercise(
    "19.p2",
    "lm_loss(logits, tokens)",
    reference=lambda logits, tokens: _pair(probability.cross_entropy(logits[:, :-1], tokens[:, 1:], ignore_index=SEAT)),
    also=lambda logits, tokens: _pair(_lm_mean(logits, tokens)),
    cases=[
        case(_SCORES_3, _TOKENS_3),
        case(_SCORES_5, _RAGGED),
        case(_CUBE, _CUBE_TOKENS),
        case(np.zeros((2, 3, 7)), np.array([[1, 6, 2], [3, 0, SEAT]])),
    ],
    mistakes=[
        mistake(
            "unshifted",
            lambda logits, tokens: _lm_of(log_softmax(logits), np.maximum(tokens, 0), tokens != SEAT),
            "You asked each place for its own word. logits[:, t] are scores for the word at t + 1: shift by one.",
        ),
        mistake(
            "backwards",
            lambda logits, tokens: _lm_of(
                log_softmax(logits[:, 1:]), np.maximum(tokens[:, :-1], 0), tokens[:, :-1] != SEAT
            ),
            "You shifted the wrong way: these scores are asked for the word before them.",
        ),
        mistake(
            "padding_counts",
            lambda logits, tokens: _lm_of(
                log_softmax(logits[:, :-1]), tokens[:, 1:], np.full(tokens[:, 1:].shape, True)
            ),
            "As an index, −1 is the last word of the vocabulary: empty seats were paid for like words.",
        ),
        mistake(
            "over_seats",
            lambda logits, tokens: _pair(np.where(_lm(logits, tokens)[1], _lm(logits, tokens)[0], 0).mean()),
            "Padding makes your loss look better. Divide by the number of real targets, not of seats.",
        ),
        mistake(
            "row_means",
            lambda logits, tokens: _pair(
                np.mean([row[seen].mean() for row, seen in zip(*_lm(logits, tokens), strict=True)])
            ),
            "You took the mean of each sentence, then the mean of those: words of short sentences count more.",
        ),
        mistake(
            "summed",
            lambda logits, tokens: _pair(_lm_mean(logits, tokens) * _lm(logits, tokens)[1].sum()),
            "That is the sum over all real targets. The mean was asked for.",
        ),
        mistake(
            "two",
            lambda logits, tokens: (_lm_mean(logits, tokens), 2 ** _lm_mean(logits, tokens)),
            "The loss is right, in nat. Then the perplexity is e to its power; 2 goes with bits.",
        ),
        mistake(
            "double_softmax",
            lambda logits, tokens: _pair(_lm_mean(softmax(logits), tokens)),
            "The loss expects logits and does the log-softmax itself. You took a softmax of shares.",
        ),
        mistake(
            "positions",
            lambda logits, tokens: _lm_of(
                log_softmax(logits[:, :-1].swapaxes(1, 2)).swapaxes(1, 2),
                np.maximum(tokens[:, 1:], 0),
                tokens[:, 1:] != SEAT,
            ),
            "You shared the cake among positions. It is the last axis, the vocabulary, that holds the alternatives.",
        ),
        mistake(
            "loss_only",
            lambda logits, tokens: float(_lm_mean(logits, tokens)),
            "The loss is right. Return the perplexity with it: (loss, perplexity).",
        ),
    ],
    difficulty=2,
    importance=3,
    minutes=8,
    hints=(
        "Which places have a next word? All but the last. Which words are targets? All but the first.",
        "logits[:, :-1] goes with tokens[:, 1:]; a target of −1 is no word.",
        "probability.cross_entropy(logits[:, :-1], tokens[:, 1:], ignore_index=-1) is the loss; np.exp of it the rest.",
    ),
    then="Next question: the batch has the shape (32, 128). How many targets has it at most?",
)

hand(
    "19.h1",
    "The shares of cat, mat, dog, rug are (½, ¼, ⅛, ⅛), and mat is the word that comes. What are the four slopes of "
    "the loss, one for each score?",
    "1/2, -3/4, 1/8, 1/8",
    wrong=[
        ("-1/2, 3/4, -1/8, -1/8", "Signs flipped: that is y − p. The loss rises where a wrong word's score rises."),
        ("1/2, 1/4, 1/8, 1/8", "Truth not subtracted: that is p. mat has the truth 1."),
        ("0, -4, 0, 0", "That is the slope for the shares, −1/p. The scores lie one step further back."),
        ("0, -3/4, 0, 0", "The other words have slopes too: a higher score of cat takes from mat."),
        ("-1/2, 1/4, 1/8, 1/8", "The truth 1 belongs to mat, the second word."),
    ],
    hints=("Prediction minus truth.", "The truth is (0, 1, 0, 0).", "¼ − 1 = −¾."),
    working="(½, ¼, ⅛, ⅛) − (0, 1, 0, 0).",
)
hand(
    "19.h2",
    "One step downhill from there, with learning rate 1: scores minus slopes. What are the new shares, to three "
    "places? (e^(−1/2) = 0.607, e^(3/4) = 2.117, e^(−1/8) = 0.882)",
    "0.288, 0.503, 0.105, 0.105",
    tolerance=0.002,
    wrong=[
        ("0, 1, 0, 0", "You subtracted the slopes from the shares. They belong to the scores."),
        ("0.672, 0.096, 0.116, 0.116", "You went uphill: scores minus slopes, so mat gains ¾."),
        ("0.391, 0.414, 0.098, 0.098", "You moved mat alone. The three others go down."),
        (
            "4.852, 8.468, 1.765, 1.765",
            "Those are the exponentials of the new scores. They still have to become shares.",
        ),
        ("1/2, 1/4, 1/8, 1/8", "Those are the shares before the step."),
        ("0.303, 0.529, 0.110, 0.110", "Shares must add up to 1. Divide by the sum of all four, 16.85."),
    ],
    hints=(
        "The exponentials of the scores were 8, 4, 2, 2. ½ off a score multiplies its exponential by 0.607.",
        "8 · 0.607, 4 · 2.117, 2 · 0.882, 2 · 0.882.",
        "4.852, 8.468, 1.765, 1.765 add up to 16.85.",
    ),
    working="8 · 0.607 = 4.85, 4 · 2.117 = 8.47, 2 · 0.882 = 1.76 twice; divided by their sum, 16.85.",
)
hand(
    "19.h2b",
    "The loss was ln 4 = 1.386 nat. What is it after the step, in nat?",
    "0.688",
    unit="nat",
    tolerance=0.003,
    wrong=[
        ("1.386", "That is the loss before the step."),
        ("0.993", "That is in bit. Nats were asked for: the natural logarithm."),
        ("2.340", "You went uphill: scores minus slopes."),
        ("0.497", "That is 1 − p. The loss is −ln p."),
        ("0.503", "That is the share of mat. The loss is minus its logarithm."),
        (
            "0.543",
            "A straight line would get there: 1.386 minus the squared length of the gradient. The loss is curved.",
        ),
    ],
    hints=("−ln of the new share of mat.", "That share is 0.5025.", "ln 0.5025 = −0.688."),
    working="−ln 0.5025 = 0.688 nat. One step has halved the loss.",
)
hand(
    "19.h3",
    "Add up the four slopes of h1. What do you get?",
    "0",
    wrong=[
        ("1", "The shares add up to 1. From them the truth was subtracted, and it adds up to 1 as well."),
        ("3/2", "You added lengths. One of the four is negative."),
        ("-3/4", "That is mat alone."),
        ("-1", "That is minus the truth. The prediction adds 1."),
        ("-1.5", "The three others are positive."),
    ],
    hints=("½ − ¾ + ⅛ + ⅛.", "Shares add up to 1, and so does the truth.", "1 − 1."),
    working="1 − 1 = 0. Softmax cannot see a common shift: raising all four scores by the same amount costs nothing.",
)
hand(
    "19.h4",
    "Two words. First: the first word came, and it had the share 0.1. Second: the target is soft, (0.9, 0.1), the "
    "prediction is (0.1, 0.9). What is the slope for the first word's score in each case? Two numbers.",
    "-0.9, -0.8",
    wrong=[
        ("0.9, 0.8", "Same size, opposite direction: prediction minus truth is 0.1 − 1, then 0.1 − 0.9."),
        ("-0.9, -0.9", "The first is right. The soft target wants only 0.9 for that word."),
        ("-0.8, -0.8", "The second is right. The hard label is 1."),
        ("2.303, 2.083", "Those are the losses, in nat. The slope is prediction minus truth."),
        ("0.1, 0.1", "That is the prediction. The truth has to be subtracted."),
        ("-10, -9", "Those are slopes for the share, −y/p. Asked for is the score."),
        ("-0.9, 0", "The first is right. A soft target is a target too: 0.1 is far from 0.9."),
    ],
    hints=("p − y, with y = 1 in the first case.", "In the second case y is 0.9.", "0.1 − 1 and 0.1 − 0.9."),
    working="0.1 − 1 = −0.9, and 0.1 − 0.9 = −0.8. The second is 0 at p = 0.9, where 0.325 nat are still to be paid.",
)
hand(
    "19.p1",
    "Logits (2, 4.5, 1), the true class is number 1, counted from 0. Its share p to four places, its loss −ln p in "
    "nat, its perplexity? (e² = 7.389, e^4.5 = 90.017, e = 2.718)",
    "0.8991, 0.1064, 1.112",
    tolerance=0.0006,
    wrong=[
        ("0.0738, 2.6064, 13.550", "You took the first class. Counted from 0, class 1 is the second."),
        ("0.0271, 3.6064, 36.833", "That is the class with the logit 1. Class number 1, counted from 0, has 4.5."),
        ("0.6, 0.5108, 1.667", "You divided the scores by their sum. First take the exponential of each."),
        (
            "0.8991, 0.1064, 1.077",
            "Share and loss are right. The perplexity is e to the power of nats; 2 goes with bits.",
        ),
        ("0.8991, 0.1535, 1.112", "Share and perplexity are right. That loss is in bit."),
        ("0.8991, 0.1009, 1.106", "1 − p is no loss. Take −ln p."),
        ("0.5387, 0.6186, 1.856", "That is a softmax of the softmax. One is enough."),
    ],
    hints=(
        "The exponentials add up to 100.124.",
        "90.017 / 100.124, then minus its natural logarithm.",
        "The perplexity is e^loss = 1/p.",
    ),
    working="90.017 / 100.124 = 0.8991; −ln 0.8991 = 0.1064 nat; e^0.1064 = 1/0.8991 = 1.112.",
)

choice(
    "19.w1",
    "mat came; the shares are ½ for cat, ¼ for mat, ⅛ for dog and for rug. One step goes against the slopes p − y. "
    "Whose score moves most?",
    wrong("cat, to the left: it is the strongest rival", "cat moves by ½, its share. mat moves by 1 − ¼."),
    right("mat, to the right", "By ¾, as far as the three others together: ½ + ⅛ + ⅛."),
    wrong("dog and rug, to the left: they are furthest off", "They move by ⅛. A small share is a small mistake."),
    wrong("All four by the same amount", "Then nothing would change: softmax cannot see a common shift."),
)
choice(
    "19.w1b",
    "You pull thirty times. What becomes of the pull on mat?",
    wrong("It stays ¾ in every step", "It is 1 minus the share of mat, and that share grows."),
    wrong("It grows with the share", "The better the prediction, the less is left to correct: 1 − p."),
    right("It fades, and never quite ends", "It is 1 − p: 0.75, 0.50, 0.33, … and 0.025 after thirty steps."),
    wrong(
        "It ends as soon as mat leads",
        "After one step mat leads, with 0.503. Half of the cake is still on wrong words.",
    ),
)
choice(
    "19.w2",
    "Ten learning rates, a thousand steps each, on our four sentences. A dashed line marks the bigram floor. Can the "
    "curve of a correct run cross it?",
    wrong("Yes, after enough steps", "More steps bring it closer. Below the floor there is no table of shares."),
    wrong(
        "Yes, a large learning rate may jump across", "Wherever the jump ends, there is a table, and no table is lower."
    ),
    right("No", "Loss = entropy of the data + KL, and KL is never negative. Counting stands exactly on the floor."),
    wrong("For a moment, while it rattles", "Every point of the curve is the loss of a table, and no table is lower."),
)
choice(
    "19.w2b",
    "And lr = 20, four times the 5 that works well?",
    wrong("It reaches the floor four times as soon", "For a few steps it leads. Then it jumps from slope to slope."),
    wrong(
        "It grows without end",
        "A row that has jumped too far is pushed back in the next step. The loss stays near 0.70 nat.",
    ),
    right(
        "It falls, and then rattles above the floor", "Near 0.70 nat: each step leaps over the valley of the row *the*."
    ),
    wrong("It rattles around the floor, now above, now below", "No table is below the floor, however it was found."),
)

choice(
    "19.q1",
    "What is ∂L/∂z, for the scores z, with loss −log p of the true word?",
    wrong("−1/p in the true column", "That is the slope for the shares. The softmax Jacobian comes on top."),
    right("p − y", "The Jacobian and the 1/p cancel. With a mean over N rows: (p − y) / N."),
    wrong("y − p", "Against it you walk downhill; the slope itself is p − y."),
    wrong("p (1 − p)", "That is how a share answers to its own score."),
)
choice(
    "19.q2",
    "What do the entries of that gradient add up to, in each row?",
    right("0", "Prediction and truth both add up to 1. A common shift of the scores changes nothing."),
    wrong("1", "That is the sum of the prediction; the truth is subtracted."),
    wrong("The loss", "The loss does not even appear in it."),
)
choice(
    "19.q3",
    "A colleague's bigram model has a loss of 0.55 nat on our corpus. What do you say?",
    wrong("Well trained", "Counting gives the best bigram model there is, and it costs 0.603 nat."),
    wrong("A lucky seed", "No table gets below 0.603 nat, lucky or not."),
    right("Look for the bug", "Empty seats counted, targets not shifted, or more than one word was seen."),
)
choice(
    "19.q4",
    "Where does the paper print the formula of its loss?",
    wrong("In §3.4", "There it names the linear layer and the softmax that give next-token probabilities."),
    wrong("In §5.4", "There it smooths the labels. What they enter is taken for granted."),
    right(
        "Nowhere",
        "§3.4 has the probabilities, §5.4 the smoothed labels. What stands in between you write yourself.",
    ),
)


def _posterior(rng) -> Draw:
    total = int(rng.integers(5, 10))
    cats = int(rng.integers(1, total))
    hits = [int(n) for n in rng.choice([1, 2, 3, 4, 5], size=2, replace=False)]
    prior = Fraction(cats, total), Fraction(total - cats, total)
    lik = Fraction(hits[0], 6), Fraction(hits[1], 6)
    joint = prior[0] * lik[0], prior[1] * lik[1]
    answer = joint[0] / sum(joint)
    known = (
        (joint[0], "That is the joint, prior times likelihood. Divide by the sum of both joints."),
        (prior[0], "That is the prior. You heard a word since."),
        (lik[0], "That is P(saw | cat), the other direction."),
        (lik[0] / sum(lik), "The prior is missing."),
        (joint[1] / sum(joint), "That is the dog."),
    )
    told = {}  # two confusions that meet in one number share its sentence
    for value, sentence in known:
        told.setdefault(value, sentence)
    return Draw(
        f"Day 18: of {total} sentences {cats} are about a cat, {total - cats} about a dog. P(saw | cat) = {hits[0]}/6, "
        f"P(saw | dog) = {hits[1]}/6. You hear saw. What is P(cat | saw)?",
        str(answer),
        tuple((str(value), sentence) for value, sentence in told.items()),
        f"{cats}·{hits[0]} = {cats * hits[0]} against {total - cats}·{hits[1]} = {(total - cats) * hits[1]}: "
        f"{answer} of the cake is the cat's.",
    )


fresh("19.r1", _posterior)
hand(
    "19.r2",
    "Day 16: the truth is the second of three words, the bet is (½, ¼, ¼). What does it cost, in bit?",
    "2",
    unit="bit",
    wrong=[
        ("1.386", "That is in nat. In bit, −log₂ ¼."),
        ("1.5", "That is the average price of the three words. One of them came, and is paid in full."),
        ("0.75", "1 − ¼ is no price. Take −log₂ ¼."),
        ("1/4", "That is the share."),
        ("1", "That is the price of the first word. The second came."),
        ("0.5", "You weighted the price with the bet. The word came: it is paid in full."),
    ],
    hints=("How often must 1 be halved to get ¼?", "−log₂ ¼.", "4 = 2²."),
    working="−log₂ ¼ = 2. The other two shares do not appear.",
)
choice(
    "19.r3",
    "Day 12: q and k have 64 independent entries each, with mean 0 and variance 1. How far does q·k typically lie "
    "from 0 (its standard deviation)?",
    wrong("64", "That is the variance. Its root is the typical distance."),
    right("8", "64 products of variance 1 have the variance 64. Dividing by √d_k = 8 brings it back to 1."),
    wrong("1", "That is one product alone, or q·k divided by √d_k."),
    wrong("0", "That is the mean. Single scores lie on both sides of it."),
)
choice(
    "19.r4",
    "Day 5: h is (1000, 512), E is (37000, 512). How large can the rank of h Eᵀ be?",
    wrong("37000", "It has that many columns. All of them are mixes of 512."),
    wrong("1000", "It has that many rows. They have passed through 512 numbers each."),
    right("512", "The rank of a product is at most that of each factor."),
    wrong("37512", "Ranks of factors do not add up."),
)

"""Day 30, the attention layer: twelve steps, the whole layer, its backward pass, predictions, quiz and recall."""

import numpy as np

from utils import calculus, probability, transformer
from utils.exercises import loop_reference
from utils.exercises.answers import hand
from utils.exercises.choices import choice, right, wrong
from utils.exercises.engine import case, exercise, law, mistake
from utils.exercises.recall import Draw, fresh

# Sizes of the cases: B, T, h, d_k = 2, 5, 3, 7, so that no axis is mistaken for another; a small one to read, and one
# in which all of them are 3, so that wrong axes meet without an error.
_SHIPPED = loop_reference.shipped()
_WIDE = {name.removeprefix("wide/"): value for name, value in _SHIPPED.items() if name.startswith("wide/")}
_SMALL = {name.removeprefix("small/"): value for name, value in _SHIPPED.items() if name.startswith("small/")}
_PARAMETERS = {name: _WIDE[name] for name in loop_reference.PARAMETERS}
_rng = np.random.default_rng(30)


def _numbers(*shape):
    return np.round(_rng.normal(size=shape), 2)


def _agrees_with_loops(name, *arguments, group=None):
    """A law: on the shipped inputs the function gives what the loops gave."""
    group = _WIDE if group is None else group

    def counterexample(function):
        value = np.asarray(function(*(group[a] if isinstance(a, str) else a for a in arguments)))
        if value.shape != group[name].shape:
            return f"The loops give the shape {group[name].shape}, yours is {value.shape}."
        with np.errstate(invalid="ignore"):
            return "" if np.allclose(value, group[name], rtol=1e-9, atol=1e-9) else "They differ on the shipped input."

    return law("the values are those of the loops written from the paper", counterexample)


# --- step 1: words to rows ----------------------------------------------------------------------------------

_TABLE = _numbers(5, 2)
_SQUARE_TABLE = _numbers(3, 3)

exercise(
    "30.e1",
    "embed_scaled(tokens, E)",
    reference=transformer.embed_scaled,
    also=lambda tokens, E: np.einsum("...v,vd->...d", np.eye(len(E))[tokens], E) * E.shape[1] ** 0.5,
    cases=[
        case(np.array([[1, 4, 1]]), _TABLE),
        case(_WIDE["tokens"], _WIDE["E"]),
        case(np.array([[0, 1, 2], [2, 2, 1], [1, 0, 0]]), _SQUARE_TABLE),
    ],
    mistakes=[
        mistake(
            "no_root",
            lambda tokens, E: E[tokens],
            "These are the rows of the table. The paper multiplies them by √d_model.",
        ),
        mistake(
            "divided",
            lambda tokens, E: E[tokens] / np.sqrt(E.shape[1]),
            "Divided by √d where it should be multiplied: you are off by the factor d. Only scores are divided.",
        ),
        mistake("times_d", lambda tokens, E: E[tokens] * E.shape[1], "The factor is the root of d, not d."),
        mistake(
            "root_of_V",
            lambda tokens, E: E[tokens] * np.sqrt(len(E)),
            "That is the root of the number of words. d_model is how many numbers one word has.",
        ),
    ],
    properties=[_agrees_with_loops("embedded", "tokens", "E")],
    difficulty=1,
    importance=2,
    minutes=2,
    hints=(
        "A table indexed with an array of ids gives one row for each id.",
        "E[tokens] has the shape (B, T, d). One factor is missing, §3.4.",
        "np.sqrt(E.shape[-1]) times E[tokens].",
    ),
    then="Next question: which rows of E get a gradient from a batch in which only three words occur?",
)


# --- step 2: positions --------------------------------------------------------------------------------------


def _angles(X, speed=None):
    T, d = X.shape[-2:]
    column = np.arange(d)
    speed = 10000.0 ** (-(column - column % 2) / d) if speed is None else speed
    return np.arange(T)[:, None] * speed


def _interleaved(angles):
    return np.where(np.arange(angles.shape[-1]) % 2, np.cos(angles), np.sin(angles))


def _halves(X):
    angles = _angles(X)[:, ::2]
    return X + np.concatenate([np.sin(angles), np.cos(angles)], axis=-1)


exercise(
    "30.e2",
    "add_positions(X)",
    reference=lambda X: X + transformer.positional_encoding(*X.shape[-2:]),
    also=lambda X: X + _interleaved(_angles(X)),
    cases=[case(_numbers(1, 2, 4)), case(_numbers(2, 5, 14)), case(_numbers(4, 4, 4))],
    mistakes=[
        mistake(
            "halves",
            _halves,
            "All sines first, then all cosines: for a learned W that is as good, but it is not the paper's layout, "
            "where they take turns.",
        ),
        mistake(
            "degrees", lambda X: X + _interleaved(np.deg2rad(_angles(X))), "Angles are in radians; you turned them."
        ),
        mistake(
            "concat",
            lambda X: np.concatenate([X, np.broadcast_to(_interleaved(_angles(X)), X.shape)], axis=-1),
            "You put them side by side, and the rows became twice as long. The paper adds.",
        ),
        mistake(
            "same_speed",
            lambda X: X + _interleaved(_angles(X, speed=1.0)),
            "All your pairs turn at one speed. Pair i has its own: 10000^(−2i/d).",
        ),
        mistake("from_one", lambda X: X + _interleaved(_angles(X) + _angles(X)[1:2])),
        mistake(
            "sin_cos_swapped",
            lambda X: X + _interleaved(_angles(X) + np.pi / 2),
            "Even columns are sines here, odd ones cosines. Position 0 should read 0, 1, 0, 1.",
        ),
    ],
    properties=[_agrees_with_loops("x", "embedded", group=_SMALL)],
    difficulty=2,
    importance=2,
    minutes=3,
    hints=(
        "transformer.positional_encoding(length, d_model) is yours since day 20.",
        "It needs the last two sizes of X. Its (T, d) table is added to every sentence by broadcasting.",
        "X + transformer.positional_encoding(X.shape[-2], X.shape[-1]).",
    ),
    then="Next question: X has three axes and the table two. Which rule of broadcasting makes the sum work?",
)


# --- step 3: project, then split ----------------------------------------------------------------------------


def _split(Y, heads):
    return Y.reshape(*Y.shape[:-1], heads, -1).swapaxes(-3, -2)


def _sliced_first(X, W, heads):
    n = W.shape[1] // heads
    parts = [X[..., i * n : (i + 1) * n] @ W[i * n : (i + 1) * n, i * n : (i + 1) * n] for i in range(heads)]
    return np.stack(parts, axis=-3)


exercise(
    "30.e3",
    "project_heads(X, W, heads)",
    reference=lambda X, W, heads: transformer.split_heads(X @ W, heads),
    also=lambda X, W, heads: np.einsum("btd,dhk->bhtk", X, W.reshape(len(W), heads, -1)),
    cases=[
        case(_numbers(1, 2, 4), _numbers(4, 4), 2),
        case(_WIDE["x"], _WIDE["W_Q"], 3),
        case(_numbers(3, 3, 9), _numbers(9, 9), 3),
    ],
    mistakes=[
        mistake(
            "reshape",
            lambda X, W, heads: (X @ W).reshape(X.shape[0], heads, X.shape[1], -1),
            "The shape is right, the owners are wrong: a reshape alone cuts across words. Follow one word's numbers.",
        ),
        mistake(
            "sliced_before",
            _sliced_first,
            "Each head got a slice of X. Every head reads the whole row; W is cut into heads, after the product.",
        ),
        mistake("transposed", lambda X, W, heads: _split(X @ W.T, heads)),
        mistake(
            "strided",
            lambda X, W, heads: (X @ W).reshape(*X.shape[:2], -1, heads).transpose(0, 3, 1, 2),
            "Head 0 should own the first d_k columns, a block of neighbours. Yours owns every h-th column.",
        ),
        mistake(
            "heads_third",
            lambda X, W, heads: (X @ W).reshape(*X.shape[:2], heads, -1),
            "The heads stand behind the words: (B, T, h, d_k). A product over words needs them in front.",
        ),
    ],
    properties=[_agrees_with_loops("K", "x", "W_K", 3)],
    difficulty=2,
    importance=3,
    minutes=3,
    hints=(
        "First the product with the whole X, then the cut.",
        "(B, T, h·d_k) becomes (B, T, h, d_k) by reshape. Then two axes change places.",
        "(X @ W).reshape(B, T, heads, d_k), then swapaxes(1, 2).",
    ),
    then="Next question: do three heads of width 7 cost more parameters than one head of width 21?",
)


# --- step 4: scores -----------------------------------------------------------------------------------------


def _products(Q, K):
    return np.einsum("bhqk,bhtk->bhqt", Q, K)


_CUBE_Q, _CUBE_K = _numbers(3, 3, 3, 3), _numbers(3, 3, 3, 3)

exercise(
    "30.e4",
    "scaled_scores(Q, K)",
    reference=lambda Q, K: Q @ np.swapaxes(K, -1, -2) / np.sqrt(Q.shape[-1]),
    also=lambda Q, K: _products(Q, K) * Q.shape[-1] ** -0.5,
    cases=[
        case(_numbers(1, 1, 2, 2), _numbers(1, 1, 2, 2)),
        case(_WIDE["Q"], _WIDE["K"]),
        case(_CUBE_Q, _CUBE_K),
    ],
    mistakes=[
        mistake(
            "no_scale",
            _products,
            "The products are right, and too loud: with d_k summands their variance is d_k. Divide by its root.",
        ),
        mistake(
            "d_model",
            lambda Q, K: _products(Q, K) / np.sqrt(Q.shape[1] * Q.shape[-1]),
            "You divided by √d_model. A score adds up d_k products, the width of one head.",
        ),
        mistake("by_dk", lambda Q, K: _products(Q, K) / Q.shape[-1], "Too flat: you divided by d_k, not by its root."),
        mistake(
            "by_T",
            lambda Q, K: _products(Q, K) / np.sqrt(Q.shape[-2]),
            "The scale depends on how many numbers are multiplied and added, not on how long the sentence is.",
        ),
        mistake(
            "no_T",
            lambda Q, K: Q @ K / np.sqrt(Q.shape[-1]),
            "The inner sizes must meet: (T, d_k) times (d_k, T). Write both shapes side by side. Only in the square "
            "case do they meet without it.",
        ),
        mistake(
            "all_axes",
            lambda Q, K: Q @ K.T / np.sqrt(Q.shape[-1]),
            "K.T turns all four axes round. Only the last two change places.",
        ),
        mistake(
            "swapped",
            lambda Q, K: _products(K, Q) / np.sqrt(Q.shape[-1]),
            "Right ingredients, roles exchanged: a row belongs to the word that asks.",
        ),
    ],
    properties=[_agrees_with_loops("scores", "Q", "K")],
    difficulty=2,
    importance=3,
    minutes=3,
    hints=(
        "Every query with every key: (B, h, T, d_k) and (B, h, T, d_k) to (B, h, T, T).",
        "np.swapaxes(K, -1, -2) turns the last two axes round and leaves batch and heads alone.",
        "Q @ that, divided by np.sqrt of the last size of Q.",
    ),
    then="Next question: is the table of scores symmetric when Q and K come from the same words?",
)


# --- step 5: the mask ---------------------------------------------------------------------------------------

_PADDED = np.array([[3, 1, 4, 1, 5], [9, 2, 6, 0, 0]])
_LEFT_PADDED = np.array([[0, 2, 1], [1, 2, 0], [0, 0, 1]])


def _open(tokens, pad, causal=None):
    T = tokens.shape[1]
    causal = np.tril(np.ones((T, T), dtype=bool)) if causal is None else causal
    return causal & (tokens != pad)[:, None, None, :]


def _closed(S, seen):
    return np.where(seen, S, -np.inf)


def _or(S, tokens, pad):
    T = tokens.shape[1]
    return _closed(S, np.tril(np.ones((T, T), dtype=bool)) | (tokens != pad)[:, None, None, :])


exercise(
    "30.e5",
    "mask_scores(S, tokens, pad=0)",
    reference=lambda S, tokens, pad=0: probability.apply_mask(
        S, transformer.causal_mask(tokens.shape[1]) & transformer.padding_mask(tokens, pad)
    ),
    also=lambda S, tokens, pad=0: (
        S + np.where(np.triu(np.ones(S.shape[-2:]), 1) + (tokens == pad)[:, None, None], -np.inf, 0.0)
    ),
    cases=[
        case(_numbers(1, 1, 3, 3), np.array([[2, 1, 0]])),
        case(_WIDE["scores"], _PADDED),
        case(_numbers(3, 3, 3, 3), _LEFT_PADDED),
        case(_numbers(2, 1, 3, 3), np.array([[2, 7, 1], [7, 2, 1]]), pad=7),
    ],
    mistakes=[
        mistake(
            "times_zero",
            lambda S, tokens, pad=0: S * _open(tokens, pad),
            "A score of 0 is a score: e⁰ = 1 is still a slice of the cake. Which score gets none?",
        ),
        mistake(
            "inverted",
            lambda S, tokens, pad=0: _closed(S, ~_open(tokens, pad)),
            "You kept what should go. Print the mask for three words: may word 0 see word 2?",
        ),
        mistake(
            "strict",
            lambda S, tokens, pad=0: _closed(
                S, _open(tokens, pad, np.tril(np.ones((tokens.shape[1],) * 2, dtype=bool), -1))
            ),
            "A word may see itself. Without the diagonal the first row is closed altogether, and its softmax is 0/0.",
        ),
        mistake(
            "rows_too",
            lambda S, tokens, pad=0: _closed(S, _open(tokens, pad) & (tokens != pad)[:, None, :, None]),
            "You closed whole rows: those of padding that asks. Only keys are hidden; a row of padding is never read, "
            "and closed altogether its softmax is 0/0.",
        ),
        mistake(
            "causal_only",
            lambda S, tokens, pad=0: _closed(S, np.tril(np.ones(S.shape[-2:], dtype=bool))),
            "The future is hidden. Padding can still be seen.",
        ),
        mistake(
            "padding_only",
            lambda S, tokens, pad=0: _closed(S, (tokens != pad)[:, None, None, :]),
            "Padding is hidden. The future can still be seen.",
        ),
        mistake(
            "either",
            lambda S, tokens, pad=0: _or(S, tokens, pad),
            "You open a key when one of the two masks allows it. Both have to allow it.",
        ),
        mistake(
            "minus_big",
            lambda S, tokens, pad=0: np.where(_open(tokens, pad), S, -1e9),
            "−10⁹ is large and not infinite: in a row in which nothing may be seen it is no mask at all.",
        ),
        mistake(
            "pad_is_zero",
            lambda S, tokens, pad=0: _closed(S, _open(tokens, 0)),
            "The argument pad is never used: padding may have another id than 0.",
        ),
    ],
    properties=[_agrees_with_loops("masked", "scores", "tokens")],
    difficulty=3,
    importance=3,
    minutes=4,
    hints=(
        "Two masks, both True where a key may be seen: not later than the query, and not padding.",
        "transformer.causal_mask(T) is (T, T). The padding mask has to become (B, 1, 1, T) to reach the keys.",
        "np.where(causal & (tokens != pad)[:, None, None, :], S, -np.inf).",
    ),
    then="Next question: the corpus has its padding at the end. Why does the causal mask alone do there?",
)


# --- step 6: shares -----------------------------------------------------------------------------------------


def _softmax(S, axis=-1):
    e = np.exp(S - np.max(S, axis=axis, keepdims=True))
    return e / e.sum(axis=axis, keepdims=True)


def _no_max(S):
    e = np.exp(S)
    total = e.sum(axis=-1, keepdims=True)
    return np.divide(e, total, out=np.zeros_like(e), where=total != 0)


def _rows_are_shares(function):
    with np.errstate(invalid="ignore"):
        total = np.asarray(function(_WIDE["masked"])).sum(axis=-1)
    return "" if np.allclose(total, 1) else f"A row adds up to {float(np.ravel(total)[0]):.4g}."


_SOME_CLOSED = np.where(np.tril(np.ones((3, 3), dtype=bool), -1), _numbers(3, 3, 3, 3), -np.inf)

exercise(
    "30.e6",
    "attention_weights(S)",
    reference=lambda S: probability.masked_softmax(S, True),
    also=lambda S: np.nan_to_num(np.exp(S - np.logaddexp.reduce(S, axis=-1, keepdims=True))),
    cases=[
        case(np.array([[[[0.0, 1.0], [2.0, -np.inf]]]])),
        case(_WIDE["masked"]),
        case(_numbers(3, 3, 3, 3)),
        case(np.array([[[[900.0, 901.0], [-2000.0, -2001.0]]]])),
        case(_SOME_CLOSED),
    ],
    mistakes=[
        mistake("columns", lambda S: _softmax(S, axis=-2)),
        mistake(
            "no_max",
            _no_max,
            "Right for quiet scores. At 900 exp gives inf, and inf/inf is nan. Subtract the maximum of each row.",
        ),
        mistake(
            "nan_row",
            _softmax,
            "Right, except for a row in which nothing may be seen: −∞ − (−∞) is nan. The course gives zeros there.",
        ),
        mistake(
            "whole",
            lambda S: np.exp(S - S.max()) / np.exp(S - S.max()).sum(axis=(-1, -2), keepdims=True),
            "You normalised each head's whole table; each row is its own cake.",
        ),
        mistake(
            "over_heads",
            lambda S: _softmax(S, axis=1),
            "You normalised over the heads. They do not compete; the keys of one query do.",
        ),
        mistake(
            "linear",
            lambda S: S / S.sum(axis=-1, keepdims=True),
            "You divided scores by their sum. First make every score positive.",
        ),
    ],
    properties=[law("every row adds up to 1", _rows_are_shares), _agrees_with_loops("weights", "masked")],
    difficulty=2,
    importance=3,
    minutes=3,
    hints=(
        "probability.masked_softmax(z, mask) is yours since day 13.",
        "The mask is in the scores already: nothing more has to be hidden, but a row may be −∞ altogether.",
        "probability.masked_softmax(S, True).",
    ),
    then="Next question: which axis adds up to 1, and who owns that axis?",
)


# --- step 7: the mix ----------------------------------------------------------------------------------------

exercise(
    "30.e7",
    "mix_values(A, V)",
    reference=lambda A, V: A @ V,
    also=lambda A, V: np.einsum("bhqt,bhtv->bhqv", A, V),
    cases=[
        case(np.array([[[[1.0, 0.0], [0.25, 0.75]]]]), np.array([[[[4.0, 0.0, 1.0], [0.0, 8.0, 1.0]]]])),
        case(_WIDE["weights"], _WIDE["V"]),
        case(_softmax(_numbers(3, 3, 3, 3)), _numbers(3, 3, 3, 3)),
    ],
    mistakes=[
        mistake(
            "A_T",
            lambda A, V: np.swapaxes(A, -1, -2) @ V,
            "You used columns as weights, and they do not add up to 1. A row says what one word reads.",
        ),
        mistake(
            "uniform",
            lambda A, V: np.broadcast_to(V.mean(axis=-2, keepdims=True), (*A.shape[:-1], V.shape[-1])).copy(),
        ),
        mistake(
            "winner",
            lambda A, V: np.take_along_axis(V, A.argmax(axis=-1)[..., None], axis=-2),
            "You copied the value with the largest weight. Every value enters, with its share.",
        ),
        mistake(
            "heads_mixed",
            lambda A, V: A @ V.mean(axis=1, keepdims=True),
            "You averaged the values of all heads first. Each head mixes its own.",
        ),
    ],
    properties=[_agrees_with_loops("head_outputs", "weights", "V")],
    difficulty=1,
    importance=3,
    minutes=2,
    hints=(
        "A weighted average for every query: its weights are a row of A.",
        "(T, T) times (T, d_v), for every sentence and head at once.",
        "The operator @ does it: it works on the last two axes.",
    ),
    then="Next question: can an output row lie outside the hull of the value rows?",
)


# --- step 8: heads meet -------------------------------------------------------------------------------------


def _merged(O):
    return O.swapaxes(1, 2).reshape(O.shape[0], O.shape[2], -1)


exercise(
    "30.e8",
    "merge_and_mix(O, W_O)",
    reference=lambda O, W_O: transformer.merge_heads(O) @ W_O,
    also=lambda O, W_O: np.einsum("bhtv,hvd->btd", O, W_O.reshape(O.shape[1], O.shape[3], -1)),
    cases=[
        case(_numbers(1, 2, 2, 1), _numbers(2, 2)),
        case(_WIDE["head_outputs"], _WIDE["W_O"]),
        case(_numbers(3, 3, 3, 3), _numbers(9, 9)),
    ],
    mistakes=[
        mistake(
            "reshape",
            lambda O, W_O: O.reshape(O.shape[0], O.shape[2], -1) @ W_O,
            "The shape is right, the owners are wrong: without the transpose a row holds pieces of other words, later "
            "ones too. This bug passes every gradient check.",
        ),
        mistake(
            "no_W_O",
            lambda O, W_O: _merged(O),
            "The heads stand side by side, and W_O is not used: nothing has mixed them yet.",
        ),
        mistake(
            "strided",
            lambda O, W_O: O.transpose(0, 2, 3, 1).reshape(O.shape[0], O.shape[2], -1) @ W_O,
            "The numbers of one head should stay neighbours. Yours take turns with those of the other heads.",
        ),
        mistake("transposed", lambda O, W_O: _merged(O) @ W_O.T),
    ],
    properties=[_agrees_with_loops("attended", "head_outputs", "W_O")],
    difficulty=2,
    importance=3,
    minutes=3,
    hints=(
        "It is step 3 backwards: what was done last is undone first.",
        "(B, h, T, d_v) to (B, T, h, d_v) to (B, T, h·d_v); then the product.",
        "O.swapaxes(1, 2), then reshape(B, T, -1), then @ W_O.",
    ),
    then="Next question: with one head, does the forgotten transpose change anything?",
)


# --- step 9: add and norm -----------------------------------------------------------------------------------


def _norm(x, gain, bias, eps=1e-5, ddof=0, axis=-1):
    centred = x - x.mean(axis=axis, keepdims=True)
    return gain * centred / np.sqrt(x.var(axis=axis, keepdims=True, ddof=ddof) + eps) + bias


def half_turn(x):
    """A sub-layer for the cases: half of the features, turned round by one."""
    return 0.5 * np.roll(x, 1, axis=-1)


def squares(x):
    """Another sub-layer for the cases."""
    return x * x


def _moments(function):
    y = function(_WIDE["x"], half_turn, np.ones(21), np.zeros(21))
    mean, variance = np.abs(y.mean(axis=-1)).max(), y.var(axis=-1)
    if mean > 1e-9:
        return f"With gain 1 and bias 0 the mean of a row is {mean:.3g}, not 0."
    if np.abs(variance - 1).max() > 1e-3:
        return f"With gain 1 and bias 0 the variance of a row is {variance.flat[0]:.4g}, not 1."
    return ""


exercise(
    "30.e9",
    "add_and_norm(x, sublayer, gain, bias, eps=1e-5)",
    reference=lambda x, sublayer, gain, bias, eps=1e-5: transformer.layer_norm(x + sublayer(x), gain, bias, eps),
    also=lambda x, sublayer, gain, bias, eps=1e-5: _norm(x + sublayer(x), gain, bias, eps),
    cases=[
        case(_numbers(1, 2, 4), half_turn, np.ones(4), np.zeros(4)),
        case(_WIDE["x"], squares, _WIDE["gain1"], _WIDE["bias1"]),
        case(_numbers(3, 3, 3), half_turn, _numbers(3), _numbers(3), eps=0.1),
    ],
    mistakes=[
        mistake(
            "pre_norm",
            lambda x, sublayer, gain, bias, eps=1e-5: x + sublayer(_norm(x, gain, bias, eps)),
            "That is pre-norm, x + Sublayer(LN(x)), as most large models have it today. The paper of this course "
            "normalises the sum.",
        ),
        mistake(
            "norm_then_add",
            lambda x, sublayer, gain, bias, eps=1e-5: x + _norm(sublayer(x), gain, bias, eps),
            "You normalised the sub-layer's output and then added x. First the sum, then the norm.",
        ),
        mistake(
            "no_residual",
            lambda x, sublayer, gain, bias, eps=1e-5: _norm(sublayer(x), gain, bias, eps),
            "x itself is missing from the sum: the residual path round the sub-layer.",
        ),
        mistake(
            "ddof1",
            lambda x, sublayer, gain, bias, eps=1e-5: _norm(x + sublayer(x), gain, bias, eps, ddof=1),
        ),
        mistake(
            "tokens",
            lambda x, sublayer, gain, bias, eps=1e-5: _norm(x + sublayer(x), gain, bias, eps, axis=-2),
            "You normalised over the words. Each word is normalised over its own features.",
        ),
        mistake(
            "eps_outside",
            lambda x, sublayer, gain, bias, eps=1e-5: (
                gain * (x + sublayer(x) - (x + sublayer(x)).mean(-1, keepdims=True))
                / ((x + sublayer(x)).std(-1, keepdims=True) + eps) + bias
            ),
            "ε belongs inside the root, beside the variance.",
        ),
        mistake(
            "no_gain",
            lambda x, sublayer, gain, bias, eps=1e-5: _norm(x + sublayer(x), 1.0, 0.0, eps),
            "Mean 0 and variance 1 are reached. Gain and bias are not used.",
        ),
    ],
    properties=[
        law("with gain 1 and bias 0 every row has mean 0 and variance 1", _moments),
        _agrees_with_loops("norm1", "x", lambda x: _WIDE["attended"], "gain1", "bias1"),
    ],
    difficulty=2,
    importance=3,
    minutes=3,
    hints=(
        "The paper writes LayerNorm(x + Sublayer(x)), §3.1.",
        "Call sublayer(x), add x, and normalise the sum; transformer.layer_norm is yours since day 8.",
        "transformer.layer_norm(x + sublayer(x), gain, bias, eps).",
    ),
    then="Next question: how many ways lead a gradient from here back to x?",
)  # fmt: skip


# --- step 10: feed-forward ----------------------------------------------------------------------------------


def _relu(x):
    return np.maximum(x, 0.0)


_FEED = tuple(_WIDE[name] for name in ("W1", "b1", "W2", "b2"))

exercise(
    "30.e10",
    "feed_forward(x, W1, b1, W2, b2)",
    reference=transformer.feed_forward,
    also=lambda x, W1, b1, W2, b2: np.einsum("btf,fd->btd", (x @ W1 + b1).clip(min=0), W2) + b2,
    cases=[
        case(_numbers(1, 2, 2), _numbers(2, 3), _numbers(3), _numbers(3, 2), _numbers(2)),
        case(_WIDE["norm1"], *_FEED),
        case(_numbers(3, 3, 3), _numbers(3, 3), _numbers(3), _numbers(3, 3), _numbers(3)),
    ],
    mistakes=[
        mistake(
            "relu_last",
            lambda x, W1, b1, W2, b2: _relu((x @ W1 + b1) @ W2 + b2),
            "The gate stands at the end: two linear layers in a row are one. It belongs between them.",
        ),
        mistake(
            "no_relu",
            lambda x, W1, b1, W2, b2: (x @ W1 + b1) @ W2 + b2,
            "Without the gate two linear layers are one linear layer.",
        ),
        mistake(
            "both",
            lambda x, W1, b1, W2, b2: _relu(_relu(x @ W1 + b1) @ W2 + b2),
            "One gate, between the layers. Your second one forbids negative outputs.",
        ),
        mistake("no_bias", lambda x, W1, b1, W2, b2: _relu(x @ W1) @ W2, "Equation 2 has two biases; yours has none."),
        mistake(
            "gate_before_bias",
            lambda x, W1, b1, W2, b2: (_relu(x @ W1) + b1) @ W2 + b2,
            "The first bias has to be in front of the gate: it decides where the gate opens.",
        ),
        mistake(
            "relu_first",
            lambda x, W1, b1, W2, b2: (_relu(x) @ W1 + b1) @ W2 + b2,
            "You gated the input. The gate stands behind the first layer.",
        ),
    ],
    properties=[_agrees_with_loops("fed", "norm1", "W1", "b1", "W2", "b2")],
    difficulty=1,
    importance=2,
    minutes=2,
    hints=(
        "Equation 2: max(0, x W1 + b1) W2 + b2.",
        "np.maximum(table, 0) keeps what is positive. It stands between the layers.",
        "np.maximum(x @ W1 + b1, 0) @ W2 + b2.",
    ),
    then="Next question: does this layer let two words talk to each other?",
)


# --- step 11: add and norm again ----------------------------------------------------------------------------


def _fed(H, p):
    return _relu(H @ p["W1"] + p["b1"]) @ p["W2"] + p["b2"]


def _second(d, ff):
    shapes = {"gain1": (d,), "bias1": (d,), "W1": (d, ff), "b1": (ff,), "W2": (ff, d), "b2": (d,), "gain2": (d,),
              "bias2": (d,)}  # fmt: skip
    return {name: _numbers(*shape) for name, shape in shapes.items()}


_SECOND_NAMES = ("gain1", "bias1", "W1", "b1", "W2", "b2", "gain2", "bias2")
_WIDE_SECOND = {name: _WIDE[name] for name in _SECOND_NAMES}

exercise(
    "30.e11",
    "second_sublayer(H, p)",
    reference=lambda H, p: transformer.layer_norm(
        H + transformer.feed_forward(H, p["W1"], p["b1"], p["W2"], p["b2"]), p["gain2"], p["bias2"]
    ),
    also=lambda H, p: _norm(H + _fed(H, p), p["gain2"], p["bias2"]),
    cases=[
        case(_numbers(1, 2, 4), _second(4, 3)),
        case(_WIDE["norm1"], _WIDE_SECOND),
        case(_numbers(3, 3, 3), _second(3, 3)),
    ],
    mistakes=[
        mistake(
            "reused",
            lambda H, p: _norm(H + _fed(H, p), p["gain1"], p["bias1"]),
            "gain1 and bias1 belong to the first norm. This one has numbers of its own.",
        ),
        mistake(
            "pre_norm",
            lambda H, p: H + _fed(_norm(H, p["gain2"], p["bias2"]), p),
            "That is pre-norm. The paper normalises the sum.",
        ),
        mistake(
            "no_residual",
            lambda H, p: _norm(_fed(H, p), p["gain2"], p["bias2"]),
            "H itself is missing from the sum.",
        ),
        mistake("no_norm", lambda H, p: H + _fed(H, p), "The sum is right. Its norm is still missing."),
        mistake(
            "gain_only",
            lambda H, p: _norm(H + _fed(H, p), p["gain2"], 0.0),
            "The gain is there, the bias is not.",
        ),
    ],
    properties=[_agrees_with_loops("output", "norm1", _WIDE_SECOND)],
    difficulty=2,
    importance=2,
    minutes=3,
    hints=(
        "It is step 9 with the feed-forward layer as the sub-layer.",
        "H + feed-forward of H, then the norm with the second gain and bias.",
        'transformer.layer_norm(H + transformer.feed_forward(H, p["W1"], ...), p["gain2"], p["bias2"]).',
    ),
    then="Next question: the residual here starts from H, not from x. What would be lost otherwise?",
)


# --- step 12: logits ----------------------------------------------------------------------------------------

exercise(
    "30.e12",
    "logits(X, W_out)",
    reference=lambda X, W_out: X @ W_out,
    also=lambda X, W_out: np.einsum("btd,dv->btv", X, W_out),
    cases=[
        case(_numbers(1, 2, 2), _numbers(2, 3)),
        case(_WIDE["output"], _WIDE["W_out"]),
        case(_numbers(3, 3, 3), _numbers(3, 3)),
    ],
    mistakes=[
        mistake(
            "probability",
            lambda X, W_out: _softmax(X @ W_out),
            "Those are shares. The loss expects logits and takes the log-softmax itself; twice is once too often.",
        ),
        mistake(
            "log_shares",
            lambda X, W_out: np.log(_softmax(X @ W_out)),
            "Those are logarithms of shares. The loss would forgive that; logits are the scores before any softmax.",
        ),
        mistake(
            "last_word",
            lambda X, W_out: X[:, -1] @ W_out,
            "In training every place predicts its next word, not only the last one.",
        ),
        mistake(
            "scaled",
            lambda X, W_out: X @ W_out / np.sqrt(X.shape[-1]),
            "The root of d belongs to the scores of attention and to the embedding, not here.",
        ),
    ],
    properties=[_agrees_with_loops("logits", "output", "W_out")],
    difficulty=1,
    importance=2,
    minutes=2,
    hints=(
        "One score for every word of the vocabulary, at every place.",
        "(B, T, d) times (d, V).",
        "X @ W_out, and nothing else: no softmax.",
    ),
    then="Next question: the paper shares this matrix with the embedding table (§3.4). Which shape has it there?",
)


# --- the whole layer: the plan's D30.1 and D30.2 ------------------------------------------------------------


def _layer(X, W_Q, W_K, W_V, W_O, heads, mask=None, *, root=None, split=_split, merge=_merged, late=False, axis=-1):
    """Multi-head self-attention with places where it can go wrong."""
    Q, K, V = (split(X @ W, heads) for W in (W_Q, W_K, W_V))
    S = Q @ np.swapaxes(K, -1, -2) / np.sqrt(Q.shape[-1] if root is None else root(Q))
    seen = np.array(True) if mask is None else mask
    A = _softmax(S, axis) * seen if late else _softmax(np.where(seen, S, -np.inf), axis)
    return merge(A @ V) @ W_O, A


def _template(X, W_Q, W_K, W_V, W_O, heads, mask=None):
    """Another right way: one head after the other, in columns."""
    d_k = W_Q.shape[1] // heads
    outputs, weights = [], []
    for i in range(heads):
        own = slice(i * d_k, (i + 1) * d_k)
        S = np.einsum("btk,bsk->bts", X @ W_Q[:, own], X @ W_K[:, own]) / d_k**0.5
        A = _softmax(S if mask is None else np.where(mask, S, -np.inf))
        outputs.append(A @ (X @ W_V[:, own]))
        weights.append(A)
    return np.concatenate(outputs, axis=-1) @ W_O, np.stack(weights, axis=1)


def _reshape_split(Y, heads):
    return Y.reshape(Y.shape[0], heads, Y.shape[1], -1)


def _reshape_merge(O):
    return O.reshape(O.shape[0], O.shape[2], -1)


_W4 = tuple(_WIDE[name] for name in ("W_Q", "W_K", "W_V", "W_O"))
_X_FREE = _WIDE["x"]
_CAUSAL = np.tril(np.ones((5, 5), dtype=bool))


def _layer_rows(layer):
    total = layer(_X_FREE, *_W4, 3, _CAUSAL)[1].sum(axis=-1)
    return "" if np.allclose(total, 1) else f"A row of weights adds up to {float(np.ravel(total)[0]):.4g}."


def _future_is_silent(layer):
    before = layer(_X_FREE, *_W4, 3, _CAUSAL)[0]
    for t in range(4):
        edited = _X_FREE.copy()
        edited[:, t + 1 :] += 3.0
        moved = np.abs(layer(edited, *_W4, 3, _CAUSAL)[0] - before)[:, : t + 1].max()
        if moved > 1e-12:
            return f"Words after place {t} were edited, and an output at place {t} or before moved by {moved:.2g}."
    return ""


def _order_blind(layer):
    order = np.array([3, 0, 4, 1, 2])
    moved = layer(_X_FREE[:, order], *_W4, 3)[0] - layer(_X_FREE, *_W4, 3)[0][:, order]
    return (
        "" if np.abs(moved).max() < 1e-9 else "Words in the order 3, 0, 4, 1, 2 do not give the outputs in that order."
    )


def _one_head_is_day_10(layer):
    Q, K, V = (_X_FREE @ W for W in _W4[:3])
    wanted = transformer.scaled_dot_product_attention(Q, K, V)[0] @ _W4[3]
    return "" if np.allclose(layer(_X_FREE, *_W4, 1)[0], wanted) else "heads = 1 gives something else."


exercise(
    "30.p1",
    "attention_layer(X, W_Q, W_K, W_V, W_O, heads, mask=None)",
    reference=lambda X, W_Q, W_K, W_V, W_O, heads, mask=None: transformer.multi_head_attention(
        X, X, W_Q, W_K, W_V, W_O, heads, mask
    ),
    also=_template,
    cases=[
        case(_numbers(1, 2, 2), *_numbers(4, 2, 2), 1),
        case(_X_FREE, *_W4, 3, _CAUSAL),
        case(_X_FREE, *_W4, 3),
        case(_numbers(3, 3, 9), *_numbers(4, 9, 9), 3, np.tril(np.ones((3, 3), dtype=bool))),
    ],
    mistakes=[
        mistake(
            "no_scale",
            lambda *args: _layer(*args, root=lambda Q: 1.0),
            "The scores are not divided: with d_k summands their variance is d_k.",
        ),
        mistake(
            "d_model",
            lambda *args: _layer(*args, root=lambda Q: Q.shape[1] * Q.shape[-1]),
            "You divided by √d_model. A score adds up d_k products, the width of one head.",
        ),
        mistake(
            "mask_late",
            lambda *args: _layer(*args, late=True),
            "You masked the weights, and what is left does not add up to 1. The mask comes before the softmax.",
        ),
        mistake(
            "no_mask",
            lambda X, W_Q, W_K, W_V, W_O, heads, mask=None: _layer(X, W_Q, W_K, W_V, W_O, heads),
            "The argument mask is never used: every word sees the future.",
        ),
        mistake(
            "inverted",
            lambda X, W_Q, W_K, W_V, W_O, heads, mask=None: _layer(
                X, W_Q, W_K, W_V, W_O, heads, mask if mask is None else ~mask
            ),
        ),
        mistake("columns", lambda *args: _layer(*args, axis=-2)),
        mistake(
            "split_by_reshape",
            lambda *args: _layer(*args, split=_reshape_split),
            "Your split cuts across words: reshape to (B, T, h, d_k) first, then swap two axes.",
        ),
        mistake(
            "merge_by_reshape",
            lambda *args: _layer(*args, merge=_reshape_merge),
            "Your merge lacks the transpose: rows hold pieces of other words, later ones too.",
        ),
        mistake(
            "no_W_O",
            lambda X, W_Q, W_K, W_V, W_O, heads, mask=None: _layer(X, W_Q, W_K, W_V, np.eye(len(W_O)), heads, mask),
            "W_O is not used: the heads stand side by side and nothing mixes them.",
        ),
        mistake(
            "K_as_V",
            lambda X, W_Q, W_K, W_V, W_O, heads, mask=None: _layer(X, W_Q, W_K, W_K, W_O, heads, mask),
            "You mixed the keys. Keys decide how much, values are what is mixed.",
        ),
    ],
    properties=[
        law("every row of weights adds up to 1", _layer_rows),
        law("with the causal mask, a word that comes later moves nothing", _future_is_silent),
        law("without mask and positions, shuffled words give shuffled outputs", _order_blind),
        law("one head is the attention of day 10", _one_head_is_day_10),
    ],
    difficulty=3,
    importance=3,
    minutes=6,
    hints=(
        "Steps 3 to 8 in a row, with one mask that is given: project, score, hide, share, mix, merge.",
        "You may call project_heads, scaled_scores, attention_weights, mix_values and merge_and_mix.",
        "Six lines: Q, K, V = ...; S = scaled scores; S = np.where(mask, S, -np.inf); A = weights; O = mix; "
        "return merged O @ W_O, A.",
    ),
    then="Next question: which of the four laws would a layer with positions break?",
)


def _shapes(B, T, heads, d_k, V):
    d = heads * d_k
    return {
        "embedded": (B, T, d),
        "Q": (B, heads, T, d_k),
        "scores": (B, heads, T, T),
        "weights": (B, heads, T, T),
        "head_outputs": (B, heads, T, d_k),
        "concat": (B, T, d),
        "attended": (B, T, d),
        "logits": (B, T, V),
    }


def _also_shapes(B, T, heads, d_k, V):
    X = np.zeros((B, T, heads * d_k))
    Q = X.reshape(B, T, heads, d_k).swapaxes(1, 2)
    S = Q @ Q.swapaxes(-1, -2)
    O = S @ Q
    back = O.swapaxes(1, 2).reshape(X.shape)
    arrays = (X, Q, S, S, O, back, X, X @ np.zeros((heads * d_k, V)))
    names = ("embedded", "Q", "scores", "weights", "head_outputs", "concat", "attended", "logits")
    return {name: array.shape for name, array in zip(names, arrays, strict=True)}


exercise(
    "30.p2",
    "shapes(B, T, heads, d_k, V)",
    reference=_shapes,
    also=_also_shapes,
    cases=[case(2, 5, 3, 7, 11), case(1, 6, 2, 2, 5), case(3, 3, 3, 3, 3)],
    mistakes=[
        mistake(
            "no_head_axis",
            lambda B, T, heads, d_k, V: _shapes(B, T, heads, d_k, V) | {"scores": (B, T, T), "weights": (B, T, T)},
            "scores: each head has a table of its own, (B, h, T, T).",
        ),
        mistake(
            "features_meet",
            lambda B, T, heads, d_k, V: (
                _shapes(B, T, heads, d_k, V) | {"scores": (B, heads, d_k, d_k), "weights": (B, heads, d_k, d_k)}
            ),
            "scores: words meet words, T by T. d_k is what was added up.",
        ),
        mistake(
            "full_width",
            lambda B, T, heads, d_k, V: _shapes(B, T, heads, d_k, V) | {"Q": (B, heads, T, heads * d_k)},
            "Q: a head is d_k wide. All heads together are d_model wide.",
        ),
        mistake(
            "heads_third",
            lambda B, T, heads, d_k, V: (
                _shapes(B, T, heads, d_k, V) | {"Q": (B, T, heads, d_k), "head_outputs": (B, T, heads, d_k)}
            ),
            "Q: the heads stand in front of the words, so that @ works on the last two axes.",
        ),
        mistake(
            "one_head_left",
            lambda B, T, heads, d_k, V: _shapes(B, T, heads, d_k, V) | {"concat": (B, T, d_k)},
            "concat: the heads are put side by side, not added.",
        ),
        mistake(
            "last_word",
            lambda B, T, heads, d_k, V: _shapes(B, T, heads, d_k, V) | {"logits": (B, V)},
            "logits: every place predicts its next word.",
        ),
    ],
    difficulty=1,
    importance=2,
    minutes=4,
    hints=(
        "Run your layer and print shape after shape; then write them with letters.",
        "Rows in, rows out: (B, T, d) at both ends. In between the heads have an axis of their own.",
        "Scores and weights are (B, h, T, T); what is built from V is (B, h, T, d_k).",
    ),
    then="Next question: which of the eight grows with the square of the sentence?",
)


# --- the chain in reverse -----------------------------------------------------------------------------------

_TOP = ("W_out", "output", "sum2", "gain2", "bias2", "W2", "b2", "hidden", "before", "W1", "b1", "norm1")
_BELOW = ("sum1", "gain1", "bias1", "W_O", "concat", "head_outputs", "V", "weights", "scores", "Q", "K",
          "W_Q", "W_K", "W_V", "x", "E")  # fmt: skip


def _over_tokens(g):
    return g.sum(axis=(0, 1))


def _top(d_logits, trace, p, gate=None, second_way=True, norm=calculus.vjp_layer_norm, seen="hidden"):
    """From the logits down to norm1, with places where it can go wrong."""
    t, d = trace, {"W_out": calculus.grad_W(trace["output"], d_logits)}
    d["output"] = calculus.grad_X(d_logits, p["W_out"])
    d["sum2"], d["gain2"], d["bias2"] = norm(d["output"], t["sum2"], p["gain2"])
    d["W2"], d["b2"] = calculus.grad_W(t[seen], d["sum2"]), _over_tokens(d["sum2"])
    d["hidden"] = calculus.grad_X(d["sum2"], p["W2"])
    d["before"] = calculus.vjp_relu(t["before"] if gate is None else gate(t, d), d["hidden"])
    d["W1"], d["b1"] = calculus.grad_W(t["norm1"], d["before"]), _over_tokens(d["before"])
    d["norm1"] = calculus.grad_X(d["before"], p["W1"]) + (d["sum2"] if second_way else 0.0)
    return d


def _top_again(d_logits, trace, p):
    """The same in indices, without the course's functions for it."""
    t = trace
    d = {"W_out": np.einsum("btd,btv->dv", t["output"], d_logits)}
    d["output"] = np.einsum("btv,dv->btd", d_logits, p["W_out"])
    d |= dict(zip(("sum2", "gain2", "bias2"), _norm_backward(d["output"], t["sum2"], p["gain2"]), strict=True))
    d["W2"], d["b2"] = np.einsum("btf,btd->fd", t["hidden"], d["sum2"]), np.einsum("btd->d", d["sum2"])
    d["hidden"] = np.einsum("btd,fd->btf", d["sum2"], p["W2"])
    d["before"] = d["hidden"] * (t["hidden"] > 0)
    d["W1"], d["b1"] = np.einsum("btd,btf->df", t["norm1"], d["before"]), np.einsum("btf->f", d["before"])
    d["norm1"] = d["sum2"] + np.einsum("btf,df->btd", d["before"], p["W1"])
    return d


def _norm_backward(g, x, gain, centred=True):
    s = 1 / np.sqrt(x.var(axis=-1, keepdims=True) + 1e-5)
    x_hat = s * (x - x.mean(axis=-1, keepdims=True))
    through = g * gain
    back = through
    if centred:
        back = through - through.mean(-1, keepdims=True) - x_hat * (through * x_hat).mean(-1, keepdims=True)
    return s * back, _over_tokens(g * x_hat), _over_tokens(g)


def _agrees_with_nudging(names, run):
    """A law: on the small shipped model the gradients are those found by nudging each number in the loops."""

    def counterexample(function):
        found = run(function)
        for name in names:
            if calculus.rel_error(found[name], _SMALL[f"d_{name}"]) > 1e-6:
                return f"{name} differs from what nudging finds."
        return ""

    return law("every gradient is what nudging each number finds", counterexample)


_D_LOGITS = _numbers(2, 5, 11)
_SMALL_PARAMETERS = {name: _SMALL[name] for name in loop_reference.PARAMETERS}
_TOP_TRACE = ("norm1", "before", "hidden", "sum2", "output")
_BELOW_TRACE = ("tokens", "x", "Q", "K", "V", "weights", "concat", "sum1")


def _only(group, names):
    return {name: group[name] for name in names}


exercise(
    "30.e13",
    "backward_top(d_logits, trace, p)",
    reference=_top,
    also=_top_again,
    cases=[
        case(_SMALL["d_logits"], _only(_SMALL, _TOP_TRACE), _SMALL_PARAMETERS),
        case(_D_LOGITS, _only(_WIDE, _TOP_TRACE), _PARAMETERS),
    ],
    mistakes=[
        mistake(
            "residual_forgotten",
            lambda *args: _top(*args, second_way=False),
            "norm1: two ways lead back to it, through the feed-forward layer and round it. They add.",
        ),
        mistake(
            "by_grad",
            lambda *args: _top(*args, gate=lambda t, d: d["hidden"]),
            "before: the gate is decided by the input of the forward pass, not by the gradient.",
        ),
        mistake(
            "unmasked",
            lambda *args: _top(*args, gate=lambda t, d: np.ones_like(t["before"])),
            "before: the gate is missing. Where the input was not positive, nothing flows.",
        ),
        mistake(
            "no_centre",
            lambda *args: _top(*args, norm=lambda g, x, gain: _norm_backward(g, x, gain, centred=False)),
            "sum2: through a LayerNorm a change of one feature moves mean and variance of all. Two terms are missing.",
        ),
        mistake(
            "wrong_input",
            lambda *args: _top(*args, seen="before"),
            "W2: a layer's gradient is its input times what arrives. The input of W2 is behind the gate.",
        ),
    ],
    properties=[
        _agrees_with_nudging(_TOP, lambda f: f(_SMALL["d_logits"], _only(_SMALL, _TOP_TRACE), _SMALL_PARAMETERS))
    ],
    difficulty=4,
    importance=3,
    minutes=12,
    hints=(
        "Walk the forward pass backwards. Each line uses grad_W, grad_X, vjp_relu or vjp_layer_norm.",
        "sum2 feeds W2's layer and, round it, norm1. So norm1 collects two gradients.",
        "Order: W_out, output, (sum2, gain2, bias2), W2, b2, hidden, before, W1, b1, norm1. "
        'd["norm1"] = d["sum2"] + grad_X(d["before"], p["W1"]).',
    ),
    then="Next question: where in this list would dropout have its line?",
)


def _unsplit(G):
    return G.swapaxes(1, 2).reshape(G.shape[0], G.shape[2], -1)


def _below(d_norm1, trace, p, centre=True, root=True, unmerge=_split, shortcut=True, add=True, E_root=True, ways="QKV"):
    """From norm1 down to the embedding table, with places where it can go wrong."""
    t, d = trace, {}
    scale = 1 / np.sqrt(t["Q"].shape[-1]) if root else 1.0
    d["sum1"], d["gain1"], d["bias1"] = calculus.vjp_layer_norm(d_norm1, t["sum1"], p["gain1"])
    d["W_O"] = calculus.grad_W(t["concat"], d["sum1"])
    d["concat"] = calculus.grad_X(d["sum1"], p["W_O"])
    d["head_outputs"] = unmerge(d["concat"], t["Q"].shape[1])
    d["V"] = np.swapaxes(t["weights"], -1, -2) @ d["head_outputs"]
    d["weights"] = d["head_outputs"] @ np.swapaxes(t["V"], -1, -2)
    d["scores"] = calculus.vjp_softmax(t["weights"], d["weights"]) if centre else t["weights"] * d["weights"]
    d["Q"] = d["scores"] @ t["K"] * scale
    d["K"] = np.swapaxes(d["scores"], -1, -2) @ t["Q"] * scale
    d["x"] = d["sum1"] if shortcut else 0.0
    for name in "QKV":
        d[f"W_{name}"] = calculus.grad_W(t["x"], _unsplit(d[name]))
        if name in ways:
            d["x"] = d["x"] + calculus.grad_X(_unsplit(d[name]), p[f"W_{name}"])
    d["E"] = np.zeros_like(p["E"])
    rows = d["x"] * (np.sqrt(d["x"].shape[-1]) if E_root else 1.0)
    if add:
        np.add.at(d["E"], t["tokens"], rows)
    else:
        d["E"][t["tokens"]] += rows
    return d


def _below_again(d_norm1, trace, p):
    """The same in indices."""
    t, (B, h, T, k) = trace, trace["Q"].shape
    d = dict(zip(("sum1", "gain1", "bias1"), _norm_backward(d_norm1, t["sum1"], p["gain1"]), strict=True))
    d["W_O"] = np.einsum("btd,bte->de", t["concat"], d["sum1"])
    d["concat"] = np.einsum("bte,de->btd", d["sum1"], p["W_O"])
    d["head_outputs"] = d["concat"].reshape(B, T, h, k).transpose(0, 2, 1, 3)
    d["V"] = np.einsum("bhqt,bhqv->bhtv", t["weights"], d["head_outputs"])
    d["weights"] = np.einsum("bhqv,bhtv->bhqt", d["head_outputs"], t["V"])
    d["scores"] = t["weights"] * (d["weights"] - np.einsum("bhqt,bhqt->bhq", t["weights"], d["weights"])[..., None])
    d["Q"] = np.einsum("bhqt,bhtk->bhqk", d["scores"], t["K"]) / k**0.5
    d["K"] = np.einsum("bhqt,bhqk->bhtk", d["scores"], t["Q"]) / k**0.5
    d["x"] = d["sum1"].copy()
    for name in "QKV":
        rows = d[name].transpose(0, 2, 1, 3).reshape(B, T, h * k)
        d[f"W_{name}"] = np.einsum("btd,bte->de", t["x"], rows)
        d["x"] += np.einsum("bte,de->btd", rows, p[f"W_{name}"])
    d["E"] = np.einsum("btv,btd->vd", np.eye(len(p["E"]))[t["tokens"]], d["x"]) * (h * k) ** 0.5
    return d


_BELOW_NAMES = ("E", "W_Q", "W_K", "W_V", "W_O", "gain1", "bias1")
_D_NORM1 = _numbers(2, 5, 21)

exercise(
    "30.e14",
    "backward_attention(d_norm1, trace, p)",
    reference=_below,
    also=_below_again,
    cases=[
        case(_SMALL["d_norm1"], _only(_SMALL, _BELOW_TRACE), _only(_SMALL, _BELOW_NAMES)),
        case(_D_NORM1, _only(_WIDE, _BELOW_TRACE), _only(_WIDE, _BELOW_NAMES)),
    ],
    mistakes=[
        mistake(
            "no_centre",
            lambda *args: _below(*args, centre=False),
            "scores: raising one share lowers the others. A ⊙ (dA − the row's sum of dA ⊙ A).",
        ),
        mistake(
            "no_scale",
            lambda *args: _below(*args, root=False),
            "Q: the forward pass divided by √d_k, so its gradient is divided too.",
        ),
        mistake(
            "reshape",
            lambda *args: _below(*args, unmerge=_reshape_split),
            "head_outputs: a gradient goes back the way its value came. Split the columns, then swap two axes.",
        ),
        mistake(
            "residual_forgotten",
            lambda *args: _below(*args, shortcut=False),
            "x: the way round the attention is missing. What arrives at sum1 also reaches x directly.",
        ),
        mistake(
            "queries_only",
            lambda *args: _below(*args, ways="Q"),
            "x: it made queries, keys and values. Three gradients come back, and the residual makes four.",
        ),
        mistake(
            "overwritten",
            lambda *args: _below(*args, add=False),
            "E: a word that occurs twice gets two gradients, and they add. An index with += keeps only the last.",
        ),
        mistake(
            "E_without_root",
            lambda *args: _below(*args, E_root=False),
            "E: its rows were multiplied by √d on the way up.",
        ),
    ],
    properties=[
        _agrees_with_nudging(
            _BELOW, lambda f: f(_SMALL["d_norm1"], _only(_SMALL, _BELOW_TRACE), _only(_SMALL, _BELOW_NAMES))
        )
    ],
    difficulty=4,
    importance=3,
    minutes=12,
    hints=(
        "dV = Aᵀ dO, dA = dO Vᵀ, dS from vjp_softmax, dQ = dS K / √d_k, dK = dSᵀ Q / √d_k: day 26.",
        "Split d_concat as the forward pass split Q; swap and reshape dQ, dK, dV back before they meet W_Q, W_K, W_V.",
        "x collects sum1 and three products with the transposed W. np.add.at(dE, tokens, √d · dx) adds repeated words.",
    ),
    then="Next question: which of these gradients would not change if the mask were removed in the backward pass only?",
)


# --- by hand ------------------------------------------------------------------------------------------------

hand(
    "30.h1",
    "Head B, row of sat: the scores are 1, 2, 1, 2, 1, 4 for the, cat, sat, on, the, mat. Which word gets the largest "
    "weight?",
    "mat",
    wrong=[
        ("cat", "In head A. Head B asks where, and cat scores 2 there."),
        ("sat", "That is the word that asks. Its own score is 1."),
        ("on", "Its score is 2. Another word has 4."),
        ("the", "Its score is 1, the smallest of the row."),
    ],
    hints=("Softmax keeps the order of the scores.", "Which score is the largest?", "The 4 stands at position 5."),
    working="4 is the largest score, and softmax keeps the order: mat, with 0.54.",
)
hand(
    "30.h2",
    "Count the parameters of the model for the corpus: V = 10 (with pad), d = 16, two heads, feed-forward width 32; "
    "W_Q, W_K, W_V, W_O without biases, two LayerNorms, an output matrix of its own.",
    "2480",
    wrong=[
        ("2320", "One matrix is missing: from d to the ten words at the end, 160."),
        ("2432", "The feed-forward layer has two biases, 32 and 16."),
        ("2416", "Each LayerNorm has a gain and a bias, 16 numbers each."),
        ("3504", "Two heads share the four matrices, 8 columns each. They do not double them."),
        ("2448", "There are two LayerNorms with numbers of their own."),
    ],
    hints=(
        "List the matrices by name, with their shapes.",
        "E 10·16, four times 16·16, 16·32 + 32 + 32·16 + 16, twice 16 + 16, and 16·10.",
        "160 + 1024 + 1072 + 64 + 160.",
    ),
    working="160 + 1024 + 1072 + 64 + 160 = 2480.",
)
hand(
    "30.h3",
    "The lowest honest loss on the corpus, in bits per event: four equally likely sentences, 23 events.",
    "8/23",
    unit="bit",
    wrong=[
        ("20/23", "That is the floor for a reader who knows only the word before."),
        ("0.2411", "That is the same floor in nat. Bits were asked for: divide by ln 2."),
        ("2", "2 bit is the price of one whole sentence. Share it among the events."),
        ("0", "Nobody knows in advance which of the four sentences comes."),
        ("1/2", "2 bit for each of four sentences makes 8 in all, and there are 23 events, not 16."),
    ],
    hints=(
        "One of four equally likely sentences: how many bits?",
        "Four sentences at 2 bits each make 8 bits.",
        "Divide by the 23 events.",
    ),
    working="4 sentences at 2 bits each, shared by 23 events: 8/23 = 0.348 bit = 0.241 nat.",
)

# --- quiz ---------------------------------------------------------------------------------------------------

choice(
    "30.q1",
    "The gradient check passes with an error of 1e-9, and the loss lies below the floor. What is wrong?",
    wrong("Nothing: a low loss is good", "Below the floor is impossible for a reader of the past."),
    wrong("The backward pass", "The check compared it with the forward pass, and they agree."),
    right("The forward pass leaks the future", "A passed check says that backward fits forward, not that forward is "
          "right. Look at the mask and at every reshape."),
    wrong("The learning rate", "It decides how fast a floor is reached, not where the floor is."),
)  # fmt: skip
choice(
    "30.q2",
    "The model is right in 100 % of the places, and the weight on the right letter is only 0.6. A contradiction?",
    wrong("Yes, 40 % of the mixture is wrong", "The other 0.4 is spread over several letters."),
    right("No, argmax needs only a plurality", "0.6 of one direction beats any other, each with a smaller share."),
    wrong("Yes, one of the two numbers has a bug", "Both can be right: one counts answers, the other measures a mix."),
)
choice(
    "30.q3",
    "In one sentence: what does attention compute?",
    wrong("The similarity of all words", "That is half of it, and the score need not be symmetric."),
    right("A weighted average of value vectors, whose weights depend on the data", "Queries and keys set the weights; "
          "values are what is averaged."),
    wrong("The most important word", "It mixes all of them. A hard choice is only the limit of very large gaps."),
    wrong("A fixed average of neighbours", "That would be a convolution. Here the weights change with every sentence."),
)  # fmt: skip


# --- predictions --------------------------------------------------------------------------------------------

choice(
    "30.w1",
    "Head A, row of sat: cat has weight 0.77. The temperature falls to 0.25. What is the weight of cat now?",
    wrong("0.77", "Dividing the scores by 0.25 makes every gap four times as large."),
    wrong("0.94", "The gap of 2.83 becomes 11.3, a ratio of about 80,000 to 1: more than that."),
    right("1.00", "The gap of 2.83 becomes 11.3: cat gets all but one part in 16,000. Rounded, that is 1.00."),
    wrong("0.25", "The temperature divides the scores, not the weights."),
)
choice(
    "30.w1b",
    "The same row at temperature 4. What is the weight of cat?",
    wrong("0.193, a quarter of 0.772", "The temperature divides the scores, not the weights."),
    right("0.289", "The gap is 0.71, a ratio of 2.03: 2.03 / (2.03 + 5) = 0.289. The order stays."),
    wrong("0.167, as all others", "Only in the limit. At 4 a gap of 0.71 is left."),
    wrong("0.5", "Five other words share the rest, each about half as large as cat: that is more than half."),
)
choice(
    "30.w1c",
    "Head B, row of sat: mat is ahead with 0.54. What happens to mat from temperature 0.25 to temperature 4?",
    right("0.992 falls to 0.240", "Cold makes the gap of 1.41 to cat and on a gap of 5.66; hot leaves 0.35."),
    wrong("0.240 rises to 0.992", "The other way round: cold is sharp, hot is even."),
    wrong("0.54 stays, only the others move", "They share one cake."),
    wrong("It loses the first place to cat", "No temperature changes the order."),
)
choice(
    "30.w2",
    "Random queries and keys with entries of variance 1, ten words, d_k from 1 to 512. What does the largest weight of "
    "a row do as d_k grows?",
    wrong("It stays the same with and without √d_k", "Without √d_k the scores have variance d_k: their gaps grow."),
    right(
        "Without √d_k it goes towards 1, with √d_k it stays",
        "Raw scores have variance d_k, and large gaps make one weight take all. Divided by √d_k their variance is 1.",
    ),
    wrong("Without √d_k it goes to 1/10", "That would need gaps that shrink. They grow like √d_k."),
    wrong("With √d_k it goes to 1/10", "Divided by √d_k the scores keep the variance 1, whatever d_k is."),
)
choice(
    "30.w3",
    "The output of a word is [head A, head B], two numbers each. Head A is silenced: its output is set to 0. "
    "Which of the numbers move?",
    wrong(
        "Only those of sat, which asks who", "Each word asks in head A; even the, with its zero query, takes a mean."
    ),
    wrong("All four of every word", "Head B has scores, weights and values of its own."),
    right(
        "The first two of every word, the last two of none",
        "Heads meet only in W_O. With W_O = I each keeps its own columns; a mixing W_O would move all four.",
    ),
    wrong("None: head B takes over", "Nothing is shared out again. Weights compete inside a head, not between heads."),
)
choice(
    "30.w4",
    "Corpus, no mask: each word sees the whole sentence. Where does the loss end? (The floor is 0.241 nat.)",
    wrong("At 0.241 nat", "The floor holds for readers who see the past only."),
    right("Near 0.000 nat", "The answer stands one place to the right, and the model reads it there."),
    wrong("At 0.603 nat", "That is what the word before is worth. This model sees more, not less."),
    wrong("It grows", "More to look at never makes the best loss larger."),
)
choice(
    "30.w4b",
    "Corpus, two heads, causal mask; merge by reshape alone, without the transpose, and its exact backward. "
    "What do you see?",
    wrong("An error about shapes", "The shape is right, the owners are wrong."),
    wrong("The gradient check fails", "It compares backward with forward. Both have the same bug, so they agree."),
    wrong("The check passes, the loss ends at 0.241 nat", "Rows now hold pieces of other places, later ones too."),
    right(
        "The check passes, the loss ends at 0.06 nat",
        "Row 1 gets places 2 and 3 of head one: the future. Of the 8 bits only mat or rug is still open, "
        "2 bits in 23 events: 0.0603 nat.",
    ),
)
choice(
    "30.w4c",
    "The same bug, eight random letters, two heads, task: say the letter before. What share does it get right?",
    wrong("More than 99 %, as before", "Some rows hold pieces of the wrong places only."),
    right(
        "About 72 %",
        "Rows 4 and 5 are made of places 0 to 3 of head two, which never saw the letters wanted there. "
        "5 places of 7 remain, and a little luck.",
    ),
    wrong("About 4 %, one in 26", "Five of the seven places still get a row in which their letter can be seen."),
    wrong("100 %: the bug leaks the answer", "Here the answer lies in the past. The bug hides some of it."),
)
choice(
    "30.w4d",
    "Corpus, no positions, and each word may attend to itself only. Where does the loss end?",
    wrong("At 2.197 nat, nine equal words", "It still knows one thing: the word itself."),
    right("At 0.603 nat", "It knows the present word and nothing else. That is a bigram table, floor 20/23 bit."),
    wrong("At 0.241 nat", "For that it would have to look back: mat or rug depends on earlier words."),
    wrong("Near 0", "Nothing leaks here."),
)
choice(
    "30.w4e",
    "Corpus, the factor 1/√d_k removed. Here d_k = 8. Where does the loss end?",
    wrong("It diverges", "√8 is 2.8. Scores 2.8 times as large are no catastrophe at this size."),
    right(
        "At 0.241, as before", "W_Q and W_K learn to be smaller. The factor matters for wide heads and at the start."
    ),
    wrong("At 0.603", "It can still look back."),
    wrong("Below the floor", "A scale lets nobody see the future."),
)
choice(
    "30.w4f",
    "Letters, learning rate 0.2 in place of 0.02. What share is right after 400 steps?",
    wrong("More than 99 %, ten times sooner", "A step of 0.2 for every weight is larger than the weights."),
    right("Less than half", "Adam moves each weight by about the learning rate. 0.2 throws it across its valley."),
    wrong("The same, Adam corrects the rate", "It corrects the scale of the gradient, never the rate itself."),
)
choice(
    "30.w4g",
    "Corpus, LayerNorm in front of each sub-layer (pre-norm) where the paper has it behind. What happens?",
    wrong("It cannot learn", "It can. Most large models today are built that way."),
    wrong("The loss falls below the floor", "No arrangement of one word's features lets it see the future."),
    right(
        "Nearly the same floor",
        "With one layer both learn. Pre-norm is for deep stacks: they then train without a long warm-up.",
    ),
)
choice(
    "30.w4h",
    "Letters, no positional encoding, causal mask kept. What share is right?",
    wrong("About 4 %, one in 26", "The mask shows which letters came so far. One of those is the answer."),
    right(
        "About 39 %",
        "It knows which letters came before, not in which order. A random one of them is right in 37 % of the places, "
        "the most frequent one in 42 %.",
    ),
    wrong("More than 99 %", "The letter before is one of several, and nothing marks it."),
)

# --- recall: ten items, three or more with new numbers ------------------------------------------------------


def _feed_forward_parameters(rng) -> Draw:
    d, ff = int(rng.choice([4, 6, 8, 10])), int(rng.choice([12, 16, 20, 24]))
    return Draw(
        f"Day 29: how many parameters has a feed-forward layer, d = {d}, inner width {ff}, both biases included?",
        str(2 * d * ff + ff + d),
        (
            (str(2 * d * ff), "The biases are missing: one for each inner feature, one for each outer."),
            (str(d * ff + ff), "That is the first layer. The second one leads back to d."),
            (str(2 * d * ff + ff), "The second bias is missing."),
        ),
        f"{d}·{ff} + {ff} + {ff}·{d} + {d}.",
    )


def _open_cells(rng) -> Draw:
    T = int(rng.integers(4, 13))
    return Draw(
        f"Day 28: a causal mask for {T} words: how many of its {T} × {T} cells are open?",
        str(T * (T + 1) // 2),
        (
            (str(T * (T - 1) // 2), "You forbade looking at oneself: the diagonal is open."),
            (str(T * T), "That is all of them."),
        ),
        f"1 + 2 + … + {T}: row t sees itself and the t places before it.",
    )


def _two_steps_down(rng) -> Draw:
    lr, start = float(rng.choice([0.1, 0.2, 0.3, 0.4])), float(rng.choice([10, 20, 50, 100]))
    factor = 1 - 2 * lr
    return Draw(
        f"Day 23: gradient descent on y = w², rate {lr:g}, start at w = {start:g}. Where is w after two steps?",
        f"{start * factor**2:g}",
        (
            (f"{start * (1 - lr) ** 2:g}", "The slope of w² is 2w: each step multiplies by 1 − 2·lr."),
            (f"{start * factor:g}", "That is one step."),
            (f"{start * (1 + 2 * lr) ** 2:g}", "That walks uphill. The step is minus the gradient."),
        ),
        f"Each step multiplies w by 1 − 2·{lr:g} = {factor:g}.",
    )


def _dot_product(rng) -> Draw:
    a = b = np.ones(3, dtype=int)
    while len({int(a @ b), int(a.sum() * b.sum()), int(np.abs(a * b).sum())}) < 3:
        a, b = rng.integers(-3, 4, size=(2, 3))
    return Draw(
        f"Day 1: the dot product of {tuple(map(int, a))} and {tuple(map(int, b))}?",
        str(int(a @ b)),
        (
            (str(int(np.sum(a) * np.sum(b))), "Pair equal positions only; you paired everything with everything."),
            (str(int(np.abs(a * b).sum())), "Signs count: a negative product is subtracted."),
        ),
        " + ".join(f"({int(x)})·({int(y)})" for x, y in zip(a, b, strict=True)) + f" = {int(a @ b)}.",
    )


fresh("30.r1", _feed_forward_parameters)
fresh("30.r2", _open_cells)
fresh("30.r3", _two_steps_down)
fresh("30.r4", _dot_product)
choice(
    "30.r5",
    "Day 27: Adam with an L2 penalty in the loss, and AdamW. Are they the same?",
    wrong("Yes, both shrink the weights", "The penalty's gradient is divided by √v in Adam; AdamW's decay is not."),
    right("No, Adam rescales the penalty's gradient", "Weights with large gradients are shrunk less. AdamW shrinks all "
          "by one factor."),
    wrong("Yes, for the first step", "Adam's first step hardly depends on the size of the penalty at all."),
)  # fmt: skip
choice(
    "30.r6",
    "Day 16: the truth has probability ¼ under the model. What is the loss of that event?",
    wrong("0.75", "A loss is a surprise, −log p, not a distance from 1."),
    right("2 bit", "−log₂ ¼ = 2 bit, or 1.386 nat."),
    wrong("4 bit", "That is one in four, not its logarithm."),
)
choice(
    "30.r7",
    "Day 26: a node is used twice. What happens to its gradient?",
    wrong("The larger one wins", "Both uses are ways on which a nudge reaches the loss."),
    wrong("The last one stays", "That is the bug = in place of +=."),
    right("The two gradients add", "A nudge travels on both ways, and the effects add."),
)
choice(
    "30.r8",
    "Day 7: (T, h·d_k) is to become (h, T, d_k). Which way?",
    wrong("reshape(h, T, d_k)", "That cuts across words: head 0 would own whole words."),
    right("reshape(T, h, d_k), then swap the first two axes", "The reshape cuts each row into blocks, the swap only "
          "changes the order of the axes."),
    wrong("transpose, then reshape(h, T, d_k)", "Then head 0 owns the right features in the wrong order."),
)  # fmt: skip
choice(
    "30.r9",
    "Day 14: the entropy of (½, ¼, ⅛, ⅛) is 1.75 bit. How much is that in nat?",
    wrong("2.525", "A nat is larger than a bit, so the number gets smaller."),
    right("1.213", "1.75 · ln 2."),
    wrong("1.75, entropy has no unit", "The unit is the base of the logarithm."),
)
choice(
    "30.r10",
    "Day 10: a query is the zero vector. What does that word read?",
    wrong("Nothing: its output is 0", "Its scores are all 0, and e⁰ = 1 is a share."),
    right("The plain average of all values", "Equal scores, equal shares."),
    wrong("Only itself", "Nothing marks its own key."),
)

"""Day 10, the attention formula taken apart: exercises, hand calculations, predictions, quiz and ten recall items."""

import numpy as np

from utils import story, transformer
from utils.exercises.answers import hand
from utils.exercises.choices import choice, right, wrong
from utils.exercises.engine import case, exercise, law, mistake
from utils.exercises.recall import Draw, fresh

_rng = np.random.default_rng(10)


def _whole(*shape):
    return _rng.integers(-3, 4, size=shape).astype(float)


def _shares(scores, axis=-1):
    e = np.exp(scores - np.max(scores))
    return e / e.sum(axis=axis, keepdims=True)


# sat asks cat, sat and mat in head A; then three sizes that cannot be mistaken; then all of them equal.
_ONE = (np.array([[2.0, 0.0]]), np.array([[2.0, 0.0], [0.0, 1.0], [0.0, 1.0]]), np.array([[2.0, 1], [-1, 2], [2, -1]]))
_WIDE = (_whole(3, 4), _whole(5, 4), _whole(5, 6))
_SQUARE = (_whole(3, 3), _whole(3, 3), _whole(3, 3))
_CASES = [case(*_ONE), case(*_WIDE), case(*_SQUARE)]


# --- the formula ----------------------------------------------------------------------------------------------


def attention(Q, K, V):
    """softmax(Q Kᵀ / √d_k) V, the output alone."""
    return transformer.scaled_dot_product_attention(Q, K, V)[0]


def _row_by_row(Q, K, V):
    """Another right answer: one query after the other."""
    return np.stack([_shares(K @ q / len(q) ** 0.5) @ V for q in Q])


def _scaled_by(factor):
    return lambda Q, K, V: _shares(Q @ K.T / factor(Q, K, V)) @ V


def _ones_in_ones_out(function):
    Q, K, _ = _WIDE
    out = np.asarray(function(Q, K, np.ones((5, 1))))
    return "" if np.allclose(out, 1) else "With V all ones, every output should be 1: it is an average of ones."


def _keys_may_be_reordered(function):
    Q, K, V = _WIDE
    order = np.array([4, 2, 0, 1, 3])
    same = np.allclose(function(Q, K[order], V[order]), function(Q, K, V))
    return "" if same else "Keys and values were put into another order together, and the output changed."


exercise(
    "10.e1",
    "attention(Q, K, V)",
    reference=attention,
    also=_row_by_row,
    cases=_CASES,
    mistakes=[
        mistake("no_scale", _scaled_by(lambda Q, K, V: 1.0), "Rows too peaked: the division by √d_k is missing."),
        mistake("by_dk", _scaled_by(lambda Q, K, V: Q.shape[-1]), "Too flat: you divided by d_k, not by its root."),
        mistake(
            "by_T",
            _scaled_by(lambda Q, K, V: np.sqrt(len(K))),
            "The scale depends on the length of the vectors, not on that of the sentence. You took the number of keys.",
        ),
        mistake(
            "by_dv",
            _scaled_by(lambda Q, K, V: np.sqrt(V.shape[-1])),
            "d_v is how wide the values are. A score adds up d_k products, the width of a query and a key.",
        ),
        mistake(
            "axis0",
            lambda Q, K, V: _shares(Q @ K.T / np.sqrt(Q.shape[-1]), axis=0) @ V,
            "Your columns add up to 1, and the rows should: each query has a cake of its own.",
        ),
        mistake(
            "whole",
            lambda Q, K, V: _shares(Q @ K.T / np.sqrt(Q.shape[-1]), axis=None) @ V,
            "You normalised the whole table; each row is its own cake.",
        ),
        mistake(
            "scale_after",
            lambda Q, K, V: _shares(Q @ K.T) / np.sqrt(Q.shape[-1]) @ V,
            "Scale the scores, not the weights: your rows add up to 1/√d_k.",
        ),
        mistake(
            "A_T",
            lambda Q, K, V: _shares(Q @ K.T / np.sqrt(Q.shape[-1])).T @ V,
            "The weights lie on their side: a row belongs to a query, a column to a key. V has one row for each key.",
        ),
        mistake(
            "K_as_V",
            lambda Q, K, V: _shares(Q @ K.T / np.sqrt(Q.shape[-1])) @ K,
            "You mixed the keys. Keys say who is heard; what is handed over are the values.",
        ),
        mistake(
            "no_softmax",
            lambda Q, K, V: Q @ K.T / np.sqrt(Q.shape[-1]) @ V,
            "Negative weights? The scores have to become shares before they mix.",
        ),
        mistake("no_T", lambda Q, K, V: _shares(Q @ K / np.sqrt(Q.shape[-1])) @ V),
        mistake("swapped", lambda Q, K, V: _shares(K @ Q.T / np.sqrt(Q.shape[-1])) @ V),
    ],
    properties=[
        law("equal values come out unchanged", _ones_in_ones_out),
        law("the order of the keys does not matter, as long as the values move along", _keys_may_be_reordered),
    ],
    difficulty=3,
    importance=5,
    minutes=12,
    hints=(
        "Four steps: products of all pairs, one division, one softmax a row, one mix. Write the shape behind each.",
        "Q (T_q, d_k) and Kᵀ (d_k, T_k) give one score for each pair. d_k is Q.shape[-1].",
        "scores = Q @ K.T / np.sqrt(Q.shape[-1]), then softmax(scores) @ V.",
    ),
    then="Next question: what does attention(Q, K, np.eye(len(K))) give back?",
)


# --- the same with loops --------------------------------------------------------------------------------------


def attention_loops(Q, K, V):
    """The formula with nothing but loops over queries, keys and columns."""
    out = np.zeros((len(Q), V.shape[1]))
    for i, query in enumerate(Q):
        e = [np.exp(sum(a * b for a, b in zip(query, key, strict=True)) / np.sqrt(len(query))) for key in K]
        for weight, value in zip(e, V, strict=True):
            out[i] += weight / sum(e) * value
    return out


def _not_reset(Q, K, V):
    return np.cumsum(attention(Q, K, V), axis=0)


def _total_not_reset(Q, K, V):
    e = np.exp(Q @ K.T / np.sqrt(Q.shape[-1]))
    return e @ V / np.cumsum(e.sum(axis=-1))[:, None]


def _last_key_only(Q, K, V):
    A = _shares(Q @ K.T / np.sqrt(Q.shape[-1]))
    return A[:, -1:] * V[-1]


def _total_too_early(Q, K, V):
    """Divided by the sum so far, which grows during the same loop."""
    e = np.exp(Q @ K.T / np.sqrt(Q.shape[-1]))
    return (e / np.cumsum(e, axis=-1)) @ V


exercise(
    "10.e2",
    "attention_loops(Q, K, V)",
    reference=attention_loops,
    also=attention,
    cases=[*_CASES, case(_whole(2, 2), _whole(3, 2), _whole(3, 5))],
    mistakes=[
        mistake(
            "outer_index",
            lambda Q, K, V: _shares(Q @ K.T / np.sqrt(Q.shape[-1]), axis=0) @ V,
            "You divided by a sum over the outer loop, the queries. The shares of one query add up over the keys, "
            "the inner loop.",
        ),
        mistake(
            "not_reset",
            _not_reset,
            "Each row contains the rows above it: the mix has to start at zero again for every query.",
        ),
        mistake(
            "total_not_reset",
            _total_not_reset,
            "The first row is right, the later ones are too small: the sum of the exponentials has to start at zero "
            "again for every query.",
        ),
        mistake(
            "total_too_early",
            _total_too_early,
            "You divided while the sum was still growing. First add up all exponentials of the row, then divide.",
        ),
        mistake(
            "last_key",
            _last_key_only,
            "Only the last key has a say. Add to the row (+=); do not replace it.",
        ),
        mistake(
            "not_normalised",
            lambda Q, K, V: np.exp(Q @ K.T / np.sqrt(Q.shape[-1])) @ V,
            "These are exponentials, not shares: divide by their sum over the keys.",
        ),
        mistake(
            "no_scale",
            _scaled_by(lambda Q, K, V: 1.0),
            "Rows too peaked: a score is a sum of d_k products, divided by √d_k.",
        ),
        mistake("whole", lambda Q, K, V: _shares(Q @ K.T / np.sqrt(Q.shape[-1]), axis=None) @ V),
    ],
    difficulty=2,
    importance=3,
    minutes=8,
    hints=(
        "For one query: a list of exponentials, one for each key; then their sum; then the mix.",
        "Outer loop over the queries. Inside it, first one loop over the keys for the exponentials, then one for the "
        "mix.",
        "e = [np.exp(q·k / √d_k) for every k]; then out[i] += e[j] / sum(e) * V[j] for every j.",
    ),
    then="Next question: how many multiplications do the scores take for T words? That is the price of attention.",
)


# --- several heads --------------------------------------------------------------------------------------------


def multi_head(X, heads, WO):
    """Concat(head_1, ..., head_h) W^O, every head with its own three matrices."""
    WQ, WK, WV = (transformer.one_big_W(matrices) for matrices in zip(*heads, strict=True))
    return transformer.multi_head_attention(X, X, WQ, WK, WV, WO, len(heads))[0]


def _outputs(X, heads, scale=None):
    return [transformer.scaled_dot_product_attention(X @ WQ, X @ WK, X @ WV, scale=scale)[0] for WQ, WK, WV in heads]


def _head_after_head(X, heads, WO):
    """Another right answer: every head meets its own rows of W^O, and the parts add up."""
    parts, row = 0.0, 0
    for out in _outputs(X, heads):
        parts = parts + out @ WO[row : row + out.shape[1]]
        row += out.shape[1]
    return parts


def _two_heads(d, d_k, d_v):
    return [tuple(_whole(d, width) for width in (d_k, d_k, d_v)) for _ in range(2)]


_STORY_HEADS = [(head.W_Q, head.W_K, head.W_V) for head in (story.HEAD_A, story.HEAD_B)]
_W_O = np.array([[1.0, 0, 0, 0], [0, 1, 0, 0], [0, 1, 1, 0], [1, 0, 0, 1]])

exercise(
    "10.e3",
    "multi_head(X, heads, WO)",
    reference=multi_head,
    also=_head_after_head,
    cases=[
        case(story.X4, _STORY_HEADS, _W_O),
        case(_whole(3, 5) / 2, _two_heads(5, 7, 2), _whole(4, 5)),
        case(_whole(3, 3) / 2, [tuple(_whole(3, 3) for _ in range(3))], _whole(3, 3)),
    ],
    mistakes=[
        mistake(
            "no_WO",
            lambda X, heads, WO: np.concatenate(_outputs(X, heads), axis=-1),
            "The heads stand side by side, but nothing mixes them yet: W^O is missing.",
        ),
        mistake(
            "axis0",
            lambda X, heads, WO: np.concatenate(_outputs(X, heads), axis=0) @ WO,
            "The heads have to stand side by side, so that every word keeps one row. Below each other, or added up, "
            "they do not fit to W^O: it has one row for every column of every head.",
        ),
        mistake(
            "by_d_model",
            lambda X, heads, WO: np.concatenate(_outputs(X, heads, scale=X.shape[-1] ** -0.5), axis=-1) @ WO,
            "Too flat: you divided by √d_model. Every head divides by the root of its own width d_k.",
        ),
        mistake(
            "no_scale",
            lambda X, heads, WO: np.concatenate(_outputs(X, heads, scale=1.0), axis=-1) @ WO,
            "Too peaked: inside every head the scores are still divided by √d_k.",
        ),
        mistake(
            "reversed",
            lambda X, heads, WO: np.concatenate(_outputs(X, heads)[::-1], axis=-1) @ WO,
            "The heads came in the wrong order: the first rows of W^O belong to the first head.",
        ),
        mistake(
            "same_head",
            lambda X, heads, WO: np.concatenate(_outputs(X, [heads[0]] * len(heads)), axis=-1) @ WO,
            "You heard the first head several times. Each one has three matrices of its own.",
        ),
        mistake(
            "X_as_V",
            lambda X, heads, WO: (
                np.concatenate([attention(X @ WQ, X @ WK, X)[:, : WV.shape[1]] for WQ, WK, WV in heads], axis=-1) @ WO
            ),
            "You mixed rows of X. What a head mixes are its values, X W_V.",
        ),
        mistake(
            "WO_T",
            lambda X, heads, WO: np.concatenate(_outputs(X, heads), axis=-1) @ WO.T,
            "W^O lies on its side: its rows belong to the columns of the heads. A square matrix hides that.",
        ),
        mistake(
            "interleaved",
            lambda X, heads, WO: np.stack(_outputs(X, heads), axis=-1).reshape(len(X), -1) @ WO,
            "The numbers of the heads are shuffled into each other. Head 1 first, all of it, then head 2.",
        ),
    ],
    difficulty=3,
    importance=4,
    minutes=12,
    hints=(
        "One head is attention(X W_Q, X W_K, X W_V). Do that for each triple.",
        "Collect the outputs in a list. Day 7: which axis puts them side by side?",
        "np.concatenate([...], axis=-1) @ WO.",
    ),
    then="Next question: swap the two heads, and which rows of W^O have to swap so that the output stays?",
)


# --- reading a row, and shuffling rows ------------------------------------------------------------------------

_READS = np.array([[0.1, 0.6, 0.3], [0.2, 0.1, 0.7], [0.9, 0.05, 0.05]])
_READS_WIDE = np.array([[0.3, 0.1, 0.2, 0.4, 0.0], [0.0, 0.15, 0.55, 0.1, 0.2], [0.02, 0.9, 0.03, 0.04, 0.01]])

exercise(
    "10.e4",
    "who_matters(A, i)",
    reference=lambda A, i: int(np.argmax(A[i])),
    also=lambda A, i: sorted(range(A.shape[1]), key=lambda j: A[i, j])[-1],
    cases=[case(_READS, 0), case(_READS, 2), case(_READS_WIDE, 1), case(_READS_WIDE, 0)],
    mistakes=[
        mistake(
            "column",
            lambda A, i: int(np.argmax(A[:, i])),
            "Row i is what token i reads. You looked at column i: who reads token i.",
        ),
        mistake("weight", lambda A, i: float(np.max(A[i])), "That is the weight itself. Which place does it stand at?"),
        mistake(
            "everywhere",
            lambda A, i: int(np.argmax(A)),
            "Without a row or an axis, argmax counts through the whole table. Take row i first.",
        ),
        mistake(
            "smallest",
            lambda A, i: int(np.argmin(A[i])),
            "That is the word that i listens to least.",
        ),
        mistake("all_rows", lambda A, i: np.argmax(A, axis=1), "One row was asked for: row i."),
        mistake("from_one", lambda A, i: int(np.argmax(A[i])) + 1, "Positions count from 0."),
    ],
    difficulty=1,
    importance=2,
    minutes=5,
    hints=("Which row belongs to token i?", "A[i] holds its weights.", "np.argmax(A[i])."),
    then="Next question: may a token matter to nobody? Which sum of A would tell you?",
)


def is_equivariant(f, X, perm):
    """Do the outputs move with the tokens, and change in nothing else?"""
    return bool(np.allclose(f(X[perm]), f(X)[perm]))


def _word_by_word(f, X, perm):
    """Another right answer: follow each token to its new place."""
    before, after = f(X), f(X[perm])
    return max(np.max(np.abs(after[place] - before[token])) for place, token in enumerate(perm)) < 1e-8


def self_attention(X):
    """Every token looks at all tokens."""
    return attention(X, X, X)


def causal_attention(X):
    """Every token looks at itself and those before it."""
    return transformer.scaled_dot_product_attention(X, X, X, transformer.causal_mask(len(X)))[0]


def mean_of_all(X):
    """One row for the whole sentence, given to every token."""
    return X + X.mean(axis=0)


def doubled(X):
    """Every token by itself."""
    return 2 * X


def same_for_all(X):
    """The mean of the sentence, once for every token."""
    return np.repeat(X.mean(axis=0, keepdims=True), len(X), axis=0)


_FIVE, _CYCLE = _whole(5, 3) / 2, np.array([2, 0, 3, 4, 1])
_FOUR = _whole(4, 4) / 2

exercise(
    "10.e5",
    "is_equivariant(f, X, perm)",
    reference=is_equivariant,
    also=_word_by_word,
    cases=[
        case(self_attention, _FIVE, _CYCLE),
        case(causal_attention, _FIVE, _CYCLE),
        case(same_for_all, _FIVE, _CYCLE),
        case(doubled, _FIVE, _CYCLE),
        case(mean_of_all, np.array([[0.1, 0.3], [0.2, 0.7], [0.3, 0.1]]), np.array([2, 1, 0])),
        case(self_attention, _FOUR, np.array([3, 0, 1, 2])),
        case(causal_attention, _FOUR, np.array([0, 1, 2, 3])),
    ],
    mistakes=[
        mistake(
            "invariant",
            lambda f, X, perm: bool(np.allclose(f(X[perm]), f(X))),
            "That would be invariance, outputs that stay. Here the outputs should move along.",
        ),
        mistake(
            "features",
            lambda f, X, perm: bool(np.allclose(f(X[:, perm]), f(X)[:, perm])),
            "You moved columns. Tokens are rows.",
        ),
        mistake(
            "exact",
            lambda f, X, perm: bool(np.array_equal(f(X[perm]), f(X)[perm])),
            "A sum in another order may differ in its sixteenth digit. Compare with np.allclose, not with ==.",
        ),
        mistake(
            "moved_back",
            lambda f, X, perm: bool(np.allclose(f(X[perm]), f(X)[np.argsort(perm)])),
            "You moved the outputs the other way round. Use the same perm on both sides.",
        ),
        mistake(
            "table",
            lambda f, X, perm: np.isclose(f(X[perm]), f(X)[perm]),
            "That is a verdict for every number. One verdict was asked for: do all of them agree?",
        ),
        mistake(
            "never_moved",
            lambda f, X, perm: bool(np.allclose(f(X)[perm][np.argsort(perm)], f(X))),
            "You moved the outputs and moved them back. The tokens themselves have to be moved before f sees them.",
        ),
    ],
    difficulty=2,
    importance=2,
    minutes=8,
    hints=(
        "Two experiments: move the tokens and then apply f, or apply f and then move its rows.",
        "X[perm] puts the rows of X into the order perm.",
        "np.allclose(f(X[perm]), f(X)[perm]).",
    ),
    then="Next question: how would you build an invariant function out of an equivariant one?",
)


# --- the demo of the matrix page, repaired --------------------------------------------------------------------


def repaired(Q, K, V):
    """Scaled scores, weights and output of the demo, from keys with one row each."""
    scaled = Q @ K.T / np.sqrt(K.shape[1])
    weights = _shares_by_row(scaled)
    return scaled, weights, weights @ V


def _shares_by_row(scaled, axis=-1):
    e = np.exp(scaled - scaled.max(axis=axis, keepdims=True))
    return e / e.sum(axis=axis, keepdims=True)


def _with_course(Q, K, V):
    """Another right answer."""
    output, weights = transformer.scaled_dot_product_attention(Q, K, V)
    return np.einsum("id,jd->ij", Q, K) * Q.shape[1] ** -0.5, weights, output


def _demo(scale, product=lambda Q, K: Q @ K.T, axis=-1, mix=lambda A, V: A @ V):
    def wrong_repair(Q, K, V):
        scaled = product(Q, K) / scale(Q, K, V)
        weights = _shares_by_row(scaled, axis)
        return scaled, weights, mix(weights, V)

    return wrong_repair


def _root(Q, K, V):
    return np.sqrt(K.shape[1])


PAGE_Q = np.array([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]])
PAGE_K = np.array([[7.0, 9.0, 11.0], [8.0, 10.0, 12.0]])
PAGE_V = np.array([[13.0, 14.0], [15.0, 16.0]])

exercise(
    "10.e6",
    "repaired(Q, K, V)",
    reference=repaired,
    also=_with_course,
    cases=[case(PAGE_Q, PAGE_K, PAGE_V), case(_whole(3, 5), _whole(7, 5), _whole(7, 2)), case(*_SQUARE)],
    mistakes=[
        mistake(
            "root_of_keys",
            _demo(lambda Q, K, V: np.sqrt(len(K))),
            "You divide by √2. The 2 counts the keys; a score adds up three products, so d_k is 3.",
        ),
        mistake(
            "by_keys",
            _demo(lambda Q, K, V: len(K)),
            "You divide by 2, as the printed scores 29 and 32 do. That is the number of keys, and without a root.",
        ),
        mistake(
            "by_dk",
            _demo(lambda Q, K, V: K.shape[1]),
            "3 is the right d_k. The scores are divided by its root.",
        ),
        mistake(
            "root_of_values",
            _demo(lambda Q, K, V: np.sqrt(V.shape[1])),
            "You divide by the root of V's width. d_k is the size that a query and a key share.",
        ),
        mistake(
            "plain_2",
            _demo(lambda Q, K, V: 2.0),
            "A plain 2 is what the page divided its printed scores by: the number of its keys, and no root taken.",
        ),
        mistake(
            "plain_root_2",
            _demo(lambda Q, K, V: np.sqrt(2)),
            "The number under your root is 2, as in the page's code: that is how many keys it has. Count the products "
            "that one score adds up.",
        ),
        mistake(
            "plain_3",
            _demo(lambda Q, K, V: 3.0),
            "A plain 3 is this page's d_k. Its root is the scale, and K.shape[1] holds for the next table too.",
        ),
        mistake(
            "plain_root_3",
            _demo(lambda Q, K, V: np.sqrt(3)),
            "√3 is right for this page. Write d_k as K.shape[1], so that tables of another size come out right too.",
        ),
        mistake("unscaled", _demo(lambda Q, K, V: 1.0), "The product is right: 58, 64, 139, 154. Nothing scales it."),
        mistake(
            "columns",
            _demo(_root, axis=0),
            "Your columns add up to 1. Each query has its own cake: the shares of a row add up to 1.",
        ),
        mistake(
            "whole",
            _demo(_root, axis=None),
            "All your weights together add up to 1. Each row should.",
        ),
        mistake(
            "no_T",
            _demo(_root, product=lambda Q, K: Q @ K),
            "K comes as in the paper now, one row for each key. Inside the function it still has to be transposed.",
        ),
        mistake(
            "reshaped",
            _demo(_root, product=lambda Q, K: Q @ K.reshape(K.shape[::-1])),
            "reshape gives the right shape and the wrong owners: it cuts rows elsewhere. Use K.T.",
        ),
        mistake(
            "V_T",
            _demo(_root, mix=lambda A, V: A @ V.T),
            "You transposed V. It has one row for each key, and the weights mix rows.",
        ),
        mistake(
            "A_T",
            _demo(_root, mix=lambda A, V: A.T @ V),
            "You transposed the weights. Row i of the output is mixed with row i of the weights.",
        ),
        mistake(
            "output_only",
            lambda Q, K, V: repaired(Q, K, V)[2],
            "That is the output alone. All three are asked for: scaled scores, weights, output.",
        ),
    ],
    difficulty=1,
    importance=3,
    minutes=5,
    hints=(
        "Write the shapes behind the five lines. Where do two inner sizes differ, and what does K.shape[1] count?",
        "K has one row for each key now: transpose it in the product. Then K.shape[1] is d_k.",
        "scaled = Q @ K.T / np.sqrt(K.shape[1]); weights = softmax(scaled); return scaled, weights, weights @ V.",
    ),
    then="Next question: the page's V has three rows. How many keys would fit to it, and what shape would A have?",
)


# --- by hand --------------------------------------------------------------------------------------------------

hand(
    "10.h1",
    "X holds cat = (2, 1, 1, 0), sat = (−1, 2, 0, 1), mat = (2, −1, 0, 1), and Q = K = V = X. Compute S = Q Kᵀ, "
    "three rows of three.",
    "[[6, 0, 3], [0, 6, -3], [3, -3, 6]]",
    wrong=[
        ("[[3, 0, 1.5], [0, 3, -1.5], [1.5, -1.5, 3]]", "You have divided by √d_k already. That is the next step."),
        ("[[5, 0, 3], [0, 5, -4], [3, -4, 5]]", "You used thing and doing only. These words have four numbers each."),
        ("[[6, 0, 3], [0, 6, 3], [3, 3, 6]]", "sat·mat is −2 − 2 + 0 + 1: you lost its sign."),
        (
            "[[9, -2, 2, 1], [-2, 6, 1, 1], [2, 1, 1, 0], [1, 1, 0, 2]]",
            "That is XᵀX: features against features. Q Kᵀ compares the three words, so it is 3 × 3.",
        ),
    ],
    hints=(
        "Entry (i, j) is the dot product of word i with word j.",
        "The diagonal holds squared lengths: cat·cat = 4 + 1 + 1 + 0.",
        "cat·sat = −2 + 2 + 0 + 0, cat·mat = 4 − 1 + 0 + 0, sat·mat = −2 − 2 + 0 + 1.",
    ),
    working="6 on the diagonal, cat·sat = 0, cat·mat = 3, sat·mat = −3.",
)
hand(
    "10.h2",
    "Divide S by √d_k = 2 and apply softmax to the row of cat. Three weights, three places. "
    "(e³ = 20.086, e^1.5 = 4.482, e⁰ = 1, e^−1.5 = 0.223.)",
    "0.786, 0.039, 0.175",
    wrong=[
        ("0.950, 0.002, 0.047", "That is the softmax of (6, 0, 3): no scaling."),
        ("0.590, 0.132, 0.279", "That is the softmax of (1.5, 0, 0.75): you divided by d_k = 4, not by its root."),
        (
            "0.786, 0.047, 0.181",
            "Wrong axis: these numbers come from a table whose columns add up to 1. Your three add up to 1.014.",
        ),
        ("20.086, 1, 4.482", "Those are the exponentials. Divide each by their sum."),
        ("2/3, 0, 1/3", "You divided the scores by their sum. First take the exponential of each."),
    ],
    hints=(
        "The row of cat is (6, 0, 3) / 2 = (3, 0, 1.5).",
        "The exponentials are 20.086, 1 and 4.482.",
        "Together 25.568.",
    ),
    working="(3, 0, 1.5) has the exponentials 20.086, 1, 4.482; together 25.568; divide each by that.",
)
hand(
    "10.h3",
    "Mix the values with these weights: the output of cat, four numbers, three places.",
    "1.883, 0.689, 0.786, 0.214",
    wrong=[
        ("1.993, 0.908, 0.950, 0.050", "You used the weights without scaling, (0.950, 0.002, 0.047)."),
        ("1.605, 0.574, 0.590, 0.410", "You used the weights of a division by 4, (0.590, 0.132, 0.279)."),
        ("1.886, 0.699, 0.786, 0.228", "Your weights come from columns that add up to 1."),
        ("1, 2/3, 1/3, 2/3", "That is the plain mean. Everyone got the same say; use the weights."),
        ("2, 1, 1, 0", "That is cat itself. It gets 0.786, the others the rest."),
        ("3, 2, 1, 2", "You added the three words without weights."),
    ],
    hints=(
        "0.786 · cat + 0.039 · sat + 0.175 · mat.",
        "First entry: 0.786 · 2 + 0.039 · (−1) + 0.175 · 2.",
        "Second: 0.786 · 1 + 0.039 · 2 − 0.175. Third: 0.786. Fourth: 0.039 + 0.175.",
    ),
    working="0.786 · (2, 1, 1, 0) + 0.039 · (−1, 2, 0, 1) + 0.175 · (2, −1, 0, 1).",
)
hand(
    "10.h4",
    "Head A, all six words. sat has the scores (0, 4, 0, 0, 0, 0), and d_k = 2. Which share does cat get? "
    "(e^(4/√2) = 16.92.)",
    "0.772",
    also=("16.92/21.92",),
    wrong=[
        ("0.916", "That is 54.6/59.6: no scaling."),
        ("0.596", "That is 7.39/12.39: you divided by d_k = 2, not by its root."),
        ("0.944", "You counted one silent word. There are five, and each has e⁰ = 1."),
        ("1", "A score of 0 still gets e⁰ = 1, five times."),
        ("0.894", "That is with two silent words. The sentence has five."),
        ("0.738", "That is with six silent words; cat is one of the six."),
        ("16.92", "That is the exponential. Divide by the sum of all six."),
        ("77.2", "Right, in percent. Type the share, a number from 0 to 1."),
    ],
    hints=("Five words have the score 0, and e⁰ = 1.", "The sum is 16.92 + 5.", "16.92 / 21.92."),
    working="16.92 / (16.92 + 5 · 1) = 16.92/21.92.",
)
hand(
    "10.p1",
    "The steps lie mixed up on the table: a) one softmax for each row  b) times V  c) divide by √d_k  "
    'd) X times W_Q, W_K, W_V  e) Q times Kᵀ. In which order? Type the letters, such as "a, b, c, d, e".',
    "d, e, c, a, b",
    also=("decab", "d e c a b"),
    wrong=[
        ("d, e, a, c, b", "You scale the shares. Then a row adds up to 1/√d_k: scale the scores, before the softmax."),
        ("d, e, c, b, a", "You mix with raw scores and normalise the result. The shares come before the mix."),
        ("e, d, c, a, b", "Q Kᵀ needs Q and K, and they come from X."),
        ("d, c, e, a, b", "The scores that c divides come from e. (Dividing Q first would give the same numbers.)"),
        ("d, e, a, b, c", "Dividing the output is not the same: softmax has to see the scaled scores."),
    ],
    hints=(
        "Read the formula from the inside to the outside.",
        "Innermost stands Q Kᵀ, so Q and K come first of all.",
        "softmax stands around the fraction, and V outside.",
    ),
    working="X W_Q, X W_K, X W_V; then Q Kᵀ; then / √d_k; then softmax; then times V.",
)
hand(
    "10.p1b",
    "Three queries, five keys, d_k = 4, d_v = 6. Write the shapes of Kᵀ, Q Kᵀ, A and the output, such as "
    '"(1, 2), (3, 4), (5, 6), (7, 8)".',
    "(4, 5), (3, 5), (3, 5), (3, 6)",
    wrong=[
        ("(5, 4), (3, 5), (3, 5), (3, 6)", "(5, 4) is K. Transposed, it is 4 rows of 5."),
        ("(4, 5), (5, 3), (5, 3), (5, 6)", "The queries are the rows: (3, 4) times (4, 5) is (3, 5)."),
        ("(4, 5), (3, 5), (3, 5), (5, 6)", "The output has one row for each query: (3, 5) times (5, 6)."),
        ("(4, 5), (3, 5), (3, 5), (3, 4)", "V is (5, 6): the values decide how wide the output is."),
        ("(4, 5), (3, 5), (5, 3), (3, 6)", "Softmax changes no shape, and neither does the scale."),
        ("(4, 5), (3, 3), (3, 3), (3, 6)", "Each query meets all five keys."),
    ],
    hints=(
        "Q is (3, 4), K (5, 4), V (5, 6).",
        "Inner sizes vanish: (3, 4) times (4, 5).",
        "Scale and softmax keep (3, 5); then (3, 5) times (5, 6).",
    ),
    working="(3, 4)(4, 5) = (3, 5); scale and softmax keep it; (3, 5)(5, 6) = (3, 6): (T_q, d_v).",
)
hand(
    "10.p2",
    "In NumPy: Q and K are both the 2×2 identity, V = [[1, 2], [3, 4]]. What is the output?",
    "[[1.6605, 2.6605], [2.3395, 3.3395]]",
    tolerance=0.002,
    wrong=[
        ("[[1.5379, 2.5379], [2.4621, 3.4621]]", "That is without the scale: the weights were 0.731 and 0.269."),
        ("[[1.7551, 2.7551], [2.2449, 3.2449]]", "You divided by d_k = 2, not by its root."),
        ("[[0.7071, 1.4142], [2.1213, 2.8284]]", "No softmax: these are the scaled scores times V."),
        ("[[0.6698, 0.3302], [0.3302, 0.6698]]", "Those are the weights. One product is missing."),
        ("[[1.3302, 3.3302], [1.6698, 3.6698]]", "You mixed the columns of V. The weights belong to its rows."),
        ("[[2, 3], [2, 3]]", "Everyone got the same say. The scores are 1 and 0, not equal."),
    ],
    hints=(
        "The scores are the identity again, divided by √2.",
        "The weights are 0.6698 and 0.3302.",
        "First row: 0.6698 · (1, 2) + 0.3302 · (3, 4).",
    ),
    working="e^(1/√2) = 2.028, so the weights are 2.028/3.028 = 0.6698 and 0.3302; they mix the rows of V.",
)
hand(
    "10.p2b",
    "In NumPy: Q = K = V = [[1, 2], [3, 4]]. What is the output?",
    "[[2.9717, 3.9717], [2.9999, 3.9999]]",
    tolerance=0.002,
    wrong=[
        ("[[2.9951, 3.9951], [3, 4]]", "That is without the scale. Divide the scores by √2 before the softmax."),
        ("[[2.9051, 3.9051], [2.9982, 3.9982]]", "You divided by d_k = 2, not by its root."),
        ("[[0.0143, 0.0285], [3.9857, 5.9715]]", "Your columns add up to 1, and the rows should."),
        ("[[1.9858, 3.9858], [2, 4]]", "You mixed the columns of V. The weights belong to its rows."),
        ("[[26.8701, 38.1838], [60.8112, 86.2670]]", "No softmax: these are the scaled scores times V."),
        ("[[0.0142, 0.9858], [0.0001, 0.9999]]", "Those are the weights. One product is missing."),
    ],
    hints=(
        "The scores are [[5, 11], [11, 25]].",
        "Divided by √2 the gaps are 4.24 and 9.90.",
        "The weights are [[0.0142, 0.9858], [0.0001, 0.9999]]; multiply by V.",
    ),
    working="Scores [[5, 11], [11, 25]], weights [[0.01417, 0.98583], [0.00005, 0.99995]], times V.",
)


# --- predictions ----------------------------------------------------------------------------------------------

_TABLE = "cat = (2, 1, 1, 0), sat = (−1, 2, 0, 1), mat = (2, −1, 0, 1)"

choice(
    "10.w1",
    f'Head A asks "who?": column 0 of a query takes doing, column 1 animal. {_TABLE}; the features are thing, doing, '
    "animal, place. In whose query stands the largest number of Q?",
    wrong("cat", "Its query is (1, 1): its 2 is a thing, and this head does not ask with things."),
    right("sat", "Its doing is 2, so its query is (2, 0)."),
    wrong("mat", "Its doing is −1 and it is no animal: its query is (−1, 0)."),
)
choice(
    "10.w1b",
    "The queries are cat (1, 1), sat (2, 0), mat (−1, 0); the keys cat (2, 0), sat (0, 1), mat (0, 1). Which cell of "
    "Q Kᵀ is the largest?",
    wrong("cat asks, cat answers", "1 · 2 + 1 · 0 = 2. In a head, query and key of a word are two different arrows."),
    wrong("cat asks, sat answers", "1 · 0 + 1 · 1 = 1. Rows ask, columns answer."),
    right("sat asks, cat answers", "2 · 2 + 0 · 0 = 4. Turned round, cat asks and sat answers, it is 1."),
    wrong("mat asks, cat answers", "−1 · 2 = −2, the smallest."),
)
choice(
    "10.w1c",
    "Next comes the division by √d_k, with d_k = 2. What happens to the largest cell, the 4?",
    wrong("It becomes 2", "That is 4/d_k. The scale is the root, 1.41."),
    right("It becomes 2.83 and stays the largest", "4/1.41 = 2.83. One positive number for the whole table keeps the "
          "order."),
    wrong("It becomes 2.83, and another cell is larger now", "All cells are divided by the same number."),
    wrong("It becomes 0.67, its part of the row's sum", "Shares come one step later, and not by dividing."),
)  # fmt: skip
choice(
    "10.w1d",
    "Softmax turns each row into shares. The row of sat is (2.83, 0, 0); e^2.83 is about 16.9. How large is the share "
    "of cat?",
    wrong("1: it takes everything", "The two others have e⁰ = 1 each: 16.9/18.9."),
    wrong("0.77", "That is with all six words, five of them silent. Only three are on the table."),
    right("0.89", "16.9/(16.9 + 1 + 1). It is the largest weight of the table."),
    wrong("0.33", "That would need three equal scores."),
)
choice(
    "10.w1e",
    "The values are cat (2, 1), sat (−1, 2), mat (2, −1). Where does the largest number of the output A V stand?",
    wrong("In the row of cat, since cat's value is large", "Row cat is what cat reads: half of it is not cat."),
    right("In the row of sat", "It reads 0.89 of cat: 0.89 · 2 + 0.05 · (−1) + 0.05 · 2 = 1.84."),
    wrong("In the row of mat", "It hears cat least: its score for cat is the negative one."),
    wrong("Somewhere it is more than 2", "An average of values never leaves their range."),
)
choice(
    "10.w2",
    "All scores are multiplied by 0. Where do the three outputs go?",
    wrong("To (0, 0): nothing is heard", "e⁰ = 1 for every score: the shares are equal, and they add up to 1."),
    right("To the mean of the three values", "All scores are equal, so every weight is 1/3."),
    wrong("Each to its own value", "Nothing tells a word to listen to itself."),
    wrong("They stay where they are", "At 1 the scores differ, at 0 they do not."),
)
choice(
    "10.w2b",
    "All scores are multiplied by 4. Where is the output of sat, which scored cat highest?",
    right(
        "Practically at the value of cat",
        "The gap grows from 2.83 to 11.3: more than 80,000 to 1. A soft choice becomes a copy of one value.",
    ),
    wrong("Four times as far out, beyond the triangle", "It is an average, whatever the weights: it cannot leave."),
    wrong("At the mean of the three values", "That is the multiplier 0."),
    wrong("At the value of sat", "sat asks. Its scores decide, and cat has the highest."),
)

# --- quiz -----------------------------------------------------------------------------------------------------

choice(
    "10.q1",
    "Which axis of the scores is normalised?",
    wrong("The queries: each column adds up to 1", "A column says how much a word is read; nothing limits that."),
    right("The keys: each row adds up to 1", "Each query shares out its own attention."),
    wrong("Both", "A symmetric table of scores does not even make a symmetric table of weights."),
)
choice(
    "10.q2",
    "What is the shape of the output?",
    wrong("(T_k, d_v)", "One row for each asker: the queries decide how many rows."),
    wrong("(T_q, d_k)", "d_k vanished inside Q Kᵀ. The values decide the width."),
    right("(T_q, d_v)", "Queries decide how many rows, values how wide they are."),
    wrong("(T_q, T_k)", "That is the table of weights."),
)
choice(
    "10.q3",
    "A query is (0, 0). What does its word read?",
    wrong("Nothing: its output is zero", "Its scores are 0, its weights are not: e⁰ = 1 each."),
    right("The plain average of all values", "Equal scores give equal weights. Who asks nothing hears everyone alike."),
    wrong("Only itself", "Its own key gets the score 0 like every other."),
)
choice(
    "10.q4",
    "A page prints the scaled scores (29, 32) and behind them the weights (1, 0). How do you see, without a "
    "calculator, that these do not belong together?",
    wrong("Weights are never exactly 0 or 1", "True, but rounding prints them so. Something else is worse."),
    right(
        "The larger score must get the larger weight",
        "And a gap of 3 is a ratio of e³ ≈ 20: the weights are (0.047, 0.953).",
    ),
    wrong("29 and 32 are too large for softmax", "Only their gap counts, and it is 3."),
)


# --- ten things from nine days --------------------------------------------------------------------------------


def _table(matrix) -> str:
    return "[" + ", ".join("[" + ", ".join(f"{number:g}" for number in row) + "]" for row in matrix) + "]"


def _gradient_of_W(rng) -> Draw:
    X = rng.integers(1, 5, size=(2, 2))
    dY = rng.permutation([[1, 2], [0, -1]])
    wrongs = (
        (X @ dY, "You left out the transpose: X dY. The tokens have to vanish, so they stand in the middle."),
        (dY @ X.T, "dY Xᵀ sums over features. The sum has to run over tokens."),
        (dY.T @ X, "Right numbers, lying on their side: that is the transpose of dW."),
        (X.T @ dY / 2, "No one asked for an average: the pushes of all tokens add up."),
    )
    kept = []
    for value, sentence in wrongs:
        if not any(np.array_equal(value, other) for other, _ in kept):
            kept.append((value, sentence))
    return Draw(
        f"Day 9: Y = X W with X = {_table(X)}, two tokens. The slopes for Y are dY = {_table(dY)}. "
        "Compute dW, two rows.".replace("-", "−"),
        _table(X.T @ dY),
        tuple((_table(value), sentence) for value, sentence in kept),
        f"dW = Xᵀ dY = {_table(X.T)} times {_table(dY)}.",
    )


def _layer_norm(rng) -> Draw:
    low, half = int(rng.integers(-3, 6)), int(rng.integers(2, 6))
    signs = rng.permutation([-1, 1, -1, 1])
    x = low + half * (1 + signs)
    typed = ", ".join(str(int(number)) for number in x)
    centred = ", ".join(str(int(number)) for number in half * signs)
    by_sample = ", ".join(f"{number:.3f}" for number in signs * np.sqrt(3) / 2)
    return Draw(
        f"Day 8: one token is ({typed}). What does layer norm make of it, with ε = 0, γ = 1, β = 0?".replace("-", "−"),
        ", ".join(str(int(sign)) for sign in signs),
        (
            (centred, f"You subtracted the mean. The standard deviation, {half}, still divides."),
            (by_sample, "You divided by n − 1 in the variance. Layer norm divides by n."),
            (", ".join(f"{sign / half:g}" for sign in signs), "You divided by the variance. Its root is due."),
        ),
        f"The mean is {low + half}, every entry lies {half} away from it, so the standard deviation is {half}.",
    )


def _second_head(rng) -> Draw:
    first, second = (int(n) for n in rng.choice(np.arange(1, 10), size=2, replace=False))
    one, two = ([10 * first + i for i in range(4)], [10 * second + i for i in range(4)])
    return Draw(
        f"Day 7: two tokens, {one} and {two}, go into two heads of width 2. What does the second head get? Two rows.",
        _table([one[2:], two[2:]]),
        (
            (_table([two[:2], two[2:]]), "That is the second half of the strip: one token, torn in two. Reshape alone "
             "does that."),
            (_table([one[:2], two[:2]]), "That is the first head."),
            (_table([one[1::2], two[1::2]]), "A head gets neighbouring features, not every second one."),
            (_table([[one[2], two[2]], [one[3], two[3]]]), "Right numbers, lying on their side: tokens are rows."),
        ),
        "Each token's row is cut in the middle; the second head gets the second half of every token.",
    )  # fmt: skip


fresh("10.r1", _gradient_of_W)
hand(
    "10.r2",
    "Day 1: cat = (2, 1) and mat = (2, −1). What is cat·mat?",
    "3",
    wrong=[
        ("5", "You lost the minus sign."),
        ("4, -1", "You have the two products. They still have to be added."),
        ("0.6", "That is the cosine: 3 divided by both lengths, √5 · √5."),
        ("0", "That is cat·sat."),
    ],
    hints=("Multiply pair by pair, then add.", "2 · 2 and 1 · (−1).", "4 − 1."),
    working="2 · 2 + 1 · (−1) = 3.",
)
choice(
    "10.r3",
    "Day 2: Q is (5, 3), five askers; K is (7, 3). Which shape has Q Kᵀ, and which K Qᵀ?",
    right("(5, 7) and (7, 5)", "The 3 vanishes. And (Q Kᵀ)ᵀ = K Qᵀ: one is the transpose of the other."),
    wrong("(7, 5) and (5, 7)", "The first factor gives the rows: the askers."),
    wrong("(3, 3) both", "That is what QᵀQ would be. Here the 3 stands in the middle and vanishes."),
    wrong("(5, 7) both", "Transposing a product swaps its factors: K Qᵀ lies on its side."),
)
choice(
    "10.r4",
    "Day 3: three values are mixed with shares that are not negative and add up to 1. Where can the mix lie?",
    wrong("Anywhere in their span", "That needs amounts of any size and sign."),
    right("In their triangle, edges included", "A weighted average never leaves the convex hull of what it averages."),
    wrong("Only inside, never on an edge", "A share may be 0. (Softmax makes no share exactly 0, but small ones.)"),
    wrong("Only at one of the three", "That is the mix with the shares (1, 0, 0)."),
)
choice(
    "10.r5",
    "Day 4: each row of a matrix M adds up to 1. What is M times the vector of ones?",
    wrong("The zero vector", "Row by row you add up the entries, and the sum is 1."),
    wrong("It depends on the entries", "It needs the row sums only, and they are known."),
    right(
        "The vector of ones: eigenvalue 1", "Every entry of the product is a row sum. Attention weights are such an M."
    ),
    wrong("The vector of the column sums", "That is what the ones as a row, from the left, would give."),
)
choice(
    "10.r6",
    "Day 5: W_Q and W_K are 512 × 64. What is the largest rank that W_Q W_Kᵀ can have?",
    wrong("512, its own size", "It is 512 × 512, but all of it went through 64 columns."),
    right("64", "The rank of a product is at most that of a factor, and here that is d_k."),
    wrong("128", "The ranks of two factors do not add up; the smaller one is the limit."),
    wrong("4096", "That is 64². A rank is at most the number of rows."),
)
choice(
    "10.r7",
    "Day 6: in head A the score of sat → cat is 4 and that of cat → sat is 1. Why are they not equal?",
    wrong("Because of the division by √d_k", "It divides both by the same number."),
    wrong("Because cat stands before sat", "A score knows nothing of places."),
    right(
        "Because a word asks with W_Q and answers with W_K",
        'W_Q W_Kᵀ need not be symmetric. "Similarity" is the wrong word for such a score.',
    ),
)
fresh("10.r8", _second_head)
fresh("10.r9", _layer_norm)
choice(
    "10.r10",
    "Day 8: where does the paper put layer norm around a sub-layer f?",
    wrong("x + f(LN(x))", "That is pre-LN, as in most newer code."),
    wrong("LN(f(x))", "The residual path is missing: x itself is added."),
    right("LN(x + f(x))", "First add, then normalise: post-LN."),
    wrong("x + LN(f(x))", "The norm comes last, and x goes through it too."),
)

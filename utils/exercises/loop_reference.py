"""Day 30 once more, written with nothing but Python loops from the paper's formulas: the second opinion.

No function of the course is used here, and no matrix product: only lists, sums, math.exp and math.sqrt. The values are
shipped in day30.npz beside this file, so that agreement with them is not agreement with oneself.

    python -m utils.exercises.loop_reference      writes day30.npz again
"""

import math
from pathlib import Path

import numpy as np

FILE = Path(__file__).with_name("day30.npz")
EPS = 1e-5

# --- the formulas, one function a step ----------------------------------------------------------------------


def embed(tokens, E):
    """√d times the word's row (section 3.4)."""
    root = math.sqrt(len(E[0]))
    return [[[root * entry for entry in E[token]] for token in sentence] for sentence in tokens]


def add_positions(X):
    """sin(pos / 10000^(2i/d)) on even columns, cos on odd ones (section 3.5)."""
    d = len(X[0][0])

    def encoding(pos, column):
        angle = pos / 10000 ** ((column - column % 2) / d)
        return math.cos(angle) if column % 2 else math.sin(angle)

    return [[[row[c] + encoding(pos, c) for c in range(d)] for pos, row in enumerate(x)] for x in X]


def linear(row, W, b=None):
    """One row times a matrix, plus a bias."""
    return [sum(row[i] * W[i][j] for i in range(len(row))) + (b[j] if b else 0.0) for j in range(len(W[0]))]


def head_rows(X, W, heads):
    """Head i reads the columns i·d_k to (i + 1)·d_k of X W (section 3.2.2)."""
    d_k = len(W[0]) // heads
    return [[[linear(row, W)[i * d_k : (i + 1) * d_k] for row in x] for i in range(heads)] for x in X]


def scores(Q, K):
    """q·k / √d_k for every pair (equation 1)."""
    return [
        [
            [[sum(a * b for a, b in zip(q, k, strict=True)) / math.sqrt(len(q)) for k in keys] for q in queries]
            for queries, keys in zip(some_queries, some_keys, strict=True)
        ]
        for some_queries, some_keys in zip(Q, K, strict=True)
    ]


def mask(S, tokens, pad=0):
    """−∞ for a key that comes later or is padding (section 3.2.3)."""
    return [
        [
            [
                [s if key <= query and sentence[key] != pad else -math.inf for key, s in enumerate(row)]
                for query, row in enumerate(table)
            ]
            for table in tables
        ]
        for tables, sentence in zip(S, tokens, strict=True)
    ]


def shares(row):
    """Softmax of one row; nothing allowed gives zeros."""
    top = max(row)
    if top == -math.inf:
        return [0.0 for _ in row]
    e = [math.exp(s - top) for s in row]
    return [part / sum(e) for part in e]


def weights(S):
    return [[[shares(row) for row in table] for table in tables] for tables in S]


def mix(A, V):
    """Every query takes from each value its share."""
    return [
        [
            [[sum(w * v[j] for w, v in zip(row, rows, strict=True)) for j in range(len(rows[0]))] for row in table]
            for table, rows in zip(tables, some, strict=True)
        ]
        for tables, some in zip(A, V, strict=True)
    ]


def concat(heads):
    """Concat(head_1, ..., head_h), word by word (section 3.2.2)."""
    return [[[entry for head in sentence for entry in head[t]] for t in range(len(sentence[0]))] for sentence in heads]


def layer_norm(row, gain, bias, eps=EPS):
    """Mean 0, variance 1 with n in the denominator, then gain and bias."""
    mean = sum(row) / len(row)
    variance = sum((entry - mean) ** 2 for entry in row) / len(row)
    return [g * (x - mean) / math.sqrt(variance + eps) + b for x, g, b in zip(row, gain, bias, strict=True)]


def feed_forward(row, W1, b1, W2, b2):
    """max(0, x W1 + b1) W2 + b2 (equation 2)."""
    return linear([max(0.0, entry) for entry in linear(row, W1, b1)], W2, b2)


def each_row(f, *tables):
    """f of every word of every sentence."""
    return [[f(*rows) for rows in zip(*sentences, strict=True)] for sentences in zip(*tables, strict=True)]


def plus(row, other):
    return [a + b for a, b in zip(row, other, strict=True)]


# --- the whole chain, with a place where each intermediate can be nudged ------------------------------------


def forward(tokens, p, heads, positions=True, instead=None):
    """Every intermediate by name, as nested lists; `instead` replaces some of them on the way."""
    instead, seen = instead or {}, {}

    def keep(name, value):
        seen[name] = instead.get(name, value)
        return seen[name]

    embedded = keep("embedded", embed(tokens, p["E"]))
    x = keep("x", add_positions(embedded) if positions else embedded)
    Q, K, V = (keep(name, head_rows(x, p[f"W_{name}"], heads)) for name in "QKV")
    masked = mask(keep("scores", scores(Q, K)), tokens)
    seen["masked"] = masked
    A = keep("weights", weights(masked))
    joined = keep("concat", concat(keep("head_outputs", mix(A, V))))
    attended = keep("attended", each_row(lambda row: linear(row, p["W_O"]), joined))
    sum1 = keep("sum1", each_row(plus, x, attended))
    norm1 = keep("norm1", each_row(lambda row: layer_norm(row, p["gain1"], p["bias1"]), sum1))
    before = keep("before", each_row(lambda row: linear(row, p["W1"], p["b1"]), norm1))
    hidden = keep("hidden", each_row(lambda row: [max(0.0, entry) for entry in row], before))
    fed = keep("fed", each_row(lambda row: linear(row, p["W2"], p["b2"]), hidden))
    sum2 = keep("sum2", each_row(plus, norm1, fed))
    output = keep("output", each_row(lambda row: layer_norm(row, p["gain2"], p["bias2"]), sum2))
    keep("logits", each_row(lambda row: linear(row, p["W_out"]), output))
    return seen


def loss(tokens, targets, p, heads, instead=None):
    """Mean of −log of the true word's share; a target of −1 does not count."""
    logits = forward(tokens, p, heads, instead=instead)["logits"]
    pairs = [
        (row, target)
        for rows, wanted in zip(logits, targets, strict=True)
        for row, target in zip(rows, wanted, strict=True)
        if target >= 0
    ]
    return sum(-math.log(shares(row)[target]) for row, target in pairs) / len(pairs)


# --- the shipped values -------------------------------------------------------------------------------------

PARAMETERS = (
    "E", "W_Q", "W_K", "W_V", "W_O", "gain1", "bias1", "W1", "b1", "W2", "b2", "gain2", "bias2", "W_out",
)  # fmt: skip
NUDGED = (
    "x", "Q", "K", "V", "scores", "weights", "head_outputs", "concat", "attended", "sum1", "norm1",
    "before", "hidden", "fed", "sum2", "output", "logits",
)  # fmt: skip


def draw(seed, vocabulary, d, ff):
    """Parameters with two decimals, so that the file stays small."""
    rng = np.random.default_rng(seed)
    shapes = {
        "E": (vocabulary, d), "W_Q": (d, d), "W_K": (d, d), "W_V": (d, d), "W_O": (d, d), "gain1": (d,), "bias1": (d,),
        "W1": (d, ff), "b1": (ff,), "W2": (ff, d), "b2": (d,), "gain2": (d,), "bias2": (d,), "W_out": (d, vocabulary),
    }  # fmt: skip
    values = {name: rng.normal(size=shapes[name]) / math.sqrt(shapes[name][0]) for name in PARAMETERS}
    for name in ("gain1", "gain2"):
        values[name] = values[name] + 1
    return {name: np.round(value, 2) for name, value in values.items()}


def _lists(values):
    return {name: np.asarray(value).tolist() for name, value in values.items()}


def _nudge(f, value, h=1e-5):
    """Central differences of f at every entry of a nested list."""
    value = np.array(value, dtype=float)
    slope = np.zeros_like(value)
    for place in np.ndindex(value.shape):
        up, down = value.copy(), value.copy()
        up[place] += h
        down[place] -= h
        slope[place] = (f(up.tolist()) - f(down.tolist())) / (2 * h)
    return slope


def compute():
    """All shipped values by name.

    "wide/..."   two sentences of five words, three heads with d_k = 7 (d = 21, so no positions): every step
    "small/..."  two sentences of three words, two heads with d_k = 2, with positions: every step, and
                 "small/d_..." the gradient of the loss, found by nudging, for every intermediate and every parameter
    """
    wide_tokens = [[3, 1, 4, 1, 5], [9, 2, 6, 0, 0]]
    found = {"wide/tokens": wide_tokens}
    p = draw(30, 11, 21, 13)
    found |= {f"wide/{name}": value for name, value in p.items()}
    found |= {f"wide/{k}": v for k, v in forward(wide_tokens, _lists(p), 3, positions=False).items()}
    tokens, targets = [[1, 3, 1], [2, 4, 0]], [[3, 1, 2], [4, 1, -1]]
    small = draw(31, 5, 4, 3)
    p = _lists(small)
    steps = forward(tokens, p, 2)
    found |= {"small/tokens": tokens, "small/targets": targets, "small/loss": loss(tokens, targets, p, 2)}
    found |= {f"small/{name}": value for name, value in {**small, **steps}.items()}
    for name in NUDGED:
        found[f"small/d_{name}"] = _nudge(lambda v, name=name: loss(tokens, targets, p, 2, {name: v}), steps[name])
    for name in PARAMETERS:
        found[f"small/d_{name}"] = _nudge(lambda v, name=name: loss(tokens, targets, {**p, name: v}, 2), p[name])
    return {name: np.array(value) for name, value in found.items()}


def shipped():
    """The values of day30.npz by name."""
    with np.load(FILE) as stored:
        return {name: stored[name] for name in stored.files}


if __name__ == "__main__":
    np.savez_compressed(FILE, **compute())

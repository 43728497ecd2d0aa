"""Day 29, the whole paper: exercises, hand calculations, the map of the formulas, predictions, quiz and recall."""

import numpy as np

from utils import probability, transformer
from utils.exercises.answers import hand
from utils.exercises.choices import choice, right, wrong
from utils.exercises.engine import case, exercise, law, mistake
from utils.exercises.recall import Draw, fresh

_rng = np.random.default_rng(29)


def _drawn(*shape):
    return np.round(_rng.normal(size=shape), 2)


# --- the course's versions ------------------------------------------------------------------------------------


def params(N, d, ff, h, V):
    """How many numbers the paper's model learns, as far as its formulas say.

    N layers on each side, width d, inner width ff, h heads of width d / h, V words in one shared table. Attention has
    four (d, d) matrices without biases, the FFN has its two biases, every norm a gain and a bias.
    Vaswani et al. 2017, sections 3.1 to 3.4.
    """
    attention, ffn, norm = 4 * d * d, d * ff + ff + ff * d + d, 2 * d
    encoder = attention + ffn + 2 * norm
    decoder = 2 * attention + ffn + 3 * norm
    return N * (encoder + decoder) + V * d


def shape_trace(cfg):
    """The shapes of eighteen arrays on their way through Figure 1, by name, in order.

    cfg: dict with S (source words), T (target words), d (d_model), h (heads), ff (d_ff), V (vocabulary).
    Vaswani et al. 2017, figure 1; d_k = d_v = d / h.
    """
    S, T, d, h, ff, V = (cfg[name] for name in ("S", "T", "d", "h", "ff", "V"))
    d_k = d // h
    return {
        "source": (S, d),
        "enc_q": (h, S, d_k),
        "enc_scores": (h, S, S),
        "enc_heads": (h, S, d_k),
        "enc_concat": (S, d),
        "enc_hidden": (S, ff),
        "memory": (S, d),
        "target": (T, d),
        "dec_q": (h, T, d_k),
        "dec_scores": (h, T, T),
        "dec_heads": (h, T, d_k),
        "cross_q": (h, T, d_k),
        "cross_k": (h, S, d_k),
        "cross_v": (h, S, d_k),
        "cross_scores": (h, T, S),
        "cross_heads": (h, T, d_k),
        "dec_hidden": (T, ff),
        "logits": (T, V),
    }


def cross_attention(Xdec, Xenc, W_Q, W_K, W_V):
    """Target words ask, source words answer: one head of the decoder's second attention.

    Xdec: (T, d), Xenc: (S, d), W_Q, W_K: (d, d_k), W_V: (d, d_v). Returns (output (T, d_v), weights (T, S)).
    Vaswani et al. 2017, section 3.2.3.
    """
    return transformer.scaled_dot_product_attention(Xdec @ W_Q, Xenc @ W_K, Xenc @ W_V)


# --- e1: count the parameters ---------------------------------------------------------------------------------


def _count(N, d, ff, h, V, *, heads=1, bias=1, cross=2, norms=(2, 3), tables=1, projection_bias=0):
    attention = heads * 4 * d * d + projection_bias * 4 * d
    ffn = 2 * d * ff + bias * (ff + d)
    layers = (1 + cross) * attention + 2 * ffn + sum(norms) * 2 * d
    return N * layers + tables * V * d


def _count_slowly(N, d, ff, h, V):
    per_head = 3 * d * (d // h)
    attention = h * per_head + d * d
    total = V * d
    for _ in range(N):
        total += attention + (d + 1) * ff + (ff + 1) * d + 4 * d
        total += 2 * attention + (d + 1) * ff + (ff + 1) * d + 6 * d
    return total


exercise(
    "29.e1",
    "params(N, d, ff, h, V)",
    reference=params,
    also=_count_slowly,
    cases=[case(1, 6, 5, 2, 7), case(2, 15, 7, 3, 11), case(3, 8, 8, 8, 8), case(6, 512, 2048, 8, 37000)],
    mistakes=[
        mistake(
            "no_cross",
            lambda N, d, ff, h, V: _count(N, d, ff, h, V, cross=1, norms=(2, 2)),
            "You counted 2N equal layers. A decoder layer has a second attention, with matrices and a norm of its own.",
        ),
        mistake(
            "no_third_norm",
            lambda N, d, ff, h, V: _count(N, d, ff, h, V, norms=(2, 2)),
            "A decoder layer has three sub-layers, and each ends in a norm with a gain and a bias.",
        ),
        mistake(
            "times_heads",
            lambda N, d, ff, h, V: _count(N, d, ff, h, V, heads=h),
            "h heads, each d / h wide: together they are one (d, d) matrix, not h of them. Heads are free.",
        ),
        mistake(
            "no_bias",
            lambda N, d, ff, h, V: _count(N, d, ff, h, V, bias=0),
            "Equation (2) prints two biases: b₁ with ff entries, b₂ with d.",
        ),
        mistake(
            "bias_everywhere",
            lambda N, d, ff, h, V: _count(N, d, ff, h, V, projection_bias=1),
            "You gave the attention's four projections biases. Many programs do; the paper's formula shows none, so "
            "we count none.",
        ),
        mistake(
            "no_norms",
            lambda N, d, ff, h, V: _count(N, d, ff, h, V, norms=(0, 0)),
            "LayerNorm learns too: a gain and a bias of d numbers each, after every sub-layer.",
        ),
        mistake(
            "two_embeddings",
            lambda N, d, ff, h, V: _count(N, d, ff, h, V, tables=2),
            "List the tables before adding: §3.4 shares one between source, target and output.",
        ),
        mistake(
            "three_embeddings",
            lambda N, d, ff, h, V: _count(N, d, ff, h, V, tables=3),
            "Source, target and output have a table each in your count. They are one and the same (§3.4).",
        ),
    ],
    difficulty=2,
    importance=3,
    minutes=8,
    hints=(
        "List the matrices by name with their shapes before adding.",
        "Attention: four (d, d). FFN: (d, ff), ff, (ff, d), d. A norm: d and d. How many of each has a decoder layer?",
        "Encoder: attention + FFN + 2 norms. Decoder: 2 attentions + FFN + 3 norms. N times both, plus one V·d table.",
    ),
    then="Which argument did your function never use? Why may it stay unused?",
)

# --- e2: the feed-forward layer -------------------------------------------------------------------------------


def _ffn_cases():
    for T, d, ff in ((2, 3, 5), (5, 2, 7), (4, 4, 4)):
        yield case(_drawn(T, d), _drawn(d, ff), _drawn(ff), _drawn(ff, d), _drawn(d))


def _ffn_by_word(x, W1, b1, W2, b2):
    rows = []
    for row in np.asarray(x):
        hidden = np.array([max(0.0, row @ W1[:, j] + b1[j]) for j in range(len(b1))])
        rows.append(hidden @ W2 + b2)
    return np.array(rows)


exercise(
    "29.e2",
    "ffn(x, W1, b1, W2, b2)",
    reference=transformer.feed_forward,
    also=_ffn_by_word,
    cases=list(_ffn_cases()),
    mistakes=[
        mistake(
            "relu_last",
            lambda x, W1, b1, W2, b2: np.maximum((x @ W1 + b1) @ W2 + b2, 0),
            "Your gate stands last. In equation (2) the second matrix comes after it, so outputs can be negative.",
        ),
        mistake(
            "no_relu",
            lambda x, W1, b1, W2, b2: (x @ W1 + b1) @ W2 + b2,
            "Without the gate the two layers are one linear map, and 2048 inner numbers buy nothing.",
        ),
        mistake(
            "no_bias",
            lambda x, W1, b1, W2, b2: np.maximum(x @ W1, 0) @ W2,
            "Both biases of equation (2) are missing: b₁ inside the maximum, b₂ at the end.",
        ),
        mistake(
            "both",
            lambda x, W1, b1, W2, b2: np.maximum(np.maximum(x @ W1 + b1, 0) @ W2 + b2, 0),
            "One gate too many: max(0, …) stands between the two layers only.",
        ),
        mistake(
            "relu_first",
            lambda x, W1, b1, W2, b2: (np.maximum(x, 0) @ W1 + b1) @ W2 + b2,
            "You shut gates on x itself. They belong behind the first layer, around xW₁ + b₁.",
        ),
    ],
    difficulty=2,
    importance=5,
    minutes=8,
    hints=(
        "From the inside out: a layer, a gate, a layer.",
        "hidden = max(0, xW₁ + b₁) has ff columns.",
        "np.maximum(…, 0), then @ W2 + b2.",
    ),
    then="Does row 3 of the output depend on row 2 of x? Edit one and see.",
)

# --- e3: cross-attention --------------------------------------------------------------------------------------


def _cross_cases():
    for T, S, d, d_k, d_v in ((2, 3, 3, 2, 5), (5, 2, 7, 3, 2), (4, 4, 4, 4, 4)):
        yield case(_drawn(T, d), _drawn(S, d), _drawn(d, d_k), _drawn(d, d_k), _drawn(d, d_v))


def _cross_by_word(Xdec, Xenc, W_Q, W_K, W_V):
    outputs, weights = [], []
    for word in np.asarray(Xdec):
        query = word @ W_Q
        scores = [query @ (other @ W_K) / len(query) ** 0.5 for other in Xenc]
        shares = np.exp(np.array(scores) - max(scores))
        shares = shares / shares.sum()
        weights.append(shares)
        outputs.append(sum(share * (other @ W_V) for share, other in zip(shares, Xenc, strict=True)))
    return np.array(outputs), np.array(weights)


def _attend(Q, K, V, mask=None, scale=None):
    return transformer.scaled_dot_product_attention(Q, K, V, mask, scale)


def _cross_causal(Xdec, Xenc, W_Q, W_K, W_V):
    seen = np.tril(np.ones((len(Xdec), len(Xenc)), dtype=bool))
    return _attend(Xdec @ W_Q, Xenc @ W_K, Xenc @ W_V, seen)


def _cross_by_columns(Xdec, Xenc, W_Q, W_K, W_V):
    A = probability.softmax((Xdec @ W_Q) @ (Xenc @ W_K).T / np.sqrt(W_Q.shape[1]), axis=0)
    return A @ (Xenc @ W_V), A


def _source_order(function) -> str:
    """Shuffled source words must leave every target word's output as it was."""
    Xdec, Xenc = np.array([[1.0, 0.0], [0.0, 2.0]]), np.array([[1.0, 0.0], [0.0, 1.0], [1.0, 1.0]])
    one = np.asarray(function(Xdec, Xenc, np.eye(2), np.eye(2), np.eye(2))[0])
    other = np.asarray(function(Xdec, Xenc[::-1].copy(), np.eye(2), np.eye(2), np.eye(2))[0])
    if np.allclose(one, other):
        return ""
    return f"Source words in the opposite order changed the first output from {one[0]} to {other[0]}."


exercise(
    "29.e3",
    "cross_attention(Xdec, Xenc, W_Q, W_K, W_V)",
    reference=cross_attention,
    also=_cross_by_word,
    cases=list(_cross_cases()),
    mistakes=[
        mistake(
            "encoder_asks",
            lambda Xdec, Xenc, W_Q, W_K, W_V: _attend(Xenc @ W_Q, Xdec @ W_K, Xdec @ W_V),
            "Rows must be target words. Here the source asked and the target answered.",
        ),
        mistake(
            "causal",
            _cross_causal,
            "You hid source words by a causal mask. The whole source sentence is there before the first target word is "
            "written: nothing of it is the future.",
        ),
        mistake(
            "self_only",
            lambda Xdec, Xenc, W_Q, W_K, W_V: _attend(Xdec @ W_Q, Xdec @ W_K, Xdec @ W_V),
            "Xenc never came in: that is the decoder's self-attention.",
        ),
        mistake(
            "values_from_decoder",
            lambda Xdec, Xenc, W_Q, W_K, W_V: _attend(Xdec @ W_Q, Xenc @ W_K, Xdec @ W_V),
            "Keys and values belong together: one pair for each source word. Your values come from the target.",
        ),
        mistake(
            "no_scale",
            lambda Xdec, Xenc, W_Q, W_K, W_V: _attend(Xdec @ W_Q, Xenc @ W_K, Xenc @ W_V, scale=1.0),
        ),
        mistake("axis0", _cross_by_columns),
    ],
    properties=[law("the order of the source words does not matter", _source_order)],
    difficulty=3,
    importance=3,
    minutes=12,
    hints=(
        "Who writes the sentence, and who is asked? Rows of the scores are the ones that ask.",
        "Q = Xdec W_Q, K = Xenc W_K, V = Xenc W_V. No mask.",
        "From there it is equation (1): transformer.scaled_dot_product_attention(Q, K, V) gives output and weights.",
    ),
    then="If two target words have equal rows in Xdec, can their rows of weights differ?",
)

# --- e4: eighteen shapes --------------------------------------------------------------------------------------


def _traced(**changes):
    """A wrong shape_trace: some shapes replaced, each given as a function of the configuration."""

    def trace(cfg):
        shapes = shape_trace(cfg)
        for name, change in changes.items():
            shapes[name] = change(cfg)
        return shapes

    return trace


def _full_width(cfg):
    wide = ("enc_q", "enc_heads", "dec_q", "dec_heads", "cross_q", "cross_k", "cross_v", "cross_heads")
    return {name: (*shape[:-1], cfg["d"]) if name in wide else shape for name, shape in shape_trace(cfg).items()}


def _shapes_by_pattern(cfg):
    patterns = (
        "source Sd, enc_q hSk, enc_scores hSS, enc_heads hSk, enc_concat Sd, enc_hidden Sf, memory Sd, target Td, "
        "dec_q hTk, dec_scores hTT, dec_heads hTk, cross_q hTk, cross_k hSk, cross_v hSk, cross_scores hTS, "
        "cross_heads hTk, dec_hidden Tf, logits TV"
    )
    sizes = {**{key: cfg[key] for key in "STdhV"}, "f": cfg["ff"], "k": cfg["d"] // cfg["h"]}
    pairs = (entry.split() for entry in patterns.split(", "))
    return {name: tuple(sizes[letter] for letter in pattern) for name, pattern in pairs}


exercise(
    "29.e4",
    "shape_trace(cfg)",
    reference=shape_trace,
    also=_shapes_by_pattern,
    cases=[
        case({"S": 5, "T": 7, "d": 33, "h": 3, "ff": 13, "V": 17}),
        case({"S": 4, "T": 4, "d": 8, "h": 2, "ff": 8, "V": 4}),
        case({"S": 6, "T": 7, "d": 512, "h": 8, "ff": 2048, "V": 37000}),
    ],
    mistakes=[
        mistake(
            "cross_TT",
            _traced(cross_scores=lambda c: (c["h"], c["T"], c["T"])),
            "Two different lengths. In cross-attention T target words ask S source words.",
        ),
        mistake(
            "cross_ST",
            _traced(cross_scores=lambda c: (c["h"], c["S"], c["T"])),
            "Rows are those who ask. In cross_scores the rows are target words.",
        ),
        mistake(
            "from_decoder",
            _traced(
                cross_k=lambda c: (c["h"], c["T"], c["d"] // c["h"]),
                cross_v=lambda c: (c["h"], c["T"], c["d"] // c["h"]),
                cross_scores=lambda c: (c["h"], c["T"], c["T"]),
            ),
            "cross_k and cross_v are made from the encoder's output, one row for each source word.",
        ),
        mistake(
            "full_width",
            _full_width,
            "Each head of yours is d_model wide. The h heads share it: d_k = d / h.",
        ),
        mistake(
            "ff_forgotten",
            _traced(enc_hidden=lambda c: (c["S"], c["d"]), dec_hidden=lambda c: (c["T"], c["d"])),
            "Inside the feed-forward layer a token is ff numbers wide; only before and after it is d.",
        ),
        mistake(
            "logits_d",
            _traced(logits=lambda c: (c["T"], c["d"])),
            "The last product leaves the width d: one score for each word of the vocabulary.",
        ),
    ],
    difficulty=2,
    importance=5,
    minutes=8,
    hints=(
        "Only six sizes occur, and d / h. For each array ask: rows of whom, how wide, how many heads?",
        "Scores are (heads, those who ask, those who answer).",
        "cross_q (h, T, d / h), cross_k and cross_v (h, S, d / h), cross_scores (h, T, S), hidden (…, ff).",
    ),
    then="Which of the eighteen grow when the source gets longer?",
)

# --- e5: the encoder layer ------------------------------------------------------------------------------------


def _layer_case(T, d, ff, heads):
    shapes = {
        "W_Q": (d, d), "W_K": (d, d), "W_V": (d, d), "W_O": (d, d), "gain1": d, "bias1": d,
        "W1": (d, ff), "b1": ff, "W2": (ff, d), "b2": d, "gain2": d, "bias2": d,
    }  # fmt: skip
    p = {name: np.round(_rng.normal(size=shape), 1) for name, shape in shapes.items()}
    return case(_drawn(T, d), p, heads)


def _parts(x, p, heads):
    """Attention, FFN and the two norms of a layer as functions of one array."""
    matrices = [p[name] for name in ("W_Q", "W_K", "W_V", "W_O")]
    attend = lambda a: transformer.multi_head_attention(a, a, *matrices, heads)[0]
    feed = lambda a: transformer.feed_forward(a, p["W1"], p["b1"], p["W2"], p["b2"])
    norm1 = lambda a: transformer.layer_norm(a, p["gain1"], p["bias1"])
    norm2 = lambda a: transformer.layer_norm(a, p["gain2"], p["bias2"])
    return attend, feed, norm1, norm2


def _layer(wiring):
    """A layer whose parts are put together by wiring(x, attend, feed, norm1, norm2)."""
    return lambda x, p, heads: wiring(x, *_parts(x, p, heads))


def _second_from_x(x, attend, feed, norm1, norm2):
    return norm2(x + feed(norm1(x + attend(x))))


def _one_norm_twice(x, attend, feed, norm1, norm2):
    H = norm1(x + attend(x))
    return norm1(H + feed(H))


def _pre_norm(x, attend, feed, norm1, norm2):
    H = x + attend(norm1(x))
    return H + feed(norm2(H))


def _no_shortcuts(x, attend, feed, norm1, norm2):
    return norm2(feed(norm1(attend(x))))


def _right_order(x, attend, feed, norm1, norm2):
    H = norm1(attend(x) + x)
    return norm2(feed(H) + H)


exercise(
    "29.e5",
    "encoder_layer(x, p, heads)",
    reference=lambda x, p, heads: transformer.encoder_layer(x, p, heads)[0],
    also=_layer(_right_order),
    cases=[_layer_case(3, 4, 5, 2), _layer_case(5, 6, 7, 3), _layer_case(4, 4, 4, 2)],
    mistakes=[
        mistake(
            "second_from_x",
            _layer(_second_from_x),
            "Your second residual starts from x. It starts from the output of the first norm.",
        ),
        mistake(
            "one_norm_twice",
            _layer(_one_norm_twice),
            "You used one gain and bias for both norms. The second norm has gain2 and bias2.",
        ),
        mistake(
            "pre_norm",
            _layer(_pre_norm),
            "x + Sublayer(LayerNorm(x)) is pre-norm, a later design. The paper writes LayerNorm(x + Sublayer(x)).",
        ),
        mistake(
            "no_shortcuts",
            _layer(_no_shortcuts),
            "The two additions are missing: each sub-layer's result is added to what went in, before the norm.",
        ),
        mistake(
            "one_head",
            lambda x, p, heads: transformer.encoder_layer(x, p, 1)[0],
            "You attended with one head, whatever `heads` says. Each head has shares of its own.",
        ),
    ],
    difficulty=3,
    importance=2,
    minutes=12,
    hints=(
        "Two sub-layers, each wrapped in the same way: LayerNorm(in + Sublayer(in)).",
        "H = layer_norm(x + attended, gain1, bias1). The second line starts from H everywhere.",
        "transformer.multi_head_attention(x, x, W_Q, W_K, W_V, W_O, heads)[0], transformer.feed_forward, and "
        "transformer.layer_norm twice.",
    ),
    then="Which single line would you add to make a decoder layer of it?",
)

# --- by hand --------------------------------------------------------------------------------------------------

hand(
    "29.h1",
    "Table 1, for n = 50 words and d = 512: n²d and nd², two numbers (no commas inside a number; 1.28e6 is fine).",
    "1280000, 13107200",
    also=("1.28e6, 1.31e7", "1.28e6, 1.311e7", "1.28e6, 1.3107e7", "1.28e6, 1.3e7"),
    wrong=[
        ("13107200, 1280000", "Both are right, in the opposite order: n²d = 50·50·512 is the smaller one."),
        ("1.31e7, 1.28e6", "Both are right, in the opposite order: n²d = 50·50·512 is the smaller one."),
        ("2500, 262144", "Those are n² and d². Each is still multiplied by the other size."),
        ("25600, 25600", "That is n·d. One of the two sizes is squared."),
    ],
    hints=("n²d = 50 · 50 · 512.", "nd² = 50 · 512 · 512.", "2500 · 512 and 50 · 262144."),
    working="50²·512 = 1,280,000 and 50·512² = 13,107,200: ten times as much, because d is ten times n.",
)
hand(
    "29.h2",
    "d = 512, ff = 2048, h = 8: how many numbers does one encoder layer learn? Attention without biases, FFN with "
    "both, two norms with gain and bias. (No commas inside the number.)",
    "3150336",
    wrong=[
        ("4199936", "You counted cross-attention in the encoder: that is a decoder layer."),
        ("10490368", "You multiplied the attention by the number of heads. Eight heads of width 64 make one 512."),
        ("3148288", "The two norms are missing: 2 · 1024 numbers."),
        ("3147776", "The biases of the FFN are missing: 2048 + 512."),
        ("3145728", "Only the matrices so far. The FFN has two biases, and each norm a gain and a bias."),
        ("3149312", "A layer has two norms; you counted one."),
        ("2363904", "Attention has four matrices: W^O too."),
    ],
    hints=(
        "Attention 4·512² = 1,048,576.",
        "FFN 2·512·2048 + 2048 + 512 = 2,099,712.",
        "Norms 2·(512 + 512) = 2,048. Add the three.",
    ),
    working="1,048,576 + 2,099,712 + 2,048 = 3,150,336.",
)
hand(
    "29.h3",
    "Cross-attention, 7 source words and 9 target words, one head: the shape of the scores, as two numbers.",
    "9, 7",
    wrong=[
        ("7, 9", "Rows are those who ask, and the target asks."),
        ("9, 9", "That is the decoder's self-attention. Here the target asks the source."),
        ("7, 7", "That is the encoder's self-attention."),
        ("63", "That many scores there are. The shape is wanted, two numbers."),
        ("16, 16", "Source and target are not put into one sequence here."),
    ],
    hints=("Who asks?", "Each target word has a row.", "Each source word has a column."),
    working="Nine target words ask, seven source words answer: (9, 7).",
)

# --- the plan's two tasks -------------------------------------------------------------------------------------

hand(
    "29.p1",
    "Which mathematics carries which formula? Seven letters in the order of the formulas. "
    "1 attention · 2 multi-head · 3 positions · 4 LayerNorm · 5 FFN · 6 loss · 7 step. "
    "a) mean and variance  b) two matrix products and a gate  c) dot products, then shares in each row  "
    "d) the logarithm of one probability  e) linear maps and concatenation  f) chain rule and gradient  "
    "g) sines, cosines, rotation",
    "c, e, g, a, b, d, f",
    also=("cegabdf", "c e g a b d f"),
    wrong=[
        ("c, g, e, a, b, d, f", "Formulas 2 and 3 are exchanged. Positions are added, not concatenated."),
        ("e, c, g, a, b, d, f", "Formulas 1 and 2 are exchanged: shares belong to attention itself."),
        ("c, e, g, b, a, d, f", "Formulas 4 and 5 are exchanged. Which of them has a mean in it?"),
        (
            "c, e, g, a, b, f, d",
            "Formulas 6 and 7 are exchanged: first a number says how bad it is, then comes the step.",
        ),
        ("b, e, g, a, c, d, f", "Formulas 1 and 5 are exchanged. A gate cuts at 0; shares come from a softmax."),
    ],
    hints=(
        "Start with the surest: LayerNorm is a, the step is f.",
        "PE is g, Concat is e.",
        "FFN is b, the loss is d.",
    ),
    working="Attention c, multi-head e, positions g, LayerNorm a, FFN b, loss d, step f.",
)
hand(
    "29.p2",
    "Attention, in words: each query meets all [1]. The products are divided by [2], because their spread grows with "
    "the number of things added up. Softmax turns each [3] into shares, and the shares mix the [4]. Eight heads do so "
    "side by side, each [5] numbers wide. Five letters: "
    "a) values  b) keys  c) √d_k  d) √d_model  e) row  f) column  g) 64  h) 512",
    "b, c, e, a, g",
    also=("bceag", "b c e a g"),
    wrong=[
        ("b, d, e, a, g", "Gap 2: what is added up is one head wide, 64 products, not 512."),
        ("b, c, f, a, g", "Gap 3: a cake belongs to one query, and a query is a row."),
        ("a, c, e, b, g", "Gaps 1 and 4: queries meet keys; values are what is carried away."),
        ("b, c, e, a, h", "Gap 5: eight heads share the 512 columns."),
    ],
    hints=(
        "Gap 1 is b, gap 4 is a.",
        "Gap 3: one query, one cake.",
        "Gap 2: the root of a head's width. Gap 5: 512 / 8.",
    ),
    working="Keys, √d_k, row, values, 64.",
)
hand(
    "29.p2b",
    "Around it: positions are [1] to the embeddings, as pairs of sine and cosine with many [2]. In LayerNorm(x + "
    "Sublayer(x)) the sum gives gradients a [3], and the norm brings each [4] to mean 0 and variance 1. The FFN widens "
    "a token, lets only [5] pass, and narrows it again. Five letters: "
    "a) token  b) batch  c) added  d) concatenated  e) positive numbers  f) large tokens  g) wavelengths  "
    "h) short way back",
    "c, g, h, a, e",
    also=("cghae", "c g h a e"),
    wrong=[
        ("d, g, h, a, e", "Gap 1: the table keeps its width 512. What keeps the width?"),
        ("c, g, h, b, e", "Gap 4: that would be batch normalisation. A LayerNorm looks at one token's features."),
        ("c, g, h, a, f", "Gap 5: the gate looks at each number by itself, max(0, z)."),
        ("c, h, g, a, e", "Gaps 2 and 3 are exchanged."),
    ],
    hints=("Gap 1: the width stays 512.", "Gap 2 g, gap 3 h.", "Gap 4: over the features of one … Gap 5: max(0, z)."),
    working="Added, wavelengths, short way back, token, positive numbers.",
)
hand(
    "29.p2c",
    "And training, which the paper hardly prints: the loss is minus the [1] of the share given to the [2] word, "
    "averaged over the [3] targets. Its gradient for the logits is [4]; a step moves the weights [5] the gradient. "
    "Five letters: "
    "a) against  b) along  c) right  d) most likely  e) logarithm  f) square  g) p − y  h) y − p  i) real  j) padded",
    "e, c, i, g, a",
    also=("eciga", "e c i g a"),
    wrong=[
        ("e, d, i, g, a", "Gap 2: the loss asks what the truth was given, not what the model likes best."),
        ("e, c, i, h, a", "Gap 4: prediction minus truth. The step then goes the other way."),
        ("e, c, i, g, b", "Gap 5: the gradient points up, and the loss shall fall."),
        ("f, c, i, g, a", "Gap 1: the price of a share p is −log p."),
        ("e, c, j, g, a", "Gap 3: padding is no target."),
    ],
    hints=("Gap 1: a surprise is −log.", "Gap 4: prediction minus truth.", "Gap 5: the gradient points up."),
    working="Logarithm, right, real, p − y, against.",
)

# --- predictions ----------------------------------------------------------------------------------------------

choice(
    "29.w1",
    "Figure 1, base model, 6 source words, 7 target words. What comes out of the encoder?",
    wrong("One vector (512)", "That was the older design: a whole sentence squeezed into one vector. Here each word "
          "keeps its row."),
    right("A table (6, 512)", "One row for each source word, as wide as the embedding. Every layer keeps that shape."),
    wrong("Scores (6, 6)", "Those exist inside, in each head. What leaves the layer is as wide as what came in."),
    wrong("A table (7, 512)", "Seven is the target. The encoder never sees it."),
)  # fmt: skip
choice(
    "29.w1b",
    "The decoder's second attention: 7 target words, 6 source words, 8 heads. The shape of its scores?",
    wrong("(8, 7, 7)", "That is the first attention of the decoder, where the target asks itself."),
    wrong("(8, 6, 7)", "Rows are those who ask, and the target asks."),
    right("(8, 7, 6)", "For each head, a row for each target word, a column for each source word."),
    wrong("(8, 13, 13)", "Source and target stay two sequences here."),
)
choice(
    "29.w1c",
    "You double the number of heads from 8 to 16 and keep d_model = 512. Which shapes at the borders of the blocks "
    "change?",
    right("None", "Inside, each head gets 32 columns in place of 64. Merged, they are 512 again."),
    wrong("All become twice as wide", "The heads share the 512 columns; they bring none along."),
    wrong("The encoder's output", "It is (6, 512) with any number of heads."),
)
choice(
    "29.w2",
    "Table 1: self-attention costs n²d, a recurrent layer nd². With d = 512, beyond which length n is attention the "
    "dearer one?",
    wrong("23 words", "That is the root of 512. Divide n²d by nd²: one n and one d are left."),
    right("512 words", "n²d / nd² = n/d. Equal at n = d; beyond, attention is dearer."),
    wrong("262,144 words", "That is 512². The ratio is n/d, not n/d²."),
    wrong("It always is", "For n = 50 it is ten times cheaper."),
)
choice(
    "29.w3",
    "How many equations of the paper carry a number?",
    wrong("One, attention", "Two more do, in §3.3 and §5.3."),
    right("Three", "(1) attention, §3.2.1; (2) the feed-forward layer, §3.3; (3) the learning rate, §5.3."),
    wrong("Six", "The plan says “formulas 1–6”. Multi-head and positions are displayed without a number, the norm "
          "stands inside a sentence, and the loss is not printed at all."),
    wrong("Seven", "That is the plan's own table of formulas. The paper numbers fewer."),
)  # fmt: skip

# --- quiz -----------------------------------------------------------------------------------------------------

choice(
    "29.q1",
    "Where do K and V come from in cross-attention?",
    wrong("From the decoder", "The decoder brings the queries."),
    right("From the encoder's output", "The target asks, the source answers: rows T, columns S."),
    wrong("K from the encoder, V from the decoder", "A key and its value belong to the same word."),
)
choice(
    "29.q2",
    "Is the FFN shared?",
    right(
        "Across positions, not across layers", "Every word of a layer meets the same W₁ and W₂; each layer has its own."
    ),
    wrong("Across layers, not across positions", "The other way round: §3.3 says so."),
    wrong("Neither", "One matrix for each position could not take a sentence of another length."),
    wrong("Both", "Each layer has parameters of its own."),
)
choice(
    "29.q3",
    "Do 8 heads cost 8 times as much as one head of full width?",
    wrong("Yes", "Each head is an eighth as wide."),
    right("No, about the same", "d_k = d_model / h: the same parameters, about the same multiplications (§3.2.2)."),
    wrong("No, an eighth", "Each costs about an eighth, and there are eight."),
)

# --- recall ---------------------------------------------------------------------------------------------------


def _seen_cells(rng) -> Draw:
    T, pads = int(rng.integers(7, 14)), int(rng.integers(2, 5))
    L = T + pads
    return Draw(
        f"Day 28: a sentence of {T} words is padded to {L} places. Causal mask (a word sees itself and what came "
        f"before). How many cells do the {T} real words see, together?",
        str(T * (T + 1) // 2),
        (
            (str(T * (T - 1) // 2), "You forbade looking at yourself: the diagonal is allowed."),
            (str(L * (L + 1) // 2), "You counted the rows of the padding too. They predict nothing."),
            (str(T * T), "That is the table without a mask."),
            (str(T * L), "That is every place, future and padding included."),
        ),
        f"1 + 2 + … + {T} = {T}·{T + 1}/2 = {T * (T + 1) // 2}. The padding stands behind, so it is never seen.",
    )


fresh("29.r1", _seen_cells)
choice(
    "29.r2",
    "Day 26: in a layer, X makes queries, keys and values, and the residual carries it past them. Its gradient is …",
    wrong("what comes back through the values", "A nudge of X reaches the loss by three more ways."),
    right("the sum of four shares", "By V, by K, by Q, and by the residual. Where ways meet, shares add."),
    wrong("the product of four slopes", "Slopes multiply along one way; over several ways they add."),
)
choice(
    "29.r3",
    "Day 22: p = (½, ½) came out of a softmax, and g = (1, 0) comes back. What does p ⊙ (g − g·p) hand on?",
    wrong("(½, 0)", "The centre is missing: g·p = ½ is subtracted from both first."),
    wrong("(1, 0)", "That is g itself. A softmax does not pass it unchanged."),
    right("(¼, −¼)", "g·p = ½, so (½, −½), times ½ each. It adds up to 0, as it must."),
)
choice(
    "29.r4",
    "Day 15: H(p, q) = H(p) + KL(p‖q). Which part can training make smaller?",
    wrong("H(p)", "That belongs to the data: it is the floor."),
    wrong("Both", "p is the truth. The model moves only q."),
    right("KL(p‖q)", "It falls towards 0, and the loss towards the floor H(p)."),
)

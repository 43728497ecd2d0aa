"""Days 7, 8, 10, 20 and 26 to 30: against loops written from the paper, by nudging, and by training."""

from math import cos, exp, pi, sin, sqrt

import numpy as np
import pytest

from utils import calculus, probability, story
from utils import transformer as X

inf = np.inf


def close(actual, expected, tolerance=1e-12):
    np.testing.assert_allclose(actual, expected, rtol=tolerance, atol=tolerance)


def slope(f, at, h=1e-5):
    return calculus.numeric_gradient(f, at, h)


# --- day 20 -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("length", "d", "base"), [(1, 2, 10000.0), (7, 6, 10000.0), (13, 10, 50.0), (0, 4, 1e4), (5, 2, 1)]
)
def test_positional_encoding_against_the_paper(length, d, base):
    PE = X.positional_encoding(length, d, base)
    assert PE.shape == (length, d)
    for pos in range(length):
        for i in range(d // 2):
            angle = pos / base ** (2 * i / d)
            close(PE[pos, 2 * i : 2 * i + 2], [sin(angle), cos(angle)])
    close(np.sum(PE**2, axis=1), d / 2)


def test_day_20_numbers():
    PE = X.positional_encoding(6, 4)
    assert PE[0].tolist() == [0, 1, 0, 1]
    close(PE[1], [0.8415, 0.5403, 0.0100, 0.99995], 1e-4)
    close([PE[1] @ PE[0], PE[5] @ PE[4]], cos(1) + cos(0.01))
    assert X.add_position(story.X4, PE)[0].tolist() == [2, 1, 0, 1]
    assert 2 * pi / X._speeds(512, 10000.0)[-1] == pytest.approx(60_611.5, abs=0.1)


@pytest.mark.parametrize("d", [2, 6, 14])
@pytest.mark.parametrize("base", [10000.0, 30.0])
def test_shift_is_a_rotation_and_similarity_knows_the_distance_only(d, base):
    PE = X.positional_encoding(11, d, base)
    for k in range(11):
        M = X.shift_matrix(k, d, base)
        close(PE[: 11 - k] @ M, PE[k:])
        close(M.T @ M, np.eye(d))
        close(M, np.linalg.matrix_power(X.shift_matrix(1, d, base), k))
        close(PE[k:] @ X.shift_matrix(-k, d, base), PE[: 11 - k])
    S = X.similarity(11, d, base)
    for k in range(11):
        expected = sum(cos(k / base ** (2 * i / d)) for i in range(d // 2))
        close(np.diagonal(S, k), expected)
        close(np.diagonal(S, -k), expected)


# --- day 28 -------------------------------------------------------------------------------------------------


def test_causal_mask():
    mask = X.causal_mask(6)
    assert mask.dtype == bool and mask.sum() == 21 and (mask == np.tril(np.ones((6, 6), bool))).all()
    for queries, keys in [(1, 7), (3, 5), (5, 5), (5, 3), (0, 3), (3, 0), (0, 0)]:
        mask = X.causal_mask(queries, keys)
        assert mask.shape == (queries, keys)
        for i, j in np.ndindex(queries, keys):
            assert mask[i, j] == (keys - j >= queries - i)  # at least as far from the end as the query
    assert X.causal_mask(1, 7).all()  # decoding with a cache: the newest token sees everything


def test_decoding_with_a_cache_equals_the_whole():
    rng = np.random.default_rng(0)
    Q, K, V = rng.normal(size=(3, 2, 7, 5))
    whole, _ = X.scaled_dot_product_attention(Q, K, V, X.causal_mask(7))
    for step in (1, 3):
        last, _ = X.scaled_dot_product_attention(Q[:, -step:], K, V, X.causal_mask(step, 7))
        close(last, whole[:, -step:], 1e-14)


IDS = {word: i for i, word in enumerate(["<pad>", *story.VOCABULARY])}
CORPUS_IDS = [[IDS[word] for word in sentence] for sentence in story.CORPUS]


def test_make_batch_and_padding_mask():
    inputs, targets = X.make_batch(CORPUS_IDS)
    assert inputs.shape == targets.shape == (4, 6)
    words = ["<pad>", *story.VOCABULARY]
    assert [words[i] for i in inputs[0]] == story.SENTENCE
    assert [words[i] for i in targets[0]] == ["cat", "sat", "on", "the", "mat", "</s>"]
    assert np.sum(targets != 0) == 23 and targets.size == 24 and inputs[3, 5] == targets[3, 5] == 0
    assert X.padding_mask(inputs).shape == (4, 1, 1, 6) and X.padding_mask(inputs).sum() == 23
    assert X.make_batch([[1, 2]], pad=-1)[0].tolist() == [[1]]


# --- day 10 -------------------------------------------------------------------------------------------------


def attention_by_loop(Q, K, V, allowed=None, scale=None):
    """Equation 1 for one sentence, one number at a time."""
    output, weights = np.zeros((len(Q), V.shape[1])), np.zeros((len(Q), len(K)))
    for i in range(len(Q)):
        scores = {}
        for j in range(len(K)):
            if allowed is None or allowed[i, j]:
                scores[j] = sum(Q[i, c] * K[j, c] for c in range(Q.shape[1])) * (scale or 1 / sqrt(Q.shape[1]))
        for j, s in scores.items():
            weights[i, j] = 1 / sum(exp(min(other - s, 700)) for other in scores.values())
            for c in range(V.shape[1]):
                output[i, c] += weights[i, j] * V[j, c]
    return output, weights


@pytest.mark.parametrize("batch", [(), (2,), (2, 3)])
@pytest.mark.parametrize(("Tq", "Tk", "d_k", "d_v"), [(3, 5, 7, 2), (5, 5, 5, 5), (1, 1, 1, 1), (7, 3, 2, 11)])
@pytest.mark.parametrize("scale", [None, 0.3])
def test_attention_against_the_loop(batch, Tq, Tk, d_k, d_v, scale):
    rng = np.random.default_rng(1)
    Q, K, V = (rng.normal(size=(*batch, *s)) for s in ((Tq, d_k), (Tk, d_k), (Tk, d_v)))
    allowed = rng.random((*batch, Tq, Tk)) < 0.6
    for mask in (None, allowed, np.where(allowed, 0.0, -inf)):
        output, weights = X.scaled_dot_product_attention(Q, K, V, mask, scale)
        for place in np.ndindex(batch):
            loop = attention_by_loop(Q[place], K[place], V[place], None if mask is None else allowed[place], scale)
            close(output[place], loop[0])
            close(weights[place], loop[1])


def test_day_10_numbers():
    identity = np.eye(2)
    output, weights = X.scaled_dot_product_attention(identity, identity, [[1, 2], [3, 4]])
    close(weights, [[0.6698, 0.3302], [0.3302, 0.6698]], 2e-4)
    close(output, [[1.6605, 2.6605], [2.3395, 3.3395]], 1e-4)
    A = [[1, 2], [3, 4]]
    output, weights = X.scaled_dot_product_attention(A, A, A)
    close(weights, [[0.01417, 0.98583], [0.00005, 0.99995]], 1e-3)
    close(output, [[2.9717, 3.9717], [2.9999, 3.9999]], 1e-4)
    words = np.array([story.TABLE_4D[w] for w in ("cat", "sat", "mat")])
    output, weights = X.scaled_dot_product_attention(words, words, words)
    close(weights[0], [0.786, 0.039, 0.175], 1e-2)
    close(output[0], [1.883, 0.689, 0.786, 0.214], 1e-3)
    Q = [[1, 2, 3], [4, 5, 6]]
    K = [[7, 9, 11], [8, 10, 12]]
    output, weights = X.scaled_dot_product_attention(Q, K, [[13, 14], [15, 16]])
    close(np.array(Q) @ np.transpose(K) / sqrt(3), [[33.486, 36.950], [80.252, 88.912]], 1e-4)
    close(weights, [[0.0304, 0.9696], [0.0002, 0.9998]], 2e-1)
    close(output, [[14.939, 15.939], [15.0, 16.0]], 1e-4)


def test_attention_extremes():
    rng = np.random.default_rng(2)
    Q, K, V = rng.normal(size=(3, 5, 7)) * 1e4
    output, weights = X.scaled_dot_product_attention(Q, K, V)
    close(weights.sum(axis=-1), 1)
    assert np.isfinite(output).all()
    nothing = np.zeros((5, 5), bool)
    for mask in (nothing, np.full((5, 5), -inf)):
        output, weights = X.scaled_dot_product_attention(Q, K, V, mask)
        assert not output.any() and not weights.any()
        assert not any(part.any() for part in X.attention_backward(Q, K, V, weights, np.ones((5, 7))))
    output, weights = X.scaled_dot_product_attention(np.ones((3, 2)), np.ones((0, 2)), np.ones((0, 5)))
    assert output.shape == (3, 5) and not output.any() and weights.shape == (3, 0)
    assert X.scaled_dot_product_attention(np.ones((0, 2)), np.ones((3, 2)), np.ones((3, 5)))[0].shape == (0, 5)
    zero_query = X.scaled_dot_product_attention(np.zeros((1, 7)), K, V)[0]
    close(zero_query[0], V.mean(axis=0), 1e-10)


def test_attention_moves_along_with_the_words():
    rng = np.random.default_rng(3)
    Q, K, V = rng.normal(size=(3, 7, 5))
    order = rng.permutation(7)
    output = X.scaled_dot_product_attention(Q, K, V)[0]
    close(X.scaled_dot_product_attention(Q[order], K[order], V[order])[0], output[order], 1e-14)
    close(X.scaled_dot_product_attention(Q, K[order], V[order])[0], output, 1e-14)


@pytest.mark.parametrize(
    ("q", "k", "v"),
    [
        ((3, 7), (5, 7), (5, 2)),
        ((2, 3, 7), (2, 5, 7), (2, 5, 2)),
        ((2, 3, 5, 7), (1, 3, 5, 7), (5, 2)),
        ((1, 1), (1, 1), (1, 1)),
    ],
)
@pytest.mark.parametrize("scale", [None, 0.3])
def test_attention_backward_by_nudging(q, k, v, scale):
    rng = np.random.default_rng(4)
    Q, K, V = (rng.normal(size=shape) for shape in (q, k, v))
    mask = rng.random((q[-2], k[-2])) < 0.7
    mask[0] = len(mask) == 1  # the first of several queries may look at nothing
    output, weights = X.scaled_dot_product_attention(Q, K, V, mask, scale)
    G = rng.normal(size=output.shape)

    def f(Q, K, V):
        return np.sum(G * X.scaled_dot_product_attention(Q, K, V, mask, scale)[0])

    dQ, dK, dV = X.attention_backward(Q, K, V, weights, G, scale)
    close(dQ, slope(lambda x: f(x, K, V), Q), 1e-9)
    close(dK, slope(lambda x: f(Q, x, V), K), 1e-9)
    close(dV, slope(lambda x: f(Q, K, x), V), 1e-9)


# --- days 6 and 7 -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("batch", [(), (2,), (2, 3)])
def test_split_and_merge(batch):
    T, heads, d_k = 5, 3, 7
    x = np.random.default_rng(5).normal(size=(*batch, T, heads * d_k))
    split = X.split_heads(x, heads)
    assert split.shape == (*batch, heads, T, d_k)
    for h in range(heads):
        assert (split[..., h, :, :] == x[..., h * d_k : (h + 1) * d_k]).all()
    assert (X.merge_heads(split) == x).all()
    assert (X.concat_heads([split[..., h, :, :] for h in range(heads)]) == x).all()
    assert not np.shares_memory(split, x)


def test_day_7_numbers():
    split = X.split_heads(np.arange(8).reshape(2, 4), 2)
    assert split[0].tolist() == [[0, 1], [4, 5]]


def big(name):
    return np.concatenate([getattr(head, name) for head in (story.HEAD_A, story.HEAD_B)], axis=1)


def test_one_big_matrix_is_the_heads_side_by_side():
    x, matrices = np.arange(10.0).reshape(2, 5), [np.eye(5)[:, :3], np.ones((5, 3))]
    assert X.one_big_W(matrices).shape == (5, 6)
    assert (x @ X.one_big_W(matrices) == X.concat_heads([x @ W for W in matrices])).all()


SHAPES = [(3,), (1,), (5, 1), (5, 3), (3, 5), (2, 5, 3), (7, 1, 5, 3), (2, 1, 3, 5), (5, 5)]


@pytest.mark.parametrize("a", SHAPES)
@pytest.mark.parametrize("b", SHAPES)
@pytest.mark.parametrize("op", ["@", "+"])
def test_out_shape_is_what_numpy_does(a, b, op):
    if op == "@" and min(len(a), len(b)) < 2:
        with pytest.raises(ValueError):
            X.out_shape(a, b)
        return
    try:
        wanted = (np.zeros(a) @ np.zeros(b) if op == "@" else np.zeros(a) + np.zeros(b)).shape
    except ValueError:
        wanted = "error"
    assert X.out_shape(a, b, op) == wanted


def test_the_two_heads_of_the_story():
    output, weights = X.multi_head_attention(story.X4, story.X4, big("W_Q"), big("W_K"), big("W_V"), np.eye(4), 2)
    assert output.shape == (6, 4) and weights.shape == (2, 6, 6)
    sat = story.SENTENCE.index("sat")
    close(weights[0, sat, 1], 0.7719, 1e-4)
    close(weights[1, sat], [0.0649, 0.1317, 0.0649, 0.1317, 0.0649, 0.5418], 2e-3)
    close(output[sat], [1.681, 0.863, 0.132, 0.738], 5e-3)
    for row in (0, 4):
        close(weights[:, row], 1 / 6)  # "the" asks nothing
    for T, cat, mat in ((0.25, 1.00, 0.992), (4, 0.289, 0.240)):
        Q = X.split_heads(story.X4 @ big("W_Q"), 2) / T
        K = X.split_heads(story.X4 @ big("W_K"), 2)
        hot = X.scaled_dot_product_attention(Q, K, K)[1]
        close([hot[0, sat, 1], hot[1, sat, 5]], [cat, mat], 3e-3)


def mha_arguments(rng, batch, Tq, Tk, d, heads, d_k, d_v, d_out):
    sizes = [
        (*batch, Tq, d),
        (*batch, Tk, d),
        (d, heads * d_k),
        (d, heads * d_k),
        (d, heads * d_v),
        (heads * d_v, d_out),
    ]
    return [rng.normal(size=size) for size in sizes]


@pytest.mark.parametrize("batch", [(), (2,), (2, 3)])
@pytest.mark.parametrize("sizes", [(5, 7, 11, 3, 7, 2, 13), (3, 3, 6, 2, 3, 3, 6), (1, 1, 1, 1, 1, 1, 1)])
def test_multi_head_against_one_head_at_a_time(batch, sizes):
    Tq, Tk, _, heads, d_k, d_v, _ = sizes
    rng = np.random.default_rng(6)
    Xq, Xm, W_Q, W_K, W_V, W_O = mha_arguments(rng, batch, *sizes)
    mask = rng.random((Tq, Tk)) < 0.7
    output, weights = X.multi_head_attention(Xq, Xm, W_Q, W_K, W_V, W_O, heads, mask)
    for place in np.ndindex(batch):
        total = 0
        for h in range(heads):
            k, v = slice(h * d_k, (h + 1) * d_k), slice(h * d_v, (h + 1) * d_v)
            one = attention_by_loop(Xq[place] @ W_Q[:, k], Xm[place] @ W_K[:, k], Xm[place] @ W_V[:, v], mask)
            close(weights[place][h], one[1])
            total = total + one[0] @ W_O[v]
        close(output[place], total, 1e-11)


@pytest.mark.parametrize("batch", [(), (2,)])
@pytest.mark.parametrize("sizes", [(3, 5, 7, 2, 3, 2, 5), (3, 3, 6, 2, 3, 3, 6)])
def test_multi_head_backward_by_nudging(batch, sizes):
    rng = np.random.default_rng(7)
    arguments = dict(
        zip(["X_query", "X_memory", "W_Q", "W_K", "W_V", "W_O"], mha_arguments(rng, batch, *sizes), strict=True)
    )
    arguments = {name: value / 2 for name, value in arguments.items()}
    mask = np.arange(sizes[1]) <= np.arange(sizes[0])[:, None]
    output, weights = X.multi_head_attention(**arguments, heads=2, mask=mask)
    G = rng.normal(size=output.shape)
    gradients = X.multi_head_attention_backward(**arguments, heads=2, weights=weights, d_output=G)
    assert list(gradients) == list(arguments)
    for name, value in arguments.items():
        numeric = slope(
            lambda x, name=name: np.sum(G * X.multi_head_attention(**{**arguments, name: x}, heads=2, mask=mask)[0]),
            value,
        )
        close(gradients[name], numeric, 1e-8)


def test_masks_broadcast_over_sentences_and_heads():
    rng = np.random.default_rng(8)
    Xq, Xm, *W = mha_arguments(rng, (2,), 5, 5, 6, 3, 2, 2, 6)
    inputs = np.array([[1, 1, 1, 0, 0], [1, 1, 1, 1, 1]])
    mask = X.causal_mask(5) & X.padding_mask(inputs)
    weights = X.multi_head_attention(Xq, Xm, *W, 3, mask)[1]
    assert not weights[~np.broadcast_to(mask, weights.shape)].any()
    close(weights.sum(axis=-1), 1)
    for b in range(2):
        close(X.multi_head_attention(Xq[b], Xm[b], *W, 3, mask[b])[1], weights[b], 1e-14)
    per_head = np.stack([X.causal_mask(5), np.eye(5, dtype=bool), np.ones((5, 5), bool)])
    weights = X.multi_head_attention(Xq, Xm, *W, 3, per_head)[1]
    close(weights[:, 1], np.broadcast_to(np.eye(5), (2, 5, 5)))
    with pytest.raises(ValueError, match="broadcast"):
        X.multi_head_attention(Xq, Xm, *W, 3, np.ones((2, 5, 5), bool))  # the head axis is missing


# --- days 8 and 29 ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("shape", [(1,), (7,), (3, 5), (5, 5), (2, 3, 7)])
@pytest.mark.parametrize("eps", [1e-5, 0.1])
def test_norms_against_loops(shape, eps):
    rng = np.random.default_rng(9)
    x = rng.normal(size=shape) * 3 + 1
    gain, bias = rng.normal(size=(2, shape[-1]))
    layer, rms = X.layer_norm(x, gain, bias, eps), X.rms_norm(x, gain, eps)
    for place in np.ndindex(shape[:-1]):
        row, d = x[place].tolist(), shape[-1]
        mean = sum(row) / d
        variance = sum((v - mean) ** 2 for v in row) / d
        close(
            layer[place], [g * (v - mean) / sqrt(variance + eps) + b for g, v, b in zip(gain, row, bias, strict=True)]
        )
        size = sqrt(sum(v * v for v in row) / d + eps)
        close(rms[place], [g * v / size for g, v in zip(gain, row, strict=True)])


def test_day_8_numbers():
    one, zero = np.ones(4), np.zeros(4)
    assert X.layer_norm(story.TABLE_4D["on"], one, zero, eps=0).tolist() == [-1, 1, -1, 1]
    cat = story.TABLE_4D["cat"]
    expected = [sqrt(2), 0, 0, -sqrt(2)]
    close(X.layer_norm(cat, one, zero, eps=0), expected)
    close(X.layer_norm(2 * cat + 3, one, zero, eps=0), expected)
    close(X.layer_norm(-cat, one, zero, eps=0), np.negative(expected))
    close(X.layer_norm([1, 2, 3, 4], one, zero), [-1.3416, -0.4472, 0.4472, 1.3416], 5e-4)
    assert X.layer_norm([7, 7, 7, 7], one, [1, 2, 3, 4], eps=0).tolist() == [1, 2, 3, 4]
    assert X.rms_norm(zero, one, eps=0).tolist() == [0, 0, 0, 0]


@pytest.mark.parametrize("shape", [(5,), (3, 5), (2, 3, 5)])
def test_feed_forward(shape):
    rng = np.random.default_rng(10)
    arguments = {"x": rng.normal(size=shape), "W1": rng.normal(size=(5, 7)), "b1": rng.normal(size=7)}
    arguments |= {"W2": rng.normal(size=(7, 5)), "b2": rng.normal(size=5)}
    output = X.feed_forward(**arguments)
    p = arguments
    for place in np.ndindex(shape[:-1]):
        hidden = [max(0, sum(p["x"][place][i] * p["W1"][i, j] for i in range(5)) + p["b1"][j]) for j in range(7)]
        close(output[place], [sum(hidden[j] * p["W2"][j, c] for j in range(7)) + p["b2"][c] for c in range(5)])
    G = rng.normal(size=shape)
    gradients = X.feed_forward_backward(**arguments, d_output=G)
    assert list(gradients) == list(arguments)
    for name, value in arguments.items():
        close(gradients[name], slope(lambda v, name=name: np.sum(G * X.feed_forward(**{**p, name: v})), value), 1e-8)


def test_day_26_numbers():
    zero = np.zeros(2)
    g = X.feed_forward_backward([[1, 2]], [[0.1, 0.2], [0.3, -0.4]], zero, [[0.5], [-0.6]], [0.0], [[0.35 - 1]])
    close(g["W2"], [[-0.455], [0]])
    close(g["W1"], [[-0.325, 0], [-0.65, 0]])


def layer(rng, d, ff):
    p = {name: rng.normal(size=(d, d)) / sqrt(d) for name in ("W_Q", "W_K", "W_V", "W_O")}
    p |= {"W1": rng.normal(size=(d, ff)) / sqrt(d), "b1": rng.normal(size=ff), "b2": rng.normal(size=d)}
    p |= {"W2": rng.normal(size=(ff, d)) / sqrt(ff)}
    return p | {name: rng.normal(size=d) for name in ("gain1", "bias1", "gain2", "bias2")}


@pytest.mark.parametrize("batch", [(), (2,), (2, 3)])
def test_encoder_layer_is_the_papers_and_its_backward_is_right(batch):
    rng = np.random.default_rng(11)
    d, ff, heads, T = 6, 7, 3, 5
    x, p, mask = rng.normal(size=(*batch, T, d)), layer(rng, d, ff), X.causal_mask(T)
    output, trace = X.encoder_layer(x, p, heads, mask)
    attended, weights = X.multi_head_attention(x, x, p["W_Q"], p["W_K"], p["W_V"], p["W_O"], heads, mask)
    first = X.layer_norm(x + attended, p["gain1"], p["bias1"])
    second = first + X.feed_forward(first, p["W1"], p["b1"], p["W2"], p["b2"])
    close(output, X.layer_norm(second, p["gain2"], p["bias2"]), 1e-14)
    assert (trace["weights"] == weights).all() and (trace["output"] == output).all()
    G = rng.normal(size=output.shape)
    d_ = X.encoder_layer_backward(G, trace, p, heads)
    for name in trace:
        assert d_[name].shape == trace[name].shape, name
    if len(batch) < 2:
        f = {**p, "x": x}
        for name, value in f.items():

            def loss(v, name=name):
                moved = {**f, name: v}
                return np.sum(G * X.encoder_layer(moved.pop("x"), moved, heads, mask)[0])

            close(d_[name], slope(loss, value), 2e-8)


def test_the_trace_gradients_are_those_of_the_intermediates():
    """Nudge an intermediate: run the rest of the layer from there."""
    rng = np.random.default_rng(12)
    p, x = layer(rng, 6, 7), rng.normal(size=(5, 6))
    output, t = X.encoder_layer(x, p, 2)
    G = rng.normal(size=output.shape)
    d = X.encoder_layer_backward(G, t, p, 2)

    def after_attention(attended):
        norm1 = X.layer_norm(x + attended, p["gain1"], p["bias1"])
        fed = X.feed_forward(norm1, p["W1"], p["b1"], p["W2"], p["b2"])
        return np.sum(G * X.layer_norm(norm1 + fed, p["gain2"], p["bias2"]))

    def after_weights(weights):
        return after_attention(X.merge_heads(weights @ t["V"]) @ p["W_O"])

    scores = X.scores(t["Q"], t["K"]) / sqrt(3)
    close(d["attended"], slope(after_attention, t["attended"]), 1e-8)
    close(d["concat"], slope(lambda c: after_attention(c @ p["W_O"]), t["concat"]), 1e-8)
    close(d["weights"], slope(after_weights, t["weights"]), 1e-8)
    close(d["scores"], slope(lambda s: after_weights(probability.softmax(s)), scores), 1e-8)


def test_the_future_does_not_leak():
    rng = np.random.default_rng(13)
    p, x = layer(rng, 6, 7), rng.normal(size=(2, 5, 6))
    before = X.encoder_layer(x, p, 3, X.causal_mask(5))[0]
    for t in range(4):
        changed = x.copy()
        changed[:, t + 1 :] += 10
        after = X.encoder_layer(changed, p, 3, X.causal_mask(5))[0]
        close(after[:, : t + 1], before[:, : t + 1], 1e-13)
        assert np.abs(after[:, t + 1 :] - before[:, t + 1 :]).max() > 0.1
    order = rng.permutation(5)
    close(X.encoder_layer(x[:, order], p, 3)[0], X.encoder_layer(x, p, 3)[0][:, order])


# --- day 30 -------------------------------------------------------------------------------------------------


def test_embedding_forward_and_backward():
    rng = np.random.default_rng(14)
    E, tokens = rng.normal(size=(5, 7)), np.array([[0, 3, 3], [1, 0, 3]])
    close(X.embed_scaled(tokens, E)[1, 2], sqrt(7) * E[3])
    G = rng.normal(size=(2, 3, 7))
    dE = X.embed_scaled_backward(tokens, G, 5)
    close(dE, slope(lambda E: np.sum(G * X.embed_scaled(tokens, E)), E), 1e-8)
    assert not dE[[2, 4]].any()
    assert X.embed_scaled([], E).shape == (0, 7)


ONES = np.ones((3, 4))


@pytest.mark.parametrize(
    "call",
    [
        lambda: X.positional_encoding(3, 5),
        lambda: X.positional_encoding(-1, 4),
        lambda: X.positional_encoding(3, 4, base=0),
        lambda: X.shift_matrix(1, 3),
        lambda: X.similarity(3, 0),
        lambda: X.add_position(ONES, np.ones((2, 4))),
        lambda: X.add_position(ONES, np.ones((1, 4))),
        lambda: X.make_batch([]),
        lambda: X.make_batch([[1, 2], [3]]),
        lambda: X.make_batch([[1, 0, 2]]),
        lambda: X.causal_mask(-1),
        lambda: X.causal_mask(2.0),
        lambda: X.padding_mask([1, 2]),
        lambda: X.scaled_dot_product_attention(ONES, np.ones((5, 3)), np.ones((5, 2))),
        lambda: X.scaled_dot_product_attention(ONES, ONES, np.ones((5, 2))),
        lambda: X.scaled_dot_product_attention(ONES[0], ONES, ONES),
        lambda: X.scaled_dot_product_attention(np.ones((3, 0)), np.ones((3, 0)), ONES),
        lambda: X.scaled_dot_product_attention(ONES, ONES, ONES, mask=np.ones((3, 3), int)),
        lambda: X.attention_backward(ONES, ONES, ONES, np.ones((3, 3)), np.ones((3, 5))),
        lambda: X.attention_backward(ONES, ONES, ONES, np.ones((2, 3)), ONES),
        lambda: X.split_heads(ONES, 3),
        lambda: X.split_heads(ONES, 0),
        lambda: X.merge_heads(ONES),
        lambda: X.concat_heads([]),
        lambda: X.one_big_W([]),
        lambda: X.out_shape((2, 3), (3, 5), "-"),
        lambda: X.layer_norm(ONES, np.ones(3), np.ones(4)),
        lambda: X.layer_norm(ONES, 1.0, 0.0),
        lambda: X.rms_norm(ONES, np.ones(3)),
        lambda: X.rms_norm(ONES, np.ones(4), eps=-1),
        lambda: X.feed_forward(ONES, np.ones((3, 5)), np.ones(5), np.ones((5, 4)), np.ones(4)),
        lambda: X.encoder_layer(ONES, {"W_Q": ONES}, 2),
        lambda: X.embed_scaled([5], ONES),
        lambda: X.embed_scaled([0.5], ONES),
        lambda: X.embed_scaled_backward([1], ONES, 3),
    ],
)
def test_wrong_input_says_so(call):
    with pytest.raises(ValueError, match=r"should|expected"):
        call()

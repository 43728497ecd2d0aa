"""The Transformer, days 7, 8, 10, 20, 26 to 30: positions, masks, attention, heads, layers; forward and backward.

Tokens are rows, (..., T, d); all leading axes are a batch; float64. A boolean mask says True = may attend.
Backward functions take what the forward pass saw and dL/d(output); they return dL/d(each input).
No argument is changed. Wrong input raises ValueError.
"""

import numpy as np

from utils.calculus import grad_b, grad_W, grad_X, vjp_layer_norm, vjp_relu, vjp_softmax
from utils.linalg import linear, real_array, scores, standardise, whole
from utils.probability import masked_softmax, word_ids

# --- day 20: positions --------------------------------------------------------------------------------------


def _speeds(d_model, base):
    """One angular speed per pair of columns: base^(-2i / d_model), i = 0 ... d_model/2 - 1."""
    d_model = whole(d_model, "d_model", 2)
    if d_model % 2:
        raise ValueError(f"d_model should be even (columns come in pairs sin, cos), got {d_model}")
    if not base > 0:
        raise ValueError(f"base should be positive, got {base}")
    return float(base) ** (-np.arange(0, d_model, 2) / d_model)


def positional_encoding(length, d_model, base=10000.0):
    """A set of clock hands for each position: sin and cos of position times speed, in turn.

    PE[p, 2i] = sin(p base^(-2i/d_model)), PE[p, 2i+1] = cos(the same); i counts pairs, angles in radians.
    Returns (length, d_model). Raises ValueError for an odd d_model, length < 0 or base <= 0.
    Vaswani et al. 2017, section 3.5.
    """
    angles = np.arange(whole(length, "length"))[:, None] * _speeds(d_model, base)
    return np.stack([np.sin(angles), np.cos(angles)], axis=-1).reshape(len(angles), d_model)


def shift_matrix(k, d, base=10000.0):
    """The rotation that walks every position k steps on: PE[p + k] = PE[p] @ shift_matrix(k, d).

    k: any number, negative walks back. Returns (d, d), one 2x2 rotation per pair on the diagonal.
    Raises ValueError for an odd d. Vaswani et al. 2017, section 3.5.
    """
    angles = k * _speeds(d, base)
    M, sin_columns = np.zeros((d, d)), np.arange(0, d, 2)
    M[sin_columns, sin_columns] = M[sin_columns + 1, sin_columns + 1] = np.cos(angles)
    M[sin_columns, sin_columns + 1] = -np.sin(angles)
    M[sin_columns + 1, sin_columns] = np.sin(angles)
    return M


def similarity(T, d, base=10000.0):
    """Every position against every other: PE PEᵀ, d/2 on the diagonal, a function of the distance only.

    Returns (T, T). Raises ValueError for an odd d. Vaswani et al. 2017, section 3.5.
    """
    PE = positional_encoding(T, d, base)
    return PE @ PE.T


def add_position(E, PE):
    """What enters the first layer: √d_model E + PE; added, not concatenated.

    E: (..., T, d), PE: (T, d). Returns (..., T, d). Raises ValueError when T or d differ.
    Vaswani et al. 2017, sections 3.4 and 3.5.
    """
    E, PE = real_array(E, "E", 2), real_array(PE, "PE", 2)
    if E.shape[-2:] != PE.shape:
        raise ValueError(f"PE should have the shape (T, d) of E's last two axes, got {PE.shape} and {E.shape}")
    return np.sqrt(E.shape[-1]) * E + PE


# --- day 28: batches and masks ------------------------------------------------------------------------------


def make_batch(sequences, pad=0):
    """Shift and pad: at each place the model sees the token, and the next token is its target.

    sequences: lists of token ids, end mark included, two or more each. pad: the id that fills up.
    Returns (inputs, targets), both (B, T) ints, T = longest - 1; targets of padding are pad (ignore_index).
    Raises ValueError for an empty batch, a sequence of fewer than two tokens, or one that contains pad.
    Vaswani et al. 2017, section 3.1 ("shifted right").
    """
    if len(sequences) == 0 or min(len(sequence) for sequence in sequences) < 2:
        raise ValueError("expected at least one sequence, each of two tokens or more")
    if any(pad in sequence for sequence in sequences):
        raise ValueError(f"the pad id {pad} should not be a token of a sequence")
    T = max(len(sequence) for sequence in sequences) - 1
    inputs, targets = np.full((2, len(sequences), T), pad, dtype=np.int64)
    for i, sequence in enumerate(sequences):
        inputs[i, : len(sequence) - 1] = sequence[:-1]
        targets[i, : len(sequence) - 1] = sequence[1:]
    return inputs, targets


def causal_mask(queries, keys=None):
    """No looking ahead: True on and below the diagonal.

    queries, keys: sizes; keys defaults to queries. With more keys than queries the corner is at the bottom right:
    the last query sees every key, as decoding with a cache needs. Returns a boolean (queries, keys).
    Raises ValueError for a negative size. Vaswani et al. 2017, section 3.2.3.
    """
    queries = whole(queries, "queries")
    keys = queries if keys is None else whole(keys, "keys")
    return np.arange(keys) <= np.arange(queries)[:, None] + (keys - queries)


def padding_mask(tokens, pad=0):
    """No looking at padding: True where the key is a real token.

    tokens: (B, T) ids. Returns a boolean (B, 1, 1, T), ready for scores (B, h, T, T); combine with &.
    Raises ValueError unless tokens has two axes.
    """
    tokens = np.asarray(tokens)
    if tokens.ndim != 2:
        raise ValueError(f"tokens should have shape (B, T), got {tokens.shape}")
    return (tokens != pad)[:, None, None, :]


# --- day 10: attention --------------------------------------------------------------------------------------


def _scale(d_k, scale):
    if scale is None:
        if d_k == 0:
            raise ValueError("queries and keys should have at least one feature, got d_k = 0")
        return 1 / np.sqrt(d_k)
    return float(scale)


def scaled_dot_product_attention(Q, K, V, mask=None, scale=None):
    """Each query mixes the values, by how well its key answers: softmax(Q Kᵀ / √d_k) V.

    Q: (..., Tq, d_k), K: (..., Tk, d_k), V: (..., Tk, d_v), leading axes broadcast. mask: boolean (True = may
    attend) or float (added), broadcasts to (..., Tq, Tk). scale replaces 1/√d_k.
    Returns (output (..., Tq, d_v), weights (..., Tq, Tk)); a row with nothing allowed gives zeros in both.
    Raises ValueError when shapes do not meet. Vaswani et al. 2017, equation 1, section 3.2.1.
    """
    Q, K, V = real_array(Q, "Q", 2), real_array(K, "K", 2), real_array(V, "V", 2)
    if K.shape[-2] != V.shape[-2]:
        raise ValueError(f"K and V should have one row per key each, got shapes {K.shape} and {V.shape}")
    similarity = scores(Q, K) * _scale(Q.shape[-1], scale)
    weights = masked_softmax(similarity, True if mask is None else mask)
    return weights @ V, weights


def _sum_to(gradient, shape):
    """Undo broadcasting: add up over the axes that were stretched."""
    gradient = gradient.sum(axis=tuple(range(gradient.ndim - len(shape))))
    stretched = tuple(i for i, size in enumerate(shape) if size == 1 and gradient.shape[i] != 1)
    return gradient.sum(axis=stretched, keepdims=True)


def attention_backward(Q, K, V, weights, d_output, scale=None):
    """Back through equation 1, last product first.

    dV = Aᵀ dO, dA = dO Vᵀ, dS = A ⊙ (dA - rowsum(dA ⊙ A)), dQ = dS K / √d_k, dK = dSᵀ Q / √d_k.
    Q, K, V, scale: as in the forward pass; weights: what it returned (the mask is in them); d_output:
    (..., Tq, d_v). Returns (dQ, dK, dV) with the shapes of Q, K, V. Fully masked rows pass nothing.
    Raises ValueError when shapes do not meet.
    """
    return _attention_gradients(Q, K, V, weights, d_output, scale)[:3]


def _attention_gradients(Q, K, V, weights, d_output, scale=None):
    """dQ, dK, dV, and on the way d(weights) and d(scaled scores)."""
    Q, K, V = real_array(Q, "Q", 2), real_array(K, "K", 2), real_array(V, "V", 2)
    weights, d_output = real_array(weights, "weights", 2), real_array(d_output, "d_output", 2)
    wanted = (*weights.shape[:-1], V.shape[-1])
    if weights.shape[-2:] != (Q.shape[-2], K.shape[-2]) or d_output.shape != wanted:
        came = f"weights {weights.shape}, d_output {d_output.shape}, Q {Q.shape}, K {K.shape}, V {V.shape}"
        raise ValueError(f"weights should be (..., Tq, Tk) and d_output (..., Tq, d_v), got {came}")
    scale = _scale(Q.shape[-1], scale)
    d_weights = d_output @ np.swapaxes(V, -1, -2)
    d_scores = vjp_softmax(weights, d_weights)
    dQ = scale * (d_scores @ K)
    dK = scale * (np.swapaxes(d_scores, -1, -2) @ Q)
    dV = np.swapaxes(weights, -1, -2) @ d_output
    return _sum_to(dQ, Q.shape), _sum_to(dK, K.shape), _sum_to(dV, V.shape), d_weights, d_scores


# --- day 7: heads -------------------------------------------------------------------------------------------


def split_heads(X, heads):
    """Give each head its own block of neighbouring features: reshape, then swap.

    X: (..., T, heads * d_k). Returns (..., heads, T, d_k).
    Raises ValueError when the features do not divide. Vaswani et al. 2017, section 3.2.2.
    """
    X, heads = real_array(X, "X", 2), whole(heads, "heads", 1)
    if X.shape[-1] % heads:
        raise ValueError(f"the last axis should divide into {heads} heads, got shape {X.shape}")
    return np.swapaxes(X.reshape(*X.shape[:-1], heads, X.shape[-1] // heads), -3, -2).copy()


def merge_heads(X):
    """Put the heads' features side by side again: swap, then reshape. The exact inverse of split_heads.

    X: (..., heads, T, d_v). Returns (..., T, heads * d_v). Raises ValueError for fewer than three axes.
    """
    X = real_array(X, "X", 3)
    *batch, heads, T, d_v = X.shape
    return np.swapaxes(X, -3, -2).reshape(*batch, T, heads * d_v)


def concat_heads(outputs):
    """Concat(head_1, ..., head_h): side by side on the feature axis.

    outputs: list of (..., T, d_v). Returns (..., T, sum of the d_v).
    Raises ValueError for an empty list or different tokens. Vaswani et al. 2017, section 3.2.2.
    """
    if len(outputs) == 0:
        raise ValueError("expected the output of at least one head, got none")
    return np.concatenate([real_array(output, "each output", 2) for output in outputs], axis=-1)


def one_big_W(WQ_list):
    """The matrices of all heads side by side: X @ one_big_W([W_1, ..., W_h]) holds every head's X @ W_i in turn.

    WQ_list: list of (d, d_k). Returns (d, h * d_k). Raises ValueError for an empty list or different d.
    Vaswani et al. 2017, section 3.2.2.
    """
    return concat_heads(WQ_list)


def out_shape(a, b, op="@"):
    """The shape of a @ b or a + b, from two shapes; "error" where NumPy would refuse.

    a, b: tuples of sizes, for "@" at least two each. Shapes line up from the right; two sizes are equal, or one of
    them is 1 and stretches. In a product the inner sizes are equal, and only the axes before the last two stretch.
    Returns a tuple or "error". Raises ValueError for another op, or a product of a shape with one axis.
    """
    a, b = tuple(a), tuple(b)
    if op not in ("@", "+"):
        raise ValueError(f'op should be "@" or "+", got {op!r}')
    if op == "@":
        if min(len(a), len(b)) < 2:
            raise ValueError(f"a product needs shapes of two axes or more, got {a} and {b}")
        batch = out_shape(a[:-2], b[:-2], "+")
        return "error" if batch == "error" or a[-1] != b[-2] else (*batch, a[-2], b[-1])
    try:
        return np.broadcast_shapes(a, b)
    except ValueError:
        return "error"


def _head_inputs(X_query, X_memory, W_Q, W_K, W_V, heads):
    Q, K, V = linear(X_query, W_Q), linear(X_memory, W_K), linear(X_memory, W_V)
    return split_heads(Q, heads), split_heads(K, heads), split_heads(V, heads)


def multi_head_attention(X_query, X_memory, W_Q, W_K, W_V, W_O, heads, mask=None):
    """Several attentions side by side, each in its own small space, mixed by W_O at the end.

    X_query: (..., Tq, d) asks, X_memory: (..., Tk, d) answers (the same array in self-attention).
    W_Q, W_K: (d, heads * d_k), W_V: (d, heads * d_v), W_O: (heads * d_v, d_out). mask: broadcasts to the weights;
    one mask per sentence needs a head axis, (B, 1, Tq, Tk).
    Returns (output (..., Tq, d_out), weights (..., heads, Tq, Tk)).
    Raises ValueError when shapes do not meet or features do not divide. Vaswani et al. 2017, section 3.2.2.
    """
    Q, K, V = _head_inputs(X_query, X_memory, W_Q, W_K, W_V, heads)
    output, weights = scaled_dot_product_attention(Q, K, V, mask)
    return linear(merge_heads(output), W_O), weights


def multi_head_attention_backward(X_query, X_memory, W_Q, W_K, W_V, W_O, heads, weights, d_output):
    """Back through multi_head_attention.

    The forward pass's arguments; weights: what it returned (the mask is in them); d_output: (..., Tq, d_out).
    Returns a dict with the gradient of X_query, X_memory, W_Q, W_K, W_V, W_O, in the shapes of the arguments.
    In self-attention the gradient of X is the sum of X_query's and X_memory's.
    Raises ValueError when shapes do not meet.
    """
    Q, K, V = _head_inputs(X_query, X_memory, W_Q, W_K, W_V, heads)
    concat = merge_heads(real_array(weights, "weights", 3) @ V)
    d_concat = split_heads(grad_X(d_output, W_O), heads)
    dQ, dK, dV = map(merge_heads, attention_backward(Q, K, V, weights, d_concat))
    return {
        "X_query": grad_X(dQ, W_Q),
        "X_memory": grad_X(dK, W_K) + grad_X(dV, W_V),
        "W_Q": grad_W(X_query, dQ),
        "W_K": grad_W(X_memory, dK),
        "W_V": grad_W(X_memory, dV),
        "W_O": grad_W(concat, d_output),
    }


# --- days 8 and 29: the other sub-layers --------------------------------------------------------------------


def layer_norm(x, gain, bias, eps=1e-5):
    """Every token to mean 0 and variance 1 over its own features, then gain ⊙ that + bias.

    x: (..., d), gain, bias: (d,). Returns (..., d). The variance divides by d; eps stands inside the root.
    Raises ValueError when sizes differ or eps < 0. Ba et al. 2016; Vaswani et al. 2017, section 3.1.
    """
    x_hat, _ = standardise(x, eps)
    gain, bias = real_array(gain, "gain", 1), real_array(bias, "bias", 1)
    if not gain.shape == bias.shape == x_hat.shape[-1:]:
        came = f"{gain.shape} and {bias.shape} for x {x_hat.shape}"
        raise ValueError(f"gain and bias should have one entry for each feature, got {came}")
    return gain * x_hat + bias


def rms_norm(x, gain, eps=1e-6):
    """Every token to root-mean-square 1, without subtracting its mean, then gain ⊙ that.

    x: (..., d), gain: (d,). Returns (..., d). A zero token with eps = 0 stays zero.
    Raises ValueError when sizes differ or eps < 0. Zhang and Sennrich 2019, section 4.
    """
    x, gain = real_array(x, "x", 1), real_array(gain, "gain", 1)
    if gain.shape != x.shape[-1:] or not eps >= 0:
        raise ValueError(f"gain should fit x and eps be >= 0, got shapes {gain.shape}, {x.shape} and eps {eps}")
    root = np.sqrt(np.mean(x * x, axis=-1, keepdims=True) + eps)
    return gain * np.divide(x, root, out=np.zeros_like(x), where=root > 0)


def feed_forward(x, W1, b1, W2, b2):
    """The same two layers for every token: max(0, x W1 + b1) W2 + b2.

    x: (..., T, d), W1: (d, d_ff), b1: (d_ff,), W2: (d_ff, d), b2: (d,). Returns (..., T, d).
    Raises ValueError when sizes differ. Vaswani et al. 2017, equation 2, section 3.3.
    """
    return linear(np.maximum(linear(x, W1, b1), 0.0), W2, b2)


def feed_forward_backward(x, W1, b1, W2, b2, d_output):
    """Back through feed_forward.

    Returns a dict with the gradient of x, W1, b1, W2, b2, in the shapes of the arguments.
    """
    before = linear(x, W1, b1)
    d_hidden = grad_X(d_output, W2)
    d_before = vjp_relu(before, d_hidden)
    return {
        "x": grad_X(d_before, W1),
        "W1": grad_W(x, d_before),
        "b1": grad_b(d_before),
        "W2": grad_W(np.maximum(before, 0.0), d_output),
        "b2": grad_b(d_output),
    }


# --- days 29 and 30: a layer, and the smallest model around it ----------------------------------------------

LAYER_PARAMETERS = ("W_Q", "W_K", "W_V", "W_O", "gain1", "bias1", "W1", "b1", "W2", "b2", "gain2", "bias2")


def _check_names(parameters, names):
    missing = [name for name in names if name not in parameters]
    if missing:
        raise ValueError(f"parameters should have {list(names)}, but {missing} is missing")


def encoder_layer(x, parameters, heads, mask=None, eps=1e-5):
    """Self-attention, add and norm, feed-forward, add and norm: each sub-layer is LayerNorm(x + Sublayer(x)).

    x: (..., T, d). parameters: dict of W_Q, W_K, W_V, W_O (d, d), gain1, bias1 (d,), W1 (d, d_ff), b1 (d_ff,),
    W2 (d_ff, d), b2 (d,), gain2, bias2 (d,). mask: as in multi_head_attention; a causal one makes this the decoder's
    first half.
    Returns (output (..., T, d), trace): trace is a dict with every intermediate by name, in order: x, Q, K, V
    (..., heads, T, d_k), weights, head_outputs, concat, attended, sum1, norm1, before, hidden, fed, sum2, output.
    Raises ValueError for a missing name or shapes that do not meet. Vaswani et al. 2017, section 3.1, figure 1.
    """
    _check_names(parameters, LAYER_PARAMETERS)
    p, trace = parameters, {"x": real_array(x, "x", 2)}
    x = trace["x"]
    trace["Q"], trace["K"], trace["V"] = _head_inputs(x, x, p["W_Q"], p["W_K"], p["W_V"], heads)
    trace["head_outputs"], trace["weights"] = scaled_dot_product_attention(trace["Q"], trace["K"], trace["V"], mask)
    trace["concat"] = merge_heads(trace["head_outputs"])
    trace["attended"] = linear(trace["concat"], p["W_O"])
    trace["sum1"] = x + trace["attended"]
    trace["norm1"] = layer_norm(trace["sum1"], p["gain1"], p["bias1"], eps)
    trace["before"] = linear(trace["norm1"], p["W1"], p["b1"])
    trace["hidden"] = np.maximum(trace["before"], 0.0)
    trace["fed"] = linear(trace["hidden"], p["W2"], p["b2"])
    trace["sum2"] = trace["norm1"] + trace["fed"]
    trace["output"] = layer_norm(trace["sum2"], p["gain2"], p["bias2"], eps)
    return trace["output"], trace


def encoder_layer_backward(d_output, trace, parameters, heads, eps=1e-5):
    """Back through encoder_layer, last line first.

    d_output: (..., T, d); trace: what the forward pass returned; parameters, heads, eps: its arguments.
    Returns one dict: the gradient of every parameter and of every intermediate in the trace, under the same names,
    and of the scaled scores; "x" is what flows on to the layer below. Raises ValueError as the forward pass does.
    """
    _check_names(parameters, LAYER_PARAMETERS)
    p, t, d = parameters, trace, {"output": real_array(d_output, "d_output", 2)}
    d["sum2"], d["gain2"], d["bias2"] = vjp_layer_norm(d["output"], t["sum2"], p["gain2"], eps)
    d["fed"] = d["sum2"]
    d["W2"], d["b2"] = grad_W(t["hidden"], d["fed"]), grad_b(d["fed"])
    d["hidden"] = grad_X(d["fed"], p["W2"])
    d["before"] = vjp_relu(t["before"], d["hidden"])
    d["W1"], d["b1"] = grad_W(t["norm1"], d["before"]), grad_b(d["before"])
    d["norm1"] = d["sum2"] + grad_X(d["before"], p["W1"])  # two paths: they add
    d["sum1"], d["gain1"], d["bias1"] = vjp_layer_norm(d["norm1"], t["sum1"], p["gain1"], eps)
    d["attended"] = d["sum1"]
    d["W_O"] = grad_W(t["concat"], d["attended"])
    d["concat"] = grad_X(d["attended"], p["W_O"])
    d["head_outputs"] = split_heads(d["concat"], heads)
    d["Q"], d["K"], d["V"], d["weights"], d["scores"] = _attention_gradients(
        t["Q"], t["K"], t["V"], t["weights"], d["head_outputs"]
    )
    d["x"] = d["sum1"]  # the residual, and three more paths
    for name in ("Q", "K", "V"):
        from_heads = merge_heads(d[name])
        d[f"W_{name}"] = grad_W(t["x"], from_heads)
        d["x"] = d["x"] + grad_X(from_heads, p[f"W_{name}"])
    return d


def embed_scaled(tokens, E):
    """One row of the table per token, times √d_model.

    tokens: (..., T) ids, E: (V, d). Returns (..., T, d). Raises ValueError for an id outside the table.
    Vaswani et al. 2017, section 3.4.
    """
    E = real_array(E, "E", 2)
    return np.sqrt(E.shape[-1]) * E[word_ids(tokens, "tokens", len(E))]


def embed_scaled_backward(tokens, d_output, V):
    """Back through embed_scaled: each token's gradient is added to its word's row.

    tokens: (..., T) ids, d_output: (..., T, d), V: number of words. Returns dE (V, d); unseen words get zeros.
    Raises ValueError when shapes differ or an id is outside the table.
    """
    tokens, d_output = word_ids(tokens, "tokens", V), real_array(d_output, "d_output", 1)
    if d_output.shape[:-1] != tokens.shape:
        raise ValueError(f"d_output should be tokens' shape plus (d,), got {d_output.shape} for {tokens.shape}")
    dE = np.zeros((V, d_output.shape[-1]))
    np.add.at(dE, tokens, np.sqrt(d_output.shape[-1]) * d_output)
    return dE

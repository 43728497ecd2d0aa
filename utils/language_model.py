"""Day 30's model with switches: the smallest next-token model, whose parts can be broken on purpose, and its two tasks.

With the standard switches its layer is transformer.encoder_layer; forward and backward are built from the functions
of the earlier days. Token ids (B, T); float64. Wrong input raises ValueError.
"""

from dataclasses import dataclass

import numpy as np

from utils import story
from utils.calculus import grad_b, grad_W, grad_X, vjp_layer_norm, vjp_relu, vjp_softmax
from utils.linalg import linear, whole
from utils.optimize import adam_all
from utils.probability import cross_entropy, cross_entropy_backward, masked_softmax, softmax_T
from utils.transformer import (
    causal_mask,
    embed_scaled,
    embed_scaled_backward,
    layer_norm,
    make_batch,
    merge_heads,
    positional_encoding,
    split_heads,
)

PAD = 0  # the id that fills up short sentences
NO_TARGET = -1  # a place where nothing is asked
LETTERS = 26
VOCABULARY = ["<pad>", *story.VOCABULARY]
_IDS = {word: i for i, word in enumerate(VOCABULARY)}

# --- the two tasks ------------------------------------------------------------------------------------------


def ids(words):
    """Words of the corpus as ids. Raises ValueError for a word that is not in it."""
    unknown = [word for word in words if word not in _IDS]
    if unknown:
        raise ValueError(f"the corpus has the words {', '.join(story.VOCABULARY)}; got {unknown[0]!r}")
    return np.array([_IDS[word] for word in words], dtype=np.int64)


def corpus():
    """Task 2: the four sentences of C4 as one batch. Returns (tokens, targets), (4, 6) each; 23 targets count."""
    tokens, targets = make_batch([ids(sentence) for sentence in story.CORPUS], PAD)
    return tokens, np.where(targets == PAD, NO_TARGET, targets)


def previous_word(rng, batch=32, length=8):
    """Task 1: random letters; the target of each place is the letter before it, and the first place has none.

    Returns (tokens, targets), both (batch, length), letters as ids 0 ... 25.
    """
    tokens = rng.integers(0, LETTERS, size=(batch, length))
    return tokens, np.concatenate([np.full((batch, 1), NO_TARGET), tokens[:, :-1]], axis=1)


# --- the machine --------------------------------------------------------------------------------------------


def init_model(vocabulary, d_model, d_ff, rng):
    """Random parameters for a Machine: small normal matrices, gains 1, biases 0.

    vocabulary, d_model, d_ff: sizes. rng: numpy Generator. Returns a dict: E (V, d), the layer's twelve, W_out (d, V).
    Each matrix has standard deviation 1/√rows. E has 0.3/√d, so that √d E is quieter than the positions; with 1/√d
    some seeds never find the positions (day 30: stuck at 0.264 nat on the corpus, above its floor of 0.241).
    """
    d, ff = whole(d_model, "d_model", 1), whole(d_ff, "d_ff", 1)

    def normal(rows, columns):
        return rng.standard_normal((rows, columns)) / np.sqrt(rows)

    parameters = {"E": 0.3 * normal(d, whole(vocabulary, "vocabulary", 1)).T}
    parameters |= {name: normal(d, d) for name in ("W_Q", "W_K", "W_V", "W_O")}
    parameters |= {"W1": normal(d, ff), "b1": np.zeros(ff), "W2": normal(ff, d), "b2": np.zeros(d)}
    parameters |= {"gain1": np.ones(d), "bias1": np.zeros(d), "gain2": np.ones(d), "bias2": np.zeros(d)}
    return parameters | {"W_out": normal(d, vocabulary)}


@dataclass(frozen=True, eq=False)
class Machine:
    """Embedding, positions, one layer, logits; parameters as init_model gives them.

    heads         how many; d_model must divide by it
    mask          "causal", "none" (every word sees the whole sentence) or "self" (every word sees itself only)
    positions     False leaves the positional encoding out
    scale         what the scores are multiplied by; None means 1/√d_k
    merge         "transpose", or "reshape": the famous bug, which mixes words instead of heads
    norm          "post" as in the paper, LayerNorm(x + Sublayer(x)); "pre", x + Sublayer(LayerNorm(x)); or "none"
    feed_forward  False leaves the second sub-layer out
    """

    heads: int = 1
    mask: str = "causal"
    positions: bool = True
    scale: float | None = None
    merge: str = "transpose"
    norm: str = "post"
    feed_forward: bool = True

    def __post_init__(self):
        known = {"mask": ("causal", "none", "self"), "merge": ("transpose", "reshape"), "norm": ("post", "pre", "none")}
        for name, words in known.items():
            if getattr(self, name) not in words:
                raise ValueError(f"{name} should be one of {', '.join(words)}; got {getattr(self, name)!r}")

    def forward(self, tokens, parameters, instead=None):
        """Token ids (B, T) to logits (B, T, V).

        instead: dict name -> array; these intermediates are replaced on the way (nudging one needs that).
        Returns (logits, trace): trace has every intermediate by name, in order.
        """
        p, trace = parameters, {"tokens": np.asarray(tokens)}

        def keep(name, value):
            trace[name] = value if instead is None else instead.get(name, value)
            return trace[name]

        embedded = keep("embedded", embed_scaled(tokens, p["E"]))
        x = keep("x", embedded + positional_encoding(*embedded.shape[-2:]) if self.positions else embedded)
        asking = keep("normed1", layer_norm(x, p["gain1"], p["bias1"])) if self.norm == "pre" else x
        Q, K, V = (keep(name, split_heads(linear(asking, p[f"W_{name}"]), self.heads)) for name in "QKV")
        scores = keep("scores", Q @ np.swapaxes(K, -1, -2) * self._scale(Q))
        weights = keep("weights", masked_softmax(scores, self._mask(Q.shape[-2])))
        head_outputs = keep("head_outputs", weights @ V)
        concat = keep("concat", self._merge(head_outputs))
        attended = keep("attended", linear(concat, p["W_O"]))
        sum1 = keep("sum1", x + attended)
        norm1 = keep("norm1", layer_norm(sum1, p["gain1"], p["bias1"])) if self.norm == "post" else sum1
        output = self._feed(norm1, p, keep) if self.feed_forward else norm1
        return keep("logits", linear(output, p["W_out"])), trace

    def _feed(self, norm1, p, keep):
        inner = keep("normed2", layer_norm(norm1, p["gain2"], p["bias2"])) if self.norm == "pre" else norm1
        hidden = keep("hidden", np.maximum(keep("before", linear(inner, p["W1"], p["b1"])), 0.0))
        sum2 = keep("sum2", norm1 + keep("fed", linear(hidden, p["W2"], p["b2"])))
        return keep("output", layer_norm(sum2, p["gain2"], p["bias2"])) if self.norm == "post" else sum2

    def _scale(self, Q):
        return 1 / np.sqrt(Q.shape[-1]) if self.scale is None else self.scale

    def _mask(self, T):
        return {"causal": causal_mask(T), "none": np.array(True), "self": np.eye(T, dtype=bool)}[self.mask]

    def _merge(self, head_outputs):
        if self.merge == "transpose":
            return merge_heads(head_outputs)
        *batch, heads, T, d_v = head_outputs.shape
        return head_outputs.reshape(*batch, T, heads * d_v)

    def _unmerge(self, d_concat, shape):
        return split_heads(d_concat, self.heads) if self.merge == "transpose" else d_concat.reshape(shape)

    def backward(self, d_logits, trace, parameters):
        """The chain in reverse, from dL/d(logits) to the embedding table.

        Returns one dict: the gradient of every intermediate that is nudged alone, and of every parameter, by name.
        """
        p, t = parameters, trace
        last = self._last(t)
        d = {"logits": d_logits, "W_out": grad_W(t[last], d_logits)}
        d[last] = grad_X(d_logits, p["W_out"])
        if self.feed_forward:
            self._feed_backward(d, t, p)
        if self.norm == "post":
            d["sum1"], d["gain1"], d["bias1"] = vjp_layer_norm(d["norm1"], t["sum1"], p["gain1"])
        d["attended"] = d["sum1"]
        d["W_O"] = grad_W(t["concat"], d["attended"])
        d["concat"] = grad_X(d["attended"], p["W_O"])
        d["head_outputs"] = self._unmerge(d["concat"], t["head_outputs"].shape)
        d["V"] = np.swapaxes(t["weights"], -1, -2) @ d["head_outputs"]
        d["weights"] = d["head_outputs"] @ np.swapaxes(t["V"], -1, -2)
        d["scores"] = vjp_softmax(t["weights"], d["weights"])
        d["Q"] = d["scores"] @ t["K"] * self._scale(t["Q"])
        d["K"] = np.swapaxes(d["scores"], -1, -2) @ t["Q"] * self._scale(t["Q"])
        asking = t["normed1"] if self.norm == "pre" else t["x"]
        d_asking = np.zeros_like(asking)
        for name in "QKV":
            from_heads = merge_heads(d[name])
            d[f"W_{name}"] = grad_W(asking, from_heads)
            d_asking = d_asking + grad_X(from_heads, p[f"W_{name}"])
        if self.norm == "pre":
            d["normed1"] = d_asking
            d_asking, d["gain1"], d["bias1"] = vjp_layer_norm(d_asking, t["x"], p["gain1"])
        d["x"] = d["sum1"] + d_asking  # the residual, and the three ways through Q, K and V
        d["embedded"] = d["x"]
        d["E"] = embed_scaled_backward(t["tokens"], d["embedded"], len(p["E"]))
        return d

    def _last(self, trace):
        """The name of what the logits are made from."""
        return next(name for name in ("output", "sum2", "norm1", "sum1") if name in trace)

    def _feed_backward(self, d, t, p):
        if self.norm == "post":
            d["sum2"], d["gain2"], d["bias2"] = vjp_layer_norm(d["output"], t["sum2"], p["gain2"])
        d["fed"] = d["sum2"]
        d["W2"], d["b2"] = grad_W(t["hidden"], d["fed"]), grad_b(d["fed"])
        d["hidden"] = grad_X(d["fed"], p["W2"])
        d["before"] = vjp_relu(t["before"], d["hidden"])
        into = "normed2" if self.norm == "pre" else "norm1" if self.norm == "post" else "sum1"
        d["W1"], d["b1"] = grad_W(t[into], d["before"]), grad_b(d["before"])
        d_inner = grad_X(d["before"], p["W1"])
        if self.norm == "pre":
            d["normed2"] = d_inner
            d_inner, d["gain2"], d["bias2"] = vjp_layer_norm(d_inner, t["sum1"], p["gain2"])
        d["norm1" if self.norm == "post" else "sum1"] = d["sum2"] + d_inner

    def used(self, parameters):
        """The parameters that this machine reads; the others would never get a gradient."""
        unused = set()
        if self.norm == "none":
            unused |= {"gain1", "bias1", "gain2", "bias2"}
        if not self.feed_forward:
            unused |= {"W1", "b1", "W2", "b2", "gain2", "bias2"}
        return {name: w for name, w in parameters.items() if name not in unused}


# --- learning -----------------------------------------------------------------------------------------------


def loss_and_gradients(machine, parameters, tokens, targets):
    """Mean cross-entropy over the real targets, in nats, and its gradient for every parameter (and intermediate)."""
    logits, trace = machine.forward(tokens, parameters)
    loss = cross_entropy(logits, targets, ignore_index=NO_TARGET)
    return loss, machine.backward(cross_entropy_backward(logits, targets, ignore_index=NO_TARGET), trace, parameters)


def train(machine, parameters, batches, lr):
    """Adam, one step a batch.

    batches: iterable of (tokens, targets). Yields (loss before the step, parameters after it); nothing is changed.
    """
    parameters, state = machine.used(parameters), {}
    for t, (tokens, targets) in enumerate(batches, start=1):
        loss, gradients = loss_and_gradients(machine, parameters, tokens, targets)
        parameters, state = adam_all(parameters, gradients, state, t, lr)
        yield loss, parameters


def evaluate(machine, parameters, tokens, targets):
    """(loss in nats, share of right answers, weights (B, heads, T, T)) on one batch, without learning."""
    logits, trace = machine.forward(tokens, parameters)
    asked = targets != NO_TARGET
    right = float(np.mean(logits.argmax(axis=-1)[asked] == targets[asked]))
    return cross_entropy(logits, targets, ignore_index=NO_TARGET), right, trace["weights"]


def weight_on_previous(weights):
    """The mean weight one below the diagonal, over all sentences, heads and places but the first."""
    return float(np.mean(np.diagonal(weights, offset=-1, axis1=-2, axis2=-1)))


def predict(machine, parameters, tokens, temperature=1.0):
    """The machine's shares for the token that comes next, after all of `tokens`.

    tokens: (T,) ids, T >= 1. Returns (V,). Raises ValueError for no tokens, an unknown id, or temperature <= 0.
    """
    if np.ndim(tokens) != 1 or len(tokens) == 0:
        raise ValueError(f"tokens should be one sequence of at least one id, got shape {np.shape(tokens)}")
    logits, _ = machine.forward(np.asarray(tokens)[None], parameters)
    return softmax_T(logits[0, -1], temperature)

"""Probability and information, days 11 to 19: counts, softmax, entropy, divergence, cross-entropy, Bayes.

The last axis holds the alternatives, all leading axes are a batch; float64. Logs are natural (nats) unless a
function says bits. 0 log 0 counts as 0. No argument is changed. Wrong input raises ValueError.
"""

from itertools import pairwise

import numpy as np

from utils.linalg import matmul, mean_var, number, real_array, whole

LN2 = float(np.log(2.0))


def distribution(p, name="p"):
    """`p` as a float64 array whose last axis holds probabilities.

    p: (..., K). Raises ValueError when an entry is negative or a sum is not 1 (within 1e-6).
    """
    p = real_array(p, name, 1)
    sums = np.sum(p, axis=-1)
    if np.any(p < 0) or not np.all(np.abs(sums - 1) <= 1e-6):
        raise ValueError(f"{name} should be >= 0 and add up to 1 along its last axis, got sums {sums}")
    return p


def word_ids(x, name, K):
    """`x` as an integer array of ids from 0 to K - 1. Raises ValueError otherwise."""
    x = np.asarray(x)
    if x.size and x.dtype.kind not in "iu":
        raise ValueError(f"{name} should be whole numbers (word ids), got dtype {x.dtype}")
    if np.any(x < 0) or np.any(x >= K):
        raise ValueError(f"{name} should lie between 0 and {K - 1}, got values from {x.min()} to {x.max()}")
    return x.astype(np.int64)


# --- day 11: conditional probability ------------------------------------------------------------------------


def bigram_counts(sentences, vocab):
    """How often each word is followed by each word, never across the end of a sentence.

    sentences: lists of words, each with its end mark. vocab: V words. Returns (V, V): row = current word,
    column = next word. Raises ValueError for a word outside the vocabulary.
    """
    place = {word: i for i, word in enumerate(vocab)}
    unknown = {word for sentence in sentences for word in sentence} - set(place)
    if unknown:
        raise ValueError(f"every word should be in the vocabulary, but {sorted(unknown)} is not")
    counts = np.zeros((len(place), len(place)))
    for sentence in sentences:
        for now, following in pairwise(sentence):
            counts[place[now], place[following]] += 1
    return counts


def conditional(C):
    """Counts to P(next | current): each row divided by its sum; a row of zeros stays zero.

    C: (..., V, V) counts >= 0. Returns (..., V, V). Raises ValueError for a negative count.
    Goodfellow et al. 2016, section 3.5.
    """
    C = real_array(C, "C", 1)
    if np.any(C < 0):
        raise ValueError(f"C should hold counts, but its smallest entry is {C.min()}")
    total = np.sum(C, axis=-1, keepdims=True)
    return np.divide(C, total, out=np.zeros_like(C), where=total != 0)


def sentence_prob(sent, P):
    """Chain rule with a memory of one word: the product of P(next | current) along the sentence.

    sent: word ids, the end mark included. P: (V, V). Returns a float; 1.0 for a single word.
    Raises ValueError for an id outside the table. Goodfellow et al. 2016, section 3.6.
    """
    P = real_array(P, "P", 2)
    sent = word_ids(sent, "sent", len(P))
    return float(np.prod(P[sent[:-1], sent[1:]]))


def sample_next(P, row, u):
    """Draw the next word with a uniform number: the first word whose running total exceeds u.

    P: (V, V), row: the current word's id, u: in [0, 1). Returns an id.
    Raises ValueError when u is outside [0, 1) or the row does not add up to 1.
    """
    P = real_array(P, "P", 2)
    shares = distribution(P[word_ids(row, "row", len(P))], "the row of P")
    if not 0 <= u < 1:
        raise ValueError(f"u should be at least 0 and below 1, got {u}")
    place = int(np.searchsorted(np.cumsum(shares), u, side="right"))
    return min(place, int(np.flatnonzero(shares)[-1]))


def total_probability(prior, cond):
    """P(outcome) = Σ P(cause) P(outcome | cause).

    prior: (..., K), cond: (..., K, M). Returns (..., M). Raises ValueError when the sizes K differ.
    """
    prior, cond = distribution(prior, "prior"), real_array(cond, "cond", 2)
    return matmul(prior[..., None, :], cond)[..., 0, :]


# --- day 12: random variables -------------------------------------------------------------------------------


def expectation(values, probs):
    """Mean of the values, each weighted by its probability.

    values, probs: (..., K), leading axes broadcast. Returns (...). Raises ValueError when the sizes K differ.
    Goodfellow et al. 2016, section 3.8.
    """
    values, probs = real_array(values, "values", 1), distribution(probs, "probs")
    if values.shape[-1] != probs.shape[-1]:
        raise ValueError(f"each value should have one probability, got shapes {values.shape} and {probs.shape}")
    return number(np.sum(values * probs, axis=-1))


def variance(values, probs):
    """Expected squared distance from the mean.

    values, probs: (..., K), leading axes broadcast. Returns (...). Goodfellow et al. 2016, section 3.8.
    """
    mean = np.asarray(expectation(values, probs))
    return expectation((real_array(values, "values", 1) - mean[..., None]) ** 2, probs)


def normal_pdf(x, mu, sigma):
    """Density of the normal distribution N(mu, sigma²); a density may exceed 1.

    x, mu, sigma: broadcast together. Raises ValueError unless sigma > 0. Goodfellow et al. 2016, section 3.9.3.
    """
    x, mu, sigma = real_array(x, "x"), real_array(mu, "mu"), real_array(sigma, "sigma")
    if not np.all(sigma > 0):
        raise ValueError(f"sigma should be positive, got {sigma}")
    return number(np.exp(-0.5 * ((x - mu) / sigma) ** 2) / (sigma * np.sqrt(2 * np.pi)))


def simulate_dot_variance(d, n, rng, kind="normal"):
    """Variance of q·k over n random pairs with independent entries of mean 0 and variance 1; near d.

    kind: 'normal', 'coin' (±1) or 'uniform' (on ±√3). rng: numpy Generator. Returns a float.
    Raises ValueError for another kind. Vaswani et al. 2017, section 3.2.1, footnote 4.
    """
    shape = (2, whole(n, "n", 1), whole(d, "d", 1))
    draws = {
        "normal": lambda: rng.standard_normal(shape),
        "coin": lambda: rng.choice([-1.0, 1.0], size=shape),
        "uniform": lambda: rng.uniform(-np.sqrt(3), np.sqrt(3), size=shape),
    }
    if kind not in draws:
        raise ValueError(f"kind should be one of {list(draws)}, got {kind!r}")
    q, k = draws[kind]()
    return mean_var(np.sum(q * k, axis=-1))[1]


# --- day 13: softmax ----------------------------------------------------------------------------------------


def _top(z, axis):
    """The largest entry along the axis, 0 where it is not finite: what is safe to subtract before exp."""
    top = np.max(z, axis=axis, keepdims=True, initial=-np.inf)
    return np.where(np.isinf(top), 0.0, top)


def softmax(z, axis=-1):
    """Scores of any size to positive shares that add up to 1: e^z / Σ e^z.

    z: (...), at least one axis. Returns the shape of z. The largest score is subtracted first, so nothing
    overflows; entries of -inf get share 0. A row of only -inf, or with +inf, has no answer and gives nan, as in
    PyTorch (masked_softmax gives zeros). Raises ValueError when z is a single number or has no such axis.
    Goodfellow et al. 2016, sections 4.1 and 6.2.2.3.
    """
    z = real_array(z, "z", 1)
    with np.errstate(over="ignore", invalid="ignore"):
        e = np.exp(z - _top(z, axis))
        return e / np.sum(e, axis=axis, keepdims=True)


def logsumexp(z, axis=-1, keepdims=False):
    """log Σ e^z without overflow: the smooth maximum.

    z: (...), at least one axis. Returns z without that axis. -inf for a row of only -inf.
    Goodfellow et al. 2016, section 4.1.
    """
    z = real_array(z, "z", 1)
    top = _top(z, axis)
    with np.errstate(over="ignore", divide="ignore"):
        result = np.log(np.sum(np.exp(z - top), axis=axis, keepdims=True)) + top
    return result if keepdims else number(np.squeeze(result, axis=axis))


def log_softmax(z, axis=-1):
    """Logarithms of the shares, exact where the shares themselves underflow to 0.

    z: (...), at least one axis. Returns the shape of z, in nats. A row of only -inf gives nan, as in PyTorch.
    Goodfellow et al. 2016, section 6.2.2.3.
    """
    z = real_array(z, "z", 1)
    with np.errstate(over="ignore", invalid="ignore"):
        shifted = z - _top(z, axis)
        return shifted - logsumexp(shifted, axis=axis, keepdims=True)


def softmax_T(z, T):
    """Softmax at temperature T, on the last axis: softmax(z / T). Cold is sharp, hot is even.

    z: (..., K), T: a positive number. Returns (..., K). As T falls to 0 the largest scores share everything.
    Raises ValueError unless T > 0 (T = 0 is a limit, not a value). Hinton et al. 2015, section 2.
    """
    z, T = real_array(z, "z", 1), real_array(T, "T")
    if T.ndim or not T > 0:
        raise ValueError(f"T should be one positive number, got {T}")
    with np.errstate(over="ignore", invalid="ignore"):
        return softmax((z - _top(z, -1)) / T)


def apply_mask(scores, mask):
    """The scores with -inf wherever the mask forbids to look.

    scores: (..., Tq, Tk). mask: boolean, True = may attend; or float, added to the scores (0 or -inf, or a bias);
    it broadcasts to the scores' shape. Returns the shape of scores. Vaswani et al. 2017, section 3.2.3.
    Raises ValueError when the mask does not broadcast, or is made of integers (0 and 1: boolean or added?).
    """
    scores, mask = real_array(scores, "scores", 1), np.asarray(mask)
    if mask.dtype.kind not in "bf":
        raise ValueError(f"the mask should be boolean (True = may attend) or float (added), got dtype {mask.dtype}")
    try:
        mask = np.broadcast_to(mask, scores.shape)
    except ValueError as error:
        came = f"mask {mask.shape} and scores {scores.shape}"
        raise ValueError(f"the mask should broadcast to the shape of the scores, got {came}") from error
    return np.where(mask, scores, -np.inf) if mask.dtype == bool else scores + mask


def masked_softmax(z, mask):
    """Softmax over the allowed entries of the last axis; a row with nothing allowed becomes zeros.

    z: (..., K). mask: boolean, True = may attend, or float and added; broadcasts to z. Returns (..., K).
    Raises ValueError as apply_mask does. Vaswani et al. 2017, section 3.2.3.
    """
    z = apply_mask(z, mask)
    with np.errstate(over="ignore", invalid="ignore"):
        e = np.exp(z - _top(z, -1))
        total = np.sum(e, axis=-1, keepdims=True)
        return np.divide(e, total, out=np.zeros_like(e), where=total != 0)


def softmax_jacobian(p):
    """How each share moves with each score: diag(p) - p pᵀ, at the shares p = softmax(z).

    p: (..., K). Returns (..., K, K), symmetric, every row adds up to 0. Raises ValueError when p is no share.
    """
    p = distribution(p)
    return p[..., :, None] * (np.eye(p.shape[-1]) - p[..., None, :])


# --- day 14: entropy ----------------------------------------------------------------------------------------


def entropy(p, base=2):
    """Mean surprise Σ p log(1/p); 0 log 0 counts as 0. In bits; nats with base=np.e.

    p: (..., K). Returns (...), between 0 and log K. Raises ValueError when p is not a distribution or the base
    is not above 1. Goodfellow et al. 2016, section 3.13.
    """
    p = distribution(p)
    if not base > 1:
        raise ValueError(f"base should be above 1, got {base}")
    log_p = np.log(p, out=np.zeros_like(p), where=p > 0)
    return number(np.maximum(0.0 - np.sum(p * log_p, axis=-1) / np.log(base), 0.0))


def row_entropy(A):
    """How undecided each row of an attention matrix is, in bits.

    A: (..., Tq, Tk), rows add up to 1. Returns (..., Tq). Raises ValueError when a row does not.
    """
    return entropy(real_array(A, "A", 2), base=2)


def perplexity(loss):
    """e^loss: as undecided as a fair choice among this many words.

    loss: mean nats per token, any shape. Returns that shape. (For bits it is 2^bits, the same number.)
    """
    with np.errstate(over="ignore"):
        return number(np.exp(real_array(loss, "loss")))


def conditional_entropy(C):
    """Mean surprise of the next word given the current one, in bits: row entropies weighted by how often rows come.

    C: (V, V) counts. Returns a float. Raises ValueError for negative counts or an empty table.
    Cover and Thomas 2006, section 2.2.
    """
    C = real_array(C, "C", 2)
    P, rows = conditional(C), np.sum(C, axis=-1)
    if not np.sum(rows) > 0:
        raise ValueError("C should hold at least one count, got an empty table")
    log_p = np.log2(P, out=np.zeros_like(P), where=P > 0)
    return float(np.maximum(0.0 - np.sum(C * log_p) / np.sum(rows), 0.0))


def code_length(p, code):
    """Mean number of binary digits per word of a prefix-free code.

    p: (K,), code: K strings of 0 and 1. Returns a float, at least the entropy in bits.
    Raises ValueError when one code word begins another, or the sizes differ. Cover and Thomas 2006, section 5.1.
    """
    p = distribution(p)
    if p.shape != (len(code),):
        raise ValueError(f"each probability should have one code word, got {p.shape} and {len(code)} words")
    for i, short in enumerate(code):
        for j, other in enumerate(code):
            if i != j and other.startswith(short):
                raise ValueError(f"no code word should begin another, but {short!r} begins {other!r}")
    return expectation([len(word) for word in code], p)


# --- day 15: divergence -------------------------------------------------------------------------------------


def _two(p, q):
    p, q = distribution(p, "p"), distribution(q, "q")
    if p.shape[-1] != q.shape[-1]:
        raise ValueError(f"p and q should have as many alternatives, got shapes {p.shape} and {q.shape}")
    return np.broadcast_arrays(p, q)


def kl_divergence(p, q):
    """Extra surprise for believing q when p is true: Σ p log(p/q), in nats.

    p, q: (..., K), leading axes broadcast. Returns (...), at least 0; inf where q = 0 < p; 0 log 0 = 0.
    PyTorch's kl_div takes (log q, p) in that order. Raises ValueError when p or q is no distribution or K differs.
    Goodfellow et al. 2016, section 3.13.
    """
    p, q = _two(p, q)
    log_p = np.log(p, out=np.zeros_like(p), where=p > 0)
    log_q = np.log(q, out=np.full_like(q, -np.inf), where=q > 0)
    terms = np.multiply(p, log_p - log_q, out=np.zeros_like(p), where=p > 0)
    return number(np.maximum(np.sum(terms, axis=-1), 0.0))


def cross_entropy_pq(p, q):
    """Mean surprise at p's events of somebody who believes q: Σ p log(1/q) = H(p) + KL(p‖q), in nats.

    p, q: (..., K), leading axes broadcast. Returns (...); inf where q = 0 < p. Goodfellow et al. 2016, section 3.13.
    """
    p, q = _two(p, q)
    log_q = np.log(q, out=np.full_like(q, -np.inf), where=q > 0)
    return number(0.0 - np.sum(np.multiply(p, log_q, out=np.zeros_like(p), where=p > 0), axis=-1))


def js_divergence(p, q):
    """A symmetric cousin: mean of both divergences to the average of p and q, in nats, at most ln 2.

    p, q: (..., K), leading axes broadcast. Returns (...). Lin 1991.
    """
    p, q = _two(p, q)
    middle = (p + q) / 2
    return number((np.asarray(kl_divergence(p, middle)) + kl_divergence(q, middle)) / 2)


def kl_gauss(m1, s1, m2, s2):
    """KL from N(m1, s1²) to N(m2, s2²) in nats: ln(s2/s1) + (s1² + (m1 - m2)²) / (2 s2²) - 1/2.

    All broadcast together; s1, s2 are standard deviations. Raises ValueError unless they are positive.
    """
    m1, s1, m2, s2 = (real_array(x, n) for x, n in ((m1, "m1"), (s1, "s1"), (m2, "m2"), (s2, "s2")))
    if not (np.all(s1 > 0) and np.all(s2 > 0)):
        raise ValueError(f"s1 and s2 should be positive, got {s1} and {s2}")
    return number(np.log(s2 / s1) + (s1**2 + (m1 - m2) ** 2) / (2 * s2**2) - 0.5)


# --- days 16 and 19: cross-entropy from logits ---------------------------------------------------------------


def smooth_labels(y, K, eps):
    """Targets that keep a little doubt: (1 - eps) on the true class plus eps / K on every class.

    y: ids of any shape. Returns y.shape + (K,). Raises ValueError unless 0 <= eps <= 1 and 0 <= y < K.
    Szegedy et al. 2016, section 7; Vaswani et al. 2017, section 5.4 (eps = 0.1).
    """
    if not 0 <= eps <= 1:
        raise ValueError(f"eps should be between 0 and 1, got {eps}")
    true_class = word_ids(y, "y", K)[..., None] == np.arange(K)  # no K by K identity: a vocabulary is large
    return (1 - eps) * true_class + eps / K


def _real_targets(logits, targets, ignore_index):
    """Check both; returns (logits, targets with 0 where ignored, keep)."""
    logits, targets = real_array(logits, "logits", 1), np.asarray(targets)
    if targets.shape != logits.shape[:-1]:
        came = f"logits {logits.shape} and targets {targets.shape}"
        raise ValueError(f"targets should have the shape of logits without its last axis, got {came}")
    keep = np.ones(targets.shape, bool) if ignore_index is None else np.asarray(targets != ignore_index)
    targets = word_ids(np.where(keep, targets, 0), "targets", logits.shape[-1])
    if not keep.any():
        raise ValueError("at least one target should count, but all of them are ignored: a mean of nothing")
    return logits, targets, keep


def cross_entropy(logits, targets, label_smoothing=0.0, ignore_index=None):
    """Mean surprise at the true classes, straight from logits, in nats.

    logits: (..., K). targets: whole numbers (...). Smoothing spreads label_smoothing / K over all classes.
    Targets equal to ignore_index do not count. Returns a float. Raises ValueError for other shapes, classes
    outside 0..K-1, a smoothing outside [0, 1], or when nothing is left to average (PyTorch gives nan there).
    Vaswani et al. 2017, section 5.4; PyTorch's CrossEntropyLoss, with the classes on the last axis.
    """
    logits, targets, keep = _real_targets(logits, targets, ignore_index)
    if not 0 <= label_smoothing <= 1:
        raise ValueError(f"label_smoothing should be between 0 and 1, got {label_smoothing}")
    log_p = log_softmax(logits[keep])
    loss = -np.take_along_axis(log_p, targets[keep][:, None], axis=-1)[:, 0]
    if label_smoothing:
        loss = (1 - label_smoothing) * loss - label_smoothing * np.mean(log_p, axis=-1)
    return float(np.mean(loss)) + 0.0


def cross_entropy_backward(logits, targets, label_smoothing=0.0, ignore_index=None):
    """Gradient of cross_entropy with respect to the logits: (prediction minus truth) / number of real targets.

    Arguments and errors as cross_entropy. Returns the shape of logits; ignored rows are zero, each row sums to 0.
    """
    logits, targets, keep = _real_targets(logits, targets, ignore_index)
    truth = smooth_labels(targets[keep], logits.shape[-1], label_smoothing)
    gradient = np.zeros_like(logits)
    gradient[keep] = (softmax(logits[keep]) - truth) / np.sum(keep)
    return gradient


def masked_mean(losses, mask):
    """Mean over the entries that the mask marks True: padding does not count.

    losses, mask: one shape, mask boolean. Returns a float. Raises ValueError for an integer mask, other shapes
    or an all-False mask.
    """
    losses, mask = real_array(losses, "losses"), np.asarray(mask)
    if mask.dtype != bool or mask.shape != losses.shape:
        came = f"{mask.dtype} {mask.shape} for losses {losses.shape}"
        raise ValueError(f"mask should be boolean with the shape of losses, got {came}")
    if not mask.any():
        raise ValueError("mask should mark at least one entry, got only False")
    return float(np.mean(losses[mask]))


# --- day 17: likelihood -------------------------------------------------------------------------------------


def log_likelihood(p, k, n):
    """Log-probability of one sequence with k hits in n trials, in nats: k ln p + (n - k) ln(1 - p).

    p: in [0, 1], any shape. Returns that shape; -inf where p makes the data impossible.
    Raises ValueError unless 0 <= k <= n and 0 <= p <= 1.
    """
    p, n = real_array(p, "p"), whole(n, "n")
    k = whole(k, "k")
    if k > n or np.any(p < 0) or np.any(p > 1):
        raise ValueError(f"k should be at most n and p between 0 and 1, got k={k}, n={n}, p={p}")
    with np.errstate(divide="ignore"):
        hits = k * np.log(p) if k else np.zeros_like(p)
        misses = (n - k) * np.log1p(-p) if n > k else np.zeros_like(p)
    return number(hits + misses)


def fit_gauss(x):
    """The normal distribution that makes the data most probable: mean, and variance divided by n.

    x: (..., n). Returns (mean, variance). Raises ValueError for no data. Goodfellow et al. 2016, section 5.5.
    """
    return mean_var(x)


def fit_bigram(C, alpha=0.0):
    """Most likely next-word table from counts, with alpha added to every count (0: maximum likelihood).

    C: (V, V) counts. Returns (V, V); every row adds up to 1 (rows without counts stay zero when alpha = 0).
    Raises ValueError for a negative alpha or count.
    """
    if not alpha >= 0:
        raise ValueError(f"alpha should not be negative, got {alpha}")
    return conditional(real_array(C, "C", 2) + alpha)


def grid_argmax(f, grid):
    """The place on the grid where f is largest (the first one), not the value there.

    f: number -> number. grid: (n,). Returns a float. Raises ValueError for an empty grid.
    """
    grid = real_array(grid, "grid", 1)
    if grid.size == 0:
        raise ValueError("grid should have at least one point, got none")
    return float(grid[np.argmax([f(x) for x in grid])])


def gap_to_floor(P, C):
    """How far a next-word table P is above the best one for these counts, in bits per event.

    P: (V, V), C: (V, V) counts. Returns a float, at least 0; inf when P forbids something that happened.
    """
    P, C = real_array(P, "P", 2), real_array(C, "C", 2)
    floor = conditional_entropy(C)
    log_p = np.log2(P, out=np.full_like(P, -np.inf), where=P > 0)
    surprise = np.multiply(C, -log_p, out=np.zeros_like(C), where=C > 0)
    return float(np.sum(surprise) / np.sum(C) - floor)


# --- day 18: Bayes ------------------------------------------------------------------------------------------


def bayes(prior, lik):
    """Posterior = prior times likelihood, divided by their sum.

    prior: (..., K), lik: (..., K) >= 0. Returns (..., K).
    Raises ValueError when the sizes differ or the evidence is impossible under every alternative.
    Goodfellow et al. 2016, section 3.11.
    """
    prior, lik = distribution(prior, "prior"), real_array(lik, "lik", 1)
    if prior.shape[-1] != lik.shape[-1] or np.any(lik < 0):
        raise ValueError(f"lik should have one entry >= 0 for each prior, got shapes {prior.shape} and {lik.shape}")
    joint = prior * lik
    total = np.sum(joint, axis=-1, keepdims=True)
    if np.any(total == 0):
        raise ValueError("the evidence should be possible under at least one alternative, got probability 0")
    return joint / total


def update_all(prior, liks):
    """One piece of evidence after the other; the order does not matter.

    prior: (K,), liks: (n, K). Returns (K,). Raises ValueError as bayes does.
    """
    posterior = distribution(prior, "prior").copy()
    for lik in liks:
        posterior = bayes(posterior, lik)
    return posterior


def posterior_from_logs(lp, ll):
    """The same from logarithms: softmax(log prior + log likelihood).

    lp, ll: (..., K) in nats, leading axes broadcast. Returns (..., K). Raises ValueError when the sizes differ.
    """
    lp, ll = real_array(lp, "lp", 1), real_array(ll, "ll", 1)
    if lp.shape[-1] != ll.shape[-1]:
        raise ValueError(f"lp and ll should have as many alternatives, got shapes {lp.shape} and {ll.shape}")
    return softmax(lp + ll)


def map_beta(a, b, k, n):
    """Most probable rate after k hits in n trials under a Beta(a, b) prior: (a + k - 1) / (a + b + n - 2).

    Returns a float. Raises ValueError unless 0 <= k <= n, a, b > 0 and the posterior has an inner peak
    (a + k > 1 and b + n - k > 1). Bishop 2006, section 2.1.1.
    """
    if not (0 <= k <= n and a > 0 and b > 0 and a + k > 1 and b + n - k > 1):
        raise ValueError(f"the posterior should have an inner peak, got a={a}, b={b}, k={k}, n={n}")
    return float((a + k - 1) / (a + b + n - 2))

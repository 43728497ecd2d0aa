"""Days 11 to 19: against SciPy, against loops, and at the edges: ±1e4, zeros, nothing allowed, one element."""

import tracemalloc
from math import e, exp, log, log2

import numpy as np
import pytest
import scipy.spatial
import scipy.special
import scipy.stats
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from utils import calculus, optimize, story
from utils import probability as P

SHAPES = [(1,), (7,), (3, 5), (2, 3, 7), (2, 3, 5, 7), (5, 1), (0, 3), (3, 0)]
COUNTS = P.bigram_counts(story.CORPUS, story.VOCABULARY)
inf, nan = np.inf, np.nan


def close(actual, expected, tolerance=1e-12):
    np.testing.assert_allclose(actual, expected, rtol=tolerance, atol=tolerance)


# --- day 11 -------------------------------------------------------------------------------------------------


def word(w):
    return story.VOCABULARY.index(w)


def test_bigrams_of_the_corpus():
    assert COUNTS.sum() == 23 and COUNTS[word("the")].sum() == 8
    assert COUNTS[word("mat"), word("the")] == 0  # never across the end of a sentence
    assert not COUNTS[word(story.END)].any()
    table = P.conditional(COUNTS)
    assert table[word("the"), word("cat")] == 1 / 2
    sums = table.sum(axis=1)
    assert sums[word(story.END)] == 0 and (np.delete(sums, word(story.END)) == 1).all()
    assert P.sentence_prob([word(w) for w in story.CORPUS[0]], table) == 1 / 16
    unseen = ["the", "dog", "sat", "on", "the", "rug", story.END]
    assert P.sentence_prob([word(w) for w in unseen], table) == 1 / 64
    assert P.sentence_prob([0], table) == 1.0 and P.sentence_prob([], table) == 1.0


def test_sample_next_takes_every_word_as_often_as_it_should():
    table = np.array([[0.5, 0, 0.25, 0.25, 0.0], [0, 0, 0, 0, 1.0], [0.1] * 5])
    table[2] = [0.1, 0.2, 0.3, 0.4, 0.0]
    expected = {0: 0, 0.49: 0, 0.5: 2, 0.74: 2, 0.75: 3, np.nextafter(1, 0): 3}
    assert {u: P.sample_next(table, 0, u) for u in expected} == expected
    assert {P.sample_next(table, 1, u) for u in (0, 0.5, np.nextafter(1, 0))} == {4}
    assert P.sample_next(table, 2, np.nextafter(1, 0)) == 3  # a running total of 0.999... must not step too far
    with pytest.raises(ValueError, match="below 1"):
        P.sample_next(table, 0, 1.0)


def test_total_probability():
    close(P.total_probability([0.75, 0.25], [[2 / 3, 1 / 3], [1, 0]]), [0.75, 0.25])
    with pytest.raises(ValueError, match="inner sizes"):
        P.total_probability([0.75, 0.25], np.eye(3))


# --- day 12 -------------------------------------------------------------------------------------------------


def test_day_12_numbers():
    assert P.expectation([4, 2, 1, 1], story.SHARES) == 2.75
    assert P.variance([4, 2, 1, 1], story.SHARES) == 1.6875
    x = np.linspace(-5, 5, 11)
    close(P.normal_pdf(x, 1, 3), scipy.stats.norm.pdf(x, 1, 3))
    assert P.normal_pdf(0, 0, 0.1) > 1  # a density may
    rng = np.random.default_rng(0)
    for kind in ("normal", "coin", "uniform"):
        assert P.simulate_dot_variance(64, 20_000, rng, kind) == pytest.approx(64, rel=0.05)
    values, probs = rng.normal(size=(2, 1, 5)), rng.dirichlet(np.ones(5), size=(2, 3))
    close(P.variance(values, probs), P.expectation(values**2, probs) - P.expectation(values, probs) ** 2)


# --- day 13 -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("scale", [1, 1e4])
def test_softmax_family_against_scipy(shape, scale):
    z = np.random.default_rng(1).normal(size=shape) * scale
    before = z.copy()
    for axis in range(-len(shape), len(shape)):
        if shape[axis]:
            close(P.softmax(z, axis), scipy.special.softmax(z, axis))
            close(P.log_softmax(z, axis), scipy.special.log_softmax(z, axis))
            close(P.logsumexp(z, axis), scipy.special.logsumexp(z, axis))
            kept = P.logsumexp(z, axis, keepdims=True)
            close(kept, scipy.special.logsumexp(z, axis, keepdims=True))
    assert (z == before).all()
    assert P.softmax(z).shape == P.log_softmax(z).shape == z.shape
    assert P.logsumexp(np.zeros((3, 0))).tolist() == [-inf] * 3


@pytest.mark.parametrize(
    "row", [[1000, 1001, 1002], [-1000, -1001, -1002], [-1e4, -1e4], [1e4, -1e4], [710.0], [1e308, -1e308]]
)
def test_far_away_rows_are_exact(row):
    top = max(row)
    e_z = [exp(x - top) for x in row]
    close(P.softmax([row, [0.0] * len(row)])[0], np.array(e_z) / sum(e_z))
    close(P.log_softmax(row), [x - top - log(sum(e_z)) for x in row])


def test_minus_and_plus_infinity():
    close(P.softmax([0, -inf, 0]), [0.5, 0, 0.5])
    assert P.log_softmax([0, -inf]).tolist() == [0, -inf]
    assert P.logsumexp([-inf, -inf]) == -inf and P.logsumexp([inf, 0]) == inf
    for row in ([-inf, -inf], [inf, 0], [nan, 0]):
        assert np.isnan(P.softmax(row)).any() and np.isnan(P.log_softmax(row)).any()


def test_day_13_numbers():
    close(P.softmax(story.LOGITS), story.SHARES, 1e-15)
    close(P.softmax([1, 2, 3]), [0.0900, 0.2447, 0.6652], 5e-4)
    close(P.softmax([2, 1, 0.1]), [0.6590, 0.2424, 0.0986], 5e-4)
    close(P.softmax([2, 4, 6]), [0.0159, 0.1173, 0.8668], 5e-3)
    close(P.softmax_T(story.LOGITS, 0.5), [8 / 11, 2 / 11, 1 / 22, 1 / 22])
    close(P.masked_softmax(story.LOGITS, [True, False, True, True]), [2 / 3, 0, 1 / 6, 1 / 6])
    close(np.linalg.eigvalsh(P.softmax_jacobian(P.softmax([1, 2, 3]))), [0, 0.11855, 0.37090], 5e-5)


@given(arrays(float, (3, 5), elements=st.floats(-1e4, 1e4)), st.floats(-1e3, 1e3), st.floats(0.05, 20))
@settings(max_examples=80, deadline=None)
def test_softmax_properties(z, shift, T):
    p = P.softmax(z)
    assert (p >= 0).all()
    close(p.sum(axis=-1), 1)
    close(P.softmax(z + shift), p, 1e-9)
    order = np.random.default_rng(0).permutation(5)
    close(P.softmax(z[:, order]), p[:, order], 1e-15)
    close(P.softmax_T(z, T), P.softmax(z / T), 1e-9)
    close(P.masked_softmax(z, True), p, 1e-15)


def test_temperature_limits_and_errors():
    close(P.softmax_T([3, 1, 3], 1e-300), [0.5, 0, 0.5])
    close(P.softmax_T([3, 1, 3], 1e300), [1 / 3] * 3)
    for bad in (0, -1, nan, [1, 2]):
        with pytest.raises(ValueError, match="T should be one positive number"):
            P.softmax_T([1, 2], bad)
    with pytest.raises(ValueError, match="out of bounds"):
        P.softmax([1, 2], axis=1)
    with pytest.raises(ValueError, match="at least 1 axes"):
        P.softmax(3.0)


@pytest.mark.parametrize("batch", [(), (2,), (2, 3)])
def test_masks_against_a_loop(batch):
    rng = np.random.default_rng(2)
    z = rng.normal(size=(*batch, 5, 7)) * 50 - 20
    mask = rng.random((*batch, 5, 7)) < 0.5
    mask[..., 2, :] = False  # nothing allowed
    p = P.masked_softmax(z, mask)
    for place in np.ndindex(*batch, 5):
        allowed = np.flatnonzero(mask[place])
        expected = np.zeros(7)
        if len(allowed):
            expected[allowed] = scipy.special.softmax(z[place][allowed])
        close(p[place], expected)
    added = np.where(mask, 0.0, -inf)
    assert (P.masked_softmax(z, added) == p).all()
    bias = rng.normal(size=(5, 7))
    close(P.masked_softmax(z, bias), P.softmax(z + bias))
    assert not P.masked_softmax(np.full((2, 3), -inf), True).any()
    assert P.masked_softmax(np.zeros((3, 0)), np.zeros((3, 0), bool)).shape == (3, 0)
    assert np.isnan(P.masked_softmax([nan, 1.0], True)).all()  # not hidden as zeros


@pytest.mark.parametrize("mask", [[1, 0, 1], np.ones((2, 3), bool), np.ones(2, bool), None, "yes"])
def test_wrong_masks(mask):
    with pytest.raises(ValueError, match="mask should"):
        P.masked_softmax([1.0, 2.0, 3.0], mask)


def test_jacobian_against_nudging():
    z = np.random.default_rng(3).normal(size=7)
    J = P.softmax_jacobian(P.softmax(z))
    close(J, calculus.numeric_jacobian(P.softmax, z), 1e-9)
    close(J.sum(axis=0), 0)
    assert P.softmax_jacobian(np.full((2, 3, 1), 1.0)).tolist() == np.zeros((2, 3, 1, 1)).tolist()


# --- day 14 -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("shape", [(1,), (7,), (3, 5), (2, 3, 5)])
@pytest.mark.parametrize("base", [2, e, 10])
def test_entropy_and_divergence_against_scipy(shape, base):
    rng = np.random.default_rng(4)
    p, q = rng.dirichlet(np.ones(shape[-1]), size=(2, *shape[:-1]))
    if shape[-1] > 1:
        p[..., 0] = 0
        p /= p.sum(axis=-1, keepdims=True)
    close(P.entropy(p, base), scipy.stats.entropy(p, base=base, axis=-1))
    close(P.kl_divergence(p, q), scipy.stats.entropy(p, q, axis=-1))
    close(P.cross_entropy_pq(p, q), P.entropy(p, e) + P.kl_divergence(p, q))
    close(P.js_divergence(p, q), scipy.spatial.distance.jensenshannon(p, q, axis=-1) ** 2)


def test_day_14_numbers():
    assert P.entropy(story.SHARES) == 1.75
    close(P.entropy(story.SHARES, e), 1.75 * log(2))
    assert P.entropy([0.25] * 4) == 2 and P.entropy([1.0]) == 0 and str(P.entropy([0, 1, 0])) == "0.0"
    close(P.perplexity(1.75 * log(2)), 2**1.75)
    assert P.perplexity(1e4) == inf and P.perplexity(0) == 1
    close(P.conditional_entropy(COUNTS), 20 / 23)
    assert P.code_length(story.SHARES, ["0", "10", "110", "111"]) == 1.75
    assert P.row_entropy([[0.25] * 4, [1, 0, 0, 0]]).tolist() == [2, 0]
    with pytest.raises(ValueError, match="begins"):
        P.code_length([0.5, 0.5], ["0", "01"])


@pytest.mark.parametrize("bad", [[0.5, 0.6], [1.5, -0.5], [0, 0], [nan, 1], [3, 2, 1, 1], 1.0, []])
def test_only_distributions_have_entropy(bad):
    with pytest.raises(ValueError, match="should"):
        P.entropy(bad)


# --- day 15 -------------------------------------------------------------------------------------------------


def test_day_15_numbers():
    close(P.kl_divergence([0.5, 0.5], [1 / 8, 7 / 8]) / log(2), 0.596, 1e-3)
    close(P.kl_divergence([1 / 8, 7 / 8], [0.5, 0.5]) / log(2), 0.456, 2e-3)
    close(P.kl_divergence([0.5, 0.5], [0.9, 0.1]), 0.5108, 1e-4)
    close(P.kl_divergence([0.9, 0.1], [0.5, 0.5]), 0.3681, 1e-4)
    uniform, half = [0.25] * 4, [0.5, 0.5, 0, 0]
    close(P.kl_divergence(story.SHARES, uniform) / log(2), 0.25)
    assert P.kl_divergence(story.SHARES, half) == inf == P.cross_entropy_pq(story.SHARES, half)
    close(P.kl_divergence(half, story.SHARES) / log(2), 0.5)
    assert P.kl_divergence([1.0, 0.0], [1.0, 0.0]) == 0
    assert P.js_divergence([1, 0], [0, 1]) == pytest.approx(log(2), abs=1e-15)
    tiny = [5e-324, 1.0]
    assert P.kl_divergence([1.0, 0.0], tiny) == pytest.approx(-log(5e-324))


@given(st.integers(0, 10_000))
@settings(max_examples=60, deadline=None)
def test_divergence_is_never_negative(seed):
    p, q = np.random.default_rng(seed).dirichlet(np.ones(5), size=2)
    assert P.kl_divergence(p, q) >= 0 == P.kl_divergence(p, p)
    assert 0 <= P.js_divergence(p, q) <= log(2)
    assert P.js_divergence(p, q) == P.js_divergence(q, p)


def test_kl_gauss_against_an_integral():
    x = np.linspace(-40, 40, 200_001)
    p, q = P.normal_pdf(x, 1, 2), P.normal_pdf(x, -1, 3)
    close(P.kl_gauss(1, 2, -1, 3), np.sum(p * np.log(p / q)) * (x[1] - x[0]), 1e-9)
    assert P.kl_gauss(1, 2, 1, 2) == 0


# --- days 16 and 19 -----------------------------------------------------------------------------------------


def loss_by_loop(logits, targets, smoothing, ignore):
    losses = []
    for place in np.ndindex(targets.shape):
        if targets[place] == ignore:
            continue
        K = logits.shape[-1]
        log_p = scipy.special.log_softmax(logits[place])
        truth = [(1 - smoothing) * (c == targets[place]) + smoothing / K for c in range(K)]
        losses.append(-sum(t * lp for t, lp in zip(truth, log_p, strict=True) if t))
    return sum(losses) / len(losses)


@pytest.mark.parametrize("shape", [(7,), (3, 5), (2, 3, 5)])
@pytest.mark.parametrize("smoothing", [0.0, 0.1, 1.0])
@pytest.mark.parametrize("ignore", [None, -100, 0])
def test_cross_entropy_against_a_loop_and_nudging(shape, smoothing, ignore):
    rng = np.random.default_rng(5)
    logits, targets = rng.normal(size=(*shape, 11)), rng.integers(0, 11, size=shape)
    if ignore is not None:
        targets.flat[::2] = ignore
    close(P.cross_entropy(logits, targets, smoothing, ignore), loss_by_loop(logits, targets, smoothing, ignore))
    gradient = P.cross_entropy_backward(logits, targets, smoothing, ignore)
    close(gradient, calculus.numeric_gradient(lambda z: P.cross_entropy(z, targets, smoothing, ignore), logits), 1e-9)
    close(gradient.sum(axis=-1), 0)
    far = logits * 1e4
    close(P.cross_entropy(far, targets, smoothing, ignore), loss_by_loop(far, targets, smoothing, ignore))


def test_ignored_rows_may_hold_anything():
    logits, targets = np.array([[1.0, 2], [nan, inf]]), np.array([1, -100])
    assert P.cross_entropy(logits, targets, ignore_index=-100) == P.cross_entropy(logits[:1], targets[:1])
    assert P.cross_entropy_backward(logits, targets, ignore_index=-100)[1].tolist() == [0, 0]


@pytest.mark.parametrize(
    ("logits", "targets", "settings", "message"),
    [
        (np.zeros((3, 5)), [0, 1], {}, "targets should have the shape"),
        (np.zeros((2, 5)), [0, 5], {}, "between 0 and 4"),
        (np.zeros((2, 5)), [0, -1], {}, "between 0 and 4"),
        (np.zeros((2, 5)), [0.0, 1.0], {}, "whole numbers"),
        (np.zeros((2, 5)), [0, 1], {"label_smoothing": 1.5}, "between 0 and 1"),
        (np.zeros((2, 5)), [7, 7], {"ignore_index": 7}, "ignored"),
        (np.zeros((0, 5)), [], {}, "at least one target"),
    ],
)
def test_cross_entropy_refuses(logits, targets, settings, message):
    for function in (P.cross_entropy, P.cross_entropy_backward):
        with pytest.raises(ValueError, match=message):
            function(logits, targets, **settings)


def test_day_16_and_19_numbers():
    mat = 1
    close(P.cross_entropy([story.LOGITS], [mat]), 2 * log(2))
    assert P.cross_entropy(story.LOGITS, mat) == P.cross_entropy([story.LOGITS], [mat])
    close(P.smooth_labels(mat, 4, 0.1), [0.025, 0.925, 0.025, 0.025])
    close(P.cross_entropy([story.LOGITS], [mat], 0.1) / log(2), 2.025)
    close(P.cross_entropy_pq([1, 0], [0.9, 0.1]), 0.1054, 1e-3)
    close(P.cross_entropy_pq([0.9, 0.1], [0.1, 0.9]), 2.0829, 1e-4)
    close(P.cross_entropy([[2, 4.5, 1]], [1]), 0.1064, 1e-3)
    close(P.perplexity(P.cross_entropy([[2, 4.5, 1]], [1])), 1.112, 1e-3)
    gradient = P.cross_entropy_backward([story.LOGITS], [mat])
    close(gradient, [[1 / 2, -3 / 4, 1 / 8, 1 / 8]])
    after = story.LOGITS - gradient
    close(P.softmax(after)[0], [0.288, 0.503, 0.105, 0.105], 5e-3)
    close(P.cross_entropy(after, [mat]), 0.688, 2e-3)
    assert P.cross_entropy([[1e4, 0]], [0]) == 0 and P.cross_entropy([[1e4, 0]], [1]) == 1e4
    assert P.cross_entropy([[0, -inf]], [1]) == inf
    assert P.masked_mean([1, 2, 30], np.array([True, True, False])) == 1.5


def test_smoothed_labels_of_a_large_vocabulary_take_one_row_each():
    tracemalloc.start()
    targets = P.smooth_labels([5, 36_999], 37_000, 0.1)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert targets.shape == (2, 37_000) and peak < 20 * targets.nbytes
    close(targets.sum(axis=1), [1, 1])
    close(targets[1, 36_999], 0.9 + 0.1 / 37_000)


@pytest.mark.parametrize("mask", [[1, 1], np.ones(3, bool), np.zeros(2, bool)])
def test_masked_mean_refuses(mask):
    with pytest.raises(ValueError, match="mask should"):
        P.masked_mean([1.0, 2.0], mask)


def test_a_bigram_model_reaches_its_floor_and_not_below():
    now, following = np.nonzero(COUNTS)
    repeat = COUNTS[now, following].astype(int)
    now, following = np.repeat(now, repeat), np.repeat(following, repeat)
    W = np.zeros((9, 9))
    for _ in range(1000):
        gradient = np.zeros_like(W)
        np.add.at(gradient, now, P.cross_entropy_backward(W[now], following))
        W = optimize.sgd_step(W, gradient, 5.0)
    loss = P.cross_entropy(W[now], following)
    assert loss == pytest.approx(0.6047, abs=5e-5) and loss > story.BIGRAM_NATS
    shares = P.softmax(W[word("the")])[[word(w) for w in story.AFTER_THE]]
    close(shares, story.SHARES, 1e-3)


# --- days 17 and 18 -----------------------------------------------------------------------------------------


def test_day_17_numbers():
    close(np.exp([P.log_likelihood(p, 3, 4) for p in (0.5, 0.75, 0.9)]), [0.0625, 0.1055, 0.0729], 5e-4)
    assert P.log_likelihood(0.0, 0, 3) == 0 and P.log_likelihood(1.0, 3, 3) == 0
    assert P.log_likelihood([0.0, 1.0], 1, 3).tolist() == [-inf, -inf]
    assert P.log_likelihood(0.75, 1500, 2000) == pytest.approx(1500 * log(0.75) + 500 * log(0.25))
    assert P.fit_gauss([1, 3]) == (2, 1)
    eight = [w for w in story.VOCABULARY if w != "the"]
    after_the = COUNTS[word("the")][[word(w) for w in eight]]
    close(P.fit_bigram([after_the], 1)[0, eight.index("cat")], 5 / 16)
    assert (P.fit_bigram(COUNTS) == P.conditional(COUNTS)).all()
    assert P.grid_argmax(lambda p: P.log_likelihood(p, 3, 4), np.linspace(0, 1, 101)) == 0.75
    close(P.gap_to_floor(P.conditional(COUNTS), COUNTS), 0)
    close(P.gap_to_floor(np.full((9, 9), 1 / 9), COUNTS), log2(9) - 20 / 23)
    assert P.gap_to_floor(np.eye(9), COUNTS) == inf


def test_day_18_numbers():
    posterior = P.bayes([3 / 4, 1 / 4], [2 / 3, 1])
    close(posterior, [2 / 3, 1 / 3])
    close(P.bayes(posterior, [1 / 2, 1]), [1 / 2, 1 / 2])
    close(P.bayes([0.01, 0.99], [0.99, 0.05])[0], 0.16666666666666666)
    evidence = np.array([[2 / 3, 1], [1 / 2, 1], [0.3, 0.2]])
    for order in ([0, 1, 2], [2, 0, 1]):
        close(P.update_all([3 / 4, 1 / 4], evidence[order]), P.bayes([3 / 4, 1 / 4], evidence.prod(axis=0)))
    close(P.posterior_from_logs(np.log([3 / 4, 1 / 4]), np.log([2 / 3, 1])), [2 / 3, 1 / 3])
    close(P.posterior_from_logs([-1e4, -1e4], [0, log(3)]), [1 / 4, 3 / 4])
    assert P.map_beta(2, 2, 3, 4) == 4 / 6
    with pytest.raises(ValueError, match="inner peak"):
        P.map_beta(1, 1, 0, 0)
    with pytest.raises(ValueError, match="possible"):
        P.bayes([1, 0], [0, 1])


@pytest.mark.parametrize(
    "call",
    [
        lambda: P.bigram_counts([["dog"]], ["cat"]),
        lambda: P.conditional([[-1, 2]]),
        lambda: P.sentence_prob([0, 9], np.eye(3)),
        lambda: P.expectation([1, 2], [0.2, 0.3, 0.5]),
        lambda: P.normal_pdf(0, 0, 0),
        lambda: P.simulate_dot_variance(4, 4, np.random.default_rng(0), "laplace"),
        lambda: P.softmax_jacobian([1, 2]),
        lambda: P.entropy([0.5, 0.5], base=1),
        lambda: P.conditional_entropy(np.zeros((3, 3))),
        lambda: P.code_length([0.5, 0.5], ["0"]),
        lambda: P.kl_divergence([0.5, 0.5], [1.0]),
        lambda: P.kl_gauss(0, -1, 0, 1),
        lambda: P.smooth_labels(0, 3, 2),
        lambda: P.log_likelihood(0.5, 4, 3),
        lambda: P.fit_bigram(np.eye(3), -1),
        lambda: P.grid_argmax(abs, []),
        lambda: P.bayes([0.5, 0.5], [1, 1, 1]),
        lambda: P.posterior_from_logs([0, 0], [0]),
    ],
)
def test_wrong_input_says_so(call):
    with pytest.raises(ValueError, match="should"):
        call()

"""Days 23 to 28: against the papers' algorithms written as scalar loops, and against the days' numbers."""

from math import cos, pi, sqrt

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from utils import calculus
from utils import optimize as O


def close(actual, expected, tolerance=1e-12):
    np.testing.assert_allclose(actual, expected, rtol=tolerance, atol=tolerance)


# --- days 23 and 24 -----------------------------------------------------------------------------------------


def test_descent_numbers():
    close(O.gradient_descent(lambda w: 2 * (w - 3), 0.0, 0.1, 3), [0, 0.6, 1.08, 1.464])
    ends = {0.1: 0.98304, 0.5: 0, 0.9: -0.98304, 1: -3, 1.1: -7.46496}
    for lr, end in ends.items():
        close(O.gradient_descent(lambda x: 2 * x, 3.0, lr, 5)[-1], end)
    X, y = np.array([[1.0, 1], [1, 2], [1, 3]]), np.array([1.0, 2, 2])
    close(O.gradient_descent(lambda w: calculus.mse_grad(X, w, y), [0, 0], 0.1, 2000)[-1], [2 / 3, 1 / 2], 1e-9)


def test_descent_keeps_the_start_and_the_whole_way():
    start = np.ones((2, 3))

    def scribbling(w):  # a gradient function that changes what it is given
        w *= 0
        return np.ones_like(w)

    way = O.gradient_descent(scribbling, start, 0.5, 4)
    assert way.shape == (5, 2, 3) and (start == 1).all()
    assert way[:, 0, 0].tolist() == [1, 0.5, 0, -0.5, -1]
    assert O.gradient_descent(np.sign, 2.0, 1.0, 0).tolist() == [2.0]


@given(st.integers(0, 50), st.integers(1, 13))
@settings(max_examples=40, deadline=None)
def test_minibatches_see_everything_once(N, B):
    groups = O.minibatches(N, B, np.random.default_rng(0))
    assert all(len(group) == B for group in groups[:-1])
    assert sorted(i for group in groups for i in group) == list(range(N))


def test_clip_by_norm():
    gradients = {"a": np.array([3.0]), "b": np.array([[4.0]])}
    clipped, length = O.clip_by_norm(gradients, 1.0)
    assert length == 5
    close([clipped["a"][0], clipped["b"][0, 0]], [0.6, 0.8])
    assert O.clip_by_norm(gradients, 7.0)[0]["a"] == 3 and gradients["a"] == 3
    assert O.clip_by_norm({"a": np.zeros(3)}, 1.0)[1] == 0


def test_rates():
    assert O.max_lr(np.diag([1, 3, 10])) == pytest.approx(0.2)
    assert O.max_lr([[2, 1], [1, 2]]) == pytest.approx(2 / 3)
    assert [O.regime(lr, 10) for lr in (0.05, 0.1, 0.19, 0.2, 0.21)] == ["crawl"] * 2 + ["oscillate"] + ["diverge"] * 2


def test_the_best_fixed_rate_beats_its_neighbours():
    assert O.best_lr(np.diag([1, 10])) == pytest.approx((2 / 11, 9 / 11))
    assert O.best_lr([[5.0]]) == pytest.approx((0.2, 0.0))
    rng = np.random.default_rng(24)
    root = rng.normal(size=(5, 3))
    H = root.T @ root
    lr, rate = O.best_lr(H)
    for other in (lr, 0.99 * lr, 1.01 * lr):
        slowest = np.abs(np.linalg.eigvalsh(np.eye(3) - other * H)).max()
        assert slowest == pytest.approx(rate) if other == lr else slowest > rate


def test_step_decay():
    rates = O.step_decay(np.arange(0, 25), 0.8, 0.5, 10)
    assert rates.tolist() == [0.8] * 10 + [0.4] * 10 + [0.2] * 5
    assert O.step_decay(9, 3.0, 0.1, 3) == pytest.approx(0.003)


def test_noam():
    assert O.noam(1, 512, 4000) == pytest.approx(1.747e-7, rel=1e-3)
    assert O.noam(4000, 512, 4000) == pytest.approx(6.988e-4, rel=1e-3)
    assert O.noam(16000, 512, 4000) == pytest.approx(O.noam(4000, 512, 4000) / 2)
    steps = np.arange(1, 100)
    rates = O.noam(steps, 16, 10)
    close(rates, [16**-0.5 * min(s**-0.5, s * 10**-1.5) for s in steps])
    assert rates.argmax() == 9 and rates.max() == pytest.approx(1 / sqrt(160))
    for step in (0, 0.5, [1, 0]):
        with pytest.raises(ValueError, match="count from 1"):
            O.noam(step, 512, 4000)


def test_cosine_schedule():
    steps = np.arange(0, 121)
    rates = O.cosine_schedule(steps, 100, 0.3, 20)
    for s, rate in zip(steps, rates, strict=True):
        expected = 0.3 * s / 20 if s < 20 else 0.15 * (1 + cos(pi * min((s - 20) / 80, 1)))
        assert rate == pytest.approx(expected, abs=1e-15)
    assert rates.argmax() == 20 and rates.min() >= 0 and rates[-1] == 0
    assert O.cosine_schedule(0, 10, 0.3) == 0.3 and O.cosine_schedule(5, 10, 0.3) == pytest.approx(0.15)


# --- day 25 -------------------------------------------------------------------------------------------------


def test_momentum_numbers():
    w = v = np.zeros(1)
    strides = []
    for _ in range(300):
        new, v = O.momentum_step(w, np.ones(1), v, 0.1, 0.9)
        strides.append((w - new).item())
        w = new
    close(strides[:3], [0.1, 0.19, 0.271])
    assert strides[-1] == pytest.approx(1.0)


def adam_by_loop(w, gradients, lr, beta1, beta2, eps, decay=0.0):
    """Algorithm 1 of Kingma and Ba, one number at a time; decay as Loshchilov and Hutter's Algorithm 2, times lr."""
    m = v = 0.0
    for t, g in enumerate(gradients, start=1):
        m = beta1 * m + (1 - beta1) * g
        v = beta2 * v + (1 - beta2) * g**2
        w = w - lr * decay * w - lr * (m / (1 - beta1**t)) / (sqrt(v / (1 - beta2**t)) + eps)
    return w, m, v


@pytest.mark.parametrize("shape", [(), (1,), (3, 5), (2, 3, 7)])
@pytest.mark.parametrize(
    ("lr", "beta1", "beta2", "eps"), [(0.01, 0.9, 0.98, 1e-9), (0.1, 0.5, 0.999, 0.01), (0.1, 0, 0, 1e-8)]
)
@pytest.mark.parametrize("decay", [0.0, 0.1])
def test_adam_against_the_paper(shape, lr, beta1, beta2, eps, decay):
    rng = np.random.default_rng(1)
    start, gradients = rng.normal(size=shape), rng.normal(size=(7, *shape)) * 10.0 ** rng.integers(-5, 6, size=shape)
    w, m, v = start, np.zeros(shape), np.zeros(shape)
    for t, g in enumerate(gradients, start=1):
        if decay:
            w, m, v = O.adamw_step(w, g, m, v, t, lr, beta1, beta2, eps, decay)
        else:
            w, m, v = O.adam_step(w, g, m, v, t, lr, beta1, beta2, eps)
    for place in np.ndindex(shape):
        one = adam_by_loop(start[place], gradients[(slice(None), *place)], lr, beta1, beta2, eps, decay)
        close([np.asarray(x)[place] for x in (w, m, v)], one)


def test_adam_numbers():
    for g in (4, 0.004, 1e-4, 1e4):
        assert O.adam_step(1.0, g, 0, 0, 1, 0.01)[0] == pytest.approx(1 - 0.01, abs=1e-5)
    assert O.adam_step(1.0, -3.0, 0, 0, 1, 0.01, eps=0.0)[0] == pytest.approx(1.01)
    assert O.adam_step(1.0, 0.0, 0, 0, 1, 0.01, eps=0.0)[0] == 1.0
    assert O.first_step_factor(0.9, 0.999) == pytest.approx(3.162, abs=1e-3)
    assert O.first_step_factor(0.9, 0.98) == pytest.approx(0.707, abs=1e-3)
    assert O.adamw_step(1.0, 0.0, 0, 0, 1, 0.1, weight_decay=0.1)[0] == pytest.approx(0.99)
    assert O.adam_step(1.0, 0.1 * 1.0, 0, 0, 1, 0.1)[0] == pytest.approx(0.90, abs=1e-6)  # decay inside the gradient


def test_no_optimiser_leaves_the_wrong_valley():
    def slope(x):
        return 4 * x**3 - 4 * x + 0.3

    plain = ball = adam = 1.5
    v = m = s = 0.0
    for t in range(1, 3001):
        plain = O.sgd_step(plain, slope(plain), 0.01)
        ball, v = O.momentum_step(ball, slope(ball), v, 0.01, 0.9)
        adam, m, s = O.adam_step(adam, slope(adam), m, s, t, 0.01)
    close([plain, ball, adam], 0.96015, 1e-5)


def test_run_hands_the_state_on():
    seen = []

    def ball(w, g, v, t):
        seen.append((v is None, t))
        return O.momentum_step(w, g, 0.0 if v is None else v, 0.1, 0.9)

    start = np.zeros(2)
    way = O.run(ball, np.ones_like, start, 3)
    close(way, np.outer([0, -0.1, -0.29, -0.561], [1, 1]))
    assert seen == [(True, 1), (False, 2), (False, 3)] and not start.any()
    plain = O.run(lambda w, g, state, t: (O.sgd_step(w, g, 0.1), None), lambda x: 2 * x, 3.0, 5)
    close(plain, O.gradient_descent(lambda x: 2 * x, 3.0, 0.1, 5))
    assert O.run(ball, np.ones_like, 2.0, 0).tolist() == [2.0]


def test_adam_all():
    rng = np.random.default_rng(2)
    parameters = {"W": rng.normal(size=(3, 5)), "b": np.zeros(5)}
    gradients = {"W": rng.normal(size=(3, 5)), "b": np.ones(5), "x": "not a parameter"}
    now, state = parameters, {}
    for t in (1, 2, 3):
        now, state = O.adam_all(now, gradients, state, t, 0.1, weight_decay=0.1)
    for name in parameters:
        w, m, v = parameters[name], 0.0, 0.0
        for t in (1, 2, 3):
            w, m, v = O.adamw_step(w, gradients[name], m, v, t, 0.1, weight_decay=0.1)
        assert (now[name] == w).all() and (state[name][0] == m).all() and (state[name][1] == v).all()
    assert list(now) == list(state) == ["W", "b"] and not parameters["b"].any()


# --- day 27 -------------------------------------------------------------------------------------------------


def test_dropout():
    assert O.dropout([2.0, 2.0], np.array([True, False]), 0.1).tolist() == [2 / 0.9, 0]
    x, keep = np.full((100, 1000), 2.0), np.random.default_rng(3).random((100, 1000)) >= 0.1
    dropped = O.dropout(x, keep, 0.1)
    assert dropped.mean() == pytest.approx(2, abs=0.01) and dropped.var() == pytest.approx(4 / 9, abs=0.01)
    assert (O.dropout(x, True, 0.0) == x).all()
    assert O.dropout([np.inf, 1], np.array([False, True]), 0.5).tolist() == [0, 2]


def test_ridge():
    rng = np.random.default_rng(4)
    X, y = rng.normal(size=(11, 3)) + 5, rng.normal(size=11)
    for lam in (0.0, 0.7, 1e4):
        w, b = O.ridge(X, y, lam)
        residual = X @ w + b - y
        close(X.T @ residual + lam * w, 0, 1e-9)
        close(residual.sum(), 0, 1e-9)  # b pays no price
    assert O.ridge(X[:2], y[:2], 1.0)[0].shape == (3,)


@pytest.mark.parametrize(
    ("vals", "patience", "best"),
    [
        ([3, 2, 1], 1, 2),
        ([3, 2, 2.5, 1], 1, 1),  # stops before it sees the 1
        ([3, 2, 2.5, 1], 2, 3),
        ([3, 2, 2, 2, 1], 2, 1),  # no change is not better
        ([3, 2, 2, 2, 1], 3, 4),
        ([np.nan, 2, 1], 3, 2),
        ([5], 1, 0),
        ([1, np.nan, np.nan, 0], 2, 0),
    ],
)
def test_early_stop(vals, patience, best):
    assert O.early_stop(vals, patience) == best


def test_steps_leave_their_arguments_alone():
    w, g = np.ones((3, 5)), np.full((3, 5), 2.0)
    for array in (w, g):
        array.setflags(write=False)
    O.sgd_step(w, g, 0.1)
    O.momentum_step(w, g, w, 0.1, 0.9)
    O.adamw_step(w, g, w, g, 1, 0.1)


@pytest.mark.parametrize(
    "call",
    [
        lambda: O.sgd_step(np.ones(3), np.ones(1), 0.1),  # no silent stretching
        lambda: O.momentum_step(np.ones(3), np.ones(3), np.ones(5), 0.1, 0.9),
        lambda: O.momentum_step(1.0, 1.0, 0.0, 0.1, 1.0),
        lambda: O.adam_step(1.0, 1.0, 0, 0, 0, 0.1),
        lambda: O.adam_step(1.0, 1.0, 0, 0, 1.5, 0.1),
        lambda: O.adam_step(1.0, 1.0, 0, 0, 1, 0.1, beta2=1.0),
        lambda: O.adamw_step(1.0, 1.0, 0, 0, 1, 0.1, weight_decay=-1),
        lambda: O.adam_all({"W": 1.0}, {}, {}, 1, 0.1),
        lambda: O.gradient_descent(np.sin, 0.0, 0.1, -1),
        lambda: O.run(lambda w, g, state, t: (w, state), np.sin, 0.0, -1),
        lambda: O.run(lambda w, g, state, t: (np.ones(3), state), np.sin, 0.0, 1),
        lambda: O.minibatches(5, 0, np.random.default_rng(0)),
        lambda: O.clip_by_norm({}, 0),
        lambda: O.max_lr([[-1.0]]),
        lambda: O.max_lr([[1, 2], [3, 4]]),
        lambda: O.best_lr(np.diag([0.0, 1.0])),
        lambda: O.regime(0, 1),
        lambda: O.cosine_schedule(-1, 10, 1),
        lambda: O.cosine_schedule(1, 10, 1, 10),
        lambda: O.step_decay(-1, 1, 0.5, 10),
        lambda: O.step_decay(1, 1, 1.5, 10),
        lambda: O.first_step_factor(0.9, 1),
        lambda: O.dropout([1, 2], [1, 0], 0.5),
        lambda: O.dropout([1, 2], np.ones(3, bool), 0.5),
        lambda: O.dropout([1, 2], True, 1.0),
        lambda: O.ridge(np.ones((3, 2)), [1, 2], 1),
        lambda: O.early_stop([], 1),
        lambda: O.early_stop([1, 2], 0),
    ],
)
def test_wrong_input_says_so(call):
    with pytest.raises(ValueError, match=r"should|expected"):
        call()

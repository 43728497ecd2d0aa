"""Days 9, 21, 22 and 26: formulas against nudging, nudging against known slopes, the autograd against both."""

from math import log, sqrt, tanh

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from utils import calculus as C
from utils import linalg, probability, transformer
from utils.calculus import Value


def close(actual, expected, tolerance=1e-12):
    np.testing.assert_allclose(actual, expected, rtol=tolerance, atol=tolerance)


# --- day 9 --------------------------------------------------------------------------------------------------


def test_day_9_numbers():
    x, y = np.array([2.0, 1.0]), 1.0

    def f(w):
        return 0.5 * (w @ x - y) ** 2

    w = np.array([1.0, 1.0])
    close(C.numeric_gradient(f, w), [4, 2], 1e-9)
    close(C.numeric_gradient(f, w, h=0.1), [4, 2])  # exact for a quadratic
    close(C.grad_W([[1, 2], [3, 4]], np.ones((2, 2))), [[4, 4], [6, 6]])
    X, target = np.array([[1.0, 1], [1, 2], [1, 3]]), np.array([1.0, 2, 2])
    close(C.mse_grad(X, [0, 0], target), [-10 / 3, -22 / 3])
    close(C.mse_grad(X, [2 / 3, 1 / 2], target), [0, 0])


@pytest.mark.parametrize("shape", [(), (1,), (5,), (2, 3, 5), (0,)])
def test_numeric_gradient_has_the_shape_of_x(shape):
    x = np.random.default_rng(0).normal(size=shape)
    before = x.copy()
    gradient = C.numeric_gradient(lambda v: np.sum(v**3), x)
    assert gradient.shape == shape and (x == before).all()
    close(gradient, 3 * x**2, 1e-8)


def test_error_of_central_differences_falls_with_h_squared():
    errors = [abs(C.numeric_gradient(lambda v: v**3, 1.0, h) - 3) for h in (1e-1, 1e-2)]
    assert errors[0] / errors[1] == pytest.approx(100, rel=1e-6)


def test_numeric_jacobian():
    A = np.random.default_rng(1).normal(size=(3, 5))
    close(C.numeric_jacobian(lambda x: A @ x, np.ones(5)), A, 1e-9)
    J = C.numeric_jacobian(lambda x: x.T, np.ones((2, 3)))
    assert J.shape == (3, 2, 2, 3) and J[2, 1, 1, 2] == pytest.approx(1) and J.sum() == pytest.approx(6)
    assert C.numeric_jacobian(lambda x: x, np.zeros(0)).shape == (0, 0)

    def in_place(x):  # a function that scribbles on its argument and returns it
        x *= 2
        return x

    close(C.numeric_jacobian(in_place, np.ones(3)), 2 * np.eye(3), 1e-9)


def test_rel_error_and_checks():
    assert C.rel_error([1e-6, 0], [1.1e-6, 0]) == pytest.approx(1 / 11)
    assert C.rel_error([0, 0], [0, 0]) == 0 == C.rel_error([], []) and C.rel_error(0.0, 1.0) == 1
    x = np.random.default_rng(2).normal(size=(3, 5))
    assert C.gradient_check(lambda v: np.sum(np.exp(v)), np.exp, x) < 1e-9
    assert C.gradient_check(lambda v: np.sum(np.exp(v)), np.exp(x), x) < 1e-9
    assert C.gradient_check(lambda v: np.sum(np.exp(v)), 2 * np.exp(x), x) == pytest.approx(0.5)
    parameters = {"W": x, "b": np.ones(5)}

    def loss(p):
        return np.sum((p["W"] + p["b"]) ** 2)

    right = {"W": 2 * (x + 1), "b": 2 * (x + 1).sum(axis=0), "more": 0}
    assert max(C.gradient_check_all(loss, parameters, right).values()) < 1e-8
    wrong = {**right, "b": right["b"] / 3}
    errors = C.gradient_check_all(loss, parameters, wrong)
    assert errors["W"] < 1e-8 and errors["b"] == pytest.approx(2 / 3)


@pytest.mark.parametrize("batch", [(3,), (2, 3), (5, 2, 3), ()])
def test_linear_backward(batch):
    rng = np.random.default_rng(3)
    X, W, G = rng.normal(size=(*batch, 5)), rng.normal(size=(5, 7)), rng.normal(size=(*batch, 7))
    close(C.grad_W(X, G), C.numeric_gradient(lambda W: np.sum(G * (X @ W)), W), 1e-8)
    close(C.grad_X(G, W), C.numeric_gradient(lambda X: np.sum(G * (X @ W)), X), 1e-8)


# --- day 21 -------------------------------------------------------------------------------------------------


def test_day_21_numbers():
    def f(v):
        return v[0] ** 2 * v[1] + 3 * v[1]

    at = [2.0, 1.0]
    close(C.numeric_gradient(f, at), [4, 7], 1e-9)
    close([C.partial(f, at, 0), C.partial(f, at, 1)], [4, 7], 1e-9)
    assert C.directional([4, 7], [3, 4]) == 8.0
    close(C.directional([4, 7], [4, 7]), sqrt(65))
    ds_dq, ds_dk = C.grad_score([2, 0], [2, 1], 2)
    close(ds_dq, [sqrt(2), sqrt(0.5)])
    close(ds_dk, [sqrt(2), 0])
    assert C.partial(lambda m: m[1, 2] ** 2, np.full((2, 3), 3.0), (1, 2)) == pytest.approx(6)


@pytest.mark.parametrize(
    ("H", "kind"),
    [
        ([[2, 0], [0, 3]], "minimum"),
        ([[-2, 0], [0, -3]], "maximum"),
        ([[1, 2], [2, 1]], "saddle"),
        ([[1, 0], [0, 0]], "undecided"),
        ([[1, 1], [1, 1]], "undecided"),
        (np.zeros((3, 3)), "undecided"),
        (np.diag([1.0, 0, -1]), "saddle"),
        ([[1e-200]], "minimum"),
    ],
)
def test_critical(H, kind):
    assert C.critical(H) == kind


# --- day 22 -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("shape", [(1,), (7,), (3, 5), (2, 3, 5), (5, 5)])
def test_vjps_against_nudging(shape):
    rng = np.random.default_rng(4)
    x, g = rng.normal(size=(2, *shape))
    gain, bias = rng.normal(size=(2, shape[-1]))

    def slope(f, at):
        return C.numeric_gradient(lambda v: np.sum(g * f(v)), at)

    close(C.vjp_softmax(probability.softmax(x), g), slope(probability.softmax, x), 1e-9)
    close(C.vjp_relu(x, g), slope(lambda v: np.maximum(v, 0), x), 1e-9)
    for eps in (1e-5, 0.1):
        dx, dgain, dbias = C.vjp_layer_norm(g, x, gain, eps)
        close(dx, slope(lambda v, eps=eps: transformer.layer_norm(v, gain, bias, eps), x), 1e-7)
        close(dgain, slope(lambda v, eps=eps: transformer.layer_norm(x, v, bias, eps), gain), 1e-8)
        close(dbias, slope(lambda v, eps=eps: transformer.layer_norm(x, gain, v, eps), bias), 1e-8)
        dx, dgain = C.vjp_rms_norm(g, x, gain, eps)
        close(dx, slope(lambda v, eps=eps: transformer.rms_norm(v, gain, eps), x), 1e-7)
        close(dgain, slope(lambda v, eps=eps: transformer.rms_norm(x, v, eps), gain), 1e-8)


def test_vjp_properties():
    rng = np.random.default_rng(5)
    p, x, g = probability.softmax(rng.normal(size=(3, 7)) * 1e3), rng.normal(size=(3, 7)), rng.normal(size=(3, 7))
    close(C.vjp_softmax(p, np.full((3, 7), 4.0)), 0)
    close(C.vjp_softmax(p, g).sum(axis=-1), 0)
    close(C.vjp_softmax(p, g), np.einsum("tij,tj->ti", probability.softmax_jacobian(p), g))
    assert not C.vjp_softmax(np.zeros(3), [1, 2, 3]).any()  # a fully masked row
    dx = C.vjp_layer_norm(g, x, np.ones(7), eps=0.0)[0]
    close(dx.sum(axis=-1), 0)
    close(linalg.dot(dx, linalg.standardise(x)[0]), 0)
    assert not C.vjp_layer_norm([[1.0, 2]], [[3.0, 3]], [1, 1], eps=0.0)[0].any()
    assert not C.vjp_rms_norm([[1.0, 2]], [[0.0, 0]], [1, 1], eps=0.0)[0].any()
    assert C.vjp_relu([0.0, -1, 2], [5, 5, 5]).tolist() == [0, 0, 5] and C.vjp_relu(3, 2) == 2.0


def test_day_22_numbers():
    q, keys = np.array([1.0, 1.0]), np.array([[2.0, 0], [0, 2]])
    p = probability.softmax(keys @ q / sqrt(2))
    close(p, [0.5, 0.5])
    dq = keys.T @ (p - [1, 0]) / sqrt(2)
    close(dq, [-sqrt(0.5), sqrt(0.5)])


def test_chain3_multiplies_slopes_where_they_stand():
    f, df = [lambda x: 3 * x + 1, lambda x: x * x, np.log], [lambda x: 3.0, lambda x: 2 * x, lambda x: 1 / x]
    close(C.chain3(f, df, 1.0), 1.5)
    close(C.chain3(f, df, 0.3), C.numeric_gradient(lambda x: np.log((3 * x + 1) ** 2), 0.3), 1e-9)
    with pytest.raises(ValueError, match="three functions"):
        C.chain3(f[:2], df[:2], 1.0)


def test_compose_is_the_row_times_the_product_of_jacobians():
    rng = np.random.default_rng(6)
    first, second, third = rng.normal(size=(3, 2)), rng.normal(size=(5, 3)), rng.normal(size=(7, 5))
    v = rng.normal(size=7)
    close(C.compose([first, second, third], v), v @ (third @ second @ first))
    close(C.compose([], v), v)
    with pytest.raises(ValueError, match="7 rows"):
        C.compose([third, second, first], v)


# --- day 26 -------------------------------------------------------------------------------------------------


def test_values_add_up_over_paths():
    a = Value(3)
    (a * a).backward()
    assert a.grad == 6
    a = Value(3)
    (a + a).backward()
    assert a.grad == 2
    x, w = Value(2), Value(3)
    (x * w + x**2).backward()
    assert (x.grad, w.grad) == (7, 2)
    left, right = (b := Value(2)) * 3, b**2  # a diamond
    (left * right).backward()
    assert b.grad == 36  # (3b · b²)' = 9 b²


def test_values_day_22_and_26():
    x = Value(1.0)
    ((3 * x + 1) ** 2).log().backward()
    assert x.grad == pytest.approx(1.5)
    inputs, W1, W2 = (Value(2), Value(1)), [[Value(1), Value(-1)], [Value(0), Value(1)]], (Value(3), Value(1))
    hidden = [(inputs[0] * W1[0][j] + inputs[1] * W1[1][j]).relu() for j in range(2)]
    loss = 0.5 * (hidden[0] * W2[0] + hidden[1] * W2[1] - 5) ** 2
    loss.backward()
    assert loss.data == 0.5 and [w.grad for w in W2] == [2, 0]
    assert [[w.grad for w in row] for row in W1] == [[6, 0], [3, 0]] and [v.grad for v in inputs] == [3, 0]


@given(st.lists(st.floats(0.2, 3.0), min_size=3, max_size=3))
@settings(max_examples=60, deadline=None)
def test_values_against_nudging(numbers):
    def f(v):
        a, b, c = v
        u = (a * b - c) / (b + 2) + (3 - a) * c**-2 + 2 / a + 1 - b
        t = u.tanh() if isinstance(u, Value) else tanh(u)
        e = (-b).exp() if isinstance(b, Value) else np.exp(-b)
        l = c.log() if isinstance(c, Value) else log(c)
        r = (t + 2).relu() if isinstance(t, Value) else max(t + 2, 0)
        return r * e + l * t**2 + t**0

    values = [Value(x) for x in numbers]
    out = f(values)
    out.backward()
    assert out.data == pytest.approx(f(numbers), rel=1e-12)
    close([v.grad for v in values], C.numeric_gradient(f, np.array(numbers), 1e-6), 1e-5)


def test_values_accumulate_over_calls_at_the_inputs_only():
    a = Value(2.0)
    inner = a * a
    out = inner * 3
    out.backward()
    out.backward()
    assert a.grad == 24 and inner.grad == 3 and out.grad == 1
    a.grad = 0.0
    out.backward()
    assert a.grad == 12
    lone = Value(5)
    lone.backward()
    assert lone.grad == 1


def test_values_long_chains_and_errors():
    x = total = Value(1.0)
    for _ in range(20_000):  # deeper than Python's recursion limit
        total = total + x
    total.backward()
    assert x.grad == 20_001
    for bad in ("2", None, [1, 2], 1j):
        with pytest.raises(ValueError, match="one real number"):
            Value(bad)
    with pytest.raises(ValueError, match="positive"):
        Value(0).log()
    with pytest.raises(ValueError, match="exponent"):
        Value(2) ** Value(3)
    assert repr(Value(2)) == "Value(2, grad=0)"


@pytest.mark.parametrize(
    "call",
    [
        lambda: C.numeric_gradient(lambda x: x, np.ones(3)),
        lambda: C.numeric_gradient(np.sum, np.ones(3), h=0),
        lambda: C.partial(np.sum, np.ones(3), 5),
        lambda: C.rel_error([1, 2], [1, 2, 3]),
        lambda: C.gradient_check(np.sum, np.ones(2), np.ones(3)),
        lambda: C.gradient_check_all(np.sum, {"W": [1]}, {}),
        lambda: C.grad_W(np.ones((3, 2)), np.ones((5, 2))),
        lambda: C.grad_X(np.ones((3, 2)), np.ones((5, 7))),
        lambda: C.mse_grad(np.ones((3, 2)), [1, 2, 3], [1, 2, 3]),
        lambda: C.directional([1, 2], [0, 0]),
        lambda: C.grad_score([1, 2], [1, 2], 0),
        lambda: C.critical([[1, 2], [3, 4]]),
        lambda: C.vjp_softmax([1, 2], [1, 2, 3]),
        lambda: C.vjp_relu([1, 2], [[1, 2]]),
        lambda: C.vjp_layer_norm([1, 2], [1, 2], [1, 2, 3]),
        lambda: C.vjp_rms_norm([1, 2], [1, 2, 3], [1, 2, 3]),
    ],
)
def test_wrong_input_says_so(call):
    with pytest.raises(ValueError, match="should"):
        call()

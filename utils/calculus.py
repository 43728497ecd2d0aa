"""Calculus, days 9, 21, 22 and 26: slopes by nudging, gradients by formula, blame that flows backwards.

A gradient has the shape of the thing that was nudged; float64. `g` is always the gradient that arrives from
above, dL/d(output). No argument is changed. Wrong input raises ValueError.
"""

import math

import numpy as np

from utils.linalg import dot, norm, number, real_array, standardise

# --- day 9: slopes by nudging -------------------------------------------------------------------------------


def numeric_gradient(f, x, h=1e-5):
    """Central differences, one number nudged at a time: (f(x + h) - f(x - h)) / 2h.

    f: array -> one number. x: any shape. Returns the shape of x; error of order h².
    Raises ValueError when f does not return one number or h <= 0. Goodfellow et al. 2016, section 11.5.
    """
    return numeric_jacobian(lambda x: _scalar(f(x)), x, h)


def _scalar(value):
    if np.size(value) != 1:
        raise ValueError(f"f should return one number, got shape {np.shape(value)}")
    return np.reshape(real_array(value, "f(x)"), ())


def numeric_jacobian(f, x, h=1e-5):
    """Central differences for a function with many outputs: J[i, j] = d f_i / d x_j.

    f: array -> array. x: any shape. Returns f(x).shape + x.shape.
    Raises ValueError when h <= 0. Goodfellow et al. 2016, section 4.3.1.
    """
    if not h > 0:
        raise ValueError(f"h should be positive, got {h}")
    x = real_array(x, "x")
    slopes = [(_nudged(f, x, place, h) - _nudged(f, x, place, -h)) / (2 * h) for place in np.ndindex(x.shape)]
    if not slopes:
        return np.zeros(np.shape(f(x)) + x.shape)
    return np.stack(slopes, axis=-1).reshape(slopes[0].shape + x.shape)


def _nudged(f, x, place, h):
    moved = x.copy()
    moved[place] += h
    return np.array(real_array(f(moved), "f(x)"))


def partial(f, x, i, h=1e-5):
    """Slope in coordinate i, all others held still.

    f: array -> one number. x: any shape, i: index or tuple. Returns a float. Raises ValueError as numeric_gradient,
    or when x has no such coordinate.
    """
    x = real_array(x, "x")
    try:
        x[i]
    except IndexError as error:
        raise ValueError(f"i should be a coordinate of x, got {i} for shape {x.shape}") from error
    if not h > 0:
        raise ValueError(f"h should be positive, got {h}")
    return float((_scalar(_nudged(f, x, i, h)) - _scalar(_nudged(f, x, i, -h))) / (2 * h))


def rel_error(a, b):
    """Largest difference between two arrays, divided by the largest entry of either; 0 when both are zero.

    a, b: one shape. Returns a float. Raises ValueError when the shapes differ.
    """
    a, b = real_array(a, "a"), real_array(b, "b")
    if a.shape != b.shape:
        raise ValueError(f"a and b should have one shape, got {a.shape} and {b.shape}")
    size = max(np.max(np.abs(a), initial=0.0), np.max(np.abs(b), initial=0.0))
    return float(np.max(np.abs(a - b), initial=0.0) / size) if size != 0 else 0.0


def gradient_check(f, g, x, h=1e-5):
    """Relative error of a claimed gradient against nudging; below 1e-6 in float64 the claim stands.

    f: array -> one number. g: the claimed gradient at x, or a function that returns it. x: any shape.
    Returns a float (see rel_error). Raises ValueError when the claim has another shape than x.
    A passed check says that backward fits forward, not that forward is right.
    """
    claim = g(np.array(real_array(x, "x"))) if callable(g) else g
    return rel_error(claim, numeric_gradient(f, x, h))


def gradient_check_all(loss, parameters, gradients, h=1e-5):
    """The same for a model: every entry of every parameter.

    loss: dict of arrays -> one number. parameters, gradients: dicts of arrays, by name.
    Returns a dict name -> relative error. Raises ValueError when a parameter has no gradient.
    """
    missing = [name for name in parameters if name not in gradients]
    if missing:
        raise ValueError(f"every parameter should have a gradient, but these have none: {missing}")
    return {
        name: gradient_check(lambda x, name=name: loss({**parameters, name: x}), gradients[name], value, h)
        for name, value in parameters.items()
    }


def grad_W(X, dY):
    """Gradient of a linear layer's weights: Xᵀ dY, summed over all tokens.

    X: (..., T, d_in), dY: (..., T, d_out). Returns (d_in, d_out). Raises ValueError when the tokens differ.
    """
    X, dY = real_array(X, "X", 1), real_array(dY, "dY", 1)
    if X.shape[:-1] != dY.shape[:-1]:
        raise ValueError(f"X and dY should have the same tokens, got shapes {X.shape} and {dY.shape}")
    return X.reshape(-1, X.shape[-1]).T @ dY.reshape(-1, dY.shape[-1])


def grad_X(dY, W):
    """Gradient of a linear layer's input: dY Wᵀ.

    dY: (..., T, d_out), W: (d_in, d_out). Returns (..., T, d_in). Raises ValueError when the sizes d_out differ.
    """
    dY, W = real_array(dY, "dY", 1), real_array(W, "W", 2)
    if dY.shape[-1] != W.shape[-1]:
        raise ValueError(f"dY and W should have last axes of one size, got shapes {dY.shape} and {W.shape}")
    return dY @ W.T


def grad_b(dY):
    """Gradient of a linear layer's bias (or of any vector that every token shares): dY summed over all tokens.

    dY: (..., T, d_out). Returns (d_out,).
    """
    dY = real_array(dY, "dY", 1)
    return dY.reshape(-1, dY.shape[-1]).sum(axis=0)


def mse_grad(X, w, y):
    """Gradient of the mean squared error of X w against y: (2/n) Xᵀ(X w - y).

    X: (n, d), w: (d,), y: (n,). Returns (d,). Raises ValueError when the sizes differ.
    """
    X, w, y = real_array(X, "X", 2), real_array(w, "w", 1), real_array(y, "y", 1)
    if X.shape != y.shape + w.shape:
        raise ValueError(f"X should have shape (len(y), len(w)) = {y.shape + w.shape}, got {X.shape}")
    return 2 / len(y) * X.T @ (X @ w - y)


# --- day 21: directions -------------------------------------------------------------------------------------


def directional(g, u):
    """Slope in the direction of u: the gradient's dot product with the unit vector of u.

    g, u: (..., d). Returns (...). Raises ValueError for u = 0 or sizes that differ.
    """
    length = norm(u)
    if np.any(length == 0):
        raise ValueError("u should not be the zero vector: it has no direction")
    return number(np.asarray(dot(g, u)) / length)


def grad_score(q, k, d):
    """Both gradients of the score q·k / √d: moving q changes it by k / √d, moving k by q / √d.

    q, k: (..., d). d: a positive number. Returns (ds/dq, ds/dk). Raises ValueError for d <= 0 or other sizes.
    """
    q, k = real_array(q, "q", 1), real_array(k, "k", 1)
    if q.shape[-1] != k.shape[-1] or not d > 0:
        raise ValueError(f"q and k should have one size and d be positive, got {q.shape}, {k.shape} and d={d}")
    return k / np.sqrt(d), q / np.sqrt(d)


def critical(H, tol=1e-10):
    """What a point of slope zero is, by the eigenvalues of its Hessian.

    H: (n, n), symmetric. Returns 'minimum', 'maximum', 'saddle' or 'undecided' (some eigenvalue is 0).
    Raises ValueError unless symmetric. Goodfellow et al. 2016, section 4.3.1.
    """
    H = real_array(H, "H", 2)
    if H.ndim != 2 or H.shape[0] != H.shape[1] or not np.allclose(H, H.T):
        raise ValueError(f"H should be one symmetric matrix, got {H}")
    curvature = np.linalg.eigvalsh(H)
    zero = tol * max(np.max(np.abs(curvature), initial=0.0), np.finfo(float).tiny)
    up, down = np.any(curvature > zero), np.any(curvature < -zero)
    if up and down:
        return "saddle"
    if np.any(np.abs(curvature) <= zero):
        return "undecided"
    return "minimum" if up else "maximum"


# --- day 22: the chain rule, and vector-Jacobian products ---------------------------------------------------


def chain3(f, df, x):
    """Slope of f[2](f[1](f[0](x))): along one path slopes are multiplied, each taken where its function stands.

    f, df: three functions and their slopes, the innermost first. x: a number. Returns a float.
    Raises ValueError unless there are three of each. Goodfellow et al. 2016, section 6.5.2.
    """
    if len(f) != 3 or len(df) != 3:
        raise ValueError(f"f and df should hold three functions each, got {len(f)} and {len(df)}")
    product = 1.0
    for function, slope in zip(f, df, strict=True):
        product = product * slope(x)
        x = function(x)
    return float(product)


def compose(J_list, v):
    """A row vector walks back through a chain: ((vᵀ J_last) ...) J_first; no product of two matrices is built.

    J_list: Jacobians in the order of the forward pass, J[i, j] = d output_i / d input_j. v: (outputs of the last,).
    Returns (inputs of the first,). Raises ValueError when neighbours do not fit. Goodfellow et al. 2016, 6.5.2.
    """
    v = real_array(v, "v", 1)
    for J in reversed(J_list):
        J = real_array(J, "J", 2)
        if v.shape != J.shape[:1] or J.ndim != 2:
            raise ValueError(f"a Jacobian with {len(v)} rows should come next on the way back, got shape {J.shape}")
        v = v @ J
    return v


def _paired(a, g, names, axes=1):
    a, g = real_array(a, names[0], axes), real_array(g, names[1], axes)
    if a.shape != g.shape:
        raise ValueError(f"{names[0]} and {names[1]} should have one shape, got {a.shape} and {g.shape}")
    return a, g


def vjp_softmax(p, g):
    """Back through softmax without building its Jacobian: p ⊙ (g - g·p).

    p: (..., K), the shares; g: (..., K). Returns (..., K), each row adds up to 0. A fully masked row (p all zero)
    passes nothing. Raises ValueError when the shapes differ.
    """
    p, g = _paired(p, g, ("p", "g"))
    return p * (g - np.sum(p * g, axis=-1, keepdims=True))


def vjp_relu(x, g):
    """Back through max(0, x): the gate is open where the input was positive (we choose shut at 0).

    x: the input of the forward pass, g: one shape. Returns that shape. Raises ValueError when the shapes differ.
    """
    x, g = _paired(x, g, ("x", "g"), axes=0)
    return number(np.where(x > 0, g, 0.0))


def vjp_layer_norm(g, x, gain, eps=1e-5):
    """Back through layer normalisation: with ĝ = g ⊙ gain, s (ĝ - mean(ĝ) - x̂ mean(ĝ ⊙ x̂)), s = 1/√(variance + eps).

    g, x: (..., d), gain: (d,). Returns (dx (..., d), dgain (d,), dbias (d,)), the last two summed over all tokens.
    Raises ValueError when the shapes differ. Ba et al. 2016, section 3.
    """
    x, g, gain = _normed_arguments(x, g, gain)
    x_hat, inverse_std = standardise(x, eps)
    through = g * gain
    centred = through - np.mean(through, axis=-1, keepdims=True)
    dx = inverse_std * (centred - x_hat * np.mean(through * x_hat, axis=-1, keepdims=True))
    return dx, grad_b(g * x_hat), grad_b(g)


def vjp_rms_norm(g, x, gain, eps=1e-6):
    """Back through RMS normalisation: s (ĝ - x̂ mean(ĝ ⊙ x̂)), s = 1/√(mean(x²) + eps), x̂ = s x.

    g, x: (..., d), gain: (d,). Returns (dx (..., d), dgain (d,)), the last summed over all tokens.
    Raises ValueError when the shapes differ. Zhang and Sennrich 2019, section 4.
    """
    x, g, gain = _normed_arguments(x, g, gain)
    root = np.sqrt(np.mean(x * x, axis=-1, keepdims=True) + eps)
    s = np.divide(1.0, root, out=np.zeros_like(root), where=root > 0)
    through = g * gain
    return s * (through - x * s * np.mean(through * x * s, axis=-1, keepdims=True)), grad_b(g * x * s)


def _normed_arguments(x, g, gain):
    x, g = _paired(x, g, ("x", "g"))
    gain = real_array(gain, "gain", 1)
    if gain.shape != x.shape[-1:]:
        raise ValueError(f"gain should have one entry for each feature, got shapes {gain.shape} and {x.shape}")
    return x, g, gain


# --- day 26: autograd ---------------------------------------------------------------------------------------


class Value:
    """One number that remembers how it was made, so that backward() can share the blame.

    data, grad: floats. Knows +, -, *, /, ** (a fixed exponent), exp, log, tanh, relu.
    Raises ValueError when data is not a number. After Karpathy's micrograd (2020); Goodfellow et al. 2016, 6.5.
    """

    def __init__(self, data, parents=(), slopes=()):
        if np.ndim(data) or np.asarray(data).dtype.kind not in "biuf":
            raise ValueError(f"a Value holds one real number, got {data!r}")
        self.data, self.grad = float(data), 0.0
        self.parents, self.slopes = parents, slopes  # slopes[i] = d self / d parents[i]

    def __add__(self, other):
        other = _value(other)
        return Value(self.data + other.data, (self, other), (1.0, 1.0))

    def __mul__(self, other):
        other = _value(other)
        return Value(self.data * other.data, (self, other), (other.data, self.data))

    def __pow__(self, n):
        if isinstance(n, Value):
            raise ValueError("the exponent should be a fixed number, got a Value; use (b * a.log()).exp()")
        if n == 0:
            return Value(1.0, (self,), (0.0,))
        return Value(self.data**n, (self,), (n * self.data ** (n - 1),))

    def exp(self):
        e = math.exp(self.data)
        return Value(e, (self,), (e,))

    def log(self):
        if self.data <= 0:
            raise ValueError(f"log needs a positive number, got {self.data}")
        return Value(math.log(self.data), (self,), (1 / self.data,))

    def tanh(self):
        t = math.tanh(self.data)
        return Value(t, (self,), (1 - t * t,))

    def relu(self):
        return Value(max(0.0, self.data), (self,), (float(self.data > 0),))

    def backward(self):
        """Fill grad of every Value behind this one; the grads of inputs add up over calls (set them to 0.0)."""
        order, seen, stack = [], set(), [(self, False)]
        while stack:  # topological order: everybody after all of their parents
            node, finished = stack.pop()
            if finished:
                order.append(node)
            elif node not in seen:
                seen.add(node)
                node.grad = 0.0 if node.parents else node.grad
                stack += [(node, True), *((parent, False) for parent in node.parents)]
        self.grad += 1.0
        for node in reversed(order):
            for parent, slope in zip(node.parents, node.slopes, strict=True):
                parent.grad += slope * node.grad

    __radd__, __rmul__ = __add__, __mul__

    def __neg__(self):
        return self * -1.0

    def __sub__(self, other):
        return self + -_value(other)

    def __rsub__(self, other):
        return other + -self

    def __truediv__(self, other):
        return self * _value(other) ** -1

    def __rtruediv__(self, other):
        return other * self**-1

    def __repr__(self):
        return f"Value({self.data:g}, grad={self.grad:g})"


def _value(x):
    return x if isinstance(x, Value) else Value(x)

"""Linear algebra, days 1 to 8: vectors, matrices, mixes, eigenvectors, singular values, projections.

Tokens are rows. Every function works on the last axis (vectors) or the last two axes (matrices) and keeps all
leading axes as a batch, in float64. No argument is changed. Wrong input raises ValueError.
"""

import numpy as np

# --- helpers that the other modules of the mathematics share ------------------------------------------------


def real_array(x, name, axes=0):
    """`x` as a float64 array with at least `axes` axes.

    Raises ValueError when x is ragged, not made of real numbers, or has too few axes.
    """
    try:
        array = np.asarray(x)
    except ValueError as error:
        raise ValueError(f"{name} should be a rectangular array, but its rows have different lengths") from error
    if array.dtype.kind not in "biuf":
        came = f"{type(x).__name__} of dtype {array.dtype}"
        raise ValueError(f"{name} should be an array of real numbers, got {came}")
    if array.ndim < axes:
        raise ValueError(f"{name} should have at least {axes} axes, got shape {array.shape}")
    return array.astype(np.float64, copy=False)


def number(x):
    """A Python float where `x` has no axes left, the array itself otherwise."""
    return float(x) if np.ndim(x) == 0 else x


def whole(x, name, least=0):
    """`x` as an int of at least `least`. Raises ValueError otherwise."""
    if isinstance(x, (bool, np.bool_)) or not isinstance(x, (int, np.integer)) or x < least:
        raise ValueError(f"{name} should be a whole number of at least {least}, got {x!r}")
    return int(x)


def _same_last_axis(a, b, names):
    if a.shape[-1] != b.shape[-1]:
        raise ValueError(
            f"{names[0]} and {names[1]} should have last axes of one size, got shapes {a.shape} and {b.shape}"
        )


def _square(A, name, size=None):
    A = real_array(A, name, 2)
    if A.shape[-1] != A.shape[-2] or (size and A.shape[-1] != size):
        wanted = f"{size}x{size}" if size else "square"
        raise ValueError(f"{name} should be {wanted} on its last two axes, got shape {A.shape}")
    return A


def _matrix(A, name):
    A = real_array(A, name, 2)
    if A.ndim != 2:
        raise ValueError(f"{name} should be one matrix (two axes), got shape {A.shape}")
    return A


# --- day 1: vectors and matrices ----------------------------------------------------------------------------


def dot(a, b):
    """Dot product: pairs multiplied, then added into one number.

    a, b: (..., d), leading axes broadcast. Returns (...), a float for two vectors.
    Raises ValueError when the sizes d differ. Goodfellow et al. 2016, section 2.2.
    """
    a, b = real_array(a, "a", 1), real_array(b, "b", 1)
    _same_last_axis(a, b, ("a", "b"))
    return number(np.sum(a * b, axis=-1))


def norm(a):
    """Length of a vector: the root of the sum of its squares, safe from overflow.

    a: (..., d). Returns (...), a float for one vector. Goodfellow et al. 2016, section 2.5.
    """
    return number(np.hypot.reduce(np.abs(real_array(a, "a", 1)), axis=-1))


def cosine(a, b):
    """Cosine of the angle between two vectors, in [-1, 1].

    A zero vector has no direction, so the cosine is undefined there; we return 0.0: "similar to nothing".
    a, b: (..., d), leading axes broadcast. Returns (...). Raises ValueError when the sizes d differ.
    """
    a, b = real_array(a, "a", 1), real_array(b, "b", 1)
    _same_last_axis(a, b, ("a", "b"))
    return number(np.clip(dot(_unit(a), _unit(b)), -1.0, 1.0))


def _unit(a):
    length = np.asarray(norm(a))[..., None]
    return np.divide(a, length, out=np.zeros_like(a), where=length > 0)


def embed(words, table):
    """One row per word, looked up in the table; a word said twice has two rows.

    words: T words. table: dict word -> vector (d,). Returns (T, d).
    Raises ValueError for a word that the table does not have, or vectors of different sizes.
    """
    unknown = [word for word in words if word not in table]
    if unknown:
        raise ValueError(f"the table should know every word, but not {unknown}; it has {list(table)}")
    if not table:
        raise ValueError("the table should have at least one word, got an empty one")
    width = len(next(iter(table.values())))
    return real_array([table[word] for word in words], "the table's vectors").reshape(len(words), width).copy()


def matvec(A, x):
    """Matrix times vector: one dot product per row of A, or one mix of A's columns.

    A: (..., m, n), x: (..., n). Returns (..., m). Raises ValueError when the sizes n differ.
    Goodfellow et al. 2016, section 2.2.
    """
    A, x = real_array(A, "A", 2), real_array(x, "x", 1)
    _same_last_axis(A, x, ("A", "x"))
    return (A @ x[..., None])[..., 0]


def matmul(A, B):
    """Matrix product: entry (i, j) is the dot product of row i of A with column j of B.

    A: (..., m, n), B: (..., n, p), leading axes broadcast. Returns (..., m, p).
    Raises ValueError when the inner sizes differ. Goodfellow et al. 2016, section 2.2.
    """
    A, B = real_array(A, "A", 2), real_array(B, "B", 2)
    if A.shape[-1] != B.shape[-2]:
        raise ValueError(f"the inner sizes of A and B should be equal, got shapes {A.shape} and {B.shape}")
    return A @ B


def most_similar(word, table):
    """The other word whose vector has the largest cosine with this word's; the first one wins a tie.

    table: dict word -> vector (d,). Returns a word.
    Raises ValueError when the word is not in the table or is alone in it.
    """
    if word not in table:
        raise ValueError(f"the word should be in the table, got {word!r}; the table has {list(table)}")
    others = [other for other in table if other != word]
    if not others:
        raise ValueError("the table should have at least two words, got one")
    return max(others, key=lambda other: cosine(table[word], table[other]))


# --- day 2: transpose, inverse, rank ------------------------------------------------------------------------


def transpose(A):
    """Rows become columns.

    A: (..., m, n). Returns (..., n, m), a copy.
    """
    return np.swapaxes(real_array(A, "A", 2), -1, -2).copy()


def det_2x2(A):
    """Signed area of the image of the unit square: ad - bc.

    A: (..., 2, 2). Returns (...), a float for one matrix. Raises ValueError unless 2x2.
    """
    A = _square(A, "A", 2)
    return number(A[..., 0, 0] * A[..., 1, 1] - A[..., 0, 1] * A[..., 1, 0])


def inverse_2x2(A):
    """The matrix that undoes A: swap the diagonal, negate the rest, divide by ad - bc.

    A: (..., 2, 2). Returns (..., 2, 2). Raises ValueError for a singular matrix (ad = bc up to rounding).
    Goodfellow et al. 2016, section 2.3.
    """
    A = _square(A, "A", 2)
    a, b, c, d = A[..., 0, 0], A[..., 0, 1], A[..., 1, 0], A[..., 1, 1]
    det = a * d - b * c
    if np.any(np.abs(det) <= 4 * np.finfo(float).eps * (np.abs(a * d) + np.abs(b * c))):
        raise ValueError("A should have an inverse, but its determinant ad - bc is 0: it flattens the plane")
    adjugate = np.stack([np.stack([d, -b], axis=-1), np.stack([-c, a], axis=-1)], axis=-2)
    return adjugate / det[..., None, None]


def rank(A, tol=1e-10):
    """Number of independent directions: singular values above `tol` times the largest.

    A: (..., m, n). Returns an int, or an int array (...) for a batch. Raises ValueError when tol < 0.
    Goodfellow et al. 2016, section 2.4.
    """
    if tol < 0:
        raise ValueError(f"tol should not be negative, got {tol}")
    s = singular_values(A)
    count = np.sum(s > tol * np.max(s, axis=-1, keepdims=True, initial=0.0), axis=-1)
    return int(count) if count.ndim == 0 else count


def scores(Q, K):
    """Every query against every key: Q Kᵀ, one dot product per pair.

    Q: (..., Tq, d), K: (..., Tk, d). Returns (..., Tq, Tk): the askers are the rows.
    Raises ValueError when the sizes d differ. Vaswani et al. 2017, section 3.2.1.
    """
    Q, K = real_array(Q, "Q", 2), real_array(K, "K", 2)
    _same_last_axis(Q, K, ("Q", "K"))
    return Q @ np.swapaxes(K, -1, -2)


def dependent(vectors, tol=1e-10):
    """True when at least one of the vectors is a mix of the others.

    vectors: (n, d), one vector a row. Returns a bool.
    """
    vectors = _matrix(vectors, "vectors")
    return bool(rank(vectors, tol) < len(vectors))


def as_mix(target, a, b, tol=1e-10):
    """The two shares (s, t) with target = s a + t b.

    target, a, b: (d,). Returns a pair of floats.
    Raises ValueError when a and b are dependent or the target is not in their span.
    """
    columns = np.stack([real_array(a, "a", 1), real_array(b, "b", 1)], axis=-1)
    target = real_array(target, "target", 1)
    if dependent(columns.T, tol):
        raise ValueError("a and b should point in two different directions, got dependent vectors")
    shares = np.linalg.lstsq(columns, target, rcond=None)[0]
    if norm(columns @ shares - target) > tol * max(norm(target), 1.0):
        raise ValueError("the target should be a mix of a and b, but it is outside their span")
    return float(shares[0]), float(shares[1])


# --- day 3: linear systems ----------------------------------------------------------------------------------


def solve_2x2(A, b):
    """Which mix of the columns of A gives b?

    A: (..., 2, 2), b: (..., 2). Returns x (..., 2) with A x = b. Raises ValueError for a singular A.
    """
    return matvec(inverse_2x2(A), b)


def combine(w, V):
    """Weighted sum of the rows of V.

    w: (..., T), V: (..., T, d). Returns (..., d): with weights >= 0 that add up to 1 it lies in the hull of the
    rows. Raises ValueError when the sizes T differ. Vaswani et al. 2017, section 3.2.
    """
    w, V = real_array(w, "w", 1), real_array(V, "V", 2)
    if w.shape[-1] != V.shape[-2]:
        raise ValueError(f"w should have one weight for each row of V, got shapes {w.shape} and {V.shape}")
    return (w[..., None, :] @ V)[..., 0, :]


def classify(A, b, tol=1e-10):
    """How many solutions has A x = b: 'none', 'unique' or 'infinite' (Rouché-Capelli).

    A: (m, n), b: (m,). Raises ValueError when b does not have one entry for each row of A.
    """
    A, b = _matrix(A, "A"), real_array(b, "b", 1)
    if b.shape != (len(A),):
        raise ValueError(f"b should have one entry for each row of A, got shapes {A.shape} and {b.shape}")
    if rank(np.column_stack([A, b]), tol) > rank(A, tol):
        return "none"
    return "unique" if rank(A, tol) == A.shape[1] else "infinite"


def coordinates(v, basis_rows):
    """The coordinates c of v in a basis: c @ basis_rows = v.

    v: (..., d), basis_rows: (d, d), one basis vector a row. Returns (..., d).
    Raises ValueError when the rows are not a basis.
    """
    basis, v = _square(basis_rows, "basis_rows"), real_array(v, "v", 1)
    _same_last_axis(v, basis, ("v", "basis_rows"))
    if dependent(basis):
        raise ValueError("basis_rows should be independent, but one row is a mix of the others")
    return np.linalg.solve(basis.T, v[..., None])[..., 0]


def in_hull(point, triangle, tol=1e-12):
    """Is the point an average of the three corners, with shares >= 0 that add up to 1?

    point: (2,), triangle: (3, 2). Returns a bool. Raises ValueError for other shapes or a flat triangle.
    """
    point, triangle = real_array(point, "point", 1), _matrix(triangle, "triangle")
    if point.shape != (2,) or triangle.shape != (3, 2):
        came = f"{point.shape} and {triangle.shape}"
        raise ValueError(f"point and triangle should have shapes (2,) and (3, 2), got {came}")
    shares = coordinates(np.append(point, 1.0), np.column_stack([triangle, np.ones(3)]))
    return bool(np.all(shares >= -tol))


# --- day 4: eigenvalues -------------------------------------------------------------------------------------


def is_eigenvector(A, v, tol=1e-9):
    """Does A keep the line of v? (A v = λ v for some λ, zero allowed; v itself must not be zero.)

    A: (n, n), v: (n,). Returns a bool. Raises ValueError when the sizes differ.
    """
    A, v = _square(A, "A"), real_array(v, "v", 1)
    image, length = matvec(A, v), norm(v)
    if length == 0:
        return False
    unit = v / length
    return bool(norm(image / length - dot(image / length, unit) * unit) <= tol * max(norm(A.ravel()), 1e-300))


def eig_2x2(A):
    """The two eigenvalues, larger first, from trace and determinant; None when no real line survives.

    A: (2, 2). Returns a pair of floats or None. λ = (trace ± √(trace² - 4 det)) / 2.
    Raises ValueError unless 2x2. Goodfellow et al. 2016, section 2.7.
    """
    A = _square(_matrix(A, "A"), "A", 2)
    half_trace = (A[0, 0] + A[1, 1]) / 2
    discriminant = ((A[0, 0] - A[1, 1]) / 2) ** 2 + A[0, 1] * A[1, 0]  # = (trace² - 4 det) / 4
    if discriminant < 0:
        return None
    root = np.sqrt(discriminant)
    return float(half_trace + root), float(half_trace - root)


def power_iteration(A, x0, steps):
    """Apply A and shorten to length 1, again and again: the direction of the largest |λ| wins.

    A: (n, n), x0: (n,) not zero. Returns (λ, v): the Rayleigh quotient v·Av and the unit vector v.
    Raises ValueError for a zero start or steps < 0.
    """
    A, v = _square(_matrix(A, "A"), "A"), real_array(x0, "x0", 1)
    if norm(v) == 0:
        raise ValueError("x0 should not be the zero vector: it has no direction to begin with")
    v = _unit(v)
    for _ in range(whole(steps, "steps")):
        image = matvec(A, v)
        if norm(image) == 0:
            return 0.0, v
        v = _unit(image)
    return dot(v, matvec(A, v)), v


def repeat_mix(M, X, k):
    """k rounds in which every row of X becomes a mix of the rows: M (M (... X)).

    M: (..., T, T), X: (..., T, d) or (T,). Returns the shape of X. Raises ValueError when sizes differ or k < 0.
    """
    M, X = _square(M, "M"), real_array(X, "X", 1)
    mixed = X.copy()
    for _ in range(whole(k, "k")):
        mixed = matvec(M, mixed) if X.ndim == 1 else matmul(M, mixed)
    return mixed


def stationary(M):
    """How much each start counts in the end: the left eigenvector of M for λ = 1, adding up to 1.

    M: (T, T), each row >= 0 with sum 1. Returns (T,). Raises ValueError when M is not row-stochastic or when
    several answers exist (the rows fall into groups that never meet).
    """
    M = _square(_matrix(M, "M"), "M")
    if np.any(M < 0) or not np.allclose(M.sum(axis=1), 1.0, rtol=0, atol=1e-9):
        raise ValueError(f"each row of M should be >= 0 and add up to 1, got row sums {M.sum(axis=1)}")
    system = M.T - np.eye(len(M))
    if rank(system) < len(M) - 1:
        raise ValueError("M should have one stationary vector, but its rows fall into groups that never meet")
    return np.linalg.lstsq(np.vstack([system, np.ones(len(M))]), np.append(np.zeros(len(M)), 1.0), rcond=None)[0]


# --- day 5: singular values ---------------------------------------------------------------------------------


def singular_values(A):
    """How far A stretches: the roots of the eigenvalues of AᵀA, largest first.

    A: (..., m, n). Returns (..., min(m, n)). Goodfellow et al. 2016, section 2.8.
    """
    return np.linalg.svd(real_array(A, "A", 2), compute_uv=False)


def reconstruct(U, s, Vt):
    """Turn, stretch, turn: U diag(s) Vᵀ, with Vᵀ as NumPy's svd returns it.

    U: (..., m, k), s: (..., k), Vt: (..., k, n). Returns (..., m, n). Raises ValueError when the sizes k differ.
    """
    U, s, Vt = real_array(U, "U", 2), real_array(s, "s", 1), real_array(Vt, "Vt", 2)
    if not U.shape[-1] == s.shape[-1] == Vt.shape[-2]:
        came = f"{U.shape}, {s.shape} and {Vt.shape}"
        raise ValueError(f"U, s and Vt should have shapes (m, k), (k,) and (k, n), got {came}")
    return (U * s[..., None, :]) @ Vt


def low_rank(A, k):
    """The closest matrix of rank k: keep the k largest singular values.

    A: (..., m, n). Returns (..., m, n). Raises ValueError when k < 0. Eckart and Young 1936.
    """
    U, s, Vt = np.linalg.svd(real_array(A, "A", 2), full_matrices=False)
    k = whole(k, "k")
    return reconstruct(U[..., :k], s[..., :k], Vt[..., :k, :])


def approx_error(A, k):
    """Frobenius distance from A to the closest matrix of rank k: the root of the dropped σ².

    A: (..., m, n). Returns (...). Raises ValueError when k < 0. Eckart and Young 1936.
    """
    return norm(singular_values(A)[..., whole(k, "k") :])


def effective_rank(A, energy=0.95):
    """The smallest k whose k largest σ² hold this share of all σ².

    A: (m, n). Returns an int, 0 for the zero matrix. Raises ValueError unless 0 < energy <= 1.
    """
    if not 0 < energy <= 1:
        raise ValueError(f"energy should be above 0 and at most 1, got {energy}")
    s = singular_values(_matrix(A, "A"))
    squares = (s / np.max(s, initial=np.finfo(float).tiny)) ** 2
    held = np.cumsum(squares)
    return int(np.searchsorted(held, energy * held[-1] * (1 - 1e-12)) + 1) if np.any(squares) else 0


# --- day 6: projections and weight matrices -----------------------------------------------------------------


def project_onto(b, a):
    """The shadow of b on the line of a: (b·a / a·a) a.

    b, a: (..., d), leading axes broadcast. Returns (..., d). Raises ValueError when a is zero or the sizes differ.
    """
    a, b = real_array(a, "a", 1), real_array(b, "b", 1)
    _same_last_axis(b, a, ("b", "a"))
    if np.any(norm(a) == 0):
        raise ValueError("a should not be the zero vector: it spans no line")
    unit = _unit(a)
    return np.asarray(dot(b, unit))[..., None] * unit


def linear(X, W, b=None):
    """The linear layer X W + b, tokens as rows.

    X: (..., T, d_in) or (d_in,), W: (d_in, d_out), b: (d_out,) or None. Returns (..., T, d_out).
    PyTorch's Linear stores the transpose of this W. Raises ValueError when the sizes do not meet.
    """
    X, W = real_array(X, "X", 1), real_array(W, "W", 2)
    if X.shape[-1] != W.shape[-2]:
        raise ValueError(f"the last axis of X should be the rows of W, got shapes {X.shape} and {W.shape}")
    if b is None:
        return X @ W
    b = real_array(b, "b", 1)
    if b.shape != W.shape[-1:]:
        raise ValueError(f"b should have one entry for each column of W, got shapes {b.shape} and {W.shape}")
    return X @ W + b


def qkv(X, W_Q, W_K, W_V):
    """Three readings of the same tokens: queries X W_Q, keys X W_K, values X W_V.

    X: (..., T, d). W_Q, W_K: (d, d_k), W_V: (d, d_v). Returns (Q, K, V). Vaswani et al. 2017, section 3.2.2.
    """
    return linear(X, W_Q), linear(X, W_K), linear(X, W_V)


def bilinear(W_Q, W_K):
    """The one matrix behind the scores: M = W_Q W_Kᵀ, so that X M Xᵀ = Q Kᵀ; rank at most d_k.

    W_Q, W_K: (d, d_k). Returns (d, d), in general not symmetric.
    """
    return scores(W_Q, W_K)


def score(xi, xj, W_Q, W_K):
    """How much token i looks for token j: (xi W_Q)·(xj W_K), before any scaling.

    xi, xj: (..., d). W_Q, W_K: (d, d_k). Returns (...); score(i, j) is in general not score(j, i).
    """
    return dot(linear(xi, W_Q), linear(xj, W_K))


# --- day 8: mean and variance -------------------------------------------------------------------------------


def mean_var(x):
    """Mean and variance of one token's features; the variance divides by n.

    x: (..., d). Returns (mean, variance), each (...). Raises ValueError for an empty last axis.
    """
    x = real_array(x, "x", 1)
    if x.shape[-1] == 0:
        raise ValueError(f"x should have at least one feature, got shape {x.shape}")
    mean = np.mean(x, axis=-1, keepdims=True)
    return number(mean[..., 0]), number(np.mean((x - mean) ** 2, axis=-1))


def standardise(x, eps=0.0):
    """Each token brought to mean 0 and variance 1: (x - mean) / √(variance + eps), and 1 / √(variance + eps).

    x: (..., d). Returns (x_hat (..., d), inverse_std (..., 1)). A constant token with eps = 0 becomes zeros.
    Raises ValueError for eps < 0 or an empty last axis. Ba et al. 2016, section 3.
    """
    x = real_array(x, "x", 1)
    if not eps >= 0:
        raise ValueError(f"eps should not be negative, got {eps}")
    mean, variance = (np.asarray(part)[..., None] for part in mean_var(x))
    spread = np.sqrt(variance + eps)
    inverse_std = np.divide(1.0, spread, out=np.zeros_like(spread), where=spread > 0)
    return (x - mean) * inverse_std, inverse_std

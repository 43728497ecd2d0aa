"""Days 1 to 8: against loops, against NumPy's and SciPy's own routines, and against the days' numbers."""

from math import hypot, sqrt

import numpy as np
import pytest
import scipy.special
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from utils import linalg, story

T2, T4 = story.TABLE_2D, story.TABLE_4D
CAT, SAT, ON, MAT = (T2[word] for word in ("cat", "sat", "on", "mat"))
finite = st.floats(-1e3, 1e3, allow_subnormal=False)


def close(actual, expected, tolerance=1e-12):
    np.testing.assert_allclose(actual, expected, rtol=tolerance, atol=tolerance)


# --- helpers ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "bad",
    ["cat", None, [[1, 2], [3]], [1j], ["1", "2"], {"a": 1}],
    ids=["word", "None", "ragged", "complex", "text", "dict"],
)
def test_real_array_refuses_in_words(bad):
    with pytest.raises(ValueError, match="x should be"):
        linalg.real_array(bad, "x")


def test_real_array_counts_axes_and_keeps_the_argument():
    with pytest.raises(ValueError, match=r"at least 2 axes, got shape \(3,\)"):
        linalg.real_array([1, 2, 3], "x", 2)
    assert linalg.real_array([True, False], "x").dtype == np.float64
    assert linalg.real_array(np.float32(1.5), "x") == 1.5


@pytest.mark.parametrize("bad", [1.0, True, -1, "1", None])
def test_whole_refuses(bad):
    with pytest.raises(ValueError, match="n should be a whole number"):
        linalg.whole(bad, "n")


# --- day 1 --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("shape", [(1,), (7,), (3, 5), (2, 3, 7), (0, 3), (3, 0)])
def test_dot_norm_cosine_against_loops(shape):
    rng = np.random.default_rng(1)
    a, b = rng.normal(size=(2, *shape))
    for place in np.ndindex(shape[:-1]):
        x, y = a[place], b[place]
        d = sum(float(p) * float(q) for p, q in zip(x, y, strict=True))
        close(np.asarray(linalg.dot(a, b))[place], d)
        close(np.asarray(linalg.norm(a))[place], sqrt(sum(float(p) ** 2 for p in x)))
        expected = d / sqrt(sum(p * p for p in x) * sum(q * q for q in y)) if len(x) else 0.0
        close(np.asarray(linalg.cosine(a, b))[place], expected)


def test_day_1_numbers():
    assert linalg.dot(CAT, MAT) == 3 and isinstance(linalg.dot(CAT, MAT), float)
    assert linalg.norm([3, -4, 12]) == 13 and type(linalg.norm([3, -4, 12])) is float
    close(linalg.cosine(CAT, MAT), 0.6)
    close(linalg.cosine(SAT, MAT), -0.8)
    close(linalg.matvec(story.X2, CAT), [2, 5, 0, 1, 2, 3])
    assert max(T2, key=lambda w: linalg.dot(CAT, T2[w]) if w != "cat" else -9) == "mat"
    assert linalg.most_similar("cat", T2) == "the"
    close(linalg.cosine(CAT, T2["the"]), 0.894, 1e-3)
    close(linalg.matmul([[1, 2], [3, 4]], [[5, 6], [7, 8]]), [[19, 22], [43, 50]])
    close(linalg.matmul([[5, 6], [7, 8]], [[1, 2], [3, 4]]), [[23, 34], [31, 46]])


def test_zero_and_extreme_vectors():
    assert linalg.cosine([0, 0], [1, 2]) == 0.0 and linalg.cosine([0.0], [0.0]) == 0.0
    assert linalg.norm([-3.0]) == 3.0 and linalg.norm([]) == 0.0
    close(linalg.norm([3e200, 4e200]) / 1e200, 5)
    close(linalg.cosine([1e-300, 1e-300], [1e300, 1e300]), 1.0)
    assert linalg.cosine([0.1] * 3, [0.3] * 3) <= 1.0


@given(arrays(float, 5, elements=finite), arrays(float, 5, elements=finite), st.floats(0.1, 100))
@settings(max_examples=60, deadline=None)
def test_scaling_changes_dot_but_not_cosine(a, b, factor):
    close(linalg.dot(factor * a, b), factor * linalg.dot(a, b), 1e-9)
    assert abs(linalg.dot(a, b)) <= linalg.norm(a) * linalg.norm(b) * (1 + 1e-12)
    if linalg.norm(a) > 1e-3 and linalg.norm(b) > 1e-3:
        close(linalg.cosine(factor * a, b), linalg.cosine(a, b), 1e-9)


def test_embed():
    X = linalg.embed(story.SENTENCE, T4)
    assert X.shape == (6, 4) and (X == story.X4).all()
    X[0, 0] = 9  # a copy: the table stays
    assert T4["the"][0] == 1
    assert linalg.embed([], T2).shape == (0, 2)
    with pytest.raises(ValueError, match="dog"):
        linalg.embed(["cat", "dog"], T2)
    with pytest.raises(ValueError, match="at least one word"):
        linalg.embed([], {})


@pytest.mark.parametrize("batch", [(), (2,), (2, 3)])
def test_products_against_loops(batch):
    rng = np.random.default_rng(2)
    A, B, x = rng.normal(size=(*batch, 3, 5)), rng.normal(size=(*batch, 5, 7)), rng.normal(size=(*batch, 5))
    for place in np.ndindex(batch):
        loop = [[sum(A[place][i, k] * B[place][k, j] for k in range(5)) for j in range(7)] for i in range(3)]
        close(linalg.matmul(A, B)[place], loop)
        close(linalg.matvec(A, x)[place], [sum(A[place][i, k] * x[place][k] for k in range(5)) for i in range(3)])
        assert (linalg.transpose(A)[place] == A[place].T).all()


@pytest.mark.parametrize(
    "call",
    [
        lambda: linalg.dot([1, 2], [1, 2, 3]),
        lambda: linalg.cosine([1], [1, 2, 3]),  # no silent stretching of a 1
        lambda: linalg.dot(1.0, 2.0),
        lambda: linalg.matvec(np.eye(3), [1, 2]),
        lambda: linalg.matmul(np.eye(3), np.eye(2)),
        lambda: linalg.most_similar("dog", T2),
        lambda: linalg.most_similar("cat", {"cat": [1, 2]}),
        lambda: linalg.det_2x2(np.eye(3)),
        lambda: linalg.inverse_2x2(np.ones((2, 3))),
        lambda: linalg.scores(np.ones((3, 2)), np.ones((5, 4))),
        lambda: linalg.rank(np.eye(2), tol=-1),
        lambda: linalg.rank([1, 2]),
        lambda: linalg.combine([1, 2], np.eye(3)),
        lambda: linalg.classify(np.eye(2), [1, 2, 3]),
        lambda: linalg.coordinates([1, 2], [[1, 2], [2, 4]]),
        lambda: linalg.in_hull([0, 0, 0], np.eye(3)),
        lambda: linalg.in_hull([0, 0], [[0, 0], [1, 1], [2, 2]]),
        lambda: linalg.as_mix([1, 0, 1], [1, 0, 0], [0, 1, 0]),
        lambda: linalg.as_mix([1, 0], [1, 1], [2, 2]),
        lambda: linalg.power_iteration(np.eye(2), [0, 0], 3),
        lambda: linalg.repeat_mix(np.eye(2), [1, 2], -1),
        lambda: linalg.stationary([[0.5, 0.6], [0.5, 0.5]]),
        lambda: linalg.stationary(np.eye(3)),
        lambda: linalg.reconstruct(np.eye(3), [1, 2], np.eye(3)),
        lambda: linalg.low_rank(np.eye(3), -1),
        lambda: linalg.effective_rank(np.eye(3), 0),
        lambda: linalg.project_onto([1, 2], [0, 0]),
        lambda: linalg.linear(np.ones((3, 2)), np.eye(3)),
        lambda: linalg.linear(np.ones((3, 2)), np.eye(2), [1, 2, 3]),
        lambda: linalg.mean_var(np.ones((3, 0))),
        lambda: linalg.standardise([1, 2], eps=-1),
    ],
)
def test_wrong_input_says_so(call):
    with pytest.raises(ValueError, match=r"should|expected"):
        call()


# --- day 2 --------------------------------------------------------------------------------------------------


def test_inverse_and_determinant():
    B = np.column_stack([CAT, SAT])
    assert linalg.det_2x2(B) == 5
    close(linalg.inverse_2x2(B), [[0.4, 0.2], [-0.2, 0.4]])
    close(linalg.inverse_2x2([[1, 2], [3, 4]]), [[-2, 1], [1.5, -0.5]])
    A = np.random.default_rng(3).normal(size=(3, 5, 2, 2))
    close(linalg.inverse_2x2(A), np.linalg.inv(A), 1e-10)
    close(linalg.det_2x2(A), np.linalg.det(A))


@pytest.mark.parametrize("A", [[[1, 2], [2, 4]], [[0, 0], [0, 0]], [[0.1, 0.3], [0.2, 0.6]], [[0.1, 0.7], [0.3, 2.1]]])
def test_singular_matrices_have_no_inverse(A):
    with pytest.raises(ValueError, match="determinant"):
        linalg.inverse_2x2(A)


@pytest.mark.parametrize(
    ("A", "expected"),
    [
        (story.X2, 2),
        (story.X4, 4),
        ([[1, 2], [2, 4], [3, 6]], 1),
        (np.zeros((3, 5)), 0),
        (np.eye(7), 7),
        ([[0.1 + 0.2, 0.6], [0.3, 0.6]], 1),
        (np.eye(3) * 1e-200, 3),
        (np.zeros((0, 3)), 0),
        ([[0.0]], 0),
    ],
)
def test_rank(A, expected):
    assert linalg.rank(A) == expected and type(linalg.rank(A)) is int


def test_rank_of_a_product_and_of_a_batch():
    rng = np.random.default_rng(4)
    Q, K = rng.normal(size=(2, 7, 3))
    assert linalg.rank(linalg.scores(Q, K)) == 3
    assert linalg.rank(np.stack([Q @ K.T, np.eye(7)])).tolist() == [3, 7]


def test_scores_and_mixes():
    rng = np.random.default_rng(5)
    Q, K = rng.normal(size=(2, 3, 5)), rng.normal(size=(2, 7, 5))
    close(linalg.scores(Q, K), np.einsum("bid,bjd->bij", Q, K))
    close(linalg.as_mix(T4["mat"], T4["on"], T4["sat"]), (3, -2))
    assert linalg.dependent([T4["on"], T4["sat"], T4["mat"]]) and not linalg.dependent([T4["on"], T4["sat"]])


# --- day 3 --------------------------------------------------------------------------------------------------


def test_day_3_numbers():
    B = np.column_stack([CAT, SAT])
    close(linalg.solve_2x2(B, MAT), [0.6, -0.8])
    close(linalg.coordinates(MAT, [CAT, SAT]), [0.6, -0.8])
    close(linalg.combine([0.5, 0.25, 0.25], [CAT, SAT, MAT]), [1.25, 0.75])
    rng = np.random.default_rng(6)
    w, V = rng.normal(size=(2, 3)), rng.normal(size=(2, 3, 5))
    close(linalg.combine(w, V), np.einsum("bt,btd->bd", w, V))
    basis, v = rng.normal(size=(5, 5)), rng.normal(size=(3, 5))
    close(linalg.coordinates(v, basis) @ basis, v, 1e-10)


@pytest.mark.parametrize(
    ("A", "b", "expected"),
    [
        ([[1, 0], [0, 1]], [1, 2], "unique"),
        ([[1, 1], [2, 2]], [1, 2], "infinite"),
        ([[1, 1], [2, 2]], [1, 3], "none"),
        ([[1, 0], [0, 1], [1, 1]], [1, 2, 3], "unique"),
        ([[1, 0], [0, 1], [1, 1]], [1, 2, 4], "none"),
        ([[1, 2, 3]], [6], "infinite"),
        ([[0, 0]], [0], "infinite"),
    ],
)
def test_classify(A, b, expected):
    assert linalg.classify(A, b) == expected


def test_in_hull():
    triangle = [CAT, SAT, MAT]
    assert linalg.in_hull([1.25, 0.75], triangle)
    assert linalg.in_hull(CAT, triangle) and linalg.in_hull((CAT + MAT) / 2, triangle)
    assert not linalg.in_hull([3, 3], triangle)


# --- day 4 --------------------------------------------------------------------------------------------------

M = np.array([[0.5, 0.5, 0], [0.25, 0.5, 0.25], [0, 0.5, 0.5]])


@pytest.mark.parametrize(
    ("A", "v", "expected"),
    [
        (M, [1, 1, 1], True),
        (M, [1, 0, -1], True),
        (M, [1, -1, 1], True),  # eigenvalue 0
        (M, [3, 0, -3], True),
        (M, [0, 0, 0], False),
        (M, [1, 2, 3], False),
        ([[0, -1], [1, 0]], [1, 0], False),
        (1e-200 * M, [1, 2, 3], False),
        (M, [1e-200, 2e-200, 1e-200], False),
    ],
)
def test_is_eigenvector(A, v, expected):
    assert linalg.is_eigenvector(A, v) is expected


def test_eig_2x2():
    close(linalg.eig_2x2([[2, 1], [1, 2]]), (3, 1))
    assert linalg.eig_2x2([[0, -1], [1, 0]]) is None
    assert linalg.eig_2x2([[2, 1], [0, 2]]) == (2, 2)
    for A in np.random.default_rng(7).normal(size=(50, 2, 2)):
        expected = np.linalg.eigvals(A)
        if np.iscomplexobj(expected):
            assert linalg.eig_2x2(A) is None
        else:
            close(linalg.eig_2x2(A), sorted(expected, reverse=True), 1e-9)


def test_power_iteration_repeat_mix_and_stationary():
    value, vector = linalg.power_iteration([[2, 1], [1, 2]], [1, 0], 60)
    close(value, 3)
    close(np.abs(vector), [sqrt(0.5)] * 2)
    value, vector = linalg.power_iteration([[-2, 0], [0, 1]], [1, 1], 80)  # a negative winner
    close(value, -2)
    assert linalg.power_iteration([[0, 1], [0, 0]], [0, 1], 5)[0] == 0.0  # lands in the null space
    assert linalg.power_iteration(1e150 * np.eye(2), [1, 0], 50)[0] == 1e150  # no overflow
    close(linalg.repeat_mix(M, [4, 0, 0], 1), [2, 1, 0])
    close(linalg.repeat_mix(M, [4, 0, 0], 2), [1.5, 1, 0.5])
    close(linalg.repeat_mix(M, [[4], [0], [0]], 60), [[1], [1], [1]])
    close(linalg.repeat_mix(M, [1, 0, -1], 3), [1 / 8, 0, -1 / 8])
    assert linalg.repeat_mix(M, [1, 2, 3], 0).tolist() == [1, 2, 3]
    close(linalg.stationary(M), [0.25, 0.5, 0.25])
    A = scipy.special.softmax(np.random.default_rng(8).normal(size=(7, 7)), axis=1)
    close(linalg.stationary(A) @ A, linalg.stationary(A))


# --- day 5 --------------------------------------------------------------------------------------------------


def test_day_5_numbers():
    A = [[3, 0], [4, 5]]
    close(linalg.singular_values(A), [3 * sqrt(5), sqrt(5)])
    close(linalg.low_rank(A, 1), [[1.5, 1.5], [4.5, 4.5]])
    close(linalg.approx_error(A, 1), sqrt(5))
    assert (linalg.effective_rank(A, 0.9), linalg.effective_rank(A, 0.91), linalg.effective_rank(A)) == (1, 2, 2)
    assert linalg.effective_rank(np.zeros((3, 5))) == 0 and linalg.effective_rank(np.eye(7) * 1e-200, 1.0) == 7


@pytest.mark.parametrize("shape", [(3, 5), (5, 3), (7, 7), (2, 3, 5), (1, 1)])
def test_svd_functions(shape):
    A = np.random.default_rng(9).normal(size=shape)
    s = linalg.singular_values(A)
    gram = np.swapaxes(A, -1, -2) @ A
    close(s, np.sqrt(np.abs(np.linalg.eigvalsh(gram)[..., ::-1][..., : s.shape[-1]])), 1e-7)
    close(linalg.reconstruct(*np.linalg.svd(A, full_matrices=False)), A)
    for k in range(s.shape[-1] + 2):
        best = linalg.low_rank(A, k)
        close(np.linalg.norm(A - best, axis=(-2, -1)), linalg.approx_error(A, k))
        assert np.all(linalg.rank(best) == min(k, s.shape[-1]))


# --- days 6 and 8 -------------------------------------------------------------------------------------------


def test_day_6_numbers():
    close(linalg.project_onto(MAT, CAT), [1.2, 0.6])
    close(linalg.dot(MAT - linalg.project_onto(MAT, CAT), CAT), 0)
    close(linalg.project_onto([3e-300, 1e-300], [2e200, 0]) * 1e300, [3, 0])
    A = story.HEAD_A
    assert linalg.score(T4["sat"], T4["cat"], A.W_Q, A.W_K) == 4
    assert linalg.score(T4["cat"], T4["sat"], A.W_Q, A.W_K) == 1
    Q, K, V = linalg.qkv(story.X4, A.W_Q, A.W_K, A.W_V)
    close(story.X4 @ linalg.bilinear(A.W_Q, A.W_K) @ story.X4.T, Q @ K.T)
    assert V.shape == (6, 2)
    rng = np.random.default_rng(10)
    X, W, b = rng.normal(size=(2, 3, 5)), rng.normal(size=(5, 7)), rng.normal(size=7)
    close(linalg.linear(X, W, b), np.einsum("btd,de->bte", X, W) + b)
    close(linalg.linear(X[0, 0], W), X[0, 0] @ W)


def test_mean_var_and_standardise():
    mean, variance = linalg.mean_var([1, 2, 3, 4])
    assert (mean, variance) == (2.5, 1.25)
    x = np.random.default_rng(11).normal(size=(2, 3, 7)) * 5 + 100
    close(linalg.mean_var(x)[0], x.mean(-1))
    close(linalg.mean_var(x)[1], x.var(-1))
    x_hat, _ = linalg.standardise(x)
    close(linalg.norm(x_hat), sqrt(7))
    assert linalg.standardise([3.0, 3.0])[0].tolist() == [0, 0]
    assert linalg.standardise([[5.0]], eps=1e-5)[0].tolist() == [[0]]


def test_arguments_stay_as_they_are():
    """Read-only arguments go in, fresh arrays come out."""
    for result in (
        linalg.transpose(story.X4),
        linalg.embed(story.SENTENCE, T4),
        linalg.repeat_mix(np.eye(6), story.X4, 0),
        linalg.linear(story.X4, story.HEAD_A.W_Q),
        linalg.project_onto(story.X2, CAT),
        linalg.standardise(story.X4)[0],
    ):
        assert result.flags.writeable and not np.shares_memory(result, story.X4)
    assert hypot(3, 4) == linalg.norm(np.array([3, 4]))

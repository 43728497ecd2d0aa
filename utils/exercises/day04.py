"""Day 4, eigenvalues and eigenvectors: exercises, hand calculations, predictions, quiz and recall."""

import numpy as np

from utils import linalg
from utils.exercises.answers import hand
from utils.exercises.choices import choice, right, wrong
from utils.exercises.engine import case, exercise, law, mistake
from utils.exercises.recall import Draw, fresh

_A = np.array([[2.0, 1.0], [1.0, 2.0]])
_M = np.array([[0.5, 0.5, 0.0], [0.25, 0.5, 0.25], [0.0, 0.5, 0.5]])
_TURN = np.array([[0.0, -1.0], [1.0, 0.0]])
_SWAP = np.array([[0.0, 1.0], [1.0, 0.0]])
_FIVE = 3 * np.eye(5) + np.ones((5, 5))
_TENTHS = np.array([[0.1, 0.2, 0.7], [0.3, 0.3, 0.4], [0.6, 0.1, 0.3]])

_rng = np.random.default_rng(4)
_LISTEN = np.exp(_rng.normal(size=(5, 5)))
_LISTEN = np.round(_LISTEN / _LISTEN.sum(axis=1, keepdims=True), 2)
_LISTEN[:, 0] += 1 - _LISTEN.sum(axis=1)


def _stretch(A, v):
    """λ of the best A v = λ v, for a v that is not zero."""
    return v @ (A @ v) / (v @ v)


def _kept(A, v, zero=False):
    if not np.any(v):
        return zero
    return bool(np.allclose(A @ v, _stretch(A, v) * v))


def _parallel(a, b):
    """Cosine of two vectors, nan for a zero one."""
    return a @ b / (np.sqrt(a @ a) * np.sqrt(b @ b))


exercise(
    "4.e1",
    "is_eigenvector(A, v)",
    reference=linalg.is_eigenvector,
    also=lambda A, v: bool(np.any(v) and np.linalg.matrix_rank(np.array([v, A @ v]), tol=1e-9) == 1),
    cases=[
        case(_A, np.array([1.0, 1.0])),
        case(_A, np.array([1.0, 0.0])),
        case(_A, np.array([3.0, -3.0])),
        case(np.diag([2.0, 2.0]), np.array([3.0, 4.0])),
        case(_SWAP, np.array([1.0, -1.0])),
        case(_TURN, np.array([1.0, 0.0])),
        case(_A, np.array([0.6, 0.8])),
        case(_M, np.array([1.0, 0.0, -1.0])),
        case(_M, np.array([1.0, -1.0, 1.0])),
        case(_M, np.array([0.0, 0.0, 0.0])),
        case(_M, np.array([1.0, 2.0, 1.0])),
        case(_TENTHS, np.array([0.1, 0.1, 0.1])),
        case(_FIVE, np.array([1.0, -1.0, 2.0, -2.0, 0.5])),
        case(_FIVE, np.array([0.1, 0.2, -0.3, 0.0, 0.0])),
    ],
    mistakes=[
        mistake(
            "lambda_one_only",
            lambda A, v: bool(np.allclose(A @ v, v)),
            "[[2, 0], [0, 2]] doubles (3, 4) and keeps its line. λ may be any number, not only 1.",
        ),
        mistake(
            "accepts_zero",
            lambda A, v: _kept(A, v, zero=True),
            "(0, 0, 0) goes to itself under every matrix, so it says nothing about yours. v ≠ 0 is part of the "
            "definition.",
        ),
        mistake(
            "unit_only",
            lambda A, v: bool(np.isclose(v @ v, 1) and _kept(A, v)),
            "(1, 1) lies on the same line as (0.707, 0.707). Every multiple except zero counts, whatever its length.",
        ),
        mistake(
            "rejects_zero_eig",
            lambda A, v: bool(np.any(np.abs(A @ v) > 1e-9) and _kept(A, v)),
            "The friends' matrix sends (1, −1, 1) to (0, 0, 0), which is 0 times v. λ = 0 is allowed; v = 0 is not.",
        ),
        mistake(
            "same_direction",
            lambda A, v: bool(np.isclose(_parallel(A @ v, v), 1)),
            "[[0, 1], [1, 0]] sends (1, −1) to (−1, 1): turned round, on the same line. λ = −1 counts, and so does 0.",
        ),
        mistake(
            "ratios",
            lambda A, v: bool(np.any(v) and np.ptp(A @ v / v) < 1e-9),
            "You divided entry by entry. (1, 0, −1) has an entry 0, and 0/0 is nan. Compare A v with λ v instead.",
        ),
        mistake(
            "exact",
            lambda A, v: bool(np.any(v) and np.array_equal(A @ v, _stretch(A, v) * v)),
            "Rounding decides here: 0.1 has no exact float. Compare with np.allclose, not with ==.",
        ),
        mistake(
            "transposed",
            lambda A, v: _kept(A.T, v),
            "You tested v A. Here the matrix stands on the left: A @ v. For (1, 2, 1) the two differ.",
        ),
    ],
    difficulty=2,
    importance=3,
    minutes=8,
    hints=(
        "Rule out v = 0 first. Then ask whether A v is a multiple of v.",
        "If A v = λ v, then v·Av = λ v·v. That gives you the only λ that can work.",
        "lam = v @ A @ v / (v @ v), then compare A @ v with lam * v by np.allclose.",
    ),
    then="Next question: which vectors does your function accept for the identity matrix?",
)


def _roots(A, four=4.0, half=2.0, sign=1.0, negative=lambda d: None):
    """The quadratic formula, for the mistakes to misuse."""
    trace, det = A[0, 0] + A[1, 1], A[0, 0] * A[1, 1] - A[0, 1] * A[1, 0]
    under = trace**2 - four * det
    root = np.sqrt(under) if under >= 0 else negative(under)
    return None if root is None else ((sign * trace + root) / half, (sign * trace - root) / half)


def _larger_first(A):
    values = np.linalg.eigvals(A)
    if np.any(np.abs(values.imag) > 1e-12):
        return None
    return tuple(sorted((float(value) for value in values.real), reverse=True))


def _sum_is_trace(eig_2x2):
    for A in ([[4.0, 2.0], [1.0, 3.0]], [[-7.0, 2.0], [2.0, -4.0]]):
        pair = eig_2x2(np.array(A))
        if not np.isclose(sum(pair), A[0][0] + A[1][1]):
            return f"For {A} they add up to {sum(pair):.6g}, and the trace is {A[0][0] + A[1][1]:.6g}."
    return ""


exercise(
    "4.e2",
    "eig_2x2(A)",
    reference=linalg.eig_2x2,
    also=_larger_first,
    cases=[
        case(_A),
        case(np.array([[3.0, 0.0], [4.0, 5.0]])),
        case(np.array([[1.0, 2.0], [3.0, 4.0]])),
        case(_SWAP),
        case(np.array([[2.0, 1.0], [0.0, 2.0]])),
        case(np.array([[1.0, 2.0], [2.0, 4.0]])),
        case(_TURN),
        case(np.array([[1.0, -5.0], [2.0, 3.0]])),
    ],
    mistakes=[
        mistake(
            "no_four",
            lambda A: _roots(A, four=1.0),
            "Under the root stands trace² − 4 det. Your 4 went missing.",
        ),
        mistake(
            "diagonal",
            lambda A: (max(A[0, 0], A[1, 1]), min(A[0, 0], A[1, 1])),
            "Those are the diagonal entries: right for a triangular matrix only, which [[2, 1], [1, 2]] is not.",
        ),
        mistake(
            "plus_only",
            lambda A: None if _roots(A) is None else _roots(A)[0],
            "± means two answers. You returned the one with plus.",
        ),
        mistake(
            "abs_disc",
            lambda A: _roots(A, negative=lambda d: np.sqrt(-d)),
            "Negative discriminant: no real direction survives. Return None.",
        ),
        mistake(
            "nan",
            lambda A: _roots(A, negative=lambda d: np.nan),
            "np.sqrt of a negative number is nan. Look at the number under the root first; below 0 the answer is None.",
        ),
        mistake(
            "complex",
            lambda A: _roots(A, negative=lambda d: 1j * np.sqrt(-d)),
            "That complex pair is right. Here only real lines were asked for: return None where there are none.",
        ),
        mistake(
            "no_half",
            lambda A: _roots(A, half=1.0),
            "Everything is twice too large: the whole numerator is divided by 2. The sum must be the trace.",
        ),
        mistake(
            "ascending",
            lambda A: None if _roots(A) is None else _roots(A)[::-1],
            "The right two numbers. The larger one comes first.",
        ),
        mistake(
            "sign",
            lambda A: _roots(A, sign=-1.0),
            "The equation is λ² − trace·λ + det = 0. Its solution begins with plus the trace.",
        ),
    ],
    properties=[law("the eigenvalues add up to the trace", _sum_is_trace)],
    difficulty=2,
    importance=2,
    minutes=8,
    hints=(
        "Two numbers are enough: the trace a + d and the determinant ad − bc.",
        "discriminant = trace² − 4 det. If it is negative, return None.",
        "Otherwise ((trace + root) / 2, (trace − root) / 2) with root = np.sqrt(discriminant).",
    ),
    then="Next question: which determinant makes one of the two eigenvalues 0?",
)


def _unit(v):
    return v / np.sqrt(v @ v)


def _power(A, x0, steps, shorten=_unit, apply=lambda A, v: A @ v):
    v = x0
    for _ in range(steps):
        v = shorten(apply(A, v))
    return v


def _rayleigh(A, v):
    return v @ (A @ v) / (v @ v)


def _power_by_entries(A, x0, steps):
    """The other right way: shorten by the largest entry, and to length 1 at the end."""
    v = _unit(_power(A, x0, steps, shorten=lambda v: v / np.max(np.abs(v))))
    return _rayleigh(A, v), v


def _coordinate(A, x0, steps):
    v = _power(A, x0, steps)
    return (A @ v)[0] / v[0], v


def _with(find_vector, find_value=_rayleigh):
    def attempt(A, x0, steps):
        v = find_vector(A, x0, steps)
        return find_value(A, v), v

    return attempt


_THREE = np.array([[2.0, 1.0, 0.0], [0.0, 1.0, 3.0], [1.0, 0.0, 1.0]])
_PRIME = np.diag([1.0, 2.0, 3.0, 5.0, 11.0]) + 1.0

exercise(
    "4.e3",
    "power_iteration(A, x0, steps)",
    reference=linalg.power_iteration,
    also=_power_by_entries,
    cases=[
        case(_A, np.array([1.0, 0.0]), 1),
        case(_A, np.array([1.0, 0.0]), 40),
        case(np.array([[-2.0, 1.0], [1.0, -2.0]]), np.array([1.0, 0.0]), 41),
        case(np.diag([1.0, 3.0]), np.array([0.0, 2.0]), 5),
        case(_THREE, np.array([1.0, 0.0, 0.0]), 3),
        case(_PRIME, np.ones(5), 7),
        case(_A, np.array([1.0, 0.0]), 700),
    ],
    mistakes=[
        mistake(
            "no_shortening",
            lambda A, x0, steps: (lambda v: (_rayleigh(A, v), v))(_power(A, x0, steps, shorten=lambda v: v)),
            "The vector grows by the factor |λ| in every step: overflow. After 700 steps its entries are beyond 10³⁰⁸, "
            "and NumPy calls that inf. Shorten the vector to length 1 each time.",
        ),
        mistake(
            "shortened_at_the_end",
            lambda A, x0, steps: (lambda v: (_rayleigh(A, v), v))(_unit(_power(A, x0, steps, shorten=lambda v: v))),
            "Right for few steps. You shorten only once, at the end, and 3⁷⁰⁰ is larger than any float64: overflow, "
            "then inf/inf. Shorten inside the loop.",
        ),
        mistake(
            "one_coordinate",
            _coordinate,
            "You read λ off one coordinate, (A v)₀ / v₀. It fails when that coordinate is 0. v·Av uses all of them.",
        ),
        mistake(
            "length_only",
            _with(_power, lambda A, v: np.sqrt((A @ v) @ (A @ v))),
            "‖A v‖ is |λ|: the sign is lost. [[−2, 1], [1, −2]] has −3. v·Av keeps it.",
        ),
        mistake(
            "once",
            _with(lambda A, x0, steps: _power(A, x0, 1)),
            "You applied A once. The argument steps says how often.",
        ),
        mistake("off_by_one", _with(lambda A, x0, steps: _power(A, x0, steps + 1)), "One step too many."),
        mistake(
            "one_norm",
            _with(lambda A, x0, steps: _power(A, x0, steps, shorten=lambda v: v / np.sum(np.abs(v)))),
            "Your entries add up to 1 in size. Length 1 means that their squares do.",
        ),
        mistake(
            "transposed",
            _with(lambda A, x0, steps: _power(A, x0, steps, apply=lambda A, v: v @ A)),
            "You iterated v A. For a matrix that is not symmetric A v goes elsewhere.",
        ),
        mistake(
            "swapped",
            lambda A, x0, steps: _with(_power)(A, x0, steps)[::-1],
            "Both parts are right and stand the wrong way round: first the number λ, then the vector v.",
        ),
    ],
    difficulty=3,
    importance=2,
    minutes=12,
    hints=(
        "A loop with two lines: apply A, then shorten to length 1.",
        "After the loop v has length 1, so v·Av is the λ that fits best.",
        "v = A @ v; v = v / np.linalg.norm(v) in the loop; then return v @ A @ v, v.",
    ),
    then="Next question: you start exactly on the line of the smaller eigenvalue. What happens on paper? In floats?",
)


def _elementwise_power(M, X, k):
    return (M**k) @ X


def _rounds(M, X, k):
    for _ in range(k):
        X = M @ X
    return X


_CUBE = np.array([[1.0, 2.0, 3.0], [0.0, -1.0, 4.0], [5.0, 0.0, 2.0]])
_POINTS = np.array([[2.0, 1.0], [-1.0, 2.0], [2.0, -1.0]])
_PAIRS = np.array([[2.0, 7.0], [-1.0, 3.0], [0.0, 5.0], [4.0, -2.0], [1.0, 1.0]])

exercise(
    "4.e4",
    "repeat_mix(M, X, k)",
    reference=linalg.repeat_mix,
    also=lambda M, X, k: np.linalg.matrix_power(M, k) @ X,
    cases=[
        case(_M, np.array([4.0, 0.0, 0.0]), 2),
        case(_M, _POINTS, 3),
        case(_LISTEN, _PAIRS, 2),
        case(_M, _CUBE, 2),
        case(_LISTEN, _PAIRS, 0),
        case(_M, np.array([1.0, 0.0, -1.0]), 1),
    ],
    mistakes=[
        mistake("elementwise_power", _elementwise_power, "Mᵏ means apply k times, not power each entry."),
        mistake(
            "times_k",
            lambda M, X, k: k * (M @ X),
            "You multiplied one round by k. k rounds are k products, one after the other.",
        ),
        mistake("once", lambda M, X, k: M @ X, "That is one round, whatever k is."),
        mistake(
            "stale",
            lambda M, X, k: M @ X if k else X,
            "Every round starts again from the first X. Hand the result of one round to the next.",
        ),
        mistake(
            "transposed",
            lambda M, X, k: _rounds(M.T, X, k),
            "You used the columns of M. Row i says whom friend i listens to.",
        ),
        mistake("off_by_one", lambda M, X, k: _rounds(M, X, k + 1), "One round too many. With k = 0 nobody speaks."),
        mistake("doubling", lambda M, X, k: _doubling(M, X, k), "You squared M in every round: that is 2ᵏ rounds."),
    ],
    difficulty=2,
    importance=3,
    minutes=8,
    hints=(
        "One round is M @ X. What goes into the second round?",
        "A loop over range(k) in which X becomes M @ X, without changing the X that came in.",
        "mixed = X before the loop, mixed = M @ mixed inside it, return mixed.",
    ),
    then="Next question: what does M leave of the three points after 50 rounds, and which eigenvalue says so?",
)


def _doubling(M, X, k):
    for _ in range(k):
        M = M @ M
    return M @ X


def _left(M):
    values, V = np.linalg.eig(M.T)
    return values, np.real(V)


def _normal_column(M):
    values, V = _left(M)
    v = V[:, int(np.argmin(np.abs(values - 1)))]
    return v * np.sign(v.sum())


def _row_not_column(M):
    values, V = _left(M)
    row = V[int(np.argmin(np.abs(values - 1)))]
    return row / row.sum()


def _first_column(M):
    column = _left(M)[1][:, 0]
    return column / column.sum()


def _last_column(M):
    column = _left(M)[1][:, -1]
    return column / column.sum()


def _one_round_leaves_it(stationary):
    M = np.array([[0.8, 0.2], [0.6, 0.4]])
    shares = stationary(M)
    if np.allclose(shares @ M, shares):
        return ""
    return f"For {M.tolist()} you return {np.round(shares, 4).tolist()}; one round makes it {(shares @ M).tolist()}."


exercise(
    "4.e5",
    "stationary(M)",
    reference=linalg.stationary,
    also=lambda M: np.linalg.matrix_power(M, 4096)[0],
    cases=[
        case(_M),
        case(np.array([[0.5, 0.5], [0.25, 0.75]])),
        case(np.array([[0.75, 0.25], [0.5, 0.5]])),
        case(_TENTHS),
        case(np.array([[0.2, 0.8, 0.0], [0.5, 0.25, 0.25], [0.25, 0.0, 0.75]])),
        case(_LISTEN),
    ],
    mistakes=[
        mistake(
            "right_vec",
            lambda M: np.full(len(M), 1 / len(M)),
            "That is what everyone *agrees on being equal*; we want how much each start counts.",
        ),
        mistake("not_normalised", _normal_column, "The direction is right, its length is 1. Shares must add up to 1."),
        mistake("row_not_column", _row_not_column, "eig returns columns."),
        mistake(
            "first_column",
            _first_column,
            "You took the first column of eig. It does not sort: look for the eigenvalue 1.",
        ),
        mistake(
            "last_column",
            _last_column,
            "You took the last column of eig. It does not sort: look for the eigenvalue 1.",
        ),
        mistake(
            "one_round",
            lambda M: M.mean(axis=0),
            "The mean of the columns says who is heard in one round. Who hears them in the next one counts too.",
        ),
    ],
    properties=[law("one more round leaves the shares as they are", _one_round_leaves_it)],
    difficulty=3,
    importance=2,
    minutes=12,
    hints=(
        "π M = π says Mᵀ π = π: an eigenvector of the transpose, for λ = 1.",
        "values, V = np.linalg.eig(M.T). Find the place where values is nearest to 1; the eigenvector is that column.",
        "v = np.real(V[:, np.argmin(np.abs(values - 1))]), then v / v.sum().",
    ),
    then="Next question: for which M does everybody's start count the same?",
)


hand(
    "4.h1",
    "A = [[2, 1], [1, 2]]. Both eigenvalues, the larger one first.",
    "3, 1",
    also=("1, 3",),
    wrong=[
        ("2, 2", "Those are the diagonal entries. They are the eigenvalues of triangular matrices only."),
        ("3.803, 0.197", "You forgot the 4 in trace² − 4 det: under the root stands 16 − 12."),
        ("7.606, 0.394", "4 ± √13: you forgot the 4 in trace² − 4 det, and the division by 2."),
        ("6, 2", "4 ± 2 still has to be divided by 2."),
        ("4, 3", "Those are trace and determinant. They go into the formula."),
        ("-1, -3", "The equation is λ² − 4λ + 3 = 0, with a minus. So the trace comes with a plus in the solution."),
        ("5.646, -1.646", "You added 4 det under the root. It is subtracted: 16 − 12. And then divide by 2."),
        ("4.646, -0.646", "You added 4 det under the root. It is subtracted: 16 − 12."),
    ],
    hints=(
        "Trace 2 + 2, determinant 2·2 − 1·1.",
        "λ² − 4λ + 3 = 0.",
        "(4 ± √(16 − 12)) / 2.",
    ),
    working="Trace 4, determinant 3: (4 ± √(16 − 12)) / 2 = (4 ± 2) / 2. Check: 3 + 1 = 4 and 3 · 1 = 3.",
)
hand(
    "4.h1b",
    "Which direction belongs to λ = 3, which to λ = 1? Write them as (1, a) and (1, b), and type a, b.",
    "1, -1",
    also=("(1, 1), (1, -1)",),
    wrong=[
        ("-1, 1", "The right two lines, exchanged: A (1, 1) = (3, 3)."),
        ("3, 1", "Those are the eigenvalues. Put λ = 3 into 2·1 + 1·a = λ·1."),
        ("(1, -1), (1, 1)", "The right two lines, exchanged: A (1, 1) = (3, 3)."),
        ("1, 1", "(1, 1) is right for λ = 3. For λ = 1 the first line says 2 + b = 1."),
        ("0, 0", "A (1, 0) = (2, 1): that is not on the line of (1, 0)."),
    ],
    hints=(
        "The first row of A v = λ v for v = (1, a) reads 2·1 + 1·a = λ.",
        "λ = 3 gives 2 + a = 3.",
        "λ = 1 gives 2 + b = 1.",
    ),
    working="2 + a = 3 and 2 + b = 1. Any other multiple of (1, 1) and (1, −1) is as good.",
)
hand(
    "4.h2",
    "x = (4, 0, 0). Compute M x, and then M of that: two rows of three numbers.",
    "[[2, 1, 0], [1.5, 1, 0.5]]",
    wrong=[
        ("[[2, 2, 0], [1.5, 2, 0.5]]", "You read M down its columns. Row i says whom friend i listens to."),
        ("[[2, 1, 0], [1, 0.25, 0]]", "You squared each entry of M. The second round is M times the result."),
        ("[[2, 1, 0], [2, 1, 0]]", "The second round starts from (2, 1, 0), not from (4, 0, 0) again."),
        ("[[2, 1, 0], [4, 2, 0]]", "You doubled the first round. The second one is M times (2, 1, 0)."),
        (
            "[[4/3, 4/3, 4/3], [4/3, 4/3, 4/3]]",
            "That is the plain mean. M gives different weights to different friends.",
        ),
        ("[[2, 1, 0], [1.5, 1, 0]]", "mat hears sat in the second round: ½·1 + ½·0."),
    ],
    hints=(
        "cat hears ½·4 + ½·0; sat hears ¼·4 + ½·0 + ¼·0; mat hears nothing of it yet.",
        "The first round gives (2, 1, 0).",
        "The second: ½·2 + ½·1, then ¼·2 + ½·1 + ¼·0, then ½·1 + ½·0.",
    ),
    working="First ½·4, ¼·4, 0. Then ½·2 + ½·1, ¼·2 + ½·1, ½·1.",
)
hand(
    "4.h2b",
    "In the end all three hold one opinion. Which number, for the start (4, 0, 0)?",
    "1",
    also=("1, 1, 1",),
    wrong=[
        ("4/3", "That is the plain mean. Use the left eigenvector (¼, ½, ¼): cat's start counts a quarter."),
        ("4/3, 4/3, 4/3", "That is the plain mean. Use the left eigenvector (¼, ½, ¼): cat's start counts a quarter."),
        ("2", "½ is the share of sat. The 4 was cat's, and cat counts ¼."),
        ("0", "Nothing is lost: the rows of M add up to 1, so an average stays an average."),
        ("4", "That would be so if everybody listened to cat alone. cat counts ¼."),
    ],
    hints=(
        "Weight each start by its share in (¼, ½, ¼).",
        "¼·4 + ½·0 + ¼·0.",
        "A quarter of 4.",
    ),
    working="¼·4 + ½·0 + ¼·0 = 1.",
    then="The same number comes out after every round: 2, 1, 0 gives ¼·2 + ½·1 = 1 too.",
)
hand(
    "4.h3",
    "The disagreement (1, 0, −1): by what factor does one round multiply it?",
    "1/2",
    wrong=[
        ("2", "M (1, 0, −1) = (½, 0, −½): it shrinks. You turned the factor upside down."),
        ("1/4", "That is the factor of two rounds, or one weight of sat. Look at what cat has after one."),
        ("0", "That is the factor of (1, −1, 1)."),
        ("1", "That is the factor of the agreement (1, 1, 1)."),
        ("-1/2", "cat keeps its sign: ½·1 + ½·0 = +½."),
        ("1/2, 0, -1/2", "That is M (1, 0, −1). Which number times (1, 0, −1) is it?"),
    ],
    hints=(
        "Compute M (1, 0, −1).",
        "cat hears ½·1 + ½·0, sat ¼ − ¼, mat ½·0 − ½.",
        "(½, 0, −½) is how many times (1, 0, −1)?",
    ),
    working="M (1, 0, −1) = (½, 0, −½) = ½ · (1, 0, −1).",
)

choice(
    "4.p1",
    "The plan says: an eigenvector is a vector whose direction the matrix does not change. What is true?",
    wrong(
        "It is true as it stands.",
        "λ = −1 turns the vector round, λ = 0 sends it to the zero vector, and the zero vector itself must be "
        "excluded.",
    ),
    wrong(
        "It stays on its line and keeps its length.",
        "Its length is multiplied by |λ|. Only λ = 1 and λ = −1 keep it.",
    ),
    right(
        "It is not zero, and A v lies on the line of v: stretched, turned round (λ < 0) or collapsed (λ = 0).",
        "A v = λ v with v ≠ 0, for a square A. It is the line that is kept; a rotation of the plane by a quarter turn "
        "keeps none.",
    ),
    wrong(
        "Every square matrix has one real eigenvector at least.",
        "The quarter turn [[0, −1], [1, 0]] has none: its eigenvalues are i and −i.",
    ),
)
choice(
    "4.p2",
    "You read papers now. In which of these lines is λ an eigenvalue?",
    wrong(
        "The loss is L + ½ λ ‖w‖².",
        "There λ is the strength of a penalty, chosen by a person (day 27). The letter alone proves nothing.",
    ),
    right(
        "Gradient descent is stable for η < 2/λ_max of the Hessian H.",
        "λ_max, λᵢ, λ(H), det(A − λI), or Λ as a diagonal matrix: those are the signs. Day 24 uses this line.",
    ),
    wrong(
        "softmax(QKᵀ/√d_k) V",
        "There is no eigenvalue in it, and no eigenvalue symbol anywhere in Attention Is All You Need.",
    ),
    wrong(
        "The number of words per second is Poisson with rate λ.",
        "There λ is a rate. No matrix is in sight.",
    ),
)

choice(
    "4.w1",
    "A = [[2, 1], [1, 2]]. You turn x once around the circle. In how many directions does the lamp light, because A x "
    "lies on the line of x?",
    wrong("1", "If x lights it, so does −x: A (−x) = −A x. Lights come in pairs."),
    wrong("2", "One line gives two directions. This matrix keeps two lines: those of (1, 1) and (1, −1)."),
    right("4", "Two lines, (1, 1) with λ = 3 and (1, −1) with λ = 1, and each can be walked in two directions."),
    wrong("All of them", "Then A would stretch everything equally. (1, 0) goes to (2, 1), off its line."),
)
choice(
    "4.w1b",
    "The second slider turns A, step by step, into a quarter turn. How many directions light the lamp there?",
    right("0", "Every arrow is turned by 90°, so none stays on its line. The eigenvalues are i and −i."),
    wrong("2", "Which line would that be? Every arrow is turned by 90°."),
    wrong("4", "(1, 1) goes to (−1, 1) now. Every arrow is turned by 90°."),
    wrong("All of them", "All are turned by the same angle, 90°, and that is not 0° or 180°."),
)
hand(
    "4.w2",
    "Three points, cat, sat and mat, are mixed by M again and again. After how many rounds is the gap between cat and "
    "mat, for the first time, below 5 % of what it was? (A whole number.)",
    "5",
    tolerance=0.4,
    wrong=[
        ("4", "Nearly: ½ · ½ · ½ · ½ = 1/16 is 6.25 %. One more."),
        ("20", "5 % is a twentieth, but the rounds multiply: ½, ¼, ⅛, 1/16, 1/32."),
        ("1", "In h2 the gap went from 4 to 2 in the first round: half is left."),
        ("2", "In h2 the gap went 4, 2, 1: after two rounds a quarter is left."),
        ("10", "A tenth of the start a round? The gap is halved in each."),
        ("6", "After five rounds 1/32 is left, about 3 %."),
    ],
    hints=("In h2 the gap went 4, 2, 1.", "Each round halves it.", "½⁴ = 6.25 %, ½⁵ = 3.1 %."),
    working="The gap halves in each round: 1/16 is 6.25 %, 1/32 is 3.1 %.",
)
choice(
    "4.w2b",
    "Now everybody keeps half of the own opinion: X ← ½X + ½MX. What happens in the long run?",
    wrong(
        "The three stay apart for ever",
        "Half of the own opinion is half of the *latest* one, and that has moved already. The factor is ¾, below 1.",
    ),
    right(
        "They still meet, later and in the same place",
        "The eigenvalues become (1 + λ)/2: 1, ¾ and ½. Agreement stays, the slowest disagreement shrinks by ¾ a round.",
    ),
    wrong(
        "They meet sooner",
        "The factor of the slowest disagreement goes from ½ up to ¾, so it takes about twice as many rounds.",
    ),
    wrong(
        "They meet in the middle of the triangle",
        "The place stays (½, 1): ½I + ½M has the same left eigenvector (¼, ½, ¼). The middle is (1, ⅔).",
    ),
)
choice(
    "4.w3",
    "Start at (1, 0). Apply [[2, 1], [1, 2]], shorten to length 1, and again and again. Where does the arrow go?",
    right("To the line of (1, 1)", "Its part along (1, 1) grows by 3 in a step, its part along (1, −1) by 1."),
    wrong("To the line of (1, −1)", "That part grows by 1 in a step, the other one by 3. The larger factor wins."),
    wrong("It stays at (1, 0)", "A (1, 0) = (2, 1): already off its line."),
    wrong("It turns for ever", "A quarter turn would do that. This matrix has a line that wins."),
)

choice(
    "4.q1",
    "Can 0 be an eigenvalue?",
    right("Yes", "A v = 0 with v ≠ 0: the matrix collapses a line. That is what singular means (determinant 0)."),
    wrong("No", "v must not be 0; λ may. M sends (1, −1, 1) to (0, 0, 0)."),
    wrong("Only of the zero matrix", "[[1, 1], [1, 1]] is not the zero matrix, and it sends (1, −1) to (0, 0)."),
)
choice(
    "4.q2",
    "Can the zero vector be an eigenvector?",
    wrong("Yes, for λ = 0", "A 0 = λ 0 for every λ at once. It would tell nothing."),
    right("No", "By definition v ≠ 0. The zero vector has no line that could be kept."),
    wrong("Yes, of every matrix", "That is why it is excluded."),
)
choice(
    "4.q3",
    "Why is 1 an eigenvalue of every attention matrix?",
    wrong("Because its entries lie between 0 and 1", "So do those of [[0.1, 0], [0, 0.1]], which has 0.1 twice."),
    wrong("Because it is symmetric", "It is not: who asks and who answers are different (day 6)."),
    right("Because its rows add up to 1", "So A (1, …, 1) = (1, …, 1): an average of equal opinions is that opinion."),
    wrong("Because its trace is 1", "The trace is the sum of all eigenvalues, and here nothing fixes it."),
)


def _weighted_average(rng) -> Draw:
    weights = [["1/2", "1/4", "1/4"], ["1/4", "1/2", "1/4"], ["1/4", "1/4", "1/2"]][int(rng.integers(3))]
    w = np.array([0.5 if text == "1/2" else 0.25 for text in weights])
    points = rng.integers(-2, 5, size=(3, 2)) * 2
    while linalg.rank(points[1:] - points[0]) < 2:  # three corners of a triangle
        points = rng.integers(-2, 5, size=(3, 2)) * 2

    def pair(values):
        return f"{values[0]:.4g}, {values[1]:.4g}"

    listed = ", ".join(f"({x}, {y})" for x, y in points).replace("-", "−")
    return Draw(
        f"Three values {listed} get the weights {', '.join(weights)}. What is their weighted average?",
        pair(w @ points),
        (
            (pair(points.sum(axis=0)), "That is their plain sum: no weights in it."),
            (pair(points.mean(axis=0)), "That is the plain mean. Everyone got the same say; use the weights."),
            (pair(w[::-1] @ points), "The weights are in the opposite order.") if w[1] == 0.25 else
            (pair((points.sum(axis=0)) / 4), "One of the weights is 1/2, not 1/4."),
        ),
        f"Weight times value, added up: ({pair(w @ points)}). It lies inside the triangle of the three.",
    )  # fmt: skip


fresh("4.r1", _weighted_average)
choice(
    "4.r2",
    "Day 1: cat = (2, 1) and mat = (2, −1). cat·mat is …",
    wrong("5", "The second product is 1·(−1): it is subtracted."),
    right("3", "2·2 + 1·(−1) = 4 − 1."),
    wrong("(4, −1)", "Those are the two products. They still have to be added into one number."),
    wrong("3/5", "That is the cosine: divided by both lengths, √5 · √5."),
)
choice(
    "4.r3",
    "Day 2: Q has shape (5, 4) and K has shape (7, 4). What is the shape of QKᵀ?",
    wrong("(4, 4)", "That is QᵀK for equally long tables. Here the inner 4s meet and vanish."),
    wrong("(7, 5)", "That is KQᵀ. The askers are the rows."),
    right("(5, 7)", "(5, 4) times (4, 7): one row for each of 5 questions, one column for each of 7 keys."),
    wrong("It does not exist", "QK does not; the transpose makes the inner sizes meet, 4 and 4."),
)

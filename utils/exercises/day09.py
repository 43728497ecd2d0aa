"""Day 9, matrix calculus: exercises, hand calculations, predictions, quiz and recall."""

import numpy as np

from utils import calculus
from utils.exercises.answers import hand
from utils.exercises.choices import choice, right, wrong
from utils.exercises.engine import case, exercise, law, mistake
from utils.exercises.recall import Draw, fresh

_rng = np.random.default_rng(9)


def _numbers(*shape):
    return np.round(_rng.normal(size=shape), 2)


def _named(text, function):
    """A function that a learner can read in the reply of a check."""
    function.__name__ = text
    return function


_PARABOLA = _named("½(2w₀ + w₁ − 1)²", lambda w: 0.5 * (2 * w[0] + w[1] - 1) ** 2)
_CUBIC = _named("x₀³x₁ + x₁x₂²", lambda x: x[0] ** 3 * x[1] + x[1] * x[2] ** 2)
_TABLE_CUBIC = _named("sum of W³, plus W[0, 0]·W[1, 2]", lambda W: np.sum(W**3) + W[0, 0] * W[1, 2])
_WEIGHTED = _named(
    "W[0, 1]³ + 2·W[1, 0]·W[2, 2] + W[2, 1]²",
    lambda W: W[0, 1] ** 3 + 2 * W[1, 0] * W[2, 2] + W[2, 1] ** 2,
)


def _by_places(x, slope):
    """An array like x that holds slope(place) at each place."""
    return np.array([slope(place) for place in np.ndindex(x.shape)]).reshape(x.shape)


def _moved(x, place, h):
    moved = x.copy()
    moved[place] += h
    return moved


def _central(f, x, h=1e-5):
    return _by_places(x, lambda i: (f(_moved(x, i, h)) - f(_moved(x, i, -h))) / (2 * h))


def _forward(f, x, h=1e-5):
    return _by_places(x, lambda i: (f(_moved(x, i, h)) - f(x)) / h)


def _not_restored(f, x, h=1e-5):
    x = x.copy()

    def slope(place):
        x[place] += h
        up = f(x)
        x[place] -= 2 * h
        return (up - f(x)) / (2 * h)

    return _by_places(x, slope)


def _row_by_row(f, x, h=1e-5):
    slopes = np.zeros(x.shape)
    for i in range(len(x)):
        slopes[i] = (f(_moved(x, i, h)) - f(_moved(x, i, -h))) / (2 * h)
    return slopes


def _exact_for_a_quadratic(numeric_grad):
    x = np.array([2.0, 1.0])
    for h in (0.5, 0.1):
        slopes = numeric_grad(_PARABOLA, x, h)
        if not np.allclose(slopes, [8.0, 4.0], atol=1e-9):
            return f"½(2w₀ + w₁ − 1)² at (2, 1) has the slopes (8, 4) for every h; with h = {h} you get {slopes}."
    return ""


exercise(
    "9.e1",
    "numeric_grad(f, x, h=1e-5)",
    reference=calculus.numeric_gradient,
    also=lambda f, x, h=1e-5: np.array(
        [(f(x + h * unit.reshape(x.shape)) - f(x - h * unit.reshape(x.shape))) / (2 * h) for unit in np.eye(x.size)]
    ).reshape(x.shape),
    cases=[
        case(_PARABOLA, np.array([1.0, 1.0])),
        case(_CUBIC, np.array([1.0, 2.0, -1.0]), h=1e-2),
        case(_TABLE_CUBIC, np.array([[1.0, -0.5, 2.0], [0.5, 1.5, -1.0]]), h=1e-2),
        case(_WEIGHTED, np.array([[0.0, 1.0, 0.5], [2.0, 0.0, 1.0], [0.5, 3.0, -1.0]]), h=1e-3),
    ],
    mistakes=[
        mistake("forward", _forward, "Test on x³: your error shrinks like h, not h²."),
        mistake(
            "all_at_once",
            lambda f, x, h=1e-5: (f(x + h) - f(x - h)) / (2 * h),
            "Nudge one number at a time. You moved all of them at once and got the sum of the slopes.",
        ),
        mistake(
            "not_restored",
            _not_restored,
            "The earlier numbers were still nudged when you moved the next one. Put each back before you go on.",
        ),
        mistake(
            "divided_by_h",
            lambda f, x, h=1e-5: 2 * _central(f, x, h),
            "The two points lie 2h apart. You divided by h.",
        ),
        mistake("backwards", lambda f, x, h=1e-5: -_central(f, x, h), "Same size, opposite direction."),
        mistake(
            "flat",
            lambda f, x, h=1e-5: _central(f, x, h).ravel(),
            "The slopes are right, in a row. A gradient has the shape of the thing that was nudged.",
        ),
        mistake(
            "row_by_row",
            _row_by_row,
            "x[i] is a whole row when x is a table. np.ndindex(x.shape) visits single numbers.",
        ),
        mistake(
            "transposed",
            lambda f, x, h=1e-5: _central(f, x, h).T,
            "Right slopes, wrong seats: the slope for x[i, j] belongs at place [i, j].",
        ),
        mistake("h_ignored", lambda f, x, h=1e-5: _central(f, x), "The argument h is never used."),
    ],
    properties=[law("for a quadratic the central slope is exact, whatever h", _exact_for_a_quadratic)],
    difficulty=2,
    importance=3,
    minutes=8,
    rtol=1e-6,
    atol=1e-7,
    hints=(
        "For one number: f a little to the right, f a little to the left, the difference divided by the distance.",
        "Make an array of zeros with the shape of x. Visit each place with np.ndindex(x.shape), and nudge a copy.",
        "For each place: up = x.copy(); up[place] += h; down = x.copy(); down[place] -= h; "
        "then (f(up) − f(down)) / (2h).",
    ),
    then="Next question: how often did you call f for a table of 4 × 2 numbers? And for 100 million?",
)


_X, _DY, _W = _numbers(7, 3), _numbers(7, 5), _numbers(3, 5)
_SX, _SDY, _SW = _numbers(5, 5), _numbers(5, 5), _numbers(5, 5)

exercise(
    "9.e2",
    "grad_W(X, dY)",
    reference=calculus.grad_W,
    also=lambda X, dY: sum(np.outer(x, dy) for x, dy in zip(X, dY, strict=True)),
    cases=[
        case(np.array([[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]]), np.array([[1.0], [0.0], [-1.0]])),
        case(_X, _DY),
        case(_SX, _SDY),
    ],
    mistakes=[
        mistake(
            "swapped",
            lambda X, dY: dY.T @ X,
            "Right ingredients, roles exchanged: your answer has the shape of Wᵀ. The inputs index the rows of W.",
        ),
        mistake("no_T", lambda X, dY: X @ dY),
        mistake("mean", lambda X, dY: X.T @ dY / len(X), "No one asked for an average."),
        mistake(
            "by_token",
            lambda X, dY: X[:, :, None] * dY[:, None, :],
            "You kept the tokens apart. W is used by every token, so their pushes add up.",
        ),
        mistake(
            "other_transpose",
            lambda X, dY: dY @ X.T,
            "dY Xᵀ sums over features. The sum has to run over tokens: the index that W does not have.",
        ),
    ],
    difficulty=2,
    importance=3,
    minutes=8,
    hints=(
        "X is (T, d_in), dY is (T, d_out), and the answer has the shape of W, (d_in, d_out). Which index must vanish?",
        "The tokens vanish, so they have to stand in the middle of the product.",
        "X.T @ dY.",
    ),
    then="Next question: in a square case, which wrong arrangements have the right shape?",
)

exercise(
    "9.e3",
    "grad_X(dY, W)",
    reference=calculus.grad_X,
    also=lambda dY, W: np.einsum("to,io->ti", dY, W),
    cases=[
        case(np.array([[1.0, 0.0, -1.0]]), np.array([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]])),
        case(_DY, _W),
        case(_SDY, _SW),
    ],
    mistakes=[
        mistake("no_T", lambda dY, W: dY @ W),
        mistake(
            "swapped",
            lambda dY, W: W @ dY.T,
            "Right ingredients, roles exchanged: your answer has the shape of Xᵀ. Tokens are rows.",
        ),
        mistake(
            "swapped_no_T",
            lambda dY, W: W @ dY,
            "W stands in front here, and its columns would have to be tokens. Tokens are rows: dY comes first.",
        ),
        mistake("mean", lambda dY, W: dY @ W.T / W.shape[1], "No one asked for an average."),
    ],
    difficulty=2,
    importance=3,
    minutes=8,
    hints=(
        "dY is (T, d_out), W is (d_in, d_out), and the answer has the shape of X, (T, d_in). Which index must vanish?",
        "d_out vanishes, so it has to stand in the middle of the product.",
        "dY @ W.T.",
    ),
    then="Next question: W is 0. What is dX, and what does a layer below it learn?",
)


def _mse_parts(X, w, y):
    return X.T, X @ w - y, len(y)


def _mse_by_sum(X, w, y):
    return np.sum(2 * (X @ w - y)[:, None] * X, axis=0) / len(y)


exercise(
    "9.e4",
    "mse_grad(X, w, y)",
    reference=calculus.mse_grad,
    also=_mse_by_sum,
    cases=[
        case(np.array([[2.0, 1.0], [-1.0, 2.0], [2.0, -1.0]]), np.array([1.0, 1.0]), np.array([1.0, 0.0, 3.0])),
        case(_numbers(7, 3), _numbers(3), _numbers(7)),
        case(_numbers(5, 5), _numbers(5), _numbers(5)),
    ],
    mistakes=[
        mistake("no_two", lambda X, w, y: X.T @ (X @ w - y) / len(y)),
        mistake(
            "no_mean",
            lambda X, w, y: 2 * X.T @ (X @ w - y),
            "Right direction, wrong by a constant factor: the error is a mean over n numbers.",
        ),
        mistake(
            "half_square",
            lambda X, w, y: X.T @ (X @ w - y),
            "That belongs to ½‖Xw − y‖². The mean squared error has another factor in front.",
        ),
        mistake(
            "by_features",
            lambda X, w, y: 2 * X.T @ (X @ w - y) / len(w),
            "You divided by the number of weights. The mean runs over the n examples.",
        ),
        mistake(
            "sign",
            lambda X, w, y: 2 * X.T @ (y - X @ w) / len(y),
            "Same size, opposite direction. The error is prediction minus truth.",
        ),
        mistake(
            "no_X",
            lambda X, w, y: 2 * (X @ w - y) / len(y),
            "That is the slope for each output. One step is missing: from the outputs back to the weights.",
        ),
        mistake(
            "X_not_T",
            lambda X, w, y: 2 * X @ (X @ w - y) / len(y),
            "The inner sizes must meet: n errors meet the n rows of X, not its columns.",
        ),
    ],
    difficulty=2,
    importance=2,
    minutes=8,
    hints=(
        "Two steps: the slope of the loss for each output, then Xᵀ times that.",
        "The square of one error e has the slope 2e, and the mean divides by n.",
        "2 / len(y) * X.T @ (X @ w - y).",
    ),
    then="Next question: where is this gradient 0? At the least squares solution, and nowhere else if rank X = d.",
)


def _size(*arrays):
    return max(float(np.max(np.abs(a))) for a in arrays)


def _relative(a, b):
    size = _size(a, b)
    return float(np.max(np.abs(a - b)) / size) if size else 0.0


def _per_entry(a, b):
    return float(np.max(np.abs(a - b) / np.maximum(np.abs(a), np.abs(b))))


_TINY = np.array([1e-6, -2e-6, 0.5e-6])
_NONE = np.zeros(3)
_CLAIMS = np.array([[4.0, -0.5, 2.0], [1.0, 3.0, 8.0]])

exercise(
    "9.e5",
    "rel_error(a, b)",
    reference=calculus.rel_error,
    also=_relative,
    cases=[
        case(np.array([4.0, 2.0]), np.array([4.0, 2.5])),
        case(np.array([5.0, 1.0, 0.0]), np.array([1.0, 1.0, 0.001])),
        case(_TINY, _TINY + 1e-4),
        case(_CLAIMS, _CLAIMS - np.array([[0.0, 0.1, 0.0], [0.0, 0.0, 0.4]])),
        case(_NONE, _NONE.copy()),
    ],
    mistakes=[
        mistake("absolute", lambda a, b: float(np.max(np.abs(a - b))), "1e-4 is huge for a gradient of 1e-6."),
        mistake(
            "per_entry",
            lambda a, b: _per_entry(a, b),
            "An entry that should be 0 and comes out as 0.001 has a relative error of 1 by your ruler. "
            "Divide by the largest entry of the whole array.",
        ),
        mistake(
            "no_abs",
            lambda a, b: float(np.max(a - b) / _size(a, b)) if _size(a, b) else 0.0,
            "An entry that is too large in b gives a negative difference, and max overlooks it.",
        ),
        mistake(
            "zero_by_zero",
            lambda a, b: float(np.max(np.abs(a - b)) / np.float64(_size(a, b))),
            "Right, except for two arrays of zeros: 0/0 is nan. They agree, so the error is 0.",
        ),
        mistake(
            "by_first",
            lambda a, b: float(np.max(np.abs(a - b)) / _size(a)) if _size(a) else 0.0,
            "You divided by the size of a alone. Exchange a and b, and you get another answer.",
        ),
        mistake(
            "mean",
            lambda a, b: float(np.mean(np.abs(a - b)) / _size(a, b)) if _size(a, b) else 0.0,
            "A mean lets one wrong entry hide among a thousand right ones.",
        ),
        mistake(
            "both_sizes",
            lambda a, b: float(np.max(np.abs(a - b)) / (_size(a) + _size(b))) if _size(a, b) else 0.0,
            "You divided by both sizes added. The larger one of the two was asked for.",
        ),
    ],
    difficulty=1,
    importance=2,
    minutes=5,
    hints=(
        "Two numbers: the largest difference, and the largest entry of either array (without its sign).",
        "np.max(np.abs(a - b)) is the first. Two arrays of zeros need an answer of their own.",
        "size = max(np.max(np.abs(a)), np.max(np.abs(b))); return 0.0 if size == 0, else the difference / size.",
    ),
    then="Next question: what is the relative error of a gradient that is right except for its sign?",
)


_HALF_SQUARES = _named("½(x₀² + x₁² + x₂²)", lambda x: 0.5 * np.sum(x**2))
_CUBES = _named("x₀³ + x₁³ + x₂³", lambda x: np.sum(x**3))
_FAINT = _named("a millionth of x₀² + x₁²", lambda x: 1e-6 * np.sum(x**2))
_GRID = np.array([[1.0, 2.0, 0.5], [3.0, 1.0, 2.0], [0.5, 4.0, 1.0]])
_GRID_SUM = _named("½ · sum of C ⊙ W²", lambda W: 0.5 * np.sum(_GRID * W**2))
_CLAIM_X = _named("x", lambda x: x)
_CLAIM_MINUS_X = _named("−x", lambda x: -x)
_CLAIM_THREE_X2 = _named("3x²", lambda x: 3 * x**2)
_CLAIM_X2 = _named("x²", lambda x: x**2)
_CLAIM_ZERO = _named("0", lambda x: 0.0 * x)
_CLAIM_TRANSPOSED = _named("(C ⊙ W)ᵀ", lambda W: (_GRID * W).T)

exercise(
    "9.e5b",
    "gradcheck(f, g, x)",
    reference=calculus.gradient_check,
    also=lambda f, g, x: _relative(g(x), _central(f, x, 1e-4)),
    cases=[
        case(_HALF_SQUARES, _CLAIM_X, np.array([1.0, -2.0, 3.0])),
        case(_HALF_SQUARES, _CLAIM_MINUS_X, np.array([1.0, -2.0, 3.0])),
        case(_CUBES, _CLAIM_X2, np.array([1.0, -2.0, 0.5])),
        case(_CUBES, _CLAIM_THREE_X2, np.array([0.1, 0.05, -0.02])),
        case(_FAINT, _CLAIM_ZERO, np.array([1.0, 0.5])),
        case(_GRID_SUM, _CLAIM_TRANSPOSED, np.array([[1.0, 2.0, -1.0], [0.5, 1.0, 2.0], [1.0, -1.0, 3.0]])),
    ],
    mistakes=[
        mistake(
            "absolute",
            lambda f, g, x: float(np.max(np.abs(g(x) - _central(f, x)))),
            "An absolute error of 1e-6 means nothing when the whole gradient is of that size. Use rel_error.",
        ),
        mistake(
            "forward",
            lambda f, g, x: _relative(g(x), _forward(f, x)),
            "Right claims look wrong by 1e-4: forward differences are too coarse for a check.",
        ),
        mistake(
            "sizes_only",
            lambda f, g, x: _relative(np.abs(g(x)), np.abs(_central(f, x))),
            "You compared sizes. A claim with the wrong sign passes.",
        ),
        mistake(
            "not_called",
            lambda f, g, x: _relative(g, _central(f, x)),
            "g is a function: the claim at x is g(x).",
        ),
        mistake(
            "totals",
            lambda f, g, x: _relative(np.sum(g(x)), np.sum(_central(f, x))),
            "You compared totals. A transposed gradient has the same total.",
        ),
    ],
    difficulty=1,
    importance=3,
    minutes=5,
    rtol=1e-4,
    atol=2e-6,
    hints=(
        "Two gradients of one function: the claimed one, and the one from nudging.",
        "calculus.numeric_gradient(f, x) nudges; calculus.rel_error compares.",
        "calculus.rel_error(g(x), calculus.numeric_gradient(f, x)).",
    ),
    then="Next question: a check passes. Does that mean f itself is right? It does not: it says that g fits f.",
)


exercise(
    "9.e6",
    "grad_b(dY)",
    reference=calculus.grad_b,
    also=lambda dY: sum(dY.reshape(-1, dY.shape[-1])),
    cases=[
        case(np.array([[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]])),
        case(_numbers(7, 5)),
        case(_numbers(5, 5)),
        case(_numbers(2, 3, 5)),
    ],
    mistakes=[
        mistake(
            "rows",
            lambda dY: dY.sum(axis=-1),
            "You have one number for each token. The bias has one number for each feature.",
        ),
        mistake(
            "mean",
            lambda dY: dY.mean(axis=tuple(range(dY.ndim - 1))),
            "No one asked for an average: every token uses the whole bias, so the pushes add up.",
        ),
        mistake("whole", lambda dY: float(dY.sum()), "You added everything up. The features have to stay apart."),
        mistake(
            "first_axis",
            lambda dY: dY.sum(axis=0),
            "Right for one sentence. A batch (B, T, d) has two axes of tokens, and both have to vanish.",
        ),
        mistake(
            "keepdims",
            lambda dY: dY.sum(axis=tuple(range(dY.ndim - 1)), keepdims=True),
            "Right numbers in too many brackets: b has shape (d_out,), and so has its gradient.",
        ),
    ],
    difficulty=1,
    importance=2,
    minutes=5,
    hints=(
        "The same b is added to every token. Nudge one entry of it: which entries of Y move?",
        "A whole column of Y moves, in every sentence of the batch. Add up dY over all axes but the last.",
        "dY.reshape(-1, dY.shape[-1]).sum(axis=0).",
    ),
    then="Next question: a bias is shared by T tokens. What else in a Transformer is shared, and so summed over?",
)


hand(
    "9.h1",
    "f(w) = ½(w·x − y)² with x = cat = (2, 1), w = (1, 1), y = 1. What is f(w)?",
    "2",
    wrong=[
        ("4", "That is the square of the error. The ½ is still to come."),
        ("1", "The error is 2. Square it before you halve it."),
        ("9/2", "You squared w·x = 3. First subtract y."),
    ],
    hints=("w·x = 1·2 + 1·1.", "The error is 3 − 1 = 2.", "Half of 2²."),
    working="w·x = 3, the error is 3 − 1 = 2, and ½ · 2² = 2.",
)
hand(
    "9.h1b",
    "The same f. Its gradient at w = (1, 1): two slopes, one for each number of w.",
    "4, 2",
    wrong=[
        ("2, 1", "That is x. You forgot the error 2 in front."),
        ("8, 4", "The ½ cancels the 2 of the square."),
        ("-4, -2", "Same size, opposite direction: the error is prediction minus truth, 3 − 1."),
        ("2, 2", "That is the error, twice. Each number of w is multiplied by its own number of x."),
    ],
    hints=(
        "Nudge w₁ by h: the error grows from 2 to 2 + 2h. What is ½(2 + 2h)²?",
        "½(2 + 2h)² = 2 + 4h + 2h². For a tiny h only 4h counts: the first slope is 4.",
        "Each slope is the error times the number of x at that place.",
    ),
    working="Error times x: 2 · (2, 1) = (4, 2).",
)
hand(
    "9.h2",
    "Nudge w₁ by 0.1 both ways, to 1.1 and to 0.9. What is the central slope (f(1.1, 1) − f(0.9, 1)) / 0.2?",
    "4",
    wrong=[
        ("8", "You divided by 0.1. The two points lie 0.2 apart."),
        ("0.8", "That is the difference. Divide it by the distance of the two points."),
        ("4.2", "That is the forward slope, from w₁ = 1 to 1.1."),
        ("3.8", "That is the backward slope, from w₁ = 0.9 to 1."),
        ("-4", "Right minus left, in this order."),
    ],
    tolerance=0.0005,
    hints=("The errors are 2.2 and 1.8.", "½ · 2.2² = 2.42 and ½ · 1.8² = 1.62.", "0.80 / 0.2."),
    working="(2.42 − 1.62) / 0.2 = 4 exactly: for a quadratic the two curved parts cancel.",
)
hand(
    "9.h2b",
    "And the forward slope (f(1.1, 1) − f(1, 1)) / 0.1?",
    "4.2",
    wrong=[
        ("4", "That is the central slope. Here the left point is w₁ = 1 itself, where f = 2."),
        ("0.42", "That is the difference. Divide it by the distance 0.1."),
        ("2.1", "You divided by 0.2. These two points lie 0.1 apart."),
        ("3.8", "That is the backward slope, from w₁ = 0.9 to 1."),
    ],
    tolerance=0.0005,
    hints=("f(1.1, 1) = 2.42 and f(1, 1) = 2.", "The difference is 0.42.", "0.42 / 0.1."),
    working="(2.42 − 2) / 0.1 = 4.2: too large by 2h, where h = 0.1.",
)
hand(
    "9.h3",
    "X = [[1, 2], [3, 4]], and dY is all ones, 2 × 2. Compute dW = Xᵀ dY, as two rows.",
    "[[4, 4], [6, 6]]",
    wrong=[
        ("[[3, 7], [3, 7]]", "That is dY Xᵀ. Xᵀ stands in front, so that the sum runs over the tokens."),
        ("[[3, 3], [7, 7]]", "You summed the rows: that is X, not Xᵀ."),
        ("[[4, 6], [4, 6]]", "That is dY X, the transposed answer. The inputs index the rows of W."),
        ("[[2, 2], [3, 3]]", "No one asked for an average."),
    ],
    hints=(
        "Xᵀ = [[1, 3], [2, 4]].",
        "Its first row is (1, 3): with a column of ones that gives 4.",
        "Second row: 2 + 4.",
    ),
    working="Xᵀ = [[1, 3], [2, 4]]; its rows add up to 4 and 6.",
)

choice(
    "9.p1",
    "The plan says: the derivative of a matrix with respect to a vector is the Jacobian. Which sentence is true?",
    wrong("It is right as it stands", "A matrix has two indices and the vector one: the derivative needs three."),
    right(
        "The Jacobian belongs to a vector-valued function of a vector",
        "J[i, j] says how output i answers to input j. A matrix that depends on a vector needs a third index.",
    ),
    wrong("The Jacobian is the gradient of a number", "That is the gradient, one slope for each number nudged."),
    wrong("The Jacobian is always square", "It has one row for each output and one column for each input."),
)
hand(
    "9.p1b",
    "Add a vector c (4 numbers) to every row of X, then multiply: Q(c) = (X + c) W_Q has shape (6, 2). "
    "Which shape has the derivative of Q with respect to c?",
    "6, 2, 4",
    wrong=[
        ("6, 4", "One of the indices of Q is lost. Each of its 6 × 2 entries answers to each number of c."),
        ("2, 4", "That is the Jacobian of one row of Q. There are six rows."),
        ("4, 6, 2", "All three are there. In our layout the outputs come first, then what is nudged."),
        ("12, 4", "That is Q laid out as one long vector: a Jacobian after all, and the table is lost."),
        ("6, 2", "That is Q itself. Every entry has one slope for each number of c."),
        ("48", "That is how many slopes there are. The shape has three sizes."),
    ],
    hints=(
        "Every entry of Q has a slope for every number of c.",
        "Two indices say which entry of Q, one says which number of c.",
        "Outputs first: (6, 2), then (4).",
    ),
    working="Two indices for the entry of Q, one for the number of c: (6, 2, 4), 48 slopes.",
)
choice(
    "9.p2",
    "The plan says: ∇W = Xᵀ · error. For Y = XW, what is this error, exactly?",
    wrong("Always Y minus the target", "Only for ½‖Y − target‖². Another loss brings another error."),
    wrong("The loss", "The loss is one number. Xᵀ needs one row for each token."),
    right(
        "The slope of the loss for each entry of Y",
        "dY = ∂L/∂Y: Y − target for half the squared distance, 2/n of that for a mean square, (P − target)/n for "
        "softmax with cross-entropy.",
    ),
    wrong("The target minus Y", "That has the opposite sign of what half the squared distance gives."),
)
hand(
    "9.p2b",
    "One word, x = cat = (2, 1), and three outputs whose softmax is P = (½, ¼, ¼); the right one is the first. "
    "The loss is minus the log of its share. Compute ∇W = xᵀ(P − target), as two rows of three.",
    "[[-1, 1/2, 1/2], [-1/2, 1/4, 1/4]]",
    wrong=[
        ("[[1, 1/2, 1/2], [1/2, 1/4, 1/4]]", "That is xᵀP. Subtract the target (1, 0, 0) first."),
        ("[[1, -1/2, -1/2], [1/2, -1/4, -1/4]]", "Same size, opposite direction: prediction minus truth."),
        ("[[-1, -1/2], [1/2, 1/4], [1/2, 1/4]]", "That has the shape of Wᵀ. The inputs index the rows of W."),
        ("-1/2, 1/4, 1/4", "That is the error. Every number of x multiplies it: two rows."),
    ],
    hints=("P − target = (−½, ¼, ¼).", "The first row is 2 times that, because x₁ = 2.", "The second is once that."),
    working="P − target = (−½, ¼, ¼); times 2 for the first row, times 1 for the second.",
)

choice(
    "9.w1",
    "The central slope of x³/3 at x = 1, in float64. Which h gives the smallest error?",
    wrong("The smallest, 1e-14", "1 + 1e-14 is rounded already. Both values of f agree in all but a digit or two."),
    wrong("About 1e-10", "Smaller steps bend less, but rounding has taken over: the valley lies further right."),
    right(
        "A few millionths",
        "There the bend of the curve and the rounding of f cost about the same. The rule of thumb is ε^(1/3) ≈ 6·10⁻⁶, "
        "where ε is the gap between 1 and the next float64.",
    ),
    wrong("About 0.1", "There the curve still bends between the two points: an error of 0.003."),
)
choice(
    "9.w1b",
    "You go from h = 0.1 to h = 0.01. By how much does the error of the central slope shrink?",
    wrong("To a tenth", "That is the forward slope: its error is proportional to h."),
    right(
        "To a hundredth", "The error is proportional to h². It is what makes central differences worth two calls of f."
    ),
    wrong(
        "To a thousandth", "That would be h³. The errors of order h cancel between left and right; those of h² stay."
    ),
    wrong("Not at all", "At these sizes rounding is far away: the smaller step is better."),
)
choice(
    "9.w2",
    "Six pieces: X, Xᵀ, dY, dYᵀ, W, Wᵀ. Any two of them side by side make 36 products. T = 5, d_in = 2, d_out = 3. "
    "How many of the 36 have the shape of W?",
    right("1", "The outer sizes must be 2 and 3, the inner ones equal. Only Xᵀ dY can do that."),
    wrong("2", "Swap the two pieces and the outer sizes swap too: dYᵀ X is 3 × 2."),
    wrong("6", "Three different sizes leave less room: outer sizes 2 and 3, inner sizes equal."),
    wrong("36", "Most of them cannot be multiplied at all."),
)
choice(
    "9.w2b",
    "Now T = d_in = d_out = 3, everything square. How many of the 36 have the shape of W?",
    wrong("1", "Every piece is 3 × 3, so every product is 3 × 3."),
    wrong("6", "Every piece is 3 × 3, so every product is 3 × 3."),
    right("36", "Shapes say nothing any more. One of the 36 is the gradient, and only a number check finds it."),
    wrong("18", "Every piece is 3 × 3, so every product is 3 × 3."),
)
choice(
    "9.w3",
    "sat = (−1, 2, 0, 1): thing, doing, animal, place. You may raise one of the eight numbers of W_Q by 0.1. "
    "Which one makes sat look more at cat?",
    wrong("thing → 0", "sat has thing −1: raising this number lowers the query, and cat loses."),
    right(
        "doing → 0",
        "sat has doing 2, so the first number of its query grows by 0.2, and that is where the key of cat is long.",
    ),
    wrong("animal → 0", "cat is an animal, but the query is made from sat, and sat has animal 0: nothing moves."),
    wrong("doing → 1", "The second number of the query calls sat, on and mat. cat loses a little."),
)

choice(
    "9.q1",
    "L is one number, W has shape (512, 64). Which shape has dL/dW?",
    wrong("One number", "Each of the 512 · 64 numbers can be nudged, and each has a slope of its own."),
    right("(512, 64)", "One slope for each number of W, in the same seat."),
    wrong("(64, 512)", "Some books write it that way. Here a gradient has the shape of what is nudged."),
    wrong("(512,)", "Every entry of W can be nudged, not only every row."),
)
choice(
    "9.q2",
    "Is a smaller h always better?",
    wrong("Yes, a slope is the limit h → 0", "On paper. A float64 has 16 digits, and the difference loses them."),
    right(
        "No, below a few millionths the central slope gets worse",
        "Two nearly equal numbers are subtracted, and what is left is rounding, divided by a tiny h.",
    ),
    wrong("No, h = 0.1 is best", "At 0.1 the bend of the curve still counts, with h²."),
)
choice(
    "9.q3",
    "Y = XW. What is dX?",
    wrong("Wᵀ dY", "The shapes do not meet when tokens are rows: Wᵀ is (d_out, d_in), dY is (T, d_out)."),
    wrong("Xᵀ dY", "That is dW."),
    right("dY Wᵀ", "(T, d_out) times (d_out, d_in) gives the shape of X."),
    wrong("dY W", "d_out would have to meet d_in."),
)


def _mean_and_variance(rng) -> Draw:
    middle = int(rng.integers(-3, 8))
    one, other = (int(n) for n in rng.integers(1, 6, size=2))
    group = [middle - one, middle + one, middle - other, middle + other]
    order = rng.permutation(4)
    x = np.array(group, dtype=float)[order]
    variance = float(np.var(x))
    listed = ", ".join(f"{int(n)}".replace("-", "−") for n in x)
    return Draw(
        f"One word has the features ({listed}). Mean and variance, as layer normalisation takes them: two numbers.",
        f"{middle}, {variance:g}",
        (
            (f"{middle}, {variance * 4 / 3:.6f}", "The mean is right. Divide by n = 4 here, not by 3."),
            (f"{middle}, {variance**0.5:.6f}", "The mean is right. That is the root of the variance."),
            (f"{middle}, {variance + middle**2:g}", "You averaged the squares without subtracting the mean first."),
            (f"{middle}, {4 * variance:g}", "You added the squares up. Their mean is the variance."),
        ),
        f"The mean is {middle}. The squared distances from it are {one**2}, {one**2}, {other**2}, {other**2}; "
        f"their mean is {variance:g}.",
    )


fresh("9.r1", _mean_and_variance)
choice(
    "9.r2",
    "Day 6: head A gives score(sat → cat) = 4. What follows for score(cat → sat)?",
    wrong(
        "It is 4 too: a dot product is symmetric", "q·k uses two different matrices: who asks and who answers counts."
    ),
    wrong("It is −4", "Nothing turns the sign round."),
    right("Nothing", "W_Q W_Kᵀ need not be symmetric. In head A it happens to be 1."),
)
choice(
    "9.r3",
    "Day 2: Q has shape (3, 2), three askers; K has shape (5, 2). Which shape has QKᵀ?",
    right("(3, 5)", "One row for each asker, one column for each key; the 2 in the middle vanishes."),
    wrong("(5, 3)", "That is KQᵀ. The askers are the rows."),
    wrong("(2, 2)", "That would be Qᵀ times something with three rows. It compares features, not words."),
    wrong("None: 2 and 5 do not meet", "The ᵀ turns K round: (3, 2) times (2, 5)."),
)

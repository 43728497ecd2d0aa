"""Day 21, partial derivatives and gradients: exercises, hand calculations, predictions, quiz and recall."""

import numpy as np

from utils import calculus
from utils.exercises.answers import hand
from utils.exercises.choices import choice, right, wrong
from utils.exercises.engine import case, exercise, law, mistake
from utils.exercises.recall import Draw, fresh

_H = 1e-5


def _named(text, function):
    """A function that a learner can read in the reply of a check."""
    function.__name__ = text
    return function


_HAND = _named("x₀²x₁ + 3x₁", lambda x: x[0] ** 2 * x[1] + 3 * x[1])
_STEEP = _named("1000x₀² + 2x₁", lambda x: 1000 * x[0] ** 2 + 2 * x[1])
_THREE = _named("x₀³x₁ + x₁x₂²", lambda x: x[0] ** 3 * x[1] + x[1] * x[2] ** 2)
_TABLE = _named("sum of W², plus 3·W[0, 0]·W[1, 2]", lambda W: np.sum(W**2) + 3 * W[0, 0] * W[1, 2])
_SQUARE = _named(
    "W[0, 1]³ + 2·W[0, 2]·W[2, 2] + 5·W[2, 0]",
    lambda W: W[0, 1] ** 3 + 2 * W[0, 2] * W[2, 2] + 5 * W[2, 0],
)

_AT = np.array([2.0, 1.0])
_AT_THREE = np.array([1.0, 2.0, -1.0])
_AT_TABLE = np.array([[1.0, -0.5, 2.0], [0.5, 1.5, -1.0]])
_AT_SQUARE = np.array([[0.5, 1.0, -1.0], [2.0, 0.0, 1.0], [0.5, 3.0, 2.0]])


def _moved(x, place, h):
    moved = x.copy()
    moved[place] += h
    return moved


def _central(f, x, i):
    return (f(_moved(x, i, _H)) - f(_moved(x, i, -_H))) / (2 * _H)


def _forward(f, x, i):
    return (f(_moved(x, i, _H)) - f(x)) / _H


def _by_places(x, slope):
    """An array like x that holds slope(place) at each place."""
    return np.array([slope(place) for place in np.ndindex(x.shape)]).reshape(x.shape)


def _slopes(f, x):
    return _by_places(x, lambda i: _central(f, x, i))


def _same_array(f, x, i):
    up = down = x.copy()
    up[i] += _H
    down[i] -= _H
    return (f(up) - f(down)) / (2 * _H)


def _others_at_zero(f, x, i):
    alone = np.zeros(x.shape)
    alone[i] = x[i]
    return _central(f, alone, i)


def _one_mask(f, x, i):
    """Another right answer: a step that is 0 everywhere but at place i."""
    step = np.zeros(x.shape)
    step[i] = 1e-4
    return (f(x + step) - f(x - step)) / 2e-4


exercise(
    "21.e1",
    "partial(f, x, i)",
    reference=calculus.partial,
    also=_one_mask,
    cases=[
        case(_HAND, _AT, 0),
        case(_HAND, _AT, 1),
        case(_STEEP, np.array([0.0, 3.0]), 0),
        case(_THREE, _AT_THREE, 2),
        case(_TABLE, _AT_TABLE, (1, 2)),
        case(_SQUARE, _AT_SQUARE, (0, 2)),
    ],
    mistakes=[
        mistake(
            "nudges_all",
            lambda f, x, i: (f(x + _H) - f(x - _H)) / (2 * _H),
            "You nudged every coordinate. A partial derivative moves one and holds the others still.",
        ),
        mistake(
            "same_array",
            _same_array,
            "up and down are two names of one array, so you compared a point with itself. Give each a copy of its own, "
            "and leave x alone.",
        ),
        mistake(
            "others_at_zero",
            _others_at_zero,
            "Holding the others still keeps them where they are. You set them to 0.",
        ),
        mistake(
            "forward",
            _forward,
            "You nudged to one side only, and the bend of the curve stays in the slope. Nudge both ways: it cancels.",
        ),
        mistake(
            "divided_by_h",
            lambda f, x, i: 2 * _central(f, x, i),
            "The two points lie 2h apart. You divided by h.",
        ),
        mistake(
            "not_divided",
            lambda f, x, i: 2 * _H * _central(f, x, i),
            "That is the difference of two heights. Divide it by the distance of the two points.",
        ),
        mistake("backwards", lambda f, x, i: -_central(f, x, i), "Same size, opposite direction: up minus down."),
        mistake(
            "all_of_them",
            lambda f, x, i: _slopes(f, x),
            "You computed every slope. Only the one of coordinate i was asked for.",
        ),
    ],
    difficulty=2,
    importance=2,
    minutes=8,
    rtol=1e-5,
    atol=1e-5,
    hints=(
        "Two copies of x. In one, coordinate i is a little larger, in the other a little smaller.",
        "The difference of f at the two copies, divided by how far they lie apart: 2h.",
        "up = x.copy(); up[i] += h; down = x.copy(); down[i] -= h; return (f(up) - f(down)) / (2 * h).",
    ),
    then="Next question: f has 24 coordinates. How many calls of f do all its partial derivatives cost?",
)


def _row_by_row(f, x):
    slopes = np.zeros(x.shape)
    for i in range(len(x)):
        slopes[i] = _central(f, x, i)
    return slopes


def _along_units(f, x):
    """Another right answer: step along each unit vector."""
    units = np.eye(x.size).reshape(x.size, *x.shape) * 1e-4
    return np.array([(f(x + unit) - f(x - unit)) / 2e-4 for unit in units]).reshape(x.shape)


exercise(
    "21.e2",
    "gradient(f, x)",
    reference=calculus.numeric_gradient,
    also=_along_units,
    cases=[
        case(_HAND, _AT),
        case(_STEEP, np.array([0.0, 3.0])),
        case(_THREE, _AT_THREE),
        case(_TABLE, _AT_TABLE),
        case(_SQUARE, _AT_SQUARE),
    ],
    mistakes=[
        mistake("sum", lambda f, x: float(np.sum(_slopes(f, x))), "One slope per coordinate."),
        mistake(
            "flat",
            lambda f, x: _slopes(f, x).ravel(),
            "The slopes are right, in a row. A gradient has the shape of x.",
        ),
        mistake(
            "forward",
            lambda f, x: _by_places(x, lambda i: _forward(f, x, i)),
            "One-sided differences: the bend of the curve stays in your slopes. Nudge both ways.",
        ),
        mistake("transposed", lambda f, x: _slopes(f, x).T, "Right slopes, wrong seats: [i, j] belongs at [i, j]."),
        mistake(
            "row_by_row",
            _row_by_row,
            "x[i] is a whole row when x is a table. np.ndindex(x.shape) visits single numbers.",
        ),
        mistake(
            "unit_length",
            lambda f, x: _slopes(f, x) / np.linalg.norm(_slopes(f, x)),
            "You shortened it to length 1. Its length is the steepness; keep it.",
        ),
        mistake("downhill", lambda f, x: -_slopes(f, x), "Same size, opposite direction: the gradient points up."),
    ],
    difficulty=1,
    importance=2,
    minutes=5,
    rtol=1e-5,
    atol=1e-5,
    hints=(
        "One partial derivative for each number of x, in the seat of that number.",
        "Start with np.zeros(x.shape) and fill it; np.ndindex(x.shape) gives every place.",
        "for place in np.ndindex(x.shape): slopes[place] = calculus.partial(f, x, place).",
    ),
    then="Next question: f(x) = w·x for a fixed w. What is its gradient, and where does it change?",
)


def _length_of_u_is_no_matter(directional):
    g, u = np.array([4.0, 7.0]), np.array([3.0, 4.0])
    for factor in (0.5, 3.0):
        if not np.isclose(directional(g, factor * u), directional(g, u)):
            return f"u = {u.tolist()} and {factor:g} times that point the same way, and you give two slopes."
    return ""


def _no_direction_beats_the_gradient(directional):
    g = np.array([1.0, -2.0, 2.0])
    if not np.isclose(directional(g, g), 3.0):
        return "g = (1, −2, 2) has length 3: along itself its slope is 3."
    return ""


_LONG_G = np.array([0.5, -2.0, 1.0, 3.0, -0.5])
_LONG_U = np.array([-1.0, 1.0, 2.0, 0.5, 2.0])

exercise(
    "21.e3",
    "directional(g, u)",
    reference=calculus.directional,
    also=lambda g, u: float(np.sum(g * (u / np.sqrt(np.sum(u * u))))),
    cases=[
        case(np.array([4.0, 7.0]), np.array([3.0, 4.0])),
        case(np.array([4.0, 7.0]), np.array([0.6, 0.8])),
        case(np.array([1.0, 1.0]), np.array([2.0, -2.0])),
        case(np.array([-2.0, 1.0, 2.0]), np.array([2.0, 3.0, -6.0])),
        case(_LONG_G, _LONG_U),
    ],
    mistakes=[
        mistake(
            "not_unit",
            lambda g, u: float(g @ u),
            "A longer arrow gave you a steeper hill. Make u a unit vector first.",
        ),
        mistake(
            "norm",
            lambda g, u: float(np.linalg.norm(g)),
            "That is the steepest slope there is, ‖g‖. The slope along u depends on u.",
        ),
        mistake(
            "vector",
            lambda g, u: g * u / np.linalg.norm(u),
            "A slope is one number. You have the products; they still have to be added.",
        ),
        mistake(
            "squared",
            lambda g, u: float(g @ u / (u @ u)),
            "You divided by the squared length of u. Divide by its length once.",
        ),
        mistake(
            "by_g",
            lambda g, u: float(g @ u / np.linalg.norm(g)),
            "You divided by the length of g. The steepness must stay; the arrow u gets length 1.",
        ),
        mistake(
            "cosine",
            lambda g, u: float(g @ u / np.linalg.norm(g) / np.linalg.norm(u)),
            "That is the cosine of the angle. Only u gets length 1: the length of g is the steepness.",
        ),
        mistake(
            "no_sign",
            lambda g, u: abs(float(g @ u / np.linalg.norm(u))),
            "Downhill is a slope too, a negative one.",
        ),
    ],
    properties=[
        law("the length of u does not matter", _length_of_u_is_no_matter),
        law("along the gradient itself the slope is its length", _no_direction_beats_the_gradient),
    ],
    difficulty=2,
    importance=2,
    minutes=8,
    hints=(
        "Slope is rise for each unit of way. How long is u?",
        "Shorten u to length 1, then take the dot product with g.",
        "g @ u / np.linalg.norm(u).",
    ),
    then="Next question: which u has the slope −‖g‖, and how many have the slope 0 in 24 dimensions?",
)


def _is_the_gradient(grad_score):
    q, k = np.array([1.0, -2.0, 0.5]), np.array([2.0, 0.0, 3.0])
    slopes = calculus.numeric_gradient(lambda q: q @ k / np.sqrt(3), q)
    return "" if np.allclose(grad_score(q, k, 3)[0], slopes) else f"q = {q.tolist()}, k = {k.tolist()}, d = 3"


exercise(
    "21.e4",
    "grad_score(q, k, d)",
    reference=calculus.grad_score,
    also=lambda q, k, d: (np.array([entry * d**-0.5 for entry in k]), np.array([entry * d**-0.5 for entry in q])),
    cases=[
        case(np.array([2.0, 0.0]), np.array([2.0, 0.0]), 2),
        case(np.array([2.0, 1.0]), np.array([1.0, -3.0]), 2),
        case(np.array([1.0, 0.0, -2.0]), np.array([0.5, 4.0, 1.0]), 3),
        case(np.array([1.0, -1.0, 0.0, 2.0, 0.5]), np.array([3.0, 1.0, -2.0, 0.0, 1.0]), 5),
    ],
    mistakes=[
        mistake(
            "swapped",
            lambda q, k, d: (q / np.sqrt(d), k / np.sqrt(d)),
            "Moving q changes s by k.",
        ),
        mistake("no_scale", lambda q, k, d: (k, q), "The score is divided by √d, and so is its slope."),
        mistake("by_dk", lambda q, k, d: (k / d, q / d), "You divided by d. The score is divided by its root."),
        mistake(
            "elementwise",
            lambda q, k, d: (q * k / np.sqrt(d), q * k / np.sqrt(d)),
            "Those are the terms of the score. Nudge q₀ by h: the score grows by h·k₀/√d, and q₀ is gone.",
        ),
        mistake(
            "doubled",
            lambda q, k, d: (2 * k / np.sqrt(d), 2 * q / np.sqrt(d)),
            "You moved q and k together. One moves, the other is held still, even where both hold the same numbers.",
        ),
        mistake(
            "one_only",
            lambda q, k, d: k / np.sqrt(d),
            "That is ∂s/∂q. The pair (∂s/∂q, ∂s/∂k) was asked for.",
        ),
        mistake(
            "the_score",
            lambda q, k, d: (float(q @ k / np.sqrt(d)), float(q @ k / np.sqrt(d))),
            "That is the score itself. Its slopes are one number for each coordinate of q, and of k.",
        ),
    ],
    properties=[law("nudging q gives the same slopes", _is_the_gradient)],
    difficulty=2,
    importance=3,
    minutes=8,
    hints=(
        "s = (q₀k₀ + q₁k₁ + …) / √d. Hold k still and nudge q₀ alone: which terms move?",
        "Only q₀k₀/√d moves, by k₀/√d per unit. The same for every coordinate.",
        "return k / np.sqrt(d), q / np.sqrt(d).",
    ),
    then="Next question: a key of zeros. What can the query learn from it?",
)


def _curvatures(H):
    values = np.linalg.eigvalsh(H)
    return np.where(np.abs(values) > 1e-9, values, 0.0)


def _verdict(values):
    """By signs: mixed, then a zero, then one kind."""
    values = np.asarray(values)
    if (values > 0).any() and (values < 0).any():
        return "saddle"
    if (values == 0).any():
        return "undecided"
    return "minimum" if (values > 0).all() else "maximum"


def _by_trace(H):
    trace = np.trace(H)
    return "minimum" if trace > 1e-9 else "maximum" if trace < -1e-9 else "undecided"


def _by_det(H):
    det = np.linalg.det(H)
    return "minimum" if det > 1e-9 else "saddle" if det < -1e-9 else "undecided"


def _by_both(H):
    det = np.linalg.det(H)
    if abs(det) <= 1e-9:
        return "undecided"
    return "saddle" if det < 0 else "minimum" if np.trace(H) > 0 else "maximum"


def _zero_is_up(H):
    values = _curvatures(H)
    return "minimum" if (values >= 0).all() else "maximum" if (values <= 0).all() else "saddle"


def _zero_first(H):
    values = _curvatures(H)
    return "undecided" if (values == 0).any() else _verdict(values)


def _turned(H):
    return {"minimum": "maximum", "maximum": "minimum"}.get(_verdict(_curvatures(H)), _verdict(_curvatures(H)))


def _two_kinds(H):
    values = _curvatures(H)
    return "minimum" if (values > 0).all() else "maximum" if (values < 0).all() else "saddle"


def _walk_along_eigenvectors(H):
    """Another right answer: the height vᵀ H v a unit step along each eigenvector."""
    steps = np.linalg.eigh(H)[1].T
    heights = np.round([step @ H @ step for step in steps], 9)
    kinds = set(np.sign(heights))
    if {1.0, -1.0} <= kinds:
        return "saddle"
    return "undecided" if 0.0 in kinds else "minimum" if 1.0 in kinds else "maximum"


exercise(
    "21.e5",
    "critical(H)",
    reference=calculus.critical,
    also=_walk_along_eigenvectors,
    cases=[
        case(np.array([[2.0, 0.0], [0.0, 3.0]])),
        case(np.array([[-2.0, 1.0], [1.0, -3.0]])),
        case(np.array([[1.0, 2.0], [2.0, 1.0]])),
        case(np.array([[2.0, 0.0], [0.0, 0.0]])),
        case(np.array([[-1.0, 0.0], [0.0, 0.0]])),
        case(np.array([[0.1, 0.3], [0.3, 0.9]])),
        case(np.array([[0.0, 1.0, 0.0], [1.0, 0.0, 0.0], [0.0, 0.0, 0.0]])),
        case(np.array([[3.0, 1.0, 0.0], [1.0, -1.0, 0.0], [0.0, 0.0, -2.0]])),
        case(np.array([[-2.0, 1.0, 0.0], [1.0, -2.0, 0.0], [0.0, 0.0, -1.0]])),
        case(np.diag([4.0, 1.0, 2.0, 3.0, 5.0])),
    ],
    mistakes=[
        mistake(
            "trace_only",
            _by_trace,
            "The sum of the eigenvalues hides their signs: 3 and −1 add up to 2, and that is a saddle.",
        ),
        mistake(
            "det_only",
            _by_det,
            "A positive determinant can come from two negative eigenvalues: a top. Look at each sign.",
        ),
        mistake(
            "trace_and_det",
            _by_both,
            "Trace and determinant settle a 2 × 2 matrix. From 3 × 3 on they do not: look at every eigenvalue.",
        ),
        mistake(
            "diagonal",
            lambda H: _verdict(np.diag(H)),
            "The diagonal only looks along the axes. [[1, 2], [2, 1]] rises along both and falls along (1, −1).",
        ),
        mistake(
            "zero_is_up",
            _zero_is_up,
            "An eigenvalue 0 says neither up nor down: x⁴ and −x⁴ both have it. The answer there is 'undecided'.",
        ),
        mistake(
            "zero_is_a_saddle",
            _two_kinds,
            "Everything that is neither all up nor all down became a saddle. A saddle needs both signs.",
        ),
        mistake(
            "zero_first",
            _zero_first,
            "Where one eigenvalue is positive and one negative it is a saddle, whatever the others are.",
        ),
        mistake(
            "no_tolerance",
            lambda H: _verdict(np.linalg.eigvalsh(H)),
            "A computed 0 comes out as something like 1e-17. Count what is tiny as 0.",
        ),
        mistake(
            "turned",
            _turned,
            "The two words are exchanged. Positive curvature bends up, like a bowl: its middle is a minimum.",
        ),
    ],
    difficulty=2,
    importance=1,
    minutes=8,
    hints=(
        "np.linalg.eigvalsh(H) gives the eigenvalues of a symmetric matrix. Only their signs count.",
        "Both signs: saddle. Else a zero (up to rounding): undecided. Else all positive or all negative.",
        "values = np.linalg.eigvalsh(H); up = np.any(values > 1e-9); down = np.any(values < -1e-9); "
        "then four cases of up, down, and whether any abs(value) is at most 1e-9.",
    ),
    then="Next question: suppose each of n signs were a fair coin. How often would all n be positive?",
)


hand(
    "21.h1",
    "f(x, y) = x²y + 3y. What is its gradient at (2, 1)? Two slopes, the one along x first.",
    "4, 7",
    wrong=[
        ("4, 3", "You dropped x² from the slope along y. With x held at 2, x²y is 4y: its slope is 4, not 0."),
        ("4, 4", "Along y the term 3y moves as well: its slope is 3."),
        ("7, 4", "The two slopes are right, in the opposite order."),
        ("2, 7", "The slope of x² is 2x, so along x you get 2xy."),
        ("7, 7", "Along x, 3y is held still: a constant has slope 0."),
        ("11", "You added the slopes. The gradient keeps one for each coordinate."),
    ],
    hints=(
        "Along x, y is a constant factor: x² has the slope 2x, and 3y has the slope 0.",
        "∂f/∂x = 2xy and ∂f/∂y = x² + 3.",
        "2·2·1 and 4 + 3.",
    ),
    working="∂f/∂x = 2xy = 4 and ∂f/∂y = x² + 3 = 7.",
)
hand(
    "21.h2",
    "The gradient is (4, 7). What is the slope in the direction (3, 4)?",
    "8",
    wrong=[
        ("40", "(3, 4) is not a unit vector: it is 5 long. Shorten it first."),
        ("12, 28", "You have the products. They still have to be added, and (3, 4) is not a unit vector."),
        ("1.6", "You divided by 25, the squared length of (3, 4). Its length is 5."),
        ("4.96", "You divided by the length of the gradient. It is (3, 4) that gets length 1."),
        ("8.062", "That is the steepest slope. The direction (3, 4) is a little off."),
    ],
    hints=("How long is (3, 4)?", "The unit vector is (0.6, 0.8).", "4·0.6 + 7·0.8."),
    working="u = (3, 4)/5 = (0.6, 0.8), and 4·0.6 + 7·0.8 = 2.4 + 5.6 = 8.",
)
hand(
    "21.h2b",
    "And the steepest slope that any direction offers there?",
    "sqrt(65)",
    also=("8.062",),
    wrong=[
        ("65", "That is the squared length of (4, 7). Take the root."),
        ("11", "You added 4 and 7. A length needs squares and a root."),
        ("8", "That is the slope along (3, 4). Another direction is a little steeper: the gradient's own."),
        ("7", "That is the slope along y. A direction between the axes uses both."),
        ("40", "The direction has length 1. How long is (4, 7)?"),
    ],
    hints=("It is the slope along the gradient itself.", "That is the length of (4, 7).", "√(16 + 49)."),
    working="‖(4, 7)‖ = √(16 + 49) = √65 = 8.062, along (4, 7) itself.",
)
hand(
    "21.h3",
    "s = q·k/√2 with q = k = (2, 0). What is ∂s/∂q? Two slopes, three places.",
    "1.414, 0",
    wrong=[
        ("2, 0", "That is k. The score is divided by √2, and so is its slope."),
        ("1, 0", "You divided by d_k = 2. The score is divided by its root."),
        ("2.828, 0", "You moved q and k together. Hold k still, even though it holds the same numbers."),
        ("2.828", "That is the score. Its slopes are one number for each coordinate of q."),
        ("4, 0", "Those are the products q·k, term by term. Hold k still and nudge q₀ alone."),
        ("0, 1.414", "Right numbers, opposite order."),
    ],
    hints=("Nudge q₀ by h: s grows by h·k₀/√2.", "The slopes are k/√2.", "2/√2 = √2."),
    working="k/√2 = (2, 0)/1.414 = (1.414, 0).",
)
choice(
    "21.p1",
    "z = x² + 2xy. What are ∂z/∂x and ∂z/∂y?",
    wrong("2x and 2x", "Along x, 2xy moves too: y is a constant factor there, and the slope of 2xy is 2y."),
    wrong("2x + 2y and 2x + 2y", "Along y, x² is held still: a constant has slope 0."),
    right("2x + 2y and 2x", "Along x: 2x from x², 2y from 2xy. Along y: 0 from x², 2x from 2xy."),
    wrong("2x + 2y and x² + 2x", "Along y, x² does not move. Its slope is 0, not itself."),
)
choice(
    "21.p1b",
    "The same z = x² + 2xy. What is its total differential?",
    right("dz = (2x + 2y) dx + 2x dy", "Each slope times its own step, added up."),
    wrong("dz = 2x dx + (2x + 2y) dy", "The slopes are exchanged: the one along x goes with dx."),
    wrong("dz = (4x + 2y)(dx + dy)", "You added slopes first and steps first. Each slope goes with its own step."),
    wrong("dz = (2x + 2y) dx · 2x dy", "Two small steps add their rises; a product of them would be far smaller."),
)
hand(
    "21.p1c",
    "You stand at (x, y) = (1, 2) and step by dx = 0.1, dy = 0.2. How large is dz?",
    "1",
    tolerance=0.0005,
    wrong=[
        ("1.05", "That is the true change of z. dz is the change of the tangent plane: two slopes, two steps."),
        ("0.6", "That is the part of dx. The step along y adds its own."),
        ("0.4", "That is the part of dy. The step along x adds its own."),
        ("2.4", "You added slopes, and steps, before multiplying. Each slope goes with its own step."),
        ("1.4", "The slopes are exchanged: 6 goes with dx = 0.1, 2 with dy = 0.2."),
        ("0.24", "You multiplied the two rises. They add."),
        ("6", "That is the slope along x, or z after the step of the plane. How much did it rise?"),
    ],
    hints=("At (1, 2) the slopes are 2 + 4 and 2.", "6 · 0.1 and 2 · 0.2.", "0.6 + 0.4."),
    working="6 · 0.1 + 2 · 0.2 = 1.",
)
choice(
    "21.p2",
    'The plan says: "a partial derivative is the rate of change in one variable". How must it go on?',
    wrong(
        "… so ∂z/∂x depends on x alone.",
        "∂z/∂x = 2x + 2y depends on y too: where you hold y decides which curve you cut.",
    ),
    right(
        "… with all others held where they are.",
        "You cut the surface at one value of y and take the slope of that curve. Another y, another curve.",
    ),
    wrong("… with all others set to 0.", "With y set to 0, z = x² + 2xy would have the slope 2x everywhere."),
    wrong(
        "… while the others follow along.",
        "Then several steps add up. That is the total differential.",
    ),
)

choice(
    "21.w1",
    "You stand at (0, 0), and uphill is north-east, at 45°. In which heading is the slope 0?",
    wrong("45°", "That is the steepest way up."),
    wrong("225°", "That is straight down, the steepest way down."),
    right("135°, and 315° as well", "At right angles to uphill, on both sides: you walk along a contour line."),
    wrong(
        "None: on a hillside every step goes up or down", "Turn from uphill to downhill: in between the sign changes."
    ),
)
choice(
    "21.w1b",
    "You keep the heading and make the arrow u twice as long. What happens to the slope?",
    wrong(
        "It doubles", "The hill has not changed. Twice the way is twice the rise, and rise divided by way is the same."
    ),
    right(
        "Nothing", "A slope is rise per unit of way. Only the direction of u counts, so it is shortened to length 1."
    ),
    wrong("It halves", "That would be dividing by the length twice."),
    wrong("It becomes steeper only uphill", "Neither: a slope is rise per unit of way, in every direction."),
)
choice(
    "21.w2",
    "A bowl, z = ½x² + y², lowest at (0, 0). You stand at x = 1, y = −1. Which signs have the two slopes?",
    wrong("Both positive", "Along y you walk from −1 towards 0, and that is towards the bottom."),
    right("Along x positive, along y negative", "A larger x leads away from the bottom, a larger y towards it."),
    wrong("Along x negative, along y positive", "A larger x leads away from the bottom, so z rises along x."),
    wrong("Both 0: you stand still", "The slope is that of the curve under your feet, whether you walk or not."),
)
choice(
    "21.w2b",
    "The plan's surface, z = x² + 2xy. x stays at 1, and you move y from −1 to 2. What does the slope along x do?",
    wrong("Nothing: x has not moved", "x has not moved, but another y cuts another curve out of the surface."),
    right("It grows", "It is 2x + 2y: from 0 to 6. Held still does not mean that it does not matter where."),
    wrong("It falls", "It is 2x + 2y, and y grows."),
    wrong("It is not defined while y moves", "It is defined at every y: hold y there, and cut."),
)

choice(
    "21.q1",
    "Which direction is the steepest way down?",
    wrong("∇f", "That is the steepest way up."),
    right("−∇f", "Along it the slope is −‖∇f‖; no direction of length 1 falls faster."),
    wrong("At right angles to ∇f", "There the slope is 0: a contour line."),
)
choice(
    "21.q2",
    "∇f = 0. Is that a minimum?",
    wrong("Yes", "A top and a pass are level too. So is x³ at 0."),
    right("Not necessarily", "It can be a minimum, a maximum or a saddle; the Hessian's eigenvalues may tell."),
    wrong("No, never", "At a minimum inside the region of a differentiable f the gradient is 0."),
)
choice(
    "21.q3",
    "Which shape has ∂L/∂W_Q?",
    right("That of W_Q", "One slope for each number, in its seat. So W_Q − η ∂L/∂W_Q can be computed."),
    wrong("One number: L is one", "One number is watched. Every number of W_Q can be moved, and each has a slope."),
    wrong("That of W_Q, transposed", "Some books lay it out so. Here a gradient has the shape of what is moved."),
)

_TRIPLES = ((3, 4, 5), (4, 3, 5), (5, 12, 13), (12, 5, 13), (8, 15, 17), (15, 8, 17))


def _a_quarter_turn_on(rng) -> Draw:
    a, b, c = _TRIPLES[rng.integers(len(_TRIPLES))]
    sign, other = (int(s) for s in rng.choice([-1, 1], size=2))
    sine, cosine = sign * a, other * b
    turns = int(rng.choice([1, 3]))
    way = 1 if turns == 1 else -1  # sin(t + 90°) = cos t, cos(t + 90°) = −sin t; 270° is −90°

    def pair(x, y):
        return f"{x}/{c}, {y}/{c}"

    angle, shown = 90 * turns, pair(sine, cosine).replace("-", "−")
    return Draw(
        f"Day 20: at position p, one pair of columns holds (sin, cos) = ({shown}). In k steps its hand turns by "
        f"kω = {angle}°. What does the pair hold at position p + k?",
        pair(way * cosine, -way * sine),
        (
            (pair(-way * cosine, way * sine), "You walked k steps back. A step on adds kω to the angle."),
            (pair(way * cosine, way * sine), "Sine and cosine change places, and one of them changes its sign."),
            (pair(sine, cosine), "That is where it stood. Turn it."),
            (pair(-sine, -cosine), "That is half a turn, 180°."),
        ),
        f"(sin, cos) times [[cos {angle}°, −sin {angle}°], [sin {angle}°, cos {angle}°]]: "
        f"the sine becomes {'' if way == 1 else '−'}cos, the cosine becomes {'−' if way == 1 else ''}sin.",
    )


fresh("21.r1", _a_quarter_turn_on)
choice(
    "21.r2",
    "Day 18: the posterior is a softmax. Of what?",
    wrong("Of prior plus likelihood", "Prior and likelihood are multiplied, and a softmax turns sums into products."),
    right("Of log prior plus log likelihood", "The exponential makes their product, the division makes shares of it."),
    wrong(
        "Of prior times likelihood", "That needs only the division by the sum. A softmax would exponentiate it first."
    ),
    wrong("Of the log-likelihood alone", "That leaves the base rate out."),
)
choice(
    "21.r3",
    "Day 14: an entropy of 2 bit. How much is that in nat?",
    wrong("2.885 nat", "You divided by ln 2. The bit is the smaller unit, so there are fewer nats."),
    right("1.386 nat", "2 · ln 2 = 2 · 0.693."),
    wrong("4 nat", "4 is the perplexity, 2². A change of unit is a factor."),
    wrong("2 nat", "The unit is the base of the logarithm: log₂ for bit, ln for nat."),
)
choice(
    "21.r4",
    "Day 7: eight heads, each with a W_Q of shape (512, 64). How many numbers are that, compared with one matrix of "
    "shape (512, 512)?",
    wrong("Eight times as many", "Each of the eight has only 64 columns."),
    wrong("An eighth", "That is one head."),
    right("Just as many", "8 · 64 = 512 columns: side by side they are one matrix of that shape."),
    wrong("64 times as many", "64 is the width of one head. Eight of them lie side by side."),
)

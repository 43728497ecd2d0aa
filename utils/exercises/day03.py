"""Day 3, linear systems and mixtures: exercises, hand calculations, predictions, quiz and recall."""

import numpy as np

from utils import linalg, story
from utils.exercises.answers import hand
from utils.exercises.choices import choice, right, wrong
from utils.exercises.engine import case, exercise, law, mistake
from utils.exercises.recall import Draw, fresh

_CAT, _SAT, _ON, _MAT = (story.TABLE_2D[word] for word in ("cat", "sat", "on", "mat"))
_CAT_ON = np.column_stack([_CAT, _ON])  # columns that are not perpendicular
_CAT_SAT = np.column_stack([_CAT, _SAT])
_SKEW = np.array([[3.0, 1.0], [2.0, 5.0]])
_ZERO_FIRST = np.array([[0.0, 2.0], [1.0, 3.0]])


def _no_det(A, b):
    return np.array([[A[1, 1], -A[0, 1]], [-A[1, 0], A[0, 0]]]) @ b


def _eliminated(A, b):
    """Elimination that divides by the top left entry, whatever it is."""
    factor = A[1, 0] / A[0, 0]
    second = (b[1] - factor * b[0]) / (A[1, 1] - factor * A[0, 1])
    return np.array([(b[0] - A[0, 1] * second) / A[0, 0], second])


def _mixing_gives_the_target(solve_2x2):
    for A, b in ((_SKEW, np.array([4.0, -7.0])), (_ZERO_FIRST, np.array([1.0, 1.0]))):
        x = np.asarray(solve_2x2(A.copy(), b.copy()), dtype=float)
        if not np.allclose(A @ x, b):
            return f"A = {A.tolist()}, b = {b.tolist()}: A times your x is {np.round(A @ x, 4).tolist()}."
    return ""


exercise(
    "3.e1",
    "solve_2x2(A, b)",
    reference=linalg.solve_2x2,
    also=lambda A, b: np.linalg.solve(A, b),
    cases=[
        case(_CAT_ON, _MAT),
        case(_SKEW, np.array([1.0, 18.0])),
        case(_CAT_SAT, _MAT),
        case(_ZERO_FIRST, np.array([4.0, 5.0])),
    ],
    mistakes=[
        mistake("multiplied", lambda A, b: A @ b, "You multiplied by A. It mixes; we need to undo the mixing."),
        mistake(
            "transposed",
            lambda A, b: np.linalg.solve(A.T, b),
            "You used the rows of A as ingredients. A x mixes its columns.",
        ),
        mistake(
            "swapped",
            lambda A, b: np.linalg.solve(A, b)[::-1],
            "Both amounts are right, in the wrong order: the first belongs to the first column.",
        ),
        mistake(
            "dots_only",
            lambda A, b: A.T @ b,
            "Those are dot products of the columns with b. Even for perpendicular columns each has still to be divided "
            "by ‖column‖².",
        ),
        mistake(
            "perpendicular_only",
            lambda A, b: (A.T @ b) / (A**2).sum(axis=0),
            "Dot products over ‖column‖² are right for perpendicular columns only. cat and on are not perpendicular.",
        ),
        mistake("no_det", _no_det, "Not divided by the determinant ad − bc yet: A times yours is too large."),
        mistake(
            "det_sign",
            lambda A, b: _no_det(A, b) / (A[0, 0] * A[1, 1] + A[0, 1] * A[1, 0]),
            "The determinant is ad minus bc. You divided by ad plus bc.",
        ),
        mistake(
            "no_pivot",
            _eliminated,
            "You divide by the top left entry, and in one test it is 0. Exchange the rows there, or use the inverse.",
        ),
    ],
    properties=[law("A times the answer is b", _mixing_gives_the_target)],
    difficulty=2,
    importance=2,
    minutes=8,
    hints=(
        "A x = b. Which matrix undoes A?",
        "Day 2: exchange a and d, negate b and c, divide by ad − bc. Then multiply b by that matrix.",
        "x = np.array([[d, -b2], [-c, a]]) @ b / (a*d - b2*c), where A = [[a, b2], [c, d]].",
    ),
    then="Next question: what does your function do when the two columns are parallel, and what should it say?",
)


_V7 = np.array(
    [
        [1.0, -2.0, 0.5, 3.0, 0.0],
        [0.0, 1.0, 4.0, -1.0, 2.0],
        [2.0, 2.0, -1.0, 0.0, 1.0],
        [-3.0, 0.5, 1.0, 1.0, 1.0],
        [0.0, 0.0, 2.0, -2.0, 3.0],
        [1.0, 1.0, 1.0, 5.0, -1.0],
        [4.0, -1.0, 0.0, 2.0, 0.5],
    ]
)
_W7 = np.array([0.1, 0.2, 0.05, 0.3, 0.15, 0.05, 0.15])
_THREE_WORDS = np.array([_CAT, _SAT, _MAT])

exercise(
    "3.e2",
    "combine(w, V)",
    reference=linalg.combine,
    also=lambda w, V: sum(share * row for share, row in zip(w, V, strict=True)),
    cases=[
        case(np.array([0.25, 0.75]), np.array([[2.0, 1.0], [-1.0, 2.0]])),
        case(np.array([0.5, 0.25, 0.25]), _THREE_WORDS),
        case(_W7, _V7),
        case(np.array([2.0, -1.0, 0.5, 0.0, 3.0]), _V7[:5]),
    ],
    mistakes=[
        mistake("V_w", lambda w, V: V @ w, "You mixed columns; the weights belong to rows (tokens)."),
        mistake("mean", lambda w, V: V.mean(axis=0), "That is the plain mean: everyone got the same say. Use w."),
        mistake(
            "no_sum",
            lambda w, V: w[:, None] * V,
            "Every row has its weight; the weighted rows still have to be added into one.",
        ),
        mistake(
            "unweighted",
            lambda w, V: V.sum(axis=0),
            "You added the rows as they are. Each counts as much as its weight says.",
        ),
        mistake(
            "columns",
            lambda w, V: (w * V).sum(axis=0),
            "w * V gave each column a weight. A table with more rows than columns would have stopped you.",
        ),
        mistake(
            "normalised",
            lambda w, V: (w / w.sum()) @ V,
            "You divided by the sum of the weights. combine takes them as they come; making shares is another step.",
        ),
        mistake("total", lambda w, V: (w @ V).sum(), "One number came out. A mix of vectors is a vector."),
    ],
    difficulty=1,
    importance=3,
    minutes=5,
    hints=(
        "Row 0 times w[0], plus row 1 times w[1], and so on.",
        "w has shape (T,), V has (T, d), the answer (d,). Which product of the two uses up T?",
        "w @ V.",
    ),
    then="Next question: which w picks out row 3 and nothing else?",
)


def _by_equations(A, b):
    m, n = A.shape
    return "none" if m > n else "unique" if m == n else "infinite"


def _by_augmented(A, b):
    return "unique" if linalg.rank(np.column_stack([A, b])) == A.shape[1] else "infinite"


def _against_rows(A, b):
    if linalg.rank(np.column_stack([A, b])) > linalg.rank(A):
        return "none"
    return "unique" if linalg.rank(A) == A.shape[0] else "infinite"


def _by_det(A, b):
    return "unique" if abs(np.linalg.det(A)) > 1e-10 else "infinite"


def _never_infinite(A, b):
    return "none" if linalg.rank(np.column_stack([A, b])) > linalg.rank(A) else "unique"


def _by_lstsq(A, b):
    """Another right way: try the best mix, then look for a direction that A forgets."""
    x = np.linalg.lstsq(A, b, rcond=None)[0]
    if not np.allclose(A @ x, b):
        return "none"
    return "unique" if np.sum(np.linalg.svd(A, compute_uv=False) > 1e-9) == A.shape[1] else "infinite"


_PARALLEL = np.array([[2.0, -1.0], [2.0, -1.0]])
_TALL = np.array([[2.0, 1.0], [-1.0, 2.0], [2.0, -1.0]])
_WIDE = np.array([[1.0, 0.0, 1.0], [0.0, 1.0, 1.0]])
_FIVE_BY_THREE = np.array([[1.0, 0, 1], [0, 1, 1], [1, 1, 2], [2, -1, 1], [0, 2, 2]])

exercise(
    "3.e3",
    "classify(A, b)",
    reference=linalg.classify,
    also=_by_lstsq,
    cases=[
        case(_CAT_SAT, _MAT),
        case(_PARALLEL, np.array([2.0, 3.0])),
        case(_PARALLEL, np.array([2.0, 2.0])),
        case(_TALL, np.array([3.0, 1.0, 1.0])),
        case(_TALL, np.array([3.0, 1.0, 5.0])),
        case(_WIDE, np.array([1.0, 2.0])),
        case(np.array([[1.0, 1, 1], [2, 2, 2]]), np.array([1.0, 3.0])),
        case(_FIVE_BY_THREE, np.array([2.0, 3.0, 5.0, 1.0, 6.0])),
        case(np.array([[1.0, 2, 3], [4, 5, 6], [7, 8, 9]]), np.array([6.0, 15.0, 24.0])),
    ],
    mistakes=[
        mistake("det_only", _by_det, "A may not be square, and then it has no determinant."),
        mistake(
            "count_eqs",
            _by_equations,
            "Three equations can still agree, and two can quarrel. Counting them decides nothing.",
        ),
        mistake(
            "rank_only",
            lambda A, b: "unique" if linalg.rank(A) == A.shape[1] else "infinite",
            "Compare with the rank of [A|b]. A alone cannot know that a target is out of reach.",
        ),
        mistake(
            "augmented_only",
            _by_augmented,
            "You used the rank of [A|b] alone. Whether b brings a new direction shows only beside the rank of A.",
        ),
        mistake(
            "against_rows",
            _against_rows,
            "Unknowns are columns. For “unique” the rank has to equal the number of columns, not of equations.",
        ),
        mistake(
            "never_infinite",
            _never_infinite,
            "Solvable and not solvable are told apart. A solvable system may still have more than one solution.",
        ),
    ],
    difficulty=3,
    importance=1,
    minutes=12,
    hints=(
        "Two ranks decide: that of A, and that of A with b beside it as one more column.",
        "If b brings a new direction, no mix of the columns reaches it. If it brings none, compare the rank with the "
        "number of unknowns.",
        'np.column_stack([A, b]) puts b beside A. If its rank is larger: "none". If linalg.rank(A) equals A.shape[1]: '
        '"unique". Otherwise "infinite".',
    ),
    then="Next question: if b is the zero vector, which of the three answers is impossible?",
)


_BASIS_3 = np.array([[1.0, 1.0, 0.0], [0.0, 2.0, 1.0], [3.0, 0.0, 1.0]])
_BASIS_5 = np.eye(5) + np.diag([1.0, -2.0, 0.5, 3.0], k=1)

exercise(
    "3.e4",
    "coordinates(v, basis_rows)",
    reference=linalg.coordinates,
    also=lambda v, basis_rows: v @ np.linalg.inv(basis_rows),
    cases=[
        case(_MAT, np.array([_CAT, _ON])),
        case(_SAT, np.array([_CAT, _MAT])),
        case(np.array([4.0, 1.0, -2.0]), _BASIS_3),
        case(np.array([1.0, 2.0, 0.0, -1.0, 3.0]), _BASIS_5),
        case(_MAT, np.array([_CAT, _SAT])),
    ],
    mistakes=[
        mistake(
            "transposed",
            lambda v, basis_rows: np.linalg.solve(basis_rows, v),
            "Your basis vectors are rows here; which matrix has them as columns?",
        ),
        mistake(
            "multiplied",
            lambda v, basis_rows: v @ basis_rows,
            "You used v as the recipe and mixed. The recipe is what we look for, v is the dish.",
        ),
        mistake(
            "dots",
            lambda v, basis_rows: basis_rows @ v,
            "Dot products with the basis vectors are its coordinates only if those are perpendicular and of length 1.",
        ),
        mistake(
            "dots_over_squares",
            lambda v, basis_rows: (basis_rows @ v) / (basis_rows**2).sum(axis=1),
            "Right for a perpendicular basis only. A basis need not be perpendicular; solve a system instead.",
        ),
        mistake(
            "swapped",
            lambda v, basis_rows: np.linalg.solve(basis_rows.T, v)[::-1],
            "The right coordinates, in reverse: the first belongs to the first basis vector.",
        ),
        mistake("unchanged", lambda v, basis_rows: 1.0 * v, "Those are v's entries in the old basis, unchanged."),
    ],
    properties=[
        law(
            "mixing the basis with the coordinates gives v back",
            lambda coordinates: (
                ""
                if np.allclose(coordinates(np.array([1.0, -2.0, 4.0]), _BASIS_3.copy()) @ _BASIS_3, [1, -2, 4])
                else f"v = [1, -2, 4], basis_rows = {_BASIS_3.tolist()}"
            ),
        )
    ],
    difficulty=2,
    importance=2,
    minutes=8,
    hints=(
        "Coordinates are a recipe: c[0] · first basis vector + c[1] · second + … = v.",
        "That is a system A c = v whose columns are the basis vectors. They came as rows.",
        "np.linalg.solve(basis_rows.T, v).",
    ),
    then="Next question: you double the first basis vector. What happens to the first coordinate of v?",
)


def _shares(point, triangle):
    return np.linalg.solve(np.vstack([triangle.T, np.ones(3)]), np.append(point, 1.0))


def _by_sides(point, triangle):
    """Another right way: on which side of each edge does the point lie?"""
    a, b, c = triangle
    turns = [np.linalg.det(np.array([q - p, point - p])) for p, q in ((a, b), (b, c), (c, a))]
    return bool(min(turns) >= -1e-12 or max(turns) <= 1e-12)


_WORDS = np.array([_CAT, _SAT, _MAT])
_CORNER = np.array([[0.0, 0.0], [4.0, 0.0], [0.0, 4.0]])

exercise(
    "3.e5",
    "in_hull(point, triangle)",
    reference=linalg.in_hull,
    also=_by_sides,
    cases=[
        case(np.array([1.25, 0.75]), _WORDS),
        case(np.array([0.0, 0.0]), _WORDS),
        case(np.array([3.0, 3.0]), _CORNER),
        case(np.array([2.0, 0.0]), _CORNER),
        case(np.array([0.0, 4.0]), _CORNER),
        case(np.array([-1.0, 2.5]), _CORNER),
        case(np.array([1.0, -0.5]), _CORNER),
        case(np.array([5.0, 1.0]), _CORNER),
        case(np.array([3.0, 3.0]), np.array([[2.0, 1.0], [5.0, 3.0], [1.0, 7.0]])),
        case(np.array([1.5, 1.5]), np.array([[2.0, 1.0], [5.0, 3.0], [1.0, 7.0]])),
    ],
    mistakes=[
        mistake(
            "no_sign",
            lambda point, triangle: bool(np.isclose(_shares(point, triangle).sum(), 1)),
            "Negative shares are not an average. Every point of the plane has three numbers that add up to 1.",
        ),
        mistake(
            "box",
            lambda point, triangle: bool(
                np.all(point >= triangle.min(axis=0)) and np.all(point <= triangle.max(axis=0))
            ),
            "That is the box around the triangle. A box has corners that no average of the three reaches.",
        ),
        mistake(
            "strict",
            lambda point, triangle: bool(np.all(_shares(point, triangle) > 1e-9)),
            "An edge and a corner belong to the triangle: a share may be 0.",
        ),
        mistake(
            "first_two",
            lambda point, triangle: bool(np.all(_shares(point, triangle)[:2] >= -1e-9)),
            "You looked at two shares. The third may be the negative one.",
        ),
        mistake(
            "at_most_one",
            lambda point, triangle: bool(np.all(_shares(point, triangle) <= 1 + 1e-9)),
            "No share above 1 is not enough: 0.8, 0.8 and −0.6 add up to 1 too.",
        ),
        mistake(
            "no_total",
            lambda point, triangle: bool(np.all(np.linalg.lstsq(triangle.T, point, rcond=None)[0] >= -1e-9)),
            "Your shares need not add up to 1. That is a third equation, beside the two for the coordinates.",
        ),
        mistake(
            "inverted",
            lambda point, triangle: not np.all(_shares(point, triangle) >= -1e-9),
            "Your function says the opposite: True means inside.",
        ),
    ],
    difficulty=2,
    importance=1,
    minutes=8,
    hints=(
        "Three unknown shares, three equations: two for the coordinates, one for the sum.",
        "The columns of the system are the corners, each with a 1 below it; the target is the point with a 1 below it.",
        "system = np.vstack([triangle.T, np.ones(3)]), target = np.append(point, 1.0). Solve, then look at the signs. "
        "Allow for rounding: >= -1e-12.",
    ),
    then="Next question: for which points of the plane is the share of the first corner exactly 0?",
)


hand(
    "3.h1",
    "a·cat + b·sat = mat, with cat = (2, 1), sat = (−1, 2), mat = (2, −1). What are a and b?",
    "3/5, -4/5",
    wrong=[
        ("-4/5, 3/5", "The right two amounts in the wrong order: the first belongs to cat."),
        ("5, 0", "You multiplied by B, we need to undo it."),
        ("3, -4", "Those are the dot products cat·mat and sat·mat. Divide each by ‖·‖² = 5."),
        ("3/5, 4/5", "The sizes are right. Walk it: 0.6 cat + 0.8 sat ends above, not below, the thing axis."),
        ("1, 0", "Rows and columns were exchanged: 1·cat + 0·sat is cat, not mat."),
        ("2, -1", "Those are mat's own entries: amounts of the and on. We want amounts of cat and sat."),
    ],
    hints=(
        "Two equations: 2a − b = 2 for thing, a + 2b = −1 for doing.",
        "b = 2a − 2 from the first. Put it into the second.",
        "5a = 3. And b = 2a − 2.",
    ),
    working="2a − b = 2 gives b = 2a − 2; then a + 4a − 4 = −1, so 5a = 3, a = 0.6 and b = −0.8.",
    then="cat and sat are perpendicular here and as long as mat: so 0.6 and −0.8 are also the cosines of day 1.",
)
hand(
    "3.h2",
    "Shares ½, ¼, ¼ of cat = (2, 1), sat = (−1, 2), mat = (2, −1). What is the mix?",
    "5/4, 3/4",
    wrong=[
        ("3, 2", "You added the three vectors without their weights."),
        ("1, 2/3", "That is the plain mean. cat counts twice as much as each of the others."),
        ("5/4, 5/4", "The minus of mat's −1 was lost."),
        ("7/4, 3/4", "The minus of sat's −1 was lost."),
        ("5, 3", "You used 2, 1, 1 instead of ½, ¼, ¼. Shares add up to 1."),
        ("2", "One number came out. A mix of vectors is a vector."),
    ],
    hints=(
        "First the things: ½·2 + ¼·(−1) + ¼·2.",
        "Then the doings: ½·1 + ¼·2 + ¼·(−1).",
        "1 − 0.25 + 0.5 and 0.5 + 0.5 − 0.25.",
    ),
    working="thing: 1 − 0.25 + 0.5 = 1.25; doing: 0.5 + 0.5 − 0.25 = 0.75.",
)
hand(
    "3.h3",
    "Is (1, 1) in span{the}? And is it in span{the, on}? the = (1, 0), on = (0, 1). Answer with two words, yes or no.",
    "no, yes",
    also=("no and yes",),
    wrong=[
        ("yes, yes", "Every multiple of the has a 0 in second place. Which multiple has a 1 there?"),
        ("no, no", "The first is right. With on you may go up as well: a·(1, 0) + b·(0, 1)."),
        ("yes, no", "Exchanged. A second vector can only make a span larger."),
    ],
    hints=(
        "A span is everything that can be mixed from its vectors, with any amounts.",
        "span{the} holds (a, 0) for every a: one line.",
        "span{the, on} holds (a, b) for every a and b.",
    ),
    working="Multiples of (1, 0) end in 0, so no. a·(1, 0) + b·(0, 1) = (a, b) reaches every point, so yes.",
)
hand(
    "3.h3b",
    "Mix (1, 1) twice: from the = (1, 0) and on = (0, 1), then from cat = (2, 1) and on. Four amounts, in this order.",
    "1, 1, 1/2, 1/2",
    wrong=[
        ("1, 1, 1, 1", "cat is not the: 1·(2, 1) + 1·(0, 1) = (2, 2)."),
        ("1, 1, 1/2, 1", "½·cat = (1, ½) brings half of the second entry with it; only ½ is missing."),
        ("1, 1, 2, -1", "2·cat is (4, 2). Which multiple of cat has a 1 in first place?"),
        ("1, 1, 1/2, 0", "½·cat = (1, ½). The second entry is not there yet."),
    ],
    hints=(
        "a·(1, 0) + b·(0, 1) = (a, b).",
        "on has no thing: the first entry has to come from cat alone.",
        "½·cat = (1, ½). What is missing?",
    ),
    working="1·(1, 0) + 1·(0, 1) = (1, 1), and ½·(2, 1) + ½·(0, 1) = (1, 1): one arrow, two addresses.",
)


choice(
    "3.p1",
    "The plan asks you to understand: the solution of a linear system is the intersection point in the vector space. "
    "Which sentence is true of every system?",
    wrong(
        "There is exactly one solution: the point in which all lines meet.",
        "2a − b = 2 and 2a − b = 3 are parallel lines. They meet nowhere.",
    ),
    wrong(
        "The solutions are a line or a plane through the origin.",
        "Only if b = 0 must the origin be among them: A times 0 is 0. If b is not 0, the origin never solves A x = b.",
    ),
    right(
        "The solutions are a set, the common points of all lines (planes, hyperplanes): none, one, or infinitely many.",
        "For b ≠ 0 it is empty, a point, or a line or plane beside the origin (an affine set), never a subspace.",
    ),
    wrong(
        "There may be none, one, two, or infinitely many solutions.",
        "Two solutions bring a whole line: if A x = b and A y = b, every x + t(y − x) solves it as well.",
    ),
)
choice(
    "3.p2",
    "You read in a paper: “Q, K and V are projections into vector spaces.” Which sentence says what W_Q really is?",
    wrong(
        "It drops a perpendicular: each token's query is its shadow on a plane.",
        "A shadow of a shadow is the same shadow, W·W = W. A learned W_Q obeys no such rule.",
    ),
    wrong(
        "It is a projection, because 4 numbers go in and 2 come out.",
        "Losing dimensions is not enough. Doing it twice has to equal doing it once, and a (4, 2) matrix cannot even "
        "be applied twice.",
    ),
    wrong(
        "It takes the queries Q, and Q W_Q are the projected queries.",
        "In self-attention what goes in is X, for queries, keys and values alike. The queries are what comes out.",
    ),
    right(
        "It is a learned linear map: X W_Q carries the token vectors into another space.",
        "In general it is no projection: W·W = W fails, and usually W is not even square. “Projection” is the paper's "
        "loose word.",
    ),
)

choice(
    "3.w1",
    "Which signs will the amounts of cat and sat have, to end at mat = (2, −1)?",
    wrong("Both positive", "Then the tip lies between the two arrows, cat and sat. mat lies below both."),
    right(
        "cat positive, sat negative",
        "mat points right and down. cat brings the right; walking backwards along sat brings the down.",
    ),
    wrong("cat negative, sat positive", "That way lies the opposite corner: −mat = (−2, 1) is there."),
    wrong("Both negative", "cat·mat = 3 is positive, so mat lies on cat's side."),
)
choice(
    "3.w3",
    "You turn line 2 until it is parallel to line 1, beside it. How many solutions are left?",
    wrong("One, very far away", "It runs away while you turn. At the parallel position itself there is none."),
    right(
        "None", "Parallel lines that are not the same have no common point: the two equations contradict each other."
    ),
    wrong("Infinitely many", "For that the two lines have to be one and the same."),
)
choice(
    "3.w3b",
    "It stays parallel, and you push it until it lies on line 1. How many now?",
    wrong("None, they are parallel", "Each point of line 1 is now on line 2 as well."),
    wrong("One", "Which one? No point of the line is better than another."),
    right("Infinitely many", "Both equations say the same. Every point of the line solves both."),
    wrong("Two, one for each line", "A solution is a point that lies on both. Here all of them do."),
)
choice(
    "3.w2",
    "Shares of cat, sat and mat: none negative, together 1. Can their mix leave the triangle?",
    wrong(
        "Yes, near a corner",
        "At the corner one word has all the shares. To go beyond, it needs more than 1 and another less than 0.",
    ),
    right("No", "It is an average of the three corners, and an average lies between what it averages."),
    wrong("Yes, if one share is 0", "Then the point lies on an edge, between two corners. The edge belongs to it."),
    wrong(
        "Only to the inside of the edges: never on them",
        "An edge is reached when one share is 0, a corner when two are.",
    ),
)
choice(
    "3.w2b",
    "Attention's output goes on: the asker's own vector, here sat, is added to it (the residual). Still inside?",
    wrong("Yes, sat is a corner", "Added is not averaged: the shares were 1 in all, another whole sat makes 2."),
    wrong("Yes, if sat's share was 0", "Try it. cat + sat = (1, 3) lies far above the triangle."),
    right(
        "Not in general",
        "The weights now add up to 2. The triangle moves by sat; only a corner of the copy still overlaps.",
    ),
)

choice(
    "3.q1",
    "A system has more equations than unknowns. Then it has no solution.",
    wrong("True", "3 equations in 2 unknowns can agree: three lines can pass through one point."),
    right("Not necessarily", "They may agree. What decides is whether rank [A|b] is larger than rank A."),
    wrong("False: it always has one", "Three lines usually do not pass through one point."),
)
choice(
    "3.q2",
    "What is the smallest number of vectors that span R⁴, the space of our table with four numbers a word?",
    wrong("2", "Two vectors mix to a plane at most."),
    wrong("3", "Three vectors have rank 3 at most. One direction stays out of reach."),
    right("4", "R⁴ has dimension 4, and each basis of it has 4 vectors. Fewer never reach everything."),
    wrong("6, one for each token", "Our six rows span it, but two of them bring nothing new: the second the, and mat."),
)
choice(
    "3.q3",
    "Weights (0.5, 0.5, 0) on three points. Where does the mix land?",
    wrong("At the middle of the triangle", "That needs weights of ⅓ each."),
    right("At the midpoint of the first two", "The third has no share, the first two have equal shares."),
    wrong("At the third point", "The third point has the share 0."),
    wrong("Outside the triangle", "No share is negative and together they are 1: it stays inside or on an edge."),
)
choice(
    "3.q4",
    "A x = b has a solution x, and n lies in the null space of A: A n = 0. Then x + n …",
    wrong("solves A x = 0", "A (x + n) = b + 0, which is b."),
    right("solves A x = b as well", "A (x + n) = A x + A n = b + 0. The null space is what b cannot see."),
    wrong("solves it only if n = 0", "n = 0 changes nothing. Any other n of the null space gives a second solution."),
)


def _determinant(rng) -> Draw:
    while True:
        a, b, c, d = (int(n) for n in rng.choice([-4, -3, -2, -1, 1, 2, 3, 4, 5], size=4))
        others = [a * d + b * c, b * c - a * d, a * b - c * d, a * d]
        if b * c < 0 and len({a * d - b * c, *others}) == 5 and a * d != b * c:
            break
    right_value, (plus, negated, by_rows, half) = a * d - b * c, others
    return Draw(
        f"The determinant of [[{a}, {b}], [{c}, {d}]]?".replace("-", "−"),
        str(right_value),
        (
            (str(plus), "A minus was lost: ad minus bc, and bc is negative here."),
            (str(negated), "The size is right, the sign is not: ad first, then bc is taken away."),
            (str(by_rows), "You multiplied along the rows. Multiply along the diagonals."),
            (str(half), "That is ad. The other diagonal has to be taken away."),
        ),
        f"{_factor(a)}·{_factor(d)} − {_factor(b)}·{_factor(c)} = {a * d} − ({b * c}) = {right_value}.".replace(
            "-", "−"
        ),
    )


def _factor(value: int) -> str:
    return f"({value})" if value < 0 else str(value)


fresh("3.r1", _determinant)
choice(
    "3.r2",
    "Day 2: Q and K have shape (6, 2), one row a word. Which product compares every word with every word?",
    wrong("Q K, of shape (6, 2)", "(6, 2) and (6, 2) do not meet: the inner sizes are 2 and 6."),
    wrong("QᵀK, of shape (2, 2)", "That compares features with features, over all words."),
    right("QKᵀ, of shape (6, 6)", "(6, 2) meets (2, 6): one dot product for each pair of words."),
    wrong("QKᵀ, of shape (2, 2)", "The right product. Its outer sizes are 6 and 6; the 2 is used up."),
)
choice(
    "3.r3",
    "Day 1: cat = (2, 1) and mat = (2, −1). What is cat·mat, and what does it say?",
    wrong("5: they point in one direction", "The minus was lost: 4 − 1. 5 is the squared length of each."),
    wrong("(4, −1): right and down", "Those are the two products. They have to be added into one number."),
    right("3: they are less than 90° apart", "4 − 1 = 3, and positive means on the same side."),
    wrong("0: they are perpendicular", "Perpendicular to cat is sat: −2 + 2 = 0."),
)

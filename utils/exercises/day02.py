"""Day 2, transpose, inverse, rank: exercises, hand calculations, predictions, quiz and recall."""

import numpy as np

from utils import linalg, story
from utils.exercises.answers import hand
from utils.exercises.choices import choice, right, wrong
from utils.exercises.engine import case, exercise, law, mistake
from utils.exercises.recall import Draw, fresh

_FOUR = story.TABLE_4D
_THE, _CAT, _SAT, _ON, _MAT = (_FOUR[word] for word in story.WORDS)
_B = np.array([[2.0, -1.0], [1.0, 2.0]])  # columns cat and sat
_A23 = np.array([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]])
_A33 = np.array([[1.0, 2.0, 0.0], [3.0, 4.0, 5.0], [-1.0, 0.0, 2.0]])
_A53 = np.array([[2.0, 1.0, 0.0], [-1.0, 2.0, 4.0], [0.0, 1.0, -3.0], [3.0, -2.0, 7.0], [5.0, 1.0, 1.0]])


exercise(
    "2.e1",
    "transpose(A)",
    reference=linalg.transpose,
    also=lambda A: np.stack([A[:, j] for j in range(A.shape[1])]),
    cases=[case(_A23), case(_A53), case(_A33), case(np.array([[1.0, 2.0, 3.0]]))],
    mistakes=[
        mistake(
            "reshape",
            lambda A: A.reshape(A.shape[1], A.shape[0]),
            "Same shape, wrong story: 2 sits where 4 should.",
        ),
        mistake(
            "flip",
            lambda A: A[::-1, ::-1],
            "You reversed the order of rows and columns. The order stays: row 0 becomes column 0.",
        ),
        mistake("same", lambda A: A, "Nothing was turned over: entry (i, j) has to move to (j, i)."),
        mistake(
            "rotated",
            np.rot90,
            "You rotated the table by a quarter turn. In a transpose row 0 becomes column 0, read from the top.",
        ),
        mistake(
            "rotated_clockwise",
            lambda A: np.rot90(A, -1),
            "You rotated the table clockwise: row 0 became the last column. It has to become the first one.",
        ),
        mistake("flat", np.ravel, "All numbers are there, in one line. The table needs as many rows as A has columns."),
    ],
    properties=[
        law(
            "turning over twice gives A again",
            lambda transpose: (
                "" if np.array_equal(transpose(np.asarray(transpose(_A23))), _A23) else "A = [[1, 2, 3], [4, 5, 6]]"
            ),
        )
    ],
    difficulty=1,
    importance=2,
    minutes=5,
    hints=(
        "Where does the entry in row 0, column 1 have to go?",
        "The new table has a row for every column of A. Row j of the new table is column j of A.",
        "Start with np.zeros((n, m)) and copy A[i, j] to place [j, i] in two loops. Or collect the columns A[:, j].",
    ),
    then="Next question: which matrices are equal to their transpose?",
)


def _adjugate(A):
    (a, b), (c, d) = A
    return np.array([[d, -b], [-c, a]])


def _ad_minus_bc(A):
    return A[0, 0] * A[1, 1] - A[0, 1] * A[1, 0]


def _by_solving(A):
    if linalg.det_2x2(A) == 0:
        raise ValueError("the determinant is 0")
    return np.linalg.solve(A, np.eye(2))


def _refuses(inverse_2x2):
    for A in (np.array([[2.0, 4.0], [1.0, 2.0]]), np.array([[0.0, 0.0], [3.0, 1.0]])):
        try:
            inverse_2x2(A.copy())
        except np.linalg.LinAlgError:
            return "NumPy did the work and refused. Write the formula, and raise a ValueError of your own when ad = bc."
        except ValueError:
            continue
        return f"A = {A.tolist()}: ad = bc, so nothing undoes A. Yours returned something; raise ValueError there."
    return ""


def _undoes(inverse_2x2):
    for A in (np.array([[2.0, 5.0], [1.0, 3.0]]), np.array([[0.0, 2.0], [-4.0, 1.0]])):
        if not np.allclose(A @ np.asarray(inverse_2x2(A)), np.eye(2)):
            return f"A = {A.tolist()}: A @ inverse_2x2(A) is not the identity."
    return ""


exercise(
    "2.e2",
    "inverse_2x2(A)",
    reference=linalg.inverse_2x2,
    also=_by_solving,
    cases=[
        case(_B),
        case(np.array([[1.0, 2.0], [3.0, 4.0]])),
        case(np.array([[0.6, -0.8], [0.8, 0.6]])),
        case(np.array([[3.0, 1.0], [2.0, -1.0]])),
        case(np.array([[2.0, 5.0], [1.0, 3.0]])),
    ],
    mistakes=[
        mistake(
            "no_det",
            _adjugate,
            "Swapped and negated: good. One division is missing. What is A @ yours?",
        ),
        mistake("elementwise", lambda A: 1 / A, "Check A @ yours: it should be the identity."),
        mistake(
            "det_sign",
            lambda A: _adjugate(A) / (A[0, 0] * A[1, 1] + A[0, 1] * A[1, 0]),
            "Look at your determinant: ad minus bc.",
        ),
        mistake(
            "swapped_offdiag",
            lambda A: np.array([[A[1, 1], A[1, 0]], [A[0, 1], A[0, 0]]]) / _ad_minus_bc(A),
            "You exchanged b and c. They stay where they are and are negated; only a and d are exchanged.",
        ),
        mistake(
            "not_negated",
            lambda A: np.array([[A[1, 1], A[0, 1]], [A[1, 0], A[0, 0]]]) / _ad_minus_bc(A),
            "a and d are exchanged, the division is right. b and c have to change their sign.",
        ),
        mistake(
            "not_swapped",
            lambda A: np.array([[A[0, 0], -A[0, 1]], [-A[1, 0], A[1, 1]]]) / _ad_minus_bc(A),
            "b and c are negated, the division is right. a and d have to change places.",
        ),
        mistake(
            "transpose",
            lambda A: A.T,
            "That is Aᵀ. It undoes A only when the columns are perpendicular and have length 1.",
        ),
        mistake(
            "inverse_transposed",
            lambda A: _adjugate(A).T / _ad_minus_bc(A),
            "The right four numbers, turned over: −b belongs into row 0, −c into row 1.",
        ),
    ],
    properties=[
        law("a singular matrix is refused", _refuses),
        law("A @ inverse_2x2(A) is the identity", _undoes),
    ],
    difficulty=2,
    importance=2,
    minutes=8,
    hints=(
        "By hand: exchange two entries, change the sign of the other two, divide all four by one number.",
        "With A = [[a, b], [c, d]] the inverse is [[d, −b], [−c, a]] / (ad − bc). What if ad − bc is 0?",
        "a, b, c, d = A.ravel(). If a * d - b * c is 0, raise ValueError(...); else return the array over it.",
    ),
    then="Next question: what is the inverse of the inverse?",
)


def _pivots(A, tol=1e-10, relative=True, swap=True):
    """Elimination, with its usual ways of going wrong."""
    A = np.array(A, dtype=float)
    floor = tol * (np.abs(A).max() if relative and A.size else 1.0)
    count = 0
    for column in range(A.shape[1]):
        if count == len(A):
            break
        best = count + int(np.argmax(np.abs(A[count:, column]))) if swap else count
        if abs(A[best, column]) <= floor:
            continue
        A[[count, best]] = A[[best, count]]
        A[count + 1 :] -= np.outer(A[count + 1 :, column] / A[count, column], A[count])
        count += 1
    return count


def _row_rank_is_column_rank(rank):
    for A in (story.X4, np.outer([1.0, 2.0, -1.0], [3.0, 0.0, 1.0, 5.0, 2.0])):
        if rank(A.copy()) != rank(A.T.copy()):
            return f"A = {A.tolist()} and its transpose have different ranks in your count."
    return ""


_NEARLY = np.array([[0.1, 0.2, 0.3], [0.3, 0.6000000000000001, 0.9]])
_FIVE = np.array([[1.0, 0, 2, 0, 1], [0, 1.0, 1, 0, 0], [1.0, 1, 3, 0, 1], [0, 0, 0, 0, 2.0], [2.0, 0, 4, 0, 4]])

exercise(
    "2.e3",
    "rank(A, tol=1e-10)",
    reference=linalg.rank,
    also=_pivots,
    cases=[
        case(np.array([[1.0, 2.0], [2.0, 4.0], [3.0, 6.0]])),
        case(story.X2),
        case(story.X4),
        case(np.array([_ON, _SAT, _MAT])),
        case(np.array([[0.0, 0.0], [0.0, 0.0], [0.0, 0.0]])),
        case(np.array([[1.0, 2.0], [0.0, 0.0], [1.0, 2.0]])),
        case(np.array([[0.0, 1.0], [3.0, 0.0]])),
        case(_NEARLY),
        case(_FIVE),
        case(1e-12 * np.array([[1.0, 0.0, 2.0], [0.0, 1.0, 1.0]])),
        case(np.array([[1.0, 0.0], [0.0, 0.001]]), tol=0.01),
    ],
    mistakes=[
        mistake(
            "nonzero_rows",
            lambda A, tol=1e-10: int(np.any(A != 0, axis=1).sum()),
            "You counted the rows that are not zero. mat is such a row, and it is a mix of on and sat.",
        ),
        mistake("min_shape", lambda A, tol=1e-10: min(A.shape), "That is the ceiling, not the rank."),
        mistake(
            "unique_rows",
            lambda A, tol=1e-10: len(np.unique(A, axis=0)),
            "You counted different rows. (1, 2) and (2, 4) differ, and they are one direction.",
        ),
        mistake(
            "no_tolerance",
            lambda A, tol=1e-10: _pivots(A, tol=0.0),
            "0.6000000000000001 is not a new direction.",
        ),
        mistake(
            "fixed_tolerance",
            lambda A, tol=1e-10: _pivots(A, tol, relative=False),
            "Your tolerance has a fixed size. 10⁻¹² times A has as many directions as A: measure tol against the "
            "largest entry.",
        ),
        mistake(
            "tol_ignored",
            lambda A, tol=1e-10: _pivots(A, 1e-10),
            "The argument tol is never used: a tolerance of 0.01 changes nothing.",
        ),
        mistake(
            "no_swap",
            lambda A, tol=1e-10: _pivots(A, tol, swap=False),
            "A pivot can stand below a 0. When the place is 0, exchange its row with a lower one before you give up.",
        ),
    ],
    properties=[law("a matrix and its transpose have one rank", _row_rank_is_column_rank)],
    difficulty=3,
    importance=2,
    minutes=12,
    hints=(
        "Which rows bring something new, once you have taken away all that the rows above can explain?",
        "Column by column: find the largest entry among the rows that are left, exchange its row to the top, subtract "
        "multiples of it from all rows below. Each such pivot counts one.",
        "An entry counts as 0 when abs(entry) <= tol * np.abs(A).max(). Work on a copy of A, and stop when the rows "
        "or the columns run out.",
    ),
    then="Next question: what is the largest rank that a matrix of shape (6, 4) can have, and why not 6?",
)


_RNG = np.random.default_rng(2)
_Q32, _K52 = _RNG.integers(-3, 4, size=(3, 2)).astype(float), _RNG.integers(-3, 4, size=(5, 2)).astype(float)
_Q33, _K33 = _RNG.integers(-3, 4, size=(3, 3)).astype(float), _RNG.integers(-3, 4, size=(3, 3)).astype(float)

exercise(
    "2.e4",
    "scores(Q, K)",
    reference=linalg.scores,
    also=lambda Q, K: np.array([[np.sum(q * k) for k in K] for q in Q]),
    cases=[case(_Q32, _K52), case(_Q33, _K33), case(story.X4[1:3], story.X4[:5])],
    mistakes=[
        mistake("swapped", lambda Q, K: K @ Q.T, "Rows must be the askers."),
        mistake("features", lambda Q, K: Q.T @ K, "You compared features with features."),
        mistake("no_T", lambda Q, K: Q @ K),
        mistake("elementwise", lambda Q, K: Q * K),
        mistake(
            "reshaped",
            lambda Q, K: Q @ K.reshape(K.shape[1], K.shape[0]),
            "The shapes meet, and the keys are torn apart: reshape is no transpose. Follow the numbers of one key.",
        ),
        mistake(
            "cosines",
            lambda Q, K: np.array([[linalg.cosine(q, k) for k in K] for q in Q]),
            "You divided by the lengths. Attention takes the plain dot product.",
        ),
        mistake(
            "scaled",
            lambda Q, K: Q @ K.T / np.sqrt(Q.shape[1]),
            "The root of d_k is a later part of the formula. Today the scores stay as they are.",
        ),
    ],
    difficulty=2,
    importance=3,
    minutes=8,
    hints=(
        "Write both shapes side by side: (Tq, d) and (Tk, d). Which one has to be turned over, so that d meets d?",
        "Row i, column j of the answer is the dot product of query i with key j.",
        "One line: Q @ K with one of the two transposed.",
    ),
    then="Next question: what happens to the table of scores when Q and K change places?",
)


def _pairs(vectors):
    return [(a, b) for i, a in enumerate(vectors) for b in vectors[i + 1 :]]


exercise(
    "2.e5",
    "dependent(vectors)",
    reference=linalg.dependent,
    also=lambda vectors: _pivots(vectors) != len(vectors),
    cases=[
        case(np.array([_ON, _SAT, _MAT])),
        case(np.array([_THE, _CAT, _SAT, _ON])),
        case(np.array([[1.0, 2.0], [2.0, 4.0]])),
        case(np.array([[2.0, 1.0], [-1.0, 2.0], [2.0, -1.0]])),
        case(np.array([[1.0, 0.0, 2.0], [0.0, 0.0, 0.0]])),
        case(np.array([[1.0, 0.0, 2.0, 0.0, 1.0], [1.0, 0.0, 2.0, 0.0, 3.0]])),
        case(np.array([_CAT, _MAT, _CAT])),
        case(_A33),
    ],
    mistakes=[
        mistake(
            "repeats_only",
            lambda vectors: len(np.unique(vectors, axis=0)) < len(vectors),
            "You looked for equal rows. mat equals no other row, and is a mix of two.",
        ),
        mistake(
            "parallel_pairs",
            lambda vectors: any(linalg.rank(np.array(pair)) < 2 for pair in _pairs(vectors)),
            "You looked at pairs. In on, sat, mat no two are parallel, and the three are dependent.",
        ),
        mistake(
            "not_perpendicular",
            lambda vectors: any(abs(a @ b) > 1e-10 for a, b in _pairs(vectors)),
            "You asked whether two of them are not perpendicular. (1, 0) and (1, 1) are not, and are independent.",
        ),
        mistake(
            "independent",
            lambda vectors: linalg.rank(vectors) == len(vectors),
            "The test is right and the answer turned round: True means that one of them is superfluous.",
        ),
        mistake(
            "columns",
            lambda vectors: linalg.rank(vectors) < vectors.shape[1],
            "You compared the rank with the number of columns. The vectors are the rows.",
        ),
        mistake(
            "det",
            lambda vectors: abs(np.linalg.det(vectors)) < 1e-10,
            "A determinant needs a square table. Three vectors of four numbers have none, but they have a rank.",
        ),
        mistake(
            "more_than_width",
            lambda vectors: len(vectors) > vectors.shape[1],
            "More vectors than columns are always dependent. Fewer can be, too: (1, 2) and (2, 4).",
        ),
    ],
    difficulty=1,
    importance=1,
    minutes=5,
    hints=(
        "If no vector is superfluous, how large is the rank?",
        "Compare the rank with the number of rows.",
        "bool(linalg.rank(vectors) < len(vectors))",
    ),
    then="Next question: can five vectors of four numbers be independent?",
)


def _two_shadows(target, a, b):
    """The share along each vector alone, as if the other were not there."""
    return target @ a / (a @ a), target @ b / (b @ b)


def _by_dots(target, a, b):
    grid = np.array([[a @ a, a @ b], [b @ a, b @ b]])
    s, t = np.linalg.solve(grid, np.array([a @ target, b @ target]))
    return float(s), float(t)


exercise(
    "2.e5b",
    "as_mix(target, a, b)",
    reference=linalg.as_mix,
    also=_by_dots,
    cases=[
        case(_MAT, _ON, _SAT),
        case(np.array([3.0, 4.0]), np.array([2.0, 1.0]), np.array([-1.0, 2.0])),
        case(np.array([5.0, -1.0, 3.0]), np.array([1.0, 1.0, 0.0]), np.array([2.0, -1.0, 1.5])),
        case(np.array([1.0, 3.0]), np.array([1.0, 1.0]), np.array([0.0, 1.0])),
    ],
    mistakes=[
        mistake(
            "swapped",
            lambda target, a, b: linalg.as_mix(target, b, a),
            "The right two numbers, exchanged: first the share of a, then the share of b.",
        ),
        mistake(
            "dots_only",
            lambda target, a, b: (target @ a, target @ b),
            "Those are the two dot products with the target. They are the right side of two equations, not the answer.",
        ),
        mistake(
            "one_at_a_time",
            _two_shadows,
            "You asked each vector alone. on and sat are not perpendicular, so each explains part of the other.",
        ),
        mistake(
            "signs_lost",
            lambda target, a, b: tuple(abs(share) for share in linalg.as_mix(target, a, b)),
            "A share may be negative: taking away sat is allowed.",
        ),
        mistake(
            "mixed",
            lambda target, a, b: np.add(*(s * v for s, v in zip(linalg.as_mix(target, a, b), (a, b), strict=True))),
            "That is the mix itself, so the target again. The two shares were asked for.",
        ),
        mistake(
            "multiplied",
            lambda target, a, b: tuple(np.array([[a @ a, a @ b], [b @ a, b @ b]]) @ np.array([a @ target, b @ target])),
            "You multiplied by the matrix. It has to be undone: np.linalg.solve.",
        ),
    ],
    difficulty=1,
    importance=1,
    minutes=5,
    hints=(
        "Two numbers are unknown, so two equations are enough. The text above the cell gives them.",
        "The matrix is [[a·a, a·b], [a·b, b·b]], the right side is (a·target, b·target).",
        "s, t = np.linalg.solve(matrix, right side); return s, t.",
    ),
    then="Next question: what goes wrong in your equations when a and b are parallel?",
)


hand(
    "2.h1",
    "B = [[2, −1], [1, 2]], with the columns cat and sat. What is det B = ad − bc?",
    "5",
    wrong=[
        ("3", "4 − 1: the minus of −1 was lost. It is 4 − (−1)·1."),
        ("4", "That is ad alone. Now subtract bc."),
        ("-5", "The size is right. It is ad − bc, not bc − ad."),
        ("-1", "That is bc alone. It is subtracted from ad."),
    ],
    hints=("a = 2, b = −1, c = 1, d = 2.", "ad = 4 and bc = −1.", "4 − (−1)."),
    working="2·2 − (−1)·1 = 4 + 1.",
    then="Two perpendicular arrows of length √5 span a square of area 5.",
)
hand(
    "2.h1b",
    'The inverse of the same B. Type its two rows, such as "[[1, 2], [3, 4]]".',
    "[[0.4, 0.2], [-0.2, 0.4]]",
    wrong=[
        ("[[2, 1], [-1, 2]]", "Exchanged and negated, but not divided by the determinant."),
        (
            "[[0.4, -0.2], [0.2, 0.4]]",
            "That is B / 5: the signs off the diagonal were not changed. Or you typed the right matrix transposed.",
        ),
        (
            "[[0.5, -1], [1, 0.5]]",
            "You took 1/entry. The inverse of a matrix is not made of the inverses of its entries.",
        ),
        ("[[2/3, 1/3], [-1/3, 2/3]]", "You divided by 3. The determinant is 4 − (−1) = 5."),
        ("[[0.4, -0.2], [-0.2, 0.4]]", "−b is −(−1) = +1: the minus was lost in row 0."),
    ],
    hints=(
        "Exchange a and d, change the signs of b and c, divide by the determinant.",
        "Exchanged and negated: [[2, 1], [−1, 2]].",
        "Divide each of the four by 5.",
    ),
    working="[[2, 1], [−1, 2]] / 5. The test: B times it is the identity.",
)
hand(
    "2.h2",
    "The rank of X, the six rows of the sentence: with two numbers a word, and with four. Two numbers.",
    "2, 4",
    also=("2 and 4",),
    wrong=[
        ("6, 6", "You counted rows. “the” comes twice, and a row that is a mix brings nothing new."),
        ("5, 5", "You counted different rows. Different rows can still be mixes of one another."),
        ("2, 5", "With two numbers: right. With four: five different rows, and mat is a mix of on and sat."),
        ("2, 6", "With two numbers: right. With four you counted rows; “the” repeats, and mat is a mix."),
        ("5, 4", "With four numbers: right. With two, all arrows lie in one plane: two directions are enough."),
        ("4, 2", "The right two numbers, the other way round: first the table with two numbers a word."),
        ("1, 3", "Each is one too small: “the” and “on” are two directions in the first table already."),
    ],
    hints=(
        "A matrix with two columns cannot have more than two directions.",
        "With four numbers: the second “the” counts 0, and mat = 3·on − 2·sat counts 0.",
        "the, cat, sat, on are independent.",
    ),
    working="Two numbers: “the” and “on” are two directions, and a plane has no more. Four: the, cat, sat, on.",
)
hand(
    "2.h2b",
    "on = (0, 1, 0, 1), sat = (−1, 2, 0, 1). Compute 3·on − 2·sat, coordinate by coordinate.",
    "2, -1, 0, 1",
    wrong=[
        ("-2, 7, 0, 5", "You added 2·sat. It is taken away."),
        ("-2, -1, 0, 1", "The first coordinate is 0 − 2·(−1): minus times minus is plus."),
        ("3, -4, 0, -1", "That is 2·on − 3·sat: the two numbers changed places."),
        ("1, -1, 0, 0", "That is on − sat. The 3 and the 2 are missing."),
    ],
    hints=("3·on = (0, 3, 0, 3).", "2·sat = (−2, 4, 0, 2).", "Subtract place by place."),
    working="(0, 3, 0, 3) − (−2, 4, 0, 2).",
    then="Compare it with mat in the table.",
)
hand(
    "2.h3",
    'Q and K have the shape (6, 2). Which shapes have QKᵀ and QᵀK? Type two pairs, such as "(1, 2), (3, 4)".',
    "(6, 6), (2, 2)",
    also=("6, 6, 2, 2",),
    wrong=[
        ("(2, 2), (6, 6)", "The other way round. In QKᵀ the 2s meet and the 6s remain."),
        ("(6, 2), (2, 6)", "The inner sizes meet and vanish, the outer ones remain."),
        ("(6, 6), (6, 6)", "In QᵀK it is the 6s that meet: (2, 6) and (6, 2)."),
        ("(2, 2), (2, 2)", "In QKᵀ it is the 2s that meet: (6, 2) and (2, 6)."),
        ("(12, 12), (4, 4)", "Sizes are not multiplied. The two inner ones have to be equal, the outer two remain."),
        ("36, 4", "Those are the numbers of entries. A shape is a pair."),
    ],
    hints=("Kᵀ has the shape (2, 6).", "(6, 2)(2, 6): the 2s meet.", "Qᵀ has the shape (2, 6); K has (6, 2)."),
    working="(6, 2)(2, 6) → (6, 6) and (2, 6)(6, 2) → (2, 2).",
)
choice(
    "2.h3b",
    "Which of the two compares words with words?",
    right("QKᵀ", "Entry (i, j) is the dot product of the row of word i with the row of word j: 36 pairs of words."),
    wrong(
        "QᵀK", "Its four entries are dot products of columns: one number of all words with another number of all words."
    ),
    wrong("Both", "QᵀK has only four entries. It adds over the words, so no single word is left in it."),
    wrong("Neither", "A row of Q meets a row of K in QKᵀ, and a row is a word."),
)
hand(
    "2.h4",
    "det [[1, 2, 0], [0, 1, 3], [2, 0, 1]], along its first row. One number.",
    "13",
    wrong=[
        ("-11", "The middle term is subtracted: −2 · (0·1 − 3·2) = +12."),
        ("1", "You multiplied the diagonal. That is enough for triangular matrices only."),
        ("12", "The first term, 1 · (1·1 − 3·0) = 1, is missing."),
        ("-13", "The size is right, all the signs are turned round."),
    ],
    hints=(
        "a(ei − fh) − b(di − fg) + c(dh − eg).",
        "The first term is 1 · (1·1 − 3·0) = 1, the last one has the factor 0.",
        "The middle term is −2 · (0·1 − 3·2).",
    ),
    working="1·(1 − 0) − 2·(0 − 6) + 0 = 1 + 12.",
)
hand(
    "2.p1",
    "The plan says: remember (AB)ᵀ = BᵀAᵀ. A = [[1, 2], [3, 4]], B = [[1, 0], [2, 1]]. What is (AB)ᵀ? Type two rows.",
    "[[5, 11], [2, 4]]",
    wrong=[
        ("[[5, 2], [11, 4]]", "That is AB. Now turn it over."),
        ("[[1, 5], [2, 8]]", "That is AᵀBᵀ, which is (BA)ᵀ. Transposing a product turns its order round."),
        ("[[1, 2], [5, 8]]", "That is BA, neither turned over nor in the order asked for."),
        ("[[1, 6], [0, 4]]", "You multiplied entry by entry."),
    ],
    hints=(
        "AB first: row of A times column of B.",
        "AB = [[5, 2], [11, 4]].",
        "Its first column becomes the first row.",
    ),
    working="AB = [[5, 2], [11, 4]], turned over. BᵀAᵀ = [[1, 2], [0, 1]] · [[1, 3], [2, 4]] gives the same.",
)
choice(
    "2.p2",
    "The plan says: rank is the number of effective information dimensions of a matrix. Which sentence is exact?",
    wrong(
        "Rank is the number of rows that are not zero.", "mat is such a row, and 3·on − 2·sat says all that it says."
    ),
    wrong(
        "Rank measures how much information a matrix holds, so noise lowers it.",
        "Noise raises it: taken at its word, the faintest noise turns rank 1 into rank 4. Rank counts directions.",
    ),
    right(
        "Rank is the number of independent rows, equal to that of independent columns; measured data need a tolerance.",
        "That is the definition. How many directions matter in practice (“effective”) is for singular values, day 5.",
    ),
    wrong("Rank is the smaller of the two sizes of a matrix.", "That is the ceiling. The outer product has rank 1."),
)

choice(
    "2.w1",
    "The top row is 2, −1, the bottom row 1, d. Which d presses the whole grid onto one line?",
    wrong(
        "d = 0.5",
        "Then (0, 1) lands on (−1, 0.5) and (1, 0) on (2, 1): one points left, one right, and they are not opposite.",
    ),
    right(
        "d = −0.5",
        "(0, 1) lands on (−1, −0.5), which is −½ times (2, 1): both arrows on one line, and with them the grid.",
    ),
    wrong("d = 0", "Then (0, 1) lands on (−1, 0) and (1, 0) on (2, 1): two directions, so a plane is left."),
    wrong("None: the grid only gets narrower", "At one value both arrows lie on one line, and everything lies on it."),
)
choice(
    "2.w1b",
    "You go on, to d = −2. What has become of the letter F?",
    right("It is seen in a mirror", "The two arrows have passed through one line. det A = −3: the minus says mirror."),
    wrong(
        "It stands on its head, not mirrored",
        "A turn keeps left and right apart. Passing through the line exchanged them.",
    ),
    wrong("It reads as it did for d = 2", "On the way the grid was a line. On the other side it comes out mirrored."),
    wrong("It has vanished: its area is negative", "The area is 3. The sign of the determinant says which way round."),
)
choice(
    "2.w1c",
    "At d = −0.5 the grid is a line. Can a second press, with another matrix, bring the grid back?",
    wrong("Yes, with the inverse", "There is none: ad − bc = 0, and the formula divides by it."),
    wrong("Yes, with very large numbers", "Points that share a place keep sharing it, whatever comes after."),
    right("No, never", "Many points have landed on one place. No later rule can send one place to many."),
    wrong(
        "Only the unit square",
        "The square lies on the line too, and its corners cannot be told from other points there.",
    ),
)
choice(
    "2.w2",
    "“on” is pressed, and the counter says 1. You press “the”, then “the (again)”. What does it say then?",
    wrong("3", "Three rows, but the third one is a copy of the second: nothing new."),
    right("2", "“the” is a new direction, a copy of it is not: one row more, no direction more."),
    wrong("1", "“the” is no multiple of “on”, so it brings a direction of its own."),
    wrong("It depends on the order", "The rank of a set of rows does not depend on their order."),
)
choice(
    "2.w2b",
    "Only “on” and “sat” are pressed: 2. “mat” is a multiple of neither. You press it. What does the counter say?",
    wrong("3", "mat = 3·on − 2·sat. It is in the plane of the two."),
    right("2", "mat = 3·on − 2·sat, in each of the four coordinates: nothing new."),
    wrong("1", "A further row can never lower the count."),
    wrong("4", "One row brings one direction at most."),
)

choice(
    "2.q1",
    "What is the largest rank that a 3×5 matrix can have?",
    right("3", "It has three rows, so at most three directions. And rank counts the same for rows and columns."),
    wrong("5", "Five columns, but each has three entries only, and rows have the same rank as columns."),
    wrong("15", "That is the number of entries."),
)
choice(
    "2.q2",
    "Is (AB)ᵀ = AᵀBᵀ?",
    wrong("Yes, always", "Take the shapes (2, 3) and (3, 5): AᵀBᵀ would be (3, 2)(5, 3), which does not even fit."),
    right(
        "No: it is BᵀAᵀ",
        "The order turns round. With the shapes (3, 5)ᵀ = (5, 3) and (2, 3)ᵀ = (3, 2) it fits: (5, 2).",
    ),
    wrong("Only if A and B are square", "Then both products exist; for A and B of p1 they still differ."),
)
choice(
    "2.q3",
    "Does every 4×4 matrix have an inverse?",
    wrong(
        "Yes, it is square", "The zero matrix is square. So is the table of “the”, “on”, “sat”, “mat”: its rank is 3."
    ),
    right("Only if its rank is 4", "That is the same as det ≠ 0: nothing is pressed flat."),
    wrong("Only if it has no zeros", "The identity is full of zeros and is its own inverse."),
)
choice(
    "2.q4",
    "You put on socks (B), then shoes (A): that is AB. What undoes it?",
    wrong("A⁻¹B⁻¹", "That takes off the socks first, under the shoes."),
    right("B⁻¹A⁻¹", "First the shoes: (AB)⁻¹ = B⁻¹A⁻¹, and AB·B⁻¹A⁻¹ = A·A⁻¹ = I."),
    wrong("(BA)⁻¹", "That is A⁻¹B⁻¹, the order of A⁻¹ and B⁻¹ is the wrong one."),
)


_TRIPLES = [(3, 4, 5), (4, 3, 5), (5, 12, 13), (12, 5, 13), (8, 15, 17), (15, 8, 17)]


def _cosine(rng) -> Draw:
    (a, b, long), (c, d, wide) = (_TRIPLES[int(i)] for i in rng.choice(len(_TRIPLES), size=2, replace=False))
    product, lost = a * c - b * d, a * c + b * d
    return Draw(
        f"Day 1: what is the cosine between ({a}, {b}) and ({c}, −{d})? Both lengths are whole numbers.",
        f"{product}/{long * wide}",
        (
            (f"{product}", "That is the dot product. Divide it by both lengths."),
            (f"{product}/{long}", "You divided by the length of the first only."),
            (f"{product}/{wide}", "You divided by the length of the second only."),
            (f"{product}/{(long * wide) ** 2}", "You divided by the squared lengths."),
            (f"{lost}/{long * wide}", f"You lost the minus sign: the second product is {b} · (−{d})."),
        ),
        f"{a * c} − {b * d} = {product}, divided by {long} · {wide}.".replace("= -", "= −"),
    )


def _shape(rng) -> Draw:
    m, n, p = (int(size) for size in rng.choice([2, 3, 5, 7, 11], size=3, replace=False))
    return Draw(
        f"Day 1: A has the shape ({m}, {n}), B the shape ({n}, {p}). What is the shape of AB? Two numbers.",
        f"{m}, {p}",
        (
            (f"{n}, {n}", "Those are the inner sizes. They meet and vanish."),
            (f"{p}, {m}", "The right sizes, turned over: the rows come from A."),
            (f"{m}, {n}", "That is the shape of A."),
            (f"{n}, {p}", "That is the shape of B."),
        ),
        f"({m}, {n})({n}, {p}): the inner sizes meet, the outer ones remain.",
    )


fresh("2.r1", _cosine)
fresh("2.r2", _shape)
choice(
    "2.r3",
    "School: “times 4” is undone by “times ¼”. What undoes “times 0”?",
    wrong("Times 0", "0 · 0 = 0: what was there before does not come back."),
    wrong("Times ∞", "∞ is no number to multiply with. And 0 does not know where it came from."),
    right("Nothing", "All numbers have become 0. No rule can tell afterwards which one it was."),
    wrong("Dividing by 0", "That is not defined, for this very reason."),
)

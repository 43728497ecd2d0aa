"""Day 5, singular values: exercises, hand calculations, predictions, quiz and recall."""

import numpy as np

from utils import linalg
from utils.exercises.answers import hand
from utils.exercises.choices import choice, right, wrong
from utils.exercises.engine import case, exercise, law, mistake
from utils.exercises.recall import Draw, fresh

_rng = np.random.default_rng(5)
_HAND = np.array([[3.0, 0.0], [4.0, 5.0]])
_TALL = np.array([[2.0, 1.0, 0.0], [-1.0, 2.0, 1.0], [0.0, 1.0, 3.0], [1.0, 0.0, -2.0], [4.0, 1.0, 1.0]])
_WIDE = np.array([[1.0, 0, 2, -1, 3, 0, 1], [0, 1.0, 1, 2, -2, 1, 4], [5.0, 0, -3, 1, 0, 2, 2]])
_SQUARE = np.round(_rng.normal(size=(5, 5)) * 2, 1)


def _svd(A):
    return np.linalg.svd(A, full_matrices=False)


def _gram_values(A):
    """Eigenvalues of AᵀA, largest first; rounding must not make one negative."""
    return np.maximum(np.linalg.eigvalsh(A.T @ A)[::-1], 0.0)


def _by_the_smaller_gram(A):
    gram = A.T @ A if len(A) > A.shape[1] else A @ A.T
    return np.sqrt(np.maximum(np.sort(np.linalg.eigvalsh(gram))[::-1], 0.0))


def _squares_add_up(singular_values):
    for A in (_HAND, _WIDE):
        total = float(np.sum(np.square(singular_values(A))))
        if not np.isclose(total, np.sum(A**2)):
            return (
                f"For {A.tolist()} the squares of your stretches add up to {total:.6g}, "
                f"those of the entries to {np.sum(A**2):g}."
            )
    return ""


def _flat_is_no_exception(singular_values):
    flat = np.outer([1.0, 0.1, 0.7, -0.3, 0.2], [0.3, 0.9, 0.1])
    values = np.asarray(singular_values(flat))
    if np.isnan(values).any():
        return (
            "For a matrix of rank 1 your answer holds nan. An eigenvalue that should be 0 came out as about −10⁻¹⁷, "
            "and it has no real root. Lift negative ones to 0 first."
        )
    return "" if np.allclose(values, [linalg.norm(flat.ravel()), 0, 0], atol=1e-6) else f"A = {flat.tolist()}"


exercise(
    "5.e1",
    "singular_values(A)",
    reference=linalg.singular_values,
    also=_by_the_smaller_gram,
    cases=[case(_HAND), case(_TALL), case(_SQUARE), case(_WIDE)],
    mistakes=[
        mistake(
            "no_sqrt",
            lambda A: _gram_values(A)[: min(A.shape)],
            "Those are the eigenvalues of AᵀA: the squared stretches. Take the root.",
        ),
        mistake(
            "eigs",
            lambda A: np.sort(np.abs(np.linalg.eigvals(A)))[::-1],
            "Those are the sizes of the eigenvalues of A itself. A matrix that is not square has none, and for one "
            "that is not symmetric they are as a rule other numbers. Ask AᵀA.",
        ),
        mistake(
            "ascending",
            lambda A: np.sqrt(_gram_values(A)[: min(A.shape)])[::-1],
            "The right stretches in the wrong order: eigvalsh begins with the smallest, we list the largest first.",
        ),
        mistake(
            "diagonal",
            lambda A: np.sort(np.sqrt(np.diag(A.T @ A)))[::-1],
            "The roots of the diagonal of AᵀA are the lengths of A's columns. Its eigenvalues were asked for.",
        ),
        mistake(
            "too_many",
            lambda A: np.sqrt(_gram_values(A)),
            "A wide matrix has only as many stretches as rows. AᵀA adds zeros; keep the first min(m, n).",
        ),
    ],
    properties=[
        law("the squares of the stretches add up to the squares of the entries", _squares_add_up),
        law("a flat matrix has stretches of 0, and no nan", _flat_is_no_exception),
    ],
    difficulty=2,
    importance=2,
    minutes=8,
    hints=(
        "What did you do by hand? AᵀA, its eigenvalues, a root.",
        "np.linalg.eigvalsh(A.T @ A) gives real eigenvalues, the smallest first. Turn them round with [::-1].",
        "np.sqrt of np.maximum(eigenvalues, 0), largest first, and of those the first min(A.shape).",
    ),
    then="Next question: what are the stretches of 2·A, and of −A?",
    atol=1e-6,
)


_TURN = np.array([[0.6, -0.8], [0.8, 0.6]])
_OTHER_TURN = np.array([[0.8, 0.6], [-0.6, 0.8]])
_U5, _S5, _VT5 = _svd(_SQUARE)

exercise(
    "5.e2",
    "reconstruct(U, s, Vt)",
    reference=linalg.reconstruct,
    also=lambda U, s, Vt: sum(s[i] * np.outer(U[:, i], Vt[i]) for i in range(len(s))),
    cases=[
        case(_TURN, np.array([10.0, 5.0]), _OTHER_TURN.T @ _TURN),
        case(*_svd(_TALL)),
        case(_U5, _S5, _VT5),
        case(*_svd(_WIDE)),
        case(_svd(_WIDE)[0][:, :2], _svd(_WIDE)[1][:2], _svd(_WIDE)[2][:2]),
    ],
    mistakes=[
        mistake("V_T", lambda U, s, Vt: (U * s) @ Vt.T, "NumPy already gave you Vᵀ."),
        mistake(
            "no_sigma",
            lambda U, s, Vt: U @ Vt,
            "Two turns and no stretch: s is not used. It is what makes the circle an ellipse.",
        ),
        mistake(
            "scaled_twice",
            lambda U, s, Vt: (U * s) @ (s[:, None] * Vt),
            "You stretched twice, once on each side. Every stretch is used once.",
        ),
        mistake(
            "vec_matmul",
            lambda U, s, Vt: U @ s @ Vt,
            "s is a list of stretches, not a matrix; make it a diagonal or scale columns.",
        ),
        mistake(
            "rows",
            lambda U, s, Vt: (U * s[:, None]) @ Vt,
            "You scaled the rows of U. Stretch i belongs to column i of U.",
        ),
        mistake(
            "backwards",
            lambda U, s, Vt: Vt @ np.diag(s) @ U,
            "The three matrices stand in the order of NumPy's answer: U, then the stretches, then Vᵀ.",
        ),
    ],
    difficulty=2,
    importance=2,
    minutes=8,
    hints=(
        "Write the three shapes side by side. Which one is missing an axis?",
        "np.diag(s) is the matrix Σ of the thin form. U * s is shorter: it scales column i of U by s[i].",
        "Return (U * s) @ Vt.",
    ),
    then="Next question: the sum of the layers σᵢ uᵢ vᵢᵀ gives the same. What is the rank of one layer?",
)


def _kept(A, chosen):
    """The layers of A with these numbers, added up."""
    U, s, Vt = _svd(A)
    return (U[:, chosen] * s[chosen]) @ Vt[chosen]


def _by_projection(A, k):
    """A on the plane of the first k directions: A V Vᵀ."""
    V = np.linalg.eigh(A.T @ A)[1][:, ::-1][:, :k]
    return A @ V @ V.T


def _cut_rows(A, k):
    shorter = A.copy()
    shorter[k:] = 0
    return shorter


def _rows_for_columns(A, k):
    U, s, Vt = _svd(A)
    return (U[:, :k] * s[:k]) @ Vt[:, :k].T


_CUTS = [case(_HAND, 1), case(_TALL, 1), case(_WIDE, 2), case(_SQUARE, 3), case(_SQUARE, 2)]

exercise(
    "5.e3",
    "low_rank(A, k)",
    reference=linalg.low_rank,
    also=_by_projection,
    cases=_CUTS,
    mistakes=[
        mistake(
            "smallest",
            lambda A, k: _kept(A, slice(min(A.shape) - k, None)),
            "You kept the k smallest stretches. NumPy lists the largest first.",
        ),
        mistake("cut_rows", _cut_rows, "You deleted data, not directions."),
        mistake("cropped", lambda A, k: A[:k, :k], "You cut a corner out. The shape stays; the rank becomes k."),
        mistake(
            "off_by_one",
            lambda A, k: _kept(A, slice(0, k + 1)),
            "One layer too many. [:k] already ends before number k, because counting starts at 0.",
        ),
        mistake(
            "one_short",
            lambda A, k: _kept(A, slice(0, k - 1)),
            "One layer too few: [:k − 1] holds k − 1 of them.",
        ),
        mistake(
            "V_cols",
            _rows_for_columns,
            "You took columns of Vᵀ. NumPy returns Vᵀ, so the directions are its rows.",
        ),
        mistake(
            "layer",
            lambda A, k: _kept(A, slice(k - 1, k)),
            "That is layer k alone. The best matrix of rank k adds up the first k of them.",
        ),
        mistake(
            "no_sigma",
            lambda A, k: _svd(A)[0][:, :k] @ _svd(A)[2][:k],
            "The right directions, all with stretch 1. Each needs its own σ.",
        ),
    ],
    difficulty=2,
    importance=3,
    minutes=8,
    hints=(
        "np.linalg.svd(A, full_matrices=False) gives U, s and Vᵀ, the largest stretch first.",
        "Keep k columns of U, k entries of s, k rows of Vᵀ. Then put them together again.",
        "Return linalg.reconstruct(U[:, :k], s[:k], Vt[:k]).",
    ),
    then="Next question: is the best matrix of rank 2 the best one of rank 1 plus something, or a new start?",
)


exercise(
    "5.e4",
    "approx_error(A, k)",
    reference=linalg.approx_error,
    also=lambda A, k: np.linalg.norm(A - _by_projection(A, k)),
    cases=_CUTS,
    mistakes=[
        mistake(
            "sum_not_squares",
            lambda A, k: linalg.singular_values(A)[k:].sum(),
            "You added the dropped stretches. Their directions are perpendicular, so Pythagoras: square them first.",
        ),
        mistake(
            "next_only",
            lambda A, k: linalg.singular_values(A)[k],
            "That is the first dropped stretch: the spectral error. The Frobenius error counts all that were dropped.",
        ),
        mistake(
            "no_sqrt",
            lambda A, k: (linalg.singular_values(A)[k:] ** 2).sum(),
            "That is the squared error. The root is missing.",
        ),
        mistake(
            "kept",
            lambda A, k: linalg.norm(linalg.singular_values(A)[:k]),
            "That is the size of what you kept. The error is the size of what you dropped.",
        ),
        mistake(
            "off_by_one",
            lambda A, k: linalg.norm(linalg.singular_values(A)[k + 1 :]),
            "One dropped stretch is not counted. With k kept, the first dropped one has index k.",
        ),
    ],
    difficulty=2,
    importance=1,
    minutes=8,
    hints=(
        "The picture minus its first k layers is the sum of the other layers.",
        "Only stretches are needed: those from index k on. The layers are perpendicular, so their squares add up.",
        "The root of the sum of s[k:]**2.",
    ),
    then="Next question: by how much does the squared error fall when one more layer is kept?",
)


def _with_stretches(sigma, m, n, seed):
    """An m×n matrix with these singular values."""
    rng = np.random.default_rng(seed)
    U, V = (np.linalg.qr(rng.normal(size=(size, len(sigma))))[0] for size in (m, n))
    return np.round((U * np.array(sigma)) @ V.T, 6)


def _first(shares, energy):
    """How many shares, in their order, make up the energy."""
    return int(np.searchsorted(np.cumsum(shares) / np.sum(shares), energy) + 1)


def _squares(A):
    return linalg.singular_values(A) ** 2


def _step_by_step(A, energy=0.95):
    squares, held, k = _squares(A), 0.0, 0
    while held < energy * squares.sum():
        held += squares[k]
        k += 1
    return k


exercise(
    "5.e5",
    "effective_rank(A, energy=0.95)",
    reference=linalg.effective_rank,
    also=_step_by_step,
    cases=[
        case(_HAND, 0.85),
        case(_with_stretches((6, 3, 1), 5, 3, 1)),
        case(_with_stretches((4, 3, 3), 3, 7, 2), energy=0.7),
        case(_with_stretches((8, 4, 2, 1, 0.5), 5, 5, 3), 0.99),
        case(_with_stretches((3, 2, 2, 1, 0.5), 7, 5, 4), 0.3),
    ],
    mistakes=[
        mistake(
            "plain_sigma",
            lambda A, energy=0.95: _first(linalg.singular_values(A), energy),
            "Energy is squared.",
        ),
        mistake(
            "off_by_one",
            lambda A, energy=0.95: _first(_squares(A), energy) - 1,
            "One short. You found an index, which counts from 0; k counts layers.",
        ),
        mistake(
            "ascending",
            lambda A, energy=0.95: _first(_squares(A)[::-1], energy),
            "You collected from the smallest on. The fewest layers are enough when the largest come first.",
        ),
        mistake(
            "ignored",
            lambda A, energy=0.95: _first(_squares(A), 0.95),
            "The argument energy has no effect in your function.",
        ),
        mistake(
            "one_by_one",
            lambda A, energy=0.95: int(np.sum(_squares(A) / _squares(A).sum() > 1 - energy)),
            "You judged each layer by itself. Energy is collected: add the shares up, then ask when there is enough.",
        ),
        mistake(
            "rank",
            lambda A, energy=0.95: linalg.rank(A),
            "That is the rank: every layer that is not 0. Small ones may be left out here.",
        ),
    ],
    difficulty=3,
    importance=1,
    minutes=12,
    hints=(
        "The share of the first k layers is the sum of their σ² divided by the sum of all σ².",
        "np.cumsum(s**2) / np.sum(s**2) has one share for each k. Look for the first that reaches energy.",
        "int(np.argmax(shares >= energy)) is the index of the first True. k is one more.",
    ),
    then="Next question: your cat needed more layers, or fewer, to be recognised than to hold 95 %?",
)


hand(
    "5.h1",
    "A = [[3, 0], [4, 5]], so AᵀA = [[25, 20], [20, 25]]. Its singular values, the larger first?",
    "6.708, 2.236",
    wrong=[
        ("45, 5", "Those are the eigenvalues of AᵀA, the squared stretches: take the root."),
        ("3, 5", "Those are the eigenvalues of A. A is not symmetric, so they are no stretches."),
        ("5, 3", "Those are the eigenvalues of A. A is not symmetric, so they are no stretches."),
        ("5, 5", "√25 twice: those are the lengths of the columns. AᵀA is not diagonal, its eigenvalues are others."),
        ("2.236, 6.708", "Both are right. The larger one comes first."),
    ],
    hints=(
        "Day 4: a matrix [[a, b], [b, a]] has the eigenvalues a + b and a − b.",
        "AᵀA has the eigenvalues 45 and 5.",
        "√45 = 3√5 and √5. Test: their product is |det A| = 15.",
    ),
    working="AᵀA has the eigenvalues 25 ± 20, so 45 and 5; σ₁ = √45 = 3√5, σ₂ = √5. Product 15 = |det A|.",
)
hand(
    "5.h2",
    "The best rank-1 approximation of A = [[3, 0], [4, 5]]. (v₁ = (1, 1)/√2, and σ₁u₁ = A v₁.)",
    "[[1.5, 1.5], [4.5, 4.5]]",
    wrong=[
        ("[[1.5, -1.5], [-0.5, 0.5]]", "That is the other layer, σ₂u₂v₂ᵀ: the part that is dropped."),
        ("[[3, 3], [9, 9]]", "v₁ = (1, 1)/√2 is used twice, in A v₁ and in v₁ᵀ: divide by √2 twice."),
        ("[[2.121, 2.121], [6.364, 6.364]]", "Divided by √2 once. v₁ is used twice, in A v₁ and in v₁ᵀ."),
        ("[[1.5, 4.5], [1.5, 4.5]]", "Transposed: u₁ goes down the rows, v₁ᵀ across the columns."),
        ("[[0, 0], [4, 5]]", "You deleted data, not directions."),
        ("[[3, 0], [0, 0]]", "You deleted data, not directions."),
    ],
    hints=(
        "A (1, 1) = (3, 9).",
        "So σ₁u₁ = (3, 9)/√2. Column times row: (3, 9)/√2 times (1, 1)/√2.",
        "Every row is a multiple of (1, 1): the rows are 3/2 and 9/2 times it.",
    ),
    working="σ₁u₁v₁ᵀ = A v₁ v₁ᵀ: the column (3, 9) times the row (1, 1), divided by 2.",
)
hand(
    "5.h2b",
    "How far is that from A: the root of the sum of the squared differences (Frobenius)?",
    "2.236",
    wrong=[
        ("5", "That is the squared error. Take the root."),
        ("6.708", "That is σ₁, the part that you kept."),
        ("4", "You added the sizes of the four differences. Square them, add, take the root."),
        ("0", "The differences cancel when you add them with their signs. Square them first."),
    ],
    hints=(
        "The difference is the dropped layer, [[1.5, −1.5], [−0.5, 0.5]].",
        "2.25 + 2.25 + 0.25 + 0.25 = 5.",
        "√5 = σ₂: the error is the stretch that was dropped.",
    ),
    working="2.25 + 2.25 + 0.25 + 0.25 = 5, and √5 = σ₂.",
)
hand(
    "5.h3",
    "W_Q and W_K have shape (512, 64). What is the largest rank that W_Q W_Kᵀ can have?",
    "64",
    wrong=[
        ("512", "The product is 512 × 512, but everything passes through 64 numbers on the way."),
        ("128", "Ranks of factors do not add up. The narrower place decides."),
        ("8", "That is the number of heads. One head is asked for."),
        ("32768", "That is how many numbers W_Q holds. A rank counts directions."),
    ],
    hints=(
        "A product cannot have a larger rank than either factor.",
        "W_Q has 64 columns. How many of them can be independent?",
        "rank(W_Q W_Kᵀ) ≤ min(rank W_Q, rank W_K) ≤ 64.",
    ),
    working="rank(W_Q W_Kᵀ) ≤ min(rank W_Q, rank W_K) ≤ 64 = d_k.",
)
choice(
    "5.p1",
    "The plan says: SVD splits a matrix into three simple matrices. Which sentence is true?",
    wrong("All three have fewer entries than A.", "In the full form they have more: for (6, 4) it is 36 + 24 + 16."),
    right(
        "U and V have perpendicular columns of length 1; Σ is diagonal, with sorted stretches ≥ 0.",
        "That is the simple part: the structure. U and V are as dense as A. To reduce or to extract, you drop the "
        "small stretches afterwards.",
    ),
    wrong("All three are diagonal.", "Only Σ is, and it is rectangular in the full form. U and V are full of numbers."),
    wrong("It works for square matrices only.", "That is the eigendecomposition, and not every square one has it."),
)
choice(
    "5.p2",
    "The plan says: in attention layers, SVD can be used to optimise computation. Which sentence is true?",
    wrong(
        "The Transformer computes an SVD of QKᵀ in each layer.",
        "There is no SVD in the paper. One of QKᵀ would cost more than the product that it should save.",
    ),
    wrong(
        "Two factors always hold fewer numbers than the matrix.", "r(m + n) exceeds m·n as soon as r is large enough."
    ),
    right(
        "The paper does no SVD; weights of a trained model can be cut with one, if r is below mn/(m + n).",
        "Two factors hold r(m + n) numbers. That is fewer than m·n only below the break-even rank, and the result is "
        "an approximation.",
    ),
    wrong(
        "LoRA cuts the trained weights with an SVD.",
        "LoRA leaves them as they are, and trains two thin factors that are added. Low rank, no SVD.",
    ),
)
hand(
    "5.p2b",
    "A matrix of 512 × 2048 is replaced by two factors, (512, r) and (r, 2048). "
    "What is the largest rank r with which that saves numbers?",
    "409",
    wrong=[
        ("410", "410 · 2560 = 1,049,600, and the matrix has 1,048,576 numbers: that is more."),
        ("409.6", "The break-even point is 409.6. A rank is a whole number, and it has to stay below."),
        ("256", "Half the size is the rule for a square matrix. Here m + n is 2560."),
        ("512", "At full rank the two factors hold 512 · 2560 numbers, a quarter more than the matrix."),
    ],
    hints=(
        "How many numbers do the two factors hold together? r · (512 + 2048).",
        "Set that equal to 512 · 2048.",
        "1,048,576 / 2560 = 409.6. Which whole r lies just below?",
    ),
    working="r · 2560 < 512 · 2048 = 1,048,576 means r < 409.6.",
)

choice(
    "5.w1",
    "A matrix A turns the circle into an ellipse. Do the axes of the ellipse lie on the eigenvectors of A?",
    wrong("Always", "Start with [[3, 0], [4, 5]] and show the eigenvectors: they lie somewhere else."),
    right(
        "Only when A is symmetric",
        "With b = c they do. Otherwise the axes are the directions u₁, u₂, and the eigenvectors are others, or none.",
    ),
    wrong("Only when det A = 1", "The determinant is the product of the stretches. It says nothing about directions."),
    wrong("Never", "Set b = c: then A is symmetric, and they do."),
)
choice(
    "5.w2",
    "A 32 × 32 picture of a cat is taken apart into 32 layers, the strongest first. How many of them until you see it?",
    wrong("1", "One layer is one row, repeated in other strengths: stripes. No cat is made of that."),
    right(
        "About 4 to 6",
        "By our eyes: with 4 there are ears and a body, with 5 a cat looks at you. No formula says when an eye is "
        "satisfied; yours may want a layer more or less.",
    ),
    wrong("About 16, half of them", "Long before. With 16 even the whiskers stand."),
    wrong("All 32", "The last eight layers of this picture are exactly 0: its rank is 24."),
)
choice(
    "5.w2b",
    "One layer is one column times one row. What can you say about the rows of the picture from 1 layer?",
    right("Each is a multiple of one and the same row", "That is rank 1: one direction, in other strengths."),
    wrong("They are all equal", "Only if the column has equal entries. Each row may have its own strength."),
    wrong("Only the first one is not 0", "That would be a row cut out of the picture. A layer covers all of it."),
    wrong(
        "Nothing: it depends on the picture", "Whatever the picture is, a column times a row has only one direction."
    ),
)
choice(
    "5.w3",
    "W_Q and W_K are 8 × 3, filled with random numbers. Their product W_Q W_Kᵀ is 8 × 8. Its rank?",
    wrong("8, because it is 8 × 8", "Its size is 8. Every row of it is a mix of the 3 rows of W_Kᵀ."),
    wrong("6, because 3 + 3", "Ranks of factors do not add up. Everything passes through the same 3 numbers."),
    right("3", "Every row of the product is a mix of the 3 rows of W_Kᵀ. The inner size is a bottleneck."),
    wrong("It depends on the numbers", "It could only be less than 3, and random numbers do not fall that way."),
)

choice(
    "5.q1",
    "Can a singular value be negative?",
    wrong("Yes, like an eigenvalue", "A mirror has eigenvalue −1 and singular value 1: the turn-over is in U or V."),
    right("No", "It is a length, that of A v, where v has length 1. The signs sit in U and V."),
    wrong("Only for a square matrix", "It is the root of an eigenvalue of AᵀA, for every shape, and never below 0."),
)
choice(
    "5.q2",
    "np.linalg.svd returns three things. What is the third?",
    wrong("V", "The directions v are its rows, not its columns: it is turned over already."),
    right("Vᵀ", "Ready to be multiplied. The second is the list of stretches, not the matrix Σ."),
    wrong("Σ", "The stretches come second, as a list."),
)
choice(
    "5.q3",
    "How do you read the rank off the singular values?",
    wrong("It is how many there are", "There are always min(m, n) of them; some may be 0."),
    wrong("It is the largest one", "The largest one is the spectral norm, a length."),
    right("Count those above a tolerance", "Rounding turns an exact 0 into 10⁻¹⁶, so “not 0” needs a tolerance."),
)


def _eigenvalues(rng) -> Draw:
    low = int(rng.integers(-3, 4))
    gap = int(rng.integers(2, 7))
    b = int(rng.integers(1, gap))
    a, c, d = low + b, gap - b, low + gap - b
    high, trace, det = low + gap, a + d, a * d - b * c
    wrong_values = [
        (f"{max(a, d)}, {min(a, d)}", "Those are the diagonal entries. They are the eigenvalues only if b or c is 0."),
        (f"{low}, {high}", "Both are right. The larger one comes first."),
        (f"{-low}, {-high}", "The signs are turned round: trace is the sum of the eigenvalues."),
    ]
    if trace**2 >= det:
        root = (trace**2 - det) ** 0.5
        values = f"{(trace + root) / 2:.3f}, {(trace - root) / 2:.3f}"
        wrong_values.append((values, "Under the root stands trace² − 4 det. The 4 is missing."))
    return Draw(
        f"A = [[{a}, {b}], [{c}, {d}]]. Its two eigenvalues, the larger first?",
        f"{high}, {low}",
        tuple(wrong_values),
        f"Trace {trace}, determinant {det}: {high} + ({low}) = {trace} and {high} · ({low}) = {det}.",
    )


fresh("5.r1", _eigenvalues)
choice(
    "5.r2",
    "Day 2: Q has shape (3, 2), three words that ask; K has shape (5, 2). What is QKᵀ?",
    right("(3, 5): row i holds the answers to word i", "(3, 2) meets (2, 5): one dot product for each pair."),
    wrong("(5, 3): row i holds the answers to word i", "Those who ask are the rows. (5, 3) is K Qᵀ."),
    wrong("(2, 2): features meet features", "(2, 2) would need QᵀK, and that needs as many words in Q as in K."),
    wrong("Not defined, 3 and 5 differ", "The inner sizes must be equal. After the transpose these are 2 and 2."),
)
choice(
    "5.r3",
    "Day 1: you double the vector a. What happens to a·b and to the cosine?",
    right("a·b doubles, the cosine stays", "The length is a factor of a·b, and the cosine divides it out."),
    wrong("Both double", "The cosine is at most 1. It divides by the lengths."),
    wrong("Both stay", "a·b = ‖a‖ ‖b‖ cos θ, and ‖a‖ has doubled."),
    wrong("a·b stays, the cosine halves", "The angle has not changed, so the cosine has not."),
)

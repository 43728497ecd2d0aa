"""Day 1, vectors, dot product, matrices: exercises, hand calculations, predictions, quiz and recall."""

import numpy as np

from utils import linalg, story
from utils.exercises.answers import hand
from utils.exercises.choices import choice, right, wrong
from utils.exercises.engine import case, exercise, law, mistake
from utils.exercises.recall import Draw, fresh

_TABLE = story.TABLE_2D
_CAT, _SAT, _MAT = _TABLE["cat"], _TABLE["sat"], _TABLE["mat"]
_FIVE = np.array([1.0, 2.0, 0.5, -1.0, 3.0])
_OTHER_FIVE = np.array([2.0, -1.0, 4.0, 3.0, 1.5])
_THREE = np.array([3.0, -4.0, 12.0])


exercise(
    "1.e1",
    "dot(a, b)",
    reference=linalg.dot,
    also=lambda a, b: sum(x * y for x, y in zip(a, b, strict=True)),
    cases=[case(_FIVE, _OTHER_FIVE), case(_CAT, _MAT), case(_CAT, _SAT), case(_THREE, np.array([2.0, 0.0, 1.0]))],
    mistakes=[
        mistake(
            "elementwise",
            lambda a, b: a * b,
            "You have the five products. One step is missing: they must become one number.",
        ),
        mistake("outer", np.outer, "A table came out. Pair equal positions only."),
        mistake(
            "sum_of_sums",
            lambda a, b: a.sum() * b.sum(),
            "You added first and multiplied after.",
        ),
        mistake("added", lambda a, b: (a + b).sum(), "Between pairs we multiply, not add."),
        mistake(
            "unsigned",
            lambda a, b: np.abs(a * b).sum(),
            "Your products have lost their signs, so nothing can cancel and nothing can point the other way.",
        ),
        mistake("first_only", lambda a, b: a[0] * b[0], "Only the first pair was used. Every position counts."),
    ],
    properties=[
        law(
            "the order of the two vectors does not matter",
            lambda dot: "" if np.isclose(dot(_SAT, _MAT), dot(_MAT, _SAT)) else "a = [-1, 2], b = [2, -1]",
        )
    ],
    difficulty=1,
    importance=3,
    minutes=5,
    hints=(
        "By hand you did it in two steps: first with each pair of entries, then with all the results.",
        "Multiply entries that stand at the same position. Then add up the products.",
        "np.sum of a * b. A loop with zip(a, b) is as right.",
    ),
    then="Next question: what is dot(a, a), in terms of the length of a?",
)


exercise(
    "1.e2",
    "norm(a)",
    reference=linalg.norm,
    also=lambda a: np.sqrt(a @ a),
    cases=[case(_THREE), case(_CAT), case(_FIVE), case(np.zeros(2))],
    mistakes=[
        mistake("l1", lambda a: np.abs(a).sum(), "You walked along the streets; we fly."),
        mistake("no_sqrt", lambda a: (a**2).sum(), "That is the squared length."),
        mistake("sqrt_sum", lambda a: np.sqrt(a.sum()), "Squares first, otherwise −4 eats 3."),
        mistake(
            "maxabs", lambda a: np.abs(a).max(), "That is the longest step. The shorter ones lengthen the way too."
        ),
        mistake(
            "rms",
            lambda a: np.sqrt((a**2).mean()),
            "You averaged the squares before the root. Pythagoras adds them and does not divide.",
        ),
    ],
    properties=[
        law(
            "doubling a vector doubles its length",
            lambda norm: "" if np.isclose(norm(2 * _THREE), 2 * norm(_THREE)) else "a = [3, -4, 12]",
        )
    ],
    difficulty=1,
    importance=2,
    minutes=5,
    hints=(
        "Pythagoras: the entries are the legs, the length is the longest side.",
        "Square every entry, add, and take the root at the very end.",
        "np.sqrt of np.sum of a * a.",
    ),
    then="Next question: how long is a vector with 100 entries, all of them 1?",
)


def _divided_by_one_length(a, b):
    return linalg.dot(a, b) / linalg.norm(a)


def _divided_by_squares(a, b):
    return linalg.dot(a, b) / (linalg.dot(a, a) * linalg.dot(b, b))


def _zero_is_like_nothing(cosine):
    zero, other = np.zeros(2), _CAT.copy()
    for a, b in ((zero, other), (other, zero), (zero, zero)):
        value = float(cosine(a, b))
        if np.isnan(value):
            return (
                f"cosine({a.tolist()}, {b.tolist()}) is 0/0, nan. A zero vector has no direction, so no angle "
                "is defined; the course returns 0.0 there: similar to nothing."
            )
        if value != 0:
            return f"cosine({a.tolist()}, {b.tolist()}) gave {value:g}; the course returns 0.0 there."
    return ""


def _length_is_ignored(cosine):
    before, after = float(cosine(_CAT, _MAT)), float(cosine(_CAT, 2 * _MAT))
    return "" if np.isclose(before, after) else f"cat and mat give {before:g}, cat and 2·mat give {after:g}."


exercise(
    "1.e3",
    "cosine(a, b)",
    reference=linalg.cosine,
    also=lambda a, b: (a / max(linalg.norm(a), 1e-300)) @ (b / max(linalg.norm(b), 1e-300)),
    cases=[
        case(_CAT, _MAT),
        case(_SAT, _MAT),
        case(_CAT, _SAT),
        case(_FIVE, _OTHER_FIVE),
        case(_THREE, np.array([2.0, 0.0, 1.0])),
    ],
    mistakes=[
        mistake("no_norm", linalg.dot, "That is the dot product. It is not divided by the lengths yet."),
        mistake("one_norm", _divided_by_one_length, "You divided by the length of a only; b has one too."),
        mistake(
            "other_norm",
            lambda a, b: linalg.dot(a, b) / linalg.norm(b),
            "You divided by the length of b and not by that of a.",
        ),
        mistake("sq_norms", _divided_by_squares, "You divided by the squared lengths. A root is missing in each."),
        mistake(
            "angle",
            lambda a, b: np.arccos(linalg.cosine(a, b)),
            "That is the angle in radians; we want its cosine. Stop one step earlier.",
        ),
        mistake(
            "degrees",
            lambda a, b: np.degrees(np.arccos(linalg.cosine(a, b))),
            "That is the angle, counted in degrees. Its cosine is the number before arccos.",
        ),
        mistake(
            "sum_of_norms",
            lambda a, b: linalg.dot(a, b) / (linalg.norm(a) + linalg.norm(b)),
            "The two lengths were added. The dot product contains them as factors, so both are divided out.",
        ),
    ],
    properties=[
        law("doubling one vector changes nothing", _length_is_ignored),
        law("with a zero vector the answer is 0.0", _zero_is_like_nothing),
    ],
    difficulty=2,
    importance=3,
    minutes=8,
    hints=(
        "a·b = ‖a‖ ‖b‖ cos θ. Solve for cos θ.",
        "Divide the dot product by each length exactly once. And ask first whether a length is 0.",
        "When norm(a) * norm(b) is 0, return 0.0. Otherwise return dot(a, b) / (norm(a) * norm(b)).",
    ),
    then="Next question: which vectors have cosine −1 with cat?",
)


_ODD_TABLE = {"b": np.array([1.0, 2.0, 3.0]), "a": np.array([4.0, 5.0, 6.0]), "c": np.array([7.0, 8.0, 9.0])}


def _rows(words, table):
    return np.array([table[word] for word in words])


exercise(
    "1.e4",
    "embed(words, table)",
    reference=linalg.embed,
    also=lambda words, table: np.stack([np.asarray(table[word]) for word in words]),
    cases=[
        case(story.SENTENCE, _TABLE),
        case(["c", "a", "c", "b", "b"], _ODD_TABLE),
        case(story.SENTENCE[:4], story.TABLE_4D),
    ],
    mistakes=[
        mistake(
            "transposed",
            lambda words, table: _rows(words, table).T,
            "Tokens are rows in this course and in the paper's code.",
        ),
        mistake("flat", lambda words, table: _rows(words, table).ravel(), "Keep one row per token."),
        mistake(
            "unique",
            lambda words, table: _rows(dict.fromkeys(words), table),
            "A sentence may repeat a word; keep both “the”.",
        ),
        mistake(
            "sorted_set",
            lambda words, table: _rows(sorted(set(words)), table),
            "A set forgets the order, and how often a word was said. The sentence has both.",
        ),
        mistake(
            "whole_table",
            lambda words, table: np.array(list(table.values())),
            "That is the whole table. The sentence decides which rows come, in which order, how often.",
        ),
        mistake(
            "summed",
            lambda words, table: _rows(words, table).sum(axis=0),
            "You added the words up into one vector. Each token keeps a row of its own.",
        ),
    ],
    difficulty=1,
    importance=3,
    minutes=5,
    hints=(
        "Go through the sentence word by word and look each one up.",
        "A list of vectors of one length becomes a table with np.array. One row per word of the sentence.",
        "np.array([table[word] for word in words])",
    ),
    then="Next question: which two rows of X are equal, and can anything computed from a row alone tell them apart?",
)


_A52 = np.array([[2.0, 1.0], [-1.0, 2.0], [0.0, 1.0], [3.0, -2.0], [1.0, 1.0]])
_A37 = np.array([[1.0, 0, 2, -1, 3, 0, 1], [0, 1.0, 1, 2, -2, 1, 4], [5.0, 0, -3, 1, 0, 2, 2]])
_A33 = np.array([[1.0, 2.0, 0.0], [3.0, 4.0, 5.0], [-1.0, 0.0, 2.0]])
_SEVEN = np.array([1.0, 2.0, -1.0, 0.5, 3.0, -2.0, 1.0])


exercise(
    "1.e5",
    "matvec(A, x)",
    reference=linalg.matvec,
    also=lambda A, x: sum(x[j] * A[:, j] for j in range(len(x))),
    cases=[
        case(_A52, np.array([2.0, 1.0])),
        case(_A33, np.array([1.0, -2.0, 3.0])),
        case(_A37, _SEVEN),
        case(np.array([[1.0, 2.0], [3.0, 4.0]]), np.array([5.0, 7.0])),
    ],
    mistakes=[
        mistake("transposed", lambda A, x: A.T @ x, "You used columns as questions."),
        mistake("broadcast", lambda A, x: A * x, "`*` scales; it never adds up along a row."),
        mistake(
            "broadcast_col",
            lambda A, x: A * x[:, None],
            "Every row was scaled by an entry of x, and nothing was added up. Each row must become one number.",
        ),
        mistake(
            "axis0",
            lambda A, x: (A * x).sum(axis=0),
            "The products are right, and you added them down the columns. A row of A meets x: add along the row.",
        ),
        mistake("total", lambda A, x: (A * x).sum(), "One number came out. Every row of A gives a number of its own."),
        mistake("row_sums", lambda A, x: A.sum(axis=1), "Those are the sums of the rows. Where did x go?"),
    ],
    properties=[
        law(
            "A(x + y) is A x + A y",
            lambda matvec: (
                ""
                if np.allclose(matvec(_A52, _CAT + _SAT), np.add(matvec(_A52, _CAT), matvec(_A52, _SAT)))
                else "x = [2, 1], y = [-1, 2]"
            ),
        )
    ],
    difficulty=2,
    importance=2,
    minutes=8,
    hints=(
        "How many numbers come out: one for each row of A, or one for each column?",
        "Entry i of the answer is the dot product of row i of A with x.",
        "np.array([np.sum(row * x) for row in A]). Afterwards compare it with A @ x.",
    ),
    then="Next question: which x makes A x the second column of A?",
)


_PETS = {
    "dog": np.array([1.0, 1.0, 0.0]),
    "ant": np.array([1.0, 0.0, 0.0]),
    "fox": np.array([5.0, 5.0, 1.0]),
    "owl": np.array([20.0, -3.0, 0.0]),
    "bee": np.array([-1.0, -1.0, 0.0]),
}


def _best(word, table, score):
    return max((other for other in table if other != word), key=lambda other: score(table[word], table[other]))


exercise(
    "1.e6",
    "most_similar(word, table)",
    reference=linalg.most_similar,
    also=lambda word, table: sorted((-linalg.cosine(table[word], v), w) for w, v in table.items() if w != word)[0][1],
    cases=[
        case("cat", _TABLE),
        case("sat", _TABLE),
        case("mat", story.TABLE_4D),
        case("dog", _PETS),
    ],
    mistakes=[
        mistake("itself", lambda word, table: word, "Everyone is most like themselves. Exclude the word."),
        mistake(
            "by_dot",
            lambda word, table: _best(word, table, linalg.dot),
            "Longer arrows win your contest. Remove the length.",
        ),
        mistake(
            "least",
            lambda word, table: _best(word, table, lambda a, b: -linalg.cosine(a, b)),
            "That is the least similar word: the smallest cosine won.",
        ),
        mistake(
            "by_distance",
            lambda word, table: _best(word, table, lambda a, b: -linalg.norm(a - b)),
            "You measured from tip to tip. Two arrows in one direction can have tips far apart; compare angles.",
        ),
        mistake(
            "opposite_too",
            lambda word, table: _best(word, table, lambda a, b: abs(linalg.cosine(a, b))),
            "A cosine near −1 is not similar: that arrow points the other way. Leave the sign.",
        ),
    ],
    difficulty=2,
    importance=1,
    minutes=8,
    hints=(
        "Compare the word with every other word of the table, and keep the best.",
        "The ruler is the cosine, and the word itself is not a candidate.",
        "max(others, key=lambda other: cosine(table[word], table[other])), where others leaves the word out.",
    ),
    then="Next question: two words are equally near to “the”. Which are they, and which does your function return?",
)


hand(
    "1.h1",
    "cat = (2, 1) and mat = (2, −1). What is cat·mat?",
    "3",
    wrong=[
        ("5", "You lost the minus sign: the second product is 1 · (−1)."),
        ("4, -1", "You multiplied but did not add. A dot product is one number."),
        ("4", "That is only the first coordinate: the second pair counts too."),
        ("-3", "The size is right, the sign is not: 4 weighs more than −1."),
    ],
    hints=(
        "Pair equal positions: 2 with 2, and 1 with −1.",
        "The products are 4 and −1.",
        "Add them.",
    ),
    working="2·2 + 1·(−1) = 4 − 1.",
    then="Positive: the two arrows are less than 90° apart.",
)
hand(
    "1.h2",
    "What is the cosine between cat = (2, 1) and mat = (2, −1)?",
    "3/5",
    wrong=[
        ("3", "That is the dot product, not divided by the lengths."),
        ("1.342", "You divided by one length only."),
        ("0.12", "You divided by the squared lengths: 3/25."),
        ("0.927", "That is the angle in radians, we want its cosine."),
        ("53.13", "That is the angle in degrees, we want its cosine."),
    ],
    hints=(
        "Both arrows have the same length. Pythagoras gives it.",
        "‖cat‖ = ‖mat‖ = √5, and √5 · √5 is a plain number.",
        "3 / 5.",
    ),
    working="3 / (√5 · √5) = 3/5.",
)
hand(
    "1.h3",
    "q = cat = (2, 1). What is X q, row by row, for the six words the cat sat on the mat?",
    "2, 5, 0, 1, 2, 3",
    wrong=[
        (
            "(2, 0), (4, 1), (-2, 2), (0, 1), (2, 0), (4, -1)",
            "Those are the products, elementwise. Each row still has to become one number.",
        ),
        (
            "(3, 1), (4, 2), (1, 3), (2, 2), (3, 1), (4, 0)",
            "You added cat to every row. In a dot product pairs are multiplied, then added.",
        ),
        ("3, 9, 3, 3, 3, 3", "You added up each row first. Multiply pair by pair, then add."),
        ("2, 5, 0, 1, 3", "Five numbers: you skipped the repeated “the”. A sentence has six rows here."),
        ("1, 3, 1, 1, 1, 1", "Those are the sums of the rows. The question q was never asked."),
        ("2, 5, 4, 1, 2, 5", "The minus signs are lost, at sat and at mat."),
    ],
    hints=(
        "One dot product with (2, 1) for every row of X.",
        "the: 2·1 + 1·0. cat with itself: 2·2 + 1·1.",
        "sat gives 2·(−1) + 1·2, on 1, the again 2, mat what you found in h1.",
    ),
    working="the 2, cat 4 + 1, sat −2 + 2, on 1, the 2, mat 4 − 1.",
)
hand(
    "1.h4",
    "Leave cat out. Which word is nearest to cat by dot product, and which by cosine? Answer with two words.",
    "mat, the",
    also=("mat and the", "mat by dot, the by cosine"),
    wrong=[
        ("the, mat", "The right two words, the other way round: by dot product first, then by cosine."),
        ("mat, mat", "The second ruler divides by the lengths. mat is long, and one word is short and close."),
        ("the, the", "The first ruler is the plain dot product: 3 beats 2."),
        ("cat, cat", "Everyone is most like themselves. Leave cat out."),
        ("cat, the", "Leave cat out of the first contest too. Who is next?"),
        ("on, on", "cat·on is 1, and its cosine 0.447. Two words do better."),
    ],
    hints=(
        "Make a small table: dot product and cosine of cat with the, sat, on, mat.",
        "The dot products are 2, 0, 1, 3.",
        "The cosines are 2/√5 = 0.894, 0, 1/√5 = 0.447, 3/5 = 0.6.",
    ),
    working="Dot products: the 2, sat 0, on 1, mat 3. Cosines: the 0.894, sat 0, on 0.447, mat 0.6.",
)


choice(
    "1.p1",
    "The plan asks you to grasp: a vector is a quantity with direction, and the inner product measures similarity. "
    "Which sentence says it so that nothing is wrong?",
    wrong(
        "Every vector has a direction, and the larger a·b, the more similar a and b are.",
        "The zero vector has no direction. And (1, 0)·(3, 4) = 3 beats (1, 0)·(1, 0) = 1, where both are the same.",
    ),
    right(
        "A vector is a list of numbers. It has a length and, unless it is zero, a direction; a·b mixes lengths "
        "and angle.",
        "a·b = ‖a‖ ‖b‖ cos θ. Only the cosine is free of the lengths; which of the two you want is a decision.",
    ),
    wrong(
        "A vector is a direction without a length, and a·b is the angle between two of them.",
        "(2, 1) and (4, 2) have one direction and are different vectors. And a·b is a number without degrees.",
    ),
    wrong(
        "A vector is a list of numbers, and a·b = 0 means that two words have nothing to do with each other.",
        "The first half is fine. 0 means perpendicular in this table: cat·sat = 0, and the cat did sit.",
    ),
)
hand(
    "1.p2",
    "The plan's calculation, part one: the inner product of (3, −2) and (4, 5).",
    "2",
    wrong=[
        ("22", "You lost the minus sign: 12 − 10, not 12 + 10."),
        ("12, -10", "You multiplied but did not add. An inner product is one number."),
        ("12", "That is only the first coordinate."),
        ("9", "You added first and multiplied after: (3 − 2)(4 + 5)."),
        ("10", "Between pairs we multiply, not add."),
    ],
    hints=("Pair 3 with 4, and −2 with 5.", "The products are 12 and −10.", "Add them."),
    working="3·4 + (−2)·5 = 12 − 10.",
)
hand(
    "1.p2b",
    'Part two: the product [[1, 2], [3, 4]] · [[5, 6], [7, 8]]. Type it as two rows, such as "[[1, 2], [3, 4]]".',
    "[[19, 22], [43, 50]]",
    wrong=[
        ("[[5, 12], [21, 32]]", "You multiplied entry by entry. Each entry of a product is a whole dot product."),
        ("[[23, 34], [31, 46]]", "That is the product in the other order. Here the rows come from [[1, 2], [3, 4]]."),
        ("[[17, 23], [39, 53]]", "You paired rows with rows. A row of the left meets a column of the right."),
        ("[[26, 30], [38, 44]]", "You paired columns with columns. A row of the left meets a column of the right."),
        ("[[6, 8], [10, 12]]", "That is the sum of the two matrices."),
        ("[[19, 43], [22, 50]]", "The right numbers: rows and columns have changed places."),
    ],
    hints=(
        "Entry (i, j) is row i of the left matrix times column j of the right one.",
        "Top left: (1, 2)·(5, 7) = 5 + 14.",
        "Top right: (1, 2)·(6, 8). Bottom: (3, 4)·(5, 7) and (3, 4)·(6, 8).",
    ),
    working="(1, 2)·(5, 7) = 19, (1, 2)·(6, 8) = 22, (3, 4)·(5, 7) = 43, (3, 4)·(6, 8) = 50.",
)
hand(
    "1.p2c",
    "Part three: the other order, [[5, 6], [7, 8]] · [[1, 2], [3, 4]].",
    "[[23, 34], [31, 46]]",
    wrong=[
        ("[[19, 22], [43, 50]]", "That is the first product. The order of the two matrices matters."),
        ("[[5, 12], [21, 32]]", "You multiplied entry by entry. Each entry of a product is a whole dot product."),
        ("[[17, 39], [23, 53]]", "You paired rows with rows. A row of the left meets a column of the right."),
        ("[[23, 31], [34, 46]]", "The right numbers: rows and columns have changed places."),
        ("[[6, 8], [10, 12]]", "That is the sum of the two matrices."),
    ],
    hints=(
        "Now the rows come from [[5, 6], [7, 8]].",
        "Top left: (5, 6)·(1, 3) = 5 + 18.",
        "Top right: (5, 6)·(2, 4). Bottom: (7, 8)·(1, 3) and (7, 8)·(2, 4).",
    ),
    working="(5, 6)·(1, 3) = 23, (5, 6)·(2, 4) = 34, (7, 8)·(1, 3) = 31, (7, 8)·(2, 4) = 46.",
)

hand(
    "1.w1",
    "cat = (2, 1) points at 26.6°, counted from the thing axis against the clock. You turn a second arrow b round the "
    "full circle, from 0° to 360°. At which angle is cat·b = 0? (In degrees; there are two, and one is enough.)",
    "116.6",
    unit="°/degrees",
    tolerance=1.0,
    also=("296.6", "-63.4", "116.6, 296.6", "296.6, 116.6", "116.6 or 296.6", "116.6 and 296.6"),
    wrong=[
        ("90", "The right angle has to be counted from cat, and cat itself stands at 26.6°: 26.6 + 90."),
        ("270", "The right angle has to be counted from cat, and cat itself stands at 26.6°: 26.6 + 270."),
        ("26.6", "There b lies on cat, and the product is as large as it gets. It is 0 a quarter turn further."),
        (
            "206.6",
            "There b points away from cat, and the product is as negative as it gets. It is 0 a quarter turn before.",
        ),
        ("63.4", "You subtracted: 90 − 26.6. The right angle is counted on from cat: 26.6 + 90."),
        ("0", "There b lies on the thing axis, and the product is 2 times its length."),
        ("180", "There b points against the thing axis, and the product is −2 times its length."),
        ("2.03", "That is the angle in radians. In degrees, please."),
    ],
    hints=(
        "Positive products lie on cat's side, negative ones behind it. The 0 lies between.",
        "The two arrows must be perpendicular.",
        "26.6° + 90°, or 26.6° − 90° + 360°.",
    ),
    working="26.6° + 90° = 116.6°, and on the other side 296.6°. At each of them b is perpendicular to cat.",
)
choice(
    "1.w1b",
    "Now you make b twice as long, at the same angle. What happens to cat·b, and to the cosine?",
    right(
        "cat·b doubles, the cosine stays",
        "Both products in 2·b₁ + 1·b₂ double, so their sum does. The angle between the arrows is the same as before.",
    ),
    wrong("Both double", "A cosine cannot double for ever: it never passes 1. It only knows the angle."),
    wrong("Both stay", "2·b₁ + 1·b₂ doubles when b₁ and b₂ do."),
    wrong("cat·b becomes four times as large", "That would be b·b, where both factors grow. Here cat stays as it is."),
)
choice(
    "1.w2",
    "All 36 dot products of our sentence with itself. Which pair has the most negative one?",
    wrong("the and sat", "1·(−1) + 0·2 = −1: negative, and there is a stronger one."),
    wrong("cat and sat", "2·(−1) + 1·2 = 0: those two are perpendicular."),
    right("sat and mat", "(−1)·2 + 2·(−1) = −4: two long arrows that point nearly opposite ways, cosine −0.8."),
    wrong("on and mat", "0·2 + 1·(−1) = −1: negative, but on is short."),
)
choice(
    "1.w2b",
    "Is the grid symmetric: is row cat, column mat always the same as row mat, column cat?",
    right("Yes, always", "a·b = b·a: the products are the same, in the same order. On day 6 this will end."),
    wrong("No, the row asks and the column answers", "Here both are the same vectors. From day 6 on they are not."),
    wrong("Only where the number is positive", "The sign does not matter: multiplying two numbers has no order."),
    wrong("For the dot product only", "The cosine divides both by the same two lengths: symmetric as well."),
)

choice(
    "1.q1",
    "a·b = 0, and neither a nor b is the zero vector. Then a and b …",
    right("are perpendicular", "‖a‖ ‖b‖ cos θ = 0 with both lengths positive leaves cos θ = 0, so θ = 90°."),
    wrong("are equal", "Then a·b would be the squared length, which is positive."),
    wrong("point in opposite directions", "Then a·b is negative: −‖a‖ ‖b‖."),
    wrong("stand for unrelated words", "It is a statement about two arrows in this table, not about language."),
)
choice(
    "1.q2",
    "You double a. Does its cosine with b change?",
    wrong("Yes, it doubles", "a·b doubles, and so does the length of a that it is divided by."),
    right("No", "The factor 2 stands above and below the line. Only the angle is left, and that did not move."),
    wrong("Only if b is longer than a", "No length matters to a cosine."),
)
choice(
    "1.q3",
    "What is the shape of X for our sentence, with the table of two numbers a word?",
    wrong("(2, 6)", "That is its transpose. Tokens are rows."),
    wrong("(5, 2)", "That is the table: five different words. The sentence says “the” twice."),
    right("(6, 2)", "Six tokens, one row each; two numbers in every row."),
    wrong("(12,)", "The twelve numbers are there, and they have lost their rows."),
)


_TRIPLES = [(3, 4, 5), (6, 8, 10), (5, 12, 13), (9, 12, 15), (8, 15, 17), (7, 24, 25), (20, 21, 29), (12, 16, 20)]


def _pythagoras(rng) -> Draw:
    a, b, c = _TRIPLES[int(rng.integers(len(_TRIPLES)))]
    return Draw(
        f"A right triangle has legs of {a} and {b}. How long is its longest side?",
        str(c),
        (
            (str(a + b), "You walked along both legs. Straight across is shorter."),
            (str(c * c), "That is its square. Take the root."),
            (str(b - a), "That is how much longer one leg is than the other."),
        ),
        f"{a}² + {b}² = {a * a} + {b * b} = {c * c}, and its root is {c}.",
    )


def _signed_products(rng) -> Draw:
    a, c = (int(n) for n in rng.integers(2, 8, size=2))
    b, d = (-int(n) for n in rng.integers(2, 8, size=2))
    return Draw(
        f"Compute {a}·({b}) + ({-c})·({d}).".replace("-", "−"),
        str(a * b + c * -d),
        (
            (str(a * b + c * d), "Minus times minus is plus: the second product is positive."),
            (str(-a * b + c * -d), "Plus times minus is minus: the first product is negative."),
            (str(-(a * b + c * -d)), "The size is right, the sign is not."),
        ),
        f"{a * b} + {c * -d} = {a * b + c * -d}".replace("-", "−") + ".",
    )


fresh("1.r1", _pythagoras)
fresh("1.r2", _signed_products)
choice(
    "1.r3",
    "The cosines of 0°, 90° and 180° are …",
    wrong("0, 1, 0", "Those are the sines."),
    right("1, 0, −1", "The cosine is the shadow of a stick of length 1: full, none, and full on the other side."),
    wrong("1, 0, 1", "At 180° the shadow falls on the other side: −1."),
    wrong("0, 90, 180", "A cosine is a number between −1 and 1, not an angle."),
)

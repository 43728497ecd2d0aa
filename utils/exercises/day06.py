"""Day 6, projections and weight matrices: exercises, hand calculations, predictions, quiz and recall."""

import numpy as np

from utils import linalg, story
from utils.exercises.answers import hand
from utils.exercises.choices import choice, right, wrong
from utils.exercises.engine import case, exercise, law, mistake
from utils.exercises.recall import Draw, fresh

_rng = np.random.default_rng(6)
_CAT, _SAT, _MAT = (story.TABLE_2D[word] for word in ("cat", "sat", "mat"))
_CAT4, _SAT4, _ON4 = (story.TABLE_4D[word] for word in ("cat", "sat", "on"))
_A, _B = story.HEAD_A, story.HEAD_B


def _table(*shape):
    """Small numbers with one decimal, of both signs."""
    return np.round(_rng.normal(size=shape) * 2, 1)


def _share(b, a):
    return linalg.dot(b, a) / linalg.dot(a, a)


def _stays(project_onto):
    once = project_onto(_MAT.copy(), _CAT.copy())
    twice = project_onto(np.array(once), _CAT.copy())
    if np.allclose(once, twice):
        return ""
    return f"The shadow of mat on cat is {np.round(once, 3)}, and the shadow of that is {np.round(twice, 3)}."


def _leftover_is_perpendicular(project_onto):
    b, a = np.array([1.0, 2.0, -3.0]), np.array([2.0, 0.5, 1.0])
    product = float((b - project_onto(b.copy(), a.copy())) @ a)
    return "" if abs(product) < 1e-9 else f"b = {b}, a = {a}: leftover·a is {product:.4g}."


exercise(
    "6.e1",
    "project_onto(b, a)",
    reference=linalg.project_onto,
    also=lambda b, a: np.outer(a, a) @ b / np.sum(a * a),
    cases=[case(_MAT, _CAT), case(_SAT, _MAT), case(_table(3), _table(3)), case(_table(5), _table(5))],
    mistakes=[
        mistake(
            "one_norm",
            lambda b, a: linalg.dot(b, a) / linalg.norm(a) * a,
            "You divided by ‖a‖. The vector a comes in twice, so its length has to go out twice: ‖a‖² = a·a.",
        ),
        mistake(
            "no_norm",
            lambda b, a: linalg.dot(b, a) * a,
            "Nothing is divided yet, so a longer a gives a longer shadow. The line is the same line.",
        ),
        mistake(
            "swapped",
            lambda b, a: _share(a, b) * b,
            "Your shadow lies on the line of b. b throws the shadow; the line belongs to a.",
        ),
        mistake(
            "coef", _share, "That is the coefficient, how often a fits. The shadow is that many times the arrow a."
        ),
        mistake(
            "rejection",
            lambda b, a: b - _share(b, a) * a,
            "That is the leftover, perpendicular to the line. The shadow is the other part of b.",
        ),
        mistake(
            "unsigned",
            lambda b, a: abs(_share(b, a)) * a,
            "A shadow may fall behind the origin: the sign of b·a has to stay.",
        ),
    ],
    properties=[
        law("the shadow of a shadow is itself (P² = P)", _stays),
        law("the leftover is perpendicular to the line", _leftover_is_perpendicular),
    ],
    difficulty=2,
    importance=2,
    minutes=8,
    hints=(
        "The shadow is c·a for one number c. The leftover b − c·a has to be perpendicular to a.",
        "Write (b − c·a)·a = 0 and solve for c.",
        "c = (b·a) / (a·a), and the answer is c times a.",
    ),
    then="Next question: for which b is the shadow b itself, and for which is it the zero vector?",
)


exercise(
    "6.e2",
    "linear(X, W, b)",
    reference=linalg.linear,
    also=lambda X, W, b: np.array([[sum(x * w) + c for w, c in zip(W.T, b, strict=True)] for x in X]),
    cases=[
        case(_table(2, 3), _table(3, 5), _table(5)),
        case(story.X4, _A.W_Q, np.array([1.0, -1.0])),
        case(_table(7, 5), _table(5, 5), _table(5)),
        case(_table(3, 3), _table(3, 3), _table(3)),
    ],
    mistakes=[
        mistake("W_T", lambda X, W, b: X @ W.T + b, "Inputs index the rows of W here."),
        mistake(
            "no_bias",
            lambda X, W, b: X @ W,
            "The bias b is never used: a token of zeros should come out as b, and comes out as zeros.",
        ),
        mistake("bias_scaled", lambda X, W, b: X @ (W + b), "Bias is added after the multiplication."),
        mistake(
            "bias_first",
            lambda X, W, b: (X + b) @ W,
            "You moved the tokens before the multiplication, so b went through W. It has one entry for each column "
            "of the result.",
        ),
        mistake(
            "bias_rows",
            lambda X, W, b: X @ W + b[:, None],
            "You gave each token a bias of its own. b belongs to the columns: every token gets the same b.",
        ),
        mistake(
            "elementwise",
            lambda X, W, b: X * W + b,
            "`*` multiplies entry by entry. Here every row of X meets every column of W.",
        ),
    ],
    properties=[
        law(
            "a token of zeros comes out as b",
            lambda linear: (
                ""
                if np.allclose(linear(np.zeros((2, 3)), np.ones((3, 2)), np.array([5.0, 7.0])), [5, 7])
                else "X = zeros (2, 3), b = [5, 7]"
            ),
        )
    ],
    difficulty=1,
    importance=5,
    minutes=5,
    hints=(
        "Two steps: a matrix product, then an addition.",
        "(T, d_in)(d_in, d_out) gives (T, d_out); b has d_out entries and NumPy adds it to every row.",
        "X @ W + b",
    ),
    then="Next question: with b ≠ 0, is linear(2·X) twice linear(X)?",
)


exercise(
    "6.e3",
    "qkv(X, WQ, WK, WV)",
    reference=linalg.qkv,
    also=lambda X, WQ, WK, WV: tuple(np.array([linalg.matvec(W.T, x) for x in X]) for W in (WQ, WK, WV)),
    cases=[
        case(_table(5, 3), _table(3, 2), _table(3, 2), _table(3, 7)),
        case(story.X4, _A.W_Q, _A.W_K, _A.W_V),
        case(_table(3, 3), _table(3, 3), _table(3, 3), _table(3, 3)),
    ],
    mistakes=[
        mistake("same", lambda X, WQ, WK, WV: (X @ WQ, X @ WQ, X @ WV), "Your keys equal your queries."),
        mistake(
            "values_are_keys",
            lambda X, WQ, WK, WV: (X @ WQ, X @ WK, X @ WK),
            "Your values equal your keys. What a word answers to and what it hands over are two things.",
        ),
        mistake(
            "swapped",
            lambda X, WQ, WK, WV: (X @ WK, X @ WQ, X @ WV),
            "Queries and keys have changed places. Who asks comes first.",
        ),
        mistake(
            "raw_values",
            lambda X, WQ, WK, WV: (X @ WQ, X @ WK, X),
            "Your values are the tokens themselves; they have a matrix of their own.",
        ),
        mistake(
            "chained",
            lambda X, WQ, WK, WV: (X @ WQ, X @ WQ @ WK, X @ WQ @ WK @ WV),
            "You sent the queries on through the next matrix. All three readings start from the same X.",
        ),
        mistake(
            "transposed",
            lambda X, WQ, WK, WV: tuple((X @ W).T for W in (WQ, WK, WV)),
            "Tokens are rows, in the result too.",
        ),
    ],
    difficulty=1,
    importance=3,
    minutes=5,
    hints=(
        "Three matrix products, and X is the left factor of each.",
        "(T, d_model)(d_model, d_k) → (T, d_k). Return three arrays with commas between.",
        "return X @ WQ, X @ WK, X @ WV",
    ),
    then="Next question: which of the three may have another number of columns than the other two?",
)


def _both_ways(score):
    there = float(score(_SAT4.copy(), _CAT4.copy(), _A.W_Q, _A.W_K))
    back = float(score(_CAT4.copy(), _SAT4.copy(), _A.W_Q, _A.W_K))
    return "" if (there, back) == (4.0, 1.0) else f"sat → cat gave {there:g}, cat → sat gave {back:g}."


exercise(
    "6.e4",
    "score(xi, xj, WQ, WK)",
    reference=linalg.score,
    also=lambda xi, xj, WQ, WK: xi @ (WQ @ WK.T) @ xj,
    cases=[
        case(_SAT4, _CAT4, _A.W_Q, _A.W_K),
        case(_CAT4, _SAT4, _A.W_Q, _A.W_K),
        case(_SAT4, _ON4, _B.W_Q, _B.W_K),
        case(_table(5), _table(5), _table(5, 3), _table(5, 3)),
        case(_table(3), _table(3), _table(3, 3), _table(3, 3)),
    ],
    mistakes=[
        mistake("swapped", lambda xi, xj, WQ, WK: linalg.score(xj, xi, WQ, WK), "Who asks whom?"),
        mistake(
            "same_W",
            lambda xi, xj, WQ, WK: linalg.score(xi, xj, WQ, WQ),
            "Both words went through the matrix of the queries. The one that answers has its own.",
        ),
        mistake(
            "both_keys",
            lambda xi, xj, WQ, WK: linalg.score(xi, xj, WK, WK),
            "Both words went through the matrix of the keys. The one that asks has its own.",
        ),
        mistake(
            "no_W",
            lambda xi, xj, WQ, WK: linalg.dot(xi, xj),
            "That is day 1: the plain dot product of the two tokens. Neither matrix was used.",
        ),
        mistake(
            "key_W_only",
            lambda xi, xj, WQ, WK: xi @ (xj @ WK),
            "Only the answering word went through its matrix. The asking word is still a raw token.",
        ),
        mistake(
            "elementwise",
            lambda xi, xj, WQ, WK: (xi @ WQ) * (xj @ WK),
            "Query and key are right. Their products still have to be added into one number.",
        ),
        mistake(
            "scaled",
            lambda xi, xj, WQ, WK: linalg.score(xi, xj, WQ, WK) / np.sqrt(WQ.shape[-1]),
            "You divided by √d_k already. That root belongs to attention, day 10; here the score is raw.",
        ),
    ],
    properties=[law("in head A the score of sat → cat is 4 and that of cat → sat is 1", _both_ways)],
    difficulty=2,
    importance=5,
    minutes=8,
    hints=(
        "First the query of word i, then the key of word j, then one number out of the two.",
        "xi @ WQ is the query. What do you have to do with xj?",
        "The dot product of xi @ WQ and xj @ WK.",
    ),
    then="Next question: which choice of WK would make every score symmetric?",
)


def _same_scores(bilinear):
    X, WQ, WK = story.X4, _B.W_Q, _B.W_K
    with_M, with_QK = X @ bilinear(WQ.copy(), WK.copy()) @ X.T, linalg.scores(X @ WQ, X @ WK)
    if np.allclose(with_M, with_QK):
        return ""
    i, j = np.argwhere(~np.isclose(with_M, with_QK))[0]
    return f"Row {i}, column {j} of X M Xᵀ is {with_M[i, j]:g}; in Q Kᵀ it is {with_QK[i, j]:g}."


exercise(
    "6.e5",
    "bilinear(WQ, WK)",
    reference=linalg.bilinear,
    also=lambda WQ, WK: np.array([[linalg.dot(asks, answers) for answers in WK] for asks in WQ]),
    cases=[
        case(_A.W_Q, _A.W_K),
        case(_B.W_Q, _B.W_K),
        case(_table(5, 3), _table(5, 3)),
        case(_table(3, 3), _table(3, 3)),
    ],
    mistakes=[
        mistake(
            "inner",
            lambda WQ, WK: WQ.T @ WK,
            "You got a table of d_k × d_k. M stands between two tokens, so it has a row and a column for each of "
            "their d_model entries.",
        ),
        mistake("no_T", lambda WQ, WK: WQ @ WK, "The inner sizes must meet; write both shapes side by side."),
        mistake(
            "elementwise",
            lambda WQ, WK: WQ * WK,
            "You multiplied entry by entry. Each entry of M is a dot product of a row of WQ with a row of WK.",
        ),
        mistake("swapped", lambda WQ, WK: WK @ WQ.T, "Right ingredients, roles exchanged. Who asks, who answers?"),
        mistake(
            "symmetrised",
            lambda WQ, WK: (WQ @ WK.T + WK @ WQ.T) / 2,
            "Your M is symmetric, so i → j and j → i would always score the same. Nothing forces that.",
        ),
    ],
    properties=[law("X M Xᵀ is Q Kᵀ, for every X", _same_scores)],
    difficulty=2,
    importance=1,
    minutes=8,
    hints=(
        "Write Q Kᵀ with Q = X WQ and K = X WK. What stands between X and Xᵀ?",
        "(X WK)ᵀ = WKᵀ Xᵀ: a transpose turns the order round (day 2).",
        "WQ @ WK.T",
    ),
    then="Next question: M has d_model × d_model entries. How large can its rank be?",
)


exercise(
    "6.e6",
    "collapse(W1, W2)",
    reference=linalg.matmul,
    also=lambda W1, W2: np.array([linalg.matvec(W2.T, row) for row in W1]),
    cases=[
        case(np.array([[1.0, -1.0]]), np.array([[1.0], [1.0]])),
        case(_table(2, 3), _table(3, 5)),
        case(_table(5, 7), _table(7, 5)),
        case(_table(3, 3), _table(3, 3)),
    ],
    mistakes=[
        mistake("backwards", lambda W1, W2: W2 @ W1, "Rows travel left to right: W1 comes first."),
        mistake(
            "elementwise",
            lambda W1, W2: W1 * W2,
            "`*` pairs equal positions. Two layers in a row are a matrix product.",
        ),
        mistake(
            "sum",
            lambda W1, W2: W1 + W2,
            "A sum would be two layers side by side, added up. These two stand one behind the other.",
        ),
        mistake(
            "transposed",
            lambda W1, W2: (W1 @ W2).T,
            "The right numbers, rows and columns exchanged. Inputs index the rows.",
        ),
    ],
    properties=[
        law(
            "one layer with your matrix does what the two layers do",
            lambda collapse: (
                ""
                if np.allclose(story.X4 @ collapse(_B.W_Q.copy(), _A.W_K.T.copy()), story.X4 @ _B.W_Q @ _A.W_K.T)
                else "X of our sentence, W1 of shape (4, 2), W2 of shape (2, 4)"
            ),
        )
    ],
    difficulty=2,
    importance=1,
    minutes=8,
    hints=(
        "(X W1) W2: you may move the brackets, not the order.",
        "X (W1 W2). So which single matrix stands behind X?",
        "W1 @ W2",
    ),
    then="Next question: with biases b1 and b2, what is the bias of the one layer?",
)


def _two_layers(X, W1, W2):
    return np.maximum(0.0, X @ W1) @ W2


exercise(
    "6.e6b",
    "two_layers(X, W1, W2)",
    reference=_two_layers,
    also=lambda X, W1, W2: np.where(X @ W1 > 0, X @ W1, 0.0) @ W2,
    cases=[
        case(np.array([[-3.0]]), np.array([[1.0, -1.0]]), np.array([[1.0], [1.0]])),
        case(_table(2, 3), _table(3, 5), _table(5, 2)),
        case(story.X4, _table(4, 7), _table(7, 3)),
        case(_table(3, 3), _table(3, 3), _table(3, 3)),
    ],
    mistakes=[
        mistake(
            "no_relu", lambda X, W1, W2: X @ W1 @ W2, "There is no ReLU in it, so it is still one matrix in disguise."
        ),
        mistake(
            "relu_last",
            lambda X, W1, W2: np.maximum(0.0, X @ W1 @ W2),
            "Your ReLU comes after the second layer. Before it the two layers have already become one.",
        ),
        mistake(
            "relu_first",
            lambda X, W1, W2: np.maximum(0.0, X) @ W1 @ W2,
            "Your ReLU looks at the tokens. It belongs between the layers, behind W1.",
        ),
        mistake(
            "relu_weights",
            lambda X, W1, W2: X @ np.maximum(0.0, W1) @ W2,
            "You cut the weights. ReLU works on what comes out of the first layer, not on W1.",
        ),
        mistake(
            "absolute",
            lambda X, W1, W2: np.abs(X @ W1) @ W2,
            "You turned the negative numbers round. ReLU replaces them by 0.",
        ),
        mistake(
            "kept_negative",
            lambda X, W1, W2: np.minimum(0.0, X @ W1) @ W2,
            "You kept the negative numbers and cut the positive ones: min and max exchanged.",
        ),
    ],
    difficulty=1,
    importance=2,
    minutes=5,
    hints=(
        "First layer, ReLU, second layer: three steps from left to right.",
        "np.maximum(0, A) compares every entry of A with 0. (np.max looks for one largest entry.)",
        "np.maximum(0, X @ W1) @ W2",
    ),
    then="Next question: for which X would the ReLU change nothing at all?",
)

hand(
    "6.h1",
    "Project mat = (2, −1) onto the line of cat = (2, 1). Where does the shadow end? Two numbers.",
    "1.2, 0.6",
    wrong=[
        ("2.683, 1.342", "You divided by ‖a‖ and need ‖a‖²: 3/√5 times cat instead of 3/5 times cat."),
        ("0.6", "That is only the coefficient. The shadow is 0.6 times the arrow cat."),
        ("1.2, -0.6", "Swapped roles: that is the shadow of cat on the line of mat."),
        ("0.8, -1.6", "That is the leftover, mat minus its shadow."),
        ("6, 3", "Nothing is divided yet: cat·mat = 3 has to be divided by cat·cat = 5."),
    ],
    hints=(
        "The shadow is c times cat, with c = (mat·cat) / (cat·cat).",
        "mat·cat = 3 and cat·cat = 5.",
        "c = 3/5. Multiply both entries of cat by it.",
    ),
    working="c = 3/5, and 0.6 · (2, 1) = (1.2, 0.6). The leftover is (0.8, −1.6), and leftover·cat = 1.6 − 1.6 = 0.",
)
hand(
    "6.h2",
    "Head A. The query of sat = (−1, 2, 0, 1) and the key of cat = (2, 1, 1, 0): two pairs of numbers.",
    "(2, 0), (2, 0)",
    also=("2, 0, 2, 0",),
    wrong=[
        ("(2, 0), (1, 0)", "The query is right. In W_K the animal entry is a 2: it doubles the 1 of cat."),
        ("(2, 0), (1, 1)", "The query is right. For the key you used W_Q; cat answers here, so take W_K."),
        ("(2, 0), (0, 1)", "The query is right. The key you found is that of sat."),
        ("(1, 1), (0, 1)", "Roles exchanged: that is the query of cat and the key of sat."),
        ("(2, 1), (2, 0)", "The key is right. The query you found is that of head B, where place is read too."),
        ("(0, 2), (0, 2)", "The right numbers in the wrong columns: doing goes to column 0 of the query."),
        ("(2, 0), (0, 2)", "The query is right. In the key, animal goes to column 0."),
    ],
    hints=(
        "Column 0 of W_Q has a single 1, in the row “doing”: it reads off how much of a doing the word is.",
        "sat has doing 2 and animal 0. For the key of cat: twice animal, then place.",
        "q = (2, 0). k = (2·1, 0).",
    ),
    working="q_sat = (doing, animal) = (2, 0); k_cat = (2·animal, place) = (2·1, 0) = (2, 0).",
)
hand(
    "6.h2b",
    "Head A. The score of sat → cat (sat asks, cat answers), then the score of cat → sat.",
    "4, 1",
    wrong=[
        ("4, 4", "The second one is another question: now cat asks with (1, 1), and sat answers with (0, 1)."),
        ("1, 4", "Both are right, in the opposite order. The first word asks."),
        ("0, 0", "That is cat·sat without the two matrices."),
        ("4, 2", "For the second one you let cat answer itself. Its query (1, 1) meets the key of sat, (0, 1)."),
        ("4, 0", "The first is right. For cat → sat take the query of cat, (1, 1), and the key of sat, (0, 1)."),
    ],
    hints=(
        "A score is the dot product of a query and a key. You have both for sat → cat.",
        "For cat → sat: the query of cat is (doing, animal), the key of sat is (2·animal, place).",
        "(2, 0)·(2, 0), and (1, 1)·(0, 1).",
    ),
    working="(2, 0)·(2, 0) = 4. The query of cat is (1, 1), the key of sat (0, 1): 1·0 + 1·1 = 1.",
)
hand(
    "6.h3",
    "One head has three matrices, W_Q, W_K and W_V, of 4 × 2 each. How many numbers are that?",
    "24",
    wrong=[
        ("8", "That is one of the three matrices."),
        ("48", "You counted 4 × 4 matrices. Each has only d_k = 2 columns."),
        ("12", "You counted 2 × 2. The rows are the 4 entries of a token."),
        ("18", "You added 4 + 2. A matrix of 4 rows and 2 columns has 4 · 2 numbers."),
    ],
    hints=("How many entries has a matrix of 4 rows and 2 columns?", "8.", "Three of them."),
    working="3 · 4 · 2.",
)
hand(
    "6.h3b",
    "Two such heads and the output matrix W_O (4 × 4) that mixes their results: how many numbers in all?",
    "64",
    wrong=[
        ("128", "Heads do not each get a full d × d: theirs are 4 × 2."),
        ("112", "You gave each head three full 4 × 4 matrices. Theirs are 4 × 2."),
        ("48", "Those are the two heads. W_O is missing."),
        ("40", "That is one head and W_O."),
        ("80", "W_O is counted twice. The two heads share it."),
    ],
    hints=("Two heads: twice what you found.", "48 for the heads.", "W_O adds 16."),
    working="2 · 24 + 16 = 64 = 4 · 4², the same as four full 4 × 4 matrices, however many heads share them.",
)
hand(
    "6.h4",
    "W1 = (1, −1), one row; W2 is the column (1, 1). Send x = −3 through both: first without, then with a ReLU "
    "between. Two numbers.",
    "0, 3",
    wrong=[
        ("0, 0", "Without it is 0. With it: the first layer gives (−3, 3), and only the −3 becomes 0."),
        ("0, -3", "Without it is 0. ReLU keeps the positive number: of (−3, 3) the −3 becomes 0."),
        ("0, 6", "You turned −3 into 3. ReLU turns it into 0."),
        ("3, 3", "The second is right. Without ReLU −3 and 3 are added, and nothing is cut."),
        ("3, 0", "Both are right, in the opposite order: first without."),
        ("-3, 3", "That is what the first layer gives. The second one adds the two."),
    ],
    hints=(
        "The first layer gives (−3)·(1, −1).",
        "(−3, 3). The second layer adds the two numbers.",
        "Without: −3 + 3. With: 0 + 3.",
    ),
    working="The first layer gives (−3, 3). Without: −3 + 3 = 0. With: (0, 3), and 0 + 3 = 3.",
    then="For x = 3 it is 3 as well: this little network computes |x|, and no single number w gives w·x = |x|.",
)

choice(
    "6.p1",
    "The plan asks you to see that Q W_i^Q “projects Q into a new vector space”. Which sentence is true?",
    wrong(
        "W_i^Q drops a perpendicular: applying it twice changes nothing.",
        "W_i^Q has shape (d_model, d_k). Unless the two are equal it cannot even be applied twice.",
    ),
    right(
        "The Q in it is an input, in self-attention X itself; a learned linear map gives each token d_k new "
        "coordinates.",
        "What is called “the queries” is the result. “Projects” is the paper's loose word: P² = P is not required.",
    ),
    wrong(
        "The Q in it is already the table of queries, and W_i^Q makes it shorter.",
        "X W_i^Q is the table of queries. In self-attention the Q, K and V on the left are all three the same X.",
    ),
    wrong(
        "It keeps the length of every token and only turns it.",
        "That would be a rotation, a square matrix. Here 4 numbers become 2, and “the” is mapped to zero.",
    ),
)
choice(
    "6.p2",
    "The plan says: “a weight matrix is the feature-mapping rule the model has learned”. Which repair is right?",
    wrong(
        "Each entry is a rule of language that could be written out in words.",
        "Three training runs reached the same scores with different entries. Ours read like words because we "
        "wrote them by hand.",
    ),
    wrong(
        "It is a table of facts about words that the model has stored.",
        "No word has a row in W_Q: its rows belong to the entries of a token, and it is the same for every word.",
    ),
    right(
        "It is a linear map whose entries an optimiser found; nothing in it has to be a readable rule.",
        "What it does is exact: X W. What a single entry “means” is not part of the deal.",
    ),
    wrong(
        "It is a projection, so it keeps the features that matter.",
        "In general W² ≠ W, or W² does not exist. And nobody told the optimiser which features matter.",
    ),
)

choice(
    "6.w1",
    "The shadow of b falls on the line. Now the shadow itself throws a shadow on the same line. Where does that land?",
    wrong("Halfway to the origin", "The first shadow lies on the line already: there is nothing left to drop."),
    right("Exactly where it is", "It lies on the line, so its perpendicular has length 0. Twice is once: P² = P."),
    wrong("At the origin", "Only what is perpendicular to the line lands there."),
    wrong("Back at the tip of b", "The way back is lost: many arrows throw the same shadow."),
)
choice(
    "6.w1b",
    "The line is drawn through an arrow a. You make a twice as long. What does the shadow of b do?",
    wrong("It doubles", "That is what (b·a) a would do. The shadow falls on the line, and the line is the same."),
    wrong("It halves", "The coefficient halves, and the arrow that it multiplies is twice as long."),
    wrong("It becomes four times as long", "a stands twice above the line, and twice below: a·a."),
    right("Nothing", "a stands twice above and twice below in (b·a / a·a) a. Only the line counts."),
)
choice(
    "6.w2",
    "Keys, as (place, thing): the (0, 1), cat (0, 2), sat (1, −1), on (1, 0), mat (1, 2). sat asks with the query "
    "(2, −2). Which word gets the highest score?",
    wrong("cat", "2·0 − 2·2 = −4: the lowest of all. The question wants little of a thing."),
    wrong("on", "2·1 − 2·0 = 2. Good, and one word is better."),
    right("sat itself", "2·1 − 2·(−1) = 4. A word may answer its own question; nothing forbids it."),
    wrong("mat", "2·1 − 2·2 = −2. It has the place, and far too much of a thing."),
)
choice(
    "6.w2b",
    "Same keys. Whatever the query is, one of these words can never be ahead of all the others. Which one?",
    wrong("the", "With the query (−2, −0.5) it scores −0.5: cat −1, sat −1.5, on −2, mat −3."),
    wrong("cat", "With the query (−2, 2) it scores 4; the scores 2, mat 2."),
    right(
        "on",
        "Its key is ⅔ of the key of sat and ⅓ of that of mat. So its score is the same average of theirs, and one "
        "of the two is at least as high.",
    ),
    wrong("mat", "With the query (2, 2) it scores 6, more than cat with 4."),
)

choice(
    "6.q1",
    "The paper “linearly projects” queries, keys and values. Does this projection satisfy P² = P?",
    wrong("Yes, that is what projection means", "In geometry. The paper's W^Q is a learned rectangular matrix."),
    right("No, in general not", "It is a linear map (d_model, d_k): P² need not exist, and nothing asks for P² = P."),
    wrong("Yes, once training is finished", "Training lowers a loss. Nothing in the loss pulls W towards P² = P."),
)
choice(
    "6.q2",
    "Is score(i, j) = score(j, i)?",
    wrong(
        "Yes, a dot product is symmetric", "The dot product is. Here each word wears another matrix when it answers."
    ),
    right("Not in general", "W_Q W_Kᵀ need not be symmetric. In head A sat → cat is 4 and cat → sat is 1."),
    wrong("Never", "It happens: each word with itself, or all words when W_Q = W_K."),
)
choice(
    "6.q3",
    "You stack a second linear layer on the first, with nothing between. What can the two do that one cannot?",
    wrong("Bend straight lines", "X W1 W2 = X (W1 W2): one matrix. It takes a ReLU between them to bend anything."),
    right("Nothing", "(X W1) W2 = X (W1 W2). With biases it is one layer too."),
    wrong("Raise the rank", "rank(W1 W2) is at most the smaller of the two ranks."),
)


def _truncation_error(rng) -> Draw:
    a, b, c = [(3, 4, 5), (6, 8, 10), (5, 12, 13), (8, 15, 17), (9, 12, 15), (7, 24, 25)][int(rng.integers(6))]
    top = int(rng.choice([n for n in range(b + 2, b + 10) if n not in (a + b, c)]))
    return Draw(
        f"Day 5: a matrix has the singular values {top}, {b}, {a}. You keep only the largest one. How far is the "
        "result from the matrix, in the Frobenius norm?",
        str(c),
        (
            (str(a + b), "You added the two dropped values. Their squares add up, and then comes the root."),
            (str(b), "That is the largest dropped value: the error in the spectral norm."),
            (str(c * c), "That is the square. One root is missing."),
            (str(top), "That is the part you kept."),
        ),
        f"√({b}² + {a}²) = √{c * c} = {c}.",
    )


fresh("6.r1", _truncation_error)
choice(
    "6.r2",
    "Day 3: an output is a weighted average of values, with weights ≥ 0 that add up to 1. Where can it lie?",
    wrong("Anywhere in the space", "For that you would need negative weights, or a sum other than 1."),
    right("Only inside the hull of the values", "An average never leaves the shape that its points span."),
    wrong("Only on one of the values", "That is the special case of one weight 1 and all others 0."),
    wrong("Only in their middle", "That is the special case of equal weights."),
)
choice(
    "6.r3",
    "Day 2: Q and K have shape (6, 2) each, one row a word. What is the shape of QKᵀ?",
    wrong("(2, 2)", "That is QᵀK, where features are compared with features."),
    wrong("(6, 2)", "(6, 2)(2, 6): the inner sizes meet and vanish, the outer ones stay."),
    right("(6, 6)", "(6, 2)(2, 6) → (6, 6): every word with every word, the askers as rows."),
    wrong("(12,)", "A product of two matrices is a matrix again."),
)

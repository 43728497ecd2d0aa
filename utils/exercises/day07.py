"""Day 7, concatenation and shapes: exercises, hand calculations, predictions, quiz and recall."""

import numpy as np

from utils import story, transformer
from utils.exercises.answers import hand
from utils.exercises.choices import choice, right, wrong
from utils.exercises.engine import case, exercise, law, mistake
from utils.exercises.recall import Draw, fresh

_rng = np.random.default_rng(7)


def _head_output(head):
    return transformer.scaled_dot_product_attention(story.X4 @ head.W_Q, story.X4 @ head.W_K, story.X4 @ head.W_V)[0]


_A, _B = _head_output(story.HEAD_A), _head_output(story.HEAD_B)


def _counted(*shape):
    """A table whose numbers say where they come from: 0, 1, 2, ..."""
    return np.arange(np.prod(shape), dtype=float).reshape(shape)


exercise(
    "7.e1",
    "concat_heads(outputs)",
    reference=transformer.concat_heads,
    also=lambda outputs: np.moveaxis(np.stack(outputs), 0, -2).reshape(*outputs[0].shape[:-1], -1),
    cases=[
        case([np.array([[1.0, 2.0], [5.0, 6.0]]), np.array([[3.0, 4.0], [7.0, 8.0]])]),
        case([_A, _B]),
        case(list(np.round(_rng.normal(size=(3, 2, 5, 7)), 2))),
        case(list(np.round(_rng.normal(size=(3, 3, 3)), 2))),
    ],
    mistakes=[
        mistake(
            "tokens",
            lambda outputs: np.concatenate(outputs, axis=0),
            "You joined on axis 0: the words stand there twice, once for each head. Nobody said them again.",
        ),
        mistake(
            "axis1",
            lambda outputs: np.concatenate(outputs, axis=1),
            "Right for one sentence. With a batch in front, axis 1 holds the tokens: count the axis from the end.",
        ),
        mistake(
            "stack",
            np.stack,
            "A new axis came in front: the heads lie on one another like sheets, and nothing is joined yet.",
        ),
        mistake(
            "summed",
            lambda outputs: np.sum(outputs, axis=0),
            "You added the heads up, and nobody can tell any more who said what. Concat keeps every number.",
        ),
        mistake(
            "mean",
            lambda outputs: np.mean(outputs, axis=0),
            "You averaged the heads. They answered different questions; Concat keeps both answers.",
        ),
        mistake(
            "interleaved",
            lambda outputs: np.stack(outputs, axis=-1).reshape(*outputs[0].shape[:-1], -1),
            "Every number is in the right row, but the heads take turns. All numbers of the first head come first.",
        ),
    ],
    difficulty=1,
    importance=3,
    minutes=5,
    hints=(
        "Write the shapes: (6, 2) and (6, 2) go in. Which of the two sizes may grow?",
        "np.concatenate takes the list and an axis. Features are the last axis, with or without a batch.",
        "np.concatenate(outputs, axis=-1)",
    ),
    then="Next question: must all heads have the same d_v for this to work? And the same T?",
)


def _reshaped(X, h):
    """(B, T, h, d_k)"""
    return X.reshape(*X.shape[:2], h, -1)


def _own_rows(split_heads):
    X = _counted(1, 2, 4)
    head_0 = np.asarray(split_heads(X.copy(), 2))[0, 0]
    wanted = np.array([[0, 1], [4, 5]])
    return "" if np.array_equal(head_0, wanted) else f"The rows 0 1 2 3 and 4 5 6 7: head 0 got {head_0.tolist()}."


exercise(
    "7.e2",
    "split_heads(X, h)",
    reference=transformer.split_heads,
    also=lambda X, h: np.stack(np.split(X, h, axis=-1), axis=1),
    cases=[case(_counted(1, 2, 6), 3), case(_counted(2, 5, 21), 3), case(_counted(3, 3, 9), 3)],
    mistakes=[
        mistake(
            "direct",
            lambda X, h: X.reshape(X.shape[0], h, X.shape[1], -1),
            "Colour token 0: in your result its numbers sit in three different rows.",
        ),
        mistake(
            "no_T",
            _reshaped,
            "The cut is right, and the heads stand behind the tokens: (B, T, h, d_k). "
            "A product over tokens needs the heads in front of them.",
        ),
        mistake(
            "interleaved",
            lambda X, h: X.reshape(*X.shape[:2], -1, h).transpose(0, 3, 1, 2),
            "Neighbouring features belong to one head.",
        ),
        mistake(
            "seq_last",
            lambda X, h: _reshaped(X, h).transpose(0, 2, 3, 1),
            "Tokens are rows in every head too: (B, h, T, d_k). Yours lie in the columns.",
        ),
        mistake(
            "heads_first",
            lambda X, h: _reshaped(X, h).transpose(2, 0, 1, 3),
            "The heads went too far: they stand in front of the batch. Sentences stay the first axis.",
        ),
    ],
    properties=[law("head 0 gets the first d_k numbers of every token", _own_rows)],
    difficulty=3,
    importance=3,
    minutes=12,
    hints=(
        "Two steps. First cut every row into h pieces, then bring the pieces of one head together.",
        "A reshape gives (B, T, h, d_k). Which two axes have to change places to give (B, h, T, d_k)?",
        "X.reshape(B, T, h, d // h).transpose(0, 2, 1, 3)",
    ),
    then="Next question: with T = 1, does the forgotten transpose change anything?",
)


def _round_trip(merge_heads):
    X = _counted(2, 5, 21)
    back = np.asarray(merge_heads(transformer.split_heads(X, 3)))
    return "" if np.array_equal(back, X) else "X of shape (2, 5, 21), cut for 3 heads and merged, is not X again."


exercise(
    "7.e3",
    "merge_heads(O)",
    reference=transformer.merge_heads,
    also=lambda O: np.concatenate([O[:, i] for i in range(O.shape[1])], axis=-1),
    cases=[case(_counted(1, 2, 3, 2)), case(_counted(2, 3, 5, 7)), case(_counted(2, 3, 3, 3))],
    mistakes=[
        mistake(
            "direct",
            lambda O: O.reshape(O.shape[0], O.shape[2], -1),
            "Right shape, wrong owners. Undo the transpose first.",
        ),
        mistake(
            "wrong_T",
            lambda O: O.transpose(0, 2, 3, 1).reshape(O.shape[0], O.shape[2], -1),
            "Each row has its own token again, but the heads take turns in it. "
            "Only the axes of heads and tokens change places.",
        ),
        mistake(
            "flipped_pages",
            lambda O: O.swapaxes(-1, -2).reshape(O.shape[0], O.shape[2], -1),
            "You exchanged the last two axes, tokens and features. Heads and tokens are the pair.",
        ),
        mistake(
            "summed",
            lambda O: O.sum(axis=1),
            "You added the heads up: d_k features are left. Merging keeps all h·d_k of them.",
        ),
        mistake(
            "no_reshape",
            lambda O: O.swapaxes(1, 2),
            "The tokens are in front again. Each still has h short rows: make one long row of them.",
        ),
        mistake(
            "tokens",
            lambda O: O.reshape(O.shape[0], -1, O.shape[-1]),
            "You put the heads under one another: h·T rows. The words are still T.",
        ),
    ],
    properties=[law("merge_heads(split_heads(X, h)) is X", _round_trip)],
    difficulty=3,
    importance=3,
    minutes=12,
    hints=(
        "Splitting did a reshape, then a transpose. What was done last is undone first.",
        "Swap heads and tokens: (B, T, h, d_v). Now the numbers of a token are neighbours; a reshape may join them.",
        "O.transpose(0, 2, 1, 3).reshape(B, T, h * d_v)",
    ),
    then="Next question: which two wrong functions pass merge(split(X)) == X together?",
)


def _sum_shape(a, b, *, ones=True, left=False, largest=False):
    """The shape of a + b, or "error", with ways of getting it wrong."""
    n = max(len(a), len(b))
    if left:
        pairs = [(a[i] if i < len(a) else 1, b[i] if i < len(b) else 1) for i in range(n)]
    else:
        pairs = [(a[i] if i >= -len(a) else 0, b[i] if i >= -len(b) else 0) for i in range(-n, 0)]  # 0: no such axis
    out = []
    for x, y in pairs:
        if x == y or 0 in (x, y) or largest or (ones and 1 in (x, y)):
            out.append(max(x, y))
        else:
            return "error"
    return tuple(out)


def _product_shape(a, b, add=_sum_shape, inner=lambda x, y: x == y):
    batch = add(a[:-2], b[:-2])
    if batch == "error" or not inner(a[-1], b[-2]):
        return "error"
    return (*batch, a[-2], b[-1])


def _shape(a, b, op="@", **ways):
    def add(x, y):
        return _sum_shape(x, y, **ways)

    return _product_shape(a, b, add) if op == "@" else add(a, b)


def _equal_batches(a, b):
    return tuple(a) if a == b else "error"


def _ask_numpy(a, b, op="@"):
    x, y = np.zeros(a), np.zeros(b)
    try:
        return (x @ y if op == "@" else x + y).shape
    except ValueError:
        return "error"


exercise(
    "7.e4",
    'out_shape(a, b, op="@")',
    reference=transformer.out_shape,
    also=_ask_numpy,
    cases=[
        case((2, 3), (3, 5)),
        case((2, 5, 3), (3, 7)),
        case((2, 1, 5, 3), (7, 3, 5)),
        case((2, 5, 1), (2, 3, 7)),
        case((5, 3), (3,), op="+"),
        case((5, 3), (5,), op="+"),
        case((5, 3), (5, 1), op="+"),
        case((2, 3, 5, 5), (2, 1, 1, 5), op="+"),
    ],
    mistakes=[
        mistake("no_stretch", lambda a, b, op="@": _shape(a, b, op, ones=False), "A size of 1 stretches."),
        mistake("from_the_left", lambda a, b, op="@": _shape(a, b, op, left=True), "Shapes line up from the right."),
        mistake(
            "rigid_batch",
            lambda a, b, op="@": _product_shape(a, b, _equal_batches) if op == "@" else _sum_shape(a, b),
            "Sums are right. In a @ b the axes in front of the last two are a batch, and they broadcast too.",
        ),
        mistake(
            "batch_of_a",
            lambda a, b, op="@": _product_shape(a, b, lambda x, y: x) if op == "@" else _sum_shape(a, b),
            "You kept the batch axes of a. Those of b count as well: the two line up and stretch, as in a sum.",
        ),
        mistake(
            "inner_stretches",
            lambda a, b, op="@": (
                _product_shape(a, b, inner=lambda x, y: x == y or 1 in (x, y)) if op == "@" else _sum_shape(a, b)
            ),
            "The inner sizes of a product must be equal. Only batch axes stretch; a 1 inside does not.",
        ),
        mistake(
            "largest",
            lambda a, b, op="@": _shape(a, b, op, largest=True),
            "The larger size does not always win. 3 beside 5 is an error: neither of them is 1.",
        ),
        mistake(
            "always_sum",
            lambda a, b, op="@": _sum_shape(a, b),
            "You treated @ like +. In a product the inner sizes meet and disappear.",
        ),
    ],
    difficulty=2,
    importance=2,
    minutes=8,
    hints=(
        "Write one shape below the other, the last sizes below each other. A missing size counts as 1.",
        "For +, each pair has to be equal or contain a 1. For @, take the last two axes off both, do the same with "
        "what is left, and put a's rows and b's columns behind it.",
        "np.broadcast_shapes(a, b) knows the rule for + and raises ValueError. "
        "For @: (*batch, a[-2], b[-1]), if a[-1] == b[-2].",
    ),
    then="Next question: which shapes can be added to (5, 5) and mean the columns, although the rows were meant?",
)


def _sliced(WQ_list):
    """Each head reads only its own slice of x."""
    W = np.concatenate(WQ_list, axis=1) * 0.0
    d, d_k = WQ_list[0].shape
    for i, rows in enumerate(np.array_split(np.arange(d), len(WQ_list))):
        W[rows, i * d_k : (i + 1) * d_k] = WQ_list[i][rows]
    return W


def _same_queries(one_big_W):
    heads = [story.HEAD_A.W_Q.copy(), story.HEAD_B.W_Q.copy()]
    wanted = np.concatenate([story.X4 @ W for W in heads], axis=-1)
    return "" if np.allclose(story.X4 @ np.asarray(one_big_W(heads)), wanted) else "the two heads of the sentence"


exercise(
    "7.e5",
    "one_big_W(WQ_list)",
    reference=transformer.one_big_W,
    also=lambda WQ_list: np.stack(WQ_list, axis=1).reshape(len(WQ_list[0]), -1),
    cases=[
        case([story.HEAD_A.W_Q.copy(), story.HEAD_B.W_Q.copy()]),
        case(list(np.round(_rng.normal(size=(2, 7, 3)), 2))),
        case(list(np.round(_rng.normal(size=(3, 5, 5)), 2))),
    ],
    mistakes=[
        mistake(
            "under_each_other",
            lambda WQ_list: np.concatenate(WQ_list, axis=0),
            "You have h·d rows. A token brings d features only, and they meet all heads at once.",
        ),
        mistake(
            "summed",
            lambda WQ_list: np.sum(WQ_list, axis=0),
            "You added the matrices: all heads would ask one common question. Each keeps columns of its own.",
        ),
        mistake(
            "stack",
            np.stack,
            "A stack of matrices: `@` would make a batch of it. One table (d, h·d_k) was asked for.",
        ),
        mistake(
            "sliced",
            _sliced,
            "Each of your heads reads a slice of x and is blind for the rest. "
            "Every head reads the whole row; the cut comes after the multiplication.",
        ),
        mistake(
            "interleaved",
            lambda WQ_list: np.stack(WQ_list, axis=2).reshape(len(WQ_list[0]), -1),
            "The columns of the heads take turns. Then a cut into neighbours gives every head a bit of each.",
        ),
    ],
    properties=[law("X times the big matrix is the heads' queries side by side", _same_queries)],
    difficulty=2,
    importance=1,
    minutes=8,
    hints=(
        "Every column of a matrix makes one number of the answer. Whose columns should come first?",
        "All matrices have d rows, and the rows are shared. Which axis may grow?",
        "np.concatenate(WQ_list, axis=1)",
    ),
    then="Next question: how many numbers has it for d = 512 and 8 heads, and how many has one head of width 512?",
)


hand(
    "7.h1",
    "For sat, head A says (1.681, 0.863) and head B says (0.132, 0.738). What is the row of sat after Concat?",
    "1.681, 0.863, 0.132, 0.738",
    wrong=[
        ("(1.681, 0.863), (0.132, 0.738)", "That is one on top of the other, a stack. Concat makes one row of them."),
        ("1.681, 0.132, 0.863, 0.738", "The heads take turns in your row. First all of A, then all of B."),
        ("0.132, 0.738, 1.681, 0.863", "B stands in front. The order is head₁, head₂, so A comes first."),
        ("1.813, 1.601", "You added the two answers. Concat keeps all four numbers."),
        ("0.9065, 0.8005", "You averaged the two answers. Concat keeps all four numbers."),
    ],
    hints=("Side by side, not on top of each other.", "Four numbers.", "The two of A, then the two of B."),
    working="The two numbers of A, then the two of B; nothing is computed.",
)
hand(
    "7.h1b",
    "Both heads give a table of shape (6, 2). What is the shape of all rows after Concat?",
    "6, 4",
    wrong=[
        ("12, 2", "That is one table under the other: twelve words. The sentence has six."),
        ("6, 2", "That is the shape of the sum. Side by side, the rows get longer."),
        ("2, 6, 2", "That is a stack: two sheets of six rows. Nothing is joined yet."),
        ("4, 6", "Tokens are rows: six rows, one for each word."),
        ("2, 12", "You joined the columns under one another. Tokens are rows: six of them."),
    ],
    hints=("How many words has the sentence?", "Rows stay; each becomes longer.", "2 + 2 columns."),
    working="Six words stay six rows; 2 + 2 features stand in each.",
)
hand(
    "7.h2",
    "Two tokens, [0, 1, 2, 3] and [4, 5, 6, 7], two heads. Which table does head 0 get? Type its rows.",
    "[[0, 1], [4, 5]]",
    wrong=[
        ("[[0, 1], [2, 3]]", "You let one token fill both rows."),
        ("[[0, 2], [4, 6]]", "You took every second number. Neighbouring features belong to one head."),
        ("[[2, 3], [6, 7]]", "That is head 1. Counting starts at 0."),
        ("[[0, 4], [1, 5]]", "The right numbers, with the tokens in the columns. Tokens are rows."),
    ],
    hints=(
        "Each head gets a row from each token.",
        "d_k = 4 / 2 = 2: the first two numbers of each token.",
        "0, 1 from token 0 and 4, 5 from token 1.",
    ),
    working="The first half of every token: 0, 1 and 4, 5.",
)
hand(
    "7.h3",
    "B = 2 sentences, h = 2 heads. How many score entries are there for T = 6, and how many for T = 12?",
    "144, 576",
    wrong=[
        (
            "144, 288",
            "T stands there twice, once for the queries and once for the keys: doubled, it counts four times.",
        ),
        ("36, 144", "That is one table. Every head of every sentence has its own."),
        ("72, 288", "You counted two tables. Two sentences with two heads each make four."),
        ("24, 48", "That is B·h·T. A score belongs to a pair of words: T·T of them."),
    ],
    hints=("One table of scores has T rows and T columns.", "B·h tables: 2·2 = 4.", "4·6² and 4·12²."),
    working="2·2·6² = 144 and 2·2·12² = 576, four times as many.",
)
choice(
    "7.p1",
    "The plan says: multi-head concatenation joins several groups of vectors by column. Which sentence is exact?",
    wrong(
        "The h tables are put under one another, column below column.",
        "That is axis 0: (h·T, d_v), and every word stands there h times.",
    ),
    right(
        "They are joined along the feature axis, the last: h times (T, d_v) becomes (T, h·d_v).",
        "Columns are added on the right, rows stay. W^O then mixes what stands side by side.",
    ),
    wrong(
        "Columns of the same number are added.",
        "Concat adds nothing. Sums come with W^O, after each head has met its own rows of it.",
    ),
    wrong(
        "Concat mixes the heads into one vector of size d_v.",
        "After Concat the first d_v numbers are still those of head 1 alone. The mixing is done by W^O.",
    ),
)
hand(
    "7.p2",
    "With NumPy: join [1, 2] and [3, 4] to [1, 2, 3, 4].",
    "1, 2, 3, 4",
    wrong=[
        (
            "[[1, 2], [3, 4]]",
            "A new axis appeared: that is np.stack, or a list of lists. One line of four was asked for.",
        ),
        ("[[1, 3], [2, 4]]", "A new axis appeared, and the pairs are mixed. One line of four was asked for."),
        ("4, 6", "With arrays, + adds. Use np.concatenate."),
        ("3, 4, 1, 2", "All four are there, and the second pair came first."),
    ],
    hints=(
        "np.concatenate takes one argument: a list (or tuple) of arrays.",
        "Mind the double brackets: one pair for the list of arrays.",
        "np.concatenate([[1, 2], [3, 4]])",
    ),
    working="np.concatenate([[1, 2], [3, 4]]): on a line there is one axis only.",
)

choice(
    "7.w1",
    "X (6, 4) is cut for two heads: reshape to (6, 2, 2), then transpose to (2, 6, 2). Where are the four numbers of "
    "token 0?",
    wrong(
        "In rows 0 and 1 of head 0",
        "That is what a reshape alone does. The transpose deals one row of each token to each head.",
    ),
    right("In row 0 of both heads, two in each", "The reshape cuts each token in two, the transpose deals the halves."),
    wrong("All four in row 0 of head 0", "A row of a head has d_k = 2 places, not four."),
    wrong("In column 0 of both heads", "Tokens stay rows. The transpose swaps heads and tokens, not features."),
)
choice(
    "7.w1b",
    "Somebody forgets the transpose and reshapes (6, 4) straight to (2, 6, 2). The shape is right. "
    "What does head 1 see?",
    wrong("Its half of every token", "For that the halves have to be dealt out, and dealing is the transpose."),
    wrong(
        "All six tokens, in another order",
        "The strip of 24 numbers is cut in the middle: head 1 gets 12 neighbours, and those are three tokens.",
    ),
    right(
        "Only tokens 3, 4 and 5, each in two rows",
        "The second half of the strip belongs to them. Head 1 never hears of “cat”.",
    ),
    wrong("NumPy refuses", "24 numbers fit (2, 6, 2): no error, no warning. That is why the bug lives long."),
)
choice(
    "7.w2",
    "The text gets twice as long: T doubles. What happens to the memory of the scores?",
    wrong("It doubles", "That holds for Q. A score belongs to a pair of words, and there are T·T pairs."),
    right("It grows four times", "(B, h, T, T): T stands there twice."),
    wrong("It grows eight times", "Neither B nor h changes, and T stands there twice, not three times."),
    wrong("Nothing: W_Q has no T", "W_Q stays as it is. The scores are no weights: each text makes its own."),
)
choice(
    "7.w2b",
    "And Q, when T doubles?",
    right("It doubles", "(B, h, T, d_k): T stands there once."),
    wrong("It grows four times", "Q has a row for each word, not for each pair."),
    wrong("Nothing", "Twice as many words ask twice as many questions."),
)

choice(
    "7.q1",
    "Along which axis does Concat join the heads?",
    wrong("Axis 0, the tokens", "That would make more words of them."),
    right("The last one, the features", "h times (T, d_v) becomes (T, h·d_v), with or without a batch in front."),
    wrong("A new one", "That is stack: (h, T, d_v)."),
)
choice(
    "7.q2",
    "X is a fresh array. Does X.reshape(6, 2, 2) move a number in memory?",
    wrong("Yes, into new rows", "Rows are a way of reading. The strip in memory is the same, only cut elsewhere."),
    right(
        "No",
        "It is a view of the same strip, and so is a transpose. Only the reshape after the transpose has to copy: the "
        "order of reading has changed.",
    ),
    wrong("Only the second half", "None of it: np.shares_memory says True."),
)
choice(
    "7.q3",
    "The paper's base model has d_model = 512 and 8 heads. What is d_k?",
    wrong("512", "Then Concat would be 8·512 wide. Each head gets its part of the width."),
    wrong("8", "That is h, the number of heads."),
    right("64", "512 / 8."),
)


def _projection(rng) -> Draw:
    a = rng.choice([(1, 2), (2, 1), (1, 3), (3, 1), (3, 4), (2, 4)])
    a0, a1 = (int(x) for x in a)
    b0, b1 = (int(x) for x in rng.integers(-4, 5, size=2))
    dot, square = a0 * b0 + a1 * b1, a0 * a0 + a1 * a1
    root, other = square**0.5, max(b0 * b0 + b1 * b1, 1)
    return Draw(
        f"Day 6: what is the projection of b = ({b0}, {b1}) onto the line of a = ({a0}, {a1})? Two numbers.",
        f"{dot * a0}/{square}, {dot * a1}/{square}",
        (
            (f"{dot * a0 / root:.4f}, {dot * a1 / root:.4f}", "You divided by ‖a‖; it takes ‖a‖², that is a·a."),
            (f"{dot / square:.4f}", "That is only the coefficient. It still has to stretch a."),
            (f"{dot * b0 / other:.4f}, {dot * b1 / other:.4f}", "Roles exchanged: that is the shadow of a on b."),
            (
                f"{b0 - dot * a0 / square:.4f}, {b1 - dot * a1 / square:.4f}",
                "That is the leftover, b minus its shadow.",
            ),
        ),
        f"a·b = {dot} and a·a = {square}: the coefficient is {dot}/{square}, times a = ({a0}, {a1}).",
    )


fresh("7.r1", _projection)
choice(
    "7.r2",
    "Day 4: why is 1 an eigenvalue of every table of attention weights A?",
    wrong("Its diagonal is 1", "A word may look elsewhere: the diagonal can be anything from 0 to 1."),
    right("Its rows add up to 1, so A leaves the all-ones vector as it is", "A weighted average of ones is one."),
    wrong("It is symmetric", "It need not be, and a symmetric matrix can do without the eigenvalue 1."),
)
choice(
    "7.r3",
    "Day 2: Q and K have shape (6, 2). Which product compares words with words?",
    right("QKᵀ, of shape (6, 6)", "One dot product for each pair of words."),
    wrong("QᵀK, of shape (2, 2)", "That compares features with features, summed over the words."),
    wrong("QK, of shape (6, 2)", "The inner sizes 2 and 6 do not meet."),
)

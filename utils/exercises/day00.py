"""Day 0, on the start page: arrays, axes, keepdims and broadcasting."""

import numpy as np

from utils.exercises.choices import choice, right, wrong
from utils.exercises.engine import case, exercise, mistake

_A = np.array([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]])
_SQUARE = np.array([[2.0, 0.0, 1.0], [5.0, 7.0, 3.0], [4.0, 4.0, 1.0]])
_TALL = np.arange(10.0).reshape(5, 2) ** 2

exercise(
    "0.e1",
    "row_means(A)",
    reference=lambda A: np.mean(A, axis=1),
    also=lambda A: np.array([sum(row) / len(row) for row in A]),
    cases=[case(_A), case(_SQUARE), case(_TALL)],
    mistakes=[
        mistake("axis0", lambda A: np.mean(A, axis=0), "Those are the means of the columns. axis names the direction "
                "that disappears: which one should go?"),
        mistake("over_all", lambda A: float(np.mean(A)), "One number came out: without an axis NumPy uses up all of "
                "them."),
        mistake("sums", lambda A: np.sum(A, axis=1), "Those are sums. A mean is divided by how many numbers it has."),
        mistake("keepdims", lambda A: np.mean(A, axis=1, keepdims=True), "The numbers are right. They stand in a "
                "column, shape (rows, 1); a plain list of numbers was asked for, shape (rows,)."),
    ],
    difficulty=1,
    importance=2,
    minutes=5,
    hints=(
        "np.mean takes an argument axis.",
        "A has shape (rows, columns). The answer has shape (rows,): axis 1 has disappeared.",
        "np.mean(A, axis=1)",
    ),
    then="Next question: what is the shape of A.mean(axis=0) for A of shape (6, 4)?",
)  # fmt: skip

exercise(
    "0.e2",
    "centre_rows(A)",
    reference=lambda A: A - np.mean(A, axis=1, keepdims=True),
    also=lambda A: (A.T - A.mean(axis=1)).T,
    cases=[case(_A), case(_SQUARE), case(_TALL)],
    mistakes=[
        mistake("no_keepdims", lambda A: A - np.mean(A, axis=1), "The means lost an axis and met the columns instead. "
                "A square table hides that; every other table raises an error."),
        mistake("columns", lambda A: A - np.mean(A, axis=0), "Now every column has mean 0. The rows were asked for."),
        mistake("over_all", lambda A: A - np.mean(A), "You subtracted one mean from everything; each row has its own."),
        mistake("divided", lambda A: A / np.mean(A, axis=1, keepdims=True), "You divided by the means. Subtract them."),
    ],
    difficulty=2,
    importance=2,
    minutes=5,
    hints=(
        "A has shape (2, 3). To subtract one number from each row you need something of shape (2, 1).",
        "keepdims=True keeps the axis that was used up, with length 1; broadcasting then repeats it.",
        "A - A.mean(axis=1, keepdims=True)",
    ),
    then="Next question: which is the only shape of A for which leaving out keepdims raises no error?",
)  # fmt: skip

choice(
    "0.w1",
    "When a Transformer reads sat, the six words share its attention like one cake, and cat has most of it. "
    "You hide cat. Who gets its piece?",
    wrong("Nobody, it is lost", "The shares are cut anew and add up to 1 again."),
    wrong("The word with the next largest piece", "It gets more, and so does every word that is left."),
    right("All the others, and who had more gets more", "Each piece grows by the same factor. Day 13 says why."),
    wrong("All the others, equally", "Look at mat: it had more than the others, and its piece grows by more."),
)
choice(
    "0.q1",
    "a has shape (3, 1) and b has shape (4,). What is the shape of a * b?",
    wrong("An error", "Shapes are compared from the right: 1 against 4 fits, then 3 against nothing fits."),
    right("(3, 4)", "From the right: 1 stretches to 4, and the missing axis of b stretches to 3."),
    wrong("(3, 1)", "b has four numbers; none of them is dropped."),
    wrong("(12,)", "Broadcasting stretches axes, it never flattens them."),
)

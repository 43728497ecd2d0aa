"""Day 27, overfitting and regularisation: exercises, hand calculations, predictions, quiz and recall."""

import numpy as np

from utils import optimize
from utils.exercises.answers import hand
from utils.exercises.choices import choice, right, wrong
from utils.exercises.engine import case, exercise, law, mistake
from utils.exercises.recall import Draw, fresh

_rng = np.random.default_rng(27)

# --- e1: dropout ---


def dropout(x, mask, p, train=True):
    """The course's dropout with its switch: nothing is dropped, and nothing scaled, in evaluation."""
    return optimize.dropout(x, mask, p) if train else np.array(x, dtype=float)


def _dropping(scale, evaluate=lambda x, mask, p: x):
    """A dropout whose kept entries are multiplied by scale(p), and what it does in evaluation."""
    return lambda x, mask, p, train=True: x * mask * scale(p) if train else evaluate(x, mask, p)


def _mean_stays(function):
    x = np.array([3.0, -1.0, 2.0])
    for p, kept in ((0.25, 3), (0.2, 4)):  # of all masks of one place, a share of p drops
        places = [function(x, np.full(3, i < kept), p) for i in range(kept + 1)]
        mean = np.mean(np.array(places, dtype=float), axis=0)
        if not np.allclose(mean, x):
            return f"At p = {p}, over {kept} masks that keep and 1 that drops, the mean of 3 becomes {mean[0]:.4g}."
    return ""


def _identity_in_evaluation(function):
    x = np.array([3.0, -1.0, 2.0])
    for p in (0.0, 0.1, 0.6):
        if not np.allclose(function(x, np.array([True, False, True]), p, train=False), x):
            return f"At p = {p}, train=False changes {x.tolist()}."
    return ""


_HIDDEN = np.round(_rng.normal(size=(5, 3)) * 2, 1)
_SQUARE = np.round(_rng.normal(size=(3, 3)) * 2, 1)
_BATCH = np.round(_rng.normal(size=(2, 3, 7)), 1)

exercise(
    "27.e1",
    "dropout(x, mask, p, train=True)",
    reference=dropout,
    also=lambda x, mask, p, train=True: np.where(mask, np.divide(x, 1 - p), 0) if train else x,
    cases=[
        case(np.array([2.0, 2.0, 2.0]), np.array([True, False, True]), 0.1),
        case(_HIDDEN, _rng.random((5, 3)) >= 0.25, 0.25),
        case(_SQUARE, np.array([True, True, False]), 0.2),
        case(_HIDDEN, _rng.random((5, 3)) >= 0.25, 0.25, train=False),
        case(_BATCH, _rng.random((2, 3, 7)) >= 0.6, 0.6),
        case(_SQUARE, np.ones((3, 3), dtype=bool), 0.0),
    ],
    mistakes=[
        mistake(
            "no_rescale",
            _dropping(lambda p: 1.0),
            "The zeros are in place. The kept entries still have to make up for the dropped ones: the mean has shrunk.",
        ),
        mistake(
            "by_p",
            lambda x, mask, p, train=True: x * mask / p if train and p else x * (mask if train else 1),
            "You divided by p, the share that is dropped. Which share is kept?",
        ),
        mistake(
            "times_keep",
            _dropping(lambda p: 1 - p),
            "You multiplied by 1 − p, so the mean shrinks twice: once by dropping, once by you.",
        ),
        mistake(
            "inverted",
            lambda x, mask, p, train=True: x * ~mask / (1 - p) if train else x,
            "You dropped what should stay. True in the mask means: this entry is kept.",
        ),
        mistake(
            "always",
            lambda x, mask, p, train=True: x * mask / (1 - p),
            "Training is right. In evaluation (train=False) nothing is dropped: the function is the identity.",
        ),
        mistake(
            "scaled_in_evaluation",
            _dropping(lambda p: 1 / (1 - p), lambda x, mask, p: x * (1 - p)),
            "In evaluation you multiply by 1 − p. That belongs to the older kind of dropout, which does not rescale in "
            "training. Do one of the two, not both.",
        ),
        mistake(
            "grown_in_evaluation",
            _dropping(lambda p: 1 / (1 - p), lambda x, mask, p: x / (1 - p)),
            "In evaluation nothing is dropped, so there is nothing to make up for. You still divide.",
        ),
        mistake(
            "classic",
            _dropping(lambda p: 1.0, lambda x, mask, p: x * (1 - p)),
            "That is the older dropout: plain zeros in training, times 1 − p in evaluation. It is consistent. Here the "
            "inverted kind is asked for, which leaves evaluation alone.",
        ),
    ],
    properties=[
        law("over all masks the mean stays", _mean_stays),
        law("evaluation changes nothing", _identity_in_evaluation),
    ],
    difficulty=2,
    importance=5,
    minutes=8,
    hints=(
        "Two cases: in training some entries become 0 and the others grow; in evaluation x comes back as it is.",
        "A share of 1 − p is kept. By what must the kept ones be multiplied, so that the mean stays?",
        "if not train: return x; otherwise x * mask / (1 − p).",
    ),
    then="Next question: at p = 0.5, what does dropout do to the variance of a neuron that always says 2?",
)

# --- e2: the first step of AdamW ---


def adamw_step1(w, g, lr, lam, eps=1e-8):
    """The course's AdamW, at its first step: m and v start at 0."""
    return optimize.adamw_step(w, g, 0.0, 0.0, 1, lr, eps=eps, weight_decay=lam)[0]


def _stride(g, eps):
    """The first stride of Adam in units of lr: after bias correction m is g, and v is g²."""
    return g / (np.abs(g) + eps)


def _from_moments(w, g, lr, lam, eps=1e-8):
    """The other right way: Adam's four lines, with m and v."""
    m, v = 0.1 * g, 0.001 * g * g
    return w - lr * (m / 0.1) / (np.sqrt(v / 0.001) + eps) - lr * lam * w


_W = np.array([1.0, -2.0, 0.5, 3.0, -0.1])
_G = np.array([0.3, 4.0, -0.02, 0.0, 60.0])
_W2, _G2 = np.round(_rng.normal(size=(3, 3)), 2), np.round(_rng.normal(size=(3, 3)), 2)

exercise(
    "27.e2",
    "adamw_step1(w, g, lr, lam, eps=1e-8)",
    reference=adamw_step1,
    also=_from_moments,
    cases=[
        case(np.array([1.0, 1.0]), np.array([4.0, 0.0]), 0.1, 0.5),
        case(_W, _G, 0.1, 0.2),
        case(_W2, _G2, 0.05, 0.3),
        case(_W, _G, 0.1, 0.0),
        case(_W, _G, 0.02, 0.1, eps=0.01),
    ],
    mistakes=[
        mistake(
            "l2_in_grad",
            lambda w, g, lr, lam, eps=1e-8: w - lr * _stride(g + lam * w, eps),
            "λ disappeared into the normalisation. You added λw to the gradient, and Adam divides by the size of what "
            "it gets. The decay belongs outside.",
        ),
        mistake(
            "both",
            lambda w, g, lr, lam, eps=1e-8: w * (1 - lr * lam) - lr * _stride(g + lam * w, eps),
            "You decay the weight, and you put λw into the gradient as well. Once is enough, outside.",
        ),
        mistake(
            "no_lr",
            lambda w, g, lr, lam, eps=1e-8: w - lr * _stride(g, eps) - lam * w,
            "The decay has lost its learning rate: w loses λw in one step, and ηλw is meant.",
        ),
        mistake(
            "grows",
            lambda w, g, lr, lam, eps=1e-8: w - lr * _stride(g, eps) + lr * lam * w,
            "Your weights grow. Decay pulls towards 0, whatever the sign of w.",
        ),
        mistake(
            "none",
            lambda w, g, lr, lam, eps=1e-8: w - lr * _stride(g, eps),
            "That is Adam without decay: lam is never used.",
        ),
        mistake(
            "constant",
            lambda w, g, lr, lam, eps=1e-8: w - lr * _stride(g, eps) - lr * lam * np.sign(w),
            "Each weight loses the same amount, ηλ. That is the pull of L1; decay takes a share of w.",
        ),
        mistake(
            "plain",
            lambda w, g, lr, lam, eps=1e-8: w - lr * g - lr * lam * w,
            "The decay is right. The step is plain gradient descent: Adam divides the gradient by its own size.",
        ),
        mistake(
            "no_bias",
            lambda w, g, lr, lam, eps=1e-8: w - lr * 0.1 * g / (np.sqrt(0.001) * np.abs(g) + eps) - lr * lam * w,
            "Your first stride is 3.16 times too long. m and v start at 0; both need their correction at t = 1.",
        ),
        mistake(
            "eps_inside",
            lambda w, g, lr, lam, eps=1e-8: w - lr * g / np.sqrt(g * g + eps) - lr * lam * w,
            "Your ε stands inside the root. In Adam it is added after the root.",
        ),
        mistake(
            "new_w",
            lambda w, g, lr, lam, eps=1e-8: (w - lr * _stride(g, eps)) * (1 - lr * lam),
            "You shrank the weight after its step. The decay takes ηλ of the weight as it was before.",
        ),
    ],
    difficulty=3,
    importance=3,
    minutes=12,
    hints=(
        "Two separate losses: Adam's stride, which knows nothing of λ, and ηλw, which knows nothing of the gradient.",
        "With m = v = 0 at the start, the corrected averages of the first step are m̂ = g and v̂ = g².",
        "w − lr · g / (|g| + eps) − lr · lam · w.",
    ),
    then="Next question: with g = 0.001 instead of 4, which of the two parts changes?",
)

# --- e3: least squares with a price ---


def _centred(X, y):
    return X - X.mean(axis=0), y - y.mean()


def _fit(price):
    """Centred least squares whose matrix is XᵀX + price(lam, n, d)."""

    def ridge(X, y, lam):
        A, t = _centred(X, y)
        w = np.linalg.pinv(A.T @ A + price(lam, *X.shape)) @ (A.T @ t)
        return w, float(y.mean() - X.mean(axis=0) @ w)

    return ridge


def _augmented(X, y, lam, price_of_b=0.0):
    """A column of ones for b, with a price of its own."""
    A = np.column_stack([X, np.ones(len(X))])
    solved = np.linalg.solve(A.T @ A + np.diag([lam] * X.shape[1] + [price_of_b]), A.T @ y)
    return solved[:-1], float(solved[-1])


def _on_the_right(X, y, lam):
    A, t = _centred(X, y)
    w = np.linalg.pinv(A.T @ A) @ (A.T @ t + lam)
    return w, float(y.mean() - X.mean(axis=0) @ w)


def _no_bias(X, y, lam):
    return np.linalg.pinv(X.T @ X + lam * np.eye(X.shape[1])) @ (X.T @ y), 0.0


def _mean_as_b(X, y, lam):
    return optimize.ridge(X, y, lam)[0], float(y.mean())


_X7, _X5, _X11 = (np.round(_rng.normal(size=shape) + 1, 1) for shape in ((7, 2), (5, 5), (11, 3)))
_Y7, _Y5, _Y11 = (np.round(_rng.normal(size=n) * 2 + 3, 1) for n in (7, 5, 11))

exercise(
    "27.e3",
    "ridge(X, y, lam)",
    reference=optimize.ridge,
    also=_augmented,
    cases=[
        case(np.array([[1.0], [2.0], [4.0]]), np.array([2.0, 3.0, 8.0]), 1.0),
        case(_X7, _Y7, 0.5),
        case(_X5, _Y5, 2.0),
        case(_X11, _Y11, 0.0),
        case(_X11, _Y11, 300.0),
    ],
    mistakes=[
        mistake(
            "bias_penalised",
            lambda X, y, lam: _augmented(X, y, lam, lam),
            "You put a price on b as well. b only says how high the curve lies: y + 100 must give the same w as y.",
        ),
        mistake(
            "wrong_sign",
            _fit(lambda lam, n, d: -lam * np.eye(d)),
            "λ came over to the left side of the equation with the wrong sign. It must make XᵀX larger.",
        ),
        mistake(
            "right_side",
            _on_the_right,
            "λ stands on the wrong side of the equation. It belongs to XᵀX, on its diagonal.",
        ),
        mistake(
            "everywhere",
            _fit(lambda lam, n, d: lam),
            "You added λ to every entry of XᵀX. Only the diagonal is meant: λ times the identity.",
        ),
        mistake(
            "times_n",
            _fit(lambda lam, n, d: n * lam * np.eye(d)),
            "Your λ is n times too strong: the squares are added up here, not averaged.",
        ),
        mistake(
            "halved",
            _fit(lambda lam, n, d: lam / 2 * np.eye(d)),
            "Your λ has half its strength. Squares and penalty both bring a factor 2, and it cancels.",
        ),
        mistake(
            "no_penalty", _fit(lambda lam, n, d: np.zeros((d, d))), "That is plain least squares: lam is not used."
        ),
        mistake("no_bias", _no_bias, "Your line is forced through the origin: b is missing."),
        mistake(
            "mean_as_b",
            _mean_as_b,
            "w is right. b is not the mean of y, unless the mean of X is 0: the fit passes through both means.",
        ),
    ],
    difficulty=2,
    importance=2,
    minutes=8,
    hints=(
        "Subtract the means of X and y first: then b is out of the way, and no price falls on it.",
        "For centred data the slope is zero where (XᵀX + λI) w = Xᵀy.",
        "w = solve(XᵀX + lam·I, Xᵀy) with centred X and y; b = mean(y) − mean(X) · w.",
    ),
    then="Next question: what do w and b become as λ goes to infinity?",
    rtol=1e-6,
)

# --- e4: early stopping ---


def _stopping(better, tired, reset=True, answer=lambda best, epoch: best):
    """Walk through the losses; better(loss, best loss), tired(epochs without success, patience)."""

    def early_stop(vals, patience):
        best, waited = 0, 0
        for epoch in range(1, len(vals)):
            if better(vals[epoch], vals[best]):
                best, waited = epoch, 0 if reset else waited
            else:
                waited += 1
            if tired(waited, patience):
                return answer(best, epoch)
        return answer(best, len(vals) - 1)

    return early_stop


def _less(a, b):
    return a < b


def _enough(waited, patience):
    return waited >= patience


def _up_twice(vals, patience):
    """Compares each epoch with the one before, not with the best."""
    rises = 0
    for epoch in range(1, len(vals)):
        rises = rises + 1 if vals[epoch] >= vals[epoch - 1] else 0
        if rises >= patience:
            return int(np.argmin(vals[: epoch + 1]))
    return int(np.argmin(vals))


exercise(
    "27.e4",
    "early_stop(vals, patience)",
    reference=optimize.early_stop,
    also=_stopping(_less, _enough),
    cases=[
        case(np.array([3.0, 2.0, 2.5, 2.2, 1.0]), 2),
        case(np.array([3.0, 2.0, 2.5, 2.2, 1.0]), 3),
        case(np.array([5.0, 4.0, 4.5, 3.0, 3.5, 2.0, 2.5, 1.8, 2.6, 2.7, 2.8, 1.0, 0.5]), 3),
        case(np.array([2.0, 1.0, 1.0, 1.0, 0.5]), 3),
        case(np.array([2.0, 1.0, 1.0, 1.0, 0.5]), 2),
        case(np.array([1.0, 4.0, 3.0, 3.5, 2.0, 0.5, 0.9]), 3),
        case(np.array([4.0, 3.0, 2.0]), 1),
        case(np.array([7.0]), 5),
    ],
    mistakes=[
        mistake("last", lambda vals, patience: len(vals) - 1, "That is the last epoch. Training has gone on too long."),
        mistake("global_best", lambda vals, patience: int(np.argmin(vals)), "You looked into the future."),
        mistake(
            "stop_index",
            _stopping(_less, _enough, answer=lambda best, epoch: epoch),
            "That is where training stops. The epoch to go back to is the best one before.",
        ),
        mistake("patience_off", _stopping(_less, lambda waited, patience: waited > patience)),
        mistake(
            "impatient",
            _stopping(_less, lambda waited, patience: waited >= max(patience - 1, 1)),
            "You stop one epoch too early: patience counts the epochs that brought nothing.",
        ),
        mistake(
            "never_reset",
            _stopping(_less, _enough, reset=False),
            "You count every epoch without success. A new best resets the counter: they must come in a row.",
        ),
        mistake(
            "ties",
            _stopping(lambda a, b: a <= b, _enough),
            "An equal loss is nothing better. It must not reset the counter, nor become the best.",
        ),
        mistake(
            "previous",
            _up_twice,
            "You compare each epoch with the one before. Compare with the best so far.",
        ),
    ],
    difficulty=2,
    importance=3,
    minutes=8,
    hints=(
        "Walk through the losses once, from left to right, and remember the best index so far.",
        "Count the epochs since the best. When the count reaches patience, leave the loop.",
        "for epoch, loss in enumerate(vals): new best, or break when epoch − best >= patience; return best.",
    ),
    then="Next question: which patience gives the global best whatever the curve, and why does nobody use it?",
)

# --- e5: a split without copies on both sides ---


def split(sentences):
    """Every fourth different sentence, with all of its copies, is for validation; the rest is for training."""
    chosen = list(dict.fromkeys(sentences))[3::4]
    return [s for s in sentences if s not in chosen], [s for s in sentences if s in chosen]


def _in_one_walk(sentences):
    """The other right way: number each sentence when it comes for the first time."""
    number, sides = {}, ([], [])
    for sentence in sentences:
        number.setdefault(sentence, len(number))
        sides[number[sentence] % 4 == 3].append(sentence)
    return sides


def _first_copy_only(sentences):
    chosen, train, validation = split(sentences)[1], [], []
    for sentence in sentences:
        (validation if sentence in chosen and sentence not in validation else train).append(sentence)
    return train, validation


def _every_fourth(start):
    def split(sentences):
        chosen = list(dict.fromkeys(sentences))[start::4]
        return [s for s in sentences if s not in chosen], [s for s in sentences if s in chosen]

    return split


def _nothing_on_both_sides(function):
    for lines in (["a", "b", "c", "d", "d"], ["d", "a", "a", "b", "c", "c", "a", "d"]):
        train, validation = function(lines)
        both = sorted(set(train) & set(validation))
        if both:
            return f"{', '.join(both)} stands on both sides of {lines}."
    return ""


_CAT, _DOG = "the cat sat on the mat", "the dog sat on the mat"
_RUG, _SAW = "the cat sat on the rug", "the cat saw the cat"

exercise(
    "27.e5",
    "split(sentences)",
    reference=split,
    also=_in_one_walk,
    cases=[
        case([_CAT, _RUG, _DOG, _SAW, _CAT]),
        case([_CAT, _SAW, _CAT, _RUG, _DOG, _SAW, _DOG]),
        case(["a", "b", "c"]),
        case(["a", "b", "c", "d", "e", "f", "g", "h", "d", "i", "a"]),
        case(["a", "a", "b", "b", "c", "c", "d", "d", "a", "d", "b", "e", "c"]),
    ],
    mistakes=[
        mistake(
            "by_line",
            lambda sentences: ([s for i, s in enumerate(sentences) if i % 4 != 3], sentences[3::4]),
            "You count lines. The same sentence now stands on both sides: validation asks what training has told.",
        ),
        mistake(
            "first_copy_only",
            _first_copy_only,
            "One copy went to validation, and its twins stayed in training. All copies go together.",
        ),
        mistake(
            "copies_dropped",
            lambda sentences: split(list(dict.fromkeys(sentences))),
            "The sides are right, and the copies are gone. Here each line of the data stays, on the side of its twins.",
        ),
        mistake(
            "train_keeps_all",
            lambda sentences: (sentences, split(sentences)[1]),
            "The sentences for validation are still in training.",
        ),
        mistake(
            "swapped",
            lambda sentences: split(sentences)[::-1],
            "The sides are exchanged: training comes first, and it is the larger one.",
        ),
        mistake("off_by_one", _every_fourth(0), "You took the 1st, 5th, 9th ... different sentence. The 4th is meant."),
        mistake(
            "end_block",
            lambda sentences: (sentences[: 3 * len(sentences) // 4], sentences[3 * len(sentences) // 4 :]),
            "You cut the file in two at one line. Copies stand on both sides of such a cut.",
        ),
    ],
    properties=[law("no sentence stands on both sides", _nothing_on_both_sides)],
    difficulty=2,
    importance=3,
    minutes=8,
    hints=(
        "First find the different sentences, in the order in which they come; then decide; then sort the lines.",
        "dict.fromkeys(sentences) keeps one of each, in order. Which of them are the 4th, the 8th, ...?",
        "chosen = list(dict.fromkeys(sentences))[3::4]; then two list comprehensions over sentences.",
    ),
    then="Next question: two lines differ in one comma. Is that a leak?",
)

# --- by hand ---

hand(
    "27.h1",
    "A neuron always says x = 2. Dropout with p = 0.1, kept values rescaled. Type three numbers: the value when it is "
    "kept, the mean over all masks, the variance over all masks.",
    "2.222, 2, 0.444",
    wrong=[
        ("2, 1.8, 0.36", "Those are right without rescaling. The kept value is divided by 0.9."),
        ("20, 18, 36", "You divided by p, the share that is dropped. Divide by the share that is kept."),
        ("1.8, 1.62, 0.2916", "You multiplied by 0.9. The kept value must grow, to make up for the dropped ones."),
        ("2.222, 2, 0.667", "The third number is the standard deviation. The variance is its square."),
        ("2.222, 2, 0.36", "The variance is that of the plain zeros. The kept value is 2.222 now, not 2."),
        ("2.222, 2, 4.444", "The third number is the mean of the squares. Subtract the square of the mean, 4."),
    ],
    hints=(
        "Kept: 2 / (1 − p).",
        "The value is 2/0.9 with probability 0.9, and 0 with probability 0.1.",
        "Variance: mean of the squares, 0.9 · (2/0.9)² = 4.444, minus the square of the mean.",
    ),
    working="Kept 2/0.9 = 2.222; mean 0.9 · 2.222 = 2; variance 4/0.9 − 4 = 4 · 0.1/0.9 = 0.444.",
)
hand(
    "27.h2",
    "w = 1, η = λ = 0.1, and the gradient of the loss is 0. Type w after the first step of: plain descent with the "
    "penalty ½λw² in the loss, AdamW, Adam with the penalty in the loss.",
    "0.99, 0.99, 0.90",
    wrong=[
        ("0.99, 0.99, 0.99", "Adam divides whatever gradient it gets by its own size, and λw is all it gets."),
        ("0.9, 0.9, 0.9", "In the first two, both η and λ count: w loses η · λ · w = 0.01."),
        ("0.99, 0.9, 0.9", "AdamW keeps λw out of the gradient: it takes ηλw, undivided."),
        ("0.99, 0.9, 0.99", "The last two are exchanged. Which of them lets Adam divide the penalty?"),
        ("1, 1, 1", "The loss does not pull, the penalty does: its gradient is λw = 0.1."),
        ("1.01, 1.01, 1.1", "The sizes are right. The penalty pulls towards 0."),
        ("0.99, 0.99, 1", "The penalty's gradient is 0.1, not 0. The first step of Adam is η in its direction."),
    ],
    hints=(
        "The gradient of ½λw² is λw = 0.1.",
        "Plain descent: w − η · 0.1. AdamW: the gradient is 0, and ηλw is subtracted beside it.",
        "Adam's first step is η · sign(gradient), however small the gradient is.",
    ),
    working="1 − 0.1 · 0.1 = 0.99, twice; Adam's first step is η · sign(0.1) = 0.1, so 0.90.",
)
hand(
    "27.h3",
    'The bigram: how many bits does "the dog sat on the rug" cost, its end mark included? The first word is given.',
    "6",
    unit="bit",
    wrong=[
        ("3", "One of the two rare words is missing: dog costs 3 bit after the, and so does rug."),
        ("64", "That is 1/P. The bits are its logarithm, to base 2."),
        ("1/64", "That is the probability. Its surprise in bits is asked for."),
        ("4.159", "That is in nat. Bits use log₂."),
        ("1", "That is per token. The price of the whole sentence is asked for."),
        ("5", "P(dog | the) is ⅛ for the bigram: it does not know that this is the first the."),
    ],
    hints=(
        "Go from word to word: P(dog | the), P(sat | dog), and so on. Most of these are 1.",
        "After the: cat ½, mat ¼, dog ⅛, rug ⅛.",
        "log₂ 8 + log₂ 8.",
    ),
    working="P = ⅛ · 1 · 1 · 1 · ⅛ · 1 = 1/64, and log₂ 64 = 6.",
)
hand(
    "27.h3b",
    "The memoriser, which goes by all words so far: how many bits does the same sentence cost?",
    "∞",
    also=("infinity", "infinite", "inf"),
    unit="bit",
    wrong=[
        ("2", 'That is the price of dog alone. After "the dog sat on the" it has only ever seen mat.'),
        ("6", "That is the bigram. The memoriser knows more, and here that is worse."),
        ("0", "That would be certainty. It is certain of mat, not of rug."),
        ("8", "That is the price of all four sentences of the corpus. This is a fifth one."),
    ],
    hints=(
        'After "the dog sat on the", what has it seen?',
        "mat, once of once. So which share has rug?",
        "The surprise at a share of 0 is log₂(1/0).",
    ),
    working="P(rug | the dog sat on the) = 0, and a share of 0 costs infinitely many bits.",
)
choice(
    "27.p1",
    "The plan says: regularisation penalises parameter size to avoid overfitting. Which repair is right?",
    wrong("None. That is what it is", "Dropout and label smoothing penalise no parameter, and they regularise."),
    right(
        "That is one kind of several; each of them reduces overfitting, and none excludes it",
        "L1, L2 and weight decay go by size. Dropout, label smoothing, early stopping and augmentation do not; the "
        "paper uses dropout and label smoothing.",
    ),
    wrong("It penalises parameter size to lower the training loss", "It raises the training loss, as a rule."),
    wrong(
        "It penalises parameter size, and the right λ excludes overfitting",
        "It shrinks the gap. Too large a λ underfits, and no λ promises anything about new data.",
    ),
)
choice(
    "27.p2",
    "The plan says: L2 equals adding the sum of squared parameters to the loss. Which repair is right?",
    wrong("None. That is exact", "A coefficient is missing, and with it the strength of the pull."),
    wrong(
        "It adds λ times the sum of absolute values",
        "That is L1: its pull is λ for every weight, large or small, and it makes exact zeros.",
    ),
    wrong(
        "It adds ½λ times the sum of squares, which is weight decay under every optimiser",
        "Adam divides the gradient λw by √v̂: 0.90 instead of 0.99 in the first step of h2.",
    ),
    right(
        "It adds ½λ times the sum of squares; that is weight decay under plain gradient descent only",
        "Its gradient λw takes ηλw in a plain step. Under Adam the gradient is divided by √v̂, so AdamW decays outside.",
    ),
)

# --- predictions ---

choice(
    "27.w1",
    "Degree 11 through 12 training points, almost no λ. Which errors do you expect?",
    wrong("Small on training, small on validation", "Eleven powers can also bend between the points, and they do."),
    right(
        "Small on training, large on validation",
        "With 12 free numbers the curve can go near all 12 points, noise included. Between them it swings.",
    ),
    wrong("Large on training, large on validation", "That is degree 1: too stiff for both."),
    wrong("Large on training, small on validation", "It was fitted to the training points."),
)
choice(
    "27.w1b",
    "At degree 11, λ grows from 10⁻⁶ to 100. What does the validation error do?",
    wrong("It falls all the way", "At λ = 100 all weights are nearly 0: a flat line fits nothing."),
    wrong("It rises all the way", "A little λ removes the swings between the points first."),
    right("It falls, then rises", "First the swings go, then the shape itself. The lowest point lies inside."),
    wrong(
        "It rises, then falls",
        "It starts high, with the swings, and ends high, with a flat line. The low place is between.",
    ),
)
choice(
    "27.w2",
    "Neurons that all say 2, dropout with p = 0.5, no rescaling. What is the mean afterwards?",
    wrong("2", "Half of them say 0 now, and nobody makes up for it."),
    right("1", "Half of them say 0, half still 2. With rescaling the kept ones say 4, and the mean is 2 again."),
    wrong("4", "That is what a kept neuron says with rescaling."),
    wrong("0.5", "The mean is multiplied by 1 − p: 2 · 0.5."),
)
choice(
    "27.w3",
    "Adam with λw in the gradient. One weight has loud gradients (±10), one quiet ones (±0.1); λ is the same. Whose "
    "decay stalls?",
    right("The loud one's", "Adam divides λw by the size of the gradients: by about 10 for the loud weight."),
    wrong("The quiet one's", "There the divisor is small, about 0.1, so λw counts ten times."),
    wrong("Neither: the same λ, the same decay", "So it would be if λw were not divided by √v̂."),
    wrong("Both", "For the quiet weight the divisor is below 1: its decay is faster than meant."),
)
choice(
    "27.w3b",
    "And AdamW, which takes ηλw outside: which of the two decays faster?",
    wrong("The loud one", "The decay does not see the gradient any more."),
    wrong("The quiet one", "That was Adam with λw inside."),
    right("Both alike", "Each is multiplied by 1 − ηλ in every step, whatever its gradient."),
)

# --- quiz ---

choice(
    "27.q1",
    "Are L2 and weight decay the same under Adam?",
    wrong("Yes, both shrink weights", "How much is the question: Adam divides the penalty's gradient by √v̂."),
    right("No", "Only under plain gradient descent. AdamW takes ηλw outside of Adam's division."),
    wrong("Only at the first step", "There they differ already: 0.90 against 0.99 in h2."),
)
choice(
    "27.q2",
    "You measure validation loss. What does inverted dropout do?",
    wrong("It drops as in training", "Then the measurement would be random, and of a crippled network."),
    wrong("It multiplies by 1 − p", "The kept values were divided by 1 − p in training. Nothing is left to correct."),
    right("Nothing: it is the identity", "The mean was kept in training, so evaluation needs no change."),
)
choice(
    "27.q3",
    "Is the model with the lowest training loss the best one?",
    wrong("Yes, the loss is what we minimise", "On the four sentences only. The memoriser is perfect there."),
    right("No", "At step 300 the training loss is lowest, and the unseen sentence costs twice what the bigram asks."),
    wrong("Yes, if there is no label smoothing", "Smoothing changes what is minimised, not this."),
)

# --- recall ---


def _plain(matrix):
    rows = ", ".join("[" + ", ".join(f"{int(value)}" for value in row) + "]" for row in matrix)
    return f"[{rows}]"


def _nice(text):
    return str(text).replace("-", "−")


def _gradient_of_the_first_layer(rng):
    x = rng.integers(1, 5, size=2)
    open_column = rng.integers(0, 3, size=2) + np.array([1, 0])
    shut_column = -rng.integers(1, 3, size=2)
    W1 = np.column_stack([open_column, shut_column])
    u, v = (int(n) for n in rng.choice([-3, -2, 2, 3, 4], size=2, replace=False))
    error = int(rng.choice([-3, -2, 2, 3]))
    output = int(x @ open_column) * u
    dh = error * np.array([u, v])
    dW1 = np.outer(x, dh * [1, 0])
    return Draw(
        _nice(
            f"Day 26: x = ({x[0]}, {x[1]}), W₁ = {_plain(W1)}, ReLU, W₂ = ({u}, {v})ᵀ, no biases. The target is "
            f"{output - error}, L = ½(ŷ − target)². What is dW₁? Type [[.., ..], [.., ..]]."
        ),
        _plain(dW1),
        (
            (_plain(np.outer(x, dh)), "You forgot the gate: the second hidden number was below 0 before the ReLU."),
            (_plain(np.outer(dh * [1, 0], x)), "The shape is right by luck, the owners are wrong: dW = xᵀ dz."),
            (_plain(-dW1), "Same size, opposite direction: prediction minus target."),
            (_plain(np.outer(x, [u, 0])), "The slope of the loss at ŷ is missing: ŷ − target."),
        ),
        _nice(
            f"ŷ = {output}, so dŷ = {error}; dh = ({dh[0]}, {dh[1]}), behind the gate ({dh[0]}, 0); "
            f"dW₁ = xᵀ times that = {_plain(dW1)}."
        ),
    )


fresh("27.r1", _gradient_of_the_first_layer)
choice(
    "27.r2",
    "Day 24: a bowl has the curvatures 1 and 5. Below which learning rate does plain descent converge?",
    wrong("2", "That is the limit for the flat direction. The steep one has exploded before."),
    right("2/5", "2 divided by the largest curvature: there the error is multiplied by 1 − 5η, below 1 in size."),
    wrong("1/5", "There the steep direction is solved in one step. Up to twice that, it overshoots and converges."),
    wrong("1/3", "2/(1 + 5) is the best fixed rate, not the limit."),
)
choice(
    "27.r3",
    "Day 20: compare the dot products PE(5)·PE(4) and PE(1)·PE(0).",
    right("They are equal", "Each pair gives cos(ω(p − q)): only the distance counts, and it is 1 in both."),
    wrong("The first is larger, its positions are larger", "Every clock hand has length 1, wherever it points."),
    wrong("The second is larger, it contains PE(0)", "PE(0) has zeros for the sines, and ones for the cosines."),
    wrong("It depends on the learned weights", "The sinusoidal encoding has none."),
)
choice(
    "27.r4",
    "Day 13: the scores are 7, 7 and 7 + ln 2. What are the shares?",
    wrong("⅓ each", "One score is larger: ln 2 more is twice the share."),
    wrong("0.325, 0.325, 0.35", "That divides the scores by about their sum. The exponential comes first."),
    right("¼, ¼, ½", "The 7 cancels. The exponentials are 1, 1 and 2."),
    wrong("It cannot be said without e⁷", "e⁷ is in every exponential and in their sum: it cancels."),
)

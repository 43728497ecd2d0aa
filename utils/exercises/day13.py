"""Day 13, softmax: exercises, hand calculations, predictions, quiz and recall."""

import numpy as np

from utils import probability
from utils.exercises.answers import hand
from utils.exercises.choices import choice, right, wrong
from utils.exercises.engine import case, exercise, law, mistake
from utils.exercises.recall import Draw, fresh

_rng = np.random.default_rng(13)
_SQUARE = np.round(_rng.normal(size=(5, 5)) * 2, 2)
_TABLE = np.array([[0.5, -1.0, 2.0], [1.0, 3.0, -2.0]])
_BATCH = np.round(_rng.normal(size=(2, 3, 5)) * 2, 2)
_LOUD = np.array([[1000.0, 1001.0, 999.0], [-1000.0, -1002.0, -1001.0]])
_FAR_ROW = np.array([[0.0, 1.0, 2.0], [-10000.0, -10001.0, -9999.0]])
_DEEP = np.array([-10000.0, -10001.0, -9999.0])


def _shares(z, axis=-1):
    """Softmax in one breath, for the mistakes to misuse."""
    e = np.exp(z - np.max(z, axis=axis, keepdims=True))
    return e / e.sum(axis=axis, keepdims=True)


def _plain(z, axis=-1):
    e = np.exp(z)
    return e / e.sum(axis=axis, keepdims=True)


def _no_keepdims(z, axis=-1):
    e = np.exp(z - np.max(z, axis=axis, keepdims=True))
    return e / e.sum(axis=axis)


def _global_max(z, axis=-1):
    e = np.exp(z - np.max(z))
    return e / e.sum(axis=axis, keepdims=True)


def _max_with_zero(z, axis=-1):
    e = np.exp(z - np.maximum(0.0, np.max(z, axis=axis, keepdims=True)))
    return e / e.sum(axis=axis, keepdims=True)


def _linear(z, axis=-1):
    return z / np.sum(z, axis=axis, keepdims=True)


def _whole(z, axis=-1):
    e = np.exp(z - np.max(z))
    return e / e.sum()


def _sums_to_one(softmax):
    for z in (np.array([0.0, 700.0]), np.array([[-3.0, 5.0, 40.0]])):
        total = float(np.sum(softmax(z)))
        if not abs(total - 1) < 1e-9:
            return f"The shares of {z.tolist()} add up to {total:.6g}, not to 1."
    return ""


def _shift_invariant(softmax):
    z = np.array([0.3, -1.2, 2.0])
    for c in (5.0, -900.0, 1e6):
        if not np.allclose(softmax(z + c), softmax(z), atol=1e-6):
            return f"Adding {c:g} to every score of {z.tolist()} changes the shares."
    return ""


exercise(
    "13.e1",
    "softmax(z, axis=-1)",
    reference=probability.softmax,
    also=lambda z, axis=-1: np.exp(z - np.logaddexp.reduce(z, axis=axis, keepdims=True)),
    cases=[
        case(np.array([1.0, 2.0, 3.0])),
        case(_TABLE),
        case(_SQUARE),
        case(_TABLE, axis=0),
        case(_BATCH),
        case(_LOUD),
        case(_DEEP),
        case(_FAR_ROW),
    ],
    mistakes=[
        mistake(
            "unstable",
            _plain,
            "It is right for small scores. At 1000, exp gives inf, and inf/inf is nan; at −1000 it is 0/0. "
            "Which number may you subtract from a whole row without changing its shares?",
        ),
        mistake(
            "axis0",
            lambda z, axis=-1: _shares(z, axis=0),
            "Your columns add up to 1; the rows should. The axis named in the call is the one that is used up.",
        ),
        mistake("last_only", lambda z, axis=-1: _shares(z), "The argument axis is never used: axis=0 changes nothing."),
        mistake("whole", _whole, "You normalised the whole table; each row is its own cake."),
        mistake(
            "linear",
            _linear,
            "You divided scores by their sum. With negative scores the shares leave 0 to 1. "
            "First make every score positive.",
        ),
        mistake(
            "no_keepdims",
            _no_keepdims,
            "The sum lost an axis and lined up with the wrong one. A square table hides that: it gives numbers, "
            "wrong ones; any other table gives an error.",
        ),
        mistake(
            "global_max",
            _global_max,
            "You subtracted the largest score of the whole table. A row far below it underflows to 0/0. "
            "Every row needs a number of its own.",
        ),
        mistake(
            "max_with_zero",
            _max_with_zero,
            "You subtract max(0, largest). When all scores are near −10000 that is 0: every exp rounds to 0.",
        ),
    ],
    properties=[
        law("the shares of a row add up to 1", _sums_to_one),
        law("adding one number to a whole row changes nothing", _shift_invariant),
    ],
    difficulty=2,
    importance=3,
    minutes=8,
    hints=(
        "Three steps: make every score positive, add them up along the axis, divide.",
        "exp(z) / exp(z).sum(...) is right on paper. Keep the summed axis, so that each row divides by its own sum, "
        "and think about exp(1000).",
        "Subtract np.max(z, axis=axis, keepdims=True) first; then exp; then divide by the sum with keepdims=True.",
    ),
    then="Next question: your function subtracts the row maximum. Would the row minimum be as good?",
)


def _log_softmax(z, axis=-1):
    shifted = z - np.max(z, axis=axis, keepdims=True)
    return shifted - np.log(np.exp(shifted).sum(axis=axis, keepdims=True))


exercise(
    "13.e2",
    "log_softmax(z, axis=-1)",
    reference=probability.log_softmax,
    also=lambda z, axis=-1: z - np.logaddexp.reduce(z, axis=axis, keepdims=True),
    cases=[
        case(np.array([1.0, 2.0, 3.0])),
        case(_TABLE),
        case(_SQUARE),
        case(np.array([[0.0, 800.0], [5.0, -800.0]])),
        case(_LOUD),
        case(_FAR_ROW),
    ],
    mistakes=[
        mistake(
            "log_of_softmax",
            lambda z, axis=-1: np.log(_shares(z, axis)),
            "A share that lies 800 below the largest rounds to 0, and log 0 is −∞. "
            "Take the logarithm on paper first: what becomes of log(exp(z) / sum)?",
        ),
        mistake(
            "unstable",
            lambda z, axis=-1: z - np.log(np.exp(z).sum(axis=axis, keepdims=True)),
            "The formula is right and exp overflows in it at 1000. Shift the row before exp.",
        ),
        mistake(
            "base2",
            lambda z, axis=-1: _log_softmax(z, axis) / np.log(2),
            "Those are bits: you took log₂. Logs are natural here unless the text says bits.",
        ),
        mistake(
            "whole",
            lambda z, axis=-1: z - np.logaddexp.reduce(np.ravel(z)),
            "You took one sum over the whole table; each row is its own cake.",
        ),
        mistake(
            "max_forgotten",
            lambda z, axis=-1: (
                z - np.log(np.exp(z - np.max(z, axis=axis, keepdims=True)).sum(axis=axis, keepdims=True))
            ),
            "You subtracted the maximum inside exp only. The score in front has to be shifted by the same number.",
        ),
        mistake("softmax", _shares, "Those are the shares. Their logarithms were asked for."),
    ],
    difficulty=2,
    importance=2,
    minutes=8,
    hints=(
        "log(a / b) = log a − log b, and log(exp(z)) = z.",
        "So the answer is z minus log of the sum of exp(z). Keep that sum away from overflow by shifting z first.",
        "shifted = z − row maximum; return shifted − log(sum(exp(shifted))), with keepdims=True.",
    ),
    then="Next question: why can no entry of the answer be greater than 0?",
)


exercise(
    "13.e3",
    "softmax_T(z, T)",
    reference=probability.softmax_T,
    also=lambda z, T: _shares(z) ** (1 / T) / (_shares(z) ** (1 / T)).sum(axis=-1, keepdims=True),
    cases=[
        case(np.array([1.0, 2.0, 3.0]), 0.5),
        case(_TABLE, 2.0),
        case(_SQUARE, 0.8),
        case(_TABLE, 1.0),
    ],
    mistakes=[
        mistake(
            "times_T",
            lambda z, T: _shares(np.multiply(z, T)),
            "You multiplied by T, so a low temperature flattens. A low temperature has to sharpen.",
        ),
        mistake(
            "after",
            lambda z, T: _shares(z) / T,
            "You divided the shares, and they no longer add up to 1. The temperature belongs to the scores.",
        ),
        mistake(
            "power",
            lambda z, T: _shares(z) ** (1 / T),
            "p^(1/T) has the right ratios. Its entries no longer add up to 1: one division is missing.",
        ),
        mistake("ignored", lambda z, T: _shares(z), "T has no effect in your function."),
        mistake(
            "whole",
            lambda z, T: _whole(np.divide(z, T)),
            "The temperature is right. Now every row has to be a cake of its own.",
        ),
    ],
    difficulty=1,
    importance=2,
    minutes=5,
    hints=(
        "T changes the scores before the exponential sees them.",
        "Low T must pull the scores apart. Which operation with T = 0.5 doubles them?",
        "softmax(z / T).",
    ),
    then="Next question: which T turns the shares of (1, 2, 3) into those of (2, 4, 6)?",
)


def _masked(z, mask):
    z = np.where(mask, z, -np.inf)
    top = np.max(z, axis=-1, keepdims=True)
    e = np.exp(z - np.where(np.isfinite(top), top, 0.0))
    return np.divide(e, e.sum(axis=-1, keepdims=True), out=np.zeros(z.shape), where=mask.any(axis=-1, keepdims=True))


def _renormalised(z, mask):
    """The other right way: remove the masked shares, then divide again."""
    kept = np.where(mask, np.exp(z - np.max(z, axis=-1, keepdims=True)), 0.0)
    total = kept.sum(axis=-1, keepdims=True)
    return kept / np.where(total > 0, total, 1.0)


def _nan_row(z, mask):
    z = np.where(mask, z, -np.inf)
    e = np.exp(z - np.max(z, axis=-1, keepdims=True))
    return e / e.sum(axis=-1, keepdims=True)


def _nan_style(z, mask):
    return _shares(np.where(mask, z, z * -np.inf))


_LOW = np.array([[-1.0, -2.0, -0.5], [-3.0, 1.0, -2.0]])
_OPEN_2_3 = np.array([[True, False, True], [True, True, False]])
_CAUSAL = np.tril(np.ones((5, 5), dtype=bool))
_ONE_CLOSED = np.array([[True, False, True], [False, False, False]])

exercise(
    "13.e4",
    "masked_softmax(z, mask)",
    reference=probability.masked_softmax,
    also=_renormalised,
    cases=[
        case(np.array([3.0, 2.0, 1.0]), np.array([True, False, True])),
        case(_LOW, _OPEN_2_3),
        case(_SQUARE, _CAUSAL),
        case(_TABLE, _ONE_CLOSED),
        case(_BATCH, np.broadcast_to(np.array([True, True, False, True, False]), (2, 3, 5)).copy()),
    ],
    mistakes=[
        mistake(
            "times_zero",
            lambda z, mask: _shares(np.where(mask, z, 0.0)),
            "A masked score became 0, and e⁰ = 1 is still a slice of the cake. Which score gets no slice at all?",
        ),
        mistake(
            "after",
            lambda z, mask: _shares(z) * mask,
            "You removed shares after cutting the cake, and the rest no longer adds up to 1.",
        ),
        mistake(
            "inverted",
            lambda z, mask: _masked(z, ~mask),
            "You kept what should go. True means: this word may be seen.",
        ),
        mistake(
            "nan_style",
            _nan_style,
            "A score times −∞ is +∞ when the score is negative, and then inf/inf is nan. Replace, do not multiply.",
        ),
        mistake(
            "nan_row",
            _nan_row,
            "Right, except for a row in which nothing may be seen: 0/0 is nan. The course returns zeros there.",
        ),
        mistake(
            "minus_big",
            lambda z, mask: _shares(np.where(mask, z, -1e9)),
            "Right, except for a row in which nothing may be seen: −10⁹ everywhere is no mask at all, "
            "and every forbidden word gets a share.",
        ),
        mistake(
            "whole",
            lambda z, mask: np.where(mask, np.exp(z), 0.0) / np.where(mask, np.exp(z), 0.0).sum(),
            "The mask is right. Each row is still its own cake.",
        ),
    ],
    difficulty=3,
    importance=3,
    minutes=12,
    hints=(
        "Which score s makes e^s exactly 0?",
        "Put −∞ where the mask is False (np.where), then do what softmax does. Look at the row with no True in it.",
        "For a closed row the maximum is −∞: subtract 0 there instead, and divide by 1 instead of by the sum 0.",
    ),
    then="Next question: one word of a row is masked. By which factor does every other share grow?",
)


exercise(
    "13.e5",
    "softmax_jacobian(p)",
    reference=probability.softmax_jacobian,
    also=lambda p: (np.eye(len(p)) - p) * p[:, None],
    cases=[
        case(np.array([0.5, 0.25, 0.125, 0.125])),
        case(np.array([0.09, 0.2447, 0.6653])),
        case(np.array([0.3, 0.7])),
        case(np.array([0.0, 1.0, 0.0])),
    ],
    mistakes=[
        mistake(
            "diag_only",
            lambda p: np.diag(p * (1 - p)),
            "Raising one score lowers the other shares too. Off the diagonal nothing is 0.",
        ),
        mistake("no_cross", lambda p: np.diag(p), "diag(p) is the first half; the second one couples the shares."),
        mistake(
            "plus",
            lambda p: np.diag(p) + np.outer(p, p),
            "Your rows do not add up to 0. When one share grows, the others must pay for it.",
        ),
        mistake(
            "vector",
            lambda p: p * (1 - p),
            "Each of n shares answers to each of n scores: n × n numbers, and these are n.",
        ),
        mistake(
            "sign",
            lambda p: np.outer(p, p) - np.diag(p),
            "Same size, opposite direction: raising a score must raise its own share.",
        ),
        mistake("outer_only", lambda p: -np.outer(p, p), "The diagonal is missing its positive part."),
    ],
    properties=[
        law(
            "every row adds up to 0",
            lambda jacobian: (
                "" if np.allclose(jacobian(np.array([0.2, 0.5, 0.3])).sum(axis=1), 0) else "p = [0.2, 0.5, 0.3]"
            ),
        )
    ],
    difficulty=3,
    importance=1,
    minutes=12,
    hints=(
        "Differentiate p_i = e^(z_i) / sum with respect to z_i, then with respect to another z_j.",
        "The two cases are p_i(1 − p_i) and −p_i p_j.",
        "Both at once: a diagonal matrix of p minus the outer product of p with itself.",
    ),
    then="Next question: what is left of this matrix when one share is almost 1? That is saturation.",
)


hand(
    "13.h1",
    "z = ln 2 · (3, 2, 1, 1). Compute softmax(z). (e^(ln 2 · 3) is 2³.)",
    "1/2, 1/4, 1/8, 1/8",
    wrong=[
        ("3/7, 2/7, 1/7, 1/7", "You divided the scores by their sum. First take the exponential of each."),
        ("8, 4, 2, 2", "Those are the exponentials. They still have to become shares of one cake."),
    ],
    hints=("e^(ln 2 · 3) = 2³ = 8.", "The exponentials are 8, 4, 2, 2. What do they add up to?", "Divide each by 16."),
    working="8, 4, 2, 2 add up to 16; divide each by 16.",
)
hand(
    "13.h2",
    "The same z at temperature T = ½. Compute softmax(z / T).",
    "8/11, 2/11, 1/22, 1/22",
    wrong=[
        ("0.369, 0.261, 0.185, 0.185", "You multiplied the scores by T. Dividing by ½ doubles them."),
        ("1, 1/2, 1/4, 1/4", "You divided the shares by T. The scores are divided, before the exponential."),
        ("1/2, 1/4, 1/8, 1/8", "Those are the shares at T = 1."),
    ],
    hints=(
        "z / ½ = ln 2 · (6, 4, 2, 2).",
        "The exponentials are 64, 16, 4, 4.",
        "They add up to 88: 64/88 = 8/11.",
    ),
    working="64, 16, 4, 4 add up to 88; 64/88 = 8/11, 16/88 = 2/11, 4/88 = 1/22.",
)
hand(
    "13.h3",
    "Add 100 to all four scores of h1. What are the shares now?",
    "1/2, 1/4, 1/8, 1/8",
    also=("unchanged", "the same", "same", "no change", "nothing changes"),
    wrong=[("1/4, 1/4, 1/4, 1/4", "The ratios stay: 8 : 4 : 2 : 2 times e^100 each.")],
    hints=("e^(z + 100) = e^z · e^100.", "Every exponential grows by the same factor.", "The factor cancels."),
    working="Every exponential grows by the factor e^100, and so does their sum: nothing changes.",
)
hand(
    "13.h4",
    "Mask the second score of h1. What are the four shares?",
    "2/3, 0, 1/6, 1/6",
    wrong=[
        ("0.615, 0.077, 0.154, 0.154", "You set the score to 0, and e⁰ = 1 still takes a slice."),
        ("1/2, 0, 1/8, 1/8", "You removed the share after cutting: what is left adds up to ¾."),
        ("2/3, 1/6, 1/6", "The masked place keeps its seat: it gets the share 0."),
    ],
    hints=("Give the masked score e^(−∞) = 0.", "8, 0, 2, 2 remain.", "Divide by 12."),
    working="8, 0, 2, 2 add up to 12; divide each by 12.",
)
hand(
    "13.p1",
    "softmax of the three numbers (1, 2, 3), by hand, with e = 2.718: three shares to four places.",
    "0.0900, 0.2447, 0.6652",
    tolerance=0.0006,
    wrong=[
        ("1/6, 2/6, 3/6", "You divided the numbers by their sum. First take the exponential of each."),
        ("0.6652, 0.2447, 0.0900", "The shares are right, in the opposite order."),
        ("0.0159, 0.1173, 0.8668", "Those are the shares of (2, 4, 6): you doubled the scores."),
        ("2.718, 7.389, 20.086", "Those are the exponentials. Divide each by their sum."),
    ],
    hints=(
        "Only differences count: (1, 2, 3) has the shares of (0, 1, 2).",
        "The exponentials of (0, 1, 2) are 1, 2.718 and 7.389.",
        "They add up to 11.107.",
    ),
    working="1, 2.718 and 7.389 add up to 11.107; divide each by that.",
)
choice(
    "13.p2",
    "The plan says: softmax turns any numbers into weights from 0 to 1 that keep their relative size. "
    "Which sentence is true?",
    wrong("It keeps the ratios of the scores.", "(1, 2, 3) has ratios 1 : 2 : 3; its shares are 0.09, 0.24, 0.67."),
    right(
        "It keeps the order, and turns differences of scores into ratios of shares.",
        "One point more is e ≈ 2.72 times the share, wherever on the scale. The shares lie strictly between 0 and 1; "
        "only rounding makes them 0 or 1.",
    ),
    wrong("It keeps only which score is the largest.", "The whole order stays, not only its top."),
    wrong("It keeps nothing: the scores are gone.", "log p_i − log p_j = z_i − z_j: the differences can be read back."),
)

choice(
    "13.w1",
    "Every score grows by 5. What happens to the six bars?",
    wrong("All grow taller", "They share one cake: they cannot all grow."),
    right("Nothing", "Every exponential grows by the factor e⁵, and so does their sum. The factor cancels."),
    wrong("The picture sharpens", "That would need larger differences. Adding 5 to all leaves every difference alone."),
    wrong(
        "The picture flattens", "That would need smaller differences. Adding 5 to all leaves every difference alone."
    ),
)
choice(
    "13.w1b",
    "The temperature falls to 0.25. How large is the share of cat?",
    wrong("About 0.77, as at T = 1", "Dividing by 0.25 makes the gap four times as large."),
    wrong("About 0.90", "The gap of 2.83 becomes 11.3: a ratio of about 80,000 to 1."),
    right("More than 0.999", "The gap 4/√2 ≈ 2.83 becomes 11.3: about 80,000 to 1 against every other word."),
    wrong("Exactly 1", "Nearly. e^(−11.3) is small and not 0: the others keep about one part in 80,000 each."),
)
choice(
    "13.w1c",
    "The temperature rises to 4. What do the bars do?",
    right("They come closer, cat stays ahead", "The gap shrinks to 0.71: cat gets about twice the share of another."),
    wrong("All six become equal", "Only in the limit T → ∞. At 4 the gap is still 0.71, a ratio of about 2."),
    wrong("The order turns round", "Dividing all scores by one positive number never changes their order."),
    wrong("They shrink towards 0", "They share one cake: together they stay 1."),
)
choice(
    "13.w2",
    "The two scores are (m, m − 1). At which m does exp(z) / sum(exp(z)) break in float64?",
    wrong("Near 89", "That is where float32 overflows (e^88.7). NumPy computes in float64 here."),
    wrong("Near 308", "10^308 is the largest power of ten; the exponent of e is larger by the factor ln 10 = 2.3."),
    right("Near 710", "e^709.78 is the largest float64. One step further exp gives inf, and inf/inf is nan."),
    wrong("Never, NumPy takes care of it", "NumPy returns inf and a warning; inf/inf is nan."),
)
choice(
    "13.w3",
    "You mask cat in the row of sat. Where does its share of 0.77 go?",
    wrong("It is lost: the row adds up to 0.23", "Softmax runs after the mask, so the row adds up to 1 again."),
    wrong("All of it to the next best word", "The next best gets more, and so does every word that is left."),
    right("To the others, in proportion to their shares", "Ratios among the remaining words do not change: p_i / p_j = "
          "e^(z_i − z_j) knows nothing of cat."),
    wrong("Nowhere: a score of 0 keeps its share", "A mask is −∞, not 0."),
)  # fmt: skip

choice(
    "13.q1",
    "softmax(z + 5) is …",
    right("the same as softmax(z)", "e⁵ cancels between numerator and sum."),
    wrong("five times softmax(z)", "The shares add up to 1 before and after."),
    wrong("sharper than softmax(z)", "Sharpness depends on differences, and those stay."),
)
choice(
    "13.q2",
    "softmax(2z) is …",
    wrong("the same as softmax(z)", "Only a shift cancels. Doubling doubles every difference."),
    right("sharper, with the same order", "Every ratio of shares is squared. It is temperature ½."),
    wrong("flatter, with the same order", "That is softmax(z / 2)."),
)
choice(
    "13.q3",
    "Why does a mask use −∞ and not 0?",
    wrong("−∞ is faster to compute", "Speed is not the point."),
    wrong("0 would give a negative share", "e⁰ = 1 is positive: too much, not too little."),
    right("e^(−∞) = 0, but e⁰ = 1", "A score of 0 still takes a slice of the cake."),
)


def _variance_of_a_dot_product(rng) -> Draw:
    d = int(rng.choice([9, 16, 25, 36, 49, 64, 81, 100]))
    return Draw(
        f"q and k have {d} entries each, all independent, with mean 0 and variance 1. What is Var(q·k)?",
        str(d),
        (
            (str(round(d**0.5)), "That is the standard deviation."),
            ("1", "That is the variance after dividing by √d_k."),
            (str(d * d), "Variances of independent terms add; they do not multiply."),
            (str(2 * d), "That would be q·q, where the two are not independent."),
        ),
        f"{d} independent products with variance 1 each: their variances add up to {d}.",
    )


fresh("13.r1", _variance_of_a_dot_product)
choice(
    "13.r2",
    "Day 10: in the attention weights, what adds up to 1?",
    wrong("Each column: what a word gives", "A column says how often a word is listened to; nothing limits that."),
    right("Each row: what a word reads", "Softmax runs over the keys, for every query by itself."),
    wrong("The whole table", "Every query has a cake of its own."),
)
choice(
    "13.r3",
    "Day 6: is score(i, j) equal to score(j, i)?",
    wrong("Yes, a dot product is symmetric", "q_i·k_j uses two different matrices for the two words."),
    right("Not in general", "W_Q W_Kᵀ need not be symmetric: sat → cat is 4, cat → sat is 1 in head A."),
    wrong("Only for words that stand side by side", "The score knows nothing of places."),
)

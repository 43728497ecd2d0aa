"""Day 17, maximum likelihood: exercises, hand calculations, predictions, quiz and recall."""

import math
import statistics
from fractions import Fraction

import numpy as np

from utils import probability, story
from utils.exercises.answers import hand
from utils.exercises.choices import choice, right, wrong
from utils.exercises.engine import case, exercise, law, mistake
from utils.exercises.recall import Draw, fresh

_THREE_P = np.array([0.2, 0.5, 0.9])


def _log_likelihood(p, k, n):
    """What the right answer and most of the wrong ones share."""
    return k * np.log(p) + (n - k) * np.log(1 - np.asarray(p))


def _log_of_orders(k, n):
    return math.lgamma(n + 1) - math.lgamma(k + 1) - math.lgamma(n - k + 1)


def _of_one(log_likelihood) -> str:
    for k, n in ((3, 4), (30, 40)):
        ten, once = log_likelihood(0.6, 10 * k, 10 * n), log_likelihood(0.6, k, n)
        if not math.isclose(ten, 10 * once, rel_tol=1e-9):
            return f"Ten times the data of k = {k}, n = {n} should give ten times the log, {10 * once:.6g} nat."
    return ""


exercise(
    "17.e1",
    "log_likelihood(p, k, n)",
    reference=probability.log_likelihood,
    also=lambda p, k, n: n * np.log1p(-np.asarray(p)) + k * (np.log(p) - np.log1p(-np.asarray(p))),
    cases=[
        case(0.75, 3, 4),
        case(0.3, 2, 7),
        case(0.5, 0, 5),
        case(_THREE_P, 5, 11),
        case(0.75, 1500, 2000),
    ],
    mistakes=[
        mistake(
            "no_misses",
            lambda p, k, n: k * np.log(p),
            "The cats are in, the others are missing: each of the n − k misses has the probability 1 − p.",
        ),
        mistake(
            "product",
            lambda p, k, n: np.log(p**k * (1 - p) ** (n - k)),
            "It is right for four sentences. For 2000 the product rounds to 0, and log 0 is −∞. Take the logarithm of "
            "each factor first, on paper.",
        ),
        mistake(
            "all_n",
            lambda p, k, n: k * np.log(p) + n * np.log(1 - p),
            "You counted the hits among the misses: only n − k trials failed.",
        ),
        mistake(
            "swapped",
            lambda p, k, n: _log_likelihood(1 - p, k, n),
            "Hits and misses exchanged their probabilities: a hit has p, a miss 1 − p.",
        ),
        mistake(
            "likelihood",
            lambda p, k, n: p**k * (1 - p) ** (n - k),
            "That is the likelihood. Its logarithm was asked for.",
        ),
        mistake(
            "bits",
            lambda p, k, n: _log_likelihood(p, k, n) / np.log(2),
            "Those are bits: you took log₂. Logs are natural here unless the text says bit.",
        ),
        mistake(
            "sign",
            lambda p, k, n: -_log_likelihood(p, k, n),
            "That is the loss, the negative of it. A log-likelihood of probabilities is never above 0.",
        ),
        mistake(
            "per_trial",
            lambda p, k, n: _log_likelihood(p, k, n) / n,
            "You divided by n: that is the mean for one trial. The logarithm of the whole product was asked for.",
        ),
        mistake(
            "all_orders",
            lambda p, k, n: _log_likelihood(p, k, n) + _log_of_orders(k, n),
            "You counted every order in which k hits can come. This is one sequence. The peak would be the same, "
            "the value is not.",
        ),
    ],
    properties=[law("ten times the data is ten times the logarithm", _of_one)],
    difficulty=2,
    importance=2,
    minutes=8,
    hints=(
        "log(a · b) = log a + log b, and log(aᵏ) = k · log a.",
        "There are k factors p and n − k factors 1 − p. Never build their product.",
        "k * np.log(p) + (n - k) * np.log(1 - p).",
    ),
    then="Next question: at p = 1, with one miss, what is the log-likelihood, and is that fair?",
)

_TITLE = np.array([9.0, 2.0, 3.0, 3.0, 4.0])  # letters of "Attention Is All You Need"
_SEVEN = np.array([2.5, -1.0, 4.0, 7.0, 0.5, 3.0, -2.0])


def _around(x, centre):
    return float(np.mean((x - centre) ** 2))


exercise(
    "17.e2",
    "fit_gauss(x)",
    reference=probability.fit_gauss,
    also=lambda x: (statistics.fmean(x.tolist()), statistics.pvariance(x.tolist())),
    cases=[case(np.array([1.0, 3.0])), case(np.array([2.0, 4.0, 9.0])), case(_TITLE), case(_SEVEN)],
    mistakes=[
        mistake(
            "ddof1",
            lambda x: (np.mean(x), np.var(x, ddof=1)),
            "Divide by n here, not n−1. n − 1 removes a bias on average; the data are most probable with n.",
        ),
        mistake(
            "std",
            lambda x: (np.mean(x), np.std(x)),
            "The second number is the root: σ. The variance σ² was asked for.",
        ),
        mistake(
            "median",
            lambda x: (np.median(x), _around(x, np.median(x))),
            "You took the median. It is the best centre when errors count by size; a bell counts their squares, "
            "and then the mean is best.",
        ),
        mistake(
            "second_moment",
            lambda x: (np.mean(x), np.mean(x**2)),
            "That is the mean of the squares. One subtraction is missing: of the mean, before squaring.",
        ),
        mistake("swapped", lambda x: (np.var(x), np.mean(x)), "Right numbers, wrong order: the mean comes first."),
        mistake(
            "summed",
            lambda x: (np.mean(x), np.sum((x - np.mean(x)) ** 2)),
            "The squared distances are added up and not yet divided by n.",
        ),
        mistake(
            "mean_distance",
            lambda x: (np.mean(x), np.mean(np.abs(x - np.mean(x)))),
            "You averaged the distances. A variance averages their squares.",
        ),
    ],
    difficulty=2,
    importance=2,
    minutes=8,
    hints=(
        "The centre first. Then how far the numbers lie from it, squared, on average.",
        "mean = sum / n; variance = sum of (x − mean)² / n. Return both, in this order.",
        "mean = np.mean(x); return mean, np.mean((x - mean) ** 2).",
    ),
    then="Next question: which bell makes one single number most probable? What becomes of its variance?",
)


def _over(C, total):
    """C / total, and 0 where the total is 0."""
    total = np.broadcast_to(total, C.shape)
    return np.divide(C, total, out=np.zeros(C.shape), where=total != 0)


def _rows(C):
    return np.sum(C, axis=1, keepdims=True)


def _nan_row(C, alpha):
    return (C + alpha) / _rows(C + alpha)


_TWO = np.array([[3.0, 1.0], [0.0, 2.0]])
_THREE = np.array([[4.0, 1.0, 0.0], [2.0, 2.0, 5.0], [0.0, 1.0, 1.0]])
_FIVE = np.random.default_rng(17).integers(0, 6, size=(5, 5)).astype(float)
_C4 = probability.bigram_counts(story.CORPUS, story.VOCABULARY)


def _rows_are_cakes(fit_bigram) -> str:
    for alpha in (0.5, 3.0):
        sums = np.sum(fit_bigram(_THREE.copy(), alpha), axis=1)
        if not np.allclose(sums, 1):
            return f"With alpha = {alpha:g} the rows of {_THREE.tolist()} add up to {np.round(sums, 4).tolist()}."
    return ""


exercise(
    "17.e3",
    "fit_bigram(C, alpha)",
    reference=probability.fit_bigram,
    also=lambda C, alpha: np.array([row / max(row.sum(), 1e-300) for row in C + alpha]),
    cases=[case(_TWO, 1.0), case(_THREE, 0.5), case(_THREE, 0.0), case(_FIVE, 2.0), case(_C4, 0.0), case(_C4, 1.0)],
    mistakes=[
        mistake(
            "no_denominator",
            lambda C, alpha: _over(C + alpha, _rows(C)),
            "Rows no longer sum to 1. Alpha is in the numerator only: the total of the row has grown too, by alpha for "
            "each column.",
        ),
        mistake(
            "plus_a_once",
            lambda C, alpha: _over(C + alpha, _rows(C) + alpha),
            "Below the line alpha was added once. Every one of the V columns got its alpha.",
        ),
        mistake(
            "no_smoothing",
            lambda C, alpha: _over(C, _rows(C)),
            "Those are the plain shares: alpha has no effect in your function.",
        ),
        mistake(
            "always_one",
            lambda C, alpha: (C + 1) / _rows(C + 1),
            "You always add 1. The argument alpha says how much; it may be 0.",
        ),
        mistake(
            "only_zeros",
            lambda C, alpha: _over(np.where(C == 0, alpha, C), _rows(np.where(C == 0, alpha, C))),
            "Only the empty cells got their alpha. Every cell gets it, as if each pair had come alpha times more.",
        ),
        mistake(
            "columns",
            lambda C, alpha: _over(C + alpha, np.sum(C + alpha, axis=0)),
            "Your columns add up to 1. A row is the current word, and it is the row that is one cake.",
        ),
        mistake(
            "no_keepdims",
            lambda C, alpha: _over(C + alpha, np.sum(C + alpha, axis=1)),
            "The row sums lost an axis and lined up with the columns. The table is square, so nothing complains.",
        ),
        mistake("whole", lambda C, alpha: _over(C + alpha, np.sum(C + alpha))),
        mistake(
            "unnormalised",
            lambda C, alpha: C + alpha,
            "Those are the raised counts. Shares of a row must add up to 1.",
        ),
        mistake(
            "nan_row",
            _nan_row,
            "Right, except for a word that nothing ever follows: with alpha = 0 its row is 0/0, nan. The course leaves "
            "zeros there.",
        ),
    ],
    properties=[law("with alpha above 0, every row adds up to 1", _rows_are_cakes)],
    difficulty=2,
    importance=2,
    minutes=8,
    hints=(
        "Add alpha to every count. From then on it is day 11: each row divided by its own sum.",
        "The sum is that of the raised counts, kept as a column (keepdims). Mind the row of the end mark at alpha = 0.",
        "raised = C + alpha; total = raised.sum(axis=1, keepdims=True); divide by np.where(total > 0, total, 1.0).",
    ),
    then="Next question: what do the rows become when alpha grows without end?",
)


def _named(name, function):
    """A function whose name in the checker's replies is its formula."""
    function.__name__ = name
    return function


_HILL = _named("5 − (x − 2)²", lambda x: 5 - (x - 2) ** 2)
_CATS = _named("p³(1 − p)", lambda p: p**3 * (1 - p))
_LOG_CATS = _named("math.log(p³(1 − p)), one number at a time", lambda p: math.log(float(p) ** 3 * (1 - p)))
_PLATEAU = _named("min(x, 2), one number at a time", lambda x: min(float(x), 2.0))
_GRID = np.linspace(0.05, 0.95, 19)

exercise(
    "17.e4",
    "grid_argmax(f, grid)",
    reference=probability.grid_argmax,
    also=lambda f, grid: max(grid.tolist(), key=f),
    cases=[
        case(_HILL, np.array([0.0, 1.0, 2.0, 3.0, 4.0])),
        case(_CATS, np.array([0.9, 0.1, 0.75, 0.5, 0.3, 0.6, 0.2])),
        case(_CATS, _GRID),
        case(_LOG_CATS, _GRID),
        case(_PLATEAU, np.array([0.0, 1.0, 2.0, 3.0, 5.0])),
    ],
    mistakes=[
        mistake(
            "value",
            lambda f, grid: max(f(x) for x in grid),
            "You returned the height of the peak. The place was asked for: the x on the grid.",
        ),
        mistake(
            "argmin",
            lambda f, grid: grid[np.argmin([f(x) for x in grid])],
            "That is the lowest place. The largest value was wanted.",
        ),
        mistake(
            "index",
            lambda f, grid: int(np.argmax([f(x) for x in grid])),
            "That is the number of the place, counted from 0. Look it up in the grid.",
        ),
        mistake(
            "last",
            lambda f, grid: max(grid.tolist()[::-1], key=f),
            "Where several places are equally high, the first one is wanted.",
        ),
        mistake(
            "largest_x",
            lambda f, grid: float(np.max(grid)),
            "That is the largest place on the grid; f has not been asked.",
        ),
        mistake(
            "vectorised",
            lambda f, grid: grid[np.argmax(f(grid))],
            "f takes one number, and you gave it the whole grid. Some functions can do that, this one cannot: ask it "
            "once for each place.",
        ),
    ],
    difficulty=1,
    importance=1,
    minutes=5,
    hints=(
        "Ask f at every place, find the largest answer, return its place.",
        "[f(x) for x in grid] is a list of heights; np.argmax tells which one is largest.",
        "grid[np.argmax([f(x) for x in grid])].",
    ),
    then="Next question: how far may the true peak lie from your answer, if the places are 0.01 apart?",
)


def _surprises(P, C):
    """−log₂ P where the counts are above 0, and 0 elsewhere."""
    return -np.log2(P, out=np.zeros_like(P), where=C > 0)


def _nll(P, C):
    return float(np.sum(C * _surprises(P, C)) / np.sum(C))


def _floor(C):
    return probability.conditional_entropy(C)


def _own_words(P, C):
    """The mistake of weighting by the model: its own entropy, rows weighted as the corpus has them."""
    log_p = np.log2(P, out=np.zeros_like(P), where=P > 0)
    return -float(np.sum(_rows(C) * P * log_p) / np.sum(C)) - _floor(C)


def _mean_divergence(P, C):
    """The other right way: KL(shares of a row‖row of P), rows weighted as often as they come."""
    came = np.sum(C, axis=1) > 0
    nats = probability.kl_divergence(_over(C, _rows(C))[came], P[came])
    return float(np.sum(np.sum(C, axis=1)[came] * nats) / np.sum(C) / np.log(2))


def _never_below(gap_to_floor) -> str:
    rng = np.random.default_rng(1)
    for _ in range(20):
        gap = gap_to_floor(rng.dirichlet(np.ones(3), size=3), _THREE.copy())
        if not gap > 0:
            return (
                f"A random table P came out at {gap:.4g} bit/token. No table is better than the shares of the counts."
            )
    return ""


_EVEN_2 = np.full((2, 2), 0.5)
_SOME_3 = np.array([[0.6, 0.2, 0.2], [0.25, 0.25, 0.5], [0.1, 0.6, 0.3]])
_FORBIDS = np.array([[1.0, 0.0], [0.5, 0.5]])

exercise(
    "17.e5",
    "gap_to_floor(P, C)",
    reference=probability.gap_to_floor,
    also=_mean_divergence,
    cases=[
        case(_EVEN_2, _TWO),
        case(_SOME_3, _THREE),
        case(probability.fit_bigram(_FIVE, 1.0), _FIVE),
        case(probability.fit_bigram(_C4, 1.0), _C4),
        case(probability.fit_bigram(_C4, 0.0), _C4),
        case(_FORBIDS, _TWO),
    ],
    mistakes=[
        mistake(
            "no_floor",
            _nll,
            "That is the mean surprise, in bit per token. The floor of these counts still has to be subtracted.",
        ),
        mistake(
            "nats",
            lambda P, C: (_nll(P, C) - _floor(C)) * np.log(2),
            "Those are nats. The gap was asked for in bit: log₂, or divide by ln 2.",
        ),
        mistake(
            "mixed_units",
            lambda P, C: _nll(P, C) * np.log(2) - _floor(C),
            "You subtracted bits from nats. conditional_entropy answers in bit: take log₂ for the surprise as well.",
        ),
        mistake(
            "unweighted",
            lambda P, C: float(np.mean(_surprises(P, C)[C > 0])) - _floor(C),
            "Every pair of words had the same say. A pair that came four times counts four times.",
        ),
        mistake(
            "summed",
            lambda P, C: _nll(P, C) * np.sum(C) - _floor(C),
            "You added up the surprise of all events and subtracted a mean. Divide by the number of events first.",
        ),
        mistake(
            "typed_floor",
            lambda P, C: _nll(P, C) - float(story.BIGRAM_BITS_EXACT),
            f"You subtracted {story.BIGRAM_BITS_EXACT}. That is the floor of our corpus; other counts have another.",
        ),
        mistake(
            "own_words",
            _own_words,
            "You weighted each surprise with the model's own share: that is the entropy of the model. How often a word "
            "comes is decided by the counts.",
        ),
        mistake(
            "nan",
            lambda P, C: float(np.sum(C * -np.log2(P)) / np.sum(C)) - _floor(C),
            "0 · log 0 is nan to NumPy. A pair that never came costs nothing, whatever P says: leave it out.",
        ),
        mistake(
            "sign", lambda P, C: _floor(C) - _nll(P, C), "Same size, opposite direction: the loss minus the floor."
        ),
    ],
    properties=[law("no table is below the floor", _never_below)],
    difficulty=2,
    importance=2,
    minutes=8,
    hints=(
        "Two numbers: the mean surprise of the counted events under P, and the floor of the counts. Subtract.",
        "Take only the cells with C > 0. Each costs −log₂ P, as many times as C says; divide by the sum of C.",
        "seen = C > 0; np.sum(C[seen] * -np.log2(P[seen])) / C.sum() - probability.conditional_entropy(C).",
    ),
    then="Next question: this gap is an average of divergences. Which distributions, in which order?",
)


hand(
    "17.h1",
    "L(p) = p³(1 − p). Compute L(½), L(¾) and L(0.9): three numbers to four places.",
    "0.0625, 0.1055, 0.0729",
    tolerance=0.0003,
    wrong=[
        ("0.125, 0.4219, 0.729", "That is p³: the three cats. The dog has a probability too, 1 − p."),
        (
            "0.25, 0.4219, 0.2916",
            "You let the dog stand in any of four places. These four sentences came in one order.",
        ),
        ("0.0625, 0.0117, 0.0009", "You gave p to the dog and 1 − p to the cats."),
    ],
    hints=("p · p · p · (1 − p).", "L(½) = 1/16, L(¾) = 27/256.", "0.9³ = 0.729, times 0.1."),
    working="1/16 = 0.0625; 27/64 · 1/4 = 27/256 = 0.1055; 0.729 · 0.1 = 0.0729.",
)
hand(
    "17.h1b",
    "Which p makes these four subjects as probable as they can be?",
    "3/4",
    wrong=[
        ("2/3", "That is (3 + 1)/(4 + 2), add-one smoothing; maximum likelihood adds nothing."),
        ("1", "Under p = 1 a dog is impossible, and there is one: L(1) = 0."),
        ("1/2", "Under ½ they have 0.0625. You have just computed a larger value."),
        ("0.1055", "That is the height of the peak, L(¾). The place was asked for."),
    ],
    hints=("Of your three values one is largest.", "log L = 3 ln p + ln(1 − p).", "Its slope is 3/p − 1/(1 − p) = 0."),
    working="3/p = 1/(1 − p) gives 3 − 3p = p, so p = ¾: the share that was counted.",
)
hand(
    "17.h2",
    "The data are 1 and 3. Mean and variance of the bell that makes them most probable? Type two numbers.",
    "2, 1",
    wrong=[
        ("2, 2", "You divided by n − 1. Maximum likelihood divides by n."),
        (
            "2, 1.4142",
            "That is the root of 2, from n − 1. Maximum likelihood divides by n, and the variance has no root.",
        ),
        ("2, 5", "That is the mean of the squares, 1 and 9. Subtract the mean before squaring."),
        ("1, 2", "Right numbers, wrong order: the mean comes first."),
    ],
    hints=("The mean is in the middle.", "Both numbers lie 1 away from it.", "(1² + 1²)/2."),
    working="The mean is 2, both lie 1 away, (1 + 1)/2 = 1. (The standard deviation is 1 too, by accident.)",
)
hand(
    "17.h3",
    "After the (8 times) came cat 4, mat 2, dog 1, rug 1. Add one to each of the V = 8 words of the list: the, cat, "
    "sat, on, mat, rug, dog, saw. What is P(cat | the) now?",
    "5/16",
    tolerance=0.001,
    wrong=[
        ("5/9", "Below the line you added 1 once. Each of the eight words got one: 8 + 8."),
        ("1/2", "That is 4/8, without the smoothing."),
        ("1/4", "4/16: the line below has grown, and cat's own count got its one as well."),
        ("5/8", "The eight words brought eight more counts: 8 + 8 below the line."),
        ("5/17", "You counted the end mark as a ninth word. The list here has eight."),
    ],
    hints=("cat: 4 + 1.", "All together: 8 + 8 · 1.", "5 out of 16."),
    working="(4 + 1)/(8 + 8 · 1) = 5/16 = 0.3125.",
)
choice(
    "17.p1",
    "Three of four subjects are cats. Which sentence does maximum likelihood entitle you to?",
    wrong(
        "¾ is the most probable value of p",
        "That speaks of a probability of p. There is none before somebody states a prior; day 18 does.",
    ),
    wrong("With probability 0.1055, p is ¾", "0.1055 is the probability of the four subjects, if p is ¾."),
    right(
        "Under p = ¾ these data are more probable than under any other p",
        "“Most likely to produce the data”, and nothing about how likely p itself is.",
    ),
    wrong("The true p is ¾", "Four sentences are a small sample. An estimate is a guess that follows a rule."),
)
_TOKENS = story.EVENTS
_FALL = Fraction(1) - story.BIGRAM_BITS_EXACT
_GAIN = round(2 ** float(_FALL * _TOKENS))
hand(
    "17.p2",
    f"Training lowers the loss on our {_TOKENS} events from 1 bit/token to {story.BIGRAM_BITS_EXACT} bit/token. By "
    "which factor has the probability of the corpus grown?",
    str(_GAIN),
    tolerance=0.01,
    wrong=[
        (str(_FALL * _TOKENS), "That is how many bits it fell in all. A bit is a factor of two in probability."),
        (
            str(1 / story.BIGRAM_BITS_EXACT),
            "That is the ratio of the losses. Probabilities multiply where losses add: first the total in bits.",
        ),
        (
            f"{2 ** float(_FALL):.6f}",
            "That is the factor of one token, on average. There are 23 of them, and factors multiply.",
        ),
        (f"{math.exp(_FALL * _TOKENS):.6f}", "You took e to the power of bits. Bits belong to 2."),
    ],
    hints=(
        f"The probability of the corpus is 2 to the minus (bits in all); at 1 bit/token that is 2^(−{_TOKENS}).",
        f"At the floor the total is {story.BIGRAM_BITS_EXACT * _TOKENS} bit.",
        f"2^(−{story.BIGRAM_BITS_EXACT * _TOKENS}) / 2^(−{_TOKENS}).",
    ),
    working=f"From 2^(−{_TOKENS}) to 2^(−{story.BIGRAM_BITS_EXACT * _TOKENS}): a factor of "
    f"2^{_FALL * _TOKENS} = {_GAIN}. Lower loss is a more probable corpus.",
)

choice(
    "17.w1",
    "3 of 4 and 30 of 40 have the same share. Which likelihood has the narrower peak?",
    wrong("3 of 4", "With four sentences, p = 0.5 still does more than half as well as ¾. Few data allow much."),
    right("30 of 40", "Ten times the data is the tenth power of L: what was half as high is now 1/1024 as high."),
    wrong("Both the same: the share is ¾ in both", "The place of the peak depends on the share alone, its width does "
          "not."),
)  # fmt: skip
choice(
    "17.w1b",
    "Where is the peak of log L?",
    wrong("Left of ¾: the logarithm flattens", "It flattens heights. Which of two heights is larger stays as it was."),
    right("At ¾, as for L", "The logarithm always grows with its argument, so the highest place stays the highest."),
    wrong("At ln ¾", "The logarithm is taken of L, of the height. p on the axis stays p."),
    wrong("log L has no peak", "It falls to −∞ on both sides, and between lies a top."),
)
choice(
    "17.w2",
    "The words of “Attention Is All You Need” have 9, 2, 3, 3 and 4 letters, 4.2 on average. Which σ makes these five "
    "numbers most probable?",
    wrong(
        "About 1: four of five lie within 2.2 of the mean", "Then the 9 is almost five σ away and ruins the product."
    ),
    right("About 2.5", "√(30.8/5) = 2.48: the root of the mean squared distance, with n below."),
    wrong("About 2.8", "That is √(30.8/4), with n − 1. It removes a bias; the data are more probable with n."),
    wrong("About 5: the bell has to reach the 9", "So wide a bell is low everywhere: four numbers pay for one."),
)
choice(
    "17.w2b",
    "You move μ away from the mean, to 3. What becomes of the best σ for this μ?",
    wrong("It stays", "The distances are now measured from 3, and they are larger."),
    right("It grows", "σ² is the mean squared distance from μ: 6.16 plus (4.2 − 3)² = 7.6, so σ = 2.76."),
    wrong("It shrinks", "3 is where two of the numbers lie. The 9 is farther away, and squares favour the far."),
)
choice(
    "17.q1",
    "Is L(p) a probability of p?",
    wrong("Yes, L is between 0 and 1", "To lie between 0 and 1 is not enough: over p its area is 1/20."),
    right("No", "It is the probability of the data, seen as a function of p. Over p its area is 1/20, not 1."),
    wrong("Yes, after taking the logarithm", "A logarithm of a probability is not above 0 and adds up to nothing."),
)
choice(
    "17.q2",
    "The maximum-likelihood variance divides by …",
    right("n", "It is a little too small on average, by (n − 1)/n, and still makes the data most probable."),
    wrong("n − 1", "That is right on average over many samples. This sample is more probable with n."),
    wrong("√n", "A root turns a variance into a standard deviation; n is not rooted."),
)
choice(
    "17.q3",
    "A word never came in the corpus. What does maximum likelihood give it, and what does that cost?",
    wrong("A small share, and a little", "Counting adds nothing to a count of 0. Smoothing does."),
    wrong("Share 0, and nothing", "On the corpus it costs nothing. On a text in which the word occurs, it costs all."),
    right("Share 0, and infinite loss when it comes", "−log 0 = ∞: one such event, and the mean loss is infinite."),
)
choice(
    "17.q4",
    "Minimising the squared error is maximum likelihood if …",
    wrong("always", "It belongs to one model of the noise. Errors with many outliers ask for another loss."),
    right("the noise is normal, with one σ for all data", "−log of the bell is a constant plus (y − ŷ)²/(2σ²)."),
    wrong("the data are normal", "The data may lie anywhere; the deviations from the prediction have to be normal."),
)


def _mean_surprise(rng) -> Draw:
    bits = [int(b) for b in rng.choice(np.arange(1, 7), size=3, replace=False)]
    shares = ", ".join(f"1/{2**b}" for b in bits)
    total = sum(bits)
    average = sum(2.0**-b for b in bits) / 3
    return Draw(
        f"Day 16: at three places a model gave the true next word the probabilities {shares}. What is its "
        "cross-entropy loss, in bit/token?",
        str(Fraction(total, 3)),
        (
            (str(total), "That is the sum. The loss is the mean over the tokens."),
            (f"{total / 3 * math.log(2):.6f}", "Those are nats. Bits use log₂."),
            (f"{-math.log2(average):.6f}", "You averaged the probabilities first. Surprises are averaged."),
            (f"{1 - average:.6f}", "1 − probability is no surprise: take −log₂ of each."),
        ),
        f"The surprises are {', '.join(map(str, bits))} bit; their mean is {Fraction(total, 3)}.",
    )


fresh("17.r1", _mean_surprise)
hand(
    "17.r2",
    "Day 14: (½, ¼, ⅛, ⅛) has an entropy of 1.75 bit. How many nat is that?",
    "1.213",
    unit="nat",
    wrong=[
        ("2.525", "You divided by ln 2. A nat is the larger unit (1.44 bit), so there are fewer of them."),
        ("1.75", "The number is in bit. Multiply by ln 2 = 0.693."),
        ("3.364", "That is the perplexity, 2^1.75."),
        ("0.527", "You multiplied by log₁₀ 2. A nat belongs to the natural logarithm."),
    ],
    hints=("1 bit = ln 2 nat.", "ln 2 = 0.693.", "1.75 · 0.693."),
    working="1.75 · ln 2 = 1.75 · 0.693 = 1.213 nat.",
)
choice(
    "17.r3",
    "Day 10: Q is (5, 3), K is (7, 3), V is (7, 2). Which shape has the output of attention?",
    wrong("(7, 2)", "That is V. There is one output row for each asker, and Q has five rows."),
    wrong("(5, 3)", "The askers are right. The rows are mixes of values, and a value has two numbers."),
    right("(5, 2)", "Queries decide how many rows, values how wide they are."),
    wrong("(5, 7)", "That is the shape of the weights, before they mix the values."),
)
choice(
    "17.r4",
    "Day 3: shares that are not negative and add up to 1 mix the values (0, 0), (4, 0) and (0, 4). Which output is "
    "impossible?",
    wrong("(1, 1)", "Shares ½, ¼, ¼ give it: it lies inside the triangle."),
    wrong("(2, 2)", "Shares 0, ½, ½: it lies on an edge, which belongs to the triangle."),
    right("(3, 3)", "It would need shares ¾ and ¾. A weighted average never leaves the triangle of its values."),
    wrong("(0, 4)", "All of the share on the third value: a corner."),
)

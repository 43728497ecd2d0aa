"""Day 14, entropy: exercises, hand calculations, predictions, quiz and recall."""

import math
from itertools import pairwise

import numpy as np

from utils import probability, story
from utils.exercises.answers import hand
from utils.exercises.choices import choice, right, wrong
from utils.exercises.engine import case, exercise, law, mistake
from utils.exercises.recall import Draw, fresh

_FOUR = np.array(story.SHARES)
_THREE = np.array([0.7, 0.2, 0.1])
_CERTAIN = np.array([1.0, 0.0, 0.0])
_HOLE = np.array([0.5, 0.0, 0.5])


def _surprise(p, base=2):
    """log(1/p) of every entry, 0 where p is 0: what the right answers and most of the wrong ones share."""
    p = np.asarray(p, dtype=float)
    return -np.log(p, out=np.zeros_like(p), where=p > 0) / np.log(base)


def _entropy(p, base=2, axis=-1):
    return np.sum(p * _surprise(p, base), axis=axis)


exercise(
    "14.e1",
    "entropy(p, base=2)",
    reference=probability.entropy,
    also=lambda p, base=2: -sum(x * math.log(x, base) for x in p.tolist() if x > 0),
    cases=[
        case(_FOUR),
        case(_THREE),
        case(_THREE, base=np.e),
        case(_CERTAIN),
        case(_HOLE),
        case(np.array([0.4, 0.3, 0.15, 0.1, 0.05]), base=10),
    ],
    mistakes=[
        mistake(
            "nats",
            lambda p, base=2: _entropy(p, np.e),
            "You always take ln, so you always answer in nat. The argument base asks for a unit: 2 means bit.",
        ),
        mistake(
            "base_ignored",
            lambda p, base=2: _entropy(p),
            "It is right in bit. The argument base is never used: with base=np.e the answer is due in nat.",
        ),
        mistake(
            "multiplied",
            lambda p, base=2: _entropy(p, np.e) * np.log(base),
            "From ln to another base you divide by ln(base). You multiplied.",
        ),
        mistake(
            "sign",
            lambda p, base=2: -_entropy(p, base),
            "Same size, opposite sign. The logarithm of a share is negative; its surprise is not.",
        ),
        mistake(
            "nan",
            lambda p, base=2: -np.sum(p * np.log(p)) / np.log(base),
            "A share of 0 gives 0 · log 0, which NumPy calls nan. What never happens surprises nobody: count it as 0.",
        ),
        mistake(
            "unweighted",
            lambda p, base=2: np.mean(_surprise(p, base)),
            "You took the plain mean of the surprises. A surprise counts as often as it happens: weigh it with p.",
        ),
        mistake(
            "summed",
            lambda p, base=2: np.sum(_surprise(p, base)),
            "You added up the surprises. Their mean is asked for, each weighed with its share.",
        ),
        mistake(
            "no_sum",
            lambda p, base=2: p * _surprise(p, base),
            "Those are the parts, one for each word. They still have to be added into one number.",
        ),
    ],
    properties=[
        law(
            "a fair choice among n outcomes has the entropy log n",
            lambda entropy: next(
                (f"n = {n}" for n in (2, 7) if not np.isclose(entropy(np.full(n, 1 / n)), np.log2(n))), ""
            ),
        )
    ],
    difficulty=2,
    importance=3,
    minutes=8,
    hints=(
        "Surprise first: log(1/p). Then its mean, in which every word counts with its share.",
        "log in base b is ln divided by ln b. A share of 0 may be left out before you take the logarithm.",
        "some = p[p > 0]; then −(some · ln some), added up, divided by ln(base).",
    ),
    then="Next question: what is the entropy of two independent throws of the same die, compared with one?",
)


def _perplexity(p):
    """Two to the power of the bits; the same number as e to the power of the nats."""
    return probability.perplexity(probability.entropy(p, base=np.e))


exercise(
    "14.e2",
    "perplexity(p)",
    reference=_perplexity,
    also=lambda p: float(np.prod(p**-p)),
    cases=[case(_FOUR), case(_THREE), case(_CERTAIN), case(_HOLE), case(np.full(5, 0.2))],
    mistakes=[
        mistake(
            "e_of_bits",
            lambda p: np.exp(_entropy(p)),
            "You mixed two bases: e to the power of a number of bit. Bits belong to 2, nats to e.",
        ),
        mistake(
            "two_of_nats",
            lambda p: 2 ** _entropy(p, np.e),
            "You mixed two bases: 2 to the power of a number of nat. Nats belong to e, bits to 2.",
        ),
        mistake("entropy", lambda p: _entropy(p), "That is the entropy in bit. One power is missing."),
        mistake(
            "count",
            lambda p: len(p),
            "You counted the words. Only a fair choice is as undecided as that.",
        ),
        mistake(
            "largest",
            lambda p: 1 / np.max(p),
            "You looked at the largest share only. The others have a say as well.",
        ),
        mistake(
            "nan",
            lambda p: 2 ** -np.sum(p * np.log2(p)),
            "A share of 0 gives 0 · log 0 = nan. It counts as 0.",
        ),
    ],
    difficulty=1,
    importance=2,
    minutes=5,
    hints=(
        "Entropy is a logarithm. Undo it.",
        "Which number has to the power of the entropy in bit?",
        "2 ** probability.entropy(p).",
    ),
    then="Next question: by which factor does the perplexity grow when a model needs one bit more per token?",
)


_C4 = probability.bigram_counts(story.CORPUS, story.VOCABULARY)
_FLAT = np.array([[4.0, 1.0, 3.0], [0.0, 5.0, 2.0]])
_TALL = np.array([[6.0, 0.0, 2.0], [0.0, 0.0, 0.0], [1.0, 1.0, 1.0], [0.0, 5.0, 0.0], [2.0, 1.0, 0.0]])


def _rows(C):
    """Entropies of the rows in bit (0 for an empty row), and how often each row comes."""
    often = C.sum(axis=1)
    return _entropy(C / np.where(often > 0, often, 1.0)[:, None]), often


def _conditional(C):
    entropies, often = _rows(C)
    return entropies @ often / often.sum()


def _with_nan(C):
    P = C / C.sum(axis=1, keepdims=True)
    return C.sum(axis=1) @ _entropy(P) / C.sum()


def _conditioning_helps(conditional_entropy):
    for C in (_FLAT, _C4):
        known, plain = float(conditional_entropy(C.copy())), _entropy(C.sum(axis=0) / C.sum())
        if known > plain + 1e-9:
            return f"It gives {known:.3f} bit; without looking at the row it would be {plain:.3f} bit."
    return ""


exercise(
    "14.e3",
    "conditional_entropy(C)",
    reference=probability.conditional_entropy,
    also=lambda C: _entropy(np.ravel(C) / C.sum()) - _entropy(C.sum(axis=1) / C.sum()),
    cases=[case(_FLAT), case(np.array([[2.0, 2.0], [1.0, 0.0]])), case(_TALL), case(_C4)],
    mistakes=[
        mistake(
            "unweighted",
            lambda C: np.mean(_rows(C)[0][_rows(C)[1] > 0]),
            "You took the plain mean of the row entropies. Rows are not equally frequent: weigh each with how often "
            "it comes.",
        ),
        mistake(
            "empty_rows",
            lambda C: np.mean(_rows(C)[0]),
            "In your mean every row has one vote, even a row without a single count. Votes are counts.",
        ),
        mistake(
            "joint",
            lambda C: _entropy(np.ravel(C) / C.sum()),
            "That is the entropy of whole pairs. The first word of the pair is known here; only the second is open.",
        ),
        mistake(
            "columns",
            lambda C: _conditional(C.T),
            "Yours asks what came before. Row = current word: condition on rows.",
        ),
        mistake(
            "marginal",
            lambda C: _entropy(C.sum(axis=0) / C.sum()),
            "That is the entropy of the next word when nobody looks at the current one.",
        ),
        mistake(
            "rows",
            lambda C: _entropy(C.sum(axis=1) / C.sum()),
            "That is the entropy of the current word itself. It is given; the next one is asked for.",
        ),
        mistake(
            "nats",
            lambda C: _conditional(C) * math.log(2),
            "The weights are right and the unit is nat. Bits were asked for: log₂.",
        ),
        mistake(
            "total",
            lambda C: _conditional(C) * C.sum(),
            "Those are the bits of the whole table. Per event: divide by the number of all counts.",
        ),
        mistake(
            "nan",
            _with_nan,
            "A row without counts gives 0/0 = nan. It never comes, so it weighs nothing.",
        ),
    ],
    properties=[law("knowing the row never costs bits on average", _conditioning_helps)],
    difficulty=3,
    importance=3,
    minutes=12,
    hints=(
        "Three steps: shares of each row, entropy of each row, then a weighted mean of those.",
        "The weight of a row is its sum divided by the sum of the table. Rows that are empty have to be left out.",
        "Go through the rows; skip those with sum 0; add up sum · probability.entropy(row / sum); divide by C.sum().",
    ),
    then="Next question: when is knowing the current word of no use at all?",
)

_LOOKS = np.array([[0.5, 0.25, 0.25], [0.1, 0.2, 0.7]])
_CAUSAL = np.array([[1.0, 0.0, 0.0], [0.5, 0.5, 0.0], [0.2, 0.3, 0.5]])
_BATCH = probability.softmax(np.round(np.random.default_rng(14).normal(size=(2, 3, 5)) * 2, 2))

exercise(
    "14.e4",
    "row_entropy(A)",
    reference=probability.row_entropy,
    also=lambda A: np.log2(np.prod(A**-A, axis=-1)),
    cases=[case(_LOOKS), case(_CAUSAL), case(_BATCH)],
    mistakes=[
        mistake(
            "axis0",
            lambda A: _entropy(A, axis=0),
            "You added down the columns. A row is one word's attention; add along it.",
        ),
        mistake(
            "total", lambda A: _entropy(A, axis=None), "That is one number for the whole table. Each row has its own."
        ),
        mistake(
            "mean",
            lambda A: np.mean(A * _surprise(A), axis=-1),
            "Right direction, wrong by a constant factor. The shares are weights already; add, do not average.",
        ),
        mistake("nats", lambda A: _entropy(A, np.e), "Those are nats. Bits were asked for: log₂."),
        mistake(
            "nan",
            lambda A: -np.sum(A * np.log2(A), axis=-1),
            "A masked word has the weight 0, and 0 · log 0 is nan in NumPy. It counts as 0.",
        ),
        mistake(
            "unweighted",
            lambda A: np.mean(_surprise(A), axis=-1),
            "Every word got the same say. Weigh each surprise with its attention weight.",
        ),
    ],
    difficulty=2,
    importance=2,
    minutes=8,
    hints=(
        "The same sum as in e1, but for each row: which axis is used up?",
        "np.where(A > 0, A, 1) makes log₂ harmless: where A is 0, it takes log₂ 1 = 0.",
        "−(A · log₂ of that), added up with axis=-1.",
    ),
    then="Next question: under a causal mask, how large can the entropy of row i be?",
)


def _lengths(p, code, clash=lambda i, a, j, b: i != j and b.startswith(a)):
    """Mean length, after the check for a word that begins another (or what a mistake takes for it)."""
    if any(clash(i, a, j, b) for i, a in enumerate(code) for j, b in enumerate(code)):
        raise ValueError("one code word begins another")
    return float(np.dot(p, [len(word) for word in code]))


def _sorted_neighbours(p, code):
    """Another right way: after sorting, a word that begins others stands directly before one of them."""
    words = sorted(code)
    if any(b.startswith(a) for a, b in pairwise(words)):
        raise ValueError("not prefix-free")
    return sum(share * len(word) for share, word in zip(p.tolist(), code, strict=True))


exercise(
    "14.e5",
    "code_length(p, code)",
    reference=probability.code_length,
    also=_sorted_neighbours,
    cases=[
        case(_FOUR, ["0", "10", "110", "111"]),
        case(_THREE, ["10", "11", "0"]),
        case(_FOUR, ["0", "10", "110", "1101"]),
        case(_FOUR, ["110", "111", "10", "1"]),
        case(_THREE, ["0", "11", "01"]),
        case(_THREE, ["0", "1", "1"]),
    ],
    mistakes=[
        mistake(
            "unweighted",
            lambda p, code: _lengths(np.full(len(code), 1 / len(code)), code),
            "You took the plain mean of the lengths. Frequent words are sent more often: weigh with p.",
        ),
        mistake(
            "no_check",
            lambda p, code: _lengths(p, code, lambda i, a, j, b: False),
            "The mean is right. Nothing is refused yet: when one code word begins another, raise ValueError.",
        ),
        mistake(
            "one_way",
            lambda p, code: _lengths(p, code, lambda i, a, j, b: i < j and b.startswith(a)),
            "You only ask whether an earlier word begins a later one. It can be the other way round.",
        ),
        mistake(
            "twins",
            lambda p, code: _lengths(p, code, lambda i, a, j, b: a != b and b.startswith(a)),
            "Two equal code words slip through: nobody could tell which word was meant.",
        ),
        mistake(
            "inside",
            lambda p, code: _lengths(p, code, lambda i, a, j, b: i != j and a in b),
            "You refuse a word that stands anywhere inside another. Only the beginning matters to a reader.",
        ),
        mistake(
            "neighbours",
            lambda p, code: _lengths(p, code, lambda i, a, j, b: j == i + 1 and (b.startswith(a) or a.startswith(b))),
            "You compare neighbours in the list only. Every word has to be compared with every other.",
        ),
        mistake("entropy", lambda p, code: _entropy(p), "That is the entropy of p. It never looks at the code."),
    ],
    difficulty=2,
    importance=1,
    minutes=8,
    hints=(
        "Two jobs: look at every pair of code words, then average the lengths.",
        "other.startswith(word) is what must not happen for two different places in the list.",
        "Two loops over enumerate(code); if i != j and b.startswith(a), raise ValueError; "
        "then the sum of p times len(word).",
    ),
    then="Next question: three words with ⅓ each. How close to log₂ 3 ≈ 1.585 bit does the best code come?",
)


hand(
    "14.h1",
    "After the: cat ½, mat ¼, dog ⅛, rug ⅛. What is the entropy in bit?",
    "1.75",
    unit="bit",
    wrong=[
        ("2.25", "That is the plain mean of the surprises 1, 2, 3, 3. Each counts as often as its word comes."),
        ("-1.75", "Same size, opposite sign. log₂ ½ = −1, so the surprise is +1."),
        ("1.213", "That is the number of nats. In bit the logarithm has base 2."),
        ("1.213 nat", "In nat it is right. Asked for is bit: the logarithm with base 2."),
        ("9", "You added up the surprises. Weigh each with its share first."),
        ("2", "That is a fair choice among four words. Here cat comes more often."),
    ],
    hints=("The surprises are log₂ 2, log₂ 4, log₂ 8, log₂ 8.", "1, 2, 3, 3 bit.", "½·1 + ¼·2 + ⅛·3 + ⅛·3."),
    working="½·1 + ¼·2 + ⅛·3 + ⅛·3 = 1.75 bit.",
)
hand(
    "14.h1b",
    "The same entropy in nat? (ln 2 = 0.693)",
    "1.213",
    unit="nat",
    also=("1.75*ln(2)",),
    wrong=[
        ("2.525", "You divided by ln 2. A nat is the larger unit, so there are fewer of them: multiply."),
        ("1.75", "That is the number of bits."),
        ("1.75 bit", "That is the number of bits."),
        ("3.364", "That is e to the power of it, the perplexity. Here only the unit changes."),
    ],
    hints=("log₂ x = ln x / ln 2.", "So a number of bit times ln 2 is a number of nat.", "1.75 · 0.693."),
    working="1.75 · ln 2 = 1.213 nat.",
)
hand(
    "14.h2",
    "The perplexity of (½, ¼, ⅛, ⅛)?",
    "3.364",
    also=("exp(1.75*ln(2))",),
    wrong=[
        ("5.755", "e to the power of the bits: two bases mixed. Bits belong to 2."),
        ("2.318", "2 to the power of the nats: two bases mixed. Nats belong to e."),
        ("4", "Four words, and only a fair choice among them has the perplexity 4."),
        ("1.75", "That is the entropy in bit. The perplexity is 2 to that power."),
    ],
    hints=("The number of words in a fair choice that is as undecided.", "2 to the power of the bits.", "2^1.75."),
    working="2^1.75 = e^1.213 = 3.364.",
)
hand(
    "14.h3",
    "The code cat 0, mat 10, dog 110, rug 111, with the shares ½, ¼, ⅛, ⅛: "
    "how many digits does a word take on average?",
    "1.75",
    unit="bit/digit",
    wrong=[
        ("2.25", "That is the plain mean of the lengths 1, 2, 3, 3. cat is sent half of the time."),
        ("9", "You added up the lengths. Weigh each with its share first."),
        ("3", "That is the longest code word."),
        ("2", "Two digits each would do as well. This code beats it."),
    ],
    hints=("The lengths are 1, 2, 3, 3.", "Each weighs as much as its share.", "½·1 + ¼·2 + ⅛·3 + ⅛·3."),
    working="½·1 + ¼·2 + ⅛·3 + ⅛·3 = 1.75 digits: the entropy in bit.",
)
hand(
    "14.h4",
    "The corpus has 23 next-word events: 8 after the (1.75 bit each on average), 4 after cat (sat 2, saw 1, </s> 1); "
    "after any other word one continuation is certain. What is left per token, in bit?",
    "20/23",
    unit="bit/bit per token",
    wrong=[
        ("0.40625", "You averaged the eight rows as equals. They are not equally frequent: weigh with 8, 4, …"),
        ("1.625", "You averaged the rows of the and of cat. The other 11 events count too, with 0 bit each."),
        ("5/3", "The 11 certain events belong to it too: divide by 23."),
        ("20", "That is the whole corpus. Per token: divide by its 23 events."),
        ("14/23", "After cat something is open as well: (½, ¼, ¼) is 1.5 bit."),
        ("0.603", "That is the number of nats."),
        ("8/23", "That is the floor for a model that sees all words before. This one sees a single word."),
    ],
    hints=(
        "After cat the shares are (½, ¼, ¼): 1.5 bit.",
        "8 events of 1.75 bit, 4 of 1.5 bit, 11 of 0 bit.",
        "(14 + 6) / 23.",
    ),
    working="(8·1.75 + 4·1.5 + 11·0) / 23 = 20/23 = 0.870 bit.",
)
hand(
    "14.h4b",
    "Now the model sees all words before. Four sentences are equally likely, and together they have 23 events. "
    "What is left per token, in bit?",
    "8/23",
    unit="bit/bit per token",
    wrong=[
        ("2", "That is one sentence. Per token: four of them share 23 events."),
        ("8", "That is the whole corpus. Per token: divide by its 23 events."),
        ("2/23", "Each of the four sentences takes 2 bit."),
        ("0.182", "You averaged the beginnings as equals. They are not equally frequent."),
        ("0.241", "That is the number of nats."),
        ("20/23", "That is the floor for a model that sees one word. More context leaves less."),
    ],
    hints=(
        "To name one of four equally likely sentences takes two yes/no questions.",
        "Its surprise may fall anywhere in the sentence; together it is 2 bit. Four sentences: 8 bit.",
        "8 bit on 23 events.",
    ),
    working="4 sentences · 2 bit / 23 = 8/23 = 0.348 bit.",
)
hand(
    "14.h4c",
    "Both floors in nat per token, the bigram one first. (ln 2 = 0.6931)",
    "0.603, 0.241",
    tolerance=0.0011,
    also=("20/23*ln(2), 8/23*ln(2)",),
    wrong=[
        ("1.255, 0.502", "You divided by ln 2. A nat is the larger unit, so there are fewer of them."),
        ("0.870, 0.348", "Those are the numbers of bits."),
        ("0.241, 0.603", "Right numbers, in the opposite order."),
    ],
    hints=("Bits times ln 2.", "0.8696 · 0.6931 and 0.3478 · 0.6931.", "About 0.60 and 0.24; give three places."),
    working="0.8696 · 0.6931 = 0.603 nat, 0.3478 · 0.6931 = 0.241 nat.",
)

choice(
    "14.p1",
    "The plan says: the larger the entropy, the more uncertainty, and the uniform distribution has the largest. "
    "Which ending is true?",
    wrong(
        "… among all distributions there are.",
        "On a line without end there is no uniform distribution. There, at a given variance, the bell curve is on top.",
    ),
    wrong(
        "… so more outcomes always mean more entropy.",
        "(0.97, 0.01, 0.01, 0.01) has four outcomes and 0.242 bit; a fair coin has two and 1 bit.",
    ),
    right(
        "… among all distributions on the same n outcomes: log₂ n bit.",
        "On a finite set the uniform one wins, and it alone. Any tilt makes a good guess possible.",
    ),
    wrong("… only if n is a power of 2.", "log₂ 6 = 2.585 bit is as good a maximum; only codes like powers of 2."),
)
choice(
    "14.p2",
    "The plan says: training a model lowers the entropy of its prediction. What is true?",
    wrong(
        "It is true: a trained model is surer.",
        "You saw a training that raised it from 0.040 to 0.693 nat. Surer is not better: a sure model can be wrong.",
    ),
    right(
        "Training lowers the cross-entropy; the entropy of the prediction goes wherever that takes it.",
        "The loss is the surprise at what really comes. It falls when the prediction comes nearer to the truth, "
        "whether that makes the prediction sharper or flatter.",
    ),
    wrong("Training raises the entropy of the prediction.", "It can do either. From a uniform start it usually falls."),
    wrong(
        "Training lowers the entropy of the text.",
        "The text stays as it is. Its entropy, given what the model sees, is the floor of the loss.",
    ),
)

choice(
    "14.w1",
    "A coin shows heads with probability p. At which p is its entropy largest, and how large is it?",
    right("At ½: 1 bit", "Neither side can be guessed better than the other: one full yes/no question."),
    wrong("At ½: 2 bit", "Two sides, but one question tells them apart: log₂ 2 = 1."),
    wrong("At 1: 1 bit", "A coin that always shows heads surprises nobody: 0 bit."),
    wrong("Near 0: heads is then a huge surprise", "A huge surprise that hardly ever comes: its share counts it down."),
)
choice(
    "14.w2",
    "After the: cat ½, mat ¼, dog ⅛, rug ⅛. Which first question leads to the fewest questions on average?",
    wrong("Is it cat or mat?", "It halves the words, not the chances: ¾ against ¼. It leads to 2 questions each time."),
    right("Is it cat?", "Yes and no are equally likely, ½ each, so you learn as much as a yes or no can tell."),
    wrong("Is it rug?", "Seven times out of eight the answer is no, as you expected, and three words remain."),
    wrong("It makes no difference", "The worst order takes 2.625 questions on average, the best one 1.75."),
)
choice(
    "14.w3",
    "The temperature falls towards 0. Where does the entropy of the row of sat go?",
    right("To 0 bit", "One score is the largest, and in the limit cat gets everything: nothing is left open."),
    wrong("To 1 bit", "That would be two words with ½ each. One score is the largest here."),
    wrong("It stays at 1.304 bit", "The order of the shares stays; how uneven they are does not."),
    wrong("Below 0", "A mean of surprises of at least 0 is at least 0."),
)
choice(
    "14.w3b",
    "The temperature rises without end. Where does the entropy of the six shares go?",
    wrong("To infinity", "Six words can be no more undecided than a fair choice among six."),
    wrong("To 1 bit", "1 bit is a fair choice between two words. Six are on offer."),
    right("To log₂ 6 = 2.585 bit", "All six shares go to 1/6, and a fair choice among six has log₂ 6 bit."),
    wrong("To 6 bit", "Six is the perplexity. The entropy is its logarithm."),
)
choice(
    "14.w4",
    "After the cat sat on the, mat and rug are equally likely. A model starts out sure of mat: logits (5, 0). "
    "Training lowers its loss. What does the entropy of its prediction do?",
    wrong("It falls with the loss", "The model is too sure. To get better it has to become less sure."),
    right("It rises", "The truth is undecided, so a better prediction is more undecided: 0.040 nat becomes 0.693 nat."),
    wrong("It stays", "Then the prediction would stay too, and so would the loss."),
)

choice(
    "14.q1",
    "What is the entropy of an event that is certain?",
    right("0", "log 1 = 0: no surprise, in any unit."),
    wrong("1", "The probability is 1; the surprise is log(1/1) = 0."),
    wrong("infinite", "That is the surprise at something impossible, which never comes."),
)
choice(
    "14.q2",
    "What is the perplexity of a fair choice among 8 words?",
    wrong("3", "That is its entropy in bit."),
    right("8", "2³ = 8: perplexity counts the words of a fair choice."),
    wrong("e³ = 20.1", "3 is a number of bit, and bits belong to 2."),
)
choice(
    "14.q3",
    "A program prints a loss in nat. How do you get bits?",
    right("Divide by ln 2", "A bit is the smaller unit (0.693 nat), so there are more of them."),
    wrong("Multiply by ln 2", "That goes from bit to nat, and gives fewer."),
    wrong("Take 2 to its power", "That mixes two bases. A change of unit is a factor."),
)


def _softmax_of_powers(rng) -> Draw:
    exponents = [int(k) for k in rng.integers(1, 6, size=3)]
    powers = [2**k for k in exponents]
    total, plain = sum(powers), np.exp(exponents) / np.sum(np.exp(exponents))
    scores = ", ".join(map(str, exponents))
    return Draw(
        f"Day 13: z = ln 2 · ({scores}). Compute softmax(z).",
        ", ".join(f"{power}/{total}" for power in powers),
        (
            (
                ", ".join(f"{k}/{sum(exponents)}" for k in exponents),
                "You divided by the sum. First take the exponential of each score.",
            ),
            (", ".join(map(str, powers)), "Those are the exponentials. They still have to become shares."),
            (", ".join(f"{x:.4f}" for x in plain), "You left out the factor ln 2: it turns e into 2."),
        ),
        f"The exponentials are {', '.join(map(str, powers))}; they add up to {total}.",
    )


fresh("14.r1", _softmax_of_powers)
choice(
    "14.r2",
    "Day 11: four sentences; three hold sat, two hold mat, and those two also hold sat. Which is right?",
    wrong("P(mat | sat) = P(sat | mat)", "Same two words, different company: 2 of 3 and 2 of 2."),
    right(
        "P(sat | mat) = 1 and P(mat | sat) = ⅔",
        "Both sentences with mat hold sat; of the three with sat, two hold mat.",
    ),
    wrong("P(sat | mat) = ⅔ and P(mat | sat) = 1", "The word behind the bar is the one you divide by."),
    wrong("Both are ½: two of four sentences", "That is P(sat and mat), the joint one. Nothing was given yet."),
)
choice(
    "14.r3",
    "Day 7: X is (B, T, d). How do you get (B, h, T, d_k) with each head's own features?",
    wrong(
        "X.reshape(B, h, T, d_k)",
        "Right shape, wrong owners: a reshape alone deals one token's numbers to several rows.",
    ),
    right(
        "reshape to (B, T, h, d_k), then swap the axes T and h",
        "First every token's numbers are cut, then they are dealt out.",
    ),
    wrong("swap T and d, then reshape to (B, h, T, d_k)", "Each row would then hold one feature of several tokens."),
)

"""Day 16, cross-entropy: exercises, hand calculations, predictions, quiz and recall."""

import numpy as np

from utils import probability
from utils.exercises.answers import hand
from utils.exercises.choices import choice, right, wrong
from utils.exercises.engine import case, exercise, law, mistake
from utils.exercises.recall import Draw, fresh
from utils.probability import log_softmax, softmax

_rng = np.random.default_rng(16)
_BET = np.log(2) * np.array([[3.0, 2.0, 1.0, 1.0]])
_TWO = np.array([[0.5, -1.0, 2.0], [1.0, 3.0, -2.0]])
_THREE = np.round(_rng.normal(size=(3, 7)) * 2, 2)
_SQUARE = np.round(_rng.normal(size=(5, 5)) * 2, 2)
_LOUD = np.array([[1000.0, 0.0, -1000.0], [0.0, -1000.0, 1000.0]])


def _taken(table, y):
    """One entry of each row."""
    return np.take_along_axis(np.asarray(table), np.asarray(y)[:, None], axis=1)[:, 0]


def _plain(z):
    return np.exp(z) / np.exp(z).sum(axis=-1, keepdims=True)


def _equal_scores(nll):
    for K in (2, 7):
        loss = float(nll(np.zeros((3, K)), np.array([0, 1, 1])))
        if not abs(loss - np.log(K)) < 1e-9:
            return (
                f"With {K} equal scores every share is 1/{K}. The loss should be {np.log(K):.4f} nat, not {loss:.4f}."
            )
    return ""


def _shift_invariant(nll):
    z, y = np.array([[0.3, -1.2, 2.0]]), np.array([1])
    for c in (5.0, -900.0):
        if not abs(float(nll(z + c, y)) - float(nll(z, y))) < 1e-6:
            return f"Adding {c:g} to every score of {z[0].tolist()} changes the loss."
    return ""


exercise(
    "16.e1",
    "nll(logits, y)",
    reference=probability.cross_entropy,
    also=lambda logits, y: np.mean(np.logaddexp.reduce(logits, axis=1) - _taken(logits, y)),
    cases=[
        case(_BET, np.array([1])),
        case(_TWO, np.array([2, 0])),
        case(_THREE, np.array([6, 0, 3])),
        case(_SQUARE, np.array([1, 1, 4, 0, 2])),
        case(_LOUD, np.array([1, 2])),
    ],
    mistakes=[
        mistake(
            "double_softmax",
            lambda logits, y: -_taken(log_softmax(softmax(logits)), y).mean(),
            "Too gentle: the best it can reach is not 0. You took a softmax of shares; one softmax is enough.",
        ),
        mistake(
            "summed",
            lambda logits, y: -_taken(log_softmax(logits), y).sum(),
            "Right direction, wrong by a constant factor: sum or mean?",
        ),
        mistake(
            "all_columns",
            lambda logits, y: -log_softmax(logits)[:, y].mean(),
            "logits[:, y] takes a table; you need one entry per row.",
        ),
        mistake(
            "bits",
            lambda logits, y: -_taken(log_softmax(logits), y).mean() / np.log(2),
            "Check the unit: bits use log₂, nats use ln. Nats were asked for.",
        ),
        mistake(
            "raw_logits",
            lambda logits, y: -_taken(logits, y).mean(),
            "You negated the score itself. The loss expects logits and does the log-softmax itself: "
            "the logsumexp of the row is missing.",
        ),
        mistake(
            "probability",
            lambda logits, y: _taken(softmax(logits), y).mean(),
            "That is the mean share of the true words. The price of a share is minus its logarithm.",
        ),
        mistake(
            "one_minus",
            lambda logits, y: 1 - _taken(softmax(logits), y).mean(),
            "That is 1 minus the share. The price of a share is minus its logarithm.",
        ),
        mistake(
            "sign",
            lambda logits, y: _taken(log_softmax(logits), y).mean(),
            "Same size, opposite direction. A logarithm of a share is negative, a loss is not.",
        ),
        mistake(
            "all_words",
            lambda logits, y: -log_softmax(logits).mean(),
            "You averaged over all words, and y has no effect. Only the word that came is paid for.",
        ),
        mistake(
            "log_of_mean",
            lambda logits, y: -np.log(_taken(softmax(logits), y).mean()),
            "First the logarithm of each share, then the mean. You did it the other way round.",
        ),
        mistake(
            "overflow",
            lambda logits, y: -np.log(_taken(_plain(logits), y)).mean(),
            "Right for small scores. At a score of 1000 exp gives inf, and inf/inf is nan. "
            "Subtract the row maximum first.",
        ),
        mistake(
            "unstable",
            lambda logits, y: -np.log(_taken(softmax(logits), y)).mean(),
            "Right, until a share rounds to 0 (or a sum of exp to inf): then the loss is infinite. "
            "Stay with logarithms: logsumexp of the row minus the true score.",
        ),
    ],
    properties=[
        law("equal scores of K words cost ln K nat", _equal_scores),
        law("adding one number to a whole row changes nothing", _shift_invariant),
    ],
    difficulty=3,
    importance=3,
    minutes=12,
    hints=(
        "Three steps: log-softmax of each row, one entry of each row, minus the mean.",
        "logits[np.arange(len(y)), y] takes entry y[0] of row 0, entry y[1] of row 1, and so on.",
        "logsumexp of a row = top + log(sum(exp(row − top))), with top the row maximum. The loss of a row is that "
        "minus its true score.",
    ),
    then="Next question: what is the loss in nat of a row with 9 equal scores, and why does y not matter there?",
)


_LOSSES_2_3 = np.array([[1.0, 2.0, 0.5], [4.0, 0.25, 3.0]])
_OPEN_2_3 = np.array([[True, True, False], [True, False, False]])
_LOSSES_3_5 = np.round(_rng.exponential(size=(3, 5)), 2)
_OPEN_3_5 = np.arange(5) < np.array([[5], [3], [2]])
_LOSSES_5_5 = np.round(_rng.exponential(size=(5, 5)), 2)
_OPEN_5_5 = np.arange(5) < np.array([[4], [5], [1], [3], [2]])
_FLAT = np.array([0.7, 1.9, 0.2, 5.0, 3.0, 2.0, 8.0])

exercise(
    "16.e2",
    "masked_mean(losses, mask)",
    reference=probability.masked_mean,
    also=lambda losses, mask: float((losses * mask).sum() / mask.sum()),
    cases=[
        case(_LOSSES_2_3, _OPEN_2_3),
        case(_FLAT, np.arange(7) < 4),
        case(_LOSSES_3_5, _OPEN_3_5),
        case(_LOSSES_5_5, _OPEN_5_5),
    ],
    mistakes=[
        mistake(
            "over_all",
            lambda losses, mask: (losses * mask).sum() / losses.size,
            "Padding makes your loss look better. Divide by the number of real words, not of seats.",
        ),
        mistake(
            "ignores",
            lambda losses, mask: losses.mean(),
            "The mask has no effect: empty seats got the same say as words.",
        ),
        mistake(
            "summed",
            lambda losses, mask: (losses * mask).sum(),
            "That is the sum over the real words. The mean was asked for.",
        ),
        mistake(
            "row_means",
            lambda losses, mask: ((losses * mask).sum(axis=-1) / mask.sum(axis=-1)).mean(),
            "You took the mean of each sentence, then the mean of those: a word of a short sentence counts more. "
            "Here every word counts the same.",
        ),
        mistake(
            "inverted",
            lambda losses, mask: losses[~mask].mean(),
            "You kept what should go. True means: here is a real word.",
        ),
        mistake(
            "list",
            lambda losses, mask: losses * mask,
            "Those are the losses with the padding at 0. One number was asked for: add, then divide.",
        ),
        mistake(
            "by_rows",
            lambda losses, mask: (losses * mask).sum() / len(losses),
            "You divided by the number of rows. How many entries of the mask are True?",
        ),
    ],
    difficulty=2,
    importance=3,
    minutes=8,
    hints=(
        "Two numbers: the sum of the losses that count, and how many there are.",
        "losses[mask] is a flat list of the losses at the places where the mask is True.",
        "losses[mask].mean(), or the sum of losses * mask divided by mask.sum().",
    ),
    then="Next question: the batch is padded with twice as many empty seats. What happens to your mean?",
)


def _one_hot(y, K):
    return np.eye(K)[np.asarray(y)]


exercise(
    "16.e3",
    "smooth(y, K, eps)",
    reference=probability.smooth_labels,
    also=lambda y, K, eps: np.where(np.arange(K) == np.asarray(y)[:, None], 1 - eps + eps / K, eps / K),
    cases=[
        case(np.array([1]), 4, 0.1),
        case(np.array([2, 0, 6]), 7, 0.1),
        case(np.array([4, 1, 1, 0, 3]), 5, 0.3),
        case(np.array([0, 2]), 3, 0.0),
    ],
    mistakes=[
        mistake(
            "k_minus_1",
            lambda y, K, eps: (1 - eps) * _one_hot(y, K) + eps / (K - 1) * (1 - _one_hot(y, K)),
            "Valid elsewhere, not this definition: you gave ε/(K − 1) to each wrong word. "
            "Here every word gets ε/K, the true one too.",
        ),
        mistake(
            "not_normalised",
            lambda y, K, eps: _one_hot(y, K) + eps / K,
            "Your rows add up to 1 + ε. What everybody gets has to be taken from somebody first.",
        ),
        mistake(
            "forgot_share",
            lambda y, K, eps: (1 - eps) * _one_hot(y, K) + eps / K * (1 - _one_hot(y, K)),
            "Your rows add up to less than 1. The true word also gets its ε/K.",
        ),
        mistake(
            "uniform",
            lambda y, K, eps: np.full((len(y), K), 1 / K),
            "Everyone got 1/K, and y has no effect. Only the part ε is shared out equally.",
        ),
        mistake(
            "whole_eps",
            lambda y, K, eps: (1 - eps) * _one_hot(y, K) + eps,
            "Every word got all of ε. They share it: ε/K each.",
        ),
        mistake(
            "swapped",
            lambda y, K, eps: eps * _one_hot(y, K) + (1 - eps) / K,
            "ε and 1 − ε changed places. With ε = 0 the label should stay as it is.",
        ),
        mistake(
            "hard",
            lambda y, K, eps: _one_hot(y, K),
            "That is the one-hot label: ε has no effect.",
        ),
        mistake(
            "one_row",
            lambda y, K, eps: ((1 - eps) * _one_hot(y, K) + eps / K)[0],
            "That is the row of the first label. Every label gets a row.",
        ),
    ],
    properties=[
        law(
            "every row adds up to 1",
            lambda smooth: (
                "" if np.allclose(smooth(np.array([1, 0]), 3, 0.2).sum(axis=1), 1) else "y = [1, 0], K = 3, eps = 0.2"
            ),
        )
    ],
    difficulty=2,
    importance=2,
    minutes=8,
    hints=(
        "Two parts: (1 − ε) times the one-hot row, and ε shared equally among all K words.",
        "np.eye(K)[y] makes the one-hot rows of all labels at once.",
        "(1 - eps) * np.eye(K)[y] + eps / K.",
    ),
    then="Next question: for which ε is the target uniform, and what can a model still learn from it?",
)

exercise(
    "16.e4",
    "ppl(loss_nats)",
    reference=probability.perplexity,
    also=lambda loss_nats: 2 ** (loss_nats / np.log(2)),
    cases=[case(float(np.log(9))), case(0.6027), case(0.0), case(3.0)],
    mistakes=[
        mistake(
            "two",
            lambda loss_nats: 2**loss_nats,
            "Check the unit: 2 to the power of bits, e to the power of nats. This loss is in nats.",
        ),
        mistake("same", lambda loss_nats: loss_nats, "That is the loss, unchanged. Undo its logarithm."),
        mistake(
            "nats_to_bits",
            lambda loss_nats: loss_nats / np.log(2),
            "That is the same loss in bits. A perplexity is a number of words.",
        ),
        mistake(
            "inv",
            lambda loss_nats: np.exp(-loss_nats),
            "That is the average share of the true words (the geometric mean). Perplexity is 1 divided by it.",
        ),
        mistake(
            "mixed",
            lambda loss_nats: np.exp(loss_nats / np.log(2)),
            "You turned nats into bits, and then took e to the power of bits. One base for both.",
        ),
    ],
    difficulty=1,
    importance=2,
    minutes=5,
    hints=(
        "A fair choice among n words costs ln n nat. Which function gives n back?",
        "It undoes the natural logarithm.",
        "np.exp(loss_nats).",
    ),
    then="Next question: the loss is given as 2 bit. What is the perplexity?",
)


def ce_identity(p, q):
    """Cross-entropy, entropy of the target and divergence, in nats."""
    return (
        probability.cross_entropy_pq(p, q),
        probability.entropy(p, base=np.e),
        probability.kl_divergence(p, q),
    )


def _term_by_term(p, q):
    """The other right way: loops, and zeros skipped."""
    seen = [(a, b) for a, b in zip(p, q, strict=True) if a > 0]
    cross = sum(a * -np.log(b) for a, b in seen)
    own = sum(a * -np.log(a) for a, _ in seen)
    return cross, own, sum(a * np.log(a / b) for a, b in seen)


def _zero_times_log(p, q):
    return -np.sum(p * np.log(q)), -np.sum(p * np.log(p)), np.sum(p * np.log(p / q))


def _soft_zero(p):
    return -np.sum(p * np.log(p, where=p > 0, out=np.zeros_like(p)))


exercise(
    "16.e5",
    "ce_identity(p, q)",
    reference=ce_identity,
    also=_term_by_term,
    cases=[
        case(np.array([0.9, 0.1]), np.array([0.1, 0.9])),
        case(np.array([1.0, 0.0]), np.array([0.9, 0.1])),
        case(np.array([0.5, 0.25, 0.25]), np.array([0.2, 0.2, 0.6])),
        case(np.array([0.0, 0.4, 0.0, 0.35, 0.25]), np.array([0.1, 0.2, 0.3, 0.15, 0.25])),
    ],
    mistakes=[
        mistake(
            "kl_swapped",
            lambda p, q: (*ce_identity(p, q)[:2], np.sum(q * (np.log(q) - np.log(np.maximum(p, 1e-300))))),
            "The divergence runs from q to p. It is weighted by the target p, as the other two are.",
        ),
        mistake(
            "swapped",
            lambda p, q: (
                -np.sum(q * np.log(np.maximum(p, 1e-300))),
                _soft_zero(q),
                np.sum(q * (np.log(q) - np.log(np.maximum(p, 1e-300)))),
            ),
            "Right ingredients, roles exchanged: p is the target that weights, q is the bet that pays.",
        ),
        mistake(
            "bits",
            lambda p, q: tuple(np.array(ce_identity(p, q)) / np.log(2)),
            "Check the unit: bits use log₂, nats use ln. Nats were asked for.",
        ),
        mistake(
            "mixed",
            lambda p, q: (ce_identity(p, q)[0], probability.entropy(p), ce_identity(p, q)[2]),
            "The entropy came out in bits, the other two in nats. So they do not add up.",
        ),
        mistake(
            "nan",
            _zero_times_log,
            "A target share of 0 gave nan. 0·log 0 counts as 0: what never happens is never paid for.",
        ),
        mistake(
            "hard",
            lambda p, q: (-np.log(q[np.argmax(p)]), *ce_identity(p, q)[1:]),
            "You paid for the most likely word only. A soft target pays for every word, weighted by p.",
        ),
        mistake(
            "entropy_of_q",
            lambda p, q: (ce_identity(p, q)[0], _soft_zero(q), ce_identity(p, q)[2]),
            "You took the entropy of the bet q. The floor is the entropy of the target p.",
        ),
        mistake(
            "two_terms",
            lambda p, q: (ce_identity(p, q)[0], ce_identity(p, q)[2], ce_identity(p, q)[1]),
            "The three numbers are right. Their order is: cross-entropy, entropy, divergence.",
        ),
    ],
    properties=[
        law(
            "cross-entropy = entropy + divergence",
            lambda three: (
                ""
                if np.isclose(
                    three(np.array([0.7, 0.3]), np.array([0.4, 0.6]))[0],
                    sum(three(np.array([0.7, 0.3]), np.array([0.4, 0.6]))[1:]),
                )
                else "p = [0.7, 0.3], q = [0.4, 0.6]"
            ),
        )
    ],
    difficulty=2,
    importance=1,
    minutes=8,
    hints=(
        "Three sums, each weighted by p: of −log q, of −log p, and of log(p / q).",
        "Where p is 0 the term is 0. Keep only the places where p > 0 before you take a logarithm.",
        "seen = p > 0; then -(p[seen] * np.log(q[seen])).sum(), and the same with p[seen] and with p[seen] / q[seen].",
    ),
    then="Next question: which of the three can a model make smaller, and which one belongs to the data?",
)

hand(
    "16.h1",
    "The bet is ½ on cat, ¼ on mat, ⅛ on dog, ⅛ on rug. The next word is mat. What does it cost, in bit?",
    "2",
    unit="bit",
    wrong=[
        ("0.75", "That is 1 − q. The price is minus the logarithm of the share."),
        ("0.602", "That is log₁₀. A bit needs log₂."),
        ("1.386", "That is the price in nat. In bit the logarithm has base 2."),
        ("0.25", "That is the share itself."),
        ("-2", "log₂ ¼ = −2. The price is minus that."),
        ("0.5", "You weighted the price with the bet. The word came: it is paid in full."),
        ("1.75", "That is the average price over all four words. Here mat came."),
    ],
    hints=("How often must 1 be halved to get ¼?", "−log₂ ¼ = log₂ 4.", "4 = 2²."),
    working="−log₂ ¼ = log₂ 4 = 2. The shares of the other three do not appear in it.",
)
hand(
    "16.h1b",
    "The same price in nat (ln 2 = 0.693).",
    "1.386",
    also=("2*ln(2)", "ln(4)"),
    unit="nat",
    wrong=[
        ("2", "That is in bit. One bit is ln 2 = 0.693 nat."),
        ("2.885", "You divided by ln 2. A nat is larger than a bit, so the number gets smaller."),
        ("0.602", "That is log₁₀. A nat needs ln."),
        ("0.75", "That is 1 − q. The price is minus the logarithm of the share."),
        ("-1.386", "ln ¼ is negative. The price is minus that."),
    ],
    hints=("One bit is 0.693 nat.", "2 bit.", "2 · 0.693."),
    working="2 · 0.693 = 1.386, which is −ln ¼.",
)
hand(
    "16.h2",
    "The four words come with the shares p = (½, ¼, ⅛, ⅛). What does a bet cost on average, in bit, if it is q = p, "
    "and if it is uniform? Two numbers.",
    "1.75, 2",
    unit="bit",
    wrong=[
        ("1.75, 0.25", "The first is right. The second is only what the wrong bet adds: it pays 1.75 + 0.25."),
        ("1.75, 1.75", "The uniform bet pays 2 bit for every word, whichever comes."),
        ("2, 1.75", "Right numbers, exchanged: the bet that equals p is the cheaper one."),
        ("1.213, 1.386", "Those are the two prices in nat."),
        ("9/4, 2", "You took the plain average of 1, 2, 3, 3. cat comes half of the time: weight with p."),
    ],
    hints=(
        "With q = p the four words cost 1, 2, 3 and 3 bit. How often does each come?",
        "½·1 + ¼·2 + ⅛·3 + ⅛·3 for q = p. The uniform bet pays log₂ 4 each time.",
        "0.5 + 0.5 + 0.375 + 0.375, and 2.",
    ),
    working="½·1 + ¼·2 + ⅛·3 + ⅛·3 = 1.75. Uniform: always 2 = 1.75 + 0.25, and 0.25 bit is yesterday's divergence.",
)
hand(
    "16.h3",
    "ε = 0.1, K = 4 words (cat, mat, dog, rug), and mat is the true one. Type the four numbers of the smoothed target.",
    "0.025, 0.925, 0.025, 0.025",
    tolerance=0.001,
    wrong=[
        (
            "0.0333, 0.9, 0.0333, 0.0333",
            "That is ε/(K − 1) for each wrong word: another convention. Here all four get ε/K, mat too.",
        ),
        ("0.025, 0.9, 0.025, 0.025", "They add up to 0.975. mat gets its ε/K too."),
        ("0.025, 1.025, 0.025, 0.025", "They add up to 1.1. First take the ε away from mat."),
        ("0.1, 0.9, 0.1, 0.1", "Each got all of ε. The four share it."),
        ("0.925, 0.025, 0.025, 0.025", "The right numbers, in another order. mat is the second word."),
        ("0.25, 0.25, 0.25, 0.25", "That is ε = 1."),
    ],
    hints=("ε/K = 0.1/4.", "mat keeps 0.9, and gets its 0.025 too.", "0.9 + 0.025 = 0.925."),
    working="0.1/4 = 0.025 for everybody, and 0.9 more for mat.",
)
hand(
    "16.h3b",
    "The bet (½, ¼, ⅛, ⅛) costs 1, 2, 3, 3 bit. What does it cost on average with the target of h3, and how much is "
    "that more than the 2 bit of the hard label? Two numbers.",
    "2.025, 0.025",
    tolerance=0.001,
    unit="bit",
    wrong=[
        ("2, 0", "The three wrong words are paid for as well, with the weight 0.025 each."),
        ("2.0333, 0.0333", "That is the target with ε/(K − 1), another convention."),
        ("1.404, 0.017", "Those are nat."),
        ("1.85, -0.15", "That is mat alone. cat, dog and rug have the weight 0.025 each."),
    ],
    hints=(
        "Weight each price with the target: 0.025, 0.925, 0.025, 0.025.",
        "0.925 · 2 = 1.85.",
        "0.025 · (1 + 3 + 3) = 0.175.",
    ),
    working="0.025·1 + 0.925·2 + 0.025·3 + 0.025·3 = 0.025 + 1.85 + 0.15 = 2.025.",
)
hand(
    "16.h4",
    "Target (0.9, 0.1), prediction (0.1, 0.9). ln 0.9 = −0.105, ln 0.1 = −2.303. What is the cross-entropy, and what "
    "is the smallest that any prediction can reach for this target? Two numbers, in nat.",
    "2.083, 0.325",
    unit="nat",
    wrong=[
        ("2.083, 0", "The first is right. A target that is itself unsure leaves something to pay for the best bet."),
        ("2.303, 0", "That is the hard label. This target pays for both words, 0.9 and 0.1."),
        ("2.083, 0.105", "The first is right. The best prediction is (0.9, 0.1): it pays for both words too."),
        ("2.083, 1.758", "The first is right. 1.758 is the part that a better prediction saves."),
        ("0.325, 0.325", "Target and prediction differ: what has the target 0.9 was given the share 0.1."),
        ("3.005, 0.469", "Those are bit."),
    ],
    hints=(
        "0.9 of the time the first word is due, and its share is 0.1: 0.9 · 2.303.",
        "Add 0.1 · 0.105. The best prediction is the target itself.",
        "0.9 · 0.105 + 0.1 · 2.303 is the smallest.",
    ),
    working="0.9·2.303 + 0.1·0.105 = 2.083 nat. The best prediction is (0.9, 0.1): 0.9·0.105 + 0.1·2.303 = 0.325 nat, "
    "the entropy of the target.",
)
hand(
    "16.p1",
    "True distribution [1, 0], predicted [0.9, 0.1]. What is the cross-entropy, in nat and in bit? Four places.",
    "0.1054, 0.1520",
    tolerance=0.0006,
    wrong=[
        ("0.1520, 0.1054", "Right numbers, exchanged: nat first. One bit is 0.693 nat."),
        ("0.1, 0.1443", "That is 1 − 0.9. The price is −ln 0.9."),
        ("0.1054, 0.0730", "The first is right. From nat to bit you divide by 0.693."),
        ("2.3026, 3.3219", "That is −log 0.1: the share of the word that did not come."),
        ("0.0458, 0.0660", "The first is log₁₀. Nats need ln."),
        ("2.4079, 3.4739", "You added both words. The second has the weight 0."),
    ],
    hints=("1 · (−log 0.9) + 0 · (−log 0.1).", "−ln 0.9 = 0.1054.", "0.1054 / 0.6931 for bit."),
    working="−ln 0.9 = 0.1054, and 0.1054 / 0.6931 = 0.1520. The 0.1 has the weight 0.",
)
choice(
    "16.p2",
    "The plan says: the smaller the cross-entropy, the more accurate the prediction. Which sentence is true?",
    wrong(
        "Of two models, the one with the smaller cross-entropy guesses right more often",
        "Model B pays 0.479 nat and is right once in three; model A pays 0.646 nat and is right twice.",
    ),
    wrong(
        "With enough training the cross-entropy always reaches 0",
        "Its floor is the entropy of the target: 20/23 bit for a bigram model of our corpus.",
    ),
    right(
        "On the same words, and in the same unit, smaller means larger shares for the true words on average",
        "The average is the geometric one: e^(−loss in nat). Which word is ahead, so the accuracy, is not part of it.",
    ),
    wrong(
        "Two losses from two papers can be compared as they are",
        "Not before you know both logarithms, both texts, and what one token is.",
    ),
)

choice(
    "16.w1",
    "p is the bet, y the truth: 1 for mat and 0 for the others. The next picture draws an arrow p − y for every word. "
    "The bet is ½ on cat, ¼ on mat, ⅛ on dog and on rug. Which arrow is the longest?",
    wrong("cat: it has the largest share", "p − y is ½ there. For mat it is ¼ − 1 = −¾."),
    right("mat: the word that came", "¼ − 1 = −¾, as long as the other three together: ½ + ⅛ + ⅛."),
    wrong("dog and rug: they have the least", "p − y is ⅛ there: a small share of a wrong word is a small mistake."),
    wrong("All four are equally long", "They add up to 0, and three positive ones face one negative."),
)
choice(
    "16.w1b",
    "mat came. You raise the score of dog, and touch nothing else. What happens to the loss?",
    wrong("Nothing: only the share of mat is read", "Only that share is read. But all shares come from one cake."),
    wrong("It falls", "A larger slice for dog leaves less for mat."),
    right("It rises", "dog takes from everybody, so from mat: −log of a smaller share is a larger price."),
)
choice(
    "16.w2",
    "A curve will show the loss against the gap between the score of the true word and the others. ε grows from 0.1 to "
    "0.3. Where does the lowest point of the curve go?",
    wrong("To the right, and lower", "More doubt in the target asks for a smaller gap, and leaves more to pay."),
    right("To the left, and higher", "At ε = 0.1 it is at 3.61, 0.349 nat; at ε = 0.3 at 2.34, 0.780 nat."),
    wrong(
        "To the left, and lower",
        "The direction is right. But the best bet still pays the entropy of the target, which grew.",
    ),
    wrong("It stays where it is", "The best bet is the target itself, and the target changed."),
)
choice(
    "16.w2b",
    "And at ε = 0, the plain one-hot label? Where is the lowest point?",
    wrong("At the gap 0", "There all four shares are ¼: 2 bit to pay."),
    wrong("At some gap between 4 and 10", "One point more always adds to the share of the true word."),
    right("Nowhere: it falls for ever, towards 0", "A share of exactly 1 would need an infinite gap."),
)

choice(
    "16.q1",
    "The true word had the share ⅛. What is the loss, in bit?",
    wrong("1/8 bit", "That is the share. Its price is minus the logarithm."),
    right("3 bit", "⅛ is three halvings. In nat it is 3 · 0.693 = 2.079."),
    wrong("7/8 bit", "1 − q is no price: it would charge at most 1, even for a share of 0."),
    wrong("8 bit", "8 is the perplexity: as undecided as a fair choice among 8."),
)
choice(
    "16.q2",
    "What do you feed to a cross-entropy loss like the one of this day: probabilities or logits?",
    wrong(
        "Probabilities: softmax first, then the loss", "Then softmax is taken twice, and the loss stops above 0 nat."
    ),
    right("Logits: the loss does the log-softmax itself", "In one step, so that no share has to round to 0 first."),
    wrong(
        "Either, it makes no difference", "Shares lie between 0 and 1. Read as scores they never differ by more than 1."
    ),
)
choice(
    "16.q3",
    "Labels are smoothed with ε = 0.1. What is the smallest loss, in nat, that a model can reach?",
    wrong("0 nat, if it is sure and right", "Being surer than the target costs: the wrong words have a weight too."),
    wrong("0.1 nat, which is ε", "ε is a share, no price."),
    right(
        "The entropy of the smoothed target", "Cross-entropy = entropy + KL, and KL is at least 0. K = 4: 0.349 nat."
    ),
)

_ORDERS = [
    (0, 1, 2, 3),
    (1, 0, 2, 3),
    (2, 3, 0, 1),
    (3, 0, 1, 2),
    (1, 2, 0, 3),
    (0, 2, 3, 1),
    (2, 0, 3, 1),
    (3, 1, 0, 2),
]
_NAMES = {0.5: "½", 0.25: "¼", 0.125: "⅛"}


def _divergence(rng) -> Draw:
    shares = np.array([0.5, 0.25, 0.125, 0.125])
    p, q = (shares[list(_ORDERS[int(i)])] for i in rng.choice(len(_ORDERS), size=2, replace=False))
    there, back = float(np.sum(p * np.log2(p / q))), float(np.sum(q * np.log2(q / p)))

    def listed(values):
        return ", ".join(_NAMES[float(value)] for value in values)

    terms = " + ".join(f"{_NAMES[float(a)]}·({int(np.log2(a / b))})" for a, b in zip(p, q, strict=True))
    return Draw(
        f"Day 15: p = ({listed(p)}) and q = ({listed(q)}). How many bit is KL(p‖q)?",
        f"{there:g}",
        (
            (f"{back:g}", "You measured q's surprise at p."),
            (f"{there + 1.75:g}", "That is the whole price H(p, q). Take away the entropy of p, 1.75 bit."),
            ("1.75", "That is the entropy of p."),
            (f"{there * np.log(2):.4f}", "That is in nat."),
            (f"{float(np.sum(p * np.abs(np.log2(p / q)))):g}", "Single terms may be negative: keep their sign."),
            ("0", "Without the weights p the logarithms cancel. Weight each with p."),
        ),
        f"{terms} = {there:g}".replace("-", "−"),
    )


fresh("16.r1", _divergence)
choice(
    "16.r2",
    "Day 13: every score of a row grows by 7. What happens to log p of each word?",
    right("Nothing", "logsumexp grows by 7 too: log p = z − logsumexp(z) stays."),
    wrong("It grows by 7", "So does the logsumexp that is subtracted."),
    wrong("It grows by log 7", "The factor e⁷ is in every exponential and in their sum: it cancels."),
)
choice(
    "16.r3",
    "Day 9: Y = X W, tokens are rows, and dY is the slope of the loss for every entry of Y. What is dW?",
    wrong("dY Wᵀ", "That is dX."),
    right("Xᵀ dY", "(d_in, T) times (T, d_out): the shape of W, summed over the tokens."),
    wrong("X dYᵀ", "That compares tokens with features: (T, d_in) and (d_out, T) do not meet."),
)
choice(
    "16.r4",
    "Day 2: Q and K have the shape (6, 2), one row for each word. Which product compares every word with every word?",
    right("Q Kᵀ, of shape (6, 6)", "The two features meet and vanish; six askers and six answerers remain."),
    wrong("Qᵀ K, of shape (2, 2)", "That compares features with features, summed over the words."),
    wrong("Q K, of shape (6, 2)", "The inner sizes 2 and 6 do not meet."),
)

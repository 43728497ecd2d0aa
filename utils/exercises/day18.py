"""Day 18, Bayes: exercises, hand calculations, predictions, quiz and recall."""

import numpy as np

from utils import probability
from utils.exercises.answers import hand
from utils.exercises.choices import choice, right, wrong
from utils.exercises.engine import case, exercise, law, mistake
from utils.exercises.recall import Draw, fresh

_HEARD_SAT = np.array([2 / 3, 1.0])
_CAT_DOG = np.array([0.75, 0.25])
_RARE, _RING = np.array([0.01, 0.99]), np.array([0.99, 0.05])
_FIVE = np.array([0.4, 0.1, 0.2, 0.25, 0.05])
_LIKS = np.array([[0.5, 0.25, 0.75, 0.1, 1.0], [0.2, 0.9, 0.3, 0.6, 0.0], [0.7, 0.1, 0.4, 0.8, 0.3]])
_SQUARE_PRIOR = np.array([[0.2, 0.3, 0.5], [0.6, 0.3, 0.1], [0.1, 0.1, 0.8]])
_SQUARE_LIK = np.array([[0.5, 0.1, 0.9], [0.2, 0.4, 0.6], [1.0, 0.7, 0.3]])


def _share(joint, axis=-1):
    """Divided by the sum, for the mistakes to misuse."""
    return joint / np.sum(joint, axis=axis, keepdims=True)


def _by_odds(prior, lik):
    """The other right way: each alternative against the sum, without an array of joints."""
    evidence = np.einsum("...k,...k->...", *np.broadcast_arrays(prior, lik))
    return prior / evidence[..., None] * lik


exercise(
    "18.e1",
    "bayes(prior, lik)",
    reference=probability.bayes,
    also=_by_odds,
    cases=[
        case(_CAT_DOG, _HEARD_SAT),
        case(_RARE, _RING),
        case(np.array([0.5, 0.0, 0.5]), np.array([0.2, 0.9, 0.3])),
        case(_FIVE, _LIKS),
        case(_SQUARE_PRIOR, _SQUARE_LIK),
    ],
    mistakes=[
        mistake(
            "unnormalised",
            lambda prior, lik: prior * lik,
            "Prior times likelihood is right so far. Its sum is P(evidence), and shares must add up to 1.",
        ),
        mistake(
            "prior_ignored",
            lambda prior, lik: _share(lik),
            "Only half of the evidence was used: your answer is the same for every prior. Rare stays rare longer.",
        ),
        mistake(
            "likelihood",
            lambda prior, lik: lik,
            "You returned P(evidence | cause). The question runs the other way: P(cause | evidence).",
        ),
        mistake(
            "added",
            lambda prior, lik: _share(prior + lik),
            "Prior and likelihood were added. The cause must be there and the evidence must follow: that is a product.",
        ),
        mistake("prior", lambda prior, lik: prior, "That is the prior. Nothing that was heard has changed it."),
        mistake(
            "whole",
            lambda prior, lik: prior * lik / np.sum(prior * lik),
            "You normalised the whole table; each row is a case of its own, with its own P(evidence).",
        ),
        mistake(
            "axis0",
            lambda prior, lik: _share(prior * lik, axis=0) if np.ndim(prior * lik) > 1 else _share(prior * lik),
            "Your columns add up to 1. The alternatives stand along a row.",
        ),
        mistake(
            "no_keepdims",
            lambda prior, lik: prior * lik / np.sum(prior * lik, axis=-1),
            "For one row it is right. With several rows the axis that the sum lost is missing: keepdims=True.",
        ),
    ],
    difficulty=2,
    importance=4,
    minutes=8,
    hints=(
        "Two steps: one product for each alternative, then make shares of them.",
        "The sum of the products along a row is P(evidence). Divide by it.",
        "joint = prior * lik, then joint / joint.sum(axis=-1, keepdims=True).",
    ),
    then="Next question: all likelihoods are ten times as large. What happens to the posterior, and why?",
)


def _walk(prior, liks, step):
    for lik in liks:
        prior = step(prior, lik)
    return prior


def _bayes(prior, lik):
    return _share(prior * lik)


def _in_logs(prior, liks):
    """The other right way: add the logarithms of everything, one softmax at the end."""
    with np.errstate(divide="ignore"):
        return probability.softmax(np.log(prior) + np.sum(np.log(np.reshape(liks, (-1, len(prior)))), axis=0))


def _stale(prior, liks):
    posterior = prior
    for lik in liks:
        posterior = _bayes(prior, lik)
    return posterior


def _early(prior, liks):
    for lik in liks:
        return _bayes(prior, lik)


def _flat(prior):
    return np.full(len(prior), 1 / len(prior))


def _history(prior, liks):
    return np.array([_walk(prior, liks[: n + 1], _bayes) for n in range(len(liks))])


def _order_does_not_matter(update_all):
    prior, liks = np.array([0.5, 0.3, 0.2]), np.array([[0.9, 0.2, 0.4], [0.1, 0.8, 0.5], [0.3, 0.3, 0.6]])
    forwards, backwards = update_all(prior, liks), update_all(prior, liks[::-1])
    if np.allclose(forwards, backwards):
        return ""
    return f"{np.round(forwards, 4).tolist()} in one order and {np.round(backwards, 4).tolist()} in the other."


_LONG = np.array([[0.1, 0.11], [0.11, 0.1]] * 200 + [[0.2, 0.1]])

exercise(
    "18.e2",
    "update_all(prior, liks)",
    reference=probability.update_all,
    also=_in_logs,
    cases=[
        case(_CAT_DOG, np.array([[2 / 3, 1.0], [0.5, 1.0]])),
        case(_FIVE, _LIKS),
        case(np.array([0.5, 0.3, 0.2]), _SQUARE_LIK),
        case(_CAT_DOG, np.zeros((0, 2))),
        case(np.array([0.2, 0.8]), _LONG),
    ],
    mistakes=[
        mistake(
            "stale",
            _stale,
            "Every piece starts again from the first prior, so only the last one counts. The posterior is the prior of "
            "the next piece.",
        ),
        mistake("once", _early, "Your loop returns inside its first round: only the first piece was heard."),
        mistake(
            "product_first",
            lambda prior, liks: _share(prior * np.prod(liks, axis=0)),
            "Right for short lists. A product of 401 probabilities near 0.1 is below 10⁻³⁰⁸, which rounds to 0, and "
            "0/0 is nan. Make shares after every piece, or add logarithms.",
        ),
        mistake(
            "unnormalised",
            lambda prior, liks: prior * np.prod(liks, axis=0),
            "Everything is multiplied and nothing divided. Shares must add up to 1, and long products sink to 0.",
        ),
        mistake(
            "averaged",
            lambda prior, liks: _bayes(prior, np.mean(liks, axis=0)),
            "You added or averaged the likelihoods. All pieces must come true together: one factor for each.",
        ),
        mistake(
            "prior_every_time",
            lambda prior, liks: _walk(prior, liks, lambda posterior, lik: _share(posterior * prior * lik)),
            "The prior comes in again with every piece. It is counted once, at the start.",
        ),
        mistake(
            "prior_ignored",
            lambda prior, liks: _walk(_flat(prior), liks, _bayes),
            "Only half of the evidence was used: you began with equal shares and not with the prior.",
        ),
        mistake(
            "history",
            _history,
            "That is the posterior after every piece, one row each. Only the last row was asked for.",
        ),
        mistake(
            "transposed",
            lambda prior, liks: _walk(prior, np.transpose(liks), _bayes),
            "You went through the columns of liks. Each row is one piece of evidence.",
        ),
    ],
    properties=[law("the order of the pieces does not matter", _order_does_not_matter)],
    difficulty=2,
    importance=3,
    minutes=8,
    hints=(
        "A loop over the rows. What is the prior of the second round?",
        "Keep one variable, the belief so far. It begins as the prior; each round replaces it by its posterior.",
        "posterior = prior, then for lik in liks: posterior = probability.bayes(posterior, lik).",
    ),
    then="Next question: one likelihood in the list is 0 for cat. Can any later piece bring the cat back?",
)


def _exp_share(z, axis=-1):
    e = np.exp(z - np.max(z, axis=axis, keepdims=True))
    return e / e.sum(axis=axis, keepdims=True)


def _plain_share(lp, ll):
    e = np.exp(lp + ll)
    return e / e.sum(axis=-1, keepdims=True)


def _by_logsumexp(lp, ll):
    """The other right way: the log-posterior first, its exponential last."""
    return np.exp(lp + ll - probability.logsumexp(lp + ll, axis=-1, keepdims=True))


def _a_constant_changes_nothing(posterior_from_logs):
    lp, ll = np.log([0.5, 0.3, 0.2]), np.log([0.9, 0.2, 0.4])
    if np.allclose(posterior_from_logs(lp, ll), posterior_from_logs(lp, ll - 7)):
        return ""
    return "lp = log (0.5, 0.3, 0.2), ll = log (0.9, 0.2, 0.4): subtracting 7 from every entry of ll changes it."


with np.errstate(divide="ignore"):
    _LOG_LIKS = np.log(_LIKS)

exercise(
    "18.e3",
    "posterior_from_logs(lp, ll)",
    reference=probability.posterior_from_logs,
    also=_by_logsumexp,
    cases=[
        case(np.log(_CAT_DOG), np.log(_HEARD_SAT)),
        case(np.log(_FIVE), _LOG_LIKS),
        case(np.log(_SQUARE_PRIOR), np.log(_SQUARE_LIK)),
        case(np.array([-10000.0, -10000.0]), np.array([0.0, np.log(3.0)])),
    ],
    mistakes=[
        mistake(
            "logs_divided",
            lambda lp, ll: _share(lp + ll),
            "Logs do not sum to 1. Dividing them by their sum makes no probabilities; take the exponential first.",
        ),
        mistake(
            "multiplied",
            lambda lp, ll: _exp_share(lp * ll),
            "You multiplied the logarithms. Probabilities multiply, so their logarithms add.",
        ),
        mistake("prior_ignored", lambda lp, ll: _exp_share(ll), "Only half of the evidence was used: lp is missing."),
        mistake("likelihood_ignored", lambda lp, ll: _exp_share(lp), "lp alone gives the prior back. Add ll."),
        mistake(
            "sign",
            lambda lp, ll: _exp_share(ll - lp),
            "You subtracted the log prior, which divides by the prior. It is a factor: add its logarithm.",
        ),
        mistake(
            "unnormalised",
            lambda lp, ll: np.exp(lp + ll),
            "exp(lp + ll) is prior times likelihood. Its row adds up to P(evidence) and not yet to 1.",
        ),
        mistake(
            "unstable",
            _plain_share,
            "Right for moderate logs. exp(−10000) rounds to 0, and 0/0 is nan: subtract the row maximum before exp.",
        ),
        mistake(
            "still_logs",
            lambda lp, ll: probability.log_softmax(lp + ll),
            "That is the log-posterior. One exponential is missing.",
        ),
        mistake(
            "whole",
            lambda lp, ll: probability.softmax((lp + ll).ravel()).reshape(np.shape(lp + ll)),
            "You normalised the whole table; each row is a cake of its own.",
        ),
        mistake(
            "axis0",
            lambda lp, ll: probability.softmax(lp + ll, axis=0),
            "Your columns add up to 1. The alternatives stand along a row: axis=-1.",
        ),
    ],
    properties=[law("the same constant on every log-likelihood changes nothing", _a_constant_changes_nothing)],
    difficulty=2,
    importance=4,
    minutes=8,
    hints=(
        "The logarithm of a product is a sum. Which function turns scores into shares?",
        "You have written that function on day 13, in the form that survives −10000.",
        "probability.softmax(lp + ll).",
    ),
    then="Next question: which common constant, subtracted from lp + ll, gives the log-posterior itself?",
)


exercise(
    "18.e4",
    "map_beta(a, b, k, n)",
    reference=probability.map_beta,
    also=lambda a, b, k, n: 1 - (b - 1 + n - k) / ((a - 1) + (b - 1) + n),
    cases=[
        case(2, 2, 3, 4),
        case(5, 3, 7, 11),
        case(2, 7, 0, 3),
        case(1, 1, 3, 4),
        case(3.5, 1.5, 5, 5),
    ],
    mistakes=[
        mistake(
            "mean",
            lambda a, b, k, n: (a + k) / (a + b + n),
            "That is the mean of the posterior. Its peak lies elsewhere, because the hill is not symmetric.",
        ),
        mistake(
            "mle",
            lambda a, b, k, n: k / n,
            "Only half of the evidence was used: k / n is the maximum of the likelihood, without a and b.",
        ),
        mistake(
            "prior_only",
            lambda a, b, k, n: (a - 1) / (a + b - 2),
            "That is the peak of the prior. k and n have no effect yet.",
        ),
        mistake(
            "minus_two_missing",
            lambda a, b, k, n: (a + k - 1) / (a + b + n),
            "The numerator is right. A flat prior, a = b = 1, must give k / n, and yours gives less.",
        ),
        mistake(
            "minus_one_missing",
            lambda a, b, k, n: (a + k) / (a + b + n - 2),
            "The denominator is right. A flat prior, a = b = 1, must give k / n, and yours gives more.",
        ),
        mistake(
            "misses",
            lambda a, b, k, n: (b + n - k - 1) / (a + b + n - 2),
            "That is the peak for the misses. p is the share of the hits: 1 minus yours.",
        ),
        mistake(
            "n_as_misses",
            lambda a, b, k, n: (a + k - 1) / (a + b + k + n - 2),
            "You counted n as misses. n is all trials, hits included; the misses are n − k.",
        ),
    ],
    difficulty=2,
    importance=2,
    minutes=8,
    hints=(
        "The posterior is Beta(a + k, b + n − k). Where is the peak of Beta(A, B)?",
        "p^(A−1) (1−p)^(B−1) has the form of p^hits (1−p)^misses, and you know its peak: hits / (hits + misses).",
        "A − 1 hits and B − 1 misses, with A = a + k and B = b + n − k.",
    ),
    then="Next question: for which a and b is the peak exactly k / n, whatever the data?",
)


hand(
    "18.h1",
    'You hear only "… sat". P(cat | sat) and P(dog | sat), two numbers.',
    "2/3, 1/3",
    wrong=[
        ("1/2, 1/4", "Those are prior times likelihood. Together they are ¾; divide both by that."),
        ("3/4, 1/4", "That is the prior. You have heard something since."),
        ("0.4, 0.6", "Those are the likelihoods, made into shares. The prior is missing."),
        ("2/3, 1", "Those are P(sat | cat) and P(sat | dog). The question runs the other way."),
        ("1/3, 2/3", "Right numbers, roles exchanged: cat comes first."),
    ],
    hints=(
        "Prior times likelihood: ¾ · ⅔ for cat, ¼ · 1 for dog.",
        "That is ½ and ¼. What do they add up to?",
        "Divide both by ¾.",
    ),
    working="¾ · ⅔ = ½ and ¼ · 1 = ¼ add up to ¾; divide both by that.",
)
hand(
    "18.h2",
    'Then you hear "mat" too. P(mat | cat, sat) = ½, P(mat | dog, sat) = 1. Cat and dog now?',
    "1/2, 1/2",
    wrong=[
        ("3/5, 2/5", "You began again with ¾ and ¼. What you know by now is the posterior of h1."),
        ("1/3, 1/3", "Those are prior times likelihood. Together they are ⅔; divide both by that."),
        ("2/3, 1/3", "That is the posterior of h1. You have heard one more word."),
        ("1/3, 2/3", "Those are the likelihoods ½ and 1, made into shares. What you knew before is missing."),
        ("2/5, 3/5", "You used P(mat | cat) = ⅓. Among the cats that sat, it is ½."),
    ],
    hints=(
        "The posterior of h1 is the prior now: ⅔ and ⅓.",
        "⅔ · ½ for cat, ⅓ · 1 for dog.",
        "Both are ⅓.",
    ),
    working="⅔ · ½ = ⅓ and ⅓ · 1 = ⅓: equal shares.",
)
hand(
    "18.h3",
    "Prior Beta(2, 2), then 3 hits in 4. The mean of the posterior?",
    "5/8",
    wrong=[
        ("2/3", "That is the peak of the posterior, the MAP. The mean is A / (A + B)."),
        ("3/4", "That is k / n: the prior is missing."),
        ("1/2", "That is the mean of the prior. The four sentences are missing."),
        ("5/3", "That is A / B. A mean divides by A + B."),
    ],
    hints=("The posterior is Beta(2 + 3, 2 + 1).", "The mean of Beta(A, B) is A / (A + B).", "5 / (5 + 3)."),
    working="The posterior is Beta(5, 3); 5 / 8 = 0.625.",
)
hand(
    "18.h3b",
    "The same posterior. Its peak, the MAP?",
    "2/3",
    wrong=[
        ("5/8", "That is the mean. The peak is (A − 1) / (A + B − 2)."),
        ("3/4", "That is the peak of the likelihood. The prior pulls it back."),
        ("1/2", "That is the peak of the prior."),
        ("1/3", "That is the share of the misses."),
    ],
    hints=(
        "The posterior is proportional to p⁴(1−p)².",
        "It has the form of 4 hits and 2 misses.",
        "(5 − 1) / (5 + 3 − 2).",
    ),
    working="p⁴(1−p)² has its peak at 4 / (4 + 2).",
)
hand(
    "18.h3c",
    "The same four sentences without any prior. The p that makes them most probable, the MLE?",
    "3/4",
    wrong=[
        ("2/3", "That is the MAP. The MLE adds nothing to the counts."),
        ("5/8", "That is the mean of the posterior. The MLE adds nothing to the counts."),
        ("0.1055", "That is the height of the likelihood at its peak. The place of the peak was asked for."),
        ("1/4", "That is the share of the misses."),
    ],
    hints=("Day 17: L(p) = p³(1−p).", "Counts are the maximum likelihood.", "3 of 4."),
    working="3 hits of 4.",
)
hand(
    "18.h4",
    "Of 10,000 kittens 100 have fleas. The alarm rings for 99 % of these and for 5 % of the others. "
    "For how many kittens does it ring in all?",
    "594",
    also=("5.94 %", "594/10000"),
    wrong=[
        ("99", "Those are the rings for kittens with fleas. The others ring too."),
        ("495", "Those are the false alarms. The right ones come on top."),
        ("599", "5 % of all 10,000 would be 500. Only the 9,900 without fleas can give a false alarm."),
        ("10400", "You added 99 % and 5 %. Each of them counts in its own group only."),
        ("5200", "You took the mean of 99 % and 5 %. The groups are not equally large: 100 and 9,900."),
    ],
    hints=(
        "Two groups: 100 kittens with fleas, 9,900 without.",
        "99 % of 100, and 5 % of 9,900.",
        "99 + 495.",
    ),
    working="99 of the 100 and 495 of the 9,900.",
)
hand(
    "18.h5",
    "Points (1, 2) and (2, 5), model y = w x. Which w makes (2 − w)² + (5 − 2w)² + w² smallest?",
    "2",
    wrong=[
        ("2.4", "That is the smallest squared error, the MLE. The last term, w², is missing."),
        ("0", "That is the peak of the prior alone. The points are missing."),
        ("24/11", "You lost a factor: the slope of w² is 2w, as the slopes of the other squares carry a 2."),
        ("12/7", "You counted w² twice."),
        ("3", "The sign of the last term is turned round: w² is a price, so it pulls towards 0."),
    ],
    hints=(
        "Set the slope to 0: −2(2 − w) − 4(5 − 2w) + 2w = 0.",
        "Sort it: 12w = 24.",
        "Without w² it would be 10w = 24.",
    ),
    working="The slope −24 + 12w is 0 at w = 2. Without the last term it is −24 + 10w, and w = 2.4.",
)
choice(
    "18.p1",
    "The plan asks you to remember Bayes' formula. Which line is right and complete?",
    wrong(
        "P(A|B) = P(B|A) P(B) / P(A)",
        "Prior and evidence are exchanged. With A = dog, B = sat it gives 1 · ¾ / ¼ = 3, which is no probability.",
    ),
    wrong("P(A|B) = P(B|A) P(A)", "That is the joint P(A, B). Over all A it adds up to P(B), not to 1."),
    wrong("P(A|B) = P(B|A)", "Only where P(A) = P(B), or where A and B never meet. For dog and sat it is ⅓ against 1."),
    right(
        "P(A|B) = P(B|A) P(A) / P(B), where P(B) > 0",
        "Both sides times P(B) are the joint P(A, B), written in its two orders. For P(B) = 0 there is nothing to "
        "condition on.",
    ),
)
choice(
    "18.p2",
    'The plan says: Bayesian thinking is "updating the prior with new data". Which sentence is true?',
    wrong("The new data replace the prior.", "Then a ring would mean fleas 95 or 99 times in 100. It is 16.7 %."),
    right(
        "The result is the posterior: prior times likelihood, made into shares. It is the prior of what comes next.",
        "1 % became 16.7 %, and after a second ring 79.8 %. Belief moved each time, and never jumped to the data.",
    ),
    wrong(
        "The prior is a guess, and the data correct it to the truth.",
        "16.7 % is still a state of knowledge. A wrong model of the alarm gives a wrong posterior.",
    ),
    wrong("The posterior depends on which evidence came first.", "It is one product, in any order."),
)

choice(
    "18.w1",
    "1 kitten in 100 has fleas. The alarm rings for 99 % of kittens with fleas and for 5 % of the others. It rings. "
    "How probable are fleas?",
    wrong("About 99 %", "That is P(ring | fleas). The question is P(fleas | ring)."),
    wrong("About 95 %", "That is P(silent | no fleas), another condition and another event."),
    wrong("About 50 %", "The prior has more to say: 99 kittens can ring falsely, and 1 can ring rightly."),
    right("About 17 %", "1 in 100 rings rightly, about 5 in 100 ring falsely: 1 ring in 6 is a right one."),
)
choice(
    "18.w1b",
    "You may improve one thing. Which one makes a ring mean more?",
    wrong("Hits from 99 % to 100 %", "The 0.99 right ones become 1; the 4.95 false ones stay. 16.7 % becomes 16.8 %."),
    right("False alarms from 5 % to 1 %", "4.95 false ones become 0.99, as many as right ones: 50 %."),
    wrong("Both help alike", "One removes four fifths of the false alarms, the other adds a hundredth to the hits."),
)
choice(
    "18.w2",
    "The prior Beta(10, 10) has its peak at 0.5. Then come 8 hits in 10. Where is the peak of the posterior?",
    wrong("At 0.5", "That would ignore the data."),
    right("Between 0.5 and 0.8", "17/28 ≈ 0.61: nearer to the prior, which weighs like 18 trials against 10."),
    wrong("At 0.8", "That would ignore the prior."),
    wrong("Beyond 0.8", "A prior that pulls to the left cannot push to the right."),
)
choice(
    "18.w2b",
    "Ten times as much data with the same share: 80 hits in 100. What does the peak do?",
    wrong("It stays, the share is the same", "The prior still weighs like 18 trials, but now against 100."),
    right("It moves towards 0.8", "89/118 ≈ 0.75. The prior's pull fades as data grow."),
    wrong("It moves back towards 0.5", "More data speak louder, not softer."),
)
choice(
    "18.w3",
    'You have no idea before, ½ and ½. You hear "sat" and "mat". How probable is cat?',
    wrong("1/2, as in h2", "There the prior was ¾, and it just made up for what the two words say."),
    right("1/4", "½ · ⅔ · ½ = ⅙ against ½ · 1 · 1 = ½: one to three. Both words speak for the dog."),
    wrong("1/3", "That is ⅔ · ½, the likelihood of the cat. It still has to be compared with the dog's, 1."),
    wrong("3/4", "Cats sit less often than the dog, and their mat is less sure: the words speak against the cat."),
)

choice(
    "18.q1",
    "Is P(sat | dog) = P(dog | sat)?",
    wrong("Yes, both speak of the same sentence", "Both share P(dog, sat) = ¼. They divide it by different things."),
    right("No: 1 against ⅓", "The dog always sits. Of three sitters one is a dog."),
    wrong("No: 1 against ¼", "¼ is the joint P(dog, sat). Divide it by P(sat) = ¾."),
)
choice(
    "18.q2",
    "Log prior plus log likelihood gives a score for each alternative. What makes probabilities of the scores?",
    wrong("Dividing by their sum", "Logs do not sum to 1, and they are mostly negative."),
    wrong("The exponential alone", "That gives prior times likelihood, which adds up to P(evidence)."),
    right("Softmax", "The exponential turns sums back into products; the division makes them shares."),
)
choice(
    "18.q3",
    "Strong data make the prior …",
    right(
        "matter less", "Its pull is fixed while the data's grows. Only a prior of exactly 0 or 1 can never be moved."
    ),
    wrong("matter more", "It is one factor; the data bring ever more of them."),
    wrong("change", "The prior stays what it was. What changes is the posterior."),
)


def _most_likely_rate(rng) -> Draw:
    n = int(rng.integers(5, 13))
    k = int(rng.integers(1, n))
    return Draw(
        f"Day 17: in {n} sentences the subject is a cat {k} times. Which p = P(cat) makes these data most probable?",
        f"{k}/{n}",
        (
            (f"{k + 1}/{n + 2}", "That adds one to each count. Maximum likelihood adds nothing."),
            (f"{n - k}/{n}", "That is the share of the other subjects."),
        ),
        f"p^{k} (1−p)^{n - k} has its peak at {k} of {n}.",
    )


fresh("18.r1", _most_likely_rate)
choice(
    "18.r2",
    "Day 15: q gives the share 0 to a word that p uses; every word of q has a share in p. "
    "Which divergence is infinite?",
    right("KL(p‖q)", "p log(p/q) divides by 0 where p is positive: the word comes, and q had ruled it out."),
    wrong("KL(q‖p)", "There the word counts 0 · log 0 = 0: q never uses it."),
    wrong("Both", "They are different sums. Only one of them divides by q."),
    wrong("Neither", "A word that was ruled out and comes all the same costs infinitely many bits."),
)
choice(
    "18.r3",
    "Day 11: of the three sentences with sat, two have mat. What is P(sat | mat)?",
    wrong("2/3", "That is P(mat | sat), the other direction."),
    wrong("1/2", "That is the joint: two of four sentences have both."),
    right("1", "Two sentences have mat, and both have sat."),
    wrong("3/4", "That is P(sat), without any condition."),
)
choice(
    "18.r4",
    "Day 4: all entries of M are at least 0, and each row adds up to 1. Which eigenvalue does M have for sure?",
    wrong("0", "Only if its rows are linearly dependent."),
    right("1, with the vector (1, 1, …, 1)", "Each row times that vector is the sum of the row."),
    wrong("1, with the first row as its vector", "M times (1, 1, …, 1) is what gives the row sums."),
    wrong("The number of rows", "A weighted average never exceeds its largest entry, so no |λ| is above 1."),
)

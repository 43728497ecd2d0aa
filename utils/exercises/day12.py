"""Day 12, random variables: exercises, five samples of a small network, hand calculations, quiz and recall."""

from functools import cache

import numpy as np

from utils import linalg, probability, story, transformer
from utils.exercises.answers import hand
from utils.exercises.choices import choice, right, wrong
from utils.exercises.engine import case, exercise, law, mistake
from utils.exercises.recall import Draw, fresh

_rng = np.random.default_rng(12)
_X, _P = np.array([4.0, 2.0, 1.0, 1.0]), np.array([1 / 2, 1 / 4, 1 / 8, 1 / 8])
_THREE = np.array([-1.0, 0.0, 5.0]), np.array([0.2, 0.5, 0.3])
_SEVEN = np.round(_rng.normal(size=7) * 3, 2), np.array([0.05, 0.1, 0.3, 0.25, 0.15, 0.1, 0.05])
_FIVE = np.array([-4.0, -3.0, -2.5, -1.0, -0.5]), np.array([0.1, 0.4, 0.2, 0.2, 0.1])

exercise(
    "12.e1",
    "expectation(values, probs)",
    reference=probability.expectation,
    also=lambda values, probs: np.dot(probs, values),
    cases=[case(_X, _P), case(*_THREE), case(*_SEVEN), case(*_FIVE)],
    mistakes=[
        mistake("unweighted", lambda values, probs: np.mean(values), "Everyone got the same say. Use the weights."),
        mistake("elementwise", lambda values, probs: values * probs),
        mistake(
            "divided",
            lambda values, probs: np.mean(values * probs),
            "You averaged the products. The probabilities already add up to 1: adding the products is the average.",
        ),
        mistake(
            "most_likely",
            lambda values, probs: values[np.argmax(probs)],
            "That is the most likely value. The expectation listens to all values, each as loudly as it is likely.",
        ),
        mistake(
            "no_probs",
            lambda values, probs: np.sum(values),
            "You added the values. How often each of them comes plays no part in your sum.",
        ),
    ],
    difficulty=1,
    importance=2,
    minutes=5,
    hints=(
        "It is a weighted average, as in day 3: which numbers are the weights?",
        "Multiply each value by its probability. One step is left.",
        "np.sum(values * probs).",
    ),
    then="Next question: which line of attention computes such an expectation, and whose probabilities does it use?",
)


def _around_mean(values, probs):
    return values - np.sum(values * probs)


exercise(
    "12.e1b",
    "variance(values, probs)",
    reference=probability.variance,
    also=lambda values, probs: np.dot(probs, np.square(values)) - np.dot(probs, values) ** 2,
    cases=[case(_X, _P), case(*_THREE), case(*_SEVEN), case(*_FIVE)],
    mistakes=[
        mistake(
            "second_moment",
            lambda values, probs: np.sum(probs * values**2),
            "That is E[X²], which also counts how far the mean lies from 0. Subtract the mean before you square, "
            "or the mean² afterwards.",
        ),
        mistake(
            "unweighted",
            lambda values, probs: np.var(values),
            "Everyone got the same say, in the mean and in the spread. Use the probabilities in both.",
        ),
        mistake(
            "half_weighted",
            lambda values, probs: np.mean(_around_mean(values, probs) ** 2),
            "The mean is weighted, the squared distances are not. They are averaged with the same probabilities.",
        ),
        mistake(
            "wrong_centre",
            lambda values, probs: np.sum(probs * (values - np.mean(values)) ** 2),
            "You measure distances from the plain mean of the values. Measure them from the expectation.",
        ),
        mistake(
            "std",
            lambda values, probs: np.sqrt(np.sum(probs * _around_mean(values, probs) ** 2)),
            "Variance or its root? You returned the standard deviation.",
        ),
        mistake(
            "ddof1",
            lambda values, probs: np.sum(probs * _around_mean(values, probs) ** 2) * len(values) / (len(values) - 1),
            "n/(n−1) corrects an estimate from a sample. Here the probabilities are known: nothing is estimated.",
        ),
        mistake(
            "no_square",
            lambda values, probs: np.sum(probs * _around_mean(values, probs)),
            "Distances from the mean always average to 0: those above and those below cancel. Square them first.",
        ),
    ],
    properties=[
        law(
            "three times X has nine times the variance",
            lambda variance: "" if np.isclose(variance(3 * _X, _P), 9 * variance(_X, _P)) else "X = [4, 2, 1, 1]",
        )
    ],
    difficulty=1,
    importance=2,
    minutes=5,
    hints=(
        "The variance is itself an expectation: of which quantity?",
        "First the mean. Then the squared distance of each value from it. Then average these, weighted.",
        "mean = np.sum(values * probs), and the answer is np.sum(probs * (values − mean)**2).",
    ),
    then="Next question: when is a variance exactly 0?",
)


def _bell(x, mu, sigma):
    return np.exp(-0.5 * ((x - mu) / sigma) ** 2)


def _area_is_one(normal_pdf):
    for mu, sigma in ((0.0, 3.0), (2.0, 0.1)):
        x = np.linspace(mu - 8 * sigma, mu + 8 * sigma, 2001)
        area = float(np.sum(normal_pdf(x, mu, sigma)) * (x[1] - x[0]))
        if not abs(area - 1) < 1e-4:
            return f"With mu = {mu:g} and sigma = {sigma:g} the area under your curve is {area:.4g}, not 1."
    return ""


_ROOT = np.sqrt(2 * np.pi)

exercise(
    "12.e2",
    "normal_pdf(x, mu, sigma)",
    reference=probability.normal_pdf,
    also=lambda x, mu, sigma: np.exp(-((x - mu) ** 2) / (2 * sigma**2) - np.log(sigma * _ROOT)),
    cases=[
        case(1.0, 0.0, 3.0),
        case(2.0, 2.0, 0.1),
        case(np.array([-4.0, -1.0, 0.5, 2.0, 7.0]), 1.0, 3.0),
        case(np.round(_rng.normal(size=(3, 7)) * 3, 2), -2.0, 3.0),
        case(np.round(_rng.normal(size=(3, 3)), 2), 0.5, 0.7),
    ],
    mistakes=[
        mistake(
            "no_norm",
            _bell,
            "The shape is right, its height is not: the area under the curve has to be 1. Divide by σ√(2π).",
        ),
        mistake(
            "missing_sigma",
            lambda x, mu, sigma: _bell(x, mu, sigma) / _ROOT,
            "A wider bell has to be lower, or its area would grow. σ is missing in front.",
        ),
        mistake(
            "sigma_not_sq",
            lambda x, mu, sigma: np.exp(-((x - mu) ** 2) / (2 * sigma)) / (sigma * _ROOT),
            "Look at the exponent: σ and σ² differ there. The unit of (x − μ)² has to cancel.",
        ),
        mistake(
            "no_half",
            lambda x, mu, sigma: np.exp(-(((x - mu) / sigma) ** 2)) / (sigma * _ROOT),
            "A constant factor went missing in the exponent. One σ from the mean the curve falls to e^(−½) = 0.61.",
        ),
        mistake(
            "no_sqrt",
            lambda x, mu, sigma: _bell(x, mu, sigma) / (sigma * 2 * np.pi),
            "The peak of your curve is too low by 2.5. In front of the exponential 2π stands under a root.",
        ),
        mistake(
            "var_as_sd",
            lambda x, mu, sigma: np.exp(-((x - mu) ** 2) / (2 * sigma)) / np.sqrt(2 * np.pi * sigma),
            "That is a bell with variance sigma. The argument is the standard deviation, its root.",
        ),
        mistake(
            "sign",
            lambda x, mu, sigma: np.exp(0.5 * ((x - mu) / sigma) ** 2) / (sigma * _ROOT),
            "Your curve grows away from the mean. A sign is missing in the exponent.",
        ),
    ],
    properties=[law("the area under the curve is 1", _area_is_one)],
    difficulty=2,
    importance=1,
    minutes=8,
    hints=(
        "First z = (x − μ)/σ: how many standard deviations away. Then the height at z.",
        "The shape is exp(−z²/2). It still needs a factor that makes the area 1.",
        "np.exp(-0.5 * z**2) / (sigma * np.sqrt(2 * np.pi)).",
    ),
    then="Next question: for which σ is the peak of the density exactly 1? Is that probability 1?",
)


def entries(shape, rng, kind):
    """Independent entries of mean 0 and variance 1; kind is 'normal', 'coin' (±1) or 'uniform' (on ±√3)."""
    if kind == "normal":
        return rng.normal(size=shape)
    if kind == "coin":
        return 2.0 * rng.integers(0, 2, size=shape) - 1
    return rng.uniform(-np.sqrt(3), np.sqrt(3), size=shape)


def _pair(d, n, rng, kind):
    return entries((n, d), rng, kind), entries((n, d), rng, kind)


def _dots(d, n, rng, kind):
    q, k = _pair(d, n, rng, kind)
    return np.einsum("nd,nd->n", q, k)


def _with_itself(d, n, rng, kind):
    q, _ = _pair(d, n, rng, kind)
    return np.var(np.sum(q * q, axis=1))


def _coin_01(d, n, rng, kind):
    q, k = rng.integers(0, 2, size=(2, n, d)) if kind == "coin" else _pair(d, n, rng, kind)
    return np.var(np.sum(q * k, axis=1))


def _uniform_1(d, n, rng, kind):
    q, k = rng.uniform(-1, 1, size=(2, n, d)) if kind == "uniform" else _pair(d, n, rng, kind)
    return np.var(np.sum(q * k, axis=1))


def _uniform_01(d, n, rng, kind):
    q, k = rng.uniform(0, 1, size=(2, n, d)) if kind == "uniform" else _pair(d, n, rng, kind)
    return np.var(np.sum(q * k, axis=1))


def _coins_stay_coins(simulate):
    for seed in range(20):
        found = float(simulate(1, 2, np.random.default_rng(seed), "coin"))
        if not any(abs(found - possible) < 1e-9 for possible in (0, 1, 2)):  # 2: divided by n − 1
            return f"d = 1, n = 2: two products of coins are ±1 each, so no variance of {found:.3g} can come out."
    return ""


exercise(
    "12.e3",
    "simulate_dot_variance(d, n, rng, kind)",
    reference=probability.simulate_dot_variance,
    also=lambda d, n, rng, kind: np.var(_dots(d, n, rng, kind)),
    cases=[
        case(5, 4000, np.random.default_rng(1), "coin"),
        case(7, 4000, np.random.default_rng(2), "normal"),
        case(7, 4000, np.random.default_rng(3), "uniform"),
        case(13, 4000, np.random.default_rng(4), "coin"),
    ],
    mistakes=[
        mistake(
            "with_itself",
            _with_itself,
            "That is q·q. It has mean d and variance 2d for normals (0 for coins): your q and k are not independent.",
        ),
        mistake(
            "with_itself_normal",
            lambda d, n, rng, kind: _with_itself(d, n, rng, "normal"),
            "You get about 2d, for every kind: that is q·q, and normal throughout. Draw k as a table of its own, and "
            "let kind decide how both are drawn.",
        ),
        mistake(
            "one",
            lambda d, n, rng, kind: np.var(np.multiply(*_pair(d, n, rng, kind))),
            "You get about 1 for every d. That is the variance of a single product, or of a sum divided by √d. "
            "Add the d products of each pair, and divide by nothing.",
        ),
        mistake(
            "std",
            lambda d, n, rng, kind: np.std(_dots(d, n, rng, kind)),
            "Variance or its root? You get about √d: the standard deviation.",
        ),
        mistake(
            "mean",
            lambda d, n, rng, kind: np.mean(_dots(d, n, rng, kind)),
            "That is the mean of the scores, near 0. How far do they spread around it?",
        ),
        mistake(
            "by_d",
            lambda d, n, rng, kind: np.var(_dots(d, n, rng, kind) / d),
            "You divided each score by d: the variance becomes 1/d. The raw scores were asked for.",
        ),
        mistake(
            "coin_01",
            _coin_01,
            "Only the coins are wrong: 0 and 1 have mean ½ and variance ¼. The two sides of this coin are −1 and 1.",
        ),
        mistake(
            "uniform_1",
            _uniform_1,
            "Only the uniform kind is wrong: between −1 and 1 the variance is ⅓. Between −√3 and √3 it is 1.",
        ),
        mistake(
            "uniform_01",
            _uniform_01,
            "Only the uniform kind is wrong: between 0 and 1 the mean is ½, not 0. Take −√3 to √3.",
        ),
    ],
    properties=[law("a product of two coins is −1 or 1", _coins_stay_coins)],
    difficulty=2,
    importance=3,
    minutes=8,
    rtol=0.2,  # other draws in another order; six standard deviations of the difference
    atol=0.1,
    hints=(
        "Two tables of random numbers, (n, d) each, one for q and one for k. Row by row they meet.",
        "np.sum(q * k, axis=1) gives n scores, np.var(...) their variance.",
        "rng.normal(size=(n, d)), rng.choice([-1.0, 1.0], size=(n, d)), rng.uniform(-3**0.5, 3**0.5, size=(n, d)).",
    ),
    then="Next question: give k the mean 1 instead of 0. What becomes of the variance of q·k?",
)


def scale_scores(S, d_k):
    """Scores with variance 1, whatever d_k is: S / √d_k.

    S: array of any shape. d_k: entries of a query. Returns the shape of S. Vaswani et al. 2017, section 3.2.1.
    """
    return linalg.real_array(S, "S") / np.sqrt(linalg.whole(d_k, "d_k", 1))


_SCORES, _SQUARE = np.round(_rng.normal(size=(3, 5)) * 4, 1), np.round(_rng.normal(size=(5, 5)) * 4, 1)

exercise(
    "12.e4",
    "scale_scores(S, d_k)",
    reference=scale_scores,
    also=lambda S, d_k: S * d_k**-0.5,
    cases=[case(_SCORES, 4), case(_SCORES, 64), case(_SQUARE, 7)],
    mistakes=[
        mistake(
            "by_dk",
            lambda S, d_k: S / d_k,
            "Which number measures how many products were added up? Its root is the scale: "
            "dividing by d_k itself leaves the variance 1/d_k.",
        ),
        mistake(
            "by_T",
            lambda S, d_k: S / np.sqrt(S.shape[-1]),
            "You took the number of words. A score is a sum of d_k products, however many words there are.",
        ),
        mistake("plus", lambda S, d_k: S * np.sqrt(d_k), "You multiplied: the loud scores became louder."),
        mistake(
            "measured",
            lambda S, d_k: S / np.std(S),
            "You divided by the spread that you measured. Then scores that a trained model has made large on purpose "
            "would be forced back too. The paper's number depends on d_k alone.",
        ),
        mistake("ignored", lambda S, d_k: S + 0.0, "d_k has no effect in your function."),
    ],
    difficulty=1,
    importance=2,
    minutes=5,
    hints=(
        "Var(aX) = a² Var(X). Var is d_k and should become 1.",
        "So a² = 1/d_k.",
        "S / np.sqrt(d_k).",
    ),
    then="Next question: d_model = 512 and d_k = 64, and somebody divides by √512. Which variance do the scores have?",
)


# --- five samples of a small network --------------------------------------------------------------------------


def _bigram_logits(steps=300, rate=5.0):
    """Logits of a bigram model of the corpus after gradient descent on its cross-entropy: (9, 9)."""
    counts = probability.bigram_counts(story.CORPUS, story.VOCABULARY)
    now, following = (np.repeat(ids, counts[counts > 0].astype(int)) for ids in np.nonzero(counts))
    logits = np.zeros(counts.shape)
    for _ in range(steps):
        slope = probability.cross_entropy_backward(logits[now], following)
        np.subtract.at(logits, now, rate * slope)
    return logits


@cache
def mystery_samples():
    """Five samples by name: 64 tokens pass a layer of 64 neurons; and the logits of a trained bigram model.

    Returns a dict of read-only arrays, 4096 numbers each, 81 the last one.
    """
    rng = np.random.default_rng(12)
    weights = rng.normal(size=(64, 64)) / np.sqrt(64)
    sums = rng.normal(size=(64, 64)) @ weights
    after_relu = np.maximum(sums, 0.0)
    normed = transformer.layer_norm(after_relu, np.ones(64), np.zeros(64))
    samples = {
        "initial weights": weights,
        "sums before the ReLU": sums,
        "after the ReLU": after_relu,
        "after layer norm": normed,
        "trained logits": _bigram_logits(),
    }
    for name, sample in samples.items():
        samples[name] = np.ravel(sample) + 0.0
        samples[name].setflags(write=False)
    return samples


def shape_numbers(sample):
    """Skew E[z³] and excess kurtosis E[z⁴] − 3 of a sample, z = (x − mean) / standard deviation.

    sample: (n,). Returns two numbers, both 0 for a normal distribution and for a constant sample 0 and −3.
    """
    z, _ = linalg.standardise(sample)
    return float(np.mean(z**3)), float(np.mean(z**4) - 3)


def looks_normal(sample):
    """Could this be a bell? |skew| < 0.5 and |excess kurtosis| < 1. Two numbers can say no; they cannot prove a yes.

    sample: (n,). Returns True or False.
    """
    skew, excess = shape_numbers(sample)
    return abs(skew) < 0.5 and abs(excess) < 1


def _z(x):
    return (x - np.mean(x)) / np.std(x)


def _verdict(third, fourth):
    return bool(abs(third) < 0.5 and abs(fourth) < 1)


def _other_way(sample):
    """Both numbers from plain moments, without standardising."""
    mean, second, third, fourth = (np.mean(sample**p) for p in (1, 2, 3, 4))
    variance = second - mean**2
    skew = (third - 3 * mean * second + 2 * mean**3) / variance**1.5
    kurtosis = (fourth - 4 * mean * third + 6 * mean**2 * second - 3 * mean**4) / variance**2
    return _verdict(skew, kurtosis - 3)


_FAR = _rng.normal(5.0, 1.0, size=1009)
_TAIL = _rng.gamma(9.0, size=2003)
_FLAT = _rng.uniform(-1, 1, size=1009)
_LONG = _rng.laplace(size=2003)

exercise(
    "12.e5",
    "looks_normal(sample)",
    reference=looks_normal,
    also=_other_way,
    cases=[
        case(np.array([-1.0, 0.0, 0.0, 0.0, 0.0, 1.0, 1.0, -1.0])),
        *(case(sample) for sample in mystery_samples().values()),
        case(_FAR),
        case(_FLAT),
        case(_LONG),
        case(_TAIL),
        case(-_TAIL),
    ],
    mistakes=[
        mistake(
            "no_minus_3",
            lambda sample: _verdict(np.mean(_z(sample) ** 3), np.mean(_z(sample) ** 4)),
            "You call nothing normal. E[z⁴] is 3 for a bell; the excess is what remains above 3.",
        ),
        mistake(
            "skew_only",
            lambda sample: bool(abs(np.mean(_z(sample) ** 3)) < 0.5),
            "A flat sample is symmetric too, and passes. Use the second number as well.",
        ),
        mistake(
            "kurtosis_only",
            lambda sample: bool(abs(np.mean(_z(sample) ** 4) - 3) < 1),
            "A lopsided sample with ordinary tails passes. Use the skew as well.",
        ),
        mistake(
            "either",
            lambda sample: bool(abs(np.mean(_z(sample) ** 3)) < 0.5 or abs(np.mean(_z(sample) ** 4) - 3) < 1),
            "One small number is enough for you. Both have to be small.",
        ),
        mistake(
            "signed",
            lambda sample: bool(np.mean(_z(sample) ** 3) < 0.5 and np.mean(_z(sample) ** 4) - 3 < 1),
            "A tail to the left and a flat top give negative numbers, and these always pass. Compare absolute values.",
        ),
        mistake(
            "not_divided",
            lambda sample: _verdict(np.mean((sample - sample.mean()) ** 3), np.mean((sample - sample.mean()) ** 4) - 3),
            "Your verdict depends on the unit: initial weights are tiny, and fail. Divide by the standard deviation.",
        ),
        mistake(
            "not_centred",
            lambda sample: _verdict(np.mean((sample / sample.std()) ** 3), np.mean((sample / sample.std()) ** 4) - 3),
            "A bell around 5 fails. Subtract the mean first.",
        ),
        mistake(
            "standardised",
            lambda sample: bool(abs(np.mean(sample)) < 0.2 and abs(np.std(sample) - 1) < 0.2),
            "Mean 0 and variance 1 do not make a bell: the output of layer norm has both. Shape is in z³ and z⁴.",
        ),
        mistake(
            "numbers",
            lambda sample: (np.mean(_z(sample) ** 3), np.mean(_z(sample) ** 4) - 3),
            "Those are the two numbers. Are both small enough? Return True or False.",
        ),
    ],
    properties=[
        law(
            "another unit (x becomes 3x + 5) changes nothing",
            lambda verdict: (
                ""
                if all(bool(verdict(3 * x + 5)) == bool(verdict(x)) for x in (_FAR, _FLAT, _TAIL))
                else "a sample and 3 times the sample plus 5 get different verdicts"
            ),
        )
    ],
    difficulty=2,
    importance=2,
    minutes=8,
    hints=(
        "First make the unit disappear: z = (x − mean) / standard deviation, as in layer norm.",
        "skew = mean of z³, excess kurtosis = mean of z⁴ minus 3.",
        "return bool(abs(skew) < 0.5 and abs(excess) < 1).",
    ),
    then="Next question: (−√3, 0, √3) with probabilities ⅙, ⅔, ⅙ passes with skew 0 and excess 0. Is it a bell?",
)


hand(
    "12.h1",
    "X takes the values 4, 2, 1, 1 with the probabilities ½, ¼, ⅛, ⅛. E[X] and Var(X): two numbers.",
    "2.75, 1.6875",
    wrong=[
        ("2, 1.5", "You gave every value the same weight. Use the probabilities, in the mean and in the spread."),
        ("2.75, 9.25", "The mean is right. 9.25 is E[X²]; the mean² = 7.5625 still has to be taken off."),
        ("2.75, 1.299", "The mean is right. 1.299 is the standard deviation, the root of the variance."),
        ("2.75, 2.0625", "The mean is right. The squared distances were averaged without the probabilities."),
    ],
    hints=(
        "E[X] = 4·½ + 2·¼ + 1·⅛ + 1·⅛.",
        "Var(X) = E[X²] − E[X]². The squares are 16, 4, 1, 1.",
        "E[X²] = 9.25 and E[X]² = 7.5625.",
    ),
    working="2 + ½ + ⅛ + ⅛ = 2.75; the squares average to 8 + 1 + ⅛ + ⅛ = 9.25, and 9.25 − 7.5625 = 1.6875.",
)
hand(
    "12.h2",
    "d_k = 4; entries independent, mean 0, variance 1. Four numbers: Var(q·k), its standard deviation, the variance "
    "after dividing the scores by √d_k, and the variance after dividing them by d_k.",
    "4, 2, 1, 1/4",
    wrong=[
        ("4, 2, 2, 1", "Var(aX) = a² Var(X): the factor is squared, so 1/√4 turns a variance of 4 into 1."),
        ("4, 2, 1, 1", "The last one: 1/d_k is squared too, 4 · (¼)² = ¼."),
        ("2, 4, 1, 1/4", "Variance and standard deviation have changed places."),
        ("8, 2.828, 2, 1/2", "2d is the variance of q·q for normals. Here q and k are independent."),
        ("16, 4, 4, 1", "Four variances of 1 are added, not multiplied or squared."),
    ],
    hints=(
        "Each of the four products has variance 1.",
        "Variances of independent terms add. The standard deviation is the root.",
        "Dividing by c divides the variance by c².",
    ),
    working="1 + 1 + 1 + 1 = 4, root 2; 4 / (√4)² = 1; 4 / 4² = ¼.",
)
hand(
    "12.h3",
    "Coins: all entries are +1 or −1, half and half, and d = 2. q·k is a sum of two products. List its four "
    "equally likely values, the smallest first, and then their variance: five numbers.",
    "-2, 0, 0, 2, 2",
    wrong=[
        ("-2, 0, 0, 2, 0", "The values are right. 0 is their mean; the variance averages their squares."),
        ("-2, 0, 0, 2, 1.414", "The values are right. That is the root of the variance."),
        ("-2, 0, 0, 2, 2.667", "The values are right. 0 comes twice, and both times count: (4 + 0 + 0 + 4)/4."),
        ("-2, 0, 0, 2, 8", "The values are right. Their squares add up to 8; the mean of the four is the variance."),
        ("-1, -1, 1, 1, 1", "Those are single products. q·k adds two of them."),
    ],
    hints=(
        "A product of two coins is a coin again: +1 or −1.",
        "The two products are (−, −), (−, +), (+, −), (+, +).",
        "Their sums are −2, 0, 0, 2. Average the squares.",
    ),
    working="(4 + 0 + 0 + 4)/4 = 2 = d. No bell curve anywhere.",
)
hand(
    "12.h4",
    "d_k = 64, and suppose that the scores are normal. How often, in percent, is |score| > 16? One decimal.",
    "4.6",
    also=("5",),
    unit="%",
    tolerance=0.1,
    wrong=[
        ("2.3", "That is one tail. |score| > 16 also counts the scores below −16."),
        ("31.7", "That is beyond one standard deviation. √64 = 8, and 16 is two of them."),
        ("0.3", "That is beyond three standard deviations. √64 = 8, and 16 is two of them."),
        ("95.4", "That is how often the score lies inside. The rest was asked for."),
        ("0.046", "As a share, yes. In percent it is a hundred times as much."),
        ("80.3", "You took 64 for the standard deviation. It is the variance; its root is 8."),
    ],
    hints=("The standard deviation is √64.", "16 is two standard deviations.", "Inside two of them lie 95.4 %."),
    working="√64 = 8, so 16 is 2 standard deviations; 100 % − 95.4 % = 4.6 %.",
)
choice(
    "12.p1",
    "The plan says: the normal distribution is a common distribution of continuous random variables. True. "
    "Which further sentence is true as well?",
    wrong(
        "So a continuous random variable is normal unless something is wrong",
        "Common is not universal. A waiting time, an income, a share between 0 and 1 are continuous and not normal.",
    ),
    wrong(
        "Its density is a probability, so it stays below 1",
        "With σ = 0.1 the peak is 3.99. Probability is the area under the density, and that is 1.",
    ),
    right(
        "It appears where many independent, comparable terms are added up",
        "That is the central limit theorem, and the reason for “common”. A single value still has probability 0.",
    ),
    wrong(
        "Enough data make any quantity normal",
        "More data show its own shape more clearly. It is sums and means of many terms that become normal.",
    ),
)
choice(
    "12.p2",
    "The plan says: the probability distribution that a model outputs mostly follows a normal distribution. "
    "What does a language model put out after “the”?",
    wrong("A normal distribution over the words", "Words have no order and no distance: a bell has no place to stand."),
    wrong(
        "Shares that follow a bell curve, if the logits do",
        "Even for normal logits the shares are lopsided, as the picture shows: many tiny ones, a few large ones.",
    ),
    right(
        "One probability for each word of its vocabulary: a categorical distribution",
        "Nine numbers that add up to 1 for our corpus, tens of thousands for a large model. Nothing in it is normal.",
    ),
    wrong("A single word", "The word is drawn afterwards. The model's output is the whole list of probabilities."),
)

choice(
    "12.w2",
    "Entries of q and k are independent, with mean 0 and variance 1. d_k = 64. How far do the scores q·k spread, "
    "as a standard deviation?",
    wrong("About 1, like the entries", "Each of the 64 products has spread 1; their sum is louder."),
    right("About 8", "64 independent products with variance 1 each: variance 64, standard deviation √64 = 8."),
    wrong("About 64", "That is the variance. The standard deviation is its root."),
    wrong("About 4096", "Variances of independent terms add. They do not multiply."),
)
choice(
    "12.w2b",
    "Ten words get a score each, then a softmax. Without any scaling d_k grows from 2 to 512. What becomes of the "
    "largest of the ten shares, on average?",
    wrong(
        "It stays near 0.1", "Ten equal shares would be 0.1 each. Random scores are never equal, not even for d_k = 1."
    ),
    wrong("It stays where it was, only the scores grow", "Softmax listens to differences, and those grow with √d_k."),
    right("It climbs to about 0.95", "Differences grow like √d_k; at 512 the scores have standard deviation 22.6."),
    wrong("It falls", "Louder scores make softmax sharper, not flatter."),
)
choice(
    "12.w1",
    "The skewed shape, a long tail to the right, has skew 2. Its terms are added up. From about how many terms on is "
    "the skew of the sum below ½?",
    wrong("2", "Two terms have skew 2/√2 = 1.41."),
    wrong("4", "Skew falls like 1/√n, not like 1/n: four terms still have 1."),
    right("16", "Skew falls like 1/√n: 2/√16 is ½, and from 17 on it is below."),
    wrong(
        "Never: a sum of skewed terms stays skewed", "It does, but ever less. The tails of many terms rarely coincide."
    ),
)
choice(
    "12.w1b",
    "Now all thirty terms are copies of one draw: no independence at all. What does their sum look like?",
    wrong("A bell all the same, thirty terms are enough", "Thirty copies are one draw, thirty times as large."),
    right("Like a single term, only thirty times as wide", "30·X has the shape of X: no term can make up for another."),
    wrong("Flat", "Nothing makes it flat unless X is."),
)
choice(
    "12.w3",
    "Five samples of a small network: initial weights · the sums x·w before a ReLU · what the ReLU lets through · "
    "that, after layer norm · the logits of a trained bigram model. Which look like a bell?",
    wrong("All five", "Half of the ReLU's output is exactly 0. No bell has a wall at its left."),
    wrong(
        "The weights, the sums, and what layer norm puts out",
        "Layer norm sets mean and variance. A lopsided token stays lopsided, as on day 8.",
    ),
    right(
        "The weights and the sums",
        "The weights were drawn from a bell; each sum adds 64 comparable products. The other three are lopsided.",
    ),
    wrong("Only the weights", "A sum of 64 independent, comparable products is close to a bell as well."),
)
choice(
    "12.q1",
    "Do the entries of q and k have to be normal, for Var(q·k) = d_k?",
    wrong(
        "Yes, by the central limit theorem", "That theorem is about the shape of a sum. Its variance needs no shape."
    ),
    right(
        "No", "Independent, mean 0, variance 1: that is all. Coins will do, and for d = 2 the scores are −2, 0, 0, 2."
    ),
    wrong(
        "No, nothing at all has to hold", "For q = k the variance is another one; with means other than 0 it is too."
    ),
)
choice(
    "12.q2",
    "The scores are divided by d_k instead of √d_k. What is Var(q·k / d_k)?",
    wrong("1", "That is what √d_k gives."),
    right("1/d_k", "d_k / d_k²: the scores become so quiet that softmax hears hardly a difference."),
    wrong("d_k", "That is the variance without any division."),
)
choice(
    "12.q3",
    "Are a network's outputs normally distributed?",
    wrong(
        "Yes, they are sums of many terms", "The last step is a softmax or a ReLU as a rule, and trained terms agree."
    ),
    wrong("Yes, layer norm sees to that", "Layer norm fixes mean and variance. The shape stays."),
    right(
        "Not in general", "Sums at the start of training come close. Shares, ReLU outputs and trained logits do not."
    ),
)


def _row_of_counts(rng) -> Draw:
    while True:  # until the answer and the three confusions are four different numbers
        sat, saw, end, other_sat, other_end = (int(n) for n in rng.integers(1, 7, size=5))
        row, total = sat + saw + end, sat + saw + end + other_sat + other_end
        shares = sorted((sat / row, sat / total, sat / (sat + other_sat), (sat + other_sat) / total))
        if min(np.diff(shares)) > 0.02:
            break
    return Draw(
        f"A corpus was counted. After cat came: sat {sat} times, saw {saw}, </s> {end}. After dog: sat {other_sat}, "
        f"</s> {other_end}. P(sat | cat)?",
        f"{sat}/{row}",
        (
            (f"{sat}/{total}", "That is the joint share: you divided by all words. Only those after cat count here."),
            (f"{sat}/{sat + other_sat}", "That is P(cat | sat): you conditioned on sat."),
            (f"{sat + other_sat}/{total}", "That is the share of sat after any word. You know that the word was cat."),
        ),
        f"After cat came {row} words, {sat} of them sat.",
    )


fresh("12.r1", _row_of_counts)
choice(
    "12.r2",
    "Day 9: Y = XW, with X of shape (5, 2) and W of shape (2, 3). dY is the slope of the loss for Y. What is dW?",
    right("Xᵀ dY, of shape (2, 3)", "(2, 5) meets (5, 3). A gradient has the shape of what is nudged."),
    wrong("X dY, of shape (5, 3)", "(5, 2) and (5, 3) do not meet, and dW has the shape of W."),
    wrong("dY Wᵀ, of shape (5, 2)", "That is dX: the slopes for the input."),
    wrong("dYᵀ X, of shape (3, 2)", "The right numbers, turned over. A gradient has the shape of what is nudged."),
)
choice(
    "12.r3",
    "Day 5: W_Q and W_K are (512, 64) each. How large can the rank of W_Q W_Kᵀ be?",
    wrong("512", "That is its size, 512 × 512. Everything in it has passed through 64 numbers."),
    wrong("128", "Ranks of factors do not add up. The narrow place is 64 wide."),
    right("64", "The rank of a product is at most that of each factor, and these have 64 columns."),
    wrong("576", "That is 512 + 64, the size of nothing here."),
)

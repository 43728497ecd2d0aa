"""Day 8, mean, variance, layer norm: exercises, hand calculations, predictions, quiz and recall."""

import numpy as np

from utils import linalg, story, transformer
from utils.exercises.answers import hand
from utils.exercises.choices import choice, right, wrong
from utils.exercises.engine import case, exercise, law, mistake
from utils.exercises.recall import Draw, fresh

_rng = np.random.default_rng(8)
_TABLE = np.round(_rng.normal(size=(5, 7)) * 2 + 1, 2)
_SQUARE = np.round(_rng.normal(size=(5, 5)) * 2 + 1, 2)
_BATCH = np.round(_rng.normal(size=(2, 3, 5)) * 2 + 1, 2)
_CONSTANT_ROW = np.array([[7.0, 7.0, 7.0], [1.0, 2.0, 6.0]])
_GAIN_7, _BIAS_7 = np.array([0.5, 2.0, 1.0, -1.0, 3.0, 0.25, 1.5]), np.array([1.0, 0.0, -2.0, 0.5, 3.0, -1.0, 2.0])
_GAIN_5, _BIAS_5 = _GAIN_7[:5], _BIAS_7[:5]
_GAIN_3, _BIAS_3 = _GAIN_7[:3], _BIAS_7[:3]
_ONE_TO_FOUR = np.array([1.0, 2.0, 3.0, 4.0])
_CAT, _ON = story.TABLE_4D["cat"], story.TABLE_4D["on"]


def _centred(x, axis=-1):
    return x - np.mean(x, axis=axis, keepdims=True)


def _spread(x, eps, axis=-1, ddof=0):
    """√(variance + eps), with the axis kept."""
    return np.sqrt(np.var(x, axis=axis, ddof=ddof, keepdims=True) + eps)


exercise(
    "8.e1",
    "mean_var(x)",
    reference=linalg.mean_var,
    also=lambda x: (np.average(x), np.mean(np.square(x)) - np.average(x) ** 2),
    cases=[case(_ONE_TO_FOUR), case(_ON), case(_TABLE[0]), case(np.array([5.0, 5.0, 5.0]))],
    mistakes=[
        mistake(
            "ddof1",
            lambda x: (np.mean(x), np.var(x, ddof=1)),
            "Divide by n here, not n−1. Layer norm describes these n numbers; it guesses nothing about others.",
        ),
        mistake(
            "second_moment",
            lambda x: (np.mean(x), np.mean(x**2)),
            "You averaged the squares of the numbers. "
            "The variance averages the squares of their distances from the mean.",
        ),
        mistake("std", lambda x: (np.mean(x), np.std(x)), "That is the standard deviation, the root of the variance."),
        mistake(
            "mean_abs",
            lambda x: (np.mean(x), np.mean(np.abs(x - np.mean(x)))),
            "You averaged the distances from the mean. The variance averages their squares.",
        ),
        mistake(
            "summed",
            lambda x: (np.mean(x), np.sum((x - np.mean(x)) ** 2)),
            "You added the squared distances. Their mean was asked for.",
        ),
        mistake("order", lambda x: (np.var(x), np.mean(x)), "Both numbers are right. The mean comes first."),
        mistake(
            "no_square",
            lambda x: (np.mean(x), np.mean(x - np.mean(x))),
            "Distances from the mean always average to 0: those above and those below cancel. Square them first.",
        ),
    ],
    properties=[
        law(
            "adding 10 to every number leaves the variance alone",
            lambda mean_var: "" if np.isclose(mean_var(_ON + 10)[1], mean_var(_ON)[1]) else "x = [0, 1, 0, 1]",
        )
    ],
    difficulty=1,
    importance=2,
    minutes=5,
    hints=(
        "Two averages, one after the other. The second one needs the first.",
        "Subtract the mean from every number, square, and average again.",
        "mean = np.mean(x), and the variance is np.mean of (x − mean) squared; return both.",
    ),
    then="Next question: which of the two numbers changes when every feature is doubled, and by which factor?",
)


def _scale_law(layer_norm):
    one, zero = np.ones(4), np.zeros(4)
    if not np.allclose(layer_norm(2 * _CAT + 3, one, zero, 1e-12), layer_norm(_CAT, one, zero, 1e-12), atol=1e-6):
        return "x = [2, 1, 1, 0] and 2x + 3 should give the same with a tiny eps."
    return ""


def _constant_law(layer_norm):
    bias = np.array([1.0, -2.0, 0.5])
    if not np.allclose(layer_norm(np.full((2, 3), 7.0), np.ones(3), bias, 1e-5), bias):
        return "X = [[7, 7, 7], [7, 7, 7]], b = [1, -2, 0.5]"
    return ""


exercise(
    "8.e2",
    "layer_norm(X, g, b, eps)",
    reference=transformer.layer_norm,
    also=lambda X, g, b, eps: (
        np.einsum("...d,d->...d", _centred(X) * (np.var(X, -1, keepdims=True) + eps) ** -0.5, g) + b
    ),
    cases=[
        case(_ONE_TO_FOUR, np.ones(4), np.zeros(4), 0.1),
        case(_TABLE, _GAIN_7, _BIAS_7, 0.1),
        case(_SQUARE, _GAIN_5, _BIAS_5, 0.1),
        case(_BATCH, _GAIN_5, _BIAS_5, 0.1),
        case(_CONSTANT_ROW, _GAIN_3, _BIAS_3, 0.1),
    ],
    mistakes=[
        mistake(
            "axis0",
            lambda X, g, b, eps: g * _centred(X, 0) / _spread(X, eps, 0) + b,
            "Column means are zero. Whose statistics are these?",
        ),
        mistake(
            "ddof1",
            lambda X, g, b, eps: g * _centred(X) / _spread(X, eps, ddof=1) + b,
            "Before the gain every entry is too small by (nearly) the same factor √((d−1)/d).",
        ),
        mistake(
            "var_not_std",
            lambda X, g, b, eps: g * _centred(X) / (np.var(X, axis=-1, keepdims=True) + eps) + b,
            "Variance or its root? Look at the formula's σ and σ².",
        ),
        mistake(
            "eps_outside",
            lambda X, g, b, eps: g * _centred(X) / (np.std(X, axis=-1, keepdims=True) + eps) + b,
            "With eps = 0.1 the place of epsilon shows. It joins the variance, inside the root.",
        ),
        mistake(
            "whole",
            lambda X, g, b, eps: g * (X - np.mean(X)) / np.sqrt(np.var(X) + eps) + b,
            "You normalised the whole table at once; each token has a mean and a variance of its own.",
        ),
        mistake(
            "no_keepdims",
            lambda X, g, b, eps: g * (X - np.mean(X, axis=-1)) / np.sqrt(np.var(X, axis=-1) + eps) + b,
            "Only the square case is wrong, silently: a (T,) lined up with features. "
            "A table with more or fewer rows than columns stops with an error. keepdims=True leaves (T, 1).",
        ),
        mistake(
            "no_affine",
            lambda X, g, b, eps: _centred(X) / _spread(X, eps),
            "Mean 0 and variance 1 are done. Gain and bias are missing.",
        ),
        mistake(
            "bias_scaled",
            lambda X, g, b, eps: g * (_centred(X) / _spread(X, eps) + b),
            "The gain multiplies the bias too. The bias is added last.",
        ),
        mistake(
            "no_eps",
            lambda X, g, b, eps: g * _centred(X) / np.std(X, axis=-1, keepdims=True) + b,
            "eps has no effect in your function, and a constant token gives 0/0.",
        ),
        mistake(
            "rms",
            lambda X, g, b, eps: g * X / np.sqrt(np.mean(X**2, axis=-1, keepdims=True) + eps) + b,
            "The mean was never subtracted. That is RMSNorm, with a bias.",
        ),
    ],
    properties=[
        law("a constant token gives the bias", _constant_law),
        law("doubling a token and adding 3 changes nothing, for a tiny eps", _scale_law),
    ],
    difficulty=3,
    importance=3,
    minutes=12,
    hints=(
        "Four steps: mean, variance, standardise, then gain and bias. The first two run over the last axis.",
        "Keep the axis that the mean uses up (keepdims=True), so that a (T, 1) meets a (T, d).",
        "mean and variance with axis=-1, keepdims=True; then g * (X − mean) / np.sqrt(variance + eps) + b.",
    ),
    then="Next question: which g and b would undo the normalisation of one token, and why can they not do it for all?",
)


def _normal(x):
    """Layer norm with gain 1 and bias 0, for the mistakes of e3 to misuse."""
    return _centred(x) / _spread(x, 1e-5)


def mix_features(x):
    """A stand-in for a sub-layer: every token by itself, its features mixed."""
    return x @ np.array([[0.0, 1, 0, 2], [1, 0, -1, 0], [0, 3, 0, 1], [-1, 0, 1, 0]])


def mix_tokens(x):
    """A stand-in for attention: every token becomes the average of all."""
    return np.broadcast_to(np.mean(x, axis=-2, keepdims=True), np.shape(x))


def says_nothing(x):
    """A sub-layer that is silent."""
    return np.zeros_like(x)


exercise(
    "8.e3",
    "add_and_norm(x, f)",
    reference=lambda x, f: transformer.layer_norm(x + f(x), np.ones(x.shape[-1]), np.zeros(x.shape[-1])),
    also=lambda x, f: _normal(np.add(x, f(x))),
    cases=[
        case(np.array(story.X4[:3]), mix_features),
        case(np.array(story.X4), mix_tokens),
        case(_TABLE, says_nothing),
    ],
    mistakes=[
        mistake(
            "pre_ln",
            lambda x, f: x + f(_normal(x)),
            "Good modern design (pre-LN), but the paper normalises AFTER adding.",
        ),
        mistake(
            "ln_then_add",
            lambda x, f: x + _normal(f(x)),
            "You normalised the sub-layer's answer and added it to a loud x. First the sum, then the norm.",
        ),
        mistake(
            "no_residual",
            lambda x, f: _normal(f(x)),
            "x itself is gone: only what the sub-layer says about it is left.",
        ),
        mistake(
            "ln_both",
            lambda x, f: _normal(x) + _normal(f(x)),
            "You normalised the two summands. Their sum has neither mean 0 and variance 1, nor the right shares.",
        ),
        mistake("no_norm", lambda x, f: x + f(x), "The sum is there. It still has to be normalised."),
        mistake(
            "ln_twice",
            lambda x, f: _normal(_normal(x) + f(_normal(x))),
            "The end is right. Before it you normalised x as well; in the paper the sum takes x as it comes.",
        ),
    ],
    properties=[
        law(
            "every token leaves with mean 0",
            lambda add_and_norm: (
                "" if np.allclose(add_and_norm(np.array(story.X4), mix_tokens).mean(-1), 0, atol=1e-6) else "x = X4"
            ),
        )
    ],
    difficulty=2,
    importance=3,
    minutes=8,
    rtol=1e-4,
    atol=1e-4,
    hints=(
        "Read the formula from the inside: which operation is done first?",
        "f is a function: f(x) has the shape of x. Add the two before anything else happens.",
        "Call layer_norm (the course's, or yours) on x + f(x), with gain 1 and bias 0.",
    ),
    then="Next question: what does the paper's formula give when the sub-layer says nothing, f(x) = 0?",
)


def batch_norm_train(X, eps=1e-5):
    """Batch norm as it runs during training: every feature to mean 0 and variance 1 over all tokens of the batch.

    X: (N, d), one token a row. Returns (N, d), without gain and bias. Ioffe and Szegedy 2015, algorithm 1.
    """
    X = linalg.real_array(X, "X", 2)
    return (X - X.mean(axis=0)) / np.sqrt(X.var(axis=0) + eps)


exercise(
    "8.e4",
    "batch_norm_train(X, eps=1e-5)",
    reference=batch_norm_train,
    also=lambda X, eps=1e-5: linalg.standardise(np.transpose(X), eps)[0].T,
    cases=[
        case(np.array(story.X4)),
        case(_TABLE),
        case(_SQUARE, 0.1),
        case(np.array([[3.0, 1.0], [3.0, 2.0], [3.0, 6.0]])),
    ],
    mistakes=[
        mistake(
            "rows",
            lambda X, eps=1e-5: _centred(X) / _spread(X, eps),
            "Every row has mean 0: that is LayerNorm. Batch norm takes its statistics from a column.",
        ),
        mistake(
            "whole",
            lambda X, eps=1e-5: (X - np.mean(X)) / np.sqrt(np.var(X) + eps),
            "One mean for the whole table. Every feature has a mean and a variance of its own.",
        ),
        mistake(
            "ddof1",
            lambda X, eps=1e-5: _centred(X, 0) / _spread(X, eps, 0, ddof=1),
            "Divide by N here, not N−1.",
        ),
        mistake(
            "var_not_std",
            lambda X, eps=1e-5: _centred(X, 0) / (np.var(X, axis=0) + eps),
            "Variance or its root? The columns should leave with variance 1.",
        ),
        mistake(
            "eps_outside",
            lambda X, eps=1e-5: _centred(X, 0) / (np.std(X, axis=0) + eps),
            "With eps = 0.1 its place shows. It joins the variance, inside the root.",
        ),
        mistake("centred_only", lambda X, eps=1e-5: _centred(X, 0), "The columns have mean 0. They are still loud."),
    ],
    difficulty=2,
    importance=1,
    minutes=8,
    hints=(
        "The same three steps as layer norm. Only the direction of the statistics is another one.",
        "One mean and one variance for each column: axis=0. A (d,) lines up with the features by itself.",
        "(X − X.mean(axis=0)) / np.sqrt(X.var(axis=0) + eps).",
    ),
    then="Next question: what does batch norm give for a batch of one token?",
)


exercise(
    "8.e5",
    "rms_norm(x, g, eps=1e-6)",
    reference=transformer.rms_norm,
    also=lambda x, g, eps=1e-6: g * x * (np.einsum("...d,...d->...", x, x)[..., None] / x.shape[-1] + eps) ** -0.5,
    cases=[
        case(np.array(_CAT), np.ones(4)),
        case(_TABLE, _GAIN_7),
        case(_SQUARE, _GAIN_5, 0.1),
        case(_BATCH, _GAIN_5),
    ],
    mistakes=[
        mistake(
            "centred",
            lambda x, g, eps=1e-6: g * _centred(x) / _spread(x, eps),
            "The mean has been subtracted: that is layer norm without its bias. RMSNorm leaves the mean alone.",
        ),
        mistake(
            "std",
            lambda x, g, eps=1e-6: g * x / _spread(x, eps),
            "You divided by the standard deviation, which subtracts the mean on the way. Take the mean of the squares.",
        ),
        mistake(
            "no_root",
            lambda x, g, eps=1e-6: g * x / (np.mean(x**2, axis=-1, keepdims=True) + eps),
            "Root, mean, square: the root is missing.",
        ),
        mistake(
            "length",
            lambda x, g, eps=1e-6: g * x / np.sqrt(np.sum(x**2, axis=-1, keepdims=True) + eps),
            "Your tokens have length 1 before the gain; they should have √d. Mean of the squares, not their sum.",
        ),
        mistake(
            "no_gain",
            lambda x, g, eps=1e-6: x / np.sqrt(np.mean(x**2, axis=-1, keepdims=True) + eps),
            "The gain is missing.",
        ),
        mistake(
            "whole",
            lambda x, g, eps=1e-6: g * x / np.sqrt(np.mean(x**2) + eps),
            "One root for the whole table. Every token has its own.",
        ),
        mistake(
            "no_keepdims",
            lambda x, g, eps=1e-6: g * x / np.sqrt(np.mean(x**2, axis=-1) + eps),
            "Only the square case is wrong, silently: a (T,) lined up with features.",
        ),
        mistake(
            "axis0",
            lambda x, g, eps=1e-6: g * x / np.sqrt(np.mean(x**2, axis=0, keepdims=True) + eps),
            "Your columns have the property that the rows should have.",
        ),
    ],
    difficulty=2,
    importance=1,
    minutes=8,
    hints=(
        "Read the name backwards: square, mean, root.",
        "Square every feature, take the mean over the last axis (keepdims=True), add eps, take the root, divide.",
        "g * x / np.sqrt(np.mean(x * x, axis=-1, keepdims=True) + eps).",
    ),
    then="Next question: for which tokens do RMSNorm and layer norm (gain 1, bias 0) agree?",
)


hand(
    "8.h1",
    "LN(on), with on = (0, 1, 0, 1), gain 1, bias 0 and ε = 0. Four numbers.",
    "-1, 1, -1, 1",
    wrong=[
        ("-2, 2, -2, 2", "You divided by the variance ¼. Divide by its root ½."),
        ("-0.866, 0.866, -0.866, 0.866", "You divided by n−1 in the variance. Layer norm divides by n = 4."),
        ("-1/2, 1/2, -1/2, 1/2", "The mean is gone. Now divide by the standard deviation."),
        ("0, 1.414, 0, 1.414", "You left the mean in: that is RMSNorm."),
    ],
    hints=("The mean is ½.", "Every distance from the mean is ½, so the variance is ¼.", "Divide ±½ by √¼ = ½."),
    working="The mean is ½, the distances are ∓½, σ² = ¼ and σ = ½.",
)
hand(
    "8.h2",
    "LN(cat), with cat = (2, 1, 1, 0), ε = 0. Four numbers.",
    "sqrt(2), 0, 0, -sqrt(2)",
    wrong=[
        ("1.225, 0, 0, -1.225", "You divided by n−1 in the variance. Layer norm divides by n = 4."),
        ("2, 0, 0, -2", "You divided by the variance ½. Its root is missing."),
        ("1, 0, 0, -1", "The mean is gone. Now divide by the standard deviation."),
        ("1.633, 0.816, 0.816, 0", "You left the mean in: that is RMSNorm."),
    ],
    hints=("The mean is 1.", "The distances are 1, 0, 0, −1: their squares average to ½.", "1/√½ = √2."),
    working="The mean is 1, the distances are (1, 0, 0, −1), σ² = 2/4 = ½, and 1/√½ = √2 ≈ 1.414.",
)
hand(
    "8.h3",
    "LN(2·cat + 3), that is, of (7, 5, 5, 3), with ε = 0. Four numbers, or a word.",
    "sqrt(2), 0, 0, -sqrt(2)",
    also=("the same", "same", "unchanged", "no change", "LN(cat)"),
    wrong=[
        ("2.828, 0, 0, -2.828", "The distances have doubled, and so has σ. Their ratio has not."),
        ("5.828, 3, 3, 0.172", "The 3 is in the mean as well, so it is subtracted with it."),
        ("2, 0, 0, -2", "Those are the distances from the mean 5. Divide them by σ = √2."),
        ("1, 0, 0, -1", "You divided by the variance 2. Divide by its root."),
    ],
    hints=(
        "The mean of (7, 5, 5, 3) is 5.",
        "The distances are 2, 0, 0, −2; their squares average to 2.",
        "2/√2 = √2: you have seen this answer.",
    ),
    working="Mean 5, distances (2, 0, 0, −2), σ = √2: the same as LN(cat).",
)
hand(
    "8.h3b",
    "LN(−cat), with ε = 0. Four numbers, or a word.",
    "-sqrt(2), 0, 0, sqrt(2)",
    also=("negated", "the negative", "minus LN(cat)", "-LN(cat)"),
    wrong=[
        (
            "sqrt(2), 0, 0, -sqrt(2)",
            "A positive factor is forgotten, a negative one is not: σ has no sign to cancel it.",
        ),
        ("unchanged", "A positive factor is forgotten, a negative one is not: σ has no sign to cancel it."),
        ("same", "A positive factor is forgotten, a negative one is not: σ has no sign to cancel it."),
    ],
    hints=("−cat = (−2, −1, −1, 0) has the mean −1.", "The distances are −1, 0, 0, 1.", "σ is √½ as before."),
    working="Mean and distances change their sign, σ does not: the answer is negated.",
)
hand(
    "8.h4",
    "How long is LN(x), for any token of d = 4 features that are not all equal (ε = 0)?",
    "2",
    wrong=[
        ("4", "The squares add up to 4. The length is the root of that."),
        ("1", "The mean of the four squares is 1. The length takes the root of their sum."),
        ("sqrt(6)", "That is how long cat is before. What are the squares of LN(cat) in sum?"),
        ("sqrt(2)", "That is one entry of LN(cat). There are two of them."),
    ],
    hints=("Try LN(on) = (−1, 1, −1, 1).", "The mean of the squares is 1, and there are 4.", "√(1 + 1 + 1 + 1)."),
    working="The variance is 1, so the d squares add up to d: the length is √d = 2.",
)
hand(
    "8.p1",
    "Mean and variance of (1, 2, 3, 4), divided by n as layer norm does. Two numbers, the mean first.",
    "5/2, 5/4",
    wrong=[
        ("5/2, 5/3", "You divided by n−1 = 3: Excel's VAR.S. Layer norm uses n, Excel's VAR.P."),
        ("5/2, 15/2", "7.5 is the mean of the squares. Subtract the mean first, or mean² = 6.25 at the end."),
        ("5/2, 1.118", "That is the standard deviation, the root of the variance."),
        ("5/2, 1", "1 is the mean distance from the mean. The variance averages the squares."),
        ("5/2, 5", "5 is the sum of the squared distances. Their mean was asked for."),
        ("5/4, 5/2", "Both are right. The mean comes first."),
    ],
    hints=(
        "The mean is 10/4.",
        "The distances are −1.5, −0.5, 0.5 and 1.5.",
        "Their squares are 2.25, 0.25, 0.25, 2.25: 5 in sum.",
    ),
    working="Mean 10/4 = 2.5; the squared distances 2.25, 0.25, 0.25, 2.25 add up to 5, and 5/4 = 1.25.",
)
choice(
    "8.p2",
    "The plan says: in layer norm, mean and variance are computed on each sample's vector. A batch holds 2 sentences "
    "of 6 words, each word with 4 features. How many means does layer norm compute?",
    wrong("2, one for each sentence", "A sentence is a table here, not a vector. No mean runs over several words."),
    wrong("4, one for each feature", "That is batch norm: one mean for each column, over all words of the batch."),
    right(
        "12, one for each token",
        "The vector in question is a token's: B · T = 2 · 6 means, each over the 4 features of one word in its place.",
    ),
    wrong("1, for the whole batch", "No two tokens share a mean in layer norm."),
)

choice(
    "8.w1",
    "All four features grow by 10. What do the bars after layer norm do?",
    wrong("They grow by 10", "The mean grows by 10 too, and it is subtracted."),
    wrong("They shrink", "The spread σ is as it was: nothing shrinks."),
    right("Nothing", "The mean takes the 10 with it, and the distances from the mean stay."),
    wrong("They become zeros", "Only if all four are equal. A common shift keeps their differences."),
)
choice(
    "8.w1b",
    "All four features are multiplied by 2. And now?",
    wrong("They double", "The distances double, and so does σ, by which they are divided."),
    right("Nothing", "Distances and σ both double. Their ratio stays."),
    wrong("They halve", "Distances and σ both double. Their ratio stays."),
    wrong("They grow by √2", "σ is a root, but of squares: it doubles when the features double."),
)
choice(
    "8.w1c",
    "All four features are equal, say 5. What comes out?",
    wrong("Four ones", "Mean 5, distances 0. Nothing turns 0 into 1."),
    wrong("Four fives", "The mean 5 is subtracted from each."),
    right("Four zeros", "All distances are 0. The small ε under the root keeps 0/0 away, and 0 divided by √ε is 0."),
    wrong("An error: division by zero", "σ is 0. That is what the small ε under the root is for."),
)
choice(
    "8.w1d",
    "All four features change their sign. What comes out?",
    wrong("Nothing changes, a factor is a factor", "σ is a root and never negative, so it cannot cancel the −1."),
    right("The mirror image", "Mean and distances change sign, σ does not: every bar points the other way."),
    wrong("Only positive bars", "The distances add up to 0: unless all are 0, some are negative."),
    wrong("Four zeros", "The differences between the features are still there."),
)
choice(
    "8.w2",
    "A batch of two sentences is a table of 12 tokens × 4 features. Which numbers decide what layer norm makes of one "
    "entry?",
    right("The 4 features of that token", "A row of the table, and nothing outside it."),
    wrong("That feature of all 12 tokens", "That is a column: batch norm."),
    wrong("The 24 numbers of that sentence", "The words of a sentence do not share a mean."),
    wrong("All 48 numbers", "No mean runs over the whole table."),
)
choice(
    "8.w3",
    "The batch has two sentences. You replace the second one. What happens to cat in the first?",
    wrong("Layer norm gives it other numbers", "Layer norm looks at the four features of cat alone."),
    right("Batch norm gives it other numbers", "Its column means run over the neighbours as well."),
    wrong("Both give it other numbers", "Layer norm looks at the four features of cat alone."),
    wrong("Neither does", "The column means of batch norm run over the neighbours as well."),
)

choice(
    "8.q1",
    "Over which axis does layer norm take mean and variance?",
    wrong("Over the tokens of a sentence", "Then every word would change with the words around it."),
    right("Over the features of one token", "axis = −1, for every token by itself."),
    wrong("Over the sentences of a batch", "That is what batch norm does, for each feature."),
)
choice(
    "8.q2",
    "Is the variance in layer norm divided by n or by n−1?",
    right("By n", "np.var's default, Excel's VAR.P. Here n is d, the number of features."),
    wrong("By n−1", "That is Excel's VAR.S: it estimates a population from a sample. Here nothing is estimated."),
    wrong("It makes no difference", "At d = 4 it is a factor of √(3/4) ≈ 0.87 on every entry."),
)
choice(
    "8.q3",
    "Does layer norm need a batch?",
    wrong("Yes, at least two sentences", "One sentence is enough, and so is one word."),
    wrong("Only while training", "It computes the same in training and afterwards. Batch norm does not."),
    right("No", "One token is enough: its own features are all that is used."),
)


def _scores_of_a_batch(rng) -> Draw:
    B, h, T = (int(rng.choice(sizes)) for sizes in ([2, 3], [4, 5, 8], [6, 7, 9, 11]))  # wrong answers never coincide
    return Draw(
        f"Day 7: a batch of {B} sentences of {T} tokens goes through {h} heads. How many scores are computed?",
        str(B * h * T * T),
        (
            (str(B * h * T), "Every token asks every token: T · T scores in each head, not T."),
            (str(h * T * T), "That is one sentence. The batch has more."),
            (str(B * T * T), "That is one head. Every head scores for itself."),
            (str(T * T), "That is one head and one sentence."),
        ),
        f"B · h · T · T = {B} · {h} · {T} · {T} = {B * h * T * T}.",
    )


fresh("8.r1", _scores_of_a_batch)
choice(
    "8.r2",
    "Day 5: W_Q and W_K have shape (512, 64). How large can the rank of W_Q W_Kᵀ be?",
    wrong("512", "The product is 512 × 512, but everything passes through 64 dimensions on the way."),
    right("64", "A product has at most the rank of its factors, and theirs is at most d_k = 64."),
    wrong("128", "Ranks of factors do not add. The smaller one is the limit."),
    wrong("4096", "That is 64². No 512 × 512 matrix has a rank above 512."),
)
choice(
    "8.r3",
    "Day 1: cat·mat = 3 and their cosine is 0.6. You double mat. What are the two now?",
    wrong("3 and 0.6", "The dot product grows with the length of each arrow."),
    wrong("6 and 1.2", "A cosine never exceeds 1: stretching an arrow changes no angle."),
    wrong("3 and 0.3", "The other way round: the dot product takes the length in, the cosine leaves it out."),
    right("6 and 0.6", "The dot product takes the length in, the cosine leaves it out."),
)

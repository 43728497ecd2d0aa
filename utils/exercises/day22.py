"""Day 22, chain rule: exercises, hand calculations, predictions, quiz and recall."""

import functools

import numpy as np

from utils import calculus, probability, transformer
from utils.exercises.answers import hand
from utils.exercises.choices import choice, right, wrong
from utils.exercises.engine import case, exercise, law, mistake
from utils.exercises.recall import Draw, fresh

_rng = np.random.default_rng(22)


def _numbers(*shape):
    return np.round(_rng.normal(size=shape), 2)


# --- e1: one path -------------------------------------------------------------------------------------------


def _named(text, function):
    """A function that a learner can read in the reply of a check, also inside a list."""
    return type(text, (), {"__call__": staticmethod(function)})()


_F = {
    name: _named(name, function)
    for name, function in {
        "3x + 1": lambda x: 3 * x + 1,
        "2x + 3": lambda x: 2 * x + 3,
        "x − 2": lambda x: x - 2,
        "x²": lambda x: x * x,
        "x³": lambda x: x * x * x,
        "ln x": np.log,
        "sin x": np.sin,
        "e^x": np.exp,
        "3": lambda x: 3.0,
        "2": lambda x: 2.0,
        "1": lambda x: 1.0,
        "2x": lambda x: 2 * x,
        "3x²": lambda x: 3 * x * x,
        "1/x": lambda x: 1 / x,
        "cos x": np.cos,
    }.items()
}


def _functions(*names):
    return [_F[name] for name in names]


def _at_each(f, df, x):
    """The three slopes, each where its function stands."""
    inner = f[0](x)
    return df[0](x), df[1](inner), df[2](f[1](inner))


def _nudged_chain(f, df, x, h=1e-5):
    return (f[2](f[1](f[0](x + h))) - f[2](f[1](f[0](x - h)))) / (2 * h)


def _agrees_with_nudging(chain3):
    f, df = _functions("x³", "sin x", "e^x"), _functions("3x²", "cos x", "e^x")
    for x in (-0.4, 0.9):
        given, nudged = chain3(f, df, x), _nudged_chain(f, df, x)
        if not np.isclose(given, nudged, rtol=1e-6, atol=1e-8):
            return f"e^(sin(x³)) at {x}: nudging says {nudged:.4f}, you say {given:.4f}."
    return ""


exercise(
    "22.e1",
    "chain3(f, df, x)",
    reference=calculus.chain3,
    also=lambda f, df, x: float(np.prod(_at_each(f, df, x))),
    cases=[
        case(_functions("3x + 1", "x²", "ln x"), _functions("3", "2x", "1/x"), 1.0),
        case(_functions("x²", "2x + 3", "x³"), _functions("2x", "2", "3x²"), 0.5),
        case(_functions("x³", "sin x", "e^x"), _functions("3x²", "cos x", "e^x"), 0.7),
        case(_functions("x − 2", "x²", "e^x"), _functions("1", "2x", "e^x"), 2.0),
    ],
    mistakes=[
        mistake("added", lambda f, df, x: sum(_at_each(f, df, x)), "Along one path we multiply. You added the slopes."),
        mistake(
            "outer_at_x",
            lambda f, df, x: df[0](x) * df[1](x) * df[2](x),
            "Evaluate the outer slope at the inner value: the second wheel never sees x, it sees f[0](x).",
        ),
        mistake(
            "one_step_behind",
            lambda f, df, x: df[0](x) * df[1](f[0](x)) * df[2](f[0](x)),
            "The third slope is taken one step too early: the third function stands at f[1](f[0](x)).",
        ),
        mistake(
            "last_missing",
            lambda f, df, x: _at_each(f, df, x)[1] * _at_each(f, df, x)[2],
            "Two of three factors. The innermost slope, the last one you write down, is missing.",
        ),
        mistake(
            "first_missing",
            lambda f, df, x: _at_each(f, df, x)[0] * _at_each(f, df, x)[1],
            "Two of three factors. The outermost slope is missing.",
        ),
        mistake(
            "backwards",
            lambda f, df, x: float(np.prod(_at_each(f[::-1], df[::-1], x))),
            "You applied the last function first. f[0] is the innermost one: it is the one that sees x.",
        ),
        mistake(
            "value",
            lambda f, df, x: float(f[2](f[1](f[0](x)))),
            "That is the value at the end of the chain. Its slope is wanted.",
        ),
    ],
    properties=[law("it agrees with nudging x", _agrees_with_nudging)],
    difficulty=2,
    importance=2,
    minutes=8,
    hints=(
        "Write the three values of the forward pass first: x, f[0](x), f[1](f[0](x)).",
        "Each slope is taken at the value that goes into its function.",
        "a = f[0](x), b = f[1](a): the slope is df[2](b) · df[1](a) · df[0](x).",
    ),
    then="Next question: one of thirty slopes is 0. How much do the other twenty-nine matter?",
)

# --- e2: softmax --------------------------------------------------------------------------------------------


def _shares(*shape):
    return probability.softmax(np.round(_rng.normal(size=shape) * 1.5, 1))


_SIX = np.array([0.05, 0.75, 0.05, 0.05, 0.05, 0.05])


def _through_jacobians(p, g):
    """The other right way: build every row's Jacobian and multiply."""
    p, g = np.asarray(p), np.asarray(g)
    rows = [
        one @ probability.softmax_jacobian(shares)
        for shares, one in zip(p.reshape(-1, p.shape[-1]), g.reshape(-1, p.shape[-1]), strict=True)
    ]
    return np.array(rows).reshape(p.shape)


def _constant_passes_nothing(vjp_softmax):
    p = np.array([0.5, 0.25, 0.125, 0.125])
    given = vjp_softmax(p, np.full(4, 3.0))
    return "" if np.allclose(given, 0) else f"p = {p}, g = (3, 3, 3, 3): {given}."


def _softmax_agrees_with_nudging(vjp_softmax):
    z, g = np.array([[1.0, -0.5, 2.0], [0.0, 3.0, 0.5]]), np.array([[1.0, 2.0, -1.0], [0.5, -2.0, 4.0]])
    given = vjp_softmax(probability.softmax(z), g)
    nudged = calculus.numeric_gradient(lambda z: np.sum(g * probability.softmax(z)), z)
    return "" if calculus.rel_error(given, nudged) < 1e-6 else f"scores {z.tolist()}: nudging says {nudged.round(4)}."


exercise(
    "22.e2",
    "vjp_softmax(p, g)",
    reference=calculus.vjp_softmax,
    also=_through_jacobians,
    cases=[
        case(np.array([0.5, 0.25, 0.125, 0.125]), np.array([1.0, 0.0, 0.0, 0.0])),
        case(_SIX, _numbers(6)),
        case(_shares(3, 5), _numbers(3, 5)),
        case(_shares(5, 5), _numbers(5, 5)),
        case(_shares(2, 3, 7), _numbers(2, 3, 7)),
    ],
    mistakes=[
        mistake(
            "diag",
            lambda p, g: p * (1 - p) * g,
            "Raising one share lowers the others. You kept only what each score does to its own share.",
        ),
        mistake(
            "no_centre",
            lambda p, g: p * g,
            "Your rows do not add up to 0. Something has to be subtracted from g before p multiplies it.",
        ),
        mistake(
            "mean_centre",
            lambda p, g: p * (g - np.mean(g, axis=-1, keepdims=True)),
            "The centre is the p-weighted mean. You subtracted the plain one.",
        ),
        mistake(
            "sign",
            lambda p, g: p * (np.sum(p * g, axis=-1, keepdims=True) - g),
            "Same size, opposite direction: a share above the centre of g gains.",
        ),
        mistake(
            "no_share",
            lambda p, g: g - np.sum(p * g, axis=-1, keepdims=True),
            "The centre is right. Now each entry is scaled by its own share: a share of 0 moves nothing.",
        ),
        mistake(
            "half_centred",
            lambda p, g: p * g - np.sum(p * g, axis=-1, keepdims=True),
            "The brackets are missing: p multiplies the centre too.",
        ),
        mistake(
            "no_keepdims",
            lambda p, g: p * (g - np.sum(p * g, axis=-1)),
            "A lost axis: right for one row only. Each row has a centre of its own (keepdims).",
        ),
        mistake(
            "whole",
            lambda p, g: p * (g - np.sum(p * g)),
            "You took one centre for the whole table; each row is its own cake.",
        ),
        mistake(
            "axis0",
            lambda p, g: p * (g - np.sum(p * g, axis=0, keepdims=True)),
            "Your centres belong to columns. The shares of a row are one cake.",
        ),
    ],
    properties=[
        law("a constant g passes nothing, because the shares always add up to 1", _constant_passes_nothing),
        law("it agrees with nudging the scores", _softmax_agrees_with_nudging),
    ],
    difficulty=3,
    importance=3,
    minutes=12,
    hints=(
        "Day 13: the Jacobian is diag(p) − p pᵀ. Multiply the row g into both parts, on paper, for two shares.",
        "g diag(p) is g ⊙ p. And g p pᵀ is one number, g·p, times p.",
        "p * (g − centre), and the centre is np.sum(p * g, axis=-1, keepdims=True).",
    ),
    then="Next question: a row of n shares. How many numbers has its Jacobian, and how many did you store?",
)


# --- e3: ReLU -----------------------------------------------------------------------------------------------

exercise(
    "22.e3",
    "vjp_relu(x, g)",
    reference=calculus.vjp_relu,
    also=lambda x, g: g * (np.sign(x) > 0),
    cases=[
        case(np.array([2.0, -1.0, 0.0]), np.array([5.0, 5.0, 5.0])),
        case(np.array([3.0, 0.5, -2.0, 0.0]), np.array([-1.5, 2.0, -3.0, -4.0])),
        case(_numbers(3, 5), _numbers(3, 5)),
        case(_numbers(3, 3), _numbers(3, 3)),
    ],
    mistakes=[
        mistake(
            "by_grad",
            lambda x, g: np.where((x > 0) & (g > 0), g, 0.0),
            "The gate looks at x, not at g. A negative g passes an open gate unchanged.",
        ),
        mistake(
            "relu_of_g",
            lambda x, g: np.maximum(g, 0.0),
            "That is the forward pass, applied to g. What was positive on the way forward decides.",
        ),
        mistake(
            "exchanged",
            lambda x, g: np.where(g > 0, x, 0.0),
            "You let x through where g is positive. Exchange the two: g comes from above, x opened the gate.",
        ),
        mistake("at_zero", lambda x, g: np.where(x >= 0, g, 0.0), "At exactly 0 the course keeps the gate shut."),
        mistake("unmasked", lambda x, g: g * np.ones(np.shape(x)), "You let everything through. Where is the gate?"),
        mistake(
            "gate_only",
            lambda x, g: np.where(x > 0, 1.0, 0.0),
            "That is the gate, the local slope. It still has to be multiplied by what comes from above.",
        ),
        mistake(
            "value_times_g",
            lambda x, g: np.maximum(x, 0.0) * g,
            "An open gate has slope 1, however large x is. You multiplied by the value of ReLU, not by its slope.",
        ),
        mistake("inverted", lambda x, g: np.where(x > 0, 0.0, g), "You opened the gate where x is negative."),
    ],
    difficulty=1,
    importance=3,
    minutes=5,
    hints=(
        "For x = 2, by how much does max(0, x) grow when x grows by a little? And for x = −1?",
        "The Jacobian is diagonal: 1 where x > 0, else 0.",
        "np.where(x > 0, g, 0.0).",
    ),
    then="Next question: a ReLU whose input is negative for every word. What does training change about it?",
)


# --- e4: LayerNorm ------------------------------------------------------------------------------------------


def _normed(x, axis=-1, eps=1e-5, ddof=0, root=lambda variance, eps: np.sqrt(variance + eps)):
    """(ŷ, s): the normalised x and the factor 1/√(variance + eps), in several wrong ways too."""
    s = 1 / root(np.var(x, axis=axis, keepdims=True, ddof=ddof), eps)
    return s * (x - np.mean(x, axis=axis, keepdims=True)), s


def _back(x, g, axis=-1, **ways):
    y, s = _normed(x, axis, **ways)
    along = np.mean(g * y, axis=axis, keepdims=True)
    return s * (g - np.mean(g, axis=axis, keepdims=True) - y * along)


def _vjp_layernorm(x, g, eps=1e-5):
    """The course's backward pass, with gain 1."""
    return calculus.vjp_layer_norm(g, x, np.ones(np.shape(x)[-1]), eps)[0]


def _by_jacobian(x, g, eps=1e-5):
    """The other right way: s (I − 11ᵀ/d − ŷŷᵀ/d), row by row."""
    x, g = np.asarray(x), np.asarray(g)
    d = x.shape[-1]
    rows = []
    for one, above in zip(x.reshape(-1, d), g.reshape(-1, d), strict=True):
        y, s = _normed(one, eps=eps)
        rows.append(above @ (s * (np.eye(d) - 1 / d - np.outer(y, y) / d)))
    return np.array(rows).reshape(x.shape)


def _forgets_the_floor(vjp_layernorm):
    x, g = np.array([2.0, 1.0, 1.0, 0.0]), np.array([1.0, 0.0, 0.0, 0.0])
    total = np.sum(vjp_layernorm(x, g))
    return "" if abs(total) < 1e-9 else f"x = {x}, g = {g}: your numbers add up to {total:.4f}."


def _layernorm_agrees_with_nudging(vjp_layernorm):
    x, g = (
        np.array([[2.0, 1.0, 1.0, 0.0], [-1.0, 2.0, 0.0, 1.0]]),
        np.array([[1.0, 0.0, 2.0, 0.0], [0.5, -2.0, 4.0, 1]]),
    )
    nudged = calculus.numeric_gradient(lambda x: np.sum(g * transformer.layer_norm(x, np.ones(4), np.zeros(4))), x)
    given = vjp_layernorm(x, g)
    return "" if calculus.rel_error(given, nudged) < 1e-6 else f"x = {x.tolist()}: nudging says {nudged.round(4)}."


exercise(
    "22.e4",
    "vjp_layernorm(x, g, eps=1e-5)",
    reference=_vjp_layernorm,
    also=_by_jacobian,
    cases=[
        case(np.array([0.0, 1.0, 0.0, 1.0]), np.array([1.0, 0.0, 0.0, 0.0])),
        case(_numbers(3, 5) + 1, _numbers(3, 5)),
        case(_numbers(5, 5) * 2, _numbers(5, 5)),
        case(_numbers(2, 3, 7) - 1, _numbers(2, 3, 7)),
        case(np.array([0.0, 0.004, -0.002]), np.array([1.0, 2.0, 0.5]), eps=1e-5),
    ],
    mistakes=[
        mistake(
            "no_mean",
            lambda x, g, eps=1e-5: (
                _normed(x, eps=eps)[1]
                * (g - _normed(x, eps=eps)[0] * np.mean(g * _normed(x, eps=eps)[0], axis=-1, keepdims=True))
            ),
            "Your result does not add up to 0. Raising all features together changes nothing, so subtract mean(g).",
        ),
        mistake(
            "no_spread",
            lambda x, g, eps=1e-5: _normed(x, eps=eps)[1] * (g - np.mean(g, axis=-1, keepdims=True)),
            "Your result adds up to 0, but it is not perpendicular to ŷ. Turning up the volume of x changes nothing "
            "either: ŷ · mean(g ⊙ ŷ) has to go too.",
        ),
        mistake(
            "scale_only",
            lambda x, g, eps=1e-5: _normed(x, eps=eps)[1] * g,
            "You treated mean and deviation as fixed numbers. Both depend on x: two corrections are missing.",
        ),
        mistake(
            "no_scale",
            lambda x, g, eps=1e-5: _back(x, g, eps=eps) / _normed(x, eps=eps)[1],
            "Both corrections are there. The factor s = 1/√(σ² + ε) in front is not.",
        ),
        mistake(
            "times_sigma",
            lambda x, g, eps=1e-5: _back(x, g, eps=eps) / _normed(x, eps=eps)[1] ** 2,
            "You multiplied by √(σ² + ε). LayerNorm divides by it, and so does its slope.",
        ),
        mistake(
            "summed",
            lambda x, g, eps=1e-5: (
                _normed(x, eps=eps)[1]
                * (
                    g
                    - np.mean(g, axis=-1, keepdims=True)
                    - _normed(x, eps=eps)[0] * np.sum(g * _normed(x, eps=eps)[0], axis=-1, keepdims=True)
                )
            ),
            "The second correction is d times too large: it is a mean over the features, not a sum.",
        ),
        mistake(
            "raw_x",
            lambda x, g, eps=1e-5: (
                _normed(x, eps=eps)[1]
                * (g - np.mean(g, axis=-1, keepdims=True) - x * np.mean(g * x, axis=-1, keepdims=True))
            ),
            "The second correction uses ŷ, the normalised token. You used x itself.",
        ),
        mistake(
            "whole",
            lambda x, g, eps=1e-5: _back(np.ravel(x), np.ravel(g), eps=eps).reshape(np.shape(x)),
            "One mean for the whole table. Every token is normalised by itself.",
        ),
        mistake(
            "tokens",
            lambda x, g, eps=1e-5: _back(x, g, axis=0, eps=eps),
            "You averaged over the tokens. LayerNorm never looks at another word: take the last axis.",
        ),
        mistake("ddof1", lambda x, g, eps=1e-5: _back(x, g, eps=eps, ddof=1), "Divide by n here, not n−1."),
        mistake(
            "no_eps",
            lambda x, g, eps=1e-5: _back(x, g, eps=0.0),
            "Right, but for a quiet token: ε belongs under the root, next to σ².",
        ),
        mistake(
            "eps_outside",
            lambda x, g, eps=1e-5: _back(x, g, eps=eps, root=lambda variance, eps: np.sqrt(variance) + eps),
            "Right, but for a quiet token: you added ε to σ, after the root. It is added to σ², under it.",
        ),
    ],
    properties=[
        law("the result adds up to 0 over the features", _forgets_the_floor),
        law("it agrees with nudging x", _layernorm_agrees_with_nudging),
    ],
    difficulty=3,
    importance=1,
    minutes=12,
    hints=(
        "Line 1 is day 8: s = 1/√(variance + eps), and ŷ = s · (x − mean), over the last axis with keepdims.",
        "Two things that LayerNorm ignores must not get a slope: a common shift (mean of g) and the volume (along ŷ).",
        "s * (g − mean(g) − ŷ * mean(g * ŷ)), all means over the last axis, keepdims=True.",
    ),
    then="Next question: g is ŷ itself. What comes out, nearly, and why?",
)


# --- e5: a chain of Jacobians -------------------------------------------------------------------------------


def _to_the_left(J_list, v):
    for J in J_list:
        v = v @ J
    return v


def _columns(J_list, v):
    for J in reversed(J_list):
        v = J @ v
    return v


def _forward_mode(J_list, v):
    for J in J_list:
        v = J @ v
    return v


exercise(
    "22.e5",
    "compose(J_list, v)",
    reference=calculus.compose,
    also=lambda J_list, v: functools.reduce(lambda J, earlier: J @ earlier, J_list[::-1], v),
    cases=[
        case([np.array([[3.0, 1.0]]), np.array([[2.0], [4.0], [1.0]])], np.array([1.0, 0.5, -1.0])),
        case([_numbers(3, 2), _numbers(5, 3), _numbers(7, 5)], _numbers(7)),
        case([_numbers(3, 3), _numbers(3, 3), _numbers(3, 3)], _numbers(3)),
        case([_numbers(2, 3)], _numbers(2)),
    ],
    mistakes=[
        mistake(
            "reversed_order",
            _to_the_left,
            "You began with the first function. v lives at the end of the chain: the last Jacobian comes first.",
        ),
        mistake(
            "columns",
            _columns,
            "Right order, wrong side. v is a row: v @ J adds over the outputs of J, and J @ v over its inputs.",
        ),
        mistake(
            "forward_mode",
            _forward_mode,
            "You carried a column from the inputs to the outputs. Here v arrives at the outputs and walks back.",
        ),
        mistake(
            "whole_jacobian",
            lambda J_list, v: functools.reduce(lambda J, earlier: J @ earlier, J_list[::-1]),
            "That is the Jacobian of the whole chain. Multiply v in at the start, and no large matrix is ever built.",
        ),
        mistake(
            "one_step",
            lambda J_list, v: v @ J_list[-1],
            "One step back is right. The rest of the list is still waiting.",
        ),
    ],
    difficulty=2,
    importance=2,
    minutes=8,
    hints=(
        "J_list is in the order of the forward pass. Which of its matrices has as many rows as v has entries?",
        "for J in reversed(J_list): v is on the left of J.",
        "v = v @ J, once for each J, from the last to the first.",
    ),
    then="Next question: thirty matrices of 512 × 512. How many multiplications do you need, and how many if the "
    "matrices are multiplied first?",
)


# --- by hand ------------------------------------------------------------------------------------------------

hand(
    "22.h1",
    "L = ln((3x + 1)²). What is dL/dx at x = 1?",
    "1.5",
    wrong=[
        ("0.5", "One factor is lost: 3x + 1 grows three times as fast as x."),
        ("24", "The outer derivative is forgotten: the logarithm has a slope too, one over what stands in it."),
        ("0.75", "The square has slope 2 · 4 = 8 at 4; you took 4. The other two factors are right."),
        ("6", "Each slope was taken at x = 1. The square sees 4, the logarithm sees 16."),
        ("11.0625", "Along one path we multiply. You added the slopes."),
    ],
    hints=(
        "Forward: 3x + 1 = 4, its square is 16, and then ln 16.",
        "Slopes at those places: 3, then 2 · 4 = 8, then 1/16.",
        "Multiply them.",
    ),
    working="3 · 8 · 1/16 = 1.5.",
)
hand(
    "22.h2",
    "y = x·w + x² at x = 2, w = 3. What is dy/dx, while w stays?",
    "7",
    wrong=[
        ("12", "You multiplied the two paths. Different paths are added."),
        ("3", "That is one path, through x·w. x also goes through x²."),
        ("4", "That is one path, through x². x also goes through x·w."),
        ("10", "That is y itself. Its slope is wanted."),
        ("5", "x² grows with slope 2x, which is 4 here."),
    ],
    hints=(
        "x enters the formula in two places. Nudge one at a time.",
        "Through x·w the slope is w. Through x² it is 2x.",
        "Add 3 and 4.",
    ),
    working="Through x·w: 3. Through x²: 2·2 = 4. Paths add: 3 + 4 = 7.",
)
hand(
    "22.h3",
    "q = (1, 1), keys (2, 0) and (0, 2), d_k = 2. What are the two shares p of attention?",
    "1/2, 1/2",
    wrong=[
        ("sqrt(2), sqrt(2)", "Those are the scaled scores. Their softmax is wanted."),
        ("2, 2", "Those are the scores. Scale them, then take the softmax."),
        ("1, 1", "Each share is one half: a row of shares adds up to 1."),
    ],
    hints=("Both dot products are 2.", "Equal scores.", "Equal scores get equal shares."),
    working="Both scores are 2/√2, and equal scores get equal shares.",
)
hand(
    "22.h3b",
    "The first key, (2, 0), is the right one, and L = −ln p₁ (in nat). What is ∂L/∂q, two numbers?",
    "-0.707, 0.707",
    also=("-sqrt(2)/2, sqrt(2)/2",),
    wrong=[
        ("-1, 1", "√2 is missing: the scores were divided by √d_k, and so are their slopes."),
        ("0.707, -0.707", "Right sizes, signs flipped. It is p − y: a larger score for the right key lowers the loss."),
        ("1, -1", "Two things: the signs are flipped (p − y), and the division by √2 is missing."),
        ("-0.5, 0.5", "That is p − y, the slope for the two scores. One more gear: each key, divided by √2."),
        ("-0.354, 0.354", "That is (p − y)/√2. The keys, (2, 0) and (0, 2), have still to multiply it."),
    ],
    hints=(
        "Day 19: the slope of the loss for the scores is p − y = (½, ½) − (1, 0).",
        "Two paths: −½ through the first score, ½ through the second. A score moves with q at the rate k/√2.",
        "−½ · (2, 0)/√2 + ½ · (0, 2)/√2.",
    ),
    working="(−½ · (2, 0) + ½ · (0, 2)) / √2 = (−1, 1)/√2 = (−0.707, 0.707).",
)
hand(
    "22.h4",
    "Thirty layers, one after the other, each with slope 0.5: 0.5³⁰ = ☐ · 10⁻⁹. Which number belongs in the box? "
    "(Two digits; 2¹⁰ is 1024.)",
    "0.93",
    wrong=[
        ("9.3", "Right digits, one power of ten off: 1000³ is 10⁹, and 1024³ is a little more."),
        ("1.0", "Nearly: 2¹⁰ is 1024, not 1000, and that counts three times."),
        ("15", "30 · 0.5 is 15: you added the slopes. Along one path we multiply."),
    ],
    hints=("0.5³⁰ = 1/2³⁰.", "2³⁰ = (2¹⁰)³ = 1024³.", "1024³ = 1.07 · 10⁹; take one over it."),
    working="2³⁰ = 1024³ = 1.074 · 10⁹, and one over that is 0.93 · 10⁻⁹ = 9.3 · 10⁻¹⁰: next to nothing arrives.",
)
hand(
    "22.h4b",
    "The same thirty layers with a residual connection round each, x + f(x): 1.5³⁰ = ☐ · 10⁵. Which number belongs in "
    "the box? (Two digits; 1.5¹⁰ is 57.67.)",
    "1.9",
    tolerance=0.06,
    wrong=[
        ("19", "Right digits, one power of ten off."),
        ("0", "The 1 is added in each layer, before the product is taken: (1 + 0.5)³⁰, not 1 + 0.5³⁰."),
    ],
    hints=("1.5³⁰ = (1.5¹⁰)³.", "57.67³.", "57.67² is 3326; times 57.67."),
    working="57.67³ = 191,800, so 1.9 · 10⁵: alive, and now too large. That is LayerNorm's job.",
)
hand(
    "22.p1",
    "z = u·v with u = x² and v = 3x + 1. Derive dz/dx from its two paths. Its value at x = 1?",
    "11",
    wrong=[
        ("8", "That is the path through u alone, with v held still: v · 2x. Add the path through v."),
        ("3", "That is the path through v alone, with u held still: u · 3. Add the path through u."),
        ("24", "You multiplied the two paths. Different paths are added."),
        ("5", "v + u: the outer slopes without the inner ones, 2x and 3."),
        ("6", "2x · 3: you multiplied the slopes of u and v. Each belongs to a path of its own."),
        ("4", "That is z itself, 1 · 4. Its slope is wanted."),
    ],
    hints=(
        "∂z/∂u = v = 4 and ∂z/∂v = u = 1. How fast do u and v grow with x?",
        "du/dx = 2x = 2 and dv/dx = 3.",
        "4 · 2 + 1 · 3.",
    ),
    working="v · 2x + u · 3 = (3x + 1)·2x + 3x² = 9x² + 2x. At x = 1: 8 + 3 = 11.",
    then="Free check: multiply out first. z = 3x³ + x², so dz/dx = 9x² + 2x.",
)
choice(
    "22.p1b",
    "The plan calls this dz/dx, with u = g(x) and v = h(x), the partial derivative of a composite. What is it?",
    wrong(
        "A partial derivative: one variable moves, the others are held still",
        "There is no other variable: u and v both move with x. ∂z/∂u holds v still; dz/dx holds nothing.",
    ),
    right(
        "The total derivative: f_u g′ + f_v h′",
        "x is the only variable. A partial derivative is one factor of one road; the total derivative adds all roads.",
    ),
    wrong("A gradient", "A gradient has one slope for each variable, and x is the only one."),
    wrong(
        "The total differential",
        "That is dz = f_u du + f_v dv (day 21). Divide it by dx, and the total derivative is there.",
    ),
)
choice(
    "22.p2",
    "The plan: understand that the chain rule is the core of backpropagation. What does backpropagation add to it?",
    wrong("A better formula: its slopes are only approximate", "Its slopes are exact, up to rounding. Nudging is not."),
    right(
        "An order: from the loss back, each node once, upstream times local slope",
        "A node waits until all its branches have reported, adds them up, and passes the sum on. Shared parts of roads "
        "are walked once, not once for each road.",
    ),
    wrong(
        "A list of all roads, which are then added",
        "That is right and hopeless: the number of roads multiplies at every fork.",
    ),
    wrong("The learning rate", "That belongs to what is done with the slopes (day 23)."),
)

# --- predictions --------------------------------------------------------------------------------------------

choice(
    "22.w1",
    "Three gears, with slopes 2, 1.41 and 0.18. Set the middle slope to 0. What does the last wheel do?",
    wrong("It turns by 2 + 0.18 for each turn of the dial", "Along one path slopes multiply, they do not add."),
    wrong("It turns by 2 · 0.18: a 0 is skipped", "The third wheel hangs on the second, which stands still."),
    right("It stands still", "One factor 0 makes the product 0, whatever the others are. The dial has no effect."),
)
choice(
    "22.w2",
    "y = x·w + x² with x = 1, w = 3. One road from x to y has slope 3, the other slope 2. How fast does y grow with x?",
    right("5", "A small step h of x moves the first part by 3h and the second by 2h: together 5h."),
    wrong("6", "Along one road slopes multiply. These are two roads, and their effects arrive side by side."),
    wrong("3", "The steeper road does not hide the other: both effects arrive."),
    wrong("2.5", "Nothing is averaged. Both parts of y move, and y is their sum."),
)
choice(
    "22.w3",
    "Thirty layers with a residual connection round each, x + f(x). For which slopes of f does a gradient grow on its "
    "way back?",
    wrong("For none: the residual keeps it at 1", "Only if f has slope 0. Each layer has slope 1 + a."),
    wrong("Only above 1", "That is the border for f alone. Here each layer has slope 1 + a."),
    right("For every slope above 0", "There 1 + a is above 1: 1.1³⁰ is 17, and 1.5³⁰ is 190,000."),
    wrong("Between −1 and 0", "There 1 + a lies between 0 and 1, and the gradient shrinks."),
)
choice(
    "22.w3b",
    "The residual connection stays on. With which slope of f does the gradient vanish all the same?",
    wrong("With none: the +1 protects it", "The +1 can be cancelled. Take a slope of −1."),
    wrong("With 0", "Then f does nothing and each layer has slope 1: the gradient arrives whole."),
    right("With −0.5", "1 − 0.5 = 0.5, and 0.5³⁰ = 9·10⁻¹⁰. The +1 helps where f's slope is small or positive."),
    wrong("With 0.01", "1.01³⁰ = 1.35: it arrives a little larger."),
)

# --- quiz ---------------------------------------------------------------------------------------------------

choice(
    "22.q1",
    "Two paths lead from x to the loss. What do you do with their slopes?",
    right("Add them", "Along a path we multiply, over paths we add."),
    wrong("Multiply them", "That is for slopes along one path."),
    wrong("Take the larger one", "Both effects arrive."),
)
choice(
    "22.q2",
    "All entries of g are 3. What does the softmax VJP make of it?",
    wrong("3 p", "The centre is missing: g·p = 3 is subtracted from every entry."),
    right("0", "The shares always add up to 1, so a loss that counts them all alike cannot be changed."),
    wrong("g itself", "No: a shift of all scores changes nothing, so the entries must add up to 0."),
)
choice(
    "22.q3",
    "What is the Jacobian of x + f(x)?",
    wrong("J_f", "That is f alone. The road round f has the Jacobian I."),
    wrong("I · J_f, so J_f", "Two paths: their Jacobians are added."),
    right("I + J_f", "A fork: one road has the Jacobian I, the other J_f."),
    wrong("1 + f(x)", "That is a value, not a slope."),
)


# --- recall -------------------------------------------------------------------------------------------------


def _gradient_at_a_point(rng) -> Draw:
    x, c = int(rng.integers(2, 7)), int(rng.choice([2, 3, 5, 6]))
    y = int(rng.choice([-3, -2, 2, 3, 4, 5]))
    return Draw(
        f"f = x²y + {c}y at (x, y) = ({x}, {y}). What is ∇f, two numbers?",
        f"{2 * x * y}, {x * x + c}",
        (
            (f"{2 * x * y}, {c}", "x² is dropped: for the second slope x is a constant, and it stays a factor."),
            (f"{2 * x * y}, {x * x}", f"The term {c}y has a slope too."),
            (f"{x * x + c}, {2 * x * y}", "Right slopes, exchanged: the one for x comes first."),
            (f"{2 * x}, {x * x + c}", "For the first slope y is a constant, and it stays a factor."),
        ),
        f"∂f/∂x = 2xy = {2 * x * y} and ∂f/∂y = x² + {c} = {x * x + c}.",
    )


fresh("22.r1", _gradient_at_a_point)
choice(
    "22.r2",
    "Day 19: the shares are p = (½, ¼, ⅛, ⅛), and the second word is right. What is ∂L/∂z for the four scores?",
    wrong("(½, ¼, ⅛, ⅛)", "That is p. The truth has to be subtracted."),
    right("(½, −¾, ⅛, ⅛)", "p − y: prediction minus truth. It adds up to 0."),
    wrong("(−½, ¾, −⅛, −⅛)", "That is y − p, with all signs flipped."),
    wrong("(0, −¾, 0, 0)", "The other words must go down too."),
)
choice(
    "22.r3",
    "Day 15: p = (½, ½) and q = (1, 0). How large is KL(p‖q)?",
    wrong("0.5 bit", "The second outcome happens half of the time, and q calls it impossible."),
    wrong("1 bit", "That is KL(q‖p), the other direction."),
    wrong("0", "KL is 0 only if p = q."),
    right("∞", "q is 0 where p is not."),
)
choice(
    "22.r4",
    "Day 8: what is LN(3x + 5), with γ = 1, β = 0 and ε → 0?",
    wrong("3 LN(x) + 5", "The floor is subtracted and the volume is divided away."),
    right("LN(x)", "A common shift and a positive factor change nothing."),
    wrong("3 LN(x)", "The deviation is 3 times as large too."),
    wrong("LN(x) + 5", "The mean is 5 higher too."),
)

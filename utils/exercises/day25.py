"""Day 25, momentum and Adam: exercises, hand calculations, predictions, quiz and recall."""

import numpy as np

from utils import optimize
from utils.exercises.answers import hand
from utils.exercises.choices import choice, right, wrong
from utils.exercises.engine import case, exercise, law, mistake
from utils.exercises.recall import Draw, fresh

_rng = np.random.default_rng(25)


def _numbers(*shape):
    return np.round(_rng.normal(size=shape) * 2, 2)


def _squares(*shape):
    """A second moment: positive, and not the square of a first one."""
    return np.round(_rng.uniform(0.2, 4, size=shape), 2)


_W3, _G3, _V3 = _numbers(3), _numbers(3), _numbers(3)
_W25, _G25, _V25 = _numbers(2, 5), _numbers(2, 5), _numbers(2, 5)
_W4, _G4, _V4 = _numbers(4, 4), _numbers(4, 4), _numbers(4, 4)


def _lr_inside(w, g, v, lr, beta):
    v = beta * v + lr * g
    return w - v, v


def _nesterov(w, g, v, lr, beta):
    v = beta * v + g
    return w - lr * (beta * v + g), v


def _limit_speed(momentum_step):
    w, v = np.zeros(1), np.zeros(1)
    for _ in range(400):
        before = w
        w, v = momentum_step(w, np.ones(1), v, 0.1, 0.9)
    stride = float(before[0] - w[0])
    if not abs(stride - 1) < 1e-6:
        return f"Slope 1 for ever, lr = 0.1, beta = 0.9: after 400 steps a stride is {stride:.4g}, not 1."
    return ""


exercise(
    "25.e1",
    "momentum_step(w, g, v, lr, beta)",
    reference=optimize.momentum_step,
    also=lambda w, g, v, lr, beta: (w - lr * g - lr * beta * v, g + beta * v),
    cases=[
        case(np.array([1.0, -2.0]), np.array([4.0, 1.0]), np.zeros(2), 0.1, 0.9),
        case(_W3, _G3, _V3, 0.1, 0.9),
        case(_W25, _G25, _V25, 0.03, 0.5),
        case(_W4, _G4, _V4, 0.2, 0.8),
    ],
    mistakes=[
        mistake(
            "ema",
            lambda w, g, v, lr, beta: (
                w - lr * (beta * v + (1 - beta) * g),
                beta * v + (1 - beta) * g,
            ),
            "Valid convention, stride 10× smaller (at β = 0.9): you average the slopes. The heavy ball adds them up, "
            "each new one whole.",
        ),
        mistake(
            "old_v",
            lambda w, g, v, lr, beta: (w - lr * v, beta * v + g),
            "You moved with the old velocity. First the new v, then the step with it.",
        ),
        mistake(
            "plus",
            lambda w, g, v, lr, beta: (w + lr * (beta * v + g), beta * v + g),
            "Same size, opposite direction: v collects slopes, and slopes point uphill.",
        ),
        mistake(
            "no_memory",
            lambda w, g, v, lr, beta: (w - lr * g, g),
            "Your v forgets: it is the slope of this step alone. The old v counts too, β times.",
        ),
        mistake(
            "minus_v",
            lambda w, g, v, lr, beta: (w - lr * (g - beta * v), g - beta * v),
            "The old velocity pulls backwards in yours. It is added, not subtracted.",
        ),
        mistake(
            "lr_inside",
            _lr_inside,
            "The new w is right. Your v has the learning rate in it: another convention, which differs as soon as the "
            "rate changes. Here v holds slopes only, and lr comes in with the step.",
        ),
        mistake(
            "nesterov",
            _nesterov,
            "The new v is right, and w has used the slope twice. That is Nesterov's variant; the heavy ball moves by "
            "lr times v.",
        ),
        mistake("no_lr", lambda w, g, v, lr, beta: (w - beta * v - g, beta * v + g), "The learning rate is not used."),
    ],
    properties=[law("with a constant slope the stride grows to lr · g / (1 − beta)", _limit_speed)],
    difficulty=2,
    importance=3,
    minutes=8,
    hints=(
        "Two lines: first the velocity, then the position.",
        "The new velocity is beta times the old one plus the slope. The new w uses the new velocity.",
        "v = beta * v + g; return w - lr * v, v. No v *= beta: that would change the caller's array.",
    ),
    then="Next question: which learning rate would the averaging convention need to take the same steps?",
)


def _adam(m_from=None, v_from=None, correct=None, stride=None, keep_hats=False):
    """Adam with some of its parts exchanged, as a function of the exercise's signature."""
    m_from = m_from or (lambda g, m, b1, b2: b1 * m + (1 - b1) * g)
    v_from = v_from or (lambda g, m, v, b1, b2: b2 * v + (1 - b2) * g * g)
    correct = correct or (lambda m, v, t, b1, b2: (m / (1 - b1**t), v / (1 - b2**t)))
    stride = stride or (lambda m_hat, v_hat, eps: m_hat / (np.sqrt(v_hat) + eps))

    def adam_step(w, g, m, v, t, lr, beta1=0.9, beta2=0.999, eps=1e-8):
        m = m_from(g, m, beta1, beta2)
        v = v_from(g, m, v, beta1, beta2)
        m_hat, v_hat = correct(m, v, t, beta1, beta2)
        w = w - lr * stride(m_hat, v_hat, eps)
        return (w, m_hat, v_hat) if keep_hats else (w, m, v)

    return adam_step


def _one_line(w, g, m, v, t, lr, beta1=0.9, beta2=0.999, eps=1e-8):
    """The same, with both corrections moved into the learning rate and ε (Kingma and Ba, end of section 2)."""
    m, v = m + (1 - beta1) * (g - m), v + (1 - beta2) * (g**2 - v)
    root = np.sqrt(1 - beta2**t)
    return w - lr * root / (1 - beta1**t) * m / (np.sqrt(v) + eps * root), m, v


def _first_stride_is_the_rate(adam_step):
    for slope in (1e-4, 1.0, 1e4):
        zero = np.zeros(1)
        w, _, _ = adam_step(np.ones(1), np.array([slope]), zero, zero.copy(), 1, 0.01)
        stride = float(1 - w[0])
        if not abs(stride - 0.01) < 1e-5:
            return f"At a slope of {slope:g} and lr = 0.01 the first stride is {stride:.4g}, not 0.01."
    return ""


_ZERO = np.zeros(2)
exercise(
    "25.e2",
    "adam_step(w, g, m, v, t, lr, beta1=0.9, beta2=0.999, eps=1e-8)",
    reference=optimize.adam_step,
    also=_one_line,
    cases=[
        case(np.array([1.0, -2.0]), np.array([4.0, 0.004]), _ZERO, _ZERO.copy(), 1, 0.1, eps=0.01),
        case(_W3, _G3, _V3, _squares(3), 3, 0.1, eps=0.01),
        case(_W25, _G25, _V25, _squares(2, 5), 3, 0.05, 0.8, 0.98, 0.01),
        case(_W4, _G4, _V4, _squares(4, 4), 7, 0.1),
    ],
    mistakes=[
        mistake(
            "no_bias",
            _adam(correct=lambda m, v, t, b1, b2: (m, v)),
            "Both means start at 0 and are too small at first, by the factors 1 − β₁ᵗ and 1 − β₂ᵗ. "
            "Divide by them before the step.",
        ),
        mistake(
            "half_bias",
            _adam(correct=lambda m, v, t, b1, b2: (m / (1 - b1**t), v)),
            "m is corrected and v is not. v starts at 0 too, and its β is closer to 1.",
        ),
        mistake(
            "eps_inside",
            _adam(stride=lambda m_hat, v_hat, eps: m_hat / np.sqrt(v_hat + eps)),
            "Your ε stands inside the root. That is LayerNorm's place for it; Adam adds it after the root.",
        ),
        mistake(
            "v_from_m",
            _adam(v_from=lambda g, m, v, b1, b2: b2 * v + (1 - b2) * m * m),
            "Your v averages m². It has to average g²: how loud the slopes are, whatever their signs.",
        ),
        mistake(
            "v_not_squared",
            _adam(v_from=lambda g, m, v, b1, b2: b2 * v + (1 - b2) * np.abs(g)),
            "Your v averages |g|, and the root is taken later. Average g².",
        ),
        mistake(
            "beta_times_t",
            _adam(correct=lambda m, v, t, b1, b2: (m / (1 - b1 * t), v / (1 - b2 * t))),
            "βᵗ is a power, not a product: β ** t. At t = 1 nobody sees the difference.",
        ),
        mistake(
            "t_off",
            _adam(correct=lambda m, v, t, b1, b2: (m / (1 - b1 ** (t + 1)), v / (1 - b2 ** (t + 1)))),
            "Your t is one too large. The first step already comes with t = 1.",
        ),
        mistake(
            "t_zero",
            _adam(correct=lambda m, v, t, b1, b2: (m / (1 - b1 ** (t - 1)), v / (1 - b2 ** (t - 1)))),
            "Your t is one too small: the first step divides by 1 − β⁰ = 0. t counts from 1.",
        ),
        mistake(
            "no_root",
            _adam(stride=lambda m_hat, v_hat, eps: m_hat / (v_hat + eps)),
            "The root of v̂ is missing: slope over slope² makes small slopes take giant strides.",
        ),
        mistake(
            "hats_kept",
            _adam(keep_hats=True),
            "The new w is right. You handed back m̂ and v̂, and the next step would correct them again. "
            "The state is the uncorrected m and v.",
        ),
        mistake(
            "betas_swapped",
            _adam(
                m_from=lambda g, m, b1, b2: b2 * m + (1 - b2) * g,
                v_from=lambda g, m, v, b1, b2: b1 * v + (1 - b1) * g * g,
                correct=lambda m, v, t, b1, b2: (m / (1 - b2**t), v / (1 - b1**t)),
            ),
            "The two β are exchanged: β₁ belongs to m, β₂ to v.",
        ),
        mistake(
            "sum",
            _adam(m_from=lambda g, m, b1, b2: b1 * m + g),
            "Your m is a heavy ball's sum. Adam's m is an average: (1 − β₁) stands before g.",
        ),
        mistake(
            "plus",
            _adam(stride=lambda m_hat, v_hat, eps: -m_hat / (np.sqrt(v_hat) + eps)),
            "Same size, opposite direction: you walk uphill.",
        ),
    ],
    properties=[law("the first stride is lr, whatever the size of the slope", _first_stride_is_the_rate)],
    difficulty=3,
    importance=5,
    minutes=12,
    hints=(
        "Four lines: m, v, the two hats, the step. Return w, m and v.",
        "m averages g, v averages g². Divide m by 1 − β₁ᵗ and v by 1 − β₂ᵗ into new names; m and v themselves are "
        "handed on as they are.",
        "w - lr * m_hat / (np.sqrt(v_hat) + eps), with m_hat = m / (1 - beta1**t) and v_hat = v / (1 - beta2**t).",
    ),
    then="Next question: what does this step do where the slope has been exactly 0 from the start?",
)


def descend(w, g, state, t):
    """Plain descent as a step that remembers nothing."""
    return optimize.sgd_step(w, g, 0.03), None


def roll(w, g, state, t):
    """The heavy ball; its state is v."""
    return optimize.momentum_step(w, g, 0.0 if state is None else state, 0.03, 0.9)


def adam(w, g, state, t):
    """Adam; its state is (m, v)."""
    m, v = (0.0, 0.0) if state is None else state
    w, m, v = optimize.adam_step(w, g, m, v, t, 0.3)
    return w, (m, v)


_CURVATURES = np.array([1.0, 50.0])


def ravine_slope(w):
    """Slope of ½(w₁² + 50 w₂²)."""
    return _CURVATURES * w


def bowl_slope(w):
    """Slope of a bowl with its bottom at 1."""
    return 2 * (w - 1)


def _walk(next_state=lambda state: state, slope_at=lambda way: way[-1], time=lambda t: t):
    """run() with one thing done differently."""

    def walk(step, grad, w0, n):
        way, state = [np.array(w0)], None
        for t in range(1, n + 1):
            w, state = step(way[-1], grad(slope_at(way)), next_state(state), time(t))
            way.append(w)
        return np.array(way)

    return walk


def _filled(step, grad, w0, n):
    way = np.empty((n + 1, *w0.shape))
    way[0], memory = w0, None
    for i in range(n):
        way[i + 1], memory = step(way[i].copy(), grad(way[i]), memory, i + 1)
    return way


exercise(
    "25.e3",
    "run(step, grad, w0, n)",
    reference=optimize.run,
    also=_filled,
    cases=[
        case(roll, ravine_slope, np.array([-4.0, 1.0]), 2),
        case(adam, ravine_slope, np.array([-4.0, 1.0]), 7),
        case(roll, bowl_slope, _numbers(5), 4),
        case(descend, bowl_slope, _numbers(2, 3), 5),
        case(roll, ravine_slope, np.array([-4.0, 1.0]), 0),
    ],
    mistakes=[
        mistake(
            "state_recreated",
            _walk(next_state=lambda state: None),
            "You forget the past each time: every step gets None. The state that a step returns is for the next one.",
        ),
        mistake(
            "t_from_zero",
            _walk(time=lambda t: t - 1),
            "Your t starts at 0, and Adam would divide by 1 − β⁰ = 0. The first step is t = 1.",
        ),
        mistake(
            "t_stands_still",
            _walk(time=lambda t: 1),
            "Every step of yours is called with t = 1. Adam needs to know how long its means have been running.",
        ),
        mistake(
            "stale",
            _walk(slope_at=lambda way: way[0]),
            "Your slope is always that of the start. Feel it where you stand now.",
        ),
        mistake(
            "no_start",
            lambda step, grad, w0, n: optimize.run(step, grad, w0, n)[1:],
            "The start is missing: n steps have n + 1 places.",
        ),
        mistake(
            "last_only",
            lambda step, grad, w0, n: optimize.run(step, grad, w0, n)[-1],
            "That is the last place only. The whole way was asked for, start included.",
        ),
        mistake(
            "one_more",
            lambda step, grad, w0, n: optimize.run(step, grad, w0, n + 1),
            "You took one step too many: n steps make n + 1 rows.",
        ),
    ],
    difficulty=2,
    importance=3,
    minutes=8,
    hints=(
        "A loop with three things in its hands: where it stands, the state, and t.",
        "Before the loop: state = None and a list with the start in it. In the loop the step's two results become the "
        "new place and the new state.",
        "for t in range(1, n + 1): w, state = step(w, grad(w), state, t); append w. Return np.array of the list.",
    ),
    then="Next question: what would have to be saved so that a training can go on after a break, just as if nothing "
    "had happened?",
)


exercise(
    "25.e4",
    "first_step_factor(b1, b2)",
    reference=optimize.first_step_factor,
    also=lambda b1, b2: float(abs(1 - b1) * (1 - b2) ** -0.5),
    cases=[case(0.9, 0.999), case(0.9, 0.98), case(0.5, 0.75), case(0.0, 0.99), case(0.95, 0.95)],
    mistakes=[
        mistake(
            "root_forgotten",
            lambda b1, b2: (1 - b1) / (1 - b2),
            "The step divides by √v, not by v: the root is missing.",
        ),
        mistake(
            "upside_down",
            lambda b1, b2: np.sqrt(1 - b2) / (1 - b1),
            "Upside down: m stands above and √v below.",
        ),
        mistake(
            "betas_swapped",
            lambda b1, b2: (1 - b2) / np.sqrt(1 - b1),
            "β₁ belongs to m, above; β₂ to v, under the root.",
        ),
        mistake(
            "kept_part",
            lambda b1, b2: b1 / np.sqrt(b2),
            "β is the share that is kept, and at the start there is nothing to keep. The new slope enters with 1 − β.",
        ),
        mistake(
            "root_of_all",
            lambda b1, b2: np.sqrt((1 - b1) / (1 - b2)),
            "Only v is under the root. m is not squared, so it needs none.",
        ),
        mistake(
            "corrected",
            lambda b1, b2: 1.0,
            "That is the factor with the correction. Leave the two divisions out: what is m / √v after one slope?",
        ),
    ],
    difficulty=2,
    importance=2,
    minutes=8,
    hints=(
        "Take one slope g > 0. What are m and v after the first step, if both start at 0?",
        "m = (1 − β₁) g and v = (1 − β₂) g². The corrected stride is lr; divide the other one by it.",
        "m / √v: the g cancels. (1 - b1) / np.sqrt(1 - b2).",
    ),
    then="Next question: for which β₂ would the first stride be right without any correction, if β₁ is 0.9?",
)


hand(
    "25.h1",
    "The slope is 1 at every step. Heavy ball with β = 0.9, η = 0.1, v = 0 at the start. How long are the first three "
    "strides?",
    "0.1, 0.19, 0.271",
    tolerance=0.0005,
    wrong=[
        ("0.01, 0.019, 0.0271", "You averaged: (1 − β) g. The heavy ball adds the slope whole."),
        ("0, 0.1, 0.19", "You moved with the old velocity. First the new v, then the stride η v."),
        ("0.1, 0.1, 0.1", "That is plain descent: the ball has forgotten everything."),
        ("1, 1.9, 2.71", "Those are the velocities. A stride is η times that."),
        ("0.1, 0.09, 0.081", "You multiplied v by 0.9 and left the new slope out."),
        ("0.1, 0.2, 0.3", "The old velocity counts 0.9 times, not once."),
        ("0.1, 0.29, 0.561", "Those are the places after each step. The strides were asked for."),
    ],
    hints=("v becomes 1, then 0.9 · 1 + 1.", "v: 1, 1.9, and 0.9 · 1.9 + 1.", "Multiply 1, 1.9, 2.71 by η."),
    working="v = 1, then 0.9 · 1 + 1 = 1.9, then 0.9 · 1.9 + 1 = 2.71; times 0.1.",
)
hand(
    "25.h1b",
    "The same ball, the same slope of 1. How long is a stride in the long run?",
    "1",
    also=("1.0",),
    wrong=[
        ("10", "That is v, the limit 1 / (1 − β). A stride is η times that."),
        ("0.1", "That is the first stride, and plain descent's for ever."),
        ("0.9", "0.9 times the old v and then the slope of 1 on top: where does that come to rest?"),
        ("0.5", "At rest v = 0.9 v + 1. Solve that for v."),
        ("infinity", "It grows, and by less each time: 0.1 · (1 + 0.9 + 0.81 + …) has a finite sum."),
    ],
    hints=("In the limit v no longer changes.", "v = 0.9 v + 1.", "v = 10, and the stride is 0.1 · 10."),
    working="At rest v = 0.9 v + 1, so v = 1 / (1 − 0.9) = 10, and η v = 1: ten times plain descent's stride.",
)
hand(
    "25.h2",
    "Adam's first step, η = 0.01, m = v = 0 before, ε too small to matter. How long is the stride for the slope 4, and "
    "how long for the slope 0.004?",
    "0.01, 0.01",
    tolerance=0.0001,
    also=("η, η", "η", "η both times", "both η"),
    wrong=[
        ("0.04, 0.00004", "That is plain descent, η g. Adam divides by √v̂."),
        ("0.0316, 0.0316", "You left the correction out (β₂ = 0.999). With it, m̂ = g and √v̂ = |g|."),
        ("0.00707, 0.00707", "You left the correction out (β₂ = 0.98). With it, m̂ = g and √v̂ = |g|."),
        ("0.001, 0.001", "v is corrected in yours and m is not."),
        ("0.0025, 2.5", "You divided by v̂. The root is missing."),
        ("1, 1", "The ratio m̂ / √v̂ is 1. The stride is η times that."),
    ],
    hints=(
        "m = (1 − β₁) g, and m̂ = m / (1 − β₁) at t = 1.",
        "m̂ = g and v̂ = g².",
        "g / √(g²) = 1 for every positive g.",
    ),
    working="m̂ = g, v̂ = g², so m̂ / √v̂ = g / |g| = 1: the stride is η for 4 and for 0.004.",
)
hand(
    "25.h3",
    "Two weights, slopes 100 and 0.01, first step. How many times as long is the first weight's stride as the "
    "second's: with plain descent, and with Adam? Two numbers, no gaps inside a number.",
    "10000, 1",
    also=("10 000, 1",),
    wrong=[
        ("10000, 10000", "Right for plain descent. Adam divides each slope by its own size."),
        ("1, 1", "Right for Adam. Plain descent's stride is η g: take the ratio of the slopes."),
        ("1, 10000", "The two are exchanged: plain descent keeps the ratio of the slopes."),
        ("0.0001, 1", "Upside down: the first weight's stride over the second's."),
        ("10000, 100", "At the first step √v̂ is |g| itself, not its root."),
        ("1000, 1", "100 / 0.01: count the places again."),
    ],
    hints=("A plain stride is η g.", "100 / 0.01 = 10000.", "Adam's first stride is η for both."),
    working="100 / 0.01 = 10000 for η g. Adam's strides are η and η: ratio 1.",
)
choice(
    "25.p1",
    "The plan says: Adam = gradient descent + momentum + adaptive learning rate. Which repair does the sentence need?",
    wrong("None: those are all its parts.", "Leave the correction out and the first stride is 3.16 times too long."),
    right(
        "A fourth part, bias correction; and its momentum is a running average, not the heavy ball's sum.",
        "m and v both start at 0, and the division by 1 − βᵗ makes up for that. Once corrected, m averages the slopes; "
        "the heavy ball collects them.",
    ),
    wrong("Momentum has to go: Adam only divides by √v̂.", "m is its momentum. Without m that is RMSProp."),
    wrong(
        "The learning rate is one number, which Adam tunes for all weights together.",
        "That would be a schedule. Adam divides weight by weight; η itself it leaves alone.",
    ),
)
choice(
    "25.p2",
    "The plan says: Adam speeds up convergence and avoids local optima. Which sentence is true?",
    wrong(
        "It avoids local minima: its momentum carries it over every hill.",
        "From 1.5 it ended at 0.960, and the deep valley lies at −1.036.",
    ),
    wrong(
        "It avoids local minima if η is small enough.",
        "Small strides are the surest way to stay in the valley where you are.",
    ),
    wrong("Only plain descent gets stuck; momentum and Adam do not.", "All three ended at 0.960."),
    right(
        "It sets the strides. That often saves steps, without a guarantee; and it guarantees no valley.",
        "In the race all three ended in the shallow valley. Where a walk ends depends on its start and its strides. "
        "There are even problems on which Adam settles at the worst point.",
    ),
)

choice(
    "25.w1",
    "A ravine, 50 times as curved across as along. All three start at (−4, 1); the lowest point is (0, 0). Who runs "
    "furthest past it, along the floor?",
    wrong("Plain descent", "It zigzags across the ravine; along the floor it creeps up to 0 and never passes it."),
    right("Momentum", "It arrives with the speed it has collected and runs on to 1.66 before it turns."),
    wrong("Adam", "It overshoots too, for its m is a kind of momentum, but only to 0.85: momentum runs on to 1.66."),
    wrong("Nobody", "Only plain descent stops in time. Momentum arrives with the speed it has collected."),
)
choice(
    "25.w2",
    "The slopes are 2, −2, 2, −2, … After 40 of them, how long is Adam's stride?",
    wrong("η, as for a constant slope", "√v̂ is the same, 2. But m̂ has averaged plus and minus."),
    right(
        "About 0.05 η",
        "Plus and minus cancel in m̂, √v̂ stays 2. What is left is (1 − β₁)/(1 + β₁) = 0.053, from the newest slope's "
        "larger weight.",
    ),
    wrong(
        "Exactly 0", "Nearly. The newest slope weighs a little more than the one before, so a rest of 0.053 η is left."
    ),
    wrong("2 η", "The size of the slope cancels: it stands in m̂ and in √v̂."),
)
choice(
    "25.w2b",
    "The slope is 0.1 for 19 steps. Step 20 brings 10, a hundred times as much. Compared with the stride before, this "
    "one is …",
    wrong("100 times as long", "That is plain descent. Adam's ruler √v̂ jumps together with the slope."),
    wrong("about 10 times as long", "m̂ grows by a factor of 12, and √v̂ by more than 20."),
    wrong("as long as before", "m̂ and √v̂ both jump, but not by the same factor."),
    right(
        "about half as long",
        "m̂ takes a good tenth of the spike and grows to 1.2; √v̂ jumps above 2.2. The ratio falls to about a half.",
    ),
)
choice(
    "25.w3",
    "No correction, β₁ = 0.9, β₂ = 0.999, a constant slope. The first stride is …",
    wrong("a tenth of η", "m is a tenth of the slope. But v is only a thousandth of its square."),
    wrong("just η", "That is what the correction is for."),
    right("about 3 times η", "m is 0.1 g, √v = √0.001 |g| = 0.0316 |g|, and 0.1 / 0.0316 = 3.16."),
    wrong("about 1000 times η", "The root of v counts: 1/√1000, against 1/10 in m."),
)
choice(
    "25.w3b",
    "And with the paper's β₂ = 0.98, over the first 20 strides?",
    wrong("Too short all the way", "0.71 and 0.95 at first. From the third stride on they are too long."),
    wrong("Too long all the way", "The first is 0.1/√0.02 = 0.71 of η."),
    right("Too short twice, then too long", "0.71, 0.95, 1.12, … up to 1.55: m fills up faster than v."),
    wrong(
        "Just right, that is why they chose it", "0.71 is not 1. And the paper does use the correction: it uses Adam."
    ),
)
choice(
    "25.w4",
    "Plain descent, momentum and Adam start at x = 1.5. The deep valley is on the left. Who ends there?",
    wrong("Momentum and Adam", "Neither arrives with enough speed for the hill at 0.075."),
    wrong("Adam alone", "Its strides of about η = 0.01 carry it over no hill."),
    wrong("All three", "Each feels only the slope where it stands, and that leads to 0.960."),
    right("None of them", "All end at 0.960, in the shallow valley."),
)
choice(
    "25.w4b",
    "Now all three start at −1.8, above the deep valley. Who ends in the shallow one, on the right?",
    wrong("Nobody", "Momentum comes down so fast that it rolls through the deep valley and over the hill."),
    right(
        "Momentum",
        "It comes down fast, rolls through the deep valley and over the hill. Speed leaves good valleys too.",
    ),
    wrong("Adam", "It walks down in strides of about η and stays."),
    wrong("Plain descent", "Without a memory it has no speed to carry it up again."),
)

choice(
    "25.q1",
    "What is Adam's first step, ε aside?",
    wrong("η times the slope", "That is plain descent."),
    right("η · sign(g), downhill", "m̂ = g and √v̂ = |g|: only the sign is left."),
    wrong("0, because m and v start at 0", "They are updated before the step, and corrected."),
)
choice(
    "25.q2",
    "At which t does Adam start?",
    wrong("0", "1 − β⁰ = 0: the correction would divide by zero."),
    right("1", "At t = 1 the corrections are 1 − β₁ and 1 − β₂, which is just what the first slope was multiplied by."),
    wrong("It does not matter", "At t = 0 it divides by zero, and any later start corrects too little."),
)
choice(
    "25.q3",
    "The slope stays g. How long do the heavy ball's strides become?",
    wrong("η g", "That is the first one."),
    wrong("They grow without end", "Each grows by less: 1 + β + β² + … has a finite sum."),
    right("η g / (1 − β)", "At rest v = β v + g. With β = 0.9 that is ten plain strides."),
)
choice(
    "25.q4",
    "Adam without bias correction starts …",
    wrong("too slowly", "With the usual 0.9 and 0.999 its first stride is 3.16 times too long."),
    wrong("too fast", "With the paper's 0.9 and 0.98 its first stride is 0.71 of the right one."),
    right("too slowly or too fast, as the two β decide", "The factor is (1 − β₁) / √(1 − β₂): below 1 or above it."),
)


def _limit_of_the_rate(rng) -> Draw:
    small, middle, large = int(rng.choice([1, 2])), int(rng.choice([3, 4, 5])), int(rng.choice([8, 10, 12]))
    curvatures = [str(n) for n in rng.permutation([small, middle, large])]
    return Draw(
        f"Day 24: a bowl has the curvatures {', '.join(curvatures)}. Below which learning rate does plain descent "
        "converge?",
        f"2/{large}",
        (
            (f"1/{large}", "That is where the steepest direction is solved in one step. It may be twice as large."),
            (f"2/{small}", "The steepest direction sets the limit, not the flattest."),
            (f"2/{small + middle + large}", "Each direction has its own limit; the sum of curvatures sets none."),
            (f"{large}/2", "Upside down: the steeper the bowl, the smaller the rate."),
        ),
        f"2 divided by the largest curvature, {large}.",
    )


fresh("25.r1", _limit_of_the_rate)
choice(
    "25.r2",
    "Day 22: y = x · w + x². At x = 2, w = 3, what is dy/dx?",
    wrong("12", "You multiplied the two paths. Along a path slopes multiply, paths are added."),
    right("7", "Two paths lead from x to y: w = 3 through the product, 2x = 4 through the square. Paths are added."),
    wrong("3", "That is the path through the product alone."),
)
choice(
    "25.r3",
    "Day 18: which function turns log prior + log likelihood, one number for each cause, into the posterior?",
    wrong("The logarithm", "The numbers are logarithms already."),
    wrong("Division by their sum", "Logarithms do not add up to anything useful."),
    right("Softmax", "It takes exponentials, which gives prior times likelihood, and divides by the sum."),
)
choice(
    "25.r4",
    "Day 11: in the four sentences P(sat | mat) = 1: every sentence with mat has sat. What is P(mat | sat)?",
    wrong("1 as well", "That would turn the condition round. Three sentences have sat."),
    right("2/3", "Three sentences have sat, two of them end on mat. The condition decides what is divided by."),
    wrong("1/2", "That is how often mat occurs among all four. Here only the sentences with sat count."),
)

"""Day 24, the learning rate: exercises, hand calculations, predictions, quiz and recall."""

import numpy as np

from utils import optimize
from utils.exercises.answers import hand
from utils.exercises.choices import choice, right, wrong
from utils.exercises.engine import case, exercise, law, mistake
from utils.exercises.recall import Draw, fresh

_rng = np.random.default_rng(24)


def _bowl(n, extra=3):
    """A symmetric matrix of whole numbers with positive eigenvalues."""
    root = _rng.integers(-2, 3, size=(n + extra, n)).astype(float)
    return root.T @ root + np.eye(n)


_THREE = np.diag([1.0, 3.0, 10.0])
_TILTED = np.array([[2.0, 1.0], [1.0, 2.0]])  # eigenvalues 3 and 1
_HALF = np.array([[3.0, -2.0, 0.0], [-2.0, 3.0, 0.0], [0.0, 0.0, 0.5]])  # 5, 1 and 0.5
_FIVE, _SEVEN = _bowl(5), _bowl(7)


def _curvatures(H):
    return np.linalg.eigvalsh(H)


exercise(
    "24.e1",
    "max_lr(H)",
    reference=optimize.max_lr,
    also=lambda H: 2 / np.linalg.norm(H, 2),
    cases=[case(_THREE), case(_TILTED), case(_HALF), case(_FIVE), case(_SEVEN), case(np.array([[4.0]]))],
    mistakes=[
        mistake(
            "one_over",
            lambda H: 1 / _curvatures(H)[-1],
            "That is 1/λ, the step that lands on the bottom of the steepest direction. Swinging over it is still "
            "allowed: how far, before the distance stops shrinking?",
        ),
        mistake(
            "by_min",
            lambda H: 2 / _curvatures(H)[0],
            "You divided by the smallest curvature. A step that the flat direction can bear throws the steep one out.",
        ),
        mistake(
            "trace",
            lambda H: 2 / np.trace(H),
            "The trace adds all curvatures up. Directions do not share a limit: the steepest one alone sets it.",
        ),
        mistake(
            "sum_rule",
            lambda H: 2 / (_curvatures(H)[0] + _curvatures(H)[-1]),
            "2/(λ_min + λ_max) is the best fixed step. The limit, beyond which it diverges, is further out.",
        ),
        mistake(
            "frobenius",
            lambda H: 2 / np.linalg.norm(H),
            "np.linalg.norm of a matrix is the root of all squared entries. The largest eigenvalue was asked for.",
        ),
        mistake(
            "diagonal",
            lambda H: 2 / np.max(np.diag(H)),
            "The diagonal holds the curvatures along the axes. A tilted bowl is steepest between them.",
        ),
    ],
    properties=[
        law(
            "a bowl ten times as steep bears a tenth of the step",
            lambda max_lr: "" if np.isclose(max_lr(10 * _TILTED), max_lr(_TILTED) / 10) else "H = [[2, 1], [1, 2]]",
        )
    ],
    difficulty=2,
    importance=2,
    minutes=8,
    hints=(
        "Along each eigenvector the bowl is a parabola of its own, and its curvature is the eigenvalue.",
        "Every direction must satisfy η < 2/λ. Which direction is the strictest?",
        "H is symmetric: np.linalg.eigvalsh(H) gives all eigenvalues, the largest last.",
    ),
    then="Next question: one eigenvalue of H is 0. What does descent do along that direction?",
)


def _from_one(step):
    if step < 1:
        raise ValueError(f"steps count from 1, got {step}")
    return step


def _noam(step, d, warmup):
    return d**-0.5 * min(step**-0.5, step * warmup**-1.5)


def _two_branches(step, d, warmup):
    """Another right answer: which of the two is smaller depends on the side of the warm-up."""
    if step < 1:
        raise ValueError("there is no step 0: it would divide by zero")
    peak = 1 / np.sqrt(d * warmup)
    return peak * step / warmup if step < warmup else peak * np.sqrt(warmup / step)


exercise(
    "24.e2",
    "noam(step, d, warmup)",
    reference=optimize.noam,
    also=_two_branches,
    cases=[
        case(1, 512, 4000),
        case(4000, 512, 4000),
        case(16000, 512, 4000),
        case(2, 3, 5),
        case(7, 5, 3),
        case(11, 7, 11),
        case(0, 512, 4000),
    ],
    mistakes=[
        mistake(
            "maximum",
            lambda step, d, warmup: d**-0.5 * max(_from_one(step) ** -0.5, step * warmup**-1.5),
            "You took the larger of the two. It starts high and never stops growing; the formula takes the smaller.",
        ),
        mistake(
            "no_d",
            lambda step, d, warmup: min(_from_one(step) ** -0.5, step * warmup**-1.5),
            "The factor in front is missing: d to the power −½. At 512, yours is 22.6 times too large.",
        ),
        mistake(
            "d_pos",
            lambda step, d, warmup: d**0.5 * min(_from_one(step) ** -0.5, step * warmup**-1.5),
            "You multiplied by √d. The exponent is −½: a wider model takes smaller steps.",
        ),
        mistake(
            "decay_only",
            lambda step, d, warmup: d**-0.5 * _from_one(step) ** -0.5,
            "Only the falling half is there: your first step is the largest of all. Where is the warm-up?",
        ),
        mistake(
            "linear_only",
            lambda step, d, warmup: d**-0.5 * _from_one(step) * warmup**-1.5,
            "Only the rising half is there: it never stops growing. After the warm-up, step^−½ is the smaller one.",
        ),
        mistake(
            "zero_division",
            _noam,
            "Right from step 1 on. At step 0, 0^−½ is a division by zero, and Python's complaint does not say whose "
            "fault it is. Raise a ValueError that does: steps count from 1.",
        ),
        mistake(
            "silent_zero",
            lambda step, d, warmup: _noam(step, d, warmup) if step else 0.0,
            "Right from step 1 on. At step 0 you return 0: a whole batch is computed and nothing is learned, without a "
            "word. Raise a ValueError that says that steps count from 1.",
        ),
        mistake(
            "step_zero_is_one",
            lambda step, d, warmup: _noam(max(step, 1), d, warmup),
            "Right from step 1 on. You turn step 0 into step 1 in silence, so a loop that counts wrongly is never "
            "found. Raise a ValueError that says why.",
        ),
        mistake(
            "off_by_one",
            lambda step, d, warmup: _noam(step + 1, d, warmup),
            "You added 1 to the step, so your peak comes one step early. Steps count from 1 already; refuse step 0.",
        ),
    ],
    difficulty=2,
    importance=3,
    minutes=8,
    hints=(
        "Two curves: step^−0.5 falls, step · warmup^−1.5 rises. They meet at step = warmup.",
        "Take the smaller of the two and multiply by d^−0.5. Before that, refuse step 0.",
        "if step < 1: raise ValueError(...); then d**-0.5 * min(step**-0.5, step * warmup**-1.5).",
    ),
    then="Next question: by which factor does the peak shrink when d and warmup are both doubled?",
    atol=1e-15,
)


def _words(one, two, crawl="crawl", oscillate="oscillate"):
    """The word for η, given the two edges."""

    def regime(lr, lam):
        return crawl if lr <= one(lam) else oscillate if lr < two(lam) else "diverge"

    return regime


def _by_factor(lr, lam):
    factor = 1 - lr * lam
    if factor >= 0:
        return "crawl"
    return "oscillate" if factor > -1 else "diverge"


exercise(
    "24.e3",
    "regime(lr, lam)",
    reference=optimize.regime,
    also=_by_factor,
    cases=[
        case(0.05, 10.0),
        case(0.19, 10.0),
        case(0.21, 10.0),
        case(0.1, 10.0),
        case(0.2, 10.0),
        case(0.5, 2.0),
        case(0.7, 2.0),
        case(1.0, 2.0),
        case(3.0, 0.5),
        case(5.0, 0.5),
        case(1.5, 4.0),
    ],
    mistakes=[
        mistake(
            "no_lam",
            _words(lambda lam: 1, lambda lam: 2),
            "You judge η alone. The same step is small in a flat bowl and huge in a steep one: bring λ in.",
        ),
        mistake(
            "half_edges",
            _words(lambda lam: 0.5 / lam, lambda lam: 1 / lam),
            "Your edges are half as far out as they should be. They fit the bowl λx²; the bowl here is ½λw².",
        ),
        mistake(
            "edge_one",
            lambda lr, lam: "oscillate" if lr * lam == 1 else optimize.regime(lr, lam),
            "Exactly at 1/λ the factor is 0: one step and home, without a swing. The course counts that as 'crawl'.",
        ),
        mistake(
            "edge_two",
            lambda lr, lam: "oscillate" if lr * lam == 2 else optimize.regime(lr, lam),
            "Exactly at 2/λ the factor is −1: it swings, and never comes closer. The course counts what does not "
            "arrive as 'diverge'.",
        ),
        mistake(
            "no_swing",
            _words(lambda lam: 1 / lam, lambda lam: 2 / lam, oscillate="crawl"),
            "Below 2/λ you call everything 'crawl'. Between 1/λ and 2/λ each step jumps over the bottom.",
        ),
        mistake(
            "always_diverges",
            _words(lambda lam: 1 / lam, lambda lam: 1 / lam),
            "Jumping over the bottom is not yet flying away. Between 1/λ and 2/λ it lands nearer each time.",
        ),
        mistake(
            "divided",
            _words(lambda lam: lam, lambda lam: 2 * lam),
            "You compare η with λ and 2λ. A steeper bowl bears a smaller step, not a larger one.",
        ),
        mistake(
            "swapped",
            _words(lambda lam: 1 / lam, lambda lam: 2 / lam, crawl="oscillate", oscillate="crawl"),
            "Your edges are right, and the names of the first two are exchanged: small steps stay on one side.",
        ),
    ],
    difficulty=2,
    importance=2,
    minutes=8,
    hints=(
        "Each step multiplies the distance from the bottom by 1 − lr · lam.",
        "The sign of that factor says whether the walk changes sides, its size whether it comes closer.",
        "'crawl' up to lr = 1/lam, 'oscillate' below 2/lam, 'diverge' from there on.",
    ),
    then="Next question: at which lr does the walk swing, and lose exactly half of its distance each step?",
)


def _cosine(step, total, peak, warmup, fall):
    """A straight rise, then peak · fall(share of the fall that is done)."""
    return peak * step / warmup if step < warmup else peak * fall((step - warmup) / (total - warmup))


def _half_wave(done):
    return (1 + np.cos(np.pi * done)) / 2


exercise(
    "24.e4",
    "cosine(step, total, peak, warmup)",
    reference=optimize.cosine_schedule,
    also=lambda step, total, peak, warmup: _cosine(
        step, total, peak, warmup, lambda done: np.sin(np.pi / 2 * (1 - done)) ** 2
    ),
    cases=[
        case(20, 100, 0.3, 20),
        case(60, 100, 0.3, 20),
        case(100, 100, 0.3, 20),
        case(5, 100, 0.3, 20),
        case(0, 13, 0.7, 0),
        case(11, 37, 2.0, 5),
    ],
    mistakes=[
        mistake(
            "no_half",
            lambda *a: _cosine(*a, lambda done: np.cos(np.pi * done)),
            "Your rate becomes negative: a plain cosine ends at −1, and you would climb. Lift it by 1, then halve it.",
        ),
        mistake(
            "double",
            lambda *a: _cosine(*a, lambda done: 1 + np.cos(np.pi * done)),
            "1 + cos begins at 2: your peak is twice the peak. One factor is missing.",
        ),
        mistake(
            "no_warmup",
            lambda step, total, peak, warmup: peak * _half_wave(step / total),
            "The warm-up is ignored: you start at the peak and fall from step 0.",
        ),
        mistake(
            "from_zero",
            lambda step, total, peak, warmup: (
                peak * step / warmup if step < warmup else peak * _half_wave(step / total)
            ),
            "The rise is right. Then your curve jumps down: the fall begins at step = warmup, so count from there.",
        ),
        mistake(
            "degrees",
            lambda *a: _cosine(*a, lambda done: (1 + np.cos(180 * done)) / 2),
            "NumPy's cosine takes radians: half a turn is π, not 180.",
        ),
        mistake(
            "quarter",
            lambda *a: _cosine(*a, lambda done: np.cos(np.pi / 2 * done)),
            "You took a quarter of a wave. It starts and ends right; half a wave also lands gently.",
        ),
    ],
    difficulty=1,
    importance=1,
    minutes=5,
    hints=(
        "Two pieces: a straight line up to step = warmup, and then half a wave down to 0 at step = total.",
        "done = (step − warmup) / (total − warmup) goes from 0 to 1. What does 1 + cos(π · done) do meanwhile?",
        "peak · step / warmup before the warm-up ends; after it, peak · (1 + cos(π · done)) / 2.",
    ),
    then="Next question: which share of the peak is left when half of the fall is done?",
)


exercise(
    "24.e5",
    "step_decay(step, peak, factor, every)",
    reference=optimize.step_decay,
    also=lambda step, peak, factor, every: peak * np.prod(np.full(int(step / every), factor)),
    cases=[
        case(0, 0.8, 0.5, 10),
        case(9, 0.8, 0.5, 10),
        case(10, 0.8, 0.5, 10),
        case(25, 0.8, 0.5, 10),
        case(23, 3.0, 0.1, 7),
    ],
    mistakes=[
        mistake(
            "smooth",
            lambda step, peak, factor, every: peak * factor ** (step / every),
            "Yours is a slide, not a staircase: between two drops the rate stays. Which division rounds down?",
        ),
        mistake(
            "subtracts",
            lambda step, peak, factor, every: peak - peak * factor * (step // every),
            "Each drop multiplies what is left. You take the same piece away every time, and it passes 0.",
        ),
        mistake(
            "one_drop",
            lambda step, peak, factor, every: peak * (factor if step >= every else 1),
            "The first drop is right. There is another one after every further stair.",
        ),
        mistake(
            "each_step",
            lambda step, peak, factor, every: peak * factor**step,
            "You drop at every single step. `every` says how long a stair is.",
        ),
        mistake(
            "off_by_one",
            lambda step, peak, factor, every: peak * factor ** (max(step - 1, 0) // every),
            "One step late: with stairs of 10, steps 0 to 9 share the first one, and step 10 stands on the second.",
        ),
    ],
    difficulty=1,
    importance=1,
    minutes=5,
    hints=(
        "How many drops lie behind step 25, if there is one every 10 steps?",
        "Whole stairs: step // every. Each one multiplies by factor.",
        "peak * factor ** (step // every).",
    ),
    then="Next question: after how many drops by ½ is less than 1 % of the peak left?",
)


def _ends(H):
    curvatures = np.linalg.eigvalsh(H)
    return curvatures[0], curvatures[-1]


def _rule(formula):
    """best_lr with another formula in the smallest and the largest curvature."""
    return lambda H: formula(*_ends(H))


def _by_kappa(H):
    kappa = np.linalg.cond(H)
    return 2 / (np.linalg.norm(H, 2) * (1 + 1 / kappa)), (kappa - 1) / (kappa + 1)


exercise(
    "24.e6",
    "best_lr(H)",
    reference=optimize.best_lr,
    also=_by_kappa,
    cases=[case(np.diag([1.0, 10.0])), case(_THREE), case(_TILTED), case(_HALF), case(_FIVE), case(_SEVEN)],
    mistakes=[
        mistake(
            "limit",
            _rule(lambda low, high: (2 / high, (high - low) / (high + low))),
            "2/λ_max is the limit: there the steep direction bounces for ever. The best step lies short of it.",
        ),
        mistake(
            "steep_only",
            _rule(lambda low, high: (1 / high, 1 - low / high)),
            "1/λ_max brings the steep direction home at once and lets the flat one wait. Share the burden: make both "
            "factors equally large.",
        ),
        mistake(
            "one_over_sum",
            _rule(lambda low, high: (1 / (low + high), (high - low) / (high + low))),
            "Your step is half of what it could be: a 2 is missing on top.",
        ),
        mistake(
            "upside_down",
            _rule(lambda low, high: (2 / (low + high), (high + low) / (high - low) if high > low else np.inf)),
            "Your rate is above 1, so the distance would grow. Turn the fraction round.",
        ),
        mistake(
            "negative",
            _rule(lambda low, high: (2 / (low + high), (low - high) / (low + high))),
            "The size is right, the sign is not: κ is the largest over the smallest, so κ − 1 is not negative.",
        ),
        mistake(
            "plus_one_only",
            _rule(lambda low, high: (2 / (low + high), high / (low + high))),
            "The step is right. Its factor in the flat direction is 1 − ηλ_min: work it out.",
        ),
        mistake(
            "all_of_them",
            lambda H: (2 / np.trace(H), _by_kappa(H)[1]),
            "You added up all eigenvalues. Only the two extremes count: those between are served better anyway.",
        ),
        mistake(
            "swapped",
            _rule(lambda low, high: ((high - low) / (high + low), 2 / (low + high))),
            "Both numbers are right, in the opposite order: first the step, then the rate.",
        ),
    ],
    difficulty=2,
    importance=2,
    minutes=8,
    hints=(
        "The flat direction has the factor 1 − ηλ_min, the steep one 1 − ηλ_max. At the best η they are equally large.",
        "Equal in size, opposite in sign: 1 − ηλ_min = ηλ_max − 1. Solve for η.",
        "η = 2/(λ_min + λ_max); put it into 1 − ηλ_min and you have the rate.",
    ),
    then="Next question: what is the rate when all eigenvalues are equal, and how many steps does that need?",
)

hand(
    "24.h1",
    "A bowl ½λw² with λ = 10. The largest η that still converges (the limit), the factor per step at η = 0.19, and "
    "the factor at η = 0.21: three numbers.",
    "0.2, -0.9, -1.1",
    wrong=[
        ("0.1, -0.9, -1.1", "0.1 is 1/λ: there it arrives in one step. It converges up to twice that."),
        ("0.2, 0.9, 1.1", "The sizes are right. The minus is the dance: each step changes sides."),
        ("0.2, 1.9, 2.1", "That is ηλ, the length of a stride. What is left of the distance is 1 − ηλ."),
        ("0.2, 0.81, 0.79", "You took 1 − η. The slope brings λ in: 1 − ηλ."),
    ],
    hints=("The slope is λw, so w ← w − ηλw.", "The factor is 1 − 10η.", "It is −1 at the limit."),
    working="1 − 10η is −1 at η = 0.2; 1 − 1.9 = −0.9 still shrinks, 1 − 2.1 = −1.1 grows.",
)
hand(
    "24.h2",
    "One bowl with the curvatures 1 and 10. The best fixed η, and the factor by which the distance then shrinks each "
    "step: two numbers.",
    "2/11, 9/11",
    wrong=[
        ("0.2, 9/11", "0.2 is the limit 2/λ_max; there the steep direction bounces for ever."),
        ("0.2, 1", "0.2 is the limit 2/λ_max, and a factor of 1 means: no progress."),
        ("0.1, 0.9", "η = 1/λ_max serves the steep direction only. Both factors should be equally large."),
        ("1/11, 10/11", "A 2 is missing: 1 − η must be as far above 0 as 1 − 10η is below."),
        ("2/11, 11/9", "Upside down: a factor above 1 would take it away from the bottom."),
        ("2/11, 10/11", "The step is right. κ = 10 gives (κ − 1)/(κ + 1)."),
    ],
    hints=(
        "The factors are 1 − η and 1 − 10η.",
        "Best where they are equally large with opposite signs: 1 − η = 10η − 1.",
        "η = 2/11; put it into 1 − η.",
    ),
    working="1 − η = 10η − 1 gives η = 2/11 ≈ 0.1818; both factors are then 9/11 ≈ 0.818 in size.",
)
hand(
    "24.h3",
    "Equation (3) with d_model = 512 and 4000 warm-up steps: the learning rate at step 1, at step 4000 and at step "
    "16000, three digits each, such as 1.23e-4.",
    "1.75e-7, 6.99e-4, 3.49e-4",
    tolerance=0,
    wrong=[
        ("3.95e-6, 0.0158, 0.00791", "The factor d_model^−0.5 is missing: divide by √512 ≈ 22.6."),
        ("0.0442, 6.99e-4, 0.00280", "You took the larger of the two: the formula says min, the smaller."),
        ("0, 6.99e-4, 3.49e-4", "You started at step 0, where step^−0.5 is a division by zero. Steps start at 1."),
        ("8.94e-5, 0.358, 0.179", "You multiplied by √512. The exponent is −0.5: divide."),
        ("1.75e-7, 6.99e-4, 1.75e-4", "A quarter would be 1/step. It falls like 1/√step, so four times the steps "
         "give half."),
        ("1.75e-7, 6.99e-4, 0.00280", "Past the warm-up the other one of the two is smaller: step^−0.5."),
    ],
    hints=(
        "1/√512 = 0.0442. Step 1 lies in the warm-up: the second term is the smaller one.",
        "4000^−1.5 = 3.95e-6, and 4000^−0.5 = 0.0158.",
        "At step 16000 the first term is the smaller one: 16000^−0.5 = 0.00791.",
    ),
    working="0.0442 · 3.95e-6 = 1.75e-7; 0.0442 · 0.0158 = 6.99e-4; 0.0442 · 0.00791 = 3.49e-4, half the peak.",
)  # fmt: skip


def _descend(x, lr, steps, slope=lambda x: 2 * x):
    for _ in range(steps):
        x = x - lr * slope(x)
    return x


exercise(
    "24.p2",
    "descend(x, lr, steps)",
    reference=_descend,
    also=lambda x, lr, steps: x * (1 - 2 * lr) ** steps,
    cases=[
        case(3.0, 0.1, 5),
        case(3.0, 0.5, 5),
        case(3.0, 0.9, 5),
        case(3.0, 1.0, 5),
        case(3.0, 1.1, 5),
        case(-2.0, 0.3, 3),
        case(4.0, 0.2, 0),
    ],
    mistakes=[
        mistake(
            "no_two",
            lambda x, lr, steps: _descend(x, lr, steps, lambda x: x),
            "You went down by ηx. The slope of x² is 2x.",
        ),
        mistake(
            "height",
            lambda x, lr, steps: _descend(x, lr, steps, lambda x: x**2),
            "You subtract the height x². Descent needs the slope there.",
        ),
        mistake(
            "ascent",
            lambda x, lr, steps: _descend(x, -lr, steps),
            "Same strides, uphill: η times the slope is subtracted.",
        ),
        mistake(
            "stale",
            lambda x, lr, steps: x - steps * lr * 2 * x,
            "You used the slope of the start for every step. Take it anew where you are.",
        ),
        mistake(
            "one_short",
            lambda x, lr, steps: _descend(x, lr, max(steps - 1, 0)),
            "One step is missing: the start is not a step.",
        ),
        mistake(
            "one_more",
            lambda x, lr, steps: _descend(x, lr, steps + 1),
            "One step too many. With 0 steps you should still stand at the start.",
        ),
        mistake(
            "same_side",
            lambda x, lr, steps: x * abs(1 - 2 * lr) ** steps,
            "The sizes are right. An odd number of jumps over the bottom ends on the other side.",
        ),
    ],
    difficulty=1,
    importance=2,
    minutes=5,
    hints=(
        "The slope of x² at x is 2x.",
        "Repeat `steps` times: x becomes x minus lr times the slope at this x.",
        "for _ in range(steps): x = x - lr * 2 * x; then return x.",
    ),
    then="Next question: which single multiplication does the work of one step, and which power that of five?",
)
choice(
    "24.p1",
    "The plan says: too large a learning rate oscillates, too small a one converges slowly. For y = x² and 0 < η, "
    "which sentence is true?",
    wrong("Every η above ½ oscillates and never arrives.", "At 0.9 the factor is −0.8: it swings, and arrives."),
    wrong("Every η above ½ diverges.", "Between ½ and 1 it jumps over the bottom and still lands nearer each time."),
    right(
        "Up to ½ it stays on its side, below 1 it swings and arrives, at 1 it bounces for ever, above 1 it diverges.",
        "The factor 1 − 2η falls through 0 at ½ and through −1 at 1. Swinging is no failure; growing is.",
    ),
    wrong("Above 1 it oscillates and calms down in the end.", "At 1.1 each jump is 1.2 times as long as the last one."),
)

choice(
    "24.w1",
    "On y = x², η = 0.9 swings and arrives. Now the bowl is twice as steep, y = 2x², and η = 0.9 stays. What happens?",
    wrong(
        "It swings and arrives, as before", "The slope has doubled, so every stride has. The first jump lands at −7.8."
    ),
    right(
        "It flies away", "The slope is 4x: each step multiplies by 1 − 0.9 · 4 = −2.6. The same step is too large here."
    ),
    wrong("It bounces between 3 and −3 for ever", "That needs the factor −1, so η = 0.5 in this bowl."),
    wrong(
        "It arrives twice as fast", "Steeper means longer strides, and these were long enough to jump over the bottom."
    ),
)
choice(
    "24.w1b",
    "In this steeper bowl, y = 2x², which η arrives in a single step?",
    wrong("0.5, as on y = x²", "There the slope is 2x. Here it is 4x: at 0.5 it lands on −3."),
    right("0.25", "The slope at x is 4x, and a quarter of it is x, the whole way. That is 1/λ with λ = 4."),
    wrong("1", "The stride would be 4x, four times the way."),
    wrong("None", "A parabola has the same curvature everywhere, so one stride can fit exactly."),
)
choice(
    "24.w2",
    "Equation (3) with 512 and 4000. At which step is the learning rate largest?",
    wrong("At step 1", "At step 1 it is 4000 times below the peak."),
    right(
        "At step 4000",
        "The rising and the falling term meet where step = warmup, and there the smaller one is largest.",
    ),
    wrong("At step 512", "d_model scales the whole curve. It does not move it sideways."),
    wrong("At the last step", "After the warm-up the term step^−0.5 is the smaller one, and it falls."),
)
choice(
    "24.w2b",
    "You double the warm-up, from 4000 to 8000 steps. What becomes of the peak?",
    wrong("Later, and as high as before", "The falling curve stays. A later meeting point lies lower on it."),
    wrong("Later, and twice as high", "The climb lasts longer, but it is also less steep."),
    right("Later, and lower by √2", "The height is 1/√(d · warmup): the root of twice as much."),
    wrong("Later, and half as high", "Half needs four times the warm-up: the height goes with the root."),
)
choice(
    "24.w3",
    "Three runs of one model. A falls fastest in the first two steps, and never gets below 0.70 nat. B is at "
    "1.08 nat after 60 steps, C at 0.64 nat. Which run had the largest η?",
    right("A", "Large steps gain most while the way is long. Later they jump over the bottom and stop gaining."),
    wrong("B", "B crawls: its steps are too small."),
    wrong("C, since it is the best one", "Largest and best are different things."),
    wrong("One cannot know from curves", "A fast start with a plateau too high and a slow descent tell much. Try it."),
)
choice(
    "24.w3b",
    "And with η = 40, far beyond the limit? What will the loss of this model do?",
    wrong(
        "Grow without end, as in the bowl",
        "A parabola gets steeper further out. The gradient here, p − y, never exceeds 1.",
    ),
    right(
        "Rattle, high above the floor", "Every stride jumps over the bottom; p − y is bounded, so no stride explodes."
    ),
    wrong("Reach the floor sooner", "No step that jumps over the bottom every time can settle on it."),
    wrong("Fall below the floor", "No bigram model gets below it on this corpus, whatever its steps."),
)
choice(
    "24.w4",
    "A ravine: curvature 1 along it, 10 across. Which fixed η brings both directions home soonest?",
    wrong(
        "1/10, so that the steep direction needs one step",
        "The flat one then keeps 0.9 of its distance each step, and you wait for the slower.",
    ),
    right(
        "2/11, so that both shrink equally fast",
        "The factors are 0.818 and −0.818. Any other η makes one of them larger in size.",
    ),
    wrong("2/10, right at the limit", "There the steep direction bounces for ever."),
    wrong("1, so that the flat direction needs one step", "The steep direction has the factor 1 − 10 = −9."),
)

choice(
    "24.q1",
    "The largest eigenvalue of a bowl is 4. Below which learning rate does descent converge?",
    wrong("0.25", "That is 1/λ: one step and home in the steepest direction. Twice that is the limit."),
    right("0.5", "2/λ_max = 2/4: there the steepest direction has the factor −1."),
    wrong("2", "Divide 2 by the eigenvalue."),
    wrong("It depends on the smallest eigenvalue", "That one says how long you wait, not whether you arrive."),
)
choice(
    "24.q2",
    "At which step does equation (3) have its peak?",
    wrong("d_model", "d_model scales the height: d_model^−0.5 stands in front of everything."),
    right("warmup", "There both terms are warmup^−0.5. Before it the one is smaller, after it the other."),
    wrong("warmup^1.5", "The exponent −1.5 belongs to the slope of the rising line."),
)
choice(
    "24.q3",
    "And at four times the warm-up steps, the learning rate is …",
    wrong("a quarter of the peak", "That would be 1/step. It falls like 1/√step."),
    right("half of the peak", "1/√4 = ½."),
    wrong("0", "It falls for ever and never reaches 0."),
    wrong("a sixteenth of the peak", "Roots flatten: 1/√4, not 1/4²."),
)


def _two_steps(rng) -> Draw:
    a, start = int(rng.integers(2, 7)), int(rng.integers(-2, 2))
    lr = float(rng.choice([0.1, 0.2, 0.3, 0.4]))
    far = start - a

    def down(slope):
        w = start
        for _ in range(2):
            w = w - lr * slope(w)
        return w

    answer = a + (1 - 2 * lr) ** 2 * far
    known = [
        (a + (1 + 2 * lr) ** 2 * far, "That is uphill: the slope is subtracted."),
        (a + (1 - lr) ** 2 * far, "A factor of 2 went missing: the slope of (w − a)² is 2(w − a)."),
        (a + (1 - 2 * lr) * far, "That is after one step."),
        (start - 4 * lr * far, "You used the slope at the start twice; take it anew where you are."),
        (down(lambda w: (w - a) ** 2), "You used the height, (w − a)². The slope was needed."),
    ]
    different = []
    for value, sentence in known:
        if all(abs(value - other) > 0.02 * max(1, abs(other)) for other, _ in different):
            different.append((value, sentence))
    return Draw(
        f"f(w) = (w − {a})². Gradient descent from w = {start} with η = {lr:g}: where is w after two steps?",
        f"{answer:.6g}",
        tuple((f"{value:.6g}", sentence) for value, sentence in different),
        f"Each step multiplies the distance from {a} by 1 − 2 · {lr:g} = {1 - 2 * lr:g}: "
        f"{a} + ({1 - 2 * lr:g})² · ({far}) = {answer:.6g}.",
    )


fresh("24.r1", _two_steps)
choice(
    "24.r2",
    "Day 21: the gradient at your place is (6, 8). How steep is the hill straight along the direction (6, 8)?",
    wrong("100", "That is ∇f·∇f. A slope belongs to a step of length 1: divide by the length of the direction."),
    right("10", "‖∇f‖ = √(36 + 64): the largest slope of all, along the unit vector (0.6, 0.8)."),
    wrong("14", "Slopes along the axes do not simply add up: 6 · 0.6 + 8 · 0.8."),
    wrong("0", "It is level across the gradient, not along it."),
)
choice(
    "24.r3",
    "Day 17: which variance of a bell makes the data 1, 2, 6 most probable?",
    right("14/3", "Distances from the mean 3 are −2, −1, 3; squared and added 14; divided by n = 3."),
    wrong("7", "That divides by n − 1. The most probable variance divides by n, as LayerNorm does."),
    wrong("√(14/3)", "That is its root, σ."),
    wrong("14", "Added up, not averaged."),
)
choice(
    "24.r4",
    "Day 10: a word's query is (0, 0). What is its output?",
    wrong("The zero vector: it asks nothing", "Its scores are 0, and e⁰ = 1 is a share."),
    wrong("Its own value", "Its own score is 0 too, like every other."),
    right("The plain average of all values", "All scores are 0, so all shares are equal."),
    wrong("Undefined: 0/0", "Softmax divides by a sum of ones."),
)

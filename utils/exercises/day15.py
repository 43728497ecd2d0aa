"""Day 15, KL divergence: exercises, hand calculations, predictions, quiz and recall."""

import numpy as np

from utils import probability, story
from utils.exercises.answers import hand
from utils.exercises.choices import choice, right, wrong
from utils.exercises.engine import case, exercise, law, mistake
from utils.exercises.recall import Draw, fresh

_LN2 = np.log(2)
_UNIFORM = np.full(4, 0.25)
_HALF = np.array([0.5, 0.5])
_NINE_ONE = np.array([0.9, 0.1])
_EIGHTH = np.array([1 / 8, 7 / 8])
_FIRST_TWO = np.array([0.5, 0.5, 0.0, 0.0])  # never heard of dog and rug
_P5 = np.array([0.1, 0.4, 0.0, 0.2, 0.3])
_Q5 = np.array([0.3, 0.1, 0.2, 0.15, 0.25])
_P3 = np.array([0.2, 0.7, 0.1])
_Q3 = np.array([0.5, 0.1, 0.4])


def _terms(p, q):
    """p log(p/q) at each place, 0 where p is 0."""
    p, q = np.asarray(p, dtype=float), np.asarray(q, dtype=float)
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(p > 0, p * np.log(np.where(p > 0, p, 1.0) / q), 0.0)


def _kl(p, q):
    return float(np.sum(_terms(p, q)))


def _entropy(p):
    return probability.entropy(np.asarray(p, dtype=float), base=np.e)


def _by_loop(p, q):
    """Another right answer: one event after the other, surprise minus surprise."""
    total = 0.0
    for share, belief in zip(p, q, strict=True):
        if share > 0:
            total += share * (np.log(share) - np.log(belief))
    return total


def _log_diff(p, q):
    there = np.asarray(p) > 0
    return np.sum(np.log(p[there]) - np.log(q[there]))


def _tiny_added(p, q):
    return np.sum(p * np.log((p + 1e-12) / (q + 1e-12)))


def _never_negative(kl):
    rng = np.random.default_rng(15)
    for _ in range(50):
        p, q = rng.dirichlet(np.ones(3), size=2)
        if not kl(p, q) >= -1e-12:
            return f"p = {np.round(p, 3).tolist()}, q = {np.round(q, 3).tolist()} gives {float(kl(p, q)):.4g}."
    return ""


def _zero_at_home(kl):
    for p in (_P5, story.SHARES.copy()):
        if not abs(kl(p, p.copy())) < 1e-12:
            return f"p = q = {p.tolist()} gives {float(kl(p, p.copy())):.4g}."
    return ""


exercise(
    "15.e1",
    "kl(p, q)",
    reference=probability.kl_divergence,
    also=_by_loop,
    cases=[
        case(_HALF, _NINE_ONE),
        case(_NINE_ONE, _HALF),
        case(_P3, _Q3),
        case(_P5, _Q5),
        case(_FIRST_TWO, story.SHARES.copy()),
        case(story.SHARES.copy(), _FIRST_TWO),
    ],
    mistakes=[
        mistake(
            "swapped",
            lambda p, q: _kl(q, p),
            "You measured q's surprise at p. The first argument is the truth: its shares are the weights.",
        ),
        mistake(
            "swapped_raw",
            lambda p, q: np.sum(q * np.log(q / p)),
            "Two things. It is q that supplies the weights, and p should. And 0·log 0 is nan for NumPy: leave it out.",
        ),
        mistake(
            "entropy_only",
            lambda p, q: _entropy(p),
            "That is the entropy of p, and q does not occur in it. How much more does believing q cost?",
        ),
        mistake(
            "cross_entropy",
            probability.cross_entropy_pq,
            "That is the whole bill of somebody who believes q. Take off what p costs in any case, its entropy.",
        ),
        mistake(
            "log_diff",
            _log_diff,
            "You added up differences of logarithms. Each one counts as often as its event happens: weight it with p.",
        ),
        mistake(
            "symmetrised",
            lambda p, q: (_kl(p, q) + _kl(q, p)) / 2,
            "You averaged both directions. KL has one: p is the truth, q is believed.",
        ),
        mistake(
            "abs_terms",
            lambda p, q: float(np.sum(np.abs(_terms(p, q)))),
            "Single terms may be negative; the sum may not.",
        ),
        mistake(
            "nan",
            lambda p, q: np.sum(p * np.log(p / q)),
            "0·log 0 is nan for NumPy and counts as 0 here: what never happens costs nothing. Leave those places out.",
        ),
        mistake(
            "tiny_added",
            _tiny_added,
            "A tiny number added to p and q hides an infinity. Where p > 0 and q = 0 the answer is inf.",
        ),
        mistake("bits", lambda p, q: _kl(p, q) / _LN2, "Check the unit: bits use log₂, nats use ln. Nats were asked."),
    ],
    properties=[
        law("KL is 0 when p = q", _zero_at_home),
        law("KL is never negative", _never_negative),
    ],
    difficulty=2,
    importance=3,
    minutes=8,
    hints=(
        "At each event: how surprised is q, minus how surprised is p? Then the average, with the shares of p.",
        "The sum of p·log(p/q). Where p is 0 the term is 0, and NumPy has to be kept from computing it.",
        "there = p > 0; return np.sum(p[there] * np.log(p[there] / q[there])).",
    ),
    then="Next question: for which q is kl(p, q) infinite, and does the other direction have to be?",
)


def _js(p, q):
    m = (np.asarray(p) + np.asarray(q)) / 2
    return (_kl(p, m) + _kl(q, m)) / 2


def _js_by_entropies(p, q):
    """Another right answer: the entropy of the average minus the average of the entropies."""
    return _entropy((p + q) / 2) - (_entropy(p) + _entropy(q)) / 2


def _symmetric(js):
    if not np.isclose(js(_P5, _Q5), js(_Q5, _P5), atol=1e-12):
        return f"p = {_P5.tolist()}, q = {_Q5.tolist()}: one order gives {js(_P5, _Q5):.4g}, the other another number."
    return ""


def _at_most_ln2(js):
    value = js(np.array([1.0, 0.0]), np.array([0.0, 1.0]))
    return "" if np.isclose(value, _LN2) else f"p = [1, 0], q = [0, 1] gives {float(value):.4g}; ln 2 is 0.6931."


exercise(
    "15.e2",
    "js(p, q)",
    reference=probability.js_divergence,
    also=_js_by_entropies,
    cases=[
        case(_HALF, _EIGHTH),
        case(_P3, _Q3),
        case(_P5, _Q5),
        case(story.SHARES.copy(), _FIRST_TWO),
        case(np.array([1.0, 0.0]), np.array([0.0, 1.0])),
    ],
    mistakes=[
        mistake(
            "no_half",
            lambda p, q: 2 * _js(p, q),
            "You added the two divergences. Their mean was asked: the largest possible value is ln 2.",
        ),
        mistake(
            "no_middle",
            lambda p, q: (_kl(p, q) + _kl(q, p)) / 2,
            "You compared p and q with each other, and one zero makes that infinite. Compare each with their average.",
        ),
        mistake(
            "one_sided",
            lambda p, q: _kl(p, (p + q) / 2),
            "That is p's half of the story: swapping p and q changes it. Add q's half and take the mean.",
        ),
        mistake(
            "middle_first",
            lambda p, q: (_kl((p + q) / 2, p) + _kl((p + q) / 2, q)) / 2,
            "Right ingredients, roles exchanged: the average has to stand second. It is 0 only where p and q both are.",
        ),
        mistake(
            "root",
            lambda p, q: np.sqrt(_js(p, q)),
            "That is the root of it. The root is a distance, with a triangle inequality; the divergence was asked.",
        ),
        mistake("bits", lambda p, q: _js(p, q) / _LN2, "Check the unit: bits use log₂, nats use ln. Nats were asked."),
    ],
    properties=[
        law("swapping p and q changes nothing", _symmetric),
        law("two beliefs that share nothing are ln 2 apart", _at_most_ln2),
    ],
    difficulty=2,
    importance=1,
    minutes=8,
    hints=(
        "Let m be the average of p and q, place by place. Both are compared with m.",
        "The mean of KL(p‖m) and KL(q‖m).",
        "m = (p + q) / 2; return (probability.kl_divergence(p, m) + probability.kl_divergence(q, m)) / 2.",
    ),
    then="Next question: why can neither of the two divergences be infinite?",
)


def _kl_gauss(m1, s1, m2, s2):
    return np.log(s2 / s1) + (s1**2 + (m1 - m2) ** 2) / (2 * s2**2) - 0.5


def _gauss_by_parts(m1, s1, m2, s2):
    """Another right answer: cross-entropy minus entropy of the bells."""
    mean_square = s1**2 + m1**2 - 2 * m1 * m2 + m2**2
    cross = 0.5 * np.log(2 * np.pi * s2**2) + mean_square / (2 * s2**2)
    return cross - 0.5 * np.log(2 * np.pi * np.e * s1**2)


exercise(
    "15.e3",
    "kl_gauss(m1, s1, m2, s2)",
    reference=probability.kl_gauss,
    also=_gauss_by_parts,
    cases=[
        case(0.0, 1.0, 0.0, 1.0),
        case(1.0, 2.0, -1.0, 3.0),
        case(-2.0, 0.5, 0.0, 1.0),
        case(0.0, 3.0, 0.0, 0.7),
    ],
    mistakes=[
        mistake(
            "swapped",
            lambda m1, s1, m2, s2: _kl_gauss(m2, s2, m1, s1),
            "Right ingredients, roles exchanged: the first pair (m1, s1) is the truth, the second is believed.",
        ),
        mistake(
            "no_half",
            lambda m1, s1, m2, s2: _kl_gauss(m1, s1, m2, s2) + 0.5,
            "Two equal bells must give 0, and yours gives ½. A constant went missing.",
        ),
        mistake(
            "no_mean",
            lambda m1, s1, m2, s2: _kl_gauss(m1, s1, m1, s2),
            "Two bells of one width, far apart, give 0 in yours. The distance of the centres has to count.",
        ),
        mistake(
            "var_as_sd",
            lambda m1, s1, m2, s2: np.log(s2 / s1) / 2 + (s1 + (m1 - m2) ** 2) / (2 * s2) - 0.5,
            "Variance or its root? s1 and s2 are standard deviations; the formula squares them.",
        ),
        mistake(
            "log_upside_down",
            lambda m1, s1, m2, s2: _kl_gauss(m1, s1, m2, s2) - 2 * np.log(s2 / s1),
            "The fraction in the logarithm stands on its head: a q that is too wide must cost something.",
        ),
        mistake(
            "two_lost",
            lambda m1, s1, m2, s2: np.log(s2 / s1) + (s1**2 + (m1 - m2) ** 2) / s2**2 - 0.5,
            "The fraction is twice as large as it should be: look at its denominator.",
        ),
    ],
    difficulty=3,
    importance=1,
    minutes=12,
    hints=(
        "ln p − ln q for two bells is ln(s2/s1) plus a difference of two squares. Average it over p.",
        "The average of (x − m1)² is s1²; the average of (x − m2)² is s1² + (m1 − m2)².",
        "np.log(s2 / s1) + (s1**2 + (m1 - m2)**2) / (2 * s2**2) - 0.5.",
    ),
    then="Next question: with s1 = s2 the two directions agree. Why is that no surprise?",
)


def _identity(p, q, entropy=None, first=None, kl=None):
    first = probability.cross_entropy_pq(p, q) if first is None else first
    entropy = _entropy(p) if entropy is None else entropy
    kl = _kl(p, q) if kl is None else kl
    return first, entropy, kl, first - entropy - kl


def _identity_by_logs(p, q):
    """Another right answer: every sum over the places where p is positive."""
    there = p > 0
    p, q = p[there], q[there]
    whole, own, extra = -(p @ np.log(q)), -(p @ np.log(p)), p @ np.log(p / q)
    return [whole, own, extra, whole - own - extra]


exercise(
    "15.e4",
    "check_identity(p, q)",
    reference=_identity,
    also=lambda p, q: tuple(_identity_by_logs(p, q)),
    cases=[
        case(story.SHARES.copy(), _UNIFORM),
        case(_HALF, _NINE_ONE),
        case(_P3, _Q3),
        case(_P5, _Q5),
    ],
    mistakes=[
        mistake(
            "swapped",
            lambda p, q: _identity(p, q, first=probability.cross_entropy_pq(q, p)),
            "Your cross-entropy weighs with q. The events come from p; q supplies the logarithms.",
        ),
        mistake(
            "entropy_of_q",
            lambda p, q: _identity(p, q, entropy=_entropy(q)),
            "You took off the entropy of q. What has to be paid in any case is the entropy of the truth, p.",
        ),
        mistake(
            "bits",
            lambda p, q: _identity(p, q, entropy=_entropy(p) / _LN2),
            "One of your numbers is in bits, the others in nats: probability.entropy takes base=np.e.",
        ),
        mistake(
            "other_direction",
            lambda p, q: _identity(p, q, kl=_kl(q, p)),
            "Your KL has its arguments exchanged; with (½,¼,⅛,⅛) and uniform alone you would not see it.",
        ),
        mistake(
            "plus",
            lambda p, q: (*_identity(p, q)[:3], probability.cross_entropy_pq(p, q) - _entropy(p) + _kl(p, q)),
            "The three numbers are right. The gap is what is left when both, H(p) and KL, have been taken off.",
        ),
    ],
    properties=[
        law(
            "H(p, q) − H(p) − KL(p‖q) is 0",
            lambda check_identity: "" if abs(check_identity(_Q3, _P3)[3]) < 1e-12 else "p = [0.5, 0.1, 0.4]",
        )
    ],
    difficulty=2,
    importance=2,
    minutes=8,
    hints=(
        "Three averages with the shares of p: of log(1/q), of log(1/p), and of log(p/q).",
        "probability has cross_entropy_pq, entropy (mind its base) and kl_divergence.",
        "a = cross_entropy_pq(p, q); b = entropy(p, base=np.e); c = kl_divergence(p, q); return a, b, c, a - b - c.",
    ),
    then="Next question: training changes q only. Which of the three numbers can it lower?",
)


hand(
    "15.h1",
    "p = (½, ½), q = (⅛, ⅞). KL(p‖q) in bits, and then KL(q‖p): two numbers, three places. log₂ 7 = 2.807.",
    "0.596, 0.456",
    tolerance=0.0015,
    unit="bit",
    wrong=[
        ("0.456, 0.596", "Both are right and stand in the wrong order. KL(p‖q): p is the truth and gives the weights."),
        ("0.413, 0.316", "Those are nats. Bits use log₂: divide by ln 2."),
        ("1.596, 1", "Those are the whole bills. Take off the entropy of the truth: 1 bit for p, 0.544 bit for q."),
        ("1.404, 0.956", "Single terms may be negative; the sum may not. You added their sizes."),
        ("0.526, 0.526", "You took the mean of the two. They are two different questions."),
        ("1.193, -1.193", "The weights are missing: each logarithm counts with the share of its event."),
    ],
    hints=(
        "p/q is 4 for the first event and 4/7 for the second one.",
        "KL(p‖q) = ½·log₂ 4 + ½·log₂(4/7) = 1 + ½·(2 − 2.807).",
        "KL(q‖p) = ⅛·log₂(¼) + ⅞·log₂(7/4) = −0.25 + ⅞·(2.807 − 2).",
    ),
    working="½·2 + ½·(2 − 2.807) = 0.596; ⅛·(−2) + ⅞·(2.807 − 2) = 0.456.",
    then="The one who believes in a rare event that is common pays more.",
)
hand(
    "15.h2",
    "p = (½, ¼, ⅛, ⅛), q uniform over the four words. KL(p‖q) and KL(q‖p) in bits: two numbers.",
    "0.25, 0.25",
    tolerance=0.0015,
    unit="bit",
    wrong=[
        ("2, 2.25", "Those are the whole bills, 2 bit and 2.25 bit. Take off the entropy of the truth."),
        ("0.173, 0.173", "Those are nats. Bits use log₂: divide by ln 2."),
        ("-0.25, 0.25", "Same size, opposite direction, and KL is never negative: the fraction is p/q."),
        ("-0.25, -0.25", "Same size, opposite direction: the fraction is truth over belief."),
        ("0.75, 0.75", "Single terms may be negative; the sum may not. You added their sizes."),
        ("1.75, 2", "Those are the two entropies. What does the belief add?"),
    ],
    hints=(
        "The fractions p/q are 2, 1, ½, ½. Their log₂: 1, 0, −1, −1.",
        "Weighted with p: ½ + 0 − ⅛ − ⅛.",
        "The other way the logarithms are −1, 0, 1, 1, and each weighs ¼.",
    ),
    working="½·1 + ¼·0 − ⅛ − ⅛ = 0.25; ¼·(−1 + 0 + 1 + 1) = 0.25.",
    then="A coincidence: a test with this pair cannot see exchanged arguments.",
)
hand(
    "15.h3",
    "Somebody has never seen dog and rug: q = (½, ½, 0, 0). The truth is p = (½, ¼, ⅛, ⅛). KL(p‖q)?",
    "∞",
    also=("inf", "infinite", "plus infinity"),
    unit="bit",
    wrong=[
        ("-0.25", "That leaves out dog and rug. They happen, and q says that they cannot."),
        ("0", "That would mean p = q."),
        ("0.5", "That is the other direction: there q is the truth."),
    ],
    hints=(
        "One time in eight the word is dog.",
        "How surprised is somebody who gave it the share 0?",
        "log₂(1/0) has no finite value.",
    ),
    working="The term of dog is ⅛·log₂(⅛ / 0): infinite, and no other term can pay it back.",
)
hand(
    "15.h3b",
    "The same two. KL(q‖p) in bits?",
    "1/2",
    tolerance=0.0015,
    unit="bit",
    wrong=[
        ("∞", "Here q is the truth: dog and rug never happen, and their terms count 0."),
        ("1.5", "That is the whole bill, ½·1 + ½·2. Take off the entropy of q, 1 bit."),
        ("0.347", "That is in nats. Bits use log₂: divide by ln 2."),
        ("1", "The term of mat counts half: weight it with q."),
        ("-0.5", "Same size, opposite direction: the fraction is truth over belief, here q/p."),
    ],
    hints=(
        "0·log 0 counts as 0, so two terms are left.",
        "Their fractions q/p are 1 and 2.",
        "½·log₂ 1 + ½·log₂ 2.",
    ),
    working="½·log₂ 1 + ½·log₂ 2 + 0 + 0 = 0.5.",
)

choice(
    "15.p1",
    'The plan says: "KL measures the difference of two distributions, and 0 means identical." Which sentence is exact?',
    wrong(
        "It is a distance between p and q.",
        "A distance would be the same both ways and obey the triangle inequality. KL does neither.",
    ),
    right(
        "It is 0 only for p = q, else positive, perhaps infinite, and it has a direction.",
        "The extra surprise of believing q when p is true. The other direction is another number.",
    ),
    wrong("It lies between 0 (identical) and 1 (nothing shared).", "It has no upper end: q = 0 where p > 0 gives ∞."),
    wrong(
        "It is the difference of their entropies, H(q) − H(p).",
        "(½, ½, 0) and (0, ½, ½) differ and have equal entropies.",
    ),
)
choice(
    "15.p2",
    'The plan says: "generative models use KL to keep distributions similar." Which sentence is exact?',
    wrong(
        "Every generative model minimises the same KL.",
        "The first GANs come down to Jensen–Shannon, and those who use KL differ in its direction.",
    ),
    wrong(
        "Training drives it to 0, so the model becomes the truth.",
        "It goes as low as the model's family allows, on the data that there are. One tent cannot be two hills.",
    ),
    right(
        "Many do, and the direction is part of the design.",
        "Likelihood puts the data first (cover). The penalties of a VAE and of RLHF put the model first (seek).",
    ),
    wrong(
        "They do, and the direction is a matter of taste.",
        "Cover and seek give different models: you have moved the tent.",
    ),
)

choice(
    "15.w1",
    "You push the tent until KL(p‖q) is as small as it gets. Where does it stand?",
    wrong("On the larger hill", "Then words on the smaller hill surprise it by about 30 bits."),
    right(
        "Across both hills",
        "p decides what counts, and p is on both hills. So q has to cover both, even if its top stands over a valley.",
    ),
    wrong("On the smaller hill", "Then words on the larger hill surprise it by about 30 bits."),
    wrong("In the valley, as narrow as possible", "A narrow tent gives both hills next to no share: a high price."),
)
choice(
    "15.w1b",
    "And KL(q‖p), as small as it gets?",
    wrong("Across both hills again", "Then q puts much of its share into the valley, where p has next to nothing."),
    right(
        "On one hill",
        "q decides what counts. It pays for standing where p is not, and little for a hill that it leaves out.",
    ),
    wrong("As wide as the slider goes", "Now q stands in many places where p is not, and pays for each."),
)
choice(
    "15.w2",
    "p = (0.3, 0.7) stays, q = (b, 1 − b) moves. For which b are KL(p‖q) and KL(q‖p) equal?",
    wrong("Only for b = 0.3", "There both are 0. One more place exists."),
    right(
        "For b = 0.3 and for b = 0.7", "At q = p both are 0, and the mirror image 1 − b only exchanges the two events."
    ),
    wrong("For every b", "Then KL would have no direction. Move b and see."),
    wrong("For b = 0.3 and for b = 0.5", "At 0.5 they are 0.119 and 0.126 bit: close, not equal."),
)
choice(
    "15.w2b",
    "b goes to 0, so q says that the first event cannot happen. p still gives it 0.3. What becomes of the two?",
    wrong("Both go to ∞", "KL(q‖p) asks q what counts, and what never happens costs nothing."),
    right("KL(p‖q) goes to ∞, KL(q‖p) does not", "The second one ends at log₂(1/0.7) = 0.515 bit."),
    wrong("KL(q‖p) goes to ∞, KL(p‖q) does not", "p is the one who sees the event happen: p's bill explodes."),
    wrong("Neither goes to ∞", "p·log(p/q) with p = 0.3 and q = 0 has no finite value."),
)

choice(
    "15.q1",
    "Can KL(p‖q) be negative?",
    wrong("Yes, where q is larger than p", "There single terms are negative. The sum never is."),
    right("No", "That is Gibbs' inequality. An estimate from samples can be negative, though."),
    wrong("Yes, if p has a zero", "0·log 0 counts as 0. The sum stays at least 0."),
)
choice(
    "15.q2",
    "KL(p‖q) = KL(q‖p)?",
    wrong("Always", "(½, ½) and (0.9, 0.1): 0.511 nat one way, 0.368 nat the other."),
    right("Not in general", "For some pairs, such as (½, ¼, ⅛, ⅛) and uniform, the two happen to agree."),
    wrong("Only for p = q", "A mirror image agrees as well, and so does (½, ¼, ⅛, ⅛) with uniform."),
)
choice(
    "15.q3",
    "What makes KL(p‖q) infinite?",
    wrong("p = 0 where q > 0", "Such a place costs nothing: it never happens."),
    right("q = 0 where p > 0", "Something happens that q called impossible."),
    wrong("p = 0 and q = 0 at one place", "0·log 0 counts as 0: nobody ever looks there."),
)


_SHAPES = {  # shares in sixteenths, with entropies that can be worked out in the head
    (8, 4, 4): "1/2, 1/4, 1/4",
    (8, 2, 2, 2, 2): "1/2 and four times 1/8",
    (4, 4, 4, 2, 2): "three times 1/4 and two times 1/8",
    (4, 4, 2, 2, 2, 2): "two times 1/4 and four times 1/8",
    (8, 4, 2, 1, 1): "1/2, 1/4, 1/8, 1/16, 1/16",
    (8, 4, 1, 1, 1, 1): "1/2, 1/4 and four times 1/16",
    (4, 2, 2, 2, 2, 2, 2): "1/4 and six times 1/8",
}


def _entropy_in_bits(rng) -> Draw:
    sixteenths = list(_SHAPES)[rng.integers(len(_SHAPES))]
    p = np.array(sixteenths) / 16
    bits = float(probability.entropy(p))
    return Draw(
        f"The next word has the shares {_SHAPES[sixteenths]}. What is the entropy, in bits?",
        f"{bits:.6g}",
        (
            (f"{np.mean(-np.log2(p)):.6g}", "That is the unweighted mean of the surprises. Frequent words count more."),
            (f"{bits * _LN2:.6g}", "That is in nats. A surprise in bits is log₂(1/p)."),
            (f"{-bits:.6g}", "Same size, opposite direction: a surprise is log₂(1/p), and positive."),
            (f"{2**bits:.6g}", "That is the perplexity, 2 to the power of it."),
            (f"{np.log2(len(p)):.6g}", "That would be the entropy if all the words were equally likely."),
        ),
        f"Each share times its surprise: {' + '.join(f'{share:g}·{-np.log2(share):g}' for share in p)} = {bits:g} bit.",
    )


fresh("15.r1", _entropy_in_bits)
choice(
    "15.r2",
    "Day 12: Var(q·k) = d_k. What does the proof not need?",
    wrong("Independent entries", "Without independence covariances appear: q·q has variance 2d for normal entries."),
    wrong("Entries with mean 0", "A mean that is not 0 adds to the variance of each product."),
    right("Normally distributed entries", "Coins that show ±1 do as well: only mean, variance and independence count."),
    wrong("Entries with variance 1", "With variance v each product has variance v², and the sum d_k·v²."),
)
choice(
    "15.r3",
    "Day 8: on = (0, 1, 0, 1). LayerNorm with γ = 1, β = 0 and ε → 0 makes of it …",
    right("(−1, 1, −1, 1)", "Mean ½, variance ¼, so each entry is ±½ divided by ½."),
    wrong("(−2, 2, −2, 2)", "Divided by the variance ¼. Its root belongs there."),
    wrong("(−0.87, 0.87, −0.87, 0.87)", "That divides by n − 1. LayerNorm divides by n."),
    wrong("(0, ½, 0, ½)", "Those are shares. LayerNorm subtracts the mean and divides by the standard deviation."),
)
choice(
    "15.r4",
    "Day 1: cat = (2, 1), mat = (2, −1). How large is cat·mat?",
    right("3", "2·2 + 1·(−1) = 3."),
    wrong("5", "The minus sign is lost. That is cat·cat."),
    wrong("0.6", "That is the cosine: the dot product divided by both lengths."),
    wrong("(4, −1)", "Those are the products. Add them up."),
)

"""Day 20, positional encoding: exercises, hand calculations, predictions, quiz and ten mixed recall items."""

import inspect

import numpy as np

from utils import transformer
from utils.exercises.answers import close, hand, parse
from utils.exercises.choices import choice, right, wrong
from utils.exercises.engine import case, exercise, law, mistake
from utils.exercises.recall import Draw, fresh

_rng = np.random.default_rng(20)


def _words(T, d):
    return np.round(_rng.normal(size=(T, d)), 2)


def _encode(T, d, speeds, first=0, unit=1.0):
    """sin and cos in turn, for any list of d/2 speeds."""
    angles = np.arange(first, first + T)[:, None] * speeds * unit
    return np.stack([np.sin(angles), np.cos(angles)], axis=-1).reshape(T, d)


def _speeds(d, base=10000.0):
    return base ** (-np.arange(0, d, 2) / d)


def _halves(T, d, base=10000.0):
    angles = np.arange(T)[:, None] * _speeds(d, base)
    return np.concatenate([np.sin(angles), np.cos(angles)], axis=1)


def _column_pairs(T, d, base=10000.0):
    """The loop over range(0, d, 2) that writes 2 * column into the exponent, and column + 1 into the cosine's."""
    PE, p = np.zeros((T, d)), np.arange(T)
    for column in range(0, d, 2):
        PE[:, column] = np.sin(p / base ** (2 * column / d))
        PE[:, column + 1] = np.cos(p / base ** (2 * (column + 1) / d))
    return PE


def _own_speed(T, d, base=10000.0):
    angles = np.arange(T)[:, None] * base ** (-np.arange(d) / d)
    return np.where(np.arange(d) % 2, np.cos(angles), np.sin(angles))


def _swapped(T, d, base=10000.0):
    return _encode(T, d, _speeds(d, base)).reshape(T, -1, 2)[:, :, ::-1].reshape(T, d)


def _one_line(T, d, base=10000.0):
    """Another right answer: a cosine is a sine that is a quarter of a turn ahead."""
    column = np.arange(d)
    return np.sin(np.arange(T)[:, None] * base ** (-2 * (column // 2) / d) + (column % 2) * np.pi / 2)


def _base_counts(encoding):
    """A third argument is optional; where there is one, it is the base."""
    if len(inspect.signature(encoding).parameters) < 3:
        return ""
    other = encoding(3, 4, 100.0)
    expected = transformer.positional_encoding(3, 4, 100.0)
    return "" if np.allclose(other, expected) else "positional_encoding(3, 4, 100.0) still uses another base than 100."


def _hands_have_length_one(encoding):
    for T, d in ((7, 4), (50, 16)):
        squares = np.sum(np.square(encoding(T, d)), axis=1)
        if not np.allclose(squares, d / 2):
            row = int(np.argmax(np.abs(squares - d / 2)))
            return f"T = {T}, d = {d}: the squares of row {row} add up to {squares[row]:.3g}, not to {d / 2:g}."
    return ""


exercise(
    "20.e1",
    "positional_encoding(T, d, base=10000.0)",
    reference=transformer.positional_encoding,
    also=_one_line,
    cases=[case(3, 4), case(1, 2), case(7, 10), case(6, 6), case(13, 22)],
    mistakes=[
        mistake(
            "halves",
            _halves,
            "All sines first, then all cosines: the same columns in another order. A learned W does not mind, and much "
            "code does it. The paper takes turns: sin, cos, sin, cos.",
        ),
        mistake(
            "degrees",
            lambda T, d, base=10000.0: _encode(T, d, _speeds(d, base), unit=np.pi / 180),
            "NumPy's sin takes radians, as the formula does. You converted as if the angle were in degrees.",
        ),
        mistake(
            "exponent_i",
            lambda T, d, base=10000.0: _encode(T, d, base ** (-np.arange(d // 2) / d)),
            "Your exponent is i/d, and the formula has 2i/d: the last pair gets only half of its slowness.",
        ),
        mistake(
            "exponent_double",
            lambda T, d, base=10000.0: _encode(T, d, base ** (-2.0 * np.arange(0, d, 2) / d)),
            "You put the column where the pair belongs. 2i is the column already; do not double it again.",
        ),
        mistake(
            "exponent_double_shifted",
            _column_pairs,
            "Twice the column stands in your exponent, and the cosine's is one column further. "
            "Sine and cosine of one pair share one speed, and 2i is the column already.",
        ),
        mistake(
            "own_speed",
            _own_speed,
            "Each of your columns has a speed of its own. The sine and the cosine of one hand must turn together.",
        ),
        mistake(
            "swapped",
            _swapped,
            "Right numbers, wrong seats: the sine belongs in the even column, the cosine in the odd one.",
        ),
        mistake(
            "from_one",
            lambda T, d, base=10000.0: _encode(T, d, _speeds(d, base), first=1),
            "Your first row is position 1. Positions count from 0, and at 0 every hand points to the top.",
        ),
        mistake(
            "transposed",
            lambda T, d, base=10000.0: _encode(T, d, _speeds(d, base)).T,
            "Tokens are rows: T rows of d numbers. Yours has a row for every column.",
        ),
    ],
    properties=[
        law("each pair (sin, cos) has length 1, so the squares of a row add up to d/2", _hands_have_length_one),
        law("the base is the number whose power slows the hands down", _base_counts),
    ],
    difficulty=3,
    importance=3,
    minutes=12,
    hints=(
        "There are d/2 speeds, one for each pair. Write them down for d = 4 first: 1 and 1/100.",
        "np.arange(0, d, 2) is 2i for every pair at once. Positions as a column times speeds as a row gives "
        "all angles, shape (T, d/2).",
        "PE = np.zeros((T, d)); then fill PE[:, 0::2] with the sines of the angles and PE[:, 1::2] with the cosines.",
    ),
    then="Next question: which columns of row 1 are almost equal to those of row 0, and why?",
)


def _blocks(k, speeds, block):
    """A matrix with one 2 × 2 block for each speed on its diagonal."""
    d = 2 * len(speeds)
    M = np.zeros((d, d))
    for i, speed in enumerate(speeds):
        c, s = np.cos(k * speed), np.sin(k * speed)
        M[2 * i : 2 * i + 2, 2 * i : 2 * i + 2] = block(c, s)
    return M


def _turn(c, s):
    return [[c, -s], [s, c]]


def _by_kronecker(k, d):
    """Another right answer: the sum of a placed rotation for every pair."""
    pairs = np.eye(d // 2)
    turns = [np.array(_turn(np.cos(k * w), np.sin(k * w))) for w in _speeds(d)]
    return sum(np.kron(np.diag(place), turn) for place, turn in zip(pairs, turns, strict=True))


def _halves_blocks(k, d):
    c, s = np.diag(np.cos(k * _speeds(d))), np.diag(np.sin(k * _speeds(d)))
    return np.block([[c, -s], [s, c]])


def _walks(shift_matrix):
    for k, d in ((1, 4), (5, 6)):
        PE = transformer.positional_encoding(12, d)
        if not np.allclose(PE[:-k] @ shift_matrix(k, d), PE[k:]):
            return f"k = {k}, d = {d}: PE[:-{k}] @ M is not PE[{k}:]."
    return ""


def _keeps_lengths(shift_matrix):
    M = np.asarray(shift_matrix(3, 4))
    return "" if np.allclose(M.T @ M, np.eye(4)) else "k = 3, d = 4: MᵀM is not the identity."


exercise(
    "20.e2",
    "shift_matrix(k, d)",
    reference=transformer.shift_matrix,
    also=_by_kronecker,
    cases=[case(1, 2), case(1, 4), case(3, 4), case(2, 6), case(7, 10), case(0, 6)],
    mistakes=[
        mistake("backwards", lambda k, d: transformer.shift_matrix(k, d).T, "You walked to p − k: transpose."),
        mistake(
            "same_speed",
            lambda k, d: _blocks(k, np.ones(d // 2), _turn),
            "Every block turns at the speed of pair 0. Each pair i has its own speed 10000^(−2i/d).",
        ),
        mistake(
            "not_a_rotation",
            lambda k, d: _blocks(k, _speeds(d), lambda c, s: [[c, s], [s, c]]),
            "MᵀM is not the identity, so this is no rotation: it changes lengths. One of the two sines needs a minus.",
        ),
        mistake(
            "degrees",
            lambda k, d: _blocks(np.radians(k), _speeds(d), _turn),
            "The angle is k times the speed, in radians; you converted it.",
        ),
        mistake(
            "one_step",
            lambda k, d: transformer.shift_matrix(1, d),
            "Your matrix always walks one step. The angle has to grow with k.",
        ),
        mistake(
            "halves",
            _halves_blocks,
            "This moves an encoding with all sines first and all cosines behind. The paper's pairs are neighbours: "
            "2 × 2 blocks on the diagonal.",
        ),
    ],
    properties=[
        law("PE[k:] == PE[:-k] @ M", _walks),
        law("a rotation keeps lengths: MᵀM is the identity", _keeps_lengths),
    ],
    difficulty=3,
    importance=2,
    minutes=12,
    hints=(
        "Start with d = 2, one pair: which 2 × 2 matrix takes (sin a, cos a) to (sin(a + b), cos(a + b))?",
        "sin(a + b) = sin a cos b + cos a sin b is the first column of that matrix: cos b above sin b. The second "
        "column comes from cos(a + b) = cos a cos b − sin a sin b.",
        "Fill zeros((d, d)) block by block: rows and columns 2i and 2i + 1 get [[cos kω, −sin kω], [sin kω, cos kω]].",
    ),
    then="Next question: what is shift_matrix(2, d) @ shift_matrix(3, d), without computing it?",
)


def _distances(T, d):
    PE = transformer.positional_encoding(T, d)
    return np.sqrt(np.square(PE[:, None] - PE[None]).sum(axis=-1))


def _features(T, d):
    PE = transformer.positional_encoding(T, d)
    return PE.T @ PE


def _one_diagonal_one_number(similarity):
    S = np.asarray(similarity(6, 4), dtype=float)
    for k in range(6):
        diagonal = np.diagonal(S, k)
        if not np.allclose(diagonal, diagonal[0]):
            other = int(np.argmax(np.abs(diagonal - diagonal[0])))
            return f"T = 6, d = 4: entry (0, {k}) and entry ({other}, {other + k}) have the same distance and differ."
    return ""


exercise(
    "20.e3",
    "similarity(T, d)",
    reference=transformer.similarity,
    also=lambda T, d: np.cos((np.arange(T)[:, None] - np.arange(T))[..., None] * _speeds(d)).sum(axis=-1),
    cases=[case(2, 4), case(3, 4), case(6, 6), case(7, 10), case(11, 6)],
    mistakes=[
        mistake(
            "features",
            _features,
            "You compared columns with columns: PEᵀPE is d × d. Two positions are two rows.",
        ),
        mistake(
            "cosine",
            lambda T, d: transformer.similarity(T, d) / (d / 2),
            "That is the cosine: every entry is too small by d/2. The dot product was asked for.",
        ),
        mistake(
            "scaled",
            lambda T, d: transformer.similarity(T, d) / np.sqrt(d),
            "You divided by √d. That belongs to attention scores; here the plain dot product was asked for.",
        ),
        mistake(
            "distance",
            _distances,
            "That is a distance: 0 on the diagonal, larger further out. A similarity is largest on the diagonal.",
        ),
        mistake(
            "steps",
            lambda T, d: np.abs(np.arange(T)[:, None] - np.arange(T)).astype(float),
            "You counted the steps between two positions. Take the dot product of their two encodings.",
        ),
        mistake(
            "one_row",
            lambda T, d: transformer.similarity(T, d)[0],
            "That is position 0 against the others. Every position is compared with every other: T × T.",
        ),
    ],
    properties=[law("the entries depend on the distance only, so each diagonal is constant", _one_diagonal_one_number)],
    difficulty=2,
    importance=2,
    minutes=8,
    hints=(
        "Entry (p, q) is the dot product of row p and row q of PE.",
        "All dot products of rows with rows in one product of matrices: day 2 did that with Q and K.",
        "PE = positional_encoding(T, d); return PE @ PE.T.",
    ),
    then="Next question: cos a cos b + sin a sin b = cos(a − b). Where in PE·PE does the p disappear?",
)


exercise(
    "20.e4",
    "add_position(E, PE)",
    reference=transformer.add_position,
    also=lambda E, PE: np.array([row * len(row) ** 0.5 + seat for row, seat in zip(E, PE, strict=True)]),
    cases=[
        case(np.array([[1.0, 0.0, 0.0, 0.0]]), np.array([[0.0, 1.0, 0.0, 1.0]])),
        case(_words(3, 4), transformer.positional_encoding(3, 4)),
        case(_words(7, 10), transformer.positional_encoding(7, 10)),
        case(_words(6, 6), transformer.positional_encoding(6, 6)),
    ],
    mistakes=[
        mistake(
            "no_scale",
            lambda E, PE: E + PE,
            "Added, as it should be. Section 3.4 multiplies the embeddings by √d_model before that.",
        ),
        mistake(
            "scale_both",
            lambda E, PE: np.sqrt(E.shape[-1]) * (E + PE),
            "You scaled the sum. √d_model belongs to the embedding alone; the hands keep length 1.",
        ),
        mistake(
            "scale_position",
            lambda E, PE: E + np.sqrt(E.shape[-1]) * PE,
            "You scaled the position. √d_model belongs to the embedding.",
        ),
        mistake(
            "concat",
            lambda E, PE: np.concatenate([E, PE], axis=-1),
            "The paper adds; the width stays d.",
        ),
        mistake(
            "divide",
            lambda E, PE: E / np.sqrt(E.shape[-1]) + PE,
            "You divided the embedding by √d_model. Here it is multiplied; the division is in the attention scores.",
        ),
        mistake(
            "times_d",
            lambda E, PE: E.shape[-1] * E + PE,
            "You multiplied by d_model. Its root is the scale.",
        ),
        mistake(
            "by_T",
            lambda E, PE: np.sqrt(E.shape[0]) * E + PE,
            "Your scale is the root of the number of words. It has to be the root of the width d_model.",
        ),
        mistake(
            "times", lambda E, PE: np.sqrt(E.shape[-1]) * E * PE, "You multiplied word and position. They are added."
        ),
    ],
    difficulty=1,
    importance=3,
    minutes=5,
    hints=(
        "The two arrays have the same shape, and so has the answer.",
        "Section 3.4 of the paper multiplies one of the two by √d_model. Which one was learned?",
        "np.sqrt(E.shape[-1]) times E, plus PE.",
    ),
    then="Next question: with d_model = 512, how many times larger does √d_model make an embedding?",
)


def self_attention(X):
    """Every word looks at every word."""
    return transformer.scaled_dot_product_attention(X, X, X)[0]


def causal_attention(X):
    """Every word looks at itself and at what came before."""
    return transformer.scaled_dot_product_attention(X, X, X, transformer.causal_mask(len(X)))[0]


def add_the_sum(X):
    """Each word plus the sum of the three, added from the first to the last."""
    return X + (X[0] + X[1] + X[2])


def is_equivariant(f, X, perm, PE=None):
    """Do the outputs move along when the words change places and the positions stay?"""
    PE = 0.0 if PE is None else PE
    return bool(np.allclose(f(X[perm] + PE), f(X + PE)[perm]))


def _at(PE):
    return 0.0 if PE is None else PE


def _word_by_word(f, X, perm, PE=None):
    """Another right answer: follow each word to its new place."""
    PE = np.zeros_like(X) if PE is None else PE
    before, after = f(X + PE), f(np.array([X[word] + seat for word, seat in zip(perm, PE, strict=True)]))
    return max(np.max(np.abs(after[place] - before[word])) for place, word in enumerate(perm)) < 1e-8


_FIVE, _CYCLE = _words(5, 4), np.array([2, 0, 3, 4, 1])
_PE5 = transformer.positional_encoding(5, 4)
_TWICE = np.array([[1.0, 0.0], [2.0, 1.0], [1.0, 0.0]])  # the cat the
_FOUR = _words(4, 4)

exercise(
    "20.e5",
    "is_equivariant(f, X, perm, PE=None)",
    reference=is_equivariant,
    also=_word_by_word,
    cases=[
        case(self_attention, _FIVE, _CYCLE),
        case(self_attention, _FIVE, _CYCLE, PE=_PE5),
        case(causal_attention, _FIVE, _CYCLE),
        case(add_the_sum, np.array([[0.1, 0.3], [0.2, 0.7], [0.3, 0.1]]), np.array([2, 1, 0])),
        case(self_attention, _TWICE, np.array([2, 1, 0]), PE=transformer.positional_encoding(3, 2)),
        case(self_attention, _FOUR, np.array([0, 1, 2, 3]), PE=transformer.positional_encoding(4, 4)),
        case(self_attention, _FOUR, np.array([3, 0, 1, 2])),
        case(causal_attention, np.ones((3, 2)), np.array([1, 2, 0]), PE=transformer.positional_encoding(3, 2)),
    ],
    mistakes=[
        mistake(
            "moves_positions",
            lambda f, X, perm, PE=None: bool(np.allclose(f((X + _at(PE))[perm]), f(X + _at(PE))[perm])),
            "Positions stay in their seats; only the words move.",
        ),
        mistake(
            "invariant",
            lambda f, X, perm, PE=None: bool(np.allclose(f(X[perm] + _at(PE)), f(X + _at(PE)))),
            "You asked whether the output stays as it was. That would be invariance; here it moves with the words.",
        ),
        mistake(
            "moved_back",
            lambda f, X, perm, PE=None: bool(np.allclose(f(X[perm] + _at(PE)), f(X + _at(PE))[np.argsort(perm)])),
            "You moved the outputs the other way round. Use the same perm on both sides.",
        ),
        mistake(
            "exact",
            lambda f, X, perm, PE=None: bool(np.array_equal(f(X[perm] + _at(PE)), f(X + _at(PE))[perm])),
            "A sum in another order may differ in its sixteenth digit. Compare with np.allclose, not with ==.",
        ),
        mistake(
            "features",
            lambda f, X, perm, PE=None: bool(np.allclose(f(X[:, perm] + _at(PE)), f(X + _at(PE))[:, perm])),
            "You moved columns. Words are rows.",
        ),
        mistake(
            "ignores_positions",
            lambda f, X, perm, PE=None: bool(np.allclose(f(X[perm]), f(X)[perm])),
            "PE is never used: with positions the verdict should change.",
        ),
        mistake(
            "table",
            lambda f, X, perm, PE=None: np.isclose(f(X[perm] + _at(PE)), f(X + _at(PE))[perm]),
            "That is a verdict for every number. One verdict was asked for: do all of them agree?",
        ),
    ],
    difficulty=2,
    importance=2,
    minutes=8,
    hints=(
        "Two experiments: the words in their old order, and the words in the new order. In both, seat 0 keeps PE[0].",
        "The first gives f(X + PE); its rows, moved by perm, are what you expect of the second.",
        "Compare f(X[perm] + PE) with f(X + PE)[perm] by np.allclose; without PE leave the addition out.",
    ),
    then="Next question: after which change of places would even attention with positions say True?",
)


hand(
    "20.h1",
    "d = 4, so there are two hands with the speeds 1 and 1/100. What is PE(0)? Four numbers.",
    "0, 1, 0, 1",
    wrong=[
        ("0, 0, 1, 1", "Those are all sines, then all cosines. The paper takes turns: sin, cos, sin, cos."),
        ("1, 0, 1, 0", "You put the cosine first. The sine has the even column, 2i."),
        ("0.841, 0.540, 0.010, 1.000", "That is position 1. Positions count from 0."),
        ("0, 0, 0, 0", "The angle is 0. Its sine is 0, its cosine is 1: the hands point to the top."),
    ],
    hints=("The angle of every hand is 0 · speed.", "sin 0 = 0, cos 0 = 1.", "sin, cos, sin, cos."),
    working="Every angle is 0: sin 0 = 0 and cos 0 = 1, twice.",
)
hand(
    "20.h1b",
    "The same two hands. What is PE(1)? Four numbers, three places. (sin 1 = 0.841, cos 1 = 0.540.)",
    "0.841, 0.540, 0.010, 1.000",
    tolerance=0.0025,
    wrong=[
        ("0.017, 1.000, 0.000, 1.000", "Your calculator is set to degrees. The angle is 1 radian, which is 57.3°."),
        (
            "0.841, 0.540, 0.0001, 1.000",
            "You used column 2 as i. i counts pairs: the third column is pair 1, speed 10000^(−2/4) = 1/100.",
        ),
        ("0.841, 0.540, 0.100, 0.995", "Your second speed is 10000^(−1/4) = 1/10. The exponent is −2i/d, not −i/d."),
        ("0.841, 0.010, 0.540, 1.000", "Those are all sines, then all cosines. The paper takes turns."),
        ("0.540, 0.841, 1.000, 0.010", "You put the cosine first. The sine has the even column, 2i."),
        ("0.909, -0.416, 0.020, 1.000", "That is position 2. Positions count from 0."),
    ],
    hints=(
        "The angles are 1 and 1/100, in radians.",
        "For a small angle sin a is nearly a, and cos a nearly 1.",
        "sin 1, cos 1, sin 0.01, cos 0.01.",
    ),
    working="sin 1 = 0.8415, cos 1 = 0.5403; sin 0.01 = 0.0100, cos 0.01 = 0.99995.",
)
hand(
    "20.h2",
    "d = 4. What are PE(1)·PE(0) and PE(5)·PE(4)? Two numbers, three places.",
    "1.540, 1.540",
    also=("1.540, same", "1.54, same", "1.540, the same", "1.54, the same"),
    wrong=[
        ("0.540, 0.540", "That is the fast pair alone. The slow pair adds cos 0.01, which is almost 1."),
        ("2, 2", "That is PE(p)·PE(p) = d/2. The two positions differ by one step here."),
        ("1.540, 1.282", "1.282 is PE(5)·PE(0). What counts is the distance, and 5 − 4 is 1."),
        ("1.540, 0.283", "Not cos 5: what counts is the distance between the two positions, and 5 − 4 is 1."),
        ("2.391, 2.391", "You added the sines too. Against PE(0) = (0, 1, 0, 1) they are multiplied by 0."),
    ],
    hints=(
        "PE(0) = (0, 1, 0, 1) picks the two cosines out of PE(1).",
        "For each pair, sin a sin b + cos a cos b = cos(a − b).",
        "cos 1 + cos 0.01, both times.",
    ),
    working="cos 1 + cos 0.01 = 0.5403 + 0.99995; only the distance counts, and it is 1 both times.",
)
hand(
    "20.h3",
    "the has the embedding (1, 0, 0, 0) and stands at position 0. What enters the first layer? Four numbers.",
    "2, 1, 0, 1",
    wrong=[
        ("1, 1, 0, 1", "You forgot √d_model = 2. It multiplies the embedding."),
        ("2, 2, 0, 2", "You scaled both. √d_model multiplies the embedding only."),
        ("4, 1, 0, 1", "You multiplied by d_model. Its root is the scale."),
        ("0.5, 1, 0, 1", "You divided by √d_model. The embedding is multiplied by it."),
        ("2, 0, 0, 0", "That is the scaled embedding. The position is still to be added."),
        ("1, 0, 0, 0, 0, 1, 0, 1", "You put them side by side. The paper adds; the width stays 4."),
        ("2, 0, 0, 0, 0, 1, 0, 1", "You put them side by side. The paper adds; the width stays 4, not 8."),
    ],
    hints=("√d_model = √4 = 2.", "Twice the embedding is (2, 0, 0, 0).", "Add PE(0) = (0, 1, 0, 1)."),
    working="2 · (1, 0, 0, 0) + (0, 1, 0, 1).",
)
hand(
    "20.h4",
    "Hand 0 turns by 1 radian per position. At which angle does it point at position 3, in degrees from the top?",
    "171.9",
    unit="°/degrees",
    wrong=[
        ("3", "That is the angle in radians. One radian is 180/π = 57.3 degrees."),
        ("540", "One radian is 57.3 degrees; π radians are 180."),
        ("188.1", "You read the clock the wrong way round. From the top it is 3 · 57.3 degrees."),
        ("57.3", "That is position 1."),
        ("229.2", "That is position 4. Position 3 is three steps from 0."),
    ],
    hints=("1 radian = 180/π degrees.", "1 radian = 57.3 degrees.", "Three times that."),
    working="3 · 180/π = 3 · 57.296 = 171.9 degrees, a little before six o'clock.",
)
choice(
    "20.p1",
    'The plan says: "the periodicity of sine and cosine is used to express the order of positions", and each position '
    "gets a unique vector from it. Which sentence is true?",
    wrong(
        "Periodicity is what makes each position unique.",
        "A periodic function repeats. One hand shows nearly the same time again after 44 positions.",
    ),
    wrong(
        "Only the slowest hand matters; the others repeat.",
        "The slowest hand alone hardly moves from one word to the next. Fast hands tell neighbours apart.",
    ),
    right(
        "Many hands of different speeds together tell positions apart, and a step of k is the same turn everywhere.",
        "Each hand repeats; that they all come back at the same time practically never happens. And PE(p + k) = "
        "PE(p)·R(k) is what makes order easy to use.",
    ),
    wrong(
        "The order is in the size of the numbers: later positions have larger vectors.",
        "Every PE(p) has the same length, √(d/2). Position 500 is not larger than position 0.",
    ),
)
hand(
    "20.p2",
    "The curve as the paper means it: sin(pos / 10000^(2i/d)) over pos, with d = 16 and i = 4. After how many "
    "positions has it made one full period?",
    "628.3",
    unit="positions",
    wrong=[
        ("6.283", "That is pair i = 0. Here pos is divided by 10000^(8/16) = 100 first."),
        ("100", "100 is what pos is divided by. A sine has made one period when its angle is 2π, not 1."),
        ("62.83", "You divided pos by 10. The exponent is 2i/d = 8/16, not i/d = 4/16."),
        ("62832", "You divided pos by 10000. The exponent is 2i/d = 8/16, and 10000^(1/2) = 100."),
        ("0.06283", "You multiplied pos by 100. The power stands below the line: a larger i is a slower curve."),
        ("36000", "The angle is in radians: a full turn is 2π, not 360."),
    ],
    hints=(
        "10000^(2i/d) with 2i/d = 8/16 = 1/2.",
        "So the curve is sin(pos / 100).",
        "pos / 100 = 2π.",
    ),
    working="10000^(8/16) = 100, and pos / 100 reaches 2π at pos = 628.3.",
)

choice(
    "20.w1",
    "The wall has two clocks. The hands start at 12. The fast one turns by 1 radian per position. Where is it at "
    "position 3?",
    wrong("At 3 degrees, hardly off the top", "That would be 1 degree per position. One radian is 57.3 degrees."),
    wrong("At 3 o'clock", "3 o'clock is 90 degrees. Three radians are 3 · 57.3 = 171.9."),
    right("A little before 6 o'clock", "3 · 57.3 = 171.9 degrees; 6 o'clock is 180 degrees, π radians."),
    wrong("Back at 12 after three turns", "One turn takes 2π = 6.28 radians, so a little more than 6 positions."),
)
hand(
    "20.w1b",
    "The slow hand turns by 1/100 radian per position. At how many degrees from the top does it point at position 100?",
    "57.3",
    unit="°/degrees",
    wrong=[
        ("1", "That is the angle in radians. One radian is 180/π degrees."),
        ("100", "100 positions of 1/100 radian make 1 radian, which is 57.3 degrees."),
        ("3.6", "A full turn does not take 100 positions: it takes 2π · 100 = 628."),
        ("360", "A full turn takes 2π · 100 = 628 positions. At 100 it has turned by 1 radian."),
        ("0.573", "That is position 1."),
        ("180", "That would be π radians. 100 · 1/100 is 1 radian."),
    ],
    hints=("100 · 1/100 = 1 radian.", "π radians are 180 degrees.", "180 / π."),
    working="100 · 1/100 = 1 radian = 180/π degrees.",
)
choice(
    "20.w2",
    "The map has a row for each position and a column for each sine or cosine. It starts with base 100; the paper "
    "takes 10,000. What happens to its right half when the base grows?",
    wrong("Its stripes get finer", "The base stands below the line: a larger one slows the hands down."),
    wrong("Nothing; only the left half changes", "The very first pair has base^0 = 1: its speed never changes."),
    wrong("It gets paler", "Sine and cosine keep their size, whatever the speed. The hands all have length 1."),
    right(
        "It gets calmer: the slow hands turn even more slowly",
        "The speed of pair i is base^(−2i/d). For the last pairs the exponent is almost −1: a hundred times the base, "
        "almost a hundred times slower.",
    ),
)
choice(
    "20.w3",
    "You take the dot product of your position's encoding with every other one. At distance 0 it is d/2. How does it "
    "go on as the distance grows?",
    wrong("It falls steadily", "Each pair adds a cosine of the distance, and a cosine comes back."),
    wrong(
        "It falls steadily, faster if you stand further right", "Where you stand does not matter: only p − q enters."
    ),
    right(
        "It falls at first, then goes up and down, the same wherever you stand",
        "It is a sum of cosines of ω · (p − q). Near 0 all of them fall together; later they run apart.",
    ),
    wrong(
        "It stays at d/2, because all encodings are equally long", "Equal length, other direction: the angle counts."
    ),
)

choice(
    "20.q1",
    "In PE(pos, 2i) = sin(pos / 10000^(2i/d)): what does i count?",
    wrong("Columns", "2i is the column. i = 1 is the pair of columns 2 and 3."),
    wrong("Positions", "The position is pos. i is fixed within a column."),
    right(
        "Pairs of columns", "i runs from 0 to d/2 − 1. The paper calls it the dimension, which misleads many readers."
    ),
)
choice(
    "20.q2",
    "How do you get PE(p + k) from PE(p)?",
    wrong("Add a vector that depends on k", "The hands turn; the difference of two positions depends on p too."),
    wrong("Multiply by k", "The hands keep length 1."),
    wrong(
        "There is no rule; look it up in the table",
        "There is no rule for learned positions. For sine and cosine there is.",
    ),
    right(
        "Multiply by a rotation that depends on k only",
        "Hand i turns by kω_i, wherever it points. One matrix does it for every p.",
    ),
)
choice(
    "20.q3",
    "Embedding and encoding: what does the paper do with the two vectors?",
    right(
        "It adds them",
        "Both have width d_model, and so has the sum. Before that the embedding is multiplied by √d_model.",
    ),
    wrong("It puts them side by side", "Then the first layer would be 2d wide. Section 3.5 adds."),
    wrong(
        "It multiplies them", "Section 3.5 adds. RoPE multiplies by a rotation, but queries and keys, not embeddings."
    ),
)


_SHARES = ((0.5, 0.25, 0.125, 0.125), (0.4, 0.3, 0.2, 0.1), (0.5, 0.2, 0.2, 0.1))
_PLACES = ("first", "second", "third", "fourth")


def _typed(numbers) -> str:
    return ", ".join(f"{number + 0.0:g}" for number in numbers)


def _told_apart(*wrong_answers):
    """The wrong answers of a draw without those whose value an earlier one has: each value gets one sentence."""
    kept = []
    for value, sentence in wrong_answers:
        if not any(close(parse(value), parse(other)) for other, _ in kept):
            kept.append((value, sentence))
    return tuple(kept)


def _prediction_minus_truth(rng) -> Draw:
    p = rng.permutation(_SHARES[rng.integers(len(_SHARES))])
    place = int(rng.integers(4))
    truth = np.eye(4)[place]
    return Draw(
        f"Day 19: the model's shares are ({_typed(p)}), and the {_PLACES[place]} word came true. "
        "What is the gradient of the loss with respect to the four logits?",
        _typed(p - truth),
        _told_apart(
            (_typed(truth - p), "Same size, opposite direction: it is prediction minus truth."),
            (_typed(p), "Those are the shares. The truth is still to be subtracted."),
            (_typed((p - truth) * truth), "The other three words must go down too: their entries are their shares."),
        ),
        f"p − y: subtract 1 from the {_PLACES[place]} share and keep the others.",
    )


def _variance_by_n(rng) -> Draw:
    low, half = int(rng.integers(1, 9)), int(rng.integers(2, 7))
    return Draw(
        f"Day 17: two observations, {low} and {low + 2 * half}. What is the maximum-likelihood estimate "
        "of the variance?",
        str(half**2),
        _told_apart(
            (str(2 * half**2), "You divided by n − 1. Maximum likelihood divides by n, and so does LayerNorm."),
            (str(half), "That is the standard deviation."),
            (str(low + half), "That is the mean."),
        ),
        f"The mean is {low + half}, both lie {half} away from it: ({half}² + {half}²) / 2 = {half**2}.",
    )


def _dot_product(rng) -> Draw:
    a, b = rng.integers(1, 6, size=2), rng.integers(1, 6, size=2)
    b[int(rng.integers(2))] *= -1
    x, y = (int(n) for n in a * b)
    return Draw(
        f"Day 1: what is ({a[0]}, {a[1]})·({b[0]}, {b[1]})?",
        str(x + y),
        _told_apart(
            (str(abs(x) + abs(y)), "You lost the minus sign."),
            (f"{x}, {y}", "You have the two products. They still have to be added."),
            (str(int(a.sum() * b.sum())), "You added first and multiplied after. Multiply pair by pair."),
        ),
        f"{x} + {y} = {x + y}.".replace("+ -", "− "),
    )


def _entropy(rng) -> Draw:
    halvings = ((1, 2, 2), (1, 2, 3, 3), (2, 2, 2, 2), (1, 3, 3, 3, 3), (2, 2, 2, 3, 3), (1, 2, 3, 4, 4))
    bits = np.array(rng.permutation(halvings[rng.integers(len(halvings))]))
    entropy = float(np.sum(bits * 0.5**bits))
    return Draw(
        f"Day 14: how many bits of entropy have the shares {', '.join(f'1/{2**b}' for b in bits)}?",
        f"{entropy:g}",
        _told_apart(
            (f"{entropy * np.log(2):.4g}", "Those are nats. One bit is 0.693 nat."),
            (f"{-entropy:g}", "Entropy is not negative: −log of a share is positive."),
            (f"{bits.sum():g}", "You added the surprises. Each one counts with its share."),
        ),
        f"The surprises are {', '.join(str(b) for b in bits)} bits; weighted by their shares they give {entropy:g}.",
    )


def _posterior(rng) -> Draw:
    prior, likelihoods = int(rng.integers(1, 5)), [int(n) for n in rng.choice([1, 2, 3, 4], size=2, replace=False)]
    joint = prior * likelihoods[0], (5 - prior) * likelihoods[1]
    return Draw(
        f"Day 18: the prior of cat is {prior}/5, that of dog {5 - prior}/5. A word is heard whose probability is "
        f"{likelihoods[0]}/4 after cat and {likelihoods[1]}/4 after dog. What is the posterior of cat?",
        f"{joint[0]}/{sum(joint)}",
        _told_apart(
            (f"{joint[0]}/20", "That is prior times likelihood. Shares must add up to 1: divide by the sum of both."),
            (f"{prior}/5", "That is the prior. The word you heard is evidence."),
            (f"{likelihoods[0]}/{sum(likelihoods)}", "The prior is missing."),
            (f"{joint[1]}/{sum(joint)}", "That is the posterior of dog."),
        ),
        f"{joint[0]}/20 against {joint[1]}/20; together {sum(joint)}/20.",
    )


fresh("20.r1", _prediction_minus_truth)
fresh("20.r2", _variance_by_n)
choice(
    "20.r3",
    "Day 13: softmax(z + 7) and softmax(7z), compared with softmax(z). Which is true?",
    wrong(
        "Both are the same as softmax(z)",
        "Only a shift cancels. Seven times the scores is seven times each difference.",
    ),
    wrong(
        "The first is larger, the second is sharper",
        "Shares add up to 1 before and after. A shift of all scores cancels.",
    ),
    wrong(
        "The first is sharper, the second is the same", "It is the other way round: a shift cancels, a scale does not."
    ),
    right(
        "The first is the same, the second is sharper",
        "e⁷ cancels in the first; the second raises every ratio to its 7th power.",
    ),
)
choice(
    "20.r4",
    "Day 6: the paper says that it projects linearly to queries and keys. Is that the shadow on a line, with P² = P?",
    right(
        "No, it is a multiplication by a learned matrix",
        "No right angle is asked for, and the output has another width.",
    ),
    wrong("Yes, every projection has P² = P", "W_Q has 512 rows and 64 columns: W_Q·W_Q does not even exist."),
    wrong("Only for the keys", "Queries, keys and values are made in the same way, each by a matrix of its own."),
)
fresh("20.r5", _dot_product)
fresh("20.r6", _entropy)
choice(
    "20.r7",
    "Day 4: each row of a mixing matrix M adds up to 1. Which eigenvalue is certain?",
    wrong("0, because something always gets lost", "0 is an eigenvalue only of a singular matrix."),
    wrong("None, it depends on the entries", "The row sums alone settle one of them."),
    right(
        "1, with the vector of ones",
        "M times the ones gives the row sums, and those are ones: whoever agrees goes on agreeing.",
    ),
)
choice(
    "20.r8",
    "Day 7: X has shape (T, d). How do you split it into h heads of width d/h, shape (h, T, d/h)?",
    wrong("X.reshape(h, T, d/h)", "Right shape, wrong owners: one token's numbers end up in several rows."),
    wrong("X.T.reshape(h, d/h, T)", "That gives (h, d/h, T): each head's table lies on its side."),
    right(
        "Reshape to (T, h, d/h), then exchange the first two axes",
        "Reshape cuts each token's row; the exchange brings the heads to the front.",
    ),
)
fresh("20.r9", _posterior)
choice(
    "20.r10",
    "Day 9: Y = X W with X of shape (5, 3) and W of shape (3, 2). You know dY, the slopes with respect to Y. "
    "What is dW?",
    wrong("dY Wᵀ", "(5, 2) times (2, 3) gives (5, 3): that is dX."),
    wrong("X dYᵀ", "(5, 3) and (2, 5) do not meet."),
    wrong("dYᵀ X", "(2, 5) times (5, 3) gives (2, 3): right numbers, lying on its side. W is (3, 2)."),
    right("Xᵀ dY", "(3, 5) times (5, 2) gives (3, 2), the shape of W."),
)

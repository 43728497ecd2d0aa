"""Day 26, backpropagation: exercises, hand calculations, predictions, quiz and recall."""

import math

import numpy as np

from utils import calculus, story, transformer
from utils.exercises.answers import hand
from utils.exercises.choices import choice, right, wrong
from utils.exercises.engine import case, exercise, mistake
from utils.exercises.recall import Draw, fresh

# --- 26.e1: autograd ----------------------------------------------------------------------------------------


def _reference_autograd(program, numbers, runs=1):
    inputs = [calculus.Value(x) for x in numbers]
    end = program(*inputs)
    for _ in range(runs):
        for x in inputs:  # the course's version lets the grads of inputs add up over runs
            x.grad = 0.0
        end.backward()
    return end.data, [x.grad for x in inputs]


class _Node:
    """A number with its parents and local slopes; `style` says which mistake is made."""

    def __init__(self, style, data, parents=(), slopes=()):
        self.style, self.data, self.grad, self.parents, self.slopes = style, data, 0.0, parents, slopes

    def make(self, data, parents, slopes):
        return _Node(self.style, data, parents, slopes)

    def __add__(self, other):
        return self.make(self.data + other.data, (self, other), (1.0, 1.0))

    def __mul__(self, other):
        slopes = (self.data, other.data) if self.style == "own_factor" else (other.data, self.data)
        return self.make(self.data * other.data, (self, other), slopes)

    def relu(self):
        gate = 1.0 if self.style == "unmasked" else float(self.data > 0)
        return self.make(max(self.data, 0.0), (self,), (gate,))

    def exp(self):
        e = math.exp(self.data)
        return self.make(e, (self,), (self.data if self.style == "exp_slope" else e,))

    def log(self):
        slope = math.log(self.data) if self.style == "log_slope" else 1 / self.data
        return self.make(math.log(self.data), (self,), (slope,))

    def backward(self):
        order, style = self.sorted(), self.style
        if style != "not_zeroed":
            for node in order:
                node.grad = 0.0
        self.grad = 0.0 if style == "unseeded" else 1.0
        for node in [self, *reversed(order[:-1])]:
            for parent, slope in zip(node.parents, node.slopes, strict=True):
                share = slope if style == "no_upstream" else slope * node.grad
                parent.grad = share if style == "assign" else parent.grad + share

    def sorted(self):
        """Everybody after all of their parents; with the mistake, just in the order of first sight, end first."""
        if self.style == "no_order":
            seen, waiting = [], [self]
            while waiting:
                node = waiting.pop(0)
                if node not in seen:
                    seen.append(node)
                    waiting += node.parents
            return seen[::-1]
        order = []

        def visit(node):
            if node not in order:
                for parent in node.parents:
                    visit(parent)
                order.append(node)

        visit(self)
        return order


def _autograd_with(style):
    def autograd(program, numbers, runs=1):
        inputs = [_Node(style, x) for x in numbers]
        end = program(*inputs)
        for _ in range(runs):
            end.backward()
        return end.data, [x.grad for x in inputs]

    return autograd


def _recursive(program, numbers, runs=1):
    """The mistake of passing on at once, and once more with everything that has come before."""
    inputs = [_Node("", x) for x in numbers]
    end = program(*inputs)

    def push(node):
        for parent, slope in zip(node.parents, node.slopes, strict=True):
            parent.grad += slope * node.grad
            push(parent)

    for _ in range(runs):
        end.grad = 1.0
        push(end)
    return end.data, [x.grad for x in inputs]


def _paths_added(program, numbers, runs=1):
    """The other right way: walk every path from the end, multiply along it, add over paths."""
    inputs = [_Node("", x) for x in numbers]
    end = program(*inputs)
    slopes, waiting = [0.0] * len(inputs), [(end, 1.0)]
    while waiting:
        node, blame = waiting.pop()
        slopes = [old + blame * (node is x) for old, x in zip(slopes, inputs, strict=True)]
        waiting += [(parent, blame * slope) for parent, slope in zip(node.parents, node.slopes, strict=True)]
    return end.data, slopes


def _written(formula):
    """Let a program be shown as its formula, where the checker shows an input."""

    def name(program):
        program.__name__ = formula
        return program

    return name


@_written("a·a")
def a_times_a(a):
    return a * a


@_written("a + a")
def a_plus_a(a):
    return a + a


@_written("a·b + c")
def product_plus_third(a, b, c):
    return a * b + c


@_written("s + s·s with s = a·a")
def diamond(a):
    """One node, two ways of different lengths: a² + a⁴."""
    short = a * a
    return short + short * short


@_written("relu(a)·b + relu(a·b)")
def closed_gate(a, b):
    return a.relu() * b + (a * b).relu()


@_written("log(exp(a) + exp(b))")
def log_of_a_sum(a, b):
    return (a.exp() + b.exp()).log()


@_written("e·e·log(exp(d·d)) with e = relu(x₁w₁ + x₂w₂)·v + d")
def two_layers(x1, x2, w1, w2, v, d):
    """One hidden unit and a squared error, with a detour through exp and log."""
    e = (x1 * w1 + x2 * w2).relu() * v + d
    return e * e * (d * d).exp().log()


exercise(
    "26.e1",
    "autograd(program, numbers, runs=1)",
    reference=_reference_autograd,
    also=_paths_added,
    cases=[
        case(a_times_a, [3.0]),
        case(a_plus_a, [3.0]),
        case(product_plus_third, [2.0, -3.0, 5.0]),
        case(diamond, [2.0]),
        case(closed_gate, [-2.0, 3.0]),
        case(closed_gate, [0.0, 3.0]),
        case(log_of_a_sum, [0.5, -1.0]),
        case(two_layers, [2.0, 1.0, 1.0, -1.0, 3.0, -5.0]),
        case(diamond, [2.0], runs=2),
        case(a_times_a, [-1.5], runs=3),
    ],
    mistakes=[
        mistake(
            "assign",
            _autograd_with("assign"),
            "a·a gives 3 and not 6 at a = 3: its two parents are one node, and the second share overwrote the first. "
            "Shares add: += where = stands.",
        ),
        mistake(
            "no_order",
            _autograd_with("no_order"),
            "Chains are right, a diamond is wrong: a node passed on what it had before all of its own had arrived. "
            "A node must wait for everybody that was made of it.",
        ),
        mistake(
            "recursive",
            _recursive,
            "A diamond gets too much: a node that is reached twice passes on its first share twice. Let every node "
            "pass on once, when all of its shares have arrived.",
        ),
        mistake(
            "not_zeroed",
            _autograd_with("not_zeroed"),
            "Right for one run. A second backward() adds to the grads of the first: set every grad to 0 before you "
            "start.",
        ),
        mistake(
            "unseeded",
            _autograd_with("unseeded"),
            "Every slope is 0. Blame has to start somewhere: what is the slope of the last node for itself?",
        ),
        mistake(
            "no_upstream",
            _autograd_with("no_upstream"),
            "Each node passes on its local slope only. Along a path slopes multiply: times what has arrived at the "
            "node.",
        ),
        mistake(
            "own_factor",
            _autograd_with("own_factor"),
            "Nudge a in a·b: the product moves by b per unit. The slope for one factor is the other factor.",
        ),
        mistake(
            "unmasked",
            _autograd_with("unmasked"),
            "Blame went through a closed gate. ReLU's slope is 1 where its input was positive, else 0.",
        ),
        mistake(
            "exp_slope",
            _autograd_with("exp_slope"),
            "The slope of e^a is e^a itself, the value that has just been computed, not a.",
        ),
        mistake("log_slope", _autograd_with("log_slope"), "The slope of log a is 1/a, not log a."),
    ],
    difficulty=3,
    importance=3,
    minutes=12,
    hints=(
        "Each operation returns a Value with three things: its number, its parents, and one local slope for each "
        "parent.",
        "backward(): list all nodes so that everybody stands after all of their parents; set all grads to 0, the "
        "end's "
        "to 1; walk the list from its end.",
        "A function visit(node) that visits the parents first and then appends the node makes that list. Then: "
        "parent.grad += slope * node.grad, for each parent.",
    ),
    then="Next question: your program has a million numbers and one result. How many backward runs do you need?",
)


# --- 26.e2: the two-layer network, line by line -------------------------------------------------------------

_rng = np.random.default_rng(26)
_LAYERS = ("W2", "b2", "h", "z", "W1", "b1", "x")  # in the order of the calculation


def mlp_lines(x, W1, W2, z, h, dY):
    """Every line of the way back through h = max(0, z), z = x W1 + b1, y = h W2 + b2, by the course's functions."""
    dh = calculus.grad_X(dY, W2)
    dz = calculus.vjp_relu(z, dh)
    lines = (
        calculus.grad_W(h, dY),
        calculus.grad_b(dY),
        dh,
        dz,
        calculus.grad_W(x, dz),
        calculus.grad_b(dz),
        calculus.grad_X(dz, W1),
    )
    return dict(zip(_LAYERS, lines, strict=True))


def _mlp(x, W1, W2, z, h, dY, style=""):
    """The same once more, with one thing wrong."""
    dW2 = dY.T @ h if style == "transposed" else (z if style == "z_for_h" else h).T @ dY
    bias = np.mean if style == "mean" else np.sum
    dh = dY @ (W2 if style == "no_T" else W2.T)
    gates = {"unmasked": np.ones(z.shape), "relu_of_g": dh > 0, "at_zero": z >= 0}
    dz = dh * gates.get(style, z > 0)
    dW1 = x.T @ (dh if style == "late_gate" else dz)
    lines = (dW2, bias(dY, axis=0), dh, dz, dW1, bias(dz, axis=0), dz @ W1.T)
    return dict(zip(_LAYERS, lines, strict=True))


def _mlp_with(style):
    return lambda x, W1, W2, z, h, dY: _mlp(x, W1, W2, z, h, dY, style)


def _mlp_einsum(x, W1, W2, z, h, dY):
    dh = np.einsum("to,ho->th", dY, W2)
    dz = np.where(h > 0, dh, 0.0)
    return {
        "x": np.einsum("th,dh->td", dz, W1),
        "z": dz,
        "h": dh,
        "W2": np.einsum("th,to->ho", h, dY),
        "b2": np.ones(len(dY)) @ dY,
        "W1": np.einsum("td,th->dh", x, dz),
        "b1": np.ones(len(dz)) @ dz,
    }


def _mlp_case(tokens, d, hidden, out):
    x, W1, W2 = (np.round(_rng.normal(size=shape), 1) for shape in ((tokens, d), (d, hidden), (hidden, out)))
    z = np.round(x @ W1 + 0.1, 2)
    return case(x, W1, W2, z, np.maximum(z, 0.0), np.round(_rng.normal(size=(tokens, out)), 1))


_ON = story.TABLE_2D["on"][None, :].copy()  # (0, 1): its first inner unit gets exactly 0
_W1 = np.array([[1.0, -1.0], [0.0, 1.0]])
_W2 = np.array([[3.0], [1.0]])

exercise(
    "26.e2",
    "mlp_backward(x, W1, W2, z, h, dY)",
    reference=mlp_lines,
    also=_mlp_einsum,
    cases=[
        case(_ON, _W1, _W2, _ON @ _W1, np.maximum(_ON @ _W1, 0.0), np.array([[-4.0]])),
        _mlp_case(5, 2, 7, 3),
        _mlp_case(3, 3, 3, 3),
    ],
    mistakes=[
        mistake(
            "transposed",
            _mlp_with("transposed"),
            "W2 is the first wrong line: a gradient has the shape of the thing itself. What came into W2, transposed, "
            "times what arrives.",
        ),
        mistake(
            "z_for_h",
            _mlp_with("z_for_h"),
            "W2 is the first wrong line: it met h, the numbers behind the gate, and not z.",
        ),
        mistake(
            "mean",
            _mlp_with("mean"),
            "b2 is the first wrong line: one bias serves all tokens, and their shares add. Sum, not mean.",
        ),
        mistake(
            "no_T",
            _mlp_with("no_T"),
            "h is the first wrong line: the inner sizes must meet. Write the shapes of dY and W2 side by side.",
        ),
        mistake(
            "unmasked",
            _mlp_with("unmasked"),
            "z is the first wrong line: the gate was forgotten. Where z was not positive, nothing comes through.",
        ),
        mistake(
            "relu_of_g",
            _mlp_with("relu_of_g"),
            "z is the first wrong line: you let positive blame through. The gate is decided by z, on the way forward.",
        ),
        mistake(
            "at_zero",
            _mlp_with("at_zero"),
            "z is the first wrong line, where z is exactly 0: ReLU has no slope there, and the course chooses 0 "
            "(shut).",
        ),
        mistake(
            "late_gate",
            _mlp_with("late_gate"),
            "W1 is the first wrong line: it stands before the gate, so it gets what came through it.",
        ),
    ],
    difficulty=2,
    importance=3,
    minutes=8,
    hints=(
        "Seven lines, last layer first: two gradients for what layer 2 owns, one for what it received; the gate; the "
        "same "
        "three for layer 1.",
        "Day 9: weights get (what came in)ᵀ times (what arrives); the input gets (what arrives) times Wᵀ; a bias gets "
        "the sum over tokens.",
        "dW2 from h and dY, db2 from dY, dh from dY and W2, dz = dh where z > 0, then dW1 from x and dz, db1 from dz, "
        "dx "
        "from dz and W1.",
    ),
    then="Next question: neither b1 nor b2 is among the arguments. Why are they not needed on the way back?",
)


# --- 26.e3: attention, last line first ----------------------------------------------------------------------

_ATTENTION = ("V", "A", "S", "Q", "K")


def attention_lines(Q, K, V, A, dO):
    """Every line of the way back through O = A V, A = softmax(S), S = Q Kᵀ / √d_k, by the course's functions."""
    dA = dO @ V.T
    dQ, dK, dV = transformer.attention_backward(Q, K, V, A, dO)
    return dict(zip(_ATTENTION, (dV, dA, calculus.vjp_softmax(A, dA), dQ, dK), strict=True))


def _attention(Q, K, V, A, dO, style=""):
    """The same once more, with one thing wrong."""
    root = np.sqrt(Q.shape[1])
    dV = (A if style == "A_not_turned" else A.T) @ dO
    dA = dO @ V.T
    centres = {
        "no_centre": np.zeros((len(A), 1)),
        "axis0": (dA * A).sum(axis=0),
        "mean_centre": dA.mean(axis=1, keepdims=True),
        "diag": dA * A,
        "whole": np.sum(dA * A),
    }
    dS = A * (dA - centres.get(style, (dA * A).sum(axis=1, keepdims=True)))
    if style == "early_scale":
        dS, root = dS / root, 1.0
    if style == "no_scale":
        root = 1.0
    if style == "by_dk":
        root = root**2
    dK = (dS if style == "dS_not_turned" else dS.T) @ Q / root
    return dict(zip(_ATTENTION, (dV, dA, dS, dS @ K / root, dK), strict=True))


def _attention_with(style):
    return lambda Q, K, V, A, dO: _attention(Q, K, V, A, dO, style)


def _attention_by_jacobians(Q, K, V, A, dO):
    """The other right way: a Jacobian for each row of the softmax."""
    dA = np.einsum("qv,kv->qk", dO, V)
    dS = np.array([(np.diag(row) - np.outer(row, row)) @ g for row, g in zip(A, dA, strict=True)])
    scale = Q.shape[1] ** -0.5
    return {
        "V": np.einsum("qk,qv->kv", A, dO),
        "A": dA,
        "S": dS,
        "Q": scale * np.einsum("qk,kc->qc", dS, K),
        "K": scale * np.einsum("qk,qc->kc", dS, Q),
    }


def _attention_case(queries, keys, d_k, d_v, mask=None):
    shapes = ((queries, d_k), (keys, d_k), (keys, d_v), (queries, d_v))
    Q, K, V, dO = (np.round(_rng.normal(size=shape), 1) for shape in shapes)
    return case(Q, K, V, transformer.scaled_dot_product_attention(Q, K, V, mask)[1], dO)


exercise(
    "26.e3",
    "attention_backward(Q, K, V, A, dO)",
    reference=attention_lines,
    also=_attention_by_jacobians,
    cases=[
        _attention_case(3, 5, 2, 7),
        _attention_case(3, 3, 3, 3),
        _attention_case(5, 5, 3, 2, transformer.causal_mask(5)),
    ],
    mistakes=[
        mistake(
            "A_not_turned",
            _attention_with("A_not_turned"),
            "V is the first wrong line. Row k of V went into every output i with weight A[i, k]: its blame is a sum "
            "over "
            "i, down a column of A.",
        ),
        mistake(
            "no_centre",
            _attention_with("no_centre"),
            "S is the first wrong line: raising one share lowers the others. The average dA of its row, weighted with "
            "A, has to be subtracted. Without it the rows of dS do not add up to 0.",
        ),
        mistake(
            "mean_centre",
            _attention_with("mean_centre"),
            "S is the first wrong line: the centre of a row is the A-weighted mean of dA, not the plain one.",
        ),
        mistake(
            "axis0",
            _attention_with("axis0"),
            "S is the first wrong line: your centre adds down the columns (or lost an axis). Each row of A is a "
            "softmax of its own.",
        ),
        mistake(
            "diag",
            _attention_with("diag"),
            "S is the first wrong line: A(1 − A) is the slope of a share for its own score. The cross terms, one "
            "score "
            "and another share, are missing.",
        ),
        mistake(
            "whole",
            _attention_with("whole"),
            "S is the first wrong line: one centre for the whole table. Each row is its own cake.",
        ),
        mistake(
            "early_scale",
            _attention_with("early_scale"),
            "S is the first wrong line, by the factor √d_k: here S is already divided by √d_k, it is what softmax "
            "saw. "
            "The factor comes one line later, on the way to Q and K.",
        ),
        mistake(
            "no_scale",
            _attention_with("no_scale"),
            "Q is the first wrong line, by a constant factor: the way forward divided by √d_k, so the way back does.",
        ),
        mistake(
            "by_dk",
            _attention_with("by_dk"),
            "Q is the first wrong line: you divided twice by √d_k, or once by d_k. The way forward did it once.",
        ),
        mistake(
            "dS_not_turned",
            _attention_with("dS_not_turned"),
            "K is the first wrong line. Key j met every query i with score S[i, j]: its blame is a sum over i, down a "
            "column of dS.",
        ),
    ],
    difficulty=4,
    importance=3,
    minutes=20,
    hints=(
        "Two matrix products and a softmax, in reverse: O = A V first, then the softmax of each row, then Q Kᵀ / √d_k.",
        "A product C = A B has dA = dC Bᵀ and dB = Aᵀ dC. The softmax of day 22: p ⊙ (g − g·p), row by row, with "
        "keepdims.",
        "dV = Aᵀ dO; dA = dO Vᵀ; dS = A ⊙ (dA − rowsum(dA ⊙ A)); dQ = dS K / √d_k; dK = dSᵀ Q / √d_k.",
    ),
    then="Next question: a masked place has A = 0. Which of the five tables are 0 there, and which is not?",
)


# --- 26.e4: nudge everything once ---------------------------------------------------------------------------

_X = np.round(_rng.normal(size=(7, 3)), 1)
_Y = np.round(_rng.normal(size=(7, 3)), 1)
_PARAMETERS = {"W": np.round(_rng.normal(size=(3, 3)), 1), "b": np.round(_rng.normal(size=3), 1)}


def half_square(p):
    """The loss ½ Σ (X W + b − Y)² of one layer, with 12 numbers to learn."""
    return 0.5 * np.sum((_X @ p["W"] + p["b"] - _Y) ** 2)


def faint(p):
    """A millionth of that loss."""
    return 1e-6 * half_square(p)


def loud(p):
    """A million times that loss."""
    return 1e6 * half_square(p)


def _claims(factor=1.0):
    error = _X @ _PARAMETERS["W"] + _PARAMETERS["b"] - _Y
    return {"W": factor * _X.T @ error, "b": factor * error.sum(axis=0)}


def _last_entry_off():
    claims = _claims()
    claims["W"][-1, -1] += 2.0
    return claims


def _transposed():
    return {**_claims(), "W": _claims()["W"].T.copy()}


def _nudged(loss, params, name, h=1e-5):
    return calculus.numeric_gradient(lambda w: loss({**params, name: w}), params[name], h)


def _relative(a, b):
    size = max(np.max(np.abs(a)), np.max(np.abs(b)))
    return float(np.max(np.abs(a - b)) / size) if size > 0 else 0.0


def _checked_with(compare):
    """A check of every parameter that compares the claim and the nudged gradient in its own way."""

    def gradcheck_all(loss, params, grads):
        return {name: compare(grads[name], _nudged(loss, params, name)) for name in params}

    return gradcheck_all


def _in_float32(loss, params, grads):
    errors = {}
    for name, w in params.items():
        slopes = np.zeros(w.shape)
        for place in np.ndindex(w.shape):
            ends = []
            for h in (1e-5, -1e-5):
                moved = {key: value.astype(np.float32) for key, value in params.items()}
                moved[name][place] += np.float32(h)
                ends.append(np.float32(loss(moved)))
            slopes[place] = (ends[0] - ends[1]) / 2e-5
        errors[name] = _relative(grads[name], slopes)
    return errors


def _with_another_nudge(loss, params, grads):
    return {name: _relative(grads[name], _nudged(loss, params, name, 1e-3)) for name in params}


exercise(
    "26.e4",
    "gradcheck_all(loss, params, grads)",
    reference=calculus.gradient_check_all,
    also=_with_another_nudge,
    cases=[
        case(half_square, _PARAMETERS, _claims()),
        case(half_square, _PARAMETERS, _last_entry_off()),
        case(half_square, _PARAMETERS, _transposed()),
        case(half_square, _PARAMETERS, _claims(-1.0)),
        case(faint, _PARAMETERS, _claims(3e-6)),
        case(loud, _PARAMETERS, _claims(1e6)),
    ],
    mistakes=[
        mistake(
            "absolute",
            _checked_with(lambda a, b: float(np.max(np.abs(a - b)))),
            "Those are absolute errors. 1e-6 is nothing for a slope of 5000 and everything for one of 0.000001: "
            "divide "
            "by the largest entry of either array.",
        ),
        mistake(
            "one_entry",
            _checked_with(lambda a, b: _relative(np.ravel(a)[:1], np.ravel(b)[:1])),
            "You look at the first entry of each array only. A claim that is wrong somewhere else passes.",
        ),
        mistake(
            "float32",
            _in_float32,
            "You nudge in float32. It has 7 digits, and a nudge of 1e-5 leaves two of them: that is noise, not a bug "
            "in "
            "the gradient. Check in float64.",
        ),
        mistake(
            "sizes_only",
            _checked_with(lambda a, b: _relative(np.abs(a), np.abs(b))),
            "You compared sizes. A claim with the wrong sign passes.",
        ),
        mistake(
            "totals",
            _checked_with(lambda a, b: _relative(np.sum(a), np.sum(b))),
            "You compared totals. A transposed gradient has the same total and passes.",
        ),
    ],
    difficulty=2,
    importance=2,
    minutes=8,
    rtol=1e-4,
    atol=2e-6,
    hints=(
        "For each name: nudge every entry of that array, all other parameters as they are, and compare with the claim.",
        "calculus.numeric_gradient(f, x) nudges an array x; calculus.rel_error(a, b) compares. Which f depends on one "
        "parameter only?",
        "f = lambda w: loss({**params, name: w}) is the loss as a function of one parameter.",
    ),
    then="Next question: a model has 65 million parameters. Nobody checks them all. What is checked instead?",
)


# --- by hand ------------------------------------------------------------------------------------------------

hand(
    "26.h1",
    "cat = (2, 1) through W₁ = [[1, −1], [0, 1]], ReLU, W₂ = (3, 1) as a column; the target is 5, L = ½(ŷ − 5)². Six "
    "numbers in this order: z (two), h (two), ŷ, L.",
    "2, -1, 2, 0, 6, 0.5",
    wrong=[
        (
            "2, -1, 2, -1, 5, 0",
            "The gate was forgotten: h = max(0, z), and −1 becomes 0. (A loss of 0 would be too good.)",
        ),
        ("1, 1, 1, 1, 4, 0.5", "You multiplied W₁ by a column. Tokens are rows: z = x W₁."),
        ("2, -1, 2, 0, 6, 1", "Half of the square: L = ½ · 1²."),
        ("2, -1, 0, -1, -1, 18", "You closed the wrong gate: what is positive passes."),
        ("2, -1, 2, 1, 7, 2", "max(0, −1) is 0. You took the size of −1."),
    ],
    hints=(
        "z₁ = 2·1 + 1·0, z₂ = 2·(−1) + 1·1.",
        "h = max(0, z), entry by entry.",
        "ŷ = 3 h₁ + 1 h₂, and L = ½(ŷ − 5)².",
    ),
    working="z = (2, −1), h = (2, 0), ŷ = 3·2 + 1·0 = 6, L = ½ · 1² = 0.5.",
)
hand(
    "26.h2",
    "The way back. At ŷ arrives ŷ − 5 = 1. Four numbers: dW₂ (two), dh (two).",
    "2, 0, 3, 1",
    wrong=[
        (
            "3, 1, 2, 0",
            "Right numbers, roles exchanged: the weight's slope is what came in, the input's is the weight.",
        ),
        ("2, -1, 3, 1", "W₂ met h, behind the gate, and not z."),
        ("2, 0, 3, 0", "The second half is dz already. dh is what arrives before the gate is asked."),
        ("-2, 0, -3, -1", "Same size, opposite direction: the error is prediction minus truth, 6 − 5."),
        ("12, 0, 18, 6", "You started with ŷ = 6. Blame starts with the slope of the loss, ŷ − 5 = 1."),
    ],
    hints=(
        "ŷ = h₁ w₁ + h₂ w₂. Nudge w₁: by how much does ŷ move?",
        "dW₂ = h times what arrives.",
        "dh = W₂ times what arrives.",
    ),
    working="dW₂ = h · 1 = (2, 0); dh = W₂ · 1 = (3, 1).",
)
hand(
    "26.h2b",
    "dW₁, a 2 × 2 table.",
    "[[6, 0], [3, 0]]",
    wrong=[
        ("[[6, 2], [3, 1]]", "The gate was forgotten: unit 2 had z = −1, and nothing comes back through it."),
        ("[[6, 3], [0, 0]]", "Transposed. Row i belongs to input i, as in W₁."),
        ("[[0, 2], [0, 1]]", "You closed the wrong gate: unit 1 was open."),
        ("[[3, 0], [3, 0]]", "Each row times what came in: x = (2, 1)."),
        ("[[-6, 0], [-3, 0]]", "Same size, opposite direction: the error is 6 − 5."),
    ],
    hints=("The gate first: dz = dh where z > 0, else 0.", "dz = (3, 0).", "dW₁[i, j] = x[i] · dz[j]."),
    working="dz = (3, 0); dW₁ = xᵀ dz = [[2·3, 0], [1·3, 0]].",
)
hand(
    "26.h2c",
    "And dx, which a layer below would receive.",
    "3, 0",
    wrong=[
        ("2, 1", "The gate was forgotten; that (2, 1) is x itself is an accident."),
        ("3, -3", "You used W₁ as on the way forward. Back it is turned: dx = dz W₁ᵀ."),
        ("6, 3", "That is the first column of dW₁. dx needs the weights, not the inputs."),
        ("-3, 0", "Same size, opposite direction: the error is 6 − 5."),
    ],
    hints=(
        "dx[i] adds over the units that x[i] reached.",
        "dx[i] = Σⱼ dz[j] W₁[i, j].",
        "Row 0 of W₁ is (1, −1), row 1 is (0, 1).",
    ),
    working="dx = dz W₁ᵀ = (3·1 + 0·(−1), 3·0 + 0·1) = (3, 0).",
)
hand(
    "26.p2",
    "The plan's network: x = [1, 2], W₁ = [[.1, .2], [.3, −.4]], ReLU, W₂ = [[.5], [−.6]], y = 1, L = ½(ŷ − y)². Four "
    "numbers: z (two), ŷ, L.",
    "0.7, -0.6, 0.35, 0.21125",
    tolerance=0.0006,
    wrong=[
        ("0.7, -0.6, 0.71, 0.04205", "The gate was forgotten: h = (0.7, 0)."),
        ("0.5, -0.5, 0.25, 0.28125", "You multiplied W₁ by a column. Tokens are rows: z = x W₁."),
        ("0.7, -0.6, 0.35, 0.4225", "Half of the square: 0.4225 / 2."),
        ("0.7, 0, 0.35, 0.21125", "That is h. z is asked for, before the gate."),
    ],
    hints=("z₁ = 1·0.1 + 2·0.3.", "z₂ = 1·0.2 − 2·0.4 is negative: h₂ = 0.", "ŷ = 0.5 · 0.7, the error is 0.35 − 1."),
    working="z = (0.7, −0.6), h = (0.7, 0), ŷ = 0.35, L = ½ · 0.65² = 0.21125.",
)
hand(
    "26.p2b",
    "Its dW₂, two numbers.",
    "-0.455, 0",
    tolerance=0.0006,
    wrong=[
        ("0.455, 0", "Same size, opposite direction: prediction minus truth is 0.35 − 1 = −0.65."),
        ("-0.455, 0.39", "W₂ met h = (0.7, 0), behind the gate, and not z."),
        ("-0.325, 0.39", "That is dh. dW₂ is what came in, times what arrives."),
        ("0.7, 0", "That is h. It still has to be multiplied by what arrives, −0.65."),
    ],
    hints=("What arrives at ŷ is ŷ − y.", "−0.65.", "dW₂ = h · (−0.65) with h = (0.7, 0)."),
    working="dW₂ = (0.7, 0) · (−0.65) = (−0.455, 0).",
)
hand(
    "26.p2c",
    "And its dW₁, a 2 × 2 table.",
    "[[-0.325, 0], [-0.65, 0]]",
    tolerance=0.0006,
    wrong=[
        ("[[-0.325, 0.39], [-0.65, 0.78]]", "The gate was forgotten: z₂ = −0.6, so nothing comes back through unit 2."),
        ("[[-0.325, -0.65], [0, 0]]", "Transposed. Row i belongs to input i, as in W₁."),
        ("[[0.325, 0], [0.65, 0]]", "Same size, opposite direction: prediction minus truth is −0.65."),
        ("[[-0.65, 0], [-1.3, 0]]", "W₂ was forgotten: what arrives at h₁ is −0.65 · 0.5."),
    ],
    hints=(
        "dh = −0.65 · (0.5, −0.6) = (−0.325, 0.39).",
        "The gate: dz = (−0.325, 0).",
        "dW₁[i, j] = x[i] · dz[j], x = (1, 2).",
    ),
    working="dz = (−0.325, 0); its rows times x = 1 and x = 2: [[−0.325, 0], [−0.65, 0]].",
)

# --- questions ----------------------------------------------------------------------------------------------

choice(
    "26.p1",
    "The plan says: backpropagation computes each layer's gradient backwards from the loss. Which sentence completes "
    "it?",
    wrong("It then changes the weights so that the loss falls.", "That is the optimiser: it takes the gradients and "
          "decides about the step. SGD and Adam step differently with the same gradients."),
    wrong("It needs nothing but the weights.", "dW₂ = h dŷ and the gate z > 0 need numbers of the way forward: they "
          "have to be kept."),
    right(
        "It is exact, needs numbers stored on the way forward, and moves nothing.",
        "It is the chain rule in a good order. The step afterwards belongs to the optimiser.",
    ),
    wrong("It estimates them by nudging each weight.", "Nudging takes two runs for each weight. Backpropagation takes "
          "one run back for all, and its result is exact up to rounding."),
)  # fmt: skip
choice(
    "26.w1",
    "sat = (−1, 2): forward z = (−1, 3), h = (0, 3), ŷ = 3, target 5, L = ½(3 − 5)² = 2. Which slope arrives at ŷ?",
    wrong("2", "Nudge ŷ up and the loss falls, because 5 is above. The slope is negative."),
    right("−2", "The slope of ½(ŷ − 5)² is ŷ − 5 = 3 − 5: prediction minus truth."),
    wrong("3", "That is ŷ itself."),
    wrong("−4", "The ½ cancels the 2 of the square."),
)
choice(
    "26.w1b",
    "ŷ = 3 h₁ + 1 h₂ and −2 arrives at ŷ. What arrives at h = (h₁, h₂)?",
    wrong("(−2, −2)", "A nudge of h₁ moves ŷ by 3, one of h₂ by 1. The shares differ."),
    wrong("(0, −6)", "That is h times −2: the share of W₂."),
    right("(−6, −2)", "Each input of the sum gets its weight times what arrives."),
    wrong("(−6, 0)", "The weight of h₂ is 1."),
)
choice(
    "26.w1c",
    "z = (−1, 3) went through the gate. What arrives at z?",
    wrong("(−6, −2)", "The first gate was shut: a nudge of z₁ = −1 changes nothing behind it."),
    right("(0, −2)", "Open where z was positive. The blame of unit 1 ends here."),
    wrong("(0, 0)", "The gate looks at z, not at the sign of what arrives: −2 passes."),
    wrong("(−6, 0)", "Unit 2 was open, unit 1 shut."),
)
choice(
    "26.w1d",
    "(0, −2) arrives at z = x W₁, with x = (−1, 2). Which of the four weights of W₁ gets no blame?",
    wrong("None of them", "The first column leads to unit 1, and nothing came back through its gate."),
    wrong("The second row", "x₂ = 2 carried a lot."),
    right(
        "The first column", "It leads to unit 1, which was shut. The second column gets −1·(−2) = 2 and 2·(−2) = −4."
    ),
    wrong("All of them", "The second column leads to unit 2, where −2 arrived."),
)
choice(
    "26.w2",
    "Thirty layers of ReLU, no residual, weights started at half the right size. How much of the blame that enters at "
    "the "
    "top reaches the first layer?",
    wrong("About a half", "Half is lost in each layer, and the losses multiply."),
    wrong("About one thirtieth", "Losses multiply along a path; they do not add."),
    wrong("About a thousandth", "That is ten halvings. There are thirty."),
    right("About a billionth", "Each layer passes on about half: ½ · ½ · … thirty times is 9·10⁻¹⁰."),
)
choice(
    "26.w2b",
    "The same thirty layers at the right size (scale 1), now each with a residual and no LayerNorm. The first bar?",
    wrong("Level with the last one", "Each block passes blame on by two ways now, and they add."),
    wrong("A billionth again", "The residual is a way on which nothing is lost."),
    right("About a million times the last "
          "one", "Blame comes back on two ways in each block, and they add. Here that makes "
          "1.6 times as much for each block, and 1.6 to the 30th is more than a million. Alive, and far too loud."),
    wrong("1.6 times the last one", "That is about what one block does. There are thirty, and factors multiply."),
)  # fmt: skip
choice(
    "26.q1",
    "A node is used twice. What happens to the gradients that come back?",
    wrong("The last one stays", "That is the bug = in place of +=: a·a would give 3 at a = 3."),
    right("They add", "A nudge reaches the loss on both ways, and the effects add: a·a gives 6."),
    wrong("They are averaged", "Each way is a full effect of its own."),
)
choice(
    "26.q2",
    "A gradient check passes for every parameter. Is the model right?",
    wrong("Yes, to six digits", "The backward pass is right, for the forward pass that is there."),
    wrong("No, a check proves nothing", "It proves a lot about backward, nothing about the formula that was coded."),
    right("Not shown: only that backward fits forward", "Forget √d_k on both ways, and the check passes."),
)
choice(
    "26.q3",
    "Which gradient comes back through a ReLU whose input was −1?",
    right("0", "A nudge of −1 leaves the output at 0. A unit that is shut for every token learns nothing."),
    wrong("−1 times what arrives", "The slope of max(0, z) at −1 is 0. The value of z decides, it does not multiply."),
    wrong("What arrives, unchanged", "That is the open gate, z > 0."),
)


# --- recall -------------------------------------------------------------------------------------------------


def _third_stride(rng) -> Draw:
    g, beta, lr = float(rng.choice([2, 3, 4, 5, 10])), float(rng.choice([0.5, 0.8, 0.9])), 0.1
    strides = [lr * g * (1 - beta**t) / (1 - beta) for t in (2, 3)]
    return Draw(
        f"Momentum, v ← {beta:g}·v + g, w ← w − {lr:g}·v, v = 0 at the start. The gradient is g = {g:g} at every "
        f"step. How "
        "long is the third step?",
        f"{strides[1]:g}",
        (
            (f"{strides[0]:g}", "That is the second step: the new v is used, from the first step on."),
            (f"{lr * g / (1 - beta):g}", "That is the limit after many steps."),
            (f"{strides[1] * (1 - beta):g}", "That is the average form, v ← βv + (1 − β)g: its steps are shorter."),
            (f"{lr * g:g}", "That is the first step. The velocity remembers."),
        ),
        f"v is {g:g}, then {g * (1 + beta):g}, then {g * (1 + beta + beta**2):g}; times {lr:g}.",
    )


fresh("26.r1", _third_stride)
choice(
    "26.r2",
    "Day 23: the same data, the same learning rate, but the loss is the sum over 10 examples and no longer their "
    "mean. The "
    "step is …",
    wrong("the same", "Ten gradients are added and no longer divided by ten."),
    right("10 times as long", "The sum is N times the mean, and so is its gradient."),
    wrong("10 times as short", "The sum is larger than the mean, not smaller."),
)
choice(
    "26.r3",
    "Day 19: softmax, then cross-entropy. The gradient for the logits?",
    wrong("y − p", "Same size, opposite direction: raising the logit of the right word lowers the loss."),
    right("p − y", "Prediction minus truth; its entries add up to 0."),
    wrong("−1/p for the right word, 0 for the "
          "others", "That is the gradient for the shares. The softmax follows: raising "
          "one score lowers all other shares."),
)  # fmt: skip
choice(
    "26.r4",
    "Day 12: q and k have 64 independent entries each, with mean 0 and variance 1. The standard deviation of q·k?",
    wrong("64", "That is the variance: 64 products with variance 1 each."),
    right("8", "The variances add up to 64, and √64 = 8. Dividing by √d_k brings it to 1."),
    wrong("1", "Only after dividing by √d_k = 8."),
)

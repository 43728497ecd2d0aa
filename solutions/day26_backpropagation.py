# ---
# jupyter:
#   jupytext:
#     text_representation:
#       extension: .py
#       format_name: percent
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
# ---

# %% [markdown] key="title"
# # Day 26 · Backpropagation: blame flows backwards
#
# Yesterday every slope was given. Today you compute them, for all matrices of a model, in one run back. The smallest
# network that the paper contains is enough to learn it on:
#
# $$\boxed{\mathrm{FFN}(x) = \max(0,\ xW_1 + b_1)\,W_2 + b_2}$$
#
# **When you close this notebook you can**
#
# - carry blame back through two layers with a pencil;
# - build an autograd of forty lines;
# - write the way back through attention, and find the first wrong line of one that fails;
# - say what backpropagation costs, what it has to keep, and what it does not do.
#
# You need: dW = Xᵀ dY and dX = dY Wᵀ (Day 9), attention (Day 10), and that slopes multiply along a path and add over
# paths (Day 22). Sections marked **core** are the short path, 47 minutes. The rest makes it 90.

# %% key="setup"
from utils import check, compare, hint, quiz, recall
from utils import calculus, optimize, story, transformer
from utils.widgets import backpropagation as widgets
from math import erf
import numpy as np

np.set_printoptions(precision=4, suppress=True)

# %% [markdown] key="recall-text"
# ## Four things from earlier days · 4 min
#
# No notes, and a pencil for the first. What you miss comes back in two days.

# %% key="recall"
recall(26)

# %% key="recall-answers" tags=["solution"]
recall(26, reveal=True)

# %% [markdown] key="story"
# ## One wrong answer, six suspects · 3 min · core
#
# *cat* = (2, 1) goes through two layers. The first makes two numbers, z = x W₁. A gate follows, **ReLU**: h = max(0, z), what
# is positive passes. The second layer adds up: ŷ = h W₂. No biases yet.
#
# $$W_1 = \begin{pmatrix} 1 & -1 \\ 0 & 1 \end{pmatrix} \qquad W_2 = \begin{pmatrix} 3 \\ 1 \end{pmatrix}
# \qquad L = \tfrac12(\hat y - 5)^2$$
#
# 5 was right, and something else comes out. **h1** Go forward, pencil in hand: z, h, ŷ, L.

# %% key="h1"
# solution
h1 = "2, -1, 2, 0, 6, 0.5"
# end solution
check("26.h1", h1)

# %% [markdown] key="share"
# ## Each node passes on exactly its share · 13 min · core
#
# Six weights took part. Who is to blame, and how much? Nudging answers with two runs for each weight; the paper's base model
# has 65 million (Table 3). Backpropagation answers with one run back: every node hands its blame to those it was made of.
#
# Watch *sat* = (−1, 2) first. Four bets, then the slider, one step at a time. Answer each "Next" before you move on.

# %% key="w1"
widgets.graph_stepper()

# %% [markdown] key="share-read"
# Three rules were at work.
#
# 1. **Multiply.** A node hands each of its inputs: what arrived, times its own slope for that input.
# 2. **Add.** x reached the loss through two units. Where two shares meet, they add.
# 3. **Wait.** A node passes on when all of its own has arrived: the order of the way forward, reversed.
#
# For whole tables that is day 9 once more. A layer Y = XW + b gets dY and hands out
#
# $$dW = X^T dY \qquad dX = dY\,W^T \qquad db = \textstyle\sum_t dY_t$$
#
# and the gate hands out dz = dh where z > 0, else 0. Look at what stands on the right: x, z and h, numbers of the way
# **forward**. They have to be kept until the way back has used them.
#
# Now *cat*, by hand. **h2** dW₂ and dh, four numbers:

# %% key="h2"
# solution
h2 = "2, 0, 3, 1"
# end solution
check("26.h2", h2)

# %% [markdown] key="h2b-text"
# **h2b** dW₁, row by row. **h2c** And dx, which a layer below would get.

# %% key="h2b"
# solution
h2b = "[[6, 0], [3, 0]]"
# end solution
check("26.h2b", h2b)

# %% key="h2c"
# solution
h2c = "3, 0"
# end solution
check("26.h2c", h2c)

# %% [markdown] key="plan"
# ## Once more, with the plan's numbers · 6 min
#
# The thirty-day plan asks for a two-layer network by hand. x = [1, 2], W₁ = [[.1, .2], [.3, −.4]], W₂ = [[.5], [−.6]], y = 1.
# **p2** z (two numbers), ŷ, L. **p2b** dW₂. **p2c** dW₁.

# %% key="p2"
# solution
p2 = "0.7, -0.6, 0.35, 0.21125"
# end solution
check("26.p2", p2)

# %% key="p2b"
# solution
p2b = "-0.455, 0"
# end solution
check("26.p2b", p2b)

# %% key="p2c"
# solution
p2c = "[[-0.325, 0], [-0.65, 0]]"
# end solution
check("26.p2c", p2c)

# %% [markdown] key="autograd"
# ## Forty lines that do it for any formula · 13 min · core
#
# A `Value` is one number that remembers its parents, and its slope for each of them. Addition is written; both of its slopes
# are 1. Write the four other operations (until then each gives None), then `backward()`: rules 1 to 3.
#
# The checker tries a·a, a + a, a diamond (one node, two ways of different lengths), two layers, and `backward()` called twice:
# the second call must not add to the first. ★★★ · about 12 minutes


# %% key="e1"
def autograd(program, numbers, runs=1):
    """The result of a program, and its slope for each of its numbers.

    program: a function of Values that uses a + b, a * b, a.relu(), a.exp(), a.log().
    numbers: what goes in. runs: how often backward() is called. Returns (float, list).
    """

    class Value:
        def __init__(self, data, parents=(), slopes=()):
            self.data, self.grad = data, 0.0
            self.parents = parents  # the Values it was made of
            self.slopes = slopes  # slopes[i]: how fast it moves when parents[i] moves

        def __add__(self, other):
            return Value(self.data + other.data, (self, other), (1.0, 1.0))

        def __mul__(self, other):
            # solution
            return Value(self.data * other.data, (self, other), (other.data, self.data))
            # end solution

        def relu(self):
            # solution
            return Value(max(self.data, 0.0), (self,), (float(self.data > 0),))
            # end solution

        def exp(self):
            # solution
            e = np.exp(self.data)
            return Value(e, (self,), (e,))
            # end solution

        def log(self):
            # solution
            return Value(np.log(self.data), (self,), (1 / self.data,))
            # end solution

        def backward(self):
            """Fill grad of this Value and of everything it was made of."""
            # solution
            order = []

            def visit(node):
                if node not in order:
                    for parent in node.parents:
                        visit(parent)
                    order.append(node)

            visit(self)
            for node in order:
                node.grad = 0.0
            self.grad = 1.0
            for node in reversed(order):
                for parent, slope in zip(node.parents, node.slopes, strict=True):
                    parent.grad += slope * node.grad
            # end solution

    inputs = [Value(number) for number in numbers]
    if inputs[0] * inputs[0] is None:
        return ...  # the product is not written yet
    end = program(*inputs)
    for _ in range(runs):
        end.backward()
    return end.data, [each.grad for each in inputs]


# %% key="e1-check"
check("26.e1", autograd)

# %% [markdown] key="e1-more"
# Stuck? `hint("26.e1")`. Done? `widgets.graph_stepper(autograd)` puts your slopes into the picture.
#
# From here on: `calculus.Value`. As in PyTorch, the grads of its inputs **add up** over calls. Between two steps of training
# you set them to zero, or each step drags all earlier slopes along.

# %% key="value-numbers"
a = calculus.Value(3.0)
for call in ("first", "second"):
    (a * a).backward()
    print(f"a·a at a = 3, {call} call: {a.grad:g}")
a.grad = 0.0
(a * a).backward()
print(f"set to zero, then called: {a.grad:g}")

logits = [calculus.Value(z) for z in story.LOGITS]
price = sum(z.exp() for z in logits).log() - logits[1]  # cross-entropy, mat is right
price.backward()
print("slopes for the logits:", np.array([z.grad for z in logits]), "= p − y (Day 19)")

# %% [markdown] key="e2-text"
# ## Seven lines, and the first wrong one · 9 min · core
#
# A Value for each number is slow. Tables follow the same rules, one line for each array. Return them in a dict under the names of
# the arrays, the last layer first. ★★ · about 8 minutes


# %% key="e2"
def mlp_backward(x, W1, W2, z, h, dY):
    """Back through Y = h W2 + b2, h = max(0, z), z = x W1 + b1.

    x: (T, d). W1: (d, k). W2: (k, o). z, h: (T, k), kept from the way forward. dY: (T, o).
    Returns a dict of gradients with the keys W2, b2, h, z, W1, b1, x.
    """
    # solution
    dh = dY @ W2.T
    dz = dh * (z > 0)
    own = {"W2": h.T @ dY, "b2": dY.sum(axis=0), "W1": x.T @ dz, "b1": dz.sum(axis=0)}
    return {**own, "h": dh, "z": dz, "x": dz @ W1.T}
    # end solution


# %% key="e2-check"
check("26.e2", mlp_backward)

# %% [markdown] key="lines-text"
# When a way back fails, compare **every** intermediate, in order. The first wrong line holds a bug; later ones may only inherit it.
# The truth comes from nudging each array alone.

# %% key="network"
rng = np.random.default_rng(26)
X, Y = story.X2, rng.normal(size=(6, 3))  # six words
W1, b1, W2, b2 = (rng.normal(size=shape) for shape in ((2, 5), 5, (5, 3), 3))
z = X @ W1 + b1
h = np.maximum(z, 0)
dY = h @ W2 + b2 - Y


def loss(x=X, W1=W1, b1=b1, z=None, h=None, W2=W2, b2=b2):
    """Half the squared error; a z or h that is given replaces the computed one."""
    z = x @ W1 + b1 if z is None else z
    h = np.maximum(z, 0) if h is None else h
    return 0.5 * np.sum((h @ W2 + b2 - Y) ** 2)


arrays = {"W2": W2, "b2": b2, "h": h, "z": z, "W1": W1, "b1": b1, "x": X}
wanted = {
    name: calculus.numeric_gradient(lambda moved, name=name: loss(**{name: moved}), array)
    for name, array in arrays.items()
}

# %% key="lines"
widgets.line_by_line(mlp_backward, X, W1, W2, z, h, dY, wanted=wanted)

# %% [markdown] key="colleague-text"
# A colleague's version goes wrong in four lines of seven. Read the code, choose the one that you would repair, then run it.


# %% key="colleague"
def colleagues(x, W1, W2, z, h, dY):
    back = transformer.feed_forward_backward(x, W1, b1, W2, b2, dY)
    to_h = calculus.grad_X(dY, W2)
    back |= {"h": to_h, "z": np.maximum(to_h, 0)}
    back |= {"W1": calculus.grad_W(x, back["z"]), "b1": back["z"].sum(axis=0)}
    return back | {"x": calculus.grad_X(back["z"], W1)}


widgets.line_by_line(colleagues, X, W1, W2, z, h, dY, wanted=wanted)

# %% [markdown] key="colleague-read"
# dz: positive blame was let through, and z was not asked. dW₁, db₁ and dx only inherit it.

# %% [markdown] key="ffn"
# ## The same network, once for each word · 2 min · core
#
# Give it d = 512 numbers in and out and 4d = 2048 between, and it is the paper's feed-forward layer, **FFN**. It works
# **position-wise**: attention mixes rows, the FFN mixes the features inside a row. Without the gate its two layers would be
# one: (xW₁)W₂ = x(W₁W₂).

# %% key="ffn-numbers"
d, d_ff = 512, 2048
print(f"numbers to learn: FFN {d * d_ff + d_ff + d_ff * d + d:,}, attention {4 * d * d:,}")
together = transformer.feed_forward(X, W1, b1, W2, b2)
alone = [transformer.feed_forward(row[None, :], W1, b1, W2, b2)[0] for row in X]
print("six words together = each alone:", np.allclose(together, alone))
print("no gate, two layers = one:", np.allclose((X @ W1) @ W2, X @ (W1 @ W2)))
print(f"shut gates here: {np.sum(z <= 0)} of {z.size}")

# %% [markdown] key="gelu-text"
# <details><summary>Must the gate be so hard? GELU and SiLU (optional)</summary>
#
# Later models soften it. GELU multiplies z by Φ(z), the chance that a standard normal number stays below z (Day 12); SiLU
# multiplies z by the sigmoid of z. Both pass a little where z is just below 0, so a unit there still learns. The next cell
# compares values and slopes; on the way back, only the line dz changes.
# </details>

# %% key="gelu"
gates = {
    "ReLU": lambda z: np.maximum(z, 0),
    "GELU": lambda z: z * np.array([(1 + erf(each / np.sqrt(2))) / 2 for each in z]),
    "SiLU": lambda z: z / (1 + np.exp(-z)),
}
at = np.array([-3.0, -1.0, -0.5, 0.5, 1.0, 3.0])
print("z                ", *(f"{each:7.1f}" for each in at))
for name, gate in gates.items():
    slopes = np.diag(calculus.numeric_jacobian(gate, at)) + 0.0
    print(f"{name}   value     ", *(f"{each:7.3f}" for each in gate(at)))
    print("       slope     ", *(f"{each:7.3f}" for each in slopes))

# %% [markdown] key="attention"
# ## Attention, last line first · 21 min
#
# O = A V, A = softmax(S) row by row, S = Q Kᵀ/√d_k. You own the way back through each: a product C = AB hands out dA = dC Bᵀ
# and dB = Aᵀ dC, and a softmax hands out p ⊙ (g − g·p) (Day 22). A is kept from the way forward.
#
# Five lines. The checker tries unequal numbers of queries and keys, a square, and a causal mask.
# ★★★★ · about 20 minutes


# %% key="e3"
def attention_backward(Q, K, V, A, dO):
    """Back through O = A V, A = softmax(S), S = Q Kᵀ / √d_k.

    Q: (T_q, d_k). K: (T_k, d_k). V: (T_k, d_v). A: (T_q, T_k), the weights. dO: (T_q, d_v).
    Returns a dict of gradients with the keys V, A, S, Q, K.
    """
    # solution
    dA = dO @ V.T
    dS = A * (dA - np.sum(dA * A, axis=1, keepdims=True))
    root = np.sqrt(Q.shape[1])
    return {"V": A.T @ dO, "A": dA, "S": dS, "Q": dS @ K / root, "K": dS.T @ Q / root}
    # end solution


# %% key="e3-check"
check("26.e3", attention_backward)

# %% [markdown] key="wish-text"
# On our sentence: head A asks "who?". The wish is that *sat* carries away the value of *cat*, (2, 1), so the loss is half the
# squared distance from it.

# %% key="wish"
head = story.HEAD_A
Q, K, V = story.X4 @ head.W_Q, story.X4 @ head.W_K, story.X4 @ head.W_V
O, A = transformer.scaled_dot_product_attention(Q, K, V)
dO = np.zeros((6, 2))
dO[2] = O[2] - V[1]  # position 2 is sat, 1 is cat


def distance(Q=Q, K=K, V=V, A=None, S=None):
    """Half the squared distance between what sat gets and (2, 1)."""
    S = Q @ K.T / np.sqrt(2) if S is None else S
    A = np.exp(S) / np.exp(S).sum(axis=1, keepdims=True) if A is None else A
    return 0.5 * np.sum((A[2] @ V - [2, 1]) ** 2)


arrays = {"V": V, "A": A, "S": Q @ K.T / np.sqrt(2), "Q": Q, "K": K}
wished = {
    name: calculus.numeric_gradient(lambda moved, name=name: distance(**{name: moved}), array)
    for name, array in arrays.items()
}

# %% key="wish-lines"
widgets.line_by_line(attention_backward, Q, K, V, A, dO, wanted=wished)

# %% key="wish-read"
dS = calculus.vjp_softmax(A, dO @ V.T)
print("sat gets", O[2], "and wishes", V[1])
print("the row of slopes adds up to 0:", abs(dS[2].sum()) < 1e-12)
for word, slope in zip(story.SENTENCE, dS[2], strict=True):
    print(f"{word:4} slope for its score {slope:8.4f}   step: {'up' if slope < 0 else 'down'}")

# %% [markdown] key="branches-text"
# A step goes against the slope: the score of *cat* up, all others down.
#
# In a layer, X makes queries, keys **and** values, and the residual carries it past them. Four ways, four shares that add:

# %% key="branches"
W_Q, W_K, W_V = rng.normal(size=(3, 4, 4)) / 2
goal = rng.normal(size=(6, 4))


def layer(x, W_Q, W_K, W_V, scale=None):
    return (
        x + transformer.scaled_dot_product_attention(x @ W_Q, x @ W_K, x @ W_V, None, scale)[0]
    )


def layer_loss(x):
    return 0.5 * np.sum((layer(x, W_Q, W_K, W_V) - goal) ** 2)


x = story.X4
Q, K, V = x @ W_Q, x @ W_K, x @ W_V
A = transformer.scaled_dot_product_attention(Q, K, V)[1]
d_out = layer(x, W_Q, W_K, W_V) - goal
dQ, dK, dV = transformer.attention_backward(Q, K, V, A, d_out)
claim = np.zeros(x.shape)
for name, share in (
    ("by V", calculus.grad_X(dV, W_V)),
    ("and by K", calculus.grad_X(dK, W_K)),
    ("and by Q", calculus.grad_X(dQ, W_Q)),
    ("and the residual", d_out),
):
    claim = claim + share
    stands = calculus.gradient_check(layer_loss, claim, x) < 1e-6
    print(f"{name:18}{'stands' if stands else 'falls'}")

# %% [markdown] key="e4-text"
# ## Trust no parameter · 8 min
#
# Day 9 checked one array. A model is a dict of arrays, and a bug may sit in one entry of one of them. In float64 a right
# gradient has a relative error below 1e-6. ★★ · about 8 minutes


# %% key="e4"
def gradcheck_all(loss, params, grads):
    """Relative error of every claimed gradient against nudging.

    loss: a function of a dict of arrays. params, grads: dicts of arrays with the same names.
    Returns a dict name -> relative error, with all entries of an array in it.
    """

    # solution
    def error(name):
        alone = lambda array: loss({**params, name: array})
        return calculus.rel_error(grads[name], calculus.numeric_gradient(alone, params[name]))

    return {name: error(name) for name in params}
    # end solution


# %% key="e4-check"
check("26.e4", gradcheck_all)

# %% [markdown] key="checks-text"
# What does a passed check prove? Three runs on the layer above. In the last one somebody forgot √d_k on both ways.

# %% key="checks"
params = {"W_Q": W_Q, "W_K": W_K, "W_V": W_V}


def worst(dtype=float, scale=None):
    """The largest relative error of the three gradients."""

    def loss(p):
        p = {name: array.astype(dtype) for name, array in p.items()}
        return dtype(0.5 * np.sum((layer(x.astype(dtype), **p, scale=scale) - goal) ** 2))

    output, A = transformer.scaled_dot_product_attention(Q, K, V, None, scale)
    back = transformer.attention_backward(Q, K, V, A, x + output - goal, scale)
    grads = {f"W_{name}": calculus.grad_W(x, g) for name, g in zip("QKV", back, strict=True)}
    return max(calculus.gradient_check_all(loss, params, grads).values())


print("float64                passes:", worst() < 1e-6)
print("float32                passes:", worst(np.float32) < 1e-6)
print("float64, √d_k forgotten passes:", worst(scale=1.0) < 1e-6)

# %% [markdown] key="checks-read"
# float32 fails by noise: seven digits, and a nudge of 1e-5 uses up five. The forgotten root passes, because the check only says
# that backward fits forward. Whether forward is the right formula, it cannot know.

# %% [markdown] key="depth"
# ## Thirty layers: a whisper or a scream · 4 min
#
# Each layer multiplies the blame that passes. How much depends on the size of its weights at the start. Scale 1 is the usual
# one for ReLU, a standard deviation of √(2 / width). Bet first.

# %% key="w2"
widgets.gradient_by_layer()

# %% [markdown] key="depth-read"
# Try both switches at several scales. The table has the first bar at depth 30.

# %% key="depth-numbers"
print("init scale        0.5      1.0      2.0")
for name, residual, norm in (
    ("neither  ", False, False),
    ("residual ", True, False),
    ("LayerNorm", False, True),
    ("both     ", True, True),
):
    firsts = [
        widgets.blame_by_layer(30, scale, residual, norm)[0] for scale in (0.5, 1.0, 2.0)
    ]
    print(name, *(f"{first:8.0e}" for first in firsts))

# %% [markdown] key="depth-after"
# With neither, the init scale decides: at 0.5 the blame **vanishes**, at 2 it **explodes**. Residuals keep it alive, and let it
# grow. LayerNorm alone forgets the scale. Both together are the paper's order, LayerNorm(x + f(x)). A toy, though: no
# attention, and before any training.

# %% [markdown] key="p1-text"
# ## It computes; it does not step · 3 min · core
#
# **p1** The plan: "backpropagation computes each layer's gradient backwards from the loss". Which sentence completes it?

# %% key="p1"
# solution
p1 = "c"
# end solution
check("26.p1", p1)

# %% key="price"
W, slopes = np.array([3.0, 1.0]), np.array([2.0, 0.0])  # cat's W2, and dW2 by hand
print("one step of SGD :", optimize.sgd_step(W, slopes, lr=0.1))
print("one step of Adam:", optimize.adam_step(W, slopes, 0.0, 0.0, 1, lr=0.1)[0])

T = 100  # words through the paper's FFN
forward = T * d * d_ff + T * d_ff * d
back = {"dW2": d_ff * T * d, "dh": T * d * d_ff, "dW1": d * T * d_ff, "dx": T * d_ff * d}
print(f"multiplications: forward {forward:,}, back {sum(back.values()):,}", end="")
print(f", ratio {sum(back.values()) / forward:.0f}")
print(f"numbers to keep for it: x, z and h, {T * (d + 2 * d_ff):,}")

# %% [markdown] key="price-read"
# The same slopes, two optimisers, two steps. And the price: each product of the way forward has two on the way back, one for
# each of its factors. Memory is the other half of the price.

# %% [markdown] key="paper"
# ## In the paper · 1 min · core
#
# Equation (2) in §3.3 is today's network, with ReLU and 512 → 2048 → 512; its weights differ from layer to layer. Of gradients the paper says
# nothing: that every arrow of Figure 1 can be walked back is taken for granted. Now you can.
#
# <details><summary>Where the original plan pointed, and where to look</summary>
#
# *Deep Learning* (花书): backpropagation is §6.5 of chapter 6. 李宏毅's lecture is the one called "Backpropagation" in his older
# machine learning series.
# </details>

# %% [markdown] key="quiz-text"
# ## Quiz · 2 min · core

# %% key="quiz"
quiz(26)

# %% key="quiz-answers" tags=["solution"]
quiz(26, reveal=True)

# %% [markdown] key="end"
# ## Take with you · 1 min · core
#
# > **Backpropagation**: multiply, add where shares meet (+=), wait for all of them. dW = Xᵀ dY, dX = dY Wᵀ, db = Σ dY; gate z > 0. Attention: dV = Aᵀ dO,
# > dA = dO Vᵀ, dS = A ⊙ (dA − rowsum(dA ⊙ A)), dQ = dS K/√d_k, dK = dSᵀ Q/√d_k. Costs twice the way forward. Repair the first wrong line.
#
# **Words of today**
#
# | word | 中文 | symbol | paper |
# |---|---|---|---|
# | backpropagation | 反向传播 | – | – |
# | autograd | 自动微分 | – | – |
# | ReLU | ReLU（修正线性单元） | max(0, z) | §3.3 |
# | position-wise feed-forward network | 逐位置前馈网络 | FFN | §3.3 |
# | activation | 激活值 | z, h | – |
# | gradient check | 梯度检验 | – | – |
# | vanishing, exploding gradients | 梯度消失，梯度爆炸 | – | – |
#
# **Teach it back.** One sentence for a colleague who says "backprop trains the network": what does it do, and who does the rest?
#
# All the slopes are there, and the loss can fall as far as it likes. Tomorrow: why it should not.

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
# # Day 9 · Matrix calculus: slopes by nudging
#
# For eight days the matrices of a head were simply given. Somebody, or something, has to find them. Today you learn how a
# machine knows which way to turn each of their numbers.
#
# $$\mathrm{head}_i = \mathrm{Attention}\left(Q\boxed{W_i^Q},\; K\boxed{W_i^K},\; V\boxed{W_i^V}\right)$$
#
# **When you close this notebook you can**
#
# - measure any slope by nudging, and choose a good size for the nudge;
# - say which shape a gradient has, and what a Jacobian is;
# - write the gradients of Y = XW + b: Xᵀ dY, dY Wᵀ, and a sum;
# - check a gradient that anybody claims.
#
# You need matrix products (Day 1), the transpose (Day 2) and the idea of a head (Day 6). No derivatives.
# Sections marked **core** are the short path, 50 minutes; all make 89.

# %% key="setup"
from utils import check, compare, hint, quiz, recall
from utils import calculus, probability, story
from utils.widgets import nudges as widgets
import numpy as np

np.set_printoptions(precision=4, suppress=True)

# %% [markdown] key="recall-text"
# ## Three questions from eight days · 3 min
#
# From yesterday, from day 6, from day 2. No notes. What you miss comes back in two days.

# %% key="recall"
recall(9)

# %% key="recall-answers" tags=["solution"]
recall(9, reveal=True)

# %% [markdown] key="story"
# ## Eight numbers, one wish · 4 min · core
#
# Head A asks "who?". Its query matrix W_Q has 4 × 2 = 8 numbers. They turn *sat* into a query, the query meets six keys,
# and six scores become six shares of attention. *cat* gets 0.7719. (How scores become shares is borrowed from day 13;
# today that step is a black box.)
#
# You wish that *sat* looked **more** at *cat*. Which of the eight should change, and which way? Bet, then nudge.

# %% key="w3"
widgets.eight_numbers()

# %% [markdown] key="story-read"
# Try all eight, or let a loop do it: 0.001 up, 0.001 down, the difference divided by 0.002.

# %% key="eight-slopes"
W_Q, K = story.HEAD_A.W_Q, story.X4 @ story.HEAD_A.W_K


def share(W):
    """What sat gives to cat when head A's query matrix is W."""
    query = (story.X4 @ W)[2]  # position 2 is sat
    return probability.softmax(query @ K.T / np.sqrt(2))[1]  # position 1 is cat


for i, row in enumerate(story.AXES_4D):
    slopes = []
    for j in (0, 1):
        nudge = np.zeros((4, 2))
        nudge[i, j] = 0.001
        slopes.append((share(W_Q + nudge) - share(W_Q - nudge)) / 0.002)
    print(f"{row:7} {slopes[0]:8.4f} {slopes[1]:8.4f}")

# %% [markdown] key="gradient"
# One slope for each number, in the seats of the numbers. That table is the **gradient** of the share with respect to W_Q.
# It answers the wish: *doing → 0* up, first of all. The row *animal* is 0 because *sat* has animal 0.
#
# A riddle for later: why are the other rows multiples of one another?

# %% [markdown] key="hand"
# ## On paper, a slope is the error times x · 9 min · core
#
# One neuron: it computes w·x, the right answer is y, and the loss is
#
# $$f(w) = \tfrac12 (w \cdot x - y)^2$$
#
# Call e = w·x − y the **error**, prediction minus truth. Nudge w₁ by h. The error becomes e + h x₁, so the loss becomes
# ½(e + h x₁)² = ½e² + **h · e x₁** + ½h² x₁². Per unit of h that is e x₁, plus a rest that vanishes with h: the slope is
# e x₁. (Its name, partial derivative ∂f/∂w₁, is borrowed from day 21.)
#
# Take x = *cat* = (2, 1), w = (1, 1), y = 1. **h1** f(w)

# %% key="h1"
# solution
h1 = "2"
# end solution
check("9.h1", h1)

# %% [markdown] key="h1b-text"
# Its gradient, two numbers:

# %% key="h1b"
# solution
h1b = "4, 2"
# end solution
check("9.h1b", h1b)

# %% [markdown] key="h2-text"
# **h2** As a machine does it: nudge w₁ to 1.1 and to 0.9, and take the slope between, the **central** difference.

# %% key="h2"
# solution
h2 = "4"
# end solution
check("9.h2", h2)

# %% [markdown] key="h2b-text"
# From w₁ = 1 to 1.1 only, the **forward** difference:

# %% key="h2b"
# solution
h2b = "4.2"
# end solution
check("9.h2b", h2b)

# %% [markdown] key="hand-read"
# Central is exact here, forward is off by 0.2. The rest ½h² x₁² is the same to the right and to the left, so it cancels,
# and a quadratic has no other. In general central keeps an error of order h², forward one of order h.

# %% [markdown] key="e1-text"
# ## Write it once, use it for ever · 8 min · core
#
# Any function, an array of any shape: nudge one number, look, put it back, go on to the next. ★★ · about 8 minutes


# %% key="e1"
def numeric_grad(f, x, h=1e-5):
    """Central differences, one number nudged at a time.

    f: array -> one number. x: float array of any shape, not to be changed.
    Returns an array of the shape of x.
    """
    # solution
    slopes = np.zeros(x.shape)
    for place in np.ndindex(x.shape):
        up, down = x.copy(), x.copy()
        up[place] += h
        down[place] -= h
        slopes[place] = (f(up) - f(down)) / (2 * h)
    return slopes
    # end solution


# %% key="e1-check"
check("9.e1", numeric_grad)

# %% [markdown] key="e1-more"
# Stuck? `hint("9.e1")`. Done? `compare("9.e1", numeric_grad)`. From here on the notebook calls the course's version,
# `calculus.numeric_gradient`.

# %% [markdown] key="valley-text"
# ## Smaller is better, until it is worse · 4 min
#
# A slope is what remains when h goes to 0. So why not h = 10⁻¹⁴? The picture uses your function, if it is finished.

# %% key="w1"
widgets.tangent(numeric_grad)

# %% [markdown] key="valley-read"
# Walk h from 1 down to 10⁻¹⁴ and watch the dot. It slides down while the curve bends less and less between the two
# points. Then it climbs: f(x + h) and f(x − h) agree in nearly all of their 16 digits, the difference keeps only the last
# ones, and dividing by a tiny h enlarges their rounding.
#
# The valley of the central difference lies at a few millionths; the dotted rule of thumb is ε^(1/3) ≈ 6·10⁻⁶, ε the gap
# between 1 and the next float64. Then choose x² / 2: only rounding is left, and a large h is best.

# %% key="valley-numbers"
f = lambda x: x * x * x  # its true slope at 0.7 is 3 · 0.7² = 1.47 (a rule of day 21)
print(f"rule of thumb {np.finfo(float).eps ** (1 / 3):.1e}")
for h in (1e-1, 1e-2, 1e-3, 1e-5, 1e-8, 1e-12):
    central = abs((f(0.7 + h) - f(0.7 - h)) / (2 * h) - 1.47)
    forward = abs((f(0.7 + h) - f(0.7)) / h - 1.47)
    print(f"h = {h:.0e}   error central {central:.0e}   forward {forward:.0e}")

# %% [markdown] key="jacobian"
# ## Count the indices · 5 min
#
# Nudge something, watch something: one slope for each pair. The layout, stated once for all thirty days: **a gradient has
# the shape of what is nudged; otherwise the indices of the output come first, then those of what is nudged.**
#
# | nudged | watched | slopes | name |
# |---|---|---|---|
# | a number | a number | one | slope |
# | a vector (4,) | a number | (4,) | gradient |
# | a matrix (4, 2) | a number | (4, 2) | gradient |
# | a vector (4,) | a vector (2,) | (2, 4) | Jacobian |
# | a vector (4,) | a matrix (6, 2) | three indices | no matrix, so no Jacobian |
#
# Some books lay the same slopes out transposed. Ask before you copy a formula.
#
# **p1** The plan has a sentence about this. Which one is true?

# %% key="p1"
# solution
p1 = "b"
# end solution
check("9.p1", p1)

# %% [markdown] key="p1b-text"
# And the last row of the table: which three sizes?

# %% key="p1b"
# solution
p1b = "6, 2, 4"
# end solution
check("9.p1b", p1b)

# %% key="jacobian-numbers"
x = story.TABLE_4D["sat"]
J = calculus.numeric_jacobian(lambda x: x @ W_Q, x)
print("Jacobian of the query, nudging sat:")
print(np.round(J, 6) + 0.0)
print("the same as W_Q transposed:", np.allclose(J, W_Q.T))
three = calculus.numeric_jacobian(lambda c: (story.X4 + c) @ W_Q, np.zeros(4))
print("a matrix watched, a vector nudged:", three.ndim, "indices,", three.size, "slopes")

# %% [markdown] key="dominoes-text"
# ## Only one arrangement fits · 14 min · core
#
# Nudging W_Q cost 16 runs of the head. A model has millions of numbers; it needs formulas. Take one layer, Y = XW, and
# suppose somebody hands you **dY**: for each entry of Y the slope of the loss. What are the slopes for W and for X?
#
# Lay two of the pieces X, dY, W and their transposes side by side, like dominoes: inner sizes must be equal, the outer
# ones must give the shape you want.

# %% key="w2"
widgets.dominoes()

# %% [markdown] key="dominoes-read"
# Shapes are a proof-reader: with three different sizes one arrangement is left. With equal sizes all 36 pass, and only
# the comparison with nudging tells them apart.
#
# Shapes say what *can* be. Here is why it *is*. Nudge W[i, o] by h. In every row t, Y[t, o] moves by h · X[t, i], and each
# such move costs dY[t, o] per unit. Add over the tokens:
#
# $$\frac{\partial L}{\partial W_{io}} = \sum_t X_{ti}\, dY_{to} \qquad\text{so}\qquad dW = X^T\, dY$$
#
# (Adding up the effects along all ways is the chain rule, borrowed from day 22.)
#
# **h3** X = [[1, 2], [3, 4]], dY all ones. Compute dW; type it as `"[[1, 2], [3, 4]]"`.

# %% key="h3"
# solution
h3 = "[[4, 4], [6, 6]]"
# end solution
check("9.h3", h3)

# %% [markdown] key="e2-text"
# In NumPy, for any sizes. ★★ · about 8 minutes


# %% key="e2"
def grad_W(X, dY):
    """Gradient of the loss with respect to W, where Y = X W.

    X: (T, d_in). dY: (T, d_out), the slopes of the loss for Y. Returns (d_in, d_out).
    """
    # solution
    return X.T @ dY
    # end solution


# %% key="e2-check"
check("9.e2", grad_W)

# %% [markdown] key="riddle"
# The riddle: nudge the queries themselves. Only the row of *sat* has slopes, two of them, and Xᵀ hands them to the rows of
# W_Q: −1 times, 2 times, 0 times, once. That is *sat* = (−1, 2, 0, 1).

# %% key="riddle-numbers"
X = story.X4
share_of_Q = lambda Q: probability.softmax(Q[2] @ K.T / np.sqrt(2))[1]
dQ = calculus.numeric_gradient(share_of_Q, X @ W_Q)
print("slopes for the query of sat", dQ[2])
print(calculus.grad_W(X, dQ) + 0.0)
print("as nudged:", calculus.gradient_check(share, calculus.grad_W(X, dQ), W_Q) < 1e-6)

# %% [markdown] key="e3-text"
# ## The way down to the input · 8 min
#
# X is the output of another layer, which waits for **its** dY. Nudge X[t, i], and the whole row t of Y moves, entry o by
# W[i, o] per unit. Add over o this time. ★★ · about 8 minutes


# %% key="e3"
def grad_X(dY, W):
    """Gradient of the loss with respect to X, where Y = X W.

    dY: (T, d_out). W: (d_in, d_out). Returns (T, d_in).
    """
    # solution
    return dY @ W.T
    # end solution


# %% key="e3-check"
check("9.e3", grad_X)

# %% [markdown] key="error-text"
# ## Every loss brings its own error · 13 min
#
# The plan writes ∇W = Xᵀ · error. It leaves three things open: which error, which factor, which layout.
#
# **p2** What is the error?

# %% key="p2"
# solution
p2 = "c"
# end solution
check("9.p2", p2)

# %% [markdown] key="losses"
# Three losses, each claim checked by nudging. Y* is the target and P the row-wise softmax of Y. Cross-entropy is borrowed
# from day 16: minus the log of the share of the right word, averaged over n words.

# %% key="losses-numbers"
rng = np.random.default_rng(9)
W, target, n = rng.normal(size=(4, 5)), rng.normal(size=(6, 5)), 5
next_words = [story.WORDS.index(word) for word in story.SENTENCE[1:]]  # of the first five
one_hot = np.eye(5)[next_words]


def half_square(W):
    return np.sum((X @ W - target) ** 2) / 2


def mean_square(W):
    return np.mean((X @ W - target) ** 2)


def cross_entropy(W):
    return -np.sum(one_hot * np.log(probability.softmax(X[:5] @ W))) / n


distance, error = X @ W - target, probability.softmax(X[:5] @ W) - one_hot
for name, loss, claim in (
    ("½ ‖Y − Y*‖²     Xᵀ(Y − Y*)", half_square, X.T @ distance),
    ("mean square     2/N · Xᵀ(Y − Y*)", mean_square, 2 / target.size * X.T @ distance),
    ("cross-entropy   Xᵀ(P − Y*) / n", cross_entropy, X[:5].T @ error / n),
    ("cross-entropy   Xᵀ(P − Y*)", cross_entropy, X[:5].T @ error),
):
    stands = calculus.gradient_check(loss, claim, W) < 1e-6
    print(f"{name:34} {'stands' if stands else 'falls'}")

# %% [markdown] key="layout-text"
# And the layout: a book that writes tokens as columns, y = W x, has δ xᵀ instead (its δ is our dY). The same numbers,
# transposed:

# %% key="layout"
x, delta = np.array([1, 0, -1]), np.array([2, 1])
print(np.outer(delta, x))
print(calculus.grad_W(x[None, :], delta[None, :]) + 0.0)

# %% [markdown] key="losses-read"
# Three times "prediction minus truth", three factors; N counts all entries of Y, n the words. A forgotten factor does not
# change the direction, so training still works a little. That makes it hard to find.
#
# **p2b** One word, by hand:

# %% key="p2b"
# solution
p2b = "[[-1, 1/2, 1/2], [-1/2, 1/4, 1/4]]"
# end solution
check("9.p2b", p2b)

# %% [markdown] key="e4-text"
# Then in code: mean squared error, one output for each of n examples, so y and the error are vectors. ★★ · about 8 minutes


# %% key="e4"
def mse_grad(X, w, y):
    """Gradient of the mean squared error: the mean of (X w - y)² over n examples.

    X: (n, d). w: (d,). y: (n,). Returns (d,).
    """
    # solution
    return 2 / len(y) * X.T @ (X @ w - y)
    # end solution


# %% key="e4-check"
check("9.e4", mse_grad)

# %% [markdown] key="bias-text"
# ## One bias, many tokens · 6 min
#
# Y = XW + b adds the same b to every token, in every sentence of a batch. Nudge b[o]: the whole column o moves. What is
# shared is summed. ★ · about 5 minutes


# %% key="e6"
def grad_b(dY):
    """Gradient of the loss with respect to the bias b, where Y = X W + b.

    dY: (T, d_out), or (B, T, d_out) for a batch. Returns (d_out,).
    """
    # solution
    return dY.sum(axis=tuple(range(dY.ndim - 1)))
    # end solution


# %% key="e6-check"
check("9.e6", grad_b)

# %% [markdown] key="check-text"
# ## Trust, but nudge · 10 min · core
#
# Is 0.0001 a large error? For a gradient of 5000 it is nothing; for one of 0.000001 it is huge. Take a **relative** error:
# the largest difference, divided by the largest entry (without sign) of either array. Two arrays of zeros agree: 0.
# ★ · about 5 minutes


# %% key="e5"
def rel_error(a, b):
    """Largest difference of two arrays, divided by the largest size of an entry of either.

    a, b: arrays of one shape. Returns a float; 0.0 when both arrays are zero.
    """
    # solution
    size = max(np.max(np.abs(a)), np.max(np.abs(b)))
    return np.max(np.abs(a - b)) / size if size > 0 else 0.0
    # end solution


# %% key="e5-check"
check("9.e5", rel_error)

# %% [markdown] key="e5b-text"
# Now the tool that you will use until day 30. `calculus.rel_error` and `calculus.numeric_gradient` are at hand.
# ★ · about 5 minutes


# %% key="e5b"
def gradcheck(f, g, x):
    """Relative error of a claimed gradient against nudging.

    f: array -> one number. g: array -> its claimed gradient. x: array of any shape.
    Returns a float.
    """
    # solution
    return calculus.rel_error(g(x), calculus.numeric_gradient(f, x))
    # end solution


# %% key="e5b-check"
check("9.e5b", gradcheck)

# %% [markdown] key="check-read"
# Below 10⁻⁶ in float64, believe the claim; above 10⁻⁴, look for the mistake. A passed check says that g fits f. It does not
# say that f is what you meant.
#
# <details><summary>My gradient is right, but the check says 0.3. Why?</summary>
#
# Perhaps you stand on a kink. max(0, x) has slope 0 on the left of 0 and 1 on the right; a central difference at 0 says ½.
# Move x a little and check again. Or f is not the same function twice: a random number is drawn inside.
# </details>

# %% key="kink"
kink = lambda x: float(np.maximum(0.0, x).sum())
for at in (-0.1, 0.0, 0.1):
    slope = calculus.numeric_gradient(kink, np.array([at]))[0]
    print(f"max(0, x) at {at:4.1f}: slope {slope:.1f}")

# %% [markdown] key="paper"
# ## In the paper: learned, it says · 2 min · core
#
# *Attention Is All You Need*, §3.2.2, calls the maps with W^Q, W^K and W^V learned, and lists their shapes. It prints no
# gradient, but §5.3 names an optimiser, Adam, which takes one slope for each number: today's table, seat by seat. Follow
# it once:

# %% key="one-step"
slopes = calculus.numeric_gradient(share, W_Q)
for step in (0, 0.1, 1):
    print(f"W_Q + {step} · gradient: sat gives cat {share(W_Q + step * slopes):.4f}")

# %% [markdown] key="paper-read"
# All eight numbers moved at once, each by its own slope. That is how W^Q can be learned at all. (Training lowers a loss,
# so it subtracts; how large the step may be is day 24.)
#
# <details><summary>Where the original plan pointed, and where to look</summary>
#
# Chapter 4 of *Deep Learning* (花书) is right for half of the day: gradients in §4.3, Jacobians in §4.3.1, and Xᵀ · error in
# disguise in §4.5, linear least squares. Backpropagation is §6.5, finite differences as a check §11.5.
# "李宏毅矩阵微分" is a search phrase; his machine learning course treats gradients together with backpropagation.
# </details>

# %% [markdown] key="quiz-text"
# ## Quiz · 2 min · core

# %% key="quiz"
quiz(9)

# %% key="quiz-answers" tags=["solution"]
quiz(9, reveal=True)

# %% [markdown] key="end"
# ## Take with you · 1 min · core
#
# > **Gradient**: one slope for each number nudged, in its seat. Central difference (f(x + h) − f(x − h)) / 2h, h ≈ 10⁻⁵.
# > **Y = XW + b** with dY = ∂L/∂Y: dW = Xᵀ dY, dX = dY Wᵀ, db = sum of dY over the tokens.
#
# **Words of today**
#
# | word | 中文 | symbol | paper |
# |---|---|---|---|
# | slope | 斜率 | – | – |
# | gradient | 梯度 | ∂L/∂W | – |
# | Jacobian | 雅可比矩阵 | J | – |
# | central difference | 中心差分 | – | – |
# | forward difference | 前向差分 | – | – |
# | error (prediction minus truth) | 误差（预测减真值） | – | – |
# | gradient check | 梯度检验 | – | – |
#
# **Teach it back.** One sentence for a colleague: why must dW be Xᵀ dY, and when do the shapes stop helping you?
#
# Tomorrow the whole formula lies on the table, piece by piece, and you compute all of it by hand for three words.

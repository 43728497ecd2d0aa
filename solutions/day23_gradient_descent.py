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
# # Day 23 · Gradient descent: walk home with your eyes shut
#
# The paper trains its base model for 100,000 steps (§5.2) and does not print what a step is. Here is the
# plainest one, for all weights θ at once:
#
# $$\theta \;\leftarrow\; \theta \;\boxed{-\;\eta\,\nabla_\theta\,\mathrm{Loss}(\theta)}$$
#
# **When you close this notebook you can**
#
# - walk downhill by hand, and say which part of the error a step leaves;
# - derive the gradient of linear regression, descend, and compare with the closed form;
# - say why the gradient points up and the step takes minus;
# - cut a corpus into mini-batches, and say what their noise costs;
# - tell a mean from a sum before your stride grows tenfold.
#
# You need: slopes and gradients (Days 9 and 21), p − y (Day 19). The size of η is tomorrow's subject.
# Sections marked **core** are the short path, 46 minutes. The rest makes it 84.

# %% key="setup"
from itertools import product

from utils import check, compare, hint, quiz, recall
from utils import calculus, optimize, story
from utils.widgets import descent as widgets
import numpy as np

np.set_printoptions(precision=4, suppress=True)

# %% [markdown] key="recall-text"
# ## Four answers from memory · 4 min

# %% key="recall"
recall(23)

# %% key="recall-answers" tags=["solution"]
recall(23, reveal=True)

# %% [markdown] key="story"
# ## Eyes shut, and the ground slopes · 4 min · core
#
# A model that knows a single number w should answer 3. (You remember: cat·mat = 3.) Its squared error is f(w) = (w − 3)².
# You stand at w = 0 with your eyes shut. You cannot see home. You feel one thing, the slope under your feet, and one rule is
# enough:
#
# $$w \leftarrow w - \eta\, f'(w)$$
#
# Against the slope, and the steeper, the longer. η ("eta") is the **learning rate**: how much of the slope becomes a step.
# Two bets.

# %% key="w1"
widgets.ball()

# %% [markdown] key="ball-read"
# Set steps to 20 and drag η: 0.1 crawls, 0.9 bounces, 0.5 is home at once, 1.0 never arrives, 1.1 runs away. The slope
# itself shrinks on the way, so nobody has to shorten the steps.

# %% [markdown] key="hand"
# ## Each step leaves four fifths · 5 min · core
#
# **h1** f(w) = (w − 3)², w₀ = 0, η = 0.1. Type w₁, w₂, w₃.

# %% key="h1"
# solution
h1 = "0.6, 1.08, 1.464"
# end solution
check("23.h1", h1)

# %% [markdown] key="h1b-text"
# **h1b** The distance from home was 3. By which factor does each step multiply it?

# %% key="h1b"
# solution
h1b = "0.8"
# end solution
check("23.h1b", h1b)

# %% [markdown] key="factor"
# No accident. Take any parabola with its lowest point at w\* and curvature λ (its second derivative; here 2):
#
# $$f = \tfrac{\lambda}{2}(w - w^*)^2 \quad\Rightarrow\quad w_{\mathrm{new}} - w^* = (w - w^*) - \eta\lambda\,(w - w^*) =
# (1 - \eta\lambda)\,(w - w^*)$$
#
# The **contraction factor** 1 − ηλ says it all: between 0 and 1 you crawl, between −1 and 0 you bounce, below −1 you
# leave. A factor of 0.8 never gets exactly home; it divides the distance by about ten every ten steps.

# %% key="factor-numbers"
for eta in (0.1, 0.9):
    walk = optimize.gradient_descent(lambda w: 2 * (w - 3), 0.0, eta, 20)
    far = np.abs(walk - 3)
    print(
        f"η = {eta}: factor {1 - 2 * eta:4.1f}, distance after 0, 10, 20 steps",
        *(f"{far[step]:.3f}" for step in (0, 10, 20)),
    )

# %% [markdown] key="e1-text"
# ## The walk as a function · 9 min · core
#
# Write it for any gradient and any start, a number or an array. Give the whole walk back, the start included.
# ★★ · about 8 minutes


# %% key="e1"
def gd(grad, w0, lr, steps):
    """Gradient descent from w0: the whole walk.

    grad: function, weights -> gradient of the same shape. w0: number or array. lr: η.
    Returns an array (steps + 1, ...): row 0 is w0. w0 itself is not changed.
    """
    # solution
    walk = [np.array(w0, dtype=float)]
    for _ in range(steps):
        here = walk[-1]
        walk.append(here - lr * grad(here))
    return np.array(walk)
    # end solution


# %% key="e1-check"
check("23.e1", gd)

# %% [markdown] key="e1-more"
# Stuck? `hint("23.e1")`. Done? `compare("23.e1", gd)`; then go back and write `widgets.ball(gd)`: now your steps are drawn.
# From here on the notebook calls the course's version, `optimize.gradient_descent`.

# %% [markdown] key="line"
# ## A line for three sentences · 9 min · core
#
# Read our corpus and count the cats you have met so far (as subjects): 1, 2, 2 after one, two, three sentences. Fit a line,
# b + a · sentences. With a column of ones in front, both numbers are one vector w = (b, a):

# %% key="line-data"
subjects = [sentence[1] for sentence in story.CORPUS]
y = np.cumsum([subject == "cat" for subject in subjects])[:3].astype(float)
X = np.array([[1.0, 1.0], [1.0, 2.0], [1.0, 3.0]])
print("subjects", subjects, " cats so far", y)
print(X)

# %% [markdown] key="derive"
# The mean squared error is $L = \frac1n \sum_i e_i^2$, with the error $e_i = b + a x_i - y_i$, prediction minus truth.
# Nudge b: every $e_i$ moves by as much. So $\partial L/\partial b = \frac2n \sum_i e_i$.
#
# **p2** Take paper, derive the other one. Run the cell, answer with a letter.

# %% key="p2"
# solution
p2 = "c"
# end solution
check("23.p2", p2)

# %% [markdown] key="matrix-form"
# Both at once, one row of Xᵀ for each weight. It is day 9's gradient (`calculus.mse_grad`), and its zero is the closed form:
#
# $$\nabla_w \tfrac1n\|Xw - y\|^2 = \tfrac2n X^T(Xw - y) \qquad\qquad X^TX\,w = X^Ty$$
#
# **p2b** The gradient at w = (0, 0).

# %% key="p2b"
# solution
p2b = "-10/3, -22/3"
# end solution
check("23.p2b", p2b)

# %% [markdown] key="p2c-text"
# **p2c** Where is it 0? Two equations, 3b + 6a = 5 and 6b + 14a = 11. Type b, a.

# %% key="p2c"
# solution
p2c = "2/3, 1/2"
# end solution
check("23.p2c", p2c)

# %% [markdown] key="descend-text"
# Now forget the closed form and walk, with η = 0.1:

# %% key="descend"
gradient = lambda w: calculus.mse_grad(X, w, y)
walk = optimize.gradient_descent(gradient, np.zeros(2), 0.1, 300)
print("gradient at (0, 0):", gradient(np.zeros(2)))
for step in (0, 1, 2, 10, 100, 300):
    b, a = walk[step]
    error = np.mean((X @ walk[step] - y) ** 2)
    print(f"step {step:3}: b = {b:.4f}, a = {a:.4f}, mean squared error {error:.4f}")
closed = np.linalg.solve(X.T @ X, X.T @ y)
cats = subjects.count("cat")
print("closed form, b and a:", closed)
print(f"it expects {closed @ [1, 4]:.3f} cats after four sentences; there are {cats}")

# %% [markdown] key="why-descend"
# Same place. Why walk, then? The closed form exists because this error is a quadratic bowl. For a loss behind layers of
# attention nobody has one. The walk needs only a gradient.

# %% [markdown] key="up"
# ## The gradient points up · 4 min · core

# %% key="line-picture"
widgets.line_and_valley(X, y)

# %% [markdown] key="up-read"
# Along a level line the height does not change, so the slope in that direction is 0. The gradient stands at a **right angle** to the line, on
# the side where f grows. Of all steps of one length (measured as usual, with Pythagoras) f grows fastest there, and falls fastest
# the opposite way. Hence the minus.
#
# And what the gradient does not know is where home is.

# %% key="angles"
g = gradient(np.zeros(2))
for angle in range(0, 360, 45):
    u = np.array([np.cos(np.radians(angle)), np.sin(np.radians(angle))])
    print(f"slope towards {angle:3}°: {g @ u:6.2f}")
level = np.array([-g[1], g[0]]) / np.linalg.norm(g)
direction = np.degrees(np.arctan2(g[1], g[0])) % 360
print(f"steepest {np.linalg.norm(g):.2f}, towards {direction:.0f}°")
print(f"along the level line {abs(g @ level):.2f}")
cosine = -g @ closed / np.linalg.norm(g) / np.linalg.norm(closed)
print(f"minus the gradient is {np.degrees(np.arccos(cosine)):.0f}° off the straight way home")

# %% [markdown] key="p1-text"
# **p1** The thirty-day plan: the gradient is "the vector of partial derivatives" and "points where the function changes fastest". Its table
# of formulas even writes "partial derivative (gradient)", as if they were one thing. What is true?

# %% key="p1"
# solution
p1 = "c"
# end solution
check("23.p1", p1)

# %% [markdown] key="ravine"
# ## A ravine: quickly across, slowly along · 3 min
#
# With two weights there are two curvatures, so two contraction factors. The ratio of the curvatures is the **condition number**. Here
# is a round bowl that you can stretch; your function walks.

# %% key="w2"
widgets.ravine(gd)

# %% [markdown] key="ravine-read"
# Set the condition number to 20 and η to 1.8. One η has to serve both: across it is nearly too long, along it is tiny. Our line
# lies in such a valley. Two steps took its error from 3 to 0.07; the last 0.02 took a hundred.

# %% key="ravine-numbers"
curvatures = np.linalg.eigvalsh(2 / 3 * X.T @ X)
print("curvatures", curvatures, f" condition number {curvatures[1] / curvatures[0]:.0f}")
print("factors of a step with η = 0.1:", 1 - 0.1 * curvatures)

# %% [markdown] key="catdog"
# ## One logit for cat or dog · 5 min · core
#
# Three of our four subjects are cats. A model with one score z, a **logit**, says "cat" with the share $p = 1/(1 + e^{-z})$: the
# softmax of two words with the scores z and 0. From day 19 you know the slope of its cross-entropy for one sentence: p − y,
# with y = 1 for a cat and 0 for a dog.
#
# **h2** The logit is 0. Four gradients, for cat, cat, cat, dog.

# %% key="h2"
# solution
h2 = "-1/2, -1/2, -1/2, 1/2"
# end solution
check("23.h2", h2)

# %% [markdown] key="h2b-text"
# **h2b** Their mean:

# %% key="h2b"
# solution
h2b = "-1/4"
# end solution
check("23.h2b", h2b)

# %% [markdown] key="h2b-read"
# The mean is always p − k/n: prediction minus counted share.

# %% [markdown] key="e2-text"
# ## Walk to the logit of three quarters · 9 min
#
# That mean is 0 at p = ¾, so at z = ln 3. Walk there. ★★ · about 8 minutes


# %% key="e2"
def fit_logit(k, n, lr, steps):
    """The logit after some steps down the mean cross-entropy, from logit 0.

    k cats among n sentences. Returns one number.
    """
    # solution
    z = 0.0
    for _ in range(steps):
        p = 1 / (1 + np.exp(-z))
        z = z - lr * (p - k / n)
    return z
    # end solution


# %% key="e2-check"
check("23.e2", fit_logit)

# %% key="logit-numbers"
price = lambda p: -(3 * np.log(p) + np.log(1 - p)) / 4
walk = optimize.gradient_descent(lambda z: 1 / (1 + np.exp(-z)) - 3 / 4, 0.0, 2.0, 40)
for step in (0, 1, 2, 5, 10, 40):
    p = 1 / (1 + np.exp(-walk[step]))
    print(f"step {step:2}: logit {walk[step]:.4f}, share {p:.4f}, loss {price(p):.4f} nat")
print(f"ln 3 = {np.log(3):.4f}; the counted share 3/4 has the loss {price(0.75):.4f} nat")

# %% [markdown] key="batches"
# ## One sentence is enough for a guess · 5 min · core
#
# The gradient p − k/n is a mean over all sentences: **batch** gradient descent. With four that is nothing. The paper has millions of sentence pairs, and
# reading all of them for a single step would be absurd. So take B of them at random, a **mini-batch**, and pretend. With B = 1
# that is **stochastic** gradient descent, SGD (today the name is used for any B).
#
# How wrong is the pretence? Read our corpus 256 times: 1024 sentences, logit 0. Bet on the spread of the gradients; then
# drag B.

# %% key="w3"
widgets.noise()

# %% [markdown] key="noise-read"
# The dots scatter **around** the full gradient. A batch that is drawn evenly is right on average: **unbiased**. And its spread is
# $\sigma/\sqrt{B}$, as for any mean of B independent draws. Half the noise costs four times the work, so hardly anybody waits for the
# full gradient.
#
# Both, exactly, from every batch that can be drawn:

# %% key="exact-noise"
one = np.array([-0.5, -0.5, -0.5, 0.5])  # h2: the gradients of our four sentences
for B in (1, 2, 4):
    every = np.array([np.mean(batch) for batch in product(one, repeat=B)])
    print(
        f"B = {B}: {every.size:3} batches, mean {every.mean():.4f}, sd {every.std():.4f}",
        end="",
    )
    print(f" = {one.std():.4f} / √{B}, wrong way {np.mean(every > 0):.0%}")

# %% [markdown] key="e3-text"
# ## Every sentence once is an epoch · 9 min
#
# In practice one shuffles all sentences and cuts. Each index comes exactly once an **epoch**; the last batch may be shorter. ★★ · about 8
# minutes


# %% key="e3"
def minibatches(N, B, rng):
    """One epoch: the indexes 0 to N - 1 in random order, in batches of B.

    rng: np.random.Generator. Returns a list of index arrays, the last one perhaps shorter.
    """
    # solution
    order = rng.permutation(N)
    return [order[start : start + B] for start in range(0, N, B)]
    # end solution


# %% key="e3-check"
check("23.e3", minibatches)

# %% [markdown] key="e3-more"
# Now `widgets.noise(minibatches)` draws with yours. Cutting is a little better than independent draws: at fixed weights,
# equal batches of one epoch average to the full gradient exactly.

# %% [markdown] key="epoch"
# ## A sum grows with the batch, a mean does not · 11 min
#
# The gradient of a **sum** over N sentences is N times that of their mean. So the sum with η walks like the mean with ηN:

# %% key="sum-mean"
mean_slope = lambda z: 1 / (1 + np.exp(-z)) - 3 / 4
sum_slope = lambda z: 64 * mean_slope(z)  # 64 sentences, 48 of them about a cat
by_mean = optimize.gradient_descent(mean_slope, 0.0, 2.0, 10)
by_sum = optimize.gradient_descent(sum_slope, 0.0, 2.0 / 64, 10)
forgotten = optimize.gradient_descent(sum_slope, 0.0, 2.0, 10)
print("mean with η = 2 and sum with η = 2/64, the same walk:", np.allclose(by_mean, by_sum))
print("mean with η = 2, last steps:", by_mean[-3:])
print("sum with η = 2, last steps: ", np.round(forgotten[-3:], 4) + 0.0)

# %% [markdown] key="e4-text"
# The last line jumps between 0 and 32 for ever. So divide by the batch. Write one epoch for a line: for each batch one step, with the mean gradient of its rows, at the weights of that
# moment. ★★ · about 8 minutes


# %% key="e4"
def sgd_epoch(X, y, w, batches, lr):
    """One epoch of mini-batch descent on the mean squared error.

    X: (N, d). y: (N,). w: (d,). batches: list of index arrays. Returns the new w, (d,).
    """
    # solution
    for rows in batches:
        error = X[rows] @ w - y[rows]
        w = w - lr * 2 / len(rows) * X[rows].T @ error
    return w
    # end solution


# %% key="e4-check"
check("23.e4", sgd_epoch)

# %% [markdown] key="accumulate"
# A batch too large for the memory? **Gradient accumulation**: take it in parts, add up, step once. It is exactly the large batch,
# if you add **sums** and divide once. The mean of the parts' means is something else when the parts differ in size:

# %% key="accumulate-numbers"
parts = [one[:3], one[3:]]  # three cats, then the dog
total = sum(part.sum() for part in parts) / sum(len(part) for part in parts)
means = np.mean([part.mean() for part in parts])
print(
    f"all four {one.mean():.4f}   sums added, divided once {total:.4f}   mean of means {means:.4f}"
)

# %% [markdown] key="accumulate-read"
# With the last number the model would stay at p = ½. Sentences differ in length, so this happens: `huggingface/transformers` repaired it in
# October 2024 (pull request 34191).

# %% [markdown] key="convex"
# ## When the lowest place is sure to be found · 2 min
#
# A function is **convex** if no chord between two of its points dips below it. Then a place with slope 0 is a lowest one, and descent with a
# suitable step comes as near to it as you like. The squared error of a line is convex, and so is the cross-entropy of a logit. That of a network, as a rule, is not.

# %% key="chords"
rng = np.random.default_rng(23)
valleys = {
    "(w − 3)²": lambda w: (w - 3) ** 2,
    "cross-entropy of a logit": lambda z: np.log1p(np.exp(z)) - 3 / 4 * z,
    "w⁴ − 2w² + 0.3w": lambda w: w**4 - 2 * w**2 + 0.3 * w,
}
a, b = rng.uniform(-2, 2, size=(2, 10_000))
for name, f in valleys.items():
    above = np.mean((f(a) + f(b)) / 2 >= f((a + b) / 2) - 1e-12)
    print(f"{name:25} midpoint of a chord on or above the curve: {above:.0%}")
slope = lambda w: 4 * w**3 - 4 * w + 0.3
for start in (-1.5, 1.5):
    end = optimize.gradient_descent(slope, start, 0.05, 200)[-1]
    height = valleys["w⁴ − 2w² + 0.3w"](end)
    print(f"the last one from {start:4}: ends at {end:.3f}, height {height:.3f}")

# %% [markdown] key="convex-read"
# Two starts, two ends, one lowest place. Back at the ball, the ground "two valleys" is this curve, stretched. Nothing in the rule
# knows of the other valley.

# %% [markdown] key="paper"
# ## In the paper · 1 min · core
#
# §5, "Training", names what this loop needs. The batch (§5.1): sentence pairs of similar length, about 25,000 source and 25,000 target
# **tokens**. The steps (§5.2): 100,000 for the base model, 300,000 for the big one. η (§5.3) is a schedule, and the step
# is Adam's (day 25). All of them are fed with mini-batch gradients.
#
# <details><summary>Where the original plan pointed, and where to look</summary>
#
# *Deep Learning* (花书), chapter 4, is right for descent: §4.3; §4.5 walks down a least-squares problem. Linear regression
# is §5.1.4, SGD §5.9, mini-batches §8.1.3. In 李宏毅's machine learning course the lecture is called Gradient Descent. Some pages write α
# for η.
# </details>

# %% [markdown] key="quiz-text"
# ## Quiz · 3 min · core

# %% key="quiz"
quiz(23)

# %% key="quiz-answers" tags=["solution"]
quiz(23, reveal=True)

# %% [markdown] key="end"
# ## Take with you · 1 min · core
#
# > **Gradient descent** w ← w − η∇f: the gradient points up, at a right angle to the level line. On a parabola of curvature λ a step
# > multiplies the error by 1 − ηλ. Line: ∇ = (2/n) Xᵀ(Xw − y). Mini-batch: unbiased, noise σ/√B; a sum with η is a mean with ηN.
#
# **Words of today**
#
# | word | 中文 | symbol | paper |
# |---|---|---|---|
# | gradient descent | 梯度下降 | w − η∇f | – |
# | learning rate | 学习率 | η | §5.3 |
# | contraction factor | 收缩因子 | 1 − ηλ | – |
# | level line | 等高线 | – | – |
# | condition number | 条件数 | κ | – |
# | mini-batch | 小批量 | B | §5.1 |
# | stochastic gradient descent | 随机梯度下降 | SGD | – |
# | epoch | 轮次 | – | – |
# | unbiased | 无偏 | – | – |
# | gradient accumulation | 梯度累积 | – | – |
# | convex | 凸 | – | – |
#
# **Teach it back.** One sentence for a colleague: why does a batch four times as large deserve less than four times the trust?
#
# Tomorrow: how large may η be? One number of the ground decides, and the paper answers with a curve.

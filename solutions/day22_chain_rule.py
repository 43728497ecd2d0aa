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
# # Day 22 · The chain rule: five gears from a dial to the loss
#
# Head A is a formula inside a formula, five times over. Today you walk back through it, and see what the boxed part is
# good for:
#
# $$\mathrm{Attention}(Q, K, V) = \mathrm{softmax}\left(\frac{QK^T}{\sqrt{d_k}}\right)V \qquad\qquad
# \mathrm{LayerNorm}\big(\boxed{x\; +}\; \mathrm{Sublayer}(x)\big)$$
#
# **When you close this notebook you can**
#
# - multiply slopes along a path, and add over paths;
# - carry a row of slopes back through softmax, ReLU and LayerNorm without building a Jacobian;
# - say why a residual connection keeps gradients alive, and when it does not.
#
# You need: nudging and Jacobians (Day 9), the softmax Jacobian (Day 13), p − y (Day 19), gradients (Day 21).
# Sections marked **core** are the short path, 47 minutes. The rest makes it 89.

# %% key="setup"
from utils import check, compare, hint, quiz, recall
from utils import calculus, probability, story, transformer
from utils.widgets import gears as widgets
import numpy as np

np.set_printoptions(precision=4, suppress=True)

# %% [markdown] key="recall-text"
# ## Four questions from three weeks · 4 min
#
# From days 21, 19, 15 and 8. No notes.

# %% key="recall"
recall(22)

# %% key="recall-answers" tags=["solution"]
recall(22, reveal=True)

# %% [markdown] key="story"
# ## One dial, five wheels · 4 min · core
#
# *sat* asks "who?". Its query meets six keys, six scores become six weights, the weights mix the values into an output.
# Did it find out? Compare the output with the five words of our plane, and charge −ln of the share that *cat* gets: the
# **loss**, in nat.
#
# Now take one number of W_Q, the dial *doing → 0*, and nudge it, as on day 9. Everything behind it moves.

# %% key="forward"
X, W_Q = story.X4, story.HEAD_A.W_Q
K, V = X @ story.HEAD_A.W_K, X @ story.HEAD_A.W_V
plane = np.array([story.TABLE_2D[word] for word in story.WORDS])
cat = story.WORDS.index("cat")


def forward(W_Q):
    """What head A does for sat (position 2), gear by gear."""
    query = X[2] @ W_Q
    scores = K @ query / np.sqrt(2)
    weights = probability.softmax(scores)
    output = weights @ V
    loss = -probability.log_softmax(plane @ output)[cat]
    return query, scores, weights, output, loss


nudge = np.zeros((4, 2))
nudge[1, 0] = 0.001  # row "doing", column 0
up, down = forward(W_Q + nudge), forward(W_Q - nudge)
names = ("query", "scores", "weights", "output", "loss (nat)")
for name, high, low in zip(names, up, down, strict=True):
    print(f"{name:10} per unit of the dial: {np.round((high - low) / 0.002, 4) + 0.0}")

# %% [markdown] key="gears-text"
# Turn it up, and the loss falls by 0.1993 nat per unit. Where does that number come from, if you may nudge nothing? The first
# three gears, up to the share of *cat*, stand in a row. A bet first.

# %% key="w1"
widgets.gears()

# %% [markdown] key="gears-read"
# Each wheel knows only its neighbour. One unit of the dial is 2 units of query, because *sat* has doing 2. Each of those is
# 2/√2 = 1.41 of score, because *cat* has key 2. Each of those is p(1 − p) = 0.18 of share (Day 13). So one unit of the dial is
# 2 · 1.41 · 0.18 of share. **Along one path, slopes multiply.** Unrounded, it is the 0.498 above.
#
# One factor 0, a saturated softmax for instance, and all the gears before it turn in vain.

# %% [markdown] key="hand"
# ## Along one path, multiply · 10 min
#
# Each slope is taken where its own function stands: the second wheel never sees x, it sees what the first one made of it.
#
# $$\frac{d}{dx}\, g\big(f(x)\big) = g'\big(f(x)\big)\; f'(x)$$
#
# **h1** L = ln((3x + 1)²) at x = 1. Walk forward first and write down three values. Then dL/dx:

# %% key="h1"
# solution
h1 = "1.5"
# end solution
check("22.h1", h1)

# %% [markdown] key="e1-text"
# Now for any three functions. ★★ · about 8 minutes


# %% key="e1"
def chain3(f, df, x):
    """Slope of f[2](f[1](f[0](x))) at x.

    f: three functions, the innermost first. df: their slopes, as functions. x: a number.
    Returns a number.
    """
    # solution
    inner = f[0](x)
    middle = f[1](inner)
    return df[2](middle) * df[1](inner) * df[0](x)
    # end solution


# %% key="e1-check"
check("22.e1", chain3)

# %% [markdown] key="e1-more"
# Stuck? `hint("22.e1")`. Done? `compare("22.e1", chain3)`; then scroll up and make it `widgets.gears(chain3)`: your function now
# turns the last wheel.

# %% [markdown] key="fork-text"
# ## Where the road forks, add · 9 min · core
#
# The next gear breaks the row: one score moves **six** weights, since what *cat* gains the others lose. So what happens when one
# number acts on two roads? The smallest case: x is used twice in y = x·w + x².

# %% key="w2"
widgets.fork()

# %% [markdown] key="fork-read"
# At x = 1 a small step h moves u by 3h and v by 2h (the h² is too small to count). y, their sum, moves by 5h.
#
# **Multiply along each path, add over all paths.** Roads may cancel: find an x in "y = u·v" where two slopes that are not 0
# add up to 0.
#
# **h2** On paper, at x = 2, w = 3: dy/dx for y = x·w + x²

# %% key="h2"
# solution
h2 = "7"
# end solution
check("22.h2", h2)

# %% [markdown] key="p1-text"
# The plan's task: z = f(u, v) with u = g(x), v = h(x). **p1** Take z = u·v, u = x², v = 3x + 1. What is dz/dx at x = 1?

# %% key="p1"
# solution
p1 = "11"
# end solution
check("22.p1", p1)

# %% [markdown] key="p1b-text"
# And what is its name? A letter.

# %% key="p1b"
# solution
p1b = "b"
# end solution
check("22.p1b", p1b)

# %% [markdown] key="total"
# $$\frac{dz}{dx} = \frac{\partial z}{\partial u}\,\frac{du}{dx} + \frac{\partial z}{\partial v}\,\frac{dv}{dx}$$
#
# The round ∂ holds the other still: shut a road in the picture, and you see what it leaves out. The straight d is **total**.
#
# The drawing is a **computation graph**: arrows, no circles (a DAG). A machine can keep it, with a local slope on each arrow. Walking
# back, it multiplies what arrives from above, the **upstream** slope, by the local one. Where branches meet, it adds. Day 26
# builds this `Value`:

# %% key="autograd"
x, w = calculus.Value(2.0), calculus.Value(3.0)
y = x * w + x**2
y.backward()
print(f"y = {y.data:.0f}, dy/dx = {x.grad:.0f}, dy/dw = {w.grad:.0f}")

# %% [markdown] key="roads-text"
# ## Twelve roads from the dial to the loss · 2 min · core
#
# From the score of *cat* six roads lead through the weights, each on to two output numbers. Five local slopes, all from formulas:

# %% key="roads"
query, scores, weights, output, loss = forward(W_Q)
shares = probability.softmax(plane @ output)

dial_to_query = X[2, 1]  # sat's doing
query_to_score = K[1, 0] / np.sqrt(2)  # cat's key, over the root of d_k
score_to_weights = weights * (np.eye(6)[1] - weights[1])  # column cat of diag(p) − p pᵀ
weights_to_output = V
output_to_loss = (shares - np.eye(5)[cat]) @ plane  # p − y, then the words

start = dial_to_query * query_to_score
roads = start * score_to_weights[:, None] * weights_to_output * output_to_loss
for word, row in zip(story.SENTENCE, roads, strict=True):
    print(f"through the weight of {word:4} {np.round(row, 4) + 0.0}")
print(
    f"through cat {roads[1].sum():.4f}, through the others {roads.sum() - roads[1].sum():.4f}"
)
print(f"added up: {roads.sum():.4f} nat per unit of the dial")

# %% key="roads-picture"
widgets.twelve_roads(score_to_weights, V, output_to_loss, dial_to_query, query_to_score)

# %% [markdown] key="roads-read"
# The same −0.1993 as by nudging. The roads through *cat* alone would bring −0.3076; the words that lose weight take about a third of
# it back. The dotted roads have slope 0: *the* has no *doing*, *on* no *thing*.

# %% [markdown] key="h3-text"
# ## By hand: a query learns where to turn · 4 min
#
# A smaller head, for paper: q = (1, 1), keys (2, 0) and (0, 2), d_k = 2. **h3** the two shares

# %% key="h3"
# solution
h3 = "1/2, 1/2"
# end solution
check("22.h3", h3)

# %% [markdown] key="h3b-text"
# The first key is the right one: L = −ln p₁, in nat. **h3b** ∂L/∂q. Two roads lead from q to L, one through each score.

# %% key="h3b"
# solution
h3b = "-0.707, 0.707"
# end solution
check("22.h3b", h3b)

# %% [markdown] key="h3b-read"
# Training steps against the slope: q turns towards (2, 0) and away from (0, 2).

# %% [markdown] key="walk"
# ## Walk back with one row of numbers · 11 min
#
# Twelve roads for one dial. At every fork their number multiplies; do not list them. Let matrices add: with J_f[i, j] the slope
# of output i for input j,
#
# $$J_{g \circ f} = J_g\, J_f \qquad\text{and for a loss above:}\qquad v^T J_g\, J_f = \big(v^T J_g\big)\, J_f$$
#
# A matrix product multiplies along roads and adds over them. The brackets matter. Begin on the left, with the row vᵀ that the
# loss hands down, and each step is a row again: a **vector–Jacobian product**, VJP.

# %% key="cost"
n, layers = 512, 30
row_first = layers * n**2
matrices_first = (layers - 1) * n**3 + n**2
print(f"30 layers of width 512: {row_first:,} multiplications with a row,")
print(
    f"{matrices_first:,} when the matrices go first, {matrices_first / row_first:.0f} times as many"
)

# %% [markdown] key="e5-text"
# ★★ · about 8 minutes


# %% key="e5"
def compose(J_list, v):
    """Carry a row back through a chain: v times the Jacobian of the whole chain.

    J_list: Jacobians in the order of the forward pass, each (outputs, inputs).
    v: (outputs of the last one,). Returns (inputs of the first one,).
    """
    # solution
    for J in reversed(J_list):
        v = v @ J
    return v
    # end solution


# %% key="e5-check"
check("22.e5", compose)

# %% [markdown] key="e5-read"
# This is **reverse mode**: the loss is one number, so one row serves all dials. **Forward mode** begins at the right, with a
# column for one dial: a million dials need a million sweeps.
#
# **p2** The chain rule is the core of backpropagation, says the plan. What does backpropagation add? A letter.

# %% key="p2"
# solution
p2 = "b"
# end solution
check("22.p2", p2)

# %% [markdown] key="softmax-text"
# ## Softmax, without its Jacobian · 13 min · core
#
# The Jacobian of n shares has n² numbers, a million for 1000 words. The row that you want has n.
# Multiply on paper: g, the row from above, times diag(p) − p pᵀ. Find a form that never holds more than n numbers for each
# row. ★★★ · about 12 minutes


# %% key="e2"
def vjp_softmax(p, g):
    """Back through a softmax over the last axis.

    p: (..., n) shares, the result of the forward pass. g: (..., n), dL/dp.
    Returns (..., n): dL/d(scores).
    """
    # solution
    centre = np.sum(p * g, axis=-1, keepdims=True)
    return p * (g - centre)
    # end solution


# %% key="e2-check"
check("22.e2", vjp_softmax)

# %% [markdown] key="softmax-read"
# <details><summary>The form on paper, once you have yours</summary>
#
# $$g\,\big(\mathrm{diag}(p) - p\,p^T\big) = p \odot (g - g \cdot p)$$
# </details>
#
# g·p is the average of g, weighted by the shares; only what g has above or below it passes. If all entries of g are equal,
# nothing does: the shares add up to 1 whatever the scores do.

# %% [markdown] key="relu-text"
# ## ReLU is a gate · 5 min · core
#
# ReLU, max(0, x), sits in every feed-forward layer. Its Jacobian is diagonal: slope 1 where x is positive, 0 where it is negative.
# At 0 there is a kink and no slope (Day 9); we choose 0. ★ · about 5 minutes


# %% key="e3"
def vjp_relu(x, g):
    """Back through max(0, x).

    x: input of the forward pass, any shape. g: dL/d(output), same shape. Returns that shape.
    """
    # solution
    return np.where(x > 0, g, 0.0)
    # end solution


# %% key="e3-check"
check("22.e3", vjp_relu)

# %% [markdown] key="norm-text"
# ## LayerNorm passes on neither floor nor volume · 13 min
#
# For one token ŷ = s · (x − mean), with s = 1/√(σ² + ε). It looks like a division by a constant, but mean and σ move with x:
# more roads. What they do can be guessed. A common shift of x changes nothing, and neither, ε aside, does turning up its volume.
# So what comes out must add up to 0 and, ε aside, be perpendicular to ŷ. ★★★ · about 12 minutes


# %% key="e4"
def vjp_layernorm(x, g, eps=1e-5):
    """Back through layer normalisation, gain 1, bias 0.

    x: (..., d), input of the forward pass. g: (..., d), dL/d(output). Returns (..., d).
    """
    # Four lines: the mean and s of each token; the normalised token ŷ;
    # how much of g lies along ŷ, mean(g ⊙ ŷ); then g without both, times s.
    # solution
    s = 1 / np.sqrt(np.var(x, axis=-1, keepdims=True) + eps)
    y = s * (x - np.mean(x, axis=-1, keepdims=True))
    along = np.mean(g * y, axis=-1, keepdims=True)
    return s * (g - np.mean(g, axis=-1, keepdims=True) - y * along)
    # end solution


# %% key="e4-check"
check("22.e4", vjp_layernorm)

# %% [markdown] key="norm-read"
# <details><summary>All of it in one line, once you have yours</summary>
#
# $$\frac{\partial L}{\partial x} = s\,\big(g - \mathrm{mean}(g) - \hat y\; \mathrm{mean}(g \odot \hat y)\big)$$
# </details>
#
# Two shadows are removed (Day 6): the one on (1, …, 1), and the one on ŷ. Trust, but nudge. From here on: the course's versions.

# %% key="trust"
rng = np.random.default_rng(22)
x, g = rng.normal(size=(2, 3, 5))
gain, bias = np.ones(5), np.zeros(5)
claims = {
    "softmax": (probability.softmax, calculus.vjp_softmax(probability.softmax(x), g)),
    "ReLU": (lambda x: np.maximum(x, 0), calculus.vjp_relu(x, g)),
    "LayerNorm": (
        lambda x: transformer.layer_norm(x, gain, bias),
        calculus.vjp_layer_norm(g, x, gain)[0],
    ),
}
for name, (f, claim) in claims.items():
    error = calculus.gradient_check(lambda x, f=f: np.sum(g * f(x)), claim, x)
    print(f"{name:10} agrees with nudging: {error < 1e-6}")

# %% [markdown] key="backward-text"
# ## Five gears in reverse, eight dials at once · 1 min · core
#
# One row walks back through head A. No road is listed, no Jacobian built:

# %% key="backward"
d_output = (shares - np.eye(5)[cat]) @ plane
d_weights = V @ d_output
d_scores = calculus.vjp_softmax(weights, d_weights)
d_query = d_scores @ K / np.sqrt(2)
d_W_Q = np.outer(X[2], d_query)

print("dL/dW_Q in nat per unit:")
print(d_W_Q + 0.0)
error = calculus.gradient_check(lambda W: forward(W)[-1], d_W_Q, W_Q)
print("agrees with nudging all eight:", error < 1e-6)

# %% [markdown] key="backward-read"
# Row *doing*, column 0: your −0.1993, with seven others for free. Here only *sat*'s row had a loss. A real layer is one big
# fork: each word feeds Q, K, V **and** the shortcut of the next section. Four gradients come back, and they are added.

# %% [markdown] key="depth-text"
# ## A shortcut is a fork with a slope of 1 · 8 min · core
#
# Stack thirty layers, and thirty slopes multiply. **h4** Each is 0.5. Fill the box: 0.5³⁰ = ☐ · 10⁻⁹.

# %% key="h4"
# solution
h4 = "0.93"
# end solution
check("22.h4", h4)

# %% [markdown] key="h4b-text"
# A **residual connection** sends x round the layer: y = x + f(x). Two roads, so their slopes add:
#
# $$J = I + J_f$$
#
# **h4b** Each layer now has slope 1 + 0.5. Fill the box: 1.5³⁰ = ☐ · 10⁵.

# %% key="h4b"
# solution
h4b = "1.9"
# end solution
check("22.h4b", h4b)

# %% [markdown] key="w3-text"
# From nothing to far too much. The picture has every slope in between; your `compose` walks the last dot back.

# %% key="w3"
widgets.depth(compose)

# %% [markdown] key="depth-read"
# One road past all thirty layers has slope exactly 1, whatever f does: that keeps a gradient alive. It is no guarantee. The
# other roads are added, and a slope of −0.5 cancels half of the 1 in each layer.
#
# And 1.9·10⁵ is **LayerNorm's job**: the sum has grown 1.5 times, LayerNorm divides by 1.5, and on the way back its factor s does
# too. In the toy all slopes point the same way. Let each layer also turn its input, in 64 dimensions:


# %% key="depth-numbers"
def arrives(kind, turn, width=64):
    """Size of a gradient of length 1 after 30 layers, f(x) = x Q / 2 with Q = I or a turn."""
    rng = np.random.default_rng(22)
    x, g = rng.normal(size=(2, width))
    x, g, steps = (x - x.mean()) / x.std(), g / np.linalg.norm(g), []
    for _ in range(30):
        Q = np.linalg.qr(rng.normal(size=(width, width)))[0] if turn else np.eye(width)
        y = x @ Q / 2 + (0 if kind == "plain" else x)
        steps.append((Q, y))
        x = (y - y.mean()) / y.std() if kind == "with norm" else y
    for Q, y in reversed(steps):
        if kind == "with norm":
            g = calculus.vjp_layer_norm(g, y, np.ones(width), eps=0.0)[0]
        g = g @ Q.T / 2 + (0 if kind == "plain" else g)
    return np.linalg.norm(g)


for kind in ("plain", "residual", "with norm"):
    for way, turn in (("same way", False), ("turning ", True)):
        size = arrives(kind, turn)
        print(f"{kind:9} {way} {size:.1e} arrives, {size ** (1 / 30):.2f} per layer")

# %% [markdown] key="depth-more"
# With turns the residual gains about 1.1 per layer, not 1.5; with the norm both stay near 1.

# %% [markdown] key="paper"
# ## In the paper · 2 min · core
#
# *Attention Is All You Need*, §3.1, puts a residual connection round every sub-layer, LayerNorm after the sum: 6·2 in the encoder
# and 6·3 in the decoder, thirty in all. x + f(x) needs equal widths, so all of them produce d_model = 512 numbers. It cites
# the work on deep residual networks and gives no reason of its own. The way back through equation (1) is not printed; you have
# walked it.
#
# <details><summary>Where the original plan pointed, and where to look</summary>
#
# 3Blue1Brown's 《微积分的本质》 (*Essence of calculus*) has the chain rule in chapter 4; for today, chapter 4 of his series on neural
# networks, backpropagation calculus, is closer. In 宋浩's 高等数学, look for 多元复合函数求导: the sum over paths is there. In *Deep
# Learning* (花书) it is §6.5.
# </details>

# %% [markdown] key="quiz-text"
# ## Quiz · 2 min · core

# %% key="quiz"
quiz(22)

# %% key="quiz-answers" tags=["solution"]
quiz(22, reveal=True)

# %% [markdown] key="end"
# ## Take with you · 1 min · core
#
# > **Chain rule**: multiply along a path, add over paths. Backwards a row is enough: vᵀJ_g, then (vᵀJ_g)J_f. Softmax p ⊙ (g − g·p),
# > ReLU g where x > 0, LayerNorm s·(g − mean(g) − ŷ·mean(g ⊙ ŷ)). Residual: J = I + J_f.
#
# **Words of today**
#
# | word | 中文 | symbol | paper |
# |---|---|---|---|
# | chain rule | 链式法则 | J_g J_f | – |
# | total derivative | 全导数 | dz/dx | – |
# | computation graph | 计算图 | – | – |
# | vector–Jacobian product | 向量–雅可比积 | vᵀJ | – |
# | reverse mode | 反向模式 | – | – |
# | residual connection | 残差连接 | x + f(x) | §3.1 |
#
# **Teach it back.** One sentence for a colleague: why does a sum in the forward pass keep a product in the backward pass alive?
#
# You can compute every slope. Tomorrow you take a step: downhill, with eyes shut.

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
# # Day 21 · Gradients: which way is up?
#
# Ten days built the matrices of attention, ten gave it a loss. From today on the matrices learn, and it takes one line:
#
# $$\theta \;\leftarrow\; \theta - \eta\;\boxed{\nabla L(\theta)}$$
#
# θ stands for all numbers of a model, L is its loss, η a step size (Day 24). The paper does not print it; §5.3 only names an
# optimiser, a refined version of it. The box is today.
#
# **When you close this notebook you can**
#
# - take a partial derivative, by rule and by nudging, and say what is held still;
# - add small steps up with the total differential, and say how far to trust it;
# - read from one gradient the slope in every direction: up, down, level;
# - tell a bottom from a top and from a pass.
#
# You need: slopes by nudging (Day 9), dot product and length (Day 1), eigenvalues (Day 4) for one section.
# Sections marked **core** are the short path, 45 minutes. The rest makes it 83.

# %% key="setup"
from utils import check, compare, hint, quiz, recall
from utils import calculus, probability, story, transformer
from utils.widgets import slopes as widgets
import numpy as np

np.set_printoptions(precision=4, suppress=True)

# %% [markdown] key="story"
# ## Fog, and 24 ways to go · 2 min · core
#
# You stand on a hillside in fog. The valley is out of sight; you only feel how the ground tilts under your feet.
#
# The hill belongs to head A. Its W_Q, W_K and W_V hold 3 · 4 · 2 = 24 numbers. With them *sat* asks "who?" and gets two
# numbers back. Compare these with the five words by dot products, take a softmax, and call the surprise at *cat* the loss
# (Day 16). The 24 numbers are the place where you stand. The loss is the height.

# %% key="loss"
words = np.array([story.TABLE_2D[word] for word in story.WORDS])
theta = np.array([story.HEAD_A.W_Q, story.HEAD_A.W_K, story.HEAD_A.W_V])


def loss(theta):
    """Surprise at cat, in nat, when sat asks head A. theta: (3, 4, 2), for W_Q, W_K, W_V."""
    Q, K, V = story.X4 @ theta
    answer = transformer.scaled_dot_product_attention(Q, K, V)[0][2]  # position 2 is sat
    return -probability.log_softmax(words @ answer)[1]  # word 1 is cat


height = loss(theta)
print(f"{theta.size} numbers, loss {height:.4f} nat, share of cat {np.exp(-height):.4f}")

# %% [markdown] key="story-read"
# Which way is down? Nobody can draw a hill over 24 directions. So walk over two, and come back.

# %% [markdown] key="recall-text"
# ## Four things from days 20, 18, 14 and 7 · 4 min
#
# No notes.

# %% key="recall"
recall(21)

# %% key="recall-answers" tags=["solution"]
recall(21, reveal=True)

# %% [markdown] key="knife"
# ## Hold y still, and the hill becomes a curve · 6 min · core
#
# A surface has no single slope: it depends on where you head. So take a knife. Cut along x, at one value of y. The edge of
# the cut is a curve, and a curve has a slope. A cut along y gives a second one.
#
# Here z = ½x² + y² is a bowl, and you stand at (1, −1). Two bets first.

# %% key="w2"
widgets.slices()

# %% [markdown] key="knife-read"
# These two slopes are the **partial derivatives** ∂z/∂x and ∂z/∂y. The round ∂ says: everything else is held still. Day 9's
# nudges measured them; now they have their name.
#
# In the bowl, move y and watch the slope along x. It stays: this z is a part with x plus a part with y. On the plan's surface,
# z = x² + 2xy, it does not: at x = 1 it runs from 0 at y = −1 to 6 at y = 2.
#
# **p2** The thirty-day plan has a sentence about this that stops too early. How must it go on?

# %% key="p2"
# solution
p2 = "b"
# end solution
check("21.p2", p2)

# %% [markdown] key="rules"
# ## On paper, what is held still is a constant · 5 min · core
#
# Nudge x² by h: (x + h)² − x² = 2xh + h². Per unit of h that is 2x + h, and h goes to 0. So x² has the slope 2x; in general
#
# $$x^n \text{ has the slope } n\,x^{n-1}$$
#
# Sums go term by term, constant factors stay, constants have the slope 0. While you nudge x, y **is** a constant: 5xy has the
# slope 5y along x.
#
# **p1** The plan's z = x² + 2xy · **h1** f(x, y) = x²y + 3y, its two slopes at (2, 1)

# %% key="p1"
# solution
p1 = "c"
# end solution
check("21.p1", p1)

# %% key="h1"
# solution
h1 = "4, 7"
# end solution
check("21.h1", h1)

# %% [markdown] key="e1-text"
# ## The same slope by nudging · 9 min
#
# Write it for any f and any array x. Nudge one number by 10⁻⁵, both ways. ★★ · about 8 minutes


# %% key="e1"
def partial(f, x, i):
    """Slope of f in coordinate i, all others held still, by a central difference.

    f: array -> one number. x: float array of any shape, not to be changed.
    i: a place in x, such as 1 or (0, 2). Returns a number.
    """
    # solution
    h = 1e-5
    up, down = x.copy(), x.copy()
    up[i] += h
    down[i] -= h
    return (f(up) - f(down)) / (2 * h)
    # end solution


# %% key="e1-check"
check("21.e1", partial)

# %% [markdown] key="e1-more"
# Stuck? `hint("21.e1")`. Done? `compare("21.e1", partial)`; then scroll up and make it `widgets.slices(partial)`. From here on
# the notebook calls `calculus.partial`. Rule against nudge, for the plan's z:

# %% key="rule-or-nudge"
z = lambda v: v[0] ** 2 + 2 * v[0] * v[1]
for x, y in ((1.0, -1.0), (1.0, 2.0), (-0.5, 3.0)):
    nudged = [calculus.partial(z, np.array([x, y]), i) for i in (0, 1)]
    rule = np.array([2 * x + 2 * y, 2 * x])
    print(f"at ({x:4}, {y:4})  nudged {np.round(nudged, 6) + 0.0}  by rule {rule}")

# %% [markdown] key="total"
# ## Two small steps at once: the total differential · 5 min
#
# Step by dx along x **and** by dy along y. Each slope is multiplied by its own step, and the rises add:
#
# $$dz = \frac{\partial z}{\partial x}\,dx + \frac{\partial z}{\partial y}\,dy$$
#
# The plan has this **total differential** in its title and no task for it. Here are two. **p1b** the formula for z = x² + 2xy ·
# **p1c** its value at (1, 2) for dx = 0.1, dy = 0.2

# %% key="p1b"
# solution
p1b = "a"
# end solution
check("21.p1b", p1b)

# %% key="p1c"
# solution
p1c = "1"
# end solution
check("21.p1c", p1c)

# %% [markdown] key="total-read"
# This is a **linear approximation**: it follows the flat plane that touches the surface where you stand. The surface bends
# away from it. By how much?

# %% key="total-error"
x, y = 1.0, 2.0
for shrink in (1, 0.1, 0.01):
    dx, dy = 0.1 * shrink, 0.2 * shrink
    dz = (2 * x + 2 * y) * dx + 2 * x * dy
    change = z([x + dx, y + dy]) - z([x, y])
    error = change - dz
    print(f"dx = {dx:<6g} dz = {dz:<6g} true change {change:<9.6g} error {error:.1e}")

# %% [markdown] key="total-small"
# A tenth of the step, a hundredth of the error. (Here it is exactly dx² + 2 dx dy.)

# %% [markdown] key="cliff-text"
# ## Two slopes can miss a cliff · 2 min
#
# Two cuts see two lines, and nothing between them:

# %% key="cliff"
widgets.hidden_cliff()

# %% key="cliff-numbers"
f = lambda v: v[0] * v[1] / (v[0] ** 2 + v[1] ** 2) if np.any(v) else 0.0
print("slopes at the origin:", [calculus.partial(f, np.zeros(2), i) for i in (0, 1)])
for t in (0.1, 0.001, 0.00001):
    print(f"dx = dy = {t:<6g} promised change 0, true change {f(np.array([t, t]))}")

# %% [markdown] key="cliff-read"
# Both partial derivatives exist, and the promise dz = 0 fails however small the step. **Differentiable** asks for more: the error
# must shrink faster than the step. Continuous partial derivatives all around guarantee it. The functions of this course
# have them, but for kinks such as max(0, x) at 0.

# %% [markdown] key="compass"
# ## All slopes in one list point uphill · 16 min · core
#
# A walker does not keep to x and y. On the hill f = x − x³/3 + y − y³/3 you stand at (0, 0), where both slopes are 1. The arrow u
# is your heading: 0° along x, 90° along y. Two bets.

# %% key="w1"
widgets.hill_and_compass()

# %% [markdown] key="compass-read"
# Turn once around: the slopes form a wave. Walk elsewhere: its height and its top move, its shape stays. The list of all
# partial derivatives explains it, the **gradient** ∇f = (∂f/∂x, ∂f/∂y), here (1 − x², 1 − y²). Divide the total differential
# of a step by its length, and you have the slope along a **unit** vector u, the **directional derivative**:
#
# $$D_u f = \nabla f \cdot u \qquad \|u\| = 1$$
#
# That is ‖∇f‖ times the cosine of the angle between them (Day 1). So, for a differentiable f, it is
#
# - largest along ∇f, where it is ‖∇f‖;
# - 0 at right angles to ∇f, which is how contour lines run;
# - most negative along −∇f.
#
# The plan calls the gradient the direction of "fastest change". Say more: it points **up**. Hence the minus in the day's first
# line. And u has length 1 because a slope is rise per unit of way. A longer arrow makes no hill steeper.
#
# In h1 the gradient was (4, 7). **h2** the slope along (3, 4) · **h2b** the steepest one

# %% key="h2"
# solution
h2 = "8"
# end solution
check("21.h2", h2)

# %% key="h2b"
# solution
h2b = "sqrt(65)"
# end solution
check("21.h2b", h2b)

# %% [markdown] key="e3-text"
# In NumPy, for a gradient and an arrow of any length except 0. ★★ · about 8 minutes


# %% key="e3"
def directional(g, u):
    """Slope in the direction of u.

    g: (d,), a gradient. u: (d,), of any length but 0. Returns a number.
    """
    # solution
    return g @ u / np.sqrt(u @ u)
    # end solution


# %% key="e3-check"
check("21.e3", directional)

# %% [markdown] key="e3-more"
# Make it `widgets.hill_and_compass(directional)` above, and change the length of u.

# %% [markdown] key="score"
# ## Moving a question moves the score by the key · 11 min · core
#
# Back to attention: s = q·k/√d_k. Hold k still and nudge q₀ by h. Only the term q₀k₀/√d_k moves, by h·k₀/√d_k. So it goes for
# every place, and with the roles exchanged:
#
# $$\frac{\partial s}{\partial q} = \frac{k}{\sqrt{d_k}} \qquad \frac{\partial s}{\partial k} = \frac{q}{\sqrt{d_k}}$$
#
# **h3** In head A, *sat* asks with q = (2, 0), and *cat* answers with k = (2, 0). ∂s/∂q?

# %% key="h3"
# solution
h3 = "1.414, 0"
# end solution
check("21.h3", h3)

# %% [markdown] key="e4-text"
# ★★ · about 8 minutes


# %% key="e4"
def grad_score(q, k, d):
    """Both gradients of the score s = q·k / √d.

    q, k: (d,). d: their width. Returns the pair (∂s/∂q, ∂s/∂k), each of shape (d,).
    """
    # solution
    return k / np.sqrt(d), q / np.sqrt(d)
    # end solution


# %% key="e4-check"
check("21.e4", grad_score)

# %% [markdown] key="back"
# ## Back in the fog, with 24 slopes · 7 min
#
# A gradient has the shape of what is moved: (3, 4, 2) for our θ. You may use `calculus.partial`. ★ · about 5 minutes


# %% key="e2"
def gradient(f, x):
    """All partial derivatives of f, each in the seat of its number.

    f: array -> one number. x: float array of any shape. Returns an array of that shape.
    """
    # solution
    slopes = np.zeros(x.shape)
    for place in np.ndindex(x.shape):
        slopes[place] = calculus.partial(f, x, place)
    return slopes
    # end solution


# %% key="e2-check"
check("21.e2", gradient)

# %% key="slopes"
slopes = calculus.numeric_gradient(loss, theta)
widgets.twenty_four_slopes(slopes)

# %% [markdown] key="slopes-read"
# Blue: raise the number, and the loss rises. Why is a row of W_Q all 0? *sat* has animal 0: those numbers multiply nothing. Why a
# column of W_K? ∂s/∂k = q/√2, and the second place of q = (2, 0) is 0: *sat* does not ask about it.
#
# Now walk against the gradient, by three lengths. Then let 10,000 random directions try to be steeper.

# %% key="walk"
steepness = np.sqrt(np.sum(slopes**2))
print(f"steepest slope {steepness:.4f} nat per unit of way")
for way in (0.01, 0.1, 1.0):
    change = loss(theta - way * slopes / steepness) - loss(theta)
    print(f"{way:4} down: promised {-way * steepness:.4f} nat, came {change:.4f} nat")
up = loss(theta + 0.1 * slopes / steepness) - loss(theta)
print(f" 0.1 up:   promised {0.1 * steepness:.4f} nat, came {up:.4f} nat")
arrows = np.random.default_rng(21).normal(size=(10_000, 24))
others = [calculus.directional(slopes.ravel(), arrow) for arrow in arrows]
print(f"best of 10,000 random directions: {max(others):.4f} nat per unit")

# %% [markdown] key="walk-read"
# The first step keeps its promise; the long one brings a third of it. How long a step may be is the question of day 24. And no
# random direction came near the gradient.

# %% [markdown] key="ruler"
# ## "Steepest" depends on the ruler · 1 min
#
# "Per unit of way" needs a ruler. With the usual length the gradient's own direction wins. Measure a step by its largest
# entry, or by the sum of its entries (without signs), and others win:

# %% key="rulers"
g = np.array([4.0, 7.0])
angles = np.radians(np.arange(0, 360, 0.01))
steps = np.array([np.cos(angles), np.sin(angles)])
for name, lengths in (
    ("root of squares", np.sqrt(np.sum(steps**2, axis=0))),
    ("largest entry", np.abs(steps).max(axis=0)),
    ("sum of entries", np.abs(steps).sum(axis=0)),
):
    rises = g @ (steps / lengths)
    best = (steps / lengths)[:, rises.argmax()]
    print(f"{name:16} best step of length 1 {np.round(best, 3) + 0.0}  rise {rises.max():.3f}")

# %% [markdown] key="ruler-read"
# Keep the second line in mind: all coordinates move equally far, each by its sign. An optimiser of day 25 starts like that.

# %% [markdown] key="level"
# ## Level ground is not always the bottom · 10 min
#
# On the hill of the compass, stand at (1, 1), at (−1, −1), at (1, −1). Each time the wave lies flat: ∇f = 0. One is a top, one
# the bottom of a hollow, one a **saddle**: a pass, up on two sides and down on two. ∇f = 0 says "level" and no more.
#
# The slopes of the slopes say more. They form the **Hessian** H: entry (i, j) tells how slope i changes when coordinate j moves.
# Where these are continuous H is symmetric, so its eigenvalues are real (Day 4). Each says how the ground bends along its
# eigenvector: upwards if positive.
#
# | where ∇f = 0, the eigenvalues of H are | so this is |
# |---|---|
# | all > 0 | a local minimum |
# | all < 0 | a local maximum |
# | of both signs | a saddle |
# | not of both signs, and one is 0 | undecided |
#
# The diagonal of H will not do, nor its trace or determinant. ★★ · about 8 minutes


# %% key="e5"
def critical(H):
    """What a place with gradient 0 is, by its Hessian.

    H: (n, n), symmetric. Returns "minimum", "maximum", "saddle" or "undecided";
    an eigenvalue counts as 0 when it is smaller than 1e-9 in size.
    """
    # solution
    values = np.linalg.eigvalsh(H)
    up, down = np.any(values > 1e-9), np.any(values < -1e-9)
    if up and down:
        return "saddle"
    if np.any(np.abs(values) <= 1e-9):
        return "undecided"
    return "minimum" if up else "maximum"
    # end solution


# %% key="e5-check"
check("21.e5", critical)

# %% key="level-numbers"
places = [
    ("hill", at, np.diag([-2.0 * at[0], -2.0 * at[1]])) for at in [(1, 1), (-1, -1), (1, -1)]
]
places.append(("x² + 2xy", (0, 0), np.array([[2.0, 2.0], [2.0, 0.0]])))
places.append(("x⁴ + y⁴", (0, 0), np.zeros((2, 2))))
places.append(("x³ + y³", (0, 0), np.zeros((2, 2))))
for name, at, H in places:
    bends = np.linalg.eigvalsh(H) + 0.0
    print(f"{name:9} at {at!s:8} eigenvalues {bends!s:16} {calculus.critical(H)}")

# %% [markdown] key="level-read"
# The plan's surface is a saddle. The last two share a Hessian of zeros, yet x⁴ + y⁴ has its minimum there and x³ + y³ falls on
# one side.

# %% [markdown] key="paper"
# ## In the paper · 2 min · core
#
# *Attention Is All You Need* prints no derivative. §3.2.1 speaks of gradients once: large scores push softmax to where they are
# extremely small (Day 13), hence √d_k. §5.3 names Adam, which takes ∂L/∂θ for every parameter θ, in the shape of the parameter. The
# days to come compute it faster, and step along it.
#
# <details><summary>Where the original plan pointed, and where to look</summary>
#
# 宋浩《高等数学》: the chapter on functions of several variables is right; look there for 偏导数, 全微分 and 方向导数与梯度. *Deep
# Learning* (花书), chapter 4, is right too: gradients and directional derivatives in §4.3, Hessian and saddles in §4.3.1.
# </details>

# %% [markdown] key="quiz-text"
# ## Quiz · 2 min · core

# %% key="quiz"
quiz(21)

# %% key="quiz-answers" tags=["solution"]
quiz(21, reveal=True)

# %% [markdown] key="end"
# ## Take with you · 1 min · core
#
# > **Gradient** ∇f: one partial derivative for each number, all others held still. It points up; its length is the steepest slope;
# > along a unit vector u the slope is ∇f·u. Small steps: dz = ∂z/∂x dx + ∂z/∂y dy. Where ∇f = 0: eigenvalues of the Hessian all > 0
# > minimum, all < 0 maximum, both signs saddle.
#
# **Words of today**
#
# | word | 中文 | symbol | paper |
# |---|---|---|---|
# | partial derivative | 偏导数 | ∂f/∂x | – |
# | total differential | 全微分 | dz | – |
# | linear approximation | 线性近似 | – | – |
# | differentiable | 可微 | – | – |
# | gradient | 梯度 | ∇f | §3.2.1 |
# | directional derivative | 方向导数 | D_u f | – |
# | contour line | 等高线 | – | – |
# | Hessian | 黑塞矩阵 | H | – |
# | saddle | 鞍点 | – | – |
#
# **Teach it back.** One sentence for a colleague: the gradient is a list of slopes along the axes, so how can it know the slope in
# every other direction?
#
# Tomorrow you turn one dial of W_Q and follow it through five gears to the loss. No nudging: you multiply.

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
# # Day 4 · Eigenvectors: what ten rounds of listening leave
#
# Three friends, *cat*, *sat* and *mat*, repeat what they hear: in each round everyone replaces the own opinion by a
# weighted average. What is left after ten rounds? Three numbers know, before anyone has opened their mouth. They also
# give one good reason for the boxed part of this line (§3.1 of the paper):
#
# $$\mathrm{LayerNorm}\big(\boxed{x \,+}\; \mathrm{Sublayer}(x)\big)$$
#
# **When you close this notebook you can**
#
# - test whether a vector is an eigenvector, and find both eigenvalues of a 2×2 matrix by hand;
# - let power iteration find the largest one;
# - say why a table whose rows add up to 1 has the eigenvalue 1;
# - explain why attention, repeated without a residual, makes all tokens equal.
#
# You need: matrix times vector (Day 1), the determinant (Day 2), weighted averages (Day 3).
# Sections marked **core** are the short path, 46 minutes. The rest makes it 89.

# %% key="setup"
from utils import check, compare, hint, quiz, recall
from utils import linalg, story
from utils.widgets import eigen as widgets
import numpy as np

np.set_printoptions(precision=4, suppress=True)

# %% [markdown] key="recall-text"
# ## Three things from days 1 to 3 · 3 min

# %% key="recall"
recall(4)

# %% key="recall-answers" tags=["solution"]
recall(4, reveal=True)

# %% [markdown] key="story"
# ## Three friends repeat what they hear · 4 min · core
#
# Who listens to whom stands in a table M. Row *cat* says: half to myself, half to *sat*.

# %% key="friends"
friends = ["cat", "sat", "mat"]
M = np.array([[1 / 2, 1 / 2, 0], [1 / 4, 1 / 2, 1 / 4], [0, 1 / 2, 1 / 2]])
for name, row in zip(friends, M, strict=True):
    print(f"{name} listens {row}, together {row.sum():.0f}")

# %% [markdown] key="h2-text"
# No weight is negative and each row adds up to 1: M is **row-stochastic**, as every table of attention weights is. A round
# is the product M x, one weighted average for each row.
#
# **h2** *cat* thinks 4, the others 0. Compute M (4, 0, 0), then the next round. Type `"[[.., .., ..], [.., .., ..]]"`.

# %% key="h2"
# solution
h2 = "[[2, 1, 0], [1.5, 1, 0.5]]"
# end solution
check("4.h2", h2)

# %% [markdown] key="compass"
# ## Most arrows turn, a few stay on their line · 7 min · core
#
# Ten rounds are ten products with one matrix. For most vectors that is work: each product points somewhere new. A few
# vectors are only stretched, and for them ten products are one power. Look for those first, in the plane.
#
# You turn an arrow x. The second arrow is A x. A lamp lights when both lie on one line.

# %% key="w1"
widgets.compass()

# %% [markdown] key="compass-read"
# At 45° the lamp is on: (1, 1) goes to (3, 3). At 135° as well: (1, −1) stays where it is. The lamp as a formula:
#
# $$A v = \lambda v \qquad v \neq 0$$
#
# v is an **eigenvector**, the number λ its **eigenvalue**. A is square, or A v would live in another space than v. And v
# is not zero: the zero vector fits every λ and says nothing. Every other multiple of v, with either sign, is as good as v.
# What A keeps is a line.
#
# Now drag the second slider. The two lines close in, and at 0.5 they are one: a shear, called **defective** because a line
# is missing. Beyond that none is left, and at 1 every arrow turns by 90°. The eigenvalues are then the complex
# pair ±i. Rotations return on day 20.
#
# The tip of A x runs along an ellipse. Its axes are kept lines at the start, where A is symmetric. Drag, and they
# are not: the axes belong to day 5.

# %% key="fates-picture"
widgets.five_fates()

# %% key="fates"
for name, A, v, _ in widgets.FATES:
    values = np.sort_complex(np.round(np.linalg.eigvals(A), 6) + 0.0)[::-1]
    print(f"{name:20} v = {np.array(v)}  A v = {A @ v}  all λ: {np.real_if_close(values)}")

# %% [markdown] key="p1-text"
# The thirty-day plan asks you to know that an eigenvector is "a vector whose direction the matrix does not change". Run
# the cell for four opinions on it; answer with a letter.

# %% key="p1"
# solution
p1 = "c"
# end solution
check("4.p1", p1)

# %% [markdown] key="e1-text"
# ## Is it one? Multiply and look · 9 min · core
#
# Finding eigenvectors is work, testing one is easy. Beware of v = 0, of λ = 0, and of computed numbers, which are equal
# only up to rounding (`np.allclose`). ★★ · about 8 minutes


# %% key="e1"
def is_eigenvector(A, v):
    """Does A keep the line of v?

    A: array (n, n). v: array (n,). Returns True or False; False for the zero vector.
    """
    # solution
    length_squared = v @ v
    if length_squared == 0:
        return False
    stretch = v @ (A @ v) / length_squared
    return bool(np.allclose(A @ v, stretch * v))
    # end solution


# %% key="e1-check"
check("4.e1", is_eigenvector)

# %% [markdown] key="eig-text"
# Stuck? `hint("4.e1")`. Done? `compare("4.e1", is_eigenvector)`; then scroll up and make it
# `widgets.compass(is_eigenvector)`: your function now switches the lamp.
#
# NumPy finds all pairs at once, with two traps. The values are **not sorted**, and the eigenvectors, of length 1, are the
# **columns** of V.

# %% key="eig"
A = np.array([[2.0, 1.0, 0.0], [0.0, 5.0, 0.0], [0.0, 0.0, 3.0]])
values, V = np.linalg.eig(A)
print("values        ", values)
print("V[:, 1] column", V[:, 1], "kept:", linalg.is_eigenvector(A, V[:, 1]))
print("V[1]    row   ", V[1], "kept:", linalg.is_eigenvector(A, V[1]))

# %% [markdown] key="hand"
# ## Trace and determinant know both · 5 min · core
#
# A v = λ v is the same as (A − λI) v = 0. So A − λI flattens the line of v, and its determinant is 0. For a 2×2
# matrix with rows (a, b) and (c, d) that is a quadratic equation, the **characteristic equation**:
#
# $$\lambda^2 - (a + d)\,\lambda + (ad - bc) = 0 \qquad
# \lambda = \frac{(a + d) \pm \sqrt{(a + d)^2 - 4\,(ad - bc)}}{2}$$
#
# a + d, the sum of the diagonal, is the **trace**; ad − bc you know. A free check: the two eigenvalues add up to the
# trace, and their product is the determinant.
#
# **h1** both eigenvalues of [[2, 1], [1, 2]] · **h1b** their directions (1, a) and (1, b): type a, b

# %% key="h1"
# solution
h1 = "3, 1"
# end solution
check("4.h1", h1)

# %% key="h1b"
# solution
h1b = "1, -1"
# end solution
check("4.h1b", h1b)

# %% [markdown] key="e2-text"
# ## A negative number under the root means: no line · 9 min
#
# Write the formula. ★★ · about 8 minutes


# %% key="e2"
def eig_2x2(A):
    """Both eigenvalues of a 2×2 matrix, the larger one first; None when they are not real.

    A: array (2, 2). Returns a tuple of two numbers, or None.
    """
    # solution
    trace = A[0, 0] + A[1, 1]
    determinant = A[0, 0] * A[1, 1] - A[0, 1] * A[1, 0]
    discriminant = trace**2 - 4 * determinant
    if discriminant < 0:
        return None
    root = np.sqrt(discriminant)
    return (trace + root) / 2, (trace - root) / 2
    # end solution


# %% key="e2-check"
check("4.e2", eig_2x2)

# %% [markdown] key="trace-text"
# Sum and product hold for every size, if repeated and complex eigenvalues all count. The trace has rules of its own, the best
# one for AB and BA, even where these have different sizes:

# %% key="trace"
rng = np.random.default_rng(4)
A, B = rng.integers(-4, 5, size=(3, 2)), rng.integers(-4, 5, size=(2, 3))
S, T = rng.integers(-4, 5, size=(2, 3, 3))
all_values = np.linalg.eigvals(S)
rules = {
    "tr(AB) = tr(BA)": (np.trace(A @ B), np.trace(B @ A)),
    "tr(Sᵀ) = tr(S)": (np.trace(S.T), np.trace(S)),
    "tr(S + T) = tr(S) + tr(T)": (np.trace(S + T), np.trace(S) + np.trace(T)),
    "tr(SᵀS) = all entries², added": (np.trace(S.T @ S), np.sum(S**2)),
    "sum of eigenvalues = tr(S)": (all_values.sum().real, np.trace(S)),
    "their product = det(S)": (all_values.prod().real, np.linalg.det(S)),
}
for rule, (left, right) in rules.items():
    print(f"{rule:30} {left:6.1f} {right:6.1f}  {np.isclose(left, right)}")

# %% [markdown] key="symmetric"
# ## Symmetric matrices give right angles · 3 min
#
# If A = Aᵀ, all eigenvalues are real, and eigenvectors of different eigenvalues are perpendicular. Where eigenvalues
# repeat, they **can be chosen** so. `np.linalg.eigh` is for this case only; it sorts, the smallest first.
#
# Its columns form an **orthogonal matrix** Q: square, with QᵀQ = QQᵀ = I. It changes neither lengths nor angles, and its
# inverse is its transpose. Write all equations A v = λ v side by side, with the eigenvalues on the diagonal of Λ:
#
# $$AQ = Q\Lambda \qquad\text{so}\qquad A = Q\Lambda Q^{-1}$$
#
# This **eigendecomposition** exists only if there are n independent eigenvectors (A is diagonalisable). A shear has
# too few. If A is symmetric, Q⁻¹ can be Qᵀ.

# %% key="symmetric-numbers"
A = np.array([[2.0, 1.0], [1.0, 2.0]])
values, Q = np.linalg.eigh(A)
print("values    ", values)
print("QᵀQ = I   ", np.allclose(Q.T @ Q, np.eye(2)))
print("QQᵀ = I   ", np.allclose(Q @ Q.T, np.eye(2)))
print("Q Λ Qᵀ = A", np.allclose(Q @ np.diag(values) @ Q.T, A))
shear = np.array([[1.0, 0.0], [1.0, 1.0]])
print("independent eigenvectors of the shear:", linalg.rank(np.linalg.eig(shear)[1]))

# %% [markdown] key="pca-text"
# <details><summary>What has this to do with PCA?</summary>
#
# **Principal component analysis** asks along which direction a cloud of points spreads most. Subtract the mean of the rows;
# then XᵀX/n is the covariance matrix, and symmetric. Its eigenvector of the largest eigenvalue is that direction, the
# eigenvalue the variance along it, the trace the total variance. Tomorrow's SVD gets there without building XᵀX. The cell
# below takes our six words. "Most spread" need not mean "most important".
# </details>

# %% key="pca"
X = story.X2 - story.X2.mean(axis=0)
covariance = X.T @ X / len(X)
variances, directions = np.linalg.eigh(covariance)
first = directions[:, -1] / directions[0, -1]  # its first entry becomes 1
print("36 × covariance", np.round(36 * covariance).astype(int).tolist())
print("variances      ", variances[::-1], "added up", round(variances.sum(), 4))
print("trace          ", round(np.trace(covariance), 4))
share = variances[-1] / variances.sum()
print(f"direction (1, {first[1]:.3f}) holds {share:.1%} of the variance")

# %% [markdown] key="rounds"
# ## Ten rounds are a tenth power of λ · 14 min · core
#
# Back to the friends. M keeps three lines that you can check in your head:

# %% key="three-lines"
for v in ([1, 1, 1], [1, 0, -1], [1, -1, 1]):
    print("M", np.array(v), "=", M @ v + 0.0)

# %% [markdown] key="h3-text"
# The first is no accident. Averages of equal opinions change nothing: rows that add up to 1 send (1, 1, 1) to itself. So
# **every** table of attention weights has the eigenvalue 1, with the all-ones vector. The second is a disagreement between
# *cat* and *mat*.
#
# **h3** By what factor does one round multiply (1, 0, −1)?

# %% key="h3"
# solution
h3 = "1/2"
# end solution
check("4.h3", h3)

# %% [markdown] key="e4-text"
# Any start is a mix of the three: (4, 0, 0) = 1·(1, 1, 1) + 2·(1, 0, −1) + 1·(1, −1, 1). After k rounds the shares are
# 1·1ᵏ, 2·(½)ᵏ and 1·0ᵏ. Only the agreement survives.
#
# Write k rounds for a table X, one row for each friend. ★★ · about 8 minutes


# %% key="e4"
def repeat_mix(M, X, k):
    """k rounds of listening: M (M (... X)).

    M: array (T, T), row i says whom friend i listens to.
    X: array (T, d) or (T,). k: whole number, may be 0. Returns an array of the shape of X.
    """
    # solution
    mixed = X
    for _ in range(k):
        mixed = M @ mixed
    return mixed
    # end solution


# %% key="e4-check"
check("4.e4", repeat_mix)

# %% [markdown] key="rounds-text"
# Now the words themselves walk: three rows of our table, three points, moved by your function.

# %% key="w2"
widgets.rounds(repeat_mix)

# %% key="rounds-numbers"
print("ten rounds from (4, 0, 0):", linalg.repeat_mix(M, np.array([4.0, 0, 0]), 10))
for name, table in (("M", M), ("½I + ½M", (np.eye(3) + M) / 2)):
    values = np.sort(np.linalg.eigvals(table).real)[::-1] + 0.0
    gaps = [linalg.repeat_mix(table, np.array([1.0, 0, -1]), k)[0] for k in range(20)]
    few = np.argmax(np.array(gaps) < 0.05)
    print(f"{name:8} eigenvalues {np.round(values, 6) + 0.0}  below 5 % after {few} rounds")

# %% [markdown] key="rounds-read"
# Keeping half of your voice turns each λ into (1 + λ)/2. The slowest disagreement shrinks by ¾ a round instead of ½: eleven
# rounds instead of five. It **slows** the collapse; it does not stop it. The paper's residual, x + Sublayer(x) with M for
# the sub-layer, has the factors 1 + λ: agreement doubles, disagreement grows by 1.5, and their ratio shrinks by ¾ again.
#
# How much of this is attention? Without a mask softmax gives no share of 0, so all other eigenvalues are smaller than 1 in
# size: the same weights, applied again and again, make all rows of X equal. A real layer computes new weights each time and
# multiplies by learned matrices. The pull towards the average stays; residuals and feed-forward layers work against it
# (Dong, Cordonnier and Loukas, 2021).

# %% [markdown] key="stationary"
# ## Whose start counts how much? · 14 min
#
# The friends end at one number. It is not the plain mean: both others listen to *sat*. Let π be shares that a round
# leaves alone, written as a row on the left:
#
# $$\pi M = \pi \qquad\text{and therefore}\qquad \pi\,(M x) = \pi x$$
#
# The average with these shares never changes, so it is where everyone ends. π is a **left eigenvector** of M: an eigenvector
# of Mᵀ, for λ = 1. Here it is (¼, ½, ¼).
#
# **h2b** Where do all three end, if they start at (4, 0, 0)?

# %% key="h2b"
# solution
h2b = "1"
# end solution
check("4.h2b", h2b)

# %% [markdown] key="e5-text"
# Find π for any M in which everyone hears of everyone in the end. `np.linalg.eig` of the right matrix does most of it; mind
# its two traps. ★★★ · about 12 minutes


# %% key="e5"
def stationary(M):
    """How much each start counts in the end.

    M: array (T, T), each row >= 0 with sum 1.
    Returns an array (T,) of shares that add up to 1, with shares @ M = shares.
    """
    # solution
    eigenvalues, columns = np.linalg.eig(M.T)
    one = np.argmin(np.abs(eigenvalues - 1))
    shares = np.real(columns[:, one])
    return shares / shares.sum()
    # end solution


# %% key="e5-check"
check("4.e5", stationary)

# %% [markdown] key="power"
# ## Apply, shorten, repeat: the largest wins · 14 min
#
# Repetition also **finds** eigenvectors. If a start is a mix of kept lines, its part with the largest |λ| grows most in each
# step. Shorten the arrow to length 1 each time, and watch its direction.

# %% key="w3"
widgets.homing()

# %% [markdown] key="e3-text"
# Start at 135°: on paper the arrow never leaves, for it has no part along the winner. The second matrix flips the arrow in each
# step, since λ = −3, and the line still settles. The third keeps no line and never settles. (2 and −2 would tie
# for ever, too.)
#
# The estimate of λ is v·Av for a v of length 1: if A v = λ v, that is λ v·v = λ. ★★★ · about 12 minutes


# %% key="e3"
def power_iteration(A, x0, steps):
    """The eigenvalue of largest size and its direction, by repetition.

    A: array (n, n). x0: array (n,), not zero. steps: whole number, at least 1.
    Returns (lam, v): v has length 1 after all steps, and lam is v·Av for that v.
    """
    # solution
    v = x0
    for _ in range(steps):
        v = A @ v
        v = v / np.linalg.norm(v)
    return v @ (A @ v), v
    # end solution


# %% key="e3-check"
check("4.e3", power_iteration)

# %% [markdown] key="e3-more"
# `widgets.homing(power_iteration)` runs yours.

# %% [markdown] key="paper"
# ## In the paper, λ does not occur · 3 min · core
#
# *Attention Is All You Need* contains no eigenvalue symbol. §3.1 puts a residual connection around each sub-layer and cites the
# work on deep residual networks; that averaging alone forgets who was who is our reason, not the paper's.
#
# Eigenvalues occur next door: in gradients of recurrent networks, where one matrix is applied a hundred times; in
# PCA; in the curvature of a loss, which limits the learning rate (day 24). The **spectral norm** is the largest
# *singular* value; for symmetric matrices that is the largest |λ|.

# %% key="hundred-steps"
for size in (0.9, 1.0, 1.1):
    print(f"|λ| = {size}: after 100 steps a factor of {size**100:.3g}")

# %% [markdown] key="p2-text"
# The plan also wants you to recognise eigenvalue symbols in papers. λ is a popular letter:

# %% key="p2"
# solution
p2 = "b"
# end solution
check("4.p2", p2)

# %% [markdown] key="resources"
# <details><summary>Where the original plan pointed, and where to look</summary>
#
# The plan names P4 of 3Blue1Brown's *Essence of Linear Algebra*. Chapter 4 is matrix multiplication; eigenvectors are
# **chapter 14** (the film numbered 10 in the Bilibili collection), and chapter 15 shows a quick trick for 2×2. In 李永乐's
# 线性代数辅导讲义 look for the chapter on eigenvalues; page numbers cannot be relied on.
# </details>

# %% [markdown] key="quiz-text"
# ## Quiz · 2 min · core

# %% key="quiz"
quiz(4)

# %% key="quiz-answers" tags=["solution"]
quiz(4, reveal=True)

# %% [markdown] key="end"
# ## Take with you · 2 min · core
#
# > **eigenvector** A v = λ v with v ≠ 0: A keeps the line of v (λ < 0 turns v round, λ = 0 collapses it). A quarter turn keeps no line.
# > Sum of all λ = trace, product = determinant. Rows that add up to 1 ⇒ λ = 1 with (1, …, 1); repeated averaging with shares > 0
# > leaves only that: agreement.
#
# **Words of today**
#
# | word | 中文 | symbol | paper |
# |---|---|---|---|
# | eigenvector | 特征向量 | v | – |
# | eigenvalue | 特征值 | λ | – |
# | trace | 迹 | tr A | – |
# | row-stochastic matrix | 行随机矩阵 | – | – |
# | orthogonal matrix | 正交矩阵 | QᵀQ = I | – |
# | eigendecomposition | 特征分解 | QΛQ⁻¹ | – |
#
# **Teach it back.** One sentence for a colleague: why do words become equal when attention weights are applied again and again,
# and what does adding x change?
#
# Tomorrow takes matrices that keep no line at all, or are not even square, and still finds the axes of that ellipse.

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
# # Day 3 · Mixing: how much *cat* and how much *sat* make *mat*?
#
# Ingredients and a recipe give a dish: matrix times vector, day 1. Today the dish is on the table and the recipe is
# missing. There may be one, none, or endlessly many. Attention has its recipe ready, one share for each row of V, and leaves
# another question: where can the mix lie?
#
# $$\mathrm{Attention}(Q, K, V) = \mathrm{softmax}\left(\frac{QK^T}{\sqrt{d_k}}\right)\boxed{V}$$
#
# **When you close this notebook you can**
#
# - read A x = b as "which mix of columns gives b?";
# - tell none, one and infinitely many solutions apart by two ranks;
# - give an arrow its coordinates in another basis;
# - say why a weighted average of values stays inside their hull.
#
# You need matrix times vector (Day 1), the inverse of a 2×2 matrix and the rank (Day 2).
# Sections marked **core** are the short path, 45 minutes. The rest makes it 87.

# %% key="setup"
from utils import check, compare, hint, quiz, recall
from utils import linalg, story
from utils.widgets import mixtures as widgets
import numpy as np

np.set_printoptions(precision=4, suppress=True)

# %% [markdown] key="story"
# ## The dish is there, the recipe is missing · 5 min · core
#
# *cat* = (2, 1), *sat* = (−1, 2), *mat* = (2, −1). Walk some way along *cat*, then along *sat*; a negative amount
# walks backwards. Can you end exactly at *mat*? Bet on the signs first, then look for it.

# %% key="w1"
widgets.recipe()

# %% [markdown] key="recipe-read"
# Near 0.6 and −0.8 the tip meets the star. You have solved a **linear system**. Put *cat* and
# *sat* into the columns of a matrix B and the amounts into x, and it reads B x = *mat*:

# %% key="recipe-check"
cat, sat, on, mat = (story.TABLE_2D[word] for word in ("cat", "sat", "on", "mat"))
B = np.column_stack([cat, sat])
x = np.array([0.6, -0.8])
print(B)
print("mat is", mat, "and B x is", B @ x)

# %% [markdown] key="recall-text"
# ## Three things you have met already · 3 min
#
# Three questions, without notes.

# %% key="recall"
recall(3)

# %% key="recall-answers" tags=["solution"]
recall(3, reveal=True)

# %% [markdown] key="undo"
# ## Undo the mixing on paper · 11 min · core
#
# Each coordinate is an equation:
#
# $$\begin{aligned} 2a - b &= 2 &&\text{(thing)}\\ a + 2b &= -1 &&\text{(doing)} \end{aligned}$$
#
# **h1** Solve it with pencil. Type both amounts between quotes, *cat*'s first, as in `"1/2, -3"`.

# %% key="h1"
# solution
h1 = "3/5, -4/5"
# end solution
check("3.h1", h1)

# %% [markdown] key="e1-text"
# Now for any two columns that are not parallel. Yesterday's inverse undoes a 2×2 matrix: for
# $A = \begin{pmatrix}p&q\\r&s\end{pmatrix}$ it is $\frac{1}{ps-qr}\begin{pmatrix}s&-q\\-r&p\end{pmatrix}$. In one test the
# columns are not perpendicular; in another the top left entry is 0. ★★ · about 8 minutes


# %% key="e1"
def solve_2x2(A, b):
    """Which mix of the columns of A gives b?

    A: array (2, 2) whose columns are not parallel. b: array (2,). Returns x (2,) with A x = b.
    """
    # solution
    (p, q), (r, s) = A
    return np.array([[s, -q], [-r, p]]) @ b / (p * s - q * r)
    # end solution


# %% key="e1-check"
check("3.e1", solve_2x2)

# %% [markdown] key="e1-more"
# Stuck? `hint("3.e1")` gives one of three hints. Done? `compare("3.e1", solve_2x2)` puts your lines beside the course's.

# %% [markdown] key="rows"
# ## Turn a line: one crossing, then none, then all of them · 7 min · core
#
# So far you read the system by columns, as a mix. Now take the amounts a and b themselves as axes. Each equation becomes a
# straight line, and a solution is a point on both. The picture shows rows and columns of one system, at first
# yours; the dot asks your `solve_2x2`.

# %% key="w3"
widgets.two_lines(solve_2x2)

# %% [markdown] key="rows-read"
# Turn line 2 down to 0°. The crossing runs out of the picture and is gone. On the right the two columns now lie
# on one line, and the target beside it: no mix reaches it. Set the push to 0, and the target moves onto that line. Many mixes
# reach it, and every point of the left line is a solution.
#
# None, one, or infinitely many, never two: with two solutions, every point of the line through them is one as well.
#
# The plan calls the solution of a system "the intersection point in the vector space". Which sentence
# is right? Run the cell to see the question; answer with a letter, such as `"a"`.

# %% key="p1"
# solution
p1 = "c"
# end solution
check("3.p1", p1)

# %% [markdown] key="ranks"
# ## Two ranks know before you solve · 13 min
#
# Count independent directions: the rank of day 2. Write b beside A as one more column, [A|b]. If
# the rank grows, b points where no mix of columns goes.
#
# | rank [A\|b] | rank A | solutions |
# |---|---|---|
# | larger than rank A | | none |
# | equal to rank A | equal to the number of unknowns | exactly one |
# | equal to rank A | smaller than the number of unknowns | infinitely many |
#
# This is the theorem of Rouché and Capelli. The **number** of equations does not occur in it. ★★★ · about 12 minutes


# %% key="e3"
def classify(A, b):
    """How many solutions has A x = b?

    A: array (m, n), m equations in n unknowns. b: array (m,).
    Returns "none", "unique" or "infinite".
    linalg.rank(A) is the course's rank.
    """
    # solution
    if linalg.rank(np.column_stack([A, b])) > linalg.rank(A):
        return "none"
    return "unique" if linalg.rank(A) == A.shape[1] else "infinite"
    # end solution


# %% key="e3-check"
check("3.e3", classify)

# %% [markdown] key="spaces"
# ## What a matrix can reach, and what it forgets · 2 min
#
# The **column space** of A is all that its columns can mix: A x = b is solvable exactly when b lies there. The **null space**
# is every recipe that cancels to nothing, A n = 0.
#
# At 0°, unpushed, both equations read 2a − b = 2. The recipe (1, 2) cancels, so you may add it to a solution as often as you like:

# %% key="null-space"
A = np.array([[2, -1], [2, -1]])
print("A n =", A @ np.array([1, 2]))
for t in (-1, 0, 1, 2):
    x = np.array([1, 0]) + t * np.array([1, 2])
    print(f"t = {t:2}   x = ({x[0]}, {x[1]:2})   A x = {A @ x}")

# %% [markdown] key="affine"
# One solution plus the null space: that is the whole **solution set**, a point, a line, a plane. If b is not 0, the
# origin is missing from it, so it is no subspace (a subspace holds every mix of its members, 0 included) but an affine set.
#
# The two share out the unknowns: rank + dimension of the null space = number of unknowns. Yesterday's
# disguise, *mat* = 3·*on* − 2·*sat*, is a recipe that cancels:

# %% key="hidden-fact"
columns = np.column_stack([story.TABLE_4D[word] for word in ("on", "sat", "mat")])
n = np.array([3, -2, -1])
print(
    "shape",
    columns.shape,
    "  rank",
    linalg.rank(columns),
    "  3·on − 2·sat − 1·mat =",
    columns @ n,
)

# %% [markdown] key="basis"
# ## One arrow, many addresses · 14 min
#
# All mixes of some vectors, with any amounts, are their **span**. The vectors are **independent** when only the recipe of zeros
# cancels; *on*, *sat*, *mat* in 4-d are not. Independent vectors that span a space are a **basis** of it. All its bases
# have equally many vectors: its **dimension**, 2 for the plane, 4 for R⁴.
#
# **h3** Is (1, 1) in span{*the*}? Is it in span{*the*, *on*}? *the* = (1, 0), *on* = (0, 1). Two words.

# %% key="h3"
# solution
h3 = "no, yes"
# end solution
check("3.h3", h3)

# %% [markdown] key="h3b-text"
# Then the amounts: first of *the* and *on*, next of *cat* and *on*. Four numbers.

# %% key="h3b"
# solution
h3b = "1, 1, 1/2, 1/2"
# end solution
check("3.h3b", h3b)

# %% [markdown] key="coordinates"
# In a basis each vector has exactly one recipe: its **coordinates**. In another basis the arrow stays and its address
# changes. A basis need not be perpendicular; *cat* and *mat* have the dot product 3.

# %% key="addresses"
for first, second in (("the", "on"), ("cat", "sat"), ("cat", "on")):
    rows = np.array([story.TABLE_2D[first], story.TABLE_2D[second]])
    print(f"mat in the basis {first}, {second}:", linalg.coordinates(mat, rows))
print(
    "sat in the basis cat, mat:",
    linalg.coordinates(story.TABLE_2D["sat"], np.array([cat, mat])),
)

# %% [markdown] key="e4-text"
# *cat* and *sat* are perpendicular and as long as *mat*, so there the coordinates are the cosines of day 1. That is luck; in
# general you solve a system, with `np.linalg.solve(A, b)`. The basis vectors come as rows. ★★ · about 8 minutes


# %% key="e4"
def coordinates(v, basis_rows):
    """The recipe for v in a basis.

    v: array (d,). basis_rows: array (d, d), one basis vector a row.
    Returns c (d,) with c @ basis_rows = v.
    """
    # solution
    return np.linalg.solve(basis_rows.T, v)
    # end solution


# %% key="e4-check"
check("3.e4", coordinates)

# %% [markdown] key="factor"
# ## Optional: LU and QR, two ways to take a matrix apart · 2 min
#
# A triangular system is easy: one unknown after the other. **LU** gets there by elimination, A = L U, with L lower and U
# upper triangular. Where a 0 stands in the way, rows are exchanged first: P A = L U. `np.linalg.solve` works that way.

# %% key="lu"
A = np.array([[0.0, 1, 1], [2, 4, 2], [1, 5, 5]])
P = np.eye(3)[[1, 0, 2]]  # exchanges rows 0 and 1: the top left entry of A is 0
L, U = np.eye(3), P @ A
for j in range(2):
    for i in range(j + 1, 3):
        L[i, j] = U[i, j] / U[j, j]
        U[i] = U[i] - L[i, j] * U[j]
print(L, U, sep="\n")
print("P A = L U:", np.allclose(P @ A, L @ U))

# %% [markdown] key="qr-text"
# **QR** gives independent columns a perpendicular basis of their span, vectors of length 1: the columns of Q. R, upper
# triangular, holds the recipes. Q has orthonormal columns; the matrix is orthogonal only if it is square.

# %% key="qr"
words = np.column_stack([story.TABLE_4D[word] for word in ("cat", "sat", "mat")])
for name, table in (("three words in 4-d", words), ("cat, sat in 2-d", B)):
    Q, R = np.linalg.qr(table)
    tall, wide = (np.allclose(G, np.eye(len(G))) for G in (Q.T @ Q, Q @ Q.T))
    print(
        f"{name:18}  Q {Q.shape}  Q R = A: {np.allclose(Q @ R, table)}",
        f" QᵀQ = I: {tall}  QQᵀ = I: {wide}",
    )

# %% [markdown] key="shares"
# ## Shares cannot leave the triangle · 11 min · core
#
# Attention looks for no recipe. Softmax hands it one, and a tame one: no share negative, together 1. It mixes the
# **rows** of V, one for each word. In head A of our story the values are just the 2-d vectors:

# %% key="values"
V = story.X4 @ story.HEAD_A.W_V
print("values of cat, sat, mat:", V[1], V[2], V[5])

# %% [markdown] key="e2-text"
# Write the mix, for weights of any kind. What do the weights belong to? A square V hides a wrong answer. ★ · about 5 minutes


# %% key="e2"
def combine(w, V):
    """Weighted sum of the rows of V.

    w: array (T,), one weight for each row. V: array (T, d). Returns an array (d,).
    """
    # solution
    return w @ V
    # end solution


# %% key="e2-check"
check("3.e2", combine)

# %% [markdown] key="h2-text"
# **h2** By hand: shares ½, ¼, ¼ of *cat* = (2, 1), *sat* = (−1, 2), *mat* = (2, −1).

# %% key="h2"
# solution
h2 = "5/4, 3/4"
# end solution
check("3.h2", h2)

# %% [markdown] key="triangle-text"
# Now all shares at once. The sliders are amounts; each is divided by their sum. Try to get out.

# %% key="w2"
widgets.weight_triangle(combine)

# %% [markdown] key="triangle-read"
# Amounts of any size and sign took you everywhere: the span of *cat* and *sat* is the plane. Shares keep you between the
# words. Such a mix is a **convex combination**, a weighted average; all of them are the **convex hull** of the values, here a
# triangle.
#
# So before W^O an attention output is an average of values, never more extreme than what it averages. Then W^O
# carries it elsewhere, and the residual adds the asker itself (tick the box). After that it may lie anywhere.

# %% [markdown] key="hull"
# ## Inside or outside? Solve for the shares · 8 min
#
# Three unknown shares, three equations: two for the coordinates, one says that they add up to 1. It is A x = b once more;
# then look at the signs. Edges count as inside. ★★ · about 8 minutes


# %% key="e5"
def in_hull(point, triangle):
    """Is the point an average of the three corners?

    point: array (2,). triangle: array (3, 2), one corner a row, not all on one line.
    Returns True or False.
    """
    # solution
    system = np.vstack([triangle.T, np.ones(3)])
    shares = np.linalg.solve(system, np.append(point, 1.0))
    return bool(np.all(shares >= -1e-12))
    # end solution


# %% key="e5-check"
check("3.e5", in_hull)

# %% key="on-the-edge"
corners = np.array([cat, sat, mat])
for word in ("the", "on"):
    point = story.TABLE_2D[word]
    shares = linalg.coordinates(np.append(point, 1), np.column_stack([corners, np.ones(3)]))
    print(
        f"{word:3}: shares of cat, sat, mat {np.round(shares, 4) + 0.0}",
        f"  inside: {linalg.in_hull(point, corners)}",
    )

# %% [markdown] key="edge-read"
# *the* and *on* lie on the edge from *sat* to *mat*. That *on* is ⅔ *sat* + ⅓ *mat* you knew: it is *mat* = 3·*on* − 2·*sat*, turned over.

# %% [markdown] key="maps"
# ## A matrix carries every word at once · 5 min · core
#
# A word that stands as a row meets the matrix from the left: x W. Row 0 of W is where (1, 0) goes, row 1 where (0, 1) goes, and
# every other word keeps its recipe: the image of a mix is the mix of the images. That is **linear**.

# %% key="maps-picture"
widgets.four_maps()

# %% key="maps-numbers"
for name, W in widgets.MAPS.items():
    twice = "W W = W" if np.allclose(W @ W, W) else "W W is not W"
    kept = np.allclose(mat @ W, 0.6 * (cat @ W) - 0.8 * (sat @ W))
    print(f"{name:10} cat goes to {cat @ W!s:9}  recipe of mat kept: {kept}  {twice}")

# %% [markdown] key="maps-read"
# The rotation turns *cat* into *sat*, the reflection into *mat*. Only the last map is a **projection**: twice is the
# same as once, for a shadow casts no further shadow. It sends *cat* and *mat* to one place, and nothing can undo that.
#
# You will read that queries, keys and values "are projections". Test a W_Q of our story:

# %% key="not-a-projection"
W_Q = story.HEAD_A.W_Q
print("X", story.X4.shape, " W_Q", W_Q.shape, " X W_Q", (story.X4 @ W_Q).shape)
try:
    W_Q @ W_Q
except ValueError:
    print("W_Q W_Q cannot be computed:", W_Q.shape, "does not meet", W_Q.shape)
W = np.random.default_rng(3).normal(size=(4, 4))
print("a square W of random numbers, W W = W:", np.allclose(W @ W, W))

# %% [markdown] key="p2-text"
# Six token vectors were carried from a space of four dimensions into one of two. That is all you need of X W_Q today: a
# matrix maps token vectors into another space. So what is W_Q? A letter, please.

# %% key="p2"
# solution
p2 = "d"
# end solution
check("3.p2", p2)

# %% [markdown] key="paper"
# ## In the paper · 2 min · core
#
# *Attention Is All You Need*, §3.2: the output is computed as a weighted sum of the values. The weights come from a softmax, so it
# is an average. §3.2.2 "linearly projects" queries, keys and values with learned matrices; read "maps". In
# self-attention all three come from one X: the Q in $QW_i^Q$ is that input, not yet the query. The residual connection is
# in §3.1.
#
# <details><summary>Where the original plan pointed, and where to look</summary>
#
# The plan names P3 of 3Blue1Brown's *Essence of Linear Algebra*. In the English series chapter 3 is linear
# transformations; in the Bilibili collection P3 is span and basis. Systems, column space and null space are
# **chapter 7** (film 06), Cramer's rule chapter 12. In 李永乐's 线性代数辅导讲义 look for the chapters on vectors and
# linear systems; page numbers cannot be relied on.
# </details>

# %% [markdown] key="quiz-text"
# ## Quiz · 3 min · core

# %% key="quiz"
quiz(3)

# %% key="quiz-answers" tags=["solution"]
quiz(3, reveal=True)

# %% [markdown] key="end"
# ## Take with you · 1 min · core
#
# > **A x = b**: which mix of columns gives b? Solvable if rank [A|b] = rank A; one solution if that is also the number of unknowns;
# > all solutions = one of them + the null space. **Average**: weights ≥ 0 with sum 1 stay in the convex hull.
# > **Projection**: W W = W; W_Q is a linear map, as a rule no projection.
#
# **Words of today**
#
# | word | 中文 | symbol | paper |
# |---|---|---|---|
# | linear system | 线性方程组 | A x = b | – |
# | column space | 列空间 | – | – |
# | null space | 零空间 | – | – |
# | span | 张成空间 | – | – |
# | linearly independent | 线性无关 | – | – |
# | basis | 基 | – | – |
# | dimension | 维数 | – | – |
# | coordinates | 坐标 | – | – |
# | convex combination, weighted average | 凸组合，加权平均 | – | §3.2 |
# | convex hull | 凸包 | – | – |
# | linear map | 线性映射 | – | §3.2.2 |
# | projection | 投影 | P² = P | §3.2.2 |
#
# **Teach it back.** One sentence for a colleague: why can a system never have exactly two solutions?
#
# Tomorrow *cat*, *sat* and *mat* average each other again and again. What is left in the end?

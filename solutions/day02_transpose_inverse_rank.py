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
# # Day 2 · Transpose, inverse, rank: which row says something new?
#
# Our sentence says *the* twice. That makes a sixth row, but not a sixth direction. And *mat* is in disguise: two other
# words can say all that it says. Today you count directions, turn a table over, and press a grid flat. In the formula of
# attention it is one small letter:
#
# $$\mathrm{Attention}(Q, K, V) = \mathrm{softmax}\left(\frac{QK^{\boxed{T}}}{\sqrt{d_k}}\right)V$$
#
# **When you close this notebook you can**
#
# - predict shapes through a transpose and a product, and say why (AB)ᵀ = BᵀAᵀ;
# - invert a 2×2 matrix, and know when nobody can;
# - explain rank as the number of independent directions, and find it for a sentence.
#
# You need Day 1: a sentence is a matrix X, one row for each token; entry (i, j) of AB is row i of A times column j of B.
# Sections marked **core** are the short path, 51 minutes. The rest makes it 88.

# %% key="setup"
from utils import check, compare, hint, quiz, recall
from utils import linalg, story
from utils.widgets import matrices as widgets
import numpy as np

np.set_printoptions(precision=4, suppress=True)

# %% [markdown] key="recall-text"
# ## Two things from yesterday, one from school · 3 min
#
# Without notes. `recall(2, seed=1)` asks the first two again with other numbers.

# %% key="recall"
recall(2)

# %% key="recall-answers" tags=["solution"]
recall(2, reveal=True)

# %% [markdown] key="story"
# ## A sixth row is not a sixth direction · 8 min · core
#
# The five words have two numbers more today: how much **animal**, how much **place**. Six tokens make six rows.

# %% key="rows"
for word, row in zip(story.SENTENCE, story.X4, strict=True):
    print(f"{word:4}", row.astype(int))

# %% [markdown] key="counter-text"
# Press a word, and its row joins the list. The counter moves only if the row is **not** a mix of rows that are there
# already. To mix is to stretch rows and add them. Two bets first.

# %% key="w2"
widgets.direction_counter()

# %% [markdown] key="counter-read"
# Now press all six, in any order. Then switch to two numbers a word, the table of Day 1.
#
# The counter shows the **rank** of the matrix: the number of independent directions among its rows. Not the number of
# rows, of different rows, or of rows that are not zero. Counting columns gives the same number, for every matrix: row
# rank = column rank. So the rank of an (m, n) matrix is at most min(m, n).
#
# **h2b** Do not trust the picture: compute 3·on − 2·sat in all four coordinates.

# %% key="h2b"
# solution
h2b = "2, -1, 0, 1"
# end solution
check("2.h2b", h2b)

# %% [markdown] key="h2-text"
# **h2** The rank of X, our six rows: with two numbers a word, and with four. Type two numbers.

# %% key="h2"
# solution
h2 = "2, 4"
# end solution
check("2.h2", h2)

# %% [markdown] key="transpose"
# ## Turn the table over · 8 min · core
#
# The **transpose** Aᵀ has the rows of A as columns: entry (i, j) moves to (j, i). The sentence, turned over, has a row
# for each property and a column for each token. `reshape` gives the same shape and another story:

# %% key="turned"
X = story.X2
print("X turned over\n", X.T)
print("X reshaped, the numbers in reading order\n", X.reshape(2, 6))

# %% [markdown] key="e1-text"
# In the first table the column of *cat* is (2, 1). In the second it is (0, 1), the numbers of *on*. Write the
# transpose, without `.T` and `np.transpose`. ★ · about 5 minutes


# %% key="e1"
def transpose(A):
    """Rows become columns.

    A: array (m, n). Returns an array (n, m).
    """
    # solution
    m, n = A.shape
    turned = np.zeros((n, m))
    for i in range(m):
        for j in range(n):
            turned[j, i] = A[i, j]
    return turned
    # end solution


# %% key="e1-check"
check("2.e1", transpose)

# %% [markdown] key="p1-text"
# Turn a product over, and **the order turns round**: (AB)ᵀ = BᵀAᵀ. Row i of A times column j of B is row j of Bᵀ times
# column i of Aᵀ. The shapes say it too: with A (2, 3) and B (3, 5), BᵀAᵀ is (5, 3)(3, 2), while AᵀBᵀ would be
# (3, 2)(5, 3). Try it where the shapes do not warn you:
#
# $$A = \begin{pmatrix}1&2\\3&4\end{pmatrix} \qquad B = \begin{pmatrix}1&0\\2&1\end{pmatrix} \qquad (AB)^T = \; ?$$

# %% key="p1"
# solution
p1 = "[[5, 11], [2, 4]]"
# end solution
check("2.p1", p1)

# %% [markdown] key="scores"
# ## QKᵀ: every word meets every word · 12 min · core
#
# Yesterday one question met six rows. Attention lets every word ask: six questions, the rows of Q, meet six **keys**, the
# rows of K, two numbers each. The product QK does not exist: (6, 2)(6, 2). One of them has to be turned over, and it
# matters which.
#
# **h3** The shapes of QKᵀ and of QᵀK, such as `"(1, 2), (3, 4)"`. **h3b** Which of the two compares words with words?
# Run its cell to see the options; answer with a letter.

# %% key="h3"
# solution
h3 = "(6, 6), (2, 2)"
# end solution
check("2.h3", h3)

# %% key="h3b"
# solution
h3b = "a"
# end solution
check("2.h3b", h3b)

# %% [markdown] key="e4-text"
# Now in NumPy. The checker tries three queries and five keys, too. ★★ · about 8 minutes


# %% key="e4"
def scores(Q, K):
    """Every query against every key, one dot product a pair.

    Q: array (Tq, d), a query a row. K: array (Tk, d), a key a row. Returns an array (Tq, Tk).
    """
    # solution
    return Q @ K.T
    # end solution


# %% key="e4-check"
check("2.e4", scores)

# %% key="two-products"
widgets.two_products()

# %% [markdown] key="press"
# ## Press the whole grid · 6 min · core
#
# A 2×2 matrix takes every point x of the plane to Ax. Two points tell you where all others go: *the* = (1, 0) lands on
# the first column, *on* = (0, 1) on the second. The picture starts with the matrix B, columns *cat* and *sat*. Watch
# the F.

# %% key="w1"
widgets.grid_press()

# %% [markdown] key="press-read"
# Every square of the grid became the same shape. The factor by which its area grew is one number, the **determinant**:
#
# $$\det\begin{pmatrix}a&b\\c&d\end{pmatrix} = ad - bc$$
#
# To be exact, its size is the factor. Its sign says which way round: negative means that the plane was flipped over, and
# you see the F in a mirror. Zero means flat.
#
# **h1** The determinant of B.

# %% key="h1"
# solution
h1 = "5"
# end solution
check("2.h1", h1)

# %% [markdown] key="inverse"
# ## Undo a press, unless it was flat · 12 min · core
#
# The **inverse** A⁻¹ undoes A, from both sides: AA⁻¹ = A⁻¹A = I, the matrix that leaves every point alone. For 2×2:
#
# $$\begin{pmatrix}a&b\\c&d\end{pmatrix}^{-1} = \frac{1}{ad - bc}\begin{pmatrix}d&-b\\-c&a\end{pmatrix}$$
#
# A matrix without one is **singular**. Being square is not enough: det must not be 0, which is the same as full rank.
#
# **h1b** The inverse of B, as two rows.

# %% key="h1b"
# solution
h1b = "[[0.4, 0.2], [-0.2, 0.4]]"
# end solution
check("2.h1b", h1b)

# %% [markdown] key="e2-text"
# Write it, without `np.linalg`. For a singular matrix raise a `ValueError` with a sentence. ★★ · about 8 minutes


# %% key="e2"
def inverse_2x2(A):
    """The matrix that undoes A.

    A: array (2, 2). Returns an array (2, 2). Raises ValueError when A has no inverse.
    """
    # solution
    a, b, c, d = A.ravel()
    det = a * d - b * c
    if det == 0:
        raise ValueError("this matrix presses the plane flat: ad - bc is 0, nothing undoes it")
    return np.array([[d, -b], [-c, a]]) / det
    # end solution


# %% key="e2-check"
check("2.e2", inverse_2x2)

# %% [markdown] key="undo-text"
# The press once more, with a switch for a second press: your inverse, or the course's until yours works.

# %% key="undo"
widgets.grid_press(inverse_2x2, undo=True, question=["2.w1c"])

# %% key="not-entries"
A = np.array([[1.0, 2.0], [3.0, 4.0]])
print("det A =", linalg.det_2x2(A))
print("inverse\n", linalg.inverse_2x2(A))
print("A times inverse\n", A @ linalg.inverse_2x2(A) + 0.0)
print("A times 1/entries, no inverse at all\n", A @ (1 / A))

# %% [markdown] key="solve"
# ## Ask for the answer, not for the inverse · 2 min
#
# Yesterday B took the recipe (2, 1) to (3, 4). Which recipe gives (3, 4)? You could compute B⁻¹ and multiply. Rarely
# do: `np.linalg.solve` finds x with Bx = b directly, with about a third of the work, and its x fits b where the
# inverse's does not. The 10×10 matrix H is close to singular.

# %% key="solve-numbers"
B = np.column_stack([story.TABLE_2D["cat"], story.TABLE_2D["sat"]])
print("solve(B, (3, 4)) =", np.linalg.solve(B, np.array([3.0, 4.0])))

i = np.arange(10)
H = 1 / (i[:, None] + i + 1)
b = H @ np.ones(10)
print(
    "H x misses b by less than 1e-13, x from solve:",
    np.abs(H @ np.linalg.solve(H, b) - b).max() < 1e-13,
)
print(
    "H x misses b by more than 1e-7, x from inv(H):",
    np.abs(H @ (np.linalg.inv(H) @ b) - b).max() > 1e-7,
)

# %% [markdown] key="order"
# And two presses? Socks first, then shoes; off come the shoes first: (AB)⁻¹ = B⁻¹A⁻¹. The order turns round, as with ᵀ.

# %% key="laws"
inv = linalg.inverse_2x2
laws = {
    "(A B)⁻¹ = B⁻¹ A⁻¹": (inv(A @ B), inv(B) @ inv(A)),
    "(A B)⁻¹ = A⁻¹ B⁻¹": (inv(A @ B), inv(A) @ inv(B)),
    "(A B)ᵀ = Bᵀ Aᵀ": ((A @ B).T, B.T @ A.T),
    "(A⁻¹)⁻¹ = A": (inv(inv(A)), A),
    "(Aᵀ)⁻¹ = (A⁻¹)ᵀ": (inv(A.T), inv(A).T),
    "(3 A)⁻¹ = A⁻¹ / 3": (inv(3 * A), inv(A) / 3),
    "(Aᵀ)ᵀ = A": (A.T.T, A),
    "(A + B)ᵀ = Aᵀ + Bᵀ": ((A + B).T, A.T + B.T),
}
for law, (left, right) in laws.items():
    print(f"{law:20}", np.allclose(left, right))

# %% [markdown] key="det3"
# ## Determinants in three dimensions · 3 min
#
# There a matrix presses cubes, and |det| is the factor for volumes. Go along the first row; each entry meets the 2×2
# determinant of what is left without its row and column, and the signs alternate:
#
# $$\det\begin{pmatrix}a&b&c\\d&e&f\\g&h&i\end{pmatrix} = a(ei-fh) - b(di-fg) + c(dh-eg)$$
#
# **h4** The determinant of [[1, 2, 0], [0, 1, 3], [2, 0, 1]].

# %% key="h4"
# solution
h4 = "13"
# end solution
check("2.h4", h4)

# %% [markdown] key="det-laws-text"
# Its rules, tried on random whole numbers. One of the lines is a popular mistake.

# %% key="det-laws"
rng = np.random.default_rng(2)
C, D = rng.integers(-4, 5, size=(2, 3, 3)).astype(float)
det = np.linalg.det
sheared = C.copy()
sheared[1] += 3 * C[0]
laws = {
    "det(C D) = det C · det D": (det(C @ D), det(C) * det(D)),
    "det(C + D) = det C + det D": (det(C + D), det(C) + det(D)),
    "det Cᵀ = det C": (det(C.T), det(C)),
    "det C⁻¹ = 1 / det C": (det(np.linalg.inv(C)), 1 / det(C)),
    "det(2 C) = 2³ det C": (det(2 * C), 8 * det(C)),
    "two rows exchanged: other sign": (det(C[[1, 0, 2]]), -det(C)),
    "3 × row 0 added to row 1: same": (det(sheared), det(C)),
    "lower triangle: diagonal product": (det(np.tril(C)), np.prod(np.diag(C))),
}
for law, (left, right) in laws.items():
    print(f"{law:33}", np.isclose(left, right))

# %% [markdown] key="names"
# ## Matrices that have names · 2 min
#
# The **identity** I leaves every point alone, the **zero** matrix presses all onto one, a **diagonal** one stretches along
# the axes. **Symmetric** means Aᵀ = A, as for XXᵀ. **Orthogonal** means AᵀA = I: turns and mirrors, and the only matrices
# for which A⁻¹ = Aᵀ. (Rotations return on day 20.)

# %% key="gallery"
widgets.special_matrices()

# %% [markdown] key="mask-text"
# A **lower triangular** table of ones is the causal mask: word i, in row i, may see word j only up to j = i. Without it a
# model that writes would look ahead.

# %% key="mask"
print(np.tril(np.ones((6, 6), dtype=int)))
turn = B / np.sqrt(5)
print("B / √5 is orthogonal:", np.allclose(turn.T @ turn, np.eye(2)))
print("B is orthogonal:     ", np.allclose(B.T @ B, np.eye(2)))

# %% [markdown] key="rank"
# ## Count directions, with a tolerance · 16 min
#
# How does a machine see that *mat* brings nothing new? Pick a row that is not 0 in the first column: that entry is a
# **pivot**. Subtract multiples of its row so that the rows below become 0 there. Go on with the rows that are left and
# the next column; exchange rows when a 0 stands in the way. Each pivot is a direction.

# %% key="elimination"
on, sat, mat = (story.TABLE_4D[word] for word in ("on", "sat", "mat"))
print("pivot sat, column 0; on has a 0 there already")
print("mat + 2·sat             ", mat + 2 * sat)
print("pivot on, column 1")
print("(mat + 2·sat) − 3·on    ", mat + 2 * sat - 3 * on)

# %% [markdown] key="e3-text"
# Two pivots, rank 2, and the recipe for *mat* came out on the way. Write it for any matrix. Rounding leaves dust like
# 1e-17, so an entry counts as zero when it is at most `tol` times the largest entry of A. (A second way: the rank is
# the number of **singular values** that are not zero, `np.linalg.svd(A, compute_uv=False)`. They are Day 5's topic.)
# ★★★ · about 12 minutes


# %% key="e3"
def rank(A, tol=1e-10):
    """Number of independent directions among the rows of A.

    A: array (m, n). tol: what is at most tol times the largest entry counts as zero.
    Returns an int.
    """
    # solution
    A = np.array(A, dtype=float)
    zero = tol * np.abs(A).max()
    pivots = 0
    for column in range(A.shape[1]):
        if pivots == len(A):
            break
        best = pivots + np.argmax(np.abs(A[pivots:, column]))
        if np.abs(A[best, column]) <= zero:
            continue
        A[[pivots, best]] = A[[best, pivots]]
        for row in range(pivots + 1, len(A)):
            A[row] -= A[row, column] / A[pivots, column] * A[pivots]
        pivots += 1
    return pivots
    # end solution


# %% key="e3-check"
check("2.e3", rank)

# %% [markdown] key="noise-text"
# The counter of the first section takes your function: `widgets.direction_counter(rank)`.
#
# How much depends on the tolerance? All rows of this (6, 4) table are multiples of one row: rank 1. Then a little noise
# falls on it, as on every measured table.

# %% key="noise"
line = np.outer([1, 2, -1, 3, 1, 2], [2, -1, 0, 1]).astype(float)
dust = np.random.default_rng(2).normal(size=line.shape)
for noise, tol in ((0, 1e-10), (1e-12, 1e-14), (1e-12, 1e-10), (1e-3, 1e-10), (1e-3, 1e-2)):
    print(
        f"noise {noise:<6g} tolerance {tol:<6g} rank {linalg.rank(line + noise * dust, tol)}"
    )

# %% [markdown] key="p2-text"
# Taken at its word, almost every measured matrix has full rank. The tolerance says what is too small to count. And the
# plan's sentence for today needs a repair. Answer with a letter.

# %% key="p2"
# solution
p2 = "c"
# end solution
check("2.p2", p2)

# %% [markdown] key="products"
# ## A product has no more directions than its factors · 11 min
#
# Every row of AB is a mix of the rows of B, every column a mix of the columns of A. Hence rank(AB) ≤ min(rank A, rank
# B). The extreme case is the **outer product** of two vectors, a column times a row: rank 1, however large the table.
#
# For attention that is a limit. Give each query and key d_k = 2 numbers (how, is for day 6):

# %% key="low-rank"
Q, K = story.X4 @ story.HEAD_A.W_Q, story.X4 @ story.HEAD_A.W_K
table = linalg.scores(Q, K)
outer = np.outer(story.TABLE_2D["cat"], story.TABLE_2D["mat"])
print("outer product of cat and mat", outer.astype(int).tolist(), " rank", linalg.rank(outer))
print("scores", table.shape, "from Q", Q.shape, "and K", K.shape, " rank", linalg.rank(table))

# %% [markdown] key="dk"
# 36 scores, and never more than 2 directions: **rank(QKᵀ) ≤ d_k**, however long the sentence.
#
# Back to the first bets. Is a list of words **dependent**, so that one of them is superfluous? Use `linalg.rank`. ★ ·
# about 5 minutes


# %% key="e5"
def dependent(vectors):
    """True when at least one of the vectors is a mix of the others.

    vectors: array (n, d), one vector a row. Returns True or False.
    """
    # solution
    return linalg.rank(vectors) < len(vectors)
    # end solution


# %% key="e5-check"
check("2.e5", dependent)

# %% [markdown] key="e5b-text"
# And which mix? target = s·a + t·b has two unknowns. Take the dot product of both sides with a, then with b:
#
# $$\begin{pmatrix}a\cdot a&a\cdot b\\a\cdot b&b\cdot b\end{pmatrix}\begin{pmatrix}s\\t\end{pmatrix} =
# \begin{pmatrix}a\cdot \text{target}\\b\cdot\text{target}\end{pmatrix}$$
#
# Solve, do not invert. ★ · about 5 minutes


# %% key="e5b"
def as_mix(target, a, b):
    """The two shares (s, t) with target = s a + t b.

    target, a, b: arrays (d,). a and b are independent, the target is a mix of them.
    Returns two numbers.
    """
    # solution
    matrix = np.array([[a @ a, a @ b], [a @ b, b @ b]])
    s, t = np.linalg.solve(matrix, np.array([a @ target, b @ target]))
    return s, t
    # end solution


# %% key="e5b-check"
check("2.e5b", as_mix)

# %% [markdown] key="paper"
# ## In the paper · 1 min · core
#
# *Attention Is All You Need*, §3.2.1: queries are packed into a matrix Q, keys and values into K and V, and the scores
# are QKᵀ. The ᵀ is there because keys are rows, like everything else. In §3.2.3 the decoder's mask lets a position see
# itself and earlier ones, a lower triangle. In §3.2.2 d_k is 64, so a head's table of scores has rank 64 at most. Nowhere
# does the paper invert a matrix.
#
# <details><summary>Where the original plan pointed, and where to look</summary>
#
# The plan names pages of 李永乐's lecture notes; page numbers cannot be relied on. Such books run determinants → matrices
# → vectors → systems of equations: today's topics are in the first three. 宋浩's lectures 线性代数 (Bilibili) have the matrix
# operations in the chapter on matrices (矩阵). In 3Blue1Brown's English series the determinant is chapter 6, inverse and
# rank chapter 7.
# </details>

# %% [markdown] key="quiz-text"
# ## Quiz · 3 min · core

# %% key="quiz"
quiz(2)

# %% key="quiz-answers" tags=["solution"]
quiz(2, reveal=True)

# %% [markdown] key="end"
# ## Take with you · 1 min · core
#
# > **transpose** (AB)ᵀ = BᵀAᵀ, **inverse** (AB)⁻¹ = B⁻¹A⁻¹, both turn the order round. 2×2: [[d, −b], [−c, a]] / (ad − bc);
# > det = signed area, 0 = flat = no inverse. Solve, do not invert.
# > **rank** = independent rows = independent columns ≤ min(m, n); rank(QKᵀ) ≤ d_k. Measured data need a tolerance.
#
# **Words of today**
#
# | word | 中文 | symbol | paper |
# |---|---|---|---|
# | transpose | 转置 | Aᵀ | §3.2.1 |
# | determinant | 行列式 | det A | – |
# | inverse | 逆矩阵 | A⁻¹ | – |
# | singular matrix | 奇异矩阵（不可逆） | – | – |
# | rank | 秩 | rank A | – |
# | pivot | 主元 | – | – |
# | outer product | 外积 | a bᵀ | – |
# | symmetric matrix | 对称矩阵 | Aᵀ = A | – |
# | triangular matrix | 三角矩阵 | – | – |
# | orthogonal matrix | 正交矩阵 | QᵀQ = I | – |
#
# **Teach it back.** One sentence for a colleague: why does a sixth row not always bring a sixth direction?
#
# Tomorrow the recipe is the question itself: how much *cat* and how much *sat* make *mat*, and when is there no answer?

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
# # Day 6 · Two questions, two matrices
#
# *sat* wants to know two things: **who** did it, and **where**? On day 1 a word had one arrow, and every comparison
# used it. From today a word asks with one arrow and answers with another, and each of them comes out of a matrix.
#
# $$\mathrm{head}_i = \mathrm{Attention}\left(Q\,\boxed{W_i^Q},\; K\,\boxed{W_i^K},\; V\,\boxed{W_i^V}\right)$$
#
# **When you close this notebook you can**
#
# - compute queries, keys and values, and count the weights they cost;
# - show that a score depends on who asks;
# - drop the perpendicular from an arrow to a line, by hand and in NumPy;
# - say why the paper's "linear projection" is something else;
# - say what a second linear layer adds (nothing), and what a ReLU changes.
#
# You need dot and matrix products (Day 1) and the transpose (Day 2).
# Sections marked **core** are the short path, 47 minutes. The rest makes it 89.

# %% key="setup"
from utils import check, compare, hint, quiz, recall
from utils import linalg, story
from utils.widgets import projections as widgets
import numpy as np

np.set_printoptions(precision=4, suppress=True)

# %% [markdown] key="recall-text"
# ## Three answers from memory · 3 min
#
# One from yesterday with new numbers, one from day 3, one from day 2. No notes.

# %% key="recall"
recall(6)

# %% key="recall-answers" tags=["solution"]
recall(6, reveal=True)

# %% [markdown] key="question"
# ## A question is a matrix · 9 min · core
#
# Each word of our sentence now has four numbers: how much of a thing, a doing, an animal, a place? (We wrote that table; a
# model learns its own, and its axes have no names.) The head called "who?" owns a matrix W_Q. A **head** is one set of
# such matrices. Multiply, and every word gets a **query**, the arrow it asks with:

# %% key="queries"
widgets.six_queries()

# %% [markdown] key="queries-read"
# Read W_Q by rows: how much does this entry of a word count in each column of the query? Here *doing* goes to column 0 and
# *animal* to column 1. *the* has neither, so its query is (0, 0): it asks nothing.
#
# The shapes say it all: (T, d_model)(d_model, d_k) → (T, d_k), for us (6, 4)(4, 2) → (6, 2).
#
# A second matrix, W_K, makes the **key**, what a word answers to. A third, W_V, makes the **value**, what it hands over
# when it is heard. Here is W_K of "who?":

# %% key="key-matrix"
W_Q, W_K, W_V = story.HEAD_A.W_Q, story.HEAD_A.W_K, story.HEAD_A.W_V
for axis, row in zip(story.AXES_4D, W_K, strict=True):
    print(f"{axis:6} {row}")

# %% [markdown] key="h2-text"
# **h2** By hand: the query of *sat* = (−1, 2, 0, 1) and the key of *cat* = (2, 1, 1, 0). Type two pairs, such as
# `"(1, 2), (3, 4)"`.

# %% key="h2"
# solution
h2 = "(2, 0), (2, 0)"
# end solution
check("6.h2", h2)

# %% [markdown] key="e3-text"
# Then for all words at once. ★ · about 5 minutes


# %% key="e3"
def qkv(X, WQ, WK, WV):
    """Queries, keys and values of all tokens.

    X: (T, d_model). WQ, WK: (d_model, d_k). WV: (d_model, d_v).
    Returns three arrays: (T, d_k), (T, d_k), (T, d_v).
    """
    # solution
    return X @ WQ, X @ WK, X @ WV
    # end solution


# %% key="e3-check"
check("6.e3", qkv)

# %% [markdown] key="score"
# ## One way 4, the other way 1 · 11 min · core
#
# The **score** of i → j is the query of i times the key of j, one dot product: i asks, j answers.
#
# **h2b** In head A: the score of *sat* → *cat*, then that of *cat* → *sat*.

# %% key="h2b"
# solution
h2b = "4, 1"
# end solution
check("6.h2b", h2b)

# %% [markdown] key="e4-text"
# On day 1 the grid of all pairs was symmetric, since a·b = b·a. That is over: a word wears one matrix when it asks and
# another when it answers. ★★ · about 8 minutes


# %% key="e4"
def score(xi, xj, WQ, WK):
    """How much token i looks for token j: i asks, j answers. Not scaled.

    xi, xj: (d_model,). WQ, WK: (d_model, d_k). Returns a number.
    """
    # solution
    return np.sum((xi @ WQ) * (xj @ WK))
    # end solution


# %% key="e4-check"
check("6.e4", score)

# %% [markdown] key="two-heads-text"
# Both questions of *sat*, asked of the whole sentence:

# %% key="two-heads"
X = story.X4
sat = story.TABLE_4D["sat"]
print(f"{'':6}  query  ", *(f"{word:>5}" for word in story.SENTENCE))
for head in (story.HEAD_A, story.HEAD_B):
    row = [linalg.score(sat, x, head.W_Q, head.W_K) for x in X]
    print(f"{head.name:6} {sat @ head.W_Q} ", *(f"{value:5.0f}" for value in row))

# %% [markdown] key="two-heads-read"
# "Who?" finds *cat*, "where?" finds *mat*. The sentence is the same, *sat* is the same; the matrices differ. These are raw
# scores. How they become shares is a matter for days 10 and 13.

# %% [markdown] key="own"
# ## Set two weights, and another word wins · 4 min
#
# Now a question of your own. The keys stay those of "where?", (place, thing). All of W_Q is 0 except its row *doing*, whose
# two entries are yours. The picture runs your `score`, or the course's, and then it says so. Two bets first.

# %% key="w2"
widgets.own_question(score)

# %% [markdown] key="own-read"
# Let *mat* ask: its *doing* is −1, so the same weights make the opposite question. Let *the* ask: no *doing*, no question.
# And look at the dotted lines: a score is the length of the query times the **shadow** that a key throws on it, negative
# behind the origin. *on* stands between *sat* and *mat*, so its shadow lies between theirs, always:

# %% key="between"
keys = dict(zip(story.SENTENCE, X @ story.HEAD_B.W_K, strict=True))
print("key of on               ", keys["on"])
print("2/3 of sat's, 1/3 of mat's", 2 / 3 * keys["sat"] + 1 / 3 * keys["mat"])

# %% [markdown] key="shadow"
# ## The shadow, or: what projection means in geometry · 14 min · core
#
# The paper says that it "linearly projects" queries, keys and values. In geometry a projection is a shadow: from the tip
# of b drop the perpendicular to the line of a. Play with it, but bet first. The lamp compares P² with P.

# %% key="w1"
widgets.shadow()

# %% [markdown] key="shadow-read"
# The shadow is c·a for some number c. The leftover b − c·a is perpendicular to a, so (b − c·a)·a = 0, and
#
# $$c = \frac{b \cdot a}{a \cdot a}, \qquad \text{shadow} = \frac{b \cdot a}{a \cdot a}\, a = P\,b, \qquad
# P = \frac{a\,a^T}{a^T a}$$
#
# P is symmetric, so a row b times P gives the same.
#
# **h1** The shadow of *mat* = (2, −1) on the line of *cat* = (2, 1). Two numbers.

# %% key="h1"
# solution
h1 = "1.2, 0.6"
# end solution
check("6.h1", h1)

# %% [markdown] key="e1-text"
# Write it for any number of entries. ★★ · about 8 minutes


# %% key="e1"
def project_onto(b, a):
    """The shadow of b on the line of a.

    b, a: (d,), a not zero. Returns (d,).
    """
    # solution
    return np.sum(b * a) / np.sum(a * a) * a
    # end solution


# %% key="e1-check"
check("6.e1", project_onto)

# %% [markdown] key="e1-more"
# Scroll back and make the picture `widgets.shadow(project_onto)`: now the lamp judges your function.

# %% [markdown] key="loose"
# ## The paper's projection casts no shadow · 3 min · core
#
# Two marks tell an orthogonal projection: **P² = P** (a shadow of a shadow is itself) and **Pᵀ = P** (it falls at a right
# angle). Ask both of four matrices. The second one throws shadows on the **plane** of *cat* and *sat*: with the two in the
# columns of A, it is A (AᵀA)⁻¹ Aᵀ.

# %% key="marks"
cat = story.TABLE_4D["cat"]
A = np.column_stack([cat, sat])
both = np.hstack([story.HEAD_A.W_Q, story.HEAD_B.W_Q])
matrices = {
    "line of cat": np.outer(cat, cat) / (cat @ cat),
    "plane of cat and sat": A @ np.linalg.inv(A.T @ A) @ A.T,
    "W_Q of who?": W_Q,
    "both W_Q side by side": both,
}
for name, M in matrices.items():
    if M.shape[0] != M.shape[1]:
        print(f"{name:22} {M.shape}  not square: no P² at all")
        continue
    twice, mirrored = np.allclose(M @ M, M), np.allclose(M.T, M)
    print(f"{name:22} {M.shape}  P² = P {twice!s:5}  Pᵀ = P {mirrored}")

# %% [markdown] key="p1-text"
# So W_Q is a **linear map**, nothing more: it sends sums to sums and multiples to multiples. The plan says $QW_i^Q$
# "projects Q into a new vector space". Run the cell for the question; answer with a letter.

# %% key="p1"
# solution
p1 = "b"
# end solution
check("6.p1", p1)

# %% [markdown] key="names"
# ## Turn, stretch, mirror, flatten · 2 min
#
# Four linear maps have names. Each is a matrix of two rows here, and a row v becomes v M:

# %% key="four-maps"
widgets.four_maps()

# %% key="four-maps-numbers"
for name, M in widgets.linear_maps().items():
    area, rank = np.linalg.det(M), linalg.rank(M)
    print(f"{name:10} {M.tolist()!s:26} area times {area:5.2f}, rank {rank}")
floor = np.diag([1, 1, 0, 0])
print(
    "floor, P² = P:",
    np.array_equal(floor @ floor, floor),
    " Pᵀ = P:",
    np.array_equal(floor.T, floor),
)
shadows = (X @ floor)[:, :2]
print("the shadows are the table of day 1:", np.array_equal(shadows, story.X2))

# %% [markdown] key="names-read"
# Only the projection loses something: rank 1, no way back. The last lines show one more: the arrows that we drew on day 1 are
# the shadows of today's on a plane, thing and doing.

# %% [markdown] key="bilinear"
# ## One matrix behind every score · 9 min
#
# Write a score out: $x_i W_Q\,(x_j W_K)^T = x_i\,(W_Q W_K^T)\,x_j^T$. One matrix M stands between two words. Such a thing is
# called a **bilinear form**: doubling either word doubles the score. ★★ · about 8 minutes


# %% key="e5"
def bilinear(WQ, WK):
    """The matrix M with X M Xᵀ = Q Kᵀ, for every X.

    WQ, WK: (d_model, d_k). Returns (d_model, d_model).
    """
    # solution
    return WQ @ WK.T
    # end solution


# %% key="e5-check"
check("6.e5", bilinear)

# %% key="bilinear-picture"
widgets.who_scores_whom()

# %% key="bilinear-numbers"
for head in (story.HEAD_A, story.HEAD_B):
    M = linalg.bilinear(head.W_Q, head.W_K)
    print(
        f"{head.name:6}  M {M.shape}, rank {linalg.rank(M)},",
        f"symmetric {np.array_equal(M, M.T)}",
    )

# %% [markdown] key="bilinear-read"
# M has 16 entries and rank 2: at most d_k, since everything had to pass through two columns (Day 5).

# %% [markdown] key="linear"
# ## Add b, and you have the linear layer · 6 min · core
#
# A **linear layer** is the same product plus a **bias**: one number for each output column, added to every token. The
# paper's W^Q, W^K, W^V come without one; its feed-forward layers (Day 29) have it. (With b ≠ 0 a token of zeros no longer
# stays zero, so the map is strictly called affine. The layer kept its name.) ★ · about 5 minutes


# %% key="e2"
def linear(X, W, b):
    """The linear layer.

    X: (T, d_in). W: (d_in, d_out). b: (d_out,). Returns (T, d_out).
    """
    # solution
    return X @ W + b
    # end solution


# %% key="e2-check"
check("6.e2", linear)

# %% [markdown] key="torch"
# PyTorch's `Linear(4, 2)` stores its weight as (out, in) and multiplies by the transpose. Same layer, other storage:

# %% key="torch-numbers"
b = np.array([1.0, -1.0])
weight = W_Q.T.copy()
print(
    "stored as",
    weight.shape,
    "and equal:",
    np.array_equal(X @ weight.T + b, linalg.linear(X, W_Q, b)),
)

# %% [markdown] key="collapse"
# ## Two layers fall into one, unless something bends · 16 min
#
# What does a second linear layer add? Write the single matrix that does the work of both. ★★ · about 8 minutes


# %% key="e6"
def collapse(W1, W2):
    """One matrix for two layers in a row: X goes through W1 first, then through W2.

    W1: (d, m). W2: (m, n). Returns (d, n).
    """
    # solution
    return W1 @ W2
    # end solution


# %% key="e6-check"
check("6.e6", collapse)

# %% [markdown] key="relu"
# So linear layers, however many, are one layer. It takes something that bends, and the simplest is **ReLU**: max(0, x), entry by entry.
# Negative numbers become 0, the others stay.
#
# **h4** W1 = (1, −1) is one row, W2 = (1, 1) one column. Send x = −3 through both, first without, then with a ReLU between.

# %% key="h4"
# solution
h4 = "0, 3"
# end solution
check("6.h4", h4)

# %% [markdown] key="e6b-text"
# Put the ReLU in. ★ · about 5 minutes


# %% key="e6b"
def two_layers(X, W1, W2):
    """Layer, ReLU, layer.

    X: (T, d). W1: (d, m). W2: (m, n). Returns (T, n).
    """
    # solution
    return np.maximum(0, X @ W1) @ W2
    # end solution


# %% key="e6b-check"
check("6.e6b", two_layers)

# %% key="bend"
x = np.array([[-3.0], [0.0], [3.0]])
W1, W2 = np.array([[1.0, -1.0]]), np.array([[1.0], [1.0]])
print("x            ", x.ravel())
print("two layers   ", (x @ W1 @ W2).ravel())
print("with a ReLU  ", (np.maximum(0, x @ W1) @ W2).ravel())

# %% [markdown] key="bend-read"
# That is |x|, and no matrix makes it: a linear map that sends 3 to 3 must send −3 to −3.

# %% [markdown] key="count"
# ## Count the weights, and multiply once · 5 min
#
# **h3** How many numbers are in one head's W_Q, W_K and W_V, 4 × 2 each?

# %% key="h3"
# solution
h3 = "24"
# end solution
check("6.h3", h3)

# %% [markdown] key="h3b-text"
# **h3b** Two heads, and one more matrix W_O of 4 × 4 that mixes what they found. How many in all?

# %% key="h3b"
# solution
h3b = "64"
# end solution
check("6.h3b", h3b)

# %% [markdown] key="fused-text"
# Two heads need not mean two products. Put their matrices side by side, multiply once, and cut the result:

# %% key="fused"
fused = X @ both
print("(6, 4)", both.shape, "→", fused.shape)
print("head A is its left half: ", np.array_equal(fused[:, :2], X @ story.HEAD_A.W_Q))
print("head B is its right half:", np.array_equal(fused[:, 2:], X @ story.HEAD_B.W_Q))
for d, h in ((4, 2), (512, 8)):
    d_k = d // h
    weights = h * 3 * d * d_k + d * d
    print(f"d_model {d}, {h} heads of d_k {d_k}: {weights:,} weights; 4 d² = {4 * d * d:,}")

# %% [markdown] key="learned"
# ## Nobody writes these numbers · 3 min
#
# Our matrices read like words because we wrote them by hand. A model starts from random numbers and is corrected by its
# errors, thousands of times. Here is a small run: find *some* W_Q and W_K that give the 36 scores of "who?". (The two lines
# of gradients are borrowed from day 9.)

# %% key="train"
target = linalg.scores(X @ story.HEAD_A.W_Q, X @ story.HEAD_A.W_K)
for seed in (6, 7, 8):
    q_weights, k_weights = 0.5 * np.random.default_rng(seed).normal(size=(2, 4, 2))
    for _ in range(3000):
        error = linalg.scores(X @ q_weights, X @ k_weights) - target
        q_step, k_step = X.T @ error @ X @ k_weights, X.T @ error.T @ X @ q_weights
        q_weights, k_weights = q_weights - 0.01 * q_step, k_weights - 0.01 * k_step
    print(f"run {seed}: largest error of a score {np.abs(error).max():.3f}, W_Q")
    for axis, row in zip(story.AXES_4D, q_weights, strict=True):
        print(f"   {axis:6} {row[0]:5.1f} {row[1]:5.1f}".replace("-0.0", " 0.0"))
R = np.array([[0.6, 0.8], [-0.8, 0.6]])
before = linalg.bilinear(q_weights, k_weights)
turned = linalg.bilinear(q_weights @ R, k_weights @ R)
print("turned by R, the same scores:", np.allclose(X @ turned @ X.T, X @ before @ X.T))

# %% [markdown] key="train-read"
# Same scores, other numbers. That *thing* and *place* are not asked about can still be seen; what a column means cannot.
# Turn both matrices by one rotation R, and no score notices: (W_Q R)(W_K R)ᵀ = W_Q W_Kᵀ, since R Rᵀ = I.
# The plan calls a weight matrix "the feature-mapping rule the model has learned". Repair it, with a letter.

# %% key="p2"
# solution
p2 = "c"
# end solution
check("6.p2", p2)

# %% [markdown] key="paper"
# ## In the paper · 1 min · core
#
# *Attention Is All You Need*, §3.2.2: queries, keys and values are linearly projected h times, with different, learned
# projections, to d_k, d_k and d_v numbers. There $W_i^Q$ has shape (d_model, d_k), and h = 8, d_k = d_v = 64. In
# self-attention the Q, K and V in front of the matrices are three times the same X; only behind them they differ.
#
# <details><summary>Where the original plan pointed, and where to look</summary>
#
# The plan gives page numbers in 李永乐's 线性代数辅导讲义. They cannot be right: a book of that kind goes from determinants to
# quadratic forms and has no chapter on orthogonal projection. Look for "projection matrix" in a course on least squares, such
# as MIT 18.06. The plan's "article explaining multi-head attention" has no title; §3.2.2 itself is short.
# </details>

# %% [markdown] key="quiz-text"
# ## Quiz · 2 min · core

# %% key="quiz"
quiz(6)

# %% key="quiz-answers" tags=["solution"]
quiz(6, reveal=True)

# %% [markdown] key="end"
# ## Take with you · 1 min · core
#
# > **query, key, value** = x W_Q, x W_K, x W_V: learned linear maps, in general no projections. **score(i → j)** = xᵢ W_Q W_Kᵀ xⱼᵀ, not symmetric.
# > **projection** onto a: (b·a / a·a) a, with P² = P = Pᵀ. **linear layer**: X W + b; two in a row are one, a ReLU between breaks that.
#
# **Words of today**
#
# | word | 中文 | symbol | paper |
# |---|---|---|---|
# | query | 查询 | q, Q | §3.2.1 |
# | key | 键 | k, K | §3.2.1 |
# | value | 值 | v, V | §3.2.1 |
# | head | 头 | head_i | §3.2.2 |
# | query, key and value weights | 查询 / 键 / 值权重 | W^Q, W^K, W^V | §3.2.2 |
# | orthogonal projection | 正交投影 | P² = P = Pᵀ | – |
# | linear map | 线性映射 | – | §3.2.2 |
# | bias | 偏置 | b | §3.3 |
# | bilinear form | 双线性型 | x M yᵀ | – |
# | ReLU | 线性整流函数 | max(0, x) | §3.3 |
#
# **Teach it back.** One sentence for a colleague: why can *sat* look for *cat* more than *cat* looks for *sat*?
#
# Tomorrow the two heads put their answers side by side, and a reshape in the wrong place mixes up who said what.

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
# # Day 1 · Vectors: which word is most like *cat*?
#
# A machine cannot compare *cat* and *mat*. Give each word two numbers, and it can. Today it will answer the
# question in the title, and give **two different answers**. Both come from one small operation, the dot product. It
# is the first step of the formula that this course is about:
#
# $$\mathrm{Attention}(Q, K, V) = \mathrm{softmax}\left(\frac{\boxed{QK^T}}{\sqrt{d_k}}\right)V$$
#
# **When you close this notebook you can**
#
# - write a word as a vector and a sentence as a matrix X;
# - compute dot product, length and cosine by hand;
# - say what the sign and the size of a·b mean, and what they do not;
# - read X q as "one dot product for each row".
#
# You need plus, times, and a little Python. Sections marked **core** are the short path, 53 minutes; all make 88.

# %% key="setup"
from utils import check, compare, hint, quiz, recall
from utils import linalg, story
from utils.widgets import vectors as widgets
import numpy as np

np.set_printoptions(precision=4, suppress=True)

# %% [markdown] key="recall-text"
# ## Three things from school · 4 min
#
# Every day opens with three questions about earlier days, without notes. These come from school, and you will need all
# three within the hour. A wrong answer does no harm: it comes back in two days.

# %% key="recall"
recall(1)

# %% key="recall-answers" tags=["solution"]
recall(1, reveal=True)

# %% [markdown] key="story"
# ## Every word gets two numbers · 5 min · core
#
# Our sentence for thirty days: *the cat sat on the mat.* Someone has described its words with two numbers each: how
# much of a **thing** is it, how much of a **doing**?

# %% key="table"
table = story.TABLE_2D
for word, vector in table.items():
    print(f"{word:4} ({vector[0]:2.0f}, {vector[1]:2.0f})")

# %% [markdown] key="arrows-text"
# We made these numbers up. A trained model finds its own, hundreds for each word, and its axes have no names. But
# ours can be drawn: the first number to the right, the second one up.

# %% key="arrows"
widgets.five_arrows()

# %% [markdown] key="vector"
# So *cat* is a list, (2, 1), and an arrow: the same **vector** both times. Adding goes entry by entry; one arrow
# starts where the other ends. A number in front stretches the arrow, and a negative one turns it round.

# %% key="arithmetic"
cat, sat, mat = table["cat"], table["sat"], table["mat"]
print("cat + sat =", cat + sat)
print("2 * cat   =", 2 * cat)
print("-1 * cat  =", -1 * cat)
print("0 * cat   =", 0 * cat)

# %% [markdown] key="zero"
# The last one is the **zero vector**. "A vector is a quantity with direction", says the plan that this course follows. It
# needs two repairs: a vector has a length too, and the zero vector has no direction.

# %% [markdown] key="dial"
# ## Turn an arrow until nothing is left · 8 min · core
#
# Here is the operation of the day. Pair the entries that stand at the same place, multiply each pair, add up:
#
# $$a \cdot b = a_1 b_1 + a_2 b_2 + \dots + a_d b_d$$
#
# For (2, 1) and (3, 4) that is 2·3 + 1·4 = 10. Two arrows went in, one number came out. What does it say about the
# arrows? *cat* stays where it is, and you get an arrow b to turn. Two bets first.

# %% key="w1"
widgets.arrow_dial()

# %% [markdown] key="dial-read"
# Visit three places. The mouse is coarse: type the angle into the number at the slider's right.
#
# 1. Angle 26.6: b lies on *cat*. The dot product is as large as it gets for this length.
# 2. Angle 116.6: the two are perpendicular and the number is 0, however long b is. That is where *sat* points.
# 3. Angle 206.6: b points away, and the number is as negative as it gets.
#
# Now drag the length. The dot product grows with it; the cosine does not move. One line says it all (θ is the angle
# between the arrows, ‖a‖ the length of a):
#
# $$a \cdot b = \|a\|\,\|b\|\cos\theta$$
#
# **Sign**: positive on *cat*'s side, negative behind it, 0 exactly at a right angle (if neither arrow is zero).
# **Size**: both lengths and the angle, mixed.

# %% key="sign"
pairs = {
    "(3, 4)": np.array([3, 4]),
    "on": table["on"],
    "2 * on": 2 * table["on"],
    "sat": sat,
    "-1 * cat": -1 * cat,
}
for name, b in pairs.items():
    print(
        f"cat and {name:8}  dot {linalg.dot(cat, b):6.2f}",
        f"  cosine {linalg.cosine(cat, b):6.3f}",
    )

# %% [markdown] key="sign-read"
# *cat* and *sat* are perpendicular. That is a statement about two arrows in **this** table, not about cats.

# %% [markdown] key="hand"
# ## By hand: the nearest word, twice · 7 min · core
#
# Paper and pencil. Type an answer between quotes, as `"-3/4"` or `"sqrt(5)"`. Solve the line above for the cosine and
# you have the second ruler of the day: divide the dot product by **both** lengths. What is left is the angle alone.
#
# **h1** cat·mat, with *cat* = (2, 1) and *mat* = (2, −1)

# %% key="h1"
# solution
h1 = "3"
# end solution
check("1.h1", h1)

# %% [markdown] key="h2-text"
# **h2** The cosine between *cat* and *mat*. Pythagoras gives both lengths.

# %% key="h2"
# solution
h2 = "3/5"
# end solution
check("1.h2", h2)

# %% [markdown] key="h4-text"
# **h4** The question in the title. Which word is nearest to *cat* by dot product, and which by cosine? Leave *cat* itself
# out; answer with two words, such as `"on, sat"`. *the* = (1, 0), *sat* = (−1, 2), *on* = (0, 1).

# %% key="h4"
# solution
h4 = "mat, the"
# end solution
check("1.h4", h4)

# %% [markdown] key="two-answers"
# Two rulers, two answers. Neither is wrong: one rewards long arrows, the other looks at the angle only. Attention uses the
# first.

# %% [markdown] key="e1-text"
# ## Two lists in, one number out · 6 min · core
#
# Now let the machine do it, for any number of entries. Replace the line with `...` by your own and run the cell
# below it: `check` names your mistake if it knows it. A loop is fine. ★ · about 5 minutes


# %% key="e1"
def dot(a, b):
    """Dot product: pairs multiplied, then added into one number.

    a, b: arrays of shape (d,). Returns a float.
    """
    # solution
    return np.sum(a * b)
    # end solution


# %% key="e1-check"
check("1.e1", dot)

# %% [markdown] key="e1-more"
# Stuck? `hint("1.e1")` gives one of three hints. Done? `compare("1.e1", dot)` puts your line beside the course's.

# %% [markdown] key="norm-text"
# ## Take the length out · 12 min · core
#
# First the length, ‖a‖ = √(a₁² + a₂² + …): Pythagoras, in any number of dimensions. (3, −4, 12) is a good test; its
# length is a whole number. ★ · about 5 minutes


# %% key="e2"
def norm(a):
    """Length of a vector: the root of the sum of its squares.

    a: array of shape (d,). Returns a float.
    """
    # solution
    return np.sqrt(np.sum(a**2))
    # end solution


# %% key="e2-check"
check("1.e2", norm)

# %% [markdown] key="cosine-text"
# Then the cosine. `linalg.dot` and `linalg.norm` are the course's versions; use them. With a zero vector the formula is
# 0/0, undefined. The course returns 0.0 there, "similar to nothing". ★★ · about 8 minutes


# %% key="e3"
def cosine(a, b):
    """Cosine of the angle between two vectors, from -1 to 1; 0.0 when one is the zero vector.

    a, b: arrays of shape (d,). Returns a float.
    """
    # solution
    lengths = linalg.norm(a) * linalg.norm(b)
    if lengths == 0:
        return 0.0
    return linalg.dot(a, b) / lengths
    # end solution


# %% key="e3-check"
check("1.e3", cosine)

# %% [markdown] key="e3-more"
# Scroll back to the dial and make it `widgets.arrow_dial(dot, cosine)`: now it turns with your functions.

# %% [markdown] key="matrix"
# ## A sentence becomes a table · 6 min · core
#
# Write the vectors of a sentence below one another. The result is a **matrix**: a rectangle of numbers with rows and
# columns. Ours is called X. Each token, each word as it stands in the sentence, has one row. ★ · about 5 minutes


# %% key="e4"
def embed(words, table):
    """One row for each word of a sentence, looked up in the table.

    words: list of T words. table: dict word -> array (d,). Returns an array (T, d).
    """
    # solution
    return np.array([table[word] for word in words])
    # end solution


# %% key="e4-check"
check("1.e4", embed)

# %% [markdown] key="index-text"
# From here on X is the course's version. Three ways of taking it apart, and NumPy counts from 0 (textbooks count from 1,
# so their x₂₁ is `X[1, 0]`):

# %% key="index"
X = linalg.embed(story.SENTENCE, table)
print("shape", X.shape, "rows, then columns; it would be square if the two were equal")
print("row 1, the word cat     ", X[1])
print("column 0, thing         ", X[:, 0])
print("row 5, column 1, one entry of mat", X[5, 1])

# %% [markdown] key="one-question"
# ## One question to six words · 4 min · core
#
# Take q = *cat* as a question and ask every word of the sentence: one dot product for each row of X. All six answers
# together are **X q**, matrix times vector.
#
# **h3** X q for q = (2, 1), six numbers with commas between. You have met most of them.

# %% key="h3"
# solution
h3 = "2, 5, 0, 1, 2, 3"
# end solution
check("1.h3", h3)

# %% key="one-question-picture"
widgets.one_question()

# %% [markdown] key="one-question-read"
# Those are six raw scores, the first step of attention for one word. Shapes catch most mistakes: (6, 2) meets (2, 1), the
# inner sizes must be equal, the outer one comes out.

# %% [markdown] key="long"
# ## Long arrows win, unless you forbid it · 9 min
#
# "The inner product measures similarity", says the plan. Take q = (1, 0) and two candidates. The first one **is** q; the
# second, (3, 4), points elsewhere and is five times as long.

# %% key="long-numbers"
q = np.array([1, 0])
for k in ([1, 0], [3, 4]):
    k = np.array(k)
    print(
        f"k = {k}   q·k = {linalg.dot(q, k):.0f}   length {linalg.norm(k):.0f}",
        f"  cosine {linalg.cosine(q, k):.1f}",
    )

# %% [markdown] key="p1-text"
# The dot product prefers the stranger. So what is true about vectors and inner products? Run the cell to see the
# question; answer with a letter, such as `"a"`.

# %% key="p1"
# solution
p1 = "b"
# end solution
check("1.p1", p1)

# %% [markdown] key="e6-text"
# Then let the machine answer the title's question for any word and any table, by cosine. ★★ · about 8 minutes


# %% key="e6"
def most_similar(word, table):
    """The other word whose vector has the largest cosine with this word's.

    word: a word of the table. table: dict word -> array (d,).
    Returns a word; the first one wins a tie.
    """
    # solution
    others = [other for other in table if other != word]
    return max(others, key=lambda other: linalg.cosine(table[word], table[other]))
    # end solution


# %% key="e6-check"
check("1.e6", most_similar)

# %% [markdown] key="pairs-text"
# ## Everyone meets everyone · 5 min
#
# Six questions to six words are 36 dot products. The grid computes them with your own `dot` and `cosine`, or with
# the course's, and then it says so. Two bets first.

# %% key="w2"
widgets.sentence_grid(dot, cosine)

# %% [markdown] key="pairs-read"
# Switch the ruler to "cosine" and stretch *mat*: nothing moves, because stretching changes no angle. Only at 0 is there no
# arrow left. With "dot product" the row and column of *mat* grow.
#
# *the* has the same row twice: nothing in X tells the first from the second. That gap stays open until day 20.

# %% [markdown] key="matvec-text"
# ## The same product, read by columns · 10 min
#
# Write the product as a function, for any matrix A and vector x, with loops or with `*` and a sum. Keep `@` for
# comparison. ★★ · about 8 minutes


# %% key="e5"
def matvec(A, x):
    """Matrix times vector: one dot product for each row of A.

    A: array (m, n). x: array (n,). Returns an array (m,).
    """
    # solution
    return np.array([np.sum(row * x) for row in A])
    # end solution


# %% key="e5-check"
check("1.e5", matvec)

# %% [markdown] key="columns-text"
# There is a second reading. Put *cat* and *sat* into the **columns** of A. Then x = (2, 1) is a recipe: twice the
# first column, once the second.

# %% key="columns"
A = np.column_stack([cat, sat])
x = np.array([2, 1])
print(A)
print("row by row      ", np.array([linalg.dot(row, x) for row in A]))
print("mix of columns  ", x[0] * A[:, 0] + x[1] * A[:, 1])
print("A @ x           ", A @ x)

# %% key="columns-picture"
widgets.columns_mixed()

# %% [markdown] key="product"
# ## Matrix times matrix: the order matters · 7 min
#
# A product of two matrices is many dot products at once. Entry (i, j) is **row i of the left** times **column j of the
# right**:
#
# $$(AB)_{ij} = \sum_k a_{ik}\, b_{kj} \qquad (m, n)\,(n, p) \to (m, p)$$
#
# The plan's calculation for today has three parts. First the inner product of (3, −2) and (4, 5), as a warm-up:

# %% key="p2"
# solution
p2 = "2"
# end solution
check("1.p2", p2)

# %% [markdown] key="p2b-text"
# Then two products of 2×2 matrices. Type the rows, such as `"[[1, 2], [3, 4]]"`.
#
# $$\begin{pmatrix}1&2\\3&4\end{pmatrix}\begin{pmatrix}5&6\\7&8\end{pmatrix} \qquad\text{and then}\qquad
# \begin{pmatrix}5&6\\7&8\end{pmatrix}\begin{pmatrix}1&2\\3&4\end{pmatrix}$$

# %% key="p2b"
# solution
p2b = "[[19, 22], [43, 50]]"
# end solution
check("1.p2b", p2b)

# %% key="p2c"
# solution
p2c = "[[23, 34], [31, 46]]"
# end solution
check("1.p2c", p2c)

# %% [markdown] key="laws-text"
# **AB is not BA**, as a rule. You may group three matrices as you like, as long as their order stays. Sums go entry by
# entry, with equal shapes, and obey the laws of plain numbers. No proof, but a try with random whole numbers:

# %% key="laws"
rng = np.random.default_rng(1)
A, B, C = rng.integers(-5, 6, size=(3, 2, 2))
laws = {
    "A B = B A": (A @ B, B @ A),
    "(A B) C = A (B C)": ((A @ B) @ C, A @ (B @ C)),
    "A + B = B + A": (A + B, B + A),
    "(A + B) + C = A + (B + C)": ((A + B) + C, A + (B + C)),
    "3 (A + B) = 3 A + 3 B": (3 * (A + B), 3 * A + 3 * B),
    "A (B + C) = A B + A C": (A @ (B + C), A @ B + A @ C),
}
for law, (left, right) in laws.items():
    print(f"{law:27}", np.array_equal(left, right))

# %% [markdown] key="paper"
# ## In the paper · 2 min · core
#
# *Attention Is All You Need*, §3.2.1, "Scaled Dot-Product Attention": the middle word is today's. A query meets all keys,
# one dot product each; for many queries at once that is QKᵀ, and each of its entries is what you did in h1. In §3.4 each
# token becomes a vector of d_model numbers: your `embed`, with a learned table and d_model = 512.
#
# <details><summary>Where the original plan pointed, and where to look</summary>
#
# The plan names P1-P2 of 3Blue1Brown's *Essence of Linear Algebra*. In the English series vectors are chapter 1, matrices 3
# and 4, and the dot product **chapter 9**. In the Bilibili collection P1 is a preview (00 序言), P2 vectors, P4 and P5
# matrices; the dot product is the film numbered 07. The page numbers for 李永乐's 线性代数辅导讲义 cannot be relied on: look
# for its chapters on matrices and vectors (such books open with determinants).
# </details>

# %% [markdown] key="quiz-text"
# ## Quiz · 2 min · core

# %% key="quiz"
quiz(1)

# %% key="quiz-answers" tags=["solution"]
quiz(1, reveal=True)

# %% [markdown] key="end"
# ## Take with you · 1 min · core
#
# > **dot product** a·b = Σ aᵢbᵢ = ‖a‖ ‖b‖ cos θ: one number; the sign tells the side, the size mixes lengths and angle.
# > **cosine** = a·b / (‖a‖ ‖b‖): the angle alone. **X q**: one dot product for each row. AB ≠ BA.
#
# **Words of today**
#
# | word | 中文 | symbol | paper |
# |---|---|---|---|
# | token | 词元 | – | §3.4 |
# | vector | 向量 | x | §3.2 |
# | matrix | 矩阵 | X | §3.2.1 |
# | dot product (inner product) | 点积（内积） | a·b | §3.2.1 |
# | norm, length | 范数，长度 | ‖a‖ | – |
# | cosine similarity | 余弦相似度 | cos θ | – |
#
# **Teach it back.** One sentence for a colleague: why can the nearest word by dot product be another one than by cosine?
#
# Tomorrow X meets itself turned over: the small ᵀ in QKᵀ. And you will find out which matrices can be undone.

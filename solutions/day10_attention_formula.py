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
# # Day 10 · The whole formula, taken apart
#
# Nine days of arrows, mixes, heads and slopes fit on one postcard. Today you take it apart and put it together again.
#
# $$\boxed{\mathrm{Attention}(Q, K, V) = \mathrm{softmax}\left(\frac{QK^T}{\sqrt{d_k}}\right)V}$$
#
# | on the card | shape | what it is | since |
# |---|---|---|---|
# | Q = X W_Q, K = X W_K, V = X W_V | (T, d_k), (T, d_k), (T, d_v) | ask, answer, hand over | Day 6 |
# | Q Kᵀ | (T_q, T_k) | every query meets every key | Days 1, 2 |
# | ÷ √d_k | the same | one number for all scores | its reason: Day 12 |
# | softmax | the same | each row becomes shares | its reason: Day 13 |
# | · V | (T_q, d_v) | weighted averages | Day 3 |
# | Concat, W^O | (T, d_model) | several heads | Day 7 |
#
# **When you close this notebook you can**
#
# - compute the formula by hand for three words;
# - code it in one line and in loops, and find what is broken in somebody else's;
# - say the shape after each step, and which rows add up to what;
# - join two heads with W^O.
#
# You need matrix products and Kᵀ (Days 1, 2); the rest is on the card.
# Sections marked **core** are the short path, 50 minutes. The rest makes it 90.

# %% key="setup"
from utils import check, compare, hint, quiz, recall
from utils import story, transformer
from utils.widgets import formula as widgets
import numpy as np

np.set_printoptions(precision=4, suppress=True)

# %% [markdown] key="recall-text"
# ## Ten questions, nine days · 9 min
#
# Before you take the card apart: one look back at each part. Pencil, no notes. `recall(10, seed=3)` asks three of them
# with other numbers.

# %% key="recall"
recall(10)

# %% key="recall-answers" tags=["solution"]
recall(10, reveal=True)

# %% [markdown] key="xray-text"
# ## Five steps, and a bet before each · 10 min · core
#
# Three words go through head A, "who?". In each step one number is the largest. Bet on where it stands; then push the
# slider.

# %% key="w1"
widgets.formula_xray()

# %% [markdown] key="xray-read"
# Now change the words. Put *the* anywhere: its query is (0, 0), all its scores are 0, and its weights are ⅓ each. Who asks
# nothing hears everyone alike; it is not deaf.
#
# Look at S and turn it over the diagonal: it is not the same table. People call Q Kᵀ a "similarity". It is a **score**: a
# word asks with one learned matrix and answers with another.

# %% [markdown] key="p1-text"
# The thirty-day plan: with the formula in front of you, write the matrix operations step by step. **p1** First their order.

# %% key="p1"
# solution
p1 = "d, e, c, a, b"
# end solution
check("10.p1", p1)

# %% [markdown] key="p1b-text"
# **p1b** Then their shapes, where queries and keys need not be equally many: three words of one text ask five of another.

# %% key="p1b"
# solution
p1b = "(4, 5), (3, 5), (3, 5), (3, 6)"
# end solution
check("10.p1b", p1b)

# %% [markdown] key="hand"
# ## By hand: three words and a table of exponentials · 9 min · core
#
# No head this time: Q = K = V = X, the 4-d words *cat* = (2, 1, 1, 0), *sat* = (−1, 2, 0, 1), *mat* = (2, −1, 0, 1), so
# √d_k = 2. Why the root, you learn on day 12; why the exponential, on day 13. Today it comes from a table: a share is $e^s$
# divided by the sum of all $e^s$ in its row.
#
# | s | 3 | 1.5 | 0 | −1.5 |
# |---|---|---|---|---|
# | $e^s$ | 20.086 | 4.482 | 1 | 0.223 |
#
# **h1** S = Q Kᵀ; type rows, such as `"[[1, 2], [3, 4]]"`.

# %% key="h1"
# solution
h1 = "[[6, 0, 3], [0, 6, -3], [3, -3, 6]]"
# end solution
check("10.h1", h1)

# %% [markdown] key="h2-text"
# **h2** The weights of *cat*, and **h3** its output.

# %% key="h2"
# solution
h2 = "0.786, 0.039, 0.175"
# end solution
check("10.h2", h2)

# %% key="h3"
# solution
h3 = "1.883, 0.689, 0.786, 0.214"
# end solution
check("10.h3", h3)

# %% [markdown] key="h4-text"
# **h4** Head A and all six words: the share that *sat* gives to *cat*, a number that you have met on other days.

# %% key="h4"
# solution
h4 = "0.772"
# end solution
check("10.h4", h4)

# %% [markdown] key="code"
# ## One line of NumPy · 16 min · core
#
# Softmax, three days before it is explained, in three lines. (It divides each row by its own sum; scores of 1000 would break
# it, which is a matter for day 13.)


# %% key="softmax"
def softmax(S, axis=-1):
    e = np.exp(S)
    return e / e.sum(axis=axis, keepdims=True)


# %% [markdown] key="e1-text"
# Now the formula itself. The checker brings tables of different sizes and a square one, in which a forgotten or misplaced
# ᵀ makes no noise. ★★★ · about 12 minutes


# %% key="e1"
def attention(Q, K, V):
    """Scaled dot-product attention, equation (1).

    Q: (T_q, d_k). K: (T_k, d_k). V: (T_k, d_v). Returns (T_q, d_v).
    """
    # solution
    scores = Q @ K.T / np.sqrt(Q.shape[-1])
    return softmax(scores) @ V
    # end solution


# %% key="e1-check"
check("10.e1", attention)

# %% [markdown] key="e1-more"
# Stuck? `hint("10.e1")`. Done? `compare("10.e1", attention)`, and `widgets.formula_xray(attention)` puts your output into
# the last box.

# %% key="boxes"
widgets.two_products()

# %% [markdown] key="p2-text"
# The plan's second task: 2×2 tables in NumPy. Write the line once more for these three. **p2** The output; **p2b** the
# output if all three are [[1, 2], [3, 4]].

# %% key="p2"
Q, K, V = np.eye(2), np.eye(2), np.array([[1, 2], [3, 4]])
# solution
p2 = softmax(Q @ K.T / np.sqrt(2)) @ V
# end solution
check("10.p2", p2)

# %% key="p2b"
# solution
p2b = softmax(V @ V.T / np.sqrt(2)) @ V
# end solution
check("10.p2b", p2b)

# %% key="p2-numbers"
V = np.array([[1, 2], [3, 4]])
for name, Q in (("Q = K = identity", np.eye(2)), ("Q = K = V", V)):
    output, A = transformer.scaled_dot_product_attention(Q, Q, V)
    print(name)
    print("  weights", np.round(A, 5).tolist(), " rows add up to", A.sum(axis=1))
    print("  output ", np.round(output, 4).tolist())

# %% [markdown] key="loops"
# ## The same without a single matrix product · 7 min
#
# Who can write the loops knows what each @ adds up: over features in the scores, over keys in the mix. Loops only, no @ and no
# softmax. ★★ · about 8 minutes


# %% key="e2"
def attention_loops(Q, K, V):
    """Equation (1) once more, number by number.

    Q: (T_q, d_k). K: (T_k, d_k). V: (T_k, d_v). Returns (T_q, d_v).
    """
    # solution
    out = np.zeros((len(Q), V.shape[1]))
    for i in range(len(Q)):
        e = np.zeros(len(K))
        for j in range(len(K)):
            score = 0.0
            for c in range(Q.shape[1]):
                score += Q[i, c] * K[j, c]
            e[j] = np.exp(score / np.sqrt(Q.shape[1]))
        for j in range(len(K)):
            out[i] += e[j] / e.sum() * V[j]
    return out
    # end solution


# %% key="e2-check"
check("10.e2", attention_loops)

# %% [markdown] key="sharp-text"
# ## Louder scores, a harder choice · 5 min
#
# √d_k turns the volume of all scores down. What does volume do? The picture multiplies them by a number of yours, and it runs
# your `attention`. (With V = identity your function returns A itself: a useful trick.)

# %% key="w2"
widgets.sharpness(attention)

# %% [markdown] key="sharp-read"
# From 0 to 4 a soft mix becomes a copy: *sat* runs to the value of *cat*, *cat* follows on a curve. *the* never moves, since
# 0 times anything is 0. And nobody leaves the triangle: weighted averages stay in the hull (Day 3).
#
# A wide layer is loud by itself. A score adds up d_k products; if the entries are independent, with mean 0 and variance 1,
# its variance is d_k:

# %% key="root"
rng = np.random.default_rng(10)


def largest(scores):
    """The largest of ten weights, on average."""
    return softmax(scores - scores.max(axis=1, keepdims=True)).max(axis=1).mean()


print("d_k   variance   largest of ten weights: raw, divided by √d_k")
for d_k in (4, 64, 512):
    q, k = rng.normal(size=(4000, 1, d_k)), rng.normal(size=(4000, 10, d_k))
    scores = (q * k).sum(axis=-1)
    raw, scaled = largest(scores), largest(scores / np.sqrt(d_k))
    print(f"{d_k:3}   {scores.var():7.1f}   {raw:.2f}  {scaled:.2f}")

# %% [markdown] key="root-read"
# Unscaled, one key takes nearly all, and slopes vanish (Day 13). So much for the start; *trained* queries and keys need not
# obey that variance. And d_k is the width of **one head**, 64 in the paper, not d_model = 512.

# %% [markdown] key="bugs"
# ## Find the bugs: a demo that cannot run · 6 min
#
# The plan links a page of matrix basics. It ends with this attention demo, shortened here, and prints an "expected output".


# %% key="demo"
def demo(Q, K, V):
    d_k = K.shape[1]
    scores = np.dot(Q, K)
    scaled_scores = scores / np.sqrt(d_k)
    attention_weights = softmax(scaled_scores)
    return np.dot(attention_weights, V)


Q, K = np.array([[1, 2, 3], [4, 5, 6]]), np.array([[7, 8], [9, 10], [11, 12]])
V = np.array([[13, 14], [15, 16], [17, 18]])
try:
    demo(Q, K, V)
except ValueError as error:
    print("ValueError:", error)

# %% [markdown] key="demo-read"
# | | the page prints |
# |---|---|
# | scaled scores | [[29, 32], [69.5, 77]] |
# | weights | [[1, 0], [0.00055, 0.99945]] |
# | output | [[13, 14], [16.997, 17.997]] |
#
# Write the shape behind each line. Which table arrives lying on its side? What does `K.shape[1]` count, then? How many rows of
# V can two weights mix? Repair it: K comes as in the paper, a row for each key, and V with as many rows. ★ · about 5 minutes


# %% key="e6"
def repaired(Q, K, V):
    """The demo as it should be.

    Q: (T_q, d_k). K: (T_k, d_k). V: (T_k, d_v).
    Returns three tables: scaled scores, weights, output.
    """
    # solution
    scaled = Q @ K.T / np.sqrt(K.shape[1])
    weights = softmax(scaled)
    return scaled, weights, weights @ V
    # end solution


# %% key="e6-check"
check("10.e6", repaired)

# %% key="demo-numbers"
scores = Q @ K  # this K is transposed already
print("scores                ", scores.tolist())
print("halved, as printed    ", (scores / 2).tolist())
print("by √2, as in the code ", np.round(scores / np.sqrt(2), 2).tolist())
print("weights of (29, 32)   ", softmax(np.array([29.0, 32.0])), "and not (1, 0)")
output, A = transformer.scaled_dot_product_attention(Q, K.T, V[:2])
print("\nright, with d_k = 3 and two rows of V:")
print("scaled ", np.round(scores / np.sqrt(3), 3).tolist())
print("weights", np.round(A, 4).tolist())
print("output ", np.round(output, 3).tolist())
with np.errstate(over="ignore"):
    print("\ne^88.912 in float32:", np.exp(np.float32(88.912)))

# %% [markdown] key="demo-after"
# K comes transposed, so `K.shape[1]` counts keys and not d_k; V has a row too many. And the code gives not one of the printed
# tables. Two weights mix two rows, and no average of 13 and 15 is 16.997: the hull would have told. The last line is a fault in
# waiting: no maximum is subtracted, so 88.9 is already too loud for float32.

# %% [markdown] key="heads"
# ## Two heads at one table · 10 min · core
#
# $$\mathrm{MultiHead} = \mathrm{Concat}(\mathrm{head}_1, \dots, \mathrm{head}_h)\,W^O \qquad
# \mathrm{head}_i = \mathrm{Attention}(XW_i^Q,\ XW_i^K,\ XW_i^V)$$
#
# Every head is the formula with three matrices of its own, and with the root of its **own** width d_k. Side by side they have
# h·d_v columns; W^O has as many rows. You may call `attention` or the course's `transformer.scaled_dot_product_attention`,
# which returns the output and the weights. ★★★ · about 12 minutes


# %% key="e3"
def multi_head(X, heads, WO):
    """Several attentions over the same words, mixed by WO.

    X: (T, d_model). heads: list of h triples (W_Q, W_K, W_V), of the shapes
    (d_model, d_k), (d_model, d_k), (d_model, d_v). WO: (h * d_v, d_model).
    Returns (T, d_model).
    """
    # solution
    outputs = [
        transformer.scaled_dot_product_attention(X @ WQ, X @ WK, X @ WV)[0]
        for WQ, WK, WV in heads
    ]
    return np.concatenate(outputs, axis=-1) @ WO
    # end solution


# %% key="e3-check"
check("10.e3", multi_head)

# %% [markdown] key="heads-numbers-text"
# The two heads of our story, with the W^O of day 7, by the course's version:

# %% key="heads-numbers"
A_, B_ = story.HEAD_A, story.HEAD_B
W_Q, W_K, W_V = (
    np.hstack(pair) for pair in ((A_.W_Q, B_.W_Q), (A_.W_K, B_.W_K), (A_.W_V, B_.W_V))
)
W_O = np.array([[1, 0, 0, 0], [0, 1, 0, 0], [0, 1, 1, 0], [1, 0, 0, 1]])
X = story.X4
output, weights = transformer.multi_head_attention(X, X, W_Q, W_K, W_V, W_O, heads=2)
print("weights", weights.shape, " output", output.shape)
print("sat reads, head A:", weights[0, 2])
print("sat reads, head B:", weights[1, 2])
print("output of sat:    ", output[2])

# %% [markdown] key="who"
# ## Row i is what word i reads · 4 min
#
# Which word matters most to word i? And does *mat* matter to *cat* as much as *cat* to *mat*? ★ · about 5 minutes


# %% key="e4"
def who_matters(A, i):
    """The word that word i reads most.

    A: (T_q, T_k) weights. i: a row. Returns a position, counted from 0.
    """
    # solution
    return np.argmax(A[i])
    # end solution


# %% key="e4-check"
check("10.e4", who_matters)

# %% key="who-numbers"
X3 = np.array([story.TABLE_4D[word] for word in ("cat", "sat", "mat")])
_, A = transformer.scaled_dot_product_attention(X3, X3, X3)
print(A)
print(f"scores symmetric; cat reads {A[0, 2]:.3f} of mat, mat reads {A[2, 0]:.3f} of cat")
print("rows add up to", A.sum(axis=1), " columns to", A.sum(axis=0))

# %% [markdown] key="shuffle"
# ## Shuffle the words, and the outputs shuffle along · 9 min
#
# No place in a sentence enters the formula. Move the rows of X, and the rows of the output move with them; otherwise nothing
# changes. That is called permutation-**equivariant**. (*In*variant would be: the output stays.) Write the test for any
# function f. ★★ · about 8 minutes


# %% key="e5"
def is_equivariant(f, X, perm):
    """Do the outputs of f move with the words, and change in nothing else?

    f: function from (T, d) to (T, d). X: (T, d). perm: the new order of the rows, such as
    [2, 0, 1]. Returns True or False.
    """
    # solution
    return bool(np.allclose(f(X[perm]), f(X)[perm]))
    # end solution


# %% key="e5-check"
check("10.e5", is_equivariant)

# %% [markdown] key="mask-text"
# A word that writes the next word must not look ahead. A preview of days 13 and 28: the scores above the diagonal become −∞
# before the softmax, and $e^{-\infty} = 0$.

# %% key="mask"
T = 4
Q, K, V = (X[:T] @ W for W in (A_.W_Q, A_.W_K, A_.W_V))
output, A = transformer.scaled_dot_product_attention(Q, K, V, mask=transformer.causal_mask(T))
print(A)
print("the first word reads only itself:", np.array_equal(output[0], V[0]))
perm = np.array([3, 0, 2, 1])
for name, mask in (("without a mask", None), ("with the mask", transformer.causal_mask(T))):
    f = lambda X, mask=mask: transformer.scaled_dot_product_attention(X, X, X, mask)[0]
    print(f"{name:15} outputs move along: {np.allclose(f(X[:T][perm]), f(X[:T])[perm])}")

# %% [markdown] key="paper"
# ## In the paper · 2 min · core
#
# Equation (1) and its footnote 4, the variance argument for √d_k, stand in §3.2.1; MultiHead, Concat and W^O in §3.2.2, with
# h = 8 and d_k = d_v = 64. Q, K, V may come from different texts (§3.2.3), which is why T_q and T_k have two names. The output has
# shape **(T_q, d_v)**: queries decide how many rows, values how wide.
#
# <details><summary>Where the original plan pointed</summary>
#
# To equation (1) itself: right, it is in §3.2.1. Its gloss "similarity" is a learned score that need not be symmetric, and
# "prevents vanishing gradients" needs the condition above. The linked matrix page holds the demo that you repaired.
# </details>

# %% [markdown] key="quiz-text"
# ## Quiz · 2 min · core

# %% key="quiz"
quiz(10)

# %% key="quiz-answers" tags=["solution"]
quiz(10, reveal=True)

# %% [markdown] key="end"
# ## Take with you · 1 min · core
#
# > **Attention** = softmax(Q Kᵀ / √d_k) V: all pairs score, each **row** becomes shares, shares mix the rows of V. (T_q, d_k), (T_k, d_k),
# > (T_k, d_v) → (T_q, d_v). Outputs are averages of values; no place enters. **MultiHead** = Concat(heads) W^O, each with its own √d_k.
#
# **Words of today**
#
# | word | 中文 | symbol | paper |
# |---|---|---|---|
# | attention score | 注意力分数 | QKᵀ | §3.2.1 |
# | attention weight | 注意力权重 | A | §3.2.1 |
# | scaled dot-product attention | 缩放点积注意力 | Attention(Q, K, V) | §3.2.1 |
# | multi-head attention | 多头注意力 | MultiHead | §3.2.2 |
# | output weights | 输出权重 | W^O | §3.2.2 |
# | causal mask | 因果掩码 | – | §3.2.3 |
# | permutation-equivariant | 置换等变 | – | – |
#
# **Teach it back.** One sentence for a colleague: what do the rows of A, its columns, and the rows of A V belong to?
#
# Linear algebra is complete. Tomorrow four tiny sentences become a table of counts, and the question is: given this word, what
# comes next?

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
# # Day 7 · Concatenation: who owns this number?
#
# Two heads have read the sentence, and each hands back a table. The paper puts the tables side by side:
#
# $$\mathrm{MultiHead}(Q, K, V) = \boxed{\mathrm{Concat}(\mathrm{head}_1, \dots, \mathrm{head}_h)}\,W^O$$
#
# Almost nothing is computed today. Numbers change places, and there many home-made Transformers break: a table can
# have the right shape and hold its numbers in the wrong rows. No error tells you.
#
# **When you close this notebook you can**
#
# - join heads along the feature axis, and say what axis 0 and `stack` would have done;
# - follow (B, T, d) → (B, h, T, d_k) and back, number by number;
# - foresee the shape of `a + b` and `a @ b`, batches included;
# - foresee the memory that the scores of a long text take.
#
# You need: matrix products (Day 1), and that a head has three matrices of its own (Day 6).
# Letters: B sentences, T tokens, d features (d_model in the paper), h heads, d_k = d / h features for each head.
#
# Sections marked **core** are the short path, 55 minutes. The rest makes it 86.

# %% key="setup"
from utils import check, compare, hint, quiz, recall
from utils import story, transformer
from utils.widgets import shapes as widgets
import numpy as np

np.set_printoptions(precision=3, suppress=True)

# %% [markdown] key="story"
# ## Head A says two numbers, head B two more · 5 min · core
#
# Yesterday *sat* asked two questions of *the cat sat on the mat*: head A "who?", head B "where?". How a head makes its
# output of the answers is day 10. Today take it as it comes: two numbers for each of the six words.

# %% key="heads"
outputs = []
for head in (story.HEAD_A, story.HEAD_B):
    Q, K, V = story.X4 @ head.W_Q, story.X4 @ head.W_K, story.X4 @ head.W_V
    output, _ = transformer.scaled_dot_product_attention(Q, K, V)
    outputs.append(output)
head_A, head_B = outputs
print("word  head A            head B")
for word, a, b in zip(story.SENTENCE, head_A, head_B, strict=True):
    print(f"{word:4} ({a[0]:6.3f}, {a[1]:6.3f}) ({b[0]:6.3f}, {b[1]:6.3f})")

# %% [markdown] key="h1-text"
# Side by side, not on top of each other: that is **Concat**. **h1** Take the line of *sat*. What is its row after Concat,
# head A first?

# %% key="h1"
# solution
h1 = "1.681, 0.863, 0.132, 0.738"
# end solution
check("7.h1", h1)

# %% [markdown] key="h1b-text"
# **h1b** And the shape of all six rows?

# %% key="h1b"
# solution
h1b = "6, 4"
# end solution
check("7.h1b", h1b)

# %% [markdown] key="recall-text"
# ## Before you go on: three things from earlier days · 4 min
#
# No notes. What you miss comes back in two days.

# %% key="recall"
recall(7)

# %% key="recall-answers" tags=["solution"]
recall(7, reveal=True)

# %% [markdown] key="axes"
# ## Axis −1, axis 0, or an axis that was not there · 10 min · core
#
# The thirty-day plan starts on a line of numbers. Let NumPy make [1, 2, 3, 4] of [1, 2] and [3, 4]:

# %% key="p2"
# solution
p2 = np.concatenate([[1, 2], [3, 4]])
# end solution
check("7.p2", p2)

# %% [markdown] key="axes-text"
# A line has one direction, so the question of the day cannot come up there: **along which axis?** Two tables can be
# joined in three ways, and NumPy does each without a word.

# %% key="three-ways"
widgets.three_ways()

# %% [markdown] key="axes-read"
# - `np.concatenate(..., axis=-1)`: rows get longer. Every word keeps one row. That is the paper's Concat.
# - `np.concatenate(..., axis=0)`: more rows. Twelve words, and nobody said six of them.
# - `np.stack(...)`: a new axis in front. Two sheets, nothing joined yet.
#
# Write Concat for any number of heads, with or without a batch axis in front. ★ · about 5 minutes


# %% key="e1"
def concat_heads(outputs):
    """Concat(head_1, ..., head_h).

    outputs: list of h arrays (..., T, d_v). Returns (..., T, h * d_v).
    """
    # solution
    return np.concatenate(outputs, axis=-1)
    # end solution


# %% key="e1-check"
check("7.e1", concat_heads)

# %% [markdown] key="e1-more"
# Stuck? `hint("7.e1")`. Done? `compare("7.e1", concat_heads)`.
#
# The plan says that multi-head concatenation joins groups of vectors "by column". Run the cell to see four readings;
# answer with a letter, such as `"a"`.

# %% key="p1"
# solution
p1 = "b"
# end solution
check("7.p1", p1)

# %% [markdown] key="output"
# ## The output matrix: every head adds its part · 3 min · core
#
# After Concat the heads stand side by side and know nothing of each other. $W^O$ mixes them. Its first d_v rows meet
# only head A, the next d_v only head B. So the product falls apart into one product for each head:
#
# $$\mathrm{Concat}(\mathrm{head}_1, \dots, \mathrm{head}_h)\,W^O = \sum_i \mathrm{head}_i\,W_i^O$$
#
# where $W_i^O$ is the block of rows that belongs to head i. Here with a small $W^O$, invented:

# %% key="output-numbers"
W_O = np.array([[1, 0, 0, 0], [0, 1, 0, 0], [0, 1, 1, 0], [1, 0, 0, 1]])
concat = transformer.concat_heads([head_A, head_B])
parts = head_A @ W_O[:2], head_B @ W_O[2:]
print("sat, part of head A   ", parts[0][2])
print("sat, part of head B   ", parts[1][2])
print("sat, the sum          ", parts[0][2] + parts[1][2])
print("sat, Concat times W^O ", concat[2] @ W_O)
print("all six rows agree:", np.allclose(parts[0] + parts[1], concat @ W_O))

# %% [markdown] key="cubes"
# ## One strip of numbers, cut at other places · 7 min · core
#
# Real code keeps no list of heads. One table holds the numbers of all heads, d = h·d_k in each row, and is cut: first a
# **reshape**, then a **transpose**.
#
# Every token has a colour and a number, its four features are a to d. Below the table lies the strip: the same 24 cubes,
# read row by row. Two bets, then move the step.

# %% key="w1"
widgets.colour_cubes()

# %% [markdown] key="cubes-read"
# A **reshape** only cuts the strip at other places; the order stays. The **transpose** is what deals: row 0 of each
# token to head 0, row 1 to head 1. Skip it, and the shape is still (2, 6, 2). But head 1 gets the second half of
# the strip: three tokens, each torn into two rows.
#
# In memory not even the transpose moves anything. Both make a **view**: the same numbers, with another rule for finding
# them. Only a flattening after the transpose has to write them out again.

# %% key="memory"
X = story.X4.copy()
cut = X.reshape(6, 2, 2)
dealt = cut.transpose(1, 0, 2)
flat = dealt.reshape(24)
for name, array in (("reshape", cut), ("then transpose", dealt), ("then flat", flat)):
    same = np.shares_memory(X, array)
    print(f"{name:15} shape {str(array.shape):10} same memory as X: {same}")

# %% [markdown] key="h2-text"
# **h2** Two tokens, [0, 1, 2, 3] and [4, 5, 6, 7], and two heads. What does head 0 get? Type rows, such as
# `"[[1, 2], [3, 4]]"`.

# %% key="h2"
# solution
h2 = "[[0, 1], [4, 5]]"
# end solution
check("7.h2", h2)

# %% [markdown] key="split"
# ## Cut: (B, T, d) → (B, h, T, d_k) · 12 min · core
#
# Now with a batch of B sentences in front. In NumPy `transpose` lists the old axes in their new order. Write the shape
# after each step beside your line. ★★★ · about 12 minutes


# %% key="e2"
def split_heads(X, h):
    """Give each head its own d_k neighbouring features of every token.

    X: (B, T, d), d divisible by h. Returns (B, h, T, d // h).
    """
    # solution
    B, T, d = X.shape
    cut = X.reshape(B, T, h, d // h)
    return cut.transpose(0, 2, 1, 3)
    # end solution


# %% key="e2-check"
check("7.e2", split_heads)

# %% [markdown] key="merge"
# ## Undo it, last step first · 12 min · core
#
# Each head works on its own sheet. Then the sheets become rows again. A reshape alone gives the right shape; the checker
# looks at the owners. ★★★ · about 12 minutes


# %% key="e3"
def merge_heads(O):
    """Every token's numbers side by side again: the exact inverse of split_heads.

    O: (B, h, T, d_v). Returns (B, T, h * d_v).
    """
    # solution
    B, h, T, d_v = O.shape
    return O.transpose(0, 2, 1, 3).reshape(B, T, h * d_v)
    # end solution


# %% key="e3-check"
check("7.e3", merge_heads)

# %% [markdown] key="cubes-yours-text"
# The same picture with your two functions. Then tick **both** boxes and go to step 3: the round trip is perfect. Two
# wrong functions undo each other, so "merge(split(X)) equals X" proves little.

# %% key="cubes-yours"
widgets.colour_cubes(split_heads, merge_heads)

# %% [markdown] key="whole"
# ## Every head reads the whole row · 9 min
#
# A tempting shortcut: cut X first, and give each head its slice. Head A looks for *doing* and *animal*, features 1 and
# 2. A slice of two features would blind it:

# %% key="whole-numbers"
cat, W_A = story.TABLE_4D["cat"], story.HEAD_A.W_Q
print("cat, query of head A from its whole row   ", cat @ W_A)
print("cat, query from the slice (thing, doing)  ", cat[:2] @ W_A[:2])

# %% [markdown] key="whole-text"
# So each head multiplies the **whole** row with its own learned matrix; the cut comes after. Every column of a matrix
# makes one number of the answer, so the matrices of all heads fit side by side: one product instead of h small ones.
# ★★ · about 8 minutes


# %% key="e5"
def one_big_W(WQ_list):
    """One matrix for all heads.

    X @ one_big_W(WQ_list) holds the queries of every head, head after head.
    WQ_list: list of h matrices (d, d_k). Returns (d, h * d_k).
    """
    # solution
    return np.concatenate(WQ_list, axis=1)
    # end solution


# %% key="e5-check"
check("7.e5", one_big_W)

# %% [markdown] key="broadcast"
# ## Shapes line up from the right · 10 min
#
# NumPy adds arrays of different shapes if it can **broadcast** them. Write the shapes below each other, the last sizes
# aligned. Each pair must be equal, or one of the two is 1 or missing: that one is stretched. Nothing else goes. In `@` the
# last two axes are the matrices, and their inner sizes must be equal; the axes in front are a batch, and they broadcast.

# %% key="broadcast-numbers"
X = np.ones((2, 6, 4))
Q, K_T = np.ones((2, 5, 6, 3)), np.ones((1, 5, 3, 6))
for what, result in (
    ("X + b, b (4,): the same for every token", X + np.ones(4)),
    ("X + p, p (6, 1): one number for each token", X + np.ones((6, 1))),
    ("X @ W, W (4, 3): the same for every sentence", X @ np.ones((4, 3))),
    ("(2, 5, 6, 3) @ (1, 5, 3, 6): the 1 stretches", Q @ K_T),
):
    print(f"{what:46} {result.shape}")

# %% [markdown] key="e4-text"
# Write the rule down. `op` is `"@"` or `"+"`. The checker has eight cases. ★★ · about 8 minutes


# %% key="e4"
def out_shape(a, b, op="@"):
    """The shape of a @ b or a + b, or the word "error" where NumPy would refuse.

    a, b: shapes, tuples of whole numbers; for "@" at least two each.
    Returns a tuple or "error".
    """
    # solution
    if op == "@":
        batch = out_shape(a[:-2], b[:-2], "+")
        if batch == "error" or a[-1] != b[-2]:
            return "error"
        return (*batch, a[-2], b[-1])
    longest = max(len(a), len(b))
    a = (1,) * (longest - len(a)) + a
    b = (1,) * (longest - len(b)) + b
    if any(x != y and 1 not in (x, y) for x, y in zip(a, b, strict=True)):
        return "error"
    return tuple(y if x == 1 else x for x, y in zip(a, b, strict=True))
    # end solution


# %% key="e4-check"
check("7.e4", out_shape)

# %% [markdown] key="keepdims"
# One trap is left. Every row of a table is to be divided by its own sum. A sum over an axis loses that axis: (5, 3)
# becomes (5,), and NumPy refuses to divide. But (3, 3) becomes (3,), which lines up with the **columns**: no error, wrong
# rows. `keepdims=True` keeps the lost axis as a 1:

# %% key="keepdims-numbers"
raw = np.array([[1.0, 1, 2], [1, 3, 0], [0, 1, 1]])
lost, kept = raw.sum(axis=-1), raw.sum(axis=-1, keepdims=True)
for total in (lost, kept):
    rows = (raw / total).sum(axis=-1)
    print(f"divided by shape {str(total.shape):7} the rows add up to", rows)

# %% [markdown] key="square"
# ## Twice the words, four times the scores · 6 min
#
# Every head of every sentence scores each word against each word.
#
# **h3** B = 2 sentences, h = 2 heads. How many score entries for T = 6, and how many for T = 12? Two numbers with a
# comma between.

# %% key="h3"
# solution
h3 = "144, 576"
# end solution
check("7.h3", h3)

# %% [markdown] key="calculator-text"
# The calculator lists all tensors of the layer, with your `out_shape` for the products, and their memory. A float32 has
# 4 bytes. 1 MB is 10⁶ bytes, 1 MiB is 2²⁰ = 1,048,576 bytes; programs mix the two up. First two bets.

# %% key="w2"
widgets.shape_calculator(out_shape)

# %% [markdown] key="square-read"
# Q has B·T·d numbers, the scores have B·h·T². Their ratio is h·T / d = T / d_k. Beyond T = d_k the scores are the larger
# table. One sentence in the paper's base model:

# %% key="square-numbers"
h, d_k = 8, 64
for T in (6, 64, 512, 8192):
    Q_mb, scores_mb = 4 * h * T * d_k / 1e6, 4 * h * T * T / 1e6
    ratio = scores_mb / Q_mb
    print(f"T = {T:<5} Q {Q_mb:7.3f} MB  scores {scores_mb:8.3f} MB  ratio {ratio:7.3f}")

# %% [markdown] key="square-more"
# <details><summary>Does anybody really store that table?</summary>
#
# Plain code does, as this course does. Kernels such as FlashAttention compute the same output block by block and never
# keep the whole table. Their memory then grows with T; the multiplications still grow with T².
# </details>

# %% [markdown] key="einsum"
# ## Name the axes instead · 2 min
#
# A first sight of `einsum`: every axis gets a letter. Numbers with equal letters are multiplied; over letters that are
# missing behind the arrow, the products are added up. The scores of all heads, and then the sum that $W^O$ makes:

# %% key="einsum-numbers"
heads = story.HEAD_A, story.HEAD_B
W_Q = transformer.one_big_W([head.W_Q for head in heads])
W_K = transformer.one_big_W([head.W_K for head in heads])
Q = transformer.split_heads(story.X4 @ W_Q, 2)
K = transformer.split_heads(story.X4 @ W_K, 2)
S = np.einsum("hqd,hkd->hqk", Q, K)
print("scores of sat, head A", S[0, 2], "  head B", S[1, 2])
print("the same as Q times K transposed:", np.allclose(S, Q @ K.swapaxes(-1, -2)))
mixed = np.einsum("htv,hvo->to", np.stack([head_A, head_B]), W_O.reshape(2, 2, 4))
print("the same as Concat times W^O:    ", np.allclose(mixed, concat @ W_O))

# %% [markdown] key="paper"
# ## In the paper · 2 min · core
#
# *Attention Is All You Need*, §3.2.2: the heads run in parallel, their outputs are concatenated and multiplied once more, by
# $W^O$ of shape (h·d_v, d_model). The base model has h = 8 and d_k = d_v = d_model / h = 512 / 8 = 64. Because each head
# is narrow, eight cost about as much as one of full width. In figure 2, on the right, the box "Concat" is your e1.
#
# <details><summary>Where the original plan pointed, and where to look</summary>
#
# The plan names pages of 李永乐's lecture notes. A book of that kind, for an entrance exam, has no chapter on
# concatenation: do not look for it there. The "NumPy文档Concat函数" is called `numpy.concatenate`; since NumPy 2.0
# `numpy.concat` is a second name for it. The pages "Broadcasting" and `numpy.einsum` of the NumPy documentation hold the rest.
# </details>

# %% [markdown] key="quiz-text"
# ## Quiz · 2 min · core

# %% key="quiz"
quiz(7)

# %% key="quiz-answers" tags=["solution"]
quiz(7, reveal=True)

# %% [markdown] key="end"
# ## Take with you · 2 min · core
#
# > **Concat** joins heads on the last axis: h × (T, d_v) → (T, h·d_v); times W_O it is Σ headᵢ W_Oᵢ, one product for each
# > head. **Split**: reshape to (B, T, h, d_k), then transpose (0, 2, 1, 3); **merge** goes backwards. A right shape proves
# > no owner. Shapes line up from the right, a 1 stretches; scores take B·h·T² numbers.
#
# **Words of today**
#
# | word | 中文 | symbol | paper |
# |---|---|---|---|
# | concatenation | 拼接 | Concat | §3.2.2 |
# | number of heads | 头数 | h | §3.2.2 |
# | key size, value size, model width | 键维度，值维度，模型维度 | d_k, d_v, d_model | §3.2.2 |
# | axis | 轴 | – | – |
# | reshape | 变形 | – | – |
# | view | 视图 | – | – |
# | broadcasting | 广播 | – | – |
# | keepdims | 保留维度 | – | – |
# | einsum | 爱因斯坦求和 | – | – |
#
# **Teach it back.** One sentence for a colleague: why does a reshape from (B, T, d) straight to (B, h, T, d_k) raise no
# error, and what does head 0 hold then?
#
# Tomorrow some words shout, and each is turned to the same loudness, over its own features only. `keepdims` will be there.

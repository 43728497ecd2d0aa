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
# # Day 20 · A clock for every pair of columns
#
# Attention has no seats. Whoever stands where, it compares everybody with everybody. So the paper gives each word its
# place as a vector, before the first layer:
#
# $$\text{input} = \sqrt{d_{model}}\;E \;+\; \boxed{PE}\qquad
# PE_{(pos,\,2i)} = \sin\frac{pos}{10000^{2i/d}}\qquad PE_{(pos,\,2i+1)} = \cos\frac{pos}{10000^{2i/d}}$$
#
# **When you close this notebook you can**
#
# - read those two formulas column by column, and compute a row by hand in radians;
# - say why one sine is not enough and many are;
# - walk k positions on with one rotation, the same for every position;
# - add a position to a word the way the paper does, and test what order changes.
#
# You need: matrix products (Day 1), attention as `softmax(QKᵀ/√d_k)V` (Day 10). Trigonometry starts from zero.
# Sections marked **core** are the short path, 49 minutes. All of it takes 90.

# %% key="setup"
from utils import check, compare, hint, quiz, recall
from utils import story, style, transformer
from utils.widgets import positions
import numpy as np

np.set_printoptions(precision=4, suppress=True)

# %% [markdown] key="recall-text"
# ## Ten things, two thirds of the way · 7 min
#
# Every tenth day looks back on all that came before. Pencil, no notes. Five of the ten bring new numbers:
# `recall(20, seed=3)` asks with others.

# %% key="recall"
recall(20)

# %% key="recall-answers" tags=["solution"]
recall(20, reveal=True)

# %% [markdown] key="story"
# ## "cat sat" and "sat cat" look the same · 4 min · core
#
# Two words, in both orders. Each looks at both and takes its weighted average:

# %% key="two-orders"
attend = lambda X, mask=None: transformer.scaled_dot_product_attention(X, X, X, mask)[0]
cat, sat = story.TABLE_4D["cat"], story.TABLE_4D["sat"]
for name, first, second in (("cat sat", cat, sat), ("sat cat", sat, cat)):
    outputs = attend(np.array([first, second]))
    print(name)
    for word, row in zip(name.split(), outputs, strict=True):
        print(f"  output of {word}: {row}")

# %% [markdown] key="story-read"
# *cat* gets the same four numbers in both. Only the rows have changed places. Attention sees a bag of words.
#
# So write the place into the vector. Two quick ways fail. The number of the place itself, 0, 1, 2, …, drowns the word by
# position 500. Divided by the length it stays small, but then "one step further" means something else in every sentence.
# We need numbers that stay small and a step that is always the same step.

# %% [markdown] key="wall"
# ## A hand that turns stays the same length · 9 min · core
#
# The hand of a clock does both. Position 0 is 12 o'clock; each further position turns it by the same angle.
#
# Its angle is measured in **radians**: how far the tip has travelled along the rim, in lengths of the hand. Once around is
# 2π ≈ 6.28, so 1 radian is 360°/2π ≈ 57.3°.
#
# One hand comes around again, so there are several, at different speeds. Two questions, then the wall.

# %% key="w1"
positions.clock_wall()

# %% [markdown] key="wall-read"
# Read off one clock. The tip lies **sin** across and **cos** up: these two numbers are what a pair of columns holds. They
# are the legs of a right triangle whose longest side is the hand, so sin² + cos² = 1 at every angle.
#
# Now set the width to 16. Eight hands, the first with the speed 1, each next one slower by the same factor. In general
#
# $$\omega_i = 10000^{-2i/d}\qquad i = 0, \dots, d/2 - 1$$
#
# and hand i shows the angle p·ω_i. **i counts pairs.** 2i is the column of its sine, 2i + 1 that of its cosine. The paper
# says "i is the dimension", which sends many readers to the wrong column.
#
# Fast hands tell neighbours apart, slow ones tell pages apart. "Balances long and short dependence", as the plan has it,
# promises more: which word looks how far is decided by learned weights.

# %% key="wall-numbers"
d = 16
PE = transformer.positional_encoding(200, d)
print("speeds         ", 10000.0 ** (-np.arange(0, d, 2) / d))
squares = np.unique(np.round((PE**2).sum(axis=1), 9))
print("squared lengths", squares, "for 200 positions: d/2 =", d // 2)

# %% [markdown] key="hand"
# ## By hand: two clocks, four numbers · 6 min · core
#
# d = 4: two pairs, speeds 10000⁰ = 1 and 10000^(−2/4) = 1/100. Set the calculator to radians.
#
# **h1** PE(0) · **h1b** PE(1), three places · **h4** the angle of hand 0 at position 3, in degrees

# %% key="h1"
# solution
h1 = "0, 1, 0, 1"
# end solution
check("20.h1", h1)

# %% key="h1b"
# solution
h1b = "0.841, 0.540, 0.010, 1.000"
# end solution
check("20.h1b", h1b)

# %% key="h4"
# solution
h4 = "171.9"
# end solution
check("20.h4", h4)

# %% [markdown] key="code"
# ## The table is two fills: even columns, odd columns · 14 min · core
#
# T positions as a column, d/2 speeds as a row: their product holds every angle. The sine goes into columns 0, 2, 4, …, the
# cosine into 1, 3, 5, …; NumPy writes that as `PE[:, 0::2]` and `PE[:, 1::2]`. The base is an argument, because you will
# want to turn it. ★★★ · about 12 minutes


# %% key="e1"
def positional_encoding(T, d, base=10000.0):
    """A set of clock hands for each position: sin and cos of position times speed, in turn.

    T: number of positions, counted from 0. d: width, even. base: the 10000 of the paper.
    Returns (T, d): column 2i holds the sines of pair i, column 2i + 1 its cosines.
    """
    # solution
    speeds = base ** (-np.arange(0, d, 2) / d)
    angles = np.arange(T)[:, None] * speeds
    PE = np.zeros((T, d))
    PE[:, 0::2] = np.sin(angles)
    PE[:, 1::2] = np.cos(angles)
    return PE
    # end solution


# %% key="e1-check"
check("20.e1", positional_encoding)

# %% [markdown] key="e1-more"
# `hint("20.e1")` nudges, `compare("20.e1", positional_encoding)` shows the course's lines, and
# `positions.clock_wall(positional_encoding)` hangs up your own clocks.
#
# <details><summary>Other code has all sines on the left and all cosines on the right. Is that wrong?</summary>
#
# It is the same set of columns in another order. A learned W only has to reorder its rows, so a model trained that way is as
# good. Weights trained with one layout do not fit the other, though, and this course follows the paper.
# </details>
#
# Now the whole table at once: a row for each position, blue above 0, orange below. The black line is where each hand has
# made its first full turn. The base is yours.

# %% key="w2"
positions.stripe_map(positional_encoding)

# %% [markdown] key="stripe-read"
# Drag the base from 100 to 10,000 and on. The left edge does not move: pair 0 has the speed base⁰ = 1, whatever the base.
# Everything right of it slows down, the more the further right, and the black line swings to the left. In the right half the
# columns stand almost still: sine near 0, cosine near 1.
#
# Then the other two. A longer T adds rows below and changes nothing above. A larger d puts more speeds between the same two
# ends. From here on the notebook calls the course's version, `transformer.positional_encoding`.

# %% key="course-encoding"
d = 512
turns = 2 * np.pi * 10000.0 ** (2 * np.arange(d // 2) / d)
print(f"d = {d}: one turn takes {turns[0]:.2f} positions in the first pair")
print(f"and {turns[-1]:,.1f} in the last; 10000 · 2π would be {10000 * 2 * np.pi:,.1f}")
print(f"each next hand is slower by the factor {turns[1] / turns[0]:.4f}")

# %% [markdown] key="wavelengths"
# These are the **wavelengths**. The paper says "from 2π to 10000 · 2π". But the last pair has the exponent (d − 2)/d, a little
# below 1: 10000 · 2π is a limit that no pair reaches.

# %% [markdown] key="plan"
# ## The plan's curve has no position in it · 5 min
#
# The thirty-day plan asks you to plot sin(10000^{2i/d}) in Excel and to see its period. Try it: put i on the axis. There is no
# pos in that expression, and the power stands upstairs. What comes out has no period at all. With pos on the axis and i held
# fixed, every curve repeats.

# %% key="two-formulas"
d, i = 16, np.arange(8)
plan = np.sin(10000.0 ** (2 * i / d))
fine = np.linspace(0, 7, 100_001)

figure = style.new_figure(7.2, 3.2)
left, right = figure.subplots(1, 2)
style.label_axes(left, "i", "sin(10000^(2i/d))", "As the plan has it: no position", grid=True)
left.plot(fine, np.sin(10000.0 ** (2 * fine / d)), color=style.PALETTE["quiet"], linewidth=0.5)
left.plot(i, plan, "o", color=style.PALETTE["second"])

style.label_axes(
    right, "pos", "sin(pos / 10000^(2i/d))", "As the paper has it: i fixed", grid=True
)
pos = np.linspace(0, 140, 1401)
for pair, colour, dash in ((0, "first", ":"), (2, "second", "-"), (4, "third", "--")):
    curve = np.sin(pos / 10000.0 ** (2 * pair / d))
    right.plot(pos, curve, dash, color=style.PALETTE[colour], label=f"i = {pair}")
right.legend(loc="lower center", ncols=3, frameon=False)
right.set_ylim(-1.5, 1.1)

numbers = ", ".join(style.number(value, 3) for value in plan)
periods = ", ".join(f"{2 * np.pi * 10000.0 ** (2 * pair / d):.4g}" for pair in (0, 2, 4))
style.still(
    figure,
    f"Left, for i = 0 to 7: {numbers}, without any period. "
    f"Right, over pos: the curves of i = 0, 2, 4 repeat every {periods} positions.",
)

# %% [markdown] key="p2-text"
# The plan's task with the paper's formula: how many positions are one period of the curve i = 4? (d = 16)

# %% key="p2"
# solution
p2 = "628.3"
# end solution
check("20.p2", p2)

# %% [markdown] key="unique"
# And the plan's "periodicity gives each position a unique vector"? What repeats is not unique. One hand is back near its start
# after 44 positions, 7 turns and 1 degree; after 710 almost exactly.

# %% key="unique-numbers"
for width in (2, 4, 16):
    table = transformer.positional_encoding(1000, width)
    apart = np.linalg.norm(table[:, None] - table[None], axis=-1)[np.triu_indices(1000, 1)]
    print(
        f"{width // 2} hand(s): the two closest of 1000 positions are {apart.min():.5f} apart"
    )
one = transformer.positional_encoding(711, 2)
for p in (44, 710):
    print(f"one hand, positions 0 and {p}: {np.linalg.norm(one[p] - one[0]):.5f} apart")

# %% [markdown] key="p1-text"
# With eight hands no two of the thousand come near each other. So what is true? Answer with a letter.

# %% key="p1"
# solution
p1 = "c"
# end solution
check("20.p1", p1)

# %% [markdown] key="rotation"
# ## A step of k is the same turn everywhere · 4 min · core
#
# Walk k positions on. Hand i turns by k·ω_i, wherever it points now. Turning is a matrix product; for one pair, as a row,
#
# $$(\sin, \cos)_{p+k} = (\sin, \cos)_p \begin{pmatrix}\cos k\omega & -\sin k\omega\\ \sin k\omega & \cos k\omega\end{pmatrix}$$
#
# Look for p on the right of the matrix sign: it is not there. One such block for each pair along a diagonal, zeros elsewhere,
# and you have R(k): **PE(p + k) = PE(p)·R(k)** for every p. "Three words back" needs one fixed matrix, not one for each p.

# %% key="rotation-numbers"
PE, R = transformer.positional_encoding(60, 6), transformer.shift_matrix(3, 6)
print(R)
print("PE[:-3] @ R equals PE[3:]:", np.allclose(PE[:-3] @ R, PE[3:]))
R1, R2 = transformer.shift_matrix(1, 6), transformer.shift_matrix(2, 6)
print("R(1) @ R(2) equals R(3):  ", np.allclose(R1 @ R2, R))

# %% [markdown] key="e2-text"
# ## Build the rotation block by block · 11 min
#
# Day 4 met matrices without a real eigenvector: rotations. Here they earn their living. Mind the direction: a wrong sign
# walks back. ★★★ · about 10 minutes


# %% key="e2"
def shift_matrix(k, d):
    """The rotation that walks every position k steps on.

    PE[k:] == PE[:-k] @ shift_matrix(k, d).
    k: steps. d: width, even. Returns (d, d), a 2 × 2 rotation for each pair on the diagonal.
    """
    # solution
    M = np.zeros((d, d))
    for i in range(d // 2):
        angle = k * 10000.0 ** (-2 * i / d)
        c, s = np.cos(angle), np.sin(angle)
        M[2 * i : 2 * i + 2, 2 * i : 2 * i + 2] = [[c, -s], [s, c]]
    return M
    # end solution


# %% key="e2-check"
check("20.e2", shift_matrix)

# %% [markdown] key="similarity"
# ## How alike two places are depends on the steps between them · 10 min
#
# Day 1 measured likeness by a dot product. **h2** With d = 4: what are PE(1)·PE(0) and PE(5)·PE(4)?

# %% key="h2"
# solution
h2 = "1.540, 1.540"
# end solution
check("20.h2", h2)

# %% [markdown] key="e3-text"
# All pairs at once, for any width. You may use `transformer.positional_encoding`. ★★ · about 6 minutes


# %% key="e3"
def similarity(T, d):
    """Dot products of the encodings of all positions with all others.

    T: number of positions. d: width, even. Returns (T, T): entry (p, q) is PE(p)·PE(q).
    """
    # solution
    PE = transformer.positional_encoding(T, d)
    return PE @ PE.T
    # end solution


# %% key="e3-check"
check("20.e3", similarity)

# %% key="w3"
positions.similarity_by_distance(similarity)

# %% [markdown] key="similarity-read"
# Walk along with the slider. The orange dots slide along one grey curve and never leave it: where you stand does not matter.
# For each pair, sin a sin b + cos a cos b = cos(a − b), and so
#
# $$PE(p)\cdot PE(q) = \sum_i \cos\big(\omega_i\,(p - q)\big)$$
#
# At distance 0 that is d/2. It falls at first; then cosines come back, and so does the curve. It is no ruler: with d = 64
# it rises again at the sixth step. And inside a model W_Q and W_K stand between the two encodings, so a *score* need not
# depend on the distance alone.

# %% key="similarity-numbers"
row = transformer.similarity(20, 64)[0]
for distance in (0, 1, 5, 6, 10, 11):
    print(f"distance {distance:2}: {row[distance]:.2f}")

# %% [markdown] key="add"
# ## Added to the word, not glued behind it · 6 min · core
#
# Every so often you read that positions are *concatenated* (位置向量拼接). Then a word of width 4 would become one of width 8.
# Section 3.5 adds, and the width stays. Section 3.4 multiplies the embedding by √d_model first. The paper gives no reason; the
# usual one is that small embeddings would be drowned by hands of length 1.
#
# **h3** *the*, (1, 0, 0, 0), stands at position 0. What enters the first layer?

# %% key="h3"
# solution
h3 = "2, 1, 0, 1"
# end solution
check("20.h3", h3)

# %% [markdown] key="e4-text"
# ★ · about 5 minutes


# %% key="e4"
def add_position(E, PE):
    """What enters the first layer.

    E: (T, d) embeddings. PE: (T, d) positional encoding. Returns (T, d).
    """
    # solution
    return np.sqrt(E.shape[-1]) * E + PE
    # end solution


# %% key="e4-check"
check("20.e4", add_position)

# %% key="shapes"
PE = transformer.positional_encoding(6, 4)
print("added:       ", transformer.add_position(story.X4, PE).shape)
print("concatenated:", np.concatenate([story.X4, PE], axis=1).shape)

# %% [markdown] key="order"
# ## Now the order counts, and a mask alone would do it too · 8 min
#
# Back to the bag. A function is **permutation-equivariant** when moving the words moves its outputs along and changes nothing
# else: the exact form of "attention cannot see order". Write the test. ★★ · about 6 minutes


# %% key="e5"
def is_equivariant(f, X, perm, PE=None):
    """Do the outputs move along when the words change places and the positions stay?

    f: takes (T, d), returns (T, d). X: (T, d) words. perm: T integers, the new order, X[perm].
    PE: (T, d), added to the words in front of f; None for no positions. Returns True or False.
    """
    # solution
    seats = 0.0 if PE is None else PE
    return bool(np.allclose(f(X[perm] + seats), f(X + seats)[perm]))
    # end solution


# %% key="e5-check"
check("20.e5", is_equivariant)

# %% key="order-test"
perm = np.array([2, 0, 3, 5, 1, 4])  # sat the on mat cat the
X, PE = 2 * story.X4, transformer.positional_encoding(6, 4)
causal = lambda X: attend(X, transformer.causal_mask(len(X)))
for name, f, seats in (
    ("attention                     ", attend, 0.0),
    ("attention with positions      ", attend, PE),
    ("causal attention, no positions", causal, 0.0),
):
    moved, expected = f(X[perm] + seats), f(X + seats)[perm]
    gap = np.abs(moved - expected).max()
    print(
        name, "equivariant:", np.allclose(moved, expected), f"  largest difference {gap:.3f}"
    )

# %% [markdown] key="order-read"
# The third line matters. "A Transformer has no order information without positions" holds for attention **without a mask**.
# A causal mask breaks the tie by itself: the first word sees one word, the last one sees all.

# %% [markdown] key="paper"
# ## In the paper · 3 min · core
#
# *Attention Is All You Need*, §3.5, has the two formulas, without numbers. It says that encodings and embeddings have the same
# width so that they can be summed, at the bottom of both stacks. It chose sines because PE(pos + k) is a linear function of
# PE(pos), and it *hypothesised* that this makes relative positions easy to learn. §3.4 has the √d_model.
#
# <details><summary>Why not simply learn a vector for each position?</summary>
#
# The paper tried (Table 3, row E): nearly the same result, 25.7 against 25.8 BLEU. BERT and GPT-2 do it. A learned table has
# no row beyond the longest position it was trained with. The formula has a row for every position; whether the model knows
# what to do there is another question.
# </details>
#
# <details><summary>What do newer models do? RoPE</summary>
#
# Rotary position embedding (Su et al. 2021) adds nothing to the words. It *rotates* queries and keys inside attention: q at
# position p becomes q·R(p), k at position m becomes k·R(m). Since R(p)·R(m)ᵀ = R(p − m), their score depends on p and m only
# through p − m, exactly. The next cell tries it. The base is a setting there too: Llama 3 raised it to 500,000 for longer
# texts. You know from the stripes what that does.
# </details>
#
# <details><summary>Where the original plan pointed, and where to look</summary>
#
# "高中三角函数复习" and "三角函数周期性" (B站) are search phrases for school trigonometry. The period is not the point. Look for
# radians and for the addition theorems sin(a + b) and cos(a − b): the first is the rotation, the second the similarity. The
# formula itself is in §3.5 of the paper, not in the plan's task: there the position is missing.
# </details>

# %% key="rope"
q, k = np.array([2.0, 1.0, 0.0, 1.0]), np.array([1.0, -1.0, 2.0, 0.5])
turn = lambda x, p: x @ transformer.shift_matrix(p, 4)
for p, m in ((3, 1), (13, 11), (103, 101), (3, 2)):
    score = turn(q, p) @ turn(k, m)
    print(f"RoPE: query at {p:3}, key at {m:3}, {p - m} apart: score {score:.4f}")

# %% [markdown] key="quiz-text"
# ## Quiz · 2 min · core

# %% key="quiz"
quiz(20)

# %% key="quiz-answers" tags=["solution"]
quiz(20, reveal=True)

# %% [markdown] key="end"
# ## Take with you · 1 min · core
#
# > **Positional encoding** pair i turns by ω_i = 10000^(−2i/d) radians per position; columns 2i and 2i + 1 hold sin and cos.
# > PE(p + k) = PE(p)·R(k). PE(p)·PE(q) = Σ cos(ω_i (p − q)). Input = √d_model · E + PE.
#
# **Words of today**
#
# | word | 中文 | symbol | paper |
# |---|---|---|---|
# | positional encoding | 位置编码 | PE | §3.5 |
# | position | 位置 | pos | §3.5 |
# | pair index | 频率对序号 | i | §3.5 |
# | radian | 弧度 | – | – |
# | wavelength (positions for one turn) | 波长 | – | §3.5 |
# | rotation matrix | 旋转矩阵 | R(k) | – |
# | permutation-equivariant | 置换等变 | – | – |
# | rotary position embedding | 旋转位置编码 | RoPE | – |
#
# **Teach it back.** One sentence for a colleague: a sine repeats, so how can sines tell a thousand positions apart?
#
# Twenty days of algebra and chance are done. Tomorrow a hillside begins: which way is down, and how steep is it?

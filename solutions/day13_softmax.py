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
# # Day 13 · Softmax: shares of one cake
#
# The formula of attention has four parts. Two are matrix products, one is a square root. The fourth is today.
#
# $$\mathrm{Attention}(Q, K, V) = \boxed{\mathrm{softmax}}\left(\frac{QK^T}{\sqrt{d_k}}\right)V$$
#
# **When you close this notebook you can**
#
# - compute a softmax exactly, by hand, for scores that are multiples of ln 2;
# - say what it ignores (a shift) and what it does not (a scale);
# - write it in NumPy so that scores of 1000 or −10000 do no harm;
# - hide words with a mask, and say why the mask uses −∞.
#
# You need: the exponential, NumPy's `axis` and `keepdims` (Day 0 on the start page), dot products (Day 1).
# Sections marked **core** are the short path, 46 minutes. The rest makes it 86.

# %% key="setup"
from utils import check, compare, hint, quiz, recall
from utils import probability, story
from utils.widgets import softmax as widgets
import numpy as np

np.set_printoptions(precision=4, suppress=True)

# %% [markdown] key="recall-text"
# ## Three things from earlier days · 5 min
#
# No notes. A wrong answer here is worth more than a right one that you looked up: it comes back in two days.

# %% key="recall"
recall(13)

# %% key="recall-answers" tags=["solution"]
recall(13, reveal=True)

# %% [markdown] key="story"
# ## Six scores and one cake · 5 min · core
#
# *the cat sat on the mat.* The word *sat* asks "who did it?", and every word of the sentence gets a score: its dot
# product with the question. Divided by √d_k = √2, the row of *sat* reads

# %% key="scores"
q_sat = story.TABLE_4D["sat"] @ story.HEAD_A.W_Q
keys = story.X4 @ story.HEAD_A.W_K
scores = keys @ q_sat / np.sqrt(2)
print(story.SENTENCE)
print(scores)

# %% [markdown] key="need"
# *cat* answers, the others are silent. But scores can be anything: negative, huge, all equal. To mix six words, *sat*
# needs **shares**: positive numbers that add up to 1. Attention then takes that much of each word.
#
# Dividing each score by the sum looks tempting. Try it on (3, −1): the first share would be 150 %, the second −50 %.
# Try it on (1, −1): you divide by zero.

# %% key="attempt"
z = np.array([3.0, -1.0])
print("divided by the sum:", z / z.sum())

# %% [markdown] key="exponential"
# ## The exponential turns differences into ratios · 10 min · core
#
# The exponential repairs both. It is positive everywhere, so no share is negative and no sum is 0:
#
# $$p_i = \frac{e^{z_i}}{\sum_j e^{z_j}} \qquad\text{and so}\qquad \frac{p_i}{p_j} = e^{z_i - z_j}$$
#
# The second formula says more than the first. A *difference* of scores becomes a *ratio* of shares: one point more is
# e ≈ 2.72 times the share, wherever on the scale you are.
#
# So what happens when every score grows by 5? And what does a **temperature** do, a number by which all scores are
# divided? Place your bets before you look. Then move the sliders: every score of *sat* is yours.

# %% key="w1"
widgets.temperature()

# %% [markdown] key="temperature-read"
# Try three things.
#
# 1. Drag "add to every score" from end to end. Nothing moves: the factor e⁵ is in every numerator and in the sum.
# 2. Lower the temperature to 0.25. The gap 2.83 becomes 11.3, a ratio of about 80,000 to 1. In the limit T → 0 the
#    largest score takes all; equal largest scores share it.
# 3. Raise it to 10. The bars come level; in the limit T → ∞ every word gets 1/6.
#
# The **order** of the bars is the same at every temperature. Their ratios are not. That is the exact form of a sentence
# you will often read, "softmax keeps the relative size": it keeps the order, and the differences, as ratios.
#
# A share of 0.99 says how far the scores lie apart. It does not say that the model is right 99 times out of 100.

# %% key="temperature-numbers"
gap = 4 / np.sqrt(2)
for T in (0.25, 1, 4):
    shares = probability.softmax(scores / T)
    print(
        f"T = {T:<4}  gap {gap / T:6.2f}  ratio {np.exp(gap / T):12.2f}",
        f" share of cat {shares[1]:.4f}",
    )

# %% [markdown] key="hand"
# ## By hand: powers of two · 8 min · core
#
# Take z = ln 2 · (3, 2, 1, 1). The factor ln 2 is a gift: $e^{3\ln 2} = 2^3 = 8$. Paper and pencil; fractions are welcome.
# Type an answer between quotes, such as `"3/5, 1/5, 0.2"`.
#
# **h1** softmax(z) · **h2** softmax(z / T) at T = ½ · **h3** softmax(z + 100) · **h4** softmax(z) with the second word
# masked, so that it gets no share.

# %% key="h1"
# solution
h1 = "1/2, 1/4, 1/8, 1/8"
# end solution
check("13.h1", h1)

# %% key="h2"
# solution
h2 = "8/11, 2/11, 1/22, 1/22"
# end solution
check("13.h2", h2)

# %% key="h3"
# solution
h3 = "unchanged"
# end solution
check("13.h3", h3)

# %% key="h4"
# solution
h4 = "2/3, 0, 1/6, 1/6"
# end solution
check("13.h4", h4)

# %% [markdown] key="p1-text"
# The thirty-day plan asks for a softmax of three plain numbers. Take (1, 2, 3) and e = 2.718, four places.

# %% key="p1"
# solution
p1 = "0.0900, 0.2447, 0.6652"
# end solution
check("13.p1", p1)

# %% [markdown] key="code"
# ## Write it, and survive a score of 1000 · 14 min · core
#
# Now in NumPy, for a table of scores: each row is a cake of its own. `axis=-1` names the direction in which a cake is
# cut. The checker tries rows around 1000, −1000 and −10000 too, so start on paper: which number may you subtract from a
# whole row without changing its shares, and which one makes the largest exponent harmless?
#
# ★★ · about 8 minutes


# %% key="e1"
def softmax(z, axis=-1):
    """Shares of one cake along an axis.

    z: array of scores, any shape.
    Returns shares of the same shape, which add up to 1 along `axis`.
    """
    # solution
    shifted = z - np.max(z, axis=axis, keepdims=True)
    e = np.exp(shifted)
    return e / e.sum(axis=axis, keepdims=True)
    # end solution


# %% key="e1-check"
check("13.e1", softmax)

# %% [markdown] key="e1-more"
# Stuck? `hint("13.e1")` gives one of three hints. Done? `compare("13.e1", softmax)` puts your lines beside the course's.
#
# <details><summary>Why does my row contain nan?</summary>
#
# `nan` is what inf/inf and 0/0 give. In float64, e^z is inf above z = 709.78 (in float32 above 88.72), and 0 below about
# −745. Subtracting the maximum of the row makes the largest exponent 0, so the largest exponential is 1 and the sum is
# at least 1. The maximum of the whole table is not enough: a row far below it rounds to 0/0.
# </details>

# %% [markdown] key="cliff"
# Where is the edge? Two scores, m and m − 1: the right shares are 0.731 and 0.269 for every m. The picture runs your
# function. If it is not finished, it runs the course's, and says so.

# %% key="w2"
widgets.overflow_cliff(softmax)

# %% [markdown] key="after-e1"
# From here on the notebook calls the course's version, `probability.softmax`, so nothing below depends on your answer.

# %% [markdown] key="scale"
# ## A shift cancels, a scale does not · 7 min
#
# Adding is forgotten, multiplying is not. Double the scores (1, 2, 3), and every ratio of shares is squared:

# %% key="scale-numbers"
for z in ([1.0, 2.0, 3.0], [101.0, 102.0, 103.0], [2.0, 4.0, 6.0]):
    shares = probability.softmax(np.array(z))
    print(f"{str(z):22} {shares}  largest : smallest = {shares[2] / shares[0]:.1f}")

# %% [markdown] key="e3-text"
# Temperature is that scale. Doubling the scores is T = ½. Write it; one line is enough. ★ · about 5 minutes


# %% key="e3"
def softmax_T(z, T):
    """Softmax of each row at temperature T.

    z: (..., n) scores. T: a positive number. Returns (..., n) shares.
    """
    # solution
    return probability.softmax(z / T)
    # end solution


# %% key="e3-check"
check("13.e3", softmax_T)

# %% [markdown] key="p2-text"
# The plan's second task is a sentence: "softmax turns any numbers into weights from 0 to 1 that keep their relative
# size". It needs a repair. Which of these is true? Answer with a letter, such as `"a"`.

# %% key="p2"
# solution
p2 = "b"
# end solution
check("13.p2", p2)

# %% [markdown] key="mask"
# ## The mask must come before the softmax · 12 min
#
# A word that writes the next word must not look ahead. So some scores have to get no share, and the others still have to
# add up to 1. Cutting the cake and throwing slices away leaves too little. Setting a score to 0 leaves too much: e⁰ = 1
# is a slice. The one score whose slice is empty is −∞.
#
# In the picture *mat* has one point more than the silent words. Hide *cat*: where does its share go?

# %% key="w3"
widgets.mask_switches()

# %% [markdown] key="e4-text"
# Then write it. `mask` is True where a word **may** be seen. Negative scores are part of the test, and so is a row in which
# nothing may be seen. There 0/0 has no answer; the course decides for a row of zeros. ★★★ · about 12 minutes


# %% key="e4"
def masked_softmax(z, mask):
    """Softmax of each row over the places where the mask is True.

    z: (..., n) scores. mask: booleans of the same shape, True = may be seen.
    Returns (..., n) shares; 0 where the mask is False, a row of zeros where nothing may be seen.
    """
    # solution
    visible = np.where(mask, z, -np.inf)
    top = visible.max(axis=-1, keepdims=True)
    e = np.exp(visible - np.where(np.isfinite(top), top, 0.0))
    total = e.sum(axis=-1, keepdims=True)
    return e / np.where(total > 0, total, 1.0)
    # end solution


# %% key="e4-check"
check("13.e4", masked_softmax)

# %% [markdown] key="log"
# ## Logarithms of shares, without taking the logarithm of 0 · 8 min
#
# Training needs log p. A share that lies 800 points below the largest rounds to 0, and log 0 is −∞: one such word, and
# the loss is lost. Take the logarithm on paper instead. It undoes the exponential: $\log p_i = z_i - \log \sum_j e^{z_j}$.
# ★★ · about 8 minutes


# %% key="e2"
def log_softmax(z, axis=-1):
    """Natural logarithms of the shares along an axis, finite for every finite z.

    z: array of scores, any shape. Returns an array of the same shape, in nats.
    """
    # solution
    shifted = z - np.max(z, axis=axis, keepdims=True)
    return shifted - np.log(np.exp(shifted).sum(axis=axis, keepdims=True))
    # end solution


# %% key="e2-check"
check("13.e2", log_softmax)

# %% [markdown] key="jacobian"
# ## Saturation: when the cake is eaten, nothing moves · 8 min
#
# Raise one score a little. Its own share grows at the rate $p_i(1 - p_i)$, another share shrinks at the rate $p_i p_j$.
# All of it in one matrix: $\mathrm{diag}(p) - pp^T$. Its rows add up to 0, because what one share gains the others lose.
#
# When one share is almost 1, every entry is almost 0: the gradient has nowhere to go. Scores that are sums of d_k
# products have variance d_k at the start of training, so a wide layer shouts. That is what √d_k is for.

# %% key="saturation"
for d_k in (4, 64, 512):
    gap = 2 * np.sqrt(d_k)  # one score two standard deviations above nine silent ones
    for name, z0 in (("raw", gap), ("scaled", gap / np.sqrt(d_k))):
        p = probability.softmax(np.array([z0] + [0.0] * 9))
        print(
            f"d_k = {d_k:<4} {name:7} largest share {p[0]:.4f}",
            f" its slope p(1-p) {p[0] * (1 - p[0]):.2e}",
        )

# %% [markdown] key="e5-text"
# Optional, if derivatives are fresh in your mind (they come back on day 22). ★★★ · about 12 minutes


# %% key="e5"
def softmax_jacobian(p):
    """How every share answers to every score.

    p: (n,) shares.
    Returns (n, n): row i, column j is the slope of share i with respect to score j.
    """
    # solution
    return np.diag(p) - np.outer(p, p)
    # end solution


# %% key="e5-check"
check("13.e5", softmax_jacobian)

# %% key="jacobian-eigenvalues"
J = probability.softmax_jacobian(probability.softmax(np.array([1.0, 2.0, 3.0])))
print("rows add up to", np.round(J.sum(axis=1), 12) + 0.0)
print("eigenvalues   ", np.round(np.linalg.eigvalsh(J), 5) + 0.0)

# %% [markdown] key="paper"
# ## In the paper · 4 min · core
#
# *Attention Is All You Need*, §3.2.1, equation (1): softmax runs over each **row** of QKᵀ/√d_k, so over the keys, once for
# each query. The footnote there gives the variance argument for √d_k. §3.2.3 describes the mask: illegal connections are
# set to −∞ **inside** the attention, in front of the softmax. §3.4 uses a second softmax, over the vocabulary, for the
# next word.
#
# With two scores, softmax is the sigmoid: the first share is $1/(1 + e^{-(z_1 - z_2)})$.
#
# <details><summary>Where the original plan pointed, and where to look</summary>
#
# The plan sends you to chapter 3 of *Deep Learning* (Goodfellow, Bengio, Courville; 花书). Softmax is in §4.1, where
# overflow is discussed, and in §6.2.2.3, as an output unit; chapter 3 has the sigmoid in §3.10. "softmax函数通俗解读" on 知乎
# is a search phrase. Some pages found by it normalise `axis=0`: on a table of scores that cuts columns. Drawing random
# words from a softmax without leaving it is called the Gumbel-softmax trick; you will not need it here.
# </details>

# %% key="sigmoid"
z1, z2 = 1.3, -0.4
print(
    f"softmax {probability.softmax(np.array([z1, z2]))[0]:.6f}",
    f"  sigmoid {1 / (1 + np.exp(-(z1 - z2))):.6f}",
)

# %% [markdown] key="quiz-text"
# ## Quiz · 3 min · core

# %% key="quiz"
quiz(13)

# %% key="quiz-answers" tags=["solution"]
quiz(13, reveal=True)

# %% [markdown] key="end"
# ## Take with you · 2 min · core
#
# > **softmax** pᵢ = e^(zᵢ) / Σⱼ e^(zⱼ): positive, adds up to 1; a difference of scores becomes a ratio of shares. A shift cancels, a scale
# > sharpens. Subtract the row maximum; mask with −∞ before.
#
# **Words of today**
#
# | word | 中文 | symbol | paper |
# |---|---|---|---|
# | logits | 未归一化得分 | z | – |
# | softmax | softmax（归一化指数） | softmax | §3.2.1 |
# | temperature | 温度 | T | – |
# | mask | 掩码 | −∞ | §3.2.3 |
#
# **Teach it back.** Write one sentence for a colleague: why may you add 5 to every score, but not multiply by 5?
#
# Tomorrow asks how surprised you should be by a share of ⅛, and gives the answer in bits.

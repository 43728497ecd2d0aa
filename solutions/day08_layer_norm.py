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
# # Day 8 · LayerNorm: every word at the same volume
#
# One short line stands after every sub-layer of a Transformer. The name in front of it is today's:
#
# $$\boxed{\mathrm{LayerNorm}}(x + \mathrm{Sublayer}(x))$$
#
# **When you close this notebook you can**
#
# - compute mean, variance and LayerNorm of a token by hand;
# - say whose numbers go into the mean, and whose do not;
# - put ε, γ and β where they belong, in NumPy, without mixing tokens;
# - tell the paper's order (post-LN) from that of most code (pre-LN), and both from BatchNorm and RMSNorm.
#
# You need lengths (day 1), projections (day 6), and NumPy's `axis` and `keepdims` (Day 0 on the start page).
# Sections marked **core** are the short path, 53 minutes. The rest makes it 88.

# %% key="setup"
from utils import check, compare, hint, quiz, recall
from utils import linalg, story, transformer
from utils.widgets import normalisation as widgets
import numpy as np

np.set_printoptions(precision=4, suppress=True)

# %% [markdown] key="recall-text"
# ## First, three older things · 3 min
#
# No notes. What you miss returns in two days.

# %% key="recall"
recall(8)

# %% key="recall-answers" tags=["solution"]
recall(8, reveal=True)

# %% [markdown] key="story"
# ## Some words shout · 2 min · core
#
# *the cat sat on the mat*, with four features a word: thing, doing, animal, place.

# %% key="loud"
for word, x in story.TABLE_4D.items():
    print(f"{word:4} {x}  length {linalg.norm(x):.2f}  mean {np.mean(x):.2f}")

# %% [markdown] key="need"
# *mat* is 2.4 times as long as *the*, and a dot product rewards length, whatever the word means. We want each word at
# the same volume, without asking the other words.
#
# Divide by the length? Take *on* = (0, 1, 0, 1), and the same pattern on a higher floor:

# %% key="attempt"
on = story.TABLE_4D["on"]
for x in (on, on + 10):
    print(f"{str(x):22} divided by its length: {x / linalg.norm(x)}")

# %% [markdown] key="attempt-read"
# The pattern has drowned: four nearly equal numbers. The floor has to go first, the volume second.

# %% [markdown] key="equaliser-text"
# ## Four sliders go up together, and nothing happens · 8 min · core
#
# Layer norm is three steps for **one token** with d features:
#
# $$\mu = \frac{1}{d}\sum_i x_i \qquad \sigma^2 = \frac{1}{d}\sum_i (x_i - \mu)^2 \qquad
# \mathrm{LN}(x) = \gamma \odot \frac{x - \mu}{\sqrt{\sigma^2 + \epsilon}} + \beta$$
#
# μ is the **mean**, σ² the **variance** (the mean squared distance from μ), σ the standard deviation. Gain γ and bias β
# wait: until you write the code, γ = 1 and β = 0. ε is a tiny number with one task.
#
# The desk below has one slider for each feature of *cat*, one that multiplies all, one that adds to all. Four bets first.

# %% key="w1"
widgets.equaliser()

# %% [markdown] key="equaliser-read"
# Check your bets: "add to all" at 10, "multiply all by" at 2, at −1, at 0. In one line:
#
# $$\mathrm{LN}(a x + c) = \mathrm{LN}(x) \quad\text{for } a > 0, \qquad \mathrm{LN}(-x) = -\mathrm{LN}(x)$$
#
# Back at *cat*, drag one feature. Bars that you did not touch move too, and their length stays 2.00: the four compete.
# When all are equal, nothing is left to compare: 0/0, which ε turns into 0/√ε = 0.
#
# In the language of day 6, subtracting the mean removes the shadow on (1, 1, 1, 1).

# %% key="shadow"
cat = story.TABLE_4D["cat"]
shadow = linalg.project_onto(cat, np.ones(4))
print("shadow of cat on (1, 1, 1, 1):", shadow)
print("what is left of cat:          ", cat - shadow)

# %% [markdown] key="hand"
# ## By hand: two words, one volume · 11 min · core
#
# Paper and pencil, ε = 0. Type an answer between quotes, such as `"1/2, 0, sqrt(2), -3"`.
#
# **h1** LN(on), *on* = (0, 1, 0, 1)

# %% key="h1"
# solution
h1 = "-1, 1, -1, 1"
# end solution
check("8.h1", h1)

# %% [markdown] key="h2-text"
# **h2** LN(cat), *cat* = (2, 1, 1, 0)

# %% key="h2"
# solution
h2 = "sqrt(2), 0, 0, -sqrt(2)"
# end solution
check("8.h2", h2)

# %% [markdown] key="h3-text"
# **h3** LN(2·cat + 3), and **h3b** LN(−cat). Four numbers each; a word will do if you know it.

# %% key="h3"
# solution
h3 = "unchanged"
# end solution
check("8.h3", h3)

# %% key="h3b"
# solution
h3b = "negated"
# end solution
check("8.h3b", h3b)

# %% [markdown] key="h4-text"
# **h4** The squares of LN(x) have the mean 1. So how long is LN(x), for every word with d = 4?

# %% key="h4"
# solution
h4 = "2"
# end solution
check("8.h4", h4)

# %% key="same-volume"
for word, x in story.TABLE_4D.items():
    y, _ = linalg.standardise(x)
    print(f"{word:4} {y + 0.0}  sum {abs(y.sum()):.2f}  length {linalg.norm(y):.2f}")
print(f"d = 512: length {np.sqrt(512):.1f}")

# %% [markdown] key="same-volume-read"
# All have length √d; in the paper's model, d = 512, that is 22.6.

# %% [markdown] key="ddof-text"
# ## Two spreadsheet functions, two variances · 8 min
#
# The plan asks for mean and variance of one group of numbers, by hand. Take (1, 2, 3, 4); the mean first.

# %% key="p1"
# solution
p1 = "5/2, 5/4"
# end solution
check("8.p1", p1)

# %% [markdown] key="ddof-read"
# Your school formula may have divided by n − 1 = 3. Both are in use, and NumPy and Excel have both:

# %% key="ddof"
x = np.array([1.0, 2.0, 3.0, 4.0])
print(f"divide by n      np.var(x)          Excel VAR.P         {np.var(x):.4f}")
print(f"divide by n - 1  np.var(x, ddof=1)  Excel VAR.S (VAR)   {np.var(x, ddof=1):.4f}")
print("layer norm, eps = 1e-5:", transformer.layer_norm(x, np.ones(4), np.zeros(4), 1e-5))

# %% [markdown] key="e1-text"
# n − 1 estimates the variance of a population from a sample. Layer norm estimates nothing: it describes the d numbers in
# front of it and divides by d. Write both statistics for one token. ★ · about 5 minutes


# %% key="e1"
def mean_var(x):
    """Mean and variance of one token's features; the variance divides by n.

    x: array of shape (d,). Returns the two numbers, the mean first.
    """
    # solution
    mean = np.mean(x)
    return mean, np.mean((x - mean) ** 2)
    # end solution


# %% key="e1-check"
check("8.e1", mean_var)

# %% [markdown] key="whose"
# ## A sentence has six means · 5 min · core
#
# A batch of two sentences is a table of 12 tokens. Which numbers does the new value of one entry depend on? The switch
# has a second norm, **batch norm**, which asks other numbers. Bet, then look.

# %% key="w2"
widgets.shared_statistics()

# %% [markdown] key="p2-text"
# "Mean and variance are computed on each sample's vector", says the plan. Run the cell for the question; answer with a
# letter, such as `"a"`.

# %% key="p2"
# solution
p2 = "c"
# end solution
check("8.p2", p2)

# %% key="batch"
batch = np.stack([story.X4, story.X4[::-1]])  # two sentences, the second one backwards
means = batch.mean(axis=-1, keepdims=True)
print("batch", batch.shape, " means", means.shape, " batch - means", (batch - means).shape)
print("the six means of the first sentence:", means[0, :, 0])
print("the axes by name, in einsum:        ", (np.einsum("btd->bt", batch) / 4)[0])

# %% [markdown] key="batch-read"
# A sentence has T means, a batch B · T. `keepdims=True` leaves a 1 where the features were, so (2, 6, 1) stretches along
# each token's own row. Without it (2, 6) would have to line up with (6, 4), and stop.

# %% [markdown] key="code"
# ## Write it, with a large ε on purpose · 13 min · core
#
# γ and β act **entry by entry** (⊙): feature j of every token is multiplied by γⱼ, then βⱼ is added. They are learned, and
# the same for all tokens. A constant token comes out as β.
#
# ε belongs under the root. At 10⁻⁵ a wrong place would hardly show; the checker uses 0.1, a table of 5 × 7, and a **square**
# one, where a lost axis makes no noise. ★★★ · about 12 minutes


# %% key="e2"
def layer_norm(X, g, b, eps):
    """Every token to mean 0 and variance 1 over its own features, then gain and bias.

    X: (..., d). g, b: (d,). eps: a small number, added to the variance. Returns (..., d).
    """
    # solution
    mean = X.mean(axis=-1, keepdims=True)
    variance = ((X - mean) ** 2).mean(axis=-1, keepdims=True)
    return g * (X - mean) / np.sqrt(variance + eps) + b
    # end solution


# %% key="e2-check"
check("8.e2", layer_norm)

# %% [markdown] key="e2-more"
# Stuck? `hint("8.e2")`. Done? `compare("8.e2", layer_norm)`, and back at the desk `widgets.equaliser(layer_norm)`: now it
# runs on your lines. Below, the notebook calls the course's version.
#
# <details><summary>Why does my result differ a little from code that I found?</summary>
#
# Look at its variance and its ε. A class copied into many repositories, from the Annotated Transformer, divides by n − 1
# (the default of PyTorch's `std`) and adds ε outside the root. PyTorch's own `LayerNorm` does as you do, with ε = 10⁻⁵.
# </details>

# %% [markdown] key="limits"
# ## What it forgets, and what it cannot do · 3 min
#
# It forgets a token's floor and its volume, with three footnotes. First: with ε > 0 the volume is forgotten only while σ²
# is far above ε. A whisper stays a whisper:

# %% key="whisper"
one, zero = np.ones(4), np.zeros(4)
for a in (1, 0.1, 0.01, 0.001):
    real, ideal = (transformer.layer_norm(a * on, one, zero, eps)[1] for eps in (1e-5, 0))
    print(f"LN({a:5} * on): entries of size {real:.4f}, with eps = 0 {ideal:.4f}")
bias = np.array([1.0, 2.0, 3.0, 4.0])
print("constant token, bias (1, 2, 3, 4):", transformer.layer_norm(7 * one, one, bias))

# %% [markdown] key="bit-text"
# Second: two features are too few, since only the place of the larger one survives. The 2-d table, after layer norm:

# %% key="bit"
for word, x in story.TABLE_2D.items():
    print(f"{word:4} {x} becomes {linalg.standardise(x)[0]}")

# %% [markdown] key="skew-text"
# Third: "standardised" does not mean Gaussian. The **skew**, the mean of the cubed distances over σ³, is 0 for a bell
# curve. A lopsided token stays exactly as lopsided:

# %% key="skew"
token = np.random.default_rng(8).exponential(size=1000)
normed, _ = linalg.standardise(token)
for name, x in (("before", token), ("after", normed)):
    mean, variance = linalg.mean_var(x)
    skew = np.mean((x - mean) ** 3) / variance**1.5
    print(f"{name:7} mean {abs(mean):.2f}  variance {variance:.2f}  skew {skew:.4f}")

# %% [markdown] key="order"
# ## The paper adds first, then normalises · 9 min · core
#
# A sub-layer f, attention for instance, does not replace x. Its answer is **added** to x (the residual path), and the sum
# is normalised: LayerNorm(x + f(x)), **post-LN**. Most newer code writes x + f(LayerNorm(x)), **pre-LN**: f gets a
# normalised copy, x itself runs through untouched. Write the paper's, with γ = 1, β = 0 and ε = 10⁻⁵;
# `transformer.layer_norm(x, gain, bias, eps)` is at hand. ★★ · about 8 minutes


# %% key="e3"
def add_and_norm(x, f):
    """A sub-layer with its residual path and its norm, as in the paper; gain 1, bias 0.

    x: (T, d). f: a function from (T, d) to (T, d). Returns (T, d).
    """
    # solution
    d = x.shape[-1]
    return transformer.layer_norm(x + f(x), np.ones(d), np.zeros(d))
    # end solution


# %% key="e3-check"
check("8.e3", add_and_norm)

# %% [markdown] key="depth"
# ## Forty-eight layers deep · 3 min
#
# Layer norm is there "to avoid vanishing gradients", says the plan. Test it. A token with 64 features runs through 48
# random layers, nudged a little one way and the other. How large are the numbers at the end (root of their mean square)?
# And how far did the end move, for each unit of nudge? That is a slope; day 9 is about those.

# %% key="depth-run"
designs = {
    "f(x)": lambda x, f: f(x),
    "LN(f(x))": lambda x, f: norm(f(x)),
    "LN(x + f(x))": lambda x, f: norm(x + f(x)),
    "x + f(LN(x))": lambda x, f: x + f(norm(x)),
}


def norm(x):
    return transformer.layer_norm(x, np.ones(64), np.zeros(64))


def run(design, strength, layers=48):
    """Size of the output, and how far it moves for each unit of nudge at the input."""
    rng = np.random.default_rng(8)
    x, nudge = rng.normal(size=(2, 64))
    nudge *= 1e-6 / linalg.norm(nudge)
    low, high = x - nudge, x + nudge
    for _ in range(layers):
        W = strength * rng.normal(size=(64, 64)) * np.sqrt(2 / 64)

        def f(v, W=W):
            return np.maximum(v @ W, 0)

        low, high = design(low, f), design(high, f)
    return np.sqrt(np.mean(high**2)), linalg.norm(high - low) / 2e-6


print(" " * 12, *(f"{name:>19}" for name in ("weights × 0.5", "weights × 2", "silent")))
for name, design in designs.items():
    results = [run(design, strength) for strength in (0.5, 2, 0)]
    print(f"{name:12}", *(f"{size:9.1e} {effect:9.1e}" for size, effect in results))

# %% [markdown] key="depth-read"
# In each column, left the size, right the effect of the nudge.
#
# - f alone: small weights let everything vanish, large ones let it explode.
# - LN(f(x)): the **size** is repaired, 1.0 for any factor. The effect of a nudge is not: it grows to tens of thousands
#   here, and when every f is silent, f(x) = 0, nothing passes.
# - With x + the nudge survives silent layers: an effect of about 1. Heavy weights still multiply it, by 340 in post-LN
#   and 20 in pre-LN.
#
# So the norm keeps the scale, and the residual path keeps gradients alive. Post-LN still needs a careful start: the paper
# warms up its learning rate for 4000 steps (§5.3). Xiong et al. (2020) trace the need to large gradients near the output
# of post-LN models at initialisation, and train pre-LN models without warm-up. Our toy does not train and shows neither.

# %% [markdown] key="relatives"
# ## A neighbour who changes your numbers · 10 min
#
# Batch norm, the older relative, standardises each **feature** over all tokens of the batch. Write it, as it runs while
# training (gain and bias left out). ★★ · about 8 minutes


# %% key="e4"
def batch_norm_train(X, eps=1e-5):
    """Every feature to mean 0 and variance 1 over all tokens of the batch.

    X: (N, d), one token a row. Returns (N, d).
    """
    # solution
    return (X - X.mean(axis=0)) / np.sqrt(X.var(axis=0) + eps)
    # end solution


# %% key="e4-check"
check("8.e4", batch_norm_train)

# %% [markdown] key="neighbour-text"
# Now *cat* stays where it is, and the **other** sentence of its batch is replaced. Which norm notices? The right half
# runs your function.

# %% key="w3"
widgets.swapped_neighbour(batch_norm_train)

# %% [markdown] key="neighbour-read"
# With batch norm, *cat* depends on its company, and a batch of one token has no spread at all; after training it uses
# remembered averages instead. Layer norm does the same thing always.

# %% [markdown] key="rms"
# ## Half of the work: RMSNorm · 8 min
#
# Many newer models (the Llama family, for one) skip the mean: divide by the root of the mean square, multiply by a gain,
# add no bias. Volume is forgotten, the floor is not. ★★ · about 8 minutes


# %% key="e5"
def rms_norm(x, g, eps=1e-6):
    """Every token to root-mean-square 1, without subtracting its mean, then gain.

    x: (..., d). g: (d,). eps: added to the mean square. Returns (..., d).
    """
    # solution
    mean_square = np.mean(x * x, axis=-1, keepdims=True)
    return g * x / np.sqrt(mean_square + eps)
    # end solution


# %% key="e5-check"
check("8.e5", rms_norm)

# %% key="rms-floor"
for name, x in (("on", on), ("10 * on", 10 * on), ("on + 10", on + 10)):
    rms, layer = transformer.rms_norm(x, one), transformer.layer_norm(x, one, zero)
    print(f"{name:8} RMSNorm {rms}   LayerNorm {layer}")

# %% [markdown] key="paper"
# ## In the paper · 2 min · core
#
# *Attention Is All You Need*, §3.1, "Encoder and Decoder Stacks": around each sub-layer a residual connection, followed
# by layer normalisation. LayerNorm(x + Sublayer(x)), inside a sentence, is all that the paper prints: no formula, no γ,
# no β, no ε. The formula is from Ba, Kiros and Hinton, *Layer Normalization* (2016, section 3), where gain and bias are
# called g and b; ε is what implementations add.
#
# <details><summary>Where the original plan pointed, and where to look</summary>
#
# The plan names pages of 李永乐's 线性代数辅导讲义 for mean and variance. Exam books of that kind run from determinants to
# quadratic forms and have no statistics, so look elsewhere: *Deep Learning* (花书) §3.8 for mean and variance, §8.7.1 for
# batch norm. For "Excel/NumPy", remember VAR.P and `ddof=0`. RMSNorm is Zhang and Sennrich (2019).
# </details>

# %% [markdown] key="quiz-text"
# ## Quiz · 2 min · core

# %% key="quiz"
quiz(8)

# %% key="quiz-answers" tags=["solution"]
quiz(8, reveal=True)

# %% [markdown] key="end"
# ## Take with you · 1 min · core
#
# > **LayerNorm** γ ⊙ (x − μ)/√(σ² + ε) + β, with μ and σ² over the d features of **one token**, divided by d. A shift and a
# > positive factor are forgotten (exactly only for ε → 0). The paper: LayerNorm(x + Sublayer(x)), post-LN; pre-LN is
# > x + Sublayer(LayerNorm(x)). BatchNorm: one feature, all tokens. RMSNorm: no mean.
#
# **Words of today**
#
# | word | 中文 | symbol | paper |
# |---|---|---|---|
# | mean | 均值 | μ | – |
# | variance | 方差 | σ² | – |
# | standard deviation | 标准差 | σ | – |
# | layer normalisation | 层归一化 | LN | §3.1 |
# | gain | 缩放 | γ | – |
# | bias of a norm | 偏移 | β | – |
# | epsilon | 小常数 | ε | – |
# | residual path | 残差通路 | x + Sublayer(x) | §3.1 |
# | post-norm (post-LN) | 后归一化 | – | §3.1 |
# | pre-norm (pre-LN) | 前归一化 | – | – |
# | batch normalisation | 批归一化 | – | – |
# | RMSNorm | 均方根归一化 | – | – |
#
# **Teach it back.** One sentence for a colleague: why may you add 10 to every feature of *cat*, but not to one?
#
# Tomorrow you nudge again, on purpose and one number at a time, to find out which way a weight should go.

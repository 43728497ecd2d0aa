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
# # Day 12 · Random variables: how loud is a score?
#
# One sign in the formula of attention looks like decoration. Today it becomes a theorem with a proof in three steps:
#
# $$\mathrm{Attention}(Q, K, V) = \mathrm{softmax}\left(\frac{QK^T}{\boxed{\sqrt{d_k}}}\right)V$$
#
# **When you close this notebook you can**
#
# - compute expectation and variance by hand, also those of a sum and of a·X;
# - prove that Var(q·k) = d_k, and name every assumption that the proof needs;
# - tell a probability from a density, and use 68–95–99.7;
# - say what is **not** normal, the output of a language model first of all.
#
# You need: mean and variance (Day 8), the count table of the four sentences (Day 11).
# Sections marked **core** are the short path, 51 minutes. The rest makes it 85.

# %% key="setup"
from utils import check, compare, hint, quiz, recall
from utils import probability, story
from utils.widgets import randomness as widgets
from math import erf
import numpy as np

np.set_printoptions(precision=4, suppress=True)

# %% [markdown] key="story"
# ## Ten random keys, and one of them wins · 3 min · core
#
# Nothing is trained yet. The entries of queries and keys are random numbers, independent, with mean 0 and variance 1. Each
# query meets ten keys. A score q·k is a sum of d_k small products, and a softmax (tomorrow's subject) turns ten scores into
# ten shares.

# %% key="ten-keys"
rng = np.random.default_rng(12)
scores = {}
for d_k in (2, 64, 512):
    q, k = rng.normal(size=(1000, 1, d_k)), rng.normal(size=(1000, 10, d_k))
    scores[d_k] = (q * k).sum(axis=-1)  # 1000 queries, ten keys each
    top = probability.softmax(scores[d_k]).max(axis=-1).mean()
    spread = scores[d_k].std()
    print(f"d_k = {d_k:3}  standard deviation {spread:4.1f}  largest of ten shares {top:.2f}")

# %% [markdown] key="story-read"
# With d_k = 2 the luckiest key takes 37 % on average, where 10 % would be even. With d_k = 512 it takes 95 %: longer
# vectors, louder scores, and a softmax that shouts one word before anything is learned.

# %% [markdown] key="recall-text"
# ## Three older things first · 3 min
#
# From days 11, 9 and 5. No notes.

# %% key="recall"
recall(12)

# %% key="recall-answers" tags=["solution"]
recall(12, reveal=True)

# %% [markdown] key="variable"
# ## A number for every word that may come · 13 min · core
#
# After *the*, our four sentences go on with *cat*, *mat*, *dog* or *rug*, with the probabilities ½, ¼, ⅛, ⅛. Let X be how
# often the drawn word follows *the* in the corpus: 4, 2, 1 or 1. That is all a **random variable** is: a number attached to
# each thing that may happen. Values with their probabilities are its **distribution**, here a **probability mass
# function** (pmf): masses that add up to 1.
#
# Two numbers sum it up, its **expectation** and its **variance**:
#
# $$E[X] = \sum_i p_i x_i \qquad \mathrm{Var}(X) = E\big[(X - E[X])^2\big] = E[X^2] - E[X]^2$$
#
# E is an average in which each value counts as much as it is likely; on day 8 all counted the same.
#
# **h1** E[X] and Var(X), such as `"5/2, 0.25"`

# %% key="h1"
# solution
h1 = "2.75, 1.6875"
# end solution
check("12.h1", h1)

# %% [markdown] key="e1-text"
# Now in NumPy. ★ · about 5 minutes, and the same again for the second


# %% key="e1"
def expectation(values, probs):
    """The mean of the values, each weighted by its probability.

    values, probs: (K,); the probabilities add up to 1. Returns a number.
    """
    # solution
    return np.sum(values * probs)
    # end solution


# %% key="e1-check"
check("12.e1", expectation)


# %% key="e1b"
def variance(values, probs):
    """The expected squared distance from the expectation.

    values, probs: (K,); the probabilities add up to 1. Returns a number.
    """
    # solution
    mean = np.sum(values * probs)
    return np.sum(probs * (values - mean) ** 2)
    # end solution


# %% key="e1b-check"
check("12.e1b", variance)

# %% [markdown] key="draws-text"
# From here on the notebook calls the course's versions, from `probability`. Do many draws agree?

# %% key="draws"
X, p = np.array([4.0, 2.0, 1.0, 1.0]), story.SHARES
drawn = np.random.default_rng(12).choice(X, size=100_000, p=p)
print(f"by formula     E {probability.expectation(X, p)}  Var {probability.variance(X, p)}")
print(f"100,000 draws  E {drawn.mean():.2f}  Var {drawn.var():.2f}")

# %% [markdown] key="sums"
# ## Spreads add, if the terms ignore each other · 3 min · core
#
# Expectations always add: E[X + Y] = E[X] + E[Y]. A factor comes out **squared**: Var(aX) = a² Var(X). For the variance of a
# sum one more number counts, the **covariance**:
#
# $$\mathrm{Var}(X + Y) = \mathrm{Var}(X) + \mathrm{Var}(Y) + 2\,\mathrm{Cov}(X, Y) \qquad
# \mathrm{Cov}(X, Y) = E[XY] - E[X]\,E[Y]$$
#
# It is positive when both tend to be large together. Draw one of the four sentences: X its number of words, Y its number of
# cats.

# %% key="covariance"
sentences = [sentence[:-1] for sentence in story.CORPUS]  # without the end mark
words = np.array([len(sentence) for sentence in sentences])
cats = np.array([sentence.count("cat") for sentence in sentences])
cov = np.mean(words * cats) - words.mean() * cats.mean()
print(f"words {words}  cats {cats}")
print(f"covariance {cov}, by NumPy {np.cov(words, cats, bias=True)[0, 1]}")
print(f"Var(words) {words.var()}  Var(cats) {cats.var()}  Var(sum) {(words + cats).var()}")

x = np.array([-1, 0, 1])  # equally likely
print("x and x²: covariance", np.mean(x * x**2) - x.mean() * np.mean(x**2))

# %% [markdown] key="covariance-read"
# The shortest sentence has most cats: −0.25, and twice that is what the sum spreads less than 0.1875 + 0.5.
#
# X and Y are **independent** if P(X = x, Y = y) = P(X = x) · P(Y = y) for all values: knowing one says nothing about the
# other. Then E[XY] = E[X] E[Y], the covariance is 0 (**uncorrelated**), and variances add. The last line warns of the way
# back: x and x² have covariance 0, yet x tells x² exactly.

# %% [markdown] key="loud"
# ## One product has variance 1, d_k products have d_k · 14 min · core
#
# Back to the scores. Two bets, then the slider.

# %% key="w2"
widgets.loud_scores()

# %% [markdown] key="proof"
# The proof. **Assume** that all entries of q and k are independent, with mean 0 and variance 1; then $E[q_i^2] = 1$ too.
#
# 1. One product: $E[q_i k_i] = E[q_i]\,E[k_i] = 0 \cdot 0 = 0$.
# 2. Its variance is $E[q_i^2 k_i^2] = E[q_i^2]\,E[k_i^2] = 1 \cdot 1 = 1$.
# 3. Different products share no entry. So they are independent, and variances add: d_k times 1.
#
# $$E[q \cdot k] = 0 \qquad \mathrm{Var}(q \cdot k) = d_k \qquad \mathrm{Var}\left(\frac{q \cdot k}{\sqrt{d_k}}\right) =
# \frac{d_k}{(\sqrt{d_k})^2} = 1$$
#
# Where did a bell curve come in? Nowhere. Switch the entries to coins: the same spread, out of −1 and +1.
#
# **h2** d_k = 4: Var(q·k), its standard deviation, the variance after dividing by √d_k, and after dividing by d_k

# %% key="h2"
# solution
h2 = "4, 2, 1, 1/4"
# end solution
check("12.h2", h2)

# %% [markdown] key="h3-text"
# **h3** Coins ±1, d = 2: the four values of q·k, the smallest first, then their variance

# %% key="h3"
# solution
h3 = "-2, 0, 0, 2, 2"
# end solution
check("12.h3", h3)

# %% [markdown] key="e4-text"
# Now make them quiet. ★ · about 5 minutes


# %% key="e4"
def scale_scores(S, d_k):
    """Scores with variance 1, whatever d_k is.

    S: array (Tq, Tk) of dot products of d_k entries each. Returns the shape of S.
    """
    # solution
    return S / np.sqrt(d_k)
    # end solution


# %% key="e4-check"
check("12.e4", scale_scores)

# %% key="scaled-table"
for d_k, S in scores.items():
    tops = [probability.softmax(S / c).max(axis=-1).mean() for c in (1, np.sqrt(d_k), d_k)]
    raw, by_root, by_d = (f"{top:.2f}" for top in tops)
    print(f"d_k = {d_k:3}  largest share: raw {raw}  by √d_k {by_root}  by d_k {by_d}")

# %% [markdown] key="scaled-read"
# With the root, 64 and 512 give the same 0.32. Divided by d_k the scores fall silent, towards 0.10 for everybody. Done? In
# `widgets.loud_scores(scale_scores)` the switch uses your line.
#
# Three limits. It holds at the **start**: training makes entries depend on each other. It speaks of scores, not of the
# values V. And the root is that of d_k, how many products were added; not of d_model, not of the number of words.

# %% [markdown] key="coins"
# ## Coins do it too · 9 min · core
#
# Draw n pairs (q, k) of d entries each; return the variance of the n dot products. Three kinds of entries,
# all with mean 0 and variance 1: `"normal"`, `"coin"` (−1 or 1), `"uniform"` (between −√3 and √3, where the variance is
# width²/12 = 1). ★★ · about 8 minutes


# %% key="e3"
def simulate_dot_variance(d, n, rng, kind):
    """Variance of q·k over n random pairs.

    d: entries of q and of k. n: number of pairs. rng: NumPy's generator, such as
    np.random.default_rng(12). kind: "normal", "coin" or "uniform". Returns a number near d.
    """
    # solution
    if kind == "normal":
        q, k = rng.normal(size=(2, n, d))
    elif kind == "coin":
        q, k = rng.choice([-1.0, 1.0], size=(2, n, d))
    else:
        q, k = rng.uniform(-np.sqrt(3), np.sqrt(3), size=(2, n, d))
    return np.var(np.sum(q * k, axis=1))
    # end solution


# %% key="e3-check"
check("12.e3", simulate_dot_variance)

# %% key="three-kinds"
rng = np.random.default_rng(12)
for kind in ("normal", "coin", "uniform"):
    found = [probability.simulate_dot_variance(d, 10_000, rng, kind) / d for d in (4, 64, 256)]
    print(f"{kind:8} variance / d:", *(f"{ratio:.2f}" for ratio in found))
q = rng.normal(size=(10_000, 64))
print(f"q·q, normal, d = 64: mean {np.sum(q * q, axis=1).mean():.0f}", end="  ")
print(f"variance {np.sum(q * q, axis=1).var():.0f}, for q is not independent of itself")

# %% [markdown] key="density"
# ## A density is not a probability · 13 min
#
# X was **discrete**: its values can be listed. A **continuous** variable can take any value on a line, and each single value
# has probability 0. It has a **density**: probability is the **area** under it, and the whole area is 1. The density itself
# is no probability. Where nearly all of the area stands on a narrow base, it must exceed 1.
#
# The most famous one is the **normal** density, a bell with mean μ and standard deviation σ, written N(μ, σ²):
#
# $$f(x) = \frac{1}{\sigma\sqrt{2\pi}}\; e^{-\frac12\left(\frac{x - \mu}{\sigma}\right)^2}$$

# %% key="density-numbers"
for sigma in (3, 1, 0.1):
    x = np.linspace(-8 * sigma, 8 * sigma, 4001)
    f = probability.normal_pdf(x, 0, sigma)
    print(f"σ = {sigma:<3}  highest point {f.max():.2f}  area {np.sum(f) * (x[1] - x[0]):.3f}")
print(*(f"within {z} σ: {erf(z / np.sqrt(2)):.1%}" for z in (1, 2, 3)), sep="   ")

# %% [markdown] key="h4-text"
# The last line is the **68–95–99.7 rule**. It is a rule for bells only.
#
# **h4** d_k = 64, and suppose that the scores are normal. How often is |score| > 16? In percent, one decimal.

# %% key="h4"
# solution
h4 = "4.6"
# end solution
check("12.h4", h4)

# %% [markdown] key="p1-text"
# **p1** The plan asks you to know "the normal distribution is a common distribution of continuous random variables". Run the cell
# for what follows from it; answer with a letter.

# %% key="p1"
# solution
p1 = "c"
# end solution
check("12.p1", p1)

# %% [markdown] key="e2-text"
# Write the density. The checker uses σ = 3: with σ = 1 you could not tell σ from σ². ★★ · about 8 minutes


# %% key="e2"
def normal_pdf(x, mu, sigma):
    """Density of the normal distribution with mean mu and standard deviation sigma.

    x: a number or an array of any shape. Returns the same shape.
    """
    # solution
    z = (x - mu) / sigma
    return np.exp(-0.5 * z**2) / (sigma * np.sqrt(2 * np.pi))
    # end solution


# %% key="e2-check"
check("12.e2", normal_pdf)

# %% [markdown] key="clt"
# ## Terms that can disagree add up to a bell · 4 min
#
# Why is it common? Add up terms and watch; your function draws the bell. Two numbers measure how far a shape is from it, with
# z = (X − μ)/σ: the **skew** E[z³], lopsided or not, and the **excess kurtosis** E[z⁴] − 3, heavy tails or light. Both are
# 0 for a bell.

# %% key="w1"
widgets.sum_of_n(normal_pdf)

# %% [markdown] key="clt-read"
# The **central limit theorem**: the standardised sum of many **independent, comparable** terms (of finite variance) approaches
# a normal. For n terms of one shape the skew shrinks like 1/√n, the excess like 1/n.
#
# Tick "copies of one draw", and no n helps: where trained weights agree, sums need not become bells.

# %% [markdown] key="categorical"
# ## What a model puts out is no bell · 4 min · core
#
# One sentence of the plan is false: "the probability distribution that a model outputs mostly follows a normal
# distribution". See for yourself:

# %% key="not-a-bell"
widgets.not_a_bell()

# %% [markdown] key="categorical-read"
# Left is what a language model puts out: a list of probabilities, one for each word of the vocabulary. That is a **categorical**
# distribution. Words have no order and no distance, so there is no mean word, and no bell could stand on that axis.
#
# Right, the generous reading: are the *sizes* of the shares spread like a bell? A thousand logits were even drawn from one.
# After the softmax most shares are tiny and a few large. A bell with their mean and spread would make a fifth of all
# probabilities negative.
#
# **p2** So what does a language model put out? Answer with a letter.

# %% key="p2"
# solution
p2 = "c"
# end solution
check("12.p2", p2)

# %% [markdown] key="samples"
# ## Five samples from a small network · 11 min
#
# And *inside* a network? 64 random tokens pass a layer of 64 neurons, a ReLU and a layer norm; a bigram model of our corpus
# is trained. Five samples, shuffled. Bet, then guess each letter before you tick the box.

# %% key="w3"
widgets.which_is_normal()

# %% [markdown] key="e5-text"
# Turn your eye into a test: |skew| < 0.5 and |excess kurtosis| < 1. These limits are ours, no law of nature. ★★ · about 8
# minutes


# %% key="e5"
def looks_normal(sample):
    """Could this sample come from a bell? |skew| < 0.5 and |excess kurtosis| < 1.

    sample: (n,), not constant. Returns True or False.
    """
    # solution
    z = (sample - np.mean(sample)) / np.std(sample)
    skew, excess = np.mean(z**3), np.mean(z**4) - 3
    return bool(abs(skew) < 0.5 and abs(excess) < 1)
    # end solution


# %% key="e5-check"
check("12.e5", looks_normal)

# %% key="relu"
x = np.random.default_rng(12).normal(size=1_000_000)
r = np.maximum(x, 0)
exact = 1 / np.sqrt(2 * np.pi), 1 / 2 - 1 / (2 * np.pi)
print(f"ReLU of draws: P(0) {np.mean(r == 0):.2f} mean {r.mean():.3f} variance {r.var():.3f}")
print(f"on paper:      P(0) 0.50 mean {exact[0]:.3f} variance {exact[1]:.3f}")
values, p = np.array([-np.sqrt(3), 0.0, np.sqrt(3)]), np.array([1, 4, 1]) / 6
moments = [probability.expectation(values**power, p) for power in (1, 2, 3, 4)]
print("three values, no bell: E[z], E[z²], E[z³], E[z⁴] =", np.round(moments, 6) + 0.0)

# %% [markdown] key="samples-read"
# The ReLU makes half of its output exactly 0; layer norm repairs mean and variance and keeps the lopsided shape; training
# pulls a few logits far up. And the test can only say no: the last line passes it with three values.

# %% [markdown] key="bells"
# ## Where bells do live · 3 min
#
# **At birth.** Initial weights are normal (or uniform) because somebody draws them so. How large? A neuron sums fan-in
# products, so today's theorem decides: spread 1/√fan-in keeps the variance. Four layers, fan-in 256:

# %% key="initialisation"
rng = np.random.default_rng(12)
for name, spread in (("1", 1), ("1/√256", 1 / 16), ("1/256", 1 / 256)):
    y = rng.normal(size=(1000, 256))
    out = []
    for _ in range(4):
        y = y @ (spread * rng.normal(size=(256, 256)))
        out.append(f"{y.var():8.1e}")
    print(f"weights with spread {name:7} variance after each layer:", *out)

# %% [markdown] key="bells-read"
# Xavier and Kaiming initialisation refine the middle line. (A ReLU halves the mean square, so Kaiming doubles the variance.)
#
# **Behind squared error.** If y is a prediction plus normal noise with σ = 1, then −ln of its density is half the squared
# error plus a constant. Day 17 uses that.
#
# **In GELU**, an activation of many newer models: x·Φ(x), where Φ(x) is the area of the bell left of x.
#
# **As a choice**, in the prior of a variational autoencoder, and in every sum that obeys the central limit theorem.

# %% key="bells-numbers"
error = np.array([0.0, 1.0, 2.0, 3.0])
print("error              ", error)
print("-ln density, in nat", -np.log(probability.normal_pdf(error, 0, 1)))
print("minus half error², in nat", -np.log(probability.normal_pdf(error, 0, 1)) - error**2 / 2)
for x in (-2.0, -1.0, 0.0, 1.0, 2.0):
    area = (1 + erf(x / np.sqrt(2))) / 2
    print(f"x = {x:4.1f}  Φ(x) = {area:.3f}  GELU(x) = {x * area + 0.0:6.3f}")

# %% [markdown] key="paper"
# ## In the paper · 2 min · core
#
# *Attention Is All You Need*, §3.2.1. The text suspects that large d_k makes dot products large and pushes the softmax to
# where its gradients are tiny. Footnote 4 is your proof in two sentences: independent components with mean 0 and
# variance 1, so q·k has mean 0 and variance d_k. It does not ask for normal ones.
#
# <details><summary>Where the original plan pointed, and where to look</summary>
#
# The plan names pages of 茆诗松's 概率论与数理统计. Look for topics instead: random variables and their distributions,
# expectation and variance, the central limit theorem. In *Deep Learning* (花书): §3.3 mass functions and densities, §3.8
# expectation, variance, covariance, §3.9.3 the Gaussian. A 3Blue1Brown series 《概率的本质》 was announced and never
# released; its films on Bayes' theorem, on the central limit theorem and on the binomial distribution ("Probabilities of
# probabilities") exist.
# </details>

# %% [markdown] key="quiz-text"
# ## Quiz · 2 min · core

# %% key="quiz"
quiz(12)

# %% key="quiz-answers" tags=["solution"]
quiz(12, reveal=True)

# %% [markdown] key="end"
# ## Take with you · 1 min · core
#
# > **E[X]** = Σ p x, **Var(X)** = E[X²] − E[X]², Var(aX) = a² Var(X); variances of uncorrelated terms add. Independent entries with
# > mean 0 and variance 1: **Var(q·k) = d_k**, so q·k/√d_k has variance 1, normal or not. A density may exceed 1, its area
# > is 1. A language model's output is categorical, not normal.
#
# **Words of today**
#
# | word | 中文 | symbol | paper |
# |---|---|---|---|
# | random variable | 随机变量 | X | §3.2.1 |
# | probability mass function | 概率质量函数 | p(x) | – |
# | density | 概率密度 | f(x) | – |
# | expectation | 期望 | E[X] | §3.2.1 |
# | variance of a random variable | 随机变量的方差 | Var | §3.2.1 |
# | covariance | 协方差 | Cov | – |
# | independent random variables | 独立随机变量 | – | §3.2.1 |
# | normal distribution | 正态分布 | N(μ, σ²) | – |
# | skew | 偏度 | – | – |
# | central limit theorem | 中心极限定理 | – | – |
# | categorical distribution | 类别分布 | – | – |
#
# **Teach it back.** One sentence for a colleague: why the root of d_k, and not d_k?
#
# Tomorrow the shouting itself: what softmax does with a score that is too loud.

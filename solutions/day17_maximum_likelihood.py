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
# # Day 17 · Maximum likelihood: which model makes this corpus least surprising?
#
# Three of our four sentences have a cat as their subject. A model says: "a subject is a cat with probability p." Which p
# is least surprised by what happened? The same question, asked of every next word, is what §5 of the paper calls
# *training*. The paper does not print it:
#
# $$\hat\theta = \arg\max_\theta \sum_t \log P_\theta(\text{word}_t \mid \text{words before it})$$
#
# **When you close this notebook you can**
#
# - read a probability as a function of its parameter, and say why that is no distribution of the parameter;
# - say why everybody adds logarithms instead of multiplying;
# - derive that counting is the best bigram model, and measure that it reaches the floor;
# - fit a bell, and name the bias of its variance;
# - say what a word that never came costs.
#
# You need: logarithms, next-word tables (Day 11), entropy and KL (Days 14 and 15), cross-entropy (Day 16).
# Sections marked **core** are the short path, 48 minutes. The rest makes it 80.

# %% key="setup"
from itertools import pairwise, product

from utils import check, compare, hint, quiz, recall
from utils import probability, story
from utils.widgets import likelihood as widgets
import numpy as np

np.set_printoptions(precision=4, suppress=True)

# %% [markdown] key="recall-text"
# ## From days 16, 14, 10 and 3 · 4 min

# %% key="recall"
recall(17)

# %% key="recall-answers" tags=["solution"]
recall(17, reveal=True)

# %% [markdown] key="story"
# ## Three of four subjects are cats · 7 min · core

# %% key="subjects"
subjects = [sentence[1] for sentence in story.CORPUS]
k, n = subjects.count("cat"), len(subjects)
for sentence in story.CORPUS:
    print(" ".join(sentence))
print(f"subjects: {subjects}, cats: k = {k} of n = {n}")

# %% [markdown] key="likelihood"
# Suppose that each subject is drawn by itself, a cat with probability p, a dog with 1 − p. Then this row of four has the probability
#
# $$L(p) = p \cdot p \cdot (1 - p) \cdot p = p^3 (1 - p)$$
#
# The data stand still, p moves. Read that way, it is called the **likelihood** of p.
#
# **h1** L(½), L(¾), L(0.9), to four places · **h1b** the p with the largest L

# %% key="h1"
# solution
h1 = "1/16, 27/256, 0.0729"
# end solution
check("17.h1", h1)

# %% key="h1b"
# solution
h1b = "3/4"
# end solution
check("17.h1b", h1b)

# %% [markdown] key="density"
# The counted share wins. Now a trap: is L a distribution of p? Add up over all data that could have come, then over all p.

# %% key="density-numbers"
ways = [
    np.prod([0.75 if cat else 0.25 for cat in row]) for row in product([True, False], repeat=4)
]
grid = (np.arange(10_000) + 0.5) / 10_000
area = np.mean(grid**3 * (1 - grid))
print(
    f"p = 3/4, all {len(ways)} rows of four subjects: probabilities add up to {sum(ways):.4f}"
)
print(f"these four subjects, all p: the area under L is {area:.4f} = 1/{1 / area:.0f}")

# %% [markdown] key="p1-text"
# For each p the *data* share one cake. Along p nothing is shared. The thirty-day plan says: maximum likelihood "finds the
# parameters most likely to produce the observed data". What does that entitle you to say? Answer with a letter.

# %% key="p1"
# solution
p1 = "c"
# end solution
check("17.p1", p1)

# %% [markdown] key="underflow"
# ## Two thousand factors make zero · 10 min · core
#
# Four factors are a toy. Take 2000 subjects, 1500 of them cats, at the best p there is:

# %% key="underflow-numbers"
factors = np.tile([0.75, 0.75, 0.25, 0.75], 500)
running = np.cumprod(factors)
print("the product of 2000 factors:", running[-1])
print("it became 0 at factor number", np.argmax(running == 0) + 1)
print(f"the sum of 2000 logarithms: {np.log(factors).sum():.2f} nat")

# %% [markdown] key="log"
# The true product is about $10^{-488}$; float64 ends near $10^{-324}$. A logarithm turns the product into a sum:
#
# $$\log L(p) = k \log p + (n - k) \log (1 - p)$$
#
# Nothing is lost for our question: the logarithm of the larger number is larger, so the best p stays the best. Turned round,
# −log L is the **negative log-likelihood**, NLL. Divided by n, it is the cross-entropy of yesterday.
#
# Write log L, natural logarithm. ★★ · about 8 minutes


# %% key="e1"
def log_likelihood(p, k, n):
    """Log-probability of one row of n trials with k hits, in nat.

    p: one number or an array, strictly between 0 and 1. k, n: whole numbers, 0 <= k <= n.
    Returns a number, or an array of the shape of p.
    """
    # solution
    return k * np.log(p) + (n - k) * np.log(1 - p)
    # end solution


# %% key="e1-check"
check("17.e1", log_likelihood)

# %% [markdown] key="e1-more"
# Stuck? `hint("17.e1")`. Done? `compare("17.e1", log_likelihood)`.

# %% [markdown] key="peak"
# ## Same peak, another shape · 9 min
#
# Your function draws. 3 of 4 and 30 of 40 are the same share. Are they the same evidence?

# %% key="w1"
widgets.likelihood(log_likelihood)

# %% [markdown] key="peak-read"
# Switch to 30 of 40. L becomes its own tenth power: what was half as high is 1/1024 as high. log L becomes ten times what it
# was. The place of the peak says what is best; its width says how much else is nearly as good.
#
# The orange line finds the peak. Its slope is $\frac{k}{p} - \frac{n - k}{1 - p}$, and it is level where p = k/n. So the best
# p **is** the counted share, for every k and n.
#
# When there is no such formula, try many values. ★ · about 5 minutes


# %% key="e4"
def grid_argmax(f, grid):
    """The place on the grid where f is largest (the first one, if several are equally high).

    f: takes one number, returns one number. grid: (n,). Returns a number of the grid.
    """
    # solution
    heights = [f(x) for x in grid]
    return grid[np.argmax(heights)]
    # end solution


# %% key="e4-check"
check("17.e4", grid_argmax)

# %% [markdown] key="prior"
# ## Most probable data, not most probable p · 2 min · core
#
# "Most likely parameters" sounds like "the p that is most probable". For that you must say how plausible each p was before
# the data came: a **prior**. Take 6p(1 − p), which leans towards ½. Prior times likelihood then peaks elsewhere:

# %% key="prior-numbers"
places = np.arange(1, 1000) / 1000
for hits, trials in ((3, 4), (30, 40)):
    likelihood = probability.log_likelihood(places, hits, trials)
    best = places[np.argmax(likelihood)]
    leaning = places[np.argmax(likelihood + np.log(6 * places * (1 - places)))]
    print(f"{hits:2} of {trials}: peak of the likelihood {best:.3f}, with prior {leaning:.3f}")

# %% [markdown] key="prior-read"
# Maximum likelihood picks the p under which *the data* are most probable. The other peak, the maximum a posteriori (MAP), is
# tomorrow's. Training with weight decay resembles it, and later stages that reward whole answers maximise something else.
# "Training maximises the likelihood" is true of the plain loss.

# %% [markdown] key="counting"
# ## Counting is fitting · 11 min · core
#
# Now the next-word table. After *the* came eight words: cat 4, mat 2, dog 1, rug 1. Which four shares make them most
# probable? We want the largest
#
# $$4 \ln p_\text{cat} + 2 \ln p_\text{mat} + \ln p_\text{dog} + \ln p_\text{rug} \qquad \text{while} \qquad \textstyle\sum_w p_w = 1$$
#
# Slopes of 0 are no help: every share would love to grow. **Lagrange's** idea is to give cake a price λ, and let each word buy:
#
# $$\sum_w c_w \ln p_w - \lambda \Big(\sum_w p_w - 1\Big) \quad\Rightarrow\quad \frac{c_w}{p_w} = \lambda \quad\Rightarrow\quad
# p_w = \frac{c_w}{\lambda}$$
#
# In words: at the best shares, a crumb of cake gains the same wherever you put it; otherwise you would move it. The shares must add up
# to 1, so the price is λ = 8, the number of events. $p_w = c_w / 8$: **the counted shares**, and likewise in every row. A
# word with the count 0 gains nothing from its share, so it gets none.
#
# Believe it after ten thousand attempts to do better:

# %% key="lagrange-check"
counts = np.array([4, 2, 1, 1])
rng = np.random.default_rng(17)
moves = rng.normal(size=(10_000, 4))
moves -= moves.mean(axis=1, keepdims=True)  # what one share gains, the others lose
moves *= 0.01 / np.linalg.norm(moves, axis=1, keepdims=True)
gains = np.log(story.SHARES + moves) @ counts - np.log(story.SHARES) @ counts
print("gain for a crumb, c / p:", counts / story.SHARES)
print(f"best of {len(gains)} small moves changes log L by {gains.max():.5f} nat")

# %% [markdown] key="e3-text"
# Write it for the whole table, with a number `alpha` added to every count: 0 is maximum likelihood, and what more is good for
# comes soon. One of our nine symbols is never followed by anything. ★★ · about 8 minutes


# %% key="e3"
def fit_bigram(C, alpha):
    """Next-word table from counts, with alpha added to every count.

    C: (V, V) counts, row = current word, column = next word. alpha: a number >= 0.
    Returns (V, V); every row adds up to 1. With alpha = 0 a row without counts stays zero.
    """
    # solution
    raised = C + alpha
    total = raised.sum(axis=1, keepdims=True)
    return raised / np.where(total > 0, total, 1.0)
    # end solution


# %% key="e3-check"
check("17.e3", fit_bigram)

# %% [markdown] key="floor"
# ## Exactly at the floor · 12 min · core
#
# How good is the counted table? Its loss is the mean surprise of the 23 next words, in bits. Day 14 computed a floor for everybody
# who sees one word back. Measure the distance; `probability.conditional_entropy(C)` is the floor of the counts, in bits.
# ★★ · about 8 minutes


# %% key="e5"
def gap_to_floor(P, C):
    """Mean surprise of the counted events under P, minus their floor, in bit per token.

    P: (V, V) next-word table. C: (V, V) counts.
    Returns a number; inf where P forbids what came.
    """
    # solution
    seen = C > 0
    loss = np.sum(C[seen] * -np.log2(P[seen])) / C.sum()
    return loss - probability.conditional_entropy(C)
    # end solution


# %% key="e5-check"
check("17.e5", gap_to_floor)

# %% key="at-the-floor"
C = probability.bigram_counts(story.CORPUS, story.VOCABULARY)
P = probability.fit_bigram(C)
floor, in_all = story.BIGRAM_BITS_EXACT, story.BIGRAM_BITS_EXACT * story.EVENTS
corpus = np.prod(P[C > 0] ** C[C > 0])
print(
    f"floor {floor} = {story.BIGRAM_BITS:.4f} bit/token, on {story.EVENTS} events {in_all} bit"
)
print(f"gap of the counted table: {probability.gap_to_floor(P, C):.12f} bit/token")
print(f"its probability of the corpus is 2^-{in_all} exactly:", corpus == 2.0 ** -int(in_all))

# %% key="never-below"
rng = np.random.default_rng(17)
tables = rng.dirichlet(np.ones(9), size=(1000, 9))
gaps = [probability.gap_to_floor(table, C) for table in tables]
beside = [probability.gap_to_floor(0.999 * P + 0.001 * table, C) for table in tables]
print(f"smallest gap of 1000 random tables:    {min(gaps):.6f} bit/token")
print(f"... of 1000 a hair beside the counted: {min(beside):.6f} bit/token")
deeper, bits = story.FULL_CONTEXT_BITS_EXACT, story.FULL_CONTEXT_BITS
print(f"floor for who sees all words before:   {deeper} = {bits:.4f} bit/token")

# %% [markdown] key="floor-read"
# Counting stands **on** the floor, and no table gets below it on this corpus. If one of yours ever does, look for the bug. Only a
# model that sees more than one word back stands on a lower floor of its own, the last line.
#
# Why the floor is there, you know from day 16: in every row, loss = entropy of the data + KL(data‖model). The entropy does not move when
# you change the model. So minimising the NLL **is** minimising KL(data‖model), and the smallest KL is 0. The row of *the*:

# %% key="nll-is-kl"
after_the = [b for sentence in story.CORPUS for a, b in pairwise(sentence) if a == "the"]
ids = np.array([story.AFTER_THE.index(word) for word in after_the])
H = probability.entropy(story.SHARES)
print("model      mean NLL  entropy + KL   (all in bit/token)")
models = {"uniform": [0.25] * 4, "timid": [0.4, 0.3, 0.2, 0.1], "counted": story.SHARES}
for name, q in models.items():
    nll = np.mean(-np.log2(np.array(q)[ids]))
    kl = probability.kl_divergence(story.SHARES, q) / np.log(2)
    print(f"{name:10} {nll:.4f}    {H:.4f} + {kl:.4f} = {H + kl:.4f}")
by_logits = probability.cross_entropy(np.tile(story.LOGITS, (8, 1)), ids) / np.log(2)
print(f"yesterday's cross-entropy, from logits: {by_logits:.4f} bit/token")

# %% [markdown] key="p2-text"
# The plan's second sentence: training is in essence maximising the likelihood. Make it a number. A run lowers the loss from
# 1 bit/token to the floor. By which factor has the probability of the corpus grown?

# %% key="p2"
# solution
p2 = "8"
# end solution
check("17.p2", p2)

# %% [markdown] key="unseen"
# ## The word that never came costs infinitely much · 4 min
#
# *the dog saw the cat*: every word is known. But in our corpus no dog ever saw anything, so the counted table says 0, and −log 0
# is ∞. One event, and the mean loss is infinite.
#
# **Add-one smoothing** pretends that every pair came once more often. **h3** Take eight listed words (the, cat, sat, on, mat, rug,
# dog, saw; no end mark). What is P(cat | the) after adding one?

# %% key="h3"
# solution
h3 = "5/16"
# end solution
check("17.h3", h3)

# %% key="smoothing"
C_test = probability.bigram_counts(
    [["the", "dog", "saw", "the", "cat", "</s>"]], story.VOCABULARY
)
print("alpha   training  test loss   (bit/token)")
for alpha in (0, 0.01, 0.1, 1, 10):
    smoothed = probability.fit_bigram(C, alpha)
    losses = [
        probability.gap_to_floor(smoothed, table) + probability.conditional_entropy(table)
        for table in (C, C_test)
    ]
    print(f"{alpha:<6} {losses[0]:9.4f} {losses[1]:10.4f}")
eps = 8 * 1 / (8 + 8 * 1)
print(f"h3 as a mix: {1 - eps} · 1/2 + {eps} · 1/8 = {(1 - eps) / 2 + eps / 8}")

# %% [markdown] key="smoothing-read"
# Training loss is paid, test loss is saved; too much alpha spoils both. The last line shows what alpha does: it mixes the counted shares
# with uniform ones, $\varepsilon = V\alpha / (n + V\alpha)$ of the cake. (The cell's table has nine columns: there *cat* has 5/17.)
#
# Add-one on the subjects gives (3 + 1)/(4 + 2) = ⅔. You have met ⅔ above: it is the peak under the prior 6p(1 − p).

# %% [markdown] key="bell"
# ## Fit the bell · 15 min
#
# The same question for numbers: which bell makes them most probable? The data are the word lengths of a famous title. Heights of a
# density take the place of probabilities; the orange stems are multiplied.

# %% key="w2"
widgets.bell()

# %% [markdown] key="bell-read"
# Too narrow, and the 9 has a stem of almost nothing. Too wide, and all stems are short. For each μ the best σ is the root mean
# square distance from it, and the best μ is the mean. Both slopes of the log-likelihood say so:
#
# $$\hat\mu = \frac1n \sum_i x_i \qquad \hat\sigma^2 = \frac1n \sum_i (x_i - \hat\mu)^2$$
#
# With **n**, as in LayerNorm (day 8). **h2** Data 1 and 3: mean, variance?

# %% key="h2"
# solution
h2 = "2, 1"
# end solution
check("17.h2", h2)

# %% [markdown] key="e2-text"
# Write the fit. ★★ · about 8 minutes


# %% key="e2"
def fit_gauss(x):
    """The bell that makes the data most probable.

    x: array (n,). Returns (mean, variance).
    """
    # solution
    mean = np.mean(x)
    return mean, np.mean((x - mean) ** 2)
    # end solution


# %% key="e2-check"
check("17.e2", fit_gauss)

# %% [markdown] key="bias"
# Make the picture `widgets.bell(fit_gauss)`, tick its box, and your bell is drawn.
#
# Why do other books divide by n − 1? The mean lies in the middle of *this* sample, so distances from it come out a little small. Take
# 1 and 3, equally likely: their variance is 1. Draw every possible sample:

# %% key="bias-numbers"
for size in (2, 3, 4, 8):
    samples = np.array(list(product([1.0, 3.0], repeat=size)))
    with_n = np.mean([probability.fit_gauss(sample)[1] for sample in samples])
    with_less = np.mean(samples.var(axis=1, ddof=1))
    share = f"{with_n:.4f} = {size - 1}/{size}"
    print(f"n = {size}: mean variance with n: {share}, with n − 1: {with_less:.4f}")

# %% [markdown] key="bias-read"
# On average it is (n − 1)/n of the true σ²: **biased**. n − 1 repairs that average; it is no more probable bell.
#
# ### Normal noise turns likelihood into squared error
#
# Let a model predict ŷ, and let the data scatter around it normally, with one fixed σ. The logarithm of the bell is a parabola:
#
# $$-\log L = \frac{1}{2\sigma^2} \sum_i (y_i - \hat y_i)^2 + n \log (\sigma\sqrt{2\pi})$$
#
# The last term does not know ŷ. So the least squared error is the maximum likelihood under *this* noise. One ŷ for all five lengths,
# σ = 1:

# %% key="noise"
print("ŷ     squared error / 2   −log L in nat   difference")
for guess in (3.0, 4.2, 5.0):
    half = np.sum((widgets.LETTERS - guess) ** 2) / 2
    nll = -np.sum(np.log(probability.normal_pdf(widgets.LETTERS, guess, 1.0)))
    print(f"{guess}   {half:17.4f}   {nll:13.4f}   {nll - half:10.4f}")

# %% [markdown] key="noise-read"
# Another noise, another loss. A next word is no number with noise; it is one of V words, and its loss is the cross-entropy. (Even our bell is only the best *bell*: it gives
# words of −1 letters a share.)

# %% [markdown] key="paper"
# ## In the paper · 2 min · core
#
# §5 of *Attention Is All You Need*, "Training", prints no likelihood. It is behind each line: from millions of pairs of
# sentences (§5.1), make each word of the translation probable, given the source and the words before it. The perplexities in Table 3 are that
# likelihood, as one number for each word-piece. No division finds the optimum here, so §5.3 takes steps with Adam. Label smoothing, §5.4, deliberately
# leaves pure maximum likelihood: like alpha, it mixes in the uniform distribution.
#
# <details><summary>Where the original plan pointed, and where to look</summary>
#
# The plan gives pages 100–110 of 茆诗松's probability book. Look for the topic instead: maximum likelihood belongs to parameter
# estimation (参数估计), late in the book, well after random variables. "机器学习通俗文章" is a search phrase. *Deep Learning*
# (Goodfellow, Bengio, Courville) treats it in §5.5, the bias of the variance in §5.4.
# </details>

# %% [markdown] key="quiz-text"
# ## Quiz · 3 min · core

# %% key="quiz"
quiz(17)

# %% key="quiz-answers" tags=["solution"]
quiz(17, reveal=True)

# %% [markdown] key="end"
# ## Take with you · 1 min · core
#
# > **maximum likelihood**: choose the parameters under which the data are most probable (not: the most probable parameters). Sum logs, never
# > multiply. Minimal NLL = minimal KL(data‖model). Counts are the MLE: P(b|a) = count(a, b) / count(a); a count of 0 costs ∞, so smooth.
# > Bell: mean, and variance with n.
#
# **Words of today**
#
# | word | 中文 | symbol | paper |
# |---|---|---|---|
# | likelihood | 似然 | L | – |
# | log-likelihood | 对数似然 | ℓ | – |
# | negative log-likelihood | 负对数似然 | NLL | – |
# | maximum likelihood | 最大似然估计 | MLE | – |
# | Lagrange multiplier | 拉格朗日乘子 | λ | – |
# | smoothing of counts | 计数平滑 | – | – |
# | bias of an estimate | 估计的偏差 | – | – |
#
# **Teach it back.** One sentence for a colleague: why does a language model that minimises cross-entropy maximise the probability
# of its corpus?
#
# Tomorrow you hear only "… sat" and have to say: cat or dog? That needs the prior.

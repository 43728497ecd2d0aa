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
# # Day 18 · Bayes: you hear "… sat"
#
# Behind a door somebody reads one of our four sentences aloud. You catch a single word. Who sat, the cat or the dog?
#
# $$P(c \mid e) = \frac{P(e \mid c)\,P(c)}{P(e)} \qquad\qquad
# \mathrm{Attention}(Q, K, V) = \boxed{\mathrm{softmax}}\left(\frac{QK^T}{\sqrt{d_k}}\right)V$$
#
# Left: today's formula, for a cause c (cat or dog) and evidence e (a word). The box on the right is hidden in it. You will
# see it come out.
#
# **When you close this notebook you can**
#
# - turn P(evidence | cause) into P(cause | evidence), base rate included;
# - take evidence piece by piece, in any order;
# - show that a posterior is a softmax, and why attention weights are still none;
# - say how hard a prior pulls: mean, MAP, MLE, and an L2 penalty.
#
# You need conditional probabilities (Day 11), softmax (Day 13) and maximum likelihood (Day 17).
# Sections marked **core** are the short path, 46 minutes. The rest makes it 80.

# %% key="setup"
from utils import check, compare, hint, quiz, recall
from utils import probability, story
from utils.widgets import bayes as widgets
import numpy as np

np.set_printoptions(precision=4, suppress=True)

# %% [markdown] key="story"
# ## Three cats, one dog, one word · 3 min · core
#
# All four sentences are equally likely. Before any sound there is only a head count, the **prior**. Then ask each animal
# how often *its* sentences say "sat". That is the **likelihood**, P(sat | cat); read the bar as "given".

# %% key="corpus"
for words in story.CORPUS:
    print(" ".join(words))
for subject in ("cat", "dog"):
    its = [words for words in story.CORPUS if words[1] == subject]
    sat = sum("sat" in words for words in its)
    print(f"P({subject}) = {len(its)}/4    P(sat | {subject}) = {sat}/{len(its)}")

# %% [markdown] key="story-read"
# The word speaks for the dog, who always sits. The head count speaks for the cat. Who wins? Write down a guess.

# %% [markdown] key="recall-text"
# ## While the door stays shut: four things from earlier days · 4 min
#
# One from yesterday, then from days 15, 11 and 4. No notes. What you miss returns in two days.

# %% key="recall"
recall(18)

# %% key="recall-answers" tags=["solution"]
recall(18, reveal=True)

# %% [markdown] key="hand"
# ## Multiply, then make shares · 6 min · core
#
# How often is it a cat **and** "sat"? Prior times likelihood. The same for the dog. Divide both by their sum, and they are
# shares again: the **posterior**.
#
# **h1** P(cat | sat), P(dog | sat)

# %% key="h1"
# solution
h1 = "2/3, 1/3"
# end solution
check("18.h1", h1)

# %% [markdown] key="h1-read"
# Count to be sure: three sentences say "sat", two of them have a cat.
#
# But P(sat | cat) was ⅔ as well. So are the two directions the same? Here they are, because P(cat) and P(sat) both happen
# to be ¾. Ask the dog:

# %% key="directions"
for subject in ("cat", "dog"):
    both = sum("sat" in words and words[1] == subject for words in story.CORPUS)
    animals = sum(words[1] == subject for words in story.CORPUS)
    sitters = sum("sat" in words for words in story.CORPUS)
    print(f"P(sat | {subject}) = {both}/{animals}    P({subject} | sat) = {both}/{sitters}")

# %% [markdown] key="h2-text"
# Now you hear "mat" too. The posterior of h1 is the prior of this step. Two cats sat, one of them on the mat, so
# P(mat | cat, sat) = ½. For the dog it is 1.
#
# **h2** cat, dog

# %% key="h2"
# solution
h2 = "1/2, 1/2"
# end solution
check("18.h2", h2)

# %% [markdown] key="formula"
# ## The formula needs P(e) > 0 · 11 min · core
#
# That was Bayes' formula, twice. You divided by the probability of hearing e at all, added up over all causes: **total
# probability** (Day 11).
#
# $$P(c \mid e) = \frac{P(e \mid c)\,P(c)}{P(e)}, \qquad P(e) = \sum_{c'} P(e \mid c')\,P(c') > 0$$
#
# The plan writes A and B, and asks you to remember the line. Which line? Answer with a letter, such as `"a"`.

# %% key="p1"
# solution
p1 = "d"
# end solution
check("18.p1", p1)

# %% [markdown] key="e1-text"
# Now in NumPy. A row may hold any number of causes, and there may be many rows. ★★ · about 8 minutes


# %% key="e1"
def bayes(prior, lik):
    """Posterior of every cause.

    prior: (..., K) shares. lik: (..., K), P(evidence | cause). Returns (..., K) shares.
    """
    # solution
    joint = prior * lik
    return joint / joint.sum(axis=-1, keepdims=True)
    # end solution


# %% key="e1-check"
check("18.e1", bayes)

# %% [markdown] key="e1-more"
# Stuck? `hint("18.e1")`. Done? `compare("18.e1", bayes)`. From here on the notebook calls `probability.bayes`.
#
# Three words, three fates:

# %% key="fates"
prior = np.array([3 / 4, 1 / 4])
for word, lik in {"sat": [2 / 3, 1], "saw": [1 / 3, 0], "flew": [0, 0]}.items():
    evidence = prior @ np.array(lik)
    posterior = probability.bayes(prior, lik) if evidence > 0 else "none, it would be 0/0"
    print(f"P({word}) = {evidence:.2f}    posterior of cat and dog: {posterior}")

# %% [markdown] key="fates-read"
# "saw" rules the dog out for good: no later factor lifts a 0. "flew" stands in no sentence: P(e) = 0, and there is nothing to
# condition on. If you do hear it, your model is wrong.

# %% [markdown] key="kittens"
# ## An alarm that hardly ever misses, and mostly rings in vain · 9 min · core
#
# One kitten in a hundred has fleas. An alarm rings for 99 % of kittens with fleas, its **sensitivity**. It stays silent for
# 95 % of the others, its **specificity**; for the other 5 % it gives a **false alarm**.
#
# It rings for yours. Two bets; then the picture runs your `bayes`.

# %% key="w1"
widgets.hundred_kittens(bayes)

# %% [markdown] key="kittens-read"
# Your kitten is one of those that ring, and most of those are blue. Now move:
#
# 1. False alarms to 1 %: as many wrong rings as right ones, 0.5.
# 2. Back to 5 %, and fleas to 50 %. The same alarm, and a ring means 0.952. What changed is the **base rate**, the prior.
# 3. Fleas and false alarms to 0. Nothing rings, and the posterior is gone.
#
# **h4** In whole kittens: of 10,000, 100 have fleas. For how many does it ring?

# %% key="h4"
# solution
h4 = "594"
# end solution
check("18.h4", h4)

# %% [markdown] key="rings-text"
# 99 of these 594 have fleas, a sixth. Ask a second alarm, whose errors do not depend on the first one's, and a third:

# %% key="rings"
belief = np.array([0.01, 0.99])  # fleas, no fleas
alarm = np.array([[0.99, 0.01], [0.05, 0.95]])  # P(rings), P(silent): a row for each cause
for ring in (1, 2, 3):
    rings, silent = probability.total_probability(belief, alarm)
    belief = probability.bayes(belief, alarm[:, 0])
    print(f"ring {ring}: P(ring) was {rings:.4f}, then P(fleas) = {100 * belief[0]:.1f} %")

# %% [markdown] key="p2-text"
# "Updating the prior with new data", the plan calls this. Which sentence says what comes out?

# %% key="p2"
# solution
p2 = "b"
# end solution
check("18.p2", p2)

# %% [markdown] key="pieces"
# ## Evidence in pieces, in any order · 9 min
#
# Several pieces make one product, and a product has no order. If they are independent **given the cause**, like the alarms,
# each brings its own P(e | c).
#
# Words are not: P(mat | cat) = ⅓, but P(mat | cat, sat) = ½. The factor must know what was heard before, by the chain rule of
# day 11. Then the order does not matter either.


# %% key="orders"
def given(word, *heard):
    """P(word | subject and the words heard before), for cat and dog."""
    shares = []
    for subject in ("cat", "dog"):
        known = [s for s in story.CORPUS if s[1] == subject and set(heard) <= set(s)]
        shares.append(sum(word in s for s in known) / len(known))
    return shares


ways = {
    "sat, then mat": [given("sat"), given("mat", "sat")],
    "mat, then sat": [given("mat"), given("sat", "mat")],
    "as if independent": [given("sat"), given("mat")],
}
for name, liks in ways.items():
    likelihoods = np.array(liks)
    print(f"{name:18} cat, dog: {probability.update_all(prior, likelihoods)}")

# %% [markdown] key="e2-text"
# The third line holds "the cat saw the cat" against the cat twice. "sat" had ruled that sentence out already.
#
# Write the walk for any number of pieces, none included. One case has 401. ★★ · about 8 minutes


# %% key="e2"
def update_all(prior, liks):
    """Belief after one piece of evidence after the other.

    prior: (K,) shares. liks: (n, K), a row for each piece. Returns (K,) shares.
    """
    # solution
    belief = prior
    for lik in liks:
        belief = probability.bayes(belief, lik)
    return belief
    # end solution


# %% key="e2-check"
check("18.e2", update_all)

# %% [markdown] key="softmax"
# ## Out comes a softmax · 11 min · core
#
# Long products sink to 0. So add logarithms. Every cause gets a **score**: its log prior, plus a log-likelihood for each word
# heard. Logs of probabilities are never positive, so the scores hang from the ceiling. One bet.

# %% key="w3"
widgets.score_board()

# %% [markdown] key="softmax-read"
# Take the words away and bring them back. The dog was certain to say them, and log 1 = 0: only the cat pays. Then move the
# prior. Only the **gap** counts: log 3 ≈ 1.10 nat is 3 to 1, wherever the bars end.
#
# You know a function that turns differences of scores into ratios of shares. Take the logarithm of Bayes' formula:
#
# $$\log P(c \mid e) = \underbrace{\log P(c) + \log P(e \mid c)}_{\text{score}} - \underbrace{\log P(e)}_{\text{same for all } c}$$
#
# The last term is the logsumexp of the scores, the shift after which the exponentials add up to 1. So
#
# $$\text{posterior} = \mathrm{softmax}(\text{log prior} + \text{log likelihood})$$

# %% key="softmax-numbers"
lik = np.array([2 / 3, 1])
score = np.log(prior) + np.log(lik)
print("scores, nat              ", score)
print("their logsumexp, nat     ", f"{probability.logsumexp(score):.4f}")
print("log P(sat), nat          ", f"{np.log(3 / 4):.4f}")
print("softmax of the scores    ", probability.softmax(score))
print("Bayes' formula           ", probability.bayes(prior, lik))
print("scores over their sum, no", score / score.sum())

# %% [markdown] key="e3-text"
# Write it. lp and ll come in nats, and −10000 is among them. ★★ · about 8 minutes


# %% key="e3"
def posterior_from_logs(lp, ll):
    """Posterior of every cause, from logarithms.

    lp: (..., K) log prior. ll: (..., K) log-likelihood, both in nats. Returns (..., K) shares.
    """
    # solution
    return probability.softmax(lp + ll)
    # end solution


# %% key="e3-check"
check("18.e3", posterior_from_logs)

# %% [markdown] key="not-a-posterior"
# `widgets.score_board(posterior_from_logs)` draws with yours.
#
# Is attention Bayes, then? It shares the algebra:

# %% key="weight"
q = story.TABLE_4D["sat"] @ story.HEAD_A.W_Q
weights = probability.softmax(story.X4 @ story.HEAD_A.W_K @ q / np.sqrt(2))
print(f"head A: sat gives cat the weight {weights[1]:.2f}")

# %% [markdown] key="weight-read"
# But a trained model's scores are whatever training made of them. Nothing makes them a log prior plus a log-likelihood. 0.77 is
# a share in a mix. It is not a 77 % chance that the cat did it.

# %% [markdown] key="beta"
# ## A prior is worth so many sentences · 17 min
#
# Yesterday's unknown was a rate: p, the share of sentences about a cat. Three of four gave ¾. But four is not many, and
# you had expected something near one half. How much does that count?
#
# Belief about a rate is a curve. The handy family is **Beta(a, b)**, of height proportional to $p^{a-1}(1-p)^{b-1}$. Two bets,
# then pull.

# %% key="w2"
widgets.prior_and_data()

# %% [markdown] key="beta-read"
# Set a = b = 1: the prior is flat, and the posterior has the shape of the likelihood. Set both to 50: ten sentences hardly
# move it, a hundred do.
#
# Prior times likelihood again: $p^{a-1}(1-p)^{b-1} \cdot p^k(1-p)^{n-k}$. The exponents add, so k hits in n turn Beta(a, b)
# into **Beta(a + k, b + n − k)**. For the peak, the prior weighs like a − 1 hits and b − 1 misses.
#
# | asked for | answer |
# |---|---|
# | mean of the posterior | (a + k) / (a + b + n) |
# | its peak, **MAP** (maximum a posteriori) | (a + k − 1) / (a + b + n − 2) |
# | peak of the likelihood, MLE | k / n |
#
# MLE finds the p under which the *data* are most probable. MAP finds the most probable *p*, and that needs a prior.
#
# Prior Beta(2, 2), three of four. **h3** mean · **h3b** MAP · **h3c** MLE

# %% key="h3"
# solution
h3 = "5/8"
# end solution
check("18.h3", h3)

# %% key="h3b"
# solution
h3b = "2/3"
# end solution
check("18.h3b", h3b)

# %% key="h3c"
# solution
h3c = "3/4"
# end solution
check("18.h3c", h3c)

# %% [markdown] key="shrink"
# Mean and MAP are pulled from ¾ towards ½: **shrinkage**. And ⅔ is (3 + 1)/(4 + 2), yesterday's add-one smoothing: that was
# a prior, Beta(2, 2), all along. With more data it fades:

# %% key="shrink-numbers"
for n in (4, 40, 400):
    k = 3 * n // 4
    peak = probability.map_beta(2, 2, k, n)
    print(f"{k:3} of {n:3}: mean {(2 + k) / (4 + n):.4f}  MAP {peak:.4f}  MLE {k / n:.4f}")

# %% [markdown] key="e4-text"
# Write the MAP, for posteriors whose peak lies between 0 and 1. ★★ · about 8 minutes


# %% key="e4"
def map_beta(a, b, k, n):
    """Most probable rate after k hits in n trials under the prior Beta(a, b).

    a, b: positive numbers. k, n: counts. Returns a float.
    """
    # solution
    return (a + k - 1) / (a + b + n - 2)
    # end solution


# %% key="e4-check"
check("18.e4", map_beta)

# %% [markdown] key="penalty"
# ## A prior on a weight is a penalty · 4 min
#
# Now the unknown is a weight w. Model: y = w x plus normal noise of spread σ. Prior of w: normal around 0, spread τ. Take minus
# the log-posterior, drop what does not depend on w, multiply by 2σ²:
#
# $$\sum_i (y_i - w x_i)^2 + \lambda w^2, \qquad \lambda = \sigma^2 / \tau^2$$
#
# The prior has become a price on large weights, the **L2 penalty**. **h5** Points (1, 2) and (2, 5), σ = τ = 1, so λ = 1: which
# w is best?

# %% key="h5"
# solution
h5 = "2"
# end solution
check("18.h5", h5)

# %% key="penalty-numbers"
x, y = np.array([1.0, 2.0]), np.array([2.0, 5.0])


def log_posterior(w, tau):
    """In nats, up to a constant."""
    noise, price = probability.normal_pdf(y, w * x, 1), probability.normal_pdf(w, 0, tau)
    return np.sum(np.log(noise)) + np.log(price)


for tau in (0.5, 1, 10):
    places = np.linspace(-1, 4, 5001)
    peak = probability.grid_argmax(lambda w, tau=tau: log_posterior(w, tau), places)
    lam = 1 / tau**2
    best = x @ y / (x @ x + lam)  # where the slope of squares and penalty is 0
    print(f"τ = {tau:<4} λ = {lam:<5g} peak of the posterior {peak:.3f}, penalised {best:.3f}")
print(f"no prior, no penalty: {x @ y / (x @ x):.3f}")

# %% [markdown] key="penalty-read"
# A narrow prior is a high price. The equality is one of **objectives**: the MAP is where squares plus penalty are smallest.
# Shrinking the weights in every step, *weight decay*, is the same for plain gradient descent only. Day 27 shows the
# difference under Adam.

# %% [markdown] key="paper"
# ## In the paper · 2 min · core
#
# *Attention Is All You Need* does not name Bayes. But §3.4 ends in a softmax that gives next-token probabilities; read the bar
# the right way round: P(next word | words so far), as the model has it. §5.4 lists dropout and label smoothing; a penalty on
# weights, today's Gaussian prior, is not there.
#
# <details><summary>Where the original plan pointed, and where to look</summary>
#
# 茆诗松《概率论与数理统计》: Bayes belongs to conditional probability, in the first chapter, before random variables. Go by the
# topic, not by the plan's pages. "贝叶斯公式应用" (知乎) is a search phrase. *Deep Learning* (花书): Bayes' rule is §3.11, MAP
# and the Gaussian prior §5.6.1. 3Blue1Brown's film on Bayes' theorem draws probabilities as areas.
# </details>

# %% [markdown] key="quiz-text"
# ## Quiz · 2 min · core

# %% key="quiz"
quiz(18)

# %% key="quiz-answers" tags=["solution"]
quiz(18, reveal=True)

# %% [markdown] key="end"
# ## Take with you · 2 min · core
#
# > **Bayes** posterior = prior · likelihood / P(evidence), where P(evidence) = Σ prior · likelihood > 0. In logarithms:
# > posterior = softmax(log prior + log likelihood). Beta(a, b) and k hits of n: MAP = (a + k − 1)/(a + b + n − 2).
# > A Gaussian prior on weights is an L2 penalty in the MAP objective.
#
# **Words of today**
#
# | word | 中文 | symbol | paper |
# |---|---|---|---|
# | prior | 先验 | – | – |
# | likelihood | 似然 | L | – |
# | posterior | 后验 | – | – |
# | base rate | 基础率 | – | – |
# | sensitivity | 灵敏度 | – | – |
# | specificity | 特异度 | – | – |
# | maximum a posteriori | 最大后验 | MAP | – |
# | shrinkage | 收缩 | – | – |
#
# **Teach it back.** One sentence for a colleague: the alarm misses one case in a hundred, and it rings. Why is the kitten
# probably clean?
#
# Tomorrow softmax meets cross-entropy, and a page of derivatives collapses into prediction minus truth.

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
# # Day 16 · Cross-entropy: what a bet on the next word costs
#
# Every training step of a language model ends in one number, the loss. The paper trains with it and never prints its
# formula. It names only one change to it, in §5.4:
#
# $$\mathrm{loss} = -\log q_{\mathrm{true\ word}} \qquad\text{with labels smoothed by}\qquad \boxed{\epsilon_{ls} = 0.1}$$
#
# **When you close this notebook you can**
#
# - say what a bet costs, in bit and in nat, and which shares the price reads;
# - compute it from scores of any size, without a detour over shares;
# - average over real words only, and turn a loss into a perplexity;
# - smooth a label, and name the loss that no model can get below.
#
# You need: softmax and logsumexp (Day 13), entropy (Day 14), KL (Day 15).
# Sections marked **core** are the short path, 52 minutes. The rest makes it 87.

# %% key="setup"
from itertools import pairwise

from utils import check, compare, hint, quiz, recall
from utils import calculus, probability, story
from utils.widgets import cross_entropy as widgets
import numpy as np

np.set_printoptions(precision=4, suppress=True)

# %% [markdown] key="recall-text"
# ## Four questions, from yesterday to two weeks ago · 4 min

# %% key="recall"
recall(16)

# %% key="recall-answers" tags=["solution"]
recall(16, reveal=True)

# %% [markdown] key="story"
# ## Split the cake, then pay for the word that comes · 8 min · core
#
# A model has read *the*. Four words may follow, and it splits one cake among them: ½ on *cat*, ¼ on *mat*, ⅛ on *dog*,
# ⅛ on *rug*. Then the next word comes, and the model pays for its share q:
#
# $$\text{price} = -\log q$$
#
# All of the cake on the right word costs 0. Every halving costs one bit more. No cake at all on the word that came costs
# infinitely much. And the prices of a sentence add up, because its shares multiply.
#
# The price is the surprise of day 14, with one difference: the shares are the model's, the words are the world's.
#
# **h1** *mat* comes. What does it cost, in bit? **h1b** And in nat?

# %% key="h1"
# solution
h1 = "2"
# end solution
check("16.h1", h1)

# %% key="h1b"
# solution
h1b = "1.386"
# end solution
check("16.h1b", h1b)

# %% [markdown] key="p1-text"
# The thirty-day plan writes the truth as a distribution too: [1, 0] for "the first of two". That is a **one-hot** label.
# The general formula weights every price with the truth, and a one-hot truth picks out one:
#
# $$H(p, q) = -\sum_i p_i \log q_i \qquad\text{and for one-hot } p\text{:}\qquad -\log q_{\mathrm{true}}$$
#
# This is the **cross-entropy** of truth p and bet q. Its task: truth [1, 0], prediction [0.9, 0.1]. Type nat and bit, such
# as `"1.23, 1.77"`.

# %% key="p1"
# solution
p1 = "0.1054, 0.1520"
# end solution
check("16.p1", p1)

# %% [markdown] key="arrows"
# ## It reads one share, and moves all of them · 5 min · core
#
# Which way should the four scores change? A training step needs a slope for each. Textbooks write it **p − y**; there p is
# the prediction, our bet, and y the truth.

# %% key="w1"
widgets.bet()

# %% [markdown] key="arrows-read"
# The arrows add up to 0. So the one that points down is as long as all others together, and no arrow is longer than that
# of the true word. Training goes against the arrows: *mat* up, everything else down, the largest rival most.
#
# The plan says that cross-entropy "punishes the probability of wrong predictions". The formula does not even look at them:

# %% key="one-share"
mat = 1
for q in ([1 / 2, 1 / 4, 1 / 8, 1 / 8], [0.01, 1 / 4, 0.73, 0.01]):
    print(f"bet {str(q):26} mat costs {-np.log2(q[mat]):.3f} bit")

# %% [markdown] key="one-share-read"
# Same share for *mat*, same price, however the rest is split. The others matter all the same because there is one cake: what
# *dog* gains is taken from the others, *mat* among them. So no slope is 0. Day 9's nudges find the arrows:

# %% key="slopes"
one_label = np.array([mat])
slopes = calculus.numeric_gradient(
    lambda z: probability.cross_entropy(z[None], one_label), story.LOGITS
)
print("slopes of the loss, by nudging (nat per point of score):", slopes)
print(
    "p − y                                                  :", story.SHARES - np.eye(4)[mat]
)

# %% [markdown] key="slopes-read"
# Why this is so simple is the subject of day 19.

# %% [markdown] key="logits"
# ## Give it scores, not shares · 14 min · core
#
# A model hands over scores, **logits**. Take the logarithm on paper, as on day 13:
#
# $$-\log q_y = \mathrm{logsumexp}(z) - z_y$$
#
# The logsumexp is a smooth maximum: at least the largest score, and at most ln K more. So the loss says how far the
# true word's score lies below the top. No share has to be computed, so none can round to 0.
#
# Write it for N words at once. The **mean** is asked for, in nat. ★★★ · about 12 minutes


# %% key="e1"
def nll(logits, y):
    """Mean price of the true words, in nat (negative log-likelihood).

    logits: (N, K) scores, one row for each word to predict. y: (N,) which column came.
    Returns one number; finite for finite logits.
    """
    # solution
    top = logits.max(axis=1)
    logsumexp = top + np.log(np.exp(logits - top[:, None]).sum(axis=1))
    return np.mean(logsumexp - logits[np.arange(len(y)), y])
    # end solution


# %% key="e1-check"
check("16.e1", nll)

# %% [markdown] key="e1-more"
# Stuck? `hint("16.e1")`. Done? `compare("16.e1", nll)`; then scroll up, write `widgets.bet(nll)`, and your function sets the
# price. From here on the notebook calls the course's version, `probability.cross_entropy`.

# %% [markdown] key="twice"
# ## Softmax twice still trains · 2 min
#
# The most frequent mistake of the day: softmax first, then a loss that does it again. No error, and the loss falls. Let
# both versions learn "after *the* comes *mat*" by walking downhill from four equal scores:


# %% key="twice-numbers"
def once(z):
    return probability.cross_entropy(z[None], one_label)


def twice(z):
    return probability.cross_entropy(probability.softmax(z)[None], one_label)


for name, price in (("softmax once ", once), ("softmax twice", twice)):
    z, told = np.zeros(4), []
    for step in range(1001):
        if step in (0, 10, 100, 1000):
            told.append(f"{price(z):.4f}")
        z = z - calculus.numeric_gradient(price, z)
    print(name, "loss after 0, 10, 100, 1000 steps (nat):", *told)
for K in (4, 37_000):
    floor = np.log(np.e + K - 1) - 1
    print(f"{K:>6} words: start at {np.log(K):.3f} nat, twice never below {floor:.3f} nat")

# %% [markdown] key="twice-read"
# Shares lie between 0 and 1. Read as scores they are at most 1 apart, so the second softmax cannot be sure. With
# four words the loss stops at 0.744 nat. With about as many tokens as in the paper, it can fall by just one nat from there to its floor.

# %% [markdown] key="soft"
# ## Sometimes the truth is unsure itself · 13 min
#
# After *the* our corpus has *cat* half of the time. Then p is not one-hot but (½, ¼, ⅛, ⅛): a **soft target**. So is the
# output of a large model that a small one is to imitate (distillation).
#
# **h2** What do two bets cost on average, q = p and the uniform one? In bit.

# %% key="h2"
# solution
h2 = "1.75, 2"
# end solution
check("16.h2", h2)

# %% [markdown] key="h4-text"
# Even the perfect bet pays. It pays the entropy of p; any other bet pays yesterday's divergence on top:
#
# $$H(p, q) = H(p) + KL(p \,\|\, q) \;\ge\; H(p)$$
#
# The plan's table has an example: "true label probability 0.9, predicted 0.1, the loss is large". That can mean two things.
# A hard label has no 0.9; it is 1, and a share of 0.1 costs −ln 0.1. **h4** Or the target is soft, (0.9, 0.1), and the
# prediction (0.1, 0.9). What does that cost, and what is the least possible? In nat.

# %% key="h4"
# solution
h4 = "2.083, 0.325"
# end solution
check("16.h4", h4)

# %% key="two-readings"
p, q = np.array([0.9, 0.1]), np.array([0.1, 0.9])
CE, H = probability.cross_entropy_pq(p, q), probability.entropy(p, base=np.e)
KL = probability.kl_divergence(p, q)
print(f"hard label:  loss {-np.log(0.1):.3f} nat, least possible 0 nat")
print(f"soft target: loss {CE:.3f} nat, least possible {H:.3f} nat")
print(f"             H(p) + KL = {H:.3f} + {KL:.3f} = {H + KL:.3f} nat")

# %% [markdown] key="e5-text"
# Check the sum for any p and q. A share of 0 in p costs nothing, whatever q says. ★★ · about 8 minutes


# %% key="e5"
def ce_identity(p, q):
    """The three numbers of the identity, each by its own sum, in nat.

    p: (K,) target, may hold zeros. q: (K,) bet, all > 0.
    Returns (cross-entropy of p and q, entropy of p, divergence from p to q).
    """
    # solution
    seen = p > 0
    p, q = p[seen], q[seen]
    return -(p * np.log(q)).sum(), -(p * np.log(p)).sum(), (p * np.log(p / q)).sum()
    # end solution


# %% key="e5-check"
check("16.e5", ce_identity)

# %% [markdown] key="accuracy"
# ## Cheaper is not the same as right more often · 3 min · core
#
# Two models, three words, two candidates each time. Whoever gives the true word more than half has guessed right.

# %% key="accuracy-numbers"
print("model  shares of the true words  loss (nat)  guessed right")
for name, q in (("A", [0.6, 0.6, 0.4]), ("B", [0.99, 0.49, 0.49])):
    loss, hits = -np.mean(np.log(q)), np.sum(np.array(q) > 0.5)
    print(f"{name:6} {str(q):25} {loss:8.3f}    {hits} of 3")

# %% [markdown] key="p2-text"
# B pays less and is right less often. The plan's sentence: "the smaller the cross-entropy, the more accurate the prediction".
# Run the cell, answer with a letter.

# %% key="p2"
# solution
p2 = "c"
# end solution
check("16.p2", p2)

# %% [markdown] key="padding"
# ## Divide by words, not by seats · 10 min · core
#
# A batch is a rectangle, sentences are not. Ours cost a bigram model, which knows the exact counts, this much:

# %% key="sheet"
P = probability.conditional(probability.bigram_counts(story.CORPUS, story.VOCABULARY))
place = {word: i for i, word in enumerate(story.VOCABULARY)}
prices, real = np.zeros((4, 6)), np.zeros((4, 6), dtype=bool)
for i, sentence in enumerate(story.CORPUS):
    for t, (now, following) in enumerate(pairwise(sentence)):
        prices[i, t] = -np.log(P[place[now], place[following]]) + 0.0  # nat
        real[i, t] = True
widgets.price_sheet(prices / np.log(2), real)

# %% [markdown] key="e2-text"
# The fourth sentence is one word shorter, so its last seat holds **padding**. Here it costs 0, as it does for any model
# that has learned "after the end comes nothing". Elsewhere it may cost anything. It is no word: leave it out of the
# sum **and** out of the count. ★★ · about 8 minutes


# %% key="e2"
def masked_mean(losses, mask):
    """Mean loss of the real words.

    losses: array of any shape. mask: booleans of the same shape, True = a real word.
    Returns one number.
    """
    # solution
    return losses[mask].mean()
    # end solution


# %% key="e2-check"
check("16.e2", masked_mean)

# %% key="padding-numbers"
bits = prices / np.log(2)
sentence_means = [row[seen].mean() for row, seen in zip(bits, real, strict=True)]
print(f"over {real.sum()} words          {probability.masked_mean(bits, real):.4f} bit")
print(f"floor of every bigram  {story.BIGRAM_BITS:.4f} bit  = {story.BIGRAM_BITS_EXACT}")
print(f"over {real.size} seats          {bits.mean():.4f} bit  below the floor")
print(
    f"mean of sentence means {np.mean(sentence_means):.4f} bit  the short sentence counts more"
)

# %% [markdown] key="padding-read"
# The third line is impossible for a bigram model. A loss below its floor is no triumph. Look for the bug.

# %% [markdown] key="perplexity"
# ## Perplexity undoes the logarithm · 6 min · core
#
# A loss of ln 9 nat is the loss of a fair choice among nine. So undo the logarithm, and read **perplexity** as a number of
# words. It is also 1 divided by the geometric mean of the shares of the true words. ★ · about 5 minutes


# %% key="e4"
def ppl(loss_nats):
    """Perplexity of a mean loss in nat."""
    # solution
    return np.exp(loss_nats)
    # end solution


# %% key="e4-check"
check("16.e4", ppl)

# %% key="ppl-numbers"
nat, bit = story.BIGRAM_NATS, story.BIGRAM_BITS
print(f"e to the power of {nat:.4f} nat: perplexity {np.exp(nat):.3f}")
print(f"2 to the power of {bit:.4f} bit: perplexity {2**bit:.3f}")
print(f"2 to the power of {nat:.4f}, a number of nat: {2**nat:.3f}, which means nothing")
print(f"19.12 by that mistake was a perplexity of {np.exp(np.log2(19.1218)):.2f}")

# %% [markdown] key="ppl-read"
# The last line happened: a widely used library took 2 to the power of nats until 2022 (`huggingface/evaluate`, pull request
# 242). So a loss needs its unit. It also needs to say what one token is: per word and per piece of a word are different scales.

# %% [markdown] key="smoothing"
# ## Keep a tenth of doubt · 16 min
#
# A one-hot label is never satisfied: one more point of lead for the true word always pays. **Label smoothing** stops that. It
# takes ε from the label and gives it to all K words in equal parts, the true one included:
#
# $$\text{target} = (1 - \epsilon)\cdot\text{one-hot} + \epsilon / K$$
#
# **h3** ε = 0.1, the words *cat, mat, dog, rug*, and *mat* is true. Type the target. **h3b** What does the bet (½, ¼, ⅛, ⅛)
# cost now, and how much more than 2 bit is that?

# %% key="h3"
# solution
h3 = "0.025, 0.925, 0.025, 0.025"
# end solution
check("16.h3", h3)

# %% key="h3b"
# solution
h3b = "2.025, 0.025"
# end solution
check("16.h3b", h3b)

# %% [markdown] key="e3-text"
# In NumPy, for a list of labels. ★★ · about 8 minutes


# %% key="e3"
def smooth(y, K, eps):
    """Smoothed targets.

    y: (N,) true words, whole numbers from 0 to K - 1. eps: from 0 to 1.
    Returns (N, K); every row adds up to 1.
    """
    # solution
    return (1 - eps) * np.eye(K)[y] + eps / K
    # end solution


# %% key="e3-check"
check("16.e3", smooth)

# %% [markdown] key="w2-text"
# Now the loss with your target. The true word leads each of the other three by some gap of scores. Two bets, then
# drag ε, and your gap.

# %% key="w2"
widgets.smoothing(smooth)

# %% [markdown] key="w2-read"
# The curve turns. Its lowest point is where the bet equals the target, so where
#
# $$\text{gap} = \ln\frac{1 - \epsilon + \epsilon/K}{\epsilon/K}$$
#
# To the right of it, being surer costs, even though you are right. And the lowest point is not 0: it is the entropy of the
# target. Judged by the plain label afterwards, this best bet still pays:

# %% key="floor"
for K in (4, 37_000):
    target = probability.smooth_labels(np.array([0]), K, 0.1)[0]
    gap = np.log(target[0] / target[1])
    nats, in_bits = probability.entropy(target, base=np.e), probability.entropy(target)
    plain = -np.log(target[0])
    print(f"{K:>6} words: gap {gap:6.3f}, floor {in_bits:.3f} bit = {nats:.3f} nat")
    print(f"{'':13} plain loss there {plain:.3f} nat, perplexity {np.exp(plain):.3f}")

# %% [markdown] key="conventions"
# <details><summary>Why do I find ε/(K − 1) in other code?</summary>
#
# Another convention: the true word keeps exactly 1 − ε, and the K − 1 others share ε. *Deep Learning* has it in §7.5.1. Its ε
# does the work of our ε·K/(K − 1). Some Transformer programs write ε/(K − 2), because the padding symbol gets
# nothing either. Never compare two smoothed losses before you know which.
# </details>

# %% [markdown] key="paper"
# ## In the paper · 2 min · core
#
# §5.4, "Label Smoothing": ε_ls = 0.1 in training. It "hurts perplexity, as the model learns to be more unsure, but improves
# accuracy and BLEU score". You can say why the first half must be: a model that fits the smoothed target gives the true word
# about 0.9, and the plain label charges −ln 0.9. The second half is a measurement. The perplexities in its Table 3 are per
# wordpiece.
#
# <details><summary>Where the original plan pointed, and where to look</summary>
#
# Chapter 6 of *Deep Learning* (Goodfellow, Bengio, Courville; 花书): §6.2.1.1 for the loss, §6.2.2.3 for softmax with its
# logarithm. Cross-entropy itself is defined in §3.13. "李宏毅交叉熵" on B站 is a search phrase; Hung-yi Lee treats
# cross-entropy where he treats classification. Label smoothing comes from Szegedy and others (2016), §7.
# </details>

# %% [markdown] key="quiz-text"
# ## Quiz · 2 min · core

# %% key="quiz"
quiz(16)

# %% key="quiz-answers" tags=["solution"]
quiz(16, reveal=True)

# %% [markdown] key="end"
# ## Take with you · 2 min · core
#
# > **cross-entropy** H(p, q) = −Σ pᵢ log qᵢ = H(p) + KL(p‖q) ≥ H(p); for a one-hot label −log q_true = logsumexp(z) − z_true. It takes
# > logits, never shares; mean over real words only. **perplexity** = e^(loss in nat) = 2^(loss in bit). **Label smoothing**
# > (1 − ε)·one-hot + ε/K: its floor is the entropy of the target, not 0.
#
# **Words of today**
#
# | word | 中文 | symbol | paper |
# |---|---|---|---|
# | cross-entropy | 交叉熵 | H(p, q) | – |
# | one-hot label | 独热标签 | – | – |
# | soft target | 软目标 | – | – |
# | logits | 未归一化得分 | z | – |
# | label smoothing | 标签平滑 | ε_ls | §5.4 |
# | padding | 填充 | – | – |
# | perplexity | 困惑度 | PPL | §6.2 |
#
# **Teach it back.** A colleague reports a loss of 0.35 and asks if that is good. Write the three questions that you ask first.
#
# Tomorrow turns the picture round: the words stay, and you look for the bet that would have made them cheapest.

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
# # Day 19 · Softmax meets cross-entropy: prediction minus truth
#
# Softmax has a Jacobian with an entry for every pair of words. Cross-entropy has the slope −1/p, which explodes for a small
# share. Put one behind the other, and nearly everything cancels:
#
# $$p = \mathrm{softmax}(z), \qquad \mathrm{loss} = -\log p_{\text{true}}, \qquad
# \boxed{\frac{\partial\, \mathrm{loss}}{\partial z} = p - y}$$
#
# z are the scores for the next word (§3.4). Everything that a language model learns from a text starts with this difference.
#
# **When you close this notebook you can**
#
# - derive p − y, by a long road and a short one;
# - write forward and backward, and let nudges judge them;
# - turn scores of shape (B, T, V) into one loss and a perplexity;
# - train a bigram model to its exact floor, and distrust a run that gets below;
# - say why squared error learns slowly here.
#
# You need: softmax (Day 13), cross-entropy (Day 16), the gradient check (Day 9), the floor of our corpus (Days 14 and 17).
# Sections marked **core** are the short path, 48 minutes. The rest makes it 90.

# %% key="setup"
from utils import check, compare, hint, quiz, recall
from utils import calculus, probability, story
from utils.exercises import day19
from utils.widgets import race as widgets
import numpy as np

np.set_printoptions(precision=4, suppress=True)

# %% [markdown] key="story"
# ## Four ropes, one word · 4 min · core
#
# After *the*, a model splits its cake: ½ for *cat*, ¼ for *mat*, ⅛ for *dog* and for *rug*. The next word is *mat*. Now
# training may move the four scores a little.
#
# Day 16 found the slopes of the loss by nudging: p − y, with y = 1 for the word that came and 0 for the others. Downhill is
# against the slopes. So each score hangs on a rope, and is pulled by −(p − y). Two bets.

# %% key="w1"
widgets.tug_of_war()

# %% [markdown] key="tug-read"
# *mat* is pulled up by 1 − p, by what it still lacks. Every other word is pulled down by its own share. The pulls balance,
# and none is longer than 1. When the prediction meets the truth, all four are gone.
#
# Raise the learning rate; let *rug* come. Then the question of the day: where do the Jacobian and the 1/p go?

# %% [markdown] key="recall-text"
# ## First, days 18, 16, 12 and 5 · 4 min

# %% key="recall"
recall(19)

# %% key="recall-answers" tags=["solution"]
recall(19, reveal=True)

# %% [markdown] key="derive"
# ## Two ugly factors, one clean difference · 6 min · core
#
# **The long road** is the chain rule. Nudge a share $p_k$, and the loss $-\sum_k y_k \ln p_k$ answers with $-y_k / p_k$. Nudge a
# score $z_i$, and the share answers with $p_k(\delta_{ki} - p_i)$, an entry of the softmax Jacobian of day 13
# ($\delta_{ki}$ is 1 for k = i, else 0). Multiply, and add up over the shares:
#
# $$\frac{\partial\, \mathrm{loss}}{\partial z_i} = \sum_k \underbrace{-\frac{y_k}{p_k}}_{\text{price}}\;
# \underbrace{p_k\,(\delta_{ki} - p_i)}_{\text{softmax}} = -y_i + p_i \sum_k y_k = p_i - y_i$$
#
# The small number stands above and below, and cancels. The last step needs that the truth adds up to 1.
#
# **The short road** takes the logarithm first: loss = logsumexp(z) − z_true. The slope of the logsumexp, the smooth
# maximum, is p. The slope of z_true is y. Done.
#
# **h1** *mat* comes. The four slopes? · **h3** their sum?

# %% key="h1"
# solution
h1 = "1/2, -3/4, 1/8, 1/8"
# end solution
check("19.h1", h1)

# %% key="h3"
# solution
h3 = "0"
# end solution
check("19.h3", h3)

# %% key="long-road"
p, y = story.SHARES, np.eye(4)[1]
price = -y / p + 0.0
J = probability.softmax_jacobian(p)
print("price, slope for the shares :", price)
print("softmax Jacobian, times price:", J @ price)
print("p − y                        :", p - y)
for rare in (1e-2, 1e-4, 1e-8):
    q = np.array([1 - rare, rare])
    slope = probability.softmax_jacobian(q) @ np.array([0, -1 / rare])
    print(
        f"true word's share {rare:g}: 1/p = {1 / rare:.0e}, slope for its score {slope[1]:.4f}"
    )

# %% [markdown] key="step"
# ## One step by hand · 4 min
#
# Learning rate 1: new scores = old scores − slopes. The slopes belong to the **scores**. Whoever subtracts them from the
# shares gets the label itself, and has learned nothing. **h2** the new shares · **h2b** the new loss, in nat

# %% key="h2"
# solution
h2 = "0.288, 0.503, 0.105, 0.105"
# end solution
check("19.h2", h2)

# %% key="h2b"
# solution
h2b = "0.688"
# end solution
check("19.h2b", h2b)

# %% key="step-numbers"
z = story.LOGITS
after = probability.softmax(z - (p - y))
print(f"before {p}: loss {-np.log(p[1]):.3f} nat")
print(f"after  {after}: loss {-np.log(after[1]):.3f} nat")
print("slopes taken from the shares:", p - (p - y))

# %% [markdown] key="code"
# ## Forward, backward · 17 min · core
#
# Now N words at once, one row of scores each. Forward gives the mean loss and keeps the shares, because backward needs
# them. Stay with log-softmax: rows with scores of ±1000 are among the tests. ★★ · about 8 minutes


# %% key="e1"
def forward(logits, y):
    """Mean loss, and the shares.

    logits: (N, K) scores. y: (N,) which column came.
    Returns (loss in nat, p of shape (N, K)).
    """
    # solution
    shifted = logits - logits.max(axis=1, keepdims=True)
    log_p = shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))
    return -log_p[np.arange(len(y)), y].mean(), np.exp(log_p)
    # end solution


# %% key="e1-check"
check("19.e1", forward)

# %% [markdown] key="e2-text"
# Backward is one line. But the loss is a **mean** over N rows, so each row has 1/N of a say. And leave p as it was: somebody
# else may need it. ★★ · about 8 minutes


# %% key="e2"
def backward(p, y):
    """Slope of the mean loss for every score.

    p: (N, K) shares, as forward gives them. y: (N,) which column came. Returns (N, K).
    """
    # solution
    gradient = p.copy()
    gradient[np.arange(len(y)), y] -= 1
    return gradient / len(y)
    # end solution


# %% key="e2-check"
check("19.e2", backward)

# %% [markdown] key="e2-more"
# Stuck? `hint("19.e2")`. Done? `compare("19.e2", backward)`. Then scroll up, write `widgets.tug_of_war(backward)`, and your
# function pulls. From here on the notebook calls the course's versions, `probability.cross_entropy` and
# `probability.cross_entropy_backward`, which both take logits.

# %% [markdown] key="nudge"
# ## Believe it when the nudges agree · 8 min
#
# A wrong sign raises no error. Day 9's tool sees it: `calculus.gradient_check(f, claim, x)` nudges every entry of x and
# returns the relative error of the claim. Use it for any forward and any backward. ★★ · about 8 minutes


# %% key="e3"
def gradient_error(forward, backward, logits, y):
    """Relative error of backward's claim against nudges of the logits.

    forward(logits, y) -> (loss, p). backward(p, y) -> claimed gradient, (N, K). Returns a float.
    """
    # solution
    p = forward(logits, y)[1]
    return calculus.gradient_check(lambda z: forward(z, y)[0], backward(p, y), logits)
    # end solution


# %% key="e3-check"
check("19.e3", gradient_error)

# %% key="nudge-numbers"
rng = np.random.default_rng(19)
logits, true = rng.normal(size=(5, 7)), np.array([6, 0, 3, 3, 1])
P, Y = probability.softmax(logits), np.eye(7)[true]
claims = {
    "(p − y) / N": (P - Y) / 5,
    "p − y": P - Y,
    "p / N": P / 5,
    "(y − p) / N": (Y - P) / 5,
}
for name, claim in claims.items():
    error = calculus.gradient_check(
        lambda z: probability.cross_entropy(z, true), claim, logits
    )
    print(f"{name:12} relative error {error:.3f}  believe it: {error < 1e-6}")

# %% [markdown] key="head"
# ## From a vector to one number · 13 min
#
# The thirty-day plan says: "with the paper's loss formula, understand that softmax gives probabilities and cross-entropy gives
# the loss". The paper has no loss formula. Its §3.4 names a linear layer and a softmax that give next-token probabilities,
# its §5.4 smooths the labels. You write the loss yourself. **p1** Logits (2, 4.5, 1), class 1: share, loss in nat,
# perplexity?

# %% key="p1"
# solution
p1 = "0.8991, 0.1064, 1.112"
# end solution
check("19.p1", p1)

# %% [markdown] key="tying"
# Where do logits come from? The last layer leaves one vector h for each place. The **LM head** compares it with a vector
# for each word of the vocabulary. The paper takes the same table E that turned words into vectors at the entrance:
# **weight tying**. So logits = h Eᵀ, one dot product for each word. Let h be *cat* itself, as if no layer had touched it:

# %% key="head-numbers"
E = np.array([story.TABLE_4D[word] for word in story.WORDS])
h = story.TABLE_4D["cat"]
print("h E.T:", {word: int(score) for word, score in zip(story.WORDS, h @ E.T, strict=True)})
now, following = np.array([0, 1, 2, 3, 0]), np.array([1, 2, 3, 0, 4])  # the cat sat on the mat
D = probability.cross_entropy_backward(E[now] @ E.T, following)  # (p − y) / N
tied = lambda E: probability.cross_entropy(E[now] @ E.T, following)
as_head, as_entrance = D.T @ E[now], np.eye(5)[now].T @ D @ E
for name, claim in (("head only", as_head), ("head + entrance", as_head + as_entrance)):
    print(f"{name:16} relative error {calculus.gradient_check(tied, claim, E):.3f}")
print(f"numbers saved in the paper's model: {37_000:,} · {512} = {37_000 * 512:,}")

# %% [markdown] key="lm-loss"
# cat·mat = 3 once more, but *cat* scores highest with itself: the layers have to turn h from the word that was read towards
# the word that comes. And a table that is used twice is blamed twice. ("About 37,000" tokens: §5.1.)
#
# A batch of B sentences with T places gives logits (B, T, V). The scores at place t are about the word at t + 1, so
# **shift the targets by one**. The last place has no target, nor has an empty seat; here −1 marks it:

# %% key="c4"
place = {word: i for i, word in enumerate(story.VOCABULARY)}
C4 = np.full((4, 7), -1)
for i, sentence in enumerate(story.CORPUS):
    C4[i, : len(sentence)] = [place[word] for word in sentence]
print("inputs             targets")
for row in C4:
    print(f"{row[:-1]}  {row[1:]}")
print("real targets:", (C4[:, 1:] != -1).sum())

# %% [markdown] key="p2-text"
# The plan's second task: a small set of losses, in Python. Mean over real targets. ★★ · about 8 minutes


# %% key="p2"
def lm_loss(logits, tokens):
    """Loss and perplexity of a language model.

    logits: (B, T, V); logits[b, t] are scores for the word after tokens[b, t].
    tokens: (B, T) word ids, -1 = empty seat. Returns (mean loss in nat, perplexity).
    """
    # solution
    targets = tokens[:, 1:]
    real = targets != -1
    log_p = probability.log_softmax(logits[:, :-1])[real]
    loss = -log_p[np.arange(real.sum()), targets[real]].mean()
    return loss, np.exp(loss)
    # end solution


# %% key="p2-check"
check("19.p2", lm_loss)

# %% [markdown] key="train"
# ## Down to the floor · 16 min · core
#
# Day 17 reached the bigram floor of our corpus by counting. Now let p − y find it. The model is a table Z with a row of nine
# scores for each present word, all 0 at first. One-hot rows X pick rows of Z, so the logits are X Z: a linear layer. Its
# gradient is day 9's Xᵀ dY, and dY is (p − y)/N.
#
# Walk on C4 as above, or any such table; your forward and backward fit, and so do the course's. ★★★ · about 12 minutes


# %% key="e4"
def train_bigram(tokens, lr, steps):
    """Learn next-word shares by gradient descent on the mean loss, from scores that are all 0.

    tokens: (B, T) word ids 0 ... V - 1, all of them occur; -1 = empty seat.
    lr: learning rate. steps: how many.
    Returns (losses, P): steps + 1 losses in nat, the first before any step,
    and (V, V) shares, a row for each present word.
    """
    # solution
    targets = tokens[:, 1:]
    real = targets != -1
    V = tokens.max() + 1
    X, y = np.eye(V)[tokens[:, :-1][real]], targets[real]
    Z, losses = np.zeros((V, V)), []
    for step in range(steps + 1):
        loss, p = forward(X @ Z, y)
        losses.append(loss)
        if step < steps:
            Z = Z - lr * X.T @ backward(p, y)
    return np.array(losses), probability.softmax(Z)
    # end solution


# %% key="e4-check"
check("19.e4", train_bigram)

# %% [markdown] key="race-text"
# Ten learning rates race, with your function if it is finished; then two classic accidents do. The bar shows how far the
# training is. Two bets.

# %% key="w2"
widgets.to_the_floor(train_bigram)

# %% [markdown] key="race-read"
# 1. At 0.1 a thousand steps are not enough. At 5 the distance shrinks like 1 / steps, a straight line on the right. It
#    never becomes 0: shares of exactly 0 would need infinite scores.
# 2. 15 still arrives. 20 rattles near 0.70 nat, since each step leaps across the valley of the row of *the*. Day 24 shows
#    why the border lies at 2 / curvature.
# 3. No correct run is below the dashed line. The loss is the entropy of the data + KL, and KL ≥ 0.
# 4. Now the accidents. Asked for the word that it was just given, a model sinks towards 0 nat. One empty seat, counted as a
#    word, is enough to slip through the floor. Neither raises an error. The floor tells.

# %% key="at-the-floor"
losses, P = day19.train_bigram(C4, 5, 1000)
floor = story.BIGRAM_NATS
shares = ", ".join(f"{word} {P[0, place[word]]:.3f}" for word in story.AFTER_THE)
print("row of the:", shares)
print(f"lr 5: loss {losses[-1]:.4f} nat, floor {floor:.4f} nat")
print(f"      perplexity {np.exp(losses[-1]):.3f}, best possible {np.exp(floor):.3f}")
print("distance after 10, 100, 1000 steps, in nat:", losses[[10, 100, 1000]] - floor)
rattling = day19.train_bigram(C4, 20, 1000)[0]
print(f"lr 20: loss {rattling[-1]:.4f} nat, lowest of all {rattling.min():.4f} nat")
curvature = 8 / 23 * np.linalg.eigvalsh(probability.softmax_jacobian(story.SHARES))[-1]
print(f"8 of 23 events follow the: rattles above 2 / {curvature:.4f} = {2 / curvature:.1f}")

# %% [markdown] key="squared"
# ## Squared error sleeps when it is most wrong · 10 min
#
# Why not simply make the shares fit? Half the squared error, ½ Σ (p − y)², has the slope p − y for the *shares*. For the scores the
# softmax Jacobian comes on top, and here nothing cancels it.

# %% key="pulls"
widgets.two_pulls()

# %% [markdown] key="e5-text"
# At p = 0.001 the model is badly wrong. Cross-entropy pulls with almost 1. Squared error multiplies by the tiny share, and
# hardly moves: softmax is saturated (day 13), and no 1/p makes up for it. Again the mean over N rows. ★★ · about 8 minutes


# %% key="e5"
def backward_squared(p, y):
    """Slope of the mean of 1/2 * (squared length of p - y) for every score.

    p: (N, K) shares. y: (N,) which column came. Returns (N, K).
    """
    # solution
    error = p - np.eye(p.shape[1])[y]
    mixed = (p * error).sum(axis=1, keepdims=True)
    return p * (error - mixed) / len(y)
    # end solution


# %% key="e5-check"
check("19.e5", backward_squared)

# %% key="two-walks"
right = np.array([0.0, 1.0])
print("two words, from p = 0.001    first slope    steps of learning rate 1 until p > 1/2")
for name in ("cross-entropy (nat)", "squared error (no unit)"):
    z, slopes = np.log([0.999, 0.001]), []
    while (q := probability.softmax(z))[1] < 0.5:
        error = q - right
        squared = "squared" in name
        slopes.append(probability.softmax_jacobian(q) @ error if squared else error)
        z = z - slopes[-1]
    print(f"{name:28} {slopes[0][1]:11.4f} {len(slopes):8}")

# %% [markdown] key="soft"
# ## Soft truths obey the same rule · 3 min
#
# The derivation used only that y adds up to 1. So for a soft target it is **p − target**. The plan's example once more, "true
# label 0.9, predicted 0.1". **h4** Hard label, and soft target (0.9, 0.1): the slope for the first score?

# %% key="h4"
# solution
h4 = "-0.9, -0.8"
# end solution
check("19.h4", h4)

# %% key="both-cases"
print("target      prediction  loss  least possible (nat)   p − target")
for target, q in (
    ([1.0, 0.0], [0.1, 0.9]),
    ([0.9, 0.1], [0.1, 0.9]),
    ([0.9, 0.1], [0.9, 0.1]),
):
    loss, least = (
        probability.cross_entropy_pq(target, q),
        probability.entropy(target, base=np.e),
    )
    print(f"{target}  {q}  {loss:.3f} {least:9.3f} {'':12} {np.subtract(q, target).round(2)}")

# %% key="smoothed"
target = probability.smooth_labels(np.array([1]), 4, 0.1)[0]
print("smoothed target", target)
for q in (story.SHARES, target, np.array([0.002, 0.994, 0.002, 0.002])):
    slope = probability.cross_entropy_backward(np.log([q]), np.array([1]), label_smoothing=0.1)
    print(f"p {q}  slope {slope[0].round(4) + 0.0}")

# %% [markdown] key="soft-read"
# Where the slope is 0, the loss is not: 0.325 nat stay, the entropy of the target. With smoothed labels (§5.4, ε = 0.1) the
# slope is p − y_smooth. It changes its sign: a model that gives *mat* 0.994 is pulled **back**, towards 0.925.

# %% [markdown] key="paper"
# ## In the paper · 1 min · core
#
# §3.4: a learned linear transformation and a softmax turn the decoder's output into next-token probabilities; its weights
# are those of the embeddings. §5.4: label smoothing. Between the two stands today's formula, unprinted.
#
# <details><summary>Where the original plan pointed, and where to look</summary>
#
# "Transformer损失函数部分", the loss-function part: the paper has none. Read §3.4 and §5.4. *Deep Learning* (Goodfellow,
# Bengio, Courville; 花书), §6.2.2.3, treats softmax outputs, and says why squared error fails for them.
# </details>

# %% [markdown] key="quiz-text"
# ## Quiz · 3 min · core

# %% key="quiz"
quiz(19)

# %% key="quiz-answers" tags=["solution"]
quiz(19, reveal=True)

# %% [markdown] key="end"
# ## Take with you · 1 min · core
#
# > **softmax + cross-entropy** ∂loss/∂z = p − y, divided by N for a mean over N targets; each row adds up to 0. It holds for soft and
# > smoothed targets too. logits = h Eᵀ, shape (B, T, V); shift targets by one, leave padding out, perplexity = e^(loss in nat). A loss
# > below the floor is a bug.
#
# **Words of today**
#
# | word | 中文 | symbol | paper |
# |---|---|---|---|
# | prediction minus truth | 预测减真值 | p − y | §3.4 |
# | LM head (language-model head) | 语言模型头（输出层） | h Eᵀ | §3.4 |
# | weight tying | 权重共享 | – | §3.4 |
# | shifted targets | 错位一个词的目标 | – | §3.1 |
# | learning rate | 学习率 | η | §5.3 |
# | squared error | 平方误差 | – | – |
#
# **Teach it back.** One sentence for a colleague: why does the word with the share 0.000001 not blow up the gradient?
#
# Tomorrow the words get places: until now nothing in attention knows that *cat* comes before *sat*.

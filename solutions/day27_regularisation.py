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
# # Day 27 · Overfitting: who understood English?
#
# A model knows our four sentences by heart. Show it a fifth, *the dog sat on the rug*, and it is certain: impossible. The
# clumsy bigram of day 11 says 1 in 64. Which of the two understood something?
#
# Today's parts of the paper (§5.4) are small. One of them sits on every sub-layer:
#
# $$\mathrm{LayerNorm}\big(x + \boxed{\mathrm{Dropout}}(\mathrm{Sublayer}(x))\big), \qquad P_{drop} = 0.1,
# \qquad \boxed{\epsilon_{ls} = 0.1}$$
#
# **When you close this notebook you can**
#
# - read two curves where you used to read one, and stop in time;
# - split data so that nothing leaks;
# - tell an L2 penalty from weight decay, and say why the difference begins with Adam;
# - write dropout so that the mean stays, and leave it off when you measure.
#
# You need: the loss of next words and label smoothing (Day 16), Adam's four lines (Day 25).
# Sections marked **core** are the short path, 51 minutes. The rest makes it 86.

# %% key="setup"
from utils import check, compare, hint, quiz, recall
from utils import language_model, optimize, probability, story, transformer
from utils.widgets import regularisation as widgets
import numpy as np

np.set_printoptions(precision=4, suppress=True)

# %% [markdown] key="hook"
# ## Impossible, or 1 in 64? · 6 min · core
#
# The **bigram** knows the word before. After *the* it has seen *cat* ½, *mat* ¼, *dog* ⅛, *rug* ⅛; on our way all other
# steps are certain. The **memoriser** knows all words before. After *the dog sat on the* it has seen *mat*, once of once.
#
# The first *the* is given, the end mark counts. How many bits does each pay for *the dog sat on the rug*?
#
# **h3** the bigram · **h3b** the memoriser

# %% key="h3"
# solution
h3 = "6"
# end solution
check("27.h3", h3)

# %% key="h3b"
# solution
h3b = "infinity"
# end solution
check("27.h3b", h3b)

# %% key="hook-numbers"
P = probability.conditional(probability.bigram_counts(story.CORPUS, story.VOCABULARY))
fifth = ["the", "dog", "sat", "on", "the", "rug", story.END]
p = probability.sentence_prob([story.VOCABULARY.index(word) for word in fifth], P)
print(f"bigram:    1/{1 / p:.0f}, {-np.log2(p):.0f} bit")

heard = [words[5] for words in story.CORPUS if words[:5] == fifth[:5]]
print(f"memoriser: after 'the dog sat on the' it has seen {heard}; for rug ∞ bit")
print("on the four sentences themselves, bit/token:")
print(f"bigram {story.BIGRAM_BITS:.4f}   memoriser {story.FULL_CONTEXT_BITS:.4f}")

# %% [markdown] key="hook-read"
# On its own four sentences no honest reader beats the memoriser: 8/23 bit/token. One step outside, it is infinitely wrong.
# That is **overfitting**: a low loss on what was learned, a high one on what was not.

# %% [markdown] key="recall-text"
# ## Four things from earlier days · 4 min
#
# From days 26, 24, 20 and 13. No notes.

# %% key="recall"
recall(27)

# %% key="recall-answers" tags=["solution"]
recall(27, reveal=True)

# %% [markdown] key="curves"
# ## Two curves part · 3 min · core
#
# A caricature? Take a real model, the small Transformer of day 30. It trains on the four sentences. After each step we also
# read its loss on the fifth, from which it never learns.


# %% key="train"
def read(tokens, targets, parameters):
    """Loss in bit/token, without learning."""
    return language_model.evaluate(model, parameters, tokens, targets)[0] / np.log(2)


model = language_model.Machine(heads=2)
start = language_model.init_model(10, 16, 32, np.random.default_rng(27))
corpus = language_model.corpus()
ids = language_model.ids(fifth)[None]
unseen = (ids[:, :-1], ids[:, 1:])

seen_curve, unseen_curve = [read(*corpus, start)], [read(*unseen, start)]
for _, parameters in language_model.train(model, start, [corpus] * 300, lr=0.01):
    seen_curve.append(read(*corpus, parameters))
    unseen_curve.append(read(*unseen, parameters))
for step in (10, 40, 100, 300):
    print(
        f"step {step:3}: corpus {seen_curve[step]:.2f} bit/token,",
        f"fifth sentence {6 * unseen_curve[step]:5.1f} bit in all",
    )

# %% key="curves-picture"
widgets.two_curves(seen_curve, unseen_curve)

# %% [markdown] key="curves-read"
# At step 40 this model pays less than the bigram's 6 bit: it puts dogs on rugs, which nobody showed it. At step 300 it pays
# twice the bigram's price, and the training loss is lower than ever. The four sentences happen to lack dogs on rugs; it took
# the gap for a rule.
#
# Which of the two do you keep? The training loss cannot tell. A loss on held-out data can: the **validation loss**. One
# sentence is a tiny validation set, so trust the shape, not the exact step.

# %% [markdown] key="e4-text"
# ## Stop, without looking into the future · 9 min
#
# The cheapest remedy is **early stopping**: when `patience` epochs in a row have brought nothing better, stop, and go back
# to the best one so far. What would have come, you do not know. ★★ · about 8 minutes


# %% key="e4"
def early_stop(vals, patience):
    """The epoch to go back to.

    vals: (n,) validation losses, one an epoch. patience: whole number, at least 1.
    Returns an index: the best epoch before `patience` epochs in a row brought nothing better.
    """
    # solution
    best = 0
    for epoch, loss in enumerate(vals):
        if loss < vals[best]:
            best = epoch
        elif epoch - best >= patience:
            break
    return best
    # end solution


# %% key="e4-check"
check("27.e4", early_stop)

# %% key="patience"
for patience in (2, 20, 200):
    best = optimize.early_stop(unseen_curve, patience)
    print(f"patience {patience:3}: back to step {best:2}, {unseen_curve[best]:.2f} bit/token")

# %% [markdown] key="patience-read"
# (The notebook calls the course's versions.) The loss at the chosen step flatters: you chose it for being low. Report a third
# part, the **test set**, read once.

# %% [markdown] key="split"
# ## Copies leak · 9 min
#
# Text is full of copies, and a copy on the other side of the cut is an answer key:

# %% key="leak"
lines = [" ".join(words[:-1]) for words in story.CORPUS] * 3
shuffled = [lines[i] for i in np.random.default_rng(27).permutation(len(lines))]
train_lines, held_out = shuffled[:9], shuffled[9:]
known = sum(line in train_lines for line in held_out)
print(f"{known} of {len(held_out)} held-out lines also stand in training")

# %% [markdown] key="e5-text"
# Here the memoriser would look brilliant. So split **sentences**, not lines. Number the *different* ones in the order in which
# they first come; every 4th of them, with all its copies, is for validation. (In earnest, shuffle them first, with a seed.)
# ★★ · about 8 minutes


# %% key="e5"
def split(sentences):
    """Training and validation, with no sentence on both sides.

    sentences: list of strings, with copies.
    Returns (train, validation), two lists in the old order; together they hold every line once.
    """
    # solution
    chosen = list(dict.fromkeys(sentences))[3::4]
    train = [s for s in sentences if s not in chosen]
    return train, [s for s in sentences if s in chosen]
    # end solution


# %% key="e5-check"
check("27.e5", split)

# %% [markdown] key="wiggle"
# ## A wiggle has a price · 13 min
#
# Early stopping limits time. You can also limit the model. The cleanest case has no words in it: the warmth of the mat at 12
# hours of a day, and a polynomial in the hour; the squares between the dots are validation. The picture minimises
#
# $$\sum_i (\text{prediction}_i - y_i)^2 + \lambda \lVert w \rVert^2$$
#
# so that large weights cost. Two bets, then pull both sliders.

# %% key="w1"
widgets.degree_and_penalty()

# %% [markdown] key="wiggle-read"
# At degree 11 the curve runs close by the training points, with weights beyond 100 that cancel one another. Raise λ: the
# swings go first, and validation is best near λ = 0.02. Higher up the shape goes too: **underfitting**.
#
# λ and the degree are **hyperparameters**. On the training points λ = 0 always wins, so validation chooses.
#
# Write the fit. The constant b pays nothing. ★★ · about 8 minutes


# %% key="e3"
def ridge(X, y, lam):
    """Weights that make the sum of (X w + b - y)² plus lam ‖w‖² smallest.

    X: (n, d). y: (n,). lam: at least 0. Returns (w, b): array (d,) and a number.
    """
    # solution
    centred = X - X.mean(axis=0)
    gram = centred.T @ centred + lam * np.eye(X.shape[1])
    w = np.linalg.solve(gram, centred.T @ (y - y.mean()))
    return w, y.mean() - X.mean(axis=0) @ w
    # end solution


# %% key="e3-check"
check("27.e3", ridge)

# %% [markdown] key="map"
# `widgets.degree_and_penalty(ridge)` draws with yours.
#
# Day 18 knew this price: with a normal prior of spread τ on the weights and normal noise of spread σ, the **MAP** is the
# penalised fit with λ = σ²/τ². A prior with a point at 0 (Laplace) gives the other classic, **L1**: λ times the sum of
# absolute values.

# %% key="map-numbers"
x, y = np.array([-2.0, -1.0, 1.0, 2.0]), np.array([-5.0, -2.0, 2.0, 5.0])
w, b = optimize.ridge(x[:, None], y, 2.0)
places = np.linspace(-1, 4, 5001)
log_posterior = [-np.sum((w1 * x - y) ** 2) / 2 - 2 * w1**2 / 2 for w1 in places]
print(
    f"ridge at λ = 2: {w[0]:.3f}   MAP at σ² = 1, τ² = 1/2: {places[np.argmax(log_posterior)]:.3f}"
)

for best in (3.0, 0.5):  # what the loss alone wants: ½ (w - best)²
    loss = (places - best) ** 2 / 2
    l1, l2 = loss + np.abs(places), loss + places**2 / 2
    print(
        f"{best}: with L1 {places[np.argmin(l1)] + 0.0:.2f}, with L2 {places[np.argmin(l2)]:.2f}"
    )

# %% [markdown] key="l1-read"
# L1 takes the same amount from every weight, and small ones end at exactly 0. L2 takes a share, and nothing becomes 0.

# %% [markdown] key="decay"
# ## Adam divides the price away · 19 min · core
#
# Put ½λ‖w‖² into the loss. Its gradient is λw. Under plain gradient descent a step becomes
#
# $$w - \eta\,(g + \lambda w) = (1 - \eta\lambda)\,w - \eta\, g$$
#
# Every weight loses the share ηλ: **weight decay**. Here, two names for one thing.
#
# Adam divides the gradient by √v̂, the usual size of that weight's gradients (day 25). A λw inside is divided too.
#
# **h2** w = 1, η = λ = 0.1, and the loss has gradient 0: w after the first step of plain descent with L2 · AdamW, which
# subtracts ηλw outside · Adam with L2

# %% key="h2"
# solution
h2 = "0.99, 0.99, 0.90"
# end solution
check("27.h2", h2)

# %% [markdown] key="w3-text"
# Now 300 steps, and two weights whose gradients flip to and fro: the loss wants nothing of either. One is loud (±10), one
# quiet (±0.1). Two bets.

# %% key="w3"
widgets.adam_or_adamw()

# %% [markdown] key="w3-read"
# With λw inside, λ means another thing for every weight: the loud one hardly decays, the quiet one is wiped out. **AdamW**
# takes the decay out of the division:
#
# $$w \leftarrow w - \eta\left(\frac{\hat m}{\sqrt{\hat v} + \epsilon} + \lambda w\right)$$
#
# On the first step the *size* of a λ inside does not even show, unless λw turns the sign. Adam's stride is η:

# %% key="first-step"
print("first step from w = 1, gradient of the loss 1, η = 0.1")
for lam in (0.0, 0.01, 0.1, 1.0):
    inside = optimize.adam_step(1.0, 1.0 + lam * 1.0, 0.0, 0.0, 1, 0.1)[0]
    outside = optimize.adamw_step(1.0, 1.0, 0.0, 0.0, 1, 0.1, weight_decay=lam)[0]
    plain = optimize.sgd_step(1.0, 1.0 + lam * 1.0, 0.1)
    decayed = (1 - 0.1 * lam) * 1.0 - 0.1 * 1.0
    assert np.isclose(plain, decayed)
    print(
        f"λ = {lam:<4g}  Adam, L2 inside {inside:.3f}   AdamW {outside:.3f}   plain {plain:.3f}"
    )

# %% [markdown] key="e2-text"
# Write AdamW's first step, from m = v = 0. ★★★ · about 12 minutes


# %% key="e2"
def adamw_step1(w, g, lr, lam, eps=1e-8):
    """The weights after the first step of AdamW.

    w, g: arrays of one shape, weights and gradient of the loss. lr: η. lam: λ. Returns that shape.
    """
    # solution
    m_hat, v_hat = g, g**2  # bias correction undoes 1 - β₁ and 1 - β₂ at t = 1
    stride = m_hat / (np.sqrt(v_hat) + eps)
    return w - lr * stride - lr * lam * w
    # end solution


# %% key="e2-check"
check("27.e2", adamw_step1)

# %% [markdown] key="p2-text"
# Biases and the gains of layer norm are usually spared: they are few, and a gain's resting place is 1, not 0.
#
# The plan says "L2 equals adding the sum of squared parameters to the loss". Run the cell for four repairs; answer with a
# letter, such as `"a"`.

# %% key="p2"
# solution
p2 = "d"
# end solution
check("27.p2", p2)

# %% [markdown] key="dropout"
# ## Switch off at random, keep the mean · 12 min · core
#
# Another way: in every training step, silence each number with probability p, with fresh dice. No neuron can rely on one
# particular neighbour. Here are forty that all say 2; bet on their mean.

# %% key="w2"
widgets.dropout()

# %% [markdown] key="dropout-read"
# Without rescaling the mean falls to 2(1 − p). Tick *evaluation*: it is 2 again, and the next layer, trained on one mean, is
# measured on another. Tick *rescale*, and both agree. That is **inverted dropout**:
#
# $$\text{training: } \frac{x \cdot m}{1 - p}, \quad m \in \{0, 1\}, \qquad\qquad \text{evaluation: } x$$
#
# The mean stays x. The variance grows by x² p/(1 − p): noise is the price, and the point.
#
# **h1** x = 2, p = 0.1: kept value, mean, variance

# %% key="h1"
# solution
h1 = "2.222, 2, 0.444"
# end solution
check("27.h1", h1)

# %% [markdown] key="e1-text"
# Write it. ★★ · about 8 minutes


# %% key="e1"
def dropout(x, mask, p, train=True):
    """Inverted dropout.

    x: array of any shape. mask: booleans of the same shape, True = kept.
    p: probability of being dropped, from 0 up to below 1. Returns the shape of x.
    """
    # solution
    if not train:
        return x
    return np.where(mask, x / (1 - p), 0.0)
    # end solution


# %% key="e1-check"
check("27.e1", dropout)

# %% [markdown] key="e1-more"
# Run `widgets.dropout(dropout)`: the tick *rescale* then runs yours. Stuck? `hint("27.e1")`.

# %% [markdown] key="smoothing"
# ## A little doubt, and the family together · 5 min · core
#
# The memoriser fell because it gave *rug* the share 0. **Label smoothing** (day 16) never asks for a 0: its target is
# (1 − ε)·one-hot + ε/K. Let the memoriser learn the smoothed labels perfectly, ε = 0.1 and K = 9 symbols:

# %% key="smoothing-numbers"
certain, wrong = probability.smooth_labels(np.array([0]), 9, 0.1)[0, :2]
print(
    f"rug, never seen here:    share {wrong:.4f}, {-np.log2(wrong):.2f} bit instead of ∞ bit"
)
print(
    f"a word that was certain: share {certain:.4f}, {-np.log2(certain):.2f} bit instead of 0 bit"
)

# %% [markdown] key="family-text"
# Doubt costs a little everywhere and saves a lot where you were wrong. Now each remedy on the small Transformer: same start,
# 300 steps; decay on the matrices only, dropout on the sums of embedding and position (one of the paper's places).


# %% key="family"
def train_with(smoothing=0.0, decay=0.0, drop=0.0):
    """300 steps; returns plain losses in bit/token, (300, 2): corpus, fifth sentence."""
    p, state, losses, rng = model.used(start), {}, [], np.random.default_rng(27)
    tokens, targets = corpus
    for t in range(1, 301):
        mask = rng.random((4, 6, 16)) >= drop
        x = transformer.embed_scaled(tokens, p["E"]) + transformer.positional_encoding(6, 16)
        logits, trace = model.forward(tokens, p, {"x": optimize.dropout(x, mask, drop)})
        slope = probability.cross_entropy_backward(logits, targets, smoothing, ignore_index=-1)
        g = model.backward(slope, trace, p)
        dx = optimize.dropout(g["x"], mask, drop)  # backwards through the same mask
        g["E"] = transformer.embed_scaled_backward(tokens, dx, 10)
        for name, w in p.items():
            m, v = state.get(name, (0.0, 0.0))
            lam = decay if w.ndim == 2 else 0.0
            new, *state[name] = optimize.adamw_step(
                w, g[name], m, v, t, 0.01, weight_decay=lam
            )
            p = p | {name: new}
        losses.append((read(*corpus, p), read(*unseen, p)))
    return np.array(losses)


ways = {
    "nothing": {},
    "label smoothing 0.1": {"smoothing": 0.1},
    "weight decay 0.3": {"decay": 0.3},
    "dropout 0.1": {"drop": 0.1},
    "dropout 0.3": {"drop": 0.3},
}
print("bit/token              corpus, end   fifth: best (step)   fifth, end")
for name, way in ways.items():
    seen, fifth_loss = train_with(**way).T
    best = int(np.argmin(fifth_loss))
    print(
        f"{name:20} {seen[-1]:10.3f} {fifth_loss[best]:14.2f} ({best + 1:3})",
        f"{fifth_loss[-1]:14.2f}",
    )
    assert fifth_loss[-1] > fifth_loss[best]

# %% [markdown] key="family-read"
# Each one lowers the last column, and each pays on the corpus. In every row the end is still worse than the best step: they
# reduce overfitting, they do not abolish it. (Four sentences rank no method.) Making more data out of what you have,
# **augmentation**, belongs to the family too.
#
# The plan says "regularisation penalises parameter size to avoid overfitting". Four repairs:

# %% key="p1"
# solution
p1 = "b"
# end solution
check("27.p1", p1)

# %% [markdown] key="paper"
# ## In the paper · 2 min · core
#
# §5.4: dropout on the output of each sub-layer, before it is added to x and normalised, and on the sums of embeddings and
# positions; P_drop = 0.1 in the base model. And label smoothing, ε_ls = 0.1. Weight decay is not mentioned; §5.3 has Adam, and
# AdamW came later. Table 3 compares dropout rates on a development set, newstest2013; the headline scores are on newstest2014:
# the split of this day.
#
# <details><summary>Where the original plan pointed, and where to look</summary>
#
# 花书 (*Deep Learning*), chapter 7: L2 is §7.1.1, L1 §7.1.2, label smoothing §7.5.1, early stopping §7.8, dropout §7.12;
# validation sets §5.3. "正则化是什么" (知乎) is a search phrase.
# Dropout: Srivastava and others, 2014. AdamW: Loshchilov and Hutter, "Decoupled Weight Decay Regularization", 2019.
# </details>

# %% [markdown] key="quiz-text"
# ## Quiz · 2 min · core

# %% key="quiz"
quiz(27)

# %% key="quiz-answers" tags=["solution"]
quiz(27, reveal=True)

# %% [markdown] key="end"
# ## Take with you · 2 min · core
#
# > **Regularisation** reduces the gap between training and new data; validation measures it. Dropout: x·m/(1 − p) in training, x in evaluation.
# > L2, ½λ‖w‖², has gradient λw: weight decay (1 − ηλ)w under plain descent, not under Adam, which divides it by √v̂; AdamW takes ηλw outside.
# > Paper: P_drop = 0.1, ε_ls = 0.1.
#
# **Words of today**
#
# | word | 中文 | symbol | paper |
# |---|---|---|---|
# | overfitting | 过拟合 | – | §6.2 |
# | regularisation | 正则化 | – | §5.4 |
# | validation set | 验证集 | – | §6.2 |
# | early stopping | 早停 | – | – |
# | L2 penalty | L2 正则项 | ½λ‖w‖² | – |
# | L1 penalty | L1 正则项 | λ‖w‖₁ | – |
# | weight decay | 权重衰减 | λ | – |
# | dropout | 随机失活 | P_drop | §5.4 |
#
# **Teach it back.** One sentence for a colleague who sets `weight_decay` in plain Adam: what happens to the weights with large
# gradients?
#
# Tomorrow all parts meet in one training loop: batch, shift, mask, schedule, Adam, and floors that tell when it cheats.

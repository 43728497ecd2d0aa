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
# # Day 28 · The training loop: assemble the factory
#
# All parts lie on the table: attention, positions, a loss, gradients, Adam. Today you put them in order and switch them on.
# Tomorrow you read the manual, the day after you build the engine yourself.
#
# $$\mathrm{softmax}\left(\frac{QK^T}{\sqrt{d_k}} + \boxed{M}\right)V \qquad\qquad
# \boxed{\text{forward} \to \text{loss} \to \text{backward} \to \text{update}}$$
#
# The paper prints neither box. It describes the first in §3.1 and §3.2.3, and the second fills §5.
#
# **When you close this notebook you can**
#
# - make a batch: shift, pad, mask;
# - put one training step in order, and name the mathematics of each line;
# - read a loss against floors, and catch a model that cheats;
# - let a model write, and say why that is harder than what it practised.
#
# You need: attention (Day 10), the mask (13), the loss of next words (16), Adam (25), dropout (27).
# Sections marked **core** are the short path, 50 minutes. The rest makes it 82.

# %% key="setup"
from utils import check, compare, hint, quiz, recall
from utils import language_model, optimize, probability, story, transformer
from utils.cards import training_bar
from utils.exercises import day28
from utils.widgets import training as widgets
import numpy as np

np.set_printoptions(precision=4, suppress=True)

# %% [markdown] key="story"
# ## A loss of 0.06, and nobody should cheer · 2 min · core
#
# A colleague trains on our four sentences and reports a loss of 0.06 nat. Day 14 counted what readers have to pay who do
# **not** cheat:

# %% key="ladder"
for reader, nats in (
    ("knows the nine symbols", story.UNIFORM_NATS),
    ("knows how often each comes", story.UNIGRAM_NATS),
    ("knows the word before", story.BIGRAM_NATS),
    ("knows all words before", story.FULL_CONTEXT_NATS),
):
    print(f"{reader:27} {nats:.4f} nat  {nats / np.log(2):.4f} bit")

# %% [markdown] key="story-read"
# Nobody who reads forwards gets below 8/23 bit. So 0.06 nat is a bug, and a quiet one: no error, a beautiful curve. Before the
# end of this notebook you will cause one like it, on purpose.

# %% [markdown] key="recall-text"
# ## Four things from earlier days · 4 min
#
# From days 27, 25, 21 and 14. No notes.

# %% key="recall"
recall(28)

# %% key="recall-answers" tags=["solution"]
recall(28, reveal=True)

# %% [markdown] key="batch"
# ## One sentence is six questions · 12 min · core
#
# *the cat sat on the mat.* What comes after *the*? After *the cat*? One sentence asks a question at every seat, and attention
# answers them all in one pass. So the targets are the same words, one step ahead. The paper says it from the other side: the
# decoder's input is the output "shifted right".
#
# Every question is asked with the **true** words in front of it, whatever the model would have said itself. That is **teacher
# forcing**.
#
# **h1** The targets of sentence 1, as words between quotes.

# %% key="h1"
# solution
h1 = "cat sat on the mat </s>"
# end solution
check("28.h1", h1)

# %% [markdown] key="h3-text"
# Several sentences in one table make a **batch**: one product serves all of them, and the mean of their gradients is less noisy
# (Day 23). Short ones are filled up with **padding**, which is no word and is not asked.
#
# **h3** In our four sentences: how many real targets, how many cells?

# %% key="h3"
# solution
h3 = "23, 24"
# end solution
check("28.h3", h3)

# %% [markdown] key="e1-text"
# Write it. Shift each sentence first, then fill up with 0 behind. ★★ · about 8 minutes


# %% key="e1"
def make_batch(seqs):
    """Shift and pad.

    seqs: list of lists of ids, end mark included, two or more each; no id is 0.
    Returns (inputs, targets), both (B, T) whole numbers, T = longest - 1, 0 = padding.
    """
    # solution
    T = max(len(seq) for seq in seqs) - 1
    inputs, targets = np.zeros((2, len(seqs), T), dtype=int)
    for i, seq in enumerate(seqs):
        inputs[i, : len(seq) - 1] = seq[:-1]
        targets[i, : len(seq) - 1] = seq[1:]
    return inputs, targets
    # end solution


# %% key="e1-check"
check("28.e1", make_batch)

# %% key="batch-look"
tokens, targets = transformer.make_batch([language_model.ids(s) for s in story.CORPUS])
for row in range(4):
    names = [[language_model.VOCABULARY[i] for i in table[row]] for table in (tokens, targets)]
    print("sees ", *[f"{word:6}" for word in names[0]])
    print("asked", *[f"{word:6}" for word in names[1]], "\n")
print("real targets:", (targets != 0).sum(), "of", targets.size, "cells")

# %% [markdown] key="batch-read"
# The mean of the loss divides by the real targets. A model that also "predicts" padding collects free points.
#
# Stuck? `hint("28.e1")`. Done? `compare("28.e1", make_batch)`. From here on the notebook calls the course's versions.

# %% [markdown] key="mask"
# ## The answer sits one seat to the right · 8 min · core
#
# Six questions in one pass have a price: the answer to each stands in the same row of the table, one seat on. So seat t may read
# the seats up to t, **itself included**, and no further. In the formula M is 0 where looking is allowed and −∞ where it is
# not (Day 13).
#
# **h2** How many of the 6 × 6 cells are open?

# %% key="h2"
# solution
h2 = 21
# end solution
check("28.h2", h2)

# %% [markdown] key="e2-text"
# ★ · about 5 minutes


# %% key="e2"
def causal_mask(T):
    """Booleans (T, T): row t, column s is True where word t may see word s."""
    # solution
    places = np.arange(T)
    return places <= places[:, None]
    # end solution


# %% key="e2-check"
check("28.e2", causal_mask)

# %% [markdown] key="leak-text"
# Do not trust a mask that you only looked at. Change a word and watch which rows of the output move. This **leak test** takes
# few lines and no training:


# %% key="leak-test"
def rows_that_move(machine, parameters, place=4):
    """Exchange the word at `place` of sentence 1; which rows of the logits change?"""
    other = tokens[:1].copy()
    other[0, place] = language_model.ids(["dog"])[0]
    before, after = (machine.forward(x, parameters)[0] for x in (tokens[:1], other))
    return np.flatnonzero(np.abs(after - before).max(axis=(0, 2)) > 1e-9)


untrained = language_model.init_model(10, 16, 32, np.random.default_rng(28))
for mask in ("causal", "none"):
    moved = rows_that_move(language_model.Machine(heads=2, mask=mask), untrained)
    print(f"mask {mask:6}: the word at place 4 changes the rows {moved}")

# %% [markdown] key="padding-text"
# <details><summary>Does padding need a mask of its own?</summary>
#
# In general yes: no word should read it (`transformer.padding_mask`, combined with &). Here it stands behind the last word, where
# the causal mask hides it already. What the seat of padding itself computes is never asked.
# </details>

# %% [markdown] key="embed"
# ## Ids become rows of a table · 2 min
#
# Ids are names, not amounts. The **embedding** looks up one row of a learned table E for each, times √d_model (§3.4). A lookup is
# a product with one-hot rows. So its gradient adds up, in the row of a word, over all places where the word stands.

# %% key="embedding"
E = untrained["E"]
X = transformer.embed_scaled(tokens, E)
print("(B, T)", tokens.shape, "  table", E.shape, "  (B, T, d)", X.shape)
print("the same as one-hot rows @ E:", np.allclose(X, np.sqrt(16) * np.eye(10)[tokens] @ E))
dE = transformer.embed_scaled_backward(tokens, np.ones(X.shape), 10) / np.sqrt(16)
print("how many places feed each row:")
print(*[f"{w} {n:.0f}" for w, n in zip(language_model.VOCABULARY, dE[:, 0], strict=True)])

# %% [markdown] key="cards"
# ## Eight cards, not four · 6 min · core
#
# The thirty-day plan lays out the loop as forward → loss → backward → update. The order is right, and a loop of just these four
# lines would not train well, or would fool you: no batch, no shifted targets, no mask, no zeroing of gradients, no
# schedule, no validation.
#
# **p1** Run the cell: it shows eight cards. Bring them into an order that works.

# %% key="p1"
# solution
p1 = "D F C E B G A H"
# end solution
check("28.p1", p1)

# %% [markdown] key="p2-text"
# **p2** And the mathematics of each step?

# %% key="p2"
# solution
p2 = "c f a e d b"
# end solution
check("28.p2", p2)

# %% [markdown] key="cards-read"
# | card | mathematics | built on day |
# |---|---|---|
# | batch | sees $x_0 \ldots x_{T-1}$, asked $x_1 \ldots x_T$; M is 0 or −∞ | 16, today |
# | zero | $g \leftarrow 0$, because backward adds: paths and places add up | 22, 26 |
# | forward | $\sqrt{d}\,E_x + PE$; $\mathrm{softmax}(QK^T/\sqrt{d_k} + M)V$; $\mathrm{LayerNorm}(x + \mathrm{Sublayer}(x))$; $\max(0, xW_1 + b_1)W_2 + b_2$ | 7–10, 13, 20, 26 |
# | loss | $-\frac1n \sum \ln p(\text{target})$ over n real targets | 16 |
# | backward | $p - y$, then $dW = X^T dY$ and $dX = dY\,W^T$, last product first | 9, 19, 22, 26 |
# | rate | $d_\mathrm{model}^{-0.5} \min(\mathrm{step}^{-0.5}, \mathrm{step} \cdot \mathrm{warmup}^{-1.5})$ | 24 |
# | update | $\theta \leftarrow \theta - \eta\,\hat m / (\sqrt{\hat v} + \epsilon)$, the same t for all | 25 |
# | held-out loss | the loss again: dropout off, nothing learned | 27 |

# %% [markdown] key="step-text"
# ## One step, in your order · 13 min
#
# A `Factory` holds the small Transformer of day 30, Adam and dropout. Each of its parts works. The order is yours.
#
# | part of `factory` | what it does |
# |---|---|
# | `.training` | True or False: dropout is on or off. It stays as the step before left it |
# | `.forward(tokens)` | gives the logits |
# | `.loss(logits, targets)` | gives the mean over the real targets, in nat |
# | `.zero_grad()` | sets all gradients to 0 |
# | `.backward(logits, targets)` | **adds** to the gradients |
# | `.rate(step)` | the paper's equation (3), shrunk; steps from 1 |
# | `.update(name, t, rate)` | Adam for one parameter; `factory.parameters` has the names |
#
# ★★★ · about 12 minutes


# %% key="e3"
def train_step(factory, step, batch, held_out):
    """One step of training, and a look at held-out sentences after it.

    factory: the parts. step: number of the step, from 1.
    batch, held_out: two pairs (tokens, targets).
    Returns (loss of the batch before the update, held-out loss after it), in nat.
    """
    # solution
    tokens, targets = batch
    factory.training = True
    factory.zero_grad()
    logits = factory.forward(tokens)
    loss = factory.loss(logits, targets)
    factory.backward(logits, targets)
    for name in factory.parameters:
        factory.update(name, step, factory.rate(step))
    factory.training = False
    return loss, factory.loss(factory.forward(held_out[0]), held_out[1])
    # end solution


# %% key="e3-check"
check("28.e3", train_step)

# %% [markdown] key="run-text"
# Now 300 of the course's. The batch is the corpus; held out is yesterday's fifth sentence, *the dog sat on the rug*.

# %% key="factory-run"
corpus = language_model.corpus()
fifth = language_model.ids(["the", "dog", "sat", "on", "the", "rug", story.END])[None]
held_out = (fifth[:, :-1], fifth[:, 1:])

factory, curve = day28.Factory(), []
for step in training_bar(range(1, 301), "the factory"):
    curve.append(day28.train_step(factory, step, corpus, held_out))
curve = np.array(curve)
print("step    rate   batch loss, nat   held-out loss, nat")
for step in (1, 30, 100, 300):
    seen, unseen = curve[step - 1]
    print(f"{step:4} {factory.rate(step):7.4f} {seen:17.2f} {unseen:20.2f}")
best = int(np.argmin(curve[:, 1])) + 1
print(f"held-out loss is lowest at step {best}: {curve[best - 1, 1]:.2f} nat")
below = (curve[:, 0] < story.FULL_CONTEXT_NATS).sum()
print("steps with a batch loss below the floor in nat:", below)
measured = factory.loss(factory.forward(corpus[0]), corpus[1])
print(f"the corpus at the end, dropout off: {measured:.3f} nat")

# %% [markdown] key="run-read"
# Below the floor, some thirty times, and no leak? Those losses were measured with dropout on, and dice may favour you now and
# then. Measured properly, with dropout off, the loss stands just above it. And the held-out loss has long turned: early stopping
# would go back.

# %% [markdown] key="dials"
# ## The paper's dials · 3 min · core
#
# §5 is short. Adam with β₁ = 0.9, β₂ = 0.98, ε = 10⁻⁹; warm-up over 4000 steps; dropout 0.1; label smoothing 0.1; 100,000 steps for the
# base model; in every batch about 25,000 source and 25,000 target tokens, sentences of similar length together, which keeps
# the padding low.

# %% key="dials-numbers"
for step in (1, 4000, 100_000):
    print(f"step {step:<7} learning rate {optimize.noam(step, 512, 4000):.3e}")
assert np.allclose(
    optimize.noam(np.array([1, 4000]), 512, 4000), [1.747e-7, 6.988e-4], rtol=5e-4
)
print(f"target tokens in 100,000 steps: about {100_000 * 25_000 / 1e9:.1f} thousand million")
print("\nthree schedules with one peak, at the steps 1, 50, 100, 200, 300:")
steps = np.array([1, 50, 100, 200, 300])
peak = optimize.noam(100, 16, 100)
print("warm-up, then 1/√step ", optimize.noam(steps, 16, 100))
print("warm-up, then a cosine", optimize.cosine_schedule(steps, 300, peak, warmup=100) + 0.0)
print("stairs                ", optimize.step_decay(steps, peak, 0.5, 100))

# %% [markdown] key="clip-text"
# <details><summary>What is gradient clipping, and why is it not in the list?</summary>
#
# One strange batch can give a huge gradient. **Clipping** looks at all gradients together, as one long vector. Is it longer than a
# limit, then all are multiplied by the same factor, so that the length is the limit and the direction stays. It stands between
# backward and update. (Clipping every number by itself would turn the direction.) Many recipes have it; the paper does not
# mention it.
# </details>

# %% key="clip"
_, g = language_model.loss_and_gradients(language_model.Machine(heads=2), untrained, *corpus)
g = {name: g[name] for name in untrained}
clipped, length = optimize.clip_by_norm(g, max_norm=1.0)
flat, short = (np.concatenate([part.ravel() for part in d.values()]) for d in (g, clipped))
cosine = flat @ short / np.linalg.norm(flat) / np.linalg.norm(short)
print(f"length before {length:.2f}, after {np.linalg.norm(short):.2f}, cosine {cosine:.4f}")

# %% [markdown] key="diagnose"
# ## The control room · 13 min · core
#
# A loss is a number; two floors make it a diagnosis. Write the four verdicts. Their borders, in nat: `story.BIGRAM_NATS` and
# `story.FULL_CONTEXT_NATS`, the latter with a margin of 0.005 to either side. ★★ · about 8 minutes


# %% key="e4"
def diagnose(loss):
    """What a loss on the four sentences says; loss in nat, measured with dropout off.

    Returns 'above bigram floor' (or on it), 'between', 'at full-context floor'
    (within 0.005 nat of it) or 'leak'.
    """
    # solution
    if loss < story.FULL_CONTEXT_NATS - 0.005:
        return "leak"
    if loss <= story.FULL_CONTEXT_NATS + 0.005:
        return "at full-context floor"
    return "between" if loss < story.BIGRAM_NATS else "above bigram floor"
    # end solution


# %% key="e4-check"
check("28.e4", diagnose)

# %% [markdown] key="runs-text"
# Now six machines: one start, the same 800 steps of Adam on the whole corpus, no dropout. Only three switches differ: the causal
# mask, the positions, attention. (Attention *off* lets each word attend to itself only.) Give them some seconds.

# %% key="runs"
STEPS = 800
settings = list(widgets.READERS)  # (mask, positions, attention)
six = [
    language_model.train(widgets.machine(*setting), untrained, [corpus] * STEPS, lr=0.01)
    for setting in settings
]
runs, trained = {setting: [] for setting in settings}, {}
for _, news in zip(
    training_bar(range(STEPS), "six machines"), zip(*six, strict=True), strict=True
):
    for setting, (loss, parameters) in zip(settings, news, strict=True):
        runs[setting].append(loss)
        trained[setting] = parameters

# %% [markdown] key="w1-text"
# Where does each come to rest? Ask what it **knows** when a word is asked; its floor can be counted before any training. Three bets
# first. Then every setting of the switches waits for yours, and shows its curve only afterwards.

# %% key="w1"
widgets.control_room(runs, diagnose)

# %% key="rooms"
print("mask  positions  attention   end, nat   floor, nat   reader knows")
for setting in settings:
    mask, positions, attention = ("on" if on else "off" for on in setting)
    mask = mask if setting[2] else "-"
    end, floor = runs[setting][-1], widgets.FLOORS[setting]
    print(
        f"{mask:5} {positions:10} {attention:10} {end:9.3f} {floor:12.4f}  ",
        widgets.READERS[setting][0],
    )
    assert 0 <= end - floor < 0.003

# %% [markdown] key="rooms-read"
# Every machine ends on the floor of what **it** can see.
#
# - Attention and positions off: a bigram. Positions alone tell it the seat, and that is most of what there is to know.
# - Only the mask off: 0.000. It copies the answers. The floor convicts it.
# - Only the positions off: nothing is lost. The mask leaks order: seat t sees just t + 1 words, and here that is enough. In general it
#   is not: one layer cannot tell *dog bites cat* from *cat bites dog* at a fourth word.
#
# And the last trap: mask **and** positions off. It sees the whole sentence as a bag, future included, yet ends where the honest ones do.
# Both *the* of a sentence look alike to it (and both *cat* of the fourth), so it loses as many bits as it steals: 8. `diagnose` finds
# nothing. A floor convicts, it never acquits. The leak test does not need one:

# %% key="last-trap"
for setting in ((True, True, True), (False, False, True)):
    moved = rows_that_move(widgets.machine(*setting), trained[setting])
    print(f"{widgets.READERS[setting][0]:40} rows that move: {moved}")

# %% [markdown] key="free"
# ## The exam is harder than the lessons · 13 min
#
# In training every history was true. At work nobody whispers: the model reads what it has said itself, word after word. Write that
# loop; row t of `model(line)` holds the logits for the word after word t. ★★ · about 8 minutes


# %% key="e5"
def generate(model, rng, T):
    """Draw words one by one, each with the whole line so far in view.

    model: ids of a line -> logits, one row for each word. T: temperature.
    rng: draw each word by rng.choice(number of words, p=shares), once.
    Returns a list of ids: begins with 1 (the), ends with 9 (the end mark) or at 12 ids.
    """
    # solution
    line = [1]
    while line[-1] != 9 and len(line) < 12:
        shares = probability.softmax_T(model(line)[-1], T)
        line.append(int(rng.choice(len(shares), p=shares)))
    return line
    # end solution


# %% key="e5-check"
check("28.e5", generate)

# %% [markdown] key="w2-text"
# The machine with everything on now writes with your function. Two bets; then move the temperature.


# %% key="w2"
ALL_ON = (True, True, True)


def writer(line):
    """Logits (T, V) of the trained machine for one line of ids."""
    logits, _ = widgets.machine(*ALL_ON).forward(np.array(line)[None], trained[ALL_ON])
    return logits[0]


widgets.free_run(writer, generate)

# %% key="free-numbers"
histories = widgets.Histories(writer)
print("T     wrong word,     line astray   unheard pair,   after its")
print("      true history    at its end    true history    first slip")
for T in (1.0, 1.5, 2.0, 3.0):
    wrong, astray = histories.wrong(T).mean(), histories.astray(T)[-1]
    true, slip = histories.unheard(T)
    print(f"{T}   {wrong:8.2%} {astray:16.1%} {true:15.2%} {slip:12.0%}")
assert histories.unheard(1.0)[1] > 100 * histories.unheard(1.0)[0]

# %% [markdown] key="free-read"
# Two things go wrong. Small errors add up along the line: that is arithmetic. And after its first slip the model is in a place where
# no training sentence ever stood; a pair of words that nobody ever said comes more than a hundred times as often there, at
# temperature 1. This is **exposure bias**: teacher forcing never shows a model its own mistakes. The training loss says nothing
# about it.
#
# One remedy is **scheduled sampling**: now and then, feed the model's own word in training. More data helps as well, for then
# fewer places are strange. (Four sentences exaggerate; the mechanism is real.)

# %% [markdown] key="paper"
# ## In the paper · 2 min · core
#
# §3.1: the mask, together with output embeddings that are offset by one position, ensures that position i depends only on known outputs
# before i. §3.2.3: illegal connections are set to −∞ inside the attention. Only the decoder is masked so; the encoder may read its whole
# sentence, since that is not what is asked. §5.1 batches, §5.2 steps, §5.3 Adam and equation (3), §5.4 dropout and label smoothing. With
# smoothed labels the training loss has a higher floor (Day 16): compare floors with the plain loss.
#
# <details><summary>Where the original plan pointed, and where to look</summary>
#
# "Transformer训练部分原文" is §5 of the paper, and right as far as it goes. Shifting and masking stand in §3.1 and §3.2.3, the embeddings
# in §3.4, the choice by development set in §6.2. The loss and the update are not printed anywhere in it.
# Scheduled sampling: Bengio and others, 2015. Clipping by norm: Pascanu and others, 2013.
# </details>

# %% [markdown] key="quiz-text"
# ## Quiz · 2 min · core

# %% key="quiz"
quiz(28)

# %% key="quiz-answers" tags=["solution"]
quiz(28, reveal=True)

# %% [markdown] key="end"
# ## Take with you · 2 min · core
#
# > **training loop** batch (shift, pad, mask) → zero gradients → forward → loss over real targets → backward → rate → update → held-out
# > loss, dropout off. Causal mask: s ≤ t, itself included. A loss below the floor is a leak; one on the floor is no proof: change a future
# > word and see which rows move. Paper: Adam 0.9, 0.98, 1e-9, warm-up 4000.
#
# **Words of today**
#
# | word | 中文 | symbol | paper |
# |---|---|---|---|
# | batch | 批次 | B | §5.1 |
# | embedding | 词嵌入 | E | §3.4 |
# | teacher forcing | 教师强制 | – | – |
# | shifted right | 右移 | – | §3.1 |
# | causal mask | 因果掩码 | M | §3.2.3 |
# | leak test | 泄漏测试 | – | – |
# | gradient clipping | 梯度裁剪 | – | – |
# | exposure bias | 暴露偏差 | – | – |
# | scheduled sampling | 计划采样 | – | – |
#
# **Teach it back.** One sentence for the colleague with the 0.06: what happened, and how do they find it?
#
# Tomorrow is the manual: the whole paper, line by line, each line with the day that taught it.

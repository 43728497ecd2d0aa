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
# # Day 29 · The whole paper, line by line
#
# For four weeks you have seen *Attention Is All You Need* one corner at a time. Today you read all of it, in its
# own order.
#
# $$\mathrm{softmax}\left(\frac{QK^T}{\sqrt{d_k}}\right)V \qquad
# \mathrm{Concat}(\mathrm{head}_1, \ldots, \mathrm{head}_h)\,W^O$$
#
# $$\max(0,\ xW_1 + b_1)\,W_2 + b_2 \qquad \mathrm{LayerNorm}(x + \mathrm{Sublayer}(x))$$
#
# **When you close this notebook you can**
#
# - say for each formula where it stands, which day taught it, and what it means;
# - name every shape on the way through encoder and decoder;
# - count a model's parameters, and compare what layers cost;
# - say what the paper does not tell.
#
# You need: the paper, printed or in a second window, and a pencil. Each formula gets a sentence as a reminder.
# Sections marked **core** are the short path, 51 minutes. The rest makes it 90.

# %% key="setup"
from utils import check, compare, hint, quiz, recall
from utils import optimize, story, transformer
from utils.exercises import day29
from utils.widgets import paper as widgets
import numpy as np

np.set_printoptions(precision=2, suppress=True)

# %% [markdown] key="map"
# ## Write a day beside every line · 3 min · core
#
# Lay the paper beside this page, and write the day in its margin wherever you meet one of these lines. Cover the third column
# first. It is also the list of places that the plan promised.
#
# | place | what stands there | days |
# |---|---|---|
# | §1, §2 | why: a recurrent model goes word by word; auto-regressive | [11](day11_conditional_probability.ipynb) |
# | §3.1, Figure 1 | stacks of N = 6; LayerNorm(x + Sublayer(x)), inside a sentence | [8](day08_layer_norm.ipynb), [22](day22_chain_rule.ipynb) |
# | §3.2 | a weighted sum of values | [1](day01_vectors.ipynb), [3](day03_linear_systems.ipynb) |
# | §3.2.1 | **(1)** softmax(QKᵀ/√d_k)V | [2](day02_transpose_inverse_rank.ipynb), [10](day10_attention_formula.ipynb), [13](day13_softmax.ipynb) |
# | §3.2.1, footnote 4 | q·k has mean 0 and variance d_k | [12](day12_random_variables.ipynb) |
# | §3.2.2 | MultiHead, head_i, no number; h = 8, d_k = d_v = 64 | [5](day05_singular_values.ipynb), [6](day06_projections.ipynb), [7](day07_concatenation.ipynb) |
# | §3.2.3 | three uses of attention; illegal scores are set to −∞ | [13](day13_softmax.ipynb), [28](day28_training_loop.ipynb), today |
# | §3.3 | **(2)** FFN(x) = max(0, xW₁ + b₁)W₂ + b₂ | [6](day06_projections.ipynb), [26](day26_backpropagation.ipynb) |
# | §3.4 | embeddings times √d_model, one shared table, softmax for the next word | [16](day16_cross_entropy.ipynb), [19](day19_softmax_cross_entropy.ipynb), [20](day20_positional_encoding.ipynb) |
# | §3.5 | PE(pos, 2i) = sin(pos/10000^(2i/d_model)), no number; added | [4](day04_eigenvectors.ipynb), [20](day20_positional_encoding.ipynb) |
# | §4, Table 1 | cost, steps in a row, path length | today |
# | §5.1, §5.2 | batches, steps | [23](day23_gradient_descent.ipynb), [28](day28_training_loop.ipynb) |
# | §5.3 | Adam; **(3)** the learning rate | [21](day21_gradients.ipynb), [24](day24_learning_rate.ipynb), [25](day25_momentum_adam.ipynb) |
# | §5.4 | dropout 0.1, label smoothing 0.1; behind it a loss that is not printed | [14](day14_entropy.ipynb)–[17](day17_maximum_likelihood.ipynb), [27](day27_regularisation.ipynb) |
# | §6.2, Table 3 | variations; perplexity | [14](day14_entropy.ipynb), today |

# %% [markdown] key="recall-text"
# ## Four things that the paper takes for granted · 4 min
#
# No notes. The paper explains none of these; you can.

# %% key="recall"
recall(29)

# %% key="recall-answers" tags=["solution"]
recall(29, reveal=True)

# %% [markdown] key="bingo-text"
# ## Only three equations have a number · 4 min · core
#
# The plan sends you to "formulas 1–6" of the paper. How many numbers will you find in its right margin? Bet, then fill the nine
# blanks. A wrong symbol says what is wrong with it.

# %% key="w3"
widgets.bingo()

# %% [markdown] key="bingo-read"
# Three. "1–6" can only mean rows of the plan's own table. It has seven. Heads and positions are displayed without a
# number, the norm stands inside a sentence, and the loss and the step of gradient descent are not printed at all.
#
# **p1** The plan's first task: which mathematics carries which of those seven? Type seven letters, such as `"a, b, …"`.
#
# | | formula | | mathematics |
# |---|---|---|---|
# | 1 | softmax(QKᵀ/√d_k)V | a | mean and variance |
# | 2 | Concat(head₁ … head_h)W^O | b | two matrix products and a gate |
# | 3 | sin and cos of pos/10000^(2i/d_model) | c | dot products, then shares in each row |
# | 4 | γ(x − μ)/√(σ² + ε) + β | d | the logarithm of one probability |
# | 5 | max(0, xW₁ + b₁)W₂ + b₂ | e | linear maps and concatenation |
# | 6 | −Σ y log p | f | chain rule and gradient |
# | 7 | θ − η∇L | g | sines, cosines, rotation |

# %% key="p1"
# solution
p1 = "c, e, g, a, b, d, f"
# end solution
check("29.p1", p1)

# %% [markdown] key="figure"
# ## §3.1: two towers, and one bridge between them · 7 min · core
#
# In Figure 1 the left tower reads *the cat sat on the mat*, and the right one writes *die Katze saß auf der Matte*. It gets its own
# words **shifted right**, behind a start mark: six rows on the left, seven on the right. Three bets, then walk through all sixteen
# blocks.

# %% key="w1"
widgets.live_figure()

# %% [markdown] key="figure-read"
# Every block keeps the width 512. It has to: x + Sublayer(x) adds two tables. Only inside a block may numbers spread out, and
# only the last layer leaves for the vocabulary.
#
# The blue bridge is today's one new thing. **h3** Seven source words, nine target words: which shape have the scores of one head
# there? Two numbers.

# %% key="h3"
# solution
h3 = "9, 7"
# end solution
check("29.h3", h3)

# %% [markdown] key="uses"
# ## §3.2.3: one formula, three uses · 13 min · core
#
# Equation (1) never asks where Q, K and V come from. The paper feeds it in three ways.
#
# | use | Q from | K, V from | mask | scores |
# |---|---|---|---|---|
# | encoder self-attention | source | source | none | S × S |
# | masked decoder self-attention | target | target | no future | T × T |
# | encoder–decoder (cross) attention | target | encoder's output | none | T × S |
#
# No mask in the third row: the whole source is known before the first target word is written. (Padding is hidden everywhere, as
# on day 28.) Write the third one, for one head. ★★★ · about 12 minutes


# %% key="e3"
def cross_attention(Xdec, Xenc, W_Q, W_K, W_V):
    """Target words ask, source words answer: softmax(Q Kᵀ / √d_k) V.

    Xdec: (T, d), the decoder's rows. Xenc: (S, d), the encoder's output.
    W_Q, W_K: (d, d_k). W_V: (d, d_v).
    Returns (output (T, d_v), weights (T, S)).
    """
    # solution
    Q, K, V = Xdec @ W_Q, Xenc @ W_K, Xenc @ W_V
    return transformer.scaled_dot_product_attention(Q, K, V)
    # end solution


# %% key="e3-check"
check("29.e3", cross_attention)

# %% [markdown] key="cross-text"
# Our toy has no German, so each German word borrows the row of its English partner, and the start mark is a row of zeros. All
# three matrices are the identity, W_Q twice that.

# %% key="cross"
widgets.who_reads_whom()

# %% [markdown] key="cross-read"
# *Katze* finds *cat*. But *auf* reads *sat* more than *on*: a dot product prefers long keys (Day 1). Training would have to repair
# that; nobody trained this toy.

# %% [markdown] key="ffn"
# ## §3.3: equation (2), once for each word · 8 min
#
# Attention mixes rows. The second sub-layer does not: the same network, 512 → 2048 → 512, meets every word by itself. It is
# shared across positions, and each layer has its own. Write what the equation says. ★★ · about 8 minutes


# %% key="e2"
def ffn(x, W1, b1, W2, b2):
    """max(0, x W1 + b1) W2 + b2.

    x: (T, d). W1: (d, ff). b1: (ff,). W2: (ff, d). b2: (d,). Returns (T, d).
    """
    # solution
    return np.maximum(x @ W1 + b1, 0) @ W2 + b2
    # end solution


# %% key="e2-check"
check("29.e2", ffn)

# %% [markdown] key="layer"
# ## §3.1 again: a layer is two sentences · 12 min
#
# Now LayerNorm(x + Sublayer(x)) can be taken literally, twice. The pieces are yours from days 7, 8 and 26:
# `transformer.multi_head_attention`, `layer_norm`, `feed_forward`. ★★★ · about 12 minutes


# %% key="e5"
def encoder_layer(x, p, heads):
    """One layer of the encoder, no mask.

    x: (T, d). p: dict of W_Q, W_K, W_V, W_O, gain1, bias1, W1, b1, W2, b2, gain2, bias2.
    Returns (T, d).
    """
    # solution
    attended, _ = transformer.multi_head_attention(
        x, x, p["W_Q"], p["W_K"], p["W_V"], p["W_O"], heads
    )
    H = transformer.layer_norm(x + attended, p["gain1"], p["bias1"])
    fed = transformer.feed_forward(H, p["W1"], p["b1"], p["W2"], p["b2"])
    return transformer.layer_norm(H + fed, p["gain2"], p["bias2"])
    # end solution


# %% key="e5-check"
check("29.e5", encoder_layer)

# %% [markdown] key="decoder-text"
# A decoder layer has one more sentence between the two. Six source rows, seven target rows, two heads, random weights:

# %% key="decoder"
rng = np.random.default_rng(29)
d, ff, heads = 4, 8, 2
four = lambda: rng.normal(size=(4, d, d))
W1, b1, W2, b2 = (rng.normal(size=shape) for shape in ((d, ff), ff, (ff, d), d))
norm = lambda x: transformer.layer_norm(x, np.ones(d), np.zeros(d))

p = dict(zip(("W_Q", "W_K", "W_V", "W_O"), four(), strict=True))
p |= {"W1": W1, "b1": b1, "W2": W2, "b2": b2}
p |= {"gain1": np.ones(d), "bias1": np.zeros(d), "gain2": np.ones(d), "bias2": np.zeros(d)}
memory, trace = transformer.encoder_layer(story.X4, p, heads)
for name in ("Q", "weights", "head_outputs", "concat", "norm1", "hidden", "output"):
    print(f"encoder  {name:14} {trace[name].shape}")

x, no_future = widgets.X_TARGET, transformer.causal_mask(7)
asked, weights = transformer.multi_head_attention(x, x, *four(), heads, no_future)
H1 = norm(x + asked)  # the target asks itself
print(f"decoder  {'self weights':14} {weights.shape}")
asked, weights = transformer.multi_head_attention(H1, memory, *four(), heads)
H2 = norm(H1 + asked)  # the target asks the source
print(f"decoder  {'cross weights':14} {weights.shape}")
H3 = norm(H2 + transformer.feed_forward(H2, W1, b1, W2, b2))
print(f"decoder  {'output':14} {H3.shape}")

# %% [markdown] key="decoder-read"
# Leave out the middle sentence, and you have the block of a decoder-only model, the kind behind most chatbots:
# H₁ = LayerNorm(X + masked attention), H₂ = LayerNorm(H₁ + FFN(H₁)). It is also tomorrow's machine.

# %% [markdown] key="shapes"
# ## Eighteen shapes, and not one by heart · 9 min · core
#
# If you can derive every shape, you can read any figure. `cfg` is a dict with S and T (source and target words), d, h, ff, V.
# Return a dict from name to shape. Only six sizes occur, and d / h. ★★ · about 8 minutes


# %% key="e4"
def shape_trace(cfg):
    """The shapes of eighteen arrays of Figure 1, as tuples; no batch axis.

    encoder: source (embedded), enc_q, enc_scores, enc_heads (outputs of the heads),
        enc_concat, enc_hidden (inside the FFN), memory (the encoder's output)
    decoder: target (embedded), dec_q, dec_scores, dec_heads,
        cross_q, cross_k, cross_v, cross_scores, cross_heads, dec_hidden, logits
    Arrays inside attention have the heads first: (h, rows, columns).
    """
    # solution
    S, T, d, h, ff, V = (cfg[name] for name in ("S", "T", "d", "h", "ff", "V"))
    reads, writes = (h, S, d // h), (h, T, d // h)
    encoder = {"source": (S, d), "enc_q": reads, "enc_scores": (h, S, S), "enc_heads": reads}
    encoder |= {"enc_concat": (S, d), "enc_hidden": (S, ff), "memory": (S, d)}
    decoder = {"target": (T, d), "dec_q": writes, "dec_scores": (h, T, T), "dec_heads": writes}
    cross = {"cross_q": writes, "cross_k": reads, "cross_v": reads}
    cross |= {"cross_scores": (h, T, S), "cross_heads": writes}
    return encoder | decoder | cross | {"dec_hidden": (T, ff), "logits": (T, V)}
    # end solution


# %% key="e4-check"
check("29.e4", shape_trace)

# %% [markdown] key="own-text"
# The figure again, now with your shapes in it:

# %% key="own-figure"
widgets.live_figure(shape_trace)

# %% [markdown] key="count"
# ## 63 million by count, 65 in the table · 11 min
#
# **h2** One encoder layer of the base model, d = 512, ff = 2048, h = 8. Attention: four matrices, no biases. FFN: two matrices,
# two biases. Two norms, each with a gain and a bias. How many numbers?

# %% key="h2"
# solution
h2 = "3150336"
# end solution
check("29.h2", h2)

# %% [markdown] key="e1-text"
# Then for the whole model, with one embedding table that source, target and output share (§3.4). ★★ · about 8 minutes


# %% key="e1"
def params(N, d, ff, h, V):
    """How many numbers the model learns.

    N: layers on each side. d: width. ff: inner width. h: heads, each d / h wide. V: vocabulary.
    """
    # solution
    attention, feed, norm = 4 * d * d, 2 * d * ff + ff + d, 2 * d
    encoder = attention + feed + 2 * norm
    decoder = 2 * attention + feed + 3 * norm
    return N * (encoder + decoder) + V * d
    # end solution


# %% key="e1-check"
check("29.e1", params)

# %% key="count-parts"
one = day29.params(1, 512, 2048, 8, 0)  # an encoder and a decoder layer, no table
mha = sum(np.prod(shape) for shape in [(512, 512)] * 4)
mlp = sum(np.prod(shape) for shape in [(512, 2048), (2048,), (2048, 512), (512,)])
norms = 2 * (512 + 512)
print(f"attention {mha:,}, FFN {mlp:,}, two norms {norms:,}")
print(f"encoder layer {mha + mlp + norms:,}, FFN {mlp / (mha + mlp + norms):.1%} of it")
rest = one - (mha + mlp + norms)
print(f"decoder layer {rest:,}, FFN {mlp / rest:.1%} of it")
print(f"six of each {6 * one:,}, table {37_000 * 512:,}")
print(f"together {day29.params(6, 512, 2048, 8, 37_000):,}")
print(
    "heads are free:",
    len({day29.params(6, 512, 2048, h, 37_000) for h in (1, 4, 8, 16, 32)}) == 1,
)

# %% [markdown] key="table3-text"
# Table 3 says 65 million. Did we forget something? Its other rows are the better judges:

# %% key="table3"
rows = {  # N, d, ff, h, and what Table 3 prints, in millions
    "base": (6, 512, 2048, 8, 65),
    "N = 2": (2, 512, 2048, 8, 36),
    "N = 8": (8, 512, 2048, 8, 80),
    "d_ff = 4096": (6, 512, 4096, 8, 90),
    "d_model = 256": (6, 256, 2048, 8, 28),
    "d_model = 1024": (6, 1024, 2048, 8, 168),
    "big": (6, 1024, 4096, 16, 213),
}
for name, (N, width, inner, h, printed) in rows.items():
    ours = day29.params(N, width, inner, h, 37_000) / 1e6
    print(f"{name:15} counted {ours:6.1f}  printed {printed:4}  missing {printed - ours:5.1f}")

# %% [markdown] key="table3-read"
# With more or fewer layers the gap stays near 2: the layers agree. It grows with d_model, so it looks like
# rows of a table; yet the big model comes out too **large**. The vocabulary is "about 37000", and of biases the paper writes only
# those of equation (2). No single correction fits all rows. So we leave the gap open, and say so.
#
# GPT-2 small is public in every detail: 12 layers with the matrices of our encoder's, biases on the four projections, learned
# positions, one more norm, a shared table. Counted the same way, its released weights come out to the last digit:

# %% key="gpt2"
d, ff = 768, 3072
layer = 4 * d * d + 4 * d + 2 * d * ff + ff + d + 2 * 2 * d
print(f"GPT-2 small: {12 * layer + (50_257 + 1_024) * d + 2 * d:,}")

# %% [markdown] key="cost"
# ## §4: cheaper, as long as sentences are short · 4 min
#
# **h1** Table 1 says O(n²d) for self-attention, O(nd²) for a recurrent layer. n = 50, d = 512: both numbers. Then a bet, and
# two sliders.

# %% key="h1"
# solution
h1 = "1280000, 13107200"
# end solution
check("29.h1", h1)

# %% key="w2"
widgets.cost()

# %% [markdown] key="cost-read"
# They cross at n = d. Now tick the box. Table 1 compares what is done **between** words; the four projections cost 4nd² on top,
# and with them attention is dearer than a plain recurrent layer at every length. Its real gain is in the other columns: n words
# take O(1) steps in a row, not O(n), and two words are one step apart. Graphics cards like that.

# %% [markdown] key="silent"
# ## What the paper does not say · 1 min · core
#
# | it is silent about | so this course |
# |---|---|
# | the loss (§5.4 only smooths its labels) | wrote cross-entropy, day 16 |
# | the formula of LayerNorm, its ε, its gain and bias | took Ba et al. (2016), day 8 |
# | biases of W^Q, W^K, W^V, W^O and of the last layer | counted none |
# | initial values of the weights; clipping | chose its own, and said so |
# | every gradient | derived them, days 9 to 26 |
# | GELU, pre-norm, RMSNorm, AdamW, RoPE, decoder-only | named them as later work |
#
# And two numbers that it leaves to you:

# %% key="rate"
for step in (1, 4000, 100_000):
    print(f"step {step:7,}: learning rate {optimize.noam(step, 512, 4000):.3e}")
print(f"√d_model = {512**0.5:.1f}, the factor in front of the embeddings")

# %% [markdown] key="aloud"
# ## Say it aloud, then compare · 9 min · core
#
# The plan's second task: explain each formula, its logic and its meaning. Speak, or type one sentence for each below. Only
# then open the fold with the same name. Did you name what enters, what comes out, and why?

# %% key="my-words"
mine = {
    "attention": "",
    "heads": "",
    "positions": "",
    "norm": "",
    "FFN": "",
    "loss": "",
    "step": "",
}
for formula, words in mine.items():
    print(f"{formula:10} {len(words.split())} words")

# %% [markdown] key="models"
# <details><summary>attention</summary>
#
# Each query is compared with all keys by dot products; √d_k keeps their spread at 1; softmax makes shares of each row; the shares
# mix the values. Meaning: every word gathers what it needs, from wherever it stands.
# </details>
# <details><summary>heads</summary>
#
# Eight linear maps make eight narrow queries, keys and values; the outputs are put side by side, and W^O mixes them. Meaning:
# several questions at once, for the price of one. Nobody assigns roles.
# </details>
# <details><summary>positions</summary>
#
# Pairs of sine and cosine, each with its own wavelength, are added to the embedding. Meaning: each place gets its own pattern,
# and a step of k is the same rotation everywhere.
# </details>
# <details><summary>norm</summary>
#
# The sub-layer's result is added to its input, then each token is brought to mean 0 and variance 1. Meaning: gradients have a
# short way back, numbers keep their size.
# </details>
# <details><summary>FFN</summary>
#
# A linear layer, a gate at 0, a linear layer; every token alone. Meaning: what was gathered is worked on. Without the gate it
# would be one matrix.
# </details>
# <details><summary>loss</summary>
#
# Minus the logarithm of the share that the true next word got, averaged over real targets. Meaning: the mean surprise, never
# below the entropy of the truth.
# </details>
# <details><summary>step</summary>
#
# Every weight moves against its gradient, times a rate; Adam scales each by its own history. Meaning: a little less surprise
# next time.
# </details>
#
# Now with gaps. Five letters each, such as `"a, b, c, d, e"`.
#
# **p2** Each query meets all [1]. The products are divided by [2], because their spread grows with the number of things added up.
# Softmax turns each [3] into shares, and the shares mix the [4]. Eight heads do so side by side, each [5] numbers wide.
#
# | a | b | c | d | e | f | g | h |
# |---|---|---|---|---|---|---|---|
# | values | keys | √d_k | √d_model | row | column | 64 | 512 |

# %% key="p2"
# solution
p2 = "b, c, e, a, g"
# end solution
check("29.p2", p2)

# %% [markdown] key="p2b-text"
# **p2b** Positions are [1] to the embeddings, as pairs of sine and cosine with many [2]. In LayerNorm(x + Sublayer(x)) the sum gives
# gradients a [3], and the norm brings each [4] to mean 0 and variance 1. The FFN widens a token, lets only [5] pass, and narrows it.
#
# | a | b | c | d | e | f | g | h |
# |---|---|---|---|---|---|---|---|
# | token | batch | added | concatenated | positive numbers | large tokens | wavelengths | short way back |

# %% key="p2b"
# solution
p2b = "c, g, h, a, e"
# end solution
check("29.p2b", p2b)

# %% [markdown] key="p2c-text"
# **p2c** The loss is minus the [1] of the share given to the [2] word, averaged over the [3] targets. Its gradient for the logits is
# [4]; a step moves the weights [5] the gradient.
#
# | a | b | c | d | e | f | g | h | i | j |
# |---|---|---|---|---|---|---|---|---|---|
# | against | along | right | most likely | logarithm | square | p − y | y − p | real | padded |

# %% key="p2c"
# solution
p2c = "e, c, i, g, a"
# end solution
check("29.p2c", p2c)

# %% [markdown] key="paper"
# ## Read it again, pencil in hand · 2 min · core
#
# Page by page now, in the paper itself. Tick a place when you can say what it says. Each lights the days behind it; a place
# that stays empty names the day to return to.

# %% key="reading"
widgets.reading()

# %% [markdown] key="paper-read"
# <details><summary>Where the original plan pointed</summary>
#
# It names "Attention Is All You Need, formulas 1–6". The places are in the table at the top of this page: equation (1) in §3.2.1,
# (2) in §3.3, (3) in §5.3, and five more formulas without a number or without a formula.
# </details>

# %% [markdown] key="quiz-text"
# ## Quiz · 2 min · core

# %% key="quiz"
quiz(29)

# %% key="quiz-answers" tags=["solution"]
quiz(29, reveal=True)

# %% [markdown] key="end"
# ## Take with you · 1 min · core
#
# > **The paper** numbers three equations: (1) attention §3.2.1, (2) FFN §3.3, (3) rate §5.3. Cross-attention: Q from the target, K and V from
# > the encoder, scores T × S. A layer: 4d² attention, heads are free, about 8d² FFN (ff = 4d). n²d against nd²: equal at n = d.
#
# **Words of today**
#
# | word | 中文 | symbol | paper |
# |---|---|---|---|
# | encoder | 编码器 | – | §3.1 |
# | decoder | 解码器 | – | §3.1 |
# | cross-attention | 交叉注意力 | – | §3.2.3 |
# | memory (the encoder's output) | 编码器输出 | – | §3.2.3 |
# | inner width of the FFN | 前馈内层维度 | d_ff | §3.3 |
# | parameter count | 参数量 | – | §6.2 |
# | cost of a layer | 每层计算复杂度 | O(n²·d) | §4 |
# | decoder-only model | 仅解码器模型 | – | – |
#
# **Teach it back.** One sentence for somebody who opens the paper for the first time: what are the two towers, and what crosses
# the bridge?
#
# That was the map. Tomorrow is the building: twelve short functions, no library but NumPy, and a machine that learns.

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
# # Day 15 · KL divergence: the price of a wrong belief
#
# Your model believes q. The corpus does p. How many extra bits do you pay for each word, because you believed q? Training
# a language model means lowering one sum. Only its boxed part can move:
#
# $$\underbrace{H(p, q)}_{\text{what you pay}} \;=\; \underbrace{H(p)}_{\text{what anyone pays}}
# \;+\; \boxed{D_{KL}(p\,\|\,q)}$$
#
# **When you close this notebook you can**
#
# - compute both directions of KL by hand, in bits, and say why they differ;
# - split a cross-entropy into entropy and KL;
# - predict which direction covers everything and which one seeks a peak;
# - say what a zero does, and which zero is harmless.
#
# You need: a surprise is log(1/p), entropy is its average (Day 14); the shares (½, ¼, ⅛, ⅛) after *the* (Day 11).
# Sections marked **core** are the short path, 48 minutes. The rest makes it 82.

# %% key="setup"
from utils import check, compare, hint, quiz, recall
from utils import probability, story
from utils.widgets import divergence as widgets
import numpy as np

np.set_printoptions(precision=4, suppress=True)
LN2 = np.log(2)  # nat / LN2 = bit

# %% [markdown] key="recall-text"
# ## Four things, one of them two weeks old · 4 min
#
# From today on a question from two weeks ago joins the three.

# %% key="recall"
recall(15)

# %% key="recall-answers" tags=["solution"]
recall(15, reveal=True)

# %% [markdown] key="story"
# ## Believing in the wrong codebook · 4 min · core
#
# After *the* come *cat*, *mat*, *dog* and *rug*, with shares p. A good codebook gives frequent words short codes. Somebody
# who believes that all four are equally likely builds another one, with two digits each.

# %% key="codebooks"
p, uniform = story.SHARES, np.full(4, 1 / 4)
for_p = ["0", "10", "110", "111"]
for_uniform = ["00", "01", "10", "11"]
for word, share, right, believed in zip(story.AFTER_THE, p, for_p, for_uniform, strict=True):
    print(f"{word}  share {share:.3f}  code for p {right:3}  code for uniform {believed}")
pays, must = probability.code_length(p, for_uniform), probability.code_length(p, for_p)
print(
    f"believing uniform, you pay {pays:.2f} bit/word; the right book takes {must:.2f} bit/word"
)
print(f"extra: {pays - must:.2f} bit/word")

# %% [markdown] key="definition"
# A quarter of a bit for each word, for nothing. In general a word with belief q has the surprise log(1/q); knowing p, it
# would have been log(1/p). The extra is log(p/q). On some words it is negative: *dog* got shorter. What counts
# is the average, and **the truth supplies the weights**:
#
# $$D_{KL}(p\,\|\,q) = \sum_i p_i \log\frac{p_i}{q_i}$$
#
# Truth in front, belief behind. log₂ gives bits, ln gives nats. p = 0 adds nothing: what never happens surprises nobody.

# %% [markdown] key="swap"
# ## Exchange truth and belief, and the price changes · 5 min · core
#
# Two events are enough to see it. Two bets first; then drag b all the way to the left, and all the way to the right.

# %% key="w2"
widgets.two_outcomes()

# %% [markdown] key="swap-read"
# At b = 0 the blue price is infinite: q called impossible what happens three times in ten. The other direction does not
# mind: there q is the truth, and the first event never happens. The curves meet at b = a and at its mirror image 1 − a,
# wherever you put a.
#
# A zero behind the bars, with something in front: **infinite**. A zero in front: harmless. A softmax gives no share of
# exactly 0, unless you mask or it underflows; raw counts give many.
#
# Zeros are not the only thing that tells the directions apart:

# %% key="swap-numbers"
fair, loaded = np.array([0.5, 0.5]), np.array([0.9, 0.1])
for name, truth, belief in (
    ("fair coin, believed loaded", fair, loaded),
    ("loaded coin, believed fair", loaded, fair),
):
    nats = probability.kl_divergence(truth, belief)
    print(f"{name}: KL {nats:.4f} nat = {nats / LN2:.4f} bit")

# %% [markdown] key="hand"
# ## By hand: one trap and one infinity · 8 min · core
#
# **h1** p = (½, ½), q = (⅛, ⅞). Both directions in bits, as `"KL(p‖q), KL(q‖p)"`, with log₂ 7 = 2.807. An answer may
# end in `bit`.

# %% key="h1"
# solution
h1 = "0.596, 0.456"
# end solution
check("15.h1", h1)

# %% [markdown] key="h2-text"
# **h2** p = (½, ¼, ⅛, ⅛), q uniform over the four words. Both directions in bits.

# %% key="h2"
# solution
h2 = "0.25, 0.25"
# end solution
check("15.h2", h2)

# %% [markdown] key="h2-read"
# Twice the same number, and that is the trap. Test your code with this pair only, and exchanged arguments pass.
#
# **h3** Somebody has never seen *dog* and *rug*: q = (½, ½, 0, 0), with the truth p of h2. KL(p‖q)? Type `"inf"` or `"∞"`
# if you need it. **h3b** And KL(q‖p), in bits?

# %% key="h3"
# solution
h3 = "∞"
# end solution
check("15.h3", h3)

# %% key="h3b"
# solution
h3b = "1/2"
# end solution
check("15.h3b", h3b)

# %% [markdown] key="code"
# ## Write it: truth first, and a zero that stays quiet · 10 min · core
#
# `0 * np.log(0)` is nan, so leave out the places where p is 0. Do not rescue q with a tiny number: an
# infinite price is an answer. ★★ · about 8 minutes


# %% key="e1"
def kl(p, q):
    """The extra surprise of believing q when p is true, in nats.

    p, q: arrays (K,) of shares. Returns a number >= 0; inf where q is 0 and p is not.
    """
    # solution
    there = p > 0
    with np.errstate(divide="ignore"):  # x / 0 is inf here, on purpose
        return np.sum(p[there] * np.log(p[there] / q[there]))
    # end solution


# %% key="e1-check"
check("15.e1", kl)

# %% [markdown] key="e1-more"
# `hint("15.e1")` helps, `compare("15.e1", kl)` shows the course's lines, and `widgets.two_outcomes(kl)` runs yours.
#
# <details><summary>Why does PyTorch's kl_div give me another number?</summary>
#
# `torch.nn.functional.kl_div(input, target)` wants the **logarithm** of the belief first and the truth second:
# `kl_div(log q, p)` is KL(p‖q), if you also ask for `reduction="sum"` (`"batchmean"` for a batch of rows). The default, `"mean"`,
# divides by the number of entries. The cell below has its formula, without PyTorch. The call in the third line
# looks natural and computes the other direction.
# </details>


# %% key="pytorch-order"
def kl_div(input, target):
    """The terms that PyTorch adds up."""
    return target * (np.log(target) - input)


print(f"kl_div(log q, p), added up {kl_div(np.log(loaded), fair).sum():7.4f} nat: KL(p‖q)")
print(f"kl_div(log q, p), mean     {kl_div(np.log(loaded), fair).mean():7.4f} nat: half of it")
print(f"kl_div(log p, q), added up {kl_div(np.log(fair), loaded).sum():7.4f} nat: KL(q‖p)")
print(f"kl_div(q, p), added up     {kl_div(loaded, fair).sum():7.4f} nat: no KL at all")

# %% [markdown] key="tent"
# ## Two hills, one tent: cover or seek · 6 min · core
#
# Put words on a line, animals left, places right. After *the*, ⅝ of the words are animals and ⅜ places (the
# hills' shape is invented): two hills, p. Your model owns one tent, a bell that you can push and widen. It will never
# be p. Which wrong belief is the best? That depends on the direction. Bet, then push each bar as low as it goes; a black
# mark keeps your record.

# %% key="w1"
widgets.two_hills(kl)

# %% key="tent-numbers"
hills = widgets.two_hills_shares()
for direction, (mean, width, bits) in widgets.best_tents().items():
    print(f"smallest {direction}: {bits:.2f} bit, tent at {mean:5.2f}, width {width:.2f}")
mean = hills @ widgets.PLACES
width = np.sqrt(hills @ (widgets.PLACES - mean) ** 2)
valley = hills[np.argmin(np.abs(widgets.PLACES - mean))] / hills.max()
print(f"p has mean {mean:.2f} and standard deviation {width:.2f}")
print(f"at that mean p has {valley:.0%} of the height of its higher hill")
for side, place in (("left", -2.0), ("right", 2.0)):
    q = widgets.tent(place, 0.6)
    forward = probability.kl_divergence(hills, q) / LN2
    backward = probability.kl_divergence(q, hills) / LN2
    print(f"tent on the {side} hill: KL(p‖q) {forward:.2f} bit, KL(q‖p) {backward:.2f} bit")
print(f"log₂(8/5) = {np.log2(8 / 5):.2f} bit")

# %% [markdown] key="tent-read"
# **min KL(p‖q) covers.** p supplies the weights, and p is on both hills: wherever the truth goes, the tent must be
# there. So it takes p's mean and spread, and its top stands over a valley.
#
# **min KL(q‖p) seeks.** Now q supplies the weights. The tent pays for standing where p is not, and little for a hill it
# leaves out: log₂(8/5), since p has only ⅝ here. The right hill is a local minimum too; a search may lock on it.
#
# Books say forward and reverse KL. Neither is better: covering invents words from the valley, seeking forgets the places.

# %% [markdown] key="identity"
# ## The bill has two parts, and training moves one · 9 min · core
#
# You may write log(p/q) as a difference, log(1/q) − log(1/p), and average each part with p:
#
# $$D_{KL}(p\,\|\,q) = H(p, q) - H(p) \qquad H(p, q) = \sum_i p_i \log\frac{1}{q_i}$$
#
# H(p, q) is the **cross-entropy**, the whole bill: 2 = 1.75 + 0.25 bit for our codebooks. H(p) belongs to the corpus. Training
# changes only q, so a loss that falls is KL that falls; the floor is H(p), not 0.
#
# Check it in code: three sums, all in nats, and the gap between them. ★★ · about 8 minutes


# %% key="e4"
def check_identity(p, q):
    """Cross-entropy, entropy and KL, each computed for itself, and what is left of the first.

    p, q: arrays (K,) of shares, with q > 0 where p > 0.
    Returns four numbers in nats: H(p, q), H(p), KL(p‖q), and H(p, q) - H(p) - KL(p‖q).
    """
    # solution
    whole = probability.cross_entropy_pq(p, q)
    own = probability.entropy(p, base=np.e)
    extra = probability.kl_divergence(p, q)
    return whole, own, extra, whole - own - extra
    # end solution


# %% key="e4-check"
check("15.e4", check_identity)

# %% [markdown] key="gibbs"
# ## Never below zero, except in a sample · 3 min
#
# Could a clever q beat p at p's own game? No: that is **Gibbs' inequality**, and its proof is one picture.

# %% key="gibbs-picture"
widgets.line_above_logarithm()

# %% [markdown] key="gibbs-proof"
# The line x − 1 is never below ln x and touches it at x = 1 only. Put x = q/p, summing where p > 0:
#
# $$-D_{KL}(p\,\|\,q) = \sum_i p_i \ln\frac{q_i}{p_i} \;\le\; \sum_i p_i\left(\frac{q_i}{p_i} - 1\right)
# = \sum_i q_i - 1 \;\le\; 0$$
#
# The two ends meet only if all the ratios are 1, that is, q = p. An **estimate** is another matter. Nobody can sum
# over all sentences; one draws a few from p and averages log(p/q). That mean is right in the long run and may be
# negative in a short one.

# %% key="estimates"
rng = np.random.default_rng(15)
extra = np.log2(story.SHARES / uniform)  # bit, for each of the four words
print(f"extra surprise of each word: {extra} bit")
for n in (8, 100):
    means = extra[rng.choice(4, p=story.SHARES, size=(10_000, n))].mean(axis=1)
    print(f"{n:3} words: estimates of KL average {means.mean():.2f} bit", end=", ")
    print(f"lowest {means.min():.2f} bit, negative {np.mean(means < 0):.1%}")
truths, beliefs = rng.dirichlet(np.ones(4), size=(2, 10_000))
exact = probability.kl_divergence(truths, beliefs) / LN2
print(f"10,000 random pairs, summed exactly: smallest KL {exact.min():.4f} bit")
print(f"yet {np.mean(truths < beliefs):.0%} of their single terms are negative")

# %% [markdown] key="distance"
# ## Not a distance: the detour is cheaper · 11 min
#
# "KL distance" is a common slip. A distance is the same there and back; KL is not. And with a distance no detour is a
# short cut. Put a stop m between p and q:

# %% key="triangle"
p, m, q = np.array([1 / 2, 1 / 2]), np.array([1 / 4, 3 / 4]), np.array([1 / 8, 7 / 8])
direct = probability.kl_divergence(p, q) / LN2
first, second = probability.kl_divergence(p, m) / LN2, probability.kl_divergence(m, q) / LN2
print(f"KL(p‖q) = {direct:.3f} bit")
print(f"KL(p‖m) + KL(m‖q) = {first:.3f} + {second:.3f} = {first + second:.3f} bit")
assert first + second < direct

# %% [markdown] key="p1-text"
# The plan's first task is a sentence: "KL measures the difference of two distributions, and 0 means identical." Run the
# cell for four readings; answer with a letter.

# %% key="p1"
# solution
p1 = "b"
# end solution
check("15.p1", p1)

# %% [markdown] key="e2-text"
# If you need something symmetric and finite, compare both with their average m = (p + q)/2. The mean of KL(p‖m) and KL(q‖m) is
# the **Jensen–Shannon divergence**, at most ln 2 nat, which is 1 bit. (Its root even is a distance.) You may call
# `probability.kl_divergence`. ★★ · about 8 minutes


# %% key="e2"
def js(p, q):
    """Jensen-Shannon divergence: how far p and q are from their average, in nats.

    p, q: arrays (K,) of shares. Returns a number between 0 and ln 2.
    """
    # solution
    m = (p + q) / 2
    return (probability.kl_divergence(p, m) + probability.kl_divergence(q, m)) / 2
    # end solution


# %% key="e2-check"
check("15.e2", js)

# %% key="js-numbers"
never_seen = np.array([0.5, 0.5, 0.0, 0.0])
for name, belief in (("uniform", uniform), ("(½, ½, 0, 0)", never_seen)):
    there = probability.kl_divergence(story.SHARES, belief) / LN2
    back = probability.kl_divergence(belief, story.SHARES) / LN2
    both = probability.js_divergence(story.SHARES, belief) / LN2
    print(f"p and {name:13} KL {there:.3f} bit, back {back:.3f} bit; JS {both:.3f} bit")

# %% [markdown] key="uses"
# ## Who uses it, and in which direction · 14 min
#
# | where | what is made small | so the model |
# |---|---|---|
# | training on text | KL(data ‖ model), up to a constant | covers |
# | label smoothing (Day 16) | KL(smoothed target ‖ model), up to a constant | keeps a little doubt |
# | distillation | KL(teacher ‖ student), up to a constant | learns the teacher's second choices |
# | RLHF | − reward + β·KL(model ‖ model before) | stays near what it was |
# | VAE | reconstruction error + KL(code ‖ prior, a standard normal) | keeps its codes near one bell |
#
# In the last two KL is a **penalty** beside another goal; in RLHF β says how much of it. RLHF estimates it from samples,
# which is why its logs may show negative values. The original GAN does without: with an ideal judge its loss is a
# Jensen–Shannon divergence, up to scale and a constant.

# %% [markdown] key="p2-text"
# So what is true of "generative models use KL to keep distributions similar"? A letter, please.

# %% key="p2"
# solution
p2 = "c"
# end solution
check("15.p2", p2)

# %% [markdown] key="e3-text"
# For two bells N(m₁, s₁²) and N(m₂, s₂²) the sum becomes an integral, and the integral a formula. A VAE computes it for each code,
# with m₂ = 0 and s₂ = 1:
#
# $$D_{KL} = \ln\frac{s_2}{s_1} + \frac{s_1^2 + (m_1 - m_2)^2}{2\,s_2^2} - \frac{1}{2}$$
#
# Before you type, find the answer for two equal bells in your head. ★★★ · about 12 minutes


# %% key="e3"
def kl_gauss(m1, s1, m2, s2):
    """KL of the truth N(m1, s1²) and the belief N(m2, s2²), in nats.

    m1, m2: means. s1, s2: standard deviations, positive. Returns a number >= 0.
    """
    # solution
    return np.log(s2 / s1) + (s1**2 + (m1 - m2) ** 2) / (2 * s2**2) - 0.5
    # end solution


# %% key="e3-check"
check("15.e3", kl_gauss)

# %% key="gauss-numbers"
for s1, s2 in ((1.0, 3.0), (3.0, 1.0)):
    nats = probability.kl_gauss(0, s1, 0, s2)
    print(f"truth of width {s1:.0f}, belief of width {s2:.0f}: KL {nats:.3f} nat")

# %% [markdown] key="information"
# ## A box to open: what the last word tells you · 2 min
#
# <details><summary>Mutual information is a KL, and a step of the ladder</summary>
#
# Take all pairs (word, next word) of the four sentences. If the two had nothing to do with each other, the table of pairs
# would be the product of its margins. The price of believing that is the **mutual information**:
#
# $$I(X; Y) = D_{KL}\big(P(x, y) \,\big\|\, P(x)\,P(y)\big) = H(Y) - H(Y \mid X)$$
#
# It is 0 only if the words are independent. The right side is a step of Day 14's ladder: what knowing the previous word
# saves on the next one. This one is symmetric in X and Y: swapping them transposes both tables.
# </details>

# %% key="information-numbers"
counts = probability.bigram_counts(story.CORPUS, story.VOCABULARY)
joint = counts / counts.sum()
product = joint.sum(axis=1, keepdims=True) * joint.sum(axis=0, keepdims=True)
shared = probability.kl_divergence(joint.ravel(), product.ravel()) / LN2
saved = story.UNIGRAM_BITS - story.BIGRAM_BITS
print(f"KL(joint‖product) = {shared:.4f} bit/token")
print(f"ladder: {story.UNIGRAM_BITS:.4f} - {story.BIGRAM_BITS:.4f} = {saved:.4f} bit/token")
assert np.isclose(shared, saved)

# %% [markdown] key="paper"
# ## In the paper it hides behind a number · 2 min · core
#
# *Attention Is All You Need* never writes KL. §5.4 trains with label smoothing, ε_ls = 0.1: the target keeps a tenth of its share for
# all words together, and the loss is a cross-entropy against that target. So what training lowers is the KL from the smoothed
# target to the model. The paper adds that this hurts perplexity, since the model learns to be more unsure, and that it helps accuracy
# and BLEU.
#
# <details><summary>Where the original plan pointed, and where to look</summary>
#
# The plan names chapter 11 of *Deep Learning* (Goodfellow, Bengio, Courville; 花书). That chapter is about practical methodology.
# Entropy and KL are in **§3.13**, with a picture of two hills and both directions. "信息论通俗文章" is a search phrase; articles
# that call KL a distance (KL距离) are a good test of what you know now.
# </details>

# %% [markdown] key="quiz-text"
# ## Quiz · 2 min · core

# %% key="quiz"
quiz(15)

# %% key="quiz-answers" tags=["solution"]
quiz(15, reveal=True)

# %% [markdown] key="end"
# ## Take with you · 2 min · core
#
# > **KL(p‖q)** = Σ p log(p/q): the extra surprise of believing q when p is true; ≥ 0, and 0 only for p = q; ∞ where q = 0 < p.
# > **H(p, q) = H(p) + KL(p‖q)**. Not a distance: it has a direction. Fitting q, min KL(p‖q) covers, min KL(q‖p) seeks. Test
# > with a pair whose directions differ.
#
# **Words of today**
#
# | word | 中文 | symbol | paper |
# |---|---|---|---|
# | KL divergence (relative entropy) | KL 散度（相对熵） | KL(p‖q) | – |
# | cross-entropy | 交叉熵 | H(p, q) | – |
# | Gibbs' inequality | 吉布斯不等式 | – | – |
# | Jensen–Shannon divergence | JS 散度 | JS | – |
# | mutual information | 互信息 | I(X; Y) | – |
#
# **Teach it back.** One sentence for a colleague: a loss is stuck at 1.75 bit; how can the model be perfect?
#
# Tomorrow the truth is a single word, and the bill becomes the loss of every language model.

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
# # Day 14 · Entropy: how many questions to the next word?
#
# Somebody thinks of a word that follows *the*. You ask, the answers are yes or no. How many questions will you need? On
# average 1.75, with the right ones; nobody can do better. That number is an **entropy**. A column of the paper's Table 3
# is made of it:
#
# $$\boxed{\mathrm{PPL}} = 2^{\,H \text{ in bit}} = e^{\,H \text{ in nat}}$$
#
# **When you close this notebook you can**
#
# - say how surprising a word is, and how surprising the next one will be on average;
# - keep bit and nat apart, and turn either into a perplexity;
# - compute two floors of our four sentences: what stays open after one word, and after all words before;
# - read how undecided a row of attention is;
# - correct a sentence about training that you will hear often.
#
# You need: conditional shares from counts (Day 11), softmax and temperature (Day 13), logarithms.
# Sections marked **core** are the short path, 50 minutes. The rest makes it 87.

# %% key="setup"
from utils import check, compare, hint, quiz, recall
from utils import probability, story, transformer
from utils.widgets import entropy as widgets
import numpy as np

np.set_printoptions(precision=4, suppress=True)

# %% [markdown] key="story"
# ## Three questions of your choice · 5 min · core
#
# The four sentences of day 11 hold *the* eight times with a word behind it:

# %% key="after-the"
for sentence in story.CORPUS:
    print(" ".join(sentence))
C = probability.bigram_counts(story.CORPUS, story.VOCABULARY)
the = C[story.VOCABULARY.index("the")]
for word, share in zip(story.AFTER_THE, story.SHARES, strict=True):
    print(f"after the: {word} {the[story.VOCABULARY.index(word)]:.0f} times, share {share}")

# %% [markdown] key="story-bet"
# A question may name one word or two. It is asked only where its answer is still open. First a bet; then choose your three
# questions, and bring the average down.

# %% key="w2"
widgets.twenty_questions()

# %% [markdown] key="questions-read"
# The best plan asks *cat?*, then *mat?*, then *dog?*. Whenever one is asked, yes and no are equally likely; a question whose
# answer you can guess is partly wasted. A word with the share ½ takes 1 question, ¼ takes 2, ⅛ takes 3. In general
#
# $$\text{surprise of a word} = \log_2 \frac{1}{p} = -\log_2 p$$
#
# counted in **bits**, one for each fair yes/no question. What is certain has the surprise 0. Surprises of independent
# words add up, because their shares multiply.
#
# Write 0 for yes and 1 for no, and the answers become a **code**: cat 0, mat 10, dog 110, rug 111. No word of it begins
# another, so a row of digits can be read without commas.
#
# **h3** How many digits does a word take on average?

# %% key="h3"
# solution
h3 = "1.75"
# end solution
check("14.h3", h3)

# %% [markdown] key="recall-text"
# ## Meanwhile: days 13, 11 and 7 · 3 min
#
# Three old things, no notes.

# %% key="recall"
recall(14)

# %% key="recall-answers" tags=["solution"]
recall(14, reveal=True)

# %% [markdown] key="mean-surprise"
# ## Surprise, weighed by how often it comes · 13 min · core
#
# Entropy is the mean surprise. A rare word surprises much and counts little:
#
# $$H(p) = \sum_i p_i \log \frac{1}{p_i} = -\sum_i p_i \log p_i \qquad\text{with } 0 \log 0 := 0$$
#
# The base of the logarithm is the unit: log₂ gives **bit**, the natural logarithm gives **nat**. Since
# log₂ x = ln x / ln 2, a number of bits times ln 2 ≈ 0.693 is a number of nats: the bit is the smaller unit.
#
# **h1** the entropy of (½, ¼, ⅛, ⅛) in bit · **h1b** the same in nat

# %% key="h1"
# solution
h1 = "1.75"
# end solution
check("14.h1", h1)

# %% key="h1b"
# solution
h1b = "1.213"
# end solution
check("14.h1b", h1b)

# %% [markdown] key="e1-text"
# Now for any shares and any base. One share may be 0: NumPy makes nan of 0 · log 0, but a word that never comes surprises
# nobody. ★★ · about 8 minutes


# %% key="e1"
def entropy(p, base=2):
    """Mean surprise of one draw.

    p: (n,) shares that add up to 1; some may be 0. base: of the logarithm, 2 for bit, np.e for nat.
    Returns a number.
    """
    # solution
    possible = p[p > 0]
    return -np.sum(possible * np.log(possible)) / np.log(base)
    # end solution


# %% key="e1-check"
check("14.e1", entropy)

# %% [markdown] key="e1-more"
# Stuck? `hint("14.e1")`. Done? `compare("14.e1", entropy)`. From here on the notebook calls the course's version,
# `probability.entropy`.

# %% key="units"
certain = np.array([1.0, 0.0, 0.0, 0.0])
for p in (np.full(4, 1 / 4), story.SHARES, certain):
    bits, nats = probability.entropy(p), probability.entropy(p, base=np.e)
    print(f"{str(p):29} {bits:.4f} bit = {nats:.4f} nat")

# %% [markdown] key="coin"
# ## Largest where nobody can guess · 5 min
#
# The smallest case has two outcomes: a coin. Your function draws the curve. Where is its top?

# %% key="w1"
widgets.coin(entropy)

# %% [markdown] key="coin-read"
# Go to 0.01: heads would be a surprise of 6.6 bit, and it adds next to nothing, because it hardly comes. At both ends
# the entropy is 0. Switch to nat: another scale, the same coin.
#
# On n outcomes the entropy lies between 0 and log₂ n bit, and only the uniform distribution reaches log₂ n. The thirty-day
# plan says so in fewer words. Four endings; answer with a letter.

# %% key="p1"
# solution
p1 = "c"
# end solution
check("14.p1", p1)

# %% [markdown] key="continuous-text"
# <details><summary>What about values on a line, with no last one?</summary>
#
# An endless line has no uniform distribution. There, at a given variance, the **normal** distribution has the largest
# entropy. It is a differential entropy, an integral of f·log(1/f), and may be negative, as the last line below shows: it
# counts no questions. The course does not use it.
# </details>

# %% key="continuous"
x, dx = np.linspace(-12, 12, 240_001, retstep=True)
densities = {
    "normal": probability.normal_pdf(x, 0, 1),
    "two-sided exponential": np.exp(-np.sqrt(2) * np.abs(x)) / np.sqrt(2),
    "flat, variance 1": (np.abs(x) <= np.sqrt(3)) / np.sqrt(12),
    "flat, width ½": (np.abs(x) <= 1 / 4) * 2.0,
}
for name, f in densities.items():
    h = -np.sum(f * np.log2(f, out=np.zeros_like(f), where=f > 0)) * dx
    print(f"{name:22} variance {np.sum(x**2 * f) * dx:.3f}  differential entropy {h:6.3f} bit")

# %% [markdown] key="perplexity"
# ## As undecided as among how many words? · 8 min
#
# 1.75 bit is hard to picture. Undo the logarithm, and you get a number of words: a fair choice among that many would be
# as undecided. That is the **perplexity**: 2 to the power of the bits, or e to the power of the nats, the same number.
# Mixed bases give two others, and they look as plausible.
#
# **h2** the perplexity of (½, ¼, ⅛, ⅛)

# %% key="h2"
# solution
h2 = "3.364"
# end solution
check("14.h2", h2)

# %% [markdown] key="e2-text"
# ★ · about 5 minutes


# %% key="e2"
def perplexity(p):
    """Number of words in a fair choice that is as undecided as p.

    p: (n,) shares. Returns a number from 1 to n.
    """
    # solution
    return 2 ** probability.entropy(p)
    # end solution


# %% key="e2-check"
check("14.e2", perplexity)

# %% [markdown] key="e2-more"
# Yours starts from shares. The course's `probability.perplexity(loss)` starts one step later, from a mean surprise in
# **nat**, as training prints it. Feed it bits, and it cannot complain:

# %% key="two-bases"
bits, nats = probability.entropy(story.SHARES), probability.entropy(story.SHARES, base=np.e)
for what, words in (
    ("2 ** bits", 2**bits),
    ("perplexity(nats)", probability.perplexity(nats)),
    ("perplexity(bits): wrong", probability.perplexity(bits)),
    ("2 ** nats: wrong", 2**nats),
):
    print(f"{what:24} perplexity {words:.3f}")

# %% [markdown] key="one-word"
# ## What the word before leaves open · 16 min · core
#
# A model that sees only *the* is left with 1.75 bit. After *cat* less is open, after *on* nothing: *the* always
# follows. The mean over all tokens weighs each row with how often it comes. That is the **conditional entropy**:
#
# $$H(Y \mid X) = \sum_x P(x)\, H(Y \mid X = x)$$
#
# **h4** The corpus has 23 next-word events: 8 after *the*, 4 after *cat* (sat 2, saw 1, the end mark 1), and 11 that are
# certain. How many bits are left per token? Fractions are welcome.

# %% key="h4"
# solution
h4 = "20/23"
# end solution
check("14.h4", h4)

# %% [markdown] key="e3-text"
# For any table of counts, in bit. A row may be empty: nothing follows the end mark. ★★★ · about 12 minutes


# %% key="e3"
def conditional_entropy(C):
    """Mean surprise of the column, given the row, in bit.

    C: (R, V) counts; row = what is known, column = what comes next. Some rows may be empty.
    Returns a number.
    """
    # solution
    total = 0.0
    for row in C:
        if row.sum() > 0:
            total += row.sum() * probability.entropy(row / row.sum())
    return total / C.sum()
    # end solution


# %% key="e3-check"
check("14.e3", conditional_entropy)

# %% [markdown] key="average"
# Knowing more cannot raise the entropy **on average**. A single piece of news can. A bag holds nine coins with heads on
# both sides and one fair coin:

# %% key="bag"
bag = np.array(
    [[18.0, 0.0], [1.0, 1.0]]
)  # rows: two-headed coins, the fair coin; columns: heads, tails
print(
    f"you do not know the coin     {probability.entropy(bag.sum(axis=0) / bag.sum()):.3f} bit"
)
print(f"you know it is the fair one  {probability.entropy(bag[1] / bag[1].sum()):.3f} bit")
print(f"you know the coin, on average {probability.conditional_entropy(bag):.3f} bit")

# %% [markdown] key="ladder-text"
# ## Two floors, and the ladder down to them · 6 min · core
#
# Now a model that sees **all** words before. To name one of four equally likely sentences takes 2 bit, wherever in the
# sentence the surprises fall.
#
# **h4b** So how many bits per token? · **h4c** Both floors in nat, the one-word floor first

# %% key="h4b"
# solution
h4b = "8/23"
# end solution
check("14.h4b", h4b)

# %% key="h4c"
# solution
h4c = "0.603, 0.241"
# end solution
check("14.h4c", h4c)

# %% [markdown] key="floors-text"
# The same function gives this floor, if each row is a whole beginning of a sentence. `utils/story.py` finds both by
# another road: it multiplies the shares of all 23 events.

# %% key="floors"
events = [(tuple(words[:t]), words[t]) for words in story.CORPUS for t in range(1, len(words))]
beginnings = sorted({before for before, _ in events})
F = np.zeros((len(beginnings), len(story.VOCABULARY)))
for before, word in events:
    F[beginnings.index(before), story.VOCABULARY.index(word)] += 1
one_word = ("one word", C, story.BIGRAM_BITS_EXACT)
all_words = ("all words", F, story.FULL_CONTEXT_BITS_EXACT)
for name, table, exact in (one_word, all_words):
    bits = probability.conditional_entropy(table)
    told = f"{name:9} {bits:.4f} bit/token = {bits * np.log(2):.4f} nat/token"
    print(f"{told}; story: {exact} bit, same: {np.isclose(bits, float(exact))}")
for before, row in zip(beginnings, F, strict=True):
    if np.count_nonzero(row) > 1:
        left = probability.entropy(row / row.sum())
        print(f"  {row.sum():.0f} times after '{' '.join(before)}': {left:.4f} bit")

# %% key="ladder"
widgets.ladder()

# %% [markdown] key="ladder-read"
# The top rung knows the nine symbols and nothing else: log₂ 9. The second knows how often each comes. Then one word of
# context, then all of it. These floors belong to the **text**, not to a model. Training cannot lower them; a loss on these
# sentences that lies below its floor has looked at the answer. Day 17 reaches the bigram floor by counting, day 19 by
# descent.

# %% [markdown] key="code"
# ## Would another code be shorter? · 9 min
#
# No. A code that can be read without commas takes at least the entropy in bit, on average. Here it takes just that,
# because all shares are powers of ½. Three words with ⅓ each have 1.585 bit, and coded one by one they need 5/3 digits.
#
# Write the average. If one code word begins another, raise `ValueError`. ★★ · about 8 minutes


# %% key="e5"
def code_length(p, code):
    """Mean number of digits per word.

    p: (n,) shares. code: n strings of "0" and "1". Returns a number.
    Raises ValueError when one code word begins another (or equals it).
    """
    # solution
    for i, short in enumerate(code):
        for j, other in enumerate(code):
            if i != j and other.startswith(short):
                raise ValueError(f"{short} begins {other}")
    return sum(share * len(word) for share, word in zip(p, code, strict=True))
    # end solution


# %% key="e5-check"
check("14.e5", code_length)

# %% [markdown] key="e5-more"
# Solved? Scroll up and make it `widgets.twenty_questions(code_length)`: your function counts the questions.

# %% [markdown] key="rows"
# ## A row of attention is undecided too · 12 min
#
# Each row of attention weights adds up to 1, so it has an entropy: 0 bit if a word looks at one word, log₂ T if it looks at
# T words evenly. ★★ · about 8 minutes


# %% key="e4"
def row_entropy(A):
    """How undecided each row is, in bit.

    A: (..., T, S) attention weights, rows add up to 1, some may be 0. Returns (..., T).
    """
    # solution
    logs = np.log2(np.where(A > 0, A, 1.0))
    return -np.sum(A * logs, axis=-1)
    # end solution


# %% key="e4-check"
check("14.e4", row_entropy)

# %% [markdown] key="temperature-bet"
# Yesterday's temperature moves this number. Bet on both ends for the row of *sat*, then drag.

# %% key="w3"
widgets.temperature(row_entropy)

# %% key="heads"
print("row entropy in bit " + "".join(f"{word:>7}" for word in story.SENTENCE))
for head in (story.HEAD_A, story.HEAD_B):
    Q, K, V = story.X4 @ head.W_Q, story.X4 @ head.W_K, story.X4 @ head.W_V
    weights = transformer.scaled_dot_product_attention(Q, K, V)[1]
    values = "".join(f"{bits:7.3f}" for bits in probability.row_entropy(weights))
    print(f"head {head.name:9} (bit) {values}")

# %% [markdown] key="rows-read"
# *the* asks nothing, so it listens to everyone equally: 2.585 bit. *sat* in the head "who?" is the most decided. A higher
# temperature never lowers the entropy. A small entropy says that a word looks at few others, not that they are the right
# ones.

# %% [markdown] key="training"
# ## A model that gets better and less sure · 5 min · core
#
# You will hear that training lowers the entropy of the prediction. Test it. After *the cat sat on the*, *mat* and *rug* come
# equally often. A model starts out sure of *mat*, and learns. The **loss** is its mean surprise at what really comes.

# %% key="w4"
widgets.training(entropy)

# %% [markdown] key="training-read"
# The loss falls from 2.507 to 0.693 nat, the entropy of the prediction **rises** from 0.040 to 0.693 nat. They meet at the
# entropy of the truth, ln 2 nat, the floor of this loss. Three more models:

# %% key="sure"
for what, p, q in (
    ("sure, and wrong", np.array([1.0, 0, 0]), np.array([0.01, 0.98, 0.01])),
    ("undecided as the text", story.SHARES, story.SHARES),
    ("surer than the text", story.SHARES, np.array([0.94, 0.02, 0.02, 0.02])),
):
    own, loss = probability.entropy(q, base=np.e), probability.cross_entropy_pq(p, q)
    print(f"{what:22} entropy of the prediction {own:.3f} nat, loss {loss:.3f} nat")

# %% [markdown] key="p2-text"
# This loss is the **cross-entropy** (day 16): the entropy of the truth plus a price for believing something else (day 15).
# Training lowers the price. Whether the prediction becomes sharper or flatter depends on where it started; from a
# uniform start it can only become sharper.
#
# And the plan's sentence, "training lowers the entropy of the prediction"? Answer with a letter.

# %% key="p2"
# solution
p2 = "b"
# end solution
check("14.p2", p2)

# %% [markdown] key="paper"
# ## In the paper · 2 min · core
#
# *Attention Is All You Need*, §6.2, Table 3: the column PPL holds perplexities on the development set, 4.92 for the base
# model. They are **per word-piece** of its byte-pair encoding; the caption warns against comparing them with perplexities
# per word. Whole words are fewer, so each carries more surprise on average. Compare tokenizers in bits per byte.
#
# §5.4 says of label smoothing that it hurts perplexity, since the model learns to be more unsure, and still improves the
# translations: a training that makes predictions less sure on purpose.

# %% key="table3"
nats = np.log(4.92)
print(
    f"perplexity 4.92 per word-piece: {nats:.3f} nat = {nats / np.log(2):.3f} bit per word-piece"
)

# %% [markdown] key="resources"
# <details><summary>Where the original plan pointed, and where to look</summary>
#
# "信息论入门：熵是什么" is a search phrase on 知乎. "李永乐信息论" on B站 leads to the physics teacher 李永乐 and his science films;
# the author of the lecture notes of days 1 to 8 is another person of that name. In books: *Deep Learning* (Goodfellow,
# Bengio, Courville; 花书), §3.13; Cover and Thomas, *Elements of Information Theory*, chapters 2 (entropy) and 5 (codes).
# </details>

# %% [markdown] key="quiz-text"
# ## Quiz · 2 min · core

# %% key="quiz"
quiz(14)

# %% key="quiz-answers" tags=["solution"]
quiz(14, reveal=True)

# %% [markdown] key="end"
# ## Take with you · 1 min · core
#
# > **Entropy** H(p) = Σ p log(1/p), the mean surprise: 0 if certain, at most log n, for the uniform alone. Nats = bits × ln 2;
# > **perplexity** = 2^bits = e^nats. H(Y|X): row entropies, weighed by how often each row comes. Floors of the corpus: 20/23
# > bit per token after one word, 8/23 bit after all. Training lowers the loss; the prediction's entropy may rise.
#
# **Words of today**
#
# | word | 中文 | symbol | paper |
# |---|---|---|---|
# | surprise (surprisal) | 惊奇度（自信息） | −log p | – |
# | entropy | 熵 | H | – |
# | bit | 比特 | log₂ | – |
# | nat | 奈特 | ln | – |
# | conditional entropy | 条件熵 | H(Y\|X) | – |
# | perplexity | 困惑度 | PPL | §6.2 |
# | prefix-free code | 前缀码 | – | – |
#
# **Teach it back.** One sentence for a colleague: why is a model with a loss of 0.2 nat per token on these four sentences
# not a good model, but a leak?
#
# Tomorrow you believe one distribution and another one is true. What do you pay per word?

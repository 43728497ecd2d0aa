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
# # Day 11 · Given what came before, what comes next?
#
# A language model answers one question, again and again: *given* these words, how likely is each word as the next one?
# Multiply its answers along a text, and the text itself has a probability:
#
# $$P(w_1, \dots, w_n) = \prod_{t=1}^{n} \boxed{P(w_t \mid w_1, \dots, w_{t-1})}$$
#
# The next ten days are about the bar in that box.
#
# **When you close this notebook you can**
#
# - read joint, marginal and conditional probabilities off a table of counts;
# - compute the probability of a sentence, exactly and with a memory of one word;
# - keep P(A | B) and P(B | A) apart, and say when they agree;
# - let a random number choose the next word.
#
# You need: NumPy's `axis` and `keepdims` (Day 0 on the start page), and fractions.
# Sections marked **core** are the short path, 55 minutes. The rest makes it 86.

# %% key="setup"
from fractions import Fraction
from itertools import pairwise, product

from utils import check, compare, hint, quiz, recall
from utils import probability, story
from utils.widgets import counting as widgets
import numpy as np

np.set_printoptions(precision=4, suppress=True)

# %% [markdown] key="story"
# ## Four sentences are the whole world · 5 min · core
#
# For ten days nobody says anything else than these. Each is as likely as the others; `</s>` marks its end.

# %% key="corpus"
for number, words in enumerate(story.CORPUS, start=1):
    print(number, " ".join(words))
print("steps from a word to the next:", sum(len(words) - 1 for words in story.CORPUS))

# %% [markdown] key="story-read"
# Every step from a word to the next is an **event**: (the → cat), (cat → sat), … There are 23. Put your finger on one of
# them blindly. How likely is its next word *cat*? And if you peek, and see that the current word is *the*?
#
# **h1** P(cat | the), read "cat, given the". Type a fraction between quotes, such as `"2/7"`.

# %% key="h1"
# solution
h1 = "1/2"
# end solution
check("11.h1", h1)

# %% [markdown] key="three"
# Three kinds of number were in play. Two are counted, the third is their quotient:

# %% key="three-numbers"
steps = [step for words in story.CORPUS for step in pairwise(words)]
joint = Fraction(steps.count(("the", "cat")), len(steps))
marginal = Fraction(sum(now == "the" for now, _ in steps), len(steps))
print(f"joint        P(the, cat)  = {joint}   both at once")
print(f"marginal     P(the)       = {marginal}   whatever follows")
print(f"conditional  P(cat | the) = {joint} / {marginal} = {joint / marginal}")

# %% [markdown] key="definition"
# That is the definition, for any two events. Knowing B throws away everything outside B, and B is the new whole:
#
# $$P(A \mid B) = \frac{P(A, B)}{P(B)}, \qquad P(B) > 0$$
#
# Without the condition on the right there is nothing to divide by: P(next | `</s>`) has no meaning here.

# %% [markdown] key="e1-text"
# ## Count every pair once · 9 min · core
#
# Now all pairs, in a 9 × 9 table: **row = current word, column = next word**. Mind the ends of the sentences. ★★ · about 8
# minutes


# %% key="e1"
def bigram_counts(sentences, vocab):
    """How often each word is followed by each word, inside a sentence.

    sentences: lists of words, each with its end mark. vocab: list of V words.
    Returns (V, V) counts: row = current word, column = next word, in the order of vocab.
    """
    # solution
    counts = np.zeros((len(vocab), len(vocab)))
    for sentence in sentences:
        for now, following in pairwise(sentence):
            counts[vocab.index(now), vocab.index(following)] += 1
    return counts
    # end solution


# %% key="e1-check"
check("11.e1", bigram_counts)

# %% [markdown] key="e1-more"
# Stuck? `hint("11.e1")`. Done? `compare("11.e1", bigram_counts)`. Below, the course's version counts.

# %% key="counted"
vocab = story.VOCABULARY
C = probability.bigram_counts(story.CORPUS, vocab)
print("events:", int(C.sum()))
after_the = zip(vocab, C[vocab.index("the")], strict=True)
print("after the:", {word: int(n) for word, n in after_the if n})

# %% [markdown] key="recall-text"
# ## A breath: three things from the first ten days · 3 min
#
# No notes. What you miss comes back in two days.

# %% key="recall"
recall(11)

# %% key="recall-answers" tags=["solution"]
recall(11, reveal=True)

# %% [markdown] key="table"
# ## The sum you divide by is the meaning · 10 min · core
#
# One table of counts, three divisions, three different questions. Two bets, then switch between them. The row of the
# chosen word stands below the table, its column beside it.

# %% key="w1"
widgets.count_table()

# %% [markdown] key="table-read"
# - Divided by all 23: the **joint** table. A row's sum is a **marginal**: how often that word is the current one.
# - Divided by row sums: P(next | current). Every row with events is a cake of its own. Columns add up to anything.
# - Divided by column sums: P(current | next), "what came before?". Before *the* stood *on* in three of four cases.
#
# The last one asks about the past, given the future, and is just as legal. Conditioning is about what you **know**, not about
# time or cause.
#
# Write the second one. Rows of zeros stay zero. Our table is square, so a lost axis makes no noise; therefore the checker also
# brings tables that are not. ★ · about 5 minutes


# %% key="e2"
def conditional(C):
    """Counts to P(next | current).

    C: (n, V) counts, row = current word.
    Returns (n, V): each row adds up to 1; a row of zeros stays zero.
    """
    # solution
    total = C.sum(axis=1, keepdims=True)
    return C / np.where(total > 0, total, 1)
    # end solution


# %% key="e2-check"
check("11.e2", conditional)

# %% key="lost-axis"
# your function can drive the picture, too: widgets.count_table(conditional)
lost = C / np.maximum(C.sum(axis=1), 1)  # no keepdims: the sums lie along the columns
print("row sums, axis lost:", np.round(lost.sum(axis=1), 2))
print("row sums, axis kept:", probability.conditional(C).sum(axis=1))

# %% [markdown] key="dice"
# ## Why were you allowed to count? · 6 min
#
# "Probability is how likely an event is", says the plan. That explains a word by its twin. The **classical definition** says
# more: favourable cases over possible cases. It has a condition. Throw two dice.

# %% key="p1"
# solution
p1 = "b"
# end solution
check("11.p1", p1)

# %% [markdown] key="dice-text"
# Favourable over possible holds only for **equally likely** cases. Pairs of dice are, by symmetry; sums are not. Your finger
# was blind, so the 23 steps were.
#
# An **event**, exactly, is a set of cases; one step is the smallest. "Not A" is the rest, and for "A or B" what lies in both must not be counted twice:

# %% key="dice-run"
pairs = set(product(range(1, 7), repeat=2))
sum_7 = {(a, b) for a, b in pairs if a + b == 7}
sum_8 = {(a, b) for a, b in pairs if a + b == 8}
first_3 = {(a, b) for a, b in pairs if a == 3}


def chance(event):
    return Fraction(len(event), len(pairs))


print("sum 7:", chance(sum_7), "  not:", chance(pairs - sum_7), "  first 3:", chance(first_3))
print("sum 7 or first 3:", chance(sum_7 | first_3), "  both:", chance(sum_7 & first_3))
for name, event in (("sum 7", sum_7), ("sum 8", sum_8)):
    both = chance(event & first_3)
    print(f"{name}: {chance(event)}, given first 3: {both / chance(first_3)}")
    print(f"    both {both}, product {chance(event) * chance(first_3)}")
throws = np.random.default_rng(11).integers(1, 7, size=(100_000, 2)).sum(axis=1)
for n in (10, 1000, 100_000):
    print(f"sum 7 in {n:6} throws: {np.mean(throws[:n] == 7):.3f}")

# %% [markdown] key="dice-read"
# A and B are **independent** when $P(A, B) = P(A)\,P(B)$; or, if P(B) > 0, when $P(A \mid B) = P(A)$: the news about B
# is no news about A. "Sum 7" does not care about the first die. "Sum 8" does.
#
# The last lines show a second meaning: **frequency**, the share in a long run. Our tables are frequencies. A third is
# **belief**: "70 % rain tomorrow" cannot be repeated. All three obey the same rules: never negative, the certain event has 1,
# events that exclude each other add.
#
# **p2** Two dice, at least one shows a 6. How likely is the sum 8?

# %% key="p2"
# solution
p2 = "2/11"
# end solution
check("11.p2", p2)

# %% [markdown] key="hand"
# ## Mat means sat. Does sat mean mat? · 9 min · core
#
# Back to the sentences. One of the four is drawn blindly; A is "*sat* occurs in it", B is "*mat* occurs in it".
#
# **h2** P(sat | mat) and P(mat | sat), two numbers

# %% key="h2"
# solution
h2 = "1, 2/3"
# end solution
check("11.h2", h2)

# %% [markdown] key="h4-text"
# **h4** Are they independent? P(sat) · P(mat), then P(sat and mat)

# %% key="h4"
# solution
h4 = "3/8, 1/2"
# end solution
check("11.h4", h4)

# %% [markdown] key="square-text"
# The same in a picture. A square of area 1 is cut at P(B); the filled part is A. It opens on your two words. Two bets first.

# %% key="w2"
widgets.unit_square()

# %% [markdown] key="square-read"
# P(A | B) is a **height**: the dark part of the left column. P(B | A) is a **share of the filled area**: the dark part of
# all that is blue. The dark area is on top of both fractions; below stands P(B) or P(A). So they agree if P(A) = P(B), or
# if the dark area is 0. Try P(B) = 0.1 with heights 1 and 0.5: B makes A certain, and A hardly hints at B.
#
# Level the two heights: independence. Exclusive events are the opposite: if B comes, A cannot.

# %% key="square-numbers"
given_mat, given_sat = Fraction(2, 2), Fraction(2, 3)
print("P(mat) P(sat | mat) =", Fraction(2, 4) * given_mat)
print("P(sat) P(mat | sat) =", Fraction(3, 4) * given_sat)
b, heights = 0.1, np.array([1.0, 0.5])
p_a = b * heights[0] + (1 - b) * heights[1]
print(f"P(B) = 0.1: P(A | B) = {heights[0]:.2f}, P(B | A) = {b * heights[0] / p_a:.2f}")

# %% [markdown] key="total"
# ## The pieces of A add up · 9 min
#
# The filled area has two pieces, so $P(A) = P(B)\,P(A \mid B) + P(\text{not } B)\,P(A \mid \text{not } B)$. The
# same works for any cases that exclude each other and leave nothing out. This is **total probability**: a
# weighted average of rows, which is what attention does with values (Day 3). ★★ · about 8 minutes


# %% key="e5"
def total_probability(prior, cond):
    """P(outcome), from how often each case comes and what follows in that case.

    prior: (K,) shares of the cases. cond: (K, M), row = case, P(outcome | case). Returns (M,).
    """
    # solution
    return prior @ cond
    # end solution


# %% key="e5-check"
check("11.e5", total_probability)

# %% key="total-numbers"
# your function in the picture: widgets.unit_square(total_probability)
table = probability.conditional(C)
current = C.sum(axis=1) / C.sum()
following = probability.total_probability(current, table)
print("P(next = cat):", round(following[vocab.index("cat")] * C.sum()), "of 23")
print("equal to the column sums / 23:", np.allclose(following, C.sum(axis=0) / C.sum()))

# %% [markdown] key="chain"
# ## A chain multiplies, and loses nothing · 16 min · core
#
# From pairs to sentences. Turn the definition round, P(A, B) = P(B) P(A | B), and use it once for each word:
#
# $$P(w_1, w_2, w_3) = P(w_1)\;P(w_2 \mid w_1)\;P(w_3 \mid w_1, w_2)$$
#
# and so on. This **chain rule** is exact, for every distribution and every length. But its last factors need all words
# before. A **bigram** model keeps one:
#
# $$P(w_t \mid w_1, \dots, w_{t-1}) \approx P(w_t \mid w_{t-1})$$
#
# That "≈" is an assumption, named after Markov, and the only place where anything is lost. How much? The first *the* is given,
# so its factor is 1.
#
# **h3** P(the cat sat on the mat `</s>`) in the bigram model · **h3b** how often that sentence really comes · **h3c** what the
# bigram forgot (a letter)

# %% key="h3"
# solution
h3 = "1/16"
# end solution
check("11.h3", h3)

# %% key="h3b"
# solution
h3b = "1/4"
# end solution
check("11.h3b", h3b)

# %% key="h3c"
# solution
h3c = "c"
# end solution
check("11.h3c", h3c)

# %% [markdown] key="tree-text"
# Both answers, side by side. Multiply along a path: blue knows the whole path, orange only the last word. Where no number
# stands, both are 1.

# %% key="tree"
widgets.sentence_tree()

# %% [markdown] key="tree-read"
# Blue ends at ¼ four times. Orange has one *the* where the tree has four, so the end of one sentence grows onto the start of
# another; the four together get 9/64. The other 55/64 go to sentences that nobody has said. You will meet them.
#
# Write the orange product for any sentence. ★★ · about 8 minutes


# %% key="e3"
def sentence_prob(sent, P):
    """Probability of a sentence in the bigram model, its first word given.

    sent: array of word numbers, the end mark included. P: (V, V), row = current word.
    Returns a number.
    """
    # solution
    p = 1.0
    for now, following in pairwise(sent):
        p = p * P[now, following]
    return p
    # end solution


# %% key="e3-check"
check("11.e3", sentence_prob)


# %% key="sentences"
def bigram(text, P=table):
    return probability.sentence_prob([vocab.index(word) for word in text.split()], P)


for words in story.CORPUS:
    print(f"{Fraction(bigram(' '.join(words)))!s:5} ", " ".join(words))
together = sum(Fraction(bigram(" ".join(words))) for words in story.CORPUS)
print("the four together", together, "  everything else", 1 - together)

# %% [markdown] key="babble"
# ## A random number chooses · 11 min
#
# A table of P(next | current) can talk. Lay the shares of the current word's row end to end, from 0 to 1, and throw a
# pin u into that line: the word it hits comes next. The first piece of *the* is *cat*, from 0 up to 0.5; u = 0.5 is in the
# next piece already. ★★ · about 8 minutes


# %% key="e4"
def sample_next(P, row, u):
    """The word whose piece of the line from 0 to 1 holds u.

    P: (V, V). row: number of the current word. u: number from 0 up to, but not including, 1.
    Returns the number of the next word: the first whose running total is greater than u.
    """
    # solution
    return int(np.searchsorted(np.cumsum(P[row]), u, side="right"))
    # end solution


# %% key="e4-check"
check("11.e4", sample_next)

# %% [markdown] key="babble-text"
# Now let it talk. A **seed** fixes all throws of a sentence. First a bet; then look for a sentence that is new and good, and
# for one that will not end.

# %% key="w3"
widgets.babbler(sample_next)

# %% key="babble-numbers"
rng = np.random.default_rng(11)
draws = [probability.sample_next(table, 0, u) for u in rng.random(8000)]
print("8000 words after the:", {w: draws.count(vocab.index(w)) for w in story.AFTER_THE})
said = []
for _ in range(2000):
    words = ["the"]
    while words[-1] != story.END:
        words.append(
            vocab[probability.sample_next(table, vocab.index(words[-1]), rng.random())]
        )
    said.append(words)
old = sum(words in story.CORPUS for words in said)
print(f"{old} of 2000 sentences are old, expected about {float(2000 * together):.0f}")
print(
    "the the occurs",
    sum(pair == ("the", "the") for words in said for pair in pairwise(words)),
    "times",
)

# %% [markdown] key="babble-read"
# Seed 48 says *the cat saw the mat*: new, and fine. Seed 32 is lost in cats and dogs. Each **step** has
# been made before; the whole need not have been. And if you always took the likeliest word? *the cat sat on the cat sat on the cat …*, for ever.

# %% [markdown] key="zeros"
# ## Never seen is not impossible · 2 min
#
# *the dog saw the cat* is a fine sentence, and our table gives it 0: nobody said *dog saw*, and one zero kills the product.
# A longer memory? An **n-gram** model looks at n − 1 words. It is closer to the chain rule, and blinder:

# %% key="contexts"
for n in (2, 3, 4, 5):
    k = n - 1
    seen = {tuple(s[t - k : t]) for s in story.CORPUS for t in range(k, len(s))}
    print(f"n = {n}: {len(seen):2} of {8**k:5} possible contexts were ever seen")

# %% [markdown] key="smoothing-text"
# The simplest repair is **smoothing**: add a little α to every count. The zeros disappear, and somebody pays:

# %% key="smoothing"
for alpha in (0, 0.1, 1):
    smooth = probability.conditional(C + alpha)
    old = bigram("the cat sat on the mat </s>", smooth)
    new = bigram("the dog saw the cat </s>", smooth)
    saw, dog = smooth[vocab.index("dog"), [vocab.index("saw"), vocab.index("dog")]]
    print(f"α = {alpha:3}: old sentence {old:.6f}, new {new:.6f}", end="   ")
    print(f"P(saw | dog) {saw:.3f}, P(dog | dog) {dog:.3f}")

# %% [markdown] key="smoothing-read"
# It cannot tell *dog saw* from *dog dog*. A neural model can, if it has learned that dogs and cats are used alike. That is
# what vectors are for.

# %% [markdown] key="paper"
# ## In the paper: one word, "auto-regressive" · 2 min · core
#
# *Attention Is All You Need*, §3: at each step the model is **auto-regressive**, it consumes the symbols generated so far as
# additional input for the next one. That is your babbler, with a memory that reaches back to the first word. The chain rule
# is not printed there; it is why one next-word table after another gives a probability to a whole sentence. §3.4 makes each
# table with a softmax (day 13).
#
# <details><summary>Where the original plan pointed, and where to look</summary>
#
# The plan gives pages of 茆诗松, 《概率论与数理统计》. Go by topic: the first chapter has random events, the classical
# definition, conditional probability, independence, total probability and also Bayes' formula; maximum likelihood stands
# much later, under parameter estimation. The plan's page ranges for days 17 and 18 contradict that order. 宋浩's
# lectures (B站“宋浩概率论”) treat the same topics.
# </details>

# %% [markdown] key="quiz-text"
# ## Quiz · 3 min · core

# %% key="quiz"
quiz(11)

# %% key="quiz-answers" tags=["solution"]
quiz(11, reveal=True)

# %% [markdown] key="end"
# ## Take with you · 1 min · core
#
# > **conditional probability** P(A | B) = P(A, B) / P(B), P(B) > 0: what you divide by is the meaning; P(A | B) = P(B | A) only if P(A) = P(B) or
# > both are 0. Chain rule, exact: P(w₁ … wₙ) = Π P(wₜ | all words before). Bigram = memory of one word: an assumption.
# > Independent: P(A, B) = P(A) P(B).
#
# **Words of today**
#
# | word | 中文 | symbol | paper |
# |---|---|---|---|
# | event | 事件 | A | – |
# | joint probability | 联合概率 | P(A, B) | – |
# | marginal probability | 边缘概率 | P(A) | – |
# | conditional probability | 条件概率 | P(A\|B) | – |
# | independent events | 独立事件 | – | – |
# | total probability | 全概率 | – | – |
# | chain rule of probability | 概率的链式法则 | – | – |
# | bigram | 二元组 | – | – |
# | smoothing of counts | 计数平滑 | – | – |
# | auto-regressive | 自回归 | – | §3 |
#
# **Teach it back.** One sentence for a colleague: every sentence of ours with a rug has *sat* in it. Why does that not say how
# many of the sitters sit on a rug?
#
# Tomorrow turns outcomes into numbers, asks for their mean and spread, and finds √d_k in a sum of coins.

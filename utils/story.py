"""The running example of all thirty days: one sentence, two word tables, two heads, one corpus.

Positions count from 0, tokens are rows, every array is read-only (copy it before you change it). Nothing
here is measured: the tests count every number again from the words themselves.
"""

from collections import Counter
from dataclasses import dataclass
from fractions import Fraction
from math import log, log2, prod

import numpy as np


def _frozen(values):
    """A read-only float64 array."""
    array = np.array(values, dtype=np.float64)
    array.setflags(write=False)
    return array


# The sentence: six tokens, five words.
SENTENCE = ["the", "cat", "sat", "on", "the", "mat"]
WORDS = ["the", "cat", "sat", "on", "mat"]

# Axis names are ours; the axes of learned tables have none.
AXES_2D = ("thing", "doing")
AXES_4D = ("thing", "doing", "animal", "place")

TABLE_2D = {
    "the": _frozen([1, 0]),
    "cat": _frozen([2, 1]),
    "sat": _frozen([-1, 2]),
    "on": _frozen([0, 1]),
    "mat": _frozen([2, -1]),
}
TABLE_4D = {
    "the": _frozen([1, 0, 0, 0]),
    "cat": _frozen([2, 1, 1, 0]),
    "sat": _frozen([-1, 2, 0, 1]),
    "on": _frozen([0, 1, 0, 1]),
    "mat": _frozen([2, -1, 0, 1]),
}

X2 = _frozen([TABLE_2D[word] for word in SENTENCE])  # (6, 2)
X4 = _frozen([TABLE_4D[word] for word in SENTENCE])  # (6, 4)


@dataclass(frozen=True, eq=False)
class Head:
    """One attention head: a name and three matrices of shape (d_model, d_k) = (4, 2)."""

    name: str
    W_Q: np.ndarray
    W_K: np.ndarray
    W_V: np.ndarray


HEAD_A = Head(
    name="who?",
    W_Q=_frozen([[0, 0], [1, 0], [0, 1], [0, 0]]),  # doing to 0, animal to 1
    W_K=_frozen([[0, 0], [0, 0], [2, 0], [0, 1]]),  # animal to 0 (twice), place to 1
    W_V=_frozen([[1, 0], [0, 1], [0, 0], [0, 0]]),  # thing to 0, doing to 1
)
HEAD_B = Head(
    name="where?",
    W_Q=_frozen([[0, 0], [1, 0], [0, 0], [0, 1]]),  # doing to 0, place to 1
    W_K=_frozen([[0, 1], [0, 0], [0, 0], [1, 0]]),  # place to 0, thing to 1
    W_V=_frozen([[0, 0], [0, 0], [1, 0], [0, 1]]),  # animal to 0, place to 1
)

# The corpus C4: four equally likely sentences, each with its end mark.
END = "</s>"
CORPUS = [
    ["the", "cat", "sat", "on", "the", "mat", END],
    ["the", "cat", "sat", "on", "the", "rug", END],
    ["the", "dog", "sat", "on", "the", "mat", END],
    ["the", "cat", "saw", "the", "cat", END],
]
VOCABULARY = ["the", "cat", "sat", "on", "mat", "rug", "dog", "saw", END]  # nine symbols
EVENTS = sum(len(words) - 1 for words in CORPUS)  # 23 next-symbol events; a sentence's first word is given

# What follows "the": cat, mat, dog, rug, with these shares; these logits give exactly them.
AFTER_THE = ["cat", "mat", "dog", "rug"]
SHARES = _frozen([1 / 2, 1 / 4, 1 / 8, 1 / 8])
LOGITS = _frozen(np.log(2.0) * np.array([3, 2, 1, 1]))


def floor_bits(knows) -> float:
    """Lowest possible mean surprise on the corpus, in bits per symbol, of a model that knows `knows(words, t)`.

    knows: (a sentence, t) -> what the model may use when word t + 1 is asked. Each event costs log2(1/share), its
    share being its count among the events with the same knowledge (Cover and Thomas, ch. 2). One logarithm of the
    product of all: where every share is a power of 2, the sum is exact.
    """
    events = [(knows(words, t), words[t + 1]) for words in CORPUS for t in range(len(words) - 1)]
    pairs, contexts = Counter(events), Counter(known for known, _ in events)
    product = prod(Fraction(contexts[event[0]], pairs[event]) for event in events)
    return (log2(product.numerator) - log2(product.denominator)) / EVENTS


# The ladder: the floor, given ever more context.
UNIFORM_BITS = log2(len(VOCABULARY))  # 3.170: knows the nine symbols only
UNIGRAM_BITS = floor_bits(lambda words, t: None)  # 2.980: knows how often each occurs
BIGRAM_BITS = floor_bits(lambda words, t: words[t])  # 0.8696: knows the word before
FULL_CONTEXT_BITS = floor_bits(lambda words, t: tuple(words[: t + 1]))  # 0.3478: knows all words before
BIGRAM_BITS_EXACT = Fraction(round(BIGRAM_BITS * EVENTS), EVENTS)  # 20/23
FULL_CONTEXT_BITS_EXACT = Fraction(round(FULL_CONTEXT_BITS * EVENTS), EVENTS)  # 8/23

UNIFORM_NATS = UNIFORM_BITS * log(2)  # 2.197
UNIGRAM_NATS = UNIGRAM_BITS * log(2)  # 2.066
BIGRAM_NATS = BIGRAM_BITS * log(2)  # 0.6027
FULL_CONTEXT_NATS = FULL_CONTEXT_BITS * log(2)  # 0.2411

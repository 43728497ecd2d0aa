"""Every number of the running example, counted again from the words and the tables."""

from collections import Counter
from fractions import Fraction
from itertools import pairwise
from math import log, log2, sqrt

import numpy as np
import pytest

from utils import story

LN2 = log(2)


def bits(counts):
    total = sum(counts)
    return sum(-n / total * log2(n / total) for n in counts)


def exact_bits(counts):
    """Entropy as a fraction, for counts whose shares are powers of two."""
    total = sum(counts)
    powers = [(n, total // n) for n in counts]
    assert all(total % n == 0 and share & (share - 1) == 0 for n, share in powers)
    return sum(Fraction(n, total) * (share.bit_length() - 1) for n, share in powers)


EVENTS = [pair for sentence in story.CORPUS for pair in pairwise(sentence)]


def test_sentence_and_words():
    assert story.SENTENCE == ["the", "cat", "sat", "on", "the", "mat"]
    assert list(dict.fromkeys(story.SENTENCE)) == story.WORDS == ["the", "cat", "sat", "on", "mat"]
    assert list(story.TABLE_2D) == list(story.TABLE_4D) == story.WORDS


def test_tables():
    rows = {"the": (1, 0, 0, 0), "cat": (2, 1, 1, 0), "sat": (-1, 2, 0, 1), "on": (0, 1, 0, 1), "mat": (2, -1, 0, 1)}
    for word, row in rows.items():
        assert story.TABLE_4D[word].tolist() == list(row)
        assert story.TABLE_2D[word].tolist() == list(row[:2])
    assert story.X2.shape == (6, 2) and story.X4.shape == (6, 4)
    for X, table in ((story.X2, story.TABLE_2D), (story.X4, story.TABLE_4D)):
        assert all((row == table[word]).all() for row, word in zip(X, story.SENTENCE, strict=True))


def test_numbers_of_the_2d_table():
    the, cat, sat, on, mat = (story.TABLE_2D[word] for word in story.WORDS)
    for v in (cat, sat, mat):
        assert v @ v == 5
    assert (cat @ sat, cat @ mat, sat @ mat) == (0, 3, -4)
    assert (cat @ mat / 5, sat @ mat / 5) == (0.6, -0.8)
    assert (np.array([the, on]) == np.eye(2)).all()
    np.testing.assert_allclose(0.6 * cat - 0.8 * sat, mat, atol=1e-15)
    assert (story.X2 @ cat).tolist() == [2, 5, 0, 1, 2, 3]


def test_numbers_of_the_4d_table():
    _, cat, sat, on, mat = (story.TABLE_4D[word] for word in story.WORDS)
    assert (3 * on - 2 * sat == mat).all()
    assert np.linalg.matrix_rank(story.X4) == 4 and np.linalg.matrix_rank(story.X2) == 2
    for v in (cat, sat, mat):
        assert v @ v == 6
    assert ((on - on.mean()) / on.std()).tolist() == [-1, 1, -1, 1]
    np.testing.assert_allclose((cat - cat.mean()) / cat.std(), [sqrt(2), 0, 0, -sqrt(2)], atol=1e-15)


@pytest.mark.parametrize(
    ("head", "entries"),
    [
        (
            story.HEAD_A,
            {
                "W_Q": {("doing", 0): 1, ("animal", 1): 1},
                "W_K": {("animal", 0): 2, ("place", 1): 1},
                "W_V": {("thing", 0): 1, ("doing", 1): 1},
            },
        ),
        (
            story.HEAD_B,
            {
                "W_Q": {("doing", 0): 1, ("place", 1): 1},
                "W_K": {("place", 0): 1, ("thing", 1): 1},
                "W_V": {("animal", 0): 1, ("place", 1): 1},
            },
        ),
    ],
    ids=["A", "B"],
)
def test_heads(head, entries):
    for matrix, nonzero in entries.items():
        expected = np.zeros((4, 2))
        for (row, column), value in nonzero.items():
            expected[story.AXES_4D.index(row), column] = value
        assert (getattr(head, matrix) == expected).all()


def weights_of(head, word):
    row = story.SENTENCE.index(word)
    scores = (story.X4[row] @ head.W_Q) @ (story.X4 @ head.W_K).T
    e = np.exp(scores / sqrt(2))
    return scores.tolist(), e / e.sum()


def test_what_the_heads_see():
    assert (story.HEAD_A.name, story.HEAD_B.name) == ("who?", "where?")
    sat = story.TABLE_4D["sat"]
    assert (sat @ story.HEAD_A.W_Q).tolist() == [2, 0] and (sat @ story.HEAD_B.W_Q).tolist() == [2, 1]
    assert (story.TABLE_4D["cat"] @ story.HEAD_A.W_K).tolist() == [2, 0]
    scores, weights = weights_of(story.HEAD_A, "sat")
    assert scores == [0, 4, 0, 0, 0, 0]
    np.testing.assert_allclose(weights, [0.0456, 0.7719, 0.0456, 0.0456, 0.0456, 0.0456], atol=5e-5)
    assert weights_of(story.HEAD_A, "cat")[0][2] == 1
    scores, weights = weights_of(story.HEAD_B, "sat")
    assert scores == [1, 2, 1, 2, 1, 4]
    np.testing.assert_allclose(weights, [0.0649, 0.1317, 0.0649, 0.1317, 0.0649, 0.5418], atol=1e-4)
    for head in (story.HEAD_A, story.HEAD_B):
        np.testing.assert_allclose(weights_of(head, "the")[1], 1 / 6, rtol=1e-15)
    both = [w @ (story.X4 @ h.W_V) for h in (story.HEAD_A, story.HEAD_B) for w in [weights_of(h, "sat")[1]]]
    np.testing.assert_allclose(np.concatenate(both), [1.681, 0.863, 0.132, 0.738], atol=5e-4)


def test_corpus_counts():
    assert [" ".join(sentence) for sentence in story.CORPUS] == [
        "the cat sat on the mat </s>",
        "the cat sat on the rug </s>",
        "the dog sat on the mat </s>",
        "the cat saw the cat </s>",
    ]
    assert len(EVENTS) == story.EVENTS == 23
    assert sorted({word for sentence in story.CORPUS for word in sentence}) == sorted(story.VOCABULARY)
    after = {word: Counter(b for a, b in EVENTS if a == word) for word in story.VOCABULARY}
    assert after["the"] == {"cat": 4, "mat": 2, "dog": 1, "rug": 1}
    assert after["cat"] == {"sat": 2, "saw": 1, story.END: 1}
    assert all(len(after[word]) == 1 for word in ("sat", "on", "mat", "rug", "dog", "saw"))
    assert [after["the"][word] / 8 for word in story.AFTER_THE] == story.SHARES.tolist()


def test_the_ladder_is_what_counting_gives():
    assert pytest.approx(log2(len(story.VOCABULARY)), abs=1e-15) == story.UNIFORM_BITS
    assert pytest.approx(bits(Counter(b for _, b in EVENTS).values()), abs=1e-14) == story.UNIGRAM_BITS
    rows = {}
    for a, b in EVENTS:
        rows.setdefault(a, Counter())[b] += 1
    bigram = sum(Fraction(sum(r.values()), 23) * exact_bits(r.values()) for r in rows.values())
    assert bigram == story.BIGRAM_BITS_EXACT == Fraction(20, 23)
    histories = {}
    for sentence in story.CORPUS:
        for t in range(1, len(sentence)):
            histories.setdefault(tuple(sentence[:t]), Counter())[sentence[t]] += 1
    surprise = sum(-n * log2(n / sum(r.values())) for r in histories.values() for n in r.values())
    assert surprise == pytest.approx(8, abs=1e-14)
    assert Fraction(8, 23) == story.FULL_CONTEXT_BITS_EXACT
    assert (story.BIGRAM_BITS, story.FULL_CONTEXT_BITS) == (20 / 23, 8 / 23)
    rounded = [
        (story.UNIFORM_BITS, 3.170),
        (story.UNIGRAM_BITS, 2.980),
        (story.BIGRAM_BITS, 0.8696),
        (story.FULL_CONTEXT_BITS, 0.3478),
        (story.BIGRAM_NATS, 0.6027),
        (story.FULL_CONTEXT_NATS, 0.2411),
    ]
    for value, printed in rounded:
        assert value == pytest.approx(printed, abs=6e-4 if printed > 1 else 6e-5)
    for name in ("UNIFORM", "UNIGRAM", "BIGRAM", "FULL_CONTEXT"):
        assert getattr(story, f"{name}_NATS") == pytest.approx(getattr(story, f"{name}_BITS") * LN2, rel=1e-15)


def test_logits_give_the_shares():
    e = np.exp(story.LOGITS)
    np.testing.assert_allclose(e / e.sum(), story.SHARES, rtol=1e-15)
    assert exact_bits([4, 2, 1, 1]) == Fraction(7, 4)


def test_arrays_are_read_only():
    arrays = [story.X2, story.X4, story.SHARES, story.LOGITS, *story.TABLE_2D.values(), *story.TABLE_4D.values()]
    arrays += [getattr(head, name) for head in (story.HEAD_A, story.HEAD_B) for name in ("W_Q", "W_K", "W_V")]
    for array in arrays:
        assert array.dtype == np.float64
        with pytest.raises(ValueError, match="read-only"):
            array[..., 0] = 7
    with pytest.raises(AttributeError):
        story.HEAD_A.name = "what?"

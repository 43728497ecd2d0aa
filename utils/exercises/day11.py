"""Day 11, conditional probability: exercises, hand calculations, predictions, quiz and recall."""

from itertools import pairwise

import numpy as np

from utils import probability, story
from utils.exercises.answers import hand
from utils.exercises.choices import choice, right, wrong
from utils.exercises.engine import case, exercise, law, mistake
from utils.exercises.recall import Draw, fresh

_END = story.END
_C4 = probability.bigram_counts(story.CORPUS, story.VOCABULARY)
_P4 = probability.conditional(_C4)


# --- e1: counting pairs ---


def _counting(pairs_of, step=lambda counts, now, following: counts.__setitem__((now, following), 1)):
    """A counter of pairs of words: where the pairs come from, and what a pair does to the table."""

    def bigram_counts(sentences, vocab):
        counts = np.zeros((len(vocab), len(vocab)))
        for now, following in pairs_of(sentences):
            step(counts, vocab.index(now), vocab.index(following))
        return counts

    return bigram_counts


def _add(counts, now, following):
    counts[now, following] += 1


def _add_backwards(counts, now, following):
    counts[following, now] += 1


def _add_both(counts, now, following):
    counts[now, following] += 1
    counts[following, now] += 1


def _inside(sentences):
    return [pair for sentence in sentences for pair in pairwise(sentence)]


def _by_index(sentences):
    return [(word, s[s.index(word) + 1]) for s in sentences for word in s[:-1]]


def _later(sentences):
    return [(word, other) for s in sentences for i, word in enumerate(s) for other in s[i + 1 :]]


def _one_hot(sentences, vocab):
    """The other right way: one-hot rows of the current words times one-hot rows of the next ones."""
    eye = np.eye(len(vocab))
    pairs = np.array([(vocab.index(a), vocab.index(b)) for a, b in _inside(sentences)], dtype=int).reshape(-1, 2)
    return eye[pairs[:, 0]].T @ eye[pairs[:, 1]]


def _shares(sentences, vocab):
    return probability.conditional(probability.bigram_counts(sentences, vocab))


exercise(
    "11.e1",
    "bigram_counts(sentences, vocab)",
    reference=probability.bigram_counts,
    also=_one_hot,
    cases=[
        case([["the", "mat", _END]], ["the", "mat", _END]),
        case([["the", "cat", _END], ["the", "cat", "sat", _END]], [_END, "sat", "cat", "the", "dog"]),
        case(story.CORPUS, story.VOCABULARY),
        case([], ["the", _END]),
    ],
    mistakes=[
        mistake(
            "across",
            _counting(lambda sentences: pairwise([word for s in sentences for word in s]), _add),
            "Your table lets </s> be followed by the next sentence. A sentence must stop at </s>: "
            "look for pairs in each sentence by itself.",
        ),
        mistake(
            "glued",
            _counting(lambda sentences: pairwise([word for s in sentences for word in s if word != _END]), _add),
            "mat → the appears in your table, and no sentence says that. A sentence must stop at `</s>`.",
        ),
        mistake(
            "transposed",
            _counting(_inside, _add_backwards),
            "Row = current word, column = next word. Yours stand the other way round.",
        ),
        mistake(
            "no_end",
            _counting(lambda sentences: _inside([s[:-1] for s in sentences]), _add),
            "The row of mat is empty. The step from the last word to </s> is an event like any other.",
        ),
        mistake(
            "once",
            _counting(_inside),
            "You noted which pairs occur. Asked is how often: add 1 each time you meet the pair.",
        ),
        mistake(
            "index",
            _counting(_by_index, _add),
            "sentence.index(word) finds the first place only. The second 'the' of a sentence is counted as if it "
            "were the first. Walk by position.",
        ),
        mistake(
            "both_ways",
            _counting(_inside, _add_both),
            "A pair has a direction: what comes before stands in the row only, what comes after in the column only.",
        ),
        mistake(
            "all_later",
            _counting(_later, _add),
            "You paired each word with every later one. A bigram is a word and its direct neighbour.",
        ),
        mistake("divided", _shares, "Those are shares already. The counts come first; dividing them is e2."),
    ],
    properties=[
        law(
            "a sentence of n symbols, with its end mark, has n − 1 events",
            lambda count: (
                ""
                if np.sum(count(story.CORPUS, story.VOCABULARY)) == story.EVENTS
                else f"The four sentences have {story.EVENTS} events."
            ),
        )
    ],
    difficulty=2,
    importance=3,
    minutes=8,
    hints=(
        "Two loops: over the sentences, and inside over the places 0 to len(sentence) − 2.",
        "zip(sentence, sentence[1:]) gives the pairs of one sentence. vocab.index(word) gives a row or a column.",
        "Start from np.zeros((V, V)); for each pair add 1 at [index of the current word, index of the next word].",
    ),
    then="Next question: why is the row of </s> empty, and its column not?",
)


# --- e2: dividing by the right sum ---


def _guarded(C, total):
    """C / total, with 0 where the total is 0."""
    return np.divide(C, total, out=np.zeros(C.shape), where=np.broadcast_to(total, C.shape) != 0)


def _row_by_row(C):
    """The other right way: one row at a time."""
    return np.array([row / row.sum() if row.sum() > 0 else 0 * row for row in C])


def _uniform_rows(C):
    P = _row_by_row(C)
    P[P.sum(axis=1) == 0] = 1 / C.shape[1]
    return P


def _rows_are_cakes(conditional):
    C = np.array([[3.0, 1.0, 4.0], [0.0, 0.0, 0.0]])
    sums = np.sum(conditional(C), axis=1)
    return "" if np.allclose(sums, [1, 0]) else f"The counts {C.tolist()} give rows with the sums {sums.tolist()}."


exercise(
    "11.e2",
    "conditional(C)",
    reference=probability.conditional,
    also=_row_by_row,
    cases=[
        case(np.array([[2.0, 1.0, 1.0], [0.0, 3.0, 1.0]])),
        case(np.array([[0.0, 4.0, 2.0], [1.0, 0.0, 1.0], [0.0, 0.0, 0.0]])),
        case(_C4),
        case(np.arange(35.0).reshape(5, 7) % 6),
    ],
    mistakes=[
        mistake(
            "columns",
            lambda C: _guarded(C, C.sum(axis=0, keepdims=True)),
            "Yours answers 'what came before?': the columns add up to 1. Each row has to be a cake of its own.",
        ),
        mistake(
            "joint",
            lambda C: C / C.sum(),
            "You divided by all events together: that is the joint P(current, next). "
            "Given the current word, only its own row counts.",
        ),
        mistake(
            "no_keepdims",
            lambda C: C / C.sum(axis=1),
            "The sum lost an axis, and its V numbers lined up with the columns. A square table lets that pass in "
            "silence, with wrong numbers; any other table stops with an error. Keep the axis.",
        ),
        mistake(
            "no_keepdims_guarded",
            lambda C: _guarded(C, C.sum(axis=1)),
            "The empty row is taken care of, but the sums have lost an axis: they lie along the columns. "
            "Only a square table lets that pass in silence.",
        ),
        mistake("counts", lambda C: C + 0.0, "Those are still the counts. Divide each row by what it adds up to."),
        mistake(
            "nan",
            lambda C: C / C.sum(axis=1, keepdims=True),
            "Right, except for a row without events: 0/0 is nan. Nothing follows </s>, so its row stays zero.",
        ),
        mistake(
            "uniform_row",
            _uniform_rows,
            "You gave an empty row equal shares. Nothing was counted there: it stays zero.",
        ),
    ],
    properties=[law("each row adds up to 1, or to 0 where nothing was counted", _rows_are_cakes)],
    difficulty=1,
    importance=3,
    minutes=5,
    hints=(
        "P(next | current): which cells of the table share the current word?",
        "Divide each row by its sum. keepdims=True keeps the sums standing as a column.",
        "total = C.sum(axis=1, keepdims=True); divide by np.where(total > 0, total, 1), so that 0/0 becomes 0/1.",
    ),
    then="Next question: multiply row i of your table by the share of word i among the current words. What comes back?",
)


# --- e3: a chain of factors ---

_P3 = np.array([[0.5, 0.25, 0.25], [0.0, 0.4, 0.6], [0.125, 0.125, 0.75]])
_P5 = probability.conditional(np.random.default_rng(11).integers(1, 6, size=(5, 5)).astype(float))


def _factors(sent, P):
    return [P[a, b] for a, b in pairwise(sent)]


def _by_loop(sent, P):
    """The other right way: one factor at a time."""
    p = 1.0
    for a, b in pairwise(sent):
        p *= float(P[a, b])
    return p


def _last_factor(sent, P):
    p = 1.0
    for a, b in pairwise(sent):
        p = float(P[a, b])
    return p


def _ids(text):
    return np.array([story.VOCABULARY.index(word) for word in text.split()])


exercise(
    "11.e3",
    "sentence_prob(sent, P)",
    reference=probability.sentence_prob,
    also=_by_loop,
    cases=[
        case(_ids("the cat sat on the mat </s>"), _P4),
        case(_ids("the cat saw the cat </s>"), _P4),
        case(_ids("the dog saw the cat </s>"), _P4),
        case(np.array([2, 0, 1, 1, 2]), _P3),
        case(np.array([4, 1, 0, 3]), _P5),
        case(np.array([1]), _P3),
    ],
    mistakes=[
        mistake(
            "sum",
            lambda sent, P: float(sum(_factors(sent, P))),
            "You added the factors. A sentence needs the first step and the second and the third: "
            "probabilities of a chain multiply.",
        ),
        mistake(
            "no_end",
            lambda sent, P: float(np.prod(_factors(sent[:-1], P))),
            "The last step is missing: the sentence also has to end there, and after cat it does so once in four.",
        ),
        mistake(
            "log",
            lambda sent, P: float(np.sum(np.log(_factors(sent, P)))),
            "You returned a logarithm, in nats, without saying so. Asked is the probability itself.",
        ),
        mistake(
            "backwards",
            lambda sent, P: float(np.prod([P[b, a] for a, b in pairwise(sent)])),
            "Row and column are exchanged: the current word chooses the row, the next word the column.",
        ),
        mistake(
            "last",
            _last_factor,
            "Only the last factor is left. Each step has to multiply what is there already.",
        ),
        mistake(
            "zero_start",
            lambda sent, P: 0.0 * float(np.prod(_factors(sent, P))),
            "A product that starts at 0 stays 0. Start at 1.",
        ),
        mistake(
            "first_word",
            lambda sent, P: float(np.prod(_factors(sent, P))) / len(P),
            "One factor too many. The first word is given here; the chain starts with the step after it.",
        ),
    ],
    properties=[
        law(
            "a sentence with a step that was never counted has probability 0",
            lambda f: "" if f(_ids("the the </s>"), _P4) == 0 else "the the </s>: P(the | the) = 0.",
        )
    ],
    difficulty=2,
    importance=2,
    minutes=8,
    hints=(
        "How many steps does a sentence of n symbols have?",
        "Each step is one cell of P: row sent[t], column sent[t + 1].",
        "Start with p = 1.0 and multiply by P[a, b] for each pair a, b of zip(sent, sent[1:]).",
    ),
    then="Next question: a text of 10,000 words. Why does the product come out as 0, and what would you add instead?",
)


# --- e4: a number from 0 to 1 chooses a word ---

_ROWS = np.array([[0.5, 0.25, 0.25], [0.0, 0.5, 0.5], [0.125, 0.125, 0.75]])
_SEVEN = np.array([0.0, 0.25, 0.125, 0.0, 0.5, 0.125, 0.0])


def _total(P, row):
    return np.cumsum(P[row])


def _walk(P, row, u):
    """The other right way: spend u word by word."""
    for i, share in enumerate(P[row]):
        if u < share:
            return i
        u -= share
    return int(np.flatnonzero(P[row])[-1])


exercise(
    "11.e4",
    "sample_next(P, row, u)",
    reference=probability.sample_next,
    also=_walk,
    cases=[
        case(_ROWS, 0, 0.2),
        case(_ROWS, 0, 0.5),
        case(_ROWS, 0, 0.6),
        case(_ROWS, 0, 0.9375),
        case(_ROWS, 1, 0.0),
        case(_ROWS, 2, 0.1875),
        case(np.stack([_SEVEN, _SEVEN[::-1]]), 0, 0.25),
        case(np.stack([_SEVEN, _SEVEN[::-1]]), 1, 0.8125),
        case(_P4, 0, 0.8125),
    ],
    mistakes=[
        mistake(
            "argmax",
            lambda P, row, u: int(np.argmax(P[row])),
            "You always take the likeliest word. Sampling must sometimes take the second word.",
        ),
        mistake(
            "boundary",
            lambda P, row, u: int(np.searchsorted(_total(P, row), u)),
            "Right inside the pieces, wrong at their ends: at u = 0.5 exactly, the first half is used up. "
            "The running total has to exceed u.",
        ),
        mistake(
            "column",
            lambda P, row, u: min(int(np.searchsorted(np.cumsum(P[:, row]), u, side="right")), P.shape[1] - 1),
            "You walked down a column. The current word chooses a row.",
        ),
        mistake(
            "no_total",
            lambda P, row, u: int(np.argmax(P[row] > u)),
            "You compared u with the single shares. Lay the shares end to end: the running total is what u falls into.",
        ),
        mistake(
            "uniform",
            lambda P, row, u: int(u * P.shape[1]),
            "Every word got an equal piece of the line from 0 to 1. The pieces are as long as the shares.",
        ),
        mistake(
            "from_the_end",
            lambda P, row, u: P.shape[1] - 1 - int(np.searchsorted(np.cumsum(P[row][::-1]), u, side="right")),
            "You laid the pieces from the last word backwards. Start with word 0, so that everybody draws the same.",
        ),
        mistake(
            "one_late",
            lambda P, row, u: int(np.searchsorted(_total(P, row), u, side="right")) + 1,
            "One step late: word 0 owns the first piece.",
        ),
        mistake(
            "share",
            lambda P, row, u: float(P[row][np.searchsorted(_total(P, row), u, side="right")]),
            "That is the share of the word. Asked is which word: its number.",
        ),
    ],
    properties=[
        law(
            "a word with share 0 is never drawn",
            lambda draw: next(
                (f"At u = {u} the word {draw(_P4, 0, u)} was drawn." for u in (0.0, 0.49, 0.5, 0.99)
                 if _P4[0, draw(_P4, 0, u)] == 0),
                "",
            ),
        )
    ],
    difficulty=2,
    importance=2,
    minutes=8,
    hints=(
        "Lay the shares of the row end to end on a line from 0 to 1. Into whose piece does u fall?",
        "np.cumsum(P[row]) holds the right ends of the pieces. You want the first one that is greater than u.",
        "np.searchsorted(np.cumsum(P[row]), u, side='right') is that place.",
    ),
    then="Next question: in how many of 8000 draws from the row of 'the' do you expect dog?",
)  # fmt: skip


# --- e5: total probability ---


def _joint(prior, cond):
    return prior[:, None] * cond


exercise(
    "11.e5",
    "total_probability(prior, cond)",
    reference=probability.total_probability,
    also=lambda prior, cond: _joint(prior, cond).sum(axis=0),
    cases=[
        case(np.array([0.5, 0.5]), np.array([[1.0, 0.0], [0.5, 0.5]])),
        case(np.array([0.25, 0.75]), np.array([[0.5, 0.25, 0.25], [0.1, 0.2, 0.7]])),
        case(np.array([0.2, 0.3, 0.5]), _P3),
        case(np.array([0.5, 0.2, 0.3]), np.array([[0.1, 0.2, 0.3, 0.4, 0.0], [0.2] * 5, [0.0, 0.0, 0.5, 0.25, 0.25]])),
        case(_C4.sum(axis=1) / story.EVENTS, _P4),
    ],
    mistakes=[
        mistake(
            "unweighted",
            lambda prior, cond: cond.mean(axis=0),
            "That is the plain mean of the rows: every case got the same say. The prior weights them.",
        ),
        mistake(
            "joint",
            _joint,
            "That is the joint table, P(case and outcome). Its columns still have to be added up.",
        ),
        mistake(
            "rows",
            lambda prior, cond: _joint(prior, cond).sum(axis=1),
            "You added up each row of the joint table, and the prior came back. Add over the cases, for each outcome.",
        ),
        mistake(
            "transposed",
            lambda prior, cond: cond @ prior,
            "Your sum runs over the outcomes. It has to run over the cases, the rows of cond. A square table hides it.",
        ),
        mistake(
            "no_prior",
            lambda prior, cond: cond.sum(axis=0),
            "The prior is missing: these do not even add up to 1.",
        ),
        mistake(
            "everything",
            lambda prior, cond: float(_joint(prior, cond).sum()),
            "You added everything into one number, and it is 1. One number for each outcome was asked for.",
        ),
    ],
    difficulty=2,
    importance=1,
    minutes=8,
    hints=(
        "Each case contributes: how often it comes, times how often the outcome follows.",
        "Multiply each row of cond by its own prior; then add down the columns.",
        "In one product: prior @ cond.",
    ),
    then="Next question: the prior holds the shares of the current words. Why is the result that of the next words?",
)


# --- by hand ---

hand(
    "11.h1",
    "Count over the 23 events. P(cat | the): given that the current word is 'the', how likely is 'cat' next?",
    "1/2",
    wrong=[
        ("4/23", "That is the joint: both at once, out of all 23. Given 'the', only the 8 events with 'the' count."),
        ("1", "You conditioned on 'cat': before 'cat' there always stands 'the'. Asked is what comes after 'the'."),
        ("1/4", "Four different words follow 'the', but not equally often. Count events, not words."),
        ("3/4", "You looked at the first 'the' of each sentence only. 'the' occurs eight times."),
        ("8/23", "That is P(the): how often 'the' is the current word."),
    ],
    hints=(
        "Look only at the places where 'the' stands.",
        "There are 8 of them. After how many does cat come?",
        "Four of eight.",
    ),
    working="'the' is the current word in 8 events, and in 4 of them 'cat' comes next: 4/8.",
)
hand(
    "11.h2",
    "One of the four sentences is drawn blindly. P(sat | mat), then P(mat | sat)? A word stands for 'it occurs'.",
    "1, 2/3",
    wrong=[
        ("2/3, 1", "Both are right, in the opposite order. What stands behind the stroke is known."),
        ("1, 1", "Not every sentence with 'sat' has 'mat' in it. Look for the rug."),
        (
            "2/3, 2/3",
            "Swapping the words changes what you divide by: two sentences have 'mat', three 'sat'.",
        ),
        ("1/2, 1/2", "That is the joint, 2 sentences of 4. Divide by the sentences that remain when you know."),
        ("3/4, 1/2", "Those are P(sat) and P(mat). Nothing is known in them yet."),
    ],
    hints=(
        "Which sentences have mat in them? In how many of those is sat?",
        "mat: sentences 1 and 3. sat: sentences 1, 2 and 3.",
        "2 of 2, and 2 of 3.",
    ),
    working="'mat' is in sentences 1 and 3, both with 'sat': 2/2. 'sat' is in 1, 2 and 3, two of them with 'mat': 2/3.",
)
hand(
    "11.h3",
    "P(the cat sat on the mat </s>) in the bigram model; the first word is given.",
    "1/16",
    wrong=[
        ("5/4", "½ + ½ + ¼: you added. Probabilities of a chain multiply."),
        ("21/4", "You added the factors. Probabilities of a chain multiply."),
        ("1/32", "One factor too many: three steps have a choice, ½, ½ and ¼."),
        ("1/8", "One factor is missing: after the first 'the', after 'cat', and after the second 'the'."),
        ("1/4", "That is how often the sentence really comes. The bigram model says less."),
    ],
    hints=(
        "Six steps. Which of them have a choice?",
        "P(cat | the), P(sat | cat), P(mat | the) are not 1.",
        "1/2 · 1/2 · 1 · 1 · 1/4 · 1.",
    ),
    working="½ · ½ · 1 · 1 · ¼ · 1 = 1/16; the given first word counts as 1.",
)
hand(
    "11.h3b",
    "One of the four sentences is drawn blindly. How often is it really: the cat sat on the mat?",
    "1/4",
    wrong=[
        ("1/16", "That is the bigram's opinion. Count sentences."),
        ("1/23", "23 is the number of events. There are four sentences."),
        ("1/2", "The second sentence ends with 'rug'."),
    ],
    hints=("Count sentences, not words.", "It stands there once.", "One of four."),
    working="It is one of four sentences, each as likely as the others.",
)
choice(
    "11.h3c",
    "1/16 instead of 1/4. What did the bigram model forget?",
    wrong("How often words occur", "It knows that: after 'the', cat has ½ and dog ⅛."),
    wrong("That sentences end", "It knows: P(</s> | mat) = 1."),
    right(
        "All words but the last one",
        "The first 'the' is followed by cat in three sentences of four, the one after 'on' by mat or rug. "
        "To a memory of one word both are just 'the', with ½ for cat and ¼ for mat.",
    ),
    wrong("Nothing: 1/16 is the truth", "One of four sentences: ¼."),
)
hand(
    "11.h4",
    "Again one sentence, drawn blindly. Compute P(sat) · P(mat), then P(sat and mat).",
    "3/8, 1/2",
    wrong=[
        ("1/2, 3/8", "Both are right, in the opposite order."),
        ("3/8, 3/8", "The product counts both at once only if they are independent. Count the sentences with both."),
        ("1/2, 1/2", "The first one is a product of two numbers: 3 sentences of 4 and 2 of 4."),
        ("3/2, 2", "Divide by the four sentences."),
    ],
    hints=("P(sat) = 3/4, P(mat) = 1/2.", "Both words: sentences 1 and 3.", "3/4 · 1/2 = 3/8, and 2/4."),
    working="¾ · ½ = ⅜. Both words are in sentences 1 and 3: 2/4, more often than if they were independent.",
)

choice(
    "11.p1",
    "'Probability is how likely an event is.' Two dice are thrown, and somebody says: there are eleven sums, "
    "2 to 12, so 7 has probability 1/11. Which reply is true?",
    wrong(
        "1/11 is right: one of eleven",
        "The cases have to be equally likely. 2 comes one way, 7 six ways.",
    ),
    right(
        "The 36 pairs are equally likely, and 6 of them give 7: 1/6",
        "'Favourable over possible' is the classical definition, and that condition is half of it.",
    ),
    wrong(
        "Nobody can say before many throws",
        "Long-run frequency is one meaning of probability. For fair dice symmetry answers earlier, and the two agree.",
    ),
    wrong(
        "Everyone may believe what they like",
        "A degree of belief is one meaning of probability, and it obeys the same rules: if the 36 pairs look alike to "
        "you, 1/6 follows.",
    ),
)
hand(
    "11.p2",
    "Two dice. At least one of them shows a 6. How likely is it now that the sum is 8?",
    "2/11",
    wrong=[
        ("1/6", "That is for 'the first die shows 6'; or you counted (6, 6) twice. At least one 6: 11 pairs."),
        ("1/18", "That is the joint, 2 of 36. Something is known: divide by the pairs that remain."),
        ("2/5", "You turned it round: given that the sum is 8, one of the dice shows a 6."),
        ("5/36", "That is P(sum 8) without the news."),
        ("1/11", "Both (2, 6) and (6, 2) count."),
    ],
    hints=(
        "Which of the 36 pairs are left after the news?",
        "Eleven pairs have a 6: 6 + 6 − 1.",
        "Of those, (2, 6) and (6, 2) add up to 8.",
    ),
    working="11 of the 36 pairs have a 6. Two of them, (2, 6) and (6, 2), add up to 8: 2/11.",
    tolerance=0.002,
)

# --- predictions ---

choice(
    "11.w1",
    "Each row is divided by its sum. What does the row of cat say?",
    wrong("the: 1", "That is what comes before cat. The row says what comes after it."),
    right("sat ½, saw ¼, </s> ¼", "cat is the current word four times: sat follows twice, saw once, the end once."),
    wrong("sat, saw, </s>: ⅓ each", "Three words follow, but sat follows twice. Events are counted, not words."),
    wrong("sat 2/23, saw 1/23, </s> 1/23", "That divides by all 23 events: the joint. Given cat, four are left."),
)
choice(
    "11.w1b",
    "Now each column is divided by its sum. What does the column of 'the' say?",
    wrong("cat ½, mat ¼, dog ⅛, rug ⅛", "That is the row of 'the': what comes after it."),
    right("on ¾, saw ¼: what came before 'the'", "The same counts, another question: P(current | next)."),
    wrong("Nothing: the next word lies in the future", "One can: conditioning is about what you know, not about time."),
    wrong("Each word 1/9", "Only on and saw stand before 'the' in these sentences."),
)
choice(
    "11.w2",
    "When is P(A | B) equal to P(B | A)?",
    wrong("Always", "P(sat | mat) = 1 and P(mat | sat) = 2/3."),
    wrong("When A and B are independent", "Then they are P(A) and P(B), which need not be equal."),
    right(
        "When P(A) = P(B), or A and B never come together",
        "Both have the area of 'A and B' on top. Below stands P(B) for one, P(A) for the other.",
    ),
    wrong("Never", "Set P(B) = 0.5, P(A | B) = 0.8, P(A | not B) = 0.2: both are 0.8."),
)
choice(
    "11.w2b",
    "And when are A and B independent? Look at the two filled heights.",
    wrong("When the two columns are equally wide", "That says P(B) = ½, and nothing about A."),
    right("When both filled parts are equally high", "P(A | B) = P(A | not B): news about B changes nothing for A."),
    wrong("When A and B never come together", "That is the opposite: if one comes, you know that the other does not."),
    wrong("When the filled area is ½", "That says P(A) = ½, and nothing about B."),
)
choice(
    "11.w3",
    "A machine draws each next word from the row of the current one. Can it ever say 'the the'?",
    right("No, never", "Its count is 0, so its share is 0, and no number u falls into a piece of length 0."),
    wrong("Yes, but rarely", "Rarely would need a small share. This one is 0."),
    wrong(
        "Yes: 'the' is the most frequent word", "Frequent overall, 8 of 23, but never after 'the'. Only the row counts."
    ),
    wrong("Only with a bad seed", "A seed chooses the numbers u. None of them falls into a piece of length 0."),
)

# --- quiz and recall ---

choice(
    "11.q1",
    "Is P(A | B) = P(B | A)?",
    wrong("Yes, both say that A and B come together", "Both have that on top, but each divides by another number."),
    right("Only if P(A) = P(B), or if A and B never come together", "P(A, B) / P(B) against P(A, B) / P(A)."),
    wrong("Only if A comes before B in time", "Time does not occur in the definition."),
)
choice(
    "11.q2",
    "Row = current word, column = next word. What adds up to 1 in a table of P(next | current)?",
    right(
        "Each row that has events",
        "Something comes next. The row of </s> has no events and stays 0.",
    ),
    wrong("Each column", "That would answer: which word came before?"),
    wrong("The whole table", "That is the joint table, P(current, next)."),
)
choice(
    "11.q3",
    "Is the chain rule P(w₁ … wₙ) = Π P(wₜ | all words before) an approximation?",
    wrong("Yes, words are not independent", "Independence is not used: each factor knows all words before it."),
    wrong("Yes, unless n is small", "It is the definition of P(A | B), used again and again. Length does not matter."),
    right("No. To replace 'all words before' by one word is", "That cut is the bigram assumption (Markov)."),
)
choice(
    "11.q4",
    "A bigram table gives 'the dog saw the cat' the probability 0. What does that say?",
    wrong("Nobody can say this sentence", "You just read it."),
    right("dog → saw was not in the four sentences", "A count of 0 says never seen. It does not say impossible."),
    wrong("The sentence is too long", "It has five words, and one factor is 0."),
)


def _share_of_a_loud_word(rng) -> Draw:
    root, points, silent = int(rng.choice([2, 4])), int(rng.integers(1, 4)), int(rng.integers(1, 5))
    score = points * root

    def share(scaled):
        return f"{2.0**scaled / (2.0**scaled + silent):.4f}"

    others = "one other key scores" if silent == 1 else f"{silent} other keys score"
    return Draw(
        f"Attention with d_k = {root**2}. A query has the score {score} · ln 2 with one key; {others} 0. "
        f"Which weight does the first key get? (e^(ln 2) = 2)",
        f"{2**points}/{2**points + silent}",
        (
            (share(score), "The scores have to be divided by √d_k first."),
            (share(score / root**2), f"You divided by d_k. Divide by its root, {root}."),
            (f"1/{silent + 1}", "Equal weights would need equal scores."),
        ),
        f"Scaled: {points} · ln 2 and 0. Exponentials: {2**points} and {silent} times 1. "
        f"Share: {2**points}/{2**points + silent}.",
    )


fresh("11.r1", _share_of_a_loud_word)
choice(
    "11.r2",
    "Day 8: every feature of cat is doubled, then 3 is added. What does layer norm give (ε = 0)?",
    right("The same as before", "Subtracting the mean removes the 3, dividing by the standard deviation the 2."),
    wrong("Twice as much", "The standard deviation has doubled too."),
    wrong("The same, plus 3", "The mean has moved along and is subtracted."),
    wrong("That depends on the other words", "Layer norm uses the features of one token, and no other."),
)
choice(
    "11.r3",
    "Day 4: why has every table of attention weights the eigenvalue 1?",
    wrong("Its entries lie between 0 and 1", "So do those of [[0.1, 0], [0, 0.1]], and its eigenvalues are 0.1."),
    right("Each row adds up to 1", "So it sends (1, …, 1) to itself: an average of equal numbers is that number."),
    wrong("It is symmetric", "As a rule it is not."),
    wrong("Its determinant is 1", "A uniform table has determinant 0 and the eigenvalue 1 all the same."),
)

"""Day 28, the training loop: batches, masks, one step in the right order, floors, free running."""

from itertools import permutations

import numpy as np

from utils import language_model, optimize, probability, story, transformer
from utils.exercises.answers import hand
from utils.exercises.choices import choice, right, wrong
from utils.exercises.engine import case, exercise, law, mistake
from utils.exercises.recall import Draw, fresh
from utils.language_model import NO_TARGET

# --- what the lesson uses from here ---


class Factory:
    """The parts of one training step. What is missing is the order in which they are used.

    training     True: dropout is on, as in training; False: it is off
    parameters   dict of arrays by name
    gradients    dict of arrays by name; backward ADDS to them
    """

    def __init__(self, seed=28, d_model=16, dropout=0.1, warmup=100):
        self._machine = language_model.Machine(heads=2)
        self._rng = np.random.default_rng(seed)
        self._dropout, self._warmup, self._d = dropout, warmup, d_model
        vocabulary = len(language_model.VOCABULARY)
        self.parameters = language_model.init_model(vocabulary, d_model, 2 * d_model, self._rng)
        self.training = False
        self._memory = {name: (0.0, 0.0) for name in self.parameters}
        self._seen = None
        self.zero_grad()

    def forward(self, tokens):
        """Token ids (B, T) to logits (B, T, V)."""
        x = transformer.embed_scaled(tokens, self.parameters["E"])
        x = x + transformer.positional_encoding(*x.shape[-2:])
        keep = self._rng.random(x.shape) >= self._dropout if self.training else np.ones(x.shape, dtype=bool)
        rate = self._dropout if self.training else 0.0
        logits, trace = self._machine.forward(tokens, self.parameters, {"x": optimize.dropout(x, keep, rate)})
        self._seen = trace, keep, rate
        return logits

    def loss(self, logits, targets):
        """Mean surprise at the real targets, in nat."""
        return probability.cross_entropy(logits, targets, ignore_index=NO_TARGET)

    def backward(self, logits, targets):
        """Adds the gradient of the loss to `gradients`, for the logits of the latest forward."""
        if self._seen is None:
            raise RuntimeError("backward needs what forward has seen: call forward first")
        trace, keep, rate = self._seen
        slope = probability.cross_entropy_backward(logits, targets, ignore_index=NO_TARGET)
        found = self._machine.backward(slope, trace, self.parameters)
        dx = optimize.dropout(found["x"], keep, rate)  # back through the same mask
        found["E"] = transformer.embed_scaled_backward(trace["tokens"], dx, len(self.parameters["E"]))
        self.gradients = {name: g + found[name] for name, g in self.gradients.items()}

    def zero_grad(self):
        """Sets every gradient to 0."""
        self.gradients = {name: np.zeros_like(w) for name, w in self.parameters.items()}

    def rate(self, step):
        """Equation (3), with a warm-up that is short enough for a toy; steps from 1."""
        return optimize.noam(step, self._d, self._warmup)

    def update(self, name, t, rate):
        """Adam, with the paper's settings, for one parameter; t is the number of the step, from 1."""
        w, *memory = optimize.adam_step(
            self.parameters[name], self.gradients[name], *self._memory[name], t, rate, 0.9, 0.98, 1e-9
        )
        self.parameters[name], self._memory[name] = w, tuple(memory)


def train_step(factory, step, batch, held_out):
    """One step of training; (loss of the batch before the update, held-out loss after it), in nat."""
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


VERDICTS = ("above bigram floor", "between", "at full-context floor", "leak")
MARGIN = 0.005  # nat


def diagnose(loss):
    """What a loss on the four sentences says, in one of four phrases; loss in nat."""
    if loss < story.FULL_CONTEXT_NATS - MARGIN:
        return "leak"
    if loss <= story.FULL_CONTEXT_NATS + MARGIN:
        return "at full-context floor"
    return "between" if loss < story.BIGRAM_NATS else "above bigram floor"


START, STOP = (int(i) for i in language_model.ids(["the", story.END]))
LONGEST = 12


def generate(model, rng, T):
    """A line, word by word: every word is drawn with all words before it, the machine's own."""
    line = [START]
    while line[-1] != STOP and len(line) < LONGEST:
        shares = probability.softmax_T(np.asarray(model(line))[-1], T)
        line.append(int(rng.choice(len(shares), p=shares)))
    return line


# --- e1: shift and pad ---


def _filled(rows, width, pad=0):
    """Lists of ids as one table, padding behind."""
    return np.array([list(row) + [pad] * (width - len(row)) for row in rows], dtype=np.int64).reshape(len(rows), width)


def _pair(seqs, inputs, targets):
    rows, asked = [inputs(s) for s in seqs], [targets(s) for s in seqs]
    width = max(map(len, rows))
    return _filled(rows, width), _filled(asked, width)


def _make_batch(seqs):
    return _pair(seqs, lambda s: s[:-1], lambda s: s[1:])


def _end_mark_for_ever(seqs):
    inputs, _ = _make_batch(seqs)
    width = inputs.shape[1]
    return inputs, np.array([list(s[1:]) + [s[-1]] * (width + 1 - len(s)) for s in seqs])


def _end_in_inputs(seqs):
    whole = _filled(seqs, max(map(len, seqs)))
    return whole[:, :-1], whole[:, 1:]


def _padding_in_front(seqs):
    width = max(map(len, seqs)) - 1
    tables = [
        [[0] * (width + 1 - len(s)) + list(part(s)) for s in seqs] for part in (lambda s: s[:-1], lambda s: s[1:])
    ]
    return tuple(np.array(table) for table in tables)


def _cut(seqs):
    shortest = min(map(len, seqs))
    return _make_batch([s[:shortest] for s in seqs])


_C4 = [[int(i) for i in language_model.ids(words)] for words in story.CORPUS]

exercise(
    "28.e1",
    "make_batch(seqs)",
    reference=transformer.make_batch,
    also=_make_batch,
    cases=[
        case([[1, 2, 3, 9]]),
        case(_C4),
        case([[1, 7, 3, 9], [1, 2, 9], [4, 5, 6, 9]]),
        case([[1, 9], [1, 8, 1, 2, 3, 9], [2, 5, 9]]),
    ],
    mistakes=[
        mistake(
            "no_shift",
            lambda seqs: _pair(seqs, lambda s: s[:-1], lambda s: s[:-1]),
            "Input and target are the same. Your model only has to copy: loss → 0, and nothing is learned.",
        ),
        mistake(
            "backwards",
            lambda seqs: _make_batch(seqs)[::-1],
            "Right ingredients, roles exchanged: your model sees a word and is asked for the one before it.",
        ),
        mistake(
            "no_eos",
            lambda seqs: _make_batch([s[:-1] for s in seqs]),
            "The end mark is never a target: your model will never learn to stop.",
        ),
        mistake(
            "pads_counted",
            _end_mark_for_ever,
            "After the end mark you ask for the end mark again. Those seats would count as real targets; the target of "
            "padding is padding, which the loss leaves out.",
        ),
        mistake(
            "end_in_inputs",
            _end_in_inputs,
            "The loss would be right. But in shorter sentences the end mark stands among the inputs, and nothing is "
            "asked behind it: shift each sentence before you fill it up.",
        ),
        mistake(
            "padding_in_front",
            _padding_in_front,
            "You filled up in front. Then the words sit at other positions, and the causal mask lets them see padding.",
        ),
        mistake("cut", _cut, "You cut every sentence down to the shortest. Fill the short ones up instead."),
    ],
    difficulty=2,
    importance=5,
    minutes=8,
    hints=(
        "For one sentence: the input lacks the last token, the target lacks the first.",
        "T is the longest length minus 1. Begin with two tables full of zeros, of shape (B, T).",
        "inputs[i, :len(seq) - 1] = seq[:-1]; targets[i, :len(seq) - 1] = seq[1:].",
    ),
    then="Next question: how many targets would you lose if you cut all sentences to the shortest?",
)

# --- e2: the mask ---


def _additive(T):
    return np.where(np.tril(np.ones((T, T), dtype=bool)), 0.0, -np.inf)


exercise(
    "28.e2",
    "causal_mask(T)",
    reference=transformer.causal_mask,
    also=lambda T: np.tril(np.ones((T, T), dtype=bool)),
    cases=[case(1), case(3), case(6), case(7)],
    mistakes=[
        mistake(
            "upper",
            lambda T: np.triu(np.ones((T, T), dtype=bool)),
            "Your rows see themselves and the future, not the past. Print it for three words: may word 0 see word 2?",
        ),
        mistake(
            "strict",
            lambda T: np.tril(np.ones((T, T), dtype=bool), -1),
            "You forbade looking at yourself. Row 0 may see nothing at all: its softmax is 0/0, NaN.",
        ),
        mistake(
            "inverted",
            lambda T: np.triu(np.ones((T, T), dtype=bool), 1),
            "You marked what is forbidden. Here True means: may be seen.",
        ),
        mistake(
            "one_ahead",
            lambda T: np.tril(np.ones((T, T), dtype=bool), 1),
            "It can read the answer: the word after t is the target of row t.",
        ),
        mistake(
            "additive",
            _additive,
            "Those are numbers to add to the scores. They would do; here booleans were asked for, True = may be seen.",
        ),
        mistake("all", lambda T: np.ones((T, T), dtype=bool), "Nothing is hidden in yours."),
    ],
    difficulty=1,
    importance=5,
    minutes=5,
    hints=(
        "Row = who looks, column = who is looked at. When may t look at s?",
        "s ≤ t, itself included. np.arange(T) gives the numbers of rows and columns.",
        "np.arange(T) <= np.arange(T)[:, None], or np.tril of a table of True.",
    ),
    then="Next question: how many cells are open for T words, as a formula?",
)


# --- e3: one step ---


def _variant(order, count_up=False, first_step=1, train_mode=True, eval_mode=False, learn_from="batch"):
    """A train_step that does `order`, a row of words, and may have other things wrong."""

    def step_of(factory, step, batch, held_out):
        logits, loss, t = None, None, step
        tokens, targets = held_out if learn_from == "held_out" else batch
        if train_mode is not None:
            factory.training = train_mode
        for part in order.split():
            if part == "zero":
                factory.zero_grad()
            elif part == "forward":
                logits = factory.forward(tokens)
            elif part == "loss":
                loss = factory.loss(logits, targets)
            elif part == "backward":
                factory.backward(logits, targets)
            elif part == "update":
                for name in factory.parameters:
                    factory.update(name, t, factory.rate(step - 1 + first_step))
                    t += count_up
        factory.training = eval_mode
        return loss, factory.loss(factory.forward(held_out[0]), held_out[1])

    return step_of


_RIGHT_ORDER = "zero forward loss backward update"


def _loss_after(factory, step, batch, held_out):
    _, after = train_step(factory, step, batch, held_out)
    return factory.loss(factory.forward(batch[0]), batch[1]), after


def _held_out_before(factory, step, batch, held_out):
    factory.training = False
    before = factory.loss(factory.forward(held_out[0]), held_out[1])
    return train_step(factory, step, batch, held_out)[0], before


_TOKENS, _TARGETS = language_model.corpus()
_BATCH, _HELD_OUT = (_TOKENS[1:3], _TARGETS[1:3]), (_TOKENS[:1], _TARGETS[:1])
_OTHER = (_TOKENS[[0, 3, 1]], _TARGETS[[0, 3, 1]])


def _after(steps, seed, leftovers=False, training=False):
    """A factory that has run so many steps, and how it was left."""
    factory = Factory(seed, d_model=8)
    for step in range(1, steps + 1):
        train_step(factory, step, _BATCH, _HELD_OUT)
    factory.zero_grad()
    if leftovers:
        factory.backward(factory.forward(_OTHER[0]), _OTHER[1])
    factory.training = training
    return factory


def _nothing_is_learned_from_held_out(function):
    outcomes = [function(_after(0, 5), 1, _BATCH, held_out)[0] for held_out in (_HELD_OUT, _OTHER)]
    return "" if outcomes[0] == outcomes[1] else "Other held-out sentences gave another loss on the batch."


exercise(
    "28.e3",
    "train_step(factory, step, batch, held_out)",
    reference=train_step,
    also=_variant("forward loss zero backward update"),
    cases=[
        case(_after(0, 1), 1, _BATCH, _HELD_OUT),
        case(_after(0, 2, leftovers=True), 1, _OTHER, _HELD_OUT),
        case(_after(3, 3, leftovers=True), 4, _BATCH, _OTHER),
        case(_after(2, 4, training=True), 3, _OTHER, _HELD_OUT),
    ],
    mistakes=[
        mistake(
            "lr_at_step_0",
            _variant(_RIGHT_ORDER, first_step=0),
            "You took the learning rate of the step before. Steps count from 1: at step 0 equation (3) divides by 0.",
        ),
        mistake(
            "not_reset",
            _variant("forward loss backward update"),
            "Old gradients are still in the sum: backward adds, so set them to 0 before it, in every step.",
        ),
        mistake(
            "t_shared",
            _variant(_RIGHT_ORDER, count_up=True),
            "Your t grows from parameter to parameter. All parameters of a step have the same t, the number of the "
            "step; else Adam corrects each one's start differently.",
        ),
        mistake(
            "dropout_in_evaluation",
            _variant(_RIGHT_ORDER, eval_mode=True),
            "Dropout is still on while you measure: the held-out loss is that of a crippled network, and random.",
        ),
        mistake(
            "no_dropout",
            _variant(_RIGHT_ORDER, train_mode=None),
            "The factory comes as the last measurement left it, with dropout off. Switch training on before forward.",
        ),
        mistake(
            "update_first",
            _variant("forward loss update zero backward"),
            "You stepped along the gradients of an earlier batch: backward comes before the update.",
        ),
        mistake(
            "zero_too_late",
            _variant("forward loss backward zero update"),
            "You cleared the gradients between backward and update: what backward has found is thrown away.",
        ),
        mistake(
            "learned_from_held_out",
            _variant(_RIGHT_ORDER, learn_from="held_out"),
            "You learned from the held-out sentences. Then their loss measures nothing any more.",
        ),
        mistake(
            "loss_after_update",
            _loss_after,
            "Your first number is the loss after the update. The one that the gradients belong to came before it.",
        ),
        mistake(
            "held_out_before",
            _held_out_before,
            "Your second number was measured before the update. It should say what the step has brought.",
        ),
    ],
    properties=[law("the held-out sentences have no say in the batch's loss", _nothing_is_learned_from_held_out)],
    difficulty=3,
    importance=5,
    minutes=12,
    hints=(
        "Lay the eight cards of p1 in their order, one line each. The batch is given.",
        "training on, zero_grad, forward, loss, backward, then update for every name, then training off and measure.",
        "for name in factory.parameters: factory.update(name, step, factory.rate(step)). Then training = False.",
    ),
    then="Next question: which of your lines would you have to move if one update used the gradients of two batches?",
)

# --- e4: reading a loss ---


def _judged(low, high, margin=MARGIN, words=VERDICTS):
    """diagnose with other floors, another margin or other words."""
    above, between, at, leak = words

    def judge(loss):
        if loss < low - margin:
            return leak
        if loss <= low + margin:
            return at
        return between if loss < high else above

    return judge


def _also_diagnose(loss):
    gap = loss - story.FULL_CONTEXT_NATS
    if abs(gap) <= MARGIN:
        return VERDICTS[2]
    return VERDICTS[3] if gap < 0 else VERDICTS[int(loss < story.BIGRAM_NATS)]


_LOW, _HIGH = story.FULL_CONTEXT_NATS, story.BIGRAM_NATS

exercise(
    "28.e4",
    "diagnose(loss)",
    reference=diagnose,
    also=_also_diagnose,
    cases=[
        case(2.2),
        case(0.45),
        case(_LOW),
        case(0.06),
        case(_LOW + 0.004),
        case(_LOW - 0.004),
        case(_LOW + 0.006),
        case(_LOW - 0.006),
        case(_HIGH + 0.001),
        case(_HIGH - 0.001),
        case(0.7),
        case(0.0),
    ],
    mistakes=[
        mistake(
            "bits",
            _judged(story.FULL_CONTEXT_BITS, story.BIGRAM_BITS),
            "Check the unit: the loss comes in nat, and you compare it with floors in bit.",
        ),
        mistake(
            "leak_is_best",
            lambda loss: "at full-context floor" if loss < _LOW else diagnose(loss),
            "Below the floor is not at the floor: no honest reader gets there, so the future leaks in.",
        ),
        mistake(
            "no_margin",
            _judged(_LOW, _HIGH, margin=0.0),
            "Training never ends exactly on the floor. Within 0.005 nat of it counts as at the floor.",
        ),
        mistake(
            "one_sided",
            lambda loss: "leak" if loss < _LOW else diagnose(loss),
            "The margin of 0.005 nat goes both ways: rounding can put an honest loss a hair below.",
        ),
        mistake(
            "leak_only_at_zero",
            lambda loss: "leak" if loss < MARGIN else "at full-context floor" if loss < _LOW else diagnose(loss),
            "A leak need not be complete: 0.06 nat is below the floor too.",
        ),
        mistake(
            "swapped",
            _judged(_LOW, _HIGH, words=("between", "above bigram floor", *VERDICTS[2:])),
            "Two phrases are exchanged: above the bigram floor means larger than it.",
        ),
        mistake(
            "bigram_is_best",
            lambda loss: "leak" if loss < _HIGH else "above bigram floor",
            "The bigram floor holds for those who see one word. An honest reader of all words goes below it.",
        ),
    ],
    difficulty=2,
    importance=3,
    minutes=8,
    hints=(
        "Put the two floors on a line, in nat. They cut it into pieces; name each piece.",
        "story.FULL_CONTEXT_NATS and story.BIGRAM_NATS. Around the first one lies a strip of 0.005 nat on either side.",
        "Test from below: leak, then at the floor, then between, and what is left is above.",
    ),
    then="Next question: what could make an honest loss on a small batch of the corpus lower than 0.24 nat?",
)


# --- e5: the free run ---


def _draw(rng, logits, T=1.0):
    shares = probability.softmax_T(np.asarray(logits), T)
    return int(rng.choice(len(shares), p=shares))


def _written(next_id, stop=True, shown=lambda line: line):
    """A generate whose next word comes from next_id(model, rng, T, line)."""

    def write(model, rng, T):
        line = [START]
        while (line[-1] != STOP or not stop) and len(line) < LONGEST:
            line.append(next_id(model, rng, T, line))
        return shown(line)

    return write


def _by_pin(model, rng, T):
    """The same by hand: lay the shares end to end and throw a pin."""
    line = [START]
    for _ in range(LONGEST - 1):
        z = np.asarray(model(line))[-1] / T
        e = np.exp(z - z.max())
        line.append(int(np.searchsorted(np.cumsum(e / e.sum()), rng.random(), side="right")))
        if line[-1] == STOP:
            break
    return line


def wordy_model(ids):
    """Made-up logits, one row a word, each from the word and all before it; the end mark becomes likelier."""
    sums = np.cumsum(np.asarray(ids))
    t = np.arange(len(sums))
    logits = 1.5 * np.cos(np.outer(sums + 2.0 * t + np.asarray(ids), np.arange(1, 11)))
    logits[:, 0] = -30.0
    logits[:, STOP] += 0.4 * t - 1.0
    return logits


def endless_model(ids):
    """The same, with an end mark that never comes."""
    logits = wordy_model(ids)
    logits[:, STOP] = -30.0
    return logits


exercise(
    "28.e5",
    "generate(model, rng, T)",
    reference=generate,
    also=_by_pin,
    cases=[
        case(wordy_model, np.random.default_rng(1), 1.0),
        case(wordy_model, np.random.default_rng(2), 0.5),
        case(wordy_model, np.random.default_rng(3), 2.0),
        case(endless_model, np.random.default_rng(4), 1.0),
    ],
    mistakes=[
        mistake(
            "row_0",
            _written(lambda model, rng, T, line: _draw(rng, model(line)[0], T)),
            "You read row 0: the shares for the word after the first one, the same at every step. The next word "
            "is in the last row.",
        ),
        mistake(
            "greedy",
            _written(lambda model, rng, T, line: int(np.argmax(model(line)[-1]))),
            "You always took the likeliest word; rng and T are never used. Draw from the shares.",
        ),
        mistake(
            "times_T",
            _written(lambda model, rng, T, line: _draw(rng, model(line)[-1], 1 / T)),
            "You multiplied the logits by T, so a high temperature sharpens. Divide.",
        ),
        mistake(
            "no_temperature",
            _written(lambda model, rng, T, line: _draw(rng, model(line)[-1])),
            "T has no effect in your function.",
        ),
        mistake(
            "forgets",
            _written(lambda model, rng, T, line: _draw(rng, model(line[-1:])[-1], T)),
            "You show the model only the latest word. It may see the whole line so far.",
        ),
        mistake(
            "no_stop",
            _written(lambda model, rng, T, line: _draw(rng, model(line)[-1], T), stop=False),
            "Your line goes on behind the end mark.",
        ),
        mistake(
            "no_start",
            _written(lambda model, rng, T, line: _draw(rng, model(line)[-1], T), shown=lambda line: line[1:]),
            "The first word, 1, belongs to the line.",
        ),
        mistake(
            "no_end",
            _written(
                lambda model, rng, T, line: _draw(rng, model(line)[-1], T),
                shown=lambda line: line[:-1] if line[-1] == STOP else line,
            ),
            "The end mark belongs to the line: it was drawn like every other word.",
        ),
    ],
    difficulty=2,
    importance=2,
    minutes=8,
    hints=(
        "A loop: ask the model, draw, append, ask again.",
        "model(line) has one row for each word of the line; the last row belongs to the word that comes next.",
        "shares = probability.softmax_T(model(line)[-1], T); line.append(int(rng.choice(len(shares), p=shares))).",
    ),
    then="Next question: the rows before the last were computed again each time. Could you have kept them?",
)

# --- by hand ---

hand(
    "28.h1",
    "The input is: the cat sat on the mat. The six targets?",
    "cat sat on the mat </s>",
    also=("cat sat on the mat end", "cat, sat, on, the, mat, </s>"),
    wrong=[
        ("the cat sat on the mat", "Not shifted: your model only has to copy, and the loss goes to 0."),
        ("cat sat on the mat", "The last word needs a target too: the end mark </s>."),
        ("</s> the cat sat on the", "Shifted the other way: that asks for the word before."),
        ("sat on the mat </s>", "Two steps ahead. At place 0 stands the, and cat comes next."),
    ],
    hints=("At each place: which word comes next?", "Under the stands cat.", "Under mat stands the end mark, </s>."),
    working="Each word's target is the word after it; after mat comes the end mark.",
)
hand(
    "28.h2",
    "The causal mask of six words has 6 × 6 cells. How many are open?",
    "21",
    wrong=[
        ("15", "You forbade looking at yourself."),
        ("36", "That is no mask at all: all cells."),
        ("6", "That is the diagonal: each word would see itself only."),
        ("18", "Half of 36 counts the diagonal half. It is open as a whole."),
        ("26", "One ahead: your rows see the next word, which is the answer."),
    ],
    hints=("Word 0 sees one word, word 1 sees two.", "1 + 2 + 3 + 4 + 5 + 6.", "6 · 7 / 2."),
    working="1 + 2 + … + 6 = 21: the diagonal and all below it.",
)
hand(
    "28.h3",
    "The four sentences as one batch. Type two numbers: its real targets, its cells.",
    "23, 24",
    also=("23/24", "23 / 24"),
    wrong=[
        ("24, 24", "The seat behind the shortest sentence holds padding. It is no target."),
        ("27, 28", "You counted tokens before the shift. A sentence of seven tokens has six targets."),
        ("19, 20", "The end marks are targets too."),
        ("24, 23", "Right numbers, exchanged: real targets first."),
        ("22, 24", "Only one seat holds padding: sentence 4 is one word shorter."),
    ],
    hints=(
        "With their end marks the sentences have 7, 7, 7 and 6 tokens.",
        "Shifted, they have 6, 6, 6 and 5 targets.",
        "The table is 4 × 6.",
    ),
    working="6 + 6 + 6 + 5 = 23 targets in 4 × 6 = 24 cells; one cell is padding.",
)

CARDS = {
    "A": "update every parameter",
    "B": "backward",
    "C": "forward",
    "D": "take a batch: shift, pad, mask",
    "E": "loss, mean over the real targets",
    "F": "set the gradients to 0",
    "G": "look up this step's learning rate",
    "H": "held-out loss, dropout off",
}


def _works(order):
    """Does this order of the eight cards do a right step, in a loop of such steps?"""
    at = {card: i for i, card in enumerate(order)}
    return at["C"] < at["E"] < at["B"] < at["A"] and at["G"] < at["A"] and not at["B"] < at["F"] < at["A"]


_ORDERS = [("D", *inner, "H") for inner in permutations("ABCEFG") if _works(("D", *inner, "H"))]

hand(
    "28.p1",
    "Eight cards make one step. D comes first, H last; type all eight letters in an order that works.\n"
    + "\n".join(f"{letter}  {text}" for letter, text in CARDS.items()),
    "D F C E B G A H",
    also=[" ".join(order) for order in _ORDERS] + ["".join(order) for order in _ORDERS],
    wrong=[
        ("C E B A", "Those are the plan's four, in their order. Four cards are left: D, F, G and H."),
        ("D C E B F G A H", "You cleared away what backward had just found: F between B and A."),
        ("D C E B G F A H", "You cleared away what backward had just found: F between B and A."),
        ("D F C E G A B H", "Updated before backward: there are no gradients yet."),
        ("D F C B E G A H", "Backward needs the loss: its slope p − y is where the way back begins."),
        ("D F C E B A G H", "The learning rate came after the update that needs it."),
        ("D F E C B G A H", "A loss without logits: forward comes first."),
        ("H A G B E C F D", "That is the way back. The step begins with D."),
    ],
    hints=(
        "First the plan's four: forward, loss, backward, update.",
        "F has to come before B, or after A: backward adds to what is there. G only has to be ready for A.",
        "D, F, then the four, with G before the last, then H.",
    ),
    working="Batch, zero, forward, loss, backward, rate, update, held-out loss. "
    "F may also come later, but before B; G, before A.",
)
hand(
    "28.p2",
    "Annotate six steps with their mathematics. Type six letters for forward, loss, set to 0, backward, rate, update.\n"
    "a  g ← 0\n"
    "b  θ ← θ − η m̂ / (√v̂ + ε)\n"
    "c  softmax(QKᵀ/√d_k + M) V and its fellow products: matrices times matrices\n"
    "d  d_model^(−½) · min(step^(−½), step · warmup^(−3/2))\n"
    "e  p − y, then dW = Xᵀ dY and dX = dY Wᵀ, product by product: the chain rule\n"
    "f  −(1/n) Σ ln p(target), over n real targets",
    "c f a e d b",
    also=("cfaedb", "c, f, a, e, d, b"),
    wrong=[
        ("c e a f d b", "Loss and backward are exchanged. One gives a single number, the other one for each weight."),
        ("c f a e b d", "Rate and update are exchanged. The rate is η; the update uses it."),
        ("c f e a d b", "Setting to 0 and backward are exchanged: which one is the chain rule?"),
        ("f c a e d b", "Forward makes logits out of words. The loss then makes one number out of logits."),
        ("e f a c d b", "Forward and backward are exchanged. p − y is where the way back begins."),
        ("c f e d b", "That is five letters. Setting the gradients to 0 has a formula too."),
    ],
    hints=(
        "One of them is equation (3) of the paper, one is Adam.",
        "Forward is matrix products, backward is the chain rule.",
        "c f for the first two, then the shortest formula.",
    ),
    working="Forward c, loss f, zero a, backward e, rate d, update b.",
)


# --- predictions ---

_WORD_AND_PLACE = story.floor_bits(lambda words, t: (words[t], t)) * np.log(2)  # in nat
_BIGRAM, _FULL, _PLACE = (f"{nats:.3f} nat" for nats in (_HIGH, _LOW, _WORD_AND_PLACE))

choice(
    "28.w1",
    "Attention off, positions off: each word sees itself and nothing else. Where will the loss end?",
    wrong("0.000 nat", "That would be certainty about every next word. After the, four words are possible."),
    wrong(_FULL, "That takes all words so far. This reader sees one."),
    wrong(_PLACE, "That takes the word and its place. The positions are off."),
    right(_BIGRAM, "It knows one word: the bigram floor, 20/23 bit, in nat."),
)
choice(
    "28.w1b",
    "Now everything on, except the mask: every word sees the whole sentence.",
    right("0.000 nat", "The answer of each place stands one seat further on, and nobody forbids looking."),
    wrong(_FULL, "That is the floor of an honest reader. This one reads the answers."),
    wrong(_BIGRAM, "It sees more than one word: all of them, the next one included."),
    wrong(
        "It rises: the future confuses it", "For the loss the future is the best of all clues: it contains the answer."
    ),
)
choice(
    "28.w1c",
    "Mask and attention on, positions off: nobody tells the words apart by place.",
    wrong(f"{_BIGRAM}: without positions it is a bigram", "It still sees a bag of the words so far, dog or no dog."),
    wrong("Above that: it cannot learn", "The word itself and the words before it are still there."),
    right(
        f"{_FULL}, as with positions",
        "The mask hands out order: row t sees a bag of just the words up to t. In these four sentences the bag and the "
        "word tell all that the order tells.",
    ),
    wrong("0.000 nat", "It cannot see ahead: the mask is on."),
)
choice(
    "28.w2",
    "In each of six steps the machine draws a wrong word with probability 5 %. It writes six words alone. How many of "
    "its lines stay right to the end?",
    wrong("95 %", "That is one step. A line needs six good ones in a row."),
    right("About 74 %", "0.95⁶ = 0.735. In teacher forcing each place is asked by itself, so the 5 % never add up."),
    wrong("About 30 %", "That is roughly how many go wrong: 1 − 0.735 = 26 %."),
    wrong("5 %", "That is the share of wrong words at one place."),
)
choice(
    "28.w2b",
    "It has just drawn its first wrong word. The next step, compared with one after a right history, is …",
    wrong("as good: it knows many words", "It has never been trained on a line that begins like this."),
    wrong("better: it corrects itself", "No sentence of the corpus shows how a mistake is repaired."),
    right(
        "much worse",
        "In training every history was true. After its own mistake it stands where no training sentence ever stood.",
    ),
)

# --- quiz ---

choice(
    "28.q1",
    "Your model reports a loss of 0.06 nat on the four sentences. What do you do?",
    wrong("Celebrate: the lowest loss so far", f"No honest reader goes below {_FULL}."),
    right(
        "Look for the leak", f"It is below {_FULL}, the floor of one who knows all words so far: it reads the future."
    ),
    wrong("Train on, it may still fall", "It is too low already."),
    wrong("Raise the dropout", "It does not overfit: on its own corpus no honest model can be this good."),
)
choice(
    "28.q2",
    "Which tokens count in the mean of the loss?",
    wrong("All cells of the batch", "Padding would be counted: 24 cells, 23 targets."),
    right("The real targets, end marks included", "23 of 24 in our batch. Padding asks nothing."),
    wrong("All but the end marks", "Then it would never learn to stop."),
)
choice(
    "28.q3",
    "A causal model without positional encoding: does it know anything about order?",
    wrong("No, attention sees a bag", "Each row sees another bag: the words up to itself."),
    right("Yes, partly: the mask gives it away", "Row t sees t + 1 words. The bags grow along the sentence."),
    wrong("Yes, everything, as with positions", "One layer cannot tell two orders of the same earlier words apart."),
)

# --- recall ---


def _dropped(rng) -> Draw:
    x, percent = int(rng.integers(2, 10)), int(rng.choice([10, 20, 25, 40, 50]))
    p = percent / 100
    kept, spread = x / (1 - p), x * x * p / (1 - p)
    return Draw(
        f"Day 27: inverted dropout, x = {x}, p = {p:g}. Two numbers: what a kept x becomes, and the variance over all "
        "masks.",
        f"{kept:.4f}, {spread:.4f}",
        (
            (f"{x}, {x * x * p * (1 - p):.4f}", "That is without rescaling. A kept value is divided by 1 − p."),
            (f"{x / p:.4f}, {x * x * (1 - p) / p:.4f}", "You divided by p, the share that is dropped."),
            (f"{kept:.4f}, {spread**0.5:.4f}", "The second number is the standard deviation."),
            (f"{kept:.4f}, {x * x / (1 - p):.4f}", "The second is the mean of the squares. Subtract the mean squared."),
            (
                f"{x * (1 - p):.4f}, {x * x * p * (1 - p) ** 3:.4f}",
                "A kept value has to grow, to make up for the rest.",
            ),
        ),
        f"{x} / {1 - p:g} = {kept:.4g}; {x}² · {p:g} / {1 - p:g} = {spread:.4g}.",
    )


fresh("28.r1", _dropped)
choice(
    "28.r2",
    "Day 25: where does Adam's ε stand, and with what is it compared?",
    wrong("Inside the root, with a squared slope", "That is LayerNorm's place for it: √(σ² + ε)."),
    right("Outside the root, with the size of a slope", "√v̂ + ε: slopes far below ε stay as quiet as they are."),
    wrong("In front of m̂, with the learning rate", "It only guards the division."),
)
choice(
    "28.r3",
    "Day 21: ∇f = (3, −4). Along which direction of length 1 is the slope 0?",
    wrong("(0.6, −0.8)", "That is straight uphill: slope 5."),
    right("(0.8, 0.6)", "3 · 0.8 − 4 · 0.6 = 0: at right angles to the gradient, along a contour line."),
    wrong("(0.6, 0.8)", "3 · 0.6 − 4 · 0.8 = −1.4."),
    wrong("(−0.6, 0.8)", "That is straight downhill: slope −5."),
)
choice(
    "28.r4",
    "Day 14: a loss of 0.693 nat. Which perplexity is that?",
    wrong("1.62", "You took 2 to a number of nats. The base has to fit the unit: e for nat, 2 for bit."),
    wrong("0.693", "Those are the nats themselves. Perplexity is e to their number."),
    right("2", "e^0.693 = 2: as undecided as between two equally likely words."),
    wrong("4", "That would be 2 bit, or 1.386 nat."),
)

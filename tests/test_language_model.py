"""The model with switches: its gradients, the floors it reaches, and what each broken part does to the loss."""

from collections import Counter

import numpy as np
import pytest

from utils import calculus, language_model, story, transformer
from utils.language_model import Machine

C4_PARAMETERS = 2480


def learn(machine, batches, lr, seed, vocabulary=10):
    """The parameters after training, and all losses on the way."""
    start = language_model.init_model(vocabulary, 16, 32, np.random.default_rng(seed))
    steps = list(language_model.train(machine, start, batches, lr))
    return steps[-1][1], [loss for loss, _ in steps]


def on_corpus(seed=0, lr=0.01, **switches):
    """(end loss, losses on the way) of 400 steps on the four sentences."""
    machine = Machine(**{"heads": 2, **switches})
    parameters, losses = learn(machine, [language_model.corpus()] * 400, lr, seed)
    return language_model.evaluate(machine, parameters, *language_model.corpus())[0], losses


def on_letters(seed=0, lr=0.02, **switches):
    """(share right on fresh lines by place, weight on the previous letter) of 400 steps."""
    machine, rng = Machine(**switches), np.random.default_rng(seed)
    batches = [language_model.previous_word(rng) for _ in range(400)]
    parameters, _ = learn(machine, batches, lr, seed, language_model.LETTERS)
    tokens, targets = language_model.previous_word(np.random.default_rng(10_000 + seed), batch=1000)
    logits, trace = machine.forward(tokens, parameters)
    right = (logits.argmax(axis=-1) == targets)[:, 1:]
    return right.mean(axis=0), language_model.weight_on_previous(trace["weights"])


def floor(knows):
    """Lowest mean loss (nat) of a reader who knows only knows(sentence, t), counted from the corpus."""
    events = [(knows(s, t), s[t + 1]) for s in story.CORPUS for t in range(len(s) - 1)]
    contexts = Counter(context for context, _ in events)
    return -sum(n * np.log(n / contexts[c]) for (c, _), n in Counter(events).items()) / len(events)


MACHINES = [
    Machine(heads=2),
    Machine(heads=1, positions=False),
    Machine(heads=2, norm="pre"),
    Machine(heads=2, norm="none"),
    Machine(heads=2, norm="none", feed_forward=False),
    Machine(heads=2, norm="post", feed_forward=False),
    Machine(heads=2, norm="pre", feed_forward=False),
    Machine(heads=2, merge="reshape"),
    Machine(heads=2, mask="none", scale=0.3),
    Machine(heads=4, mask="self"),
]


@pytest.mark.parametrize("machine", MACHINES, ids=str)
def test_every_entry_of_every_gradient_agrees_with_nudging(machine):
    parameters = machine.used(language_model.init_model(10, 4, 6, np.random.default_rng(3)))
    tokens, targets = language_model.corpus()

    def loss(values):
        return language_model.loss_and_gradients(machine, values, tokens, targets)[0]

    _, gradients = language_model.loss_and_gradients(machine, parameters, tokens, targets)
    errors = calculus.gradient_check_all(loss, parameters, gradients)
    assert max(errors.values()) < 1e-7, errors


@pytest.mark.parametrize("machine", MACHINES, ids=str)
def test_every_intermediate_agrees_with_nudging(machine):
    parameters = language_model.init_model(10, 4, 6, np.random.default_rng(4))
    tokens, targets = (part[:1] for part in language_model.corpus())
    logits, trace = machine.forward(tokens, parameters)
    gradients = machine.backward(language_model.cross_entropy_backward(logits, targets), trace, parameters)
    for name, value in trace.items():
        if name == "tokens":
            continue

        def loss(nudged, name=name):
            return language_model.cross_entropy(machine.forward(tokens, parameters, {name: nudged})[0], targets)

        assert calculus.gradient_check(loss, gradients[name], value) < 1e-6, name


@pytest.mark.parametrize("heads", [1, 2, 4])
def test_with_the_standard_switches_its_layer_is_the_encoder_layer(heads):
    parameters = language_model.init_model(10, 16, 32, np.random.default_rng(heads))
    tokens, targets = language_model.corpus()
    x = transformer.embed_scaled(tokens, parameters["E"]) + transformer.positional_encoding(6, 16)
    output, trace = transformer.encoder_layer(x, parameters, heads, transformer.causal_mask(6))
    wanted = output @ parameters["W_out"]
    logits, mine = Machine(heads=heads).forward(tokens, parameters)
    assert np.abs(logits - wanted).max() < 1e-12
    d_logits = np.random.default_rng(0).normal(size=logits.shape)
    theirs = transformer.encoder_layer_backward(d_logits @ parameters["W_out"].T, trace, parameters, heads)
    gradients = Machine(heads=heads).backward(d_logits, mine, parameters)
    for name in theirs.keys() & gradients.keys():
        assert np.abs(gradients[name] - theirs[name]).max() < 1e-12, name
    assert {"x", "scores", "W_Q", "W_K", "W_V", "W_O", "W1", "gain1", "gain2"} <= theirs.keys() & gradients.keys()
    assert set(language_model.VOCABULARY) == {"<pad>", *story.VOCABULARY} and targets.shape == (4, 6)


def test_a_switch_that_does_not_exist_is_refused():
    for switches in ({"mask": "upside down"}, {"merge": "glue"}, {"norm": "middle"}):
        with pytest.raises(ValueError, match="should be one of"):
            Machine(**switches)


def test_the_two_tasks():
    tokens, targets = language_model.corpus()
    assert (tokens == language_model.PAD).sum() == 1 and (targets != language_model.NO_TARGET).sum() == story.EVENTS
    assert [language_model.VOCABULARY[i] for i in tokens[3, :5]] == story.CORPUS[3][:-1]
    tokens, targets = language_model.previous_word(np.random.default_rng(0), batch=3, length=5)
    assert tokens.shape == targets.shape == (3, 5) and (targets[:, 0] == language_model.NO_TARGET).all()
    assert (targets[:, 1:] == tokens[:, :-1]).all()
    with pytest.raises(ValueError, match="zebra"):
        language_model.ids(["the", "zebra"])


def test_the_count_of_parameters_and_that_training_changes_nothing_in_place():
    start = language_model.init_model(10, 16, 32, np.random.default_rng(0))
    assert sum(w.size for w in start.values()) == C4_PARAMETERS
    before = {name: w.copy() for name, w in start.items()}
    list(language_model.train(Machine(heads=2), start, [language_model.corpus()] * 3, 0.01))
    assert all((start[name] == before[name]).all() for name in start)


@pytest.mark.parametrize("seed", range(4))
def test_task_1_is_learned_and_the_weight_goes_to_the_previous_place(seed):
    right, previous = on_letters(seed)
    assert right.mean() > 0.97 and previous > 0.6


@pytest.mark.parametrize("seed", range(2))
def test_task_1_with_attention_and_residual_only(seed):
    right, previous = on_letters(seed, norm="none", feed_forward=False)
    assert right.mean() > 0.97 and previous > 0.6


def test_task_1_without_positions_stalls_between_two_ways_of_guessing():
    right, _ = on_letters(0, positions=False)
    assert np.mean(1 / np.arange(1, 8)) < right.mean() < 0.43


@pytest.mark.parametrize("seed", range(6))
def test_task_2_comes_to_rest_on_its_floor_and_never_below_it(seed):
    loss, losses = on_corpus(seed)
    assert min(loss, *losses) >= story.FULL_CONTEXT_NATS - 1e-9
    assert loss - story.FULL_CONTEXT_NATS < 0.002


def merged_by_reshape(sentence, t):
    """Row t is made of the places 2t and 2t + 1 of the two heads' twelve rows; each saw the words up to itself."""
    return sentence[t], t, tuple(sentence[: max(2 * t % 6, (2 * t + 1) % 6) + 1])


@pytest.mark.parametrize(
    ("switches", "knows", "nats"),
    [
        ({"mask": "none"}, lambda s, t: (tuple(s), t), 0.0),
        ({"merge": "reshape"}, merged_by_reshape, 2 / 23 * np.log(2)),
        ({"mask": "self", "positions": False}, lambda s, t: s[t], story.BIGRAM_NATS),
        ({"mask": "self"}, lambda s, t: (s[t], t), 0.26385),
        ({"positions": False}, lambda s, t: tuple(s[: t + 1]), story.FULL_CONTEXT_NATS),
        ({"scale": 1.0}, lambda s, t: tuple(s[: t + 1]), story.FULL_CONTEXT_NATS),
        ({"norm": "pre"}, lambda s, t: tuple(s[: t + 1]), story.FULL_CONTEXT_NATS),
    ],
    ids=lambda value: getattr(value, "__name__", str(value)),
)
def test_a_broken_machine_ends_on_the_floor_of_what_it_can_see(switches, knows, nats):
    assert floor(knows) == pytest.approx(nats, abs=2e-5)
    loss, losses = on_corpus(**switches)
    assert min(loss, *losses) >= floor(knows) - 1e-9
    assert loss - floor(knows) < 0.002


def test_the_merge_by_reshape_hides_two_places_of_seven_on_task_1():
    right, _ = on_letters(0, heads=2, merge="reshape")
    assert (right[[0, 1, 2, 5, 6]] > 0.9).all() and (right[[3, 4]] < 0.1).all()
    assert right.mean() == pytest.approx(0.72, abs=0.03)


def test_ten_times_the_learning_rate_learns_task_1_badly():
    assert on_letters(0, lr=0.2)[0].mean() < 0.5


def test_attention_alone_ends_on_one_of_two_floors():
    floors = np.array([story.FULL_CONTEXT_NATS, floor(lambda s, t: (s[t], t))])
    for seed in range(4):
        loss, _ = on_corpus(seed, norm="none", feed_forward=False)
        assert np.abs(floors - loss).min() < 0.01


def test_predict_is_a_distribution_over_the_next_token():
    parameters = language_model.init_model(10, 4, 6, np.random.default_rng(16))
    shares = language_model.predict(Machine(heads=2), parameters, [1, 2, 3])
    assert shares.shape == (10,) and shares.sum() == pytest.approx(1)
    sharp = language_model.predict(Machine(heads=2), parameters, [1, 2, 3], temperature=0.1)
    assert sharp.argmax() == shares.argmax() and sharp.max() > shares.max()


@pytest.mark.parametrize(
    "call",
    [
        lambda p: language_model.predict(Machine(), p, []),
        lambda p: language_model.predict(Machine(), p, [[1]]),
        lambda p: language_model.predict(Machine(), p, [99]),
        lambda p: language_model.predict(Machine(), p, [1], temperature=0),
        lambda p: language_model.init_model(0, 4, 4, np.random.default_rng(0)),
    ],
)
def test_wrong_input_says_so(call):
    with pytest.raises(ValueError, match=r"should|expected"):
        call(language_model.init_model(10, 4, 6, np.random.default_rng(0)))

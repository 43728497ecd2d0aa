"""Spaced retrieval: a day opens with items of earlier days, some with new numbers each time."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from utils.exercises import registry
from utils.exercises.answers import Hand, Unreadable, close, parse
from utils.progress import progress
from utils.reply import Reply

ATTEMPTS = 200  # draws before a generator counts as broken


@dataclass(frozen=True)
class Draw:
    """One drawing of a recall item's numbers: the question, its answer and the known wrong answers."""

    text: str
    right: str
    wrong: tuple[tuple[str, str], ...]
    working: str


@dataclass(frozen=True)
class Fresh:
    """A hand calculation whose numbers are drawn anew for each seed."""

    id: str
    draw: Callable[[np.random.Generator], Draw]

    options = ()

    @property
    def title(self) -> str:
        return self.id

    def with_seed(self, seed: int) -> "Hand":
        """The item with numbers of this seed; draws whose wrong answers coincide with the right one are rejected."""
        rng = np.random.default_rng([seed, *self.id.encode()])
        for _ in range(ATTEMPTS):
            drawn = self.draw(rng)
            if telling(drawn):
                return Hand(
                    self.id,
                    drawn.text,
                    drawn.right,
                    drawn.wrong,
                    (drawn.working,),
                    drawn.working,
                    "",
                    (),
                    "",
                    0.005,
                )
        raise ValueError(f"{self.id}: {ATTEMPTS} draws, and in each a wrong answer coincides with the right one")

    @property
    def solution_text(self) -> str:
        return self.with_seed(0).solution_text

    @property
    def text(self) -> str:
        return self.with_seed(0).text

    @property
    def hints(self) -> tuple[str, ...]:
        return self.with_seed(0).hints

    def answer(self, given) -> Reply:
        """Judge an answer to the numbers of seed 0; records it and never raises."""
        return registry.judge(self, given)

    def judge(self, given, failures: int = 0) -> Reply:
        return self.with_seed(0).judge(given, failures)


def telling(drawn: Draw) -> bool:
    """Does no known wrong answer of this draw pass for the right one?"""
    right = parse(drawn.right)
    for value, _ in drawn.wrong:
        try:
            if close(parse(value), right) or close(right, parse(value)):
                return False
        except Unreadable:
            continue
    return True


def fresh(id: str, draw: Callable[[np.random.Generator], Draw]) -> Fresh:
    """Declare a recall item with new numbers for each seed. Raises ValueError when it is malformed."""
    item = Fresh(id, draw)
    registry.add(item)
    return item


def due(day: int, seed: int = 0) -> list:
    """The recall items of a day, and before them what was missed two or more days ago.

    seed    0 asks with the numbers that check() knows; any other seed draws new ones
    """
    own = [item for name, item in registry.items(day).items() if name.split(".")[1].startswith("r")]
    missed = [registry.find(item_id) for item_id in progress.missed(before_day=day - 1)]
    asked = [item for item in missed if item is not None and item not in own] + own
    return [item.with_seed(seed) if isinstance(item, Fresh) else item for item in asked]

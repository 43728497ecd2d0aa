"""The learner's vocabulary: check, hint, compare, quiz, recall, progress."""

import os

# Small matrices run about five times faster on one BLAS thread; the setting must precede the first NumPy import.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

from IPython.display import display

from utils.cards import QuestionSet
from utils.exercises import aid, registry
from utils.exercises import recall as _recall
from utils.progress import progress

__all__ = ["check", "compare", "hint", "progress", "quiz", "recall"]

progress.items = registry.items


def check(item_id, answer=None) -> None:
    """Say how far an answer is: check("13.e1", softmax), check("13.h1", "1/2, 1/4, 1/8, 1/8"), check("13.q1", "b")."""
    item = registry.find(item_id)
    display(aid.unknown(item_id) if item is None else registry.judge(item, answer))


def hint(item_id) -> None:
    """Show the next of three hints; after the last one, the solution."""
    display(aid.hint(item_id))


def compare(item_id, answer=None) -> None:
    """Show an answer beside the solution, with both results on the same input."""
    display(aid.compare(item_id, answer))


def quiz(day: int, reveal: bool = False) -> None:
    """Ask the quiz of a day; reveal=True shows every option with its explanation instead."""
    questions = [item for name, item in registry.items(day).items() if name.split(".")[1].startswith("q")]
    display(QuestionSet(f"Quiz of day {day}", questions, reveal=reveal))


def recall(day: int, seed: int = 0, reveal: bool = False) -> None:
    """Ask what earlier days taught; another seed asks with other numbers, reveal=True shows the answers."""
    display(QuestionSet(f"Recall before day {day}", _recall.due(day, seed), reveal=reveal))

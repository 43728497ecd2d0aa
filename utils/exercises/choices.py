"""Questions with options: quiz items, predictions before a picture, recall items."""

from dataclasses import dataclass
from string import ascii_lowercase as LETTERS

from utils import guard
from utils.exercises import registry
from utils.reply import NOT_ATTEMPTED, NOT_YET, SOLVED, Reply, reply


@dataclass(frozen=True)
class Option:
    """One possible answer, whether it is right, and why or why not."""

    text: str
    right: bool
    why: str


def right(text: str, why: str) -> Option:
    """The right option and why it is right."""
    return Option(text, True, why)


def wrong(text: str, why: str) -> Option:
    """A wrong option and what it overlooks."""
    return Option(text, False, why)


@dataclass(frozen=True)
class Choice:
    """A question with one right option."""

    id: str
    text: str
    answers: tuple[Option, ...]

    @property
    def title(self) -> str:
        return self.id

    @property
    def options(self) -> tuple[str, ...]:
        return tuple(option.text for option in self.answers)

    @property
    def explanations(self) -> tuple[tuple[str, bool, str], ...]:
        """(option, is it right, why) for every option."""
        return tuple((option.text, option.right, option.why) for option in self.answers)

    def answer(self, given) -> Reply:
        """Judge an option's index or letter; records it and never raises."""
        return registry.judge(self, given)

    def judge(self, given, failures: int = 0) -> Reply:
        if guard.is_placeholder(given) or (isinstance(given, str) and not given.strip()):
            return reply(NOT_ATTEMPTED, self.title, [self.text, *self._lettered()])
        chosen = self._index(given)
        if chosen is None:
            return reply(
                NOT_YET,
                self.title,
                [f"Answer with one of the letters a to {LETTERS[len(self.answers) - 1]}."],
            )
        option = self.answers[chosen]
        return reply(SOLVED if option.right else NOT_YET, self.title, [f"{option.text.rstrip('.')}. {option.why}"])

    def _lettered(self) -> list[str]:
        return [f"{letter}) {text}" for letter, text in zip(LETTERS, self.options, strict=False)]

    def _index(self, given) -> int | None:
        if isinstance(given, int) and not isinstance(given, bool):
            return given if 0 <= given < len(self.answers) else None
        if not isinstance(given, str):
            return None
        text = given.strip().casefold()
        letter = text.rstrip(").")
        if len(letter) == 1 and letter in LETTERS[: len(self.answers)]:
            return LETTERS.index(letter)
        matching = [i for i, option in enumerate(self.options) if option.strip().casefold() == text]
        return matching[0] if matching else None


def choice(id: str, text: str, *answers: Option) -> Choice:
    """Declare a question. Raises ValueError unless exactly one option is right."""
    item = Choice(id, text, answers)
    if sum(option.right for option in answers) != 1:
        raise ValueError(f"{id} needs exactly one right option")
    registry.add(item)
    return item

"""Run a learner's function so that nothing it does can stop the notebook."""

import dis
import signal
import threading
import time
import types
import warnings
from contextlib import contextmanager
from dataclasses import dataclass

import numpy as np

SECONDS = 3.0


class OutOfTime(BaseException):
    """Raised inside a learner's function that runs too long.

    A BaseException, so that a learner's own `except Exception` inside the loop does not swallow it.
    """


@dataclass(frozen=True)
class Run:
    """What a call gave: a value, or the error it raised."""

    value: object = None
    error: BaseException | None = None


def run(function, *args, seconds: float = SECONDS, **kwargs) -> Run:
    """Call `function` and return its value or its error; never raises.

    Only a stop asked for by the person at the keyboard (KeyboardInterrupt) gets through. The time limit works
    in the main thread of systems that have SIGALRM (Linux, macOS); elsewhere an endless loop needs the
    kernel's stop button. Warnings are silenced: a learner's overflow is reported by its result.
    """
    try:
        with _time_limit(seconds), np.errstate(all="ignore"), warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return Run(value=function(*args, **kwargs))
    except KeyboardInterrupt:
        raise
    except BaseException as error:  # SystemExit too: `exit()` in an answer must not end the kernel
        return Run(error=error)


@contextmanager
def _time_limit(seconds: float):
    possible = hasattr(signal, "setitimer") and threading.current_thread() is threading.main_thread()
    if not possible:
        yield
        return

    def stop(signum, frame):
        raise OutOfTime(seconds)

    before = signal.signal(signal.SIGALRM, stop)
    started = time.monotonic()
    # The alarm repeats: a bare `except:` in the learner's loop may catch the first one.
    waiting, repeat = signal.setitimer(signal.ITIMER_REAL, seconds, 0.2)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
        if waiting:  # somebody else's alarm (a test runner's) goes on where it was
            left = max(waiting - (time.monotonic() - started), 0.001)
            signal.setitimer(signal.ITIMER_REAL, left, repeat)


# A function whose body is `...`, `pass` or only a docstring compiles to these and nothing else.
_EMPTY_BODY = {"RESUME", "LOAD_CONST", "RETURN_CONST", "RETURN_VALUE", "NOP", "COPY_FREE_VARS"}


def is_placeholder(thing) -> bool:
    """True for what stands in the notebook before the learner has written anything."""
    if thing is None or thing is Ellipsis:
        return True
    if not isinstance(thing, types.FunctionType):
        return False
    code = thing.__code__
    if any(step.opname not in _EMPTY_BODY for step in dis.get_instructions(code)):
        return False
    # `return 3` has the same instructions: it is an attempt, `return None` is not.
    return all(constant is None or constant is Ellipsis for constant in _returned(code))


def _returned(code):
    loaded = None
    for step in dis.get_instructions(code):
        if step.opname == "LOAD_CONST":
            loaded = step.argval
        elif step.opname == "RETURN_CONST":
            yield step.argval
        elif step.opname == "RETURN_VALUE":
            yield loaded


def in_words(error: BaseException) -> str:
    """An exception in plain words, with Python's own message where it helps. Not escaped."""
    message = _message(error)
    if isinstance(error, OutOfTime):
        return "It was still running after a few seconds, so it was stopped. Does your loop ever end?"
    if isinstance(error, NameError):
        name = getattr(error, "name", None)
        return f"Python does not know the name {name!r}. Is it spelled as in the signature?" if name else message
    if isinstance(error, RecursionError):
        return "It calls itself without end. Which case stops it?"
    if isinstance(error, IndexError):
        return f"It reads a place that is not there. Count positions from 0. Python says: {message}"
    if isinstance(error, KeyError):
        return f"It looks up a key that is not in the table: {message}"
    if isinstance(error, ZeroDivisionError):
        return "It divides by zero. Which input makes the divisor 0?"
    if isinstance(error, ValueError) and _about_shapes(message):
        return f"Two shapes do not fit together. Write both side by side. Python says: {message}"
    if isinstance(error, TypeError) and "argument" in message:
        return f"The arguments do not fit the signature. Python says: {message}"
    if isinstance(error, SystemExit):
        return "It tried to end Python. Return the answer instead."
    return (
        f"It stopped with {type(error).__name__}: {message}" if message else f"It stopped with {type(error).__name__}."
    )


def _about_shapes(message: str) -> bool:
    return any(word in message for word in ("shape", "broadcast", "align", "dimension", "inhomogeneous"))


def _message(error: BaseException) -> str:
    try:
        text = " ".join(str(error).split())
    except Exception:  # an exception class of the learner's whose __str__ fails
        text = ""
    return text if len(text) <= 200 else text[:197] + "..."

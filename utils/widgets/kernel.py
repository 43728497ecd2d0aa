"""What a picture needs from the kernel that runs it: its loop, and how long its cell is shown."""

import signal
import threading
import weakref
from contextlib import contextmanager

from IPython import get_ipython

from utils.cards import VIEW

_of_cell: dict[str, weakref.WeakSet] = {}  # cell -> what it has made
_shown = set()  # keeps alive what stands on the page, though no variable holds it
_hooked = weakref.WeakSet()  # shells that tell us when a cell starts


def soon(callback) -> None:
    """Call back on the kernel's main thread when the message at hand is done; at once where no kernel runs.

    JupyterLab may deliver a widget's messages on a thread of their own; Matplotlib draws on one thread only, and
    a time limit works on the main thread only.
    """
    loop = getattr(_kernel(), "io_loop", None)
    if loop is None:
        callback()
    else:
        loop.add_callback(_interruptible, callback)  # safe from any thread


def later(callback, seconds: float) -> None:
    """Call back in a while; only from the kernel's main thread. At once where no kernel runs."""
    loop = getattr(_kernel(), "io_loop", None)
    if loop is None:
        callback()
    else:
        loop.call_later(seconds, _interruptible, callback)


def opened(plot) -> None:
    """Remember which cell has made a plot: `plot.close()` is called when the cell runs again."""
    shell = get_ipython()
    if shell is None:
        return
    if shell not in _hooked:
        shell.events.register("pre_run_cell", _close_earlier)
        _hooked.add(shell)
    if cell := _cell():
        _of_cell.setdefault(cell, weakref.WeakSet()).add(plot)


def shown(plot) -> None:
    """Keep a plot alive that stands on the page, until it is closed."""
    if _kernel() is not None:
        _shown.add(plot)


def closed(plot, model_id: str) -> None:
    """Let go of a plot, and of the still picture that IPython 9 and later keep of every output."""
    _shown.discard(plot)
    history = getattr(get_ipython(), "history_manager", None)
    for outputs in list(getattr(history, "outputs", {}).values()):
        for output in outputs:
            if output.bundle.get(VIEW, {}).get("model_id") == model_id:
                output.bundle.pop("image/png", None)


def _close_earlier(info=None):
    for plot in list(_of_cell.pop(_cell(), ())):
        plot.close()


def _kernel():
    return getattr(get_ipython(), "kernel", None)


def _cell() -> str | None:
    """The cell that runs: the id that the front end sends, else its code."""
    kernel = _kernel()
    request = kernel.get_parent() if kernel else {}
    return request.get("metadata", {}).get("cellId") or request.get("content", {}).get("code")


def _interruptible(callback):
    with _stop_button():
        callback()


@contextmanager
def _stop_button():
    """Between two messages the kernel ignores its stop button; while a picture is drawn it must work."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        yield
    except KeyboardInterrupt:
        pass  # the picture stays as it was
    finally:
        signal.signal(signal.SIGINT, before)

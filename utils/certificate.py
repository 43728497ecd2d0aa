"""The page at the end of day 30, to be printed from a browser: what was built, its floor, and what was checked."""

import base64
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from pathlib import Path

import numpy as np
from IPython.display import display

from utils.reply import NOTE, reply
from utils.style import heat_map, label_axes, new_figure, still

_PAGE = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>Thirty Days to Attention: {name}</title>
<style>
body {{ font: 16px/1.5 serif; color: #1a1a1a; background: white; max-width: 42em; margin: 3em auto; padding: 0 1em; }}
h1 {{ font-weight: normal; }} .name {{ font-size: 1.6em; border-bottom: 1px solid #767676; }}
img {{ max-width: 22em; }} footer {{ color: #595959; font-size: .85em; }}
@media print {{ body {{ margin: 0 auto; }} }}
</style></head><body>
<h1>Thirty Days to Attention</h1>
<p class="name">{name}</p>
<p>{sentence}</p>
<img alt="{alt}" src="data:image/png;base64,{picture}">
<ul>{checks}</ul>
<footer>This page was made on its owner's machine by the code that it describes. The training runs repeat with the seeds
{seeds}. It memorised four sentences: a test of the machine, not of language.</footer>
</body></html>
"""


@dataclass(frozen=True)
class Certificate:
    """A page about one finished machine; `save()` writes it. In a notebook it shows what the page will say.

    name      whose it is
    loss      the loss reached, in nats per event
    floor     the lowest honest loss, in nats per event
    seeds     of the training runs
    weights   (T, T) attention weights for the picture, rows add up to 1
    words     the T words of its rows and columns
    checks    what held, a sentence each
    """

    name: str
    loss: float
    floor: float
    seeds: tuple[int, ...]
    weights: np.ndarray
    words: tuple[str, ...]
    checks: tuple[str, ...]

    @property
    def sentence(self) -> str:
        return (
            "has built an attention layer in NumPy, derived its gradients by hand, and trained it to "
            f"{self.loss:.3f} nat per event. The lowest honest loss is {self.floor:.3f} nat, 8/23 bit."
        )

    def html(self) -> str:
        """The whole page; everything in it that was typed is escaped."""
        return _PAGE.format(
            name=escape(self.name),
            sentence=escape(self.sentence),
            alt=escape(self._alternative),
            picture=base64.b64encode(self._picture().png()).decode(),
            checks="".join(f"<li>{escape(check)}</li>" for check in self.checks),
            seeds=", ".join(map(str, self.seeds)),
        )

    def save(self, path: str | Path = "certificate.html") -> None:
        """Write the page, and say where; one sentence when it cannot be written."""
        target = Path(path).expanduser()
        try:
            target.write_text(self.html(), encoding="utf-8")
        except OSError as error:
            display(reply(NOTE, f"The page could not be written to {target}: {error.strerror}."))
            return
        display(reply(NOTE, f"The page is in {target}. Open it in a browser and print it."))

    @property
    def _alternative(self) -> str:
        return f"Attention weights of a trained head for: {' '.join(self.words)}"

    def _picture(self):
        figure = new_figure(4.4, 3.6)
        ax = figure.subplots()
        label_axes(ax, x="word that is looked at", y="word that asks")
        heat_map(ax, self.weights, self.words, self.words, decimals=1)
        return still(figure, self._alternative)

    def _repr_mimebundle_(self, include=None, exclude=None):
        lines = [self.sentence, *(f"– {check}" for check in self.checks), "certificate.save() writes the page."]
        return reply(NOTE, f"Certificate: {self.name}", lines)._repr_mimebundle_()


def certificate(name: str, loss: float, floor: float, seeds: Sequence[int], weights, words, checks) -> Certificate:
    """A Certificate from plain values. Raises ValueError when weights and words do not fit, or the loss is a leak."""
    weights = np.asarray(weights, dtype=float)
    if weights.shape != (len(words), len(words)):
        raise ValueError(f"{len(words)} words need weights of shape {(len(words),) * 2}; got {weights.shape}")
    if loss < floor - 1e-9:
        raise ValueError(f"a loss of {loss:.3f} nat is below the floor {floor:.3f} nat: the forward pass leaks")
    return Certificate(str(name), float(loss), float(floor), tuple(seeds), weights, tuple(words), tuple(checks))

"""What the course says to a learner, once as plain text and once as HTML."""

from dataclasses import dataclass
from html import escape

NOT_ATTEMPTED = "not attempted"
NOT_YET = "not yet"
SOLVED = "solved"
NOTE = "note"

# A word and a symbol each: the outcome must be readable without colour.
_SYMBOLS = {NOT_ATTEMPTED: "○", NOT_YET: "△", SOLVED: "✓", NOTE: "•"}
# The left edge repeats the outcome in a colour that is legible on a light and on a dark page.
_EDGES = {NOT_ATTEMPTED: "#888888", NOT_YET: "#d55e00", SOLVED: "#009e73", NOTE: "#0072b2"}


@dataclass(frozen=True)
class Reply:
    """One answer of the course: an outcome, its text, and the same text as HTML."""

    outcome: str
    plain: str
    html: str

    def __str__(self) -> str:
        return self.plain

    def _repr_mimebundle_(self, include=None, exclude=None):
        return {"text/plain": self.plain, "text/html": self.html}


def reply(outcome: str, title: str, paragraphs=(), table: str = "", link: tuple[str, str] | None = None) -> Reply:
    """Build a Reply from plain strings; everything is escaped on its way into HTML.

    title       what the reply is about, e.g. "13.e1 softmax(z, axis=-1)"
    paragraphs  strings in reading order; a string with line breaks is shown in fixed-width type
    table       ready HTML that repeats what a paragraph says in a richer form (the caller has escaped it)
    link        (text, address) of the place to read on
    """
    head = f"{_SYMBOLS[outcome]} {title}: {outcome}" if outcome != NOTE else f"{_SYMBOLS[outcome]} {title}"
    paragraphs = [text for text in paragraphs if text]
    plain = "\n".join([head, *paragraphs, *([": ".join(link)] if link else [])])
    body = "".join(_paragraph(text) for text in paragraphs)
    if link:
        text, address = link
        body += f'<p style="margin:.3em 0"><a href="{escape(address)}">{escape(text)}</a></p>'
    html = (
        f'<div role="status" style="border-left:4px solid {_EDGES[outcome]};padding:.2em .8em;margin:.3em 0">'
        f"<p style='margin:.3em 0'><strong>{escape(head)}</strong></p>{body}{table}</div>"
    )
    return Reply(outcome, plain, html)


def _paragraph(text: str) -> str:
    if "\n" in text:
        return f'<pre style="margin:.3em 0;white-space:pre-wrap">{escape(text)}</pre>'
    return f'<p style="margin:.3em 0">{escape(text)}</p>'

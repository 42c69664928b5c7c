"""The piece of an article's text that shows why it matched."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from monitor.notify.rendering import Line, Segment
from monitor.notify.text import ELLIPSIS, clean

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from monitor.core.article import Article, Span

LENGTH: Final = 160  # characters, about three lines on a phone
_LEAD: Final = 50  # how much to show before a match inside a long sentence
_SENTENCE_END: Final = re.compile(r"(?:[.!?。！？]['\"”’)\]]*\s+|\n\s*)")


def snippet(article: Article, spans: Sequence[Span]) -> Line:
    """The sentence around the first match in the summary or else the content, its matches marked.

    About 160 characters, cut between words. If only the title matched, the beginning of the summary. Empty if
    there is no text beyond the title.
    """
    for name in ("summary", "content"):
        here = [span for span in spans if span.field == name]
        if here:
            return _around(article.field(name), here)
    for text in (article.summary, article.content):
        if text.strip() and clean(text).strip() != clean(article.title).strip():
            return _around(text, [])
    return ()


def marked(text: str, start: int, end: int, spans: Iterable[Span]) -> Line:
    """The text from `start` to `end` as segments, matched words marked. Overlapping spans are joined."""
    line: list[Segment] = []
    at = start

    def add(upto: int, *, mark: bool) -> None:
        nonlocal at
        if upto > at:
            line.append(Segment(clean(text[at:upto]), mark=mark))
            at = upto

    for left, right in sorted((span.start, span.end) for span in spans):
        add(min(max(left, at), end), mark=False)
        add(min(right, end), mark=True)
    add(end, mark=False)
    return _trimmed(line)


def _trimmed(line: list[Segment]) -> Line:
    """Without spaces at the outer ends."""
    kept = list(line)
    for index, strip in ((0, str.lstrip), (-1, str.rstrip)):
        if kept:
            edge = kept[index]
            kept[index] = Segment(strip(edge.text), mark=edge.mark)
    return tuple(segment for segment in kept if segment.text)


def _around(text: str, spans: list[Span]) -> Line:
    first = min(((span.start, span.end) for span in spans), default=(0, 0))
    start, end = _sentence(text, *first)
    opening = closing = ""
    if first[1] - start > LENGTH or (end - start > LENGTH and first[0] - start > _LEAD):
        start, opening = _word_start(text, max(start, first[0] - _LEAD), first[0]), ELLIPSIS
    stop = max(first[1], min(len(text), start + LENGTH))
    if stop < len(text):
        stop, closing = _word_end(text, first[1], stop), ELLIPSIS
    line = marked(text, start, stop, spans)
    return (*_lone(opening), *line, *_lone(closing)) if line else ()


def _lone(text: str) -> Line:
    return (Segment(text),) if text else ()


def _sentence(text: str, start: int, end: int) -> tuple[int, int]:
    """The bounds of the sentence that holds this place."""
    left = 0
    for found in _SENTENCE_END.finditer(text):
        if found.end() <= start:
            left = found.end()
        elif found.start() >= end:
            return left, found.end()
    return left, len(text)


def _word_start(text: str, at: int, first: int) -> int:
    """The first beginning of a word at or after `at`, not beyond the match."""
    space = text.find(" ", at, first)
    return space + 1 if space >= 0 else at


def _word_end(text: str, last: int, at: int) -> int:
    """The last end of a word at or before `at`, not inside the match."""
    space = text.rfind(" ", last, at + 1)
    return space if space > 0 else at

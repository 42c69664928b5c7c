"""An alert as structure: titles, lines and marked segments, before any channel's own way of writing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Iterable

BULLET: Final = "• "
"""How a line of a list begins."""


@dataclass(frozen=True, slots=True)
class Segment:
    """A run of literal text.

    `mark` says that this is a matched word, `strong` that it belongs to a headline. `url` is "" or an http(s)
    address to open. `opens` is how many articles begin here: what a channel has no room for is counted by it.
    """

    text: str
    mark: bool = False
    strong: bool = False
    url: str = ""
    opens: int = 0


Line: TypeAlias = tuple[Segment, ...]
Paragraph: TypeAlias = tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Rendering:
    """A title of one line, at most 80 characters, and paragraphs of lines. No text holds a line break.

    `more` stands for `{count}` articles that did not fit, `cut_short` for other text that did not. `label` is ""
    unless the title is this label and then the first line, which a channel that shows both need not say twice.
    """

    title: str
    paragraphs: tuple[Paragraph, ...] = ()
    more: str = "… +{count}"
    label: str = ""
    cut_short: str = "…"


def articles_in(paragraphs: Iterable[Paragraph]) -> int:
    """How many articles these paragraphs tell of."""
    return sum(segment.opens for paragraph in paragraphs for line in paragraph for segment in line)

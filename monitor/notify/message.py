"""An alert as structure: titles, lines and marked segments, before any channel's own way of writing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, TypeAlias

BULLET: Final = "• "
"""How a line of a list begins."""


@dataclass(frozen=True, slots=True)
class Segment:
    """A run of literal text.

    `mark` says that this is a matched word, `strong` that it belongs to a headline. `url` is "" or an http(s)
    address to open.
    """

    text: str
    mark: bool = False
    strong: bool = False
    url: str = ""


Line: TypeAlias = tuple[Segment, ...]
Paragraph: TypeAlias = tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Message:
    """A title of one line, at most 80 characters, and paragraphs of lines. No text holds a line break.

    `more` stands for `{count}` paragraphs that did not fit. `label` is "" unless the title is this label and
    then the first line, which a channel that shows both need not say twice.
    """

    title: str
    paragraphs: tuple[Paragraph, ...] = ()
    more: str = "… +{count}"
    label: str = ""

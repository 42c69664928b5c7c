"""An alert as structure: a title and parts with marked words, before any channel's own way of writing."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING, TypeAlias

from monitor.notify.text import cut

if TYPE_CHECKING:
    from collections.abc import Iterable

    from monitor.pipeline.records import AlertContent


class Form(StrEnum):
    """What a part is: an article in full, one of a list, a heading over such a list, or prose."""

    STORY = "story"
    LISTED = "listed"
    HEADING = "heading"
    PROSE = "prose"


@dataclass(frozen=True, slots=True)
class Segment:
    """A run of literal text; `mark` says that this is a matched word."""

    text: str
    mark: bool = False


Line: TypeAlias = tuple[Segment, ...]


@dataclass(frozen=True, slots=True)
class Part:
    """A piece of an alert that is shown whole or not at all. No text holds a line break; what is not known is "".

    `url` is "" or an http(s) address to open. `before` stands before the title: the label of the alert, for a channel
    without a title of its own. `outlet` names the others too, `at` is when it was published, `quote` the sentence
    that matched, `watchlists` whose article it is. `updated` and `weak` are the words for that, if it is so. `text`
    is the whole of a heading, of prose, and of a line that stands for articles that are not listed. `opens` is how
    many articles this tells of: what a channel has no room for is counted by it.
    """

    form: Form
    title: Line = ()
    url: str = ""
    before: str = ""
    outlet: str = ""
    at: str = ""
    quote: Line = ()
    watchlists: str = ""
    updated: str = ""
    weak: str = ""
    text: Line = ()
    opens: int = 0


@dataclass(frozen=True, slots=True)
class Rendering:
    """A title of one line, at most 80 characters, and the parts below it.

    `more` stands for `{count}` articles that did not fit, `fewer` for the same where even that is too long,
    `cut_short` for other text that did not. `start` stands before the first headline where that takes the title's
    place. `label` is "" unless the title is this label and then the title of the first part, which a channel that
    shows both need not say twice. `content` is what was rendered, for channels that are read by programs. `story_url`
    is the page of its story in the dashboard, "" if there is none that people reach.
    """

    title: str
    parts: tuple[Part, ...] = ()
    more: str = "… +{count}"
    label: str = ""
    cut_short: str = "…"
    fewer: str = "… +{count}"
    start: str = ""
    watchlists_are: str = ""
    language: str = "ko"
    content: AlertContent | None = None
    story_url: str = ""


def plain(line: Line) -> str:
    """The text of a line without marks."""
    return "".join(segment.text for segment in line)


def articles_in(parts: Iterable[Part]) -> int:
    """How many articles these parts tell of."""
    return sum(part.opens for part in parts)


def below_title(rendering: Rendering) -> Rendering:
    """The rendering for a channel that shows the title above it: without the headline if that says it all."""
    if not rendering.label or rendering.title != f"{rendering.label} {plain(rendering.parts[0].title).strip()}":
        return rendering
    return replace(rendering, parts=(replace(rendering.parts[0], title=()), *rendering.parts[1:]))


def with_title(rendering: Rendering) -> Rendering:
    """The rendering for a channel without a title of its own: the label before the headline, else the title."""
    if not rendering.label:
        title = Part(Form.HEADING, text=(Segment(rendering.title, mark=True),))
        return replace(rendering, parts=(title, *rendering.parts))
    first = replace(rendering.parts[0], before=f"{rendering.label} ")
    return replace(rendering, parts=(first, *rendering.parts[1:]))


# --- less of it ---


def first_parts(rendering: Rendering, count: int) -> Rendering:
    """The first so many parts, and a last one that says how many articles are missing and where, or that text is."""
    left = rendering.parts[count:]
    if not left:
        return rendering
    articles = articles_in(left)
    said = rendering.more.replace("{count}", str(articles)) if articles else rendering.cut_short
    return replace(rendering, parts=(*rendering.parts[:count], Part(Form.PROSE, text=(Segment(said),))))


def squeezed(part: Part, room: int) -> Part:
    """A part whose texts take at most `room` characters each."""
    return replace(
        part,
        title=cut_line(part.title, room),
        text=cut_line(part.text, room),
        quote=cut_line(part.quote, room),
        watchlists=cut(part.watchlists, room),
        outlet=cut(part.outlet, room),
    )


def cut_line(line: Line, room: int) -> Line:
    """A line of at most `room` characters, cut at a word."""
    kept = []
    for segment in line:
        text = cut(segment.text, room)
        room -= len(text)
        if text:
            kept.append(replace(segment, text=text))
    return tuple(kept)

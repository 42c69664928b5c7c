"""What a template sees of an alert: texts that are safe to print in its kind of channel, and nothing that acts."""

from __future__ import annotations

import html
from dataclasses import dataclass, replace
from enum import StrEnum
from itertools import groupby
from typing import TYPE_CHECKING, Final
from urllib.parse import quote

from monitor.notify.rendering import Line, Segment, plain
from monitor.notify.text import defuse, defuse_url

if TYPE_CHECKING:
    from collections.abc import Callable

    from monitor.notify.rendering import Part, Rendering

_GLUE: Final = "\u200b"  # Slack sees bold only between word boundaries; a Korean particle follows without one
_BOLD, _PLAIN = "\x1b[1m", "\x1b[0m"


class Kind(StrEnum):
    """What is written; each has a built-in template `KIND.j2`."""

    TEXT = "text"
    HTML = "html"
    SLACK = "slack"
    MAIL_HTML = "mail.html"
    MAIL_TEXT = "mail.text"


@dataclass(frozen=True, slots=True)
class Dialect:
    """How a kind of channel writes marked words and links. `rich`: what is printed is escaped as in HTML."""

    rich: bool
    words: Callable[[Line], str]
    link: Callable[[Line, str], str]


class Words:
    """A text in which matched words are bold when it is printed; `plain` is the text alone."""

    __slots__ = ("_rich", "_written", "plain")

    def __init__(self, line: Line, written: str, *, rich: bool) -> None:
        self.plain = plain(line)
        self._written = written
        self._rich = rich

    def __html__(self) -> str:
        return self._written

    def __str__(self) -> str:
        return self.plain if self._rich else self._written

    def __bool__(self) -> bool:
        return bool(self.plain)


@dataclass(frozen=True, slots=True)
class PartView:
    """A part of an alert. `link` is the title linked to `url`; `about` is `outlet | at`.

    `articles` is how many it tells of. The rest is as in `rendering.Part`.
    """

    form: str
    title: Words
    link: Words
    url: str
    before: str
    about: str
    outlet: str
    at: str
    quote: Words
    watchlists: str
    updated: str
    weak: str
    text: Words
    articles: int


@dataclass(frozen=True, slots=True)
class AlertView:
    """An alert. `watchlists_are` is the word before the names of watchlists."""

    id: int
    title: str
    reason: str
    language: str
    watchlists_are: str
    parts: tuple[PartView, ...]


def view(rendering: Rendering, dialect: Dialect) -> AlertView:
    """A rendering as a template sees it."""
    content = rendering.content
    return AlertView(
        id=content.alert_id if content else 0,
        title=rendering.title,
        reason=content.reason.value if content else "",
        language=rendering.language,
        watchlists_are=rendering.watchlists_are,
        parts=tuple(_part(part, dialect) for part in rendering.parts),
    )


def _part(part: Part, dialect: Dialect) -> PartView:
    def words(line: Line) -> Words:
        return Words(line, dialect.words(line), rich=dialect.rich)

    linked = dialect.link(part.title, part.url) if part.url else dialect.words(part.title)
    return PartView(
        form=part.form.value,
        title=words(part.title),
        link=Words(part.title, linked, rich=dialect.rich),
        url=part.url,
        before=part.before,
        about=" | ".join(filter(None, (part.outlet, part.at))),
        outlet=part.outlet,
        at=part.at,
        quote=words(part.quote),
        watchlists=part.watchlists,
        updated=part.updated,
        weak=part.weak,
        text=words(part.text),
        articles=part.opens,
    )


# --- dialects ---


def _html_words(line: Line) -> str:
    return "".join(
        f"<b>{html.escape(plain(tuple(run)))}</b>" if mark else html.escape(plain(tuple(run)))
        for mark, run in groupby(line, key=_is_marked)
    )


def _html_link(line: Line, url: str) -> str:
    return f'<a href="{html.escape(url)}">{_html_words(line)}</a>'


def slack_escape(text: str) -> str:
    """Slack's three characters; it shows all other entities as they are."""
    return html.escape(text, quote=False)


def _slack_words(line: Line) -> str:
    return "".join(f"{_GLUE}*{slack_escape(s.text)}*{_GLUE}" if s.mark else slack_escape(s.text) for s in line)


def _slack_link(line: Line, url: str) -> str:
    """No bold inside: Slack shows none in a link, and stars around it make all of it bold."""
    address = slack_escape(quote(url, safe="%/:?#[]@!$&'()*+,;=~-._"))
    return f"<{address}|{slack_escape(plain(line))}>"


def _colour_words(line: Line) -> str:
    return "".join(f"{_BOLD}{s.text}{_PLAIN}" if s.mark else s.text for s in line)


def _text_link(line: Line, _url: str) -> str:
    return plain(line)


def _colour_link(line: Line, _url: str) -> str:
    return _colour_words(line)


def _is_marked(segment: Segment) -> bool:
    return segment.mark


IN_HTML: Final = Dialect(True, _html_words, _html_link)
IN_SLACK: Final = Dialect(True, _slack_words, _slack_link)
IN_TEXT: Final = Dialect(False, plain, _text_link)
IN_COLOUR: Final = Dialect(False, _colour_words, _colour_link)
DIALECTS: Final = {
    Kind.TEXT: IN_TEXT,
    Kind.HTML: IN_HTML,
    Kind.SLACK: IN_SLACK,
    Kind.MAIL_HTML: IN_HTML,
    Kind.MAIL_TEXT: IN_TEXT,
}


# --- chat services ---


def defused(rendering: Rendering) -> Rendering:
    """The rendering with texts in which a chat service reads no mention and no masked link."""
    return replace(
        rendering,
        title=defuse(rendering.title),
        start=defuse(rendering.start),
        parts=tuple(map(_defused, rendering.parts)),
    )


def _defused(part: Part) -> Part:
    def line(of: Line) -> Line:
        return tuple(replace(segment, text=defuse(segment.text)) for segment in of)

    return replace(
        part,
        title=line(part.title),
        url=defuse_url(part.url),
        before=defuse(part.before),
        outlet=defuse(part.outlet),
        quote=line(part.quote),
        watchlists=defuse(part.watchlists),
        text=line(part.text),
    )

"""How each kind of channel writes a rendering. Whatever a title holds, it stays literal text."""

from __future__ import annotations

import html
from bisect import bisect_right
from dataclasses import replace
from itertools import groupby
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote

from monitor.notify.rendering import BULLET, Line, Paragraph, Rendering, Segment, articles_in
from monitor.notify.text import cut, defuse, defuse_url

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

SLACK_SECTION: Final = 3000  # characters
SLACK_BLOCKS: Final = 50
_BOLD, _PLAIN = "\x1b[1m", "\x1b[0m"
_GLUE: Final = "\u200b"  # Slack sees bold only between word boundaries; a Korean particle follows without one


def plain(line: Line) -> str:
    """The text of a line without marks and addresses."""
    return "".join(segment.text for segment in line)


def _joined(written: list[str], newline: str) -> str:
    """Paragraphs with an empty line between them; the lines of a list stand close."""
    text = ""
    for paragraph in written:
        gap = "" if not text else newline if paragraph.startswith(BULLET) else newline * 2
        text += gap + paragraph
    return text


# --- plain text ---


def to_text(paragraphs: tuple[Paragraph, ...]) -> str:
    """Plain text; an address stands on its own line below its headline."""
    return _joined(["\n".join(_text_lines(paragraph)) for paragraph in paragraphs], "\n")


def below_title(rendering: Rendering) -> tuple[Paragraph, ...]:
    """The paragraphs for a channel that shows the title above them: without the headline if that says it all."""
    if not rendering.label or rendering.title != f"{rendering.label} {plain(rendering.paragraphs[0][0]).strip()}":
        return rendering.paragraphs
    first = rendering.paragraphs[0]
    url = first[0][0].url
    link = ((Segment(url, url=url),),) if url else ()
    return ((*first[1:], *link), *rendering.paragraphs[1:])


def defused(rendering: Rendering, paragraphs: tuple[Paragraph, ...]) -> Rendering:
    """The rendering with these paragraphs, in which a chat service reads no mention and no masked link."""
    safe = tuple(
        tuple(
            tuple(replace(segment, text=_defused_text(segment), url=defuse_url(segment.url)) for segment in line)
            for line in paragraph
        )
        for paragraph in paragraphs
    )
    return replace(rendering, title=defuse(rendering.title), paragraphs=safe)


def _defused_text(segment: Segment) -> str:
    """A bare address keeps its letters, for a break in it would lead elsewhere."""
    return defuse_url(segment.text) if segment.text == segment.url else defuse(segment.text)


def with_title(rendering: Rendering) -> tuple[Paragraph, ...]:
    """The paragraphs for a channel without a title of its own: the label before the headline, else the title."""
    if not rendering.label:
        return (((Segment(rendering.title, mark=True),),), *rendering.paragraphs)
    first = rendering.paragraphs[0]
    headline = (Segment(f"{rendering.label} "), *first[0])
    return ((headline, *first[1:]), *rendering.paragraphs[1:])


def to_console(rendering: Rendering, *, colour: bool) -> str:
    """The title and the paragraphs, with matched words in bold if `colour`."""
    write = _in_colour if colour else _plainly
    lines = [line for paragraph in with_title(rendering) for line in _text_lines(paragraph, write)]
    return "\n  ".join(lines) + "\n"


def _plainly(segment: Segment) -> str:
    return segment.text


def _in_colour(segment: Segment) -> str:
    return f"{_BOLD}{segment.text}{_PLAIN}" if segment.mark else segment.text


def _text_lines(paragraph: Paragraph, write: Callable[[Segment], str] = _plainly) -> list[str]:
    """Every line, and below it the addresses it links to."""
    written = []
    for line in paragraph:
        text = "".join(map(write, line))
        urls = dict.fromkeys(segment.url for segment in line if segment.url)
        written += [text, *(url for url in urls if url != text)]
    return written


# --- HTML ---


def to_html(paragraphs: tuple[Paragraph, ...]) -> str:
    """HTML with `<b>`, `<a>` and `<br>` only: mail programs and Telegram know them all."""
    return _joined(["<br>\n".join(map(_html_line, paragraph)) for paragraph in paragraphs], "<br>\n")


def _html_line(line: Line) -> str:
    written = []
    for url, run in groupby(line, key=lambda segment: segment.url):
        inner = "".join(f"<b>{html.escape(s.text)}</b>" if s.mark else html.escape(s.text) for s in run)
        written.append(f'<a href="{html.escape(url)}">{inner}</a>' if url else inner)
    return "".join(written)


# --- Slack ---


def to_slack(rendering: Rendering) -> dict[str, Any]:
    """A body for Slack: a section a paragraph, and `text` for the notification on the screen.

    The lines of a list share sections. Sections hold 3,000 characters, a message 50 of them.
    """
    sections: list[str] = []
    left: list[Paragraph] = []
    for paragraph in rendering.paragraphs:
        text = _section_text(paragraph)
        joined = f"{sections[-1]}\n{text}" if sections and text.startswith(BULLET) else ""
        if joined and len(joined) <= SLACK_SECTION:
            sections[-1] = joined
        elif len(sections) < SLACK_BLOCKS - 1:
            sections.append(text)
        else:
            left.append(paragraph)
    if left:
        sections.append(_slack_escape(left_out(rendering, left)))
    blocks = [{"type": "section", "text": {"type": "mrkdwn", "text": s, "verbatim": True}} for s in sections if s]
    return {"text": _slack_escape(rendering.title), "blocks": blocks, "unfurl_links": False, "unfurl_media": False}


def _section_text(paragraph: Paragraph) -> str:
    lines = list(paragraph)
    text = "\n".join(map(_slack_line, lines))
    while len(text) > SLACK_SECTION and len(lines) > 1:
        lines.pop()
        text = "\n".join([*map(_slack_line, lines), "…"])
    if len(text) > SLACK_SECTION:
        return _slack_escape(cut(plain(lines[0]), SLACK_SECTION // 5))  # an escaped character takes up to five
    return text


def _slack_line(line: Line) -> str:
    return "".join(_slack_run(list(run), url, strong) for (url, strong), run in groupby(line, key=_slack_key))


def _slack_key(segment: Segment) -> tuple[str, bool]:
    return segment.url, segment.strong


def _slack_run(run: list[Segment], url: str, strong: bool) -> str:  # noqa: FBT001 - a grouping key
    """A headline is one bold link, for bold does not nest; elsewhere the matched words are bold."""
    if strong or url:
        text = _slack_escape(plain(tuple(run)))
        linked = f"<{_slack_url(url)}|{text}>" if url else text
        return f"*{linked}*" if strong else linked
    return "".join(f"{_GLUE}*{_slack_escape(s.text)}*{_GLUE}" if s.mark else _slack_escape(s.text) for s in run)


def _slack_escape(text: str) -> str:
    return html.escape(text, quote=False)


def _slack_url(url: str) -> str:
    return _slack_escape(quote(url, safe="%/:?#[]@!$&'()*+,;=~-._"))


# --- length ---


def left_out(rendering: Rendering, paragraphs: Sequence[Paragraph]) -> str:
    """The last line of what was cut: how many articles are missing and where they are, or that text is."""
    count = articles_in(paragraphs)
    return rendering.more.replace("{count}", str(count)) if count else rendering.cut_short


def fit(rendering: Rendering, write: Callable[[tuple[Paragraph, ...]], str], limit: int) -> str:
    """The rendering written within `limit` characters: whole paragraphs first, then cut at a word.

    The articles left out are counted in a last line.
    """
    paragraphs = rendering.paragraphs
    text = write(paragraphs)
    if len(text) <= limit:
        return text

    def note(kept: int) -> tuple[Paragraph, ...]:
        left = paragraphs[kept:]
        return (((Segment(left_out(rendering, left)),),),) if left else ()

    def shortened(kept: int) -> str:
        return write((*paragraphs[:kept], *note(kept)))

    kept = bisect_right(range(1, len(paragraphs)), limit, key=lambda count: len(shortened(count)))
    if kept:
        return shortened(kept)
    return _fit_first(paragraphs[0], note(1), write, limit)


def _fit_first(
    paragraph: Paragraph, rest: tuple[Paragraph, ...], write: Callable[[tuple[Paragraph, ...]], str], limit: int
) -> str:
    """The first paragraph, its texts halved until they fit; the last lines go first, addresses last of all."""
    for size in (limit, limit // 2, limit // 4, limit // 8):
        cut_lines = tuple(_cut_line(line, size) for line in paragraph)
        for kept in range(len(cut_lines), 0, -1):
            text = write((cut_lines[:kept], *rest))
            if len(text) <= limit:
                return text
    bare = Segment(cut(plain(paragraph[0]), max(limit // 6, 1)))
    return write((((bare,),),))


def _cut_line(line: Line, room: int) -> Line:
    kept = []
    for segment in line:
        text = cut(segment.text, room)
        room -= len(text)
        if text:
            kept.append(replace(segment, text=text))
    return tuple(kept)

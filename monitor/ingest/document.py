"""Is this a feed at all, and the repairs that let the strict XML parser read it."""

from __future__ import annotations

import html.entities
import re
from dataclasses import dataclass
from typing import Final

from monitor.core.errors import FetchError, FetchFailure

_LOOK_AHEAD: Final = 65_536
_ROOT: Final = re.compile(r"<((?:[A-Za-z_][\w.-]{0,30}:)?(?:rss|rdf|feed))(?=[\s>/])", re.IGNORECASE)
_HTML: Final = re.compile(r"<(?:!doctype\s+html|html|head|body)\b", re.IGNORECASE)
_ENTRY_END: Final = re.compile(r"</(?:[\w.-]{1,30}:)?(?:item|entry)\s*>")
_CDATA: Final = re.compile(r"(<!\[CDATA\[.*?\]\]>)", re.DOTALL)
_STRAY: Final = re.compile(
    r"&(?!(?:amp|lt|gt|quot|apos|#\d{1,7}|#[xX][0-9a-fA-F]{1,6});)([A-Za-z][A-Za-z0-9]{0,31};)?"
)
_REFERENCE: Final = re.compile(r"&#(?:(\d{1,7})|[xX]([0-9a-fA-F]{1,6}));")
_XML_CHARACTERS: Final = (
    range(0x20, 0xD800),
    range(0xE000, 0xFFFE),
    range(0x10000, 0x110000),
    range(0x9, 0xB),
    range(0xD, 0xE),
)
_XML_ESCAPES: Final = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;"})


@dataclass(frozen=True, slots=True)
class Document:
    """XML from the root element to its end.

    `complete` is false if it arrived cut off; then its last, half entry is gone and the open elements are closed.
    With `shortened`, entries in its middle are gone, as there were too many.
    """

    xml: str
    complete: bool
    shortened: bool = False


def document(text: str, max_entries: int) -> Document:
    """Find the feed in a decoded body, cut it to `max_entries`, and mend stray ampersands and unknown entities.

    Of too many entries those at both ends are kept: some feeds have the newest last.
    What stands before the root goes, and with it every DTD: an entity declared there stays a dead word.

    Raises:
        FetchError: NOT_A_FEED if there is no root element of a feed; EMPTY if it was cut off before the first entry.
    """
    start, root = _root(text)
    end = text.rfind(f"</{root}")
    complete = end > start
    text = text[start:end] if complete else text[start:]
    too_many = text.count("</item") + text.count("</entry") > max_entries
    if too_many or not complete:
        text = _whole_entries(text, max_entries)
        if root.lower().endswith("rss"):
            text += "</channel>"
    return Document(_mended(f"{text}</{root}>"), complete, too_many)


def _root(text: str) -> tuple[int, str]:
    seen = 0
    while True:
        root = _ROOT.search(text, seen, seen + _LOOK_AHEAD)
        comment = text.find("<!--", seen, root.start()) if root else -1
        if not root or _HTML.search(text, seen, comment if comment >= 0 else root.start()):
            raise FetchError(FetchFailure.NOT_A_FEED, _first_tag(text))
        if comment < 0:
            return root.start(), root[1]
        end = text.find("-->", comment)
        if end < 0:
            raise FetchError(FetchFailure.NOT_A_FEED, "a comment without end")
        seen = end + len("-->")


def _first_tag(text: str) -> str:
    found = re.search(r"<!?\w{1,20}", text[:_LOOK_AHEAD])
    return found[0].lstrip("<!").lower() if found else "no markup"


def _whole_entries(text: str, max_entries: int) -> str:
    """The text up to the end of its last whole entry; of too many, those at both ends: either can be the newest."""
    ends = [end.end() for end in _ENTRY_END.finditer(text)]
    if not ends:
        raise FetchError(FetchFailure.EMPTY, "cut off before the first entry")
    if len(ends) <= max_entries:
        return text[: ends[-1]]
    last = max_entries // 2
    return text[: ends[max_entries - last - 1]] + (text[ends[-last - 1] : ends[-1]] if last else "")


def _mended(text: str) -> str:
    if "&" not in text:
        return text
    parts = _CDATA.split(text)
    parts[::2] = [_REFERENCE.sub(_legal, _STRAY.sub(_known, part)) for part in parts[::2]]
    return "".join(parts)


def _known(found: re.Match[str]) -> str:
    """An HTML entity by what it means, anything else as the ampersand it is."""
    name = found[1] or ""
    meaning = html.entities.html5.get(name, "")
    return meaning.translate(_XML_ESCAPES) if meaning else f"&amp;{name}"


def _legal(found: re.Match[str]) -> str:
    code = int(found[1]) if found[1] else int(found[2], 16)
    return found[0] if any(code in codes for codes in _XML_CHARACTERS) else ""

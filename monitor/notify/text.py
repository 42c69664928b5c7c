"""Cleaning and cutting text for alerts."""

from __future__ import annotations

import re
import unicodedata
from typing import Final
from urllib.parse import urlsplit

ELLIPSIS: Final = "…"
_WORD_SLACK: Final = 24  # how far back to look for a space before cutting inside a word
_SPACES: Final = re.compile(r"\s+")
_INVISIBLE: Final = {"Cc", "Cs", "Zl", "Zp"}
_MENTION: Final = re.compile(r"(?<![0-9A-Za-z_])@(?=\w)|@(?=[*_])")  # Zulip reads @**all** and @_**all**
_BIDI: Final = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


def clean(text: str) -> str:
    """One line of text: controls, line breaks and direction overrides become spaces, runs of spaces one."""
    plain = "".join(" " if unicodedata.category(c) in _INVISIBLE or c in _BIDI else c for c in text)
    return _SPACES.sub(" ", plain)


def cut(text: str, limit: int) -> str:
    """At most `limit` characters, cut after a word where one is near, with an ellipsis if something was lost."""
    if len(text) <= limit:
        return text
    if limit <= 0:
        return ""
    room = limit - len(ELLIPSIS)
    space = text.rfind(" ", max(0, room - _WORD_SLACK), room + 1)
    return text[: space if space > 0 else room].rstrip() + ELLIPSIS


def safe_url(url: str) -> str:
    """The address if it may be opened (http or https, with a host, no spaces or controls), else ""."""
    if any(c.isspace() or unicodedata.category(c) in _INVISIBLE for c in url):
        return ""
    try:
        parts = urlsplit(url)
    except ValueError:
        return ""
    return url if parts.scheme.lower() in {"http", "https"} and parts.netloc else ""


def defuse_url(url: str) -> str:
    """The same address, with what a chat service could read as a mention or a masked link percent-encoded."""
    url = _MENTION.sub("%40", url)
    return url.replace("<", "%3C").replace(">", "%3E").replace("](", "%5D(")


def defuse(text: str) -> str:
    """The same for the eye, but no chat service reads a mention or a masked link in it."""
    text = _MENTION.sub("@\u200b", text)
    text = text.replace("<", "<\u200b")  # each: Mattermost makes a link even of `< address|words>`
    text = text.replace("](", "]\u200b(")
    return text + "\u200b" if text.endswith(("@", "]")) else text  # a marked word may follow

"""Keeping the secrets of channel addresses out of every log record.

Apprise logs a mistyped address at ERROR, urllib3 the path of every request at DEBUG. A filter on a logger does
not see what its children log, so records are cleaned where they are made, whichever logger and level they are
for, together with the traceback they carry.
"""

from __future__ import annotations

import logging
import re
import threading
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import parse_qsl, quote, unquote, urlsplit

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

MASK: Final = "****"
_SHORTEST: Final = 6  # characters; anything shorter would mask ordinary words and hides little
_SHORTEST_PASSWORD: Final = 4
_OPEN_KEYS: Final = frozenset({
    "avatar", "cc", "bcc", "to", "from", "name", "smtp", "mode", "format", "overflow", "verify", "cto", "rto",
    "method", "reply", "image", "footer", "priority", "tags", "retry", "wait", "redirect", "lang",
})  # fmt: skip
_OPEN_WORDS: Final = frozenset({
    "services", "workflows", "triggers", "webhook", "webhooks", "hooks.slack.com", "localhost", "discord.com",
    "https", "message", "messages", "incoming",
})  # fmt: skip
_PARTS: Final = re.compile(r"[/:@?&=#,;\s|]+")
_AUTHORITY_END: Final = re.compile(r"[/?#]")
_MAIL: Final = re.compile(r"[^\s@/:?]+@[^\s@/:?]+\.[^\s@/:?]+")


def secrets_of(url: str) -> frozenset[str]:
    """The pieces of a channel's address that nobody may read, as written and as unquoted.

    Everything counts as secret except the scheme, host names with a dot, values of harmless options, the user of
    a mail address, and mail addresses. An address that cannot be parsed is secret piece by piece.
    """
    pieces = _pieces(url)
    pieces |= {unquote(piece) for piece in pieces} | {quote(unquote(piece), safe="") for piece in pieces}
    secret = {p for p in pieces if len(p) >= _SHORTEST and p.lower() not in _OPEN_WORDS and not _open(p)}
    secret |= {word for word in _password(url) if len(word) >= _SHORTEST_PASSWORD}
    return frozenset(secret | {url}) if secret else frozenset()


def _password(url: str) -> set[str]:
    """What stands between the first colon and the last @ before the path, as written and as unquoted."""
    user, at, _ = _AUTHORITY_END.split(url.partition("://")[2], maxsplit=1)[0].rpartition("@")
    password = user.partition(":")[2] if at else ""
    return {password, unquote(password)}


def _open(piece: str) -> bool:
    """Whether this is a mail address and nothing more."""
    return _MAIL.fullmatch(unquote(piece)) is not None


def _pieces(url: str) -> set[str]:
    scheme, _, rest = url.partition("://")
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return set(_PARTS.split(rest or scheme))
    if not parts.scheme or not parts.netloc:
        return set(_PARTS.split(rest or scheme))
    host = parts.netloc.rpartition("@")[2].removesuffix(f":{port}")
    pieces = {parts.path.strip("/"), *parts.path.split("/"), *_PARTS.split(parts.fragment)}
    if "." not in host:
        pieces |= {host, *_PARTS.split(host)}
    if not scheme.lower().startswith("mailto"):
        pieces.add(parts.username or "")
    values = [value for key, value in parse_qsl(parts.query) if key.lower() not in _OPEN_KEYS]
    return pieces | {piece for value in values for piece in (value, *value.split())}


def masked(shown: str, url: str) -> str:
    """What a service shows of its address, without options and without the secret pieces of the whole `url`."""
    shown = shown.partition("?")[0]
    pieces = {piece for piece in secrets_of(url) if "/" not in piece and piece not in SECRETS.public}
    for piece in sorted(pieces, key=len, reverse=True):
        shown = shown.replace(piece, MASK)
    return unquote(shown)


def hide_password(url: str) -> None:
    """Keep the password of an address that is no channel (a proxy, a database) out of every log."""
    try:
        password = urlsplit(url).password or ""
    except ValueError:
        return
    SECRETS.add({password, unquote(password)} - {""})


def hide_headers(headers: Iterable[tuple[str, str]]) -> None:
    """Keep the values of request headers, whole and without the scheme before them, out of every log."""
    for _, value in headers:
        SECRETS.add(word for word in (value, value.rpartition(" ")[2]) if len(word) >= _SHORTEST)


class Redactor:
    """Replaces known secrets by `****`. Safe between threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._secrets: frozenset[str] = frozenset()
        self._public: frozenset[str] = frozenset()
        self._pattern: re.Pattern[str] | None = None

    def add(self, secrets: Iterable[str]) -> None:
        """Never show these again. What was added stays, for an old address can still be on its way to a log."""
        with self._lock:
            self._secrets |= frozenset(secrets)
            self._compile()

    def allow(self, public: Iterable[str]) -> None:
        """These are names that people need to read, such as rooms, though they stand in a secret address."""
        with self._lock:
            self._public |= frozenset(public)
            self._compile()

    @property
    def public(self) -> frozenset[str]:
        """What was allowed."""
        return self._public

    def _compile(self) -> None:
        longest_first = sorted(self._secrets - self._public, key=lambda secret: (-len(secret), secret))
        self._pattern = re.compile("|".join(map(re.escape, longest_first))) if longest_first else None

    def clean(self, text: str) -> str:
        """The text without secrets."""
        return self._pattern.sub(MASK, text) if self._pattern else text


SECRETS: Final = Redactor()
"""The secrets of this program."""


def protect_logs() -> None:
    """From now on no log record of this program holds a secret of `SECRETS`. Repeating is harmless."""
    make = logging.getLogRecordFactory()
    if not isinstance(make, _CleanRecords):
        logging.setLogRecordFactory(_CleanRecords(make))


class _CleanRecords:
    """A factory of log records that cleans what another makes."""

    def __init__(self, make: Callable[..., logging.LogRecord]) -> None:
        self._make = make

    def __call__(self, *args: Any, **kwargs: Any) -> logging.LogRecord:
        record = self._make(*args, **kwargs)
        text, readable = _text_of(record)
        cleaned = SECRETS.clean(text)
        if cleaned != text or not readable:
            record.msg, record.args = cleaned, None
        if record.exc_info and record.exc_info[0] is not None:
            trace = logging.Formatter().formatException(record.exc_info)
            if (cleaned := SECRETS.clean(trace)) != trace:
                record.exc_text, record.exc_info = cleaned, None
        return record


def _text_of(record: logging.LogRecord) -> tuple[str, bool]:
    """The text of a record, and whether it could be made: a log line must never stop the program."""
    try:
        return record.getMessage(), True
    except Exception:  # noqa: BLE001 - whatever the arguments' own code raises
        return f"{record.msg!s} (its arguments could not be written)", False

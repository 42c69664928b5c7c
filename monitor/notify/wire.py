"""What the network answered to the sends of this thread.

Apprise tells only yes or no. Whether trying again can help, and when, stands in the HTTP status, the SMTP reply
or the kind of the network fault. `watch` records them: every request that `requests` sends and every reply that
`smtplib` reads inside its block, in this thread only.
"""

from __future__ import annotations

import json
import smtplib
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Final

import requests
import urllib3

from monitor.notify.text import clean, cut

if TYPE_CHECKING:
    from collections.abc import Iterator

TAKEN: Final = range(200, 300)
"""The HTTP statuses by which a service takes an alert. A redirect is none of them, and is not followed."""

_SMTP_GO_AHEAD: Final = 354
_SMTP_LOST: Final = 0  # the connection broke before a reply
_LONGEST_WAIT_S: Final = 86_400.0
_NOT_SENT: Final = (
    urllib3.exceptions.NewConnectionError,
    urllib3.exceptions.NameResolutionError,
    urllib3.exceptions.ProxyError,
)
_FAULTS: Final[tuple[tuple[type[Exception] | tuple[type[Exception], ...], str, bool], ...]] = (
    (requests.exceptions.SSLError, "TLS failed", False),
    (requests.ConnectTimeout, "cannot connect in time", False),
    (requests.ReadTimeout, "no answer in time", True),
    (requests.ConnectionError, "connection broken", True),
    (
        (requests.exceptions.ChunkedEncodingError, requests.exceptions.ContentDecodingError),
        "answer broken off",
        True,
    ),
)


@dataclass(slots=True)
class Wire:
    """What was seen. `statuses` are HTTP statuses in order; `replies` SMTP codes and texts, 0 for a lost connection.

    `said` is the short plain text of the last HTTP refusal. `fault` names a network fault, `maybe_sent` says that
    the request had left when it happened.
    """

    statuses: list[int] = field(default_factory=list)
    said: str = ""
    replies: list[tuple[int, str]] = field(default_factory=list)
    retry_after_s: float | None = None
    fault: str = ""
    maybe_sent: bool = False


_watched: ContextVar[Wire | None] = ContextVar("watched", default=None)


@contextmanager
def watch(wire: Wire) -> Iterator[Wire]:
    """Record into `wire` what this thread's sends are answered, until the block ends."""
    _install()
    token = _watched.set(wire)
    try:
        yield wire
    finally:
        _watched.reset(token)


_requests_request: Final = requests.Session.request
_smtp_getreply: Final = smtplib.SMTP.getreply


def _install() -> None:
    """Hook the one place each library sends through; outside of `watch` nothing changes. Repeating is harmless."""
    requests.Session.request = _request  # type: ignore[assignment,method-assign] # mypy sees no methods in functions
    smtplib.SMTP.getreply = _getreply  # type: ignore[assignment,method-assign] # the same


def _request(session: requests.Session, *args: Any, **kwargs: Any) -> requests.Response:
    wire = _watched.get()
    if wire is None:
        return _requests_request(session, *args, **kwargs)
    kwargs["allow_redirects"] = False  # a secret in the address must not travel on
    try:
        response = _requests_request(session, *args, **kwargs)
    except requests.RequestException as error:
        wire.fault, wire.maybe_sent = _network_fault(error)
        raise
    wire.statuses.append(response.status_code)
    if not response.ok:
        wire.retry_after_s = _retry_after_s(response, datetime.now(UTC))
        wire.said = _short_text(response.content)
    return response


def _getreply(connection: smtplib.SMTP) -> tuple[int, bytes]:
    wire = _watched.get()
    try:
        code, text = _smtp_getreply(connection)
    except (OSError, smtplib.SMTPException):
        if wire is not None:
            wire.replies.append((_SMTP_LOST, ""))
        raise
    if wire is not None:
        wire.replies.append((code, text.decode("utf-8", "replace")))
    return code, text


def _short_text(body: bytes) -> str:
    """What a service says in one plain line, such as Slack's `no_service`; "" for pages and long answers."""
    text = clean(body[: _DETAIL + 1].decode("utf-8", "replace")).strip()
    return text if len(text) <= _DETAIL and text.isprintable() and not text.startswith(("<", "{", "[")) else ""


def _network_fault(error: requests.RequestException) -> tuple[str, bool]:
    """A name for people, and whether the request may have arrived."""
    cause = error.args[0] if error.args else None
    if isinstance(getattr(cause, "reason", cause), _NOT_SENT):
        return "cannot connect", False
    for kinds, name, maybe_sent in _FAULTS:
        if isinstance(error, kinds):
            return name, maybe_sent
    return "request refused: bad address", False


def _retry_after_s(response: requests.Response, now: datetime) -> float | None:
    """The wait that was asked for, as seconds: a number or date in the header, or Telegram's and Discord's body."""
    wait_s = _header_wait_s(response.headers.get("Retry-After", ""), now)
    if wait_s is None and response.status_code == HTTPStatus.TOO_MANY_REQUESTS:
        wait_s = _body_wait_s(response.content)
    return None if wait_s is None else min(max(wait_s, 0.0), _LONGEST_WAIT_S)


def _header_wait_s(value: str, now: datetime) -> float | None:
    value = value.strip()
    if value.isascii() and value.replace(".", "", 1).isdigit():
        return float(value)
    try:
        at = parsedate_to_datetime(value)
    except ValueError:
        return None
    return (at.replace(tzinfo=at.tzinfo or UTC) - now).total_seconds()


def _body_wait_s(content: bytes) -> float | None:
    try:
        body = json.loads(content)
    except ValueError:
        return None
    if not isinstance(body, dict):
        return None
    inner = body.get("parameters")
    wait = body.get("retry_after") or (inner.get("retry_after") if isinstance(inner, dict) else None)
    return float(wait) if isinstance(wait, (int, float)) else None


# --- judging ---

_HTTP_TEMPORARY: Final = frozenset({408, 409, 421, 423, 425, 429})
_HTTP_MOVED: Final = frozenset({301, 308})
_CLIENT_ERRORS: Final = range(400, 500)
_SMTP_REFUSED_FOR_EVER: Final = range(500, 600)
_SMTP_REFUSED: Final = range(400, 600)
_HTTP_REFUSED_FROM: Final = 300
_DETAIL: Final = 100  # characters of what a server says


@dataclass(frozen=True, slots=True)
class Verdict:
    """Why a send failed, for people, and what that means for trying again."""

    reason: str
    permanent: bool = False
    ambiguous: bool = False
    retry_after_s: float | None = None


def judge(wire: Wire, otherwise: str) -> Verdict:
    """Why a send failed, from what was seen; `otherwise` is the reason if nothing was."""
    if wire.fault:
        bad = wire.fault.startswith("request refused")
        return Verdict(wire.fault, permanent=bad, ambiguous=wire.maybe_sent)
    refused = [status for status in wire.statuses if status >= _HTTP_REFUSED_FROM]
    if refused:
        return _judge_http(refused[-1], wire)
    if wire.replies:
        return _judge_smtp(wire.replies)
    return Verdict(otherwise)


def _judge_http(status: int, wire: Wire) -> Verdict:
    permanent = status in _HTTP_MOVED or (status in _CLIENT_ERRORS and status not in _HTTP_TEMPORARY)
    try:
        phrase = f" {HTTPStatus(status).phrase}"
    except ValueError:
        phrase = ""
    said = f": {wire.said}" if wire.said else ""
    return Verdict(f"HTTP {status}{phrase}{said}", permanent=permanent, retry_after_s=wire.retry_after_s)


def _judge_smtp(replies: list[tuple[int, str]]) -> Verdict:
    """The last refusal counts, except that a connection lost after the text was handed over leaves it open."""
    codes = [code for code, _ in replies]
    if _SMTP_LOST in codes and _SMTP_GO_AHEAD in codes[: codes.index(_SMTP_LOST)][-1:]:
        return Verdict("SMTP: no reply after the text was sent", ambiguous=True)
    refusals = [(code, text) for code, text in replies if code in _SMTP_REFUSED]
    if not refusals:
        return Verdict("SMTP: connection failed")
    code, text = refusals[-1]
    return Verdict(cut(clean(f"SMTP {code} {text}").strip(), _DETAIL), permanent=code in _SMTP_REFUSED_FOR_EVER)

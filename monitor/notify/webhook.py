"""`webhook://` and `webhooks://`: an alert as a versioned JSON document, for programs; signed if it has a secret.

The document is described by `schemas/alert-v1.json`. The signature is that of Standard Webhooks
(https://www.standardwebhooks.com): `webhook-id` is the same at every try, so that a receiver can drop a repetition.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import json
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime
from importlib.metadata import version
from importlib.resources import files
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import unquote, urlsplit

import requests

from monitor.notify.addresses import ChannelAddressError
from monitor.notify.redact import masked
from monitor.notify.wire import TAKEN

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from monitor.notify.rendering import Rendering
    from monitor.pipeline.records import AlertContent, HitView

VERSION: Final = 1
"""Of the document. Keys may be added to a version; none is taken away or changes its meaning."""

LONGEST_BYTES: Final = 1_000_000
SCHEMES: Final = {"webhook": "http", "webhooks": "https"}
_PREFIX: Final = "whsec_"
_SHORTEST_KEY_BYTES: Final = 24  # as Standard Webhooks asks for
_SECRET: Final = "secret="  # noqa: S105 - the name of an option
_AGENT: Final = f"korean-news-monitor/{version('korean-news-monitor')}"


@dataclass(frozen=True, slots=True)
class WebhookChannel:
    """One address. `key` signs what is sent, if it is not empty."""

    _url: str = field(repr=False)
    _key: bytes = field(repr=False)
    _connect_s: float
    _read_s: float
    _now_s: Callable[[], float] = time.time

    @property
    def recipients(self) -> tuple[str, ...]:
        """The program behind the address."""
        return ("",)

    @property
    def description(self) -> str:
        """The address for people."""
        return masked(self._url, self._url)

    def deliver(self, recipient: str, rendering: Rendering) -> bool:  # noqa: ARG002 - one kind of channel among others
        """Send; whether it was taken, which any 2xx says."""
        content = rendering.content
        if content is None:
            return False
        body = document(content, rendering.title)
        response = requests.post(
            self._url,
            data=body,
            headers=self._headers(content, body),
            timeout=(self._connect_s, self._read_s),
            allow_redirects=False,
        )
        return response.status_code in TAKEN

    def _headers(self, content: AlertContent, body: bytes) -> dict[str, str]:
        number = f"alert-{content.alert_id}-{int(content.created_at.timestamp())}"
        at = str(int(self._now_s()))
        headers = {
            "Content-Type": "application/json",
            "User-Agent": _AGENT,
            "webhook-id": number,
            "webhook-timestamp": at,
        }
        if self._key:
            headers["webhook-signature"] = sign(self._key, number, at, body)
        return headers


def sign(key: bytes, number: str, at: str, body: bytes) -> str:
    """The signature of a body sent under this id and time (Unix seconds)."""
    made = hmac.new(key, f"{number}.{at}.".encode() + body, hashlib.sha256).digest()
    return "v1," + base64.b64encode(made).decode()


def open_webhook(url: str, connect_s: float, read_s: float) -> WebhookChannel | None:
    """The channel of a `webhook(s)://` address, or None if it is none.

    Raises:
        ChannelAddressError: the address has no host, or a secret that is none.
    """
    scheme, _, rest = url.partition("://")
    protocol = SCHEMES.get(scheme.lower())
    if protocol is None:
        return None
    address, _, query = rest.partition("?")
    options = query.split("&") if query else []
    secrets = [one.removeprefix(_SECRET) for one in options if one.startswith(_SECRET)]
    kept = "&".join(one for one in options if not one.startswith(_SECRET))
    address = f"{protocol}://{address}" + (f"?{kept}" if kept else "")
    if not _has_host(address):
        raise ChannelAddressError(f"the address of service {scheme!r} is incomplete; write {scheme}://host/path")
    return WebhookChannel(address, _key(secrets[-1]) if secrets else b"", connect_s, read_s)


def _has_host(address: str) -> bool:
    try:
        parts = urlsplit(address)
        return bool(parts.hostname) and (parts.port is None or parts.port > 0)
    except ValueError:
        return False


def _key(secret: str) -> bytes:
    text = unquote(secret)
    try:
        key = base64.b64decode(text.removeprefix(_PREFIX), validate=True)
    except binascii.Error:
        key = b""
    if not text.startswith(_PREFIX) or len(key) < _SHORTEST_KEY_BYTES:
        raise ChannelAddressError(
            f"the secret of a webhook is {_PREFIX} and at least {_SHORTEST_KEY_BYTES} bytes in base64"
        )
    return key


# --- the document ---


def document(content: AlertContent, title: str) -> bytes:
    """The alert in JSON, in UTF-8. Articles without room in a megabyte are left out from the end, and counted."""
    articles = [_article(hits) for hits in _by_article(content.hits)]
    whole = {
        "version": VERSION,
        "id": content.alert_id,
        "reason": content.reason.value,
        "title": title,
        "created_at": _time(content.created_at),
        "watchlists": list(dict.fromkeys(hit.watchlist for hit in content.hits)) or _names(content.watchlist),
        "outlets": content.outlets,
        "notes": list(content.notes),
        "articles": articles,
        "articles_left_out": 0,
    }
    while True:
        body = json.dumps(whole, ensure_ascii=False).encode(errors="replace")
        if len(body) <= LONGEST_BYTES or not articles:
            return body
        left = len(articles) - len(articles) * LONGEST_BYTES // (len(body) + 1)
        del articles[-max(left, 1) :]
        whole["articles_left_out"] = len(_by_article(content.hits)) - len(articles)


def schema() -> dict[str, Any]:
    """The JSON Schema of the document."""
    text = (files("monitor.notify") / "schemas" / f"alert-v{VERSION}.json").read_text(encoding="utf-8")
    found: dict[str, Any] = json.loads(text)
    return found


def _article(hits: list[HitView]) -> dict[str, Any]:
    article = hits[0].article
    return {
        "url": article.url,
        "title": article.title,
        "summary": article.summary,
        "source": article.source,
        "feeds": list(article.feeds),
        "published_at": _time(article.published_at) if article.published_at else None,
        "story_id": hits[0].story_id or None,
        "hits": [_hit(hit) for hit in hits],
    }


def _hit(hit: HitView) -> dict[str, Any]:
    spans = [
        {
            "field": span.field,
            "start": span.start,
            "end": span.end,
            "text": hit.article.field(span.field)[span.start : span.end],
            "term": span.term,
        }
        for span in hit.spans
    ]
    return {"watchlist": hit.watchlist, "weak": hit.weak, "spans": spans}


def _by_article(hits: Iterable[HitView]) -> list[list[HitView]]:
    groups: dict[str, list[HitView]] = {}
    for hit in hits:
        groups.setdefault(hit.article.identity, []).append(hit)
    return list(groups.values())


def _names(watchlist: str) -> list[str]:
    return [watchlist] if watchlist else []


def _time(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")

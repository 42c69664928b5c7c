"""A real HTTP server on loopback that serves feeds as well or as badly as a test asks.

with FeedServer() as server:
    url = server.serve("/rss.xml", Served(body=rss("첫 소식"), etag='"1"'))
    ...
    assert server.count("/rss.xml") == 1
"""

from __future__ import annotations

import threading
from collections import defaultdict
from contextlib import suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from time import monotonic
from typing import TYPE_CHECKING, Self
from xml.sax.saxutils import escape

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


@dataclass(frozen=True, slots=True)
class Served:
    """One answer of a route.

    `redirect` is a Location (status 302 unless `status` says otherwise). With `etag` or `last_modified`, a matching
    conditional request gets 304. `delay_s` is waited before the first byte. With `drip_bytes`, the whole answer,
    headers too, goes out in pieces of that size with `drip_s` between. `endless` repeats the body until the client
    leaves. `claim_bytes` is announced as the length instead of the true one. `raw` is sent as it is, then the
    connection is closed.
    """

    body: bytes = b""
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    content_type: str = "application/xml"
    redirect: str = ""
    etag: str = ""
    last_modified: str = ""
    delay_s: float = 0.0
    drip_bytes: int = 0
    drip_s: float = 0.0
    endless: bool = False
    claim_bytes: int | None = None
    raw: bytes | None = None


@dataclass(frozen=True, slots=True)
class Recorded:
    """One request: its path with query, its headers by lower-case name, and the monotonic seconds it came at."""

    path: str
    headers: Mapping[str, str]
    at_s: float


class FeedServer:
    """Serves routes until the block ends; unknown routes get 404. Safe to change while it runs."""

    def __init__(self, host: str = "127.0.0.1", beat_s: float = 0.02) -> None:
        self._host = host
        self._routes: dict[str, list[Served]] = {}
        self._requests: list[Recorded] = []
        self._lock = threading.Lock()
        self._closing = threading.Event()
        self._active: dict[str, int] = defaultdict(int)
        self.most_at_once = 0
        self.connections = 0
        self._server = _Server((host, 0), _Answering)
        self._server.owner = self
        self._thread = threading.Thread(target=self._server.serve_forever, args=(beat_s,), daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._closing.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    @property
    def port(self) -> int:
        return int(self._server.server_address[1])

    @property
    def requests(self) -> tuple[Recorded, ...]:
        """Every request so far, oldest first."""
        with self._lock:
            return tuple(self._requests)

    def url(self, path: str, host: str = "") -> str:
        return f"http://{host or self._host}:{self.port}{path}"

    def serve(self, path: str, *answers: Served) -> str:
        """Answer a path with these, one a request, the last one for ever; the full address."""
        with self._lock:
            self._routes[path] = list(answers)
        return self.url(path)

    def count(self, path: str) -> int:
        """How many requests a path got (its query not regarded)."""
        return sum(recorded.path.partition("?")[0] == path for recorded in self.requests)

    def take(self, path: str, headers: Mapping[str, str]) -> Served:
        """Record a request and give its answer."""
        with self._lock:
            self._requests.append(Recorded(path, headers, monotonic()))
            answers = self._routes.get(path) or self._routes.get(path.partition("?")[0]) or [Served(status=404)]
            return answers.pop(0) if len(answers) > 1 else answers[0]

    def began(self) -> None:
        with self._lock:
            self._active["all"] += 1
            self.most_at_once = max(self.most_at_once, self._active["all"])

    def ended(self) -> None:
        with self._lock:
            self._active["all"] -= 1

    def pause(self, seconds: float) -> None:
        """Wait, but not beyond the end of the server; a dripping answer ends with it."""
        if self._closing.wait(seconds):
            raise ConnectionAbortedError


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128
    owner: FeedServer

    def process_request(self, request: object, client_address: object) -> None:
        self.owner.connections += 1
        super().process_request(request, client_address)  # type: ignore[arg-type] # the base class's own types

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that leaves is what many tests are about."""


class _Answering(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        server = self.server
        assert isinstance(server, _Server)
        owner = server.owner
        owner.began()
        try:
            with suppress(ConnectionError):
                self._answer(
                    owner, owner.take(self.path, {name.lower(): value for name, value in self.headers.items()})
                )
        finally:
            owner.ended()

    def _answer(self, owner: FeedServer, served: Served) -> None:
        self.close_connection = True
        if served.delay_s:
            owner.pause(served.delay_s)
        answer = served.raw if served.raw is not None else self._built(served)
        if not served.drip_bytes:
            self.wfile.write(answer)
        for start in range(0, len(answer) if served.drip_bytes else 0, served.drip_bytes or 1):
            self.wfile.write(answer[start : start + served.drip_bytes])
            self.wfile.flush()
            owner.pause(served.drip_s)
        while served.endless:
            self.wfile.write(served.body)
            owner.pause(served.drip_s)

    def _built(self, served: Served) -> bytes:
        status = 302 if served.redirect and served.status == 200 else served.status
        asked = self.headers
        if (served.etag and asked.get("If-None-Match") == served.etag) or (
            served.last_modified and asked.get("If-Modified-Since") == served.last_modified
        ):
            status = 304
        body = b"" if status == 304 else served.body
        lines = [f"HTTP/1.1 {status} Answer", "Connection: close"]
        if status != 304 and served.content_type:
            lines.append(f"Content-Type: {served.content_type}")
        if not served.endless:
            lines.append(f"Content-Length: {len(body) if served.claim_bytes is None else served.claim_bytes}")
        for name, value in (
            ("Location", served.redirect),
            ("ETag", served.etag),
            ("Last-Modified", served.last_modified),
        ):
            if value:
                lines.append(f"{name}: {value}")
        lines += [f"{name}: {value}" for name, value in served.headers.items()]
        return "\r\n".join([*lines, "", ""]).encode("latin-1") + body

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class's name
        """Stay quiet."""


def rss(*titles: str, site: str = "https://news.example.kr", extra: str = "", numbers: Sequence[int] = ()) -> bytes:
    """A plain RSS 2.0 feed with one entry a title, numbered from 1 in address and guid unless `numbers` are given."""
    entries = "".join(
        f"<item><title>{escape(title)}</title><link>{site}/view/{number}</link><guid>{site}/view/{number}</guid>"
        f"<description>{escape(title)} 본문이다.</description>"
        f"<pubDate>Mon, 27 Jan 2025 10:00:00 +0900</pubDate>{extra}</item>"
        for number, title in zip(numbers or range(1, len(titles) + 1), titles, strict=True)
    )
    return (
        '<?xml version="1.0" encoding="utf-8"?><rss version="2.0"><channel>'
        f"<title>한빛신문</title><link>{site}</link><description>시험</description>{entries}</channel></rss>"
    ).encode()

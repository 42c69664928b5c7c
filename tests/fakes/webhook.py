"""A web server on loopback that answers as it is told and remembers what it was asked."""

from __future__ import annotations

import json
import threading
from collections import deque
from dataclasses import dataclass, field
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from time import monotonic
from typing import TYPE_CHECKING, Any, Self

if TYPE_CHECKING:
    from collections.abc import Mapping
    from types import TracebackType


@dataclass(frozen=True, slots=True)
class Answer:
    """One scripted answer. `delay_s` waits before it; `hang` reads the request and never answers.

    `drop` closes the connection after the request was read.
    """

    status: int = 200
    body: bytes = b"ok"
    headers: Mapping[str, str] = field(default_factory=dict)
    delay_s: float = 0.0
    hang: bool = False
    drop: bool = False


@dataclass(frozen=True, slots=True)
class Received:
    """One request as it came; `at_s` is monotonic."""

    method: str
    path: str
    headers: Mapping[str, str]
    body: bytes
    at_s: float

    def json(self) -> Any:
        return json.loads(self.body)


class WebhookServer:
    """Serves while the `with` block lasts. Scripted answers come first, in order, then `default`."""

    def __init__(self, default: Answer | None = None, host: str = "127.0.0.1") -> None:
        self._host = host
        self.default = default or Answer()
        self._script: deque[Answer] = deque()
        self._received: list[Received] = []
        self._accepted: list[Received] = []
        self._lock = threading.Lock()
        self._closing = threading.Event()
        self._server = _Server((host, 0), _Handler)
        self._server.owner = self
        self._thread = threading.Thread(
            target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True
        )

    @property
    def port(self) -> int:
        return int(self._server.server_address[1])

    @property
    def base(self) -> str:
        """`http://host:port`."""
        return f"http://{self._host}:{self.port}"

    def channel(self, path: str = "hook") -> str:
        """The address of a JSON webhook channel on this server."""
        return f"json://{self._host}:{self.port}/{path}"

    @property
    def requests(self) -> list[Received]:
        with self._lock:
            return list(self._received)

    @property
    def accepted(self) -> list[Received]:
        """The requests that were answered with success."""
        with self._lock:
            return list(self._accepted)

    def script(self, *answers: Answer) -> None:
        with self._lock:
            self._script.extend(answers)

    def take(self, received: Received) -> Answer:
        with self._lock:
            self._received.append(received)
            answer = self._script.popleft() if self._script else self.default
            if answer.status < HTTPStatus.MULTIPLE_CHOICES and not answer.hang and not answer.drop:
                self._accepted.append(received)
            return answer

    def wait(self, seconds: float | None) -> None:
        """Wait, but no longer than the server lives."""
        self._closing.wait(seconds)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._closing.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 64
    owner: WebhookServer

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that went away is no fault of the server's."""


class _Handler(BaseHTTPRequestHandler):
    server: _Server

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        received = Received(self.command, self.path, dict(self.headers.items()), body, monotonic())
        owner = self.server.owner
        answer = owner.take(received)
        if answer.hang:
            owner.wait(None)
            return
        if answer.delay_s:
            owner.wait(answer.delay_s)
        if answer.drop:
            return
        self.send_response(answer.status)
        for name, value in answer.headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(answer.body)))
        self.end_headers()
        self.wfile.write(answer.body)

    do_GET = do_POST  # noqa: N815 - the base class's words

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the base class's words
        """Quiet."""

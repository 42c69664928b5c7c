"""One HTTP client for all feeds: guarded, bounded in time and size, one connection a host."""

from __future__ import annotations

import asyncio
import logging
import os
import ssl
import sys
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from http.cookiejar import CookieJar, DefaultCookiePolicy
from importlib.util import find_spec
from typing import TYPE_CHECKING, Final

import httpcore
import httpx

from monitor.core.errors import FORBIDDEN, FetchError, FetchFailure
from monitor.ingest import headers
from monitor.ingest.addresses import GuardedBackend, SystemResolver, refuse_private_name
from monitor.ingest.compression import Inflater
from monitor.ingest.turns import HostTurns
from monitor.pipeline.records import PollRequest

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from monitor.ingest.addresses import Resolver
    from monitor.pipeline.ports import Clock
    from monitor.pipeline.records import FeedSpec

# For every lock it makes httpcore tries to import this; searching for a module that is not there costs each time.
if "sniffio" not in sys.modules and find_spec("sniffio") is None:
    sys.modules["sniffio"] = None  # type: ignore[assignment] # what Python itself takes for "not there"

_MOST_REDIRECTS: Final = 5
_REDIRECTS: Final = frozenset({301, 302, 303, 307, 308})
_PERMANENT: Final = frozenset({301, 308})
_ACCEPT: Final = (
    "application/rss+xml, application/atom+xml, application/rdf+xml, application/feed+json, application/xml;q=0.9, "
    "text/xml;q=0.9, */*;q=0.5"
)
_ACCEPT_PAGE: Final = "text/html, application/xhtml+xml;q=0.9, text/plain;q=0.8, */*;q=0.5"
_DEFAULT_PORTS: Final = {"http": 80, "https": 443}
_FRESHNESS: Final = ("cache-control", "age", "expires", "date")
_MOST_PORT: Final = 65_535
_OK: Final = 200
_IM_USED: Final = 226
_NOT_MODIFIED: Final = 304
_GONE: Final = 410
_TOO_MANY: Final = 429
_UNAVAILABLE: Final = 503


@dataclass(frozen=True, slots=True)
class FetchLimits:
    """What one exchange may cost, redirects included, and how close two to one host may follow."""

    deadline_s: float
    max_body_bytes: int
    host_spacing_s: float


@dataclass(frozen=True, slots=True)
class Answer:
    """A 200 with its body (`complete` false: it arrived cut off), or a 304 with `body` None.

    `url` is where the redirects ended, `moved_to` the same if every one of them was permanent, else "". Validators
    are opaque. `partial`: the body holds only the entries that are new since the validator (RFC 3229).
    """

    body: bytes | None
    url: str
    charset: str = ""
    etag: str = ""
    last_modified: str = ""
    max_age_s: float | None = None
    complete: bool = True
    moved_to: str = ""
    partial: bool = False


@dataclass(frozen=True, slots=True)
class _Redirect:
    url: httpx.URL
    permanent: bool


class HttpClient:
    """Fetches feeds. `proxy` is an address or ""; `resolve` looks names up."""

    def __init__(
        self,
        limits: FetchLimits,
        clock: Clock,
        *,
        user_agent: str,
        allow_private: bool = False,
        proxy: str = "",
        resolve: Resolver | None = None,
    ) -> None:
        # Both libraries log whole addresses at INFO, and addresses can hold secrets.
        for name in ("httpx", "httpcore"):
            logging.getLogger(name).setLevel(logging.WARNING)
        self._limits = limits
        self._clock = clock
        self._user_agent = user_agent
        self._proxy = proxy
        self._allow_private = allow_private
        self._system_resolver = SystemResolver()
        self._backend = GuardedBackend(resolve or self._system_resolver, allow_private=allow_private)
        self._turns = HostTurns(clock, limits.host_spacing_s)
        self._clients: dict[bool, httpx.AsyncClient] = {}

    async def aclose(self) -> None:
        """Close every connection."""
        for client in self._clients.values():
            await client.aclose()
        self._system_resolver.close()

    async def fetch(self, request: PollRequest) -> Answer:
        """Get a feed, following at most five redirects, each of them checked.

        Raises:
            FetchError: anything but a body or a 304.
        """
        try:
            return await self._follow(request, _ACCEPT)
        except FetchError as error:
            # Once may be an accident; again means that this site does not want us so often.
            if error.status != FORBIDDEN or not request.forbidden:
                raise
            raise FetchError(
                FetchFailure.THROTTLED, error.detail, status=FORBIDDEN, retry_after_s=error.retry_after_s
            ) from error

    async def page(self, spec: FeedSpec, url: str, spacing_s: float = 0.0) -> Answer:
        """Get another address on a feed's behalf, with its secrets only if it is the feed's own host.

        `spacing_s` is the pause that its host asks for before the next request.

        Raises:
            FetchError: anything but a body.
        """
        own = _keeps_secrets(_address(spec.url), _address(url))
        return await self._follow(
            PollRequest(replace(spec, url=url, headers=spec.headers if own else ())), _ACCEPT_PAGE, spacing_s
        )

    async def _follow(self, request: PollRequest, accept: str, spacing_s: float = 0.0) -> Answer:
        url = _address(request.spec.url)
        left_s = self._limits.deadline_s
        permanent = True
        for count in range(_MOST_REDIRECTS + 1):
            if self._proxy and not self._allow_private:
                refuse_private_name(url.host)
            async with self._turns.take(url.host, spacing_s):
                # Waiting for a turn is our own politeness; only the exchange is on the clock.
                started_s = self._clock.monotonic_s()
                found = await self._hop(url, request, accept, left_s)
            if isinstance(found, Answer):
                return replace(found, moved_to=found.url) if count and permanent else found
            url = found.url
            permanent = permanent and found.permanent
            left_s = max(0.0, left_s - (self._clock.monotonic_s() - started_s))
        raise FetchError(FetchFailure.REDIRECTS, f"more than {_MOST_REDIRECTS}")

    async def _hop(self, url: httpx.URL, request: PollRequest, accept: str, left_s: float) -> Answer | _Redirect:
        sent = self._headers(url, request, accept)
        try:
            async with (
                asyncio.timeout(left_s),
                self._exchange(url, sent, legacy_tls=request.spec.legacy_tls) as response,
            ):
                if response.status_code in _REDIRECTS:
                    return _Redirect(_redirected(url, response), response.status_code in _PERMANENT)
                self._refuse_failure(request, response)
                return await self._answer(url, response)
        except TimeoutError as error:
            raise FetchError(FetchFailure.TIMEOUT, f"{self._limits.deadline_s:g} s") from error
        except httpx.HTTPError as error:
            raise _translated(error) from error
        except (httpx.InvalidURL, UnicodeError) as error:
            # The client looks at where a redirect leads before we do.
            raise FetchError(FetchFailure.BAD_URL, "redirect") from error

    @asynccontextmanager
    async def _exchange(
        self, url: httpx.URL, sent: list[tuple[bytes, bytes]], *, legacy_tls: bool
    ) -> AsyncIterator[httpx.Response]:
        client = self._client(legacy_tls=legacy_tls)
        response = await client.send(client.build_request("GET", url, headers=sent), stream=True)
        try:
            yield response
        finally:
            await response.aclose()

    def _headers(self, url: httpx.URL, request: PollRequest, accept: str) -> list[tuple[bytes, bytes]]:
        agent = request.spec.user_agent or self._user_agent
        sent = [
            (b"User-Agent", agent.encode("utf-8")),
            (b"Accept", accept.encode("ascii")),
            (b"Accept-Encoding", b"gzip, deflate"),
        ]
        if request.etag:
            sent.append((b"If-None-Match", request.etag.encode("latin-1", "ignore")))
            sent.append((b"A-IM", b"feed"))
        if request.last_modified:
            sent.append((b"If-Modified-Since", request.last_modified.encode("latin-1", "ignore")))
        if _keeps_secrets(_address(request.spec.url), url):
            own = {name.lower() for name, _ in request.spec.headers}
            sent = [(name, value) for name, value in sent if name.decode("ascii").lower() not in own]
            sent += [(name.encode("ascii"), value.encode("utf-8")) for name, value in request.spec.headers]
        return sent

    def _refuse_failure(self, request: PollRequest, response: httpx.Response) -> None:
        status = response.status_code
        asked = request.etag or request.last_modified
        if status == _OK or (asked and status in {_NOT_MODIFIED, _IM_USED}):
            return
        wait_s = headers.retry_after_s(response.headers.get("retry-after", ""), self._clock.now())
        failure = FetchFailure.HTTP
        if status == _GONE:
            failure = FetchFailure.GONE
        elif status == _TOO_MANY or (status == _UNAVAILABLE and wait_s is not None):
            failure = FetchFailure.THROTTLED
        elif status in {204, 205}:
            failure = FetchFailure.EMPTY
        raise FetchError(failure, str(status), status=status, retry_after_s=wait_s)

    async def _answer(self, url: httpx.URL, response: httpx.Response) -> Answer:
        raw = response.headers.raw
        etag, last_modified = headers.opaque(raw, b"etag"), headers.opaque(raw, b"last-modified")
        fresh_s = headers.fresh_s(*(response.headers.get(name, "") for name in _FRESHNESS))
        if response.status_code == _NOT_MODIFIED:
            return Answer(None, str(url), etag=etag, last_modified=last_modified, max_age_s=fresh_s)
        body, complete = await self._body(response)
        return Answer(
            body,
            str(url),
            charset=headers.charset(response.headers.get("content-type", "")),
            etag=etag if complete else "",
            last_modified=last_modified if complete else "",
            max_age_s=fresh_s,
            complete=complete,
            partial=response.status_code == _IM_USED,
        )

    async def _body(self, response: httpx.Response) -> tuple[bytes, bool]:
        inflater = Inflater(response.headers.get("content-encoding", ""), self._limits.max_body_bytes)
        try:
            # As they come: chunks of a fixed size would lose the last one if the connection breaks.
            async for chunk in response.aiter_raw():
                inflater.feed(chunk)
        except (httpx.RemoteProtocolError, httpx.ReadError):
            # The connection broke in the middle; what came before is still news.
            if not inflater.body:
                raise
            return inflater.body, False
        return inflater.body, inflater.complete

    def _client(self, *, legacy_tls: bool) -> httpx.AsyncClient:
        if legacy_tls not in self._clients:
            self._clients[legacy_tls] = httpx.AsyncClient(
                transport=self._transport(legacy_tls=legacy_tls),
                trust_env=False,
                follow_redirects=False,
                timeout=None,  # noqa: S113 - the deadline stands around the whole exchange instead
                cookies=CookieJar(DefaultCookiePolicy(allowed_domains=[])),
            )
        return self._clients[legacy_tls]

    def _transport(self, *, legacy_tls: bool) -> httpx.AsyncHTTPTransport:
        context = httpx.create_ssl_context(trust_env=False)
        if legacy_tls:
            context.options |= getattr(ssl, "OP_LEGACY_SERVER_CONNECT", 0x4)
        limits = httpx.Limits(max_connections=None, max_keepalive_connections=0)
        transport = httpx.AsyncHTTPTransport(
            verify=context, trust_env=False, limits=limits, proxy=self._proxy or None
        )
        if not self._proxy:
            # httpx has no argument for this. Behind a proxy the names are the proxy's to resolve.
            transport._pool = httpcore.AsyncConnectionPool(  # noqa: SLF001
                ssl_context=context,
                max_connections=None,
                max_keepalive_connections=0,
                network_backend=self._backend,
            )
        return transport


def _address(url: str) -> httpx.URL:
    try:
        address = httpx.URL(url)
        host = address.host  # decoded only now, and refused if it is no international name
    except (httpx.InvalidURL, UnicodeError) as error:
        raise FetchError(FetchFailure.BAD_URL) from error
    if address.scheme not in {"http", "https"} or not host or (address.port or 0) > _MOST_PORT:
        raise FetchError(FetchFailure.BAD_URL, address.scheme[:20])
    return address


def _keeps_secrets(first: httpx.URL, url: httpx.URL) -> bool:
    """Whether what a feed's own server may know can go to this address: the same origin, or the same over TLS."""
    if url.host != first.host:
        return False
    ports = first.port or _DEFAULT_PORTS[first.scheme], url.port or _DEFAULT_PORTS[url.scheme]
    if url.scheme == first.scheme:
        return ports[0] == ports[1]
    return ports == (_DEFAULT_PORTS["http"], _DEFAULT_PORTS["https"])


def _redirected(url: httpx.URL, response: httpx.Response) -> httpx.URL:
    location = response.headers.get("location", "")
    if not location:
        raise FetchError(FetchFailure.HTTP, f"{response.status_code} without a place", status=response.status_code)
    try:
        joined = url.join(location)
    except (httpx.InvalidURL, UnicodeError) as error:
        raise FetchError(FetchFailure.BAD_URL, "redirect") from error
    return _address(str(joined))


def _translated(error: httpx.HTTPError) -> FetchError:
    if isinstance(error, httpx.TimeoutException):
        return FetchError(FetchFailure.TIMEOUT, "connecting")
    if isinstance(error, (httpx.UnsupportedProtocol, httpx.LocalProtocolError)):
        return FetchError(FetchFailure.BAD_URL)
    if isinstance(error, httpx.RemoteProtocolError):
        return FetchError(FetchFailure.HTTP, "broken answer")
    detail = ""
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, ssl.SSLError):
            return FetchError(FetchFailure.TLS, cause.reason or "")
        if isinstance(cause, OSError):
            detail = os.strerror(cause.errno) if cause.errno else detail
        cause = cause.__cause__ or cause.__context__
    return FetchError(FetchFailure.CONNECT, detail or type(error).__name__)

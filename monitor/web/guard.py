"""Stands before every request: the right Host, no write from another site, nobody unknown, and strict headers."""

from __future__ import annotations

from dataclasses import dataclass
from http.cookies import CookieError, SimpleCookie
from ipaddress import ip_address
from typing import TYPE_CHECKING, Final
from urllib.parse import parse_qs, quote, urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import JSONResponse, PlainTextResponse, RedirectResponse

from monitor.config.values import LOCALHOST, is_loopback, split_listen
from monitor.core.errors import StorageError
from monitor.web.access import EVERYTHING, SESSION, Scope, Seen, Visitor, bearer, is_open_to_all, look_up

if TYPE_CHECKING:
    from starlette.responses import Response
    from starlette.types import ASGIApp, Message, Receive, Send
    from starlette.types import Scope as Asked

    from monitor.web.desk import Desk

COOKIE: Final = "monitor_session"
PROBLEM: Final = "application/problem+json"
MAX_BODY_BYTES: Final = 1_000_000

SAFE: Final = frozenset({"GET", "HEAD", "OPTIONS"})

OPEN: Final = ("/login", "/static/", "/healthz", "/readyz", "/favicon.ico", "/robots.txt")
"""Paths that anyone may ask for; one that ends in / stands for all below it."""

NEEDLESS: Final = ("/static/", "/healthz", "/readyz")
"""Of them those that do not even look who asks: they answer whatever the database does."""

API: Final = "/api/"
OUT: Final = "/out/"
"""Feeds of ours, for feed readers."""

READING: Final = ("/login", "/logout", "/try", "/api/v1/try", "/api/v1/explain")
"""Paths whose POST changes nothing that is stored."""

POLICY: Final = (
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "manifest-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
HEADERS: Final = {
    "content-security-policy": POLICY,
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    # With no-referrer, browsers would send `Origin: null` with our own forms.
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=()",
}


@dataclass(frozen=True, slots=True)
class Guard:
    """An ASGI application around another. What it lets through has `request.state.visitor`."""

    app: ASGIApp
    desk: Desk

    async def __call__(self, scope: Asked, receive: Receive, send: Send) -> None:
        """Refuse, or pass on."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return

        async def send_guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                renewed = scope.get("state", {}).get("cookie")
                if renewed and "set-cookie" not in headers:
                    headers["set-cookie"] = renewed
                for name, value in HEADERS.items():
                    headers.setdefault(name, value)
                headers.setdefault("cache-control", "no-store")
            await send(message)

        try:
            refusal = await self._refuse(scope)
        except StorageError as error:
            refusal = PlainTextResponse(f"{error}\n", 503, {"retry-after": "10"})
        if refusal is not None:
            await refusal(scope, receive, send_guarded)
            return
        await self.app(scope, receive, send_guarded)

    async def _refuse(self, scope: Asked) -> Response | None:
        headers = Headers(scope=scope)
        if not _is_our_host(self.desk, headers.get("host", ""), scope):
            return PlainTextResponse("unknown Host; name it under dashboard.hosts in config.yaml\n", 400)
        if _is_among(scope["path"], NEEDLESS):
            return None
        seen = await seen_as(self.desk, headers, token_of(scope, headers))
        visitor = seen.visitor
        scope.setdefault("state", {}).update(visitor=visitor, is_known=seen.is_known)
        if seen.is_fading and visitor is not None:
            scope["state"]["cookie"] = cookie(visitor.session, headers)
        if scope["method"] not in SAFE:
            refusal = _refuse_write(headers)
            if refusal is not None:
                return refusal
        return None if _is_among(scope["path"], OPEN) else _refuse_visitor(scope, headers, visitor)


def _refuse_write(headers: Headers) -> Response | None:
    if not _is_same_site(headers):
        return PlainTextResponse("a write must come from the dashboard's own pages\n", 403)
    if not 0 <= _length(headers) <= MAX_BODY_BYTES:
        problem = {
            "type": "about:blank",
            "title": f"a body of at most {MAX_BODY_BYTES} bytes is read, with its length",
            "status": 413,
        }
        return JSONResponse(problem, 413, media_type=PROBLEM)
    return None


def _refuse_visitor(scope: Asked, headers: Headers, visitor: Visitor | None) -> Response | None:
    if visitor is None:
        return _ask_to_log_in(scope, headers)
    if scope["method"] in SAFE or Scope.WRITE in visitor.scopes or _is_among(scope["path"], READING):
        return None
    problem = {"type": "about:blank", "title": "this token may only read", "status": 403}
    return JSONResponse(problem, 403, media_type=PROBLEM)


def token_of(scope: Asked, headers: Headers) -> str | None:
    """The token that was sent, or None. In the address only for feeds, whose readers can send none otherwise."""
    kind, _, token = headers.get("authorization", "").partition(" ")
    if kind.lower() == "bearer":
        return token.strip()
    if scope["path"].startswith(OUT) and scope["method"] in SAFE:
        given = parse_qs(scope["query_string"].decode("latin-1")).get("token")
        return given[0] if given else None
    return None


async def seen_as(desk: Desk, headers: Headers, token: str | None = None) -> Seen:
    """Who asks. Whoever shows a token is who the token says, or nobody.

    Raises:
        StorageError: the database, which knows who is logged in, cannot be used.
    """
    app, dashboard = desk.current(), desk.dashboard
    if token is not None:
        return Seen(bearer(dashboard, token))
    if is_open_to_all(dashboard):
        return Seen(Visitor(EVERYTHING))
    return await look_up(app.storage, dashboard, secret_of(headers), app.clock.now())


def cookie(secret: str, headers: Headers) -> str:
    """The header that gives a browser its cookie, or renews it."""
    lasts_s = int(SESSION.total_seconds())
    return f"{COOKIE}={secret}; Max-Age={lasts_s}; Path=/; HttpOnly; SameSite=Lax" + "; Secure" * _is_secure(headers)


def _is_secure(headers: Headers) -> bool:
    """Whether the browser came by TLS, as only it knows behind a proxy that does not say so.

    It names itself when it writes; when it reads, it sends Sec-Fetch-Site only where it trusts the way: by TLS, or to
    this machine.
    """
    if headers.get("origin", "").startswith("https://") or headers.get("x-forwarded-proto") == "https":
        return True
    name = urlsplit(f"//{headers.get('host', '')}").hostname or ""
    return "sec-fetch-site" in headers and name != LOCALHOST and not _is_loopback_address(name)


def secret_of(headers: Headers) -> str:
    """The secret in the cookie of a browser, or ""."""
    try:
        cookies = SimpleCookie(headers.get("cookie", ""))
    except CookieError:
        return ""
    return cookies[COOKIE].value if COOKIE in cookies else ""


def _is_our_host(desk: Desk, host: str, scope: Asked) -> bool:
    """Whether the browser means us: another name that leads here is an attack by DNS (rebinding)."""
    try:
        name = urlsplit(f"//{host}").hostname or ""
    except ValueError:
        return False
    dashboard = desk.dashboard
    local = scope.get("server") or ("",)
    ours = {
        LOCALHOST,
        split_listen(dashboard.listen)[0],
        str(local[0]),
        *(one.strip("[]") for one in dashboard.hosts),
    }
    return name in ours or _is_loopback_address(name)


def _is_loopback_address(name: str) -> bool:
    try:
        ip_address(name)
    except ValueError:
        return False
    return is_loopback(name)


def _is_same_site(headers: Headers) -> bool:
    """Browsers say where a write comes from; programs that are no browsers say nothing."""
    if headers.get("sec-fetch-site", "same-origin") not in {"same-origin", "none"}:
        return False
    origin = headers.get("origin")
    return origin is None or urlsplit(origin).netloc == headers.get("host")


def _length(headers: Headers) -> int:
    if "transfer-encoding" in headers:
        return -1
    text = headers.get("content-length", "0")
    return int(text) if text.isascii() and text.isdigit() else -1


def _is_among(path: str, paths: tuple[str, ...]) -> bool:
    return any(path == one or (one.endswith("/") and path.startswith(one)) for one in paths)


def _ask_to_log_in(scope: Asked, headers: Headers) -> Response:
    is_page = not scope["path"].startswith((API, OUT, "/metrics"))
    if is_page and scope["method"] == "GET" and "text/html" in headers.get("accept", ""):
        asked = scope["path"] + (f"?{scope['query_string'].decode('latin-1')}" if scope["query_string"] else "")
        return RedirectResponse(f"/login?next={quote(asked, safe='/')}", 303)
    problem = {"type": "about:blank", "title": "log in, or send a token", "status": 401}
    return JSONResponse(problem, 401, {"www-authenticate": "Bearer"}, PROBLEM)

"""Who may look and who may write: passwords, sessions, and a limit on guessing."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections import deque
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from typing import TYPE_CHECKING, Final

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from monitor.config.values import is_loopback, split_listen

if TYPE_CHECKING:
    from datetime import datetime

    from monitor.config.model import DashboardConfig
    from monitor.pipeline.ports import Storage, Work

SESSION: Final = timedelta(days=30)
"""A browser stays logged in for so long after its last visit."""

SEEN_AGAIN: Final = timedelta(hours=1)
"""A visit is stored, and the cookie renewed, at most so often."""

MOST_SESSIONS: Final = 1000
MOST_FAILURES: Final = 5
"""Wrong passwords from one address, or one known browser, within `FAILURE_WINDOW_S`; then it waits."""
FAILURE_WINDOW_S: Final = 300.0
MOST_ADDRESSES: Final = 10_000
ARGON2_PREFIX: Final = "$argon2"

_HASHER: Final = PasswordHasher()


class Scope(StrEnum):
    """What a visitor may do."""

    READ = "read"
    WRITE = "write"


EVERYTHING: Final = frozenset(Scope)


@dataclass(frozen=True, slots=True)
class Visitor:
    """Who asks. `session` is "" for one who did not log in because no password is set, or who sent a token."""

    scopes: frozenset[Scope]
    session: str = ""


def hash_password(password: str) -> str:
    """The argon2 hash of a password, to be written into config.yaml."""
    return _HASHER.hash(password)


def is_password(dashboard: DashboardConfig, given: str) -> bool:
    """Whether this is the password of the configuration; a hash costs about 50 ms of CPU."""
    kept = "" if dashboard.password is None else dashboard.password.reveal()
    if not kept.startswith(ARGON2_PREFIX):
        return bool(kept) and hmac.compare_digest(kept.encode(), given.encode())
    try:
        return _HASHER.verify(kept, given)
    except (VerificationError, InvalidHashError):
        return False


def bearer(dashboard: DashboardConfig, token: str) -> Visitor | None:
    """Who shows this token; None if it is nobody's. All tokens are compared, so that time tells nothing."""
    shown = hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()
    found = [one for one in dashboard.tokens if hmac.compare_digest(one.digest, shown)]
    return Visitor(frozenset(map(Scope, found[0].scopes)) | {Scope.READ}) if found else None


@dataclass(slots=True)
class Tries:
    """Counts wrong passwords by address, or by browser if it was logged in before; times are monotonic seconds."""

    _failures: dict[str, deque[float]] = field(default_factory=dict)

    def wait_s(self, address: str, now_s: float) -> float:
        """How long this address must wait before it may try again; 0 if it may now."""
        failures = self._failures.get(address)
        if failures is None or len(failures) < MOST_FAILURES:
            return 0.0
        return max(0.0, failures[0] + FAILURE_WINDOW_S - now_s)

    def failed(self, address: str, now_s: float) -> None:
        """Remember a wrong password; the address that failed longest ago is forgotten if there are too many."""
        failures = self._failures.pop(address, None) or deque(maxlen=MOST_FAILURES)
        failures.append(now_s)
        self._failures[address] = failures
        if len(self._failures) > MOST_ADDRESSES:
            del self._failures[next(iter(self._failures))]

    def passed(self, address: str) -> None:
        """Forget what an address got wrong."""
        self._failures.pop(address, None)


@dataclass(frozen=True, slots=True)
class Seen:
    """A cookie as it was looked up. `visitor` is None if nobody is logged in with it; `is_known`: somebody was."""

    visitor: Visitor | None = None
    is_known: bool = False
    is_fading: bool = False


_STRANGER: Final = Seen()


async def look_up(storage: Storage, dashboard: DashboardConfig, secret: str, now: datetime) -> Seen:
    """Whose cookie this is; that the browser was seen is stored at most once in `SEEN_AGAIN`.

    Sessions are rows of the database: they outlive a restart, and any process on that database knows them.

    Raises:
        StorageError: the database cannot be used.
    """
    if not secret:
        return _STRANGER
    digest = _digest(secret)
    session = await storage.read(lambda work: work.sessions.find(digest))
    if session is None:
        return _STRANGER
    scopes = _scopes_of(dashboard, session.stamp)
    if session.ended_at is not None or now - session.seen_at > SESSION or not scopes:
        return Seen(is_known=True)
    is_fading = now - session.seen_at >= SEEN_AGAIN
    if is_fading:
        await storage.write(lambda work: work.sessions.see(digest, now))
    return Seen(Visitor(scopes, secret), is_known=True, is_fading=is_fading)


async def begin(storage: Storage, stamp: str, now: datetime, before: str = "") -> str:
    """Begin a session in place of the one `before`; its secret, for the cookie."""
    secret = secrets.token_urlsafe(32)

    def write(work: Work) -> None:
        if before:
            work.sessions.forget(_digest(before))
        work.sessions.begin(_digest(secret), stamp, now, MOST_SESSIONS)

    await storage.write(write)
    return secret


async def end(storage: Storage, secret: str, now: datetime) -> None:
    """Log out. The browser stays known, so that its owner need not wait when others guess."""
    digest = _digest(secret)
    await storage.write(lambda work: work.sessions.end(digest, now))


def stamp_of(dashboard: DashboardConfig, given: str) -> str:
    """What a session is made under that begins with this password or token; "" if it is neither.

    A hash costs about 50 ms of CPU.
    """
    if bearer(dashboard, given) is not None:
        return _token_stamp(hashlib.sha256(given.encode("utf-8", "replace")).hexdigest())
    return _password_stamp(dashboard) if is_password(dashboard, given) else ""


def _scopes_of(dashboard: DashboardConfig, stamp: str) -> frozenset[Scope]:
    """What a session may do that was made under this; nothing if the password or the token is not there any more."""
    if dashboard.password is not None and stamp == _password_stamp(dashboard):
        return EVERYTHING
    for one in dashboard.tokens:
        if stamp == _token_stamp(one.digest):
            return frozenset(map(Scope, one.scopes)) | {Scope.READ}
    return frozenset()


def _token_stamp(digest: str) -> str:
    return _digest(f"token {digest}")


def _password_stamp(dashboard: DashboardConfig) -> str:
    """What changes with the password."""
    return _digest("" if dashboard.password is None else f"password {dashboard.password.reveal()}")


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode("utf-8", "replace")).hexdigest()


def is_open_to_all(dashboard: DashboardConfig) -> bool:
    """Whether nobody need log in: no password is set, and nobody else's machine can reach the address."""
    return dashboard.password is None and is_loopback(split_listen(dashboard.listen)[0])


def address_of(dashboard: DashboardConfig, client: str, forwarded: str) -> str:
    """Where a request comes from: of the addresses that proxies named, the last that is no proxy of ours.

    `forwarded` is the header `X-Forwarded-For`, believed only from a proxy that the configuration names. Of an IPv6
    address the network (/64) is given, for one machine has all of it.
    """
    address = client
    hops = [one.strip() for one in forwarded.split(",")]
    while hops and _is_proxy(dashboard, address):
        address = hops.pop() or address
    found = _ip(address)
    if isinstance(found, IPv6Address):
        return str(ip_network((int(found) >> 64 << 64, 64)))
    return address if found is None else str(found)


def _is_proxy(dashboard: DashboardConfig, address: str) -> bool:
    found = _ip(address)
    return found is not None and any(found in ip_network(one) for one in dashboard.proxies)


def _ip(address: str) -> IPv4Address | IPv6Address | None:
    try:
        found = ip_address(address)
    except ValueError:
        return None
    return getattr(found, "ipv4_mapped", None) or found

"""Who may look and who may write: passwords, sessions, and a limit on guessing."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections import deque
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

if TYPE_CHECKING:
    from monitor.config.model import DashboardConfig

SESSION_S: Final = 30 * 86400.0
"""A browser stays logged in for so long after its last visit."""

MOST_SESSIONS: Final = 1000
MOST_FAILURES: Final = 5
"""Wrong passwords from one address within `FAILURE_WINDOW_S`; then it waits."""
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
    """Counts wrong passwords by address; times are monotonic seconds."""

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


@dataclass(slots=True)
class _Session:
    made_under: str
    last_s: float


@dataclass(slots=True)
class Sessions:
    """Browsers that are logged in, by the hash of their cookie; a changed password ends them all."""

    _open: dict[str, _Session] = field(default_factory=dict)

    def begin(self, dashboard: DashboardConfig, now_s: float) -> str:
        """Begin a session; its secret, for the cookie."""
        secret = secrets.token_urlsafe(32)
        self._open[_digest(secret)] = _Session(_stamp(dashboard), now_s)
        if len(self._open) > MOST_SESSIONS:
            del self._open[min(self._open, key=lambda one: self._open[one].last_s)]
        return secret

    def is_open(self, secret: str, dashboard: DashboardConfig, now_s: float) -> bool:
        """Whether this is the cookie of a browser that is logged in."""
        session = self._open.get(_digest(secret))
        if session is None or now_s - session.last_s > SESSION_S or session.made_under != _stamp(dashboard):
            return False
        session.last_s = now_s
        return True

    def end(self, secret: str) -> None:
        """Log out."""
        self._open.pop(_digest(secret), None)


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()


def _stamp(dashboard: DashboardConfig) -> str:
    """What changes with the password."""
    return _digest("" if dashboard.password is None else dashboard.password.reveal())

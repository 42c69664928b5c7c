"""What several hosts share beside the work itself: who is asking which host, who schedules, which configuration."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from sqlalchemy import Connection, bindparam, delete, func, insert, or_, select, text, update

from monitor.pipeline.records import Published
from monitor.storage.statements import InsertUnlessKnown
from monitor.storage.tables import CONFIGURATIONS, LEASES

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

_HOST: Final = "host "
_POST: Final = "post "
"""What a lease is of stands before its name."""

KEPT: Final = 20
"""Configurations that are kept, the newest ones."""

_IS_HOST: Final = LEASES.c.name.startswith(_HOST, autoescape=True)
_BUSY: Final = select(LEASES.c.name, LEASES.c.leased_until).where(
    _IS_HOST, or_(LEASES.c.leased_until > bindparam("now"), LEASES.c.next_allowed_at > bindparam("now"))
)
_FORGET: Final = delete(LEASES).where(
    _IS_HOST, LEASES.c.leased_until <= bindparam("before"), LEASES.c.next_allowed_at <= bindparam("before")
)
_ADD: Final = InsertUnlessKnown(LEASES, ("name", "token", "leased_until", "next_allowed_at"))
_TAKE: Final = (
    update(LEASES)
    .where(
        LEASES.c.name == bindparam("of_name"),
        or_(LEASES.c.token == bindparam("new_token"), LEASES.c.leased_until <= bindparam("now")),
    )
    .values(token=bindparam("new_token"), leased_until=bindparam("until"))
)
_GIVE: Final = (
    update(LEASES)
    .where(LEASES.c.name == bindparam("of_name"), LEASES.c.token == bindparam("old_token"))
    .values(leased_until=bindparam("now"), next_allowed_at=bindparam("allowed_at"))
)
_NEWEST: Final = select(CONFIGURATIONS).order_by(CONFIGURATIONS.c.id.desc()).limit(1)
_NEWEST_ID: Final = select(func.max(CONFIGURATIONS.c.id))
_SCHEMA: Final = text("SELECT version_num FROM alembic_version")


class SqlCluster:
    """Implements `ports.Cluster` inside one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def busy_hosts(self, now: datetime) -> dict[str, bool]:
        """Hosts that must not be asked now; true for those that are being asked at this moment."""
        rows = self._connection.execute(_BUSY, {"now": now})
        return {row.name.removeprefix(_HOST): row.leased_until > now for row in rows}

    def take_hosts(self, tokens: Mapping[str, str], now: datetime, until: datetime) -> None:
        """Let these hosts be asked by who holds these tokens; what other hosts left behind is cleared away."""
        self._connection.execute(_FORGET, {"before": now})
        for host, token in tokens.items():
            self._hold(_HOST + host, token, now, until)

    def free_host(self, host: str, token: str, now: datetime, allowed_at: datetime) -> None:
        """A host is asked no more, and not again before `allowed_at`; harmless if the token was lost."""
        self._give(_HOST + host, token, now, allowed_at)

    def hold(self, post: str, token: str, now: datetime, until: datetime) -> bool:
        """Take or keep a post that only one has at a time; whether it is held by this token now."""
        return self._hold(_POST + post, token, now, until)

    def leave(self, post: str, token: str, now: datetime) -> None:
        """Give a post up; harmless if another has it."""
        self._give(_POST + post, token, now, now)

    def _hold(self, name: str, token: str, now: datetime, until: datetime) -> bool:
        row = {"name": name, "token": token, "leased_until": until, "next_allowed_at": now}
        if _ADD.one(self._connection, row) is not None:
            return True
        taking = {"of_name": name, "new_token": token, "now": now, "until": until}
        return self._connection.execute(_TAKE, taking).rowcount == 1

    def _give(self, name: str, token: str, now: datetime, allowed_at: datetime) -> None:
        giving = {"of_name": name, "old_token": token, "now": now, "allowed_at": allowed_at}
        self._connection.execute(_GIVE, giving)

    def publish(self, configuration: str, now: datetime) -> int:
        """Make this the configuration of all workers, if it is not; its version."""
        newest = self._connection.execute(_NEWEST).one_or_none()
        if newest is not None and newest.text == configuration:
            return int(newest.id)
        row = {"text": configuration, "published_at": now}
        made = self._connection.execute(insert(CONFIGURATIONS).returning(CONFIGURATIONS.c.id), row)
        version = int(made.scalar_one())
        self._connection.execute(delete(CONFIGURATIONS).where(CONFIGURATIONS.c.id <= version - KEPT))
        return version

    def published(self) -> Published | None:
        """The configuration of all workers; None if none was ever published."""
        newest = self._connection.execute(_NEWEST).one_or_none()
        return None if newest is None else Published(newest.id, newest.text)

    def versions(self) -> tuple[str, int | None]:
        """The version of the schema, and that of the configuration of all workers."""
        schema = self._connection.execute(_SCHEMA).scalar_one()
        return str(schema), self._connection.execute(_NEWEST_ID).scalar()

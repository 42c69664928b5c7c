"""Feeds, their poll state, and the claims on them."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import Connection, Row, and_, bindparam, func, insert, or_, select, update

from monitor.core.errors import LeaseLostError
from monitor.core.schedule import FeedState, Health
from monitor.pipeline.records import FeedClaim
from monitor.storage.statements import LookUp, Prepared
from monitor.storage.tables import ENABLED, FEEDS, FULLTEXTS, GAPS

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime, timedelta

    from monitor.pipeline.records import FeedSpec, Gap

_STATE_COLUMNS: Final = tuple(FeedState.__dataclass_fields__)
_FORGET: Final[dict[str, Any]] = {
    "etag": "",
    "last_modified": "",
    "body_hash": "",
    "health": Health.NEW.value,
    "failures": 0,
    "failing_since": None,
    "last_error": "",
    "last_keys": (),
    "first_ok_at": None,
    "last_ok_at": None,
    "last_new_at": None,
    "per_hour": 0.0,
    "habit_s": 0.0,
    "fingerprint": "",
    "moved_to": "",
    "moves": 0,
    "address": "",
    "ttl_s": None,
    "skip_hours": (),
    "skip_days": (),
}
_GIVE_BACK: Final[dict[str, Any]] = {"lease_token": None, "leased_until": None}

_CLAIMABLE: Final = or_(FEEDS.c.lease_token.is_(None), FEEDS.c.leased_until <= bindparam("now"))
_COLUMNS: Final = select(FEEDS.c.id, FEEDS.c.name, *(FEEDS.c[name] for name in _STATE_COLUMNS))
# Two who claim at once: on SQLite the write lock settles it, elsewhere the second skips the locked rows.
_DUE: Final = (
    _COLUMNS.where(ENABLED, FEEDS.c.next_poll_at <= bindparam("now"), _CLAIMABLE)
    .order_by(FEEDS.c.next_poll_at, FEEDS.c.id)
    .limit(bindparam("limit"))
    .with_for_update(skip_locked=True)
)
_CLAIM_DUE: Final = Prepared(lambda _: _DUE)
_NAMED: Final = LookUp(
    _COLUMNS.where(ENABLED, _CLAIMABLE).order_by(FEEDS.c.id).with_for_update(skip_locked=True), FEEDS.c.name
)
_CLAIM: Final = Prepared(
    lambda _: (
        update(FEEDS)
        .where(FEEDS.c.id == bindparam("feed_id"))
        .values(lease_token=bindparam("token"), leased_until=bindparam("until"))
    )
)
_HELD: Final = and_(FEEDS.c.id == bindparam("feed_id"), FEEDS.c.lease_token == bindparam("token"))
_SAVE: Final = Prepared(
    lambda _: update(FEEDS).where(_HELD).values(**{name: bindparam(name) for name in _STATE_COLUMNS}, **_GIVE_BACK)
)
_RELEASE: Final = update(FEEDS).where(_HELD).values(**_GIVE_BACK)
_PROLONG: Final = update(FEEDS).where(_HELD, ENABLED).values(leased_until=bindparam("until"))
_CLAIMED: Final = _COLUMNS.where(_HELD)
_ADDRESSES: Final = select(FEEDS.c.name, FEEDS.c.url).order_by(FEEDS.c.enabled.desc(), FEEDS.c.id.desc())
_DUE_NAMES: Final = (
    select(FEEDS.c.name)
    .where(ENABLED, FEEDS.c.next_poll_at <= bindparam("now"), _CLAIMABLE)
    .order_by(FEEDS.c.next_poll_at, FEEDS.c.id)
    .limit(bindparam("limit"))
)
_FROM_THE_FUTURE: Final = select(
    FEEDS.c.id, FEEDS.c.next_poll_at, FEEDS.c.last_polled_at, FEEDS.c.created_at, FEEDS.c.leased_until
).where(
    or_(
        FEEDS.c.last_polled_at > bindparam("now"),
        FEEDS.c.created_at > bindparam("now"),
        FEEDS.c.leased_until > bindparam("latest"),
    )
)
_HEAL: Final = (
    update(FEEDS)
    .where(FEEDS.c.id == bindparam("feed_id"))
    .values(
        next_poll_at=bindparam("due"),
        last_polled_at=bindparam("polled"),
        created_at=bindparam("created"),
        leased_until=bindparam("until"),
    )
)
_TWINS: Final = (
    select(FEEDS.c.name, FEEDS.c.last_keys)
    .where(ENABLED, FEEDS.c.fingerprint == bindparam("like"), FEEDS.c.id < bindparam("feed_id"))
    .order_by(FEEDS.c.id)
)
_NEXT_DUE: Final = select(func.min(FEEDS.c.next_poll_at)).where(ENABLED)


class SqlFeeds:
    """Implements `ports.Feeds` inside one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def sync(self, specs: Sequence[FeedSpec], now: datetime) -> None:
        """Make the stored feeds those of the configuration; see `ports.Feeds`.

        A feed that comes back after it was removed is due now and goes on where it stopped. A poll that is on
        its way to an old address loses its claim, so that it cannot write that address's validators.
        """
        rows = self._connection.execute(select(FEEDS.c.id, FEEDS.c.name, FEEDS.c.url, FEEDS.c.tags, FEEDS.c.enabled))
        stored = {row.name: row for row in rows}
        new = [_new_row(spec, now) for spec in specs if spec.name not in stored]
        if new:
            self._connection.execute(insert(FEEDS), new)
        for spec in specs:
            if spec.name in stored:
                self._update(stored[spec.name], spec, now)
        named = {spec.name for spec in specs}
        gone = [{"feed_id": row.id} for row in stored.values() if row.enabled and row.name not in named]
        if gone:
            self._connection.execute(
                update(FEEDS).where(FEEDS.c.id == bindparam("feed_id")).values(enabled=False), gone
            )

    def addresses(self) -> dict[str, str]:
        """The address of every feed that ever was, by name: those of the configuration first, then the newest."""
        rows = self._connection.execute(_ADDRESSES)
        return {row.name: row.url for row in rows}

    def rename(self, old: str, new: str) -> None:
        """Give a feed another name, and take back the claim of whoever polls it under the old one."""
        self._connection.execute(update(FEEDS).where(FEEDS.c.name == old).values(name=new, **_GIVE_BACK))
        self._connection.execute(update(FULLTEXTS).where(FULLTEXTS.c.feed == old).values(feed=new))

    def _update(self, row: Row[Any, Any, Any, Any, Any], spec: FeedSpec, now: datetime) -> None:
        changed: dict[str, Any] = {}
        if row.tags != spec.tags:
            changed |= {"tags": spec.tags}
        if not row.enabled:
            changed |= {"enabled": True, "next_poll_at": now}
        if row.url != spec.url:
            changed |= {"url": spec.url, "next_poll_at": now, **_FORGET, **_GIVE_BACK}
        if changed:
            self._connection.execute(update(FEEDS).where(FEEDS.c.id == row.id).values(**changed))

    def due(self, now: datetime, limit: int) -> tuple[str, ...]:
        """Up to `limit` names of enabled feeds that are due and not claimed, the longest due first."""
        return tuple(self._connection.execute(_DUE_NAMES, {"now": now, "limit": limit}).scalars())

    def claim_due(
        self, now: datetime, lease_for: timedelta, limit: int, names: Sequence[str] | None = None
    ) -> tuple[FeedClaim, ...]:
        """Claim up to `limit` enabled feeds that are due and not claimed by another, the longest due first.

        With `names`, only of these.
        """
        if names is None:
            rows = _CLAIM_DUE.rows(self._connection, {"now": now, "limit": limit})
        else:
            named = _NAMED.rows(self._connection, tuple(dict.fromkeys(names)), {"now": now})
            due = [row for row in named if row.next_poll_at is not None and row.next_poll_at <= now]
            rows = sorted(due, key=lambda row: (row.next_poll_at, row.id))[:limit]
        return self._claim(rows, now + lease_for)

    def claim_named(self, names: Sequence[str], now: datetime, lease_for: timedelta) -> tuple[FeedClaim, ...]:
        """Claim these enabled feeds whether due or not, except those claimed by another now."""
        rows = _NAMED.rows(self._connection, tuple(dict.fromkeys(names)), {"now": now})
        return self._claim(rows, now + lease_for)

    def _claim(self, rows: Iterable[Any], until: datetime) -> tuple[FeedClaim, ...]:
        claims = tuple(
            FeedClaim(feed_id=row.id, name=row.name, token=secrets.token_hex(8), state=_state(row)) for row in rows
        )
        _CLAIM.run_many(
            self._connection, [{"feed_id": claim.feed_id, "token": claim.token, "until": until} for claim in claims]
        )
        return claims

    def save(self, claim: FeedClaim, state: FeedState, gap: Gap | None = None) -> None:
        """Write the state after a poll, record the gap, and give the claim back.

        Raises:
            LeaseLostError: the claim has passed to another; nothing is written.
        """
        values = {name: getattr(state, name) for name in _STATE_COLUMNS} | {"health": state.health.value}
        saved = _SAVE.run(self._connection, {"feed_id": claim.feed_id, "token": claim.token, **values})
        if saved.rowcount != 1:
            raise LeaseLostError(f"the claim on the feed {claim.name} was lost")
        if gap is not None:
            self._connection.execute(
                insert(GAPS),
                {"feed_id": claim.feed_id, "after": gap.after, "before": gap.before, "at_most": gap.at_most},
            )

    def release(self, claim: FeedClaim) -> None:
        """Give a claim back without having polled; harmless if it was lost."""
        self.release_token(claim.feed_id, claim.token)

    def release_token(self, feed_id: int, token: str) -> None:
        """The same for a claim of which only this is known."""
        self._connection.execute(_RELEASE, {"feed_id": feed_id, "token": token})

    def take_up(self, feed_id: int, token: str, until: datetime) -> FeedClaim | None:
        """Prolong a claim that was made elsewhere; None if it was lost, or the feed is not polled any more."""
        held = {"feed_id": feed_id, "token": token}
        if not self._connection.execute(_PROLONG, held | {"until": until}).rowcount:
            return None
        row = self._connection.execute(_CLAIMED, held).one()
        return FeedClaim(feed_id=row.id, name=row.name, token=token, state=_state(row))

    def twin(self, feed_id: int, fingerprint: str, keys: Sequence[str]) -> str:
        """An older enabled feed with this fingerprint whose last poll shares an entry with `keys`, or ""."""
        if not fingerprint:
            return ""
        rows = self._connection.execute(_TWINS, {"feed_id": feed_id, "like": fingerprint})
        return next((row.name for row in rows if not set(keys).isdisjoint(row.last_keys)), "")

    def next_due_at(self) -> datetime | None:
        """When the next enabled feed is due, or None if there is none."""
        return self._connection.execute(_NEXT_DUE).scalar()

    def heal(self, now: datetime, lease_for: timedelta) -> None:
        """Mend what a wrong clock wrote; see `ports.Feeds`."""
        rows = self._connection.execute(_FROM_THE_FUTURE, {"now": now, "latest": now + lease_for}).all()
        mended = [
            {
                "feed_id": row.id,
                "due": _counted_from(now, row.last_polled_at or row.created_at, row.next_poll_at),
                "polled": row.last_polled_at and min(row.last_polled_at, now),
                "created": min(row.created_at, now),
                "until": row.leased_until and min(row.leased_until, now + lease_for),
            }
            for row in rows
        ]
        if mended:
            self._connection.execute(_HEAL, mended)


def _new_row(spec: FeedSpec, now: datetime) -> dict[str, Any]:
    state = FeedState(next_poll_at=now)
    return {name: getattr(state, name) for name in _STATE_COLUMNS} | {
        "health": state.health.value,
        "name": spec.name,
        "url": spec.url,
        "tags": spec.tags,
        "enabled": True,
        "created_at": now,
    }


def _counted_from(now: datetime, written_at: datetime, due_at: datetime | None) -> datetime | None:
    """A due time that was written in the future, moved back by as much."""
    return due_at if due_at is None or written_at <= now else due_at - (written_at - now)


def _state(row: Any) -> FeedState:
    values = {name: getattr(row, name) for name in _STATE_COLUMNS}
    return FeedState(**values | {"health": Health(row.health)})

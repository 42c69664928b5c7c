"""Alerts and deliveries as stored, and as a renderer sees them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime  # noqa: TC003 - dataclass fields are read at run time by tools
from typing import TYPE_CHECKING

from monitor.core.alerting import Reason, State

if TYPE_CHECKING:
    from monitor.core.article import Article, Span


@dataclass(frozen=True, slots=True)
class DeliveryDraft:
    """A row of the outbox to be: one alert for one recipient of a channel.

    `recipient` is "" if the channel has only one; it never holds a secret.
    """

    channel: str
    recipient: str
    due_at: datetime
    state: State = State.PENDING
    reason: str = ""


@dataclass(frozen=True, slots=True)
class AlertDraft:
    """An alert to be. `key` is unique: a second alert with the same key is never stored.

    `about` is what a held flood comes from; `why` says more than the reason.
    """

    key: str
    reason: Reason
    watchlist: str = ""
    hit_ids: tuple[int, ...] = ()
    notes: tuple[str, ...] = ()
    deliveries: tuple[DeliveryDraft, ...] = ()
    story_id: int | None = None
    about: str = ""
    why: str = ""


@dataclass(frozen=True, slots=True)
class Lane:
    """Deliveries to one recipient of one channel: sent in order, one at a time."""

    channel: str
    recipient: str


@dataclass(frozen=True, slots=True)
class LeasedDelivery:
    """The right to try one delivery until its lease expires.

    `attempts` counts the tries before this one, `unanswered` those of them that may have arrived.
    """

    id: int
    alert_id: int
    lane: Lane
    token: str
    attempts: int
    created_at: datetime
    unanswered: int = 0


@dataclass(frozen=True, slots=True)
class Attempt:
    """One try at a delivery: when, how long, and what came of it."""

    started_at: datetime
    duration_s: float
    outcome: str
    detail: str = ""


@dataclass(frozen=True, slots=True)
class HitView:
    """A hit as an alert shows it: the watchlist, the stored article and the spans in it.

    `story_id` is the happening that the article reports, 0 if it is not known.
    """

    watchlist: str
    article: Article
    spans: tuple[Span, ...]
    weak: str = ""
    story_id: int = 0


@dataclass(frozen=True, slots=True)
class AlertContent:
    """Everything a renderer needs. One article can have several hits (one a watchlist).

    `outlets` counts the outlets that carry the alert's story by now, 0 if it is about none.
    """

    alert_id: int
    reason: Reason
    watchlist: str
    created_at: datetime
    hits: tuple[HitView, ...] = ()
    notes: tuple[str, ...] = ()
    outlets: int = 0

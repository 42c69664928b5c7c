"""What Prometheus reads: what the database holds, and what this process did since it started."""

from __future__ import annotations

from dataclasses import dataclass
from importlib.metadata import version
from typing import TYPE_CHECKING, Final

from fastapi import APIRouter, Request
from fastapi.responses import Response
from prometheus_client import CollectorRegistry, ProcessCollector, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily, InfoMetricFamily
from prometheus_client.registry import Collector

from monitor.core.schedule import Health
from monitor.pipeline.tally import BOUNDS_S, OUTCOMES
from monitor.web.desk import desk_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import datetime

    from prometheus_client.metrics_core import Metric

    from monitor.bootstrap import App
    from monitor.pipeline.ports import Work
    from monitor.pipeline.records import Reload
    from monitor.pipeline.tally import Durations

router: Final = APIRouter()

CONTENT_TYPE: Final = "text/plain; version=0.0.4; charset=utf-8"


@dataclass(frozen=True, slots=True)
class Stored:
    """What the database says, all of one moment."""

    now: datetime
    totals: dict[str, int]
    deliveries: dict[str, int]
    oldest_pending_at: datetime | None
    feeds: dict[str, int]
    feeds_due: int
    next_due_at: datetime | None
    reload: Reload


@router.get("/metrics")
async def metrics(request: Request) -> Response:
    """All metrics; asking costs a few look-ups in the database and counting the deliveries."""
    app = desk_of(request).current()
    now = app.clock.now()
    stored = await app.storage.read(lambda work: _stored(work, now))
    registry = CollectorRegistry()
    registry.register(_Collected(families(app, stored)))
    ProcessCollector(registry=registry)
    return Response(generate_latest(registry), media_type=CONTENT_TYPE)


class _Collected(Collector):
    """Metrics that are there already."""

    def __init__(self, found: Iterable[Metric]) -> None:
        self._found = tuple(found)

    def collect(self) -> Iterable[Metric]:
        """All of them."""
        return self._found


def _stored(work: Work, now: datetime) -> Stored:
    feeds, due = work.listings.feed_counts(now)
    return Stored(
        now,
        work.listings.totals(),
        work.outbox.counts(),
        work.listings.oldest_pending_at(now),
        feeds,
        due,
        work.feeds.next_due_at(),
        work.reloads.state(),
    )


def families(app: App, stored: Stored) -> Iterator[Metric]:
    """Every metric with its value."""
    yield InfoMetricFamily("monitor", "The program.", value={"version": version("korean-news-monitor")})
    for what in ("articles", "hits", "alerts", "gaps"):
        yield CounterMetricFamily(f"monitor_{what}", f"Stored {what}, ever.", value=stored.totals[what])
    yield from _outbox(stored)
    yield from _feeds(stored)
    yield from _configuration(stored.reload)
    yield from _process(app)


def _outbox(stored: Stored) -> Iterator[Metric]:
    deliveries = GaugeMetricFamily("monitor_deliveries", "Stored deliveries by state.", labels=["state"])
    for state, number in stored.deliveries.items():
        deliveries.add_metric([state], number)
    yield deliveries
    yield GaugeMetricFamily(
        "monitor_oldest_pending_delivery_seconds",
        "Age of the oldest delivery that should have gone out by now, 0 if there is none.",
        value=_age_s(stored.oldest_pending_at, stored.now),
    )


def _feeds(stored: Stored) -> Iterator[Metric]:
    feeds = GaugeMetricFamily("monitor_feeds", "Enabled feeds by health.", labels=["health"])
    for health in Health:
        if health is not Health.REMOVED:
            feeds.add_metric([health.value], stored.feeds.get(health.value, 0))
    yield feeds
    yield GaugeMetricFamily("monitor_feeds_due", "Feeds that wait to be polled.", value=stored.feeds_due)
    yield GaugeMetricFamily(
        "monitor_oldest_due_feed_seconds",
        "How long the feed that is due longest has been due, 0 if none is.",
        value=_age_s(stored.next_due_at, stored.now),
    )


def _configuration(reload: Reload) -> Iterator[Metric]:
    yield GaugeMetricFamily(
        "monitor_config_reload_success",
        "1 if the configuration as it stands in the file is in force, 0 if it has a fault.",
        value=float(not reload.fault),
    )
    if reload.read_at is not None:
        yield GaugeMetricFamily(
            "monitor_config_read_timestamp_seconds",
            "When the configuration was last read.",
            value=reload.read_at.timestamp(),
        )


def _process(app: App) -> Iterator[Metric]:
    tally = app.poller.tally
    polls = CounterMetricFamily("monitor_polls", "Polls by outcome, since this process started.", labels=["outcome"])
    for outcome in OUTCOMES:
        polls.add_metric([outcome], tally.polls[outcome])
    yield polls
    yield _histogram("monitor_poll_seconds", "Polls from fetch to commit.", tally.polling)
    yield _histogram("monitor_parse_seconds", "Parsing of a feed, with the wait for a parser.", app.reader.parsing)
    if tally.beat_s is not None:
        yield GaugeMetricFamily(
            "monitor_scheduler_silent_seconds",
            "How long ago the scheduler last looked for feeds that are due.",
            value=max(0.0, app.clock.monotonic_s() - tally.beat_s),
        )


def _histogram(name: str, says: str, durations: Durations) -> Metric:
    buckets, total = [], 0
    for bound, count in zip((*map(str, BOUNDS_S), "+Inf"), durations.counts, strict=True):
        total += count
        buckets.append((bound, float(total)))
    return HistogramMetricFamily(name, says, buckets=buckets, sum_value=durations.sum_s)


def _age_s(since: datetime | None, now: datetime) -> float:
    return 0.0 if since is None else max(0.0, (now - since).total_seconds())

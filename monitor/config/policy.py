"""Makes of a configuration who is told what, and when."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import cache
from typing import TYPE_CHECKING, Final
from zoneinfo import ZoneInfo

from monitor.core.alerting.hours import Hours, is_quiet
from monitor.core.alerting.model import AlertPolicy, ChannelPolicy, FirstPoll, Severity, WatchPolicy

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import date

    from holidays import HolidayBase

    from monitor.config.model import ChannelConfig, Config
    from monitor.config.wanted import WatchlistConfig
    from monitor.core.errors import Problem

GATHER_FOR: Final = timedelta(minutes=1)
"""How long first-poll summaries and notices wait for more of their kind."""

_ANY_MONDAY: Final = datetime(2026, 3, 2, tzinfo=UTC)
_HALF_HOUR: Final = timedelta(minutes=30)


@cache
def _korean() -> HolidayBase:
    import holidays  # noqa: PLC0415 - a third of a second that most commands need not wait for

    return holidays.country_holidays("KR", language="en_US")


def is_korean_holiday(day: date) -> bool:
    """Whether a day is a public holiday in Korea, substitute holidays included."""
    return day in _korean()


def routes_of(config: Config) -> dict[str, tuple[str, ...]]:
    """The channels of each watchlist by name, in the file's order.

    A watchlist that names none goes to every channel that takes its labels and severity.
    """
    return {
        one.name: tuple(name for name, channel in config.channels.items() if takes(channel, one))
        if one.channels is None
        else one.channels
        for one in config.watchlists
    }


def takes(channel: ChannelConfig, watchlist: WatchlistConfig) -> bool:
    """Whether a channel takes the alerts of a watchlist that names no channels; one with a briefing takes none."""
    if channel.briefing:
        return False
    return not channel.routes or bool({watchlist.severity.value, *watchlist.labels} & set(channel.routes))


def alert_policy(config: Config, routes: Mapping[str, tuple[str, ...]]) -> AlertPolicy:
    """The alert policy of a configuration."""
    alerts = config.alerts
    return AlertPolicy(
        routes=routes,
        zone=ZoneInfo(config.timezone),
        gather_for=GATHER_FOR,
        first_poll=FirstPoll(config.first_poll),
        language=config.language,
        watchlists={one.name: _watch(one) for one in config.watchlists},
        channels={name: _channel(channel) for name, channel in config.channels.items()},
        group_wait=alerts.group_wait,
        group_interval=alerts.group_interval,
        update_after=alerts.update_after,
        updates=alerts.updates,
        repeat_interval=alerts.repeat_interval,
        flood_guard=alerts.flood_guard,
        is_holiday=is_korean_holiday,
    )


def _watch(one: WatchlistConfig) -> WatchPolicy:
    return WatchPolicy(
        weak=one.weak,
        severity=one.severity,
        inhibits=frozenset(one.inhibits),
        group_wait=one.group_wait,
        update_after=one.update_after,
        repeat_interval=one.repeat_interval,
    )


def _channel(channel: ChannelConfig) -> ChannelPolicy:
    return ChannelPolicy(
        digests=channel.digest or (),
        hours=Hours(channel.active_hours, channel.quiet_hours),
        urgent_passes=channel.quiet_except is not None,
        group_wait=channel.group_wait,
        canary=channel.canary or (),
        at_once=channel.at_once,
        briefings=channel.briefing or (),
    )


def policy_problems(config: Config, *, whole: bool = True) -> Iterator[Problem]:
    """Labels that nothing has, watchlists that mute each other, channels that never wake.

    Not `whole`: some watchlists may have been left out, and nothing is said of what is missing.
    """
    yield from _circles(config)
    if whole:
        yield from _lost_labels(config)
    for name, channel in config.channels.items():
        if _never_wakes(channel):
            key = "quiet_hours" if channel.quiet_hours else "active_hours"
            yield config.origin.problem(
                ("channels", name, key), "this channel would never be rung", "leave it some hours of the week"
            )


def _circles(config: Config) -> Iterator[Problem]:
    inhibits = {one.name: frozenset(one.inhibits) for one in config.watchlists}
    for place, one in enumerate(config.watchlists):
        for number, name in enumerate(one.inhibits):
            path = ("watchlists", place, "inhibits", number)
            if one.name in _reached(name, inhibits):
                todo = "only the more specific one inhibits the other"
                yield config.origin.problem(path, f"{one.name} and {name} inhibit each other", todo)


def _lost_labels(config: Config) -> Iterator[Problem]:
    labels = {label for one in config.watchlists for label in one.labels} | {one.value for one in Severity}
    for name, channel in config.channels.items():
        for number, label in enumerate(channel.routes):
            if label not in labels:
                todo = f"write a label of a watchlist, or one of {', '.join(Severity)}"
                yield config.origin.problem(
                    ("channels", name, "routes", number), f"no watchlist has the label {label}", todo
                )


def _reached(name: str, inhibits: Mapping[str, frozenset[str]]) -> set[str]:
    """The watchlist and all that it inhibits, one through another."""
    found: set[str] = set()
    left = [name]
    while left:
        one = left.pop()
        if one not in found:
            found.add(one)
            left += inhibits.get(one, ())
    return found


def _never_wakes(channel: ChannelConfig) -> bool:
    """Whether a channel is quiet at every half hour and just before of a usual week."""
    hours = Hours(channel.active_hours, channel.quiet_hours)
    moments = (_ANY_MONDAY + number * _HALF_HOUR for number in range(2 * 24 * 7))
    return all(
        is_quiet(moment + timedelta(minutes=minute), hours, UTC, lambda _: False)
        for moment in moments
        for minute in (0, 29)
    )

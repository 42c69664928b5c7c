"""What a backtest showed, as lines that read like those of `git diff`, and as JSON."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import date
    from zoneinfo import ZoneInfo

    from monitor.engines.backtest import Outcome
    from monitor.pipeline.backtest import Change, Compared


@dataclass(frozen=True, slots=True)
class Labels:
    """What is compared with what."""

    before: str
    after: str


def lines(outcome: Outcome, zone: ZoneInfo, labels: Labels, limit: int) -> Iterator[str]:
    """The outcome for people; equal outcomes give equal lines."""
    comparison = outcome.comparison
    yield f"--- {labels.before}"
    yield f"+++ {labels.after}"
    for old, new in outcome.names.items():
        yield f"- {old}"
        yield f"+ {new}  (only the name is new)"
    changed = [one for one in comparison.watchlists if one.gained or one.lost]
    for one in changed:
        counts = f"{one.before} -> {one.after} hits, +{len(one.gained)} -{len(one.lost)}"
        yield f"@@ {one.watchlist}: {counts} @@"
        yield from _titles("-", one.lost, zone, limit)
        yield from _titles("+", one.gained, zone, limit)
    same = len(comparison.watchlists) - len(changed)
    yield f"@@ {same} {'watchlist matches' if same == 1 else 'watchlists match'} the same articles @@"
    yield from _day_lines(outcome)
    if comparison.doubtful:
        yield f"@@ the {len(comparison.doubtful)} most doubtful hits @@"
        for change in comparison.doubtful:
            new = "+" if change.watchlist not in change.judged.before else " "
            yield f"{new} {change.watchlist}: {_title(change, zone)}  ({change.seen.weak})"


def _titles(sign: str, changes: Sequence[Change], zone: ZoneInfo, limit: int) -> Iterator[str]:
    for change in changes[:limit]:
        yield f"{sign} {_title(change, zone)}"
    if len(changes) > limit:
        yield f"{sign} … and {len(changes) - limit} more"


def _title(change: Change, zone: ZoneInfo) -> str:
    judged = change.judged
    day = judged.at.astimezone(zone).date().isoformat()
    words = f"  [{', '.join(change.seen.words)}]" if change.seen.words else ""
    return f"{day} {' '.join(judged.title.split())}{words}  {judged.url or f'article {judged.article_id}'}"


def _day_lines(outcome: Outcome) -> Iterator[str]:
    """Alerts a day: of all together, and of each watchlist of which they change; days that are equal are left out."""
    comparison = outcome.comparison
    before, after = comparison.told_before.by_day(), comparison.told_after.by_day()
    averages = " -> ".join(_average(told, comparison.days) for told in (before, after))
    yield f"@@ alerts: {averages} a day over {comparison.days} days, lists included @@"
    yield from _differences("all", before, after)
    for one in comparison.watchlists:
        yield from _differences(one.watchlist, *_alerts(one, outcome))


def _differences(name: str, before: Mapping[date, int], after: Mapping[date, int]) -> Iterator[str]:
    for day in sorted(before.keys() | after.keys()):
        old, new = before.get(day, 0), after.get(day, 0)
        if old != new:
            yield f"- {day.isoformat()} {name}: {old}"
            yield f"+ {day.isoformat()} {name}: {new}"


def _average(days: Mapping[date, int], of: int) -> str:
    return f"{sum(days.values()) / of:.1f}" if of else "0.0"


def _alerts(one: Compared, outcome: Outcome) -> tuple[Mapping[date, int], Mapping[date, int]]:
    comparison = outcome.comparison
    before, after = (told.alerts.get(one.watchlist, {}) for told in (comparison.told_before, comparison.told_after))
    return before, after


def json_rows(outcome: Outcome, zone: ZoneInfo, seconds: float, limit: int) -> Iterator[dict[str, Any]]:
    """One row for each watchlist, and one for all together at the end."""
    comparison = outcome.comparison
    for one in comparison.watchlists:
        yield {
            "watchlist": one.watchlist,
            "before": one.before,
            "after": one.after,
            "gained": [_change(change, zone) for change in one.gained[:limit]],
            "lost": [_change(change, zone) for change in one.lost[:limit]],
            "alerts_per_day": _both(*_alerts(one, outcome)),
        }
    yield {
        "articles": outcome.articles,
        "days": comparison.days,
        "watchlists": len(comparison.watchlists),
        "renamed": dict(outcome.names),
        "alerts_per_day": _both(comparison.told_before.by_day(), comparison.told_after.by_day()),
        "doubtful": [
            {
                "watchlist": change.watchlist,
                "new": change.watchlist not in change.judged.before,
                **_change(change, zone),
            }
            for change in comparison.doubtful
        ],
        "runtime_s": round(seconds, 2),
    }


def _both(before: Mapping[date, int], after: Mapping[date, int]) -> dict[str, dict[str, int]]:
    return {
        "before": {day.isoformat(): count for day, count in sorted(before.items())},
        "after": {day.isoformat(): count for day, count in sorted(after.items())},
    }


def _change(change: Change, zone: ZoneInfo) -> dict[str, Any]:
    judged = change.judged
    return {
        "article_id": judged.article_id,
        "url": judged.url,
        "title": judged.title,
        "day": judged.at.astimezone(zone).date().isoformat(),
        "story_id": judged.story_id,
        "words": list(change.seen.words),
        "weak": change.seen.weak,
    }

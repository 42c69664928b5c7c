"""What became of an alert on each channel, as people read it."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any, Final

from rich.text import Text

from monitor.cli.output import local_time
from monitor.core.alerting import State

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from zoneinfo import ZoneInfo

    from rich.console import Console

    from monitor.core.query.explain import Language

TOLD: Final = {"ko": "이 기사나 그 스토리의 알림", "en": "Alerts of this article or its story"}
PASSED: Final = {
    "ko": "알리지 않은 일치와 이유(알린 알림 번호)",
    "en": "Hits not told of, and why (the alert that told)",
}
UNTOLD: Final = {"ko": "이 기사나 그 스토리의 알림 없음", "en": "No alert of this article or its story"}


def show_told(console: Console, alerts: Sequence[Mapping[str, Any]], zone: ZoneInfo, language: Language) -> None:
    """Print the alerts that concern an article: number, time, reason, and what became of each."""
    console.print(Text((TOLD if alerts else UNTOLD)[language], "bold"))
    for alert in alerts:
        why = f" ({alert['why']})" if alert["why"] else ""
        of = f" {alert['watchlist']}" if alert["watchlist"] else ""
        made = local_time(alert["created_at"], zone)
        console.print(Text(f"  {alert['id']}  {made}{of}  {alert['reason']}{why}: {outcomes(alert, zone)}"))


def show_passed(console: Console, passed: Sequence[Mapping[str, Any]], language: Language) -> None:
    """Print of which hits of an article a channel is not told, and why."""
    if passed:
        console.print(Text(PASSED[language], "bold"))
    for one in passed:
        by = f" ({one['alert_id']})" if one["alert_id"] else ""
        to = f" → {one['channel']}" if one["channel"] else ""
        console.print(Text(f"  {one['watchlist']}{to}: {one['reason']}{by}"))


def outcomes(alert: Mapping[str, Any], zone: ZoneInfo) -> str:
    """Such as `desk: sent 10-06 14:30; mail a@x.kr: not sent, told with DeepSeek`."""
    said = [outcome(one, zone) for one in alert["decisions"]]
    counted = Counter(f"{one['channel']}: {one['reason']}" for one in alert["passed"])
    said += [f"{what} (+{count})" for what, count in counted.items()]
    return "; ".join(said) or "nobody to tell"


def outcome(one: Mapping[str, Any], zone: ZoneInfo) -> str:
    """What became of one delivery."""
    to = f"{one['channel']} {one['recipient']}".rstrip()
    why = f", {one['reason']}" if one["reason"] else ""
    match State(one["state"]):
        case State.SENT:
            return f"{to}: sent {local_time(one['sent_at'], zone)}"
        case State.PENDING:
            return f"{to}: waits until {local_time(one['due_at'], zone)}{why}"
        case State.LEASED:
            return f"{to}: being sent"
        case State.DEAD:
            return f"{to}: dead{why}"
        case State.SUPPRESSED:
            return f"{to}: not sent{why}"

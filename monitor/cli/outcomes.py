"""What became of an alert on each channel, as people read it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from monitor.cli.output import local_time
from monitor.core.alerting import State

if TYPE_CHECKING:
    from collections.abc import Mapping
    from zoneinfo import ZoneInfo


def outcomes(alert: Mapping[str, Any], zone: ZoneInfo) -> str:
    """Such as `desk: sent 10-06 14:30; mail a@x.kr: not sent, told with DeepSeek`."""
    return "; ".join(outcome(one, zone) for one in alert["decisions"]) or "nobody to tell"


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

"""A last look before an alert is sent: what was decided may be hours old."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from monitor.core.alerting.hours import awake
from monitor.core.alerting.model import Reason, Severity, State, Withheld
from monitor.core.alerting.retry import Verdict
from monitor.pipeline.silence import silences_of

if TYPE_CHECKING:
    from datetime import datetime

    from monitor.pipeline.ports import Work
    from monitor.pipeline.records import AlertContent
    from monitor.pipeline.tell import Audience

AT_THEIR_TIME: Final = frozenset({Reason.DIGEST, Reason.BRIEFING, Reason.CANARY})
"""Reasons of alerts whose time the user named."""


def gate(work: Work, content: AlertContent, channel: str, audience: Audience, now: datetime) -> Verdict | None:
    """Why an alert must not be sent to a channel now, or None.

    It is suppressed if silences cover all of its hits, and waits if the channel is in its quiet hours: it should have
    gone out before them, and could not. A digest comes at the time that the user named, quiet or not.
    """
    number = _silence(work, content, channel, audience, now)
    if number:
        return Verdict(State.SUPPRESSED, f"{Withheld.SILENCED.value} {number}", now, "suppressed")
    policy = audience.policy
    rules = policy.channel(channel)
    urgent = content.reason is Reason.URGENT or policy.watch(content.watchlist).severity is Severity.URGENT
    if content.reason in AT_THEIR_TIME or (urgent and rules.urgent_passes):
        return None
    wake_at = awake(now, rules.hours, policy.zone, policy.is_holiday)
    return None if wake_at == now else Verdict(State.PENDING, Reason.QUIET.value, wake_at, "held")


def _silence(work: Work, content: AlertContent, channel: str, audience: Audience, now: datetime) -> int:
    """A silence that covers what is left of an alert once the others have covered theirs; 0 if something is left."""
    live = [one for one in work.silences.live(now) if one.matchers.channel in {"", channel}]
    if not live or not content.hits:
        return 0
    hits = work.tellings.hits(content.alert_id)
    routes = audience.policy.routes
    # Those of another watchlist that does not come here are in the alert for the sake of other channels.
    own = [hit for hit in hits if hit.watchlist == content.watchlist or channel in routes.get(hit.watchlist, ())]
    found = silences_of(work, audience.queries, live, own or hits)
    return 0 if not all(found.values()) else max(number for silences in found.values() for _, number in silences)

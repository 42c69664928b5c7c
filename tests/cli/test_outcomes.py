"""What became of an alert, in words."""

from __future__ import annotations

from zoneinfo import ZoneInfo

import pytest

from monitor.cli.outcomes import outcome, outcomes

SEOUL = ZoneInfo("Asia/Seoul")


@pytest.mark.parametrize(
    ("state", "reason", "says"),
    [
        ("sent", "", "desk: sent 10-06 14:30"),
        ("pending", "", "desk: waits until 10-06 14:00"),
        ("pending", "quiet hours", "desk: waits until 10-06 14:00, quiet hours"),
        ("leased", "", "desk: being sent"),
        ("dead", "404", "desk: dead, 404"),
        ("suppressed", "silenced by 3", "desk: not sent, silenced by 3"),
    ],
)
def test_each_state_is_said_with_its_time_or_reason(state: str, reason: str, says: str) -> None:
    one = {
        "channel": "desk",
        "recipient": "",
        "state": state,
        "reason": reason,
        "due_at": "2026-10-06T05:00:00+00:00",
        "sent_at": "2026-10-06T05:30:00+00:00",
    }
    assert outcome(one, SEOUL) == says


def test_an_alert_without_recipients_says_so() -> None:
    assert outcomes({"decisions": [], "passed": []}, SEOUL) == "nobody to tell"

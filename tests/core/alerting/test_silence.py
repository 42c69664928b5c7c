from __future__ import annotations

import pytest

from monitor.core.alerting.silence import Matchers, SilenceError, covers, parse_matchers, written


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("DeepSeek", Matchers("DeepSeek")),
        ("DeepSeek story:12", Matchers("DeepSeek", 12)),
        ('channel:"my desk" 실적 -주가', Matchers(channel="my desk", query="실적 -주가")),
        ("story:7", Matchers(story_id=7)),
    ],
)
def test_a_silence_is_read_as_it_is_written(text: str, expected: Matchers) -> None:
    found = parse_matchers(text, ["DeepSeek"], ["my desk"])
    assert found == expected
    assert parse_matchers(written(found), ["DeepSeek"], ["my desk"]) == found


@pytest.mark.parametrize("text", ["", "story:x", "story:1 story:2", "channel:none", "story:"])
def test_what_is_no_silence_is_refused(text: str) -> None:
    with pytest.raises(SilenceError):
        parse_matchers(text, ["DeepSeek"], ["desk"])


def test_all_that_a_silence_states_must_be_true() -> None:
    assert covers(Matchers("a", 1), "a", 1)
    assert not covers(Matchers("a", 1), "a", 2)
    assert not covers(Matchers("a"), "b", 1)
    assert covers(Matchers(channel="desk"), "b", 1)

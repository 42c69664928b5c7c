from __future__ import annotations

from monitor.core.errors import FetchError, FetchFailure
from monitor.core.schedule import Health
from monitor.pipeline.notices import (
    FAILURES_KO,
    HEALTH_KO,
    delivery_dead,
    feed_broken,
    feed_moved,
    feed_recovered,
    sick_feed,
)


def test_every_failure_has_a_korean_name() -> None:
    assert set(FAILURES_KO) == set(FetchFailure)


def test_a_broken_feed_is_told_with_its_cause_in_both_languages() -> None:
    error = FetchError(FetchFailure.HTTP, "502")
    assert feed_broken("전자신문", 5, error, "ko") == "피드 전자신문: 5번 연속 실패 — HTTP 오류 (502)"
    assert feed_broken("전자신문", 5, error, "en") == "Feed 전자신문 has failed 5 times in a row: HTTP error: 502"
    assert feed_broken("전자신문", 5, FetchError(FetchFailure.DNS), "ko").endswith("이름을 찾을 수 없음")


def test_recovery_and_dead_deliveries_are_told_in_both_languages() -> None:
    assert feed_recovered("전자신문", "ko") == "피드 전자신문: 다시 정상"
    assert feed_recovered("전자신문", "en") == "Feed 전자신문 works again"
    assert "monitor deliveries retry 7" in delivery_dead("desk", 7, "404", "ko")
    assert delivery_dead("desk", 7, "404", "en").startswith("An alert could not be sent to desk: 404")


def test_a_new_address_is_told_with_what_to_do() -> None:
    assert "https://new.example/rss" in feed_moved("전자신문", "https://new.example/rss", "ko")
    assert feed_moved("전자신문", "https://n/", "en").endswith("change its url in config.yaml")


def test_every_health_has_a_korean_name() -> None:
    assert set(HEALTH_KO) == set(Health)


def test_a_sick_feed_is_told_since_when_and_how() -> None:
    assert sick_feed("전자신문", Health.STALE, "10-01", "ko") == "전자신문: 평소보다 오래 새 글 없음 (10-01부터)"
    assert sick_feed("전자신문", Health.DEAD, "10-01", "en") == "전자신문: dead since 10-01"

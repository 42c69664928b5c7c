from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from monitor.core.alerting.model import AlertPolicy, Gather, Language, Reason
from monitor.core.errors import FetchError, FetchFailure, Problem
from monitor.core.schedule import Health
from monitor.core.spikes.model import Judgement
from monitor.pipeline import notices
from monitor.pipeline.notices import (
    FAILURES_KO,
    HEALTH_KO,
    MOST_FAULTS,
    config_refused,
    delivery_dead,
    feed_broken,
    feed_moved,
    feed_recovered,
    fell_quiet,
    flood_held,
    hits_again,
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


def test_a_refused_edit_is_told_with_its_fault_in_both_languages() -> None:
    problem = Problem("feeds", "x", file="config.yaml", line=3, column=1)
    assert config_refused([problem], "ko") == ("설정 오류, 이전 설정으로 계속 동작: config.yaml:3:1: feeds: x",)
    assert config_refused([problem], "en") == (
        "Configuration refused, the earlier one goes on: config.yaml:3:1: feeds: x",
    )


def test_of_very_many_faults_the_first_are_told_and_how_many_there_are_more() -> None:
    problems = [Problem("feeds", f"x{number}") for number in range(MOST_FAULTS + 3)]
    for language, last in (("ko", "외 3건: monitor check"), ("en", "and 3 more faults: monitor check")):
        notes = config_refused(problems, language)  # type: ignore[arg-type]  # both are languages
        assert len(notes) == MOST_FAULTS + 1
        assert notes[-1] == last


def test_a_sick_feed_is_told_since_when_and_how() -> None:
    assert sick_feed("전자신문", Health.STALE, "10-01", "ko") == "전자신문: 평소보다 오래 새 글 없음 (10-01부터)"
    assert sick_feed("전자신문", Health.DEAD, "10-01", "en") == "전자신문: dead since 10-01"


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("ko", "알림이 평소보다 훨씬 많아 보류함(150 an hour)"),
        ("en", "딥시크: 150 an hour; alerts are held"),
    ],
)
def test_held_alerts_are_told_with_the_commands_in_both_languages(language: Language, said: str) -> None:
    policy = AlertPolicy(routes={}, zone=UTC, gather_for=timedelta(0), language=language)
    due_at = datetime(2026, 10, 6, 5, 30, tzinfo=UTC)
    gather = Gather(Reason.FLOOD, "desk", (1,), due_at, "watchlist 딥시크", "150 an hour")
    told = flood_held(gather, 9, policy)
    assert said in told
    assert told.endswith("monitor held release 9 | monitor held drop 9")
    assert "10-06 05:30" in told


@pytest.mark.parametrize(
    ("language", "said"),
    [
        (
            "ko",
            "watchlist 딥시크: 알림이 평소보다 훨씬 많음(150 an hour) — 긴급한 것은 10-06 05:30에 #desk로 모아 보냄",
        ),
        ("en", "watchlist 딥시크: 150 an hour; urgent ones go to #desk as one list at 10-06 05:30"),
    ],
)
def test_urgent_alerts_of_a_flood_are_told_to_be_gathered(language: Language, said: str) -> None:
    policy = AlertPolicy(routes={}, zone=UTC, gather_for=timedelta(0), language=language)
    due_at = datetime(2026, 10, 6, 5, 30, tzinfo=UTC)
    gather = Gather(Reason.URGENT, "desk", (1,), due_at, "watchlist 딥시크", "150 an hour")
    assert flood_held(gather, 9, policy) == said


LULL = Judgement(timedelta(days=3), 0, 12.0, 1e-6)


@pytest.mark.parametrize(
    ("sick", "changed_at", "ko", "en"),
    [
        ({}, "", "피드도 질의도 이상 없음", "its feeds are well and its query is the same"),
        ({"전자": Health.DEAD}, "", "피드 이상: 전자 (일주일 넘게 수집 실패)", "its feeds are not well: 전자 (dead)"),
        (
            {"전자": Health.GONE, "보안": Health.REMOVED},
            "10-06 09:00",
            "피드 이상: 전자 (폐지됨(410)), 보안 (설정에 없음); 마지막으로 걸린 뒤 10-06 09:00에 질의나 용어가 바뀜",
            (
                "its feeds are not well: 전자 (gone), 보안 (removed); "
                "its query or terms changed on 10-06 09:00, after its last hit"
            ),
        ),
    ],
)
def test_a_watchlist_that_fell_quiet_with_every_cause_that_was_found(
    sick: dict[str, Health], changed_at: str, ko: str, en: str
) -> None:
    assert fell_quiet("딥시크", LULL, sick, changed_at, "ko") == (f"감시 목록 딥시크: 3일 동안 0건, 보통 12건 — {ko}")
    assert fell_quiet("딥시크", LULL, sick, changed_at, "en") == (
        f"Watchlist 딥시크: no story in 3 days, usually 12 — {en}"
    )


def test_a_watchlist_that_hits_again() -> None:
    assert hits_again("딥시크", "5일", "ko") == "감시 목록 딥시크: 5일 만에 다시 걸림"
    assert hits_again("딥시크", "5 days", "en") == "Watchlist 딥시크 hits again after 5 days"


def test_a_template_that_failed_is_named_in_both_languages() -> None:
    fault = "templates/slack.j2:3: 'x' is undefined"
    assert notices.template_failed(fault, "en") == f"A template failed, so the built-in one was sent: {fault}"
    assert notices.template_failed(fault, "ko").endswith(fault)

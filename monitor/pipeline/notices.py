"""What the operator is told, in the language of the alerts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from monitor.core.alerting.model import Reason
from monitor.core.errors import FetchError, FetchFailure
from monitor.core.schedule import Health
from monitor.core.spikes.wording import lull_sentence

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from monitor.core.alerting.model import AlertPolicy, Gather, Language
    from monitor.core.errors import Problem
    from monitor.core.spikes.model import Judgement
    from monitor.pipeline.canary import Standing

FAILURES_KO: Final = {
    FetchFailure.DNS: "이름을 찾을 수 없음",
    FetchFailure.CONNECT: "연결할 수 없음",
    FetchFailure.TLS: "TLS 실패",
    FetchFailure.TIMEOUT: "너무 느림",
    FetchFailure.REFUSED_ADDRESS: "공개 주소가 아님",
    FetchFailure.REDIRECTS: "리디렉션이 너무 많음",
    FetchFailure.BAD_URL: "잘못된 주소",
    FetchFailure.HTTP: "HTTP 오류",
    FetchFailure.GONE: "폐지됨(410)",
    FetchFailure.THROTTLED: "요청 제한",
    FetchFailure.TOO_LARGE: "너무 큼",
    FetchFailure.ENCODING: "잘못된 압축 형식",
    FetchFailure.NOT_A_FEED: "피드가 아님",
    FetchFailure.EMPTY: "빈 응답",
    FetchFailure.PARSER: "해석 실패",
    FetchFailure.INTERNAL: "내부 오류",
}


HEALTH_KO: Final = {
    Health.NEW: "아직 수집 전",
    Health.OK: "정상",
    Health.ROLLING_OVER: "수집 간격보다 빨리 넘어감",
    Health.STALE: "평소보다 오래 새 글 없음",
    Health.FROZEN: "30일 넘게 새 글 없음",
    Health.DUPLICATE: "다른 피드와 같음",
    Health.FAILING: "수집 실패",
    Health.DEAD: "일주일 넘게 수집 실패",
    Health.NOT_A_FEED: "피드가 아님",
    Health.GONE: "폐지됨(410)",
    Health.REMOVED: "설정에 없음",
}


def feed_broken(name: str, failures: int, error: FetchError, language: Language) -> str:
    """A feed has failed `failures` times in a row."""
    if language == "en":
        return f"Feed {name} has failed {failures} times in a row: {error}"
    why = FAILURES_KO[error.failure] + (f" ({error.detail})" if error.detail else "")
    return f"피드 {name}: {failures}번 연속 실패 — {why}"


def feed_recovered(name: str, language: Language) -> str:
    """A feed that the operator was told of answers again."""
    return f"Feed {name} works again" if language == "en" else f"피드 {name}: 다시 정상"


def feed_moved(name: str, address: str, language: Language) -> str:
    """A feed's permanent redirect is believed from now on."""
    if language == "en":
        return f"Feed {name} has moved to {address}; change its url in config.yaml"
    return f"피드 {name}: 주소가 {address}(으)로 바뀜 — config.yaml의 url을 고치세요"


def sick_feed(name: str, health: Health, since: str, language: Language) -> str:
    """A line of the daily summary: a feed that is not well, how, and since when."""
    if language == "en":
        return f"{name}: {health.value} since {since}"
    return f"{name}: {HEALTH_KO[health]} ({since}부터)"


def flood_held(gather: Gather, alert_id: int, policy: AlertPolicy) -> str:
    """A watchlist or a feed yields many times its habit, and its alerts are held, or gathered if they are urgent."""
    sent_at = gather.due_at.astimezone(policy.zone).strftime("%m-%d %H:%M")
    if gather.reason is Reason.URGENT:
        if policy.language == "en":
            return f"{gather.about}: {gather.why}; urgent ones go to #{gather.channel} as one list at {sent_at}"
        many = f"알림이 평소보다 훨씬 많음({gather.why})"
        return f"{gather.about}: {many} — 긴급한 것은 {sent_at}에 #{gather.channel}로 모아 보냄"
    number = f"{alert_id} (#{gather.channel})"
    commands = f"monitor held release {alert_id} | monitor held drop {alert_id}"
    if policy.language == "en":
        return f"{gather.about}: {gather.why}; alerts are held as {number}, sent as one list at {sent_at}: {commands}"
    held = f"알림이 평소보다 훨씬 많아 보류함({gather.why})"
    return f"{gather.about}: {held} — {number}, {sent_at}에 모아 보냄: {commands}"


def delivery_dead(channel: str, delivery_id: int, reason: str, language: Language) -> str:
    """An alert could not be delivered and will not be tried again by itself."""
    if language == "en":
        return f"An alert could not be sent to {channel}: {reason} (monitor deliveries retry {delivery_id})"
    return f"{channel} 채널로 알림을 보내지 못함: {reason} (다시 보내기: monitor deliveries retry {delivery_id})"


def fell_quiet(
    watchlist: str, judgement: Judgement, sick: Mapping[str, Health], changed_at: str, language: Language
) -> str:
    """A watchlist that usually hits does not: how long, and every likely cause that was found.

    `sick`: the feeds that used to bring its hits and are not well. `changed_at`: when its query or terms changed
    after its last hit, or "".
    """
    causes = []
    if language == "en":
        if sick:
            causes.append("its feeds are not well: " + ", ".join(f"{name} ({sick[name].value})" for name in sick))
        if changed_at:
            causes.append(f"its query or terms changed on {changed_at}, after its last hit")
        cause = "; ".join(causes) or "its feeds are well and its query is the same"
        return f"Watchlist {lull_sentence(watchlist, judgement, language)} — {cause}"
    if sick:
        causes.append("피드 이상: " + ", ".join(f"{name} ({HEALTH_KO[sick[name]]})" for name in sick))
    if changed_at:
        causes.append(f"마지막으로 걸린 뒤 {changed_at}에 질의나 용어가 바뀜")
    cause = "; ".join(causes) or "피드도 질의도 이상 없음"
    return f"감시 목록 {lull_sentence(watchlist, judgement, language)} — {cause}"


def hits_again(watchlist: str, after: str, language: Language) -> str:
    """A watchlist that had fallen quiet has a hit again, after so long."""
    if language == "en":
        return f"Watchlist {watchlist} hits again after {after}"
    return f"감시 목록 {watchlist}: {after} 만에 다시 걸림"


MOST_FAULTS: Final = 10
"""So many faults of a configuration are told in one notice; `monitor check` names all."""


def config_refused(problems: Sequence[Problem], language: Language) -> tuple[str, ...]:
    """An edit of config.yaml was not taken over: what is wrong with it that was not wrong before, one or more."""
    first, *others = map(str, problems[:MOST_FAULTS])
    more = len(problems) - MOST_FAULTS
    if language == "en":
        rest = (f"and {more} more faults: monitor check",) if more > 0 else ()
        return (f"Configuration refused, the earlier one goes on: {first}", *others, *rest)
    rest = (f"외 {more}건: monitor check",) if more > 0 else ()
    return (f"설정 오류, 이전 설정으로 계속 동작: {first}", *others, *rest)


def config_mended(language: Language) -> str:
    """The configuration in the file is in force again."""
    return "The configuration is good again and in force" if language == "en" else "설정이 바로잡혀 적용됨"


def all_stands(found: Standing, language: Language) -> tuple[str, ...]:
    """How all stands, in a sentence for the title and one with the numbers."""
    sick = found.feeds - found.well
    if language == "en":
        first = (
            "all is well" if not sick and not found.dead else f"{sick} feeds not well, {found.dead} alerts not sent"
        )
        return (
            f"{first}: {found.well} of {found.feeds} feeds ok, {found.alerts_yesterday} alerts yesterday",
            f"Deliveries waiting: {found.waiting}; not sent: {found.dead} (monitor doctor)",
        )
    first = (
        "모두 정상" if not sick and not found.dead else f"이상 있는 피드 {sick}개, 보내지 못한 알림 {found.dead}건"
    )
    return (
        f"{first}: 피드 {found.feeds}개 중 {found.well}개 정상, 어제 알림 {found.alerts_yesterday}건",
        f"대기 중인 전송 {found.waiting}건, 보내지 못한 알림 {found.dead}건 (monitor doctor)",
    )


def nothing_happened(language: Language) -> str:
    """A briefing of nothing."""
    return "No story hit a watchlist." if language == "en" else "감시 목록에 걸린 사건이 없습니다."


def template_failed(fault: str, language: Language) -> str:
    """A template of the user's failed; the alert went out by the built-in one. `fault` names file and line."""
    if language == "en":
        return f"A template failed, so the built-in one was sent: {fault}"
    return f"템플릿 오류로 기본 양식으로 보냄: {fault}"

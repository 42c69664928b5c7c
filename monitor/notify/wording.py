"""What alerts say, in Korean and in English."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal, TypeAlias

from monitor.core.matching.engine import WEAK_CUT, WEAK_LONE

if TYPE_CHECKING:
    from collections.abc import Mapping

Language: TypeAlias = Literal["ko", "en"]


@dataclass(frozen=True, slots=True)
class Wording:
    """The fixed words of alerts; braces are filled in by `render`."""

    weekdays: tuple[str, ...]
    weak: str
    weak_reasons: Mapping[str, str]
    updated: str
    watchlists: str
    and_others: str
    more_articles: str
    more_outlets: str
    not_shown: str
    fewer_shown: str
    cut_short: str
    count: str
    rest: str
    baseline: str
    baseline_intro: str
    digest: str
    spike: str
    notice: str
    canary: str
    briefing: str
    test: str
    test_body: str
    untitled: str
    open_article: str
    open_story: str


KOREAN: Final = Wording(
    weekdays=("월", "화", "수", "목", "금", "토", "일"),
    weak="약한 일치",
    weak_reasons={
        WEAK_CUT: "잘린 글의 끝에 걸림",
        WEAK_LONE: "짧은 이름이 한 번만 나오고, 더 긴 낱말의 일부일 수 있음",
    },
    updated="수정",
    watchlists="감시 목록",
    and_others="{first} 외 {count}개",
    more_articles="{first} 외 {count}건",
    more_outlets="{first} 외 {count}개 매체",
    not_shown="… 외 {count}건은 길이 제한으로 줄였습니다: monitor hits --alert {alert}",
    fewer_shown="… 외 {count}건",
    cut_short="… 길이 제한으로 줄였습니다",
    count="{count}건",
    rest="… 외 {count}건: monitor hits --watchlist '{name}'",
    baseline="지난 기사 요약",
    baseline_intro="처음 수집한 피드에 올라와 있었거나, 나온 지 사흘이 넘은 기사입니다. 새 기사는 하나씩 알립니다.",
    digest="모아 보기",
    spike="급증",
    notice="알림",
    canary="정기 확인",
    briefing="브리핑",
    test="시험 알림",
    test_body="이 글이 보이면 채널이 제대로 연결된 것입니다.",
    untitled="(제목 없음)",
    open_article="기사 보기",
    open_story="스토리 보기",
)

ENGLISH: Final = Wording(
    weekdays=("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"),
    weak="weak match",
    weak_reasons={},
    updated="updated",
    watchlists="Watchlists",
    and_others="{first} +{count}",
    more_articles="{first} and {count} more",
    more_outlets="{first} and {count} more outlets",
    not_shown="… {count} more left out for length: monitor hits --alert {alert}",
    fewer_shown="… {count} more",
    cut_short="… cut for length",
    count="{count}",
    rest="… {count} more: monitor hits --watchlist '{name}'",
    baseline="Earlier articles",
    baseline_intro=(
        "They stood in a feed that was polled for the first time, or are over three days old. "
        "New ones are alerted one by one."
    ),
    digest="Digest",
    spike="Spike",
    notice="Notice",
    canary="Daily check",
    briefing="Briefing",
    test="Test",
    test_body="If you can read this, the channel is connected.",
    untitled="(no title)",
    open_article="Open the article",
    open_story="Open the story",
)

WORDINGS: Final[dict[Language, Wording]] = {"ko": KOREAN, "en": ENGLISH}

"""Why an article is in its story, in a person's words."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Literal

from monitor.core.stories.doubts import Doubt
from monitor.core.stories.model import Kind, Why

if TYPE_CHECKING:
    from monitor.core.stories.doubts import Traits

_KINDS: Final = {Kind.COPY: "복사본", Kind.UPDATE: "새 소식", Kind.NEW_ANGLE: "다른 각도"}
_WHYS: Final = {
    Why.VERBATIM: "글이 거의 같음",
    Why.NOTHING_NEW: "제목에 새 숫자나 이름이 없고 새 낱말이 적음",
    Why.REVISED: "같은 주소에서 제목이 바뀜",
    Why.ROUND_UP: "종합 기사 표시가 있음",
    Why.NEW_FACTS: "제목에 새 숫자나 이름이 있음",
    Why.OTHER_WORDS: "다른 말로 전함",
}
_DOUBTS: Final = {
    Doubt.GENRE: "글의 종류가 다름",
    Doubt.TEMPLATE: "틀에 맞춰 쓰는 글",
    Doubt.SAME_OUTLET: "같은 매체의 같은 틀",
    Doubt.OTHER_TEMPLATE: "틀이 다름",
    Doubt.SERIES: "같은 연재의 다른 글",
    Doubt.SERIALS: "번호나 판이 다름",
    Doubt.CALENDAR: "날이나 달, 해가 다름",
    Doubt.QUANTITIES: "수치가 모두 다름",
    Doubt.ACTOR: "앞세운 이름이 다름",
    Doubt.REGION: "지역이 다름",
}


def kind_words(kind: Kind, language: Literal["ko", "en"]) -> str:
    """What an article adds: 새 소식."""
    return _KINDS[kind] if language == "ko" else kind.value.replace("_", " ")


def why_words(why: Why, language: Literal["ko", "en"]) -> str:
    """Why it is a copy, an update or a new angle."""
    return _WHYS[why] if language == "ko" else why.value


def doubt_words(doubt: Doubt, one: Traits, other: Traits, language: Literal["ko", "en"]) -> str:
    """What speaks against one happening, with what differs: `앞세운 이름이 다름 (누리은행 / 하늘은행)`."""
    said = _DOUBTS[doubt] if language == "ko" else doubt.value
    mine, its = _differing(doubt, one), _differing(doubt, other)
    return f"{said} ({mine} / {its})" if mine and its else said


def _differing(doubt: Doubt, traits: Traits) -> str:
    match doubt:
        case Doubt.ACTOR:
            return traits.actor
        case Doubt.QUANTITIES:
            return " ".join(f"{number}{unit}" for unit, number in traits.quantities)
        case Doubt.SERIALS | Doubt.CALENDAR:
            return " ".join(_serial(name, number) for name, number in traits.serials)
        case Doubt.SERIES | Doubt.OTHER_TEMPLATE:
            return traits.series
        case _:
            return ""


def _serial(name: str, number: str) -> str:
    """`hbm4`, `1분기`."""
    return f"{name}{number}" if name.isascii() else f"{number}{name}"

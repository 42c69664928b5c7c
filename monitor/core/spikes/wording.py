"""A spike or a lull in one sentence."""

from __future__ import annotations

from typing import TYPE_CHECKING

from monitor.core.spikes.model import DAY, HOUR, LEAST_HISTORY

if TYPE_CHECKING:
    from datetime import timedelta
    from typing import Literal

    from monitor.core.spikes.model import Judgement


def spike_sentence(watchlist: str, judgement: Judgement, language: Literal["ko", "en"]) -> str:
    """`딥시크: 3시간에 14건, 보통 2건`."""
    hours, usual = judgement.window // HOUR, _number(judgement.expected)
    if language == "en":
        return f"{watchlist}: {judgement.count} stories in {hours} hours, usually {usual}"
    return f"{watchlist}: {hours}시간에 {judgement.count}건, 보통 {usual}건"


def no_habit_sentence(watchlist: str, language: Literal["ko", "en"]) -> str:
    """`딥시크: 보통 몇 건인지 아직 모름 (14일의 기록이 있어야 함)`."""
    days = LEAST_HISTORY // DAY
    if language == "en":
        return f"{watchlist}: how many are usual is not known yet, it takes {days} days of history"
    return f"{watchlist}: 보통 몇 건인지 아직 모름 ({days}일의 기록이 있어야 함)"


def lull_sentence(watchlist: str, judgement: Judgement, language: Literal["ko", "en"]) -> str:
    """`딥시크: 3일 동안 0건, 보통 12건`."""
    length, usual = duration(judgement.window, language), _number(judgement.expected)
    if language == "en":
        return f"{watchlist}: no story in {length}, usually {usual}"
    return f"{watchlist}: {length} 동안 0건, 보통 {usual}건"


def duration(length: timedelta, language: Literal["ko", "en"]) -> str:
    """Whole days from two days on, else whole hours."""
    if length >= 2 * DAY:
        return f"{length // DAY} days" if language == "en" else f"{length // DAY}일"
    return f"{length // HOUR} hours" if language == "en" else f"{length // HOUR}시간"


def _number(expected: float) -> str:
    """Whole from 2 on; below that one digit, and never 0."""
    return str(round(expected)) if expected >= 2 else f"{max(expected, 0.1):.1f}"  # noqa: PLR2004 - from where a digit is noise

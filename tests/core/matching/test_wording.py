from __future__ import annotations

import pytest

from monitor.core.matching.occurrence import Finding, Verdict
from monitor.core.matching.wording import reason


def finding(verdict: Verdict, tail: str = "", head: str = "", cause: str = "") -> Finding:
    return Finding("title", 0, 2, "인텔", "인텔", tail, verdict, head, cause)


def test_the_reason_shows_the_word_in_its_pieces() -> None:
    compound = finding(Verdict.REJECTED_COMPOUND, "리전스")
    assert reason(compound, "ko") == "인텔 + 리전스: 조사도 아는 접미사도 아님"
    assert reason(compound, "en") == "인텔 + 리전스: not a particle, not a known suffix"
    assert reason(finding(Verdict.REJECTED_LEFT, "은", "노"), "en").startswith("노 + 인텔 + 은: inside")


def test_the_reason_names_the_cause() -> None:
    assert reason(finding(Verdict.REJECTED_CONTEXT, cause="우주"), "ko") == "인텔: 제외한 말이 곁에 있음: 우주"
    assert reason(finding(Verdict.REJECTED_CONTEXT, cause="우주"), "en").endswith("stands near it: 우주")


@pytest.mark.parametrize("verdict", Verdict)
def test_every_verdict_has_a_sentence_in_both_languages(verdict: Verdict) -> None:
    korean, english = reason(finding(verdict), "ko"), reason(finding(verdict), "en")
    assert korean != english
    assert korean.startswith("인텔: ")
    assert english.isascii() is False

"""What a verdict means, in a person's words."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from monitor.core.matching.occurrence import Verdict

if TYPE_CHECKING:
    from monitor.core.matching.occurrence import Finding
    from monitor.core.query.explain import Language

_KO: Final = {
    Verdict.END: "낱말이 여기서 끝남",
    Verdict.SCRIPT: "문자 종류가 바뀜",
    Verdict.PARTICLE: "조사",
    Verdict.SUFFIX: "이름을 바꾸지 않는 접미사",
    Verdict.COMPOUND: "더 긴 낱말의 머리(family라서 잡음)",
    Verdict.STEM: "뒤에 무엇이든 올 수 있음(*)",
    Verdict.RAW: "글자 그대로(=)",
    Verdict.GLUED: "NEAR의 두 낱말이 붙어 쓰임",
    Verdict.COUNTRY: "나라의 한자 또는 줄임꼴",
    Verdict.EXPRESSION: "정규 표현식에 맞음",
    Verdict.REJECTED_LEFT: "앞에서 시작하는 더 긴 낱말의 일부",
    Verdict.REJECTED_COMPOUND: "조사도 아는 접미사도 아님",
    Verdict.REJECTED_INSIDE: "더 긴 로마자 낱말의 일부",
    Verdict.REJECTED_CASE: "대소문자가 다름",
    Verdict.REJECTED_COUNTRY: "글자는 같지만 그 나라가 아님",
    Verdict.REJECTED_EXCLUDED: "제외한 말의 일부: {cause}",
    Verdict.REJECTED_CONTEXT: "제외한 말이 곁에 있음: {cause}",
    Verdict.REJECTED_ALONE: "곁에 있어야 할 말이 없음: {cause}",
    Verdict.REJECTED_PHRASE: "구절의 나머지가 이어지지 않음",
    Verdict.REJECTED_MORPHEME: "형태소 분석기(kiwi)는 다른 낱말로 읽음",
}
_EN: Final = {
    Verdict.PARTICLE: "a particle",
    Verdict.SUFFIX: "a suffix that leaves the name what it is",
    Verdict.REJECTED_COMPOUND: "not a particle, not a known suffix",
    Verdict.REJECTED_EXCLUDED: "part of an excluded word: {cause}",
    Verdict.REJECTED_CONTEXT: "an excluded word stands near it: {cause}",
    Verdict.REJECTED_ALONE: "none of the required words stands near it: {cause}",
}
"""Where it is more than the verdict's own text."""


def reason(finding: Finding, language: Language) -> str:
    """The occurrence as it stands in its word, and what was decided about it.

    For 인텔 in 인텔리전스: `인텔 + 리전스: 조사도 아는 접미사도 아님`.
    """
    pieces = " + ".join(filter(None, (finding.head, finding.text, finding.tail)))
    verdict = finding.verdict
    sentence = _KO[verdict] if language == "ko" else _EN.get(verdict, verdict.value)
    return f"{pieces}: {sentence.format(cause=finding.cause)}"

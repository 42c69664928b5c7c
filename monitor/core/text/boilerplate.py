"""What publishers put under their articles: notices of copyright, reporters' addresses, calls for tips.

They name nothing that the article is about, and yet they hold AI, 카카오톡 and the names of outlets.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Final

from monitor.core.text.normal import NormalText, normalise

_FILLER: Final = "\x1f"
"""Stands in place of each letter: no word, no space between words, no end of a sentence."""

_MARKS: Final = ("@", "무단", "학습", "저작권", "©", "copyright", "reserved", "제보")
_FORBIDDEN: Final = "(?:금지|불허|불가)(?:함|합니다|됩니다)?(?![가-힣])"
_EMAIL: Final = r"[a-z0-9_.+-]{1,64}@[a-z0-9-]{1,63}(?:\.[a-z0-9-]{1,63}){1,4}"
_LINE_ENDS: Final = r"(?=[\s.]*(?:\Z|\n|[>\])】〉|]))"
_COPIES: Final = "(?:무단 ?)?(?:전재|복제|배포|재배포|전송|재전송|도용|수집|재가공|이용)"
_AND: Final = "[ ,·/-]{0,3}(?:(?:및|또는|와|과) ?)?"
_COPYING: Final = rf"무단 ?(?:전재|복제|배포|도용|수집)(?:{_AND}{_COPIES}){{0,5}}[을를]? ?{_FORBIDDEN}"
_AI: Final = rf"ai ?(?:데이터 ?)?학습 ?(?:및|또는|[·,/])? ?(?:이용|활용)?(?:을|를)? ?{_FORBIDDEN}"
_OWNER: Final = r"(?:저작권자|copyrights?|©|(?<=[<(\[【〈])c(?= )) ?(?:\(c\)|©|:|c(?![a-z]))?[^\n<>\[\]【】]{0,60}?"
_OPENING: Final = r"[<(\[【〈]? ?"
_CLOSING: Final = r"[ .]{0,2}[>)\]】〉]?"
_BOILERPLATE: Final = re.compile(
    rf"{_OPENING}(?:{_OWNER})?(?:{_COPYING}|all rights reserved)(?:[ ,./·-]{{0,3}}{_AI})?{_CLOSING}{_LINE_ENDS}"
    rf"|{_OPENING}{_AI}{_CLOSING}{_LINE_ENDS}"
    rf"|{_OPENING}(?:저작권자 ?(?:\(c\)|©|:)|©)[^\n<>\[\]]{{1,40}}{_CLOSING}{_LINE_ENDS}"
    r"|제보(?:는|하기|문의|전화|메일)?[ :]{0,3}(?:카카오톡|카톡|이메일|메일|전화|텔레그램|라인)[ :,/]{0,3}"
    r"['\"(\[]?(?:[a-z0-9+@-]|[가-힣a-z0-9]{1,12}['\")\]]? ?검색)[^\n]{0,80}"
    rf"|(?:[가-힣]{{2,4}} ?(?:인턴|수습|선임|전문)? ?(?:기자|특파원) ?[=(\[<]? ?)?{_EMAIL}[)\]>]?"
)


def normalise_body(original: str) -> NormalText:
    """Normalise a summary or content; every letter of boilerplate becomes a filler, so that nothing moves."""
    normal = normalise(original)
    letters = normal.letters
    if not any(mark in letters for mark in _MARKS):
        return normal
    blanked = _BOILERPLATE.sub(lambda found: _FILLER * len(found.group()), letters)
    return normal if blanked == letters else replace(normal, letters=blanked)

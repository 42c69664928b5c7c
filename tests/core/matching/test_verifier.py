"""A second opinion is asked for only where the rules are unsure, and it counts."""

from __future__ import annotations

from dataclasses import dataclass, field

import pytest

from monitor.core.matching.engine import WEAK_LONE, compile_matcher
from monitor.core.matching.model import Kind, Mode, Term, Watchlist
from monitor.core.matching.reference import match_slowly
from monitor.core.query.parser import parse
from tests.core.matching.ask import article

TERMS = {
    "인도": Term("인도", ("인도", "인디아", "India"), Kind.PLACE),
    "한화": Term("한화", ("한화",), mode=Mode.FAMILY, exclude=("달러",)),
    "수출통제": Term("수출통제", ("수출통제",)),
}


@dataclass
class Asked:
    """Answers `answer`, and remembers the sentence with the name in brackets."""

    answer: bool
    told: list[str] = field(default_factory=list)

    def allows(self, text: str, start: int, end: int) -> bool:
        self.told.append(f"{text[:start]}[{text[start:end]}]{text[end:]}")
        return self.answer


def ask(query: str, text: str, *, answer: bool) -> tuple[bool, list[str]]:
    asked = Asked(answer)
    lists = [Watchlist("목록", parse(query))]
    matches = compile_matcher(TERMS, lists, asked).match(article("", text))
    assert matches == match_slowly(TERMS, lists, article("", text), Asked(answer))
    return bool(matches), asked.told


def test_a_short_hangul_name_before_particles_is_asked_about_with_its_sentence() -> None:
    assert ask("@인도", "눈이 온다. 인도에 쌓였다. 끝", answer=True) == (True, ["[인도]에 쌓였다."])
    assert ask("@인도", "눈이 온다. 인도에 쌓였다. 끝", answer=False) == (False, ["[인도]에 쌓였다."])


@pytest.mark.parametrize(
    ("query", "text"),
    [
        ("@인도", "인도, 눈이 온다."),
        ("@인도", "India는 덥다."),
        ("@인도", "인도산 쌀."),
        ("@수출통제", "수출통제는 강하다."),
        ("@한화", "한화오션은 크다."),
        ("인도", "인도에 눈이 온다."),
        ("인도*", "인도에 눈이 온다."),
    ],
)
def test_nothing_else_is_asked_about(query: str, text: str) -> None:
    assert ask(query, text, answer=False) == (True, [])


def test_a_name_that_is_confirmed_is_not_weak() -> None:
    def weakness(verifier: Asked | None) -> str:
        lists = [Watchlist("목록", parse("@인도"))]
        (match,) = compile_matcher(TERMS, lists, verifier).match(article("인도만 남았다"))
        assert match_slowly(TERMS, lists, article("인도만 남았다"), verifier) == (match,)
        return match.weak

    assert weakness(None) == WEAK_LONE
    assert weakness(Asked(answer=True)) == ""


def test_what_is_rejected_already_is_not_asked_about() -> None:
    assert ask("@한화", "한화로 백만 달러.", answer=True) == (False, [])
    assert ask("@인도", "사인도 받았다.", answer=True) == (False, [])

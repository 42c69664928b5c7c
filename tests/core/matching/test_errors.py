from __future__ import annotations

import pytest

from monitor.core.errors import MonitorError
from monitor.core.matching.engine import compile_matcher
from monitor.core.matching.errors import BadExpressionError, UnknownTermError
from monitor.core.matching.model import Term, Watchlist
from monitor.core.matching.reference import match_slowly
from monitor.core.query.nodes import And, Near, Node, Not, Or, Phrase, Regex, TermRef, Word
from tests.core.matching.ask import article


def test_an_unknown_term_is_named_with_its_place_and_what_it_may_have_been() -> None:
    terms = {name: Term(name, (name,)) for name in ("DeepSeek", "Nvidia", "수출통제")}
    with pytest.raises(UnknownTermError) as raised:
        compile_matcher(terms, [Watchlist("가", Word("칩")), Watchlist("나", TermRef("deepseek", at=(3, 12)))])
    error = raised.value
    assert (error.name, error.at, error.suggestions, error.watchlist) == ("deepseek", (3, 12), ("DeepSeek",), "나")
    assert isinstance(error, MonitorError)
    assert str(error) == "no term 'deepseek'"


def test_a_name_like_no_other_has_no_suggestions() -> None:
    with pytest.raises(UnknownTermError) as raised:
        compile_matcher({}, [Watchlist("가", TermRef("무엇"))])
    assert raised.value.suggestions == ()


@pytest.mark.parametrize(
    ("node", "pattern", "why"),
    [
        (Word("!?", at=(1, 3)), "!?", "it has no letters"),
        (Word(" ", raw=True, at=(1, 3)), " ", "it has no letters"),
        (Phrase("", at=(1, 3)), "", "it has no letters"),
        (Regex("a*", at=(1, 3)), "a*", "it matches the empty text, so everything"),
        (Regex("(칩", at=(1, 3)), "(칩", "missing ): (칩"),
        (Regex(r"(a)\1", at=(1, 3)), r"(a)\1", r"invalid escape sequence: \1"),
        (Near(Word("칩"), Not(Word("칩"), at=(1, 3)), 2), "NEAR", "each side takes words, or words joined by OR"),
        (
            Near(Or((Word("칩"), And((Word("칩"), Word("팹")), at=(1, 3)))), Word("칩"), 2),
            "NEAR",
            "each side takes words, or words joined by OR",
        ),
    ],
)
def test_what_can_match_nothing_sensible_is_refused_with_the_reason(node: Node, pattern: str, why: str) -> None:
    with pytest.raises(BadExpressionError) as raised:
        compile_matcher({}, [Watchlist("가", node)])
    error = raised.value
    assert (error.pattern, error.why, error.at, error.watchlist) == (pattern, why, (1, 3), "가")


def test_the_slow_matcher_refuses_the_same_sides_of_near() -> None:
    query = Near(Word("칩"), Not(Word("칩"), at=(1, 3)), 2)
    with pytest.raises(BadExpressionError):
        match_slowly({}, [Watchlist("가", query)], article("칩"))

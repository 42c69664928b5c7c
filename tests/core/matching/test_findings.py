from __future__ import annotations

from monitor.core.matching.engine import compile_matcher
from monitor.core.matching.model import Term, Watchlist
from monitor.core.matching.occurrence import Finding, Verdict
from monitor.core.query.nodes import And, Near, Not, Or, Phrase, Regex, TermRef, Word
from tests.core.matching.ask import article


def test_findings_name_every_occurrence_with_the_reason() -> None:
    matcher = compile_matcher({"인텔": Term("인텔", ("인텔",))}, [Watchlist("칩", TermRef("인텔"))])
    assert matcher.findings(article("인텔은 웃고", "인텔리전스와 노인텔, 美인텔"), "칩") == (
        Finding("title", 0, 2, "인텔", "인텔", "은", Verdict.PARTICLE),
        Finding("summary", 0, 2, "인텔", "인텔", "리전스와", Verdict.REJECTED_COMPOUND),
        Finding("summary", 8, 10, "인텔", "인텔", "", Verdict.REJECTED_LEFT),
        Finding("summary", 13, 15, "인텔", "인텔", "", Verdict.END),
    )


def test_findings_look_into_every_part_of_a_query() -> None:
    query = And((Or((Word("칩"), Phrase("새 칩"))), Not(Word("팹")), Near(Word("수출"), Regex("통제"), 2)))
    found = compile_matcher({}, [Watchlist("칩", query)]).findings(article("새 칩과 팹, 수출 통제"), "칩")
    assert [(finding.name, finding.verdict) for finding in found] == [
        ("새 칩", Verdict.PARTICLE),
        ("칩", Verdict.PARTICLE),
        ("팹", Verdict.END),
        ("수출", Verdict.END),
        ("통제", Verdict.EXPRESSION),
    ]


def test_an_unknown_watchlist_has_no_findings() -> None:
    assert compile_matcher({}, [Watchlist("칩", Word("칩"))]).findings(article("칩"), "팹") == ()


def test_verdicts_say_whether_they_count() -> None:
    assert Verdict.PARTICLE.accepted
    assert not Verdict.REJECTED_LEFT.accepted

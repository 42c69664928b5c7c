from __future__ import annotations

import pytest

from monitor.core.matching.compiler import Compiler
from monitor.core.matching.model import Term
from monitor.core.matching.presearch import Presearcher, required
from monitor.core.query.nodes import And, Near, Node, Not, Or, Regex, Scoped, TermRef, Word


def needs(query: Node) -> set[str] | None:
    compiler = Compiler({"칩": Term("칩", ("칩", "반도체칩"))})
    plan = compiler.plan(query)
    patterns = compiler.patterns.texts()
    needed = required(plan, patterns)
    return None if needed is None else {patterns[number] for number in needed}


@pytest.mark.parametrize(
    ("query", "needed"),
    [
        (Word("칩"), {"칩"}),
        (TermRef("칩"), {"칩", "반도체칩", "반도 체칩"}),
        (And((Word("칩"), Word("로봇"), Regex("x"))), {"로봇"}),
        (And((Word("칩"), Not(Word("로봇")))), {"칩"}),
        (Or((Word("칩"), Word("로봇"))), {"칩", "로봇"}),
        (Or((Word("칩"), Regex("x"))), None),
        (And((Or((Word("칩"), Word("로봇"))), Word("팹"))), {"팹"}),
        (Near(Word("칩"), Or((Word("로봇"), Word("양자"))), 2), {"로봇", "양자"}),
        (Near(Regex("x"), Word("로봇"), 2), {"로봇"}),
        (Scoped("title", Word("칩")), {"칩"}),
        (Not(Word("칩")), None),
        (Regex("x"), None),
        (And((Regex("x"), Not(Word("칩")))), None),
    ],
)
def test_the_rarest_clause_is_required(query: Node, needed: set[str] | None) -> None:
    assert needs(query) == needed


def test_candidates_are_those_whose_patterns_occur_and_those_without_any() -> None:
    compiler = Compiler({})
    plans = [compiler.plan(query) for query in (Word("칩"), Not(Word("팹")), And((Word("칩"), Word("로봇"))))]
    patterns = compiler.patterns.texts()
    presearcher = Presearcher(plans, patterns)
    assert presearcher.candidates([]) == [1]
    assert presearcher.candidates([patterns.index("칩"), patterns.index("팹")]) == [0, 1]
    assert presearcher.candidates([patterns.index("로봇")]) == [1, 2]

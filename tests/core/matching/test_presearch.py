from __future__ import annotations

import pytest

from monitor.core.matching.compiler import Compiler
from monitor.core.matching.model import Term
from monitor.core.matching.presearch import Presearcher, ways_of
from monitor.core.query.nodes import And, Near, Node, Not, Or, Regex, Scoped, TermRef, Word

TERMS = {"칩": Term("칩", ("칩", "반도체칩"))}
SPELLINGS = {"칩", "반도체칩", "반도 체칩"}


def ways(query: Node) -> list[list[set[str]]]:
    compiler = Compiler(TERMS)
    plan = compiler.plan(query)
    patterns = compiler.patterns.texts()
    return [[{patterns[number] for number in need} for need in way] for way in ways_of(plan, patterns)]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        (Word("칩"), [[{"칩"}]]),
        (TermRef("칩"), [[SPELLINGS]]),
        (And((Word("칩"), Word("로봇"), Regex("x"))), [[{"로봇"}, {"칩"}]]),
        (And((Word("칩"), Not(Word("로봇")))), [[{"칩"}]]),
        (Or((Word("칩"), Word("로봇"))), [[{"칩"}], [{"로봇"}]]),
        (Or((Word("칩"), Regex("x"))), [[{"칩"}], []]),
        (And((Or((Word("칩"), Word("로봇"))), Word("팹"))), [[{"칩"}, {"팹"}], [{"로봇"}, {"팹"}]]),
        (And((Or((Word("칩"), Regex("x"))), Word("팹"))), [[{"팹"}]]),
        (Near(Word("칩"), Or((Word("로봇"), Word("양자"))), 2), [[{"로봇", "양자"}, {"칩"}]]),
        (Near(Regex("x"), Word("로봇"), 2), [[{"로봇"}]]),
        (Scoped("title", Word("칩")), [[{"칩"}]]),
        (Not(Word("칩")), [[]]),
        (Regex("x"), [[]]),
        (And((Regex("x"), Not(Word("칩")))), [[]]),
    ],
)
def test_each_way_of_being_true_needs_patterns_the_rarest_first(query: Node, expected: list[list[set[str]]]) -> None:
    assert ways(query) == expected


def test_of_two_alternatives_the_rarer_keeps_its_ways_and_the_other_becomes_one_need() -> None:
    rare, common = Or((Word("양자컴퓨터"), Word("초전도체"))), Or((Word("칩"), Word("팹")))
    found = ways(And((common, rare)))
    assert len(found) == 2
    assert all(way[1] == {"칩", "팹"} for way in found)


def test_of_two_words_as_long_the_one_of_odd_letters_is_held_to_be_rarer() -> None:
    common = [Word("사기"), Word("기사"), Word("정기")]
    assert ways(And((*common, Word("쿠쾅"))))[0][0] == {"쿠쾅"}
    assert ways(And((Word("쿠쾅"), *common)))[0][0] == {"쿠쾅"}


def test_many_ways_become_one() -> None:
    assert ways(Or(tuple(Word(f"칩{number:02}") for number in range(17)))) != []
    assert len(ways(Or(tuple(Word(f"칩{number:02}") for number in range(17))))) == 1
    assert len(ways(Or((*(Word(f"칩{number:02}") for number in range(17)), Regex("x"))))) == 1


def candidates(queries: list[Node], *texts: str) -> list[int]:
    compiler = Compiler(TERMS)
    plans = [compiler.plan(query) for query in queries]
    patterns = compiler.patterns.texts()
    return Presearcher(dict(enumerate(plans)), patterns).candidates({patterns.index(text) for text in texts})


def test_candidates_are_those_whose_needs_are_met_and_those_without_any() -> None:
    queries: list[Node] = [
        Word("칩"),
        Not(Word("팹")),
        And((Word("칩"), Word("로봇"))),
        Or((Word("팹"), Word("로봇"))),
    ]
    assert candidates(queries) == [1]
    assert candidates(queries, "칩", "팹") == [0, 1, 3]
    assert candidates(queries, "로봇") == [1, 3]
    assert candidates(queries, "로봇", "칩") == [0, 1, 2, 3]


def test_a_query_with_very_many_pairs_waits_for_its_rarest_need_alone() -> None:
    first = Or(tuple(Word(f"로봇{number:02}") for number in range(20)))
    second = Or(tuple(Word(f"칩{number:02}") for number in range(20)))
    queries: list[Node] = [And((first, second)), Word("칩01")]
    assert candidates(queries, "로봇01") == [0]
    assert candidates(queries, "칩01") == [1]
    assert candidates(queries, "칩01", "로봇03", "로봇04") == [0, 1]


def test_pairs_are_found_however_many_patterns_occur() -> None:
    queries: list[Node] = [And((Word("로봇"), Word(f"칩{number}"))) for number in range(3)]
    assert candidates(queries, "로봇", "칩0", "칩2") == [0, 2]
    assert candidates([queries[0], Word("팹")], "로봇", "칩0", "팹") == [0, 1]

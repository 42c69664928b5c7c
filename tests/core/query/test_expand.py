"""Named queries take the place of the references to them, and what cannot be put in is a clear fault."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.core.query.expand import MAX_LEVELS, MAX_NESTED, MAX_NODES, ExpansionError, expand
from monitor.core.query.nodes import And, Near, Node, Not, Or, Scoped, TermRef
from monitor.core.query.parser import parse
from monitor.core.query.printer import print_query
from tests.core.query.test_laws import trees, unscoped


def expanded(text: str, name: str = "", **queries: str) -> Node:
    return expand(text, parse(text), {name: parse(query) for name, query in queries.items()}, name)


def fault(text: str, name: str = "", **queries: str) -> ExpansionError:
    with pytest.raises(ExpansionError) as caught:
        expanded(text, name, **queries)
    return caught.value


@pytest.mark.parametrize(
    ("text", "meaning"),
    [
        ("@수출통제", "수출 NEAR/2 통제*"),
        ("반도체 @수출통제", "반도체 (수출 NEAR/2 통제*)"),
        ("@수출통제 OR @금수", "(수출 NEAR/2 통제*) OR (금수 OR 禁輸)"),
        ("-@금수", "-(금수 OR 禁輸)"),
        ("title:@금수", "title:(금수 OR 禁輸)"),
        ("@금수 NEAR/3 원유", "(금수 OR 禁輸) NEAR/3 원유"),
        ("원유 ONEAR/3 (석유 OR @금수)", "원유 ONEAR/3 (석유 OR 금수 OR 禁輸)"),
        ("@둘", "(수출 NEAR/2 통제*) (금수 OR 禁輸)"),
        ("@용어 OR /a+/", "@용어 OR /a+/"),
    ],
)
def test_a_reference_stands_for_its_query_and_other_terms_stay(text: str, meaning: str) -> None:
    found = expanded(text, 수출통제="수출 NEAR/2 통제*", 금수="금수 OR 禁輸", 둘="@수출통제 @금수")
    assert print_query(found) == meaning


def places(node: Node) -> set[tuple[int, int]]:
    match node:
        case And() | Or():
            inside = node.children
        case Not() | Scoped():
            inside = (node.child,)
        case Near():
            inside = (node.left, node.right)
        case _:
            inside = ()
    return {node.at}.union(*map(places, inside))


def test_what_is_put_in_points_at_its_reference() -> None:
    text = "반도체 @a"
    assert places(expanded(text, a="-(수출 NEAR/2 통제*) title:@b", b="금수 OR 禁輸")) == {(0, 6), (0, 3), (4, 6)}


def test_a_circle_is_named_with_everybody_in_it() -> None:
    error = fault("반도체 @a", a="x OR @b", b="y OR @c", c="@b z")
    assert error.said("en")[0] == "this leads back to itself: @b → @c → @b"
    assert error.at == (4, 6)
    assert error.within == {"b", "c"}
    assert fault("@a x", "a", a="@a x").within == {"a"}


def test_queries_inside_one_another_are_capped() -> None:
    chain = {f"q{number}": f"@q{number + 1}" for number in range(MAX_NESTED + 1)}
    last = f"q{MAX_NESTED + 1}"
    assert print_query(expanded("@q2", **chain, **{last: "x"})) == "x"
    error = fault("@q1", "top", **chain, **{last: "x"})
    assert error.said("en")[0] == f"named queries stand inside one another more than {MAX_NESTED} deep"
    assert error.within == {"top"}


def test_a_query_that_doubles_at_every_step_is_refused_before_it_eats_the_memory() -> None:
    doubling = {f"q{number}": " OR ".join([f"@q{number + 1}"] * 10) for number in range(MAX_NESTED - 1)}
    error = fault("@q0", **doubling, **{f"q{MAX_NESTED - 1}": "x"})
    assert error.said("en")[0] == "this becomes too large"
    assert f"{MAX_NODES:,}" in error.said("en")[1]
    words = " OR ".join(["x"] * 99)
    assert isinstance(expanded(" OR ".join(["@a"] * (MAX_NODES // 100 - 1)), a=words), Or)
    assert fault(" OR ".join(["@a"] * (MAX_NODES // 100)), a=words).said("en")[0] == "this becomes too large"


def test_a_query_that_becomes_too_deep_to_walk_is_refused() -> None:
    deep = "(x OR (y " * 15 + "{} " + "))" * 15
    queries = {f"q{number}": deep.format(f"@q{number + 1}") for number in range(4)}
    assert isinstance(expanded("@q1", **queries, q4="z"), Or)
    error = fault("z @q0", **queries, q4="z")
    assert (error.said("en")[0], error.at) == ("this becomes too large", (2, 5))
    assert f"{MAX_LEVELS} levels" in error.said("en")[1]


@given(st.data())
def test_an_expanded_query_is_a_query_too(data: st.DataObject) -> None:
    named = {name: data.draw(unscoped) for name in ("a", "b")}
    tree = data.draw(trees)
    found = expand("", And((tree, TermRef("a"), Or((TermRef("b"), tree)))), named)
    assert parse(print_query(found)) == found


def test_beside_near_only_words_can_stand() -> None:
    error = fault("칩 NEAR/2 @a", a="수출 통제")
    assert (error.at, error.said("en")[0]) == ((9, 11), "beside NEAR this names a query of more than words")
    inside = fault("@b", a="수출 통제", b="칩 NEAR/2 @a")
    assert inside.at == (0, 2)
    assert inside.within == {"b"}


def test_a_field_cannot_stand_in_a_field() -> None:
    error = fault("title:@a", a="body:칩")
    assert (error.at, error.said("en")[0]) == ((6, 8), "this holds body: and stands inside title:")
    assert fault("@b", a="x OR @c", b="title:@a", c="body:칩").within == {"b"}

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from monitor.core.matching.model import Term
from monitor.core.matching.near import MOST_MET
from monitor.core.query.nodes import Near, Or, Regex, TermRef, Word
from tests.core.matching.ask import article, match, texts

if TYPE_CHECKING:
    from monitor.core.query.nodes import Node


@pytest.mark.parametrize("rejected", [11, 12, 255, 256, 260, 600])
def test_no_number_of_rejected_places_hides_the_neighbour_behind_them(rejected: int) -> None:
    assert texts(Near(Word("수출"), Word("통제"), 999), f"수출 {'재통제 ' * rejected}통제") == ["수출", "통제"]


def test_of_many_neighbours_the_closest_are_shown() -> None:
    found = texts(Near(Word("수출"), Word("통제"), 99), f"수출 {'통제 ' * 20}끝")
    assert found == ["수출", *["통제"] * MOST_MET]


@pytest.mark.parametrize("glued", [0, 1, 7])
def test_neighbours_in_the_same_written_word_count_among_the_closest(glued: int) -> None:
    text = f"{'수출' * glued}수출통제 {'통제 ' * 20}끝"
    assert match(Near(Word("수출"), Or((Word("통제"), Word("출", raw=True))), 99), text)


@pytest.mark.parametrize(("gap", "near"), [(15, True), (16, True), (17, False)])
def test_a_word_longer_than_any_real_one_holds_no_near(gap: int, near: bool) -> None:  # noqa: FBT001 - a case
    assert bool(match(Near(Word("수출"), Word("통제"), 3), f"수출{'가' * gap}통제")) == near


@pytest.mark.parametrize(("words", "near"), [(2, True), (3, True), (4, False)])
def test_the_distance_is_counted_to_the_word(words: int, near: bool) -> None:  # noqa: FBT001 - a case
    assert bool(match(Near(Word("수출"), Word("통제"), 4), f"수출 {'물량 ' * words}통제 끝")) == near


@pytest.mark.parametrize(
    ("query", "text", "near"),
    [
        (Near(Regex("수출.*규제"), Word("통제"), 2), "수출 한다. 규제 통제", True),
        (Near(Regex("수출.*규제"), Word("통제"), 2), "수출 한다. 규제. 통제", False),
        (Near(Regex("수출 ?"), Regex(" ?통제"), 1), "수출 통제", False),
        (Near(Word("수출"), Regex(" 통제"), 1), "수출 물량 통제", True),
        (Near(Word("수출"), Regex(" 통제"), 1), "수출 물량 물량 통제", False),
        (Near(Regex("수출.*다[.]"), Word("통제"), 2), "수출한다.통제", False),
        (Near(Word("통제"), Word("수출"), 2), "통제. 수출", False),
        (Near(Word("통제"), Word("수출"), 2, ordered=True), "수출 통제", False),
    ],
)
def test_a_place_is_near_what_follows_where_it_ends(query: Node, text: str, near: bool) -> None:  # noqa: FBT001 - a case
    assert bool(match(query, article(text))) == near


def test_a_place_between_two_that_are_near_is_not_shown_with_them() -> None:
    apart = "물량 " * 5
    found = match(Near(Word("수출"), Word("통제"), 1, ordered=True), f"수출 통제 {apart}통제 {apart}수출 통제")
    assert found
    assert [span.start for span in found.spans] == [0, 3, 39, 42]


def test_the_closest_are_counted_over_the_written_word_and_what_follows_it() -> None:
    found = texts(Near(Word("수출", prefix=True), Word("통제"), 99), f"수출통제 {'통제 ' * 20}끝")
    assert found == ["수출", *["통제"] * MOST_MET]


def test_of_two_spellings_that_start_alike_each_is_glued_by_itself() -> None:
    term = Term("통", ("통제", "통제품"))
    assert match(Near(Word("수출"), TermRef("통"), 2), "수출통제품은 늘었다", term)
    assert match(Near(TermRef("통"), Word("수출"), 2), "통제품수출은 늘었다", term)
    assert match(Near(Or((TermRef("통"), Word("품"))), Word("수출"), 2), "재통제품 통제수출 통제품수출", term)

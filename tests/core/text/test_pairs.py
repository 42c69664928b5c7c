"""Every word that a text holds can be looked up by the pieces of the text."""

from __future__ import annotations

import hashlib
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.core.text.normal import normalise
from monitor.core.text.pairs import Piece, pieces_of, pieces_within

ODD = "中딥시크 ‘R1’·GPT-4o, Ｎｖｉｄｉａ &amp; 대(對)중국 ㈜한화 Straße cafe\u0301 ㆍ１위… 돈 美 x 5G망"
letters = st.text(alphabet="가나다라中美abc12 .·\n\x1f\x85\u3000", max_size=20)


def pieces_run_by_run(text: str) -> set[str]:
    """The slow, obvious twin."""
    wide = re.findall(r"[^\W_a-z0-9]+", text)
    latin = re.findall("[a-z0-9]+", text)
    pairs = {run[at : at + 2] for run in wide for at in range(max(len(run) - 1, 1))}
    return pairs | {run[at : at + 3] for run in latin for at in range(len(run) - 2)} | {run[-2:] for run in latin}


def test_pieces_are_pairs_and_threes() -> None:
    assert pieces_of("수출통제") == {"수출", "출통", "통제"}
    assert pieces_of("nvidia") == {"nvi", "vid", "idi", "dia", "ia"}
    assert pieces_of("ai 5g") == {"ai", "5g"}
    assert pieces_of("美·中 돈 x") == {"美", "中", "돈", "x"}
    assert pieces_of("中딥시크는 r1") == {"中딥", "딥시", "시크", "크는", "r1"}
    assert pieces_of("… .") == set()


@pytest.mark.parametrize(
    ("pattern", "pieces"),
    [
        ("수출", {Piece("수출")}),
        ("수출 통제", {Piece("수출"), Piece("통제")}),
        ("오픈ai", {Piece("오픈"), Piece("ai", begins=True)}),
        ("gpt4o", {Piece("gpt"), Piece("pt4"), Piece("t4o")}),
        ("강", set()),
        ("x", set()),
        ("…", set()),
    ],
)
def test_a_pattern_says_what_texts_that_hold_it_are_made_of(pattern: str, pieces: set[Piece]) -> None:
    assert pieces_within(pattern) == pieces


@given(letters, letters, letters)
def test_a_text_has_every_piece_of_what_it_holds(before: str, pattern: str, after: str) -> None:
    held = pieces_of(before + pattern + after)
    for piece in pieces_within(pattern):
        assert any(one.startswith(piece.text) for one in held) if piece.begins else piece.text in held


@given(letters)
def test_pieces_are_those_of_every_run(text: str) -> None:
    assert pieces_of(text) == pieces_run_by_run(text)


def test_stored_pieces_are_still_those_that_are_looked_up() -> None:
    """Stored texts keep the pieces of their day.

    If this fails, texts are normalised or cut otherwise than before: add a migration that calls `pairs.rebuild`, and
    write the new digest here.
    """
    pieces = " ".join(sorted(pieces_of(normalise(ODD).letters)))
    assert hashlib.sha256(pieces.encode()).hexdigest()[:16] == "a84127432c16c159"

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from monitor.core.query.errors import QueryError
from monitor.core.query.faults import Fault
from monitor.pipeline.silence import Queries
from tests.fakes.reader import article
from tests.fakes.world import WordMatcher

if TYPE_CHECKING:
    import pytest


def test_a_query_is_compiled_once_and_true_where_it_matches() -> None:
    compiled: list[str] = []

    def word(query: str) -> WordMatcher:
        compiled.append(query)
        return WordMatcher((query,))

    queries = Queries(word)
    assert queries.is_true("딥시크", article(1, "딥시크 공개"))
    assert not queries.is_true("딥시크", article(2, "날씨"))
    assert compiled == ["딥시크"]


def test_a_query_that_cannot_be_read_any_more_silences_nothing_and_is_logged_once(
    caplog: pytest.LogCaptureFixture,
) -> None:
    def refuse(query: str) -> WordMatcher:
        raise QueryError(query, (0, 1), Fault.EMPTY)

    queries = Queries(refuse)
    with caplog.at_level(logging.WARNING):
        assert not queries.is_true("(", article(1, "딥시크"))
        assert not queries.is_true("(", article(2, "딥시크"))
    assert len(caplog.records) == 1


def test_without_a_compiler_no_query_is_true() -> None:
    assert not Queries().is_true("딥시크", article(1, "딥시크"))

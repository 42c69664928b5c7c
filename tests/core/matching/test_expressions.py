from __future__ import annotations

import time
from typing import TYPE_CHECKING

import pytest

from monitor.core.article import Article
from monitor.core.matching.engine import compile_matcher
from monitor.core.matching.errors import BadExpressionError
from monitor.core.matching.model import Watchlist
from monitor.core.query.nodes import Regex

if TYPE_CHECKING:
    from monitor.core.matching.engine import Matcher

LONGEST_S = 0.05


@pytest.mark.parametrize("pattern", ["(a+)+$", "(a|a)*b", "(a|aa)+c", "([a-z]+)*d", "(.*a){12}x", "(?:a?){30}a{30}z"])
def test_fault_36_a_catastrophic_expression_reads_100_kb_in_50_ms_or_is_refused_at_load(pattern: str) -> None:
    article = Article("1", "", "제목", "", "a" * 100_000 + "!")
    try:
        matcher = compile_matcher({}, [Watchlist("가", Regex(pattern))])
    except BadExpressionError as error:
        assert error.why  # noqa: PT017 - either outcome is a good one
        return
    assert min(seconds(matcher, article) for _ in range(3)) < LONGEST_S


def seconds(matcher: Matcher, article: Article) -> float:
    started = time.process_time()
    matcher.match(article)
    return time.process_time() - started

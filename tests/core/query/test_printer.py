"""Queries are written in their shortest plain form."""

from __future__ import annotations

import pytest

from monitor.core.query.parser import parse
from monitor.core.query.printer import print_query


@pytest.mark.parametrize(
    ("typed", "printed"),
    [
        ("a AND (b)", "a b"),
        ("a AND NOT b", "a -b"),
        ("NOT (a OR b)", "-(a OR b)"),
        ("NOT a NEAR/2 b", "-(a NEAR/2 b)"),
        ("(a OR b) c", "(a OR b) c"),
        ("TITLE:(“수출  통제”)", 'title:"수출 통제"'),
        ("title:(-a)", "title:(-a)"),
        ("tag:(a b)", "tag:(a b)"),
        ("(a OR b) ONEAR/9 ＠c", "(a OR b) ONEAR/9 @c"),
        ('@"이름" @"긴 이름"', '@이름 @"긴 이름"'),
        (r'"a\"b\\c" /a\/b/', r'"a\"b\\c" /a\/b/'),
        ("＝인텔 통제＊", "=인텔 통제*"),
    ],
)
def test_a_query_is_printed_plainly(typed: str, printed: str) -> None:
    assert print_query(parse(typed)) == printed

"""Times keep their instant and their order."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy.dialects import postgresql, sqlite

if TYPE_CHECKING:
    from sqlalchemy.engine import Dialect

from monitor.storage.columns import SpanTuple, TextTuple, UtcDateTime

DIALECTS = [sqlite.dialect(), postgresql.dialect()]  # type: ignore[no-untyped-call]
MOMENTS = st.datetimes(
    datetime(1970, 1, 2),  # noqa: DTZ001 - the strategy adds the zone
    datetime(2099, 12, 30),  # noqa: DTZ001 - the same
    timezones=st.sampled_from([UTC, timezone(timedelta(hours=9)), timezone(timedelta(hours=-11, minutes=-30))]),
)


@pytest.mark.parametrize("dialect", DIALECTS, ids=lambda dialect: dialect.name)
@settings(max_examples=50)
@given(moment=MOMENTS)
def test_a_time_comes_back_as_the_same_instant_in_utc(dialect: Dialect, moment: datetime) -> None:
    column = UtcDateTime()

    back = column.process_result_value(column.process_bind_param(moment, dialect), dialect)

    assert back == moment
    assert back is not None
    assert back.tzinfo is UTC


@settings(max_examples=50)
@given(first=MOMENTS, second=MOMENTS)
def test_what_sqlite_keeps_sorts_as_text(first: datetime, second: datetime) -> None:
    kept = UtcDateTime().dialect_impl(DIALECTS[0]).bind_processor(DIALECTS[0])
    assert kept is not None

    assert (kept(first) < kept(second)) == (first < second)


@pytest.mark.parametrize(
    "column", [UtcDateTime(), TextTuple(), SpanTuple()], ids=lambda column: type(column).__name__
)
def test_nothing_stays_nothing(column: UtcDateTime | TextTuple | SpanTuple) -> None:
    for dialect in DIALECTS:
        assert column.process_bind_param(None, dialect) is None
        assert column.process_result_value(None, dialect) is None


def test_a_time_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="without a zone"):
        UtcDateTime().process_bind_param(datetime(2025, 1, 27), DIALECTS[0])  # noqa: DTZ001 - what is refused

"""Files of whole lists: Excel shows Hangul and runs nothing, and every row is there."""

from __future__ import annotations

import csv
import io
import json
from typing import Any

import pytest

from monitor.web.api import export
from monitor.web.api.export import COLUMNS, List

V1 = "/api/v1"


@pytest.fixture(autouse=True)
def small_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(export, "MOST_ROWS", 2)


async def test_a_spreadsheet_shows_hangul_local_times_and_no_formula(api: Any) -> None:
    async with api() as opened:
        answer = await opened.get(f"{V1}/export/articles.csv")
    assert answer.content.startswith(b"\xef\xbb\xbfid,first_seen_at,")
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert answer.headers["content-disposition"] == 'attachment; filename="articles.csv"'
    rows = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert [row["id"] for row in rows] == ["5", "4", "3", "2", "1"]
    assert rows[0]["title"] == "中딥시크 새 모델 5"
    assert rows[0]["first_seen_at"] == "2025-01-27 09:00:00"
    assert rows[1]["title"] == "'=HYPERLINK 4"


async def test_every_list_can_be_had_whole_in_both_forms(api: Any) -> None:
    async with api() as opened:
        for what in List:
            listed = (await opened.get(f"{V1}/{what.value}?limit=500")).json()["results"]
            lines = (await opened.get(f"{V1}/export/{what.value}.jsonl")).text.splitlines()
            assert [json.loads(line) for line in lines] == listed
            text = (await opened.get(f"{V1}/export/{what.value}.csv")).content.decode("utf-8-sig")
            rows = list(csv.DictReader(io.StringIO(text)))
            assert [row["id"] for row in rows] == [str(row["id"]) for row in listed]
            assert set(COLUMNS[what].keys) <= set(listed[0])


async def test_a_file_is_narrowed(api: Any) -> None:
    async with api() as opened:
        assert (await opened.get(f"{V1}/export/hits.jsonl?watchlist=수출통제")).text == ""
        assert len((await opened.get(f"{V1}/export/articles.jsonl?since=1m")).text.splitlines()) == 2


async def test_other_files_are_not_there(api: Any) -> None:
    async with api() as opened:
        for name in ("feeds.csv", "hits.xls", "hits"):
            assert (await opened.get(f"{V1}/export/{name}")).status_code in {404, 422}

"""Searches and explanations by the API, and how the program is doing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from monitor.web.api import asking, rows

if TYPE_CHECKING:
    import pytest

V1 = "/api/v1"


async def test_a_search_finds_articles_with_the_places(api: Any) -> None:
    async with api() as opened:
        found = (await opened.get(f"{V1}/search?q=@DeepSeek title:모델")).json()["results"]
        assert [one["id"] for one in found] == [5, 3, 1]
        assert found[0]["spans"][0] == {"field": "title", "start": 1, "end": 4, "text": "딥시크", "term": "DeepSeek"}


async def test_a_faulty_query_is_shown_with_its_place(api: Any) -> None:
    async with api() as opened:
        answer = await opened.get(f"{V1}/search?q=수출 (통제")
        assert answer.status_code == 422
        assert "^" in answer.json()["excerpt"]
        unknown = await opened.get(f"{V1}/search?q=@DeepSek")
        assert unknown.status_code == 422
        assert "DeepSeek" in unknown.json()["title"] + unknown.json()["detail"]


async def test_a_search_without_end_is_answered_in_parts(api: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(asking, "PATIENCE", 1)
    monkeypatch.setattr("monitor.pipeline.search.FIRST_PAGE", 1)
    async with api() as opened:
        seen: list[int] = []
        parts = 0
        cursor: str | None = ""
        while cursor is not None:
            part = (await opened.get(f"{V1}/search?q=/모델/&cursor={cursor}")).json()
            seen += [one["id"] for one in part["results"]]
            cursor = part["next"]
            parts += 1
    assert seen == [5, 3, 1]
    assert parts > 3


async def test_a_watchlist_is_explained_on_a_text_and_on_an_article(api: Any) -> None:
    async with api() as opened:
        text = {"watchlist": "딥시크", "title": "中딥시크 공개"}
        explained = (await opened.client.post(f"{V1}/explain", json=text)).json()
        rows.Explained.model_validate(explained)
        assert (explained["matches"], explained["query"]) == (True, "@DeepSeek")
        stored = {"watchlist": "딥시크", "article": 2}
        assert (await opened.client.post(f"{V1}/explain", json=stored)).json()["matches"] is False
        for unknown in ({"watchlist": "없음", "title": "x"}, {"watchlist": "딥시크", "article": 99}):
            assert (await opened.client.post(f"{V1}/explain", json=unknown)).status_code == 404


async def test_a_query_is_tried_before_it_is_a_watchlist(api: Any) -> None:
    async with api() as opened:
        tried = await opened.client.post(f"{V1}/try", json={"query": "수출 통제", "title": "수출을 통제"})
        assert tried.json()["matches"] is True
        missed = await opened.client.post(f"{V1}/try", json={"query": "수출 통제", "title": "수출"})
        assert missed.json()["near_misses"] == [{"kind": "one clause short", "query": "통제"}]
        faulty = await opened.client.post(f"{V1}/try", json={"query": "(", "title": "수출"})
        assert faulty.status_code == 422


async def test_the_status_says_how_it_goes(api: Any, clock: Any) -> None:
    async with api() as opened:
        status = (await opened.get(f"{V1}/status")).json()
        rows.Status.model_validate(status)
        assert status["now"] == clock.now().isoformat()
        assert status["deliveries"] == {"pending": 1, "leased": 0, "sent": 0, "dead": 1, "suppressed": 1}
        assert status["feeds"] == {"new": 2}
        assert status["oldest_pending_at"] is not None

"""What is stored comes page by page, with the keys that the commands print, once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from monitor.web.api import rows
from monitor.web.api.answers import cursor_of
from tests.web.api.conftest import ARTICLES

if TYPE_CHECKING:
    from pydantic import BaseModel

V1 = "/api/v1"


async def pages(opened: Any, path: str, limit: int) -> list[list[Any]]:
    """Every page of a list."""
    found: list[list[Any]] = []
    cursor: str | None = ""
    while cursor is not None:
        answer = (await opened.get(f"{V1}{path}{'&' if '?' in path else '?'}limit={limit}&cursor={cursor}")).json()
        found.append(answer["results"])
        cursor = answer["next"]
    return found


ROWS: Final[list[tuple[str, type[BaseModel]]]] = [
    ("/stories", rows.Story),
    ("/articles", rows.Article),
    ("/hits", rows.Hit),
    ("/alerts", rows.Alert),
    ("/deliveries", rows.Delivery),
    ("/deliveries/3/attempts", rows.Attempt),
    ("/feeds", rows.Feed),
    ("/watchlists", rows.Watchlist),
    ("/silences", rows.Silence),
    ("/search?q=딥시크", rows.Found),
]


async def test_rows_have_the_documented_keys_and_no_others(api: Any) -> None:
    async with api() as opened:
        for path, row in ROWS:
            answer = await opened.get(V1 + path)
            assert answer.status_code == 200, answer.text
            assert answer.json()["results"], path
            for one in answer.json()["results"]:
                assert list(one) == list(row.model_fields), path
                row.model_validate(one)


COUNTS: Final = {"/articles": 5, "/hits": 3, "/deliveries": 3, "/silences": 2, "/stories": 2, "/search?q=딥시크": 3}


async def test_pages_hold_each_row_once_the_newest_first(api: Any) -> None:
    async with api() as opened:
        for path, count in COUNTS.items():
            whole = [one["id"] for page in await pages(opened, path, 500) for one in page]
            assert len(whole) == count, path
            assert path == "/stories" or whole == sorted(whole, reverse=True)
            for limit in (1, 2):
                several = await pages(opened, path, limit)
                assert all(len(page) <= limit for page in several)
                assert [one["id"] for page in several for one in page] == whole, path


async def test_lists_are_narrowed(api: Any) -> None:
    async with api() as opened:

        async def ids(path: str) -> list[int]:
            return [one["id"] for one in (await opened.get(V1 + path)).json()["results"]]

        assert await ids("/articles?since=2m") == [5, 4, 3]
        assert await ids("/articles?story=2") == [4, 2]
        assert await ids("/articles?feed=보안") == []
        assert await ids("/stories?watchlist=딥시크") == [1]
        assert await ids("/stories?since=2999-01-01") == []
        assert await ids("/hits?watchlist=수출통제") == []
        assert len(await ids("/hits?alert=1")) == 3
        assert await ids("/deliveries?state=dead") == [1]
        assert await ids("/deliveries?channel=mail") == [2]
        assert await ids("/silences?live=true") == [1]
        assert await ids("/search?q=딥시크&since=1m") == [5]


async def test_one_story_and_one_article(api: Any) -> None:
    async with api() as opened:
        story = (await opened.get(f"{V1}/stories/1")).json()
        assert (story["id"], story["copies"], story["watchlists"]) == (1, 2, ["딥시크"])
        article = (await opened.get(f"{V1}/articles/3")).json()
        rows.WholeArticle.model_validate(article)
        assert (article["content"], article["story_id"], article["feeds"]) == ("본문", 1, ["전자신문"])
        for path in ("/stories/99", "/articles/99"):
            assert (await opened.get(V1 + path)).status_code == 404


async def test_watchlists_say_what_is_in_force(api: Any) -> None:
    async with api() as opened:
        first = (await opened.get(f"{V1}/watchlists")).json()["results"][0]
        assert (first["name"], first["query"], first["channels"]) == ("딥시크", "@DeepSeek", ["desk", "phone"])


async def test_what_has_not_changed_is_not_sent_again(api: Any) -> None:
    async with api() as opened:
        first = await opened.get(f"{V1}/articles")
        tag = first.headers["etag"]
        assert first.headers["cache-control"] == "private, no-cache"
        again = await opened.get(f"{V1}/articles", If_None_Match=f'"other", W/{tag}')
        assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", tag)
        assert (await opened.get(f"{V1}/articles", If_None_Match='"other"')).status_code == 200


WRONG: Final = [
    ("/articles?limit=0", "query.limit"),
    ("/articles?limit=501", "query.limit"),
    ("/articles?story=x", "query.story"),
    ("/articles/0", "path.number"),
    ("/articles?feed=%00", "query.feed"),
    ("/deliveries?state=lost", "query.state"),
    ("/search", "query.q"),
]


async def test_a_request_that_is_not_valid_is_told_where(api: Any) -> None:
    async with api() as opened:
        for path, where in WRONG:
            answer = await opened.get(V1 + path)
            assert answer.status_code == 422, path
            assert answer.headers["content-type"] == "application/problem+json"
            assert [fault["where"] for fault in answer.json()["faults"]] == [where]


async def test_a_cursor_that_is_none_of_ours_is_refused(api: Any) -> None:
    async with api() as opened:
        for cursor in ("x", "!!", "bnVsbA", "WzEsMl0", "W10", "한글", "WyIyMDI1LTAxLTAxIiwxXQ"):
            answer = await opened.get(f"{V1}/articles?cursor={cursor}")
            assert (answer.status_code, answer.json()["title"]) == (422, "this is not a cursor"), cursor


async def test_a_time_that_is_none_is_refused(api: Any) -> None:
    async with api() as opened:
        for since in ("yesterday", "99999999999d", "0001-01-01"):
            assert (await opened.get(f"{V1}/articles?since={since}")).status_code in {200, 422}
        assert (
            (await opened.get(f"{V1}/articles?since=yesterday")).json()["title"].startswith("'yesterday' is neither")
        )


async def test_a_story_that_goes_on_is_not_listed_twice(api: Any, clock: Any) -> None:
    async with api() as opened:
        (first,) = (await opened.get(f"{V1}/stories?limit=1")).json()["results"]
        assert (first["id"], len(first["articles"])) == (1, 3)
        beyond = cursor_of(clock.now(), 1)
        assert [one["id"] for one in (await opened.get(f"{V1}/stories?cursor={beyond}")).json()["results"]] == [2]


def test_the_database_holds_what_these_tests_count() -> None:
    assert ARTICLES == 5

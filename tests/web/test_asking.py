"""The pages that search the history and try a query or a term, on a real server."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from tests.fakes.feedserver import FeedServer, Served
from tests.web.conftest import CONFIG
from tests.web.samples import put, words

if TYPE_CHECKING:
    from tests.fakes.clock import FakeClock


async def test_search_finds_counts_and_points_at_faults(site: Any) -> None:
    async with site(is_filled=True) as opened:
        page = await opened.text("/search?q=%EB%94%A5%EC%8B%9C%ED%81%AC&days=30")
        seen = words(page)
        assert "기사 5건이 맞습니다" in seen
        assert "<mark>딥시크</mark> 새 모델 공개" in page
        fault = await opened.text("/search?q=(%EB%94%A5%EC%8B%9C%ED%81%AC")
        assert 'role="alert"' in fault
        assert "^" in fault


async def test_search_says_when_its_time_was_up(site: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("monitor.web.pages.search.BUDGET_S", 0.0)
    monkeypatch.setattr("monitor.pipeline.survey.PAGE", 2)
    monkeypatch.setattr("monitor.web.pages.search.SHOWN", 1)
    async with site(is_filled=True) as opened:
        assert "시간이 다 되어" in words(await opened.text("/search?q=%2F%EB%94%A5%EC%8B%9C%ED%81%AC%2F"))


async def test_search_counts_by_the_index_what_it_had_no_time_to_read(
    site: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("monitor.web.pages.search.QUICK_S", 0.0)
    monkeypatch.setattr("monitor.pipeline.survey.PAGE", 2)
    async with site(is_filled=True) as opened:
        page = await opened.text("/search?q=%EB%94%A5%EC%8B%9C%ED%81%AC&days=30")
        assert "기사 2~5건이 맞습니다" in words(page)
        assert "line-most" in page
        (exactly,) = re.findall(r'href="(/search[^"]*exact=1)"', page)
        exact = await opened.text(exactly.replace("&amp;", "&"))
        assert "기사 5건이 맞습니다" in words(exact)
        assert "line-most" not in exact


@pytest.mark.parametrize(("age", "unit", "label"), [(20, "날짜", ""), (300, "주 시작", ""), (2000, "달", "2019-")])
async def test_search_covers_the_whole_history_in_longer_and_longer_steps(
    site: Any, clock: FakeClock, age: int, unit: str, label: str
) -> None:
    async with site() as opened:
        old = clock.now() - timedelta(days=age)
        await opened.app.storage.write(lambda work: put(work, 1, 0, old, "딥시크 옛 소식"))
        page = await opened.text("/search?q=%EB%94%A5%EC%8B%9C%ED%81%AC&days=0")
        assert "기사 1건이 맞습니다" in words(page)
        assert f'<th scope="col">{unit}</th>' in page
        assert f'<th scope="row">{label}' in page
        assert page.count('<th scope="row">') < 100
        assert "기사 0건이" in words(await opened.text("/search?q=%EB%94%A5%EC%8B%9C%ED%81%AC&days=7"))


async def test_search_of_an_empty_history_finds_nothing(site: Any) -> None:
    async with site() as opened:
        assert "기사 0건이" in words(await opened.text("/search?q=%EB%94%A5%EC%8B%9C%ED%81%AC&days=0"))


async def test_try_explains_a_query_on_a_text(site: Any) -> None:
    async with site() as opened:
        form = {"query": "@DeepSeek 수출", "text": "中딥시크 공개\r\n딥시커 진수", "action": "explain"}
        answer = await opened.client.post("/try", data=form)
        seen = words(answer.text)
        assert "맞지 않음 @DeepSeek 수출" in seen
        assert "이것만 맞으면 맞습니다: 수출" in seen
        form["query"] = "@DeepSeek"
        assert "맞음 @DeepSeek" in words((await opened.client.post("/try", data=form)).text)


TERM = {"any": "딥마인드, DeepMind\n디프마인드", "kind": "organisation", "exclude": "딥마인드풀", "require": "구글"}


async def test_try_explains_a_term_that_is_in_no_configuration_yet(site: Any) -> None:
    async with site() as opened:
        for text, says in (
            ("구글 딥마인드가 발표", "맞음 @딥마인드"),
            ("딥마인드풀 수영장", "맞지 않음 @딥마인드"),
            ("딥마인드 혼자", "맞지 않음 @딥마인드"),
        ):
            answer = await opened.client.post("/try", data=TERM | {"text": text})
            assert says in words(answer.text), text
        line = "딥마인드: {kind: organisation, any: [딥마인드, DeepMind, 디프마인드]"
        assert f"{line}, exclude: [딥마인드풀], require: [구글]}}" in answer.text


async def test_a_new_term_can_stand_in_a_query_and_take_the_place_of_a_known_one(site: Any) -> None:
    async with site() as opened:
        query = TERM | {"name": "@구글AI", "query": "@구글AI 공개", "text": "구글 디프마인드 공개", "mode": "family"}
        assert "맞음 @구글AI 공개" in words((await opened.client.post("/try", data=query)).text)
        other = {
            "name": "DeepSeek",
            "any": "딥시커",
            "watchlist": "딥시크",
            "text": "딥시커 진수",
            "case_sensitive": "true",
        }
        answer = await opened.client.post("/try", data=other)
        assert "맞음 딥시크" in words(answer.text)
        assert "case_sensitive: true" in answer.text


async def test_a_new_term_is_looked_for_in_the_history(site: Any) -> None:
    async with site(is_filled=True) as opened:
        answer = await opened.client.post("/try", data={"any": "날씨", "action": "history"})
        assert "기사 1건이 맞습니다" in words(answer.text)


@pytest.mark.parametrize(
    ("term", "says"),
    [
        ({"any": "…"}, "correct the spellings"),
        ({"any": "가", "name": "나" * 101}, "role"),
    ],
)
async def test_a_new_term_that_config_yaml_would_refuse_is_refused(
    site: Any, term: dict[str, str], says: str
) -> None:
    async with site() as opened:
        answer = await opened.client.post("/try", data=term | {"text": "글"})
        assert 'role="alert"' in answer.text
        assert says in answer.text
        assert (await opened.client.post("/try", data=term | {"kind": "colour"})).status_code == 400


async def test_a_term_of_the_configuration_can_be_taken_as_a_start(site: Any) -> None:
    async with site() as opened:
        page = await opened.text("/try?term=DeepSeek")
        assert ">DeepSeek, 딥시크</textarea>" in page
        assert '<option value="organisation" selected>' in page
        assert 'value="DeepSeek"' in page


async def test_try_looks_back_over_the_history(site: Any) -> None:
    async with site(is_filled=True) as opened:
        for form in ({"query": "title:모델"}, {"watchlist": "딥시크"}):
            answer = await opened.client.post("/try", data=form | {"action": "history"})
            assert re.search(r"기사 [35]건이 맞습니다", answer.text)


@pytest.mark.parametrize("action", ["explain", "history"])
async def test_try_says_what_is_missing_or_wrong(site: Any, action: str) -> None:
    async with site() as opened:
        nothing = await opened.client.post("/try", data={"text": "글", "action": action})
        assert "검색식이나 용어를 쓰거나 감시 목록을 고르세요" in nothing.text
        wrong = await opened.client.post("/try", data={"text": "글", "query": "(", "action": action})
        assert 'role="alert"' in wrong.text
        neither = await opened.client.post("/try", data={"query": "가"})
        assert 'role="alert"' not in neither.text


PAGE = """<html><head><title>소식</title></head><body><article><h1>딥시크, 새 추론 모델 공개</h1>
<p>딥시크가 새 추론 모델을 공개했다. 회사는 이 모델을 누구나 내려받아 쓸 수 있게 했다고 밝혔다.</p>
<p>업계는 이번 공개가 시장에 미칠 영향을 지켜보고 있다. 전문가들은 비용이 크게 낮아질 것으로 내다봤다.</p>
</article></body></html>"""


@pytest.mark.parametrize("is_allowed", [True, False])
async def test_try_reads_the_page_of_an_address_and_none_of_this_machine_unless_that_is_allowed(
    site: Any, *, is_allowed: bool
) -> None:
    more = CONFIG.replace("watchlists:", "network: {allow_private: true}\nwatchlists:", 1) if is_allowed else CONFIG
    with FeedServer() as news:
        url = news.serve("/news/1", Served(PAGE.encode(), content_type="text/html; charset=utf-8"))
        async with site(more=more) as opened:
            form = {"watchlist": "딥시크", "text": url, "action": "explain"}
            answer = await opened.client.post("/try", data=form)
        asked = [one.path for one in news.requests]
    assert ("추론 모델" in answer.text) is is_allowed
    assert ("/news/1" in asked) is is_allowed
    assert is_allowed or asked == []


async def test_explanations_show_near_and_its_distance(site: Any) -> None:
    async with site() as opened:
        for text, says in (
            ("수출 하나 둘 셋 넷 통제", "어절 떨어져 있음"),
            ("수출이다. 통제다.", "한 문장에 있지 않음"),
        ):
            answer = await opened.client.post("/try", data={"query": "수출 NEAR/1 통제", "text": text})
            assert says in answer.text
        other = await opened.client.post("/try", data={"query": "수출 ONEAR/2 통제", "text": "통제 수출"})
        assert "다른 순서" in other.text or "순서가 다름" in other.text
        many = await opened.client.post("/try", data={"query": "가나 OR 다라 OR 마바", "text": "가나 " * 9})
        assert "그 밖에 3곳" in words(many.text)
        assert "나오지 않음: 다라  마바" in many.text
        glossed = await opened.client.post("/try", data={"query": "@DeepSeek", "text": "딥식(DeepSeek) 공개"})
        assert "모르는 표기: 딥식" in glossed.text

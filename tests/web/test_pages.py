"""Each page on a real server shows what is stored, in Korean, and does what its forms say."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from monitor.core.errors import StorageError
from monitor.pipeline.checkup import Backup
from tests.web.samples import HOSTILE, words

if TYPE_CHECKING:
    import pytest

    from tests.fakes.clock import FakeClock

PAGES = (
    "/",
    "/?watchlist=%EB%94%A5%EC%8B%9C%ED%81%AC",
    "/stories/1",
    "/stories/4",
    "/watchlists",
    "/watchlists/%EB%94%A5%EC%8B%9C%ED%81%AC",
    "/watchlists/%EC%88%98%EC%B6%9C%ED%86%B5%EC%A0%9C",
    "/search",
    "/search?q=%EB%94%A5%EC%8B%9C%ED%81%AC",
    "/search?q=(%EB%94%A5%EC%8B%9C%ED%81%AC",
    "/try",
    "/try?watchlist=%EB%94%A5%EC%8B%9C%ED%81%AC&article=1",
    "/feeds",
    "/deliveries",
    "/deliveries?state=dead",
    "/config",
    "/status",
    "/briefing",
    "/briefing?mail=1",
)


async def test_every_page_is_there_filled_and_empty(site: Any) -> None:
    async with site(is_filled=True) as opened:
        for path in PAGES:
            page = await opened.text(path)
            assert '<html lang="ko">' in page
    async with site(more="database: sqlite:///monitor.db") as opened:
        for path in ("/", "/watchlists", "/feeds", "/deliveries", "/config", "/status", "/briefing", "/try"):
            await opened.text(path)


async def test_fault_37_titles_and_links_are_inert(site: Any) -> None:
    async with site(is_filled=True) as opened:
        seen = 0
        for path in PAGES:
            page = await opened.text(path)
            assert HOSTILE not in page, path
            assert "javascript:" not in page, path
            assert '"><b>' not in page, path
            assert "<script>" not in page, path
            seen += "&lt;script&gt;" in page
        assert seen >= 5


async def test_no_page_needs_a_style_or_script_of_its_own(site: Any) -> None:
    async with site(is_filled=True) as opened:
        for path in PAGES:
            if "mail" in path:
                continue
            page = await opened.text(path)
            assert not re.search(r"<style|\sstyle=|\son[a-z]+=", page), path
            assert re.findall(r"<script[^>]*src=\"(/[^\"?]*)", page) == ["/static/monitor.js"], path


async def test_no_secret_is_on_any_page(site: Any) -> None:
    more = """
database: sqlite:///monitor.db
channels:
  phone: {url: "json://127.0.0.1:9/s3cr3t-token"}
feeds:
  - {name: 전자신문, url: "https://user:hunter22@news.example/rss?key=t0psecret", password: p4ssw0rd, username: me}
watchlists: [{name: 딥시크, any: [딥시크]}]
"""
    async with site(more=more, is_filled=True) as opened:
        for path in PAGES:
            answer = await opened.get(path)
            for secret in ("s3cr3t", "hunter22", "p4ssw0rd"):
                assert secret not in answer.text, path
        assert "phone" in await opened.text("/config")


async def test_today_has_the_stories_of_the_day_newest_first_with_marks_and_why(site: Any) -> None:
    async with site(is_filled=True) as opened:
        page = await opened.text("/")
        assert page.index('id="s4"') < page.index('id="s1"')
        assert 'id="s6"' not in page
        assert 'id="s5"' not in page
        assert "中<mark>딥시크</mark>, 새 모델 공개" in page
        seen = words(page)
        assert "외 2곳" in seen
        assert "기사 3건" in seen
        assert "첫 알림 → desk, mail, phone" in seen
        assert "약한 일치 : 짧은 이름이 한 번만 나오고" in seen.replace("약한 일치:", "약한 일치 :")
        assert "사건 2건" in seen


async def test_other_days_and_watchlists_can_be_chosen(site: Any, clock: FakeClock) -> None:
    async with site(is_filled=True) as opened:
        day = (clock.now() - timedelta(days=1)).astimezone(opened.app.zone).date()
        assert 'id="s6"' in await opened.text(f"/?day={day}")
        assert "아직 감시 목록에 걸린 사건이 없습니다" in await opened.text(
            "/?watchlist=%EC%88%98%EC%B6%9C%ED%86%B5%EC%A0%9C"
        )
        assert "아직 감시 목록에 걸린" in await opened.text("/?page=9")


MISSING = {
    "/?day=2026-13-01": 400,
    "/?day=0001-01-01": 400,
    "/briefing?day=0001-01-02": 400,
    "/?day=9999-12-31": 400,
    "/?page=0": 400,
    "/?page=x": 400,
    "/stories/9": 404,
    "/stories/0": 400,
    "/stories/99999999999999999999999": 400,
    "/watchlists/nobody": 404,
    "/try?watchlist=x&article=99": 404,
    "/deliveries?state=lost": 400,
    "/nothing": 404,
    "/static/nothing": 404,
    "/static/../app.py": 404,
}


async def test_what_is_not_there_is_said_so(site: Any) -> None:
    async with site() as opened:
        for path, status in MISSING.items():
            answer = await opened.get(path, Accept="text/html")
            assert answer.status_code == status, path
            assert '<html lang="ko">' in answer.text
            other = await opened.get(path)
            assert other.headers["content-type"] == "application/problem+json"


async def test_a_database_that_fails_is_said_so(site: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    async def broken(*_: object) -> None:
        raise StorageError("the disk is full", "free some space")

    async with site() as opened:
        monkeypatch.setattr(type(opened.app.storage), "read", broken)
        answer = await opened.get("/", Accept="text/html")
        assert answer.status_code == 503
        assert "데이터베이스를 쓸 수 없습니다" in answer.text
        assert "the disk is full" in answer.text


async def test_a_story_tells_copies_from_updates(site: Any) -> None:
    async with site(is_filled=True) as opened:
        page = await opened.text("/stories/1")
        seen = words(page)
        assert "전자신문 첫 보도" in seen
        assert page.index("中<mark>딥시크") < page.index('class="copy"') < page.index('class="update"')
        assert "제목에 새 숫자나 이름: 100억" in seen
        assert "이전 제목: 딥시크 새 모델에 100억" in seen
        assert "첫 알림: 까닭" in seen
        assert 'href="https://news.example/1"' in page


async def test_a_watchlist_has_a_chart_with_a_table_behind_it(site: Any) -> None:
    async with site(is_filled=True) as opened:
        page = await opened.text("/watchlists/%EB%94%A5%EC%8B%9C%ED%81%AC")
        assert page.count("<svg") == 2
        assert 'aria-label="하루 기사와 사건 수: 딥시크"' in page
        assert "line-spike" in page
        seen = words(page)
        assert "1월 27일 (월) 2 4" in seen
        assert "3시간 동안 14건, 보통 2건" in seen
        assert "@DeepSeek" in seen
        assert "조선일보 1" in seen
        assert "사건 1 → desk" in seen
        assert "딥시크 공개" in seen


async def test_silences_are_made_and_ended_on_the_page(site: Any) -> None:
    async with site(is_filled=True) as opened:
        form = {"watchlist": "수출통제", "lasting": "2h", "why": "점검 중", "next": "/watchlists/x"}
        answer = await opened.client.post("/silences", data=form)
        assert (answer.status_code, answer.headers["location"]) == (303, "/watchlists/x")
        page = await opened.text("/watchlists/%EC%88%98%EC%B6%9C%ED%86%B5%EC%A0%9C")
        assert "점검 중" in page
        number = max(map(int, re.findall(r"/silences/(\d+)/expire", page)))
        assert (await opened.client.post(f"/silences/{number}/expire")).status_code == 303
        assert "점검 중" not in await opened.text("/watchlists/%EC%88%98%EC%B6%9C%ED%86%B5%EC%A0%9C")
        assert (await opened.client.post("/silences", data={"story": "1", "lasting": "1d"})).status_code == 303


async def test_a_silence_of_nothing_is_refused(site: Any) -> None:
    async with site() as opened:
        for form in (
            {"watchlist": "딥시크"},
            {"watchlist": "딥시크", "lasting": "soon"},
            {"watchlist": "딥시크", "lasting": "999999d"},
            {"watchlist": "nobody", "lasting": "1h"},
            {"lasting": "1h"},
        ):
            assert (await opened.client.post("/silences", data=form)).status_code == 400, form


async def test_hits_are_called_right_or_wrong_and_make_a_precision(site: Any) -> None:
    async with site(is_filled=True) as opened:
        page = "/watchlists/%EB%94%A5%EC%8B%9C%ED%81%AC"
        assert "정밀도:" not in await opened.text(page)
        for number, verdict in ((1, "right"), (2, "right"), (3, "wrong"), (4, "wrong"), (4, "")):
            form = {"verdict": verdict, "next": "/stories/1"}
            answer = await opened.client.post(f"/hits/{number}/mark", data=form)
            assert (answer.status_code, answer.headers["location"]) == (303, "/stories/1")
        assert "정밀도: 67 %" in words(await opened.text(page))
        assert (await opened.text("/stories/1")).count('aria-pressed="true"') == 3
        assert (await opened.client.post("/hits/99/mark", data={"verdict": "right"})).status_code == 404
        assert (await opened.client.post("/hits/1/mark", data={"verdict": "so so"})).status_code == 400


async def test_feeds_name_the_sick_first_with_gaps(site: Any) -> None:
    async with site(is_filled=True) as opened:
        seen = words(await opened.text("/feeds"))
        assert "피드 2개" in seen
        assert seen.index("전자신문") < seen.index("보안")
        assert "많으면 7건" in seen


async def test_deliveries_show_state_and_tries_and_send_again(site: Any) -> None:
    async with site(is_filled=True) as opened:
        page = await opened.text("/deliveries")
        seen = words(page)
        assert "피드가 멈춤" in seen
        assert "알림 꺼 둠: 1" in seen
        assert "sent: ok" in seen
        number = re.findall(r"/deliveries/(\d+)/retry", await opened.text("/deliveries?state=dead"))[0]
        answer = await opened.client.post(f"/deliveries/{number}/retry", data={"next": "/deliveries?state=dead"})
        assert (answer.status_code, answer.headers["location"]) == (303, "/deliveries?state=dead")
        assert "retry" not in await opened.text("/deliveries?state=dead")
        only = words(await opened.text("/deliveries?channel=phone"))
        assert "피드가 멈춤" not in only


async def test_older_deliveries_are_a_link_away(site: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("monitor.web.pages.deliveries.SHOWN", 2)
    async with site(is_filled=True) as opened:
        page = await opened.text("/deliveries?state=&channel=")
        (before,) = re.findall(r"before=(\d+)", page)
        older = await opened.text(f"/deliveries?before={before}")
        assert older.count('<tr id="d') == 2


async def test_the_configuration_page_shows_the_faults_of_the_file(site: Any, tmp_path: Any) -> None:
    more = "database: sqlite:///monitor.db\nwatchlists: [{name: 딥시크, any: [딥시크]}]"
    async with site(more=more) as opened:
        assert "없습니다." in await opened.text("/config")
        file = tmp_path / "edited.yaml"
        file.write_text("watchlists: [{name: x}]", encoding="utf-8")
        object.__setattr__(opened.app.config.origin, "file", str(file))
        page = await opened.text("/config")
        assert "edited.yaml:1:" in page
        file.write_text("watchlists: [{name: x, any: [딥시크]}]", encoding="utf-8")
        assert "edited.yaml:1:" not in await opened.text("/config")
        await opened.app.storage.write(
            lambda work: work.reloads.answer(opened.app.clock.now(), "config.yaml:3:1: wrong", opened.app.clock.now())
        )
        assert "config.yaml:3:1: wrong" in await opened.text("/config")
        assert "config.yaml:3:1: wrong" in await opened.text("/status")


async def test_status_names_what_needs_a_look(site: Any, clock: FakeClock) -> None:
    async with site(is_filled=True) as opened:
        assert "확인 필요" in words(await opened.text("/status"))
        clock.advance(3 * 3600)
        seen = words(await opened.text("/status"))
        assert "부터 수집을 기다리는 피드가 있음" in seen
        assert "가장 오래된 것은" in seen
        assert "기사 6" in seen
        assert "데몬이 돌고 있나요? 시작: monitor run" in seen
        assert "만들기: monitor db backup FILE" in seen


async def test_status_shows_the_last_backup_and_that_all_is_well(site: Any, clock: FakeClock) -> None:
    more = 'channels: {desk: {url: "log://"}}\ndatabase: sqlite:///monitor.db'
    async with site(more=more) as opened:
        assert "모두 정상입니다." in await opened.text("/status")
        made = Backup(clock.now() - timedelta(days=1), "/backups/a.db", 12_300_000)
        await opened.app.storage.write(lambda work: work.backups.add(made))
        assert "12.3 MB" in words(await opened.text("/status"))
        clock.advance(9 * 86400)
        assert "백업 작업이 아직 돌고 있나요?" in await opened.text("/status")


async def test_the_briefing_goes_from_seven_to_seven_in_seoul_by_watchlist(site: Any, clock: FakeClock) -> None:
    async with site(is_filled=True) as opened:
        today = clock.now().astimezone(opened.app.zone).date()
        tomorrow = await opened.text(f"/briefing?day={today + timedelta(days=1)}")
        seen = words(tomorrow)
        assert "01-27 07:00 – 01-28 07:00" in seen
        assert "딥시크 2" in seen
        assert "전자신문 , 연합뉴스 , 조선일보" in seen
        assert "걸린 사건이 없습니다" not in seen
        mail = await opened.get(f"/briefing?day={today + timedelta(days=1)}&mail=true")
        assert "attachment" in mail.headers["content-disposition"]
        assert "<style>" in mail.text
        assert "<script" not in mail.text


async def test_a_briefing_of_many_stories_goes_on_on_further_pages(
    site: Any, clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("monitor.web.pages.briefing.MOST_STORIES", 1)
    async with site(is_filled=True) as opened:
        day = clock.now().astimezone(opened.app.zone).date() + timedelta(days=1)
        first = await opened.text(f"/briefing?day={day}")
        assert "사건 2건 · 2쪽 중 1쪽" in words(first)
        second = await opened.text(f"/briefing?day={day}&page=2")
        assert "2쪽 중 2쪽" in words(second)
        assert "새 모델 공개" in words(second)
        assert "새 모델 공개" not in words(first)
        assert "2쪽 중 2쪽" in words(await opened.text(f"/briefing?day={day}&page=2&mail=1"))


async def test_pages_speak_english_if_asked(site: Any) -> None:
    english = 'dashboard: {listen: "127.0.0.1:0", language: en}'
    async with site(dashboard=english, is_filled=True) as opened:
        for path in PAGES:
            assert '<html lang="en">' in await opened.text(path)
        assert "First reported by 전자신문" in await opened.text("/stories/1")

"""A reader goes through a replayed day in a real browser: desk and phone, light and dark, in both languages."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.web.browser.test_looks import DESK, PHONE, faults, watch

if TYPE_CHECKING:
    from playwright.async_api import Browser

PAGES = (
    "/",
    "/briefing",
    "/briefing?day=2025-03-27",
    "/watchlists",
    "/watchlists/딥시크",
    "/watchlists/조용한 목록",
    "/search?q=딥시크&days=30",
    "/search?q=딥시크&days=0",
    "/try",
    "/feeds",
    "/deliveries",
    "/deliveries?state=dead",
    "/config",
    "/status",
)


@pytest.mark.parametrize(("scheme", "language"), [("light", "ko"), ("dark", "en")])
async def test_every_page_of_the_day_is_sound(day: Any, browser: Browser, scheme: Any, language: str) -> None:
    async with day(language=language) as address:
        page = await browser.new_page(color_scheme=scheme)
        wrong = watch(page)
        asked: list[str] = []
        page.on("dialog", lambda dialog: asked.append(dialog.message))
        for path in PAGES:
            for size in (DESK, PHONE):
                await page.set_viewport_size(size)
                await page.goto(address + path)
                assert await page.evaluate("document.documentElement.scrollWidth") <= size["width"], (path, size)
            assert await faults(page) == [], path
        assert (wrong, asked) == ([], [])


async def test_a_reader_follows_a_story_from_its_first_report_to_who_was_told(day: Any, browser: Browser) -> None:
    async with day() as address:
        page = await browser.new_page(viewport=DESK)
        await page.goto(address)
        card = page.get_by_role("article").filter(has_text="절반으로 낮춘")
        seen = await card.inner_text()
        assert "외 3곳" in seen
        assert "같은 내용 2건" in seen
        assert "새 사실 1건" in seen
        await card.get_by_role("link", name="절반으로 낮춘").click()
        story = await page.inner_text("main")
        assert "새벽일보 첫 보도" in story
        assert "새 숫자" in story
        assert "이전 제목" in story
        assert "desk, phone" in story
        await page.get_by_role("link", name="왜 딥시크?").first.click()
        assert "맞음" in await page.inner_text("main")


async def test_a_spike_stands_in_the_chart_and_a_wrong_hit_is_marked(day: Any, browser: Browser) -> None:
    async with day() as address:
        page = await browser.new_page(viewport=PHONE)
        await page.goto(f"{address}/watchlists")
        await page.get_by_role("link", name="딥시크").first.click()
        assert await page.locator(".legend .line-spike").is_visible()
        assert await page.locator(".legend .line-usual").is_visible()
        assert "급증" in await page.inner_text("main")
        assert "새벽일보" in await page.get_by_role("table").last.inner_text()
        await page.get_by_role("button", name="틀림").first.click()
        await page.get_by_text("정밀도: 0 %").wait_for()
        assert await page.get_by_role("button", name="틀림", pressed=True).count() == 1


async def test_the_dead_deliveries_of_a_channel_are_sent_again(day: Any, browser: Browser) -> None:
    async with day() as address:
        page = await browser.new_page(viewport=DESK)
        await page.goto(f"{address}/status")
        assert "확인해야 합니다" in await page.inner_text("main")
        await page.get_by_role("row").filter(has_text="실패한 발송").get_by_role("link").click()
        before = await page.get_by_role("button", name="다시 보내기").count()
        assert "404" in await page.inner_text("main")
        await page.get_by_role("button", name="다시 보내기").first.click()
        assert await page.get_by_role("button", name="다시 보내기").count() == before - 1
        await page.goto(f"{address}/feeds")
        assert "끊긴신문" in await page.get_by_role("row").nth(1).inner_text()


async def test_what_is_typed_is_explained_at_once_and_counted_over_the_weeks(day: Any, browser: Browser) -> None:
    async with day() as address:
        page = await browser.new_page(viewport=DESK)
        await page.goto(f"{address}/try")
        await page.get_by_text("또는 아직 설정에 없는 용어").click()
        await page.get_by_label("표기").fill("딥시크")
        await page.get_by_label("가까이 있어야 하는 말").fill("모델")
        await page.get_by_label("글(첫 줄이 제목)").fill("딥시크, 새 모델 공개")
        await page.locator("#tried").get_by_text("맞음").wait_for()
        await page.get_by_label("글(첫 줄이 제목)").fill("딥시크 접속 장애")
        await page.locator("#tried").get_by_text("맞지 않음").wait_for()
        await page.get_by_role("button", name="최근 30일 기사에서").click()
        await page.get_by_text("기사 4건이 맞습니다").wait_for()
        await page.goto(f"{address}/search?q=수출 NEAR/3 통제&days=0")
        assert "기사 1건이 맞습니다" in await page.inner_text("main")


async def test_the_briefing_of_the_day_prints_on_a4_in_a_few_pages(day: Any, browser: Browser) -> None:
    async with day() as address:
        page = await browser.new_page()
        await page.goto(f"{address}/briefing?day=2025-03-27")
        printed = await page.pdf(prefer_css_page_size=True)
        assert b"/MediaBox [0 0 595" in printed or b"/MediaBox [0 0 594" in printed
        assert 1 <= printed.count(b"/Type /Page\n") + printed.count(b"/Type /Page ") <= 3
        headings = await page.get_by_role("heading", level=2).all_inner_texts()
        assert [one.split()[0] for one in headings] == ["딥시크", "수출통제"]

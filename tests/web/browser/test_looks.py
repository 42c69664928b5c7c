"""Every page in a real browser: nothing serious for axe, no error, no sideways scrolling on a phone, both schemes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import pytest
from axe_playwright_python.async_playwright import Axe

from tests.web.samples import put
from tests.web.test_pages import PAGES

if TYPE_CHECKING:
    from playwright.async_api import Browser, Page, ViewportSize

    from tests.fakes.clock import FakeClock

PHONE: Final[ViewportSize] = {"width": 360, "height": 740}
DESK: Final[ViewportSize] = {"width": 1280, "height": 900}
SERIOUS: Final = frozenset({"serious", "critical"})


def watch(page: Page) -> list[str]:
    """What goes wrong on a page from now on."""
    wrong: list[str] = []
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.on("console", lambda said: wrong.append(said.text) if said.type == "error" else None)
    return wrong


async def faults(page: Page) -> list[str]:
    """What axe-core calls serious or critical."""
    found = (await Axe().run(page)).response["violations"]
    return [
        f"{one['id']}: {one['nodes'][0]['html'][:200]} {one['nodes'][0].get('failureSummary', '')[:200]}"
        for one in found
        if one["impact"] in SERIOUS
    ]


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_every_page_is_sound_on_a_phone_and_on_a_desk(site: Any, browser: Browser, scheme: Any) -> None:
    async with site(is_filled=True) as opened:
        page = await browser.new_page(color_scheme=scheme)
        wrong = watch(page)
        for path in [path for path in PAGES if "mail" not in path]:
            for size in (PHONE, DESK):
                await page.set_viewport_size(size)
                await page.goto(opened.state.address + path)
                wide = await page.evaluate("document.documentElement.scrollWidth")
                assert wide <= size["width"], (path, size)
            assert await faults(page) == [], path
        assert wrong == []


async def test_the_door_is_sound_and_opens(site: Any, browser: Browser) -> None:
    async with site(dashboard='dashboard: {listen: "127.0.0.1:0", password: "correct horse"}') as opened:
        page = await browser.new_page(viewport=PHONE)
        await page.goto(f"{opened.state.address}/status")
        assert await faults(page) == []
        await page.get_by_label("비밀번호 또는 토큰").fill("wrong")
        await page.keyboard.press("Enter")
        await page.get_by_role("alert").wait_for()
        await page.get_by_label("비밀번호 또는 토큰").fill("correct horse")
        await page.keyboard.press("Enter")
        await page.get_by_role("heading", name="현황", exact=True).wait_for()
        assert page.url.endswith("/status")
        assert await page.evaluate("document.cookie") == ""
        await page.get_by_role("button", name="로그아웃").click()
        await page.get_by_label("비밀번호 또는 토큰").wait_for()


async def test_everything_works_without_script(site: Any, browser: Browser) -> None:
    async with site(is_filled=True) as opened:
        context = await browser.new_context(java_script_enabled=False, viewport=PHONE)
        page = await context.new_page()
        await page.goto(opened.state.address)
        await page.get_by_role("link", name="中딥시크, 새 모델 공개").click()
        await page.get_by_role("link", name="왜 딥시크?").first.click()
        assert "맞음" in await page.inner_text("main")
        await page.get_by_role("link", name="감시 목록").first.click()
        await page.get_by_role("link", name="수출통제").click()
        await page.get_by_label("까닭").fill("점검 중")
        await page.get_by_role("button", name="알림 끄기").click()
        assert "점검 중" in await page.inner_text("main")
        await page.get_by_text("표로 보기").click()
        assert await page.get_by_role("table").first.is_visible()
        await context.close()


async def test_pages_are_walked_by_keyboard(site: Any, browser: Browser) -> None:
    async with site(is_filled=True) as opened:
        page = await browser.new_page(viewport=DESK)
        await page.goto(opened.state.address)
        await page.keyboard.press("Tab")
        assert await page.evaluate("document.activeElement.className") == "skip"
        await page.keyboard.press("Enter")
        assert await page.evaluate("document.activeElement.id") == "main"
        await page.keyboard.press("j")
        await page.keyboard.press("j")
        await page.keyboard.press("k")
        await page.keyboard.press("j")
        await page.keyboard.press("Enter")
        await page.wait_for_url("**/stories/1")
        await page.keyboard.press("/")
        await page.wait_for_url("**/search")
        await page.keyboard.press("/")
        assert await page.evaluate("document.activeElement.id") == "q"


async def test_an_open_page_hears_of_a_new_hit(
    site: Any, browser: Browser, clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("monitor.web.live.LOOK_S", 0.05)
    async with site() as opened:
        page = await browser.new_page(viewport=PHONE)
        async with page.expect_response("**/live"):
            await page.goto(opened.state.address)
        await page.wait_for_timeout(300)
        await opened.app.storage.write(lambda work: put(work, 1, 0, clock.now(), "딥시크 공개"))
        await page.get_by_role("link", name="새 소식이 있습니다").click()
        await page.get_by_role("link", name="딥시크 공개").wait_for()
        await page.close()


async def test_fault_37_a_hostile_title_runs_nothing_in_a_browser(site: Any, browser: Browser) -> None:
    async with site(is_filled=True) as opened:
        page = await browser.new_page()
        asked: list[str] = []
        page.on("dialog", lambda dialog: asked.append(dialog.message))
        for path in ("/", "/stories/4", "/search?q=%EB%94%A5%EC%8B%9C%ED%81%AC", "/briefing"):
            await page.goto(opened.state.address + path)
            for link in await page.get_by_role("link").all():
                assert (await link.get_attribute("href") or "").startswith(("/", "http://", "https://", "#"))
        assert asked == []


async def test_the_briefing_prints_on_a4(site: Any, browser: Browser) -> None:
    async with site(is_filled=True) as opened:
        page = await browser.new_page()
        await page.goto(f"{opened.state.address}/briefing")
        printed = await page.pdf(prefer_css_page_size=True)
        assert printed.startswith(b"%PDF")
        assert b"/MediaBox [0 0 595" in printed or b"/MediaBox [0 0 594" in printed
        await page.emulate_media(media="print")
        assert not await page.get_by_role("navigation").first.is_visible()

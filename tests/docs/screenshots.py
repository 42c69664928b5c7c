"""Takes the pictures of docs/pictures from the real pages: `python -m tests.docs.screenshots`.

Three made-up outlets on loopback publish a day of invented headlines; the program polls, groups and alerts as it
would, and a Chromium without a window looks at what it serves.
"""

from __future__ import annotations

import asyncio
import socket
import sys
import threading
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Final
from xml.sax.saxutils import escape

from playwright.async_api import async_playwright

from tests.docs.markdown import ROOT
from tests.web.browser.conftest import CHROMIUM, FLAGS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.async_api import Browser, ViewportSize

PICTURES: Final = ROOT / "docs" / "pictures"
DESK: Final[ViewportSize] = {"width": 1180, "height": 820}
PHONE: Final[ViewportSize] = {"width": 390, "height": 780}
PAGES: Final = (
    ("stories", "/", DESK),
    ("phone", "/", PHONE),
    ("briefing", "/briefing", DESK),
    ("why", "/try", DESK),
)

DAY: Final = (
    (
        "가람일보",
        20,
        "딥시크, 추론 모델 새 판 공개… 값은 절반",
        "딥시크가 새 추론 모델을 공개했다. 사용료는 절반으로 내렸다.",
    ),
    (
        "나루경제",
        16,
        "딥시크 추론 모델 새 판 공개, 값 절반으로",
        "딥시크의 새 추론 모델이 나왔다. 사용료를 절반으로 내렸다고 한다.",
    ),
    (
        "다솜뉴스",
        9,
        "딥시크 새 추론 모델 공개… 국내 업계 긴장",
        "딥시크가 새 추론 모델을 공개하자 국내 업계가 긴장하고 있다.",
    ),
    ("가람일보", 65, "엔비디아, 서울에 연구소 연다", "엔비디아가 서울에 연구소를 열고 연구원 50명을 뽑는다."),
    (
        "나루경제",
        58,
        "엔비디아 서울 연구소 연다… 연구원 50명 채용",
        "엔비디아가 서울에 연구소를 연다. 연구원은 50명이다.",
    ),
    (
        "다솜뉴스",
        130,
        "美 상무부, 메모리 장비 수출 통제 범위 넓힌다",
        "미국이 메모리 장비의 수출을 더 넓게 통제한다.",
    ),
    ("가람일보", 185, "HBM4 시험 생산 앞당긴 새 공장", "새 공장이 HBM4 시험 생산을 석 달 앞당긴다."),
    ("나루경제", 240, "업스테이지, 병원 기록 요약 모델 내놓아", "업스테이지가 병원 기록을 요약하는 모델을 내놓았다."),
    ("다솜뉴스", 300, "리벨리온·퓨리오사AI, 전력 소모 공동 측정", "국산 반도체 두 곳이 전력 소모를 함께 잰다."),
    ("가람일보", 340, "심해 로봇 ‘딥시커’ 두 번째 항해", "무인 로봇이 두 번째 항해에 나섰다."),
    ("나루경제", 380, "비즈니스 인텔리전스 도구 값 오른다", "기업용 도구의 값이 오른다."),
    ("다솜뉴스", 420, "주말 맑고 아침 쌀쌀", "주말 내내 맑겠다."),
)
"""Outlet, how many minutes ago, headline, summary: all invented."""


@contextmanager
def outlets() -> Iterator[str]:
    """A server on loopback of one feed for each outlet; its address."""
    now = datetime.now(UTC)

    class Answer(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            number = int(self.path.removeprefix("/")) if self.path[1:].isdigit() else 0
            body = rss(sorted({row[0] for row in DAY})[number], now).encode()
            self.send_response(200)
            self.send_header("Content-Type", "application/rss+xml; charset=utf-8")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Answer)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()


def rss(outlet: str, now: datetime) -> str:
    entries = "".join(
        f"<item><title>{escape(title)}</title><link>https://example.com/{number}</link>"
        f"<description>{escape(text)}</description>"
        f"<pubDate>{format_datetime(now - timedelta(minutes=ago))}</pubDate></item>"
        for number, (name, ago, title, text) in enumerate(DAY)
        if name == outlet
    )
    return f'<rss version="2.0"><channel><title>{outlet}</title>{entries}</channel></rss>'


def configure(folder: Path, feeds: str, port: int) -> None:
    names = sorted({row[0] for row in DAY})
    rows = "\n".join(f"  - {{name: {name}, url: '{feeds}/{place}'}}" for place, name in enumerate(names))
    lists = {"DeepSeek": "@DeepSeek", "Nvidia": "@Nvidia", "HBM": "@HBM", "수출통제": "@수출통제"}
    watch = "\n".join(f"  - {{name: {name}, any: ['{query}']}}" for name, query in lists.items())
    korean = "  - {name: 한국 AI 기업, any: ['@업스테이지 OR @리벨리온 OR @퓨리오사AI']}"
    (folder / "config.yaml").write_text(
        f"first_poll: alert\nalerts: {{group_wait: 0s}}\nnetwork: {{allow_private: true}}\ninclude: [korean-tech]\n"
        f"dashboard: {{listen: '127.0.0.1:{port}'}}\nchannels:\n  desk: {{url: 'log://'}}\noperator: desk\n"
        f"watchlists:\n{watch}\n{korean}\nfeeds:\n{rows}\n",
        encoding="utf-8",
    )


def free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])


async def monitor(folder: Path, *words: str) -> asyncio.subprocess.Process:
    return await asyncio.create_subprocess_exec(
        sys.executable, "-m", "monitor", *words, cwd=folder, stdout=asyncio.subprocess.DEVNULL
    )


async def take(browser: Browser, address: str) -> None:
    for name, path, size in PAGES:
        page = await browser.new_page(viewport=size, device_scale_factor=1, color_scheme="light")
        for _ in range(100):
            try:
                await page.goto(address + path)
                break
            except Exception:  # noqa: BLE001 - not listening yet
                await asyncio.sleep(0.2)
        if name == "why":
            await page.get_by_role("textbox").first.fill("@인텔")
            await page.locator("textarea").last.fill("美인텔, 비즈니스 인텔리전스 사업 매각")
            await page.get_by_role("button", name="설명 보기").click()
            await page.get_by_text("리전스").last.wait_for()
        await page.screenshot(path=PICTURES / f"{name}.png")
        await page.close()


async def main() -> None:
    PICTURES.mkdir(exist_ok=True)
    port = free_port()
    with TemporaryDirectory() as made, outlets() as feeds:
        folder = Path(made)
        configure(folder, feeds, port)
        await (await monitor(folder, "poll")).wait()
        daemon = await monitor(folder, "run")
        try:
            async with async_playwright() as playwright:
                browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=list(FLAGS))
                await take(browser, f"http://127.0.0.1:{port}")
                await browser.close()
        finally:
            daemon.terminate()
            await daemon.wait()


if __name__ == "__main__":
    asyncio.run(main())

"""`monitor demo`: the whole way of an article in ten seconds, without network or account."""

from __future__ import annotations

import asyncio
import os
import threading
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Final
from xml.sax.saxutils import escape

import monitor.config
from monitor.bootstrap import open_config
from monitor.cli.output import say_all
from monitor.config.load import load
from monitor.config.model import AlertsConfig, ChannelConfig, FeedConfig, NetworkConfig
from monitor.config.secret import Secret
from monitor.core.errors import ConfigurationError, Problem
from monitor.pipeline import sweep

if TYPE_CHECKING:
    from collections.abc import Iterator

    import typer

    from monitor.config.model import Config
    from monitor.pipeline.records import PollSummary

ARTICLES: Final = (
    (
        "中딥시크, 새 추론 모델 공개… “엔비디아 칩 없이 학습”",
        "딥시크가 새 추론 모델을 공개했다. 자국산 칩만으로 학습했다고 밝혔다.",
    ),
    (
        "심해 탐사로봇 ‘딥시커’ 진수… 수심 6000m 누빈다",
        "국내 연구진이 만든 무인 탐사로봇이 동해에서 첫 시험을 마쳤다.",
    ),
    (
        "美, 첨단 반도체 수출 통제 확대 검토",
        "미국 상무부가 대(對)중국 반도체 장비의 수출을 더 강하게 규제하는 방안을 살피고 있다.",
    ),
    ("석유수출국기구, 내년 수요 전망 유지", "산유국들은 생산량을 지금 수준으로 두기로 했다."),
    (
        "SK하이닉스, HBM4 양산 앞당긴다",
        "SK하이닉스가 차세대 고대역폭메모리 HBM4의 양산 시점을 앞당긴다. 엔비디아에 먼저 공급한다.",
    ),
    ("[단독] 업스테이지, 국방 AI 사업 수주", "국내 AI 기업 업스테이지가 국방 분야 언어모델 사업을 따냈다."),
    (
        "퓨리오사AI·리벨리온, NPU 공동 시험 나선다",
        "국산 AI 반도체 기업들이 데이터센터용 NPU를 함께 시험한다.",
    ),
    ("엔비디아&amp;네이버, 로봇 학습 플랫폼 협력", "두 회사는 로봇 학습용 가상 환경을 함께 만든다."),
    ("인텔리전스 스토리지 신제품 출시", "새 저장장치는 용량을 두 배로 늘렸다."),
    ("가을 단풍 절정… 이번 주말 전국 나들이객 몰릴 듯", "기상청은 주말 내내 맑은 날씨를 예보했다."),
)


NEXT: Final = "Next: `make run` starts the watch; edit config.yaml to watch what you care about."


def add_to(app: typer.Typer) -> None:
    """Register the command."""
    app.command()(demo)


def demo() -> None:
    """Poll ten sample articles from a feed on this machine and print the alerts as they would arrive."""
    config = load(default_config(), {**os.environ})
    with TemporaryDirectory(prefix="monitor-demo-") as folder, _feed_server() as address:
        names = ", ".join(watchlist.name for watchlist in config.watchlists)
        say_all([f"A feed of {len(ARTICLES)} articles is served on {address}.", f"Watchlists: {names}.", ""])
        summary, sent = asyncio.run(_poll(_only_feed(config, address), Path(folder)))
    found = f"{summary.articles_new} articles, {summary.hits_new} hits, {sent} alerts"
    say_all(["", f"{found}; look-alikes such as 딥시커 and 석유수출국기구 stay silent.", NEXT])


def default_config(language: str = "ko") -> Path:
    """The configuration that ships with the product: beside the package in a checkout, inside it when installed.

    That of another `language` than Korean is inside in both.

    Raises:
        ConfigurationError: it is in neither place; the installation is broken.
    """
    package = Path(monitor.config.__file__).parent
    korean = (package / "default.yaml", package.parent.parent / "config.yaml")
    for candidate in korean if language == "ko" else (package / f"default.{language}.yaml",):
        if candidate.is_file():
            return candidate
    raise ConfigurationError((Problem("", f"no default configuration under {package}", "install the product again"),))


def _only_feed(config: Config, address: str) -> Config:
    """The same watchlists, over one feed on this machine, with alerts on the console."""
    return config.model_copy(
        update={
            "feeds": (FeedConfig(name="demo", url=address, source="견본신문"),),
            "channels": {"console": ChannelConfig(url=Secret("log://"))},
            "watchlists": tuple(
                watchlist.model_copy(update={"channels": None, "feeds": (), "tags": ()})
                for watchlist in config.watchlists
            ),
            "network": NetworkConfig(allow_private=True),
            "first_poll": "alert",
            "alerts": AlertsConfig(group_wait=timedelta(0)),
            "operator": None,
            "database": Secret("sqlite:///demo.db"),
        }
    )


async def _poll(config: Config, folder: Path) -> tuple[PollSummary, int]:
    """What the poll did, and how many alerts were sent."""
    async with open_config(config, folder) as app:
        summary = await sweep.poll_all(app.poller, tuple(app.poller.specs))
        await app.courier.drain()
        counts = await app.storage.read(lambda work: work.outbox.counts())
    return summary, counts["sent"]


@contextmanager
def _feed_server() -> Iterator[str]:
    """A feed server on a free port of this machine; its address."""
    body = _rss(datetime.now(UTC)).encode()

    class Answer(BaseHTTPRequestHandler):
        """Every address is the feed."""

        def do_GET(self) -> None:
            """Answer with the feed."""
            self.send_response(200)
            self.send_header("Content-Type", "application/rss+xml; charset=utf-8")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Say nothing: the demo's output is the alerts."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Answer)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/rss.xml"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def _rss(now: datetime) -> str:
    entries = "".join(
        f"<item><title>{escape(title)}</title><link>https://example.com/news/{number}</link>"
        f"<description>{escape(summary)}</description>"
        f"<pubDate>{format_datetime(now - timedelta(minutes=7 * number))}</pubDate></item>"
        for number, (title, summary) in enumerate(ARTICLES, start=1)
    )
    return (
        '<?xml version="1.0" encoding="utf-8"?><rss version="2.0"><channel><title>견본신문</title>'
        f"<link>https://example.com/</link><description>견본 기사</description>{entries}</channel></rss>"
    )

"""Three weeks of news and one full day, replayed through the real pipeline: polled, matched, grouped, told, sent.

Feeds are scripted and time is told; the rest is the program itself, with channels that post to servers on loopback.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Final

from sqlalchemy import update

from monitor.bootstrap import open_config
from monitor.config.load import load_text
from monitor.core.alerting.silence import Matchers
from monitor.core.article import Article, Entry
from monitor.core.errors import FetchError, FetchFailure
from monitor.pipeline.deliver import Courier
from monitor.pipeline.sweep import poll_all
from monitor.pipeline.watch import watch
from monitor.storage.engine import open_engine, writing
from monitor.storage.tables import WATCHLIST_VERSIONS
from tests.fakes.clock import FakeClock
from tests.fakes.reader import FakeReader, fresh
from tests.fakes.webhook import Answer, WebhookServer

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from monitor.bootstrap import App

HOSTILE: Final = '<img src=x onerror=alert(1)> 딥시크도 화면에 <script>alert("1")</script>'
OUTLETS: Final = ("새벽일보", "한빛경제", "가람신문", "누리뉴스", "온누리테크")
SICK: Final = "끊긴신문"
CONFIG: Final = """
database: sqlite:///monitor.db
dashboard: {{listen: "127.0.0.1:0"}}
first_poll: alert
operator: desk
alerts: {{group_wait: 0s, flood_guard: false}}
terms:
  DeepSeek: {{kind: organisation, any: [DeepSeek, 딥시크]}}
watchlists:
  - {{name: 딥시크, any: ["@DeepSeek"]}}
  - {{name: 수출통제, query: '수출 NEAR/3 (통제* OR 규제*)'}}
  - {{name: 조용한 목록, any: [양자내성암호]}}
channels:
  desk: {{url: "{desk}"}}
  phone: {{url: "{phone}"}}
feeds:
"""

# What a day brings, by hour: outlet, number, title, summary. Unlike stories share no more than the name.
BEFORE: Final = (
    "딥시크 창업자, 항저우 모교에 장학금 기탁",
    "교육청, 교실에서 딥시크 접속 막기로",
    "딥시크 모바일 앱 내려받기 순위 하락",
    "국내 은행권 딥시크 사내망 차단 확대",
    "딥시크 논문 공개에 학계 토론 이어져",
    "유럽 감독기관 딥시크 약관 조사 착수",
    "딥시크 채용 공고에 지원자 몰려",
)
LEAD: Final = "딥시크, 추론 비용 절반으로 낮춘 새 모델 공개"
LEAD_SUMMARY: Final = "딥시크가 26일 추론 비용을 절반으로 낮춘 새 모델을 공개했다. 무게는 누구나 내려받을 수 있다."
DAY: Final[tuple[tuple[int, str, int, str, str], ...]] = (
    (0, "새벽일보", 100, LEAD, LEAD_SUMMARY),
    (0, "누리뉴스", 190, "주말 전국 흐리고 곳에 따라 눈", "기온은 평년과 비슷하겠다."),
    (1, "한빛경제", 101, LEAD, LEAD_SUMMARY),
    (1, "가람신문", 102, "딥시크, 추론 비용 절반 낮춘 새 모델 공개", LEAD_SUMMARY),
    (
        2,
        "누리뉴스",
        103,
        "딥시크 추론 비용 절반 새 모델, 이용자 300만 명 몰려",
        "공개 두 시간 만에 300만 명이 몰렸다.",
    ),
    (2, "온누리테크", 104, "美, 對中 반도체 수출 통제 명단에 12곳 추가", "수출 통제 명단에 장비사 12곳이 올랐다."),
    (3, "새벽일보", 105, "나스닥 기술주 급락, 딥시크 충격 월가 강타", "시가총액이 하루에 크게 줄었다."),
    (3, "한빛경제", 106, "개인정보위, 딥시크에 수집 항목 질의서 발송", "답을 받는 대로 공개한다."),
    (3, "가람신문", 107, "딥시크 접속 장애 두 시간 만에 복구", "가입을 한때 막았다."),
    (3, "누리뉴스", 108, "오픈AI 대표, 딥시크 성능 인상적 평가", "경쟁은 반갑다고 했다."),
    (4, "온누리테크", 109, "국회 과방위 딥시크 현안 질의 열기로", "부처 세 곳을 부른다."),
    (4, "새벽일보", 110, "스타트업들 딥시크 공개 무게로 서비스 전환", "서버 값을 아꼈다고 한다."),
    (4, "한빛경제", 111, HOSTILE, "제목에 표시가 들어 있다."),
    (5, "누리뉴스", 112, "전기료 절감 기대, 데이터센터 업계 딥시크 주목", "전력 수요 예측을 고친다."),
)


WEEKS: Final = 21
"""Days before it: a habit is known after fourteen."""
BEGIN: Final = datetime(2025, 3, 26, tzinfo=UTC) - timedelta(days=WEEKS)
"""Nine in the morning in Seoul; the day itself is a Wednesday like others."""


@dataclass(frozen=True, slots=True)
class Replayed:
    """What is left of it: the folder with the database, the configuration, and the time it is now."""

    folder: Path
    text: str
    clock: FakeClock


async def replay(folder: Path, begin: datetime) -> Replayed:
    """Live through it in `folder`, whose database is empty, until three in the afternoon."""
    clock = FakeClock(begin)
    with WebhookServer() as desk, WebhookServer(Answer(status=404, body=b"gone")) as phone:
        fed = "".join(
            f'  - {{name: {name}, url: "https://{number}.example/rss"}}\n'
            for number, name in enumerate((*OUTLETS, SICK))
        )
        text = CONFIG.format(desk=desk.channel("desk"), phone=phone.channel("phone")) + fed
        async with open_config(load_text(text, "config.yaml", folder, {}), folder) as app:
            _date_back(folder, begin)
            reader = FakeReader()
            day = Day(replace(app, poller=replace(app.poller, clock=clock, reader=reader)), clock, reader)
            await day.live()
    return Replayed(folder, text, clock)


def _date_back(folder: Path, begin: datetime) -> None:
    """Let the watchlists be as they are since then: opened just now, they would have no habit yet."""
    engine = open_engine("sqlite:///monitor.db", folder)
    with writing(engine).begin() as connection:
        connection.execute(update(WATCHLIST_VERSIONS).values(in_force_at=begin))
    engine.dispose()


class Day:
    """The parts that live through it."""

    def __init__(self, app: App, clock: FakeClock, reader: FakeReader) -> None:
        self._app, self._clock, self._reader = app, clock, reader
        self._watcher = replace(app.watcher, clock=clock)
        self._courier = Courier(app.storage, app.notifier, clock, app.poller.audience, lambda: 0.0)

    async def live(self) -> None:
        """Three weeks, then the day."""
        for number in range(WEEKS):
            title = (
                f"{BEFORE[number % len(BEFORE)]} ({number + 1}일째)" if number % 3 else "연휴 앞두고 택배 물량 늘어"
            )
            await self._step([("새벽일보", number + 1, title, "")], timedelta(days=1))
        for hour in range(6):
            entries = [(outlet, number, title, summary) for at, outlet, number, title, summary in DAY if at == hour]
            await self._step(entries, timedelta(hours=1))
        await self._revise_and_silence()

    async def _step(self, entries: Sequence[tuple[str, int, str, str]], span: timedelta) -> None:
        """Poll, look at the rates, send; then let the time pass."""
        now = self._clock.now()
        by_outlet: dict[str, list[Entry]] = {name: [] for name in OUTLETS}
        for outlet, number, title, summary in entries:
            url = f"https://{outlet}.example/{number}"
            published_at = now - timedelta(minutes=5)
            made = Article(url, url, title, summary, source=outlet, feeds=(outlet,), published_at=published_at)
            by_outlet[outlet].append(Entry(str(number), made))
        for outlet, found in by_outlet.items():
            if found:
                self._reader.will_answer(outlet, fresh(*found))
        self._reader.will_answer(SICK, FetchError(FetchFailure.TIMEOUT))
        await poll_all(self._app.poller, tuple(self._app.poller.specs))
        await watch(self._watcher, timedelta(days=1, hours=1))
        await self._courier.drain()
        self._clock.advance(span)
        await self._courier.drain()

    async def _revise_and_silence(self) -> None:
        """The first report gets another title, and one watchlist is silenced."""
        revised = f"{LEAD} …공개 자료도"
        await self._step([("새벽일보", 100, revised, LEAD_SUMMARY)], timedelta(minutes=5))
        now = self._clock.now()
        silence = Matchers("조용한 목록")
        await self._app.storage.write(
            lambda work: work.silences.add(silence, "점검 중", now, now + timedelta(days=1))
        )

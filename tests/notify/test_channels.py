"""Other services through Apprise, their servers replaced by one on loopback."""

from __future__ import annotations

import json
import sys
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import pytest
from apprise import Apprise

from monitor.core.alerting import Reason
from monitor.core.errors import DeliveryError
from monitor.notify.channels import _written
from monitor.notify.library import services
from monitor.notify.render import render
from monitor.notify.sender import AppriseNotifier, NotifierSettings
from monitor.notify.templating import Scribe, TemplateFile
from monitor.pipeline.records import AlertContent, Lane
from tests.fakes.webhook import Answer, WebhookServer
from tests.notify.samples import article, content, hit, report

if TYPE_CHECKING:
    from collections.abc import Iterator

ARMED = "@everyone [눌러](https://evil.example) <!channel> <@1> **딥시크** <b>x</b> <script>y</script>"
BULK = content(*[hit(of=article(f"딥시크 {n} " + "긴 제목 " * 20)) for n in range(80)], reason=Reason.DIGEST)
DISCORD = "discord://4174216298/JHMHI8qBe7bk2ZwO5U711o3dV_js"
TELEGRAM = "tgram://123456789:AAEhBOweik6ad9rQXMENQjcrGbqCr4K-abc/-1001"


@pytest.fixture
def hook(monkeypatch: pytest.MonkeyPatch) -> Iterator[WebhookServer]:
    with WebhookServer(Answer(body=b'{"ok": true}', headers={"Content-Type": "application/json"})) as server:
        monkeypatch.setattr(services()["discord"], "notify_url", f"{server.base}/discord")
        monkeypatch.setattr(services()["tgram"], "notify_url", f"{server.base}/bot")
        monkeypatch.setattr(services()["gchat"], "notify_url", server.base + "/v1/{workspace}/messages")
        yield server


async def posted(hook: WebhookServer, url: str, of: AlertContent) -> Any:
    await AppriseNotifier({"c": url}, NotifierSettings(deadline_s=10)).send(Lane("c", ""), of)
    return hook.requests[-1].json()


async def test_telegram_gets_a_link_and_nothing_of_a_titles_own_markup(hook: WebhookServer) -> None:
    text = (await posted(hook, TELEGRAM, report(ARMED)))["text"]
    assert '<a href="https://news.example.kr/view?no=12&amp;page=1">' in text
    assert "<script" not in text
    assert "<b>x</b>" not in text
    assert "<b>딥시크</b>" in text
    assert text.index("[DeepSeek]") < text.index("<a href")


async def test_telegram_messages_stay_within_its_limit(hook: WebhookServer) -> None:
    await posted(hook, TELEGRAM, BULK)
    (received,) = hook.requests
    assert len(received.json()["text"]) <= 4096
    assert "길이 제한으로 줄였습니다" in received.json()["text"]


async def test_discord_pings_nobody_and_masks_no_link(hook: WebhookServer) -> None:
    body = str(await posted(hook, DISCORD, report(ARMED)))
    for armed in ("@everyone", "](https://evil", "<@1>"):
        assert armed not in body
    assert "https://news.example.kr/view?no=12&page=1" in body


async def test_discord_messages_stay_within_its_limit(hook: WebhookServer) -> None:
    await posted(hook, DISCORD, BULK)
    assert len(hook.requests) == 1
    (embed,) = hook.requests[0].json()["embeds"]
    assert len(embed["description"]) <= 4096


async def test_a_template_of_ones_own_takes_the_place_of_the_embed_of_discord(hook: WebhookServer) -> None:
    own = (TemplateFile("text.j2", "templates/text.j2", "{{ alert.title }}"),)
    settings = NotifierSettings(deadline_s=10, templates=own)
    await AppriseNotifier({"c": DISCORD}, settings).send(Lane("c", ""), report())
    assert "embeds" not in hook.requests[-1].json()


async def test_a_card_of_teams_holds_a_digest_and_stays_within_28_kb(
    hook: WebhookServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    sent: list[bytes] = []

    def dumps(payload: Any) -> str:
        sent.append(json.dumps(payload).encode())
        return "{}"

    stand_in = SimpleNamespace(dumps=dumps, loads=json.loads)
    monkeypatch.setattr(sys.modules[services()["workflows"].__module__], "json", stand_in)
    url = f"workflows://127.0.0.1:{hook.port}/643e69f83c89/KwDKpGnLuBvAvfVeFzDl"
    with pytest.raises(DeliveryError):  # it speaks TLS only, and the server here does not
        await AppriseNotifier({"c": url}, NotifierSettings(deadline_s=10)).send(Lane("c", ""), BULK)
    (body,) = sent
    assert len(body) < 28_000
    assert body.decode("unicode_escape").count("Action.OpenUrl") >= 8


async def test_markdown_services_get_a_link_and_escaped_titles(hook: WebhookServer) -> None:
    url = "gchat://workspace1/keykeykey1/tokentoken1"
    text = (await posted(hook, url, report(ARMED)))["text"]
    assert text.startswith("[DeepSeek] <https://news.example.kr/view?no=12&amp;page=1|@\u200beveryone ")
    assert "](https://evil" not in text
    assert text.count("<") == 1
    assert "*딥시크*가 새 추론 모델을" in text


async def test_push_services_get_the_title_once_and_the_address_last(hook: WebhookServer) -> None:
    body = await posted(hook, f"ntfy://127.0.0.1:{hook.port}/alerts", report())
    assert body["title"] == "[DeepSeek] 中딥시크, 새 추론 모델 공개"
    assert body["message"].startswith("가나다신문 | 10-06(화) 14:30")
    assert body["message"].endswith("https://news.example.kr/view?no=12&page=1")


async def test_two_topics_are_two_deliveries(hook: WebhookServer) -> None:
    sender = AppriseNotifier({"c": f"ntfy://127.0.0.1:{hook.port}/alpha/beta"})
    await sender.send(Lane("c", "beta"), report())
    assert [received.json()["topic"] for received in hook.requests] == ["beta"]
    assert sender.describe("c") == f"ntfy://127.0.0.1:{hook.port}/alpha/beta"


async def test_programs_get_titles_as_they_are(hook: WebhookServer) -> None:
    body = await posted(hook, hook.channel(), report(ARMED))
    assert body["title"].startswith(f"[DeepSeek] {ARMED[:40]}")
    assert ARMED in body["message"]


async def test_a_title_longer_than_the_service_allows_is_cut_there_and_whole_in_the_body(
    hook: WebhookServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(services()["json"], "title_maxlen", 20)
    body = await posted(hook, hook.channel(), report())
    assert body["title"] == "[DeepSeek] 中딥시크, 새…"
    assert body["message"].startswith("中딥시크, 새 추론 모델 공개\n")


async def test_no_picture_is_fetched_from_elsewhere(hook: WebhookServer) -> None:
    assert "github" not in str(await posted(hook, DISCORD, report()))


@pytest.mark.parametrize(
    "url",
    [
        "matrixs://token:0123456789@matrix.example.kr/#room",
        "mastodons://0123456789@social.example.kr",
        "wxteams://" + "a" * 80,
        TELEGRAM,
    ],
)
def test_services_that_compute_their_own_limit_are_written_for_too(url: str) -> None:
    plugin: Any = Apprise.instantiate(url, suppress_exceptions=False)
    title, body, _ = _written(plugin, render(report(), "ko", ZoneInfo("Asia/Seoul")), Scribe())
    assert "딥시크" in title + body

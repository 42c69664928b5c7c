from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from monitor.core.errors import DeliveryError
from monitor.notify.hooks import HookChannel
from monitor.notify.sender import AppriseNotifier, NotifierSettings, validate
from monitor.pipeline.records import Lane
from tests.fakes.webhook import Answer, WebhookServer
from tests.notify.samples import report

if TYPE_CHECKING:
    from collections.abc import Iterator

JANDI = "https://wh.jandi.com/connect-api/webhook/12345678/aaaabbbbccccdddd"
DOORAY = "https://hook.dooray.com/services/11112222/33334444/aaaabbbbccccdddd"
LINE_WORKS = "https://webhook.worksmobile.com/message/aaaabbbb-cccc-dddd"


@pytest.fixture
def hook() -> Iterator[WebhookServer]:
    with WebhookServer() as server:
        yield server


def sender(hook: WebhookServer, url: str) -> AppriseNotifier:
    """A notifier whose one channel posts to the server on loopback instead."""
    made = AppriseNotifier({"c": url}, NotifierSettings(deadline_s=2))
    channel = made._channels["c"]
    assert isinstance(channel, HookChannel)
    made._channels["c"] = replace(channel, _url=f"{hook.base}/hook")
    return made


async def posted(hook: WebhookServer, url: str, title: str = "딥시크 소식") -> Any:
    assert await sender(hook, url).send(Lane("c", ""), report(title)) == "sent"
    return hook.requests[-1].json()


async def test_jandi_gets_its_own_form(hook: WebhookServer) -> None:
    body = await posted(hook, JANDI)
    assert hook.requests[0].headers["Accept"] == "application/vnd.tosslab.jandi-v2+json"
    assert body["body"] == "[DeepSeek] 딥시크 소식"
    (block,) = body["connectInfo"]
    assert block["description"].startswith("가나다신문 | 10-06(화) 14:30\n")
    assert block["description"].endswith("https://news.example.kr/view?no=12&page=1")


async def test_dooray_gets_its_own_form(hook: WebhookServer) -> None:
    body = await posted(hook, DOORAY)
    assert body["text"] == "[DeepSeek] 딥시크 소식"
    assert body["attachments"][0]["text"].startswith("가나다신문 | ")


async def test_line_works_gets_its_own_form(hook: WebhookServer) -> None:
    body = await posted(hook, LINE_WORKS)
    assert body["title"] == "[DeepSeek] 딥시크 소식"
    assert body["body"]["text"].startswith("가나다신문 | ")


async def test_no_title_forges_a_link_or_a_mention(hook: WebhookServer) -> None:
    body = str(await posted(hook, JANDI, "[속보](https://evil.example) @everyone 딥시크"))
    assert "](" not in body
    assert "@everyone" not in body


@pytest.mark.parametrize("answer", [b'{"header": {"isSuccessful": true}}', b"[]", b'{"header": 1}', b"ok"])
async def test_what_dooray_accepts_is_sent(hook: WebhookServer, answer: bytes) -> None:
    hook.default = Answer(body=answer)
    await posted(hook, DOORAY)


async def test_what_dooray_refuses_with_200_is_not_sent(hook: WebhookServer) -> None:
    hook.default = Answer(body=b'{"header": {"isSuccessful": false, "resultMessage": "no"}}')
    with pytest.raises(DeliveryError) as caught:
        await posted(hook, DOORAY)
    assert not caught.value.permanent


async def test_a_removed_webhook_is_permanent(hook: WebhookServer) -> None:
    hook.default = Answer(404)
    with pytest.raises(DeliveryError) as caught:
        await posted(hook, JANDI)
    assert caught.value.permanent


async def test_a_redirect_has_not_taken_the_alert(hook: WebhookServer) -> None:
    hook.default = Answer(302, headers={"Location": "/elsewhere"})
    with pytest.raises(DeliveryError) as caught:
        await posted(hook, JANDI)
    assert (caught.value.permanent, len(hook.requests)) == (False, 1)


@pytest.mark.parametrize("url", [JANDI, DOORAY, LINE_WORKS])
def test_both_ways_to_write_an_address_are_the_same_and_hide_their_secrets(url: str) -> None:
    scheme = {JANDI: "jandi", DOORAY: "dooray", LINE_WORKS: "lineworks"}[url]
    made = AppriseNotifier({"a": url, "b": url.replace("https", scheme)})
    assert made.describe("a") == made.describe("b")
    assert "aaaabbbb" not in made.describe("a")
    assert made.recipients("a") == ("",)


@pytest.mark.parametrize("url", ["jandi://12345678", "https://wh.jandi.com", "dooray:///x", "lineworks://h.kr/"])
def test_an_address_that_is_not_whole_is_named(url: str) -> None:
    assert validate(url).endswith("is incomplete; paste the whole webhook address")


def test_another_host_with_a_similar_name_is_not_taken_for_a_messenger() -> None:
    assert validate("https://wh.notjandi.com/connect-api/webhook/1/2").startswith("no known service")
    assert validate("http://wh.jandi.com/connect-api/webhook/1/2").startswith("no known service")

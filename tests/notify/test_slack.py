from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from monitor.core.errors import DeliveryError
from monitor.notify.sender import AppriseNotifier, NotifierSettings
from monitor.pipeline.records import Lane
from tests.fakes.webhook import Answer, WebhookServer
from tests.notify.samples import report

if TYPE_CHECKING:
    from collections.abc import Iterator

TOKEN = "TIiajkdnlazkcOXrIdevi7FQ"
PATH = f"T1JJ3T3L2/A1BRTD4JD/{TOKEN}"
BOT = "slack://xoxb-123456789012-123456789012-abcdefghijklmnopqrstuvwx"


@pytest.fixture
def hook() -> Iterator[WebhookServer]:
    with WebhookServer() as server:
        yield server


def slack(hook: WebhookServer, url: str) -> AppriseNotifier:
    return AppriseNotifier({"desk": url}, NotifierSettings(deadline_s=2), slack_base=hook.base)


async def refused(sender: AppriseNotifier) -> DeliveryError:
    with pytest.raises(DeliveryError) as caught:
        await sender.send(Lane("desk", ""), report())
    return caught.value


@pytest.mark.parametrize("url", [f"https://hooks.slack.com/services/{PATH}", f"slack://{PATH}"])
async def test_a_webhook_gets_blocks(hook: WebhookServer, url: str) -> None:
    sender = slack(hook, url)
    assert await sender.send(Lane("desk", ""), report()) == "sent"
    (received,) = hook.requests
    assert received.path == f"/services/{PATH}"
    body = received.json()
    assert body["blocks"][0]["text"]["text"].startswith("*<https://news.example.kr/view?no=12&amp;page=1|")
    assert "channel" not in body
    assert TOKEN not in sender.describe("desk")
    assert sender.describe("desk").startswith("slack://")


async def test_rooms_and_the_name_of_the_bot_are_passed_on(hook: WebhookServer) -> None:
    sender = slack(hook, f"slack://newsbot@{PATH}/#desk/@kim/+C024BE91L/plain")
    assert sender.recipients("desk") == ("#desk", "@kim", "+C024BE91L", "plain")
    for name in sender.recipients("desk"):
        assert await sender.send(Lane("desk", name), report()) == f"sent to {name}"
    assert [r.json()["channel"] for r in hook.requests] == ["#desk", "@kim", "C024BE91L", "#plain"]
    assert {r.json()["username"] for r in hook.requests} == {"newsbot"}


@pytest.mark.parametrize(("status", "permanent"), [(404, True), (403, True), (410, True), (503, False), (500, False)])
async def test_refusals_are_judged(hook: WebhookServer, status: int, permanent: bool) -> None:  # noqa: FBT001 - a parameter
    hook.default = Answer(status, body=b"no_service")
    error = await refused(slack(hook, f"slack://{PATH}"))
    assert error.permanent is permanent
    assert not error.ambiguous
    assert error.reason.endswith("no_service")


async def test_the_wait_that_slack_asks_for_is_passed_on(hook: WebhookServer) -> None:
    hook.default = Answer(429, headers={"Retry-After": "30"})
    assert (await refused(slack(hook, f"slack://{PATH}"))).retry_after_s == 30.0


async def test_slack_taking_the_request_and_then_hanging_is_ambiguous(hook: WebhookServer) -> None:
    hook.default = Answer(hang=True)
    assert (await refused(slack(hook, f"slack://{PATH}"))).ambiguous


async def test_a_bot_posts_to_its_room(hook: WebhookServer) -> None:
    hook.default = Answer(body=b'{"ok": true}')
    sender = slack(hook, f"{BOT}/#desk")
    assert await sender.send(Lane("desk", ""), report()) == "sent"
    (received,) = hook.requests
    assert received.path == "/api/chat.postMessage"
    assert received.headers["Authorization"].startswith("Bearer xoxb-")
    assert received.json()["channel"] == "#desk"


@pytest.mark.parametrize(
    ("answer", "reason", "permanent"),
    [
        ({"ok": False, "error": "channel_not_found"}, "Slack: channel_not_found", True),
        ({"ok": False, "error": "internal_error"}, "Slack: internal_error", False),
        ({}, "Slack: unknown", True),
    ],
)
async def test_a_bot_is_refused_with_slacks_own_reason(
    hook: WebhookServer,
    answer: dict[str, object],
    reason: str,
    permanent: bool,  # noqa: FBT001 - a parameter
) -> None:
    hook.default = Answer(body=json.dumps(answer).encode())
    error = await refused(slack(hook, f"{BOT}/#desk"))
    assert (error.reason, error.permanent) == (reason, permanent)


async def test_a_bots_answer_that_is_no_json_is_temporary(hook: WebhookServer) -> None:
    hook.default = Answer(body=b"<html>")
    assert not (await refused(slack(hook, f"{BOT}/#desk"))).permanent


def test_addresses_of_slacks_servers_are_used_without_a_replacement() -> None:
    hooks = {
        "gov": f"https://hooks.slack-gov.com/services/{PATH}",
        "web": f"slack://{PATH}",
        "bot": f"{BOT}/#desk",
    }
    sender = AppriseNotifier(hooks)
    gov, web, bot = (sender._channels[name] for name in hooks)
    assert gov._hook_address() == f"https://hooks.slack-gov.com/services/{PATH}"  # type: ignore[attr-defined] # a SlackChannel
    assert web._hook_address() == f"https://hooks.slack.com/services/{PATH}"  # type: ignore[attr-defined] # the same
    assert bot._bot_address() == "https://slack.com/api/chat.postMessage"  # type: ignore[attr-defined] # the same

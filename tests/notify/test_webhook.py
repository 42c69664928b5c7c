from __future__ import annotations

import base64
import hashlib
import hmac
import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import jsonschema
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.core.alerting import Reason
from monitor.core.errors import DeliveryError
from monitor.notify.sender import AppriseNotifier, NotifierSettings, validate
from monitor.notify.webhook import LONGEST_BYTES, WebhookChannel, document, open_webhook, schema, sign
from monitor.pipeline.records import AlertContent, Lane
from tests.fakes.webhook import Answer, WebhookServer
from tests.notify.samples import article, content, hit, report

if TYPE_CHECKING:
    from collections.abc import Iterator

KEY = bytes(range(32))
SECRET = "whsec_" + base64.b64encode(KEY).decode()


@pytest.fixture
def hook() -> Iterator[WebhookServer]:
    with WebhookServer(Answer(204, body=b"")) as server:
        yield server


def notifier(hook: WebhookServer, rest: str = "hook") -> AppriseNotifier:
    return AppriseNotifier({"c": f"webhook://127.0.0.1:{hook.port}/{rest}"}, NotifierSettings(deadline_s=2))


async def posted(hook: WebhookServer, of: AlertContent) -> Any:
    await notifier(hook).send(Lane("c", ""), of)
    return hook.requests[-1].json()


async def test_an_alert_arrives_as_a_document_of_its_schema(hook: WebhookServer) -> None:
    told = replace(content(hit(), hit("추론", word="추론", weak="x"), hit(of=article("딥시크 둘"))), outlets=3)
    body = await posted(hook, told)
    jsonschema.validate(body, schema())
    assert (body["version"], body["id"], body["reason"], body["outlets"]) == (1, 7, "first report", 3)
    assert body["title"] == "[DeepSeek, 추론] 中딥시크, 새 추론 모델 공개 외 1건"
    assert body["created_at"] == "2026-10-06T05:40:00Z"
    assert body["watchlists"] == ["DeepSeek", "추론"]
    first, second = body["articles"]
    assert first["published_at"] == "2026-10-06T05:30:00Z"
    assert [(one["watchlist"], one["weak"]) for one in first["hits"]] == [("DeepSeek", ""), ("추론", "x")]
    assert first["hits"][0]["spans"][0] == {
        "field": "title",
        "start": 1,
        "end": 4,
        "text": "딥시크",
        "term": "DeepSeek",
    }
    assert second["title"] == "딥시크 둘"
    assert hook.requests[0].headers["Content-Type"] == "application/json"


@pytest.mark.parametrize("reason", list(Reason))
def test_alerts_of_every_reason_fit_the_schema(reason: Reason) -> None:
    for told in (content(reason=reason, notes=("알림",)), content(hit(of=article(published_at=None)), reason=reason)):
        body = json.loads(document(told, "제목"))
        jsonschema.validate(body, schema())
        assert body["reason"] == reason.value


async def test_the_signature_is_that_of_standard_webhooks_and_a_repetition_has_the_same_id(
    hook: WebhookServer,
) -> None:
    sender = notifier(hook, f"hook?team=news&secret={SECRET}")
    for _ in range(2):
        await sender.send(Lane("c", ""), report())
    first, second = hook.requests
    assert first.path == "/hook?team=news"
    assert first.headers["webhook-id"] == second.headers["webhook-id"] == "alert-7-1791265200"
    signed = f"{first.headers['webhook-id']}.{first.headers['webhook-timestamp']}.".encode() + first.body
    expected = base64.b64encode(hmac.new(KEY, signed, hashlib.sha256).digest()).decode()
    assert first.headers["webhook-signature"] == f"v1,{expected}"


def test_a_signature_is_the_one_of_the_specification() -> None:
    key = base64.b64decode("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")
    body = b'{"test": 2432232314}'
    expected = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="
    assert sign(key, "msg_p5jXN8AQM9LWM0D4loKWxJek", "1614265330", body) == expected


async def test_without_a_secret_nothing_is_signed(hook: WebhookServer) -> None:
    await posted(hook, report())
    assert "webhook-signature" not in hook.requests[0].headers


@pytest.mark.parametrize(
    ("status", "permanent"), [(410, True), (400, True), (503, False), (302, False), (429, False)]
)
async def test_refusals_are_judged(hook: WebhookServer, status: int, permanent: bool) -> None:  # noqa: FBT001 - a parameter
    hook.default = Answer(status, headers={"Retry-After": "30"} if status == 429 else {"Location": "/elsewhere"})
    with pytest.raises(DeliveryError) as caught:
        await notifier(hook).send(Lane("c", ""), report())
    assert caught.value.permanent is permanent
    assert caught.value.retry_after_s == (30.0 if status == 429 else None)
    assert len(hook.requests) == 1


def test_the_secret_is_shown_nowhere(hook: WebhookServer) -> None:
    sender = notifier(hook, f"path-of-some-length?secret={SECRET}")
    assert sender.describe("c") == f"http://127.0.0.1:{hook.port}/****"
    assert SECRET not in repr(sender._channels["c"])
    assert repr(KEY) not in repr(sender._channels["c"])


@pytest.mark.parametrize("secret", ["whsec_", "whsec_c2hvcnQ=", "abc", "whsec_???", base64.b64encode(KEY).decode()])
def test_a_secret_that_is_none_is_a_fault_that_does_not_show_it(secret: str) -> None:
    fault = validate(f"webhooks://example.com/x?secret={secret}")
    assert fault == "the secret of a webhook is whsec_ and at least 24 bytes in base64"


@pytest.mark.parametrize("address", ["webhooks://", "webhook:///x", "webhook://a:b:c/", "webhook://a:99999/x"])
def test_an_address_without_a_host_is_a_fault(address: str) -> None:
    assert "is incomplete" in validate(address)


def test_only_its_own_schemes_are_taken() -> None:
    assert open_webhook("jsons://example.com/x", 1, 1) is None
    assert isinstance(open_webhook("WEBHOOKS://example.com/x", 1, 1), WebhookChannel)
    assert validate("webhooks://user:pass@example.com/x") == ""


def test_what_has_no_room_in_a_megabyte_is_counted() -> None:
    hits = [hit(of=article(f"딥시크 {n}", "가" * 3000)) for n in range(400)]
    body = document(content(*hits, reason=Reason.DIGEST), "제목")
    assert len(body) <= LONGEST_BYTES
    told = json.loads(body)
    assert len(told["articles"]) + told["articles_left_out"] == 400
    assert len(told["articles"]) > 80
    lone = json.loads(document(report(summary="가" * 400_000), "제목"))
    assert (lone["articles"], lone["articles_left_out"]) == ([], 1)


@settings(max_examples=60, deadline=None)
@given(title=st.text(max_size=60), summary=st.text(max_size=60), url=st.text(max_size=30))
def test_any_text_makes_a_document_of_the_schema(title: str, summary: str, url: str) -> None:
    body = document(report(title, summary, url=url), "제목")
    jsonschema.validate(json.loads(body), schema())

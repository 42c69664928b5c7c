from __future__ import annotations

import asyncio
import io
import socket
import sys
import threading
import time
from typing import TYPE_CHECKING

import pytest

from monitor.core.errors import DeliveryError
from monitor.notify import channels
from monitor.notify.library import services
from monitor.notify.sender import AppriseNotifier, NotifierSettings
from monitor.pipeline.records import AlertContent, Lane
from tests.fakes.webhook import Answer, WebhookServer
from tests.notify.samples import report

if TYPE_CHECKING:
    from collections.abc import Iterator

    from monitor.notify.rendering import Rendering
    from monitor.pipeline.ports import Notifier

SECRET = "s3cret-path-piece"


@pytest.fixture
def hook() -> Iterator[WebhookServer]:
    with WebhookServer() as server:
        yield server


def notifier(hook: WebhookServer, deadline_s: float = 5.0) -> AppriseNotifier:
    return AppriseNotifier({"hook": hook.channel(SECRET)}, NotifierSettings(deadline_s=deadline_s))


async def refused(sender: AppriseNotifier, lane: Lane | None = None, of: AlertContent | None = None) -> DeliveryError:
    with pytest.raises(DeliveryError) as caught:
        await sender.send(lane or Lane("hook", ""), of or report())
    return caught.value


async def test_a_webhook_gets_the_alert_once(hook: WebhookServer) -> None:
    assert await notifier(hook).send(Lane("hook", ""), report()) == "sent"
    (received,) = hook.requests
    assert received.json()["title"] == "[DeepSeek] 中딥시크, 새 추론 모델 공개"
    assert received.json()["message"].startswith("가나다신문 | 10-06(화) 14:30\n")


@pytest.mark.parametrize("status", [400, 401, 403, 404, 410, 301, 413])
async def test_a_refusal_that_stays_is_permanent(hook: WebhookServer, status: int) -> None:
    hook.default = Answer(status)
    error = await refused(notifier(hook))
    assert (error.permanent, error.ambiguous) == (True, False)
    assert error.reason.startswith(f"HTTP {status} ")


@pytest.mark.parametrize("status", [408, 429, 500, 502, 503, 504, 599, 302])
async def test_a_refusal_that_passes_is_temporary(hook: WebhookServer, status: int) -> None:
    hook.default = Answer(status)
    error = await refused(notifier(hook))
    assert (error.permanent, error.ambiguous, error.retry_after_s) == (False, False, None)


async def test_the_wait_that_is_asked_for_is_passed_on(hook: WebhookServer) -> None:
    hook.default = Answer(429, headers={"Retry-After": "30"})
    assert (await refused(notifier(hook))).retry_after_s == 30.0
    assert len(hook.requests) == 1


async def test_redirects_are_not_followed(hook: WebhookServer) -> None:
    hook.default = Answer(307, headers={"Location": f"{hook.base}/elsewhere"})
    sender = AppriseNotifier({"hook": hook.channel(SECRET) + "?redirect=yes"})
    await refused(sender)
    assert [received.path for received in hook.requests] == [f"/{SECRET}"]


@pytest.mark.parametrize("answer", [Answer(hang=True), Answer(drop=True)])
async def test_silence_after_the_request_is_ambiguous(hook: WebhookServer, answer: Answer) -> None:
    hook.default = answer
    error = await refused(notifier(hook, deadline_s=0.5))
    assert (error.permanent, error.ambiguous) == (False, True)


async def test_a_drip_that_outlives_every_timeout_ends_at_the_deadline(hook: WebhookServer) -> None:
    hook.default = Answer(delay_s=0.4)
    sender = notifier(hook, deadline_s=0.3)
    sender._channels["hook"] = Slow()
    started = time.monotonic()
    error = await refused(sender)
    assert time.monotonic() - started < 2
    assert (error.reason, error.permanent, error.ambiguous) == ("no answer within 0.3 s", False, True)


class Slow:
    """A service whose own code hangs until the test ends."""

    recipients = ("",)
    description = "slow"
    ended = threading.Event()

    def deliver(self, recipient: str, message: Rendering) -> bool:  # noqa: ARG002 - a channel
        return self.ended.wait(20)


async def test_tries_that_hang_are_limited_and_end_later_without_harm() -> None:
    sender = AppriseNotifier({"slow": "log://"}, NotifierSettings(deadline_s=0.05))
    slow = Slow()
    slow.ended = threading.Event()
    sender._channels["slow"] = slow
    lane = Lane("slow", "")
    reasons = [(await refused(sender, lane)).reason for _ in range(4)]
    assert reasons == ["no answer within 0.05 s"] * 3 + ["earlier tries still hang"]
    threads = sender._running[lane]
    assert all(thread.daemon for thread in threads)
    slow.ended.set()
    for thread in threads:
        thread.join(5)
    await asyncio.sleep(0)  # late outcomes arrive and are dropped
    assert await sender.send(lane, report()) == "sent"


def test_an_outcome_after_the_loop_has_closed_is_dropped() -> None:
    sender = AppriseNotifier({"slow": "log://"}, NotifierSettings(deadline_s=0.05))
    slow = Slow()
    slow.ended = threading.Event()
    sender._channels["slow"] = slow
    lane = Lane("slow", "")
    asyncio.run(_refused_once(sender, lane))
    slow.ended.set()
    (thread,) = sender._running[lane]
    thread.join(5)
    assert not thread.is_alive()


async def _refused_once(sender: AppriseNotifier, lane: Lane) -> None:
    await refused(sender, lane)


async def test_a_closed_port_is_temporary_and_not_ambiguous() -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        port = closed.getsockname()[1]
        error = await refused(AppriseNotifier({"hook": f"json://127.0.0.1:{port}/x"}))
    assert (error.reason, error.permanent, error.ambiguous) == ("cannot connect", False, False)


async def test_fault_05_the_healthy_channel_among_thirteen_is_served_within_a_second(hook: WebhookServer) -> None:
    with WebhookServer(Answer(hang=True)) as dead:
        urls = {f"dead{n}": dead.channel(f"h{n}") for n in range(12)} | {"healthy": hook.channel("ok")}
        sender = AppriseNotifier(urls, NotifierSettings(deadline_s=2))
        hanging = [asyncio.create_task(sender.send(Lane(name, ""), report())) for name in urls if name != "healthy"]
        while len(dead.requests) < 12:  # noqa: ASYNC110 - another thread's list
            await asyncio.sleep(0.01)
        started = time.monotonic()
        assert await sender.send(Lane("healthy", ""), report()) == "sent"
        assert time.monotonic() - started < 1
        errors = await asyncio.gather(*hanging, return_exceptions=True)
    assert all(isinstance(error, DeliveryError) and error.ambiguous for error in errors)


async def test_fault_39_no_secret_reaches_a_log_or_an_error_at_any_level(
    hook: WebhookServer, caplog: pytest.LogCaptureFixture
) -> None:
    for name in ("", "apprise", "urllib3", "requests"):
        caplog.set_level(1, logger=name)
    url = f"json://user:{SECRET}-pw@127.0.0.1:{hook.port}/{SECRET}?+X-Token={SECRET}-header&-key={SECRET}-query"
    sender = AppriseNotifier({"hook": url, "typo": f"slakc://T1JJ3T3L2/{SECRET}"}, NotifierSettings(deadline_s=2))
    hook.script(Answer(), Answer(404, body=SECRET.encode()), Answer(drop=True))
    await sender.send(Lane("hook", ""), report())
    shown = [sender.describe("hook"), sender.describe("typo")]
    for lane in (Lane("hook", ""), Lane("hook", ""), Lane("typo", "")):
        error = await refused(sender, lane)
        shown += [error.reason, repr(error), repr(error.__cause__), repr(error.__context__)]
    assert hook.requests[0].headers["X-Token"] == f"{SECRET}-header"
    assert len(caplog.records) > 10
    logged = caplog.text + "".join(str(vars(record)) for record in caplog.records)
    assert SECRET not in logged
    assert SECRET not in "".join(shown)
    assert "T1JJ3T3L2" not in logged


async def test_a_channel_that_is_gone_refuses_for_good(hook: WebhookServer) -> None:
    sender = notifier(hook)
    assert sender.recipients("other") == ()
    assert sender.describe("other") == ""
    for lane in (Lane("other", ""), Lane("hook", "someone")):
        assert (await refused(sender, lane)).permanent


async def test_a_channel_with_a_bad_address_harms_no_other(hook: WebhookServer) -> None:
    sender = AppriseNotifier({"bad": "jsn://127.0.0.1/x", "hook": hook.channel()})
    assert sender.recipients("bad") == ("",)
    error = await refused(sender, Lane("bad", ""))
    assert (error.reason, error.permanent) == ("unknown service 'jsn'; did you mean 'json'?", True)
    assert await sender.send(Lane("hook", ""), report()) == "sent"


async def test_a_service_whose_code_fails_is_a_temporary_failure(monkeypatch: pytest.MonkeyPatch) -> None:
    plugin = services()["json"]
    sender = AppriseNotifier({"hook": "json://127.0.0.1/x"})

    def broken(*_: object, **__: object) -> bool:
        raise RuntimeError(SECRET)

    monkeypatch.setattr(plugin, "send", broken)
    error = await refused(sender)
    assert (error.reason, error.permanent) == ("failed with RuntimeError", False)
    monkeypatch.setattr(plugin, "send", lambda *_, **__: False)
    assert (await refused(sender)).reason == "the service's own code refused"
    monkeypatch.setattr(channels, "instance", lambda *_: None)
    assert (await refused(sender)).reason == "failed with ChannelAddressError"


async def test_a_badly_formed_request_is_permanent(hook: WebhookServer) -> None:
    sender = AppriseNotifier({"hook": hook.channel() + "?%2BX-Bad=a%0D%0Ab"})
    error = await refused(sender)
    assert error.permanent
    assert hook.requests == []


async def test_log_writes_to_the_console_and_always_succeeds(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    sender = AppriseNotifier({"log": "log://"})
    assert sender.describe("log") == "log://"
    assert await sender.send(Lane("log", ""), report()) == "sent"
    assert capsys.readouterr().out.startswith("[DeepSeek] 中딥시크, 새 추론 모델 공개\n")
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
    await sender.send(Lane("log", ""), report())
    assert "\x1b[1m딥시크\x1b[0m" in capsys.readouterr().out


async def test_log_can_write_elsewhere() -> None:
    console = io.StringIO()
    await AppriseNotifier({"log": "log://"}, console=console).send(Lane("log", ""), report())
    assert console.getvalue().endswith("감시 목록: DeepSeek\n\n")


async def test_nothing_leaks_between_tries_of_different_threads(hook: WebhookServer) -> None:
    sender = AppriseNotifier({f"c{n}": hook.channel(f"p{n}") for n in range(8)})
    hook.script(*[Answer(404 if n % 2 else 200, delay_s=0.05) for n in range(8)])
    tries = [sender.send(Lane(f"c{n}", ""), report()) for n in range(8)]
    outcomes = await asyncio.gather(*tries, return_exceptions=True)
    assert sum(outcome == "sent" for outcome in outcomes) == 4
    assert sum(isinstance(outcome, DeliveryError) and outcome.permanent for outcome in outcomes) == 4


def test_it_is_a_notifier() -> None:
    port: Notifier = AppriseNotifier({"log": "log://"})
    assert port.recipients("log") == ("",)

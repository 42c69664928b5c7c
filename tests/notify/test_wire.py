from __future__ import annotations

import smtplib
from datetime import UTC, datetime

import pytest
import requests
import urllib3

from monitor.notify.wire import Wire, _header_wait_s, _network_fault, judge, watch
from tests.fakes.smtp import SmtpServer
from tests.fakes.webhook import Answer, WebhookServer

NOW = datetime(2026, 10, 6, 5, 30, tzinfo=UTC)
POOL = urllib3.HTTPConnectionPool("127.0.0.1")


@pytest.mark.parametrize(
    ("header", "wait_s"),
    [
        ("30", 30.0),
        (" 0.5 ", 0.5),
        ("Tue, 06 Oct 2026 05:31:00 GMT", 60.0),
        ("Tue, 06 Oct 2026 05:31:00 -0000", 60.0),
        ("soon", None),
        ("", None),
        ("٣", None),
    ],
)
def test_waits_are_read_as_seconds_or_as_a_time(header: str, wait_s: float | None) -> None:
    assert _header_wait_s(header, NOW) == wait_s


@pytest.mark.parametrize(
    ("answer", "wait_s"),
    [
        (Answer(429, headers={"Retry-After": "9999999"}), 86400.0),
        (Answer(503, headers={"Retry-After": "Tue, 06 Oct 1998 05:31:00 GMT"}), 0.0),
        (Answer(429, body=b'{"parameters": {"retry_after": 17}}'), 17.0),
        (Answer(429, body=b'{"retry_after": 1.5}'), 1.5),
        (Answer(429, body=b'{"retry_after": "later"}'), None),
        (Answer(429, body=b"[1]"), None),
        (Answer(429, body=b"slow down"), None),
        (Answer(503, body=b'{"retry_after": 5}'), None),
    ],
)
def test_the_wait_comes_from_the_header_or_the_body(answer: Answer, wait_s: float | None) -> None:
    wire = Wire()
    with WebhookServer(answer) as server, watch(wire):
        requests.post(server.base, timeout=5)
    assert wire.retry_after_s == wait_s
    assert judge(wire, "").retry_after_s == wait_s


def test_outside_of_a_watch_nothing_is_recorded_or_changed() -> None:
    wire = Wire()
    with watch(wire):
        pass
    with WebhookServer() as server, SmtpServer() as mail:
        server.script(Answer(307, headers={"Location": server.base + "/next"}))
        assert requests.post(server.base, timeout=5).ok
        assert [received.path for received in server.requests] == ["/", "/next"]
        with smtplib.SMTP("127.0.0.1", mail.port, timeout=5) as connection:
            assert connection.noop()[0] == 250
    assert wire == Wire()


def test_a_lost_connection_outside_of_a_watch_is_raised_as_ever() -> None:
    with WebhookServer(Answer(drop=True)) as server, pytest.raises(smtplib.SMTPException):
        smtplib.SMTP("127.0.0.1", server.port, timeout=0.2).helo("x" * 10)


@pytest.mark.parametrize(
    ("error", "fault", "maybe_sent"),
    [
        (requests.exceptions.SSLError("x"), "TLS failed", False),
        (requests.ConnectTimeout(), "cannot connect in time", False),
        (requests.ReadTimeout(), "no answer in time", True),
        (requests.ConnectionError(), "connection broken", True),
        (requests.ConnectionError(urllib3.exceptions.ProtocolError("aborted")), "connection broken", True),
        (
            requests.ConnectionError(
                urllib3.exceptions.MaxRetryError(POOL, "/", urllib3.exceptions.ProxyError("h", OSError()))
            ),
            "cannot connect",
            False,
        ),
        (requests.exceptions.ChunkedEncodingError(), "answer broken off", True),
        (requests.exceptions.InvalidURL(), "request refused: bad address", False),
    ],
)
def test_network_faults_have_names(error: requests.RequestException, fault: str, maybe_sent: bool) -> None:  # noqa: FBT001 - a parameter
    assert _network_fault(error) == (fault, maybe_sent)


def test_the_last_refusal_of_several_requests_counts() -> None:
    verdict = judge(Wire(statuses=[404, 503, 200]), "")
    assert (verdict.reason, verdict.permanent) == ("HTTP 503 Service Unavailable", False)


def test_a_refusal_with_every_request_accepted_is_the_services_own() -> None:
    assert judge(Wire(statuses=[200]), "own reason").reason == "own reason"


@pytest.mark.parametrize(
    ("replies", "reason", "permanent", "ambiguous"),
    [
        ([(220, ""), (0, "")], "SMTP: connection failed", False, False),
        ([(0, "")], "SMTP: connection failed", False, False),
        ([(250, ""), (354, ""), (0, "")], "SMTP: no reply after the text was sent", False, True),
        ([(220, ""), (535, "bad password"), (221, "")], "SMTP 535 bad password", True, False),
        ([(421, "busy"), (0, "")], "SMTP 421 busy", False, False),
    ],
)
def test_smtp_replies_are_judged(
    replies: list[tuple[int, str]],
    reason: str,
    permanent: bool,  # noqa: FBT001 - a parameter
    ambiguous: bool,  # noqa: FBT001 - a parameter
) -> None:
    verdict = judge(Wire(replies=replies), "")
    assert (verdict.reason, verdict.permanent, verdict.ambiguous) == (reason, permanent, ambiguous)

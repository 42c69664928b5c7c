from __future__ import annotations

import logging

import pytest

from monitor.notify.addresses import ChannelAddressError, parse, ways
from monitor.notify.sender import AppriseNotifier, validate

TOKEN = "TIiajkdnlazkcOXrIdevi7FQ"
SLACK = f"slack://T1JJ3T3L2/A1BRTD4JD/{TOKEN}"


def recipients(url: str) -> tuple[str, ...]:
    return AppriseNotifier({"c": url}).recipients("c")


@pytest.mark.parametrize(
    ("url", "names"),
    [
        ("log://", ("",)),
        (SLACK, ("",)),
        (f"https://hooks.slack.com/services/T1JJ3T3L2/A1BRTD4JD/{TOKEN}", ("",)),
        (f"{SLACK}/#general", ("",)),
        (f"{SLACK}/#general/#desk/@kim", ("#general", "#desk", "@kim")),
        ("json://127.0.0.1/x", ("",)),
        ("mailto://u:p@example.com?to=a@b.kr", ("",)),
        ("mailto://u:p@example.com?to=a@b.kr,A@b.kr,c@d.kr", ("a@b.kr", "c@d.kr")),
        ("mailto://u:p@example.com/a@b.kr/c@d.kr", ("a@b.kr", "c@d.kr")),
        ("mailto://u:p@example.com?to=Kim<a@b.kr>&cc=c@d.kr&bcc=e@f.kr", ("a@b.kr", "c@d.kr", "e@f.kr")),
        ("mailto://kim:p@example.com?cc=c@d.kr", ("kim@example.com", "c@d.kr")),
        ("tgram://123456789:AAEhBOweik6ad9rQXMENQjcrGbqCr4K/-1001/-1002", ("-1001", "-1002")),
        ("ntfy://127.0.0.1/alpha/beta", ("alpha", "beta")),
    ],
)
def test_every_recipient_of_an_address_is_a_delivery_of_its_own(url: str, names: tuple[str, ...]) -> None:
    assert validate(url) == ""
    assert recipients(url) == names


def test_recipients_keep_their_names_when_a_token_is_rotated() -> None:
    other = SLACK.replace(TOKEN, "aaaaaaaaaaaaaaaaaaaaaaaa")
    assert recipients(f"{SLACK}/#a/#b") == recipients(f"{other}/#a/#b")


def test_a_narrowed_address_has_one_recipient_and_no_copies() -> None:
    by_name = ways(parse("mailto://u:p@example.com?to=a@b.kr,c@d.kr&cc=e@f.kr"))
    for name, way in by_name.items():
        assert way["targets"] == [name]
        assert not way["cc"]
        assert not way["bcc"]


def test_a_device_token_is_shown_as_a_fingerprint() -> None:
    tokens = ["U" + "x" * 60, "U" + "y" * 60]
    names = recipients(f"line://channel-token/{tokens[0]}/{tokens[1]}")
    assert [name.partition("-")[0] for name in names] == ["recipient", "recipient"]
    assert len(set(names)) == 2


@pytest.mark.parametrize(
    ("url", "problem"),
    [
        ("slakc://T1JJ3T3L2/secret-piece", "unknown service 'slakc'; did you mean 'slack'?"),
        ("a0.b1-c2://secret-piece", "unknown service 'a0.b1-c2'"),
        ("xoxb-secret-piece", "not an address of the form service://…"),
        ("", "not an address of the form service://…"),
        ("slack://secret-piece", "the address of service 'slack' is incomplete or malformed"),
        ("json://", "the address of service 'json' is incomplete or malformed"),
        (
            "https://hooks.example.kr/secret-piece",
            "no known service has this https address; a plain webhook is webhooks://…",
        ),
        ("http://10.0.0.1/secret-piece", "no known service has this http address; a plain webhook is webhook://…"),
        ("mailto://u:secret-piece@e.com?to=a@b.kr,nobody", "the recipient 'nobody' is no mail address"),
    ],
)
def test_problems_are_named_without_their_secrets(url: str, problem: str, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(1, logger="apprise")
    logging.getLogger("apprise").setLevel(1)
    assert validate(url) == problem
    assert "secret-piece" not in caplog.text
    assert "secret-piece" not in validate(url)


def test_a_recipient_that_the_service_refuses_is_named() -> None:
    with pytest.raises(ChannelAddressError, match="the recipient 'nonsense' is none that this service knows"):
        ways(parse("whatsapp://token12345@12345/+821012345678") | {"targets": ["+821012345678", "nonsense"]})

from __future__ import annotations

import logging

import pytest

from monitor.notify.redact import MASK, SECRETS, Redactor, hide_password, masked, protect_logs, secrets_of

TOKEN = "TIiajkdnlazkcOXrIdevi7FQ"


@pytest.mark.parametrize(
    ("url", "pieces"),
    [
        (f"slack://T1JJ3T3L2/A1BRTD4JD/{TOKEN}/#general", {"T1JJ3T3L2", "A1BRTD4JD", TOKEN}),
        (f"https://hooks.slack.com/services/T1JJ3T3L2/A1BRTD4JD/{TOKEN}", {TOKEN, f"T1JJ3T3L2/A1BRTD4JD/{TOKEN}"}),
        ("tgram://123456789:AAEhBOweik6ad9r_QXMENQjcrGbqCr4K-bc/-100123", {"AAEhBOweik6ad9r_QXMENQjcrGbqCr4K-bc"}),
        ("mailto://desk:p%40ss-word@example.com?to=a@b.kr", {"p%40ss-word", "p@ss-word"}),
        ("json://user-token@10.0.0.1:8080/path-secret?+X-Key=header-secret", {"user-token", "path-secret"}),
        ("jsons://h.kr/x?+X-Key=header-secret&method=POST", {"header-secret"}),
        ("slakc:/T1JJ3T3L2/secret-piece", {"T1JJ3T3L2", "secret-piece"}),
        ("json://[bad/secret-piece", {"secret-piece"}),
        ("json://h.kr:port/secret-piece", {"secret-piece"}),
        ("secret-token", {"secret-token"}),
        ("mailto://desk:p%40w1@example.com", {"p@w1", "p%40w1"}),
        ("jsons://h.kr/x?+Authorization=Bearer%20header-secret", {"header-secret"}),
    ],
)
def test_the_pieces_of_an_address_that_are_secret(url: str, pieces: set[str]) -> None:
    found = secrets_of(url)
    for piece in pieces:
        assert any(piece in secret for secret in found)
        assert piece not in _cleaned(f"x {piece} y /{piece}/", url) or "/" in piece


def _cleaned(text: str, url: str) -> str:
    redactor = Redactor()
    redactor.add(secrets_of(url))
    return redactor.clean(text)


@pytest.mark.parametrize("word", ["example.com", "desk-user", "a@bcdef.kr", "services", "smtp.example.com"])
def test_hosts_and_mail_addresses_stay_readable(word: str) -> None:
    url = "mailto://desk-user:secret-word@example.com/services?to=a@bcdef.kr&smtp=smtp.example.com"
    assert _cleaned(word, url) == word


def test_an_address_without_secrets_stays_readable() -> None:
    assert secrets_of("log://") == frozenset()
    assert secrets_of("mailto://127.0.0.1?from=news@example.com&to=a@b.kr") == frozenset()


def test_what_is_allowed_stays_readable_and_the_rest_does_not() -> None:
    redactor = Redactor()
    assert redactor.clean("123456789") == "123456789"
    redactor.add({"123456789", "secret-token"})
    redactor.allow(["123456789"])
    assert redactor.clean("123456789 secret-token") == f"123456789 {MASK}"
    assert redactor.public == {"123456789"}


def test_an_address_for_people_has_no_options_and_no_secret_pieces() -> None:
    url = "json://h.kr:8080/hook/secret-path?method=POST&%2BX-Key=header-secret"
    assert masked(url, url) == f"json://h.kr:8080/hook/{MASK}"


@pytest.mark.parametrize("name", ["apprise", "urllib3.connectionpool", "requests", "httpx", "anything.else"])
@pytest.mark.parametrize("level", [1, logging.DEBUG, logging.ERROR])
def test_no_logger_at_any_level_shows_a_secret(name: str, level: int, caplog: pytest.LogCaptureFixture) -> None:
    SECRETS.add({"redact-me-please"})
    protect_logs()
    protect_logs()
    caplog.set_level(1, logger=name)
    log = logging.getLogger(name)
    log.log(level, "POST /%s", "redact-me-please")
    log.log(level, "POST /redact-me-please")
    log.log(level, "broken %d %s", "redact-me-please")
    log.log(level, "harmless %s", "words")
    try:
        raise ValueError("https://h/redact-me-please")  # noqa: TRY301 - a traceback is what is tested
    except ValueError:
        log.log(level, "failed", exc_info=True)
    try:
        raise ValueError("nothing to hide")  # noqa: TRY301 - the same
    except ValueError:
        log.log(level, "failed", exc_info=True)
    log.log(level, "no exception here", exc_info=True)
    assert "redact-me-please" not in caplog.text
    assert "redact-me-please" not in "".join(map(str, (vars(record) for record in caplog.records)))
    assert caplog.text.count(MASK) == 4
    assert "broken %d %s (its arguments could not be written)" in caplog.text
    assert "harmless words" in caplog.text
    assert "nothing to hide" in caplog.text


def test_the_password_of_a_proxy_or_database_is_hidden() -> None:
    hide_password("http://me:proxy-p%40ss@proxy.example:8080")
    hide_password("http://[::1")
    hide_password("sqlite:///data/monitor.db")
    assert SECRETS.clean("proxy-p%40ss proxy-p@ss data/monitor.db") == f"{MASK} {MASK} data/monitor.db"

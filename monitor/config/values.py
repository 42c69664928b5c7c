"""The kinds of text a configuration holds, each checked where it is read."""

from __future__ import annotations

import difflib
import re
import unicodedata
from datetime import time, timedelta
from functools import cache
from importlib.resources import files
from ipaddress import ip_address
from typing import TYPE_CHECKING, Annotated, Any, Final, NoReturn
from urllib.parse import urlsplit
from zoneinfo import available_timezones

from pydantic import AfterValidator, BeforeValidator, PlainSerializer, WithJsonSchema
from pydantic_core import PydanticCustomError

from monitor.config.secret import Secret

if TYPE_CHECKING:
    from collections.abc import Iterable

FLOOR: Final = timedelta(seconds=60)
"""The shortest poll interval."""
CEILING: Final = timedelta(days=7)
"""The longest poll interval."""

_UNITS: Final = {"s": 1, "m": 60, "h": 3600, "d": 86400}
_DURATION: Final = re.compile(r"([0-9]{1,6})([smhd])")
_TIME: Final = re.compile(r"([01][0-9]|2[0-3]):([0-5][0-9])")
_LISTEN: Final = re.compile(r"(?:\[(?P<v6>[0-9a-fA-F:.]+)\]|(?P<host>[0-9a-zA-Z.]+)):(?P<port>[0-9]{1,5})")
_HOST: Final = re.compile(r"(?!-)[0-9A-Za-z-]{1,63}(\.[0-9A-Za-z-]{1,63})*|\[?[0-9a-fA-F:]+\]?")
_LAST_PORT: Final = 65535
LOCALHOST: Final = "localhost"
_KOREAN_ZONES: Final = dict.fromkeys(("kst", "korea", "seoul", "한국", "서울"), "Asia/Seoul")
_OUR_HEADERS: Final = frozenset(
    {
        *("host", "connection", "content-length", "transfer-encoding", "te", "upgrade", "accept-encoding", "range"),
        *("if-none-match", "if-modified-since", "a-im", "user-agent", "proxy-authorization"),
    }
)
_NAME_LENGTH: Final = 100
SETS: Final = files("monitor.config").joinpath("sets")
"""The folder of the sets of terms that come with the product, one YAML file each."""
BUNDLED_SETS: Final = tuple(
    sorted(one.name.removesuffix(".yaml") for one in SETS.iterdir() if one.name.endswith(".yaml"))
)
"""Their names."""


def fault(what: str, todo: str) -> NoReturn:
    """Refuse a value; neither text may quote it where it can be a secret."""
    raise PydanticCustomError("fault", "{what}, {todo}", {"what": what, "todo": todo})


def closest(wrong: str, known: Iterable[str]) -> str | None:
    """The known name that looks most like the wrong one, letter by letter in Hangul too; None if none does."""
    by_letters = {unicodedata.normalize("NFD", name): name for name in known}
    close = difflib.get_close_matches(unicodedata.normalize("NFD", wrong), by_letters, 1)
    return by_letters[close[0]] if close else None


def did_you_mean(wrong: str, known: Iterable[str], otherwise: str) -> str:
    """A hint: the closest known name, else `otherwise`."""
    close = closest(wrong, known)
    return otherwise if close is None else f"did you mean {close}?"


def duration(text: str) -> timedelta | None:
    """`90s`, `10m`, `2h` or `1d` as a span of time; None if it is none."""
    found = _DURATION.fullmatch(text)
    return None if found is None else timedelta(seconds=int(found[1]) * _UNITS[found[2]])


def _duration(value: Any) -> timedelta:
    if isinstance(value, timedelta):
        return value
    found = _DURATION.fullmatch(value) if isinstance(value, str) else None
    if found is None:
        fault("this is not a duration", "write 90s, 10m, 2h or 1d")
    return timedelta(seconds=int(found[1]) * _UNITS[found[2]])


def _interval(value: timedelta) -> timedelta:
    if not FLOOR <= value <= CEILING:
        fault("the interval must be from 60s to 7d", "publishers block who asks more often; 10m is usual")
    return value


def _wait(value: timedelta) -> timedelta:
    if value > CEILING:
        fault("the wait must be at most 7d", "write 0s for none, 2m, 1h or 1d")
    return value


def _duration_text(value: timedelta) -> str:
    seconds = int(value.total_seconds())
    unit = next(unit for unit in ("d", "h", "m", "s") if seconds % _UNITS[unit] == 0)
    return f"{seconds // _UNITS[unit]}{unit}"


def _time_of_day(value: Any) -> time:
    if isinstance(value, time):
        return value
    found = _TIME.fullmatch(value) if isinstance(value, str) else None
    if found is None:
        fault("this is not a time of day", 'write "08:00", in 24 hours')
    return time(int(found[1]), int(found[2]))


@cache
def _zones() -> frozenset[str]:
    return frozenset(available_timezones())


def _zone(value: str) -> str:
    if value not in _zones():
        zones = sorted(_zones())
        hint = did_you_mean(_KOREAN_ZONES.get(value.casefold(), value), zones, "names look like Asia/Seoul or UTC")
        fault("there is no such time zone", hint)
    return value


def _name(value: str) -> str:
    if not value.strip():
        fault("the name is empty", "write a name")
    if value != value.strip() or not value.isprintable():
        fault("the name has spaces around it or control characters in it", "remove them")
    if len(value) > _NAME_LENGTH:
        fault(f"the name is longer than {_NAME_LENGTH} characters", "shorten it")
    return value


def _text(value: str) -> str:
    if not value.strip():
        fault("the text is empty", "write one, or remove it")
    return value


def _some(values: tuple[str, ...]) -> tuple[str, ...]:
    if not values:
        fault("the list is empty", "write at least one value, or remove the key")
    return values


def _web_address(value: str) -> str:
    try:
        parts = urlsplit(value)
        usable = bool(parts.hostname) and (parts.port is None or parts.port > 0)
    except ValueError:
        usable = False
        parts = urlsplit("")
    if any(letter.isspace() or not letter.isprintable() for letter in value):
        fault("the address holds a space or a control character", "remove it, or write %20")
    if not usable or parts.scheme not in {"http", "https"}:
        fault("this is not an http or https address", "write https://host/path")
    return value


def _secret_web_address(value: Secret) -> Secret:
    _web_address(value.reveal())
    return value


def _secret_address(value: Secret) -> Secret:
    if not re.match(r"[A-Za-z][A-Za-z0-9+.-]*://", value.reveal()):
        fault("this is not an address", "write scheme://…, for instance slack://…, mailto://…, log://")
    return value


def split_listen(text: str) -> tuple[str, int]:
    """Host and port of `127.0.0.1:8484`, `[::1]:8484` or `localhost:8484`.

    Raises:
        ValueError: it is no such address.
    """
    found = _LISTEN.fullmatch(text)
    if found is None or not 0 <= int(found["port"]) <= _LAST_PORT:
        raise ValueError("host and port are expected")
    host = found["v6"] or found["host"]
    if host != LOCALHOST:
        ip_address(host)
    return host, int(found["port"])


def is_loopback(host: str) -> bool:
    """Whether only this machine can reach a host that `split_listen` gave."""
    return host == LOCALHOST or ip_address(host).is_loopback


def _listen(value: str) -> str:
    try:
        split_listen(value)
    except ValueError:
        fault("this is not an address to listen on", 'write address and port, for instance "127.0.0.1:8484"')
    return value


def _host_name(value: str) -> str:
    if not _HOST.fullmatch(value):
        fault("this is not a host name", "write it without https:// and port, for instance news.example.kr")
    return value.lower()


def _set_name(value: str) -> str:
    if value not in BUNDLED_SETS:
        fault(
            f"there is no set {value}", did_you_mean(value, BUNDLED_SETS, f"the sets are {', '.join(BUNDLED_SETS)}")
        )
    return value


def _user_agent(value: str) -> str:
    if not (value.isascii() and value.isprintable() and value.strip() == value):
        fault("a user agent is one line of plain ASCII", "remove other letters, and spaces around it")
    return value


def _header_name(value: str) -> str:
    if not re.fullmatch(r"[A-Za-z0-9-]{1,100}", value):
        fault("this is not a header's name", "write letters, digits and - only, for instance Cookie")
    if value.lower() in _OUR_HEADERS:
        fault("this header is the product's own to send", "remove it")
    return value


def _header_value(value: Secret) -> Secret:
    if not value.reveal().isprintable():
        fault("the header holds a control character", "write it on one line")
    return value


def _outlets(values: tuple[int, ...]) -> tuple[int, ...]:
    if any(value < 2 for value in values) or list(values) != sorted(set(values)):  # noqa: PLR2004 - one is the first
        fault("these are not growing numbers of outlets", "write for instance [5, 20]")
    return values


_WAIT_SCHEMA: Final = WithJsonSchema(
    {"type": "string", "pattern": r"^([0-9]{1,6}[smhd]|.*\$\{.*)$", "examples": ["0s", "2m", "1d"]}
)
Wait = Annotated[
    timedelta,
    BeforeValidator(_duration),
    AfterValidator(_wait),
    PlainSerializer(_duration_text, return_type=str),
    _WAIT_SCHEMA,
]
Outlets = Annotated[tuple[int, ...], AfterValidator(_outlets)]
Interval = Annotated[
    timedelta,
    BeforeValidator(_duration),
    AfterValidator(_interval),
    PlainSerializer(_duration_text, return_type=str),
    WithJsonSchema({"type": "string", "pattern": r"^([0-9]{1,6}[smhd]|.*\$\{.*)$", "examples": ["10m", "2h"]}),
]
TimeOfDay = Annotated[
    time,
    BeforeValidator(_time_of_day),
    PlainSerializer(lambda value: value.strftime("%H:%M"), return_type=str),
    WithJsonSchema(
        {"type": "string", "pattern": r"^(([01][0-9]|2[0-3]):[0-5][0-9]|.*\$\{.*)$", "examples": ["08:00"]}
    ),
]
Listen = Annotated[str, AfterValidator(_listen)]
HostName = Annotated[str, AfterValidator(_host_name)]
Zone = Annotated[str, AfterValidator(_zone)]
Name = Annotated[str, AfterValidator(_name)]
SetName = Annotated[str, AfterValidator(_set_name), WithJsonSchema({"type": "string", "enum": list(BUNDLED_SETS)})]
Text = Annotated[str, AfterValidator(_text)]
SomeTexts = Annotated[
    tuple[Text, ...],
    AfterValidator(_some),
    WithJsonSchema({"type": "array", "minItems": 1, "items": {"type": "string"}}),
]
WebAddress = Annotated[
    str, AfterValidator(_web_address), WithJsonSchema({"type": "string", "pattern": r"^(https?://|.*\$\{)"})
]
SecretWebAddress = Annotated[Secret, AfterValidator(_secret_web_address)]
SecretAddress = Annotated[Secret, AfterValidator(_secret_address)]
UserAgent = Annotated[str, AfterValidator(_user_agent)]
HeaderName = Annotated[str, AfterValidator(_header_name)]
SecretHeader = Annotated[Secret, AfterValidator(_header_value)]

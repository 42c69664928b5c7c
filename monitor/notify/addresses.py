"""Reading a channel's address with Apprise, and narrowing it to one recipient at a time."""

from __future__ import annotations

import difflib
import hashlib
import re
from email.utils import parseaddr
from typing import Any, Final

from monitor.notify.library import NotifyEmail, Parsed, instance, mail_list, plain_list, services, take_apart

LOG_SCHEME: Final = "log"
_OWN_SCHEMES: Final = (LOG_SCHEME, "jandi", "dooray", "lineworks", "webhook", "webhooks")
_SCHEME: Final = re.compile(r"([a-z][a-z0-9+.-]{0,19})://", re.IGNORECASE)
_QUOTED: Final = re.compile(r'[<>"]')
_BETWEEN: Final = re.compile(r"[,;\s]+")
_LONGEST_NAME: Final = 40  # characters; what is longer is a device token rather than a name


class ChannelAddressError(ValueError):
    """The address of a channel cannot be used; the text says why, without secrets."""


def scheme_of(url: str) -> str:
    """The service's name at the start of an address, in lower case.

    Raises:
        ChannelAddressError: there is none.
    """
    found = _SCHEME.match(url)
    if found is None:
        raise ChannelAddressError("not an address of the form service://…")
    return found[1].lower()


def parse(url: str) -> Parsed:
    """The parts of an address whose service exists and accepts them.

    Raises:
        ChannelAddressError: unknown service or incomplete address.
    """
    scheme = scheme_of(url)
    parsed = take_apart(url)
    if parsed is None and scheme not in services():
        raise ChannelAddressError(_unknown(scheme))
    if parsed is None or instance(parsed) is None:
        service = parsed["schema"] if parsed else scheme
        raise ChannelAddressError(f"the address of service {service!r} is incomplete or malformed")
    return parsed


def _unknown(scheme: str) -> str:
    if scheme in {"http", "https"}:
        return f"no known service has this {scheme} address; a plain webhook is webhook{scheme[4:]}://…"
    near = difflib.get_close_matches(scheme, [*_OWN_SCHEMES, *map(str, services().schemas())], n=1)
    return f"unknown service {scheme!r}" + (f"; did you mean {near[0]!r}?" if near else "")


# --- recipients ---


def ways(parsed: Parsed) -> dict[str, Parsed]:
    """One narrowed address a recipient, by name. An address with one recipient stays whole, by the name "".

    Raises:
        ChannelAddressError: a recipient is none that the service knows.
    """
    texts = {_name(text): text for text in reversed(_candidates(parsed))}
    if len(texts) <= 1:
        return {"": parsed}
    narrowed: dict[str, Parsed] = {}
    for name, text in reversed(texts.items()):
        way = {**parsed, "targets": [text], "cc": "", "bcc": ""}
        sender = instance(way)
        if sender is None or not getattr(sender, "targets", True):
            raise ChannelAddressError(f"the recipient {name!r} is none that this service knows")
        narrowed[name] = way
    return narrowed


def _candidates(parsed: Parsed) -> list[str]:
    """The recipients as the address has them, in its order; copies by mail are recipients of their own."""
    if not issubclass(services()[parsed["schema"]], NotifyEmail):
        return list(plain_list(parsed.get("targets") or [], sort=False))
    found: list[str] = []
    for key in ("targets", "cc", "bcc"):
        given = parsed.get(key) or ""
        text = given if isinstance(given, str) else ",".join(given)
        _refuse_non_addresses(text)
        found += mail_list(text)
    sender: Any = None if parsed.get("targets") else instance(parsed)
    return [*(address for _, address in sender.targets), *found] if sender else found  # by default, to oneself


def _refuse_non_addresses(text: str) -> None:
    """Apprise drops what is no mail address without a sound. Quoted names are left to it."""
    for word in [] if _QUOTED.search(text) else filter(None, _BETWEEN.split(text)):
        if "@" not in word[1:-1]:
            raise ChannelAddressError(f"the recipient {word!r} is no mail address")


def _name(text: str) -> str:
    """A name that may be shown: the mail address, room or number; for a long token a fingerprint."""
    address = parseaddr(text)[1]
    if "@" in address[1:]:
        return address.lower()
    if len(text) <= _LONGEST_NAME:
        return text
    return "recipient-" + hashlib.sha256(text.encode()).hexdigest()[:8]

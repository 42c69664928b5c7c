"""The one door to Apprise: what we use of it, imported quietly and with types."""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING, Any, Final, TypeAlias

with warnings.catch_warnings():
    warnings.simplefilter("ignore", DeprecationWarning)  # its PGP code asks for the standard library's imghdr
    from apprise import Apprise, AppriseAsset, NotifyBase, NotifyFormat, PersistentStoreMode
    from apprise.manager_plugins import NotificationManager
    from apprise.plugins import url_to_dict
    from apprise.plugins.email.base import NotifyEmail, PGPMode
    from apprise.plugins.email.smtp import AppriseSMTPController
    from apprise.plugins.slack import NotifySlack, SlackMode
    from apprise.utils.parse import parse_emails, parse_list

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

Parsed: TypeAlias = dict[str, Any]
"""An address as Apprise takes it apart: `schema`, `targets` and what else the service knows."""

_APP: Final = "korean-news-monitor"

services: Callable[[], Any] = NotificationManager
"""The table of services by scheme."""

take_apart: Callable[[str], Parsed | None] = url_to_dict
mail_list: Callable[[Any], Iterable[str]] = parse_emails
plain_list: Callable[..., Iterable[str]] = parse_list
connect_smtp: Callable[..., Any] = AppriseSMTPController


def instance(parsed: Parsed, tokens: str = "") -> NotifyBase | None:
    """A fresh sender for an address, or None if the service does not accept it.

    `tokens` is a folder in which it keeps the tokens that its service renews, "" to forget them.
    """
    made: NotifyBase | None = Apprise.instantiate(dict(parsed), asset=_asset(tokens))
    return made


def _asset(tokens: str) -> AppriseAsset:
    return AppriseAsset(
        app_id=_APP,
        app_desc=_APP,
        async_mode=False,
        http_redirects=False,
        image_url_logo="",
        image_url_mask="",
        pgp_autogen=False,
        service_timeout=0,
        # Written at once: a renewed token that a crash forgets is one that nobody has.
        storage_mode=PersistentStoreMode.FLUSH if tokens else PersistentStoreMode.MEMORY,
        storage_path=tokens or None,
    )


__all__ = [
    "NotifyBase",
    "NotifyEmail",
    "NotifyFormat",
    "NotifySlack",
    "PGPMode",
    "Parsed",
    "SlackMode",
    "connect_smtp",
    "instance",
    "mail_list",
    "plain_list",
    "services",
    "take_apart",
]

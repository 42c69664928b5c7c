"""The composition root: from config.yaml to a program whose parts know each other only by their ports.

Storage, channels and the reader of feeds are imported where they are opened: their libraries take over a second, and
whoever only matches need not wait for them.
"""

from __future__ import annotations

from monitor.bootstrap.app import ALMANAC, KOREA, App, Member, OpenedStorage, SystemClock
from monitor.bootstrap.opening import open_app, open_config, open_database, open_member, open_storage, rejoin
from monitor.bootstrap.proof import (
    channel_problems,
    check_all,
    compile_all,
    definitions_of,
    read_config,
    read_published,
    template_problems,
)
from monitor.bootstrap.shells import folder_of, open_notifier, open_reader

__all__ = [
    "ALMANAC",
    "KOREA",
    "App",
    "Member",
    "OpenedStorage",
    "SystemClock",
    "channel_problems",
    "check_all",
    "compile_all",
    "definitions_of",
    "folder_of",
    "open_app",
    "open_config",
    "open_database",
    "open_member",
    "open_notifier",
    "open_reader",
    "open_storage",
    "read_config",
    "read_published",
    "rejoin",
    "template_problems",
]

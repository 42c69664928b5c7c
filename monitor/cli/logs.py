"""Logging of the program: to standard error, with secrets struck out."""

from __future__ import annotations

import logging
import sys

QUIET = (
    "httpx",
    "httpcore",
    "apscheduler",
    "urllib3",
    "asyncio",
    "alembic",
    "apprise",
    "procrastinate",
    "watchfiles",
)
"""Libraries that log addresses or every beat at INFO."""


def set_up(*, verbose: bool) -> None:
    """Log to standard error at INFO, or DEBUG with `verbose`; noisy libraries from WARNING up."""
    logging.basicConfig(
        stream=sys.stderr,
        level=logging.DEBUG if verbose else logging.INFO,
        format="%(asctime)s %(levelname)-7s %(message)s",
        datefmt="%H:%M:%S",
        force=True,
    )
    for name in QUIET:
        logging.getLogger(name).setLevel(logging.WARNING)

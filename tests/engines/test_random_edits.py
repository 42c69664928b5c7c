"""Whatever is done to config.yaml, the daemon goes on and every article is told once: random edits against a ledger.

The ledger knows what was published and what the web hook took, and nothing of the program's own books until the end,
when both must agree.
"""

from __future__ import annotations

import asyncio
import json
import os
import random
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import pytest

from monitor.bootstrap import read_config
from monitor.core.errors import ConfigurationError
from tests.engines.daemon import Daemon, soon
from tests.engines.editors import backup_and_write, in_parts, in_place, link_swap, temp_and_rename
from tests.fakes.feedserver import FeedServer
from tests.fakes.webhook import Answer, WebhookServer

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

EDITS = int(os.environ.get("MONITOR_TEST_EDITS", "14"))
SEED = int(os.environ.get("MONITOR_TEST_SEED", "40"))
NO_HIT_IS_LOST = {"channel removed", "told with"}
"""Why a delivery may end without being sent."""


@dataclass(slots=True)
class Author:
    """Somebody who edits config.yaml all the time. The watchlist 늘 on the channel desk is in every good version."""

    daemon: Daemon
    random: random.Random
    titles: list[str] = field(default_factory=list)
    feeds: dict[str, int] = field(default_factory=dict)
    terms: dict[str, str] = field(default_factory=dict)
    watchlists: dict[str, str] = field(default_factory=dict)
    channels: dict[str, str] = field(default_factory=dict)
    made: int = 0
    bad: int = 0

    def good(self) -> str:
        """The next good version: one more feed with one new article, and one random change."""
        self.made += 1
        of_watchlists = (self.add_watchlist, self.rename_watchlist, self.remove_watchlist)
        of_channels = (self.add_channel, self.rename_channel, self.remove_channel)
        of_terms = (self.add_term, self.respell_term, self.rename_term, self.remove_term)
        of_feeds = (self.publish, self.rename_feed, self.remove_feed)
        self.random.choice(self.random.choice((of_watchlists, of_channels, of_terms, of_feeds)))()
        self.publish()
        return self.text()

    def publish(self) -> None:
        """A new feed with an article that resembles no other."""
        words = ["".join(chr(0xAC00 + self.random.randrange(11_172)) for _ in range(4)) for _ in range(4)]
        title = f"딥시크 {' '.join(words)} {len(self.titles)}"
        self.daemon.serve(f"f{len(self.titles)}", title, delay_s=self.random.choice([0, 0, 0, 0.6]))
        self.feeds[f"f{len(self.titles)}"] = len(self.titles)
        self.titles.append(title)

    def rename_feed(self) -> None:
        """Polled or not, being polled or not: its one article is told once."""
        if self.feeds:
            self.feeds[f"신문 {self.made}"] = self.feeds.pop(self.random.choice(list(self.feeds)))

    def remove_feed(self) -> None:
        """One whose article was told: no other would be told for sure."""
        known = told(self.daemon.hook, "desk")
        done = [name for name, number in self.feeds.items() if self.titles[number] in known]
        if done:
            del self.feeds[self.random.choice(done)]

    def add_term(self) -> None:
        """With a watchlist that looks for it."""
        self.terms[f"말{self.made}"] = "{any: [딥시크]}"
        self.watchlists[f"말 {self.made}"] = f"@말{self.made}"

    def respell_term(self) -> None:
        if self.terms:
            spelt = ["{any: [딥시크, 심도구색]}", "{any: [딥시크], mode: family}", "{query: '딥시크 OR 수출'}"]
            self.terms[self.random.choice(list(self.terms))] = self.random.choice(spelt)

    def rename_term(self) -> None:
        if self.terms:
            old, new = self.random.choice(list(self.terms)), f"새말{self.made}"
            self.terms[new] = self.terms.pop(old)
            self.watchlists |= {name: f"@{new}" for name, query in self.watchlists.items() if query == f"@{old}"}

    def remove_term(self) -> None:
        """What looks for it goes on with its letters."""
        if self.terms:
            gone = self.random.choice(list(self.terms))
            del self.terms[gone]
            self.watchlists |= {name: "딥시크" for name, query in self.watchlists.items() if query == f"@{gone}"}

    def add_watchlist(self) -> None:
        self.watchlists[f"감시 {self.made}"] = self.random.choice(["딥시크", "딥시크 OR 수출", "=딥시크", "딥시크*"])

    def rename_watchlist(self) -> None:
        if self.watchlists:
            self.watchlists[f"새 이름 {self.made}"] = self.watchlists.pop(self.random.choice(list(self.watchlists)))

    def remove_watchlist(self) -> None:
        if self.watchlists:
            del self.watchlists[self.random.choice(list(self.watchlists))]

    def add_channel(self) -> None:
        self.channels[f"c{self.made}"] = f"path{self.made}"

    def rename_channel(self) -> None:
        if self.channels:
            self.channels[f"n{self.made}"] = self.channels.pop(self.random.choice(list(self.channels)))

    def remove_channel(self) -> None:
        if self.channels:
            del self.channels[self.random.choice(list(self.channels))]

    def text(self) -> str:
        """The version that is meant now, its sections in a random order."""
        channels = [f'  {name}: {{url: "{self.daemon.hook.channel(path)}"}}' for name, path in self.channels.items()]
        watchlists = [
            f"  - {{name: {name}, query: '{query}', channels: {json.dumps(list(self.channels))}}}"
            for name, query in self.watchlists.items()
        ]
        feeds = [
            f'  - {{name: {name}, url: "{self.daemon.feeds.url(f"/f{number}.xml")}"}}'
            for name, number in self.feeds.items()
        ]
        steady = "  - {name: 늘, any: [딥시크], channels: [desk], examples: {match: [中딥시크], no_match: [딥시커]}}"
        sections = [
            "database: sqlite:///data/monitor.db",
            "network: {allow_private: true}",
            "first_poll: alert",
            "alerts: {group_wait: 0s, flood_guard: false}",
            "\n".join(["watchlists:", steady, *watchlists]),
            "\n".join(["channels:", f'  desk: {{url: "{self.daemon.hook.channel("desk")}"}}', *channels]),
            "\n".join(["feeds:", *feeds]),
            "\n".join(
                ["terms:", "  늘있는말: {any: [딥시크]}", *(f"  {name}: {term}" for name, term in self.terms.items())]
            ),
        ]
        self.random.shuffle(sections)
        return "\n".join(sections) + "\n"

    def spoilt(self) -> str:
        """A version that is no good: cut off, scrambled, or with a slip."""
        text = self.text()
        at = self.random.randrange(len(text))
        return self.random.choice(
            [
                text[:at],
                text[:at] + self.random.choice(["\t", "{", "&a ", "*a ", "'", "\x07", "- ", ": "]) + text[at:],
                text.replace("any: [딥시크], channels", "any: [딥시크, 딥시커], channels"),
                text.replace("any: [딥시크], channels", "query: '(딥시크', channels"),
                text.replace("any: [딥시크], channels", "any: ['@없는말'], channels"),
                text.replace("channels: [desk]", "channels: [dsek]"),
                text + "colour: red\n",
                text + "feeds: []\n",
                "",
                "\x00" * 50,
            ]
        )


async def save(author: Author, path: Path, text: str) -> None:
    """Save in one of the ways of editors; a file that is gone is written anew."""
    ways: list[Callable[[Path, str], object]] = [in_place, temp_and_rename, in_parts, backup_and_write, link_swap]
    there = path.exists()  # noqa: ASYNC240 - as blocking as an editor
    saved = author.random.choice(ways if there else ways[:3])(path, text)
    if asyncio.iscoroutine(saved):
        await saved


def bad(text: str, beside: Path) -> str:
    """The text, with a slip if it is good by chance: a beginning can be."""
    beside.write_text(text, encoding="utf-8")
    try:
        read_config(beside)
    except ConfigurationError:
        return text
    return text + "\ncolour: red\n"


async def edit(author: Author) -> None:
    """One edit, good or bad; sometimes waited for, sometimes followed at once by the next."""
    daemon, chance = author.daemon, author.random.random
    if chance() < 0.1:
        daemon.path.unlink(missing_ok=True)
        author.bad += 1
    elif chance() < 0.4:
        await save(author, daemon.path, bad(author.spoilt(), daemon.folder / "spoilt.yaml"))
        author.bad += 1
    else:
        await save(author, daemon.path, author.good())
    if chance() < 0.3:
        author.random.choice(author.daemon.running).ask()
    await asyncio.sleep(author.random.choice([0, 0.1, 0.4, 0.9]))


@pytest.mark.timeout(240 + 6 * EDITS)
async def test_fault_40_random_edits_never_stop_the_daemon_and_lose_no_delivery(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with FeedServer() as feeds, WebhookServer() as hook:
        author = Author(Daemon(tmp_path, feeds, hook), random.Random(SEED))  # noqa: S311 - no secret
        daemon = author.daemon
        daemon.path.write_text(author.good(), encoding="utf-8")
        async with daemon.run():
            for number in range(EDITS):
                if number % 7 == 3:
                    hook.script(author.random.choice([Answer(503), Answer(delay_s=1.0)]))
                await edit(author)
            await save(author, daemon.path, author.text())
            await soon(lambda: set(daemon.app.config.channels) == {"desk", *author.channels}, 20)
            await soon(lambda: set(daemon.app.poller.specs) == set(author.feeds), 20)
            await soon(lambda: set(told(hook, "desk")) >= set(author.titles), 90 + 3 * EDITS)
            await all_ended(daemon)
            rows = await daemon.rows("deliveries")
    assert "a fault of ours" not in caplog.text
    assert "Traceback" not in caplog.text
    assert told(hook, "desk") == Counter(author.titles)
    for path in {request.path for request in hook.requests}:
        assert set(told(hook, path.strip("/")).values()) == {1}
    ended = Counter(str(row["state"]) if row["state"] == "sent" else str(row["reason"]) for row in rows)
    assert ended["sent"] == len(hook.accepted)
    assert all(why == "sent" or any(why.startswith(one) for one in NO_HIT_IS_LOST) for why in ended), ended
    assert author.bad
    assert len(author.titles) > 1


def told(hook: WebhookServer, path: str) -> Counter[str]:
    """How often each title was taken on a path; the name of the watchlist stands before it."""
    titles = (str(one.json()["title"]) for one in hook.accepted if one.path == f"/{path}")
    return Counter(title.partition("] ")[2] for title in titles)


async def all_ended(daemon: Daemon) -> None:
    """Wait until no delivery waits any more."""
    async with asyncio.timeout(60):
        while {row["state"] for row in await daemon.rows("deliveries")} - {"sent", "suppressed"}:  # noqa: ASYNC110
            await asyncio.sleep(0.1)

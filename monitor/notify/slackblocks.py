"""From what a template prints for Slack to its blocks.

An empty line begins a new section, `-# ` small print; a section holds 3,000 characters, a message 50 blocks.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from monitor.notify.cards import main_link
from monitor.notify.rendering import Segment
from monitor.notify.templating import BUILT_IN, Scribe
from monitor.notify.views import DIALECTS, Kind, slack_escape

if TYPE_CHECKING:
    from monitor.notify.rendering import Rendering

SLACK_SECTION: Final = 3000  # characters
SLACK_BLOCKS: Final = 50
_LONGEST_URL: Final = 3000  # characters of what a button opens
SMALL: Final = "-# "
_EMPTY_LINES: Final = re.compile(r"\n[ \t]*(?:\n[ \t]*)+")


def to_slack(rendering: Rendering, scribe: Scribe = BUILT_IN, *, button: bool = False) -> dict[str, Any]:
    """A body for Slack: blocks, and `text` for the notification on the screen.

    Last comes a button that opens the story's page, or else the article; without `button` a link to that page.
    """
    written = scribe.write(Kind.SLACK, rendering, fits_slack, SLACK_SECTION)
    return {
        "text": slack_escape(rendering.title),
        "blocks": [*map(_block, _sections(written)), *_last_block(rendering, button=button)],
        "unfurl_links": False,
        "unfurl_media": False,
    }


def _last_block(rendering: Rendering, *, button: bool) -> list[dict[str, Any]]:
    label, url = main_link(rendering)
    if button and 0 < len(url) <= _LONGEST_URL:
        text = {"type": "plain_text", "text": label}
        return [{"type": "actions", "elements": [{"type": "button", "text": text, "url": url, "action_id": "open"}]}]
    if rendering.story_url:
        link = DIALECTS[Kind.SLACK].link((Segment(label),), rendering.story_url)
        return [{"type": "context", "elements": [_mrkdwn(link)]}]
    return []


def fits_slack(text: str) -> bool:
    """Whether Slack takes what a template printed as one message."""
    sections = _sections(text)
    return len(sections) < SLACK_BLOCKS and all(len(one) <= SLACK_SECTION for one in sections)


def _sections(text: str) -> list[str]:
    """The paragraphs; a long one is parted between lines."""
    sections: list[str] = []
    for paragraph in filter(None, _EMPTY_LINES.split(text.strip())):
        sections.append("")
        for line in paragraph.split("\n"):
            joined = f"{sections[-1]}\n{line}" if sections[-1] else line
            if len(joined) <= SLACK_SECTION:
                sections[-1] = joined
            else:
                sections.append(line)
    return [one for one in sections if one]


def _block(text: str) -> dict[str, Any]:
    if text.startswith(SMALL):
        return {"type": "context", "elements": [_mrkdwn(text.removeprefix(SMALL))]}
    return {"type": "section", "text": _mrkdwn(text)}


def _mrkdwn(text: str) -> dict[str, Any]:
    return {"type": "mrkdwn", "text": text, "verbatim": True}

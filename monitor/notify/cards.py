"""Cards for Teams and embeds for Discord: structure of our own, so that no text of an article is read as markup.

Teams shows Adaptive Cards; a text run in them is literal, and holds its link beside it. Discord shows Markdown, whose
signs are escaped, and is told to read no mention anywhere.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote

from monitor.notify.fit import fit
from monitor.notify.rendering import Form, plain, with_title
from monitor.notify.text import cut, defuse, defuse_url
from monitor.notify.views import defused
from monitor.notify.wording import WORDINGS

if TYPE_CHECKING:
    from monitor.notify.rendering import Line, Part, Rendering
    from monitor.notify.wording import Wording

TEAMS_BYTES: Final = 26_000
"""Teams takes 28 kB; Hangul, escaped in JSON, takes six bytes a syllable."""

DISCORD_TITLE: Final = 256
DISCORD_TEXT: Final = 4096
_CONTENT: Final = 200
_MARKDOWN: Final = re.compile(r"([\\*_~`|>#\[\]<])")
_LIST_SIGN: Final = re.compile(r"^(\s*)([-+]|\d+\.)(?=\s)")


def wording_of(rendering: Rendering) -> Wording:
    """The fixed words in the language of a rendering."""
    return WORDINGS["en" if rendering.language == "en" else "ko"]


def main_link(rendering: Rendering) -> tuple[str, str]:
    """What a button says, and what it opens: the story's page, else the first article; "" if there is neither."""
    wording = wording_of(rendering)
    if rendering.story_url:
        return wording.open_story, rendering.story_url
    url = rendering.parts[0].url if rendering.parts and rendering.parts[0].form is Form.STORY else ""
    return wording.open_article, url


# --- Teams ---


def teams_card(rendering: Rendering) -> dict[str, Any]:
    """A body for a Teams workflow: an Adaptive Card with as much of the rendering as there is room for."""
    text = fit(
        with_title(rendering), lambda one: json.dumps(_card(one)), lambda made: len(made) <= TEAMS_BYTES, TEAMS_BYTES
    )
    made: dict[str, Any] = json.loads(text)
    return made


def _card(rendering: Rendering) -> dict[str, Any]:
    label, url = main_link(rendering)
    card = {
        "$schema": "http://adaptivecards.io/schemas/adaptive-card.json",
        "type": "AdaptiveCard",
        "version": "1.4",
        "msteams": {"width": "Full"},
        "body": [block for part in rendering.parts for block in _blocks(part, rendering.watchlists_are)],
        "actions": [{"type": "Action.OpenUrl", "title": label, "url": url}] if url else [],
    }
    kind = "application/vnd.microsoft.card.adaptive"
    attachment = {"contentType": kind, "contentUrl": None, "content": card}
    return {"type": "message", "summary": rendering.title, "attachments": [attachment]}


def _blocks(part: Part, watchlists_are: str) -> list[dict[str, Any]]:
    about = " | ".join(filter(None, (part.outlet, part.at)))
    if part.form is Form.STORY:
        meta = " · ".join(filter(None, (part.updated, about)))
        facts = [{"title": watchlists_are, "value": _literal(part.watchlists)}] if part.watchlists else []
        return [
            _rich([*_text(part.before), *_runs(part.title, part.url, weight="Bolder", size="Medium")]),
            *([_rich(_text(meta, isSubtle=True, size="Small"))] if meta else []),
            *([_rich(_runs(part.quote))] if part.quote else []),
            *([{"type": "FactSet", "facts": facts}] if facts else []),
        ]
    if part.form is Form.LISTED:
        weak = f"({part.weak})" if part.weak else ""
        rest = " ".join(filter(None, (f" — {about}" if about else "", weak, part.watchlists)))
        runs = [*_runs(part.title, part.url), *_runs(part.text), *_text(rest, isSubtle=True)]
        return [_rich([*_text("• "), *runs])]
    if part.form is Form.HEADING:
        return [_rich(_text(plain(part.text), weight="Bolder", size="Medium"))]
    return [_rich(_runs(part.text))]


def _rich(runs: list[dict[str, Any]]) -> dict[str, Any]:
    return {"type": "RichTextBlock", "inlines": runs or _text(" ")}


def _runs(line: Line, url: str = "", **style: Any) -> list[dict[str, Any]]:
    link = {"selectAction": {"type": "Action.OpenUrl", "url": url}} if url else {}
    return [
        {"type": "TextRun", "text": one.text, **style, **({"weight": "Bolder"} if one.mark else {}), **link}
        for one in line
    ]


def _text(text: str, **style: Any) -> list[dict[str, Any]]:
    return [{"type": "TextRun", "text": text, **style}] if text else []


def _literal(text: str) -> str:
    """A fact is read as Markdown: a sign that nothing joins to is none."""
    return re.sub(r"([*_\[\]`~#])", "\\1\u200b", defuse(text))


# --- Discord ---


def discord_body(rendering: Rendering) -> dict[str, Any]:
    """What is posted to Discord: an embed whose title is the link, and a line for the notification on the screen."""
    safe = defused(rendering)
    first = safe.parts[0] if safe.parts else None
    title = plain(first.title) if first is not None and first.form is Form.STORY else ""
    embed: dict[str, Any] = {
        "description": fit(safe, _description, lambda text: len(text) <= DISCORD_TEXT, DISCORD_TEXT // 2)
    }
    if title and first is not None:
        embed["title"] = cut(title, DISCORD_TITLE // 2)
        embed["title"] = _escaped(embed["title"])[:DISCORD_TITLE]
        if first.url:
            embed["url"] = first.url
    said = safe.label or safe.title
    return {"content": _escaped(cut(said, _CONTENT // 2)), "embeds": [embed], "allowed_mentions": {"parse": []}}


def _description(rendering: Rendering) -> str:
    lines = [line for part in rendering.parts for line in _lines(part, rendering.watchlists_are)]
    if rendering.story_url:
        lines.append(f"[{wording_of(rendering).open_story}]({_address(rendering.story_url)})")
    return "\n".join(lines)


def _lines(part: Part, watchlists_are: str) -> list[str]:
    about = _escaped(" | ".join(filter(None, (part.outlet, part.at))))
    if part.form is Form.STORY:
        names = f"{watchlists_are}: {_escaped(part.watchlists)}" if part.watchlists else ""
        meta = " · ".join(filter(None, (_escaped(part.updated), about)))
        return [line for line in (meta, _marked(part.quote), names) if line]
    if part.form is Form.LISTED:
        title = f"[{_marked(part.title)}]({_address(part.url)})" if part.url else _marked(part.title)
        weak = f" ({_escaped(part.weak)})" if part.weak else ""
        names = f" · {_escaped(part.watchlists)}" if part.watchlists else ""
        return [f"• {title}{_marked(part.text)}{f' — {about}' if about else ''}{weak}{names}"]
    if part.form is Form.HEADING:
        return ["", f"**{_escaped(plain(part.text))}**"]
    return [_marked(part.text)]


def _marked(line: Line) -> str:
    # Between a sign and a Hangul particle Markdown sees no end of bold without a space or this.
    text = "".join(f"**{_escaped(one.text)}**\u200b" if one.mark else _escaped(one.text) for one in line)
    return _LIST_SIGN.sub(r"\1\\\2", text)


def _escaped(text: str) -> str:
    return _MARKDOWN.sub(r"\\\1", text)


def _address(url: str) -> str:
    return quote(defuse_url(url), safe="%/:?#@!$&'*+,;=~-._").replace("(", "%28").replace(")", "%29")

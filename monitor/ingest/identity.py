"""Which article an entry is, and under which key its feed knows it. Never by position: entries move."""

from __future__ import annotations

import hashlib
import re
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final
from urllib.parse import quote, urljoin, urlsplit

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

_TRACKING: Final = frozenset(
    {
        *("fbclid", "gclid", "dclid", "msclkid", "yclid", "twclid", "igshid", "mc_cid", "mc_eid", "_ga", "_gl"),
        *("cloc", "ref", "ref_src", "ref_url", "referer", "referrer", "from_rss", "sns", "share_from", "spm"),
    }
)
_TRACKING_PREFIXES: Final = ("utm_", "pk_", "mtm_", "hsa_")
# A section or an input channel names the way to the article, not the article, if it says nothing but this.
_TRACKING_PAIRS: Final = {
    "input": frozenset({"rss", "feed", "rss2"}),
    "from": frozenset({"rss", "feed", "naver", "daum"}),
    "source": frozenset({"rss", "feed"}),
    "site": frozenset({"rss", "feed"}),
    "type": frozenset({"rss"}),
    "rss": frozenset({"", "1", "y", "rss"}),
}
_SECTION: Final = "section"
_DEFAULT_PORTS: Final = {"http": 80, "https": 443}
_SAFE: Final = "/:@!$&'()*+,;=-._~%?"
_ESCAPE: Final = re.compile("%[0-9a-fA-F]{2}")
_DIGIT: Final = re.compile("[0-9]")
_ABSOLUTE: Final = re.compile(r"[a-z][a-z0-9+.-]*:", re.IGNORECASE)
_BREAKS: Final = re.compile(r"[\x00-\x1f\x7f]+")
_LONGEST_URL: Final = 2_000
_LONGEST_KEY: Final = 200
_DIGEST_BYTES: Final = 16


@dataclass(frozen=True, slots=True)
class RawEntry:
    """What identifies an entry, as the feed stated it: `url` canonical or "", `day` ISO or ""."""

    guid: str
    url: str
    title: str
    day: str


@dataclass(frozen=True, slots=True)
class Names:
    """The key under which its feed knows an entry, and the identity of its article."""

    key: str
    identity: str


def canonical_url(url: str, base: str = "") -> str:
    """The one spelling of an address: https, lower-case host, no default port, fragment or tracking parameters.

    A relative address is joined to `base`. Every other parameter is kept, in its order: `?no=`, `?idxno=` are
    the article's number. Anything that is not http or https is "".
    """
    link = link_url(url, base)
    return f"https{link.removeprefix('https').removeprefix('http')}" if link else ""


def link_url(url: str, base: str = "") -> str:
    """The canonical address with the scheme as stated, for people to open: some sites answer on http only."""
    try:
        joined = _absolute(_BREAKS.sub("", url).strip(), base)
        parts = urlsplit(joined)
        if parts.scheme not in _DEFAULT_PORTS or not parts.hostname or len(joined) > _LONGEST_URL:
            return ""
        host = _host(parts.scheme, parts.hostname, parts.port)
        return f"{parts.scheme}://{host}{_path(parts.path)}{_query(parts.query, parts.path)}"
    except ValueError:
        return ""


def _absolute(url: str, base: str) -> str:
    if not url:
        return ""
    if url.startswith("//") or not _ABSOLUTE.match(url):
        return urljoin(base, url)
    return url


def _host(scheme: str, hostname: str, port: int | None) -> str:
    host = hostname.rstrip(".").lower()
    if not host.isascii():
        host = host.encode("idna").decode("ascii")
    if ":" in host:
        host = f"[{host}]"
    return host if port is None or port == _DEFAULT_PORTS[scheme] else f"{host}:{port}"


def _path(path: str) -> str:
    return _escaped(path) or "/"


def _query(query: str, path: str) -> str:
    kept = [part for part in query.replace("&amp;", "&").split("&") if part and not _tracks(part)]
    others = [part for part in kept if part.partition("=")[0].lower() != _SECTION]
    # A section beside the article's own number is noise; alone it is all that the address says.
    if others or _DIGIT.search(path):
        kept = others
    return "?" + _escaped("&".join(kept)) if kept else ""


def _escaped(text: str) -> str:
    return _ESCAPE.sub(lambda found: found[0].upper(), quote(text, safe=_SAFE))


def _tracks(part: str) -> bool:
    name, _, value = part.partition("=")
    name = name.lower()
    if name in _TRACKING or name.startswith(_TRACKING_PREFIXES):
        return True
    return value.lower() in _TRACKING_PAIRS.get(name, frozenset())


def name_entries(entries: Sequence[RawEntry], feed: str, home: str = "") -> list[Names]:
    """Name every entry of one body; `feed` scopes what only this feed knows, `home` is the site's front page.

    The identity is the address, unless it is a front page or shared by entries that differ in guid and title;
    then the guid, then the title and day. The key is the guid, unless entries of this body share it; then the
    address, then the title and day.
    """
    shared_urls = _shared((entry.url, (entry.guid or entry.title, entry.title)) for entry in entries)
    shared_guids = _shared((entry.guid, (entry.url or entry.title, entry.title)) for entry in entries)
    return [_names(entry, feed, home, shared_urls, shared_guids) for entry in entries]


def _shared(pairs: Iterable[tuple[str, tuple[str, str]]]) -> frozenset[str]:
    """The values under which entries stand that differ in both of their marks."""
    marks: dict[str, set[tuple[str, str]]] = defaultdict(set)
    for value, mark in pairs:
        if value:
            marks[value].add(mark)
    return frozenset(
        value for value, found in marks.items() if all(len({mark[place] for mark in found}) > 1 for place in (0, 1))
    )


def _names(entry: RawEntry, feed: str, home: str, shared_urls: frozenset[str], shared_guids: frozenset[str]) -> Names:
    url = "" if entry.url in shared_urls or entry.url == home or _is_front_page(entry.url) else entry.url
    guid = "" if entry.guid in shared_guids else entry.guid
    own = f"text:{_digest(entry.title, entry.day)}"
    key = guid or url or own
    identity = url or f"feed:{_digest(feed, guid or own)}"
    return Names(key if len(key) <= _LONGEST_KEY else f"long:{_digest(key)}", identity)


def _is_front_page(url: str) -> bool:
    parts = urlsplit(url)
    return parts.path in {"", "/"} and not parts.query


def _digest(*parts: str) -> str:
    return hashlib.blake2b("\x1f".join(parts).encode("utf-8", "replace"), digest_size=_DIGEST_BYTES).hexdigest()

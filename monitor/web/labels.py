"""What stored words (states, reasons, health) are called on the pages."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from monitor.core.alerting.model import Reason, Severity, State, Withheld
from monitor.core.errors import FetchFailure
from monitor.core.matching.engine import WEAK_CUT, WEAK_LONE
from monitor.core.matching.model import Kind as Name
from monitor.core.matching.model import Mode
from monitor.core.schedule import Health
from monitor.core.spikes.model import TurnKind
from monitor.core.stories.model import Kind, Why
from monitor.web.words import marked

if TYPE_CHECKING:
    from collections.abc import Mapping

OPENED: Final = "opened"

KINDS: Final[Mapping[str, str]] = {
    OPENED: marked("opened the story"),
    Kind.COPY: marked("copy"),
    Kind.UPDATE: marked("update"),
    Kind.NEW_ANGLE: marked("new angle"),
}
WHYS: Final[Mapping[str, str]] = {
    "": "",
    Why.VERBATIM: marked("nearly the same text"),
    Why.NOTHING_NEW: marked("no new number or name, and few new words, in its title"),
    Why.REVISED: marked("a changed title at the same address"),
    Why.ROUND_UP: marked("marked as a round-up"),
    Why.NEW_FACTS: marked("new numbers or names in its title"),
    Why.OTHER_WORDS: marked("told in other words"),
}
WEAK: Final[Mapping[str, str]] = {
    WEAK_CUT: marked("it touches the end of a text that was cut off"),
    WEAK_LONE: marked("a short name stands once, and may be part of a longer word"),
}
REASONS: Final[Mapping[str, str]] = {
    Reason.FIRST_REPORT: marked("first report"),
    Reason.UPDATED: marked("new facts"),
    Reason.GROWN: marked("carried by more outlets"),
    Reason.REPEATED: marked("goes on"),
    Reason.QUIET: marked("list after quiet hours"),
    Reason.FLOOD: marked("flood, held back"),
    Reason.URGENT: marked("urgent in a flood"),
    Reason.BASELINE: marked("summary of earlier articles"),
    Reason.DIGEST: marked("digest"),
    Reason.SPIKE: marked("spike"),
    Reason.NOTICE: marked("notice to the operator"),
    Reason.BRIEFING: marked("briefing"),
    Reason.CANARY: marked("how all stands"),
    Reason.TEST: marked("test"),
}
STATES: Final[Mapping[str, str]] = {
    State.PENDING: marked("waiting"),
    State.LEASED: marked("being sent"),
    State.SENT: marked("sent"),
    State.DEAD: marked("dead"),
    State.SUPPRESSED: marked("suppressed"),
}
WITHHELD: Final[Mapping[str, str]] = {
    Withheld.TOLD_WITH: marked("told with"),
    Withheld.INHIBITED: marked("inhibited by"),
    Withheld.SILENCED: marked("silenced by"),
    Withheld.DROPPED: marked("dropped by hand"),
    Withheld.REMOVED: marked("channel removed"),
}
HEALTH: Final[Mapping[str, str]] = {
    Health.NEW: marked("not polled yet"),
    Health.OK: marked("well"),
    Health.ROLLING_OVER: marked("rolling over"),
    Health.STALE: marked("stale"),
    Health.FROZEN: marked("frozen"),
    Health.DUPLICATE: marked("same as another"),
    Health.FAILING: marked("failing"),
    Health.DEAD: marked("out of reach"),
    Health.NOT_A_FEED: marked("not a feed"),
    Health.GONE: marked("gone"),
    Health.REMOVED: marked("removed"),
}
FAILURES: Final[Mapping[str, str]] = {
    FetchFailure.DNS: marked("its name is not found"),
    FetchFailure.CONNECT: marked("cannot connect"),
    FetchFailure.TLS: marked("TLS failed"),
    FetchFailure.TIMEOUT: marked("too slow"),
    FetchFailure.REFUSED_ADDRESS: marked("its address is not public"),
    FetchFailure.REDIRECTS: marked("too many redirects"),
    FetchFailure.BAD_URL: marked("a bad address"),
    FetchFailure.HTTP: marked("HTTP error"),
    FetchFailure.GONE: marked("gone (410)"),
    FetchFailure.THROTTLED: marked("throttled"),
    FetchFailure.TOO_LARGE: marked("too large"),
    FetchFailure.ENCODING: marked("bad content encoding"),
    FetchFailure.NOT_A_FEED: marked("not a feed"),
    FetchFailure.EMPTY: marked("an empty answer"),
    FetchFailure.PARSER: marked("it could not be read in time"),
    FetchFailure.INTERNAL: marked("a fault of ours"),
}
SEVERITIES: Final[Mapping[str, str]] = {
    Severity.URGENT: marked("urgent"),
    Severity.NORMAL: marked("normal"),
    Severity.LOW: marked("low"),
}
TURNS: Final[Mapping[str, str]] = {TurnKind.SPIKE: marked("spike"), TurnKind.LULL: marked("quiet")}
FIELDS: Final[Mapping[str, str]] = {
    "title": marked("title"),
    "summary": marked("summary"),
    "content": marked("text"),
    "source": marked("outlet"),
    "author": marked("author"),
    "feed": marked("feed"),
    "tag": marked("tag"),
}

TERM_KINDS: Final[Mapping[str, str]] = {
    Name.PERSON: marked("person"),
    Name.ORGANISATION: marked("organisation"),
    Name.PLACE: marked("place"),
    Name.PRODUCT: marked("product"),
    Name.CONCEPT: marked("concept"),
}
MODES: Final[Mapping[str, str]] = {
    Mode.EXACT: marked("the name alone, with its particles"),
    Mode.FAMILY: marked("longer words that begin with it too (삼성 in 삼성전자)"),
}

LABELS: Final[Mapping[str, Mapping[str, str]]] = {
    "kind": KINDS,
    "why": WHYS,
    "weak": WEAK,
    "reason": REASONS,
    "state": STATES,
    "health": HEALTH,
    "severity": SEVERITIES,
    "turn": TURNS,
    "field": FIELDS,
    "term": TERM_KINDS,
    "mode": MODES,
}

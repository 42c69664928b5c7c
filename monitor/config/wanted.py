"""What is looked for: terms and watchlists, as the configuration writes them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from pydantic import Field, model_validator

from monitor.config.section import Section
from monitor.config.values import Name, Outlets, SomeTexts, Text, Wait, fault
from monitor.core.alerting.model import Severity, Weak
from monitor.core.matching.model import Kind, Mode

if TYPE_CHECKING:
    from typing import Self

_OF_SPELLINGS: Final = ("kind", "mode", "exclude", "require", "case_sensitive")


class ExamplesConfig(Section):
    """Titles that prove a term or watchlist; `monitor check` runs them."""

    match: tuple[Text, ...] = Field(default=(), description="Titles that must match.")
    no_match: tuple[Text, ...] = Field(default=(), description="Titles that must not: the traps you know of.")


class TermConfig(Section):
    """A name or concept with its spellings, or a named query; queries refer to it as @name."""

    any: SomeTexts | None = Field(
        default=None, description="The spellings, each of which counts: Korean, English, hanja, abbreviations."
    )
    query: Text | None = Field(
        default=None, description="A query instead of spellings, for a concept: @name stands for all of it."
    )
    kind: Kind = Field(
        strict=False,
        default=Kind.CONCEPT,
        description="What it names; decides which suffixes are safe after it (person: 씨, 측…).",
    )
    mode: Mode = Field(
        strict=False,
        default=Mode.EXACT,
        description="exact: the name with its particles. family: longer words that begin with it too (삼성전자).",
    )
    exclude: tuple[Text, ...] = Field(
        default=(),
        description="Longer words that are something else (애플리케이션), and words that must not stand near a hit.",
    )
    require: tuple[Text, ...] = Field(
        default=(), description="Words of which one must stand near a hit; for names that are common words too."
    )
    case_sensitive: bool = Field(default=False, description="Capitals count in Latin spellings (ARM is not arm).")
    examples: ExamplesConfig = Field(
        default_factory=ExamplesConfig, description="Titles that hold the term and titles that do not."
    )

    @model_validator(mode="after")
    def _spelt_or_query(self) -> Self:
        if (self.any is None) == (self.query is None):
            state = "neither any nor query is" if self.any is None else "both any and query are"
            fault(f"{state} given", "write the spellings as any: […], or a concept as query: '…'")
        lost = [key for key in _OF_SPELLINGS if key in self.model_fields_set]
        if self.query is not None and lost:
            fault(f"{lost[0]} belongs to spellings and says nothing of a query", "remove it, or write any: […]")
        return self


class WatchlistConfig(Section):
    """What to watch for, where, and whom to tell."""

    name: Name = Field(description="Its name in alerts, lists and links.")
    any: tuple[Text, ...] | None = Field(
        default=None, description="Short form: queries of which one must be true, such as @DeepSeek."
    )
    query: Text | None = Field(
        default=None,
        description="Full query: space = AND, OR, NOT or -, parentheses, quoted phrase, NEAR/n, ONEAR/n, title:…, "
        "@term, word*, =raw, /RE2/.",
    )
    feeds: tuple[Name, ...] = Field(default=(), description="Only articles of these feeds. Empty: of every feed.")
    tags: tuple[Name, ...] = Field(
        default=(), description="Only articles of feeds with one of these tags. Empty: of all."
    )
    channels: tuple[Name, ...] | None = Field(
        default=None, description="Channels to tell. Left out: every channel. []: store hits only."
    )
    weak: Weak = Field(
        strict=False,
        default=Weak.ALERT,
        description="Doubtful hits (cut off in the word; a lone short name): alert, digest (at 08:00), or store.",
    )
    severity: Severity = Field(
        strict=False,
        default=Severity.NORMAL,
        description="urgent: at once, also in quiet hours if the channel allows. normal. low: in digests only.",
    )
    labels: tuple[Name, ...] = Field(
        default=(), description="What channels can choose it by (`routes`), if it names no channels itself."
    )
    inhibits: tuple[Name, ...] = Field(
        default=(), description="More general watchlists that are not told of a story on a channel this one tells."
    )
    group_wait: Wait | None = Field(
        default=None, description="As alerts.group_wait, for this watchlist. 0s: at once."
    )
    update_after: Outlets | None = Field(default=None, description="As alerts.update_after, for this watchlist.")
    repeat_interval: Wait | None = Field(default=None, description="As alerts.repeat_interval, for this watchlist.")
    spikes: bool = Field(
        default=True,
        description="Tell its channels when it hits far more often than usual: once a spike, after two weeks.",
    )
    examples: ExamplesConfig = Field(
        default_factory=ExamplesConfig, description="Titles that must match and titles that must not."
    )

    @model_validator(mode="after")
    def _one_query(self) -> Self:
        if (self.any is None) == (self.query is None):
            state = "neither any nor query is" if self.any is None else "both any and query are"
            fault(f"{state} given", 'write one of them, for instance any: ["@DeepSeek"]')
        return self

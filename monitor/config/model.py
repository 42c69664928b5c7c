"""The configuration's shape: strict, frozen, unknown keys refused, every key described."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Literal

from pydantic import Field, PrivateAttr, model_validator

from monitor.config.origin import Origin
from monitor.config.secret import Secret
from monitor.config.section import Section, at_most_one
from monitor.config.templates import TemplateText  # noqa: TC001 - pydantic reads annotations at run time
from monitor.config.times import DigestTimes, Windows  # noqa: TC001 - pydantic reads annotations at run time
from monitor.config.tokens import ProxyNetwork, TokenConfig  # noqa: TC001 - pydantic reads annotations at run time
from monitor.config.values import (
    HeaderName,
    HostName,
    Interval,
    Listen,
    Name,
    Outlets,
    SecretAddress,
    SecretHeader,
    SecretWebAddress,
    SetName,
    Text,
    UserAgent,
    Wait,
    WebAddress,
    Zone,
    fault,
    is_loopback,
    split_listen,
)
from monitor.config.wanted import TermConfig, WatchlistConfig  # noqa: TC001 - pydantic reads annotations at run time
from monitor.pipeline.records import FullText

if TYPE_CHECKING:
    from typing import Self

DEFAULT_DATABASE: Final = "sqlite:///data/monitor.db"
DEFAULT_LISTEN: Final = "127.0.0.1:8484"


class NetworkConfig(Section):
    """How feeds are fetched."""

    allow_private: bool = Field(
        default=False,
        description="Allow feeds on private, loopback and other non-public addresses. Off protects your network.",
    )
    user_agent: UserAgent = Field(
        default="",
        description="User-Agent for every feed, with an address where you can be reached. Empty: the product's own.",
    )
    proxy: SecretWebAddress | None = Field(
        default=None, description="HTTP proxy for fetching feeds, http(s)://[user:password@]host:port. Kept secret."
    )
    proxy_file: Text | None = Field(
        default=None, description="A file that holds the proxy's address, instead of `proxy`."
    )

    @model_validator(mode="after")
    def _one_proxy(self) -> Self:
        at_most_one("proxy", self.proxy, self.proxy_file)
        return self


class ChannelConfig(Section):
    """Where alerts go."""

    url: SecretAddress | None = Field(
        default=None,
        description="Apprise address, such as slack://…, mailto://…, tgram://…, log://. Kept secret; use ${ENV}.",
    )
    url_file: Text | None = Field(
        default=None, description="A file that holds the address, instead of `url`; relative to this file."
    )
    digest: DigestTimes | None = Field(
        default=None,
        description='Gather alerts and send them at these times ("08:00", "mon-fri 18:00"). Left out: at once.',
    )
    canary: DigestTimes | None = Field(
        default=None, description='Say at these times how all stands ("09:00"), so that silence means no news.'
    )
    briefing: DigestTimes | None = Field(
        default=None,
        description='Send at these times ("07:00") what all watchlists hit since the time before, by watchlist, '
        "story and outlet. Watchlists that name no channels leave this one out.",
    )
    active_hours: Windows = Field(
        default=(),
        description='Ring only then ("mon-fri 09:00-18:00"); what comes meanwhile is one list. Empty: always.',
    )
    quiet_hours: Windows = Field(
        default=(), description='Do not ring then ("22:00-07:00", "sun,holidays"); what comes meanwhile is one list.'
    )
    quiet_except: Literal["urgent"] | None = Field(
        default=None, description="urgent: alerts of urgent watchlists ring in quiet hours too."
    )
    group_wait: Wait | None = Field(default=None, description="As alerts.group_wait, for this channel.")
    routes: tuple[Name, ...] = Field(
        default=(),
        description="Labels or severities of the watchlists it takes, of those that name no channels. Empty: all.",
    )
    button: bool = Field(
        default=False,
        description="Slack: a button below each alert. Off, for Slack shows a warning beside it after a click unless "
        "the app answers clicks.",
    )
    at_once: int = Field(default=4, ge=1, le=100, description="How many of its recipients are sent to side by side.")
    template: Name | None = Field(
        default=None, description="Its set of templates: NAME.KIND.j2 in the folder `templates`. Left out: KIND.j2."
    )

    @model_validator(mode="after")
    def _one_address(self) -> Self:
        if self.url is None and self.url_file is None:
            fault("neither url nor url_file is given", 'write one of them, for instance url: "${SLACK_URL}"')
        at_most_one("url", self.url, self.url_file)
        return self

    @property
    def address(self) -> Secret:
        """The address, wherever it came from; `load` reads the file.

        Raises:
            LookupError: the channel names a file, and it was not read.
        """
        if self.url is None:
            raise LookupError("url_file has not been read")
        return self.url


class AlertsConfig(Section):
    """When alerts are made."""

    group_wait: Wait = Field(
        default="2m",
        validate_default=True,
        description="How long the first alert of a story waits, so that a burst is one alert. 0s: at once.",
    )
    group_interval: Wait = Field(
        default="1h",
        validate_default=True,
        description="At most one update of a story in this time on one channel.",
    )
    update_after: Outlets = Field(
        default=(5, 20), description="Tell a story again when so many outlets carry it. []: never."
    )
    updates: bool = Field(
        default=True, description="Tell a story again when at least two outlets add the same new number or name."
    )
    repeat_interval: Wait | None = Field(
        default=None, description="Tell a story that goes on again, so long after its last alert. null: never."
    )
    flood_guard: bool = Field(
        default=True, description="Hold the alerts of a watchlist or feed that yields many times its habit."
    )


class HeartbeatConfig(Section):
    """A watcher elsewhere (healthchecks.io, Uptime Kuma) that alerts when this program falls silent."""

    url: SecretWebAddress | None = Field(
        default=None, description="The address to ask for as long as alerts get out. Kept secret; use ${ENV}."
    )
    url_file: Text | None = Field(
        default=None, description="A file that holds it, instead of `url`; relative to this file."
    )
    every: Interval = Field(default="1m", validate_default=True, description="How often; at least 60s.")

    @model_validator(mode="after")
    def _one_address(self) -> Self:
        if self.url is None and self.url_file is None:
            fault("neither url nor url_file is given", 'write one of them, for instance url: "${HEARTBEAT_URL}"')
        at_most_one("url", self.url, self.url_file)
        return self


class DashboardConfig(Section):
    """The pages in the browser, served by `monitor run`."""

    listen: Listen = Field(
        default=DEFAULT_LISTEN,
        description="Address and port it listens on. Any but a loopback address needs a password or a token.",
    )
    password: Secret | None = Field(
        default=None,
        description="The password to log in with, or its hash as `monitor password` prints it. Kept secret; "
        "use ${ENV}. null: whoever reaches a loopback address may look and write.",
    )
    password_file: Text | None = Field(
        default=None, description="A file that holds it, instead of `password`; relative to this file."
    )
    hosts: tuple[HostName, ...] = Field(
        default=(), description="Names it is called by, such as news.example.kr, beside its own address."
    )
    address: WebAddress | None = Field(
        default=None,
        description="The address by which people reach it, such as https://news.example.kr: alerts link to the "
        "pages of their stories there. null: no links.",
    )
    language: Literal["ko", "en"] | None = Field(
        default=None, description="Language of the pages. null: the top-level one."
    )
    tokens: tuple[TokenConfig, ...] = Field(
        default=(),
        description="Tokens of the programs that use the API, the feeds and the metrics; people may log in with one.",
    )
    proxies: tuple[ProxyNetwork, ...] = Field(
        default=(),
        description="Addresses or networks of proxies before it, such as 127.0.0.1 or 172.16.0.0/12, whose "
        "X-Forwarded-For says where wrong passwords come from.",
    )

    @model_validator(mode="after")
    def _guarded(self) -> Self:
        at_most_one("password", self.password, self.password_file)
        names = [one.name for one in self.tokens]
        if len(set(names)) < len(names):
            fault("two tokens have one name", "give each a name of its own")
        unguarded = self.password is None and self.password_file is None and not self.tokens
        if unguarded and not is_loopback(split_listen(self.listen)[0]):
            fault(
                "the dashboard would be open to everyone who reaches this address",
                'set dashboard.password_file, dashboard.password or dashboard.tokens, or listen on "127.0.0.1:8484"',
            )
        return self


class FeedConfig(Section):
    """A feed to poll."""

    name: Name = Field(
        description="Its name in lists, scopes and logs; a new one for the same address is a mere rename."
    )
    url: WebAddress = Field(description="Its http or https address.")
    every: Interval | None = Field(
        default=None, description="Poll interval (5m 2h 1d; at least 60s). Left out: the top-level one."
    )
    tags: tuple[Name, ...] = Field(
        default=(), description="Groups it belongs to; watchlists can be limited to a tag."
    )
    zone: Zone = Field(default="Asia/Seoul", description="Time zone of its dates that state none.")
    enabled: bool = Field(default=True, description="false: keep it here but do not poll it.")
    source: Name | None = Field(
        default=None, description="Name of the outlet that alerts show. Left out: the feed's name."
    )
    user_agent: UserAgent = Field(default="", description="User-Agent for this feed only.")
    legacy_tls: bool = Field(
        default=False, description="Allow the old TLS renegotiation that some Korean servers still need."
    )
    headers: dict[HeaderName, SecretHeader] = Field(
        default_factory=dict,
        description="Headers that its own host needs, such as Cookie; never sent to another host. Kept secret.",
    )
    username: Text | None = Field(default=None, description="User name, if its host asks for one (HTTP basic).")
    password: Secret | None = Field(default=None, description="The password to it. Kept secret; use ${ENV}.")
    password_file: Text | None = Field(default=None, description="A file that holds it, instead of `password`.")
    fulltext: FullText = Field(
        strict=False,
        default=FullText.NEVER,
        description="Read the page of each new article too: never, auto (if the feed gives little text) or always.",
    )

    @model_validator(mode="after")
    def _one_login(self) -> Self:
        at_most_one("password", self.password, self.password_file)
        if (self.username is None) != (self.password is None and self.password_file is None):
            fault("username and password go together", "write both, or neither")
        if self.username is not None and any(name.lower() == "authorization" for name in self.headers):
            fault("both username and an Authorization header are given", "keep one of them")
        if self.username is not None and ":" in self.username:
            fault("a user name for HTTP basic cannot hold a colon", "check it")
        return self


class Config(Section):
    """Configuration of korean-news-monitor (config.yaml)."""

    language: Literal["ko", "en"] = Field(
        default="ko", description="Language of alerts, explanations, and faults of queries."
    )
    timezone: Zone = Field(
        default="Asia/Seoul", description="Time zone in which times are shown and digests are sent."
    )
    database: Secret = Field(
        default=Secret(DEFAULT_DATABASE),
        description="SQLAlchemy address of the database: sqlite:///file or postgresql+psycopg://… Kept secret.",
        json_schema_extra={"default": DEFAULT_DATABASE},
    )
    database_file: Text | None = Field(
        default=None, description="A file that holds the database's address, instead of `database`."
    )
    engine: Literal["embedded", "distributed"] = Field(
        default="embedded",
        description="Where feeds are polled and alerts sent. embedded: by `monitor run` itself. distributed: by "
        "`monitor worker` on any number of hosts; needs PostgreSQL.",
    )
    first_poll: Literal["summary", "alert", "silent"] = Field(
        default="summary",
        description="What a feed's first poll does with hits. summary: one summary. alert: an alert each. "
        "silent: store only.",
    )
    every: Interval = Field(
        default="10m",
        validate_default=True,
        description="Poll interval of feeds that state none (5m 2h 1d; at least 60s).",
    )
    operator: Name | None = Field(
        default=None,
        description="Channel for notices about sick feeds and dead deliveries. null: log only.",
    )
    alerts: AlertsConfig = Field(default_factory=AlertsConfig, description="When, and how often, alerts are made.")
    kiwi: Literal["auto", "off"] = Field(
        default="auto",
        description="Ask the analyser Kiwi about short Hangul names. auto: if the extra [kiwi] is installed.",
    )
    templates: Text | None = Field(
        default=None,
        description="A folder of templates that take the place of the built-in ones; relative to this file.",
    )
    network: NetworkConfig = Field(default_factory=NetworkConfig, description="How the network is used.")
    heartbeat: HeartbeatConfig | None = Field(
        default=None, title="Heartbeat", description="A watcher elsewhere that is told that this program lives."
    )
    dashboard: DashboardConfig | None = Field(
        default_factory=DashboardConfig,
        title="Dashboard",
        description="The pages in the browser. null: none are served.",
    )
    include: tuple[SetName, ...] = Field(
        default=(),
        description="Sets of terms that come with the product, such as korean-tech. A term of your own under the "
        "same name takes the place of theirs.",
    )
    terms: dict[Name, TermConfig] = Field(default_factory=dict, description="Names and concepts by name.")
    watchlists: tuple[WatchlistConfig, ...] = Field(default=(), description="What to watch for.")
    channels: dict[Name, ChannelConfig] = Field(default_factory=dict, description="Where alerts go, by name.")
    feeds: tuple[FeedConfig, ...] = Field(default=(), description="What to poll.")

    _origin: Origin = PrivateAttr(default_factory=Origin)
    _template_texts: tuple[TemplateText, ...] = PrivateAttr(default=())

    @model_validator(mode="after")
    def _one_database(self) -> Self:
        if "database" in self.model_fields_set:
            at_most_one("database", self.database, self.database_file)
        return self

    @property
    def origin(self) -> Origin:
        """Where the values stand in the file, for later faults."""
        return self._origin

    def with_origin(self, origin: Origin) -> Config:
        """The same configuration, read from there."""
        config = self.model_copy()
        config._origin = origin  # noqa: SLF001 - a private attribute of its own class
        return config

    @property
    def template_texts(self) -> tuple[TemplateText, ...]:
        """What stands in the folder `templates`."""
        return self._template_texts

    def with_template_texts(self, texts: tuple[TemplateText, ...]) -> Config:
        """The same configuration with these templates."""
        config = self.model_copy()
        config._template_texts = texts  # noqa: SLF001 - the same
        return config

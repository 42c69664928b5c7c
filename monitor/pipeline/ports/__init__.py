"""What the use cases need of the outside world, as small Protocols."""

from monitor.pipeline.ports.articles import Articles, FullTexts, Stories
from monitor.pipeline.ports.cluster import Cluster
from monitor.pipeline.ports.feeds import Feeds
from monitor.pipeline.ports.history import History
from monitor.pipeline.ports.listings import Listings
from monitor.pipeline.ports.marks import Marks
from monitor.pipeline.ports.outbox import Outbox
from monitor.pipeline.ports.policy import Silences, Tellings
from monitor.pipeline.ports.rates import Rates, Versions
from monitor.pipeline.ports.reloads import Reloads
from monitor.pipeline.ports.sessions import Backups, Sessions
from monitor.pipeline.ports.storage import Storage, Work
from monitor.pipeline.ports.views import Views
from monitor.pipeline.ports.world import Clock, FeedReader, Heartbeat, Notifier, PageReader

__all__ = [
    "Articles",
    "Backups",
    "Clock",
    "Cluster",
    "FeedReader",
    "Feeds",
    "FullTexts",
    "Heartbeat",
    "History",
    "Listings",
    "Marks",
    "Notifier",
    "Outbox",
    "PageReader",
    "Rates",
    "Reloads",
    "Sessions",
    "Silences",
    "Storage",
    "Stories",
    "Tellings",
    "Versions",
    "Views",
    "Work",
]

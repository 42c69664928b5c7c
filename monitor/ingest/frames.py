"""The words between us and a parser child: a length of eight bytes, then a pickle.

Both ends are this program, on a socket pair that nobody else holds, so pickle is safe here.
"""

from __future__ import annotations

import copyreg
import pickle
import struct
from dataclasses import dataclass
from operator import attrgetter
from typing import TYPE_CHECKING, Final, TypeAlias

from monitor.core.article import Article, Entry
from monitor.ingest.page import PageJob, PageText
from monitor.ingest.parse import Parsed, ParseJob

if TYPE_CHECKING:
    from monitor.core.errors import FetchFailure

HEAD: Final = struct.Struct(">Q")
READY: Final = b"\x06"


@dataclass(frozen=True, slots=True)
class Refused:
    """The fields of the FetchError that a child met."""

    failure: FetchFailure
    detail: str


Job: TypeAlias = ParseJob | PageJob
Reply: TypeAlias = Parsed | PageText | Refused


_PARTS: Final = attrgetter(*Article.__dataclass_fields__)


# A frozen dataclass pickles itself field by field, in Python; these come by the fifty.
copyreg.pickle(Article, lambda article: (Article, _PARTS(article)))
copyreg.pickle(Entry, lambda entry: (Entry, (entry.key, entry.article)))


def frame(content: Job | Reply) -> bytes:
    """A job or a reply, ready for the wire."""
    packed = pickle.dumps(content, pickle.HIGHEST_PROTOCOL)
    return HEAD.pack(len(packed)) + packed


def job_of(packed: bytes) -> Job:
    """The job in a frame's body."""
    job: Job = pickle.loads(packed)  # noqa: S301 - written by our own parent
    return job


def reply_of(packed: bytes) -> Reply:
    """The reply in a frame's body."""
    reply: Reply = pickle.loads(packed)  # noqa: S301 - written by our own child
    return reply

"""One root of errors, subclassed by who must act. Errors carry fields; prose is made from them."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final


class MonitorError(Exception):
    """The root of every error this product raises on purpose."""


@dataclass(frozen=True, slots=True)
class Problem:
    """One fault in a file of the user's: where it is, what is wrong, what to do.

    `line` and `column` count from 1; 0 means that the place is not known. `excerpt` is shown below the line as
    it is (a query with its caret, for instance). `steps` is the path unjoined, for programs. A `warning` says what is
    hardly meant but can be used as it is.
    """

    path: str
    what: str
    todo: str = ""
    file: str = ""
    line: int = 0
    column: int = 0
    excerpt: str = ""
    steps: tuple[str | int, ...] = field(default=(), compare=False, repr=False)
    warning: bool = False

    def __str__(self) -> str:
        place = f"{self.file}: " if self.file else ""
        if self.file and self.line:
            place = f"{self.file}:{self.line}:{self.column}: "
        if self.warning:
            place += "warning: "
        where = f"{self.path}: " if self.path else ""
        todo = f", {self.todo}" if self.todo else ""
        excerpt = f"\n{self.excerpt}" if self.excerpt else ""
        return f"{place}{where}{self.what}{todo}{excerpt}"


class ConfigurationError(MonitorError):
    """The user must edit a file: every problem found, at once."""

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        super().__init__("\n".join(str(problem) for problem in problems))
        self.problems = problems


class FetchFailure(StrEnum):
    """Why a poll of a feed failed."""

    DNS = "name not found"
    CONNECT = "cannot connect"
    TLS = "TLS failed"
    TIMEOUT = "too slow"
    REFUSED_ADDRESS = "address not public"
    REDIRECTS = "too many redirects"
    BAD_URL = "bad address"
    HTTP = "HTTP error"
    GONE = "gone (410)"
    THROTTLED = "throttled"
    TOO_LARGE = "too large"
    ENCODING = "bad content encoding"
    NOT_A_FEED = "not a feed"
    EMPTY = "empty answer"
    PARSER = "parser failed"
    INTERNAL = "internal fault"


FORBIDDEN: Final = 403
"""The status of an answer that, when it repeats, is taken for throttling."""


class FetchError(MonitorError):
    """A feed could not be read this time. Its publisher or the network must act; we back off."""

    def __init__(
        self,
        failure: FetchFailure,
        detail: str = "",
        *,
        status: int | None = None,
        retry_after_s: float | None = None,
    ) -> None:
        super().__init__(f"{failure.value}: {detail}" if detail else failure.value)
        self.failure = failure
        self.detail = detail
        self.status = status
        self.retry_after_s = retry_after_s


class DeliveryError(MonitorError):
    """A delivery did not succeed.

    `permanent` is true if trying again cannot help. `ambiguous` is true if the recipient may have got it
    (a timeout after the request was sent). `reason` is short, for people, with secrets redacted.
    """

    def __init__(
        self, reason: str, *, permanent: bool, ambiguous: bool = False, retry_after_s: float | None = None
    ) -> None:
        super().__init__(reason)
        self.reason = reason
        self.permanent = permanent
        self.ambiguous = ambiguous
        self.retry_after_s = retry_after_s


class StorageError(MonitorError):
    """The database cannot be used as it is; the operator must act. `todo` says how."""

    def __init__(self, what: str, todo: str) -> None:
        super().__init__(f"{what}, {todo}")
        self.what = what
        self.todo = todo


class LeaseLostError(MonitorError):
    """A write was refused because its claim has expired or belongs to another now."""

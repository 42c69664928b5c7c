"""Tokens of the programs that use the API, and the proxies before it."""

from __future__ import annotations

import hashlib
import re
from ipaddress import ip_network
from typing import TYPE_CHECKING, Annotated, Final, Literal

from pydantic import AfterValidator, Field, model_validator

from monitor.config.secret import Secret  # noqa: TC001 - pydantic reads annotations at run time
from monitor.config.section import Section, at_most_one
from monitor.config.values import Name, Text, fault

if TYPE_CHECKING:
    from typing import Self

HASHED: Final = "sha256:"
SHORTEST_TOKEN: Final = 20
_DIGEST: Final = re.compile("[0-9a-fA-F]{64}")


def _network(value: str) -> str:
    try:
        return str(ip_network(value))
    except ValueError:
        fault("this is no address or network", "write 127.0.0.1, 10.0.0.0/8 or fd00::/8")


ProxyNetwork = Annotated[str, AfterValidator(_network)]


class TokenConfig(Section):
    """What a program shows to use the API."""

    name: Name = Field(description="Whose it is; shown instead of it.")
    token: Secret | None = Field(
        default=None,
        description="The token, at least 20 characters, or `sha256:` and the SHA-256 of it in hex. Kept secret; "
        "use ${ENV}.",
    )
    token_file: Text | None = Field(
        default=None, description="A file that holds it, instead of `token`; relative to this file."
    )
    scopes: tuple[Literal["read", "write"], ...] = Field(
        default=("read",), description="What it may do: read, or read and write."
    )

    @model_validator(mode="after")
    def _safe(self) -> Self:
        if self.token is None and self.token_file is None:
            fault("neither token nor token_file is given", 'write one of them, for instance token: "${API_TOKEN}"')
        at_most_one("token", self.token, self.token_file)
        kept = "" if self.token is None else self.token.reveal()
        if kept.startswith(HASHED) and not _DIGEST.fullmatch(kept.removeprefix(HASHED)):
            fault("this is no SHA-256", "write sha256: and the 64 hexadecimal digits that `sha256sum` prints")
        if kept and len(kept) < SHORTEST_TOKEN:
            fault("this token can be guessed", f"write at least {SHORTEST_TOKEN} random characters")
        return self

    @property
    def digest(self) -> str:
        """The SHA-256 of the token in hex; "" if its file was not read."""
        kept = "" if self.token is None else self.token.reveal()
        if kept.startswith(HASHED):
            return kept.removeprefix(HASHED).lower()
        return hashlib.sha256(kept.encode()).hexdigest() if kept else ""

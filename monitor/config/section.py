"""What all parts of the configuration have in common."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pydantic import BaseModel, ConfigDict

from monitor.config.values import fault

if TYPE_CHECKING:
    from monitor.config.secret import Secret


class Section(BaseModel):
    """What all parts of the configuration have in common."""

    model_config = ConfigDict(strict=True, frozen=True, extra="forbid", hide_input_in_errors=True)


def at_most_one(name: str, value: Secret | None, file: str | None) -> None:
    """Refuse a secret that is given as well as a file that holds it."""
    if value is not None and file is not None:
        fault(f"both {name} and {name}_file are given", "keep one of them")

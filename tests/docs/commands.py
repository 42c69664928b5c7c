"""The command line as the documentation describes it."""

from __future__ import annotations

from typing import Any


def children(command: Any) -> dict[str, Any]:
    """The commands below a group by name; none below a command."""
    names = command.list_commands(None) if hasattr(command, "list_commands") else []
    return {name: command.get_command(None, name) for name in names}

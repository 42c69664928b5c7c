"""`monitor password`: the hash of a password for the dashboard."""

from __future__ import annotations

import sys

import typer

from monitor.web.access import hash_password


def add_to(app: typer.Typer) -> None:
    """Register the command."""
    app.command()(password)


def password() -> None:
    """Ask for a password and print its argon2 hash, for dashboard.password or the file dashboard.password_file."""
    if sys.stdin.isatty():
        chosen = typer.prompt("Password", hide_input=True, confirmation_prompt=True, err=True)
    else:
        chosen = sys.stdin.readline().rstrip("\n")
    if not chosen.strip():
        raise typer.BadParameter("the password is empty")
    sys.stdout.write(hash_password(chosen) + "\n")

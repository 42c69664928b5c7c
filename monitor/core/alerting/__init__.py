"""Whether to tell, whom, and why. Every decision has a name."""

from __future__ import annotations

from monitor.core.alerting.model import Reason, State

__all__ = ["Reason", "State"]

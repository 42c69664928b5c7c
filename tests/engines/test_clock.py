from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from monitor.engines.clock import StepGuard

if TYPE_CHECKING:
    from tests.fakes.clock import FakeClock


@pytest.mark.parametrize("step", [timedelta(hours=1), timedelta(hours=-1), timedelta(seconds=-31)])
def test_a_stepped_clock_is_noticed_once_with_its_size(clock: FakeClock, step: timedelta) -> None:
    guard = StepGuard(clock)
    clock.advance(5)
    clock.step(step)
    assert guard.step() == step
    clock.advance(5)
    assert guard.step() == timedelta(0)


@pytest.mark.parametrize("step", [timedelta(0), timedelta(seconds=29), timedelta(seconds=-29)])
def test_slewing_and_a_blocked_loop_are_not_steps(clock: FakeClock, step: timedelta) -> None:
    guard = StepGuard(clock)
    clock.advance(3600)
    clock.step(step)
    assert guard.step() == timedelta(0)

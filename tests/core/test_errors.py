from __future__ import annotations

import pytest

from monitor.core.errors import ConfigurationError, DeliveryError, FetchError, FetchFailure, Problem, StorageError


@pytest.mark.parametrize(
    ("problem", "text"),
    [
        (Problem("feeds.0.url", "not an address", "write https://…"), "feeds.0.url: not an address, write https://…"),
        (Problem("", "empty", file="c.yaml", line=1, column=1), "c.yaml:1:1: empty"),
        (Problem("", "no such file", file="c.yaml"), "c.yaml: no such file"),
        (
            Problem("q", "bad", excerpt="AI (\n   ^", file="c.yaml", line=3, column=9),
            "c.yaml:3:9: q: bad\nAI (\n   ^",
        ),
    ],
)
def test_a_problem_names_its_place_the_fault_and_the_cure(problem: Problem, text: str) -> None:
    assert str(problem) == text


def test_a_configuration_error_shows_every_problem() -> None:
    error = ConfigurationError((Problem("a", "one"), Problem("b", "two")))
    assert str(error) == "a: one\nb: two"
    assert len(error.problems) == 2


def test_a_fetch_error_says_why_with_and_without_detail() -> None:
    assert str(FetchError(FetchFailure.HTTP, "502", status=502)) == "HTTP error: 502"
    assert str(FetchError(FetchFailure.TIMEOUT)) == "too slow"


def test_delivery_and_storage_errors_keep_their_facts() -> None:
    error = DeliveryError("429", permanent=False, retry_after_s=30)
    assert (str(error), error.permanent, error.ambiguous, error.retry_after_s) == ("429", False, False, 30)
    assert str(StorageError("disk full", "free some room")) == "disk full, free some room"

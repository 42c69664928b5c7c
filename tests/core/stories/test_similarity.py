from __future__ import annotations

from monitor.core.stories.similarity import likeness, most_likeness, story_likeness


def test_equal_texts_are_wholly_alike_until_one_word_is_all_they_share() -> None:
    assert likeness((10, 30, 4), (10, 30), (10, 30)) == 1
    assert likeness((10, 10, 10), (10, 10), (10, 10)) == 0.5


def test_likeness_has_a_bound_that_needs_the_titles_only() -> None:
    assert likeness((2, 30, 1), (10, 30), (10, 30)) <= most_likeness(2, (10, 30), (10, 30))
    assert likeness((0, 0, 0), (10, 30), (10, 30)) == 0


def test_a_norm_that_has_drifted_never_makes_more_than_one() -> None:
    assert likeness((12, 33, 0), (10, 30), (10, 30)) == 1


def test_five_articles_speak_for_a_story() -> None:
    assert story_likeness([0.5]) == 0.5
    assert story_likeness([0.1, 0.5]) == 0.4
    assert story_likeness([0.0] * 50 + [0.5] * 5) == 0.5

"""An article as grouping sees it, before and after it is placed."""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import blake2b
from itertools import chain
from typing import TYPE_CHECKING, Final

from monitor.core.stories.grams import FEATURE_MASK, features_of, grams_of, is_number, words_of
from monitor.core.stories.headline import Headline, read_headline, read_lead

if TYPE_CHECKING:
    from array import array

    from monitor.core.stories.doubts import Traits
    from monitor.core.stories.frequencies import Frequencies
    from monitor.core.stories.model import GroupArticle

HOUR_S: Final = 3_600
RAREST_IN_TITLE: Final = 12
RAREST_IN_LEAD: Final = 6


@dataclass(frozen=True, slots=True)
class Reading:
    """The words of an article and their letter pairs; `lead` holds those only that the title lacks."""

    headline: Headline
    words: tuple[str, ...]
    title: tuple[int, ...]
    lead: tuple[int, ...]
    title_starts: tuple[int, ...]
    lead_starts: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Weighed:
    """A reading with the weight of each feature (a pair hashed to 16 bits) at this time.

    `title` and `whole` (title and lead) map features to squared weights in thousandths; `words` are the features
    of each title word; `posted` are the rarest features, by which the article is found and finds others.
    """

    title: dict[int, int]
    whole: dict[int, int]
    words: tuple[tuple[int, ...], ...]
    posted: tuple[int, ...]
    title_norm: int
    whole_norm: int


@dataclass(frozen=True, slots=True)
class Member:
    """A placed article in the window, as small as may be.

    `features` are those of the whole text, the first `title_length` those of the title. `at_h` is its
    publication in hours since 1970. `address` is a checksum of its URL, 0 if it has none.
    """

    id: str
    story: str
    at_h: float
    features: array[int]
    title_length: int
    title_norm: int
    whole_norm: int
    address: int
    traits: Traits


def read(article: GroupArticle) -> Reading:
    """The words and pairs of an article; both are empty if its title says nothing."""
    headline = read_headline(article.title)
    words = words_of(headline.text)
    in_title = [grams_of(word) for word in words]
    title = tuple(dict.fromkeys(chain.from_iterable(in_title)))
    if not title:
        return Reading(headline, (), (), (), (), ())
    in_lead = [grams_of(word) for word in words_of(read_lead(article.lead))]
    known = set(title)
    lead = tuple(gram for gram in dict.fromkeys(chain.from_iterable(in_lead)) if gram not in known)
    title_starts = tuple(dict.fromkeys(grams[0] for grams in in_title))
    lead_starts = tuple(start for start in dict.fromkeys(grams[0] for grams in in_lead) if start not in known)
    return Reading(headline, words, title, lead, title_starts, lead_starts)


def weigh(reading: Reading, frequencies: Frequencies) -> Weighed:
    """A reading with today's weights."""
    title_features = [gram & FEATURE_MASK for gram in reading.title]
    title = dict(zip(title_features, frequencies.weights(reading.title), strict=True))
    lead_features = [gram & FEATURE_MASK for gram in reading.lead]
    whole = title | dict(zip(lead_features, frequencies.weights(reading.lead), strict=True)) | title
    counts = frequencies.counts
    posted = _rarest(reading.title_starts, RAREST_IN_TITLE, counts)
    posted += _rarest(reading.lead_starts, RAREST_IN_LEAD, counts)
    return Weighed(
        title,
        whole,
        tuple(map(features_of, reading.words)),
        tuple(dict.fromkeys(posted)),
        sum(title.values()),
        sum(whole.values()),
    )


def numbers_in(words: tuple[str, ...]) -> tuple[str, ...]:
    """Those of the words that are numbers."""
    return tuple(word for word in words if is_number(word))


def address_of(url: str) -> int:
    """A checksum of 64 bits of a URL, 0 for none."""
    if not url:
        return 0
    return int.from_bytes(blake2b(url.encode(errors="surrogatepass"), digest_size=8).digest(), "little") or 1


def _rarest(grams: tuple[int, ...], most: int, counts: array[int]) -> list[int]:
    if len(grams) > most:
        grams = tuple(sorted(grams, key=counts.__getitem__)[:most])
    return [gram & FEATURE_MASK for gram in grams]

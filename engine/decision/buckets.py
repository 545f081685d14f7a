r"""Which share of the guests somebody belongs to: a hash, so that the same guest always does.

A guest has a place from 0 to 1 that depends on the key of the trial and on nothing else; she is in
while her place lies below the share. Raising the share therefore moves nobody out.

The arithmetic is that of the GrowthBook SDKs [1]_: FNV-1a of 32 bits [2]_ over the characters.

References
----------
.. [1] GrowthBook SDK specification, "Hashing", MIT.
.. [2] Fowler, Noll, Vo (1991), offset basis 2166136261, prime 16777619.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import accumulate

OFFSET_BASIS = 2_166_136_261
PRIME = 16_777_619
BITS = 0xFFFFFFFF

FINE = 10_000
"""Places of the second version of the hash: shares are told to a hundredth of a percent."""
COARSE = 1_000
"""Places of the first version, which namespaces still use."""

ALMOST_ONE = 0.01
"""Weights that sum to one but for so much are taken as they are."""

Range = tuple[float, float]
"""From a place, included, to a place, left out."""

NOBODY = -1
"""No range holds this place."""


def fnv1a(text: str) -> int:
    """Return the 32-bit FNV-1a hash of the characters of `text`."""
    hashed = OFFSET_BASIS
    for letter in text:
        hashed = ((hashed ^ ord(letter)) * PRIME) & BITS
    return hashed


def place_of(seed: str, guest: str, version: int = 2) -> float | None:
    """Return where a guest stands from 0 to 1, not included; None for an unknown version.

    Parameters
    ----------
    seed : str
        Key of the trial.
    guest : str
        Her number; the same number always has the same place.
    version : {2, 1}
        2 hashes twice: a text that differs in its end only then lands far away.
    """
    if version == 2:
        return fnv1a(str(fnv1a(seed + guest))) % FINE / FINE
    if version == 1:
        return fnv1a(guest + seed) % COARSE / COARSE
    return None


def is_in_share(seed: str, guest: str, percent: int) -> bool:
    """Whether a guest belongs to the first `percent` of 100; who is in stays in when it rises."""
    return fnv1a(str(fnv1a(seed + guest))) % FINE < percent * (FINE // 100)


def ranges_of(
    n_variations: int, coverage: float, weights: Sequence[float] | None = None
) -> tuple[Range, ...]:
    """Return the range of each variation, of which only the share `coverage` is used.

    Weights that do not fit, in number or in sum, are taken as equal.
    """
    used = min(1.0, max(0.0, coverage))
    equal = [1.0 / n_variations] * n_variations
    given = list(weights) if weights and len(weights) == n_variations else equal
    if abs(sum(given) - 1.0) > ALMOST_ONE:
        given = equal
    starts = [0.0, *accumulate(given)][:n_variations]
    return tuple(
        (start, start + used * weight) for start, weight in zip(starts, given, strict=True)
    )


def variation_at(place: float, ranges: Sequence[Range]) -> int:
    """Return the number of the range that holds a place; -1 where none does."""
    return next((n for n, (low, high) in enumerate(ranges) if low <= place < high), NOBODY)


def is_in_namespace(guest: str, name: str, low: float, high: float) -> bool:
    """Whether a guest stands in one part of a namespace: trials in other parts never meet her."""
    place = place_of(f"__{name}", guest, version=1)
    return place is not None and low <= place < high
